/* Findings for people: header, excerpts with carets, help, totals. */
#include "diag/diag.h"

#include "source/utf8.h"

#include <stdio.h>

enum {
	WINDOW = 120,   /* characters of a line that are shown */
	CONTEXT = 40,   /* of them before the span, where the line is cut */
	LINE_WIDTH = 5, /* of the line number */
};

struct out {
	struct diags *d;
	struct buf *b;
	bool colour;
};

enum paint { PLAIN, BOLD, BLUE, SEVERITY };

static void paint(struct out *o, enum paint p, enum diag_severity s)
{
	static const char *const severity[] = { "\x1b[1;36m", "\x1b[1;33m", "\x1b[1;31m" };
	static const char *const other[] = { "\x1b[0m", "\x1b[1m", "\x1b[1;34m" };
	if (o->colour)
		buf_text(o->b, p == SEVERITY ? severity[s] : other[p]);
}

/* ---- Characters that are safe on a terminal ------------------------------------------------ */

/* Adds the character at @at, escaped where need be; its columns. @ret_len: its bytes. */
static uint32_t add_shown(struct buf *b, const char *at, uint32_t n, uint32_t *ret_len)
{
	uint32_t c = utf8_decode(at, n, ret_len);
	if (c != UINT32_MAX && (!utf8_hidden(c) || c == '\t')) {
		buf_add(b, at, *ret_len);
		return 1;
	}
	size_t before = b->len;
	if (c == UINT32_MAX || c < 0x80)
		buf_printf(b, "\\x%02x", (unsigned char)*at);
	else
		buf_printf(b, "\\u{%x}", (unsigned)c);
	return (uint32_t)(b->len - before);
}

/* Text of a finding; what follows a line end begins under the column @indent. */
static void add_text(struct buf *b, const char *text, uint32_t indent)
{
	struct slice s = slice_of(text);
	for (uint32_t i = 0, n; i < s.len; i += n) {
		n = 1;
		if (s.at[i] == '\n')
			buf_printf(b, "\n%*s", (int)indent, "");
		else
			add_shown(b, s.at + i, s.len - i, &n);
	}
}

/* ---- Excerpts ------------------------------------------------------------------------------ */

/* @n characters after offset @at, or the end. */
static uint32_t forward(struct slice s, uint32_t at, uint32_t n)
{
	for (uint32_t len; n > 0 && at < s.len; n--, at += len)
		utf8_decode(s.at + at, s.len - at, &len);
	return at;
}

/* @n characters before offset @at, or the beginning. */
static uint32_t backward(struct slice s, uint32_t at, uint32_t n)
{
	for (; n > 0 && at > 0; n--) {
		at--;
		for (int i = 0; i < 3 && at > 0 && ((unsigned char)s.at[at] & 0xc0) == 0x80; i++)
			at--;
	}
	return at;
}

/* One line: its text into @text and, below, carets under [lo, hi) of it into @marks. */
static void add_line(
	struct buf *text, struct buf *marks, struct slice line, uint32_t lo, uint32_t hi)
{
	uint32_t from = 0, to = forward(line, 0, WINDOW);
	if (to < line.len) {
		from = backward(line, lo, CONTEXT);
		to = forward(line, from, WINDOW);
	}
	if (from > 0) {
		buf_text(text, "...");
		buf_text(marks, "   ");
	}
	for (uint32_t i = from, n; i < to; i += n) {
		bool tab = line.at[i] == '\t';
		uint32_t columns = add_shown(text, line.at + i, line.len - i, &n);
		if (i < lo && i + n <= lo)
			buf_printf(marks, "%*s", (int)columns, tab ? "\t" : "");
		else if (i < hi || (i <= lo && hi <= lo))
			for (; columns > 0; columns--)
				buf_text(marks, "^");
	}
	if (lo >= to)
		buf_text(marks, "^");
	if (to < line.len)
		buf_text(text, "...");
}

static void gutter(struct out *o, int width, const char *number)
{
	paint(o, BLUE, DIAG_NOTE);
	buf_printf(o->b, "%*s |", width, number);
	paint(o, PLAIN, DIAG_NOTE);
}

