/* Templates as ops, what they read, and what is wrong with them and where. */
#include "template_test.h"

enum { MAX_PARTIALS = 8, ALL = 1 << 14 };

/* Something that tests put together. */
struct words {
	char at[ALL];
	size_t len;
};

static void say(struct words *w, const char *text, size_t len)
{
	assert_true(len < sizeof w->at - w->len);
	memcpy(w->at + w->len, text, len);
	w->len += len;
	w->at[w->len] = 0;
}

static void say_text(struct words *w, const char *text) { say(w, text, strlen(text)); }

static void add_line(void *ctx, uint32_t at, uint32_t nested, const char *line)
{
	(void)at;
	for (uint32_t i = 0; i < nested; i++)
		say_text(ctx, " ");
	say_text(ctx, line);
	say_text(ctx, "\n");
}

/* steps:flags@place */
static void add_reading(void *ctx, const struct aeg_variable *v)
{
	char place[64];

	if (v->special.len > 0) {
		say_text(ctx, "@");
		say(ctx, v->special.at, v->special.len);
	}
	for (uint32_t i = 0; i < v->nsteps; i++) {
		if (i > 0 || v->special.len > 0)
			say_text(ctx, ".");
		if (v->steps[i].name.at == NULL)
			say_text(ctx, "*");
		else
			say(ctx, v->steps[i].name.at, v->steps[i].name.len);
	}
	say_text(ctx, ":");
	say_text(ctx, v->flags & AEG_READ_CERTAIN ? "c" : "");
	say_text(ctx, v->flags & AEG_READ_TESTED ? "t" : "");
	say_text(ctx, v->flags & AEG_READ_LOOPED ? "l" : "");
	say_text(ctx, v->flags & AEG_READ_UNKNOWN ? "u" : "");
	snprintf(place, sizeof place, "@%u:%u+%u ", (unsigned)v->source, (unsigned)v->at,
		(unsigned)v->len);
	say_text(ctx, place);
}

/* One template; its partials are called a, b, c. */
struct template
{
	enum aeg_template_mode mode;
	uint32_t flags;
	const char *text, *partials[MAX_PARTIALS];
};

static struct rendering compile(const struct template *t, struct words *read)
{
	static const char *const names[MAX_PARTIALS] = { "a", "b", "c", "d", "e", "f", "g", "h" };
	struct aeg_partial partials[MAX_PARTIALS];
	struct aeg_template_options o = {
		.size_of = sizeof o, .mode = t->mode, .flags = t->flags, .partials = partials
	};

	while (o.npartials < MAX_PARTIALS && t->partials[o.npartials] != NULL) {
		partials[o.npartials].name = text_of(names[o.npartials]);
		partials[o.npartials].text = text_of(t->partials[o.npartials]);
		o.npartials++;
	}
	if (read != NULL) {
		o.variable = add_reading;
		o.ctx = read;
	}
	return compile_template(text_of(t->text), &o);
}

/* ---- Ops ----------------------------------------------------------------------------------- */

#define HTML AEG_MODE_HTML, 0
#define JSON AEG_MODE_JSON, 0

