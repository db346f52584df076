/* What an Agent runs on and with: runtime, schedule, what it is given to read, environment. */
#include "model/agent_rows.h"
#include "model/secret.h"

/* ---- Runtime ------------------------------------------------------------------------------- */

/* `3.10` without quotes keeps its zero here; not everybody who reads it is as careful. */
static bool runtime_version(struct shape *s, struct value v, struct mtext *io)
{
	if (v.node->kind == NODE_FLOAT)
		shape_report(s,
			(struct diag){ AEG_unquoted_version, v.at,
				.label = "reads like a number, is taken as text",
				.help = diag_text(s->d, "write \"%.*s\"", SLICE_ARG(io->text)) });
	return scalar_filled(s, v, io);
}

static bool runtime_image(struct shape *s, struct value v, struct mtext *io)
{
	if (!scalar_image(s, v, io))
		return false;
	if (memchr(io->text.at, '/', io->text.len) != NULL)
		return true;
	shape_report(s, (struct diag){ AEG_short_image, v.at, .label = "names no registry",
				.help = diag_text(s->d, "write all of it: `docker.io/library/%.*s`",
					SLICE_ARG(io->text)) });
	return false;
}

static const char *const policies[] = { "IfNotPresent", "Always", "Never", NULL };
static const char *const isolations[] = { "inherit", "docker", "firecracker", "process", NULL };

static const struct field runtime_fields[] = {
	{ "language", .type = FIELD_TEXT, .entry = scalar_filled, INTO_AGENT(language),
		.doc = "with `version`: a runtime of the RuntimeRegistry" },
	{ "version", .type = FIELD_TEXT, .entry = runtime_version, INTO_AGENT(runtime_version),
		.doc = "of the language: `\"3.11\"`" },
	{ "image", .type = FIELD_TEXT, .entry = runtime_image, INTO_AGENT(image),
		.doc = "instead of these: an image, with its registry" },
	{ "image_pull_policy", .type = FIELD_WORD, .words = policies,
		.missing_is = "`IfNotPresent`", .doc = "when the image is fetched" },
	{ "isolation", .type = FIELD_WORD, .words = isolations,
		INTO(struct agent_document, isolation), .missing_is = "`inherit`",
		.doc = "`docker`, or `inherit`: what the node is set to" },
	{ "model", .type = FIELD_TEXT, .entry = scalar_filled, INTO_AGENT(model),
		.missing_is = "`default`", .doc = "the alias of a model in the NodeConfig" },
	{ "temperature", .type = FIELD_NUMBER, .least = 0, .most = 2,
		.missing_is = "what the model is set to", .doc = "how freely it samples" },
};

static void lacks(struct shape *s, struct span at, const char *name)
{
	shape_report(s, (struct diag){ AEG_missing_field, at,
				.label = diag_text(s->d, "`%s` is missing beside it", name),
				.help = "a runtime is a `language` with its `version`" });
}

/* The platform knows these two words and starts nothing with them. */
static void check_isolation(struct shape *s, const struct mtext *t)
{
	if (t->text.at != NULL &&
		(slice_is(t->text, "firecracker") || slice_is(t->text, "process")))
		shape_report(s,
			(struct diag){ AEG_isolation_refused, t->at,
				.label = "nothing starts agents in this way",
				.help = "write `docker`, or `inherit` for what the node is set to" });
}

/* Exactly one of language with version, and image. */
static void runtime_finish(struct shape *s, struct value v, void *out)
{
	struct agent_document *doc = out;
	struct magent *a = &doc->agent;
	bool image = a->image.text.at != NULL, language = a->language.text.at != NULL,
	     version = a->runtime_version.text.at != NULL;
	check_isolation(s, &doc->isolation);
	if (shape_unread(s, "language") || shape_unread(s, "version") || shape_unread(s, "image"))
		return;
	if (image && (language || version))
		shape_report(s, (struct diag){ AEG_two_runtimes, a->image.at,
					.label = "an image of its own",
					.other = language ? a->language.at : a->runtime_version.at,
					.other_label = "and a runtime of the registry",
					.help = "keep `image`, or `language` and `version`" });
	else if (language != version)
		lacks(s, language ? a->language.at : a->runtime_version.at,
			language ? "version" : "language");
	else if (!image && !language)
		shape_report(s,
			(struct diag){ AEG_missing_field, v.at, .label = "says nothing to run on",
				.help = "`language: python` and `version: \"3.11\"`, or `image`" });
}

