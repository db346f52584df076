/* Fuzzes the stages up to the checks: any text is either clean or reported, in bounded memory. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "check/check.h"
#include "source/fuzz_test.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void no_builtins(void *ctx)
{
	(void)ctx;
	abort();
}

/* What the stages below the gate rely on. */
static void must_hold(const struct model *m, const struct names *names)
{
	for (uint32_t i = 0; i < m->ncontexts; i++) {
		const struct mcontext *c = &m->contexts[i];
		assert(c->name.text.len != 0);
		for (uint32_t k = 0; k < c->ncaps; k++) {
			const struct mcap *cap = &c->caps[k];
			assert(!cap->pattern.poison && !cap->broken);
			assert((cap->rate_calls == 0) == (cap->rate_per_s == 0));
			for (uint32_t p = 0; p < cap->paths.n; p++)
				assert(cap->paths.v[p].text.at[0] == '/');
		}
		for (uint32_t k = 0; k < c->ndeny; k++)
			assert(!c->deny[k].poison);
	}
	for (uint32_t i = 0; i < m->nagents; i++)
		assert(names->agent_context[i] < m->ncontexts ||
			names->agent_context[i] == UINT32_MAX ||
			names->agent_context[i] == LINK_POISON);
}

/* The built-in documents, parsed once: most of an input's time would go into them. */
static const struct builtin {
	struct sources sources;
	struct documents docs;
} * builtins(void)
{
	static struct arena arena = { .limit = 64u << 20, .fail = no_builtins };
	static struct builtin b;
	if (b.docs.n == 0) {
		struct diags d = { .arena = &arena, .sources = &b.sources };
		b.sources.arena = &arena;
		model_add_stdlib(&b.sources);
		syntax_parse(&d, &b.docs);
		assert(d.n == 0);
	}
	return &b;
}

static void compile(struct arena *a, struct arena *scratch, struct slice text)
{
	(void)scratch;
	const struct builtin *b = builtins();
	struct sources sources = { .arena = a };
	struct diags d = { .arena = a, .sources = &sources };
	struct documents docs = { 0 };
	struct link_options options = { .building = true };
	for (size_t i = 0; i < b->sources.n; i++) {
		arena_push(a, sources.v, sources.n, &sources.cap);
		sources.v[sources.n++] = b->sources.v[i];
	}
	for (size_t i = 0; i < b->docs.n; i++) {
		arena_push(a, docs.v, docs.n, &docs.cap);
		docs.v[docs.n++] = b->docs.v[i];
	}
	syntax_parse_yaml(&d, sources_add_text(&sources, "in.yaml", text), &docs);
	const struct model *m = model_shape(&d, &docs);
	const struct names *names = link_resolve(&d, m, &options);
	check_all(&d, m, names, true);
	if (d.errors == 0)
		must_hold(m, names);
	diag_sort(&d);
	struct buf out = { .arena = a };
	diag_render_json(&d, &out);
	model_dump(&out, m, true);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_text(data, size, compile);
}
