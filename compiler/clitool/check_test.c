/* Section CLI_TOOLS, broken: each field that matters is refused, and no byte that changes does
 * harm; and deciding allocates nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants these first */
#include <cmocka.h>

#include "base/file.h"
#include "clitool/test.h"
#include "libaegis/alloc_test.h"

static struct built b;
static uint8_t *bytes; /* a copy of the section */

static const char *const vectors[][6] = {
	{ "get", "pods", "-n", "a", "--limit=5", NULL },
	{ "log", "--color=never", "-n", "5", "src", NULL },
	{ "fetch", "https://git.example.com/x", "refs/heads/a", NULL },
	{ "monthly", "example.com", "-", NULL },
	{ "plan", "-target=a", "-json", NULL },
	{ "tar", "xzf", "a", NULL },
	{ "--no-pager", "log", "--", "x", NULL },
};

static uint32_t count(enum aegf_cli_table t)
{
	return aeg_ld32(((const struct aegf_cli *)(const void *)bytes)->count[t]);
}

/* Where row @i of @t stands; of AEGF_CLIT_N the bytes. */
static uint8_t *row(enum aegf_cli_table t, uint32_t i)
{
	static const uint32_t size[] = {
#define X(name, type) sizeof(type),
		AEGF_CLI_TABLES(X)
#undef X
	};
	uint8_t *at = bytes + sizeof(struct aegf_cli);
	for (int k = 0; k < (int)t; k++)
		at += (size_t)count((enum aegf_cli_table)k) * size[k];
	return at + (t == AEGF_CLIT_N ? 0 : (size_t)i * size[t]);
}

static enum aeg_status opened(void)
{
	struct aeg_cli_tools tools;
	return built_open(bytes, b.section.len, &tools);
}

/* ---- Fields -------------------------------------------------------------------------------- */

#define FIELD(TABLE, i, type, member) AEGF_CLIT_##TABLE, i, offsetof(struct aegf_##type, member)
static const struct broken {
	enum aegf_cli_table table;
	uint32_t row;
	size_t at;
	uint32_t value;
	enum aeg_status want;
} broken[] = {
	{ FIELD(TOOLS, 0, cli_tool, name.len), 1u << 30, AEG_BOUNDS },
	{ FIELD(TOOLS, 0, cli_tool, image.off), UINT32_MAX, AEG_BOUNDS },
	{ FIELD(TOOLS, 0, cli_tool, flags), 8, AEG_RESERVED },
	{ FIELD(TOOLS, 0, cli_tool, timeout_s), 0, AEG_CONTENT },
	{ FIELD(TOOLS, 1, cli_tool, name.len), 0, AEG_CONTENT }, /* they ascend */
	{ FIELD(TOOLS, 0, cli_tool, subcommands.count), 0, AEG_CONTENT },
	{ FIELD(TOOLS, 0, cli_tool, subcommands.first), 1, AEG_BOUNDS },
	{ FIELD(TOOLS, 0, cli_tool, sets.count), 1000000, AEG_BOUNDS },
	{ FIELD(SUBCOMMANDS, 0, cli_subcommand, name.len), 1, AEG_CONTENT },
	{ FIELD(SUBCOMMANDS, 1, cli_subcommand, name.len), 0, AEG_CONTENT },
	{ FIELD(SUBCOMMANDS, 0, cli_subcommand, flags), 8, AEG_RESERVED },
	{ FIELD(SUBCOMMANDS, 0, cli_subcommand, options.first), 1, AEG_BOUNDS },
	{ FIELD(FLAGS, 0, cli_flag, names.count), 0, AEG_CONTENT },
	{ FIELD(FLAGS, 0, cli_flag, value), 1000000, AEG_BOUNDS },
	{ FIELD(FLAGS, 0, cli_flag, flags), 8, AEG_RESERVED },
	{ AEGF_CLIT_NAMES, 0, 4, 1, AEG_CONTENT }, /* a dash alone */
	{ AEGF_CLIT_NAMES, 0, 4, 1u << 30, AEG_BOUNDS },
	{ AEGF_CLIT_CONFLICTS, 0, 0, 1000, AEG_BOUNDS },
	{ FIELD(POSITIONALS, 0, cli_positional, value), AEGF_NONE, AEG_BOUNDS },
	{ FIELD(POSITIONALS, 0, cli_positional, min), UINT32_MAX, AEG_CONTENT },
	{ FIELD(POSITIONALS, 0, cli_positional, max), UINT32_MAX, AEG_CONTENT },
	{ FIELD(VALUES, 0, cli_value, kind), 0, AEG_CONTENT },
	{ FIELD(VALUES, 0, cli_value, kind), AEGF_CLI_NVALUES, AEG_CONTENT },
	{ FIELD(VALUES, 0, cli_value, flags), 4, AEG_RESERVED },
	{ FIELD(VALUES, 0, cli_value, words.first), 1000, AEG_BOUNDS },
	{ AEGF_CLIT_WORDS, 0, 4, 1u << 30, AEG_BOUNDS },
	{ FIELD(SETS, 0, cli_set, flags), 8, AEG_RESERVED },
	{ FIELD(SETS, 0, cli_set, shorts.len), 1u << 30, AEG_BOUNDS },
	{ FIELD(SETS, 0, cli_set, refusals.first), 1, AEG_BOUNDS },
	{ FIELD(REFUSALS, 0, cli_refusal, kind), 0, AEG_CONTENT },
	{ FIELD(REFUSALS, 0, cli_refusal, kind), AEGF_CLI_NREFUSALS, AEG_CONTENT },
	{ FIELD(REFUSALS, 0, cli_refusal, flags), 2, AEG_RESERVED },
	{ FIELD(REFUSALS, 0, cli_refusal, text.len), 0, AEG_CONTENT },
	{ FIELD(REFUSALS, 0, cli_refusal, under.len), 1u << 30, AEG_BOUNDS },
};

