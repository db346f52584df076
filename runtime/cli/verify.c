/* aegisr verify: may this node load the bundle? */
#include <stdio.h>

#include "cli/answer.h"
#include "cli/commands.h"
#include "cli/load.h"

const struct option verify_options[] = {
	LOAD_TRUST,
	{ "--format", 0, "text|json", false,
		"json: one value on standard output (aegis.verify/1)" },
	{ 0 },
};

static void tell_accepted(struct buf *out, const struct aeg_bundle *b)
{
	struct aeg_bundle_info info = { .size_of = sizeof info };
	aeg_bundle_info(b, &info);
	buf_printf(out, "accepted  serial %llu, %u contexts, ", (unsigned long long)info.serial,
		(unsigned)info.ncontexts);
	load_time(out, info.not_after);
	buf_text(out, "\n          digest ");
	for (int i = 0; i < AEG_DIGEST_SIZE; i++)
		buf_printf(out, "%02x", info.digest[i]);
	buf_text(out, "\n");
}

static void answer_refused(struct buf *out, const char *why, const char *help)
{
	buf_text(out, "{\"schema\":\"aegis.verify/1\",\"accepted\":false,\"reason\":");
	buf_json_string(out, slice_of(why));
	if (help != NULL) {
		buf_text(out, ",\"help\":");
		buf_json_string(out, slice_of(help));
	}
	buf_text(out, "}\n");
}

static void answer_accepted(struct buf *out, const struct aeg_bundle *b)
{
	buf_text(out, "{\"schema\":\"aegis.verify/1\",\"accepted\":true,\"bundle\":{");
	answer_bundle(out, b);
	buf_text(out, "}}\n");
}

int verify_run(struct command_line *l)
{
	struct aeg_bundle b;
	struct buf out = { .arena = l->arena };
	const char *why, *help;
	int status;
	bool json = command_json(l, &status);
	if (status != COMMAND_OK)
		return status;
	status = json ? load_bundle_quietly(l, &b, &why, &help) : load_bundle(l, &b);
	if (status == COMMAND_OK) {
		if (json)
			answer_accepted(&out, &b);
		else
			tell_accepted(&out, &b);
		aeg_bundle_close(&b);
	} else if (status == COMMAND_REFUSED && json) {
		answer_refused(&out, why, help);
	}
	command_print(&out, stdout);
	return status;
}
