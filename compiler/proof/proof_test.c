/* Truth tables by hand: what small policies allow, what is asserted of them, and the smallest call
 * that refutes it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "driver/pipeline.h"
#include "proof/proof.h"

struct world {
	struct arena arena;
	struct pipeline p;
	struct aeg_bundle bundle;
	const struct proof_report *report;
};

static void out_of_memory(void *ctx)
{
	(void)ctx;
	fail_msg("out of memory");
}

#define CONTEXT(name, caps) \
	"    - name: " name "\n" \
	"      description: For tests.\n" \
	"      capabilities: [" caps "]\n"
static const char policy[] = "apiVersion: 100monkeys.ai/v1\n"
			     "kind: NodeConfig\n"
			     "metadata: { name: node }\n"
			     "spec:\n"
			     "  node: { id: n, type: hybrid }\n"
			     "  storage: { backend: local_host }\n"
			     "  security_contexts:\n"
	/* clang-format off */
	CONTEXT("a-reader", "{ tool: fs.read, path_allowlist: [/a] }")
	CONTEXT("a-writer", "{ tool: fs.read, path_allowlist: [/a] }, { tool: fs.write, path_allowlist: [/a/b] }")
	CONTEXT("b-shell", "{ tool: cmd.run, subcommand_allowlist: { git: [status], ls: [] } }")
	CONTEXT("b-web", "{ tool: web.fetch, domain_allowlist: [example.com] }, { tool: web.search }")
	CONTEXT("c-all", "{ tool: '*' }") "      deny_list: [fs.delete]\n"
	CONTEXT("l-tight", "{ tool: notes.add, rate_limit: { calls: 10, per_seconds: 60 }, max_concurrent: 1, max_response_size: 10 }, { tool: web.search, domain_allowlist: [a.org] }")
	CONTEXT("l-rate", "{ tool: notes.add, rate_limit: { calls: 20, per_seconds: 60 }, max_concurrent: 1, max_response_size: 10 }")
	CONTEXT("l-slots", "{ tool: notes.add, rate_limit: { calls: 10, per_seconds: 60 }, max_concurrent: 2, max_response_size: 10 }")
	CONTEXT("l-size", "{ tool: notes.add, rate_limit: { calls: 10, per_seconds: 60 }, max_concurrent: 1 }")
	CONTEXT("l-hosts", "{ tool: web.search, domain_allowlist: [a.org, b.org] }")
	CONTEXT("l-search", "{ tool: web.search }")
	CONTEXT("l-results", "{ tool: web.search, domain_allowlist: [a.org] }, { tool: web.search }")
	/* clang-format on */
	"---\n"
	"apiVersion: seal.100monkeys.ai/v1\n"
	"kind: PolicyProof\n"
	"metadata: { name: p }\n"
	"spec:\n"
	"  assertions:\n";

static void begin(struct world *w, const char *more, const char *assertions, const char *run)
{
	static const char *const external = "context:elsewhere";
	*w = (struct world){ .arena = { .limit = 1u << 30, .fail = out_of_memory } };
	struct buf text = { .arena = &w->arena };
	buf_text(&text, policy);
	buf_text(&text, assertions);
	buf_text(&text, more);
	pipeline_init(&w->p, &w->arena);
	w->p.link = (struct link_options){ true, &external, 1 };
	sources_add_text(&w->p.sources, "in.yaml", buf_done(&text));
	struct slice bytes = pipeline_run(&w->p, PIPELINE_BUNDLE);
	struct buf findings = { .arena = &w->arena };
	diag_render_text(&w->p.diags, &findings, false);
	if (w->p.diags.errors != 0)
		fail_msg("%s", buf_done(&findings).at);
	assert_int_equal(aeg_bundle_check(&w->bundle, bytes.at, bytes.len), AEG_OK);
	struct arena scratch = { .limit = 1u << 30, .fail = out_of_memory };
	struct proof_options o = {
		.model = w->p.stats.model, .bundle = &w->bundle, .scratch = &scratch, .run = run
	};
	w->report = proof_run(&w->p.diags, &o);
	arena_free(&scratch);
	assert_null(w->report->unconfirmed);
}

static void end(struct world *w) { arena_free(&w->arena); }

struct row {
	const char *assertion;
	const char *refuted; /* "context tool args", the smallest; NULL: it holds */
};

