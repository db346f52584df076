/* Questions about many tools at once, each answered once for a pattern. */
#include "check/tools.h"

#include "model/cli.h"
#include "model/flow.h"
#include "model/node.h"

#include <stdlib.h>

static int by_stem(const void *a, const void *b)
{
	return slice_cmp(((const struct listed *)a)->stem, ((const struct listed *)b)->stem);
}

static int by_name(const void *a, const void *b)
{
	return slice_cmp(*(const struct slice *)a, *(const struct slice *)b);
}

/* Of @servers how many tools there are; their names into @out, where that is not NULL. */
static uint32_t served(struct tools *t, const struct many *servers, struct slice *out)
{
	const struct mserver *v = servers->v;
	uint32_t n = 0;
	for (uint32_t i = 0; i < servers->n; i++) {
		const struct mserved *tools = v[i].tools.v;
		t->lacking |= v[i].broken;
		for (uint32_t k = 0; k < v[i].tools.n; k++, n++)
			if (out != NULL) {
				out[n] = tools[k].name.text;
				t->lacking |= out[n].at == NULL;
			}
	}
	return n;
}

/* What is no entry of the catalogue, but not unknown either. */
static void list_offered(struct tools *t)
{
	const struct model *m = t->m;
	size_t n = m->nflows + m->nclis;
	for (uint32_t i = 0; i < m->nnodeconfigs; i++)
		n += served(t, &m->nodes[i].servers, NULL) +
		     served(t, &m->nodes[i].dispatchers, NULL);
	t->lacking = m->incomplete || m->tools_unread;
	t->offered = arena_array(t->d->arena, struct slice, n);
	for (uint32_t i = 0; i < m->nflows; i++)
		t->offered[t->noffered++] = m->flows[i].name.text;
	for (uint32_t i = 0; i < m->nclis; i++)
		t->offered[t->noffered++] = m->clis[i].name.text;
	for (uint32_t i = 0; i < m->nnodeconfigs; i++) {
		t->lacking |= m->nodes[i].servers_unread;
		t->noffered += served(t, &m->nodes[i].servers, t->offered + t->noffered);
		t->noffered += served(t, &m->nodes[i].dispatchers, t->offered + t->noffered);
	}
	if (n > 1)
		qsort(t->offered, n, sizeof *t->offered, by_name);
}

void tools_init(struct tools *t, struct diags *d, const struct model *m)
{
	*t = (struct tools){ .d = d, .m = m, .n = m->ntools, .seen.arena = d->arena };
	t->v = arena_array(d->arena, struct listed, m->ntools);
	for (uint32_t i = 0; i < m->ntools; i++)
		t->v[i] = (struct listed){ m->tools[i].name.stem, &m->tools[i] };
	if (t->n > 1)
		qsort(t->v, t->n, sizeof *t->v, by_stem);
	list_offered(t);
}

/* True when @name lies under @stem: it goes on with a dot and at least one byte. */
static bool is_under(struct slice name, struct slice stem)
{
	return name.len > stem.len + 1 && slice_begins(name, stem) && name.at[stem.len] == '.';
}

