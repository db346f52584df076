/*
 * The cells against an SMT solver, which knows nothing of them: random contexts are written down as
 * formulas over strings and regular expressions, sentence by sentence as docs/semantics.md has it,
 * and `z3` is asked what the cells are asked. Skipped where z3 is not installed.
 */
#define _GNU_SOURCE
#include "symbolic/symbolic.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "symbolic/small_test.h"

enum { PAIRS = 120, CAPS = 4, POOL = 3 };

struct tally {
	uint32_t asked, sat, unknown, over;
};

/* ---- The solver as a process ----------------------------------------------------------------- */

struct z3 {
	pid_t pid;
	int in;
	FILE *out;
};

static bool z3_start(struct z3 *z)
{
	int in[2], out[2];
	char line[256];

	if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0)
		return false;
	z->pid = fork();
	if (z->pid == 0) {
		dup2(in[0], 0);
		dup2(out[1], 1);
		execlp("z3", "z3", "-in", (char *)NULL);
		_exit(127);
	}
	close(in[0]);
	close(out[1]);
	z->in = in[1];
	z->out = fdopen(out[0], "r");
	return dprintf(z->in, "(echo \"here\")\n") > 0 && fgets(line, sizeof line, z->out) != NULL;
}

static void z3_end(struct z3 *z)
{
	close(z->in);
	fclose(z->out);
	waitpid(z->pid, NULL, 0);
}

static void z3_tell(struct z3 *z, struct slice s)
{
	while (s.len > 0) {
		ssize_t n = write(z->in, s.at, s.len);
		assert_true(n > 0);
		s.at += n;
		s.len -= (uint32_t)n;
	}
}

enum answer { UNSAT, SAT, UNKNOWN };

static enum answer z3_ask(struct z3 *z, struct buf *formula)
{
	char line[256];

	buf_text(formula, "(check-sat)\n");
	z3_tell(z, buf_done(formula));
	assert_non_null(fgets(line, sizeof line, z->out));
	if (strcmp(line, "unknown\n") == 0)
		return UNKNOWN;
	if (strcmp(line, "sat\n") != 0 && strcmp(line, "unsat\n") != 0)
		fail_msg("z3 says %s to %.*s", line, SLICE_ARG(buf_done(formula)));
	return line[0] == 's' ? SAT : UNSAT;
}

/* ---- The world of calls ---------------------------------------------------------------------- */

/*
 * A call is the tool's name @t, four paths, four hosts and a command; a tool uses the first of
 * them, in the order of its arguments, a list of them as many as there are. Of each there is its
 * kind: there is none; it is no string; it is a string that is refused anywhere (a path with `..`,
 * a host that is no host); it is a normal one, which p0 or h0 then holds.
 */
static const char preamble[] =
	"(set-option :timeout 30000)\n"
	"(define-fun name () RegLan (re.+ (re.union (re.range \"a\" \"z\") (re.range \"A\" \"Z\")"
	" (re.range \"-\" \":\") (str.to_re \"_\"))))\n"
	/* a component: printable, no slash, and neither `.` nor `..` */
	"(define-fun c () RegLan (re.union (re.range \" \" \".\") (re.range \"0\" \"~\")))\n"
	"(define-fun d () RegLan (re.union (re.range \" \" \"-\") (re.range \"0\" \"~\")))\n"
	"(define-fun comp () RegLan (re.union (re.++ d (re.* c)) (re.++ (str.to_re \".\") d"
	" (re.* c)) (re.++ (str.to_re \"..\") (re.+ c))))\n"
	"(define-fun comps () RegLan (re.* (re.++ (str.to_re \"/\") comp)))\n"
	"(define-fun path () RegLan (re.union (str.to_re \"/\") (re.++ (str.to_re \"/\") comp"
	" comps)))\n"
	/* a host, read from its end */
	"(define-fun label () RegLan (re.+ (re.union (re.range \"a\" \"z\") (re.range \"0\" \"9\")"
	" (str.to_re \"-\"))))\n"
	"(define-fun below () RegLan (re.* (re.++ (str.to_re \".\") label)))\n"
	"(define-fun host () RegLan (re.union (re.++ (re.+ (re.range \"a\" \"z\")) below)"
	" (str.to_re \"4.3.2.1\") (str.to_re \"5.3.2.1\") (str.to_re \"]1::[\")"
	" (str.to_re \"]2::[\")))\n";

