/* aegisc check: every problem of every file in one run. */
#include <stdio.h>

#include <time.h>

#include "driver/commands.h"
#include "driver/foretell.h"
#include "driver/options.h"

const struct option check_options[] = {
	{ "--format", 0, "text|json", false, "json: one value on standard output (aegis.check/1)" },
	OPTIONS_FINDINGS,
	{ "--explain", 0, NULL, false,
		"say what agents and workflows come to: limits, defaults, next run times" },
	{ "--at", 0, "TIME", false, "with --explain: as seen from 2030-12-31T23:59:59Z" },
	{ "--stats", 0, NULL, false, "say what was read and how long it took" },
	{ 0 },
};

static void print_stats(const struct pipeline *p)
{
	const struct pipeline_stats *s = &p->stats;
	uint64_t bytes = 0, files = 0, contexts = 0, caps = 0;
	uint32_t operations = 0;
	for (size_t i = 0; i < p->sources.n; i++) {
		files += !p->sources.v[i].builtin;
		bytes += p->sources.v[i].builtin ? 0 : p->sources.v[i].text.len;
	}
	for (uint32_t i = 0; i < s->model->ncontexts; i++) {
		contexts += !s->model->contexts[i].builtin;
		caps += s->model->contexts[i].builtin ? 0 : s->model->contexts[i].ncaps;
	}
	fprintf(stderr, "read      %llu files, %llu bytes\n", (unsigned long long)files,
		(unsigned long long)bytes);
	for (uint32_t i = 0; i < s->openapi->napis; i++)
		operations += s->openapi->apis[i].nentries;
	fprintf(stderr, "contains  %llu contexts, %llu capabilities, %u agents, %u operations\n",
		(unsigned long long)contexts, (unsigned long long)caps, (unsigned)s->model->nagents,
		(unsigned)operations);
	fprintf(stderr, "time      syntax %.1f ms, model %.1f ms, tables %.1f ms\n",
		(double)s->stage_us[PIPELINE_SYNTAX] / 1e3,
		(double)s->stage_us[PIPELINE_MODEL] / 1e3, (double)s->stage_us[PIPELINE_IR] / 1e3);
	fprintf(stderr, "memory    %.1f MiB\n", (double)p->arena->used / (1 << 20));
}

/* `--at TIME`, or now. */
static int time_of(struct command_line *l, bool json, uint64_t *ret)
{
	const char *at = command_value(l, "--at");
	if (command_has(l, "--explain") && json)
		return command_usage(l, "`--explain` is for people: leave out `--format json`");
	*ret = (uint64_t)time(NULL);
	if (at != NULL && !options_time(at, ret))
		return command_usage(l, "`--at` is a time like 2030-12-31T23:59:59Z, not `%s`", at);
	return COMMAND_OK;
}

static void explain(const struct pipeline *p, uint64_t now)
{
	struct buf out = { .arena = p->arena };
	foretell(p, (int64_t)now, "/usr/share/zoneinfo", &out);
	command_print(&out, stdout);
}

int check_run(struct command_line *l)
{
	struct pipeline p;
	int status;
	uint64_t now;
	bool json = command_json(l, &status);
	if (status == COMMAND_OK)
		status = time_of(l, json, &now);
	if (status == COMMAND_OK)
		status = options_pipeline(l, &p, false);
	if (status != COMMAND_OK)
		return status;
	p.advice = true;
	pipeline_run(&p, PIPELINE_IR);
	status = options_report(l, &p, json);
	if (command_has(l, "--explain"))
		explain(&p, now);
	if (command_has(l, "--stats"))
		print_stats(&p);
	return status;
}
