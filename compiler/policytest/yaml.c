/* Writes YAML scalars and flow values. */
#include "policytest/yaml.h"

#include "aegis/aegis.h"
#include "base/utf8.h"

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

static bool is_plain_byte(char c)
{
	return is_letter(c) || (c >= '0' && c <= '9') || (c != 0 && strchr("_./-*", c) != NULL);
}

/* Words that some version of YAML takes for more than text. */
static bool is_word(struct slice s)
{
	static const char *const words[] = { "null", "true", "false", "yes", "no", "on", "off", "y",
		"n" };
	char low[6];
	if (s.len >= sizeof low)
		return false;
	for (uint32_t i = 0; i < s.len; i++)
		low[i] = (char)(s.at[i] | 0x20);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (slice_eq((struct slice){ low, s.len }, slice_of(words[i])))
			return true;
	return false;
}

static bool is_plain(struct slice s, const char *more)
{
	if (s.len == 0 || is_word(s) || !(is_letter(s.at[0]) || s.at[0] == '/' || s.at[0] == '_'))
		return false;
	for (uint32_t i = 0; i < s.len; i++)
		if (!is_plain_byte(s.at[i]) && (s.at[i] == 0 || strchr(more, s.at[i]) == NULL))
			return false;
	return s.at[s.len - 1] != ' ';
}

/* Characters that may stand in a YAML stream, and end no line. */
static bool is_printable(uint32_t c)
{
	return (c >= 0x20 && c < 0x7f) ||
	       (c >= 0xa0 && c <= 0xd7ff && c != 0x2028 && c != 0x2029) ||
	       (c >= 0xe000 && c <= 0xfffd && c != 0xfeff) || (c >= 0x10000 && c != UINT32_MAX);
}

static void add_characters(struct buf *out, struct slice s, const char *escaped)
{
	for (uint32_t i = 0, n; i < s.len; i += n) {
		uint32_t c = utf8_decode(s.at + i, s.len - i, &n);
		if (c == UINT32_MAX)
			buf_text(out, "\xef\xbf\xbd");
		else if (c < 0x80 && c != 0 && strchr(escaped, (int)c) != NULL)
			buf_printf(out, "\\%c", (char)c);
		else if (is_printable(c))
			buf_add(out, s.at + i, n);
		else
			buf_printf(out, "\\u%04x", (unsigned)c);
	}
}

static void add_quoted(struct buf *out, struct slice s)
{
	buf_text(out, "\"");
	add_characters(out, s, "\"\\");
	buf_text(out, "\"");
}

void yaml_text(struct buf *out, struct slice s)
{
	if (is_plain(s, " "))
		buf_slice(out, s);
	else
		add_quoted(out, s);
}

void yaml_line(struct buf *out, struct slice s)
{
	if (is_plain(s, " ,"))
		buf_slice(out, s);
	else
		add_quoted(out, s);
}

void yaml_comment(struct buf *out, struct slice s) { add_characters(out, s, ""); }

/* ---- Flow values --------------------------------------------------------------------------- */

static void add_string(struct buf *out, struct arena *a, const struct aeg_json *j, uint32_t token)
{
	uint32_t cap = j->tok[token].len;
	char *text = arena_array(a, char, cap + 1);
	yaml_text(out, (struct slice){ text, (uint32_t)aeg_json_unescape(j, token, text, cap) });
}

static void add_value(struct buf *out, struct arena *a, const struct aeg_json *j, uint32_t token);

/* Depth is that of the scanner. */
static void add_values(struct buf *out, struct arena *a, const struct aeg_json *j, uint32_t token)
{
	bool object = (j->tok[token].info & AEG_JSON_KIND_MASK) == AEG_JSON_OBJECT;
	uint32_t end = j->tok[token].next, i = token + 1;
	if (i == end) {
		buf_text(out, object ? "{}" : "[]");
		return;
	}
	buf_text(out, object ? "{ " : "[");
	for (const char *before = ""; i < end; before = ", ") {
		buf_text(out, before);
		if (object) {
			add_string(out, a, j, i++);
			buf_text(out, ": ");
		}
		add_value(out, a, j, i);
		i = j->tok[i].next;
	}
	buf_text(out, object ? " }" : "]");
}

static void add_value(struct buf *out, struct arena *a, const struct aeg_json *j, uint32_t token)
{
	uint32_t kind = j->tok[token].info & AEG_JSON_KIND_MASK;
	if (kind == AEG_JSON_OBJECT || kind == AEG_JSON_ARRAY)
		add_values(out, a, j, token);
	else if (kind == AEG_JSON_STRING)
		add_string(out, a, j, token);
	else
		buf_add(out, j->text + j->tok[token].at, j->tok[token].len);
}

void yaml_flow(struct buf *out, struct arena *scratch, struct slice json)
{
	struct aeg_json j;
	size_t ntok = aeg_json_bound(json.len);
	aeg_json_scan(&j, json.at, json.len, arena_array(scratch, struct aeg_json_tok, ntok), ntok);
	if (j.status == AEG_OK)
		add_value(out, scratch, &j, 0);
}
