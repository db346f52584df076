/* Runs programs written by hand: values, regions, frames, functions, and every bound. */
#include "render_test.h"

static struct run run;

#define GIVES(ops, data, want) assert_string_equal(run_text(&run, ops, data), want)

static void writes_text_and_values(void **state)
{
	(void)state;
	GIVES("return", "{}", "");
	GIVES("text 'ab' this 0 member 'x' print 0 text 'cd' return", "{\"x\":\"<&>\"}", "ab<&>cd");
	GIVES("this 0 member 'x' print 1 return", "{\"x\":\"<&>\"}", "&lt;&amp;&gt;");
	GIVES("this 0 member 'x' print 0 return", "{\"x\":1.50e3}", "1.50e3");
	GIVES("this 0 member 'x' print 0 return", "{\"x\":\"a\\u00e9\\n\"}", "a\xc3\xa9\n");
	GIVES("this 0 print 0 return", "[1,[],[2,[3,\"x\"]],null,true,[[]],\"\"]",
		"1,,2,3,x,,true,,");
	GIVES("this 0 print 0 return", "{\"a\": 1}", "{\"a\": 1}");
	GIVES("this 0 print 0 undefined print 0 null print 0 true print 0 return", NULL, "true");
	GIVES("this 0 member 'a' member 'b' member 'c' print 0 return", "{\"a\":{\"b\":{\"c\":7}}}",
		"7");
	GIVES("this 0 member 'x' print 0 return", "{\"\\u0078\":7}", "7");
	run_begin(&run, "this 0 print 1 return", AEGF_TEMPLATE_HTML, "[{\"a\":1},2]");
	assert_int_equal(aeg_render(&run.r), AEG_OK);
	assert_memory_equal(run.out, "[object Object],2", 17);
}

static void members_of_lists_and_strings(void **state)
{
	static const char data[] = "{\"a\":[\"x\",\"y\",[\"z\"]],\"s\":\"h\xc3\xa9\\u00e9\"}";

	(void)state;
	GIVES("this 0 member 'a' member '1' print 0 return", data, "y");
	GIVES("this 0 member 'a' member '2' member '0' print 0 return", data, "z");
	GIVES("this 0 member 'a' member '3' print 5 return", data, "");
	GIVES("this 0 member 'a' member '01' print 0 return", data, "");
	GIVES("this 0 member 'a' member 'length' print 0 return", data, "3");
	GIVES("this 0 member 's' member 'length' print 0 return", data, "3");
	GIVES("this 0 member 's' member 'x' print 3 return", data, "null");
}

static void conditions_and_jumps(void **state)
{
	static const char *const false_values[] = { "null", "false", "0", "-0.0e1", "\"\"", "[]" },
				 *const true_values[] = { "true", "1", "0.01", "\"0\"", "[0]",
					 "{}" };

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		GIVES("this 0 unless no text 'y' jump end no: text 'n' end: return",
			false_values[i], "n");
		GIVES("this 0 unless no text 'y' jump end no: text 'n' end: return", true_values[i],
			"y");
		GIVES("this 0 unless_zero no text 'y' no: return", false_values[i],
			i == 2 || i == 3 ? "y" : "");
	}
	GIVES("this 0 member 'a' and no this 0 member 'b' bool no: print 0 return",
		"{\"a\":1,\"b\":\"x\"}", "true");
	GIVES("this 0 member 'a' and no this 0 member 'b' bool no: print 0 return", "{\"b\":1}",
		"false");
	GIVES("this 0 member 'a' or yes this 0 member 'b' bool yes: print 0 return", "{\"b\":1}",
		"true");
	assert_true(run_condition(
		&run, "this 0 member 'n' number '3' call lt 2 result", "{\"n\":2.5}"));
	assert_false(run_condition(&run, "this 0 member 'm' number '3' call lt 2 result", "{}"));
}

