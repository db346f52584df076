#ifndef OPENAPI_INTERNAL_H
#define OPENAPI_INTERNAL_H
/* What the files of this room share: the tables of OpenAPI's objects, references, the walk. */
#include "openapi/openapi.h"

/* ---- The objects of the specification: objects.c --------------------------------------------- */

enum oa_kind {
	OA_NOTHING,
	OA_DOCUMENT,
	OA_INFO,
	OA_CONTACT,
	OA_LICENSE,
	OA_SERVER,
	OA_SERVER_VARIABLE,
	OA_COMPONENTS,
	OA_PATHS,
	OA_PATH_ITEM,
	OA_OPERATION,
	OA_EXTERNAL_DOCS,
	OA_PARAMETER,
	OA_REQUEST_BODY,
	OA_MEDIA_TYPE,
	OA_ENCODING,
	OA_RESPONSES,
	OA_RESPONSE,
	OA_CALLBACK,
	OA_EXAMPLE,
	OA_LINK,
	OA_HEADER,
	OA_TAG,
	OA_SCHEMA,
	OA_DISCRIMINATOR,
	OA_XML,
	OA_SECURITY_SCHEME,
	OA_FLOWS,
	OA_FLOW_IMPLICIT,
	OA_FLOW_PASSWORD,
	OA_FLOW_CLIENT,
	OA_FLOW_CODE,
	OA_SECURITY_REQUIREMENT,
	OA_NKINDS
};

enum oa_type {
	OA_ANY, /* data, or not looked into: a `$ref` in it is none */
	OA_TEXT,
	OA_WORD, /* one of `words` */
	OA_BOOL,
	OA_COUNT, /* a whole number from 0 */
	OA_NUMBER,
	OA_VALUES,    /* a list of data */
	OA_TEXTS,     /* a list of texts */
	OA_WORDS,     /* a word or a list of them */
	OA_MAP_TEXT,  /* from any name to text */
	OA_MAP_TEXTS, /* from any name to a list of texts */
	OA_OBJECT,    /* of kind `sub` */
	OA_LIST,      /* of objects */
	OA_MAP        /* from any name to objects */
};

#define OA_REQUIRED      1u
#define OA_REQUIRED_30   2u /* in 3.0 alone */
#define OA_ONLY_30       4u
#define OA_ONLY_31       8u
#define OA_OR_BOOL       16u /* `true` and `false` will do too */
#define OA_NAMED         32u /* a map whose names are those of components */

#define OA_MAX_VARIABLES 64u /* of one path */
/* What references and aliases make of a description may be larger than what is written. */
#define OA_MAX_MERGED (1u << 20)  /* parameters of all operations together */
#define OA_MAX_WALKED (16u << 20) /* objects, each as often as it stands */

struct oa_row {
	struct slice name;
	uint8_t type, sub, flags;
	const char *const *words; /* ends with NULL */
};

/* Checks a key that is in no row. */
struct walk;
typedef void oa_key(struct walk *w, const struct member *m);

struct oa_object {
	const char *name; /* "a server" */
	const struct oa_row *rows;
	uint8_t nrows;
	bool reference; /* a `$ref` may stand for it */
	bool beside;    /* and what stands beside the `$ref` counts */
	uint8_t others; /* type of what has another key; with OA_OBJECT of kind `others_kind` */
	uint8_t others_kind;
	oa_key *key;
	struct oa_pair {
		const char *a, *b; /* not both */
		bool one;          /* and one of them */
	} pairs[2];
	void (*finish)(struct walk *w, const struct node *n, struct span at);
};
extern const struct oa_object oa_objects[OA_NKINDS];
extern const char *const *const oa_styles[OPENAPI_NIN]; /* that a parameter there may have */

/* The row of @o for @key in this version, or NULL. */
const struct oa_row *oa_row(const struct oa_object *o, struct slice key, unsigned version);

/* Rules between fields: rules.c. */
oa_key oa_key_path, oa_key_status, oa_key_scheme;
void oa_finish_document(struct walk *w, const struct node *n, struct span at);
void oa_finish_parameter(struct walk *w, const struct node *n, struct span at);
void oa_finish_header(struct walk *w, const struct node *n, struct span at);
void oa_finish_server(struct walk *w, const struct node *n, struct span at);
void oa_finish_server_variable(struct walk *w, const struct node *n, struct span at);
void oa_finish_security_scheme(struct walk *w, const struct node *n, struct span at);

/* ---- References: refs.c -------------------------------------------------------------------- */

