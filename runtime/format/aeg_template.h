#ifndef AEG_TEMPLATE_H
#define AEG_TEMPLATE_H
/*
 * Compiled templates and conditions: one definition, written by runtime/expr, read by runtime/eval.
 * Little-endian and unaligned, like the bundle that may carry them. Prose: docs/templates.md.
 */
#include "format/aeg_format.h"

enum aegf_template_op {
#define X(name, operands, in, out) AEGF_T_##name,
#include "format/aeg_template_ops.def"
#undef X
	AEGF_T_NOPS
};

/* What follows an op's byte, and how many bytes both are; 0: five and as many as a length says. */
#define AEGF_TEMPLATE_OPERANDS(X) \
	X(NONE, 1) \
	X(BYTE, 2) \
	X(JUMP, 5)  /* 32 bits: bytes from the op to the one gone on at, which lies ahead */ \
	X(FRAME, 5) /* 8 bits: which parameter; 8 bits: AEGF_FRAME_*; 16 bits: how many, or which \
		     */ \
	X(CALL, 3)  /* 8 bits: enum aegf_helper; 8 bits: how many values */ \
	X(FUNCTION, 3) /* 16 bits */ \
	X(TEXT, 0)     /* length as 32 bits, bytes */
enum aegf_template_operands {
#define X(name, size) AEGF_T_OPERANDS_##name,
	AEGF_TEMPLATE_OPERANDS(X)
#undef X
};

/* How the operand of FRAME counts: from the innermost frame outward (0: itself), or from the first,
 * which is no region's: its context is all of the data. */
#define AEGF_FRAME_UP    0u
#define AEGF_FRAME_FIRST 1u

/* What is done to a value where it is written. */
enum aegf_escape {
	AEGF_ESCAPE_NONE,
	AEGF_ESCAPE_HTML,
	AEGF_ESCAPE_JSON_STRING,  /* between the quotes of a string */
	AEGF_ESCAPE_JSON_VALUE,   /* one value */
	AEGF_ESCAPE_JSON_KEY,     /* a member's name, with its quotes */
	AEGF_ESCAPE_URL,          /* all but RFC 3986's unreserved characters as %XX */
	AEGF_ESCAPE_SHELL_WORD,   /* in single quotes of its own */
	AEGF_ESCAPE_SHELL_DOUBLE, /* between double quotes */
	AEGF_ESCAPE_SHELL_SINGLE, /* between single quotes */
	AEGF_NESCAPES
};
#define AEGF_SEGMENT_FILLED 1u /* of SEGMENT_END: an empty segment is refused too */

/* Helpers that are values of values. Blocks, `if`, `lookup .. as a path` and so on are ops. */
enum aegf_helper {
#define X(name, text, least, most) AEGF_HELPER_##name,
#include "format/aeg_helper.def"
#undef X
	AEGF_NHELPERS
};

/*
 * A program: this; functions, the first being where it starts; names of functions for RUN_NAMED,
 * ascending by bytes; places, ascending by op; @len bytes of ops.
 */
struct aegf_template {
	struct aeg_le32 len; /* of the ops */
	struct aeg_le32 nplaces;
	struct aeg_le16 nfunctions;
	struct aeg_le16 nnames;
	struct aeg_le16 values; /* on the stack, at most, in any one function */
	struct aeg_le16 frames; /* regions inside one another, at most, in any one function */
	struct aeg_le16 flags;  /* AEGF_TEMPLATE_* */
	struct aeg_le16 zero;
};
_Static_assert(sizeof(struct aegf_template) == 20, "template is 20 bytes on disk");
#define AEGF_TEMPLATE_CONDITION 1u /* has a RESULT, and no output */
#define AEGF_TEMPLATE_HTML      2u /* an object is written as Handlebars does: [object Object] */

struct aegf_function {
	struct aeg_le32 at, len; /* in the ops; functions follow one another without a gap */
};
struct aegf_function_name {
	struct aeg_le32 at,
		len; /* the name's bytes, within the ops: of some TEXT, STRING or MEMBER */
	struct aeg_le32 function;
};
/* Where the text stands that an op was made of: of the ops that may fail. */
struct aegf_place {
	struct aeg_le32 op;     /* its offset in the ops */
	struct aeg_le32 source; /* 0: the template; n: the n-th of its partials */
	struct aeg_le32 at, len;
};

#define AEGF_MAX_TEMPLATE_OPS    (1u << 24) /* bytes */
#define AEGF_MAX_FUNCTIONS       4096u
#define AEGF_MAX_TEMPLATE_VALUES 256u
#define AEGF_MAX_FRAMES          64u /* in one function */
#define AEGF_MAX_MERGE           32u
#endif
