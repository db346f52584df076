/* What an agent's container may reach and use: its lists as tries and ranges of addresses. */
#include "ir/lower.h"

#include <stdlib.h>

#include "aegis/sandbox.h"
#include "model/agent.h"
#include "model/scalar.h"

/* ---- Entries of the network ---------------------------------------------------------------- */

/* One entry, taken apart: a name, or a range of addresses. */
struct entry {
	uint32_t port; /* 0: any */
	enum { ENTRY_NAME, ENTRY_V4, ENTRY_V6 } kind;
	struct mtext name;
	struct ir_net net;
};

/* The digits at the end of @t behind @before, as a number; UINT32_MAX: there are none. */
static uint32_t tail_number(struct slice t, char before, uint32_t *ret_at)
{
	uint32_t i = t.len, n = 0;
	while (i > 0 && t.at[i - 1] >= '0' && t.at[i - 1] <= '9')
		i--;
	if (i == 0 || i == t.len || t.at[i - 1] != before)
		return UINT32_MAX;
	*ret_at = i - 1;
	for (; i < t.len; i++)
		n = n * 10 + (uint32_t)(t.at[i] - '0');
	return n;
}

/* The range that @t is, of @bits or one address; false: it is a name. */
static bool read_net(struct slice t, uint32_t bits, struct entry *e)
{
	bool brackets = t.len > 2 && t.at[0] == '[';
	uint8_t ip[16];
	uint32_t n = scalar_ip(brackets ? (struct slice){ t.at + 1, t.len - 2 } : t, ip);
	if (n == 0)
		return false;
	memset(&e->net, 0, sizeof e->net);
	memcpy(e->net.address + 16 - n, ip, n);
	e->net.bits = (bits == UINT32_MAX ? n * 8 : bits) + 128 - n * 8;
	if (n == 4)
		memset(e->net.address + 10, 0xff, 2);
	bool mapped = e->net.bits >= 96 && e->net.address[10] == 0xff && e->net.address[11] == 0xff;
	for (int i = 0; i < 10; i++)
		mapped &= e->net.address[i] == 0;
	e->kind = mapped ? ENTRY_V4 : ENTRY_V6;
	return true;
}

/* `example.com`, `*.example.com:443`, `10.0.0.1:22`, `[::1]:80`, `10.0.0.0/8`, `fd00::/8`: each in
 * the normal form that the model has it in. */
static struct entry read_entry(const struct mtext *written)
{
	struct entry e = { .kind = ENTRY_NAME };
	struct slice t = written->text;
	uint32_t at = t.len, bits = tail_number(t, '/', &at);
	if (bits == UINT32_MAX && memchr(t.at, ']', t.len) == NULL &&
		scalar_ip(t, (uint8_t[16]){ 0 }) == 16)
		at = t.len; /* what stands behind its last colon is no port */
	else if (bits == UINT32_MAX && (e.port = tail_number(t, ':', &at)) == UINT32_MAX)
		e.port = 0;
	t.len = at;
	if (!read_net(t, bits, &e))
		e.name = (struct mtext){ t, written->at };
	return e;
}

static int compare_entries(const void *va, const void *vb)
{
	const struct entry *a = va, *b = vb;
	int c = (a->port > b->port) - (a->port < b->port);
	if (c == 0)
		c = (a->kind > b->kind) - (a->kind < b->kind);
	if (c != 0)
		return c;
	if (a->kind == ENTRY_NAME)
		return slice_cmp(a->name.text, b->name.text);
	c = memcmp(a->net.address, b->net.address, sizeof a->net.address);
	return c != 0 ? c : (a->net.bits > b->net.bits) - (a->net.bits < b->net.bits);
}

/* ---- Reaches ------------------------------------------------------------------------------- */

static bool is_within(const struct ir_net *a, const struct ir_net *b)
{
	bool same = b->bits <= a->bits;
	for (uint32_t i = 0; same && i < b->bits; i++)
		same = ((a->address[i / 8] ^ b->address[i / 8]) & 0x80 >> i % 8) == 0;
	return same;
}

/* The ranges among @v, @n of one kind and port: what is within an earlier one says nothing. */
static struct ir_range lower_nets(struct lower *l, const struct entry *v, uint32_t n)
{
	struct ir_range made = { (uint32_t)l->p->nets.n, 0 };
	for (uint32_t i = 0; i < n; i++) {
		if (made.count != 0 && is_within(&v[i].net, &l->p->nets.v[l->p->nets.n - 1]))
			continue;
		IR_PUSH(l, l->p->nets, v[i].net);
		made.count++;
	}
	return made;
}

