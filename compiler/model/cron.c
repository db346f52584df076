/* Reads the five fields of a cron expression. */
#include "model/cron.h"

#include "model/shape.h"

static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";
static const char weekdays[] = "sunmontuewedthufrisat";

static const struct part {
	const char *range;
	uint32_t lo, hi;
	const char *words; /* of three letters each, for lo and what follows */
} parts[5] = {
	{ "a minute is 0 to 59", 0, 59, NULL }, { "an hour is 0 to 23", 0, 23, NULL },
	{ "a day of the month is 1 to 31", 1, 31, NULL },
	{ "a month is 1 to 12, or JAN to DEC", 1, 12, months },
	{ "a day of the week is 0 to 7, or SUN to SAT", 0, 7, weekdays }, /* 7: Sunday too */
};

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c; }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }

struct reader {
	struct slice t;
	uint32_t at;
	struct cron_fault *fault;
};

static bool fault(struct reader *r, uint32_t at, const char *what)
{
	if (r->fault->what == NULL)
		*r->fault = (struct cron_fault){ at, at < r->t.len ? 1 : 0, what, NULL };
	return false;
}

static bool more(const struct reader *r)
{
	return r->at < r->t.len && r->t.at[r->at] != ' ' && r->t.at[r->at] != '\t';
}

static bool take(struct reader *r, char c)
{
	bool is = more(r) && r->t.at[r->at] == c;
	r->at += is;
	return is;
}

/* `JAN`, `mon`: in any case. */
static bool word(struct reader *r, const struct part *p, uint32_t *ret)
{
	for (uint32_t i = 0; p->words != NULL && p->words[3 * i] != '\0'; i++) {
		uint32_t n = 0;
		while (n < 3 && r->at + n < r->t.len &&
			lower(r->t.at[r->at + n]) == p->words[3 * i + n])
			n++;
		if (n < 3)
			continue;
		r->at += 3;
		*ret = p->lo + i;
		return true;
	}
	return false;
}

static bool unread(struct reader *r)
{
	return fault(r, r->at,
		more(r) && strchr("?LW#", r->t.at[r->at]) != NULL
			? "this is of other schedulers and means nothing here"
			: "a number is expected here");
}

static bool number(struct reader *r, uint32_t lo, uint32_t hi, const char *range, uint32_t *ret)
{
	uint32_t x = 0, from = r->at;
	for (; more(r) && is_digit(r->t.at[r->at]); r->at++)
		if (x < 1000)
			x = x * 10 + (uint32_t)(r->t.at[r->at] - '0');
	if (r->at == from)
		return unread(r);
	*ret = x;
	if (x >= lo && x <= hi)
		return true;
	fault(r, from, range);
	r->fault->len = r->at - from;
	return false;
}

/* `*`, `5`, `1-5`, `MON-FRI`, each with `/2` or without. */
static bool range(struct reader *r, const struct part *p, uint64_t *set)
{
	uint32_t from = r->at, lo = p->lo, hi = p->hi, step = 1;
	bool one = false;
	if (take(r, '*')) {
		hi -= p->hi == 7; /* else Sunday would count twice */
	} else {
		if (!word(r, p, &lo) && !number(r, p->lo, p->hi, p->range, &lo))
			return false;
		hi = lo;
		one = !take(r, '-');
		if (!one && !word(r, p, &hi) && !number(r, p->lo, p->hi, p->range, &hi))
			return false;
		if (hi < lo)
			return fault(r, from, "the range ends before it begins");
	}
	if (take(r, '/')) {
		if (!number(r, 1, p->hi, "a step as long as that is none", &step))
			return false;
		if (one)
			hi = p->hi - (p->hi == 7);
	}
	for (uint32_t i = lo; i <= hi; i += step)
		*set |= UINT64_C(1) << i;
	return true;
}

