#define _POSIX_C_SOURCE 200809L
/* Word splitting: by example, and against the shell of this machine on generated commands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "command.h"
#include "policy_test.h"

static enum aegi_split split(struct aeg_str text, char *buf, size_t cap, struct aegi_words *ret)
{
	struct aegi_room room = { buf, cap };

	return aegi_command_split(text, &room, ret);
}

static int word_is(struct aeg_str word, const char *want)
{
	return word.len == strlen(want) && memcmp(word.at, want, word.len) == 0;
}

struct row {
	const char *text;
	int count; /* of words, 2: two and more; -1: refused */
	const char *first, *second;
};

static void check_rows(const struct row *row, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct aegi_words w;
		char buf[200];
		enum aegi_split got = split(policy_str(row[i].text), buf, sizeof buf, &w);

		if (row[i].count < 0) {
			if (got != AEGI_SPLIT_OPERATOR)
				fail_msg("taken: %s", row[i].text);
			continue;
		}
		if (got != AEGI_SPLIT_WORDS || w.count != (uint32_t)row[i].count)
			fail_msg("refused, or another number of words: %s", row[i].text);
		if ((w.count > 0 && !word_is(w.word[0], row[i].first)) ||
			(w.count > 1 && !word_is(w.word[1], row[i].second)))
			fail_msg("other words: %s", row[i].text);
	}
}
#define CHECK(rows) check_rows(rows, sizeof(rows) / sizeof *(rows))

static void words(void **state)
{
	static const struct row rows[] = {
		{ "", 0, NULL, NULL },
		{ " \t ", 0, NULL, NULL },
		{ "git", 1, "git", NULL },
		{ "  git\t", 1, "git", NULL },
		{ "git status", 2, "git", "status" },
		{ "git\t status  -v x y", 2, "git", "status" },
		{ "/usr/bin/git status", 2, "/usr/bin/git", "status" },
		{ "git -C / status", 2, "git", "-C" },
		{ "a\rb c\vd", 2, "a\rb", "c\vd" },
		{ "g\xc3\xa9t *?[]{}~!%^,.:@+-", 2, "g\xc3\xa9t", "*?[]{}~!%^,.:@+-" },
	};

	(void)state;
	CHECK(rows);
}

static void quotes(void **state)
{
	static const struct row rows[] = {
		{ "'git' \"status\"", 2, "git", "status" },
		{ "'git status'", 1, "git status", NULL },
		{ "g'i't s\"tat\"us", 2, "git", "status" },
		{ "'g''i'\"t\"", 1, "git", NULL },
		{ "''", 1, "", NULL },
		{ "'' git", 2, "", "git" },
		{ "git ''", 2, "git", "" },
		{ "git \"\"", 2, "git", "" },
		{ "''git", 1, "git", NULL },
		{ "git''", 1, "git", NULL },
		{ "'a;b|c&d<e>f(g)h$i`j#k\\'", 1, "a;b|c&d<e>f(g)h$i`j#k\\", NULL },
		{ "\"a;b|c&d<e>f(g)h#i'j\"", 1, "a;b|c&d<e>f(g)h#i'j", NULL },
		{ "'a\nb' \"c\nd\"", 2, "a\nb", "c\nd" },
		{ "'a\"b' \"c'd\"", 2, "a\"b", "c'd" },
		{ "a' 'b c\" \"d", 2, "a b", "c d" },
		{ "'git", -1, NULL, NULL },
		{ "git '", -1, NULL, NULL },
		{ "\"git", -1, NULL, NULL },
		{ "git \"\\\"", -1, NULL, NULL },
		{ "'it''s'", 1, "its", NULL },
		{ "'it\\'s'", -1, NULL, NULL },
	};

	(void)state;
	CHECK(rows);
}

