/* Coverage: conditions as sets of outcomes, one after another taken from what is left. */
#include "machine/cover.h"

#include <stdlib.h>
#include <string.h>

#define ONE   COVER_ONE
#define CLASS COVER_CLASS

const struct interval cover_domain[NDIMENSIONS] = {
	[DIM_STATUS] = { STATUS_SUCCESS, STATUS_FAILURE },
	[DIM_EXIT] = { INT32_MIN, INT32_MAX },
	[DIM_SCORE] = { 0, ONE },
	[DIM_CONFIDENCE] = { 0, ONE },
	[DIM_ANSWER] = { 0, NANSWERS *CLASS - 1 },
	[DIM_APPROVAL] = { APPROVAL_REJECTED, APPROVAL_ALL },
};
#define FROM(lo_, hi_) ((struct interval){ lo_, hi_ })
#define NONE(dim)      FROM(cover_none(dim), cover_none(dim))
#define VALUE(dim)     cover_domain[dim]                           /* any */
#define MAYBE(dim)     FROM(cover_none(dim), cover_domain[dim].hi) /* any, or none */
#define ONLY(value)    FROM(value, value)

/* Of 0 to 1. */
static int64_t billionths(double share) { return (int64_t)(share * (double)ONE + 0.5); }

/* ---- What states come to ------------------------------------------------------------------- */

struct boxes {
	struct box *v;
	uint32_t n;
};

/* One more, that has nothing but a status. */
static struct box *add(struct boxes *b, int64_t status)
{
	struct box *x = &b->v[b->n++];
	for (enum dimension d = 0; d < NDIMENSIONS; d++)
		x->in[d] = NONE(d);
	x->in[DIM_STATUS] = ONLY(status);
	return x;
}

/* Of agents. */
static void add_scored(struct boxes *b, int64_t status, struct interval score,
	struct interval confidence, struct interval approval)
{
	struct box *x = add(b, status);
	x->in[DIM_SCORE] = score;
	x->in[DIM_CONFIDENCE] = confidence;
	x->in[DIM_APPROVAL] = approval;
}

static void add_unscored(struct boxes *b, int64_t status, int64_t lo, int64_t hi)
{
	add_scored(b, status, NONE(DIM_SCORE), NONE(DIM_CONFIDENCE), FROM(lo, hi));
}

/* What several have agreed on. */
static void add_agreed(
	struct boxes *b, int64_t status, const struct mstate *s, struct interval approval)
{
	const struct mconsensus *c = &s->consensus;
	int64_t threshold = billionths(c->has_threshold ? c->threshold : 0.7);
	struct interval sure = VALUE(DIM_CONFIDENCE);

	if (c->strategy == AEG_MAJORITY) {
		for (int64_t half = 0; half <= 2; half++)
			add_scored(b, status, ONLY(half * ONE / 2), sure, approval);
	} else if (c->strategy == AEG_UNANIMOUS && threshold > 0) {
		add_scored(b, status, ONLY(0), sure, approval);
		add_scored(b, status, FROM(threshold, ONE), sure, approval);
	} else {
		add_scored(b, status, VALUE(DIM_SCORE), sure, approval);
	}
}

/* Judges are asked only after success; the handler of what came out may fail after that. */
static void add_parallel(struct boxes *b, const struct mstate *s)
{
	bool judged = s->njudges != 0, handled = s->handler.kind != HANDLER_NONE;
	int64_t none = cover_none(DIM_APPROVAL);

	add_agreed(b, STATUS_SUCCESS, s, VALUE(DIM_APPROVAL));
	add_unscored(b, STATUS_SUCCESS, judged ? none : APPROVAL_REJECTED, APPROVAL_OPEN);
	add_unscored(b, STATUS_FAILURE, none,
		handled  ? APPROVAL_OPEN
		: judged ? none
			 : APPROVAL_REJECTED);
	if (handled || !judged) /* one that failed is a rejection */
		add_agreed(b, STATUS_FAILURE, s,
			handled ? VALUE(DIM_APPROVAL) : ONLY(APPROVAL_REJECTED));
}

