/*
 * Text as a template: what parses is a tree whose places and texts lie in the text or in the memory
 * given, no deeper than is promised, and the same in any memory that is large enough.
 */
#include <stdlib.h>
#include <string.h>

#include "template.h"

#define MUST(cond) ((cond) ? (void)0 : abort())

enum { SOURCE = 1 };

struct input {
	const char *text;
	uint32_t len;
	const char *mem, *mem_end;
};

/* One of those: anywhere else, memory must not be looked at. */
static void check_str(const struct input *in, struct aeg_str s)
{
	MUST(s.len == 0 ||
		(s.at >= in->text && s.len <= in->len &&
			(size_t)(s.at - in->text) <= in->len - s.len) ||
		(s.at >= in->mem && s.at + s.len <= in->mem_end));
}

static void check_place(const struct input *in, struct text at)
{
	MUST(at.source == SOURCE && at.at <= in->len && at.len <= in->len - at.at);
}

static uint32_t count_expr(const struct input *in, const struct texpr *e, uint32_t depth)
{
	uint32_t n = 0;

	for (; e != NULL; e = e->next, n++) {
		MUST(depth <= 2 * TEMPLATE_MAX_DEPTH + 2); /* parentheses, and within a condition */
		check_place(in, e->place);
		check_str(in, e->written);
		check_str(in, e->literal);
		for (uint32_t i = 0; i < e->path.nparts; i++)
			check_str(in, e->path.parts[i]);
		n += count_expr(in, e->params, depth + 1);
		for (const struct thash *h = e->hash; h != NULL; h = h->next) {
			check_place(in, h->place);
			check_str(in, h->key);
			n += count_expr(in, h->value, depth + 1);
		}
		if (e->kind == TEXPR_AND || e->kind == TEXPR_OR || e->kind == TEXPR_OPERATOR)
			n += count_expr(in, e->a, depth + 1) + count_expr(in, e->b, depth + 1);
	}
	return n;
}

/* How many nodes there are. */
static uint32_t count(const struct input *in, const struct tnode *n, uint32_t depth)
{
	uint32_t total = 0;

	for (; n != NULL; n = n->next) {
		MUST(depth <= TEMPLATE_MAX_DEPTH && n->kind != TNODE_COMMENT);
		MUST((n->kind == TNODE_TEXT) == (n->expr == NULL) && n->nparams_of_block <= 2);
		check_place(in, n->place);
		if (n->kind == TNODE_TEXT) {
			MUST(n->text.len > 0);
			check_str(in, n->text);
		}
		check_str(in, n->indent);
		for (uint32_t i = 0; i < n->nparams_of_block; i++)
			check_str(in, n->params_of_block[i]);
		MUST(n->has_body || n->body == NULL);
		MUST(n->has_inverse || n->inverse == NULL);
		MUST(!n->verbatim || n->body == NULL ||
			(n->body->kind == TNODE_TEXT && n->body->next == NULL));
		total += 1 + count_expr(in, n->expr, 0) + count_expr(in, n->params, 0);
		for (const struct thash *h = n->hash; h != NULL; h = h->next)
			total += count_expr(in, h->value, 0);
		total += count(in, n->body, depth + 1) + count(in, n->inverse, depth + 1);
	}
	return total;
}

static enum aeg_status parse(struct input in, uint32_t flags, size_t room, uint32_t *ret_count)
{
	struct aeg_template_options options = { .size_of = sizeof options, .flags = flags };
	uint8_t *mem = malloc(room);
	struct tcompile t = { .mem = mem, .cap = room, .options = &options };
	const struct tnode *first = template_parse(&t, SOURCE, (struct aeg_str){ in.text, in.len });

	in.mem = (const char *)mem;
	in.mem_end = in.mem + room;
	if (t.status == AEG_OK) {
		*ret_count = count(&in, first, 0);
	} else {
		MUST(first == NULL && t.error.what != NULL && strlen(t.error.what) > 0);
		if (t.status == AEG_CONTENT)
			check_place(&in, (struct text){ t.error.source, t.error.at, t.error.len });
	}
	free(mem);
	return t.status;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	char *text = malloc(len == 0 ? 1 : len); /* its end is exact: a read past it is found */
	struct input in = { .text = len == 0 ? text : memcpy(text, bytes, len),
		.len = (uint32_t)len };
	uint32_t all = 0, lines = 0, again = 0;
	size_t room = 4096 + 512 * len;
	enum aeg_status s = parse(in, 0, room, &all);

	MUST(s == AEG_OK || s == AEG_CONTENT);
	MUST(parse(in, AEG_TEMPLATE_IGNORE_STANDALONE, room, &lines) == s && lines >= all);
	enum aeg_status less = parse(in, 0, 64 + 16 * len, &again);
	MUST(less == AEG_NOMEM || (less == s && again == all));
	free(text);
	return 0;
}
