/* aegisc build: sources to a signed bundle. */
#include <stdio.h>

#include "driver/commands.h"
#include "driver/keys.h"
#include "driver/options.h"
#include "driver/write.h"

const struct option build_options[] = {
	{ "--output", 'o', "FILE", false, "the bundle" },
	{ "--key", 0, "FILE", true, "sign with this secret key" },
	OPTIONS_PASSWORD,
	{ "--serial", 0, "N", false, "the bundle's number; a trust file may ask for a lowest one" },
	{ "--not-after", 0, "TIME", false, "no runtime loads it after TIME (UTC)" },
	{ "--provenance", 0, "FILE", false, "text to carry along: who built this, from what" },
	{ "--strip", 0, NULL, false, "without the places where rules were written" },
	{ "--dump", 0, "STAGES", false, "print products as JSON: syntax,model,ir,bundle" },
	OPTIONS_FINDINGS,
	{ 0 },
};

static int sign_all(
	struct command_line *l, struct slice *bundle, const struct emit_key *keys, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		switch (emit_sign(l->arena, *bundle, &keys[i], bundle)) {
		case EMIT_SIGNED: break;
		case EMIT_SIGNED_ALREADY: return command_usage(l, "one key was given twice");
		case EMIT_SIGN_FULL: return command_usage(l, "a bundle has room for 64 signatures");
		}
	}
	return COMMAND_OK;
}

/* What the build reads must not be what it writes. */
static int check_output(struct command_line *l, const struct pipeline *p, const char *output)
{
	static const char *const inputs[] = { "--key", "--password-file", "--provenance" };
	bool taken = sources_has(&p->sources, output);
	for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
		uint32_t n;
		const char **paths = command_values(l, inputs[i], &n);
		for (uint32_t k = 0; k < n; k++)
			taken |= write_replaces(output, paths[k]);
	}
	return taken ? command_usage(
			       l, "%s is read for this bundle, which would replace it", output)
		     : COMMAND_OK;
}

static int compile(struct command_line *l, const char *output, struct slice *ret)
{
	struct pipeline p;
	const char *dump = command_value(l, "--dump");
	int status = options_pipeline(l, &p, true);
	if (status == COMMAND_OK && dump != NULL)
		status = options_dumps(l, dump, &p.dumps);
	if (status == COMMAND_OK)
		status = options_emit(l, &p.emit);
	if (status == COMMAND_OK)
		status = check_output(l, &p, output);
	if (status != COMMAND_OK)
		return status;
	*ret = pipeline_run(&p, PIPELINE_BUNDLE);
	command_print(&p.dump, stdout);
	status = options_report(l, &p, false);
	if (p.disagreement != NULL)
		return command_fail(l, COMMAND_INTERNAL,
			"nothing was written: the bundle decides otherwise than its sources. "
			"This is a mistake in aegisc.\n  %s",
			p.disagreement);
	return status;
}

int build_run(struct command_line *l)
{
	const char *output = command_value(l, "--output");
	struct slice bundle;
	struct emit_key *keys;
	uint32_t nkeys;
	if (output == NULL || output[0] == 0 || strcmp(output, "-") == 0)
		return command_usage(l, "where to? `-o policy.aegb` names the bundle");
	int status = keys_read(l, &keys, &nkeys); /* before the work, for who mistypes a password */
	if (status == COMMAND_OK)
		status = compile(l, output, &bundle);
	if (status == COMMAND_OK)
		status = sign_all(l, &bundle, keys, nkeys);
	if (status == COMMAND_OK)
		status = keys_write_bundle(l, output, bundle, nkeys > 0 ? &keys[0] : NULL);
	keys_wipe(keys, nkeys);
	if (status == COMMAND_OK && nkeys == 0)
		fprintf(stderr,
			"%s is not signed: no runtime loads it before `aegisc sign %s --key FILE`\n",
			output, output);
	return status;
}
