/* Templates: rendering against handlebars.js, where that is there, and against itself. */
#define _GNU_SOURCE
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "aegis/eval.h"
#include "aegis/expr.h"

enum { ROUNDS = 40, TIMES = 5000, CODE = 1 << 20, MEMORY = 1 << 20, OUT = 16 << 20 };

struct work {
	struct aeg_template program;
	struct aeg_json data;
	struct aeg_render render;
	void *code, *mem;
	char *out;
};

/* What an agent sends: 2 KB with ten holes. */
static const char body_head[] =
	"{\"model\":\"{{model}}\",\"stream\":false,\"temperature\":0.2,\"metadata\":{\"user\":\"{{user.id}}\","
	"\"trace\":\"{{trace}}\",\"origin\":\"{{origin}}\"},\"messages\":[{\"role\":\"system\",\"content\":\"";
static const char body_rule[] =
	"Answer in the language of the question, name the documents that the answer rests on, and say so where "
	"they do not answer it. ";
static const char body_tail[] =
	"\"},{\"role\":\"user\",\"content\":\"Hello, I am {{user.name}} of {{user.company}}. {{question}}\"},"
	"{\"role\":\"assistant\",\"content\":\"Of {{date}}: {{previous}}\"}],\"stop\":[\"{{stop}}\"]}";
static const char body_data[] =
	"{\"model\":\"large-2\",\"user\":{\"id\":\"u-10231\",\"name\":\"Zo\xc3\xab O'Neill\",\"company\":\"R&D Tools\"},"
	"\"trace\":\"4bf92f3577b34da6a3ce929d0e0e4736\",\"origin\":\"https://example.com/chat?tab=1\","
	"\"question\":\"Why does the \\\"export\\\" button of the report do nothing since the last release?\","
	"\"date\":\"2025-11-21\",\"previous\":\"It was moved; see the notes <of> the release.\",\"stop\":\"END\"}";

static struct slice body(struct arena *a)
{
	struct buf b = { .arena = a };

	buf_text(&b, body_head);
	while (b.len + sizeof body_tail < 2048)
		buf_text(&b, body_rule);
	buf_text(&b, body_tail);
	return buf_done(&b);
}

/* ---- What is timed ------------------------------------------------------------------------- */

static void prepare(struct work *w, struct arena *a, struct slice text, enum aeg_template_mode mode,
	struct slice data)
{
	struct aeg_template_options options = { .size_of = sizeof options, .mode = mode };
	struct aeg_template_error error;
	size_t len, n = aeg_json_bound(data.len);

	if (aeg_template_compile((struct aeg_str){ text.at, text.len }, &options, w->code, CODE,
		    &len, &error) != AEG_OK ||
		aeg_template_check(&w->program, w->code, len) != AEG_OK ||
		aeg_json_scan(&w->data, data.at, data.len, arena_array(a, struct aeg_json_tok, n),
			n) != AEG_OK) {
		fprintf(stderr, "bench: a template does not compile\n");
		exit(1);
	}
	w->render = (struct aeg_render){ .size_of = sizeof w->render,
		.program = &w->program,
		.data = &w->data,
		.mem = w->mem,
		.mem_size = MEMORY,
		.out = w->out,
		.cap = OUT };
}

static uint64_t render(struct work *w)
{
	w->render.steps = UINT64_MAX;
	if (aeg_render(&w->render) != AEG_OK) {
		fprintf(stderr, "bench: a template does not render\n");
		exit(1);
	}
	return w->render.len;
}

/* Of this thread: for what is longer than the system lets it run in one go. */
static double cpu_now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Nanoseconds a rendering, of the best of many rounds. */
static double best(struct work *w, uint32_t times, double (*now)(void))
{
	double least = 1e18;

	for (uint32_t round = 0; round < ROUNDS; round++) {
		double t = now();
		for (uint32_t i = 0; i < times; i++)
			render(w);
		t = (now() - t) / times;
		least = t < least ? t : least;
	}
	return least;
}

/* ---- handlebars.js ------------------------------------------------------------------------- */

/* What it takes for the same, or 0: it is not there. @ret_text: what it renders. */
static double handlebars(
	struct arena *a, struct slice text, struct slice data, struct slice *ret_text)
{
	char name[] = "/tmp/aegis-bench-XXXXXX", command[256];
	struct buf in = { .arena = a }, out = { .arena = a };
	int fd = mkstemp(name);
	double ns = 0;

