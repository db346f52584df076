/* CliTool: a command in a container as a tool, and the grammar of its arguments. */
#include "model/cli.h"

#include "aegis/expr.h"
#include "model/scalar.h"
#include "model/shape.h"

enum {
	MOST_FLAGS = 256, /* of one subcommand: a decision keeps a bit for each */
	MOST_TIMEOUT_S = 300,
	MOST_ARGUMENTS = 65536,
	MOST_WORDS = 8, /* of a subcommand */
};

static bool refuse(
	struct shape *s, enum diag_code code, struct span at, const char *label, const char *help)
{
	shape_report(s, (struct diag){ code, at, .label = label, .help = help });
	return false;
}

static bool is_letter_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* ---- Subcommands --------------------------------------------------------------------------- */

static bool subcommand(struct shape *s, struct value v, struct mtext *io)
{
	struct slice t = io->text;
	uint32_t words = 1;
	bool good = t.len > 0 && t.at[0] != ' ' && t.at[t.len - 1] != ' ';
	for (uint32_t i = 0; i < t.len; i++) {
		good &= (unsigned char)t.at[i] >= ' ' && t.at[i] != 0x7f;
		good &= t.at[i] != ' ' || i == 0 || t.at[i - 1] != ' ';
		words += t.at[i] == ' ';
	}
	return (good && words <= MOST_WORDS) ||
	       refuse(s, AEG_bad_subcommand, v.at, "not words with one blank between each",
		       "as in `get` or `pr list`: at most eight words, compared byte for byte");
}

static void unique_texts(struct shape *s, enum diag_code code, const struct mlist *l)
{
	struct map seen = { .arena = s->d->arena };
	for (uint32_t i = 0; i < l->n; i++) {
		uint32_t first = map_put(&seen, l->v[i].text, i);
		if (first != MAP_NONE)
			shape_report(
				s, (struct diag){ code, l->v[i].at, .label = "it stands here twice",
					   .other = l->v[first].at, .other_label = "the first" });
	}
}

/* ---- Values -------------------------------------------------------------------------------- */

static const char *const kind_words[] = { "none", "text", "enum", "integer", "pattern", "path",
	"url", "host", NULL };

static bool folder(struct shape *s, struct value v, struct mtext *io)
{
	struct slice *t = &io->text;
	bool good = t->len > 0 && t->at[0] == '/';
	for (uint32_t i = 0; i < t->len; i++) {
		good &= (unsigned char)t->at[i] > ' ' && t->at[i] != 0x7f && t->at[i] != '*';
		good &= t->at[i] != '/' || i == 0 || t->at[i - 1] != '/';
		good &= t->at[i] != '.' || t->at[i > 0 ? i - 1 : 0] != '/' ||
			(i + 1 < t->len && is_letter_or_digit(t->at[i + 1]));
	}
	if (!good)
		return refuse(s, AEG_bad_argument_value, v.at, "not an absolute path",
			"a folder of the container, without `.`, `..` and wildcards: `/workspace`");
	if (t->len > 1 && t->at[t->len - 1] == '/')
		t->len--;
	return true;
}

static bool pattern(struct shape *s, struct value v, struct mtext *io)
{
	struct arena scratch = {
		.limit = (size_t)8 << 20, .fail = s->d->arena->fail, .ctx = s->d->arena->ctx
	};
	struct aeg_regex_error error = { 0, "it is too large" };
	enum { CAP = 1 << 16 };
	size_t len;
	enum aeg_status status = aeg_regex_ecma((struct aeg_str){ io->text.at, io->text.len },
		arena_alloc(&scratch, CAP, 1, 8), CAP, &len, &error);
	arena_free(&scratch);
	if (status == AEG_OK)
		return true;
	struct span at = v.at;
	if (status != AEG_NOMEM && error.at < io->text.len)
		at = syntax_place(s->d->sources, v.node, error.at, 1);
	return refuse(s, AEG_bad_argument_pattern, at,
		status == AEG_NOMEM ? "it is too large" : error.what,
		"an ECMA-262 pattern of the whole value, without look-around and back-references");
}