static void loops(void **state)
{
	(void)state;
	GIVES("this 0 each none index 0 print 0 text '=' this 0 print 0 text ';' end "
	      "jump end none: text '-' end: return",
		"[\"a\",\"b\"]", "0=a;1=b;");
	GIVES("this 0 each none this 0 print 0 end jump end none: text '-' end: return", "[]", "-");
	GIVES("this 0 each none this 0 print 0 end jump end none: text '-' end: return", "3", "-");
	GIVES("this 0 each none key 0 print 0 text ':' this 0 print 0 last 0 unless no text '.' no: "
	      "end none: return",
		"{\"a\":1,\"b\\n\":2}", "a:1b\n:2.");
	GIVES("this 0 each x this 0 each y index 1 print 0 index 0 print 0 first 0 unless z text '!' "
	      "z: text ' ' end y: end x: return",
		"[[1,2],[3]]", "00! 01 10! ");
	GIVES("index 0 print 3 last 0 print 3 key 1 print 3 return", "[]", "nullnullnull");
	GIVES("open text '[' this 0 each x element this 0 print 3 end x: text ']' close return",
		"[1,\"a\",{}]", "[1,\"a\",{}]");
}

static void regions_and_contexts(void **state)
{
	static const char data[] =
		"{\"a\":{\"b\":{\"x\":1}},\"x\":3,\"t\":true,\"z\":0,\"e\":[],\"l\":[5]}";

	(void)state;
	GIVES("this 0 member 'a' with n this 0 member 'b' with n2 this 0 member 'x' print 0 "
	      "this 2 member 'x' print 0 this 3 print 3 end n2: end n: return",
		data, "13null");
	/* The same context twice counts once. */
	GIVES("this 0 with n this 1 print 3 this 0 member 'a' with m this 1 member 'x' print 0 end m: "
	      "end n: return",
		data, "null3");
	GIVES("this 0 member 'z' with n this 0 print 0 end n: return", data, "0");
	GIVES("this 0 member 'e' with n this 0 print 0 end jump e n: text '-' e: return", data,
		"-");
	GIVES("this 0 member 't' section n this 0 member 'x' print 0 end n: return", data, "3");
	GIVES("this 0 member 'l' section n this 0 print 0 index 0 print 0 end n: return", data,
		"50");
	GIVES("this 0 member 'z' section n this 0 print 0 end n: return", data, "0");
	GIVES("this 0 member 'q' section n this 0 print 0 end n: return", data, "");
	GIVES("this 0 member 'a' with n find 'x' print 0 this 0 member 'x' print 3 end n: return",
		data, "3null");
	GIVES("this 0 member 'a' with n root member 'x' print 0 scope this 1 member 'x' print 0 end "
	      "end n: return",
		data, "33");
	GIVES("this 0 member 'a' partial this 1 print 3 this 0 member 'b' print 0 end return", data,
		"null{\"x\":1}");
	/* A block sees what is outside where it was written. */
	GIVES("this 0 member 'a' with n this 0 member 'b' block 0 first 0 this 1 member 'x' print 0 "
	      "end end n: return",
		data, "3");
	GIVES("this 0 each n this 0 each m param 0 up 1 print 0 param 1 first 1 print 0 end m: end "
	      "n: return",
		"{\"k\":[7]}", "7k");
}

static void functions_and_names(void **state)
{
	(void)state;
	GIVES("run 1 text '-' run 1 return function this 0 print 0 return", "5", "5-5");
	GIVES("this 0 member 'p' run_named text 'one' text 'two' return "
	      "function name 'one' text '1' return function name 'two' text '2' return",
		"{\"p\":\"tw\\u006f\"}", "2onetwo");
	assert_int_equal(run_status(&run,
				 "@4+2 this 0 run_named text 'one' return "
				 "function name 'one' text '1' return",
				 "\"three\""),
		AEG_CONTENT);
	assert_int_equal(run.r.at, 4);
	assert_int_equal(run.r.at_len, 2);
	assert_non_null(run.r.what);
	/* A tree, by a function that runs itself. */
	GIVES("run 1 return function this 0 member 'v' print 0 this 0 member 'c' each n "
	      "text '(' run 1 text ')' end n: return",
		"{\"v\":1,\"c\":[{\"v\":2},{\"v\":3,\"c\":[{\"v\":4}]}]}", "1(2)(3(4))");
}

