/* Containers of a workflow: the one that a state runs, or the several of a parallel one. */
#include "model/workflow.h"

#define INTO_CONTAINER(member) INTO(struct mcontainer, member)

/* ---- Resources, retries -------------------------------------------------------------------- */

static void keep_memory(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mtext t;

	if (shape_text(s, v, &t) && scalar_size_container(s, v, &t) && f->size != 0)
		scalar_size(v.node->u.text, SIZES_CONTAINER, out);
}

static void read_timeout(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mcontainer *c = out;

	workflow_ms(s, f, v, &c->timeout_ms);
	c->timeout_at = v.at;
}

static const struct field resource_fields[] = {
	{ "cpu", .type = FIELD_UINT, .min = 1, INTO_CONTAINER(cpu), .missing_is = "no limit",
		.doc = "thousandths of a processor" },
	{ "memory", .type = FIELD_TEXT, .flags = FIELD_STRICT, .read = keep_memory,
		INTO_CONTAINER(memory), .missing_is = "no limit",
		.doc = "bytes, or a number with `Ki`, `Mi` or `Gi`: `k`, `m` and `g` are these too" },
	{ "timeout", .type = FIELD_TEXT, .read = read_timeout, .missing_is = "no limit",
		.doc = "the longest that it may run: `90s`, `1h 30m`" },
};
const struct schema container_resources_schema = { "the resources of a container",
	"what it may use", FIELDS(resource_fields) };

static const struct field retry_fields[] = {
	{ "max_attempts", .type = FIELD_UINT, .max = 255, INTO(struct mretry, attempts),
		.missing_is = "`0`", .doc = "attempts after the first, at most" },
	{ "backoff", .type = FIELD_TEXT, .read = workflow_ms, INTO(struct mretry, backoff_ms),
		.missing_is = "none", .doc = "the wait before each of them: `5s`" },
};
const struct schema retry_schema = { "a retry", "how often it is tried again",
	FIELDS(retry_fields) };

static void read_retry(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mcontainer *c = out;
	struct mretry retry = { 0, 0 };
	(void)f;

	shape_struct(s, &retry_schema, v, &retry);
	c->retries = retry.attempts;
	c->backoff_ms = retry.backoff_ms;
}

/* ---- Mounts -------------------------------------------------------------------------------- */

static const struct field mount_fields[] = {
	{ "name", .type = FIELD_TEXT, .flags = FIELD_REQUIRED | FIELD_STRICT,
		INTO(struct mmount, name), .doc = "the volume" },
	{ "mount_path", .type = FIELD_TEXT, .flags = FIELD_REQUIRED | FIELD_STRICT,
		.entry = scalar_abs_path, INTO(struct mmount, path),
		.doc = "where it stands in the container: an absolute path" },
	{ "read_only", .type = FIELD_BOOL, INTO(struct mmount, read_only), .missing_is = "`false`",
		.doc = "whether it may only be read" },
	{ "access_mode", .type = FIELD_GONE, .doc = "write `read_only: true`" },
	{ "volume", .type = FIELD_GONE, .doc = "write `name`, the name of a shared volume" },
};
static const struct schema mount_schema = { "a mount", "a volume in a container",
	FIELDS(mount_fields) };

static void read_mounts(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mcontainer *c = out;
	(void)f;

	c->mounts = workflow_items(s, v.node, sizeof *c->mounts, &c->nmounts);
	for (uint32_t i = 0; i < c->nmounts; i++) {
		struct value item = shape_item(v.node, i);
		c->mounts[i] = (struct mmount){ .at = item.at };
		shape_struct(s, &mount_schema, item, &c->mounts[i]);
	}
}

/* ---- Containers ---------------------------------------------------------------------------- */

static const char *const pull_policies[] = { "Always", "IfNotPresent", "Never", NULL };

static void keep_words(struct shape *s, const struct field *f, struct value v, void *out)
{
	(void)f;
	if (shape_items(v.node) == 0)
		shape_report(s,
			(struct diag){ AEG_missing_field, v.at, .label = "no command stands here",
				.message = "a container needs a command",
				.help = "the first word is what is run: `[make, test]`" });
	*(const struct node **)out = v.node;
}

