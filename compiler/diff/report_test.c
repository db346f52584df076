/* What the reports say of limits, of who works under another context, and of hostile names. */
#include "diff/policy_test.h"

/* ---- Limits -------------------------------------------------------------------------------- */

static const char *context_yaml(struct arena *a, const char *caps)
{
	struct buf out = { .arena = a };

	buf_printf(&out,
		"apiVersion: seal.100monkeys.ai/v1\nkind: SecurityContext\n"
		"metadata: { name: c }\nspec:\n  description: d\n  capabilities:\n%s",
		caps);
	return buf_done(&out).at;
}

#define CAP(tool, more) "    - { tool_pattern: \"" tool "\"" more " }\n"
#define RATE(n, s)      ", rate_limit: { calls: " #n ", per_seconds: " #s " }"

static const struct {
	const char *old, *new;
	enum diff_limit_kind kind;
	bool looser, tighter, together;
} cases[] = {
	{ CAP("a", RATE(10, 60)), CAP("a", RATE(11, 60)), DIFF_RATE, true, false, false },
	{ CAP("a", RATE(10, 60)), CAP("a", ""), DIFF_RATE, true, false, false },
	{ CAP("a", ""), CAP("a", RATE(10, 60)), DIFF_RATE, false, true, false },
	/* 5 in 30 s are at most 10 in 60 s; but 10 in 60 s may be 10 in 30 s */
	{ CAP("a", RATE(10, 60)), CAP("a", RATE(5, 30)), DIFF_RATE, false, true, false },
	{ CAP("a", RATE(10, 60)), CAP("a", RATE(100, 3600)), DIFF_RATE, true, true, false },
	/* one count becomes two, and two become one */
	{ CAP("*", RATE(10, 60)), CAP("a", RATE(10, 60)) CAP("*", RATE(10, 60)), DIFF_RATE, true,
		false, true },
	{ CAP("a", RATE(10, 60)) CAP("*", RATE(10, 60)), CAP("*", RATE(10, 60)), DIFF_RATE, false,
		true, true },
	{ CAP("*", ", max_concurrent: 2"),
		CAP("a", ", max_concurrent: 2") CAP("*", ", max_concurrent: 2"), DIFF_CONCURRENT,
		true, false, true },
	{ CAP("a", ", max_concurrent: 2"), CAP("a", ", max_concurrent: 3"), DIFF_CONCURRENT, true,
		false, false },
	{ CAP("a", ", max_response_size: 2"), CAP("a", ", max_response_size: 1"), DIFF_RESPONSE,
		false, true, false },
	{ CAP("web.search", ", domain_allowlist: [a.org]"), CAP("web.search", ""), DIFF_RESULTS,
		true, false, false },
	{ CAP("web.search", ", domain_allowlist: [a.org]"),
		CAP("web.search", ", domain_allowlist: [b.a.org]"), DIFF_RESULTS, false, true,
		false },
};

static void limits(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena a = new_arena();
		struct compiled old, new;
		compile(&old, &a, context_yaml(&a, cases[i].old));
		compile(&new, &a, context_yaml(&a, cases[i].new));
		const struct policy side[2] = { old.policy, new.built };
		const struct diff *d = diff_policies(&a, side, NULL);
		size_t found = 0;
		assert_int_equal(d->ncontexts, 1);
		for (size_t k = 0; k < d->contexts[0].nlimits; k++) {
			const struct diff_limit *l = &d->contexts[0].limits[k];
			if (l->kind != cases[i].kind)
				continue;
			assert_int_equal(l->looser, cases[i].looser);
			assert_int_equal(l->tighter, cases[i].tighter);
			assert_int_equal(l->together, cases[i].together);
			found++;
		}
		assert_int_equal(found, 1);
		arena_free(&a);
	}
}

/* ---- What cannot be compared ---------------------------------------------------------------- */

static const char catalogue[] =
	"---\napiVersion: seal.100monkeys.ai/v1\nkind: ToolCatalogue\nmetadata: { name: t }\n"
	"spec:\n  tools:\n    - name: copy\n      arguments:\n"
	"        - { name: to, role: path, list: %s }\n";

