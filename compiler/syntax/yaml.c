/* YAML > tree, over libyaml's events. Nobody but this file sees libyaml's marks. */
#include "grammar/scalar.h"
#include "syntax/build.h"

#include <yaml.h>

enum { MAX_TAG_DIRECTIVES = 100 }; /* libyaml compares each with all before it */

struct reader {
	yaml_parser_t parser;
	yaml_event_t event;
	bool have_event;
	void (*fail)(void *ctx); /* the arena's own */
	void *fail_ctx;

	struct arena *arena;
	struct yaml_text in;
	struct slice text; /* in.text */
	uint32_t fed;      /* bytes that libyaml has been given */
	bool ended;        /* and that there are no more */

	bool ascii;
	uint32_t first;    /* the byte that libyaml's index 0 is */
	size_t mark_index; /* a mark, and the byte it is; the next is looked for from here */
	uint32_t mark_at;

	uint32_t seen;   /* where the last part of a flow value ended */
	bool open_end;   /* the document before ended without `...` */
	uint32_t errors; /* that were known before this document */
	struct build build;
};

static void release(struct reader *r)
{
	if (r->have_event)
		yaml_event_delete(&r->event);
	yaml_parser_delete(&r->parser);
	r->arena->fail = r->fail;
	r->arena->ctx = r->fail_ctx;
}

/* Stands in for the arena's fail, which does not come back: libyaml's memory is not the arena's. */
static void fail(void *ctx)
{
	struct reader *r = ctx;
	release(r);
	r->fail(r->fail_ctx);
}

/* ---- Marks > bytes ------------------------------------------------------------------------- */

static bool inside(unsigned char c) { return (c & 0xc0) == 0x80; }

/* The byte of the code point that @mark counts to. Marks come nearly in order: the way is short. */
static uint32_t byte_of(struct reader *r, const yaml_mark_t *mark)
{
	const char *text = r->text.at;
	uint32_t at = r->mark_at, len = r->text.len;
	size_t index = r->mark_index;
	if (r->ascii)
		return mark->index < len - r->first ? r->first + (uint32_t)mark->index : len;
	for (; index < mark->index && at < len; index++)
		for (at++; at < len && inside((unsigned char)text[at]);)
			at++;
	for (; index > mark->index && at > r->first; index--)
		for (at--; at > r->first && inside((unsigned char)text[at]);)
			at--;
	r->mark_index = index;
	r->mark_at = at;
	return at;
}

static struct span span_at(const struct reader *r, uint32_t lo, uint32_t hi)
{
	return (struct span){ r->in.file, lo, hi < lo ? lo : hi };
}

static bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/* Past white space and comments. */
static uint32_t skip_blank(const struct reader *r, uint32_t at, uint32_t hi)
{
	const char *text = r->text.at;
	while (at < hi && (blank(text[at]) || text[at] == '#')) {
		if (text[at] == '#')
			while (at < hi && text[at] != '\n' && text[at] != '\r')
				at++;
		else
			at++;
	}
	return at;
}

/* ---- Before a value ------------------------------------------------------------------------ */

static bool in_flow(struct reader *r)
{
	const struct node *n = build_top(&r->build)->node;
	return n != NULL && n->style == NODE_FLOW;
}

/* In a flow list or mapping: checks what stands between the last part and the one at [lo, hi). */
static bool pass_gap(struct reader *r, uint32_t lo, uint32_t hi)
{
	uint32_t from = r->seen;
	if (r->seen < hi)
		r->seen = hi;
	return !in_flow(r) || strict_gap(&r->in, from, lo, build_top(&r->build)->indent);
}

/* For libyaml a value begins with its anchor and its tag: moves @lo past them. False, and reported,
 * when the anchor's name does not end where libyaml says; a tag is reported too. */
static bool pass_properties(struct reader *r, uint32_t *lo, uint32_t hi, const yaml_char_t *anchor,
	const yaml_char_t *tagged)
{
	const char *text = r->text.at;
	uint32_t at = *lo;
	struct span tag = span_at(r, at, at);
	bool good = true;
	for (char had = 0; at < hi && (text[at] == '&' || text[at] == '!') && text[at] != had;) {
		uint32_t from = at;
		bool verbatim = text[at] == '!' && at + 1 < hi && text[at + 1] == '<';
		while (at < hi && !blank(text[at]) &&
			(verbatim || strchr(",[]{}", text[at]) == NULL))
			at++;
		if (text[from] == '!')
			tag = span_at(r, from, at);
		else if (anchor != NULL)
			good = strict_name(&r->in, from, (uint32_t)strlen((const char *)anchor));
		had = text[from];
		at = skip_blank(r, at, hi);
	}
	if (tagged != NULL)
		syntax_report(r->in.d, AEG_tag, tag, "remove it",
			"a value that should be text goes in quotes; so does text that begins "
			"with `!`");
	*lo = at;
	return good;
}

