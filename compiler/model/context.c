/* Security contexts: their rows, and their capabilities into the model. */
#include "grammar/pattern.h"

#include "base/map.h"
#include "model/shape.h"

/* ---- Patterns ------------------------------------------------------------------------------ */

static void bad_pattern(struct shape *s, struct value v, struct slice t, uint32_t at)
{
	const char *label = "this cannot stand in a tool pattern";
	if (t.len == 0)
		label = "an empty pattern";
	else if (at == PATTERN_MAX_NAME)
		label = "a tool name has at most 128 bytes";
	else if (at > 0 && at <= t.len && t.at[at - 1] == '*')
		label = "nothing follows the `*`";
	else if (at < t.len && t.at[at] == '*')
		label = "`*` stands alone or after the last dot";
	uint32_t end = at + 1; /* of the whole character */
	while (end < t.len && ((unsigned char)t.at[end] & 0xc0) == 0x80)
		end++;
	shape_report(s,
		(struct diag){ AEG_bad_pattern,
			at < t.len ? syntax_place(s->d->sources, v.node, at, end - at) : v.at,
			.label = label,
			.help = "a pattern is a tool's name (`fs.read`), a prefix (`fs.*`) or `*`; names are "
				"letters, digits and `_ - . / :`" });
}

void pattern_read(struct shape *s, struct value v, struct mpattern *out)
{
	*out = (struct mpattern){ .written.at = v.at, .poison = true };
	if (!shape_text(s, v, &out->written))
		return;
	struct slice t = out->written.text;
	struct pattern p = pattern_parse(t.at, t.len);
	if (p.bad != PATTERN_GOOD) {
		bad_pattern(s, v, t, p.bad);
		return;
	}
	out->poison = false;
	out->stem = (struct slice){ t.at, p.name };
	out->form = !p.star ? PATTERN_EXACT : p.name != 0 ? PATTERN_PREFIX : PATTERN_ANY;
}

void pattern_field(struct shape *s, const struct field *f, struct value v, void *out)
{
	(void)f;
	pattern_read(s, v, out);
}

/* ---- Capabilities -------------------------------------------------------------------------- */

struct rate {
	uint32_t calls, per_seconds, per_minute;
};

static void rate_finish(struct shape *s, struct value v, void *out)
{
	const struct rate *r = out;
	const char *fault = NULL;
	if (s->unread != 0)
		return;
	if (r->per_minute != 0 && (r->calls != 0 || r->per_seconds != 0))
		fault = "`calls_per_minute` beside the newer fields";
	else if (r->per_minute == 0 && r->calls == 0)
		fault = "`calls` is missing";
	else if (r->per_minute == 0 && r->per_seconds == 0)
		fault = "`per_seconds` is missing";
	if (fault != NULL)
		shape_report(
			s, (struct diag){ AEG_bad_rate_limit, v.at, .label = fault,
				   .help = "write `rate_limit: { calls: 60, per_seconds: 60 }`" });
	else if (r->per_minute != 0)
		shape_report(s, (struct diag){ AEG_older_spelling, v.at,
					.label = diag_text(s->d,
						"now written `{ calls: %u, per_seconds: 60 }`",
						r->per_minute) });
}

static const struct field rate_fields[] = {
	{ "calls", .type = FIELD_UINT, .min = 1, INTO(struct rate, calls),
		.doc = "how many calls are granted in any window of `per_seconds`" },
	{ "per_seconds", .type = FIELD_UINT, .min = 1, INTO(struct rate, per_seconds),
		.doc = "the length of the sliding window, in seconds" },
	{ "calls_per_minute", .type = FIELD_UINT, .min = 1, INTO(struct rate, per_minute),
		.doc = "the older spelling of `calls` with `per_seconds: 60`" },
};
static const struct schema rate_schema = { "a rate limit",
	"at most `calls` granted calls in any window of `per_seconds` seconds", FIELDS(rate_fields),
	rate_finish };

static void read_rate(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mcap *cap = out;
	struct rate r = { 0 };
	uint32_t before = s->reported;
	shape_struct(s, f->sub, v, &r);
	if (s->reported != before)
		return;
	cap->rate_at = v.at;
	cap->rate_calls = r.per_minute != 0 ? r.per_minute : r.calls;
	cap->rate_per_s = r.per_minute != 0 ? 60 : r.per_seconds;
}

