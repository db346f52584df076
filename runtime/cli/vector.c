/* Makes an argument vector of a call, and tells what is decided of it. */
#include "cli/vector.h"

#include "cli/answer.h"
#include "cli/tell.h"

static uint32_t kind_of(const struct aeg_json *j, uint32_t token)
{
	return j->tok[token].info & AEG_JSON_KIND_MASK;
}

static struct aeg_str text_of(struct arena *a, const struct aeg_json *j, uint32_t token)
{
	uint32_t len = j->tok[token].len;
	char *at = arena_alloc(a, (size_t)len + 1, 1, 1);
	return (struct aeg_str){ at, (uint32_t)aeg_json_unescape(j, token, at, len) };
}

/* One is what the call says, no more and no less: words that a subcommand is made of come with it.
 */
static bool is_subcommand(const struct vector *v, struct aeg_str s)
{
	struct aeg_str name;
	for (uint32_t i = 0; (name = aeg_cli_subcommand(v->tools, v->tool, i)).len != 0; i++)
		if (slice_eq(slice_str(name), slice_str(s)))
			return true;
	return false;
}

static void add_words(struct vector *v, struct aeg_str s)
{
	uint32_t from = 0;
	for (uint32_t i = 0; i <= s.len; i++) {
		if (i < s.len && s.at[i] != ' ')
			continue;
		v->argv[v->n++] = (struct aeg_str){ s.at + from, i - from };
		from = i + 1;
	}
}

/* The vector of @call, or what is wrong; the token to blame in @ret. */
static const char *read_call(
	struct arena *a, struct vector *v, const struct aeg_call *call, uint32_t *ret)
{
	const struct aeg_json *j = call->args;
	uint32_t sub, args, end = 0;
	if (j == NULL || j->status != AEG_OK || kind_of(j, 0) != AEG_JSON_OBJECT)
		return "`subcommand` is missing";
	sub = aeg_json_member(j, 0, (struct aeg_str){ "subcommand", 10 });
	args = aeg_json_member(j, 0, (struct aeg_str){ "args", 4 });
	*ret = sub;
	if (sub == AEG_NONE || kind_of(j, sub) != AEG_JSON_STRING)
		return sub == AEG_NONE ? "`subcommand` is missing" : "`subcommand` is not a string";
	if (args != AEG_NONE) {
		*ret = args;
		if (kind_of(j, args) != AEG_JSON_ARRAY)
			return "`args` is not a list of strings";
		end = j->tok[args].next;
	}
	struct aeg_str name = text_of(a, j, sub);
	v->argv = arena_array(
		a, struct aeg_str, (size_t)name.len + 1 + (args == AEG_NONE ? 0 : end - args));
	add_words(v, name);
	for (uint32_t i = args + 1; args != AEG_NONE && i < end; i = j->tok[i].next) {
		*ret = i;
		if (kind_of(j, i) != AEG_JSON_STRING)
			return "`args` is not a list of strings";
		v->argv[v->n++] = text_of(a, j, i);
	}
	*ret = sub;
	return is_subcommand(v, name) ? NULL : "";
}

struct vector vector_decide(struct arena *a, const struct aeg_cli_tools *t,
	const struct aeg_call *call, struct aeg_verdict *v)
{
	struct vector x = { .tools = t, .tool = aeg_cli_find(t, call->tool) };
	uint32_t token = AEG_NONE;
	if (v->kind != AEG_ALLOW)
		x.tool = AEG_NONE;
	if (x.tool == AEG_NONE)
		return x;
	x.lacks = read_call(a, &x, call, &token);
	if (x.lacks == NULL)
		aeg_cli_decide(t, x.tool, x.argv, x.n, &x.verdict);
	else if (*x.lacks == 0) /* for the reason's name */
		x.verdict = (struct aeg_cli_verdict){ .reason = AEG_CLI_no_subcommand,
			.subcommand = AEG_NONE };
	if (x.verdict.kind == AEG_ALLOW)
		return x;
	v->kind = AEG_DENY;
	v->token = token;
	v->reason = x.lacks != NULL && *x.lacks != 0            ? AEG_MissingArgument
		    : x.verdict.reason == AEG_CLI_no_subcommand ? AEG_SubcommandNotAllowed
								: AEG_InvalidArgument;
	return x;
}

/* ---- Words --------------------------------------------------------------------------------- */

static struct slice blamed(const struct vector *v)
{
	const struct aeg_cli_verdict *w = &v->verdict;
	return w->argument < v->n ? slice_str(v->argv[w->argument]) : slice_str(w->rule);
}

void vector_tell(struct buf *out, const struct vector *v)
{
	const struct aeg_cli_verdict *w = &v->verdict;
	if (v->lacks != NULL && *v->lacks != 0) {
		buf_text(out, v->lacks);
		return;
	}
	if (v->lacks != NULL) {
		buf_text(out, "`subcommand` is none that is allowed");
		return;
	}
	if (w->argument < v->n)
		buf_printf(out, "argument %u, ", (unsigned)w->argument);
	if (v->n == 0 && w->rule.len == 0)
		buf_text(out, "a subcommand");
	else
		tell_quote(out, blamed(v));
	if (v->n == 0 && w->reason == AEG_CLI_no_subcommand)
		buf_text(out, " is missing");
	else
		buf_printf(out, "%s %s", w->argument < v->n ? "," : "",
			aeg_cli_reason_text(w->reason));
	if (w->rule.len != 0 && w->argument < v->n && !slice_eq(blamed(v), slice_str(w->rule))) {
		buf_text(out, " (");
		tell_quote(out, slice_str(w->rule));
		buf_text(out, ")");
	}
	if (w->why.len != 0) {
		buf_text(out, ": ");
		tell_text(out, slice_str(w->why));
	}
}

void vector_answer(struct buf *out, const struct vector *v)
{
	const struct aeg_cli_verdict *w = &v->verdict;
	if (v->tool == AEG_NONE)
		return;
	buf_printf(out, ",\"argv\":{\"reason\":\"%s\"",
		v->lacks != NULL && *v->lacks != 0 ? "bad_call" : aeg_cli_reason_name(w->reason));
	if (v->lacks == NULL && w->kind == AEG_DENY) {
		buf_text(out, ",\"argument\":");
		answer_number(out, w->argument);
	}
	if (w->rule.len != 0) {
		buf_text(out, ",\"rule\":");
		answer_string(out, w->rule);
	}
	if (w->why.len != 0) {
		buf_text(out, ",\"why\":");
		answer_string(out, w->why);
	}
	if (w->subcommand != AEG_NONE && v->lacks == NULL) {
		buf_text(out, ",\"subcommand\":");
		answer_string(out, aeg_cli_subcommand(v->tools, v->tool, w->subcommand));
	}
	buf_text(out, "}");
}
