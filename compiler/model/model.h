#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H
/*
 * What the documents say, typed: the result of checking their shape against the schema tables
 * (schema.h). Spans stay; names are not yet resolved (link/). Entries are normalised here, so
 * everything below sees one spelling.
 */
#include "base/map.h"
#include "syntax/syntax.h"

/* A scalar and where it stands. text.at == NULL: not given. */
struct mtext {
	struct slice text;
	struct span at;
};

/* Structs in the order of the source; of a map's members the names too. */
struct many {
	uint32_t n;
	void *v;
	struct mtext *names; /* NULL: of a list */
};

enum pattern_form { PATTERN_EXACT, PATTERN_PREFIX, PATTERN_ANY };
struct mpattern {
	struct mtext written; /* `fs.*` */
	struct slice stem;    /* `fs.read`; of `fs.*` what stands before `.*`; of `*` nothing */
	enum pattern_form form;
	bool poison; /* reported already; skip */
};

struct mlist { /* an allowlist; stated and empty is not the same as absent */
	bool stated;
	struct span at;
	uint32_t n;
	struct mtext *v; /* normalised */
};

struct mcommand { /* what a command may be followed by */
	struct mtext command;
	bool any; /* any subcommand, or none */
	struct mlist subcommands;
};

struct mcap {
	struct span at; /* the capability */
	struct mpattern pattern;
	struct mlist paths, commands, domains; /* `commands` as written in command_allowlist */
	enum { SUBCOMMANDS_NONE, SUBCOMMANDS_LIST, SUBCOMMANDS_MAP } subcommand_form;
	struct span subcommands_at;
	struct mlist subcommand_list;    /* SUBCOMMANDS_LIST */
	struct mcommand *subcommand_map; /* SUBCOMMANDS_MAP, in source order */
	uint32_t nsubcommand_map;
	uint32_t rate_calls, rate_per_s; /* 0 and 0: none */
	struct span rate_at;
	uint64_t max_response_size; /* 0: none */
	uint32_t max_concurrent;    /* 0: none */
	bool broken; /* something in it was reported as an error: no later check looks at it */
};

struct mcontext {
	struct mtext name, description;
	struct span at;
	bool builtin;
	bool caps_read; /* else there is no list, and that is reported */
	struct mcap *caps;
	uint32_t ncaps;
	struct mpattern *deny;
	uint32_t ndeny;
};

/* A number in the unit that its name says. at: SPAN_NONE: not stated, n is the default. */
struct mamount {
	uint64_t n;
	struct span at;
};
struct magent_more; /* agent.h */
struct magent {
	struct mtext name, version, context; /* context.text.at == NULL: names none */
	bool context_unread,
		network_unread; /* it says something that could not be read: reported */
	struct span at;
	struct mtext *tools;
	uint32_t ntools;
	struct span tools_at; /* the list, where it is stated */
	bool tools_stated;
	struct mtext language, runtime_version, image; /* the first two, or the last */
	struct mtext model;                            /* an alias; text.at == NULL: `default` */
	bool network_stated, filesystem_stated;        /* else there is none of either */
	struct mtext network_mode;                     /* `allow`, `deny` or `none` */
	struct mlist network_allow, network_deny;
	struct mlist reads, writes; /* paths of the container */
	bool read_only;
	struct mamount cpu;          /* thousandths of a processor */
	struct mamount memory, disk; /* bytes */
	struct mamount timeout_ms, iteration_ms, llm_ms;
	struct mamount iterations;
	struct mtext *judges; /* agents that judge its work, as its children */
	uint32_t njudges;
	struct magent_more *more; /* NULL: read back from a bundle */
	uint32_t file;
};

struct mworkflow {
	struct mtext name;
	struct span at;
	struct mtext *agents; /* that its states run */
	uint32_t nagents;
};
struct mmachine; /* all that a workflow says: machine.h */

