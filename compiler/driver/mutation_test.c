/*
 * Every field of golden-tests/full, which uses all there are, is spoilt in each of four ways by
 * turns: something must be found there, and nothing elsewhere. What the schema tables say of a
 * field says what must be found.
 */
#define _POSIX_C_SOURCE 200809L
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <dirent.h>

#include "base/file.h"
#include "driver/pipeline.h"
#include "model/schema.h"

#define FULL "golden-tests/full"
enum { MAX_FILES = 64, MAX_PATH_TEXT = 300, LONGEST_REFERENCE = 80 };

enum how { NOT_AT_ALL, REMOVED, MISSPELT, RETYPED, OUT_OF_RANGE };
static const char *const how_words[] = { "as it is", "removed", "misspelt", "retyped",
	"out of range" };

struct file {
	const char *name;
	struct slice text;
	const struct node *root; /* NULL: no manifest; it is there to be referred to */
	const struct kind *kind;
};

/* One field, spoilt in one way, and the text that comes of it. */
struct mutant {
	const struct file *file;
	const struct member *target;
	enum how how;
	uint32_t variant; /* of the values that are out of range */
	/* Places in the text: the field (none where it was removed), and what it stands in. */
	uint32_t field_lo, field_hi, parent_lo, parent_hi;
};

struct project {
	struct arena arena;
	struct file files[MAX_FILES];
	uint32_t nfiles;
	uint32_t mutants, failures;
	uint64_t followed; /* consequences that came, a bit each */
};

static void out_of_memory(void *ctx)
{
	(void)ctx;
	fail_msg("out of memory");
}

/* ---- Reading the project ------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct file *)a)->name, ((const struct file *)b)->name);
}

static const struct kind *kind_of(const struct node *root)
{
	const struct member *m = root->kind == NODE_MAP ? syntax_member(root, "kind") : NULL;
	const struct kind *k;
	for (size_t i = 0; m != NULL && (k = kind_at(i)) != NULL; i++)
		if (slice_is(m->value->u.text, k->name))
			return k;
	return NULL;
}

static void read_file(struct project *p, const char *name)
{
	struct file *f = &p->files[p->nfiles++];
	struct buf path = { .arena = &p->arena };
	struct sources *sources = arena_new(&p->arena, struct sources);
	struct diags d = { .arena = &p->arena, .sources = sources };
	struct documents docs = { 0 };
	const char *why;
	assert_true(p->nfiles < MAX_FILES);
	buf_printf(&path, FULL "/%s", name);
	f->name = buf_done(&path).at;
	assert_true(file_read(&p->arena, f->name, 1 << 20, &f->text, &why));
	sources->arena = &p->arena;
	sources_add_text(sources, f->name, f->text);
	syntax_parse(&d, &docs);
	assert_int_equal(d.errors, 0);
	if (docs.n != 1) /* fields are told apart by their places in one document */
		fail_msg("%s holds %zu documents", name, docs.n);
	f->kind = kind_of(docs.v[0].root);
	if (f->kind != NULL)
		f->root = docs.v[0].root;
}

static bool is_source(const char *name)
{
	const char *dot = strrchr(name, '.');
	return dot != NULL && (strcmp(dot, ".yaml") == 0 || strcmp(dot, ".json") == 0);
}

static int read_project(void **state)
{
	static struct project p;
	struct dirent *e;
	DIR *dir = opendir(FULL);
	assert_non_null(dir);
	p = (struct project){ .arena = { .limit = (size_t)1 << 28, .fail = out_of_memory } };
	while ((e = readdir(dir)) != NULL)
		if (is_source(e->d_name))
			read_file(&p, e->d_name);
	closedir(dir);
	qsort(p.files, p.nfiles, sizeof *p.files, by_name);
	*state = &p;
	return 0;
}

static int forget_project(void **state)
{
	arena_free(&((struct project *)*state)->arena);
	return 0;
}

