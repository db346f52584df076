/* aegisr inspect: what a bundle holds. */
#include <stdio.h>

#include "cli/answer.h"
#include "cli/clis.h"
#include "cli/commands.h"
#include "cli/flows.h"
#include "cli/load.h"
#include "cli/machines.h"
#include "cli/roster.h"
#include "cli/sandboxes.h"
#include "cli/settings.h"
#include "cli/tell.h"

const struct option inspect_options[] = {
	LOAD_TRUST,
	{ "--format", 0, "text|json", false,
		"json: one value on standard output (aegis.inspect/1)" },
	{ "--context", 0, "NAME", false, "only this context" },
	{ "--dot", 0, "WORKFLOW", false, "a workflow of states alone, for Graphviz to draw" },
	{ 0 },
};

struct inspect {
	struct buf *out;
	const struct aeg_bundle *bundle;
	struct aeg_bundle_info info;
	uint32_t only; /* a context, or AEG_NONE: all */
};

/* What a capability obliges to; domains aside. */
static struct aeg_obligations limits_of(const struct inspect *in, uint32_t context, uint32_t cap)
{
	struct aeg_obligations o = { .size_of = sizeof o };
	struct aeg_call call = { .size_of = sizeof call, .context = context };
	struct aeg_verdict granted = { .kind = AEG_ALLOW, .capability = cap };
	aeg_obligations(in->bundle, &call, &granted, &o);
	return o;
}

/* ---- For people ---------------------------------------------------------------------------- */

static void tell_entries(const struct inspect *in, uint32_t context, uint32_t cap,
	enum aeg_list list, uint32_t command)
{
	uint32_t n = aeg_capability_list(in->bundle, context, cap, list, command);
	for (uint32_t i = 0; i < n; i++) {
		buf_text(in->out, i == 0 ? " " : ", ");
		tell_text(in->out, slice_str(aeg_capability_entry(
					   in->bundle, context, cap, list, command, i)));
	}
	if (n == 0)
		buf_text(in->out, " nothing");
}

static void tell_list(const struct inspect *in, uint32_t context, uint32_t cap, enum aeg_list list,
	const char *title)
{
	if (aeg_capability_list(in->bundle, context, cap, list, 0) == AEG_NONE)
		return;
	buf_printf(in->out, "            %s:", title);
	tell_entries(in, context, cap, list, 0);
	buf_text(in->out, "\n");
}

static void tell_commands(const struct inspect *in, uint32_t context, uint32_t cap)
{
	uint32_t n = aeg_capability_list(in->bundle, context, cap, AEG_LIST_COMMANDS, 0);
	if (n == AEG_NONE)
		return;
	for (uint32_t i = 0; i < n; i++) {
		buf_text(in->out, "            command: ");
		tell_text(in->out, slice_str(aeg_capability_entry(
					   in->bundle, context, cap, AEG_LIST_COMMANDS, 0, i)));
		if (aeg_capability_list(in->bundle, context, cap, AEG_LIST_SUBCOMMANDS, i) !=
			AEG_NONE) {
			buf_text(in->out, ", followed by");
			tell_entries(in, context, cap, AEG_LIST_SUBCOMMANDS, i);
		}
		buf_text(in->out, "\n");
	}
	if (n == 0)
		buf_text(in->out, "            command: nothing\n");
}

static void tell_limits(const struct inspect *in, uint32_t context, uint32_t cap)
{
	struct aeg_obligations o = limits_of(in, context, cap);
	if (o.rate_calls != 0)
		buf_printf(in->out, "            at most %u call%s in %u s\n",
			(unsigned)o.rate_calls, o.rate_calls == 1 ? "" : "s",
			(unsigned)o.rate_per_s);
	if (o.max_concurrent != 0)
		buf_printf(in->out, "            at most %u at once\n", (unsigned)o.max_concurrent);
	if (o.max_response_size != 0)
		buf_printf(in->out, "            results of at most %llu bytes\n",
			(unsigned long long)o.max_response_size);
}

