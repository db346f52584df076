/* The objects of OpenAPI 3.0 and 3.1 and of their schemas, field by field. */
#include "openapi/internal.h"

const char *const openapi_method_names[OPENAPI_NMETHODS] = { "GET", "PUT", "POST", "DELETE",
	"OPTIONS", "HEAD", "PATCH", "TRACE" };
const char *const openapi_in_names[OPENAPI_NIN] = { "path", "query", "header", "cookie" };
const char *const openapi_style_names[OPENAPI_NSTYLES] = { "matrix", "label", "simple", "form",
	"spaceDelimited", "pipeDelimited", "deepObject" };

static const char *const path_styles[] = { "simple", "label", "matrix", NULL };
static const char *const query_styles[] = { "form", "spaceDelimited", "pipeDelimited", "deepObject",
	NULL };
static const char *const header_styles[] = { "simple", NULL };
static const char *const cookie_styles[] = { "form", NULL };
const char *const *const oa_styles[OPENAPI_NIN] = { path_styles, query_styles, header_styles,
	cookie_styles };

static const char *const places[] = { "path", "query", "header", "cookie", NULL };
static const char *const key_places[] = { "query", "header", "cookie", NULL };
static const char *const schemes[] = { "apiKey", "http", "mutualTLS", "oauth2", "openIdConnect",
	NULL };
static const char *const types_30[] = { "array", "boolean", "integer", "number", "object", "string",
	NULL };
static const char *const types_31[] = { "array", "boolean", "integer", "null", "number", "object",
	"string", NULL };

/* ---- Rows ---------------------------------------------------------------------------------- */

#define ROW(text, t, ...) \
	{ \
		{ "" text, sizeof text - 1 }, .type = (t), __VA_ARGS__ \
	}
#define ANY(text)             ROW(text, OA_ANY, .sub = 0)
#define TEXT(text)            ROW(text, OA_TEXT, .sub = 0)
#define NEED(text)            ROW(text, OA_TEXT, .flags = OA_REQUIRED)
#define BOOL(text)            ROW(text, OA_BOOL, .sub = 0)
#define ONE(text, kind)       ROW(text, OA_OBJECT, .sub = (kind))
#define LIST(text, kind)      ROW(text, OA_LIST, .sub = (kind))
#define MAP(text, kind)       ROW(text, OA_MAP, .sub = (kind))
#define WORD(text, list)      ROW(text, OA_WORD, .words = (list))
#define PART(text, kind)      ROW(text, OA_MAP, .sub = (kind), .flags = OA_NAMED)
#define ONLY_31(text, t, ...) ROW(text, t, .flags = OA_ONLY_31, __VA_ARGS__)
#define EXAMPLES              ANY("example"), MAP("examples", OA_EXAMPLE)
#define DESCRIPTION           TEXT("description")

static const struct oa_row document[] = {
	NEED("openapi"),
	ROW("info", OA_OBJECT, .sub = OA_INFO, .flags = OA_REQUIRED),
	ONLY_31("jsonSchemaDialect", OA_TEXT, .sub = 0),
	LIST("servers", OA_SERVER),
	ROW("paths", OA_OBJECT, .sub = OA_PATHS, .flags = OA_REQUIRED_30),
	ONLY_31("webhooks", OA_MAP, .sub = OA_PATH_ITEM),
	ONE("components", OA_COMPONENTS),
	LIST("security", OA_SECURITY_REQUIREMENT),
	LIST("tags", OA_TAG),
	ONE("externalDocs", OA_EXTERNAL_DOCS),
};
static const struct oa_row info[] = {
	NEED("title"),
	NEED("version"),
	ONLY_31("summary", OA_TEXT, .sub = 0),
	DESCRIPTION,
	TEXT("termsOfService"),
	ONE("contact", OA_CONTACT),
	ONE("license", OA_LICENSE),
};
static const struct oa_row contact[] = { TEXT("name"), TEXT("url"), TEXT("email") };
static const struct oa_row license[] = { NEED("name"), ONLY_31("identifier", OA_TEXT, .sub = 0),
	TEXT("url") };
static const struct oa_row server[] = { NEED("url"), DESCRIPTION,
	MAP("variables", OA_SERVER_VARIABLE) };
static const struct oa_row server_variable[] = { ROW("enum", OA_TEXTS, .sub = 0), NEED("default"),
	DESCRIPTION };
