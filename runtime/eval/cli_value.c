/* Values of arguments: is this text one that the grammar means? */
#include "cli_table.h"
#include "libaegis/host.h"
#include "libaegis/select.h"

struct words {
	const struct aegf_bytes *v;
	uint32_t n;
};

static struct words words_of(const struct cli_call *c, const struct aegf_cli_value *v)
{
	return (struct words){ cli_list(c->t, WORDS, v->words, struct aegf_bytes),
		aeg_ld32(v->words.count) };
}

static int is_word(const struct cli_call *c, const struct aegf_cli_value *v, struct aeg_str s)
{
	struct words w = words_of(c, v);

	for (uint32_t i = 0; i < w.n; i++)
		if (cli_same(cli_text(c->t, w.v[i]), s))
			return 1;
	return 0;
}

/* Decimal, without a plus and without zeros in front: some programs read those as octal. */
static int is_integer(const struct aegf_cli_value *v, struct aeg_str s)
{
	uint32_t i = s.len > 0 && s.at[0] == '-';
	int minus = i > 0;
	int64_t x = 0;

	if (i == s.len || s.len - i > 18 || (s.at[i] == '0' && (s.len > i + 1 || minus)))
		return 0;
	for (; i < s.len; i++) {
		if (s.at[i] < '0' || s.at[i] > '9')
			return 0;
		x = x * 10 + (s.at[i] - '0');
	}
	x = minus ? -x : x;
	return x >= (int64_t)aeg_ld64(v->lo) && x <= (int64_t)aeg_ld64(v->hi);
}

/* -1: it takes too long. */
static int is_pattern(struct cli_call *c, const struct aegf_cli_value *v, struct aeg_str s)
{
	uint32_t mem[AEGF_CLI_MAX_STATES * 3];
	const uint8_t *at = (const uint8_t *)s.at;
	struct aeg_select steps = { .steps = c->steps, .status = AEG_OK };
	struct text t = { { at, at + s.len, 0, 0 }, 0 };
	int is = aegi_regex_run(&steps, (const uint8_t *)cli_text(c->t, v->pattern).at, t, 1, mem);

	c->steps = steps.steps;
	return steps.status != AEG_OK ? -1 : is;
}

/* ---- Paths --------------------------------------------------------------------------------- */

/* The next component from *@at on; len 0: there is none. */
static struct aeg_str component(struct aeg_str s, uint32_t *at)
{
	uint32_t from;

	do {
		while (*at < s.len && s.at[*at] == '/')
			++*at;
		from = *at;
		while (*at < s.len && s.at[*at] != '/')
			++*at;
	} while (*at - from == 1 && s.at[from] == '.');
	return (struct aeg_str){ s.at + from, *at - from };
}

/* A remote's, as `host:path`; a home; what leads out; what terminals and programs trip over. */
static int is_plain_path(struct aeg_str s)
{
	int slash = 0;
	uint32_t at = 0;

	if (s.len == 0 || s.at[0] == '~')
		return 0;
	for (uint32_t i = 0; i < s.len; i++) {
		if ((uint8_t)s.at[i] < ' ' || s.at[i] == 0x7f || (s.at[i] == ':' && !slash))
			return 0;
		slash |= s.at[i] == '/';
	}
	for (struct aeg_str part; (part = component(s, &at)).len > 0;)
		if (part.len == 2 && part.at[0] == '.' && part.at[1] == '.')
			return 0;
	return 1;
}

static int is_below(struct aeg_str folder, struct aeg_str s)
{
	static const struct aeg_str work = { "workspace", 9 };
	uint32_t a = 0, b = 0;
	int relative = s.at[0] != '/';

	for (struct aeg_str want; (want = component(folder, &a)).len > 0;) {
		struct aeg_str have = relative ? work : component(s, &b);
		if (!cli_same(want, have))
			return 0;
		relative = 0;
	}
	return 1;
}

