/* Checks that the gateway of this run can get the credentials that interfaces and images want. */
#include "model/gateway.h"

#include "check/internal.h"
#include "model/cli.h"

#define BIT(setting) (UINT64_C(1) << AEG_SETTING_##setting)
#define OPENBAO      (BIT(OPENBAO_ADDR) | BIT(OPENBAO_TOKEN))
#define KEYCLOAK \
	(BIT(KEYCLOAK_TOKEN_EXCHANGE_URL) | BIT(KEYCLOAK_CLIENT_ID) | BIT(KEYCLOAK_CLIENT_SECRET))

/* The settings that a way to a credential goes by. */
static uint64_t needs_of(enum mcredential_path path)
{
	switch (path) {
	case CREDENTIAL_NONE: break;
	case CREDENTIAL_SYSTEM_JIT:
	case CREDENTIAL_STATIC_REF:
	case CREDENTIAL_USER_BOUND: return OPENBAO;
	case CREDENTIAL_HUMAN_DELEGATED: return KEYCLOAK;
	case CREDENTIAL_AUTO: return OPENBAO | KEYCLOAK;
	}
	return 0;
}

static void refuse(struct checks *c, const struct mcredential *credential, const char *label)
{
	diag_add(c->d, (struct diag){ AEG_credential_not_served, credential->at, .label = label,
			       .other = c->m->gateway->at, .other_label = "this gateway",
			       .help = "set the gateway up for it, or choose another way" });
}

static void check_credential(struct checks *c, const struct mcredential *credential)
{
	const struct mgateway *g = c->m->gateway;
	struct slice database = g->text[AEG_SETTING_DATABASE_URL].text;
	uint64_t needs = needs_of(credential->path) & ~g->unread;
	struct buf names = { .arena = c->d->arena };
	for (unsigned i = 0; i < AEG_NSETTINGS; i++)
		if (needs >> i & 1 && g->text[i].text.at == NULL)
			buf_printf(&names, "%s`%s`", names.len == 0 ? "" : ", ",
				aeg_setting_name((enum aeg_setting)i));
	if (names.len != 0)
		refuse(c, credential,
			diag_text(c->d, "the gateway says nothing of %s", buf_done(&names).at));
	else if (credential->path == CREDENTIAL_USER_BOUND && !(g->unread & BIT(DATABASE_URL)) &&
		 gateway_variable(database).at == NULL && !gateway_is_postgres(database))
		refuse(c, credential,
			"credentials of users are kept in PostgreSQL, and `database.url` is SQLite");
}

void check_gateway(struct checks *c)
{
	if (c->m->gateway == NULL)
		return;
	for (uint32_t i = 0; i < c->m->nspecs; i++)
		check_credential(c, &c->m->specs[i].credential);
	for (uint32_t i = 0; i < c->m->nclis; i++)
		check_credential(c, &c->m->clis[i].credential);
}
