/* Findings for programs: aegis.check/1. */
#include "diag/diag.h"

static void add_place(struct diags *d, struct buf *b, struct span at)
{
	struct place lo = source_place(d->sources, at.file, at.lo);
	struct place hi = source_place(d->sources, at.file, at.hi > at.lo ? at.hi : at.lo);
	buf_text(b, ",\"file\":");
	buf_json_string(b, slice_of(d->sources->v[at.file].path));
	buf_printf(b, ",\"line\":%u,\"column\":%u,\"end_line\":%u,\"end_column\":%u",
		(unsigned)lo.line, (unsigned)lo.column, (unsigned)hi.line, (unsigned)hi.column);
}

static void add_finding(struct diags *d, struct buf *b, const struct diag *g)
{
	static const char *const names[] = { "note", "warning", "error" };
	const char *message = g->message != NULL ? g->message : diag_info(g->code)->text;
	buf_printf(b, "{\"code\":\"AEG%04u\",\"severity\":\"%s\",\"message\":", (unsigned)g->code,
		names[g->severity]);
	if (g->label != NULL)
		message = diag_text(d, "%s: %s", message, g->label);
	buf_json_string(b, slice_of(message));
	if (!span_is_none(g->at))
		add_place(d, b, g->at);
	if (g->help != NULL) {
		buf_text(b, ",\"help\":");
		buf_json_string(b, slice_of(g->help));
	}
	if (g->other_label != NULL && !span_is_none(g->other)) {
		buf_text(b, ",\"related\":[{\"message\":");
		buf_json_string(b, slice_of(g->other_label));
		add_place(d, b, g->other);
		buf_text(b, "}]");
	}
	buf_text(b, "}");
}

void diag_render_json(struct diags *d, struct buf *out)
{
	buf_text(out, "{\"schema\":\"aegis.check/1\",\"findings\":[");
	for (size_t i = 0; i < d->n; i++) {
		buf_text(out, i == 0 ? "" : ",");
		add_finding(d, out, &d->v[i]);
	}
	buf_printf(out, "],\"summary\":{\"errors\":%u,\"warnings\":%u,\"notes\":%u}}\n",
		(unsigned)d->errors, (unsigned)d->warnings, (unsigned)d->notes);
}
