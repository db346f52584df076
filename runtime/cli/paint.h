#ifndef CLI_PAINT_H
#define CLI_PAINT_H
/* How reports for people look: colours, where there are any, and rows with a name. */
#include "base/buf.h"

#define PAINT_RED    "\x1b[1;31m"
#define PAINT_GREEN  "\x1b[1;32m"
#define PAINT_YELLOW "\x1b[1;33m"
#define PAINT_BOLD   "\x1b[1m"

/* Around what is written in between. */
static inline void paint_on(struct buf *out, bool colour, const char *how)
{
	buf_text(out, colour ? how : "");
}

static inline void paint_off(struct buf *out, bool colour) { paint_on(out, colour, "\x1b[0m"); }

static inline void paint(struct buf *out, bool colour, const char *how, const char *text)
{
	paint_on(out, colour, how);
	buf_text(out, text);
	paint_off(out, colour);
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
