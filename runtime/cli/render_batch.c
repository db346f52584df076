/* render --batch: templates and data as JSON lines, each rendered by itself. */
#include "cli/render.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/answer.h"
#include "cli/template.h"

enum { MOST_PARTIALS = 4096 };

struct batch {
	struct template_run run;
	struct tokens line, data, variables;
	void *texts; /* of strings that were unescaped: the template, the partials */
	size_t ntexts, texts_size;
	struct aeg_partial partials[MOST_PARTIALS];
	struct buf out, wrong;
};

static const char no_memory[] = "not enough memory for a line of this length";

/* ---- One line's members -------------------------------------------------------------------- */

static uint32_t member(const struct aeg_json *j, const char *name)
{
	return aeg_json_member(j, 0, (struct aeg_str){ name, (uint32_t)strlen(name) });
}

static struct aeg_str string(struct batch *b, const struct aeg_json *j, uint32_t token)
{
	char *at = (char *)b->texts + b->ntexts;
	size_t len = aeg_json_unescape(j, token, at, b->texts_size - b->ntexts);

	b->ntexts += len;
	return (struct aeg_str){ at, (uint32_t)len };
}

static const char *read_partials(
	struct batch *b, const struct aeg_json *j, struct aeg_template_options *options)
{
	uint32_t all = member(j, "partials");

	if (all == AEG_NONE)
		return NULL;
	if (tokens_kind(j, all) != AEG_JSON_OBJECT)
		return "`partials` is not an object";
	for (uint32_t t = all + 1; t < j->tok[all].next; t = j->tok[t].next) {
		if (options->npartials == MOST_PARTIALS)
			return "more than 4096 partials";
		if (tokens_kind(j, t + 1) != AEG_JSON_STRING)
			return "a partial is not a string";
		b->partials[options->npartials].name = string(b, j, t);
		b->partials[options->npartials++].text = string(b, j, t + 1);
	}
	options->partials = b->partials;
	return NULL;
}

static const char *read_mode(const struct aeg_json *j, struct aeg_template_options *options)
{
	uint32_t mode = member(j, "mode");

	if (mode == AEG_NONE)
		return NULL;
	for (int i = 0; template_modes[i] != NULL; i++)
		if (slice_is((struct slice){ j->text + j->tok[mode].at, j->tok[mode].len },
			    template_modes[i]) &&
			tokens_kind(j, mode) == AEG_JSON_STRING) {
			options->mode = (enum aeg_template_mode)i;
			return NULL;
		}
	return "`mode` is none of text, html, json, url and shell";
}

static const char *read_flags(const struct aeg_json *j, struct aeg_template_options *options)
{
	for (const struct template_option *o = template_options; o->name != NULL; o++) {
		uint32_t t = member(j, o->name);
		uint32_t kind = t == AEG_NONE ? AEG_JSON_FALSE : tokens_kind(j, t);
		if (kind != AEG_JSON_TRUE && kind != AEG_JSON_FALSE)
			return "an option is neither true nor false";
		options->flags |= kind == AEG_JSON_TRUE ? o->flag : 0;
	}
	return NULL;
}

/* ---- One line ------------------------------------------------------------------------------ */

/* "`template`:3:9: "; returns the text that this is in. */
static struct aeg_str add_place(struct batch *b, const struct aeg_template_options *options,
	struct aeg_str template, uint32_t source, uint32_t at)
{
	struct aeg_str text = template;

	buf_text(&b->wrong, "`template`");
	if (source > 0 && source <= options->npartials) {
		b->wrong.len = 0;
		text = b->partials[source - 1].text;
		buf_printf(&b->wrong, "partial `%.*s`",
			SLICE_ARG(slice_str(b->partials[source - 1].name)));
	}
	if (at != AEG_NONE) {
		struct template_place p = template_place(slice_str(text), at);
		buf_printf(&b->wrong, ":%u:%u", (unsigned)p.line, (unsigned)p.column);
	}
	buf_text(&b->wrong, ": ");
	return text;
}

static const char *compile_error(struct batch *b, const struct aeg_template_options *options,
	struct aeg_str template, enum aeg_status status)
{
	const struct aeg_template_error *e = &b->run.error;

	if (status == AEG_NOMEM)
		return no_memory;
	add_place(b, options, template, e->source, e->at);
	template_words(&b->wrong, e->what, e->name, e->near_);
	return buf_done(&b->wrong).at;
}

/* With what stands there, for who does not have the text at hand. */
static const char *render_error(struct batch *b, const struct aeg_template_options *options,
	struct aeg_str template, enum aeg_status status)
{
	const struct aeg_render *e = &b->run.render;
	struct aeg_str text, there = { .len = 0 };

	if (status == AEG_NOMEM)
		return no_memory;
	text = add_place(b, options, template, e->source, e->at);
	if (e->at != AEG_NONE)
		there = (struct aeg_str){ text.at + e->at, e->at_len };
	template_words(&b->wrong, e->what != NULL ? e->what : aeg_status_text(status), there,
		(struct aeg_str){ .len = 0 });
	return buf_done(&b->wrong).at;
}

