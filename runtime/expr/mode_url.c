/*
 * References with holes (RFC 3986), followed byte by byte. A value is percent-encoded all through,
 * so it can be no delimiter; but a segment of the path made of values alone may come out as `.`,
 * `..` or empty, which would move the rest of the path: such segments stand between SEGMENT and
 * SEGMENT_END.
 */
#include <string.h>

#include "expr/mode_internal.h"

/* In the order of the parts. */
enum url_state {
	URL_START,
	URL_SCHEME,    /* or the first segment, by what follows */
	URL_NO_SCHEME, /* after `scheme:` */
	URL_HOST_NEW,  /* the authority: nothing yet */
	URL_HOST,      /* or the user: no colon yet */
	URL_PORT,      /* or the user's password: digits only */
	URL_USER,      /* cannot be a host any more */
	URL_AT_NEW,    /* the same after the @ */
	URL_AT_HOST,
	URL_AT_PORT,
	URL_BRACKET, /* after an address in brackets */
	URL_PATH,
	URL_QUERY,
	URL_FRAGMENT,
	URL_EITHER /* of several parts, depending on blocks: more has the first and the last */
};

/* Flags of a segment. */
#define URL_FIRST    1u  /* empty, it would leave a path that begins with / */
#define URL_NO_COLON 2u  /* what stands before a colon would be a scheme */
#define URL_SURE     4u  /* neither empty nor dots: literal text sees to it */
#define URL_OPEN     8u  /* values or blocks are in it */
#define URL_LEADING  16u /* after the first /: another / would begin an authority */
#define URL_BARE     32u /* the path begins here, one way */
enum { MORE_DOTS, MORE_FIRST = 0, MORE_LAST }; /* more: of a segment; of URL_EITHER */

/* A text on its way through. */
struct url {
	struct mode *m;
	const struct mode_out *out;
	const char *text;
	uint32_t at, passed; /* what has been passed on ends at @passed */
	uint32_t segment;    /* the one that is not over begins here, if not before */
};

static void pass(struct url *u, uint32_t to)
{
	if (to > u->passed)
		u->out->text(u->out->ctx, u->text + u->passed, to - u->passed);
	u->passed = to;
}

static void mark_segment(struct url *u)
{
	if (u->segment == AEG_NONE)
		return;
	pass(u, u->segment);
	u->out->op(u->out->ctx, AEGF_T_SEGMENT, 0);
	u->segment = AEG_NONE;
}

static void go(struct mode *m, enum url_state state, uint32_t flags)
{
	m->state = (uint8_t)state;
	m->flags = (uint8_t)flags;
	memset(m->more, 0, sizeof m->more);
}

static void begin_segment(struct url *u, uint32_t at, uint32_t flags)
{
	go(u->m, URL_PATH, flags);
	u->segment = at;
}

/* The segment ends, if there is one; @filled: so that it must not be empty. */
static void end_segment(const struct mode *m, const struct mode_out *out, uint32_t filled)
{
	if ((m->flags & (URL_OPEN | URL_SURE)) == URL_OPEN)
		out->op(out->ctx, AEGF_T_SEGMENT_END, filled ? AEGF_SEGMENT_FILLED : 0);
}

/* ---- Characters ---------------------------------------------------------------------------- */

static int is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
static int is_digit(char c) { return c >= '0' && c <= '9'; }
static int is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
static int is_one_of(char c, const char *set) { return c != '\0' && strchr(set, c) != NULL; }

/* Of a registered name; `%` is the first of three. */
static int is_name(char c)
{
	return is_alpha(c) || is_digit(c) || is_one_of(c, "-._~!$&'()*+,;=%");
}
static int is_pchar(char c) { return is_name(c) || c == ':' || c == '@'; }

static int is_ipv4(const char *at, uint32_t len)
{
	for (uint32_t i = 0, octets = 1;; octets++) {
		uint32_t value = 0, first = i;
		for (; i < len && is_digit(at[i]) && i < first + 3; i++)
			value = value * 10 + (uint32_t)(at[i] - '0');
		if (i == first || value > 255 || (at[first] == '0' && i > first + 1))
			return 0;
		if (octets == 4)
			return i == len;
		if (i == len || at[i++] != '.')
			return 0;
	}
}

