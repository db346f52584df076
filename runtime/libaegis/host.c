/* Reads a URL's host, strictly, and holds it against an allowlist. */
#include "host.h"

#include "address.h"

_Static_assert(sizeof((struct aegi_host *)0)->literal >= AEGI_IPV6_TEXT, "room for any address");

#define EACH(byte) ((uint64_t)(byte)*0x0101010101010101u)

/* 0x21-0x7e but for the backslash: eight at a time. */
static int good_bytes(uint64_t x)
{
	uint64_t slash = x ^ EACH('\\');
	uint64_t bad = (x - EACH(0x21)) | (x + EACH(1)) | x | ((slash - EACH(1)) & ~slash);

	return (bad & EACH(0x80)) == 0;
}

static int good_byte(char c) { return c >= 0x21 && c <= 0x7e && c != '\\'; }

static int all_good(const char *p, uint32_t n)
{
	uint32_t i = 0;

	for (; i + 8 <= n; i += 8)
		if (!good_bytes(aegf_ld64_raw(p + i)))
			return 0;
	if (i != n && n >= 8)
		return good_bytes(aegf_ld64_raw(p + n - 8));
	for (; i < n; i++)
		if (!good_byte(p[i]))
			return 0;
	return 1;
}

static int is_digit(char c) { return (uint8_t)(c - '0') < 10; }
static int is_hex(char c) { return is_digit(c) || (uint8_t)((c | 0x20) - 'a') < 6; }

/* Would a browser take the name for an IPv4 address, for the sake of its last label? */
static int is_number(const char *p, const char *end)
{
	const char *at = p;

	while (at < end && is_digit(*at))
		at++;
	if (at == end)
		return 1;
	if (at - p != 1 || *p != '0' || (*at | 0x20) != 'x')
		return 0;
	while (++at < end && is_hex(*at))
		;
	return at == end;
}

/* A name or an IPv4 address, which ends where the first other byte stands. NULL: neither. */
static const char *read_name(const char *p, const char *end, struct aegi_host *ret)
{
	const char *at = p, *label = p;
	unsigned capitals = 0;

	for (;; at++) {
		const char *from = at;
		for (; at < end; at++) {
			uint8_t c = (uint8_t)*at;
			if ((uint8_t)((c | 0x20) - 'a') < 26)
				capitals |= ~c & 0x20u;
			else if (!is_digit(*at) && c != '-')
				break;
		}
		if (at != from)
			label = from;
		else if (at == p || (at < end && *at == '.'))
			return NULL; /* an empty label, and not what follows a trailing dot */
		else
			break;
		if (at == end || *at != '.')
			break;
	}
	const char *last = at[-1] == '.' ? at - 1 : at;
	uint8_t v4[4];

	ret->text = (struct aeg_str){ p, (uint32_t)(last - p) };
	ret->upper = capitals != 0;
	ret->kind = AEG_HOST_NAME;
	if (!is_digit(*label) || !is_number(label, last))
		return at;
	ret->kind = AEG_HOST_IPV4;
	return aegi_ipv4_parse(p, ret->text.len, v4) ? at : NULL;
}

static const char *read_host(const char *p, const char *end, struct aegi_host *ret)
{
	if (p == end || *p != '[')
		return read_name(p, end, ret);
	const char *close = memchr(p, ']', (size_t)(end - p));
	if (close == NULL)
		return NULL;
	uint32_t len = aegi_ipv6_normal(p + 1, (uint32_t)(close - p - 1), ret->literal);
	ret->text = (struct aeg_str){ ret->literal, len };
	ret->upper = 0;
	ret->kind = AEG_HOST_IPV6;
	return len == 0 ? NULL : close + 1;
}

/* What follows `http://` or `https://` in any case; NULL: another scheme. */
static const char *after_scheme(const char *p, uint32_t n)
{
	if (n < 8 || (aegf_ld32_raw(p) | 0x20202020) !=
			     (uint32_t)('h' | 't' << 8 | 't' << 16 | 'p' << 24))
		return NULL;
	p += (p[4] | 0x20) == 's' ? 5 : 4;
	return memcmp(p, "://", 3) == 0 ? p + 3 : NULL;
}

/* True at the end of an authority, after a port or without one. */
static int ends_well(const char *p, const char *end)
{
	uint32_t port = 0;

	if (p < end && *p == ':') {
		const char *from = ++p;
		for (; p < end && is_digit(*p) && p - from < 5; p++)
			port = port * 10 + (uint32_t)(*p - '0');
		if (p == from || port > 65535)
			return 0;
	}
	return p == end || *p == '/' || *p == '?' || *p == '#';
}

int aegi_url_host(struct aeg_str url, struct aegi_host *ret)
{
	const char *p;

	if (!all_good(url.at, url.len))
		return 0;
	p = after_scheme(url.at, url.len);
	if (p != NULL)
		p = read_host(p, url.at + url.len, ret);
	return p != NULL && ends_well(p, url.at + url.len);
}

/* ---- Normal form --------------------------------------------------------------------------- */

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c; }

/* Copies the normal form; its length, or 0: too long. */
static uint32_t write_host(const struct aegi_host *h, char buf[256])
{
	if (h->text.len > 256)
		return 0;
	for (uint32_t i = 0; i < h->text.len; i++)
		buf[i] = lower(h->text.at[i]);
	return h->text.len;
}

uint32_t aeg_url_host(struct aeg_str url, char buf[256])
{
	struct aegi_host h;

	return aegi_url_host(url, &h) ? write_host(&h, buf) : 0;
}

enum aeg_host_kind aeg_host_normal(struct aeg_str host, char buf[256], uint32_t *ret_len)
{
	struct aegi_host h;
	uint32_t len = 0;

	if (host.len != 0 && read_host(host.at, host.at + host.len, &h) == host.at + host.len)
		len = write_host(&h, buf);
	if (len == 0)
		return AEG_HOST_BAD;
	*ret_len = len;
	return h.kind;
}

/* ---- The allowlist ------------------------------------------------------------------------- */

/* No entry has a label longer than this: aeg_host_normal would not have had room for it. */
#define LABEL_MAX 256

static uint32_t step_label(
	const struct aegi_trie *t, uint32_t node, const char *p, uint32_t n, int upper)
{
	char low[LABEL_MAX];

	if (!upper)
		return aegi_step(t, node, p, n);
	if (n > LABEL_MAX)
		return AEGF_NONE;
	for (uint32_t i = 0; i < n; i++)
		low[i] = lower(p[i]);
	return aegi_step(t, node, low, n);
}

enum aeg_reason aegi_host_listed(
	const struct aegi_trie *t, uint32_t root, const struct aegi_host *host)
{
	const char *begin = host->text.at, *end = begin + host->text.len, *label;
	uint32_t node = root;

	if (host->kind != AEG_HOST_NAME) {
		node = aegi_step(t, root, begin, host->text.len);
		return node != AEGF_NONE && (aeg_ld32(t->nodes[node].a) & AEGF_HOST_SELF)
			       ? AEG_None
			       : AEG_DomainNotAllowed;
	}
	for (;; end = label - 1) {
		for (label = end; label > begin && label[-1] != '.'; label--)
			;
		node = step_label(t, node, label, (uint32_t)(end - label), host->upper);
		if (node == AEGF_NONE)
			return AEG_DomainNotAllowed;
		uint32_t flag = label == begin ? AEGF_HOST_SELF : AEGF_HOST_BELOW;
		if (aeg_ld32(t->nodes[node].a) & flag)
			return AEG_None;
		if (label == begin)
			return AEG_DomainNotAllowed;
	}
}
