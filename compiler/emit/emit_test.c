/* Bytes from a program: accepted, the same every time, and saying what the model said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "aegis/aegis.h"
#include "aegis/expr.h"
#include "emit/emit.h"
#include "format/aeg_format.h"
#include "ir/hand_test.h"

static void fill(struct hand *h)
{
	static struct marg path = {
		.name = { .text = { "path", 4 } }, .role = ROLE_PATH, .required = true
	};
	struct mcontext *c = hand_context(h, "zaru-team", 3, 1);
	struct mcap *cap = hand_cap(c, "fs.*");

	cap->paths = hand_list(h, "/workspace", "/tmp/*/out", NULL);
	cap->at =
		(struct span){ sources_add_text(&h->sources, "a/b.yaml", SLICE("x\n  y\n")), 4, 5 };
	cap->max_response_size = (uint64_t)1 << 40;
	cap = hand_cap(c, "cmd.run");
	cap->commands = hand_list(h, "git", "ls", NULL);
	cap->subcommand_form = SUBCOMMANDS_LIST;
	cap->subcommand_list = hand_list(h, "status", "log", NULL);
	cap = hand_cap(c, "web.fetch");
	cap->domains = hand_list(h, "github.com", NULL);
	cap->rate_calls = 5;
	cap->rate_per_s = 60;
	hand_deny(c, "fs.delete");
	hand_context(h, "a", 0, 0)->builtin = true;
	h->model.tools = arena_new(&h->arena, struct mtool);
	*h->model.tools = (struct mtool){ .name = hand_pattern("fs.*"), .args = &path, .nargs = 1 };
	h->model.ntools = 1;
}

static struct slice emit(struct hand *h, bool strip)
{
	const struct emit_options o = {
		.serial = 7, .not_after = 99, .strip = strip, .provenance = SLICE("by hand")
	};
	struct slice bundle = emit_bundle(&h->diags, ir_lower(&h->diags, &h->model, &h->names), &o);

	assert_int_equal(h->diags.errors, 0);
	return bundle;
}

static void assert_str(struct aeg_str s, const char *text)
{
	assert_int_equal(s.len, strlen(text));
	assert_memory_equal(s.at, text, s.len);
}

static void test_same_program_same_bytes(void **state)
{
	struct hand *one = hand_new(), *two = hand_new();

	(void)state;
	arena_alloc(&two->arena, 1, 100000, 1); /* elsewhere in memory */
	fill(one);
	fill(two);
	struct slice a = emit(one, false), b = emit(two, false);
	assert_int_equal(a.len, b.len);
	assert_memory_equal(a.at, b.at, a.len);
	hand_free(one);
	hand_free(two);
}

static void test_the_bundle_says_what_the_model_said(void **state)
{
	struct hand *h = hand_new();
	struct aeg_bundle_info info = { .size_of = sizeof info };
	struct aeg_context_info context = { .size_of = sizeof context };
	struct aeg_bundle b;

	(void)state;
	fill(h);
	struct slice bytes = emit(h, false);
	assert_int_equal(aeg_bundle_check(&b, bytes.at, bytes.len), AEG_OK);
	aeg_bundle_info(&b, &info);
	assert_int_equal(info.serial, 7);
	assert_int_equal(info.not_after, 99);
	assert_int_equal(info.ncontexts, 2);
	assert_str(info.semantics, "aegis-strict/1");
	assert_str(info.provenance, "by hand");
	uint32_t c = aeg_context_find(&b, (struct aeg_str){ "zaru-team", 9 });
	assert_int_equal(c, 1);
	assert_int_equal(aeg_context_info(&b, c, &context), AEG_OK);
	assert_int_equal(context.ncapabilities, 3);
	assert_int_equal(context.ndeny, 1);
	assert_int_equal(context.flags, 0);
	assert_str(aeg_capability_pattern(&b, c, 0), "fs.*");
	assert_str(aeg_deny_pattern(&b, c, 0), "fs.delete");
	assert_int_equal(aeg_capability_list(&b, c, 0, AEG_LIST_PATHS, 0), 2);
	assert_str(aeg_capability_entry(&b, c, 0, AEG_LIST_PATHS, 0, 1), "/tmp/*/out");
	assert_int_equal(aeg_capability_list(&b, c, 0, AEG_LIST_DOMAINS, 0), AEG_NONE);
	assert_str(aeg_capability_entry(&b, c, 1, AEG_LIST_COMMANDS, 0, 1), "ls");
	assert_str(aeg_capability_entry(&b, c, 1, AEG_LIST_SUBCOMMANDS, 1, 0), "status");
	assert_str(aeg_capability_entry(&b, c, 2, AEG_LIST_DOMAINS, 0, 0), "github.com");
	assert_int_equal(aeg_context_info(&b, 0, &context), AEG_OK);
	assert_int_equal(context.flags, AEG_CONTEXT_BUILTIN);
	hand_free(h);
}

static void test_origins_can_be_stripped(void **state)
{
	struct hand *h = hand_new();
	struct aeg_bundle b;

	(void)state;
	fill(h);
	struct slice bytes = emit(h, false);
	assert_int_equal(aeg_bundle_check(&b, bytes.at, bytes.len), AEG_OK);
	struct aeg_origin o = aeg_capability_origin(&b, 1, 0);
	assert_int_equal(o.line, 2);
	assert_int_equal(o.column, 3);
	assert_true(o.file.len > 0);
	struct slice stripped = emit(h, true);
	assert_true(stripped.len < bytes.len);
	assert_int_equal(aeg_bundle_check(&b, stripped.at, stripped.len), AEG_OK);
	assert_int_equal(aeg_capability_origin(&b, 1, 0).file.len, 0);
	hand_free(h);
}

