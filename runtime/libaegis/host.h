#ifndef LIBAEGIS_HOST_H
#define LIBAEGIS_HOST_H
/* URLs and hosts. Source: docs/semantics.md, section 4, Domains. */
#include "trie.h"

struct aegi_host {
	enum aeg_host_kind kind;
	int upper; /* a name with capitals in it */
	struct aeg_str
		text; /* without trailing dot; of IPv6 it is in `literal`: do not move this */
	char literal[44];
};

/* The host of @url; 0 where the URL is none that a decision accepts. */
int aegi_url_host(struct aeg_str url, struct aegi_host *ret);

/* Whether the HOST set @root has @host or a name above it. AEG_None: it does. */
enum aeg_reason aegi_host_listed(
	const struct aegi_trie *t, uint32_t root, const struct aegi_host *host);
#endif