/* No value is in the language of both: nothing is concluded, and the gate stays shut. */
static void undecided(void **state)
{
	struct arena a = new_arena();
	struct compiled made[2];
	struct buf out = { .arena = &a };

	(void)state;
	for (int k = 0; k < 2; k++) {
		struct buf yaml = { .arena = &a };
		buf_text(&yaml, context_yaml(&a, CAP("copy", ", path_allowlist: [/a]")
							 CAP("x", "") "  deny_list: []\n"));
		buf_printf(&yaml, catalogue, k == 0 ? "true" : "false");
		compile(&made[k], &a, buf_done(&yaml).at);
	}
	const struct policy side[2] = { made[0].policy, made[1].policy };
	const struct diff *d = diff_policies(&a, side, NULL);
	assert_true(d->wider && d->narrower);
	assert_int_equal(d->ntools, 1);
	diff_text(&out, d, false);
	assert_non_null(strstr(buf_done(&out).at, "context `c`: undecided\n! "));
	assert_non_null(strstr(buf_done(&out).at, " undecided; 1 tool with other roles\n"));
	const struct diff_context *c = &d->contexts[d->ncontexts - 1]; /* after the built-in ones */
	assert_true(slice_is(c->name, "c"));
	assert_int_equal(c->undecided_side, 0);
	assert_int_not_equal(c->undecided_at.line, 0);
	diff_json(&out, d);
	assert_non_null(strstr(buf_done(&out).at, "\"reason_at\":{\"side\":\"before\",\"file\":"));
	for (size_t i = 0; i < d->ncontexts; i++) /* the others grant no `copy` */
		assert_true(d->contexts[i].undecided ||
			    side[1].model->contexts[d->contexts[i].index[1]].builtin);
	arena_free(&a);
}

/* ---- Members ------------------------------------------------------------------------------- */

static void members(void **state)
{
	static const char contexts[] =
		"apiVersion: seal.100monkeys.ai/v1\nkind: SecurityContext\nmetadata: { name: a }\n"
		"spec:\n  description: d\n  capabilities: [{ tool_pattern: x }]\n"
		"---\napiVersion: seal.100monkeys.ai/v1\nkind: SecurityContext\n"
		"metadata: { name: b }\nspec:\n  description: d\n"
		"  capabilities: [{ tool_pattern: x }, { tool_pattern: y }]\n";
	static const char agent[] =
		"---\napiVersion: 100monkeys.ai/v1\nkind: Agent\n"
		"metadata: { name: %s, version: 1.0.0 }\n"
		"spec:\n  runtime: { language: python, version: \"3.11\" }\n  task: { instruction: x }\n  security_context: %s\n";
	struct arena a = new_arena();
	struct buf old = { .arena = &a }, new = old, out = old;
	struct compiled made[2];

	(void)state;
	buf_text(&old, contexts);
	buf_text(&new, contexts);
	buf_printf(&old, agent, "mover", "a");
	buf_printf(&new, agent, "mover", "b");
	buf_printf(&old, agent, "leaver", "b");
	buf_printf(&new, agent, "joiner", "b");
	buf_printf(&old, agent, "stayer", "b");
	buf_printf(&new, agent, "stayer", "b");
	compile(&made[0], &a, buf_done(&old).at);
	compile(&made[1], &a, buf_done(&new).at);
	const struct policy side[2] = { made[0].built, made[1].policy };
	const struct diff *d = diff_policies(&a, side, NULL);
	assert_int_equal(d->ncontexts, 0);
	assert_int_equal(d->nmembers, 3);
	assert_true(d->wider && !d->narrower);
	diff_text(&out, d, false);
	assert_string_equal(buf_done(&out).at,
		"agent `leaver` 1.0.0 is gone; it worked under `b`\n\n"
		"agent `mover` 1.0.0 works under `b`, before under `a`: wider\n"
		"+ `y` with {}\n"
		"    now      allowed by capability 1, `y`  (policy.yaml:13:39)\n"
		"    before   ToolNotAllowed\n\n"
		"agent `joiner` 1.0.0 is new and works under `b`\n\n"
		"no difference in 9 contexts; 3 moved, new or gone\n");
	arena_free(&a);
}

/* ---- Hostile names -------------------------------------------------------------------------- */

static const char *const evil[] = { "```", "</code></details><script>", "a | b \\| c", "*_~[x](y)",
	"\n# heading\n| x |", "`x` ``y`` ````", "&lt;&#96;", "@everyone", "\xe2\x80\xaexyz", "\\",
	"<!--", "www.a.org http://b.org" };
enum { NEVIL = sizeof evil / sizeof *evil };

