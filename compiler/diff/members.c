/* Agents, tiers and operators that work under another context than before. */
#include "diff/internal.h"

const char *const diff_member_names[DIFF_NKINDS] = { "agent", "tier", "operator" };

/* ---- Everybody ----------------------------------------------------------------------------- */

struct roster { /* of both policies */
	struct arena *arena;
	struct diff_member *v;
	size_t n, cap;
	struct map index; /* kind, name and version > index in v */
};

static void meet(struct roster *r, int side, struct diff_member m, struct slice context)
{
	struct buf key = { .arena = r->arena };

	buf_printf(&key, "%d", (int)m.kind);
	buf_slice(&key, m.name);
	buf_add(&key, "", 1);
	buf_slice(&key, m.version);
	uint32_t at = map_put(&r->index, buf_done(&key), (uint32_t)r->n);
	if (at == MAP_NONE) {
		at = (uint32_t)r->n++;
		arena_push(r->arena, r->v, at, &r->cap);
		r->v[at] = m;
	}
	if (r->v[at].context[side].len == 0)
		r->v[at].context[side] = context;
}

/* An agent of sources may name no context and have one all the same. */
static struct slice context_of(const struct policy *p, uint32_t agent)
{
	uint32_t i = p->names == NULL ? AEG_NONE : p->names->agent_context[agent];

	return i < p->model->ncontexts ? p->model->contexts[i].name.text
				       : p->model->agents[agent].context.text;
}

static void meet_all(struct roster *r, int side, const struct policy *p)
{
	const struct model *m = p->model;

	for (uint32_t i = 0; i < m->nagents; i++)
		meet(r, side,
			(struct diff_member){ .kind = DIFF_AGENT,
				.name = m->agents[i].name.text,
				.version = m->agents[i].version.text },
			context_of(p, i));
	for (uint32_t i = 0; i < m->ntiers; i++)
		meet(r, side,
			(struct diff_member){ .kind = DIFF_TIER, .name = m->tiers[i].name.text },
			m->tiers[i].context.text);
	for (uint32_t i = 0; i < m->noproles; i++)
		meet(r, side,
			(struct diff_member){
				.kind = DIFF_OPERATOR, .name = m->oproles[i].role.text },
			m->oproles[i].context.text);
}

/* ---- Who moved ----------------------------------------------------------------------------- */

struct moving {
	struct arena *a;
	struct diff *d;
	struct arena scratch;
	struct map contexts[2]; /* name > index */
	struct map moves;       /* two indexes > index in `known` */
	const struct diff_context **known;
	size_t n, cap;
};

/* What a move is about; whoever else moves so shares it. */
static const struct diff_context *change(struct moving *m, const struct slice context[2])
{
	uint32_t *at = arena_array(&m->scratch, uint32_t, 2);

	for (int k = 0; k < 2; k++)
		if ((at[k] = map_get(&m->contexts[k], context[k])) == MAP_NONE)
			return NULL;
	struct slice key = { (const char *)at, 2 * sizeof *at };
	uint32_t seen = map_put(&m->moves, key, (uint32_t)m->n);
	if (seen != MAP_NONE)
		return m->known[seen];
	struct diff_context *d = arena_new(m->a, struct diff_context);
	*d = diff_pair(m->a, m->d->side, at[0], at[1]);
	arena_push(&m->scratch, m->known, m->n, &m->cap);
	return m->known[m->n++] = d;
}

static void move(struct moving *m, struct diff_member who)
{
	struct diff *d = m->d;

	who.change = change(m, who.context);
	if (who.change != NULL) {
		d->wider |= who.change->wider;
		d->narrower |= who.change->narrower;
	}
	arena_push(m->a, d->members, d->nmembers, &d->members_cap);
	d->members[d->nmembers++] = who;
}

void diff_members(struct arena *a, struct diff *d)
{
	struct moving m = { .a = a, .d = d, .scratch = diff_scratch(a) };
	struct roster all = { .arena = &m.scratch, .index.arena = &m.scratch };

	m.moves.arena = &m.scratch;
	for (int k = 0; k < 2; k++) {
		const struct model *model = d->side[k].model;
		m.contexts[k].arena = &m.scratch;
		for (uint32_t i = 0; i < model->ncontexts; i++)
			map_put(&m.contexts[k], model->contexts[i].name.text, i);
		meet_all(&all, k, &d->side[k]);
	}
	for (size_t i = 0; i < all.n; i++)
		if (!slice_eq(all.v[i].context[0], all.v[i].context[1]))
			move(&m, all.v[i]);
	arena_free(&m.scratch);
}
