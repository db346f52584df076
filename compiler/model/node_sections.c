/* NodeConfig: how containers are run, where the node listens, what it tells, where volumes are. */
#include "model/node_rows.h"

#define LARGE UINT32_MAX

/* ---- runtime ------------------------------------------------------------------------------- */

static const char *const isolations[] = { "inherit", "docker", "firecracker", "process", NULL };
static const struct field runtime_fields[] = {
	TEXT("bootstrap_script", 0, node_path, "`assets/bootstrap.py`",
		"the script that containers begin with"),
	{ "default_isolation", .type = FIELD_WORD, .flags = FIELD_ENV, .words = isolations,
		INTO(struct mnode, isolation), .missing_is = "`inherit`",
		.doc = "how agents that do not say are kept apart" },
	TEXT("container_socket_path", 0, node_path, "the usual one",
		"the socket of Docker or Podman"),
	TEXT("container_network_mode", 0, node_text, "the usual one", "the network of containers"),
	TEXT("orchestrator_url", 0, node_http, "`http://localhost:8088`",
		"where containers reach the node"),
	TEXT("nfs_server_host", 0, scalar_host, "`127.0.0.1`", "where containers find volumes"),
	COUNT("nfs_port", 1, UINT16_MAX, "2049", "the port there"),
	COUNT("nfs_mountport", 1, UINT16_MAX, "2049", "the port for mounting"),
	KEPT("runtime_registry_path", 0, node_path, mnode, registry_path, "`runtime-registry.yaml`",
		"the RuntimeRegistry: a file, as seen from this one"),
	TEXT("fuse_mount_prefix", 0, scalar_abs_path, "`/tmp/aegis-fuse-mounts`",
		"the folder that FUSE mounts are below"),
	TEXT("fuse_daemon_endpoint", 0, node_endpoint, "none", "where the FUSE daemon is"),
	{ "docker_socket_path", .type = FIELD_GONE, .doc = "write `container_socket_path`" },
	{ "docker_network_mode", .type = FIELD_GONE, .doc = "write `container_network_mode`" },
};
const struct schema node_runtime_schema = { "the runtime of a node",
	"how agents' containers are run", FIELDS(runtime_fields) };

/* ---- network ------------------------------------------------------------------------------- */

static const struct field tls_fields[] = {
	TEXT("cert_path", NEEDED, node_path, NULL, "the certificate"),
	TEXT("key_path", NEEDED, node_path, NULL, "its key"),
	TEXT("ca_path", 0, node_path, "clients show none", "who vouches for clients"),
};
static const struct schema tls_schema = { "the TLS of a node",
	"what the node proves itself with; it is on where it is written", FIELDS(tls_fields) };

static const struct field network_fields[] = {
	KEPT("bind_address", 0, scalar_host, mnode, bind, "`127.0.0.1`",
		"the address that the node listens on"),
	PORT("port", port, "8088", "of HTTP"),
	PORT("grpc_port", grpc, "50051", "of gRPC"),
	TEXT("orchestrator_endpoint", 0, node_endpoint, "none", "the orchestrator of an edge node"),
	COUNT("heartbeat_interval_seconds", 1, LARGE, "30", "seconds between signs of life"),
	SECTION("tls", tls_schema, "none: what is sent can be read",
		"what the node proves itself with"),
	{ "allow_insecure_bind", .type = FIELD_BOOL, INTO(struct mnode, insecure),
		.missing_is = "`false`",
		.doc = "whether it may listen beyond this machine without TLS, because something "
		       "in front of it has it" },
};
const struct schema node_network_schema = { "the network of a node", "where the node listens",
	FIELDS(network_fields), node_network_finish };

/* ---- observability ------------------------------------------------------------------------- */

static const struct field batch_fields[] = {
	COUNT("max_queue_size", 1, LARGE, "2048", "records that may wait"),
	COUNT("scheduled_delay_ms", 1, LARGE, "5000", "milliseconds between sendings"),
	COUNT("max_export_batch_size", 1, LARGE, "512", "records sent at once"),
	COUNT("export_timeout_ms", 1, LARGE, "10000", "milliseconds that a sending may take"),
};
/* What is written, or else its default. */
static uint64_t number_or(const struct node *map, const char *key, uint64_t absent)
{
	const struct node *n = shape_part(map, key);
	uint64_t x;
	return n != NULL && n->kind == NODE_INT && syntax_uint(n, &x) ? x : absent;
}

