#ifndef AEGIS_H
#define AEGIS_H
/*
 * libaegis: asks a compiled policy bundle whether an agent may make a tool call.
 *
 * Open a bundle once, then decide as often as you like from as many threads as you like: an open
 * bundle is read-only. Nothing here allocates after the open, keeps global state, reads a clock or
 * writes a log. Everything fails closed: a verdict that nobody filled in is a denial, and any
 * status but AEG_OK leaves it so.
 */
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define AEG_API __attribute__((visibility("default")))
#else
#define AEG_API
#endif

#define AEG_VERSION_TEXT "0.1.0"
#define AEG_NONE         UINT32_MAX /* no such index */

/* Why something was refused. One sentence each: aeg_status_text. */
enum aeg_status {
	AEG_OK = 0,
	AEG_SHORT,
	AEG_MAGIC,
	AEG_VERSION,
	AEG_BOUNDS,
	AEG_RESERVED,
	AEG_LAYOUT,
	AEG_CONTENT,
	AEG_SEMANTICS,
	AEG_DIGEST,
	AEG_UNSIGNED,
	AEG_UNTRUSTED,
	AEG_SIGNATURE,
	AEG_THRESHOLD,
	AEG_EXPIRED,
	AEG_ROLLBACK,
	AEG_TRUST,
	AEG_IO,
	AEG_TOO_LARGE,
	AEG_NOMEM,
	AEG_JSON,
	AEG_DEPTH,
	AEG_USAGE,
	AEG_NO_CEILING,
	AEG_BUDGET,
	AEG_STATUS_MAX
};

/* Why a call is denied; the names, without AEG_, are what aeg_reason_name gives. */
enum aeg_reason {
	AEG_None = 0,
	AEG_UnknownContext,
	AEG_InvalidToolName,
	AEG_ToolDenied,
	AEG_ToolNotAllowed,
	AEG_MissingArgument,
	AEG_InvalidArgument,
	AEG_PathOutsideBoundary,
	AEG_PathTraversalBlocked,
	AEG_CommandNotAllowed,
	AEG_SubcommandNotAllowed,
	AEG_ShellOperatorNotAllowed,
	AEG_DomainNotAllowed,
	AEG_RateLimitExceeded,
	AEG_ConcurrencyLimitExceeded,
	AEG_OutputSizeLimitExceeded,
	AEG_REASON_MAX
};

/* Text by reference, without a NUL. What libaegis returns borrows from the bundle or the call. */
struct aeg_str {
	const char *at;
	uint32_t len;
};

AEG_API const char *aeg_version(void);                /* of the library, as AEG_VERSION_TEXT */
AEG_API const char *aeg_status_text(enum aeg_status); /* never NULL */
AEG_API const char *aeg_reason_name(enum aeg_reason); /* "PathTraversalBlocked"; never NULL */

/* ---- JSON ---------------------------------------------------------------------------------- */

enum aeg_json_kind {
	AEG_JSON_NULL = 1,
	AEG_JSON_FALSE,
	AEG_JSON_TRUE,
	AEG_JSON_NUMBER,
	AEG_JSON_STRING,
	AEG_JSON_ARRAY,
	AEG_JSON_OBJECT
};
#define AEG_JSON_KIND_MASK 0x0fu
#define AEG_JSON_KEY       0x10u /* a string that is a member's name; its value is the next token */
#define AEG_JSON_ESCAPED   0x20u /* a string with at least one backslash */
#define AEG_JSON_MAX_DEPTH 512u  /* arrays and objects inside one another */

/* One value. Tokens stand in document order: a container, then all that is inside it. */
struct aeg_json_tok {
	uint32_t at;   /* offset of its first byte; of a string: the byte after the opening quote */
	uint32_t len;  /* bytes as written; of a string: without the quotes */
	uint32_t next; /* the first token after it and all inside it; of a key: after its value */
	uint32_t info; /* kind, AEG_JSON_KEY, AEG_JSON_ESCAPED; higher bits are libaegis's own */
};

