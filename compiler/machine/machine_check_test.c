/* Section MACHINES, broken: each field that matters is refused, and no byte that changes does harm.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants these first */
#include <cmocka.h>

#include "machine/stepped_test.h"

static struct stepped b;
static uint8_t *bytes; /* a copy of the section */
static struct stepper c;

static const char *const outcomes[] = { "{\"output\":{\"a\":1}}",
	"{\"agents\":[{\"score\":0.9},{\"score\":0.8,\"confidence\":1}]}", "{\"exit_code\":1}",
	"{\"exit_code\":0,\"stdout\":\"x\"}", "{}",
	"{\"agents\":[{\"score\":0.9},{\"score\":0.8}]}", "{\"output\":[1,{}]}", NULL };

static uint32_t count(enum aegf_machine_table t)
{
	return aeg_ld32(((const struct aegf_machines *)(const void *)bytes)->count[t]);
}

/* Where row @i of @t stands; of AEGF_M_NTABLES the bytes. */
static uint8_t *row(enum aegf_machine_table t, uint32_t i)
{
	static const uint32_t size[] = {
#define X(name, type) sizeof(type),
		AEGF_MACHINE_TABLES(X)
#undef X
	};
	uint8_t *at = bytes + sizeof(struct aegf_machines);
	for (int k = 0; k < (int)t; k++)
		at += (size_t)count((enum aegf_machine_table)k) * size[k];
	return at + (t == AEGF_M_NTABLES ? 0 : (size_t)i * size[t]);
}

static enum aeg_status opened(void)
{
	struct aeg_machines ms;
	return stepped_open(bytes, b.section.len, &ms);
}

/* ---- Fields -------------------------------------------------------------------------------- */

/* States of the workflow, in order: CODE, CHECK, SHELL, BOTH, VOTE, ASK, MORE, LATER. */
enum { CODE, CHECK, SHELL, BOTH, VOTE, ASK, MORE, LATER };

