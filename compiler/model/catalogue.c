/* The tool catalogue: rows, and how a project's catalogue extends the built-in one. */
#include "model/shape.h"

/* ---- Rows ---------------------------------------------------------------------------------- */

static const char *const roles[] = { "path", "command", "args", "url", "secret", NULL };

struct argument {
	struct marg arg;
	struct mtext role;
};

static void bad_entry(struct shape *s, struct span at, const char *label, const char *help)
{
	shape_report(s, (struct diag){ AEG_bad_catalogue_entry, at, .label = label, .help = help });
}

static void argument_finish(struct shape *s, struct value v, void *out)
{
	struct argument *a = out;
	if (a->arg.name.text.len == 0 && a->arg.name.text.at != NULL)
		bad_entry(s, a->arg.name.at, "an argument without a name", NULL);
	for (unsigned i = 0; a->role.text.at != NULL && roles[i] != NULL; i++)
		if (slice_is(a->role.text, roles[i]))
			a->arg.role = (enum mrole)(i + 1);
	if (a->arg.list && (a->arg.role == ROLE_ARGS || a->arg.role == ROLE_COMMAND))
		bad_entry(s, v.at,
			a->arg.role == ROLE_ARGS ? "`args` is a list of strings always"
						 : "a command is one string",
			"leave `list` out");
}

static const struct field argument_fields[] = {
	{ "name", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, INTO(struct argument, arg.name),
		.doc = "the argument's name in a call" },
	{ "role", .type = FIELD_WORD, .flags = FIELD_REQUIRED, .words = roles,
		INTO(struct argument, role), .doc = "which constraint looks at it" },
	{ "required", .type = FIELD_BOOL, INTO(struct argument, arg.required),
		.missing_is =
			"`false`; where the built-in catalogue has the argument, what it says",
		.doc = "a constraint fails where the argument is absent" },
	{ "list", .type = FIELD_BOOL, INTO(struct argument, arg.list), .missing_is = "`false`",
		.doc = "the argument is a list of strings, and a constraint must hold for each" },
};
static const struct schema argument_schema = { "an argument",
	"an argument that a constraint looks at", FIELDS(argument_fields), argument_finish };

/* The same argument where an earlier entry has it: an extension may add, not take away. */
static const struct marg *arg_of(const struct mtool *t, struct slice name)
{
	for (uint32_t i = 0; i < t->nargs; i++)
		if (slice_eq(t->args[i].name.text, name))
			return &t->args[i];
	return NULL;
}

static void read_arguments(struct shape *s, const struct field *f, struct value v, void *out)
{
	enum { MOST = 64 };
	struct mtool *t = out;
	uint32_t n = shape_items(v.node);
	if (n > MOST) {
		bad_entry(s, v.at, "more than 64 arguments with a role", NULL);
		return;
	}
	t->args = arena_array(s->d->arena, struct marg, n);
	for (uint32_t i = 0; i < n; i++) {
		struct value item = shape_item(v.node, i);
		struct argument a = { 0 };
		uint32_t before = s->reported;
		shape_struct(s, f->sub, item, &a);
		if (s->reported != before)
			continue;
		if (arg_of(t, a.arg.name.text) != NULL)
			bad_entry(s, a.arg.name.at, "this argument stands here twice", NULL);
		a.arg.may_be_absent =
			!a.arg.required && syntax_member(item.node, "required") != NULL;
		t->args[t->nargs++] = a.arg;
	}
}

static uint32_t count_role(const struct mtool *t, enum mrole role)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < t->nargs; i++)
		n += t->args[i].role == role;
	return n;
}

static void check_args_role(struct shape *s, const struct mtool *t)
{
	uint32_t nargs = count_role(t, ROLE_ARGS);
	if (nargs == 0 || (nargs == 1 && count_role(t, ROLE_COMMAND) == 1))
		return;
	struct span last = t->name.written.at; /* the one that an extension added, if any */
	for (uint32_t i = 0; i < t->nargs; i++)
		if (t->args[i].role == ROLE_ARGS || t->args[i].role == ROLE_COMMAND)
			last = t->args[i].name.at;
	bad_entry(s, last, "`args` is appended to the command: one of each",
		"give the tool one argument of role `command` and at most one of role `args`");
}

static void tool_finish(struct shape *s, struct value v, void *out)
{
	struct mtool *t = out;
	(void)v;
	if (!t->name.poison && t->name.form == PATTERN_ANY)
		bad_entry(s, t->name.written.at, "`*` is no tool and no family",
			"name a tool, or a family: `github.*`");
}

static const struct field tool_fields[] = {
	{ "name", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .read = pattern_field,
		INTO(struct mtool, name),
		.doc = "a tool, or a family (`github.*`) that speaks for its unlisted tools" },
	{ "arguments", .type = FIELD_LIST, .item = FIELD_STRUCT, .sub = &argument_schema,
		.read = read_arguments, .missing_is = "no argument has a role",
		.doc = "the arguments that a constraint looks at, in order" },
};
static const struct schema tool_schema = { "a tool of the catalogue",
	"a tool, and which of its arguments a constraint looks at", FIELDS(tool_fields),
	tool_finish };

static void read_tools(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct model *m = s->m;
	(void)out;
	for (uint32_t i = 0; i < shape_items(v.node); i++) {
		struct mtool t = { .builtin = s->builtin, .name.poison = true };
		uint32_t before = s->reported;
		shape_struct(s, f->sub, shape_item(v.node, i), &t);
		if (s->reported != before)
			continue;
		arena_push(s->d->arena, m->tools, m->ntools, &s->tools_cap);
		m->tools[m->ntools++] = t;
	}
}

