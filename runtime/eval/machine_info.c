/* Tells what a bundle has of state machines, and what workflows call things. */
#include "machine_table.h"

static const struct aegf_machine *machine_at(const struct aeg_machines *ms, uint32_t i)
{
	return i < ms->nmachines ? machine_row(ms, MACHINES, i, struct aegf_machine) : NULL;
}

static const struct aegf_state *state_at(
	const struct aeg_machines *ms, uint32_t machine, uint32_t i)
{
	const struct aegf_machine *r = machine_at(ms, machine);

	return r == NULL || i >= aeg_ld32(r->states.count) ? NULL : machine_state(ms, r, i);
}

/* Past the last machine whose name is not after @name. */
static uint32_t past(const struct aeg_machines *ms, struct aeg_str name)
{
	uint32_t lo = 0, hi = ms->nmachines;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		if (aegi_str_order(machine_text(ms, machine_at(ms, mid)->name), name) <= 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

uint32_t aeg_machine_find(const struct aeg_machines *ms, struct aeg_str name)
{
	uint32_t at = 0, i;
	struct aeg_str stem = name, version;

	while (at < name.len && name.at[at] != '@')
		at++;
	stem.len = at;
	version = at < name.len ? (struct aeg_str){ name.at + at + 1, name.len - at - 1 }
				: (struct aeg_str){ NULL, 0 };
	for (i = past(ms, stem); i-- > 0;) {
		const struct aegf_machine *r = machine_at(ms, i);
		if (aegi_str_order(machine_text(ms, r->name), stem) != 0)
			break;
		if (at == name.len || aegi_str_order(machine_text(ms, r->version), version) == 0)
			return i;
	}
	return AEG_NONE;
}

enum aeg_status aeg_machine_info(
	const struct aeg_machines *ms, uint32_t machine, struct aeg_machine_info *ret)
{
	const struct aegf_machine *r = machine_at(ms, machine);

	if (r == NULL || ret->size_of != sizeof *ret)
		return AEG_USAGE;
	ret->name = machine_text(ms, r->name);
	ret->version = machine_text(ms, r->version);
	ret->description = machine_text(ms, r->description);
	ret->nstates = aeg_ld32(r->states.count);
	ret->initial = aeg_ld32(r->initial);
	ret->max_transitions = aeg_ld32(r->max_transitions);
	return AEG_OK;
}

enum aeg_status aeg_state_info(
	const struct aeg_machines *ms, uint32_t machine, uint32_t state, struct aeg_state_info *ret)
{
	const struct aegf_state *r = state_at(ms, machine, state);

	if (r == NULL || ret->size_of != sizeof *ret)
		return AEG_USAGE;
	ret->name = machine_text(ms, r->name);
	ret->kind = (enum aeg_state_kind)r->kind;
	ret->subject = machine_text(ms, r->subject);
	ret->ntransitions = aeg_ld32(r->transitions.count);
	ret->timeout_ms = aeg_ld32(r->timeout_ms);
	ret->max_visits = aeg_ld32(r->max_visits);
	ret->njudges = aeg_ld32(r->njudges);
	ret->retries = aeg_ld32(r->retries);
	ret->handler = aeg_ld32(r->nhandlers);
	ret->strategy = (enum aeg_consensus)r->strategy;
	ret->completion = (enum aeg_completion)r->completion;
	ret->result_key = r->kind == AEG_STATE_SUBWORKFLOW ? machine_text(ms, r->text)
							   : (struct aeg_str){ "", 0 };
	return AEG_OK;
}

enum aeg_status aeg_transition_info(const struct aeg_machines *ms, uint32_t machine, uint32_t state,
	uint32_t transition, struct aeg_transition_info *ret)
{
	const struct aegf_state *s = state_at(ms, machine, state);
	const struct aegf_transition *r;

	if (s == NULL || transition >= aeg_ld32(s->transitions.count) ||
		ret->size_of != sizeof *ret)
		return AEG_USAGE;
	r = machine_row(ms, TRANSITIONS, aeg_ld32(s->transitions.first) + transition,
		struct aegf_transition);
	ret->when = (enum aeg_condition_kind)aeg_ld32(r->when);
	ret->target = aeg_ld32(r->target);
	ret->feedback = aeg_ld32(r->feedback) != AEGF_NONE;
	ret->threshold = (int32_t)aeg_ld32(r->threshold);
	ret->agreement = (int32_t)aeg_ld32(r->agreement);
	ret->code = (int32_t)aeg_ld32(r->code);
	ret->value = machine_text(ms, r->value);
	return AEG_OK;
}

const char *aeg_state_kind_name(enum aeg_state_kind kind)
{
	static const char *const names[] = { "Agent", "System", "Human", "ParallelAgents",
		"ContainerRun", "ParallelContainerRun", "Subworkflow" };

	return (unsigned)kind < AEG_NSTATE_KINDS ? names[kind] : NULL;
}

const char *aeg_condition_name(enum aeg_condition_kind when)
{
	static const char *const names[] = { "always", "on_success", "on_failure", "exit_code_zero",
		"exit_code_non_zero", "exit_code", "score_above", "score_below", "score_between",
		"confidence_above", "score_and_confidence_above", "consensus", "all_approved",
		"any_rejected", "input_equals", "input_equals_yes", "input_equals_no", "custom" };

	_Static_assert(sizeof names / sizeof *names == AEG_NCONDITION_KINDS, "each has a name");
	return (unsigned)when < AEG_NCONDITION_KINDS ? names[when] : NULL;
}

const char *aeg_consensus_name(enum aeg_consensus strategy)
{
	static const char *const names[] = { "weighted_average", "majority", "unanimous",
		"best_of_n" };

	return (unsigned)strategy < AEG_NCONSENSUS ? names[strategy] : NULL;
}