static const struct {
	struct template t;
	const char *lines;
} ops[] = {
	{ { HTML, "a{{b}}c", { NULL } }, "TEXT \"a\"\n"
					 "THIS 0\n"
					 "MEMBER \"b\"\n"
					 "PRINT HTML\n"
					 "TEXT \"c\"\n"
					 "RETURN\n" },
	{ { HTML, "{{{a.b}}}{{@root.c}}{{../d}}{{@index}}{{@../key}}{{@v.w}}", { NULL } },
		"THIS 0\n"
		"MEMBER \"a\"\n"
		"MEMBER \"b\"\n"
		"PRINT as it is\n"
		"ROOT\n"
		"MEMBER \"c\"\n"
		"PRINT HTML\n"
		"THIS 1\n"
		"MEMBER \"d\"\n"
		"PRINT HTML\n"
		"INDEX 0\n"
		"PRINT HTML\n"
		"KEY 1\n"
		"PRINT HTML\n"
		"VARIABLE \"v\"\n"
		"MEMBER \"w\"\n"
		"PRINT HTML\n"
		"RETURN\n" },
	{ { HTML, "a{{\"b\"}}c{{#if true}}d{{else}}e{{/if}}{{#if \"\"}}f{{/if}}", { NULL } },
		"TEXT \"a\"\n"
		"THIS 0\n"
		"MEMBER \"b\"\n"
		"PRINT HTML\n"
		"TEXT \"cd\"\n"
		"RETURN\n" },
	{ { AEG_MODE_TEXT, 0, "{{eq 1 1}}{{default null \"x<\"}}{{undefined}}", { NULL } },
		"TEXT \"true\"\n"
		"NULL\n"
		"STRING \"x<\"\n"
		"CALL DEFAULT 2\n"
		"PRINT as it is\n"
		"THIS 0\n"
		"MEMBER \"undefined\"\n"
		"PRINT as it is\n"
		"RETURN\n" },
	{ { HTML, "{{#if a}}b{{else if c}}d{{else}}e{{/if}}", { NULL } }, "THIS 0\n"
									  "MEMBER \"a\"\n"
									  "UNLESS > 24\n"
									  "TEXT \"b\"\n"
									  "JUMP > 54\n"
									  "THIS 0\n"
									  "MEMBER \"c\"\n"
									  "UNLESS > 48\n"
									  "TEXT \"d\"\n"
									  "JUMP > 54\n"
									  "TEXT \"e\"\n"
									  "RETURN\n" },
	{ { HTML, "{{#unless a}}b{{/unless}}{{#if 0 includeZero=true}}c{{/if}}{{#if a includeZero=true}}d{{/if}}",
		  { NULL } },
		"THIS 0\n"
		"MEMBER \"a\"\n"
		"UNLESS > 18\n"
		"JUMP > 24\n"
		"TEXT \"b\"\n"
		"TEXT \"c\"\n"
		"THIS 0\n"
		"MEMBER \"a\"\n"
		"UNLESS_ZERO > 49\n"
		"TEXT \"d\"\n"
		"RETURN\n" },
	{ { HTML, "{{#if a includeZero=b}}c{{/if}}", { NULL } }, "THIS 0\n"
								 "MEMBER \"b\"\n"
								 "UNLESS > 31\n"
								 "THIS 0\n"
								 "MEMBER \"a\"\n"
								 "UNLESS_ZERO > 50\n"
								 "JUMP > 44\n"
								 "THIS 0\n"
								 "MEMBER \"a\"\n"
								 "UNLESS > 50\n"
								 "TEXT \"c\"\n"
								 "RETURN\n" },
	{ { HTML, "{{#each a as |b c|}}{{#with d}}{{b.e}}{{c}}{{/with}}{{else}}f{{/each}}",
		  { NULL } },
		"THIS 0\n"
		"MEMBER \"a\"\n"
		"EACH > 53\n"
		" THIS 0\n"
		" MEMBER \"d\"\n"
		" WITH > 47\n"
		"  PARAM value of frame 1\n"
		"  MEMBER \"e\"\n"
		"  PRINT HTML\n"
		"  PARAM key of frame 1\n"
		"  PRINT HTML\n"
		" END\n"
		"END\n"
		"JUMP > 59\n"
		"TEXT \"f\"\n"
		"RETURN\n" },
	{ { HTML, "{{#a}}{{b}}{{/a}}{{^a}}c{{/a}}", { NULL } }, "THIS 0\n"
								"MEMBER \"a\"\n"
								"SECTION > 24\n"
								" THIS 0\n"
								" MEMBER \"b\"\n"
								" PRINT HTML\n"
								"END\n"
								"THIS 0\n"
								"MEMBER \"a\"\n"
								"SECTION > 43\n"
								"END\n"
								"JUMP > 49\n"
								"TEXT \"c\"\n"
								"RETURN\n" },
	{ { HTML, "{{> a}}{{> a}}{{> b c d=1 e=\"f\"}}", { "{{x}}", "y" } }, "THIS 0\n"
									     "PARTIAL\n"
									     " RUN 1\n"
									     "END\n"
									     "THIS 0\n"
									     "PARTIAL\n"
									     " RUN 1\n"
									     "END\n"
									     "THIS 0\n"
									     "MEMBER \"c\"\n"
									     "STRING \"d\"\n"
									     "NUMBER \"1\"\n"
									     "STRING \"e\"\n"
									     "STRING \"f\"\n"
									     "MERGE 2\n"
									     "PARTIAL\n"
									     " RUN 2\n"
									     "END\n"
									     "RETURN\n"
									     "THIS 0\n"
									     "MEMBER \"x\"\n"
									     "PRINT HTML\n"
									     "RETURN\n"
									     "TEXT \"y\"\n"
									     "RETURN\n" },
	{ { HTML, "{{#> a}}{{b}}{{/a}}", { "<{{> @partial-block}}>" } }, "THIS 0\n"
									 "PARTIAL\n"
									 " RUN 1\n"
									 "END\n"
									 "RETURN\n"
									 "TEXT \"<\"\n"
									 "THIS 0\n"
									 "BLOCK of frame 0\n"
									 " RUN 2\n"
									 "END\n"
									 "TEXT \">\"\n"
									 "RETURN\n"
									 "THIS 0\n"
									 "MEMBER \"b\"\n"
									 "PRINT HTML\n"
									 "RETURN\n" },
	{ { HTML, "{{#with c}}{{#*inline \"x\"}}{{d}}{{/inline}}{{> a}}{{/with}}",
		  { "{{> x e}}" } },
		"THIS 0\n"
		"MEMBER \"c\"\n"
		"WITH > 21\n"
		" THIS 0\n"
		" PARTIAL\n"
		"  RUN 1\n"
		" END\n"
		"END\n"
		"RETURN\n"
		"THIS 0\n"
		"MEMBER \"e\"\n"
		"BLOCK of frame 0\n"
		" RUN 2\n"
		"END\n"
		"RETURN\n"
		"THIS 0\n"
		"MEMBER \"d\"\n"
		"PRINT HTML\n"
		"RETURN\n" },
	{ { HTML, "  {{> a}}\n", { "{{#each b}}{{> a}}{{/each}}" } }, "INDENT \"  \"\n"
								      " THIS 0\n"
								      " PARTIAL\n"
								      "  RUN 1\n"
								      " END\n"
								      "END\n"
								      "RETURN\n"
								      "THIS 0\n"
								      "MEMBER \"b\"\n"
								      "EACH > 37\n"
								      " THIS 0\n"
								      " PARTIAL\n"
								      "  RUN 1\n"
								      " END\n"
								      "END\n"
								      "RETURN\n" },
	{ { HTML, "{{> (lookup . \"b\")}}", { NULL } }, "UNDEFINED\n"
							"STRING \"name\"\n"
							"THIS 0\n"
							"STRING \"b\"\n"
							"CALL LOOKUP 2\n"
							"STRING \"context\"\n"
							"THIS 0\n"
							"MERGE 2\n"
							"PARTIAL\n"
							" THIS 0\n"
							" MEMBER \"context\"\n"
							" PARTIAL\n"
							"  PARAM value of frame -1\n"
							"  MEMBER \"name\"\n"
							"  RUN_NAMED\n"
							" END\n"
							"END\n"
							"RETURN\n"
							"RETURN\n" },
	{ { HTML, "{{> (lookup . \"b\")}}", { "x" } }, "UNDEFINED\n"
						       "STRING \"name\"\n"
						       "THIS 0\n"
						       "STRING \"b\"\n"
						       "CALL LOOKUP 2\n"
						       "STRING \"context\"\n"
						       "THIS 0\n"
						       "MERGE 2\n"
						       "PARTIAL\n"
						       " THIS 0\n"
						       " MEMBER \"context\"\n"
						       " PARTIAL\n"
						       "  PARAM value of frame -1\n"
						       "  MEMBER \"name\"\n"
						       "  RUN_NAMED\n"
						       " END\n"
						       "END\n"
						       "RETURN\n"
						       "TEXT \"x\"\n"
						       "RETURN\n"
						       "TEXT \"a\"\n"
						       "RETURN\n" },
	{ { HTML, "{{log a}}{{#lookup a \"b\"}}{{/lookup}}", { NULL } }, "THIS 0\n"
									 "MEMBER \"a\"\n"
									 "STRING \"b\"\n"
									 "CALL LOOKUP 2\n"
									 "PRINT as it is\n"
									 "RETURN\n" },
	{ { JSON, "{\"a\":[1,2],\"b\":{{c}},\"d\":\"{{e}}\"}", { NULL } },
		"TEXT \"{\\\"a\\\":[1,2],\\\"b\\\":\"\n"
		"THIS 0\n"
		"MEMBER \"c\"\n"
		"PRINT JSON value\n"
		"TEXT \",\\\"d\\\":\\\"\"\n"
		"THIS 0\n"
		"MEMBER \"e\"\n"
		"PRINT JSON string\n"
		"TEXT \"\\\"}\"\n"
		"RETURN\n" },
	{ { JSON, "[{{#each a}}{{this}}{{/each}},[1],{{#if b}}2,{{/if}}[3]]", { NULL } },
		"TEXT \"[\"\n"
		"OPEN\n"
		"THIS 0\n"
		"MEMBER \"a\"\n"
		"EACH > 26\n"
		" ELEMENT\n"
		" THIS 0\n"
		" PRINT JSON value\n"
		"END\n"
		"ELEMENT\n"
		"TEXT \"[1]\"\n"
		"THIS 0\n"
		"MEMBER \"b\"\n"
		"UNLESS > 55\n"
		"ELEMENT\n"
		"TEXT \"2\"\n"
		"ELEMENT\n"
		"TEXT \"[3]\"\n"
		"CLOSE\n"
		"TEXT \"]\"\n"
		"RETURN\n" },
	{ { JSON, "[{{> a}},3]", { "1,2" } }, "TEXT \"[\"\n"
					      "OPEN\n"
					      "THIS 0\n"
					      "PARTIAL\n"
					      " RUN 1\n"
					      "END\n"
					      "ELEMENT\n"
					      "TEXT \"3\"\n"
					      "CLOSE\n"
					      "TEXT \"]\"\n"
					      "RETURN\n"
					      "ELEMENT\n"
					      "TEXT \"1\"\n"
					      "ELEMENT\n"
					      "TEXT \"2\"\n"
					      "RETURN\n" },
	{ { JSON, "{\"a\":1,{{#if b}}\"c\":2,{{/if}}\"d\":[{{#if e}}1,{{/if}}2]}", { NULL } },
		"TEXT \"{\\\"a\\\":1\"\n"
		"THIS 0\n"
		"MEMBER \"b\"\n"
		"UNLESS > 35\n"
		"TEXT \",\\\"c\\\":2\"\n"
		"TEXT \",\\\"d\\\":[\"\n"
		"OPEN\n"
		"THIS 0\n"
		"MEMBER \"e\"\n"
		"UNLESS > 67\n"
		"ELEMENT\n"
		"TEXT \"1\"\n"
		"ELEMENT\n"
		"TEXT \"2\"\n"
		"CLOSE\n"
		"TEXT \"]}\"\n"
		"RETURN\n" },
	{ { JSON, "[0,{{> a}},[{{> a}}]]", { "1" } }, "TEXT \"[0\"\n"
						      "THIS 0\n"
						      "PARTIAL\n"
						      " RUN 1\n"
						      "END\n"
						      "TEXT \",[\"\n"
						      "OPEN\n"
						      "THIS 0\n"
						      "PARTIAL\n"
						      " RUN 1\n"
						      "END\n"
						      "CLOSE\n"
						      "TEXT \"]]\"\n"
						      "RETURN\n"
						      "ELEMENT\n"
						      "TEXT \"1\"\n"
						      "RETURN\n" },
	{ { AEG_MODE_URL, 0, "/a/{{b}}?c={{d}}", { NULL } }, "TEXT \"/a/\"\n"
							     "SEGMENT\n"
							     "THIS 0\n"
							     "MEMBER \"b\"\n"
							     "PRINT URL\n"
							     "SEGMENT_END 0\n"
							     "TEXT \"?c=\"\n"
							     "THIS 0\n"
							     "MEMBER \"d\"\n"
							     "PRINT URL\n"
							     "RETURN\n" },
	{ { AEG_MODE_SHELL, 0, "ls {{a}} \"{{b}}\"", { NULL } }, "TEXT \"ls \"\n"
								 "THIS 0\n"
								 "MEMBER \"a\"\n"
								 "PRINT shell word\n"
								 "TEXT \" \\\"\"\n"
								 "THIS 0\n"
								 "MEMBER \"b\"\n"
								 "PRINT shell, in double quotes\n"
								 "TEXT \"\\\"\"\n"
								 "RETURN\n" },
	{ { AEG_MODE_HTML, AEG_TEMPLATE_STRICT, "{{a.b}}{{#if c.d}}{{/if}}", { NULL } },
		"THIS 0\n"
		"EXPECT\n"
		"MEMBER \"a\"\n"
		"EXPECT\n"
		"MEMBER \"b\"\n"
		"REQUIRE\n"
		"PRINT HTML\n"
		"THIS 0\n"
		"EXPECT\n"
		"MEMBER \"c\"\n"
		"EXPECT\n"
		"MEMBER \"d\"\n"
		"UNLESS > 40\n"
		"RETURN\n" },
	{ { AEG_MODE_HTML, AEG_TEMPLATE_ASSUME_OBJECTS, "{{a.b}}", { NULL } }, "THIS 0\n"
									       "EXPECT\n"
									       "MEMBER \"a\"\n"
									       "EXPECT\n"
									       "MEMBER \"b\"\n"
									       "PRINT HTML\n"
									       "RETURN\n" },
	{ { AEG_MODE_HTML, AEG_TEMPLATE_COMPAT, "{{#a}}{{b.c}}{{./d}}{{/a}}{{> a}}", { "{{e}}" } },
		"FIND \"a\"\n"
		"SECTION > 36\n"
		" FIND \"b\"\n"
		" MEMBER \"c\"\n"
		" PRINT HTML\n"
		" THIS 0\n"
		" MEMBER \"d\"\n"
		" PRINT HTML\n"
		"END\n"
		"THIS 0\n"
		"BLOCK of frame 0\n"
		" RUN 1\n"
		"END\n"
		"RETURN\n"
		"FIND \"e\"\n"
		"PRINT HTML\n"
		"RETURN\n" },
	{ { AEG_MODE_HTML, AEG_TEMPLATE_EXPLICIT_PARTIAL_CONTEXT, "{{> a}}{{> a b=1}}",
		  { "{{e}}" } },
		"UNDEFINED\n"
		"PARTIAL\n"
		" RUN 1\n"
		"END\n"
		"UNDEFINED\n"
		"STRING \"b\"\n"
		"NUMBER \"1\"\n"
		"MERGE 1\n"
		"PARTIAL\n"
		" RUN 1\n"
		"END\n"
		"RETURN\n"
		"THIS 0\n"
		"MEMBER \"e\"\n"
		"PRINT HTML\n"
		"RETURN\n" },
	{ { AEG_MODE_TEXT, 0, "{{a && (b || 1)}}", { NULL } }, "THIS 0\n"
							       "MEMBER \"a\"\n"
							       "AND > 27\n"
							       "THIS 0\n"
							       "MEMBER \"b\"\n"
							       "OR > 27\n"
							       "TRUE\n"
							       "PRINT as it is\n"
							       "RETURN\n" },
};

