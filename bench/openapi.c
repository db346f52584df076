/* Checking the largest description of the public suite, against scanning it. */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

#include "openapi/openapi.h"

enum { TIMES = 5 };

static double scan(struct arena *a, struct slice text)
{
	size_t cap = aeg_json_bound(text.len);
	struct aeg_json_tok *mem = arena_array(a, struct aeg_json_tok, cap);
	struct aeg_json json;
	double t = bench_now();
	if (aeg_json_scan(&json, text.at, text.len, mem, cap) != AEG_OK)
		exit(1);
	return bench_now() - t;
}

/* From its bytes to an index of its operations, every reference followed. */
static double check(struct arena *a, struct slice text)
{
	struct sources sources = { .arena = a, .closed = true };
	struct diags d = { .arena = a, .sources = &sources };
	struct documents docs = { 0 };
	double t = bench_now();
	sources_add_text(&sources, "in.json", text);
	syntax_parse(&d, &docs);
	const struct openapi *o = openapi_read(&d, model_shape(&d, &docs), &docs);
	t = bench_now() - t;
	if (d.errors != 0 || o->napis != 1 || o->apis[0].nentries == 0)
		exit(1);
	return t;
}

void bench_openapi(void)
{
	const char *shared = getenv("AEGIS_SHARED");
	struct arena kept = { .limit = (size_t)1 << 30, .fail = bench_fail_arena };
	double scanned = 1e18, checked = 1e18;
	size_t used = 0;
	char path[4096];

	if (shared == NULL)
		return;
	snprintf(path, sizeof path, "%s/suites/openapi/github/api.github.com.json.gz", shared);
	struct slice text = bench_document(&kept, path);
	for (int i = 0; i < TIMES; i++) {
		struct arena a = { .limit = (size_t)1 << 30, .fail = bench_fail_arena };
		double t = scan(&a, text);
		scanned = t < scanned ? t : scanned;
		arena_free(&a);
		t = check(&a, text);
		checked = t < checked ? t : checked;
		used = a.used;
		arena_free(&a);
	}
	printf("an OpenAPI description of %.1f MB: scanned in %.1f ms, checked in %.1f ms\n",
		text.len / 1e6, scanned / 1e6, checked / 1e6);
	bench_report("checking it, less twice the scan", (checked - 2 * scanned) / 1e9, 0.5, " s",
		false);
	bench_report("memory of it / its size", (double)used / text.len, 8, "x", false);
	arena_free(&kept);
}