/* One context of each name, in a file of that name, granting a tool of that name. */
static struct policy evil_policy(struct arena *a, bool grants)
{
	struct sources *s = arena_new(a, struct sources);
	struct model *m = arena_new(a, struct model);

	s->arena = a;
	m->ncontexts = NEVIL;
	m->contexts = arena_array(a, struct mcontext, NEVIL);
	for (uint32_t i = 0; i < NEVIL; i++) {
		struct mcap *cap = arena_new(a, struct mcap);
		struct span at = { sources_add_text(s, evil[i], SLICE("x")), 0, 1 };
		cap->at = at;
		cap->pattern.written = (struct mtext){ slice_of(evil[i]), at };
		cap->pattern.form = PATTERN_ANY;
		m->contexts[i] = (struct mcontext){
			.name = { slice_of(evil[i]), at }, .caps = cap, .ncaps = grants ? 1 : 0
		};
	}
	return (struct policy){ .model = m, .sources = s };
}

/* How many bytes @text begins with that are @c. */
static size_t run_of(const char *text, char c)
{
	size_t n = 0;

	while (text[n] == c)
		n++;
	return n;
}

/* A line outside the blocks of code: our own tags, and nothing that Markdown takes for its own. */
static void check_line(const char *line, size_t len)
{
	static const char *const tags[] = { "<code>", "</code>", "<details>", "</details>",
		"<summary>", "</summary>" };
	uint32_t bars = 0;

	for (size_t i = 0; i < len; i++) {
		bool tag = line[i] != '<';
		for (size_t k = 0; k < 6; k++)
			tag |= strncmp(line + i, tags[k], strlen(tags[k])) == 0;
		assert_true(tag);
		assert_null(strchr("`*_~[]\\@!", line[i]));
		bars += line[i] == '|';
	}
	assert_true(bars == 0 || (bars == 7 && line[0] == '|' && line[len - 1] == '|'));
}

static void markdown_holds(void **state)
{
	struct arena a = new_arena();
	struct buf out = { .arena = &a };
	const struct policy side[2] = { evil_policy(&a, false), evil_policy(&a, true) };
	const struct diff *d = diff_policies(&a, side, NULL);
	size_t fence = 0, blocks = 0, rows = 0;

	(void)state;
	assert_int_equal(d->ncontexts, NEVIL);
	diff_markdown(&out, d);
	for (const char *at = buf_done(&out).at, *end; *at != 0; at = end + 1) {
		end = strchr(at, '\n');
		size_t ticks = run_of(at, '`');
		if (fence == 0 && ticks >= 3) {
			assert_memory_equal(at + ticks, "diff\n", 5);
			fence = ticks;
			blocks++;
		} else if (fence != 0 && ticks >= fence) {
			assert_int_equal(at[ticks], '\n');
			fence = 0;
		} else if (fence != 0) {
			assert_non_null(strchr("+-! ", at[0]));
		} else {
			check_line(at, (size_t)(end - at));
			rows += at[0] == '|';
		}
	}
	assert_int_equal(fence, 0);
	assert_int_equal(blocks, NEVIL);
	assert_int_equal(rows, NEVIL + 2);
	arena_free(&a);
}

/* More than a comment may hold: the table goes on, details end, and how many is said. */
static void markdown_ends(void **state)
{
	struct arena a = new_arena();
	struct buf out = { .arena = &a }, yaml = out;
	struct compiled made[2];

	(void)state;
	compile(&made[0], &a, context_yaml(&a, CAP("x", "")));
	for (int i = 0; i < 600; i++)
		buf_printf(&yaml,
			"---\napiVersion: seal.100monkeys.ai/v1\nkind: SecurityContext\n"
			"metadata: { name: new-%d }\nspec:\n  description: d\n"
			"  capabilities: [{ tool_pattern: x }]\n",
			i);
	compile(&made[1], &a, buf_done(&yaml).at);
	const struct policy side[2] = { made[0].policy, made[1].policy };
	diff_markdown(&out, diff_policies(&a, side, NULL));
	assert_true(out.len < 65536);
	assert_non_null(strstr(buf_done(&out).at, "\n| and 401 more | | | | | |\n"));
	assert_non_null(strstr(buf_done(&out).at, " parts are left out here: "));
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(limits),
		cmocka_unit_test(undecided),
		cmocka_unit_test(members),
		cmocka_unit_test(markdown_holds),
		cmocka_unit_test(markdown_ends),
	};
	return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
