/* NodeConfig: the rules between sections. Defaults are what a node takes for what is not said. */
#include "model/node_rows.h"

/* Whether @name is there and says something; also where that could not be read. */
bool node_says(const struct shape *s, struct value v, const char *name)
{
	const struct node *there = shape_part(v.node, name);
	return (there != NULL && there->kind != NODE_NULL) || shape_unread(s, name);
}

static void missing(struct shape *s, struct span at, const char *label, const char *message)
{
	shape_report(s, (struct diag){ AEG_missing_field, at, .label = label, .message = message });
}

/* ---- Who can reach the node ---------------------------------------------------------------- */

/* Whether others can reach what listens at @bind; of `env:NAME` that is not known. */
static bool is_open(struct mtext bind)
{
	return bind.text.at != NULL && !slice_begins(bind.text, SLICE("env:")) &&
	       !scalar_is_loopback(bind.text);
}

void node_network_finish(struct shape *s, struct value v, void *out)
{
	struct mnode *n = out;
	n->tls = node_says(s, v, "tls");
	if (!is_open(n->bind) || n->tls || shape_unread(s, "allow_insecure_bind"))
		return;
	if (n->insecure)
		shape_report(s,
			(struct diag){ AEG_insecure_bind_allowed,
				syntax_member(v.node, "allow_insecure_bind")->value_span,
				.label = "what reaches the node can be read on the way",
				.help = "something in front of it has to have the TLS, and nothing else may reach it" });
	else
		shape_report(s,
			(struct diag){ AEG_insecure_bind, n->bind.at,
				.label = "others can reach this address, and no `tls` is written",
				.help = "add `network.tls`, or `allow_insecure_bind: true` where something in front of "
					"the node has it (what AEGIS_NETWORK_ALLOW_INSECURE_BIND says on the node is not "
					"known here)" });
}

/* ---- Ports --------------------------------------------------------------------------------- */

struct listener {
	const char *name;
	struct mport port;
	struct slice address; /* at == NULL: any */
};

static bool is_any(struct slice a)
{
	return a.at == NULL || slice_is(a, "0.0.0.0") || slice_is(a, "::") || slice_is(a, "[::]");
}

static struct slice address_of(struct mtext bind)
{
	return bind.text.at == NULL || slice_is(bind.text, "localhost") ? SLICE("127.0.0.1")
									: bind.text;
}

static struct listener listener(
	const char *name, struct mport port, uint32_t absent, struct slice a)
{
	if (port.number == 0)
		port = (struct mport){ absent, SPAN_NONE };
	return (struct listener){ name, port, a };
}

static void same_port(struct shape *s, const struct listener *a, const struct listener *b)
{
	bool swap = span_is_none(b->port.at);
	const struct listener *at = swap ? a : b, *other = swap ? b : a;
	if (a->port.number != b->port.number || span_is_none(at->port.at) ||
		!(is_any(a->address) || is_any(b->address) || slice_eq(a->address, b->address)))
		return;
	shape_report(
		s, (struct diag){ AEG_same_port, at->port.at,
			   .label = diag_text(s->d, "`%s` has this port already", other->name),
			   .other = other->port.at,
			   .other_label = span_is_none(other->port.at) ? NULL : "here",
			   .help = span_is_none(other->port.at)
					   ? diag_text(s->d, "it is %u unless it says otherwise",
						     other->port.number)
					   : NULL });
}

static void distinct_ports(struct shape *s, const struct mnode *n, bool volumes)
{
	struct slice bind = address_of(n->bind), metrics = address_of(n->metrics_bind);
	struct listener l[5];
	unsigned count = 0;
	l[count++] = listener("network.port", n->port, 8088, bind);
	l[count++] = listener("network.grpc_port", n->grpc, 50051, bind);
	if (!n->metrics_off)
		l[count++] = listener("observability.metrics.port", n->metrics, 9091, metrics);
	if (n->clustered)
		l[count++] = listener("cluster.cluster_grpc_port", n->cluster, 50056, bind);
	if (volumes)
		l[count++] = listener("storage.nfs_port", n->nfs, 2049, (struct slice){ 0 });
	for (unsigned i = 0; i < count; i++)
		for (unsigned k = i + 1; k < count; k++)
			same_port(s, &l[i], &l[k]);
}

