/* JSON: scanning against cJSON, and slicing a response against the scan alone. */
#define _GNU_SOURCE
#include "bench.h"

#include <cjson/cJSON.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "aegis/expr.h"
#include "base/file.h"

enum { LARGE = 100 << 10, CUSTOMERS = 200 << 10, MOST = 32 << 20, ROUNDS = 40 };

struct work {
	struct aeg_json_tok *tok;
	size_t cap;
	struct aeg_program program;
	struct aeg_select select;
	uint64_t sum; /* of what was found, so that it must be looked at */
};

static struct slice customers(struct arena *a)
{
	static const char *const cities[] = { "Berlin", "Z\xc3\xbcrich", "Porto", "Graz" };
	struct buf b = { .arena = a };
	uint64_t chance = 7;

	buf_text(&b, "{\"object\":\"list\",\"data\":[");
	for (uint32_t i = 0; b.len < CUSTOMERS; i++) {
		uint32_t n = bench_random(&chance, 100000);
		buf_printf(&b,
			"%s{\"id\":%llu,\"object\":\"customer\",\"name\":\"Customer %u\",\"email\":"
			"\"customer.%u@example.com\",\"phone\":null,\"balance\":%u.%02u,"
			"\"currency\":\"eur\",\"delinquent\":%s,\"address\":{\"city\":\"%s\","
			"\"line1\":\"Street %u\",\"postal_code\":\"%05u\",\"country\":\"DE\"},"
			"\"created\":16%08u,\"metadata\":{\"tier\":\"%s\",\"note\":\"a \\\"quoted\\\" "
			"note of some length, as people write them\"},\"tags\":[\"a\",\"b%u\"]}",
			i == 0 ? "" : ",", 1234567890123456789ull + n, n, n, n % 1000, n % 100,
			n % 7 == 0 ? "true" : "false", cities[n % 4], n % 300, n, n,
			n % 3 == 0 ? "gold" : "free", n % 50);
	}
	buf_text(&b, "],\"has_more\":false}");
	return buf_done(&b);
}

/* ---- What is timed ------------------------------------------------------------------------- */

static void scan(struct work *w, struct slice text)
{
	struct aeg_json j;

	if (aeg_json_scan(&j, text.at, text.len, w->tok, w->cap) != AEG_OK)
		exit(1);
	w->sum += j.ntok;
}

/* Scans, selects, and reads each value that was found, as one that copies it would. */
static void slice(struct work *w, struct slice text)
{
	struct aeg_select *s = &w->select;
	struct aeg_found found;
	struct aeg_json j;

	if (aeg_json_scan(&j, text.at, text.len, w->tok, w->cap) != AEG_OK)
		exit(1);
	s->doc = &j;
	s->steps = UINT64_MAX;
	if (aeg_select_begin(s) != AEG_OK)
		exit(1);
	while (aeg_select_next(s, &found) == AEG_OK && found.token != AEG_NONE) {
		const struct aeg_json_tok *t = &j.tok[found.token];
		w->sum += t->len + (unsigned char)j.text[t->at];
	}
}

static void cjson(struct work *w, struct slice text)
{
	cJSON *c = cJSON_ParseWithLength(text.at, text.len);

	if (c == NULL)
		exit(1);
	w->sum += (uint64_t)c->type;
	cJSON_Delete(c);
}

/* Nanoseconds of the best of many rounds. */
static double best(struct work *w, struct slice text, void (*f)(struct work *, struct slice))
{
	double least = 1e18;

	for (uint32_t i = 0; i < ROUNDS; i++) {
		double t = bench_now();
		f(w, text);
		t = bench_now() - t;
		least = t < least ? t : least;
	}
	return least;
}

/* ---- The report ---------------------------------------------------------------------------- */

static void prepare(struct work *w, struct arena *a, const struct aeg_str *paths, uint32_t n)
{
	enum { CODE = 1 << 16 };
	struct aeg_path_error error;
	char *code = arena_alloc(a, CODE, 1, 8);
	size_t len;

	if (aeg_paths_compile(paths, n, NULL, code, CODE, &len, &error) != AEG_OK ||
		aeg_program_check(&w->program, code, len) != AEG_OK)
		exit(1);
	w->select = (struct aeg_select){ .size_of = sizeof w->select,
		.program = &w->program,
		.mem_size = aeg_select_size(&w->program) };
	w->select.mem = arena_alloc(a, w->select.mem_size, 1, 8);
}

