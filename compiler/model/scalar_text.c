/* Names, identifiers, paths, regular expressions, and references to what stands elsewhere. */
#include "aegis/expr.h"
#include "model/secret.h"
#include "model/shape.h"

static bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
static bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
static bool is_control(char c) { return (unsigned char)c < 0x20 || c == 0x7f; }

static bool refuse(
	struct shape *s, enum diag_code code, struct value v, const char *label, const char *help)
{
	shape_report(s, (struct diag){ code, v.at, .label = label, .help = help });
	return false;
}

bool scalar_blank(struct slice t)
{
	for (uint32_t i = 0; i < t.len; i++)
		if (!is_blank(t.at[i]))
			return false;
	return true;
}

bool scalar_filled(struct shape *s, struct value v, struct mtext *io)
{
	return !scalar_blank(io->text) || refuse(s, AEG_blank_text, v, "it says nothing", NULL);
}

bool scalar_name(struct shape *s, struct value v, struct mtext *io)
{
	struct slice t = io->text;
	bool fine = t.len >= 1 && t.len <= 63 && t.at[0] != '-' && t.at[t.len - 1] != '-';
	for (uint32_t i = 0; fine && i < t.len; i++)
		fine = is_lower(t.at[i]) || is_digit(t.at[i]) || t.at[i] == '-';
	return fine ||
	       refuse(s, AEG_bad_name, v, diag_text(s->d, "%s is no name", diag_quote(s->d, t)),
		       "1 to 63 lower-case letters, digits and hyphens, none at either end");
}

bool scalar_uuid(struct shape *s, struct value v, struct mtext *io)
{
	if (secret_is_uuid(io->text))
		return true;
	return refuse(s, AEG_bad_uuid, v,
		diag_text(s->d, "%s is no UUID", diag_quote(s->d, io->text)),
		"32 hexadecimal digits in five groups: `123e4567-e89b-12d3-a456-426614174000`");
}

/* ---- Paths --------------------------------------------------------------------------------- */

static bool leads_out(struct slice t)
{
	for (uint32_t lo = 0, hi; lo < t.len; lo = hi + 1) {
		for (hi = lo; hi < t.len && t.at[hi] != '/'; hi++)
			;
		if (slice_is((struct slice){ t.at + lo, hi - lo }, ".."))
			return true;
	}
	return false;
}

bool scalar_abs_path(struct shape *s, struct value v, struct mtext *io)
{
	struct slice t = io->text;
	const char *fault = t.len == 0 || t.at[0] != '/' ? "it does not begin at the root"
			    : leads_out(t)               ? "`..` leads out of the path before it"
							 : NULL;
	for (uint32_t i = 0; i < t.len && fault == NULL; i++)
		if (is_control(t.at[i]))
			fault = "a control character";
	return fault == NULL || refuse(s, AEG_bad_absolute_path, v, fault,
					"write the path from the root: `/workspace`");
}

/* ---- References ---------------------------------------------------------------------------- */

/* Letters, digits and `_`, no digit first. */
static bool is_env_name(struct slice t)
{
	for (uint32_t i = 0; i < t.len; i++)
		if (!is_lower(t.at[i]) && !is_upper(t.at[i]) && t.at[i] != '_' &&
			(!is_digit(t.at[i]) || i == 0))
			return false;
	return t.len != 0;
}

bool scalar_env_name(struct shape *s, struct value v, struct mtext *io)
{
	return is_env_name(io->text) ||
	       refuse(s, AEG_bad_env_name, v,
		       diag_text(s->d, "%s is no name of a variable", diag_quote(s->d, io->text)),
		       "letters, digits and `_`, no digit first: `API_TOKEN`");
}

bool scalar_is_env(const struct node *n)
{
	return n->kind == NODE_STRING && slice_begins(n->u.text, SLICE("env:"));
}

static struct slice after(struct slice t, uint32_t n)
{
	return (struct slice){ t.at + n, t.len - n };
}

static bool is_env_ref(struct slice t)
{
	return slice_begins(t, SLICE("env:")) && is_env_name(after(t, 4));
}

bool scalar_env_ref(struct shape *s, struct value v, struct mtext *io)
{
	return is_env_ref(io->text) ||
	       refuse(s, AEG_bad_reference, v,
		       slice_begins(io->text, SLICE("env:"))
			       ? "what follows `env:` is no name of a variable"
			       : "not a reference to the environment",
		       "write `env:NAME`, with letters, digits and `_` in the name");
}

/* What is wrong with `secret:ENGINE/PATH#FIELD`, or NULL. */
static const char *secret_fault(struct slice t)
{
	t = after(t, 7);
	for (uint32_t i = 0; i < t.len; i++)
		if (is_control(t.at[i]) || t.at[i] == ' ' || t.at[i] == '?')
			return "this cannot stand in the path of a secret";
	const char *slash = t.len == 0 ? NULL : memchr(t.at, '/', t.len);
	const char *hash = t.len == 0 ? NULL : memchr(t.at, '#', t.len);
	const char *end = hash == NULL ? t.at + t.len : hash;
	if (slash == NULL || slash >= end || slash == t.at || slash + 1 == end)
		return "an engine, `/` and a path follow `secret:`";
	if (leads_out((struct slice){ t.at, (uint32_t)(end - t.at) }))
		return "`..` would lead to other secrets";
	if (hash == NULL || hash + 1 == t.at + t.len)
		return "it does not say which field of the secret";
	return NULL;
}

bool scalar_secret_ref(struct shape *s, struct value v, struct mtext *io)
{
	static const char help[] = "write `env:NAME` or `secret:ENGINE/PATH#FIELD`";
	struct slice t = io->text;
	if (is_env_ref(t))
		return true;
	if (!scalar_not_secret(s, v, io))
		return false;
	const char *fault = slice_begins(t, SLICE("env:"))
				    ? "what follows `env:` is no name of a variable"
			    : slice_begins(t, SLICE("secret:")) ? secret_fault(t)
								: "not a reference";
	return fault == NULL || refuse(s, AEG_bad_reference, v, fault, help);
}

/* ---- Regular expressions ------------------------------------------------------------------- */

bool scalar_regex(struct shape *s, struct value v, struct mtext *io)
{
	struct arena scratch = {
		.limit = (size_t)8 << 20, .fail = s->d->arena->fail, .ctx = s->d->arena->ctx
	};
	struct aeg_regex_error error = { 0, "it is too large" };
	enum aeg_status status = AEG_NOMEM;
	for (size_t cap = 1024, len; status == AEG_NOMEM && cap <= 1u << 20; cap *= 4)
		status = aeg_regex_ecma((struct aeg_str){ io->text.at, io->text.len },
			arena_alloc(&scratch, cap, 1, 8), cap, &len, &error);
	arena_free(&scratch);
	if (status == AEG_OK)
		return true;
	struct span at =
		error.at < io->text.len ? syntax_place(s->d->sources, v.node, error.at, 1) : v.at;
	return refuse(s, AEG_bad_regex, (struct value){ v.node, at },
		status == AEG_NOMEM ? "it is too large" : error.what, NULL);
}
