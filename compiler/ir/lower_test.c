/* What lowering shares, and what it leaves out. That the tables decide right is for prove_test.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/aeg_format.h"
#include "ir/hand_test.h"

static void fill(struct hand *h, struct mcontext *c)
{
	struct mcap *cap = hand_cap(c, "fs.*");
	cap->paths = hand_list(h, "/workspace", "/tmp/*/out", NULL);
	cap = hand_cap(c, "cmd.run");
	cap->commands = hand_list(h, "git", "ls", NULL);
	cap->subcommand_form = SUBCOMMANDS_LIST;
	cap->subcommand_list = hand_list(h, "status", NULL);
	cap = hand_cap(c, "*");
	cap->domains = hand_list(h, "github.com", "*.example.org", NULL);
	hand_deny(c, "fs.delete");
}

static const struct program *lower(struct hand *h)
{
	const struct program *p = ir_lower(&h->diags, &h->model, &h->names);

	assert_int_equal(h->diags.errors, 0);
	return p;
}

static void test_equal_contexts_are_stored_once(void **state)
{
	enum { MANY = 100 };
	struct hand *one = hand_new(), *many = hand_new();

	(void)state;
	fill(one, hand_context(one, "c", 3, 1));
	for (uint32_t i = 0; i < MANY; i++)
		fill(many, hand_context(many, hand_name(many, "c", i), 3, 1));
	const struct program *p = lower(one), *q = lower(many);
	assert_int_equal(q->nodes.n, p->nodes.n + MANY - 1); /* a name each */
	assert_int_equal(q->edges.n, p->edges.n + MANY - 1);
	assert_int_equal(q->classes.n, p->classes.n);
	assert_int_equal(q->candidates.n, p->candidates.n);
	assert_int_equal(q->lists.n, p->lists.n);
	assert_int_equal(q->commands.n, p->commands.n);
	assert_int_equal(q->globs.n, p->globs.n);
	assert_int_equal(q->caps.n, MANY * p->caps.n); /* these have places of their own */
	hand_free(one);
	hand_free(many);
}

static void test_order_of_entries_does_not_matter(void **state)
{
	struct hand *h = hand_new();
	struct mcontext *c = hand_context(h, "c", 2, 0);

	(void)state;
	hand_cap(c, "a")->paths = hand_list(h, "/b", "/a/x", "/a/*", "/b", NULL);
	hand_cap(c, "b")->paths = hand_list(h, "/a/*", "/b", "/a/x", NULL);
	const struct program *p = lower(h);
	assert_int_equal(p->caps.v[0].paths, p->caps.v[1].paths);
	assert_int_equal(p->caps.v[0].path_list.count, 4);
	assert_int_equal(p->caps.v[1].path_list.count, 3);
	hand_free(h);
}

static void test_covered_entries_need_no_table(void **state)
{
	struct hand *h = hand_new();
	struct mcontext *c = hand_context(h, "c", 6, 0);

	(void)state;
	hand_cap(c, "a")->paths = hand_list(h, "/a", NULL);
	hand_cap(c, "b")->paths = hand_list(h, "/a/b/c", "/a/*", "/a/**", "/a", NULL);
	hand_cap(c, "c")->domains = hand_list(h, "x.org", NULL);
	hand_cap(c, "d")->domains = hand_list(h, "a.x.org", "*.x.org", "x.org", "*.b.x.org", NULL);
	hand_cap(c, "e")->paths = hand_list(h, "/", NULL);
	hand_cap(c, "f")->paths = hand_list(h, "/**", "/a", NULL);
	const struct program *p = lower(h);
	assert_int_equal(p->caps.v[0].paths, p->caps.v[1].paths);
	assert_int_equal(p->caps.v[2].hosts, p->caps.v[3].hosts);
	assert_int_equal(p->caps.v[4].paths, p->caps.v[5].paths);
	assert_int_equal(p->nodes.v[p->caps.v[4].paths].a, AEGF_PATH_COVERS);
	hand_free(h);
}

static void test_stated_and_absent_differ(void **state)
{
	struct hand *h = hand_new();
	struct mcontext *c = hand_context(h, "c", 2, 0);

	(void)state;
	hand_cap(c, "a");
	struct mcap *cap = hand_cap(c, "b");
	cap->paths = cap->domains = cap->commands = hand_list(h, NULL);
	const struct program *p = lower(h);
	assert_int_equal(p->caps.v[0].paths, IR_NONE);
	assert_int_equal(p->caps.v[0].hosts, IR_NONE);
	assert_int_equal(p->caps.v[0].commands, IR_NONE);
	assert_int_equal(p->nodes.v[p->caps.v[1].paths].kind, AEGF_NODE_PATH);
	assert_int_equal(p->nodes.v[p->caps.v[1].hosts].kind, AEGF_NODE_HOST);
	assert_int_equal(p->nodes.v[p->caps.v[1].commands].kind, AEGF_NODE_COMMAND);
	hand_free(h);
}

