/* Every form of text: what is of it, what is not, what it comes to, and what is said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "model/cron.h"
#include "model/scalar_net.h"
#include "model/secret.h"
#include "model/shape.h"

struct reading {
	struct arena arena;
	struct sources sources;
	struct diags diags;
	struct documents docs;
	struct shape shape;
};

static void out_of_memory(void *ctx)
{
	(void)ctx;
	fail_msg("out of memory");
}

static void reading_init(struct reading *r, struct slice text)
{
	*r = (struct reading){ .arena = { .limit = 1u << 24, .fail = out_of_memory } };
	r->sources.arena = r->diags.arena = &r->arena;
	r->diags.sources = &r->sources;
	sources_add_text(&r->sources, "in.yaml", text);
	syntax_parse(&r->diags, &r->docs);
	r->shape = (struct shape){ .d = &r->diags };
}

/* The findings of @entry on the text @t, as "0262 0264"; "" where there are none. A refused text
 * has `-` in front. */
static const char *findings(field_entry *entry, const char *t)
{
	static char said[200];
	struct reading r;
	char *source = malloc(strlen(t) + 3);
	sprintf(source, "'%s'", t);
	reading_init(&r, slice_of(source));
	struct value v = { r.docs.v[0].root, r.docs.v[0].root->span };
	struct mtext io;
	assert_true(shape_text(&r.shape, v, &io));
	bool fine = entry(&r.shape, v, &io);
	int n = snprintf(said, sizeof said, "%s", fine ? "" : "-");
	for (size_t i = 0; i < r.diags.n; i++)
		n += snprintf(said + n, sizeof said - (size_t)n, "%s%04d", i == 0 ? "" : " ",
			(int)r.diags.v[i].code);
	arena_free(&r.arena);
	free(source);
	return said;
}

struct row {
	const char *text, *says;
};
static void check_rows(field_entry *entry, const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *got = findings(entry, rows[i].text);
		if (strcmp(got, rows[i].says) != 0)
			fail_msg("`%s`: `%s`, not `%s`", rows[i].text, got, rows[i].says);
	}
}
#define CHECK(entry, ...) \
	do { \
		static const struct row rows_[] = { __VA_ARGS__ }; \
		check_rows(entry, rows_, sizeof rows_ / sizeof *rows_); \
	} while (0)

/* ---- Sizes and durations ------------------------------------------------------------------- */

