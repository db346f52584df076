/* Edits: which there are, what each leaves, and their words. */
#include "cli/tell.h"
#include "policytest/edit.h"

/* ---- What may become of an entry ----------------------------------------------------------- */

static uint32_t last(struct slice s, char c)
{
	uint32_t i = s.len;
	while (i > 0 && s.at[i - 1] != c)
		i--;
	return i; /* just after it, or 0 */
}

/* The folder above; nothing is above `/`. */
static struct slice wider_path(struct slice path)
{
	uint32_t i = last(path, '/');
	if (path.len <= 1)
		return (struct slice){ 0 };
	return (struct slice){ path.at, i > 1 ? i - 1 : 1 };
}

/* The name without its first label; addresses have none to lose. */
static struct slice wider_domain(struct slice host)
{
	const char *dot = memchr(host.at, '.', host.len);
	char end = host.at[host.len - 1];
	if (dot == NULL || end == ']' || (end >= '0' && end <= '9'))
		return (struct slice){ 0 };
	return (struct slice){ dot + 1, host.len - (uint32_t)(dot + 1 - host.at) };
}

/* `fs.*` for `fs.read`, `*` for `fs.*`. */
static struct slice wider_pattern(struct arena *a, const struct mpattern *p)
{
	struct buf out = { .arena = a };
	uint32_t dot = last(p->stem, '.');
	if (p->form == PATTERN_ANY)
		return (struct slice){ 0 };
	if (dot > 1)
		buf_add(&out, p->stem.at, dot);
	buf_text(&out, "*");
	return buf_done(&out);
}

static struct mpattern pattern_of(struct slice text)
{
	struct mpattern p = { .written.text = text, .form = PATTERN_ANY };
	if (text.len > 1) {
		p.form = PATTERN_PREFIX;
		p.stem = (struct slice){ text.at, text.len - 2 };
	}
	return p;
}

/* ---- Which there are ----------------------------------------------------------------------- */

struct listing {
	struct arena *a;
	struct edits edits;
	size_t cap;
};

static void add(struct listing *l, enum edit_how how, struct cover_item at, struct slice becomes)
{
	arena_push(l->a, l->edits.v, l->edits.n, &l->cap);
	l->edits.v[l->edits.n++] = (struct edit){ .how = how, .at = at, .becomes = becomes };
}

static void add_if(struct listing *l, bool yes, enum edit_how how, struct cover_item at)
{
	if (yes)
		add(l, how, at, (struct slice){ 0 });
}

static void widen(struct listing *l, struct cover_item at, struct slice becomes)
{
	add_if(l, true, EDIT_REMOVE, at);
	if (becomes.at != NULL)
		add(l, EDIT_WIDEN, at, becomes);
}

static void drop(struct listing *l, struct cover_item at, enum cover_kind kind, struct span list)
{
	at.kind = kind;
	at.text.at = list;
	add_if(l, true, EDIT_DROP, at);
}

/* A map of commands is one list, unless `command_allowlist` stands beside it. */
static void drop_lists(struct listing *l, struct cover_item at, const struct mcap *cap)
{
	bool map = cap->subcommand_form == SUBCOMMANDS_MAP;
	if (cap->paths.stated)
		drop(l, at, COVER_PATH, cap->paths.at);
	if (cap->commands.stated)
		drop(l, at, COVER_COMMAND, cap->commands.at);
	else if (map)
		drop(l, at, COVER_COMMAND, cap->subcommands_at);
	if (cap->commands.stated && cap->subcommand_form != SUBCOMMANDS_NONE)
		drop(l, at, COVER_SUBCOMMAND, cap->subcommands_at);
	if (cap->domains.stated)
		drop(l, at, COVER_DOMAIN, cap->domains.at);
	at.kind = COVER_COMMAND;
	for (at.command = 0; map && at.command < cap->nsubcommand_map; at.command++) {
		at.text = cap->subcommand_map[at.command].command;
		add_if(l, !cap->subcommand_map[at.command].any, EDIT_WIDEN, at);
	}
}

static void add_capability(struct listing *l, struct cover_item at)
{
	const struct mcontext *c = at.context;
	const struct mcap *cap = &c->caps[at.cap];
	struct cover_item rate = at;
	widen(l, at, wider_pattern(l->a, &cap->pattern));
	rate.text.at = cap->rate_at;
	add_if(l, cap->rate_calls != 0, EDIT_NO_RATE, rate);
	add_if(l, cap->rate_calls != 0 && cap->rate_calls < UINT32_MAX, EDIT_MORE_CALLS, rate);
	add_if(l, cap->max_concurrent != 0, EDIT_NO_CONCURRENT, at);
	add_if(l, cap->max_concurrent != 0 && cap->max_concurrent < UINT32_MAX,
		EDIT_MORE_CONCURRENT, at);
	add_if(l, cap->max_response_size != 0, EDIT_NO_RESPONSE, at);
	add_if(l, at.cap + 1 < c->ncaps && pattern_meets(&cap->pattern, &cap[1].pattern), EDIT_SWAP,
		at);
	drop_lists(l, at, cap);
}

