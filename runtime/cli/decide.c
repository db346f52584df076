/* aegisr decide: one call, or a stream of them. */
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/answer.h"
#include "cli/args.h"
#include "cli/batch.h"
#include "cli/commands.h"
#include "cli/explain.h"
#include "cli/load.h"
#include "cli/tell.h"
#include "cli/vector.h"

const struct option decide_options[] = {
	LOAD_TRUST,
	{ "--context", 'c', "NAME", false, "the security context of the caller" },
	{ "--tool", 0, "NAME", false, "the tool" },
	{ "--args", 0, "JSON", false, "its arguments: JSON, @FILE, or - for standard input" },
	{ "--explain", 0, NULL, false,
		"show each step, where its rule is written, and what to change" },
	{ "--format", 0, "text|json", false,
		"json: one value on standard output (aegis.decision/1)" },
	{ "--batch", 0, NULL, false, "calls as JSON lines from standard input" },
	{ 0 },
};

/* ---- One call ------------------------------------------------------------------------------ */

static int scan_args(struct command_line *l, struct aeg_json *ret)
{
	struct slice text;
	int status = args_given(l, "--args", &text);
	if (status != COMMAND_OK)
		return status;
	size_t n = aeg_json_bound(text.len);
	aeg_json_scan(ret, text.at, text.len, arena_array(l->arena, struct aeg_json_tok, n), n);
	return COMMAND_OK;
}

/* A step as JSON has the form of a decision: the one that the rule alone would have made. */
static void add_json_step(const struct tell *t, const struct explain_step *s)
{
	struct aeg_verdict v = { .kind = s->step.reason == AEG_None ? AEG_ALLOW : AEG_DENY,
		.reason = s->step.reason,
		.capability = s->step.capability,
		.deny_entry = s->step.deny_entry,
		.token = s->step.token };
	buf_text(t->out, "{");
	answer_decision(t->out, t->bundle, t->call, &v);
	explain_step_json(t->out, s);
	buf_text(t->out, "}");
}

static void print_json(const struct tell *t, const struct aeg_verdict *v, const struct vector *argv,
	const struct explanation *e)
{
	buf_text(t->out, "{\"schema\":\"aegis.decision/1\",\"bundle\":{");
	answer_bundle(t->out, t->bundle);
	buf_text(t->out, "},");
	answer_decision(t->out, t->bundle, t->call, v);
	if (v->kind == AEG_DENY) {
		struct buf reason = { .arena = t->out->arena };
		struct tell why = *t;
		why.out = &reason;
		if (argv->tool != AEG_NONE)
			vector_tell(&reason, argv);
		else
			tell_reason(&why, v->reason, v->token, v->capability);
		buf_text(t->out, ",\"reason\":");
		buf_json_string(t->out, buf_done(&reason));
	}
	vector_answer(t->out, argv);
	for (size_t i = 0; e != NULL && i < e->nsteps; i++) {
		buf_text(t->out, i == 0 ? ",\"steps\":[" : ",");
		add_json_step(t, &e->steps[i]);
	}
	if (e != NULL) {
		buf_text(t->out, e->nsteps == 0 ? ",\"steps\":[]," : "],");
		explain_suggestions_json(t->out, t->bundle, e);
	}
	buf_text(t->out, "}\n");
}

/* Only what matches the tool is looked at: the totals say how much did not. */
static void print_steps(const struct tell *t, const struct explanation *e)
{
	struct aeg_context_info info = { .size_of = sizeof info };
	if (aeg_context_info(t->bundle, t->call->context, &info) != AEG_OK)
		return;
	buf_printf(t->out,
		"steps: looked at %u of %u rules (%u in the deny list, %u among the capabilities)\n",
		(unsigned)e->nsteps, (unsigned)(info.ndeny + info.ncapabilities),
		(unsigned)info.ndeny, (unsigned)info.ncapabilities);
	for (size_t i = 0; i < e->nsteps; i++) {
		tell_step(t, (uint32_t)i + 1, &e->steps[i].step);
		explain_step_text(t->out, &e->steps[i], "      ");
	}
}

/* After the policy, the tool: its subcommands, its grammar, and what is refused anyway. */
static void print_argv(const struct tell *t, const struct vector *argv)
{
	buf_text(t->out, "argv: ");
	if (argv->verdict.kind == AEG_ALLOW)
		buf_printf(t->out, "%u argument%s that the tool may be started with",
			(unsigned)argv->n, argv->n == 1 ? "" : "s");
	else
		vector_tell(t->out, argv);
	buf_text(t->out, "\n");
}

