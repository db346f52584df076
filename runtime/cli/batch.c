/* decide --batch: one line in, one line out, in the same order. */
#include "cli/batch.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/answer.h"
#include "cli/lines.h"
#include "cli/vector.h"

struct batch {
	const struct aeg_bundle *bundle;
	const struct aeg_cli_tools *tools;
	struct arena scratch; /* of one line */
	struct tokens line, args;
	char *name; /* of a context or tool, where it has to be unescaped */
	size_t name_cap;
	struct buf out;
};

/* The members of one line; tokens, or AEG_NONE. */
struct request {
	uint32_t id, context, tool, args;
};

/* ---- One line ------------------------------------------------------------------------------ */

static void answer_error(struct batch *b, struct slice id, const char *what)
{
	buf_text(&b->out, "{\"id\":");
	buf_slice(&b->out, id);
	buf_text(&b->out, ",\"error\":");
	buf_json_string(&b->out, slice_of(what));
	buf_text(&b->out, "}\n");
}

/* A string member's value; unescaped into b->name where it must be. False: no memory. */
static bool text_of(struct batch *b, const struct aeg_json *j, uint32_t token, struct aeg_str *ret)
{
	const struct aeg_json_tok *t = &j->tok[token];
	if ((t->info & AEG_JSON_ESCAPED) == 0) {
		*ret = (struct aeg_str){ j->text + t->at, t->len };
		return true;
	}
	if (t->len > b->name_cap) {
		free(b->name);
		b->name = malloc(t->len);
		b->name_cap = b->name == NULL ? 0 : t->len;
	}
	if (b->name == NULL)
		return false;
	*ret = (struct aeg_str){ b->name, (uint32_t)aeg_json_unescape(j, token, b->name, t->len) };
	return true;
}

static const char *wrong_member(const struct aeg_json *j, const struct request *r)
{
	if (r->context == AEG_NONE)
		return "`context` is missing";
	if (r->tool == AEG_NONE)
		return "`tool` is missing";
	if (tokens_kind(j, r->context) != AEG_JSON_STRING)
		return "`context` is not a string";
	if (tokens_kind(j, r->tool) != AEG_JSON_STRING)
		return "`tool` is not a string";
	return NULL;
}

static struct request find_members(const struct aeg_json *j)
{
	return (struct request){
		.id = aeg_json_member(j, 0, (struct aeg_str){ "id", 2 }),
		.context = aeg_json_member(j, 0, (struct aeg_str){ "context", 7 }),
		.tool = aeg_json_member(j, 0, (struct aeg_str){ "tool", 4 }),
		.args = aeg_json_member(j, 0, (struct aeg_str){ "args", 4 }),
	};
}

/* NULL: answered. Else what is wrong. */
static const char *decide(
	struct batch *b, const struct aeg_json *j, const struct request *r, struct slice id)
{
	static const char no_memory[] = "not enough memory for a line of this length";
	struct aeg_call call = { .size_of = sizeof call };
	struct aeg_json args;
	struct aeg_verdict v;
	struct aeg_str name;
	if (!text_of(b, j, r->context, &name))
		return no_memory;
	call.context = aeg_context_find(b->bundle, name);
	if (!text_of(b, j, r->tool, &call.tool))
		return no_memory;
	if (r->args != AEG_NONE) {
		struct slice text = tokens_raw(j, r->args);
		if (!tokens_scan(&args, &b->args, text.at, text.len))
			return no_memory;
		call.args = &args;
	}
	enum aeg_status status = aeg_decide(b->bundle, &call, &v);
	if (status != AEG_OK)
		return aeg_status_text(status);
	struct vector argv = vector_decide(&b->scratch, b->tools, &call, &v);
	buf_text(&b->out, "{\"id\":");
	buf_slice(&b->out, id);
	buf_text(&b->out, ",");
	answer_decision(&b->out, b->bundle, &call, &v);
	if (v.kind == AEG_DENY)
		vector_answer(&b->out, &argv);
	buf_text(&b->out, "}\n");
	arena_free(&b->scratch);
	return NULL;
}

static void answer_line(struct batch *b, struct slice line)
{
	struct slice id = SLICE("null");
	struct aeg_json j;
	const char *wrong;
	if (!tokens_scan(&j, &b->line, line.at, line.len)) {
		answer_error(b, id, "not enough memory for a line of this length");
		return;
	}
	if (j.status != AEG_OK) {
		char text[96];
		snprintf(text, sizeof text, "%s: byte %u", aeg_status_text(j.status),
			(unsigned)j.bad);
		answer_error(b, id, text);
		return;
	}
	if (tokens_kind(&j, 0) != AEG_JSON_OBJECT) {
		answer_error(b, id, "not a JSON object");
		return;
	}
	struct request r = find_members(&j);
	if (r.id != AEG_NONE)
		id = tokens_raw(&j, r.id);
	if (tokens_member_twice(&j, &b->args))
		wrong = "a member is there twice";
	else
		wrong = wrong_member(&j, &r);
	if (wrong == NULL)
		wrong = decide(b, &j, &r, id);
	if (wrong != NULL)
		answer_error(b, id, wrong);
}

static void answer(void *ctx, struct slice line) { answer_line(ctx, line); }

static void answer_too_long(void *ctx)
{
	answer_error(ctx, SLICE("null"), aeg_status_text(AEG_TOO_LARGE));
}

int batch_run(
	struct command_line *l, const struct aeg_bundle *bundle, const struct aeg_cli_tools *tools)
{
	struct batch b = { .bundle = bundle,
		.tools = tools,
		.scratch = { .limit = l->arena->limit,
			.fail = l->arena->fail,
			.ctx = l->arena->ctx },
		.out.arena = l->arena };
	struct lines lines = {
		.answer = answer, .too_long = answer_too_long, .ctx = &b, .out = &b.out
	};
	int status = lines_run(l, &lines);
	free(b.line.v);
	free(b.args.v);
	free(b.name);
	return status;
}
