/* The YAML reader: scalars, trees, findings, spans, limits. The YAML test suite is in suite_test.c.
 */
#include "syntax/internal.h"
#include "syntax/test.h"

#include <stdio.h>

/* ---- Values -------------------------------------------------------------------------------- */

static void test_scalars(void **state)
{
	(void)state;
	static const struct parsed_row rows[] = {
		{ "[~, null, Null, NULL]", "[null,null,null,null]\n" },
		{ "[nUll, 'null', \"~\", ~x]", "[\"nUll\",\"null\",\"~\",\"~x\"]\n" },
		{ "a:\nb: ", "{\"a\":null,\"b\":null}\n" },
		{ "[true, True, TRUE, false, False, FALSE]",
			"[true,true,true,false,false,false]\n" },
		{ "[tRue, yes, no, on, off, y, 'true']",
			"[\"tRue\",\"yes\",\"no\",\"on\",\"off\",\"y\",\"true\"]\n" },
		{ "[0, -0, 12, -12, +5, 010, 00, -007]", "[0,-0,12,-12,5,10,0,-7]\n" },
		{ "[0x1F, 0xff, 0o17, 0x0, 0o0]", "[31,255,15,0,0]\n" },
		{ "[0xFFFFFFFFFFFFFFFF, 0x10000000000000000]",
			"[18446744073709551615,18446744073709551616]\n" },
		{ "0x000000003b9aca00", "1000000000\n" },
		{ "0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
			"115792089237316195423570985008687907853269984665640564039457584007913129639935\n" },
		{ "0o7777777777777777777777777777777777777777777777777777777777777777",
			"6277101735386680763835789423207666416102355444464034512895\n" },
		{ "123456789012345678901234567890", "123456789012345678901234567890\n" },
		{ "[-0x1F, +0o7, 0b11, 1_000, 0x, 0o, 0xg, 0o8, 0X1F, 1:30]",
			"[\"-0x1F\",\"+0o7\",\"0b11\",\"1_000\",\"0x\",\"0o\",\"0xg\",\"0o8\","
			"\"0X1F\",\"1:30\"]\n" },
		{ "[.5, 1., -.5e3, 1.e3, 1e3, 1E-3, +1.50, 00.5, 1e+03]",
			"[0.5,1.0,-0.5e3,1.0e3,1e3,1E-3,1.50,0.5,1e+03]\n" },
		{ "[., +, -x, e3, 1e, 1e+, 1.2.3, .e1, 1.5.]",
			"[\".\",\"+\",\"-x\",\"e3\",\"1e\",\"1e+\",\"1.2.3\",\".e1\",\"1.5.\"]\n" },
		{ "[.infx, .in, inf, nan, '.inf']",
			"[\".infx\",\".in\",\"inf\",\"nan\",\".inf\"]\n" },
		{ "[a b, \"a\\tb\\u00e9\\0\", 'it''s']",
			"[\"a b\",\"a\\tb\xc3\xa9\\u0000\",\"it's\"]\n" },
		{ "a: |\n  x\n  y\n\nb: >-\n  x\n  y\n", "{\"a\":\"x\\ny\\n\",\"b\":\"x y\"}\n" },
		{ "- |\n  1\n- >\n  true\n", "[\"1\\n\",\"true\\n\"]\n" },
	};
	expect_trees("a.yaml", ROWS(rows));
}

