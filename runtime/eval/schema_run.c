/*
 * Runs compiled schemas over a scanned document: a stack of schemas under way, each with a value
 * and an op. An op that asks another schema puts that on the stack and is run again when it ended.
 *
 * Where an unevaluated* may need it, a schema keeps a bit for each member or element that has been
 * evaluated; those of a schema that fits go to the one that asked it about the same value.
 */
#include "schema_machine.h"

#include <string.h>

/* ---- Asking -------------------------------------------------------------------------------- */

static uint32_t count(struct validator *m, uint32_t token)
{
	uint32_t kind = aegi_kind(m->s.doc, token);

	if (kind != AEG_JSON_ARRAY && kind != AEG_JSON_OBJECT)
		return 0;
	return aegi_count_children(&m->s, token);
}

/* Bits for the value's children, where somebody will ask for them. */
static void collect(struct validator *m, struct frame *f, const struct frame *asked, unsigned ask)
{
	uint32_t flags = aeg_ld32(schema_at(m->v->schema, f->schema)->flags), words;
	int here = asked != NULL && (ask & ASK_HERE) && asked->nbits > 0;

	f->pool = m->pool_at;
	f->merges = here && !(ask & ASK_APART);
	if (!here && !(flags & AEGF_SCHEMA_COLLECTS))
		return;
	f->nbits = here ? asked->nbits : count(m, f->token);
	f->bits = m->pool_at;
	words = (f->nbits + 31) / 32;
	memset(m->pool + f->bits, 0, words * sizeof *m->pool);
	m->pool_at += words;
	aegi_spend(&m->s, words);
}

enum outcome schema_call(struct validator *m, uint32_t schema, uint32_t token, unsigned ask)
{
	struct frame *asked = m->nframes == 0 ? NULL : &m->frame[m->nframes - 1];
	struct frame *f = &m->frame[m->nframes];

	if (asked != NULL)
		asked->calls++;
	if (schema == AEGF_SCHEMA_ANY) {
		m->result = 1;
		return CALLED;
	}
	if (m->nframes == m->v->depth) {
		m->s.status = AEG_DEPTH;
		return CALLED;
	}
	*f = (struct frame){ .schema = schema,
		.pc = aeg_ld32(schema_at(m->v->schema, schema)->first),
		.token = token,
		.valid = 1,
		.quiet = (ask & ASK_QUIETLY) || (asked != NULL && asked->quiet) };
	m->nframes++;
	collect(m, f, asked, ask);
	return CALLED;
}

/* The schema on top ended. */
static void leave(struct validator *m)
{
	struct frame *f = &m->frame[--m->nframes];

	m->result = f->valid;
	m->pool_at = f->pool;
	if (f->valid && f->merges) {
		const struct frame *to = f - 1;
		for (uint32_t i = 0; i < (f->nbits + 31) / 32; i++)
			m->pool[to->bits + i] |= m->pool[f->bits + i];
	}
}

static struct aeg_str keyword_of(uint32_t op)
{
	static const struct {
		const char *at;
		uint32_t len;
	} words[] = {
#define X(name, operands, keyword, text) { keyword, sizeof keyword - 1 },
#include "format/aeg_schema_ops.def"
#undef X
	};

	return (struct aeg_str){ words[op].at, words[op].len };
}

static void tell(struct validator *m, const struct aeg_schema_failure *failure)
{
	struct aeg_validation *v = m->v;

	v->nfailures += v->nfailures < UINT32_MAX;
	if (v->fail != NULL && v->fail(v->ctx, failure) != 0)
		m->stop = 1;
}

void schema_fail(struct validator *m, const struct frame *f, struct aeg_str argument)
{
	const struct aeg_le32 *op = m->word + f->pc;
	uint32_t kind = schema_op(op);
	struct aeg_schema_failure failure = { .token = f->token,
		.schema = f->schema,
		.op = kind,
		.keyword = keyword_of(kind),
		.argument = argument,
		.count = schema_op_words(op) > 1 ? aeg_ld32(op[1]) : 0 };

	if (!f->quiet)
		tell(m, &failure);
}

/* ---- Applicators --------------------------------------------------------------------------- */

static enum outcome all_of(struct validator *m, struct frame *f, const struct aeg_le32 *op)
{
	if (f->calls > 0 && !m->result) {
		f->valid = 0;
		if (f->quiet)
			return BROKEN;
	}
	if (f->calls == schema_op_words(op) - 1)
		return HOLDS;
	return schema_call(m, aeg_ld32(op[1 + f->calls]), f->token, ASK_HERE);
}

/* ANY_OF wants one, ONE_OF exactly one. Where bits are kept, all that fit have their say. */
static enum outcome some_of(struct validator *m, struct frame *f, const struct aeg_le32 *op)
{
	uint32_t most = schema_op(op) == AEGF_SCHEMA_ONE_OF ? 1 : UINT32_MAX;

