/* JSON Schema: validating a document against scanning it. */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

#include "aegis/expr.h"
#include "aegis/schema.h"
#include "schema/schema.h"

enum { PROPERTIES = 30, BATCH = 100, ROUNDS = 200, MOST = 1 << 12 };

struct checked {
	struct aeg_json_tok tok[MOST];
	struct aeg_json j;
	struct aeg_schema schema;
	struct aeg_validation v;
	uint64_t sum; /* of the answers, so that they must be found */
};

/* A customer with an address, tags and lines of an invoice, as tools take them. */
static struct slice schema_text(struct arena *a)
{
	struct buf b = { .arena = a };

	buf_text(&b, "type: object\nrequired: [id, email, lines]\nadditionalProperties: false\n"
		     "properties:\n  id: {type: string, pattern: '^cus_[a-z0-9]+$'}\n"
		     "  email: {type: string, format: email, maxLength: 200}\n"
		     "  status: {enum: [open, paid, void]}\n"
		     "  lines: {type: array, maxItems: 50, items: {$ref: '#/$defs/line'}}\n");
	for (uint32_t i = 4; i < PROPERTIES; i++)
		buf_printf(&b,
			i % 2 ? "  field_%u: {type: string, minLength: 1, maxLength: 100}\n"
			      : "  field_%u: {type: integer, minimum: 0, maximum: 100000}\n",
			(unsigned)i);
	buf_text(&b,
		"$defs:\n  line:\n    type: object\n    required: [sku, amount]\n    properties:\n"
		"      sku: {type: string}\n      amount: {type: number, multipleOf: 0.01}\n"
		"      quantity: {type: integer, exclusiveMinimum: 0}\n"
		"    additionalProperties: false\n");
	return buf_done(&b);
}

static struct slice value_text(struct arena *a)
{
	struct buf b = { .arena = a };

	buf_text(&b,
		"{\"id\":\"cus_9x8y7z6w\",\"email\":\"customer.42@example.com\",\"status\":\"paid\"");
	for (uint32_t i = 4; i < PROPERTIES; i++)
		buf_printf(&b,
			i % 2 ? ",\"field_%u\":\"a text of the length that people write\""
			      : ",\"field_%u\":%u",
			(unsigned)i, (unsigned)i * 1000);
	buf_text(&b, ",\"lines\":[");
	for (uint32_t i = 0; b.len < 2000; i++)
		buf_printf(&b, "%s{\"sku\":\"article-%u\",\"amount\":%u.95,\"quantity\":%u}",
			i == 0 ? "" : ",", (unsigned)i, (unsigned)i + 10, (unsigned)i + 1);
	buf_text(&b, "]}");
	return buf_done(&b);
}

static void scan(struct checked *c, struct slice text)
{
	if (aeg_json_scan(&c->j, text.at, text.len, c->tok, MOST) != AEG_OK)
		exit(1);
	c->sum += c->j.ntok;
}

static void validate(struct checked *c, struct slice text)
{
	(void)text;
	c->v.steps = AEG_SCHEMA_STEPS;
	if (aeg_schema_validate(&c->v) != AEG_OK || !c->v.valid)
		exit(1);
	c->sum += c->v.valid;
}

/* Nanoseconds of one, the best of many batches. */
static double best(struct checked *c, struct slice text, void (*f)(struct checked *, struct slice))
{
	double least = 1e18;

	for (uint32_t i = 0; i < ROUNDS; i++) {
		double t = bench_now();
		for (uint32_t k = 0; k < BATCH; k++)
			f(c, text);
		t = (bench_now() - t) / BATCH;
		least = t < least ? t : least;
	}
	return least;
}

static void compile(struct checked *c, struct arena *a, bool formats)
{
	struct sources s = { .arena = a };
	struct diags d = { .arena = a, .sources = &s };
	struct documents docs = { 0 };
	struct schema_options o = { .formats = formats };

	sources_add_text(&s, "schema.yaml", schema_text(a));
	syntax_parse(&d, &docs);
	struct schema_place place = { docs.v[0].root, docs.v[0].root, SLICE(""), SLICE("") };
	struct slice code = schema_compile(&d, &o, &place, 1);
	if (aeg_schema_check(&c->schema, code.at, code.len) != AEG_OK)
		exit(1);
}

void bench_schema(void)
{
	struct arena a = { .limit = (size_t)64 << 20, .fail = bench_fail_arena };
	struct checked *c = arena_new(&a, struct checked);
	struct slice text = value_text(&a);

	printf("JSON Schema\n");
	compile(c, &a, true);
	scan(c, text);
	c->v = (struct aeg_validation){ .size_of = sizeof c->v,
		.schema = &c->schema,
		.doc = &c->j,
		.depth = 64,
		.regex = aeg_regex_ecma_compile };
	c->v.mem_size = aeg_schema_size(&c->schema, &c->j, c->v.depth);
	c->v.mem = arena_alloc(&a, c->v.mem_size, 1, 8);
	double scanned = best(c, text, scan), validated = best(c, text, validate);
	printf("  %u bytes, %u properties: scan %.0f ns, validate %.0f ns\n", (unsigned)text.len,
		(unsigned)PROPERTIES, scanned, validated);
	bench_report(
		"validating a scanned document / scanning it", validated / scanned, 5, "x", false);
	arena_free(&a);
}