static void add_place(struct out *o, struct span at, const char *label, enum paint how,
	enum diag_severity severity)
{
	struct sources *s = o->d->sources;
	struct place place = source_place(s, at.file, at.lo);
	struct slice line = source_line(s, at.file, place.line);
	uint32_t lo = place.column - 1, hi = lo + (at.hi > at.lo ? at.hi - at.lo : 0);
	paint(o, BLUE, severity);
	buf_text(o->b, "  --> ");
	paint(o, PLAIN, severity);
	add_text(o->b, s->v[at.file].path, 0);
	buf_printf(o->b, ":%u:%u\n", (unsigned)place.line, (unsigned)place.column);

	char number[16];
	int width = snprintf(number, sizeof number, "%u", (unsigned)place.line);
	if (width < LINE_WIDTH)
		width = LINE_WIDTH;
	struct buf marks = { .arena = o->d->arena };
	gutter(o, width, number);
	if (line.len != 0)
		buf_text(o->b, " ");
	add_line(o->b, &marks, line, lo < line.len ? lo : line.len, hi < line.len ? hi : line.len);
	buf_text(o->b, "\n");
	gutter(o, width, "");
	buf_text(o->b, " ");
	paint(o, how, severity);
	buf_slice(o->b, buf_done(&marks));
	if (label != NULL) {
		buf_text(o->b, " ");
		add_text(o->b, label, LINE_WIDTH + 3);
	}
	paint(o, PLAIN, severity);
	buf_text(o->b, "\n");
}

/* ---- Findings ------------------------------------------------------------------------------ */

static void add_finding(struct out *o, const struct diag *g)
{
	static const char *const names[] = { "note", "warning", "error" };
	paint(o, SEVERITY, g->severity);
	buf_printf(o->b, "%s[AEG%04u]", names[g->severity], (unsigned)g->code);
	paint(o, BOLD, g->severity);
	buf_text(o->b, ": ");
	add_text(o->b, g->message != NULL ? g->message : diag_info(g->code)->text, 0);
	bool placed = !span_is_none(g->at);
	if (!placed && g->label != NULL) {
		buf_text(o->b, ": ");
		add_text(o->b, g->label, 0);
	}
	paint(o, PLAIN, g->severity);
	buf_text(o->b, "\n");
	if (placed)
		add_place(o, g->at, g->label, SEVERITY, g->severity);
	if (g->other_label != NULL && !span_is_none(g->other))
		add_place(o, g->other, g->other_label, BLUE, g->severity);
	if (g->help == NULL)
		return;
	paint(o, BLUE, g->severity);
	buf_printf(o->b, "%*s = ", LINE_WIDTH, "");
	paint(o, BOLD, g->severity);
	buf_text(o->b, "help");
	paint(o, PLAIN, g->severity);
	buf_text(o->b, ": ");
	add_text(o->b, g->help, LINE_WIDTH + 9);
	buf_text(o->b, "\n");
}

static void add_total(struct buf *b, uint32_t n, const char *what, bool *first)
{
	if (n == 0)
		return;
	buf_printf(b, "%s%u %s%s", *first ? "" : ", ", (unsigned)n, what, n == 1 ? "" : "s");
	*first = false;
}

void diag_render_text(struct diags *d, struct buf *out, bool colour)
{
	struct out o = { d, out, colour };
	for (size_t i = 0; i < d->n; i++) {
		add_finding(&o, &d->v[i]);
		buf_text(out, "\n");
	}
	if (d->n == 0)
		return;
	bool first = true;
	add_total(out, d->errors, "error", &first);
	add_total(out, d->warnings, "warning", &first);
	add_total(out, d->notes, "note", &first);
	buf_text(out, "\n");
}

void diag_render_place(
	struct diags *d, struct buf *out, struct span at, const char *label, bool colour)
{
	struct out o = { d, out, colour };
	add_place(&o, at, label, BLUE, DIAG_NOTE);
}