/* ---- Writing a mutant: one line of JSON, which is YAML ----------------------------------------
 */

static void write_misspelt(struct buf *b, struct slice key)
{
	buf_printf(b, "\"%.*sq\"", SLICE_ARG(key));
}

static void write_retyped(struct buf *b, const struct node *n)
{
	bool whole = n->kind == NODE_MAP || n->kind == NODE_LIST;
	buf_text(b, whole ? "\"%% wrong %%\"" : "{\"wrong\":[]}");
}

/* What no form of text allows, and numbers that no range reaches to. */
static const char *const texts_beyond[] = { "\"%% wrong %%\"", "\"\"", NULL };
static const char *const numbers_beyond[] = { "-1", "99999999999999999999999", "1e300", NULL };

static const char *const *beyond(const struct node *n)
{
	switch ((enum node_kind)n->kind) {
	case NODE_STRING: return texts_beyond;
	case NODE_INT:
	case NODE_FLOAT: return numbers_beyond;
	case NODE_POISON:
	case NODE_NULL:
	case NODE_BOOL:
	case NODE_LIST:
	case NODE_MAP: break;
	}
	return NULL;
}

/* @lo: where the key stands whose value @n is. */
static void write_value(struct buf *b, const struct node *n, uint32_t lo, struct mutant *m);

static void write_target(struct buf *b, const struct member *t, struct mutant *m)
{
	m->field_lo = (uint32_t)b->len;
	if (m->how == MISSPELT)
		write_misspelt(b, t->key);
	else
		buf_json_string(b, t->key);
	buf_text(b, ": ");
	if (m->how == RETYPED)
		write_retyped(b, t->value);
	else if (m->how == OUT_OF_RANGE)
		buf_text(b, beyond(t->value)[m->variant]);
	else
		write_value(b, t->value, m->field_lo, m);
	m->field_hi = (uint32_t)b->len;
}

static void write_map(struct buf *b, const struct node *n, uint32_t lo, struct mutant *m)
{
	uint32_t written = 0;
	bool here = false;
	buf_text(b, "{");
	for (uint32_t i = 0; i < n->u.map.n; i++) {
		const struct member *t = &n->u.map.v[i];
		here |= t == m->target;
		if (t == m->target && m->how == REMOVED)
			continue;
		buf_text(b, written++ == 0 ? "" : ", ");
		if (t == m->target) {
			write_target(b, t, m);
			continue;
		}
		uint32_t key = (uint32_t)b->len;
		buf_json_string(b, t->key);
		buf_text(b, ": ");
		write_value(b, t->value, key, m);
	}
	buf_text(b, "}");
	if (here) {
		m->parent_lo = lo;
		m->parent_hi = (uint32_t)b->len;
	}
}

static void write_value(struct buf *b, const struct node *n, uint32_t lo, struct mutant *m)
{
	if (n->kind == NODE_MAP) {
		write_map(b, n, lo, m);
	} else if (n->kind == NODE_LIST) {
		buf_text(b, "[");
		for (uint32_t i = 0; i < n->u.list.n; i++) {
			buf_text(b, i == 0 ? "" : ", ");
			write_value(b, n->u.list.v[i], (uint32_t)b->len, m);
		}
		buf_text(b, "]");
	} else if (n->kind == NODE_STRING) {
		buf_json_string(b, n->u.text);
	} else if (n->kind == NODE_NULL) {
		buf_text(b, "null");
	} else {
		buf_slice(b, n->u.text);
	}
}

/* ---- What must be found ------------------------------------------------------------------------
 */

/* A field on the way down: its row, where the tables go so far. */
struct way {
	const struct way *up;
	struct slice key; /* empty: an item of a list */
	const struct node *map;
	const struct field *row; /* NULL: no table shows it */
	bool known;              /* the table of what it stands in is known */
};