/* Eight groups, or fewer with `::`; the last two perhaps as IPv4. */
static int is_ipv6(const char *at, uint32_t len)
{
	uint32_t groups = 0, gap = len >= 2 && at[0] == ':' && at[1] == ':', i = 2 * gap;

	while (i < len) {
		uint32_t n = 0;
		while (i + n < len && n < 4 && is_hex(at[i + n]))
			n++;
		if (i + n < len && at[i + n] == '.') {
			groups += 2;
			return is_ipv4(at + i, len - i) && (gap ? groups < 8 : groups == 8);
		}
		i += n;
		groups++;
		if (i == len && n > 0)
			break;
		if (n == 0 || at[i++] != ':' || i == len)
			return 0;
		if (at[i] == ':') {
			i++;
			if (gap++)
				return 0;
		}
	}
	return gap ? groups < 8 : groups == 8;
}

/* `[...]` at @at: how long it is, or 0. */
static uint32_t bracketed(const struct url *u, uint32_t len)
{
	const char *at = u->text + u->at, *end = memchr(at, ']', len - u->at);

	if (end == NULL)
		return 0;
	uint32_t n = (uint32_t)(end - at) + 1, i = 2;
	if (at[1] != 'v' && at[1] != 'V')
		return is_ipv6(at + 1, n - 2) ? n : 0;
	while (is_hex(at[i]))
		i++;
	uint32_t version = i - 2, dot = i;
	if (version == 0 || at[dot] != '.')
		return 0;
	for (i++; at[i] != '%' && (is_name(at[i]) || at[i] == ':');)
		i++;
	return i == n - 1 && i > dot + 1 ? n : 0;
}

/* ---- The parts ----------------------------------------------------------------------------- */

static const char *const not_here = "this character must be written as %XX in a URL";

static const char *in_query(struct mode *m, char c)
{
	if (c == '#' && m->state == URL_QUERY)
		go(m, URL_FRAGMENT, 0);
	else if (!is_pchar(c) && c != '/' && c != '?')
		return not_here;
	return NULL;
}

/* @is_dot: it is one, if perhaps written as %2e. */
static const char *in_path(struct url *u, char c, int is_dot)
{
	struct mode *m = u->m;
	uint32_t flags = m->flags;

	if (c == '/' && (flags & URL_LEADING) && !(flags & URL_OPEN) && m->more[MORE_DOTS] == 0) {
		go(m, URL_HOST_NEW, 0);
		u->segment = u->at; /* for blocks that go on from here with a path */
	} else if (c == '/' && (flags & URL_BARE)) {
		return "the path begins here one way, and goes on the other way";
	} else if (c == '/' || c == '?' || c == '#') {
		pass(u, u->at);
		end_segment(m, u->out, c == '/' || (flags & URL_FIRST));
		begin_segment(u, u->at + 1, 0);
		if (c != '/') {
			go(m, c == '?' ? URL_QUERY : URL_FRAGMENT, 0);
			u->segment = AEG_NONE;
		}
	} else if (c == ':' && (flags & URL_NO_COLON)) {
		return "a colon here would make a scheme of what stands before it";
	} else if (!is_pchar(c)) {
		return not_here;
	} else if (!is_dot || (flags & URL_SURE) || ++m->more[MORE_DOTS] == 3) {
		go(m, URL_PATH, (flags | URL_SURE) & ~(URL_LEADING | URL_BARE));
	}
	return NULL;
}

/* What may not be a part of the host leads on to the path. */
static const char *in_authority(struct url *u, char c, uint32_t len, uint32_t *ret_n)
{
	struct mode *m = u->m;
	int after_at = m->state >= URL_AT_NEW, is_port = m->state == URL_PORT;

	if (c == '[' && (m->state == URL_HOST_NEW || m->state == URL_AT_NEW)) {
		*ret_n = bracketed(u, len);
		go(m, URL_BRACKET, 0);
		return *ret_n == 0 ? "no address of IPv6 stands between these brackets" : NULL;
	}
	if (c == '@' && !after_at) {
		go(m, URL_AT_NEW, 0);
		return NULL;
	}
	if (m->state == URL_USER && (c == '/' || c == '?' || c == '#'))
		return "the port before it is no number";
	if (c == '/' || c == '?' || c == '#') {
		go(m, URL_PATH, 0);
		return in_path(u, c, 0);
	}
	if (c == ':' && m->state != URL_USER && m->state != URL_AT_PORT) {
		go(m, is_port ? URL_USER : after_at ? URL_AT_PORT : URL_PORT, 0);
		return NULL;
	}
	if (!is_name(c) && !(c == ':' && m->state == URL_USER))
		return not_here;
	if (m->state == URL_BRACKET || (m->state == URL_AT_PORT && !is_digit(c)))
		return "a port is a number after a colon";
	if (is_port && !is_digit(c))
		go(m, URL_USER, 0);
	else if (m->state == URL_HOST_NEW || m->state == URL_AT_NEW)
		go(m, after_at ? URL_AT_HOST : URL_HOST, 0);
	return NULL;
}

