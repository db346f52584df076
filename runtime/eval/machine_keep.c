/* The memory of a state machine under way: scratch, and what its states came to. */
#include "machine_run.h"

static uint8_t *memory(struct aeg_machine *m) { return m->mem; }

struct scratch machine_scratch(struct aeg_machine *m)
{
	return (struct scratch){ memory(m) + machine_run(m)->kept, memory(m) + m->mem_size };
}

/* ---- Records ------------------------------------------------------------------------------- */

static size_t size_of(const struct record *x) { return sizeof *x + padded(x->len); }

/* The record of @state, at @*ret_at; NULL: there is none. */
static struct record *find(struct aeg_machine *m, uint32_t state, size_t *ret_at)
{
	const struct run *r = machine_run(m);

	for (size_t at = r->records; at < r->kept;) {
		struct record *x = (void *)(memory(m) + at);
		*ret_at = at;
		if (x->state == state)
			return x;
		at += size_of(x);
	}
	return NULL;
}

struct record *machine_newest(struct aeg_machine *m)
{
	const struct run *r = machine_run(m);
	struct record *x = (void *)(memory(m) + r->records);

	if (r->records < r->kept && x->state == AEG_NONE)
		x = (void *)((uint8_t *)x + size_of(x));
	return (uint8_t *)x < memory(m) + r->kept ? x : NULL;
}

static void forget(struct aeg_machine *m, uint32_t state)
{
	struct run *r = machine_run(m);
	size_t at, size;
	const struct record *x = find(m, state, &at);

	if (x == NULL)
		return;
	size = size_of(x);
	memmove(memory(m) + at, memory(m) + at + size, r->kept - at - size);
	r->kept -= size;
}

/* The text waits at the end of the memory while the others make room. */
const char *machine_keep(struct aeg_machine *m, struct record head, struct aeg_str text)
{
	struct run *r = machine_run(m);
	size_t size = sizeof head + padded(text.len);
	uint8_t *at = memory(m) + r->records, *wait = memory(m) + m->mem_size - padded(text.len);

	head.len = text.len;
	if ((size_t)(wait - memory(m)) < r->kept + size)
		return machine_failed(m, AEG_NOMEM, NULL);
	memmove(wait, text.at, text.len);
	forget(m, head.state);
	memmove(at + size, at, r->kept - r->records);
	memcpy(at, &head, sizeof head);
	memcpy(at + sizeof head, wait, text.len);
	memset(at + sizeof head + text.len, 0, size - sizeof head - text.len);
	r->kept += size;
	return NULL;
}

const char *machine_keep_feedback(struct aeg_machine *m, struct aeg_str json)
{
	forget(m, AEG_NONE);
	return json.len == 0 ? NULL : machine_keep(m, (struct record){ .state = AEG_NONE }, json);
}

/* ---- As JSON ------------------------------------------------------------------------------- */

void put_escaped(struct written *w, struct aeg_str s)
{
	static const char hex[] = "0123456789abcdef";

	for (uint32_t i = 0, lo = 0; i <= s.len; i++) {
		unsigned char c = i < s.len ? (unsigned char)s.at[i] : 0;
		char escape[] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] };
		int slash = c == '"' || c == '\\' || c == '\n';
		if (i < s.len && c >= ' ' && !slash)
			continue;
		aegi_write(w, s.at + lo, i - lo);
		lo = i + 1;
		if (slash) {
			escape[1] = c == '\n' ? 'n' : (char)c;
			aegi_write(w, escape, 2);
		} else if (i < s.len) {
			aegi_write(w, escape, sizeof escape);
		}
	}
}

void put_quoted(struct written *w, struct aeg_str s)
{
	put(w, "\"");
	put_escaped(w, s);
	put(w, "\"");
}

void machine_put_score(struct written *w, uint32_t billionths)
{
	char digits[12] = "0.";
	uint32_t n = 11, rest = billionths % AEG_SCORE_ONE;

	digits[0] = (char)('0' + billionths / AEG_SCORE_ONE);
	for (uint32_t i = 10; i >= 2; i--, rest /= 10)
		digits[i] = (char)('0' + rest % 10);
	while (digits[n - 1] == '0' && n > 2)
		n--;
	aegi_write(w, digits, n == 2 ? 1 : n);
}

static void put_scores(struct written *w, const struct record *x)
{
	put(w, "\"score\":");
	machine_put_score(w, x->score);
	put(w, x->confident ? ",\"confidence\":" : "");
	if (x->confident)
		machine_put_score(w, x->confidence);
}

static void put_exit_code(struct written *w, int32_t code)
{
	char digits[11];
	uint32_t at = sizeof digits, rest = code < 0 ? -(uint32_t)code : (uint32_t)code;

	do
		digits[--at] = (char)('0' + rest % 10);
	while ((rest /= 10) != 0);
	put(w, code < 0 ? ",\"exit_code\":-" : ",\"exit_code\":");
	aegi_write(w, digits + at, sizeof digits - at);
}

/* What the library says stands before what the caller said: the first of a name counts. */
void machine_put_record(struct aeg_machine *m, struct written *w, const struct record *x)
{
	const struct aegf_state *s = machine_state(m->machines, machine_of(m), x->state);

	put(w, x->success ? "{\"status\":\"success\"" : "{\"status\":\"failure\"");
	if (x->exited)
		put_exit_code(w, x->exit);
	if (x->scored) {
		put(w, ",");
		put_scores(w, x);
	}
	if (x->scored && s->kind == AEG_STATE_PARALLEL_AGENTS) {
		put(w, ",\"consensus\":{");
		put_scores(w, x);
		put(w, ",\"strategy\":\"");
		put(w, aeg_consensus_name((enum aeg_consensus)s->strategy));
		put(w, "\"}");
	}
	put(w, ",");
	aegi_write(w, (const char *)(x + 1), x->len);
	put(w, "}");
}