static void backslashes(void **state)
{
	static const struct row rows[] = {
		{ "g\\it", 1, "git", NULL },
		{ "git\\ status", 1, "git status", NULL },
		{ "\\git \\status", 2, "git", "status" },
		{ "a\\;b c\\|d", 2, "a;b", "c|d" },
		{ "\\$HOME \\`id\\`", 2, "$HOME", "`id`" },
		{ "\\'a \\\"b", 2, "'a", "\"b" },
		{ "\\\\ \\#", 2, "\\", "#" },
		{ "\\  x", 2, " ", "x" },
		{ "\"\\$\\`\\\"\\\\\"", 1, "$`\"\\", NULL },
		{ "\"\\a\\ \\'\\;\"", 1, "\\a\\ \\'\\;", NULL },
		{ "\"a\\\nb\"", 1, "ab", NULL },
		{ "gi\\\nt st\\\natus", 2, "git", "status" },
		{ "git\\\n status", 2, "git", "status" },
		{ "git \\\n status", 2, "git", "status" },
		{ "\\\ngit", 1, "git", NULL },
		{ "\\\n", 0, NULL, NULL },
		{ " \\\n \\\n", 0, NULL, NULL },
		{ "git\\\n", 1, "git", NULL },
		{ "git\\", -1, NULL, NULL },
		{ "\\", -1, NULL, NULL },
		{ "'a'\\", -1, NULL, NULL },
		{ "\"a\\", -1, NULL, NULL },
		{ "a\\\\", 1, "a\\", NULL },
		{ "a\\\\\\", -1, NULL, NULL },
		{ "\"\\\\$x\"", -1, NULL, NULL },
		{ "\\\\`id`", -1, NULL, NULL },
		{ "'\\'$x", -1, NULL, NULL },
	};

	(void)state;
	CHECK(rows);
}

static void operators(void **state)
{
	static const struct row rows[] = {
		{ "git status; rm -rf /", -1, NULL, NULL },
		{ "git;x", -1, NULL, NULL },
		{ ";", -1, NULL, NULL },
		{ "a && b", -1, NULL, NULL },
		{ "a&", -1, NULL, NULL },
		{ "a | b", -1, NULL, NULL },
		{ "a||b", -1, NULL, NULL },
		{ "a > b", -1, NULL, NULL },
		{ "a 2>&1", -1, NULL, NULL },
		{ "a < b", -1, NULL, NULL },
		{ "(a)", -1, NULL, NULL },
		{ "a )", -1, NULL, NULL },
		{ "f() x", -1, NULL, NULL },
		{ "a\nb", -1, NULL, NULL },
		{ "a\n", -1, NULL, NULL },
		{ "\n", -1, NULL, NULL },
		{ "a b c d e;", -1, NULL, NULL },
		{ "a 'b' \"c\" \\d|", -1, NULL, NULL },
		{ "$x", -1, NULL, NULL },
		{ "a $", -1, NULL, NULL },
		{ "a$(id)", -1, NULL, NULL },
		{ "a \"$(id)\"", -1, NULL, NULL },
		{ "a \"`id`\"", -1, NULL, NULL },
		{ "a `id`", -1, NULL, NULL },
		{ "a $'b'", -1, NULL, NULL },
		{ "a ${IFS}b", -1, NULL, NULL },
	};

	(void)state;
	CHECK(rows);
}

static void comments(void **state)
{
	static const struct row rows[] = {
		{ "#", -1, NULL, NULL },
		{ "#git", -1, NULL, NULL },
		{ "git #x", -1, NULL, NULL },
		{ "git a b c #", -1, NULL, NULL },
		{ "\\\n#x", -1, NULL, NULL },
		{ "git \\\n#x", -1, NULL, NULL },
		{ "git# a#b", 2, "git#", "a#b" },
		{ "''#x", 1, "#x", NULL },
		{ "'a'#x", 1, "a#x", NULL },
		{ "\\#x \"#\"", 2, "#x", "#" },
		{ "a\\\n#b", 1, "a#b", NULL },
		{ "'#' \"#\"", 2, "#", "#" },
	};

	(void)state;
	CHECK(rows);
}

