/* aegisr select: what paths select in a document, or in a stream of them. */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/path.h"

const struct option select_options[] = {
	{ "--path", 'p', "JSONPATH", true, "what to select (RFC 9535)" },
	{ "--paths", 0, NULL, false, "normalized paths instead of values" },
	{ "--stats", 0, NULL, false, "say on standard error how much was read, selected and done" },
	{ "--steps", 0, "N", false,
		"give up after about N steps; else after 100 million, or 256 for each token" },
	{ "--batch", 0, NULL, false, "selectors and documents as JSON lines from standard input" },
	{ 0 },
};

enum { LARGEST = 1 << 30 };

/* ---- One document -------------------------------------------------------------------------- */

struct warnings {
	struct buf out;
	const char **paths;
};

static void warn(void *ctx, const struct aeg_path_error *w)
{
	struct warnings *all = ctx;

	buf_printf(&all->out, "aegisr: warning: byte %u of the path: %s\n  %s\n  %*s^\n", w->at,
		w->what, all->paths[w->path], (int)w->at, "");
}

/* Which path, what about it, and the byte. */
static int bad_path(struct command_line *l, const char **paths, const struct aeg_path_error *e)
{
	struct buf where = { .arena = l->arena };

	buf_printf(&where, "%s\n  %*s^", paths[e->path], (int)e->at, "");
	return command_fail(l, COMMAND_USAGE, "byte %u of the path: %s\n  %s", e->at, e->what,
		buf_done(&where).at);
}

static int compile(struct command_line *l, struct path_run *r, uint32_t *ret_n)
{
	struct warnings w = { .out.arena = l->arena };
	struct aeg_path_options options = { .size_of = sizeof options, .warn = warn, .ctx = &w };
	struct aeg_str *texts;

	w.paths = command_values(l, "--path", ret_n);
	if (*ret_n == 0)
		return command_usage(l, "write --path JSONPATH, or --batch");
	if (*ret_n > AEG_MAX_PATHS)
		return command_usage(l, "at most %u paths at once", AEG_MAX_PATHS);
	texts = arena_array(l->arena, struct aeg_str, *ret_n);
	for (uint32_t i = 0; i < *ret_n; i++)
		texts[i] = (struct aeg_str){ w.paths[i], (uint32_t)strlen(w.paths[i]) };
	enum aeg_status status = path_compile(r, texts, *ret_n, &options);
	if (status == AEG_NOMEM)
		return command_fail(l, COMMAND_IO, "not enough memory");
	if (status != AEG_OK)
		return bad_path(l, w.paths, &r->error);
	command_print(&w.out, stderr);
	return COMMAND_OK;
}

static void stats(const struct path_run *r, const struct aeg_json *j, size_t bytes)
{
	fprintf(stderr, "%u bytes in, %zu bytes out, %u values, %u tokens, %llu steps\n",
		(unsigned)j->len, bytes, (unsigned)r->nfound, (unsigned)j->ntok,
		(unsigned long long)r->spent);
}

static int answer(struct command_line *l, struct path_run *r, const struct aeg_json *j, uint32_t n)
{
	struct buf out = { .arena = l->arena };
	bool places = command_has(l, "--paths");

	for (uint32_t i = 0; i < n; i++) {
		if (!places)
			path_values(r, j, i, &out);
		else if (!path_places(r, j, i, &out))
			return command_fail(l, COMMAND_IO, "not enough memory");
		buf_text(&out, "\n");
	}
	command_print(&out, stdout);
	if (command_has(l, "--stats"))
		stats(r, j, out.len);
	return COMMAND_OK;
}

static int select_in(struct command_line *l, struct path_run *r, struct tokens *t, uint32_t n)
{
	const char *name = l->noperands == 0 ? "-" : l->operands[0], *why;
	struct aeg_json j;
	struct slice text;

	if (!file_read(l->arena, name, LARGEST, &text, &why))
		return command_fail(l, COMMAND_IO, "%s: %s", name, why);
	if (strcmp(name, "-") == 0)
		name = "standard input";
	if (!tokens_scan_document(&j, t, text))
		return command_fail(l, COMMAND_IO, "%s: not enough memory", name);
	if (j.status != AEG_OK)
		return command_fail(l, COMMAND_NO, "%s: %s: byte %u", name,
			aeg_status_text(j.status), (unsigned)j.bad);
	enum aeg_status s = path_select(r, &j);
	if (s == AEG_NOMEM)
		return command_fail(l, COMMAND_IO, "%s: not enough memory", name);
	if (s != AEG_OK)
		return command_fail(l, COMMAND_NO, "%s: %s", name, aeg_status_text(s));
	return answer(l, r, &j, n);
}

/* ---- Many ---------------------------------------------------------------------------------- */

struct select_batch {
	struct path_run run;
	struct tokens line, document;
	char *selector;
	size_t selector_size;
	struct buf out;
	char wrong[256];
};

/* `{`, and the line's id where it has one. Of a line that asks nothing it is null. */
static void begin(struct select_batch *b, const struct aeg_json *j, uint32_t id, bool asks)
{
	buf_text(&b->out, "{");
	if (id == AEG_NONE) {
		buf_text(&b->out, asks ? "" : "\"id\":null,");
		return;
	}
	buf_text(&b->out, "\"id\":");
	buf_slice(&b->out, tokens_raw(j, id));
	buf_text(&b->out, ",");
}