static void read_int(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct slice t = v.node->u.text;
	uint32_t i = t.len > 0 && t.at[0] == '-';
	bool minus = i > 0, good = i < t.len && t.len <= 19;
	int64_t x = 0;
	for (; i < t.len && good; i++) {
		good = t.at[i] >= '0' && t.at[i] <= '9';
		x = x * 10 + (t.at[i] - '0');
	}
	if (good)
		*(int64_t *)out = minus ? -x : x;
	else
		refuse(s, AEG_out_of_range, v.at,
			diag_text(s->d, "`%s` is a whole number of at most 18 digits", f->name),
			NULL);
}

/* What goes with which kind. */
static const struct {
	const char *field;
	uint32_t kinds;
	bool needed;
} companions[] = {
	{ "words", 1u << MCLI_ENUM, true },
	{ "pattern", 1u << MCLI_PATTERN, true },
	{ "below", 1u << MCLI_PATH, true },
	{ "hosts", 1u << MCLI_URL | 1u << MCLI_HOST, true },
	{ "from", 1u << MCLI_INTEGER, true },
	{ "to", 1u << MCLI_INTEGER, true },
	{ "optional_value", ~(1u << MCLI_NONE), false },
	{ "stdin", ~(1u << MCLI_NONE | 1u << MCLI_INTEGER), false },
	{ "response_file", ~(1u << MCLI_NONE | 1u << MCLI_INTEGER), false },
};

static void value_kind(struct shape *s, struct value v, struct mcli_value *x)
{
	for (uint32_t i = 0; x->kind_text.text.at != NULL && kind_words[i] != NULL; i++)
		if (slice_is(x->kind_text.text, kind_words[i]))
			x->kind = (enum mcli_kind)i;
	for (size_t i = 0; i < sizeof companions / sizeof *companions && v.node->kind == NODE_MAP;
		i++) {
		const struct member *m = syntax_member(v.node, companions[i].field);
		bool fits = (companions[i].kinds >> x->kind & 1) != 0;
		if (m != NULL && !fits && !shape_unread(s, "value"))
			refuse(s, AEG_bad_argument_value, m->key_span,
				diag_text(s->d, "this says nothing of a value of kind `%s`",
					kind_words[x->kind]),
				"leave it out, or say the kind that is meant in `value`");
		else if (m == NULL && fits && companions[i].needed &&
			 !shape_unread(s, companions[i].field) && !v.node->lacks)
			shape_report(
				s, (struct diag){ AEG_missing_field,
					   x->kind_text.text.at != NULL ? x->kind_text.at : v.at,
					   .label = diag_text(s->d, "`%s` is missing beside it",
						   companions[i].field),
					   .message = diag_text(s->d,
						   "a value of kind `%s` needs `%s`",
						   kind_words[x->kind], companions[i].field) });
	}
	const struct mlist *lists[] = { &x->words, &x->below, &x->hosts };
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		if (lists[i]->stated && lists[i]->n == 0 && !s->unread)
			refuse(s, AEG_out_of_range, lists[i]->at, "nothing would be accepted",
				"name at least one");
	if (x->from > x->to)
		refuse(s, AEG_out_of_range, v.at, "`from` is above `to`", NULL);
}

