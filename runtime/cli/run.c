/* aegisr run: a tool workflow, or one operation explored, over HTTP for real. */
#include <stdlib.h>
#include <unistd.h>

#include "cli/answer.h"
#include "cli/args.h"
#include "cli/commands.h"
#include "cli/load.h"
#include "cli/run.h"
#include "cli/tell.h"

const struct option run_options[] = {
	LOAD_TRUST,
	{ "--input", 'i', "JSON", false,
		"the arguments: JSON text, @FILE, or - for standard input; {} without it" },
	{ "--base-url", 0, "SPEC=URL", true, "another server for the operations of an ApiSpec" },
	{ "--header-env", 0, "[SPEC:]NAME=VAR", true,
		"a header whose value is that of an environment variable; with SPEC for it alone" },
	{ "--ca", 0, "FILE", false, "certificates to trust instead of the system's" },
	{ "--max-response", 0, "BYTES", false, "of one response; 8 MiB without it" },
	{ "--fields", 0, "JSONPATH", true, "explore: what to keep of the response" },
	{ "--trace", 0, NULL, false, "tells each request, response and value on standard error" },
	{ 0 },
};

enum { DEFAULT_RESPONSE = 8 << 20, MOST_RESPONSE = 64 << 20 };

static int find(struct running *r, const struct aeg_flows *flows)
{
	struct slice explore = SLICE("explore:"), name = slice_of(r->l->operands[1]);
	bool exploring = slice_begins(name, explore);
	uint32_t skip = exploring ? explore.len : 0;
	struct aeg_str rest = { name.at + skip, name.len - skip };
	r->flow->flows = flows;
	r->flow->flow = exploring ? AEG_NONE : aeg_flow_find(flows, rest);
	r->flow->explore = exploring ? aeg_explore_find(flows, rest) : AEG_NONE;
	if (r->flow->flow == AEG_NONE && r->flow->explore == AEG_NONE)
		return command_usage(r->l,
			exploring ? "the bundle lets nobody explore `%s`"
				  : "the bundle has no tool workflow `%s`",
			rest.at);
	if (!exploring && command_has(r->l, "--fields"))
		return command_usage(r->l, "--fields is for explore:SPEC.OPERATION");
	return COMMAND_OK;
}

static int input(struct running *r)
{
	struct slice text = SLICE("{}");
	if (command_has(r->l, "--input")) {
		int status = args_given(r->l, "--input", &text);
		if (status != COMMAND_OK)
			return status;
	}
	r->flow->input = args_scan(r->l->arena, text);
	if (r->flow->input->status == AEG_OK)
		return COMMAND_OK;
	return command_fail(
		r->l, COMMAND_NO, "the input is not JSON: byte %u", r->flow->input->bad + 1);
}

static int failed(const struct running *r)
{
	struct buf b = { .arena = r->l->arena };
	buf_text(&b, "aegisr: ");
	if (r->flow->failed_step.len != 0) {
		buf_text(&b, "step ");
		tell_quote(&b, slice_str(r->flow->failed_step));
		buf_text(&b, ": ");
	}
	buf_printf(&b, "%s\n", r->flow->what);
	command_print(&b, stderr);
	return COMMAND_NO;
}

static int run(struct running *r, const struct aeg_bundle *bundle)
{
	struct aeg_flows flows;
	struct buf b = { .arena = r->l->arena };
	struct run_fields *fields = NULL;
	enum aeg_status s = aeg_flows_open(bundle, &flows);
	int status;
	if (s != AEG_OK)
		return command_fail(r->l, COMMAND_REFUSED, "the workflows of the bundle: %s",
			aeg_status_text(s));
	status = find(r, &flows);
	if (status == COMMAND_OK)
		status = run_read_servers(r, &flows);
	if (status == COMMAND_OK)
		fields = run_fields_read(r, &status);
	if (status == COMMAND_OK)
		status = input(r);
	if (status != COMMAND_OK)
		return status;
	if (aeg_flow_begin(r->flow) != AEG_OK || run_drive(r) != AEG_FLOW_DONE)
		return failed(r);
	if (fields != NULL)
		return run_fields_print(r, fields, aeg_flow_result(r->flow));
	buf_slice(&b, slice_str(aeg_flow_result(r->flow)));
	buf_text(&b, "\n");
	command_print(&b, stdout);
	return COMMAND_OK;
}

int run_run(struct command_line *l)
{
	struct aeg_bundle bundle;
	struct aeg_flow flow = {
		.size_of = sizeof flow, .steps = 100000000, .event = run_tell_event
	};
	struct running r = { .l = l, .flow = &flow, .max_response = DEFAULT_RESPONSE };
	int status = command_count(l, "--max-response", &r.max_response);
	flow.ctx = &r;
	r.trace = command_has(l, "--trace");
	r.colour = command_colour(STDERR_FILENO);
	r.progress = isatty(STDERR_FILENO);
	if (status == COMMAND_OK && r.max_response > MOST_RESPONSE)
		status = command_usage(l, "--max-response is %d at most", MOST_RESPONSE);
	if (status == COMMAND_OK)
		status = load_bundle(l, &bundle);
	if (status != COMMAND_OK)
		return status;
	/* Its tokens, and as much again for what is kept; pages that nobody touches cost nothing.
	 */
	flow.mem_size = (16u << 20) + 20 * (size_t)r.max_response;
	flow.mem = malloc(flow.mem_size);
	status = flow.mem == NULL ? command_fail(l, COMMAND_IO, "there is not enough memory")
				  : run(&r, &bundle);
	if (r.http != NULL)
		http_close(r.http);
	free(flow.mem);
	aeg_bundle_close(&bundle);
	return status;
}
