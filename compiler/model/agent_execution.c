/* How an agent works: iterations, who checks what came out, where it is sent. */
#include "model/agent_rows.h"

#define TYPE_FIELD(words) \
	{ \
		"type", .type = FIELD_TEXT, .flags = FIELD_REQUIRED | FIELD_STRICT, .doc = words \
	}

/* ---- Validators ---------------------------------------------------------------------------- */

struct validator_rows {
	struct mvalidator validator;
	struct mtext judge, target;
	struct mlist judges;
};
#define INTO_VALIDATOR(member) INTO(struct validator_rows, validator.member)
#define SCORE_FIELD(taken) \
	{ \
		"min_score", .type = FIELD_NUMBER, .least = 0, .most = 1, \
			     INTO_VALIDATOR(min_score), .missing_is = taken, \
			     .doc = "the least score that passes" \
	}
#define JUDGED_FIELDS \
	{ "criteria", .type = FIELD_TEXT, .flags = FIELD_REQUIRED | FIELD_STRICT, \
		.entry = scalar_filled, .doc = "what the judge goes by" }, \
		SCORE_FIELD("`0.7`"), \
		{ "min_confidence", .type = FIELD_NUMBER, .least = 0, .most = 1, \
			INTO_VALIDATOR(min_confidence), .missing_is = "`0`", \
			.doc = "the least confidence that passes" }, \
	{ \
		"timeout_seconds", .type = FIELD_UINT, .max = SECONDS_MOST, .read = agent_seconds, \
				   INTO_VALIDATOR(timeout_ms), .missing_is = "`300`", \
				   .doc = "how long judging may take" \
	}

static void keep_schema(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mvalidator *validator = &((struct validator_rows *)out)->validator;
	(void)s, (void)f;
	validator->schema = v.node;
	validator->schema_at = v.at;
}

static const struct field exit_code_fields[] = {
	TYPE_FIELD("`exit_code`"),
	{ "expected", .type = FIELD_INT, INTO_VALIDATOR(expected), .missing_is = "`0`",
		.doc = "the exit code that passes" },
	SCORE_FIELD("`1`"),
};
static const struct field json_schema_fields[] = {
	TYPE_FIELD("`json_schema`"),
	{ "schema", .type = FIELD_ANY, .flags = FIELD_REQUIRED, .read = keep_schema,
		.doc = "a JSON Schema that the output must fit" },
	SCORE_FIELD("`1`"),
};
static const char *const targets[] = { "stdout", "stderr", NULL };
static const struct field regex_fields[] = {
	TYPE_FIELD("`regex`"),
	{ "pattern", .type = FIELD_TEXT, .flags = FIELD_REQUIRED | FIELD_STRICT,
		.entry = scalar_regex, INTO_VALIDATOR(pattern),
		.doc = "a regular expression that is found in the output" },
	{ "target", .type = FIELD_WORD, .flags = FIELD_STRICT, .words = targets,
		INTO(struct validator_rows, target), .missing_is = "`stdout`",
		.doc = "where: `stdout` or `stderr`" },
	SCORE_FIELD("`1`"),
};
static const struct field semantic_fields[] = {
	TYPE_FIELD("`semantic`"),
	{ "judge_agent", .type = FIELD_TEXT, .flags = FIELD_REQUIRED | FIELD_STRICT,
		.entry = scalar_filled, INTO(struct validator_rows, judge),
		.doc = "the name of the agent that judges" },
	JUDGED_FIELDS,
};
static const char *const strategies[] = { "weighted_average", "majority", "unanimous", "best_of_n",
	NULL };
_Static_assert(AEG_WEIGHTED_AVERAGE == 0 && AEG_BEST_OF_N == 3, "the words are in this order");
static const struct field multi_judge_fields[] = {
	TYPE_FIELD("`multi_judge`"),
	{ "judges", .type = FIELD_LIST, .item = FIELD_TEXT, .flags = FIELD_REQUIRED | FIELD_STRICT,
		.entry = scalar_filled, INTO(struct validator_rows, judges),
		.doc = "the names of the agents that judge" },
	{ "consensus", .type = FIELD_WORD, .flags = FIELD_STRICT, .words = strategies,
		INTO_VALIDATOR(consensus), .missing_is = "`weighted_average`",
		.doc = "how their scores become one" },
	{ "min_judges_required", .type = FIELD_UINT, .min = 1, .max = UINT32_MAX,
		INTO_VALIDATOR(min_judges), .missing_is = "`1`",
		.doc = "how many of them must answer" },
	JUDGED_FIELDS,
};

