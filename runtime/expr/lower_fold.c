/*
 * Makes a function's list shorter: containers whose commas are known become text, values that are
 * known are written as text, texts that follow one another are one, and jumps to what comes next
 * go.
 */
#include "lower.h"

#include <string.h>

enum { MAX_CONTAINERS = 2 * 64 }; /* inside one another; further in they stay as they are */

static int is_jump(const struct instr *i)
{
	static const uint8_t operands[] = {
#define X(name, operands, in, out) AEGF_T_OPERANDS_##operands,
#include "format/aeg_template_ops.def"
#undef X
	};
	return i->op != INSTR_LABEL && operands[i->op] == AEGF_T_OPERANDS_JUMP;
}

static void make_text(struct instr *i, const char *text)
{
	i->op = AEGF_T_TEXT;
	i->text = (struct aeg_str){ text, (uint32_t)strlen(text) };
}

/* ---- Containers ---------------------------------------------------------------------------- */

/* An array or object under way. If its first element is written whenever its beginning is, there is
 * a comma before each other one. */
struct container {
	struct instr *open;
	uint32_t around; /* of its beginning: as struct straight */
	uint32_t is_known, has_first;
};
struct straight {
	struct container at[MAX_CONTAINERS];
	uint32_t n;
	uint32_t around; /* regions, and jumps whose target is still to come */
};

/* A function may write the first element. */
static void forget(struct straight *s)
{
	for (uint32_t i = 0; i < s->n && i < MAX_CONTAINERS; i++)
		s->at[i].is_known &= s->at[i].has_first;
}

static void step_container(struct straight *s, struct instr *i)
{
	struct container *c = s->n == 0 || s->n > MAX_CONTAINERS ? NULL : &s->at[s->n - 1];

	if (i->op == AEGF_T_OPEN) {
		if (s->n++ < MAX_CONTAINERS)
			s->at[s->n - 1] = (struct container){ i, s->around, 1, 0 };
	} else if (i->op == AEGF_T_ELEMENT && c != NULL) {
		c->is_known &= c->has_first || c->around == s->around;
		c->has_first = 1;
	} else if (i->op == AEGF_T_CLOSE) {
		if (c != NULL)
			c->open->n = c->is_known && c->around == s->around;
		s->n -= s->n > 0;
	}
}

static void step(struct straight *s, struct instr *i, int is_loose)
{
	if (i->op == AEGF_T_RUN && is_loose) {
		forget(s);
	} else if (is_jump(i)) {
		s->around += i->target->n++ == 0;
		s->around += instr_is_region(i);
	} else if (i->op == INSTR_LABEL) {
		s->around -= i->n > 0;
	} else if (instr_is_region(i)) {
		s->around++;
	} else if (i->op == AEGF_T_END) {
		s->around--;
	} else {
		step_container(s, i);
	}
}

/* OPEN's @n says by now whether its commas are known. */
static void write_commas(struct function *f)
{
	struct instr *open[MAX_CONTAINERS] = { 0 };
	uint32_t n = 0;

	for (struct instr *i = f->first; i != NULL; i = i->next) {
		struct instr *c = n == 0 || n > MAX_CONTAINERS ? NULL : open[n - 1];
		if (i->op == AEGF_T_OPEN) {
			if (n++ < MAX_CONTAINERS)
				open[n - 1] = i;
		} else if (i->op == AEGF_T_ELEMENT && c != NULL && c->n > 0) {
			make_text(i, c->n++ == 1 ? "" : ",");
		} else if (i->op == AEGF_T_CLOSE) {
			if (c != NULL && c->n > 0) {
				make_text(i, "");
				make_text(c, "");
			}
			n -= n > 0;
		}
	}
}

static void fold_containers(struct function *f, int is_loose)
{
	struct straight s = { .n = 0 };

	for (struct instr *i = f->first; i != NULL; i = i->next)
		step(&s, i, is_loose);
	write_commas(f);
}

/* ---- Values that are known ----------------------------------------------------------------- */