static void assignments(void **state)
{
	static const struct row rows[] = {
		{ "A=1 git", -1, NULL, NULL },
		{ "A=1", -1, NULL, NULL },
		{ "A=", -1, NULL, NULL },
		{ "_a1=x git status", -1, NULL, NULL },
		{ "PATH=/tmp git", -1, NULL, NULL },
		{ "A='x y' git", -1, NULL, NULL },
		{ "A=b=c git", -1, NULL, NULL },
		{ "A\\\n=1 git", -1, NULL, NULL },
		{ "\\\nA\\\nB=1 git", -1, NULL, NULL },
		{ "  A=1 git", -1, NULL, NULL },
		{ "git A=1", 2, "git", "A=1" },
		{ "=1 git", 2, "=1", "git" },
		{ "1=1 git", 2, "1=1", "git" },
		{ "1A=1 git", 2, "1A=1", "git" },
		{ "a-b=1 git", 2, "a-b=1", "git" },
		{ "a.b=1 git", 2, "a.b=1", "git" },
		{ "'A'=1 git", 2, "A=1", "git" },
		{ "A'='1 git", 2, "A=1", "git" },
		{ "A\\=1 git", 2, "A=1", "git" },
		{ "\\A=1 git", 2, "A=1", "git" },
		{ "''A=1 git", 2, "A=1", "git" },
		{ "\xc3\xa9=1 git", 2, "\xc3\xa9=1", "git" },
		{ "--x=1 git", 2, "--x=1", "git" },
	};

	(void)state;
	CHECK(rows);
}

/* Only words in pieces take room, the text's length is always enough, and an operator is seen
 * first. */
static void room(void **state)
{
	static const char pieces[] = "g'i't s't'atus m'o're";
	struct aegi_words w;
	char buf[sizeof pieces];

	(void)state;
	assert_int_equal(split(policy_str("git 'status' more"), NULL, 0, &w), AEGI_SPLIT_WORDS);
	assert_int_equal(split(policy_str("git status m'o're"), NULL, 0, &w), AEGI_SPLIT_WORDS);
	assert_int_equal(split(policy_str(pieces), NULL, 0, &w), AEGI_SPLIT_NOMEM);
	assert_int_equal(split(policy_str("g'i't; x"), NULL, 0, &w), AEGI_SPLIT_OPERATOR);
	assert_int_equal(split(policy_str(pieces), buf, 8, &w), AEGI_SPLIT_NOMEM);
	assert_int_equal(split(policy_str(pieces), buf, 9, &w), AEGI_SPLIT_WORDS);
	assert_true(word_is(w.word[0], "git") && word_is(w.word[1], "status"));
}

static void allowlist(void **state)
{
	const struct policy_cap caps[] = {
		{ .pattern = "*",
			.commands = LIST("git:status,-C,log", "make", "none:", "/bin/ls") },
		{ 0 }
	};
	const struct policy_context contexts[] = { { "c", caps, NULL }, { 0 } };
	static const struct {
		const char *command, *sub;
		enum aeg_reason want;
	} rows[] = {
		{ "git", "status", AEG_None },
		{ "git", "-C", AEG_None },
		{ "git", "push", AEG_SubcommandNotAllowed },
		{ "git", "statu", AEG_SubcommandNotAllowed },
		{ "git", "", AEG_SubcommandNotAllowed },
		{ "git", NULL, AEG_SubcommandNotAllowed },
		{ "make", NULL, AEG_None },
		{ "make", "clean", AEG_None },
		{ "none", NULL, AEG_SubcommandNotAllowed },
		{ "none", "x", AEG_SubcommandNotAllowed },
		{ "/bin/ls", NULL, AEG_None },
		{ "ls", NULL, AEG_CommandNotAllowed },
		{ "Git", "status", AEG_CommandNotAllowed },
		{ "/usr/bin/git", "status", AEG_CommandNotAllowed },
		{ "", NULL, AEG_CommandNotAllowed },
	};
	struct policy p = policy_make(contexts);
	const struct aegi_trie t = aegi_trie_of(&p.b);
	uint32_t root = aeg_ld32(aegi_at(&p.b, AEGF_CAPS, 0, struct aegf_cap)->commands);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct aeg_str sub = policy_str(rows[i].sub != NULL ? rows[i].sub : "");
		if (aegi_command_listed(&t, root, policy_str(rows[i].command),
			    rows[i].sub != NULL ? &sub : NULL) != rows[i].want)
			fail_msg("%s %s", rows[i].command, rows[i].sub);
	}
	free(p.file);
}