/* ---- Scalars ------------------------------------------------------------------------------- */

static void bad_number(struct reader *r, struct node *n, enum diag_code code, const char *label)
{
	syntax_report(r->in.d, code, n->span, label,
		code == AEG_not_finite
			? "leave the key out where no limit is meant; quotes make it text"
			: "quotes make it text");
	n->kind = NODE_POISON;
}

/* Gives the plain scalar @n its kind. */
static void set_kind(struct reader *r, struct node *n)
{
	struct slice s = n->u.text;
	enum scalar_kind kind = scalar_kind(s.at, s.len);
	switch (kind) {
	case SCALAR_STRING: break;
	case SCALAR_NULL: n->kind = NODE_NULL; break;
	case SCALAR_TRUE:
	case SCALAR_FALSE: n->kind = NODE_BOOL; break;
	case SCALAR_DECIMAL:
	case SCALAR_FLOAT:
		n->kind = kind == SCALAR_FLOAT ? NODE_FLOAT : NODE_INT;
		if (s.len > SYNTAX_MAX_NUMBER)
			bad_number(r, n, AEG_number_too_long, "more than 512 characters");
		break;
	case SCALAR_OCTAL:
	case SCALAR_HEX:
		n->kind = NODE_INT;
		if (s.len > 2 + SYNTAX_MAX_DIGITS)
			bad_number(r, n, AEG_number_too_long, "more than 64 digits");
		break;
	case SCALAR_INFINITE:
	case SCALAR_NAN: bad_number(r, n, AEG_not_finite, "no finite number"); break;
	}
}

/* The value's text: where the source has it byte for byte, there. */
static void set_text(struct reader *r, struct node *n)
{
	const char *value = (const char *)r->event.data.scalar.value;
	size_t len = r->event.data.scalar.length;
	uint32_t quote = n->style == NODE_QUOTED;
	const char *written = r->text.at + n->span.lo + quote;
	n->plain_text = (n->style == NODE_PLAIN || n->style == NODE_QUOTED) &&
			n->span.hi - n->span.lo == len + 2 * quote &&
			memcmp(written, value, len) == 0;
	if (!n->plain_text) {
		char *copy = arena_array(r->arena, char, len);
		memcpy(copy, value, len);
		written = copy;
	}
	n->u.text = (struct slice){ written, (uint32_t)len };
}

static enum node_style scalar_style(yaml_scalar_style_t style)
{
	switch (style) {
	case YAML_SINGLE_QUOTED_SCALAR_STYLE:
	case YAML_DOUBLE_QUOTED_SCALAR_STYLE: return NODE_QUOTED;
	case YAML_LITERAL_SCALAR_STYLE: return NODE_LITERAL;
	case YAML_FOLDED_SCALAR_STYLE: return NODE_FOLDED;
	case YAML_ANY_SCALAR_STYLE:
	case YAML_PLAIN_SCALAR_STYLE: break;
	}
	return NODE_PLAIN;
}

/* What libyaml does not check of a scalar. */
static bool check_scalar(struct reader *r, const struct node *n)
{
	uint32_t lo = n->span.lo, hi = n->span.hi, indent = build_top(&r->build)->indent;
	switch ((enum node_style)n->style) {
	case NODE_QUOTED:
		return strict_lines(&r->in, lo, hi, indent, true) && strict_after(&r->in, hi);
	case NODE_LITERAL:
	case NODE_FOLDED: return strict_header(&r->in, lo);
	case NODE_PLAIN:
		return !in_flow(r) ||
		       (strict_dash(&r->in, lo, hi) && strict_lines(&r->in, lo, hi, indent, false));
	case NODE_FLOW:
	case NODE_BLOCK: break;
	}
	return true;
}

