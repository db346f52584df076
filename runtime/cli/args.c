/* Splices JSON text. */
#include "cli/args.h"

#include <string.h>

#include "base/file.h"

int args_given(struct command_line *l, const char *name, struct slice *ret)
{
	enum { MOST = 64 << 20 };
	const char *given = command_value(l, name), *why;
	if (given[0] != '@' && strcmp(given, "-") != 0) {
		*ret = slice_of(given);
		return COMMAND_OK;
	}
	const char *path = given[0] == '@' ? given + 1 : given;
	if (file_read(l->arena, path, MOST, ret, &why))
		return COMMAND_OK;
	return command_fail(l, COMMAND_IO, "%s: %s", path, why);
}

struct aeg_json *args_scan(struct arena *a, struct slice text)
{
	struct aeg_json *j = arena_new(a, struct aeg_json);
	size_t n = aeg_json_bound(text.len);
	aeg_json_scan(j, text.at, text.len, arena_array(a, struct aeg_json_tok, n), n);
	return j;
}

enum aeg_json_kind args_kind(const struct aeg_json *j, uint32_t token)
{
	return (enum aeg_json_kind)(j->tok[token].info & AEG_JSON_KIND_MASK);
}

struct slice args_text(const struct aeg_json *j, uint32_t token)
{
	const struct aeg_json_tok *t = &j->tok[token];
	uint32_t quote = args_kind(j, token) == AEG_JSON_STRING;
	return (struct slice){ j->text + t->at - quote, t->len + 2 * quote };
}

struct slice args_string(struct arena *a, struct slice text)
{
	struct buf out = { .arena = a };
	buf_json_string(&out, text);
	return buf_done(&out);
}

struct slice args_list(struct arena *a, struct slice text)
{
	struct buf out = { .arena = a };
	buf_text(&out, "[");
	buf_json_string(&out, text);
	buf_text(&out, "]");
	return buf_done(&out);
}

static struct aeg_json *splice(
	struct arena *a, const struct aeg_json *j, uint32_t lo, uint32_t hi, struct slice between)
{
	struct buf out = { .arena = a };
	buf_add(&out, j->text, lo);
	buf_slice(&out, between);
	buf_add(&out, j->text + hi, j->len - hi);
	return args_scan(a, buf_done(&out));
}

struct aeg_json *args_replace(
	struct arena *a, const struct aeg_json *j, uint32_t token, struct slice value)
{
	struct slice old = args_text(j, token);
	uint32_t lo = (uint32_t)(old.at - j->text);
	return splice(a, j, lo, lo + old.len, value);
}

struct aeg_json *args_add(
	struct arena *a, const struct aeg_json *j, struct slice name, struct slice value)
{
	struct buf member = { .arena = a };
	uint32_t lo = j->tok[0].at + 1; /* behind the brace */
	buf_json_string(&member, name);
	buf_text(&member, ":");
	buf_slice(&member, value);
	buf_text(&member, j->ntok > 1 ? "," : "");
	return splice(a, j, lo, lo, buf_done(&member));
}

struct aeg_json *args_remove(struct arena *a, const struct aeg_json *j, uint32_t token)
{
	struct buf out = { .arena = a };
	buf_text(&out, "{");
	for (uint32_t key = 1; key < j->ntok; key = j->tok[key].next) {
		if (key + 1 == token)
			continue;
		buf_text(&out, out.len > 1 ? "," : "");
		buf_slice(&out, args_text(j, key));
		buf_text(&out, ":");
		buf_slice(&out, args_text(j, key + 1));
	}
	buf_text(&out, "}");
	return args_scan(a, buf_done(&out));
}
