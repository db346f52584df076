/* Binds CliTools to the table of programs, and checks that their grammars can be meant. */
#include <stdlib.h>

#include "clitool/clitool.h"
#include "model/flow.h"
#include "model/gateway.h"

struct read {
	struct diags *d;
	const struct model *m;
};

static void report(
	struct read *r, enum diag_code code, struct span at, const char *label, const char *help)
{
	diag_add(r->d, (struct diag){ code, at, .label = label, .help = help });
}

static struct slice first_word(struct slice t)
{
	const char *blank = t.len == 0 ? NULL : memchr(t.at, ' ', t.len);
	return (struct slice){ t.at, blank == NULL ? t.len : (uint32_t)(blank - t.at) };
}

static struct slice after(struct slice t, uint32_t n)
{
	return n >= t.len ? (struct slice){ t.at, 0 } : (struct slice){ t.at + n, t.len - n };
}

/* What stands behind the last `/`. */
static struct slice last_part(struct slice t)
{
	for (uint32_t i = t.len; i > 0; i--)
		if (t.at[i - 1] == '/')
			return after(t, i);
	return t;
}

/* ---- Programs ------------------------------------------------------------------------------ */

/* `registry:5000/team/kubectl:1.30@sha256:...`: kubectl. */
static struct slice image_name(struct slice image)
{
	struct slice t = last_part(image);
	for (uint32_t i = 0; i < t.len; i++)
		if (t.at[i] == ':' || t.at[i] == '@')
			return (struct slice){ t.at, i };
	return t;
}

static void add_set(struct clitool *t, struct slice word, const struct mcli_program *p)
{
	for (uint32_t i = 0; i < t->nsets; i++)
		if (t->sets[i].program == p && slice_eq(t->sets[i].word, word))
			return;
	t->sets[t->nsets++] = (struct clitool_set){ word, p };
}

static void interprets(struct read *r, struct span at, const struct mcli_program *p)
{
	if (p->interpreter)
		report(r, AEG_interpreter_tool, at, "what it is given, it runs",
			"name a script of the image, and give it a grammar");
}

/* The first words of subcommands that are programs: an image of several. */
static bool words_as_programs(struct read *r, struct clitool *t)
{
	const struct mlist *l = &t->written->subcommands;
	bool all = true;
	for (uint32_t i = 0; i < l->n; i++) {
		struct slice word = first_word(l->v[i].text);
		const struct mcli_program *p = model_program(r->m, last_part(word));
		all &= p != NULL;
		if (p == NULL)
			continue;
		add_set(t, word, p);
		interprets(r, l->v[i].at, p);
	}
	return all;
}

static void find_programs(struct read *r, struct clitool *t)
{
	const struct mcli *c = t->written;
	bool stated = c->program.text.at != NULL;
	struct slice name = stated ? last_part(c->program.text) : image_name(c->image.text);
	const struct mcli_program *p = model_program(r->m, name);
	const struct mcli_program *any = model_program(r->m, SLICE("*"));

	t->sets = arena_array(r->d->arena, struct clitool_set, (size_t)c->subcommands.n + 2);
	if (any != NULL)
		add_set(t, (struct slice){ 0 }, any);
	if (p != NULL && p != any) {
		t->program = name;
		add_set(t, (struct slice){ 0 }, p);
		interprets(r, stated ? c->program.at : c->image.at, p);
		if (stated)
			return;
	}
	if (!words_as_programs(r, t) && t->program.at == NULL)
		report(r, AEG_unknown_program, stated ? c->program.at : c->image.at,
			diag_text(r->d, "no program called %s is known", diag_quote(r->d, name)),
			stated ? NULL : "where it is another one, `program` says which");
}

/* ---- Refusals ------------------------------------------------------------------------------ */

static char fold(char c) { return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c == '_' ? '-' : c; }

static bool same_flag(struct slice a, struct slice b)
{
	if (a.len != b.len || a.len == 2)
		return slice_eq(a, b);
	for (uint32_t i = 0; i < a.len; i++)
		if (fold(a.at[i]) != fold(b.at[i]))
			return false;
	return true;
}

/* Dashes do not count to programs of style go. */
static struct slice bare(const struct clitool_set *set, struct slice name)
{
	bool go = set->program->style.text.at != NULL && slice_is(set->program->style.text, "go");
	return go ? after(name, slice_begins(name, SLICE("--")) ? 2 : 1) : name;
}

static bool has(const struct mlist *l, struct slice t)
{
	for (uint32_t i = 0; i < l->n; i++)
		if (slice_eq(l->v[i].text, t))
			return true;
	return false;
}

