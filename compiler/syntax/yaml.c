/* YAML > tree, over libyaml's events. Nobody but this file sees libyaml's marks. */
#include "syntax/internal.h"

#include "grammar/scalar.h"

#include <yaml.h>

enum { MAX_TAG_DIRECTIVES = 100 }; /* libyaml compares each with all before it */
#define NO_ANCHOR UINT32_MAX

/* An open list or mapping; frame 0 is the document, which takes one value. */
struct frame {
	struct node *node;
	size_t first;    /* its first entry on the stack of items or members */
	uint32_t anchor; /* or NO_ANCHOR */
	uint32_t before; /* values of the document before it */
	uint32_t height; /* of its highest value */
	uint32_t hi;     /* where its last value ends */
	bool is_key;     /* itself in place of a key: reported, read, and dropped */
	bool have_key, drop_value;
	struct slice key;
	struct span key_span;
};

struct anchor {
	struct node *node;
	uint32_t values, height; /* that an alias adds: valid once closed */
	bool open;
};

struct reader {
	yaml_parser_t parser;
	yaml_event_t event;
	bool have_event;
	void (*fail)(void *ctx); /* the arena's own */
	void *fail_ctx;

	struct diags *d;
	struct arena *arena;
	struct slice text;
	uint32_t file;
	bool ascii;
	uint32_t first;    /* byte that libyaml's index 0 is */
	size_t mark_index; /* a mark, and the byte it is; the next is looked for from here */
	uint32_t mark_at;

	/* the document */
	struct frame frames[SYNTAX_MAX_DEPTH + 1];
	uint32_t depth; /* frames[depth] is the innermost */
	struct node *root;
	uint32_t values;
	bool broken;
	struct map names; /* of anchors > index in latest */
	uint32_t *latest; /* index in anchors */
	size_t nlatest, latest_cap;
	struct anchor *anchors;
	size_t nanchors, anchors_cap;

	/* entries of the open lists and mappings */
	struct node **items;
	size_t nitems, items_cap;
	struct member *members;
	size_t nmembers, members_cap;
};

static void release(struct reader *r)
{
	if (r->have_event)
		yaml_event_delete(&r->event);
	yaml_parser_delete(&r->parser);
}

/* Stands in for the arena's fail, which does not come back: libyaml's memory is not the arena's. */
static void fail(void *ctx)
{
	struct reader *r = ctx;
	release(r);
	r->arena->fail = r->fail;
	r->arena->ctx = r->fail_ctx;
	r->fail(r->fail_ctx);
}

/* ---- Marks > bytes ------------------------------------------------------------------------- */

static bool inside(unsigned char c) { return (c & 0xc0) == 0x80; }

/* The byte of the code point that @mark counts to. Marks come nearly in order, so the way is short.
 */
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
	return (struct span){ r->file, lo, hi < lo ? lo : hi };
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

/* A value begins with its anchor and its tag for libyaml. Where it does for us; @tag: the tag's
 * span. */
static uint32_t skip_properties(const struct reader *r, uint32_t at, uint32_t hi, struct span *tag)
{
	const char *text = r->text.at;
	for (char had = 0; at < hi && (text[at] == '&' || text[at] == '!') && text[at] != had;) {
		uint32_t from = at;
		bool verbatim = text[at] == '!' && at + 1 < hi && text[at + 1] == '<';
		while (at < hi && !blank(text[at]) &&
			(verbatim || strchr(",[]{}", text[at]) == NULL))
			at++;
		if (text[from] == '!')
			*tag = span_at(r, from, at);
		had = text[from];
		at = skip_blank(r, at, hi);
	}
	return at;
}

/* ---- Anchors ------------------------------------------------------------------------------- */

