/* Writes section SANDBOXES: what the containers of this program's agents may reach and use. */
#include "emit/emit.h"
#include "format/aeg_sandbox.h"

struct emit {
	const struct program *p;
	struct buf table[AEGF_NSANDBOX_TABLES];
	struct buf bytes;
	uint32_t n[AEGF_NSANDBOX_TABLES];
};

#define ROW(e, TABLE, type, ...) \
	(buf_add(&(e)->table[AEGF_SANDBOX_##TABLE], &(type)__VA_ARGS__, sizeof(type)), \
		(e)->n[AEGF_SANDBOX_##TABLE]++)

static struct aegf_list list(struct ir_range r)
{
	return (struct aegf_list){ aeg_st32(r.first), aeg_st32(r.count) };
}

/* Tables of the program are in the order in which the lists that are made of them stand. */
static void put_tables(struct emit *e)
{
	const struct program *p = e->p;
	for (size_t i = 0; i < p->reaches.n; i++) {
		const struct ir_reach *r = &p->reaches.v[i];
		ROW(e, REACHES, struct aegf_reach,
			{ aeg_st32(r->port), aeg_st32(r->hosts), list(r->v4), list(r->v6) });
	}
	for (size_t i = 0; i < p->nets.n; i++) {
		struct aegf_net net = { .bits = aeg_st32(p->nets.v[i].bits) };
		memcpy(net.address, p->nets.v[i].address, sizeof net.address);
		buf_add(&e->table[AEGF_SANDBOX_NETS], &net, sizeof net);
		e->n[AEGF_SANDBOX_NETS]++;
	}
	for (size_t i = 0; i < p->mounts.n; i++) {
		const struct ir_mount *m = &p->mounts.v[i];
		uint32_t name = (uint32_t)e->bytes.len, path = name + m->name.len;
		buf_slice(&e->bytes, m->name);
		buf_slice(&e->bytes, m->path);
		ROW(e, MOUNTS, struct aegf_mount,
			{ aeg_st32(name), aeg_st32(m->name.len), aeg_st32(path),
				aeg_st32(m->path.len),
				aeg_st32((m->read_only ? AEGF_MOUNT_READ_ONLY : 0) |
					 (m->persistent ? AEGF_MOUNT_PERSISTENT : 0)),
				aeg_st32(m->ttl_hours), aeg_st64(m->size) });
	}
}

static void put_sandbox(struct emit *e, const struct ir_sandbox *b)
{
	ROW(e, SANDBOXES, struct aegf_sandbox,
		{ aeg_st32(b->read_only ? AEGF_SANDBOX_READ_ONLY : 0), aeg_st32(b->network),
			list(b->allow), list(b->deny), aeg_st32(b->read), aeg_st32(b->write),
			list(b->mounts), list(b->allow_texts), list(b->deny_texts),
			list(b->read_texts), list(b->write_texts), aeg_st32(b->cpu_millis),
			aeg_st32(b->iterations), aeg_st64(b->memory), aeg_st64(b->disk),
			aeg_st64(b->timeout_ms), aeg_st64(b->iteration_ms), aeg_st64(b->llm_ms) });
}

struct slice emit_sandboxes(struct diags *d, const struct program *p)
{
	struct emit e = { .p = p, .bytes.arena = d->arena };
	struct buf out = { .arena = d->arena };
	struct aegf_sandboxes head;
	if (p->sandboxes.n == 0)
		return (struct slice){ 0 };
	for (int t = 0; t < AEGF_NSANDBOX_TABLES; t++)
		e.table[t].arena = d->arena;
	for (size_t i = 0; i < p->sandboxes.n; i++)
		put_sandbox(&e, &p->sandboxes.v[i]);
	put_tables(&e);
	for (int t = 0; t < AEGF_NSANDBOX_TABLES; t++)
		head.count[t] = aeg_st32(e.n[t]);
	head.nbytes = aeg_st32((uint32_t)e.bytes.len);
	buf_add(&out, &head, sizeof head);
	for (int t = 0; t < AEGF_NSANDBOX_TABLES; t++)
		buf_slice(&out, buf_done(&e.table[t]));
	buf_slice(&out, buf_done(&e.bytes));
	return buf_done(&out);
}
