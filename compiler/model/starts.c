/*
 * Who starts whom: the agents that judge an agent's work, and those that a workflow's states run.
 * Nothing else is read here of what these parts say; what is no plain name is passed over.
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

static void add_state(struct started *l, const struct node *state)
{
	add_member(l, state, "agent");
	add_list(l, state, "judges", "agent_id");
	add_list(l, state, "agents", "agent");
	add_list(l, state, "judges_for_parallel", "agent_id");
}

void starts_workflow(struct shape *s, struct value root)
{
	const struct member *metadata = syntax_member(root.node, "metadata");
	const struct member *spec = syntax_member(root.node, "spec"), *states = NULL, *name = NULL;
	struct started l = { .s = s };
	struct mworkflow w = { .at = root.at };

	if (spec != NULL && spec->value->kind == NODE_MAP)
		states = syntax_member(spec->value, "states");
	if (metadata != NULL && metadata->value->kind == NODE_MAP)
		name = syntax_member(metadata->value, "name");
	if (name == NULL || name->value->kind != NODE_STRING || states == NULL ||
		states->value->kind != NODE_MAP)
		return;
	for (uint32_t i = 0; i < states->value->u.map.n; i++)
		add_state(&l, states->value->u.map.v[i].value);
	w.name = (struct mtext){ name->value->u.text, name->value_span };
	w.agents = l.v;
	w.nagents = (uint32_t)l.n;
	arena_push(s->d->arena, s->m->workflows, s->m->nworkflows, &s->workflows_cap);
	s->m->workflows[s->m->nworkflows++] = w;
}
