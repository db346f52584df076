/* JSON > tree, over the runtime's own scanner: its token offsets are spans. */
#include "syntax/internal.h"

#include "aegis/aegis.h"

struct reader {
	struct diags *d;
	struct aeg_json json; /* of the text after a byte order mark */
	uint32_t file, first; /* bytes of the mark */
};

static enum aeg_json_kind kind_of(const struct aeg_json_tok *t)
{
	return (enum aeg_json_kind)(t->info & AEG_JSON_KIND_MASK);
}

static struct span span_of(const struct reader *r, const struct aeg_json_tok *t)
{
	uint32_t lo = r->first + t->at, quote = kind_of(t) == AEG_JSON_STRING;
	return (struct span){ r->file, lo - quote, lo + t->len + quote };
}

/* ---- The tree ------------------------------------------------------------------------------ */

static struct slice text_of(const struct reader *r, uint32_t i, bool *plain)
{
	const struct aeg_json_tok *t = &r->json.tok[i];
	*plain = (t->info & AEG_JSON_ESCAPED) == 0;
	if (*plain)
		return (struct slice){ r->json.text + t->at, t->len };
	char *copy = arena_array(r->d->arena, char, t->len);
	return (struct slice){ copy, (uint32_t)aeg_json_unescape(&r->json, i, copy, t->len) };
}

static struct node *build(struct reader *r, uint32_t i);

static void build_list(struct reader *r, struct node *n, uint32_t first, uint32_t end)
{
	const struct aeg_json_tok *tok = r->json.tok;
	for (uint32_t i = first; i < end; i = tok[i].next)
		n->u.list.n++;
	n->u.list.v = arena_array(r->d->arena, struct node *, n->u.list.n);
	for (uint32_t i = first, k = 0; i < end; i = tok[i].next)
		n->u.list.v[k++] = build(r, i);
}

static void build_map(struct reader *r, struct node *n, uint32_t first, uint32_t end)
{
	const struct aeg_json_tok *tok = r->json.tok;
	for (uint32_t i = first; i < end; i = tok[i].next)
		n->u.map.n++;
	n->u.map.v = arena_array(r->d->arena, struct member, n->u.map.n);
	struct member *m = n->u.map.v;
	for (uint32_t i = first; i < end; i = tok[i].next, m++) {
		bool plain;
		m->key = text_of(r, i, &plain);
		m->key_span = span_of(r, &tok[i]);
		m->value_span = span_of(r, &tok[i + 1]);
		m->value = build(r, i + 1);
	}
	members_check(r->d, n->u.map.v, n->u.map.n);
}

static void build_number(struct reader *r, struct node *n, const struct aeg_json_tok *t)
{
	n->u.text = (struct slice){ r->json.text + t->at, t->len };
	n->plain_text = true;
	n->kind = NODE_INT;
	for (uint32_t i = 0; i < t->len; i++)
		if (strchr(".eE", n->u.text.at[i]) != NULL)
			n->kind = NODE_FLOAT;
	if (t->len > SYNTAX_MAX_NUMBER) {
		syntax_report(r->d, AEG_number_too_long, n->span, "more than 512 characters", NULL);
		n->kind = NODE_POISON;
	}
}

/* Recursion ends: limits_check has seen how deep it goes. */
static struct node *build(struct reader *r, uint32_t i)
{
	const struct aeg_json_tok *t = &r->json.tok[i];
	struct node *n = arena_new(r->d->arena, struct node);
	n->span = span_of(r, t);
	n->style = NODE_FLOW;
	switch (kind_of(t)) {
	case AEG_JSON_ARRAY:
		n->kind = NODE_LIST;
		build_list(r, n, i + 1, t->next);
		return n;
	case AEG_JSON_OBJECT:
		n->kind = NODE_MAP;
		build_map(r, n, i + 1, t->next);
		return n;
	case AEG_JSON_STRING:
		n->kind = NODE_STRING;
		n->style = NODE_QUOTED;
		n->u.text = text_of(r, i, &n->plain_text);
		return n;
	case AEG_JSON_NULL: n->kind = NODE_NULL; break;
	case AEG_JSON_FALSE:
	case AEG_JSON_TRUE: n->kind = NODE_BOOL; break;
	case AEG_JSON_NUMBER: build_number(r, n, t); break;
	}
	n->style = NODE_PLAIN;
	n->u.text = (struct slice){ r->json.text + t->at, t->len };
	n->plain_text = true;
	return n;
}

/* ---- What is refused ----------------------------------------------------------------------- */