static void write_way(struct buf *b, const struct way *w)
{
	if (w->up != NULL)
		write_way(b, w->up);
	if (w->key.len != 0)
		buf_printf(b, "%s%.*s", b->len == 0 ? "" : ".", SLICE_ARG(w->key));
	else if (w->up != NULL)
		buf_text(b, "[]");
}

static bool is_word_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-';
}

static bool matches(const char *pattern, const char *path)
{
	if (*pattern == '*')
		return matches(pattern + 1, path) || (*path != '\0' && matches(pattern, path + 1));
	if (*pattern == '\0' || *path == '\0')
		return *pattern == *path;
	return *pattern == *path && matches(pattern + 1, path + 1);
}

struct exception {
	const char *path; /* the kind and the way */
	const char *why;
};

static bool excepted(const struct exception *e, const char *path)
{
	for (; e->path != NULL; e++)
		if (matches(e->path, path))
			return true;
	return false;
}

/* Members may have any name. */
static const struct exception any_name[] = {
	{ "*.labels.*", "names are the user's" },
	{ "*.annotations.*", "names are the user's" },
	{ "NodeConfig*.otlp_headers.*", "headers of another program" },
	{ "NodeConfig*.opendal.options.*", "options of another program" },
	{ "NodeConfig*.credentials.*", "variables of another program" },
	{ "NodeConfig*.environment.*", "variables of another program" },
	{ "NodeConfig*.custom_labels.*", "names are the user's" },
	{ "Agent*.input_data.*", "the input is the user's" },
	{ "Agent*.env.*", "variables of another program" },
	{ "Agent.spec.input_schema.properties.*", "names are the user's" },
	{ "Agent*.headers.*", "headers of another program" },
	{ "Agent*.body.*", "what another program takes" },
	{ "Agent*.volumes[].config.*", "options of another program" },
	{ "PolicyTest*.args.*", "arguments of any tool" },
	{ "PolicyTest*.args[].*", "arguments of any tool" },
	{ "ToolWorkflow.spec.input_schema.properties.*", "names are the user's" },
	{ "ToolWorkflow*.extractors.*", "names are the user's" },
	{ "ToolWorkflow.spec.result.*", "names are the user's" },
	{ "RuntimeRegistry.spec.metadata.*", "names are the user's" },
	{ "RuntimeRegistry.spec.runtimes.python", "languages are the user's" },
	{ "RuntimeRegistry.spec.runtimes.python.3.10", "and so are their versions" },
	{ "RuntimeRegistry.spec.runtimes.python.3.11", "and so are their versions" },
	{ "RuntimeRegistry.spec.runtimes.typescript", "languages are the user's" },
	{ "RuntimeRegistry.spec.runtimes.typescript.5.1", "and so are their versions" },
	{ "RuntimeRegistry*.bootstrap_env.*", "variables of another program" },
	{ "Workflow.metadata.*_schema.*", "schemas may have other keywords" },
	{ "Workflow.metadata.output_template.*", "names are the user's" },
	{ "Workflow.spec.context.*", "names are the user's" },
	{ "Workflow.spec.states.WRITE", "names are the user's" },
	{ "Workflow.spec.states.ASK", "names are the user's" },
	{ "Workflow.spec.states.BUILD", "names are the user's" },
	{ "Workflow.spec.states.TEST", "names are the user's" },
	{ "Workflow.spec.states.REVIEW", "names are the user's" },
	{ "Workflow.spec.states.REPORT", "names are the user's" },
	{ "Workflow.spec.states.RELEASE", "names are the user's" },
	{ "Workflow.spec.states.FAILED", "names are the user's" },
	{ "Workflow*.env.*", "variables of another program" },
	{ "Workflow*.headers.*", "headers of another program" },
	{ "Workflow*.arguments.*", "arguments of any tool" },
	{ NULL, NULL },
};
/* Any value will do. */
static const struct exception any_type[] = {
	{ "Workflow.metadata.output_template", "a result may be of any type" },
	{ "Workflow*.arguments", "arguments of any tool" },
	{ "RuntimeRegistry.spec.metadata.*", "values are the user's" },
	{ "Agent*.input_data", "the input is the user's" },
	{ "Agent*.body", "what another program takes" },
	{ "Agent*.volumes[].config", "options of another program" },
	{ "PolicyTest*.args", "arguments of any tool" },
	{ "ToolWorkflow.spec.result", "a result may be of any type" },
	{ "ToolWorkflow.spec.steps[].body.titles", "the interface says nothing of it" },
	{ "ToolWorkflow.spec.input_schema.additionalProperties", "schemas have more keywords" },
	{ NULL, NULL },
};
/* Any text will do, or any number. */
static const struct exception any_value[] = {
	{ "Workflow.metadata.output_template.*", "values are the user's" },
	{ "Workflow.spec.context.*", "values are the user's" },
	{ "Workflow*.input", "any text is a template" },
	{ "Workflow*.intent", "any text is a template" },
	{ "Workflow*.prompt", "any text is a template" },
	{ "Workflow*.workdir", "any text is a template" },
	{ "Workflow*.feedback", "any text is a template" },
	{ "Workflow*.input_template", "any text is a template" },
	{ "Workflow*.env.*", "variables of another program" },
	{ "Workflow*.headers.*", "headers of another program" },
	{ "Workflow*.arguments.*", "arguments of any tool" },
	{ "Workflow*.default_response", "any text is an answer" },
	{ "Workflow*.value", "any text is an answer" },
	{ "Agent*_template", "any text is a template" },
	{ "Agent*.input_data.*", "the input is the user's" },
	{ "Agent*.validation[].pattern", "it is one" },
	{ "Agent*.env.*", "variables of another program" },
	{ "Agent*.headers.*", "headers of another program" },
	{ "Agent*.body.*", "what another program takes" },
	{ "Agent*.volumes[].config.*", "options of another program" },
	{ "PolicyTest.*.tool", "what is no tool may be called" },
	{ "PolicyTest*.args*", "arguments of any tool" },
	{ "ToolWorkflow*.parameters.*", "any text is a template" },
	{ "ToolWorkflow*.body.*", "any text is a template" },
	{ "ToolWorkflow.spec.result.*", "any text is a template" },
	{ "*.description", "text for people" },
	{ "*.labels.*", "values are the user's" },
	{ "*.annotations.*", "values are the user's" },
	{ "*.keycloak_client_id", "any text is a name" },
	{ "*.container_cli", "any text is a program" },
	{ "NodeConfig*.otlp_headers.*", "headers of another program" },
	{ "NodeConfig*.opendal.options.*", "options of another program" },
	{ "NodeConfig*.environment.*", "variables of another program" },
	{ "NodeConfig*.role_id", "any text is a name" },
	{ "RuntimeRegistry.metadata.namespace", "any text is a name" },
	{ "CliTool*.pattern", "it is one" },
	{ "RuntimeRegistry.spec.metadata.*", "values are the user's" },
	{ "RuntimeRegistry*.bootstrap_env.*", "variables of another program" },
	{ NULL, NULL },
};
/* What is said where a name stands that nothing has any more. */
static const enum diag_code about_names[] = { AEG_unknown_name, AEG_unknown_context,
	AEG_no_context_like, AEG_deny_matches_nothing, AEG_unknown_variable, AEG_unknown_spec,
	AEG_unknown_reading, AEG_maybe_missing, AEG_unknown_provider, AEG_unknown_state,
	AEG_blackboard_unwritten, AEG_result_misfit };

