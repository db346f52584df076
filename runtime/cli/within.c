/* aegisr within: may an execution under PARENT start one under CHILD? */
#include <stdio.h>
#include <unistd.h>

#include "base/nearest.h"
#include "cli/answer.h"
#include "cli/commands.h"
#include "cli/load.h"
#include "cli/paint.h"
#include "cli/tell.h"

const struct option within_options[] = {
	LOAD_TRUST,
	{ "--format", 0, "text|json", false,
		"json: one value on standard output (aegis.within/1)" },
	{ 0 },
};

struct question {
	struct command_line *l;
	const struct aeg_bundle *bundle;
	struct slice child, parent; /* as asked for */
	uint32_t child_index, parent_index;
	enum aeg_status status;
	struct aeg_ceiling is;
	struct aeg_json args; /* of the call that shows it, scanned; if there is one */
};

/* ---- Words --------------------------------------------------------------------------------- */

static const struct {
	const char *name, *words;
} wider[] = {
	[AEG_WIDER_UNKNOWN] = { "unknown",
		"nothing shows that it may not do more: they are too large to be compared" },
	[AEG_WIDER_CALLS] = { "calls", "it may make a call that the other is denied" },
	[AEG_WIDER_RATE] = { "rate", "it may make a call more often" },
	[AEG_WIDER_CONCURRENT] = { "concurrent", "it may have more calls under way at once" },
	[AEG_WIDER_RESPONSE] = { "response", "it may receive a larger response" },
	[AEG_WIDER_RESULTS] = { "results", "it may receive results from more hosts" },
};

static void add_unknown(struct buf *out, const struct aeg_bundle *b, struct slice name)
{
	struct aeg_bundle_info info = { .size_of = sizeof info };
	aeg_bundle_info(b, &info);
	struct slice *names = arena_array(out->arena, struct slice, info.ncontexts);
	for (uint32_t i = 0; i < info.ncontexts; i++) {
		struct aeg_context_info c = { .size_of = sizeof c };
		aeg_context_info(b, i, &c);
		names[i] = slice_str(c.name);
	}
	size_t near = nearest_name(name, names, info.ncontexts);
	buf_text(out, "no context is called ");
	tell_quote(out, name);
	if (near != SIZE_MAX) {
		buf_text(out, "; did you mean ");
		tell_quote(out, names[near]);
		buf_text(out, "?");
	}
}

/* Why it is not within, as one sentence. */
static void add_reason(struct buf *out, const struct question *q)
{
	if (q->child_index == AEG_NONE || q->parent_index == AEG_NONE)
		add_unknown(out, q->bundle, q->child_index == AEG_NONE ? q->child : q->parent);
	else if (q->status != AEG_OK)
		buf_text(out, aeg_status_text(q->status));
	else
		buf_text(out, wider[q->is.wider].words);
}

static const char *why(const struct question *q)
{
	if (q->child_index == AEG_NONE || q->parent_index == AEG_NONE)
		return "unknown_context";
	return q->status != AEG_OK ? "no_ceilings" : wider[q->is.wider].name;
}

/* ---- The call that shows it ---------------------------------------------------------------- */

/* As a shell's word. */
static void add_word(struct buf *out, struct slice s)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:@%+,=";
	uint32_t i = 0;
	while (i < s.len && memchr(plain, s.at[i], sizeof plain - 1) != NULL)
		i++;
	if (i == s.len && s.len > 0) {
		buf_slice(out, s);
		return;
	}
	buf_text(out, "'");
	for (uint32_t from = i = 0; i <= s.len; i++)
		if (i == s.len || s.at[i] == '\'') {
			tell_text(out, (struct slice){ s.at + from, i - from });
			buf_text(out, i == s.len ? "'" : "'\\''");
			from = i + 1;
		}
}

static void add_command(struct buf *out, const struct question *q, struct slice context)
{
	const char *trust = command_value(q->l, "--trust");
	buf_text(out, "\naegisr decide ");
	add_word(out, slice_of(q->l->operands[0]));
	if (trust != NULL) {
		buf_text(out, " --trust ");
		add_word(out, slice_of(trust));
	}
	buf_text(out, " --context ");
	add_word(out, context);
	buf_text(out, " --tool ");
	add_word(out, slice_str(q->is.tool));
	buf_text(out, " --args ");
	add_word(out, slice_str(q->is.args));
	buf_text(out, "\n");
}

