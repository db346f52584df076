#ifndef AEGIS_EXPR_H
#define AEGIS_EXPR_H
/*
 * libaegis-expr: compiles JSONPath text for aeg_select_next, templates for aeg_render. Separate
 * from libaegis because most who decide have their paths compiled in a bundle. Allocates nothing
 * and keeps no state.
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

/* ---- Templates ----------------------------------------------------------------------------- */

/* What the output is: by it each hole is escaped for where it stands. */
enum aeg_template_mode {
	AEG_MODE_TEXT, /* as it is */
	AEG_MODE_HTML, /* Handlebars' own escaping */
	AEG_MODE_JSON, /* one JSON value, whatever the data */
	AEG_MODE_URL,  /* a reference of RFC 3986; holes are path segments, or in query or fragment
			*/
	AEG_MODE_SHELL /* commands of a POSIX shell; each hole is within one word */
};

/* Options of Handlebars that change what a template means. */
#define AEG_TEMPLATE_STRICT            1u  /* a variable that is missing is an error */
#define AEG_TEMPLATE_ASSUME_OBJECTS    2u  /* so is a member of what is missing */
#define AEG_TEMPLATE_COMPAT            4u  /* names are looked for in outer contexts too */
#define AEG_TEMPLATE_IGNORE_STANDALONE 8u  /* lines with a block alone stay */
#define AEG_TEMPLATE_PREVENT_INDENT    16u /* a partial alone on a line is not indented */
#define AEG_TEMPLATE_EXPLICIT_PARTIAL_CONTEXT \
	32u                      /* a partial sees nothing but what it is given \
				  */
#define AEG_TEMPLATE_NO_DATA 64u /* no @index and the like */

struct aeg_partial {
	struct aeg_str name, text;
};

/* A step from what a variable stands for towards what is read. */
struct aeg_variable_step {
	struct aeg_str name; /* of a member; at NULL: any element or member, in a loop */
};
#define AEG_READ_CERTAIN 1u /* whenever the template is rendered */
#define AEG_READ_TESTED  2u /* by `if`, `unless`, `default` and such: it may be missing */
#define AEG_READ_LOOPED  4u /* `each` goes through it */
#define AEG_READ_UNKNOWN 8u /* and more of it that is known only when rendering (`lookup`) */

/* One reading of a variable, wherever it stands. */
struct aeg_variable {
	struct aeg_str special;                /* `index` of `@index`; len 0: it is the data's */
	const struct aeg_variable_step *steps; /* from the whole data on, contexts resolved */
	uint32_t nsteps, flags;
	uint32_t source, at, len; /* where: as in struct aeg_template_error */
};
typedef void aeg_variable_fn(void *ctx, const struct aeg_variable *v);

/* What a variable may be. */
enum aeg_type {
	AEG_TYPE_UNDEFINED = 1,
	AEG_TYPE_NULL = 2,
	AEG_TYPE_BOOLEAN = 4,
	AEG_TYPE_NUMBER = 8,
	AEG_TYPE_STRING = 16,
	AEG_TYPE_ARRAY = 32,
	AEG_TYPE_OBJECT = 64,
	AEG_TYPE_ANY = 127
};
/* Bits of enum aeg_type, for who knows the data. */
typedef uint32_t aeg_types_fn(void *ctx, const struct aeg_variable *v);

struct aeg_template_error {
	uint32_t source;      /* 0: the template; n: the n-th of its partials */
	uint32_t at, len;     /* the bytes that are wrong, in that text */
	const char *what;     /* one clause; never NULL; it may lie in @mem */
	struct aeg_str name;  /* what it is about, or len 0: a helper, a partial */
	struct aeg_str near_; /* of the known ones the most like it, or len 0 */
};

struct aeg_template_options {
	uint32_t size_of; /* set by the caller: sizeof(struct aeg_template_options) */
	enum aeg_template_mode mode;
	uint32_t flags; /* AEG_TEMPLATE_* */
	const struct aeg_partial *partials;
	uint32_t npartials;
	aeg_variable_fn *variable; /* told of each reading, in no particular order; or NULL */
	void *ctx;
	aeg_types_fn *types; /* beside @variable, or NULL: operators that are given what they can
				never take are refused */
};

/**
 * aeg_template_compile - compile Handlebars for aeg_render
 * @options: or NULL: text without partials
 * @mem: the program goes to its beginning, @ret_len bytes, for aeg_template_check; the rest is
 * scratch
 * @ret_error: set on AEG_CONTENT, AEG_NOMEM and AEG_TOO_LARGE
 *
 * Returns AEG_OK; AEG_CONTENT: it is no template, or one that could render what its mode does not
 * allow; AEG_NOMEM: @cap is too small (begin with 4 KiB and 32 bytes for each byte of text, then
 * double); AEG_TOO_LARGE: no memory would be enough. Source: the Handlebars language, version 4;
 * docs/templates.md.
 */
AEG_API enum aeg_status aeg_template_compile(struct aeg_str text,
	const struct aeg_template_options *options, void *mem, size_t cap, size_t *ret_len,
	struct aeg_template_error *ret_error);

/**
 * aeg_condition_compile - compile an expression for aeg_condition
 *
 * With or without `{{` and `}}` around it. @options: partials and mode are not looked at; the rest
 * as for aeg_template_compile. Source: docs/templates.md, "Conditions".
 */
AEG_API enum aeg_status aeg_condition_compile(struct aeg_str text,
	const struct aeg_template_options *options, void *mem, size_t cap, size_t *ret_len,
	struct aeg_template_error *ret_error);

/* Tells each op of @t to @fn, in order. */
struct aeg_template;
AEG_API void aeg_template_lines(const struct aeg_template *t, aeg_program_line_fn *fn, void *ctx);

#ifdef __cplusplus
}
#endif
#endif
