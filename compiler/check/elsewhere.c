/* Calls that the two public implementations decide otherwise, where an edit of the policy makes all
 * agree: one finding for each cause and context, as a note. */
#include "check/calls.h"

#include <stdlib.h>

#include "check/peers.h"

static const char *const names[] = { "orchestrator", "gateway" };

struct asked {
	const struct cell *cell;
	struct aeg_json args;
};

static struct asked ask(struct checks *c, const struct cell *cell)
{
	struct asked asked = { .cell = cell };
	uint32_t cap = (uint32_t)aeg_json_bound(cell->args.len);
	aeg_json_scan(&asked.args, cell->args.at, cell->args.len,
		arena_array(&c->scratch, struct aeg_json_tok, cap), cap);
	return asked;
}

static bool decides(
	struct checks *c, enum peer peer, const struct mcontext *context, const struct asked *asked)
{
	return peer_allows(peer, true, context, asked->cell->tool, &asked->args, &c->scratch);
}

/* ---- Deny entries with stars, and second capabilities --------------------------------------- */

static bool deny_pattern(struct checks *c, const struct mcontext *part, const struct cells *cells,
	const struct cell *cell)
{
	uint32_t by = 0;
	while (by < part->ncaps && !cell_holds(cells, cell, 0, by))
		by++;
	if (by == part->ncaps)
		return false;
	diag_add(c->d,
		(struct diag){ AEG_peer_deny_pattern, part->deny[cell->side[0].denied].written.at,
			.label = diag_text(c->d,
				"taken as the name of one tool by the public orchestrator, which allows %s",
				calls_text(c, cell)),
			.other = part->caps[by].pattern.written.at,
			.other_label = "because it is granted here",
			.help = "where that one decides too, deny tools by their names, or grant fewer" });
	return true;
}

static void second_match(
	struct checks *c, const struct mcontext *part, uint32_t first, const struct cell *cell)
{
	diag_add(c->d,
		(struct diag){ AEG_peer_first_match,
			part->caps[cell->side[0].granted].pattern.written.at,
			.label = diag_text(
				c->d, "the public gateway denies %s", calls_text(c, cell)),
			.other = part->caps[first].pattern.written.at,
			.other_label =
				"there this one, the first that matches the tool, decides alone",
			.help = "where that one decides too, state all that a tool may be used for on the "
				"first capability that matches it" });
}

static uint32_t first_match(const struct mcontext *part, struct slice tool)
{
	uint32_t i = 0;
	while (i < part->ncaps && !pattern_matches(&part->caps[i].pattern, tool))
		i++;
	return i;
}

void check_elsewhere(
	struct checks *c, const struct part *part, const struct cells *cells, struct told *told)
{
	const struct mcontext *p = &part->context;
	for (uint32_t i = 0; i < cells->n && !(told->deny && told->match); i++) {
		const struct cell *cell = &cells->v[i];
		uint32_t by = cell->side[0].granted, deny = cell->side[0].denied;
		uint32_t first = by == AEG_NONE ? by : first_match(p, cell->tool);
		bool second = !told->match && first != by;
		bool denied =
			!told->deny && deny != AEG_NONE && p->deny[deny].form != PATTERN_EXACT;
		if (!second && !denied)
			continue;
		struct asked asked = ask(c, cell);
		if (second && !decides(c, PEER_GATEWAY, part->whole, &asked)) {
			second_match(c, p, first, cell);
			told->match = true;
		}
		if (denied && decides(c, PEER_ORCHESTRATOR, part->whole, &asked))
			told->deny = deny_pattern(c, p, cells, cell);
	}
}

bool elsewhere_suspect(const struct forest *f, uint32_t lo, uint32_t hi)
{
	for (uint32_t i = lo; i < hi; i++)
		if (f->v[i].deny && f->v[i].pattern->form != PATTERN_EXACT)
			return true;
	return false;
}

/* ---- Entries with stars, and lists of subcommands -------------------------------------------- */

/* The smallest call that @more lets through and @less, else the same capability, does not; where
 * the whole context decides as @ours, and somebody otherwise. */
