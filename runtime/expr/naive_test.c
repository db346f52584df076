/* Random queries on random documents: the product against a naive evaluator, naive_test.h. */
#include "select_test.h"

#include "naive_test.h"

/* ---- Queries, written as text while they are made ------------------------------------------ */

struct expression;
struct selector {
	enum { NAMED, INDEXED, SLICED, ALL, FILTERED } kind;
	struct string name;
	int64_t start, end, step;
	bool has_start, has_end, has_step;
	struct expression *test;
};
struct segment {
	bool below;
	struct selector selector[3];
	uint32_t n;
};
struct query {
	bool from_root;
	struct segment segment[4];
	uint32_t n;
};
struct expression {
	enum { OR, AND, NOT, EXISTS, COMPARE, MATCHES, QUERY, LITERAL, SIZE, TALLY, ONLY } kind;
	struct expression *a, *b;
	struct query *query;
	struct node literal;
	struct regex *regex;
	bool whole;
	uint32_t compare;
};
struct list {
	struct node *v[MOST];
	uint32_t n;
};

static struct expression *test_make(struct world *w, uint32_t depth);

static int64_t say_integer(struct world *w)
{
	int64_t i = (int64_t)below(w, 13) - 6;

	sayf(w, "%lld", (long long)i);
	return i;
}

static void selector_make(struct world *w, struct selector *s, uint32_t depth, bool singular)
{
	static const uint8_t kinds[] = { NAMED, NAMED, INDEXED, ALL, SLICED, FILTERED };

	s->kind = kinds[below(w, singular ? 3 : depth == 0 ? 5 : 6)];
	switch (s->kind) {
	case NAMED: say_string(w, s->name = string_make(w), below(w, 2) ? '"' : '\''); break;
	case INDEXED: s->start = say_integer(w); break;
	case ALL: say(w, "*"); break;
	case SLICED:
		if ((s->has_start = below(w, 2)))
			s->start = say_integer(w);
		say(w, ":");
		if ((s->has_end = below(w, 2)))
			s->end = say_integer(w);
		if ((s->has_step = below(w, 2))) {
			say(w, " : ");
			s->step = say_integer(w);
		}
		break;
	case FILTERED:
		say(w, "?");
		s->test = test_make(w, depth - 1);
		break;
	}
}

static struct query *query_make(struct world *w, uint32_t depth, bool from_root, bool singular)
{
	struct query *q = make(w, sizeof *q);

	q->from_root = from_root;
	say(w, from_root ? "$" : "@");
	q->n = below(w, 4);
	for (uint32_t i = 0; i < q->n; i++) {
		struct segment *s = &q->segment[i];
		s->below = !singular && below(w, 5) == 0;
		s->n = singular ? 1 : 1 + below(w, 5) / 3;
		say(w, s->below ? "..[" : "[");
		for (uint32_t k = 0; k < s->n; k++) {
			if (k > 0)
				say(w, " , ");
			selector_make(w, &s->selector[k], depth, singular);
		}
		say(w, "]");
	}
	return q;
}

/* A value: a literal, a singular query, or a function. */
static struct expression *value_make(struct world *w, uint32_t depth)
{
	struct expression *e = make(w, sizeof *e);
	uint32_t kind = below(w, 8);

	if (kind < 3) {
		e->kind = LITERAL;
		e->literal.kind = (enum kind)(NUL + below(w, 5));
		if (e->literal.kind == NUMBER)
			e->literal.number = say_number(w);
		else if (e->literal.kind == STRING)
			say_string(w, e->literal.string = string_make(w), '\'');
		else
			say(w, e->literal.kind == NUL     ? "null"
				: e->literal.kind == TRUE ? "true"
							  : "false");
	} else if (kind < 6 || depth == 0) {
		e->kind = QUERY;
		e->query = query_make(w, 0, below(w, 4) == 0, true);
	} else {
		e->kind = SIZE + below(w, 3);
		say(w, e->kind == SIZE ? "length(" : e->kind == TALLY ? "count( " : "value(");
		if (e->kind == SIZE)
			e->a = value_make(w, depth - 1);
		else
			e->query = query_make(w, depth - 1, below(w, 4) == 0, false);
		say(w, ")");
	}
	return e;
}

static void matches_make(struct world *w, struct expression *e)
{
	char pattern[1024];
	size_t from;

	e->whole = below(w, 2);
	say(w, e->whole ? "match(" : "search(");
	e->a = value_make(w, 0);
	say(w, ",'");
	from = w->len;
	e->regex = regex_make(w, 3);
	if (w->len - from >= sizeof pattern)
		abort();
	memcpy(pattern, w->text + from, w->len - from + 1);
	w->text[w->len = from] = 0;
	for (const char *p = pattern; *p != 0; p++)
		if (*p == '\'' || *p == '\\')
			sayf(w, "\\%c", *p);
		else if ((unsigned char)*p < 0x20)
			sayf(w, "\\u%04x", (unsigned)*p);
		else
			sayf(w, "%c", *p);
	say(w, "')");
}

