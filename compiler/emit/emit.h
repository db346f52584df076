#ifndef EMIT_EMIT_H
#define EMIT_EMIT_H
/* Program to bytes, and signatures on them. */
#include "base/buf.h"
#include "ir/ir.h"

struct emit_options {
	uint64_t serial;
	uint64_t not_after; /* Unix seconds; 0: no end */
	struct slice provenance;
	/* Sections that are bytes to the core, each as its room wrote it, or empty. */
	struct slice flows, machines, cli_tools, sandboxes, settings;
	bool strip; /* without ORIGIN */
};

/* The unsigned bundle, trailer included. Deterministic: same program and options, same bytes.
 * More than 256 MiB or 2^32 of anything is reported in @d and gives an empty slice. */
struct slice emit_bundle(struct diags *d, const struct program *p, const struct emit_options *o);

/* Section SANDBOXES: one for each agent of @p; empty where there is none. Deterministic. */
struct slice emit_sandboxes(struct diags *d, const struct program *p);
/* Section SETTINGS; empty where no gateway is set up. Deterministic. */
struct slice emit_settings(struct diags *d, const struct model *m);

#define EMIT_KEY_TEXT 512 /* enough for each of the files below */

struct emit_key { /* a signing key, decrypted */
	uint8_t id[8];
	uint8_t secret[64]; /* Ed25519, libsodium's order: seed, public key */
};
enum emit_key_status {
	EMIT_KEY_OK,
	EMIT_KEY_SYNTAX,   /* not a minisign secret key file */
	EMIT_KEY_CHECKSUM, /* wrong password, or damaged */
	EMIT_KEY_PASSWORD, /* encrypted, and no password was given */
	EMIT_KEY_MEMORY,   /* the key derivation wants more memory than there is */
};
/* A new key pair from the system's random numbers. */
void emit_key_make(struct emit_key *ret);
/* minisign's files as text in the arena; @password NULL: not encrypted. Empty: no memory for the
 * derivation. */
struct slice emit_key_secret_file(struct arena *a, const struct emit_key *k, const char *password);
struct slice emit_key_public_file(struct arena *a, const struct emit_key *k);
/* Reads a secret key file; @password may be NULL. */
enum emit_key_status emit_key_parse(struct slice file, const char *password, struct emit_key *ret);
void emit_key_wipe(struct emit_key *k);

enum emit_sign_status { EMIT_SIGNED, EMIT_SIGNED_ALREADY, EMIT_SIGN_FULL };
/* Appends a signature by @k to the trailer of @bundle (checked by the caller); the result in @ret.
 */
enum emit_sign_status emit_sign(
	struct arena *a, struct slice bundle, const struct emit_key *k, struct slice *ret);
/* A detached .minisig of @file as the stock minisign accepts it (prehashed, trusted comment
 * signed). */
struct slice emit_minisig(
	struct arena *a, struct slice file, const struct emit_key *k, const char *trusted_comment);

/* A checked bundle as indented JSON, for `dump --stage bundle` and goldens. */
void emit_dump(struct buf *out, struct slice bundle);
#endif
