/* Sizes and durations: what manifests write as a number with a unit. */
#include "model/scalar.h"

#include "model/shape.h"

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

static struct slice rest_of(struct slice t, uint32_t from)
{
	return (struct slice){ t.at + from, t.len - from };
}

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

static bool is_word(struct slice t, const char *word, bool any_case)
{
	uint32_t i = 0;
	for (; i < t.len && word[i] != '\0'; i++) {
		char lower = any_case && is_letter(t.at[i]) ? (char)(t.at[i] | 0x20) : t.at[i];
		if (lower != word[i])
			return false;
	}
	return i == t.len && word[i] == '\0';
}

/* ---- Sizes --------------------------------------------------------------------------------- */

struct unit {
	const char *name;
	uint64_t is;
};
#define KI (UINT64_C(1) << 10)
#define MI (UINT64_C(1) << 20)
#define GI (UINT64_C(1) << 30)
#define TI (UINT64_C(1) << 40)
static const struct unit binary_units[] = { { "", 1 }, { "Ki", KI }, { "Mi", MI }, { "Gi", GI },
	{ "Ti", TI }, { NULL, 0 } };
static const struct unit any_units[] = { { "", 1 }, { "ki", KI }, { "mi", MI }, { "gi", GI },
	{ "ti", TI }, { "k", 1000 }, { "m", 1000000 }, { "g", 1000000000 },
	{ "t", UINT64_C(1000000000000) }, { NULL, 0 } };
static const struct unit container_units[] = { { "", 1 }, { "ki", KI }, { "k", KI }, { "kb", KI },
	{ "mi", MI }, { "m", MI }, { "mb", MI }, { "gi", GI }, { "g", GI }, { "gb", GI },
	{ NULL, 0 } };

/* In the order of enum scalar_sizes. */
static const struct {
	const struct unit *units;
	bool any_case;
	const char *help;
} sizes[] = {
	{ binary_units, false,
		"a whole number of bytes above 0, or one followed by `Ki`, `Mi`, `Gi` or `Ti`: `512Mi`" },
	{ any_units, true,
		"a whole number of bytes above 0, or one followed by `Ki`, `Mi`, `Gi`, `Ti` or, in steps of "
		"1000, `K`, `M`, `G`, `T`: `512Mi`" },
	{ container_units, true,
		"a whole number of bytes above 0, or one followed by `Ki`, `Mi` or `Gi`: `512Mi`" },
};

bool scalar_size(struct slice t, enum scalar_sizes form, uint64_t *ret_bytes)
{
	uint64_t x = 0;
	uint32_t n = digits(t, &x);
	if (n == 0 || x == 0)
		return false;
	for (const struct unit *u = sizes[form].units; u->name != NULL; u++) {
		if (!is_word(rest_of(t, n), u->name, sizes[form].any_case) ||
			x > UINT64_MAX / u->is)
			continue;
		*ret_bytes = x * u->is;
		return true;
	}
	return false;
}

static bool size_entry(
	struct shape *s, struct value v, const struct mtext *io, enum scalar_sizes form)
{
	uint64_t bytes;
	if (scalar_size(io->text, form, &bytes))
		return true;
	shape_report(
		s, (struct diag){ AEG_bad_size, v.at,
			   .label = diag_text(s->d, "%s is no size", diag_quote(s->d, io->text)),
			   .help = sizes[form].help });
	return false;
}

bool scalar_size_binary(struct shape *s, struct value v, struct mtext *io)
{
	return size_entry(s, v, io, SIZES_BINARY);
}

bool scalar_size_any(struct shape *s, struct value v, struct mtext *io)
{
	return size_entry(s, v, io, SIZES_ANY);
}

bool scalar_size_container(struct shape *s, struct value v, struct mtext *io)
{
	return size_entry(s, v, io, SIZES_CONTAINER);
}

/* ---- Durations ----------------------------------------------------------------------------- */

