/* Section FLOWS, broken: each field that matters is refused, and no byte that changes does harm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants these first */
#include <cmocka.h>

#include "flow/built_test.h"

static struct built b;
static uint8_t *bytes; /* a copy of the section */
static struct caller c;

static const char *const answers[] = { "200 {\"hits\":[{\"id\":7},{\"id\":\"x\"}],\"n\":5}",
	"200 {\"name\":\"A\"}", "503 ", "201 {\"a\":1}", NULL };

static uint32_t count(enum aegf_flow_table t)
{
	return aeg_ld32(((const struct aegf_flows *)(const void *)bytes)->count[t]);
}

/* Where row @i of @t stands; of AEGF_NTABLES the bytes. */
static uint8_t *row(enum aegf_flow_table t, uint32_t i)
{
	static const uint32_t size[] = {
#define X(name, type) sizeof(type),
		AEGF_FLOW_TABLES(X)
#undef X
	};
	uint8_t *at = bytes + sizeof(struct aegf_flows);
	for (int k = 0; k < (int)t; k++)
		at += (size_t)count((enum aegf_flow_table)k) * size[k];
	return at + (t == AEGF_NTABLES ? 0 : (size_t)i * size[t]);
}

static enum aeg_status opened(void)
{
	struct aeg_flows flows;
	return built_open(bytes, b.section.len, &flows);
}

/* ---- Fields -------------------------------------------------------------------------------- */

enum how { BYTE, WORD, TEXT }; /* TEXT: the first byte of the text that is meant there */