static const struct oa_row components[] = {
	PART("schemas", OA_SCHEMA),
	PART("responses", OA_RESPONSE),
	PART("parameters", OA_PARAMETER),
	PART("examples", OA_EXAMPLE),
	PART("requestBodies", OA_REQUEST_BODY),
	PART("headers", OA_HEADER),
	PART("securitySchemes", OA_SECURITY_SCHEME),
	PART("links", OA_LINK),
	PART("callbacks", OA_CALLBACK),
	ROW("pathItems", OA_MAP, .sub = OA_PATH_ITEM, .flags = OA_ONLY_31 | OA_NAMED),
};
static const struct oa_row path_item[] = {
	ANY("$ref"), /* which the walk looks at itself */
	TEXT("summary"),
	DESCRIPTION,
	ONE("get", OA_OPERATION),
	ONE("put", OA_OPERATION),
	ONE("post", OA_OPERATION),
	ONE("delete", OA_OPERATION),
	ONE("options", OA_OPERATION),
	ONE("head", OA_OPERATION),
	ONE("patch", OA_OPERATION),
	ONE("trace", OA_OPERATION),
	LIST("servers", OA_SERVER),
	LIST("parameters", OA_PARAMETER),
};
static const struct oa_row operation[] = {
	ROW("tags", OA_TEXTS, .sub = 0),
	TEXT("summary"),
	DESCRIPTION,
	ONE("externalDocs", OA_EXTERNAL_DOCS),
	TEXT("operationId"),
	LIST("parameters", OA_PARAMETER),
	ONE("requestBody", OA_REQUEST_BODY),
	ROW("responses", OA_OBJECT, .sub = OA_RESPONSES, .flags = OA_REQUIRED_30),
	MAP("callbacks", OA_CALLBACK),
	BOOL("deprecated"),
	LIST("security", OA_SECURITY_REQUIREMENT),
	LIST("servers", OA_SERVER),
};
static const struct oa_row external_docs[] = { NEED("url"), DESCRIPTION };
static const struct oa_row parameter[] = {
	NEED("name"),
	ROW("in", OA_WORD, .words = places, .flags = OA_REQUIRED),
	DESCRIPTION,
	BOOL("required"),
	BOOL("deprecated"),
	BOOL("allowEmptyValue"),
	TEXT("style"),
	BOOL("explode"),
	BOOL("allowReserved"),
	ONE("schema", OA_SCHEMA),
	MAP("content", OA_MEDIA_TYPE),
	EXAMPLES,
};
static const struct oa_row header[] = {
	DESCRIPTION,
	BOOL("required"),
	BOOL("deprecated"),
	ROW("allowEmptyValue", OA_BOOL, .flags = OA_ONLY_30),
	WORD("style", header_styles),
	BOOL("explode"),
	ROW("allowReserved", OA_BOOL, .flags = OA_ONLY_30),
	ONE("schema", OA_SCHEMA),
	MAP("content", OA_MEDIA_TYPE),
	EXAMPLES,
};
static const struct oa_row request_body[] = { DESCRIPTION,
	ROW("content", OA_MAP, .sub = OA_MEDIA_TYPE, .flags = OA_REQUIRED), BOOL("required") };
static const struct oa_row media_type[] = { ONE("schema", OA_SCHEMA), EXAMPLES,
	MAP("encoding", OA_ENCODING) };
static const struct oa_row encoding[] = { TEXT("contentType"), MAP("headers", OA_HEADER),
	WORD("style", query_styles), BOOL("explode"), BOOL("allowReserved") };
static const struct oa_row response[] = { NEED("description"), MAP("headers", OA_HEADER),
	MAP("content", OA_MEDIA_TYPE), MAP("links", OA_LINK) };
static const struct oa_row example[] = { TEXT("summary"), DESCRIPTION, ANY("value"),
	TEXT("externalValue") };
static const struct oa_row link[] = { TEXT("operationRef"), TEXT("operationId"), ANY("parameters"),
	ANY("requestBody"), DESCRIPTION, ONE("server", OA_SERVER) };
static const struct oa_row tag[] = { NEED("name"), DESCRIPTION,
	ONE("externalDocs", OA_EXTERNAL_DOCS) };
static const struct oa_row discriminator[] = { NEED("propertyName"),
	ROW("mapping", OA_MAP_TEXT, .sub = 0) };
static const struct oa_row xml[] = { TEXT("name"), TEXT("namespace"), TEXT("prefix"),
	BOOL("attribute"), BOOL("wrapped") };
static const struct oa_row security_scheme[] = {
	ROW("type", OA_WORD, .words = schemes, .flags = OA_REQUIRED),
	DESCRIPTION,
	TEXT("name"),
	WORD("in", key_places),
	TEXT("scheme"),
	TEXT("bearerFormat"),
	ONE("flows", OA_FLOWS),
	TEXT("openIdConnectUrl"),
};
static const struct oa_row flows[] = { ONE("implicit", OA_FLOW_IMPLICIT),
	ONE("password", OA_FLOW_PASSWORD), ONE("clientCredentials", OA_FLOW_CLIENT),
	ONE("authorizationCode", OA_FLOW_CODE) };
