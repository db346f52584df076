/* Compiles the templates of workflows, whole values too: these become the JSON text that they say.
 */
#include "flow/text.h"

#include <string.h>

#include "aegis/expr.h"

/* Where a piece of the text that is compiled comes from. */
struct piece {
	size_t at; /* in that text */
	const struct node *node;
	uint32_t offset; /* of the node's value */
};

struct text {
	struct diags *d;
	struct buf b;
	struct piece *pieces;
	size_t npieces, cap;
	struct flow_template made;
	size_t reads_cap;
	const struct flow_scope *scope;
};

/* ---- From values to text ------------------------------------------------------------------- */

static void piece(struct text *t, const struct node *n, uint32_t offset)
{
	arena_push(t->d->arena, t->pieces, t->npieces, &t->cap);
	t->pieces[t->npieces++] = (struct piece){ t->b.len, n, offset };
}

/* Behind the text in quotes at @i, or @i where there is none. */
static uint32_t quoted_end(struct slice s, uint32_t i)
{
	uint32_t k = i + 1;
	if (s.at[i] != '"' && s.at[i] != '\'')
		return i;
	while (k < s.len && s.at[k] != s.at[i])
		k += s.at[k] == '\\' ? 2 : 1;
	return k < s.len ? k + 1 : i;
}

uint32_t flow_text_tag_end(struct slice s, uint32_t i)
{
	bool comment = i + 2 < s.len && s.at[i + 2] == '!',
	     dashes = i + 5 <= s.len && memcmp(s.at + i, "{{!--", 5) == 0;
	uint32_t triple = i + 2 < s.len && s.at[i + 2] == '{', k = i + 2, next;
	while (k + 2 <= s.len) {
		bool closes = dashes ? k + 4 <= s.len && memcmp(s.at + k, "--}}", 4) == 0
				     : memcmp(s.at + k, "}}", 2) == 0;
		if (closes) {
			k += dashes ? 4 : 2;
			return k + (triple && k < s.len && s.at[k] == '}');
		}
		next = comment ? k : quoted_end(s, k);
		k = next == k ? k + 1 : next;
	}
	return s.len;
}

bool flow_text_is_hole(struct slice t)
{
	if (t.len < 5 || memcmp(t.at, "{{", 2) != 0 || flow_text_tag_end(t, 0) != t.len)
		return false;
	uint32_t i = 2;
	while (i < t.len && (t.at[i] == '{' || t.at[i] == '~' || t.at[i] == ' '))
		i++;
	return i < t.len && strchr("#/^!>*&}", t.at[i]) == NULL && t.at[t.len - 1] == '}';
}

/* Text of a JSON string in which no template sees a tag. */
static void plain(struct text *t, struct slice s)
{
	struct buf quoted = { .arena = t->d->arena };
	buf_json_string(&quoted, s);
	for (size_t i = 1; i + 1 < quoted.len; i++)
		if (quoted.at[i] == '{' && (quoted.at[i + 1] == '{' || i + 2 == quoted.len))
			buf_text(&t->b, "\\u007b");
		else
			buf_add(&t->b, quoted.at + i, 1);
}

/* The next tag from @i on, or the text's end; @ret_back: backslashes before it. */
static uint32_t next_tag(struct slice s, uint32_t i, uint32_t *ret_back)
{
	uint32_t lo = i, back = 0;
	while (i < s.len && !(i + 1 < s.len && s.at[i] == '{' && s.at[i + 1] == '{'))
		i++;
	while (i < s.len && back < i - lo && s.at[i - 1 - back] == '\\')
		back++;
	*ret_back = back;
	return i;
}

/* Of backslashes before a tag Handlebars takes one away; a single one makes the tag plain text. */
static void string(struct text *t, const struct node *n)
{
	struct slice s = n->u.text;
	uint32_t i = 0, lo = 0, back;
	if (flow_text_is_hole(s)) {
		piece(t, n, 0);
		buf_slice(&t->b, s);
		return;
	}
	buf_text(&t->b, "\"");
	while (lo < s.len) {
		i = next_tag(s, i, &back);
		if (back == 1) {
			piece(t, n, lo);
			plain(t, (struct slice){ s.at + lo, i - lo - 1 });
			lo = i;
			i += 2;
			continue;
		}
		piece(t, n, lo);
		plain(t, (struct slice){ s.at + lo, i - lo - (back > 1) });
		lo = i;
		if (i == s.len)
			break;
		i = flow_text_tag_end(s, i);
		piece(t, n, lo);
		buf_text(&t->b, back > 1 ? "\\" : ""); /* is taken away */
		buf_add(&t->b, s.at + lo, i - lo);
		lo = i;
	}
	buf_text(&t->b, "\"");
}

static void value(struct text *t, const struct node *n);

static void container(struct text *t, const struct node *n)
{
	bool map = n->kind == NODE_MAP;
	uint32_t count = map ? n->u.map.n : n->u.list.n;
	buf_text(&t->b, map ? "{ " : "[ ");
	for (uint32_t i = 0; i < count; i++) {
		buf_text(&t->b, i == 0 ? "" : ", ");
		if (map) {
			buf_text(&t->b, "\"");
			plain(t, n->u.map.v[i].key);
			buf_text(&t->b, "\": ");
		}
		value(t, map ? n->u.map.v[i].value : n->u.list.v[i]);
	}
	buf_text(&t->b, map ? " }" : " ]");
}