	buf_text(&in, "{\"template\":");
	buf_json_string(&in, text);
	buf_text(&in, ",\"data\":");
	buf_slice(&in, data);
	buf_text(&in, "}");
	if (fd < 0 || write(fd, in.at, in.len) != (ssize_t)in.len)
		exit(1);
	close(fd);
	snprintf(command, sizeof command, "node bench/render.mjs %s 2>/dev/null", name);
	FILE *f = popen(command, "r");
	for (int c; f != NULL && (c = getc(f)) != EOF;)
		buf_add(&out, &(char){ (char)c }, 1);
	if (f != NULL && pclose(f) == 0) {
		const char *line = memchr(buf_done(&out).at, '\n', out.len);
		ns = strtod(out.at, NULL);
		*ret_text = (struct slice){ line + 1, (uint32_t)(out.at + out.len - line - 1) };
	}
	unlink(name);
	return ns;
}

/* ---- The report ---------------------------------------------------------------------------- */

static void report_body(struct work *w, struct arena *a)
{
	struct slice text = body(a), data = slice_of(body_data), theirs = { 0 };
	double yard = handlebars(a, text, data, &theirs);

	prepare(w, a, text, AEG_MODE_HTML, data);
	double html = best(w, TIMES, bench_now);
	uint64_t len = w->render.len;
	if (yard != 0 && !slice_eq(theirs, (struct slice){ w->out, (uint32_t)len })) {
		fprintf(stderr, "bench: handlebars.js renders something else\n");
		exit(1);
	}
	prepare(w, a, text, AEG_MODE_JSON, data);
	double json = best(w, TIMES, bench_now);
	printf("  %u bytes, ten holes, precompiled: html %.0f ns (%.2f GB/s), json %.0f ns\n",
		(unsigned)len, html, (double)len / html, json);
	if (yard == 0) {
		printf("  there is no node with handlebars to compare with: `npm install handlebars` found none\n");
		return;
	}
	printf("  handlebars.js %.0f ns for the html, which is the same\n", yard);
	bench_report("throughput against handlebars.js: html", yard / html, 5, "x", true);
	bench_report("throughput against handlebars.js: json", yard / json, 5, "x", true);
}

static struct slice items(struct arena *a, uint32_t n)
{
	struct buf b = { .arena = a };

	buf_text(&b, "{\"items\":[");
	for (uint32_t i = 0; i < n; i++)
		buf_printf(&b, "%s{\"id\":%u,\"name\":\"item \\\"%u\\\"\",\"price\":%u.%02u}",
			i == 0 ? "" : ",", i, i, i % 1000, i % 100);
	buf_text(&b, "]}");
	return buf_done(&b);
}

/* Nanoseconds for each byte of the output of a loop. */
static double loop(struct work *w, struct arena *a, enum aeg_template_mode mode, uint32_t n)
{
	static const char text[] = "[{{#each items}}{\"id\":{{id}},\"at\":{{@index}},"
				   "\"text\":\"{{name}} for {{price}}\"},{{/each}}]";

	prepare(w, a, slice_of(text), mode, items(a, n));
	double ns = best(w, 1, cpu_now) / (double)w->render.len;
	printf("  a loop of %u items, %u KB: %.2f ms\n", n, (unsigned)(w->render.len / 1024),
		ns * (double)w->render.len / 1e6);
	return ns;
}

void bench_render(void)
{
	struct arena a = { .limit = (size_t)1 << 30, .fail = bench_fail_arena };
	struct work w = { .code = arena_alloc(&a, CODE, 1, 8),
		.mem = arena_alloc(&a, MEMORY, 1, 8),
		.out = arena_alloc(&a, OUT, 1, 8) };

	printf("templates: the best of %d rounds each\n", ROUNDS);
	report_body(&w, &a);
	double few = loop(&w, &a, AEG_MODE_JSON, 10000), many = loop(&w, &a, AEG_MODE_JSON, 100000);
	bench_report("a byte of 100,000 items / a byte of 10,000", many / few, 1.5, "x", false);
	arena_free(&a);
}
