/* Programs that nobody compiled: each must be refused, or safe to run. */
#include "select_test.h"

#include "format/aeg_path.h"

static const struct aeg_str paths[] = {
	{ TEXT("$.a[?match(@.b,'x{2,5}[a-c]|^y$') || @.c > 1.5][0,'d',1:2:-3]") },
	{ TEXT("$.a[?@.x && !(length(@.y) == count($..z)) && search(@.p, $.q)]..*") },
	{ TEXT("$.a[?value(@[?@ == true]) != null][-1]") },
};
static const char document[] =
	"{\"a\":[{\"b\":\"xxa\",\"d\":1,\"x\":[],\"y\":\"z\",\"p\":\"pq\"},[1,[2,3]],{\"c\":2}],\"q\":\"p|q\","
	"\"z\":{\"z\":1}}";

/* Runs what the check accepts, in memory of just the size it asks for. */
static enum aeg_status run(const uint8_t *bytes, size_t len)
{
	struct aeg_program program;
	struct aeg_json_tok tok[sizeof document];
	struct aeg_json j;
	struct aeg_found found;
	enum aeg_status status = aeg_program_check(&program, bytes, len);

	if (status != AEG_OK)
		return status;
	aeg_json_scan(&j, TEXT(document), tok, LENGTH(tok));
	size_t size = aeg_select_size(&program);
	struct aeg_select s = { .size_of = sizeof s,
		.program = &program,
		.doc = &j,
		.steps = 3000,
		.mem = malloc(size + 1),
		.mem_size = size,
		.regex = aeg_regex_compile };
	status = aeg_select_begin(&s);
	do {
		status = aeg_select_next(&s, &found);
		assert_true(found.token == AEG_NONE || found.token < j.ntok);
		assert_true(found.token == AEG_NONE || found.path < program.npaths);
	} while (status == AEG_OK && found.token != AEG_NONE);
	free(s.mem);
	return status;
}

static void every_byte(void **state)
{
	struct aeg_path_error error;
	enum aeg_status s;
	size_t len, accepted = 0, tried = 0;
	uint8_t *bytes = compile(paths, LENGTH(paths), &len, &s, &error);

	(void)state;
	assert_non_null(bytes);
	for (size_t at = 0; at < len; at++)
		for (uint32_t flip = 1; flip < 256; flip = flip * 2 + (flip & 1)) {
			bytes[at] ^= (uint8_t)flip;
			enum aeg_status now = run(bytes, len);
			accepted += now == AEG_OK || now == AEG_BUDGET;
			tried++;
			bytes[at] ^= (uint8_t)flip;
		}
	for (size_t n = 0; n < len; n++) {
		uint8_t *cut = malloc(n + 1);
		memcpy(cut, bytes, n);
		assert_int_not_equal(run(cut, n), AEG_OK);
		free(cut);
	}
	assert_true(accepted > 0 && accepted < tried / 2);
	free(bytes);
}

#define OP(name) AEGF_OP_##name
#define U32(x)   (x), 0, 0, 0

