/* Random models and random calls: the bundle and the naive evaluator must agree on every one. */
#include "prove/prove.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "emit/emit.h"
#include "prove/world_test.h"

enum { MODELS = 1000, CALLS = 600 };

static struct slice compile(struct world *w)
{
	const struct emit_options options = { .serial = 1, .strip = one_in(w, 2) };
	struct program *p = ir_lower(&w->diags, &w->model, &w->names);
	struct slice bundle = emit_bundle(&w->diags, p, &options);

	assert_int_equal(w->diags.errors, 0);
	assert_int_equal(aeg_bundle_check(&w->bundle, bundle.at, bundle.len), AEG_OK);
	return bundle;
}

struct tally {
	uint64_t allowed, denied[AEG_REASON_MAX];
};

static void compare(struct world *w, const struct mcontext *c, const struct aeg_call *call,
	struct slice args, struct tally *tally)
{
	struct slice tool = { call->tool.at, call->tool.len };
	struct aeg_verdict v, again;
	struct naive_verdict n = naive_decide(&w->model, c, tool, call->args, &w->arena);

	assert_int_equal(aeg_decide(&w->bundle, call, &v), AEG_OK);
	assert_int_equal(aeg_decide_explained(&w->bundle, call, &again, NULL, NULL), AEG_OK);
	assert_memory_equal(&v, &again, sizeof v);
	const char *reason = v.kind == AEG_ALLOW ? "allow" : aeg_reason_name(v.reason);
	const char *naive = n.allow ? "allow" : n.violation;
	if (strcmp(reason, naive) != 0 || v.capability != n.capability ||
		v.deny_entry != n.deny_entry) {
		struct buf dump = new_text(w);
		ir_dump(&dump, ir_lower(&w->diags, &w->model, &w->names));
		fputs(buf_done(&dump).at, stderr);
		fail_msg("context %.*s tool %.*s args %.*s: bundle %s %d %d, model %s %d %d",
			c == NULL ? 2 : (int)c->name.text.len, c == NULL ? "no" : c->name.text.at,
			SLICE_ARG(tool), SLICE_ARG(args), reason, (int)v.capability,
			(int)v.deny_entry, naive, (int)n.capability, (int)n.deny_entry);
	}
	if (n.allow)
		tally->allowed++;
	else
		tally->denied[v.reason]++;
}

static void random_call(struct world *w, struct tally *tally)
{
	struct arena mark = w->arena;
	const struct mcontext *c = &w->model.contexts[pick(w, w->model.ncontexts)];
	struct slice tool = random_tool(w, c);
	struct buf args = new_text(w);
	struct aeg_json json;
	struct aeg_call call = { .size_of = sizeof call, .tool = { tool.at, tool.len } };

	call.context =
		aeg_context_find(&w->bundle, (struct aeg_str){ c->name.text.at, c->name.text.len });
	assert_int_not_equal(call.context, AEG_NONE);
	w->near = c;
	add_arguments(w, &args, near_tool(w, tool));
	if (args.len <= MAX_ARGS && !one_in(w, 50)) {
		size_t need = aeg_json_bound(args.len);
		assert_true(need <= sizeof w->tok / sizeof *w->tok);
		aeg_json_scan(&json, buf_done(&args).at, args.len, w->tok, need);
		call.args = &json;
	}
	if (one_in(w, 200)) {
		call.context = AEG_NONE;
		c = NULL;
	}
	compare(w, c, &call, buf_done(&args), tally);
	arena_rewind(&w->arena, &mark);
}

static void test_random_calls(void **state)
{
	struct world *w = new_world(0x243f6a8885a308d3u);
	struct tally tally = { 0 };

	(void)state;
	for (int i = 0; i < MODELS; i++) {
		make_world(w);
		compile(w);
		for (int k = 0; k < CALLS; k++)
			random_call(w, &tally);
		arena_free(&w->arena);
	}
	free(w);
	/* A generator that never gets past the first rules proves little. */
	assert_true(tally.allowed > MODELS * CALLS / 20);
	for (int r = AEG_UnknownContext; r <= AEG_DomainNotAllowed; r++)
		if (tally.denied[r] < MODELS / 2)
			fail_msg("%s met only %d times", aeg_reason_name((enum aeg_reason)r),
				(int)tally.denied[r]);
}

static void test_proves_random_models(void **state)
{
	struct world *w = new_world(0x13198a2e03707344u);

	(void)state;
	for (int i = 0; i < MODELS; i++) {
		make_world(w);
		struct slice bundle = compile(w);
		struct prove_report report = prove_bundle(&w->arena, &w->model, bundle, 8);
		if (report.disagreement != NULL)
			fail_msg("%s", report.disagreement);
		assert_int_equal(report.contexts, w->model.ncontexts);
		arena_free(&w->arena);
	}
	free(w);
}

/* ---- What proving must catch ---------------------------------------------------------------- */

