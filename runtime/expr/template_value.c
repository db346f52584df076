/* Builds the values of a template: literals, paths and calls. */
#include "template_build.h"

static struct texpr *expr(struct template_parse *p, enum texpr_kind kind, struct template_token at)
{
	struct texpr *e = template_node(p->t, sizeof *e);

	if (e != NULL) {
		e->kind = kind;
		e->place = build_place(p, at);
	}
	return e;
}

static struct texpr *literal(struct template_parse *p, enum texpr_kind kind,
	struct template_token at, struct aeg_str value)
{
	struct texpr *e = expr(p, kind, at);

	if (e != NULL)
		e->literal = e->written = value;
	return e;
}

struct texpr *template_word(struct template_parse *p, enum template_word w, struct template_token t)
{
	static const enum texpr_kind kinds[] = { TEXPR_UNDEFINED, TEXPR_NULL, TEXPR_TRUE,
		TEXPR_FALSE };
	return literal(p, kinds[w], t, build_str(t));
}

/* As JSON has it, and without digits that say nothing: -007.50 is -7.5. */
struct texpr *template_number(struct template_parse *p, struct template_token t)
{
	const char *from = t.at + (*t.at == '-'), *end = t.at + t.len, *point = from;
	struct aeg_str value;

	while (point < end && *point != '.')
		point++;
	while (point < end && (end[-1] == '0' || end[-1] == '.'))
		if (*--end == '.')
			break;
	while (from + 1 < point && *from == '0')
		from++;
	value = (struct aeg_str){ from, (uint32_t)(end - from) };
	if (*t.at == '-' && !(value.len == 1 && *from == '0')) {
		char *copy = template_node(p->t, value.len + 1);
		if (copy == NULL)
			return NULL;
		*copy = '-';
		memcpy(copy + 1, value.at, value.len);
		value = (struct aeg_str){ copy, value.len + 1 };
	}
	return literal(p, TEXPR_NUMBER, t, value);
}

/* @s without the backslashes before one of @plain. */
static struct aeg_str unescape(struct template_parse *p, struct aeg_str s, const char *plain)
{
	char *copy = template_node(p->t, s.len);
	uint32_t len = 0;

	if (copy == NULL)
		return s;
	for (uint32_t i = 0; i < s.len; i++) {
		if (s.at[i] == '\\' && i + 1 < s.len && strchr(plain, s.at[i + 1]) != NULL)
			i++;
		copy[len++] = s.at[i];
	}
	return (struct aeg_str){ copy, len };
}

static struct aeg_str within(struct template_token t)
{
	return (struct aeg_str){ t.at + 1, t.len - 2 };
}

struct texpr *template_string(struct template_parse *p, struct template_token t)
{
	const char quote[] = { *t.at, 0 };

	return literal(p, TEXPR_STRING, t, unescape(p, within(t), quote));
}

static struct aeg_str unquote(struct template_parse *p, struct template_token name)
{
	return *name.at == '[' ? unescape(p, within(name), "\\]") : build_str(name);
}

/* ---- Paths --------------------------------------------------------------------------------- */

void template_segment(struct template_parse *p, struct template_token name)
{
	struct aeg_str *s = template_node(p->t, sizeof *s);

	if (s != NULL) {
		*s = build_str(name);
		p->nsegments++;
	}
}

static int is_context(struct aeg_str segment)
{
	return build_is_word(segment, "this") || build_is_word(segment, ".") ||
	       build_is_word(segment, "..");
}

static void reverse(struct aeg_str *s, uint32_t n)
{
	for (uint32_t i = 0; i < n / 2; i++) {
		struct aeg_str other = s[i];
		s[i] = s[n - 1 - i];
		s[n - 1 - i] = other;
	}
}

/* The path as it stands there, but without blanks and brackets. */
static struct aeg_str written(struct template_parse *p, struct template_token path,
	const struct aeg_str *segments, uint32_t n)
{
	uint32_t len = 0;
	char *copy;

	for (uint32_t i = 0; i < path.len; i++)
		if (path.at[i] == '[' || template_space_len(path.at + i, path.at + path.len) > 0)
			len = path.len;
	if (len == 0)
		return build_str(path);
	copy = template_node(p->t, len);
	if (copy == NULL)
		return build_str(path);
	len = 0;
	if (*path.at == '@')
		copy[len++] = '@';
	for (uint32_t i = 0; i < n; i++) {
		struct aeg_str name =
			unquote(p, (struct template_token){ segments[i].at, segments[i].len });
		memcpy(copy + len, name.at, name.len);
		len += name.len;
		if (i + 1 < n) {
			const char *c = segments[i].at + segments[i].len;
			while (*c != '/' && *c != '.')
				c++;
			copy[len++] = *c;
		}
	}
	return (struct aeg_str){ copy, len };
}

