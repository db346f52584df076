#ifndef SCHEMA_INTERNAL_H
#define SCHEMA_INTERNAL_H
/* What the files of the compiler share: documents by URI, and the bytes being written. */
#include "format/aeg_schema.h"
#include "schema/schema.h"

/* ---- URIs: uri.c --------------------------------------------------------------------------- */

/* @ref relative to @base. Source: RFC 3986, section 5.2. */
struct slice uri_resolve(struct arena *a, struct slice base, struct slice ref);
/* Takes the fragment, without its `#`, off @uri; empty where there is none. */
struct slice uri_fragment(struct slice *uri);
/* @text without percent-encoding. */
struct slice uri_decode(struct arena *a, struct slice text);

/* ---- Resources: resource.c ----------------------------------------------------------------- */

/* A schema with a URI of its own, and what stands in it up to the next one. */
struct resource {
	struct slice uri;
	const struct node *root;
	enum schema_dialect dialect;
	bool validates, formats; /* vocabularies */
};

struct anchor {
	uint32_t resource;
	struct slice name;
	const struct node *node;
	bool dynamic;
};

/* What a reference leads to. */
struct target {
	const struct node *node;
	uint32_t resource;
	const struct anchor *anchor; /* by which it was named, or NULL */
	struct slice location;
};

/* A schema to write, or the value that one stands for. */
struct job {
	const struct node *node;
	uint32_t resource, parent; /* parent: of its location, or AEGF_NONE */
	struct slice segment;      /* what its location adds */
	bool constant;             /* only this value fits */
	uint32_t first, flags;
};

struct compiler {
	struct diags *d;
	struct arena *a;
	const struct schema_options *o;

	struct resource *resources;
	size_t nresources, resources_cap;
	struct anchor *anchors;
	size_t nanchors, anchors_cap;
	struct map by_uri;  /* > resources */
	struct map by_name; /* resource and name > anchors */
	struct map home;    /* node > resource that it stands in */
	struct slice main;  /* URI that locations need not name */

	struct job *jobs; /* also the schemas that are written, in order */
	size_t njobs, jobs_cap;
	struct map jobs_of; /* node and resource > jobs */
	struct aeg_le32 *words;
	size_t nwords, words_cap;
	struct buf text;
	struct map texts; /* > offset */
	struct aegf_schema_regex *regexes;
	size_t nregexes, regexes_cap;
	struct map regex_of; /* pattern > regexes */
	uint32_t states;
	bool failed; /* an error was reported */
	bool too_large;
	bool dynamic; /* a $dynamicRef was written, for the resources known by then */
};

/* Makes @root known as @uri, with all resources and anchors in it. */
uint32_t resource_add(
	struct compiler *c, struct slice uri, const struct node *root, enum schema_dialect dialect);
/* Makes known what is in @schema, which stands in @resource; returns the one it is. */
uint32_t resource_index(struct compiler *c, const struct node *schema, uint32_t resource);
/* Where @ref, a string in @resource, leads; false, and reported, where that is nowhere. */
bool resource_find(
	struct compiler *c, uint32_t resource, const struct node *ref, struct target *ret);
const struct anchor *resource_anchor(struct compiler *c, uint32_t resource, struct slice name);

/* The meta-schema of 2020-12, parsed, where @uri names it; or NULL. */
const struct node *metaschema(struct compiler *c, struct slice uri);

/* ---- Keywords: keyword.c ------------------------------------------------------------------- */

/* How schemas stand in a keyword's value. */
enum holds { HOLDS_NONE, HOLDS_SCHEMA, HOLDS_LIST, HOLDS_MAP, HOLDS_EITHER, HOLDS_DEPENDENCIES };
/* Of keyword @key in @dialect. */
enum holds keyword_holds(struct slice key, enum schema_dialect dialect);
/* Writes all ops of a schema but END. */
void keywords_write(struct compiler *c, uint32_t job);
/* Writes the ops that only the value of @job fits. */
void constant_write(struct compiler *c, uint32_t job);

/* ---- Output: write.c ----------------------------------------------------------------------- */

/* The schema for @node; @parent and @segment: where it stands. */
uint32_t write_schema(struct compiler *c, const struct node *node, uint32_t resource,
	uint32_t parent, struct slice segment);
/* The next of the schemas that were asked for. */
void write_root(
	struct compiler *c, const struct node *node, uint32_t resource, struct slice location);
uint32_t write_constant(
	struct compiler *c, const struct node *node, uint32_t parent, struct slice segment);
/* An op, of which @operands words follow. */
void write_op(struct compiler *c, enum aegf_schema_op op, uint32_t operands);
void write_word(struct compiler *c, uint32_t word);
/* Offset and length, two words; the same text is there once. */
void write_text(struct compiler *c, struct slice text);
/* `/a/b` as it continues a JSON Pointer; @name NULL: none. */
struct slice write_segment(struct compiler *c, const char *keyword, const struct slice *name);
/* Which regular expression @pattern is; reported at @at, or in @node where that is not NULL. */
uint32_t write_regex(
	struct compiler *c, const struct node *node, struct slice pattern, struct span at);

/* MEMBERS, put together before it is written. */
struct members_entry {
	struct slice name;
	uint32_t schema;
	bool required;
};
void write_members(struct compiler *c, const struct members_entry *entries, uint32_t n,
	const uint32_t *patterns, uint32_t npatterns, uint32_t rest);
/* Three words: kind and text of a scalar, or the schema of another value. */
void write_value(struct compiler *c, const struct node *value, uint32_t job, struct slice segment);
/* A number as JSON writes it. */
struct slice write_number(struct compiler *c, const struct node *number);

/* Reports at @at; @label and @help as in struct diag. */
void schema_report(struct compiler *c, enum diag_code code, struct span at, const char *label,
	const char *help);
#endif
