/* Reads signing keys and passwords; writes signed bundles. */
#define _XOPEN_SOURCE 700
#include "driver/keys.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

#include "aegis/aegis.h"
#include "base/file.h"
#include "driver/write.h"

enum { KEY_FILE_MOST = 64 << 10, PASSWORD_MOST = 1024 };

/* ---- Passwords ----------------------------------------------------------------------------- */

/* A line typed on the terminal, unseen. NULL: there is no terminal, or nothing was typed. */
static const char *ask(struct command_line *l, const char *prompt, const char *about)
{
	FILE *tty = fopen("/dev/tty", "r+");
	struct termios shown, unseen;
	sigset_t stop, before;
	char *line = arena_array(l->arena, char, PASSWORD_MOST);
	if (tty == NULL)
		return NULL;
	fprintf(tty, "%s%s: ", prompt, about);
	fflush(tty);
	/* Who stops us now is heard when the terminal shows again what is typed. */
	sigemptyset(&stop);
	sigaddset(&stop, SIGINT);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGTSTP);
	sigprocmask(SIG_BLOCK, &stop, &before);
	bool quiet = tcgetattr(fileno(tty), &shown) == 0;
	if (quiet) {
		unseen = shown;
		unseen.c_lflag &= ~(tcflag_t)ECHO;
		tcsetattr(fileno(tty), TCSAFLUSH, &unseen);
	}
	char *got = fgets(line, PASSWORD_MOST, tty);
	if (quiet)
		tcsetattr(fileno(tty), TCSAFLUSH, &shown);
	fputc('\n', tty);
	fclose(tty);
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (got != NULL)
		line[strcspn(line, "\r\n")] = 0;
	return got;
}

static int no_terminal(struct command_line *l)
{
	return command_usage(l, "a password is needed and there is no terminal to type it on: "
				"put it into a file and name that with `--password-file`");
}

/* The first line of the password file; *ret stays NULL where none was named. */
static int password_from_file(struct command_line *l, const char **ret)
{
	const char *path = command_value(l, "--password-file"), *why;
	struct slice text;
	if (path == NULL)
		return COMMAND_OK;
	if (!file_read(l->arena, path, PASSWORD_MOST, &text, &why))
		return command_fail(l, COMMAND_IO, "%s: %s", path, why);
	char *line = arena_array(l->arena, char, (size_t)text.len + 1);
	memcpy(line, text.at, text.len);
	line[strcspn(line, "\r\n")] = 0;
	if (line[0] == 0)
		return command_usage(
			l, "%s: the first line is empty, where the password should be", path);
	*ret = line;
	return COMMAND_OK;
}

int keys_new_password(struct command_line *l, const char **ret)
{
	*ret = NULL;
	int status = password_from_file(l, ret);
	if (status != COMMAND_OK || *ret != NULL)
		return status;
	const char *first = ask(l, "Password", "");
	const char *again = first == NULL ? NULL : ask(l, "Again", "");
	if (again == NULL)
		return no_terminal(l);
	if (first[0] == 0)
		return command_usage(l, "an empty password protects nothing");
	if (strcmp(first, again) != 0)
		return command_usage(l, "the two passwords differ");
	*ret = first;
	return COMMAND_OK;
}

/* ---- Keys ---------------------------------------------------------------------------------- */

static int explain_key(struct command_line *l, const char *path, enum emit_key_status status)
{
	switch (status) {
	case EMIT_KEY_OK: return COMMAND_OK;
	case EMIT_KEY_SYNTAX:
		return command_fail(l, COMMAND_USAGE,
			"%s: not a secret key; `aegisc keygen` makes one, as NAME.key", path);
	case EMIT_KEY_CHECKSUM:
		return command_fail(
			l, COMMAND_USAGE, "%s: the password is wrong, or the key is damaged", path);
	case EMIT_KEY_PASSWORD: return no_terminal(l);
	case EMIT_KEY_MEMORY:
		return command_fail(l, COMMAND_IO,
			"%s: not enough memory to turn the password into the key", path);
	}
	return COMMAND_INTERNAL;
}

static int read_key(
	struct command_line *l, const char *path, const char *password, struct emit_key *ret)
{
	struct slice file;
	const char *why;
	if (!file_read(l->arena, path, KEY_FILE_MOST, &file, &why))
		return command_fail(l, COMMAND_IO, "%s: %s", path, why);
	enum emit_key_status status = emit_key_parse(file, password, ret);
	if (status == EMIT_KEY_PASSWORD) {
		password = ask(l, "Password of ", path);
		if (password != NULL)
			status = emit_key_parse(file, password, ret);
	}
	return explain_key(l, path, status);
}

int keys_read(struct command_line *l, struct emit_key **ret_keys, uint32_t *ret_n)
{
	const char *password = NULL;
	const char **paths = command_values(l, "--key", ret_n);
	int status = password_from_file(l, &password);
	*ret_keys = arena_array(l->arena, struct emit_key, *ret_n);
	for (uint32_t i = 0; i < *ret_n && status == COMMAND_OK; i++)
		status = read_key(l, paths[i], password, &(*ret_keys)[i]);
	return status;
}

void keys_wipe(struct emit_key *keys, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		emit_key_wipe(&keys[i]);
}

/* ---- Bundles ------------------------------------------------------------------------------- */

/* What the detached signature says, and signs, about the file: the same for the same bytes. */
static const char *trusted_comment(struct arena *a, struct slice bundle)
{
	struct aeg_bundle b;
	struct aeg_bundle_info info = { .size_of = sizeof info };
	struct buf out = { .arena = a };
	if (aeg_bundle_check(&b, bundle.at, bundle.len) == AEG_OK)
		aeg_bundle_info(&b, &info);
	buf_printf(&out, "aegis bundle serial %llu digest ", (unsigned long long)info.serial);
	for (int i = 0; i < AEG_DIGEST_SIZE; i++)
		buf_printf(&out, "%02x", info.digest[i]);
	return buf_done(&out).at;
}

static const char *minisig_path(struct arena *a, const char *path)
{
	struct buf b = { .arena = a };
	buf_text(&b, path);
	buf_text(&b, ".minisig");
	return buf_done(&b).at;
}

int keys_write_bundle(
	struct command_line *l, const char *path, struct slice bundle, const struct emit_key *first)
{
	const char *beside = minisig_path(l->arena, path), *bad, *why;
	/* The signature first: whoever sees the new bundle then also sees its signature. */
	struct write_file files[] = { { beside, { 0 } }, { path, bundle } };
	if (first != NULL)
		files[0].bytes =
			emit_minisig(l->arena, bundle, first, trusted_comment(l->arena, bundle));
	uint32_t unsigned_ = first == NULL;
	if (!write_files(l->arena, files + unsigned_, 2 - unsigned_, &bad, &why))
		return command_fail(l, COMMAND_IO, "%s: %s", bad, why);
	if (first == NULL && unlink(beside) != 0 && errno != ENOENT)
		return command_fail(l, COMMAND_IO, "%s: %s", beside, strerror(errno));
	return COMMAND_OK;
}