/* A scanned text. Borrows both the text and the tokens' memory, which must outlive it unchanged. */
struct aeg_json {
	const char *text;
	uint32_t len;
	uint32_t ntok;            /* tok[0] is the whole value */
	struct aeg_json_tok *tok; /* [ntok, cap) is scratch for aeg_decide: one thread at a time */
	uint32_t cap;
	enum aeg_status status; /* what aeg_json_scan returned */
	uint32_t bad;           /* offset of the first byte that cannot stand there */
	uint32_t duplicate;     /* the first name that its object has already, or AEG_NONE */
	uint32_t surrogate;     /* the first string with a lone surrogate escape, or AEG_NONE */
};

/**
 * aeg_json_bound - how many tokens are always enough for @len bytes of text
 *
 * Enough also for all scratch that a decision over it needs: about 16 bytes per byte of text.
 */
AEG_API size_t aeg_json_bound(size_t len);

/**
 * aeg_json_scan - split RFC 8259 text into tokens
 * @ret:  always filled in, so that a failed scan may be handed to aeg_decide, which denies
 * @text: @len bytes, UTF-8 (checked), at most 1 GiB; no byte order mark
 * @mem:  memory for @cap tokens
 *
 * Strict: nothing that RFC 8259 forbids passes. Names repeated in one object (compared after
 * unescaping) and lone surrogates are legal JSON: the first of each is recorded in @ret. One pass
 * over the text, O(n log n) for objects with many members.
 * Returns AEG_OK, AEG_JSON, AEG_DEPTH, AEG_TOO_LARGE, or AEG_NOMEM when @cap is too small.
 */
AEG_API enum aeg_status aeg_json_scan(
	struct aeg_json *ret, const char *text, size_t len, struct aeg_json_tok *mem, size_t cap);

/**
 * aeg_json_member - the value of member @name of the object @object
 *
 * Names are compared unescaped. Returns the value's token index (the first such member's), or
 * AEG_NONE where there is none or @object is no object.
 */
AEG_API uint32_t aeg_json_member(const struct aeg_json *j, uint32_t object, struct aeg_str name);

/**
 * aeg_json_unescape - a string token's value
 * @buf: @cap bytes; the token's len is always enough
 *
 * A lone surrogate becomes U+FFFD. Returns the value's length in bytes, or SIZE_MAX when @cap is
 * too small or @token is no string.
 */
AEG_API size_t aeg_json_unescape(const struct aeg_json *j, uint32_t token, char *buf, size_t cap);

/* Where a token stands: what an object or array that it is in calls it. */
struct aeg_json_place {
	uint32_t parent; /* token of the object or array; AEG_NONE: tok[0] */
	uint32_t name;   /* in an object, the key's token; in an array, the index from 0 */
};

/* Fills in @ret[t] for each token t that is no key; @ret has room for ntok. One pass. */
AEG_API void aeg_json_places(const struct aeg_json *j, struct aeg_json_place *ret);

/**
 * aeg_json_path - a token's normalized path: `$['data'][0]`
 * @places: as aeg_json_places left them
 *
 * Returns its length in bytes; what of it has no room in the @cap bytes of @buf is left out.
 * Source: RFC 9535, section 2.7.
 */
AEG_API size_t aeg_json_path(const struct aeg_json *j, const struct aeg_json_place *places,
	uint32_t token, char *buf, size_t cap);

/* ---- Paths: RFC 9535 ----------------------------------------------------------------------- */

/* Compiled paths, accepted. Borrows the bytes. aegis/expr.h makes them of text. */
struct aeg_program {
	const uint8_t *ops;
	uint32_t len, npaths;
	uint32_t points, values, states; /* libaegis's own: what a selection needs */
};