static void expect(const struct row *row)
{
	static const char *const limits[] = { "", "rate: ", "slots: ", "size: ", "results: " };
	struct world w;
	char got[256] = "";
	char line[512];
	snprintf(line, sizeof line, "    - %s\n", row->assertion);
	begin(&w, "", line, NULL);
	assert_int_equal(w.report->nresults, 1);
	const struct proof_result *r = &w.report->results[0];
	if (r->status == PROOF_REFUTED)
		snprintf(got, sizeof got, "%s%.*s %.*s %.*s", limits[r->limit],
			SLICE_ARG(r->decided[0].context->name.text), SLICE_ARG(r->tool),
			SLICE_ARG(r->args));
	if (r->status == PROOF_UNDECIDED || strcmp(got, row->refuted ? row->refuted : "") != 0)
		fail_msg("%s\nwanted: %s\ngot: %s", row->assertion,
			row->refuted ? row->refuted : "proved", got);
	end(&w);
}
#define EXPECT_ALL(rows) \
	do { \
		for (size_t i_ = 0; i_ < sizeof(rows) / sizeof *(rows); i_++) \
			expect(&(rows)[i_]); \
	} while (0)

static void never(void **state)
{
	static const struct row rows[] = {
		{ "never: { context: a-reader, tool: fs.read }",
			"a-reader fs.read {\"path\":\"/a\"}" },
		{ "never: { context: a-reader, tool: fs.write }", NULL },
		{ "never: { context: a-reader, tool: fs.read, args: { path: [/b, /aa, /a-] } }",
			NULL },
		{ "never: { context: a-reader, tool: fs.*, args: { path: / } }",
			"a-reader fs.read {\"path\":\"/a\"}" },
		{ "never: { context: a-reader, tool: '*', args: { path: [/b, /a/c/**] } }",
			"a-reader fs.read {\"path\":\"/a/c\"}" },
		{ "never: { context: a-reader, tool: '*', args: { path: /*/c } }",
			"a-reader fs.read {\"path\":\"/a/c\"}" },
		{ "never: { context: 'a-*', tool: [fs.write, fs.edit] }",
			"a-writer fs.write {\"path\":\"/a/b\"}" },
		{ "never: { context: [a-reader, c-all], tool: fs.delete }", NULL },
		{ "never: { context: c-all, tool: 'fs.*' }", "c-all fs.a {}" },
		{ "never: { context: c-all, tool: '*' }", "c-all a {}" },
		{ "never: { context: b-shell, tool: cmd.run, args: { command: git push } }", NULL },
		{ "never: { context: b-shell, tool: cmd.run, args: { command: git } }",
			"b-shell cmd.run {\"command\":\"git status\"}" },
		{ "never: { context: b-shell, tool: cmd.run, args: { command: [npm, ls -l] } }",
			"b-shell cmd.run {\"command\":\"ls -l\"}" },
		{ "never: { context: b-shell, tool: cmd.run, args: { command: ls, cwd: /w } }",
			"b-shell cmd.run {\"command\":\"ls\",\"cwd\":\"/w\"}" },
		{ "never: { context: c-all, tool: cmd.*, args: { cwd: ~ } }", "c-all cmd.a {}" },
		{ "never: { context: c-all, tool: cmd.*, args: { cwd: / } }",
			"c-all cmd.run {\"cwd\":\"/\"}" },
		{ "never: { context: b-web, tool: web.*, args: { url: [evil.org, ample.com] } }",
			"b-web web.search {\"url\":\"https://evil.org\"}" },
		{ "never: { context: b-web, tool: web.fetch, args: { url: [evil.org, ample.com] } }",
			NULL },
		{ "never: { context: b-web, tool: web.fetch, args: { url: '*.example.com' } }",
			"b-web web.fetch {\"url\":\"https://a.example.com\"}" },
		{ "never: { context: b-web, tool: web.fetch, args: { url: 'https://example.com/x' } }",
			"b-web web.fetch {\"url\":\"https://example.com\"}" },
	};
	(void)state;
	EXPECT_ALL(rows);
}

