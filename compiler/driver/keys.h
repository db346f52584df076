#ifndef DRIVER_KEYS_H
#define DRIVER_KEYS_H
/* Signing keys: read with their passwords, used on bundles. */
#include "base/command.h"
#include "emit/emit.h"

/* The signing keys in the files that `--key` names. COMMAND_OK, or the exit status after saying
 * why. */
int keys_read(struct command_line *l, struct emit_key **ret_keys, uint32_t *ret_n);
void keys_wipe(struct emit_key *keys, uint32_t n);

/* A password from `--password-file`, or typed twice alike on the terminal. */
int keys_new_password(struct command_line *l, const char **ret);

/**
 * keys_write_bundle - put a bundle and FILE.minisig, by @first, in place together
 * @first: NULL for an unsigned bundle; a FILE.minisig of other bytes is then removed
 */
int keys_write_bundle(struct command_line *l, const char *path, struct slice bundle,
	const struct emit_key *first);
#endif
