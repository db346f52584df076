/* Spoils a file in every way of one kind and runs a command on each result: all must be refused. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

struct spoil {
	uint8_t *bytes;
	size_t len;
	char copy[4096]; /* where the spoilt file is put */
	int want;        /* the exit status expected */
	char **command;
	unsigned worker, workers;          /* each takes its share, with a copy of its own */
	posix_spawn_file_actions_t output; /* to a file of its own */
	int output_fd;
};

_Noreturn static void fail(const char *what)
{
	perror(what);
	exit(2);
}

static void put(const struct spoil *s, const uint8_t *bytes, size_t len)
{
	int fd = open(s->copy, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, bytes, len) != (ssize_t)len || close(fd) != 0)
		fail(s->copy);
}

/* One message, which begins with the program's name, and nothing but it. */
static int told_once(const struct spoil *s)
{
	char text[4096];
	ssize_t n = pread(s->output_fd, text, sizeof text - 1, 0);
	const char *name = strrchr(s->command[0], '/');
	name = name != NULL ? name + 1 : s->command[0];
	size_t len = strlen(name);
	if (n <= (ssize_t)len || memcmp(text, name, len) != 0 || text[len] != ':')
		return 0;
	text[n] = 0;
	for (const char *at = text; (at = strchr(at, '\n')) != NULL && at[1] != 0; at++)
		if (at[1] != ' ') /* help stands indented below */
			return 0;
	return 1;
}

static int refused(const struct spoil *s, const char *how, size_t at)
{
	pid_t pid;
	int status;
	if (ftruncate(s->output_fd, 0) != 0 || lseek(s->output_fd, 0, SEEK_SET) != 0)
		fail("ftruncate");
	if (posix_spawnp(&pid, s->command[0], &s->output, NULL, s->command, environ) != 0)
		fail(s->command[0]);
	if (waitpid(pid, &status, 0) != pid)
		fail("waitpid");
	if (WIFEXITED(status) && WEXITSTATUS(status) == s->want && told_once(s))
		return 1;
	printf("%s at %zu: %s %d%s\n", how, at, WIFEXITED(status) ? "exit" : "signal",
		WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status),
		told_once(s) ? "" : ", without one clear message");
	return 0;
}

static int flip(const struct spoil *s, size_t from)
{
	int good = 1;
	for (size_t i = from + s->worker; i < s->len; i += s->workers) {
		uint8_t bit = (uint8_t)(1u << i % 8);
		s->bytes[i] ^= bit;
		put(s, s->bytes, s->len);
		good &= refused(s, "flipped", i);
		s->bytes[i] ^= bit;
	}
	return good;
}

static int cut(const struct spoil *s)
{
	int good = 1;
	for (size_t i = s->worker; i < s->len; i += s->workers) {
		put(s, s->bytes, i);
		good &= refused(s, "cut", i);
	}
	return good;
}

/* Zeros, noise, and the file once more. */
static int append(const struct spoil *s)
{
	static const size_t lengths[] = { 1, 2, 3, 4, 8, 16, 72, 74, 104, 128, 1000 };
	int good = 1;
	uint8_t *more = malloc(s->len * 2 + 1000);
	if (more == NULL)
		fail("malloc");
	for (int noise = 0; noise < 2; noise++)
		for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
			memcpy(more, s->bytes, s->len);
			for (size_t k = 0; k < lengths[i]; k++)
				more[s->len + k] = noise ? (uint8_t)(k * 151 + 1) : 0;
			put(s, more, s->len + lengths[i]);
			good &= refused(s, noise ? "noise appended" : "zeros appended", lengths[i]);
		}
	memcpy(more, s->bytes, s->len);
	memcpy(more + s->len, s->bytes, s->len);
	put(s, more, s->len * 2);
	good &= refused(s, "itself appended", s->len);
	free(more);
	return good;
}

static void load(struct spoil *s, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	off_t len = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);
	if (len <= 0 || (s->bytes = malloc((size_t)len)) == NULL)
		fail(path);
	s->len = (size_t)len;
	if (pread(fd, s->bytes, s->len, 0) != len)
		fail(path);
	close(fd);
}

static int work(struct spoil *s, const char *how)
{
	char name[] = "/tmp/spoil-XXXXXX";
	s->output_fd = mkstemp(name);
	if (s->output_fd < 0 || unlink(name) != 0)
		fail(name);
	posix_spawn_file_actions_init(&s->output);
	posix_spawn_file_actions_adddup2(&s->output, s->output_fd, 1);
	posix_spawn_file_actions_adddup2(&s->output, s->output_fd, 2);
	if (strcmp(how, "flip") == 0)
		return flip(s, 0);
	if (strcmp(how, "flip-end") == 0) /* where signatures are */
		return flip(s, s->len > 400 ? s->len - 400 : 0);
	if (strcmp(how, "cut") == 0)
		return cut(s);
	return s->worker > 0 || append(s);
}

int main(int argc, char **argv)
{
	if (argc < 6) {
		fprintf(stderr,
			"usage: spoil flip|flip-end|cut|append FILE COPY STATUS COMMAND...\n");
		return 2;
	}
	struct spoil s = { .want = atoi(argv[4]), .command = argv + 5, .workers = 2 };
	int good = 1;
	load(&s, argv[2]);
	for (; s.worker < s.workers; s.worker++) {
		snprintf(s.copy, sizeof s.copy, "%s.%u", argv[3], s.worker);
		pid_t pid = fork();
		if (pid < 0)
			fail("fork");
		if (pid > 0)
			continue;
		for (char **arg = s.command; *arg != NULL; arg++)
			if (strcmp(*arg, argv[3]) == 0)
				*arg = s.copy;
		exit(!work(&s, argv[1]));
	}
	for (int status; wait(&status) > 0;)
		good &= status == 0;
	free(s.bytes);
	return !good;
}
