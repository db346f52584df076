/* Appends instructions to the function being written, and knows the helpers by name. */
#include "lower.h"

#include <string.h>

static struct instr *append(struct lower *l, struct instr *i)
{
	struct function *f = l->function;

	if (f->last == NULL)
		f->first = i;
	else
		f->last->next = i;
	return f->last = i;
}

/* Without room one of those there are is written over: the status is set, so nothing comes of it.
 */
static struct instr *new_instr(struct lower *l)
{
	struct instr *i = template_node(l->t, sizeof *i);

	if (i == NULL)
		memset(i = &l->spare, 0, sizeof *i);
	return i;
}

struct instr *lower_op(struct lower *l, enum aegf_template_op op, struct text place)
{
	struct instr *i = new_instr(l);

	i->op = (uint8_t)op;
	i->place = place;
	return i == &l->spare ? i : append(l, i);
}

struct instr *lower_byte(
	struct lower *l, enum aegf_template_op op, uint32_t operand, struct text place)
{
	struct instr *i = lower_op(l, op, place);

	i->a = (uint8_t)operand;
	return i;
}

struct instr *lower_text(
	struct lower *l, enum aegf_template_op op, struct aeg_str text, struct text place)
{
	struct instr *i = lower_op(l, op, place);

	i->text = text;
	return i;
}

struct instr *lower_call(
	struct lower *l, enum aegf_helper helper, uint32_t nvalues, struct text place)
{
	struct instr *i = lower_byte(l, AEGF_T_CALL, helper, place);

	i->b = (uint8_t)nvalues;
	return i;
}

struct instr *lower_label(struct lower *l)
{
	struct instr *i = new_instr(l);

	i->op = INSTR_LABEL;
	return i;
}

struct instr *lower_jump(
	struct lower *l, enum aegf_template_op op, struct instr *label, struct text place)
{
	struct instr *i = lower_op(l, op, place);

	i->target = label == NULL ? lower_label(l) : label;
	return i;
}

void lower_land(struct lower *l, struct instr *label)
{
	if (label != &l->spare)
		append(l, label);
}

/* ---- Names --------------------------------------------------------------------------------- */

static const struct {
	const char *text;
	uint8_t least, most;
} helpers[] = {
#define X(name, text, least, most) { text, least, most },
#include "format/aeg_helper.def"
#undef X
};

static const char *const blocks[] = { "if", "unless", "each", "with" };

struct aeg_str lower_str(const char *text)
{
	return (struct aeg_str){ text, (uint32_t)strlen(text) };
}

int lower_same(struct aeg_str a, struct aeg_str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

int lower_is(struct aeg_str a, const char *b)
{
	return a.len == strlen(b) && memcmp(a.at, b, a.len) == 0;
}

enum aegf_helper lower_helper(struct aeg_str name)
{
	uint32_t i = 0;

	while (i < AEGF_NHELPERS && (helpers[i].text == NULL || !lower_is(name, helpers[i].text)))
		i++;
	return (enum aegf_helper)i;
}

int lower_is_block(struct aeg_str name)
{
	for (uint32_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
		if (lower_is(name, blocks[i]))
			return 1;
	return 0;
}

int lower_takes(struct lower *l, enum aegf_helper helper, uint32_t nvalues, struct text place)
{
	static const char *const exactly[] = { "the helper takes no value",
		"the helper takes one value", "the helper takes two values" };
	uint32_t least = helpers[helper].least, most = helpers[helper].most;

	if (nvalues >= least && nvalues <= most)
		return 1;
	template_fail(l->t, AEG_CONTENT, place,
		least == most     ? exactly[least]
		: nvalues < least ? "the helper takes more values than that"
				  : "the helper takes fewer values than that");
	return 0;
}

/* ---- The nearest of the known names -------------------------------------------------------- */

enum { LONGEST = 40 }; /* of a name that is compared: what is longer is near nothing */

/* How many bytes to add, drop or change to make @a of @b. */
static uint32_t distance(struct aeg_str a, struct aeg_str b)
{
	uint8_t row[LONGEST + 1];

	for (uint32_t j = 0; j <= b.len; j++)
		row[j] = (uint8_t)j;
	for (uint32_t i = 1; i <= a.len; i++) {
		uint8_t before = row[0]; /* of the row above, one to the left */
		row[0] = (uint8_t)i;
		for (uint32_t j = 1; j <= b.len; j++) {
			uint8_t above = row[j], best = before;
			best = (uint8_t)(best + (a.at[i - 1] != b.at[j - 1]));
			if (above + 1 < best)
				best = (uint8_t)(above + 1);
			if (row[j - 1] + 1 < best)
				best = (uint8_t)(row[j - 1] + 1);
			row[j] = best;
			before = above;
		}
	}
	return row[b.len];
}

void lower_nearest(struct aeg_str name, struct aeg_str other, struct nearest *n)
{
	uint32_t d;

	if (name.len > LONGEST || other.len > LONGEST)
		return;
	d = distance(name, other);
	if (d <= (name.len + 2) / 3 && d < name.len && (n->name.len == 0 || d < n->distance))
		*n = (struct nearest){ other, d };
}

void lower_unknown(struct lower *l, struct text place, const char *what, struct aeg_str name,
	struct aeg_str near)
{
	if (l->t->status != AEG_OK)
		return;
	template_fail(l->t, AEG_CONTENT, place, what);
	l->t->error.name = name;
	l->t->error.near_ = near;
}

void lower_unknown_helper(struct lower *l, struct text place, struct aeg_str name)
{
	struct nearest near = { .distance = 0 };

	for (uint32_t i = 0; i < AEGF_NHELPERS; i++)
		if (helpers[i].text != NULL)
			lower_nearest(name, lower_str(helpers[i].text), &near);
	for (uint32_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
		lower_nearest(name, lower_str(blocks[i]), &near);
	lower_unknown(l, place,
		lower_is_block(name) ? "this helper is a block, and no value"
				     : "there is no such helper",
		name, lower_is_block(name) ? (struct aeg_str){ .len = 0 } : near.name);
}