static void merged_objects(void **state)
{
	(void)state;
	GIVES("this 0 string 'x' number '9' string 'y' true merge 2 partial this 0 each n key 0 "
	      "print 0 text '=' this 0 print 0 last 0 unless m text '.' m: text ' ' end n: "
	      "this 0 print 3 this 0 call keys 1 print 3 this 0 call length 1 print 0 end return",
		"{\"x\":1,\"z\":2}",
		"x=9 z=2 y=true. {\"x\":9,\"z\":2,\"y\":true}[\"x\",\"z\",\"y\"]3");
	GIVES("this 0 string 'a' number '1' merge 1 string 'a' number '2' merge 1 print 3 return",
		"3", "{\"a\":2}");
	GIVES("this 0 string 'a' this 0 merge 1 string 'b' null merge 1 partial this 0 member 'a' "
	      "print 3 this 0 member 'q' print 3 this 0 member 'b' print 3 end return",
		"{\"q\":\"w\"}", "{\"q\":\"w\"}\"w\"null");
}

static void roots_stand_beside_members(void **state)
{
	static struct aeg_json steps;
	struct aeg_json_tok tok[8];
	struct aeg_root root = { { "steps", 5 }, &steps, 1 };

	(void)state;
	run_scan(&steps, "[{\"n\":7}]", tok, 8);
	run_begin(&run,
		"this 0 member 'steps' member 'n' print 0 this 0 member 'a' print 0 this 0 print 3 "
		"root each x key 0 print 0 end x: return",
		0, "{\"a\":1,\"steps\":2}");
	run.r.roots = &root;
	run.r.nroots = 1;
	assert_int_equal(aeg_render(&run.r), AEG_OK);
	run.out[run.r.len] = 0;
	assert_string_equal(run.out, "71{\"a\":1,\"steps\":{\"n\":7}}asteps");
}

static void variables_of_the_caller(void **state)
{
	(void)state;
	run_begin(&run, "variable 'level' print 0 variable 'other' print 3 return", 0, NULL);
	run_scan(&run.variables, "{\"level\":\"warn\"}", run.variable_tok, 64);
	run.r.variables = &run.variables;
	assert_int_equal(aeg_render(&run.r), AEG_OK);
	assert_memory_equal(run.out, "warnnull", 8);
}

static void indentation(void **state)
{
	(void)state;
	GIVES("text 'a' indent '  ' text 'b\nc\n\nd\n' end text 'e' return", NULL,
		"a  b\n  c\n  \n  d\ne");
	GIVES("indent '> ' text 'a\n' indent '- ' text 'b\nc' text 'd\n' end text 'x' end return",
		NULL, "> a\n> - b\n> - cd\n> x");
	GIVES("indent '> ' end indent '> ' text '\n' end text 'x' return", NULL, "> \nx");
	GIVES("indent '> ' this 0 print 0 this 0 call upper 1 print 0 end return", "\"a\\nb\\n\"",
		"> a\n> b\n> A\n> B\n");
}

static void missing_values_are_refused(void **state)
{
	(void)state;
	assert_int_equal(run_status(&run, "this 0 member 'x' @3+9 require print 0 return", "{}"),
		AEG_CONTENT);
	assert_int_equal(run.r.at, 3);
	assert_int_equal(run.r.at_len, 9);
	GIVES("this 0 member 'x' require print 0 return", "{\"x\":null}", "");
	assert_int_equal(
		run_status(&run, "this 0 member 'x' expect print 0 return", "{\"x\":null}"),
		AEG_CONTENT);
	assert_int_equal(run_status(&run, "param 0 up 1 print 0 return", "{}"), AEG_CONTENT);
	assert_int_equal(run_status(&run, "this 0 block 0 first 1 end return", "{}"), AEG_CONTENT);
}

/* ---- Bounds -------------------------------------------------------------------------------- */

static void the_budget_bounds_everything(void **state)
{
	static const char *const programs[] = {
		"run 1 run 1 return function run 2 run 2 return function text 'x' return",
		"this 0 each x root each y root print 5 root call keys 1 call join 1 print 1 end y: end x: return",
		"root root call eq 2 print 0 root call json 1 call upper 1 print 6 return",
		"indent ' ' root each x this 0 print 0 end x: end return",
	};

	(void)state;
	for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
		run_begin(&run, programs[i], 0, "{\"a\":[1,\"\\u0041\\n\\n\"],\"b\":{\"c\":[]}}");
		uint64_t enough = run.r.steps;
		assert_int_equal(aeg_render(&run.r), AEG_OK);
		enough -= run.r.steps;
		for (uint64_t steps = 0; steps < enough; steps++) {
			run.r.steps = steps;
			assert_int_equal(aeg_render(&run.r), AEG_BUDGET);
			assert_int_equal(run.r.steps, 0);
		}
		run.r.steps = enough;
		assert_int_equal(aeg_render(&run.r), AEG_OK);
	}
}

