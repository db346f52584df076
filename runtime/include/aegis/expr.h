#ifndef AEGIS_EXPR_H
#define AEGIS_EXPR_H
/*
 * libaegis-expr: compiles JSONPath text for aeg_select_next. Separate from libaegis because most
 * who decide have their paths compiled in a bundle. Allocates nothing and keeps no state.
 */
#include "aegis/aegis.h"

#ifdef __cplusplus
extern "C" {
#endif

#define AEG_MAX_PATHS 256u /* in one program */

struct aeg_path_error {
	uint32_t path;    /* which of them */
	uint32_t at;      /* offset of the byte that cannot stand there, or of what is wrong */
	const char *what; /* one clause; never NULL */
};

/* A path that is none the less right, but surely not meant: its part at @at never selects. */
typedef void aeg_path_warning_fn(void *ctx, const struct aeg_path_error *warning);

/* A step of a path, for what knows the documents that the path will be asked of. */
enum aeg_path_step {
	AEG_STEP_NAME,    /* to the member of a name */
	AEG_STEP_INDEX,   /* to one element */
	AEG_STEP_CHILDREN /* to some or all members or elements */
};
#define AEG_PLACE_ANY 0u /* a place of which nothing is known */

/**
 * aeg_path_schema_fn - where a step leads in documents of the kind that is known
 * @place: where it begins: what this gave for the step before, at first aeg_path_options.place
 *
 * Returns another place, AEG_PLACE_ANY, or AEG_NONE: no such document has anything there, of which
 * the compiler then warns.
 */
typedef uint32_t aeg_path_schema_fn(
	void *ctx, uint32_t place, enum aeg_path_step step, struct aeg_str name);

struct aeg_path_options {
	uint32_t size_of;           /* set by the caller: sizeof(struct aeg_path_options) */
	aeg_path_warning_fn *warn;  /* or NULL */
	aeg_path_schema_fn *schema; /* or NULL */
	uint32_t place;             /* of the whole document */
	void *ctx;                  /* for both */
};

/**
 * aeg_paths_compile - compile @n paths that are asked of one document together
 * @mem: the program goes to its beginning, @ret_len bytes, for aeg_program_check; the rest is
 * scratch
 * @options: or NULL
 * @ret_error: set on AEG_CONTENT, AEG_NOMEM and AEG_TOO_LARGE
 *
 * What the paths have in common at their beginnings is walked once. A path is at most 1 MiB of
 * UTF-8. Returns AEG_OK; AEG_CONTENT: one of them is not well-formed or not well-typed; AEG_NOMEM:
 * @cap is too small (begin with 64 bytes and ten for each byte of text, then double);
 * AEG_TOO_LARGE: no memory would be enough. Source: RFC 9535, RFC 9485.
 */
AEG_API enum aeg_status aeg_paths_compile(const struct aeg_str *paths, uint32_t n,
	const struct aeg_path_options *options, void *mem, size_t cap, size_t *ret_len,
	struct aeg_path_error *ret_error);

/* Compiles one regular expression (RFC 9485), as aeg_select wants its patterns. */
AEG_API enum aeg_status aeg_regex_compile(
	struct aeg_str pattern, void *mem, size_t cap, size_t *ret_len);

struct aeg_regex_error {
	uint32_t at;      /* offset of the byte that cannot stand there */
	const char *what; /* one clause; never NULL */
};

/**
 * aeg_regex_ecma - compile one regular expression as JSON Schema has them: ECMA-262, with `u`
 * @ret_error: NULL, or set on all but AEG_OK and AEG_NOMEM
 *
 * Lazy quantifiers count as others, groups are not told apart. What no automaton of bounded size
 * can do (back-references, look-around) is AEG_SEMANTICS, when the rest is right. Else as
 * aeg_regex_compile. Source: ECMA-262, section 22.2.1.
 */
AEG_API enum aeg_status aeg_regex_ecma(struct aeg_str pattern, void *mem, size_t cap,
	size_t *ret_len, struct aeg_regex_error *ret_error);
/* The same, as an aeg_regex_fn. */
AEG_API enum aeg_status aeg_regex_ecma_compile(
	struct aeg_str pattern, void *mem, size_t cap, size_t *ret_len);

/* One line of a program in words. @nested: how deep in filters and walks. */
typedef void aeg_program_line_fn(void *ctx, uint32_t at, uint32_t nested, const char *line);
/* Tells each op of @p to @fn, in order. */
AEG_API void aeg_program_lines(const struct aeg_program *p, aeg_program_line_fn *fn, void *ctx);

#ifdef __cplusplus
}
#endif
#endif