/* Rows of a struct @T in which @OFF is the struct mcontainer, with @P before its members. */
#define CONTAINER_FIELDS(T, P, OFF) \
	{ "name", .type = FIELD_TEXT, .flags = FIELD_REQUIRED | FIELD_STRICT, INTO(T, P name), \
		.entry = scalar_filled, .doc = "what it is called" }, \
		{ "image", .type = FIELD_TEMPLATE, .flags = FIELD_REQUIRED | FIELD_STRICT, \
			.read = workflow_image, INTO(T, P image), \
			.doc = "the container's image" }, \
		{ "image_pull_policy", .type = FIELD_WORD, .flags = FIELD_STRICT, \
			.words = pull_policies, INTO(T, P pull_policy), \
			.missing_is = "`IfNotPresent`", .doc = "when the image is fetched" }, \
		{ "command", .type = FIELD_LIST, .item = FIELD_TEMPLATE, .flags = FIELD_REQUIRED, \
			.read = keep_words, INTO(T, P command), \
			.doc = "what is run, word by word" }, \
		{ "shell", .type = FIELD_BOOL, INTO(T, P shell), .missing_is = "`false`", \
			.doc = "whether a shell reads the command" }, \
		{ "env", .type = FIELD_MAP, .item = FIELD_TEMPLATE, .read = workflow_env, \
			INTO(T, P env), .doc = "environment variables" }, \
		{ "workdir", .type = FIELD_TEMPLATE, .flags = FIELD_STRICT, \
			KEEPS_TEMPLATE(T, P workdir), .missing_is = "`/workspace`", \
			.doc = "where it runs" }, \
		{ "volumes", .type = FIELD_LIST, .item = FIELD_STRUCT, .sub = &mount_schema, \
			.read = read_mounts, .offset = OFF, .doc = "volumes in the container" }, \
		{ "resources", .type = FIELD_STRUCT, .sub = &container_resources_schema, \
			.offset = OFF, .doc = "what it may use" }, \
	{ \
		"registry_credentials", .type = FIELD_TEXT, .flags = FIELD_STRICT, \
					.entry = scalar_secret_ref, INTO(T, P credentials), \
					.doc = "where the image is fetched with: `env:NAME`, or " \
					       "`secret:ENGINE/PATH#FIELD`" \
	}

static void container_finish(struct shape *s, struct mcontainer *c)
{
	if (c->command != NULL && c->command->kind == NODE_LIST)
		command_words(s, &command_of_state, c->command, c->shell);
}

static void step_finish(struct shape *s, struct value v, void *out)
{
	(void)v;
	container_finish(s, out);
}

static const struct field step_fields[] = { CONTAINER_FIELDS(struct mcontainer, , 0) };
static const struct schema step_schema = { "a parallel step", "one of several containers",
	FIELDS(step_fields), step_finish };

/* ---- The states that run them -------------------------------------------------------------- */

static void state_finish(struct shape *s, struct value v, void *out)
{
	struct state_reading *r = out;
	(void)v;

	container_finish(s, &r->container);
	r->state.containers = arena_new(s->d->arena, struct mcontainer);
	*r->state.containers = r->container;
	r->state.ncontainers = 1;
}

/* What container engines take as a user, or as a network: no blanks, and nothing else odd. */
static bool engine_word(struct shape *s, struct value v, struct mtext *io, const char *help)
{
	bool good = io->text.len > 0 && io->text.len <= 255 && io->text.at[0] != '-';

	for (uint32_t i = 0; good && i < io->text.len; i++) {
		char c = io->text.at[i];
		good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		       c == '_' || c == '.' || c == '-' || c == ':' || c == '/';
	}
	if (!good)
		shape_report(s, (struct diag){ AEG_bad_name, v.at,
					.label = "no container engine takes this", .help = help });
	return good;
}

static bool user(struct shape *s, struct value v, struct mtext *io)
{
	return engine_word(s, v, io, "a user, or user and group: `\"1000:1000\"`");
}

