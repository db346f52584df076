#ifndef AEGIS_MACHINE_H
#define AEGIS_MACHINE_H
/*
 * State-machine workflows: which state a workflow is in, what is to be done there, and which state
 * follows. The library asks for an effect, the caller has it done and hands in the outcome. No
 * clock, no sockets, no memory but the caller's. In libaegis.a and libaegis-eval.so.
 */
#include "aegis/aegis.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Numbers as in bundles. */
enum aeg_state_kind {
	AEG_STATE_AGENT,
	AEG_STATE_SYSTEM, /* a command line for a shell */
	AEG_STATE_HUMAN,
	AEG_STATE_PARALLEL_AGENTS,
	AEG_STATE_CONTAINER,
	AEG_STATE_PARALLEL_CONTAINERS,
	AEG_STATE_SUBWORKFLOW,
	AEG_NSTATE_KINDS
};
enum aeg_condition_kind {
	AEG_WHEN_ALWAYS,
	AEG_WHEN_SUCCESS,
	AEG_WHEN_FAILURE,
	AEG_WHEN_EXIT_ZERO,
	AEG_WHEN_EXIT_NON_ZERO,
	AEG_WHEN_EXIT_CODE,     /* value */
	AEG_WHEN_SCORE_ABOVE,   /* threshold: greater than it */
	AEG_WHEN_SCORE_BELOW,   /* threshold: less than it */
	AEG_WHEN_SCORE_BETWEEN, /* min, max: both may be met */
	AEG_WHEN_CONFIDENCE_ABOVE,
	AEG_WHEN_SCORE_AND_CONFIDENCE_ABOVE, /* threshold of both */
	AEG_WHEN_CONSENSUS, /* score at least threshold, confidence at least agreement */
	AEG_WHEN_ALL_APPROVED,
	AEG_WHEN_ANY_REJECTED,
	AEG_WHEN_INPUT_EQUALS, /* value */
	AEG_WHEN_INPUT_YES,
	AEG_WHEN_INPUT_NO,
	AEG_WHEN_CUSTOM, /* expression */
	AEG_NCONDITION_KINDS
};
enum aeg_consensus {
	AEG_WEIGHTED_AVERAGE,
	AEG_MAJORITY,
	AEG_UNANIMOUS,
	AEG_BEST_OF_N,
	AEG_NCONSENSUS
};
enum aeg_completion { AEG_ALL_SUCCEED, AEG_ANY_SUCCEED, AEG_BEST_EFFORT, AEG_NCOMPLETIONS };

#ifdef __cplusplus
}
#endif
#endif
