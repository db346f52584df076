/* Fuzzes descriptions: any text is checked and its operations are put together, in bounded memory.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "openapi/openapi.h"
#include "source/fuzz_test.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What later stages rely on. */
static void must_hold(struct openapi_api *api)
{
	for (uint32_t i = 0; i < api->nentries; i++) {
		const struct openapi_operation *op = openapi_operation(api, i);
		assert(op == openapi_operation(api, i) && op->nservers > 0);
		for (uint32_t k = 0; k < op->nparameters; k++) {
			const struct openapi_parameter *p = &op->parameters[k];
			assert(p->name.at != NULL && p->in < OPENAPI_NIN &&
				p->style < OPENAPI_NSTYLES);
			assert(api->broken || p->schema == NULL ||
				openapi_resolve(api, p->schema) != NULL);
		}
		for (uint32_t k = 0; k < op->nresponses; k++)
			assert(op->responses[k].from <= op->responses[k].to);
		openapi_response(op, 200);
	}
}

/* The text as two files, so that each can refer to the other: what follows a NUL is the second. */
static void describe(struct arena *a, struct arena *scratch, struct slice text)
{
	(void)scratch;
	struct sources sources = { .arena = a, .closed = true };
	struct diags d = { .arena = a, .sources = &sources };
	struct documents docs = { 0 };
	const char *end = text.len == 0 ? NULL : memchr(text.at, 0, text.len);
	struct slice first = { text.at, end == NULL ? text.len : (uint32_t)(end - text.at) };
	uint32_t skip = first.len + (end != NULL);
	sources_add_text(&sources, "b.yaml", (struct slice){ text.at + skip, text.len - skip });
	uint32_t file = sources_add_text(&sources, "in", first);
	if (sources.v[file].json)
		syntax_parse_json(&d, file, &docs);
	else
		syntax_parse_yaml(&d, file, &docs);
	const struct openapi *o = openapi_read(&d, model_shape(&d, &docs), &docs);
	for (uint32_t i = 0; i < o->napis; i++)
		must_hold(&o->apis[i]);
	for (uint32_t i = 0; i < o->nspecs; i++)
		assert(o->specs[i].noperations <= o->specs[i].written->operations.n);
	diag_sort(&d);
	struct buf out = { .arena = a };
	diag_render_json(&d, &out);
	openapi_dump(&out, o);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_text(data, size, describe);
}
