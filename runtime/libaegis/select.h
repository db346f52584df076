#ifndef LIBAEGIS_SELECT_H
#define LIBAEGIS_SELECT_H
/* What the files of a selection share: its memory, its values, and how texts are read. */
#include "format/aeg_path.h"
#include "json.h"

/* ---- Ops ----------------------------------------------------------------------------------- */

static inline int64_t aegi_le64(const uint8_t *p)
{
	return (int64_t)aeg_ld64(*(const struct aeg_le64 *)(const void *)p);
}

/* Bytes of the op at @p with its operands; @p is a known op, and its length lies in the program. */
static inline uint32_t aegi_op_size(const uint8_t *p)
{
	enum {
#define X(name, size) SIZE_##name = size,
		AEGF_OPERANDS(X)
#undef X
	};
	static const uint8_t sizes[AEGF_NOPS] = {
#define X(name, operands, in, out) SIZE_##operands,
#include "format/aeg_ops.def"
#undef X
	};
	uint32_t n = sizes[*p];

	return n != 0 ? n : 5 + aegi_le32(p + 1);
}

/* A place to come back to, once what follows from here has been gone through. */
struct point {
	uint32_t op; /* which made it */
	uint32_t pc; /* where to go on */
	uint32_t node, next,
		end;      /* tokens: the container; what comes next in it; what is past it */
	uint32_t current; /* of a filter or a walk: `@` outside it */
	uint32_t walk;    /* of a walk: the point of the one around it */
	uint32_t nvalues;
	uint32_t found; /* of a walk: how many nodes so far */
	/* Of a slice: elements whose index is known, ascending; the first is the array's. */
	uint32_t nrungs;
	struct rung {
		uint32_t token, index;
	} rung[20];
	int64_t index, stop, step;
};

enum value_kind {
	VALUE_NOTHING = 0, /* RFC 9535, section 2.4.1 */
	VALUE_LOGICAL,     /* @a: 0 or 1 */
	VALUE_TOKEN,       /* @a of the document */
	VALUE_NULL,
	VALUE_FALSE,
	VALUE_TRUE,
	VALUE_COUNT,  /* the number @a */
	VALUE_NUMBER, /* @len bytes of the ops from @a on */
	VALUE_STRING
};
struct value {
	enum value_kind kind;
	uint32_t a, len;
};

/* A selection, with what its steps need at hand. */
struct machine {
	struct aeg_select *s;
	const struct aeg_json_tok *tok;
	const uint8_t *ops;
	struct point *point;
	struct value *value;
	uint32_t *states; /* for regular expressions */
};

static inline uint32_t aegi_kind(const struct aeg_json *j, uint32_t token)
{
	return j->tok[token].info & AEG_JSON_KIND_MASK;
}

/* Takes @n steps off the budget; 0: there are not so many left. */
static inline int aegi_spend(struct aeg_select *s, uint64_t n)
{
	if (n > s->steps) {
		s->steps = 0;
		s->status = AEG_BUDGET;
		return 0;
	}
	s->steps -= n;
	return 1;
}

/* ---- The value of a string, in the document or in the ops ---------------------------------- */

struct text {
	struct aegi_chars c;
	int escaped;
};

static inline struct text aegi_text(const struct aeg_json *j, const struct aeg_json_tok *t)
{
	return (struct text){ aegi_chars(j, t), (t->info & AEG_JSON_ESCAPED) != 0 };
}

/* The next byte, or -1. */
static inline int aegi_text_next(struct text *t)
{
	if (t->escaped)
		return aegi_chars_next(&t->c);
	return t->c.at == t->c.end ? -1 : *t->c.at++;
}

/* The next code point, or -1. The text is well-formed UTF-8. */
int32_t aegi_text_point(struct text *t);

/* Below zero, zero or above as @a sorts before, at or after @b, by code points. */
int aegi_text_compare(struct text a, struct text b);

/* ---- The rest ------------------------------------------------------------------------------ */

/* Spends what looking costs; 0 also where that is too much. */
int aegi_value_equal(struct aeg_select *s, struct value a, struct value b);
int aegi_value_less(struct aeg_select *s, struct value a, struct value b);
/* True when @v is a string, which @ret then reads. */
int aegi_value_text(const struct aeg_select *s, struct value v, struct text *ret);
struct value aegi_value_length(struct aeg_select *s, struct value v);

/* How many members or elements @token has. */
uint32_t aegi_count_children(struct aeg_select *s, uint32_t token);

/* The value of the member of @object whose name is @name, or AEG_NONE. */
uint32_t aegi_member(struct aeg_select *s, uint32_t object, const struct text *name);

/* Whether @len bytes at @p are a regular expression, and how many states it has. */
enum aeg_status aegi_regex_check(const uint8_t *p, uint32_t len, uint32_t *ret_states);
/* Bytes of memory to run one of so many states. */
static inline size_t aegi_regex_memory(uint32_t nstates) { return (size_t)nstates * 12; }
/* Is all of @t (@whole), or some of it, described by the expression at @p? */
int aegi_regex_run(struct aeg_select *s, const uint8_t *p, struct text t, int whole, uint32_t *mem);

/* MATCH or SEARCH: two values to one. MATCH_THIS or SEARCH_THIS, at @op: one to one. */
void aegi_match(struct machine *m, uint32_t op);
void aegi_match_this(struct machine *m, const uint8_t *op);
#endif