static void ops_are(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < sizeof ops / sizeof *ops; i++) {
		struct rendering r = compile(&ops[i].t, NULL);
		struct words lines = { .len = 0 };
		if (!r.is_compiled)
			fail_msg("%s: %s", ops[i].t.text, r.error.what);
		aeg_template_lines(&r.program, add_line, &lines);
		if (strcmp(lines.at, ops[i].lines) != 0)
			fail_msg("%s:\n%s", ops[i].t.text, lines.at);
		rendering_free(&r);
	}
}

/* ---- What is read -------------------------------------------------------------------------- */

static const struct {
	struct template t;
	const char *read;
} readings[] = {
	{ { HTML, "{{a.b}}{{this}}{{@root.c}}{{@index}}{{@x.y}}", { NULL } },
		"a.b:c@0:2+3 :c@0:9+4 c:c@0:17+7 @index:c@0:28+6 @x.y:c@0:38+4 " },
	{ { HTML, "{{#if a}}{{b}}{{else}}{{c}}{{/if}}{{d}}", { NULL } },
		"a:ct@0:6+1 b:@0:11+1 c:@0:24+1 d:c@0:36+1 " },
	{ { HTML, "{{#each a as |x i|}}{{x.b}}{{i}}{{c}}{{../d}}{{@root.e}}{{/each}}", { NULL } },
		"a:ctl@0:8+1 a.*.b:@0:22+3 @key:@0:29+1 a.*.c:@0:34+1 d:@0:39+4 e:@0:47+7 " },
	{ { HTML, "{{#with a}}{{b}}{{../c}}{{#with .}}{{../d}}{{/with}}{{/with}}", { NULL } },
		"a:ct@0:8+1 a.b:@0:13+1 c:@0:18+4 a:t@0:32+1 d:@0:37+4 " },
	{ { HTML, "{{#a}}{{b}}{{/a}}", { NULL } }, "a:ct@0:3+1 a:u@0:8+1 " },
	{ { HTML, "{{lookup a b}}{{lookup a \"c\"}}{{#with (lookup a b)}}{{d}}{{/with}}",
		  { NULL } },
		"a:cu@0:9+1 b:c@0:11+1 a:c@0:23+1 a.c:c@0:16+12 a:cu@0:46+1 b:c@0:48+1 a:u@0:54+1 " },
	{ { HTML, "{{default a \"x\"}}{{upper b}}{{a && b}}{{c || d}}", { NULL } },
		"a:ct@0:10+1 b:c@0:25+1 a:ct@0:30+1 b:t@0:35+1 c:ct@0:40+1 d:t@0:45+1 " },
	{ { HTML, "{{> a b c=d.e}}{{> a}}", { "{{f}}{{c.g}}{{../h}}" } },
		"b:c@0:6+1 d.e:c@0:10+3 b.f:c@1:2+1 d.e.g:c@1:7+3 f:c@1:2+1 c.g:c@1:7+3 " },
	{ { HTML, "{{#each a}}{{#> a}}{{b}}{{../c}}{{/a}}{{/each}}",
		  { "{{#with d}}{{> @partial-block e}}{{/with}}" } },
		"a:ctl@0:8+1 a.*.d:t@1:8+1 a.*.d.e:@1:30+1 a.*.d.e.b:@0:21+1 a.*.c:@0:26+4 " },
	{ { HTML, "{{> a}}", { "{{n}}{{#each k}}{{> a}}{{/each}}" } }, "n:c@1:2+1 k:ctl@1:13+1 " },
	{ { HTML, "{{> (lookup . \"t\") u}}", { "{{x}}", "{{y}}" } },
		":c@0:12+1 t:c@0:4+14 u:c@0:19+1 u.x:@1:2+1 u.y:@2:2+1 " },
	{ { JSON, "[{{#each a}}{{b}},{{/each}}]", { NULL } }, "a:ctl@0:9+1 a.*.b:@0:14+1 " },
	{ { HTML, "{{#if false}}{{a}}{{/if}}{{log b}}", { NULL } }, "b:c@0:31+1 " },
	{ { AEG_MODE_HTML, AEG_TEMPLATE_COMPAT, "{{#a}}{{b}}{{/a}}{{#each c}}{{d}}{{/each}}",
		  { NULL } },
		"a:ct@0:3+1 a:u@0:8+1 c:ctl@0:25+1 c.*.d:u@0:30+1 " },
};

