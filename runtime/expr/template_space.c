/*
 * Handlebars' whitespace control: what `~` takes away, and the line that a block's tag, a comment
 * or a partial has to itself.
 *
 * Whether a tag stands alone is asked of the texts as they were written, not as they are by then.
 */
#include "template_tag.h"

#include "grammar/template.h"

struct space {
	const char *text;
	uint32_t flags; /* AEG_TEMPLATE_* */
};

/* A list of statements, and where in it: NULLs before its beginning and after its end. */
struct spot {
	struct tnode *before[2]; /* the nearer first */
	struct tnode *after[2];
	int is_root;
};

static struct spot at_begin(struct tnode *first)
{
	struct spot s = { .after = { first, first == NULL ? NULL : first->next } };
	return s;
}

static struct spot at_end(struct tnode *first)
{
	struct spot s = { 0 };

	for (; first != NULL; first = first->next) {
		s.before[1] = s.before[0];
		s.before[0] = first;
	}
	return s;
}

/* ---- Lines --------------------------------------------------------------------------------- */

/* Where the white space at the end of [at, end) begins. */
static const char *space_before(const char *at, const char *end)
{
	const char *p = end;

	while (p > at) {
		const char *c = p - 1;
		while (c > at && p - c < 3 && ((uint8_t)*c & 0xc0) == 0x80)
			c--;
		if (template_space_len(c, p) != (uint32_t)(p - c))
			break;
		p = c;
	}
	return p;
}

static int has_newline(const char *p, const char *end)
{
	while (p < end && *p != '\n')
		p++;
	return p < end;
}

/* Whether a line begins where @s is, but for white space. */
static int is_line_begin(const struct space *w, const struct spot *s)
{
	const struct tnode *text = s->before[0];

	if (text == NULL)
		return s->is_root;
	if (text->kind != TNODE_TEXT)
		return 0;
	const char *at = w->text + text->place.at, *end = at + text->place.len;
	const char *space = space_before(at, end);
	return has_newline(space, end) || (space == at && s->before[1] == NULL && s->is_root);
}

static int is_line_end(const struct space *w, const struct spot *s)
{
	const struct tnode *text = s->after[0];

	if (text == NULL)
		return s->is_root;
	if (text->kind != TNODE_TEXT)
		return 0;
	const char *at = w->text + text->place.at, *end = at + text->place.len;
	const char *space = at + template_space_len(at, end);
	return has_newline(at, space) || (space == end && s->after[1] == NULL && s->is_root);
}

/* ---- Taking away --------------------------------------------------------------------------- */

static int is_blank(char c) { return c == ' ' || c == '\t'; }

/* From the text after a tag: all of its white space, or the rest of the line if that is blank. */
static void strip_after(struct tnode *n, int all)
{
	struct tag *t = (struct tag *)n;
	const char *p, *end;

	if (n == NULL || n->kind != TNODE_TEXT || (!all && (t->stripped & TAG_RIGHT)))
		return;
	p = n->text.at;
	end = p + n->text.len;
	if (all)
		p += template_space_len(p, end);
	while (!all && p < end && is_blank(*p))
		p++;
	if (!all && p < end && *p == '\r')
		p++;
	if (!all && p < end && *p == '\n')
		p++;
	t->stripped &= ~TAG_RIGHT;
	if (p > n->text.at)
		t->stripped |= TAG_RIGHT;
	n->text = (struct aeg_str){ p, (uint32_t)(end - p) };
}

/* From the text before a tag; how much. */
static uint32_t strip_before(struct tnode *n, int all)
{
	struct tag *t = (struct tag *)n;
	uint32_t len;

	if (n == NULL || n->kind != TNODE_TEXT || (!all && (t->stripped & TAG_LEFT)))
		return 0;
	len = n->text.len;
	if (all)
		n->text.len = (uint32_t)(space_before(n->text.at, n->text.at + len) - n->text.at);
	while (!all && n->text.len > 0 && is_blank(n->text.at[n->text.len - 1]))
		n->text.len--;
	t->stripped &= ~TAG_LEFT;
	if (n->text.len < len)
		t->stripped |= TAG_LEFT;
	return len - n->text.len;
}

/* ---- Statements ---------------------------------------------------------------------------- */

/* Whether a tag has `~` at its beginning, at its end. */
static int is_open(const struct space *w, struct text tag)
{
	return tag.len > 0 && w->text[tag.at + 2] == '~';
}

static int is_close(const struct space *w, struct text tag)
{
	return tag.len > 0 && w->text[tag.at + tag.len - 3] == '~';
}

/* What a statement does to what stands before and after it. */
struct strip {
	int open, close;                    /* `~` */
	int open_alone, close_alone, alone; /* as far as is known from within */
};

static void statements(const struct space *w, struct tnode *first, int is_root);

static struct strip block(const struct space *w, struct tnode *n)
{
	const struct tag *t = (const struct tag *)n;
	struct tnode *body = n->has_body ? n->body : n->inverse;
	struct tnode *inverse = n->inverse;
	int has_inverse = n->has_body && n->has_inverse;