static void depth_is_bounded_by_memory(void **state)
{
	size_t size;

	(void)state;
	run_begin(&run, "run 1 return function run 1 return", 0, NULL);
	assert_int_equal(aeg_render(&run.r), AEG_DEPTH);
	run_begin(&run, "run 1 return function run 2 return function run 3 return function return",
		0, NULL);
	size = aeg_render_size(&run.t, 3);
	run.r.mem_size = size;
	assert_int_equal(aeg_render(&run.r), AEG_OK);
	run.r.mem_size = size - 8;
	assert_int_equal(aeg_render(&run.r), AEG_DEPTH);
	run.r.mem_size = aeg_render_size(&run.t, 0) - 1;
	assert_int_equal(aeg_render(&run.r), AEG_NOMEM);
}

static void memory_of_helpers_is_given_back(void **state)
{
	static char data[2000];
	size_t n = 0;

	(void)state;
	data[n++] = '[';
	for (int i = 0; i < 100; i++)
		n += (size_t)sprintf(data + n, "%s\"abcdefghij\"", i > 0 ? "," : "");
	data[n++] = ']';
	data[n] = 0;
	run_begin(&run, "this 0 each x this 0 call upper 1 print 0 end x: return", 0, data);
	size_t size = aeg_render_size(&run.t, 0);
	run.r.mem_size = size + 16;
	assert_int_equal(aeg_render(&run.r), AEG_OK);
	assert_int_equal(run.r.len, 1000);
	run.r.mem_size = size + 8;
	assert_int_equal(aeg_render(&run.r), AEG_NOMEM);
}

struct sink {
	char text[256];
	size_t len, most;
};

static int take(void *ctx, const char *at, size_t len)
{
	struct sink *s = ctx;

	assert_in_range(len, 1, 256);
	if (s->len + len > s->most)
		return 1;
	memcpy(s->text + s->len, at, len);
	s->len += len;
	return 0;
}

static void output_goes_through_any_buffer(void **state)
{
	static const char ops[] =
		"text 'abc' this 0 each x indent ' ' this 0 print 1 text '\n' end "
		"end x: text 'xyz' return",
			  want[] = "abc &lt;a\n &quot;\nxyz";

	(void)state;
	for (size_t cap = 1; cap < 40; cap++) {
		struct sink sink = { .most = sizeof sink.text };
		run_begin(&run, ops, 0, "[\"<a\",\"\\\"\"]");
		run.r.cap = cap;
		run.r.write = take;
		run.r.ctx = &sink;
		assert_int_equal(aeg_render(&run.r), AEG_OK);
		assert_int_equal(run.r.len, sizeof want - 1);
		assert_int_equal(sink.len, sizeof want - 1);
		assert_memory_equal(sink.text, want, sink.len);
		run.r.steps = 1000;
		run.r.limit = sizeof want - 1;
		sink.len = 0;
		assert_int_equal(aeg_render(&run.r), AEG_OK);
		run.r.steps = 1000;
		run.r.limit = sizeof want - 2;
		sink.len = 0;
		assert_int_equal(aeg_render(&run.r), AEG_TOO_LARGE);
		assert_in_range(sink.len, 0, run.r.limit);
		run.r.steps = 1000;
		run.r.limit = sink.len = 0;
		sink.most = sizeof want - 2;
		assert_int_equal(aeg_render(&run.r), AEG_IO);
		run.r.steps = 1000;
		run.r.write = NULL;
		assert_int_equal(aeg_render(&run.r), cap < sizeof want - 1 ? AEG_NOMEM : AEG_OK);
	}
}

