/*
 * The way out: the caller's buffer, handed over whenever it is full; indentation of what partials
 * write; and the memory in which helpers make values, which is written in the same way.
 */
#include "machine.h"

/* ---- The buffer ---------------------------------------------------------------------------- */

/* So much of the buffer may be used, by its size and by the limit. */
static char *buffer_end(const struct machine *m)
{
	const struct aeg_render *r = m->r;
	uint64_t most = r->limit == 0 ? r->cap : r->limit - m->flushed;

	return r->out + (most < r->cap ? (size_t)most : r->cap);
}

void aegi_output(struct machine *m)
{
	m->at = m->r->out;
	m->end = m->out_end = m->r->cap == 0 ? m->at : buffer_end(m);
}

/* Keeps what a segment that is not over yet has in the buffer: no more than can matter. */
static void keep_segment(struct machine *m)
{
	if (m->segment_at == NULL)
		return;
	while (m->segment_at < m->at && m->segment_n < sizeof m->segment)
		m->segment[m->segment_n++] = *m->segment_at++;
	m->segment_at = m->r->out;
}

/* Empties the buffer. */
static void flush(struct machine *m)
{
	struct aeg_render *r = m->r;
	size_t len = (size_t)(m->at - r->out);

	if (r->limit != 0 && m->flushed + len == r->limit) {
		aegi_fail(m, AEG_TOO_LARGE, NULL);
	} else if (r->write == NULL || r->cap == 0) {
		aegi_fail(m, AEG_NOMEM, NULL);
	} else {
		keep_segment(m);
		if (r->write(r->ctx, r->out, len) != 0)
			aegi_fail(m, AEG_IO, NULL);
		m->flushed += len;
		m->at = r->out;
		m->out_end = buffer_end(m);
	}
}

static void put(struct machine *m, const char *p, size_t n)
{
	while (n > (size_t)(m->out_end - m->at)) {
		size_t room = (size_t)(m->out_end - m->at);
		if (room > 0)
			memcpy(m->at, p, room);
		m->at += room;
		p += room;
		n -= room;
		flush(m);
		if (m->status != AEG_OK)
			return;
	}
	memcpy(m->at, p, n);
	m->at += n;
}

void aegi_output_end(struct machine *m)
{
	struct aeg_render *r = m->r;
	size_t len = (size_t)(m->at - r->out);

	if (m->status == AEG_OK && r->write != NULL && len > 0 &&
		r->write(r->ctx, r->out, len) != 0)
		aegi_fail(m, AEG_IO, NULL);
	r->len = m->flushed + len;
}

/* ---- Indentation --------------------------------------------------------------------------- */

void aegi_indent(struct machine *m) { m->end = m->frame->indent == NULL ? m->out_end : m->at; }

/* A line begins within all frames that are marked so: their texts, the outermost first. */
static void put_indents(struct machine *m)
{
	struct frame *f = m->frame->indent, *first = f;

	for (; f != NULL; f = f->below->indent)
		first = f;
	for (f = first; f != NULL; f = f->inner) {
		uint32_t len = f->pending ? aegi_le32(f->body + 1) : 0;
		aegi_spend(m, 1 + len / 8);
		put(m, (const char *)f->body + 5, len);
		f->pending = 0;
	}
}

static void put_lines(struct machine *m, const char *p, size_t n)
{
	while (n > 0 && m->status == AEG_OK) {
		const char *newline = memchr(p, '\n', n);
		size_t len = newline == NULL ? n : (size_t)(newline + 1 - p);
		put_indents(m);
		put(m, p, len);
		p += len;
		n -= len;
		for (struct frame *f = m->frame->indent; newline != NULL && f != NULL;
			f = f->below->indent)
			f->pending = 1;
	}
	m->end = m->at;
}

void aegi_put_far(struct machine *m, const char *p, size_t n)
{
	if (m->status != AEG_OK)
		return;
	if (m->building) {
		aegi_fail(m, AEG_NOMEM, NULL);
	} else if (m->frame->indent != NULL) {
		put_lines(m, p, n);
	} else {
		put(m, p, n);
		m->end = m->out_end;
	}
}

/* ---- Segments ------------------------------------------------------------------------------ */

void aegi_segment(struct machine *m)
{
	m->segment_at = m->at;
	m->segment_n = 0;
}

/* Are these bytes a segment that means this one, or the one above? */
static int is_dots(const char *p, uint32_t n)
{
	uint32_t dots = 0;

	while (n > 0) {
		uint32_t len = *p == '.' ? 1 : 3;
		if (len > n || (len == 3 && (p[0] != '%' || p[1] != '2' || (p[2] | 0x20) != 'e')))
			return 0;
		p += len;
		n -= len;
		dots++;
	}
	return dots == 1 || dots == 2;
}

void aegi_segment_end(struct machine *m, uint32_t flags)
{
	keep_segment(m);
	m->segment_at = NULL;
	if (m->status != AEG_OK)
		return;
	if (m->segment_n == 0 && (flags & AEGF_SEGMENT_FILLED))
		aegi_fail(m, AEG_CONTENT, "a segment of the path is empty");
	else if (is_dots(m->segment, m->segment_n))
		aegi_fail(m, AEG_CONTENT, "a segment of the path is `.` or `..`");
}

/* ---- The memory of helpers ----------------------------------------------------------------- */

void *aegi_make(struct machine *m, size_t n)
{
	char *p = m->made;

	n = (n + 7) & ~(size_t)7;
	p += -(uintptr_t)p & 7;
	if (p > m->low || n > (size_t)(m->low - p)) {
		aegi_fail(m, AEG_NOMEM, NULL);
		return NULL;
	}
	m->made = p + n;
	return p;
}

struct building aegi_build(struct machine *m)
{
	struct building before = { m->at, m->end };

	m->at = m->made;
	m->end = (size_t)(m->low - m->made) > UINT32_MAX ? m->made + UINT32_MAX : m->low;
	m->building = 1;
	return before;
}

struct value aegi_built(struct machine *m, struct building before)
{
	struct value v = aegi_string(m->made, (uint32_t)(m->at - m->made));

	m->made = m->at;
	m->at = before.at;
	m->end = before.end;
	m->building = 0;
	return v;
}
