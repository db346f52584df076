/*
 * Section SANDBOXES: 10^5 policies at random, each asked about names, addresses, ports and paths in
 * every spelling, against an evaluator that knows nothing of tables; and the section, broken.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
/* cmocka wants these first */
#include <cmocka.h>

#include "aegis/sandbox.h"
#include "emit/emit.h"
#include "format/aeg_sandbox.h"
#include "ir/hand_test.h"
#include "model/agent.h"

enum { AGENTS = 256, BUNDLES = 400, QUESTIONS = 8, MOST_ENTRIES = 5, MOST_MOUNTS = 3 };

static uint64_t seed = 0x2545f4914f6cdd1d;

static uint32_t below(uint32_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 33) % n;
}

/* ---- What is written, taken apart ---------------------------------------------------------- */

struct ip {
	bool v4;
	uint8_t byte[16]; /* of IPv4 the first four */
};
struct want { /* an entry of a network list */
	enum { NAME, BELOW, NET } kind;
	char name[64];
	struct ip ip;
	uint32_t bits, port;
};
struct policy {
	uint32_t mode; /* 0: no `network`; 1 none, 2 allow, 3 deny, 4: without a mode */
	uint32_t nallow, ndeny, nread, nwrite, nmounts;
	struct want allow[MOST_ENTRIES], deny[MOST_ENTRIES];
	char read[MOST_ENTRIES][64], write[MOST_ENTRIES][64], mount[MOST_MOUNTS][64];
	bool read_only, mount_read_only[MOST_MOUNTS];
};
static struct policy policies[AGENTS];

static const char *const labels[] = { "a", "b", "api", "xb", "com", "local", "localhost" };
static const char *const parts[] = { "a", "b", "ab", "aab", "work", "c" };

static void random_name(char *ret)
{
	*ret = 0;
	for (uint32_t n = 1 + below(3); n > 0; n--) {
		strcat(ret, labels[below(7)]);
		strcat(ret, n > 1 ? "." : "");
	}
}

/* Few bytes differ, so that questions meet entries; loopback and its like are among them. */
static struct ip random_ip(void)
{
	static const uint8_t v4[] = { 10, 127, 169, 0, 224, 192 }, v6[] = { 0, 0x20, 0xfe, 0xff };
	struct ip ip = { .v4 = below(2) == 0 };
	uint32_t n = ip.v4 ? 4 : 16;
	for (uint32_t i = 0; i < n; i++)
		ip.byte[i] = below(4) == 0 ? (uint8_t)below(3) : 0;
	ip.byte[0] = ip.v4 ? v4[below(6)] : v6[below(4)];
	if (ip.byte[0] == 169)
		ip.byte[1] = below(2) == 0 ? 254 : 253;
	if (ip.byte[0] == 0xfe)
		ip.byte[1] = (uint8_t)(0x40 * below(4));
	if (!ip.v4 && ip.byte[0] == 0 && below(3) == 0)
		ip.byte[15] = 1;
	return ip;
}

static struct want random_want(void)
{
	static const uint32_t ports[] = { 0, 0, 80, 443 };
	struct want w = { .kind = below(2) == 0   ? NET
				  : below(3) == 0 ? BELOW
						  : NAME,
		.port = ports[below(4)] };
	if (w.kind != NET) {
		random_name(w.name);
		return w;
	}
	w.ip = random_ip();
	uint32_t most = w.ip.v4 ? 32 : 128;
	w.bits = below(2) == 0 ? most : 4 + below(most - 4);
	if (w.bits != most)
		w.port = 0;
	for (uint32_t i = w.bits; i < most; i++)
		w.ip.byte[i / 8] &= (uint8_t) ~(0x80 >> i % 8);
	return w;
}

static void print_ip(char *ret, const struct ip *ip)
{
	const uint8_t *b = ip->byte;
	if (ip->v4) {
		sprintf(ret, "%u.%u.%u.%u", b[0], b[1], b[2], b[3]);
		return;
	}
	for (int i = 0; i < 16; i += 2)
		ret += sprintf(ret, "%s%x", i == 0 ? "" : ":", (unsigned)(b[i] << 8 | b[i + 1]));
}

static char *print_want(struct hand *h, const struct want *w)
{
	char text[128], *kept;
	uint32_t most = w->ip.v4 ? 32 : 128;
	if (w->kind != NET)
		sprintf(text, "%s%s", w->kind == BELOW ? "*." : "", w->name);
	else if (!w->ip.v4 && w->bits == most)
		text[0] = '[', print_ip(text + 1, &w->ip), strcat(text, "]");
	else
		print_ip(text, &w->ip);
	if (w->kind == NET && w->bits != most)
		sprintf(text + strlen(text), "/%u", (unsigned)w->bits);
	if (w->port != 0)
		sprintf(text + strlen(text), ":%u", (unsigned)w->port);
	kept = arena_array(&h->arena, char, strlen(text) + 1);
	return strcpy(kept, text);
}

static void random_path(char *ret, bool globs)
{
	*ret = 0;
	for (uint32_t n = 1 + below(4); n > 0; n--) {
		static const char *const stars[] = { "*", "a*", "*b", "a*b", "**" };
		strcat(ret, "/");
		strcat(ret, globs && below(4) == 0 ? stars[below(5)] : parts[below(6)]);
	}
	if (below(30) == 0)
		strcpy(ret, "/");
}

