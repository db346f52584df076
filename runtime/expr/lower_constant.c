/* Constant folding: what operators make of literals, by the same arithmetic as when rendering. */
#include "lower_constant.h"

#include <string.h>

#include "eval/decimal.h"

static int is_zero(struct aeg_str number)
{
	return aegi_decimal_compare(number, (struct aeg_str){ "0", 1 }) == 0;
}

int lower_truth(const struct instr *i)
{
	if (i == NULL)
		return -1;
	if (i->op == AEGF_T_UNDEFINED || i->op == AEGF_T_NULL || i->op == AEGF_T_FALSE)
		return 0;
	if (i->op == AEGF_T_STRING)
		return i->text.len > 0;
	if (i->op == AEGF_T_NUMBER)
		return !is_zero(i->text);
	return i->op == AEGF_T_TRUE ? 1 : -1;
}

const struct instr *lower_constant(const struct lower *l, const struct mark *m)
{
	const struct instr *i = m->last == NULL ? l->function->first : m->last->next;

	return i == NULL || i->next != NULL || lower_truth(i) < 0 ? NULL : i;
}

/* Below zero, zero or above: of two numbers, or two strings. */
static int order(const struct instr *a, const struct instr *b)
{
	uint32_t n = a->text.len, m = b->text.len;
	int d;

	if (a->op == AEGF_T_NUMBER)
		return aegi_decimal_compare(a->text, b->text);
	d = n == 0 || m == 0 ? 0 : memcmp(a->text.at, b->text.at, n < m ? n : m);
	return d != 0 ? d : (n > m) - (n < m);
}

static int compare(enum aegf_helper op, const struct instr *a, const struct instr *b)
{
	int is_ordered = a->op == b->op && (a->op == AEGF_T_NUMBER || a->op == AEGF_T_STRING);
	int d = is_ordered ? order(a, b) : a->op != b->op;

	return op == AEGF_HELPER_EQ   ? d == 0
	       : op == AEGF_HELPER_NE ? d != 0
	       : op == AEGF_HELPER_LT ? d < 0
	       : op == AEGF_HELPER_LE ? d <= 0
	       : op == AEGF_HELPER_GT ? d > 0
				      : d >= 0;
}

static struct aeg_str join(struct lower *l, struct aeg_str a, struct aeg_str b)
{
	char *to = template_node(l->t, a.len + b.len);

	if (to == NULL)
		return a;
	memcpy(to, a.at, a.len);
	memcpy(to + a.len, b.at, b.len);
	return (struct aeg_str){ to, a.len + b.len };
}

/* Of any length. */
static struct aeg_str negate(struct lower *l, struct aeg_str a)
{
	if (is_zero(a))
		return (struct aeg_str){ "0", 1 };
	if (*a.at == '-')
		return (struct aeg_str){ a.at + 1, a.len - 1 };
	return join(l, (struct aeg_str){ "-", 1 }, a);
}

static struct decimal decimal(struct lower *l, const struct instr *i)
{
	struct decimal d = { 0, 0, 0 };

	if (!aegi_decimal_read(&d, i->text))
		template_fail(l->t, AEG_CONTENT, i->place,
			"the number has more digits than can be reckoned with");
	return d;
}

static struct aeg_str arithmetic(struct lower *l, enum aegf_helper op, const struct instr *a,
	const struct instr *b, struct text place)
{
	char buf[AEGI_DECIMAL_TEXT];
	struct decimal d;
	const char *what = aegi_decimal_apply(op, decimal(l, a), decimal(l, b), &d);

	if (what == NULL)
		return join(l, (struct aeg_str){ buf, aegi_decimal_print(d, buf) },
			(struct aeg_str){ "", 0 });
	template_fail(l->t, AEG_CONTENT, place, what);
	return a->text;
}

void lower_reckon(struct lower *l, enum aegf_helper op, const struct instr *a,
	const struct instr *b, struct text place)
{
	if (op == AEGF_HELPER_NOT)
		lower_op(l, lower_truth(a) ? AEGF_T_FALSE : AEGF_T_TRUE, place);
	else if (op == AEGF_HELPER_NEGATE)
		lower_text(l, AEGF_T_NUMBER, negate(l, a->text), place);
	else if (op < AEGF_HELPER_ADD)
		lower_op(l, compare(op, a, b) ? AEGF_T_TRUE : AEGF_T_FALSE, place);
	else if (a->op == AEGF_T_STRING)
		lower_text(l, AEGF_T_STRING, join(l, a->text, b->text), place);
	else
		lower_text(l, AEGF_T_NUMBER, arithmetic(l, op, a, b, place), place);
}