const struct schema agent_runtime_schema = { "the runtime of an agent", "what the agent runs on",
	FIELDS(runtime_fields), runtime_finish };

/* ---- Settings for the runtime -------------------------------------------------------------- */

struct health {
	struct mamount interval, timeout;
};

static const struct field health_fields[] = {
	{ "path", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .entry = scalar_filled,
		.doc = "what is asked for: `/health`" },
	{ "interval_seconds", .type = FIELD_UINT, .flags = FIELD_REQUIRED, .max = SECONDS_MOST,
		.read = agent_seconds, INTO(struct health, interval), .doc = "how often" },
	{ "timeout_seconds", .type = FIELD_UINT, .flags = FIELD_REQUIRED, .max = SECONDS_MOST,
		.read = agent_seconds, INTO(struct health, timeout),
		.doc = "how long an answer may take" },
};

static void health_finish(struct shape *s, struct value v, void *out)
{
	const struct health *h = out;
	(void)v;
	if (h->interval.n != 0 && h->timeout.n > h->interval.n)
		shape_report(s,
			(struct diag){ AEG_timeout_outlived, h->timeout.at,
				.label = "longer than from one to the next",
				.other = h->interval.at, .other_label = "this is the time between",
				.help = "give an answer at most as long as the interval" });
}

static const struct schema health_schema = { "a health check",
	"how the runtime learns that the container is well", FIELDS(health_fields), health_finish };

static void read_health(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct health h = { 0 };
	(void)out;
	shape_struct(s, f->sub, v, &h);
}

static const struct field advanced_fields[] = {
	{ "warm_pool_size", .type = FIELD_UINT, .max = UINT32_MAX, .missing_is = "`0`",
		.doc = "containers that are kept ready" },
	{ "startup_script", .type = FIELD_TEXT, .entry = scalar_filled,
		.doc = "what the container runs first" },
	{ "health_check", .type = FIELD_STRUCT, .sub = &health_schema, .read = read_health,
		.doc = "how the runtime learns that it is well" },
	{ "bootstrap_path", .type = FIELD_TEXT, .entry = scalar_abs_path,
		INTO(struct agent_document, bootstrap),
		.doc = "the program of the image that runs the agent" },
	{ "swarm_enabled", .type = FIELD_GONE,
		.doc = "which agents one may start follows from its context: leave `swarm_enabled` out" },
};
const struct schema agent_advanced_schema = { "the advanced settings of an agent",
	"settings for the runtime", FIELDS(advanced_fields) };

/* ---- When it runs -------------------------------------------------------------------------- */

#define TYPE_FIELD(words) \
	{ \
		"type", .type = FIELD_TEXT, .flags = FIELD_REQUIRED | FIELD_STRICT, .doc = words \
	}
#define INTO_SCHEDULE(member) INTO(struct mschedule, member)
#define ENABLED_FIELD \
	{ \
		"enabled", .type = FIELD_BOOL, INTO_SCHEDULE(enabled), .missing_is = "`true`", \
			   .doc = "whether it is followed" \
	}

static const struct field cron_fields[] = {
	TYPE_FIELD("`cron`"),
	{ "cron", .type = FIELD_TEXT, .flags = FIELD_REQUIRED | FIELD_STRICT, .entry = scalar_cron,
		INTO_SCHEDULE(cron),
		.doc = "minute, hour, day, month, day of the week: `0 9 * * 1-5`" },
	{ "timezone", .type = FIELD_TEXT, .flags = FIELD_REQUIRED | FIELD_STRICT,
		.entry = scalar_zone, INTO_SCHEDULE(zone),
		.doc = "by whose clock: `Europe/Vienna`, `UTC`" },
	ENABLED_FIELD,
};
static const struct field interval_fields[] = {
	TYPE_FIELD("`interval`"),
	{ "seconds", .type = FIELD_UINT, .flags = FIELD_REQUIRED, .min = 1, .max = SECONDS_MOST,
		INTO_SCHEDULE(seconds), .doc = "from one run to the next" },
	ENABLED_FIELD,
};
static const struct field manual_fields[] = { TYPE_FIELD("`manual`") };
static const struct schema cron_schema = { "a schedule by the calendar", "when it runs",
	FIELDS(cron_fields) };