/**
 * aeg_program_check - accept bytes as compiled paths, once, before anything reads them
 * @ret: set on AEG_OK only; borrows @mem, which must outlive it unchanged
 * @mem: all of it, any alignment
 *
 * Proves that each jump goes forward to an op, that the stack holds what each op takes, and that
 * what the program says it needs is enough. One pass. Returns AEG_OK or why the bytes are refused.
 */
AEG_API enum aeg_status aeg_program_check(struct aeg_program *ret, const void *mem, size_t len);

/**
 * aeg_regex_fn - compiles a pattern that a path takes from the document; aeg_regex_compile is one
 *
 * Returns AEG_OK; AEG_CONTENT: @pattern is no regular expression, and so matches nothing;
 * AEG_NOMEM: @cap bytes at @mem are too few; AEG_TOO_LARGE.
 */
typedef enum aeg_status aeg_regex_fn(
	struct aeg_str pattern, void *mem, size_t cap, size_t *ret_len);

/* A selection under way. Zero it, set what the caller sets, then aeg_select_begin. */
struct aeg_select {
	uint32_t size_of; /* set by the caller: sizeof(struct aeg_select) */
	const struct aeg_program *program;
	const struct aeg_json *doc; /* a scan that succeeded */
	uint64_t steps; /* budget, counted down; one is about one token or 8 bytes looked at */
	void *mem;      /* aligned to 8, of aeg_select_size bytes or more */
	size_t mem_size;
	aeg_regex_fn *regex; /* NULL: a pattern from the document is AEG_USAGE */
	/* From here on libaegis's own. */
	enum aeg_status status;
	uint32_t started, pc, node, current, npoints, nvalues, walk, pattern, pattern_good;
};

struct aeg_found {
	uint32_t path;  /* of the program's paths */
	uint32_t token; /* AEG_NONE: there are no more */
};

/* The least memory for a selection by @p; patterns taken from the document need more. */
AEG_API size_t aeg_select_size(const struct aeg_program *p);

/* AEG_OK; AEG_NOMEM: mem_size is too small; AEG_USAGE. */
AEG_API enum aeg_status aeg_select_begin(struct aeg_select *s);

/**
 * aeg_select_next - the next node that one of the paths selects
 *
 * Of each path the nodes come in the order of RFC 9535; of several paths, interleaved. Allocates
 * nothing and keeps no list. Returns AEG_OK, also at the end (token AEG_NONE); AEG_BUDGET: the
 * steps are used up; AEG_NOMEM or AEG_TOO_LARGE: a pattern from the document needs more memory than
 * there is, or than any may; AEG_USAGE. After anything but AEG_OK it always returns the same.
 */
AEG_API enum aeg_status aeg_select_next(struct aeg_select *s, struct aeg_found *ret);

/* ---- Bundles ------------------------------------------------------------------------------- */

#define AEG_MAX_KEYS    32
#define AEG_NSECTIONS   32 /* room for section kinds to come */
#define AEG_DIGEST_SIZE 32

/* Whose signature counts, how many are needed, what is too old. Zero it, then aeg_trust_parse. */
struct aeg_trust {
	struct aeg_trust_key {
		uint8_t id[8];
		uint8_t key[32];
		uint64_t until; /* Unix seconds, the last at which it counts; 0: for ever */
	} keys[AEG_MAX_KEYS];
	uint32_t nkeys;
	uint32_t require; /* distinct keys that must have signed; at least 1 */
	uint64_t min_serial;
	uint64_t now; /* Unix seconds, set after aeg_trust_parse; 0 refuses all that can expire */
	uint32_t bad_line; /* on AEG_TRUST: the line, from 1 */
};

/**
 * aeg_trust_parse - read a trust file, or simply one or more minisign public keys
 * @ret: set on AEG_OK; on AEG_TRUST only bad_line is
 *
 * Lines: a key in minisign's base64; `key BASE64 [until YYYY-MM-DDTHH:MM:SSZ]`; `require N`;
 * `min-serial N`; comments (`#`, `untrusted comment:`) and blank lines.
 * Returns AEG_OK or AEG_TRUST (also: no key at all, one twice, too many, `require` above their
 * number). Source: docs/bundle-format.md, "Trust".
 */
