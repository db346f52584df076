/* Tells what a bundle has of workflows and operations. */
#include "flow_table.h"

static const struct aegf_flow *flow_at(const struct aeg_flows *f, uint32_t i)
{
	return i < f->nflows ? flow_row(f, FLOWS, i, struct aegf_flow) : NULL;
}

static const struct aegf_operation *operation_at(const struct aeg_flows *f, uint32_t i)
{
	return i < f->noperations ? flow_row(f, OPERATIONS, i, struct aegf_operation) : NULL;
}

enum aeg_status aeg_flow_info(const struct aeg_flows *f, uint32_t flow, struct aeg_flow_info *ret)
{
	const struct aegf_flow *r = flow_at(f, flow);

	if (r == NULL || ret->size_of != sizeof *ret)
		return AEG_USAGE;
	ret->name = flow_text(f, r->name);
	ret->description = flow_text(f, r->description);
	ret->nsteps = aeg_ld32(r->steps.count);
	ret->timeout_ms = aeg_ld32(r->total_ms);
	return AEG_OK;
}

enum aeg_status aeg_flow_step_info(
	const struct aeg_flows *f, uint32_t flow, uint32_t step, struct aeg_flow_step_info *ret)
{
	const struct aegf_flow *r = flow_at(f, flow);
	const struct aegf_step *s;

	if (r == NULL || step >= aeg_ld32(r->steps.count) || ret->size_of != sizeof *ret)
		return AEG_USAGE;
	s = flow_row(f, STEPS, aeg_ld32(r->steps.first) + step, struct aegf_step);
	ret->name = flow_text(f, s->name);
	ret->operation = aeg_ld32(s->operation);
	ret->conditional = aeg_ld32(s->when) != AEGF_NONE;
	ret->most_rounds = aeg_ld32(s->most);
	return AEG_OK;
}

enum aeg_status aeg_operation_info(
	const struct aeg_flows *f, uint32_t operation, struct aeg_operation_info *ret)
{
	const struct aegf_operation *r = operation_at(f, operation);
	const struct aegf_spec *spec;

	if (r == NULL || ret->size_of != sizeof *ret)
		return AEG_USAGE;
	spec = flow_row(f, SPECS, aeg_ld32(r->spec), struct aegf_spec);
	ret->spec = flow_text(f, spec->name);
	ret->server = flow_text(f, aeg_ld32(r->server.len) != 0 ? r->server : spec->server);
	ret->name = flow_text(f, r->name);
	ret->method = flow_text(f, r->method);
	ret->allow_private = (aeg_ld32(spec->flags) & AEGF_SPEC_PRIVATE) != 0;
	ret->explorable = (aeg_ld32(r->flags) & AEGF_OPERATION_EXPLORE) != 0;
	ret->nfields = aeg_ld32(r->fields.count);
	return AEG_OK;
}

struct aeg_str aeg_operation_field(const struct aeg_flows *f, uint32_t operation, uint32_t i)
{
	const struct aegf_operation *r = operation_at(f, operation);

	if (r == NULL || i >= aeg_ld32(r->fields.count))
		return (struct aeg_str){ .at = "", .len = 0 };
	return flow_text(f, *flow_row(f, FIELDS, aeg_ld32(r->fields.first) + i, struct aegf_bytes));
}
