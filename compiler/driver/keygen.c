/* aegisc keygen: a new key pair. */
#include <stdio.h>
#include <unistd.h>

#include "driver/commands.h"
#include "driver/keys.h"
#include "driver/write.h"

const struct option keygen_options[] = {
	{ "--output", 'o', "NAME", false, "write NAME.key and NAME.pub" },
	{ "--password", 0, NULL, false, "encrypt the key with a password typed on the terminal" },
	{ "--password-file", 0, "FILE", false, "encrypt the key with the first line of FILE" },
	{ 0 },
};

static const char *join(struct arena *a, const char *name, const char *suffix)
{
	struct buf b = { .arena = a };
	buf_text(&b, name);
	buf_text(&b, suffix);
	return buf_done(&b).at;
}

static int write_pair(
	struct command_line *l, const char *name, struct slice secret, struct slice public)
{
	const char *key = join(l->arena, name, ".key"), *pub = join(l->arena, name, ".pub"), *why;
	if (access(key, F_OK) == 0 || access(pub, F_OK) == 0)
		return command_fail(l, COMMAND_USAGE,
			"%s exists already, and keys are never overwritten",
			access(key, F_OK) == 0 ? key : pub);
	if (!write_new(key, secret, 0600, &why))
		return command_fail(l, COMMAND_IO, "%s: %s", key, why);
	if (!write_new(pub, public, 0644, &why)) {
		unlink(key);
		return command_fail(l, COMMAND_IO, "%s: %s", pub, why);
	}
	fprintf(stderr,
		"made %s, which signs bundles: keep it secret\nmade %s, which verifies them\n", key,
		pub);
	return COMMAND_OK;
}

int keygen_run(struct command_line *l)
{
	const char *name = command_value(l, "--output"), *password = NULL;
	struct emit_key key;
	if (name == NULL || name[0] == 0)
		return command_usage(
			l, "which name? `-o release` makes release.key and release.pub");
	if (command_has(l, "--password") || command_has(l, "--password-file")) {
		int status = keys_new_password(l, &password);
		if (status != COMMAND_OK)
			return status;
	}
	emit_key_make(&key);
	struct slice secret = emit_key_secret_file(l->arena, &key, password);
	struct slice public = emit_key_public_file(l->arena, &key);
	emit_key_wipe(&key);
	if (secret.len == 0)
		return command_fail(
			l, COMMAND_IO, "not enough memory to turn the password into a key");
	return write_pair(l, name, secret, public);
}
