#ifndef AEGIS_FLOW_H
#define AEGIS_FLOW_H
/*
 * Tool workflows: several HTTP calls behind one tool. The library says which request is to be made,
 * the caller makes it and hands in the response, until the workflow is done or has failed. No
 * sockets, no clock, no memory but the caller's. In libaegis.a and libaegis-eval.so.
 */
#include "aegis/aegis.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The workflows of a bundle, accepted. Borrows the bundle. */
struct aeg_flows {
	const uint8_t *base;
	uint32_t len;
	uint32_t nspecs, noperations, nflows; /* the rest is libaegis's own */
	uint32_t own[32];
};

/**
 * aeg_flows_open - accept what a bundle has of workflows, once, before anything reads it
 *
 * aeg_bundle_open knows these bytes to be signed, not to be well-formed: this proves every table,
 * template, path and schema in them. A bundle without workflows has nflows 0. Returns AEG_OK or why
 * they are refused.
 */
AEG_API enum aeg_status aeg_flows_open(const struct aeg_bundle *b, struct aeg_flows *ret);

/* The workflow that is the tool of this name, or AEG_NONE. */
AEG_API uint32_t aeg_flow_find(const struct aeg_flows *f, struct aeg_str tool);
/* The operation SPEC.OPERATION that may be explored, or AEG_NONE. */
AEG_API uint32_t aeg_explore_find(const struct aeg_flows *f, struct aeg_str name);

/* ---- What there is ------------------------------------------------------------------------- */

struct aeg_flow_info {
	uint32_t size_of; /* set by the caller, of each of these */
	struct aeg_str name, description;
	uint32_t nsteps, timeout_ms;
};
struct aeg_flow_step_info {
	uint32_t size_of;
	struct aeg_str name;
	uint32_t operation;   /* below aeg_flows.noperations */
	uint32_t conditional; /* it has a `when` */
	uint32_t most_rounds; /* of a step that goes through a list; 0: it does not */
};
struct aeg_operation_info {
	uint32_t size_of;
	struct aeg_str spec, server, name, method;
	uint32_t allow_private;
	uint32_t explorable; /* by aeg_explore_find */
	uint32_t nfields;    /* JSONPaths that an exploration keeps of the response; 0: all of it */
};
/* @flow, @step and @operation are below the counts: AEG_USAGE otherwise, or where size_of is
 * another's. */
AEG_API enum aeg_status aeg_flow_info(
	const struct aeg_flows *f, uint32_t flow, struct aeg_flow_info *ret);
AEG_API enum aeg_status aeg_flow_step_info(
	const struct aeg_flows *f, uint32_t flow, uint32_t step, struct aeg_flow_step_info *ret);
AEG_API enum aeg_status aeg_operation_info(
	const struct aeg_flows *f, uint32_t operation, struct aeg_operation_info *ret);
/* The JSONPath @i of those; len 0: there is none. */
AEG_API struct aeg_str aeg_operation_field(
	const struct aeg_flows *f, uint32_t operation, uint32_t i);

/* ---- Running ------------------------------------------------------------------------------- */

struct aeg_flow_header {
	struct aeg_str name, value;
};
struct aeg_flow_request {
	struct aeg_str step;    /* which asks for it */
	uint32_t round;         /* of a step that goes through a list: from 0 */
	uint32_t attempt;       /* from 1 */
	struct aeg_str spec;    /* whose server it goes to */
	struct aeg_str server;  /* its URL as the description has it; the caller may use another */
	uint32_t allow_private; /* addresses of private networks may be called */
	struct aeg_str operation;
	struct aeg_str method;
	struct aeg_str
		target; /* path and query, percent-encoded, to be appended to the server's URL */
	const struct aeg_flow_header *headers; /* Content-Type among them, if there is a body */
	uint32_t nheaders;
	struct aeg_str body; /* len 0: none */
	uint32_t timeout_ms;
};