static void readings_are(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < sizeof readings / sizeof *readings; i++) {
		struct words read = { .len = 0 };
		struct rendering r = compile(&readings[i].t, &read);
		if (!r.is_compiled)
			fail_msg("%s: %s", readings[i].t.text, r.error.what);
		if (strcmp(read.at, readings[i].read) != 0)
			fail_msg("%s: %s", readings[i].t.text, read.at);
		rendering_free(&r);
	}
}

/* ---- What is wrong ------------------------------------------------------------------------- */

static const struct {
	struct template t;
	uint32_t source;
	const char *at; /* the bytes that are wrong */
	const char *what, *near;
} wrong[] = {
	{ { HTML, "x{{upprr a}}", { NULL } }, 0, "upprr a", "there is no such helper", "upper" },
	{ { HTML, "{{#if (uper a)}}{{/if}}", { NULL } }, 0, "(uper a)", "there is no such helper",
		"upper" },
	{ { HTML, "{{#unles a}}{{/unles}}", { NULL } }, 0, "unles a", "there is no such helper",
		"unless" },
	{ { HTML, "{{foo.bar 1}}", { NULL } }, 0, "foo.bar 1", "only a helper takes values", NULL },
	{ { HTML, "{{if a}}", { NULL } }, 0, "if a", "this helper is a block, and no value", NULL },
	{ { HTML, "a{{#if}}{{/if}}", { NULL } }, 0, "if", "this block takes one value", NULL },
	{ { HTML, "{{#if a b}}{{/if}}", { NULL } }, 0, "if a b", "this block takes one value",
		NULL },
	{ { HTML, "{{#each}}{{/each}}", { NULL } }, 0, "each", "this block takes one value", NULL },
	{ { HTML, "{{#if a as |b|}}{{/if}}", { NULL } }, 0, "{{#if a as |b|}}",
		"this block has no parameters", NULL },
	{ { HTML, "{{#eq a b}}{{/eq}}", { NULL } }, 0, "eq a b",
		"this helper is a value, and no block: #if can test it", NULL },
	{ { HTML, "{{eq a}}", { NULL } }, 0, "eq a", "the helper takes two values", NULL },
	{ { HTML, "{{> a}}", { "x{{> bb}}", "x" } }, 1, "bb", "there is no such partial", "b" },
	{ { HTML, "{{> a}}", { "x{{foo 1}}" } }, 1, "foo 1", "there is no such helper", NULL },
	{ { HTML, "{{> aa}}", { "x" } }, 0, "aa", "there is no such partial", "a" },
	{ { HTML, "{{> @partial-block}}", { NULL } }, 0, "@partial-block",
		"nothing has called this with a block", NULL },
	{ { HTML, "{{#*inline a}}{{/inline}}", { NULL } }, 0, "inline a",
		"an inline partial has one name, in quotes", NULL },
	{ { HTML, "{{#*inline \"a\" \"b\"}}{{/inline}}", { NULL } }, 0, "inline \"a\" \"b\"",
		"an inline partial has one name, in quotes", NULL },
	{ { HTML, "{{*foo}}", { NULL } }, 0, "{{*foo}}", "the only decorator is `inline`", NULL },
	{ { HTML, "{{#with a}}{{#*inline \"x\"}}{{/inline}}{{/with}}{{> x}}", { NULL } }, 0, "x",
		"there is no such partial", NULL },
	{ { JSON, "{\"a\":{{b}} {{c}} }", { NULL } }, 0, "{{c}}", "a comma is missing before it",
		NULL },
	{ { JSON, "[{{#each a}}\"{{/each}}]", { NULL } }, 0, "{{#each a}}",
		"whichever way this goes, just one value, name or quote belongs here: give it an `{{else}}`, not a loop",
		NULL },
	{ { JSON, "\n\n [1 2]", { NULL } }, 0, "2", "a comma is missing before it", NULL },
	{ { JSON, "[1,{{> (lookup . \"b\")}}]", { "1" } }, 0, "(lookup . \"b\")",
		"the name of a partial can be a value in text and HTML only", NULL },
	{ { JSON, "[{{> a}}]", { "1}" } }, 1, "}", "an array cannot end with `}`", NULL },
	{ { JSON, "{{> a}}", { "[{{> b}}", "x" } }, 2, "x", "no JSON value begins with this",
		NULL },
	{ { JSON, "[{{#if a}}1,{{else}}\"x{{/if}}]", { NULL } }, 0, "{{#if a}}",
		"whichever way this goes, just one value, name or quote belongs here: give it an `{{else}}`, not a loop",
		NULL },
	{ { AEG_MODE_SHELL, 0, "{{a}} b", { NULL } }, 0, "{{a}}",
		"a value cannot be the name of a command, or a part of it", NULL },
	{ { AEG_MODE_URL, 0, "{{a}}://b", { NULL } }, 0, ":",
		"a colon here would make a scheme of what stands before it", NULL },
	{ { HTML, "{{#> (lookup . \"b\")}}x{{/undefined}}", { "1" } }, 0, "(lookup . \"b\")",
		"a partial with a block must be named here", NULL },
	{ { AEG_MODE_HTML, AEG_TEMPLATE_NO_DATA, "{{@index}}", { NULL } }, 0, "@index",
		"loops do not give this here", NULL },
	{ { HTML, "{{#foo a=1}}{{/foo}}", { NULL } }, 0, "foo a=1", "there is no such helper",
		NULL },
	{ { HTML, "{{{{raw 1}}}}{{{{/raw}}}}", { NULL } }, 0, "raw 1", "there is no such helper",
		NULL },
	{ { HTML, "{{{{raw}}}}{{a}}{{{{/raw}}}}", { NULL } }, 0, "raw", "there is no such helper",
		NULL },
};