#define VALUE_FIELDS(in, absent) \
	{ "value", .type = FIELD_WORD, .words = kind_words, INTO(in, value.kind_text), \
		.missing_is = absent, .doc = "what the value is" }, \
		{ "words", .type = FIELD_LIST, .item = FIELD_TEXT, INTO(in, value.words), \
			.flags = FIELD_NOT_NULL, .doc = "of an `enum`: its values" }, \
		{ "pattern", .type = FIELD_TEXT, .entry = pattern, INTO(in, value.pattern), \
			.flags = FIELD_NOT_NULL, \
			.doc = "of a `pattern`: the ECMA-262 pattern of the whole value" }, \
		{ "below", .type = FIELD_LIST, .item = FIELD_TEXT, .entry = folder, \
			INTO(in, value.below), .flags = FIELD_NOT_NULL, \
			.doc = "of a `path`: folders of the container that it must lie in" }, \
		{ "hosts", .type = FIELD_LIST, .item = FIELD_TEXT, .entry = entry_domain, \
			INTO(in, value.hosts), .flags = FIELD_NOT_NULL, \
			.doc = "of a `url` or `host`: hosts; `example.com` covers its subdomains" }, \
		{ "from", .type = FIELD_UINT, .read = read_int, INTO(in, value.from), \
			.doc = "of an `integer`: the least" }, \
		{ "to", .type = FIELD_UINT, .read = read_int, INTO(in, value.to), \
			.doc = "of an `integer`: the most" }, \
		{ "stdin", .type = FIELD_BOOL, INTO(in, value.stdin_too), .missing_is = "`false`", \
			.doc = "whether `-`, standard input, is a value too" }, \
	{ \
		"response_file", \
			.type = FIELD_BOOL, INTO(in, value.response_file), \
			.missing_is = "`false`", \
			.doc = "whether a value may begin with `@`, where the program reads files so" \
	}

/* ---- Flags --------------------------------------------------------------------------------- */

/* `--long-name`, `-name` or `-n`. */
static bool flag_name(struct shape *s, struct value v, struct mtext *io)
{
	struct slice t = io->text;
	uint32_t i = t.len > 1 && t.at[0] == '-' && t.at[1] == '-' ? 2 : 1;
	bool good = t.len > i && t.at[0] == '-';
	for (; i < t.len; i++)
		good &= is_letter_or_digit(t.at[i]) || (i > 1 && strchr("-_.", t.at[i]) != NULL);
	return good || refuse(s, AEG_bad_flag, v.at, "not the form of a flag",
			       "`--namespace`, `-n`, or `-chdir` of programs of style `go`");
}

static bool short_name(struct shape *s, struct value v, struct mtext *io)
{
	return flag_name(s, v, io) &&
	       (io->text.len == 2 ||
		       refuse(s, AEG_bad_flag, v.at, "more than one letter", "as in `-n`"));
}

static void flag_finish(struct shape *s, struct value v, void *out)
{
	struct mcli_flag *f = out;
	f->at = v.at;
	value_kind(s, v, &f->value);
}

static const struct field flag_fields[] = {
	{ "name", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .entry = flag_name,
		INTO(struct mcli_flag, name), .doc = "the flag as it is written: `--namespace`" },
	{ "short", .type = FIELD_TEXT, .entry = short_name, INTO(struct mcli_flag, short_name),
		.missing_is = "it has none", .doc = "its short form: `-n`" },
	{ "aliases", .type = FIELD_LIST, .item = FIELD_TEXT, .entry = flag_name,
		INTO(struct mcli_flag, aliases), .missing_is = "it has none",
		.doc = "other names of the same flag" },
	VALUE_FIELDS(struct mcli_flag, "`none`"),
	{ "optional_value", .type = FIELD_BOOL, INTO(struct mcli_flag, optional_value),
		.missing_is = "`false`",
		.doc = "the value may be left out, and else is attached: `--color=never`" },
	{ "required", .type = FIELD_BOOL, INTO(struct mcli_flag, required), .missing_is = "`false`",
		.doc = "every call has it" },
	{ "repeatable", .type = FIELD_BOOL, INTO(struct mcli_flag, repeatable),
		.missing_is = "`false`", .doc = "it may stand more than once" },
	{ "conflicts", .type = FIELD_LIST, .item = FIELD_TEXT, INTO(struct mcli_flag, conflicts),
		.missing_is = "none", .doc = "flags that do not stand beside it" },
};
static const struct schema flag_schema = { "a flag", "a flag, and what values it has",
	FIELDS(flag_fields), flag_finish };

