#ifndef SYNTAX_INTERNAL_H
#define SYNTAX_INTERNAL_H
/* What the two readers share. */
#include "syntax/syntax.h"

#define SYNTAX_MAX_DIGITS 64u  /* of a hexadecimal or octal number */
#define SYNTAX_MAX_NUMBER 512u /* bytes of any other */

/**
 * text_check - look for bytes that no source may contain and report the first
 * @first: byte to begin at, set past a byte order mark
 * @ascii: set to whether there is no byte above 0x7f from there on
 *
 * Returns false when something was reported. Of JSON only the encoding is looked at: its scanner
 * knows better what stands where.
 */
bool text_check(struct diags *d, uint32_t file, uint32_t *first, bool *ascii);

/* Reports the members of @v whose key an earlier one has. */
void members_check(struct diags *d, const struct member *v, uint32_t n);

/* A diagnostic at bytes [lo, hi) of @file. */
void syntax_report(
	struct diags *d, enum diag_code code, struct span at, const char *label, const char *help);

/* A YAML source, for the checks of yaml_strict.c: each reports what it finds and returns false. */
struct yaml_text {
	struct diags *d;
	uint32_t file;
	struct slice text;
};
/* Between the parts of a flow list or mapping: comments, `?`, indentation of the lines. */
bool strict_gap(const struct yaml_text *t, uint32_t lo, uint32_t hi, uint32_t indent);
/* The lines inside a text of several lines. */
bool strict_lines(
	const struct yaml_text *t, uint32_t lo, uint32_t hi, uint32_t indent, bool quoted);
/* No comment begins right at @at, after a closing quote or bracket. */
bool strict_after(const struct yaml_text *t, uint32_t at);
/* Nor after a `|` or `>` at @at and what belongs to it. */
bool strict_header(const struct yaml_text *t, uint32_t at);
/* The name behind the `&` or `*` at @at ends after @len bytes, as libyaml says. */
bool strict_name(const struct yaml_text *t, uint32_t at, uint32_t len);
/* The plain scalar at [lo, hi) inside a flow list or mapping is not just a `-`. */
bool strict_dash(const struct yaml_text *t, uint32_t lo, uint32_t hi);
/* The directives in [lo, hi). @open_end: the document before ended without `...`. */
bool strict_directives(const struct yaml_text *t, uint32_t lo, uint32_t hi, bool open_end);

/* Words for what libyaml stumbled over; reports it. @where, @began: bytes of its two marks. */
void yaml_words(const struct yaml_text *t, const char *problem, const char *context, uint32_t where,
	uint32_t began);
#endif