	f->hits += f->calls > 0 && m->result;
	if (f->hits > most)
		return FAILS;
	if (f->calls == schema_op_words(op) - 1)
		return f->hits > 0 ? HOLDS : FAILS;
	if (f->hits > 0 && most > 1 && f->nbits == 0)
		return HOLDS;
	return schema_call(m, aeg_ld32(op[1 + f->calls]), f->token, ASK_HERE | ASK_QUIETLY);
}

static enum outcome choice(struct validator *m, struct frame *f, const struct aeg_le32 *op)
{
	uint32_t then;

	if (f->calls == 0)
		return schema_call(m, aeg_ld32(op[1]), f->token, ASK_HERE | ASK_QUIETLY);
	if (f->calls == 1) {
		then = aeg_ld32(op[m->result ? 2 : 3]);
		return then == AEGF_NONE ? HOLDS : schema_call(m, then, f->token, ASK_HERE);
	}
	return m->result ? HOLDS : BROKEN;
}

/* The outermost resource on the way here that has the anchor says what it stands for. */
static enum outcome dynamic(struct validator *m, struct frame *f, const struct aeg_le32 *op)
{
	uint32_t n = schema_op_words(op) - 1, schema = aeg_ld32(op[1]), last = AEGF_NONE;

	if (f->calls > 0)
		return m->result ? HOLDS : BROKEN;
	for (uint32_t i = 0; i < m->nframes; i++) {
		uint32_t resource = aeg_ld32(schema_at(m->v->schema, m->frame[i].schema)->resource);
		if (resource == last)
			continue;
		last = resource;
		if (!aegi_spend(&m->s, n))
			return CALLED;
		for (uint32_t k = 1; k < n; k += 2)
			if (aeg_ld32(op[k + 1]) == resource)
				return schema_call(m, aeg_ld32(op[k + 2]), f->token, ASK_HERE);
	}
	return schema_call(m, schema, f->token, ASK_HERE);
}

/* ---- Elements ------------------------------------------------------------------------------ */

/* ITEMS and UNEVALUATED_ITEMS: each element has its schema, or none. */
static enum outcome items(struct validator *m, struct frame *f, const struct aeg_le32 *op)
{
	int unevaluated = schema_op(op) == AEGF_SCHEMA_UNEVALUATED_ITEMS;
	uint32_t nprefix = schema_op_words(op) - 2, end = m->tok[f->token].next;

	if (f->calls == 0)
		f->next = f->token + 1;
	else if (!m->result) {
		f->valid = 0;
		if (f->quiet)
			return BROKEN;
	}
	while (f->next != end) {
		uint32_t i = f->ordinal++, at = f->next;
		uint32_t schema = aeg_ld32(op[i < nprefix ? 2 + i : 1]);
		f->next = m->tok[at].next;
		if (schema == AEGF_NONE)
			return HOLDS;
		if ((unevaluated && schema_marked(m, f, i)) || !aegi_spend(&m->s, 1))
			continue;
		schema_mark(m, f, i);
		if (schema != AEGF_SCHEMA_ANY)
			return schema_call(m, schema, at, ASK_INSIDE);
	}
	return HOLDS;
}

static enum outcome contains(struct validator *m, struct frame *f, const struct aeg_le32 *op)
{
	uint32_t least = aeg_ld32(op[2]), most = aeg_ld32(op[3]), at;

	if (f->calls == 0) {
		f->next = f->token + 1;
	} else if (m->result) {
		f->hits++;
		schema_mark(m, f, f->ordinal - 1);
	}
	if (f->hits > most && most != AEGF_NONE)
		return FAILS;
	if (f->hits >= least && most == AEGF_NONE && f->nbits == 0)
		return HOLDS;
	if (f->next == m->tok[f->token].next)
		return f->hits >= least ? HOLDS : FAILS;
	at = f->next;
	f->next = m->tok[at].next;
	f->ordinal++;
	return schema_call(m, aeg_ld32(op[1]), at, ASK_INSIDE | ASK_QUIETLY);
}

/* ---- The whole ----------------------------------------------------------------------------- */

static enum outcome step(struct validator *m, struct frame *f, const struct aeg_le32 *op)
{
	uint32_t kind = aegi_kind(m->s.doc, f->token);

