/* aegisr render: what a template makes of data, whether a condition holds, and what either reads.
 */
#include "cli/render.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/answer.h"
#include "cli/commands.h"
#include "cli/tell.h"
#include "cli/template.h"

const struct option render_options[] = {
	{ "--template", 't', "TEXT", false, "the template" },
	{ "--template-file", 0, "FILE", false, "the same, from a file" },
	{ "--data", 'd', "JSON", false,
		"what it is rendered with: JSON, @FILE, or - for standard input" },
	{ "--data-file", 0, "FILE", false, "the same, from a file" },
	{ "--mode", 'm', "text|html|json|url|shell", false,
		"what is rendered, by which holes are escaped; text unless given" },
	{ "--partial", 0, "NAME=FILE", true, "a partial" },
	{ "--strict", 0, NULL, false, "a variable that is missing is an error" },
	{ "--option", 0, "NAME", true,
		"as Handlebars has it: compat, assumeObjects, ignoreStandalone, preventIndent, "
		"explicitPartialContext, noData" },
	{ "--condition", 0, NULL, false, "the template is a condition: prints true or false" },
	{ "--variables", 0, NULL, false, "renders nothing, and lists what the template reads" },
	{ "--format", 0, "text|json", false,
		"of --variables; json: one value (aegis.variables/1)" },
	{ "--ops", 0, NULL, false, "renders nothing, and shows what it is compiled to" },
	{ "--steps", 0, "N", false, "give up after about N steps; else after 100 million" },
	{ "--batch", 0, NULL, false, "templates and data as JSON lines from standard input" },
	{ 0 },
};

enum { MOST_TEXT = 16 << 20, MOST_DATA = 1 << 30 };

struct render {
	struct command_line *l;
	struct template_run run;
	struct render_texts texts;
	struct readings readings;
	struct tokens tokens; /* of the data */
	struct aeg_partial *partials;
	bool stdin_taken;
};

/* ---- Input --------------------------------------------------------------------------------- */

static const char *shown_name(const char *path)
{
	return strcmp(path, "-") == 0 ? "standard input" : path;
}

static int read_file(struct render *r, const char *path, uint32_t most, struct slice *ret)
{
	bool standard = strcmp(path, "-") == 0;
	const char *why;

	if (standard && r->stdin_taken)
		return command_usage(r->l, "standard input can be read only once");
	r->stdin_taken |= standard;
	if (file_read(r->l->arena, path, most, ret, &why))
		return COMMAND_OK;
	return command_fail(r->l, COMMAND_IO, "%s: %s", path, why);
}

static int read_template(struct render *r, uint32_t npartials)
{
	const char *text = command_value(r->l, "--template"),
		   *file = command_value(r->l, "--template-file");

	r->texts.v = arena_array(r->l->arena, struct render_text, (size_t)npartials + 1);
	r->texts.n = 1;
	if ((text == NULL) == (file == NULL))
		return command_usage(
			r->l, "write --template TEXT or --template-file FILE, or --batch");
	if (text != NULL) {
		r->texts.v[0] = (struct render_text){ .name = "template", .text = slice_of(text) };
		return COMMAND_OK;
	}
	r->texts.v[0].name = shown_name(file);
	return read_file(r, file, MOST_TEXT, &r->texts.v[0].text);
}

static int read_texts(struct render *r)
{
	uint32_t n;
	const char **given = command_values(r->l, "--partial", &n);
	int status = read_template(r, n);

	r->partials = arena_array(r->l->arena, struct aeg_partial, n);
	for (uint32_t i = 0; status == COMMAND_OK && i < n; i++) {
		const char *equals = strchr(given[i], '=');
		struct render_text *t = &r->texts.v[r->texts.n];
		if (equals == NULL || equals == given[i])
			return command_usage(r->l, "--partial takes NAME=FILE, not `%s`", given[i]);
		t->name = shown_name(equals + 1);
		status = read_file(r, equals + 1, MOST_TEXT, &t->text);
		t->partial = (struct slice){ given[i], (uint32_t)(equals - given[i]) };
		r->partials[i] = (struct aeg_partial){
			{ t->partial.at, t->partial.len },
			{ t->text.at, t->text.len },
		};
		r->texts.n++;
	}
	return status;
}

