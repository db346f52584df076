/* Files, folders, standard input, and where a byte of them is. */
#define _GNU_SOURCE
#include "source/source.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
/* cmocka wants setjmp.h and stdarg.h first */
#include <cmocka.h>

struct world {
	struct arena a;
	struct sources s;
	char dir[32];
	int back; /* the folder that the tests began in */
};

static void no_memory(void *ctx)
{
	(void)ctx;
	abort();
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof *w);
	w->a = (struct arena){ .limit = 512 << 20, .fail = no_memory };
	w->s.arena = &w->a;
	strcpy(w->dir, "/tmp/source_test.XXXXXX");
	w->back = open(".", O_RDONLY | O_DIRECTORY);
	*state = w;
	return mkdtemp(w->dir) == NULL || chdir(w->dir) != 0;
}

static int teardown(void **state)
{
	struct world *w = *state;
	char command[64];
	snprintf(command, sizeof command, "rm -r %s", w->dir);
	int bad = fchdir(w->back) != 0 || system(command) != 0;
	close(w->back);
	arena_free(&w->a);
	free(w);
	return bad;
}

static void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "wb");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void expect_problem(struct world *w, const char *path, const char *why)
{
	w->s.nproblems = 0;
	sources_add(&w->s, path);
	assert_int_equal(w->s.nproblems, 1);
	assert_string_equal(w->s.problems[0].why, why);
	assert_false(w->s.problems[0].too_large);
}

/* ---- Reading ------------------------------------------------------------------------------- */

static void test_file(void **state)
{
	struct world *w = *state;
	mkdir("d", 0777);
	write_file("d/a.yaml", "a: 1\n");
	sources_add(&w->s, "d/a.yaml");
	assert_int_equal(w->s.n, 1);
	const struct source *f = &w->s.v[0];
	assert_string_equal(f->path, "d/a.yaml");
	assert_string_equal(f->origin, "a.yaml");
	assert_true(slice_is(f->text, "a: 1\n"));
	assert_int_equal(f->text.at[f->text.len], 0);
	assert_false(f->from_folder || f->json || f->builtin);
}

static void test_folder(void **state)
{
	struct world *w = *state;
	mkdir("p", 0777), mkdir("p/a", 0777), mkdir("p/.git", 0777), mkdir("p/b.yaml", 0777);
	write_file("p/a-b.yaml", "1"), write_file("p/a/x.yml", "2"), write_file("p/a.json", "3");
	write_file("p/.hidden.yaml", "0"), write_file("p/.git/x.yaml", "0");
	write_file("p/readme.md", "0"), write_file("p/b.yaml/c.yaml", "4");
	write_file("p/Z.yaml", "5");
	static const char *const want[] = { "Z.yaml", "a-b.yaml", "a.json", "a/x.yml",
		"b.yaml/c.yaml" };
	sources_add(&w->s, "p/");
	assert_int_equal(w->s.nproblems, 0);
	assert_int_equal(w->s.n, 5);
	for (size_t i = 0; i < 5; i++) {
		assert_string_equal(w->s.v[i].origin, want[i]);
		assert_memory_equal(w->s.v[i].path, "p/", 2);
		assert_string_equal(w->s.v[i].path + 2, want[i]);
		assert_true(w->s.v[i].from_folder);
	}
	assert_true(w->s.v[2].json);
}

/* What sources refer to: read once, below a folder, through no link to another folder. */
static void test_below(void **state)
{
	static const struct {
		const char *folder, *name, *why; /* NULL: it is read */
	} rows[] = {
		{ "", "p/q/a.yaml", NULL },
		{ "p", "q/a.yaml", NULL },
		{ "p/../p/q", "a.yaml", NULL },
		{ "link", "q/a.yaml", NULL }, /* the folder itself was named by the user */
		{ "", "link/q/a.yaml", "Not a directory" },
		{ "p", "q/link/a.yaml", "Not a directory" },
		{ "p", "q/secret.yaml", "Too many levels of symbolic links" },
		{ "p", "q", "is a folder, not a file" },
		{ "p", "none.yaml", "No such file or directory" },
		{ "none", "a.yaml", "No such file or directory" },
	};
	struct world *w = *state;
	const char *why;
	mkdir("p", 0777), mkdir("p/q", 0777);
	write_file("p/q/a.yaml", "1"), write_file("p/b.yaml", "2");
	assert_int_equal(symlink("p", "link") | symlink("../q", "p/q/link") |
				 symlink("/etc/passwd", "p/q/secret.yaml"),
		0);
	sources_add(&w->s, "p/b.yaml");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		uint32_t at = sources_below(&w->s, rows[i].folder, rows[i].name, &why);
		assert_int_equal(at, rows[i].why == NULL ? 1 : UINT32_MAX);
		if (rows[i].why != NULL)
			assert_string_equal(why, rows[i].why);
		assert_int_equal(w->s.nproblems, 0);
		assert_int_equal(w->s.n, 2);
	}
	assert_string_equal(w->s.v[1].path, "p/q/a.yaml");
	assert_int_equal(sources_below(&w->s, "p", "b.yaml", &why), 0);
	assert_false(w->s.v[0].from_folder); /* it was named, and stays so */
	w->s.closed = true;
	assert_int_equal(sources_below(&w->s, "p", "q/a.yaml", &why), 1);
	assert_int_equal(sources_below(&w->s, "p", "new.yaml", &why), UINT32_MAX);
}