static void test_fields(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		const struct broken *x = &broken[i];
		struct aeg_le32 value = aeg_st32(x->value);
		memcpy(bytes, b.section.at, b.section.len);
		assert_int_equal(opened(), AEG_OK);
		assert_in_range(x->row, 0, count(x->table) - 1);
		memcpy(row(x->table, x->row) + x->at, &value, sizeof value);
		if (opened() != x->want)
			print_error("case %zu\n", i);
		assert_int_equal(opened(), x->want);
	}
}

static void test_layout(void **state)
{
	struct aeg_cli_tools tools;

	(void)state;
	for (uint32_t len = 1; len < b.section.len; len += len < 200 ? 1 : 97) {
		uint8_t *cut = malloc(len);
		memcpy(cut, b.section.at, len);
		assert_int_not_equal(built_open(cut, len, &tools), AEG_OK);
		free(cut);
	}
	for (int t = 0; t < AEGF_CLIT_N; t++) {
		struct aegf_cli head;
		memcpy(bytes, b.section.at, b.section.len);
		memcpy(&head, bytes, sizeof head);
		head.count[t] = aeg_st32(UINT32_MAX);
		memcpy(bytes, &head, sizeof head);
		assert_int_equal(opened(), AEG_BOUNDS);
	}
	assert_int_equal(built_open(NULL, 0, &tools), AEG_OK); /* a bundle without tools */
	assert_int_equal(tools.ntools, 0);
	assert_int_equal(aeg_cli_find(&tools, (struct aeg_str){ "t", 1 }), AEG_NONE);
}

/* ---- Bytes --------------------------------------------------------------------------------- */

static void decide_all(const struct aeg_cli_tools *tools)
{
	struct aeg_str argv[6];
	struct aeg_cli_verdict v;
	for (uint32_t t = 0; t < tools->ntools; t++)
		for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
			uint32_t n = built_vector(vectors[i], argv, 6);
			assert_int_equal(aeg_cli_decide(tools, t, argv, n, &v), AEG_OK);
			assert_in_range(v.argument, 0, n);
		}
}

/* Bytes changed, all of the tables and some behind them: refused, or without harm. */
static void test_bytes(void **state)
{
	static const uint8_t changes[] = { 1, 0x80, 0xff };
	struct aeg_cli_tools tools;
	uint32_t accepted = 0, n = 0;

	(void)state;
	memcpy(bytes, b.section.at, b.section.len);
	for (uint32_t i = 0; i < b.section.len; i += 1 + i % 5, n++) {
		uint8_t was = bytes[i];
		bytes[i] ^= changes[i % 3];
		if (built_open(bytes, b.section.len, &tools) == AEG_OK) {
			decide_all(&tools);
			accepted++;
		}
		bytes[i] = was;
	}
	assert_in_range(accepted, 1, n);
}

static void test_nothing_is_allocated(void **state)
{
	(void)state;
#ifdef INSTRUMENTED
	skip();
#else
	struct aeg_cli_tools tools;

	allocations = 0;
	assert_int_equal(built_open(b.section.at, b.section.len, &tools), AEG_OK);
	decide_all(&tools);
	assert_int_equal(allocations, 0);
	void *volatile seen = malloc(1); /* the count counts */
	free(seen);
	assert_int_equal(allocations, 1);
#endif
}

static int setup(void **state)
{
	struct arena a = { .limit = 1 << 20, .fail = built_no_memory };
	struct slice text;
	const char *why;

	(void)state;
	if (!file_read(&a, "compiler/clitool/check_test.yaml", 1 << 16, &text, &why))
		return -1;
	built_make(&b, text);
	arena_free(&a);
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
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_nothing_is_allocated),
	};
	return cmocka_run_group_tests_name("cli_check", tests, setup, teardown);
}
