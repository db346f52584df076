#ifndef EXPR_GUARANTEE_TEST_H
#define EXPR_GUARANTEE_TEST_H
/*
 * What the modes promise, looked at from outside: a template is rendered with hostile data and with
 * neutral data, and both outputs are taken apart by readers that know nothing of how they were
 * made.
 */
#include <cjson/cJSON.h>

#include "aegis/eval.h"

#include "guarantee_shell_test.h"
#include "guarantee_url_test.h"
#include "template_random_test.h"

enum { CODE = 1 << 20, MEMORY = 1 << 17, OUTPUT = 1 << 17, TOKENS = 1 << 14 };

struct rendering {
	enum aeg_status status;
	const char *what;
	char out[OUTPUT];
	size_t len;
};

struct trial {
	enum aeg_template_mode mode;
	uint8_t code[CODE];
	struct aeg_template program;
	struct aeg_template_error error;
	uint64_t memory[MEMORY / 8];
	struct aeg_json_tok tok[TOKENS];
	struct rendering hostile, neutral, full;
	struct data data;
	struct template_text text;
	struct url urls[2];
	struct shell_text shells[2];
	struct chars scratch;
};

static inline enum aeg_status trial_compile(struct trial *t)
{
	struct aeg_partial partials[MOST_PARTIALS] = {
		{ { "p0", 2 }, { t->text.partial[0].at, t->text.partial[0].len } },
		{ { "p1", 2 }, { t->text.partial[1].at, t->text.partial[1].len } },
	};
	struct aeg_template_options options = { .size_of = sizeof options,
		.mode = t->mode,
		.partials = partials,
		.npartials = MOST_PARTIALS };
	struct aeg_str text = { t->text.main.at, t->text.main.len };
	size_t len;
	enum aeg_status s =
		aeg_template_compile(text, &options, t->code, sizeof t->code, &len, &t->error);

	if (s == AEG_OK)
		s = aeg_template_check(&t->program, t->code, len);
	return s;
}

static inline void trial_render(struct trial *t, const struct chars *data, struct rendering *ret)
{
	struct aeg_json json;
	struct aeg_render r = { .size_of = sizeof r,
		.program = &t->program,
		.data = &json,
		.mem = t->memory,
		.mem_size = sizeof t->memory,
		.out = ret->out,
		.cap = sizeof ret->out - 1,
		.steps = 1 << 22 };

	ret->status = aeg_json_scan(&json, data->at, data->len, t->tok, TOKENS);
	if (ret->status != AEG_OK)
		return;
	ret->status = aeg_render(&r);
	ret->what = r.what;
	ret->len = (size_t)r.len;
	if (ret->status == AEG_OK)
		ret->out[ret->len] = '\0';
}

/* ---- JSON ---------------------------------------------------------------------------------- */

/* cJSON's strings end at a NUL. */
static inline int is_unmarked(struct trial *t, const char *neutral, const char *hostile)
{
	if (neutral == NULL || hostile == NULL)
		return neutral == hostile;
	return !strcmp(unmark(&t->data, neutral, strlen(neutral), &t->scratch), hostile);
}

static inline const char *json_differs(struct trial *t, const cJSON *neutral, const cJSON *hostile)
{
	for (; neutral != NULL && hostile != NULL;
		neutral = neutral->next, hostile = hostile->next) {
		if (neutral->type != hostile->type)
			return "a value has another type";
		if (!is_unmarked(t, neutral->string, hostile->string))
			return "a name is another one";
		if (!is_unmarked(t, neutral->valuestring, hostile->valuestring))
			return "a string is another one";
		if (cJSON_IsNumber(neutral) &&
			memcmp(&neutral->valuedouble, &hostile->valuedouble, sizeof(double)) != 0)
			return "a number is another one";
		const char *what = json_differs(t, neutral->child, hostile->child);
		if (what != NULL)
			return what;
	}
	return neutral == hostile ? NULL : "there are more or less values";
}

static inline const char *json_broken(struct trial *t)
{
	cJSON *neutral = cJSON_ParseWithLengthOpts(t->neutral.out, t->neutral.len + 1, NULL, 1);
	cJSON *hostile = cJSON_ParseWithLengthOpts(t->hostile.out, t->hostile.len + 1, NULL, 1);
	const char *what = neutral == NULL || hostile == NULL ? "the output is no JSON value"
							      : json_differs(t, neutral, hostile);

	cJSON_Delete(neutral);
	cJSON_Delete(hostile);
	return what;
}

/* ---- URLs ---------------------------------------------------------------------------------- */

static inline uint32_t count(const struct rendering *r, char c)
{
	uint32_t n = 0;

	for (size_t i = 0; i < r->len; i++)
		n += r->out[i] == c;
	return n;
}

static inline const char *url_broken(struct trial *t)
{
	struct url *neutral = &t->urls[0], *hostile = &t->urls[1];
	const char *what = url_read(neutral, t->neutral.out, t->neutral.len);

	if (what == NULL)
		what = url_read(hostile, t->hostile.out, t->hostile.len);
	if (what != NULL)
		return what;
	if (neutral->n != hostile->n)
		return "there are more or less segments or pairs";
	if (count(&t->neutral, '+') != count(&t->hostile, '+'))
		return "a value has a + that means a blank in forms";
	for (uint32_t i = 0; i < neutral->n; i++) {
		const struct url_part *a = &neutral->part[i], *b = &hostile->part[i];
		if (a->kind != b->kind)
			return "a part of the URL is another part";
		unmark(&t->data, a->at, a->len, &t->scratch);
		if (t->scratch.len != b->len || memcmp(t->scratch.at, b->at, b->len) != 0)
			return "a part of the URL says something else";
	}
	return NULL;
}

