#ifndef EVAL_MACHINE_H
#define EVAL_MACHINE_H
/*
 * What the files of the interpreter share: values, frames, memory and the way out.
 *
 * The caller's memory has two ends. From its upper end down stand the functions that are running,
 * each a struct call, its values and its frames, of the size that the check proved to be enough;
 * from its lower end up the bytes of values that helpers made, which an expression or a frame gives
 * back when it ends.
 */
#include "aegis/eval.h"
#include "decimal.h"
#include "format/aeg_template.h"
#include "libaegis/json.h"

static inline uint32_t aegi_le16(const uint8_t *p) { return p[0] | (uint32_t)p[1] << 8; }

/* ---- The program --------------------------------------------------------------------------- */

static inline const struct aegf_function *aegi_functions(const struct aeg_template *t)
{
	return (const void *)(t->base + sizeof(struct aegf_template));
}
static inline const struct aegf_function_name *aegi_names(const struct aeg_template *t)
{
	return (const void *)(aegi_functions(t) + t->nfunctions);
}
static inline const struct aegf_place *aegi_places(const struct aeg_template *t)
{
	return (const void *)(aegi_names(t) + t->nnames);
}

static inline struct aeg_str aegi_name(const uint8_t *ops, const struct aegf_function_name *n)
{
	return (struct aeg_str){ (const char *)ops + aeg_ld32(n->at), aeg_ld32(n->len) };
}
/* Below zero, zero or above as @n sorts before, at or after @other. */
static inline int aegi_name_order(
	const uint8_t *ops, const struct aegf_function_name *n, struct aeg_str other)
{
	return aegi_str_order(aegi_name(ops, n), other);
}

/* ---- Values -------------------------------------------------------------------------------- */

enum value_kind {
	VALUE_UNDEFINED = 0,
	VALUE_NULL,
	VALUE_FALSE,
	VALUE_TRUE,
	VALUE_COUNT,   /* the number @n */
	VALUE_NUMBER,  /* @n bytes at @at, as JSON writes numbers */
	VALUE_STRING,  /* @n bytes at @at */
	VALUE_ESCAPED, /* the same, but with the escapes of a document, whose quotes are around it
			*/
	VALUE_ARRAY,   /* token @n of @doc */
	VALUE_OBJECT,  /* token @n of @doc */
	VALUE_MERGED,  /* the object @merged */
	VALUE_NAMES,   /* an array: the names of the object that is token @n of @doc */
	VALUE_MERGED_NAMES /* an array: the names of @merged */
};
struct value {
	enum value_kind kind;
	uint32_t n;
	union {
		const char *at;
		const struct aeg_json *doc;
		const struct merged *merged;
	} u;
};

/* An object that has @n members of its own, and besides those of @base. Names are unique. */
struct merged {
	const struct pair {
		struct aeg_str name;
		struct value value;
	} * pairs;
	const struct aeg_root *roots; /* instead of @pairs, of the whole data alone */
	uint32_t n;
	struct value base; /* an OBJECT or nothing */
};

static inline struct value aegi_token_value(const struct aeg_json *doc, uint32_t token);

/* Its @i-th member of its own. */
static inline struct pair aegi_pair(const struct merged *o, uint32_t i)
{
	return o->roots == NULL ? o->pairs[i]
				: (struct pair){ o->roots[i].name,
					  aegi_token_value(o->roots[i].doc, o->roots[i].token) };
}

/* A way through an object or array. */
struct walk {
	struct value of;
	uint32_t next, end;    /* tokens: of what is to come in the document */
	uint32_t pair, npairs; /* of a merged object: what is to come after that */
	uint32_t index;        /* of the current one */
	struct value name;     /* of the current one; in an array UNDEFINED */
};

