/* The list of stages. */
#define _POSIX_C_SOURCE 200809L
#include "driver/pipeline.h"

#include <time.h>

#include "check/check.h"
#include "clitool/clitool.h"
#include "flow/flow.h"
#include "machine/analyse.h"
#include "machine/machine.h"
#include "prove/prove.h"
#include "symbolic/ceilings.h"

/* Generated calls that a build holds its bundle against, and how many of them for each capability.
 */
enum { PROVE_CALLS = 16384, PROVE_LEAST = 1, PROVE_MOST = 32 };

const char *const pipeline_stage_names[PIPELINE_NSTAGES] = { "syntax", "model", "ir", "bundle" };

void pipeline_init(struct pipeline *p, struct arena *a)
{
	*p = (struct pipeline){ .arena = a, .sources.arena = a, .dump.arena = a };
	p->diags = (struct diags){ .arena = a, .sources = &p->sources };
	model_add_stdlib(&p->sources);
	p->nbuiltin = p->sources.n;
}

bool pipeline_unread(const struct pipeline *p)
{
	for (size_t i = 0; i < p->sources.nproblems; i++)
		if (!p->sources.problems[i].too_large)
			return true;
	return false;
}

static void report_sources(struct pipeline *p)
{
	for (size_t i = 0; i < p->sources.nproblems; i++) {
		const struct source_problem *bad = &p->sources.problems[i];
		if (bad->too_large)
			diag_add(&p->diags,
				(struct diag){ .code = AEG_source_too_large,
					.at = SPAN_NONE,
					.message = diag_text(&p->diags, "%s %s",
						diag_quote(&p->diags, slice_of(bad->path)),
						bad->why),
					.help = "divide it into several files" });
	}
	if (p->sources.n == p->nbuiltin && p->sources.nproblems == 0)
		diag_add(&p->diags,
			(struct diag){ .code = AEG_no_sources,
				.at = SPAN_NONE,
				.help = "name a file, or a folder that contains *.yaml, *.yml or *.json" });
}

static uint64_t now_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

/* ---- Dumps --------------------------------------------------------------------------------- */

static bool dumps(const struct pipeline *p, enum pipeline_stage s) { return p->dumps >> s & 1; }

static void dump_syntax(struct pipeline *p, const struct documents *docs)
{
	for (size_t i = 0; i < docs->n; i++) {
		const struct document *doc = &docs->v[i];
		bool wanted = !p->sources.v[doc->file].builtin || p->dump_builtins;
		if (!wanted || doc->refused)
			continue;
		syntax_dump(&p->dump, doc->root);
		buf_text(&p->dump, "\n");
	}
}

/* ---- The stages ---------------------------------------------------------------------------- */

/* A stage ran: adds its time. */
#define TIMED(slot, ...) \
	do { \
		uint64_t start_ = now_us(); \
		__VA_ARGS__; \
		(slot) += now_us() - start_; \
	} while (0)

bool pipeline_may_allow(const struct diag_info *info)
{
	return info->severity != DIAG_ERROR || info->code == AEG_unknown_field ||
	       info->code == AEG_literal_secret || info->code == AEG_likely_secret ||
	       info->code == AEG_open_gateway;
}

/* An error that `--allow` made a note is still one to whoever would build from the sources. */
static bool is_broken(const struct diags *d)
{
	if (d->errors > 0 || (d->dropped && d->nallow > 0))
		return true;
	for (size_t i = 0; i < d->n; i++)
		if (!pipeline_may_allow(diag_info(d->v[i].code)))
			return true;
	return false;
}

/* Every error of the sources is known by here; nothing is made of them. */
#define GATE(p) \
	do { \
		if (is_broken(&(p)->diags)) \
			return (struct slice){ 0 }; \
	} while (0)

static uint32_t prove_effort(const struct model *model)
{
	uint64_t ncaps = 1;
	for (uint32_t i = 0; i < model->ncontexts; i++)
		ncaps += model->contexts[i].ncaps;
	uint64_t effort = PROVE_CALLS / ncaps;
	return effort < PROVE_LEAST  ? PROVE_LEAST
	       : effort > PROVE_MOST ? PROVE_MOST
				     : (uint32_t)effort;
}

static struct slice prove(struct pipeline *p, const struct model *model, struct slice bundle)
{
	struct prove_report report;
	TIMED(p->stats.prove_us,
		report = prove_bundle(p->arena, model, bundle, prove_effort(model)));
	p->stats.proved_calls = report.calls;
	p->disagreement = report.disagreement;
	return p->disagreement == NULL ? bundle : (struct slice){ 0 };
}

static struct slice run(struct pipeline *p, enum pipeline_stage last)
{
	struct diags *d = &p->diags;
	uint64_t *us = p->stats.stage_us;
	struct documents docs = { 0 };
	report_sources(p);

	TIMED(us[PIPELINE_SYNTAX], syntax_parse(d, &docs));
	p->stats.documents = docs.n;
	if (dumps(p, PIPELINE_SYNTAX))
		dump_syntax(p, &docs);
	if (last == PIPELINE_SYNTAX)
		return (struct slice){ 0 };
	syntax_require_documents(d, &docs);

	const struct model *model;
	const struct names *names;
	const struct openapi *openapi;
	const struct flows *flows;
	const struct clitools *clitools;
	TIMED(us[PIPELINE_MODEL], model = model_shape(d, &docs);
		openapi = openapi_read(d, model, &docs);
		flows = flow_read(d, model, openapi, p->link.building);
		clitools = clitool_read(d, model); names = link_resolve(d, model, &p->link);
		machine_check(d, model); check_all(d, model, names, p->advice));
	p->stats.model = model;
	p->stats.names = names;
	p->stats.openapi = openapi;
	GATE(p);
	if (dumps(p, PIPELINE_MODEL)) {
		model_dump(&p->dump, model, p->dump_builtins);
		openapi_dump(&p->dump, openapi);
	}
	if (last == PIPELINE_MODEL || pipeline_unread(p))
		return (struct slice){ 0 };

	struct program *program;
	TIMED(us[PIPELINE_IR], program = ir_lower(d, model, names);
		program->ceilings = symbolic_ceilings(d, model);
		p->emit.flows = flow_emit(d, model, flows);
		p->emit.machines = machine_emit(d, model->machines, model->nmachines);
		p->emit.sandboxes = emit_sandboxes(d, program);
		p->emit.settings = emit_settings(d, model);
		p->emit.cli_tools = clitool_emit(d, clitools));
	GATE(p);
	if (dumps(p, PIPELINE_IR))
		ir_dump(&p->dump, program);
	if (last == PIPELINE_IR)
		return (struct slice){ 0 };

	struct slice bundle;
	TIMED(us[PIPELINE_BUNDLE], bundle = emit_bundle(d, program, &p->emit));
	GATE(p);
	bundle = prove(p, model, bundle);
	if (dumps(p, PIPELINE_BUNDLE) && bundle.len > 0)
		emit_dump(&p->dump, bundle);
	return bundle;
}

struct slice pipeline_run(struct pipeline *p, enum pipeline_stage last)
{
	struct slice bundle = run(p, last);
	diag_sort(&p->diags);
	return bundle;
}