#define SCOPES TEXT("refreshUrl"), ROW("scopes", OA_MAP_TEXT, .flags = OA_REQUIRED)
static const struct oa_row flow_implicit[] = { NEED("authorizationUrl"), SCOPES };
static const struct oa_row flow_token[] = { NEED("tokenUrl"), SCOPES };
static const struct oa_row flow_code[] = { NEED("authorizationUrl"), NEED("tokenUrl"), SCOPES };

/* JSON Schema 2020-12 for 3.1, and the dialect of 3.0; by how often they occur. */
static const struct oa_row schema[] = {
	ROW("type", OA_WORD, .words = types_30, .flags = OA_ONLY_30),
	ONLY_31("type", OA_WORDS, .words = types_31),
	DESCRIPTION,
	MAP("properties", OA_SCHEMA),
	ONE("items", OA_SCHEMA),
	ROW("required", OA_TEXTS, .sub = 0),
	ROW("enum", OA_VALUES, .sub = 0),
	TEXT("format"),
	ANY("example"),
	ANY("default"),
	TEXT("title"),
	LIST("allOf", OA_SCHEMA),
	LIST("oneOf", OA_SCHEMA),
	LIST("anyOf", OA_SCHEMA),
	ONE("not", OA_SCHEMA),
	ROW("additionalProperties", OA_OBJECT, .sub = OA_SCHEMA, .flags = OA_OR_BOOL),
	ROW("nullable", OA_BOOL, .flags = OA_ONLY_30),
	BOOL("readOnly"),
	BOOL("writeOnly"),
	BOOL("deprecated"),
	BOOL("uniqueItems"),
	TEXT("pattern"),
	ROW("multipleOf", OA_NUMBER, .sub = 0),
	ROW("maximum", OA_NUMBER, .sub = 0),
	ROW("minimum", OA_NUMBER, .sub = 0),
	ROW("exclusiveMaximum", OA_BOOL, .flags = OA_ONLY_30),
	ROW("exclusiveMinimum", OA_BOOL, .flags = OA_ONLY_30),
	ONLY_31("exclusiveMaximum", OA_NUMBER, .sub = 0),
	ONLY_31("exclusiveMinimum", OA_NUMBER, .sub = 0),
	ROW("maxLength", OA_COUNT, .sub = 0),
	ROW("minLength", OA_COUNT, .sub = 0),
	ROW("maxItems", OA_COUNT, .sub = 0),
	ROW("minItems", OA_COUNT, .sub = 0),
	ROW("maxProperties", OA_COUNT, .sub = 0),
	ROW("minProperties", OA_COUNT, .sub = 0),
	ONE("discriminator", OA_DISCRIMINATOR),
	ONE("externalDocs", OA_EXTERNAL_DOCS),
	ONE("xml", OA_XML),
	ONLY_31("$ref", OA_ANY, .sub = 0),
	ONLY_31("const", OA_ANY, .sub = 0),
	ONLY_31("examples", OA_VALUES, .sub = 0),
	ONLY_31("$defs", OA_MAP, .sub = OA_SCHEMA),
	ONLY_31("definitions", OA_MAP, .sub = OA_SCHEMA),
	ONLY_31("if", OA_OBJECT, .sub = OA_SCHEMA),
	ONLY_31("then", OA_OBJECT, .sub = OA_SCHEMA),
	ONLY_31("else", OA_OBJECT, .sub = OA_SCHEMA),
	ONLY_31("prefixItems", OA_LIST, .sub = OA_SCHEMA),
	ONLY_31("contains", OA_OBJECT, .sub = OA_SCHEMA),
	ONLY_31("minContains", OA_COUNT, .sub = 0),
	ONLY_31("maxContains", OA_COUNT, .sub = 0),
	ONLY_31("patternProperties", OA_MAP, .sub = OA_SCHEMA),
	ONLY_31("propertyNames", OA_OBJECT, .sub = OA_SCHEMA),
	ONLY_31("dependentSchemas", OA_MAP, .sub = OA_SCHEMA),
	ONLY_31("dependentRequired", OA_MAP_TEXTS, .sub = 0),
	ONLY_31("unevaluatedItems", OA_OBJECT, .sub = OA_SCHEMA),
	ONLY_31("unevaluatedProperties", OA_OBJECT, .sub = OA_SCHEMA),
	ONLY_31("contentEncoding", OA_TEXT, .sub = 0),
	ONLY_31("contentMediaType", OA_TEXT, .sub = 0),
	ONLY_31("contentSchema", OA_OBJECT, .sub = OA_SCHEMA),
	ONLY_31("$id", OA_TEXT, .sub = 0),
	ONLY_31("$schema", OA_TEXT, .sub = 0),
	ONLY_31("$anchor", OA_TEXT, .sub = 0),
	ONLY_31("$dynamicAnchor", OA_TEXT, .sub = 0),
	ONLY_31("$dynamicRef", OA_TEXT, .sub = 0),
	ONLY_31("$comment", OA_TEXT, .sub = 0),
	ONLY_31("$vocabulary", OA_ANY, .sub = 0),
};