AEG_API enum aeg_status aeg_trust_parse(struct aeg_trust *ret, const char *text, size_t len);

/* An accepted bundle. The members are libaegis's own; copy it freely, close it once. */
struct aeg_bundle {
	const uint8_t *base;
	uint32_t size;   /* of the signed part */
	uint32_t mapped; /* bytes that aeg_bundle_close unmaps; 0: borrowed memory */
	struct {
		const uint8_t *at;
		uint32_t count;
	} section[AEG_NSECTIONS];
};

/**
 * aeg_bundle_check - accept bytes as a bundle by structure, once, before anything reads them
 * @ret: set on AEG_OK only; borrows @mem, which must outlive it unchanged
 * @mem: the whole file, any alignment
 *
 * Looks at structure alone: not at digest, signatures or dates. For bytes that are trusted
 * otherwise, and for fuzzing; aeg_bundle_open does this and the rest.
 * Touches each byte a bounded number of times. Returns AEG_OK, or why the bytes are refused.
 * Source: docs/bundle-format.md.
 */
AEG_API enum aeg_status aeg_bundle_check(struct aeg_bundle *ret, const void *mem, size_t len);

/**
 * aeg_bundle_verify - who signed these bytes, and does @trust accept them
 *
 * Checks digest, signatures, dates and serial; the caller checks structure too, with
 * aeg_bundle_check, in either order. Returns AEG_OK or why not.
 */
AEG_API enum aeg_status aeg_bundle_verify(
	const void *mem, size_t len, const struct aeg_trust *trust);

enum aeg_open_flags {
	AEG_OPEN_COPY = 0,
	/* Map the file itself instead of a copy. The caller promises that nobody can write
	 * to it while it is open: bytes that change after the check are unchecked bytes. */
	AEG_OPEN_I_PROMISE_IT_NEVER_CHANGES = 1
};

/**
 * aeg_bundle_open - verify, check and map the bundle in @fd
 * @ret:   set on AEG_OK only; release with aeg_bundle_close
 * @fd:    a file open for reading, from its start; may be closed afterwards
 * @trust: with `now` set
 *
 * Copies the file into read-only memory of this process first, unless @flags says otherwise, so
 * that what was checked cannot change. Returns AEG_OK, AEG_IO, AEG_TOO_LARGE or AEG_NOMEM, or why
 * the bundle is refused.
 */
AEG_API enum aeg_status aeg_bundle_open(
	struct aeg_bundle *ret, int fd, const struct aeg_trust *trust, enum aeg_open_flags flags);
AEG_API void aeg_bundle_close(struct aeg_bundle *b);

struct aeg_bundle_info {
	uint32_t size_of; /* set by the caller: sizeof(struct aeg_bundle_info) */
	uint32_t ncontexts;
	uint8_t digest[AEG_DIGEST_SIZE];
	uint64_t serial, not_after; /* not_after: Unix seconds, 0: no end */
	struct aeg_str semantics, provenance;
	uint32_t nagents, ntiers, noperators;
	uint32_t ntools; /* of the catalogue */
};
AEG_API void aeg_bundle_info(const struct aeg_bundle *b, struct aeg_bundle_info *ret);

/* ---- Decisions ----------------------------------------------------------------------------- */

enum aeg_verdict_kind { AEG_DENY = 0, AEG_ALLOW = 1 };

/* Counters for rate and concurrency limits, in the caller's memory. See aeg_limits_init. */
struct aeg_limits;

struct aeg_call {
	uint32_t size_of; /* set by the caller: sizeof(struct aeg_call) */
	uint32_t context; /* from aeg_context_find; AEG_NONE denies with UnknownContext */
	struct aeg_str tool;
	const struct aeg_json *args; /* NULL: none. A failed scan denies with InvalidArgument */
	struct aeg_limits *limits; /* NULL: limits are not counted, only reported as obligations */
	struct aeg_str limit_key;  /* whose limits: an execution, or tenant and user */
	uint64_t now_ms;           /* any monotonic clock; only differences count */
};