	statements(w, n->body, 0);
	statements(w, n->inverse, 0);
	if (has_inverse && inverse != NULL && inverse->chained)
		inverse = inverse->body;
	struct spot begin = at_begin(body), end = at_end(body);
	struct spot inverse_begin = at_begin(inverse), inverse_end = at_end(inverse);
	struct strip s = { .open = is_open(w, n->place),
		.close = is_close(w, t->end_tag),
		.open_alone = is_line_end(w, &begin),
		.close_alone = is_line_begin(w, has_inverse ? &inverse_end : &end) };

	if (is_close(w, n->place))
		strip_after(body, 1);
	if (has_inverse) {
		if (is_open(w, t->inverse_tag))
			strip_before(end.before[0], 1);
		if (is_close(w, t->inverse_tag))
			strip_after(inverse, 1);
		if (is_open(w, t->end_tag))
			strip_before(inverse_end.before[0], 1);
		if ((w->flags & AEG_TEMPLATE_IGNORE_STANDALONE) == 0 && is_line_begin(w, &end) &&
			is_line_end(w, &inverse_begin)) {
			strip_before(end.before[0], 0);
			strip_after(inverse, 0);
		}
	} else if (is_open(w, t->end_tag)) {
		strip_before(end.before[0], 1);
	}
	return s;
}

static struct strip statement(const struct space *w, struct tnode *n)
{
	struct strip s = { 0 };

	if (n->kind == TNODE_TEXT)
		return s;
	s.open = is_open(w, n->place);
	s.close = is_close(w, n->place);
	switch (n->kind) {
	case TNODE_TEXT:
	case TNODE_OUTPUT: break;
	case TNODE_COMMENT: s.alone = 1; break;
	case TNODE_PARTIAL:
		if (n->has_body)
			return block(w, n);
		s.alone = 1;
		break;
	case TNODE_DECORATOR:
		if (n->has_body)
			return block(w, n);
		break;
	case TNODE_BLOCK:
	case TNODE_INLINE: return block(w, n);
	}
	return s;
}

/* A comment or a partial that has its line to itself; how that is indented is the partial's. */
static void strip_line(const struct space *w, struct tnode *n, struct tnode *before)
{
	uint32_t len;

	strip_after(n->next, 0);
	len = strip_before(before, 0);
	if (len == 0 || n->kind != TNODE_PARTIAL)
		return;
	if (w->flags & AEG_TEMPLATE_PREVENT_INDENT)
		before->text.len += len;
	else
		n->indent = (struct aeg_str){ before->text.at + before->text.len, len };
}

static void apply(
	const struct space *w, struct tnode *n, const struct strip *s, const struct spot *at)
{
	int begin = is_line_begin(w, at), end = is_line_end(w, at);
	struct spot last;

	if (s->close)
		strip_after(n->next, 1);
	if (s->open)
		strip_before(at->before[0], 1);
	if (w->flags & AEG_TEMPLATE_IGNORE_STANDALONE)
		return;
	if (s->alone && begin && end)
		strip_line(w, n, at->before[0]);
	if (s->open_alone && begin) {
		strip_after(n->has_body ? n->body : n->inverse, 0);
		strip_before(at->before[0], 0);
	}
	if (s->close_alone && end) {
		strip_after(n->next, 0);
		last = at_end(n->has_inverse ? n->inverse : n->body);
		strip_before(last.before[0], 0);
	}
}

/* Recurses as deep as blocks are nested. */
static void statements(const struct space *w, struct tnode *first, int is_root)
{
	struct spot at = { .is_root = is_root };

	for (struct tnode *n = first; n != NULL; n = n->next) {
		struct strip s = statement(w, n);
		at.after[0] = n->next;
		at.after[1] = n->next == NULL ? NULL : n->next->next;
		if (n->kind != TNODE_TEXT)
			apply(w, n, &s, &at);
		at.before[1] = at.before[0];
		at.before[0] = n;
	}
}

void template_space(struct tcompile *t, struct aeg_str text, struct tnode *first)
{
	struct space w = { text.at, t->options == NULL ? 0 : t->options->flags };

	statements(&w, first, 1);
}

/* ---- What is left -------------------------------------------------------------------------- */

/* The body of a raw block, of which nothing but its beginning and its end went away, as one. */
static struct tnode *join(struct tnode *first)
{
	const struct tnode *last = first;

	while (last != NULL && last->next != NULL)
		last = last->next;
	if (last != first) {
		first->text.len = (uint32_t)(last->text.at + last->text.len - first->text.at);
		first->place.len = last->place.at + last->place.len - first->place.at;
		first->next = NULL;
	}
	return first;
}

struct tnode *template_sweep(struct tnode *first)
{
	struct tnode **at = &first;

	while (*at != NULL) {
		struct tnode *n = *at;
		if (n->kind == TNODE_COMMENT || (n->kind == TNODE_TEXT && n->text.len == 0)) {
			*at = n->next;
			continue;
		}
		n->body = template_sweep(n->verbatim ? join(n->body) : n->body);
		n->inverse = template_sweep(n->inverse);
		at = &n->next;
	}
	return first;
}