static void read_command_of_map(struct shape *s, const struct member *m, struct mcommand *out)
{
	struct node key = syntax_key(s->d->sources, m);
	struct value list = shape_member(m);
	out->command = (struct mtext){ m->key, m->key_span };
	entry_command(s, (struct value){ &key, m->key_span }, &out->command);
	if (list.node->kind == NODE_POISON)
		s->reported++;
	else if (list.node->kind == NODE_NULL)
		shape_report(s,
			(struct diag){ AEG_null_constraint, list.at, .label = "says nothing",
				.help = "list the subcommands; `[]` means any subcommand or none" });
	else if (list.node->kind != NODE_LIST)
		shape_wrong_type(s, list, "a list of subcommands", NULL);
	else
		shape_texts(s, list, entry_subcommand, &out->subcommands);
	out->any = list.node->kind == NODE_LIST && list.node->u.list.n == 0;
	if (out->any)
		shape_report(s, (struct diag){ AEG_any_subcommand, list.at,
					.label = diag_text(s->d, "%s may be followed by anything",
						diag_quote(s->d, m->key)),
					.help = "list the subcommands that are meant" });
}

static void read_subcommands(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mcap *cap = out;
	(void)f;
	cap->subcommands_at = v.at;
	if (v.node->kind == NODE_LIST) {
		cap->subcommand_form = SUBCOMMANDS_LIST;
		shape_texts(s, v, entry_subcommand, &cap->subcommand_list);
		return;
	}
	uint32_t n = v.node->u.map.n;
	s->reported += v.node->lacks;
	cap->subcommand_form = SUBCOMMANDS_MAP;
	cap->subcommand_map = arena_array(s->d->arena, struct mcommand, n);
	for (uint32_t i = 0; i < n; i++)
		read_command_of_map(
			s, &v.node->u.map.v[i], &cap->subcommand_map[cap->nsubcommand_map++]);
}

/* Both lists stated: the map's keys and command_allowlist must agree. */
static void commands_agree(struct shape *s, const struct mcap *cap)
{
	struct map allowed = { .arena = s->d->arena }, keys = { .arena = s->d->arena };
	for (uint32_t i = 0; i < cap->commands.n; i++)
		map_put(&allowed, cap->commands.v[i].text, i);
	for (uint32_t i = 0; i < cap->nsubcommand_map; i++) {
		struct mtext c = cap->subcommand_map[i].command;
		map_put(&keys, c.text, i);
		if (map_get(&allowed, c.text) == MAP_NONE)
			shape_report(s,
				(struct diag){ AEG_subcommands_of_other_command, c.at,
					.label = "`command_allowlist` does not have it",
					.other = cap->commands.at,
					.other_label = "the commands of this capability",
					.help = "add it there, or leave `command_allowlist` out: the map says which commands are allowed" });
	}
	for (uint32_t i = 0; i < cap->commands.n; i++)
		if (map_get(&keys, cap->commands.v[i].text) == MAP_NONE)
			shape_report(
				s, (struct diag){ AEG_command_without_subcommands,
					   cap->commands.v[i].at,
					   .label = "no call of it is ever granted",
					   .other = cap->subcommands_at,
					   .other_label =
						   "a command that is no key here is refused" });
}

static void cap_finish(struct shape *s, struct value v, void *out)
{
	struct mcap *cap = out;
	cap->at = v.at;
	if (cap->subcommand_form == SUBCOMMANDS_LIST && !cap->commands.stated &&
		!shape_unread(s, "command_allowlist"))
		shape_report(s,
			(struct diag){ AEG_subcommands_of_no_command, cap->subcommands_at,
				.label =
					"a list is for the commands of `command_allowlist`, which is missing",
				.help = "add `command_allowlist`, or write a map: `subcommand_allowlist: { git: [status] }`" });
}

