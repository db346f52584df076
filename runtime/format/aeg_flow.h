#ifndef AEG_FLOW_FORMAT_H
#define AEG_FLOW_FORMAT_H
/*
 * Tool workflows and the operations of HTTP interfaces that they use: section FLOWS, written by
 * compiler/flow and read by runtime/eval alone, which proves it (aeg_flows_open). To the rest of
 * libaegis it is bytes. Little-endian and unaligned. Prose: docs/bundle-format.md, "Workflows".
 *
 *   head | tables, in the order of AEGF_FLOW_TABLES, without gaps | bytes: texts and programs
 */
#include "format/aeg_format.h"

/* Of the bytes behind the tables. */
struct aegf_bytes {
	struct aeg_le32 off, len;
};

#define AEGF_FLOW_TABLES(X) \
	X(SPECS, struct aegf_spec) \
	X(OPERATIONS, struct aegf_operation) \
	X(PIECES, struct aegf_piece) \
	X(PARAMETERS, struct aegf_parameter) \
	X(FIELDS, struct aegf_bytes) \
	X(FLOWS, struct aegf_flow) \
	X(STEPS, struct aegf_step) \
	X(ARGUMENTS, struct aegf_argument) \
	X(EXTRACTS, struct aegf_extract) \
	X(STATUSES, struct aegf_statuses) \
	X(TEMPLATES, struct aegf_bytes) \
	X(SELECTIONS, struct aegf_bytes) \
	X(SCHEMAS, struct aegf_bytes)
enum aegf_flow_table {
#define X(name, type) AEGF_TABLE_##name,
	AEGF_FLOW_TABLES(X)
#undef X
		AEGF_NTABLES
};
struct aegf_flows {
	struct aeg_le32 count[AEGF_NTABLES]; /* elements of each table */
	struct aeg_le32 nbytes;
};

#define AEGF_SPEC_PRIVATE 1u /* addresses of private networks may be called */
struct aegf_spec {           /* ascending by name */
	struct aegf_bytes name, server;
	struct aeg_le32 flags;
};
_Static_assert(sizeof(struct aegf_spec) == 20, "spec is 20 bytes on disk");

#define AEGF_OPERATION_EXPLORE 1u /* may be asked for by `explore:` */
struct aegf_operation {           /* ascending by spec, then name */
	struct aeg_le32 spec, flags;
	struct aegf_bytes name, method;
	struct aegf_list path;       /* PIECES */
	struct aegf_list parameters; /* PARAMETERS */
	struct aegf_bytes media;     /* of the request's body; len 0: it has none */
	struct aeg_le32 body;        /* SCHEMAS, or NONE */
	struct aegf_bytes server;    /* its own; len 0: the spec's */
	struct aegf_list fields;     /* FIELDS: JSONPaths that an exploration keeps; none: all */
};
_Static_assert(sizeof(struct aegf_operation) == 68, "operation is 68 bytes on disk");

/* A path template's text, then a parameter (of its operation) or NONE. */
struct aegf_piece {
	struct aegf_bytes text; /* percent-encoded as it stands */
	struct aeg_le32 parameter;
};

enum aegf_in { AEGF_IN_PATH, AEGF_IN_QUERY, AEGF_IN_HEADER, AEGF_IN_COOKIE, AEGF_NINS };
enum aegf_style { /* OpenAPI 3.1.1, section 4.8.12.3 */
	AEGF_STYLE_MATRIX,
	AEGF_STYLE_LABEL,
	AEGF_STYLE_SIMPLE,
	AEGF_STYLE_FORM,
	AEGF_STYLE_SPACE_DELIMITED,
	AEGF_STYLE_PIPE_DELIMITED,
	AEGF_STYLE_DEEP_OBJECT,
	AEGF_STYLE_JSON, /* its JSON text, encoded: parameters with `content` */
	AEGF_NSTYLES
};
#define AEGF_PARAMETER_EXPLODE  1u
#define AEGF_PARAMETER_RESERVED 2u /* RFC 3986's reserved characters stay as they are */
#define AEGF_PARAMETER_REQUIRED 4u
struct aegf_parameter {
	struct aegf_bytes name;
	uint8_t in, style, flags, zero;
};
_Static_assert(sizeof(struct aegf_parameter) == 12, "parameter is 12 bytes on disk");

struct aegf_flow { /* ascending by name */
	struct aegf_bytes name, description;
	struct aeg_le32 input;    /* SCHEMAS */
	struct aegf_list steps;   /* STEPS */
	struct aeg_le32 total_ms; /* time-out of all of it */
	struct aeg_le32 result;   /* TEMPLATES, in mode json; NONE: the last response */
};
_Static_assert(sizeof(struct aegf_flow) == 36, "flow is 36 bytes on disk");

enum aegf_on_error { AEGF_ON_ERROR_FAIL, AEGF_ON_ERROR_CONTINUE };
struct aegf_step {
	struct aegf_bytes name;
	struct aeg_le32 operation;  /* OPERATIONS */
	struct aeg_le32 when;       /* TEMPLATES: a condition; or NONE */
	struct aeg_le32 body;       /* TEMPLATES, in mode json; or NONE */
	struct aegf_list arguments; /* ARGUMENTS */
	struct aegf_list extracts;  /* EXTRACTS */
	struct aegf_list accepted;  /* STATUSES that are no error besides those below 400 */
	struct aeg_le32 on_error;   /* enum aegf_on_error, once the retries are used up */
	struct aeg_le32 retries;
	struct aeg_le32 backoff_ms; /* before the first; doubled each time */
	struct aeg_le32 backoff_most_ms;
	struct aeg_le32 timeout_ms;
	/* Of a step that goes through a list; each NONE, len 0 or 0 if it does not. */
	struct aeg_le32 each;   /* TEMPLATES, in mode json: the list */
	struct aegf_bytes item; /* its element's name in templates */
	struct aeg_le32 most;   /* rounds; a longer list fails the step */
};
_Static_assert(sizeof(struct aegf_step) == 80, "step is 80 bytes on disk");

struct aegf_argument {
	struct aeg_le32 parameter; /* of the operation */
	struct aeg_le32 value;     /* TEMPLATES, in mode json: one JSON value; null leaves it out */
};

#define AEGF_EXTRACT_ALL 1u /* a list of all that is found, else the first */
struct aegf_extract {
	struct aegf_bytes name;
	struct aeg_le32
		selection;    /* SELECTIONS: the program whose path number is this one's place */
	struct aeg_le32 path; /* in the list of the step's extracts */
	struct aeg_le32 flags;
	struct aeg_le32 most; /* elements of ALL; more fail the step */
};
_Static_assert(sizeof(struct aegf_extract) == 24, "extract is 24 bytes on disk");

struct aegf_statuses {
	struct aeg_le16 from, to; /* both included */
};
#define AEGF_MAX_FLOW_STEPS 256u
#define AEGF_MAX_ROUNDS     10000u
#define AEGF_MAX_RETRIES    255u
#endif
