#ifndef EXPR_GUARANTEE_URL_TEST_H
#define EXPR_GUARANTEE_URL_TEST_H
/*
 * A reference taken apart: by RFC 3986, appendix B, then its path into segments, as it stands and
 * once more with dot segments removed (5.2.4), its query into pairs.
 */
#include <stdint.h>
#include <string.h>

enum url_kind {
	URL_SCHEME,
	URL_AUTHORITY,
	URL_SEGMENT,
	URL_RESOLVED,
	URL_NAME,
	URL_VALUE,
	URL_FRAGMENT
};

struct url {
	struct url_part {
		enum url_kind kind;
		const char *at; /* decoded, in @text */
		size_t len;
	} part[1 << 12];
	uint32_t n;
	char text[1 << 16];
	size_t used;
};

static inline int url_is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static inline int url_digit(char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; }

/* Unreserved, or among @more, or percent-encoded. */
static inline int url_is_made_of(const char *at, size_t len, const char *more)
{
	static const char unreserved[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

	for (size_t i = 0; i < len; i++) {
		if (at[i] == '%' && i + 2 < len && url_is_hex(at[i + 1]) && url_is_hex(at[i + 2]))
			i += 2;
		else if (at[i] == '\0' ||
			 (strchr(unreserved, at[i]) == NULL && strchr(more, at[i]) == NULL))
			return 0;
	}
	return 1;
}

static inline const char *url_add(struct url *u, enum url_kind kind, const char *at, size_t len)
{
	if (u->n == sizeof u->part / sizeof *u->part || len > sizeof u->text - u->used)
		return "there is no room for the URL";
	struct url_part *p = &u->part[u->n++];
	*p = (struct url_part){ kind, u->text + u->used, 0 };
	for (size_t i = 0; i < len; i++) {
		char c = at[i];
		if (c == '%') {
			c = (char)(url_digit(at[i + 1]) * 16 + url_digit(at[i + 2]));
			i += 2;
		}
		u->text[u->used + p->len++] = c;
	}
	u->used += p->len;
	return NULL;
}

/* How many dots it is, however they are written; 0: it is something else. */
static inline uint32_t url_dots(const char *at, size_t len)
{
	uint32_t dots = 0;

	for (size_t i = 0; i < len; i++, dots++) {
		int is_encoded = i + 2 < len && at[i] == '%' && at[i + 1] == '2' &&
				 (at[i + 2] == 'e' || at[i + 2] == 'E');
		if (at[i] != '.' && !is_encoded)
			return 0;
		i += is_encoded ? 2 : 0;
	}
	return dots;
}

/* The segments of a path, and those that are left where it is resolved. */
static inline const char *url_add_path(struct url *u, const char *at, size_t len)
{
	struct {
		const char *at;
		size_t len;
	} left[1 << 10];
	size_t n = 0;
	const char *what = NULL;

	for (size_t i = 0; i <= len && what == NULL;) {
		const char *end = memchr(at + i, '/', len - i);
		size_t size = end == NULL ? len - i : (size_t)(end - at) - i;
		what = url_add(u, URL_SEGMENT, at + i, size);
		uint32_t dots = url_dots(at + i, size);
		if (dots == 2)
			n -= n > 0;
		if (dots != 1 && dots != 2) {
			if (n == sizeof left / sizeof *left)
				return "there is no room for the path";
			left[n].at = at + i;
			left[n++].len = size;
		}
		i += size + 1;
	}
	for (size_t i = 0; i < n && what == NULL; i++)
		what = url_add(u, URL_RESOLVED, left[i].at, left[i].len);
	return what;
}

static inline const char *url_add_query(struct url *u, const char *at, size_t len)
{
	const char *what = NULL;

	for (size_t i = 0; i <= len && what == NULL;) {
		const char *end = memchr(at + i, '&', len - i);
		size_t size = end == NULL ? len - i : (size_t)(end - at) - i;
		const char *equals = memchr(at + i, '=', size);
		size_t name = equals == NULL ? size : (size_t)(equals - at) - i;
		what = url_add(u, URL_NAME, at + i, name);
		if (what == NULL && equals != NULL)
			what = url_add(u, URL_VALUE, equals + 1, size - name - 1);
		i += size + 1;
	}
	return what;
}

static inline const char *url_add_authority(struct url *u, const char *at, size_t len)
{
	const char *user = memchr(at, '@', len), *host = user == NULL ? at : user + 1;
	size_t left = len - (size_t)(host - at);
	const char *end = left > 0 && *host == '[' ? memchr(host, ']', left) : NULL;
	const char *port = end != NULL ? end + 1 : memchr(host, ':', left);

	if (user != NULL && !url_is_made_of(at, (size_t)(user - at), "!$&'()*+,;=:"))
		return "the user of the URL has a character that cannot stand there";
	if (port != NULL) {
		size_t n = left - (size_t)(port - host);
		left -= n;
		if (n > 0 && (*port != ':' || strspn(port + 1, "0123456789") < n - 1))
			return "the port of the URL is no number";
	}
	if (end == NULL && !url_is_made_of(host, left, "!$&'()*+,;="))
		return "the host of the URL has a character that cannot stand there";
	return url_add(u, URL_AUTHORITY, at, len);
}

/* Takes it apart. What makes it none, or NULL. */
static inline const char *url_read(struct url *u, const char *at, size_t len)
{
	const char *end = at + len, *what = NULL;
	size_t n = 0;

	u->n = 0;
	u->used = 0;
	while (n < len && strchr(":/?#", at[n]) == NULL)
		n++;
	if (n > 0 && n < len && at[n] == ':') {
		if (strspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == 0 ||
			!url_is_made_of(at, n, "+") || memchr(at, '%', n) || memchr(at, '~', n))
			return "the scheme of the URL is none";
		what = url_add(u, URL_SCHEME, at, n);
		at += n + 1;
	}
	if (what == NULL && end - at >= 2 && at[0] == '/' && at[1] == '/') {
		n = 2;
		while (at + n < end && strchr("/?#", at[n]) == NULL)
			n++;
		what = url_add_authority(u, at + 2, n - 2);
		at += n;
	}
	for (n = 0; at + n < end && at[n] != '?' && at[n] != '#';)
		n++;
	if (what == NULL && !url_is_made_of(at, n, "!$&'()*+,;=:@/"))
		what = "the path of the URL has a character that cannot stand there";
	if (what == NULL)
		what = url_add_path(u, at, n);
	at += n;
	if (what == NULL && at < end && *at == '?') {
		const char *hash = memchr(at, '#', (size_t)(end - at));
		n = (size_t)((hash == NULL ? end : hash) - at);
		if (!url_is_made_of(at + 1, n - 1, "!$&'()*+,;=:@/?"))
			return "the query of the URL has a character that cannot stand there";
		what = url_add_query(u, at + 1, n - 1);
		at += n;
	}
	if (what != NULL || at == end)
		return what;
	if (!url_is_made_of(at + 1, (size_t)(end - at) - 1, "!$&'()*+,;=:@/?"))
		return "the fragment of the URL has a character that cannot stand there";
	return url_add(u, URL_FRAGMENT, at + 1, (size_t)(end - at) - 1);
}
#endif