static void add_agent(struct boxes *b, const struct mstate *s)
{
	struct interval no = NONE(DIM_APPROVAL), score = VALUE(DIM_SCORE),
			sure = VALUE(DIM_CONFIDENCE);

	if (s->njudges == 0) { /* what it says of itself */
		add_scored(b, STATUS_SUCCESS, MAYBE(DIM_SCORE), MAYBE(DIM_CONFIDENCE), no);
		add_scored(b, STATUS_FAILURE, MAYBE(DIM_SCORE), MAYBE(DIM_CONFIDENCE), no);
		return;
	}
	add_scored(b, STATUS_SUCCESS, score, sure, no);
	add(b, STATUS_SUCCESS);
	add(b, STATUS_FAILURE);
	if (s->handler.kind != HANDLER_NONE)
		add_scored(b, STATUS_FAILURE, score, sure, no);
}

/* 0 is success. What was not run to its end has no exit code. */
static void add_exits(struct boxes *b, const struct mstate *s)
{
	bool best_effort =
		s->kind == AEG_STATE_PARALLEL_CONTAINERS && s->completion == AEG_BEST_EFFORT;

	add(b, STATUS_SUCCESS)->in[DIM_EXIT] = ONLY(0);
	add(b, STATUS_FAILURE);
	if (best_effort)
		return;
	add(b, STATUS_FAILURE)->in[DIM_EXIT] = FROM(1, INT32_MAX);
	add(b, STATUS_FAILURE)->in[DIM_EXIT] = FROM(INT32_MIN, -1);
	if (s->handler.kind != HANDLER_NONE)
		add(b, STATUS_FAILURE)->in[DIM_EXIT] = ONLY(0);
}

uint32_t cover_outcomes(const struct mstate *s, struct box ret[COVER_BOXES])
{
	struct boxes b = { ret, 0 };

	switch (s->kind) {
	case AEG_STATE_AGENT: add_agent(&b, s); break;
	case AEG_STATE_PARALLEL_AGENTS: add_parallel(&b, s); break;
	case AEG_STATE_SYSTEM:
	case AEG_STATE_CONTAINER:
	case AEG_STATE_PARALLEL_CONTAINERS: add_exits(&b, s); break;
	case AEG_STATE_HUMAN:
		add(&b, STATUS_SUCCESS)->in[DIM_ANSWER] = VALUE(DIM_ANSWER);
		add(&b, STATUS_FAILURE)->in[DIM_ANSWER] = MAYBE(DIM_ANSWER);
		break;
	case AEG_STATE_SUBWORKFLOW:
		add(&b, STATUS_SUCCESS);
		add(&b, STATUS_FAILURE);
		break;
	case AEG_NSTATE_KINDS: break;
	}
	return b.n;
}

/* ---- What conditions ask for --------------------------------------------------------------- */

/* One state under way. */
struct line {           /* a dimension, cut wherever a box begins or ends */
	int64_t *from;  /* where each piece begins, ascending; the last is behind all */
	uint32_t *next; /* the piece itself, or one nearer to the next that is left */
	size_t n, cap;
};
struct covering {
	struct arena *a;
	const struct mstate *s;
	uint32_t n;       /* of its transitions: those that are looked at */
	struct map texts; /* of answers and of expressions */
	struct line lines[NDIMENSIONS];
	uint32_t *least; /* by score, as a tree of prefixes: the least confidence that is taken
			    with no more than it */
	struct box outcomes[COVER_BOXES];
	uint32_t noutcomes;
};
struct asked { /* a condition: any of the boxes */
	struct box v[COVER_ASKED];
	uint32_t n;
	bool unknown; /* only some of them, and nobody knows which */
};