static bool network(struct shape *s, struct value v, struct mtext *io)
{
	return engine_word(s, v, io, "`none`, `bridge`, or the name of a network");
}

#define WHOLE offsetof(struct state_reading, container)
static const struct field container_state_fields[] = {
	STATE_FIELDS,
	CONTAINER_FIELDS(struct state_reading, container., WHOLE),
	{ "retry", .type = FIELD_STRUCT, .sub = &retry_schema, .read = read_retry, .offset = WHOLE,
		.doc = "how often it is tried again" },
	{ "read_only_root_filesystem", .type = FIELD_BOOL,
		INTO(struct state_reading, container.read_only_root), .missing_is = "`false`",
		.doc = "whether nothing but its volumes may be written" },
	{ "run_as_user", .type = FIELD_TEXT, .flags = FIELD_STRICT, .entry = user,
		INTO(struct state_reading, container.user), .missing_is = "the image's",
		.doc = "a user, or user and group: `\"1000:1000\"`" },
	{ "network_mode", .type = FIELD_TEXT, .flags = FIELD_STRICT, .entry = network,
		INTO(struct state_reading, container.network), .missing_is = "the node's",
		.doc = "the container's network: `none` for none" },
	HANDLER_FIELD,
};
const struct schema container_state_schema = { "a ContainerRun state", "a container is run",
	FIELDS(container_state_fields), state_finish };

static void unique_names(struct shape *s, const struct mstate *state)
{
	struct map names = { .arena = s->d->arena };

	for (uint32_t i = 0; i < state->ncontainers; i++) {
		const struct mtext *name = &state->containers[i].name;
		uint32_t first = name->text.at == NULL ? MAP_NONE : map_put(&names, name->text, i);
		if (first != MAP_NONE)
			shape_report(s, (struct diag){ AEG_duplicate_step, name->at,
						.label = "a second step of this name",
						.other = state->containers[first].name.at,
						.other_label = "the first" });
	}
}

static void read_steps(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mstate *state = out;
	(void)f;

	state->containers =
		workflow_items(s, v.node, sizeof *state->containers, &state->ncontainers);
	for (uint32_t i = 0; i < state->ncontainers; i++) {
		struct value item = shape_item(v.node, i);
		state->containers[i] = (struct mcontainer){ .at = item.at };
		shape_struct(s, &step_schema, item, &state->containers[i]);
	}
	if (state->ncontainers == 0)
		shape_report(
			s, (struct diag){ AEG_missing_field, v.at, .label = "no step stands here",
				   .message = "a ParallelContainerRun state needs a step" });
	unique_names(s, state);
}

/* Without `completion` the platform refuses the document; what it says is meant is known. */
static void parallel_finish(struct shape *s, struct value v, void *out)
{
	const struct node *n = v.node;
	(void)out;

	if (!shape_unread(s, "completion") && syntax_member(n, "completion") == NULL && !n->lacks)
		shape_report(s, (struct diag){ AEG_completion_assumed, n->u.map.v[0].key_span,
					.label = "`completion` is missing here",
					.help = "write `completion: all_succeed`" });
}

static const char *const completions[] = {
	[AEG_ALL_SUCCEED] = "all_succeed",
	[AEG_ANY_SUCCEED] = "any_succeed",
	[AEG_BEST_EFFORT] = "best_effort",
	[AEG_NCOMPLETIONS] = NULL,
};
static const struct field parallel_container_fields[] = {
	STATE_FIELDS,
	{ "steps", .type = FIELD_LIST, .item = FIELD_STRUCT, .flags = FIELD_REQUIRED,
		.sub = &step_schema, .read = read_steps, .doc = "the containers" },
	{ "completion", .type = FIELD_WORD, .flags = FIELD_STRICT, .words = completions,
		INTO_STATE(completion), .missing_is = "`all_succeed`, with a warning",
		.doc = "which of them must succeed" },
};
const struct schema parallel_container_schema = { "a ParallelContainerRun state",
	"several containers are run at once", FIELDS(parallel_container_fields), parallel_finish };