static void always(void **state)
{
	static const struct row rows[] = {
		{ "always: { context: 'a-*', tool: fs.read, args: { path: /a/** } }", NULL },
		{ "always: { context: a-reader, tool: fs.read, args: { path: [/a/b, /a/*] } }",
			NULL },
		{ "always: { context: a-reader, tool: fs.read, args: { path: [/a, /] } }",
			"a-reader fs.read {\"path\":\"/\"}" },
		{ "always: { context: a-reader, tool: fs.read, args: { path: /*/x } }",
			"a-reader fs.read {\"path\":\"/b/x\"}" },
		{ "always: { context: a-reader, tool: fs.read }", "a-reader fs.read {}" },
		{ "always: { context: 'a-*', tool: fs.write, args: { path: /a/b } }",
			"a-reader fs.write {\"path\":\"/a/b\"}" },
		{ "always: { context: b-shell, tool: cmd.run, args: { command: git status, cwd: null } }",
			NULL },
		{ "always: { context: b-shell, tool: cmd.run, args: { command: [git status, ls], cwd: / } }",
			NULL },
		{ "always: { context: b-shell, tool: cmd.run, args: { command: git status } }",
			"b-shell cmd.run {\"command\":\"git status\",\"cwd\":\"/..\"}" },
		{ "always: { context: b-shell, tool: cmd.run, args: { command: git, cwd: null } }",
			"b-shell cmd.run {\"command\":\"git\"}" },
		{ "always: { context: b-web, tool: web.search }", NULL },
		{ "always: { context: b-web, tool: web.fetch, args: { url: example.com } }", NULL },
		{ "always: { context: c-all, tool: [admin.x, notes.*] }", NULL },
		{ "always: { context: c-all, tool: fs.read }", "c-all fs.read {\"path\":\"/..\"}" },
		{ "always: { context: c-all, tool: 'fs.*', args: { path: / } }",
			"c-all fs.delete {\"path\":\"/\"}" },
		{ "always: { context: l-tight, tool: notes.add }", NULL },
	};
	(void)state;
	EXPECT_ALL(rows);
}

static void within(void **state)
{
	static const struct row rows[] = {
		{ "within: { child: a-reader, parent: a-writer }", NULL },
		{ "within: { child: a-writer, parent: a-reader }",
			"a-writer fs.write {\"path\":\"/a/b\"}" },
		{ "within: { child: ['a-*', 'b-*', 'l-*'], parent: c-all }", NULL },
		{ "within: { child: c-all, parent: a-reader }", "c-all a {}" },
		{ "within: { child: a-reader, parent: [a-writer, c-all] }", NULL },
		{ "within: { child: a-reader, parent: ['a-*', b-web] }",
			"a-reader fs.read {\"path\":\"/a\"}" },
		{ "within: { child: l-slots, parent: l-rate }", "slots: l-slots notes.add {}" },
		{ "within: { child: l-rate, parent: l-slots }", "rate: l-rate notes.add {}" },
		{ "within: { child: l-rate, parent: l-size }", "rate: l-rate notes.add {}" },
		{ "within: { child: l-size, parent: l-slots }", "size: l-size notes.add {}" },
		{ "within: { child: l-hosts, parent: l-tight }",
			"l-hosts web.search {\"url\":\"https://b.org\"}" },
		{ "within: { child: l-hosts, parent: b-web }", NULL },
		{ "within: { child: l-results, parent: l-search }", NULL },
		{ "within: { child: l-search, parent: l-results }",
			"results: l-search web.search {}" },
	};
	(void)state;
	EXPECT_ALL(rows);
}

static void equal(void **state)
{
	static const struct row rows[] = {
		{ "equal: { a: a-reader, b: a-writer }", "a-reader fs.write {\"path\":\"/a/b\"}" },
		{ "equal: { a: a-writer, b: a-reader }", "a-writer fs.write {\"path\":\"/a/b\"}" },
		{ "equal: { a: l-rate, b: [l-slots, l-size] }", NULL },
		{ "equal: { a: c-all, b: c-all }", NULL },
		{ "equal: { a: 'l-*', b: l-rate }", "l-hosts notes.add {}" },
	};
	(void)state;
	EXPECT_ALL(rows);
}

static void only(void **state)
{
	static const struct row rows[] = {
		{ "only: { tool: fs.write, contexts: [a-writer, c-all, 'aegis-*', 'zaru-*'] }",
			NULL },
		{ "only: { tool: fs.write, contexts: [c-all, 'aegis-*', 'zaru-*'] }",
			"a-writer fs.write {\"path\":\"/a/b\"}" },
		{ "only: { tool: fs.write, args: { path: /c }, contexts: [c-all, 'aegis-*', 'zaru-*'] }",
			NULL },
		{ "only: { tool: cmd.run, args: { command: git status }, contexts: [b-shell, 'aegis-*'] }",
			"c-all cmd.run {\"command\":\"git status\"}" },
		{ "only: { tool: notes.add, contexts: [elsewhere, 'l-*', 'aegis-*'] }",
			"c-all notes.add {}" },
		{ "only: { tool: 'x.*', contexts: ['aegis-*'] }", "c-all x.a {}" },
	};
	(void)state;
	EXPECT_ALL(rows);
}

