#ifndef POLICYTEST_YAML_H
#define POLICYTEST_YAML_H
/* YAML as a person would write it: plain where that is read as the same text, else in quotes. */
#include "base/buf.h"

/* A text, for a value or a key, in a flow mapping or outside. */
void yaml_text(struct buf *out, struct slice s);
/* The same, plain also with commas: the value of a block mapping. */
void yaml_line(struct buf *out, struct slice s);
/* What is not text in a comment is written as in quotes, without them. */
void yaml_comment(struct buf *out, struct slice s);
/* JSON that aegis_json_scan accepts, in flow style. */
void yaml_flow(struct buf *out, struct arena *scratch, struct slice json);
#endif
