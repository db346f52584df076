/* ApiSpec: an OpenAPI document, where its operations are reached and as whom. */
#include "model/shape.h"

static bool refuse(
	struct shape *s, enum diag_code code, struct span at, const char *label, const char *help)
{
	shape_report(s, (struct diag){ code, at, .label = label, .help = help });
	return false;
}

static bool is_letter_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool spec_name(struct shape *s, struct value v, struct mtext *io)
{
	struct slice t = io->text;
	bool good = t.len > 0 && t.len <= 63 && is_letter_or_digit(t.at[0]);
	for (uint32_t i = 1; i < t.len; i++)
		good &= is_letter_or_digit(t.at[i]) || t.at[i] == '-' || t.at[i] == '_';
	return good ||
	       refuse(s, AEG_bad_spec_name, v.at, "not the form of an ApiSpec's name",
		       "1 to 63 letters, digits, `-` and `_`; the first a letter or a digit");
}

/* ---- base_url ------------------------------------------------------------------------------ */

static bool is_loopback(struct slice host)
{
	bool digits = true;
	for (uint32_t i = 0; i < host.len; i++)
		digits &= (host.at[i] >= '0' && host.at[i] <= '9') || host.at[i] == '.';
	return slice_is(host, "localhost") || slice_is(host, "[::1]") ||
	       (digits && slice_begins(host, SLICE("127.")));
}

/* What stands between `://` and the path, or the fault of @t. */
static const char *url_fault(struct slice t, struct slice *ret_host)
{
	bool https = slice_begins(t, SLICE("https://"));
	if (!https && !slice_begins(t, SLICE("http://")))
		return "not a whole URL: it begins with `https://`";
	for (uint32_t i = 0; i < t.len; i++)
		if (strchr("?#@\\{}\"<>^`|", t.at[i]) != NULL || (unsigned char)t.at[i] <= ' ' ||
			(unsigned char)t.at[i] >= 0x7f)
			return t.at[i] == '@' ? "credentials do not stand in a URL"
			       : t.at[i] == '?' || t.at[i] == '#'
				       ? "a query or a fragment: paths of operations are joined to the end"
				       : "this cannot stand in a URL";
	struct slice host = { t.at + (https ? 8 : 7), t.len - (https ? 8 : 7) };
	const char *slash = host.len == 0 ? NULL : memchr(host.at, '/', host.len);
	host.len = slash == NULL ? host.len : (uint32_t)(slash - host.at);
	*ret_host = host;
	if (host.len == 0 || host.at[0] == ':')
		return "the host is missing";
	uint32_t end = host.len; /* of the name, before a port */
	while (end > 0 && host.at[end - 1] >= '0' && host.at[end - 1] <= '9')
		end--;
	if (end > 0 && end < host.len && host.at[end - 1] == ':')
		host.len = end - 1;
	return https || is_loopback(host)
		       ? NULL
		       : "`http` is for this machine alone: others are asked by `https`";
}

static bool base_url(struct shape *s, struct value v, struct mtext *io)
{
	struct slice host;
	const char *fault = url_fault(io->text, &host);
	if (fault != NULL)
		return refuse(s, AEG_bad_base_url, v.at, fault,
			"as in `base_url: https://api.example.com/v1`");
	while (io->text.at[io->text.len - 1] == '/')
		io->text.len--;
	return true;
}

/* ---- credential_path ----------------------------------------------------------------------- */

static bool blank(struct slice t)
{
	for (uint32_t i = 0; i < t.len; i++)
		if (t.at[i] != ' ' && t.at[i] != '\t' && t.at[i] != '\n' && t.at[i] != '\r')
			return false;
	return true;
}

static bool credential_text(struct shape *s, struct value v, struct mtext *io)
{
	return !blank(io->text) ||
	       refuse(s, AEG_bad_credential_path, v.at, "it says nothing", NULL);
}

/* What becomes a part of the path of a request for the secret. */
static bool credential_part(struct shape *s, struct value v, struct mtext *io)
{
	struct slice t = io->text;
	const char *fault = t.len > 0 && t.at[0] == '/' ? "a `/` in front" : NULL;
	for (uint32_t i = 0; i < t.len && fault == NULL; i++) {
		if (t.at[i] == '?' || t.at[i] == '#' || (unsigned char)t.at[i] < ' ' ||
			t.at[i] == 0x7f)
			fault = "`?`, `#` and control characters cannot stand here";
		else if (t.at[i] == '.' && i + 1 < t.len && t.at[i + 1] == '.')
			fault = "`..` would lead to other secrets";
	}
	return fault == NULL ? credential_text(s, v, io)
			     : refuse(s, AEG_bad_credential_path, v.at, fault,
				       "it is a relative path of the store of secrets");
}

