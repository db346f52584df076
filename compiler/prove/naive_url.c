/* URLs, naively: nothing passes that a browser might read in another way. */
#include "prove/naive.h"

#include <stdio.h>

struct host {
	enum { NAME, IPV4, IPV6 } kind;
	struct slice text; /* in normal form */
};

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c; }

static int hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	return lower(c) >= 'a' && lower(c) <= 'f' ? lower(c) - 'a' + 10 : -1;
}

/* Four decimal numbers 0-255 without leading zeros. */
static bool parse_ipv4(struct slice s, uint32_t ret_numbers[4])
{
	uint32_t at = 0;

	for (int i = 0; i < 4; i++) {
		uint32_t from = at, value = 0;
		while (at < s.len && is_digit(s.at[at]) && at - from < 4)
			value = value * 10 + (uint32_t)(s.at[at++] - '0');
		if (at == from || value > 255 || (at - from > 1 && s.at[from] == '0'))
			return false;
		ret_numbers[i] = value;
		if (i < 3 && (at == s.len || s.at[at++] != '.'))
			return false;
	}
	return at == s.len;
}

/* Groups of hex between colons; the last two may be written as an IPv4 address. */
static bool parse_groups(struct slice s, uint16_t *ret_groups, uint32_t *ret_n)
{
	uint32_t at = 0, v4[4];

	*ret_n = 0;
	if (s.len == 0)
		return true;
	for (;;) {
		uint32_t from = at, value = 0;
		while (at < s.len && hex_digit(s.at[at]) >= 0)
			value = (value & 0xffff) * 16 + (uint32_t)hex_digit(s.at[at++]);
		if (at < s.len && s.at[at] == '.') {
			if (*ret_n > 6 ||
				!parse_ipv4((struct slice){ s.at + from, s.len - from }, v4))
				return false;
			ret_groups[(*ret_n)++] = (uint16_t)(v4[0] << 8 | v4[1]);
			ret_groups[(*ret_n)++] = (uint16_t)(v4[2] << 8 | v4[3]);
			return true;
		}
		if (at == from || at - from > 4 || *ret_n == 8)
			return false;
		ret_groups[(*ret_n)++] = (uint16_t)value;
		if (at == s.len)
			return true;
		if (s.at[at++] != ':')
			return false;
	}
}

/* What stands between the brackets, to eight numbers. */
static bool parse_ipv6(struct slice s, uint16_t ret[8])
{
	uint16_t before[9], after[9];
	uint32_t nbefore, nafter = 0, gap = s.len;

	for (uint32_t i = 0; i + 1 < s.len && gap == s.len; i++)
		if (s.at[i] == ':' && s.at[i + 1] == ':')
			gap = i;
	if (memchr(s.at, '.', gap) != NULL && gap != s.len)
		return false; /* an IPv4 address stands at the end only */
	if (!parse_groups((struct slice){ s.at, gap }, before, &nbefore))
		return false;
	if (gap == s.len) {
		memcpy(ret, before, 16);
		return nbefore == 8;
	}
	if (!parse_groups((struct slice){ s.at + gap + 2, s.len - gap - 2 }, after, &nafter) ||
		nbefore + nafter > 7)
		return false;
	memset(ret, 0, 16);
	memcpy(ret, before, nbefore * sizeof *ret);
	memcpy(ret + 8 - nafter, after, nafter * sizeof *ret);
	return true;
}

/* As browsers print it: the first longest run of two or more zeros becomes `::`. */
static struct slice print_ipv6(const uint16_t v[8], struct arena *scratch)
{
	struct buf out = { .arena = scratch };
	int best = -1, length = 1;

	for (int i = 0; i < 8; i++) {
		int n = 0;
		while (i + n < 8 && v[i + n] == 0)
			n++;
		if (n > length) {
			best = i;
			length = n;
		}
	}
	buf_text(&out, "[");
	for (int i = 0; i < 8; i++) {
		if (i == best) {
			buf_text(&out, "::");
			i += length - 1;
			continue;
		}
		if (i > 0 && i != best + length)
			buf_text(&out, ":");
		buf_printf(&out, "%x", v[i]);
	}
	buf_text(&out, "]");
	return buf_done(&out);
}