/* That what @less says is no more than what @more does. */
static void ordered(struct shape *s, struct value v, const char *less, uint64_t less_absent,
	const char *more, uint64_t more_absent)
{
	const struct member *m = syntax_member(v.node, less), *above = syntax_member(v.node, more);
	if (v.node->kind != NODE_MAP || shape_unread(s, less) || shape_unread(s, more) ||
		number_or(v.node, less, less_absent) <= number_or(v.node, more, more_absent))
		return;
	shape_report(
		s, (struct diag){ AEG_out_of_range, m != NULL ? m->value_span : above->value_span,
			   .label = m != NULL ? diag_text(s->d, "more than `%s`, %llu", more,
							(unsigned long long)number_or(
								v.node, more, more_absent))
					      : diag_text(s->d, "less than `%s`, %llu", less,
							(unsigned long long)less_absent) });
}

static void batch_finish(struct shape *s, struct value v, void *out)
{
	(void)out;
	ordered(s, v, "max_export_batch_size", 512, "max_queue_size", 2048);
}
static const struct schema batch_schema = { "the batches of logs", "how logs are sent",
	FIELDS(batch_fields), batch_finish };

static const struct field logging_tls_fields[] = {
	SWITCH("verify", "`true`", "whether the receiver has to prove itself"),
	TEXT("ca_cert_path", 0, node_path, "those of the system", "who vouches for it"),
};
static const struct schema logging_tls_schema = { "the TLS of logs", "how logs are kept secret",
	FIELDS(logging_tls_fields) };

static const char *const levels[] = { "trace", "debug", "info", "warn", "error", "off", NULL };
static const char *const formats[] = { "json", "text", NULL };
static const char *const protocols[] = { "grpc", "http", NULL };
#define WORD(key, list, absent, text) \
	{ \
		key, .type = FIELD_WORD, .flags = FIELD_ENV, .words = list, .missing_is = absent, \
		     .doc = text \
	}
static const struct field logging_fields[] = {
	WORD("level", levels, "`info`", "the least that is written"),
	WORD("format", formats, "`json`", "how it is written"),
	TEXT("file", 0, node_path, "standard output", "where it is written"),
	TEXT("otlp_endpoint", 0, node_endpoint, "none", "where logs are sent (OpenTelemetry)"),
	WORD("otlp_protocol", protocols, "`grpc`", "how"),
	NAMED("otlp_headers", node_handed, "headers that are sent along: secrets as `env:NAME`"),
	WORD("min_level", levels, "`info`", "the least that is sent"),
	TEXT("service_name", 0, node_text, "the program's", "who the logs are of"),
	SECTION("batch", batch_schema, "its defaults", "how many are sent at once"),
	SECTION("tls", logging_tls_schema, "its defaults", "how they are kept secret"),
};
static const struct schema logging_schema = { "the logging of a node", "what is logged, and where",
	FIELDS(logging_fields) };

static bool http_path(struct shape *s, struct value v, struct mtext *io)
{
	bool good = io->text.len > 0 && io->text.at[0] == '/';
	for (uint32_t i = 0; i < io->text.len; i++)
		good &= io->text.at[i] > ' ' && strchr("?#\x7f", io->text.at[i]) == NULL;
	if (!good)
		shape_report(s, (struct diag){ AEG_bad_setting, v.at, .label = "no path of a URL",
					.help = "it begins with `/`: `/metrics`" });
	return good;
}
static const struct field metrics_fields[] = {
	{ "enabled", .type = FIELD_BOOL, .read = node_negated, INTO(struct mnode, metrics_off),
		.missing_is = "`true`", .doc = "whether there are any" },
	KEPT("bind_address", 0, scalar_host, mnode, metrics_bind, "`127.0.0.1`",
		"the address that they are read at"),
	PORT("port", metrics, "9091", "the port there"),
	TEXT("path", 0, http_path, "`/metrics`", "the path there"),
};
static const struct schema metrics_schema = { "the metrics of a node", "numbers for Prometheus",
	FIELDS(metrics_fields) };