/* ---- Objects ------------------------------------------------------------------------------- */

#define ROWS(array) .rows = (array), .nrows = sizeof(array) / sizeof *(array)
#define NOT_BOTH \
	{ \
		{ \
			"example", "examples", false \
		} \
	}

const struct oa_object oa_objects[OA_NKINDS] = {
	[OA_DOCUMENT] = { "an OpenAPI document", ROWS(document), .finish = oa_finish_document },
	[OA_INFO] = { "`info`", ROWS(info) },
	[OA_CONTACT] = { "a contact", ROWS(contact) },
	[OA_LICENSE] = { "a license", ROWS(license), .pairs = { { "identifier", "url", false } } },
	[OA_SERVER] = { "a server", ROWS(server), .finish = oa_finish_server },
	[OA_SERVER_VARIABLE] = { "a variable of a server", ROWS(server_variable),
		.finish = oa_finish_server_variable },
	[OA_COMPONENTS] = { "`components`", ROWS(components) },
	[OA_PATHS] = { "`paths`", .others = OA_OBJECT, .others_kind = OA_PATH_ITEM,
		.key = oa_key_path },
	[OA_PATH_ITEM] = { "a path", ROWS(path_item), .reference = true, .beside = true },
	[OA_OPERATION] = { "an operation", ROWS(operation) },
	[OA_EXTERNAL_DOCS] = { "a link to documentation", ROWS(external_docs) },
	[OA_PARAMETER] = { "a parameter", ROWS(parameter), .reference = true,
		.pairs = { { "schema", "content", true }, { "example", "examples", false } },
		.finish = oa_finish_parameter },
	[OA_REQUEST_BODY] = { "a request body", ROWS(request_body), .reference = true },
	[OA_MEDIA_TYPE] = { "a media type", ROWS(media_type), .pairs = NOT_BOTH },
	[OA_ENCODING] = { "the encoding of a property", ROWS(encoding) },
	[OA_RESPONSES] = { "`responses`", .others = OA_OBJECT, .others_kind = OA_RESPONSE,
		.key = oa_key_status },
	[OA_RESPONSE] = { "a response", ROWS(response), .reference = true },
	[OA_CALLBACK] = { "a callback", .reference = true, .others = OA_OBJECT,
		.others_kind = OA_PATH_ITEM },
	[OA_EXAMPLE] = { "an example", ROWS(example), .reference = true,
		.pairs = { { "value", "externalValue", false } } },
	[OA_LINK] = { "a link", ROWS(link), .reference = true,
		.pairs = { { "operationRef", "operationId", true } } },
	[OA_HEADER] = { "a header", ROWS(header), .reference = true,
		.pairs = { { "schema", "content", true }, { "example", "examples", false } },
		.finish = oa_finish_header },
	[OA_TAG] = { "a tag", ROWS(tag) },
	[OA_SCHEMA] = { "a schema", ROWS(schema), .reference = true },
	[OA_DISCRIMINATOR] = { "a discriminator", ROWS(discriminator) },
	[OA_XML] = { "`xml`", ROWS(xml) },
	[OA_SECURITY_SCHEME] = { "a security scheme", ROWS(security_scheme), .reference = true,
		.finish = oa_finish_security_scheme },
	[OA_FLOWS] = { "`flows`", ROWS(flows) },
	[OA_FLOW_IMPLICIT] = { "the flow `implicit`", ROWS(flow_implicit) },
	[OA_FLOW_PASSWORD] = { "the flow `password`", ROWS(flow_token) },
	[OA_FLOW_CLIENT] = { "the flow `clientCredentials`", ROWS(flow_token) },
	[OA_FLOW_CODE] = { "the flow `authorizationCode`", ROWS(flow_code) },
	[OA_SECURITY_REQUIREMENT] = { "a security requirement", .others = OA_TEXTS,
		.key = oa_key_scheme },
};

const struct oa_row *oa_row(const struct oa_object *o, struct slice key, unsigned version)
{
	unsigned elsewhere = version == OPENAPI_3_0 ? OA_ONLY_31 : OA_ONLY_30;
	for (uint32_t i = 0; i < o->nrows; i++)
		if (slice_eq(o->rows[i].name, key) && (o->rows[i].flags & elsewhere) == 0)
			return &o->rows[i];
	return NULL;
}