static struct expression *test_make(struct world *w, uint32_t depth)
{
	static const char *const compare[] = { "==", " != ", "<", "<=", ">", " >= " };
	struct expression *e = make(w, sizeof *e);

	e->kind = depth == 0 ? EXISTS + below(w, 3) : below(w, 6);
	switch ((int)e->kind) {
	case OR:
	case AND:
		say(w, "(");
		e->a = test_make(w, depth - 1);
		say(w, e->kind == OR ? " || " : "&&");
		e->b = test_make(w, depth - 1);
		say(w, ")");
		break;
	case NOT:
		say(w, "!(");
		e->a = test_make(w, depth - 1);
		say(w, ")");
		break;
	case EXISTS: e->query = query_make(w, depth, below(w, 4) == 0, false); break;
	case COMPARE:
		e->a = value_make(w, depth);
		e->compare = below(w, 6);
		say(w, compare[e->compare]);
		e->b = value_make(w, depth);
		break;
	default: e->kind = MATCHES; matches_make(w, e);
	}
	return e;
}

/* ---- The naive evaluator ------------------------------------------------------------------- */

static void put(struct world *w, struct list *l, struct node *v)
{
	if (l->n == MOST)
		w->overflow = true;
	else
		l->v[l->n++] = v;
}

static bool truth(struct world *w, const struct expression *e, struct node *root, struct node *at);

/* RFC 9535, section 2.3.4.2.2, as its pseudocode has it. */
static void slice(struct world *w, const struct selector *s, struct node *v, struct list *ret)
{
	int64_t len = v->n, step = s->has_step ? s->step : 1;
	int64_t start = s->has_start ? s->start : step >= 0 ? 0 : len - 1;
	int64_t end = s->has_end ? s->end : step >= 0 ? len : -len - 1;
	int64_t from = start >= 0 ? start : len + start, to = end >= 0 ? end : len + end;
	int64_t lower, upper;

	if (step > 0) {
		lower = from < 0 ? 0 : from > len ? len : from;
		upper = to < 0 ? 0 : to > len ? len : to;
		for (int64_t i = lower; i < upper; i += step)
			put(w, ret, v->child[i]);
	} else if (step < 0) {
		upper = from < -1 ? -1 : from > len - 1 ? len - 1 : from;
		lower = to < -1 ? -1 : to > len - 1 ? len - 1 : to;
		for (int64_t i = upper; lower < i; i += step)
			put(w, ret, v->child[i]);
	}
}

static void pick(struct world *w, const struct selector *s, struct node *v, struct node *root,
	struct list *ret)
{
	for (uint32_t i = 0; i < v->n; i++)
		if ((s->kind == NAMED && v->kind == OBJECT &&
			    string_cmp(v->name[i], s->name) == 0) ||
			(s->kind == INDEXED && v->kind == ARRAY &&
				(s->start == i || s->start + v->n == i)) ||
			s->kind == ALL ||
			(s->kind == FILTERED && truth(w, s->test, root, v->child[i])))
			put(w, ret, v->child[i]);
	if (s->kind == SLICED && v->kind == ARRAY)
		slice(w, s, v, ret);
}

static void visit(struct world *w, const struct segment *s, struct node *v, struct node *root,
	struct list *ret)
{
	for (uint32_t i = 0; i < s->n; i++)
		pick(w, &s->selector[i], v, root, ret);
	for (uint32_t i = 0; s->below && i < v->n; i++)
		visit(w, s, v->child[i], root, ret);
}

static struct list *evaluate(
	struct world *w, const struct query *q, struct node *root, struct node *at)
{
	struct list *l = make(w, sizeof *l), *next;

	put(w, l, q->from_root ? root : at);
	for (uint32_t i = 0; i < q->n; i++, l = next) {
		next = make(w, sizeof *next);
		for (uint32_t k = 0; k < l->n; k++)
			visit(w, &q->segment[i], l->v[k], root, next);
	}
	return l;
}

static struct node value(
	struct world *w, const struct expression *e, struct node *root, struct node *at)
{
	struct node v = { .kind = NOTHING };
	size_t used = w->used;

	if (e->kind == LITERAL)
		return e->literal;
	if (e->kind == SIZE) {
		struct node of = value(w, e->a, root, at);
		if (of.kind >= STRING && of.kind <= OBJECT)
			v = (struct node){ .kind = NUMBER,
				.number = (int64_t)2 * (of.kind == STRING ? of.string.n : of.n) };
		return v;
	}
	struct list *l = evaluate(w, e->query, root, at);
	if (e->kind == TALLY)
		v = (struct node){ .kind = NUMBER, .number = (int64_t)2 * l->n };
	else if (l->n == 1)
		v = *l->v[0];
	w->used = used;
	return v;
}

