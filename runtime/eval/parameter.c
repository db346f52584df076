/* Writes parameters of HTTP requests as OpenAPI's styles say: tables of joints, one a style. */
#include "parameter.h"

#include "libaegis/json.h"

/* ---- Text ---------------------------------------------------------------------------------- */

const char aegi_no_memory[] = "there is not memory enough";

void aegi_write(struct written *w, const char *at, size_t len)
{
	if (len > w->cap - w->len) {
		w->failed = w->failed == NULL ? aegi_no_memory : w->failed;
		return;
	}
	memcpy(w->at + w->len, at, len);
	w->len += len;
}

static void fail(struct written *w, const char *what)
{
	if (w->failed == NULL)
		w->failed = what;
}

static int is_unreserved(int c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       c == '-' || c == '.' || c == '_' || c == '~';
}

/* What allowReserved leaves as it is: all that RFC 3986 reserves, but for what a query is cut at.
 */
static int is_kept(int c)
{
	static const char kept[] = ":/?@!$'()*,;";

	return memchr(kept, c, sizeof kept - 1) != NULL;
}

static void put_byte(struct written *w, const struct parameter *p, int c)
{
	const char hex[] = "0123456789ABCDEF", raw = (char)c;
	const char encoded[] = { '%', hex[c >> 4], hex[c & 15] };

	if (p->in == AEGF_IN_HEADER) {
		if ((c < ' ' && c != '\t') || c == 0x7f)
			fail(w, "a header cannot hold a control character");
		aegi_write(w, &raw, 1);
	} else if (is_unreserved(c) || ((p->flags & AEGF_PARAMETER_RESERVED) && is_kept(c))) {
		aegi_write(w, &raw, 1);
	} else {
		aegi_write(w, encoded, 3);
	}
}

static void put_encoded(struct written *w, const struct parameter *p, struct aeg_str text)
{
	for (uint32_t i = 0; i < text.len; i++)
		put_byte(w, p, (uint8_t)text.at[i]);
}

/* A string's value, or anything else as it stands in the document. */
static void put_value(
	struct written *w, const struct parameter *p, const struct aeg_json *j, uint32_t token)
{
	const struct aeg_json_tok *t = &j->tok[token];
	uint32_t kind = t->info & AEG_JSON_KIND_MASK;

	if (p->style == AEGF_STYLE_JSON) {
		put_encoded(w, p, token_text(j, token));
	} else if (kind == AEG_JSON_STRING) {
		struct aegi_chars c = aegi_chars(j, t);
		for (int byte; (byte = aegi_chars_next(&c)) >= 0;)
			put_byte(w, p, byte);
	} else if (kind >= AEG_JSON_ARRAY) {
		fail(w, "a list or an object inside another one has no form in this style");
	} else {
		put_encoded(w, p, (struct aeg_str){ j->text + t->at, t->len });
	}
}

/* ---- Styles -------------------------------------------------------------------------------- */

/* How the parts of a value are joined: of a whole, of a list, exploded. */
static const struct joints {
	const char *before; /* all of it */
	uint8_t named;      /* name= first; exploded: before each element of a list */
	uint8_t bare;       /* the `=` goes where the value is empty */
	const char *list, *exploded;
} joints[AEGF_NSTYLES] = {
	[AEGF_STYLE_MATRIX] = { ";", 1, 1, ",", ";" },
	[AEGF_STYLE_LABEL] = { ".", 0, 0, ",", "." },
	[AEGF_STYLE_SIMPLE] = { "", 0, 0, ",", "," },
	[AEGF_STYLE_FORM] = { "", 1, 0, ",", "&" },
	[AEGF_STYLE_SPACE_DELIMITED] = { "", 1, 0, "%20", "&" },
	[AEGF_STYLE_PIPE_DELIMITED] = { "", 1, 0, "%7C", "&" },
	[AEGF_STYLE_DEEP_OBJECT] = { "", 1, 0, ",", "&" },
	[AEGF_STYLE_JSON] = { "", 1, 0, ",", "&" },
};

struct writing {
	struct written *w;
	const struct parameter *p;
	const struct aeg_json *j;
	const struct joints *s;
	int explode, is_object;
};

static int is_named(const struct writing *x)
{
	return x->s->named && (x->p->in == AEGF_IN_QUERY || x->p->in == AEGF_IN_COOKIE ||
				      x->p->style == AEGF_STYLE_MATRIX);
}

static void put_name(const struct writing *x, int is_empty)
{
	put_encoded(x->w, x->p, x->p->name);
	if (!is_empty || !x->s->bare)
		put(x->w, "=");
}

static int is_empty(const struct aeg_json *j, uint32_t token)
{
	return (j->tok[token].info & AEG_JSON_KIND_MASK) == AEG_JSON_STRING &&
	       j->tok[token].len == 0;
}

/* A member's name; what follows it is the caller's. */
static void put_key(const struct writing *x, uint32_t key)
{
	if (x->p->style == AEGF_STYLE_DEEP_OBJECT) {
		put_encoded(x->w, x->p, x->p->name);
		put(x->w, x->p->in == AEGF_IN_HEADER ? "[" : "%5B");
		put_value(x->w, x->p, x->j, key);
		put(x->w, x->p->in == AEGF_IN_HEADER ? "]" : "%5D");
	} else {
		put_value(x->w, x->p, x->j, key);
	}
}

/* One element, or member at its key, of a list or object; @first has nothing before it. */
static void put_part(const struct writing *x, uint32_t at, int first)
{
	if (!first)
		put(x->w, x->explode ? x->s->exploded : x->s->list);
	if (x->is_object) {
		put_key(x, at);
		put(x->w, x->explode ? "=" : x->s->list);
		put_value(x->w, x->p, x->j, at + 1);
		return;
	}
	if (x->explode && is_named(x))
		put_name(x, is_empty(x->j, at));
	put_value(x->w, x->p, x->j, at);
}

static void put_parts(const struct writing *x, uint32_t token)
{
	uint32_t end = x->j->tok[token].next;

	if (is_named(x) && !x->explode)
		put_name(x, token + 1 == end);
	for (uint32_t at = token + 1; at < end; at = x->j->tok[at].next)
		put_part(x, at, at == token + 1);
}

void aegi_parameter_write(
	struct written *w, const struct parameter *p, const struct aeg_json *j, uint32_t token)
{
	uint32_t kind = j->tok[token].info & AEG_JSON_KIND_MASK;
	struct writing x = { w, p, j, &joints[p->style],
		(p->flags & AEGF_PARAMETER_EXPLODE) || p->style == AEGF_STYLE_DEEP_OBJECT,
		kind == AEG_JSON_OBJECT };

	if (p->style == AEGF_STYLE_DEEP_OBJECT && !x.is_object)
		fail(w, "the style deepObject is for objects");
	put(w, x.s->before);
	if (kind >= AEG_JSON_ARRAY && p->style != AEGF_STYLE_JSON) {
		put_parts(&x, token);
	} else {
		if (is_named(&x))
			put_name(&x, is_empty(j, token));
		put_value(w, p, j, token);
	}
}
