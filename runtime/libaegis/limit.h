#ifndef LIBAEGIS_LIMIT_H
#define LIBAEGIS_LIMIT_H
/* Rate and concurrency limits. Source: docs/semantics.md, section 4, Limits. */
#include "internal.h"

static inline int aegi_limited(const struct aegf_cap *cap)
{
	return (aeg_ld32(cap->rate_calls) | aeg_ld32(cap->rate_per_s) |
		       aeg_ld32(cap->max_concurrent)) != 0;
}

/**
 * aegi_limits_take - count one grant of @cap, the context's @capability, where its limits allow it
 * @ret: reason, retry_after_ms and slot; AEG_None: the grant is counted
 *
 * Returns AEG_OK, or AEG_NOMEM: the counters are full, nothing is counted.
 */
enum aeg_status aegi_limits_take(const struct aegf_cap *cap, const struct aeg_call *call,
	uint32_t capability, struct aeg_verdict *ret);
#endif
