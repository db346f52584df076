/* Random conditions on random documents: the product against a naive evaluator. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "aegis/eval.h"

#include "condition_naive_test.h"

struct world {
	uint64_t seed;
	char text[1 << 14]; /* of the expression */
	size_t len;
	char json[1 << 12];
	size_t json_len;
	struct plain data, members[16], inner[8];
};

static uint32_t below(struct world *w, uint32_t n)
{
	w->seed ^= w->seed << 13;
	w->seed ^= w->seed >> 7;
	w->seed ^= w->seed << 17;
	return (uint32_t)(w->seed >> 11) % n;
}

__attribute__((format(printf, 2, 3))) static void say(struct world *w, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	w->len += (size_t)vsprintf(w->text + w->len, format, list);
	va_end(list);
}

/* ---- Documents ----------------------------------------------------------------------------- */

static const char *const numbers[] = { "0", "1", "2", "3", "-1", "7", "10", "0.1", "0.2", "-2.50",
	"1e3", "12.75", "1.0", "100", "3e-2", "4294967296", "18446744073709551615",
	"9007199254740993", "-123456789012345678901234", "0.0", "17.125" };
static const char *const strings[] = { "", "a", "b", "ab", "1", "\xc3\xa9", "true", "x y" };

static struct plain string(const char *text)
{
	struct plain v = { .type = STRING };

	strcpy(v.text, text);
	return v;
}

#define ANY_OF(w, list) (list)[below(w, (uint32_t)(sizeof(list) / sizeof *(list)))]

static void json(struct world *w, const char *text)
{
	w->json_len += (size_t)sprintf(w->json + w->json_len, "%s", text);
}

/* Mostly of the wanted type; also as text. */
static struct plain scalar(struct world *w, enum type type)
{
	if (below(w, 12) == 0)
		type = (enum type)(NIL + below(w, 4));
	if (type == NUMBER) {
		const char *s = ANY_OF(w, numbers);
		json(w, s);
		return number_of_text((struct aeg_str){ s, (uint32_t)strlen(s) });
	}
	if (type == STRING) {
		struct plain v = string(ANY_OF(w, strings));
		json(w, "\"");
		json(w, strcmp(v.text, "\xc3\xa9") == 0 && below(w, 2) ? "\\u00e9" : v.text);
		json(w, "\"");
		return v;
	}
	if (type == BOOLEAN) {
		struct plain v = boolean(below(w, 2));
		json(w, v.truth ? "true" : "false");
		return v;
	}
	json(w, "null");
	return (struct plain){ .type = NIL };
}

static void add_scalar(struct world *w, struct plain *to, const char *name, enum type type)
{
	struct plain *v = &to->members[to->nmembers];

	if (to->type == ARRAY ? to->nmembers > 0 : w->json[w->json_len - 1] != '{')
		json(w, ",");
	if (to->type == OBJECT) {
		json(w, "\"");
		json(w, name);
		json(w, "\":");
	}
	*v = scalar(w, type);
	v->name = name;
	to->nmembers++;
}

static void document(struct world *w)
{
	static const struct {
		const char *name;
		enum type type;
	} fields[] = { { "n", NUMBER }, { "m", NUMBER }, { "k", NUMBER }, { "s", STRING },
		{ "t", STRING }, { "b", BOOLEAN }, { "z", NIL } };
	struct plain *o, *l;

	w->json_len = 0;
	w->data = (struct plain){ .type = OBJECT, .members = w->members };
	json(w, "{");
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		if (below(w, 10) > 0)
			add_scalar(w, &w->data, fields[i].name, fields[i].type);
	json(w, w->json_len > 1 ? ",\"o\":{" : "\"o\":{");
	o = &w->members[w->data.nmembers++];
	*o = (struct plain){ .type = OBJECT, .members = w->inner, .name = "o" };
	add_scalar(w, o, "n", NUMBER);
	add_scalar(w, o, "s", STRING);
	json(w, "},\"l\":[");
	l = &w->members[w->data.nmembers++];
	*l = (struct plain){ .type = ARRAY, .members = w->inner + 4, .name = "l" };
	for (uint32_t n = below(w, 4); n > 0; n--)
		add_scalar(w, l, NULL, NUMBER);
	json(w, "]}");
}

/* ---- Expressions, written as text while they are made --------------------------------------- */

static void expression(struct world *w, enum type type, uint32_t depth);

static void both(struct world *w, enum type type, const char *between, uint32_t depth)
{
	say(w, "(");
	expression(w, type, depth);
	say(w, "%s", between);
	expression(w, type, depth);
	say(w, ")");
}

