/* Places on the network: URLs, hosts, addresses, ranges of them; and references to images. */
#define _POSIX_C_SOURCE 200809L
#include "model/scalar_net.h"

#include <arpa/inet.h>
#include <stdio.h>

#include "aegis/aegis.h"
#include "model/shape.h"

static bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
static bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool refuse(
	struct shape *s, enum diag_code code, struct value v, const char *label, const char *help)
{
	shape_report(s, (struct diag){ code, v.at, .label = label, .help = help });
	return false;
}

static struct slice from(struct slice t, uint32_t n)
{
	return (struct slice){ t.at + n, t.len - n };
}

/* Where @c stands in @t first, or t.len. */
static uint32_t find(struct slice t, char c)
{
	const char *at = t.len == 0 ? NULL : memchr(t.at, c, t.len);
	return at == NULL ? t.len : (uint32_t)(at - t.at);
}

/* A whole number up to @most, without zeros in front. */
static bool number_to(struct slice t, uint32_t most, uint32_t *ret)
{
	uint32_t x = 0;
	for (uint32_t i = 0; i < t.len; i++) {
		if (!is_digit(t.at[i]) || x > most)
			return false;
		x = x * 10 + (uint32_t)(t.at[i] - '0');
	}
	*ret = x;
	return t.len != 0 && t.len <= 9 && x <= most && (t.at[0] != '0' || t.len == 1);
}

/* ---- Addresses ----------------------------------------------------------------------------- */

uint32_t scalar_ip(struct slice t, uint8_t ret[16])
{
	char text[INET6_ADDRSTRLEN + 1];
	if (t.len == 0 || t.len >= sizeof text || memchr(t.at, '\0', t.len) != NULL)
		return 0;
	memcpy(text, t.at, t.len);
	text[t.len] = '\0';
	if (inet_pton(AF_INET, text, ret) == 1)
		return 4;
	return inet_pton(AF_INET6, text, ret) == 1 ? 16 : 0;
}

static struct slice without_brackets(struct slice t)
{
	return t.len >= 2 && t.at[0] == '[' && t.at[t.len - 1] == ']'
		       ? (struct slice){ t.at + 1, t.len - 2 }
		       : t;
}

bool scalar_is_loopback(struct slice host)
{
	static const uint8_t one[16] = { [15] = 1 };
	uint8_t ip[16];
	uint32_t n = scalar_ip(without_brackets(host), ip);
	return slice_is(host, "localhost") || (n == 4 && ip[0] == 127) ||
	       (n == 16 && memcmp(ip, one, sizeof one) == 0);
}

/* A name, or an address; of IPv6 in brackets where a port may follow. */
static bool is_host(struct slice t, bool brackets)
{
	char normal[256];
	uint8_t ip[16];
	uint32_t len, n = scalar_ip(t, ip);
	if (n != 0)
		return n == 4 || !brackets;
	enum aeg_host_kind kind = aeg_host_normal((struct aeg_str){ t.at, t.len }, normal, &len);
	return kind == AEG_HOST_NAME || (kind == AEG_HOST_IPV6 && brackets);
}

bool scalar_host(struct shape *s, struct value v, struct mtext *io)
{
	return is_host(io->text, false) ||
	       refuse(s, AEG_bad_host, v,
		       diag_text(s->d, "%s is no host", diag_quote(s->d, io->text)),
		       "a host name or an address, without scheme and port: `example.com`");
}

bool scalar_address(struct shape *s, struct value v, struct mtext *io)
{
	struct slice t = io->text;
	uint32_t colon = t.len, port;
	uint8_t ip[16];
	while (colon > 0 && t.at[colon - 1] != ':')
		colon--;
	struct slice host = { t.at, colon == 0 ? 0 : colon - 1 }, bare = without_brackets(host);
	uint32_t n = scalar_ip(bare, ip);
	bool fits = n == 16 ? bare.len != host.len : n == 4 && bare.len == host.len;
	if (fits && number_to(from(t, colon), 65535, &port) && port != 0)
		return true;
	return refuse(s, AEG_bad_address, v,
		diag_text(s->d, "%s is no address with a port", diag_quote(s->d, t)),
		"an address, `:` and a port from 1 to 65535: `127.0.0.1:8080`, `[::1]:8080`");
}

