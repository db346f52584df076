/* Reads TZif files, and finds when repeated work is next done by the clocks of a zone. */
#include "model/zoneinfo.h"

enum { DAY_S = 86400, HOUR_S = 3600, MOST_OFFSET_S = 26 * HOUR_S, TYPE_BYTES = 6 };

/* ---- Dates --------------------------------------------------------------------------------- */

/* Rounded down, also below 0. */
static int64_t divide(int64_t a, int64_t b) { return a / b - (a % b < 0); }

/* Years begin in March here, so that the day that comes and goes is their last. */
int64_t zone_days(int32_t year, int32_t month, int32_t day)
{
	int64_t y = (int64_t)year - (month <= 2), era = divide(y, 400), of_era = y - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

struct zone_date zone_date(int64_t seconds)
{
	int64_t days = divide(seconds, DAY_S), s = seconds - days * DAY_S, z = days + 719468;
	int64_t era = divide(z, 146097), of_era = z - era * 146097;
	int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * y + y / 4 - y / 100), m = (5 * of_year + 2) / 153;
	int64_t month = m < 10 ? m + 3 : m - 9, weekday = divide(days + 4, 7);
	return (struct zone_date){ (int32_t)(y + era * 400 + (month <= 2)), (int32_t)month,
		(int32_t)(of_year - (153 * m + 2) / 5 + 1), (int32_t)(s / HOUR_S),
		(int32_t)(s % HOUR_S / 60), (int32_t)(s % 60), (int32_t)(days + 4 - weekday * 7) };
}

static bool is_leap(int32_t y) { return y % 4 == 0 && (y % 100 != 0 || y % 400 == 0); }

/* ---- The rule at the end of a file: `CET-1CEST,M3.5.0,M10.5.0/3` ----------------------------- */

struct reader {
	const char *at, *end;
	bool bad;
};

static bool take(struct reader *r, char c)
{
	bool is = r->at < r->end && *r->at == c;
	r->at += is;
	return is;
}

static int32_t number(struct reader *r, int32_t lo, int32_t hi)
{
	int32_t x = 0;
	const char *from = r->at;
	for (; r->at < r->end && *r->at >= '0' && *r->at <= '9' && x <= hi; r->at++)
		x = x * 10 + (*r->at - '0');
	r->bad |= r->at == from || x < lo || x > hi;
	return x;
}

/* `-1`, `5:30`, `+02:00:00`, in seconds. */
static int32_t duration(struct reader *r, int32_t most_hours)
{
	bool minus = take(r, '-');
	if (!minus)
		take(r, '+');
	int32_t s = number(r, 0, most_hours) * HOUR_S;
	if (take(r, ':'))
		s += number(r, 0, 59) * 60;
	if (take(r, ':'))
		s += number(r, 0, 59);
	return minus ? -s : s;
}

/* `CET`, `<+03>` */
static void skip_name(struct reader *r)
{
	const char *from = r->at;
	bool quoted = take(r, '<');
	while (r->at < r->end &&
		(quoted ? *r->at != '>' : (*r->at | 0x20) >= 'a' && (*r->at | 0x20) <= 'z'))
		r->at++;
	r->bad |= quoted ? !take(r, '>') : r->at - from < 3;
}

static struct zone_change change(struct reader *r)
{
	struct zone_change c = { CHANGE_ORDINAL, 0, 0, 0, 2 * HOUR_S };
	if (take(r, 'M')) {
		c.form = CHANGE_WEEKDAY;
		c.month = number(r, 1, 12);
		r->bad |= !take(r, '.');
		c.week = number(r, 1, 5);
		r->bad |= !take(r, '.');
		c.day = number(r, 0, 6);
	} else if (take(r, 'J')) {
		c.form = CHANGE_JULIAN;
		c.day = number(r, 1, 365);
	} else {
		c.day = number(r, 0, 365);
	}
	if (take(r, '/'))
		c.seconds = duration(r, 167);
	return c;
}

static bool read_rule(struct slice t, struct zone_info *z)
{
	struct reader r = { t.at, t.at + t.len, false };
	if (t.len == 0)
		return true;
	z->rule = true;
	skip_name(&r);
	z->standard = -duration(&r, 24);
	if (r.at == r.end)
		return !r.bad;
	z->summer = true;
	z->daylight = z->standard + HOUR_S;
	skip_name(&r);
	if (r.at < r.end && *r.at != ',')
		z->daylight = -duration(&r, 24);
	r.bad |= !take(&r, ',');
	z->begin = change(&r);
	r.bad |= !take(&r, ',');
	z->end = change(&r);
	return !r.bad && r.at == r.end;
}

/* When @c is in @year, in seconds by the clock that it ends. */
static int64_t change_in(const struct zone_change *c, int32_t year)
{
	int64_t day = zone_days(year, 1, 1) + c->day;
	if (c->form == CHANGE_JULIAN)
		day -= !(is_leap(year) && c->day >= 60);
	if (c->form == CHANGE_WEEKDAY) {
		int64_t first = zone_days(year, c->month, 1);
		int64_t next = c->month == 12 ? zone_days(year + 1, 1, 1)
					      : zone_days(year, c->month + 1, 1);
		int64_t weekday = (first + 4) - divide(first + 4, 7) * 7;
		day = first + (c->day - weekday + 7) % 7 + (c->week - 1) * 7;
		if (day >= next)
			day -= 7;
	}
	return day * DAY_S + c->seconds;
}

