#ifndef MODEL_FLOW_H
#define MODEL_FLOW_H
/* ToolWorkflow documents as written: names are not resolved, templates not compiled. */
#include "model/model.h"

struct mflow_argument {
	struct mtext name; /* of the parameter: `email`, or `header.X-Id` where two share a name */
	const struct node *value; /* a template, or any value whose texts are templates */
	struct span at;
};
struct mflow_extract {
	struct mtext name, path; /* JSONPath */
	bool all;                /* a list of all that is selected */
	uint32_t most;           /* of all: elements */
};
struct mflow_status {
	uint16_t from, to;
};

enum mflow_on_error { FLOW_FAIL, FLOW_CONTINUE };
struct mflow_step {
	struct mtext name;
	struct mtext operation;    /* operationId; or */
	struct mtext method, path; /* both */
	struct mtext spec;         /* other than the workflow's; text.at NULL: the same */
	struct mflow_argument *arguments;
	uint32_t narguments;
	const struct node *body_template; /* text that is JSON with holes; or */
	const struct node *body;          /* a value whose texts are templates; NULL: none */
	struct mflow_extract *extracts;
	uint32_t nextracts;
	struct mflow_status *accepted;
	uint32_t naccepted;
	enum mflow_on_error on_error; /* once the retries are used up */
	uint32_t retries;
	struct span retries_at; /* of `RetryN`; none: `retry` says it, if anything */
	uint64_t backoff_ms, backoff_most_ms;
	uint64_t timeout_ms;
	const struct node *when; /* a condition; NULL: always */
	const struct node *each; /* goes through this list, one element called */
	struct mtext item;
	uint32_t most; /* rounds */
	struct span at;
};

struct mflow {
	struct mtext name, description;
	struct mtext spec; /* ApiSpec */
	const struct node *input_schema;
	struct span input_schema_at;
	struct mflow_step *steps;
	uint32_t nsteps;
	uint64_t total_ms;
	const struct node *result; /* a value whose texts are templates; NULL: the last response */
	struct span at;
	uint32_t file;
	bool broken; /* something in it was reported: checks between its parts are left out */
};
#endif