#define FIELD(TABLE, i, type, member) AEGF_TABLE_##TABLE, i, offsetof(struct aegf_##type, member)
static const struct broken {
	enum aegf_flow_table table;
	uint32_t row;
	size_t at;
	enum how how;
	uint32_t value;
	enum aeg_status want;
} broken[] = {
	{ FIELD(SPECS, 0, spec, name.len), WORD, 1u << 30, AEG_BOUNDS },
	{ FIELD(SPECS, 0, spec, server.off), WORD, UINT32_MAX, AEG_BOUNDS },
	{ FIELD(SPECS, 0, spec, server.len), WORD, 0, AEG_CONTENT },
	{ FIELD(SPECS, 0, spec, server.len), WORD, 8, AEG_CONTENT },
	{ FIELD(SPECS, 0, spec, server), TEXT, 'f', AEG_CONTENT },
	{ FIELD(SPECS, 0, spec, flags), WORD, 2, AEG_RESERVED },
	{ FIELD(OPERATIONS, 0, operation, spec), WORD, 1, AEG_BOUNDS },
	{ FIELD(OPERATIONS, 0, operation, spec), WORD, AEGF_NONE, AEG_BOUNDS },
	{ FIELD(OPERATIONS, 0, operation, flags), WORD, 2, AEG_RESERVED },
	{ FIELD(OPERATIONS, 0, operation, name), TEXT, 'z', AEG_CONTENT }, /* they ascend */
	{ FIELD(OPERATIONS, 0, operation, method), TEXT, '\r', AEG_CONTENT },
	{ FIELD(OPERATIONS, 0, operation, method.len), WORD, 0, AEG_CONTENT },
	{ FIELD(OPERATIONS, 0, operation, media), TEXT, '\n', AEG_CONTENT },
	{ FIELD(OPERATIONS, 0, operation, path.first), WORD, 1, AEG_BOUNDS },
	{ FIELD(OPERATIONS, 0, operation, path.count), WORD, 0, AEG_CONTENT },
	{ FIELD(OPERATIONS, 0, operation, path.count), WORD, 1000, AEG_BOUNDS },
	{ FIELD(OPERATIONS, 1, operation, parameters.count), WORD, 1000, AEG_BOUNDS },
	{ FIELD(OPERATIONS, 1, operation, parameters.count), WORD, 0, AEG_CONTENT },
	{ FIELD(OPERATIONS, 0, operation, body), WORD, 1000, AEG_BOUNDS },
	{ FIELD(OPERATIONS, 0, operation, server.len), WORD, 7, AEG_CONTENT },
	{ FIELD(OPERATIONS, 0, operation, fields.count), WORD, 1, AEG_BOUNDS },
	{ FIELD(PIECES, 0, piece, text), TEXT, '.', AEG_CONTENT }, /* it would join the host */
	{ FIELD(PIECES, 0, piece, text), TEXT, '@', AEG_CONTENT },
	{ FIELD(PIECES, 0, piece, text), TEXT, '?', AEG_CONTENT },
	{ FIELD(PIECES, 0, piece, text.len), WORD, 0, AEG_CONTENT },
	{ FIELD(PIECES, 1, piece, parameter), WORD, 100, AEG_CONTENT },
	{ FIELD(PIECES, 1, piece, parameter), WORD, 1, AEG_CONTENT }, /* not in the path */
	{ FIELD(PARAMETERS, 0, parameter, in), BYTE, AEGF_NINS, AEG_CONTENT },
	{ FIELD(PARAMETERS, 0, parameter, style), BYTE, AEGF_NSTYLES, AEG_CONTENT },
	{ FIELD(PARAMETERS, 0, parameter, flags), BYTE, 8, AEG_RESERVED },
	{ FIELD(PARAMETERS, 0, parameter, flags), BYTE, AEGF_PARAMETER_RESERVED, AEG_CONTENT },
	{ FIELD(PARAMETERS, 0, parameter, zero), BYTE, 1, AEG_RESERVED },
	{ FIELD(PARAMETERS, 3, parameter, name), TEXT, ':', AEG_CONTENT }, /* a header's */
	{ FIELD(FLOWS, 0, flow, input), WORD, AEGF_NONE, AEG_BOUNDS },
	{ FIELD(FLOWS, 0, flow, steps.count), WORD, 0, AEG_CONTENT },
	{ FIELD(FLOWS, 0, flow, steps.count), WORD, 4, AEG_BOUNDS },
	{ FIELD(FLOWS, 0, flow, steps.count), WORD, 2, AEG_CONTENT }, /* one in no workflow */
	{ FIELD(FLOWS, 0, flow, total_ms), WORD, 0, AEG_CONTENT },
	{ FIELD(FLOWS, 0, flow, result), WORD, 1000, AEG_BOUNDS },
	{ FIELD(STEPS, 0, step, name), TEXT, '"', AEG_CONTENT },
	{ FIELD(STEPS, 0, step, name.len), WORD, 0, AEG_CONTENT },
	{ FIELD(STEPS, 0, step, operation), WORD, AEGF_NONE, AEG_BOUNDS },
	{ FIELD(STEPS, 0, step, when), WORD, 0, AEG_CONTENT }, /* no condition */
	{ FIELD(STEPS, 0, step, body), WORD, 1000, AEG_BOUNDS },
	{ FIELD(STEPS, 0, step, extracts.first), WORD, 1, AEG_BOUNDS },
	{ FIELD(STEPS, 0, step, arguments.count), WORD, 0, AEG_BOUNDS },
	{ FIELD(STEPS, 0, step, on_error), WORD, 2, AEG_CONTENT },
	{ FIELD(STEPS, 0, step, retries), WORD, AEGF_MAX_RETRIES + 1, AEG_CONTENT },
	{ FIELD(STEPS, 0, step, timeout_ms), WORD, 0, AEG_CONTENT },
	{ FIELD(STEPS, 0, step, most), WORD, 1, AEG_CONTENT }, /* of no loop */
	{ FIELD(STEPS, 1, step, most), WORD, AEGF_MAX_ROUNDS + 1, AEG_CONTENT },
	{ FIELD(STEPS, 1, step, item), TEXT, '.', AEG_CONTENT },
	{ FIELD(STEPS, 1, step, item.len), WORD, 0, AEG_CONTENT },
	{ FIELD(STEPS, 1, step, each), WORD, AEGF_NONE, AEG_CONTENT },
	{ FIELD(ARGUMENTS, 0, argument, parameter), WORD, 1, AEG_BOUNDS },
	{ FIELD(ARGUMENTS, 0, argument, value), WORD, AEGF_NONE, AEG_BOUNDS },
	{ FIELD(EXTRACTS, 0, extract, name), TEXT, '\\', AEG_CONTENT },
	{ FIELD(EXTRACTS, 0, extract, selection), WORD, 1000, AEG_BOUNDS },
	{ FIELD(EXTRACTS, 0, extract, selection), WORD, 1, AEG_CONTENT },
	{ FIELD(EXTRACTS, 0, extract, path), WORD, 1, AEG_CONTENT },
	{ FIELD(EXTRACTS, 0, extract, flags), WORD, 2, AEG_RESERVED },
	{ FIELD(EXTRACTS, 0, extract, most), WORD, AEGF_MAX_ROUNDS + 1, AEG_CONTENT },
	{ FIELD(STATUSES, 0, statuses, to), BYTE, 0, AEG_CONTENT },
	{ AEGF_TABLE_TEMPLATES, 1, 0, WORD, 0, AEG_BOUNDS }, /* over another program */
	{ AEGF_TABLE_TEMPLATES, 0, 4, WORD, 1u << 30, AEG_BOUNDS },
	{ AEGF_TABLE_SELECTIONS, 0, 4, WORD, 0, AEG_SHORT },
};