static void test_trees(void **state)
{
	(void)state;
	static const struct parsed_row rows[] = {
		{ "a: [1, {b: c}]\nd:\n- e\n-   - f\n",
			"{\"a\":[1,{\"b\":\"c\"}],\"d\":[\"e\",[\"f\"]]}\n" },
		{ "[]", "[]\n" },
		{ "{}", "{}\n" },
		{ "[a: b, c]", "[{\"a\":\"b\"},\"c\"]\n" },
		{ "--- 1\n--- 2\n...\n--- 3\n", "1\n2\n3\n" },
		{ "---\n---\n", "null\nnull\n" },
		{ "1: a\ntrue: b\n~: c\n\"\": d\n\"<<\": e\n? f\n: g\n",
			"{\"1\":\"a\",\"true\":\"b\",\"~\":\"c\",\"\":\"d\",\"<<\":\"e\",\"f\":\"g\"}\n" },
		{ "\xef\xbb\xbf"
		  "a: 1\nb: 2\n",
			"{\"a\":1,\"b\":2}\n" },
		{ "a: 1\r\nb: |\r\n  x\r\n  y\r\n", "{\"a\":1,\"b\":\"x\\ny\\n\"}\n" },
		{ "%YAML 1.2\n%TAG !e! tag:example.com,2000:\n---\na: 1\n", "{\"a\":1}\n" },
		{ "a: [\n  1,\n]\nb: {\n  c: 2\n}\n", "{\"a\":[1],\"b\":{\"c\":2}}\n" },
		{ "a: [1, # one\n  2] # two\n", "{\"a\":[1,2]}\n" },
		{ "a: 'x#y' # z\nb: x#y\n", "{\"a\":\"x#y\",\"b\":\"x#y\"}\n" },
		{ "{\"a\":1,\"b\":[true,null]}", "{\"a\":1,\"b\":[true,null]}\n" },
	};
	expect_trees("a.yaml", ROWS(rows));
}

static void test_aliases(void **state)
{
	(void)state;
	static const struct parsed_row rows[] = {
		{ "a: &x [1]\nb: *x\nc: [*x, *x]\n", "{\"a\":[1],\"b\":[1],\"c\":[[1],[1]]}\n" },
		{ "- &x 1\n- *x\n- &x 2\n- *x\n", "[1,1,2,2]\n" },
		{ "- &x [&x 1, *x]\n- *x\n", "[[1,1],1]\n" }, /* the anchor that came last */
		{ "&k a: 1\nb: *k\n", "{\"a\":1,\"b\":\"a\"}\n" },
		{ "- &k a\n- *k : 1\n", "[\"a\",{\"a\":1}]\n" },
		{ "- &n 12\n- *n : 1\n", "[12,{\"12\":1}]\n" },
		{ "a: &x\nb: *x\n", "{\"a\":null,\"b\":null}\n" },
		{ "--- &x 1\n--- &x 2\n", "1\n2\n" },
	};
	expect_trees("a.yaml", ROWS(rows));

	struct parsed *p = parsed("a.yaml", SLICE("a: &x [1]\nb: *x\n"));
	const struct node *root = p->docs.v[0].root;
	const struct member *a = syntax_member(root, "a"), *b = syntax_member(root, "b");
	assert_ptr_equal(a->value, b->value);
	assert_true(a->value->alias_target && !root->alias_target);
	assert_int_equal(b->value_span.lo, 13);
	assert_int_equal(b->value_span.hi, 15);
	assert_int_equal(b->value->span.lo, 6); /* the anchored value, its anchor left out */
	assert_null(syntax_member(root, "c"));
	assert_null(syntax_member(a->value, "a"));
	parsed_free(p);
}

/* ---- Findings ------------------------------------------------------------------------------ */