static struct marg small_args[] = {
	{ .name = { .text = { "path", 4 } }, .role = ROLE_PATH, .required = true },
	{ .name = { .text = { "url", 3 } }, .role = ROLE_URL, .required = true },
	{ .name = { .text = { "command", 7 } }, .role = ROLE_COMMAND, .required = true },
};

/* A context with one capability of each kind, under a catalogue like the platform's. */
static struct hand *small_model(struct slice *ret_bundle)
{
	static const char *const names[] = { "fs.read", "web.fetch", "cmd.run" };
	struct hand *h = hand_new();
	struct mcontext *c = hand_context(h, "c", 3, 1);
	const struct emit_options o = { .serial = 1 };

	hand_deny(c, "fs.delete");
	h->model.tools = arena_array(&h->arena, struct mtool, 3);
	for (; h->model.ntools < 3; h->model.ntools++) {
		uint32_t i = h->model.ntools;
		h->model.tools[i] = (struct mtool){
			.name = hand_pattern(names[i]), .args = &small_args[i], .nargs = 1
		};
		hand_cap(c, names[i]);
	}
	c->caps[0].paths = hand_list(h, "/workspace", NULL);
	c->caps[1].domains = hand_list(h, "github.com", NULL);
	c->caps[2].commands = hand_list(h, "git", NULL);
	*ret_bundle = emit_bundle(&h->diags, ir_lower(&h->diags, &h->model, &h->names), &o);
	return h;
}

/* The model is changed after it was compiled: whatever it is, the bundle is no longer its. */
static const char *after_change(void (*change)(struct mcontext *))
{
	struct slice bundle;
	struct hand *h = small_model(&bundle);

	assert_null(prove_bundle(&h->arena, &h->model, bundle, 16).disagreement);
	change(h->model.contexts);
	bool found = prove_bundle(&h->arena, &h->model, bundle, 16).disagreement != NULL;
	hand_free(h);
	return found ? "found" : "missed";
}

static void drop_deny(struct mcontext *c) { c->ndeny = 0; }
static void other_deny(struct mcontext *c) { c->deny[0].stem = SLICE("fs.write"); }
static void widen_pattern(struct mcontext *c)
{
	c->caps[0].pattern = (struct mpattern){
		.written = c->caps[0].pattern.written, .stem = SLICE("fs"), .form = PATTERN_PREFIX
	};
}
static void swap_capabilities(struct mcontext *c)
{
	struct mcap first = c->caps[0];

	c->caps[0] = c->caps[1];
	c->caps[1] = first;
}
static void unstate_paths(struct mcontext *c) { c->caps[0].paths.stated = false; }
static void other_path(struct mcontext *c) { c->caps[0].paths.v->text = SLICE("/tmp"); }
static void other_host(struct mcontext *c) { c->caps[1].domains.v->text = SLICE("*.github.com"); }
static void other_command(struct mcontext *c) { c->caps[2].commands.v->text = SLICE("ls"); }
static void no_subcommand(struct mcontext *c)
{
	c->caps[2].subcommand_form = SUBCOMMANDS_LIST;
	c->caps[2].subcommand_list.stated = true;
}
static void other_size(struct mcontext *c)
{
	for (uint32_t i = 0; i < 3; i++)
		c->caps[i].max_response_size = 7;
}

static void test_finds_differences(void **state)
{
	(void)state;
	assert_string_equal(after_change(drop_deny), "found");
	assert_string_equal(after_change(other_deny), "found");
	assert_string_equal(after_change(widen_pattern), "found");
	assert_string_equal(after_change(swap_capabilities), "found");
	assert_string_equal(after_change(unstate_paths), "found");
	assert_string_equal(after_change(other_path), "found");
	assert_string_equal(after_change(other_host), "found");
	assert_string_equal(after_change(other_command), "found");
	assert_string_equal(after_change(no_subcommand), "found");
	assert_string_equal(after_change(other_size), "found");
}

static void test_refuses_a_damaged_bundle(void **state)
{
	struct slice bundle;
	struct hand *h = small_model(&bundle);

	(void)state;
	char *copy = arena_array(&h->arena, char, bundle.len);
	memcpy(copy, bundle.at, bundle.len);
	copy[0] ^= 1;
	bundle.at = copy;
	assert_non_null(prove_bundle(&h->arena, &h->model, bundle, 1).disagreement);
	hand_free(h);
}

static void test_is_deterministic(void **state)
{
	struct slice bundle;
	struct hand *h = small_model(&bundle);

	(void)state;
	uint64_t calls = prove_bundle(&h->arena, &h->model, bundle, 8).calls;
	assert_int_equal(prove_bundle(&h->arena, &h->model, bundle, 8).calls, calls);
	uint64_t classes = prove_bundle(&h->arena, &h->model, bundle, 0).calls;
	assert_true(classes > 0);
	assert_int_equal(calls, classes + 3 * 8);
	hand_free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_calls),
		cmocka_unit_test(test_proves_random_models),
		cmocka_unit_test(test_finds_differences),
		cmocka_unit_test(test_refuses_a_damaged_bundle),
		cmocka_unit_test(test_is_deterministic),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
