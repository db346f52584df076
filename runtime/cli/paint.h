#ifndef CLI_PAINT_H
#define CLI_PAINT_H
/* How reports for people look: colours, where there are any, and rows with a name. */
#include "base/buf.h"

#define PAINT_RED   "\x1b[1;31m"
#define PAINT_GREEN "\x1b[1;32m"
#define PAINT_BOLD  "\x1b[1m"

static inline void paint(struct buf *out, bool colour, const char *how, const char *text)
{
	buf_text(out, colour ? how : "");
	buf_text(out, text);
	buf_text(out, colour ? "\x1b[0m" : "");
}

/* "  decided   ", and the text goes on from there. */
static inline void paint_name(struct buf *out, const char *name)
{
	buf_printf(out, "  %-9s ", name);
}

static inline void paint_row(struct buf *out, const char *name, const char *text)
{
	paint_name(out, name);
	buf_text(out, text);
	buf_text(out, "\n");
}
#endif