static bool list(struct reader *r, const struct part *p, uint64_t *ret)
{
	*ret = 0;
	do {
		if (!range(r, p, ret))
			return false;
	} while (take(r, ','));
	if (more(r))
		return fault(r, r->at,
			strchr("?LW#", r->t.at[r->at]) != NULL
				? "this is of other schedulers and means nothing here"
				: "this cannot stand here");
	return true;
}

static uint32_t skip_blanks(struct slice t, uint32_t at)
{
	while (at < t.len && (t.at[at] == ' ' || t.at[at] == '\t'))
		at++;
	return at;
}

/* How many fields there are. */
static uint32_t count(struct slice t)
{
	uint32_t n = 0;
	for (uint32_t at = skip_blanks(t, 0); at < t.len; at = skip_blanks(t, at), n++)
		while (at < t.len && t.at[at] != ' ' && t.at[at] != '\t')
			at++;
	return n;
}

/* `@daily` and the like. */
static const struct {
	const char *name, *is;
} nicknames[] = { { "@yearly", "0 0 1 1 *" }, { "@annually", "0 0 1 1 *" },
	{ "@monthly", "0 0 1 * *" }, { "@weekly", "0 0 * * 0" }, { "@daily", "0 0 * * *" },
	{ "@midnight", "0 0 * * *" }, { "@hourly", "0 * * * *" } };

static bool wrong_count(struct slice t, uint32_t n, struct cron_fault *f)
{
	*f = (struct cron_fault){ 0, t.len,
		n == 6 ? "six fields: seconds are not part of it" : "not five fields", NULL };
	for (size_t i = 0; i < sizeof nicknames / sizeof *nicknames; i++)
		if (slice_is(t, nicknames[i].name)) {
			f->what = "an abbreviation";
			f->write = nicknames[i].is;
		}
	return false;
}

bool cron_parse(struct slice t, struct cron *ret, struct cron_fault *ret_fault)
{
	struct reader r = { t, 0, ret_fault };
	uint64_t sets[5];
	bool star[5];
	uint32_t n = count(t);
	*ret_fault = (struct cron_fault){ 0, 0, NULL, NULL };
	if (n != 5)
		return wrong_count(t, n, ret_fault);
	for (int i = 0; i < 5; i++) {
		r.at = skip_blanks(t, r.at);
		star[i] = t.at[r.at] == '*';
		if (!list(&r, &parts[i], &sets[i]))
			return false;
	}
	sets[4] |= sets[4] >> 7; /* 7 is Sunday, as 0 is */
	*ret = (struct cron){ sets[0], (uint32_t)sets[1], (uint32_t)sets[2], (uint32_t)sets[3],
		(uint32_t)sets[4] & 0x7f, star[2], star[4] };
	return true;
}

bool cron_ever(const struct cron *c)
{
	static const uint32_t days[12] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	if (!c->any_day && !c->any_weekday)
		return true;
	for (uint32_t m = 1; m <= 12; m++)
		if ((c->months >> m & 1) && (c->days & ((UINT64_C(2) << days[m - 1]) - 2)) != 0)
			return true;
	return false;
}

bool scalar_cron(struct shape *s, struct value v, struct mtext *io)
{
	struct cron c;
	struct cron_fault f;
	if (!cron_parse(io->text, &c, &f)) {
		struct span at = f.len == 0 || f.len == io->text.len
					 ? v.at
					 : syntax_place(s->d->sources, v.node, f.at, f.len);
		shape_report(s,
			(struct diag){ AEG_bad_cron, at, .label = f.what,
				.help = f.write != NULL
						? diag_text(s->d, "write `%s`", f.write)
						: "minute, hour, day of the month, month, day of the week: "
						  "`30 9 * * 1-5` is half past nine on weekdays" });
		return false;
	}
	if (!cron_ever(&c))
		shape_report(s,
			(struct diag){ AEG_cron_never, v.at, .label = "no year has such a day" });
	return true;
}
