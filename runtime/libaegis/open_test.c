/* Opening from files, pipes and things that are neither; and that a copy stays as it was. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sign_test.h"

static struct aeg_trust trust_key_1(void)
{
	struct key k = key_make(1);
	char text[KEY_TEXT + 1];
	struct aeg_trust t;

	key_base64(&k, text);
	assert_int_equal(aeg_trust_parse(&t, text, strlen(text)), AEG_OK);
	return t;
}

/* A nameless file with these bytes, read from the start. */
static int file_with(const void *p, size_t n)
{
	char name[] = "/tmp/aegis-open-test-XXXXXX";
	int fd = mkstemp(name);

	assert_true(fd >= 0);
	unlink(name);
	assert_int_equal(write(fd, p, n), n);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static enum aeg_status open_and_close(int fd, enum aeg_open_flags flags)
{
	struct aeg_trust t = trust_key_1();
	struct aeg_bundle b;
	enum aeg_status s = aeg_bundle_open(&b, fd, &t, flags);

	if (s == AEG_OK)
		aeg_bundle_close(&b);
	close(fd);
	return s;
}

static enum aeg_status open_bytes(const void *p, size_t n, enum aeg_open_flags flags)
{
	return open_and_close(file_with(p, n), flags);
}

static const enum aeg_open_flags both[] = { AEG_OPEN_COPY, AEG_OPEN_I_PROMISE_IT_NEVER_CHANGES };

static void good(void **state)
{
	struct signed_file f = signed_sample("1", 0);
	struct aeg_trust t = trust_key_1();

	(void)state;
	for (int i = 0; i < 2; i++) {
		int fd = file_with(f.at, f.len);
		struct aeg_bundle_info info = { .size_of = sizeof info };
		struct aeg_bundle b;

		assert_int_equal(aeg_bundle_open(&b, fd, &t, both[i]), AEG_OK);
		close(fd); /* the bundle does not need it */
		aeg_bundle_info(&b, &info);
		assert_int_equal(info.ncontexts, 2);
		assert_int_equal(b.mapped, f.len);
		assert_memory_equal(b.base, f.at, f.len);
		aeg_bundle_close(&b);
		assert_null(b.base);
		aeg_bundle_close(&b); /* once too often does no harm */
	}
	free(f.at);
}

/* Reading does not depend on, or move, where the descriptor stands. */
static void from_the_start(void **state)
{
	struct signed_file f = signed_sample("1", 0);
	struct aeg_trust t = trust_key_1();
	int fd = file_with(f.at, f.len);
	struct aeg_bundle b;

	(void)state;
	lseek(fd, 100, SEEK_SET);
	assert_int_equal(aeg_bundle_open(&b, fd, &t, AEG_OPEN_COPY), AEG_OK);
	assert_int_equal(lseek(fd, 0, SEEK_CUR), 100);
	aeg_bundle_close(&b);
	close(fd);
	free(f.at);
}

static void copy_never_changes(void **state)
{
	struct signed_file f = signed_sample("1", 0);
	struct aeg_trust t = trust_key_1();
	int fd = file_with(f.at, f.len);
	struct aeg_bundle b;
	uint8_t *junk = malloc(f.len);

	(void)state;
	assert_non_null(junk);
	memset(junk, 0xff, f.len);
	assert_int_equal(aeg_bundle_open(&b, fd, &t, AEG_OPEN_COPY), AEG_OK);
	assert_int_equal(pwrite(fd, junk, f.len, 0), f.len);
	assert_memory_equal(b.base, f.at, f.len);
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_memory_equal(b.base, f.at, f.len);
	aeg_bundle_close(&b);
	close(fd);
	free(junk);
	free(f.at);
}

/* The bytes cannot be written through the mapping either: a child that tries dies of it. */
static void mapping_is_read_only(void **state)
{
	struct signed_file f = signed_sample("1", 0);
	struct aeg_trust t = trust_key_1();
	int fd = file_with(f.at, f.len), status;
	struct aeg_bundle b;
	pid_t child;

	(void)state;
	assert_int_equal(aeg_bundle_open(&b, fd, &t, AEG_OPEN_COPY), AEG_OK);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		signal(SIGSEGV, SIG_DFL);
		*(volatile uint8_t *)(uintptr_t)b.base = 0;
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
	aeg_bundle_close(&b);
	close(fd);
	free(f.at);
}

static void cut_appended_changed(void **state)
{
	struct signed_file f = signed_sample("1", 0);
	uint8_t *longer = calloc(1, f.len + 1);

	(void)state;
	assert_non_null(longer);
	memcpy(longer, f.at, f.len);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(open_bytes("", 0, both[i]), AEG_SHORT);
		assert_int_equal(open_bytes(f.at, 1, both[i]), AEG_SHORT);
		assert_int_equal(open_bytes(f.at, f.len - 1, both[i]), AEG_SHORT);
		assert_int_equal(open_bytes(longer, f.len + 1, both[i]), AEG_BOUNDS);
		longer[300] ^= 1;
		assert_int_equal(open_bytes(longer, f.len, both[i]), AEG_DIGEST);
		longer[300] ^= 1;
		assert_int_equal(
			open_bytes("spec:\n  security_contexts: []\n", 30, both[i]), AEG_MAGIC);
	}
	free(longer);
	free(f.at);
}