struct aeg_verdict {
	enum aeg_verdict_kind kind;
	enum aeg_reason reason; /* AEG_None when allowed */
	/* index in the context of the one that granted; when denied, of the one whose constraint
	 * failed first or whose limit is exceeded; or AEG_NONE */
	uint32_t capability;
	uint32_t deny_entry; /* index in the context's deny list (ToolDenied), or AEG_NONE */
	uint32_t token;      /* of args: the value that a constraint failed on, or AEG_NONE */
	uint32_t slot;       /* allowed under max_concurrent: give it to aeg_release; or AEG_NONE */
	uint64_t retry_after_ms; /* RateLimitExceeded: when a call would next be granted */
};

/* The context called @name, or AEG_NONE. */
AEG_API uint32_t aeg_context_find(const struct aeg_bundle *b, struct aeg_str name);

/**
 * aeg_decide - may this call be made?
 * @ret: cleared first (a denial), then filled in; valid on AEG_OK only
 *
 * Time is bounded by the lengths of the tool's name and of the arguments that a constraint looks
 * at, times the number of capabilities whose pattern matches; a path may also be read once for each
 * of their entries with a `*`, so where there are thousands of those, bound its length. No
 * allocation. Returns AEG_OK; AEG_USAGE (size_of or context out of range); AEG_NOMEM (an argument
 * with escapes or a quoted command, and the scanned text came with fewer tokens than aeg_json_bound
 * says; or @limits is full). Source: docs/semantics.md.
 */
AEG_API enum aeg_status aeg_decide(
	const struct aeg_bundle *b, const struct aeg_call *call, struct aeg_verdict *ret);

/* One thing that the decision looked at, in order. */
struct aeg_step {
	uint32_t deny_entry;    /* a deny entry that matched, or AEG_NONE */
	uint32_t capability;    /* a capability whose pattern matched, or AEG_NONE */
	enum aeg_reason reason; /* why it did not grant; AEG_None: it granted */
	uint32_t token;         /* as in aeg_verdict */
};
typedef void aeg_step_fn(void *ctx, const struct aeg_step *step);

/* aeg_decide, telling each step to @fn. The verdict is the same. */
AEG_API enum aeg_status aeg_decide_explained(const struct aeg_bundle *b,
	const struct aeg_call *call, struct aeg_verdict *ret, aeg_step_fn *fn, void *ctx);

/**
 * aeg_capability_failure - what would keep a capability from granting the call, were it alone
 * @capability: of the call's context; AEG_NONE: one that states no constraint
 * @skip: so many failures are passed over, each as if the argument or value were allowed
 *
 * Patterns, deny entries, other capabilities and limits are not looked at. With @skip 0, 1, ... it
 * tells every failure, in the order in which a decision meets them; what a failure keeps from being
 * read stays unread. ret->reason is AEG_None where there are no more. Returns as aeg_decide.
 */
AEG_API enum aeg_status aeg_capability_failure(const struct aeg_bundle *b,
	const struct aeg_call *call, uint32_t capability, uint32_t skip, struct aeg_step *ret);

/* What whoever enforces an allowed call must still do. */
struct aeg_obligations {
	uint32_t size_of;      /* set by the caller: sizeof(struct aeg_obligations) */
	uint32_t strip_params; /* 1: remove the members `force` and `version` from the arguments */
	uint64_t max_response_size;      /* bytes; 0: no limit */
	uint32_t rate_calls, rate_per_s; /* 0 and 0: no limit */
	uint32_t max_concurrent;         /* 0: no limit */
	uint32_t restrict_domains;       /* how many hosts results may come from; 0: any */
};
/* For a call allowed by @capability of @context; @args as in the call. */
AEG_API enum aeg_status aeg_obligations(const struct aeg_bundle *b, const struct aeg_call *call,
	const struct aeg_verdict *verdict, struct aeg_obligations *ret);