/* Notes @node under @name, for aliases from here on. */
static uint32_t anchor_set(struct reader *r, const yaml_char_t *name, struct node *node, bool open)
{
	if (name == NULL)
		return NO_ANCHOR;
	node->alias_target = true;
	arena_push(r->arena, r->anchors, r->nanchors, &r->anchors_cap);
	r->anchors[r->nanchors] = (struct anchor){ node, 1, 0, open };
	size_t len = strlen((const char *)name);
	char *copy = arena_array(r->arena, char, len);
	memcpy(copy, name, len);
	uint32_t slot =
		map_put(&r->names, (struct slice){ copy, (uint32_t)len }, (uint32_t)r->nlatest);
	if (slot == MAP_NONE) {
		arena_push(r->arena, r->latest, r->nlatest, &r->latest_cap);
		slot = (uint32_t)r->nlatest++;
	}
	r->latest[slot] = (uint32_t)r->nanchors;
	return (uint32_t)r->nanchors++;
}

static const struct anchor *anchor_get(const struct reader *r, struct slice name)
{
	uint32_t slot = map_get(&r->names, name);
	return slot == MAP_NONE ? NULL : &r->anchors[r->latest[slot]];
}

/* ---- Values -------------------------------------------------------------------------------- */

static struct frame *top(struct reader *r) { return &r->frames[r->depth]; }

static bool in_map(const struct frame *f) { return f->node != NULL && f->node->kind == NODE_MAP; }

static bool wants_key(struct reader *r) { return in_map(top(r)) && !top(r)->have_key; }

static struct node *new_node(struct reader *r, enum node_kind kind, struct span span)
{
	struct node *n = arena_new(r->arena, struct node);
	n->kind = (uint8_t)kind;
	n->span = span;
	return n;
}

/* Puts a value where one is expected: @at is where it stands, @height how deep it is. */
static void put(struct reader *r, struct node *n, struct span at, uint32_t height)
{
	struct frame *f = top(r);
	if (f->height < height)
		f->height = height;
	f->hi = at.hi;
	if (f->node == NULL) {
		r->root = n;
	} else if (f->node->kind == NODE_LIST) {
		arena_push(r->arena, r->items, r->nitems, &r->items_cap);
		r->items[r->nitems++] = n;
	} else {
		if (!f->drop_value) {
			arena_push(r->arena, r->members, r->nmembers, &r->members_cap);
			r->members[r->nmembers++] = (struct member){ f->key, f->key_span, n, at };
		}
		f->have_key = f->drop_value = false;
	}
}

/* Counts @n more values; false, and reported, when that is too many. */
static bool count(struct reader *r, uint32_t n, struct span at)
{
	if (n <= SYNTAX_MAX_EXPANDED - r->values) {
		r->values += n;
		return true;
	}
	syntax_report(r->d, AEG_too_many_values, at, "more than 4194304 with what stands here",
		"write what the aliases stand for once, or split the document");
	return false;
}

static bool too_deep(struct reader *r, struct span at)
{
	syntax_report(r->d, AEG_too_deep, at, "this is more than 64 deep", NULL);
	return false;
}

static void bad_tag(struct reader *r, struct span tag)
{
	syntax_report(r->d, AEG_tag, tag, "remove it",
		"a value that should be text goes in quotes; so does text that begins with `!`");
}

/* ---- Keys ---------------------------------------------------------------------------------- */

static void set_key(struct reader *r, struct slice text, struct span at)
{
	struct frame *f = top(r);
	f->have_key = true;
	f->key = text;
	f->key_span = at;
	f->hi = at.hi;
}

/* The key at @at cannot be used: its value is read and dropped. */
static void drop_key(struct reader *r, struct span at)
{
	set_key(r, SLICE(""), at);
	top(r)->drop_value = true;
	r->broken = true;
}

static void bad_key(struct reader *r, struct span at, const char *label)
{
	syntax_report(r->d, AEG_key_not_text, at, label,
		"text that begins with `{` or `[`, such as a template, goes in quotes");
}

static void scalar_key(struct reader *r, const struct node *n, struct span at)
{
	bool plain = n->style == NODE_PLAIN;
	if (plain && n->u.text.len == 0) {
		syntax_report(r->d, AEG_key_not_text, at, "the key is missing",
			"write a key before the `:`, or `\"\"` for the empty one");
		drop_key(r, at);
	} else if (plain && slice_is(n->u.text, "<<")) {
		syntax_report(r->d, AEG_merge_key, at, "YAML 1.2 has no merge key",
			"write the members out; an alias can stand for a whole value: `key: *anchor`");
		drop_key(r, at);
	} else {
		set_key(r, n->u.text, at);
	}
}