static void segments_are_looked_at(void **state)
{
	static const struct {
		const char *data;
		int refused, filled_refused;
	} cases[] = { { "\"\"", 0, 1 }, { "\".\"", 1, 1 }, { "\"..\"", 1, 1 }, { "\"...\"", 0, 0 },
		{ "\"a\"", 0, 0 }, { "\".a\"", 0, 0 }, { "\"a/..\"", 0, 0 },
		{ "\"a long one\"", 0, 0 } };
	static const char ops[] = "text '/' segment this 0 print 5 segment_end 0 text '/x' return",
			  filled[] = "text '/' segment this 0 print 5 segment_end 1 text '/x' "
				     "return";

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (size_t cap = 1; cap < 30; cap++) {
			struct sink sink = { .most = sizeof sink.text };
			for (int f = 0; f < 2; f++) {
				run_begin(&run, f ? filled : ops, 0, cases[i].data);
				run.r.cap = cap;
				run.r.write = take;
				run.r.ctx = &sink;
				assert_int_equal(aeg_render(&run.r),
					(f ? cases[i].filled_refused : cases[i].refused)
						? AEG_CONTENT
						: AEG_OK);
			}
		}
	assert_int_equal(
		run_status(&run, "segment text '%2e' this 0 print 5 segment_end 0 return", "\".\""),
		AEG_CONTENT);
	assert_int_equal(
		run_status(&run, "segment text '%2E' segment_end 0 return", NULL), AEG_CONTENT);
}

static void usage(void **state)
{
	int is;

	(void)state;
	run_begin(&run, "text 'a' return", 0, "{}");
	assert_int_equal(aeg_condition(&run.r, &is), AEG_USAGE);
	run.r.size_of--;
	assert_int_equal(aeg_render(&run.r), AEG_USAGE);
	run_begin(&run, "text 'a' return", 0, "{}");
	run.data.status = AEG_JSON;
	assert_int_equal(aeg_render(&run.r), AEG_USAGE);
	run_begin(&run, "true result", AEGF_TEMPLATE_CONDITION, "{}");
	assert_int_equal(aeg_render(&run.r), AEG_USAGE);
	run.r.out = NULL;
	run.r.cap = 0;
	assert_int_equal(aeg_condition(&run.r, &is), AEG_OK);
	assert_true(is);
}

static void lists_are_walked_by_index_in_linear_time(void **state)
{
	enum { MANY = 100000 };
	char *data = malloc(2 * MANY + 16), *p = data;
	struct aeg_json_tok *tok = malloc((MANY + 2) * sizeof *tok);
	uint64_t steps;

	(void)state;
	*p++ = '[';
	for (int i = 0; i < MANY; i++) {
		*p++ = (char)('0' + i % 10);
		*p++ = i + 1 < MANY ? ',' : ']';
	}
	run_begin(&run,
		"this 0 each x root index 0 call lookup 2 unless z text 'x' z: end x: return", 0,
		NULL);
	assert_int_equal(aeg_json_scan(&run.data, data, (size_t)(p - data), tok, MANY + 2), AEG_OK);
	run.r.data = &run.data;
	run.r.out = malloc(MANY);
	run.r.cap = MANY;
	steps = run.r.steps = 100 * (uint64_t)MANY;
	assert_int_equal(aeg_render(&run.r), AEG_OK);
	assert_int_equal(run.r.len, MANY / 10 * 9);
	assert_in_range(steps - run.r.steps, MANY, 16 * (uint64_t)MANY);
	free(run.r.out);
	free(tok);
	free(data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_text_and_values),
		cmocka_unit_test(members_of_lists_and_strings),
		cmocka_unit_test(conditions_and_jumps),
		cmocka_unit_test(loops),
		cmocka_unit_test(regions_and_contexts),
		cmocka_unit_test(functions_and_names),
		cmocka_unit_test(merged_objects),
		cmocka_unit_test(roots_stand_beside_members),
		cmocka_unit_test(variables_of_the_caller),
		cmocka_unit_test(indentation),
		cmocka_unit_test(missing_values_are_refused),
		cmocka_unit_test(the_budget_bounds_everything),
		cmocka_unit_test(depth_is_bounded_by_memory),
		cmocka_unit_test(memory_of_helpers_is_given_back),
		cmocka_unit_test(output_goes_through_any_buffer),
		cmocka_unit_test(segments_are_looked_at),
		cmocka_unit_test(usage),
		cmocka_unit_test(lists_are_walked_by_index_in_linear_time),
	};
	return cmocka_run_group_tests_name("render", tests, NULL, NULL);
}