static void test_findings(void **state)
{
	(void)state;
	static const struct parsed_row rows[] = {
		/* what is refused on purpose */
		{ "a: 1\nb: 2\na: 3\n", "81@3:1-3:2 " },
		{ "{a: 1, \"a\": 2, 'a': 3}", "81@1:8-1:11 81@1:16-1:19 " },
		{ "1: a\n\"1\": b\n", "81@2:1-2:4 " },
		{ "a: {b: 1, b: 2}\n", "81@1:11-1:12 " },
		{ "a: &x 1\nb:\n  <<: *x\n  c: 2\n", "101@3:3-3:5 " },
		{ "? [a, b]\n: 1\n", "91@1:3-1:4 " },
		{ "image: {{ x }}\n", "91@1:9-1:10 " },
		{ ": a\n", "21@1:1-1:2 " },
		{ "? \n: a\n", "91@1:2-1:2 " },
		{ "- &x [1]\n- {*x : 1}\n", "91@2:4-2:6 " },
		{ "a: !!str 1\n", "111@1:4-1:9 " },
		{ "a: ! 1\n", "111@1:4-1:5 " },
		{ "a: &x !t [1]\nb: !u\n  c: 1\n", "111@1:7-1:9 111@2:4-2:6 " },
		{ "!k a: 1\n", "111@1:1-1:3 " },
		{ "a: *b\n", "121@1:4-1:6 " },
		{ "--- &b 1\n--- *b\n", "121@2:5-2:7 " },
		{ "a: &x [1, *x]\n", "131@1:11-1:13 " },
		{ "&x a: *x\n&y b:\n  *y : 1\n", "" },
		{ "&x\na:\n  b: *x\n", "131@3:6-3:8 " },
		{ "[.inf, -.INF, .NaN]", "161@1:2-1:6 161@1:8-1:13 161@1:15-1:19 " },
		{ "", "61@1:1-1:1 " },
		{ "# a\n\n", "61@3:1-3:1 " },
		{ "%YAML 1.1\n---\na: yes\n", "181@1:1-1:10 " },
		{ "%TAG !a! x\n%YAML 1.1\n---\na: yes\n", "181@2:1-2:10 " },
		/* what is no YAML */
		{ "a: b: c\n", "21@1:5-1:6 " },
		{ "a:\n\tb: 1\n", "21@2:1-2:2 " },
		{ "a: [1, 2\nb: 3\n", "21@2:1-2:2 " },
		{ "a: *\n", "21@1:4-1:5 " },
		{ "a: *.fs\n", "21@1:4-1:6 " },
		{ "a: \"b\nc: d\n", "21@1:4-1:5 " },
		{ "a: 'b' c\n", "21@1:8-1:9 " },
		{ "a: @b\n", "21@1:4-1:5 " },
		{ "a: 1\n b: 2\n", "21@2:3-2:4 " },
		{ "a:\n  b: 1\n c: 2\n", "21@3:2-3:3 " },
		{ "a:\n- 1\n - 2\n- 3\n  - 4\nb\n", "21@6:1-6:2 " },
		{ "%FOO\n---\n1", "21@1:1-1:5 " },
		{ "%YAML 1.3\n---\n1", "21@1:1-1:10 " },
		{ "a: \"\\q\"\n", "21@1:5-1:6 " },
		{ "\"\\ud83d\\ude00\"", "21@1:2-1:5 " },
		/* what libyaml would let pass */
		{ "a: [1,\n2]\n", "21@2:1-2:2 " },
		{ "a: \"b\nc\"\n", "21@2:1-2:2 " },
		{ "a: \"b\n\tc\"\n", "21@2:2-2:3 " },
		{ "- [\n\t1]\n", "21@2:2-2:3 " },
		{ "a: [b\nc]\n", "21@2:1-2:2 " },
		{ "[1,#c\n2]\n", "21@1:4-1:5 " },
		{ "[1]#c\n", "21@1:4-1:5 " },
		{ "\"a\"#c\n", "21@1:4-1:5 " },
		{ "a: |#c\n  b\n", "21@1:5-1:6 " },
		{ "a: |2-#c\n  b\n", "21@1:7-1:8 " },
		{ "a # c\n%YAML 1.2\n---\nb\n", "21@2:1-2:6 " },
		{ "a\n%YAML 1.2\n---\nb\n", "" },
		{ "%YAML 1.2#c\n---\nb\n", "21@1:10-1:11 " },
		{ "[-, 1]\n", "21@1:2-1:3 " },
		{ "[?a, 1]\n", "21@1:2-1:3 " },
		{ "{?a: 1}\n", "21@1:2-1:3 " },
		{ "a: &x:y b\n", "21@1:4-1:7 " },
		{ "- &x a\n- *x: b\n", "21@2:3-2:6 " },
		/* documents before the error are kept, all before it in the file is reported */
		{ "a: 1\n---\nb: 1\nb: 2\n---\nc: [\n", "81@4:1-4:2 21@7:1-7:1 " },
	};
	expect_findings("a.yaml", ROWS(rows));
}

static void expect_bytes(const char *text, size_t len, const char *want)
{
	struct parsed *p = parsed("a.yaml", (struct slice){ text, (uint32_t)len });
	assert_string_equal(parsed_findings(p), want);
	assert_int_equal(p->docs.n, 0);
	parsed_free(p);
}