static bool takes_abbreviation(const struct clitool_set *set, struct slice flag, struct slice name)
{
	return set->program->abbreviations && name.len > 2 && name.len < flag.len &&
	       slice_begins(name, SLICE("--")) && slice_begins(flag, name) &&
	       !has(&set->program->exact, name);
}

/* The subcommand without the word that is the program. */
static struct slice verb_of(const struct clitool_set *set, struct slice subcommand)
{
	return set->word.at == NULL ? subcommand : after(subcommand, set->word.len + 1);
}

/* As the runtime looks at it: the first word first, the others in order. */
static bool is_under(struct slice subcommand, struct slice verb)
{
	for (bool first = true; verb.len > 0; first = false) {
		struct slice want = first_word(verb), have = first_word(subcommand);
		while (!first && have.len > 0 && !slice_eq(have, want)) {
			subcommand = after(subcommand, have.len + 1);
			have = first_word(subcommand);
		}
		if (have.len == 0 || !slice_eq(have, want))
			return false;
		verb = after(verb, want.len + 1);
		subcommand = after(subcommand, have.len + 1);
	}
	return true;
}

static bool holds_under(
	const struct clitool_set *set, const struct mcli_refusal *f, struct slice subcommand)
{
	if (!f->under.stated)
		return true;
	for (uint32_t i = 0; i < f->under.n; i++)
		if (is_under(verb_of(set, subcommand), f->under.v[i].text))
			return true;
	return false;
}

bool clitool_refuses(const struct clitool_set *set, const struct mcli *c, struct slice name,
	struct slice subcommand, bool before, const struct mcli_refusal **ret)
{
	if (set->word.at != NULL && !slice_eq(set->word, first_word(subcommand)))
		return false;
	for (uint32_t i = 0; i < set->program->nrefusals; i++) {
		const struct mcli_refusal *f = &set->program->refusals[i];
		if ((f->before && !before) || !holds_under(set, f, subcommand))
			continue;
		for (uint32_t k = 0; k < f->flags.n; k++) {
			struct slice flag = f->flags.v[k].text;
			if (has(&c->dangerous, flag) ||
				(!same_flag(bare(set, flag), bare(set, name)) &&
					(has(&c->dangerous, name) ||
						!takes_abbreviation(set, flag, name))))
				continue;
			*ret = f;
			return true;
		}
	}
	return false;
}

static void refused(struct read *r, const struct mtext *name, const struct mcli_refusal *f)
{
	report(r, AEG_refused_argument, name->at, diag_text(r->d, "%.*s", SLICE_ARG(f->why.text)),
		diag_text(r->d, "leave it out; or add %s to `allow_dangerous`, and say why",
			diag_quote(r->d, name->text)));
}

/* A verb that is refused under every subcommand it begins is no subcommand that can be called. */
static void check_verbs(struct read *r, const struct clitool *t)
{
	const struct mlist *l = &t->written->subcommands;
	for (uint32_t i = 0; i < l->n; i++)
		for (uint32_t s = 0; s < t->nsets; s++) {
			const struct clitool_set *set = &t->sets[s];
			bool of = set->word.at == NULL ||
				  slice_eq(set->word, first_word(l->v[i].text));
			for (uint32_t k = 0; of && k < set->program->nrefusals; k++) {
				const struct mcli_refusal *f = &set->program->refusals[k];
				for (uint32_t v = 0; v < f->verbs.n; v++)
					if (is_under(verb_of(set, l->v[i].text),
						    f->verbs.v[v].text) &&
						!has(&t->written->dangerous, f->verbs.v[v].text))
						refused(r,
							&(struct mtext){
								f->verbs.v[v].text, l->v[i].at },
							f);
			}
		}
}

static bool is_refusal(const struct clitool *t, struct slice text, const struct mcli_refusal **ret)
{
	for (uint32_t s = 0; s < t->nsets; s++)
		for (uint32_t k = 0; k < t->sets[s].program->nrefusals; k++) {
			const struct mcli_refusal *f = &t->sets[s].program->refusals[k];
			*ret = f;
			if (has(&f->flags, text) || has(&f->verbs, text) ||
				has(&f->arguments, text) || has(&f->assignments, text))
				return true;
		}
	return false;
}

