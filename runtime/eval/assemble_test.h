#ifndef EVAL_ASSEMBLE_TEST_H
#define EVAL_ASSEMBLE_TEST_H
/*
 * Programs written by hand: an op's name in small letters, then its operands, all between blanks.
 * `'text'`, numbers, a helper's name; of a jump a label, which `label:` puts further on; of FRAME
 * which parameter, `up` or `first`, and how many. `function` begins the next function, `name 'x'`
 * names it (the text must stand in some op), `@at+len` is the place of the next op.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "format/aeg_template.h"

enum { ASSEMBLED = 1 << 14, ASSEMBLED_LABELS = 32 };

struct assembly {
	uint8_t ops[ASSEMBLED / 2];
	uint32_t len;
	struct aegf_function functions[16];
	struct aegf_function_name names[16];
	struct aegf_place places[32];
	uint32_t nfunctions, nnames, nplaces;
	uint32_t values, frames, flags;
	struct assembly_label {
		char name[16];
		uint32_t op; /* the jump, whose operand is to be filled in */
	} labels[ASSEMBLED_LABELS];
	uint32_t nlabels;
	uint8_t program[ASSEMBLED];
	size_t size;
};

static void assembly_le(uint8_t *p, uint32_t v, uint32_t bytes)
{
	for (uint32_t i = 0; i < bytes; i++, v >>= 8)
		p[i] = (uint8_t)v;
}

static struct aeg_le32 assembly_le32(uint32_t v)
{
	struct aeg_le32 ret;

	assembly_le((uint8_t *)&ret, v, 4);
	return ret;
}

static void assembly_put(struct assembly *a, uint32_t v, uint32_t bytes)
{
	assembly_le(a->ops + a->len, v, bytes);
	a->len += bytes;
}

/* The next word, or what is between quotes; 0: there is none. */
static int assembly_word(const char **p, const char **ret, size_t *ret_len)
{
	while (isspace((unsigned char)**p))
		++*p;
	if (**p == 0)
		return 0;
	if (**p == '\'') {
		*ret = ++*p;
		*ret_len = strcspn(*p, "'");
		*p += *ret_len + 1;
	} else {
		*ret = *p;
		*ret_len = strcspn(*p, " \n\t");
		*p += *ret_len;
	}
	return 1;
}

static uint32_t assembly_number(const char **p)
{
	char *end;
	uint32_t n = (uint32_t)strtoul(*p, &end, 10);

	if (end == *p)
		abort();
	*p = end;
	return n;
}

/* Is @name, in capitals, the word? */
static int assembly_same(const char *name, const char *word, size_t len)
{
	size_t i = 0;

	while (i < len && name[i] == toupper((unsigned char)word[i]))
		i++;
	return i == len && name[i] == 0;
}

static uint32_t assembly_helper(const char *word, size_t len)
{
	static const char *const names[] = {
#define X(name, text, least, most) #name,
#include "format/aeg_helper.def"
#undef X
	};
	for (uint32_t i = 0; i < AEGF_NHELPERS; i++)
		if (assembly_same(names[i], word, len))
			return i;
	abort();
}

static void assembly_operands(struct assembly *a, uint32_t operands, const char **p)
{
	const char *word;
	size_t len;

	switch ((enum aegf_template_operands)operands) {
	case AEGF_T_OPERANDS_NONE: break;
	case AEGF_T_OPERANDS_BYTE: assembly_put(a, assembly_number(p), 1); break;
	case AEGF_T_OPERANDS_FUNCTION: assembly_put(a, assembly_number(p), 2); break;
	case AEGF_T_OPERANDS_JUMP:
		assembly_word(p, &word, &len);
		memcpy(a->labels[a->nlabels].name, word, len);
		a->labels[a->nlabels].name[len] = 0;
		a->labels[a->nlabels++].op = a->len - 1;
		assembly_put(a, 0, 4);
		break;
	case AEGF_T_OPERANDS_FRAME:
		assembly_put(a, assembly_number(p), 1);
		assembly_word(p, &word, &len);
		assembly_put(a, *word == 'f' ? AEGF_FRAME_FIRST : AEGF_FRAME_UP, 1);
		assembly_put(a, assembly_number(p), 2);
		break;
	case AEGF_T_OPERANDS_CALL:
		assembly_word(p, &word, &len);
		assembly_put(a, assembly_helper(word, len), 1);
		assembly_put(a, assembly_number(p), 1);
		break;
	case AEGF_T_OPERANDS_TEXT:
		assembly_word(p, &word, &len);
		assembly_put(a, (uint32_t)len, 4);
		memcpy(a->ops + a->len, word, len);
		a->len += (uint32_t)len;
		break;
	}
}