static uint32_t same_kind(const struct entry *v, uint32_t n, unsigned kind)
{
	uint32_t i = 0;
	while (i < n && (unsigned)v[i].kind == kind)
		i++;
	return i;
}

/* @v, @n: all of one port, names first. */
static struct ir_reach lower_reach(
	struct lower *l, const struct entry *v, uint32_t n, struct span at)
{
	struct ir_reach r = { .port = v->port, .hosts = IR_NONE };
	uint32_t names = same_kind(v, n, ENTRY_NAME),
		 v4 = same_kind(v + names, n - names, ENTRY_V4);
	if (names != 0) {
		struct mlist list = { .stated = true, .at = at, .n = names };
		struct ir_range unused;
		list.v = arena_array(l->arena, struct mtext, names);
		for (uint32_t i = 0; i < names; i++)
			list.v[i] = v[i].name;
		r.hosts = lower_hosts(l, &list, &unused);
	}
	r.v4 = lower_nets(l, v + names, v4);
	r.v6 = lower_nets(l, v + names + v4, n - names - v4);
	return r;
}

static struct ir_range lower_list(struct lower *l, const struct mlist *list)
{
	struct ir_range made = { (uint32_t)l->p->reaches.n, 0 };
	struct entry *v = arena_array(l->arena, struct entry, list->n);
	for (uint32_t i = 0; i < list->n; i++)
		v[i] = read_entry(&list->v[i]);
	if (list->n > 1)
		qsort(v, list->n, sizeof *v, compare_entries);
	for (uint32_t lo = 0, hi; lo < list->n; lo = hi) {
		for (hi = lo + 1; hi < list->n && v[hi].port == v[lo].port;)
			hi++;
		struct ir_reach reach = lower_reach(l, v + lo, hi - lo, list->at);
		IR_PUSH(l, l->p->reaches, reach);
		made.count++;
	}
	return made;
}

/* ---- The sandbox --------------------------------------------------------------------------- */

static struct ir_range lower_mounts(struct lower *l, const struct magent *a)
{
	const struct many *volumes = a->more == NULL ? NULL : &a->more->volumes;
	struct ir_range made = { (uint32_t)l->p->mounts.n, 0 };
	for (uint32_t i = 0; volumes != NULL && i < volumes->n; i++) {
		const struct mvolume *v = (const struct mvolume *)volumes->v + i;
		uint32_t hours = v->persistent       ? v->ttl_hours
				 : v->ttl_hours == 0 ? 24
						     : v->ttl_hours;
		struct ir_mount m = { v->name.text, v->mount.text, v->read_only, v->persistent,
			hours, v->size.n };
		IR_PUSH(l, l->p->mounts, m);
		made.count++;
	}
	return made;
}

/* Without a mode what is stated is an allowlist; without a statement there is no network. */
static uint32_t network_mode(const struct magent *a)
{
	struct slice mode = a->network_mode.text;
	if (!a->network_stated || slice_is(mode, "none"))
		return AEG_NETWORK_NONE;
	return slice_is(mode, "deny") ? AEG_NETWORK_DENY : AEG_NETWORK_ALLOW;
}

void lower_sandbox(struct lower *l, const struct magent *a)
{
	struct ir_sandbox b = {
		.network = network_mode(a),
		.read_only = a->read_only,
		.cpu_millis = (uint32_t)a->cpu.n,
		.iterations = (uint32_t)a->iterations.n,
		.memory = a->memory.n,
		.disk = a->disk.n,
		.timeout_ms = a->timeout_ms.n,
		.iteration_ms = a->iteration_ms.n,
		.llm_ms = a->llm_ms.n,
	};
	b.allow = lower_list(l, &a->network_allow);
	b.deny = lower_list(l, &a->network_deny);
	b.allow_texts = lower_texts(l, a->network_allow.v, a->network_allow.n);
	b.deny_texts = lower_texts(l, a->network_deny.v, a->network_deny.n);
	b.read = lower_paths(l, &a->reads, &b.read_texts);
	b.write = lower_paths(l, &a->writes, &b.write_texts);
	b.mounts = lower_mounts(l, a);
	IR_PUSH(l, l->p->sandboxes, b);
}
