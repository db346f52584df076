/* Where in the source the bytes of a scalar's value were written. */
#include "syntax/internal.h"

/* The value and its source, walked together. */
struct walk {
	struct slice value, text; /* text: up to the scalar's end */
	uint32_t v, s;            /* bytes of each that are passed */
	char quote;               /* what stands around it, or 0 */
};

static bool blank(uint32_t c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/* ---- Literal: each line of the value is the end of a line of the source --------------------- */

static uint32_t line_end(struct slice s, uint32_t at)
{
	while (at < s.len && s.at[at] != '\n' && s.at[at] != '\r')
		at++;
	return at;
}

static uint32_t next_line(struct slice s, uint32_t end)
{
	bool two = end + 1 < s.len && s.at[end] == '\r' && s.at[end + 1] == '\n';

	return end + two + (end < s.len);
}

static uint32_t literal_place(struct slice text, struct slice value, uint32_t from, uint32_t offset)
{
	uint32_t s = next_line(text, line_end(text, from)), end = line_end(text, s), v = 0;

	for (;;) {
		uint32_t v_end = line_end(value, v), indent = 0;
		if (end - s > v_end - v)
			indent = end - s - (v_end - v);
		if (offset <= v_end || v_end == value.len)
			return s + indent + (offset - v);
		v = v_end + 1;
		s = next_line(text, end);
		end = line_end(text, s);
	}
}

/* ---- All others: what is not white space stands in the source in the same order -------------- */

static uint32_t hex(const char *at, uint32_t n)
{
	uint32_t value = 0;

	for (uint32_t i = 0; i < n; i++)
		value = value << 4 | ((uint32_t)(at[i] <= '9' ? at[i] : at[i] + 9) & 15);
	return value;
}

static uint32_t utf8_size(uint32_t c) { return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4; }

/* The byte or escape at w->s: what it stands for, its bytes there and (@ret_v) in the value. */
static uint32_t unit(const struct walk *w, uint32_t *ret_s, uint32_t *ret_v)
{
	const char *at = w->text.at + w->s;
	uint32_t left = w->text.len - w->s, digits, c;

	*ret_s = *ret_v = 1;
	if (left < 2 || w->quote == 0 || *at != (w->quote == '"' ? '\\' : '\'') ||
		(w->quote == '\'' && at[1] != '\''))
		return (unsigned char)*at;
	digits = at[1] == 'x' ? 2 : at[1] == 'u' ? 4 : at[1] == 'U' ? 8 : 0;
	if (digits > left - 2)
		digits = left - 2;
	*ret_s = 2 + digits;
	if (digits != 0) {
		c = hex(at + 2, digits);
		if (c - 0xd800 < 0x400 && left >= 12) { /* JSON's pairs */
			*ret_s = 12;
			c = 0x10000;
		}
	} else {
		static const char names[] = "tnrN_LP";
		static const uint32_t stand[] = { '\t', '\n', '\r', 0x85, 0xa0, 0x2028, 0x2029 };
		const char *name = strchr(names, at[1]);
		c = name == NULL || *name == 0 ? (unsigned char)at[1] : stand[name - names];
	}
	*ret_v = utf8_size(c);
	return c;
}

static void skip_blank(struct walk *w)
{
	uint32_t size, made;

	while (w->s < w->text.len && blank(unit(w, &size, &made)))
		w->s += size;
}

/* Until @to bytes of the value are passed, of an escape that makes more either none or (@whole)
 * all. White space may be folded: it goes along as far as it stands there as it is. */
static void advance(struct walk *w, uint32_t to, bool whole)
{
	uint32_t size, made;

	while (w->v < to && w->s < w->text.len) {
		bool white = blank((unsigned char)w->value.at[w->v]);
		if (!white)
			skip_blank(w);
		if (w->s == w->text.len)
			return;
		uint32_t c = unit(w, &size, &made);
		if (white && c != (unsigned char)w->value.at[w->v]) {
			w->v++;
			continue;
		}
		if (!whole && made > to - w->v && size > 1)
			return;
		w->v += made;
		w->s += size;
	}
}

static struct span walked_place(
	struct slice text, const struct node *n, uint32_t offset, uint32_t len)
{
	struct walk w = { .value = n->u.text, .text = text, .s = n->span.lo };
	uint32_t lo;

	if (n->style == NODE_QUOTED) {
		w.quote = text.at[w.s++];
		w.text.len--;
	} else if (n->style == NODE_FOLDED) {
		w.s = next_line(text, line_end(text, w.s));
	}
	advance(&w, offset, false);
	if (offset < w.value.len && !blank((unsigned char)w.value.at[offset]))
		skip_blank(&w);
	lo = w.s;
	advance(&w, offset + len, true);
	return (struct span){ n->span.file, lo, w.s };
}

struct span syntax_place(
	const struct sources *s, const struct node *n, uint32_t offset, uint32_t len)
{
	struct slice value = n->u.text, text = s->v[n->span.file].text;
	struct span at = n->span;

	if (offset > value.len)
		offset = value.len;
	if (len > value.len - offset)
		len = value.len - offset;
	if (n->plain_text) {
		at.lo += (n->style == NODE_QUOTED) + offset;
		at.hi = at.lo + len;
		return at;
	}
	if (n->style == NODE_LITERAL) {
		at.lo = literal_place(text, value, at.lo, offset);
		at.hi = len == 0 ? at.lo
				 : literal_place(text, value, n->span.lo, offset + len - 1) + 1;
	} else {
		text.len = at.hi;
		at = walked_place(text, n, offset, len);
	}
	/* Of an end without a line: the last byte that is there. */
	at.hi = at.hi < text.len ? at.hi : text.len;
	at.lo = at.lo < at.hi ? at.lo : at.hi;
	return at;
}

struct node syntax_key(const struct sources *s, const struct member *m)
{
	const char *at = s->v[m->key_span.file].text.at + m->key_span.lo;
	bool empty = m->key_span.hi == m->key_span.lo;
	uint8_t style = empty                       ? NODE_PLAIN
			: *at == '"' || *at == '\'' ? NODE_QUOTED
			: *at == '|'                ? NODE_LITERAL
			: *at == '>'                ? NODE_FOLDED
						    : NODE_PLAIN;

	return (struct node){
		.kind = NODE_STRING, .style = style, .span = m->key_span, .u.text = m->key
	};
}
