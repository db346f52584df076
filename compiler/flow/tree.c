/* The value that a template of JSON is, for as much as it is known before its holes are filled. */
#include <string.h>

#include "aegis/aegis.h"
#include "flow/text.h"

struct tree {
	struct diags *d;
	const struct node *from; /* the text */
	struct slice text;       /* its value */
	struct aeg_json j;       /* of the text with its holes replaced */
};

/* ---- Holes replaced ------------------------------------------------------------------------ */

/* Each tag becomes as many bytes of JSON: between values a string, in strings a part of them, and
 * comments nothing. False: a tag is more than a hole. */
static bool fill(struct slice s, char *out)
{
	bool quoted = false;
	for (uint32_t i = 0, end; i < s.len; i = end) {
		end = i + 1;
		out[i] = s.at[i];
		if (s.at[i] == '\\') {
			if (end < s.len && s.at[end] == '{')
				return false; /* an escaped tag */
			if (end < s.len)
				out[end] = s.at[end];
			end += end < s.len;
			continue;
		}
		quoted ^= s.at[i] == '"';
		if (s.at[i] != '{' || end == s.len || s.at[end] != '{')
			continue;
		end = flow_text_tag_end(s, i);
		bool comment = i + 2 < s.len && s.at[i + 2] == '!';
		if (!comment && !flow_text_is_hole((struct slice){ s.at + i, end - i }))
			return false;
		memset(out + i, quoted ? 'x' : ' ', end - i);
		if (!quoted && !comment) {
			memset(out + i, 'x', end - i);
			out[i] = out[end - 1] = '"';
		}
	}
	return true;
}

/* ---- Nodes --------------------------------------------------------------------------------- */

static struct span span_at(const struct tree *t, uint32_t token)
{
	const struct aeg_json_tok *k = &t->j.tok[token];
	uint32_t quote = (k->info & AEG_JSON_KIND_MASK) == AEG_JSON_STRING;
	return syntax_place(t->d->sources, t->from, k->at - quote, k->len + 2 * quote);
}

static struct slice written(const struct tree *t, uint32_t token)
{
	const struct aeg_json_tok *k = &t->j.tok[token];
	bool hole =
		(k->info & AEG_JSON_KIND_MASK) == AEG_JSON_STRING && t->text.at[k->at - 1] == '{';
	return (struct slice){ t->text.at + k->at - hole, k->len + 2 * hole };
}

static struct slice unescaped(const struct tree *t, uint32_t token)
{
	const struct aeg_json_tok *k = &t->j.tok[token];
	if (!(k->info & AEG_JSON_ESCAPED))
		return written(t, token);
	char *buf = arena_alloc(t->d->arena, k->len + 1, 1, 1);
	return (struct slice){ buf, (uint32_t)aeg_json_unescape(&t->j, token, buf, k->len) };
}

static struct node *make(const struct tree *t, uint32_t token);

static void members(const struct tree *t, uint32_t token, struct node *n)
{
	const struct aeg_json_tok *k = t->j.tok;
	uint32_t count = 0;
	for (uint32_t i = token + 1; i < k[token].next; i = k[i].next)
		count++;
	bool map = n->kind == NODE_MAP;
	if (map)
		n->u.map.v = arena_array(t->d->arena, struct member, count);
	else
		n->u.list.v = arena_array(t->d->arena, struct node *, count);
	for (uint32_t i = token + 1; i < k[token].next; i = k[i].next) {
		struct node *value = make(t, map ? i + 1 : i);
		if (map)
			n->u.map.v[n->u.map.n++] = (struct member){ unescaped(t, i), span_at(t, i),
				value, value->span };
		else
			n->u.list.v[n->u.list.n++] = value;
	}
}

/* The scanner of JSON bounds the depth. */
static struct node *make(const struct tree *t, uint32_t token)
{
	const struct aeg_json_tok *k = &t->j.tok[token];
	struct node *n = arena_new(t->d->arena, struct node);
	n->span = span_at(t, token);
	switch (k->info & AEG_JSON_KIND_MASK) {
	case AEG_JSON_NULL: n->kind = NODE_NULL; break;
	case AEG_JSON_TRUE:
	case AEG_JSON_FALSE: n->kind = NODE_BOOL; break;
	case AEG_JSON_NUMBER: n->kind = NODE_INT; break;
	case AEG_JSON_STRING: n->kind = NODE_STRING; break;
	case AEG_JSON_ARRAY: n->kind = NODE_LIST; break;
	default: n->kind = NODE_MAP; break;
	}
	if (n->kind == NODE_LIST || n->kind == NODE_MAP) {
		members(t, token, n);
		return n;
	}
	n->u.text = n->kind == NODE_STRING ? unescaped(t, token) : written(t, token);
	for (uint32_t i = 0; n->kind == NODE_INT && i < n->u.text.len; i++)
		if (strchr(".eE", n->u.text.at[i]) != NULL)
			n->kind = NODE_FLOAT;
	return n;
}

const struct node *flow_text_tree(struct diags *d, const struct node *text)
{
	struct tree t = { .d = d, .from = text, .text = text->u.text };
	if (text->kind != NODE_STRING || text->u.text.len == 0)
		return NULL;
	char *filled = arena_alloc(d->arena, t.text.len, 1, 1);
	size_t cap = aeg_json_bound(t.text.len);
	if (!fill(t.text, filled) ||
		aeg_json_scan(&t.j, filled, t.text.len,
			arena_array(d->arena, struct aeg_json_tok, cap), cap) != AEG_OK)
		return NULL;
	return make(&t, 0);
}