static void random_policy(struct policy *p)
{
	*p = (struct policy){ .mode = below(5), .read_only = below(5) == 0 };
	p->nallow = below(MOST_ENTRIES + 1);
	p->ndeny = below(MOST_ENTRIES + 1);
	p->nread = below(MOST_ENTRIES + 1);
	p->nwrite = below(MOST_ENTRIES + 1);
	p->nmounts = below(MOST_MOUNTS + 1);
	for (int i = 0; i < MOST_ENTRIES; i++) {
		p->allow[i] = random_want();
		p->deny[i] = random_want();
		random_path(p->read[i], true);
		random_path(p->write[i], true);
	}
	for (int i = 0; i < MOST_MOUNTS; i++) {
		random_path(p->mount[i], false);
		p->mount_read_only[i] = below(2) == 0;
	}
}

/* ---- What is decided of them, by definition ------------------------------------------------ */

struct asked {
	bool is_name, is_literal, has_ip;
	char name[72]; /* lower-case, without dot at the end */
	struct ip ip;  /* of a literal too */
	uint32_t port; /* 0: not known */
};

/* What a translator or a tunnel makes of @ip; @ip itself where it is neither's. */
static struct ip ip_reached(const struct ip *ip)
{
	struct ip v4 = { .v4 = true };
	bool nat64 = memcmp(ip->byte, "\0\x64\xff\x9b\0\0\0\0\0\0\0\0", 12) == 0;
	if (ip->v4 || (!nat64 && memcmp(ip->byte, "\x20\x02", 2) != 0))
		return *ip;
	memcpy(v4.byte, ip->byte + (nat64 ? 12 : 2), 4);
	return v4;
}

static bool begins(const struct ip *ip, const char *bytes)
{
	return memcmp(ip->byte, bytes, 4) == 0;
}

static bool ip_special(const struct ip *of)
{
	struct ip ip = ip_reached(of);
	const uint8_t *b = ip.byte;
	bool nothing = true;
	if (ip.v4)
		return b[0] == 0 || b[0] == 127 || b[0] >= 224 || (b[0] == 169 && b[1] == 254) ||
		       begins(&ip, "\x64\x64\x64\xc8") || begins(&ip, "\xa8\x3f\x81\x10") ||
		       begins(&ip, "\xc0\0\0\xc0");
	for (int i = 0; i < 12; i++)
		nothing &= b[i] == 0;
	return nothing || b[0] == 255 || (b[0] == 254 && b[1] >= 128 && b[1] < 192) ||
	       begins(&ip, "\xfd\0\x0e\xc2") || begins(&ip, "\xfd\x20\0\xce");
}

static bool has_ip(const struct want *w, const struct ip *ip)
{
	if (w->kind != NET || w->ip.v4 != ip->v4)
		return false;
	for (uint32_t i = 0; i < w->bits; i++)
		if ((w->ip.byte[i / 8] >> (7 - i % 8) & 1) != (ip->byte[i / 8] >> (7 - i % 8) & 1))
			return false;
	return true;
}

static bool has_name(const struct want *w, const char *name)
{
	size_t own = strlen(w->name), len = strlen(name);
	bool under =
		len > own && name[len - own - 1] == '.' && strcmp(name + len - own, w->name) == 0;
	return w->kind == BELOW ? under : w->kind == NAME && (under || strcmp(name, w->name) == 0);
}

/* All is known: a name or none, an address, a port. */
static bool decide_known(const struct policy *p, const struct asked *q)
{
	bool special = ip_special(&q->ip), listed = false, denied = false;
	struct ip reached = ip_reached(&q->ip);
	for (uint32_t i = 0; i < p->nallow; i++)
		listed |= (p->allow[i].port == 0 || p->allow[i].port == q->port) &&
			  (has_ip(&p->allow[i], &q->ip) ||
				  (q->is_name && !special && has_name(&p->allow[i], q->name)));
	for (uint32_t i = 0; i < p->ndeny; i++)
		denied |= (p->deny[i].port == 0 || p->deny[i].port == q->port) &&
			  (has_ip(&p->deny[i], &q->ip) || has_ip(&p->deny[i], &reached) ||
				  (q->is_name && has_name(&p->deny[i], q->name)));
	return p->mode == 2 || p->mode == 4 ? listed : p->mode == 3 && !denied && !special;
}

/* Whatever the address is that is not known: those of the lists, and others. */
static bool decide_addresses(const struct policy *p, struct asked q)
{
	struct ip other = { true, { 10, 99, 98, 97 } }, other6 = { false, { 0x20, 99, 98 } };
	if (q.has_ip)
		return decide_known(p, &q);
	size_t len = strlen(q.name);
	if (p->mode == 3 && len >= 9 && strcmp(q.name + len - 9, "localhost") == 0)
		return false;
	bool all = true;
	for (int i = -2; i < 2 * MOST_ENTRIES; i++) {
		bool deny = i >= MOST_ENTRIES;
		const struct want *w = i < 0  ? NULL
				       : deny ? &p->deny[i - MOST_ENTRIES]
					      : &p->allow[i];
		if (i >= 0 && (w->kind != NET || (uint32_t)(deny ? i - MOST_ENTRIES : i) >=
							 (deny ? p->ndeny : p->nallow)))
			continue;
		q.ip = i == -2 ? other : i == -1 ? other6 : w->ip;
		/* What is special is not meant; of a range that is not, one is not. */
		if (ip_special(&q.ip))
			continue;
		all &= decide_known(p, &q);
	}
	return all;
}

