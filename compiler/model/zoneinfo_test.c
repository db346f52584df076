/* Offsets against those of the C library, for every zone of the system; run times against looking
 * at every minute; and files that are none. */
#define _DEFAULT_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "base/file.h"
#include "model/zoneinfo.h"

static void out_of_memory(void *ctx)
{
	(void)ctx;
	fail_msg("out of memory");
}

/* The zone @name of this system; skips the test where there is none. */
static struct zone_info zone(struct arena *a, const char *name)
{
	char path[200];
	struct slice bytes;
	struct zone_info z;
	const char *why;
	snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", name);
	if (!file_read(a, path, 1 << 20, &bytes, &why))
		skip();
	if (!zone_info_read(bytes, &z))
		fail_msg("%s cannot be read", path);
	return z;
}

static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static void offsets(void **state)
{
	struct arena a = { .limit = 1u << 26, .fail = out_of_memory };
	uint64_t seed = 88172645463325252u;
	(void)state;
	for (unsigned i = 0; i < zone_nnames; i++) {
		struct zone_info z = zone(&a, zone_names[i].name);
		setenv("TZ", zone_names[i].name, 1);
		tzset();
		for (int k = 0; k < 400; k++) {
			/* 1900 to 2100, and close to a change every other time */
			time_t t = (time_t)(next_random(&seed) % 6311433600u) - 2208988800;
			struct zone_span span = zone_info_at(&z, t);
			if (k % 2 == 1 && span.until != INT64_MAX && span.until < 4102444800)
				t = (time_t)(span.until + k % 4 - 1);
			struct tm tm;
			span = zone_info_at(&z, t);
			assert_non_null(localtime_r(&t, &tm));
			if (span.offset != tm.tm_gmtoff || span.until <= t)
				fail_msg("%s at %lld: %d, not %ld", zone_names[i].name,
					(long long)t, span.offset, tm.tm_gmtoff);
			struct zone_date d = zone_date(t + span.offset);
			assert_int_equal(d.year, tm.tm_year + 1900);
			assert_int_equal(d.month, tm.tm_mon + 1);
			assert_int_equal(d.day, tm.tm_mday);
			assert_int_equal(d.hour, tm.tm_hour);
			assert_int_equal(d.minute, tm.tm_min);
			assert_int_equal(d.second, tm.tm_sec);
			assert_int_equal(d.weekday, tm.tm_wday);
			assert_int_equal(zone_days(d.year, d.month, d.day) * 86400 + d.hour * 3600 +
						 d.minute * 60 + d.second,
				t + span.offset);
		}
	}
	arena_free(&a);
}

/* ---- Run times ----------------------------------------------------------------------------- */

static int64_t utc(int32_t y, int32_t m, int32_t d, int32_t hour, int32_t minute)
{
	return zone_days(y, m, d) * 86400 + hour * 3600 + minute * 60;
}

/* The first instant, by looking at every minute. */
static int64_t slowly(const struct cron *c, const struct zone_info *z, int64_t t)
{
	for (t = t - t % 60 + 60;; t += 60) {
		struct zone_date d = zone_date(t + zone_info_at(z, t).offset);
		bool day = c->days >> d.day & 1, weekday = c->weekdays >> d.weekday & 1;
		bool on = c->any_day || c->any_weekday ? day && weekday : day || weekday;
		if (on && (c->months >> d.month & 1) && (c->hours >> d.hour & 1) &&
			(c->minutes >> d.minute & 1))
			return t;
	}
}

static void run_times(void **state)
{
	static const char *const names[] = { "UTC", "Europe/Berlin", "America/New_York",
		"Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca", "America/Nuuk",
		"Pacific/Apia" };
	static const char *const crons[] = { "0 9 * * 1-5", "30 2 * * *", "*/7 1-3 * * *",
		"0 0 29 2 *", "15 */5 13 * 5", "59 23 31 */2 *", "0 0 1-7 * */6" };
	struct arena a = { .limit = 1u << 26, .fail = out_of_memory };
	uint64_t seed = 1234567;
	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct zone_info z = zone(&a, names[i]);
		for (size_t k = 0; k < sizeof crons / sizeof *crons; k++) {
			struct cron c;
			struct cron_fault f;
			assert_true(cron_parse(slice_of(crons[k]), &c, &f));
			for (int n = 0; n < 6; n++) {
				int64_t from = utc(2024, 1, 1, 0, 0) +
					       (int64_t)(next_random(&seed) % (86400 * 900)),
					at;
				assert_true(cron_next(&c, &z, from, &at));
				assert_int_equal(at, slowly(&c, &z, from));
			}
		}
	}
	arena_free(&a);
}

static void next(const char *cron, const struct zone_info *z, int64_t from, int64_t want)
{
	struct cron c;
	struct cron_fault f;
	int64_t at;
	assert_true(cron_parse(slice_of(cron), &c, &f));
	assert_true(cron_next(&c, z, from, &at));
	assert_int_equal(at, want);
}

static void clocks_that_change(void **state)
{
	struct arena a = { .limit = 1u << 26, .fail = out_of_memory };
	struct zone_info z = zone(&a, "Europe/Berlin");
	(void)state;
	/* On 29 March 2026 there is no 02:30; on 25 October there are two. */
	next("30 2 * * *", &z, utc(2026, 3, 28, 12, 0), utc(2026, 3, 30, 0, 30));
	next("30 2 * * *", &z, utc(2026, 10, 24, 12, 0), utc(2026, 10, 25, 0, 30));
	next("30 2 * * *", &z, utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 1, 30));
	next("30 2 * * *", &z, utc(2026, 10, 25, 1, 30), utc(2026, 10, 26, 1, 30));
	/* 2100 is no leap year. */
	struct zone_info greenwich = zone_info_utc();
	next("0 0 29 2 *", &greenwich, utc(2096, 3, 1, 0, 0), utc(2104, 2, 29, 0, 0));
	next("* * * * *", &greenwich, 0, 60);
	next("* * * * *", &greenwich, 59, 60);
	struct cron c;
	struct cron_fault f;
	int64_t at;
	assert_true(cron_parse(SLICE("0 0 30 2 *"), &c, &f));
	assert_false(cron_next(&c, &greenwich, 0, &at));
	arena_free(&a);
}

/* ---- Files --------------------------------------------------------------------------------- */

static void broken_files(void **state)
{
	struct arena a = { .limit = 1u << 26, .fail = out_of_memory };
	struct slice bytes;
	struct zone_info z;
	const char *why;
	(void)state;
	if (!file_read(&a, "/usr/share/zoneinfo/Europe/Berlin", 1 << 20, &bytes, &why))
		skip();
	for (uint32_t n = 0; n < bytes.len; n++) {
		char *cut = malloc(n + 1); /* for the sanitizer: nothing behind it */
		memcpy(cut, bytes.at, n);
		assert_false(zone_info_read((struct slice){ cut, n }, &z));
		free(cut);
	}
	char *copy = malloc(bytes.len);
	for (uint32_t i = 0; i < bytes.len; i++) {
		memcpy(copy, bytes.at, bytes.len);
		copy[i] ^= 0x55;
		if (zone_info_read((struct slice){ copy, bytes.len }, &z))
			for (int64_t t = 0; t < INT64_C(1) << 33; t += 123456789)
				zone_info_at(&z, t);
	}
	free(copy);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(offsets),
		cmocka_unit_test(run_times),
		cmocka_unit_test(clocks_that_change),
		cmocka_unit_test(broken_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
