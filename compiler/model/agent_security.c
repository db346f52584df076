/* The policy of an agent's container: network, files, resources. */
#include "model/agent_rows.h"

/* ---- Network ------------------------------------------------------------------------------- */

/* Where the port of `host:port` or `[v6]:port` begins, colon and all; its length if there is none.
 */
static uint32_t port_of(struct slice t)
{
	uint32_t i = t.len;
	while (i > 0 && t.at[i - 1] >= '0' && t.at[i - 1] <= '9')
		i--;
	if (i == 0 || i == t.len || t.at[i - 1] != ':')
		return t.len;
	i--;
	bool brackets = i > 0 && t.at[i - 1] == ']';
	return brackets || memchr(t.at, ':', i) == NULL ? i : t.len;
}

/* Ends like `10.0.0.0/8`. */
static bool is_block(struct slice t)
{
	uint32_t i = t.len;
	while (i > 0 && t.at[i - 1] >= '0' && t.at[i - 1] <= '9')
		i--;
	return i > 0 && i < t.len && t.at[i - 1] == '/';
}

static bool port_fits(struct slice digits)
{
	uint32_t port = 0;
	for (uint32_t i = 0; i < digits.len && port <= UINT16_MAX; i++)
		port = port * 10 + (uint32_t)(digits.at[i] - '0');
	return port > 0 && port <= UINT16_MAX;
}

/* A host with or without its port, or a block of addresses. */
static bool network_entry(struct shape *s, struct value v, struct mtext *io)
{
	struct slice t = io->text;
	uint32_t colon = port_of(t);
	if (is_block(t))
		return scalar_cidr(s, v, io);
	if (colon == t.len)
		return entry_domain(s, v, io);
	struct slice port = { t.at + colon + 1, t.len - colon - 1 };
	if (!port_fits(port)) {
		shape_report(s, (struct diag){ AEG_bad_domain_entry, v.at,
					.label = "no port has this number",
					.help = "a port is 1 to 65535: `db.example.com:5432`" });
		return false;
	}
	struct mtext host = { { t.at, colon }, io->at };
	if (!entry_domain(s, v, &host))
		return false;
	io->text = slice_of(diag_text(s->d, "%.*s:%.*s", SLICE_ARG(host.text), SLICE_ARG(port)));
	return true;
}

static const char *const modes[] = { "allow", "deny", "none", NULL };
static const struct field network_fields[] = {
	{ "mode", .type = FIELD_WORD, .words = modes, INTO_AGENT(network_mode),
		.missing_is = "`allow`",
		.doc = "`allow`: only the allowlist; `deny`: all but the denylist; `none`: no network" },
	{ "allowlist", .type = FIELD_LIST, .item = FIELD_TEXT, .entry = network_entry,
		INTO_AGENT(network_allow), .missing_is = "empty",
		.doc = "what the container may reach: hosts, with a port if only that, and blocks of addresses" },
	{ "denylist", .type = FIELD_LIST, .item = FIELD_TEXT, .entry = network_entry,
		INTO_AGENT(network_deny), .missing_is = "empty", .doc = "what it may not reach" },
};
static void network_finish(struct shape *s, struct value v, void *out)
{
	struct magent *a = &((struct agent_document *)out)->agent;
	(void)v;
	a->network_stated = true;
	a->network_unread = s->unread != 0;
}

static const struct schema network_schema = { "the network policy of an agent",
	"what its container may reach", FIELDS(network_fields), network_finish };

/* ---- Files --------------------------------------------------------------------------------- */

static const struct field filesystem_fields[] = {
	{ "read", .type = FIELD_LIST, .item = FIELD_TEXT, .entry = entry_path, INTO_AGENT(reads),
		.missing_is = "empty", .doc = "absolute paths that the container may read" },
	{ "write", .type = FIELD_LIST, .item = FIELD_TEXT, .entry = entry_path, INTO_AGENT(writes),
		.missing_is = "empty", .doc = "absolute paths that it may write" },
	{ "read_only", .type = FIELD_BOOL, INTO_AGENT(read_only), .missing_is = "`false`",
		.doc = "nothing may be written" },
};

