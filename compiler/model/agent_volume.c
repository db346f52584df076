/* What is mounted into an agent's container. */
#include "model/agent_rows.h"

#include <stdlib.h>

/* ---- Rows ---------------------------------------------------------------------------------- */

static const char *const classes[] = { "ephemeral", "persistent", NULL };
static const char *const modes[] = { "read-write", "read-only", NULL };
static const char *const types[] = { "seaweedfs", "local_host", "hostPath", "opendal",
	"opendal_memory", "seal", NULL };

struct volume_rows {
	struct mvolume volume;
	struct mtext class, mode;
	const struct node *config;
};
#define INTO_VOLUME(member) INTO(struct volume_rows, volume.member)

static void volume_type(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct slice known[sizeof types / sizeof *types];
	struct mtext t;
	size_t n = 0;
	if (!shape_text(s, v, &t))
		return;
	for (; types[n] != NULL; n++) {
		known[n] = slice_of(types[n]);
		if (!slice_eq(known[n], t.text))
			continue;
		*(struct mtext *)out = t;
		return;
	}
	size_t near = diag_nearest(t.text, known, n);
	shape_report(
		s, (struct diag){ AEG_unknown_word, v.at,
			   .label = slice_is(t.text, "smcp") ? "now called `seal`"
				    : near == SIZE_MAX
					    ? "none of the words that mean something here"
					    : diag_text(s->d, "did you mean `%s`?", types[near]),
			   .help = diag_text(s->d, "`%s` is %s", f->name, shape_names(s, types)) });
}

static bool mount_path(struct shape *s, struct value v, struct mtext *io)
{
	if (!scalar_abs_path(s, v, io))
		return false;
	while (io->text.len > 1 && io->text.at[io->text.len - 1] == '/')
		io->text.len--;
	if (slice_is(io->text, "/workspace") || slice_begins(io->text, SLICE("/workspace/")))
		return true;
	shape_report(s, (struct diag){ AEG_mount_outside, v.at, .label = "not in `/workspace`",
				.help = diag_text(s->d,
					"write `/workspace` or a path below it: `/workspace%.*s`",
					SLICE_ARG(io->text)) });
	return false;
}

/* Keys of storage often are random, whatever they are called there. */
static void no_secrets(struct shape *s, struct value v)
{
	struct mtext t = { v.node->u.text, v.at };
	if (v.node->kind == NODE_STRING)
		scalar_not_secret(s, v, &t);
	for (uint32_t i = 0; i < shape_items(v.node); i++)
		no_secrets(s, shape_item(v.node, i));
	for (uint32_t i = 0; v.node->kind == NODE_MAP && i < v.node->u.map.n; i++)
		no_secrets(s, shape_member(&v.node->u.map.v[i]));
}

static void keep_config(struct shape *s, const struct field *f, struct value v, void *out)
{
	(void)f;
	*(const struct node **)out = v.node;
	no_secrets(s, v);
}

static const struct field volume_fields[] = {
	{ "name", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .entry = scalar_filled,
		INTO_VOLUME(name), .doc = "what it is called, once an agent" },
	{ "storage_class", .type = FIELD_WORD, .flags = FIELD_REQUIRED, .words = classes,
		INTO(struct volume_rows, class),
		.doc = "`ephemeral`: deleted after `ttl_hours`; `persistent`: kept" },
	{ "type", .type = FIELD_TEXT, .read = volume_type, INTO_VOLUME(type),
		.missing_is = "`seaweedfs`", .doc = "what stores it" },
	{ "provider", .type = FIELD_TEXT, .entry = scalar_filled, INTO_VOLUME(provider),
		.doc = "of `opendal`: whose storage, `s3`" },
	{ "config", .type = FIELD_ANY, .read = keep_config, INTO(struct volume_rows, config),
		.doc = "where that is: buckets, endpoints, paths" },
	{ "mount_path", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .entry = mount_path,
		INTO_VOLUME(mount), .doc = "`/workspace`, or a path below it" },
	{ "access_mode", .type = FIELD_WORD, .flags = FIELD_REQUIRED, .words = modes,
		INTO(struct volume_rows, mode), .doc = "`read-write` or `read-only`" },
	{ "size_limit", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .entry = scalar_size_any,
		.read = agent_amount, INTO_VOLUME(size),
		.doc = "bytes, or a number and a unit: `5Gi`" },
	{ "ttl_hours", .type = FIELD_UINT, .min = 1, .max = UINT32_MAX, INTO_VOLUME(ttl_hours),
		.missing_is = "`24`, with a warning, where it is ephemeral",
		.doc = "hours until it is deleted" },
	{ "source", .type = FIELD_GONE,
		.doc = "a volume is found by its `name`: leave `source` out" },
};

static void needs(struct shape *s, const struct mvolume *volume, const char *name, const char *how)
{
	shape_report(s,
		(struct diag){ AEG_missing_field, volume->type.at,
			.label = diag_text(s->d, "`%s` is missing beside it", name), .help = how });
}

