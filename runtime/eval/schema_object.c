/* What a schema says of an object's members. */
#include "schema_machine.h"

#include <string.h>

static int is_name(struct validator *m, uint32_t key, const struct aegf_members_slot *slot)
{
	struct aeg_str name = schema_str(m, &slot->off);
	struct text t = aegi_text(m->s.doc, &m->tok[key]);
	uint32_t i = 0;

	if (!t.escaped)
		return m->tok[key].len == name.len && memcmp(t.c.at, name.at, name.len) == 0;
	while (i < name.len && aegi_text_next(&t) == (uint8_t)name.at[i])
		i++;
	return i == name.len && aegi_text_next(&t) < 0;
}

/* The slot of a member's name, or NULL. */
static const struct aegf_members_slot *find(
	struct validator *m, const struct members *p, uint32_t key)
{
	const struct aeg_json_tok *t = &m->tok[key];
	uint32_t at = 0;

	/* A name in escapes has no hash without its value: that is looked for everywhere. */
	if (!(t->info & AEG_JSON_ESCAPED))
		at = aegf_hash(0, m->s.doc->text + t->at, t->len);
	else if (!aegi_spend(&m->s, p->nslots))
		return NULL;
	for (uint32_t i = 0; i < p->nslots; i++, at++) {
		const struct aegf_members_slot *slot = &p->slot[at & (p->nslots - 1)];
		if (aeg_ld32(slot->off) == AEGF_NONE) {
			if (!(t->info & AEG_JSON_ESCAPED))
				break;
		} else if (is_name(m, key, slot)) {
			return slot;
		} else if (i > 0 && !aegi_spend(&m->s, 1)) {
			break;
		}
	}
	return NULL;
}

/* The schema that member @key has by stage @stage: its name, each pattern, the rest; or NONE. */
static uint32_t schema_of(
	struct validator *m, struct frame *f, const struct members *p, uint32_t stage)
{
	const struct aegf_members_slot *slot;

	if (stage == 0) {
		slot = find(m, p, f->next);
		if (slot == NULL)
			return AEGF_NONE;
		f->hits += aeg_ld32(slot->required);
		return aeg_ld32(slot->schema);
	}
	if (stage > p->npatterns)
		return f->matched ? AEGF_NONE : p->rest;
	if (!schema_matches(m, aeg_ld32(p->pattern[stage - 1].regex), f->next))
		return AEGF_NONE;
	return aeg_ld32(p->pattern[stage - 1].schema);
}

static enum outcome required(struct validator *m, struct frame *f, const struct members *p)
{
	enum outcome ret = HOLDS;

	if (f->hits == p->nrequired)
		return HOLDS;
	for (uint32_t i = 0; i < p->nrequired && !m->stop; i++) {
		struct aeg_str name = schema_str(m, &p->required[i].off);
		if (!aegi_spend(&m->s, m->tok[f->token].next - f->token))
			return HOLDS;
		if (aeg_json_member(m->s.doc, f->token, name) != AEG_NONE)
			continue;
		schema_fail(m, f, name);
		ret = BROKEN;
	}
	return ret;
}

static enum outcome members(struct validator *m, struct frame *f, const struct aeg_le32 *op)
{
	struct members p = schema_members(op);
	uint32_t end = m->tok[f->token].next;

	if (f->calls == 0)
		f->next = f->token + 1;
	else if (!m->result) {
		f->valid = 0;
		if (f->quiet)
			return BROKEN;
	}
	for (; f->next != end; f->next = m->tok[f->next].next, f->ordinal++) {
		while (f->stage <= p.npatterns + 1 && aegi_spend(&m->s, 1)) {
			uint32_t schema = schema_of(m, f, &p, f->stage++);
			if (schema == AEGF_NONE)
				continue;
			f->matched = 1;
			schema_mark(m, f, f->ordinal);
			if (schema != AEGF_SCHEMA_ANY)
				return schema_call(m, schema, f->next + 1, ASK_INSIDE);
		}
		f->stage = f->matched = 0;
	}
	return required(m, f, &p);
}

/* PROPERTY_NAMES and UNEVALUATED_PROPERTIES: one schema for each name, or for each value. */
static enum outcome each(struct validator *m, struct frame *f, const struct aeg_le32 *op)
{
	uint32_t schema = aeg_ld32(op[1]), end = m->tok[f->token].next;
	uint32_t value = schema_op(op) == AEGF_SCHEMA_UNEVALUATED_PROPERTIES;

	if (f->calls == 0)
		f->next = f->token + 1;
	else if (!m->result) {
		f->valid = 0;
		if (f->quiet)
			return BROKEN;
	}
	while (f->next != end && aegi_spend(&m->s, 1)) {
		uint32_t at = f->next, i = f->ordinal++;
		f->next = m->tok[at].next;
		if (value && schema_marked(m, f, i))
			continue;
		if (value)
			schema_mark(m, f, i);
		if (schema != AEGF_SCHEMA_ANY)
			return schema_call(m, schema, at + value, ASK_INSIDE);
	}
	return HOLDS;
}

static int has_member(struct validator *m, const struct frame *f, const struct aeg_le32 *name)
{
	return aegi_spend(&m->s, m->tok[f->token].next - f->token) &&
	       aeg_json_member(m->s.doc, f->token, schema_str(m, name)) != AEG_NONE;
}

static enum outcome dependent_required(
	struct validator *m, struct frame *f, const struct aeg_le32 *op)
{
	enum outcome ret = HOLDS;

	if (!has_member(m, f, op + 1))
		return HOLDS;
	for (uint32_t i = 3; i < schema_op_words(op) && m->s.status == AEG_OK; i += 2)
		if (!has_member(m, f, op + i)) {
			schema_fail(m, f, schema_str(m, op + i));
			ret = BROKEN;
		}
	return ret;
}

enum outcome schema_object(struct validator *m, struct frame *f, const struct aeg_le32 *op)
{
	switch (schema_op(op)) {
	case AEGF_SCHEMA_MEMBERS: return members(m, f, op);
	case AEGF_SCHEMA_DEPENDENT_REQUIRED:
	case AEGF_SCHEMA_DEPENDENCIES: return dependent_required(m, f, op);
	case AEGF_SCHEMA_DEPENDENT_SCHEMA:
		if (f->calls > 0)
			return m->result ? HOLDS : BROKEN;
		if (!has_member(m, f, op + 1))
			return HOLDS;
		return schema_call(m, aeg_ld32(op[3]), f->token, ASK_HERE);
	case AEGF_SCHEMA_UNEVALUATED_PROPERTIES:
		/* Of what is already wrong, it is not known what was evaluated. */
		return !f->valid && f->calls == 0 ? HOLDS : each(m, f, op);
	default: return each(m, f, op);
	}
}