static const char *at_start(struct url *u, char c, int is_dot)
{
	struct mode *m = u->m;

	if (m->state == URL_SCHEME && c == ':') {
		go(m, URL_NO_SCHEME, 0);
		u->segment = u->at + 1;
		return NULL;
	}
	if (m->state == URL_START)
		u->segment = u->at;
	if ((m->state == URL_START && is_alpha(c)) ||
		(m->state == URL_SCHEME && (is_alpha(c) || is_digit(c) || is_one_of(c, "+-.")))) {
		m->state = URL_SCHEME;
		return NULL;
	}
	if (c == '/' && m->state != URL_SCHEME) {
		begin_segment(u, u->at + 1, URL_LEADING);
		return NULL;
	}
	if (m->state == URL_START)
		begin_segment(u, u->at, URL_FIRST | URL_NO_COLON);
	else if (m->state == URL_SCHEME)
		go(m, URL_PATH, URL_FIRST | URL_NO_COLON | URL_SURE);
	else
		go(m, URL_PATH, URL_FIRST);
	return in_path(u, c, is_dot);
}

static const char *in_either(struct url *u, char c)
{
	struct mode *m = u->m;
	uint32_t first = m->more[MORE_FIRST], most = m->more[MORE_LAST];

	if (c == '#' ? most < URL_FRAGMENT : c == '?' ? most < URL_QUERY : 0) {
		pass(u, u->at);
		end_segment(m, u->out, m->flags & URL_FIRST);
		go(m, c == '#' ? URL_FRAGMENT : URL_QUERY, 0);
		return NULL;
	}
	if (c == '/' && first < URL_PATH && most == URL_PATH && !(m->flags & URL_BARE)) {
		pass(u, u->at);
		end_segment(m, u->out, 1);
		begin_segment(u, u->at + 1, 0);
		return NULL;
	}
	return "one way through the block before it has ended this part of the URL, another has not";
}

/* ---- What mode_internal.h says ------------------------------------------------------------- */

static const char *next(struct url *u, uint32_t len, uint32_t *ret_n)
{
	struct mode *m = u->m;
	const char *at = u->text + u->at;
	int is_dot = *at == '.';

	*ret_n = 1;
	if (*at == '%') {
		if (len - u->at < 3 || !is_hex(at[1]) || !is_hex(at[2]))
			return "two hexadecimal digits follow %";
		*ret_n = 3;
		is_dot = at[1] == '2' && (at[2] | 0x20) == 'e';
	}
	if (m->state <= URL_NO_SCHEME)
		return at_start(u, *at, is_dot);
	if (m->state < URL_PATH)
		return in_authority(u, *at, len, ret_n);
	if (m->state == URL_PATH)
		return in_path(u, *at, is_dot);
	return m->state == URL_EITHER ? in_either(u, *at) : in_query(m, *at);
}

struct mode_error mode_url_text(
	struct mode *m, const char *text, uint32_t len, const struct mode_out *out)
{
	struct url u = { m, out, text, 0, 0, AEG_NONE };

	for (uint32_t n; u.at < len; u.at += n) {
		const char *what = next(&u, len, &n);
		if (what != NULL)
			return mode_wrong(u.at, what);
		/* A dot is a dot: rendering knows it in one spelling only. */
		if (n == 3 && m->state == URL_PATH && m->more[MORE_DOTS] > 0 &&
			!memcmp(text + u.at, "%2", 2)) {
			mark_segment(&u);
			pass(&u, u.at);
			out->text(out->ctx, ".", 1);
			u.passed += 3;
		}
	}
	mark_segment(&u);
	pass(&u, len);
	return mode_ok();
}

struct mode_error mode_url_hole(
	struct mode *m, const struct mode_out *out, enum aegf_escape *ret_escape)
{
	uint32_t first = URL_FIRST | URL_NO_COLON;

