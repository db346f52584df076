/* The meta-schema of 2020-12: what a schema is, as a schema. One document, where the published one
 * has eight. */
#include "schema/internal.h"

#include "source/source.h"

#define URI "https://json-schema.org/draft/2020-12/schema"

static const char text[] =
	"{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\n"
	"\"$id\":\"https://json-schema.org/draft/2020-12/schema\",\n"
	"\"$vocabulary\":{\n"
	"\"https://json-schema.org/draft/2020-12/vocab/core\":true,\n"
	"\"https://json-schema.org/draft/2020-12/vocab/applicator\":true,\n"
	"\"https://json-schema.org/draft/2020-12/vocab/unevaluated\":true,\n"
	"\"https://json-schema.org/draft/2020-12/vocab/validation\":true,\n"
	"\"https://json-schema.org/draft/2020-12/vocab/meta-data\":true,\n"
	"\"https://json-schema.org/draft/2020-12/vocab/format-annotation\":true,\n"
	"\"https://json-schema.org/draft/2020-12/vocab/content\":true},\n"
	"\"$dynamicAnchor\":\"meta\",\n"
	"\"type\":[\"object\",\"boolean\"],\n"
	"\"properties\":{\n"
	"\"$id\":{\"type\":\"string\",\"format\":\"uri-reference\",\"pattern\":\"^[^#]*#?$\"},\n"
	"\"$schema\":{\"type\":\"string\",\"format\":\"uri\"},\n"
	"\"$ref\":{\"type\":\"string\",\"format\":\"uri-reference\"},\n"
	"\"$dynamicRef\":{\"type\":\"string\",\"format\":\"uri-reference\"},\n"
	"\"$anchor\":{\"$ref\":\"#/$defs/anchor\"},\n"
	"\"$dynamicAnchor\":{\"$ref\":\"#/$defs/anchor\"},\n"
	"\"$vocabulary\":{\"type\":\"object\",\"propertyNames\":{\"format\":\"uri\"},\n"
	"\"additionalProperties\":{\"type\":\"boolean\"}},\n"
	"\"$comment\":{\"type\":\"string\"},\n"
	"\"$defs\":{\"$ref\":\"#/$defs/schemas\"},\n"
	"\"definitions\":{\"$ref\":\"#/$defs/schemas\"},\n"
	"\"prefixItems\":{\"$ref\":\"#/$defs/schemaList\"},\n"
	"\"items\":{\"$dynamicRef\":\"#meta\"},\n"
	"\"contains\":{\"$dynamicRef\":\"#meta\"},\n"
	"\"additionalProperties\":{\"$dynamicRef\":\"#meta\"},\n"
	"\"properties\":{\"$ref\":\"#/$defs/schemas\"},\n"
	"\"patternProperties\":{\"$ref\":\"#/$defs/schemas\",\"propertyNames\":{\"format\":\"regex\"}},\n"
	"\"dependentSchemas\":{\"$ref\":\"#/$defs/schemas\"},\n"
	"\"dependencies\":{\"type\":\"object\",\"additionalProperties\":\n"
	"{\"anyOf\":[{\"$dynamicRef\":\"#meta\"},{\"$ref\":\"#/$defs/names\"}]}},\n"
	"\"propertyNames\":{\"$dynamicRef\":\"#meta\"},\n"
	"\"if\":{\"$dynamicRef\":\"#meta\"},\"then\":{\"$dynamicRef\":\"#meta\"},\"else\":{\"$dynamicRef\":\"#meta\"},\n"
	"\"allOf\":{\"$ref\":\"#/$defs/schemaList\"},\"anyOf\":{\"$ref\":\"#/$defs/schemaList\"},\n"
	"\"oneOf\":{\"$ref\":\"#/$defs/schemaList\"},\"not\":{\"$dynamicRef\":\"#meta\"},\n"
	"\"unevaluatedItems\":{\"$dynamicRef\":\"#meta\"},\"unevaluatedProperties\":{\"$dynamicRef\":\"#meta\"},\n"
	"\"type\":{\"anyOf\":[{\"$ref\":\"#/$defs/type\"},\n"
	"{\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/type\"},\"minItems\":1,\"uniqueItems\":true}]},\n"
	"\"const\":true,\"enum\":{\"type\":\"array\"},\n"
	"\"multipleOf\":{\"type\":\"number\",\"exclusiveMinimum\":0},\n"
	"\"maximum\":{\"type\":\"number\"},\"exclusiveMaximum\":{\"type\":\"number\"},\n"
	"\"minimum\":{\"type\":\"number\"},\"exclusiveMinimum\":{\"type\":\"number\"},\n"
	"\"maxLength\":{\"$ref\":\"#/$defs/count\"},\"minLength\":{\"$ref\":\"#/$defs/count\"},\n"
	"\"pattern\":{\"type\":\"string\",\"format\":\"regex\"},\n"
	"\"maxItems\":{\"$ref\":\"#/$defs/count\"},\"minItems\":{\"$ref\":\"#/$defs/count\"},\n"
	"\"uniqueItems\":{\"type\":\"boolean\"},\n"
	"\"maxContains\":{\"$ref\":\"#/$defs/count\"},\"minContains\":{\"$ref\":\"#/$defs/count\"},\n"
	"\"maxProperties\":{\"$ref\":\"#/$defs/count\"},\"minProperties\":{\"$ref\":\"#/$defs/count\"},\n"
	"\"required\":{\"$ref\":\"#/$defs/names\"},\n"
	"\"dependentRequired\":{\"type\":\"object\",\"additionalProperties\":{\"$ref\":\"#/$defs/names\"}},\n"
	"\"title\":{\"type\":\"string\"},\"description\":{\"type\":\"string\"},\"default\":true,\n"
	"\"deprecated\":{\"type\":\"boolean\"},\"readOnly\":{\"type\":\"boolean\"},\"writeOnly\":{\"type\":\"boolean\"},\n"
	"\"examples\":{\"type\":\"array\"},\"format\":{\"type\":\"string\"},\n"
	"\"contentEncoding\":{\"type\":\"string\"},\"contentMediaType\":{\"type\":\"string\"},\n"
	"\"contentSchema\":{\"$dynamicRef\":\"#meta\"}},\n"
	"\"$defs\":{\n"
	"\"anchor\":{\"type\":\"string\",\"pattern\":\"^[A-Za-z_][-A-Za-z0-9._]*$\"},\n"
	"\"count\":{\"type\":\"integer\",\"minimum\":0},\n"
	"\"names\":{\"type\":\"array\",\"items\":{\"type\":\"string\"},\"uniqueItems\":true},\n"
	"\"schemas\":{\"type\":\"object\",\"additionalProperties\":{\"$dynamicRef\":\"#meta\"}},\n"
	"\"schemaList\":{\"type\":\"array\",\"minItems\":1,\"items\":{\"$dynamicRef\":\"#meta\"}},\n"
	"\"type\":{\"enum\":[\"array\",\"boolean\",\"integer\",\"null\",\"number\",\"object\",\"string\"]}}}\n";

const struct node *metaschema(struct compiler *c, struct slice uri)
{
	struct documents documents = { 0 };

	if (!slice_is(uri, URI))
		return NULL;
	syntax_parse_json(c->d, sources_add_text(c->d->sources, URI, slice_of(text)), &documents);
	return documents.v[0].root;
}
