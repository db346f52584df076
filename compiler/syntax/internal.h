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

/* Words for what libyaml stumbled over; reports it. @where, @began: bytes of its two marks. */
void yaml_words(struct diags *d, uint32_t file, const char *problem, const char *context,
	uint32_t where, uint32_t began);
#endif