enum kind { NONE, OTHER, BAD, GOOD }; /* as in the formulas */

struct pair {
	struct world *w;
	struct model model;
	const struct mcontext *context[2];
	struct mlist paths[POOL], hosts[POOL]; /* what all capabilities choose from */
	struct buf text;                       /* of the formula so far */
};

static void put_path_entry(struct buf *b, struct slice e)
{
	buf_text(b, "(re.++ (str.to_re \"\")");
	for (uint32_t i = 1, from = 1; e.len > 1 && i <= e.len; i++) {
		if (i < e.len && e.at[i] != '/')
			continue;
		struct slice part = { e.at + from, i - from };
		from = i + 1;
		if (slice_is(part, "**")) {
			buf_text(b, " comps");
			continue;
		}
		/* A `*` alone in its component takes no `.` or `..`, since no path has them. */
		buf_text(b, " (str.to_re \"/\")");
		for (uint32_t k = 0; k < part.len; k++)
			if (part.at[k] == '*')
				buf_text(b, " (re.* c)");
			else
				buf_printf(b, " (str.to_re \"%c\")", part.at[k]);
	}
	/* and what is below it: of the root everything */
	buf_text(b, e.len > 1 ? " comps)" : " path)");
}

static void put_host_entry(struct buf *b, struct slice e)
{
	bool literal = e.at[0] == '[' || (e.at[0] >= '0' && e.at[0] <= '9');
	bool star = e.at[0] == '*';

	buf_text(b, "(re.++ (str.to_re \"");
	for (uint32_t i = e.len; i > (star ? 2 : 0); i--)
		buf_add(b, &e.at[i - 1], 1);
	buf_text(b, star      ? "\") (str.to_re \".\") label below)"
		    : literal ? "\") (str.to_re \"\"))"
			      : "\") below)");
}

static void put_list(
	struct buf *b, const struct mlist *list, void (*put)(struct buf *, struct slice))
{
	buf_text(b, "(re.union re.none re.none");
	for (uint32_t i = 0; i < list->n; i++) {
		buf_text(b, " ");
		put(b, list->v[i].text);
	}
	buf_text(b, ")");
}

/* Asks which combinations of lists of the pool some value is on: bit @set of the answer, for those
 * of the set and none else. */
static uint32_t possible(struct z3 *z, char v, struct tally *tally)
{
	struct arena a = { .limit = (size_t)1 << 20, .fail = hand_no_memory };
	uint32_t sets = 0;

	for (uint32_t set = 0; set < 1 << POOL; set++) {
		struct buf b = { .arena = &a };
		buf_printf(&b, "(push)(declare-const v String)(assert (str.in_re v (re.inter %s",
			v == 'p' ? "path" : "host");
		for (uint32_t k = 0; k < POOL; k++)
			buf_printf(&b, set >> k & 1 ? " %clist%u" : " (re.comp %clist%u)", v, k);
		buf_text(&b, ")))");
		enum answer answer = z3_ask(z, &b);
		tally->unknown += answer == UNKNOWN;
		if (answer == SAT)
			sets |= 1u << set;
		z3_tell(z, SLICE("(pop)\n"));
	}
	arena_free(&a);
	return sets;
}

/* Value @i: its kind, and of each list of the pool whether it is on it. */
static void declare_value(struct buf *b, char v, uint32_t i, uint32_t sets)
{
	buf_printf(b, "(declare-const %ckind%u Int)", v, i);
	buf_printf(b, "(assert (and (<= 0 %ckind%u) (<= %ckind%u 3)))\n", v, i, v, i);
	for (uint32_t k = 0; k < POOL; k++)
		buf_printf(b, "(declare-const %con%u_%u Bool)", v, i, k);
	buf_text(b, "(assert (or false");
	for (uint32_t set = 0; set < 1 << POOL; set++) {
		if (!(sets >> set & 1))
			continue;
		buf_text(b, " (and");
		for (uint32_t k = 0; k < POOL; k++)
			buf_printf(b, set >> k & 1 ? " %con%u_%u" : " (not %con%u_%u)", v, i, k);
		buf_text(b, ")");
	}
	buf_text(b, "))\n");
}

