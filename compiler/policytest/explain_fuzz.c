/*
 * Fuzzes explanations: of a call whose arguments are the input, under a policy that states
 * something of everything, each suggestion of the call alone has it allowed.
 */
#include "cli/explain.h"

#include <assert.h>
#include <stdlib.h>

#include "emit/emit.h"
#include "ir/hand_test.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct marg arguments[] = {
	{ .name = { .text = { "path", 4 } }, .role = ROLE_PATH, .required = true },
	{ .name = { .text = { "paths", 5 } }, .role = ROLE_PATH, .list = true },
	{ .name = { .text = { "command", 7 } }, .role = ROLE_COMMAND, .required = true },
	{ .name = { .text = { "args", 4 } }, .role = ROLE_ARGS },
	{ .name = { .text = { "url", 3 } }, .role = ROLE_URL },
	{ .name = { .text = { "key", 3 } }, .role = ROLE_SECRET },
};

static struct hand *make_bundle(struct aeg_bundle *ret)
{
	const struct emit_options o = { .serial = 1 };
	struct hand *h = hand_new();
	struct mcontext *c = hand_context(h, "c", 2, 0);
	struct mcap *cap = hand_cap(c, "t.*");

	h->model.tools = arena_new(&h->arena, struct mtool);
	h->model.tools[h->model.ntools++] =
		(struct mtool){ .name = hand_pattern("t.*"), .args = arguments, .nargs = 6 };
	cap->paths = hand_list(h, "/a", "/b/*", "/c/**/d", "/e*/f", NULL);
	cap->commands = hand_list(h, "git", "ls", NULL);
	cap->subcommand_form = SUBCOMMANDS_LIST;
	cap->subcommand_list = hand_list(h, "log", "-l", NULL);
	cap->domains = hand_list(h, "a.org", "*.b.org", "[::1]", "1.2.3.4", NULL);
	hand_cap(c, "t.x")->paths = hand_list(h, NULL);
	struct slice bundle = emit_bundle(&h->diags, ir_lower(&h->diags, &h->model, &h->names), &o);
	if (aeg_bundle_check(ret, bundle.at, bundle.len) != AEG_OK)
		abort();
	return h;
}

static const struct aeg_json *change(
	struct arena *a, const struct aeg_json *j, const struct change *c)
{
	const struct aeg_str name = { c->name.at, c->name.len };

	if (c->kind == CHANGE_ARGUMENTS)
		return args_scan(a, c->value);
	assert(c->kind == CHANGE_ARGUMENT || c->kind == CHANGE_LEAVE_OUT);
	if (args_kind(j, 0) == AEG_JSON_NULL)
		j = args_scan(a, SLICE("{}"));
	uint32_t token = aeg_json_member(j, 0, name);
	if (c->kind == CHANGE_LEAVE_OUT)
		return args_remove(a, j, token);
	if (token == AEG_NONE)
		return args_add(a, j, c->name, c->value);
	for (uint32_t i = 0; c->index != AEG_NONE && i <= c->index; i++)
		token = i == 0 ? token + 1 : j->tok[token].next;
	return args_replace(a, j, token, c->value);
}

static void make(struct arena *a, const struct aeg_bundle *b, struct aeg_call call,
	const struct suggestion *s)
{
	struct aeg_verdict v;

	for (size_t i = 0; i < s->changes.n; i++)
		call.args = change(a, call.args, &s->changes.v[i]);
	assert(aeg_decide(b, &call, &v) == AEG_OK && v.kind == AEG_ALLOW);
}

static void explain(
	struct arena *a, const struct aeg_bundle *b, const char *tool, struct slice text)
{
	struct aeg_call call = { .size_of = sizeof call, .tool = { tool, 3 } };
	struct buf out = { .arena = a }, json = out;
	struct aeg_verdict v;

	call.args = args_scan(a, text);
	if (aeg_decide(b, &call, &v) != AEG_OK)
		abort();
	const struct explanation *e = explain_call(a, b, SLICE("c"), &call, &v);
	assert((v.kind == AEG_ALLOW) == (e->nsuggestions == 0));
	for (size_t i = 0; i < e->nsteps; i++)
		explain_step_text(&out, &e->steps[i], "");
	for (uint32_t i = 0; i < e->nsuggestions; i++) {
		explain_suggestion_text(&out, b, &e->suggestion[i]);
		if (!e->suggestion[i].policy)
			make(a, b, call, &e->suggestion[i]);
	}
	buf_text(&json, "{");
	explain_suggestions_json(&json, b, e);
	buf_text(&json, "}");
	assert(args_scan(a, buf_done(&json))->status == AEG_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct aeg_bundle b;
	struct hand *h = make_bundle(&b);
	char *text = arena_array(&h->arena, char, size + 1);

	if (size > 0)
		memcpy(text, data, size);
	explain(&h->arena, &b, "t.y", (struct slice){ text, (uint32_t)size });
	explain(&h->arena, &b, "t.x", (struct slice){ text, (uint32_t)size });
	hand_free(h);
	return 0;
}