/* Of what is not there, or is another value, something elsewhere is said, and no more than this. */
static const struct consequence {
	const char *path; /* the kind, the way, and how it is spoilt */
	enum diag_code code;
	const char *why;
} consequences[] = {
	{ "Agent.spec.security_context removed", AEG_default_context, "said at the name" },
	{ "Agent.spec.security_context removed", AEG_judge_not_within, "the default is wider" },
	{ "Agent.spec.security.filesystem.read removed", AEG_unreachable_mount,
		"a volume is mounted there" },
	{ "SecurityContext.spec.description removed", AEG_blank_description, "said at the name" },
	{ "SealGatewayConfig.spec.database* removed", AEG_credential_not_served,
		"the default keeps none of users" },
	{ "SealGatewayConfig.spec.credentials* removed", AEG_credential_not_served,
		"credentials come from there" },
	{ "SealGatewayConfig.spec.credentials.keycloak_client_id out of range",
		AEG_credential_not_served, "an empty one is none" },
	{ "SealGatewayConfig.spec.cli* removed", AEG_judge_unreachable, "a tool needs its judge" },
	{ "NodeConfig.spec.llm_providers[].models[].alias out of range", AEG_unknown_name,
		"an agent that names none gets `default`" },
	{ "NodeConfig.spec.network removed", AEG_not_for_production, "production needs it" },
	{ "NodeConfig.spec.database removed", AEG_not_for_production, "production needs it" },
	{ "NodeConfig.spec.seal removed", AEG_not_for_production, "production needs it" },
	{ "NodeConfig.spec.iam removed", AEG_not_for_production, "production needs it" },
	{ "NodeConfig.spec.cluster.tls removed", AEG_cluster_without_tls,
		"what others can reach needs it" },
	{ "NodeConfig.spec.grpc_auth.enabled removed", AEG_grpc_unauthenticated,
		"what others can reach needs it" },
	{ "NodeConfig*.subcommand_allowlist.* *", AEG_command_without_subcommands,
		"the command is listed beside it" },
	{ "Workflow.spec.context.rounds retyped", AEG_bad_condition, "it is compared" },
	{ "ToolCatalogue.spec.tools[].arguments removed", AEG_constraint_never_applies,
		"a context limits one" },
	{ "PolicyTest.spec.defaults* removed", AEG_missing_field, "a call takes it" },
	{ "ToolWorkflow.spec.steps[].parameters.* removed", AEG_missing_step_parameter,
		"the operation needs it" },
	{ "ToolWorkflow.spec.steps[].extractors.ids.all removed", AEG_wrong_value,
		"it is read as a list" },
};