static void names_all_that_are_refuted(void **state)
{
	struct world w;
	(void)state;
	begin(&w, "", "    - never: { context: ['a-*', b-web, c-all], tool: [fs.read, web.*] }\n",
		NULL);
	const struct proof_result *r = &w.report->results[0];
	const struct mcontext *c = w.p.stats.model->contexts;
	assert_int_equal(r->nrefuted, 4);
	assert_string_equal(r->args.at, "{}");
	assert_true(slice_is(r->tool, "web.a"));
	static const char *const names[] = { "c-all", "b-web", "a-reader", "a-writer" };
	for (size_t i = 0; i < 4; i++) {
		bool found = false;
		for (size_t k = 0; k < 4; k++)
			found |= slice_is(c[r->refuted[k].v[0]].name.text, names[i]);
		assert_true(found);
	}
	assert_true(slice_is(c[r->refuted[0].v[0]].name.text, "c-all"));
	end(&w);
}

static void what_is_not_here_is_undecided(void **state)
{
	struct world w;
	(void)state;
	begin(&w, "",
		"    - never: { context: [a-reader, elsewhere], tool: fs.write }\n"
		"    - never: { context: [a-reader, elsewhere], tool: fs.read }\n",
		NULL);
	assert_int_equal(w.report->results[0].status, PROOF_UNDECIDED);
	assert_false(span_is_none(w.report->results[0].why_at));
	assert_int_equal(w.report->results[1].status, PROOF_REFUTED);
	assert_int_equal(w.report->undecided, 1);
	end(&w);
}

/* A component that may hold each of eighteen letters tells 2^18 sorts of paths apart. */
static void add_wild(struct buf *out, const char *name, const char *more)
{
	buf_printf(out,
		"---\napiVersion: seal.100monkeys.ai/v1\nkind: SecurityContext\n"
		"metadata: { name: %s }\nspec:\n  description: x\n  capabilities:\n%s"
		"    - tool_pattern: fs.read\n      path_allowlist:\n",
		name, more);
	for (char c = 'a'; c < 'a' + 18; c++)
		buf_printf(out, "        - /*%c*/%c\n", c, c);
}

static void too_many_sorts_of_calls_are_undecided(void **state)
{
	static const struct {
		const char *assertion;
		enum proof_status status;
		const char *call; /* that refutes it */
	} rows[] = {
		{ "never: { context: wild, tool: fs.read, args: { path: /etc } }", PROOF_UNDECIDED,
			NULL },
		/* no paths are looked at */
		{ "never: { context: wild, tool: fs.write }", PROOF_PROVED, NULL },
		/* neither cells nor samples show anything: it holds, but nobody knows */
		{ "within: { child: wild, parent: wild-too }", PROOF_UNDECIDED, NULL },
		{ "within: { child: wild, parent: wilder }", PROOF_UNDECIDED, NULL },
		{ "equal: { a: wild, b: wild-too }", PROOF_UNDECIDED, NULL },
		/* by a sample */
		{ "never: { context: wild, tool: fs.* }", PROOF_REFUTED,
			"fs.read {\"path\":\"/aaa/a\"}" },
		{ "always: { context: wild, tool: fs.read }", PROOF_REFUTED, "fs.read {}" },
		{ "within: { child: a-reader, parent: wild }", PROOF_REFUTED,
			"fs.read {\"path\":\"/a\"}" },
		{ "equal: { a: wild, b: a-reader }", PROOF_REFUTED, "fs.read {\"path\":\"/a\"}" },
		/* by a cell of other tools, of those that were made */
		{ "within: { child: wilder, parent: wild }", PROOF_REFUTED, "env.x {}" },
		{ "never: { context: wilder, tool: '*' }", PROOF_REFUTED, "env.x {}" },
	};
	enum { N = sizeof rows / sizeof *rows };
	struct world w;
	struct arena a = { .limit = 1u << 20, .fail = out_of_memory };
	struct buf more = { .arena = &a }, assertions = more;
	(void)state;
	add_wild(&more, "wild", "");
	add_wild(&more, "wild-too", "");
	add_wild(&more, "wilder", "    - tool_pattern: env.x\n");
	for (size_t i = 0; i < N; i++)
		buf_printf(&assertions, "    - %s\n", rows[i].assertion);
	begin(&w, buf_done(&more).at, buf_done(&assertions).at, NULL);
	for (size_t i = 0; i < N; i++) {
		const struct proof_result *r = &w.report->results[i];
		char call[256] = "";
		snprintf(call, sizeof call, "%.*s %.*s", SLICE_ARG(r->tool), SLICE_ARG(r->args));
		if (r->status != rows[i].status ||
			(rows[i].call != NULL && strcmp(call, rows[i].call) != 0))
			fail_msg("%s\ngot: %d %s", rows[i].assertion, (int)r->status, call);
		assert_int_equal(r->status == PROOF_UNDECIDED, r->why != NULL);
	}
	end(&w);
	arena_free(&a);
}