static void errors_are(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		const struct template *t = &wrong[i].t;
		struct rendering r = compile(t, NULL);
		if (r.is_compiled)
			fail_msg("%s: not refused", t->text);
		const char *source =
			r.error.source == 0 ? t->text : t->partials[r.error.source - 1];
		const char *near = wrong[i].near == NULL ? "" : wrong[i].near;
		if (r.error.source != wrong[i].source || strcmp(r.error.what, wrong[i].what) != 0 ||
			r.error.len != strlen(wrong[i].at) ||
			memcmp(source + r.error.at, wrong[i].at, r.error.len) != 0 ||
			r.error.near_.len != strlen(near) ||
			(near[0] != 0 && memcmp(r.error.near_.at, near, strlen(near)) != 0))
			fail_msg("%s: %u:%u+%u %s", t->text, (unsigned)r.error.source,
				(unsigned)r.error.at, (unsigned)r.error.len, r.error.what);
		rendering_free(&r);
	}
}

/* ---- What is written ----------------------------------------------------------------------- */

static const struct {
	struct template t;
	const char *data, *want; /* NULL: rendering fails */
} written[] = {
	{ { HTML, "{{#each xs}}{{> (lookup . \"t\") p=../q}}{{/each}}",
		  { "A{{n}}{{p}}", "B{{n}}{{../q}}" } },
		"{\"q\":9,\"xs\":[{\"t\":\"a\",\"n\":1},{\"t\":\"b\",\"n\":2}]}", "A19B2" },
	{ { HTML, "{{> (lookup . \"t\")}}", { "x" } }, "{\"t\":\"z\"}", NULL },
	{ { HTML, "{{{{a}}}}{{b}}{{{{/a}}}}{{{{c}}}}{{b}}{{{{/c}}}}", { NULL } },
		"{\"a\":true,\"b\":1}", "{{b}}" },
	{ { HTML, "{{> a}}", { "x{{> a}}" } }, "{}", NULL },
	{ { HTML, "<{{> (lookup . \"t\")}}>", { "", "x" } }, "{\"t\":\"a\"}", "<>" },
	{ { HTML, "{{#if z includeZero=y}}T{{else}}F{{/if}}{{#if z includeZero=n}}T{{else}}F{{/if}}",
		  { NULL } },
		"{\"z\":0,\"y\":1}", "TF" },
	{ { HTML, "{{> a}}",
		  { "{{n}}{{#if k}}({{#each k}}{{> a}}{{#unless @last}},{{/unless}}{{/each}}){{/if}}" } },
		"{\"n\":1,\"k\":[{\"n\":2,\"k\":[{\"n\":3}]},{\"n\":4}]}", "1(2(3),4)" },
	{ { HTML, "{{#> a}}{{#*inline \"head\"}}H{{t}}{{/inline}}B{{t}}{{/a}}",
		  { "<{{#> head}}none{{/head}}|{{> @partial-block}}>" } },
		"{\"t\":\"!\"}", "<H!|B!>" },
	{ { HTML, "{{#> a}}B{{/a}}", { "<{{#> head}}none{{/head}}|{{> @partial-block}}>" } }, "{}",
		"<none|B>" },
	{ { HTML, "{{#> a}}{{#> b}}x{{/b}}{{/a}}",
		  { "[{{> @partial-block}}]", "({{> @partial-block}}{{> @partial-block}})" } },
		"{}", "[(xx)]" },
	{ { HTML, "{{#each xs as |x i|}}{{#with x as |y|}}{{#> a}}{{i}}{{y}}{{../i}}{{/a}}{{/with}}{{/each}}",
		  { "<{{> @partial-block}}{{#with z}}{{> @partial-block}}{{/with}}>" } },
		"{\"xs\":[\"p\",\"q\"]}", "<0p><1q>" },
	{ { HTML, "{{#*inline \"x\"}}{{../n}}|{{n}}{{/inline}}{{#with o}}{{> x}}{{/with}}",
		  { NULL } },
		"{\"n\":1,\"o\":{\"n\":2}}", "|2" },
	{ { HTML, "{{#with o}}{{#*inline \"x\"}}{{../n}}|{{n}}{{/inline}}{{#with p}}{{> x}}{{/with}}{{/with}}",
		  { NULL } },
		"{\"n\":1,\"o\":{\"n\":2,\"p\":{\"n\":3}}}", "1|3" },
	{ { HTML, "{{#each xs as |x|}}{{#*inline \"i\"}}{{x}}{{/inline}}{{#with ../o}}{{> i}}{{/with}}{{/each}}",
		  { NULL } },
		"{\"o\":{\"a\":1},\"xs\":[1,2]}", "12" },
	{ { HTML, "{{> b}}",
		  { "{{#if @partial-block}}{{> @partial-block}}{{else}}none{{/if}}",
			  "{{#> a}}x{{> a}}{{/a}}{{> a}}" } },
		"{}", "xnonenone" },
	{ { HTML, "{{#> a}}<{{n}}>{{/a}}",
		  { "{{#each k}}{{#> b}}{{> @partial-block}}{{/b}}{{/each}}",
			  "[{{> @partial-block}}]" } },
		"{\"n\":0,\"k\":[{\"n\":1},{\"n\":2}]}", "[<1>][<2>]" },
	{ { HTML, "-\n  {{> a}}\n-", { "1\n2\n" } }, "{}", "-\n  1\n  2\n-" },
	{ { JSON, "{\"k\":\n  {{> a}}\n}", { "{\"a\":\"x{{b}}\"}" } }, "{\"b\":\"\\n\"}",
		"{\"k\":\n  {\"a\":\"x\\n\"}}" },
	{ { AEG_MODE_TEXT, 0, "{{#each o}}{{@key}}={{this}}{{#unless @last}};{{/unless}}{{/each}}",
		  { NULL } },
		"{\"o\":{\"a\":\"<\",\"b\":[1,null,{\"c\":2}]}}", "a=<;b=1,,{\"c\":2}" },
};

