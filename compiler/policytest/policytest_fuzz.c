/*
 * Fuzzes test documents: any text that compiles has its cases run, and every report is well formed;
 * what is generated from it compiles and passes, and no mutant survives it.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "check/check.h"
#include "emit/emit.h"
#include "policytest/policytest.h"
#include "source/fuzz_test.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void reports(struct diags *d, const struct policytest_report *r)
{
	struct buf json = { .arena = d->arena }, rest = json;
	assert(r->passed + r->failed == r->nresults);
	assert(r->coverage->ntouched <= r->coverage->nitems);
	policytest_json(d, r, &json);
	struct slice text = buf_done(&json);
	cJSON *value = cJSON_ParseWithLength(text.at, text.len);
	assert(value != NULL &&
		cJSON_GetArraySize(cJSON_GetObjectItem(value, "cases")) == (int)r->nresults);
	cJSON_Delete(value);
	policytest_text(d, r, &rest, true);
	policytest_junit(d, r, &rest);
	policytest_tap(d, r, &rest);
}

/* Rows of matrices multiply: an input of a few bytes may ask for minutes. */
static bool is_quick(const struct model *m)
{
	uint64_t calls = 0;
	for (uint32_t i = 0; i < m->ntests; i++)
		for (uint32_t k = 0; k < m->tests[i].ncases; k++)
			calls += (uint64_t)m->tests[i].cases[k].nrows * m->tests[i].cases[k].ncalls;
	return calls > 0 && calls < 10000;
}

/* Few enough edits for one thread: out of memory is a jump, which stays in it. */
static bool is_small(const struct model *m)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < m->ncontexts; i++)
		n += m->contexts[i].builtin ? 0 : m->contexts[i].ncaps + m->contexts[i].ndeny;
	return n <= 2;
}

struct compiled {
	struct sources sources;
	struct diags d;
	struct aeg_bundle bundle;
	struct policytest_options o;
};

static bool compile(struct arena *a, struct arena *scratch, struct slice text, struct slice more,
	struct compiled *c)
{
	struct documents docs = { 0 };
	struct link_options options = { .building = true };
	struct emit_options emit = { 0 };
	c->sources = (struct sources){ .arena = a };
	c->d = (struct diags){ .arena = a, .sources = &c->sources };
	model_add_stdlib(&c->sources);
	sources_add_text(&c->sources, "in.yaml", text);
	if (more.len > 0)
		sources_add_text(&c->sources, "more.yaml", more);
	syntax_parse(&c->d, &docs);
	const struct model *m = model_shape(&c->d, &docs);
	const struct names *names = link_resolve(&c->d, m, &options);
	if (c->d.errors != 0)
		return false;
	struct slice bytes = emit_bundle(&c->d, ir_lower(&c->d, m, names), &emit);
	if (c->d.errors != 0)
		return false;
	assert(aeg_bundle_check(&c->bundle, bytes.at, bytes.len) == AEG_OK);
	c->o = (struct policytest_options){ .bundle = &c->bundle,
		.scratch = scratch,
		.model = m,
		.compiled = true,
		.coverage = true };
	return true;
}

static void mutate(struct compiled *c, const struct policytest_report *r, bool all_die)
{
	struct buf text = { .arena = c->d.arena }, json = text;
	const struct mutation *m = policytest_mutate(&c->d, &c->o, r);
	assert(m->killed + m->survived + m->equivalent == m->n);
	for (uint32_t i = 0; i < m->n && all_die; i++)
		assert(m->v[i].fate != MUTANT_SURVIVED || m->v[i].tool.at == NULL);
	mutation_text(&c->d, m, &text, true);
	mutation_json(&c->d, m, &json);
	struct slice s = buf_done(&json);
	cJSON *value = cJSON_ParseWithLength(s.at, s.len);
	assert(value != NULL);
	cJSON_Delete(value);
}

static void generate(struct arena *a, struct compiled *c, struct slice text)
{
	struct buf out = { .arena = a };
	struct compiled again;
	policytest_generate(&c->d, &c->o, &out);
	if (out.len == 0)
		return;
	bool compiles = compile(a, c->o.scratch, text, buf_done(&out), &again);
	assert(compiles);
	again.o.run = "*-boundaries/*";
	const struct policytest_report *r = policytest_run(&again.d, &again.o);
	assert(r->nresults > 0);
	for (uint32_t i = 0; i < r->nresults; i++)
		assert(r->results[i].nfailures == 0 ||
			again.sources.v[r->results[i].c->at.file].text.at == text.at);
	if (r->failed == 0)
		mutate(&again, r, true);
}

static void try_all(struct arena *a, struct arena *scratch, struct slice text)
{
	struct compiled c;
	if (!compile(a, scratch, text, SLICE(""), &c))
		return;
	if (is_quick(c.o.model)) {
		const struct policytest_report *r = policytest_run(&c.d, &c.o);
		reports(&c.d, r);
		if (r->failed == 0 && is_small(c.o.model))
			mutate(&c, r, false);
	}
	if (is_small(c.o.model))
		generate(a, &c, text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_text(data, size, try_all);
}
