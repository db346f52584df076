/* What the bundle has of tool workflows and of the operations that they call, told to people and to
 * programs. */
#include "cli/flows.h"

#include "cli/answer.h"
#include "cli/tell.h"

static struct aeg_operation_info operation(const struct aeg_flows *f, uint32_t i)
{
	struct aeg_operation_info op = { .size_of = sizeof op };

	(void)aeg_operation_info(f, i, &op); /* below the count */
	return op;
}

static struct aeg_flow_step_info step(const struct aeg_flows *f, uint32_t flow, uint32_t i)
{
	struct aeg_flow_step_info s = { .size_of = sizeof s };

	(void)aeg_flow_step_info(f, flow, i, &s);
	return s;
}

static struct aeg_flow_info flow(const struct aeg_flows *f, uint32_t i)
{
	struct aeg_flow_info w = { .size_of = sizeof w };

	(void)aeg_flow_info(f, i, &w);
	return w;
}

/* ---- For people ---------------------------------------------------------------------------- */

static void tell(struct buf *out, const char *before, struct aeg_str s)
{
	buf_text(out, before);
	tell_text(out, slice_str(s));
}

static void tell_call(struct buf *out, const struct aeg_flows *f, uint32_t w, uint32_t i)
{
	struct aeg_flow_step_info s = step(f, w, i);
	struct aeg_operation_info op = operation(f, s.operation);

	tell(out, "\n  step      ", s.name);
	tell(out, ": ", op.spec);
	tell(out, ".", op.name);
	if (s.conditional)
		buf_text(out, ", on a condition");
	if (s.most_rounds != 0)
		buf_printf(out, ", up to %u times", (unsigned)s.most_rounds);
}

static void tell_operation(struct buf *out, const struct aeg_flows *f, uint32_t i)
{
	struct aeg_operation_info op = operation(f, i);

	tell(out, "\noperation ", op.spec);
	tell(out, ".", op.name);
	tell(out, "\n  at        ", op.method);
	tell(out, " ", op.server);
	buf_text(out, op.allow_private ? "  (may be in a private network)\n" : "\n");
	if (!op.explorable)
		return;
	buf_text(out, op.nfields == 0 ? "  explored  all of the response\n" : "");
	for (uint32_t k = 0; k < op.nfields; k++)
		tell(out, k == 0 ? "  explored  " : ", ", aeg_operation_field(f, i, k));
	buf_text(out, op.nfields == 0 ? "" : "\n");
}

void flows_tell(struct buf *out, const struct aeg_flows *f)
{
	for (uint32_t i = 0; i < f->nflows; i++) {
		struct aeg_flow_info w = flow(f, i);
		tell(out, "\nworkflow ", w.name);
		tell(out, "\n  ", w.description);
		buf_printf(out, "\n  at most   %u ms", (unsigned)w.timeout_ms);
		for (uint32_t k = 0; k < w.nsteps; k++)
			tell_call(out, f, i, k);
		buf_text(out, "\n");
	}
	for (uint32_t i = 0; i < f->noperations; i++)
		tell_operation(out, f, i);
}

/* ---- For programs -------------------------------------------------------------------------- */

static void answer(struct buf *out, const char *before, struct aeg_str s)
{
	buf_text(out, before);
	answer_string(out, s);
}

static void answer_call(struct buf *out, const struct aeg_flows *f, uint32_t w, uint32_t i)
{
	struct aeg_flow_step_info s = step(f, w, i);
	struct aeg_operation_info op = operation(f, s.operation);

	answer(out, i == 0 ? "{\"name\":" : ",{\"name\":", s.name);
	answer(out, ",\"api_spec\":", op.spec);
	answer(out, ",\"operation\":", op.name);
	buf_printf(out, ",\"conditional\":%s", s.conditional ? "true" : "false");
	if (s.most_rounds != 0)
		buf_printf(out, ",\"most_rounds\":%u", (unsigned)s.most_rounds);
	buf_text(out, "}");
}

static void answer_operation(struct buf *out, const struct aeg_flows *f, uint32_t i)
{
	struct aeg_operation_info op = operation(f, i);

	answer(out, i == 0 ? "{\"api_spec\":" : ",{\"api_spec\":", op.spec);
	answer(out, ",\"name\":", op.name);
	answer(out, ",\"method\":", op.method);
	answer(out, ",\"server\":", op.server);
	buf_printf(out, ",\"allow_private\":%s,\"explorable\":%s",
		op.allow_private ? "true" : "false", op.explorable ? "true" : "false");
	for (uint32_t k = 0; k < op.nfields; k++)
		answer(out, k == 0 ? ",\"fields\":[" : ",", aeg_operation_field(f, i, k));
	buf_text(out, op.nfields == 0 ? "}" : "]}");
}

void flows_answer(struct buf *out, const struct aeg_flows *f)
{
	buf_text(out, ",\"workflows\":[");
	for (uint32_t i = 0; i < f->nflows; i++) {
		struct aeg_flow_info w = flow(f, i);
		answer(out, i == 0 ? "{\"name\":" : ",{\"name\":", w.name);
		answer(out, ",\"description\":", w.description);
		buf_printf(out, ",\"timeout_ms\":%u,\"steps\":[", (unsigned)w.timeout_ms);
		for (uint32_t k = 0; k < w.nsteps; k++)
			answer_call(out, f, i, k);
		buf_text(out, "]}");
	}
	buf_text(out, "],\"operations\":[");
	for (uint32_t i = 0; i < f->noperations; i++)
		answer_operation(out, f, i);
	buf_text(out, "]");
}