struct frame {
	struct frame *below;          /* the one that was the innermost before; NULL: none */
	struct frame *outer;          /* whose context `..` is; NULL: none */
	struct frame *loop;           /* the innermost loop: this, or one below; NULL: none */
	struct frame *indent, *inner; /* the innermost INDENT, as above; the next inside this */
	uint32_t number;              /* of all there are: the first is 0 */
	uint8_t op;                   /* what made it: WITH of what is neither loop nor INDENT */
	uint8_t counts;               /* its context is another than @outer's */
	uint8_t pending;              /* of INDENT: what is written next begins a line */
	struct value context;
	const uint8_t *body; /* of a loop: its first op; of INDENT: the op */
	char *mark;          /* what helpers made stands before it, as long as the frame is there */
	struct walk walk;    /* of a loop */
};

struct call {
	struct call *below;
	const uint8_t *back; /* where to go on after it */
	struct value *values;
	struct frame *frames; /* the next to be used */
};

struct machine {
	struct aeg_render *r;
	const struct aeg_template *t;
	const uint8_t *op; /* that is being run */
	const uint8_t *pc; /* the next one */
	struct value *top; /* past the last value */
	struct frame *frame;
	char *at, *end; /* where what is written goes */
	uint64_t steps;
	enum aeg_status status;
	uint32_t building; /* what is written goes to the helpers' memory */
	char *out_end;     /* of the output; @end is @at while something is written before lines */
	uint64_t flushed;  /* bytes of output that the caller's function took */
	char *made, *low;  /* between them memory is free */
	struct call *call;
	uint32_t first;     /* ELEMENT writes no comma */
	uint32_t segment_n; /* of a URL's segment the bytes that are flushed already, 0 to 7 */
	char *segment_at;   /* and where the rest begins; NULL: there is none */
	char segment[8];
	struct {
		const struct aeg_json *doc;
		uint32_t of, index, token;
	} last; /* element that was asked for by index */
	struct {
		const struct aeg_json *doc;
		uint32_t of, n;
	} counted; /* list or object that was, and how many it has */
	struct merged whole;
	struct frame root;
};

/* The first failure counts. */
void aegi_fail(struct machine *m, enum aeg_status status, const char *what);

/* Takes @n steps off the budget. */
static inline void aegi_spend(struct machine *m, uint64_t n)
{
	if (m->steps < n)
		aegi_fail(m, AEG_BUDGET, NULL);
	else
		m->steps -= n;
}

/* ---- Values: render_value.c ---------------------------------------------------------------- */

static inline struct value aegi_string(const char *at, uint32_t n)
{
	return (struct value){ VALUE_STRING, n, { at } };
}
static inline struct value aegi_is(int is)
{
	return (struct value){ is ? VALUE_TRUE : VALUE_FALSE, 0, { NULL } };
}
static inline struct value aegi_undefined(void)
{
	return (struct value){ VALUE_UNDEFINED, 0, { NULL } };
}
static inline struct value aegi_integer(uint32_t n)
{
	return (struct value){ VALUE_COUNT, n, { NULL } };
}

static inline struct value aegi_token_value(const struct aeg_json *doc, uint32_t token)
{
	static const uint8_t kinds[] = { VALUE_UNDEFINED, VALUE_NULL, VALUE_FALSE, VALUE_TRUE,
		VALUE_NUMBER, VALUE_STRING, VALUE_ARRAY, VALUE_OBJECT };
	const struct aeg_json_tok *t = &doc->tok[token];
	uint32_t kind = kinds[t->info & AEG_JSON_KIND_MASK];
	struct value v = { (enum value_kind)kind, token, { .doc = doc } };

	if (kind == VALUE_NUMBER || kind == VALUE_STRING) {
		v.kind = (enum value_kind)(kind + ((t->info & AEG_JSON_ESCAPED) != 0));
		v.n = t->len;
		v.u.at = doc->text + t->at;
	}
	return v;
}

int aegi_truth(const struct value *v);    /* as `if` has it */
int aegi_is_empty(const struct value *v); /* the same, but 0 is not */
int aegi_is_array(const struct value *v);
int aegi_is_object(const struct value *v);

/* Are both the same context: the same place of a document, or equal scalars? */
int aegi_same_context(struct machine *m, const struct value *a, const struct value *b);

/* The member of @v that is called @name. */
struct value aegi_lookup(struct machine *m, const struct value *v, struct aeg_str name);
/* Elements, members, or code points. */
uint32_t aegi_length(struct machine *m, const struct value *v);

