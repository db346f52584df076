/* Any text as a schema in each dialect: it compiles to what is accepted, or something is reported;
 * and validating itself, and a fixed document, ends. */
#include "schema/schema.h"

#include "aegis/expr.h"
#include "aegis/schema.h"
#include "source/fuzz_test.h"

static const char document[] =
	"{\"a\":[1,1.0,\"x\\u00e9\",{\"b\":null}],\"b\":{\"a\":-0.5e3,\"ab\":[]},"
	"\"type\":\"object\",\"x\":\"2020-02-30T00:00:00Z\"}";

static const struct node *itself(void *ctx, struct slice uri)
{
	return uri.len % 2 == 0 ? ctx : NULL;
}

static void validate(const struct aeg_schema *schema, struct slice text)
{
	size_t cap = aeg_json_bound(text.len), size;
	struct aeg_json_tok *tok = malloc(cap * sizeof *tok);
	struct aeg_json j;

	if (tok != NULL && aeg_json_scan(&j, text.at, text.len, tok, cap) == AEG_OK) {
		size = aeg_schema_size(schema, &j, 64) + 4096;
		struct aeg_validation v = { .size_of = sizeof v,
			.schema = schema,
			.doc = &j,
			.depth = 64,
			.steps = 20000,
			.mem = malloc(size),
			.mem_size = size,
			.regex = aeg_regex_ecma_compile };
		if (aeg_schema_validate(&v) == AEG_OK ? v.valid != (v.nfailures == 0) : v.valid)
			abort();
		free(v.mem);
	}
	free(tok);
}

static void compile(struct arena *a, struct arena *scratch, struct slice text)
{
	struct sources s = { .arena = a };
	struct diags d = { .arena = a, .sources = &s };
	struct documents docs = { 0 };
	struct aeg_schema schema;

	(void)scratch;
	sources_add_text(&s, text.len % 2 ? "a.yaml" : "a.json", text);
	syntax_parse(&d, &docs);
	if (docs.n == 0 || d.errors > 0)
		return;
	for (int i = 0; i < 4; i++) {
		const struct node *root = docs.v[0].root;
		struct schema_options o = { (enum schema_dialect)i, true, itself,
			(void *)(uintptr_t)root };
		struct schema_place place = { root, root, SLICE("http://a/b"), SLICE("") };
		uint32_t before = d.errors;
		struct slice code = schema_compile(&d, &o, &place, 1);
		if ((code.len == 0) != (d.errors > before))
			abort();
		if (code.len == 0)
			continue;
		if (aeg_schema_check(&schema, code.at, code.len) != AEG_OK)
			abort();
		validate(&schema, text);
		validate(&schema, slice_of(document));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return size > 1 << 14 ? 0 : fuzz_text(data, size, compile);
}
