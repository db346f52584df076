/* render --variables: what a template reads, and where. */
#include "cli/render.h"

#include <stdlib.h>

#include "cli/answer.h"
#include "cli/tell.h"
#include "cli/template.h"

struct reading {
	struct slice path; /* as people write it */
	struct slice json; /* its steps as a JSON array */
	uint32_t flags, source, at, len;
};

static bool is_plain(struct aeg_str name)
{
	for (uint32_t i = 0; i < name.len; i++)
		if (strchr(" \t\r\n!\"#%&'()*+,./;<=>@[\\]^`{|}~", name.at[i]) != NULL)
			return false;
	return name.len != 0;
}

void readings_add(void *ctx, const struct aeg_variable *v)
{
	struct readings *r = ctx;
	struct buf path = { .arena = r->arena }, json = path;

	if (v->special.len != 0) {
		buf_text(&path, "@");
		tell_text(&path, slice_str(v->special));
	}
	buf_text(&json, "[");
	for (uint32_t i = 0; i < v->nsteps; i++) {
		struct aeg_str name = v->steps[i].name;
		buf_text(&json, i == 0 ? "" : ",");
		if (name.at == NULL) {
			buf_text(&path, "[*]");
			buf_text(&json, "null");
			continue;
		}
		buf_text(&path, path.len == 0 ? "" : ".");
		buf_text(&path, is_plain(name) ? "" : "[");
		tell_text(&path, slice_str(name));
		buf_text(&path, is_plain(name) ? "" : "]");
		buf_json_string(&json, slice_str(name));
	}
	if (path.len == 0)
		buf_text(&path, "this");
	buf_text(&json, "]");
	arena_push(r->arena, r->v, r->n, &r->cap);
	r->v[r->n++] = (struct reading){ buf_done(&path), buf_done(&json), v->flags, v->source,
		v->at, v->len };
}

static int by_place(const void *a, const void *b)
{
	const struct reading *x = a, *y = b;

	if (x->source != y->source)
		return x->source < y->source ? -1 : 1;
	return x->at != y->at ? (x->at < y->at ? -1 : 1) : slice_cmp(x->path, y->path);
}

static const struct {
	uint32_t flag;
	const char *member, *words;
} reading_flags[] = {
	{ AEG_READ_CERTAIN, "certain", "always" },
	{ AEG_READ_TESTED, "tested", "tested" },
	{ AEG_READ_LOOPED, "looped", "looped" },
	{ AEG_READ_UNKNOWN, "unknown", "and more of it" },
};
enum { NFLAGS = sizeof reading_flags / sizeof *reading_flags };

static void add_text(const struct render_texts *texts, struct buf *out, const struct reading *v)
{
	struct template_place p = template_place(texts->v[v->source].text, v->at);
	const char *before = "  ";

	buf_printf(
		out, "%s:%u:%u  ", texts->v[v->source].name, (unsigned)p.line, (unsigned)p.column);
	buf_slice(out, v->path);
	for (size_t i = 0; i < NFLAGS; i++)
		if (v->flags & reading_flags[i].flag) {
			buf_printf(out, "%s%s", before, reading_flags[i].words);
			before = ", ";
		}
	buf_text(out, "\n");
}

static void add_json(const struct render_texts *texts, struct buf *out, const struct reading *v)
{
	struct template_place p = template_place(texts->v[v->source].text, v->at);

	buf_text(out, "{\"name\":");
	buf_json_string(out, v->path);
	buf_text(out, ",\"path\":");
	buf_slice(out, v->json);
	for (size_t i = 0; i < NFLAGS; i++)
		buf_printf(out, ",\"%s\":%s", reading_flags[i].member,
			v->flags & reading_flags[i].flag ? "true" : "false");
	if (v->source != 0) {
		buf_text(out, ",\"partial\":");
		buf_json_string(out, texts->v[v->source].partial);
	}
	buf_printf(out, ",\"line\":%u,\"column\":%u,\"length\":%u}", (unsigned)p.line,
		(unsigned)p.column, (unsigned)v->len);
}

void readings_print(struct readings *r, const struct render_texts *texts, bool json)
{
	struct buf out = { .arena = r->arena };

	if (r->n != 0)
		qsort(r->v, r->n, sizeof *r->v, by_place);
	buf_text(&out, json ? "{\"schema\":\"aegis.variables/1\",\"variables\":[" : "");
	for (size_t i = 0; i < r->n; i++) {
		if (json)
			buf_text(&out, i == 0 ? "" : ",");
		(json ? add_json : add_text)(texts, &out, &r->v[i]);
	}
	buf_text(&out, json ? "]}\n" : "");
	command_print(&out, stdout);
}
