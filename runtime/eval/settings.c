/* Section SETTINGS: accepted, and read. */
#include "aegis/settings.h"

#include "format/aeg_settings.h"
#include "libaegis/internal.h"

_Static_assert(AEG_NSETTINGS == AEGF_NSETTINGS, "every setting is in the format");

/* What aeg_settings_open proves: the texts fill what is behind the head, one behind the other;
 * kinds are known; what is absent has no text and what is there has one; a variable has a name that
 * a variable can have; secrets are variables or absent; ports are none or good. */

static const struct aegf_settings *head_of(const uint8_t *base) { return (const void *)base; }

static struct aeg_str text_of(const uint8_t *base, const struct aegf_setting *t)
{
	const uint8_t *p = base + sizeof(struct aegf_settings) + aeg_ld32(t->off);

	return (struct aeg_str){ (const char *)p, aeg_ld32(t->len) };
}

static int is_variable(struct aeg_str s)
{
	for (uint32_t i = 0; i < s.len; i++) {
		char c = s.at[i], letter = (char)(c | 0x20);
		int digit = c >= '0' && c <= '9';
		if ((letter < 'a' || letter > 'z') && c != '_' && (!digit || i == 0))
			return 0;
	}
	return 1;
}

static int is_secret(uint32_t i)
{
	return i == AEG_SETTING_OPENBAO_TOKEN || i == AEG_SETTING_KEYCLOAK_CLIENT_SECRET;
}

/* The text lies at @at, of which the end is put back there. */
static enum aeg_status check_text(
	const uint8_t *base, uint32_t most, const struct aegf_setting *t, uint32_t *at)
{
	uint32_t kind = aeg_ld32(t->kind), len = aeg_ld32(t->len);

	if (aeg_ld32(t->off) != *at || len > most - *at)
		return AEG_BOUNDS;
	*at += len;
	if (kind > AEG_SETTING_ENV || (kind == AEG_SETTING_ABSENT) != (len == 0))
		return AEG_CONTENT;
	return kind != AEG_SETTING_ENV || is_variable(text_of(base, t)) ? AEG_OK : AEG_CONTENT;
}

enum aeg_status aeg_settings_open(const struct aeg_bundle *b, struct aeg_settings *ret)
{
	uint32_t len = aegi_count(b, AEGF_SETTINGS), most, at = 0;
	const uint8_t *base = aegi_at(b, AEGF_SETTINGS, 0, uint8_t);
	const struct aegf_settings *head = head_of(base);
	enum aeg_status s;

	if (len == 0) {
		ret->base = NULL;
		return AEG_OK;
	}
	if (len < sizeof *head)
		return AEG_SHORT;
	most = len - (uint32_t)sizeof *head;
	if (aeg_ld32(head->flags) & ~(AEGF_SETTINGS_AUTH | AEGF_SETTINGS_UI))
		return AEG_RESERVED;
	s = check_text(base, most, &head->name, &at);
	if (s == AEG_OK && aeg_ld32(head->name.kind) != AEG_SETTING_TEXT)
		s = AEG_CONTENT;
	for (uint32_t i = 0; s == AEG_OK && i < AEG_NSETTINGS; i++) {
		s = check_text(base, most, &head->text[i], &at);
		if (s == AEG_OK && is_secret(i) && aeg_ld32(head->text[i].kind) == AEG_SETTING_TEXT)
			s = AEG_CONTENT;
	}
	if (s == AEG_OK && at != most)
		s = AEG_BOUNDS;
	if (s == AEG_OK && (aeg_ld16(head->nfs_port) == 0 || aeg_ld16(head->nfs_mount_port) == 0))
		s = AEG_CONTENT;
	if (s == AEG_OK)
		ret->base = base;
	return s;
}

enum aeg_setting_kind aeg_setting(
	const struct aeg_settings *s, enum aeg_setting which, struct aeg_str *ret)
{
	const struct aegf_setting *t;

	*ret = (struct aeg_str){ "", 0 };
	if (s->base == NULL || (uint32_t)which >= AEG_NSETTINGS)
		return AEG_SETTING_ABSENT;
	t = &head_of(s->base)->text[which];
	*ret = text_of(s->base, t);
	return (enum aeg_setting_kind)aeg_ld32(t->kind);
}

const char *aeg_setting_name(enum aeg_setting which)
{
	static const char *const names[] = {
#define X(name, path) path,
		AEG_SETTINGS(X)
#undef X
	};
	return (uint32_t)which < AEG_NSETTINGS ? names[which] : NULL;
}

enum aeg_status aeg_settings_info(const struct aeg_settings *s, struct aeg_settings_info *ret)
{
	const struct aegf_settings *head;

	if (s->base == NULL || ret->size_of != sizeof *ret)
		return AEG_USAGE;
	head = head_of(s->base);
	ret->auth_enabled = (aeg_ld32(head->flags) & AEGF_SETTINGS_AUTH) != 0;
	ret->ui_enabled = (aeg_ld32(head->flags) & AEGF_SETTINGS_UI) != 0;
	ret->nfs_port = aeg_ld16(head->nfs_port);
	ret->nfs_mount_port = aeg_ld16(head->nfs_mount_port);
	ret->name = text_of(s->base, &head->name);
	ret->jwks_cache_ttl_seconds = aeg_ld64(head->jwks_cache_ttl_s);
	return AEG_OK;
}
