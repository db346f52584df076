/*
 * Decides straight from the model, sentence by sentence as docs/semantics.md says it, with no
 * thought of speed. Shares nothing with libaegis but the JSON scanner, so that both have to be
 * right.
 */
#include "prove/naive.h"

/* ---- Section 2: names and patterns ---------------------------------------------------------- */

static bool is_tool_name(struct slice name)
{
	for (uint32_t i = 0; i < name.len; i++) {
		char c = name.at[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		bool digit = c >= '0' && c <= '9';
		if (!letter && !digit && c != '_' && c != '-' && c != '.' && c != '/' && c != ':')
			return false;
	}
	return name.len >= 1 && name.len <= 128;
}

static bool matches(const struct mpattern *p, struct slice name)
{
	if (p->form == PATTERN_ANY)
		return true;
	if (p->form == PATTERN_EXACT)
		return slice_eq(p->stem, name);
	return name.len >= p->stem.len + 2 && name.at[p->stem.len] == '.' &&
	       slice_begins(name, p->stem);
}

/* ---- Section 4: arguments and their roles --------------------------------------------------- */

/* A tool that is listed; else the family it is under, the longest; of equal ones the last. */
static const struct mtool *find_tool(const struct model *m, struct slice name)
{
	const struct mtool *best = NULL;

	for (uint32_t i = 0; i < m->ntools; i++) {
		const struct mtool *t = &m->tools[i];
		if (t->name.poison || !matches(&t->name, name))
			continue;
		if (best != NULL && best->name.form == PATTERN_EXACT &&
			t->name.form != PATTERN_EXACT)
			continue;
		if (best == NULL || t->name.form == PATTERN_EXACT ||
			t->name.stem.len >= best->name.stem.len)
			best = t;
	}
	return best;
}

struct call {
	const struct model *model;
	const struct mtool *tool;    /* NULL: no argument has a role */
	const struct aeg_json *args; /* NULL: {} */
	struct arena *scratch;
};

static uint32_t value_of(const struct call *c, const struct marg *a)
{
	if (c->args == NULL)
		return AEG_NONE;
	return aeg_json_member(c->args, 0, (struct aeg_str){ a->name.text.at, a->name.text.len });
}

static uint32_t kind(const struct call *c, uint32_t token)
{
	return token == AEG_NONE ? (uint32_t)AEG_JSON_NULL
				 : c->args->tok[token].info & AEG_JSON_KIND_MASK;
}

static struct slice string(const struct call *c, uint32_t token)
{
	uint32_t cap = c->args->tok[token].len;
	char *text = arena_array(c->scratch, char, cap + 1);

	return (struct slice){ text, (uint32_t)aeg_json_unescape(c->args, token, text, cap) };
}

/* What argument @a holds. Null counts as absent, and so does an empty list where the catalogue says
 * list; role args is always one, and an empty one is there all the same. */
static struct naive_words words_of(const struct call *c, const struct marg *a)
{
	uint32_t token = value_of(c, a), is = kind(c, token), end;
	bool list = a->list || a->role == ROLE_ARGS;
	struct naive_words w = { .given = is != AEG_JSON_NULL };

	w.strings = is == (list ? (uint32_t)AEG_JSON_ARRAY : (uint32_t)AEG_JSON_STRING);
	if (is == AEG_JSON_ARRAY || (is == AEG_JSON_STRING && a->role != ROLE_ARGS)) {
		end = c->args->tok[token].next;
		struct slice *v = arena_array(c->scratch, struct slice, end - token);
		uint32_t i = is == AEG_JSON_ARRAY ? token + 1 : token;
		for (; i < end; i = c->args->tok[i].next) {
			if (kind(c, i) == AEG_JSON_STRING)
				v[w.n++] = string(c, i);
			else
				w.strings = false;
		}
		w.v = v;
	}
	if (a->role != ROLE_ARGS && w.strings && w.n == 0)
		w.given = false;
	w.missing = a->required && !w.given;
	return w;
}

/* ---- Section 4: constraints ------------------------------------------------------------------ */

/* Where no allowlist is stated presence and type do not matter; what strings there are still do. */
static const char *check_paths(const struct call *c, const struct marg *a, const struct mcap *cap)
{
	struct naive_words w = words_of(c, a);
	const char *wrong = NULL;

	if (cap->paths.stated && (w.missing || (w.given && !w.strings)))
		return "MissingArgument";
	for (uint32_t i = 0; i < w.n && wrong == NULL; i++)
		wrong = naive_path(w.v[i], cap->paths.stated ? &cap->paths : NULL, c->scratch);
	return wrong;
}

static const char *check_commands(
	const struct call *c, const struct marg *a, const struct mcap *cap)
{
	struct naive_words *args = arena_array(c->scratch, struct naive_words, c->tool->nargs);
	struct naive_words w = words_of(c, a);
	const char *wrong = NULL;
	uint32_t nargs = 0;

	if (w.missing || (w.given && !w.strings))
		return "MissingArgument";
	for (uint32_t i = 0; i < c->tool->nargs; i++)
		if (c->tool->args[i].role == ROLE_ARGS)
			args[nargs++] = words_of(c, &c->tool->args[i]);
	for (uint32_t i = 0; i < w.n && wrong == NULL; i++)
		wrong = naive_command(w.v[i], args, nargs, cap, c->scratch);
	return wrong;
}

static const char *check_urls(const struct call *c, const struct marg *a, const struct mcap *cap)
{
	struct naive_words w = words_of(c, a);
	const char *wrong = NULL;

	if (w.missing || (w.given && !w.strings))
		return "MissingArgument";
	if (!w.given && cap->domains.n == 0)
		return "DomainNotAllowed";
	for (uint32_t i = 0; i < w.n && wrong == NULL; i++)
		wrong = naive_url(w.v[i], &cap->domains, c->scratch);
	return wrong;
}

/* Path, then command, then domain; each for all arguments of its role. */
static const char *check_constraints(const struct call *c, const struct mcap *cap)
{
	static const enum mrole order[] = { ROLE_PATH, ROLE_COMMAND, ROLE_URL };
	bool commands = cap->commands.stated || cap->subcommand_form != SUBCOMMANDS_NONE;
	const char *wrong = NULL;

	for (uint32_t k = 0; k < 3; k++)
		for (uint32_t i = 0; c->tool != NULL && i < c->tool->nargs && wrong == NULL; i++) {
			const struct marg *a = &c->tool->args[i];
			if (a->role != order[k])
				continue;
			if (a->role == ROLE_PATH)
				wrong = check_paths(c, a, cap);
			else if (a->role == ROLE_COMMAND && commands)
				wrong = check_commands(c, a, cap);
			else if (a->role == ROLE_URL && cap->domains.stated)
				wrong = check_urls(c, a, cap);
		}
	return wrong;
}

/* ---- Section 3: the algorithm ---------------------------------------------------------------- */

static struct naive_verdict deny(const char *violation)
{
	return (struct naive_verdict){ false, violation, AEG_NONE, AEG_NONE };
}

/* Absent and null are `{}`. */
static bool are_arguments(struct call *c)
{
	if (c->args == NULL)
		return true;
	if (c->args->status != AEG_OK || c->args->duplicate != AEG_NONE ||
		c->args->surrogate != AEG_NONE)
		return false;
	uint32_t is = kind(c, 0);
	if (is == AEG_JSON_NULL)
		c->args = NULL;
	return is == AEG_JSON_NULL || is == AEG_JSON_OBJECT;
}

bool naive_grants(const struct model *m, const struct mcap *cap, struct slice tool,
	const struct aeg_json *args, struct arena *scratch)
{
	struct call c = { m, NULL, args, scratch };

	if (!is_tool_name(tool) || !matches(&cap->pattern, tool) || !are_arguments(&c))
		return false;
	c.tool = find_tool(m, tool);
	return check_constraints(&c, cap) == NULL;
}

struct naive_verdict naive_decide(const struct model *m, const struct mcontext *context,
	struct slice tool, const struct aeg_json *args, struct arena *scratch)
{
	struct naive_verdict remembered = deny("ToolNotAllowed");
	struct call c = { m, NULL, args, scratch };

	if (context == NULL)
		return deny("UnknownContext");
	if (!is_tool_name(tool))
		return deny("InvalidToolName");
	for (uint32_t i = 0; i < context->ndeny; i++)
		if (matches(&context->deny[i], tool))
			return (struct naive_verdict){ false, "ToolDenied", AEG_NONE, i };
	if (!are_arguments(&c))
		return deny("InvalidArgument");
	for (uint32_t i = 0, looked_up = 0; i < context->ncaps; i++) {
		if (!matches(&context->caps[i].pattern, tool))
			continue;
		if (!looked_up++)
			c.tool = find_tool(m, tool);
		const char *wrong = check_constraints(&c, &context->caps[i]);
		if (wrong == NULL)
			return (struct naive_verdict){ true, NULL, i, AEG_NONE };
		if (remembered.capability == AEG_NONE)
			remembered = (struct naive_verdict){ false, wrong, i, AEG_NONE };
	}
	return remembered;
}
