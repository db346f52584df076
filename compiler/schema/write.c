/* Writes compiled schemas: schemas still to be done, ops, texts, patterns. */
#include "schema/internal.h"

#include "aegis/expr.h"
#include "base/buf.h"

void schema_report(struct compiler *c, enum diag_code code, struct span at, const char *label,
	const char *help)
{
	/* A report that is made less of leaves nothing unchecked, but for such patterns: they match
	 * nothing. */
	c->failed |=
		diag_info(code)->severity == DIAG_ERROR && code != AEG_schema_pattern_unsupported;
	diag_add(c->d, (struct diag){ .code = code, .at = at, .label = label, .help = help });
}

/* ---- Schemas ------------------------------------------------------------------------------- */

static uint32_t add_job(struct compiler *c, struct job job)
{
	if (c->njobs == AEGF_SCHEMA_MAX) {
		c->too_large = true;
		return 0;
	}
	arena_push(c->a, c->jobs, c->njobs, &c->jobs_cap);
	c->jobs[c->njobs++] = job;
	return (uint32_t)c->njobs - 1;
}

/* The one that is there already for @node, or a new one. */
static uint32_t job_of(struct compiler *c, struct job job)
{
	struct buf key = { .arena = c->a };
	uint32_t known;

	buf_add(&key, &job.node, sizeof job.node);
	buf_add(&key, &job.resource, sizeof job.resource);
	known = map_put(&c->jobs_of, buf_done(&key), (uint32_t)c->njobs);
	return known != MAP_NONE ? known : add_job(c, job);
}

void write_root(
	struct compiler *c, const struct node *node, uint32_t resource, struct slice location)
{
	uint32_t before = (uint32_t)c->njobs;
	struct job job = {
		.node = node, .resource = resource, .parent = AEGF_NONE, .segment = location
	};

	if (job_of(c, job) < before) /* the same schema is another root too */
		add_job(c, job);
}

uint32_t write_schema(struct compiler *c, const struct node *node, uint32_t resource,
	uint32_t parent, struct slice segment)
{
	if ((node->kind == NODE_BOOL && syntax_bool(node)) ||
		(node->kind == NODE_MAP && node->u.map.n == 0) || node->kind == NODE_POISON)
		return AEGF_SCHEMA_ANY;
	return job_of(c,
		(struct job){
			.node = node, .resource = resource, .parent = parent, .segment = segment });
}

uint32_t write_constant(
	struct compiler *c, const struct node *node, uint32_t parent, struct slice segment)
{
	return job_of(c, (struct job){ .node = node,
				 .resource = UINT32_MAX,
				 .parent = parent,
				 .segment = segment,
				 .constant = true });
}

struct slice write_segment(struct compiler *c, const char *keyword, const struct slice *name)
{
	struct buf b = { .arena = c->a };

	buf_printf(&b, "/%s", keyword);
	if (name == NULL)
		return buf_done(&b);
	buf_text(&b, "/");
	for (uint32_t i = 0; i < name->len; i++) {
		if (name->at[i] == '~' || name->at[i] == '/')
			buf_text(&b, name->at[i] == '~' ? "~0" : "~1");
		else
			buf_add(&b, name->at + i, 1);
	}
	return buf_done(&b);
}

/* ---- Words and texts ----------------------------------------------------------------------- */

void write_word(struct compiler *c, uint32_t word)
{
	if (c->nwords == AEGF_SCHEMA_MAX_WORDS) {
		c->too_large = true;
		return;
	}
	arena_push(c->a, c->words, c->nwords, &c->words_cap);
	c->words[c->nwords++] = aeg_st32(word);
}

void write_op(struct compiler *c, enum aegf_schema_op op, uint32_t operands)
{
	write_word(c, AEGF_SCHEMA_OP(op, operands + 1));
}

void write_text(struct compiler *c, struct slice text)
{
	uint32_t at = (uint32_t)c->text.len, known = map_put(&c->texts, text, at);

	if (known == MAP_NONE)
		buf_slice(&c->text, text);
	write_word(c, known == MAP_NONE ? at : known);
	write_word(c, text.len);
}

struct slice write_number(struct compiler *c, const struct node *number)
{
	struct buf b = { .arena = c->a };

	syntax_dump(&b, number);
	return buf_done(&b);
}

void write_value(struct compiler *c, const struct node *value, uint32_t job, struct slice segment)
{
	struct slice none = SLICE("");

	switch ((enum node_kind)value->kind) {
	case NODE_POISON:
	case NODE_NULL:
	case NODE_BOOL:
		write_word(c, value->kind != NODE_BOOL ? AEGF_VALUE_NULL
			      : syntax_bool(value)     ? AEGF_VALUE_TRUE
						       : AEGF_VALUE_FALSE);
		write_text(c, none);
		return;
	case NODE_INT:
	case NODE_FLOAT:
		write_word(c, AEGF_VALUE_NUMBER);
		write_text(c, write_number(c, value));
		return;
	case NODE_STRING:
		write_word(c, AEGF_VALUE_STRING);
		write_text(c, value->u.text);
		return;
	case NODE_LIST:
	case NODE_MAP:
		write_word(c, AEGF_VALUE_SCHEMA);
		write_word(c, write_constant(c, value, job, segment));
		write_word(c, 0);
		return;
	}
}

