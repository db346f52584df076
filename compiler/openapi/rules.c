/* What no table says: keys of `paths` and `responses`, and rules between fields. */
#include "openapi/internal.h"

/* ---- Keys ---------------------------------------------------------------------------------- */

void oa_key_path(struct walk *w, const struct member *m)
{
	struct slice key = m->key;
	const char *label = NULL;
	uint32_t open = 0, part = 0,
		 n = 0; /* where the `{` and the part of the path began, from 1 */
	if (key.len == 0 || key.at[0] != '/')
		label = "a path begins with `/`";
	for (uint32_t i = 0; i <= key.len && label == NULL; i++) {
		char c = i == key.len ? '/' : key.at[i];
		if (open != 0 && (c == '{' || i == key.len))
			label = "a `{` without its `}`";
		else if (c == '}' && open == 0)
			label = "a `}` without its `{`";
		else if (c == '}' && i == open)
			label = "the name of a parameter stands between `{` and `}`";
		else if (c == '{' && ++n > OA_MAX_VARIABLES)
			label = "more than 64 parameters";
		else if (open == 0 && c == '?')
			label = "the query is no part of a path: it is made of parameters";
		else if (open == 0 && (unsigned char)c <= ' ')
			label = "white space and control characters cannot stand in a path";
		else if (open == 0 && c == '/') {
			struct slice name = { key.at + part, i - part };
			if (slice_is(name, "..") || slice_is(name, "."))
				label = "`.` and `..` cannot be parts of a path";
			part = i + 1;
		}
		open = c == '{' ? i + 1 : c == '}' ? 0 : open;
	}
	if (label != NULL)
		oa_report(w, (struct diag){ AEG_bad_path_template, m->key_span, .label = label });
}

static bool digit(char c) { return c >= '0' && c <= '9'; }

void oa_key_status(struct walk *w, const struct member *m)
{
	struct slice key = m->key;
	bool three = key.len == 3 && key.at[0] >= '1' && key.at[0] <= '5';
	if (slice_is(key, "default") || (three && digit(key.at[1]) && digit(key.at[2])) ||
		(three && key.at[1] == 'X' && key.at[2] == 'X'))
		return;
	if (three && key.at[1] == 'x' && key.at[2] == 'x')
		oa_report(w, (struct diag){ AEG_status_spelling, m->key_span,
				     .label = diag_text(w->d, "read as `%cXX`", key.at[0]) });
	else
		oa_report(w, (struct diag){ AEG_bad_status, m->key_span,
				     .label = "no status of a response",
				     .help = "write `200`, a range as `2XX`, or `default`" });
}

void oa_key_scheme(struct walk *w, const struct member *m)
{
	const struct openapi_api *api = w->api;
	if (map_get(&api->by_scheme, m->key) != MAP_NONE)
		return;
	struct slice known[16];
	uint32_t n = api->nschemes < 16 ? api->nschemes : 0;
	for (uint32_t i = 0; i < n; i++)
		known[i] = api->schemes[i].name;
	size_t near = diag_nearest(m->key, known, n);
	oa_report(w, (struct diag){ AEG_unknown_scheme, m->key_span,
			     .label = near == SIZE_MAX ? "not among `components.securitySchemes`"
						       : diag_text(w->d, "did you mean %s?",
								 diag_quote(w->d, known[near])) });
}

/* ---- Documents and servers ----------------------------------------------------------------- */

void oa_finish_document(struct walk *w, const struct node *n, struct span at)
{
	if (w->version == OPENAPI_3_1 && syntax_member(n, "paths") == NULL &&
		syntax_member(n, "components") == NULL && syntax_member(n, "webhooks") == NULL)
		oa_missing(w, n, at, "an OpenAPI document", "`paths`, `components` or `webhooks`");
}

void oa_finish_server(struct walk *w, const struct node *n, struct span at)
{
	const struct member *url = syntax_member(n, "url");
	const struct node *variables = oa_get(n, "variables", NODE_MAP);
	struct slice s = oa_text(n, "url");
	(void)at;
	for (uint32_t i = 0; i < s.len; i++) {
		if (s.at[i] != '{')
			continue;
		const char *end = memchr(s.at + i, '}', s.len - i);
		if (end == NULL)
			return;
		struct slice name = { s.at + i + 1, (uint32_t)(end - s.at) - i - 1 };
		if (variables == NULL || oa_member(w->files, variables, name) == NULL)
			oa_report(
				w, (struct diag){ AEG_server_variable,
					   syntax_place(w->d->sources, url->value, i, name.len + 2),
					   .label = "no variable of the server has this name" });
		i += name.len + 1;
	}
}