static int read_data(struct render *r, struct aeg_json *ret)
{
	const char *given = command_value(r->l, "--data"),
		   *file = command_value(r->l, "--data-file"), *name = "the data";
	struct slice text;
	int status = COMMAND_OK;

	if ((given == NULL) == (file == NULL))
		return command_usage(r->l, "write --data JSON or --data-file FILE");
	if (given != NULL && (given[0] == '@' || strcmp(given, "-") == 0))
		file = given + (given[0] == '@');
	if (file != NULL) {
		status = read_file(r, file, MOST_DATA, &text);
		name = shown_name(file);
	} else {
		text = slice_of(given);
	}
	if (status != COMMAND_OK)
		return status;
	if (!tokens_scan_document(ret, &r->tokens, text))
		return command_fail(r->l, COMMAND_IO, "%s: not enough memory", name);
	if (ret->status != AEG_OK)
		return command_fail(r->l, COMMAND_NO, "%s: %s: byte %u", name,
			aeg_status_text(ret->status), (unsigned)ret->bad);
	return COMMAND_OK;
}

/* ---- What is wrong ------------------------------------------------------------------------- */

/* A character of UTF-8 goes on here. */
static bool inside(char c) { return ((unsigned char)c & 0xc0) == 0x80; }

static uint32_t columns(struct slice s)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < s.len; i++)
		n += !inside(s.at[i]);
	return n;
}

/* The line, cut where it is long, and carets under @len bytes from its column on. */
static void add_excerpt(struct buf *out, const struct template_place *p, uint32_t len)
{
	enum { BEFORE = 60, AFTER = 60 };
	uint32_t lo = p->column - 1, from = lo > BEFORE ? lo - BEFORE : 0, hi, to;
	struct buf shown = { .arena = out->arena };

	while (from < lo && inside(p->text.at[from]))
		from++;
	hi = len < p->text.len - lo ? lo + len : p->text.len;
	to = p->text.len - lo > AFTER ? lo + AFTER : p->text.len;
	while (to > lo && to < p->text.len && inside(p->text.at[to]))
		to--;
	hi = hi < to ? hi : to;
	buf_text(&shown, from > 0 ? "  ..." : "  ");
	tell_text(&shown, (struct slice){ p->text.at + from, lo - from });
	uint32_t indent = columns(buf_done(&shown));
	tell_text(&shown, (struct slice){ p->text.at + lo, hi - lo });
	uint32_t width = columns(buf_done(&shown)) - indent;
	tell_text(&shown, (struct slice){ p->text.at + hi, to - hi });
	buf_slice(out, buf_done(&shown));
	buf_printf(out, "%s\n%*s", to < p->text.len ? "..." : "", (int)indent, "");
	do
		buf_text(out, "^");
	while (width-- > 1);
}

static int fail_at(struct render *r, enum command_exit status, uint32_t source, uint32_t at,
	uint32_t len, const char *words)
{
	const struct render_text *t = &r->texts.v[source < r->texts.n ? source : 0];
	struct template_place p = template_place(t->text, at);
	struct buf excerpt = { .arena = r->l->arena };

	if (at == AEG_NONE)
		return command_fail(r->l, status, "%s: %s", t->name, words);
	add_excerpt(&excerpt, &p, len);
	return command_fail(r->l, status, "%s:%u:%u: %s\n%s", t->name, (unsigned)p.line,
		(unsigned)p.column, words, buf_done(&excerpt).at);
}

static int bad_template(struct render *r, enum aeg_status status)
{
	const struct aeg_template_error *e = &r->run.error;
	struct buf words = { .arena = r->l->arena };

	if (status == AEG_NOMEM)
		return command_fail(r->l, COMMAND_IO, "not enough memory");
	template_words(&words, e->what, e->name, e->near_);
	return fail_at(r, COMMAND_USAGE, e->source, e->at, e->len, buf_done(&words).at);
}

