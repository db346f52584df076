/* Says what manifests come to: one block a document, in the order of the model. */
#include "driver/foretell.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/file.h"
#include "model/agent.h"
#include "model/zoneinfo.h"

struct teller {
	const struct pipeline *p;
	struct buf *out;
	int64_t now;
	const char *zones;
	uint32_t file; /* whose documents are told */
};

static void line(struct teller *t, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
static void line(struct teller *t, const char *name, const char *format, ...)
{
	char text[1024]; /* images and names of hosts are shorter; what is not is cut */
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	for (char *c = text; *c != '\0'; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
	buf_printf(t->out, "    %-12s%s\n", name, text);
}

static void title(
	struct teller *t, uint32_t file, const char *kind, struct mtext name, struct mtext version)
{
	if (t->file != file)
		buf_printf(
			t->out, "%s%s\n", t->out->len == 0 ? "" : "\n", t->p->sources.v[file].path);
	t->file = file;
	buf_printf(t->out, "  %s %.*s%s%.*s\n", kind, SLICE_ARG(name.text),
		version.text.len == 0 ? "" : " ", SLICE_ARG(version.text));
}

/* ---- Amounts ------------------------------------------------------------------------------- */

struct text {
	char at[80];
};

static struct text bytes(uint64_t n)
{
	static const struct {
		uint64_t is;
		const char *name;
	} units[] = { { UINT64_C(1) << 40, "TiB" }, { 1 << 30, "GiB" }, { 1 << 20, "MiB" },
		{ UINT64_C(1000000000000), "TB" }, { 1000000000, "GB" }, { 1000000, "MB" },
		{ 1024, "KiB" }, { 1, "bytes" } };
	struct text t;
	size_t i = 0;
	while (n % units[i].is != 0)
		i++;
	snprintf(
		t.at, sizeof t.at, "%llu %s", (unsigned long long)(n / units[i].is), units[i].name);
	return t;
}

static struct text duration(uint64_t ms)
{
	static const struct {
		uint64_t ms;
		const char *name;
	} units[] = { { 86400000, "d" }, { 3600000, "h" }, { 60000, "min" }, { 1000, "s" },
		{ 1, "ms" } };
	struct text t = { "" };
	size_t len = 0;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (ms < units[i].ms)
			continue;
		len += (size_t)snprintf(t.at + len, sizeof t.at - len, "%s%llu %s",
			len == 0 ? "" : " ", (unsigned long long)(ms / units[i].ms), units[i].name);
		ms %= units[i].ms;
	}
	return t;
}

static const char *unless_stated(struct mamount a)
{
	return span_is_none(a.at) ? " (default)" : "";
}

/* `a, b, c`, or how many there are. */
static struct text names(const struct mlist *l)
{
	struct text t = { "" };
	size_t len = 0;
	for (uint32_t i = 0; i < l->n; i++) {
		if (len + l->v[i].text.len + 3 > sizeof t.at) {
			snprintf(t.at, sizeof t.at, "%u entries", (unsigned)l->n);
			return t;
		}
		len += (size_t)snprintf(t.at + len, sizeof t.at - len, "%s%.*s", i == 0 ? "" : ", ",
			SLICE_ARG(l->v[i].text));
	}
	return t;
}

/* ---- Run times ----------------------------------------------------------------------------- */

static bool open_zone(struct teller *t, struct slice name, struct zone_info *ret)
{
	struct arena *a = t->p->arena;
	struct slice read;
	const char *why;
	*ret = zone_info_utc();
	if (slice_is(name, "UTC") || slice_is(name, "Etc/UTC"))
		return true;
	const char *path =
		diag_text((struct diags *)&t->p->diags, "%s/%.*s", t->zones, SLICE_ARG(name));
	return file_read(a, path, 1 << 20, &read, &why) && zone_info_read(read, ret);
}

static struct text instant(int64_t at, int32_t offset)
{
	static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	struct zone_date d = zone_date(at + offset);
	uint32_t away = (uint32_t)(offset < 0 ? -offset : offset);
	struct text t;
	snprintf(t.at, sizeof t.at, "%s %04d-%02d-%02d %02d:%02d %c%02u:%02u", days[d.weekday],
		(int)d.year, (int)d.month, (int)d.day, (int)d.hour, (int)d.minute,
		offset < 0 ? '-' : '+', (unsigned)(away / 3600), (unsigned)(away / 60 % 60));
	return t;
}

/* The next times, each with what is unusual about it. */
static void next_times(struct teller *t, const struct cron *c, const struct zone_info *z)
{
	int64_t at = t->now, last_local = INT64_MIN;
	for (int i = 0; i < FORETELL_RUNS; i++) {
		if (!cron_next(c, z, at, &at)) {
			line(t, "", "never%s", i == 0 ? "" : " again");
			return;
		}
		int32_t offset = zone_info_at(z, at).offset;
		line(t, "", "%s%s", instant(at, offset).at,
			at + offset <= last_local ? ", again: the clocks go back" : "");
		last_local = at + offset;
	}
}

static void tell_cron(struct teller *t, const struct mschedule *s)
{
	struct slice zone = s->zone.text.at == NULL ? SLICE("UTC") : s->zone.text;
	struct cron c;
	struct cron_fault fault;
	struct zone_info z;
	line(t, "runs", "%.*s by the clocks of %.*s%s", SLICE_ARG(s->cron.text), SLICE_ARG(zone),
		s->enabled ? "" : ", once it is enabled");
	if (!cron_parse(s->cron.text, &c, &fault))
		return;
	if (open_zone(t, zone, &z))
		next_times(t, &c, &z);
	else
		line(t, "", "(%s does not say when that is)", t->zones);
}

static void tell_schedule(struct teller *t, const struct mschedule *s)
{
	switch (s->kind) {
	case SCHEDULE_NONE: return;
	case SCHEDULE_MANUAL: line(t, "runs", "when it is told to"); return;
	case SCHEDULE_INTERVAL:
		line(t, "runs", "every %s%s", duration(s->seconds * 1000).at,
			s->enabled ? "" : ", once it is enabled");
		return;
	case SCHEDULE_CRON: tell_cron(t, s); return;
	}
}

/* ---- Agents -------------------------------------------------------------------------------- */

static void tell_context(struct teller *t, uint32_t i)
{
	const struct model *m = t->p->stats.model;
	const struct magent *a = &m->agents[i];
	uint32_t context = t->p->stats.names->agent_context[i];
	if (context < m->ncontexts)
		line(t, "context", "%.*s%s", SLICE_ARG(m->contexts[context].name.text),
			a->context.text.at == NULL ? " (default)" : "");
	else if (a->context.text.at != NULL)
		line(t, "context", "%.*s, which is not here", SLICE_ARG(a->context.text));
}

static void tell_network(struct teller *t, const struct magent *a)
{
	bool allow = a->network_mode.text.at == NULL || slice_is(a->network_mode.text, "allow");
	if (!a->network_stated)
		line(t, "network", "none (default)");
	else if (slice_is(a->network_mode.text, "none") || (allow && a->network_allow.n == 0))
		line(t, "network", "none");
	else if (allow)
		line(t, "network", "only %s", names(&a->network_allow).at);
	else if (a->network_deny.n == 0)
		line(t, "network", "all");
	else
		line(t, "network", "all but %s", names(&a->network_deny).at);
}

static void tell_volumes(struct teller *t, const struct many *volumes)
{
	const struct mvolume *v = volumes->v;
	for (uint32_t i = 0; i < volumes->n; i++) {
		bool sized = !span_is_none(v[i].size.at) && v[i].size.n != 0;
		line(t, i == 0 ? "volumes" : "", "%.*s at %.*s%s%s, %s%s%s",
			SLICE_ARG(v[i].name.text), SLICE_ARG(v[i].mount.text), sized ? ", " : "",
			sized ? bytes(v[i].size.n).at : "",
			v[i].read_only ? "to be read" : "to be read and written",
			v[i].persistent ? "" : ", gone after ",
			v[i].persistent ? ""
					: duration((v[i].ttl_hours == 0 ? 24 : v[i].ttl_hours) *
						   UINT64_C(3600000))
						  .at);
	}
}

static void tell_agent(struct teller *t, uint32_t i)
{
	const struct magent *a = &t->p->stats.model->agents[i];
	title(t, a->file, "Agent", a->name, a->version);
	tell_context(t, i);
	if (a->image.text.at != NULL)
		line(t, "runtime", "%.*s", SLICE_ARG(a->image.text));
	else
		line(t, "runtime", "%.*s %.*s", SLICE_ARG(a->language.text),
			SLICE_ARG(a->runtime_version.text));
	if (a->more != NULL)
		tell_schedule(t, &a->more->schedule);
	line(t, "processor", "%.10g core%s%s", (double)a->cpu.n / 1000, a->cpu.n == 1000 ? "" : "s",
		unless_stated(a->cpu));
	line(t, "memory", "%s%s", bytes(a->memory.n).at, unless_stated(a->memory));
	line(t, "disk", "%s%s", bytes(a->disk.n).at, unless_stated(a->disk));
	line(t, "time", "%s in all%s", duration(a->timeout_ms.n).at, unless_stated(a->timeout_ms));
	line(t, "", "%s an iteration%s", duration(a->iteration_ms.n).at,
		unless_stated(a->iteration_ms));
	line(t, "", "%s for an answer of the model%s", duration(a->llm_ms.n).at,
		unless_stated(a->llm_ms));
	line(t, "iterations", "%llu at most%s", (unsigned long long)a->iterations.n,
		unless_stated(a->iterations));
	tell_network(t, a);
	if (a->reads.n != 0)
		line(t, "reads", "%s", names(&a->reads).at);
	if (a->writes.n != 0)
		line(t, "writes", "%s", names(&a->writes).at);
	if (a->more != NULL)
		tell_volumes(t, &a->more->volumes);
}

/* ---- Workflows ----------------------------------------------------------------------------- */

static void tell_workflow(struct teller *t, const struct mmachine *m)
{
	title(t, m->file, "Workflow", m->name, m->version);
	line(t, "starts at", "%.*s", SLICE_ARG(m->initial.text));
	line(t, "transitions", "%u at most%s", (unsigned)m->max_transitions,
		m->transitions_stated ? "" : " (default)");
	for (uint32_t i = 0; i < m->nstates; i++) {
		const struct mstate *s = &m->states[i];
		bool timed = s->timeout_ms != 0;
		line(t, i == 0 ? "states" : "", "%.*s: entered %u times at most%s%s%s%s",
			SLICE_ARG(s->name.text), (unsigned)s->max_visits,
			s->visits_stated ? "" : " (default)", timed ? ", " : "",
			timed ? duration(s->timeout_ms).at : "", timed ? " at most" : "");
	}
}

void foretell(const struct pipeline *p, int64_t now, const char *zones, struct buf *out)
{
	struct teller t = { p, out, now, zones, UINT32_MAX };
	const struct model *m = p->stats.model;
	for (uint32_t i = 0; i < m->nagents; i++)
		tell_agent(&t, i);
	for (uint32_t i = 0; i < m->nmachines; i++)
		tell_workflow(&t, &m->machines[i]);
}