static bool decide(
	const struct question *q, uint32_t context, struct aeg_call *call, struct aeg_verdict *ret)
{
	*call = (struct aeg_call){
		.size_of = sizeof *call, .context = context, .tool = q->is.tool, .args = &q->args
	};
	return aeg_decide(q->bundle, call, ret) == AEG_OK;
}

/* What both contexts decide of it, each as `aegisr decide` says it. */
static void tell_call(struct buf *out, const struct question *q)
{
	const struct {
		struct slice name;
		uint32_t index;
	} of[] = { { q->child, q->child_index }, { q->parent, q->parent_index } };
	for (size_t i = 0; i < 2; i++) {
		struct aeg_call call;
		struct aeg_verdict v;
		if (!decide(q, of[i].index, &call, &v))
			continue;
		struct tell t = { out, command_colour(STDOUT_FILENO), q->bundle, of[i].name,
			&call };
		add_command(out, q, of[i].name);
		tell_verdict(&t, &v);
	}
}

static void answer_side(
	struct buf *out, const struct question *q, uint32_t context, const char *before)
{
	struct aeg_call call;
	struct aeg_verdict v;
	if (!decide(q, context, &call, &v))
		return;
	buf_text(out, before);
	answer_decision(out, q->bundle, &call, &v);
	buf_text(out, "}");
}

/* ---- The answer ---------------------------------------------------------------------------- */

static void tell(struct buf *out, const struct question *q)
{
	const bool colour = command_colour(STDOUT_FILENO), within = q->is.within != 0;
	paint(out, colour, within ? PAINT_GREEN : PAINT_RED, within ? "within" : "NOT WITHIN");
	buf_text(out, "  ");
	tell_quote(out, q->child);
	buf_text(out, " in ");
	tell_quote(out, q->parent);
	if (!within) {
		buf_text(out, ": ");
		add_reason(out, q);
	}
	buf_text(out, "\n");
	if (q->is.tool.len != 0)
		tell_call(out, q);
}

static void answer(struct buf *out, const struct question *q)
{
	buf_text(out, "{\"schema\":\"aegis.within/1\",\"bundle\":{");
	answer_bundle(out, q->bundle);
	buf_text(out, "},\"child\":");
	buf_json_string(out, q->child);
	buf_text(out, ",\"parent\":");
	buf_json_string(out, q->parent);
	buf_text(out, q->is.within ? ",\"within\":true" : ",\"within\":false");
	if (!q->is.within) {
		struct buf reason = { .arena = out->arena };
		add_reason(&reason, q);
		buf_printf(out, ",\"why\":\"%s\",\"reason\":", why(q));
		buf_json_string(out, buf_done(&reason));
	}
	if (q->is.tool.len != 0) {
		buf_text(out, ",\"call\":{\"tool\":");
		answer_string(out, q->is.tool);
		buf_text(out, ",\"args\":");
		buf_slice(out, q->args.status == AEG_OK ? slice_str(q->is.args) : SLICE("null"));
		answer_side(out, q, q->child_index, "},\"child_decision\":{");
		answer_side(out, q, q->parent_index, ",\"parent_decision\":{");
	}
	buf_text(out, "}\n");
}

static void ask(struct question *q)
{
	q->is.size_of = sizeof q->is;
	q->child_index = aeg_context_find(q->bundle, (struct aeg_str){ q->child.at, q->child.len });
	q->parent_index =
		aeg_context_find(q->bundle, (struct aeg_str){ q->parent.at, q->parent.len });
	q->status = aeg_within(q->bundle, q->child_index, q->parent_index, &q->is);
	size_t n = aeg_json_bound(q->is.args.len);
	aeg_json_scan(&q->args, q->is.args.at, q->is.args.len,
		arena_array(q->l->arena, struct aeg_json_tok, n), n);
}

int within_run(struct command_line *l)
{
	struct aeg_bundle b;
	struct buf out = { .arena = l->arena };
	struct question q = { .l = l, .bundle = &b };
	int status;
	bool json = command_json(l, &status);
	if (status == COMMAND_OK)
		status = load_bundle(l, &b);
	if (status != COMMAND_OK)
		return status;
	q.child = slice_of(l->operands[1]);
	q.parent = slice_of(l->operands[2]);
	ask(&q);
	if (json)
		answer(&out, &q);
	else
		tell(&out, &q);
	command_print(&out, stdout);
	aeg_bundle_close(&b);
	return q.is.within ? COMMAND_OK : COMMAND_NO;
}