enum oa_ref_status {
	OA_REF_OK,
	OA_REF_DANGLING,
	OA_REF_REMOTE,
	OA_REF_OUTSIDE,    /* of the folder of the entry document */
	OA_REF_UNREADABLE, /* with `why` */
	OA_REF_UNPARSED    /* the file was read, and what is wrong with it reported */
};
struct oa_ref {
	enum oa_ref_status status;
	const struct node *target;
	uint8_t kind; /* of the target, by its place in the entry document; OA_NOTHING: any */
	const char *why;
	struct slice part; /* of the reference: what was not found */
};

struct oa_file {
	uint32_t source;
	struct slice name;       /* below the folder of the entry document */
	const struct node *root; /* NULL: could not be parsed */
	struct map refs;         /* text of a reference > index in openapi_files.refs */
	struct map anchors;      /* `$anchor` > index in openapi_files.anchors */
	bool anchored;           /* they have been looked for */
};

struct openapi_files {
	struct diags *d;
	const struct documents *docs;
	unsigned version;
	const char *folder; /* of the entry document; "": the current one */
	struct oa_file *v;  /* the entry document first */
	size_t n, cap;
	uint32_t bytes;
	struct map by_name, by_source; /* > index in v */
	struct oa_ref *refs;
	size_t nrefs, refs_cap;
	const struct node **anchors;
	size_t nanchors, anchors_cap;
	uint32_t searched; /* nodes, for anchors */
	struct map large;  /* maps of many members > index in `indexes` */
	struct map *indexes;
	size_t nindexes, indexes_cap;
};

/* The parsed root of source @file: NULL where it holds not exactly one document. */
const struct node *oa_parsed(struct diags *d, const struct documents *docs, uint32_t file);
/* The folder part of @path, "" where it has none. */
const char *oa_folder(struct arena *a, const char *path);
struct openapi_files *oa_files(struct diags *d, const struct documents *docs, uint32_t file,
	const struct node *root, unsigned version);
/* The member @key of a map, however many it has. */
const struct member *oa_member(struct openapi_files *f, const struct node *map, struct slice key);
/* The member `$ref` of a map where it is a text, or NULL. */
const struct member *oa_ref_member(const struct node *n);
/* Where @ref leads; looked up once for each text and file. */
const struct oa_ref *oa_lookup(struct openapi_files *f, const struct node *ref);
/* openapi_resolve. @ret_round: whether it went round, or NULL. */
const struct node *oa_follow(struct openapi_files *f, const struct node *n, bool *ret_round);

/* ---- The walk: walk.c ---------------------------------------------------------------------- */

struct pending { /* a reference that waits to be followed */
	const struct node *node;
	struct span at;
	uint8_t kind; /* of object that is expected; or OA_NOTHING and */
	const struct oa_row
		*row; /* what has no references by the specification, followed all the same */
};
struct walk {
	struct diags *d;
	struct openapi_api *api;
	struct openapi_files *files;
	unsigned version;
	struct pending *pending;
	size_t npending, pending_cap;
	uint64_t told;   /* 1 << kind: of a misplaced reference to such an object */
	uint32_t merged; /* parameters of operations so far */
	uint32_t walked; /* objects so far */
	struct map seen; /* targets outside the entry document > kind that they were checked as */
};

/* Checks the description and all that it refers to. */
void oa_check(struct walk *w);
/* Adds a finding about the description. */
void oa_report(struct walk *w, struct diag g);
void oa_wrong_type(struct walk *w, const struct node *n, struct span at, const char *expected);
void oa_missing(
	struct walk *w, const struct node *n, struct span at, const char *what, const char *name);

/* ---- Operations: index.c ------------------------------------------------------------------- */

/* The security schemes of the components. */
void oa_schemes(struct openapi_api *api);
/* The entries of the description, with what only they can show: templates and duplicates. */
void oa_index(struct walk *w);

/* A parameter of an operation, all references followed. */
struct oa_parameter {
	struct slice name;
	enum openapi_in in;
	const struct node *node;
	struct span at;
};
struct oa_parameters {
	struct oa_parameter *v;
	size_t n, cap;
	bool incomplete; /* one of them is broken */
};
/* Those of @e: of the path item, but for those that the operation has too, then of the operation.
 * Duplicates are reported to @w, where that is given. */
void oa_parameters(struct walk *w, struct openapi_api *api, const struct openapi_entry *e,
	struct oa_parameters *ret);

/* ---- Nodes --------------------------------------------------------------------------------- */

/* The value of member @key where it is of @kind, else NULL. */
const struct node *oa_get(const struct node *map, const char *key, enum node_kind kind);
/* The text of member @key; at == NULL: none. */
struct slice oa_text(const struct node *map, const char *key);
bool oa_is_text(const struct node *n);
bool oa_flag(const struct node *map, const char *key, bool otherwise);
/* The index of @word in @words, or -1. */
int oa_word(const char *const *words, int n, struct slice word);
#endif
