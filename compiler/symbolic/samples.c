/* Sample calls of a context: its own patterns and entries, made into calls as they are written. */
#include "symbolic/samples.h"

#include "base/buf.h"
#include "link/link.h"
#include "symbolic/ceilings.h"

struct sampler {
	struct arena *arena;
	const struct model *m;
	struct sample *v;
	uint32_t n;
};

/* ---- Values -------------------------------------------------------------------------------- */

/* An entry of a list as a value that it lets through: stars become a letter. */
static void add_entry(struct buf *out, const char *before, struct slice entry)
{
	struct buf text = { .arena = out->arena };

	buf_text(&text, before);
	for (uint32_t i = 0; i < entry.len; i++)
		if (entry.at[i] != '*')
			buf_add(&text, entry.at + i, 1);
		else if (i == 0 || entry.at[i - 1] != '*')
			buf_text(&text, "a");
	buf_json_string(out, buf_done(&text));
}

static struct slice pick(const struct mlist *l, uint32_t k)
{
	return l->n == 0 ? (struct slice){ 0 } : l->v[k % l->n].text;
}

/* What a shell would have to be told in quotes is not told here: no sample then, it is refused. */
static void add_command(struct buf *out, const struct mcap *cap, uint32_t k)
{
	struct buf text = { .arena = out->arena };
	struct slice command = pick(&cap->commands, k), sub = pick(&cap->subcommand_list, k);

	if (cap->subcommand_form == SUBCOMMANDS_MAP && cap->nsubcommand_map > 0) {
		const struct mcommand *c = &cap->subcommand_map[k % cap->nsubcommand_map];
		command = c->command.text;
		sub = pick(&c->subcommands, k / cap->nsubcommand_map);
	}
	buf_slice(&text, command);
	if (sub.len != 0) {
		buf_text(&text, " ");
		buf_slice(&text, sub);
	}
	buf_json_string(out, buf_done(&text));
}

/* How many samples it takes to have each entry once. */
static uint32_t variety(const struct mcap *cap)
{
	uint32_t counts[] = { cap->paths.n, cap->domains.n, cap->commands.n, cap->subcommand_list.n,
		0 };
	uint32_t most = 1;

	for (uint32_t i = 0; i < cap->nsubcommand_map; i++)
		counts[4] += cap->subcommand_map[i].any ? 1 : cap->subcommand_map[i].subcommands.n;
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		most = counts[i] > most ? counts[i] : most;
	return most < SAMPLES_PER_CAP ? most : SAMPLES_PER_CAP;
}

/* ---- Calls --------------------------------------------------------------------------------- */

static bool is_stated(const struct mcap *cap, enum mrole role)
{
	switch (role) {
	case ROLE_PATH: return cap->paths.stated;
	case ROLE_COMMAND: return cap->commands.stated || cap->subcommand_form != SUBCOMMANDS_NONE;
	case ROLE_URL: return cap->domains.stated;
	case ROLE_ARGS:
	case ROLE_SECRET: break;
	}
	return false;
}

static void add_value(struct buf *out, const struct mcap *cap, enum mrole role, uint32_t k)
{
	if (role == ROLE_PATH)
		add_entry(out, "", pick(&cap->paths, k));
	else if (role == ROLE_URL)
		add_entry(out, "https://", pick(&cap->domains, k));
	else
		add_command(out, cap, k);
}

/* The arguments that the capability looks at, each with its @k-th entry. */
static struct slice arguments(
	struct arena *a, const struct mtool *tool, const struct mcap *cap, uint32_t k)
{
	struct buf out = { .arena = a };

	buf_text(&out, "{");
	for (uint32_t i = 0; tool != NULL && i < tool->nargs; i++) {
		const struct marg *arg = &tool->args[i];
		if (!is_stated(cap, arg->role))
			continue;
		buf_text(&out, out.len > 1 ? "," : "");
		buf_json_string(&out, arg->name.text);
		buf_text(&out, arg->list ? ":[" : ":");
		add_value(&out, cap, arg->role, k);
		buf_text(&out, arg->list ? "]" : "");
	}
	buf_text(&out, "}");
	return buf_done(&out);
}

/* Keeps the call if a bundle has room for it. */
static void add_sample(struct sampler *s, struct slice tool, struct slice args)
{
	if (args.len > CEILINGS_WITNESS_ARGS)
		return;
	struct sample *v = &s->v[s->n];
	struct aeg_json_tok *tok = arena_array(s->arena, struct aeg_json_tok, args.len + 1);

	v->tool = tool;
	aeg_json_scan(&v->args, args.at, args.len, tok, args.len + 1);
	s->n++;
}

/* A name that the pattern matches: for a family one that the catalogue knows, if there is one. */
static struct slice name_for(const struct sampler *s, const struct mpattern *p)
{
	struct buf out = { .arena = s->arena };

	if (p->form == PATTERN_EXACT)
		return p->stem;
	if (p->form == PATTERN_ANY)
		return SLICE("a");
	buf_slice(&out, p->stem);
	buf_text(&out, ".");
	for (uint32_t i = 0; i < s->m->ntools; i++) {
		const struct mpattern *t = &s->m->tools[i].name;
		if (t->form == PATTERN_EXACT && t->stem.len > out.len &&
			slice_begins(t->stem, (struct slice){ out.at, (uint32_t)out.len }))
			return t->stem;
	}
	buf_text(&out, "a");
	return buf_done(&out);
}

struct sample *samples_make(
	struct arena *a, const struct model *m, const struct mcontext *c, uint32_t *ret_n)
{
	uint32_t most = 0;

	for (uint32_t i = 0; i < c->ncaps && most < SAMPLES_MOST; i++)
		most += variety(&c->caps[i]);
	most = most < SAMPLES_MOST ? most : SAMPLES_MOST;
	struct sampler s = { a, m, arena_array(a, struct sample, most + 1), 0 };
	for (uint32_t i = 0; i < c->ncaps && s.n < most; i++) {
		const struct mcap *cap = &c->caps[i];
		struct slice tool = name_for(&s, &cap->pattern);
		const struct mtool *known = link_tool(m, tool);
		uint32_t n = known == NULL ? 1 : variety(cap);
		for (uint32_t k = 0; k < n && s.n < most; k++)
			add_sample(&s, tool, arguments(a, known, cap, k));
	}
	*ret_n = s.n;
	return s.v;
}
