/* Commands: a line for a shell, or words of which a shell reads all, one or none. */
#define _GNU_SOURCE /* memrchr */
#include "model/workflow.h"

const struct command_fields command_of_state = {
	{ "command", .type = FIELD_TEMPLATE },
	{ "command", .type = FIELD_TEMPLATE, .language = LANGUAGE_SHELL },
};

static bool is_shell(struct slice t)
{
	static const char *const names[] = { "sh", "ash", "bash", "dash", "ksh", "zsh" };
	const char *slash = memrchr(t.at, '/', t.len);
	uint32_t skip = slash == NULL ? 0 : (uint32_t)(slash + 1 - t.at);

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (slice_is((struct slice){ t.at + skip, t.len - skip }, names[i]))
			return true;
	return false;
}

uint32_t command_script(const struct node *list)
{
	uint32_t n = list->u.list.n;

	if (n == 0 || !shape_is_text(list->u.list.v[0]) || !is_shell(list->u.list.v[0]->u.text))
		return n;
	for (uint32_t i = 1; i < n && shape_is_text(list->u.list.v[i]); i++) {
		struct slice t = list->u.list.v[i]->u.text;
		if (t.len < 2 || (t.at[0] != '-' && t.at[0] != '+'))
			return n;
		if (t.at[0] == '-' && t.at[1] != '-' && memchr(t.at, 'c', t.len) != NULL)
			return i + 1;
	}
	return n;
}

/* The words, a space between them, are what the shell reads. */
static void joined(struct shape *s, const struct field *line, const struct node *list)
{
	struct buf text = { .arena = s->d->arena };
	struct template_piece *pieces =
		arena_array(s->d->arena, struct template_piece, list->u.list.n);

	for (uint32_t i = 0; i < list->u.list.n; i++) {
		buf_text(&text, i == 0 ? "" : " ");
		pieces[i] = (struct template_piece){ (uint32_t)text.len, list->u.list.v[i] };
		buf_slice(&text, list->u.list.v[i]->u.text);
	}
	struct template_text t = { buf_done(&text), pieces, list->u.list.n };
	if (t.n != 0)
		template_check(s, line, &t);
}

/* Whether all are strings: what is none is reported. */
static bool are_words(struct shape *s, const struct node *list)
{
	bool good = true;

	for (uint32_t i = 0; i < list->u.list.n; i++) {
		struct value v = shape_item(list, i);
		if (v.node->kind == NODE_STRING)
			continue;
		good = false;
		if (v.node->kind == NODE_POISON)
			s->reported++;
		else
			shape_wrong_type(s, v, "a string",
				shape_is_text(v.node) ? "put it in quotes" : NULL);
	}
	return good;
}

void command_words(
	struct shape *s, const struct command_fields *f, const struct node *list, bool shell)
{
	uint32_t script = command_script(list);

	if (!are_words(s, list))
		return;
	if (shell && script == list->u.list.n) {
		joined(s, &f->line, list);
		return;
	}
	for (uint32_t i = 0; i < list->u.list.n; i++)
		template_value(s, i == script ? &f->line : &f->word, shape_item(list, i));
}

void command_line(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mtext t;
	(void)f;

	if (!shape_text(s, v, &t) || !scalar_filled(s, v, &t))
		return;
	template_value(s, &command_of_state.line, v);
	*(const struct node **)out = v.node;
}
