/* How the bundle sets the gateway up, told to people and to programs. */
#include "cli/settings.h"

#include "cli/answer.h"
#include "cli/tell.h"

static struct aeg_settings_info info_of(const struct aeg_settings *s)
{
	struct aeg_settings_info info = { .size_of = sizeof info };

	(void)aeg_settings_info(s, &info); /* there are settings */
	return info;
}

/* A key of many lines: the first says what it is. */
static void tell_value(struct buf *out, enum aeg_setting_kind kind, struct aeg_str t)
{
	const char *end = memchr(t.at, '\n', t.len);

	buf_text(out, kind == AEG_SETTING_ENV ? "$" : "");
	tell_text(out, (struct slice){ t.at, end == NULL ? t.len : (uint32_t)(end - t.at) });
	buf_text(out, end == NULL ? "\n" : " ...\n");
}

void settings_tell(struct buf *out, const struct aeg_settings *s)
{
	if (s->base == NULL)
		return;
	struct aeg_settings_info info = info_of(s);
	buf_text(out, "\ngateway ");
	tell_text(out, slice_str(info.name));
	buf_text(out, info.auth_enabled ? "\n" : "  (believes everyone)\n");
	for (unsigned i = 0; i < AEG_NSETTINGS; i++) {
		struct aeg_str t;
		enum aeg_setting_kind kind = aeg_setting(s, (enum aeg_setting)i, &t);
		if (kind == AEG_SETTING_ABSENT)
			continue;
		buf_printf(out, "  %s: ", aeg_setting_name((enum aeg_setting)i));
		tell_value(out, kind, t);
	}
	buf_printf(out, "  auth.jwks_cache_ttl_secs: %llu\n  cli.nfs_port: %u\n",
		(unsigned long long)info.jwks_cache_ttl_seconds, (unsigned)info.nfs_port);
	buf_printf(out, "  cli.nfs_mount_port: %u\n  ui.enabled: %s\n",
		(unsigned)info.nfs_mount_port, info.ui_enabled ? "true" : "false");
}

void settings_answer(struct buf *out, const struct aeg_settings *s)
{
	if (s->base == NULL)
		return;
	struct aeg_settings_info info = info_of(s);
	buf_text(out, ",\"gateway\":{\"name\":");
	answer_string(out, info.name);
	buf_printf(out, ",\"auth_enabled\":%s,\"ui_enabled\":%s",
		info.auth_enabled ? "true" : "false", info.ui_enabled ? "true" : "false");
	buf_text(out, ",\"jwks_cache_ttl_seconds\":");
	answer_number(out, info.jwks_cache_ttl_seconds);
	buf_printf(out, ",\"nfs_port\":%u,\"nfs_mount_port\":%u,\"settings\":{",
		(unsigned)info.nfs_port, (unsigned)info.nfs_mount_port);
	bool first = true;
	for (unsigned i = 0; i < AEG_NSETTINGS; i++) {
		struct aeg_str t;
		enum aeg_setting_kind kind = aeg_setting(s, (enum aeg_setting)i, &t);
		if (kind == AEG_SETTING_ABSENT)
			continue;
		buf_printf(
			out, "%s\"%s\":", first ? "" : ",", aeg_setting_name((enum aeg_setting)i));
		buf_text(out, kind == AEG_SETTING_ENV ? "{\"env\":" : "");
		answer_string(out, t);
		buf_text(out, kind == AEG_SETTING_ENV ? "}" : "");
		first = false;
	}
	buf_text(out, "}}");
}
