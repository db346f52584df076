/* Many agents are read by several threads: the model and the findings are those of one after
 * another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "model/model.h"

enum { AGENTS = 1500, FEW = 100 /* that no thread is started for */ };

static void out_of_memory(void *ctx)
{
	(void)ctx;
	fail_msg("out of memory");
}

/* Agents, of which each @nth has two errors, a note or warning and a template with a slip in it. */
static void fill(struct sources *s, uint32_t nth)
{
	for (uint32_t i = 0; i < AGENTS; i++) {
		struct buf b = { .arena = s->arena };
		bool wrong = (i + 1) % nth == 0;
		buf_printf(&b,
			"apiVersion: 100monkeys.ai/v1\n"
			"kind: Agent\n"
			"metadata: { name: agent-%u%s }\n"
			"spec:\n"
			"  %s: { language: python, version: \"3.11\" }\n"
			"  task: { instruction: do it, prompt_template: \"{{%s}}\" }\n"
			"  security: { resources: { memory: %s } }\n",
			i, wrong ? "" : ", version: 1.0.0", wrong ? "runtim" : "runtime",
			wrong ? "instructoin" : "instruction", wrong ? "much" : "1Gi");
		sources_add_text(s, "in.yaml", buf_done(&b));
	}
}

struct result {
	struct arena arena;
	struct sources sources;
	struct diags d;
	struct documents docs;
	struct buf names;
};

static void read_some(struct result *r, size_t from, size_t n)
{
	struct documents some = { r->docs.v + from, n, n };
	const struct model *m = model_shape(&r->d, &some);
	for (uint32_t i = 0; i < m->nagents; i++)
		buf_printf(&r->names, "%.*s %.*s %llu\n", SLICE_ARG(m->agents[i].name.text),
			SLICE_ARG(m->agents[i].version.text),
			(unsigned long long)m->agents[i].memory.n);
}

static void read_all(struct result *r, uint32_t nth, bool together)
{
	*r = (struct result){ .arena = { .limit = (size_t)1 << 30, .fail = out_of_memory } };
	r->sources.arena = r->names.arena = &r->arena;
	r->d = (struct diags){ .arena = &r->arena, .sources = &r->sources };
	fill(&r->sources, nth);
	syntax_parse(&r->d, &r->docs);
	assert_int_equal(r->docs.n, AGENTS);
	for (size_t i = 0; !together && i < AGENTS; i += FEW)
		read_some(r, i, FEW);
	if (together)
		read_some(r, 0, AGENTS);
}

static void check(uint32_t nth)
{
	struct result a, b;
	read_all(&a, nth, false);
	read_all(&b, nth, true);
	struct buf x = { .arena = &a.arena }, y = { .arena = &b.arena };
	diag_sort(&a.d);
	diag_sort(&b.d);
	diag_render_json(&a.d, &x);
	diag_render_json(&b.d, &y);
	assert_string_equal(buf_done(&x).at, buf_done(&y).at);
	assert_string_equal(buf_done(&a.names).at, buf_done(&b.names).at);
	assert_int_equal(a.d.errors != 0, nth <= AGENTS);
	assert_int_equal(a.d.errors, b.d.errors);
	assert_int_equal(a.d.warnings, b.d.warnings);
	assert_int_equal(a.d.notes, b.d.notes);
	assert_int_equal(a.d.dropped, nth < 3);
	arena_free(&a.arena);
	arena_free(&b.arena);
}

static void nothing_wrong(void **state)
{
	(void)state;
	check(AGENTS + 1);
}

static void some_wrong(void **state)
{
	(void)state;
	check(20);
}

static void too_much_wrong(void **state)
{
	(void)state;
	check(1); /* each thread finds more than are listed */
	check(2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_wrong),
		cmocka_unit_test(some_wrong),
		cmocka_unit_test(too_much_wrong),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
