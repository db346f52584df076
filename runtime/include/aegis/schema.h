#ifndef AEGIS_SCHEMA_H
#define AEGIS_SCHEMA_H
/*
 * Validates scanned JSON against compiled JSON Schemas. In libaegis.a, not in libaegis.so: what
 * decides does not need it. Allocates nothing, keeps no state, and ends within its steps.
 */
#include "aegis/aegis.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Compiled schemas, accepted. Borrows the bytes. */
struct aeg_schema {
	const uint8_t *base;
	uint32_t nroots;                            /* a validation begins at one of them */
	uint32_t nschemas, nregexes, nwords, ntext; /* libaegis's own, as all that follows */
	uint32_t states, collects, regexes;
};

/**
 * aeg_schema_check - accept bytes as compiled schemas, once, before anything reads them
 * @ret: set on AEG_OK only; borrows @mem, which must outlive it unchanged
 * @mem: all of it, any alignment
 *
 * Proves that ops and operands lie inside, and that each index and each piece of text is there.
 * One pass. Returns AEG_OK or why the bytes are refused.
 */
AEG_API enum aeg_status aeg_schema_check(struct aeg_schema *ret, const void *mem, size_t len);

/* A value that does not fit. */
struct aeg_schema_failure {
	uint32_t token;          /* the value; of a member's name, the name */
	uint32_t schema;         /* for aeg_schema_location */
	uint32_t op;             /* libaegis's own */
	struct aeg_str keyword;  /* "required"; empty: the schema is `false` */
	struct aeg_str argument; /* what it asks for: a number, name, format, pattern; or empty */
	uint32_t count;          /* minLength and the like: what it asks for */
};

/* Told of each failure, in the order in which they are found. Nonzero: look no further. */
typedef int aeg_schema_failure_fn(void *ctx, const struct aeg_schema_failure *failure);

#define AEG_SCHEMA_DEPTH 1024u /* is enough for what people write */
#define AEG_SCHEMA_STEPS 10000000u

/* A validation. Zero it, set what the caller sets, then aeg_schema_validate. */
struct aeg_validation {
	uint32_t size_of; /* set by the caller: sizeof(struct aeg_validation) */
	uint32_t root;    /* below nroots */
	const struct aeg_schema *schema;
	const struct aeg_json *doc; /* a scan that succeeded */
	uint32_t token;             /* of the value; 0: the whole document */
	uint32_t depth;             /* schemas inside one another, at most */
	uint64_t steps; /* budget; one is about one keyword, member or 8 bytes looked at */
	void *mem;      /* aligned to 8, of aeg_schema_size bytes or more */
	size_t mem_size;
	aeg_regex_fn *regex;         /* for values that must be patterns, with memory behind what
					aeg_schema_size says; NULL: they make the validation AEG_USAGE */
	aeg_schema_failure_fn *fail; /* or NULL */
	void *ctx;
	/* From here on set by aeg_schema_validate. */
	uint32_t valid;     /* 1: it fits; anything else but AEG_OK leaves it 0 */
	uint32_t nfailures; /* that were told */
};

/* The least memory for a validation of @doc with schemas @depth inside one another. */
AEG_API size_t aeg_schema_size(
	const struct aeg_schema *schema, const struct aeg_json *doc, uint32_t depth);

/**
 * aeg_schema_validate - does the value fit the schema?
 *
 * Finds all failures, but none inside alternatives (`anyOf`, `oneOf`, `not`, `if`, `contains`):
 * there it tells of the alternatives as a whole. A document in which an object has a name twice
 * fits nothing: which of the two is meant depends on who reads it. Returns AEG_OK: the answer is in
 * `valid`; AEG_BUDGET: the steps are used up; AEG_DEPTH: schemas are deeper inside one another;
 * AEG_NOMEM, also where no room is left to look at a value that must be a pattern; AEG_TOO_LARGE:
 * for that one no room would do; AEG_USAGE. Source: JSON Schema 2020-12.
 */
AEG_API enum aeg_status aeg_schema_validate(struct aeg_validation *v);

/**
 * aeg_json_pointer - where a token stands: `/items/0/name`, RFC 6901
 *
 * Of a member's name: where its value stands. Looks at all that stands before it, once for each
 * level. Returns the length in bytes; what of it has no room in the @cap bytes of @buf is left out.
 */
AEG_API size_t aeg_json_pointer(const struct aeg_json *j, uint32_t token, char *buf, size_t cap);

/* Where in its schemas' documents the failed keyword stands: `#/properties/a/minLength`. As above.
 */
AEG_API size_t aeg_schema_location(const struct aeg_schema *schema,
	const struct aeg_schema_failure *failure, char *buf, size_t cap);

/* What is wrong, in words, behind "the value at /a ": `is less than 5`. As above. */
AEG_API size_t aeg_schema_failure_text(
	const struct aeg_schema_failure *failure, char *buf, size_t cap);

#ifdef __cplusplus
}
#endif
#endif
