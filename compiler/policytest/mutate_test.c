/* Mutants and generated tests: by hand on one policy, and against whole rebuilds on many. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "driver/pipeline.h"
#include "policytest/edit.h"
#include "policytest/policytest.h"

struct world {
	struct arena arena, scratch;
	struct pipeline p;
	struct aeg_bundle bundle;
	struct policytest_options o;
};

static void out_of_memory(void *ctx)
{
	(void)ctx;
	fail_msg("out of memory");
}

static void begin(struct world *w, const char *policy, struct slice tests)
{
	*w = (struct world){ .arena = { .limit = 1u << 30, .fail = out_of_memory },
		.scratch = { .limit = 1u << 30, .fail = out_of_memory } };
	struct buf findings = { .arena = &w->arena };
	pipeline_init(&w->p, &w->arena);
	w->p.link.building = true;
	sources_add_text(&w->p.sources, "policy.yaml", slice_of(policy));
	if (tests.len > 0)
		sources_add_text(&w->p.sources, "tests.yaml", tests);
	struct slice bytes = pipeline_run(&w->p, PIPELINE_BUNDLE);
	diag_render_text(&w->p.diags, &findings, false);
	if (w->p.diags.errors != 0)
		fail_msg("%s\n%s%.*s", buf_done(&findings).at, policy, SLICE_ARG(tests));
	assert_int_equal(aeg_bundle_check(&w->bundle, bytes.at, bytes.len), AEG_OK);
	w->o = (struct policytest_options){ .bundle = &w->bundle,
		.scratch = &w->scratch,
		.model = w->p.stats.model,
		.compiled = true,
		.coverage = true };
}

static void end(struct world *w)
{
	arena_free(&w->arena);
	arena_free(&w->scratch);
}

static const struct policytest_report *run(struct world *w)
{
	return policytest_run(&w->p.diags, &w->o);
}

/* ---- By hand ------------------------------------------------------------------------------- */

static const char policy[] =
	"apiVersion: seal.100monkeys.ai/v1\n"
	"kind: SecurityContext\n"
	"metadata: { name: c }\n"
	"spec:\n"
	"  description: For tests.\n"
	"  capabilities:\n"
	"    - { tool_pattern: fs.read, path_allowlist: [/a, /a/b] }\n"
	"    - { tool_pattern: a.b, rate_limit: { calls: 2, per_seconds: 60 } }\n"
	"  deny_list: [fs.delete]\n"
	"---\n"
	"apiVersion: seal.100monkeys.ai/v1\n"
	"kind: PolicyTest\n"
	"metadata: { name: t }\n"
	"spec:\n"
	"  defaults: { context: c }\n"
	"  cases:\n"
	"    - { name: in, call: { tool: fs.read, args: { path: /a/b } }, expect: allow }\n"
	"    - { name: out, call: { tool: fs.read, args: { path: /b } }, expect: deny }\n"
	"    - name: two\n"
	"      expect: allow\n"
	"      calls: [{ tool: a.b, at: 0s }, { tool: a.b, at: 1s }]\n";

