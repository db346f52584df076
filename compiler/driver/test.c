/* aegisc test: runs PolicyTest documents against what the sources compile to, or a bundle. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/answer.h"
#include "cli/load.h"
#include "driver/commands.h"
#include "driver/options.h"
#include "driver/watch.h"
#include "driver/write.h"
#include "policytest/policytest.h"

const struct option test_options[] = {
	{ "--run", 0, "GLOB", false, "only cases whose name, or TEST/NAME, is like GLOB" },
	{ "--format", 0, "text|json|junit|tap", false, "how to report, on standard output" },
	{ "--coverage", 0, NULL, false, "show the rules that no test touches" },
	{ "--coverage-min", 0, "N", false, "fail where tests touch less than N percent of them" },
	{ "--mutate", 0, NULL, false,
		"change entry by entry, and show the changes no test catches" },
	{ "--mutate-min", 0, "N", false, "fail where tests catch less than N percent of them" },
	{ "--generate", 0, NULL, false,
		"write tests: of every rule a call it decides, and one outside" },
	{ "--output", 'o', "FILE", false, "with --generate: where to, else standard output" },
	{ "--bundle", 0, "FILE", false, "ask this bundle, not what the sources compile to" },
	{ "--trust", 't', "FILE", false,
		"with --bundle: a trust file or a public key; else $AEGIS_TRUST names it" },
	{ "--watch", 0, NULL, false, "run again whenever a source changes, until Ctrl-C" },
	OPTIONS_FINDINGS,
	{ 0 },
};

enum format { TEXT, JSON, JUNIT, TAP, NFORMATS };

struct testing {
	struct command_line *l;
	enum format format;
	bool coverage, mutate, generate;
	uint32_t least, least_killed; /* percent */
	struct pipeline p;
	struct aeg_bundle bundle;
};

/* ---- Options ------------------------------------------------------------------------------- */

static int read_format(struct testing *t)
{
	static const char *const names[NFORMATS] = { "text", "json", "junit", "tap" };
	int format = TEXT;
	int status = command_word(
		t->l, "--format", names, NFORMATS, "text, json, junit or tap", &format);
	t->format = (enum format)format;
	return status;
}

/* A percentage, or 0 where the option is not given. */
static int read_percent(struct testing *t, const char *option, uint32_t *ret)
{
	const char *text = command_value(t->l, option);
	if (text == NULL)
		return COMMAND_OK;
	char *end;
	unsigned long n = strtoul(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end != 0 || n > 100)
		return command_usage(
			t->l, "`%s` is a percentage from 0 to 100, not `%s`", option, text);
	*ret = (uint32_t)n;
	return COMMAND_OK;
}

static int read_mode(struct testing *t)
{
	t->coverage = command_has(t->l, "--coverage") || command_has(t->l, "--coverage-min");
	t->mutate = command_has(t->l, "--mutate") || command_has(t->l, "--mutate-min");
	t->generate = command_has(t->l, "--generate");
	if (command_has(t->l, "--bundle") && (t->coverage || t->mutate || t->generate))
		return command_usage(t->l,
			"%s is of sources: leave out `--bundle` and name the policy's files",
			t->coverage ? "coverage"
			: t->mutate ? "a mutant"
				    : "`--generate`");
	if (t->mutate && t->format != TEXT && t->format != JSON)
		return command_usage(t->l, "`--mutate` reports as text or json");
	if (t->generate && (t->coverage || t->mutate || command_has(t->l, "--run") ||
				   command_has(t->l, "--format") || command_has(t->l, "--watch")))
		return command_usage(t->l,
			"`--generate` writes tests and runs none: it goes with `--output` alone");
	if (command_has(t->l, "--output") && !t->generate)
		return command_usage(t->l, "`--output` goes with `--generate`");
	return COMMAND_OK;
}

static int read_options(struct testing *t)
{
	int status = read_format(t);
	if (status == COMMAND_OK)
		status = read_mode(t);
	if (status == COMMAND_OK)
		status = read_percent(t, "--coverage-min", &t->least);
	if (status == COMMAND_OK)
		status = read_percent(t, "--mutate-min", &t->least_killed);
	if (status == COMMAND_OK && command_has(t->l, "--trust") && !command_has(t->l, "--bundle"))
		return command_usage(t->l, "`--trust` goes with `--bundle`");
	return status;
}

/* ---- What is asked ------------------------------------------------------------------------- */

/* A test may name what the bundle has, whatever the sources have. */
static void add_contexts(struct testing *t)
{
	struct link_options *o = &t->p.link;
	struct aeg_bundle_info info = { .size_of = sizeof info };
	aeg_bundle_info(&t->bundle, &info);
	const char **names = arena_array(t->l->arena, const char *, o->nexternal + info.ncontexts);
	for (uint32_t i = 0; i < o->nexternal; i++)
		names[i] = o->external[i];
	for (uint32_t i = 0; i < info.ncontexts; i++) {
		struct aeg_context_info c = { .size_of = sizeof c };
		aeg_context_info(&t->bundle, i, &c);
		names[o->nexternal + i] =
			diag_text(&t->p.diags, "context:%.*s", SLICE_ARG(slice_str(c.name)));
	}
	o->external = names;
	o->nexternal += info.ncontexts;
}