static void assembly_op(struct assembly *a, const char *word, size_t len, const char **p)
{
	static const struct {
		const char *name;
		uint32_t operands;
	} ops[] = {
#define X(name, operands, in, out) { #name, AEGF_T_OPERANDS_##operands },
#include "format/aeg_template_ops.def"
#undef X
	};
	for (uint32_t i = 0; i < AEGF_T_NOPS; i++)
		if (assembly_same(ops[i].name, word, len)) {
			assembly_put(a, i, 1);
			assembly_operands(a, ops[i].operands, p);
			return;
		}
	abort();
}

static void assembly_label(struct assembly *a, const char *word, size_t len)
{
	for (uint32_t i = 0; i < a->nlabels; i++)
		if (strlen(a->labels[i].name) == len && memcmp(a->labels[i].name, word, len) == 0)
			assembly_le(a->ops + a->labels[i].op + 1, a->len - a->labels[i].op, 4);
}

static void assembly_function(struct assembly *a)
{
	if (a->nfunctions > 0) {
		struct aegf_function *last = &a->functions[a->nfunctions - 1];
		last->len = assembly_le32(a->len - aeg_ld32(last->at));
	}
	a->functions[a->nfunctions++].at = assembly_le32(a->len);
}

static void assembly_name(struct assembly *a, const char *word, size_t len)
{
	uint32_t at = 0;

	while (at + len <= a->len && memcmp(a->ops + at, word, len) != 0)
		at++;
	a->names[a->nnames++] = (struct aegf_function_name){ assembly_le32(at),
		assembly_le32((uint32_t)len), assembly_le32(a->nfunctions - 1) };
}

static void assembly_append(struct assembly *a, const void *p, size_t len)
{
	memcpy(a->program + a->size, p, len);
	a->size += len;
}

/* The parts one after the other, as they are now: a test may have changed them. */
static void assembly_link(struct assembly *a)
{
	struct aegf_template head = { .len = assembly_le32(a->len),
		.nplaces = assembly_le32(a->nplaces) };

	assembly_le((uint8_t *)&head.nfunctions, a->nfunctions, 2);
	assembly_le((uint8_t *)&head.nnames, a->nnames, 2);
	assembly_le((uint8_t *)&head.values, a->values, 2);
	assembly_le((uint8_t *)&head.frames, a->frames, 2);
	assembly_le((uint8_t *)&head.flags, a->flags, 2);
	a->size = 0;
	assembly_append(a, &head, sizeof head);
	assembly_append(a, a->functions, a->nfunctions * sizeof *a->functions);
	assembly_append(a, a->names, a->nnames * sizeof *a->names);
	assembly_append(a, a->places, a->nplaces * sizeof *a->places);
	assembly_append(a, a->ops, a->len);
}

static void assemble(struct assembly *a, const char *text)
{
	const char *word;
	size_t len;

	memset(a, 0, sizeof *a);
	a->values = 16;
	a->frames = 8;
	assembly_function(a);
	while (assembly_word(&text, &word, &len)) {
		if (word[len - 1] == ':')
			assembly_label(a, word, len - 1);
		else if (len == 8 && memcmp(word, "function", 8) == 0)
			assembly_function(a);
		else if (len == 4 && memcmp(word, "name", 4) == 0) {
			assembly_word(&text, &word, &len);
			assembly_name(a, word, len);
		} else if (*word == '@') {
			struct aegf_place *place = &a->places[a->nplaces++];
			place->op = assembly_le32(a->len);
			word++;
			place->at = assembly_le32(assembly_number(&word));
			word++;
			place->len = assembly_le32(assembly_number(&word));
		} else
			assembly_op(a, word, len, &text);
	}
	a->functions[a->nfunctions - 1].len =
		assembly_le32(a->len - aeg_ld32(a->functions[a->nfunctions - 1].at));
	assembly_link(a);
}
#endif