/* ---- Patterns ------------------------------------------------------------------------------ */

/* Compiles into the arena, in as much memory as it needs. */
static enum aeg_status compile(
	struct compiler *c, struct slice pattern, struct slice *ret, struct aeg_regex_error *error)
{
	struct aeg_str text = { pattern.at, pattern.len };
	enum aeg_status status = AEG_NOMEM;
	struct arena scratch = { .limit = (size_t)8 << 20, .fail = c->a->fail, .ctx = c->a->ctx };
	size_t len;

	for (size_t cap = 1024; status == AEG_NOMEM && cap <= 1u << 20; cap *= 4) {
		void *mem = arena_alloc(&scratch, cap, 1, 8);
		status = aeg_regex_ecma(text, mem, cap, &len, error);
		if (status == AEG_OK)
			*ret = buf_copy(c->a, (struct slice){ mem, (uint32_t)len });
	}
	if (status == AEG_NOMEM)
		*error = (struct aeg_regex_error){ 0, "it is too large" };
	arena_free(&scratch);
	return status;
}

/* What is reported here matches nothing, so that nothing passes if the report is passed over. */
static void refuse(struct compiler *c, enum aeg_status status, const struct node *node,
	struct span at, const struct aeg_regex_error *error)
{
	bool beyond = status == AEG_SEMANTICS;

	if (node != NULL && error->at < node->u.text.len)
		at = syntax_place(c->d->sources, node, error->at, 1);
	schema_report(c, beyond ? AEG_schema_pattern_unsupported : AEG_schema_pattern, at,
		error->what,
		beyond ? "write a pattern without it, or say the same with `allOf`, `not` and two patterns"
		       : NULL);
}

uint32_t write_regex(
	struct compiler *c, const struct node *node, struct slice pattern, struct span at)
{
	struct aeg_regex_error error = { 0, "" };
	struct slice code = { 0 };
	uint32_t i = (uint32_t)c->nregexes, known = map_put(&c->regex_of, pattern, i);
	enum aeg_status status;

	if (known != MAP_NONE)
		return known;
	status = compile(c, pattern, &code, &error);
	if (status != AEG_OK) {
		refuse(c, status, node, at, &error);
		compile(c, SLICE("[]"), &code, &error);
	}
	const struct aegf_regex *r = (const void *)code.at;
	c->states = aeg_ld32(r->nstates) > c->states ? aeg_ld32(r->nstates) : c->states;
	arena_push(c->a, c->regexes, c->nregexes, &c->regexes_cap);
	c->regexes[c->nregexes++] =
		(struct aegf_schema_regex){ aeg_st32((uint32_t)c->text.len), aeg_st32(code.len) };
	buf_slice(&c->text, code);
	return i;
}

/* ---- Members ------------------------------------------------------------------------------- */

static uint32_t slots_for(uint32_t n)
{
	uint32_t slots = 1;

	if (n == 0)
		return 0;
	while (slots < n + n / 4)
		slots *= 2;
	return slots;
}

void write_members(struct compiler *c, const struct members_entry *entries, uint32_t n,
	const uint32_t *patterns, uint32_t npatterns, uint32_t rest)
{
	uint32_t nslots = slots_for(n), nrequired = 0;
	const struct members_entry **slots =
		arena_array(c->a, const struct members_entry *, nslots);

	for (uint32_t i = 0; i < n; i++) {
		uint32_t at = aegf_hash(0, entries[i].name.at, entries[i].name.len);
		while (slots[at & (nslots - 1)] != NULL)
			at++;
		slots[at & (nslots - 1)] = &entries[i];
		nrequired += entries[i].required;
	}
	write_op(c, AEGF_SCHEMA_MEMBERS, 4 + 2 * nrequired + 2 * npatterns + 4 * nslots);
	write_word(c, rest);
	write_word(c, nrequired);
	write_word(c, npatterns);
	write_word(c, nslots);
	for (uint32_t i = 0; i < n; i++)
		if (entries[i].required)
			write_text(c, entries[i].name);
	for (uint32_t i = 0; i < 2 * npatterns; i++)
		write_word(c, patterns[i]);
	for (uint32_t i = 0; i < nslots; i++) {
		if (slots[i] == NULL) {
			write_word(c, AEGF_NONE);
			write_word(c, 0);
		} else {
			write_text(c, slots[i]->name);
		}
		write_word(c, slots[i] == NULL ? AEGF_NONE : slots[i]->schema);
		write_word(c, slots[i] != NULL && slots[i]->required);
	}
}