static void tell_context(const struct inspect *in, uint32_t c, const struct aeg_context_info *info)
{
	buf_text(in->out, "\n");
	tell_text(in->out, slice_str(info->name));
	buf_text(in->out, (info->flags & AEG_CONTEXT_BUILTIN) != 0 ? "  (built in)\n" : "\n");
	buf_text(in->out, "  ");
	tell_text(in->out, slice_str(info->description));
	buf_text(in->out, "\n");
	for (uint32_t i = 0; i < info->ndeny; i++) {
		buf_text(in->out, "  deny      ");
		tell_text(in->out, slice_str(aeg_deny_pattern(in->bundle, c, i)));
		tell_place(in->out, aeg_deny_origin(in->bundle, c, i));
		buf_text(in->out, "\n");
	}
	for (uint32_t i = 0; i < info->ncapabilities; i++) {
		buf_printf(in->out, "  allow %-3u ", (unsigned)i);
		tell_text(in->out, slice_str(aeg_capability_pattern(in->bundle, c, i)));
		tell_place(in->out, aeg_capability_origin(in->bundle, c, i));
		buf_text(in->out, "\n");
		tell_list(in, c, i, AEG_LIST_PATHS, "path");
		tell_commands(in, c, i);
		tell_list(in, c, i, AEG_LIST_DOMAINS, "domain");
		tell_limits(in, c, i);
	}
}

static void tell_bundle(const struct inspect *in)
{
	buf_text(in->out, "digest      ");
	for (int i = 0; i < AEG_DIGEST_SIZE; i++)
		buf_printf(in->out, "%02x", in->info.digest[i]);
	buf_printf(
		in->out, "\nserial      %llu\nvalid       ", (unsigned long long)in->info.serial);
	load_time(in->out, in->info.not_after);
	buf_text(in->out, "\nsemantics   ");
	tell_text(in->out, slice_str(in->info.semantics));
	if (in->info.provenance.len != 0) {
		struct buf text = { .arena = in->out->arena };
		buf_json_string(&text, slice_str(in->info.provenance));
		buf_text(in->out, "\nprovenance  ");
		tell_text(in->out, buf_done(&text)); /* JSON may hold what a terminal obeys */
	}
	buf_printf(in->out, "\ncontexts    %u\n", (unsigned)in->info.ncontexts);
}

/* ---- For programs -------------------------------------------------------------------------- */

static void answer_entries(const struct inspect *in, uint32_t context, uint32_t cap,
	enum aeg_list list, uint32_t command)
{
	uint32_t n = aeg_capability_list(in->bundle, context, cap, list, command);
	buf_text(in->out, "[");
	for (uint32_t i = 0; i < n; i++) {
		buf_text(in->out, i == 0 ? "" : ",");
		answer_string(
			in->out, aeg_capability_entry(in->bundle, context, cap, list, command, i));
	}
	buf_text(in->out, "]");
}

static void answer_list(const struct inspect *in, uint32_t context, uint32_t cap,
	enum aeg_list list, const char *name)
{
	if (aeg_capability_list(in->bundle, context, cap, list, 0) == AEG_NONE)
		return;
	buf_printf(in->out, ",\"%s\":", name);
	answer_entries(in, context, cap, list, 0);
}

