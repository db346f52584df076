/* What operations answer, and what paths find there. */
#include <string.h>

#include "aegis/expr.h"
#include "flow/check.h"

/* ---- Responses ----------------------------------------------------------------------------- */

static bool is_default(const struct openapi_response *r) { return r->from == 0; }

/* The schemas of all successes that are JSON, as alternatives. What `default` says counts where no
 * success is described: else it is about errors. */
struct type response_type(
	struct openapi_api *api, const struct openapi_operation *op, bool *ret_json)
{
	struct type made = type_anything;
	uint32_t n = 0, njson = 0;
	for (int fallback = 0; fallback < 2 && n == 0; fallback++)
		for (uint32_t i = 0; i < op->nresponses; i++) {
			const struct openapi_response *r = &op->responses[i];
			if (r->to < 200 || r->from >= 300 || is_default(r) != (fallback != 0))
				continue;
			const struct openapi_media *m = flow_json_media(r->media, r->nmedia);
			n++;
			if (m == NULL)
				continue;
			struct type one = type_of(api, NULL, m->schema);
			made = njson++ == 0 ? one : type_either(&made, &one);
		}
	*ret_json = n == 0 || njson > 0;
	return made;
}

void response_no_json(struct diags *d, const struct openapi_operation *op, const struct mtext *path)
{
	diag_add(d, (struct diag){ AEG_path_may_select_nothing, path->at,
			    .label = "no success of the operation is said to be JSON",
			    .other = op->entry->at, .other_label = "the operation" });
}

/* ---- Paths --------------------------------------------------------------------------------- */

struct walk {
	struct diags *d;
	const struct mtext *path;
	struct type *places; /* place n is places[n - 1]; 0: anything */
	size_t n, cap;
	bool maybe;
	bool last_known;        /* the last step led to the last place */
	bool any;               /* something was reported */
	enum type_member found; /* of the last member */
	const char *label;
};

static uint32_t place(struct walk *w, struct type type)
{
	w->last_known = !type.anything;
	if (type.anything)
		return AEG_PLACE_ANY;
	arena_push(w->d->arena, w->places, w->n, &w->cap);
	w->places[w->n++] = type;
	return (uint32_t)w->n;
}

static uint32_t element(struct walk *w, const struct type *here, enum aeg_path_step step)
{
	uint32_t kinds = type_kinds(here);
	w->maybe = true;
	w->found = TYPE_NEVER;
	w->label = "this is no list";
	if (step == AEG_STEP_INDEX && !(kinds & TYPE_LIST))
		return AEG_NONE;
	return kinds & TYPE_OBJECT ? AEG_PLACE_ANY : place(w, type_element(here));
}

static uint32_t member(struct walk *w, const struct type *here, struct slice name)
{
	struct slice known[64];
	struct type next;
	w->found = type_member(here, name, &next);
	w->maybe |= w->found != TYPE_ALWAYS;
	if (w->found >= TYPE_MAYBE)
		return place(w, next);
	w->label = types_meant(w->d, name, known, type_names(here, known, 64));
	if (w->label == NULL)
		w->label =
			type_kinds(here) & TYPE_OBJECT
				? "the response's schema has no such member"
				: diag_text(w->d, "this is %s", type_words(w->d, type_kinds(here)));
	return AEG_NONE;
}

static uint32_t follow(void *ctx, uint32_t at, enum aeg_path_step step, struct aeg_str name)
{
	struct walk *w = ctx;
	w->last_known = false;
	if (at == AEG_PLACE_ANY)
		return AEG_PLACE_ANY;
	struct type here = w->places[at - 1];
	return step == AEG_STEP_NAME ? member(w, &here, (struct slice){ name.at, name.len })
				     : element(w, &here, step);
}

static void warn_path(void *ctx, const struct aeg_path_error *e)
{
	struct walk *w = ctx;
	struct span at = w->path->at;
	bool never = w->label != NULL && w->found == TYPE_NEVER;
	w->any = true;
	if (at.hi - at.lo == w->path->text.len) /* plain text: the very byte */
		at.lo += e->at;
	diag_add(
		w->d, (struct diag){ never ? AEG_path_selects_nothing : AEG_path_may_select_nothing,
			      at, .label = w->label != NULL ? w->label : e->what });
}

/* A path of names, indexes and `*` alone: where it ends is where the last step led. */
static bool is_simple(struct slice p)
{
	for (uint32_t i = 0; i < p.len; i++)
		if (strchr("?,:", p.at[i]) != NULL ||
			(i > 0 && p.at[i] == '.' && p.at[i - 1] == '.'))
			return false;
	return true;
}

struct wire response_extract(
	struct diags *d, const struct type *response, const struct mtext *path, bool all)
{
	struct walk w = { .d = d, .path = path };
	struct aeg_path_options o = {
		.size_of = sizeof o, .warn = warn_path, .schema = follow, .ctx = &w
	};
	struct aeg_str text = { path->text.at, path->text.len };
	struct aeg_path_error error;
	size_t cap = 256 + 64 * (size_t)text.len, len;
	void *mem = arena_alloc(d->arena, cap, 1, 8);
	struct wire wire = { type_anything, false };
	o.place = place(&w, *response);
	if (aeg_paths_compile(&text, 1, &o, mem, cap, &len, &error) != AEG_OK || w.any)
		return wire;
	wire.maybe = !all && (w.maybe || response->anything);
	if (is_simple(path->text) && w.n > 0 && !response->anything && w.last_known)
		wire.type = w.places[w.n - 1];
	if (all)
		wire.type = type_list(wire.type);
	return wire;
}
