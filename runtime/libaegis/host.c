/* Reads a URL's host, strictly, and holds it against an allowlist. */
#include "host.h"

#include "address.h"
#include "words.h"

_Static_assert(sizeof((struct aegi_host *)0)->literal >= AEGI_IPV6_TEXT, "room for any address");

/* Every byte 0x21-0x7e, and no backslash. */
static int all_good(const char *p, uint32_t n)
{
	uint64_t good = AEGI_TOP;

	for (uint32_t i = 0; i < n; i += 8) {
		uint64_t x = aegi_word(p + i, n - i);
		if (n - i < 8)
			x |= aegi_after(n - i) & AEGI_EACH('a');
		good &= aegi_at_least(x, 0x21) & aegi_not(x, '\\') & ~(aegi_at_least(x, 0x7f) | x);
	}
	return good == AEGI_TOP;
}

static int is_digit(char c) { return (uint8_t)(c - '0') < 10; }
static int is_hex(char c) { return is_digit(c) || (uint8_t)((c | 0x20) - 'a') < 6; }

enum { OTHER = 0, PLAIN = 1, CAPITAL = 2, DOT = 4 }; /* what a byte is to a name */
#define TEN(c, kind) \
	[c] = kind, [c + 1] = kind, [c + 2] = kind, [c + 3] = kind, [c + 4] = kind, \
	[c + 5] = kind, [c + 6] = kind, [c + 7] = kind, [c + 8] = kind, [c + 9] = kind
#define LETTERS(a, kind) \
	TEN(a, kind), TEN(a + 10, kind), [a + 20] = kind, [a + 21] = kind, [a + 22] = kind, \
					      [a + 23] = kind, [a + 24] = kind, [a + 25] = kind
static const uint8_t kinds[256] = { LETTERS('a', PLAIN), LETTERS('A', CAPITAL),
	TEN('0', PLAIN), ['-'] = PLAIN, ['.'] = DOT };

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
	const char *at = p, *label = p, *last_label = p;
	unsigned seen = 0, kind;
	uint8_t v4[4];

	for (; at < end && (kind = kinds[(uint8_t)*at]) != OTHER; at++) {
		seen |= kind;
		if (kind != DOT)
			continue;
		if (at == label)
			return NULL;
		last_label = label;
		label = at + 1;
	}
	if (at == p)
		return NULL;
	/* A dot at the end is left out. */
	ret->text = (struct aeg_str){ p, (uint32_t)(at - p) - (label == at) };
	ret->upper = (seen & CAPITAL) != 0;
	ret->kind = AEG_HOST_NAME;
	if (label != at)
		last_label = label;
	if (!is_digit(*last_label) || !is_number(last_label, p + ret->text.len))
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