/* Whatever the name is by which an address was asked for, if there is one. */
static bool decide_names(const struct policy *p, struct asked q)
{
	bool all = decide_addresses(p, q);
	if (q.is_name || q.is_literal)
		return all;
	q.is_name = true;
	for (int i = 0; i < 2 * MOST_ENTRIES; i++) {
		bool deny = i >= MOST_ENTRIES;
		const struct want *w = deny ? &p->deny[i - MOST_ENTRIES] : &p->allow[i];
		if (w->kind == NET ||
			(uint32_t)(deny ? i - MOST_ENTRIES : i) >= (deny ? p->ndeny : p->nallow))
			continue;
		sprintf(q.name, "%s%s", w->kind == BELOW ? "x." : "", w->name);
		all &= decide_addresses(p, q);
	}
	return all;
}

static bool decide(const struct policy *p, struct asked q)
{
	static const uint32_t ports[] = { 80, 443, 1 };
	bool all = true;
	if (q.port != 0)
		return decide_names(p, q);
	for (size_t i = 0; i < sizeof ports / sizeof *ports; i++) {
		q.port = ports[i];
		all &= decide_names(p, q);
	}
	return all;
}

/* A range that is special at its beginning and not at its end, or special altogether: there the
 * library says no to what it does not know where a closer look would say yes. */
static bool has_special(const struct policy *p)
{
	bool found = false;
	for (uint32_t i = 0; i < p->nallow; i++)
		found |= p->allow[i].kind == NET && ip_special(&p->allow[i].ip);
	for (uint32_t i = 0; i < p->ndeny; i++)
		found |= p->deny[i].kind == NET && ip_special(&p->deny[i].ip);
	return found;
}

/* ---- Paths --------------------------------------------------------------------------------- */

static bool part_like(const char *glob, const char *glob_end, const char *p, const char *end)
{
	if (glob == glob_end)
		return p == end;
	if (*glob == '*')
		return part_like(glob + 1, glob_end, p, end) ||
		       (p < end && part_like(glob, glob_end, p + 1, end));
	return p < end && *p == *glob && part_like(glob + 1, glob_end, p + 1, end);
}

static const char *end_of(const char *part)
{
	const char *slash = strchr(part, '/');
	return slash == NULL ? part + strlen(part) : slash;
}

/* @entry and @path stand before a `/` or at their end; some leading run of @path is like @entry. */
static bool path_like(const char *entry, const char *path)
{
	if (*entry == 0 || strcmp(entry, "/") == 0)
		return true;
	const char *glob_end = end_of(entry + 1), *end = *path == 0 ? path : end_of(path + 1);
	if (strncmp(entry + 1, "**", 2) == 0 && glob_end - entry == 3)
		return path_like(glob_end, path) || (*path != 0 && path_like(entry, end));
	return *path != 0 && part_like(entry + 1, glob_end, path + 1, end) &&
	       path_like(glob_end, end);
}

/* @path is in its normal form; "/" is written as nothing. */
static bool decide_path(const struct policy *p, const char *path, bool write)
{
	bool listed = false, mount_read_only = false;
	size_t longest = 0;
	for (uint32_t i = 0; i < (write ? p->nwrite : p->nread); i++)
		listed |= path_like(write ? p->write[i] : p->read[i], path);
	for (uint32_t i = 0; i < p->nmounts; i++) {
		size_t len = strcmp(p->mount[i], "/") == 0 ? 0 : strlen(p->mount[i]);
		if (strncmp(p->mount[i], path, len) != 0 || (path[len] != '/' && path[len] != 0) ||
			len < longest)
			continue;
		mount_read_only = p->mount_read_only[i] || (len == longest && mount_read_only);
		longest = len;
	}
	return listed && !(write && (p->read_only || mount_read_only));
}

/* ---- Asking -------------------------------------------------------------------------------- */

static struct aeg_str str(const char *text)
{
	return (struct aeg_str){ text, (uint32_t)strlen(text) };
}

static void mapped(uint8_t ret[16], const struct ip *ip)
{
	memset(ret, 0, 10);
	memset(ret + 10, 0xff, 2);
	memcpy(ret + (ip->v4 ? 12 : 0), ip->byte, ip->v4 ? 4 : 16);
}

/* The host of @q in one of its spellings. */
static void spell(char *ret, const struct asked *q)
{
	if (q->is_literal && q->ip.v4 && below(3) == 0) {
		const uint8_t *b = q->ip.byte;
		if (below(2) == 0)
			sprintf(ret, "[::FFFF:%x:%x]", (unsigned)(b[0] << 8 | b[1]),
				(unsigned)(b[2] << 8 | b[3]));
		else
			sprintf(ret, "[::ffff:%u.%u.%u.%u]", b[0], b[1], b[2], b[3]);
		return;
	}
	if (q->is_literal && !q->ip.v4) {
		*ret = '[';
		print_ip(ret + 1, &q->ip);
		strcat(ret, "]");
		return;
	}
	if (q->is_literal)
		print_ip(ret, &q->ip);
	else
		strcpy(ret, q->name);
	for (char *c = ret; *c != 0; c++)
		if (*c >= 'a' && *c <= 'z' && below(5) == 0)
			*c = (char)(*c - 'a' + 'A');
	strcat(ret, below(4) == 0 ? "." : "");
}

