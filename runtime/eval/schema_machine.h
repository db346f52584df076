#ifndef EVAL_SCHEMA_MACHINE_H
#define EVAL_SCHEMA_MACHINE_H
/* What the files of a validation share: the checked bytes, and schemas under way. */
#include "aegis/schema.h"
#include "format/aeg_schema.h"
#include "libaegis/select.h"

/* ---- Checked schemas ----------------------------------------------------------------------- */

static inline const struct aegf_schema *schema_at(const struct aeg_schema *s, uint32_t i)
{
	return (const struct aegf_schema *)(const void *)(s->base + sizeof(struct aegf_schemas)) +
	       i;
}
static inline const struct aegf_schema_regex *schema_regex(const struct aeg_schema *s, uint32_t i)
{
	return (const struct aegf_schema_regex *)(const void *)schema_at(s, s->nschemas) + i;
}
static inline const struct aeg_le32 *schema_words(const struct aeg_schema *s)
{
	return (const struct aeg_le32 *)(const void *)schema_regex(s, s->nregexes);
}
static inline const char *schema_text(const struct aeg_schema *s)
{
	return (const char *)(schema_words(s) + s->nwords);
}
static inline uint32_t schema_op(const struct aeg_le32 *op) { return aeg_ld32(*op) & 0xff; }
static inline uint32_t schema_op_words(const struct aeg_le32 *op) { return aeg_ld32(*op) >> 8; }

/* The parts of MEMBERS. */
struct members {
	uint32_t rest, nrequired, npatterns, nslots;
	const struct aegf_members_name *required;
	const struct aegf_members_pattern *pattern;
	const struct aegf_members_slot *slot;
};
static inline struct members schema_members(const struct aeg_le32 *op)
{
	const struct aegf_members *h = (const void *)(op + 1);
	struct members m = { .rest = aeg_ld32(h->rest),
		.nrequired = aeg_ld32(h->nrequired),
		.npatterns = aeg_ld32(h->npatterns),
		.nslots = aeg_ld32(h->nslots),
		.required = (const void *)(h + 1) };

	m.pattern = (const void *)(m.required + m.nrequired);
	m.slot = (const void *)(m.pattern + m.npatterns);
	return m;
}

/* ---- The machine --------------------------------------------------------------------------- */

/* A schema under way: a value, and how far its ops are. */
struct frame {
	uint32_t schema, pc, token;
	uint32_t calls; /* of the op under way: how often it asked another schema */
	uint32_t next;  /* whatever the op counts on with from one call to the next */
	uint32_t stage, matched, hits, ordinal;
	uint32_t bits, nbits; /* which members or elements have been evaluated; nbits 0: not kept */
	uint32_t pool;        /* where to the pool goes back afterwards */
	uint8_t quiet, valid, merges;
};

struct validator {
	struct aeg_validation *v;
	struct aeg_select s; /* budget, status, and what compares values */
	struct aeg_program text;
	const struct aeg_json_tok *tok;
	const struct aeg_le32 *word;
	struct frame *frame;
	uint32_t nframes;
	uint32_t *pool, pool_at; /* bits */
	uint32_t *states;
	void *scratch;
	size_t scratch_size;
	int result; /* of the schema that ended last */
	int stop;
};

/* How an op goes on. */
enum outcome {
	HOLDS,  /* on to the next op */
	FAILS,  /* and has yet to be told */
	BROKEN, /* fails, and was told inside */
	CALLED  /* the same op again, once the schema that it asks for has ended */
};

/* How a schema is asked: about the same value or one inside it, and what becomes of its answer. */
enum ask { ASK_INSIDE = 0, ASK_HERE = 1, ASK_QUIETLY = 2, ASK_APART = 4 };

/* Asks @schema about @token. */
enum outcome schema_call(struct validator *m, uint32_t schema, uint32_t token, unsigned ask);
/* Tells of a failure of the op under way; @argument for its text. */
void schema_fail(struct validator *m, const struct frame *f, struct aeg_str argument);
/* Child @ordinal of the frame's value counts as evaluated. */
static inline void schema_mark(struct validator *m, const struct frame *f, uint32_t ordinal)
{
	if (ordinal < f->nbits)
		m->pool[f->bits + ordinal / 32] |= 1u << ordinal % 32;
}
static inline int schema_marked(const struct validator *m, const struct frame *f, uint32_t ordinal)
{
	return ordinal < f->nbits && (m->pool[f->bits + ordinal / 32] >> ordinal % 32 & 1);
}

static inline struct aeg_str schema_str(const struct validator *m, const struct aeg_le32 *ref)
{
	return (struct aeg_str){ schema_text(m->v->schema) + aeg_ld32(ref[0]), aeg_ld32(ref[1]) };
}
int schema_matches(struct validator *m, uint32_t regex, uint32_t token);

/* Ops that look at one value alone. */
enum outcome schema_assert(struct validator *m, struct frame *f, const struct aeg_le32 *op);
enum outcome schema_unique(struct validator *m, const struct frame *f);
/* Ops about members; MEMBERS, UNEVALUATED_PROPERTIES and so on. */
enum outcome schema_object(struct validator *m, struct frame *f, const struct aeg_le32 *op);

/* Is the number at @p without a fraction? */
int schema_is_integer(const char *p, uint32_t len);
/* Is the number at @p a multiple of the one at @q, which has at most 18 digits? Exact. */
int schema_is_multiple(const char *p, uint32_t len, const char *q, uint32_t qlen);
/* Whether schema_is_multiple can divide by @p: neither 0 nor too long. */
int schema_is_divisor(const char *p, uint32_t len);
/* Is the text written as the format says? REGEX and numbers apart. */
int schema_is_format(struct text t, enum aegf_schema_format format);
#endif
