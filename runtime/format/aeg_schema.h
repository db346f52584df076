#ifndef AEG_SCHEMA_FORMAT_H
#define AEG_SCHEMA_FORMAT_H
/*
 * Compiled JSON Schemas: one definition, written by compiler/schema and read by runtime/eval.
 * Little-endian and unaligned, like the bundle that may carry them. Prose: docs/json-schema.md.
 *
 *   head | schemas | regular expressions | words: the ops | text
 */
#include "format/aeg_path.h"

/* What follows an op's first word, and how many words that is at least; +: and more. */
#define AEGF_SCHEMA_OPERANDS(X) \
	X(NONE, 0) \
	X(TYPE, 1)   /* bits AEGF_TYPE_* */ \
	X(VALUES, 0) /* + kind, a, b of each: see enum aegf_schema_value */ \
	X(NUMBER, 2) /* text: as JSON writes it */ \
	X(COUNT, 1) \
	X(REGEX, 3)    /* which; text: as it was written */ \
	X(FORMAT, 1)   /* which, AEGF_FORMATS */ \
	X(SCHEMA, 1)   /* which, or ANY */ \
	X(SCHEMAS, 0)  /* + schemas */ \
	X(ITEMS, 1)    /* of the rest, or NONE; + of the first ones */ \
	X(CONTAINS, 3) /* schema; least; most, or NONE */ \
	X(MEMBERS, 4)  /* struct aegf_members and what it has */ \
	X(NAMES, 2)    /* text: a member's name; + text: of those that must be there with it */ \
	X(NAMED, 3)    /* text: a member's name; schema */ \
	X(CHOICE, 3)   /* schema; where it fits, or NONE; where it does not, or NONE */ \
	X(DYNAMIC, 1)  /* schema; + resource, and schema where that one is being looked at */
enum aegf_schema_operands {
#define X(name, least) AEGF_SCHEMA_OPERANDS_##name,
	AEGF_SCHEMA_OPERANDS(X)
#undef X
};
enum aegf_schema_op {
#define X(name, operands, keyword, text) AEGF_SCHEMA_##name,
#include "format/aeg_schema_ops.def"
#undef X
	AEGF_SCHEMA_NOPS
};
/* An op's first word: the op, and above it how many words it has with this one. */
#define AEGF_SCHEMA_OP(op, words) ((uint32_t)(op) | (uint32_t)(words) << 8)

#define AEGF_SCHEMA_ANY           (AEGF_NONE - 1) /* in place of a schema: one that everything fits */

struct aegf_schemas {
	struct aeg_le32 nschemas, nregexes, nwords, ntext;
	struct aeg_le32 nroots; /* the first so many schemas are what was asked for */
	struct aeg_le32 states; /* of the largest regular expression */
};
_Static_assert(sizeof(struct aegf_schemas) == 24, "head is 24 bytes on disk");

#define AEGF_SCHEMA_COLLECTS 1u /* has an unevaluated* */
struct aegf_schema {
	struct aeg_le32 first;    /* word; the ops of one schema follow those of the one before */
	struct aeg_le32 parent;   /* of the location: an earlier schema, or NONE */
	struct aeg_le32 off, len; /* text: what its location adds to the parent's */
	struct aeg_le32 resource; /* for dynamic references */
	struct aeg_le32 flags;
};
_Static_assert(sizeof(struct aegf_schema) == 24, "schema is 24 bytes on disk");
struct aegf_schema_regex {
	struct aeg_le32 off, len; /* text: a struct aegf_regex and what it has; ascending, apart */
};

/* MEMBERS: this, then names, patterns and slots. A name's slot is the first one from its hash,
 * aegf_hash(0, name), modulo nslots, on that has it, before one that is free. */
struct aegf_members {
	struct aeg_le32 rest; /* schema of members that no slot or pattern has one for, or NONE */
	struct aeg_le32 nrequired, npatterns, nslots; /* nslots: 0, or a power of two */
};
struct aegf_members_name {
	struct aeg_le32 off, len; /* text */
};
struct aegf_members_pattern {
	struct aeg_le32 regex, schema;
};
struct aegf_members_slot {
	struct aeg_le32 off, len; /* text; off NONE: free */
	struct aeg_le32 schema;   /* or NONE */
	struct aeg_le32 required; /* 0 or 1 */
};

enum aegf_schema_value {
	AEGF_VALUE_NULL,
	AEGF_VALUE_FALSE,
	AEGF_VALUE_TRUE,
	AEGF_VALUE_NUMBER, /* a, b: text */
	AEGF_VALUE_STRING, /* a, b: text */
	AEGF_VALUE_SCHEMA, /* a: which only this value fits */
	AEGF_NVALUES
};

#define AEGF_TYPE(kind)        (1u << (kind)) /* of enum aeg_json_kind */
#define AEGF_TYPE_INTEGER      (1u << 8)      /* numbers without a fraction */
#define AEGF_TYPE_ALL          0x1feu

#define AEGF_SCHEMA_MAX        (1u << 20) /* schemas */
#define AEGF_SCHEMA_MAX_WORDS  (1u << 24)
#define AEGF_SCHEMA_MAX_NUMBER 1024u /* bytes */
#define AEGF_SCHEMA_MAX_DIGITS 18u   /* of multipleOf, but for zeros at its ends */

/* Formats that can be asserted; the number is the format's, append only. Name, as a schema says. */
#define AEGF_FORMATS(X) \
	X(DATE_TIME, "date-time") \
	X(DATE, "date") \
	X(TIME, "time") \
	X(DURATION, "duration") \
	X(EMAIL, "email") \
	X(HOSTNAME, "hostname") \
	X(IPV4, "ipv4") \
	X(IPV6, "ipv6") \
	X(URI, "uri") \
	X(URI_REFERENCE, "uri-reference") \
	X(UUID, "uuid") \
	X(JSON_POINTER, "json-pointer") \
	X(RELATIVE_JSON_POINTER, "relative-json-pointer") \
	X(REGEX, "regex") \
	X(INT32, "int32") \
	X(INT64, "int64")
enum aegf_schema_format {
#define X(name, text) AEGF_FORMAT_##name,
	AEGF_FORMATS(X)
#undef X
		AEGF_NFORMATS
};
#endif