static void read_flags(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mcli_flags *l = out;
	uint32_t n = shape_items(v.node);
	if (n > MOST_FLAGS) {
		refuse(s, AEG_out_of_range, v.at, "more than 256 flags", NULL);
		return;
	}
	l->v = arena_array(s->d->arena, struct mcli_flag, n);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t before = s->reported;
		l->v[l->n] = (struct mcli_flag){ 0 };
		shape_struct(s, f->sub, shape_item(v.node, i), &l->v[l->n]);
		l->n += s->reported == before;
	}
}

#define FLAGS_FIELD(field, in, member, what) \
	{ \
		field, .type = FIELD_LIST, .item = FIELD_STRUCT, .sub = &flag_schema, \
		       .read = read_flags, INTO(in, member), .missing_is = "none", .doc = what \
	}

/* ---- Positionals --------------------------------------------------------------------------- */

static void positional_finish(struct shape *s, struct value v, void *out)
{
	struct mcli_positional *p = out;
	value_kind(s, v, &p->value);
	if (p->value.kind == MCLI_NONE && !shape_unread(s, "value"))
		refuse(s, AEG_bad_argument_value, p->value.kind_text.at,
			"an argument is a value always", NULL);
	if (p->min > p->max && !shape_unread(s, "min") && !shape_unread(s, "max"))
		refuse(s, AEG_out_of_range, v.at, "`min` is above `max`", NULL);
}

static const struct field positional_fields[] = {
	{ "name", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .entry = scalar_name,
		INTO(struct mcli_positional, name),
		.doc = "what the argument is called, in findings" },
	VALUE_FIELDS(struct mcli_positional, "`text`"),
	{ "min", .type = FIELD_UINT, .max = MOST_ARGUMENTS, INTO(struct mcli_positional, min),
		.missing_is = "`1`", .doc = "how many there are at least" },
	{ "max", .type = FIELD_UINT, .min = 1, .max = MOST_ARGUMENTS,
		INTO(struct mcli_positional, max), .missing_is = "`1`",
		.doc = "how many there are at most" },
};
static const struct schema positional_schema = { "a positional", "an argument that is no flag",
	FIELDS(positional_fields), positional_finish };

static void read_positionals(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mcli_row *row = out;
	uint32_t n = shape_items(v.node);
	if (n > MOST_FLAGS) {
		refuse(s, AEG_out_of_range, v.at, "more than 256 positionals", NULL);
		return;
	}
	row->positionals = arena_array(s->d->arena, struct mcli_positional, n);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t before = s->reported;
		struct mcli_positional *p = &row->positionals[row->npositionals];
		*p = (struct mcli_positional){ .value.kind = MCLI_TEXT, .min = 1, .max = 1 };
		shape_struct(s, f->sub, shape_item(v.node, i), p);
		row->npositionals += s->reported == before;
	}
}

/* ---- The grammar --------------------------------------------------------------------------- */

static const struct field row_fields[] = {
	{ "name", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .entry = subcommand,
		INTO(struct mcli_row, name), .doc = "one of `allowed_subcommands`" },
	FLAGS_FIELD("flags", struct mcli_row, flags, "flags that it has beside those of all"),
	{ "positionals", .type = FIELD_LIST, .item = FIELD_STRUCT, .sub = &positional_schema,
		.read = read_positionals, .missing_is = "it takes none",
		.doc = "arguments that are no flags, in order" },
	{ "double_dash", .type = FIELD_BOOL, INTO(struct mcli_row, double_dash),
		.missing_is = "`true`, but for programs that do not heed it",
		.doc = "whether `--` may stand before the arguments that are no flags" },
};
static const struct schema row_schema = { "a subcommand", "what one subcommand takes",
	FIELDS(row_fields) };

