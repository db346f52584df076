#define _POSIX_C_SOURCE 200809L
/* Hosts: strict URLs by example, allowlists, and the URL tests of the web platform: what is
 * accepted must go where a browser goes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "host.h"
#include "policy_test.h"

struct row {
	const char *url;
	const char *host; /* NULL: refused */
};

static void check_rows(const struct row *row, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char buf[256];
		uint32_t len = aeg_url_host(policy_str(row[i].url), buf);
		const char *want = row[i].host != NULL ? row[i].host : "";
		if (len != strlen(want) || memcmp(buf, want, len) != 0)
			fail_msg("%s: %.*s", row[i].url, (int)len, buf);
	}
}
#define CHECK(rows) check_rows(rows, sizeof(rows) / sizeof *(rows))

static void urls(void **state)
{
	static const struct row rows[] = {
		{ "https://example.com", "example.com" },
		{ "http://example.com/", "example.com" },
		{ "HTTPS://EXAMPLE.COM./", "example.com" },
		{ "hTtP://a-b.C9/x?y#z", "a-b.c9" },
		{ "https://example.com?x", "example.com" },
		{ "https://example.com#x", "example.com" },
		{ "https://example.com:443/", "example.com" },
		{ "https://example.com:0", "example.com" },
		{ "https://example.com:65535#", "example.com" },
		{ "https://example.com:00080/", "example.com" },
		{ "https://a/@b", "a" },
		{ "https://a/b:c@d", "a" },
		{ "https://a?b@c", "a" },
		{ "http://a", "a" },
		{ "http://-a-.-", "-a-.-" },
		{ "http://xn--a", "xn--a" },
		{ "", NULL },
		{ "http", NULL },
		{ "http://", NULL },
		{ "https://", NULL },
		{ "http:///a", NULL },
		{ "http:/a", NULL },
		{ "http:a", NULL },
		{ "//a", NULL },
		{ "a", NULL },
		{ "ftp://a", NULL },
		{ "httpx://a", NULL },
		{ "httpss://a", NULL },
		{ "file:///etc/passwd", NULL },
		{ " http://a", NULL },
		{ "http://a ", NULL },
		{ "http://a/b c", NULL },
		{ "http://a\t", NULL },
		{ "ht\ntp://a", NULL },
		{ "http://a/\x7f", NULL },
		{ "http://a/\xc3\xa9", NULL },
		{ "http://\xc3\xa9", NULL },
		{ "http://a\\b", NULL },
		{ "http:\\\\a", NULL },
		{ "http://a/\\b", NULL },
		{ "https://example.com@evil.io/", NULL },
		{ "https://user:pw@a/", NULL },
		{ "https://:80/", NULL },
		{ "https://a:", NULL },
		{ "https://a:/", NULL },
		{ "https://a:65536", NULL },
		{ "https://a:123456", NULL },
		{ "https://a:8x", NULL },
		{ "https://a:8 ", NULL },
		{ "https://a:-1", NULL },
		{ "https://a:80:80", NULL },
		{ "https://.", NULL },
		{ "https://..", NULL },
		{ "https://.a", NULL },
		{ "https://a..b", NULL },
		{ "https://a..", NULL },
		{ "https://a../", NULL },
		{ "https://a.:80/", "a" },
		{ "https://a_b", NULL },
		{ "https://a%2eb", NULL },
		{ "https://a,b", NULL },
		{ "https://a*b", NULL },
		{ "https://a|b", NULL },
		{ "https://a<b", NULL },
		{ "https://a]", NULL },
		{ "https://a;b/", NULL },
	};

	(void)state;
	CHECK(rows);
}