static void declare_calls(struct pair *p, struct z3 *z, struct tally *tally)
{
	struct buf *b = &p->text;

	for (uint32_t k = 0; k < POOL; k++) {
		buf_printf(b, "(define-fun plist%u () RegLan ", k);
		put_list(b, &p->paths[k], put_path_entry);
		buf_printf(b, ")\n(define-fun hlist%u () RegLan ", k);
		put_list(b, &p->hosts[k], put_host_entry);
		buf_text(b, ")\n");
	}
	z3_tell(z, buf_done(b));
	*b = (struct buf){ .arena = b->arena };
	uint32_t paths = possible(z, 'p', tally), hosts = possible(z, 'h', tally);
	for (uint32_t i = 0; i < CAPS; i++) {
		declare_value(b, 'p', i, paths);
		declare_value(b, 'h', i, hosts);
	}
	buf_text(b, "(declare-const t String)(assert (str.in_re t name))"
		    "(assert (<= (str.len t) 128))\n"
		    "(declare-const ckind Int)(assert (and (<= 0 ckind) (<= ckind 3)))\n"
		    "(declare-const base String)(declare-const sub String)"
		    "(declare-const has_sub Bool)\n");
}

/* ---- Contexts as formulas ---------------------------------------------------------------------
 */

static void put_pattern(struct buf *b, const struct mpattern *p)
{
	if (p->form == PATTERN_ANY)
		buf_text(b, "true");
	else if (p->form == PATTERN_EXACT)
		buf_printf(b, "(= t \"%.*s\")", SLICE_ARG(p->stem));
	else
		buf_printf(b, "(and (str.prefixof \"%.*s.\" t) (> (str.len t) %u))",
			SLICE_ARG(p->stem), p->stem.len + 1);
}

/* Of which list of the pool is @list? */
static uint32_t in_pool(const struct mlist *pool, const struct mlist *list)
{
	uint32_t k = 0;

	while (pool[k].v != list->v || pool[k].n != list->n)
		k++;
	return k;
}

/* One value: it is not refused; and, where a list is stated, it is there and on it. */
static void put_single(struct buf *b, char v, uint32_t i, const struct mlist *list,
	const struct mlist *pool, bool required)
{
	if (!list->stated) {
		buf_printf(b, v == 'p' ? " (not (= %ckind%u 2))" : " true", v, i);
		return;
	}
	buf_printf(b, " (or (and (= %ckind%u 3) %con%u_%u)", v, i, v, i, in_pool(pool, list));
	if (!required && (v == 'p' || list->n > 0))
		buf_printf(b, " (= %ckind%u 0)", v, i);
	buf_text(b, ")");
}

/* A list: what holds of a value holds of all that are there. None at all is as if absent. */
static void put_many(
	struct buf *b, char v, const struct mlist *list, const struct mlist *pool, bool required)
{
	buf_text(b, " (and");
	for (uint32_t i = 0; i < CAPS; i++) {
		buf_printf(b, " (or (= %ckind%u 0)", v, i);
		put_single(b, v, i, list, pool, true);
		buf_text(b, ")");
	}
	buf_text(
		b, list->stated && (required || (v == 'h' && list->n == 0)) ? " (or" : " (or true");
	for (uint32_t i = 0; i < CAPS; i++)
		buf_printf(b, " (not (= %ckind%u 0))", v, i);
	buf_text(b, "))");
}

static void put_words(struct buf *b, const char *name, const struct mlist *list)
{
	buf_text(b, " (or false");
	for (uint32_t i = 0; i < list->n; i++)
		buf_printf(b, " (= %s \"%.*s\")", name, SLICE_ARG(list->v[i].text));
	buf_text(b, ")");
}

static void put_command(struct buf *b, const struct mcap *cap, bool required)
{
	if (!cap->commands.stated && cap->subcommand_form == SUBCOMMANDS_NONE) {
		buf_text(b, " true");
		return;
	}
	buf_text(b, required ? " (and (= ckind 3)" : " (or (= ckind 0) (and (= ckind 3)");
	if (cap->commands.stated)
		put_words(b, "base", &cap->commands);
	if (cap->subcommand_form == SUBCOMMANDS_LIST) {
		buf_text(b, " has_sub");
		put_words(b, "sub", &cap->subcommand_list);
	} else if (cap->subcommand_form == SUBCOMMANDS_MAP) {
		buf_text(b, " (or false");
		for (uint32_t i = 0; i < cap->nsubcommand_map; i++) {
			const struct mcommand *c = &cap->subcommand_map[i];
			buf_printf(b, " (and (= base \"%.*s\")", SLICE_ARG(c->command.text));
			if (c->subcommands.n > 0) {
				buf_text(b, " has_sub");
				put_words(b, "sub", &c->subcommands);
			}
			buf_text(b, ")");
		}
		buf_text(b, ")");
	}
	buf_text(b, required ? ")" : "))");
}