static void test_bytes(void **state)
{
	(void)state;
	expect_bytes("a: \xe9\n", 5, "41@1:4-1:5 ");
	expect_bytes("a: \xc3", 4, "41@1:4-1:5 ");
	expect_bytes("a: \xc0\x80", 5, "41@1:4-1:5 ");
	expect_bytes("a: \xed\xa0\x80", 6, "41@1:4-1:5 ");
	expect_bytes("a: \xf4\x90\x80\x80", 7, "41@1:4-1:5 ");
	expect_bytes("\xff\xfe"
		     "a\0",
		4, "41@1:1-1:1 ");
	expect_bytes("\xfe\xff\0a", 4, "41@1:1-1:1 ");
	expect_bytes("a\0:\0", 4, "41@1:1-1:1 ");
	expect_bytes("\0\0\xfe\xff", 4, "41@1:1-1:1 ");
	expect_bytes("a: \0\n", 5, "51@1:4-1:5 ");
	expect_bytes("\0\0", 2, "51@1:1-1:2 ");
	expect_bytes("a: \x1b[2J\n", 8, "51@1:4-1:5 ");
	expect_bytes("a: \x7f\n", 5, "51@1:4-1:5 ");
	expect_bytes("a: \xc2\x85\n", 6, "51@1:4-1:6 ");
	expect_bytes("# \xe2\x80\xa8"
		     "b: 1\n",
		10, "51@1:3-1:6 ");
	expect_bytes("# \xe2\x80\xa9"
		     "b: 1\n",
		10, "51@1:3-1:6 ");
	expect_bytes("a: \xef\xbf\xbf\n", 7, "51@1:4-1:7 ");
}

/* Each code of this room says what its own examples show. */
static void test_explanations(void **state)
{
	(void)state;
	static const struct {
		enum diag_code code;
		const char *path;
	} rows[] = { { AEG_yaml_syntax, "a.yaml" }, { AEG_json_syntax, "a.json" },
		{ AEG_empty_file, "a.yaml" }, { AEG_duplicate_key, "a.yaml" },
		{ AEG_key_not_text, "a.yaml" }, { AEG_merge_key, "a.yaml" }, { AEG_tag, "a.yaml" },
		{ AEG_unknown_anchor, "a.yaml" }, { AEG_alias_cycle, "a.yaml" },
		{ AEG_not_finite, "a.yaml" }, { AEG_lone_surrogate, "a.json" },
		{ AEG_yaml_1_1, "a.yaml" }, { AEG_number_too_long, "a.yaml" } };
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct diag_info *info = diag_info((uint32_t)rows[i].code);
		struct parsed *p = parsed(rows[i].path, slice_of(info->wrong));
		assert_true(p->d.n >= 1);
		assert_int_equal(p->d.v[0].code, info->code);
		parsed_free(p);
		p = parsed(rows[i].path, slice_of(info->right));
		assert_int_equal(p->d.n, 0);
		parsed_free(p);
	}
}

static void test_documents(void **state)
{
	(void)state;
	struct parsed *p = parsed(
		"a.yaml", SLICE("a: 1\n---\n{<<: 1}\n---\na: 1\na: 2\n---\n- !t 1\n- 2\n--- [\n"));
	assert_int_equal(p->docs.n, 4);
	static const bool broken[] = { false, true, false, false };
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(p->docs.v[i].broken, broken[i]);
	assert_int_equal(p->docs.v[3].root->u.list.v[0]->kind, NODE_POISON);
	assert_int_equal(p->docs.v[3].root->u.list.v[1]->kind, NODE_INT);
	parsed_free(p);
}

/* ---- Spans --------------------------------------------------------------------------------- */

/* Every node and key of @n in turn, as `[bytes of the source]`. */
static void add_spans(struct buf *b, struct slice text, const struct node *n)
{
	buf_printf(b, "[%.*s]", (int)(n->span.hi - n->span.lo), text.at + n->span.lo);
	if (n->kind == NODE_LIST)
		for (uint32_t i = 0; i < n->u.list.n; i++)
			add_spans(b, text, n->u.list.v[i]);
	if (n->kind == NODE_MAP)
		for (uint32_t i = 0; i < n->u.map.n; i++) {
			struct span k = n->u.map.v[i].key_span;
			buf_printf(b, "<%.*s>", (int)(k.hi - k.lo), text.at + k.lo);
			add_spans(b, text, n->u.map.v[i].value);
		}
}