static const struct field tracing_fields[] = {
	SWITCH("enabled", "`false`", "whether calls are traced"),
	TEXT("otlp_endpoint", 0, node_endpoint, "none", "where traces are sent"),
};
static const struct schema tracing_schema = { "the tracing of a node", "how calls are traced",
	FIELDS(tracing_fields) };

static const struct field observability_fields[] = {
	SECTION("logging", logging_schema, "its defaults", "logs"),
	SECTION("metrics", metrics_schema, "its defaults", "metrics"),
	SECTION("tracing", tracing_schema, "none", "traces"),
};
const struct schema node_observability_schema = { "the observability of a node",
	"logs, metrics and traces", FIELDS(observability_fields) };

/* ---- storage ------------------------------------------------------------------------------- */

static const struct field seaweedfs_fields[] = {
	TEXT("filer_url", NEEDED, node_http, NULL, "where the filer is"),
	TEXT("mount_point", 0, scalar_abs_path, "`/var/lib/aegis/storage`", "where volumes appear"),
	COUNT("default_ttl_hours", 1, LARGE, "24", "hours that a volume lives which does not say"),
	COUNT("default_size_limit_mb", 1, LARGE, "1000", "MB of a volume that does not say"),
	COUNT("max_size_limit_mb", 1, LARGE, "10000", "MB that a volume may have"),
	COUNT("gc_interval_minutes", 1, LARGE, "60", "minutes between clearings"),
	TEXT("s3_endpoint", 0, node_http, "none", "where its S3 interface is"),
	TEXT("s3_region", 0, node_text, "`us-east-1`", "the region it claims"),
};
static void seaweedfs_finish(struct shape *s, struct value v, void *out)
{
	struct mnode *n = out;
	n->volume_most_mb = number_or(v.node, "max_size_limit_mb", 10000);
	ordered(s, v, "default_size_limit_mb", 1000, "max_size_limit_mb", 10000);
}
static const struct schema seaweedfs_schema = { "a SeaweedFS", "volumes in SeaweedFS",
	FIELDS(seaweedfs_fields), seaweedfs_finish };

static const struct field local_fields[] = { TEXT("mount_point", 0, scalar_abs_path,
	"`/var/lib/aegis/local-host-volumes`", "the folder that volumes are below") };
static const struct schema local_schema = { "the volumes of a node", "volumes on its own disk",
	FIELDS(local_fields) };

static const struct field opendal_fields[] = {
	TEXT("provider", 0, node_text, "`memory`", "a service of OpenDAL: `s3`, `gcs`, `azblob`"),
	NAMED("options", node_handed, "its options: secrets as `env:NAME`"),
};
static const struct schema opendal_schema = { "the OpenDAL of a node", "volumes through OpenDAL",
	FIELDS(opendal_fields) };

static const char *const backends[] = { "local_host", "seaweedfs", "opendal", "opendal_memory",
	NULL };
static const struct field storage_fields[] = {
	{ "backend", .type = FIELD_WORD, .words = backends, INTO(struct mnode, storage_backend),
		.missing_is = "`local_host`", .doc = "where volumes are kept" },
	PORT("nfs_port", nfs, "2049", "the port that volumes are served at"),
	SECTION("seaweedfs", seaweedfs_schema, "none", "of the back end `seaweedfs`"),
	SECTION("local_host", local_schema, "its defaults", "of the back end `local_host`"),
	SECTION("opendal", opendal_schema, "its defaults", "of the back end `opendal`"),
	{ "fallback_to_local", .type = FIELD_GONE,
		.doc = "volumes are kept in one place: say which by `backend`" },
};
static void storage_finish(struct shape *s, struct value v, void *out)
{
	const struct mtext *b = &((struct mnode *)out)->storage_backend;
	if (slice_is(b->text, "seaweedfs") && !node_says(s, v, "seaweedfs"))
		shape_report(
			s, (struct diag){ AEG_missing_field, b->at,
				   .label = "`seaweedfs` says where it is, and is missing here",
				   .message = "the storage of a node needs `seaweedfs`",
				   .help = "add `seaweedfs: { filer_url: ... }`" });
}
const struct schema node_storage_schema = { "the storage of a node", "where volumes are kept",
	FIELDS(storage_fields), storage_finish };