/* A list of commands; one that only some subcommands may follow has them beside it. */
static void answer_commands(const struct inspect *in, uint32_t context, uint32_t cap)
{
	uint32_t n = aeg_capability_list(in->bundle, context, cap, AEG_LIST_COMMANDS, 0);
	if (n == AEG_NONE)
		return;
	buf_text(in->out, ",\"commands\":[");
	for (uint32_t i = 0; i < n; i++) {
		buf_text(in->out, i == 0 ? "{\"command\":" : ",{\"command\":");
		answer_string(in->out,
			aeg_capability_entry(in->bundle, context, cap, AEG_LIST_COMMANDS, 0, i));
		if (aeg_capability_list(in->bundle, context, cap, AEG_LIST_SUBCOMMANDS, i) !=
			AEG_NONE) {
			buf_text(in->out, ",\"subcommands\":");
			answer_entries(in, context, cap, AEG_LIST_SUBCOMMANDS, i);
		}
		buf_text(in->out, "}");
	}
	buf_text(in->out, "]");
}

static void answer_limits(const struct inspect *in, uint32_t context, uint32_t cap)
{
	struct aeg_obligations o = limits_of(in, context, cap);
	if (o.max_response_size != 0)
		buf_printf(in->out, ",\"max_response_size\":%llu",
			(unsigned long long)o.max_response_size);
	if (o.rate_calls != 0)
		buf_printf(in->out, ",\"rate_limit\":{\"calls\":%u,\"per_seconds\":%u}",
			(unsigned)o.rate_calls, (unsigned)o.rate_per_s);
	if (o.max_concurrent != 0)
		buf_printf(in->out, ",\"max_concurrent\":%u", (unsigned)o.max_concurrent);
}

static void answer_context(
	const struct inspect *in, uint32_t c, const struct aeg_context_info *info)
{
	buf_text(in->out, "{\"name\":");
	answer_string(in->out, info->name);
	buf_text(in->out, ",\"description\":");
	answer_string(in->out, info->description);
	buf_printf(in->out, ",\"builtin\":%s,\"capabilities\":[",
		(info->flags & AEG_CONTEXT_BUILTIN) != 0 ? "true" : "false");
	for (uint32_t i = 0; i < info->ncapabilities; i++) {
		buf_text(in->out, i == 0 ? "{\"tool_pattern\":" : ",{\"tool_pattern\":");
		answer_string(in->out, aeg_capability_pattern(in->bundle, c, i));
		answer_place(in->out, ",\"at\":", aeg_capability_origin(in->bundle, c, i));
		answer_list(in, c, i, AEG_LIST_PATHS, "paths");
		answer_commands(in, c, i);
		answer_list(in, c, i, AEG_LIST_DOMAINS, "domains");
		answer_limits(in, c, i);
		buf_text(in->out, "}");
	}
	buf_text(in->out, "],\"deny_list\":[");
	for (uint32_t i = 0; i < info->ndeny; i++) {
		buf_text(in->out, i == 0 ? "{\"pattern\":" : ",{\"pattern\":");
		answer_string(in->out, aeg_deny_pattern(in->bundle, c, i));
		answer_place(in->out, ",\"at\":", aeg_deny_origin(in->bundle, c, i));
		buf_text(in->out, "}");
	}
	buf_text(in->out, "]}");
}

static void answer_head(const struct inspect *in)
{
	buf_text(in->out, "{\"schema\":\"aegis.inspect/1\",");
	answer_bundle(in->out, in->bundle);
	if (in->info.not_after != 0) {
		buf_text(in->out, ",\"not_after\":");
		answer_number(in->out, in->info.not_after);
	}
	buf_text(in->out, ",\"semantics\":");
	answer_string(in->out, in->info.semantics);
	if (in->info.provenance.len != 0) {
		buf_text(in->out, ",\"provenance\":");
		answer_string(in->out, in->info.provenance);
	}
	buf_text(in->out, ",\"contexts\":[");
}

/* ---- The command --------------------------------------------------------------------------- */

static void each_context(const struct inspect *in, bool json)
{
	bool first = true;
	for (uint32_t i = 0; i < in->info.ncontexts; i++) {
		struct aeg_context_info c = { .size_of = sizeof c };
		if ((in->only != AEG_NONE && in->only != i) ||
			aeg_context_info(in->bundle, i, &c) != AEG_OK)
			continue;
		if (!json) {
			tell_context(in, i, &c);
			continue;
		}
		buf_text(in->out, first ? "" : ",");
		answer_context(in, i, &c);
		first = false;
	}
}