static const struct field cap_fields[] = {
	{ "tool_pattern", "tool", FIELD_TEXT, FIELD_REQUIRED, .read = pattern_field,
		INTO(struct mcap, pattern),
		.doc = "the tools it grants: a name (`fs.read`), a prefix (`fs.*`) or `*`" },
	{ "path_allowlist", .type = FIELD_LIST, .flags = FIELD_NOT_NULL, .item = FIELD_TEXT,
		.entry = entry_path, INTO(struct mcap, paths), .missing_is = "any path",
		.doc = "absolute paths; a call's paths must equal one or lie below it" },
	{ "command_allowlist", .type = FIELD_LIST, .flags = FIELD_NOT_NULL, .item = FIELD_TEXT,
		.entry = entry_command, INTO(struct mcap, commands), .missing_is = "any command",
		.doc = "commands that may be run, without arguments" },
	{ "subcommand_allowlist", .type = FIELD_LIST_OR_MAP, .flags = FIELD_NOT_NULL,
		.read = read_subcommands, .missing_is = "any subcommand",
		.doc = "the word after the command: a list for every command of `command_allowlist`, or a map "
		       "from command to list" },
	{ "domain_allowlist", .type = FIELD_LIST, .flags = FIELD_NOT_NULL, .item = FIELD_TEXT,
		.entry = entry_domain, INTO(struct mcap, domains), .missing_is = "any host",
		.doc = "hosts; `example.com` covers its subdomains, `*.example.com` covers them alone" },
	{ "rate_limit", .type = FIELD_STRUCT, .flags = FIELD_NOT_NULL, .sub = &rate_schema,
		.read = read_rate, .missing_is = "no limit",
		.doc = "at most `calls` in any `per_seconds` seconds" },
	{ "max_response_size", .type = FIELD_UINT, .min = 1, INTO(struct mcap, max_response_size),
		.missing_is = "no limit", .doc = "bytes that a tool's answer may have" },
	{ "max_concurrent", .type = FIELD_UINT, .flags = FIELD_NOT_NULL, .min = 1,
		INTO(struct mcap, max_concurrent), .missing_is = "no limit",
		.doc = "granted calls that may be running at once" },
	{ "constraints", .type = FIELD_GONE,
		.doc = "write its fields into the capability itself, beside `tool_pattern`" },
};
static const struct schema cap_schema = { "a capability",
	"what one entry of `capabilities` grants: a tool pattern, and constraints that must all hold",
	FIELDS(cap_fields), cap_finish };

static void read_cap(struct shape *s, struct value v, struct mcap *cap)
{
	uint32_t before = s->reported;
	*cap = (struct mcap){ .pattern.poison = true };
	if (v.node->kind == NODE_STRING)
		shape_wrong_type(s, v, cap_schema.name,
			"name the field, also where there is one: `- tool_pattern: fs.read`");
	else
		shape_struct(s, &cap_schema, v, cap);
	cap->at = v.at;
	if (s->reported == before && cap->subcommand_form == SUBCOMMANDS_MAP &&
		cap->commands.stated)
		commands_agree(s, cap);
	cap->broken = s->reported != before;
}

static void read_caps(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mcontext *c = out;
	uint32_t n = shape_items(v.node);
	(void)f;
	c->caps_read = true;
	c->caps = arena_array(s->d->arena, struct mcap, n);
	for (uint32_t i = 0; i < n; i++)
		read_cap(s, shape_item(v.node, i), &c->caps[c->ncaps++]);
	if (n == 0)
		shape_report(s, (struct diag){ AEG_no_capabilities, v.at,
					.label = "grants nothing: every call is denied" });
}

static void read_deny(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mcontext *c = out;
	uint32_t n = shape_items(v.node);
	(void)f;
	c->deny = arena_array(s->d->arena, struct mpattern, n);
	for (uint32_t i = 0; i < n; i++) {
		struct value item = shape_item(v.node, i);
		if (item.node->kind == NODE_MAP)
			shape_wrong_type(s, item, "a tool pattern",
				"write the pattern alone: `- fs.delete`");
		else
			pattern_read(s, item, &c->deny[c->ndeny++]);
	}
}

/* ---- Contexts ------------------------------------------------------------------------------ */

static bool is_name(struct slice t)
{
	if (t.len == 0 || t.len > 63 || t.at[0] < 'a' || t.at[0] > 'z' || t.at[t.len - 1] == '-')
		return false;
	for (uint32_t i = 0; i < t.len; i++) {
		char c = t.at[i];
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
			return false;
	}
	return true;
}