static const struct field metadata_fields[] = {
	{ "name", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .entry = scalar_filled,
		.doc = "what people call the catalogue" },
	VERSION_FIELD,
	LABEL_FIELDS,
};
static const struct schema metadata_schema = { "the metadata of a ToolCatalogue", "its name",
	FIELDS(metadata_fields) };
static const struct field spec_fields[] = {
	{ "tools", .type = FIELD_LIST, .flags = FIELD_REQUIRED, .item = FIELD_STRUCT,
		.sub = &tool_schema, .read = read_tools,
		.doc = "tools to add, and arguments to add to built-in ones" },
};
static const struct schema spec_schema = { "the spec of a ToolCatalogue", "its tools",
	FIELDS(spec_fields) };
static const struct field document_fields[] = {
	ENVELOPE_FIELDS,
	{ "metadata", .type = FIELD_STRUCT, .flags = FIELD_REQUIRED, .sub = &metadata_schema,
		.doc = "its name" },
	{ "spec", .type = FIELD_STRUCT, .flags = FIELD_REQUIRED, .sub = &spec_schema,
		.doc = "its tools" },
};
const struct schema catalogue_schema = { "a ToolCatalogue document",
	"tools beyond the built-in ones, and the roles of their arguments",
	FIELDS(document_fields) };

void catalogue_read(struct shape *s, struct value root)
{
	char nothing = 0;
	uint32_t before = shape_lost(s);
	shape_struct(s, &catalogue_schema, root, &nothing);
	s->m->tools_unread |= shape_lost(s) != before;
}

/* ---- One catalogue ------------------------------------------------------------------------- */

static void taken_away(struct shape *s, struct span at, const char *label, struct span other)
{
	shape_report(s,
		(struct diag){ AEG_catalogue_takes_away, at, .label = label, .other = other,
			.other_label = "the catalogue says so here",
			.help = "a project may add tools, arguments and roles; what is there stays" });
}

/* @more's arguments into @t, which has some already. */
static void extend(struct shape *s, struct mtool *t, const struct mtool *more)
{
	struct marg *all = arena_array(s->d->arena, struct marg, (size_t)t->nargs + more->nargs);
	uint32_t n = 0;
	for (; n < t->nargs; n++)
		all[n] = t->args[n];
	for (uint32_t i = 0; i < more->nargs; i++) {
		const struct marg *a = &more->args[i], *had = arg_of(t, a->name.text);
		if (had == NULL)
			all[n++] = *a;
		else if (had->role != a->role)
			taken_away(s, a->name.at, "it has another role", had->name.at);
		else if (had->required && a->may_be_absent)
			taken_away(s, a->name.at, "it is required", had->name.at);
		else if (had->list != a->list)
			taken_away(s, a->name.at, had->list ? "it is a list" : "it is no list",
				had->name.at);
		else
			all[had - t->args].required |= a->required;
	}
	t->args = all;
	t->nargs = n;
}

/* A tool that gets an entry of its own leaves its family's; it must keep the family's roles. */
static void keep_roles(struct shape *s, const struct mtool *t, const struct mtool *family)
{
	for (uint32_t i = 0; i < family->nargs; i++) {
		const struct marg *want = &family->args[i];
		bool kept = false;
		for (uint32_t k = 0; k < t->nargs; k++)
			kept |= t->args[k].role == want->role &&
				(t->args[k].required || !want->required);
		if (!kept)
			taken_away(s, t->name.written.at,
				diag_text(s->d,
					"as one of `%.*s` it needs %s argument of role `%s`",
					SLICE_ARG(family->name.written.text),
					want->required ? "a required" : "an",
					roles[want->role - 1]),
				family->name.written.at);
	}
}

static const struct mtool *builtin_family(const struct model *m, struct slice name)
{
	while (name.len > 0) {
		name.len--;
		if (name.at[name.len] != '.')
			continue;
		uint32_t i = map_get(&m->tool_families, name);
		if (i != MAP_NONE && m->tools[i].builtin)
			return &m->tools[i];
	}
	return NULL;
}

/* @extended: of a built-in tool, the entry that has extended it; two would be one too many. */
static void merge_tool(struct shape *s, const struct mtool *t, const struct mtool **extended)
{
	struct model *m = s->m;
	struct map *names = t->name.form == PATTERN_PREFIX ? &m->tool_families : &m->tool_names;
	uint32_t there = map_put(names, t->name.stem, m->ntools);
	if (there == MAP_NONE) {
		m->tools[m->ntools++] = *t;
		return;
	}
	const struct mtool *first = extended[there] != NULL ? extended[there] : &m->tools[there];
	if (first->builtin && !t->builtin) {
		extended[there] = t;
		extend(s, &m->tools[there], t);
		return;
	}
	shape_report(s, (struct diag){ AEG_duplicate_tool, t->name.written.at,
				.label = "it stands in the catalogue twice",
				.other = first->name.written.at, .other_label = "first here" });
}

void catalogue_merge(struct shape *s)
{
	struct model *m = s->m;
	struct mtool *all = m->tools;
	uint32_t n = m->ntools;
	const struct mtool **extended = arena_array(s->d->arena, const struct mtool *, n);
	m->tool_names.arena = m->tool_families.arena = s->d->arena;
	m->tools = arena_array(s->d->arena, struct mtool, n);
	m->ntools = 0;
	for (int builtin = 1; builtin >= 0; builtin--)
		for (uint32_t i = 0; i < n; i++)
			if (all[i].builtin == builtin)
				merge_tool(s, &all[i], extended);
	for (uint32_t i = 0; i < m->ntools; i++) {
		const struct mtool *t = &m->tools[i];
		const struct mtool *family = t->builtin ? NULL : builtin_family(m, t->name.stem);
		if (family != NULL)
			keep_roles(s, t, family);
		check_args_role(s, t);
	}
}
