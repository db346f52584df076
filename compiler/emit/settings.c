/* Writes section SETTINGS: how the gateway of this run is set up. */
#include "emit/emit.h"
#include "format/aeg_settings.h"
#include "model/gateway.h"

static struct aegf_setting setting(struct buf *texts, struct slice t)
{
	struct slice name = gateway_variable(t);
	uint32_t kind = t.at == NULL      ? AEG_SETTING_ABSENT
			: name.at != NULL ? AEG_SETTING_ENV
					  : AEG_SETTING_TEXT;
	uint32_t at = (uint32_t)texts->len;
	if (name.at != NULL)
		t = name;
	buf_slice(texts, t);
	return (struct aegf_setting){ aeg_st32(at), aeg_st32(t.len), aeg_st32(kind) };
}

struct slice emit_settings(struct diags *d, const struct model *m)
{
	const struct mgateway *g = m->gateway;
	struct buf texts = { .arena = d->arena }, out = { .arena = d->arena };
	if (g == NULL)
		return (struct slice){ 0 };
	struct aegf_settings head = {
		.jwks_cache_ttl_s = aeg_st64(g->jwks_cache_ttl_s),
		.flags = aeg_st32((g->auth_disabled ? 0 : AEGF_SETTINGS_AUTH) |
				  (g->ui_enabled ? AEGF_SETTINGS_UI : 0)),
		.nfs_port = aeg_st16((uint16_t)g->nfs_port),
		.nfs_mount_port = aeg_st16((uint16_t)g->nfs_mount_port),
		.name = setting(&texts, g->name.text),
	};
	for (unsigned i = 0; i < AEG_NSETTINGS; i++)
		head.text[i] = setting(&texts, g->text[i].text);
	buf_add(&out, &head, sizeof head);
	buf_slice(&out, buf_done(&texts));
	return buf_done(&out);
}
