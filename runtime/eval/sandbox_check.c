/*
 * Accepts section SANDBOXES: the only code that reads rows of it which nobody has checked.
 *
 * After AEG_OK every reader may rely on this: tables and bytes fill the section; there is a sandbox
 * for each agent of the bundle; lists cover their tables one behind the other, and texts the
 * bytes, so that checking is linear; sets are nodes of the right kind, entries lie in LISTS; ports
 * ascend; nets ascend, none is within another and none has a bit beyond those that count, and those
 * of IPv4 stand apart; paths of volumes are absolute and normal; no limit is 0.
 */
#include "sandbox_table.h"

struct check {
	struct aeg_sandboxes s;
	const struct aeg_bundle *b;
	uint32_t next[AEGF_NSANDBOX_TABLES]; /* where the next list of its rows begins */
	uint32_t nbytes, text;               /* of the bytes; where the next text begins */
};

/* Lists of a table stand one behind the other: no row is looked at twice. */
static int list_in(struct check *k, enum aegf_sandbox_table t, struct aegf_list l)
{
	uint32_t n = k->s.own[SANDBOX_COUNT + t];

	if (aeg_ld32(l.first) != k->next[t] || aeg_ld32(l.count) > n - k->next[t])
		return 0;
	k->next[t] += aeg_ld32(l.count);
	return 1;
}

static int entries_in(const struct check *k, struct aegf_list l)
{
	uint32_t n = aegi_count(k->b, AEGF_LISTS);

	return aeg_ld32(l.first) <= n && aeg_ld32(l.count) <= n - aeg_ld32(l.first);
}

/* A node of @kind, or NONE. */
static int set_in(const struct check *k, struct aeg_le32 i, uint32_t kind)
{
	if (aeg_ld32(i) == AEGF_NONE)
		return 1;
	return aeg_ld32(i) < aegi_count(k->b, AEGF_NODES) &&
	       aeg_ld32(aegi_at(k->b, AEGF_NODES, aeg_ld32(i), struct aegf_node)->kind) == kind;
}

/* ---- Rows ---------------------------------------------------------------------------------- */

/* All the bits of @net beyond those that count are 0. */
static int is_clean(const struct aegf_net *net)
{
	uint32_t bits = aeg_ld32(net->bits), at = bits / 8;

	if (bits == 128)
		return 1;
	return (net->address[at] & 0xff >> bits % 8) == 0 &&
	       aegi_all_zero(net->address + at + 1, 15 - at);
}

/* The last address of @net. */
static void last_of(const struct aegf_net *net, uint8_t ret[16])
{
	uint32_t bits = aeg_ld32(net->bits);

	memcpy(ret, net->address, 16);
	for (uint32_t i = bits / 8; i < 16; i++)
		ret[i] = (uint8_t)(ret[i] | (i == bits / 8 ? 0xff >> bits % 8 : 0xff));
}

static enum aeg_status check_nets(struct check *k, struct aegf_list l, uint32_t least_bits)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	const struct aegf_net *net = sandbox_row(&k->s, NETS, aeg_ld32(l.first), struct aegf_net);
	uint8_t last[16];

	for (uint32_t i = 0; i < aeg_ld32(l.count); i++, net++) {
		uint32_t bits = aeg_ld32(net->bits);
		int v4 = memcmp(net->address, mapped, sizeof mapped) == 0;
		if (bits > 128 || bits < least_bits || v4 != (least_bits == 96) || !is_clean(net) ||
			(i > 0 && memcmp(last, net->address, 16) >= 0))
			return AEG_CONTENT;
		last_of(net, last);
	}
	return AEG_OK;
}

static enum aeg_status check_reaches(struct check *k, struct aegf_list l)
{
	const struct aegf_reach *r =
		sandbox_row(&k->s, REACHES, aeg_ld32(l.first), struct aegf_reach);
	enum aeg_status s = AEG_OK;

	for (uint32_t i = 0; s == AEG_OK && i < aeg_ld32(l.count); i++, r++) {
		if (!set_in(k, r->hosts, AEGF_NODE_HOST) || !list_in(k, AEGF_SANDBOX_NETS, r->v4) ||
			!list_in(k, AEGF_SANDBOX_NETS, r->v6))
			return AEG_BOUNDS;
		if (aeg_ld32(r->port) > 65535 ||
			(i > 0 && aeg_ld32(r[-1].port) >= aeg_ld32(r->port)))
			return AEG_CONTENT;
		s = check_nets(k, r->v4, 96);
		if (s == AEG_OK)
			s = check_nets(k, r->v6, 0);
	}
	return s;
}

/* Absolute, each part something and no dots alone, nothing at the end. */
static int is_path(struct aeg_str p)
{
	uint32_t from = 1;

	if (p.len == 0 || p.at[0] != '/')
		return 0;
	for (uint32_t i = 1; i <= p.len && p.len > 1; i++) {
		if (i < p.len && ((unsigned char)p.at[i] < ' ' || p.at[i] == 0x7f))
			return 0;
		if (i < p.len && p.at[i] != '/')
			continue;
		if (i == from || (i - from <= 2 && memcmp(p.at + from, "..", i - from) == 0))
			return 0;
		from = i + 1;
	}
	return 1;
}