static bool is_numeric(struct slice label)
{
	uint32_t i = 0;

	if (label.len >= 2 && label.at[0] == '0' && lower(label.at[1]) == 'x') {
		for (i = 2; i < label.len && hex_digit(label.at[i]) >= 0; i++)
			;
		return i == label.len;
	}
	for (; i < label.len && is_digit(label.at[i]); i++)
		;
	return i == label.len;
}

static bool parse_name(struct slice s, struct host *ret, struct arena *scratch)
{
	char *text = arena_array(scratch, char, s.len + 1);
	uint32_t label = 0, numbers[4];

	if (s.len > 0 && s.at[s.len - 1] == '.')
		s.len--;
	if (s.len == 0)
		return false;
	for (uint32_t i = 0; i < s.len; i++) {
		char c = text[i] = lower(s.at[i]);
		if (c == '.') {
			if (i == label || i + 1 == s.len)
				return false;
			label = i + 1;
		} else if (!is_digit(c) && !(c >= 'a' && c <= 'z') && c != '-') {
			return false;
		}
	}
	*ret = (struct host){ NAME, { text, s.len } };
	if (!is_numeric((struct slice){ text + label, s.len - label }))
		return true;
	ret->kind = IPV4;
	return parse_ipv4(ret->text, numbers);
}

static bool parse_host(struct slice s, struct host *ret, struct arena *scratch)
{
	uint16_t groups[8];

	if (s.len == 0 || s.at[0] != '[')
		return parse_name(s, ret, scratch);
	if (s.at[s.len - 1] != ']' || s.len < 3 ||
		!parse_ipv6((struct slice){ s.at + 1, s.len - 2 }, groups))
		return false;
	*ret = (struct host){ IPV6, print_ipv6(groups, scratch) };
	return true;
}

/* Scheme, host, port; false for anything that is not strictly a URL. */
static bool parse_url(struct slice url, struct host *ret, struct arena *scratch)
{
	static const char *const schemes[] = { "http://", "https://" };
	uint32_t at = 0, from, port = 0;

	for (uint32_t i = 0; i < url.len; i++)
		if (url.at[i] < 0x21 || url.at[i] > 0x7e || url.at[i] == '\\')
			return false;
	for (uint32_t k = 0; k < 2; k++) {
		uint32_t n = (uint32_t)strlen(schemes[k]), i = 0;
		while (i < n && i < url.len && lower(url.at[i]) == schemes[k][i])
			i++;
		if (i == n)
			at = n;
	}
	if (at == 0)
		return false;
	from = at;
	if (at < url.len && url.at[at] == '[')
		while (at < url.len && url.at[at] != ']')
			at++;
	while (at < url.len && strchr(":/?#", url.at[at]) == NULL)
		at++;
	if (!parse_host((struct slice){ url.at + from, at - from }, ret, scratch))
		return false;
	if (at < url.len && url.at[at] == ':') {
		from = ++at;
		while (at < url.len && is_digit(url.at[at]) && at - from < 6)
			port = port * 10 + (uint32_t)(url.at[at++] - '0');
		if (at == from || at - from > 5 || port > 65535)
			return false;
	}
	return at == url.len || url.at[at] == '/' || url.at[at] == '?' || url.at[at] == '#';
}

static bool ends_in(struct slice host, struct slice name)
{
	return host.len > name.len && host.at[host.len - name.len - 1] == '.' &&
	       memcmp(host.at + host.len - name.len, name.at, name.len) == 0;
}

const char *naive_url(struct slice url, const struct mlist *allowed, struct arena *scratch)
{
	struct host host;

	if (!parse_url(url, &host, scratch))
		return "InvalidArgument";
	for (uint32_t i = 0; i < allowed->n; i++) {
		struct slice entry = allowed->v[i].text;
		bool below_only = slice_begins(entry, SLICE("*."));
		if (below_only)
			entry = (struct slice){ entry.at + 2, entry.len - 2 };
		if (!below_only && slice_eq(host.text, entry))
			return NULL;
		if (host.kind == NAME && ends_in(host.text, entry))
			return NULL;
	}
	return "DomainNotAllowed";
}
