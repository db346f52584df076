#define _POSIX_C_SOURCE 200809L
/* Paths: the rules for all, allowlists by example, and globs against a slow and obvious matcher. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "path.h"
#include "policy_test.h"

static struct aeg_bundle bundle_of(const char *const *paths, uint8_t **ret_file)
{
	const struct policy_cap caps[] = { { .pattern = "fs.*", .paths = paths }, { 0 } };
	const struct policy_context contexts[] = { { "c", caps, NULL }, { 0 } };
	struct policy p = policy_make(contexts);

	*ret_file = p.file;
	return p.b;
}

static enum aeg_reason listed(const struct aeg_bundle *b, struct aeg_str path)
{
	const struct aegi_trie t = aegi_trie_of(b);
	uint32_t root = aeg_ld32(aegi_at(b, AEGF_CAPS, 0, struct aegf_cap)->paths);
	enum aeg_reason why = aegi_path_safe(path);

	return why != AEG_None ? why : aegi_path_listed(&t, root, path);
}

#define OK        AEG_None
#define OUTSIDE   AEG_PathOutsideBoundary
#define TRAVERSAL AEG_PathTraversalBlocked
#define BAD       AEG_InvalidArgument

struct row {
	const char *path;
	enum aeg_reason want;
};

static void check_rows(const char *const *entries, const struct row *row, size_t n)
{
	uint8_t *file;
	const struct aeg_bundle b = bundle_of(entries, &file);

	for (size_t i = 0; i < n; i++) {
		enum aeg_reason got = listed(&b, policy_str(row[i].path));
		if (got != row[i].want)
			fail_msg("%s: %s, not %s", row[i].path, aeg_reason_name(got),
				aeg_reason_name(row[i].want));
	}
	free(file);
}
#define CHECK(entries, rows) check_rows(entries, rows, sizeof(rows) / sizeof *(rows))

static void literal_entries(void **state)
{
	static const struct row rows[] = {
		{ "/workspace", OK }, { "/workspace/", OK }, { "/workspace/a", OK },
		{ "/workspace/a/b.c", OK }, { "//workspace//a", OK }, { "/./workspace/./a/.", OK },
		{ "/workspace2/a", OUTSIDE }, { "/workspace-evil", OUTSIDE },
		{ "/workspac", OUTSIDE }, { "/Workspace", OUTSIDE }, { "/", OUTSIDE },
		{ "//", OUTSIDE }, { "/etc/passwd", OUTSIDE }, { "/etc/workspace", OUTSIDE },
		{ "src/a", OK }, { ".", OK }, { "./a", OK }, { "workspace", OK }, { "~", OK },
		{ "", BAD }, { "/tmp/agent", OK }, { "/tmp/agent/x", OK }, { "/tmp", OUTSIDE },
		{ "/tmp/agents", OUTSIDE }, { "/tmp/x", OUTSIDE }, { "/workspace/...", OK },
		{ "/workspace/..a", OK }, { "/workspace/a..", OK }, { "/workspace/a..b/c", OK },
		{ "/workspace/*", OK }, { "/*", OUTSIDE },
		{ "\\workspace", OK }, /* a relative name */
		{ "/workspace\\..\\etc", OUTSIDE }, { "C:\\x", OK }, { "/workspace/\xc3\xa9", OK },
		{ "/\xc3\xa9", OUTSIDE }, { "file:///etc/passwd", OK }, /* below /workspace/file: */
	};

	(void)state;
	CHECK(LIST("/workspace", "/tmp/agent"), rows);
}

static void everything_and_nothing(void **state)
{
	static const struct row all[] = { { "/", OK }, { "/etc", OK }, { "a", OK }, { "", BAD },
		{ "/..", TRAVERSAL } };
	static const struct row none[] = { { "/", OUTSIDE }, { "a", OUTSIDE }, { "", BAD },
		{ "/..", TRAVERSAL } };

	(void)state;
	CHECK(LIST("/"), all);
	CHECK(LIST("/**"), all);
	CHECK(EMPTY, none);
}