static int is_path(const struct cli_call *c, const struct aegf_cli_value *v, struct aeg_str s)
{
	struct words w = words_of(c, v);

	if (!is_plain_path(s))
		return 0;
	for (uint32_t i = 0; i < w.n; i++)
		if (is_below(cli_text(c->t, w.v[i]), s))
			return 1;
	return 0;
}

/* ---- Hosts --------------------------------------------------------------------------------- */

/* `example.com` is that host and those below it, `*.example.com` those below it alone. */
static int is_listed(const struct cli_call *c, const struct aegf_cli_value *v, struct aeg_str host)
{
	struct words w = words_of(c, v);

	for (uint32_t i = 0; i < w.n; i++) {
		struct aeg_str word = cli_text(c->t, w.v[i]);
		int below = word.len > 2 && word.at[0] == '*' && word.at[1] == '.';
		if (below)
			word = (struct aeg_str){ word.at + 2, word.len - 2 };
		if (!below && cli_same(word, host))
			return 1;
		if (word.len > 0 && word.at[0] != '[' && host.len > word.len + 1 &&
			host.at[host.len - word.len - 1] == '.' &&
			memcmp(host.at + host.len - word.len, word.at, word.len) == 0)
			return 1;
	}
	return 0;
}

/* Nothing that one program takes for a user and another for a host. */
static int is_clear_url(struct aeg_str s)
{
	uint32_t slashes = 0;

	for (uint32_t i = 0; i < s.len; i++) {
		slashes += s.at[i] == '/';
		if (slashes < 3 && memchr("@?#%", s.at[i], 4) != NULL)
			return 0;
	}
	return 1;
}

static int is_host(const struct cli_call *c, const struct aegf_cli_value *v, struct aeg_str s)
{
	char buf[256];
	uint32_t len;

	if (aeg_host_normal(s, buf, &len) == AEG_HOST_BAD)
		return 0;
	return is_listed(c, v, (struct aeg_str){ buf, len });
}

static int is_url(const struct cli_call *c, const struct aegf_cli_value *v, struct aeg_str s)
{
	char buf[256];
	uint32_t len = is_clear_url(s) ? aeg_url_host(s, buf) : 0;

	return len > 0 && is_listed(c, v, (struct aeg_str){ buf, len });
}

/* ---- All of them --------------------------------------------------------------------------- */

static int fits(struct cli_call *c, const struct aegf_cli_value *v, struct aeg_str s)
{
	switch ((enum aegf_cli_value_kind)aeg_ld32(v->kind)) {
	case AEGF_CLI_TEXT: return 1;
	case AEGF_CLI_ENUM: return is_word(c, v, s);
	case AEGF_CLI_INTEGER: return is_integer(v, s);
	case AEGF_CLI_PATTERN: return is_pattern(c, v, s);
	case AEGF_CLI_PATH: return is_path(c, v, s);
	case AEGF_CLI_URL: return is_url(c, v, s);
	case AEGF_CLI_HOST: return is_host(c, v, s);
	case AEGF_CLI_NVALUES: break;
	}
	return 0;
}

int cli_value(struct cli_call *c, const struct aegf_cli_subcommand *row, uint32_t value,
	struct aeg_str text, uint32_t argument, struct aeg_str rule)
{
	const struct aegf_cli_value *v = cli_row(c->t, VALUES, value, struct aegf_cli_value);
	uint32_t flags = aeg_ld32(v->flags);
	int is;

	if (text.len == 1 && text.at[0] == '-')
		return (flags & AEGF_CLI_STDIN) ||
		       cli_deny(c, AEG_CLI_standard_input, argument, rule);
	if (text.len > 0 && text.at[0] == '@' && (aeg_ld32(row->flags) & AEGF_CLI_RESPONSE_FILES) &&
		!(flags & AEGF_CLI_RESPONSE_FILE))
		return cli_deny(c, AEG_CLI_response_file, argument, rule);
	is = fits(c, v, text);
	return is > 0 ||
	       cli_deny(c, is < 0 ? AEG_CLI_too_costly : AEG_CLI_bad_value, argument, rule);
}
