/* A good program with one thing wrong is refused, each for what is wrong with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "aegis/eval.h"

#include "assemble_test.h"

static struct assembly a;
static struct aeg_template t;

static enum aeg_status check(void)
{
	assembly_link(&a);
	return aeg_template_check(&t, a.program, a.size);
}

/* The same, with flags. */
static enum aeg_status checked(const char *ops, uint32_t flags)
{
	assemble(&a, ops);
	a.flags = flags;
	return check();
}

static const char good[] =
	"@1+2 text 'ab' this 0 member 'x' each n number '1.5' string 'y' call add 2 print 3 "
	"index 0 and f first 0 f: unless z run 1 z: end n: param 1 up 0 print 0 "
	"this 0 block 0 first 0 scope indent '  ' end end end open element close "
	"segment segment_end 1 return function name 'ab' this 1 string 'k' null merge 1 partial "
	"find 'y' require expect print 0 end string 'ab' run_named return";

static void good_ones_pass(void **state)
{
	(void)state;
	assert_int_equal(checked(good, 0), AEG_OK);
	assert_int_equal(t.nfunctions, 2);
	assert_int_equal(t.nnames, 1);
	assert_int_equal(t.nplaces, 1);
	assert_int_equal(checked("true result", AEGF_TEMPLATE_CONDITION), AEG_OK);
	assert_int_equal(checked("return", AEGF_TEMPLATE_HTML), AEG_OK);
}

/* Each way to be cut short, and what is too much at the end. */
static void parts_must_fit(void **state)
{
	(void)state;
	assert_int_equal(checked(good, 0), AEG_OK);
	for (size_t len = 0; len < a.size; len++)
		assert_int_equal(aeg_template_check(&t, a.program, len),
			len < sizeof(struct aegf_template) ? AEG_SHORT : AEG_BOUNDS);
	assert_int_equal(aeg_template_check(&t, a.program, a.size + 1), AEG_BOUNDS);
}

static void headers_are_checked(void **state)
{
	(void)state;
	assert_int_equal(checked(good, 4), AEG_RESERVED);
	assemble(&a, good);
	a.program[18] = 1;
	assert_int_equal(aeg_template_check(&t, a.program, a.size), AEG_RESERVED);
	assemble(&a, good);
	a.values = 3;
	assert_int_equal(check(), AEG_OK);
	a.values = 2;
	assert_int_equal(check(), AEG_CONTENT);
	a.values = AEGF_MAX_TEMPLATE_VALUES + 1;
	assert_int_equal(check(), AEG_TOO_LARGE);
	a.values = 3;
	a.frames = 3;
	assert_int_equal(check(), AEG_OK);
	a.frames = 2;
	assert_int_equal(check(), AEG_CONTENT);
	a.frames = AEGF_MAX_FRAMES + 1;
	assert_int_equal(check(), AEG_TOO_LARGE);
}

static void functions_names_and_places_are_checked(void **state)
{
	(void)state;
	assemble(&a, good);
	a.functions[1].at = assembly_le32(aeg_ld32(a.functions[1].at) + 1);
	assert_int_equal(check(), AEG_BOUNDS);
	assemble(&a, good);
	a.functions[1].len = assembly_le32(aeg_ld32(a.functions[1].len) - 1);
	assert_int_not_equal(check(), AEG_OK);
	assemble(&a, good);
	a.nfunctions = 0;
	assert_int_equal(check(), AEG_BOUNDS);
	assemble(&a, good);
	a.names[0].at = assembly_le32(a.len);
	assert_int_equal(check(), AEG_BOUNDS);
	assemble(&a, good);
	a.names[0].function = assembly_le32(2);
	assert_int_equal(check(), AEG_BOUNDS);
	assemble(&a, good);
	a.names[a.nnames++] = a.names[0];
	assert_int_equal(check(), AEG_CONTENT);
	assemble(&a, good);
	a.places[0].op = assembly_le32(a.len);
	assert_int_equal(check(), AEG_BOUNDS);
	assemble(&a, good);
	a.places[a.nplaces++] = a.places[0];
	assert_int_equal(check(), AEG_CONTENT);
}

struct bad {
	const char *ops;
	uint32_t flags;
	enum aeg_status want;
};

