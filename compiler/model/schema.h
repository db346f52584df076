#ifndef MODEL_SCHEMA_H
#define MODEL_SCHEMA_H
/*
 * Schema tables: one row a field. The walker (shape.c) checks documents against them and fills the
 * model; the same rows carry the words of the reference page and of editors' schemas.
 */
#include <stddef.h>

#include "model/model.h"

struct shape;
struct field;

/* A value and where it stands: for an alias that is not where its node was written. */
struct value {
	const struct node *node;
	struct span at;
};

enum field_type {
	FIELD_ANY,      /* known by name, not looked into; of FIELD_TEMPLATE: for its texts alone */
	FIELD_GONE,     /* a name that must not be used: `doc` says what to write instead */
	FIELD_TEXT,     /* any scalar's source text */
	FIELD_TEMPLATE, /* text with holes: `language` is what it is when rendered */
	FIELD_WORD,     /* one of `words` */
	FIELD_BOOL,
	FIELD_UINT,        /* from min to max */
	FIELD_INT,         /* from lo to hi; both 0: what fits in `size` bytes */
	FIELD_NUMBER,      /* finite, from least to most; both 0: any. Kept as a double */
	FIELD_LIST,        /* of `item`; structs are kept in a struct many, of `each` bytes */
	FIELD_MAP,         /* from any name to `item`, the same */
	FIELD_LIST_OR_MAP, /* its `read` tells them apart */
	FIELD_STRUCT       /* of `sub` */
};

/* What a template renders: by it each hole is escaped for where it stands. */
enum field_language {
	LANGUAGE_TEXT,
	LANGUAGE_JSON,
	LANGUAGE_URL,
	LANGUAGE_SHELL,
	LANGUAGE_CONDITION /* nothing: it is true or false */
};

#define FIELD_REQUIRED 1u
#define FIELD_NOT_NULL \
	2u /* a constraint: written without a value it would silently constrain nothing */

/* Where numbers and booleans are no text: parts of tagged unions. */
#define FIELD_STRICT 4u
/* `env:NAME` may stand instead: it is kept as text, and `entry` and `words` do not see it. */
#define FIELD_ENV 8u

/* Reads a value of the right type (or null, where that means empty) into @out. */
typedef void field_read(struct shape *s, const struct field *f, struct value v, void *out);
/* Checks a list's or map's text and writes its normal form; false: reported, leave it out. */
typedef bool field_entry(struct shape *s, struct value v, struct mtext *io);

struct field {
	const char *name;
	const char *older; /* a former spelling, accepted with a note */
	enum field_type type;
	unsigned flags;
	const char *doc;
	const char *missing_is; /* what it is taken as where it is absent, in words */
	enum field_type item;
	const struct schema *sub; /* of the struct, or of the items that are structs */
	const char *const *words; /* ends with NULL; of a template: names that it can read */
	enum field_language language;
	uint64_t min, max; /* max 0: what fits in `size` bytes */
	int64_t lo, hi;
	double least, most;
	size_t each;         /* of a list or map of structs */
	size_t offset, size; /* where in the parent's struct; size 0: checked, not kept. A word is
			      * kept as its text, or in 4 bytes as its index in `words` */
	field_entry *entry;
	field_read *read;    /* instead of the walker's own way to keep it */
	const char *instead; /* of FIELD_GONE: the row to write, not called missing as well */
};

struct schema {
	const char *name; /* "a capability" */
	const char *doc;
	const struct field *fields;
	size_t nfields;
	void (*finish)(struct shape *s, struct value v, void *out); /* rules between fields */
	bool open; /* other fields pass: not all are known yet */
};
#define SCHEMA_MAX_FIELDS  64

#define FIELDS(array)      .fields = (array), .nfields = sizeof(array) / sizeof *(array)
#define INTO(type, member) .offset = offsetof(type, member), .size = sizeof(((type *)0)->member)

/* One way to fill in a map whose member `tag` says which. */
struct variant {
	const char *name;
	const struct schema *schema; /* its rows include the tag's */
	int number;                  /* the caller's */
	const char *gone;            /* of a name that must not be used: what to write instead */
};

/* A kind of document. */
struct kind {
	const char *name, *api;
	const char *doc;
	const struct schema *schema; /* of the whole document */
	void (*read)(struct shape *s, struct value root);
	bool builtin_only;
};
/* The kinds in the order of the reference; NULL past the end. */
const struct kind *kind_at(size_t i);
#endif