static const struct want *some_want(const struct policy *p)
{
	uint32_t n = p->nallow + p->ndeny, i = n == 0 ? 0 : below(n);
	return n == 0 ? &p->allow[0] : i < p->nallow ? &p->allow[i] : &p->deny[i - p->nallow];
}

/* Half of what is asked is near an entry. */
static struct asked random_question(const struct policy *p)
{
	static const uint32_t ports[] = { 0, 80, 443, 22 };
	const struct want *w = some_want(p), *other = some_want(p);
	struct asked q = { .is_name = below(3) != 0, .has_ip = true, .port = ports[below(4)] };
	q.ip = w->kind == NET && below(2) == 0 ? w->ip
	       : other->kind == NET            ? other->ip
					       : random_ip();
	if (below(3) == 0)
		q.ip.byte[below(q.ip.v4 ? 4 : 16)] ^= (uint8_t)(1 << below(8));
	static const uint8_t front[12] = { [10] = 0xff, [11] = 0xff };
	if (!q.ip.v4 && memcmp(q.ip.byte, front, sizeof front) == 0)
		q.ip.byte[0] = 0x20;
	if (q.is_name) {
		q.has_ip = below(2) == 0;
		if (w->kind == NET || below(3) == 0)
			random_name(q.name);
		else
			sprintf(q.name, "%s%s", below(2) == 0 ? "api." : "", w->name);
	} else {
		q.is_literal = below(2) == 0;
	}
	return q;
}

static uint64_t asked, allowed, doubtful;

static void ask_network(const struct aeg_sandboxes *s, uint32_t agent)
{
	struct asked q = random_question(&policies[agent]);
	uint8_t address[16];
	char host[128] = "";
	if (q.is_name || q.is_literal)
		spell(host, &q);
	mapped(address, &q.ip);
	bool pass = q.has_ip && !(q.is_literal && below(2) == 0);
	bool got = aeg_network_allowed(
			   s, agent, str(host), pass ? address : NULL, (uint16_t)q.port) != 0;
	bool want = decide(&policies[agent], q);
	asked++;
	allowed += got;
	if (got == want)
		return;
	doubtful++;
	if (got || q.has_ip || !has_special(&policies[agent]))
		fail_msg("agent %u of its bundle: %s, %s address, port %u: %d", (unsigned)agent,
			host, pass ? "an" : "no", (unsigned)q.port, got);
}

static void ask_path(const struct aeg_sandboxes *s, uint32_t agent)
{
	const struct policy *p = &policies[agent];
	char normal[80], text[320], *out = text;
	bool write = below(2) == 0;
	random_path(normal, false);
	if (below(2) == 0 && p->nwrite > 0 && strpbrk(p->write[0], "*") == NULL)
		sprintf(normal, "%s%s", p->write[0], below(2) == 0 ? "" : "/c");
	if (strcmp(normal, "/") == 0 || strcmp(normal, "//c") == 0)
		normal[0] = 0;
	for (const char *c = normal; *c != 0; c++) {
		if (*c == '/' && below(4) == 0)
			out += sprintf(out, "%s", below(2) == 0 ? "/" : "/.");
		*out++ = *c;
	}
	strcpy(out, normal[0] == 0 ? "/" : below(5) == 0 ? "/" : "");
	bool got = aeg_fs_allowed(s, agent, str(text), write ? AEG_FS_WRITE : AEG_FS_READ) != 0;
	asked++;
	allowed += got;
	if (got != decide_path(p, normal, write))
		fail_msg("agent %u of its bundle: %s %s: %d", (unsigned)agent,
			write ? "write" : "read", text, got);
}

/* ---- Bundles ------------------------------------------------------------------------------- */

static struct mlist paths_of(struct hand *h, char (*v)[64], uint32_t n)
{
	struct mlist list = { .stated = true, .at = SPAN_NONE, .n = n };
	list.v = arena_array(&h->arena, struct mtext, n);
	for (uint32_t i = 0; i < n; i++)
		list.v[i] = hand_text(v[i]);
	return list;
}

static struct mlist wants_of(struct hand *h, const struct want *v, uint32_t n)
{
	struct mlist list = { .stated = true, .at = SPAN_NONE, .n = n };
	list.v = arena_array(&h->arena, struct mtext, n);
	for (uint32_t i = 0; i < n; i++)
		list.v[i] = hand_text(print_want(h, &v[i]));
	return list;
}

static void add_mounts(struct hand *h, struct magent *a, struct policy *p)
{
	struct mvolume *v = arena_array(&h->arena, struct mvolume, p->nmounts);
	a->more = arena_new(&h->arena, struct magent_more);
	a->more->volumes.n = p->nmounts;
	a->more->volumes.v = v;
	for (uint32_t i = 0; i < p->nmounts; i++)
		v[i] = (struct mvolume){ .name = hand_text("data"),
			.mount = hand_text(p->mount[i]),
			.read_only = p->mount_read_only[i],
			.size = { 1, SPAN_NONE } };
}