enum { NCONSEQUENCES = sizeof consequences / sizeof *consequences };
_Static_assert(NCONSEQUENCES < 64, "a bit each");

static bool is_required(const struct way *w)
{
	return w->row != NULL && (w->row->flags & FIELD_REQUIRED);
}

/* Whether something must be found at the field, or where it stood. */
static bool must_be_found(const struct way *w, const char *path, enum how how)
{
	switch (how) {
	case NOT_AT_ALL: return false;
	case REMOVED: return is_required(w);
	case MISSPELT: return !excepted(any_name, path);
	case RETYPED: return !excepted(any_type, path) && !excepted(any_name, path);
	case OUT_OF_RANGE: return !excepted(any_value, path);
	}
	return true;
}

/* ---- Running -----------------------------------------------------------------------------------
 */

struct outcome {
	bool found; /* at the field, or for one that is missing in what it stood in */
	const struct diag *other;
	struct place other_at;
	const char *other_file;
};

/* Whether @text has @name, and that is not a part of a longer one. */
static bool has_word(struct slice text, struct slice name)
{
	for (uint32_t i = 0; name.len != 0 && i + name.len <= text.len; i++) {
		char before = i == 0 ? ' ' : text.at[i - 1];
		char after = i + name.len == text.len ? ' ' : text.at[i + name.len];
		if (memcmp(text.at + i, name.at, name.len) == 0 && !is_word_byte(before) &&
			!is_word_byte(after))
			return true;
	}
	return false;
}