static void ipv4(void **state)
{
	static const struct row rows[] = {
		{ "http://1.2.3.4", "1.2.3.4" },
		{ "http://255.255.255.255:80/", "255.255.255.255" },
		{ "http://0.0.0.0", "0.0.0.0" },
		{ "http://1.2.3.4./", "1.2.3.4" },
		{ "http://1.2.3.4../", NULL },
		{ "http://1.2.3.256", NULL },
		{ "http://1.2.3.04", NULL },
		{ "http://01.2.3.4", NULL },
		{ "http://1.2.3.00", NULL },
		{ "http://1.2.3", NULL },
		{ "http://1.2.3.4.5", NULL },
		{ "http://2130706433", NULL },
		{ "http://0x7f000001", NULL },
		{ "http://0x7f.1", NULL },
		{ "http://1.2.3.0x4", NULL },
		{ "http://1.2.3.0X", NULL },
		{ "http://a.0x", NULL },
		{ "http://a.0xG", "a.0xg" },
		{ "http://a.1", NULL },
		{ "http://a.1.", NULL },
		{ "http://1.a", "1.a" },
		{ "http://1.2.3.4a", "1.2.3.4a" },
		{ "http://0x1.a", "0x1.a" },
		{ "http://a.00000000000000000000000000000000000001", NULL },
		{ "http://1.2.3.18446744073709551620", NULL },
		{ "http://a.1x", "a.1x" },
		{ "http://a.00x1", "a.00x1" },
	};

	(void)state;
	CHECK(rows);
}

static void ipv6(void **state)
{
	static const struct row rows[] = {
		{ "http://[::1]", "[::1]" },
		{ "http://[::]:80/", "[::]" },
		{ "http://[2001:DB8:0:0:0:0:0:1]/", "[2001:db8::1]" },
		{ "http://[2001:0db8:0000:0000:1:0:0:0001]", "[2001:db8::1:0:0:1]" },
		{ "http://[1:0:0:2:0:0:0:3]", "[1:0:0:2::3]" },
		{ "http://[1:0:2:0:3:0:4:0]", "[1:0:2:0:3:0:4:0]" },
		{ "http://[1:2:3:4:5:6:7:8]", "[1:2:3:4:5:6:7:8]" },
		{ "http://[1::8]", "[1::8]" },
		{ "http://[1:2:3:4:5:6:7::]", "[1:2:3:4:5:6:7:0]" },
		{ "http://[::2:3:4:5:6:7:8]", "[0:2:3:4:5:6:7:8]" },
		{ "http://[1::]", "[1::]" },
		{ "http://[::1.2.3.4]", "[::102:304]" },
		{ "http://[::ffff:127.0.0.1]", "[::ffff:7f00:1]" },
		{ "http://[1:2:3:4:5:6:1.2.3.4]", "[1:2:3:4:5:6:102:304]" },
		{ "http://[0:0:0:0:0:0:0:0]", "[::]" },
		{ "http://[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]",
			"[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]" },
		{ "http://[]", NULL },
		{ "http://[", NULL },
		{ "http://[::1", NULL },
		{ "http://[:]", NULL },
		{ "http://[:::]", NULL },
		{ "http://[:1]", NULL },
		{ "http://[1:]", NULL },
		{ "http://[1::2::3]", NULL },
		{ "http://[1:2:3:4:5:6:7]", NULL },
		{ "http://[1:2:3:4:5:6:7:8:9]", NULL },
		{ "http://[1:2:3:4:5:6:7:8::]", NULL },
		{ "http://[::1:2:3:4:5:6:7:8]", NULL },
		{ "http://[1::2:3:4:5:6:7:8]", NULL },
		{ "http://[12345::]", NULL },
		{ "http://[g::]", NULL },
		{ "http://[fe80::1%25eth0]", NULL },
		{ "http://[::1%1]", NULL },
		{ "http://[::1.2.3]", NULL },
		{ "http://[::1.2.3.4.5]", NULL },
		{ "http://[::1.2.3.256]", NULL },
		{ "http://[::1.2.3.04]", NULL },
		{ "http://[::1.2.3.4:5]", NULL },
		{ "http://[1:2:3:4:5:6:7:1.2.3.4]", NULL },
		{ "http://[1:2:3:4:5::6:1.2.3.4]", NULL },
		{ "http://[::1]x", NULL },
		{ "http://[::1].", NULL },
		{ "http://a[::1]", NULL },
		{ "http://::1/", NULL },
	};

	(void)state;
	CHECK(rows);
}