/* @n as JSON with holes. Documents nest at most SYNTAX_MAX_DEPTH deep. */
static void value(struct text *t, const struct node *n)
{
	switch ((enum node_kind)n->kind) {
	case NODE_STRING: string(t, n); return;
	case NODE_LIST:
	case NODE_MAP: container(t, n); return;
	case NODE_POISON: buf_text(&t->b, "null"); return;
	case NODE_NULL:
	case NODE_BOOL:
	case NODE_INT:
	case NODE_FLOAT:
		piece(t, n, 0);
		syntax_dump(&t->b, n);
		return;
	}
}

/* ---- Places -------------------------------------------------------------------------------- */

static struct span place(const struct text *t, uint32_t at, uint32_t len)
{
	size_t lo = 0, hi = t->npieces;
	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;
		if (t->pieces[mid].at <= at)
			lo = mid;
		else
			hi = mid;
	}
	if (t->npieces == 0)
		return SPAN_NONE;
	const struct piece *p = &t->pieces[lo];
	uint32_t offset = p->offset + (at < p->at ? 0 : at - (uint32_t)p->at);
	if (p->node->kind != NODE_STRING || offset > p->node->u.text.len)
		return p->node->span;
	if (len > p->node->u.text.len - offset)
		len = p->node->u.text.len - offset;
	return syntax_place(t->d->sources, p->node, offset, len);
}

/* ---- Compiling ----------------------------------------------------------------------------- */

static struct flow_read read_of(struct text *t, const struct aeg_variable *v)
{
	struct slice *steps = arena_array(t->d->arena, struct slice, v->nsteps + 1);
	for (uint32_t i = 0; i < v->nsteps; i++)
		steps[i] = buf_copy(
			t->d->arena, (struct slice){ v->steps[i].name.at, v->steps[i].name.len });
	return (struct flow_read){ steps, v->nsteps, v->flags, place(t, v->at, v->len) };
}

static void note_read(void *ctx, const struct aeg_variable *v)
{
	struct text *t = ctx;
	if (v->special.len != 0)
		return;
	arena_push(t->d->arena, t->made.reads, t->made.nreads, &t->reads_cap);
	t->made.reads[t->made.nreads++] = read_of(t, v);
}

static uint32_t types_of(void *ctx, const struct aeg_variable *v)
{
	struct text *t = ctx;
	if (t->scope == NULL || v->special.len != 0)
		return AEG_TYPE_ANY;
	struct flow_read r = read_of(t, v);
	return t->scope->types(t->scope->ctx, &r);
}

static void report(struct text *t, const struct aeg_template_error *e)
{
	struct diags *d = t->d;
	diag_add(d, (struct diag){ AEG_bad_flow_template, place(t, e->at, e->len),
			    .label = diag_text(d, "%s", e->what),
			    .help = e->near_.len == 0 ? NULL
						      : diag_text(d, "did you mean `%.*s`?",
								(int)e->near_.len, e->near_.at) });
}

static struct flow_template compile(struct text *t, bool condition)
{
	struct aeg_template_options o = {
		.size_of = sizeof o,
		.mode = AEG_MODE_JSON,
		.variable = note_read,
		.ctx = t,
		.types = types_of,
	};
	struct aeg_str text = { t->b.at == NULL ? "" : t->b.at, (uint32_t)t->b.len };
	struct aeg_template_error error = { .what = "too large" };
	enum aeg_status s = AEG_NOMEM;
	for (size_t cap = 4096 + 32 * (size_t)text.len; s == AEG_NOMEM && cap < (64u << 20);
		cap *= 2) {
		void *mem = arena_alloc(t->d->arena, cap, 1, 8);
		size_t len;
		t->made.nreads = 0;
		s = condition ? aeg_condition_compile(text, &o, mem, cap, &len, &error)
			      : aeg_template_compile(text, &o, mem, cap, &len, &error);
		if (s == AEG_OK)
			t->made.program = (struct slice){ mem, (uint32_t)len };
	}
	if (s != AEG_OK)
		report(t, &error);
	return t->made;
}

static struct flow_template whole(
	struct diags *d, const struct flow_scope *scope, const struct node *n, bool condition)
{
	struct text t = { .d = d, .b.arena = d->arena, .scope = scope };
	piece(&t, n, 0);
	if (n->u.text.at != NULL)
		buf_slice(&t.b, n->u.text);
	return compile(&t, condition);
}

struct flow_template flow_text_json(
	struct diags *d, const struct flow_scope *scope, const struct node *text)
{
	return whole(d, scope, text, false);
}

struct flow_template flow_text_condition(
	struct diags *d, const struct flow_scope *scope, const struct node *text)
{
	return whole(d, scope, text, true);
}

struct flow_template flow_text_value(
	struct diags *d, const struct flow_scope *scope, const struct node *v)
{
	struct text t = { .d = d, .b.arena = d->arena, .scope = scope };
	value(&t, v);
	return compile(&t, false);
}