enum aeg_flow_want {
	AEG_FLOW_FAILED = 0,
	AEG_FLOW_DONE,
	AEG_FLOW_REQUEST, /* make it, then aeg_flow_response or aeg_flow_failure */
	AEG_FLOW_WAIT     /* until wait_ms have passed, then aeg_flow_next again */
};

/* What happened, for who watches. Texts live as long as the call lasts. */
enum aeg_flow_event_kind {
	AEG_FLOW_SKIPPED, /* a step whose `when` is false */
	AEG_FLOW_SENT,
	AEG_FLOW_ANSWERED, /* status */
	AEG_FLOW_ERROR,    /* an attempt failed: what */
	AEG_FLOW_RETRIES,
	AEG_FLOW_CONTINUES, /* a failed step is passed over */
	AEG_FLOW_EXTRACTED, /* name, value: its JSON text */
	AEG_FLOW_INVALID    /* the input, a body or a parameter does not fit: name: where in it, or
			       which, value: in words; of one value 16 at most */
};
struct aeg_flow_event {
	enum aeg_flow_event_kind kind;
	struct aeg_str step;
	uint32_t round, attempt, status;
	struct aeg_str name, value;
	const char *what;
};
typedef void aeg_flow_event_fn(void *ctx, const struct aeg_flow_event *event);

/* A workflow under way. Zero it, set what the caller sets, then aeg_flow_begin. */
struct aeg_flow {
	uint32_t size_of; /* set by the caller: sizeof(struct aeg_flow) */
	const struct aeg_flows *flows;
	uint32_t flow;                /* of aeg_flow_find; or AEG_NONE, and then */
	uint32_t explore;             /* of aeg_explore_find: that operation alone, the members of
					 @input being its parameters, and `body` */
	const struct aeg_json *input; /* the call's arguments; outlives the flow */
	void *mem;                    /* aligned to 8: all that the flow keeps, and each request; of
					 more than 4 GiB the rest is not used */
	size_t mem_size;
	uint64_t steps;           /* budget for templates, paths and validation together */
	aeg_flow_event_fn *event; /* or NULL */
	void *ctx;
	/* Set on AEG_FLOW_FAILED. */
	struct aeg_str failed_step; /* len 0: the input itself */
	const char *what;           /* one clause */
	enum aeg_status status;     /* AEG_OK: by the workflow's own rules, else why not */
	/* From here on libaegis's own. */
	uint64_t own[64];
};

/**
 * aeg_flow_begin - check the input against the tool's schema, and make ready
 *
 * Returns AEG_OK; AEG_CONTENT: the input does not fit (what and place in the event); AEG_NOMEM;
 * AEG_USAGE; AEG_BUDGET.
 */
AEG_API enum aeg_status aeg_flow_begin(struct aeg_flow *f);

/**
 * aeg_flow_next - what is to be done now
 * @now_ms: any monotonic clock, for the total time-out and for waiting
 * @ret: of AEG_FLOW_REQUEST; its texts live until the response is handed in
 * @ret_wait_ms: of AEG_FLOW_WAIT: how long from now
 */
AEG_API enum aeg_flow_want aeg_flow_next(
	struct aeg_flow *f, uint64_t now_ms, struct aeg_flow_request *ret, uint32_t *ret_wait_ms);

/* The response to the request: @media is its Content-Type or len 0. The body is read here, not
 * kept; it must not lie in the flow's memory. */
AEG_API void aeg_flow_response(
	struct aeg_flow *f, uint32_t status, struct aeg_str media, struct aeg_str body);
/* There was none: @what, of unlimited life, says why (refused, too slow, too large, redirected). */
AEG_API void aeg_flow_failure(struct aeg_flow *f, const char *what);

/* After AEG_FLOW_DONE: the result, JSON. Lives as long as the flow's memory. */
AEG_API struct aeg_str aeg_flow_result(const struct aeg_flow *f);

#ifdef __cplusplus
}
#endif
#endif