#define PART(text, member, words) \
	{ \
		text, .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .entry = credential_part, \
		      INTO(struct mcredential, member), .doc = words \
	}
#define SERVICE \
	{ \
		"target_service", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, \
				  .entry = credential_text, \
				  INTO(struct mcredential, target_service), \
				  .doc = "the service that a token is exchanged for" \
	}
static const struct field system_jit_fields[] = {
	PART("openbao_engine_path", engine_path, "the engine that makes the secret"),
	PART("role", role, "its role"),
};
static const struct field human_fields[] = { SERVICE };
static const struct field auto_fields[] = {
	PART("system_jit_openbao_engine_path", engine_path,
		"the engine that makes the secret where there is no user"),
	PART("system_jit_role", role, "its role"),
	SERVICE,
};
static const struct field static_fields[] = { PART("key", key, "where the secret is kept") };
static const struct field user_fields[] = { PART(
	"provider", provider, "whose credential of the user it is") };

static const struct schema system_jit_schema = { "a SystemJit credential", "made for each call",
	FIELDS(system_jit_fields) };
static const struct schema human_schema = { "a HumanDelegated credential", "the user's, exchanged",
	FIELDS(human_fields) };
static const struct schema auto_schema = { "an Auto credential",
	"the user's, or made for each call", FIELDS(auto_fields) };
static const struct schema static_schema = { "a StaticRef credential", "one that is kept",
	FIELDS(static_fields) };
static const struct schema user_schema = { "a UserBound credential", "one that the user has bound",
	FIELDS(user_fields) };

/* In the order of enum mcredential_path. */
static const struct field credential_fields[] = {
	{ "SystemJit", .type = FIELD_STRUCT, .flags = FIELD_NOT_NULL, .sub = &system_jit_schema,
		.doc = "made by OpenBao for each call" },
	{ "HumanDelegated", .type = FIELD_STRUCT, .flags = FIELD_NOT_NULL, .sub = &human_schema,
		.doc = "the user's token, exchanged" },
	{ "Auto", .type = FIELD_STRUCT, .flags = FIELD_NOT_NULL, .sub = &auto_schema,
		.doc = "HumanDelegated where there is a user, else SystemJit" },
	{ "StaticRef", .type = FIELD_STRUCT, .flags = FIELD_NOT_NULL, .sub = &static_schema,
		.doc = "a secret that is kept" },
	{ "UserBound", .type = FIELD_STRUCT, .flags = FIELD_NOT_NULL, .sub = &user_schema,
		.doc = "a credential that the user has bound" },
};

static void credential_finish(struct shape *s, struct value v, void *out)
{
	struct mcredential *c = out;
	const struct member *first = NULL;
	c->at = v.at;
	for (size_t i = 0; i < sizeof credential_fields / sizeof *credential_fields; i++) {
		const struct member *m = syntax_member(v.node, credential_fields[i].name);
		if (m != NULL && first != NULL)
			shape_report(s, (struct diag){ AEG_bad_credential_path, m->key_span,
						.label = "a second way", .other = first->key_span,
						.other_label = "the first",
						.help = "a credential comes one way: keep one" });
		if (m == NULL || first != NULL)
			continue;
		first = m;
		c->path = (enum mcredential_path)(i + 1);
	}
	if (first == NULL && !v.node->lacks && (v.node->kind != NODE_MAP || v.node->u.map.n == 0))
		refuse(s, AEG_bad_credential_path, v.at, "it names no way",
			"it is one of `SystemJit`, `HumanDelegated`, `Auto`, `StaticRef`, `UserBound`");
}

const struct schema credential_path_schema = { "a credential path",
	"where the credential of a call comes from", FIELDS(credential_fields), credential_finish };

/* ---- Explorer sets ------------------------------------------------------------------------- */

