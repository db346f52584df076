/*
 * Any bytes as compiled schemas, and a good program with any bytes changed: refused, or run to its
 * end within its budget and the memory it asks for.
 */
#include "schema/schema.h"

#include "aegis/expr.h"
#include "aegis/schema.h"
#include "source/fuzz_test.h"

static const char good[] =
	"{\"type\":[\"object\",\"array\"],\"properties\":{\"a\":{\"$ref\":\"#/$defs/list\"},\"b\":{\"enum\":"
	"[1,null,\"x\",[1,{\"a\":2}]]},\"c\":{\"const\":1.5}},\"required\":[\"a\",\"b\"],\"patternProperties\":"
	"{\"^a\\\\b\":{\"minItems\":1}},\"additionalProperties\":{\"$dynamicRef\":\"#node\"},\"propertyNames\":"
	"{\"maxLength\":3},\"dependentRequired\":{\"a\":[\"b\"]},\"dependentSchemas\":{\"b\":{\"minProperties\":"
	"1}},\"$dynamicAnchor\":\"node\",\"if\":{\"anyOf\":[{\"type\":\"object\"},{\"not\":{\"items\":false}}]},"
	"\"then\":{\"oneOf\":[{\"maxProperties\":9},false]},\"else\":{\"uniqueItems\":true,\"contains\":{\"type\":"
	"\"integer\",\"multipleOf\":0.5},\"maxContains\":2},\"unevaluatedProperties\":{\"minimum\":0,"
	"\"exclusiveMaximum\":9,\"pattern\":\"x|y\",\"format\":\"date-time\"},\"unevaluatedItems\":false,\"$defs\":"
	"{\"list\":{\"prefixItems\":[true,{\"type\":\"number\"}],\"items\":{\"allOf\":[{\"minLength\":1}]}}}}";
static const char *const documents[] = {
	"{\"a\":[1,1.0,\"x\\u00e9\",{\"b\":null}],\"b\":{\"a\":-0.5e3},\"q\":\"y\"}",
	"[1,[1,{\"a\":2}],\"2020-02-28T00:00:00Z\",3]", "\"x\""
};

static void validate(const struct aeg_schema *schema, const char *text)
{
	struct aeg_json_tok tok[64];
	struct aeg_json j;
	struct aeg_validation v = { .size_of = sizeof v,
		.schema = schema,
		.doc = &j,
		.depth = 40,
		.steps = 5000,
		.regex = aeg_regex_ecma_compile };

	if (aeg_json_scan(&j, text, strlen(text), tok, 64) != AEG_OK)
		abort();
	v.mem_size = aeg_schema_size(schema, &j, v.depth);
	v.mem = malloc(v.mem_size);
	for (v.root = 0; v.root < schema->nroots && v.root < 4; v.root++)
		if (aeg_schema_validate(&v) != AEG_OK && v.valid)
			abort();
	free(v.mem);
}

/* Each four bytes change one: where, where, what, and whether to add to what is there. */
static void change(struct slice code, const uint8_t *data, size_t size)
{
	for (; size >= 4; size -= 4, data += 4) {
		uint32_t at = ((uint32_t)data[0] << 8 | data[1]) % code.len;
		char *byte = (char *)(uintptr_t)code.at + at;
		*byte = (char)((data[3] & 1 ? *byte : 0) + data[2]);
	}
}

static void check(const void *mem, size_t size)
{
	struct aeg_schema schema;
	void *exact = malloc(size + (size == 0)); /* its end is exact: a read past it is found */

	if (size > 0)
		memcpy(exact, mem, size);
	if (aeg_schema_check(&schema, exact, size) == AEG_OK)
		for (size_t i = 0; i < sizeof documents / sizeof *documents; i++)
			validate(&schema, documents[i]);
	free(exact);
}

static void run(struct arena *a, struct arena *scratch, struct slice text)
{
	struct sources s = { .arena = a };
	struct diags d = { .arena = a, .sources = &s };
	struct documents docs = { 0 };
	struct schema_options o = { .formats = true };

	(void)scratch;
	check(text.at, text.len);
	sources_add_text(&s, "a.json", slice_of(good));
	syntax_parse(&d, &docs);
	struct schema_place place = { docs.v[0].root, docs.v[0].root, SLICE(""), SLICE("") };
	struct slice code = schema_compile(&d, &o, &place, 1);
	change(code, (const uint8_t *)text.at, text.len);
	check(code.at, code.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return size > 1 << 12 ? 0 : fuzz_text(data, size, run);
}