static void test_spans(void **state)
{
	(void)state;
	static const struct parsed_row rows[] = {
		{ "\xc3\xa9: b\n", "[\xc3\xa9: b]<\xc3\xa9>[b]" },
		{ "'\xe2\x82\xac': \"\xf0\x9f\x98\x80\" # \xc3\xa9\nc: d\n",
			"['\xe2\x82\xac': \"\xf0\x9f\x98\x80\" # \xc3\xa9\nc: d]<'\xe2\x82\xac'>"
			"[\"\xf0\x9f\x98\x80\"]<c>[d]" },
		{ "\xef\xbb\xbf\xc3\xa9: b\nc: d", "[\xc3\xa9: b\nc: d]<\xc3\xa9>[b]<c>[d]" },
		{ "\xef\xbb\xbf"
		  "a: b\nc: d",
			"[a: b\nc: d]<a>[b]<c>[d]" },
		{ "a: [ 1, {b: 2} ] # c\n",
			"[a: [ 1, {b: 2} ]]<a>[[ 1, {b: 2} ]][1][{b: 2}]<b>[2]" },
		{ "a:\n  - 1\n  - 2\n\n# c\nb:\n",
			"[a:\n  - 1\n  - 2\n\n# c\nb:]<a>[- 1\n  - 2][1][2]<b>[]" },
		{ "a: |\n  x\n  y\n\nb: 1\n", "[a: |\n  x\n  y\n\nb: 1]<a>[|\n  x\n  y]<b>[1]" },
		{ "a: x\n  y\nb: 1", "[a: x\n  y\nb: 1]<a>[x\n  y]<b>[1]" },
		{ "a: &x 'y'\n", "[a: &x 'y']<a>['y']" },
		{ "a: &x # c\n  b: 1\n", "[a: &x # c\n  b: 1]<a>[b: 1]<b>[1]" },
		{ "a: &x [1]\n", "[a: &x [1]]<a>[[1]][1]" },
		{ "&m\n&k a: b\n", "[&k a: b]<a>[b]" },
		{ "[a: b , c]\n", "[[a: b , c]][a: b]<a>[b][c]" },
		{ "[a: [b], c]\n", "[[a: [b], c]][a: [b]]<a>[[b]][b][c]" },
		{ "? a\n: b\n", "[? a\n: b]<a>[b]" },
		{ "a: b\r\nc: d\r\n", "[a: b\r\nc: d]<a>[b]<c>[d]" },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct parsed *p = parsed("a.yaml", slice_of(rows[i].text));
		struct buf b = { .arena = &p->a };
		assert_int_equal(p->d.n, 0);
		add_spans(&b, p->s.v[0].text, p->docs.v[0].root);
		assert_string_equal(buf_done(&b).at, rows[i].want);
		parsed_free(p);
	}
}

static void expect_part(const struct parsed *p, const struct node *n, uint32_t offset, uint32_t len,
	uint32_t lo, uint32_t hi)
{
	struct span s = syntax_place(&p->s, n, offset, len);
	assert_int_equal(s.lo, lo);
	assert_int_equal(s.hi, hi);
}

static void test_place(void **state)
{
	(void)state;
	struct parsed *p =
		parsed("a.yaml", SLICE("[fs.read, 'fs.read', \"a\\tb\", x\n  y, \"\\u202e!\"]"));
	struct node **v = p->docs.v[0].root->u.list.v;
	assert_true(v[0]->plain_text && v[1]->plain_text && !v[2]->plain_text && !v[3]->plain_text);
	assert_ptr_equal(v[0]->u.text.at, p->s.v[0].text.at + 1); /* not copied */
	assert_ptr_equal(v[1]->u.text.at, p->s.v[0].text.at + 11);
	expect_part(p, v[0], 3, 4, 4, 8);
	expect_part(p, v[1], 3, 4, 14, 18);
	expect_part(p, v[1], 5, 99, 16, 18);
	expect_part(p, v[1], 99, 99, 18, 18);
	expect_part(p, v[2], 1, 1, 23, 25);
	expect_part(p, v[3], 2, 1, 33, 34);
	for (uint32_t i = 0; i < 3; i++) /* each byte of an escape is the escape */
		expect_part(p, v[4], i, 1, 37, 43);
	expect_part(p, v[4], 3, 1, 43, 44);
	parsed_free(p);
}

