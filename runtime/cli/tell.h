#ifndef CLI_TELL_H
#define CLI_TELL_H
/* Decisions for people: the verdict, why in a sentence, the rule and where it is written. */
#include "aegis/aegis.h"
#include "base/buf.h"

struct tell {
	struct buf *out;
	bool colour;
	const struct aeg_bundle *bundle;
	struct slice context; /* as asked for */
	const struct aeg_call *call;
};

/* The whole answer. */
void tell_verdict(const struct tell *t, const struct aeg_verdict *v);
/* The same, where another one denied: @why is the sentence; len 0: none did. */
void tell_verdict_because(const struct tell *t, const struct aeg_verdict *v, struct slice why);
/* One line of --explain. */
void tell_step(const struct tell *t, uint32_t number, const struct aeg_step *step);
/* Why @reason was found: one sentence with the offending value, without a line end. */
void tell_reason(const struct tell *t, enum aeg_reason reason, uint32_t token, uint32_t capability);
/* "capability 0, `fs.*`  (file.yaml:12:7)" */
void tell_capability(struct buf *out, const struct aeg_bundle *b, uint32_t context, uint32_t cap);
void tell_deny_entry(struct buf *out, const struct aeg_bundle *b, uint32_t context, uint32_t entry);
/* What is not printable is escaped. */
void tell_text(struct buf *out, struct slice s);
/* At most 256 bytes of it, in backquotes. */
void tell_quote(struct buf *out, struct slice s);
/* "  (file.yaml:12:7)"; nothing where the bundle does not say. */
void tell_place(struct buf *out, struct aeg_origin o);
#endif