static void order_of_trust(void **state)
{
	struct signed_file f = signed_sample("2", 0);
	struct make m = { 0 };
	uint8_t *file;
	size_t len;

	(void)state;
	assert_int_equal(open_bytes(f.at, f.len, AEG_OPEN_COPY), AEG_UNTRUSTED);
	free(f.at);

	make_sample(&m); /* well signed, but its tables contradict each other */
	m.meta.catalogue = m.meta.contexts;
	file = make_bundle(&m, &len);
	f = sign_bytes(file, len, "1");
	assert_int_equal(open_bytes(f.at, f.len, AEG_OPEN_COPY), AEG_CONTENT);
	free(f.at);
	f = sign_bytes(file, len, "2"); /* who signed comes before what it says */
	assert_int_equal(open_bytes(f.at, f.len, AEG_OPEN_COPY), AEG_UNTRUSTED);
	free(f.at);
	free(file);
}

static void untouched_when_refused(void **state)
{
	struct signed_file f = signed_sample("2", 0);
	struct aeg_trust t = trust_key_1();
	int fd = file_with(f.at, f.len);
	struct aeg_bundle b = { .size = 77 };

	(void)state;
	assert_int_equal(aeg_bundle_open(&b, fd, &t, AEG_OPEN_COPY), AEG_UNTRUSTED);
	assert_int_equal(b.size, 77);
	close(fd);
	free(f.at);
}

/* The writer sends a few bytes at a time, so that reads are short. */
static enum aeg_status open_pipe(const uint8_t *p, size_t n, enum aeg_open_flags flags)
{
	enum aeg_status s;
	int ends[2];
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		close(ends[0]);
		signal(SIGPIPE, SIG_DFL);
		for (size_t i = 0; i < n; i += 997) {
			size_t some = n - i < 997 ? n - i : 997;

			if (write(ends[1], p + i, some) != (ssize_t)some)
				_exit(1);
		}
		_exit(0);
	}
	close(ends[1]);
	s = open_and_close(ends[0], flags);
	waitpid(child, NULL, 0);
	return s;
}

static void pipes(void **state)
{
	struct signed_file f = signed_sample("1", 0);

	(void)state;
	assert_int_equal(open_pipe(f.at, f.len, AEG_OPEN_COPY), AEG_OK);
	assert_int_equal(open_pipe(f.at, f.len - 1, AEG_OPEN_COPY), AEG_SHORT);
	assert_int_equal(open_pipe(f.at, 0, AEG_OPEN_COPY), AEG_SHORT);
	assert_int_equal(open_pipe(f.at, f.len, AEG_OPEN_I_PROMISE_IT_NEVER_CHANGES), AEG_IO);
	free(f.at);
}

static void not_files(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(
			open_and_close(open("/", O_RDONLY | O_DIRECTORY), both[i]), AEG_IO);
		assert_int_equal(open_and_close(-1, both[i]), AEG_IO);
		assert_int_equal(open_and_close(open("/dev/null", O_WRONLY), both[i]), AEG_IO);
	}
	assert_int_equal(open_and_close(open("/dev/null", O_RDONLY), AEG_OPEN_COPY), AEG_SHORT);
	assert_int_equal(open_bytes("x", 1, (enum aeg_open_flags)2), AEG_USAGE);
}

/* A file without contents to store can be as large as it likes. */
static void too_large(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		int fd = file_with("AEGB", 4);

		assert_int_equal(ftruncate(fd, (off_t)AEGF_MAX_SIZE + 16 + 64 * 80 + 1), 0);
		assert_int_equal(open_and_close(fd, both[i]), AEG_TOO_LARGE);
	}
}

static void no_descriptor_left_open(void **state)
{
	struct signed_file f = signed_sample("1", 0);
	int before = dup(0), after;

	(void)state;
	close(before);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(open_bytes(f.at, f.len, both[i & 1]), AEG_OK);
		assert_int_equal(open_bytes(f.at, f.len - 1, both[i & 1]), AEG_SHORT);
	}
	after = dup(0);
	assert_int_equal(after, before);
	close(after);
	free(f.at);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good),
		cmocka_unit_test(from_the_start),
		cmocka_unit_test(copy_never_changes),
		cmocka_unit_test(mapping_is_read_only),
		cmocka_unit_test(cut_appended_changed),
		cmocka_unit_test(order_of_trust),
		cmocka_unit_test(untouched_when_refused),
		cmocka_unit_test(pipes),
		cmocka_unit_test(not_files),
		cmocka_unit_test(too_large),
		cmocka_unit_test(no_descriptor_left_open),
	};
	return cmocka_run_group_tests_name("open", tests, NULL, NULL);
}