static void check_dangerous(struct read *r, const struct clitool *t)
{
	const struct mlist *l = &t->written->dangerous;
	for (uint32_t i = 0; i < l->n; i++) {
		const struct mcli_refusal *f;
		if (is_refusal(t, l->v[i].text, &f))
			report(r, AEG_dangerous_argument, l->v[i].at,
				diag_text(r->d, "%.*s", SLICE_ARG(f->why.text)), NULL);
		else
			report(r, AEG_unknown_argument, l->v[i].at,
				"the built-in table refuses nothing of this name",
				"it is written as the table has it: `--context`, `exec`");
	}
}

/* ---- Flags --------------------------------------------------------------------------------- */

struct clitool_manner clitool_manner(
	const struct clitool *t, struct slice subcommand, const struct mcli_row *row)
{
	const struct mcli_argv *a = &t->written->argv;
	bool stated = !span_is_none(a->response_files_at);
	struct clitool_manner w = { .double_dash = row == NULL || row->double_dash,
		.go = a->style.text.at != NULL && slice_is(a->style.text, "go"),
		.response_files = stated && a->response_files };
	bool known = false;
	for (uint32_t i = 0; i < t->nsets; i++) {
		const struct mcli_program *p = t->sets[i].program;
		if (slice_is(p->names.v[0].text, "*") ||
			(t->sets[i].word.at != NULL &&
				!slice_eq(t->sets[i].word, first_word(subcommand))))
			continue;
		known = true;
		w.go |= p->style.text.at != NULL && slice_is(p->style.text, "go");
		w.double_dash &= !p->no_double_dash;
		w.response_files |= p->response_files;
	}
	w.response_files |= !known && !stated;
	return w;
}

struct names {
	struct map seen; /* > where it is, in at */
	struct span *at;
	uint32_t n;
	bool go;
};

static void one_name(struct read *r, struct names *k, const struct mtext *name)
{
	struct slice t = name->text;
	bool two = slice_begins(t, SLICE("--"));
	if (name->text.at == NULL)
		return;
	if (!k->go && !two && t.len > 2)
		report(r, AEG_bad_flag, name->at, "with one dash these are several flags",
			"write `--name`, or `style: go` where the program reads it as one");
	uint32_t first = map_put(&k->seen, k->go ? after(t, two ? 2 : 1) : t, k->n);
	if (first != MAP_NONE)
		diag_add(r->d, (struct diag){ AEG_bad_flag, name->at,
				       .label = "the subcommand has this flag already",
				       .other = k->at[first], .other_label = "here" });
	else
		k->at[k->n++] = name->at;
}

static uint32_t count_names(const struct mcli_flags *l)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < l->n; i++)
		n += 2 + l->v[i].aliases.n;
	return n;
}

static void add_names(struct read *r, struct names *k, const struct mcli_flags *l)
{
	for (uint32_t i = 0; i < l->n; i++) {
		one_name(r, k, &l->v[i].name);
		one_name(r, k, &l->v[i].short_name);
		for (uint32_t j = 0; j < l->v[i].aliases.n; j++)
			one_name(r, k, &l->v[i].aliases.v[j]);
	}
}

static void check_conflicts(struct read *r, const struct names *k, const struct mcli_flags *l)
{
	for (uint32_t i = 0; i < l->n; i++)
		for (uint32_t j = 0; j < l->v[i].conflicts.n; j++) {
			const struct mtext *t = &l->v[i].conflicts.v[j];
			struct slice name = t->text;
			if (k->go && name.len > 0)
				name = after(name, slice_begins(name, SLICE("--")) ? 2 : 1);
			if (map_get(&k->seen, name) == MAP_NONE)
				report(r, AEG_unknown_argument, t->at,
					"the subcommand has no flag of this name", NULL);
		}
}

/* Flags that stand together: @common and @own, either may be NULL. */
static void check_flags(struct read *r, const struct clitool *t, struct slice subcommand,
	const struct mcli_flags *common, const struct mcli_flags *own, const struct mcli_row *row)
{
	struct names k = { .seen.arena = r->d->arena, .go = clitool_manner(t, subcommand, row).go };
	k.at = arena_array(r->d->arena, struct span, count_names(common) + count_names(own));
	add_names(r, &k, common);
	add_names(r, &k, own);
	check_conflicts(r, &k, own);
}

static void check_refused(struct read *r, const struct clitool *t, const struct mcli_flags *l,
	struct slice subcommand, bool before)
{
	const struct mcli_refusal *f;
	for (uint32_t i = 0; i < l->n; i++) {
		const struct mcli_flag *x = &l->v[i];
		for (uint32_t s = 0; s < t->nsets; s++) {
			const struct clitool_set *set = &t->sets[s];
			if (clitool_refuses(set, t->written, x->name.text, subcommand, before, &f))
				refused(r, &x->name, f);
			if (x->short_name.text.at != NULL &&
				clitool_refuses(set, t->written, x->short_name.text, subcommand,
					before, &f))
				refused(r, &x->short_name, f);
			for (uint32_t j = 0; j < x->aliases.n; j++)
				if (clitool_refuses(set, t->written, x->aliases.v[j].text,
					    subcommand, before, &f))
					refused(r, &x->aliases.v[j], f);
		}
	}
}