static void each_mutant_has_the_fate_worked_out_by_hand(void **state)
{
	static const struct {
		const char *change;
		enum mutant_fate fate;
		const char *tool, *args;
	} expected[] = {
		{ "capability 0, `fs.read` removed", MUTANT_KILLED, NULL, NULL },
		{ "capability 0, `fs.read` became `fs.*`", MUTANT_SURVIVED, "fs.a",
			"{\"path\":\"/a\"}" },
		{ "capability 0, `fs.read`: `path_allowlist` dropped", MUTANT_KILLED, NULL, NULL },
		/* /a/b alone would still let `in` pass. */
		{ "capability 0, `fs.read`: path `/a` removed", MUTANT_SURVIVED, "fs.read",
			"{\"path\":\"/a\"}" },
		{ "capability 0, `fs.read`: path `/a` became `/`", MUTANT_KILLED, NULL, NULL },
		{ "capability 0, `fs.read`: path `/a/b` removed", MUTANT_EQUIVALENT, NULL, NULL },
		{ "capability 0, `fs.read`: path `/a/b` became `/a`", MUTANT_EQUIVALENT, NULL,
			NULL },
		{ "capability 1, `a.b` removed", MUTANT_KILLED, NULL, NULL },
		{ "capability 1, `a.b` became `a.*`", MUTANT_SURVIVED, "a.a", "{}" },
		/* Nobody tries a third call. */
		{ "capability 1, `a.b`: `rate_limit` removed", MUTANT_SURVIVED, "a.b", "{}" },
		{ "capability 1, `a.b`: `rate_limit` of one call more", MUTANT_SURVIVED, "a.b",
			"{}" },
		/* No capability grants what the entry denies. */
		{ "deny entry 0, `fs.delete` removed", MUTANT_EQUIVALENT, NULL, NULL },
		{ "deny entry 0, `fs.delete` became `fs.*`", MUTANT_KILLED, NULL, NULL },
	};
	struct world w;
	(void)state;
	begin(&w, policy, SLICE(""));
	const struct policytest_report *r = run(&w);
	assert_int_equal(r->failed, 0);
	const struct mutation *m = policytest_mutate(&w.p.diags, &w.o, r);
	assert_int_equal(m->n, sizeof expected / sizeof *expected);
	for (uint32_t i = 0; i < m->n; i++) {
		assert_string_equal(m->v[i].change, expected[i].change);
		assert_int_equal(m->v[i].fate, expected[i].fate);
		if (expected[i].tool == NULL) {
			assert_null(m->v[i].tool.at);
			continue;
		}
		assert_string_equal(m->v[i].tool.at, expected[i].tool);
		assert_string_equal(m->v[i].args.at, expected[i].args);
		assert_string_not_equal(m->v[i].policy, m->v[i].mutant);
	}
	assert_int_equal(m->killed, 5);
	assert_int_equal(m->survived, 5);
	assert_int_equal(m->equivalent, 3);
	assert_int_equal(mutation_percent(m), 50);
	end(&w);
}

/* ---- On many policies ---------------------------------------------------------------------- */

struct random {
	uint64_t state;
	struct buf out;
};

static uint32_t below(struct random *r, uint32_t n)
{
	r->state ^= r->state << 13;
	r->state ^= r->state >> 7;
	r->state ^= r->state << 17;
	return (uint32_t)((r->state >> 32) % n);
}

#define PICK(r, list) (list)[below((r), sizeof(list) / sizeof *(list))]
#define ADD(r, text)  buf_text(&(r)->out, (text))

static const char *const tools[] = { "fs.read", "fs.*", "\"*\"", "cmd.run", "cmd.*", "web.fetch",
	"web.search", "web.*", "a", "a.b", "a.*", "move" };
static const char *const paths[] = { "/", "/a", "/a/b", "/a/*", "/a/**/c", "/b", "/w x",
	"\"/\\u2028\\u00e9\\\"\"" };
static const char *const domains[] = { "a.org", "\"*.a.org\"", "org", "b.a.org", "1.2.3.4",
	"\"[::1]\"", "a" };
static const char *const commands[] = { "git", "ls", "a", "/bin/ls" };
static const char *const subcommands[] = { "status", "a", "-C", "\"\\\"q\\\"\"" };

#define ADD_LIST(r, list) \
	do { \
		ADD(r, "["); \
		for (uint32_t n_ = below((r), 4), i_ = 0; i_ < n_; i_++) { \
			ADD(r, i_ == 0 ? "" : ", "); \
			ADD(r, PICK((r), list)); \
		} \
		ADD(r, "]"); \
	} while (0)

static void add_commands(struct random *r)
{
	const char *before = "";
	switch (below(r, 4)) {
	case 0:
		ADD(r, ", command_allowlist: ");
		ADD_LIST(r, commands);
		ADD(r, ", subcommand_allowlist: ");
		ADD_LIST(r, subcommands);
		break;
	case 1:
		ADD(r, ", subcommand_allowlist: {");
		for (size_t i = below(r, 4); i < sizeof commands / sizeof *commands; i += 2) {
			ADD(r, before);
			ADD(r, commands[i]);
			ADD(r, ": ");
			ADD_LIST(r, subcommands);
			before = ", ";
		}
		ADD(r, "}");
		break;
	default: break;
	}
}

static void add_capability(struct random *r)
{
	ADD(r, "    - { tool_pattern: ");
	ADD(r, PICK(r, tools));
	if (below(r, 2) == 0) {
		ADD(r, ", path_allowlist: ");
		ADD_LIST(r, paths);
	}
	if (below(r, 3) == 0) {
		ADD(r, ", domain_allowlist: ");
		ADD_LIST(r, domains);
	}
	add_commands(r);
	if (below(r, 4) == 0)
		buf_printf(
			&r->out, ", rate_limit: { calls: %u, per_seconds: 60 }", below(r, 2) + 1);
	if (below(r, 6) == 0)
		ADD(r, ", max_concurrent: 1");
	if (below(r, 6) == 0)
		ADD(r, ", max_response_size: 7");
	ADD(r, " }\n");
}

