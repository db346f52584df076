/* The ceiling, answered from tables made by hand; and which tables are refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "broken_test.h"

enum { ALPHA, BETA };

static struct aeg_ceiling ask(const struct file *f, uint32_t child, uint32_t parent)
{
	struct aeg_ceiling c = { .size_of = sizeof c, .within = 7, .wider = 99 };

	assert_int_equal(aeg_within(&f->b, child, parent, &c), AEG_OK);
	assert_int_equal(c.size_of, sizeof c);
	assert_true(c.within <= 1);
	return c;
}

static void expect_not(const struct file *f, uint32_t child, uint32_t parent, enum aeg_wider wider,
	const char *tool, const char *args)
{
	struct aeg_ceiling c = ask(f, child, parent);

	assert_int_equal(c.within, 0);
	assert_int_equal(c.wider, wider);
	assert_int_equal(c.tool.len, strlen(tool));
	assert_memory_equal(c.tool.at, tool, c.tool.len);
	assert_int_equal(c.args.len, strlen(args));
	assert_memory_equal(c.args.at, args, c.args.len);
}

#define SET(f, kind, i, type, field, value) \
	put(place(f, kind, i) + offsetof(type, field), 4, (uint64_t)(value))

static void the_sample(void **state)
{
	struct file f = sample();

	(void)state;
	assert_int_equal(ask(&f, ALPHA, ALPHA).within, 1);
	assert_int_equal(ask(&f, BETA, BETA).within, 1);
	expect_not(&f, ALPHA, BETA, AEG_WIDER_CALLS, "mcp.other", "{}");
	expect_not(&f, BETA, ALPHA, AEG_WIDER_RATE, "fs.read", "{\"path\":\"/workspace/src\"}");
	for (uint32_t k = AEGF_LOOSER_RATE; k <= AEGF_LOOSER_RESULTS; k++) {
		SET(&f, AEGF_PARENTS, 0, struct aegf_parent, looser, k);
		assert_int_equal(ask(&f, BETA, ALPHA).wider, AEG_WIDER_CALLS + k);
	}
	SET(&f, AEGF_PARENTS, 0, struct aegf_parent, witness, AEGF_NONE);
	expect_not(&f, BETA, ALPHA, AEG_WIDER_RESULTS, "", "");
	SET(&f, AEGF_PARENTS, 0, struct aegf_parent, looser, 0);
	assert_int_equal(ask(&f, BETA, ALPHA).within, 1);
	free(f.at);
}

/* What is not said to be within is not, witness or none. */
static void fails_closed(void **state)
{
	struct file f = sample();
	struct aeg_ceiling c = { .size_of = sizeof c }, old = { .size_of = sizeof c - 1 };

	(void)state;
	SET(&f, AEGF_CEILINGS, ALPHA, struct aegf_ceiling, witnesses.count, 0);
	expect_not(&f, ALPHA, BETA, AEG_WIDER_UNKNOWN, "", "");
	SET(&f, AEGF_CEILINGS, ALPHA, struct aegf_ceiling, witnesses.count, 1);
	SET(&f, AEGF_WITNESSES, 0, struct aegf_witness, args.len, 1); /* no JSON */
	expect_not(&f, ALPHA, BETA, AEG_WIDER_CALLS, "mcp.other", "{");
	expect_not(&f, AEG_NONE, BETA, AEG_WIDER_UNKNOWN, "", "");
	expect_not(&f, ALPHA, AEG_NONE, AEG_WIDER_UNKNOWN, "", "");
	expect_not(&f, AEG_NONE, AEG_NONE, AEG_WIDER_UNKNOWN, "", "");
	c.within = 1;
	assert_int_equal(aeg_within(&f.b, 2, ALPHA, &c), AEG_USAGE);
	assert_int_equal(c.within, 0);
	assert_int_equal(aeg_within(&f.b, ALPHA, 2, &c), AEG_USAGE);
	assert_int_equal(aeg_within(&f.b, ALPHA, ALPHA, &old), AEG_USAGE);
	free(f.at);
}

static void same_rules(void **state)
{
	struct file f = sample();

	(void)state;
	SET(&f, AEGF_CEILINGS, BETA, struct aegf_ceiling, same, ALPHA);
	SET(&f, AEGF_CEILINGS, BETA, struct aegf_ceiling, parents.count, 0);
	SET(&f, AEGF_CEILINGS, BETA, struct aegf_ceiling, witnesses.count, 0);
	assert_int_equal(status_of(&f), AEG_OK);
	assert_int_equal(ask(&f, ALPHA, BETA).within, 1);
	assert_int_equal(ask(&f, BETA, ALPHA).within, 1);
	SET(&f, AEGF_CEILINGS, BETA, struct aegf_ceiling, witnesses.count, 1);
	assert_int_equal(status_of(&f), AEG_CONTENT);
	free(f.at);
}