static struct slice trimmed(struct slice t)
{
	while (t.len > 0 && (*t.at == ' ' || (*t.at >= '\t' && *t.at <= '\r'))) {
		t.at++;
		t.len--;
	}
	while (t.len > 0 &&
		(t.at[t.len - 1] == ' ' || (t.at[t.len - 1] >= '\t' && t.at[t.len - 1] <= '\r')))
		t.len--;
	return t;
}

static bool is_word(struct slice t, const char *word)
{
	uint32_t i = 0;

	while (i < t.len && word[i] != '\0' && (t.at[i] | 0x20) == word[i])
		i++;
	return i == t.len && word[i] == '\0';
}

/* Each text has a number of its own among those that mean the same; 0 is for all the others. */
static int64_t answer(struct covering *c, struct slice text)
{
	struct slice t = trimmed(text);
	int64_t means = is_word(t, "yes") || is_word(t, "y")  ? ANSWER_YES
			: is_word(t, "no") || is_word(t, "n") ? ANSWER_NO
							      : ANSWER_OTHER;
	uint32_t id = c->texts.n + 1, had = map_put(&c->texts, text, id);

	return means * CLASS + (had == MAP_NONE ? id : had);
}

static struct asked everything(void)
{
	struct asked q = { .n = 1 };
	for (enum dimension d = 0; d < NDIMENSIONS; d++)
		q.v[0].in[d] = MAYBE(d);
	return q;
}

static struct asked asks(enum dimension d, int64_t lo, int64_t hi)
{
	struct asked q = everything();
	q.v[0].in[d] = FROM(lo, hi);
	return q;
}

static struct asked asks_both(int64_t score, int64_t confidence)
{
	struct asked q = asks(DIM_SCORE, score, ONE);
	q.v[0].in[DIM_CONFIDENCE] = FROM(confidence, ONE);
	return q;
}

/* Of what runs commands: also that one did not come to its end. */
static struct asked asks_not_zero(const struct mstate *s)
{
	bool exits = s->kind == AEG_STATE_SYSTEM || s->kind == AEG_STATE_CONTAINER ||
		     s->kind == AEG_STATE_PARALLEL_CONTAINERS;
	struct asked q = asks(DIM_EXIT, exits ? cover_none(DIM_EXIT) : INT32_MIN, -1);
	q.v[1] = q.v[0];
	q.v[1].in[DIM_EXIT] = FROM(1, INT32_MAX);
	q.n = 2;
	return q;
}

static struct asked asks_unknown(void)
{
	struct asked q = everything();
	q.unknown = true;
	return q;
}

static struct asked asks_custom(struct covering *c, const struct mtransition *t)
{
	switch (t->expression == NULL ? CERTAIN_NOT : machine_certain(c->a, t->expression)) {
	case CERTAIN_NOT: return asks_unknown();
	case CERTAIN_FALSE: return (struct asked){ .n = 0 };
	case CERTAIN_TRUE: break;
	}
	return everything();
}

static struct asked ask(struct covering *c, const struct mtransition *t)
{
	int64_t threshold = billionths(t->threshold);