static void report_scan(struct work *w, const char *name, struct slice text)
{
	char what[128];
	double scanned = best(w, text, scan), yard = best(w, text, cjson);

	printf("  %u KB: scan %.0f us (%.2f GB/s), cJSON %.0f us\n", text.len / 1024, scanned / 1e3,
		text.len / scanned, yard / 1e3);
	snprintf(what, sizeof what, "throughput against cJSON: %.28s", name);
	bench_report(what, yard / scanned, 6, "x", true);
}

static void report_slice(struct work *w, struct arena *a, struct slice text)
{
	static const struct aeg_str paths[] = { { "$.data[*].id", 12 }, { "$.data[*].name", 14 },
		{ "$.data[*].email", 15 } };

	prepare(w, a, paths, 3);
	double scanned = best(w, text, scan), sliced = best(w, text, slice);
	printf("  scan %.0f us, scan and slice %.0f us\n", scanned / 1e3, sliced / 1e3);
	bench_report("three fields of each customer / the scan alone", sliced / scanned, 1.3, "x",
		false);
}

/* jq, the whole process, against ours would be unfair the other way: so it is only shown. */
static void show_jq(struct slice text)
{
	char name[] = "/tmp/aegis-bench-XXXXXX", command[256];
	int fd = mkstemp(name);

	if (fd < 0 || write(fd, text.at, text.len) != (ssize_t)text.len)
		exit(1);
	close(fd);
	snprintf(command, sizeof command,
		"command -v jq >/dev/null && jq -c '.data[]|.id,.name,.email' <%s >/dev/null",
		name);
	double t = bench_now();
	int status = system(command);
	t = bench_now() - t;
	if (status == 0)
		printf("  jq (the process, with its start) %.0f us for the same\n", t / 1e3);
	unlink(name);
}

struct slice bench_document(struct arena *a, const char *path)
{
	char command[4200];
	struct buf b = { .arena = a };
	size_t n;

	snprintf(command, sizeof command, "gzip -dcf '%s'", path);
	FILE *f = popen(command, "r");
	if (f == NULL)
		exit(1);
	do {
		enum { PIECE = 1 << 16 };
		n = fread(buf_take(&b, PIECE), 1, PIECE, f);
		b.len -= PIECE - n;
	} while (n > 0 && b.len < MOST);
	pclose(f);
	return buf_done(&b);
}

/* The large documents of the public suite, where it is there. */
static void report_suite(struct work *w)
{
	const char *shared = getenv("AEGIS_SHARED");
	double scanned = 0, yard = 0, worst = 1e9;
	uint32_t n = 0, bytes = 0;
	char pattern[4096];
	glob_t found;

	if (shared == NULL)
		return;
	snprintf(pattern, sizeof pattern, "%s/suites/openapi/*/*.json*", shared);
	if (glob(pattern, 0, NULL, &found) != 0)
		return;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct arena a = { .limit = (size_t)1 << 30, .fail = bench_fail_arena };
		struct slice text = bench_document(&a, found.gl_pathv[i]);
		if (text.len >= LARGE && text.len < MOST) {
			double s = best(w, text, scan), y = best(w, text, cjson);
			scanned += s;
			yard += y;
			worst = y / s < worst ? y / s : worst;
			n++;
			bytes += text.len;
			if (getenv("AEGIS_BENCH_EACH") != NULL)
				printf("  %5.2f %5.2f GB/s %s\n", y / s, text.len / s,
					found.gl_pathv[i] + strlen(shared));
		}
		arena_free(&a);
	}
	globfree(&found);
	printf("  %u documents, %u KB: scan %.0f us (%.2f GB/s), cJSON %.0f us; least %.2fx\n", n,
		bytes / 1024, scanned / 1e3, bytes / scanned, yard / 1e3, worst);
	bench_report(
		"throughput against cJSON: large OpenAPI documents", yard / scanned, 6, "x", true);
}

void bench_json(void)
{
	struct arena a = { .limit = (size_t)4 << 30, .fail = bench_fail_arena };
	struct work w = { .cap = aeg_json_bound(MOST) };
	struct slice text = customers(&a);

	w.tok = malloc(w.cap * sizeof *w.tok);
	if (w.tok == NULL)
		exit(1);
	printf("JSON: the best of %d rounds each\n", ROUNDS);
	report_scan(&w, "customers", text);
	report_slice(&w, &a, text);
	show_jq(text);
	report_suite(&w);
	free(w.tok);
	arena_free(&a);
}
