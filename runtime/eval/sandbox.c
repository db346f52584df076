/* Answers what a container may reach and open; tells what its sandbox holds. */
#include "sandbox_table.h"

#include "libaegis/address.h"
#include "libaegis/host.h"
#include "libaegis/path.h"

/* ---- Where a connection goes --------------------------------------------------------------- */

struct target {
	int has_name, has_address;
	int no_name; /* the agent asked for an address: there is no name to be known */
	int is_v4;
	struct aegi_host name;
	uint8_t address[16];
	uint16_t port;
};

static void set_v4(uint8_t ret[16], const uint8_t v4[4])
{
	memset(ret, 0, 10);
	memset(ret + 10, 0xff, 2);
	memcpy(ret + 12, v4, 4);
}

/* The address that a host in its normal form is; 0: it is a name. */
static int literal(enum aeg_host_kind kind, const char *at, uint32_t len, uint8_t ret[16])
{
	uint16_t group[8];
	uint8_t v4[4];

	if (kind == AEG_HOST_IPV4 && aegi_ipv4_parse(at, len, v4)) {
		set_v4(ret, v4);
		return 1;
	}
	if (kind != AEG_HOST_IPV6 || !aegi_ipv6_parse(at + 1, len - 2, group))
		return 0;
	for (int i = 0; i < 8; i++) {
		ret[2 * i] = (uint8_t)(group[i] >> 8);
		ret[2 * i + 1] = (uint8_t)group[i];
	}
	return 1;
}

/* What is known of it; 0: it contradicts itself, or nothing is known. @text is the caller's room.
 */
static int read_target(struct target *t, char text[256], struct aeg_str host,
	const uint8_t *address, uint16_t port)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	enum aeg_host_kind kind;
	uint32_t len;

	*t = (struct target){ .has_address = address != NULL, .port = port };
	if (address != NULL)
		memcpy(t->address, address, sizeof t->address);
	if (host.len != 0) {
		uint8_t own[16];
		kind = aeg_host_normal(host, text, &len);
		if (kind == AEG_HOST_BAD)
			return 0;
		if (kind == AEG_HOST_NAME) {
			t->has_name = 1;
			t->name.kind = kind;
			t->name.text = (struct aeg_str){ text, len };
		} else if (!literal(kind, text, len, own) ||
			   (address != NULL && memcmp(own, address, sizeof own) != 0)) {
			return 0;
		} else {
			t->has_address = t->no_name = 1;
			memcpy(t->address, own, sizeof own);
		}
	}
	t->is_v4 = memcmp(t->address, mapped, sizeof mapped) == 0;
	return t->has_name || t->has_address;
}

/* The IPv4 address that a translator or a tunnel makes of an IPv6 one: 64:ff9b::/96 and 2002::/16.
 */
static int leads_to_v4(const uint8_t a[16], uint8_t ret[16])
{
	static const uint8_t nat64[12] = { 0, 0x64, 0xff, 0x9b };

	if (memcmp(a, nat64, sizeof nat64) == 0)
		set_v4(ret, a + 12);
	else if (a[0] == 0x20 && a[1] == 2)
		set_v4(ret, a + 2);
	else
		return 0;
	return 1;
}

static int is_special_v4(const uint8_t v4[4])
{
	static const uint8_t keys[][4] = { { 100, 100, 100, 200 }, { 168, 63, 129, 16 },
		{ 192, 0, 0, 192 } };

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (memcmp(v4, keys[i], sizeof keys[i]) == 0)
			return 1;
	return v4[0] == 0 || v4[0] == 127 || (v4[0] == 169 && v4[1] == 254) || v4[0] >= 224;
}

/* Loopback, link-local, multicast, broadcast, nowhere, and where clouds hand out their keys: what a
 * name never stands for. */
static int is_special(const struct target *t)
{
	static const uint8_t keys[][4] = { { 0xfd, 0, 0x0e, 0xc2 }, { 0xfd, 0x20, 0, 0xce } };
	const uint8_t *a = t->address;
	uint8_t v4[16];

	if (!t->has_address)
		return t->name.text.len >= 9 &&
		       memcmp(t->name.text.at + t->name.text.len - 9, "localhost", 9) == 0 &&
		       (t->name.text.len == 9 || t->name.text.at[t->name.text.len - 10] == '.');
	if (t->is_v4 || leads_to_v4(a, v4))
		return is_special_v4(t->is_v4 ? a + 12 : v4 + 12);
	return aegi_all_zero(a, 12) || a[0] == 0xff || (a[0] == 0xfe && (a[1] & 0xc0) == 0x80) ||
	       memcmp(a, keys[0], 4) == 0 || memcmp(a, keys[1], 4) == 0;
}

/* ---- Sets ---------------------------------------------------------------------------------- */

static int net_has(const struct aegf_net *net, const uint8_t address[16])
{
	uint32_t bits = aeg_ld32(net->bits), whole = bits / 8;

	return memcmp(net->address, address, whole) == 0 &&
	       (bits % 8 == 0 ||
		       ((net->address[whole] ^ address[whole]) & 0xff00 >> bits % 8 & 0xff) == 0);
}

