/* Holds the values that a step sends, literal or read, against what the operation takes. */
#include <string.h>

#include "aegis/expr.h"
#include "flow/check.h"

static const uint32_t scalars = TYPE_STRING | TYPE_NUMBER | TYPE_BOOL;

/* ---- Readings ------------------------------------------------------------------------------ */

static bool in_span(struct span outer, struct span inner)
{
	return outer.file == inner.file && inner.lo >= outer.lo && inner.hi <= outer.hi;
}

/* What stands between the braces of a hole. */
static struct slice within(struct slice s)
{
	while (s.len > 0 && strchr("{~ \t\n", s.at[0]) != NULL)
		s = (struct slice){ s.at + 1, s.len - 1 };
	while (s.len > 0 && strchr("}~ \t\n", s.at[s.len - 1]) != NULL)
		s.len--;
	return s;
}

const struct flow_read *fit_reading(const struct flow_template *v, const struct node *n)
{
	const struct flow_read *found = NULL;
	struct slice s = within(n->u.text);
	for (uint32_t i = 0; i < s.len; i++)
		if (strchr(" \t\n()+*%<>=!&|'\"", s.at[i]) != NULL)
			return NULL;
	for (uint32_t i = 0; i < v->nreads; i++) {
		if (!in_span(n->span, v->reads[i].at))
			continue;
		if (found != NULL)
			return NULL;
		found = &v->reads[i];
	}
	return found;
}

static void misfit(struct types *t, enum diag_code code, struct span at, const char *label,
	const struct sink *to, uint32_t takes)
{
	diag_add(t->d, (struct diag){ code, at, .label = label, .other = to->at,
			       .other_label = diag_text(
				       t->d, "%s takes %s", to->what, type_words(t->d, takes)) });
}

static void maybe_missing(struct types *t, struct span at, const struct sink *to)
{
	diag_add(t->d,
		(struct diag){ AEG_maybe_missing, at, .label = "this may be missing",
			.other = to->at,
			.other_label = diag_text(t->d,
				to->is_parameter ? "%s is required" : "%s takes no null", to->what),
			.help = "run the step only `when` it is there, or give it another value: `{{default a b}}`" });
}

static void fit_wire(
	struct types *t, const struct flow_read *r, struct span at, const struct sink *to)
{
	struct wire w = reading(t, NULL, r);
	uint32_t takes = type_kinds(&to->type), kinds = type_kinds(&w.type),
		 plain = kinds & ~(uint32_t)TYPE_NULL;
	bool known = kinds != TYPE_ANY,
	     sure = (r->flags & (AEG_READ_CERTAIN | AEG_READ_TESTED)) == AEG_READ_CERTAIN,
	     missing = w.maybe || (known && (kinds & TYPE_NULL));
	bool matters = to->is_parameter ? to->required : !(takes & TYPE_NULL);
	if (missing && matters && sure && !reading_is_guarded(t, r))
		maybe_missing(t, at, to);
	if (!known || plain == 0)
		return;
	uint32_t texts = to->is_parameter && (takes & scalars) ? takes | scalars : takes;
	uint32_t other = plain & ~takes;
	if (to->is_parameter && (takes & TYPE_STRING))
		other &= ~scalars; /* whatever is written is a text */
	takes &= ~(uint32_t)TYPE_NULL;
	if ((plain & texts) == 0)
		misfit(t, AEG_wrong_value, at,
			diag_text(t->d, "this is %s", type_words(t->d, plain)), to, takes);
	else if (other != 0)
		misfit(t, AEG_doubtful_value, at,
			diag_text(t->d, "this is %s", type_words(t->d, plain)), to, takes);
}

/* ---- Literals ------------------------------------------------------------------------------ */

static bool is_number(struct slice s, bool *ret_whole)
{
	uint32_t i = s.len > 0 && s.at[0] == '-', digits = i;
	*ret_whole = true;
	while (i < s.len && s.at[i] >= '0' && s.at[i] <= '9')
		i++;
	digits = i - digits;
	if (i < s.len && s.at[i] == '.') {
		*ret_whole = false;
		for (i++; i < s.len && s.at[i] >= '0' && s.at[i] <= '9'; i++)
			digits++;
	}
	return digits > 0 && i == s.len;
}

/* Kinds that a scalar is when it stands in a URL or a header. */
static uint32_t kinds_of_text(struct slice s)
{
	bool whole;
	if (slice_is(s, "true") || slice_is(s, "false"))
		return TYPE_STRING | TYPE_BOOL;
	if (!is_number(s, &whole))
		return TYPE_STRING;
	return TYPE_STRING | (whole ? TYPE_INTEGER : TYPE_FRACTION);
}