static void add_entries(struct listing *l, const struct cover_item *list, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		uint32_t first = l->edits.n;
		struct slice text = list[i].text.text, wider = { 0 };
		if (list[i].kind == COVER_PATH)
			wider = wider_path(text);
		else if (list[i].kind == COVER_DOMAIN)
			wider = wider_domain(text);
		widen(l, list[i], wider);
		l->edits.v[first].list = list;
		l->edits.v[first].nlist = n;
	}
}

static bool same_rule(const struct cover_item *a, const struct cover_item *b)
{
	return a->context == b->context && a->cap == b->cap &&
	       (a->kind == COVER_DENY) == (b->kind == COVER_DENY);
}

static void group(struct arena *a, struct edits *all)
{
	all->group = arena_array(a, uint32_t, all->n + 1u);
	for (uint32_t i = 0; i < all->n; i++)
		if (i == 0 || !same_rule(&all->v[i - 1].at, &all->v[i].at))
			all->group[all->ngroups++] = i;
	all->group[all->ngroups] = all->n;
}

struct edits edit_all(struct arena *a, const struct coverage *c)
{
	struct listing l = { .a = a };
	for (uint32_t i = 0, n; i < c->nitems; i += n) {
		const struct cover_item *at = &c->items[i];
		n = 1;
		if (at->kind == COVER_CAPABILITY) {
			add_capability(&l, *at);
		} else if (at->kind == COVER_DENY) {
			widen(&l, *at, wider_pattern(a, &at->context->deny[at->cap]));
		} else {
			n = edit_list_len(at, c->nitems - i);
			add_entries(&l, at, n);
		}
	}
	group(a, &l.edits);
	return l.edits;
}

/* ---- What an edit leaves ------------------------------------------------------------------- */

static void replace(struct arena *a, struct mlist *l, uint32_t i, struct slice becomes)
{
	struct mtext *v = arena_array(a, struct mtext, l->n);
	memcpy(v, l->v, l->n * sizeof *v);
	v[i].text = becomes;
	l->v = v;
}

static void widen_entry(struct arena *a, const struct edit *e, struct mcap *cap)
{
	struct mcommand *map;
	switch (e->at.kind) {
	case COVER_PATH: replace(a, &cap->paths, e->at.i, e->becomes); break;
	case COVER_DOMAIN: replace(a, &cap->domains, e->at.i, e->becomes); break;
	case COVER_COMMAND:
		map = arena_array(a, struct mcommand, cap->nsubcommand_map);
		memcpy(map, cap->subcommand_map, cap->nsubcommand_map * sizeof *map);
		map[e->at.command].any = true;
		map[e->at.command].subcommands.n = 0;
		cap->subcommand_map = map;
		break;
	case COVER_CAPABILITY: cap->pattern = pattern_of(e->becomes); break;
	case COVER_SUBCOMMAND:
	case COVER_DENY: break;
	}
}

static void drop_list(const struct edit *e, struct mcap *cap)
{
	struct mlist none = { 0 };
	if (e->at.kind == COVER_PATH)
		cap->paths = none;
	else if (e->at.kind == COVER_DOMAIN)
		cap->domains = none;
	else if (e->at.kind == COVER_COMMAND)
		cap->commands = none;
	if (e->at.kind == COVER_COMMAND || e->at.kind == COVER_SUBCOMMAND)
		cap->subcommand_form = SUBCOMMANDS_NONE;
}

static void remove_entry(struct arena *a, const struct edit *e, struct mcap *cap)
{
	bool *keep = arena_array(a, bool, e->nlist);
	for (uint32_t i = 0; i < e->nlist; i++)
		keep[i] = e->list[i].i != e->at.i || e->list[i].command != e->at.command;
	*cap = edit_keep(a, cap, e->list, e->nlist, keep);
}

static void edit_cap(struct arena *a, const struct edit *e, struct mcap *cap)
{
	switch (e->how) {
	case EDIT_REMOVE: remove_entry(a, e, cap); break;
	case EDIT_WIDEN: widen_entry(a, e, cap); break;
	case EDIT_DROP: drop_list(e, cap); break;
	case EDIT_NO_RATE: cap->rate_calls = cap->rate_per_s = 0; break;
	case EDIT_NO_CONCURRENT: cap->max_concurrent = 0; break;
	case EDIT_NO_RESPONSE: cap->max_response_size = 0; break;
	case EDIT_MORE_CALLS: cap->rate_calls++; break;
	case EDIT_MORE_CONCURRENT: cap->max_concurrent++; break;
	case EDIT_SWAP: break;
	}
}

static void swap(struct mcap *a, struct mcap *b)
{
	struct mcap c = *a;
	*a = *b;
	*b = c;
}