static void output_is(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < sizeof written / sizeof *written; i++) {
		struct rendering r = compile(&written[i].t, NULL);
		if (!r.is_compiled)
			fail_msg("%s: %s", written[i].t.text, r.error.what);
		render_compiled(&r, text_of(written[i].data), (struct aeg_str){ NULL, 0 });
		if (written[i].want == NULL
				? r.status == AEG_OK
				: r.status != AEG_OK || r.len != strlen(written[i].want) ||
					  memcmp(r.out, written[i].want, r.len) != 0)
			fail_msg(
				"%s: %d %.*s", written[i].t.text, (int)r.status, (int)r.len, r.out);
		rendering_free(&r);
	}
}

/* ---- Bounds -------------------------------------------------------------------------------- */

static const struct {
	struct template t;
	enum aeg_status status;
} bounded[] = {
/* Eight levels, each of which calls the next four times with a block of its own. */
#define FOUR(p) \
	"{{#> " p "}}{{> @partial-block}}{{/" p "}}{{#> " p "}}{{> @partial-block}}{{/" p "}}" \
	"{{#> " p "}}{{> @partial-block}}{{/" p "}}{{#> " p "}}{{> @partial-block}}{{/" p "}}"
	{ { HTML, "{{#> a}}x{{/a}}",
		  { FOUR("b"), FOUR("c"), FOUR("d"), FOUR("e"), FOUR("f"), FOUR("g"), FOUR("h"),
			  FOUR("@partial-block") } },
		AEG_TOO_LARGE },
	/* Each call has one block more than the one before. */
	{ { HTML, "{{#> a}}x{{/a}}",
		  { "{{#each k}}{{#> a}}({{> @partial-block}}){{/a}}{{/each}}" } },
		AEG_TOO_LARGE },
	/* The same with blocks that call nothing is always the same call. */
	{ { HTML, "{{> a}}", { "{{#each k}}{{#> a}}missing{{/a}}{{/each}}" } }, AEG_OK },
	{ { HTML, "{{> a}}",
		  { "{{#*inline \"x\"}}{{n}}{{/inline}}{{> x}}{{#each k}}{{> a}}{{/each}}" } },
		AEG_OK },
	{ { JSON, "{{> a}}", { "[{{#each k}}{{> a}}{{/each}}]" } }, AEG_OK },
	{ { JSON, "{{> a}}", { "{{> a}}" } }, AEG_CONTENT },
	{ { JSON, "{{> a}}", { "{{> b}}", "{{> a}}" } }, AEG_CONTENT },
	{ { JSON, "{{> a}}", { "[{{#each k}}{{> b}}{{/each}}]", "{{> a}}" } }, AEG_OK },
	{ { JSON, "{{> a}}",
		  { "{{#if x}}{{> b}}{{else}}1{{/if}}",
			  "{{#if y}}{{> b}}{{else}}{{> a}}{{/if}}" } },
		AEG_OK },
	{ { JSON, "{{> a}}",
		  { "{{#if x}}{{> b}}{{else}}1{{/if}}",
			  "{{#if y}}{{> b}}{{else}}{{> b}}{{/if}}" } },
		AEG_CONTENT },
};