static struct magent agent_of(struct hand *h, struct policy *p, uint32_t i)
{
	static const char *const modes[] = { NULL, "none", "allow", "deny", NULL };
	const struct mamount one = { 1, SPAN_NONE };
	char *name = arena_array(&h->arena, char, 16);
	sprintf(name, "a%03u", (unsigned)i);
	struct magent a = { .name = hand_text(name),
		.version = hand_text("1.0.0"),
		.network_stated = p->mode != 0,
		.network_allow = wants_of(h, p->allow, p->nallow),
		.network_deny = wants_of(h, p->deny, p->ndeny),
		.reads = paths_of(h, p->read, p->nread),
		.writes = paths_of(h, p->write, p->nwrite),
		.read_only = p->read_only,
		.cpu = one,
		.memory = one,
		.disk = one,
		.timeout_ms = one,
		.iteration_ms = one,
		.llm_ms = one,
		.iterations = one };
	if (modes[p->mode] != NULL)
		a.network_mode = hand_text(modes[p->mode]);
	add_mounts(h, &a, p);
	return a;
}

/* A model of @n agents with the first of `policies`. */
static void add_agents(struct hand *h, uint32_t n)
{
	hand_context(h, "c", 0, 0);
	h->model.agents = arena_array(&h->arena, struct magent, n);
	h->model.nagents = n;
	h->names.agent_context = arena_array(&h->arena, uint32_t, n);
	for (uint32_t i = 0; i < n; i++)
		h->model.agents[i] = agent_of(h, &policies[i], i);
}

/* Its bundle, accepted. */
static void make(struct hand *h, struct aeg_bundle *ret)
{
	struct emit_options o = { .strip = true };
	struct program *p = ir_lower(&h->diags, &h->model, &h->names);
	o.sandboxes = emit_sandboxes(&h->diags, p);
	struct slice bytes = emit_bundle(&h->diags, p, &o);
	assert_int_equal(h->diags.errors, 0);
	assert_int_equal(aeg_bundle_check(ret, bytes.at, bytes.len), AEG_OK);
}

static void test_random(void **state)
{
	(void)state;
	for (int k = 0; k < BUNDLES; k++) {
		struct hand *h = hand_new();
		struct aeg_bundle b;
		struct aeg_sandboxes s;
		for (uint32_t i = 0; i < AGENTS; i++)
			random_policy(&policies[i]);
		add_agents(h, AGENTS);
		make(h, &b);
		assert_int_equal(aeg_sandboxes_open(&b, &s), AEG_OK);
		assert_int_equal(s.n, AGENTS);
		for (uint32_t i = 0; i < AGENTS * QUESTIONS; i++) {
			ask_network(&s, i % AGENTS);
			ask_path(&s, i % AGENTS);
		}
		hand_free(h);
	}
	print_message("%llu questions, %llu allowed, %llu not looked at closely\n",
		(unsigned long long)asked, (unsigned long long)allowed,
		(unsigned long long)doubtful);
	assert_true(allowed > asked / 20 && allowed < asked / 2 && doubtful < asked / 100);
}

/* ---- By hand ------------------------------------------------------------------------------- */

static struct hand *hand;
static struct aeg_bundle bundle;
static struct aeg_sandboxes sandboxes;

/* Agent 0 has everything, agent 1 denies a little, agent 2 says nothing. */
static int make_by_hand(void **state)
{
	struct policy *p = policies;
	(void)state;
	memset(policies, 0, sizeof policies);
	strcpy(p->mount[0], "/workspace/ro");
	p->mount_read_only[0] = true;
	p->nmounts = 1;
	hand = hand_new();
	struct hand *h = hand;
	add_agents(h, 3);
	struct magent *a = h->model.agents;
	a[0].network_stated = a[1].network_stated = true;
	a[0].network_mode = hand_text("allow");
	a[0].network_allow = hand_list(h, "github.com", "*.example.com:443", "10.0.0.0/8",
		"10.1.0.0/16", "192.0.2.1:22", "[::ffff:102:304]", "2001:db8::/32",
		"[2001:db8:1::1]:80", "fe80::/10", "::/1", NULL);
	a[0].reads = hand_list(h, "/workspace", "/usr/share/**/doc", NULL);
	a[0].writes = hand_list(h, "/workspace", NULL);
	a[1].network_mode = hand_text("deny");
	a[1].network_deny = hand_list(h, "evil.example", "8.8.0.0/16", "tracker.example:443", NULL);
	a[1].writes = hand_list(h, "/", NULL);
	a[1].read_only = true;
	make(h, &bundle);
	assert_int_equal(aeg_sandboxes_open(&bundle, &sandboxes), AEG_OK);
	return 0;
}

static int unmake(void **state)
{
	(void)state;
	hand_free(hand);
	return 0;
}