static const struct field explorer_fields[] = {
	{ "operation", .type = FIELD_TEXT, .flags = FIELD_REQUIRED,
		INTO(struct mexplorer, operation),
		.doc = "the operation: by `operationId`, or as `GET /path`" },
	{ "fields", .type = FIELD_LIST, .item = FIELD_TEXT, .flags = FIELD_REQUIRED,
		INTO(struct mexplorer, fields),
		.doc = "JSONPaths (RFC 9535): what is kept of the response" },
};

static void explorer_finish(struct shape *s, struct value v, void *out)
{
	struct mexplorer *x = out;
	if (x->fields.stated && x->fields.n == 0 && !shape_unread(s, "fields"))
		refuse(s, AEG_out_of_range, x->fields.at, "nothing of the response would be kept",
			"list the fields, or name the operation under `operations`");
	(void)v;
}

static const struct schema explorer_schema = { "an explorer",
	"an operation, and what is kept of its response", FIELDS(explorer_fields),
	explorer_finish };

static void read_explorers(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mspec *m = out;
	uint32_t n = shape_items(v.node);
	(void)f;
	m->explorers = arena_array(s->d->arena, struct mexplorer, n);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t before = s->reported;
		struct mexplorer *x = &m->explorers[m->nexplorers];
		shape_struct(s, &explorer_schema, shape_item(v.node, i), x);
		m->nexplorers += s->reported == before;
	}
}

/* ---- The document -------------------------------------------------------------------------- */

static const struct field spec_fields[] = {
	{ "source", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, INTO(struct mspec, source),
		.doc = "the OpenAPI document: a path as seen from this file" },
	{ "base_url", .type = FIELD_TEXT, .entry = base_url, INTO(struct mspec, base_url),
		.missing_is = "the first server of the description",
		.doc = "what the paths of operations are joined to" },
	{ "operations", .type = FIELD_LIST, .item = FIELD_TEXT, INTO(struct mspec, operations),
		.missing_is = "those that are used",
		.doc = "operations that can be called: by `operationId`, or as `GET /path`" },
	{ "explorers", .type = FIELD_LIST, .item = FIELD_STRUCT, .sub = &explorer_schema,
		.read = read_explorers, .missing_is = "none",
		.doc = "operations of whose responses a part is kept" },
	{ "credential_path", .type = FIELD_STRUCT, .flags = FIELD_NOT_NULL,
		.sub = &credential_path_schema, INTO(struct mspec, credential),
		.missing_is = "calls carry no credential",
		.doc = "where the credential of a call comes from" },
	{ "allow_private", .type = FIELD_BOOL, INTO(struct mspec, allow_private),
		.missing_is = "`false`",
		.doc = "whether private and link-local addresses may be called" },
};
static void spec_finish(struct shape *s, struct value v, void *out)
{
	(void)v;
	((struct mspec *)out)->base_url_unread = shape_unread(s, "base_url");
}

static const struct schema spec_schema = { "the spec of an ApiSpec", "the interface itself",
	FIELDS(spec_fields), spec_finish };

static const struct field metadata_fields[] = {
	{ "name", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .entry = spec_name,
		INTO(struct mspec, name), .doc = "what workflows call the interface" },
	VERSION_FIELD,
	LABEL_FIELDS,
};
static const struct schema metadata_schema = { "the metadata of an ApiSpec", "its name",
	FIELDS(metadata_fields) };

static const struct field document_fields[] = {
	ENVELOPE_FIELDS,
	{ "metadata", .type = FIELD_STRUCT, .flags = FIELD_REQUIRED, .sub = &metadata_schema,
		.doc = "its name" },
	{ "spec", .type = FIELD_STRUCT, .flags = FIELD_REQUIRED, .sub = &spec_schema,
		.doc = "the interface itself" },
};
const struct schema api_spec_schema = { "an ApiSpec document",
	"an HTTP interface whose operations are tools", FIELDS(document_fields) };

void api_spec_read(struct shape *s, struct value root)
{
	struct mspec m = { .at = root.at };
	shape_struct(s, &api_spec_schema, root, &m);
	s->m->incomplete |= m.name.text.at == NULL;
	arena_push(s->d->arena, s->m->specs, s->m->nspecs, &s->specs_cap);
	s->m->specs[s->m->nspecs++] = m;
}

void description_read(struct shape *s, const struct node *root)
{
	arena_push(s->d->arena, s->m->descriptions, s->m->ndescriptions, &s->descriptions_cap);
	s->m->descriptions[s->m->ndescriptions++] = root;
}
