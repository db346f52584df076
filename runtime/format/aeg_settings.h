#ifndef AEG_SETTINGS_FORMAT_H
#define AEG_SETTINGS_FORMAT_H
/*
 * How the gateway is set up: section SETTINGS, written by compiler/emit and read by runtime/eval
 * alone, which proves it (aeg_settings_open). To the rest of libaegis it is bytes.
 *
 *   head | texts
 */
#include "format/aeg_format.h"

struct aegf_setting {
	struct aeg_le32 off, len; /* of the texts; without a gap behind the one before */
	struct aeg_le32 kind;     /* enum aeg_setting_kind */
};

#define AEGF_SETTINGS_AUTH 1u /* operators are asked for tokens */
#define AEGF_SETTINGS_UI   2u
#define AEGF_NSETTINGS     20u
struct aegf_settings {
	struct aeg_le64 jwks_cache_ttl_s;
	struct aeg_le32 flags;
	struct aeg_le16 nfs_port, nfs_mount_port;
	struct aegf_setting name;                 /* a text */
	struct aegf_setting text[AEGF_NSETTINGS]; /* by enum aeg_setting */
};
_Static_assert(
	sizeof(struct aegf_settings) == 268, "settings are 268 bytes and their texts on disk");
#endif
