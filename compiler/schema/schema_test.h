#ifndef SCHEMA_TEST_H
#define SCHEMA_TEST_H
/* What the tests of schemas share: compile text, validate text, say what failed. */
#include "schema/schema.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
/* cmocka wants setjmp.h and stdarg.h first */
#include <cmocka.h>

#include "aegis/expr.h"
#include "aegis/schema.h"
#include "base/buf.h"
#include "base/file.h"

struct tested {
	struct arena a;
	struct sources s;
	struct diags d;
	struct documents docs;
	struct slice code; /* empty: refused */
	struct aeg_schema schema;
};

static inline void tested_no_memory(void *ctx)
{
	(void)ctx;
	abort();
}

static inline void tested_start(struct tested *t)
{
	*t = (struct tested){ .a = { .limit = (size_t)1 << 30, .fail = tested_no_memory } };
	t->s.arena = &t->a;
	t->d = (struct diags){ .arena = &t->a, .sources = &t->s };
}

/* Parses @text, which outlives @t, as JSON or YAML by the name @path. */
static inline const struct node *tested_parse(struct tested *t, const char *path, struct slice text)
{
	struct documents docs = { 0 };
	uint32_t file = sources_add_text(&t->s, path, text);

	if (t->s.v[file].json)
		syntax_parse_json(&t->d, file, &docs);
	else
		syntax_parse_yaml(&t->d, file, &docs);
	return docs.n == 0 ? NULL : docs.v[0].root;
}

/* Compiles @n schemas; what compiles must be accepted. */
static inline bool tested_compile(struct tested *t, const struct schema_options *o,
	const struct schema_place *places, uint32_t n)
{
	t->code = schema_compile(&t->d, o, places, n);
	if (t->code.len > 0)
		assert_int_equal(aeg_schema_check(&t->schema, t->code.at, t->code.len), AEG_OK);
	return t->code.len > 0;
}

static inline bool tested_schema(
	struct tested *t, const struct schema_options *o, const struct node *schema)
{
	struct schema_place place = { schema, schema, SLICE(""), SLICE("") };

	return tested_compile(t, o, &place, 1);
}

struct tested_failures {
	const struct aeg_json *doc;
	const struct aeg_schema *schema;
	struct buf out;
};

static inline int tested_tell(void *ctx, const struct aeg_schema_failure *f)
{
	struct tested_failures *t = ctx;
	char where[400], location[400], what[400];

	buf_printf(&t->out, "%.*s|%.*s|%.*s\n",
		(int)aeg_json_pointer(t->doc, f->token, where, sizeof where), where,
		(int)aeg_schema_location(t->schema, f, location, sizeof location), location,
		(int)aeg_schema_failure_text(f, what, sizeof what), what);
	return 0;
}

/* Validates @text against root @root, in memory of exactly the size needed but for @more. */
static inline enum aeg_status tested_validate(struct tested *t, uint32_t root, struct slice text,
	uint64_t steps, bool *ret_valid, const char **ret_failures)
{
	size_t cap = aeg_json_bound(text.len), more = 1 << 16, size;
	struct aeg_json_tok *tok = malloc(cap * sizeof *tok);
	struct aeg_json j;
	enum aeg_status status;

	if (aeg_json_scan(&j, text.at, text.len, tok, cap) != AEG_OK)
		abort();
	size = aeg_schema_size(&t->schema, &j, AEG_SCHEMA_DEPTH) + more;
	struct tested_failures failures = { &j, &t->schema, { .arena = &t->a } };
	struct aeg_validation v = { .size_of = sizeof v,
		.root = root,
		.schema = &t->schema,
		.doc = &j,
		.depth = AEG_SCHEMA_DEPTH,
		.steps = steps,
		.mem = malloc(size),
		.mem_size = size,
		.regex = aeg_regex_ecma_compile,
		.fail = ret_failures == NULL ? NULL : tested_tell,
		.ctx = &failures };
	status = aeg_schema_validate(&v);
	*ret_valid = v.valid;
	if (status == AEG_OK && v.valid != (v.nfailures == 0))
		abort();
	if (ret_failures != NULL)
		*ret_failures = buf_done(&failures.out).at;
	free(v.mem);
	free(tok);
	return status;
}
#endif