static void test_links(void **state)
{
	struct world *w = *state;
	mkdir("p", 0777), mkdir("q", 0777);
	write_file("p/a.yaml", "a"), write_file("q/b.yaml", "b");
	assert_int_equal(symlink("../q", "p/folder"), 0);
	assert_int_equal(symlink("../q", "p/folder.yaml"), 0);
	assert_int_equal(symlink("a.yaml", "p/same.yaml"), 0);
	assert_int_equal(symlink("../q/b.yaml", "p/other.yaml"), 0);
	assert_int_equal(symlink(".", "p/itself"), 0);
	sources_add(&w->s, "p");
	assert_int_equal(w->s.nproblems, 0);
	assert_int_equal(w->s.n, 2);
	assert_string_equal(w->s.v[0].path, "p/a.yaml");
	assert_string_equal(w->s.v[1].path, "p/other.yaml");
	sources_add(&w->s, "p/folder"); /* named by the user it is followed; b.yaml was read */
	assert_int_equal(w->s.n, 2);
}

static void test_once(void **state)
{
	struct world *w = *state;
	mkdir("p", 0777);
	write_file("p/a.yaml", "a"), write_file("p/b.yaml", "b");
	sources_add(&w->s, "p");
	sources_add(&w->s, "p/../p/b.yaml");
	sources_add(&w->s, "p");
	assert_int_equal(w->s.n, 2);
	assert_true(w->s.v[0].from_folder);
	assert_false(w->s.v[1].from_folder); /* it was named as well */
}

static void test_problems(void **state)
{
	struct world *w = *state;
	expect_problem(w, "none.yaml", "No such file or directory");
	expect_problem(w, "", "No such file or directory");
	assert_int_equal(mkfifo("pipe.yaml", 0666), 0);
	expect_problem(w, "pipe.yaml", "is a named pipe, not a file (`-` reads standard input)");
	expect_problem(w, "/dev/zero", "is a device, not a file");
	assert_int_equal(symlink("nowhere", "dangling.yaml"), 0);
	expect_problem(w, "dangling.yaml", "No such file or directory");
	write_file("a.yaml", "a");
	expect_problem(w, "a.yaml/b.yaml", "Not a directory");
	assert_int_equal(w->s.n, 0);
	w->s.nproblems = 0;
	sources_add(&w->s, "."); /* goes on after each problem */
	assert_int_equal(w->s.nproblems, 2);
	assert_int_equal(w->s.n, 1);
	assert_string_equal(w->s.problems[0].path, "./dangling.yaml");
	assert_string_equal(w->s.v[0].path, "./a.yaml");
}

static void test_unreadable(void **state)
{
	struct world *w = *state;
	if (geteuid() == 0)
		skip(); /* root may read everything */
	write_file("a.yaml", "a");
	mkdir("p", 0);
	chmod("a.yaml", 0);
	expect_problem(w, "a.yaml", "Permission denied");
	expect_problem(w, "p", "Permission denied");
}

static void test_too_deep(void **state)
{
	struct world *w = *state;
	int begin = open(".", O_RDONLY | O_DIRECTORY);
	for (int i = 0; i < 70; i++) {
		assert_int_equal(mkdir("d", 0777), 0);
		assert_int_equal(chdir("d"), 0);
	}
	assert_int_equal(fchdir(begin), 0);
	close(begin);
	sources_add(&w->s, ".");
	assert_int_equal(w->s.nproblems, 1);
	assert_string_equal(w->s.problems[0].why, "lies more than 64 folders deep");
}

static void test_too_large(void **state)
{
	struct world *w = *state;
	write_file("a.yaml", "");
	assert_int_equal(truncate("a.yaml", SOURCE_MAX_BYTES), 0);
	sources_add(&w->s, "a.yaml");
	assert_int_equal(w->s.n, 1);
	assert_int_equal(w->s.v[0].text.len, SOURCE_MAX_BYTES);
	write_file("b.yaml", "");
	assert_int_equal(truncate("b.yaml", (off_t)SOURCE_MAX_BYTES + 1), 0);
	sources_add(&w->s, "b.yaml");
	assert_int_equal(w->s.n, 1);
	assert_int_equal(w->s.nproblems, 1);
	assert_true(w->s.problems[0].too_large);
	assert_string_equal(w->s.problems[0].why, "is larger than 64 MiB");
}

