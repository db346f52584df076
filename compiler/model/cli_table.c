/* CliProgramTable: what is refused of which program. Built in; stdlib-contexts/cli-tools.yaml. */
#include "model/cli.h"
#include "model/shape.h"

#define TEXTS(field, in, member, what) \
	{ \
		field, .type = FIELD_LIST, .item = FIELD_TEXT, .flags = FIELD_NOT_NULL, \
		       INTO(in, member), .doc = what \
	}

static const struct field refusal_fields[] = {
	TEXTS("flags", struct mcli_refusal, flags, "flags: `--server`, `-s`, `-chdir`"),
	TEXTS("verbs", struct mcli_refusal, verbs, "subcommands: `exec`, `config set`"),
	TEXTS("arguments", struct mcli_refusal, arguments,
		"arguments and values, `*` for any text, capitals as others: `ext::*`"),
	TEXTS("assignments", struct mcli_refusal, assignments,
		"names of `NAME=value`, a `*` in front or at the end"),
	TEXTS("under", struct mcli_refusal, under, "the verbs that this holds of; missing: all"),
	{ "before", .type = FIELD_BOOL, INTO(struct mcli_refusal, before),
		.doc = "of flags: only before the verb" },
	{ "why", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, INTO(struct mcli_refusal, why),
		.doc = "what they do" },
};
static void refusal_finish(struct shape *s, struct value v, void *out)
{
	const struct mcli_refusal *r = out;
	if (r->flags.stated + r->verbs.stated + r->arguments.stated + r->assignments.stated != 1)
		shape_report(s,
			(struct diag){ AEG_bad_flag, v.at,
				.label = "one of `flags`, `verbs`, `arguments`, `assignments`" });
}
static const struct schema refusal_schema = { "a refusal", "what is refused, and why",
	FIELDS(refusal_fields), refusal_finish };

static void read_refusals(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mcli_program *p = out;
	uint32_t n = shape_items(v.node);
	p->refusals = arena_array(s->d->arena, struct mcli_refusal, n);
	for (; p->nrefusals < n; p->nrefusals++)
		shape_struct(
			s, f->sub, shape_item(v.node, p->nrefusals), &p->refusals[p->nrefusals]);
}

static const char *const styles[] = { "gnu", "go", NULL };

static const struct field program_fields[] = {
	{ "names", .type = FIELD_LIST, .item = FIELD_TEXT, .flags = FIELD_REQUIRED,
		INTO(struct mcli_program, names), .doc = "what the program is called; `*`: any" },
	{ "style", .type = FIELD_WORD, .words = styles, INTO(struct mcli_program, style),
		.doc = "how it reads `-abc`" },
	{ "abbreviations", .type = FIELD_BOOL, INTO(struct mcli_program, abbreviations),
		.doc = "it takes `--serv` for `--server`" },
	{ "bundled_first", .type = FIELD_BOOL, INTO(struct mcli_program, bundled_first),
		.doc = "it takes `xzf` for `-xzf` where it stands first" },
	{ "no_double_dash", .type = FIELD_BOOL, INTO(struct mcli_program, no_double_dash),
		.doc = "it does not heed `--`" },
	{ "response_files", .type = FIELD_BOOL, INTO(struct mcli_program, response_files),
		.doc = "it reads the file for `@FILE`" },
	{ "interpreter", .type = FIELD_BOOL, INTO(struct mcli_program, interpreter),
		.doc = "its arguments are programs" },
	TEXTS("takes_value", struct mcli_program, takes_value,
		"short flags whose value may follow at once: `-ojson`"),
	TEXTS("exact", struct mcli_program, exact,
		"flags that are no abbreviations of longer ones"),
	{ "refuse", .type = FIELD_LIST, .item = FIELD_STRUCT, .sub = &refusal_schema,
		.read = read_refusals, .doc = "what is refused" },
};
static const struct schema program_schema = { "a program", "what is refused of a program",
	FIELDS(program_fields) };

static void read_programs(struct shape *s, const struct field *f, struct value v, void *out)
{
	uint32_t n = shape_items(v.node);
	struct model *m = s->m;
	(void)out;
	m->programs = arena_array(s->d->arena, struct mcli_program, n);
	m->program_names.arena = s->d->arena;
	for (; m->nprograms < n; m->nprograms++) {
		struct mcli_program *p = &m->programs[m->nprograms];
		shape_struct(s, f->sub, shape_item(v.node, m->nprograms), p);
		for (uint32_t i = 0; i < p->names.n; i++)
			map_put(&m->program_names, p->names.v[i].text, m->nprograms);
	}
}

const struct mcli_program *model_program(const struct model *m, struct slice name)
{
	uint32_t i = map_get(&m->program_names, name);
	return i == MAP_NONE ? NULL : &m->programs[i];
}

static const struct field spec_fields[] = {
	{ "programs", .type = FIELD_LIST, .item = FIELD_STRUCT, .sub = &program_schema,
		.flags = FIELD_REQUIRED, .read = read_programs, .doc = "the programs" },
};
static const struct schema spec_schema = { "the spec of a CliProgramTable", "the programs",
	FIELDS(spec_fields) };
static const struct field metadata_fields[] = {
	{ "name", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .doc = "its name" },
};
static const struct schema metadata_schema = { "the metadata of a CliProgramTable", "its name",
	FIELDS(metadata_fields) };
static const struct field document_fields[] = {
	ENVELOPE_FIELDS,
	{ "metadata", .type = FIELD_STRUCT, .flags = FIELD_REQUIRED, .sub = &metadata_schema,
		.doc = "its name" },
	{ "spec", .type = FIELD_STRUCT, .flags = FIELD_REQUIRED, .sub = &spec_schema,
		.doc = "the programs" },
};
const struct schema cli_table_schema = { "a CliProgramTable document",
	"what is refused of command-line programs", FIELDS(document_fields) };

void cli_table_read(struct shape *s, struct value root)
{
	char nothing = 0;
	shape_struct(s, &cli_table_schema, root, &nothing);
}