/* A value by itself; NULL: scanned, or there is none. */
static const char *scan_value(const struct aeg_json *j, uint32_t token, struct tokens *t,
	struct aeg_json *mem, const struct aeg_json **ret)
{
	if (token == AEG_NONE)
		return NULL;
	struct slice text = tokens_raw(j, token);
	*ret = mem;
	return tokens_scan(mem, t, text.at, text.len) ? NULL : no_memory;
}

/* NULL: answered. */
static const char *render_line(struct batch *b, const struct aeg_json *j)
{
	struct aeg_template_options options = { .size_of = sizeof options };
	struct aeg_json data_mem, variables_mem;
	const struct aeg_json *data = NULL, *variables = NULL;
	uint32_t named = member(j, "variables");
	const char *wrong;

	if (named != AEG_NONE && tokens_kind(j, named) != AEG_JSON_OBJECT)
		return "`variables` is not an object";
	/* For all strings of the line at once, so that none moves. */
	b->ntexts = 0;
	if (!lines_room(&b->texts, &b->texts_size, j->len))
		return no_memory;
	struct aeg_str text = string(b, j, member(j, "template"));
	if ((wrong = read_partials(b, j, &options)) != NULL ||
		(wrong = read_mode(j, &options)) != NULL ||
		(wrong = read_flags(j, &options)) != NULL ||
		(wrong = scan_value(j, member(j, "data"), &b->data, &data_mem, &data)) != NULL ||
		(wrong = scan_value(j, named, &b->variables, &variables_mem, &variables)) != NULL)
		return wrong;
	enum aeg_status s = template_compile(&b->run, text, false, &options);
	if (s != AEG_OK)
		return compile_error(b, &options, text, s);
	s = template_render(&b->run, data, variables);
	if (s != AEG_OK)
		return render_error(b, &options, text, s);
	buf_text(&b->out, "\"output\":");
	buf_json_string(&b->out, (struct slice){ b->run.out.at, (uint32_t)b->run.out.len });
	buf_text(&b->out, "}\n");
	return NULL;
}

/* What is wrong with the line itself, or NULL. */
static const char *scan_line(struct batch *b, struct slice line, struct aeg_json *j)
{
	if (!tokens_scan(j, &b->line, line.at, line.len))
		return no_memory;
	if (j->status != AEG_OK) {
		buf_printf(&b->wrong, "%s: byte %u", aeg_status_text(j->status), (unsigned)j->bad);
		return buf_done(&b->wrong).at;
	}
	if (tokens_kind(j, 0) != AEG_JSON_OBJECT)
		return "not a JSON object";
	if (tokens_member_twice(j, &b->data))
		return "a member is there twice";
	uint32_t template = member(j, "template");
	if (template == AEG_NONE || tokens_kind(j, template) != AEG_JSON_STRING)
		return template == AEG_NONE ? "`template` is missing"
					    : "`template` is not a string";
	return member(j, "data") == AEG_NONE ? "`data` is missing" : NULL;
}

static void answer_line(void *ctx, struct slice line)
{
	struct batch *b = ctx;
	struct aeg_json j = { .status = AEG_JSON };

	b->wrong.len = 0;
	const char *wrong = scan_line(b, line, &j);
	bool object = j.status == AEG_OK && tokens_kind(&j, 0) == AEG_JSON_OBJECT;
	uint32_t id = object ? member(&j, "id") : AEG_NONE;
	buf_text(&b->out, "{");
	if (id != AEG_NONE || wrong != NULL) {
		buf_text(&b->out, "\"id\":");
		buf_slice(&b->out, id != AEG_NONE ? tokens_raw(&j, id) : SLICE("null"));
		buf_text(&b->out, ",");
	}
	if (wrong == NULL)
		wrong = render_line(b, &j);
	if (wrong == NULL)
		return;
	buf_text(&b->out, "\"error\":");
	buf_json_string(&b->out, slice_of(wrong));
	buf_text(&b->out, "}\n");
}

static void answer_too_long(void *ctx)
{
	struct batch *b = ctx;

	buf_text(&b->out, "{\"id\":null,\"error\":");
	buf_json_string(&b->out, slice_of(aeg_status_text(AEG_TOO_LARGE)));
	buf_text(&b->out, "}\n");
}

int render_batch(struct command_line *l, uint64_t steps)
{
	struct batch *b = arena_new(l->arena, struct batch);
	struct lines lines = { answer_line, answer_too_long, b, &b->out, NULL, 0, 0, 0 };

	b->out.arena = b->wrong.arena = l->arena;
	b->run.steps = steps;
	int status = lines_run(l, &lines);
	template_free(&b->run);
	free(b->line.v);
	free(b->data.v);
	free(b->variables.v);
	free(b->texts);
	return status;
}
