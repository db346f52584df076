/* Compiles schemas one after the other, each once, as they are referred to; then puts them
 * together. */
#include "schema/internal.h"

#include "base/buf.h"

enum { MOST_ROUNDS = 16 };

/* ---- Schemas that come back to themselves with the same value ------------------------------- */

/* A depth-first walk along what asks another schema about the same value. */
struct walk {
	struct compiler *c;
	uint8_t *colour; /* 0: not seen, 1: on the way, 2: done */
	uint32_t *stack; /* schema, then op under way, then its operand */
	uint32_t n;
};

/* How many operands from which on are schemas for the same value. */
static uint32_t here(const struct aeg_le32 *op, uint32_t *ret_first)
{
	uint32_t word = aeg_ld32(*op), n = (word >> 8) - 1;

	*ret_first = 1;
	switch (word & 0xff) {
	case AEGF_SCHEMA_REF:
	case AEGF_SCHEMA_NOT:
	case AEGF_SCHEMA_ALL_OF:
	case AEGF_SCHEMA_ANY_OF:
	case AEGF_SCHEMA_ONE_OF:
	case AEGF_SCHEMA_IF: return n;
	case AEGF_SCHEMA_DEPENDENT_SCHEMA: *ret_first = 3; return 1;
	default: return 0;
	}
}

static void push(struct walk *w, uint32_t schema)
{
	uint32_t *top = w->stack + 3 * (size_t)w->n++;

	w->colour[schema] = 1;
	top[0] = schema;
	top[1] = w->c->jobs[schema].first;
	top[2] = 0;
}

/* The next schema that the top of the stack asks, or AEGF_NONE. */
static uint32_t next(struct walk *w)
{
	uint32_t *top = w->stack + 3 * ((size_t)w->n - 1), first, schema;

	for (;;) {
		const struct aeg_le32 *op = w->c->words + top[1];
		if ((aeg_ld32(*op) & 0xff) == AEGF_SCHEMA_END)
			return AEGF_NONE;
		if (top[2] == here(op, &first)) {
			top[1] += aeg_ld32(*op) >> 8;
			top[2] = 0;
			continue;
		}
		schema = aeg_ld32(op[first + top[2]++]);
		if (schema < w->c->njobs)
			return schema;
	}
}

static void find_loops(struct compiler *c)
{
	struct walk w = { c, arena_array(c->a, uint8_t, c->njobs),
		arena_array(c->a, uint32_t, 3 * c->njobs), 0 };

	for (uint32_t i = 0; i < c->njobs; i++) {
		if (w.colour[i] == 0)
			push(&w, i);
		while (w.n > 0) {
			uint32_t schema = next(&w);
			if (schema == AEGF_NONE)
				w.colour[w.stack[3 * (size_t)--w.n]] = 2;
			else if (w.colour[schema] == 0)
				push(&w, schema);
			else if (w.colour[schema] == 1)
				schema_report(c, AEG_schema_loop, c->jobs[schema].node->span,
					"to check a value, this schema has to be checked for the same value",
					"let it refer to itself for members or elements only");
		}
	}
}

/* ---- The whole ----------------------------------------------------------------------------- */

static void write_all(struct compiler *c)
{
	for (uint32_t i = 0; i < c->njobs && !c->too_large; i++) {
		c->jobs[i].first = (uint32_t)c->nwords;
		if (c->jobs[i].constant)
			constant_write(c, i);
		else
			keywords_write(c, i);
		write_op(c, AEGF_SCHEMA_END, 0);
	}
}

static void start(struct compiler *c, const struct schema_place *places, uint32_t n)
{
	c->njobs = c->nwords = c->nregexes = 0;
	c->text = (struct buf){ .arena = c->a };
	c->texts = c->regex_of = c->jobs_of = (struct map){ .arena = c->a };
	c->dynamic = false;
	for (uint32_t i = 0; i < n; i++) {
		struct buf at = { .arena = c->a };
		uint32_t document =
			resource_add(c, places[i].uri, places[i].document, c->o->dialect);
		buf_text(&at, "#");
		buf_slice(&at, places[i].at);
		write_root(c, places[i].schema, resource_index(c, places[i].schema, document),
			buf_done(&at));
	}
}

static struct slice assemble(struct compiler *c, uint32_t nroots)
{
	struct aegf_schema *schemas = arena_array(c->a, struct aegf_schema, c->njobs);
	struct buf out = { .arena = c->a };

	for (size_t i = 0; i < c->njobs; i++) {
		const struct job *j = &c->jobs[i];
		uint32_t at = (uint32_t)c->text.len, known = map_put(&c->texts, j->segment, at);
		if (known == MAP_NONE)
			buf_slice(&c->text, j->segment);
		schemas[i] = (struct aegf_schema){ aeg_st32(j->first), aeg_st32(j->parent),
			aeg_st32(known == MAP_NONE ? at : known), aeg_st32(j->segment.len),
			aeg_st32(j->resource), aeg_st32(j->flags) };
	}
	struct aegf_schemas head = { aeg_st32((uint32_t)c->njobs), aeg_st32((uint32_t)c->nregexes),
		aeg_st32((uint32_t)c->nwords), aeg_st32((uint32_t)c->text.len), aeg_st32(nroots),
		aeg_st32(c->states) };
	buf_add(&out, &head, sizeof head);
	buf_add(&out, schemas, c->njobs * sizeof *schemas);
	buf_add(&out, c->regexes, c->nregexes * sizeof *c->regexes);
	buf_add(&out, c->words, c->nwords * sizeof *c->words);
	buf_slice(&out, buf_done(&c->text));
	return buf_done(&out);
}

struct slice schema_compile(struct diags *d, const struct schema_options *o,
	const struct schema_place *places, uint32_t n)
{
	struct compiler c = { .d = d, .a = d->arena, .o = o };
	uint32_t before = d->errors;
	size_t anchors;

	c.by_uri = c.by_name = c.home = (struct map){ .arena = c.a };
	c.main = n > 0 ? places[0].uri : SLICE("");
	for (uint32_t i = 0; i < n; i++)
		if (places[i].schema->kind != NODE_MAP && places[i].schema->kind != NODE_BOOL) {
			schema_report(&c, AEG_schema_value, places[i].schema->span,
				"a schema is a mapping, or true or false", NULL);
			return (struct slice){ NULL, 0 };
		}
	/* A document that was loaded late may have an anchor that an earlier dynamic reference may
	 * lead to. */
	for (uint32_t round = 0; !c.failed; round++) {
		start(&c, places, n);
		anchors = c.nanchors;
		write_all(&c);
		bool again = c.dynamic && c.nanchors > anchors;
		if (c.too_large || (again && round == MOST_ROUNDS))
			schema_report(&c, AEG_schema_too_large, places[0].schema->span,
				"with all that it refers to, it is more than can be compiled",
				NULL);
		if (!again)
			break;
	}
	if (!c.failed)
		find_loops(&c);
	return c.failed || d->errors > before ? (struct slice){ NULL, 0 } : assemble(&c, n);
}
