#ifndef POLICYTEST_POLICYTEST_H
#define POLICYTEST_POLICYTEST_H
/*
 * Runs the cases of PolicyTest documents against a bundle, with the decisions of libaegis itself.
 * Reports are text in memory; the driver prints.
 */
#include "aegis/aegis.h"
#include "base/buf.h"
#include "diag/diag.h"
#include "model/cases.h"

struct policytest_options {
	const struct aeg_bundle *bundle;
	struct arena *scratch;     /* for one call at a time; an empty one, the caller's to free */
	const struct model *model; /* whose tests are run */
	bool compiled;             /* the bundle was made from the model: rules have lines */
	bool coverage;             /* only where it was */
	const char *run;           /* a glob that names must match; NULL: all */
};

struct policytest_failure { /* one call that was not decided as expected */
	const struct mcall *call;
	uint32_t index; /* of the call, in its sequence */
	struct mrow row;
	struct slice args;                        /* JSON; of secret arguments only the names */
	const char *expected, *decided, *because; /* because: NULL where there is no more to say */
	struct slice decision;                    /* the members of a JSON object: docs/cli.md */
	const char *change[2];    /* denied and expected to be allowed: what would have it so */
	struct slice suggestions; /* the same, a member of a JSON object; len 0: none */
	struct span rule;         /* what decided; SPAN_NONE: nothing that has a line */
	const char *rule_label;
	const char *rule_at; /* the rule in words, where the bundle alone knows it; or NULL */
};

struct policytest_result { /* of one row of one case */
	const struct mtest *test;
	const struct mcase *c;
	uint32_t row;
	struct policytest_failure *failures;
	uint32_t nfailures; /* 0: it passed */
};

enum cover_kind {
	COVER_CAPABILITY,
	COVER_DENY,
	COVER_PATH,
	COVER_COMMAND,
	COVER_SUBCOMMAND,
	COVER_DOMAIN
};
struct cover_item {
	enum cover_kind kind;
	bool touched;
	const struct mcontext *context;
	uint32_t cap;        /* or the deny entry */
	uint32_t i, command; /* the entry of its list; of subcommands in a map: the command */
	struct mtext text;
};
struct coverage {
	struct cover_item *items;
	uint32_t nitems, ntouched;
	uint32_t **first; /* per context of the model, per capability: its item; entries follow */
};

struct policytest_report {
	struct policytest_result *results;
	uint32_t nresults, passed, failed;
	const struct coverage *coverage; /* NULL: not asked for */
};

const struct policytest_report *policytest_run(struct diags *d, const struct policytest_options *o);
/* The name of the case, with the row where there is a matrix. */
struct slice policytest_name(struct arena *a, const struct policytest_result *r);
/* What of it was touched, in hundredths, rounded down; 100 where there is nothing. */
unsigned policytest_percent(const struct coverage *c);

/* ---- Mutants ------------------------------------------------------------------------------- */

enum mutant_fate {
	MUTANT_KILLED,     /* a case fails */
	MUTANT_SURVIVED,   /* none does, and there is a call that it decides otherwise */
	MUTANT_EQUIVALENT, /* there is none */
};
struct mutant { /* the policy with one change */
	enum mutant_fate fate;
	const struct policytest_result *killer; /* the first case that fails */
	const struct mcontext *context;
	const char *change; /* "capability 0, `fs.read`: path `/a` removed" */
	const char *how;    /* remove, widen, drop, swap, limit */
	struct span at;
	/* Of a survivor: the smallest call that is not decided alike, and both decisions; tool.at
	 * == NULL: there are too many kinds of calls to say. */
	uint32_t differs; /* an enum difference_kind */
	struct slice tool, args;
	const char *policy, *mutant;
};
struct mutation {
	struct mutant *v;
	uint32_t n, killed, survived, equivalent;
};
/* Tries every small change to the user's contexts on the cases of @tests, all of which have passed,
 * run with @o. */
const struct mutation *policytest_mutate(
	struct diags *d, const struct policytest_options *o, const struct policytest_report *tests);
/* How many of those that could be killed were, in hundredths, rounded down. */
unsigned mutation_percent(const struct mutation *m);
void mutation_text(struct diags *d, const struct mutation *m, struct buf *out, bool colour);
void mutation_json(struct diags *d, const struct mutation *m, struct buf *out);
void mutation_json_stopped(struct buf *out, const char *why);

/* ---- Generated tests ----------------------------------------------------------------------- */

/* PolicyTest documents as YAML: for every rule of the user's contexts a call that only it lets
 * pass, and one just outside; they pass with the bundle @o names. Returns how many changes have too
 * many kinds of calls for one to be found. */
uint32_t policytest_generate(struct diags *d, const struct policytest_options *o, struct buf *out);

/* ---- Reports ------------------------------------------------------------------------------- */

/* The four reports. Source: docs/cli.md. */
void policytest_text(
	struct diags *d, const struct policytest_report *r, struct buf *out, bool colour);
void policytest_json(struct diags *d, const struct policytest_report *r, struct buf *out);
void policytest_junit(struct diags *d, const struct policytest_report *r, struct buf *out);
void policytest_tap(struct diags *d, const struct policytest_report *r, struct buf *out);
/* The same of a run that could not be: the sources have errors, or hold no case. */
void policytest_json_stopped(struct buf *out, const char *why);
void policytest_junit_stopped(struct buf *out, const char *why);
void policytest_tap_stopped(struct buf *out, const char *why);

/* What no test touched, with its lines, and the total. */
void policytest_coverage_text(
	struct diags *d, const struct coverage *c, struct buf *out, bool colour);
#endif