static void check_type(struct shape *s, const struct volume_rows *r)
{
	struct slice type = r->volume.type.text;
	bool opendal = slice_is(type, "opendal");
	if (opendal && r->volume.provider.text.at == NULL && !shape_unread(s, "provider"))
		needs(s, &r->volume, "provider", "`provider: s3` says whose storage it is");
	if ((opendal || slice_is(type, "hostPath") || slice_is(type, "seal")) &&
		r->config == NULL && !shape_unread(s, "config"))
		needs(s, &r->volume, "config", "`config` says where the volume is");
}

static void volume_finish(struct shape *s, struct value v, void *out)
{
	struct volume_rows *r = out;
	struct mvolume *volume = &r->volume;
	volume->at = v.at;
	volume->broken = s->unread != 0 || volume->name.text.at == NULL ||
			 r->class.text.at == NULL || volume->mount.text.at == NULL ||
			 r->mode.text.at == NULL || volume->size.n == 0;
	volume->persistent = slice_is(r->class.text, "persistent");
	volume->read_only = slice_is(r->mode.text, "read-only");
	if (volume->type.text.at != NULL)
		check_type(s, r);
	if (slice_is(r->class.text, "ephemeral") && volume->ttl_hours == 0 &&
		!shape_unread(s, "ttl_hours"))
		shape_report(s, (struct diag){ AEG_no_ttl, r->class.at,
					.label = "deleted after 24 hours, as nothing else is said",
					.help = "add `ttl_hours: 24`, or what it needs" });
}

const struct schema agent_volume_schema = { "a volume", "something that is mounted",
	FIELDS(volume_fields), volume_finish };

/* ---- Volumes together ---------------------------------------------------------------------- */

static unsigned path_byte(struct slice t, uint32_t i)
{
	return i >= t.len ? 0 : t.at[i] == '/' ? 1 : 2u + (unsigned char)t.at[i];
}

/* By path, whatever is below one right after it. */
static int by_mount(const void *a, const void *b)
{
	const struct mvolume *x = *(const struct mvolume *const *)a,
			     *y = *(const struct mvolume *const *)b;
	struct slice s = x->mount.text, t = y->mount.text;
	for (uint32_t i = 0; i < s.len || i < t.len; i++)
		if (path_byte(s, i) != path_byte(t, i))
			return path_byte(s, i) < path_byte(t, i) ? -1 : 1;
	return x->at.lo < y->at.lo ? -1 : x->at.lo > y->at.lo;
}

static bool is_within(struct slice path, struct slice above)
{
	return slice_begins(path, above) && (path.len == above.len || path.at[above.len] == '/');
}

/* Two that share files: only `/workspace` itself may hold others. */
static void check_overlaps(struct shape *s, const struct mvolume *v, uint32_t n)
{
	const struct mvolume **sorted = arena_array(s->d->arena, const struct mvolume *, n),
			     *top = NULL;
	uint32_t m = 0;
	for (uint32_t i = 0; i < n; i++)
		if (v[i].mount.text.at != NULL)
			sorted[m++] = &v[i];
	qsort(sorted, m, sizeof *sorted, by_mount);
	for (uint32_t i = 0; i < m; i++) {
		struct slice path = sorted[i]->mount.text;
		bool inside = top != NULL && is_within(path, top->mount.text) &&
			      (path.len == top->mount.text.len ||
				      !slice_is(top->mount.text, "/workspace"));
		if (!inside) {
			top = sorted[i];
			continue;
		}
		shape_report(s,
			(struct diag){ AEG_mounts_overlap, sorted[i]->mount.at,
				.label = path.len == top->mount.text.len
						 ? "another volume is mounted here"
						 : "within another volume",
				.other = top->mount.at, .other_label = "this one",
				.help = "mount each where no other is; only `/workspace` itself may hold others" });
	}
}

static void check_names(struct shape *s, const struct mvolume *v, uint32_t n)
{
	struct map names = { .arena = s->d->arena };
	for (uint32_t i = 0; i < n; i++) {
		uint32_t there =
			v[i].name.text.at == NULL ? MAP_NONE : map_put(&names, v[i].name.text, i);
		if (there != MAP_NONE)
			shape_report(
				s, (struct diag){ AEG_duplicate_volume, v[i].name.at,
					   .message = "two volumes of an agent have one name",
					   .label = "a second volume of this name",
					   .other = v[there].name.at, .other_label = "the first" });
	}
}

void agent_volumes(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct many *many = out;
	uint32_t n = shape_items(v.node);
	struct mvolume *volumes = arena_array(s->d->arena, struct mvolume, n);
	for (uint32_t i = 0; i < n; i++) {
		struct volume_rows rows = { .volume.broken = true };
		shape_struct(s, f->sub, shape_item(v.node, i), &rows);
		volumes[i] = rows.volume;
	}
	*many = (struct many){ n, volumes, NULL };
	check_names(s, volumes, n);
	check_overlaps(s, volumes, n);
}
