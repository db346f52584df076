#ifndef DRIVER_PIPELINE_H
#define DRIVER_PIPELINE_H
/* One compilation: the list of stages, from source files to the bytes of an unsigned bundle. */
#include "emit/emit.h"
#include "link/link.h"
#include "openapi/openapi.h"

enum pipeline_stage {
	PIPELINE_SYNTAX,
	PIPELINE_MODEL,
	PIPELINE_IR,
	PIPELINE_BUNDLE,
	PIPELINE_NSTAGES
};
extern const char *const pipeline_stage_names[PIPELINE_NSTAGES];

struct pipeline {
	struct arena *arena;
	struct sources sources;
	size_t nbuiltin; /* of them, the first are of stdlib-contexts/ */
	struct diags diags;
	struct link_options link;
	bool advice; /* with notes on what may be meant otherwise, see check_all */
	struct emit_options emit;
	uint32_t dumps;     /* 1 << stage: that stage's product is appended to `dump` */
	bool dump_builtins; /* with what stdlib-contexts/ says */
	struct buf dump;
	const char *disagreement; /* the bundle decides unlike its sources: our mistake. Or NULL */
	struct pipeline_stats {
		size_t documents;
		uint64_t stage_us[PIPELINE_NSTAGES], prove_us, proved_calls;
		const struct model *model; /* NULL: not reached */
		const struct names *names;
		const struct openapi *openapi;
	} stats;
};

void pipeline_init(struct pipeline *p, struct arena *a);

/**
 * pipeline_run - read p->sources as far as stage @last
 *
 * Findings go to p->diags, sorted. Returns the unsigned bundle when @last is PIPELINE_BUNDLE and
 * nothing is wrong, else an empty slice. Files that could not be read are in p->sources.problems
 * and stop nothing here.
 */
struct slice pipeline_run(struct pipeline *p, enum pipeline_stage last);

/* Whether a bundle is built from sources of which `--allow` lets this pass: of the errors that is
 * an unknown field, since all that is known is still read. */
bool pipeline_may_allow(const struct diag_info *info);

/* A file or folder could not be read: reported by pipeline_run's caller, and exit 3. */
bool pipeline_unread(const struct pipeline *p);
#endif