static void test_denied_classes_list_no_capability(void **state)
{
	struct hand *h = hand_new();
	struct mcontext *c = hand_context(h, "c", 1, 2);

	(void)state;
	hand_cap(c, "*");
	hand_deny(c, "fs.*");
	hand_deny(c, "fs.read");
	const struct program *p = lower(h);
	for (size_t i = 0; i < p->classes.n; i++)
		if (p->classes.v[i].deny != IR_NONE) {
			assert_int_equal(p->classes.v[i].deny, 0); /* the first that matches */
			assert_int_equal(p->classes.v[i].caps.count, 0);
		}
	assert_int_equal(p->classes.n, 2);
	hand_free(h);
}

/* Names beside one another share nothing but what is above them all. */
static void test_many_names_stay_linear(void **state)
{
	enum { MANY = 2000 };
	struct hand *h = hand_new();
	struct mcontext *c = hand_context(h, "c", MANY + 1, 0);

	(void)state;
	for (uint32_t i = 0; i < MANY; i++)
		hand_cap(c, hand_name(h, "tool.n", i));
	hand_cap(c, "*");
	const struct program *p = lower(h);
	assert_int_equal(p->candidates.n, 2 * MANY + 1);
	assert_int_equal(p->classes.n, MANY + 1);
	hand_free(h);
}

static void test_contexts_are_sorted(void **state)
{
	struct hand *h = hand_new();

	(void)state;
	hand_context(h, "b", 0, 0);
	hand_context(h, "ab", 0, 0);
	hand_context(h, "a", 0, 0);
	const struct program *p = lower(h);
	assert_true(slice_is(p->contexts.v[0].name, "a"));
	assert_true(slice_is(p->contexts.v[1].name, "ab"));
	assert_true(slice_is(p->contexts.v[2].name, "b"));
	hand_free(h);
}

/* An agent whose context is defined elsewhere is for the bundle that has it. */
static void test_external_agents_are_left_out(void **state)
{
	struct hand *h = hand_new();
	uint32_t context[] = { 1, UINT32_MAX, 0 };
	struct magent agents[] = { { .name = hand_text("b"), .version = hand_text("1") },
		{ .name = hand_text("a"), .version = hand_text("1") },
		{ .name = hand_text("a"), .version = hand_text("0") } };

	(void)state;
	hand_context(h, "y", 0, 0);
	hand_context(h, "x", 0, 0);
	h->model.agents = agents;
	h->model.nagents = 3;
	h->names.agent_context = context;
	const struct program *p = lower(h);
	assert_int_equal(p->agents.n, 2);
	assert_true(slice_is(p->agents.v[0].name, "a"));
	assert_int_equal(p->agents.v[0].context, 1); /* `y` is second in the bundle */
	assert_true(slice_is(p->agents.v[1].name, "b"));
	assert_int_equal(p->agents.v[1].context, 0);
	hand_free(h);
}

static void test_reports_what_no_edge_can_hold(void **state)
{
	struct hand *h = hand_new();
	struct mcontext *c = hand_context(h, "c", 2, 0);
	char *text = arena_array(&h->arena, char, 65540);

	(void)state;
	memset(text, 'a', 65536);
	text[0] = '/';
	hand_cap(c, "a")->paths = hand_list(h, text, NULL);
	lower(h);
	text[65536] = 'a';
	hand_cap(c, "b")->paths = hand_list(h, text, NULL);
	ir_lower(&h->diags, &h->model, &h->names);
	assert_int_equal(h->diags.errors, 1);
	assert_int_equal(h->diags.v[0].code, AEG_component_too_long);
	hand_free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_equal_contexts_are_stored_once),
		cmocka_unit_test(test_order_of_entries_does_not_matter),
		cmocka_unit_test(test_covered_entries_need_no_table),
		cmocka_unit_test(test_stated_and_absent_differ),
		cmocka_unit_test(test_denied_classes_list_no_capability),
		cmocka_unit_test(test_many_names_stay_linear),
		cmocka_unit_test(test_contexts_are_sorted),
		cmocka_unit_test(test_external_agents_are_left_out),
		cmocka_unit_test(test_reports_what_no_edge_can_hold),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
