/* Program to bytes: each table in its section, every text once, the digest over all of it. */
#include "emit/emit.h"

#include <sodium.h>

#include "format/aeg_format.h"
#include "opt/edges.h"
#include "symbolic/ceilings.h"
#include "symbolic/symbolic.h"

struct encoder {
	const struct program *p;
	const struct emit_options *o;
	struct opt_edges edges;
	struct map offsets; /* text > offset in STRINGS */
	struct buf section[AEGF_NKINDS];
	uint32_t count[AEGF_NKINDS];
};

static uint32_t text_offset(struct encoder *e, struct slice s)
{
	struct buf *strings = &e->section[AEGF_STRINGS];

	if (s.len == 0)
		return 0;
	uint32_t known = map_put(&e->offsets, s, (uint32_t)strings->len);
	if (known != MAP_NONE)
		return known;
	buf_slice(strings, s);
	return (uint32_t)strings->len - s.len;
}

static struct aegf_str text(struct encoder *e, struct slice s)
{
	return (struct aegf_str){ aeg_st32(text_offset(e, s)), aeg_st32(s.len) };
}

static struct aegf_list list(struct ir_range r)
{
	return (struct aegf_list){ aeg_st32(r.first), aeg_st32(r.count) };
}

/* Appends one element to section @kind. */
#define PUT(e, kind, type, ...) \
	do { \
		type put_ = __VA_ARGS__; \
		buf_add(&(e)->section[AEGF_##kind], &put_, sizeof put_); \
		(e)->count[AEGF_##kind]++; \
	} while (0)

#define EACH(table, i) (size_t i = 0; i < (table).n; i++)

static void put_meta(struct encoder *e)
{
	const struct program *p = e->p;

	PUT(e, META, struct aegf_meta,
		{
			.serial = aeg_st64(e->o->serial),
			.not_after = aeg_st64(e->o->not_after),
			.semantics = text(e, SLICE(AEGF_SEMANTICS)),
			.provenance = text(e, e->o->provenance),
			.contexts = aeg_st32(p->context_root),
			.agents = aeg_st32(p->agent_root),
			.catalogue = aeg_st32(p->catalogue_root),
			.max_probe = aeg_st32(e->edges.max_probe),
		});
}

static void put_contexts(struct encoder *e)
{
	for
		EACH(e->p->contexts, i)
		{
			const struct ir_context *c = &e->p->contexts.v[i];
			PUT(e, CONTEXTS, struct aegf_context,
				{ text(e, c->name), text(e, c->description), aeg_st32(c->flags),
					aeg_st32(c->tools), list(c->caps), list(c->deny) });
		}
	for
		EACH(e->p->deny, i)
	PUT(e, DENY, struct aegf_str, text(e, e->p->deny.v[i]));
}

static void put_caps(struct encoder *e)
{
	for
		EACH(e->p->caps, i)
		{
			const struct ir_cap *c = &e->p->caps.v[i];
			PUT(e, CAPS, struct aegf_cap,
				{
					.paths = aeg_st32(c->paths),
					.commands = aeg_st32(c->commands),
					.hosts = aeg_st32(c->hosts),
					.rate_calls = aeg_st32(c->rate_calls),
					.rate_per_s = aeg_st32(c->rate_per_s),
					.max_concurrent = aeg_st32(c->max_concurrent),
					.max_response_size = aeg_st64(c->max_response_size),
					.pattern = text(e, c->pattern),
					.path_list = list(c->path_list),
					.host_list = list(c->host_list),
					.command_list = list(c->command_list),
				});
		}
	for
		EACH(e->p->lists, i)
	PUT(e, LISTS, struct aegf_str, text(e, e->p->lists.v[i]));
	for
		EACH(e->p->commands, i)
		{
			const struct ir_command *c = &e->p->commands.v[i];
			PUT(e, COMMANDS, struct aegf_command,
				{ text(e, c->command), list(c->subcommands), aeg_st32(c->any) });
		}
}

static void put_classes(struct encoder *e)
{
	for
		EACH(e->p->classes, i)
		{
			const struct ir_class *c = &e->p->classes.v[i];
			PUT(e, CLASSES, struct aegf_class,
				{ aeg_st32(c->deny), list(c->caps), aeg_st32(c->tool) });
		}
	for
		EACH(e->p->candidates, i)
	PUT(e, CANDIDATES, struct aeg_le32, aeg_st32(e->p->candidates.v[i]));
}

static void put_tries(struct encoder *e)
{
	for
		EACH(e->p->nodes, i)
		{
			const struct ir_node *n = &e->p->nodes.v[i];
			PUT(e, NODES, struct aegf_node,
				{ aeg_st32(n->kind), aeg_st32(n->a), aeg_st32(n->b),
					aeg_st32(n->c) });
		}
	for
		EACH(e->edges, i)
		{
			const struct opt_slot *s = &e->edges.v[i];
			if (s->edge == IR_NONE) {
				PUT(e, EDGES, struct aegf_edge, { .node = aeg_st32(AEGF_NONE) });
				continue;
			}
			const struct ir_edge *edge = &e->p->edges.v[s->edge];
			PUT(e, EDGES, struct aegf_edge,
				{ aeg_st32(edge->node), aeg_st32(edge->child),
					aeg_st32(text_offset(e, edge->text)),
					aeg_st16((uint16_t)edge->text.len),
					aeg_st16((uint16_t)(s->hash >> 16)) });
		}
	for
		EACH(e->p->globs, i)
	PUT(e, GLOBS, struct aegf_str, text(e, e->p->globs.v[i]));
}

static void put_catalogue(struct encoder *e)
{
	for
		EACH(e->p->tools, i)
		{
			const struct ir_tool *t = &e->p->tools.v[i];
			PUT(e, TOOLS, struct aegf_tool, { text(e, t->name), list(t->args) });
		}
	for
		EACH(e->p->args, i)
		{
			const struct ir_arg *a = &e->p->args.v[i];
			PUT(e, ARGS, struct aegf_arg,
				{ text(e, a->name), aeg_st32(a->role), aeg_st32(a->flags) });
		}
}

static void put_users(struct encoder *e)
{
	for
		EACH(e->p->agents, i)
		{
			const struct ir_agent *a = &e->p->agents.v[i];
			PUT(e, AGENTS, struct aegf_agent,
				{ text(e, a->name), text(e, a->version), aeg_st32(a->context),
					list(a->tools) });
		}
	for
		EACH(e->p->tiers, i)
		{
			const struct ir_tier *t = &e->p->tiers.v[i];
			PUT(e, TIERS, struct aegf_tier,
				{ text(e, t->name), aeg_st32(t->context), list(t->limits) });
		}
	for
		EACH(e->p->limits, i)
		{
			const struct ir_limit *l = &e->p->limits.v[i];
			PUT(e, LIMITS, struct aegf_limit,
				{ text(e, l->resource), aeg_st64(l->max), aeg_st32(l->per_s),
					aeg_st32(0) });
		}
	for
		EACH(e->p->oproles, i)
		{
			const struct ir_oprole *o = &e->p->oproles.v[i];
			PUT(e, OPROLES, struct aegf_oprole,
				{ text(e, o->role), aeg_st32(o->context), aeg_st32(o->access) });
		}
}

static void put_origin(struct encoder *e, const struct ir_origin *o)
{
	const char *file = o->file == IR_NONE ? "" : e->p->sources->v[o->file].origin;

	PUT(e, ORIGIN, struct aegf_origin,
		{ text(e, slice_of(file)), aeg_st32(o->line), aeg_st32(o->column) });
}

static void put_origins(struct encoder *e)
{
	for
		EACH(e->p->cap_origin, i)
	put_origin(e, &e->p->cap_origin.v[i]);
	for
		EACH(e->p->deny_origin, i)
	put_origin(e, &e->p->deny_origin.v[i]);
	for
		EACH(e->p->context_origin, i)
	put_origin(e, &e->p->context_origin.v[i]);
}

_Static_assert(CEILINGS_WITNESS_ARGS == AEGF_WITNESS_ARGS, "witnesses fit where they are scanned");
_Static_assert((int)CEILING_RATE == (int)AEGF_LOOSER_RATE &&
		       (int)CEILING_CONCURRENT == (int)AEGF_LOOSER_CONCURRENT &&
		       (int)CEILING_RESPONSE == (int)AEGF_LOOSER_RESPONSE &&
		       (int)CEILING_RESULTS == (int)AEGF_LOOSER_RESULTS,
	"limits are numbered as in the bundle");

static void put_ceilings(struct encoder *e, const struct ceilings *c)
{
	for (uint32_t i = 0; i < c->n; i++) {
		const struct ceiling_of *of = &c->v[i];
		PUT(e, CEILINGS, struct aegf_ceiling,
			{ aeg_st32(of->same),
				list((struct ir_range){ of->first_parent, of->nparents }),
				list((struct ir_range){ of->first_witness, of->nwitnesses }) });
	}
	for (uint32_t i = 0; i < c->nparents; i++) {
		const struct ceiling_parent *p = &c->parents[i];
		PUT(e, PARENTS, struct aegf_parent,
			{ aeg_st32(p->context), aeg_st32(p->looser), aeg_st32(p->witness) });
	}
	for (uint32_t i = 0; i < c->nwitnesses; i++) {
		const struct ceiling_witness *w = &c->witnesses[i];
		PUT(e, WITNESSES, struct aegf_witness, { text(e, w->tool), text(e, w->args) });
	}
}

static void put_paths(struct encoder *e)
{
	for
		EACH(e->p->paths, i)
		{
			const struct ir_paths *x = &e->p->paths.v[i];
			PUT(e, PATHS, struct aegf_paths,
				{ { aeg_st32((uint32_t)e->section[AEGF_OPS].len),
					  aeg_st32(x->program.len) },
					list(x->texts) });
			buf_slice(&e->section[AEGF_OPS], x->program);
		}
	e->count[AEGF_OPS] = (uint32_t)e->section[AEGF_OPS].len;
}

/* Header, table, sections in the order of their kinds; a section without bytes is left out. */
static void assemble(struct encoder *e, struct buf *out)
{
	struct aegf_header h = { .major = aeg_st16(AEGF_MAJOR), .minor = aeg_st16(AEGF_MINOR) };
	uint32_t n = 0, size = sizeof h;

	for (int k = 1; k < AEGF_NKINDS; k++)
		n += e->section[k].len != 0;
	size += n * (uint32_t)sizeof(struct aegf_section);
	buf_add(out, &h, sizeof h);
	for (int k = 1; k < AEGF_NKINDS; k++) {
		uint32_t len = (uint32_t)e->section[k].len;
		if (len == 0)
			continue;
		struct aegf_section s = { aeg_st32((uint32_t)k), aeg_st32(size), aeg_st32(len),
			aeg_st32(e->count[k]) };
		buf_add(out, &s, sizeof s);
		size += len;
	}
	for (int k = 1; k < AEGF_NKINDS; k++)
		buf_add(out, e->section[k].at, e->section[k].len);
	memcpy(h.magic, AEGF_MAGIC, sizeof h.magic);
	h.size = aeg_st32(size);
	h.nsections = aeg_st32(n);
	crypto_generichash(h.hash, sizeof h.hash, (const unsigned char *)out->at + sizeof h,
		size - sizeof h, NULL, 0);
	memcpy(out->at, &h, sizeof h);
}

static size_t total_size(const struct encoder *e)
{
	size_t total = sizeof(struct aegf_header) + AEGF_NKINDS * sizeof(struct aegf_section) +
		       sizeof(struct aegf_trailer);

	for (int k = 1; k < AEGF_NKINDS; k++)
		total += e->section[k].len;
	return total;
}

static struct slice too_large(struct diags *d)
{
	diag_add(d,
		(struct diag){ AEG_bundle_too_large, SPAN_NONE,
			.help = "split the sources into several bundles, one for each node or tenant" });
	return (struct slice){ 0 };
}

/* Room for all that is known beforehand, so that nothing is copied while it grows. */
static void reserve(struct encoder *e)
{
	const struct program *p = e->p;
	const size_t n[AEGF_NKINDS] = {
		[AEGF_CONTEXTS] = p->contexts.n,
		[AEGF_CAPS] = p->caps.n,
		[AEGF_DENY] = p->deny.n,
		[AEGF_CLASSES] = p->classes.n,
		[AEGF_CANDIDATES] = p->candidates.n,
		[AEGF_NODES] = p->nodes.n,
		[AEGF_EDGES] = e->edges.n,
		[AEGF_LISTS] = p->lists.n,
		[AEGF_ORIGIN] = e->o->strip ? 0 : p->caps.n + p->deny.n + p->contexts.n,
	};

#define X(number, name, type) \
	if (n[number] != 0) { \
		e->section[number].cap = n[number] * sizeof(type) + 1; \
		e->section[number].at = arena_array(p->arena, char, e->section[number].cap); \
	}
	AEGF_SECTIONS(X)
#undef X
}

static void put_opaque(struct encoder *e, enum aegf_kind kind, struct slice bytes)
{
	buf_slice(&e->section[kind], bytes);
	e->count[kind] = bytes.len;
}

struct slice emit_bundle(struct diags *d, const struct program *p, const struct emit_options *o)
{
	struct encoder *e = arena_new(d->arena, struct encoder);
	struct aegf_trailer trailer = { .count = aeg_st32(0) };
	struct buf out = { .arena = d->arena };

	e->p = p;
	e->o = o;
	e->offsets.arena = d->arena;
	for (int k = 0; k < AEGF_NKINDS; k++)
		e->section[k].arena = d->arena;
	if (!opt_pack_edges(p, &e->edges))
		return too_large(d);
	reserve(e);
	put_meta(e);
	put_contexts(e);
	put_caps(e);
	put_classes(e);
	put_tries(e);
	put_catalogue(e);
	put_users(e);
	if (p->ceilings != NULL)
		put_ceilings(e, p->ceilings);
	put_paths(e);
	put_opaque(e, AEGF_FLOWS, o->flows);
	put_opaque(e, AEGF_MACHINES, o->machines);
	put_opaque(e, AEGF_CLI_TOOLS, o->cli_tools);
	put_opaque(e, AEGF_SANDBOXES, o->sandboxes);
	put_opaque(e, AEGF_SETTINGS, o->settings);
	if (!o->strip)
		put_origins(e);
	e->count[AEGF_STRINGS] = (uint32_t)e->section[AEGF_STRINGS].len;
	if (total_size(e) > AEGF_MAX_SIZE)
		return too_large(d);
	out.cap = total_size(e) + 1;
	out.at = arena_array(d->arena, char, out.cap);
	assemble(e, &out);
	memcpy(trailer.magic, AEGF_TRAILER_MAGIC, sizeof trailer.magic);
	buf_add(&out, &trailer, sizeof trailer);
	return buf_done(&out);
}
