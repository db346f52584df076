#ifndef DIAG_DIAG_H
#define DIAG_DIAG_H
/* Diagnostics: stages add them, the driver renders them. Nothing here prints by itself. */
#include "base/buf.h"
#include "source/source.h"

enum diag_severity { DIAG_NOTE, DIAG_WARNING, DIAG_ERROR };

/* AEG_unknown_context and so on; the value is the number that users see. */
enum diag_code {
#define CODE(n, sev, name, text) AEG_##name = 1##n - 10000,
#define RETIRED(n)
#include "diag/codes.def"
#undef CODE
#undef RETIRED
};

/* Strings live as long as the arena; all but code and at may be left out. */
struct diag {
	enum diag_code code;
	struct span at;    /* SPAN_NONE: about the run as a whole */
	const char *label; /* under the carets: what is wrong here */
	const char *help;  /* what to write instead */
	struct span other; /* with other_label: a second place */
	const char *other_label;
	const char *message; /* replaces the registry's text where that would say too little */
	enum diag_severity
		severity; /* set by diag_add from the registry, --strict, --allow and --deny */
};

#define DIAG_MAX \
	1000 /* after so many the list says so once and drops the rest, still counting errors */

struct diags {
	struct arena *arena;
	struct sources *sources;
	struct diag *v;
	size_t n, cap;
	uint32_t errors, warnings, notes;
	bool strict;           /* warnings count as errors */
	const uint16_t *allow; /* codes that become notes */
	const uint16_t *deny;  /* codes that become errors */
	uint32_t nallow, ndeny;
	bool dropped; /* DIAG_MAX was reached */
};

void diag_add(struct diags *d, struct diag g);
/* Adds what @from has, as if it had been added here; its strings must live as long. */
void diag_merge(struct diags *d, const struct diags *from);
/* printf into the arena, for labels and help. */
const char *diag_text(struct diags *d, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* @s in backquotes, shortened past 60 bytes, control bytes shown as \xNN. */
const char *diag_quote(struct diags *d, struct slice s);

/**
 * diag_nearest - the candidate nearest to @name by edit distance (with transpositions)
 *
 * Returns its index, or SIZE_MAX when none is near enough to be meant (a third of the length, at
 * least 1).
 */
size_t diag_nearest(struct slice name, const struct slice *candidates, size_t n);

/* Sorts by file, place, then code; findings without a place come last. Of two that are the same one
 * is kept. */
void diag_sort(struct diags *d);
/* For people: excerpts with carets, then a line of totals. @colour: ANSI colours. */
void diag_render_text(struct diags *d, struct buf *out, bool colour);
/* One excerpt alone: file, line and column, the line, and @label under its carets. */
void diag_render_place(
	struct diags *d, struct buf *out, struct span at, const char *label, bool colour);
/* aegis.check/1, one JSON value and a newline. Source: docs/cli.md. */
void diag_render_json(struct diags *d, struct buf *out);

struct diag_info {
	enum diag_code code;
	enum diag_severity severity;
	const char *name, *text;         /* "unknown_context", "no such security context" */
	const char *why, *wrong, *right; /* the long explanation and its two examples */
};
/* The registry in order of numbers; NULL past the end. */
const struct diag_info *diag_info_at(size_t i);
/* By number, or NULL. */
const struct diag_info *diag_info(uint32_t code);
/* Reads "AEG0342" or "342"; 0 where it is neither, or no such code. */
uint32_t diag_code_parse(const char *text);
#endif