/* `..` and `this` at its beginning say where it begins; what follows are names. */
static void read_segments(struct template_parse *p, struct tpath *path)
{
	struct aeg_str *s = path->parts;
	uint32_t n = 0;

	for (uint32_t i = 0; i < path->nparts; i++) {
		struct template_token t = { s[i].at, s[i].len };
		if (!is_context(s[i])) {
			s[n++] = unquote(p, t);
			continue;
		}
		if (n > 0)
			template_error(p, t,
				*t.at == 't'
					? "`this` can only begin a path; a member of that name is `[this]`"
					: "a path can only begin with this, not go on with it");
		path->depth += t.len == 2;
		path->is_scoped = 1;
	}
	path->nparts = n;
}

struct texpr *template_path(struct template_parse *p, struct template_token t)
{
	struct aeg_str *segments = (struct aeg_str *)(void *)(p->t->mem + p->t->cap);
	uint32_t n = p->nsegments;
	struct texpr *e;

	p->nsegments = 0;
	e = expr(p, TEXPR_PATH, t);
	if (e == NULL)
		return NULL;
	reverse(segments, n);
	e->written = written(p, t, segments, n);
	e->path = (struct tpath){ *t.at == '@', 0, 0, n, segments };
	read_segments(p, &e->path);
	return e;
}

/* What a literal is where a name stands: a member of the context. */
static struct texpr *path_of_literal(struct template_parse *p, struct texpr *name)
{
	struct texpr *e = template_node(p->t, sizeof *e);
	struct aeg_str *part = template_node(p->t, sizeof *part);

	if (e == NULL || part == NULL)
		return NULL;
	*part = name->written;
	*e = (struct texpr){ .kind = TEXPR_PATH,
		.place = name->place,
		.written = name->written,
		.path = { .nparts = 1, .parts = part },
		.a = name };
	return e;
}

/* ---- Calls --------------------------------------------------------------------------------- */

void template_param(struct template_args *args, struct texpr *e)
{
	if (e == NULL)
		return;
	*(args->first == NULL ? &args->first : &args->last->next) = e;
	args->last = e;
}

void template_named(struct template_parse *p, struct template_args *args,
	struct template_token name, struct texpr *e)
{
	struct thash *h = template_node(p->t, sizeof *h);

	if (h == NULL || e == NULL)
		return;
	*h = (struct thash){ unquote(p, name), build_place(p, name), e, NULL };
	*(args->first_named == NULL ? &args->first_named : &args->last_named->next) = h;
	args->last_named = h;
}

/* From the beginning of @name to the end of the last of @args. */
static struct text call_place(const struct texpr *name, const struct template_args *args)
{
	struct text at = name->place;
	const struct texpr *last = args->last_named != NULL ? args->last_named->value : args->last;

	if (last != NULL)
		at.len = last->place.at + last->place.len - at.at;
	return at;
}

static struct texpr *call(struct template_parse *p, struct texpr *name,
	const struct template_args *args, struct text at)
{
	struct texpr *e = template_node(p->t, sizeof *e);
	struct texpr *called = name->kind == TEXPR_PATH ? name : path_of_literal(p, name);

	if (e == NULL || called == NULL)
		return NULL;
	*e = (struct texpr){ .kind = TEXPR_CALL,
		.place = at,
		.written = name->written,
		.path = called->path,
		.params = args->first,
		.hash = args->first_named,
		.a = name };
	return e;
}

struct texpr *template_call(
	struct template_parse *p, struct texpr *name, const struct template_args *args)
{
	if (name == NULL)
		return NULL;
	if (args->first != NULL || args->first_named != NULL)
		return call(p, name, args, call_place(name, args));
	return name->kind == TEXPR_PATH ? name : path_of_literal(p, name);
}

struct texpr *template_parens(struct template_parse *p, struct template_token all,
	struct texpr *name, const struct template_args *args)
{
	build_leave(p);
	return name == NULL ? NULL : call(p, name, args, build_place(p, all));
}

struct texpr *template_expression(
	struct template_parse *p, struct template_token name, struct template_token text)
{
	struct template_args args = { 0 };
	struct texpr *keyword, *e;

	if (name.len > 0)
		template_segment(p, name);
	keyword = name.len > 0 ? template_path(p, name) : NULL;
	if (template_failed(p))
		return NULL;
	e = condition_parse(p->t, p->source, build_place(p, text).at, build_str(text));
	if (e == NULL || keyword == NULL)
		return e;
	template_param(&args, e);
	return template_call(p, keyword, &args);
}