/* 1.0 is a whole number, and one with an exponent may be. */
static uint32_t kinds_of_float(struct slice s)
{
	uint32_t i = 0;
	while (i < s.len && s.at[i] != '.')
		i++;
	while (i + 1 < s.len && s.at[i + 1] == '0')
		i++;
	bool fraction = i + 1 < s.len && s.at[i + 1] >= '1' && s.at[i + 1] <= '9';
	for (uint32_t k = i; k < s.len; k++)
		if (s.at[k] == 'e' || s.at[k] == 'E')
			return TYPE_NUMBER;
	return fraction ? TYPE_FRACTION : TYPE_INTEGER;
}

static bool has_holes(const struct node *n)
{
	for (uint32_t i = 0; n->kind == NODE_STRING && i + 1 < n->u.text.len; i++)
		if (n->u.text.at[i] == '{' && n->u.text.at[i + 1] == '{')
			return true;
	return false;
}

static uint32_t kinds_of(const struct node *n, const struct sink *to)
{
	switch ((enum node_kind)n->kind) {
	case NODE_BOOL:
	case NODE_INT:
	case NODE_FLOAT:
	case NODE_STRING:
		if (to->is_parameter)
			return has_holes(n) ? TYPE_ANY : kinds_of_text(n->u.text);
		return n->kind == NODE_BOOL    ? TYPE_BOOL
		       : n->kind == NODE_INT   ? TYPE_INTEGER
		       : n->kind == NODE_FLOAT ? kinds_of_float(n->u.text)
					       : TYPE_STRING;
	case NODE_NULL: return TYPE_NULL;
	case NODE_LIST: return TYPE_LIST;
	case NODE_MAP: return TYPE_OBJECT;
	case NODE_POISON: break;
	}
	return TYPE_ANY;
}

/* False: reported. */
static bool fit_literal(struct types *t, const struct node *n, const struct sink *to)
{
	uint32_t takes = type_kinds(&to->type), kinds = kinds_of(n, to);
	if (n->kind == NODE_NULL && to->is_parameter)
		return true;
	if ((kinds & takes) == 0) {
		misfit(t, AEG_wrong_value, n->span,
			diag_text(t->d, "this is %s",
				type_words(t->d, n->kind == NODE_STRING ? TYPE_STRING : kinds)),
			to, takes & ~(uint32_t)TYPE_NULL);
		return false;
	}
	if (has_holes(n) || type_allows(&to->type, n, to->is_parameter))
		return true;
	diag_add(t->d, (struct diag){ AEG_wrong_value, n->span,
			       .label = "it is none of the values that are listed", .other = to->at,
			       .other_label = to->what });
	return false;
}

/* ---- Lists and maps ------------------------------------------------------------------------ */

static void fit_map(
	struct types *t, const struct flow_template *v, const struct node *n, const struct sink *to)
{
	struct slice lacks = type_lacks(&to->type, n), known[64];
	if (lacks.at != NULL)
		diag_add(t->d, (struct diag){ AEG_missing_member, n->span,
				       .label = diag_text(
					       t->d, "%s is missing here", diag_quote(t->d, lacks)),
				       .other = to->at,
				       .other_label = diag_text(t->d, "%s needs it", to->what) });
	for (uint32_t i = 0; i < n->u.map.n; i++) {
		const struct member *m = &n->u.map.v[i];
		struct sink inner = { .at = to->at,
			.is_parameter = to->is_parameter,
			.what = diag_text(t->d, "member %s", diag_quote(t->d, m->key)) };
		enum type_member has = type_member(&to->type, m->key, &inner.type);
		if (has >= TYPE_MAYBE) {
			fit(t, v, m->value, &inner);
			continue;
		}
		diag_add(t->d,
			(struct diag){ has == TYPE_NEVER ? AEG_member_refused : AEG_member_unlisted,
				m->key_span,
				.label = types_meant(
					t->d, m->key, known, type_names(&to->type, known, 64)),
				.other = to->at, .other_label = to->what });
	}
}

static void fit_list(
	struct types *t, const struct flow_template *v, const struct node *n, const struct sink *to)
{
	struct sink inner = { .type = type_element(&to->type),
		.at = to->at,
		.is_parameter = to->is_parameter,
		.what = diag_text(t->d, "an element of %s", to->what) };
	for (uint32_t i = 0; i < n->u.list.n; i++)
		fit(t, v, n->u.list.v[i], &inner);
}

/* Documents nest at most SYNTAX_MAX_DEPTH deep. */
void fit(
	struct types *t, const struct flow_template *v, const struct node *n, const struct sink *to)
{
	if (n->kind == NODE_POISON)
		return;
	if (n->kind == NODE_STRING && flow_text_is_hole(n->u.text)) {
		const struct flow_read *r = fit_reading(v, n);
		if (r != NULL)
			fit_wire(t, r, n->span, to);
		return;
	}
	if (!fit_literal(t, n, to))
		return;
	if (n->kind == NODE_MAP)
		fit_map(t, v, n, to);
	else if (n->kind == NODE_LIST)
		fit_list(t, v, n, to);
}
