#ifndef CLI_LINES_H
#define CLI_LINES_H
/* JSON lines on standard input and output, and the scanning of each. */
#include "aegis/aegis.h"
#include "base/command.h"

struct lines {
	/* Answers one line that is not blank, to @out. */
	void (*answer)(void *ctx, struct slice line);
	/* The same for one that is longer than any document may be. */
	void (*too_long)(void *ctx);
	void *ctx;
	struct buf *out;
	/* From here on zero, and lines.c's own. */
	char *in; /* [at, end) is read and not yet answered */
	size_t at, end, cap;
};

/* Answers each line of standard input. COMMAND_OK when every line was answered. */
int lines_run(struct command_line *l, struct lines *b);

/* At least @size bytes at *io_mem, whatever was there; false: they cannot be had. For memory that
 * is kept from line to line. */
bool lines_room(void **io_mem, size_t *io_size, size_t size);

struct tokens { /* memory for a scan, kept for the next; free @v */
	struct aeg_json_tok *v;
	size_t cap;
};

/* False: the memory cannot be had. */
bool tokens_scan(struct aeg_json *j, struct tokens *t, const char *text, size_t len);
/* The same of one document, which may be large: with memory for what most of its size need, first.
 */
bool tokens_scan_document(struct aeg_json *j, struct tokens *t, struct slice text);
/* A value as it stands in the line. */
struct slice tokens_raw(const struct aeg_json *j, uint32_t token);
/* Is a member of the object that the line is there twice? */
bool tokens_member_twice(const struct aeg_json *j, struct tokens *spare);
static inline uint32_t tokens_kind(const struct aeg_json *j, uint32_t token)
{
	return j->tok[token].info & AEG_JSON_KIND_MASK;
}
#endif