static int open_bundle(struct testing *t, const char *path)
{
	struct command_line l = *t->l;
	l.operands = &path;
	l.noperands = 1;
	int status = load_bundle(&l, &t->bundle);
	if (status == COMMAND_OK)
		add_contexts(t);
	return status;
}

static void print(struct buf *out) { command_print(out, stdout); }

static void print_stopped(const struct testing *t, const char *why)
{
	struct buf out = { .arena = t->l->arena };
	switch (t->format) {
	case JSON: (t->mutate ? mutation_json_stopped : policytest_json_stopped)(&out, why); break;
	case JUNIT: policytest_junit_stopped(&out, why); break;
	case TAP: policytest_tap_stopped(&out, why); break;
	case TEXT:
	case NFORMATS: break;
	}
	print(&out);
}

/* Reads the sources; without a bundle, compiles them into one. */
static int prepare(struct testing *t, bool compile)
{
	int status = COMMAND_OK;
	if (compile) {
		status = options_compile(t->l, &t->p, "tested", &t->bundle);
	} else {
		pipeline_run(&t->p, PIPELINE_MODEL);
		if (t->p.diags.errors > 0 || pipeline_unread(&t->p))
			status = options_report(t->l, &t->p, false);
	}
	if (status == COMMAND_NO || status == COMMAND_IO)
		print_stopped(t, "the sources have errors");
	return status;
}

/* ---- The report ---------------------------------------------------------------------------- */

static int no_cases(struct testing *t, const char *run)
{
	const char *why =
		run == NULL ? "there is no case to run: no document of kind PolicyTest has one"
			    : diag_text(&t->p.diags, "no case has a name like `%s`", run);
	print_stopped(t, why);
	return command_fail(t->l, COMMAND_NO, "%s", why);
}

static void print_report(struct testing *t, const struct policytest_report *r)
{
	struct buf out = { .arena = t->l->arena }, aside = { .arena = t->l->arena };
	struct diags *d = &t->p.diags;
	switch (t->format) {
	case TEXT: policytest_text(d, r, &out, command_colour(STDOUT_FILENO)); break;
	case JSON: policytest_json(d, r, &out); break;
	case JUNIT: policytest_junit(d, r, &out); break;
	case TAP: policytest_tap(d, r, &out); break;
	case NFORMATS: break;
	}
	print(&out);
	if (r->coverage != NULL && (t->format == JUNIT || t->format == TAP)) {
		policytest_coverage_text(d, r->coverage, &aside, command_colour(STDERR_FILENO));
		command_print(&aside, stderr);
	}
}

static int judge(const struct testing *t, const struct policytest_report *r)
{
	const struct coverage *c = r->coverage;
	if (c != NULL && (uint64_t)c->ntouched * 100 < (uint64_t)t->least * c->nitems)
		return command_fail(t->l, COMMAND_NO,
			"coverage is %u %%, and `--coverage-min` asks for %u %%",
			policytest_percent(c), (unsigned)t->least);
	return r->failed > 0 ? COMMAND_NO : COMMAND_OK;
}

/* ---- Mutants ------------------------------------------------------------------------------- */

static int judge_mutants(const struct testing *t, const struct mutation *m)
{
	uint64_t n = (uint64_t)m->killed + m->survived;
	if (!command_has(t->l, "--mutate-min"))
		return m->survived > 0 ? COMMAND_NO : COMMAND_OK;
	if ((uint64_t)m->killed * 100 >= t->least_killed * n)
		return COMMAND_OK;
	return command_fail(t->l, COMMAND_NO,
		"tests catch %u %% of the mutants, and `--mutate-min` asks for %u %%",
		mutation_percent(m), (unsigned)t->least_killed);
}

static int mutate(
	struct testing *t, const struct policytest_options *o, const struct policytest_report *r)
{
	static const char failed[] = "cases fail already: nothing can be said of changes";
	struct buf out = { .arena = t->l->arena };
	if (r->failed > 0) {
		print_stopped(t, failed);
		return command_fail(t->l, COMMAND_NO, "%s", failed);
	}
	const struct mutation *m = policytest_mutate(&t->p.diags, o, r);
	if (t->format == JSON)
		mutation_json(&t->p.diags, m, &out);
	else
		mutation_text(&t->p.diags, m, &out, command_colour(STDOUT_FILENO));
	print(&out);
	return judge_mutants(t, m);
}

/* ---- Generated tests ----------------------------------------------------------------------- */