static void dots_at_every_place(void **state)
{
	char path[64];

	(void)state;
	/* `..` behind and before runs of every length, so that it crosses every border of a word */
	for (size_t before = 0; before < 20; before++)
		for (size_t after = 0; after < 20; after++) {
			struct aeg_str s = { path, (uint32_t)(before + 2 + after) };
			memset(path, 'a', sizeof path);
			memcpy(path + before, "..", 2);
			int alone = before == 0 && after == 0;
			assert_int_equal(aegi_path_safe(s), alone ? TRAVERSAL : OK);
			if (before > 0)
				path[before - 1] = '/';
			if (after > 0)
				path[before + 2] = '/';
			assert_int_equal(aegi_path_safe(s), TRAVERSAL);
			path[before + 1] = '/';
			assert_int_equal(aegi_path_safe(s), OK);
			path[before + 1] = '.';
			if (before > 0) {
				path[before - 1] = '.';
				assert_int_equal(aegi_path_safe(s), OK);
			}
		}
}

static void every_byte_at_every_place(void **state)
{
	char path[24];

	(void)state;
	for (uint32_t n = 1; n <= sizeof path; n++)
		for (uint32_t at = 0; at < n; at++)
			for (int byte = 0; byte < 256; byte++) {
				memset(path, 'a', sizeof path);
				path[at] = (char)byte;
				int control = byte < 0x20 || byte == 0x7f;
				struct aeg_str s = { path, n };
				assert_int_equal(aegi_path_safe(s), control ? BAD : OK);
			}
}

static void control_comes_before_dots(void **state)
{
	(void)state;
	assert_int_equal(aegi_path_safe(policy_str("../a\n")), BAD);
	assert_int_equal(aegi_path_safe(policy_str("")), OK);
	assert_int_equal(aegi_path_safe((struct aeg_str){ "a\0b", 3 }), BAD);
	assert_int_equal(aegi_path_safe(policy_str("/workspace/../etc/passwd")), TRAVERSAL);
	assert_int_equal(aegi_path_safe(policy_str("a/b/..")), TRAVERSAL);
	assert_int_equal(aegi_path_safe(policy_str("%2e%2e/etc")), OK);
}

static void globs(void **state)
{
	static const struct row rows[] = {
		{ "/a/x", OK },
		{ "/a/x/y", OK },
		{ "/a", OUTSIDE },
		{ "/a/", OUTSIDE },
		{ "/home/u1/out", OK },
		{ "/home/u1/out/f", OK },
		{ "/home/u1", OUTSIDE },
		{ "/home/out", OUTSIDE },
		{ "/home/u1/output", OUTSIDE },
		{ "/home//u1/./out", OK },
		{ "/log/app.log", OK },
		{ "/log/.log", OK },
		{ "/log/app.log/x", OK },
		{ "/log/app.logs", OUTSIDE },
		{ "/log/a/b.log", OUTSIDE },
		{ "/log/x1y2z", OK },
		{ "/log/xyz", OK },
		{ "/log/xzy", OUTSIDE },
		{ "/deep/end", OK },
		{ "/deep/a/end", OK },
		{ "/deep/a/b/c/end/more", OK },
		{ "/deep/a/b/c/ends", OUTSIDE },
		{ "/deep", OUTSIDE },
		{ "/two/p/x/q", OK },
		{ "/two/a/p/b/c/q/d", OK },
		{ "/two/q/p", OUTSIDE },
		{ "/two/p/q", OK },
		{ "/two/p/p/x/p/y/q", OK },
	};
	static const struct row relative[] = { { "src", OK }, { "src/a", OK }, { "lib", OUTSIDE },
		{ "/x/src", OK }, { "/workspace/src/b", OK }, { "/src", OUTSIDE },
		{ ".", OUTSIDE } };

	(void)state;
	CHECK(LIST("/a/*", "/home/*/out", "/log/*.log", "/log/x*y*z", "/deep/**/end",
		      "/two/**/p/**/q"),
		rows);
	CHECK(LIST("/*/src"), relative);
}

/* ---- Against a matcher that tries everything ------------------------------------------------ */

static int slow_part(const char *g, const char *p)
{
	if (*g == '*')
		return slow_part(g + 1, p) || (*p != 0 && slow_part(g, p + 1));
	return *g == *p && (*g == 0 || slow_part(g + 1, p + 1));
}