	switch (t->when) {
	case AEG_WHEN_ALWAYS: break;
	case AEG_WHEN_SUCCESS: return asks(DIM_STATUS, STATUS_SUCCESS, STATUS_SUCCESS);
	case AEG_WHEN_FAILURE: return asks(DIM_STATUS, STATUS_FAILURE, STATUS_FAILURE);
	case AEG_WHEN_EXIT_ZERO: return asks(DIM_EXIT, 0, 0);
	case AEG_WHEN_EXIT_NON_ZERO: return asks_not_zero(c->s);
	case AEG_WHEN_EXIT_CODE: return asks(DIM_EXIT, t->code, t->code);
	case AEG_WHEN_SCORE_ABOVE: return asks(DIM_SCORE, threshold + 1, ONE);
	case AEG_WHEN_SCORE_BELOW: return asks(DIM_SCORE, 0, threshold - 1);
	case AEG_WHEN_SCORE_BETWEEN: return asks(DIM_SCORE, billionths(t->min), billionths(t->max));
	case AEG_WHEN_CONFIDENCE_ABOVE: return asks(DIM_CONFIDENCE, threshold + 1, ONE);
	case AEG_WHEN_SCORE_AND_CONFIDENCE_ABOVE: return asks_both(threshold + 1, threshold + 1);
	case AEG_WHEN_CONSENSUS: return asks_both(threshold, billionths(t->agreement));
	case AEG_WHEN_ALL_APPROVED: return asks(DIM_APPROVAL, APPROVAL_ALL, APPROVAL_ALL);
	case AEG_WHEN_ANY_REJECTED: return asks(DIM_APPROVAL, APPROVAL_REJECTED, APPROVAL_REJECTED);
	case AEG_WHEN_INPUT_EQUALS: {
		int64_t text = answer(c, t->value.text);
		return asks(DIM_ANSWER, text, text);
	}
	case AEG_WHEN_INPUT_YES:
		return asks(DIM_ANSWER, ANSWER_YES * CLASS, (ANSWER_YES + 1) * CLASS - 1);
	case AEG_WHEN_INPUT_NO:
		return asks(DIM_ANSWER, ANSWER_NO * CLASS, (ANSWER_NO + 1) * CLASS - 1);
	case AEG_WHEN_CUSTOM: return asks_custom(c, t);
	case AEG_NCONDITION_KINDS: break;
	}
	return everything();
}

/* ---- Lines --------------------------------------------------------------------------------- */

static void cut(struct covering *c, const struct box *b)
{
	for (enum dimension d = 0; d < NDIMENSIONS; d++) {
		struct line *l = &c->lines[d];
		for (int k = 0; k < 2; k++) {
			arena_push(c->a, l->from, l->n, &l->cap);
			l->from[l->n++] = k == 0 ? b->in[d].lo : b->in[d].hi + 1;
		}
	}
}

