#ifndef CLI_RUN_H
#define CLI_RUN_H
/* aegisr run: what its files share. */
#include "aegis/flow.h"
#include "base/command.h"
#include "cli/http.h"

struct run_header {                     /* of --header-env */
	struct slice spec, name, value; /* spec: len 0: any */
};
struct run_base { /* of --base-url */
	struct slice spec, url;
};

struct running {
	struct command_line *l;
	struct aeg_flow *flow;
	struct http *http; /* NULL: nothing was called yet */
	struct run_header *headers;
	struct run_base *bases;
	uint32_t nheaders, nbases;
	uint64_t max_response;
	bool trace, colour, progress;
	uint64_t began_ms;
	size_t before;   /* bytes of the response explored */
	uint32_t status; /* its status */
};

uint64_t run_now_ms(void);

/* --base-url and --header-env, read and held against the ApiSpecs of the bundle. run_server.c */
int run_read_servers(struct running *r, const struct aeg_flows *flows);
/* Makes the requests until there are no more. run_server.c */
enum aeg_flow_want run_drive(struct running *r);

/* An aeg_flow_event_fn: of struct running. run_tell.c */
void run_tell_event(void *ctx, const struct aeg_flow_event *e);
/* Nothing is under way any more. */
void run_tell_end(struct running *r);

/* Fields of the response, compiled before anything is called; NULL: all of it is wanted, or in
 * @ret_status why not. run_explore.c */
struct run_fields;
struct run_fields *run_fields_read(struct running *r, int *ret_status);
/* Prints them of @result. */
int run_fields_print(struct running *r, const struct run_fields *f, struct aeg_str result);
#endif