static const struct cell *between(struct checks *c, const struct mcontext *context,
	const struct mcap *less, const struct mcap *more, bool ours, const char **ret_who)
{
	struct part part = { .context = *context };
	part.context.caps = arena_array(&c->scratch, struct mcap, 2);
	part.context.caps[0] = *less;
	part.context.caps[1] = *more;
	part.context.ncaps = 2;
	const struct cells *cells = calls_of(c, &part);
	for (uint32_t i = 0; cells != NULL && i < cells->n; i++) {
		const struct cell *cell = &cells->v[i];
		if (cell->side[0].granted != 1)
			continue;
		struct asked asked = ask(c, cell);
		struct arena *a = &c->scratch;
		if (naive_decide(c->m, context, cell->tool, &asked.args, a).allow != ours)
			continue;
		for (enum peer p = PEER_ORCHESTRATOR; p <= PEER_GATEWAY; p++) {
			*ret_who = names[p];
			if (decides(c, p, context, &asked) != ours)
				return cell;
		}
	}
	return NULL;
}

static struct mlist without_stars(struct checks *c, const struct mlist *list)
{
	struct mlist plain = *list;
	plain.v = arena_array(&c->scratch, struct mtext, list->n);
	plain.n = 0;
	for (uint32_t i = 0; i < list->n; i++)
		if (memchr(list->v[i].text.at, '*', list->v[i].text.len) == NULL)
			plain.v[plain.n++] = list->v[i];
	return plain;
}

static const struct mtext *starred(const struct mlist *list)
{
	for (uint32_t i = 0; i < list->n; i++)
		if (memchr(list->v[i].text.at, '*', list->v[i].text.len) != NULL)
			return &list->v[i];
	return NULL;
}

static bool check_stars(struct checks *c, const struct mcontext *context, const struct mcap *cap)
{
	const struct mtext *path = starred(&cap->paths), *host = starred(&cap->domains);
	const char *who;
	struct mcap plain = *cap;
	if (path != NULL)
		plain.paths = without_stars(c, &cap->paths);
	if (host != NULL)
		plain.domains = without_stars(c, &cap->domains);
	const struct cell *cell = between(c, context, &plain, cap, true, &who);
	if (cell == NULL)
		return false;
	diag_add(c->d,
		(struct diag){ AEG_peer_plain_entry, path != NULL ? path->at : host->at,
			.label = diag_text(c->d,
				"the public %s takes a star for itself, and denies %s", who,
				calls_text(c, cell)),
			.other = cap->pattern.written.at, .other_label = "granted here",
			.help = "where that one decides too, name the folder or the host that all of it is "
				"below" });
	return true;
}

/* A call that another capability grants after all is not shown. */
static bool check_list(struct checks *c, const struct mcontext *context, const struct mcap *cap)
{
	struct mcap free = *cap;
	const char *who;
	free.subcommand_form = SUBCOMMANDS_NONE;
	const struct cell *cell = between(c, context, cap, &free, false, &who);
	if (cell == NULL)
		return false;
	diag_add(c->d,
		(struct diag){ AEG_peer_subcommand_list, cap->subcommands_at,
			.label = diag_text(c->d,
				"the public %s does not read a list here, and allows %s", who,
				calls_text(c, cell)),
			.other = cap->commands.at, .other_label = "it reads this, and is content",
			.help = "write a map from each command to its subcommands: `{ git: [status] }`" });
	return true;
}

void check_constraints_elsewhere(struct checks *c, const struct mcontext *context)
{
	enum { MOST = 8 }; /* capabilities that are looked into */
	bool stars = false, list = false;
	uint32_t looked = 0;
	for (uint32_t i = 0; i < context->ncaps && looked < MOST; i++) {
		const struct mcap *cap = &context->caps[i];
		if (!stars && (starred(&cap->paths) != NULL || starred(&cap->domains) != NULL)) {
			stars = check_stars(c, context, cap);
			looked++;
		}
		if (!list && cap->subcommand_form == SUBCOMMANDS_LIST) {
			list = check_list(c, context, cap);
			looked++;
		}
	}
}

/* ---- `fs.*`, taken for every name that begins with `fs` ------------------------------------- */