/* Arrays of components, NULL at the end. */
static int slow(char *const *g, char *const *p)
{
	if (*g == NULL)
		return 1;
	if (strcmp(*g, "**") == 0)
		return slow(g + 1, p) || (*p != NULL && slow(g, p + 1));
	return *p != NULL && slow_part(*g, *p) && slow(g + 1, p + 1);
}

struct split {
	char text[64];
	char *part[40];
};

static void split(struct split *s, const char *path)
{
	size_t n = 0;
	char *save = NULL;

	snprintf(s->text, sizeof s->text, "%s%s", path[0] == '/' ? "" : "workspace/", path);
	for (char *p = strtok_r(s->text, "/", &save); p != NULL; p = strtok_r(NULL, "/", &save))
		if (strcmp(p, ".") != 0)
			s->part[n++] = p;
	s->part[n] = NULL;
}

static uint32_t below(uint64_t *rng, uint32_t n)
{
	*rng ^= *rng << 13;
	*rng ^= *rng >> 7;
	*rng ^= *rng << 17;
	return (uint32_t)(*rng >> 33) % n;
}

static void some_path(uint64_t *rng, char *out, const char *letters)
{
	uint32_t parts = below(rng, 6) + 1;

	for (uint32_t i = 0; i < parts; i++) {
		uint32_t len = below(rng, 3) + 1;
		*out++ = '/';
		if (strchr(letters, '*') != NULL && below(rng, 4) == 0) {
			*out++ = '*';
			*out++ = '*';
			continue;
		}
		for (uint32_t k = 0; k < len; k++) {
			*out = letters[below(rng, (uint32_t)strlen(letters))];
			out += k == 0 || *out != '*' || out[-1] != '*';
		}
	}
	*out = 0;
}

static void agrees_with_the_slow_matcher(void **state)
{
	uint64_t rng = 20240607;
	uint32_t covered = 0, total = 0;

	(void)state;
	for (int i = 0; i < 400; i++) {
		char entry[3][64], path[64];
		const char *const entries[] = { entry[0], entry[1], entry[2], NULL };
		struct split glob[3], at;
		uint8_t *file;

		for (int k = 0; k < 3; k++) {
			some_path(&rng, entry[k], "ab*");
			split(&glob[k], entry[k]);
		}
		const struct aeg_bundle b = bundle_of(entries, &file);
		for (int n = 0; n < 200; n++) {
			some_path(&rng, path, "ab");
			split(&at, path);
			int want = slow(glob[0].part, at.part) || slow(glob[1].part, at.part) ||
				   slow(glob[2].part, at.part);
			int got = listed(&b, policy_str(path)) == OK;
			if (got != want)
				fail_msg("%s in %s %s %s: %d", path, entry[0], entry[1], entry[2],
					got);
			covered += (uint32_t)want;
			total++;
		}
		free(file);
	}
	assert_in_range(covered, total / 20, total - total / 20);
}

/* Would take the age of the universe if an earlier star were tried again. */
static void no_backtracking(void **state)
{
	static char path[40000], entry[400];
	size_t at = 0, n = 0;
	uint8_t *file;

	(void)state;
	for (int i = 0; i < 50; i++)
		at += (size_t)snprintf(entry + at, sizeof entry - at, "/**/a*");
	snprintf(entry + at, sizeof entry - at, "/b");
	while (n + 3 < sizeof path) {
		memcpy(path + n, "/aa", 3);
		n += 3;
	}
	const struct aeg_bundle b = bundle_of(LIST(entry), &file);
	assert_int_equal(listed(&b, (struct aeg_str){ path, (uint32_t)n }), OUTSIDE);
	memcpy(path + n - 2, "/b", 2);
	assert_int_equal(listed(&b, (struct aeg_str){ path, (uint32_t)n }), OK);
	free(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(literal_entries),
		cmocka_unit_test(everything_and_nothing),
		cmocka_unit_test(dots_at_every_place),
		cmocka_unit_test(every_byte_at_every_place),
		cmocka_unit_test(control_comes_before_dots),
		cmocka_unit_test(globs),
		cmocka_unit_test(agrees_with_the_slow_matcher),
		cmocka_unit_test(no_backtracking),
	};
	return cmocka_run_group_tests_name("path", tests, NULL, NULL);
}
