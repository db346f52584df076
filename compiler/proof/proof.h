#ifndef PROOF_PROOF_H
#define PROOF_PROOF_H
/*
 * Decides the assertions of PolicyProof documents by the cells of symbolic/, and has the bundle
 * decide every call that refutes one. Reports are text in memory; the driver prints.
 */
#include "aegis/aegis.h"
#include "base/buf.h"
#include "diag/diag.h"
#include "model/proofs.h"
#include "symbolic/symbolic.h"

struct proof_options {
	const struct model *model;
	const struct aeg_bundle *bundle; /* that was made from it */
	struct arena *scratch; /* for one cutting at a time; an empty one, the caller's to free */
	const char *run;       /* a glob that names must match; NULL: all */
};

enum proof_status { PROOF_PROVED, PROOF_REFUTED, PROOF_UNDECIDED };

struct proof_decision { /* the bundle's */
	const struct mcontext *context;
	bool allowed;
	const char *words;     /* "deny: PathOutsideBoundary by capability 0, `fs.*`" */
	struct slice decision; /* the members of a JSON object: docs/cli.md */
	const char *because;   /* NULL where it is allowed */
	struct span rule;      /* what decided */
	const char *label;
};

struct proof_pair { /* contexts of the model; `within` and `equal` speak of two */
	uint32_t v[2];
};

struct proof_result { /* of one assertion */
	const struct mproof *proof;
	const struct massertion *a;
	struct slice name; /* as given, or what is asserted in words */
	enum proof_status status;
	/* Undecided: */
	struct span why_at; /* SPAN_NONE: no single place */
	const char *why;
	/* Refuted: */
	struct slice tool, args; /* a smallest call of all that refute it */
	enum ceiling_why limit;  /* of `within`: in what the child is not */
	struct proof_decision decided[2];
	struct proof_pair *refuted; /* every one of which it does not hold; [0] decides the call */
	size_t nrefuted;
};

struct proof_report {
	struct proof_result *results;
	size_t nresults;
	uint32_t proved, refuted, undecided;
	const char
		*unconfirmed; /* NULL, or a call that the bundle decides otherwise: our mistake */
};

/* How many contexts a result is about at a time: 1 or 2. */
static inline uint32_t proof_nsides(const struct massertion *a)
{
	return a->kind == ASSERT_WITHIN || a->kind == ASSERT_EQUAL ? 2 : 1;
}

const struct proof_report *proof_run(struct diags *d, const struct proof_options *o);

/* The three reports. Source: docs/cli.md. */
void proof_text(struct diags *d, const struct model *m, const struct proof_report *r,
	struct buf *out, bool colour);
void proof_json(
	struct diags *d, const struct model *m, const struct proof_report *r, struct buf *out);
void proof_junit(struct diags *d, const struct proof_report *r, struct buf *out);
/* The same of a run that could not be: the sources have errors, or assert nothing. */
void proof_json_stopped(struct buf *out, const char *why);
void proof_junit_stopped(struct buf *out, const char *why);
#endif