static void read_rows(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mcli_argv *a = out;
	struct map names = { .arena = s->d->arena };
	uint32_t n = shape_items(v.node);
	a->rows = arena_array(s->d->arena, struct mcli_row, n);
	for (uint32_t i = 0; i < n; i++) {
		struct mcli_row *row = &a->rows[a->nrows];
		uint32_t before = s->reported;
		*row = (struct mcli_row){ .double_dash = true };
		shape_struct(s, f->sub, shape_item(v.node, i), row);
		row->at = shape_item(v.node, i).at;
		if (s->reported != before)
			continue;
		uint32_t first = map_put(&names, row->name.text, a->nrows);
		if (first != MAP_NONE)
			shape_report(s, (struct diag){ AEG_bad_subcommand, row->name.at,
						.label = "it stands here twice",
						.other = a->rows[first].name.at,
						.other_label = "the first" });
		a->nrows++;
	}
}

static const char *const styles[] = { "gnu", "go", NULL };

static void argv_finish(struct shape *s, struct value v, void *out)
{
	struct mcli_argv *a = out;
	const struct member *m =
		v.node->kind == NODE_MAP ? syntax_member(v.node, "response_files") : NULL;
	(void)s;
	a->at = v.at;
	a->response_files_at = m != NULL ? m->key_span : SPAN_NONE;
}

static const struct field argv_fields[] = {
	{ "style", .type = FIELD_WORD, .words = styles, INTO(struct mcli_argv, style),
		.missing_is = "the program's, where it is known, else `gnu`",
		.doc = "`gnu`: `-abc` is three flags; `go`: it is one, and `--abc` the same" },
	{ "response_files", .type = FIELD_BOOL, INTO(struct mcli_argv, response_files),
		.missing_is = "what is known of the program, else `true`",
		.doc = "whether the program reads files for arguments that begin with `@`" },
	FLAGS_FIELD("before", struct mcli_argv, before, "flags that stand before the subcommand"),
	FLAGS_FIELD("flags", struct mcli_argv, flags, "flags that each subcommand has"),
	{ "subcommands", .type = FIELD_LIST, .item = FIELD_STRUCT, .sub = &row_schema,
		.read = read_rows, .missing_is = "they take the common flags alone",
		.doc = "what each subcommand takes" },
};
static const struct schema argv_schema = { "a grammar of arguments", "what arguments there may be",
	FIELDS(argv_fields), argv_finish };

/* ---- The document -------------------------------------------------------------------------- */

static const char *const network_modes[] = { "none", "allow", NULL };
static const struct field network_fields[] = {
	{ "mode", .type = FIELD_WORD, .words = network_modes, .flags = FIELD_REQUIRED,
		INTO(struct mcli_network, mode), .doc = "whether the container has a network" },
	{ "allowlist", .type = FIELD_LIST, .item = FIELD_TEXT, .entry = entry_domain,
		INTO(struct mcli_network, hosts), .flags = FIELD_NOT_NULL, .missing_is = "any host",
		.doc = "of mode `allow`: hosts that it may reach" },
};
static void network_finish(struct shape *s, struct value v, void *out)
{
	struct mcli_network *n = out;
	(void)v;
	if (n->hosts.stated && slice_is(n->mode.text, "none"))
		refuse(s, AEG_bad_argument_value, n->hosts.at,
			"without a network there are no hosts",
			"write `mode: allow`, or leave the list out");
}
static const struct schema network_schema = { "the network of a CliTool",
	"what the container may reach", FIELDS(network_fields), network_finish };

static void spec_finish(struct shape *s, struct value v, void *out)
{
	struct mcli *c = out;
	const struct member *m;
	if (v.node->kind != NODE_MAP)
		return;
	if (c->subcommands.stated && c->subcommands.n == 0 &&
		!shape_unread(s, "allowed_subcommands"))
		refuse(s, AEG_out_of_range, c->subcommands.at, "nothing could be called",
			"name at least one subcommand");
	m = syntax_member(v.node, "argv");
	c->constrained = m != NULL;
	m = syntax_member(v.node, "require_semantic_judge");
	c->judge_at = m != NULL ? m->value_span : SPAN_NONE;
	unique_texts(s, AEG_bad_subcommand, &c->subcommands);
}