/* Index of the first listed name that is not before @stem followed by a dot. */
static uint32_t first_under(const struct tools *t, struct slice stem)
{
	uint32_t lo = 0, hi = t->n;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		struct slice name = t->v[mid].stem;
		struct slice head = { name.at, name.len < stem.len ? name.len : stem.len };
		int c = slice_cmp(head, stem);
		bool before = c < 0 || (c == 0 && (name.len == stem.len ||
							  (unsigned char)name.at[stem.len] < '.'));
		if (before)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* The family that speaks for unlisted tools under @stem, or NULL. */
static const struct mtool *family_of(const struct model *m, struct slice stem)
{
	uint32_t i = map_get(&m->tool_families, stem);
	while (i == MAP_NONE && stem.len > 0) {
		stem.len--;
		if (stem.at[stem.len] == '.')
			i = map_get(&m->tool_families, stem);
	}
	return i == MAP_NONE ? NULL : &m->tools[i];
}

/* ---- Roles --------------------------------------------------------------------------------- */

static uint32_t roles_of(const struct mtool *tool)
{
	uint32_t roles = 0;
	for (uint32_t i = 0; tool != NULL && i < tool->nargs; i++)
		roles |= TOOL_ROLE(tool->args[i].role);
	return roles;
}

static bool url_is_optional(const struct mtool *tool)
{
	bool some = false;
	for (uint32_t i = 0; i < tool->nargs; i++) {
		if (tool->args[i].role != ROLE_URL)
			continue;
		if (tool->args[i].required)
			return false;
		some = true;
	}
	return some;
}

/* Counts @tool, or NULL for tools that no entry speaks for, into @r. */
static void add_tool(struct tool_roles *r, const struct mtool *tool)
{
	uint32_t roles = roles_of(tool);
	for (uint32_t role = ROLE_PATH; role <= ROLE_SECRET; role++) {
		uint32_t bit = TOOL_ROLE(role);
		if ((roles & bit) == 0 && ((r->not_all & bit) == 0 || r->without[role] == NULL))
			r->without[role] = tool;
		r->not_all |= ~roles & bit;
	}
	r->some |= roles;
	if (tool != NULL && r->optional_url == NULL && url_is_optional(tool))
		r->optional_url = tool;
}

static void add_under(const struct tools *t, struct tool_roles *r, const struct mpattern *p)
{
	uint32_t i = p->form == PATTERN_ANY ? 0 : first_under(t, p->stem);
	for (; i < t->n && (p->form == PATTERN_ANY || is_under(t->v[i].stem, p->stem)); i++)
		add_tool(r, t->v[i].tool);
	add_tool(r, p->form == PATTERN_ANY ? NULL : family_of(t->m, p->stem));
}

const struct tool_roles *tools_matching(struct tools *t, const struct mpattern *p)
{
	uint32_t there = map_put(&t->seen, p->written.text, (uint32_t)t->nanswers);
	if (there != MAP_NONE)
		return &t->answers[there];
	arena_push(t->d->arena, t->answers, t->nanswers, &t->answers_cap);
	struct tool_roles *r = &t->answers[t->nanswers++];
	*r = (struct tool_roles){ 0 };
	if (p->form == PATTERN_EXACT)
		add_tool(r, link_tool(t->m, p->stem));
	else
		add_under(t, r, p);
	return r;
}

/* ---- Names --------------------------------------------------------------------------------- */

/* Whether the catalogue lists a tool by name under @stem. */
static bool lists_under(const struct tools *t, struct slice stem)
{
	for (uint32_t i = first_under(t, stem); i < t->n && is_under(t->v[i].stem, stem); i++)
		if (t->v[i].tool->name.form == PATTERN_EXACT)
			return true;
	return false;
}

/* Whether a tool that @p matches is offered: of those under its stem the first name that is not
 * before `stem.`. */
static bool is_offered(const struct tools *t, const struct mpattern *p)
{
	struct slice from = p->form == PATTERN_EXACT
				    ? p->stem
				    : slice_of(diag_text(t->d, "%.*s.", SLICE_ARG(p->stem)));
	uint32_t lo = 0, hi = t->noffered;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		if (slice_cmp(t->offered[mid], from) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo < t->noffered && slice_eq(t->offered[lo], from))
		return p->form == PATTERN_EXACT;
	return lo < t->noffered && p->form == PATTERN_PREFIX && is_under(t->offered[lo], p->stem);
}

bool tools_known(const struct tools *t, const struct mpattern *p)
{
	if (p->form == PATTERN_ANY || is_offered(t, p))
		return true;
	if (p->form == PATTERN_EXACT && map_get(&t->m->tool_names, p->stem) != MAP_NONE)
		return true;
	if (p->form == PATTERN_PREFIX) {
		uint32_t i = first_under(t, p->stem);
		if (map_get(&t->m->tool_families, p->stem) != MAP_NONE ||
			(i < t->n && is_under(t->v[i].stem, p->stem)))
			return true;
	}
	const struct mtool *family = family_of(t->m, p->stem);
	return family != NULL && is_under(p->stem, family->name.stem) &&
	       !lists_under(t, family->name.stem);
}

/* Only for the first findings: with thousands of names on both sides nobody reads the rest. */
struct slice tools_nearest(const struct tools *t, const struct mpattern *p)
{
	if (t->d->n >= 64)
		return (struct slice){ 0 };
	struct slice *known = arena_array(t->d->arena, struct slice, (size_t)t->n + t->noffered);
	size_t n = 0;
	for (uint32_t i = 0; i < t->n; i++)
		known[n++] = t->v[i].tool->name.written.text;
	for (uint32_t i = 0; i < t->noffered; i++)
		if (t->offered[i].len != 0)
			known[n++] = t->offered[i];
	size_t near = diag_nearest(p->written.text, known, n);
	return near == SIZE_MAX ? (struct slice){ 0 } : known[near];
}