/* Whether @text has a key or a value of @n. */
static bool has_name_of(struct slice text, const struct node *n)
{
	bool has = n->kind == NODE_STRING && has_word(text, n->u.text);
	for (uint32_t i = 0; n->kind == NODE_LIST && i < n->u.list.n && !has; i++)
		has = has_name_of(text, n->u.list.v[i]);
	for (uint32_t i = 0; n->kind == NODE_MAP && i < n->u.map.n && !has; i++)
		has = has_word(text, n->u.map.v[i].key) || has_name_of(text, n->u.map.v[i].value);
	return has;
}

/* Whether @g is about a name that went with the field: at a reference to it, which is short. */
static bool misses_name(
	const struct pipeline *c, const struct diag *g, const struct mutant *m, const char *path)
{
	bool about = false;
	for (size_t i = 0; i < sizeof about_names / sizeof *about_names; i++)
		about |= g->code == about_names[i];
	if (!about || span_is_none(g->at) || g->at.hi - g->at.lo > LONGEST_REFERENCE)
		return false;
	struct slice all = c->sources.v[g->at.file].text;
	struct slice text = { all.at + g->at.lo, (uint32_t)(g->at.hi - g->at.lo) };
	bool key = m->how == REMOVED || (m->how == MISSPELT && excepted(any_name, path));
	return (key && has_word(text, m->target->key)) ||
	       ((m->how == REMOVED || m->how == OUT_OF_RANGE) &&
		       has_name_of(text, m->target->value));
}

static bool follows(struct project *p, const struct diag *g, const char *path, enum how how)
{
	char spoilt[MAX_PATH_TEXT];
	snprintf(spoilt, sizeof spoilt, "%s %s", path, how_words[how]);
	for (size_t i = 0; i < NCONSEQUENCES; i++)
		if (consequences[i].code == g->code && matches(consequences[i].path, spoilt)) {
			p->followed |= UINT64_C(1) << i;
			return true;
		}
	return false;
}

static bool overlaps(struct span at, uint32_t lo, uint32_t hi)
{
	return at.lo <= hi && at.hi >= lo;
}

/* Checks the project with @m's text in place of its file's; @path: the field's. */
static struct outcome run(struct project *p, struct mutant *m, const char *path, struct arena *a)
{
	struct pipeline *c = arena_new(a, struct pipeline);
	struct outcome r = { 0 };
	struct buf text = { .arena = a };
	uint32_t mine = UINT32_MAX;
	pipeline_init(c, a);
	c->sources.closed = true;
	c->diags.strict = true;
	if (m->file != NULL)
		write_value(&text, m->file->root, 0, m);
	for (uint32_t i = 0; i < p->nfiles; i++) {
		bool spoilt = &p->files[i] == m->file;
		uint32_t at = sources_add_text(
			&c->sources, p->files[i].name, spoilt ? buf_done(&text) : p->files[i].text);
		mine = spoilt ? at : mine;
	}
	pipeline_run(c, PIPELINE_IR);
	for (size_t i = 0; i < c->diags.n; i++) {
		const struct diag *g = &c->diags.v[i];
		bool here = g->at.file == mine && overlaps(g->at, m->parent_lo, m->parent_hi);
		bool field = m->how == REMOVED ? here
					       : here && overlaps(g->at, m->field_lo, m->field_hi);
		r.found |= field;
		if (g->severity == DIAG_NOTE || field || r.other != NULL ||
			follows(p, g, path, m->how) || misses_name(c, g, m, path))
			continue;
		r.other = g;
		if (!span_is_none(g->at)) {
			r.other_file = c->sources.v[g->at.file].path;
			r.other_at = source_place(&c->sources, g->at.file, g->at.lo);
		}
	}
	return r;
}

static void complain(
	struct project *p, const char *path, const struct mutant *m, const struct outcome *r)
{
	p->failures++;
	if (r->other != NULL)
		print_error("%s %s: AEG%04d %s at %s:%u:%u: %s\n", path, how_words[m->how],
			(int)r->other->code,
			r->other->message != NULL ? r->other->message
						  : diag_info(r->other->code)->text,
			r->other_file == NULL ? "?" : r->other_file, r->other_at.line,
			r->other_at.column, r->other->label == NULL ? "" : r->other->label);
	else
		print_error("%s %s: nothing is found\n", path, how_words[m->how]);
}

