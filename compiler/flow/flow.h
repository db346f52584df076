#ifndef FLOW_FLOW_H
#define FLOW_FLOW_H
/*
 * Tool workflows: steps bound to the operations of HTTP interfaces, templates and paths compiled,
 * both ends of every wire compared, all of it written as section FLOWS of a bundle.
 */
#include "flow/text.h"
#include "model/flow.h"
#include "openapi/openapi.h"

struct flow_argument {
	uint32_t parameter;         /* of the operation's */
	struct flow_template value; /* one JSON value */
	const struct mflow_argument *written;
};
struct flow_step {
	const struct mflow_step *written;
	const struct openapi_spec *spec;           /* NULL: reported, or declared external */
	const struct openapi_operation *operation; /* NULL: reported */
	struct flow_template when, body, each;     /* without a program: none */
	struct flow_argument *arguments;
	uint32_t narguments;
	struct slice selection;            /* the program of all its extracts' paths; len 0: none */
	const struct openapi_media *media; /* of the request's body, or NULL */
};
struct flow {
	const struct mflow *written;
	struct slice input;          /* the input schema, compiled; len 0: reported */
	bool input_known;            /* nothing was found in it */
	struct flow_step *steps;     /* as many as were written */
	struct flow_template result; /* without a program: the last response */
};
struct flows {
	struct flow *v;
	uint32_t n;
	const struct openapi *openapi;
};

/**
 * flow_read - bind, compile and check the workflows of @m
 * @building: an ApiSpec that is not among the sources is an error; when checking alone, a note
 *
 * Reports unknown interfaces and operations, templates, paths, parameters, and wires whose ends do
 * not fit: see check.h. So with the explorers of ApiSpecs.
 * Never fails.
 */
const struct flows *flow_read(
	struct diags *d, const struct model *m, const struct openapi *o, bool building);

/* Of @n media types the one that is JSON, `application/vnd.api+json` among them, or NULL. */
const struct openapi_media *flow_json_media(const struct openapi_media *v, uint32_t n);
/* What a body is sent as: JSON where that is taken, else a form; NULL: neither is. */
const struct openapi_media *flow_request_media(const struct openapi_body *body);
/* The Content-Type of it; nothing where @m is NULL. */
struct slice flow_media_type(const struct openapi_media *m);

/* @n of @api, NULL: of no interface, compiled alone; len 0: something in it was reported, to @d. */
struct slice flow_compile_schema(
	struct diags *d, const struct node *n, const struct openapi_api *api);

/**
 * flow_emit - section FLOWS: workflows, and the operations that they, explorers and ApiSpecs name
 *
 * Deterministic. Empty when there are none, or when something was reported.
 */
struct slice flow_emit(struct diags *d, const struct model *m, const struct flows *f);
#endif