enum how { BYTE, WORD };
#define FIELD(TABLE, i, type, member) AEGF_M_##TABLE, i, offsetof(struct aegf_##type, member)
static const struct broken {
	enum aegf_machine_table table;
	uint32_t row;
	size_t at;
	enum how how;
	uint32_t value;
	enum aeg_status want;
} broken[] = {
	{ FIELD(MACHINES, 0, machine, name.len), WORD, 1u << 30, AEG_BOUNDS },
	{ FIELD(MACHINES, 0, machine, version.off), WORD, UINT32_MAX, AEG_BOUNDS },
	{ FIELD(MACHINES, 0, machine, description.len), WORD, UINT32_MAX, AEG_BOUNDS },
	{ FIELD(MACHINES, 0, machine, context.len), WORD, UINT32_MAX, AEG_BOUNDS },
	{ FIELD(MACHINES, 0, machine, workspace.len), WORD, UINT32_MAX, AEG_BOUNDS },
	{ FIELD(MACHINES, 0, machine, states.first), WORD, 1, AEG_BOUNDS },
	{ FIELD(MACHINES, 0, machine, states.count), WORD, 9, AEG_BOUNDS },
	{ FIELD(MACHINES, 0, machine, states.count), WORD, 0, AEG_CONTENT },
	{ FIELD(MACHINES, 0, machine, initial), WORD, 8, AEG_CONTENT },
	{ FIELD(MACHINES, 0, machine, input), WORD, 2, AEG_BOUNDS },
	{ FIELD(MACHINES, 0, machine, output), WORD, 1000, AEG_BOUNDS },
	{ FIELD(MACHINES, 0, machine, result.first), WORD, 1, AEG_BOUNDS },
	{ FIELD(MACHINES, 0, machine, result.count), WORD, 1, AEG_BOUNDS },
	{ FIELD(STATES, CODE, state, name.len), WORD, UINT32_MAX, AEG_BOUNDS },
	{ FIELD(STATES, CODE, state, subject.len), WORD, UINT32_MAX, AEG_BOUNDS },
	{ FIELD(STATES, CODE, state, text.off), WORD, UINT32_MAX, AEG_BOUNDS },
	{ FIELD(STATES, CODE, state, kind), BYTE, AEG_NSTATE_KINDS, AEG_CONTENT },
	{ FIELD(STATES, CODE, state, kind), BYTE, AEG_STATE_HUMAN, AEG_CONTENT }, /* has judges */
	{ FIELD(STATES, CODE, state, strategy), BYTE, AEG_NCONSENSUS, AEG_CONTENT },
	{ FIELD(STATES, CODE, state, completion), BYTE, AEG_NCOMPLETIONS, AEG_CONTENT },
	{ FIELD(STATES, CODE, state, flags), BYTE, 8, AEG_RESERVED },
	{ FIELD(STATES, CODE, state, flags), BYTE, AEGF_STATE_DETACHED, AEG_CONTENT },
	{ FIELD(STATES, CODE, state, flags), BYTE, AEGF_STATE_REQUIRED, AEG_CONTENT },
	{ FIELD(STATES, CODE, state, flags), BYTE, AEGF_STATE_DEFAULT, AEG_CONTENT },
	{ FIELD(STATES, CODE, state, transitions.first), WORD, 1, AEG_BOUNDS },
	{ FIELD(STATES, CODE, state, transitions.count), WORD, 2, AEG_BOUNDS },
	{ FIELD(STATES, LATER, state, transitions.count), WORD, 1, AEG_BOUNDS },
	{ FIELD(STATES, CODE, state, tasks.count), WORD, 4, AEG_CONTENT },
	{ FIELD(STATES, CODE, state, tasks.count), WORD, 257, AEG_CONTENT },
	{ FIELD(STATES, CODE, state, tasks.first), WORD, 1, AEG_BOUNDS },
	{ FIELD(STATES, CODE, state, njudges), WORD, 3, AEG_CONTENT },
	{ FIELD(STATES, CODE, state, njudges), WORD, UINT32_MAX, AEG_CONTENT },
	{ FIELD(STATES, CHECK, state, nhandlers), WORD, 2, AEG_CONTENT },
	{ FIELD(STATES, CHECK, state, nhandlers), WORD, 0, AEG_CONTENT },
	{ FIELD(STATES, CODE, state, max_visits), WORD, 0, AEG_CONTENT },
	{ FIELD(STATES, CODE, state, threshold), WORD, AEGF_SCORE_ONE + 1, AEG_CONTENT },
	{ FIELD(STATES, VOTE, state, agreement_factor), WORD, AEGF_SCORE_ONE + 1, AEG_CONTENT },
	{ FIELD(STATES, VOTE, state, self_factor), WORD, UINT32_MAX, AEG_CONTENT },
	{ FIELD(TRANSITIONS, 0, transition, when), WORD, AEG_NCONDITION_KINDS, AEG_CONTENT },
	{ FIELD(TRANSITIONS, 0, transition, when), WORD, AEG_WHEN_CUSTOM, AEG_CONTENT },
	{ FIELD(TRANSITIONS, 1, transition, when), WORD, AEG_WHEN_ALWAYS, AEG_CONTENT },
	{ FIELD(TRANSITIONS, 0, transition, target), WORD, 8, AEG_CONTENT },
	{ FIELD(TRANSITIONS, 0, transition, feedback), WORD, 1000, AEG_BOUNDS },
	{ FIELD(TRANSITIONS, 0, transition, value.len), WORD, UINT32_MAX, AEG_BOUNDS },
	{ FIELD(TRANSITIONS, 1, transition, expression), WORD, 1000, AEG_BOUNDS },
	{ FIELD(TRANSITIONS, 1, transition, expression), WORD, AEGF_NONE, AEG_CONTENT },
	{ FIELD(TASKS, 0, task, name.len), WORD, UINT32_MAX, AEG_BOUNDS },
	{ FIELD(TASKS, 0, task, fragments.count), WORD, 0, AEG_CONTENT },
	{ FIELD(TASKS, 0, task, fragments.first), WORD, 0, AEG_BOUNDS },
	{ FIELD(TASKS, 0, task, weight), WORD, AEGF_MAX_WEIGHT + 1, AEG_CONTENT },
	{ FIELD(FRAGMENTS, 0, fragment, text.len), WORD, UINT32_MAX, AEG_BOUNDS },
	{ FIELD(FRAGMENTS, 0, fragment, template), WORD, 1000, AEG_BOUNDS },
	{ FIELD(FRAGMENTS, 0, fragment, quoted), WORD, 2, AEG_RESERVED },
	{ AEGF_M_TEMPLATES, 1, 0, WORD, 0, AEG_BOUNDS }, /* over another program */
	{ AEGF_M_TEMPLATES, 0, 4, WORD, 1u << 30, AEG_BOUNDS },
	{ AEGF_M_SCHEMAS, 0, 4, WORD, 0, AEG_SHORT },
};

static void break_field(const struct broken *x)
{
	uint8_t *at = row(x->table, x->row) + x->at;
	struct aeg_le32 value = aeg_st32(x->value);
	if (x->how == WORD)
		memcpy(at, &value, sizeof value);
	else
		*at = (uint8_t)x->value;
}

static void test_fields(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		const struct broken *x = &broken[i];
		memcpy(bytes, b.section.at, b.section.len);
		assert_int_equal(opened(), AEG_OK);
		assert_in_range(x->row, 0, count(x->table) - 1);
		break_field(x);
		if (opened() != x->want)
			print_error("case %zu\n", i);
		assert_int_equal(opened(), x->want);
	}
}

/* Where a condition is wanted nothing else will do, nor the other way round. */
static void test_conditions(void **state)
{
	struct aegf_transition *t;
	struct aeg_le32 condition;
	(void)state;
	memcpy(bytes, b.section.at, b.section.len);
	t = (void *)row(AEGF_M_TRANSITIONS, 0);
	condition = t[1].expression;
	t[2].feedback = condition;
	assert_int_equal(opened(), AEG_CONTENT);
	memcpy(bytes, b.section.at, b.section.len);
	t[1].expression = t[2].feedback;
	assert_int_equal(opened(), AEG_CONTENT);
	memcpy(bytes, b.section.at, b.section.len);
	((struct aegf_fragment *)(void *)row(AEGF_M_FRAGMENTS, 0))->template = condition;
	assert_int_equal(opened(), AEG_CONTENT);
}

