/* What an agent says of its files, schemas and variables, held against each other. */
#include "check/internal.h"
#include "model/agent.h"
#include "schema/schema.h"

/* ---- Files --------------------------------------------------------------------------------- */

static bool is_within(struct slice path, struct slice above)
{
	return slice_is(above, "/") ||
	       (slice_begins(path, above) && (path.len == above.len || path.at[above.len] == '/'));
}

/* Up to the first component that is a pattern: `/workspace/src` of one below it. */
static struct slice plain_of(struct slice path)
{
	const char *star = memchr(path.at, '*', path.len);
	if (star == NULL)
		return path;
	uint32_t n = (uint32_t)(star - path.at);
	while (n > 1 && path.at[n - 1] != '/')
		n--;
	return (struct slice){ path.at, n > 1 ? n - 1 : 1 };
}

/* Whether @list has something in @mount, or above it. */
static bool reaches(const struct mlist *list, struct slice mount)
{
	for (uint32_t i = 0; i < list->n; i++) {
		struct slice path = plain_of(list->v[i].text);
		if (is_within(path, mount) || is_within(mount, path))
			return true;
	}
	return false;
}

static void check_mount(struct checks *c, const struct magent *agent, const struct mvolume *v)
{
	if (!reaches(&agent->reads, v->mount.text) && !reaches(&agent->writes, v->mount.text))
		diag_add(c->d,
			(struct diag){ AEG_unreachable_mount, v->mount.at,
				.label = "no path of `read` or `write` leads here",
				.help = "list it under `security.filesystem`, or leave the volume out" });
	for (uint32_t i = 0; v->read_only && i < agent->writes.n; i++)
		if (is_within(agent->writes.v[i].text, v->mount.text))
			diag_add(c->d,
				(struct diag){ AEG_write_refused, agent->writes.v[i].at,
					.label = "in a volume that is mounted to be read",
					.other = v->mount.at, .other_label = "this one",
					.help = "mount it `read-write`, or take the path off `write`" });
}

static void check_path(struct checks *c, const struct magent *agent, const struct mtext *path)
{
	static const char workspace[] = "/workspace";
	struct slice plain = plain_of(path->text);
	const struct mvolume *v = agent->more->volumes.v;
	bool there = is_within(plain, slice_of(workspace)) || is_within(slice_of(workspace), plain);
	for (uint32_t i = 0; !there && i < agent->more->volumes.n; i++)
		there = v[i].broken || is_within(plain, v[i].mount.text);
	if (!there)
		diag_add(c->d,
			(struct diag){ AEG_path_not_mounted, path->at,
				.label = "not in `/workspace`, and no volume is mounted there",
				.help = "volumes are mounted in `/workspace`: list the path there" });
}

void check_agent_mounts(struct checks *c, const struct magent *agent, uint32_t index)
{
	enum { MOST = 4096 }; /* pairs of a volume and a path that are compared */
	(void)index;
	if (agent->more == NULL)
		return;
	const struct many *volumes = &agent->more->volumes;
	const struct mvolume *v = volumes->v;
	uint64_t paths = (uint64_t)agent->reads.n + agent->writes.n + 1;
	if (paths * (volumes->n + 1) > MOST)
		return;
	for (uint32_t i = 0; agent->filesystem_stated && i < volumes->n; i++)
		if (!v[i].broken)
			check_mount(c, agent, &v[i]);
	for (uint32_t i = 0; i < agent->reads.n; i++)
		check_path(c, agent, &agent->reads.v[i]);
	for (uint32_t i = 0; i < agent->writes.n; i++)
		if (!reaches(&agent->reads, agent->writes.v[i].text))
			check_path(c, agent, &agent->writes.v[i]);
}

/* ---- Schemas ------------------------------------------------------------------------------- */

/* For its findings: without any nothing of it is kept, unless it made a source known, as the
 * meta-schema is one. */
static void compile(struct checks *c, const struct node *schema)
{
	struct schema_options o = { .dialect = SCHEMA_2020_12 };
	struct schema_place place = { schema, schema, SLICE(""), SLICE("") };
	struct arena before = *c->d->arena;
	size_t n = c->d->n, nsources = c->d->sources->n;
	if (schema == NULL)
		return;
	schema_compile(c->d, &o, &place, 1);
	if (c->d->n == n && c->d->sources->n == nsources)
		arena_rewind(c->d->arena, &before);
}

void check_agent_schemas(struct checks *c, const struct magent *agent, uint32_t index)
{
	(void)index;
	if (agent->more == NULL)
		return;
	const struct mvalidator *v = agent->more->validators.v;
	compile(c, agent->more->input_schema);
	for (uint32_t i = 0; i < agent->more->validators.n; i++)
		compile(c, v[i].schema);
}

/* ---- What the platform makes of it --------------------------------------------------------- */

static void check_variable(struct checks *c, const struct member *m)
{
	struct slice t = m->value->u.text;
	bool secret = slice_begins(t, SLICE("secret:")) && memchr(t.at, '#', t.len) != NULL;
	if (m->value->kind != NODE_STRING ||
		(!secret && !slice_begins(t, SLICE("config:")) && !slice_begins(t, SLICE("env:"))))
		return;
	diag_add(c->d, (struct diag){ AEG_passed_on_as_written, m->value_span,
			       .label = "not every platform follows this reference",
			       .help = "make sure that the one you deploy to does" });
}

void check_agent_advice(struct checks *c, const struct magent *agent, uint32_t index)
{
	const struct node *env = agent->more == NULL ? NULL : agent->more->env;
	(void)index;
	if (!c->advice)
		return;
	for (uint32_t i = 0; env != NULL && env->kind == NODE_MAP && i < env->u.map.n; i++)
		check_variable(c, &env->u.map.v[i]);
	if (slice_begins(agent->context.text, SLICE("aegis-system-")) &&
		!slice_is(agent->context.text, "aegis-system-agent-runtime"))
		diag_add(c->d,
			(struct diag){ AEG_operator_context, agent->context.at,
				.label = "only operators and service accounts may give it",
				.help = "name `aegis-system-agent-runtime`, or a context of your own" });
}
