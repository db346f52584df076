/* aegisc sign: one more signature on a bundle. */
#include <stdio.h>

#include "aegis/aegis.h"
#include "base/file.h"
#include "driver/commands.h"
#include "driver/keys.h"
#include "driver/options.h"

const struct option sign_options[] = {
	{ "--key", 0, "FILE", true, "sign with this secret key" },
	OPTIONS_PASSWORD,
	{ 0 },
};

/* Structure and digest. Nobody needs to have signed it yet, so a trust in no key must end there. */
static enum aeg_status check(struct slice bundle)
{
	struct aeg_bundle b;
	struct aeg_trust nobody = { 0 };
	enum aeg_status status = aeg_bundle_check(&b, bundle.at, bundle.len);
	if (status == AEG_OK)
		status = aeg_bundle_verify(bundle.at, bundle.len, &nobody);
	return status == AEG_UNSIGNED || status == AEG_UNTRUSTED ? AEG_OK : status;
}

static int read_bundle(struct command_line *l, const char *path, struct slice *ret)
{
	enum { MOST = (256 << 20) + (1 << 16) }; /* the largest bundle and its signatures */
	const char *why;
	if (strcmp(path, "-") == 0)
		return command_usage(l, "a bundle is signed where it lies: name its file");
	if (!file_read(l->arena, path, MOST, ret, &why))
		return command_fail(l, COMMAND_IO, "%s: %s", path, why);
	enum aeg_status status = check(*ret);
	if (status != AEG_OK)
		return command_fail(
			l, COMMAND_REFUSED, "%s: %s; build it anew", path, aeg_status_text(status));
	return COMMAND_OK;
}

static int sign(
	struct command_line *l, struct slice *bundle, const struct emit_key *keys, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (emit_sign(l->arena, *bundle, &keys[i], bundle) == EMIT_SIGN_FULL)
			return command_fail(
				l, COMMAND_USAGE, "the bundle has no room for another signature");
	return COMMAND_OK;
}

int sign_run(struct command_line *l)
{
	struct slice bundle;
	struct emit_key *keys;
	uint32_t n;
	if (!command_has(l, "--key"))
		return command_usage(l, "with which key? `--key release.key`");
	int status = read_bundle(l, l->operands[0], &bundle);
	if (status != COMMAND_OK)
		return status;
	status = keys_read(l, &keys, &n);
	if (status == COMMAND_OK)
		status = sign(l, &bundle, keys, n);
	if (status == COMMAND_OK)
		status = keys_write_bundle(l, l->operands[0], bundle, &keys[0]);
	keys_wipe(keys, n);
	return status;
}
