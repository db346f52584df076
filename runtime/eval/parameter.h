#ifndef EVAL_PARAMETER_H
#define EVAL_PARAMETER_H
/* Parameters of HTTP requests, written as OpenAPI's styles say. */
#include <string.h>

#include "aegis/aegis.h"
#include "format/aeg_flow.h"

/* Text that is being written; @failed once something did not fit, or cannot be said. */
struct written {
	char *at;
	size_t len, cap;
	const char *failed; /* one clause, or NULL */
};
/* The clause where there is no room. */
extern const char aegi_no_memory[];
void aegi_write(struct written *w, const char *at, size_t len);

static inline void put(struct written *w, const char *text) { aegi_write(w, text, strlen(text)); }
static inline void put_str(struct written *w, struct aeg_str s) { aegi_write(w, s.at, s.len); }

/* A value as it stands in the document: of a string with its quotes. */
static inline struct aeg_str token_text(const struct aeg_json *j, uint32_t token)
{
	const struct aeg_json_tok *t = &j->tok[token];
	uint32_t quote = (t->info & AEG_JSON_KIND_MASK) == AEG_JSON_STRING;

	return (struct aeg_str){ j->text + t->at - quote, t->len + 2 * quote };
}

struct parameter {
	struct aeg_str name;
	enum aegf_in in;
	enum aegf_style style;
	uint32_t flags; /* AEGF_PARAMETER_* */
};

/**
 * aegi_parameter_write - a value as its style has it: `color=blue,black`, `;R=100;G=200`
 * @in: where; of AEGF_IN_HEADER and _COOKIE what stands behind the name of the header
 *
 * Without what joins it to others: `?`, `&`, `/`. All but unreserved characters is percent-encoded,
 * but in headers, where a control character fails. An array or object inside another one fails: no
 * style has a form for it.
 * Source: OpenAPI 3.1.1, 4.8.12; RFC 6570.
 */
void aegi_parameter_write(
	struct written *w, const struct parameter *p, const struct aeg_json *j, uint32_t token);
#endif
