/* Writes section CLI_TOOLS: tools, their grammars, and what is refused whatever these say. */
#include <string.h>

#include "aegis/expr.h"
#include "clitool/clitool.h"
#include "format/aeg_cli.h"
#include "format/aeg_path.h"

struct table {
	struct buf b;
	uint32_t n;
};
struct emit {
	struct diags *d;
	struct table table[AEGF_CLIT_N];
	struct buf bytes;
	struct map texts; /* what is in bytes > offset */
};

/* ---- Rows ---------------------------------------------------------------------------------- */

#define ROW(e, TABLE, type, ...) \
	(buf_add(&(e)->table[AEGF_CLIT_##TABLE].b, &(type)__VA_ARGS__, sizeof(type)), \
		(e)->table[AEGF_CLIT_##TABLE].n++)
#define COUNT(e, TABLE) ((e)->table[AEGF_CLIT_##TABLE].n)

static struct aegf_bytes bytes(struct emit *e, struct slice s)
{
	uint32_t at = s.len == 0 ? 0 : map_get(&e->texts, s);
	if (at == MAP_NONE) {
		at = (uint32_t)e->bytes.len;
		buf_slice(&e->bytes, s);
		map_put(&e->texts, s, at);
	}
	return (struct aegf_bytes){ aeg_st32(at), aeg_st32(s.len) };
}

static struct aegf_list list(uint32_t first, uint32_t end)
{
	return (struct aegf_list){ aeg_st32(first), aeg_st32(end - first) };
}

/* ---- Values -------------------------------------------------------------------------------- */

/* Compiled; the runtime takes it for all of the value. */
static struct aegf_bytes pattern(struct emit *e, const struct mtext *written)
{
	enum { CAP = 1 << 16 };
	struct arena scratch = {
		.limit = (size_t)1 << 20, .fail = e->d->arena->fail, .ctx = e->d->arena->ctx
	};
	char *mem = arena_alloc(&scratch, CAP, 1, 8);
	struct aeg_regex_error error;
	struct slice code = { 0 };
	size_t len;
	if (aeg_regex_ecma((struct aeg_str){ written->text.at, written->text.len }, mem, CAP, &len,
		    &error) == AEG_OK)
		code = buf_copy(e->d->arena, (struct slice){ mem, (uint32_t)len });
	arena_free(&scratch);
	const struct aegf_regex *r = (const void *)code.at;
	if (code.len == 0 || aeg_ld32(r->nstates) > AEGF_CLI_MAX_STATES)
		diag_add(e->d, (struct diag){ AEG_bad_argument_pattern, written->at,
				       .label = "it is too large" });
	return bytes(e, code);
}

static const enum aegf_cli_value_kind kinds[] = { [MCLI_TEXT] = AEGF_CLI_TEXT,
	[MCLI_ENUM] = AEGF_CLI_ENUM,
	[MCLI_INTEGER] = AEGF_CLI_INTEGER,
	[MCLI_PATTERN] = AEGF_CLI_PATTERN,
	[MCLI_PATH] = AEGF_CLI_PATH,
	[MCLI_URL] = AEGF_CLI_URL,
	[MCLI_HOST] = AEGF_CLI_HOST };

static struct aeg_le32 value(struct emit *e, const struct mcli_value *v)
{
	const struct mlist *words = v->kind == MCLI_ENUM   ? &v->words
				    : v->kind == MCLI_PATH ? &v->below
							   : &v->hosts;
	uint32_t first = COUNT(e, WORDS), row = COUNT(e, VALUES);
	if (v->kind == MCLI_NONE)
		return aeg_st32(AEGF_NONE);
	for (uint32_t i = 0; i < words->n; i++) {
		struct aegf_bytes b = bytes(e, words->v[i].text);
		ROW(e, WORDS, struct aegf_bytes, { b.off, b.len });
	}
	ROW(e, VALUES, struct aegf_cli_value,
		{ .kind = aeg_st32((uint32_t)kinds[v->kind]),
			.flags = aeg_st32((v->stdin_too ? AEGF_CLI_STDIN : 0) |
					  (v->response_file ? AEGF_CLI_RESPONSE_FILE : 0)),
			.words = list(first, COUNT(e, WORDS)),
			.lo = aeg_st64((uint64_t)v->from),
			.hi = aeg_st64((uint64_t)v->to),
			.pattern = v->kind == MCLI_PATTERN ? pattern(e, &v->pattern)
							   : bytes(e, SLICE("")) });
	return aeg_st32(row);
}

/* ---- Subcommands --------------------------------------------------------------------------- */

struct flags {
	const struct mcli_flags *common, *own;
};

static const struct mcli_flag *flag_at(const struct flags *l, uint32_t i)
{
	return i < l->common->n ? &l->common->v[i] : &l->own->v[i - l->common->n];
}

static bool is_called(const struct mcli_flag *f, struct slice name)
{
	bool is = slice_eq(f->name.text, name) ||
		  (f->short_name.text.at != NULL && slice_eq(f->short_name.text, name));
	for (uint32_t i = 0; i < f->aliases.n; i++)
		is |= slice_eq(f->aliases.v[i].text, name);
	return is;
}

static void put_name(struct emit *e, const struct mtext *name)
{
	struct aegf_bytes b = bytes(e, name->text);
	if (name->text.at != NULL)
		ROW(e, NAMES, struct aegf_bytes, { b.off, b.len });
}

static struct aegf_list put_names(struct emit *e, const struct mcli_flag *f)
{
	uint32_t first = COUNT(e, NAMES);
	put_name(e, &f->name);
	put_name(e, &f->short_name);
	for (uint32_t i = 0; i < f->aliases.n; i++)
		put_name(e, &f->aliases.v[i]);
	return list(first, COUNT(e, NAMES));
}

/* Both ways: whichever of the two stands second. */
static struct aegf_list put_conflicts(struct emit *e, const struct flags *l, uint32_t i)
{
	const struct mcli_flag *f = flag_at(l, i);
	uint32_t first = COUNT(e, CONFLICTS);
	for (uint32_t k = 0; k < l->common->n + l->own->n; k++) {
		const struct mcli_flag *g = flag_at(l, k);
		bool clash = false;
		for (uint32_t j = 0; j < f->conflicts.n; j++)
			clash |= is_called(g, f->conflicts.v[j].text);
		for (uint32_t j = 0; j < g->conflicts.n; j++)
			clash |= is_called(f, g->conflicts.v[j].text);
		if (clash && k != i) {
			struct aeg_le32 which = aeg_st32(k);
			buf_add(&e->table[AEGF_CLIT_CONFLICTS].b, &which, sizeof which);
			e->table[AEGF_CLIT_CONFLICTS].n++;
		}
	}
	return list(first, COUNT(e, CONFLICTS));
}

static struct aegf_list put_flags(struct emit *e, const struct flags *l)
{
	uint32_t first = COUNT(e, FLAGS);
	for (uint32_t i = 0; i < l->common->n + l->own->n; i++) {
		const struct mcli_flag *f = flag_at(l, i);
		ROW(e, FLAGS, struct aegf_cli_flag,
			{ put_names(e, f), value(e, &f->value),
				aeg_st32((f->required ? AEGF_CLI_REQUIRED : 0) |
					 (f->repeatable ? AEGF_CLI_REPEATABLE : 0) |
					 (f->optional_value ? AEGF_CLI_OPTIONAL : 0)),
				put_conflicts(e, l, i) });
	}
	return list(first, COUNT(e, FLAGS));
}

static struct aegf_list put_positionals(struct emit *e, const struct mcli_row *row)
{
	uint32_t first = COUNT(e, POSITIONALS);
	for (uint32_t i = 0; row != NULL && i < row->npositionals; i++) {
		const struct mcli_positional *p = &row->positionals[i];
		ROW(e, POSITIONALS, struct aegf_cli_positional,
			{ bytes(e, p->name.text), value(e, &p->value), aeg_st32(p->min),
				aeg_st32(p->max) });
	}
	return list(first, COUNT(e, POSITIONALS));
}

static const struct mcli_row *row_of(const struct mcli *c, struct slice name)
{
	for (uint32_t i = 0; i < c->argv.nrows; i++)
		if (slice_eq(c->argv.rows[i].name.text, name))
			return &c->argv.rows[i];
	return NULL;
}

static void put_subcommand(struct emit *e, const struct clitool *t, struct slice name,
	const struct flags *l, const struct mcli_row *row)
{
	struct clitool_manner w = clitool_manner(t, name, row);
	ROW(e, SUBCOMMANDS, struct aegf_cli_subcommand,
		{ bytes(e, name),
			aeg_st32((w.go ? AEGF_CLI_GO : 0) |
				 (w.double_dash ? AEGF_CLI_DOUBLE_DASH : 0) |
				 (w.response_files ? AEGF_CLI_RESPONSE_FILES : 0)),
			put_flags(e, l), put_positionals(e, row) });
}

static struct aegf_list put_subcommands(struct emit *e, const struct clitool *t)
{
	static const struct mcli_flags none = { 0 };
	const struct mcli *c = t->written;
	uint32_t first = COUNT(e, SUBCOMMANDS);
	put_subcommand(e, t, SLICE(""), &(struct flags){ &none, &c->argv.before }, NULL);
	for (uint32_t i = 0; i < c->subcommands.n; i++) {
		struct slice name = c->subcommands.v[i].text;
		const struct mcli_row *row = row_of(c, name);
		struct flags l = { &c->argv.flags, row != NULL ? &row->flags : &none };
		put_subcommand(e, t, name, &l, row);
	}
	return list(first, COUNT(e, SUBCOMMANDS));
}

/* ---- Refusals ------------------------------------------------------------------------------ */

static bool is_dangerous(const struct mcli *c, struct slice text)
{
	for (uint32_t i = 0; i < c->dangerous.n; i++)
		if (slice_eq(c->dangerous.v[i].text, text))
			return true;
	return false;
}

static void put_texts(struct emit *e, const struct mcli *c, const struct mcli_refusal *f,
	const struct mlist *l, enum aegf_cli_refusal_kind kind)
{
	for (uint32_t i = 0; i < l->n; i++)
		for (uint32_t u = 0; u == 0 || u < f->under.n; u++)
			if (!is_dangerous(c, l->v[i].text))
				ROW(e, REFUSALS, struct aegf_cli_refusal,
					{ aeg_st32(kind), aeg_st32(f->before ? AEGF_CLI_BEFORE : 0),
						bytes(e, l->v[i].text),
						bytes(e, f->under.n > 0 ? f->under.v[u].text
									: SLICE("")),
						bytes(e, f->why.text) });
}

static struct slice letters(struct emit *e, const struct mlist *l)
{
	struct buf b = { .arena = e->d->arena };
	for (uint32_t i = 0; i < l->n; i++)
		if (l->v[i].text.len == 2)
			buf_add(&b, l->v[i].text.at + 1, 1);
	return buf_done(&b);
}

/* Those of @l that are long flags. */
static void put_exact(struct emit *e, const struct mlist *l)
{
	for (uint32_t i = 0; i < l->n; i++) {
		struct slice name = l->v[i].text;
		struct aegf_bytes b = bytes(e, name);
		if (slice_begins(name, SLICE("--")) && name.len > 2)
			ROW(e, EXACT, struct aegf_bytes, { b.off, b.len });
	}
}

static void put_set(struct emit *e, const struct mcli *c, const struct clitool_set *s)
{
	const struct mcli_program *p = s->program;
	uint32_t first = COUNT(e, REFUSALS), exact = COUNT(e, EXACT);
	for (uint32_t i = 0; i < p->nrefusals; i++) {
		const struct mcli_refusal *f = &p->refusals[i];
		put_texts(e, c, f, &f->flags, AEGF_CLI_REFUSE_FLAG);
		put_texts(e, c, f, &f->verbs, AEGF_CLI_REFUSE_VERB);
		put_texts(e, c, f, &f->arguments, AEGF_CLI_REFUSE_ARGUMENT);
		put_texts(e, c, f, &f->assignments, AEGF_CLI_REFUSE_ASSIGNMENT);
	}
	put_exact(e, &p->exact);
	put_exact(e, &c->dangerous); /* what is let through abbreviates nothing either */
	bool go = p->style.text.at != NULL && slice_is(p->style.text, "go");
	ROW(e, SETS, struct aegf_cli_set,
		{ bytes(e, s->word.at != NULL ? s->word : SLICE("")),
			aeg_st32((go ? AEGF_CLI_SET_GO : 0) |
				 (p->abbreviations ? AEGF_CLI_SET_ABBREVIATES : 0) |
				 (p->bundled_first ? AEGF_CLI_SET_BUNDLED : 0)),
			bytes(e, letters(e, &p->takes_value)), list(exact, COUNT(e, EXACT)),
			list(first, COUNT(e, REFUSALS)) });
}

/* ---- All of it ----------------------------------------------------------------------------- */

static void put_tool(struct emit *e, const struct clitool *t)
{
	const struct mcli *c = t->written;
	bool network = c->network.mode.text.at != NULL && slice_is(c->network.mode.text, "allow");
	uint32_t hosts = COUNT(e, HOSTS), sets = COUNT(e, SETS);
	for (uint32_t i = 0; i < c->network.hosts.n; i++) {
		struct aegf_bytes b = bytes(e, c->network.hosts.v[i].text);
		ROW(e, HOSTS, struct aegf_bytes, { b.off, b.len });
	}
	for (uint32_t i = 0; i < t->nsets; i++)
		put_set(e, c, &t->sets[i]);
	ROW(e, TOOLS, struct aegf_cli_tool,
		{ bytes(e, c->name.text), bytes(e, c->description.text), bytes(e, c->image.text),
			bytes(e, t->program.at != NULL ? t->program : SLICE("")),
			aeg_st32((c->judge ? AEGF_CLI_JUDGE : 0) |
				 (network ? AEGF_CLI_NETWORK : 0) |
				 (c->constrained ? AEGF_CLI_GRAMMAR : 0)),
			aeg_st32(c->timeout_s), list(hosts, COUNT(e, HOSTS)), put_subcommands(e, t),
			list(sets, COUNT(e, SETS)) });
}

struct slice clitool_emit(struct diags *d, const struct clitools *t)
{
	struct emit e = { .d = d };
	struct buf out = { .arena = d->arena };
	struct aegf_cli head;
	e.bytes.arena = e.texts.arena = d->arena;
	for (int i = 0; i < AEGF_CLIT_N; i++)
		e.table[i].b.arena = d->arena;
	if (t->n == 0)
		return (struct slice){ 0 };
	for (uint32_t i = 0; i < t->n; i++)
		put_tool(&e, &t->v[i]);
	for (int i = 0; i < AEGF_CLIT_N; i++)
		head.count[i] = aeg_st32(e.table[i].n);
	head.nbytes = aeg_st32((uint32_t)e.bytes.len);
	buf_add(&out, &head, sizeof head);
	for (int i = 0; i < AEGF_CLIT_N; i++)
		buf_add(&out, e.table[i].b.at, e.table[i].b.len);
	buf_add(&out, e.bytes.at, e.bytes.len);
	return buf_done(&out);
}