/* A bundle of format 1.0, and what a reader of 1.0 sees of one of 1.1. */
static void no_tables(void **state)
{
	static const uint32_t kinds[] = { AEGF_CEILINGS, AEGF_PARENTS, AEGF_WITNESSES, AEGF_OPS,
		AEGF_PATHS };
	struct file f = sample();
	struct aeg_ceiling c = { .size_of = sizeof c };

	(void)state;
	for (uint32_t i = 5; i-- > 0;) /* kinds that nobody knows, still ascending */
		put(place(&f, TABLE + kinds[i], 0) + offsetof(struct aegf_section, kind), 4,
			77 + i);
	assert_int_equal(aeg_bundle_check(&f.b, f.at, f.len), AEG_OK);
	assert_int_equal(aeg_within(&f.b, ALPHA, BETA, &c), AEG_NO_CEILING);
	assert_int_equal(c.within, 0);
	assert_int_equal(ask(&f, ALPHA, ALPHA).within, 1);
	expect_not(&f, AEG_NONE, ALPHA, AEG_WIDER_UNKNOWN, "", "");
	free(f.at);
}

/* ---- Many contexts ------------------------------------------------------------------------- */

enum { MANY = 60 };

/* Context i is within those of which i is a divisor. */
static struct file many(const char *args, uint32_t nceilings)
{
	struct make m = { 0 };
	struct aegf_context c = { 0 };
	struct aegf_witness w;
	uint32_t root;
	struct file f;

	make_tiny(&m);
	root = make_node(&m, AEGF_NODE_NAME, AEGF_NONE, 0, 0);
	m.meta.contexts = aeg_st32(root);
	c.tools = aeg_st32(make_node(&m, AEGF_NODE_TOOL, AEGF_NONE, AEGF_NONE, 0));
	w = (struct aegf_witness){ make_str(&m, "a.b"), make_str(&m, args) };
	make_add(&m, AEGF_WITNESSES, &w, 1);
	for (uint32_t i = 0; i < MANY; i++) {
		struct aegf_ceiling ceiling = { aeg_st32(i),
			make_list(m.table[AEGF_PARENTS].count, 0), make_list(0, 1) };
		char name[8];

		snprintf(name, sizeof name, "c%02u", i);
		c.name = make_str(&m, name);
		make_add(&m, AEGF_CONTEXTS, &c, 1);
		make_edge(&m, root, name, make_node(&m, AEGF_NODE_NAME, i, 0, 0));
		for (uint32_t k = 0; k < MANY; k++) {
			struct aegf_parent p = { aeg_st32(k), aeg_st32(0), aeg_st32(AEGF_NONE) };

			if (i > 0 && k % i == 0)
				make_add(&m, AEGF_PARENTS, &p, 1);
		}
		ceiling.parents.count =
			aeg_st32(m.table[AEGF_PARENTS].count - aeg_ld32(ceiling.parents.first));
		if (i < nceilings)
			make_add(&m, AEGF_CEILINGS, &ceiling, 1);
	}
	f.at = make_bundle(&m, &f.len);
	return f;
}

static void every_pair_of_many(void **state)
{
	struct file f = many("{}", MANY);

	(void)state;
	assert_int_equal(aeg_bundle_check(&f.b, f.at, f.len), AEG_OK);
	for (uint32_t i = 0; i < MANY; i++)
		for (uint32_t k = 0; k < MANY; k++) {
			uint32_t within = i == k || (i > 0 && k % i == 0);

			assert_int_equal(ask(&f, i, k).within, within);
			if (!within)
				expect_not(&f, i, k, AEG_WIDER_CALLS, "a.b", "{}");
		}
	SET(&f, AEGF_PARENTS, 1, struct aegf_parent, context, 0);
	assert_int_equal(status_of(&f), AEG_CONTENT);
	free(f.at);
}

static void some_contexts_without(void **state)
{
	struct file f = many("{}", MANY - 1);

	(void)state;
	assert_int_equal(status_of(&f), AEG_BOUNDS); /* a parent that has none */
	free(f.at);
	f = many("{}", 0);
	assert_int_equal(status_of(&f), AEG_BOUNDS);
	free(f.at);
}

/* Arguments as long as may be are scanned on the stack, longer ones refused. */
static void long_witness(void **state)
{
	char args[AEGF_WITNESS_ARGS + 2];

	(void)state;
	memset(args, '[', sizeof args);
	for (size_t n = AEGF_WITNESS_ARGS; n <= AEGF_WITNESS_ARGS + 1; n++) {
		args[n] = 0;
		struct file f = many(args, MANY);
		if (n > AEGF_WITNESS_ARGS) {
			assert_int_equal(status_of(&f), AEG_CONTENT);
		} else {
			assert_int_equal(aeg_bundle_check(&f.b, f.at, f.len), AEG_OK);
			expect_not(&f, 2, 1, AEG_WIDER_CALLS, "a.b", args);
		}
		free(f.at);
		args[n] = '[';
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_sample),
		cmocka_unit_test(fails_closed),
		cmocka_unit_test(same_rules),
		cmocka_unit_test(no_tables),
		cmocka_unit_test(every_pair_of_many),
		cmocka_unit_test(some_contexts_without),
		cmocka_unit_test(long_witness),
	};
	return cmocka_run_group_tests_name("within", tests, NULL, NULL);
}