static void of_number(struct world *w, uint32_t depth)
{
	static const char *const paths[] = { "n", "m", "k", "o.n", "l[0]", "l.1", "missing" };
	static const char *const operators[] = { " + ", " - ", " * ", "/", " % " };

	switch (depth == 0 ? below(w, 2) : below(w, 8)) {
	case 0: say(w, "%s", ANY_OF(w, paths)); break;
	case 1: say(w, "%s", ANY_OF(w, numbers)); break;
	case 2: say(w, "(length %s)", below(w, 3) == 0 ? "l" : below(w, 2) == 0 ? "s" : "o"); break;
	case 3:
		say(w, "- ");
		expression(w, NUMBER, depth - 1);
		break;
	case 4:
		say(w, "default(%s, ", ANY_OF(w, paths));
		expression(w, NUMBER, depth - 1);
		say(w, ")");
		break;
	default: both(w, NUMBER, ANY_OF(w, operators), depth - 1);
	}
}

static void of_string(struct world *w, uint32_t depth)
{
	static const char *const paths[] = { "s", "t", "o.s", "this.s", "missing" };

	switch (depth == 0 ? below(w, 2) : below(w, 5)) {
	case 0: say(w, "%s", ANY_OF(w, paths)); break;
	case 1: say(w, "'%s'", ANY_OF(w, strings)); break;
	case 2: say(w, "(lookup o '%s')", below(w, 3) == 0 ? "n" : "s"); break;
	default: both(w, STRING, " + ", depth - 1);
	}
}

static void of_boolean(struct world *w, uint32_t depth)
{
	static const char *const leaves[] = { "b", "true", "false", "z", "o", "l", "s", "n",
		"null" };
	static const char *const compare[] = { " == ", " != ", " < ", " <= ", " > ", " >= " };
	static const char *const helpers[] = { "eq", "ne", "lt", "le", "gt", "ge" };
	enum type type = below(w, 3) == 0 ? STRING : NUMBER;

	switch (depth == 0 ? 0 : below(w, 11)) {
	case 0: say(w, "%s", ANY_OF(w, leaves)); break;
	case 1:
		say(w, "!");
		expression(w, BOOLEAN, depth - 1);
		break;
	case 2:
	case 3: both(w, BOOLEAN, below(w, 2) ? " && " : " || ", depth - 1); break;
	case 4:
		say(w, "(%s ", below(w, 2) ? "and" : "or");
		for (uint32_t n = 2 + below(w, 3); n > 0; n--) {
			say(w, " (");
			expression(w, BOOLEAN, depth - 1);
			say(w, ")");
		}
		say(w, ")");
		break;
	case 5:
		say(w, "%s(", ANY_OF(w, helpers));
		expression(w, type, depth - 1);
		say(w, ", ");
		expression(w, type, depth - 1);
		say(w, ")");
		break;
	case 6: both(w, BOOLEAN, below(w, 2) ? " == " : " != ", depth - 1); break;
	default: both(w, type, ANY_OF(w, compare), depth - 1);
	}
}

static void expression(struct world *w, enum type type, uint32_t depth)
{
	if (below(w, 40) == 0)
		type = (enum type)(BOOLEAN + below(w, 3));
	if (type == NUMBER)
		of_number(w, depth);
	else if (type == STRING)
		of_string(w, depth);
	else
		of_boolean(w, depth);
}

/* ---- What could not be right, whatever the data -------------------------------------------- */

/* Does it fail, or is it a comparison that makes no sense? */
static bool is_hopeless(const struct plain *data, const struct texpr *e)
{
	struct naive w = { data, NULL, false };
	const struct texpr *a = e->kind == TEXPR_CALL ? e->params : e->a;
	const struct texpr *b = e->kind == TEXPR_CALL ? a->next : e->b;
	struct plain v, u;

	naive_eval(&w, e);
	if (w.failed != NULL || b == NULL)
		return w.failed != NULL;
	v = naive_eval(&w, a);
	u = naive_eval(&w, b);
	return v.type != u.type || (v.type != NUMBER && v.type != STRING);
}

/* Whether the place is that of a hopeless node, or of an operand of one. */
static bool explains(const struct plain *data, const struct texpr *e, const struct texpr *parent,
	const struct aeg_template_error *error)
{
	if (e->place.at == error->at && e->place.len == error->len &&
		((e->kind >= TEXPR_CALL && is_hopeless(data, e)) ||
			(parent != NULL && is_hopeless(data, parent))))
		return true;
	for (const struct texpr *p = e->params; p != NULL; p = p->next)
		if (explains(data, p, e, error))
			return true;
	return (e->a != NULL && explains(data, e->a, e, error)) ||
	       (e->b != NULL && explains(data, e->b, e, error));
}

/* ---- One condition on a few documents ------------------------------------------------------- */

struct counts {
	uint32_t refused, failed, held, not_held;
};

static enum aeg_status run(
	struct world *w, const struct aeg_template *t, struct aeg_render *r, int *ret)
{
	static struct aeg_json_tok tok[1 << 10];
	static uint64_t memory[1 << 13];
	static struct aeg_json doc;

	assert_int_equal(aeg_json_scan(&doc, w->json, w->json_len, tok, 1 << 10), AEG_OK);
	*r = (struct aeg_render){ .size_of = sizeof *r,
		.program = t,
		.data = &doc,
		.mem = memory,
		.mem_size = sizeof memory,
		.steps = 1000000 };
	return aeg_condition(r, ret);
}

