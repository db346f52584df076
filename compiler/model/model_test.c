/* What the model holds after reading: the built-in documents, normal forms, the merged catalogue.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "model/schema.h"

struct reading {
	struct arena arena;
	struct sources sources;
	struct diags diags;
	struct documents docs;
};

static void out_of_memory(void *ctx)
{
	(void)ctx;
	fail_msg("out of memory");
}

/* Reads the built-in documents and @text; no errors are expected. */
static const struct model *read_text(struct reading *r, const char *text)
{
	*r = (struct reading){ .arena = { .limit = 1u << 28, .fail = out_of_memory } };
	r->sources.arena = r->diags.arena = &r->arena;
	r->diags.sources = &r->sources;
	model_add_stdlib(&r->sources);
	if (text != NULL)
		sources_add_text(&r->sources, "in.yaml", slice_of(text));
	syntax_parse(&r->diags, &r->docs);
	const struct model *m = model_shape(&r->diags, &r->docs);
	assert_int_equal(r->diags.errors, 0);
	assert_false(m->incomplete);
	return m;
}

static const char *dump(struct reading *r, const struct model *m)
{
	struct buf b = { .arena = &r->arena };
	model_dump(&b, m, false);
	return buf_done(&b).at;
}

/* ---- The built-in documents ---------------------------------------------------------------- */

static const struct mcontext *context(const struct model *m, const char *name)
{
	for (uint32_t i = 0; i < m->ncontexts; i++)
		if (slice_is(m->contexts[i].name.text, name))
			return &m->contexts[i];
	fail_msg("no context `%s`", name);
	return NULL;
}

static const struct mcap *cap(const struct mcontext *c, struct slice pattern)
{
	for (uint32_t i = 0; i < c->ncaps; i++)
		if (slice_eq(c->caps[i].pattern.written.text, pattern))
			return &c->caps[i];
	return NULL;
}

static void test_builtin_contexts(void **state)
{
	static const struct {
		const char *name;
		uint32_t caps, deny;
	} want[] = { { "aegis-system-agent-runtime", 9, 5 }, { "zaru-free", 27, 0 },
		{ "zaru-pro", 30, 0 }, { "zaru-business", 30, 0 }, { "zaru-enterprise", 30, 0 },
		{ "aegis-system-operator", 39, 0 }, { "aegis-system-default", 1, 0 } };
	struct reading r;
	const struct model *m = read_text(&r, NULL);
	(void)state;
	assert_int_equal(r.diags.n, 0);
	assert_int_equal(m->ncontexts, sizeof want / sizeof *want);
	for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
		const struct mcontext *c = context(m, want[i].name);
		assert_true(c->builtin);
		assert_int_equal(c->ncaps, want[i].caps);
		assert_int_equal(c->ndeny, want[i].deny);
		assert_true(c->description.text.len > 20);
	}
	arena_free(&r.arena);
}

static void test_builtin_tiers_differ_as_said(void **state)
{
	struct reading r;
	const struct model *m = read_text(&r, NULL);
	const struct mcontext *free = context(m, "zaru-free"), *pro = context(m, "zaru-pro");
	const struct mcontext *operator= context(m, "aegis-system-operator");
	(void)state;
	for (uint32_t i = 0; i < free->ncaps; i++)
		assert_non_null(cap(pro, free->caps[i].pattern.written.text));
	assert_null(cap(free, SLICE("web.search")));
	assert_null(cap(free, SLICE("aegis.workflow.signal")));
	assert_non_null(cap(pro, SLICE("aegis.workflow.signal")));
	assert_int_equal(cap(pro, SLICE("web.search"))->rate_calls, 60);
	assert_int_equal(cap(context(m, "zaru-business"), SLICE("web.fetch"))->rate_calls, 200);
	assert_int_equal(cap(context(m, "zaru-enterprise"), SLICE("web.search"))->rate_per_s, 60);
	for (uint32_t i = 0; i < operator->ncaps; i++)
		assert_int_equal(operator->caps[i].rate_calls, 0);
	assert_int_equal(cap(operator, SLICE("cmd.run"))->nsubcommand_map, 4);
	arena_free(&r.arena);
}

static void test_builtin_catalogue(void **state)
{
	struct reading r;
	const struct model *m = read_text(&r, NULL);
	uint32_t roles = 0;
	(void)state;
	for (uint32_t i = 0; i < m->ntools; i++)
		roles += m->tools[i].nargs;
	/* nine fs tools; cmd.run's three; fetch and search; four families */
	assert_int_equal(roles, 9 + 3 + 2 + 4);
	assert_int_equal(m->ntiers, 4);
	assert_int_equal(m->noproles, 3);
	arena_free(&r.arena);
}

/* ---- Normal forms -------------------------------------------------------------------------- */