static void expansion_is_bounded(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < sizeof bounded / sizeof *bounded; i++) {
		struct rendering r = compile(&bounded[i].t, NULL);
		if (r.status != bounded[i].status)
			fail_msg("%u: %d %s", (unsigned)i, (int)r.status, r.error.what);
		rendering_free(&r);
	}
}

/* With less memory than it takes it says so; with any more it makes the same bytes. */
static void any_memory_will_do(void **state)
{
	enum { CAP = 1 << 15 };
	static const char text[] = "{{#each xs as |x i|}}{{> (lookup x 'k') y=i}}{{#if (eq i 1)}}"
				   "{{#*inline \"q\"}}{{../z}}{{/inline}}{{> q}}{{/if}}{{/each}}";
	struct aeg_partial partial = { TEXT_OF("p"), TEXT_OF("{{#each .}}{{> p}}{{y}}{{/each}}") };
	struct aeg_template_options o = {
		.size_of = sizeof o, .mode = AEG_MODE_HTML, .partials = &partial, .npartials = 1
	};
	struct words read = { .len = 0 };
	uint64_t want[CAP / 8];
	struct aeg_template_error error;
	size_t want_len, len, noks = 0;

	(void)state;
	o.variable = add_reading;
	o.ctx = &read;
	assert_int_equal(
		aeg_template_compile(TEXT_OF(text), &o, want, sizeof want, &want_len, &error),
		AEG_OK);
	for (size_t cap = 1; cap < CAP; cap += 3) {
		char *mem = malloc(cap % 8 + cap), *at = mem + cap % 8;
		read.len = 0;
		enum aeg_status s = aeg_template_compile(TEXT_OF(text), &o, at, cap, &len, &error);
		assert_true(s == AEG_NOMEM || s == AEG_OK);
		assert_true(s == AEG_OK || noks == 0);
		noks += s == AEG_OK;
		if (s == AEG_OK) {
			assert_int_equal(len, want_len);
			assert_memory_equal(at, want, len);
		}
		free(mem);
	}
	assert_true(noks > 0);
}