void aegi_walk(struct machine *m, struct walk *w, struct value of);
/* The next value; 0: there is none. */
int aegi_walk_next(struct machine *m, struct walk *w, struct value *ret);
static inline int aegi_walk_more(const struct walk *w)
{
	return w->next != w->end || w->pair != w->npairs;
}

/* ---- Frames: render_frame.c ---------------------------------------------------------------- */

/* The context @n contexts up, or undefined. */
struct value aegi_outer(struct machine *m, uint32_t n);
/* FIND; INDEX, KEY, FIRST and LAST; PARAM. */
struct value aegi_find(struct machine *m, struct aeg_str name);
struct value aegi_of_loop(struct machine *m, const uint8_t *op);
struct value aegi_param(struct machine *m, const uint8_t *op);
/* An op that begins a region, with the value that it takes; and END. @m->pc is behind the op. */
void aegi_region(struct machine *m, const uint8_t *op, const struct value *v);
void aegi_end(struct machine *m);

/* Goes on at the target of the jump @op. */
static inline void aegi_jump(struct machine *m, const uint8_t *op)
{
	m->pc = op + aegi_le32(op + 1);
}

/* Gives back what helpers made for an expression that is used up. */
static inline void aegi_release(struct machine *m)
{
	if (m->top == m->call->values)
		m->made = m->frame->mark;
}

/* ---- Memory -------------------------------------------------------------------------------- */

/* @n bytes, aligned to 8, or NULL: the status is set. */
void *aegi_make(struct machine *m, size_t n);

/* What is written from here on goes to the helpers' memory, up to aegi_built, which returns it. Not
 * within one another. */
struct building {
	char *at, *end;
};
struct building aegi_build(struct machine *m);
struct value aegi_built(struct machine *m, struct building before);

/* ---- Writing: output.c, escape.c, print.c -------------------------------------------------- */

/* Begins the output, and ends it: what is not yet taken is handed over. */
void aegi_output(struct machine *m);
void aegi_output_end(struct machine *m);

void aegi_put_far(struct machine *m, const char *p, size_t n);

static inline void aegi_put(struct machine *m, const char *p, size_t n)
{
	aegi_spend(m, n / 8);
	if (n <= (size_t)(m->end - m->at)) {
		memcpy(m->at, p, n);
		m->at += n;
	} else {
		aegi_put_far(m, p, n);
	}
}

void aegi_segment(struct machine *m);
void aegi_segment_end(struct machine *m, uint32_t flags);
/* After an INDENT frame came or went. */
void aegi_indent(struct machine *m);

/* Writes @n bytes of a value, escaped. Of SHELL_WORD, JSON_VALUE and JSON_KEY: what is inside of
 * the quotes. */
void aegi_put_escaped(struct machine *m, enum aegf_escape escape, const char *p, size_t n);

void aegi_print(struct machine *m, enum aegf_escape escape, const struct value *v);
void aegi_print_json(struct machine *m, const struct value *v);
void aegi_print_text(struct machine *m, enum aegf_escape escape, const struct value *v);

/* The text of a value, made where it does not stand anywhere. */
struct aeg_str aegi_text(struct machine *m, const struct value *v);

/* ---- Helpers: helper.c, compare.c ---------------------------------------------------------- */

struct value aegi_help(
	struct machine *m, enum aegf_helper helper, const struct value *v, uint32_t n);
struct value aegi_compare(
	struct machine *m, enum aegf_helper op, const struct value *a, const struct value *b);

/* What a number or string is to the budget: the bytes that it has in memory. */
static inline uint64_t aegi_bytes(const struct value *v)
{
	return v->kind == VALUE_COUNT ? 0 : v->n;
}
/* The text of a NUMBER or COUNT, which may be in @buf then. */
struct aeg_str aegi_number_text(const struct value *v, char buf[AEGI_DECIMAL_TEXT]);

/* The other case of @c by simple mapping, or @c. */
uint32_t aegi_upper(uint32_t c);
uint32_t aegi_lower(uint32_t c);
#endif