/* What stands in the source for a value's bytes from `@` to `#`. */
static void test_written(void **state)
{
	static const struct {
		const char *path, *text, *want;
	} rows[] = {
		{ "a.yaml", "a: |\n  one\n\n    @two#\n", "@two#" },
		{ "a.yaml", "a: |2- # c\n   x\n  @\n  y #\n", "@\n  y #" },
		{ "a.yaml", "a: |\r\n  one\r\n  @two#\r\n", "@two#" },
		{ "a.yaml", "a: |\n\n \n  x\n  \t@#", "@#" },
		{ "a.yaml", "a: >\n  one\n  two\n\n    more\n  @x #\n", "@x #" },
		{ "a.yaml", "a: one\n\n two\n @x\n  y#\n", "@x\n  y#" },
		{ "a.yaml", "a: 'it''s @x''s\n  #'\n", "@x''s\n  #" },
		{ "a.yaml", "a: \"\\t\\n\\u00e9\\x41 @\\\"x\\\"#\"\n", "@\\\"x\\\"#" },
		{ "a.yaml", "a: \"x \\\n   \\  \\N\\L@\\_#\"\n", "@\\_#" },
		{ "a.yaml", "a: \"\xe2\x82\xac\\n\xe2\x82\xac@#\"\n", "@#" },
		{ "a.json", "{\"a\": \"\\ud83d\\ude00\\/@\\u0041#\"}", "@\\u0041#" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct parsed *p = parsed(rows[i].path, slice_of(rows[i].text));
		if (p->docs.n != 1)
			print_error("%s: %s\n", rows[i].text, parsed_findings(p));
		assert_int_equal(p->docs.n, 1);
		const struct node *n = syntax_member(p->docs.v[0].root, "a")->value;
		const char *value = n->u.text.at, *lo = memchr(value, '@', n->u.text.len),
			   *hi = memchr(value, '#', n->u.text.len);
		struct span s =
			syntax_place(&p->s, n, (uint32_t)(lo - value), (uint32_t)(hi + 1 - lo));
		assert_false(n->plain_text);
		assert_string_equal(
			buf_copy(&p->a, (struct slice){ rows[i].text + s.lo, s.hi - s.lo }).at,
			rows[i].want);
		parsed_free(p);
	}
}

/* ---- Numbers ------------------------------------------------------------------------------- */

static void test_integers(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool is_int, is_uint;
		int64_t i;
		uint64_t u;
	} rows[] = {
		{ "0", true, true, 0, 0 },
		{ "-0", true, true, 0, 0 },
		{ "+7", true, true, 7, 7 },
		{ "-7", true, false, -7, 0 },
		{ "0x1f", true, true, 31, 31 },
		{ "0o17", true, true, 15, 15 },
		{ "9223372036854775807", true, true, INT64_MAX, INT64_MAX },
		{ "9223372036854775808", false, true, 0, (uint64_t)INT64_MAX + 1 },
		{ "-9223372036854775808", true, false, INT64_MIN, 0 },
		{ "-9223372036854775809", false, false, 0, 0 },
		{ "18446744073709551615", false, true, 0, UINT64_MAX },
		{ "0xFFFFFFFFFFFFFFFF", false, true, 0, UINT64_MAX },
		{ "18446744073709551616", false, false, 0, 0 },
		{ "0x10000000000000000", false, false, 0, 0 },
		{ "00000000000000000000000000000001", true, true, 1, 1 },
	};
	for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
		struct parsed *p = parsed("a.yaml", slice_of(rows[k].text));
		const struct node *n = p->docs.v[0].root;
		int64_t i = 0;
		uint64_t u = 0;
		assert_int_equal(n->kind, NODE_INT);
		assert_int_equal(syntax_int(n, &i), rows[k].is_int);
		assert_int_equal(syntax_uint(n, &u), rows[k].is_uint);
		assert_true(i == rows[k].i && u == rows[k].u);
		parsed_free(p);
	}
}