static void print_text(const struct tell *t, const struct aeg_verdict *v, const struct vector *argv,
	const struct explanation *e)
{
	struct buf why = { .arena = t->out->arena };
	if (argv->tool != AEG_NONE && v->kind == AEG_DENY)
		vector_tell(&why, argv);
	tell_verdict_because(t, v, buf_done(&why));
	for (uint32_t i = 0; e != NULL && i < e->nsuggestions; i++) {
		buf_text(t->out, i == 0 ? "  change    " : "  or        ");
		explain_suggestion_text(t->out, t->bundle, &e->suggestion[i]);
		buf_text(t->out, "\n");
	}
	if (e != NULL)
		print_steps(t, e);
	if (e != NULL && argv->tool != AEG_NONE)
		print_argv(t, argv);
}

static int decide(
	struct command_line *l, const struct tell *t, const struct aeg_cli_tools *tools, bool json)
{
	const struct explanation *e = NULL;
	struct aeg_verdict v;
	enum aeg_status status = aeg_decide(t->bundle, t->call, &v);
	if (status != AEG_OK)
		return command_fail(
			l, COMMAND_INTERNAL, "no decision: %s", aeg_status_text(status));
	if (command_has(l, "--explain"))
		e = explain_call(l->arena, t->bundle, t->context, t->call, &v);
	struct vector argv = vector_decide(l->arena, tools, t->call, &v);
	if (json)
		print_json(t, &v, &argv, e);
	else
		print_text(t, &v, &argv, e);
	command_print(t->out, stdout);
	return v.kind == AEG_ALLOW ? COMMAND_OK : COMMAND_NO;
}

static int decide_one(struct command_line *l, const struct aeg_bundle *b,
	const struct aeg_cli_tools *tools, bool json)
{
	const char *context = command_value(l, "--context"), *tool = command_value(l, "--tool");
	struct buf out = { .arena = l->arena };
	struct aeg_json args;
	struct aeg_call call = { .size_of = sizeof call };
	struct tell t = { &out, command_colour(STDOUT_FILENO), b, slice_of(context), &call };
	call.tool = (struct aeg_str){ tool, (uint32_t)strlen(tool) };
	call.context = aeg_context_find(b, (struct aeg_str){ t.context.at, t.context.len });
	if (command_has(l, "--args")) {
		int status = scan_args(l, &args);
		if (status != COMMAND_OK)
			return status;
		call.args = &args;
	}
	return decide(l, &t, tools, json);
}

/* ---- The command --------------------------------------------------------------------------- */

static int check_options(struct command_line *l)
{
	static const char *const of_one_call[] = { "--context", "--tool", "--args", "--explain",
		"--format" };
	bool batch = command_has(l, "--batch");
	for (size_t i = 0; i < sizeof of_one_call / sizeof *of_one_call && batch; i++)
		if (command_has(l, of_one_call[i]))
			return command_usage(
				l, "`%s` is for a single call, not for `--batch`", of_one_call[i]);
	if (!batch && (!command_has(l, "--context") || !command_has(l, "--tool")))
		return command_usage(
			l, "which call? `--context NAME --tool NAME --args JSON`, or `--batch`");
	const char *args = command_value(l, "--args");
	bool args_read = args != NULL && (strcmp(args, "-") == 0 || strcmp(args, "@-") == 0);
	if ((batch || args_read) && strcmp(l->operands[0], "-") == 0)
		return command_usage(l, "only one of bundle and %s can be standard input",
			batch ? "calls" : "arguments");
	return COMMAND_OK;
}

int decide_run(struct command_line *l)
{
	struct aeg_bundle b;
	int status = check_options(l);
	if (status != COMMAND_OK)
		return status;
	bool json = command_json(l, &status);
	if (status == COMMAND_OK)
		status = load_bundle(l, &b);
	if (status != COMMAND_OK)
		return status;
	struct aeg_cli_tools tools;
	enum aeg_status opened = aeg_cli_tools_open(&b, &tools);
	if (opened != AEG_OK)
		status = command_fail(l, COMMAND_REFUSED,
			"the command-line tools of the bundle: %s", aeg_status_text(opened));
	else if (command_has(l, "--batch"))
		status = batch_run(l, &b, &tools);
	else
		status = decide_one(l, &b, &tools, json);
	aeg_bundle_close(&b);
	return status;
}
