/* Addresses as text: the strict reading of the WHATWG URL standard, and its way to write IPv6. */
#include "address.h"

struct reader {
	const char *at, *end;
};

static int peek(const struct reader *r, char c) { return r->at < r->end && *r->at == c; }

static int hex(char c)
{
	if ((uint8_t)(c - '0') < 10)
		return c - '0';
	c |= 0x20;
	return (uint8_t)(c - 'a') < 6 ? c - 'a' + 10 : -1;
}

/* One to four hex digits; how many. */
static int piece(struct reader *r, uint16_t *ret)
{
	uint32_t v = 0;
	int n = 0, digit;

	for (; n < 4 && r->at < r->end && (digit = hex(*r->at)) >= 0; n++, r->at++)
		v = v << 4 | (uint32_t)digit;
	*ret = (uint16_t)v;
	return n;
}

int aegi_ipv4_parse(const char *at, uint32_t len, uint8_t ret[4])
{
	struct reader r = { at, at + len };

	for (int i = 0; i < 4; i++) {
		const char *from = r.at;
		uint32_t v = 0;

		for (; r.at < r.end && (uint8_t)(*r.at - '0') < 10 && v < 256; r.at++)
			v = v * 10 + (uint32_t)(*r.at - '0');
		if (r.at == from || v > 255 || (*from == '0' && r.at - from > 1))
			return 0;
		ret[i] = (uint8_t)v;
		if (i < 3 && !peek(&r, '.'))
			return 0;
		r.at += i < 3;
	}
	return r.at == r.end;
}

/* The last four bytes as an IPv4 address, up to the end. */
static int embedded(struct reader *r, uint16_t *group)
{
	uint8_t v4[4];

	if (!aegi_ipv4_parse(r->at, (uint32_t)(r->end - r->at), v4))
		return 0;
	group[0] = (uint16_t)(v4[0] << 8 | v4[1]);
	group[1] = (uint16_t)(v4[2] << 8 | v4[3]);
	r->at = r->end;
	return 1;
}

/* Moves the groups after `::` to the end, with zeros before them. */
static void spread(uint16_t *group, uint32_t n, uint32_t gap)
{
	uint32_t after = n - gap;

	for (uint32_t i = 1; i <= after; i++) {
		uint16_t g = group[n - i];
		group[n - i] = 0;
		group[8 - i] = g;
	}
}

/* Eight groups, `::` once for one or more that are zero. */
static int parse(struct reader *r, uint16_t group[8])
{
	uint32_t n = 0, gap = AEG_NONE;

	if (peek(r, ':')) {
		if (r->end - r->at < 2 || r->at[1] != ':')
			return 0;
		r->at += 2;
		gap = 0;
	}
	while (r->at < r->end) {
		const char *from = r->at;

		if (n == 8 || piece(r, &group[n]) == 0)
			return 0;
		if (peek(r, '.')) {
			r->at = from;
			if (n > 6 || !embedded(r, &group[n]))
				return 0;
			n += 2;
			break;
		}
		n++;
		if (r->at == r->end)
			break;
		if (*r->at++ != ':' || r->at == r->end)
			return 0;
		if (*r->at == ':') {
			if (gap != AEG_NONE)
				return 0;
			r->at++;
			gap = n;
		}
	}
	if (gap == AEG_NONE)
		return n == 8;
	if (n == 8)
		return 0;
	spread(group, n, gap);
	return 1;
}

/* The first of the longest runs of two or more zero groups; its length in @ret. */
static uint32_t longest_zeros(const uint16_t group[8], uint32_t *ret)
{
	uint32_t best = 8, run = 0;

	*ret = 1;
	for (uint32_t i = 0; i < 8; i++) {
		run = group[i] == 0 ? run + 1 : 0;
		if (run > *ret) {
			*ret = run;
			best = i + 1 - run;
		}
	}
	return best;
}

static char *write_group(char *out, uint32_t v)
{
	static const char digits[] = "0123456789abcdef";

	for (int shift = 12; shift >= 0; shift -= 4)
		if (v >> shift != 0 || shift == 0)
			*out++ = digits[v >> shift & 15];
	return out;
}

static uint32_t write(const uint16_t group[8], char *buf)
{
	uint32_t skip, from = longest_zeros(group, &skip);
	char *out = buf;

	*out++ = '[';
	for (uint32_t i = 0; i < 8; i++) {
		if (i == from) {
			*out++ = ':';
			if (i == 0)
				*out++ = ':';
			i += skip - 1;
			continue;
		}
		out = write_group(out, group[i]);
		if (i < 7)
			*out++ = ':';
	}
	*out++ = ']';
	return (uint32_t)(out - buf);
}

int aegi_ipv6_parse(const char *at, uint32_t len, uint16_t ret[8])
{
	struct reader r = { at, at + len };

	memset(ret, 0, 8 * sizeof *ret);
	return parse(&r, ret);
}

uint32_t aegi_ipv6_normal(const char *at, uint32_t len, char buf[AEGI_IPV6_TEXT])
{
	uint16_t group[8];

	return aegi_ipv6_parse(at, len, group) ? write(group, buf) : 0;
}
