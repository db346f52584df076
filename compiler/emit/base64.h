#ifndef EMIT_BASE64_H
#define EMIT_BASE64_H
/* Base64 as minisign's files have it. */
#include "base/buf.h"

/* @n bytes as one line. */
void emit_base64_line(struct buf *out, const void *bytes, size_t n);
#endif