static void test_other_scalars(void **state)
{
	(void)state;
	struct parsed *p = parsed("a.yaml", SLICE("[1.5, -.5e1, 1., True, FALSE]"));
	struct node **v = p->docs.v[0].root->u.list.v;
	assert_true(
		syntax_float(v[0]) == 1.5 && syntax_float(v[1]) == -5 && syntax_float(v[2]) == 1);
	assert_true(v[0]->kind == NODE_FLOAT && v[2]->kind == NODE_FLOAT);
	assert_true(syntax_bool(v[3]) && !syntax_bool(v[4]));
	parsed_free(p);
}

/* ---- Limits -------------------------------------------------------------------------------- */

/* @n times @part between @before and @after, as a file of its own. */
static struct parsed *repeated(
	const char *before, const char *part, size_t n, const char *after, const char *path)
{
	size_t len = strlen(before) + n * strlen(part) + strlen(after);
	char *text = malloc(len + 1), *at = text + sprintf(text, "%s", before);
	for (size_t i = 0; i < n; i++)
		at += sprintf(at, "%s", part);
	strcpy(at, after);
	struct parsed *p = parsed(path, (struct slice){ text, (uint32_t)len });
	/* what is asked of it below needs no text but places */
	p->s.v[0].text.at = memcpy(arena_array(&p->a, char, len + 1), text, len);
	free(text);
	return p;
}

static void expect_repeated(const char *before, const char *part, size_t n, const char *after,
	const char *path, const char *want)
{
	struct parsed *p = repeated(before, part, n, after, path);
	assert_string_equal(parsed_findings(p), want);
	parsed_free(p);
}

static void test_depth(void **state)
{
	(void)state;
	char closing[65] = "";
	memset(closing, ']', 64);
	expect_repeated("", "[", 64, closing, "a.yaml", "");
	expect_repeated("", "[", 65, "", "a.yaml", "151@1:65-1:66 ");
	expect_repeated("", "[", 100000, "", "a.yaml", "151@1:65-1:66 ");
	expect_repeated("", "- ", 100000, "x", "a.yaml", "151@1:129-1:130 ");
	expect_repeated("", "? ", 65, "x", "a.yaml",
		"91@1:3-1:4 91@1:5-1:6 91@1:7-1:8 91@1:9-1:10 91@1:11-1:12 91@1:13-1:14 "
		"91@1:15-1:16 91@1:17-1:18 91@1:19-1:20 91@1:21-1:22 91@1:23-1:24 91@1:25-1:26 "
		"91@1:27-1:28 91@1:29-1:30 91@1:31-1:32 91@1:33-1:34 91@1:35-1:36 91@1:37-1:38 "
		"91@1:39-1:40 91@1:41-1:42 91@1:43-1:44 91@1:45-1:46 91@1:47-1:48 91@1:49-1:50 "
		"91@1:51-1:52 91@1:53-1:54 91@1:55-1:56 91@1:57-1:58 91@1:59-1:60 91@1:61-1:62 "
		"91@1:63-1:64 91@1:65-1:66 91@1:67-1:68 91@1:69-1:70 91@1:71-1:72 91@1:73-1:74 "
		"91@1:75-1:76 91@1:77-1:78 91@1:79-1:80 91@1:81-1:82 91@1:83-1:84 91@1:85-1:86 "
		"91@1:87-1:88 91@1:89-1:90 91@1:91-1:92 91@1:93-1:94 91@1:95-1:96 91@1:97-1:98 "
		"91@1:99-1:100 91@1:101-1:102 91@1:103-1:104 91@1:105-1:106 91@1:107-1:108 "
		"91@1:109-1:110 91@1:111-1:112 91@1:113-1:114 91@1:115-1:116 91@1:117-1:118 "
		"91@1:119-1:120 91@1:121-1:122 91@1:123-1:124 91@1:125-1:126 91@1:127-1:128 "
		"151@1:129-1:130 ");
}

/* Lists of one alias each: shallow as written, one deeper each time as meant. */
static void test_alias_depth(void **state)
{
	(void)state;
	char text[4096], *at = text + sprintf(text, "a0: &a0 [x]\n");
	for (int i = 1; i < 63; i++)
		at += sprintf(at, "a%d: &a%d [*a%d]\n", i, i, i - 1);
	expect_findings("a.yaml", &(struct parsed_row){ text, "" }, 1);
	sprintf(at, "a63: [*a62]\n");
	expect_findings("a.yaml", &(struct parsed_row){ text, "151@64:7-64:11 " }, 1);
}