static void one(struct world *w, struct counts *n)
{
	static uint64_t program[1 << 16], nodes[1 << 16];
	struct tcompile c = { .mem = (uint8_t *)nodes, .cap = sizeof nodes };
	struct aeg_template_error error = { 0 };
	struct aeg_template t;
	struct aeg_render r;
	size_t len;
	int holds = -1;

	struct texpr *e = condition_parse(&c, 0, 0, (struct aeg_str){ w->text, (uint32_t)w->len });
	if (e == NULL)
		fail_msg("%s: byte %u: %s", w->text, c.error.at, c.error.what);
	enum aeg_status compiled =
		aeg_condition_compile((struct aeg_str){ w->text, (uint32_t)w->len }, NULL, program,
			sizeof program, &len, &error);
	if (compiled == AEG_OK)
		assert_int_equal(aeg_template_check(&t, program, len), AEG_OK);
	else
		assert_int_equal(compiled, AEG_CONTENT);
	for (int i = 0; i < 4; i++) {
		document(w);
		struct naive naive = { &w->data, NULL, false };
		if (compiled != AEG_OK) {
			n->refused++;
			if (!explains(&w->data, e, NULL, &error))
				fail_msg("%s: byte %u, %u bytes: %s", w->text, error.at, error.len,
					error.what);
			continue;
		}
		struct plain v = naive_eval(&naive, e);
		if (naive.is_unknown)
			continue;
		enum aeg_status s = run(w, &t, &r, &holds);
		if (s != (naive.failed == NULL ? AEG_OK : AEG_CONTENT))
			fail_msg("%s\n%s: %s %s", w->text, w->json, aeg_status_text(s),
				r.what == NULL ? "" : r.what);
		if (s == AEG_OK) {
			if (holds != is_true(&v))
				fail_msg("%s\n%s: %d", w->text, w->json, holds);
			n->held += holds != 0;
			n->not_held += holds == 0;
			continue;
		}
		n->failed++;
		if (r.at != naive.failed->place.at || r.at_len != naive.failed->place.len)
			fail_msg("%s\n%s: byte %u, %u bytes: %s", w->text, w->json, r.at, r.at_len,
				r.what);
	}
}

static void random_conditions(void **state)
{
	static struct world w;
	struct counts n = { 0 };
	const char *rounds = getenv("ROUNDS");
	uint64_t last = rounds == NULL ? 20000 : strtoull(rounds, NULL, 10);

	(void)state;
	for (uint64_t i = 1; i <= last; i++) {
		w.seed = i * 0x9e3779b97f4a7c15;
		w.len = 0;
		expression(&w, BOOLEAN, 1 + below(&w, 4));
		one(&w, &n);
	}
	print_message("refused %u, failed %u, held %u, did not %u\n", n.refused, n.failed, n.held,
		n.not_held);
	assert_true(n.refused > last / 20 && n.failed > last / 5 && n.held > last &&
		    n.not_held > last / 2);
}

/* ---- What numbers come to ------------------------------------------------------------------- */

static void say_number(struct world *w, const struct plain *v)
{
	char digits[48], *p = digits + sizeof digits;

	for (wide n = size_of(v->n); n != 0 || p == digits + sizeof digits; n /= 10)
		*--p = (char)('0' + (int)(n % 10));
	say(w, " == %s%.*se%d", v->n < 0 ? "-" : "", (int)(digits + sizeof digits - p), p,
		-v->scale);
}

/* A sum equals what the naive evaluator says it is. */
static void random_sums(void **state)
{
	static struct world w;
	static uint64_t program[1 << 16], nodes[1 << 16];
	struct aeg_template_error error;
	struct aeg_template t;
	struct aeg_render r;
	uint32_t n = 0;
	size_t len;
	int holds;

	(void)state;
	for (uint64_t i = 1; i <= 20000; i++) {
		struct tcompile c = { .mem = (uint8_t *)nodes, .cap = sizeof nodes };
		w.seed = i * 0xd1342543de82ef95;
		w.len = 0;
		expression(&w, NUMBER, 1 + below(&w, 3));
		document(&w);
		struct texpr *e =
			condition_parse(&c, 0, 0, (struct aeg_str){ w.text, (uint32_t)w.len });
		struct naive naive = { &w.data, NULL, false };
		struct plain v = naive_eval(&naive, e);
		if (naive.failed != NULL || naive.is_unknown || v.type != NUMBER)
			continue;
		say_number(&w, &v);
		if (aeg_condition_compile((struct aeg_str){ w.text, (uint32_t)w.len }, NULL,
			    program, sizeof program, &len, &error) != AEG_OK)
			fail_msg("%s: byte %u: %s", w.text, error.at, error.what);
		assert_int_equal(aeg_template_check(&t, program, len), AEG_OK);
		assert_int_equal(run(&w, &t, &r, &holds), AEG_OK);
		if (!holds)
			fail_msg("%s\n%s", w.text, w.json);
		n++;
	}
	assert_true(n > 5000);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(random_conditions),
		cmocka_unit_test(random_sums) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