/* Is it written as it is, whatever the place? */
static int is_harmless(struct aeg_str s)
{
	for (uint32_t i = 0; i < s.len; i++) {
		char c = s.at[i];
		if (!((c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z')))
			return 0;
	}
	return s.len > 0;
}

/* The PRINT after a constant, as text; the constant is left as an empty one. */
static void fold_print(struct instr *value, struct instr *print)
{
	struct aeg_str text = value->text;
	int is_bare = print->a == AEGF_ESCAPE_NONE || print->a == AEGF_ESCAPE_HTML;
	int is_plain = is_bare || print->a == AEGF_ESCAPE_JSON_STRING ||
		       print->a == AEGF_ESCAPE_URL || print->a == AEGF_ESCAPE_SHELL_DOUBLE ||
		       print->a == AEGF_ESCAPE_SHELL_SINGLE;

	switch (value->op) {
	case AEGF_T_STRING:
		if (print->a != AEGF_ESCAPE_NONE && !(is_plain && is_harmless(text)))
			return;
		break;
	case AEGF_T_UNDEFINED:
	case AEGF_T_NULL:
		if (!is_plain)
			return;
		text = (struct aeg_str){ "", 0 };
		break;
	case AEGF_T_TRUE: text = (struct aeg_str){ "true", 4 }; break;
	case AEGF_T_FALSE: text = (struct aeg_str){ "false", 5 }; break;
	case AEGF_T_NUMBER:
		if (print->a == AEGF_ESCAPE_URL && memchr(text.at, '+', text.len) != NULL)
			return;
		break;
	default: return;
	}
	if (!is_plain && value->op != AEGF_T_STRING && print->a != AEGF_ESCAPE_JSON_VALUE)
		return;
	make_text(value, "");
	print->op = AEGF_T_TEXT;
	print->text = text;
}

/* ---- One list ------------------------------------------------------------------------------ */

static int is_void(const struct instr *i)
{
	if (i->op == AEGF_T_TEXT)
		return i->text.len == 0;
	if (i->op == INSTR_LABEL)
		return i->n == 0;
	return i->op == AEGF_T_JUMP && i->next == i->target;
}

static void drop_voids(struct function *f)
{
	struct instr **at = &f->first;

	f->last = NULL;
	while (*at != NULL) {
		if (is_void(*at)) {
			if ((*at)->op == AEGF_T_JUMP)
				(*at)->target->n--;
			*at = (*at)->next;
			continue;
		}
		f->last = *at;
		at = &(*at)->next;
	}
}

/* One text of those from @i on, as far as they follow one another. */
static void merge_texts(struct lower *l, struct instr *i)
{
	uint32_t len = 0, at = 0;
	struct instr *end = i;
	char *text;

	for (; end != NULL && end->op == AEGF_T_TEXT; end = end->next)
		len += end->text.len;
	if (i->next == end || (text = template_node(l->t, len)) == NULL)
		return;
	for (struct instr *t = i; t != end; t = t->next) {
		memcpy(text + at, t->text.at, t->text.len);
		at += t->text.len;
	}
	i->text = (struct aeg_str){ text, len };
	i->next = end;
}

void lower_fold(struct lower *l, struct function *f, int is_loose)
{
	for (struct instr *i = f->first; i != NULL; i = i->next)
		if (i->next != NULL && i->next->op == AEGF_T_PRINT)
			fold_print(i, i->next);
	fold_containers(f, is_loose);
	drop_voids(f);
	drop_voids(f); /* labels that the last jump to has gone */
	for (struct instr *i = f->first; i != NULL && l->t->status == AEG_OK; i = i->next)
		if (i->op == AEGF_T_TEXT)
			merge_texts(l, i);
	for (struct instr *i = f->first; i != NULL; i = i->next)
		f->last = i;
}

int lower_is_loose(const struct function *f)
{
	uint32_t n = 0;

	for (const struct instr *i = f->first; i != NULL; i = i->next) {
		if ((i->op == AEGF_T_ELEMENT || i->op == AEGF_T_CLOSE) && n == 0)
			return 1;
		n += i->op == AEGF_T_OPEN;
		n -= i->op == AEGF_T_CLOSE;
	}
	return n > 0;
}
