#ifndef PROVE_PROVE_H
#define PROVE_PROVE_H
/*
 * Translation validation. The naive evaluator decides straight from the model, written from
 * docs/semantics.md and sharing no code with libaegis but the JSON scanner; prove_bundle holds the
 * bundle against it on every tool class of every context and on generated calls near the entries.
 */
#include "aegis/aegis.h"
#include "base/buf.h"
#include "model/model.h"

struct naive_verdict {
	bool allow;
	const char *violation;           /* "ToolDenied"; NULL when allowed */
	uint32_t capability, deny_entry; /* AEG_NONE: none */
};
/* @args: scanned, or NULL. Limits are not counted. @context NULL: unknown. */
struct naive_verdict naive_decide(const struct model *m, const struct mcontext *context,
	struct slice tool, const struct aeg_json *args, struct arena *scratch);

/* Would @cap grant the call, were there nothing else? */
bool naive_grants(const struct model *m, const struct mcap *cap, struct slice tool,
	const struct aeg_json *args, struct arena *scratch);

struct prove_report {
	uint64_t contexts, calls;
	const char *
		disagreement; /* NULL, or the first call on which they differ, with both verdicts */
};
/**
 * prove_bundle - the runtime accepts @bundle and decides like the model
 * @effort: generated calls for each capability; 0: the tool classes alone
 *
 * Deterministic. A disagreement is our bug, never the user's.
 */
struct prove_report prove_bundle(
	struct arena *a, const struct model *m, struct slice bundle, uint32_t effort);
#endif
