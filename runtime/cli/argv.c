/* aegisr argv: may a command-line tool be started with these arguments? */
#include <stdio.h>
#include <unistd.h>

#include "cli/answer.h"
#include "cli/commands.h"
#include "cli/load.h"
#include "cli/paint.h"
#include "cli/tell.h"
#include "cli/vector.h"

const struct option argv_options[] = {
	LOAD_TRUST,
	{ "--format", 0, "text|json", false, "json: one value on standard output (aegis.argv/1)" },
	{ 0 },
};

static void print_text(struct buf *out, const struct vector *v, struct slice tool)
{
	const struct aeg_cli_verdict *w = &v->verdict;
	bool allow = w->kind == AEG_ALLOW, colour = command_colour(STDOUT_FILENO);
	struct aeg_cli_info info = { .size_of = sizeof info };
	aeg_cli_info(v->tools, v->tool, &info);
	paint(out, colour, allow ? PAINT_GREEN : PAINT_RED, allow ? "allow" : "DENY");
	buf_text(out, "  ");
	tell_quote(out, tool);
	if (w->subcommand != AEG_NONE) {
		buf_text(out, " ");
		tell_quote(out, slice_str(aeg_cli_subcommand(v->tools, v->tool, w->subcommand)));
	}
	if (!allow) {
		buf_printf(out, ": %s\n  because   ", aeg_cli_reason_name(w->reason));
		vector_tell(out, v);
	} else {
		if (!info.constrained)
			buf_text(out, "\n  note      its arguments have no grammar");
		if (info.judge)
			buf_text(out, "\n  provided  the semantic judge agrees");
	}
	buf_text(out, "\n");
}

static void print_json(struct buf *out, const struct vector *v, struct slice tool)
{
	buf_text(out, "{\"schema\":\"aegis.argv/1\",\"tool\":");
	buf_json_string(out, tool);
	buf_printf(out, ",\"decision\":\"%s\"", v->verdict.kind == AEG_ALLOW ? "allow" : "deny");
	vector_answer(out, v);
	buf_text(out, "}\n");
}

static int decide(struct command_line *l, const struct aeg_bundle *b, bool json)
{
	struct buf out = { .arena = l->arena };
	struct slice tool = slice_of(l->operands[1]);
	struct aeg_cli_tools tools;
	enum aeg_status status = aeg_cli_tools_open(b, &tools);
	if (status != AEG_OK)
		return command_fail(l, COMMAND_REFUSED, "the command-line tools of the bundle: %s",
			aeg_status_text(status));
	struct vector v = { .tools = &tools,
		.tool = aeg_cli_find(&tools, (struct aeg_str){ tool.at, tool.len }),
		.argv = arena_array(l->arena, struct aeg_str, l->noperands),
		.n = l->noperands - 2 };
	if (v.tool == AEG_NONE)
		return command_usage(l, "the bundle has no command-line tool `%s`", l->operands[1]);
	for (uint32_t i = 0; i < v.n; i++) {
		struct slice s = slice_of(l->operands[2 + i]);
		v.argv[i] = (struct aeg_str){ s.at, s.len };
	}
	aeg_cli_decide(&tools, v.tool, v.argv, v.n, &v.verdict);
	(json ? print_json : print_text)(&out, &v, tool);
	command_print(&out, stdout);
	return v.verdict.kind == AEG_ALLOW ? COMMAND_OK : COMMAND_NO;
}

int argv_run(struct command_line *l)
{
	struct aeg_bundle b;
	int status;
	bool json = command_json(l, &status);
	if (status == COMMAND_OK)
		status = load_bundle(l, &b);
	if (status != COMMAND_OK)
		return status;
	status = decide(l, &b, json);
	aeg_bundle_close(&b);
	return status;
}