/* Reports the first token that is one too many or too deep. */
static bool limits_check(struct reader *r)
{
	uint32_t end[SYNTAX_MAX_DEPTH], depth = 0, values = 0;
	for (uint32_t i = 0; i < r->json.ntok; i++) {
		const struct aeg_json_tok *t = &r->json.tok[i];
		while (depth > 0 && end[depth - 1] <= i)
			depth--;
		bool nests = kind_of(t) == AEG_JSON_ARRAY || kind_of(t) == AEG_JSON_OBJECT;
		values += (t->info & AEG_JSON_KEY) == 0;
		struct span at = { r->file, r->first + t->at, r->first + t->at + 1 };
		if (nests && depth == SYNTAX_MAX_DEPTH) {
			syntax_report(r->d, AEG_too_deep, at, "this is more than 64 deep", NULL);
			return false;
		}
		if (values > SYNTAX_MAX_EXPANDED) {
			syntax_report(r->d, AEG_too_many_values, at,
				"more than 4194304 with what stands here", "split the document");
			return false;
		}
		if (nests)
			end[depth++] = t->next;
	}
	return true;
}

static void report_surrogate(struct reader *r)
{
	syntax_report(r->d, AEG_lone_surrogate, span_of(r, &r->json.tok[r->json.surrogate]),
		"a `\\ud800` to `\\udfff` here stands alone", "write the character itself");
}

static bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

static const char *help_at(struct slice s, uint32_t bad)
{
	if (bad == s.len)
		return "the text ends too early: something is not closed";
	char c = s.at[bad];
	uint32_t before = bad;
	while (before > 0 && blank(s.at[before - 1]))
		before--;
	if ((c == ']' || c == '}') && before > 0 && s.at[before - 1] == ',')
		return "JSON allows no `,` after the last element";
	if (c == '/' || c == '#')
		return "JSON has no comments; a *.yaml file may have them";
	if (c == '\'')
		return "JSON has double quotes only";
	if ((unsigned char)c < 0x20)
		return "inside a string this is written as an escape, such as `\\n`";
	if (bad > 0 && s.at[bad - 1] == '0' && c >= '0' && c <= '9')
		return "a number does not begin with a 0 before other digits";
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
		return "text stands in double quotes; without, there are `true`, `false`, `null` and numbers";
	if (before > 0 && strchr("{[:,", s.at[before - 1]) == NULL && strchr("\"{[", c) != NULL)
		return "before another element a `,` is missing; after the whole value nothing follows";
	return NULL;
}

static void report_bad(struct reader *r, struct slice s)
{
	uint32_t bad = r->json.bad, at = r->first + bad, text = 0;
	struct span span = { r->file, at, bad < s.len ? at + 1 : at };
	while (text < s.len && blank(s.at[text]))
		text++;
	if (r->json.status == AEG_DEPTH)
		syntax_report(r->d, AEG_too_deep, span, "this is more than 64 deep", NULL);
	else if (text == s.len)
		syntax_report(r->d, AEG_empty_file, span,
			s.len == 0 ? "the file is empty" : "only white space", NULL);
	else
		syntax_report(
			r->d, AEG_json_syntax, span, "this cannot stand here", help_at(s, bad));
}

/* ---- Reading ------------------------------------------------------------------------------- */

/* No more tokens than this are in @s, unless it is no JSON. */
static size_t count_tokens(struct slice s)
{
	size_t n = 16;
	for (uint32_t i = 0; i < s.len; i++)
		n += s.at[i] == ',' || s.at[i] == ':' || s.at[i] == '[' || s.at[i] == '{';
	return n;
}

/* Tokens go into an arena of their own, so that what is left of them is the tree alone. */
static void scan(struct reader *r, struct slice s, struct arena *tokens)
{
	size_t cap = count_tokens(s);
	struct aeg_json_tok *mem = arena_array(tokens, struct aeg_json_tok, cap);
	if (aeg_json_scan(&r->json, s.at, s.len, mem, cap) != AEG_NOMEM)
		return;
	cap = aeg_json_bound(s.len);
	mem = arena_array(tokens, struct aeg_json_tok, cap);
	aeg_json_scan(&r->json, s.at, s.len, mem, cap);
}

void syntax_parse_json(struct diags *d, uint32_t file, struct documents *out)
{
	struct reader r = { .d = d, .file = file };
	struct slice s = d->sources->v[file].text;
	uint32_t errors = d->errors;
	bool ascii;
	if (!text_check(d, file, &r.first, &ascii))
		return;
	s = (struct slice){ s.at + r.first, s.len - r.first };
	struct arena tokens = { .limit = d->arena->limit - d->arena->used,
		.fail = d->arena->fail,
		.ctx = d->arena->ctx };
	scan(&r, s, &tokens);
	if (r.json.status != AEG_OK) {
		report_bad(&r, s);
	} else if (limits_check(&r)) {
		struct node *root = build(&r, 0);
		if (r.json.surrogate != AEG_NONE) {
			report_surrogate(&r);
			root->kind = NODE_POISON;
		}
		arena_push(d->arena, out->v, out->n, &out->cap);
		out->v[out->n++] = (struct document){ file, root, .refused = d->errors != errors };
	}
	arena_free(&tokens);
}
