/* The functions match and search of a path's expressions: patterns that are compiled already, and
 * such as come from the document. */
#include "select.h"

void aegi_match_this(struct machine *m, const uint8_t *op)
{
	struct text t;
	struct value *v = &m->value[m->s->nvalues - 1];
	int is = aegi_value_text(m->s, *v, &t) &&
		 aegi_regex_run(m->s, op + 5, t, op[0] == AEGF_OP_MATCH_THIS, m->states);

	*v = (struct value){ VALUE_LOGICAL, (uint32_t)is, 0 };
}

/* ---- Patterns from the document ------------------------------------------------------------ */

/* Behind what the program's own expressions need: the compiled pattern, then memory to run it. */
static uint8_t *pattern_memory(struct machine *m)
{
	return (uint8_t *)m->s->mem + aeg_select_size(m->s->program);
}

/* Compiles @pattern; 0: it is none, or cannot be. */
static int pattern_compile(struct machine *m, struct aeg_str pattern, size_t room)
{
	struct aeg_select *s = m->s;
	uint8_t *mem = pattern_memory(m);
	uint32_t states;
	size_t len;

	if (s->regex == NULL) {
		s->status = AEG_USAGE;
		return 0;
	}
	if (!aegi_spend(s, pattern.len))
		return 0;
	enum aeg_status status = s->regex(pattern, mem, room, &len);
	if (status == AEG_CONTENT)
		return 0;
	if (status == AEG_OK)
		status = len > room ? AEG_NOMEM : aegi_regex_check(mem, (uint32_t)len, &states);
	if (status == AEG_OK && room - len < aegi_regex_memory(states) + 3)
		status = AEG_NOMEM;
	s->status = status;
	return status == AEG_OK && aegi_spend(s, len / 8);
}

/* Makes @v, a string, the pattern at hand; 0: there is none. */
static int pattern_get(struct machine *m, struct value v)
{
	struct aeg_select *s = m->s;
	size_t room = s->mem_size - aeg_select_size(s->program);
	struct aeg_str pattern = { (const char *)m->ops + v.a, v.len };

	if (v.kind != VALUE_TOKEN) {
		s->pattern = 0;
		return pattern_compile(m, pattern, room);
	}
	if (s->pattern == v.a + 1)
		return (int)s->pattern_good;
	const struct aeg_json_tok *t = &m->tok[v.a];
	pattern = (struct aeg_str){ s->doc->text + t->at, t->len };
	if (t->info & AEG_JSON_ESCAPED) {
		if (t->len > room) {
			s->status = AEG_NOMEM;
			return 0;
		}
		char *at = (char *)pattern_memory(m) + (room -= t->len);
		pattern = (struct aeg_str){ at,
			(uint32_t)aeg_json_unescape(s->doc, v.a, at, t->len) };
	}
	s->pattern = v.a + 1;
	s->pattern_good = (uint32_t)pattern_compile(m, pattern, room);
	return (int)s->pattern_good;
}

void aegi_match(struct machine *m, uint32_t op)
{
	struct aeg_select *s = m->s;
	struct value v = m->value[s->nvalues - 2], with = m->value[s->nvalues - 1];
	const struct aegf_regex *r = (const void *)pattern_memory(m);
	struct text t, u;
	int is = 0;

	if (aegi_value_text(s, v, &t) && aegi_value_text(s, with, &u) && pattern_get(m, with)) {
		size_t len = sizeof *r + aeg_ld32(r->nstates) * sizeof(struct aegf_state) +
			     aeg_ld32(r->nranges) * sizeof(struct aegf_range);
		is = aegi_regex_run(s, (const uint8_t *)r, t, op == AEGF_OP_MATCH,
			(void *)((uint8_t *)pattern_memory(m) + ((len + 3) & ~(size_t)3)));
	}
	s->nvalues--;
	m->value[s->nvalues - 1] = (struct value){ VALUE_LOGICAL, (uint32_t)is, 0 };
}