enum mrole {
	ROLE_PATH = 1,
	ROLE_COMMAND,
	ROLE_ARGS,
	ROLE_URL,
	ROLE_SECRET
}; /* numbers as in the bundle */
struct marg {
	struct mtext name;
	enum mrole role;
	bool required, list;
	bool may_be_absent; /* `required: false` was written */
};
struct mtool {                /* of the catalogue */
	struct mpattern name; /* a tool, or a family `web.*` */
	struct marg *args;
	uint32_t nargs;
	bool builtin;
};

struct mlimit {
	struct mtext resource;
	uint64_t max;
	uint32_t per_s; /* 0: a level, not a rate */
};
struct mtier {
	struct mtext name, context;
	struct mlimit *limits;
	uint32_t nlimits;
};
struct moprole {
	struct mtext role, context;
	uint32_t access; /* as in the bundle */
};

enum mcredential_path {
	CREDENTIAL_NONE,
	CREDENTIAL_SYSTEM_JIT,
	CREDENTIAL_HUMAN_DELEGATED,
	CREDENTIAL_AUTO,
	CREDENTIAL_STATIC_REF,
	CREDENTIAL_USER_BOUND
};
struct mcredential {
	enum mcredential_path path; /* which of the texts there are */
	struct mtext engine_path, role, target_service, key, provider;
	struct span at;
};
struct mexplorer { /* an operation that may be asked for alone, and what is kept of the response */
	struct mtext operation;
	struct mlist fields; /* JSONPaths; at least one */
};

struct mspec { /* an ApiSpec; what its source says is openapi/'s */
	struct mtext name, source;
	struct mtext base_url; /* without a `/` at its end; text.at == NULL: the server's */
	bool base_url_unread;  /* it could not be read: reported */
	struct mlist operations;
	struct mexplorer *explorers;
	uint32_t nexplorers;
	struct mcredential credential;
	bool allow_private;
	struct span at;
};

struct mtest;     /* cases.h */
struct mflow;     /* flow.h */
struct mproof;    /* proofs.h */
struct mgateway;  /* gateway.h */
struct mnode;     /* node.h */
struct mregistry; /* registry.h */
struct mcli;      /* cli.h */
struct mcli_program;

struct model {
	struct mcontext *contexts;
	struct magent *agents;
	struct mworkflow *workflows;
	struct mmachine *machines; /* of each workflow, in the same order */
	uint32_t nmachines;
	struct mtool *tools;
	struct mtier *tiers;
	struct moprole *oproles;
	struct mtest *tests;
	struct mproof *proofs;
	struct mspec *specs;
	struct mflow *flows;
	const struct mgateway *gateway; /* NULL: none is among the sources */
	struct mnode *nodes;            /* nnodeconfigs of them */
	struct mregistry *registries;
	struct mcli *clis;
	struct mcli_program *programs; /* what is refused of them */
	uint32_t nclis, nprograms;
	const struct node **descriptions; /* OpenAPI documents, of whatever version */
	struct diag *strangers; /* documents of other programs, met in folders: to be reported by
				 * openapi/, unless a description refers to them */
	uint32_t nspecs, ndescriptions, nstrangers, nflows, nregistries;
	uint32_t ncontexts, nagents, nworkflows, ntools, ntiers, noproles, ntests, nproofs;
	uint32_t nnodeconfigs; /* documents of that kind among the user's sources */
	struct mtext
		default_context; /* the context called `default`, where a NodeConfig defines one */
	bool tools_unread;       /* entries of catalogues may be missing: reported */
	bool incomplete; /* something that may have a name could not be read: an unknown name may be
			    its */
	struct map tool_names,
		tool_families;    /* name, or what stands before `.*` > index in tools */
	struct map program_names; /* index in programs */
};

/* Adds each of stdlib-contexts/ to @s, with `builtin` set. */
void model_add_stdlib(struct sources *s);

/**
 * model_shape - check every document against its kind's schema and collect what it says
 *
 * Reports unknown kinds and fields, wrong types, missing fields, ranges, patterns and entries.
 * Never fails: what is broken is reported and left out or poisoned.
 */
const struct model *model_shape(struct diags *d, const struct documents *docs);

/* One line of JSON: the typed model, for --dump and goldens. Built-ins only where @all. */
void model_dump(struct buf *out, const struct model *m, bool all);
#endif