#define NS_MS   UINT64_C(1000000)
#define NS_S    (1000 * NS_MS)
#define NS_MIN  (60 * NS_S)
#define NS_HOUR (60 * NS_MIN)
#define NS_DAY  (24 * NS_HOUR)
/* A month is 30.44 days, a year 365.25. */
static const struct {
	const char *names; /* each with a blank behind it */
	uint64_t ns;
} human_units[] = {
	{ "ns nsec nanos ", 1 },
	{ "us usec micros ", 1000 },
	{ "ms msec millis ", NS_MS },
	{ "s sec secs second seconds ", NS_S },
	{ "m min mins minute minutes ", NS_MIN },
	{ "h hr hrs hour hours ", NS_HOUR },
	{ "d day days ", NS_DAY },
	{ "w wk wks week weeks ", 7 * NS_DAY },
	{ "M month months ", 2630016 * NS_S },
	{ "y yr yrs year years ", 31557600 * NS_S },
};

/* Nanoseconds of the unit @name, 0 where there is none. */
static uint64_t human_unit(struct slice name)
{
	for (size_t i = 0; i < sizeof human_units / sizeof *human_units; i++)
		for (const char *at = human_units[i].names; *at != '\0';) {
			uint32_t len = (uint32_t)(strchr(at, ' ') - at);
			if (slice_eq(name, (struct slice){ at, len }))
				return human_units[i].ns;
			at += len + 1;
		}
	return 0;
}

static struct slice past_blanks(struct slice t)
{
	uint32_t i = 0;
	while (i < t.len && t.at[i] == ' ')
		i++;
	return rest_of(t, i);
}

/* `1h 30m`: numbers, each with a unit, blanks anywhere between. */
static bool human_ns(struct slice t, uint64_t *ret)
{
	uint64_t sum = 0;
	for (t = past_blanks(t); t.len != 0; t = past_blanks(t)) {
		uint64_t x = 0;
		uint32_t n = digits(t, &x), len = 0;
		t = past_blanks(rest_of(t, n));
		while (len < t.len && is_letter(t.at[len]))
			len++;
		uint64_t unit = human_unit((struct slice){ t.at, len });
		if (n == 0 || unit == 0 || x > UINT64_MAX / unit || x * unit > UINT64_MAX - sum)
			return false;
		sum += x * unit;
		t = rest_of(t, len);
	}
	*ret = sum;
	return sum != 0;
}

bool scalar_ms(struct slice t, enum scalar_durations form, uint64_t *ret_ms)
{
	static const struct unit units[] = { { "", 1 }, { "s", 1 }, { "m", 60 }, { "h", 3600 } };
	uint64_t x = 0;
	if (form == DURATIONS_HUMAN) {
		if (!human_ns(t, &x))
			return false;
		*ret_ms = x / NS_MS + (x % NS_MS != 0);
		return true;
	}
	uint32_t n = digits(t, &x);
	for (size_t i = 0; n != 0 && x != 0 && i < sizeof units / sizeof *units; i++)
		if (slice_is(rest_of(t, n), units[i].name) && x <= UINT32_MAX / units[i].is) {
			*ret_ms = x * units[i].is * 1000;
			return true;
		}
	return false;
}

static bool duration_entry(struct shape *s, struct value v, const struct mtext *io,
	enum scalar_durations form, const char *help)
{
	uint64_t ms;
	if (scalar_ms(io->text, form, &ms))
		return true;
	shape_report(s,
		(struct diag){ AEG_bad_duration, v.at,
			.label = diag_text(s->d, "%s is no duration", diag_quote(s->d, io->text)),
			.help = help });
	return false;
}

bool scalar_seconds(struct shape *s, struct value v, struct mtext *io)
{
	return duration_entry(s, v, io, DURATIONS_SECONDS,
		"a whole number of seconds above 0, or one followed by `s`, `m` or `h`: `300s`");
}

bool scalar_human(struct shape *s, struct value v, struct mtext *io)
{
	return duration_entry(s, v, io, DURATIONS_HUMAN,
		"numbers, each with its unit (`ms`, `s`, `m`, `h`, `d`): `90s`, `1h 30m`");
}
