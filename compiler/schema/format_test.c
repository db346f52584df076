/* Formats, asserted: what is written so, and what is nearly. */
#include "schema/schema_test.h"

#include <stdio.h>

static const struct {
	const char *format;
	const char *good[12], *bad[28]; /* JSON strings without quotes */
} rows[] = {
	{ "date-time",
		{ "1963-06-19T08:30:06.283185Z", "1990-12-31T23:59:60Z",
			"1990-12-31T15:59:60.123-08:00", "1937-01-01t12:00:27z",
			"2000-02-29T00:00:00+14:00" },
		{ "1998-12-31T23:59:61Z", "1998-12-31T23:58:60Z", "1998-12-31T22:59:60Z",
			"1990-12-31T15:59:59-24:00", "06/19/1963 08:30:06 PST", "2013-350T01:01:01",
			"1963-6-19T08:30:06Z", "1963-06-19T08:30:06", "1963-06-19 08:30:06Z",
			"1963-06-19T24:00:00Z", "1963-06-19T08:30:06.Z", "1963-06-19T08:30Z",
			"1963-06-1\\u09eaT00:00:00Z", "1990-12-31T23:59:60+01:00", "" } },
	{ "time",
		{ "08:30:06Z", "23:59:60Z", "01:29:60+01:30", "23:29:60+23:30", "15:59:60-08:00",
			"23:20:50.52-00:00" },
		{ "23:59:60+01:00", "08:30:06", "08:30:06+0800", "08:30:06 Z", "24:00:00Z",
			"00:60:00Z", "00:00:61Z", "01:02:03+24:00", "01:02:03+00:60",
			"01:02:03Z+00:30", "12:00:00.52", "8:30:06Z", "01:02:03.5" } },
	{ "duration",
		{ "P4DT12H30M5S", "P4Y", "PT0S", "P1M", "PT1M", "P2W", "PT36H", "P1DT12H",
			"P1Y2M3D", "PT10M2S" },
		{ "4DT12H30M5S", "PT1D", "P", "P1YT", "PT", "P2D1Y", "P1D2H", "P2S", "P1Y2W", "P1",
			"P1Y3D", "PT1H2S", "P\\u09e8Y", "P1Y ", "P1.5Y" } },
	{ "ipv6",
		{ "::1", "::", "::abcd:ef12", "a::b", "1:2:3:4:5:6:7:8", "::ffff:192.168.0.1",
			"1:2::192.168.0.1", "::42:ff:1", "d6::", "1:2:3:4:5:6:1.2.3.4" },
		{ "12345::", "1:1:1:1:1:1:1:1:1:1", "::laptop", ":2:3:4:5:6:7:8",
			"1:2:3:4:5:6:7:", "1:2:3:4:5:6:7", "1::d6::42", "1::2:192.168.256.1",
			"1::2:192.168.ff.1", ":::1", "fe80::/64", "fe80::a%eth1", " ::1",
			"1:2:3:4:5:6:7:8:9", "::ffff:192.168.0.01",
			"100:100:100:100:100:100:255.255.255.255.255", "1", "" } },
	{ "ipv4", { "192.168.0.1", "0.0.0.0", "255.255.255.255" },
		{ "127.0.0.0.1", "256.256.256.256", "127.0", "0x7f000001", "087.10.0.1", "1.2.3.4 ",
			"192.168.1.0/24" } },
	{ "email", { "a@b", "\\\"a\\\\\\\"b\\\"@example.com", "a+b@[IPv6:::1]", "a@[127.0.0.1]" },
		{ "\\\"a@b", "a@[127.0.0.1", "a@b_c", "a@", "a", "a b@c", "a@[IPv6:1]" } },
	{ "uri",
		{ "http://a/b?c#d", "urn:a:b", "mailto:a@b", "http://[::1]:80/",
			"a:", "http://a%20b@c" },
		{ "//a/b", "/a", "a", "http://a b", "http://[::1", "http://a:b/", "http://a/%2",
			"http://a#b#c", "\\\\\\\\a", "http://a/{b}" } },
	{ "uri-reference", { "", "a/b", "#a", "?a", "//a", "../a", "a/b:c" },
		{ "a b", "#a#b", ":a", "1:a", "%", "\\\\\\\\a" } },
	{ "hostname", { "a", "a.b", "1.a-b" }, { "", "a.", ".a", "-a", "a-", "a_b", "a..b" } },
	{ "uuid", { "2EB8AA08-aa98-11ea-b4aa-73b441d16380" },
		{ "2eb8aa08aa9811eab4aa73b441d16380", "2eb8aa08-aa98-11ea-b4aa-73b441d1638", "" } },
	{ "json-pointer", { "", "/", "/a/~0~1" }, { "a", "/~", "/~2", "#/a" } },
	{ "relative-json-pointer", { "0", "10#", "1/a" }, { "", "01", "#", "0##", "-1" } },
	{ "regex", { "^a$", "(?=a)b", "\\\\u0061" }, { "(", "[b-a]", "a**" } },
};

static void check(struct tested *t, const char *format, const char *value, bool want)
{
	struct buf text = { .arena = &t->a };
	bool valid;

	buf_printf(&text, "\"%s\"", value);
	tested_validate(t, 0, buf_done(&text), 10000, &valid, NULL);
	if (valid != want)
		fail_msg("%s: %s", format, value);
}

static void formats(void **state)
{
	struct schema_options o = { .dialect = SCHEMA_2020_12, .formats = true };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf schema = { 0 };
		struct tested t;
		tested_start(&t);
		schema.arena = &t.a;
		buf_printf(&schema, "{\"format\":\"%s\"}", rows[i].format);
		assert_true(tested_schema(&t, &o, tested_parse(&t, "a.json", buf_done(&schema))));
		for (size_t k = 0; rows[i].good[k] != NULL; k++)
			check(&t, rows[i].format, rows[i].good[k], true);
		for (size_t k = 0; rows[i].bad[k] != NULL; k++)
			check(&t, rows[i].format, rows[i].bad[k], false);
		arena_free(&t.a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(formats) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