static void by_hand(void **state)
{
	static const struct {
		enum aeg_status want;
		const char *what;
		uint8_t points, values, len;
		uint8_t ops[48];
	} cases[] = {
		{ AEG_OK, "the smallest", 0, 0, 5, { OP(RESULT), U32(0) } },
		{ AEG_CONTENT, "nothing", 0, 0, 0, { 0 } },
		{ AEG_CONTENT, "no end", 1, 0, 1, { OP(CHILDREN) } },
		{ AEG_BOUNDS, "another path's result", 0, 0, 5, { OP(RESULT), U32(1) } },
		{ AEG_CONTENT, "no such op", 0, 0, 6, { AEGF_NOPS, OP(RESULT), U32(0) } },
		{ AEG_BOUNDS, "an op cut off", 0, 0, 4, { OP(RESULT), 0, 0, 0 } },
		{ AEG_CONTENT, "more points than said", 0, 0, 6,
			{ OP(CHILDREN), OP(RESULT), U32(0) } },
		{ AEG_CONTENT, "out of reach", 0, 0, 10,
			{ OP(RESULT), U32(0), OP(RESULT), U32(0) } },
		{ AEG_OK, "a fork", 1, 0, 15,
			{ OP(FORK), U32(10), OP(RESULT), U32(0), OP(RESULT), U32(0) } },
		{ AEG_BOUNDS, "a jump to itself", 1, 0, 10,
			{ OP(FORK), U32(0), OP(RESULT), U32(0) } },
		{ AEG_BOUNDS, "a jump out", 1, 0, 10, { OP(FORK), U32(10), OP(RESULT), U32(0) } },
		{ AEG_CONTENT, "a jump into an op", 1, 0, 15,
			{ OP(FORK), U32(7), OP(RESULT), U32(0), OP(RESULT), U32(0) } },
		{ AEG_CONTENT, "a jump into itself", 0, 0, 5, { OP(JUMP), U32(4) } },
		{ AEG_OK, "a filter", 1, 1, 12,
			{ OP(FILTER), U32(7), OP(TRUE), OP(PASS), OP(RESULT), U32(0) } },
		{ AEG_CONTENT, "a filter without a value", 1, 1, 11,
			{ OP(FILTER), U32(6), OP(PASS), OP(RESULT), U32(0) } },
		{ AEG_CONTENT, "a filter with two values", 1, 2, 13,
			{ OP(FILTER), U32(8), OP(TRUE), OP(TRUE), OP(PASS), OP(RESULT), U32(0) } },
		{ AEG_CONTENT, "a filter that ends too late", 1, 1, 13,
			{ OP(FILTER), U32(8), OP(TRUE), OP(PASS), OP(DESCEND), OP(RESULT),
				U32(0) } },
		{ AEG_CONTENT, "a value outside a filter", 0, 1, 6,
			{ OP(TRUE), OP(RESULT), U32(0) } },
		{ AEG_CONTENT, "too few values", 1, 2, 13,
			{ OP(FILTER), U32(8), OP(TRUE), OP(EQ), OP(PASS), OP(RESULT), U32(0) } },
		{ AEG_CONTENT, "a step inside an expression", 1, 1, 13,
			{ OP(FILTER), U32(8), OP(CHILDREN), OP(TRUE), OP(PASS), OP(RESULT),
				U32(0) } },
		{ AEG_OK, "a walk", 2, 1, 18,
			{ OP(FILTER), U32(13), OP(EXISTS), 1, U32(7), OP(FOUND), OP(PASS),
				OP(RESULT), U32(0) } },
		{ AEG_CONTENT, "a walk from nowhere", 2, 1, 18,
			{ OP(FILTER), U32(13), OP(EXISTS), 2, U32(7), OP(FOUND), OP(PASS),
				OP(RESULT), U32(0) } },
		{ AEG_CONTENT, "a result inside a walk", 2, 1, 23,
			{ OP(FILTER), U32(18), OP(EXISTS), 1, U32(12), OP(RESULT), U32(0),
				OP(FOUND), OP(PASS), OP(RESULT), U32(0) } },
		{ AEG_BOUNDS, "a jump out of a walk", 3, 1, 23,
			{ OP(FILTER), U32(18), OP(EXISTS), 1, U32(12), OP(FORK), U32(6), OP(FOUND),
				OP(PASS), OP(RESULT), U32(0) } },
		{ AEG_CONTENT, "a jump into a filter", 2, 1, 17,
			{ OP(FORK), U32(10), OP(FILTER), U32(7), OP(TRUE), OP(PASS), OP(RESULT),
				U32(0) } },
		{ AEG_CONTENT, "a walk outside a filter", 2, 1, 12,
			{ OP(EXISTS), 1, U32(7), OP(FOUND), OP(RESULT), U32(0) } },
		{ AEG_OK, "and", 1, 1, 18,
			{ OP(FILTER), U32(13), OP(TRUE), OP(AND), U32(6), OP(TRUE), OP(PASS),
				OP(RESULT), U32(0) } },
		{ AEG_CONTENT, "and, with nothing left", 1, 1, 17,
			{ OP(FILTER), U32(12), OP(TRUE), OP(AND), U32(5), OP(PASS), OP(RESULT),
				U32(0) } },
		{ AEG_CONTENT, "no number", 1, 1, 17,
			{ OP(FILTER), U32(12), OP(NUMBER), U32(1), 'x', OP(PASS), OP(RESULT),
				U32(0) } },
		{ AEG_BOUNDS, "text that is too long", 0, 0, 11,
			{ OP(NAME), 7, 0, 0, 0, 'x', OP(RESULT), U32(0) } },
		{ AEG_BOUNDS, "an index beyond 2^53", 0, 0, 14,
			{ OP(INDEX), 0, 0, 0, 0, 0, 0, 0x20, 0, OP(RESULT), U32(0) } },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		uint8_t bytes[sizeof(struct aegf_program) + sizeof cases->ops];
		struct aegf_program head = { aeg_st32(cases[i].len), aeg_st16(cases[i].points),
			aeg_st16(cases[i].values), aeg_st32(0), aeg_st16(1), aeg_st16(0) };
		memcpy(bytes, &head, sizeof head);
		memcpy(bytes + sizeof head, cases[i].ops, cases[i].len);
		enum aeg_status s = run(bytes, sizeof head + cases[i].len);
		if (s != cases[i].want)
			fail_msg("%s: status %d", cases[i].what, (int)s);
	}
}

static void add(void *ctx, uint32_t at, uint32_t nested, const char *line)
{
	char *out = ctx;

	sprintf(out + strlen(out), "%u %*s%s\n", (unsigned)at, (int)nested, "", line);
}

static void lines(void **state)
{
	static const struct aeg_str path[] = { { TEXT(
		"$.a[?@.b == 'x\\n' || length(@) > 1.50]..[-1,::-2]") } };
	static const char want[] = "0 NAME \"a\"\n"
				   "6 FILTER > 56\n"
				   "11  VALUE @ > 24\n"
				   "17   NAME \"b\"\n"
				   "23  FOUND\n"
				   "24  STRING \"x\\x0a\"\n"
				   "31  EQ\n"
				   "32  OR > 55\n"
				   "37  VALUE @ > 44\n"
				   "43  FOUND\n"
				   "44  LENGTH\n"
				   "45  NUMBER \"1.50\"\n"
				   "54  GT\n"
				   "55 PASS\n"
				   "56 DESCEND\n"
				   "57 FORK > 76\n"
				   "62 INDEX -1\n"
				   "71 JUMP > 102\n"
				   "76 SLICE : : -2\n"
				   "102 RESULT 0\n";
	struct aeg_path_error error;
	struct aeg_program program;
	enum aeg_status s;
	char got[4096] = "";
	size_t len;
	void *bytes = compile(path, 1, &len, &s, &error);

	(void)state;
	assert_int_equal(aeg_program_check(&program, bytes, len), AEG_OK);
	aeg_program_lines(&program, add, got);
	assert_string_equal(got, want);
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_byte),
		cmocka_unit_test(by_hand),
		cmocka_unit_test(lines),
	};

	return cmocka_run_group_tests_name("compiled paths", tests, NULL, NULL);
}