/* ---- Bytes --------------------------------------------------------------------------------- */

static void test_layout(void **state)
{
	struct aeg_machines ms;

	(void)state;
	for (uint32_t len = 1; len < b.section.len; len++) {
		uint8_t *cut = malloc(len);
		memcpy(cut, b.section.at, len);
		assert_int_not_equal(stepped_open(cut, len, &ms), AEG_OK);
		free(cut);
	}
	for (int t = 0; t < AEGF_M_NTABLES; t++) {
		struct aegf_machines head;
		memcpy(bytes, b.section.at, b.section.len);
		memcpy(&head, bytes, sizeof head);
		head.count[t] = aeg_st32(UINT32_MAX);
		memcpy(bytes, &head, sizeof head);
		assert_int_equal(opened(), AEG_BOUNDS);
	}
	assert_int_equal(stepped_open(NULL, 0, &ms), AEG_OK); /* a bundle without workflows */
	assert_int_equal(ms.nmachines, 0);
	assert_int_equal(aeg_machine_find(&ms, (struct aeg_str){ "w", 1 }), AEG_NONE);
}

/* What the changed ones are held against gets as far as its result. */
static void test_good(void **state)
{
	struct aeg_machines ms;
	void *mem = malloc(1 << 16);

	(void)state;
	assert_int_equal(stepped_open(b.section.at, b.section.len, &ms), AEG_OK);
	c = (struct stepper){ .m = { .mem = mem, .mem_size = 1 << 16, .steps = 20000 },
		.outcomes = outcomes };
	assert_int_equal(stepper_begin(&c, &ms, 0, "{\"task\":\"a\"}"), AEG_OK);
	assert_int_equal(stepper_run(&c), AEG_MACHINE_DONE);
	assert_null(*c.outcomes);
	assert_int_equal(c.effects, 7);
	free(mem);
}

/* Each byte changed: refused, or what it says is run without harm. */
static void test_bytes(void **state)
{
	static const uint8_t changes[] = { 1, 0x80, 0xff };
	struct aeg_machines ms;
	uint32_t accepted = 0;

	(void)state;
	memcpy(bytes, b.section.at, b.section.len);
	assert_int_equal(opened(), AEG_OK);
	for (uint32_t i = 0; i < b.section.len; i++)
		for (size_t k = 0; k < sizeof changes; k++) {
			bytes[i] ^= changes[k];
			if (stepped_open(bytes, b.section.len, &ms) == AEG_OK) {
				stepper_run_all(&c, &ms, outcomes, 1 << 16);
				accepted++;
			}
			bytes[i] ^= changes[k];
		}
	assert_in_range(accepted, 1, b.section.len * sizeof changes / 2);
}

/* Memory of any size: enough, or too little and that is said. */
static void test_memory(void **state)
{
	struct aeg_machines ms;
	bool enough = false;

	(void)state;
	assert_int_equal(stepped_open(b.section.at, b.section.len, &ms), AEG_OK);
	for (size_t size = 0; !enough; size += 24) {
		void *mem = malloc(size + 1);
		c = (struct stepper){ .m = { .mem = mem, .mem_size = size, .steps = 20000 },
			.outcomes = outcomes };
		enough = stepper_begin(&c, &ms, 0, "{\"task\":\"a\"}") == AEG_OK &&
			 stepper_run(&c) == AEG_MACHINE_DONE;
		if (!enough)
			assert_int_equal(c.m.status, AEG_NOMEM);
		assert_in_range(size, 0, 1 << 16);
		free(mem);
	}
}

static void test_budget(void **state)
{
	struct aeg_machines ms;
	bool enough = false;
	void *mem = malloc(1 << 16);

	(void)state;
	assert_int_equal(stepped_open(b.section.at, b.section.len, &ms), AEG_OK);
	for (uint64_t steps = 0; !enough; steps += 7) {
		c = (struct stepper){ .m = { .mem = mem, .mem_size = 1 << 16, .steps = steps },
			.outcomes = outcomes };
		enough = stepper_begin(&c, &ms, 0, "{\"task\":\"a\"}") == AEG_OK &&
			 stepper_run(&c) == AEG_MACHINE_DONE;
		if (!enough)
			assert_int_equal(c.m.status, AEG_BUDGET);
		assert_in_range(steps, 0, 100000);
	}
	free(mem);
}

static int setup(void **state)
{
	(void)state;
	stepped_make(&b, stepped_all);
	if (b.section.len == 0)
		return -1;
	bytes = malloc(b.section.len);
	return bytes == NULL ? -1 : 0;
}

static int teardown(void **state)
{
	(void)state;
	free(bytes);
	arena_free(&b.a);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_conditions),
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_budget),
	};
	return cmocka_run_group_tests_name("machine_check", tests, setup, teardown);
}
