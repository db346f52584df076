/* Files that appear whole or not at all. */
#define _XOPEN_SOURCE 700
#include "driver/write.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"

static void no_memory(void *ctx)
{
	(void)ctx;
	abort();
}

struct folder {
	struct arena arena;
	char name[32];
};

static int enter(void **state)
{
	struct folder *f = calloc(1, sizeof *f);
	assert_non_null(f);
	f->arena = (struct arena){ .limit = 1 << 20, .fail = no_memory };
	strcpy(f->name, "/tmp/aegis-write-XXXXXX");
	assert_non_null(mkdtemp(f->name));
	assert_int_equal(chdir(f->name), 0);
	*state = f;
	return 0;
}

static int leave(void **state)
{
	struct folder *f = *state;
	DIR *dir = opendir(".");
	assert_non_null(dir);
	for (struct dirent *e; (e = readdir(dir)) != NULL;)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			remove(e->d_name);
	closedir(dir);
	assert_int_equal(chdir("/"), 0);
	rmdir(f->name);
	arena_free(&f->arena);
	free(f);
	return 0;
}

static uint32_t count_files(void)
{
	uint32_t n = 0;
	DIR *dir = opendir(".");
	assert_non_null(dir);
	while (readdir(dir) != NULL)
		n++;
	closedir(dir);
	return n - 2; /* . and .. */
}

static void assert_holds(struct folder *f, const char *path, const char *text)
{
	struct slice got;
	const char *why;
	assert_true(file_read(&f->arena, path, 1 << 16, &got, &why));
	assert_true(slice_is(got, text));
}

static bool write_two(struct folder *f, const char *a, const char *b, const char **ret_path)
{
	const struct write_file files[] = { { a, SLICE("first") }, { b, SLICE("second") } };
	const char *why = NULL;
	bool ok = write_files(&f->arena, files, 2, ret_path, &why);
	assert_true(ok == (why == NULL));
	return ok;
}

static void test_together(void **state)
{
	const char *path;
	assert_true(write_two(*state, "a", "b", &path));
	assert_holds(*state, "a", "first");
	assert_holds(*state, "b", "second");
	assert_int_equal(count_files(), 2);
	assert_true(write_two(*state, "b", "a", &path));
	assert_holds(*state, "a", "second");
	assert_holds(*state, "b", "first");
	assert_int_equal(count_files(), 2);
}

static void test_neither(void **state)
{
	const char *path = NULL;
	assert_true(write_two(*state, "a", "b", &path));
	assert_false(write_two(*state, "b", "nowhere/c", &path));
	assert_string_equal(path, "nowhere/c");
	assert_false(write_two(*state, "b", ".", &path));
	assert_false(write_two(*state, "b", "/dev/full", &path));
	assert_string_equal(path, "/dev/full");
	assert_holds(*state, "a", "first");
	assert_holds(*state, "b", "second");
	assert_int_equal(count_files(), 2);
}

static void test_permissions(void **state)
{
	const char *path;
	struct stat st;
	umask(027);
	assert_true(write_two(*state, "a", "b", &path));
	assert_int_equal(stat("a", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_int_equal(chmod("a", 0604), 0);
	assert_int_equal(symlink("a", "link"), 0);
	assert_true(write_two(*state, "b", "link", &path));
	assert_int_equal(lstat("link", &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(stat("a", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0604);
	assert_holds(*state, "a", "second");
}

static void test_new(void **state)
{
	const char *why = NULL;
	struct stat st;
	umask(0);
	assert_true(write_new("key", SLICE("secret"), 0600, &why));
	assert_int_equal(stat("key", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_false(write_new("key", SLICE("other"), 0600, &why));
	assert_non_null(why);
	assert_holds(*state, "key", "secret");
	assert_int_equal(symlink("elsewhere", "link"), 0);
	assert_false(write_new("link", SLICE("secret"), 0600, &why));
	assert_int_not_equal(access("elsewhere", F_OK), 0);
}

static void test_read(void **state)
{
	struct folder *f = *state;
	struct slice got;
	const char *why = NULL;
	assert_true(write_new("five", SLICE("12345"), 0600, &why));
	assert_true(file_read(&f->arena, "five", 5, &got, &why));
	assert_true(slice_is(got, "12345"));
	assert_int_equal(got.at[5], 0);
	assert_false(file_read(&f->arena, "five", 4, &got, &why));
	assert_non_null(why);
	assert_false(file_read(&f->arena, ".", 4, &got, &why));
	assert_false(file_read(&f->arena, "nowhere", 4, &got, &why));
	assert_false(file_read(&f->arena, "/dev/zero", 1 << 15, &got, &why));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_together, enter, leave),
		cmocka_unit_test_setup_teardown(test_neither, enter, leave),
		cmocka_unit_test_setup_teardown(test_permissions, enter, leave),
		cmocka_unit_test_setup_teardown(test_new, enter, leave),
		cmocka_unit_test_setup_teardown(test_read, enter, leave),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
