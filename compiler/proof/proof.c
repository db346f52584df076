/* Runs all assertions, in the order of the sources, and says what they assert. */
#define _POSIX_C_SOURCE 200809L
#include "proof/proof.h"

#include <fnmatch.h>

#include "base/utf8.h"
#include "cli/tell.h"
#include "proof/internal.h"

/* ---- Words ---------------------------------------------------------------------------------- */

static void add_quoted(struct buf *out, const char *before, struct slice text, uint32_t i)
{
	buf_text(out, i == 0 ? before : ", ");
	tell_quote(out, text);
}

static void add_names(struct buf *out, const char *before, const struct mlist *names)
{
	for (uint32_t i = 0; i < names->n; i++)
		add_quoted(out, before, names->v[i].text, i);
}

static void add_commands(struct buf *out, const struct mcap *like)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < like->nsubcommand_map; i++) {
		const struct mcommand *c = &like->subcommand_map[i];
		for (uint32_t k = 0; k < (c->any ? 1 : c->subcommands.n); k++) {
			struct buf line = { .arena = out->arena };
			buf_slice(&line, c->command.text);
			buf_text(&line, c->any ? "" : " ");
			if (!c->any)
				buf_slice(&line, c->subcommands.v[k].text);
			add_quoted(out, " ", buf_done(&line), n++);
		}
	}
}

static void add_calls(struct buf *out, const struct massertion *a)
{
	for (uint32_t i = 0; i < a->tools.n; i++)
		add_quoted(out, " ", a->tools.v[i].written.text, i);
	for (uint32_t i = 0; i < a->nargs; i++) {
		const struct massert_arg *arg = &a->args[i];
		buf_text(out, i == 0 ? " with " : ", ");
		tell_text(out, arg->name.text);
		if (arg->like == NULL)
			buf_text(out, " absent");
		else if (arg->role == ROLE_COMMAND)
			add_commands(out, arg->like);
		else
			add_names(out, " ",
				arg->role == ROLE_PATH ? &arg->like->paths : &arg->like->domains);
	}
}

struct slice proof_words(struct diags *d, const struct massertion *a)
{
	struct buf out = { .arena = d->arena };
	if (a->kind == ASSERT_WITHIN || a->kind == ASSERT_EQUAL) {
		add_names(&out, "", &a->contexts);
		add_names(&out, a->kind == ASSERT_WITHIN ? " within " : " equal to ", &a->others);
		return buf_done(&out);
	}
	buf_text(&out, massert_word(a->kind));
	add_calls(&out, a);
	if (a->kind == ASSERT_ONLY && a->contexts.n == 0)
		buf_text(&out, " in no context");
	add_names(&out, " in ", &a->contexts);
	return buf_done(&out);
}

/* In single quotes: a `'` ends them and stands by itself. What a terminal would not show is escaped
 * as JSON does it. */
static void add_json_argument(struct buf *out, struct slice json)
{
	buf_text(out, "'");
	for (uint32_t i = 0, n; i < json.len; i += n) {
		uint32_t c = utf8_decode(json.at + i, json.len - i, &n);
		if (c == '\'')
			buf_text(out, "'\\''");
		else if (c > 0xffff && c != UINT32_MAX && utf8_hidden(c))
			buf_printf(out, "\\u%04x\\u%04x", (unsigned)(0xd7c0 + (c >> 10)),
				(unsigned)(0xdc00 | (c & 0x3ff)));
		else if (c != UINT32_MAX && utf8_hidden(c))
			buf_printf(out, "\\u%04x", (unsigned)c);
		else
			buf_add(out, json.at + i, n);
	}
	buf_text(out, "'");
}

void proof_command(struct buf *out, struct slice context, struct slice tool, struct slice args)
{
	buf_printf(out, "aegisr decide \"$BUNDLE\" --context %.*s --tool %.*s --args ",
		SLICE_ARG(context), SLICE_ARG(tool));
	add_json_argument(out, args);
}

/* ---- The run -------------------------------------------------------------------------------- */

static bool is_wanted(struct diags *d, const char *run, const struct proof_result *r)
{
	struct buf name = { .arena = d->arena };
	if (run == NULL)
		return true;
	buf_slice(&name, r->proof->name.text);
	buf_text(&name, "/");
	buf_slice(&name, r->name);
	const char *text = buf_done(&name).at;
	return fnmatch(run, text, 0) == 0 ||
	       fnmatch(run, text + r->proof->name.text.len + 1, 0) == 0;
}

static void count(struct proof_report *report, enum proof_status status)
{
	switch (status) {
	case PROOF_PROVED: report->proved++; return;
	case PROOF_REFUTED: report->refuted++; return;
	case PROOF_UNDECIDED: report->undecided++; return;
	}
}

const struct proof_report *proof_run(struct diags *d, const struct proof_options *o)
{
	struct proof_report *report = arena_new(d->arena, struct proof_report);
	struct proving p = { .d = d, .o = o, .report = report };
	size_t cap = 0;
	for (uint32_t i = 0; i < o->model->nproofs; i++) {
		const struct mproof *proof = &o->model->proofs[i];
		for (uint32_t k = 0; k < proof->nassertions; k++) {
			const struct massertion *a = &proof->assertions[k];
			struct proof_result r = { .proof = proof,
				.a = a,
				.name = a->name.text.at != NULL ? a->name.text : proof_words(d, a),
				.why_at = SPAN_NONE };
			if (a->kind == ASSERT_NONE || !is_wanted(d, o->run, &r))
				continue;
			proof_decide(&p, &r);
			count(report, r.status);
			arena_push(d->arena, report->results, report->nresults, &cap);
			report->results[report->nresults++] = r;
		}
	}
	return report;
}