static void check_grammar(struct read *r, const struct clitool *t)
{
	static const struct mcli_flags none = { 0 };
	const struct mcli_argv *a = &t->written->argv;
	check_flags(r, t, SLICE(""), &none, &a->before, NULL);
	check_refused(r, t, &a->before, SLICE(""), true);
	check_flags(r, t, SLICE(""), &none, &a->flags, NULL);
	check_refused(r, t, &a->flags, SLICE(""), false);
	for (uint32_t i = 0; i < a->nrows; i++) {
		const struct mcli_row *row = &a->rows[i];
		if (!has(&t->written->subcommands, row->name.text)) {
			report(r, AEG_unknown_argument, row->name.at,
				"not among `allowed_subcommands`", NULL);
			continue;
		}
		check_flags(r, t, row->name.text, &a->flags, &row->flags, row);
		check_refused(r, t, &row->flags, row->name.text, false);
		if (a->flags.n + row->flags.n > 256)
			report(r, AEG_out_of_range, row->at,
				"more than 256 flags with those of all subcommands", NULL);
	}
}

/* ---- Names --------------------------------------------------------------------------------- */

static void taken(struct read *r, const struct mtext *name, struct span other, const char *label)
{
	diag_add(r->d, (struct diag){ AEG_duplicate_cli_tool, name->at,
			       .label = "a second tool of this name", .other = other,
			       .other_label = label });
}

static void check_names(struct read *r)
{
	const struct model *m = r->m;
	struct map names = { .arena = r->d->arena };
	for (uint32_t i = 0; i < m->nclis; i++) {
		const struct mtext *name = &m->clis[i].name;
		if (name->text.at == NULL)
			continue;
		uint32_t first = map_put(&names, name->text, i);
		uint32_t tool = map_get(&m->tool_names, name->text);
		if (first != MAP_NONE)
			taken(r, name, m->clis[first].name.at, "the first");
		if (tool != MAP_NONE && m->tools[tool].builtin)
			taken(r, name, m->tools[tool].name.written.at, "the tool that has it");
	}
	for (uint32_t i = 0; i < m->nflows; i++) {
		const struct mtext *name = &m->flows[i].name;
		uint32_t cli = name->text.at == NULL ? MAP_NONE : map_get(&names, name->text);
		if (cli != MAP_NONE)
			taken(r, &m->clis[cli].name, name->at, "the ToolWorkflow that has it");
	}
}

/* ---- The gateway ---------------------------------------------------------------------------- */

static void check_judge(struct read *r, const struct mcli *c)
{
	const struct mgateway *g = r->m->gateway;
	if (c->judge && g != NULL && g->text[AEG_SETTING_SEMANTIC_JUDGE_URL].text.at == NULL &&
		!(g->unread >> AEG_SETTING_SEMANTIC_JUDGE_URL & 1))
		diag_add(r->d, (struct diag){ AEG_judge_unreachable, c->judge_at,
				       .label = "no call would ever be made", .other = g->at,
				       .other_label = "has no `semantic_judge_url`" });
}

/* ---- All of it ----------------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
	const struct clitool *x = a, *y = b;
	return slice_cmp(x->written->name.text, y->written->name.text);
}

const struct clitools *clitool_read(struct diags *d, const struct model *m)
{
	struct read r = { d, m };
	struct clitools *all = arena_new(d->arena, struct clitools);
	all->v = arena_array(d->arena, struct clitool, m->nclis);
	check_names(&r);
	for (uint32_t i = 0; i < m->nclis; i++) {
		struct clitool *t = &all->v[all->n];
		if (m->clis[i].broken)
			continue;
		*t = (struct clitool){ .written = &m->clis[i] };
		all->n++;
		find_programs(&r, t);
		check_judge(&r, t->written);
		check_dangerous(&r, t);
		check_verbs(&r, t);
		if (t->written->constrained)
			check_grammar(&r, t);
		else
			report(&r, AEG_arguments_free, t->written->name.at,
				"any argument passes that is not refused", NULL);
	}
	if (all->n > 1)
		qsort(all->v, all->n, sizeof *all->v, by_name);
	return all;
}