/* The same parts, whatever they say. */
static inline const char *url_differs(struct trial *t)
{
	struct url *neutral = &t->urls[0], *full = &t->urls[1];

	if (url_read(neutral, t->neutral.out, t->neutral.len) != NULL ||
		url_read(full, t->full.out, t->full.len) != NULL)
		return "the output is no URL";
	for (uint32_t i = 0; i < neutral->n && neutral->n == full->n; i++)
		if (neutral->part[i].kind != full->part[i].kind)
			return "an empty value changes what a part of the URL is";
	return neutral->n == full->n ? NULL : "an empty value leaves out a part of the URL";
}

/* Whether some segment, with what its markers stand for, would be one that must not be. */
static inline int url_may_be_refused(struct trial *t)
{
	struct url *u = &t->urls[0];

	if (url_read(u, t->neutral.out, t->neutral.len) != NULL)
		return 0;
	for (uint32_t i = 0; i < u->n; i++) {
		const struct url_part *p = &u->part[i];
		unmark(&t->data, p->at, p->len, &t->scratch);
		if (p->kind == URL_SEGMENT && p->len != t->scratch.len &&
			(!strcmp(t->scratch.at, ".") || !strcmp(t->scratch.at, "..")))
			return 1;
	}
	return 0;
}

/* ---- Shell --------------------------------------------------------------------------------- */

static inline const char *shell_broken(struct trial *t)
{
	struct shell_text *neutral = &t->shells[0], *hostile = &t->shells[1];
	const char *what = shell_read(neutral, t->neutral.out, t->neutral.len);

	if (what == NULL)
		what = shell_read(hostile, t->hostile.out, t->hostile.len);
	if (what != NULL)
		return what;
	if (neutral->n != hostile->n)
		return "there are more or less words or operators";
	for (uint32_t i = 0; i < neutral->n; i++) {
		const struct shell_token *a = &neutral->token[i], *b = &hostile->token[i];
		if (a->kind != b->kind)
			return "a word became an operator, or an operator a word";
		unmark(&t->data, neutral->at + a->at, a->len, &t->scratch);
		if (t->scratch.len != b->len ||
			memcmp(t->scratch.at, hostile->at + b->at, b->len) != 0)
			return "a word says something else";
		if (a->is_command && t->scratch.len != a->len)
			return "a value is the name of a command";
	}
	return NULL;
}

/* The same words, whatever they say. */
static inline const char *shell_differs(struct trial *t)
{
	struct shell_text *neutral = &t->shells[0], *full = &t->shells[1];

	if (shell_read(neutral, t->neutral.out, t->neutral.len) != NULL ||
		shell_read(full, t->full.out, t->full.len) != NULL)
		return "the output is no command";
	for (uint32_t i = 0; i < neutral->n && neutral->n == full->n; i++)
		if (neutral->token[i].kind != full->token[i].kind)
			return "an empty value changes what a word is";
	return neutral->n == full->n ? NULL : "an empty value leaves out a word";
}

/* ---- All ----------------------------------------------------------------------------------- */

/* Nothing in the template asks whether a string is empty. */
static inline int has_no_conditions(const struct template_text *t)
{
	const struct chars *all[] = { &t->main, &t->partial[0], &t->partial[1] };

	for (size_t i = 0; i < LENGTH(all); i++)
		if (strstr(all[i]->at, "if") || strstr(all[i]->at, "unless") ||
			strstr(all[i]->at, "with"))
			return 0;
	return 1;
}

static inline const char *empty_breaks(struct trial *t)
{
	if (t->mode == AEG_MODE_JSON || !has_no_conditions(&t->text))
		return NULL;
	trial_render(t, &t->data.full, &t->full);
	if (t->full.status != AEG_OK)
		return "values that are not empty are refused, empty ones are not";
	return t->mode == AEG_MODE_URL ? url_differs(t) : shell_differs(t);
}

/* Of partials that run themselves, more often than there is room for. */
static inline int is_too_much(enum aeg_status s)
{
	return s == AEG_NOMEM || s == AEG_DEPTH || s == AEG_BUDGET;
}

/* Renders with @t->data. What is wrong, or NULL: the promise is kept. */
static inline const char *trial_broken(struct trial *t)
{
	trial_render(t, &t->data.hostile, &t->hostile);
	trial_render(t, &t->data.neutral, &t->neutral);
	if (t->hostile.status == AEG_CONTENT && t->neutral.status == AEG_OK) {
		if (t->mode == AEG_MODE_URL && url_may_be_refused(t))
			return NULL;
		if (t->mode == AEG_MODE_SHELL && t->data.has_nul)
			return NULL;
	}
	if (is_too_much(t->hostile.status) || is_too_much(t->neutral.status))
		return NULL;
	if (t->hostile.status != t->neutral.status)
		return "hostile data ends otherwise than neutral data";
	if (t->hostile.status != AEG_OK)
		return NULL;
	const char *what = empty_breaks(t);
	if (what != NULL)
		return what;
	return t->mode == AEG_MODE_JSON  ? json_broken(t)
	       : t->mode == AEG_MODE_URL ? url_broken(t)
					 : shell_broken(t);
}
#endif
