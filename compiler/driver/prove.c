/* aegisc prove: decides the assertions of PolicyProof documents, of all calls that there are. */
#include <stdio.h>
#include <unistd.h>

#include "driver/commands.h"
#include "driver/options.h"
#include "proof/proof.h"

const struct option prove_options[] = {
	{ "--run", 0, "GLOB", false, "only assertions whose name, or PROOF/NAME, is like GLOB" },
	{ "--format", 0, "text|json|junit", false, "how to report, on standard output" },
	OPTIONS_FINDINGS,
	{ 0 },
};

enum format { TEXT, JSON, JUNIT, NFORMATS };

struct job {
	struct command_line *l;
	enum format format;
	struct pipeline p;
	struct aeg_bundle bundle;
};

static int read_format(struct job *j)
{
	static const char *const names[NFORMATS] = { "text", "json", "junit" };
	const char *text = command_value(j->l, "--format");
	for (int i = 0; i < NFORMATS; i++)
		if (text == NULL || strcmp(text, names[i]) == 0) {
			j->format = (enum format)i;
			return COMMAND_OK;
		}
	return command_usage(j->l, "`--format` is text, json or junit, not `%s`", text);
}

static void print_stopped(const struct job *j, const char *why)
{
	struct buf out = { .arena = j->l->arena };
	switch (j->format) {
	case JSON: proof_json_stopped(&out, why); break;
	case JUNIT: proof_junit_stopped(&out, why); break;
	case TEXT:
	case NFORMATS: break;
	}
	command_print(&out, stdout);
}

static int no_assertions(struct job *j, const char *run)
{
	const char *why =
		run == NULL
			? "there is nothing to prove: no document of kind PolicyProof asserts anything"
			: diag_text(&j->p.diags, "no assertion has a name like `%s`", run);
	print_stopped(j, why);
	return command_fail(j->l, COMMAND_NO, "%s", why);
}

static void print_report(struct job *j, const struct proof_report *r)
{
	struct buf out = { .arena = j->l->arena };
	const struct model *m = j->p.stats.model;
	switch (j->format) {
	case TEXT: proof_text(&j->p.diags, m, r, &out, command_colour(STDOUT_FILENO)); break;
	case JSON: proof_json(&j->p.diags, m, r, &out); break;
	case JUNIT: proof_junit(&j->p.diags, r, &out); break;
	case NFORMATS: break;
	}
	command_print(&out, stdout);
}

static int decide(struct job *j)
{
	const struct arena *a = j->l->arena;
	struct arena scratch = { .limit = a->limit, .fail = a->fail, .ctx = a->ctx };
	struct proof_options o = { .model = j->p.stats.model,
		.bundle = &j->bundle,
		.scratch = &scratch,
		.run = command_value(j->l, "--run") };
	const struct proof_report *r = proof_run(&j->p.diags, &o);
	arena_free(&scratch);
	if (r->unconfirmed != NULL)
		return command_fail(j->l, COMMAND_INTERNAL,
			"the bundle decides a call otherwise than was proved. "
			"This is a mistake in aegisc.\n  %s",
			r->unconfirmed);
	if (r->nresults == 0)
		return no_assertions(j, o.run);
	print_report(j, r);
	return r->refuted + r->undecided > 0 ? COMMAND_NO : COMMAND_OK;
}

int prove_run(struct command_line *l)
{
	struct job j = { .l = l };
	int status = read_format(&j);
	if (status == COMMAND_OK)
		status = options_pipeline(l, &j.p, true);
	if (status != COMMAND_OK)
		return status;
	status = options_compile(l, &j.p, "proved", &j.bundle);
	if (status == COMMAND_NO || status == COMMAND_IO)
		print_stopped(&j, "the sources have errors");
	return status == COMMAND_OK ? decide(&j) : status;
}