static bool on_scalar(struct reader *r)
{
	const yaml_event_t *e = &r->event;
	const yaml_char_t *anchor = e->data.scalar.anchor, *tagged = e->data.scalar.tag;
	uint32_t lo = byte_of(r, &e->start_mark), hi = byte_of(r, &e->end_mark);
	if (!pass_gap(r, lo, hi))
		return false;
	if ((tagged != NULL || anchor != NULL) && !pass_properties(r, &lo, hi, anchor, tagged))
		return false;
	enum node_style style = scalar_style(e->data.scalar.style);
	if (style == NODE_LITERAL || style == NODE_FOLDED) /* to libyaml they end with the next */
		while (hi > lo && blank(r->text.at[hi - 1]))
			hi--;

	struct node scratch = { 0 }; /* a key without an anchor needs no node */
	bool keep = anchor != NULL || !build_wants_key(&r->build);
	struct node *n = keep ? arena_new(r->arena, struct node) : &scratch;
	n->kind = NODE_STRING;
	n->style = (uint8_t)style;
	n->span = span_at(r, lo, hi);
	set_text(r, n);
	if (!check_scalar(r, n))
		return false;
	if (keep && style == NODE_PLAIN)
		set_kind(r, n);
	if (tagged != NULL)
		n->kind = NODE_POISON;
	return build_scalar(&r->build, n, (const char *)anchor);
}

/* ---- Lists, mappings, aliases -------------------------------------------------------------- */

static bool on_alias(struct reader *r)
{
	const char *name = (const char *)r->event.data.alias.anchor;
	uint32_t lo = byte_of(r, &r->event.start_mark), hi = byte_of(r, &r->event.end_mark);
	return pass_gap(r, lo, hi) && strict_name(&r->in, lo, (uint32_t)strlen(name)) &&
	       build_alias(&r->build, name, span_at(r, lo, hi));
}

static bool on_open(struct reader *r, enum node_kind kind, bool flow, const yaml_char_t *anchor,
	const yaml_char_t *tagged)
{
	uint32_t lo = byte_of(r, &r->event.start_mark);
	if (!pass_gap(r, lo, lo))
		return false;
	if ((anchor != NULL || tagged != NULL) &&
		!pass_properties(r, &lo, r->text.len, anchor, tagged))
		return false;
	struct node *n = arena_new(r->arena, struct node);
	n->kind = (uint8_t)kind;
	n->style = flow ? NODE_FLOW : NODE_BLOCK;
	n->span = span_at(r, lo, lo < r->text.len ? lo + 1 : lo);
	if (lo < r->text.len && (r->text.at[lo] == '[' || r->text.at[lo] == '{'))
		r->seen = lo + 1;
	uint32_t outer = build_top(&r->build)->indent;
	return build_open(&r->build, n, (const char *)anchor,
		flow ? outer : (uint32_t)r->event.start_mark.column + 1);
}

static bool on_close(struct reader *r)
{
	const struct build_frame *f = build_top(&r->build);
	uint32_t end = byte_of(r, &r->event.end_mark);
	char last = end == 0 ? 0 : r->text.at[end - 1];
	/* The `a: b` of `[a: b]` is a mapping too, and has no brackets. */
	bool brackets = f->node->style == NODE_FLOW && (last == ']' || last == '}');
	if (brackets && (!pass_gap(r, end - 1, end) || !strict_after(&r->in, end)))
		return false;
	build_close(&r->build, brackets ? end : f->hi);
	return true;
}

/* ---- Documents ----------------------------------------------------------------------------- */

static void warn_version(struct reader *r, uint32_t lo, uint32_t hi)
{
	while (lo + 5 < hi && memcmp(r->text.at + lo, "%YAML", 5) != 0)
		lo++;
	uint32_t end = lo;
	while (end < hi && r->text.at[end] != '\n' && r->text.at[end] != '\r')
		end++;
	syntax_report(r->in.d, AEG_yaml_1_1, span_at(r, lo, end),
		"`yes`, `no`, `on` and `off` are text, `010` is ten",
		"write `%YAML 1.2`, or leave it out");
}

static bool on_document_start(struct reader *r)
{
	build_start(&r->build);
	const yaml_version_directive_t *v = r->event.data.document_start.version_directive;
	if (v == NULL && r->event.data.document_start.tag_directives.start ==
				 r->event.data.document_start.tag_directives.end)
		return true;
	uint32_t lo = byte_of(r, &r->event.start_mark), hi = byte_of(r, &r->event.end_mark);
	if (v != NULL && v->minor == 1)
		warn_version(r, lo, hi);
	return strict_directives(&r->in, lo, hi, r->open_end);
}