static void test_hosts(void **state)
{
	static const struct {
		uint32_t agent;
		const char *host;
		uint16_t port;
		int want;
	} rows[] = {
		{ 0, "github.com", 0, 1 },
		{ 0, "API.GitHub.com.", 22, 1 },
		{ 0, "evilgithub.com", 0, 0 },
		{ 0, "github.com.evil.example", 0, 0 },
		{ 0, "github.com..", 0, 0 },
		{ 0, ".github.com", 0, 0 },
		{ 0, "git\thub.com", 0, 0 },
		{ 0, "github.com:443", 443, 0 },
		{ 0, "user@github.com", 0, 0 },
		{ 0, "https://github.com", 0, 0 },
		{ 0, "", 0, 0 },
		{ 0, ".", 0, 0 },
		{ 0, "*", 0, 0 },
		{ 0, "a.example.com", 443, 1 },
		{ 0, "a.example.com", 80, 0 },
		{ 0, "a.example.com", 0, 0 },
		{ 0, "example.com", 443, 0 },
		{ 0, "10.1.2.3", 0, 1 },
		{ 0, "10.1.2.3.", 0, 1 },
		{ 0, "11.0.0.0", 0, 0 },
		{ 0, "[::ffff:10.1.2.3]", 0, 1 },
		{ 0, "[::ffff:a01:203]", 0, 1 },
		{ 0, "[::ffff:11.1.2.3]", 0, 0 }, /* `::/1` is of IPv6 */
		{ 0, "1.2.3.4", 0, 1 },
		{ 0, "010.1.2.3", 0, 0 },
		{ 0, "0xa.1.2.3", 0, 0 },
		{ 0, "167838211", 0, 0 },
		{ 0, "10.66051", 0, 0 },
		{ 0, "10.1.2", 0, 0 },
		{ 0, "192.0.2.1", 22, 1 },
		{ 0, "192.0.2.1", 23, 0 },
		{ 0, "[2001:db8:1::1]", 80, 1 },
		{ 0, "[2001:DB8:1:0::1]", 0, 1 },
		{ 0, "2001:db8:1::1", 80, 0 },
		{ 0, "[2001:db8:1::1%eth0]", 80, 0 },
		{ 0, "[fe80::1]", 0, 1 },
		{ 0, "[ff02::1]", 0, 0 },
		{ 1, "example.com", 1, 0 }, /* its address is not known, and some are denied */
		{ 2, "github.com", 443, 0 },
		{ 2, "10.0.0.1", 443, 0 },
		{ 3, "github.com", 443, 0 },
		{ AEG_NONE, "github.com", 443, 0 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (aeg_network_allowed(&sandboxes, rows[i].agent, str(rows[i].host), NULL,
			    rows[i].port) != rows[i].want)
			fail_msg("%u: %s", (unsigned)rows[i].agent, rows[i].host);
	}
	assert_int_equal(aeg_network_allowed(
				 &sandboxes, 0, (struct aeg_str){ "github.com\0x", 12 }, NULL, 0),
		0);
}

static void test_addresses(void **state)
{
	static const struct {
		uint32_t agent;
		const char *host;
		struct ip ip;
		uint16_t port;
		int want;
	} rows[] = {
		{ 0, "github.com", { true, { 140, 82, 121, 4 } }, 443, 1 },
		{ 0, "github.com", { true, { 127, 0, 0, 1 } }, 443, 0 },
		{ 0, "github.com", { true, { 169, 254, 169, 254 } }, 80, 0 },
		{ 0, "github.com", { false, { [15] = 1 } }, 443, 1 }, /* `::/1` says so */
		{ 0, "github.com", { false, { 0xff, 2 } }, 443, 0 },
		{ 0, "other.example", { true, { 10, 9, 9, 9 } }, 443, 1 },
		{ 0, "other.example", { true, { 140, 82, 121, 4 } }, 443, 0 },
		{ 0, "", { true, { 10, 9, 9, 9 } }, 443, 1 },
		{ 0, "10.9.9.9", { true, { 10, 9, 9, 9 } }, 443, 1 },
		{ 0, "10.9.9.9", { true, { 10, 9, 9, 8 } }, 443, 0 },
		{ 1, "example.com", { true, { 1, 2, 3, 4 } }, 443, 1 },
		{ 1, "example.com", { true, { 8, 8, 4, 4 } }, 443, 0 },
		{ 1, "example.com", { true, { 169, 254, 169, 254 } }, 80, 0 },
		{ 1, "example.com", { true, { 0 } }, 80, 0 },
		{ 1, "example.com", { false, { 0xfe, 0x80 } }, 80, 0 },
		{ 1, "example.com", { true, { 168, 63, 129, 16 } }, 80, 0 },
		{ 0, "github.com", { true, { 100, 100, 100, 200 } }, 80, 0 },
		{ 0, "github.com", { true, { 100, 100, 100, 201 } }, 80, 1 },
		{ 0, "github.com", { true, { 192, 0, 0, 192 } }, 80, 0 },
		/* AWS and GCP by IPv6, and what a translator and a tunnel make of 169.254.169.254
		 * and of the denied 8.8.4.4 */
		{ 1, "example.com", { false, { 0xfd, 0, 0x0e, 0xc2, [14] = 2, 0x54 } }, 80, 0 },
		{ 1, "example.com", { false, { 0xfd, 0x20, 0, 0xce, [14] = 2, 0x54 } }, 80, 0 },
		{ 1, "example.com", { false, { 0xfd, 0x20, 0, 0xcd } }, 80, 1 },
		{ 1, "example.com", { false, { 0, 0x64, 0xff, 0x9b, [12] = 169, 254, 169, 254 } },
			80, 0 },
		{ 1, "example.com", { false, { 0x20, 2, 169, 254, 169, 254 } }, 80, 0 },
		{ 1, "example.com", { false, { 0, 0x64, 0xff, 0x9b, [12] = 8, 8, 4, 4 } }, 80, 0 },
		{ 1, "", { false, { 0, 0x64, 0xff, 0x9b, [12] = 8, 8, 4, 4 } }, 80, 0 },
		{ 1, "[64:ff9b::8.8.4.4]", { false, { 0, 0x64, 0xff, 0x9b, [12] = 8, 8, 4, 4 } },
			80, 0 },
		{ 1, "[2002:808:404::1]", { false, { 0x20, 2, 8, 8, 4, 4, [15] = 1 } }, 80, 0 },
		{ 1, "example.com", { false, { 0, 0x64, 0xff, 0x9b, [12] = 1, 2, 3, 4 } }, 80, 1 },
		{ 1, "a.evil.example", { true, { 1, 2, 3, 4 } }, 443, 0 },
		{ 1, "tracker.example", { true, { 1, 2, 3, 4 } }, 443, 0 },
		{ 1, "tracker.example", { true, { 1, 2, 3, 4 } }, 80, 1 },
		{ 1, "tracker.example", { true, { 1, 2, 3, 4 } }, 0, 0 },
		{ 1, "", { true, { 1, 2, 3, 4 } }, 80,
			0 }, /* the name may be the one that is denied */
		{ 1, "1.2.3.4", { true, { 1, 2, 3, 4 } }, 80, 1 },
		{ 2, "github.com", { true, { 1, 2, 3, 4 } }, 443, 0 },
	};
	uint8_t address[16];
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		mapped(address, &rows[i].ip);
		if (aeg_network_allowed(&sandboxes, rows[i].agent, str(rows[i].host), address,
			    rows[i].port) != rows[i].want)
			fail_msg("row %zu", i);
	}
}