static int bad_data(struct render *r, enum aeg_status status)
{
	const struct aeg_render *e = &r->run.render;

	if (status == AEG_NOMEM)
		return command_fail(r->l, COMMAND_IO, "not enough memory");
	return fail_at(r, COMMAND_NO, e->source, e->at, e->at_len,
		e->what != NULL ? e->what : aeg_status_text(status));
}

/* ---- The command --------------------------------------------------------------------------- */

static int flags(struct command_line *l, uint32_t *ret)
{
	uint32_t n;
	const char **given = command_values(l, "--option", &n);

	*ret = command_has(l, "--strict") ? AEG_TEMPLATE_STRICT : 0;
	for (uint32_t i = 0; i < n; i++) {
		const struct template_option *o = template_options;
		while (o->name != NULL && strcmp(o->name, given[i]) != 0)
			o++;
		if (o->name == NULL)
			return command_usage(l, "--option: there is no `%s`", given[i]);
		*ret |= o->flag;
	}
	return COMMAND_OK;
}

static int compile(struct render *r)
{
	struct aeg_template_options options = { .size_of = sizeof options, .ctx = &r->readings };
	int mode, status = command_word(r->l, "--mode", template_modes, 5,
			  "text, html, json, url or shell", &mode);
	const struct render_text *t = r->texts.v;

	if (status == COMMAND_OK)
		status = flags(r->l, &options.flags);
	if (status != COMMAND_OK)
		return status;
	options.mode = (enum aeg_template_mode)mode;
	options.partials = r->partials;
	options.npartials = r->texts.n - 1;
	options.variable = command_has(r->l, "--variables") ? readings_add : NULL;
	enum aeg_status s = template_compile(&r->run, (struct aeg_str){ t->text.at, t->text.len },
		command_has(r->l, "--condition"), &options);
	return s == AEG_OK ? COMMAND_OK : bad_template(r, s);
}

static int answer(struct render *r)
{
	struct buf out = { .arena = r->l->arena };
	struct aeg_json data;
	bool holds;
	int status = read_data(r, &data);

	if (status != COMMAND_OK)
		return status;
	if (command_has(r->l, "--condition")) {
		enum aeg_status s = template_holds(&r->run, &data, NULL, &holds);
		if (s != AEG_OK)
			return bad_data(r, s);
		buf_text(&out, holds ? "true\n" : "false\n");
		command_print(&out, stdout);
		return COMMAND_OK;
	}
	enum aeg_status s = template_render(&r->run, &data, NULL);
	if (s != AEG_OK)
		return bad_data(r, s);
	out.at = r->run.out.at;
	out.len = r->run.out.len;
	command_print(&out, stdout);
	if (out.len > 0 && out.at[out.len - 1] != '\n' && isatty(STDOUT_FILENO))
		putchar('\n');
	return COMMAND_OK;
}

static void print_op(void *ctx, uint32_t at, uint32_t nested, const char *line)
{
	(void)ctx;
	printf("%6u  %*s%s\n", (unsigned)at, (int)nested * 2, "", line);
}

static int render_one(struct render *r)
{
	int status;
	bool json = command_json(r->l, &status);

	if (status == COMMAND_OK)
		status = read_texts(r);
	if (status == COMMAND_OK)
		status = compile(r);
	if (status != COMMAND_OK)
		return status;
	if (command_has(r->l, "--variables"))
		readings_print(&r->readings, &r->texts, json);
	if (command_has(r->l, "--ops"))
		aeg_template_lines(&r->run.program, print_op, NULL);
	if (command_has(r->l, "--variables") || command_has(r->l, "--ops"))
		return COMMAND_OK;
	return answer(r);
}

int render_run(struct command_line *l)
{
	struct render r = { .l = l, .readings.arena = l->arena };
	int status = command_count(l, "--steps", &r.run.steps);

	if (status != COMMAND_OK)
		return status;
	if (command_has(l, "--batch")) {
		if (l->ngiven > 1 + (r.run.steps != 0))
			return command_usage(l, "--batch takes everything from standard input");
		return render_batch(l, r.run.steps);
	}
	status = render_one(&r);
	template_free(&r.run);
	free(r.tokens.v);
	return status;
}