/* Texts stand one behind the other, too. */
static int text_in(struct check *k, struct aeg_le32 off, struct aeg_le32 len)
{
	if (aeg_ld32(off) != k->text || aeg_ld32(len) > k->nbytes - k->text)
		return 0;
	k->text += aeg_ld32(len);
	return 1;
}

static enum aeg_status check_mounts(struct check *k, struct aegf_list l)
{
	const struct aegf_mount *m =
		sandbox_row(&k->s, MOUNTS, aeg_ld32(l.first), struct aegf_mount);

	for (uint32_t i = 0; i < aeg_ld32(l.count); i++, m++) {
		if (!text_in(k, m->name, m->name_len) || !text_in(k, m->path, m->path_len))
			return AEG_BOUNDS;
		if (aeg_ld32(m->flags) & ~(AEGF_MOUNT_READ_ONLY | AEGF_MOUNT_PERSISTENT))
			return AEG_RESERVED;
		if (!is_path(sandbox_text(&k->s, m->path, m->path_len)))
			return AEG_CONTENT;
	}
	return AEG_OK;
}

static enum aeg_status check_sandbox(struct check *k, const struct aegf_sandbox *r)
{
	enum aeg_status s;

	if (!list_in(k, AEGF_SANDBOX_REACHES, r->allow) ||
		!list_in(k, AEGF_SANDBOX_REACHES, r->deny) || !set_in(k, r->read, AEGF_NODE_PATH) ||
		!set_in(k, r->write, AEGF_NODE_PATH) ||
		!list_in(k, AEGF_SANDBOX_MOUNTS, r->mounts) || !entries_in(k, r->allow_texts) ||
		!entries_in(k, r->deny_texts) || !entries_in(k, r->read_texts) ||
		!entries_in(k, r->write_texts))
		return AEG_BOUNDS;
	if (aeg_ld32(r->flags) & ~AEGF_SANDBOX_READ_ONLY)
		return AEG_RESERVED;
	if (aeg_ld32(r->network) > AEG_NETWORK_DENY || aeg_ld32(r->cpu_millis) == 0 ||
		aeg_ld32(r->iterations) == 0 || aeg_ld64(r->memory) == 0 ||
		aeg_ld64(r->disk) == 0 || aeg_ld64(r->timeout_ms) == 0 ||
		aeg_ld64(r->iteration_ms) == 0 || aeg_ld64(r->llm_ms) == 0)
		return AEG_CONTENT;
	if ((s = check_reaches(k, r->allow)) != AEG_OK || (s = check_reaches(k, r->deny)) != AEG_OK)
		return s;
	return check_mounts(k, r->mounts);
}

/* ---- All of it ----------------------------------------------------------------------------- */

/* Tables one behind the other, then the bytes, and nothing besides. */
static enum aeg_status layout(struct check *k, const uint8_t *base, uint32_t len)
{
	static const uint32_t size[] = {
#define X(name, type) sizeof(type),
		AEGF_SANDBOX_TABLES(X)
#undef X
	};
	const struct aegf_sandboxes *head = (const void *)base;
	uint64_t at = sizeof *head;

	if (len < sizeof *head)
		return AEG_SHORT;
	k->s.base = base;
	for (uint32_t t = 0; t < AEGF_NSANDBOX_TABLES; t++) {
		uint32_t count = aeg_ld32(head->count[t]);
		if (count > (len - at) / size[t])
			return AEG_BOUNDS;
		k->s.own[SANDBOX_AT + t] = (uint32_t)at;
		k->s.own[SANDBOX_COUNT + t] = count;
		at += (uint64_t)count * size[t];
	}
	k->s.own[SANDBOX_BYTES] = (uint32_t)at;
	k->nbytes = aeg_ld32(head->nbytes);
	return at + k->nbytes == len ? AEG_OK : AEG_BOUNDS;
}

enum aeg_status aeg_sandboxes_open(const struct aeg_bundle *b, struct aeg_sandboxes *ret)
{
	struct check k = { .s.bundle = b, .b = b };
	enum aeg_status s = AEG_OK;

	if (aegi_count(b, AEGF_SANDBOXES) != 0) {
		s = layout(
			&k, aegi_at(b, AEGF_SANDBOXES, 0, uint8_t), aegi_count(b, AEGF_SANDBOXES));
		if (s == AEG_OK && k.s.own[SANDBOX_COUNT + AEGF_SANDBOX_SANDBOXES] !=
					   aegi_count(b, AEGF_AGENTS))
			s = AEG_CONTENT;
		k.next[AEGF_SANDBOX_SANDBOXES] = k.s.own[SANDBOX_COUNT + AEGF_SANDBOX_SANDBOXES];
	}
	for (uint32_t i = 0; s == AEG_OK && i < k.next[AEGF_SANDBOX_SANDBOXES]; i++)
		s = check_sandbox(&k, sandbox_row(&k.s, SANDBOXES, i, struct aegf_sandbox));
	for (uint32_t t = 0; s == AEG_OK && t < AEGF_NSANDBOX_TABLES; t++)
		if (k.next[t] != k.s.own[SANDBOX_COUNT + t])
			s = AEG_CONTENT;
	if (s == AEG_OK && k.text != k.nbytes)
		s = AEG_CONTENT;
	if (s != AEG_OK)
		return s;
	k.s.n = k.next[AEGF_SANDBOX_SANDBOXES];
	*ret = k.s;
	return AEG_OK;
}