/* The range that was meant: @ip with the bits below @prefix cleared. */
static const char *range_help(struct shape *s, uint8_t ip[16], uint32_t n, uint32_t prefix)
{
	char text[INET6_ADDRSTRLEN];
	for (uint32_t i = prefix; i < n * 8; i++)
		ip[i / 8] &= (uint8_t) ~(0x80u >> i % 8);
	inet_ntop(n == 4 ? AF_INET : AF_INET6, ip, text, sizeof text);
	return diag_text(s->d, "write `%s/%u`", text, (unsigned)prefix);
}

bool scalar_cidr(struct shape *s, struct value v, struct mtext *io)
{
	struct slice t = io->text;
	uint32_t slash = find(t, '/'), prefix;
	uint8_t ip[16];
	uint32_t n = scalar_ip((struct slice){ t.at, slash }, ip);
	if (n != 0 && slash == t.len)
		return refuse(s, AEG_bad_cidr, v, "one address is no range",
			diag_text(s->d, "write `%.*s/%u`", SLICE_ARG(t), (unsigned)n * 8));
	if (n == 0 || !number_to(from(t, slash + 1), n * 8, &prefix))
		return refuse(s, AEG_bad_cidr, v,
			diag_text(s->d, "%s is no range of addresses", diag_quote(s->d, t)),
			"an address, `/` and how many of its bits count: `10.0.0.0/8`");
	for (uint32_t i = prefix; i < n * 8; i++)
		if (ip[i / 8] & 0x80u >> i % 8)
			return refuse(s, AEG_bad_cidr, v,
				diag_text(
					s->d, "bits beyond the first %u are set", (unsigned)prefix),
				range_help(s, ip, n, prefix));
	return true;
}

/* ---- URLs ---------------------------------------------------------------------------------- */

static const char *character_fault(struct slice t)
{
	for (uint32_t i = 0; i < t.len; i++) {
		unsigned char c = (unsigned char)t.at[i];
		if (c <= ' ' || c >= 0x7f || strchr("\\{}\"<>^`|", t.at[i]) != NULL)
			return "this cannot stand in a URL";
		if (c == '%' && (i + 2 >= t.len || !is_hex(t.at[i + 1]) || !is_hex(t.at[i + 2])))
			return "two hexadecimal digits follow `%`";
	}
	return NULL;
}

static const char *authority_fault(struct slice t)
{
	uint32_t port, end = t.len;
	if (find(t, '@') != t.len)
		return "credentials do not stand in a URL";
	while (end > 0 && is_digit(t.at[end - 1]))
		end--;
	if (end > 0 && t.at[end - 1] == ':' &&
		(t.at[0] != '[' || (end > 1 && t.at[end - 2] == ']'))) {
		if (!number_to(from(t, end), 65535, &port) || port == 0)
			return "a port is 1 to 65535";
		t.len = end - 1;
	}
	return t.len == 0         ? "the host is missing"
	       : is_host(t, true) ? NULL
				  : "what stands for the host is none";
}

/* Splits off the authority; or says what is wrong. */
static const char *url_fault(struct slice t, struct slice *ret_authority)
{
	bool https = slice_begins(t, SLICE("https://"));
	if (!https && !slice_begins(t, SLICE("http://")))
		return "not a whole URL: it begins with `https://`";
	struct slice rest = from(t, https ? 8 : 7);
	uint32_t end = 0;
	while (end < rest.len && strchr("/?#", rest.at[end]) == NULL)
		end++;
	*ret_authority = (struct slice){ rest.at, end };
	const char *fault = character_fault(t);
	return fault != NULL ? fault : authority_fault(*ret_authority);
}

bool scalar_url(struct shape *s, struct value v, struct mtext *io)
{
	struct slice authority;
	const char *fault = url_fault(io->text, &authority);
	return fault == NULL ||
	       refuse(s, AEG_bad_url, v, fault, "as in `https://api.example.com/v1`");
}

bool scalar_https_url(struct shape *s, struct value v, struct mtext *io)
{
	struct slice host;
	if (!scalar_url(s, v, io))
		return false;
	url_fault(io->text, &host);
	uint32_t colon = host.len;
	while (colon > 0 && is_digit(host.at[colon - 1]))
		colon--;
	if (colon > 0 && colon != host.len && host.at[colon - 1] == ':')
		host.len = colon - 1;
	return slice_begins(io->text, SLICE("https:")) || scalar_is_loopback(host) ||
	       refuse(s, AEG_url_not_https, v, "`http` to another machine", "write `https://`");
}

/* ---- Images -------------------------------------------------------------------------------- */

