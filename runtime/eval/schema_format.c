/*
 * Whether a text is written as a format says: one reader for each, over the text's bytes without
 * its escapes. A reader takes what it knows and leaves the rest; nothing may be left in the end.
 */
#include "libaegis/address.h"
#include "schema_machine.h"

#include <string.h>

struct reader {
	struct text t;
	int c; /* the byte that is next, or -1 */
};

static int next(struct reader *r) { return r->c = aegi_text_next(&r->t); }
static int is_digit(int c) { return c >= '0' && c <= '9'; }
static int is_alpha(int c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }
static int is_hex(int c) { return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f'); }
/* Where @c is in @set, from 1; or 0. */
static int is_one_of(int c, const char *set)
{
	const char *at = c > 0 ? memchr(set, c, strlen(set)) : NULL;

	return at == NULL ? 0 : (int)(at - set) + 1;
}

static int eat(struct reader *r, int c)
{
	if (r->c != c)
		return 0;
	next(r);
	return 1;
}

/* Exactly @n digits: their value, or -1. */
static int digits(struct reader *r, int n)
{
	int value = 0;

	for (; n > 0; n--, next(r)) {
		if (!is_digit(r->c))
			return -1;
		value = value * 10 + (r->c - '0');
	}
	return value;
}

static int many_digits(struct reader *r)
{
	int any = is_digit(r->c);

	while (is_digit(r->c))
		next(r);
	return any;
}

/* ---- Times: RFC 3339 ----------------------------------------------------------------------- */

static int date(struct reader *r)
{
	static const uint8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int year = digits(r, 4), month, day, leap;

	if (year < 0 || !eat(r, '-') || (month = digits(r, 2)) < 1 || month > 12 || !eat(r, '-'))
		return 0;
	leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	day = digits(r, 2);
	return day >= 1 && day <= days[month - 1] + (month == 2 && leap);
}

static int time_of_day(struct reader *r)
{
	int hour = digits(r, 2), minute, second, sign, h, m;

	if (hour < 0 || hour > 23 || !eat(r, ':') || (minute = digits(r, 2)) < 0 || minute > 59 ||
		!eat(r, ':') || (second = digits(r, 2)) < 0 || second > 60)
		return 0;
	if (eat(r, '.') && !many_digits(r))
		return 0;
	if (eat(r, 'Z') || eat(r, 'z'))
		return second < 60 || (hour == 23 && minute == 59);
	sign = r->c == '-' ? 1 : -1;
	if (!eat(r, '+') && !eat(r, '-'))
		return 0;
	if ((h = digits(r, 2)) < 0 || h > 23 || !eat(r, ':') || (m = digits(r, 2)) < 0 || m > 59)
		return 0;
	/* A leap second is the last of a day in UTC. */
	return second < 60 || (hour * 60 + minute + sign * (h * 60 + m) + 2 * 1440) % 1440 == 1439;
}

static int date_time(struct reader *r)
{
	return date(r) && (eat(r, 'T') || eat(r, 't')) && time_of_day(r);
}

/* Numbers with units, of which one follows the other: some of @units, at least one. */
static int amounts(struct reader *r, const char *units)
{
	int unit = 0;

	while (is_digit(r->c)) {
		many_digits(r);
		int here = is_one_of(r->c, units);
		if (here == 0 || (unit != 0 && here != unit + 1))
			return 0;
		unit = here;
		next(r);
	}
	return unit != 0;
}

/* Appendix A. */
static int duration(struct reader *r)
{
	struct reader week;

	if (!eat(r, 'P'))
		return 0;
	week = *r;
	if (many_digits(&week) && eat(&week, 'W')) {
		*r = week;
		return 1;
	}
	if (r->c != 'T' && !amounts(r, "YMD"))
		return 0;
	return !eat(r, 'T') || amounts(r, "HMS");
}

/* ---- Hosts and addresses ------------------------------------------------------------------- */

/* RFC 1123, section 2.1. */
static int hostname(struct reader *r)
{
	uint32_t all = 0;

	do {
		uint32_t n = 0;
		int last = 0;
		for (; is_digit(r->c) || is_alpha(r->c) || (r->c == '-' && n > 0); next(r), n++)
			last = r->c;
		all += n + 1;
		if (n == 0 || n > 63 || last == '-' || all > 254)
			return 0;
	} while (eat(r, '.'));
	return 1;
}

/* Takes what an address is written with; it is no longer than @buf, or none. */
static uint32_t address(struct reader *r, char buf[AEGI_IPV6_TEXT + 4])
{
	uint32_t n = 0;

	for (; (is_hex(r->c) || r->c == ':' || r->c == '.') && n < AEGI_IPV6_TEXT + 4; next(r))
		buf[n++] = (char)r->c;
	return n;
}

static int ipv4(struct reader *r)
{
	char buf[AEGI_IPV6_TEXT + 4];
	uint8_t bytes[4];

	return aegi_ipv4_parse(buf, address(r, buf), bytes);
}

/* RFC 4291, section 2.2. */
static int ipv6(struct reader *r)
{
	char buf[AEGI_IPV6_TEXT + 4], normal[AEGI_IPV6_TEXT];

	return aegi_ipv6_normal(buf, address(r, buf), normal) > 0;
}

/* ---- E-mail: RFC 5321, section 4.1.2 ------------------------------------------------------- */

static int quoted(struct reader *r)
{
	for (; r->c >= ' ' && r->c < 0x7f && r->c != '"'; next(r))
		if (r->c == '\\' && (next(r) < ' ' || r->c >= 0x7f))
			return 0;
	return eat(r, '"');
}

static int local_part(struct reader *r)
{
	if (eat(r, '"'))
		return quoted(r);
	do {
		int n = 0;
		for (; is_digit(r->c) || is_alpha(r->c) || is_one_of(r->c, "!#$%&'*+-/=?^_`{|}~");
			next(r))
			n = 1;
		if (n == 0)
			return 0;
	} while (eat(r, '.'));
	return 1;
}

static int email(struct reader *r)
{
	if (!local_part(r) || !eat(r, '@'))
		return 0;
	if (!eat(r, '['))
		return hostname(r);
	if (!is_digit(r->c)) {
		for (const char *p = "ipv6:"; *p != 0; p++, next(r))
			if (r->c != *p && (!is_alpha(*p) || (r->c | 0x20) != *p))
				return 0;
		return ipv6(r) && eat(r, ']');
	}
	return ipv4(r) && eat(r, ']');
}

/* ---- URIs: RFC 3986, appendix A ------------------------------------------------------------ */

/* A character of a path segment, or one of @more; with `%`, all three. */
static int uri_char(struct reader *r, const char *more)
{
	if (eat(r, '%')) {
		int high = is_hex(r->c);
		return high && is_hex(next(r)) && (next(r), 1);
	}
	if (!is_digit(r->c) && !is_alpha(r->c) && !is_one_of(r->c, "-._~!$&'()*+,;=") &&
		!is_one_of(r->c, more))
		return 0;
	next(r);
	return 1;
}

/* Characters up to one of @ends, or the end. */
static int uri_part(struct reader *r, const char *more, const char *ends)
{
	while (r->c >= 0 && !is_one_of(r->c, ends))
		if (!uri_char(r, more))
			return 0;
	return 1;
}

static int ip_literal(struct reader *r)
{
	if (eat(r, 'v') || eat(r, 'V')) {
		int n = 0;
		for (; is_hex(r->c); n++)
			next(r);
		return n > 0 && eat(r, '.') && r->c != ']' && uri_part(r, ":", "]%") && eat(r, ']');
	}
	return ipv6(r) && eat(r, ']');
}

static int authority(struct reader *r)
{
	struct reader user = *r;

	if (uri_part(&user, ":", "@/?#[") && eat(&user, '@'))
		*r = user;
	if (eat(r, '[')) {
		if (!ip_literal(r))
			return 0;
	} else if (!uri_part(r, "", ":/?#")) {
		return 0;
	}
	if (eat(r, ':'))
		many_digits(r);
	return r->c < 0 || is_one_of(r->c, "/?#");
}

/* After the scheme, where there is one. */
static int uri_rest(struct reader *r)
{
	if (eat(r, '/') && eat(r, '/') && !authority(r))
		return 0;
	if (!uri_part(r, ":@/", "?#"))
		return 0;
	if (eat(r, '?') && !uri_part(r, ":@/?", "#"))
		return 0;
	return !eat(r, '#') || uri_part(r, ":@/?", "");
}

static int scheme(struct reader *r)
{
	if (!is_alpha(r->c))
		return 0;
	while (is_digit(r->c) || is_alpha(r->c) || is_one_of(r->c, "+-."))
		next(r);
	return eat(r, ':');
}

static int uri(struct reader *r) { return scheme(r) && uri_rest(r); }

static int uri_reference(struct reader *r)
{
	struct reader absolute = *r, segment = *r;

	if (scheme(&absolute)) {
		*r = absolute;
		return uri_rest(r);
	}
	/* What has no scheme has no colon in its first segment. */
	return uri_part(&segment, "@", "/?#") && uri_rest(r);
}

/* ---- The rest ------------------------------------------------------------------------------ */

static int uuid(struct reader *r)
{
	static const uint8_t groups[] = { 8, 4, 4, 4, 12 };

	for (int i = 0; i < 5; i++) {
		if (i > 0 && !eat(r, '-'))
			return 0;
		for (int n = groups[i]; n > 0; n--, next(r))
			if (!is_hex(r->c))
				return 0;
	}
	return 1;
}

/* RFC 6901, section 3. */
static int json_pointer(struct reader *r)
{
	if (r->c >= 0 && r->c != '/')
		return 0;
	for (; r->c >= 0; next(r))
		if (r->c == '~' && next(r) != '0' && r->c != '1')
			return 0;
	return 1;
}

static int relative_json_pointer(struct reader *r)
{
	if (!is_digit(r->c))
		return 0;
	if (!eat(r, '0'))
		many_digits(r);
	return eat(r, '#') || json_pointer(r);
}

int schema_is_format(struct text t, enum aegf_schema_format format)
{
	static int (*const readers[AEGF_NFORMATS])(struct reader * r) = {
		[AEGF_FORMAT_DATE_TIME] = date_time,
		[AEGF_FORMAT_DATE] = date,
		[AEGF_FORMAT_TIME] = time_of_day,
		[AEGF_FORMAT_DURATION] = duration,
		[AEGF_FORMAT_EMAIL] = email,
		[AEGF_FORMAT_HOSTNAME] = hostname,
		[AEGF_FORMAT_IPV4] = ipv4,
		[AEGF_FORMAT_IPV6] = ipv6,
		[AEGF_FORMAT_URI] = uri,
		[AEGF_FORMAT_URI_REFERENCE] = uri_reference,
		[AEGF_FORMAT_UUID] = uuid,
		[AEGF_FORMAT_JSON_POINTER] = json_pointer,
		[AEGF_FORMAT_RELATIVE_JSON_POINTER] = relative_json_pointer,
	};
	struct reader r = { .t = t };

	next(&r);
	return readers[format] == NULL || (readers[format](&r) && r.c < 0);
}
