/*
 * Who starts whom: the agents that judge an agent's work. Nothing else is read here of what these
 * parts say; what is no plain name is passed over.
 */
#include "model/shape.h"

struct started {
	struct shape *s;
	struct mtext *v;
	size_t n, cap;
};

static void add_name(struct started *l, const struct node *n, struct span at)
{
	if (n->kind != NODE_STRING || n->u.text.len == 0 ||
		memchr(n->u.text.at, '{', n->u.text.len))
		return; /* a template is known when it runs */
	arena_push(l->s->d->arena, l->v, l->n, &l->cap);
	l->v[l->n++] = (struct mtext){ n->u.text, at };
}

static void add_member(struct started *l, const struct node *map, const char *key)
{
	const struct member *m = map->kind == NODE_MAP ? syntax_member(map, key) : NULL;

	if (m != NULL)
		add_name(l, m->value, m->value_span);
}

static const struct node *list_of(const struct node *map, const char *key)
{
	const struct member *m = map->kind == NODE_MAP ? syntax_member(map, key) : NULL;

	return m != NULL && m->value->kind == NODE_LIST ? m->value : NULL;
}

/* Names, or maps that say the name under @name. */
static void add_list(struct started *l, const struct node *map, const char *key, const char *name)
{
	const struct node *list = list_of(map, key);

	for (uint32_t i = 0; list != NULL && i < list->u.list.n; i++) {
		struct value item = shape_item(list, i);
		add_name(l, item.node, item.at);
		add_member(l, item.node, name);
	}
}

void starts_judges(struct shape *s, const struct field *f, struct value v, void *out)
{
	static const char *const lists[] = { "validation", "tool_validation" };
	struct started l = { .s = s };
	struct magent *a = out;
	(void)f;

	for (size_t k = 0; k < sizeof lists / sizeof *lists; k++) {
		const struct node *list = list_of(v.node, lists[k]);
		for (uint32_t i = 0; list != NULL && i < list->u.list.n; i++) {
			struct value item = shape_item(list, i);
			add_member(&l, item.node, "judge_agent");
			add_list(&l, item.node, "judges", "agent_id");
		}
	}
	a->judges = l.v;
	a->njudges = (uint32_t)l.n;
}