static void break_field(const struct broken *x)
{
	uint8_t *at = row(x->table, x->row) + x->at;
	struct aeg_le32 value = aeg_st32(x->value);
	if (x->how == TEXT)
		at = row(AEGF_NTABLES, 0) + aeg_ld32(((const struct aegf_bytes *)(void *)at)->off);
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

/* ---- Bytes --------------------------------------------------------------------------------- */

static void test_layout(void **state)
{
	struct aeg_flows flows;

	(void)state;
	for (uint32_t len = 1; len < b.section.len; len++) {
		uint8_t *cut = malloc(len);
		memcpy(cut, b.section.at, len);
		assert_int_not_equal(built_open(cut, len, &flows), AEG_OK);
		free(cut);
	}
	for (int t = 0; t < AEGF_NTABLES; t++) {
		struct aegf_flows head;
		memcpy(bytes, b.section.at, b.section.len);
		memcpy(&head, bytes, sizeof head);
		head.count[t] = aeg_st32(UINT32_MAX);
		memcpy(bytes, &head, sizeof head);
		assert_int_equal(opened(), AEG_BOUNDS);
	}
	assert_int_equal(built_open(NULL, 0, &flows), AEG_OK); /* a bundle without workflows */
	assert_int_equal(flows.nflows, 0);
	assert_int_equal(aeg_flow_find(&flows, (struct aeg_str){ "t", 1 }), AEG_NONE);
}

/* What the changed ones are held against gets as far as its result. */
static void test_good(void **state)
{
	struct aeg_flows flows;
	void *mem = malloc(1 << 18);

	(void)state;
	assert_int_equal(built_open(b.section.at, b.section.len, &flows), AEG_OK);
	c = (struct caller){ .f = { .mem = mem, .mem_size = 1 << 18, .steps = 20000 },
		.answers = answers };
	assert_int_equal(caller_begin(&c, &flows, 0, 0, "{\"id\":\"a\"}"), AEG_OK);
	assert_int_equal(caller_run(&c), AEG_FLOW_DONE);
	assert_null(*c.answers);
	free(mem);
}

/* Each byte changed: refused, or what it says is run without harm. */
static void test_bytes(void **state)
{
	static const uint8_t changes[] = { 1, 2, 0x80, 0xff };
	struct aeg_flows flows;
	uint32_t accepted = 0;

	(void)state;
	memcpy(bytes, b.section.at, b.section.len);
	assert_int_equal(opened(), AEG_OK);
	for (uint32_t i = 0; i < b.section.len; i++)
		for (size_t k = 0; k < sizeof changes; k++) {
			bytes[i] ^= changes[k];
			if (built_open(bytes, b.section.len, &flows) == AEG_OK) {
				caller_run_all(&c, &flows, answers, 1 << 18);
				accepted++;
			}
			bytes[i] ^= changes[k];
		}
	assert_in_range(accepted, 1, b.section.len * sizeof changes / 2);
}

static int setup(void **state)
{
	(void)state;
	built_make(&b, built_all);
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
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bytes),
	};
	return cmocka_run_group_tests_name("flow_check", tests, setup, teardown);
}