static const struct field spec_fields[] = {
	{ "description", .type = FIELD_TEXT, .flags = FIELD_REQUIRED,
		INTO(struct mcli, description),
		.doc = "what the tool does, for who chooses among tools" },
	{ "docker_image", .older = "image", .type = FIELD_TEXT, .flags = FIELD_REQUIRED,
		.entry = scalar_image, INTO(struct mcli, image),
		.doc = "the image that is run, best with its digest" },
	{ "program", .type = FIELD_TEXT, .entry = scalar_filled, INTO(struct mcli, program),
		.missing_is =
			"the last part of the image's name, or the first word of a subcommand",
		.doc = "the program that the image runs: by it the built-in refusals are found" },
	{ "allowed_subcommands", .type = FIELD_LIST, .item = FIELD_TEXT, .entry = subcommand,
		.flags = FIELD_REQUIRED | FIELD_NOT_NULL, INTO(struct mcli, subcommands),
		.doc = "what may be called: `get`, `pr list`" },
	{ "require_semantic_judge", .type = FIELD_BOOL, .flags = FIELD_REQUIRED,
		INTO(struct mcli, judge),
		.doc = "whether a judge looks at each call before it is made" },
	{ "default_timeout_seconds", .type = FIELD_UINT, .flags = FIELD_REQUIRED, .min = 1,
		.max = MOST_TIMEOUT_S, INTO(struct mcli, timeout_s),
		.doc = "the longest that a call may take" },
	{ "network", .type = FIELD_STRUCT, .sub = &network_schema, .flags = FIELD_NOT_NULL,
		INTO(struct mcli, network), .missing_is = "`mode: none`",
		.doc = "what the container may reach" },
	{ "registry_credential_path", .type = FIELD_STRUCT, .flags = FIELD_NOT_NULL,
		.sub = &credential_path_schema, INTO(struct mcli, credential),
		.missing_is = "the image is pulled without a credential",
		.doc = "where the credential of the image's registry comes from" },
	{ "argv", .type = FIELD_STRUCT, .sub = &argv_schema, .flags = FIELD_NOT_NULL,
		INTO(struct mcli, argv), .missing_is = "arguments are not constrained",
		.doc = "what arguments there may be" },
	{ "allow_dangerous", .type = FIELD_LIST, .item = FIELD_TEXT, INTO(struct mcli, dangerous),
		.missing_is = "nothing",
		.doc = "flags, verbs and arguments that are let through although they are dangerous" },
	{ "name", .type = FIELD_GONE, .doc = "the tool's name is `metadata.name`" },
};
static const struct schema spec_schema = { "the spec of a CliTool", "the command itself",
	FIELDS(spec_fields), spec_finish };

static const struct field metadata_fields[] = {
	{ "name", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .entry = tool_workflow_name,
		INTO(struct mcli, name), .doc = "the name of the tool" },
	VERSION_FIELD,
	LABEL_FIELDS,
};
static const struct schema metadata_schema = { "the metadata of a CliTool", "its name",
	FIELDS(metadata_fields) };

static const struct field document_fields[] = {
	ENVELOPE_FIELDS,
	{ "metadata", .type = FIELD_STRUCT, .flags = FIELD_REQUIRED, .sub = &metadata_schema,
		.doc = "its name" },
	{ "spec", .type = FIELD_STRUCT, .flags = FIELD_REQUIRED, .sub = &spec_schema,
		.doc = "the command itself" },
};
const struct schema cli_tool_schema = { "a CliTool document", "a command in a container as a tool",
	FIELDS(document_fields) };

void cli_tool_read(struct shape *s, struct value root)
{
	struct mcli c = { .at = root.at };
	uint32_t before = shape_lost(s);
	shape_struct(s, &cli_tool_schema, root, &c);
	c.broken = shape_lost(s) != before;
	arena_push(s->d->arena, s->m->clis, s->m->nclis, &s->clis_cap);
	s->m->clis[s->m->nclis++] = c;
}