static const struct schema interval_schema = { "a schedule by the interval", "how often it runs",
	FIELDS(interval_fields) };
static const struct schema manual_schema = { "a schedule by hand", "it runs when it is asked to",
	FIELDS(manual_fields) };
static const struct variant schedules[] = {
	{ "cron", &cron_schema, SCHEDULE_CRON, NULL },
	{ "interval", &interval_schema, SCHEDULE_INTERVAL, NULL },
	{ "manual", &manual_schema, SCHEDULE_MANUAL, NULL },
};

void agent_schedule(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mschedule *schedule = out;
	(void)f;
	schedule->enabled = true;
	const struct variant *is = shape_variant(
		s, v, "type", schedules, sizeof schedules / sizeof *schedules, schedule);
	if (is != NULL)
		schedule->kind = (unsigned)is->number;
	schedule->at = v.at;
}

/* ---- What it is given to read -------------------------------------------------------------- */

#define DESCRIPTION_FIELD \
	{ \
		"description", .type = FIELD_TEXT, .flags = FIELD_STRICT, .doc = "for the model" \
	}
#define ATTACHED(name_, type_, key_, entry_, doc_) \
	static const struct field name_##_fields[] = { \
		TYPE_FIELD("`" type_ "`"), \
		{ key_, .type = FIELD_TEXT, .flags = FIELD_REQUIRED | FIELD_STRICT, \
			.entry = entry_, .doc = doc_ }, \
		DESCRIPTION_FIELD, \
	}; \
	static const struct schema name_##_schema = { "an attached " type_, doc_, \
		FIELDS(name_##_fields) }
ATTACHED(text, "text", "content", scalar_filled, "the text itself");
ATTACHED(file, "file", "path", scalar_filled, "the path of a file");
ATTACHED(directory, "directory", "path", scalar_filled, "the path of a folder");
ATTACHED(url, "url", "url", scalar_url, "where it is fetched");

static const struct variant attachments[] = {
	{ "text", &text_schema, 0, NULL },
	{ "file", &file_schema, 0, NULL },
	{ "directory", &directory_schema, 0, NULL },
	{ "url", &url_schema, 0, NULL },
};

void agent_attachments(struct shape *s, const struct field *f, struct value v, void *out)
{
	char nothing = 0;
	(void)f, (void)out;
	for (uint32_t i = 0; i < shape_items(v.node); i++)
		shape_variant(s, shape_item(v.node, i), "type", attachments,
			sizeof attachments / sizeof *attachments, &nothing);
}

/* ---- Environment --------------------------------------------------------------------------- */

static void variable(struct shape *s, const struct member *m)
{
	struct mtext t = { m->value->u.text, m->value_span };
	if (slice_begins(m->key, SLICE("AEGIS_")))
		shape_report(
			s, (struct diag){ AEG_reserved_variable, m->key_span,
				   .label = "the platform sets variables of such names",
				   .help = "give it a name that does not begin with `AEGIS_`" });
	if (m->value->kind == NODE_STRING && slice_begins(t.text, SLICE("secret:")))
		scalar_secret_ref(s, shape_member(m), &t);
}

void agent_env(struct shape *s, const struct field *f, struct value v, void *out)
{
	*(const struct node **)out = v.node;
	secret_environment(s, f, v, NULL);
	for (uint32_t i = 0; v.node->kind == NODE_MAP && i < v.node->u.map.n; i++)
		variable(s, &v.node->u.map.v[i]);
}
