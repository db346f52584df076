#ifndef MODEL_AGENT_H
#define MODEL_AGENT_H
/* Agent documents as written, beyond what struct magent says itself: units are bytes and
 * milliseconds, names are not resolved. */
#include "model/machine.h"

struct mvolume {
	struct mtext name, type, provider;
	struct mtext mount; /* absolute, without a `/` at its end */
	bool persistent, read_only;
	struct mamount size; /* bytes */
	uint32_t ttl_hours;  /* 0: not stated */
	struct span at;
	bool broken; /* something of it was reported */
};

enum mvalidator_kind {
	VALIDATOR_EXIT_CODE,
	VALIDATOR_JSON_SCHEMA,
	VALIDATOR_REGEX,
	VALIDATOR_SEMANTIC,
	VALIDATOR_MULTI_JUDGE
};
struct mvalidator {
	enum mvalidator_kind kind;
	bool of_calls; /* before a tool call, not of what came out */
	int32_t expected;
	struct mtext pattern;
	bool stderr_target;
	const struct node *schema;
	struct span schema_at;
	uint32_t judges, njudges; /* a range of magent.judges */
	uint32_t min_judges;
	struct span min_judges_at;
	enum aeg_consensus consensus;
	double min_score, min_confidence;
	struct mamount timeout_ms;
	struct span at;
	bool broken; /* something of it was reported */
};

struct mschedule {
	enum { SCHEDULE_NONE, SCHEDULE_CRON, SCHEDULE_INTERVAL, SCHEDULE_MANUAL } kind;
	struct mtext cron, zone;
	uint64_t seconds;
	bool enabled;
	struct span at;
};

/* What only some agents have, and checks and tables read of it. */
struct magent_more {
	struct many volumes;    /* struct mvolume */
	struct many validators; /* struct mvalidator */
	struct mschedule schedule;
	struct mhandler handler;
	const struct node *env;          /* a map, or NULL */
	const struct node *input_schema; /* or NULL */
	struct span input_schema_at;
};
#endif
