/* Times of tests, time-outs of containers, and versions. */
#include "model/shape.h"

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* The digits at the front of @t as a number in @ret; how many there are, 0 where it overflows. */
static uint32_t digits(struct slice t, uint64_t *ret)
{
	uint64_t x = 0;
	uint32_t i = 0;
	for (; i < t.len && is_digit(t.at[i]); i++) {
		uint64_t digit = (uint64_t)(t.at[i] - '0');
		if (x > (UINT64_MAX - digit) / 10)
			return 0;
		x = x * 10 + digit;
	}
	*ret = x;
	return i;
}

static struct slice rest_of(struct slice t, uint32_t from)
{
	return (struct slice){ t.at + from, t.len - from };
}

bool quantity_duration(struct shape *s, struct value v, struct mtext *io)
{
	enum { USUAL_MOST_MS = 3600000 };
	uint64_t ms;
	if (!scalar_seconds(s, v, io))
		return false;
	if (scalar_ms(io->text, DURATIONS_SECONDS, &ms) && ms > USUAL_MOST_MS)
		shape_report(
			s, (struct diag){ AEG_long_timeout, v.at, .label = "more than an hour" });
	return true;
}

bool quantity_ms(struct slice t, uint64_t *ret)
{
	static const struct {
		const char *unit;
		uint32_t ms;
	} units[] = { { "ms", 1 }, { "s", 1000 }, { "m", 60000 }, { "h", 3600000 } };
	uint64_t x = 0;
	uint32_t n = digits(t, &x);
	if (slice_is(t, "0")) {
		*ret = 0;
		return true;
	}
	for (unsigned i = 0; n != 0 && i < sizeof units / sizeof *units; i++)
		if (slice_is(rest_of(t, n), units[i].unit) && x <= UINT32_MAX) {
			*ret = x * units[i].ms;
			return true;
		}
	return false;
}

/* ---- Versions ------------------------------------------------------------------------------ */

static bool is_identifier(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}

/* Identifiers with dots between them at the front of @t: how many bytes, 0 where there are none. */
static uint32_t identifiers(struct slice t, bool zero_leads)
{
	uint32_t i = 0;
	for (;; i++) {
		uint32_t lo = i;
		bool number = true;
		for (; i < t.len && is_identifier(t.at[i]); i++)
			number &= is_digit(t.at[i]);
		if (i == lo || (number && !zero_leads && i - lo > 1 && t.at[lo] == '0'))
			return 0;
		if (i == t.len || t.at[i] != '.')
			return i;
	}
}

/* Semantic versioning 2.0.0: N.N.N, then `-` and identifiers, then `+` and identifiers. */
static bool is_semver(struct slice t)
{
	for (int i = 0; i < 3; i++) {
		uint32_t n = 0;
		while (n < t.len && is_digit(t.at[n]))
			n++;
		if (n == 0 || (n > 1 && t.at[0] == '0') ||
			(i < 2 && (n == t.len || t.at[n] != '.')))
			return false;
		t = rest_of(t, n + (i < 2));
	}
	for (int i = 0; i < 2; i++) {
		if (t.len == 0 || t.at[0] != "-+"[i])
			continue;
		uint32_t n = identifiers(rest_of(t, 1), i == 1);
		if (n == 0)
			return false;
		t = rest_of(t, n + 1);
	}
	return t.len == 0;
}

bool quantity_version(struct shape *s, struct value v, struct mtext *io)
{
	if (v.node->kind == NODE_FLOAT || v.node->kind == NODE_INT)
		shape_report(s,
			(struct diag){ AEG_unquoted_version, v.at,
				.label = "reads like a number, is taken as text",
				.help = diag_text(s->d, "write \"%.*s\"", SLICE_ARG(io->text)) });
	else if (!is_semver(io->text))
		shape_report(s, (struct diag){ AEG_bad_version, v.at, .label = "not three numbers",
					.help = "write it as `1.0.0`, or `1.1.0-rc.1`" });
	return true;
}