static void filesystem_finish(struct shape *s, struct value v, void *out)
{
	struct magent *a = &((struct agent_document *)out)->agent;
	(void)v;
	a->filesystem_stated = s->unread == 0;
	a->reads.stated &= !shape_unread(s, "read"); /* what is missing of it is not known */
	if (a->read_only && a->writes.n != 0)
		shape_report(s, (struct diag){ AEG_write_refused, a->writes.v[0].at,
					.label = "may be written, where nothing may",
					.help = "leave `read_only` out, or `write`" });
}

static const struct schema filesystem_schema = { "the file policy of an agent",
	"what its container may read and write", FIELDS(filesystem_fields), filesystem_finish };

/* ---- Resources ----------------------------------------------------------------------------- */

void agent_amount(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mamount a = { .at = v.at };
	struct mtext t;
	if (!shape_text(s, v, &t) || !f->entry(s, v, &t))
		return;
	bool read = f->entry == scalar_seconds    ? scalar_ms(t.text, DURATIONS_SECONDS, &a.n)
		    : f->entry == scalar_size_any ? scalar_size(t.text, SIZES_ANY, &a.n)
						  : scalar_size(t.text, SIZES_BINARY, &a.n);
	if (read)
		*(struct mamount *)out = a;
}

static void count(
	struct shape *s, const struct field *f, struct value v, uint64_t unit, struct mamount *out)
{
	uint64_t n;
	if (syntax_uint(v.node, &n) && n >= 1 && n <= f->max)
		*out = (struct mamount){ n * unit, v.at };
	else
		shape_report(s, (struct diag){ AEG_out_of_range, v.at,
					.label = diag_text(s->d, "`%s` is 1 to %llu", f->name,
						(unsigned long long)f->max),
					.help = diag_text(s->d, "`%s`: %s", f->name, f->doc) });
}

void agent_seconds(struct shape *s, const struct field *f, struct value v, void *out)
{
	count(s, f, v, 1000, out);
}

void agent_count(struct shape *s, const struct field *f, struct value v, void *out)
{
	count(s, f, v, 1, out);
}

static const struct field resource_fields[] = {
	{ "cpu", .type = FIELD_UINT, .max = UINT32_MAX, .read = agent_count, INTO_AGENT(cpu),
		.missing_is = "`1000`", .doc = "thousandths of a processor" },
	{ "memory", .type = FIELD_TEXT, .entry = scalar_size_binary, .read = agent_amount,
		INTO_AGENT(memory), .missing_is = "`512Mi`",
		.doc = "bytes, or a number with `Ki`, `Mi`, `Gi` or `Ti`" },
	{ "disk", .type = FIELD_TEXT, .entry = scalar_size_binary, .read = agent_amount,
		INTO_AGENT(disk), .missing_is = "`1Gi`",
		.doc = "bytes, or a number with `Ki`, `Mi`, `Gi` or `Ti`" },
	{ "timeout", .type = FIELD_TEXT, .entry = scalar_seconds, .read = agent_amount,
		INTO_AGENT(timeout_ms), .missing_is = "half an hour",
		.doc = "seconds, or a number with `s`, `m` or `h`" },
};
static void resource_finish(struct shape *s, struct value v, void *out)
{
	const struct mamount *timeout = &((struct agent_document *)out)->agent.timeout_ms;
	(void)v;
	if (!span_is_none(timeout->at) && timeout->n > 3600000)
		shape_report(s, (struct diag){ AEG_long_timeout, timeout->at,
					.label = "more than an hour" });
}

static const struct schema resource_schema = { "the resources of an agent",
	"what its container may use", FIELDS(resource_fields), resource_finish };

/* ---- All of it ----------------------------------------------------------------------------- */

static const struct field security_fields[] = {
	{ "network", .type = FIELD_STRUCT, .sub = &network_schema, .missing_is = "no network",
		.doc = "what the container may reach" },
	{ "filesystem", .type = FIELD_STRUCT, .sub = &filesystem_schema,
		.doc = "what it may read and write" },
	{ "resources", .type = FIELD_STRUCT, .sub = &resource_schema, .doc = "what it may use" },
	{ "security_context", .type = FIELD_TEXT, INTO(struct agent_document, older_context),
		.doc = "the older place of `spec.security_context`" },
};
/* Where the context once stood. */
static void security_finish(struct shape *s, struct value v, void *out)
{
	(void)v;
	((struct agent_document *)out)->agent.context_unread |= shape_unread(s, "security_context");
}

const struct schema agent_security_schema = { "the security of an agent",
	"the policy of its container", FIELDS(security_fields), security_finish };