static const char *random_policy(struct random *r)
{
	uint32_t n = below(r, 4) + 1;
	ADD(r, "apiVersion: seal.100monkeys.ai/v1\nkind: SecurityContext\nmetadata: { name: c }\n"
	       "spec:\n  description: x\n  capabilities:\n");
	while (n-- > 0)
		add_capability(r);
	ADD(r, "  deny_list: ");
	ADD_LIST(r, tools);
	ADD(r, "\n---\napiVersion: seal.100monkeys.ai/v1\nkind: ToolCatalogue\n"
	       "metadata: { name: t }\nspec:\n  tools:\n    - { name: move, arguments: [\n"
	       "        { name: from, role: path, required: true }, { name: to, role: path },\n"
	       "        { name: urls, role: url, list: true }] }\n");
	return buf_done(&r->out).at;
}

/* The fate of the edited policy, built whole and run as any other. */
static bool fails_rebuilt(struct world *w, const struct edit *e)
{
	struct diags d = { .arena = &w->arena, .sources = &w->p.sources };
	struct link_options link = { .building = true };
	struct emit_options emit = { 0 };
	struct model m = *w->o.model;
	struct aeg_bundle bundle;
	uint32_t at = (uint32_t)(e->at.context - m.contexts);
	m.contexts = arena_array(&w->arena, struct mcontext, m.ncontexts);
	memcpy(m.contexts, w->o.model->contexts, m.ncontexts * sizeof *m.contexts);
	m.contexts[at] = edit_apply(&w->arena, e, e->at.context, e->at.cap);
	struct slice bytes = emit_bundle(&d, ir_lower(&d, &m, link_resolve(&d, &m, &link)), &emit);
	assert_int_equal(aeg_bundle_check(&bundle, bytes.at, bytes.len), AEG_OK);
	struct policytest_options o = w->o;
	o.bundle = &bundle;
	o.model = &m;
	o.coverage = false;
	return policytest_run(&d, &o)->failed > 0;
}

static void compare_with_rebuilds(struct world *w, const struct policytest_report *r)
{
	const struct mutation *m = policytest_mutate(&w->p.diags, &w->o, r);
	struct edits edits = edit_all(&w->arena, r->coverage);
	assert_int_equal(edits.n, m->n);
	for (uint32_t i = 0; i < m->n; i++)
		if (fails_rebuilt(w, &edits.v[i]) != (m->v[i].fate == MUTANT_KILLED))
			fail_msg("%s: %s", m->v[i].change, w->p.sources.v[w->p.nbuiltin].text.at);
}

/* What was generated passes, kills every mutant that there is, and touches all that can be. */
static void check_generated(struct world *w, struct random *r)
{
	struct buf out = { .arena = &w->arena };
	struct world again;
	policytest_generate(&w->p.diags, &w->o, &out);
	struct slice tests = buf_done(&out);
	if (tests.len == 0)
		return;
	begin(&again, buf_done(&r->out).at, tests);
	const struct policytest_report *report = run(&again);
	assert_int_equal(report->failed, 0);
	const struct mutation *m = policytest_mutate(&again.p.diags, &again.o, report);
	if (m->survived != 0)
		fail_msg("%s%s", buf_done(&r->out).at, tests.at);
	struct edits edits = edit_all(&again.arena, report->coverage);
	uint64_t left = UINT64_MAX;
	for (uint32_t i = 0; i < report->coverage->nitems; i++) {
		const struct cover_item *item = &report->coverage->items[i];
		for (uint32_t k = 0; k < edits.n && !item->touched; k++) {
			const struct edit *e = &edits.v[k];
			bool removes = e->how == EDIT_REMOVE && e->at.kind == item->kind &&
				       e->at.cap == item->cap && e->at.i == item->i &&
				       e->at.command == item->command;
			if (removes)
				assert_null(edit_redundant(&again.arena, again.o.model, e, &left)
						    .tool.at);
		}
	}
	/* With some of them gone there is something to survive. */
	again.o.run = "*[02468aeio]";
	report = run(&again);
	compare_with_rebuilds(&again, report);
	end(&again);
}

