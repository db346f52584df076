#ifndef SCHEMA_SCHEMA_H
#define SCHEMA_SCHEMA_H
/*
 * Compiles JSON Schemas, as syntax nodes, to the bytes that aeg_schema_check accepts. Nothing is
 * fetched: who calls says what document a URI stands for. Source: docs/json-schema.md.
 */
#include "diag/diag.h"
#include "syntax/syntax.h"

enum schema_dialect { SCHEMA_2020_12, SCHEMA_OPENAPI_30, SCHEMA_DRAFT_07, SCHEMA_DRAFT_04 };

struct schema_options {
	enum schema_dialect dialect; /* where no `$schema` names one */
	bool formats;                /* `format` is asserted where the runtime knows it */
	/* The root of the document that an absolute URI without fragment stands for, or NULL. The
	 * meta-schema of 2020-12 is known without. */
	const struct node *(*document)(void *ctx, struct slice uri);
	void *ctx;
};

/* A schema to compile, and the document that it stands in. */
struct schema_place {
	const struct node *schema, *document; /* the same where the schema is all there is */
	struct slice uri;                     /* of the document; may be empty */
	struct slice at;                      /* JSON Pointer of the schema in the document */
};

/**
 * schema_compile - compile @n schemas that share what they refer to
 *
 * Root i of the result is @places[i]. Returns the bytes, in @d's arena; empty when an error was
 * reported, also one that @d makes less of, but for AEG_schema_pattern_unsupported: such a
 * pattern then matches nothing.
 */
struct slice schema_compile(struct diags *d, const struct schema_options *o,
	const struct schema_place *places, uint32_t n);
#endif