/* ---- Scalars ------------------------------------------------------------------------------- */

static void bad_number(struct reader *r, struct node *n, enum diag_code code, const char *label)
{
	syntax_report(r->d, code, n->span, label, "quotes make it text");
	n->kind = NODE_POISON;
}

/* Gives the plain scalar @n its kind. */
static void set_kind(struct reader *r, struct node *n)
{
	struct slice s = n->u.text;
	switch (scalar_kind(s.at, s.len)) {
	case SCALAR_STRING: break;
	case SCALAR_NULL: n->kind = NODE_NULL; break;
	case SCALAR_TRUE:
	case SCALAR_FALSE: n->kind = NODE_BOOL; break;
	case SCALAR_DECIMAL:
	case SCALAR_FLOAT:
		n->kind = memchr(s.at, '.', s.len) != NULL || memchr(s.at, 'e', s.len) != NULL ||
					  memchr(s.at, 'E', s.len) != NULL
				  ? NODE_FLOAT
				  : NODE_INT;
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

static bool on_scalar(struct reader *r)
{
	const yaml_event_t *e = &r->event;
	bool key = wants_key(r), tagged = e->data.scalar.tag != NULL;
	uint32_t lo = byte_of(r, &e->start_mark), hi = byte_of(r, &e->end_mark);
	if (tagged || e->data.scalar.anchor != NULL) {
		struct span tag = span_at(r, lo, lo);
		lo = skip_properties(r, lo, hi, &tag);
		if (tagged)
			bad_tag(r, tag);
	}
	enum node_style style = scalar_style(e->data.scalar.style);
	if (style == NODE_LITERAL ||
		style == NODE_FOLDED) /* libyaml ends them where the next begins */
		while (hi > lo && blank(r->text.at[hi - 1]))
			hi--;

	struct node scratch = { 0 }; /* a key without an anchor needs no node */
	bool keep = !key || e->data.scalar.anchor != NULL;
	struct node *n = keep ? new_node(r, NODE_STRING, span_at(r, lo, hi)) : &scratch;
	n->kind = NODE_STRING;
	n->span = span_at(r, lo, hi);
	n->style = (uint8_t)style;
	set_text(r, n);
	if (keep && style == NODE_PLAIN)
		set_kind(r, n);
	if (tagged)
		n->kind = NODE_POISON;
	anchor_set(r, e->data.scalar.anchor, n, false);
	if (key) {
		scalar_key(r, n, n->span);
		return true;
	}
	put(r, n, n->span, 0);
	return count(r, 1, n->span);
}

/* ---- Aliases ------------------------------------------------------------------------------- */

static void put_poison(struct reader *r, struct span at)
{
	if (wants_key(r))
		drop_key(r, at);
	else
		put(r, new_node(r, NODE_POISON, at), at, 0);
}

static bool on_alias(struct reader *r)
{
	const char *name = (const char *)r->event.data.alias.anchor;
	uint32_t lo = byte_of(r, &r->event.start_mark), hi = byte_of(r, &r->event.end_mark);
	struct span at = span_at(r, lo, hi);
	const struct anchor *a = anchor_get(r, slice_of(name));
	if (a == NULL) {
		syntax_report(r->d, AEG_unknown_anchor, at,
			"it would have to be marked above, with `&`",
			"text that begins with `*` goes in quotes");
		put_poison(r, at);
	} else if (a->open) {
		diag_add(r->d, (struct diag){ .code = AEG_alias_cycle,
				       .at = at,
				       .label = "it would contain itself",
				       .other = span_at(r, a->node->span.lo, a->node->span.lo),
				       .other_label = "the value begins here" });
		put_poison(r, at);
	} else if (wants_key(r)) {
		if (a->node->kind != NODE_LIST && a->node->kind != NODE_MAP) {
			scalar_key(r, a->node, at);
		} else {
			bad_key(r, at, "the alias stands for a list or a mapping");
			drop_key(r, at);
		}
	} else {
		put(r, a->node, at, a->height);
		return r->depth + a->height <= SYNTAX_MAX_DEPTH ? count(r, a->values, at)
								: too_deep(r, at);
	}
	return true;
}

/* ---- Lists and mappings -------------------------------------------------------------------- */

static bool on_start(struct reader *r, enum node_kind kind, bool flow, const yaml_char_t *anchor,
	const yaml_char_t *tagged)
{
	uint32_t lo = byte_of(r, &r->event.start_mark);
	if (anchor != NULL || tagged != NULL) {
		struct span tag = span_at(r, lo, lo);
		lo = skip_properties(r, lo, r->text.len, &tag);
		if (tagged != NULL)
			bad_tag(r, tag);
	}
	struct span at = span_at(r, lo, lo < r->text.len ? lo + 1 : lo);
	if (r->depth == SYNTAX_MAX_DEPTH)
		return too_deep(r, at);
	bool is_key = wants_key(r);
	if (is_key)
		bad_key(r, at,
			kind == NODE_LIST ? "here a list stands for a key"
					  : "here a mapping stands for a key");
	struct node *n = new_node(r, kind, at);
	n->style = flow ? NODE_FLOW : NODE_BLOCK;
	uint32_t id = anchor_set(r, anchor, n, true);
	r->depth++;
	*top(r) = (struct frame){ .node = n,
		.first = kind == NODE_LIST ? r->nitems : r->nmembers,
		.anchor = id,
		.before = r->values,
		.hi = at.lo,
		.is_key = is_key };
	return count(r, 1, at);
}

/* Moves the entries of @f from the stack into the arena. */
static void close_entries(struct reader *r, const struct frame *f)
{
	struct node *n = f->node;
	if (n->kind == NODE_LIST) {
		n->u.list.n = (uint32_t)(r->nitems - f->first);
		n->u.list.v = arena_array(r->arena, struct node *, n->u.list.n);
		if (n->u.list.n != 0)
			memcpy(n->u.list.v, r->items + f->first, n->u.list.n * sizeof *n->u.list.v);
		r->nitems = f->first;
		return;
	}
	n->u.map.n = (uint32_t)(r->nmembers - f->first);
	n->u.map.v = arena_array(r->arena, struct member, n->u.map.n);
	if (n->u.map.n != 0)
		memcpy(n->u.map.v, r->members + f->first, n->u.map.n * sizeof *n->u.map.v);
	r->nmembers = f->first;
	members_check(r->d, n->u.map.v, n->u.map.n);
}

static void on_end(struct reader *r)
{
	struct frame *f = top(r);
	struct node *n = f->node;
	close_entries(r, f);
	uint32_t end = byte_of(r, &r->event.end_mark);
	char last = end == 0 ? 0 : r->text.at[end - 1];
	bool closed = n->style == NODE_FLOW &&
		      (last == ']' || last == '}'); /* not so `[a: b]`'s `a: b` */
	n->span = span_at(r, n->span.lo, closed ? end : f->hi);
	if (f->anchor != NO_ANCHOR) {
		struct anchor *a = &r->anchors[f->anchor];
		*a = (struct anchor){ n, r->values - f->before, f->height + 1, false };
	}
	r->depth--;
	if (f->is_key)
		drop_key(r, n->span);
	else
		put(r, n, n->span, f->height + 1);
}

/* ---- Documents ----------------------------------------------------------------------------- */

static void on_document_start(struct reader *r)
{
	r->depth = 0;
	r->frames[0] = (struct frame){ .anchor = NO_ANCHOR };
	r->root = NULL;
	r->values = 0;
	r->broken = false;
	r->names = (struct map){ .arena = r->arena };
	r->nlatest = r->nanchors = r->nitems = r->nmembers = 0;
	const yaml_version_directive_t *v = r->event.data.document_start.version_directive;
	if (v == NULL || v->minor != 1)
		return;
	uint32_t lo = byte_of(r, &r->event.start_mark), hi = byte_of(r, &r->event.end_mark);
	while (lo + 5 < hi && memcmp(r->text.at + lo, "%YAML", 5) != 0)
		lo++;
	uint32_t end = lo;
	while (end < hi && r->text.at[end] != '\n' && r->text.at[end] != '\r')
		end++;
	syntax_report(r->d, AEG_yaml_1_1, span_at(r, lo, end),
		"`yes`, `no`, `on` and `off` are text, `010` is ten",
		"write `%YAML 1.2`, or leave it out");
}

static void on_document_end(struct reader *r, struct documents *out)
{
	arena_push(r->arena, out->v, out->n, &out->cap);
	out->v[out->n++] = (struct document){ r->file, r->root, r->broken };
}

/* ---- The loop ------------------------------------------------------------------------------ */

/* False at the end, and where reading on makes no sense; that is reported. */
static bool on_event(struct reader *r, struct documents *out)
{
	const yaml_event_t *e = &r->event;
	switch (e->type) {
	case YAML_STREAM_START_EVENT: return true;
	case YAML_DOCUMENT_START_EVENT: on_document_start(r); return true;
	case YAML_DOCUMENT_END_EVENT: on_document_end(r, out); return true;
	case YAML_SCALAR_EVENT: return on_scalar(r);
	case YAML_ALIAS_EVENT: return on_alias(r);
	case YAML_SEQUENCE_START_EVENT:
		return on_start(r, NODE_LIST,
			e->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE,
			e->data.sequence_start.anchor, e->data.sequence_start.tag);
	case YAML_MAPPING_START_EVENT:
		return on_start(r, NODE_MAP, e->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE,
			e->data.mapping_start.anchor, e->data.mapping_start.tag);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT: on_end(r); return true;
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
	yaml_words(r->d, r->file, p->problem, p->context, where,
		p->context == NULL ? where : byte_of(r, &p->context_mark));
}

/* True when the end of the file was reached. */
static bool read_events(struct reader *r, struct documents *out)
{
	for (;;) {
		if (!yaml_parser_parse(&r->parser, &r->event)) {
			report_problem(r);
			return false;
		}
		r->have_event = true;
		bool end = r->event.type == YAML_STREAM_END_EVENT, more = on_event(r, out);
		r->have_event = false;
		yaml_event_delete(&r->event);
		if (end || !more)
			return end;
	}
}

/* False, and reported, for more %TAG lines than libyaml can cope with. */
static bool directives_check(struct diags *d, uint32_t file, struct slice s)
{
	uint32_t n = 0;
	const char *end = s.at + s.len;
	for (const char *at = s.at; at < end && (at = memchr(at, '%', (size_t)(end - at))) != NULL;
		at++) {
		uint32_t lo = (uint32_t)(at - s.at);
		bool starts = lo == 0 || at[-1] == '\n' || at[-1] == '\r';
		if (!starts || end - at < 4 || memcmp(at, "%TAG", 4) != 0 ||
			++n <= MAX_TAG_DIRECTIVES)
			continue;
		syntax_report(d, AEG_yaml_syntax, (struct span){ file, lo, lo + 4 },
			"more than 100 lines with `%TAG`",
			"tags are not used here: remove the lines");
		return false;
	}
	return true;
}

void syntax_parse_yaml(struct diags *d, uint32_t file, struct documents *out)
{
	struct reader r = {
		.d = d, .arena = d->arena, .file = file, .text = d->sources->v[file].text
	};
	size_t before = out->n;
	if (!text_check(d, file, &r.first, &r.ascii) || !directives_check(d, file, r.text))
		return;
	if (!yaml_parser_initialize(&r.parser))
		d->arena->fail(d->arena->ctx);
	r.mark_at = r.first;
	r.fail = d->arena->fail;
	r.fail_ctx = d->arena->ctx;
	d->arena->fail = fail;
	d->arena->ctx = &r;
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(
		&r.parser, (const unsigned char *)r.text.at + r.first, r.text.len - r.first);
	bool whole = read_events(&r, out);
	release(&r);
	d->arena->fail = r.fail;
	d->arena->ctx = r.fail_ctx;
	if (whole && out->n == before)
		syntax_report(d, AEG_empty_file, (struct span){ file, r.text.len, r.text.len },
			r.text.len == 0 ? "the file is empty" : "only comments and white space",
			NULL);
}