static void test_paths(void **state)
{
	static const struct {
		uint32_t agent;
		const char *path;
		int read, write;
	} rows[] = {
		{ 0, "/workspace", 1, 1 },
		{ 0, "/workspace/a", 1, 1 },
		{ 0, "//workspace/.//a/", 1, 1 },
		{ 0, "/workspace2/a", 0, 0 },
		{ 0, "/workspace/../etc/passwd", 0, 0 },
		{ 0, "/workspace/a/..", 0, 0 },
		{ 0, "/workspace/...", 1, 1 },
		{ 0, "workspace/a", 0, 0 },
		{ 0, "", 0, 0 },
		{ 0, ".", 0, 0 },
		{ 0, "/", 0, 0 },
		{ 0, "/workspace/a\n", 0, 0 },
		{ 0, "/Workspace/a", 0, 0 },
		{ 0, "/usr/share/doc", 1, 0 },
		{ 0, "/usr/share/x/y/doc/z", 1, 0 },
		{ 0, "/usr/share/docs", 0, 0 },
		{ 0, "/workspace/ro", 1, 0 },
		{ 0, "/workspace/./ro//x", 1, 0 },
		{ 0, "/workspace/rox", 1, 1 },
		{ 1, "/tmp/x", 0, 0 },
		{ 2, "/workspace", 0, 0 },
		{ 3, "/workspace", 0, 0 },
	};
	char longest[4098] = "/workspace/";
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (aeg_fs_allowed(&sandboxes, rows[i].agent, str(rows[i].path), AEG_FS_READ) !=
				rows[i].read ||
			aeg_fs_allowed(&sandboxes, rows[i].agent, str(rows[i].path),
				AEG_FS_WRITE) != rows[i].write)
			fail_msg("%u: %s", (unsigned)rows[i].agent, rows[i].path);
	assert_int_equal(
		aeg_fs_allowed(&sandboxes, 0, (struct aeg_str){ "/workspace\0", 11 }, AEG_FS_READ),
		0);
	assert_int_equal(
		aeg_fs_allowed(&sandboxes, 0, str("/workspace"), (enum aeg_fs_access)2), 0);
	memset(longest + 11, 'a', 4096 - 11);
	assert_int_equal(aeg_fs_allowed(&sandboxes, 0, str(longest), AEG_FS_READ), 1);
	strcat(longest, "a");
	assert_int_equal(aeg_fs_allowed(&sandboxes, 0, str(longest), AEG_FS_READ), 0);
}

static void test_told(void **state)
{
	struct aeg_sandbox_info info = { .size_of = sizeof info };
	struct aeg_mount_info m = { .size_of = sizeof m };
	(void)state;
	assert_int_equal(aeg_sandbox_info(&sandboxes, 0, &info), AEG_OK);
	assert_int_equal(info.network, AEG_NETWORK_ALLOW);
	assert_int_equal(info.nallow, 10);
	assert_int_equal(info.nread, 2);
	struct aeg_str e = aeg_sandbox_entry(&sandboxes, 0, AEG_SANDBOX_ALLOW, 1);
	assert_true(slice_is((struct slice){ e.at, e.len }, "*.example.com:443"));
	assert_int_equal(aeg_sandbox_entry(&sandboxes, 0, AEG_SANDBOX_ALLOW, 10).len, 0);
	assert_int_equal(aeg_sandbox_entry(&sandboxes, 3, AEG_SANDBOX_ALLOW, 0).len, 0);
	assert_int_equal(aeg_sandbox_mount(&sandboxes, 0, 0, &m), AEG_OK);
	assert_true(slice_is((struct slice){ m.path.at, m.path.len }, "/workspace/ro"));
	assert_int_equal(m.read_only, 1);
	assert_int_equal(m.ttl_hours, 24);
	assert_int_equal(aeg_sandbox_mount(&sandboxes, 0, 1, &m), AEG_USAGE);
	assert_int_equal(aeg_sandbox_info(&sandboxes, 3, &info), AEG_USAGE);
	info.size_of = 0;
	assert_int_equal(aeg_sandbox_info(&sandboxes, 0, &info), AEG_USAGE);
}

