/* Judges that are judged in turn: whether these lead back to where they began. */
#include "check/internal.h"

enum { SHOWN = 12 }; /* names of a circle */

struct step { /* an agent on the way, and which judge of it is next */
	uint32_t agent, judge;
};
struct walk {
	struct checks *c;
	uint8_t *seen; /* of each agent: 0 not yet, 1 on the way, 2 done */
	struct step *way;
	uint32_t n;
};

/* `a > b > a`, from the place of @to on the way. */
static const char *circle(const struct walk *w, uint32_t to)
{
	const struct model *m = w->c->m;
	struct buf b = { .arena = w->c->d->arena };
	uint32_t i = w->n;
	while (w->way[i - 1].agent != to)
		i--;
	for (uint32_t shown = 0; i - 1 < w->n && shown < SHOWN; i++, shown++)
		buf_printf(&b, "%.*s > ", SLICE_ARG(m->agents[w->way[i - 1].agent].name.text));
	buf_printf(&b, "%s%.*s", i - 1 < w->n ? "... > " : "", SLICE_ARG(m->agents[to].name.text));
	return buf_done(&b).at;
}

static void found(const struct walk *w, const struct step *last, uint32_t to)
{
	const struct model *m = w->c->m;
	const struct magent *agent = &m->agents[last->agent];
	diag_add(w->c->d,
		(struct diag){ AEG_judge_cycle, agent->judges[last->judge].at,
			.label = last->agent == to ? "judges itself" : circle(w, to),
			.other = last->agent == to ? SPAN_NONE : m->agents[to].name.at,
			.other_label = "where it leads back to",
			.help = "let one of them be checked in another way: by `exit_code`, `json_schema` or `regex`" });
}

static void walk_from(struct walk *w, uint32_t agent)
{
	const struct model *m = w->c->m;
	w->way[w->n++] = (struct step){ agent, 0 };
	w->seen[agent] = 1;
	while (w->n != 0) {
		struct step *at = &w->way[w->n - 1];
		if (at->judge == m->agents[at->agent].njudges) {
			w->seen[at->agent] = 2;
			w->n--;
			continue;
		}
		uint32_t to = w->c->names->agent_judges[at->agent][at->judge];
		if (to < m->nagents && w->seen[to] == 1)
			found(w, at, to);
		at->judge++;
		if (to < m->nagents && w->seen[to] == 0) {
			w->seen[to] = 1;
			w->way[w->n++] = (struct step){ to, 0 };
		}
	}
}

void check_judges_end(struct checks *c)
{
	struct walk w = { .c = c };
	w.seen = arena_array(c->d->arena, uint8_t, c->m->nagents);
	w.way = arena_array(c->d->arena, struct step, c->m->nagents);
	for (uint32_t i = 0; i < c->m->nagents; i++)
		if (w.seen[i] == 0)
			walk_from(&w, i);
}