/* The bundle knows nothing of a context that the model has: it denies what was found allowed. */
static void a_bundle_that_decides_otherwise_is_found_out(void **state)
{
	static const char extra[] =
		"---\napiVersion: seal.100monkeys.ai/v1\nkind: SecurityContext\n"
		"metadata: { name: extra }\nspec:\n  description: x\n"
		"  capabilities: [{ tool_pattern: fs.read }]\n";
	struct world with, without;
	struct arena scratch = { .limit = 1u << 20, .fail = out_of_memory };
	(void)state;
	begin(&with, extra, "    - never: { context: extra, tool: fs.read }\n", NULL);
	begin(&without, "", "    - never: { context: c-all, tool: fs.delete }\n", NULL);
	struct proof_options o = {
		.model = with.p.stats.model, .bundle = &without.bundle, .scratch = &scratch
	};
	const struct proof_report *r = proof_run(&with.p.diags, &o);
	assert_string_equal(r->unconfirmed,
		"aegisr decide \"$BUNDLE\" --context extra --tool fs.read --args '{}'");
	arena_free(&scratch);
	end(&with);
	end(&without);
}

static void run_takes_a_name_or_a_proof_and_a_name(void **state)
{
	static const struct {
		const char *glob;
		uint32_t n;
	} globs[] = { { "no writing", 1 }, { "p/no *", 1 }, { "never *", 1 }, { "p/*", 2 },
		{ "q/*", 0 }, { "no", 0 } };
	(void)state;
	for (size_t i = 0; i < sizeof globs / sizeof *globs; i++) {
		struct world w;
		begin(&w, "",
			"    - { name: no writing, never: { context: a-reader, tool: fs.write } }\n"
			"    - never: { context: a-reader, tool: fs.list }\n",
			globs[i].glob);
		assert_int_equal(w.report->nresults, globs[i].n);
		end(&w);
	}
}

static void json_is_json(void **state)
{
	struct world w;
	(void)state;
	begin(&w, "",
		"    - name: \"t\\\"wo\\x01\"\n"
		"      because: \"\\\\\"\n"
		"      within: { child: a-writer, parent: a-reader }\n",
		NULL);
	struct buf out = { .arena = &w.arena };
	proof_json(&w.p.diags, w.p.stats.model, w.report, &out);
	struct slice text = buf_done(&out);
	cJSON *value = cJSON_ParseWithLength(text.at, text.len);
	assert_non_null(value);
	const cJSON *a = cJSON_GetArrayItem(cJSON_GetObjectItem(value, "assertions"), 0);
	const cJSON *witness = cJSON_GetObjectItem(a, "witness");
	const cJSON *decided = cJSON_GetObjectItem(witness, "decided");
	assert_string_equal(cJSON_GetObjectItem(a, "assertion")->valuestring, "t\"wo\x01");
	assert_string_equal(cJSON_GetObjectItem(a, "because")->valuestring, "\\");
	assert_int_equal(cJSON_GetArraySize(decided), 2);
	assert_string_equal(
		cJSON_GetObjectItem(cJSON_GetArrayItem(decided, 1), "decision")->valuestring,
		"deny");
	cJSON_Delete(value);
	end(&w);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(never),
		cmocka_unit_test(always),
		cmocka_unit_test(within),
		cmocka_unit_test(equal),
		cmocka_unit_test(only),
		cmocka_unit_test(names_all_that_are_refuted),
		cmocka_unit_test(what_is_not_here_is_undecided),
		cmocka_unit_test(too_many_sorts_of_calls_are_undecided),
		cmocka_unit_test(a_bundle_that_decides_otherwise_is_found_out),
		cmocka_unit_test(run_takes_a_name_or_a_proof_and_a_name),
		cmocka_unit_test(json_is_json),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
