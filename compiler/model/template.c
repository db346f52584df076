/* Templates in manifests: compiled for their fields' languages, what they read looked up. */
#define _GNU_SOURCE /* memmem */
#include "model/template.h"

#include <stdlib.h>

#include "aegis/expr.h"

enum {
	LARGEST = 1 << 20, /* bytes of one template */
	MOST_MEMORY = 256 << 20,
	MOST_READINGS = 4096, /* that are told of one template */
	MOST_UNKNOWN = 64,    /* variables that are looked at further, of one template */
	MOST_NAMES = 256,     /* that one name is compared with */
	SHOWN_NAMES = 12,     /* and that help lists */
	SURE = 4,             /* letters of a name that is like another by no accident */
};

struct unknown { /* something read that nothing is known to give */
	uint32_t at, len;
	struct slice root, whole; /* the first step; all as far as the unknown one */
	const char *near;         /* the name that was meant, or NULL: */
	const char *known;        /* what is known, in words */
};

struct check {
	struct shape *s;
	const struct field *f;
	const struct template_text *t;
	struct map tested; /* roots that the template looks for before it reads them */
	struct unknown *v;
	size_t n, cap;
	size_t first; /* of its readings */
};

/* ---- Places -------------------------------------------------------------------------------- */

static struct span place(const struct check *c, uint32_t at, uint32_t len)
{
	uint32_t i = c->t->n - 1;

	while (c->t->pieces[i].at > at)
		i--;
	return syntax_place(c->s->d->sources, c->t->pieces[i].node, at - c->t->pieces[i].at, len);
}

/* ---- Variables ----------------------------------------------------------------------------- */

struct names { /* that may stand at one place of a path */
	struct slice v[MOST_NAMES];
	size_t n;
};

static bool has_name(const struct names *l, struct slice name)
{
	for (size_t i = 0; i < l->n; i++)
		if (slice_eq(l->v[i], name))
			return true;
	return false;
}

static void add_name(struct names *l, struct slice name)
{
	if (l->n < MOST_NAMES && !has_name(l, name))
		l->v[l->n++] = name;
}

static void add_words(struct names *l, const char *const *words)
{
	for (; words != NULL && *words != NULL; words++)
		add_name(l, slice_of(*words));
}

static void add_keys(struct names *l, const struct template_keys *k)
{
	for (uint32_t i = 0; k->map != NULL && i < k->map->u.map.n; i++)
		add_name(l, k->map->u.map.v[i].key);
}

struct template_keys template_keys(struct shape *s, const struct node *value)
{
	struct template_keys k = { .index.arena = s->d->arena };

	if (value == NULL || value->kind != NODE_MAP)
		return k;
	k.map = value;
	for (uint32_t i = 0; i < value->u.map.n; i++)
		map_put(&k.index, value->u.map.v[i].key, i);
	return k;
}

static bool has_key(const struct template_keys *k, struct slice name)
{
	return map_get(&k->index, name) != MAP_NONE;
}

static struct slice step(const struct aeg_variable *v, uint32_t i)
{
	return i < v->nsteps ? (struct slice){ v->steps[i].name.at, v->steps[i].name.len }
			     : (struct slice){ NULL, 0 };
}

/* What the first steps of @v lead to, as many as are known; and how many steps that are. */
static uint32_t follow(
	const struct check *c, const struct aeg_variable *v, struct known *ret, bool *ret_sure)
{
	struct known next;
	enum known_member is;
	uint32_t i;

	*ret = *c->s->scope->root;
	*ret_sure = true;
	for (i = 0; i < v->nsteps; i++) {
		is = known_member(ret, step(v, i), &next);
		if (is == KNOWN_NEVER)
			break;
		*ret_sure &= is == KNOWN_ALWAYS;
		*ret = next;
	}
	return i;
}

/* An object that may have other members than are listed: is this one of those, misspelt? */
static uint32_t misspelt_step(
	const struct check *c, const struct aeg_variable *v, uint32_t most, struct names *l)
{
	struct known k = *c->s->scope->root, next;

	for (uint32_t i = 0; i < most && step(v, i).at != NULL; i++) {
		if (k.open) {
			l->n = known_names(&k, l->v, MOST_NAMES);
			if (step(v, i).len >= SURE && !has_name(l, step(v, i)) &&
				diag_nearest(step(v, i), l->v, l->n) != SIZE_MAX)
				return i;
		}
		known_member(&k, step(v, i), &next);
		k = next;
	}
	return AEG_NONE;
}

