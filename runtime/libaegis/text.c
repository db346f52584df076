/* Names and sentences for the public numbers, and what a bundle says about itself as a whole. */
#include "internal.h"

/* The lists in format/ and the enums in aegis.h must number alike. */
enum {
#define X(name, text) STATUS_##name,
#include "format/aeg_status.def"
#undef X
	STATUS_COUNT
};
#define X(name, text) _Static_assert((int)STATUS_##name == (int)AEG_##name, "number of " #name);
#include "format/aeg_status.def"
#undef X
_Static_assert((int)STATUS_COUNT == (int)AEG_STATUS_MAX, "every status is in both lists");

#define X(number, name) _Static_assert((int)AEG_##name == number, "number of " #name);
#include "format/aeg_reason.def"
#undef X
enum {
#define X(number, name) REASON_##name,
#include "format/aeg_reason.def"
#undef X
	REASON_COUNT
};
_Static_assert((int)REASON_COUNT == (int)AEG_REASON_MAX, "every reason is in both lists");

const char *aeg_version(void) { return AEG_VERSION_TEXT; }

const char *aeg_status_text(enum aeg_status status)
{
	static const char *const texts[] = {
#define X(name, text) text,
#include "format/aeg_status.def"
#undef X
	};
	uint32_t i = (uint32_t)status;

	return i < AEG_STATUS_MAX ? texts[i] : "an unknown status";
}

const char *aeg_reason_name(enum aeg_reason reason)
{
	static const char *const names[] = {
#define X(number, name) #name,
#include "format/aeg_reason.def"
#undef X
	};
	uint32_t i = (uint32_t)reason;

	return i < AEG_REASON_MAX ? names[i] : "Unknown";
}

void aeg_bundle_info(const struct aeg_bundle *b, struct aeg_bundle_info *ret)
{
	const struct aegf_header *h = (const void *)b->base;
	const struct aegf_meta *m = aegi_meta(b);
	struct aeg_bundle_info info = {
		.size_of = ret->size_of,
		.ncontexts = aegi_count(b, AEGF_CONTEXTS),
		.serial = aeg_ld64(m->serial),
		.not_after = aeg_ld64(m->not_after),
		.semantics = aegi_str(b, m->semantics),
		.provenance = aegi_str(b, m->provenance),
		.nagents = aegi_count(b, AEGF_AGENTS),
		.ntiers = aegi_count(b, AEGF_TIERS),
		.noperators = aegi_count(b, AEGF_OPROLES),
		.ntools = aegi_count(b, AEGF_TOOLS),
	};

	memcpy(info.digest, h->hash, sizeof info.digest);
	/* A caller built with an older, shorter struct gets the part it knows. */
	memcpy(ret, &info, ret->size_of < sizeof info ? ret->size_of : sizeof info);
}
