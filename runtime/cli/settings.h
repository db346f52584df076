#ifndef CLI_SETTINGS_H
#define CLI_SETTINGS_H
/* How the gateway is set up, told. Nothing where the bundle has no settings. */
#include "aegis/settings.h"
#include "base/buf.h"

void settings_tell(struct buf *out, const struct aeg_settings *s);
/* `,"gateway":{...}` */
void settings_answer(struct buf *out, const struct aeg_settings *s);
#endif
