#ifndef MODEL_AGENT_ROWS_H
#define MODEL_AGENT_ROWS_H
/* What the files that read an Agent document share. */
#include "model/agent.h"
#include "model/template.h"

struct agent_document {
	struct magent agent;
	struct magent_more more;
	struct mtext older_context; /* spec.security.security_context */
	struct mtext instruction, prompt, isolation, bootstrap;
	bool version_unread, instruction_unread, spec_read;
};
#define INTO_AGENT(member) INTO(struct agent_document, agent.member)
#define INTO_MORE(member)  INTO(struct agent_document, more.member)

/* Into a struct mamount, by what `entry` takes: a size or a duration. */
field_read agent_amount;
/* Seconds as a number: into a struct mamount of milliseconds, from 1 to `max`. */
field_read agent_seconds;
/* A number from 1 to `max`: into a struct mamount. */
field_read agent_count;
#define SECONDS_MOST 31536000u /* of what is written as a number: a year */

/* agent_runtime.c, agent_volume.c, agent_security.c, agent_execution.c */
extern const struct schema agent_runtime_schema, agent_volume_schema, agent_advanced_schema,
	agent_security_schema, agent_execution_schema;
field_read agent_volumes, agent_schedule, agent_attachments, agent_env, agent_execution;
#endif