static struct zone_span by_rule(const struct zone_info *z, int64_t utc)
{
	struct zone_span span = { z->standard, INT64_MAX };
	int64_t latest = INT64_MIN;
	if (!z->summer)
		return span;
	int32_t year = zone_date(utc + z->standard).year;
	for (int32_t y = year - 1; y <= year + 1; y++)
		for (int i = 0; i < 2; i++) {
			bool begins = i == 0;
			int64_t at = begins ? change_in(&z->begin, y) - z->standard
					    : change_in(&z->end, y) - z->daylight;
			if (at > utc && at < span.until)
				span.until = at;
			/* Where one summer ends as the next begins it is always summer. */
			if (at <= utc && (at > latest || (at == latest && begins))) {
				latest = at;
				span.offset = begins ? z->daylight : z->standard;
			}
		}
	return span;
}

/* ---- The file ------------------------------------------------------------------------------ */

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int64_t be64(const uint8_t *p) { return (int64_t)((uint64_t)be32(p) << 32 | be32(p + 4)); }

struct counts { /* in the order of the header */
	uint32_t isut, isstd, leap, time, type, text;
};

enum { HEADER = 44 };
static bool header(const uint8_t *p, size_t left, struct counts *ret)
{
	static const uint32_t most = 1 << 20; /* so that no sum of them overflows */
	if (left < HEADER || memcmp(p, "TZif", 4) != 0 || p[4] < '2')
		return false;
	*ret = (struct counts){ be32(p + 20), be32(p + 24), be32(p + 28), be32(p + 32),
		be32(p + 36), be32(p + 40) };
	return ret->isut < most && ret->isstd < most && ret->leap < most && ret->time < most &&
	       ret->type < most && ret->text < most;
}

/* Of a block whose times have @width bytes. */
static size_t block_size(const struct counts *c, size_t width)
{
	return c->time * (width + 1) + (size_t)c->type * TYPE_BYTES + c->text +
	       c->leap * (width + 4) + c->isstd + c->isut;
}

static bool types_are_sane(const struct zone_info *z, uint32_t ntypes)
{
	for (uint32_t i = 0; i < ntypes; i++) {
		int32_t offset = (int32_t)be32(z->types + (size_t)i * TYPE_BYTES);
		if (offset > MOST_OFFSET_S || offset < -MOST_OFFSET_S)
			return false;
	}
	for (uint32_t i = 0; i < z->n; i++)
		if (z->kinds[i] >= ntypes || (i > 0 && be64(z->times + (size_t)i * 8) <=
							       be64(z->times + (size_t)i * 8 - 8)))
			return false;
	return ntypes != 0;
}

bool zone_info_read(struct slice bytes, struct zone_info *ret)
{
	const uint8_t *p = (const uint8_t *)bytes.at, *end = p + bytes.len;
	struct zone_info z = { 0 };
	struct counts c;
	if (!header(p, bytes.len, &c) || block_size(&c, 4) > bytes.len - HEADER)
		return false;
	p += HEADER + block_size(&c, 4);
	if (!header(p, (size_t)(end - p), &c) || block_size(&c, 8) >= (size_t)(end - p) - HEADER)
		return false;
	p += HEADER;
	z.n = c.time;
	z.times = p;
	z.kinds = z.times + (size_t)c.time * 8;
	z.types = z.kinds + c.time;
	p += block_size(&c, 8);
	if (*p++ != '\n' || p == end || end[-1] != '\n' || !types_are_sane(&z, c.type) ||
		!read_rule((struct slice){ (const char *)p, (uint32_t)(end - p - 1) }, &z))
		return false;
	*ret = z;
	return true;
}

struct zone_info zone_info_utc(void) { return (struct zone_info){ .rule = true }; }

struct zone_span zone_info_at(const struct zone_info *z, int64_t utc)
{
	uint32_t lo = 0, hi = z->n; /* the first change after @utc */
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		if (be64(z->times + (size_t)mid * 8) <= utc)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == z->n && z->rule)
		return by_rule(z, utc);
	uint8_t kind = lo == 0 ? 0 : z->kinds[lo - 1];
	return (struct zone_span){ (int32_t)be32(z->types + (size_t)kind * TYPE_BYTES),
		lo == z->n ? INT64_MAX : be64(z->times + (size_t)lo * 8) };
}

/* ---- Repeated work ------------------------------------------------------------------------- */

static bool on_day(const struct cron *c, const struct zone_date *d)
{
	bool day = c->days >> d->day & 1, weekday = c->weekdays >> d->weekday & 1;
	if (!(c->months >> d->month & 1))
		return false;
	return c->any_day || c->any_weekday ? day && weekday : day || weekday;
}

/* Seconds from @d on during which nothing is run for sure; 0: it is run now. */
static int32_t idle(const struct cron *c, const struct zone_date *d)
{
	int32_t of_hour = d->minute * 60 + d->second;
	if (!on_day(c, d))
		return DAY_S - d->hour * HOUR_S - of_hour;
	if (!(c->hours >> d->hour & 1))
		return HOUR_S - of_hour;
	return d->second != 0 || !(c->minutes >> d->minute & 1) ? 60 - d->second : 0;
}

bool cron_next(const struct cron *c, const struct zone_info *z, int64_t utc, int64_t *ret)
{
	int64_t end = utc + INT64_C(41) * 366 * DAY_S, t = utc + 1;
	while (t < end) {
		struct zone_span span = zone_info_at(z, t);
		struct zone_date d = zone_date(t + span.offset);
		int32_t wait = idle(c, &d);
		if (wait == 0) {
			*ret = t;
			return true;
		}
		t = span.until - t < wait ? span.until : t + wait;
	}
	return false;
}