void oa_finish_server_variable(struct walk *w, const struct node *n, struct span at)
{
	const struct member *values = syntax_member(n, "enum"), *is = syntax_member(n, "default");
	bool found = false;
	(void)at;
	if (values == NULL || values->value->kind != NODE_LIST)
		return;
	const struct node *list = values->value;
	if (list->u.list.n == 0) {
		oa_report(w, (struct diag){ AEG_empty_enum, values->value_span,
				     .label = "the variable could have no value at all",
				     .help = "leave `enum` out where any value will do" });
		return;
	}
	if (is == NULL || !oa_is_text(is->value))
		return;
	for (uint32_t i = 0; i < list->u.list.n; i++)
		found |= oa_is_text(list->u.list.v[i]) &&
			 slice_eq(list->u.list.v[i]->u.text, is->value->u.text);
	if (!found)
		oa_report(w, (struct diag){ AEG_server_variable, is->value_span,
				     .label = "none of the values in `enum`" });
}

/* ---- Parameters ---------------------------------------------------------------------------- */

/* `content` has one media type, and says all there is to say. */
static void one_content(struct walk *w, const struct node *n)
{
	const struct member *content = syntax_member(n, "content");
	if (content != NULL && content->value->kind == NODE_MAP && content->value->u.map.n != 1)
		oa_report(w, (struct diag){ AEG_out_of_range, content->key_span,
				     .message = "`content` has one media type here",
				     .label = content->value->u.map.n == 0 ? "it has none"
									   : "it has several" });
}

void oa_finish_header(struct walk *w, const struct node *n, struct span at)
{
	(void)at;
	one_content(w, n);
}

/* RFC 9110, section 5.6.2. */
static bool is_token(struct slice t)
{
	bool good = t.len > 0;
	for (uint32_t i = 0; i < t.len; i++) {
		char c = t.at[i];
		good &= (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || digit(c) ||
			(c != 0 && strchr("!#$%&'*+-.^_`|~", c) != NULL);
	}
	return good;
}

void oa_finish_parameter(struct walk *w, const struct node *n, struct span at)
{
	int in = oa_word(openapi_in_names, OPENAPI_NIN, oa_text(n, "in"));
	const struct member *style = syntax_member(n, "style"), *name = syntax_member(n, "name");
	one_content(w, n);
	if (in < 0)
		return;
	if (in == OPENAPI_HEADER && name != NULL && oa_is_text(name->value) &&
		!is_token(name->value->u.text))
		oa_report(
			w, (struct diag){ AEG_header_name, name->value_span,
				   .label = "letters, digits and some of !#$%&'*+-.^_`|~",
				   .help = "write the header's name alone, as in `X-Request-Id`" });
	if (style != NULL && oa_is_text(style->value) &&
		oa_word(oa_styles[in], OPENAPI_NSTYLES, style->value->u.text) < 0) {
		struct buf all = { .arena = w->d->arena };
		for (int i = 0; oa_styles[in][i] != NULL; i++)
			buf_printf(&all, "%s`%s`", i == 0 ? "" : ", ", oa_styles[in][i]);
		oa_report(w, (struct diag){ AEG_parameter_style, style->value_span,
				     .label = diag_text(w->d, "not a style of a %s parameter",
					     openapi_in_names[in]),
				     .help = diag_text(
					     w->d, "there it is one of %s", buf_done(&all).at) });
	}
	if (in == OPENAPI_PATH && syntax_member(n, "schema") != NULL &&
		!oa_flag(n, "required", false))
		oa_report(w,
			(struct diag){ AEG_optional_path_parameter,
				syntax_member(n, "in") != NULL ? syntax_member(n, "in")->value_span
							       : at,
				.label = "read as required", .help = "add `required: true`" });
}

/* ---- Security ------------------------------------------------------------------------------ */

void oa_finish_security_scheme(struct walk *w, const struct node *n, struct span at)
{
	static const struct {
		const char *type, *needs;
	} rows[] = { { "apiKey", "name" }, { "apiKey", "in" }, { "http", "scheme" },
		{ "oauth2", "flows" }, { "openIdConnect", "openIdConnectUrl" } };
	struct slice type = oa_text(n, "type");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (slice_is(type, rows[i].type) && syntax_member(n, rows[i].needs) == NULL)
			oa_missing(w, n, at,
				diag_text(w->d, "a security scheme of type `%s`", rows[i].type),
				diag_text(w->d, "`%s`", rows[i].needs));
}