static void standing_alone(void **state)
{
	static const struct {
		const char *text, *normal;
		enum aeg_host_kind kind;
	} rows[] = {
		{ "GitHub.com", "github.com", AEG_HOST_NAME },
		{ "github.com.", "github.com", AEG_HOST_NAME },
		{ "10.0.0.1", "10.0.0.1", AEG_HOST_IPV4 },
		{ "[::FFFF:1.2.3.4]", "[::ffff:102:304]", AEG_HOST_IPV6 },
		{ "", NULL, AEG_HOST_BAD },
		{ "*.x.org", NULL, AEG_HOST_BAD },
		{ "a.com:80", NULL, AEG_HOST_BAD },
		{ "a.com/x", NULL, AEG_HOST_BAD },
		{ "http://a", NULL, AEG_HOST_BAD },
		{ "::1", NULL, AEG_HOST_BAD },
		{ "1.2.3", NULL, AEG_HOST_BAD },
		{ "a b", NULL, AEG_HOST_BAD },
	};
	char buf[256];
	uint32_t len;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		len = 0;
		assert_int_equal(
			aeg_host_normal(policy_str(rows[i].text), buf, &len), rows[i].kind);
		if (rows[i].normal == NULL)
			continue;
		assert_int_equal(len, strlen(rows[i].normal));
		assert_memory_equal(buf, rows[i].normal, len);
	}
	assert_int_equal(aeg_host_normal((struct aeg_str){ NULL, 0 }, buf, &len), AEG_HOST_BAD);
}

/* ---- The allowlist ------------------------------------------------------------------------- */

static enum aeg_reason listed(const struct aeg_bundle *b, struct aeg_str url)
{
	const struct aegi_trie t = aegi_trie_of(b);
	uint32_t root = aeg_ld32(aegi_at(b, AEGF_CAPS, 0, struct aegf_cap)->hosts);
	struct aegi_host host;

	return aegi_url_host(url, &host) ? aegi_host_listed(&t, root, &host) : AEG_InvalidArgument;
}

static struct policy policy_of(const char *const *domains)
{
	const struct policy_cap caps[] = { { .pattern = "web.*", .domains = domains }, { 0 } };
	const struct policy_context contexts[] = { { "c", caps, NULL }, { 0 } };

	return policy_make(contexts);
}

static void allowlist(void **state)
{
	static const struct {
		const char *url;
		enum aeg_reason want;
	} rows[] = {
		{ "https://github.com/x", AEG_None },
		{ "https://api.github.com", AEG_None },
		{ "https://a.b.GitHub.COM./", AEG_None },
		{ "https://evilgithub.com", AEG_DomainNotAllowed },
		{ "https://github.com.evil.io", AEG_DomainNotAllowed },
		{ "https://com", AEG_DomainNotAllowed },
		{ "https://github", AEG_DomainNotAllowed },
		{ "https://hub.com", AEG_DomainNotAllowed },
		{ "https://x.org", AEG_DomainNotAllowed },
		{ "https://a.x.org", AEG_None },
		{ "https://a.b.x.org", AEG_None },
		{ "https://ax.org", AEG_DomainNotAllowed },
		{ "https://10.0.0.1", AEG_None },
		{ "https://10.0.0.1.", AEG_None },
		{ "https://10.0.0.2", AEG_DomainNotAllowed },
		{ "https://9.10.0.0.1", AEG_InvalidArgument },
		{ "https://[2001:db8:0::1]:8080/", AEG_None },
		{ "https://[2001:db8::2]", AEG_DomainNotAllowed },
		{ "https://localhost", AEG_None },
		{ "https://a.localhost", AEG_None },
	};
	struct policy p =
		policy_of(LIST("github.com", "*.x.org", "10.0.0.1", "[2001:db8::1]", "localhost"));

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (listed(&p.b, policy_str(rows[i].url)) != rows[i].want)
			fail_msg("%s", rows[i].url);
	free(p.file);
}

/* A name need not fit into a buffer to be decided. */
static void long_hosts(void **state)
{
	static char url[5000];
	struct policy p = policy_of(LIST("example.com"));
	char buf[256];

	(void)state;
	for (size_t label = 1; label < 400; label += 7) {
		memcpy(url, "https://", 8);
		for (size_t i = 8; i < sizeof url; i++)
			url[i] = (i - 8) % (label + 1) == label ? '.' : 'A';
		memcpy(url + sizeof url - 13, ".Example.COM", 13);
		if (url[sizeof url - 14] == '.')
			url[sizeof url - 14] = 'A';
		assert_int_equal(listed(&p.b, policy_str(url)), AEG_None);
		assert_int_equal(aeg_url_host(policy_str(url), buf), 0);
		url[sizeof url - 13] = 'A';
		assert_int_equal(listed(&p.b, policy_str(url)), AEG_DomainNotAllowed);
	}
	free(p.file);
}