/* ---- The section, broken ------------------------------------------------------------------- */

#define BOX(i, member) \
	(uint32_t)(sizeof(struct aegf_sandboxes) + (i) * sizeof(struct aegf_sandbox) + \
		   offsetof(struct aegf_sandbox, member))
#define REACH(i, member) \
	(uint32_t)(BOX(3, flags) + (i) * sizeof(struct aegf_reach) + \
		   offsetof(struct aegf_reach, member))

static void test_broken(void **state)
{
	static const struct {
		uint32_t at, value; /* a word of the section */
		enum aeg_status want;
	} rows[] = {
		{ 0, 2, AEG_BOUNDS },
		{ BOX(0, flags), 2, AEG_RESERVED },
		{ BOX(0, network), 3, AEG_CONTENT },
		{ BOX(0, allow.first), 1, AEG_BOUNDS },
		{ BOX(0, allow.count), 99, AEG_BOUNDS },
		{ BOX(0, read), 1u << 30, AEG_BOUNDS },
		{ BOX(0, read), 0, AEG_BOUNDS }, /* a node, of another kind */
		{ BOX(0, write_texts.count), 1u << 30, AEG_BOUNDS },
		{ BOX(0, cpu_millis), 0, AEG_CONTENT },
		{ BOX(0, memory), 0, AEG_CONTENT },
		{ BOX(2, allow.count), 1, AEG_BOUNDS },
		{ REACH(0, port), 22, AEG_CONTENT }, /* does not ascend */
		{ REACH(0, port), 65536, AEG_CONTENT },
		{ REACH(0, hosts), 1u << 30, AEG_BOUNDS },
		{ REACH(0, v4.count), 1u << 20, AEG_BOUNDS },
	};
	const uint8_t *good = (const uint8_t *)bundle.section[AEGF_SANDBOXES].at;
	uint32_t len = bundle.section[AEGF_SANDBOXES].count;
	struct aeg_bundle b = bundle;
	struct aeg_sandboxes s;
	uint8_t *copy = malloc(len);
	(void)state;
	b.section[AEGF_SANDBOXES].at = copy;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct aeg_le32 value = aeg_st32(rows[i].value);
		memcpy(copy, good, len);
		memcpy(copy + rows[i].at, &value, sizeof value);
		enum aeg_status got = aeg_sandboxes_open(&b, &s);
		if (got != rows[i].want)
			fail_msg("row %zu: %s", i, aeg_status_text(got));
	}
	memcpy(copy, good, len);
	for (uint32_t n = 1; n < len; n++) {
		b.section[AEGF_SANDBOXES].count = n;
		assert_int_not_equal(aeg_sandboxes_open(&b, &s), AEG_OK);
	}
	b.section[AEGF_SANDBOXES].count = 0;
	assert_int_equal(aeg_sandboxes_open(&b, &s), AEG_OK);
	assert_int_equal(aeg_network_allowed(&s, 0, str("github.com"), NULL, 0), 0);
	assert_int_equal(aeg_fs_allowed(&s, 0, str("/workspace"), AEG_FS_READ), 0);
	free(copy);
}

/* Each byte changed in each bit: refused, or what is accepted can be asked. */
static void test_flipped(void **state)
{
	uint32_t len = bundle.section[AEGF_SANDBOXES].count, refused = 0;
	struct aeg_bundle b = bundle;
	struct aeg_sandboxes s;
	uint8_t *copy = malloc(len), address[16] = { [10] = 0xff, [11] = 0xff, [12] = 10 };
	(void)state;
	memcpy(copy, (const uint8_t *)bundle.section[AEGF_SANDBOXES].at, len);
	b.section[AEGF_SANDBOXES].at = copy;
	for (uint32_t i = 0; i < len * 8; i++) {
		copy[i / 8] ^= (uint8_t)(1 << i % 8);
		if (aeg_sandboxes_open(&b, &s) != AEG_OK)
			refused++;
		else
			for (uint32_t k = 0; k < 3; k++) {
				struct aeg_mount_info m = { .size_of = sizeof m };
				(void)aeg_network_allowed(
					&s, k, str("api.github.com"), address, 443);
				(void)aeg_network_allowed(&s, k, str("[2001:db8::1]"), NULL, 80);
				(void)aeg_fs_allowed(&s, k, str("/workspace/ro/x"), AEG_FS_WRITE);
				(void)aeg_sandbox_entry(&s, k, AEG_SANDBOX_ALLOW, 9);
				(void)aeg_sandbox_mount(&s, k, 0, &m);
			}
		copy[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	assert_true(refused > len * 2);
	free(copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test_setup_teardown(test_hosts, make_by_hand, unmake),
		cmocka_unit_test_setup_teardown(test_addresses, make_by_hand, unmake),
		cmocka_unit_test_setup_teardown(test_paths, make_by_hand, unmake),
		cmocka_unit_test_setup_teardown(test_told, make_by_hand, unmake),
		cmocka_unit_test_setup_teardown(test_broken, make_by_hand, unmake),
		cmocka_unit_test_setup_teardown(test_flipped, make_by_hand, unmake),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
