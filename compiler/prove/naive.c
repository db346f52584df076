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
	return name.len >= p->stem.len + 2 && slice_begins(name, p->stem) &&
	       name.at[p->stem.len] == '.';
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

/* The strings of an argument: itself, or the strings of a list. False where the argument is of
 * another type than @list asks for or, being a list, holds anything but strings. */
static bool strings_of(
	const struct call *c, uint32_t token, bool list, struct naive_words *ret_words)
{
	struct slice *v;
	uint32_t n = 0, next;
	bool all = true;

	*ret_words = (struct naive_words){ 0 };
	if (kind(c, token) != (list ? (uint32_t)AEG_JSON_ARRAY : (uint32_t)AEG_JSON_STRING))
		return false;
	next = c->args->tok[token].next;
	v = arena_array(c->scratch, struct slice, next - token);
	for (uint32_t i = list ? token + 1 : token; i < next; i = c->args->tok[i].next) {
		if (kind(c, i) == AEG_JSON_STRING)
			v[n++] = string(c, i);
		else
			all = false;
	}
	*ret_words = (struct naive_words){ n, v };
	return all;
}

/* A stated constraint looks at argument @a: what is wrong with its presence and type, or NULL. */
static const char *look(const struct call *c, const struct marg *a, struct naive_words *ret_words)
{
	uint32_t token = value_of(c, a);

	*ret_words = (struct naive_words){ 0 };
	if (kind(c, token) == AEG_JSON_NULL)
		return a->required ? "MissingArgument" : NULL;
	if (!strings_of(c, token, a->list, ret_words))
		return "MissingArgument";
	return a->required && ret_words->n == 0 ? "MissingArgument" : NULL;
}

/* ---- Section 4: constraints ------------------------------------------------------------------ */

static const char *check_paths(const struct call *c, const struct marg *a, const struct mcap *cap)
{
	const struct mlist *allowed = cap->paths.stated ? &cap->paths : NULL;
	struct naive_words words;
	const char *wrong = NULL;

	if (allowed != NULL)
		wrong = look(c, a, &words);
	else
		strings_of(c, value_of(c, a), a->list, &words);
	for (uint32_t i = 0; i < words.n && wrong == NULL; i++)
		wrong = naive_path(words.v[i], allowed, c->scratch);
	return wrong;
}

static const char *check_commands(
	const struct call *c, const struct marg *a, const struct mcap *cap)
{
	struct naive_words words, args = { 0 };
	bool given = false, strings = true;
	const char *wrong = look(c, a, &words);

	for (uint32_t i = 0; i < c->tool->nargs; i++) {
		const struct marg *more = &c->tool->args[i];
		uint32_t token = more->role == ROLE_ARGS ? value_of(c, more) : AEG_NONE;
		if (kind(c, token) == AEG_JSON_NULL)
			continue;
		given = true;
		strings = strings_of(c, token, true, &args);
	}
	for (uint32_t i = 0; i < words.n && wrong == NULL; i++)
		wrong = naive_command(words.v[i], args, given, strings, cap, c->scratch);
	return wrong;
}

static const char *check_urls(const struct call *c, const struct marg *a, const struct mcap *cap)
{
	struct naive_words words;
	const char *wrong = look(c, a, &words);

	if (wrong == NULL && kind(c, value_of(c, a)) == AEG_JSON_NULL && cap->domains.n == 0)
		return "DomainNotAllowed";
	for (uint32_t i = 0; i < words.n && wrong == NULL; i++)
		wrong = naive_url(words.v[i], &cap->domains, c->scratch);
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
	if (args != NULL) {
		if (args->status != AEG_OK || args->duplicate != AEG_NONE ||
			args->surrogate != AEG_NONE)
			return deny("InvalidArgument");
		if (kind(&c, 0) == AEG_JSON_NULL)
			c.args = NULL;
		else if (kind(&c, 0) != AEG_JSON_OBJECT)
			return deny("InvalidArgument");
	}
	c.tool = find_tool(m, tool);
	for (uint32_t i = 0; i < context->ncaps; i++) {
		if (!matches(&context->caps[i].pattern, tool))
			continue;
		const char *wrong = check_constraints(&c, &context->caps[i]);
		if (wrong == NULL)
			return (struct naive_verdict){ true, NULL, i, AEG_NONE };
		if (remembered.capability == AEG_NONE)
			remembered = (struct naive_verdict){ false, wrong, i, AEG_NONE };
	}
	return remembered;
}