/* ---- The web platform's tests ---------------------------------------------------------------- */

/* Writes @byte at @at of each @what. */
static void replace(char *text, const char *what, size_t at, char byte)
{
	for (char *p = strstr(text, what); p != NULL; p = strstr(p, what))
		p[at] = byte;
}

static char *read_suite(const char *name)
{
	const char *shared = getenv("AEGIS_SHARED");
	char path[4096], *text;
	long size;
	FILE *f;

	if (shared == NULL)
		skip();
	snprintf(path, sizeof path, "%s/suites/wpt-url/%s", shared, name);
	f = fopen(path, "rb");
	if (f == NULL)
		skip();
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	size = ftell(f);
	rewind(f);
	text = calloc(1, (size_t)size + 1);
	assert_int_equal(fread(text, 1, (size_t)size, f), (size_t)size);
	fclose(f);
	replace(text, "\\u0000", 5, '1'); /* cJSON's strings end there; both are control bytes */
	replace(text, "\\ud", 2, '0');    /* lone surrogates, which it refuses: now other letters */
	replace(text, "\\uD", 2, '0');
	return text;
}

static int same_host(const char *want, const char *got, uint32_t len)
{
	size_t n = strlen(want);

	n -= n > 0 && want[n - 1] == '.';
	return n == len && memcmp(want, got, n) == 0;
}

static void where_a_browser_goes(void **state)
{
	char *text = read_suite("urltestdata.json"), buf[256];
	cJSON *all = cJSON_Parse(text), *one;
	int accepted = 0, asked = 0;

	(void)state;
	assert_non_null(all);
	cJSON_ArrayForEach(one, all)
	{
		const cJSON *input = cJSON_GetObjectItem(one, "input");
		const cJSON *host = cJSON_GetObjectItem(one, "hostname");
		uint32_t len;

		if (!cJSON_IsString(input))
			continue;
		asked++;
		len = aeg_url_host(policy_str(input->valuestring), buf);
		if (len == 0)
			continue;
		accepted++;
		if (!cJSON_IsString(cJSON_GetObjectItem(one, "href")) || !cJSON_IsString(host) ||
			!same_host(host->valuestring, buf, len))
			fail_msg("%s: %.*s", input->valuestring, (int)len, buf);
	}
	assert_true(asked > 600 && accepted > 50);
	cJSON_Delete(all);
	free(text);
}

/* Hosts alone: input and what a browser makes of it, or null where it refuses. */
static void check_hosts(const char *name)
{
	char *text = read_suite(name), buf[256], url[5000];
	cJSON *all = cJSON_Parse(text), *one;
	int accepted = 0;

	assert_non_null(all);
	cJSON_ArrayForEach(one, all)
	{
		const cJSON *input = cJSON_GetObjectItem(one, "input");
		const cJSON *output = cJSON_GetObjectItem(one, "output");
		uint32_t len;

		if (!cJSON_IsString(input) || strlen(input->valuestring) > 4900)
			continue;
		snprintf(url, sizeof url, "https://%s/x", input->valuestring);
		len = aeg_url_host(policy_str(url), buf);
		if (len == 0)
			continue;
		accepted++;
		if (!cJSON_IsString(output) || !same_host(output->valuestring, buf, len))
			fail_msg("%s: %.*s", url, (int)len, buf);
	}
	assert_true(accepted > 5);
	cJSON_Delete(all);
	free(text);
}

static void what_a_browser_makes_of_hosts(void **state)
{
	(void)state;
	check_hosts("toascii.json");
}

static void international_names(void **state)
{
	(void)state;
	check_hosts("IdnaTestV2.json");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(urls),
		cmocka_unit_test(ipv4),
		cmocka_unit_test(ipv6),
		cmocka_unit_test(standing_alone),
		cmocka_unit_test(allowlist),
		cmocka_unit_test(long_hosts),
		cmocka_unit_test(where_a_browser_goes),
		cmocka_unit_test(what_a_browser_makes_of_hosts),
		cmocka_unit_test(international_names),
	};
	return cmocka_run_group_tests_name("host", tests, NULL, NULL);
}
