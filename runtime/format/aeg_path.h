#ifndef AEG_PATH_H
#define AEG_PATH_H
/*
 * Compiled paths: one definition, written by runtime/expr and read by libaegis. Little-endian and
 * unaligned, like the bundle that may carry them. Prose: docs/jsonpath.md.
 */
#include "format/aeg_format.h"

enum aegf_op {
#define X(name, operands, in, out) AEGF_OP_##name,
#include "format/aeg_ops.def"
#undef X
	AEGF_NOPS
};

/* What follows an op's byte, and how many bytes both are; 0: five and as many as a length says. */
#define AEGF_OPERANDS(X) \
	X(NONE, 1) \
	X(PATH, 5)    /* 32 bits: whose result this is */ \
	X(JUMP, 5)    /* 32 bits: bytes from the op to the one gone on at, which lies ahead */ \
	X(INTEGER, 9) /* 64 bits */ \
	X(SLICE, 26)  /* AEGF_SLICE_*; start, end and step as 64 bits each */ \
	X(WALK, 6)    /* AEGF_FROM_*; a jump */ \
	X(TEXT, 0)    /* length as 32 bits, bytes */ \
	X(REGEX, 0)   /* length as 32 bits, a struct aegf_regex and what it has */
enum aegf_operands {
#define X(name, size) AEGF_OPERANDS_##name,
	AEGF_OPERANDS(X)
#undef X
};

/* Several paths over one document: this, then @len bytes of ops. */
struct aegf_program {
	struct aeg_le32 len;    /* of the ops */
	struct aeg_le16 points; /* places to come back to, at most this many at once */
	struct aeg_le16 values; /* on the stack, at most */
	struct aeg_le32 states; /* of the largest regular expression */
	struct aeg_le16 npaths; /* RESULT's operand is below this */
	struct aeg_le16 zero;
};
_Static_assert(sizeof(struct aegf_program) == 16, "program is 16 bytes on disk");

#define AEGF_MAX_OPS      (1u << 24) /* bytes of ops of one program */
#define AEGF_MAX_POINTS   1024u
#define AEGF_MAX_VALUES   256u
#define AEGF_MAX_NESTED   64u  /* filters and walks inside one another */
#define AEGF_MAX_PENDING  256u /* different places ahead that a jump goes to */
#define AEGF_MAX_STATES   8192u
#define AEGF_MAX_INTEGER  9007199254740991 /* 2^53 - 1: RFC 9535, section 2.1 */
#define AEGF_SLICE_START  1u               /* stated; else the number is 0 */
#define AEGF_SLICE_END    2u
#define AEGF_FROM_ROOT    0u
#define AEGF_FROM_CURRENT 1u

/*
 * A regular expression: an automaton of @nstates states, the first being where it starts, then
 * @nranges ranges of code points. A state's @x is: of CLASS, its first range; its @y: of CLASS, how
 * many, with AEGF_CLASS_NOT on top; of FORK and JUMP, the other state.
 */
struct aegf_regex {
	struct aeg_le32 nstates, nranges;
};
struct aegf_state {
	struct aeg_le32 op, x, y;
};
struct aegf_range {
	struct aeg_le32 lo, hi; /* ascending, apart */
};
enum aegf_state_op {
	AEGF_STATE_MATCH = 1,
	AEGF_STATE_CHAR,  /* one code point of x to y */
	AEGF_STATE_CLASS, /* one code point of a class */
	AEGF_STATE_FORK,  /* the next state, and state y */
	AEGF_STATE_JUMP,  /* state y */
	AEGF_STATE_BEGIN, /* at the text's beginning, the next state */
	AEGF_STATE_END,   /* at its end, the next state */
	AEGF_STATE_WORD /* the next state where a word, of ASCII, begins or ends; x 1: where not */
};
#define AEGF_CLASS_NOT 0x80000000u
_Static_assert(sizeof(struct aegf_state) == 12, "state is 12 bytes on disk");
#endif