/* Nets are apart and ascend: only the last that begins at or before the address can have it. */
static int nets_have(const struct aeg_sandboxes *s, struct aegf_list l, const uint8_t address[16])
{
	const struct aegf_net *net = sandbox_row(s, NETS, aeg_ld32(l.first), struct aegf_net);
	uint32_t lo = 0, hi = aeg_ld32(l.count);

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		if (memcmp(net[mid].address, address, 16) <= 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo > 0 && net_has(&net[lo - 1], address);
}

static int reach_has_name(
	const struct aeg_sandboxes *s, const struct aegf_reach *r, const struct target *t)
{
	struct aegi_trie trie;

	if (aeg_ld32(r->hosts) == AEGF_NONE)
		return 0;
	trie = aegi_trie_of(s->bundle);
	return aegi_host_listed(&trie, aeg_ld32(r->hosts), &t->name) == AEG_None;
}

static int reach_has_address(
	const struct aeg_sandboxes *s, const struct aegf_reach *r, const struct target *t)
{
	return nets_have(s, t->is_v4 ? r->v4 : r->v6, t->address);
}

/* Whether the list surely has the target: by name, or by address. */
static int surely(const struct aeg_sandboxes *s, struct aegf_list l, const struct target *t)
{
	const struct aegf_reach *r = sandbox_row(s, REACHES, aeg_ld32(l.first), struct aegf_reach);
	int by_name = t->has_name && !(t->has_address && is_special(t));

	for (uint32_t n = aeg_ld32(l.count); n > 0; n--, r++) {
		uint32_t port = aeg_ld32(r->port);
		if ((port == 0 || port == t->port) &&
			((by_name && reach_has_name(s, r, t)) ||
				(t->has_address && reach_has_address(s, r, t))))
			return 1;
	}
	return 0;
}

/* Whether the list may have it: what is not known may be on it. */
static int maybe(const struct aeg_sandboxes *s, struct aegf_list l, const struct target *t)
{
	const struct aegf_reach *r = sandbox_row(s, REACHES, aeg_ld32(l.first), struct aegf_reach);

	for (uint32_t n = aeg_ld32(l.count); n > 0; n--, r++) {
		uint32_t port = aeg_ld32(r->port);
		if (port != 0 && t->port != 0 && port != t->port)
			continue;
		if (t->has_name ? reach_has_name(s, r, t)
				: aeg_ld32(r->hosts) != AEGF_NONE && !t->no_name)
			return 1;
		if (t->has_address ? reach_has_address(s, r, t)
				   : aeg_ld32(r->v4.count) + aeg_ld32(r->v6.count) != 0)
			return 1;
	}
	return 0;
}

int aeg_network_allowed(const struct aeg_sandboxes *s, uint32_t agent, struct aeg_str host,
	const uint8_t *address, uint16_t port)
{
	const struct aegf_sandbox *box = sandbox_of(s, agent);
	struct target t;
	char text[256];
	uint8_t v4[16];

	if (box == NULL || aeg_ld32(box->network) == AEG_NETWORK_NONE ||
		!read_target(&t, text, host, address, port))
		return 0;
	if (aeg_ld32(box->network) == AEG_NETWORK_ALLOW)
		return surely(s, box->allow, &t);
	if (is_special(&t) || maybe(s, box->deny, &t))
		return 0;
	if (!t.has_address || t.is_v4 || !leads_to_v4(t.address, v4))
		return 1;
	memcpy(t.address, v4, sizeof v4);
	t.is_v4 = 1;
	return !maybe(s, box->deny, &t);
}

/* ---- Files --------------------------------------------------------------------------------- */

enum { MOST_PATH = 4096 };

/* The path without empty components and `.`; its length, or 0: no question is asked of it. */
static uint32_t normal(struct aeg_str path, char ret[MOST_PATH])
{
	uint32_t n = 0, i = 0;

	if (path.len == 0 || path.len > MOST_PATH || path.at[0] != '/' ||
		aegi_path_safe(path) != AEG_None)
		return 0;
	while (i < path.len) {
		uint32_t from = ++i;
		const char *slash = memchr(path.at + from, '/', path.len - from);
		i = slash == NULL ? path.len : (uint32_t)(slash - path.at);
		if (i == from || (i - from == 1 && path.at[from] == '.'))
			continue;
		ret[n++] = '/';
		memcpy(ret + n, path.at + from, i - from);
		n += i - from;
	}
	if (n == 0)
		ret[n++] = '/';
	return n;
}

/* Whether @path is on a volume that is not to be written: the innermost decides. */
static int mounted_read_only(const struct aeg_sandboxes *s, struct aegf_list l, struct aeg_str path)
{
	const struct aegf_mount *m = sandbox_row(s, MOUNTS, aeg_ld32(l.first), struct aegf_mount);
	uint32_t longest = 0, flags = 0;

	for (uint32_t n = aeg_ld32(l.count); n > 0; n--, m++) {
		struct aeg_str at = sandbox_text(s, m->path, m->path_len);
		if (at.len < longest || at.len > path.len || memcmp(at.at, path.at, at.len) != 0 ||
			(at.len > 1 && at.len < path.len && path.at[at.len] != '/'))
			continue;
		flags = (at.len == longest ? flags : 0) | aeg_ld32(m->flags);
		longest = at.len;
	}
	return (flags & AEGF_MOUNT_READ_ONLY) != 0;
}

int aeg_fs_allowed(const struct aeg_sandboxes *s, uint32_t agent, struct aeg_str path,
	enum aeg_fs_access access)
{
	const struct aegf_sandbox *box = sandbox_of(s, agent);
	char text[MOST_PATH];
	struct aegi_trie trie;
	struct aeg_str p;
	uint32_t set;

	if (box == NULL || (access != AEG_FS_READ && access != AEG_FS_WRITE))
		return 0;
	set = aeg_ld32(access == AEG_FS_READ ? box->read : box->write);
	p = (struct aeg_str){ text, normal(path, text) };
	if (set == AEGF_NONE || p.len == 0)
		return 0;
	if (access == AEG_FS_WRITE && ((aeg_ld32(box->flags) & AEGF_SANDBOX_READ_ONLY) ||
					      mounted_read_only(s, box->mounts, p)))
		return 0;
	trie = aegi_trie_of(s->bundle);
	return aegi_path_listed(&trie, set, p) == AEG_None;
}

/* ---- What there is ------------------------------------------------------------------------- */

enum aeg_status aeg_sandbox_info(
	const struct aeg_sandboxes *s, uint32_t agent, struct aeg_sandbox_info *ret)
{
	const struct aegf_sandbox *box = sandbox_of(s, agent);

	if (box == NULL || ret->size_of != sizeof *ret)
		return AEG_USAGE;
	ret->network = (enum aeg_network_mode)aeg_ld32(box->network);
	ret->nallow = aeg_ld32(box->allow_texts.count);
	ret->ndeny = aeg_ld32(box->deny_texts.count);
	ret->nread = aeg_ld32(box->read_texts.count);
	ret->nwrite = aeg_ld32(box->write_texts.count);
	ret->nmounts = aeg_ld32(box->mounts.count);
	ret->read_only = (aeg_ld32(box->flags) & AEGF_SANDBOX_READ_ONLY) != 0;
	ret->cpu_millis = aeg_ld32(box->cpu_millis);
	ret->iterations = aeg_ld32(box->iterations);
	ret->memory = aeg_ld64(box->memory);
	ret->disk = aeg_ld64(box->disk);
	ret->timeout_ms = aeg_ld64(box->timeout_ms);
	ret->iteration_ms = aeg_ld64(box->iteration_ms);
	ret->llm_ms = aeg_ld64(box->llm_ms);
	return AEG_OK;
}

struct aeg_str aeg_sandbox_entry(
	const struct aeg_sandboxes *s, uint32_t agent, enum aeg_sandbox_list list, uint32_t i)
{
	const struct aegf_sandbox *box = sandbox_of(s, agent);
	const struct aegf_list *l = NULL;

	if (box != NULL && list == AEG_SANDBOX_ALLOW)
		l = &box->allow_texts;
	else if (box != NULL && list == AEG_SANDBOX_DENY)
		l = &box->deny_texts;
	else if (box != NULL && list == AEG_SANDBOX_READ)
		l = &box->read_texts;
	else if (box != NULL && list == AEG_SANDBOX_WRITE)
		l = &box->write_texts;
	if (l == NULL || i >= aeg_ld32(l->count))
		return (struct aeg_str){ "", 0 };
	return aegi_str(s->bundle,
		*aegi_at(s->bundle, AEGF_LISTS, aeg_ld32(l->first) + i, struct aegf_str));
}

enum aeg_status aeg_sandbox_mount(
	const struct aeg_sandboxes *s, uint32_t agent, uint32_t i, struct aeg_mount_info *ret)
{
	const struct aegf_sandbox *box = sandbox_of(s, agent);
	const struct aegf_mount *m;

	if (box == NULL || i >= aeg_ld32(box->mounts.count) || ret->size_of != sizeof *ret)
		return AEG_USAGE;
	m = sandbox_row(s, MOUNTS, aeg_ld32(box->mounts.first) + i, struct aegf_mount);
	ret->read_only = (aeg_ld32(m->flags) & AEGF_MOUNT_READ_ONLY) != 0;
	ret->persistent = (aeg_ld32(m->flags) & AEGF_MOUNT_PERSISTENT) != 0;
	ret->ttl_hours = aeg_ld32(m->ttl_hours);
	ret->name = sandbox_text(s, m->name, m->name_len);
	ret->path = sandbox_text(s, m->path, m->path_len);
	ret->size = aeg_ld64(m->size);
	return AEG_OK;
}