static void test_bomb(void **state)
{
	(void)state;
	char text[4096], *at = text + sprintf(text, "a0: &a0 [x,x,x,x,x,x,x,x]\n");
	for (int i = 1; i < 20; i++) {
		int b = i - 1;
		at += sprintf(at, "a%d: &a%d [*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d]\n", i, i, b,
			b, b, b, b, b, b, b);
	}
	struct parsed *p = parsed("a.yaml", slice_of(text));
	assert_int_equal(p->d.n, 1);
	assert_int_equal(p->d.v[0].code, AEG_too_many_values);
	assert_int_equal(p->docs.n, 0);
	assert_true(p->a.used < 1 << 20);
	parsed_free(p);
}

static void test_values(void **state)
{
	(void)state;
	struct parsed *p = repeated("", "-\n", SYNTAX_MAX_EXPANDED - 1, "", "a.yaml");
	assert_int_equal(p->d.n, 0);
	parsed_free(p);
	expect_repeated("", "-\n", SYNTAX_MAX_EXPANDED, "", "a.yaml", "141@4194304:2-4194304:2 ");
}

static void test_digits(void **state)
{
	(void)state;
	expect_repeated("0x", "f", 64, "", "a.yaml", "");
	expect_repeated("0x", "0", 65, "", "a.yaml", "191@1:1-1:68 ");
	expect_repeated("0o", "7", 65, "", "a.yaml", "191@1:1-1:68 ");
	expect_repeated("", "7", 512, "", "a.yaml", "");
	expect_repeated("", "7", 513, "", "a.yaml", "191@1:1-1:514 ");
	expect_repeated("", "7", 513, "x", "a.yaml", "");
}

static void test_tag_lines(void **state)
{
	(void)state;
	expect_repeated("", "%TAG !a! b\n", 101, "---\n1\n", "a.yaml", "21@101:1-101:5 ");
	expect_repeated("a: |\n", "  %TAG\n", 1000, "", "a.yaml", "");
}

/* ---- Memory -------------------------------------------------------------------------------- */

struct out_of_memory {
	jmp_buf back;
};
static void out_of_memory(void *ctx) { longjmp(((struct out_of_memory *)ctx)->back, 1); }

/* Under every limit the reader either ends or fails cleanly; sanitizers see to the rest. */
static void test_memory(void **state)
{
	(void)state;
	static char text[200000];
	for (size_t i = 0; i + 20 < sizeof text; i += 20)
		memcpy(text + i, "- {a: 'b', c: \"\\t\"}\n", 20);
	volatile bool done = false;
	volatile int failed = 0;
	for (volatile size_t limit = 0; !done; limit += 100000) {
		struct out_of_memory m;
		struct arena a = { .limit = limit, .fail = out_of_memory, .ctx = &m };
		if (setjmp(m.back) == 0) {
			struct sources s = { .arena = &a };
			struct diags d = { .arena = &a, .sources = &s };
			struct documents docs = { 0 };
			sources_add_text(&s, "a.yaml", slice_of(text));
			syntax_parse(&d, &docs);
			assert_int_equal(d.n, 0);
			assert_int_equal(docs.n, 1);
			assert_ptr_equal(a.fail, out_of_memory);
			done = true;
		} else {
			failed = failed + 1;
		}
		arena_free(&a);
	}
	assert_true(failed > 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_scalars),
		cmocka_unit_test(test_trees), cmocka_unit_test(test_aliases),
		cmocka_unit_test(test_findings), cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_explanations), cmocka_unit_test(test_documents),
		cmocka_unit_test(test_spans), cmocka_unit_test(test_place),
		cmocka_unit_test(test_written), cmocka_unit_test(test_integers),
		cmocka_unit_test(test_other_scalars), cmocka_unit_test(test_depth),
		cmocka_unit_test(test_alias_depth), cmocka_unit_test(test_bomb),
		cmocka_unit_test(test_values), cmocka_unit_test(test_digits),
		cmocka_unit_test(test_tag_lines), cmocka_unit_test(test_memory) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