/* ---- The cluster --------------------------------------------------------------------------- */

enum { EDGE_PORT = 50056, EDGE_HEARTBEAT_S = 3600 };

static void edge_rules(struct shape *s, struct value v, const struct mnode *n)
{
	const struct member *beat = syntax_member(v.node, "heartbeat_interval_secs");
	uint64_t seconds;
	if (!node_says(s, v, "edge"))
		missing(s, n->role.at, "an edge node needs `edge`", "the cluster needs `edge`");
	if (!node_says(s, v, "controller"))
		missing(s, n->role.at, "an edge node needs `controller`",
			"the cluster needs `controller`");
	if (n->cluster.number != 0 && n->cluster.number != EDGE_PORT)
		shape_report(s, (struct diag){ AEG_out_of_range, n->cluster.at,
					.label = "of an edge node it is 50056" });
	if (beat != NULL && beat->value->kind == NODE_INT &&
		!shape_unread(s, "heartbeat_interval_secs") && syntax_uint(beat->value, &seconds) &&
		seconds > EDGE_HEARTBEAT_S)
		shape_report(s, (struct diag){ AEG_out_of_range, beat->value_span,
					.label = "of an edge node it is 3600 at most" });
}

void node_cluster_finish(struct shape *s, struct value v, void *out)
{
	struct mnode *n = out;
	n->cluster_tls = node_says(s, v, "tls") && !n->cluster_tls_off;
	if (shape_unread(s, "enabled") || shape_unread(s, "role"))
		n->clustered = false;
	if (!n->clustered)
		return;
	if (slice_is(n->role.text, "edge"))
		edge_rules(s, v, n);
	if (slice_is(n->role.text, "relay-coordinator") && !node_says(s, v, "ingress"))
		missing(s, n->role.at, "a relay needs `ingress`", "the cluster needs `ingress`");
}

/* ---- Providers ----------------------------------------------------------------------------- */

static void choose_provider(struct shape *s, const struct mnode *n, struct mtext name)
{
	const struct mprovider *p = n->providers.v;
	struct slice *known = arena_array(s->d->arena, struct slice, n->providers.n);
	if (name.text.at == NULL || slice_begins(name.text, SLICE("env:")))
		return;
	for (uint32_t i = 0; i < n->providers.n; i++) {
		known[i] = p[i].name.text;
		if (!slice_eq(known[i], name.text))
			continue;
		if (p[i].disabled)
			shape_report(s, (struct diag){ AEG_provider_disabled, name.at,
						.label = "this provider is never asked",
						.other = p[i].name.at,
						.other_label = "it has `enabled: false`" });
		return;
	}
	size_t near = diag_nearest(name.text, known, n->providers.n);
	bool some = near != SIZE_MAX;
	shape_report(s, (struct diag){ AEG_unknown_provider, name.at,
				.label = "none of `llm_providers` has this name",
				.other = some ? p[near].name.at : SPAN_NONE,
				.other_label = some ? "the nearest name is here" : NULL });
}

/* Whether the node runs no agents: it only knows which others do. */
static bool runs_none(const struct mnode *n)
{
	return n->clustered && (slice_is(n->role.text, "relay-coordinator") ||
				       slice_is(n->role.text, "controller"));
}

static void provider_rules(struct shape *s, struct value v, const struct mnode *n)
{
	if (shape_unread(s, "llm_providers"))
		return;
	node_unique(s, &n->providers, sizeof(struct mprovider), AEG_same_name,
		"another provider is called this");
	choose_provider(s, n, n->default_provider);
	choose_provider(s, n, n->fallback_provider);
	if (n->providers.n == 0 && !runs_none(n) && v.node->kind == NODE_MAP)
		shape_report(s,
			(struct diag){ AEG_no_providers, v.node->u.map.v[0].key_span,
				.label =
					"nothing under `llm_providers`: agents have no model to ask" });
}

/* ---- All of it ----------------------------------------------------------------------------- */

