#ifndef MODEL_SECRET_H
#define MODEL_SECRET_H
/* What looks like a secret: tokens that say what they are, and text without any pattern. */
#include "model/scalar.h"

/**
 * secret_token - the first token in @t that is one of a known service
 *
 * Returns what it is ("an access key of AWS"), its place in @ret_at and @ret_len; or NULL.
 */
const char *secret_token(struct slice t, uint32_t *ret_at, uint32_t *ret_len);
/* Whether the whole of @t has no pattern: long, of letters and digits that change all the time. */
bool secret_random(struct slice t);
/* A name that is given to secrets: `DB_PASSWORD`, `api_key`. */
bool secret_name(struct slice name);
/* 32 hexadecimal digits with hyphens between: an identifier, not a secret. */
bool secret_is_uuid(struct slice t);

/* Reports the tokens in every text of @n, whatever fields these are: no prose looks like one. */
void secret_scan(struct shape *s, const struct node *n);
/* Checks a map from names of variables to their values: the names, and that no value is a secret.
 */
field_read secret_environment;
#endif