/* ---- Standard input ------------------------------------------------------------------------ */

static void read_stdin(struct world *w, int fd)
{
	int saved = dup(STDIN_FILENO);
	assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
	sources_add(&w->s, "-");
	dup2(saved, STDIN_FILENO);
	close(saved);
	close(fd);
}

static void test_stdin(void **state)
{
	struct world *w = *state;
	int p[2];
	assert_int_equal(pipe(p), 0);
	assert_int_equal(write(p[1], " \n{}", 4), 4);
	close(p[1]);
	read_stdin(w, p[0]);
	assert_int_equal(w->s.n, 1);
	assert_string_equal(w->s.v[0].path, "<stdin>");
	assert_string_equal(w->s.v[0].origin, "<stdin>");
	assert_true(slice_is(w->s.v[0].text, " \n{}"));
	assert_true(w->s.v[0].json);

	/* More than the buffer begins with. */
	char *big = calloc(1, 100000);
	memset(big, 'x', 99999);
	write_file("big", big);
	read_stdin(w, open("big", O_RDONLY));
	assert_int_equal(w->s.v[1].text.len, 99999);
	assert_true(slice_is(w->s.v[1].text, big));
	assert_false(w->s.v[1].json);
	free(big);

	read_stdin(w, open(".", O_RDONLY | O_DIRECTORY));
	assert_int_equal(w->s.nproblems, 1);
	assert_string_equal(w->s.problems[0].why, "is a folder, not a file");
}

static void test_endless_stdin(void **state)
{
	struct world *w = *state;
	read_stdin(w, open("/dev/zero", O_RDONLY));
	assert_int_equal(w->s.n, 0);
	assert_int_equal(w->s.nproblems, 1);
	assert_true(w->s.problems[0].too_large);
}

/* ---- Places -------------------------------------------------------------------------------- */

static void expect_place(
	struct world *w, uint32_t file, uint32_t at, uint32_t line, uint32_t column)
{
	struct place p = source_place(&w->s, file, at);
	assert_int_equal(p.line, line);
	assert_int_equal(p.column, column);
}

static void test_places(void **state)
{
	struct world *w = *state;
	uint32_t f = sources_add_text(&w->s, "t.yaml", SLICE("a\nb\xc3\xa9:x\r\n\rc\n"));
	static const uint32_t want[][3] = { { 0, 1, 1 }, { 1, 1, 2 }, { 2, 2, 1 }, { 5, 2, 4 },
		{ 7, 2, 6 }, { 9, 3, 1 }, { 10, 4, 1 }, { 12, 5, 1 }, { 99, 5, 1 } };
	for (size_t i = 0; i < sizeof want / sizeof *want; i++)
		expect_place(w, f, want[i][0], want[i][1], want[i][2]);
	assert_true(slice_is(source_line(&w->s, f, 1), "a"));
	assert_true(slice_is(source_line(&w->s, f, 2), "b\xc3\xa9:x"));
	assert_true(slice_is(source_line(&w->s, f, 3), ""));
	assert_true(slice_is(source_line(&w->s, f, 4), "c"));
	assert_true(slice_is(source_line(&w->s, f, 5), ""));
	assert_true(slice_is(source_line(&w->s, f, 6), ""));
	assert_true(slice_is(source_line(&w->s, f, 0), ""));
}

static void test_mark(void **state)
{
	struct world *w = *state;
	uint32_t f = sources_add_text(&w->s, "t.yaml",
		SLICE("\xef\xbb\xbf"
		      "ab\nc"));
	expect_place(w, f, 0, 1, 1);
	expect_place(w, f, 3, 1, 1);
	expect_place(w, f, 4, 1, 2);
	expect_place(w, f, 6, 2, 1);
	assert_true(slice_is(source_line(&w->s, f, 1), "ab"));
}

static void test_empty(void **state)
{
	struct world *w = *state;
	uint32_t f = sources_add_text(&w->s, "t.yaml", SLICE(""));
	expect_place(w, f, 0, 1, 1);
	assert_true(slice_is(source_line(&w->s, f, 1), ""));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = { TEST(test_file), TEST(test_folder), TEST(test_below),
		TEST(test_links), TEST(test_once), TEST(test_problems), TEST(test_unreadable),
		TEST(test_too_deep), TEST(test_too_large), TEST(test_stdin),
		TEST(test_endless_stdin), TEST(test_places), TEST(test_mark), TEST(test_empty) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