/* ---- Against a shell ----------------------------------------------------------------------- */

enum { COMMANDS = 4000, MAX_TEXT = 12 };

static void some_command(uint64_t *rng, char *out)
{
	static const char letters[] = "ab  \t''\"\"\\\\\n#=$`;&~*";
	uint32_t n;

	*rng = *rng * 6364136223846793005u + 1442695040888963407u;
	n = (uint32_t)(*rng >> 33) % MAX_TEXT + 1;
	for (uint32_t i = 0; i < n; i++) {
		*rng = *rng * 6364136223846793005u + 1442695040888963407u;
		out[i] = letters[(*rng >> 33) % (sizeof letters - 1)];
	}
	out[n] = 0;
}

/* What sh makes of it: each word ended by 0x1e, each command by 0x1d. A tilde would be replaced. */
static void write_script(FILE *f, char (*text)[MAX_TEXT + 1], int n)
{
	fputs("set -f\nHOME=\\~\nf() { for w; do printf '%s\\036' \"$w\"; done; printf '\\035'; }\n",
		f);
	for (int i = 0; i < n; i++)
		fprintf(f, "f %s\n", text[i]);
}

static void read_word(FILE *f, int *c, char *out, size_t cap)
{
	size_t n = 0;

	for (; *c != 0x1e && *c != 0x1d && *c != EOF; *c = getc(f))
		if (n + 1 < cap)
			out[n++] = (char)*c;
	out[n] = 0;
	if (*c == 0x1e)
		*c = getc(f);
}

static void compare(FILE *f, const char *text, const struct aegi_words *w)
{
	char word[2][MAX_TEXT + 8], more[MAX_TEXT + 8];
	uint32_t n = 0;
	int c = getc(f);

	for (; c != 0x1d; n++) {
		if (c == EOF)
			fail_msg("the shell stopped before: %s", text);
		read_word(f, &c, n < 2 ? word[n] : more, sizeof more);
	}
	if ((n < 2 ? n : 2) != w->count || (n > 0 && !word_is(w->word[0], word[0])) ||
		(n > 1 && !word_is(w->word[1], word[1])))
		fail_msg("sh reads otherwise: %s", text);
}

static void agrees_with_the_shell(void **state)
{
	static char text[COMMANDS][MAX_TEXT + 1], buf[COMMANDS][MAX_TEXT + 1];
	static struct aegi_words w[COMMANDS];
	char name[] = "/tmp/command_test.XXXXXX", line[64];
	uint64_t rng = 99;
	int taken = 0, fd = mkstemp(name);
	FILE *script = fd < 0 ? NULL : fdopen(fd, "w"), *out;

	(void)state;
	assert_non_null(script);
	for (int tries = 0; taken < COMMANDS && tries < 100 * COMMANDS; tries++) {
		struct aeg_str s;
		some_command(&rng, text[taken]);
		s = policy_str(text[taken]);
		taken += split(s, buf[taken], sizeof buf[taken], &w[taken]) == AEGI_SPLIT_WORDS;
	}
	assert_int_equal(taken, COMMANDS);
	write_script(script, text, taken);
	assert_int_equal(fclose(script), 0);
	snprintf(line, sizeof line, "sh %s", name);
	out = popen(line, "r");
	assert_non_null(out);
	for (int i = 0; i < taken; i++)
		compare(out, text[i], &w[i]);
	assert_int_equal(pclose(out), 0);
	unlink(name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words),
		cmocka_unit_test(quotes),
		cmocka_unit_test(backslashes),
		cmocka_unit_test(operators),
		cmocka_unit_test(comments),
		cmocka_unit_test(assignments),
		cmocka_unit_test(room),
		cmocka_unit_test(allowlist),
		cmocka_unit_test(agrees_with_the_shell),
	};
	return cmocka_run_group_tests_name("command", tests, NULL, NULL);
}
