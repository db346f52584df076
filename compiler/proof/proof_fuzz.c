/* Fuzzes proof documents: any text that compiles has its assertions decided, the bundle confirms
 * every refutation, and every report is well formed. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "emit/emit.h"
#include "proof/proof.h"
#include "source/fuzz_test.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void reports(struct diags *d, const struct model *m, const struct proof_report *r)
{
	struct buf json = { .arena = d->arena }, rest = json;
	assert(r->unconfirmed == NULL);
	assert(r->proved + r->refuted + r->undecided == r->nresults);
	proof_json(d, m, r, &json);
	struct slice text = buf_done(&json);
	cJSON *value = cJSON_ParseWithLength(text.at, text.len);
	assert(value != NULL &&
		cJSON_GetArraySize(cJSON_GetObjectItem(value, "assertions")) == (int)r->nresults);
	cJSON_Delete(value);
	proof_text(d, m, r, &rest, true);
	proof_junit(d, r, &rest);
}

/* Contexts, tools and assertions multiply: an input of a few bytes may ask for minutes. */
static bool is_quick(const struct model *m)
{
	uint64_t cuts = 0;
	for (uint32_t i = 0; i < m->nproofs; i++)
		for (uint32_t k = 0; k < m->proofs[i].nassertions; k++) {
			const struct massertion *a = &m->proofs[i].assertions[k];
			cuts += (uint64_t)m->ncontexts *
				(a->others.stated ? m->ncontexts : a->tools.n);
		}
	return cuts > 0 && cuts < 500;
}

static void compile(struct arena *a, struct arena *scratch, struct slice text)
{
	struct sources sources = { .arena = a };
	struct diags d = { .arena = a, .sources = &sources };
	struct documents docs = { 0 };
	struct link_options options = { .building = true };
	struct emit_options emit = { 0 };
	struct aeg_bundle bundle;
	model_add_stdlib(&sources);
	sources_add_text(&sources, "in.yaml", text);
	syntax_parse(&d, &docs);
	const struct model *m = model_shape(&d, &docs);
	const struct names *names = link_resolve(&d, m, &options);
	if (d.errors != 0 || !is_quick(m))
		return;
	struct slice bytes = emit_bundle(&d, ir_lower(&d, m, names), &emit);
	if (d.errors != 0)
		return;
	assert(aeg_bundle_check(&bundle, bytes.at, bytes.len) == AEG_OK);
	struct proof_options o = { .model = m, .bundle = &bundle, .scratch = scratch };
	reports(&d, m, proof_run(&d, &o));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_text(data, size, compile);
}
