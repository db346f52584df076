/*
 * Fuzzes ToolWorkflow documents over a small interface: any text is checked in bounded memory; of
 * what has no error a section FLOWS is made, which is accepted, and is the same when made again.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "flow/built_test.h"
#include "source/fuzz_test.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char interface[] =
	"openapi: 3.1.1\n"
	"info: { title: Billing, version: '1' }\n"
	"servers: [{ url: 'https://billing.example.com' }]\n"
	"paths:\n"
	"  /customers:\n"
	"    get:\n"
	"      operationId: findCustomers\n"
	"      parameters:\n"
	"        - { name: email, in: query, required: true, schema: { type: string } }\n"
	"        - { name: limit, in: query, schema: { type: integer } }\n"
	"        - { name: id, in: header, schema: { type: [array, 'null'], items: { enum: [a, 1] } } }\n"
	"      responses:\n"
	"        '200': { description: x, content: { application/json: { schema: { type: object, required: [data],\n"
	"          properties: { data: { type: array, items: { $ref: '#/components/schemas/Customer' } } } } } } }\n"
	"    post:\n"
	"      operationId: addCustomer\n"
	"      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Customer' } } } }\n"
	"      responses: { '201': { description: added } }\n"
	"  /customers/{id}:\n"
	"    get:\n"
	"      operationId: getCustomer\n"
	"      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]\n"
	"      responses: { '200': { description: x, content: { application/json: { schema: { $ref: '#/components/schemas/Customer' } } } } }\n"
	"components:\n"
	"  schemas:\n"
	"    Customer:\n"
	"      type: object\n"
	"      required: [id, name]\n"
	"      properties: { id: { type: string }, name: { type: string }, age: { type: integer },\n"
	"        kin: { oneOf: [{ type: string }, { $ref: '#/components/schemas/Customer' }] } }\n";

static void make(struct arena *a, struct arena *scratch, struct slice text)
{
	(void)scratch;
	struct sources sources = { .arena = a, .closed = true };
	struct diags d = { .arena = a, .sources = &sources };
	struct documents docs = { 0 };
	sources_add_text(&sources, "api.yaml", slice_of(interface));
	syntax_parse_yaml(&d, sources_add_text(&sources, "in.yaml", text), &docs);
	const struct model *m = model_shape(&d, &docs);
	const struct flows *f = flow_read(&d, m, openapi_read(&d, m, &docs), true);
	if (d.errors == 0) {
		struct slice section = flow_emit(&d, m, f), again = flow_emit(&d, m, f);
		struct aeg_flows open;
		assert(slice_eq(section, again));
		assert(section.len == 0 || built_open(section.at, section.len, &open) == AEG_OK);
	}
	diag_sort(&d);
	struct buf out = { .arena = a };
	diag_render_json(&d, &out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) { return fuzz_text(data, size, make); }