	*ret_escape = AEGF_ESCAPE_URL;
	if (m->state > URL_NO_SCHEME && m->state < URL_PATH)
		return mode_wrong(0, "a value cannot be a part of the host");
	if (m->state == URL_EITHER)
		return mode_wrong(
			0, "a block before it leaves open which part of the URL it is in");
	if (m->state == URL_START)
		out->op(out->ctx, AEGF_T_SEGMENT, 0);
	if (m->state == URL_START || m->state == URL_NO_SCHEME)
		go(m, URL_PATH, (m->state == URL_START ? first : URL_FIRST) | URL_OPEN);
	else if (m->state == URL_SCHEME)
		go(m, URL_PATH, first | URL_OPEN | URL_SURE);
	else if (m->state == URL_PATH)
		m->flags = (uint8_t)((m->flags | URL_OPEN) & ~(URL_LEADING | URL_BARE));
	return mode_ok();
}

struct mode_error mode_url_end(struct mode *m, const struct mode_out *out)
{
	if (m->state == URL_USER)
		return mode_wrong(0, "the port is no number");
	end_segment(m, out, m->flags & URL_FIRST);
	return mode_ok();
}

void mode_url_enter(struct mode *m, const struct mode_out *out)
{
	if (m->state == URL_START)
		out->op(out->ctx, AEGF_T_SEGMENT, 0);
}

/* As a segment, what may be one. */
static void to_path(struct mode *m)
{
	if (m->state == URL_START)
		go(m, URL_PATH, URL_FIRST | URL_NO_COLON | URL_BARE);
	else if (m->state == URL_SCHEME)
		go(m, URL_PATH, URL_FIRST | URL_NO_COLON | URL_SURE);
	else if (m->state == URL_NO_SCHEME)
		go(m, URL_PATH, URL_FIRST | URL_BARE);
}

/* A host of which perhaps something is there already. */
static uint8_t begun(uint8_t state)
{
	return state == URL_HOST_NEW ? URL_HOST : state == URL_AT_NEW ? URL_AT_HOST : state;
}

static uint8_t part(const struct mode *m, int which)
{
	return m->state == URL_EITHER ? m->more[which] : m->state < URL_PATH ? URL_HOST : m->state;
}

static struct mode_error join_parts(struct mode *a, const struct mode *b)
{
	uint8_t first = part(a, MORE_FIRST), most = part(a, MORE_LAST);
	uint8_t other = part(b, MORE_FIRST), other_last = part(b, MORE_LAST);
	uint32_t flags = 0;

	/* A segment that is open at the end of one way is looked at where all have ended. */
	for (const struct mode *m = a; m != NULL; m = m == a ? b : NULL) {
		if ((m->flags & (URL_OPEN | URL_SURE)) == URL_OPEN)
			flags |= URL_OPEN | (m->flags & URL_FIRST);
		else if (m->flags & URL_LEADING)
			flags |= URL_BARE;
		flags |= m->flags & URL_BARE;
	}
	go(a, URL_EITHER, flags);
	a->more[MORE_FIRST] = first < other ? first : other;
	a->more[MORE_LAST] = most > other_last ? most : other_last;
	return mode_ok();
}

struct mode_error mode_url_join(struct mode *a, const struct mode *b)
{
	struct mode other = *b;

	if (mode_equal(a, b))
		return mode_ok();
	to_path(a);
	to_path(&other);
	int in_host = a->state < URL_PATH && other.state < URL_PATH;
	if (in_host && begun(a->state) == begun(other.state)) {
		a->state = begun(a->state);
		return mode_ok();
	}
	if (in_host || a->state == URL_USER || other.state == URL_USER)
		return mode_wrong(
			0, "the ways through this block end in different parts of the host");
	if (a->state == URL_PATH && other.state == URL_PATH) {
		uint32_t sure = a->flags & other.flags & URL_SURE;
		uint32_t any = (a->flags | other.flags) & (URL_FIRST | URL_NO_COLON | URL_BARE);
		if (other.more[MORE_DOTS] < a->more[MORE_DOTS])
			a->more[MORE_DOTS] = other.more[MORE_DOTS];
		a->flags = (uint8_t)(sure | any | URL_OPEN);
		return mode_ok();
	}
	return join_parts(a, &other);
}