/* The @i-th of obligations' restrict_domains, in source order. */
AEG_API struct aeg_str aeg_restrict_domain(
	const struct aeg_bundle *b, uint32_t context, uint32_t capability, uint32_t i);

/**
 * aeg_limits_size - bytes for the counters of up to @nkeys keys that are under a limit at once
 * (a key counts once for each limited capability it uses)
 *
 * Each key has room for itself (120 bytes), for 64 slots and for grants in 1,024 different
 * milliseconds of its window, or for as many as its limits allow if that is less. What one key does
 * not use another may.
 * Returns 0 where the bundle has no limits (then pass limits = NULL), SIZE_MAX on overflow.
 */
AEG_API size_t aeg_limits_size(const struct aeg_bundle *b, uint32_t nkeys);
/* Lays the counters out in @mem, aligned to 8; NULL when @size is less than aeg_limits_size says.
 * Not thread-safe: one lock, or one of these, per group of threads. */
AEG_API struct aeg_limits *aeg_limits_init(
	const struct aeg_bundle *b, uint32_t nkeys, void *mem, size_t size);
/* Gives back the slot of a finished call. Unknown slots, AEG_NONE among them, are ignored. */
AEG_API void aeg_release(struct aeg_limits *limits, uint32_t slot);

/* ---- The ceiling --------------------------------------------------------------------------- */

/* What a child may do and its parent may not. */
enum aeg_wider {
	AEG_WIDER_UNKNOWN = 0, /* nobody knows that it may not do more */
	AEG_WIDER_CALLS,       /* make a call that the parent is denied */
	AEG_WIDER_RATE,        /* make a call more often */
	AEG_WIDER_CONCURRENT,  /* have more such calls under way at once */
	AEG_WIDER_RESPONSE,    /* receive a larger response */
	AEG_WIDER_RESULTS      /* receive results from more hosts */
};
struct aeg_ceiling {
	uint32_t size_of; /* set by the caller: sizeof(struct aeg_ceiling) */
	uint32_t within;  /* 1: whatever the child allows, the parent allows, and limits no less */
	enum aeg_wider wider;      /* where it is not within */
	struct aeg_str tool, args; /* a call that shows it, args as JSON text; tool.len 0: none is
				      stored */
};

/**
 * aeg_within - may an execution under context @parent start one under context @child?
 * @ret: cleared first (not within), then filled in; valid on AEG_OK only
 *
 * Answered from tables made when the bundle was built: one search, and where the answer is no, one
 * decision for each stored call until the parent denies it, at most as many as there are contexts.
 * No allocation; 9 KiB of stack. An unknown context (AEG_NONE) is within nothing and nothing
 * within it. Returns AEG_OK; AEG_NO_CEILING: the bundle has no such tables, and a spawn must be
 * refused; AEG_USAGE (size_of or a context out of range). Source: docs/semantics.md, section 7.
 */
AEG_API enum aeg_status aeg_within(
	const struct aeg_bundle *b, uint32_t child, uint32_t parent, struct aeg_ceiling *ret);

/* ---- Looking inside ------------------------------------------------------------------------ */

#define AEG_CONTEXT_BUILTIN 1u
struct aeg_context_info {
	uint32_t size_of; /* set by the caller: sizeof(struct aeg_context_info) */
	uint32_t flags;
	struct aeg_str name, description;
	uint32_t ncapabilities, ndeny;
};
AEG_API enum aeg_status aeg_context_info(
	const struct aeg_bundle *b, uint32_t context, struct aeg_context_info *ret);

/* Where something was written; file.len == 0 where the bundle does not say (built with --strip). */
struct aeg_origin {
	struct aeg_str file;
	uint32_t line, column; /* from 1; column in bytes */
};
AEG_API struct aeg_str aeg_capability_pattern(
	const struct aeg_bundle *b, uint32_t context, uint32_t capability);
