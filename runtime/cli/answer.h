#ifndef CLI_ANSWER_H
#define CLI_ANSWER_H
/* Decisions for programs: JSON. Source: docs/cli.md. */
#include "aegis/aegis.h"
#include "base/buf.h"

static inline struct slice slice_str(struct aeg_str s) { return (struct slice){ s.at, s.len }; }
static inline struct aeg_str str_slice(struct slice s) { return (struct aeg_str){ s.at, s.len }; }

void answer_string(struct buf *out, struct aeg_str s);
void answer_number(struct buf *out, uint64_t n);
/* `"file.yaml:12:7"`; nothing where the bundle does not say. False: nothing was written. */
bool answer_place(struct buf *out, const char *before, struct aeg_origin o);

/* `"capability":{...}` */
void answer_capability(struct buf *out, const struct aeg_bundle *b, uint32_t context, uint32_t cap);
/* `"deny_entry":{...}` */
void answer_deny_entry(
	struct buf *out, const struct aeg_bundle *b, uint32_t context, uint32_t entry);
/* `"decision":"allow"` and the members that go with it, without braces. */
void answer_decision(struct buf *out, const struct aeg_bundle *b, const struct aeg_call *call,
	const struct aeg_verdict *v);
/* `"digest":"...","serial":7` */
void answer_bundle(struct buf *out, const struct aeg_bundle *b);
#endif