static void try_one(struct project *p, const struct way *w, struct mutant *m)
{
	struct buf b = { .arena = &p->arena };
	struct outcome r = { 0 };
	const char *const *values = beyond(m->target->value);
	buf_printf(&b, "%s", m->file->kind->name);
	write_way(&b, w);
	const char *path = buf_done(&b).at;
	bool must = must_be_found(w, path, m->how);
	if (m->how == OUT_OF_RANGE && values == NULL)
		return;
	p->mutants++;
	for (m->variant = 0; !r.found; m->variant++) {
		struct arena a = { .limit = (size_t)1 << 28, .fail = out_of_memory };
		if (m->how == OUT_OF_RANGE && values[m->variant] == NULL)
			break;
		r = run(p, m, path, &a);
		if (r.other != NULL ||
			(must && !r.found &&
				(m->how != OUT_OF_RANGE || values[m->variant + 1] == NULL)))
			complain(p, path, m, &r);
		arena_free(&a);
		if (m->how != OUT_OF_RANGE || r.other != NULL)
			break;
	}
}

static const struct field *row_of(const struct schema *t, struct slice key)
{
	for (size_t i = 0; t != NULL && i < t->nfields; i++)
		if (slice_is(key, t->fields[i].name) ||
			(t->fields[i].older != NULL && slice_is(key, t->fields[i].older)))
			return &t->fields[i];
	return NULL;
}

static void visit(struct project *p, const struct file *f, const struct node *n,
	const struct schema *t, const struct way *up)
{
	for (uint32_t i = 0; n->kind == NODE_LIST && i < n->u.list.n; i++) {
		struct way w = { .up = up };
		visit(p, f, n->u.list.v[i], t, &w);
	}
	for (uint32_t i = 0; n->kind == NODE_MAP && i < n->u.map.n; i++) {
		const struct member *m = &n->u.map.v[i];
		struct way w = { up, m->key, n, row_of(t, m->key), t != NULL };
		for (enum how how = REMOVED; how <= OUT_OF_RANGE; how++)
			try_one(p, &w, &(struct mutant){ .file = f, .target = m, .how = how });
		visit(p, f, m->value, w.row == NULL ? NULL : w.row->sub, &w);
	}
}

/* ---- The tests ---------------------------------------------------------------------------------
 */

static void as_it_is(void **state)
{
	struct project *p = *state;
	struct arena a = { .limit = (size_t)1 << 28, .fail = out_of_memory };
	struct mutant none = { .how = NOT_AT_ALL };
	struct outcome r = run(p, &none, "", &a);
	if (r.other != NULL)
		complain(p, FULL, &none, &r);
	assert_null(r.other);
	arena_free(&a);
}

static void spoilt(void **state)
{
	struct project *p = *state;
	const char *only = getenv("MUTATE"); /* the name of one file */
	p->failures = p->mutants = 0;
	for (uint32_t i = 0; i < p->nfiles; i++)
		if (p->files[i].root != NULL &&
			(only == NULL || strstr(p->files[i].name, only) != NULL))
			visit(p, &p->files[i], p->files[i].root, p->files[i].kind->schema, NULL);
	print_message("%u mutants\n", p->mutants);
	for (size_t i = 0; only == NULL && i < NCONSEQUENCES; i++)
		if (!(p->followed >> i & 1)) {
			print_error("nothing needs this exception: %s\n", consequences[i].path);
			p->failures++;
		}
	if (p->failures != 0)
		fail_msg("%u of %u", p->failures, p->mutants);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_it_is),
		cmocka_unit_test(spoilt),
	};
	return cmocka_run_group_tests(tests, read_project, forget_project);
}