AEG_API struct aeg_origin aeg_capability_origin(
	const struct aeg_bundle *b, uint32_t context, uint32_t capability);
AEG_API struct aeg_str aeg_deny_pattern(
	const struct aeg_bundle *b, uint32_t context, uint32_t entry);
AEG_API struct aeg_origin aeg_deny_origin(
	const struct aeg_bundle *b, uint32_t context, uint32_t entry);

enum aeg_list {
	AEG_LIST_PATHS,
	AEG_LIST_COMMANDS,
	AEG_LIST_SUBCOMMANDS, /* of one command */
	AEG_LIST_DOMAINS
};
/**
 * aeg_capability_list - how many entries a capability's allowlist has
 * @command: for AEG_LIST_SUBCOMMANDS the index of the command, else 0
 *
 * Returns AEG_NONE where the constraint is not stated (for subcommands: any is allowed).
 */
AEG_API uint32_t aeg_capability_list(const struct aeg_bundle *b, uint32_t context,
	uint32_t capability, enum aeg_list list, uint32_t command);
/* The @i-th entry, normalised; empty when out of range. */
AEG_API struct aeg_str aeg_capability_entry(const struct aeg_bundle *b, uint32_t context,
	uint32_t capability, enum aeg_list list, uint32_t command, uint32_t i);

/* 1 when a violation must not quote @token of the call's arguments (its role is secret). */
AEG_API int aeg_argument_is_secret(
	const struct aeg_bundle *b, const struct aeg_call *call, uint32_t token);

/* ---- The tool catalogue -------------------------------------------------------------------- */

struct aeg_tool_info {
	uint32_t size_of;    /* set by the caller: sizeof(struct aeg_tool_info) */
	uint32_t narguments; /* that have a role */
	struct aeg_str name; /* `fs.read`; or `fs.*`: all under it that have no entry */
};
enum aeg_role { AEG_ROLE_PATH = 1, AEG_ROLE_COMMAND, AEG_ROLE_ARGS, AEG_ROLE_URL, AEG_ROLE_SECRET };
#define AEG_ARGUMENT_REQUIRED 1u
#define AEG_ARGUMENT_LIST     2u /* a list of strings, as AEG_ROLE_ARGS is without saying so */
struct aeg_argument_info {
	uint32_t size_of; /* set by the caller: sizeof(struct aeg_argument_info) */
	uint32_t flags;
	struct aeg_str name; /* a member of the arguments object */
	enum aeg_role role;
};
/* The entry that says which arguments of tool @name have a role, or AEG_NONE: none has. */
AEG_API uint32_t aeg_tool_find(const struct aeg_bundle *b, struct aeg_str name);
/* AEG_USAGE: there is no such entry. */
AEG_API enum aeg_status aeg_tool_info(
	const struct aeg_bundle *b, uint32_t tool, struct aeg_tool_info *ret);
/* The @i-th argument of entry @tool, in the catalogue's order. */
AEG_API enum aeg_status aeg_argument_info(
	const struct aeg_bundle *b, uint32_t tool, uint32_t i, struct aeg_argument_info *ret);
/* ---- Compiled paths ------------------------------------------------------------------------ */

/* How many programs the bundle has; the @i-th goes to @ret, where there is one. It borrows from the
 * bundle and was checked with it. */
AEG_API uint32_t aeg_bundle_paths(const struct aeg_bundle *b, uint32_t i, struct aeg_program *ret);
/* A path of the @i-th program as it was written; empty when out of range. */
AEG_API struct aeg_str aeg_bundle_path_text(const struct aeg_bundle *b, uint32_t i, uint32_t path);

/* ---- Agents, tiers and operators ----------------------------------------------------------- */