/* The name is this entry of the catalogue's: exact names come before families. */
static void put_is_tool(struct pair *p, const struct mtool *tool)
{
	struct buf *b = &p->text;

	buf_text(b, " (and ");
	put_pattern(b, &tool->name);
	for (uint32_t i = 0; tool->name.form == PATTERN_PREFIX && i < p->model.ntools; i++)
		if (p->model.tools[i].name.form == PATTERN_EXACT) {
			buf_text(b, " (not ");
			put_pattern(b, &p->model.tools[i].name);
			buf_text(b, ")");
		}
	buf_text(b, ")");
}

static void put_capability(struct pair *p, const struct mcap *cap)
{
	struct buf *b = &p->text;

	buf_text(b, "(and ");
	put_pattern(b, &cap->pattern);
	for (uint32_t i = 0; i < p->model.ntools; i++) {
		const struct mtool *tool = &p->model.tools[i];
		uint32_t npaths = 0, nhosts = 0;
		buf_text(b, "\n  (=>");
		put_is_tool(p, tool);
		buf_text(b, " (and true");
		for (uint32_t k = 0; k < tool->nargs; k++) {
			const struct marg *a = &tool->args[k];
			if (a->role == ROLE_COMMAND)
				put_command(b, cap, a->required);
			else if (a->role == ROLE_PATH && a->list)
				put_many(b, 'p', &cap->paths, p->paths, a->required);
			else if (a->role == ROLE_PATH)
				put_single(b, 'p', npaths++, &cap->paths, p->paths, a->required);
			else if (a->role == ROLE_URL && a->list)
				put_many(b, 'h', &cap->domains, p->hosts, a->required);
			else if (a->role == ROLE_URL)
				put_single(b, 'h', nhosts++, &cap->domains, p->hosts, a->required);
		}
		buf_text(b, "))");
	}
	buf_text(b, ")");
}

/* grants<s>_<i>: the capability would grant; denied<s>; allowed<s>. */
static void define_context(struct pair *p, uint32_t s)
{
	const struct mcontext *c = p->context[s];
	struct buf *b = &p->text;

	for (uint32_t i = 0; i < c->ncaps; i++) {
		buf_printf(b, "(define-fun grants%u_%u () Bool ", s, i);
		put_capability(p, &c->caps[i]);
		buf_text(b, ")\n");
	}
	buf_printf(b, "(define-fun denied%u () Bool (or false", s);
	for (uint32_t i = 0; i < c->ndeny; i++) {
		buf_text(b, " ");
		put_pattern(b, &c->deny[i]);
	}
	buf_printf(b, "))\n(define-fun allowed%u () Bool (and (not denied%u) (or false", s, s);
	for (uint32_t i = 0; i < c->ncaps; i++)
		buf_printf(b, " grants%u_%u", s, i);
	buf_text(b, ")))\n");
}

/* ---- Pairs of contexts ------------------------------------------------------------------------
 */

static struct mlist from_pool(struct world *w, const struct mlist *pool)
{
	return pool[pick(w, POOL)];
}

/* Few lists of paths and of hosts for all: the solver's time is in telling these apart. */
static const struct mcontext *pair_context(struct pair *p)
{
	struct mcontext *c = small_context(p->w);

	if (c->ncaps > CAPS)
		c->ncaps = CAPS;
	for (uint32_t i = 0; i < c->ncaps; i++) {
		if (c->caps[i].paths.stated)
			c->caps[i].paths = from_pool(p->w, p->paths);
		if (c->caps[i].domains.stated)
			c->caps[i].domains = from_pool(p->w, p->hosts);
	}
	return c;
}

/* The same with one capability replaced, or none: an answer `no` is the rarer one. */
static const struct mcontext *edited(struct pair *p, const struct mcontext *c)
{
	const struct mcontext *other = pair_context(p);
	struct mcontext *copy = arena_new(&p->w->arena, struct mcontext);

	*copy = *c;
	copy->caps = arena_array(&p->w->arena, struct mcap, CAPS);
	memcpy(copy->caps, c->caps, c->ncaps * sizeof *c->caps);
	if (c->ncaps > 0 && other->ncaps > 0)
		copy->caps[pick(p->w, c->ncaps)] = other->caps[0];
	return copy;
}

