#ifndef OPENAPI_OPENAPI_H
#define OPENAPI_OPENAPI_H
/*
 * HTTP interfaces: the OpenAPI 3.0 and 3.1 descriptions among the sources and those that ApiSpec
 * documents name, read, checked, and asked for operations.
 *
 * A description is checked as a whole, once. Of its operations only an index is made; what one
 * consists of is put together when somebody asks for it (openapi_operation), so that a large
 * description of which three are used costs three. Schemas are left as the nodes that they are:
 * every `schema` below is a node as written, possibly a `$ref`, which openapi_resolve follows.
 *
 * Everything lives in the arena of the compilation. Nothing here fails: what is broken was reported
 * and is left out. Sources: OpenAPI 3.0.4 and 3.1.1, RFC 6901 (JSON Pointer), RFC 3986
 * (references).
 */
#include "model/model.h"

/* Files that one description may consist of, and bytes of all of them. */
#define OPENAPI_MAX_FILES 4096u
#define OPENAPI_MAX_BYTES (64u << 20)

enum openapi_version { OPENAPI_3_0 = 1, OPENAPI_3_1 = 2 };

/* In the order of the specification. */
enum openapi_method {
	OPENAPI_GET,
	OPENAPI_PUT,
	OPENAPI_POST,
	OPENAPI_DELETE,
	OPENAPI_OPTIONS,
	OPENAPI_HEAD,
	OPENAPI_PATCH,
	OPENAPI_TRACE,
	OPENAPI_NMETHODS
};
/* "GET" */
extern const char *const openapi_method_names[OPENAPI_NMETHODS];

enum openapi_in { OPENAPI_PATH, OPENAPI_QUERY, OPENAPI_HEADER, OPENAPI_COOKIE, OPENAPI_NIN };
extern const char *const openapi_in_names[OPENAPI_NIN];

enum openapi_style {
	OPENAPI_MATRIX,
	OPENAPI_LABEL,
	OPENAPI_SIMPLE,
	OPENAPI_FORM,
	OPENAPI_SPACE_DELIMITED,
	OPENAPI_PIPE_DELIMITED,
	OPENAPI_DEEP_OBJECT,
	OPENAPI_NSTYLES
};
extern const char *const openapi_style_names[OPENAPI_NSTYLES];

/* One media type of a body: `application/json`, or a range of them. */
struct openapi_media {
	struct slice type;           /* as written */
	const struct node *schema;   /* or NULL */
	const struct node *encoding; /* a map from property to how it is encoded, or NULL */
	struct span at;
};

/* How a value is written into a request is given by `style` and what follows it, or, where it has
 * content.type, by that media type. */
struct openapi_parameter {
	struct slice name;
	enum openapi_in in;
	bool required; /* always of a path */
	bool deprecated;
	enum openapi_style style; /* as written, or the default of `in` */
	bool explode, allow_reserved;
	const struct node *schema;    /* or NULL */
	struct openapi_media content; /* type.at == NULL: none */
	struct span at;
};

struct openapi_body {
	bool stated, required;
	struct openapi_media *media;
	uint32_t nmedia;
	struct span at;
};

struct openapi_response {
	uint16_t from, to; /* statuses, both included; 0 to 999 for `default` */
	struct openapi_media *media;
	uint32_t nmedia;            /* 0: without a body, or nothing is said of it */
	const struct node *headers; /* a map from name to a header or a `$ref`, or NULL */
	struct span at;
};

struct openapi_server {
	struct slice url;     /* every variable replaced by its default; may be relative */
	struct slice written; /* `https://{region}.example.com` */
	struct span at;
};

enum openapi_scheme_type {
	OPENAPI_API_KEY,
	OPENAPI_HTTP,
	OPENAPI_MUTUAL_TLS,
	OPENAPI_OAUTH2,
	OPENAPI_OPEN_ID
};
struct openapi_scheme {
	struct slice name; /* among the components */
	enum openapi_scheme_type type;
	struct slice parameter; /* OPENAPI_API_KEY: what it is called and */
	enum openapi_in in;     /* where it stands, never in the path */
	struct slice http;      /* OPENAPI_HTTP: `bearer`, `basic`, as written */
	const struct node *node;
};

/* All of these together; a requirement of none is fulfilled by anybody. */
struct openapi_need {
	const struct openapi_scheme *scheme;
	const struct node *scopes; /* a list of texts */
};
struct openapi_requirement {
	struct openapi_need *needs;
	uint32_t nneeds;
};