struct aeg_agent_info {
	uint32_t size_of; /* set by the caller: sizeof(struct aeg_agent_info) */
	uint32_t context; /* under which the agent works */
	struct aeg_str name, version;
	uint32_t ntools;
};
/* The agent called @name (of several versions the first in bytewise order), or AEG_NONE. */
AEG_API uint32_t aeg_agent_find(const struct aeg_bundle *b, struct aeg_str name);
/* Agents are sorted by name, then version. AEG_USAGE: there is no such agent. */
AEG_API enum aeg_status aeg_agent_info(
	const struct aeg_bundle *b, uint32_t agent, struct aeg_agent_info *ret);
/* The @i-th tool that the agent's manifest lists; empty when out of range. */
AEG_API struct aeg_str aeg_agent_tool(const struct aeg_bundle *b, uint32_t agent, uint32_t i);

struct aeg_tier_info {
	uint32_t size_of; /* set by the caller: sizeof(struct aeg_tier_info) */
	uint32_t context; /* of the tier's consumers */
	struct aeg_str name;
	uint32_t nlimits;
};
struct aeg_tier_limit {
	uint32_t size_of; /* set by the caller: sizeof(struct aeg_tier_limit) */
	uint32_t per_s;   /* at most `max` in so many seconds; 0: a level, not a rate */
	struct aeg_str resource;
	uint64_t max;
};
AEG_API enum aeg_status aeg_tier_info(
	const struct aeg_bundle *b, uint32_t tier, struct aeg_tier_info *ret);
AEG_API enum aeg_status aeg_tier_limit(
	const struct aeg_bundle *b, uint32_t tier, uint32_t i, struct aeg_tier_limit *ret);

enum aeg_access { AEG_ACCESS_READ = 1, AEG_ACCESS_OPERATE, AEG_ACCESS_ALL };
struct aeg_operator_info {
	uint32_t size_of; /* set by the caller: sizeof(struct aeg_operator_info) */
	uint32_t context; /* under which operators with this role work */
	struct aeg_str role;
	enum aeg_access access;
};
AEG_API enum aeg_status aeg_operator_info(
	const struct aeg_bundle *b, uint32_t i, struct aeg_operator_info *ret);

/* ---- Hosts --------------------------------------------------------------------------------- */

/**
 * aeg_url_host - the host that a decision compares, for enforcers that must connect to no other
 * @buf: 256 bytes; receives the host in normal form (lower case, no trailing dot, IPv6 compressed)
 *
 * Returns the host's length, or 0 where the URL is none that a decision accepts, or where its host
 * is longer than @buf (a decision compares it all the same, but no name server knows it). Source:
 * docs/semantics.md, section 4, Domains.
 */
AEG_API uint32_t aeg_url_host(struct aeg_str url, char buf[256]);

enum aeg_host_kind { AEG_HOST_BAD = 0, AEG_HOST_NAME, AEG_HOST_IPV4, AEG_HOST_IPV6 };
/* The normal form of a host alone, as aeg_url_host; @ret_len on all but AEG_HOST_BAD. */
AEG_API enum aeg_host_kind aeg_host_normal(struct aeg_str host, char buf[256], uint32_t *ret_len);

/* ---- Commands ------------------------------------------------------------------------------ */

enum aeg_word { AEG_WORD_BAD = -1, AEG_WORD_END = 0, AEG_WORD };
/**
 * aeg_command_word - the next word of a command line, as a decision compares it
 * @io_at: where to look on: 0 at first; afterwards behind the word, or on the byte that is too much
 * @buf: the command's length is always enough; receives the word without quotes and backslashes
 *
 * Returns AEG_WORD, AEG_WORD_END, or AEG_WORD_BAD: a shell would do more than run one command, or
 * @cap is too small. Source: docs/semantics.md, section 4, Commands.
 */
AEG_API enum aeg_word aeg_command_word(
	struct aeg_str command, uint32_t *io_at, char *buf, size_t cap, uint32_t *ret_len);

#ifdef __cplusplus
}
#endif
#endif