static void on_document_end(struct reader *r, struct documents *out)
{
	r->open_end = r->event.data.document_end.implicit;
	arena_push(r->arena, out->v, out->n, &out->cap);
	out->v[out->n++] = (struct document){ r->in.file, r->build.root, r->build.broken,
		r->in.d->errors != r->errors };
	r->errors = r->in.d->errors;
}

/* ---- The loop ------------------------------------------------------------------------------ */

/* False at the end, and where reading on makes no sense; that is reported. */
static bool on_event(struct reader *r, struct documents *out)
{
	const yaml_event_t *e = &r->event;
	switch (e->type) {
	case YAML_STREAM_START_EVENT: return true;
	case YAML_DOCUMENT_START_EVENT: return on_document_start(r);
	case YAML_DOCUMENT_END_EVENT: on_document_end(r, out); return true;
	case YAML_SCALAR_EVENT: return on_scalar(r);
	case YAML_ALIAS_EVENT: return on_alias(r);
	case YAML_SEQUENCE_START_EVENT:
		return on_open(r, NODE_LIST,
			e->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE,
			e->data.sequence_start.anchor, e->data.sequence_start.tag);
	case YAML_MAPPING_START_EVENT:
		return on_open(r, NODE_MAP, e->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE,
			e->data.mapping_start.anchor, e->data.mapping_start.tag);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT: return on_close(r);
	case YAML_NO_EVENT:
	case YAML_STREAM_END_EVENT: break;
	}
	return false;
}

static void report_problem(struct reader *r)
{
	const yaml_parser_t *p = &r->parser;
	if (p->error == YAML_MEMORY_ERROR)
		r->arena->fail(r->arena->ctx);
	uint32_t where = byte_of(r, &p->problem_mark);
	yaml_words(&r->in, p->problem, p->context, where,
		p->context == NULL ? where : byte_of(r, &p->context_mark));
}

static void read_events(struct reader *r, struct documents *out)
{
	for (bool more = true; more;) {
		if (!yaml_parser_parse(&r->parser, &r->event)) {
			report_problem(r);
			return;
		}
		r->have_event = true;
		more = on_event(r, out);
		r->have_event = false;
		yaml_event_delete(&r->event);
	}
}

/* Gives libyaml the text, and a line end after a last line of spaces, which it would lose. */
static int feed(void *data, unsigned char *to, size_t size, size_t *ret_size)
{
	struct reader *r = data;
	uint32_t left = r->text.len - r->fed;
	*ret_size = size < left ? size : left;
	memcpy(to, r->text.at + r->fed, *ret_size);
	r->fed += (uint32_t)*ret_size;
	if (left == 0 && !r->ended && r->text.len > 0 && r->text.at[r->text.len - 1] == ' ') {
		*to = '\n';
		*ret_size = 1;
	}
	r->ended = left == 0;
	return 1;
}

/* False, and reported, for more %TAG lines than libyaml can cope with. */
static bool directives_check(struct reader *r)
{
	uint32_t n = 0;
	const char *end = r->text.at + r->text.len, *at = r->text.at;
	while (at < end && (at = memchr(at, '%', (size_t)(end - at))) != NULL) {
		uint32_t lo = (uint32_t)(at - r->text.at);
		bool starts = lo == 0 || at[-1] == '\n' || at[-1] == '\r';
		if (starts && end - at > 4 && memcmp(at, "%TAG", 4) == 0 &&
			++n > MAX_TAG_DIRECTIVES) {
			syntax_report(r->in.d, AEG_yaml_syntax, span_at(r, lo, lo + 4),
				"more than 100 lines with `%TAG`",
				"tags are not used here: remove the lines");
			return false;
		}
		at++;
	}
	return true;
}

void syntax_parse_yaml(struct diags *d, uint32_t file, struct documents *out)
{
	struct slice text = d->sources->v[file].text;
	struct reader r = { .arena = d->arena, .in = { d, file, text }, .text = text };
	build_init(&r.build, d);
	r.errors = d->errors;
	if (!text_check(d, file, &r.first, &r.ascii) || !directives_check(&r))
		return;
	if (!yaml_parser_initialize(&r.parser))
		d->arena->fail(d->arena->ctx);
	r.mark_at = r.fed = r.seen = r.first;
	r.fail = d->arena->fail;
	r.fail_ctx = d->arena->ctx;
	d->arena->fail = fail;
	d->arena->ctx = &r;
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input(&r.parser, feed, &r);
	read_events(&r, out);
	release(&r);
}