static bool matches(struct world *w, const struct expression *e, struct node *root, struct node *at)
{
	struct node v = value(w, e->a, root, at);

	if (v.kind != STRING)
		return false;
	if (e->whole)
		return ends(e->regex, v.string, 1) >> v.string.n & 1;
	return ends(e->regex, v.string, (2u << v.string.n) - 1) != 0;
}

static bool truth(struct world *w, const struct expression *e, struct node *root, struct node *at)
{
	struct node a, b;
	size_t used = w->used;
	bool is;

	switch ((int)e->kind) {
	case OR: return truth(w, e->a, root, at) || truth(w, e->b, root, at);
	case AND: return truth(w, e->a, root, at) && truth(w, e->b, root, at);
	case NOT: return !truth(w, e->a, root, at);
	case EXISTS:
		is = evaluate(w, e->query, root, at)->n > 0;
		w->used = used;
		return is;
	case COMPARE:
		a = value(w, e->a, root, at);
		b = value(w, e->b, root, at);
		switch (e->compare) {
		case 0: return same(&a, &b);
		case 1: return !same(&a, &b);
		case 2: return less(&a, &b);
		case 3: return less(&a, &b) || same(&a, &b);
		case 4: return less(&b, &a);
		default: return less(&b, &a) || same(&a, &b);
		}
	default: return matches(w, e, root, at);
	}
}

/* ---- The comparison ------------------------------------------------------------------------ */

static void compare(struct world *w, const struct selection *r, uint32_t path,
	const struct list *want, const char *query, const char *document)
{
	char got[1 << 12];
	uint32_t n = 0;

	for (uint32_t i = 0; i < r->n; i++) {
		if (r->found[i].path != path)
			continue;
		size_t len = aeg_json_path(&r->doc, r->places, r->found[i].token, got, sizeof got);
		if (n == want->n || strlen(want->v[n]->path) != len ||
			memcmp(got, want->v[n]->path, len) != 0)
			fail_msg("result %u is %.*s, not %s: %s on %s", (unsigned)n, (int)len, got,
				n == want->n ? "none" : want->v[n]->path, query, document);
		n++;
	}
	if (n != want->n)
		fail_msg("%u results, not %u: %s on %s", (unsigned)n, (unsigned)want->n, query,
			document);
	(void)w;
}

static char *taken(struct world *w, size_t from)
{
	char *p = make(w, w->len - from + 1);

	memcpy(p, w->text + from, w->len - from + 1);
	w->len = from;
	return p;
}

/* One document, and several queries that are also asked together. */
static uint32_t round_of(struct world *w)
{
	enum { QUERIES = 4 };
	struct query *q[QUERIES];
	struct aeg_str text[QUERIES];
	uint32_t results = 0;

	w->used = w->len = 0;
	w->overflow = false;
	struct node *root = node_make(w, 4);
	char *document = taken(w, 0);
	node_paths(w, root, "$");
	for (uint32_t i = 0; i < QUERIES; i++) {
		q[i] = query_make(w, 2, true, false);
		text[i].len = (uint32_t)w->len;
		text[i].at = taken(w, 0);
	}
	for (uint32_t i = 0; i < 2 * QUERIES; i++) {
		uint32_t first = i % QUERIES, n = i < QUERIES ? 1 : QUERIES;
		struct selection r = select_paths(
			i < QUERIES ? &text[i] : text, n, document, strlen(document), 100000000, 0);
		if (r.status != AEG_OK)
			fail_msg("status %d at %u: %s: %s on %s", (int)r.status,
				(unsigned)r.error.at, r.error.what, text[first].at, document);
		struct list *want = evaluate(w, q[first], root, root);
		if (!w->overflow)
			compare(w, &r, i < QUERIES ? 0 : first, want, text[first].at, document);
		results += r.n;
		selection_free(&r);
	}
	return results;
}

static void agree(void **state)
{
	static struct world w = { .chance = 88172645463325252u, .size = 256u << 20 };
	const char *rounds = getenv("AEGIS_ROUNDS");
	uint32_t n = rounds == NULL ? 4000 : (uint32_t)atoi(rounds), results = 0;

	(void)state;
	w.memory = malloc(w.size);
	for (uint32_t i = 0; i < n; i++)
		results += round_of(&w);
	print_message("%u results\n", (unsigned)results);
	assert_true(results > n); /* else nothing was compared */
	free(w.memory);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(agree) };

	return cmocka_run_group_tests_name("jsonpath against naive", tests, NULL, NULL);
}