static uint32_t count(struct slice bytes, const char *text)
{
	uint32_t n = 0, len = (uint32_t)strlen(text);

	for (uint32_t i = 0; i + len <= bytes.len; i++)
		n += memcmp(bytes.at + i, text, len) == 0;
	return n;
}

static void test_equal_texts_are_stored_once(void **state)
{
	struct hand *h = hand_new();

	(void)state;
	fill(h);
	struct slice bytes = emit(h, false);
	assert_int_equal(count(bytes, "fs.*"), 1); /* a pattern and a tool */
	assert_int_equal(count(bytes, "github.com"), 1);
	assert_int_equal(count(bytes, "status"), 1);
	hand_free(h);
}

static void test_nothing_but_the_frame(void **state)
{
	struct hand *h = hand_new();
	struct aeg_bundle b;

	(void)state;
	struct slice bytes = emit(h, false);
	assert_int_equal(aeg_bundle_check(&b, bytes.at, bytes.len), AEG_OK);
	assert_int_equal(aeg_context_find(&b, (struct aeg_str){ "a", 1 }), AEG_NONE);
	assert_int_equal(bytes.len, b.size + sizeof(struct aegf_trailer));
	hand_free(h);
}

static void test_too_large_is_reported(void **state)
{
	struct hand *h = hand_new();
	const struct emit_options o = { 0 };
	struct program *p = ir_lower(&h->diags, &h->model, &h->names);

	(void)state;
	p->edges.n = AEGF_MAX_SIZE / sizeof(struct aegf_edge);
	assert_int_equal(emit_bundle(&h->diags, p, &o).len, 0);
	assert_int_equal(h->diags.errors, 1);
	assert_int_equal(h->diags.v[0].code, AEG_bundle_too_large);
	hand_free(h);
}

/* Paths go into a bundle as they were compiled, are checked with it, and can be read in a dump. */
static void test_paths(void **state)
{
	static const struct aeg_str texts[] = { { "$.a[*].b", 8 }, { "$.a[*].c", 8 } };
	struct hand *h = hand_new();
	const struct emit_options o = { 0 };
	struct buf out = { .arena = &h->arena };
	struct aeg_path_error error;
	struct aeg_bundle b;
	struct aeg_program program;
	char code[1024];
	size_t len;

	(void)state;
	fill(h);
	assert_int_equal(
		aeg_paths_compile(texts, 2, NULL, code, sizeof code, &len, &error), AEG_OK);
	struct program *p = ir_lower(&h->diags, &h->model, &h->names);
	size_t first = p->lists.n;
	struct slice *lists = arena_array(&h->arena, struct slice, first + 2);
	memcpy(lists, p->lists.v, first * sizeof *lists);
	for (uint32_t i = 0; i < 2; i++)
		lists[first + i] = (struct slice){ texts[i].at, texts[i].len };
	p->lists.v = lists;
	p->lists.n = first + 2;
	struct ir_paths paths = { { code, (uint32_t)len }, { (uint32_t)first, 2 } };
	p->paths.v = &paths;
	p->paths.n = 1;
	struct slice bytes = emit_bundle(&h->diags, p, &o);
	assert_int_equal(aeg_bundle_check(&b, bytes.at, bytes.len), AEG_OK);
	assert_int_equal(aeg_bundle_paths(&b, 0, &program), 1);
	assert_int_equal(program.npaths, 2);
	assert_str(aeg_bundle_path_text(&b, 0, 1), "$.a[*].c");
	assert_int_equal(aeg_bundle_path_text(&b, 0, 2).len, 0);
	assert_int_equal(aeg_bundle_path_text(&b, 1, 0).len, 0);
	emit_dump(&out, bytes);
	assert_non_null(strstr(buf_done(&out).at, "\"texts\": [\"$.a[*].b\", \"$.a[*].c\"]"));
	assert_non_null(strstr(buf_done(&out).at, "\"0 NAME \\\"a\\\"\",\n        \"6 CHILDREN\""));
	size_t cap = aeg_json_bound(out.len);
	struct aeg_json_tok *tok = arena_array(&h->arena, struct aeg_json_tok, cap);
	struct aeg_json json;
	assert_int_equal(aeg_json_scan(&json, out.at, out.len, tok, cap), AEG_OK);
	hand_free(h);
}

static void test_dumps_are_json(void **state)
{
	struct hand *h = hand_new();
	struct buf out = { .arena = &h->arena };
	struct aeg_json json;

	(void)state;
	fill(h);
	emit_dump(&out, emit(h, false));
	ir_dump(&out, ir_lower(&h->diags, &h->model, &h->names));
	struct slice both = buf_done(&out);
	char *second = strstr(both.at, "\n}\n{\n");
	assert_non_null(second);
	uint32_t at = (uint32_t)(second - both.at) + 3;
	size_t cap = aeg_json_bound(both.len);
	struct aeg_json_tok *tok = arena_array(&h->arena, struct aeg_json_tok, cap);
	assert_int_equal(aeg_json_scan(&json, both.at, at, tok, cap), AEG_OK);
	assert_int_equal(aeg_json_scan(&json, both.at + at, both.len - at, tok, cap), AEG_OK);
	hand_free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_program_same_bytes),
		cmocka_unit_test(test_the_bundle_says_what_the_model_said),
		cmocka_unit_test(test_origins_can_be_stripped),
		cmocka_unit_test(test_equal_texts_are_stored_once),
		cmocka_unit_test(test_nothing_but_the_frame),
		cmocka_unit_test(test_too_large_is_reported),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_dumps_are_json),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