/* Names of tools that the sources and the catalogue know, and where one is named. */
static void know(struct checks *c, struct map *seen, const struct mpattern *p)
{
	struct known_names *k = &c->known;
	if (p->poison || p->form == PATTERN_ANY || map_put(seen, p->written.text, 0) != MAP_NONE)
		return;
	struct slice name = p->stem;
	if (p->form == PATTERN_PREFIX) /* a family: one that it may have */
		name = slice_of(diag_text(c->d, "%.*s.x", SLICE_ARG(name)));
	arena_push(c->d->arena, k->v, k->n, &k->cap);
	k->v[k->n++] = (struct mtext){ name, p->written.at };
}

static int by_name(const void *a, const void *b)
{
	return slice_cmp(((const struct mtext *)a)->text, ((const struct mtext *)b)->text);
}

static const struct known_names *known(struct checks *c)
{
	struct known_names *k = &c->known;
	struct map seen = { .arena = &c->scratch };
	if (k->made)
		return k;
	k->made = true;
	for (uint32_t i = 0; i < c->m->ncontexts; i++)
		for (uint32_t n = 0; n < c->m->contexts[i].ncaps; n++)
			know(c, &seen, &c->m->contexts[i].caps[n].pattern);
	for (uint32_t i = 0; i < c->m->nagents; i++)
		for (uint32_t n = 0; n < c->m->agents[i].ntools; n++) {
			struct mtext t = c->m->agents[i].tools[n];
			know(c, &seen,
				&(struct mpattern){
					.written = t, .stem = t.text, .form = PATTERN_EXACT });
		}
	for (uint32_t i = 0; i < c->m->ntools; i++) /* not families that nobody names */
		if (!c->m->tools[i].builtin || c->m->tools[i].name.form == PATTERN_EXACT)
			know(c, &seen, &c->m->tools[i].name);
	if (k->n > 1)
		qsort(k->v, k->n, sizeof *k->v, by_name);
	return k;
}

/* Index of the first known name that is not before @s and, where it is not 0, the byte @then. */
static uint32_t first_at(const struct known_names *k, struct slice s, char then)
{
	uint32_t lo = 0, hi = (uint32_t)k->n;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		struct slice name = k->v[mid].text;
		struct slice head = { name.at, name.len < s.len ? name.len : s.len };
		int o = slice_cmp(head, s);
		if (o < 0 || (o == 0 && then != 0 && (name.len == s.len || name.at[s.len] < then)))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static bool prefix_shown(struct checks *c, const struct mcontext *context, const struct mpattern *p,
	const struct mtext *name)
{
	struct arena *a = &c->scratch;
	bool ours = naive_decide(c->m, context, name->text, NULL, a).allow;
	for (enum peer peer = PEER_ORCHESTRATOR; peer <= PEER_GATEWAY; peer++) {
		if (peer_allows(peer, true, context, name->text, NULL, a) == ours ||
			peer_allows(peer, false, context, name->text, NULL, a) != ours)
			continue;
		diag_add(c->d,
			(struct diag){ AEG_peer_bare_prefix, p->written.at,
				.label = diag_text(c->d,
					"taken for all names that begin with `%.*s` by the public %s, which %s %s",
					SLICE_ARG(p->stem), names[peer], ours ? "denies" : "allows",
					diag_quote(c->d, name->text)),
				.other = name->at, .other_label = "that tool is known from here",
				.help = "where that one decides too, name the tools one by one" });
		return true;
	}
	return false;
}

static bool check_prefix(struct checks *c, const struct mcontext *context, const struct mpattern *p)
{
	enum { MOST = 16 }; /* names that are tried */
	const struct known_names *k = known(c);
	uint32_t tried = 0, dots = first_at(k, p->stem, '.'), after = first_at(k, p->stem, '/');
	for (uint32_t i = first_at(k, p->stem, 0); i < k->n && tried < MOST; i++) {
		if (i == dots)
			i = after;
		if (i == k->n || !slice_begins(k->v[i].text, p->stem))
			break;
		tried++;
		if (prefix_shown(c, context, p, &k->v[i]))
			return true;
	}
	return false;
}

void check_prefixes(struct checks *c, const struct mcontext *context)
{
	for (uint32_t i = 0; i < context->ncaps; i++)
		if (context->caps[i].pattern.form == PATTERN_PREFIX &&
			check_prefix(c, context, &context->caps[i].pattern))
			return;
	for (uint32_t i = 0; i < context->ndeny; i++)
		if (context->deny[i].form == PATTERN_PREFIX &&
			check_prefix(c, context, &context->deny[i]))
			return;
}