	switch (schema_op(op)) {
	case AEGF_SCHEMA_NEVER: return FAILS;
	case AEGF_SCHEMA_ALL_OF:
	case AEGF_SCHEMA_REF: return all_of(m, f, op);
	case AEGF_SCHEMA_ANY_OF:
	case AEGF_SCHEMA_ONE_OF: return some_of(m, f, op);
	case AEGF_SCHEMA_NOT:
		if (f->calls > 0)
			return m->result ? FAILS : HOLDS;
		return schema_call(
			m, aeg_ld32(op[1]), f->token, ASK_HERE | ASK_QUIETLY | ASK_APART);
	case AEGF_SCHEMA_IF: return choice(m, f, op);
	case AEGF_SCHEMA_DYNAMIC_REF: return dynamic(m, f, op);
	case AEGF_SCHEMA_ITEMS: return kind != AEG_JSON_ARRAY ? HOLDS : items(m, f, op);
	case AEGF_SCHEMA_UNEVALUATED_ITEMS:
		/* Of what is already wrong, it is not known what was evaluated. */
		return kind != AEG_JSON_ARRAY || (!f->valid && f->calls == 0) ? HOLDS
									      : items(m, f, op);
	case AEGF_SCHEMA_CONTAINS: return kind != AEG_JSON_ARRAY ? HOLDS : contains(m, f, op);
	case AEGF_SCHEMA_UNIQUE_ITEMS: return kind != AEG_JSON_ARRAY ? HOLDS : schema_unique(m, f);
	case AEGF_SCHEMA_MEMBERS:
	case AEGF_SCHEMA_PROPERTY_NAMES:
	case AEGF_SCHEMA_DEPENDENT_REQUIRED:
	case AEGF_SCHEMA_DEPENDENCIES:
	case AEGF_SCHEMA_DEPENDENT_SCHEMA:
	case AEGF_SCHEMA_UNEVALUATED_PROPERTIES:
		return kind != AEG_JSON_OBJECT ? HOLDS : schema_object(m, f, op);
	default: return schema_assert(m, f, op);
	}
}

static void run(struct validator *m)
{
	while (m->nframes > 0 && m->s.status == AEG_OK && !m->stop && aegi_spend(&m->s, 1)) {
		struct frame *f = &m->frame[m->nframes - 1];
		const struct aeg_le32 *op = m->word + f->pc;
		enum outcome outcome;

		if (schema_op(op) == AEGF_SCHEMA_END) {
			leave(m);
			continue;
		}
		outcome = step(m, f, op);
		if (outcome == CALLED)
			continue;
		if (outcome == FAILS && m->s.status == AEG_OK)
			schema_fail(m, f, (struct aeg_str){ "", 0 });
		if (outcome != HOLDS)
			f->valid = 0;
		if (!f->valid && f->quiet) {
			leave(m);
			continue;
		}
		f->pc += schema_op_words(op);
		f->calls = f->next = f->stage = f->matched = f->hits = f->ordinal = 0;
	}
}

static int duplicate(struct validator *m)
{
	struct aeg_schema_failure failure = {
		.token = m->s.doc->duplicate, .schema = m->v->root, .op = AEGF_SCHEMA_NOPS
	};

	if (failure.token == AEG_NONE)
		return 0;
	tell(m, &failure);
	return 1;
}

/* Frames, then bits, then states; what is left is scratch. */
static uint64_t frames_size(uint32_t depth)
{
	return (depth * (uint64_t)sizeof(struct frame) + 7) & ~(uint64_t)7;
}
static uint64_t bits_size(const struct aeg_schema *s, const struct aeg_json *doc, uint32_t depth)
{
	return s->collects ? depth * (uint64_t)((doc->ntok + 31) / 32) * sizeof(uint32_t) : 0;
}

size_t aeg_schema_size(const struct aeg_schema *schema, const struct aeg_json *doc, uint32_t depth)
{
	uint64_t size = frames_size(depth) + bits_size(schema, doc, depth) +
			aegi_regex_memory(schema->states) + 8;

	return size > SIZE_MAX ? SIZE_MAX : (size_t)size;
}

enum aeg_status aeg_schema_validate(struct aeg_validation *v)
{
	size_t size;

	if (v->size_of != sizeof *v || v->schema == NULL || v->doc == NULL ||
		v->doc->status != AEG_OK || v->root >= v->schema->nroots ||
		v->token >= v->doc->ntok || v->depth == 0)
		return AEG_USAGE;
	v->valid = v->nfailures = 0;
	size = aeg_schema_size(v->schema, v->doc, v->depth);
	if (size > v->mem_size || size == SIZE_MAX)
		return AEG_NOMEM;
	struct validator m = {
		.v = v, .tok = v->doc->tok, .word = schema_words(v->schema), .frame = v->mem
	};
	m.pool = (void *)((char *)v->mem + frames_size(v->depth));
	m.states = (void *)((char *)m.pool + bits_size(v->schema, v->doc, v->depth));
	m.scratch = (char *)v->mem + (size & ~(size_t)7);
	m.scratch_size = v->mem_size - (size & ~(size_t)7);
	m.text = (struct aeg_program){ .ops = (const uint8_t *)schema_text(v->schema),
		.len = v->schema->ntext };
	m.s = (struct aeg_select){ .program = &m.text, .doc = v->doc, .steps = v->steps };
	if (!duplicate(&m)) {
		schema_call(&m, v->root, v->token, ASK_INSIDE);
		run(&m);
		v->valid = m.s.status == AEG_OK && m.nframes == 0 && m.result;
	}
	return m.s.status;
}