static void validator_finish(struct shape *s, struct value v, void *out)
{
	struct mvalidator *validator = &((struct validator_rows *)out)->validator;
	const struct member *least =
		v.node->kind == NODE_MAP ? syntax_member(v.node, "min_judges_required") : NULL;
	validator->broken = s->unread != 0;
	validator->at = v.at;
	validator->min_judges_at = least != NULL ? least->value_span : SPAN_NONE;
	validator->stderr_target = slice_is(((struct validator_rows *)out)->target.text, "stderr");
}

static void multi_judge_finish(struct shape *s, struct value v, void *out)
{
	struct validator_rows *r = out;
	validator_finish(s, v, out);
	if (shape_unread(s, "judges") || !r->judges.stated)
		return;
	if (r->judges.n == 0)
		shape_report(s,
			(struct diag){ AEG_too_few_judges, r->judges.at, .label = "nobody judges",
				.help = "name an agent: `[ judge ]`" });
	else if (r->validator.min_judges > r->judges.n && !shape_unread(s, "min_judges_required"))
		shape_report(s, (struct diag){ AEG_too_few_judges, r->validator.min_judges_at,
					.label = diag_text(s->d, "more than the %u there are",
						(unsigned)r->judges.n),
					.other = r->judges.at, .other_label = "these",
					.help = "ask for no more answers than there are judges" });
	struct map names = { .arena = s->d->arena };
	for (uint32_t i = 0; i < r->judges.n; i++) {
		uint32_t there = map_put(&names, r->judges.v[i].text, i);
		if (there != MAP_NONE)
			shape_report(
				s, (struct diag){ AEG_duplicate_judge, r->judges.v[i].at,
					   .label = "judges twice", .other = r->judges.v[there].at,
					   .other_label = "the first time" });
	}
}