void node_spec_finish(struct shape *s, struct value v, void *out)
{
	static const char *const gated[] = { "database", "seal", "iam" };
	struct mnode *n = out;
	struct span top = v.node->kind == NODE_MAP && v.node->u.map.n != 0
				  ? v.node->u.map.v[0].key_span
				  : v.at;
	bool storage = node_says(s, v, "storage"),
	     relay = slice_is(n->role.text, "relay-coordinator");
	for (unsigned i = 0; i < 3; i++)
		n->lacks |= (unsigned)!node_says(s, v, gated[i]) << i;
	n->spec_read = true;
	n->contexts_lost = shape_unread(s, "security_contexts") && !n->contexts_read;
	n->servers_unread =
		shape_unread(s, "mcp_servers") || shape_unread(s, "builtin_dispatchers");
	if (!shape_unread(s, "network") && !n->tls)
		n->lacks |= 1u << 3;
	node_unique(s, &n->servers, sizeof(struct mserver), AEG_same_name,
		"another MCP server is called this");
	node_unique(s, &n->dispatchers, sizeof(struct mserver), AEG_same_name,
		"another dispatcher is called this");
	provider_rules(s, v, n);
	distinct_ports(s, n, storage);
	if (!storage && !(n->clustered && relay) && !shape_unread(s, "cluster"))
		shape_report(s,
			(struct diag){ AEG_no_storage, top,
				.label = "nothing under `storage`: the node does not start",
				.help = "`storage: { backend: local_host }` keeps volumes on its own disk" });
	if (!is_open(n->bind) || shape_unread(s, "network"))
		return;
	if (n->clustered && !n->cluster_tls && !shape_unread(s, "cluster"))
		shape_report(s,
			(struct diag){ AEG_cluster_without_tls, n->bind.at,
				.label =
					"others can reach this address, and nodes need prove nothing to each other",
				.help = "add `cluster.tls`, with `ca_cert`" });
	if (!n->grpc_auth && !shape_unread(s, "grpc_auth"))
		shape_report(s,
			(struct diag){ AEG_grpc_unauthenticated, n->bind.at,
				.label =
					"others can reach this address, and gRPC asks nobody who they are",
				.help = "add `grpc_auth: { enabled: true }`" });
}

static bool is_production(struct slice t)
{
	static const char word[] = "production";
	uint32_t i = 0;
	while (i < t.len && i < sizeof word - 1 && (t.at[i] | 0x20) == word[i])
		i++;
	return i == t.len && i == sizeof word - 1;
}

/* The label or the tag that says that the node is in production. */
static struct span production(const struct node *root)
{
	const struct node *labels = shape_part(shape_part(root, "metadata"), "labels");
	const struct node *tags = shape_part(shape_part(shape_part(root, "spec"), "node"), "tags");
	const struct member *m = labels != NULL && labels->kind == NODE_MAP
					 ? syntax_member(labels, "environment")
					 : NULL;
	if (m != NULL && m->value->kind == NODE_STRING && is_production(m->value->u.text))
		return m->value_span;
	for (uint32_t i = 0; tags != NULL && i < shape_items(tags); i++)
		if (tags->u.list.v[i]->kind == NODE_STRING &&
			is_production(tags->u.list.v[i]->u.text))
			return tags->u.list.v[i]->span;
	return SPAN_NONE;
}

void node_production(struct shape *s, const struct node *root, struct mnode *n)
{
	static const char *const names[] = { "database", "seal", "iam", "network.tls" };
	struct buf lacks = { .arena = s->d->arena };
	n->production = production(root);
	if (span_is_none(n->production) || n->lacks == 0)
		return;
	for (unsigned i = 0, left = n->lacks; i < 4; i++) {
		if (!(left >> i & 1))
			continue;
		left &= ~(1u << i);
		buf_printf(&lacks, "%s`%s`",
			lacks.len == 0 ? ""
			: left == 0    ? " and "
				       : ", ",
			names[i]);
	}
	shape_report(s, (struct diag){ AEG_not_for_production, n->production,
				.label = "the node is in production",
				.message = diag_text(s->d, "a node in production needs %s",
					buf_done(&lacks).at) });
}