/* `a-z0-9` with `.`, `_`, `__` or hyphens between. */
static bool is_component(struct slice t)
{
	uint32_t i = 0;
	while (i < t.len) {
		uint32_t lo = i;
		while (i < t.len && (is_lower(t.at[i]) || is_digit(t.at[i])))
			i++;
		if (i == lo)
			return false;
		if (i == t.len)
			return true;
		char c = t.at[i];
		uint32_t most = c == '-' ? UINT32_MAX : c == '_' ? 2 : c == '.' ? 1 : 0;
		for (lo = i; i < t.len && t.at[i] == c && i - lo < most;)
			i++;
		if (i == lo)
			return false;
	}
	return false;
}

static bool is_tag(struct slice t)
{
	for (uint32_t i = 0; i < t.len; i++)
		if (!is_lower(t.at[i]) && !is_upper(t.at[i]) && !is_digit(t.at[i]) &&
			t.at[i] != '_' && (i == 0 || (t.at[i] != '.' && t.at[i] != '-')))
			return false;
	return t.len >= 1 && t.len <= 128;
}

static bool is_digest(struct slice t)
{
	uint32_t want = slice_begins(t, SLICE("sha256:"))   ? 64
			: slice_begins(t, SLICE("sha512:")) ? 128
							    : 0;
	if (want == 0 || t.len != want + 7)
		return false;
	for (uint32_t i = 7; i < t.len; i++)
		if (!is_digit(t.at[i]) && (t.at[i] < 'a' || t.at[i] > 'f'))
			return false;
	return true;
}

/* A registry's host: what stands in front of the first `/`, with a dot or a port, or `localhost`.
 */
static bool is_registry(struct slice t)
{
	uint32_t colon = find(t, ':'), port;
	bool dotted = find(t, '.') != t.len;
	if (colon == t.len && !dotted && !slice_is(t, "localhost"))
		return false;
	return is_host((struct slice){ t.at, colon }, true) &&
	       (colon == t.len || (number_to(from(t, colon + 1), 65535, &port) && port != 0));
}

const char *scalar_image_parts(struct slice t, struct image_parts *ret)
{
	struct image_parts p = { { t.at, 0 }, t, { t.at, 0 }, { t.at, 0 } };
	uint32_t at = find(t, '@'), slash;
	if (at != t.len) {
		p.digest = from(t, at + 1);
		p.path.len = at;
		if (!is_digest(p.digest))
			return "what follows `@` is no digest: `sha256:` and 64 hexadecimal digits";
	}
	uint32_t colon = p.path.len;
	while (colon > 0 && p.path.at[colon - 1] != ':' && p.path.at[colon - 1] != '/')
		colon--;
	if (colon > 0 && p.path.at[colon - 1] == ':') {
		p.tag = from(p.path, colon);
		p.path.len = colon - 1;
		if (!is_tag(p.tag))
			return "what follows `:` is no tag: letters, digits, `_`, `.` and `-`, at most 128";
	}
	slash = find(p.path, '/');
	if (slash != p.path.len && is_registry((struct slice){ p.path.at, slash })) {
		p.registry = (struct slice){ p.path.at, slash };
		p.path = from(p.path, slash + 1);
	}
	*ret = p;
	for (struct slice rest = p.path;; rest = from(rest, slash + 1)) {
		slash = find(rest, '/');
		if (!is_component((struct slice){ rest.at, slash }))
			return "a name has lower-case letters and digits, with `.`, `_` or `-` between";
		if (slash == rest.len)
			return NULL;
	}
}

bool scalar_image(struct shape *s, struct value v, struct mtext *io)
{
	struct image_parts p;
	const char *fault = scalar_image_parts(io->text, &p);
	if (fault != NULL)
		return refuse(s, AEG_bad_image, v, fault,
			"as in `ghcr.io/acme/tool:1.4.2`, best with `@sha256:...` behind it");
	if (p.digest.len != 0)
		return true;
	if (p.tag.len == 0 || slice_is(p.tag, "latest"))
		shape_report(s,
			(struct diag){ AEG_image_latest, v.at,
				.label = p.tag.len == 0 ? "without a tag it is `latest`"
							: "another image tomorrow",
				.help = "name a version, best with its digest: `:1.4.2@sha256:...`" });
	else
		shape_report(s, (struct diag){ AEG_image_not_pinned, v.at,
					.label = "a tag can be moved to another image",
					.help = "add the digest: `@sha256:...`" });
	return true;
}
