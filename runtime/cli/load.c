/* Opens bundles under a trust file. */
#define _POSIX_C_SOURCE 200809L
#include "cli/load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"

enum { TRUST_MOST = 1 << 20 };

/* What a person can do about a refusal; NULL where the sentence says it all. */
static const char *help_for(enum aeg_status status)
{
	switch (status) {
	case AEG_UNSIGNED: return "sign it: aegisc sign BUNDLE --key FILE";
	case AEG_UNTRUSTED:
		return "sign it with a key of the trust file, or trust the key that did";
	case AEG_THRESHOLD:
		return "more of the trust file's keys must sign: aegisc sign BUNDLE --key FILE";
	case AEG_EXPIRED: return "build it anew with a later --not-after";
	case AEG_ROLLBACK:
		return "a newer bundle has been announced: use that one, or build with a higher --serial";
	case AEG_TRUST:
		return "lines of a trust file: key BASE64 [until YYYY-MM-DDTHH:MM:SSZ], require N, min-serial N";
	case AEG_VERSION:
	case AEG_SEMANTICS: return "build it with the aegisc that belongs to this aegisr";
	case AEG_SHORT:
	case AEG_BOUNDS:
	case AEG_RESERVED:
	case AEG_LAYOUT:
	case AEG_CONTENT:
	case AEG_DIGEST:
	case AEG_SIGNATURE:
		return "the file was changed or cut after it was signed: fetch or build it again";
	case AEG_MAGIC: return "aegisc build makes one";
	case AEG_OK:
	case AEG_IO:
	case AEG_TOO_LARGE:
	case AEG_NOMEM:
	case AEG_JSON:
	case AEG_DEPTH:
	case AEG_USAGE:
	case AEG_NO_CEILING:
	case AEG_BUDGET:
	case AEG_STATUS_MAX: break;
	}
	return NULL;
}

static int refused(struct command_line *l, const char *path, enum aeg_status status, uint32_t line,
	const char **ret_why, const char **ret_help)
{
	struct buf why = { .arena = l->arena };
	buf_text(&why, path);
	if (line != 0)
		buf_printf(&why, ":%u", (unsigned)line);
	buf_printf(&why, ": %s", aeg_status_text(status));
	*ret_why = buf_done(&why).at;
	*ret_help = help_for(status);
	return COMMAND_REFUSED;
}

static int read_trust(
	struct command_line *l, struct aeg_trust *ret, const char **ret_why, const char **ret_help)
{
	const char *path = command_value(l, "--trust"), *why;
	struct slice text;
	if (path == NULL)
		path = getenv("AEGIS_TRUST");
	if (path == NULL || path[0] == 0)
		return command_usage(l,
			"whose bundles are trusted? `--trust release.pub`, or a trust file, "
			"or its name in AEGIS_TRUST");
	if (strcmp(path, "-") == 0 && strcmp(l->operands[0], "-") == 0)
		return command_usage(l, "only one of bundle and trust file can be standard input");
	if (!file_read(l->arena, path, TRUST_MOST, &text, &why))
		return command_fail(l, COMMAND_IO, "%s: %s", path, why);
	enum aeg_status status = aeg_trust_parse(ret, text.at, text.len);
	if (status != AEG_OK)
		return refused(l, path, status, ret->bad_line, ret_why, ret_help);
	ret->now = (uint64_t)time(NULL);
	return COMMAND_OK;
}

int load_bundle_quietly(
	struct command_line *l, struct aeg_bundle *ret, const char **ret_why, const char **ret_help)
{
	struct aeg_trust trust = { 0 };
	const char *path = l->operands[0];
	int status = read_trust(l, &trust, ret_why, ret_help);
	if (status != COMMAND_OK)
		return status;
	bool is_stdin = strcmp(path, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return command_fail(l, COMMAND_IO, "%s: %s", path, strerror(errno));
	errno = 0;
	enum aeg_status opened = aeg_bundle_open(ret, fd, &trust, AEG_OPEN_COPY);
	int why = errno;
	if (!is_stdin)
		close(fd);
	if (opened == AEG_OK)
		return COMMAND_OK;
	if (opened == AEG_IO || opened == AEG_NOMEM)
		return command_fail(l, COMMAND_IO, "%s: %s", path,
			why != 0 ? strerror(why) : aeg_status_text(opened));
	return refused(l, path, opened, 0, ret_why, ret_help);
}

int load_bundle(struct command_line *l, struct aeg_bundle *ret)
{
	const char *why, *help;
	int status = load_bundle_quietly(l, ret, &why, &help);
	if (status != COMMAND_REFUSED)
		return status;
	return command_fail(l, COMMAND_REFUSED, help != NULL ? "%s\n  %s" : "%s%s", why,
		help != NULL ? help : "");
}

void load_time(struct buf *out, uint64_t not_after)
{
	time_t t = (time_t)not_after;
	struct tm tm;
	char text[64];
	if (not_after == 0)
		buf_text(out, "without end");
	else if (t > 0 && gmtime_r(&t, &tm) != NULL &&
		 strftime(text, sizeof text, "until %Y-%m-%dT%H:%M:%SZ", &tm) != 0)
		buf_text(out, text);
	else
		buf_printf(out, "until second %llu", (unsigned long long)not_after);
}
