/* aegisr simulate: steps a workflow of states with outcomes from a script, or at random. */
#include "cli/simulate.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/args.h"
#include "cli/commands.h"
#include "cli/load.h"

const struct option simulate_options[] = {
	LOAD_TRUST,
	{ "--events", 'e', "FILE", true,
		"what comes of its effects, a JSON object on each line; -: standard input" },
	{ "--random", 'r', "SEED", false, "outcomes at random: the same for the same SEED" },
	{ "--runs", 'n', "N", false, "with --random: how many runs; 1 without it" },
	{ "--input", 'i', "JSON", false,
		"the input: JSON text, @FILE, or - for standard input; {} without it" },
	{ "--intent", 0, "TEXT", false, "what {{intent}} is" },
	{ "--coverage", 'c', NULL, false, "which states and transitions no run has seen" },
	{ "--coverage-min", 0, "PERCENT", false, "exit 1 where fewer of them are seen" },
	{ "--format", 'f', "text|json", false, "text without it" },
	{ 0 },
};

enum { MOST_RUNS = 100000, MEMORY = 64 << 20, MOST_SCRIPT = 64 << 20 };

static int find(struct simulation *x)
{
	const char *name = x->l->operands[1];
	x->machine =
		aeg_machine_find(x->machines, (struct aeg_str){ name, (uint32_t)strlen(name) });
	x->info.size_of = sizeof x->info;
	if (aeg_machine_info(x->machines, x->machine, &x->info) != AEG_OK)
		return command_usage(x->l, "the bundle has no workflow of states `%s`", name);
	x->first = arena_array(x->l->arena, uint32_t, x->info.nstates);
	for (uint32_t i = 0; i < x->info.nstates; i++) {
		x->first[i] = x->ntransitions;
		x->ntransitions += sim_state(x, i).ntransitions;
	}
	x->entered = arena_array(x->l->arena, uint32_t, x->info.nstates);
	x->taken = arena_array(x->l->arena, uint32_t, x->ntransitions + 1);
	return COMMAND_OK;
}

static int input(struct simulation *x)
{
	struct slice text = SLICE("{}");
	const char *intent = command_value(x->l, "--intent");
	int status = command_has(x->l, "--input") ? args_given(x->l, "--input", &text) : COMMAND_OK;
	if (status != COMMAND_OK)
		return status;
	x->intent = (struct aeg_str){ "", 0 };
	if (intent != NULL)
		x->intent = (struct aeg_str){ intent, (uint32_t)strlen(intent) };
	x->input = args_scan(x->l->arena, text);
	if (x->input->status == AEG_OK)
		return COMMAND_OK;
	return command_fail(x->l, COMMAND_NO, "the input is not JSON: byte %u", x->input->bad + 1);
}

/* ---- Runs ---------------------------------------------------------------------------------- */

static int run_scripts(struct simulation *x, const char **files, uint32_t n)
{
	x->runs = arena_array(x->l->arena, struct sim_run, n);
	for (uint32_t i = 0; i < n; i++) {
		struct sim_source from = { .line = 0 };
		const char *why;
		if (!file_read(x->l->arena, files[i], MOST_SCRIPT, &from.lines, &why))
			return command_fail(x->l, COMMAND_IO, "%s: %s", files[i], why);
		x->runs[x->nruns].name = slice_of(files[i]);
		sim_run(x, &from, &x->runs[x->nruns++]);
	}
	return COMMAND_OK;
}

static int run_random(struct simulation *x)
{
	const char *text = command_value(x->l, "--random");
	char *end;
	uint64_t n = 1, seed = strtoull(text, &end, 10);
	int status = command_count(x->l, "--runs", &n);
	if (status != COMMAND_OK)
		return status;
	if (*text < '0' || *text > '9' || *end != 0)
		return command_usage(x->l, "--random wants a number, not `%s`", text);
	if (n > MOST_RUNS)
		return command_usage(x->l, "--runs is %d at most", MOST_RUNS);
	x->runs = arena_array(x->l->arena, struct sim_run, n);
	while (x->nruns < n) {
		struct sim_source from = { .random = true };
		struct buf name = { .arena = x->l->arena };
		/* Seeds that follow one another must not make like runs. */
		from.seed = (seed + x->nruns + 1) * UINT64_C(0x9e3779b97f4a7c15) | 1;
		buf_printf(&name, "run %u", (unsigned)x->nruns + 1);
		x->runs[x->nruns].name = buf_done(&name);
		sim_run(x, &from, &x->runs[x->nruns++]);
	}
	return COMMAND_OK;
}

/* A run that is made up may fail: then the workflow does what it says. */
static int verdict(const struct simulation *x, bool random, uint64_t least)
{
	bool bad = least != 0 && sim_coverage(x).percent < (double)least;
	for (uint32_t i = 0; i < x->nruns; i++)
		bad = bad || x->runs[i].broken || (!random && !x->runs[i].done);
	return bad ? COMMAND_NO : COMMAND_OK;
}

static int simulate(struct simulation *x, bool json)
{
	struct buf out = { .arena = x->l->arena };
	uint32_t nfiles;
	uint64_t least = 0;
	const char **files = command_values(x->l, "--events", &nfiles);
	bool random = command_has(x->l, "--random");
	bool coverage = command_has(x->l, "--coverage") || command_has(x->l, "--coverage-min");
	int status = command_count(x->l, "--coverage-min", &least);
	if (status == COMMAND_OK)
		status = find(x);
	if (status == COMMAND_OK)
		status = input(x);
	if (status == COMMAND_OK)
		status = random ? run_random(x) : run_scripts(x, files, nfiles);
	if (status != COMMAND_OK)
		return status;
	(json ? sim_answer : sim_tell)(&out, x, coverage);
	command_print(&out, stdout);
	return verdict(x, random, least);
}

/* Whether what is asked for makes sense. */
static int check(struct command_line *l)
{
	bool random = command_has(l, "--random"), events = command_has(l, "--events");
	if (random == events)
		return command_usage(l, random ? "--events or --random, not both"
					       : "where do outcomes come from? --events FILE, or "
						 "--random SEED");
	if (command_has(l, "--runs") && !random)
		return command_usage(l, "--runs is for --random");
	return COMMAND_OK;
}

int simulate_run(struct command_line *l)
{
	struct aeg_bundle b;
	struct aeg_machines ms;
	struct simulation x = { .l = l, .machines = &ms, .mem_size = MEMORY };
	enum aeg_status s;
	int status;
	bool json = command_json(l, &status);
	if (status == COMMAND_OK)
		status = check(l);
	if (status == COMMAND_OK)
		status = load_bundle(l, &b);
	if (status != COMMAND_OK)
		return status;
	x.colour = command_colour(STDOUT_FILENO);
	x.mem = malloc(x.mem_size);
	s = aeg_machines_open(&b, &ms);
	status = x.mem == NULL ? command_fail(l, COMMAND_IO, "there is not enough memory")
		 : s != AEG_OK ? command_fail(l, COMMAND_REFUSED, "the workflows of the bundle: %s",
					 aeg_status_text(s))
			       : simulate(&x, json);
	free(x.mem);
	aeg_bundle_close(&b);
	return status;
}