static void generated_tests_kill_all_that_can_be_killed(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= 60; seed++) {
		struct world w;
		struct arena a = { .limit = 1u << 24, .fail = out_of_memory };
		struct random r = { .state = seed * 0x9e3779b97f4a7c15u, .out.arena = &a };
		begin(&w, random_policy(&r), SLICE(""));
		check_generated(&w, &r);
		end(&w);
		arena_free(&a);
	}
}

/* As if they were the user's own. */
static void adopt_builtin(struct world *w)
{
	struct mcontext *c = w->o.model->contexts;
	for (uint32_t i = 0; i < w->o.model->ncontexts; i++)
		c[i].builtin = false;
}

static void built_in_contexts_can_be_tested_too(void **state)
{
	struct world w, again;
	(void)state;
	begin(&w, policy, SLICE(""));
	adopt_builtin(&w);
	struct buf out = { .arena = &w.arena };
	policytest_generate(&w.p.diags, &w.o, &out);
	begin(&again, policy, buf_done(&out));
	adopt_builtin(&again);
	const struct policytest_report *r = run(&again);
	assert_true(r->nresults > 100);
	assert_int_equal(r->failed, 0);
	assert_int_equal(policytest_mutate(&again.p.diags, &again.o, r)->survived, 0);
	end(&again);
	end(&w);
}

/* ---- Lists that are too much to compare ---------------------------------------------------- */

/* @n contexts of 60 paths, of which any two may begin to match at any place; and one rule that is
 * simple. */
static const char *hostile_policy(struct buf *out, unsigned n)
{
	for (unsigned k = 0; k < n; k++) {
		buf_printf(out,
			"apiVersion: seal.100monkeys.ai/v1\nkind: SecurityContext\n"
			"metadata: { name: c%u }\nspec:\n  description: x\n  capabilities:\n"
			"    - { tool_pattern: a.b }\n    - tool_pattern: fs.read\n"
			"      path_allowlist:\n",
			k);
		for (unsigned i = 0; i < 60; i++)
			buf_printf(out, "        - /**/a%u*/**/b%uc*/**/X\n", i, i);
		buf_text(out, "---\n");
	}
	buf_text(out, "apiVersion: seal.100monkeys.ai/v1\nkind: PolicyTest\n"
		      "metadata: { name: t }\nspec:\n  cases:\n    - name: one\n"
		      "      call: { context: c0, tool: a.b }\n      expect: allow\n");
	return buf_done(out).at;
}

static uint32_t count(const char *text, const char *what)
{
	uint32_t n = 0;
	for (const char *at = text; (at = strstr(at, what)) != NULL; at++)
		n++;
	return n;
}

/* Unbounded it would take minutes. What can be said of other rules is said, and of the rest one
 * line for each context; twice the same, whatever the threads do. */
static void hostile_lists_are_given_up(void **state)
{
	enum { CONTEXTS = 20 };
	static const char line[] = "# capability 1, `fs.read` removed, and ";
	struct world w;
	struct arena a = { .limit = 1u << 24, .fail = out_of_memory };
	struct buf text = { .arena = &a }, out = { .arena = &a }, again = out, report = out;
	(void)state;
	begin(&w, hostile_policy(&text, CONTEXTS), SLICE(""));
	uint32_t unknown = policytest_generate(&w.p.diags, &w.o, &out);
	assert_true(unknown > 60 * CONTEXTS);
	assert_int_equal(policytest_generate(&w.p.diags, &w.o, &again), unknown);
	assert_string_equal(buf_done(&out).at, buf_done(&again).at);
	assert_int_equal(count(out.at, "capability 0, a.b, grants"), CONTEXTS);
	assert_int_equal(count(out.at, line), CONTEXTS);
	assert_int_equal(count(out.at, "too many kinds of calls"), CONTEXTS);

	const struct mutation *m = policytest_mutate(&w.p.diags, &w.o, run(&w));
	mutation_text(&w.p.diags, m, &report, false);
	assert_int_equal(count(buf_done(&report).at, "too many kinds of calls"), CONTEXTS);
	assert_int_equal(m->killed, 1);
	assert_true(m->survived >= unknown);
	end(&w);
	arena_free(&a);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_mutant_has_the_fate_worked_out_by_hand),
		cmocka_unit_test(generated_tests_kill_all_that_can_be_killed),
		cmocka_unit_test(built_in_contexts_can_be_tested_too),
		cmocka_unit_test(hostile_lists_are_given_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
