/*
 * A byte for the mode, and whether the template is random or what follows, up to a NUL, with a
 * partial up to another; then what the data is made of. What compiles keeps the promise of its
 * mode.
 */
#include "guarantee_test.h"

#define MUST(cond) ((cond) ? (void)0 : abort())

static int is_among(const char *at, size_t len, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strlen(words[i]) == len && !memcmp(words[i], at, len))
			return 1;
	return 0;
}

/* A tag that asks no more of a value than the random templates do, so that neutral data goes the
 * same ways. */
static int is_usual(const char *at, size_t len)
{
	static const char *const blocks[] = { "#if", "#unless", "#each", "#with" };
	static const char *const others[] = { "else", "/if", "/unless", "/each", "/with", "> p0",
		"> p1", "@key", "@index", "@root.a" };
	const char *space = memchr(at, ' ', len);

	if (is_among(at, len, others, LENGTH(others)))
		return 1;
	if (len > 0 && (*at == '&' || *at == '{'))
		at++, len--;
	else if (space != NULL && is_among(at, (size_t)(space - at), blocks, LENGTH(blocks))) {
		len -= (size_t)(space + 1 - at);
		at = space + 1;
	}
	return is_among(at, len, template_names, LENGTH(template_names));
}

static int is_all_usual(const struct chars *c)
{
	for (const char *p = strstr(c->at, "{{"), *end; p != NULL; p = strstr(end, "{{")) {
		end = strstr(p + 2, "}}");
		if (end == NULL || !is_usual(p + 2, (size_t)(end - p) - 2))
			return 0;
	}
	return 1;
}

static void take(struct random *r, struct chars *c)
{
	const uint8_t *end = r->len == 0 ? NULL : memchr(r->bytes, 0, r->len);
	size_t len = end == NULL ? r->len : (size_t)(end - r->bytes);

	c->len = 0;
	c->at[0] = '\0';
	put(c, (const char *)r->bytes, len);
	len += end != NULL;
	r->bytes += len;
	r->len -= len;
}

/* Of tags that are not usual, what they write is held to the language alone. */
static void hold_to_language(struct trial *t)
{
	trial_render(t, &t->data.hostile, &t->hostile);
	if (t->hostile.status != AEG_OK)
		return;
	if (t->mode == AEG_MODE_JSON) {
		cJSON *json =
			cJSON_ParseWithLengthOpts(t->hostile.out, t->hostile.len + 1, NULL, 1);
		MUST(json != NULL);
		cJSON_Delete(json);
	} else if (t->mode == AEG_MODE_URL) {
		MUST(url_read(&t->urls[0], t->hostile.out, t->hostile.len) == NULL);
	} else {
		MUST(memchr(t->hostile.out, '\0', t->hostile.len) == NULL);
	}
}

/* Patterns of `case` in $( ) are beyond the test's reader. */
static int is_readable(const struct trial *t)
{
	return t->mode != AEG_MODE_SHELL || (strstr(t->text.main.at, "case") == NULL &&
						    strstr(t->text.partial[0].at, "case") == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct random r = { .bytes = bytes, .len = len };
	struct trial *t = malloc(sizeof *t);
	uint32_t mode = pick(&r, 6);

	t->mode = (enum aeg_template_mode)(AEG_MODE_JSON + mode % 3);
	if (mode < 3) {
		random_template(&t->text, &r, t->mode);
	} else {
		take(&r, &t->text.main);
		take(&r, &t->text.partial[0]);
		t->text.partial[1].len = 0;
		t->text.partial[1].at[0] = '\0';
	}
	if (trial_compile(t) == AEG_OK) {
		random_data(&t->data, &r, uses_this(&t->text));
		if (mode < 3 || (is_all_usual(&t->text.main) && is_all_usual(&t->text.partial[0]) &&
					is_readable(t)))
			MUST(trial_broken(t) == NULL);
		else
			hold_to_language(t);
	}
	free(t);
	return 0;
}