static void ops_are_checked(void **state)
{
	static const struct bad bad[] = {
		{ "true print 9 return", 0, AEG_CONTENT },
		{ "segment segment_end 2 return", 0, AEG_CONTENT },
		{ "null merge 33 print 0 return", 0, AEG_CONTENT },
		{ "number '01' print 0 return", 0, AEG_CONTENT },
		{ "number ' 1' print 0 return", 0, AEG_CONTENT },
		{ "number '' print 0 return", 0, AEG_CONTENT },
		{ "number '[]' print 0 return", 0, AEG_CONTENT },
		{ "true call eq 1 print 0 return", 0, AEG_CONTENT },
		{ "true true true call eq 3 print 0 return", 0, AEG_CONTENT },
		{ "param 2 up 0 print 0 return", 0, AEG_CONTENT },
		{ "null block 1 up 0 end return", 0, AEG_CONTENT },
		{ "run 1 return", 0, AEG_CONTENT },
		/* The stack. */
		{ "print 0 return", 0, AEG_CONTENT },
		{ "true return", 0, AEG_CONTENT },
		{ "true call eq 2 print 0 return", 0, AEG_CONTENT },
		{ "true scope end print 0 return", 0, AEG_CONTENT },
		{ "true scope print 0 end return", 0, AEG_CONTENT },
		{ "scope true end print 0 return", 0, AEG_CONTENT },
		{ "true run 1 print 0 return function return", 0, AEG_CONTENT },
		{ "null null merge 1 print 0 return", 0, AEG_CONTENT },
		{ "true unless x true x: print 0 return", 0, AEG_CONTENT },
		/* Jumps. */
		{ "true unless x return x:", 0, AEG_BOUNDS },
		{ "true unless x return", 0, AEG_BOUNDS },
		{ "jump x text 'a' x: return", 0, AEG_CONTENT },
		{ "true unless x scope x: end return", 0, AEG_CONTENT },
		{ "scope true unless x end x: return", 0, AEG_CONTENT },
		{ "true each x x: end return", 0, AEG_CONTENT },
		{ "true each x end text 'a' return x:", 0, AEG_BOUNDS },
		{ "true unless x return function x: return", 0, AEG_BOUNDS },
		/* Regions and functions. */
		{ "end return", 0, AEG_CONTENT },
		{ "scope return", 0, AEG_CONTENT },
		{ "scope scope end return", 0, AEG_CONTENT },
		{ "return return", 0, AEG_CONTENT },
		{ "text 'a'", 0, AEG_CONTENT },
		{ "true result", 0, AEG_CONTENT },
		/* Conditions write nothing and run nothing. */
		{ "return", AEGF_TEMPLATE_CONDITION, AEG_CONTENT },
		{ "true text 'a' result", AEGF_TEMPLATE_CONDITION, AEG_CONTENT },
		{ "true print 0 true result", AEGF_TEMPLATE_CONDITION, AEG_CONTENT },
		{ "scope end true result", AEGF_TEMPLATE_CONDITION, AEG_CONTENT },
		{ "run 1 true result function return", AEGF_TEMPLATE_CONDITION, AEG_CONTENT },
		{ "result", AEGF_TEMPLATE_CONDITION, AEG_CONTENT },
		{ "true true result", AEGF_TEMPLATE_CONDITION, AEG_CONTENT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		enum aeg_status s = checked(bad[i].ops, bad[i].flags);
		if (s != bad[i].want)
			print_error("%s: %s\n", bad[i].ops, aeg_status_text(s));
		assert_int_equal(s, bad[i].want);
	}
}

/* An operand must lie in its function, and a jump must lead to where an op begins. */
static void bytes_are_checked(void **state)
{
	(void)state;
	assemble(&a, "text 'abcd' return");
	a.ops[1] = 5;
	assert_int_equal(check(), AEG_CONTENT); /* no RETURN is left */
	a.ops[1] = 6;
	assert_int_equal(check(), AEG_BOUNDS);
	a.ops[4] = 0xff;
	assert_int_equal(check(), AEG_BOUNDS);
	assemble(&a, "true unless x text 'abcd' x: return");
	a.ops[2]--;
	assert_int_equal(check(), AEG_CONTENT);
	a.ops[2] = 0;
	assert_int_equal(check(), AEG_BOUNDS);
	assemble(&a, "return");
	a.ops[0] = AEGF_T_NOPS;
	assert_int_equal(check(), AEG_CONTENT);
	for (uint32_t op = 0; op < AEGF_T_NOPS; op++) { /* cut off behind its first byte */
		a.ops[0] = (uint8_t)op;
		assert_int_equal(check() == AEG_OK, op == AEGF_T_RETURN);
	}
}

static void regions_are_so_deep_at_most(void **state)
{
	static char ops[AEGF_MAX_FRAMES * 16];

	(void)state;
	for (uint32_t n = AEGF_MAX_FRAMES; n <= AEGF_MAX_FRAMES + 1; n++) {
		ops[0] = 0;
		for (uint32_t i = 0; i < n; i++)
			strcat(ops, "scope ");
		for (uint32_t i = 0; i < n; i++)
			strcat(ops, "end ");
		strcat(ops, "return");
		assemble(&a, ops);
		a.frames = AEGF_MAX_FRAMES;
		assert_int_equal(check(), n == AEGF_MAX_FRAMES ? AEG_OK : AEG_TOO_LARGE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_ones_pass),
		cmocka_unit_test(parts_must_fit),
		cmocka_unit_test(headers_are_checked),
		cmocka_unit_test(functions_names_and_places_are_checked),
		cmocka_unit_test(ops_are_checked),
		cmocka_unit_test(bytes_are_checked),
		cmocka_unit_test(regions_are_so_deep_at_most),
	};
	return cmocka_run_group_tests_name("template_check", tests, NULL, NULL);
}
