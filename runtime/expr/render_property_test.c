/*
 * Whatever compiles in a mode keeps the mode's promise with whatever data: templates and data at
 * random, looked at by readers of JSON, URLs and shell commands that are none of the modes'.
 */
#define _POSIX_C_SOURCE 200809L
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "guarantee_test.h"

enum { DATA_FOR_EACH = 8 };

/* Called for each rendering that kept its promise. */
typedef void kept_fn(struct trial *t, void *ctx);

static void try_mode(enum aeg_template_mode mode, uint32_t renderings, kept_fn *kept, void *ctx)
{
	struct trial *t = malloc(sizeof *t);
	struct random r = { .state = 0x9e3779b97f4a7c15u + mode };
	uint32_t templates = 0, compiled = 0, done = 0, rendered = 0, values = 0;

	for (t->mode = mode; done < renderings; templates++) {
		random_template(&t->text, &r, mode);
		enum aeg_status s = trial_compile(t);
		assert_true(s == AEG_OK || s == AEG_CONTENT);
		if (s != AEG_OK)
			continue;
		compiled++;
		for (uint32_t i = 0; i < DATA_FOR_EACH; i++, done++) {
			random_data(&t->data, &r, uses_this(&t->text));
			const char *what = trial_broken(t);
			if (what != NULL)
				fail_msg("%s\n-- template\n%s\n-- p0\n%s\n-- p1\n%s\n-- data\n%s\n"
					 "-- output (%s)\n%.*s\n-- neutral (%s)\n%.*s",
					what, t->text.main.at, t->text.partial[0].at,
					t->text.partial[1].at, t->data.hostile.at,
					aeg_status_text(t->hostile.status), (int)t->hostile.len,
					t->hostile.out, aeg_status_text(t->neutral.status),
					(int)t->neutral.len, t->neutral.out);
			if (t->hostile.status != AEG_OK)
				continue;
			rendered++;
			values += t->neutral.len != t->hostile.len;
			if (kept != NULL)
				kept(t, ctx);
		}
	}
	print_message(
		"%u of %u templates compile; %u of %u renderings have output, %u other than neutral\n",
		compiled, templates, rendered, done, values);
	/* That it is not all refusals. */
	assert_true(compiled > templates / 12);
	assert_true(rendered > done / 2);
	assert_true(values > done / 5);
	free(t);
}

static void json_stays_one_value_of_the_same_shape(void **state)
{
	(void)state;
	try_mode(AEG_MODE_JSON, 100000, NULL, NULL);
}

static void urls_keep_their_parts(void **state)
{
	(void)state;
	try_mode(AEG_MODE_URL, 100000, NULL, NULL);
}

/* ---- A shell ------------------------------------------------------------------------------- */

/* Commands of plain words, as arguments of `set`; what a shell that prints them should print. */
struct script {
	FILE *commands;
	char *want;
	size_t len, cap;
	uint32_t n;
};
enum { MOST_SCRIPTS = 4000, MOST_WANTED = 1 << 22 };

static void want(struct script *s, const char *at, size_t len)
{
	memcpy(s->want + s->len, at, len);
	s->len += len;
	s->want[s->len++] = '\0';
}

static void add_to_script(struct trial *t, void *ctx)
{
	struct script *s = ctx;
	const struct shell_text *text = &t->shells[1];
	char number[16];

	if (s->n == MOST_SCRIPTS || text->n == 0 || text->len + 4096 > s->cap - s->len)
		return;
	for (uint32_t i = 0; i < text->n; i++)
		if (text->token[i].kind != SHELL_WORD_TOKEN || !text->token[i].is_simple)
			return;
	s->n++;
	want(s, number, (size_t)snprintf(number, sizeof number, "%u", text->n));
	for (uint32_t i = 0; i < text->n; i++) {
		const char *at = text->at + text->token[i].at;
		char word[1 << 14];
		size_t len = 0;
		for (uint32_t k = 0; k < text->token[i].len && len < sizeof word; k++)
			if (at[k] != SHELL_AS_IS)
				word[len++] = at[k];
		want(s, word, len);
	}
	fprintf(s->commands, "set -- ");
	fwrite(t->hostile.out, 1, t->hostile.len, s->commands);
	fprintf(s->commands, "\nprintf '%%s\\000' $# \"$@\"\n");
}

/* Runs it with no command in reach but what the shell has itself. */
static size_t run_script(FILE *commands, char *out, size_t cap)
{
	enum { INPUT = 9 };

	assert_int_equal(fflush(commands), 0);
	assert_int_equal(lseek(fileno(commands), 0, SEEK_SET), 0);
	assert_int_equal(dup2(fileno(commands), INPUT), INPUT);
	FILE *f = popen("PATH=/nowhere exec /bin/sh -fus <&9 2>&1", "r");
	assert_non_null(f);
	size_t n = fread(out, 1, cap, f);
	assert_int_equal(pclose(f), 0);
	close(INPUT);
	return n;
}

static void commands_keep_their_words(void **state)
{
	struct script s = {
		.commands = tmpfile(), .want = malloc(MOST_WANTED), .cap = MOST_WANTED
	};

	(void)state;
	assert_non_null(s.commands);
	try_mode(AEG_MODE_SHELL, 30000, add_to_script, &s);
	assert_true(s.n > 500);
	if (access("/bin/sh", X_OK) == 0) {
		char *out = malloc(MOST_WANTED);
		size_t n = run_script(s.commands, out, MOST_WANTED), at = 0;
		while (at < n && at < s.len && out[at] == s.want[at])
			at++;
		if (at < n || at < s.len)
			fail_msg("%u commands: from %zu on the shell has %.200s, not %.200s", s.n,
				at, out + at, s.want + at);
		print_message("%u commands, %zu bytes of words from /bin/sh\n", s.n, n);
		free(out);
	}
	fclose(s.commands);
	free(s.want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_stays_one_value_of_the_same_shape),
		cmocka_unit_test(urls_keep_their_parts),
		cmocka_unit_test(commands_keep_their_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