static void make_pair(struct pair *p, struct world *w, struct z3 *z, struct tally *tally)
{
	*p = (struct pair){ .w = w, .text.arena = &w->arena };
	small_catalogue(w, &p->model, one_in(w, 2));
	for (uint32_t k = 0; k < POOL; k++) {
		p->paths[k] = small_list(w, small_path);
		p->hosts[k] = small_list(w, small_host);
	}
	p->context[0] = pair_context(p);
	p->context[1] = one_in(w, 2) ? edited(p, p->context[0]) : pair_context(p);
	declare_calls(p, z, tally);
	define_context(p, 0);
	define_context(p, 1);
}

static void compare(
	struct z3 *z, struct tally *tally, bool cells_say, const char *what, struct buf *formula)
{
	enum answer a = z3_ask(z, formula);

	tally->asked++;
	tally->sat += a == SAT;
	tally->unknown += a == UNKNOWN;
	if (a != UNKNOWN && (a == SAT) != cells_say)
		fail_msg("%s: z3 says %d, the cells %d; %.*s", what, a, cells_say,
			SLICE_ARG(buf_done(formula)));
	*formula = (struct buf){ .arena = formula->arena };
}

/* Is there a call that @s allows and the other does not? */
static void ask_difference(
	struct z3 *z, struct tally *tally, struct pair *p, const struct cells *cells, uint32_t s)
{
	bool found = false;

	for (uint32_t i = 0; i < cells->n; i++)
		found = found || (cells->v[i].side[s].granted != AEG_NONE &&
					 cells->v[i].side[1 - s].granted == AEG_NONE);
	buf_printf(&p->text, "(push)(assert allowed%u)(assert (not allowed%u))", s, 1 - s);
	compare(z, tally, found, "difference", &p->text);
	buf_text(&p->text, "(pop)\n");
}

/* Is there a call that capability @k is the first to grant? */
static void ask_first(
	struct z3 *z, struct tally *tally, struct pair *p, const struct cells *cells, uint32_t k)
{
	bool found = false;

	for (uint32_t i = 0; i < cells->n; i++)
		found = found || cells->v[i].side[0].granted == k;
	buf_printf(&p->text, "(push)(assert (not denied0))(assert grants0_%u)", k);
	for (uint32_t i = 0; i < k; i++)
		buf_printf(&p->text, "(assert (not grants0_%u))", i);
	compare(z, tally, found, "first to grant", &p->text);
	buf_text(&p->text, "(pop)\n");
}

static void run_pair(struct z3 *z, struct tally *tally, uint64_t seed)
{
	struct world *w = new_world(seed);
	struct pair p;

	z3_tell(z, SLICE("(push)\n"));
	make_pair(&p, w, z, tally);
	struct side sides[] = { { &p.model, p.context[0] }, { &p.model, p.context[1] } };
	const struct cells *cells = symbolic_cells(&w->arena, sides, 2, NULL);
	tally->over += cells->over;
	if (!cells->over) {
		ask_difference(z, tally, &p, cells, 0);
		ask_difference(z, tally, &p, cells, 1);
		for (uint32_t k = 0; k < p.context[0]->ncaps; k++)
			ask_first(z, tally, &p, cells, k);
		z3_tell(z, buf_done(&p.text));
	}
	z3_tell(z, SLICE("(pop)\n"));
	arena_free(&w->arena);
	free(w);
}

static void test_solver(void **state)
{
	(void)state;
	struct tally tally = { 0 };
	struct z3 z = { 0 };

	signal(SIGPIPE, SIG_IGN);
	if (!z3_start(&z)) {
		print_message("z3 is not installed\n");
		skip();
	}
	z3_tell(&z, slice_of(preamble));
	for (uint64_t seed = 1; seed <= PAIRS; seed++)
		run_pair(&z, &tally, seed);
	z3_end(&z);
	print_message("# %d pairs of contexts, %u questions: %u yes, %u unknown to z3; over %u\n",
		PAIRS, tally.asked, tally.sat, tally.unknown, tally.over);
	assert_int_equal(tally.unknown, 0);
	assert_true(tally.sat > tally.asked / 8 && tally.sat < tally.asked - tally.asked / 8);
	assert_true(tally.over < PAIRS / 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_solver),
	};
	return cmocka_run_group_tests_name("z3", tests, NULL, NULL);
}