/* An operation as the index has it: cheap, and there for every one. */
struct openapi_entry {
	struct slice id; /* operationId; at == NULL: has none */
	struct slice path;
	enum openapi_method method;
	const struct node *item, *node; /* of the path, without `$ref`; of the operation */
	struct span at;
};

/* An operation put together: parameters of its path item merged and overridden, references
 * followed, defaults filled in. */
struct openapi_operation {
	const struct openapi_entry *entry;
	struct openapi_parameter *parameters; /* in order: of the path item, then its own */
	uint32_t nparameters;
	struct openapi_body body;
	struct openapi_response *responses; /* as written */
	uint32_t nresponses;
	struct openapi_server *servers;       /* its own, else its path's, else the description's */
	uint32_t nservers;                    /* at least 1: `/` where none is written */
	struct openapi_requirement *security; /* any one of these will do */
	uint32_t nsecurity;                   /* 0: open to anybody */
};

struct openapi_files; /* what a description consists of, and where its references lead */

/* One description. */
struct openapi_api {
	uint32_t file; /* its entry document: an index of the sources */
	enum openapi_version version;
	const struct node *root;
	struct slice title;
	bool broken; /* an error in it was reported: what was read may be incomplete */
	struct openapi_entry *entries; /* in the order of the document */
	uint32_t nentries;
	struct openapi_scheme *schemes;
	uint32_t nschemes;

	struct diags *d;
	struct openapi_files *files;
	struct map by_id, by_place;            /* operationId, "GET /path" > index of entries */
	struct map by_scheme;                  /* name > index of schemes */
	struct openapi_operation **operations; /* by index of entries: NULL until asked for */
};

/* What an ApiSpec document makes of a description. */
struct openapi_spec {
	const struct mspec *written;
	struct openapi_api *api; /* NULL: could not be read, and that was reported */
	uint32_t *operations;    /* of spec.operations: indexes of api->entries */
	uint32_t noperations;
	uint32_t *explorers; /* as many as were written; UINT32_MAX: reported */
};

struct openapi {
	struct openapi_api *apis;   /* each document once, however many ApiSpecs name it */
	struct openapi_spec *specs; /* by index of model.specs */
	uint32_t napis, nspecs;
};

/**
 * openapi_read - load and check the descriptions of @m, and hold the ApiSpecs against them
 * @docs: every document that was parsed; files that they refer to are read here, into @d's sources
 *
 * Reports versions, references, members, types, path templates, duplicates; never fails.
 */
const struct openapi *openapi_read(
	struct diags *d, const struct model *m, const struct documents *docs);

/* A whole http or https URL that paths can be appended to: no credentials, query or fragment. */
bool openapi_is_server(struct slice url);

/* The operation with this operationId, or at `GET /path`; index of entries, or UINT32_MAX. */
uint32_t openapi_find(const struct openapi_api *api, struct slice name);

/* All of operation @entry. Made on the first call, the same on each. */
const struct openapi_operation *openapi_operation(struct openapi_api *api, uint32_t entry);

/**
 * openapi_resolve - @n, or what its `$ref` leads to, over as many steps as that takes
 *
 * @n may be any node of the description's files. NULL where a reference leads nowhere or round in
 * circles. What stands beside a `$ref` counts in the schemas of 3.1 alone, and is the caller's.
 */
const struct node *openapi_resolve(struct openapi_api *api, const struct node *n);

/* What the `$ref` of @n itself leads to, one step; NULL where it leads nowhere, or @n has none. */
const struct node *openapi_target(struct openapi_api *api, const struct node *n);

/* The root of the document that @n stands in; @ret_name: as the description's other files would
 * refer to it (`schemas/pet.yaml`). */
const struct node *openapi_document(
	const struct openapi_api *api, const struct node *n, struct slice *ret_name);
/* The root of the document of that name among those read so far, or NULL. */
const struct node *openapi_document_named(const struct openapi_api *api, struct slice name);

/* What is said of status @status: the number itself, else its range, else `default`; or NULL. */
const struct openapi_response *openapi_response(
	const struct openapi_operation *op, unsigned status);
/* Of @n media types the one for @type (`application/json`): itself, else a range of it, else
 * any; NULL: none. Parameters as `; charset=utf-8` and case are passed over on both sides. */
const struct openapi_media *openapi_media(
	const struct openapi_media *v, uint32_t n, struct slice type);

/* One line of JSON for each description: its operations, put together. */
void openapi_dump(struct buf *out, const struct openapi *o);
#endif