/* Removes element @at of @n, each @size bytes. */
static void cut(void *v, uint32_t n, uint32_t at, size_t size)
{
	char *here = (char *)v + at * size;
	memmove(here, here + size, (n - at - 1) * size);
}

static void edit_deny(struct arena *a, const struct edit *e, struct mcontext *c, uint32_t at)
{
	struct mpattern *deny = arena_array(a, struct mpattern, c->ndeny);
	memcpy(deny, c->deny, c->ndeny * sizeof *deny);
	c->deny = deny;
	if (e->how == EDIT_WIDEN)
		deny[at] = pattern_of(e->becomes);
	else
		cut(deny, c->ndeny--, at, sizeof *deny);
}

struct mcontext edit_apply(
	struct arena *a, const struct edit *e, const struct mcontext *c, uint32_t at)
{
	struct mcontext r = *c;
	if (e->at.kind == COVER_DENY) {
		edit_deny(a, e, &r, at);
		return r;
	}
	r.caps = arena_array(a, struct mcap, r.ncaps);
	memcpy(r.caps, c->caps, r.ncaps * sizeof *r.caps);
	if (e->how == EDIT_SWAP)
		swap(&r.caps[at], &r.caps[at + 1]);
	else if (e->how == EDIT_REMOVE && e->at.kind == COVER_CAPABILITY)
		cut(r.caps, r.ncaps--, at, sizeof *r.caps);
	else
		edit_cap(a, e, &r.caps[at]);
	return r;
}

struct mpattern edit_reach(const struct edit *e)
{
	const struct mcontext *c = e->at.context;
	bool wider = e->how == EDIT_WIDEN &&
		     (e->at.kind == COVER_CAPABILITY || e->at.kind == COVER_DENY);
	if (wider)
		return pattern_of(e->becomes);
	return e->at.kind == COVER_DENY ? c->deny[e->at.cap] : c->caps[e->at.cap].pattern;
}

/* ---- Words --------------------------------------------------------------------------------- */

static void add_list_name(struct buf *out, enum cover_kind kind, const struct mcap *cap)
{
	bool map = cap->subcommand_form == SUBCOMMANDS_MAP && !cap->commands.stated;
	buf_text(out, kind == COVER_PATH              ? "`path_allowlist`"
		      : kind == COVER_DOMAIN          ? "`domain_allowlist`"
		      : kind == COVER_COMMAND && !map ? "`command_allowlist`"
						      : "`subcommand_allowlist`");
}

static void add_entry(struct buf *out, const struct cover_item *at)
{
	const struct mcap *cap = &at->context->caps[at->cap];
	static const char *const kinds[] = { "capability ", "deny entry ", "path ", "command ",
		"subcommand ", "domain " };
	buf_text(out, kinds[at->kind]);
	if (at->kind == COVER_CAPABILITY || at->kind == COVER_DENY)
		buf_printf(out, "%u, ", (unsigned)at->cap);
	tell_quote(out, at->text.text);
	if (at->kind == COVER_SUBCOMMAND && cap->subcommand_form == SUBCOMMANDS_MAP) {
		buf_text(out, " of ");
		tell_quote(out, cap->subcommand_map[at->command].command.text);
	}
}

static void add_change(struct buf *out, const struct edit *e)
{
	const struct cover_item *at = &e->at;
	switch (e->how) {
	case EDIT_REMOVE:
		add_entry(out, at);
		buf_text(out, " removed");
		break;
	case EDIT_WIDEN:
		add_entry(out, at);
		buf_text(out, e->becomes.at == NULL ? " with any subcommand" : " became ");
		if (e->becomes.at != NULL)
			tell_quote(out, e->becomes);
		break;
	case EDIT_DROP:
		add_list_name(out, at->kind, &at->context->caps[at->cap]);
		buf_text(out, " dropped");
		break;
	case EDIT_SWAP: buf_text(out, "moved below the next capability"); break;
	case EDIT_NO_RATE: buf_text(out, "`rate_limit` removed"); break;
	case EDIT_NO_CONCURRENT: buf_text(out, "`max_concurrent` removed"); break;
	case EDIT_NO_RESPONSE: buf_text(out, "`max_response_size` removed"); break;
	case EDIT_MORE_CALLS: buf_text(out, "`rate_limit` of one call more"); break;
	case EDIT_MORE_CONCURRENT: buf_text(out, "`max_concurrent` of one more"); break;
	}
}

void edit_words(struct buf *out, const struct edit *e)
{
	struct cover_item cap = e->at;
	bool whole =
		e->at.kind == COVER_DENY ||
		(e->at.kind == COVER_CAPABILITY && (e->how == EDIT_REMOVE || e->how == EDIT_WIDEN));
	if (!whole) {
		cap.kind = COVER_CAPABILITY;
		cap.text = e->at.context->caps[e->at.cap].pattern.written;
		add_entry(out, &cap);
		buf_text(out, ": ");
	}
	add_change(out, e);
}