/* The first step of @v that nothing is known to give, and in @l what is known to stand there; or
 * AEG_NONE. */
static uint32_t unknown_step(const struct check *c, const struct aeg_variable *v, struct names *l)
{
	const struct template_scope *scope = c->s->scope;
	struct known k = { .types = 0 };
	uint32_t level = 0;
	bool sure;

	if (step(v, 0).at == NULL || has_key(&scope->names, step(v, 0)))
		return AEG_NONE;
	add_words(l, c->f->words);
	if (has_name(l, step(v, 0)))
		return AEG_NONE;
	if (scope->root != NULL)
		level = follow(c, v, &k, &sure);
	if (scope->root != NULL && level == v->nsteps) {
		l->n = 0;
		return misspelt_step(c, v, level, l);
	}
	if (level != 0)
		l->n = 0;
	if (scope->root != NULL)
		l->n += known_names(&k, l->v + l->n, MOST_NAMES - l->n);
	if (level == 0)
		add_keys(l, &scope->names);
	return level;
}

/* Bits of enum aeg_type: what is there only once a state has run may always be missing. */
static uint32_t variable_types(void *ctx, const struct aeg_variable *v)
{
	const struct check *c = ctx;
	struct names l = { .n = 0 };
	struct known k;
	bool sure;

	add_words(&l, c->f->words);
	if (v->special.len != 0 || (v->flags & AEG_READ_UNKNOWN) || step(v, 0).at == NULL ||
		has_name(&l, step(v, 0)) || has_key(&c->s->scope->names, step(v, 0)) ||
		follow(c, v, &k, &sure) != v->nsteps)
		return AEG_TYPE_ANY;
	return known_types(&k) | (sure ? 0 : AEG_TYPE_UNDEFINED | AEG_TYPE_NULL);
}

/* ---- Readings ------------------------------------------------------------------------------ */

static void note_reading(struct check *c, const struct aeg_variable *v)
{
	struct template_scratch *m = &c->s->scratch;
	struct arena *a = c->s->d->arena;
	struct slice *steps = arena_array(a, struct slice, v->nsteps);

	for (uint32_t i = 0; i < v->nsteps; i++)
		steps[i] = step(v, i).at == NULL ? step(v, i) : buf_copy(a, step(v, i));
	arena_push(a, m->readings, m->n, &m->cap);
	m->readings[m->n++] =
		(struct template_reading){ steps, v->nsteps, v->flags, place(c, v->at, v->len) };
}

static void tell(struct shape *s, struct template_range of)
{
	for (size_t i = 0; s->scope->told != NULL && i < of.n; i++)
		s->scope->told(s->scope->ctx, &s->scratch.readings[of.first + i]);
}

/* The first @n steps. */
static struct slice path(struct check *c, const struct aeg_variable *v, uint32_t n)
{
	struct buf b = { .arena = c->s->d->arena };

	for (uint32_t i = 0; i < n; i++) {
		buf_text(&b, i == 0 ? "" : ".");
		buf_slice(&b, step(v, i));
	}
	return buf_done(&b);
}

/* What stands where step @level of @v does not. */
static const char *listed(
	struct check *c, const struct names *l, const struct aeg_variable *v, uint32_t level)
{
	struct diags *d = c->s->d;
	struct buf b = { .arena = d->arena };

	if (level == 0)
		buf_text(&b, "known here: ");
	else
		buf_printf(&b, "%s has ", diag_quote(d, path(c, v, level)));
	for (size_t i = 0; i < l->n && i < SHOWN_NAMES; i++)
		buf_printf(&b, "%s%s", i == 0 ? "" : ", ", diag_quote(d, l->v[i]));
	buf_text(&b, l->n == 0 ? "nothing" : l->n > SHOWN_NAMES ? " and others" : "");
	return buf_done(&b).at;
}

