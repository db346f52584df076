/* What is checked of each source beside its grammar: encoding, characters, keys. */
#include "syntax/internal.h"

#include "source/utf8.h"

void syntax_report(
	struct diags *d, enum diag_code code, struct span at, const char *label, const char *help)
{
	diag_add(d, (struct diag){ .code = code, .at = at, .label = label, .help = help });
}

/* ---- Characters ---------------------------------------------------------------------------- */

/* What libyaml refuses, and the line ends of YAML 1.1 that are none in YAML 1.2. */
static bool forbidden(uint32_t c)
{
	return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || (c >= 0x7f && c < 0xa0) ||
	       c == 0x2028 || c == 0x2029 || c == 0xfffe || c == 0xffff;
}

static bool bad_encoding(struct diags *d, struct span at, const char *label)
{
	syntax_report(d, AEG_not_utf8, at, label, "save the file as UTF-8");
	return false;
}

static bool bad_character(struct diags *d, struct span at, uint32_t c)
{
	const char *what = c == 0x85 || c == 0x2028 || c == 0x2029
				   ? "a line end for some readers of YAML and none for others"
				   : "a control character";
	const char *help = c == 0 ? "this may be no text file at all"
				  : "remove it, or write it as an escape in double quotes";
	syntax_report(d, AEG_forbidden_character, at,
		diag_text(d, "U+%04X is %s", (unsigned)c, what), help);
	return false;
}

static bool printable(char c) { return c >= 0x20 && c < 0x7f; }

/* True for what begins like UTF-16 or UTF-32, with or without a mark. */
static bool is_wide(struct slice s)
{
	return slice_begins(s, SLICE("\xff\xfe")) || slice_begins(s, SLICE("\xfe\xff")) ||
	       slice_begins(s, SLICE("\0\0\xfe\xff")) ||
	       (s.len >= 2 && ((s.at[0] == 0 && printable(s.at[1])) ||
				      (s.at[1] == 0 && printable(s.at[0]))));
}

/* Eight bytes at once: true when each is printable ASCII. */
static bool all_printable(const char *p)
{
	const uint64_t ones = 0x0101010101010101u;
	uint64_t w;
	memcpy(&w, p, 8);
	return (((w - ones * 0x20) | w | (w + ones)) & ones * 0x80) == 0;
}

bool text_check(struct diags *d, uint32_t file, uint32_t *first, bool *ascii)
{
	const struct source *f = &d->sources->v[file];
	struct slice s = f->text;
	*first = slice_begins(s, SLICE("\xef\xbb\xbf")) ? 3 : 0;
	*ascii = true;
	if (is_wide(s))
		return bad_encoding(d, (struct span){ file, 0, 0 }, "this is UTF-16 or UTF-32");
	for (uint32_t i = *first, n = 1; i < s.len; i += n) {
		unsigned char b = (unsigned char)s.at[i];
		n = 1;
		if ((b >= 0x20 && b < 0x7f) || b == '\n') {
			while (i + 9 <= s.len && all_printable(s.at + i + 1))
				i += 8;
			continue;
		}
		uint32_t c = utf8_decode(s.at + i, s.len - i, &n);
		*ascii = *ascii && b < 0x80;
		struct span at = { file, i, i + n };
		if (c == UINT32_MAX)
			return bad_encoding(d, at,
				diag_text(d, "the byte 0x%02X begins no character of UTF-8", b));
		if (forbidden(c) && !f->json)
			return bad_character(d, at, c);
	}
	return true;
}

/* ---- Keys ---------------------------------------------------------------------------------- */

static void duplicate(struct diags *d, const struct member *first, const struct member *again)
{
	diag_add(d, (struct diag){ .code = AEG_duplicate_key,
			    .at = again->key_span,
			    .label = "here again",
			    .help = "keep one of the two",
			    .other = first->key_span,
			    .other_label = "first here",
			    .message = d->dropped ? NULL
						  : diag_text(d, "the key %s is there already",
							    diag_quote(d, again->key)) });
}

void members_check(struct diags *d, const struct member *v, uint32_t n)
{
	enum { FEW = 12 };
	if (n <= FEW) {
		for (uint32_t i = 1; i < n; i++)
			for (uint32_t k = 0; k < i; k++)
				if (slice_eq(v[i].key, v[k].key)) {
					duplicate(d, &v[k], &v[i]);
					break;
				}
		return;
	}
	struct map seen = { .arena = d->arena };
	for (uint32_t i = 0; i < n; i++) {
		uint32_t first = map_put(&seen, v[i].key, i);
		if (first != MAP_NONE)
			duplicate(d, &v[first], &v[i]);
	}
}