/* What libaegis takes for bytes. */
struct opaque {
	struct aeg_flows flows;
	struct aeg_machines machines;
	struct aeg_cli_tools clis;
	struct aeg_sandboxes sandboxes;
	struct aeg_settings settings;
};

/* All of it proved; or the exit status. */
static int open_opaque(struct command_line *l, const struct aeg_bundle *b, struct opaque *o)
{
	const struct {
		const char *what;
		enum aeg_status status;
	} parts[] = {
		{ "workflows", aeg_flows_open(b, &o->flows) },
		{ "state machines", aeg_machines_open(b, &o->machines) },
		{ "command-line tools", aeg_cli_tools_open(b, &o->clis) },
		{ "sandboxes", aeg_sandboxes_open(b, &o->sandboxes) },
		{ "settings", aeg_settings_open(b, &o->settings) },
	};
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (parts[i].status != AEG_OK)
			return command_fail(l, COMMAND_REFUSED, "the %s of the bundle: %s",
				parts[i].what, aeg_status_text(parts[i].status));
	return COMMAND_OK;
}

/* All but the contexts. */
static void rest(struct buf *out, const struct aeg_bundle *b, const struct opaque *o, bool json)
{
	(json ? roster_answer : roster_tell)(out, b);
	if (o->flows.noperations > 0)
		(json ? flows_answer : flows_tell)(out, &o->flows);
	if (o->machines.nmachines > 0)
		(json ? machines_answer : machines_tell)(out, &o->machines);
	(json ? clis_answer : clis_tell)(out, &o->clis);
	(json ? sandboxes_answer : sandboxes_tell)(out, &o->sandboxes);
	(json ? settings_answer : settings_tell)(out, &o->settings);
}

static int draw(struct command_line *l, const struct aeg_machines *machines)
{
	struct buf out = { .arena = l->arena };
	const char *name = command_value(l, "--dot");
	uint32_t machine =
		aeg_machine_find(machines, (struct aeg_str){ name, (uint32_t)strlen(name) });
	if (machine == AEG_NONE)
		return command_usage(l, "the bundle has no workflow of states `%s`", name);
	machines_dot(&out, machines, machine);
	command_print(&out, stdout);
	return COMMAND_OK;
}

static int inspect(struct command_line *l, const struct aeg_bundle *b, bool json)
{
	struct buf out = { .arena = l->arena };
	struct inspect in = { &out, b, { .size_of = sizeof in.info }, AEG_NONE };
	const char *name = command_value(l, "--context");
	struct opaque o;
	int refused = open_opaque(l, b, &o);
	aeg_bundle_info(b, &in.info);
	if (refused != COMMAND_OK)
		return refused;
	if (command_has(l, "--dot"))
		return draw(l, &o.machines);
	if (name != NULL) {
		in.only = aeg_context_find(b, (struct aeg_str){ name, (uint32_t)strlen(name) });
		if (in.only == AEG_NONE)
			return command_usage(l, "the bundle has no context `%s`", name);
	}
	if (json)
		answer_head(&in);
	else
		tell_bundle(&in);
	each_context(&in, json);
	buf_text(&out, json ? "]" : "");
	if (in.only == AEG_NONE)
		rest(&out, b, &o, json);
	buf_text(&out, json ? "}\n" : "");
	command_print(&out, stdout);
	return COMMAND_OK;
}

int inspect_run(struct command_line *l)
{
	struct aeg_bundle b;
	int status;
	bool json = command_json(l, &status);
	if (status == COMMAND_OK)
		status = load_bundle(l, &b);
	if (status != COMMAND_OK)
		return status;
	status = inspect(l, &b, json);
	aeg_bundle_close(&b);
	return status;
}
