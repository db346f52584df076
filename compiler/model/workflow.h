#ifndef MODEL_WORKFLOW_H
#define MODEL_WORKFLOW_H
/* What the readers of a Workflow's parts share: states, what leads on from them, containers. */
#include "model/machine.h"
#include "model/template.h"

/* Whether the text has holes: then it is known when it runs. */
bool workflow_has_holes(struct slice t);
/* The items of a list, each to be a struct of @size bytes. */
void *workflow_items(struct shape *s, const struct node *list, size_t size, uint32_t *ret_n);

/* Rows that keep what they read: a template as its node, or as a name that may be one; a duration
 * of parts in milliseconds. */
field_read workflow_template, workflow_name, workflow_ms, workflow_env, workflow_headers,
	workflow_image;
#define KEEPS_TEMPLATE(type, member) .read = workflow_template, INTO(type, member)
#define KEEPS_NAME(type, member)     .read = workflow_name, INTO(type, member)
#define KEEPS_MS(type, member)       .read = workflow_ms, INTO(type, member)

/* ---- States -------------------------------------------------------------------------------- */

struct state_reading { /* one under way */
	struct mstate state;
	struct mcontainer container; /* of ContainerRun */
};
#define INTO_STATE(member) INTO(struct state_reading, state.member)
/* Rows of every kind. */
#define STATE_FIELDS \
	{ "kind", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .read = workflow_at, \
		INTO_STATE(kind_at), .doc = "what is done in it" }, \
		{ "transitions", .type = FIELD_LIST, .item = FIELD_ANY, .flags = FIELD_REQUIRED, \
			.read = transitions_read, \
			.doc = "what follows: the first that holds; `[]`: nothing" }, \
		{ "timeout", .type = FIELD_TEXT, .read = timeout_read, .missing_is = "no limit", \
			.doc = "the longest that it may take: `90s`, `1h 30m`" }, \
	{ \
		"max_state_visits", .type = FIELD_UINT, .min = 1, .max = 20, .read = visits_read, \
				    .missing_is = "`5`", \
				    .doc = "how often it may be entered, at most" \
	}
field_read workflow_at, timeout_read, visits_read; /* the place of the value; state.c */
field_read transitions_read;                       /* transition.c: into a struct mstate */
#define HANDLER_FIELD \
	{ \
		"output_handler", .type = FIELD_MAP, .item = FIELD_ANY, .read = handler_read, \
				  INTO_STATE(handler), .doc = "what becomes of its output" \
	}
/* What templates of a workflow can read, and have been read to read: scope.c. */
struct workflow_scope {
	struct template_scope scope; /* first */
	struct shape *shape;
	struct mmachine *machine;
	size_t cap;
	uint32_t state;
	bool after;
	struct known root, *names, *states; /* names: at the top; states: the first of them */
	struct map index;
};
struct workflow_scope *workflow_scope(
	struct shape *s, const struct node *root, struct mmachine *machine);
/* The state at @index is read from here on; MREADING_RESULT: none. */
void workflow_enter(struct shape *s, uint32_t index);
/* What is read from here on is read when the state under way is done, or before. */
void workflow_after(struct shape *s, bool after);
/* state.c: all of one. */
void state_read(struct shape *s, struct value v, struct mstate *out);

/* ---- Containers: container.c --------------------------------------------------------------- */

extern const struct schema container_state_schema, parallel_container_schema;
extern const struct schema container_resources_schema; /* into a struct mcontainer */
struct mretry {
	uint32_t attempts; /* extra ones */
	uint64_t backoff_ms;
};
extern const struct schema retry_schema;

/* ---- Commands: command.c ------------------------------------------------------------------- */

struct command_fields {
	struct field word, line; /* an argument; what a shell reads */
};
extern const struct command_fields command_of_state;
/* A line for a shell, kept as its node. */
field_read command_line;
/* A list of words: each is an argument, unless a shell reads them. */
void command_words(
	struct shape *s, const struct command_fields *f, const struct node *list, bool shell);
#endif
