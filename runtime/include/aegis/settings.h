#ifndef AEGIS_SETTINGS_H
#define AEGIS_SETTINGS_H
/*
 * How the gateway is set up, as the bundle's SealGatewayConfig says it. Texts are what was written,
 * or the default; one that was written as `env:NAME` is the name of an environment variable, and
 * whoever reads the settings asks the environment: a variable that is not set, or empty, is an
 * error and never a default. Secrets come in no other way. In libaegis.a and libaegis-eval.so.
 */
#include "aegis/aegis.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Numbers as in bundles; beside each where it stands under `spec`. */
#define AEG_SETTINGS(X) \
	X(BIND_ADDR, "network.bind_addr") /* HTTP: an address and a port */ \
	X(GRPC_BIND_ADDR, "network.grpc_bind_addr") \
	X(DATABASE_URL, "database.url") /* sqlite:, postgres: or postgresql: */ \
	X(OPERATOR_JWKS_URI, "auth.operator_jwks_uri") \
	X(OPERATOR_JWT_ISSUER, "auth.operator_jwt_issuer") \
	X(OPERATOR_JWT_AUDIENCE, "auth.operator_jwt_audience") \
	X(OPERATOR_ROLE_CLAIM, "auth.operator_role_claim") \
	X(SEAL_JWT_PUBLIC_KEY_PEM, "auth.seal_jwt_public_key_pem") /* RSA or Ed25519 */ \
	X(SEAL_JWT_ISSUER, "auth.seal_jwt_issuer") \
	X(SEAL_JWT_AUDIENCE, "auth.seal_jwt_audience") \
	X(OPENBAO_ADDR, "credentials.openbao_addr") \
	X(OPENBAO_TOKEN, "credentials.openbao_token") /* secret */ \
	X(OPENBAO_KV_MOUNT, "credentials.openbao_kv_mount") \
	X(KEYCLOAK_TOKEN_EXCHANGE_URL, "credentials.keycloak_token_exchange_url") \
	X(KEYCLOAK_CLIENT_ID, "credentials.keycloak_client_id") \
	X(KEYCLOAK_CLIENT_SECRET, "credentials.keycloak_client_secret") /* secret */ \
	X(CONTAINER_CLI, "cli.container_cli") \
	X(SEMANTIC_JUDGE_URL, "cli.semantic_judge_url") \
	X(ORCHESTRATOR_URL, "cli.orchestrator_url") \
	X(NFS_SERVER_HOST, "cli.nfs_server_host")

enum aeg_setting {
#define X(name, path) AEG_SETTING_##name,
	AEG_SETTINGS(X)
#undef X
		AEG_NSETTINGS
};

enum aeg_setting_kind {
	AEG_SETTING_ABSENT, /* nothing was written, and there is no default */
	AEG_SETTING_TEXT,
	AEG_SETTING_ENV /* the text is a variable's name */
};

/* Borrows the bundle, which must stay open. */
struct aeg_settings {
	const uint8_t *base; /* NULL: the bundle has none */
};

struct aeg_settings_info {
	uint32_t size_of;     /* set by the caller: sizeof(struct aeg_settings_info) */
	uint8_t auth_enabled; /* 0: whoever reaches the gateway is an operator */
	uint8_t ui_enabled;
	uint16_t nfs_port, nfs_mount_port;
	struct aeg_str name;             /* of the SealGatewayConfig */
	uint64_t jwks_cache_ttl_seconds; /* 0: keys are asked for each time */
};

/**
 * aeg_settings_open - the settings of an accepted bundle, proved
 * @ret: set on AEG_OK only; base is NULL where the bundle has no settings
 *
 * Returns AEG_OK, or why section SETTINGS is refused. Allocates nothing.
 */
AEG_API enum aeg_status aeg_settings_open(const struct aeg_bundle *b, struct aeg_settings *ret);

/* What setting @which is, and its text in *@ret (not NUL-terminated; empty where it is absent). */
AEG_API enum aeg_setting_kind aeg_setting(
	const struct aeg_settings *s, enum aeg_setting which, struct aeg_str *ret);

/* "auth.seal_jwt_issuer"; NULL past the end. */
AEG_API const char *aeg_setting_name(enum aeg_setting which);

/* What is no text. AEG_USAGE: the bundle has no settings, or size_of is wrong. */
AEG_API enum aeg_status aeg_settings_info(
	const struct aeg_settings *s, struct aeg_settings_info *ret);

#ifdef __cplusplus
}
#endif
#endif
