/* Tools of which other arguments have a role than before. */
#include "diff/internal.h"

/* Of a tool its own name; of a family one under it that has no entry, since no name has this byte.
 */
static const struct mtool *entry_for(
	struct arena *scratch, const struct model *m, const struct mpattern *p)
{
	struct buf name = { .arena = scratch };

	buf_slice(&name, p->stem);
	buf_text(&name, p->form == PATTERN_PREFIX ? ".\x7f" : "");
	return link_tool(m, buf_done(&name));
}

static bool same_roles(const struct mtool *a, const struct mtool *b)
{
	uint32_t na = a == NULL ? 0 : a->nargs, nb = b == NULL ? 0 : b->nargs;

	for (uint32_t i = 0; i < na && i < nb; i++) {
		const struct marg *x = &a->args[i], *y = &b->args[i];
		if (!slice_eq(x->name.text, y->name.text) || x->role != y->role ||
			x->required != y->required || x->list != y->list)
			return false;
	}
	return na == nb;
}

void diff_tools(struct arena *a, struct diff *d)
{
	struct arena scratch = diff_scratch(a);
	struct map seen = { .arena = &scratch };

	/* Every name is read by an entry of each side, and so is what either entry stands for. */
	for (int k = 0; k < 2; k++)
		for (uint32_t i = 0; i < d->side[k].model->ntools; i++) {
			const struct mpattern *p = &d->side[k].model->tools[i].name;
			struct diff_tool t = { .name = p->written.text };
			if (p->poison || map_put(&seen, t.name, i) != MAP_NONE)
				continue;
			t.entry[0] = entry_for(&scratch, d->side[0].model, p);
			t.entry[1] = entry_for(&scratch, d->side[1].model, p);
			if (same_roles(t.entry[0], t.entry[1]))
				continue;
			arena_push(a, d->tools, d->ntools, &d->tools_cap);
			d->tools[d->ntools++] = t;
		}
	arena_free(&scratch);
}

/* ---- What they matter to ------------------------------------------------------------------- */

static bool is_under(struct slice name, struct slice stem)
{
	return name.len > stem.len && slice_begins(name, stem) && name.at[stem.len] == '.';
}

/* May a name match both? @entry is `fs.read` or `fs.*`. */
static bool meet(const struct mpattern *p, struct slice entry)
{
	bool family = entry.len > 2 && memcmp(entry.at + entry.len - 2, ".*", 2) == 0;
	struct slice stem = { entry.at, family ? entry.len - 2 : entry.len };

	if (p->form == PATTERN_ANY || slice_eq(p->stem, stem))
		return true;
	return (family && is_under(p->stem, stem)) ||
	       (p->form == PATTERN_PREFIX && is_under(stem, p->stem));
}

bool diff_tools_touch(const struct diff *d, const struct mcontext *c)
{
	for (uint32_t i = 0; i < c->ncaps; i++)
		for (size_t k = 0; k < d->ntools; k++)
			if (meet(&c->caps[i].pattern, d->tools[k].name))
				return true;
	return false;
}