/* What was written before may be written anew; what it is generated from may not. */
static int check_output(struct testing *t, const char *output)
{
	const struct model *m = t->p.stats.model;
	for (uint32_t i = 0; i < m->ncontexts; i++) {
		const struct mcontext *c = &m->contexts[i];
		if (!c->builtin && write_replaces(output, t->p.sources.v[c->at.file].path))
			return command_usage(t->l, "%s holds the policy itself", output);
	}
	return COMMAND_OK;
}

static int generate(struct testing *t, const struct policytest_options *o)
{
	const char *output = command_value(t->l, "--output"), *path, *why;
	struct buf out = { .arena = t->l->arena };
	int status = output == NULL ? COMMAND_OK : check_output(t, output);
	if (status != COMMAND_OK)
		return status;
	uint32_t nunknown = policytest_generate(&t->p.diags, o, &out);
	if (out.len == 0)
		return command_fail(t->l, COMMAND_NO, "there is nothing to write: %s",
			nunknown == 0
				? "no rule of the sources has a call that tells it apart"
				: "the sources have too many kinds of calls to find one that tells a rule apart");
	if (output == NULL) {
		print(&out);
		return COMMAND_OK;
	}
	struct write_file file = { output, buf_done(&out) };
	if (!write_files(t->l->arena, &file, 1, &path, &why))
		return command_fail(t->l, COMMAND_IO, "%s: %s", path, why);
	return COMMAND_OK;
}

/* ---- A run --------------------------------------------------------------------------------- */

static int run_tests(struct testing *t, const struct policytest_options *o)
{
	const struct policytest_report *r = policytest_run(&t->p.diags, o);
	if (r->nresults == 0)
		return no_cases(t, o->run);
	if (!t->mutate || t->format == TEXT)
		print_report(t, r);
	int status = judge(t, r), mutants = t->mutate ? mutate(t, o, r) : COMMAND_OK;
	return status != COMMAND_OK ? status : mutants;
}

static int run(struct testing *t, bool compiled)
{
	const struct arena *a = t->l->arena;
	struct arena scratch = {
		.limit = (a->limit - a->used) / 4, .fail = a->fail, .ctx = a->ctx
	};
	struct policytest_options o = { .bundle = &t->bundle,
		.scratch = &scratch,
		.model = t->p.stats.model,
		.compiled = compiled,
		.coverage = t->coverage,
		.run = command_value(t->l, "--run") };
	int status = t->generate ? generate(t, &o) : run_tests(t, &o);
	arena_free(&scratch);
	return status;
}

static int test_once(struct command_line *l)
{
	struct testing t = { .l = l };
	const char *bundle = command_value(l, "--bundle");
	int status = read_options(&t);
	if (status == COMMAND_OK)
		status = options_pipeline(l, &t.p, true);
	if (status == COMMAND_OK && bundle != NULL) {
		t.p.link.building = false;
		status = open_bundle(&t, bundle);
	}
	if (status == COMMAND_OK)
		status = prepare(&t, bundle == NULL);
	if (status == COMMAND_OK)
		status = run(&t, bundle == NULL);
	if (bundle != NULL)
		aeg_bundle_close(&t.bundle);
	return status;
}

/* ---- Again and again ----------------------------------------------------------------------- */

static int can_watch(const struct command_line *l)
{
	const char *format = command_value(l, "--format");
	bool text = format == NULL || strcmp(format, "text") == 0;
	if (!text || !isatty(STDOUT_FILENO))
		return command_usage(l, "`--watch` is for a person at a terminal");
	for (uint32_t i = 0; i < l->noperands; i++)
		if (strcmp(l->operands[i], "-") == 0)
			return command_usage(l, "standard input cannot be watched: name a file");
	return COMMAND_OK;
}

/* What a run may depend on: the sources, the bundle. */
static const char *const *watched(struct command_line *l, uint32_t *ret_n)
{
	const char *bundle = command_value(l, "--bundle");
	const char **paths = arena_array(l->arena, const char *, l->noperands + 1u);
	for (*ret_n = 0; *ret_n < l->noperands; ++*ret_n)
		paths[*ret_n] = l->operands[*ret_n];
	if (bundle != NULL)
		paths[(*ret_n)++] = bundle;
	return paths;
}

static int watch(struct command_line *l)
{
	uint32_t n;
	int status = can_watch(l);
	const char *const *paths = watched(l, &n);
	while (status != COMMAND_USAGE && !ferror(stdout)) {
		/* Before they are read, so that what changes meanwhile is seen. */
		uint64_t mark = watch_mark(paths, n);
		struct arena a = {
			.limit = l->arena->limit, .fail = l->arena->fail, .ctx = l->arena->ctx
		};
		struct command_line again = *l;
		again.arena = &a;
		status = test_once(&again);
		arena_free(&a);
		if (status == COMMAND_USAGE || status == COMMAND_INTERNAL)
			break;
		fflush(stdout);
		fprintf(stderr, "\nwaiting for a change; Ctrl-C ends\n\n");
		watch_wait(paths, n, mark);
	}
	return status;
}

int test_run(struct command_line *l) { return command_has(l, "--watch") ? watch(l) : test_once(l); }