static void read_variable(void *ctx, const struct aeg_variable *v)
{
	struct check *c = ctx;
	struct arena *a = c->s->d->arena;
	struct names l = { .n = 0 };

	if (v->special.len == 0 && c->s->scope->told != NULL &&
		c->s->scratch.n - c->first < MOST_READINGS)
		note_reading(c, v);
	if (v->special.len != 0 || c->n == MOST_UNKNOWN)
		return;
	uint32_t level = unknown_step(c, v, &l);
	if (level == AEG_NONE)
		return;
	if ((v->flags & AEG_READ_TESTED) && !(v->flags & AEG_READ_LOOPED))
		map_put(&c->tested, buf_copy(a, step(v, 0)), 1);
	size_t near = diag_nearest(step(v, level), l.v, l.n);
	arena_push(a, c->v, c->n, &c->cap);
	c->v[c->n++] = (struct unknown){ v->at, v->len, buf_copy(a, step(v, 0)),
		path(c, v, level + 1), near == SIZE_MAX ? NULL : diag_quote(c->s->d, l.v[near]),
		near == SIZE_MAX ? listed(c, &l, v, level) : NULL };
}

static int by_place(const void *a, const void *b)
{
	const struct unknown *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

/* Each once. What the template looks for first may be missing, unless it is a known name misspelt.
 */
static void report_variables(struct check *c)
{
	struct map reported = { .arena = c->s->d->arena };

	if (c->n != 0)
		qsort(c->v, c->n, sizeof *c->v, by_place);
	for (size_t i = 0; i < c->n; i++) {
		const struct unknown *u = &c->v[i];
		if (u->near == NULL && map_get(&c->tested, u->root) != MAP_NONE)
			continue;
		if (map_put(&reported, u->whole, 1) != MAP_NONE)
			continue;
		shape_report(c->s,
			(struct diag){ AEG_unknown_variable, place(c, u->at, u->len),
				.label = u->near == NULL
						 ? "it renders as nothing, where nothing gives it"
						 : diag_text(c->s->d, "did you mean %s?", u->near),
				.message = diag_text(c->s->d, "nothing is known to give %s a value",
					diag_quote(c->s->d, u->whole)),
				.help = u->known });
	}
}

/* ---- Errors -------------------------------------------------------------------------------- */

static const char *language_help(enum field_language language)
{
	switch (language) {
	case LANGUAGE_JSON:
		return "the field is one JSON value: a hole stands within a string, or for a whole "
		       "value or name";
	case LANGUAGE_URL:
		return "the field is a URL: a hole stands in its path, query or fragment";
	case LANGUAGE_SHELL:
		return "the field is a shell command: a hole stands within one word, which does not "
		       "name the command";
	case LANGUAGE_TEXT:
	case LANGUAGE_CONDITION: break;
	}
	return NULL;
}

static void report_error(struct check *c, const struct aeg_template_error *e, enum diag_code code)
{
	struct diags *d = c->s->d;
	struct slice near = { e->near_.at, e->near_.len };
	const char *help = code == AEG_template_language ? language_help(c->f->language) : NULL;

	shape_report(c->s, (struct diag){ code, place(c, e->at, e->len), .label = e->what,
				   .help = near.len == 0 ? help
							 : diag_text(d, "did you mean %s?",
								   diag_quote(d, near)) });
}

/* ---- Compiling ----------------------------------------------------------------------------- */

static enum aeg_status compile(
	struct check *c, enum field_language language, struct aeg_template_error *e)
{
	static const enum aeg_template_mode modes[] = {
		[LANGUAGE_TEXT] = AEG_MODE_TEXT,
		[LANGUAGE_JSON] = AEG_MODE_JSON,
		[LANGUAGE_URL] = AEG_MODE_URL,
		[LANGUAGE_SHELL] = AEG_MODE_SHELL,
		[LANGUAGE_CONDITION] = AEG_MODE_TEXT,
	};
	struct aeg_template_options options = { .size_of = sizeof options,
		.mode = modes[language],
		.variable = c->s->scope != NULL ? read_variable : NULL,
		.types = c->s->scope != NULL && c->s->scope->root != NULL ? variable_types : NULL,
		.ctx = c };
	struct aeg_str text = { c->t->text.at, c->t->text.len };
	struct template_scratch *m = &c->s->scratch;
	size_t len, want = 4096 + (size_t)text.len * 32;

	for (;; want = m->size * 2) {
		if (want > m->size) {
			m->mem = arena_alloc(c->s->d->arena, want, 1, 8);
			m->size = want;
		}
		c->n = 0;
		m->n = c->first;
		enum aeg_status status =
			language == LANGUAGE_CONDITION
				? aeg_condition_compile(text, &options, m->mem, m->size, &len, e)
				: aeg_template_compile(text, &options, m->mem, m->size, &len, e);
		if (status != AEG_NOMEM || m->size >= MOST_MEMORY)
			return status;
	}
}

/* Returns what it reads. */
static struct template_range check(
	struct shape *s, const struct field *f, const struct template_text *t)
{
	struct check c = {
		.s = s, .f = f, .t = t, .tested.arena = s->d->arena, .first = s->scratch.n
	};
	const struct template_range none = { 0, 0 };
	struct aeg_template_error e = { .what = "a template has at most 1 MiB" }, plain;
	bool condition = f->language == LANGUAGE_CONDITION;
	enum diag_code code = condition ? AEG_bad_condition : AEG_bad_template;

	bool holes = memmem(t->text.at, t->text.len, "{{", 2) != NULL;

	if (!holes && !condition && f->language != LANGUAGE_JSON)
		return none;
	if (t->text.len > LARGEST) {
		report_error(&c, &e, code);
		return none;
	}
	if (compile(&c, f->language, &e) == AEG_OK) {
		report_variables(&c);
		return (struct template_range){ c.first, s->scratch.n - c.first };
	}
	e.what = diag_text(s->d, "%s", e.what); /* it may lie in what the next one is compiled in */
	if (e.name.len != 0)
		code = AEG_unknown_helper;
	else if (!condition && f->language != LANGUAGE_TEXT &&
		 compile(&c, LANGUAGE_TEXT, &plain) == AEG_OK)
		code = AEG_template_language;
	s->scratch.n = c.first;
	report_error(&c, &e, code);
	return none;
}

void template_check(struct shape *s, const struct field *f, const struct template_text *t)
{
	struct template_range read = check(s, f, t);

	if (s->scope != NULL)
		tell(s, read);
}

/* ---- Values -------------------------------------------------------------------------------- */

/* What aliases put in many places is checked once. Returns its number, or MAP_NONE where it is new,
 * under the next number. */
static uint32_t checked(struct shape *s, const struct field *f, const struct node *n)
{
	struct {
		const struct node *node;
		const struct field *field;
	} key = { n, f };
	struct template_scratch *m = &s->scratch;
	struct slice bytes = { (const char *)&key, sizeof key };
	uint32_t there;

	s->checked.arena = s->d->arena;
	there = map_get(&s->checked, bytes);
	if (there != MAP_NONE)
		return there;
	map_put(&s->checked, buf_copy(s->d->arena, bytes), (uint32_t)m->nranges);
	arena_push(s->d->arena, m->ranges, m->nranges, &m->ranges_cap);
	m->ranges[m->nranges++] = (struct template_range){ 0, 0 };
	return MAP_NONE;
}

void template_value(struct shape *s, const struct field *f, struct value v)
{
	struct template_piece piece = { 0, v.node };
	struct template_text t = { v.node->u.text, &piece, 1 };
	uint32_t i = checked(s, f, v.node);

	if (i == MAP_NONE) {
		i = (uint32_t)s->scratch.nranges - 1;
		s->scratch.ranges[i] = check(s, f, &t);
	}
	if (s->scope != NULL)
		tell(s, s->scratch.ranges[i]);
}

void template_values(struct shape *s, const struct field *f, struct value v)
{
	const struct node *n = v.node;

	if (shape_is_text(n)) {
		template_value(s, f, v);
		return;
	}
	if ((n->kind != NODE_LIST && n->kind != NODE_MAP) || checked(s, f, n) != MAP_NONE)
		return;
	for (uint32_t i = 0; i < shape_items(n); i++)
		template_values(s, f, shape_item(n, i));
	for (uint32_t i = 0; n->kind == NODE_MAP && i < n->u.map.n; i++)
		template_values(s, f, shape_member(&n->u.map.v[i]));
}