#define VALIDATOR(name, words, finish) \
	static const struct schema name##_schema = { "a validator of type `" #name "`", words, \
		FIELDS(name##_fields), finish }
VALIDATOR(exit_code, "what the exit code is", validator_finish);
VALIDATOR(json_schema, "what the output looks like", validator_finish);
VALIDATOR(regex, "what the output has in it", validator_finish);
VALIDATOR(semantic, "what an agent says of the output", validator_finish);
VALIDATOR(multi_judge, "what several agents say of the output", multi_judge_finish);

static const struct variant validators[] = {
	{ "exit_code", &exit_code_schema, VALIDATOR_EXIT_CODE, NULL },
	{ "json_schema", &json_schema_schema, VALIDATOR_JSON_SCHEMA, NULL },
	{ "regex", &regex_schema, VALIDATOR_REGEX, NULL },
	{ "semantic", &semantic_schema, VALIDATOR_SEMANTIC, NULL },
	{ "multi_judge", &multi_judge_schema, VALIDATOR_MULTI_JUDGE, NULL },
};
static const double least_scores[] = { 1, 1, 1, 0.7, 0.7 };

/* ---- Lists of them ------------------------------------------------------------------------- */

struct execution_rows {
	struct agent_document *doc;
	size_t nvalidators, validators_cap, judges_cap;
	struct mvalidator *validators;
};

static void add_judge(struct shape *s, struct execution_rows *x, struct mtext name)
{
	struct magent *a = &x->doc->agent;
	arena_push(s->d->arena, a->judges, a->njudges, &x->judges_cap);
	a->judges[a->njudges++] = name;
}

static void add_validator(
	struct shape *s, struct execution_rows *x, struct validator_rows *r, int kind)
{
	struct mvalidator *validator = &r->validator;
	validator->kind = (unsigned)kind;
	validator->judges = x->doc->agent.njudges;
	if (r->judge.text.at != NULL)
		add_judge(s, x, r->judge);
	for (uint32_t i = 0; i < r->judges.n; i++)
		add_judge(s, x, r->judges.v[i]);
	validator->njudges = x->doc->agent.njudges - validator->judges;
	arena_push(s->d->arena, x->validators, x->nvalidators, &x->validators_cap);
	x->validators[x->nvalidators++] = *validator;
}

/* Which entry does what a member of the retired map did. */
static const char *entry_for(const struct node *map)
{
	if (shape_part(map, "semantic") != NULL)
		return "a list of entries, each with its `type`: what an agent judges is "
		       "`- { type: semantic, judge_agent: NAME, criteria: ... }`";
	return shape_part(map, "output") != NULL
		       ? "a list of entries, each with its `type`: what the output looks like is "
			 "`- { type: json_schema, schema: ... }`"
		       : "a list of entries, each with its `type`: `- { type: exit_code }`";
}

static void read_validators(
	struct shape *s, struct execution_rows *x, struct value v, bool of_calls)
{
	for (uint32_t i = 0; i < shape_items(v.node); i++) {
		struct validator_rows r = { .validator = { .of_calls = of_calls,
						    .min_judges = 1,
						    .min_score = -1,
						    .timeout_ms = { 300000, SPAN_NONE } } };
		struct value item = shape_item(v.node, i);
		const struct variant *is = shape_variant(
			s, item, "type", validators, sizeof validators / sizeof *validators, &r);
		if (is == NULL)
			continue;
		if (r.validator.min_score < 0)
			r.validator.min_score = least_scores[is->number];
		if (of_calls && is->number != VALIDATOR_SEMANTIC)
			shape_report(s,
				(struct diag){ AEG_idle_validator, r.validator.at,
					.label = diag_text(
						s->d, "`%s` says nothing of a tool call", is->name),
					.help = "a tool call is judged by `type: semantic` alone" });
		add_validator(s, x, &r, is->number);
	}
}

static void check_list(struct shape *s, const struct field *f, struct value v, void *out)
{
	if (v.node->kind == NODE_LIST)
		read_validators(s, out, v, strcmp(f->name, "tool_validation") == 0);
	else
		shape_wrong_type(s, v, "a list", entry_for(v.node));
}

/* ---- Delivery ------------------------------------------------------------------------------ */

static const char *const methods[] = { "GET", "POST", "PUT", "PATCH", "DELETE", NULL };
static const char *const delivered[] = { "output", "intent", NULL };
static const struct field email_fields[] = {
	{ "to", .type = FIELD_TEXT, .flags = FIELD_REQUIRED | FIELD_STRICT, .entry = scalar_filled,
		.doc = "an address" },
	{ "subject", .type = FIELD_TEXT, .flags = FIELD_REQUIRED | FIELD_STRICT,
		.entry = scalar_filled, .doc = "its subject" },
	{ "body_template", .type = FIELD_TEMPLATE, .flags = FIELD_STRICT, .words = delivered,
		.doc = "its text" },
	{ "attachments", .type = FIELD_LIST, .item = FIELD_TEXT, .entry = scalar_filled,
		.flags = FIELD_STRICT, .doc = "paths of files" },
};
#define SENT_FIELDS \
	{ "url", .type = FIELD_TEXT, .flags = FIELD_REQUIRED | FIELD_STRICT, .entry = scalar_url, \
		.doc = "where it is sent" }, \
		{ "headers", .type = FIELD_MAP, .item = FIELD_TEXT, .entry = scalar_not_secret, \
			.flags = FIELD_STRICT, .doc = "with which headers" }, \
	{ \
		"body", .type = FIELD_ANY, .doc = "and as what" \
	}
static const struct field webhook_fields[] = {
	SENT_FIELDS,
	{ "method", .type = FIELD_WORD, .words = methods, .flags = FIELD_STRICT,
		.missing_is = "`POST`", .doc = "by which method" },
};
static const struct field rest_fields[] = {
	SENT_FIELDS,
	{ "method", .type = FIELD_WORD, .words = methods, .flags = FIELD_REQUIRED | FIELD_STRICT,
		.doc = "by which method" },
};
static const struct field sms_fields[] = {
	{ "to", .type = FIELD_TEXT, .flags = FIELD_REQUIRED | FIELD_STRICT, .entry = scalar_filled,
		.doc = "a number" },
	{ "message", .type = FIELD_TEXT, .flags = FIELD_REQUIRED | FIELD_STRICT,
		.entry = scalar_filled, .doc = "the text" },
};
static const struct field transform_fields[] = {
	{ "script", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .entry = scalar_filled,
		.doc = "the program" },
	{ "args", .type = FIELD_LIST, .item = FIELD_TEXT, .doc = "its arguments" },
	{ "timeout_seconds", .type = FIELD_UINT, .min = 1, .max = SECONDS_MOST,
		.missing_is = "`300`", .doc = "how long it may take" },
};
static const struct schema transform_schema = { "a transform",
	"a program that the output goes through", FIELDS(transform_fields) };

static const char *const outcomes[] = { "on_success", "on_failure", "always", NULL };
#define DESTINATION_FIELDS(type_) \
	TYPE_FIELD("`" type_ "`"), \
		{ "name", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .entry = scalar_filled, \
			.doc = "what it is called" }, \
		{ "condition", .type = FIELD_WORD, .flags = FIELD_REQUIRED, .words = outcomes, \
			.doc = "when the output is sent there" }, \
	{ \
		"transform", .type = FIELD_STRUCT, .sub = &transform_schema, \
			     .doc = "a program that it goes through before" \
	}
#define DESTINATION(name_, words) \
	static const struct schema name_##_schema = { "a delivery by " #name_, words, \
		FIELDS(name_##_fields) }; \
	static const struct field name_##_destination_fields[] = { DESTINATION_FIELDS(#name_), \
		{ #name_, .type = FIELD_STRUCT, .flags = FIELD_REQUIRED, .sub = &name_##_schema, \
			.doc = words } }; \
	static const struct schema name_##_destination_schema = { "a destination of type `" #name_ \
								  "`", \
		"where output is sent", FIELDS(name_##_destination_fields) }
DESTINATION(email, "to whom, and what");
DESTINATION(webhook, "where to, and what");
DESTINATION(rest, "where to, and what");
DESTINATION(sms, "to whom, and what");
static const struct variant destinations[] = {
	{ "email", &email_destination_schema, 0, NULL },
	{ "webhook", &webhook_destination_schema, 0, NULL },
	{ "rest", &rest_destination_schema, 0, NULL },
	{ "sms", &sms_destination_schema, 0, NULL },
};

static void read_destinations(struct shape *s, const struct field *f, struct value v, void *out)
{
	char nothing = 0;
	(void)f, (void)out;
	for (uint32_t i = 0; i < shape_items(v.node); i++)
		shape_variant(s, shape_item(v.node, i), "type", destinations,
			sizeof destinations / sizeof *destinations, &nothing);
}

static const struct field delivery_fields[] = {
	{ "destinations", .type = FIELD_LIST, .item = FIELD_ANY, .flags = FIELD_REQUIRED,
		.read = read_destinations, .doc = "each with its `type`, `name` and `condition`" },
};
static const struct schema delivery_schema = { "the delivery of an agent",
	"where its output is sent", FIELDS(delivery_fields) };

/* ---- Execution ----------------------------------------------------------------------------- */

static const char *const modes[] = { "one-shot", "iterative", NULL };

static void iterations(struct shape *s, const struct field *f, struct value v, void *out)
{
	agent_count(s, f, v, &((struct execution_rows *)out)->doc->agent.iterations);
}

static void iteration_timeout(struct shape *s, const struct field *f, struct value v, void *out)
{
	agent_amount(s, f, v, &((struct execution_rows *)out)->doc->agent.iteration_ms);
}

static void llm_timeout(struct shape *s, const struct field *f, struct value v, void *out)
{
	agent_seconds(s, f, v, &((struct execution_rows *)out)->doc->agent.llm_ms);
}

static const struct field execution_fields[] = {
	{ "mode", .type = FIELD_WORD, .words = modes, .missing_is = "`one-shot`",
		.doc = "`one-shot`, or `iterative`: until what came out passes" },
	{ "max_iterations", .older = "max_retries", .type = FIELD_UINT, .max = 20,
		.read = iterations, .missing_is = "`5`",
		.doc = "how often it tries, at most 20 times" },
	{ "iteration_timeout", .type = FIELD_TEXT, .entry = scalar_seconds,
		.read = iteration_timeout, .missing_is = "ten minutes",
		.doc = "how long one iteration may take: `60s`" },
	{ "llm_timeout_seconds", .type = FIELD_UINT, .max = SECONDS_MOST, .read = llm_timeout,
		.missing_is = "`300`", .doc = "how long one answer of the model may take" },
	{ "validation", .type = FIELD_ANY, .read = check_list,
		.doc = "what must hold of the output: entries, each with its `type`" },
	{ "tool_validation", .type = FIELD_ANY, .read = check_list,
		.doc = "who judges tool calls before they are made" },
	{ "delivery", .type = FIELD_STRUCT, .sub = &delivery_schema,
		.doc = "where the output is sent" },
	{ "memory", .type = FIELD_GONE,
		.doc = "no agent remembers other executions: leave `memory` out" },
};
const struct schema agent_execution_schema = { "the execution of an agent",
	"how often it tries, and who judges", FIELDS(execution_fields) };

void agent_execution(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct agent_document *doc = out;
	struct execution_rows x = { .doc = doc };
	shape_struct(s, f->sub, v, &x);
	doc->more.validators = (struct many){ (uint32_t)x.nvalidators, x.validators, NULL };
}
