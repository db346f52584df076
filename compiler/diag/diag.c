/* Collects findings and gives each its severity; the registry of codes. */
#include "diag/diag.h"

#include "base/nearest.h"
#include "source/utf8.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>

/* ---- The registry -------------------------------------------------------------------------- */

#define EXPLAIN(name, why, wrong, right) \
	static const char why_##name[] = why; \
	static const char wrong_##name[] = wrong; \
	static const char right_##name[] = right;
#include "diag/explain.def"
#undef EXPLAIN

static const struct diag_info registry[] = {
#define CODE(n, sev, name, text) \
	{ AEG_##name, DIAG_##sev, #name, text, why_##name, wrong_##name, right_##name },
#define RETIRED(n)
#include "diag/codes.def"
#undef CODE
#undef RETIRED
};
enum { NREGISTRY = sizeof registry / sizeof *registry };

const struct diag_info *diag_info_at(size_t i) { return i < NREGISTRY ? &registry[i] : NULL; }

const struct diag_info *diag_info(uint32_t code)
{
	size_t lo = 0, hi = NREGISTRY;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if ((uint32_t)registry[mid].code < code)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < NREGISTRY && (uint32_t)registry[lo].code == code ? &registry[lo] : NULL;
}

uint32_t diag_code_parse(const char *text)
{
	if (toupper((unsigned char)text[0]) == 'A' && toupper((unsigned char)text[1]) == 'E' &&
		toupper((unsigned char)text[2]) == 'G')
		text += 3;
	uint32_t code = 0, n = 0;
	for (; isdigit((unsigned char)text[n]) && n < 5; n++)
		code = code * 10 + (uint32_t)(text[n] - '0');
	return n != 0 && n < 5 && text[n] == 0 && diag_info(code) != NULL ? code : 0;
}

/* ---- Collecting ---------------------------------------------------------------------------- */

static bool listed(const uint16_t *codes, uint32_t n, enum diag_code code)
{
	for (uint32_t i = 0; i < n; i++)
		if (codes[i] == code)
			return true;
	return false;
}

/* --deny goes before --allow: who asks for both gets the stricter. */
static enum diag_severity severity_of(const struct diags *d, enum diag_code code)
{
	enum diag_severity s = diag_info(code)->severity;
	if (listed(d->deny, d->ndeny, code))
		return DIAG_ERROR;
	if (listed(d->allow, d->nallow, code))
		return DIAG_NOTE;
	return d->strict && s == DIAG_WARNING ? DIAG_ERROR : s;
}

static void count(struct diags *d, enum diag_severity severity, int n)
{
	switch (severity) {
	case DIAG_ERROR: d->errors += (uint32_t)n; break;
	case DIAG_WARNING: d->warnings += (uint32_t)n; break;
	case DIAG_NOTE: d->notes += (uint32_t)n; break;
	}
}

static void push(struct diags *d, struct diag g)
{
	arena_push(d->arena, d->v, d->n, &d->cap);
	d->v[d->n++] = g;
}

static void drop_rest(struct diags *d)
{
	d->dropped = true;
	push(d, (struct diag){
			.code = AEG_too_many_findings, .at = SPAN_NONE, .severity = DIAG_NOTE });
	count(d, DIAG_NOTE, 1);
}

void diag_add(struct diags *d, struct diag g)
{
	g.severity = severity_of(d, g.code);
	count(d, g.severity, 1);
	if (!d->dropped && d->n == DIAG_MAX)
		drop_rest(d);
	else if (!d->dropped)
		push(d, g);
}

void diag_merge(struct diags *d, const struct diags *from)
{
	struct diags rest = *from; /* what it has counted and not listed */
	for (size_t i = 0; i < from->n; i++) {
		count(&rest, from->v[i].severity, -1);
		if (from->v[i].code != AEG_too_many_findings)
			diag_add(d, from->v[i]);
	}
	if (from->dropped && !d->dropped)
		drop_rest(d);
	d->errors += rest.errors;
	d->warnings += rest.warnings;
	d->notes += rest.notes;
}

/* ---- Order --------------------------------------------------------------------------------- */

/* No place has the highest file number of all, so it comes last by itself. */
static int compare(const struct diag *a, const struct diag *b)
{
	if (a->at.file != b->at.file)
		return a->at.file < b->at.file ? -1 : 1;
	if (a->at.lo != b->at.lo)
		return a->at.lo < b->at.lo ? -1 : 1;
	if (a->code != b->code)
		return a->code < b->code ? -1 : 1;
	return 0;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool same(const struct diag *a, const struct diag *b)
{
	return compare(a, b) == 0 && a->at.hi == b->at.hi && a->other.file == b->other.file &&
	       a->other.lo == b->other.lo && same_text(a->message, b->message) &&
	       same_text(a->label, b->label);
}

/* What stands under an anchor is looked at wherever an alias stands: it is said once. */
static void drop_repeated(struct diags *d)
{
	size_t n = 0;
	for (size_t i = 0; i < d->n; i++) {
		size_t k = n;
		while (k > 0 && compare(&d->v[k - 1], &d->v[i]) == 0 &&
			!same(&d->v[k - 1], &d->v[i]))
			k--;
		if (k > 0 && same(&d->v[k - 1], &d->v[i]))
			count(d, d->v[i].severity, -1);
		else
			d->v[n++] = d->v[i];
	}
	d->n = n;
}

/* By insertion: stable, and DIAG_MAX bounds it. */
void diag_sort(struct diags *d)
{
	size_t n = d->dropped ? d->n - 1 : d->n; /* the last says that more were dropped */
	for (size_t i = 1; i < n; i++) {
		struct diag g = d->v[i];
		size_t k = i;
		for (; k > 0 && compare(&d->v[k - 1], &g) > 0; k--)
			d->v[k] = d->v[k - 1];
		d->v[k] = g;
	}
	drop_repeated(d);
}

/* ---- Words --------------------------------------------------------------------------------- */

const char *diag_text(struct diags *d, const char *format, ...)
{
	va_list args, again;
	if (d->dropped)
		return ""; /* for a finding that nobody keeps */
	va_start(args, format);
	va_copy(again, args);
	int n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	char *at = arena_array(d->arena, char, n < 0 ? 1 : (size_t)n + 1);
	if (n > 0)
		vsnprintf(at, (size_t)n + 1, format, again);
	va_end(again);
	return at;
}

const char *diag_quote(struct diags *d, struct slice s)
{
	enum { MOST = 60 };
	struct buf b = { .arena = d->arena };
	if (d->dropped)
		return "";
	buf_text(&b, "`");
	for (uint32_t i = 0, n; i < s.len; i += n) {
		if (i >= MOST) {
			buf_text(&b, "...");
			break;
		}
		uint32_t c = utf8_decode(s.at + i, s.len - i, &n);
		if (c == UINT32_MAX || c < 0x20 || c == 0x7f)
			buf_printf(&b, "\\x%02x", (unsigned char)s.at[i]);
		else
			buf_add(&b, s.at + i, n);
	}
	buf_text(&b, "`");
	return buf_done(&b).at;
}

size_t diag_nearest(struct slice name, const struct slice *candidates, size_t n)
{
	return nearest_name(name, candidates, n);
}
