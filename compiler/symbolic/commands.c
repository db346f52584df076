/*
 * Commands: the first word, and the one after it. Every predicate lists finitely many first words,
 * so the classes are those, each with the subcommands that somebody lists for it, and everything
 * else.
 */
#include "symbolic/internal.h"

struct use { /* what a predicate lets follow a command */
	uint32_t pred;
	const struct mlist *subcommands; /* NULL: anything, or nothing */
};
struct base {
	struct slice word;
	struct use *uses;
	size_t nuses, cap;
};
struct bases {
	struct arena *arena;
	struct map index;
	struct base *v;
	size_t n, cap;
};

static void use(struct bases *b, struct slice word, struct use u)
{
	uint32_t known = map_put(&b->index, word, (uint32_t)b->n);

	if (known == MAP_NONE) {
		arena_push(b->arena, b->v, b->n, &b->cap);
		known = (uint32_t)b->n++;
		b->v[known] = (struct base){ .word = word };
	}
	struct base *base = &b->v[known];
	arena_push(b->arena, base->uses, base->nuses, &base->cap);
	base->uses[base->nuses++] = u;
}

static bool lists(const struct mlist *list, struct slice word)
{
	for (uint32_t i = 0; i < list->n; i++)
		if (slice_eq(list->v[i].text, word))
			return true;
	return false;
}

static void collect(struct bases *b, uint32_t pred, const struct mcap *cap)
{
	struct use u = { pred,
		cap->subcommand_form == SUBCOMMANDS_LIST ? &cap->subcommand_list : NULL };

	for (uint32_t i = 0; cap->subcommand_form != SUBCOMMANDS_MAP && i < cap->commands.n; i++)
		use(b, cap->commands.v[i].text, u);
	for (uint32_t i = 0; cap->subcommand_form == SUBCOMMANDS_MAP && i < cap->nsubcommand_map;
		i++) {
		const struct mcommand *c = &cap->subcommand_map[i];
		u.subcommands = c->subcommands.n == 0 ? NULL : &c->subcommands;
		if (!cap->commands.stated || lists(&cap->commands, c->command.text))
			use(b, c->command.text, u);
	}
}

/* ---- Words ---------------------------------------------------------------------------------- */

static bool is_plain(char c, bool first_word)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("_-./:@%+,", c) != NULL) || (c == '=' && !first_word);
}

/* As a shell would have to read it. */
static void add_word(struct buf *out, struct slice word)
{
	bool plain = word.len > 0;

	for (uint32_t i = 0; i < word.len; i++)
		plain = plain && is_plain(word.at[i], out->len == 0);
	if (plain) {
		buf_slice(out, word);
		return;
	}
	buf_text(out, "'");
	for (uint32_t i = 0; i < word.len; i++)
		if (word.at[i] == '\'')
			buf_text(out, "'\\''");
		else
			buf_add(out, word.at + i, 1);
	buf_text(out, "'");
}

/* The command line; or, with @words, the command and its list of words. @sub NULL: there is none.
 */
static struct slice command_text(struct arena *a, const struct dimension *d,
	const struct slice *words, struct slice base, const struct slice *sub)
{
	struct buf line = { .arena = a }, out = { .arena = a };

	add_word(&line, base);
	if (words == NULL) {
		if (sub != NULL) {
			buf_text(&line, " ");
			add_word(&line, *sub);
		}
		return buf_done(&line);
	}
	buf_json_string(&out, d->arg->name.text);
	buf_text(&out, ":");
	buf_json_string(&out, buf_done(&line));
	buf_text(&out, ",");
	buf_json_string(&out, *words);
	buf_text(&out, ":[");
	if (sub != NULL)
		buf_json_string(&out, *sub);
	buf_text(&out, "]");
	return buf_done(&out);
}

/* ---- Classes -------------------------------------------------------------------------------- */

struct following { /* the subcommands that somebody lists after one command */
	struct map index;
	struct slice *word;
	uint64_t **by;
	size_t n, cap, cap_by;
};

static void collect_following(struct following *f, const struct terms *out, const struct use *u)
{
	struct arena *a = out->cut->arena;

	for (uint32_t i = 0; i < u->subcommands->n; i++) {
		struct slice word = u->subcommands->v[i].text;
		uint32_t known = map_put(&f->index, word, (uint32_t)f->n);
		if (known == MAP_NONE) {
			arena_push(a, f->word, f->n, &f->cap);
			arena_push(a, f->by, f->n, &f->cap_by);
			known = (uint32_t)f->n++;
			f->word[known] = word;
			f->by[known] = terms_bits(out);
		}
		bits_set(f->by[known], u->pred);
	}
}

static void base_terms(struct terms *out, const struct dimension *d, const struct slice *words,
	const struct base *base)
{
	struct arena *a = out->cut->arena;
	struct following f = { .index.arena = a };
	uint64_t *always = terms_union(out, d->open, d->open);

	for (size_t i = 0; i < base->nuses; i++) {
		const struct use *u = &base->uses[i];
		uint32_t n = u->subcommands == NULL ? 0 : u->subcommands->n;
		out->cut->about = u->pred;
		if (!cut_spend(out->cut, 1 + n, n == 0 ? SPAN_NONE : u->subcommands->at))
			return;
		if (u->subcommands == NULL)
			bits_set(always, u->pred);
		else
			collect_following(&f, out, u);
	}
	terms_add(out, always, command_text(a, d, words, base->word, NULL));
	for (size_t i = 0; i < f.n; i++)
		terms_add(out, terms_union(out, always, f.by[i]),
			command_text(a, d, words, base->word, &f.word[i]));
}

static void all_terms(struct terms *out, const struct dimension *d, const struct slice *words)
{
	struct bases b = { .arena = out->cut->arena, .index.arena = out->cut->arena };
	struct base unlisted = { 0 };
	uint32_t i = 0;

	for (uint32_t p = 0; p < d->npreds; p++)
		if (d->view[p].kind == VIEW_STATED)
			collect(&b, p, d->view[p].cap);
	do
		unlisted.word = fresh_name(out->cut->arena, i++);
	while (map_get(&b.index, unlisted.word) != MAP_NONE);
	base_terms(out, d, words, &unlisted);
	for (size_t k = 0; k < b.n && !out->cut->over; k++)
		base_terms(out, d, words, &b.v[k]);
}

void commands_terms(struct terms *out, const struct dimension *d) { all_terms(out, d, NULL); }

void commands_with_words(struct terms *out, const struct dimension *d, struct slice words)
{
	all_terms(out, d, &words);
}