static void options_are_looked_at(void **state)
{
	struct aeg_template_options o = { .size_of = 1 };
	struct aeg_template_error error;
	uint64_t mem[512];
	size_t len;

	(void)state;
	assert_int_equal(
		aeg_template_compile(TEXT_OF("x"), &o, mem, sizeof mem, &len, &error), AEG_USAGE);
	o = (struct aeg_template_options){ .size_of = sizeof o, .npartials = 1 };
	assert_int_equal(
		aeg_template_compile(TEXT_OF("x"), &o, mem, sizeof mem, &len, &error), AEG_USAGE);
	assert_int_equal(
		aeg_template_compile(TEXT_OF("x"), NULL, mem, sizeof mem, &len, &error), AEG_OK);
}

/* Of a loop, whatever is asked of its index and its list each time around. */
static void loops_are_linear(void **state)
{
	enum { ITEMS = 60000, STEPS = 16 }; /* a loop; each time around */
	static const char *const bodies[] = { "{{#if (lt @index 5)}}x{{/if}}", "{{@index * 2}}",
		"{{#if @index == i}}{{/if}}", "{{-@index + 1}}", "{{length ../l}}",
		"{{#if @index + 1 < ../l.length}},{{/if}}", "{{lookup ../l @index}}" };
	static char data[ITEMS * 2 + 16], text[128];
	char *at = data + snprintf(data, sizeof data, "{\"l\":[1");

	(void)state;
	for (uint32_t i = 1; i < ITEMS; i++, at += 2)
		memcpy(at, ",1", 2);
	memcpy(at, "]}", 3);
	for (uint32_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
		snprintf(text, sizeof text, "{{#each l as |v i|}}%s{{/each}}", bodies[i]);
		struct rendering r = compile_template(text_of(text), NULL);
		render_compiled(&r, text_of(data), (struct aeg_str){ NULL, 0 });
		if (r.status != AEG_OK)
			fail_msg("%s: %s", text, aeg_status_text(r.status));
		assert_in_range(r.render.steps, (1u << 24) - ITEMS * STEPS, 1u << 24);
		rendering_free(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ops_are),
		cmocka_unit_test(readings_are),
		cmocka_unit_test(errors_are),
		cmocka_unit_test(output_is),
		cmocka_unit_test(loops_are_linear),
		cmocka_unit_test(expansion_is_bounded),
		cmocka_unit_test(any_memory_will_do),
		cmocka_unit_test(options_are_looked_at),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
