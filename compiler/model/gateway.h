#ifndef MODEL_GATEWAY_H
#define MODEL_GATEWAY_H
/* How the SEAL gateway is set up: one document a run. */
#include "aegis/settings.h"
#include "model/model.h"

struct mgateway {
	struct mtext name;
	struct span at;
	/* As written, or the default; an `env:NAME` stays one. at == NULL: nothing, or blank. */
	struct mtext text[AEG_NSETTINGS];
	bool spec_read;
	uint64_t unread; /* of `text`, a bit each: something is there and was reported */
	uint64_t jwks_cache_ttl_s;
	uint32_t nfs_port, nfs_mount_port;
	bool auth_disabled, ui_enabled;
	struct span auth_disabled_at;
};

/* The variable's name of an `env:NAME`; at NULL: @t is none. */
struct slice gateway_variable(struct slice t);
/* postgres: or postgresql: */
bool gateway_is_postgres(struct slice url);
#endif
