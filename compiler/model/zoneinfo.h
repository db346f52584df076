#ifndef MODEL_ZONEINFO_H
#define MODEL_ZONEINFO_H
/*
 * The offset of a time zone at an instant, from the bytes of a TZif file, which are believed of
 * nothing. Instants are seconds since 1970-01-01T00:00:00Z. Source: RFC 9636.
 */
#include "model/cron.h"

struct zone_change { /* a day of the year and a time, when the clocks change */
	enum { CHANGE_WEEKDAY, CHANGE_JULIAN, CHANGE_ORDINAL } form;
	int32_t month, week, day;
	int32_t seconds; /* from midnight; may be less than 0, or more than a day */
};
struct zone_info {
	const uint8_t *times, *kinds, *types; /* borrowed: they are in the file */
	uint32_t n;
	bool rule; /* what follows the last of them comes by rule */
	bool summer;
	int32_t standard, daylight; /* seconds east */
	struct zone_change begin, end;
};
struct zone_span {
	int32_t offset; /* seconds east of Greenwich */
	int64_t until;  /* it may be another from here on; INT64_MAX: never */
};

/* Reads the bytes of a TZif file of version 2 or later; false: they are none, or of another form.
 */
bool zone_info_read(struct slice bytes, struct zone_info *ret);
/* Greenwich itself. */
struct zone_info zone_info_utc(void);
struct zone_span zone_info_at(const struct zone_info *z, int64_t utc);

struct zone_date {
	int32_t year, month, day; /* from 1 */
	int32_t hour, minute, second;
	int32_t weekday; /* from Sunday, 0 */
};
/* The date that is @seconds after 1970-01-01T00:00:00, by the same clock. */
struct zone_date zone_date(int64_t seconds);
/* Days from 1970-01-01 to that day. */
int64_t zone_days(int32_t year, int32_t month, int32_t day);

/**
 * cron_next - the first instant after @utc at which @c runs by the clocks of @z
 *
 * A local time that is left out when clocks go forward is passed over; one that comes twice is met
 * twice. False where there is none in 41 years.
 */
bool cron_next(const struct cron *c, const struct zone_info *z, int64_t utc, int64_t *ret);
#endif