static int ascending(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

static void line_make(struct arena *a, struct line *l)
{
	size_t n = 0;

	qsort(l->from, l->n, sizeof *l->from, ascending);
	for (size_t i = 0; i < l->n; i++)
		if (n == 0 || l->from[n - 1] != l->from[i])
			l->from[n++] = l->from[i];
	l->n = n;
	l->next = arena_array(a, uint32_t, n);
	for (size_t i = 0; i < n; i++)
		l->next[i] = (uint32_t)i;
}

/* The piece that begins with @value. */
static uint32_t piece(const struct line *l, int64_t value)
{
	uint32_t lo = 0, hi = (uint32_t)l->n;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		if (l->from[mid] < value)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* The first piece from @i on that is left; the last, which is no piece, always is. */
static uint32_t left_from(struct line *l, uint32_t i)
{
	while (l->next[i] != i) {
		l->next[i] = l->next[l->next[i]];
		i = l->next[i];
	}
	return i;
}

static void take_all(struct line *l, struct interval in)
{
	uint32_t end = piece(l, in.hi + 1);

	for (uint32_t i = left_from(l, piece(l, in.lo)); i < end; i = left_from(l, i))
		l->next[i] = i + 1;
}

/* ---- Pairs of a score and a confidence ------------------------------------------------------ */

static void take_pairs(struct covering *c, uint32_t score, uint32_t confidence)
{
	for (size_t i = (size_t)score + 1; i <= c->lines[DIM_SCORE].n; i += i & (~i + 1))
		if (c->least[i] > confidence)
			c->least[i] = confidence;
}

static bool is_taken_pair(const struct covering *c, uint32_t score, uint32_t confidence)
{
	for (size_t i = (size_t)score + 1; i > 0; i &= i - 1)
		if (c->least[i] <= confidence)
			return true;
	return false;
}

/* ---- One condition after another ----------------------------------------------------------- */

static bool is_all(const struct box *b, enum dimension d)
{
	return b->in[d].lo == cover_none(d) && b->in[d].hi == cover_domain[d].hi;
}

static void take(struct covering *c, const struct box *b)
{
	enum dimension of = NDIMENSIONS;

	for (enum dimension d = 0; d < NDIMENSIONS; d++) {
		if (is_all(b, d))
			continue;
		if (of != NDIMENSIONS) {
			take_pairs(c, piece(&c->lines[DIM_SCORE], b->in[DIM_SCORE].lo),
				piece(&c->lines[DIM_CONFIDENCE], b->in[DIM_CONFIDENCE].lo));
			return;
		}
		of = d;
	}
	of = of == NDIMENSIONS ? DIM_STATUS : of;
	take_all(&c->lines[of], b->in[of]);
}

static bool common(const struct box *a, const struct box *b, struct box *ret)
{
	for (enum dimension d = 0; d < NDIMENSIONS; d++) {
		ret->in[d] = FROM(a->in[d].lo > b->in[d].lo ? a->in[d].lo : b->in[d].lo,
			a->in[d].hi < b->in[d].hi ? a->in[d].hi : b->in[d].hi);
		if (ret->in[d].lo > ret->in[d].hi)
			return false;
	}
	return true;
}

/* Whether a point of @b is left; @ret: the least, which is left if any is. */
static bool is_left(struct covering *c, const struct box *b, int64_t *ret)
{
	uint32_t at[NDIMENSIONS];

	for (enum dimension d = 0; d < NDIMENSIONS; d++) {
		struct line *l = &c->lines[d];
		at[d] = left_from(l, piece(l, b->in[d].lo));
		if (at[d] >= piece(l, b->in[d].hi + 1))
			return false;
		ret[d] = l->from[at[d]];
	}
	return !is_taken_pair(c, at[DIM_SCORE], at[DIM_CONFIDENCE]);
}

static bool any_left(struct covering *c, const struct asked *q, int64_t *ret)
{
	struct box both;

	for (uint32_t i = 0; i < q->n; i++)
		for (uint32_t k = 0; k < c->noutcomes; k++)
			if (common(&q->v[i], &c->outcomes[k], &both) && is_left(c, &both, ret))
				return true;
	return false;
}

/* Why no outcome is as @q asks: NEVER, or FOREIGN; MAYBE: there are such. */
static enum taken possible(const struct covering *c, const struct asked *q)
{
	enum taken why = TAKEN_NEVER;
	struct box both;

	for (uint32_t i = 0; i < q->n; i++)
		for (enum dimension d = 0; d < NDIMENSIONS; d++) {
			bool has = is_all(&q->v[i], d);
			for (uint32_t k = 0; k < c->noutcomes; k++)
				has |= c->outcomes[k].in[d].hi > cover_none(d);
			if (!has)
				why = TAKEN_FOREIGN;
		}
	for (uint32_t i = 0; i < q->n; i++)
		for (uint32_t k = 0; k < c->noutcomes; k++)
			if (common(&q->v[i], &c->outcomes[k], &both))
				return TAKEN_MAYBE;
	return why;
}

static void begin(struct covering *c, struct asked *asked)
{
	struct box all = everything().v[0], present = all;

	for (enum dimension d = 0; d < NDIMENSIONS; d++)
		present.in[d] = VALUE(d);
	c->noutcomes = cover_outcomes(c->s, c->outcomes);
	c->texts.arena = c->a;
	for (uint32_t i = 0; i < c->n; i++) {
		const struct mtransition *t = &c->s->transitions[i];
		asked[i] = t->broken ? asks_unknown() : ask(c, t);
		if (possible(c, &asked[i]) == TAKEN_MAYBE)
			for (uint32_t k = 0; k < asked[i].n; k++)
				cut(c, &asked[i].v[k]);
	}
	for (uint32_t k = 0; k < c->noutcomes; k++)
		cut(c, &c->outcomes[k]);
	cut(c, &all);
	cut(c, &present);
	for (enum dimension d = 0; d < NDIMENSIONS; d++)
		line_make(c->a, &c->lines[d]);
	c->least = arena_array(c->a, uint32_t, c->lines[DIM_SCORE].n + 1);
	memset(c->least, 0xff, (c->lines[DIM_SCORE].n + 1) * sizeof *c->least);
}

static enum taken taken(struct covering *c, const struct asked *q, struct map *expressions,
	uint32_t index, uint32_t *ret_same)
{
	const struct mtransition *t = &c->s->transitions[index];
	int64_t point[NDIMENSIONS];
	enum taken is = possible(c, q);

	if (t->broken)
		return TAKEN_UNKNOWN;
	if (is != TAKEN_MAYBE)
		return is;
	if (!any_left(c, q, point))
		return TAKEN_COVERED;
	if (q->unknown && t->expression != NULL) {
		*ret_same = map_put(expressions, t->expression->u.text, index);
		return *ret_same == MAP_NONE ? TAKEN_MAYBE : TAKEN_REPEATED;
	}
	for (uint32_t k = 0; k < q->n && !q->unknown; k++)
		take(c, &q->v[k]);
	return TAKEN_MAYBE;
}

/* What is asked for, and what of it is left. */
static void note_left(struct covering *c, const struct asked *asked, struct cover *r)
{
	struct asked whole = everything(), all = whole;
	int64_t point[NDIMENSIONS];

	for (uint32_t i = 0; i < c->s->ntransitions; i++) {
		r->unsure |= r->taken[i] == TAKEN_UNKNOWN;
		for (uint32_t k = 0; r->taken[i] == TAKEN_MAYBE && k < asked[i].n; k++)
			for (enum dimension d = 0; d < NDIMENSIONS; d++)
				r->asked[d] |= !is_all(&asked[i].v[k], d);
	}
	for (enum dimension d = 0; d < NDIMENSIONS; d++)
		if (r->asked[d])
			whole.v[0].in[d] = VALUE(d);
	r->left = any_left(c, &all, r->least);
	all.v[0].in[DIM_STATUS] = ONLY(STATUS_SUCCESS);
	r->ends = c->s->ntransitions == 0 || any_left(c, &all, point);
	r->has_whole = r->left && any_left(c, &whole, r->whole);
}

struct cover cover_transitions(struct arena *a, const struct mstate *s)
{
	struct covering c = { .a = a, .s = s, .n = s->ntransitions };
	struct asked *asked = arena_array(a, struct asked, s->ntransitions);
	struct map expressions = { .arena = a };
	struct cover r = { .taken = arena_array(a, enum taken, s->ntransitions),
		.same = arena_array(a, uint32_t, s->ntransitions) };

	begin(&c, asked);
	for (uint32_t i = 0; i < s->ntransitions; i++) {
		r.same[i] = MAP_NONE;
		r.taken[i] = taken(&c, &asked[i], &expressions, i, &r.same[i]);
	}
	note_left(&c, asked, &r);
	return r;
}

uint32_t cover_culprit(struct arena *a, const struct mstate *s, uint32_t transition)
{
	struct covering c = { .a = a, .s = s, .n = transition + 1 };
	struct map expressions = { .arena = a };
	int64_t point[NDIMENSIONS];
	uint32_t same;
	enum { MOST = 256 };

	if (transition > MOST)
		return MAP_NONE;
	struct asked *asked = arena_array(a, struct asked, c.n);
	begin(&c, asked);
	for (uint32_t i = 0; i < transition; i++) {
		taken(&c, &asked[i], &expressions, i, &same);
		if (!any_left(&c, &asked[transition], point))
			return i;
	}
	return MAP_NONE;
}