static void answer_error(struct select_batch *b, const char *what)
{
	buf_text(&b->out, "\"error\":");
	buf_json_string(&b->out, slice_of(what));
	buf_text(&b->out, "}\n");
}

static const char no_memory[] = "not enough memory for a line of this length";

/* The selector compiled; NULL, or what is wrong. */
static const char *compile_selector(
	struct select_batch *b, const struct aeg_json *j, uint32_t token)
{
	uint32_t len = j->tok[token].len;
	struct aeg_str path;

	if (len > b->selector_size) {
		free(b->selector);
		b->selector = malloc(len);
		b->selector_size = b->selector == NULL ? 0 : len;
	}
	if (b->selector == NULL && len > 0)
		return no_memory;
	path.at = b->selector == NULL ? "" : b->selector;
	path.len = (uint32_t)aeg_json_unescape(j, token, b->selector, len);
	enum aeg_status status = path_compile(&b->run, &path, 1, NULL);
	if (status == AEG_OK)
		return NULL;
	if (status == AEG_NOMEM)
		return no_memory;
	snprintf(b->wrong, sizeof b->wrong, "`selector`: byte %u: %s", (unsigned)b->run.error.at,
		b->run.error.what);
	return b->wrong;
}

/* NULL: answered. */
static const char *select_line(
	struct select_batch *b, uint32_t selector, uint32_t document, const struct aeg_json *j)
{
	struct slice text = tokens_raw(j, document);
	struct aeg_json d;
	const char *wrong = compile_selector(b, j, selector);

	if (wrong != NULL)
		return wrong;
	if (!tokens_scan(&d, &b->document, text.at, text.len))
		return no_memory;
	enum aeg_status s = path_select(&b->run, &d);
	if (s != AEG_OK)
		return aeg_status_text(s);
	buf_text(&b->out, "\"result\":");
	path_values(&b->run, &d, 0, &b->out);
	buf_text(&b->out, ",\"result_paths\":");
	if (!path_places(&b->run, &d, 0, &b->out))
		buf_text(&b->out, "[]");
	buf_text(&b->out, "}\n");
	return NULL;
}

static uint32_t member(const struct aeg_json *j, const char *name)
{
	return aeg_json_member(j, 0, (struct aeg_str){ name, (uint32_t)strlen(name) });
}

static void answer_line(void *ctx, struct slice line)
{
	struct select_batch *b = ctx;
	struct aeg_json j;
	const char *wrong = NULL;
	uint32_t selector = AEG_NONE, document = AEG_NONE, id = AEG_NONE;

	if (!tokens_scan(&j, &b->line, line.at, line.len)) {
		wrong = no_memory;
	} else if (j.status != AEG_OK) {
		snprintf(b->wrong, sizeof b->wrong, "%s: byte %u", aeg_status_text(j.status),
			(unsigned)j.bad);
		wrong = b->wrong;
	} else {
		selector = member(&j, "selector");
		document = member(&j, "document");
		id = member(&j, "id");
		if (tokens_kind(&j, 0) != AEG_JSON_OBJECT)
			wrong = "not a JSON object";
		else if (tokens_member_twice(&j, &b->document))
			wrong = "a member is there twice";
		else if (selector == AEG_NONE || tokens_kind(&j, selector) != AEG_JSON_STRING)
			wrong = selector == AEG_NONE ? "`selector` is missing"
						     : "`selector` is not a string";
		else if (document == AEG_NONE)
			wrong = "`document` is missing";
	}
	begin(b, &j, id, wrong == NULL);
	if (wrong == NULL)
		wrong = select_line(b, selector, document, &j);
	if (wrong != NULL)
		answer_error(b, wrong);
}

static void answer_too_long(void *ctx)
{
	struct select_batch *b = ctx;

	begin(b, NULL, AEG_NONE, false);
	answer_error(b, aeg_status_text(AEG_TOO_LARGE));
}

static int batch(struct command_line *l, uint64_t steps)
{
	struct select_batch b = { .out.arena = l->arena, .run.steps = steps };
	struct lines lines = { answer_line, answer_too_long, &b, &b.out, NULL, 0, 0, 0 };
	int status = lines_run(l, &lines);

	path_free(&b.run);
	free(b.line.v);
	free(b.document.v);
	free(b.selector);
	return status;
}

int select_run(struct command_line *l)
{
	struct path_run r = { 0 };
	struct tokens t = { 0 };
	int status = command_count(l, "--steps", &r.steps);
	uint32_t n;

	if (status != COMMAND_OK)
		return status;
	if (command_has(l, "--batch")) {
		if (l->ngiven > 1 + (r.steps != 0) || l->noperands > 0)
			return command_usage(l, "--batch takes everything from standard input");
		return batch(l, r.steps);
	}
	status = compile(l, &r, &n);
	if (status == COMMAND_OK)
		status = select_in(l, &r, &t, n);
	path_free(&r);
	free(t.v);
	return status;
}