static bool context_name(struct shape *s, struct value v, struct mtext *io)
{
	if (is_name(io->text))
		return true;
	shape_report(s,
		(struct diag){ AEG_bad_context_name, v.at,
			.label = "not the form of a context's name",
			.help = "1 to 63 lower-case letters, digits and hyphens; it begins with a letter and does not "
				"end in a hyphen" });
	return false;
}

static bool is_blank_text(struct slice t)
{
	for (uint32_t i = 0; i < t.len; i++)
		if (t.at[i] != ' ' && t.at[i] != '\t' && t.at[i] != '\n' && t.at[i] != '\r')
			return false;
	return true;
}

static void context_finish(struct shape *s, struct value v, void *out)
{
	struct mcontext *c = out;
	c->at = v.at;
	c->builtin = s->builtin;
	if (is_blank_text(c->description.text) && !shape_unread(s, "description"))
		shape_report(s, (struct diag){ AEG_blank_description,
					c->description.text.at != NULL ? c->description.at
					: c->name.text.at != NULL      ? c->name.at
								       : v.at,
					.label = "nothing says what this context is for",
					.help = "add a `description`" });
}

#define CONTEXT_FIELDS \
	{ "description", .type = FIELD_TEXT, INTO(struct mcontext, description), \
		.missing_is = "blank, with a warning", \
		.doc = "what the context is for, in a sentence" }, \
		{ "capabilities", .type = FIELD_LIST, .flags = FIELD_REQUIRED, \
			.item = FIELD_STRUCT, .sub = &cap_schema, .read = read_caps, \
			.doc = "what is granted; the first that grants a call decides" }, \
	{ \
		"deny_list", .type = FIELD_LIST, .item = FIELD_TEXT, .read = read_deny, \
			     .missing_is = "empty", \
			     .doc = "tool patterns that are denied whatever the capabilities say" \
	}

static const struct field entry_fields[] = {
	{ "name", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .entry = context_name,
		INTO(struct mcontext, name), .doc = "what agents call the context" },
	CONTEXT_FIELDS,
};
const struct schema context_entry_schema = { "a security context",
	"which tools may be called, and with which arguments", FIELDS(entry_fields),
	context_finish };

static const struct field spec_fields[] = {
	CONTEXT_FIELDS,
	{ "name", .type = FIELD_GONE,
		.doc = "the name of a SecurityContext stands in `metadata.name`" },
};
static const struct schema spec_schema = { "a security context",
	"which tools may be called, and with which arguments", FIELDS(spec_fields),
	context_finish };

static const struct field metadata_fields[] = {
	{ "name", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .entry = context_name,
		INTO(struct mcontext, name), .doc = "what agents call the context" },
	VERSION_FIELD,
	LABEL_FIELDS,
};
static const struct schema metadata_schema = { "the metadata of a SecurityContext", "its name",
	FIELDS(metadata_fields) };

static const struct field document_fields[] = {
	ENVELOPE_FIELDS,
	{ "metadata", .type = FIELD_STRUCT, .flags = FIELD_REQUIRED, .sub = &metadata_schema,
		.doc = "the context's name" },
	{ "spec", .type = FIELD_STRUCT, .flags = FIELD_REQUIRED, .sub = &spec_schema,
		.doc = "the context itself" },
};
const struct schema security_context_schema = { "a SecurityContext document",
	"one security context in a document of its own", FIELDS(document_fields) };

void context_add(struct shape *s, struct value v, const struct schema *t, bool node_config)
{
	struct mcontext c = { .builtin = s->builtin };
	struct model *m = s->m;
	uint32_t reported = s->reported, errors = s->d->errors;
	shape_struct(s, t, v, &c);
	if (s->reported != reported && s->d->errors == errors)
		c.ncaps = c.ndeny = 0; /* the user made its errors notes: what could not be read
					  must not grant */
	if (c.name.text.at == NULL) {
		m->incomplete = true;
		return;
	}
	if (node_config && slice_is(c.name.text, "default") && m->default_context.text.at == NULL)
		m->default_context = c.name;
	arena_push(s->d->arena, m->contexts, m->ncontexts, &s->contexts_cap);
	m->contexts[m->ncontexts++] = c;
}

void security_context_read(struct shape *s, struct value root)
{
	context_add(s, root, &security_context_schema, false);
}