static void sizes(void **state)
{
	static const struct {
		const char *text;
		uint64_t is[3]; /* by form; 0: none */
	} rows[] = {
		{ "1024", { 1024, 1024, 1024 } },
		{ "512Mi", { 512u << 20, 512u << 20, 512u << 20 } },
		{ "512mi", { 0, 512u << 20, 512u << 20 } },
		{ "2Ki", { 2048, 2048, 2048 } },
		{ "1Ti", { UINT64_C(1) << 40, UINT64_C(1) << 40, 0 } },
		{ "2G", { 0, 2000000000, UINT64_C(2) << 30 } },
		{ "2gb", { 0, 0, UINT64_C(2) << 30 } },
		{ "3k", { 0, 3000, 3072 } },
		{ "3KB", { 0, 0, 3072 } },
		{ "1t", { 0, UINT64_C(1000000000000), 0 } },
		{ "18446744073709551615", { UINT64_MAX, UINT64_MAX, UINT64_MAX } },
		{ "16777215Ti", { UINT64_C(16777215) << 40, UINT64_C(16777215) << 40, 0 } },
		{ "16777216Ti", { 0, 0, 0 } },
		{ "18446744073709551616", { 0, 0, 0 } },
		{ "0", { 0, 0, 0 } },
		{ "0Gi", { 0, 0, 0 } },
		{ "1.5Gi", { 0, 0, 0 } },
		{ "-1", { 0, 0, 0 } },
		{ "512 Mi", { 0, 0, 0 } },
		{ "Mi", { 0, 0, 0 } },
		{ "512MiB", { 0, 0, 0 } },
		{ "", { 0, 0, 0 } },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		for (int form = 0; form < 3; form++) {
			uint64_t x = 0;
			bool is = scalar_size(slice_of(rows[i].text), (enum scalar_sizes)form, &x);
			if (is != (rows[i].is[form] != 0) || x != rows[i].is[form])
				fail_msg("`%s` in form %d: %llu", rows[i].text, form,
					(unsigned long long)x);
		}
	CHECK(scalar_size_binary, { "512Mi", "" }, { "2G", "-0252" });
	CHECK(scalar_size_any, { "2g", "" }, { "2x", "-0252" });
	CHECK(scalar_size_container, { "2GB", "" }, { "1Ti", "-0252" });
}

static void durations(void **state)
{
	static const struct {
		const char *text;
		uint64_t seconds, human; /* in ms; 0: none */
	} rows[] = {
		{ "300", 300000, 0 },
		{ "300s", 300000, 300000 },
		{ "5m", 300000, 300000 },
		{ "2h", 7200000, 7200000 },
		{ "5mm", 0, 0 },
		{ "0s", 0, 0 },
		{ "1h 30m", 0, 5400000 },
		{ "1h30m", 0, 5400000 },
		{ " 2 days ", 0, 172800000 },
		{ "1w", 0, 604800000 },
		{ "1M", 0, UINT64_C(2630016000) },
		{ "1year 1month", 0, UINT64_C(34187616000) },
		{ "250ms", 0, 250 },
		{ "1ns", 0, 1 },
		{ "1500us", 0, 2 },
		{ "584y", 0, UINT64_C(584) * 31557600000 },
		{ "585y", 0, 0 },
		{ "18446744073709551615ns 1ns", 0, 0 },
		{ "4294967295", UINT64_C(4294967295000), 0 },
		{ "4294967296", 0, 0 },
		{ "5 min", 0, 300000 },
		{ "1.5h", 0, 0 },
		{ "h", 0, 0 },
		{ "1h -5m", 0, 0 },
		{ "", 0, 0 },
		{ "  ", 0, 0 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		uint64_t a = 0, b = 0;
		scalar_ms(slice_of(rows[i].text), DURATIONS_SECONDS, &a);
		scalar_ms(slice_of(rows[i].text), DURATIONS_HUMAN, &b);
		if (a != rows[i].seconds || b != rows[i].human)
			fail_msg("`%s`: %llu and %llu", rows[i].text, (unsigned long long)a,
				(unsigned long long)b);
	}
	CHECK(scalar_seconds, { "300s", "" }, { "5min", "-0254" });
	CHECK(scalar_human, { "1h 30m", "" }, { "90", "-0254" });
}

/* ---- Names and references ------------------------------------------------------------------ */

static void names(void **state)
{
	(void)state;
	CHECK(scalar_name, { "acme-1", "" }, { "a", "" }, { "", "-0814" }, { "-a", "-0814" },
		{ "a-", "-0814" }, { "Acme", "-0814" }, { "a_b", "-0814" },
		{ "a23456789012345678901234567890123456789012345678901234567890123", "" },
		{ "a234567890123456789012345678901234567890123456789012345678901234", "-0814" });
	CHECK(scalar_uuid, { "123e4567-e89b-12d3-a456-426614174000", "" },
		{ "123E4567-E89B-12D3-A456-426614174000", "" },
		{ "123e4567e89b12d3a456426614174000", "-0809" },
		{ "123e4567-e89b-12d3-a456-42661417400g", "-0809" }, { "", "-0809" });
	CHECK(scalar_env_name, { "PATH", "" }, { "_a1", "" }, { "1A", "-0820" }, { "", "-0820" },
		{ "A-B", "-0820" }, { "A B", "-0820" });
	CHECK(scalar_filled, { "x", "" }, { "", "-0819" }, { " \t", "-0819" });
	CHECK(scalar_abs_path, { "/", "" }, { "/a/b", "" }, { "/a..b", "" }, { "a", "-0815" },
		{ "", "-0815" }, { "/a/../b", "-0815" }, { "/..", "-0815" }, { "~/x", "-0815" });
}

static void references(void **state)
{
	(void)state;
	CHECK(scalar_env_ref, { "env:TOKEN", "" }, { "env:", "-0808" }, { "env:A B", "-0808" },
		{ "TOKEN", "-0808" }, { "secret:kv/a#b", "-0808" }, { "ENV:TOKEN", "-0808" });
	CHECK(scalar_secret_ref, { "env:TOKEN", "" }, { "secret:kv/app/db#password", "" },
		{ "secret:kv/app", "-0808" }, { "secret:kv/app#", "-0808" },
		{ "secret:kv#a", "-0808" }, { "secret:/a#b", "-0808" }, { "secret:kv/#b", "-0808" },
		{ "secret:kv/../a#b", "-0808" }, { "secret:kv/a b#c", "-0808" },
		{ "secret:", "-0808" }, { "secret:kv#a/b", "-0808" }, { "hunter2", "-0808" },
		{ "env:1", "-0808" }, { "", "-0808" },
		{ "ghp_16C7e42F292c6912E7710c838347Ae178B4a", "-0817" },
		{ "4rT9xQ2mZ7pL0sKd8VwB3nYc", "-0818" });
}

static void regexes(void **state)
{
	(void)state;
	CHECK(scalar_regex, { "^a+$", "" }, { "", "" }, { "(a", "-0816" }, { "a**", "-0816" },
		{ "(a)\\1", "-0816" });
}

/* ---- The network --------------------------------------------------------------------------- */

static void urls(void **state)
{
	(void)state;
	CHECK(scalar_url, { "https://example.com", "" }, { "http://example.com:8080/a?b=c#d", "" },
		{ "https://[::1]:8080/", "" }, { "https://10.0.0.1", "" },
		{ "https://a.b/%41", "" }, { "http://temporal:7233", "" }, { "https://", "-0810" },
		{ "https:///a", "-0810" }, { "ftp://a", "-0810" }, { "example.com", "-0810" },
		{ "https://u:p@a.b", "-0810" }, { "https://a.b:0/", "-0810" },
		{ "https://a.b:65536/", "-0810" }, { "https://a.b:/", "-0810" },
		{ "https://a b/", "-0810" }, { "https://a.b/%4", "-0810" },
		{ "https://a.b/{x}", "-0810" }, { "https://::1/", "-0810" }, { "", "-0810" },
		{ "https://a..b/", "-0810" }, { "https://a.b/u@v", "" });
	CHECK(scalar_https_url, { "https://a.b", "" }, { "http://localhost:8080/a", "" },
		{ "http://127.0.0.53", "" }, { "http://[::1]:1/", "" }, { "http://a.b", "-0811" },
		{ "http://127.0.0.1.evil.com", "-0811" }, { "http://localhost.evil.com", "-0811" },
		{ "http://10.0.0.1", "-0811" }, { "a.b", "-0810" });
}

static void hosts(void **state)
{
	uint8_t ip[16];
	(void)state;
	CHECK(scalar_host, { "example.com", "" }, { "localhost", "" }, { "10.0.0.1", "" },
		{ "::1", "" }, { "0.0.0.0", "" }, { "a.b:80", "-0812" }, { "https://a.b", "-0812" },
		{ "", "-0812" }, { "a b", "-0812" }, { "*.a.b", "-0812" });
	CHECK(scalar_address, { "127.0.0.1:9092", "" }, { "[::1]:80", "" }, { "0.0.0.0:1", "" },
		{ "127.0.0.1", "-0813" }, { "127.0.0.1:0", "-0813" },
		{ "127.0.0.1:65536", "-0813" }, { "::1:80", "-0813" },
		{ "[127.0.0.1]:80", "-0813" }, { "a.b:80", "-0813" }, { ":80", "-0813" },
		{ "127.0.0.1:080", "-0813" }, { "", "-0813" });
	CHECK(scalar_cidr, { "10.0.0.0/8", "" }, { "0.0.0.0/0", "" }, { "10.1.2.3/32", "" },
		{ "2001:db8::/32", "" }, { "::/0", "" }, { "10.0.0.5/8", "-0807" },
		{ "10.0.0.0", "-0807" }, { "10.0.0.0/33", "-0807" }, { "10.0.0.0/08", "-0807" },
		{ "10.0.0.0/", "-0807" }, { "10.0.0/8", "-0807" }, { "2001:db8::1/64", "-0807" },
		{ "010.0.0.0/8", "-0807" }, { "a/8", "-0807" }, { "", "-0807" }, { "/8", "-0807" },
		{ "10.0.0.0/8/8", "-0807" }, { "10.0.0.0/4294967304", "-0807" });
	assert_int_equal(scalar_ip(SLICE("1.2.3.4"), ip), 4);
	assert_int_equal(ip[3], 4);
	assert_int_equal(scalar_ip(SLICE("::ffff:1.2.3.4"), ip), 16);
	assert_int_equal(scalar_ip(SLICE("1.2.3.4\0"), ip), 0);
	assert_true(scalar_is_loopback(SLICE("[::1]")));
	assert_false(scalar_is_loopback(SLICE("0.0.0.0")));
}

#define DIGEST "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
static void images(void **state)
{
	struct image_parts p;
	(void)state;
	CHECK(scalar_image, { "ghcr.io/acme/tool:1.4@" DIGEST, "" }, { "tool@" DIGEST, "" },
		{ "python:3.11-slim", "0806" }, { "localhost:5000/a/b__c-d.e:v1", "0806" },
		{ "alpine", "0805" }, { "alpine:latest", "0805" }, { "", "-0804" },
		{ "Acme/tool:1", "-0804" }, { "a//b:1", "-0804" }, { "a:", "-0804" },
		{ "a:b c", "-0804" }, { "a@sha256:12", "-0804" }, { "a@md5:00", "-0804" },
		{ "https://a/b:1", "-0804" }, { "a/b:-x", "-0804" }, { "a___b:1", "-0804" },
		{ "a..b/c:1", "-0804" }, { "ghcr.io:99999/a:1", "-0804" }, { "a-:1", "-0804" });
	assert_null(scalar_image_parts(SLICE("localhost:5000/a/b:1@" DIGEST), &p));
	assert_true(slice_is(p.registry, "localhost:5000"));
	assert_true(slice_is(p.path, "a/b"));
	assert_true(slice_is(p.tag, "1"));
	assert_true(slice_is(p.digest, DIGEST));
	assert_null(scalar_image_parts(SLICE("acme/b"), &p));
	assert_true(p.registry.len == 0 && p.tag.len == 0 && p.digest.len == 0);
}

/* ---- Times --------------------------------------------------------------------------------- */

static void crons(void **state)
{
	struct cron c;
	struct cron_fault f;
	(void)state;
	CHECK(scalar_cron, { "0 9 * * 1-5", "" }, { "*/15 0-6,20-23/2 1,15 JAN-mar sun", "" },
		{ "  0\t0  1 1 * ", "" }, { "5/20 * * * 7", "" }, { "0 0 29 2 *", "" },
		{ "0 0 30 2 *", "0801" }, { "0 0 31 4,6,9,11 *", "0801" }, { "0 0 30 2 1", "" },
		{ "0 0 30 2 */2", "0801" }, { "60 * * * *", "-0800" }, { "* 24 * * *", "-0800" },
		{ "* * 0 * *", "-0800" }, { "* * 32 * *", "-0800" }, { "* * * 13 *", "-0800" },
		{ "* * * * 8", "-0800" }, { "0 0 * * * *", "-0800" }, { "0 0 * *", "-0800" },
		{ "", "-0800" }, { "@daily", "-0800" }, { "*/0 * * * *", "-0800" },
		{ "5-1 * * * *", "-0800" }, { "a * * * *", "-0800" }, { "1,,2 * * * *", "-0800" },
		{ "1- * * * *", "-0800" }, { "0 0 ? * *", "-0800" }, { "0 0 L * *", "-0800" },
		{ "0 0 * * 1#2", "-0800" }, { "0 0 * foo *", "-0800" }, { "0x * * * *", "-0800" },
		{ "99999999999999999999 * * * *", "-0800" }, { "-1 * * * *", "-0800" });
	assert_true(cron_parse(SLICE("5/20 */6 */10 feb SUN-TUE,6-7"), &c, &f));
	assert_true(c.minutes == (UINT64_C(1) << 5 | UINT64_C(1) << 25 | UINT64_C(1) << 45));
	assert_int_equal(c.hours, 1 | 1 << 6 | 1 << 12 | 1 << 18);
	assert_true(c.days == (1u << 1 | 1u << 11 | 1u << 21 | 1u << 31));
	assert_int_equal(c.months, 1 << 2);
	assert_int_equal(c.weekdays, 1 | 1 << 1 | 1 << 2 | 1 << 6);
	assert_true(c.any_day && !c.any_weekday);
	assert_true(cron_parse(SLICE("0 0 * * *"), &c, &f));
	assert_true(c.days == 0xfffffffe && c.weekdays == 0x7f && c.months == 0x1ffe);
	assert_false(cron_parse(SLICE("0 25-30 * * *"), &c, &f));
	assert_int_equal(f.at, 2);
	assert_int_equal(f.len, 2);
	assert_false(cron_parse(SLICE("@hourly"), &c, &f));
	assert_string_equal(f.write, "0 * * * *");
}

static void zones(void **state)
{
	(void)state;
	CHECK(scalar_zone, { "UTC", "" }, { "Europe/Berlin", "" },
		{ "America/Argentina/Ushuaia", "" }, { "Etc/GMT+5", "" }, { "US/Pacific", "0803" },
		{ "Europe/Kiev", "0803" }, { "Berlin", "-0802" }, { "europe/berlin", "-0802" },
		{ "UTC+1", "-0802" }, { "", "-0802" }, { "Factory", "-0802" },
		{ "../etc/passwd", "-0802" });
	for (unsigned i = 0; i < zone_nnames; i++) {
		assert_ptr_equal(zone_find(slice_of(zone_names[i].name)), &zone_names[i]);
		if (zone_names[i].now != NULL)
			assert_non_null(zone_find(slice_of(zone_names[i].now)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes),
		cmocka_unit_test(durations),
		cmocka_unit_test(names),
		cmocka_unit_test(references),
		cmocka_unit_test(regexes),
		cmocka_unit_test(urls),
		cmocka_unit_test(hosts),
		cmocka_unit_test(images),
		cmocka_unit_test(crons),
		cmocka_unit_test(zones),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