static void test_normal_forms(void **state)
{
	struct reading r;
	const struct model *m = read_text(&r,
		"security_contexts:\n"
		"  - name: default\n"
		"    description: All spellings.\n"
		"    capabilities:\n"
		"      - tool: fs.*\n"
		"        path_allowlist: [/a//b/./c/, /, /x/**/y*]\n"
		"        rate_limit: { calls_per_minute: 7 }\n"
		"      - tool_pattern: cmd.run\n"
		"        subcommand_allowlist: { git: [status], ls: [] }\n"
		"      - tool_pattern: cmd.run\n"
		"        command_allowlist: [make]\n"
		"        subcommand_allowlist: []\n"
		"      - tool_pattern: web.fetch\n"
		"        domain_allowlist: [Example.COM., '*.Example.org', 192.0.2.1]\n"
		"        max_response_size: 0x10\n"
		"        max_concurrent: 2\n"
		"    deny_list: [fs.delete]\n");
	(void)state;
	assert_string_equal(dump(&r, m),
		"{\"contexts\":[{\"name\":\"default\",\"description\":\"All spellings.\",\"capabilities\":["
		"{\"tool_pattern\":\"fs.*\",\"path_allowlist\":[\"/a/b/c\",\"/\",\"/x/**/y*\"],"
		"\"rate_limit\":{\"calls\":7,\"per_seconds\":60}},"
		"{\"tool_pattern\":\"cmd.run\",\"subcommand_allowlist\":{\"git\":[\"status\"],\"ls\":[]}},"
		"{\"tool_pattern\":\"cmd.run\",\"command_allowlist\":[\"make\"],\"subcommand_allowlist\":[]},"
		"{\"tool_pattern\":\"web.fetch\",\"domain_allowlist\":[\"example.com\",\"*.example.org\",\"192.0.2.1\"],"
		"\"max_response_size\":16,\"max_concurrent\":2}],\"deny_list\":[\"fs.delete\"]}],"
		"\"agents\":[],\"tools\":[]}\n");
	const struct mcontext *c = context(m, "default");
	assert_true(c->caps[1].subcommand_map[1].any);
	assert_false(c->caps[1].subcommand_map[0].any);
	assert_true(c->caps[2].subcommand_list.stated);
	assert_int_equal(m->nnodeconfigs, 1);
	assert_true(slice_is(m->default_context.text, "default"));
	arena_free(&r.arena);
}

static void test_agent(void **state)
{
	struct reading r;
	const struct model *m = read_text(&r, "apiVersion: 100monkeys.ai/v1\n"
					      "kind: Agent\n"
					      "metadata: { name: 007, version: 1.10 }\n"
					      "spec:\n"
					      "  runtime: { language: python, version: '3' }\n"
					      "  task: { instruction: x }\n"
					      "  tools: [fs.read]\n"
					      "  security:\n"
					      "    security_context: x\n"
					      "    network: { mode: deny, denylist: [a.b] }\n"
					      "    filesystem: { read: [/w/], write: [] }\n");
	(void)state;
	assert_string_equal(dump(&r, m),
		"{\"contexts\":[],\"agents\":[{\"name\":\"007\",\"version\":\"1.10\",\"security_context\":\"x\","
		"\"tools\":[\"fs.read\"],\"network_mode\":\"deny\",\"network_denylist\":[\"a.b\"],"
		"\"read\":[\"/w\"],\"write\":[]}],\"tools\":[]}\n");
	arena_free(&r.arena);
}

static void test_catalogue_is_merged(void **state)
{
	struct reading r;
	const struct model *m = read_text(&r,
		"apiVersion: seal.100monkeys.ai/v1\n"
		"kind: ToolCatalogue\n"
		"metadata: { name: c }\n"
		"spec:\n"
		"  tools:\n"
		"    - name: web.search\n"
		"      arguments: [{ name: url, role: url, required: true }, { name: key, role: secret }]\n"
		"    - name: github.*\n"
		"      arguments: [{ name: files, role: path, list: true }]\n");
	(void)state;
	const struct mtool *search = &m->tools[map_get(&m->tool_names, SLICE("web.search"))];
	assert_true(search->builtin);
	assert_int_equal(search->nargs, 2);
	assert_true(search->args[0].required);
	assert_int_equal(search->args[1].role, ROLE_SECRET);
	const struct mtool *github = &m->tools[map_get(&m->tool_families, SLICE("github"))];
	assert_true(github->args[0].list && !github->args[0].required && !github->builtin);
	arena_free(&r.arena);
}

/* ---- Tables -------------------------------------------------------------------------------- */

static void check_schema(const struct schema *t, uint32_t depth)
{
	assert_true(depth < 16 && t->nfields <= SCHEMA_MAX_FIELDS && strlen(t->doc) > 0);
	for (size_t i = 0; i < t->nfields; i++) {
		const struct field *f = &t->fields[i];
		if (f->doc == NULL || strlen(f->doc) == 0)
			fail_msg("%s: `%s` has no words", t->name, f->name);
		if ((f->type == FIELD_STRUCT || f->item == FIELD_STRUCT) && f->sub == NULL)
			fail_msg("%s: `%s` has no rows", t->name, f->name);
		if (f->type == FIELD_WORD && f->words == NULL)
			fail_msg("%s: `%s` has no words to choose from", t->name, f->name);
		for (size_t k = 0; k < i; k++)
			if (strcmp(f->name, t->fields[k].name) == 0)
				fail_msg("%s: `%s` stands twice", t->name, f->name);
		if (f->sub != NULL)
			check_schema(f->sub, depth + 1);
	}
}

/* The tables are also the reference: every row says what it is. */
static void test_tables(void **state)
{
	(void)state;
	size_t n = 0;
	for (const struct kind *k; (k = kind_at(n)) != NULL; n++) {
		assert_non_null(k->doc);
		assert_non_null(k->read);
		check_schema(k->schema, 0);
	}
	assert_int_equal(n, 14);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_builtin_contexts),
		cmocka_unit_test(test_builtin_tiers_differ_as_said),
		cmocka_unit_test(test_builtin_catalogue),
		cmocka_unit_test(test_normal_forms),
		cmocka_unit_test(test_agent),
		cmocka_unit_test(test_catalogue_is_merged),
		cmocka_unit_test(test_tables),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
