#ifndef CHECK_PEERS_H
#define CHECK_PEERS_H
/*
 * The two public implementations of contexts, as far as one call's decision goes: the orchestrator
 * and the gateway. Their deviations from docs/semantics.md are deliberate here; each names the
 * sentence that it breaks. Nothing but checks asks them.
 */
#include "prove/prove.h"

enum peer { PEER_ORCHESTRATOR, PEER_GATEWAY };

/* @args: scanned, an object; or NULL. @bare_prefix: as they are; else the dot of `fs.*` counts. */
bool peer_allows(enum peer peer, bool bare_prefix, const struct mcontext *context,
	struct slice tool, const struct aeg_json *args, struct arena *scratch);
#endif
