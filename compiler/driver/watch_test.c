/* Does a change show in the mark, and nothing else? */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "driver/watch.h"

static void put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static void changes_show(void **state)
{
	char folder[] = "/tmp/watch-XXXXXX";
	const char *paths[] = { ".", "named" };
	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
	uint64_t last = watch_mark(paths, 2), now;
#define SHOWS(...) \
	do { \
		__VA_ARGS__; \
		now = watch_mark(paths, 2); \
		assert_true(now != last); \
		assert_true(watch_mark(paths, 2) == now); \
		last = now; \
	} while (0)
#define HIDDEN(...) \
	do { \
		__VA_ARGS__; \
		assert_true(watch_mark(paths, 2) == last); \
	} while (0)
	SHOWS(put("a.yaml", "a"));
	SHOWS(put("a.yaml", "longer"));
	SHOWS(put("named", "a file of another name, but named"));
	HIDDEN(put("notes.txt", "x"));
	HIDDEN(mkdir("sub", 0700));
	SHOWS(put("sub/b.json", "{}"));
	HIDDEN(mkdir(".git", 0700));
	HIDDEN(put(".git/c.yaml", "c"));
	HIDDEN(put(".d.yaml", "d"));
	SHOWS(rename("a.yaml", "e.yml"));
	SHOWS(put("f.yaml", "longer"); rename("f.yaml", "e.yml")); /* as editors save */
	assert_int_equal(symlink("../named", "sub/link.yaml"), 0);
	last = watch_mark(paths, 2);
	SHOWS(put("named", "what a link is to"));
	HIDDEN(symlink("/", "root.yaml")); /* and not the whole machine */
	SHOWS(remove("sub/b.json"));
	SHOWS(remove("named"));
	assert_int_equal(chdir("/"), 0);
	char command[64];
	snprintf(command, sizeof command, "rm -rf %s", folder);
	assert_int_equal(system(command), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(changes_show) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
