/* aegisr: the table of commands. */
#include <stdio.h>
#include <stdlib.h>

#include "aegis/aegis.h"
#include "cli/commands.h"
#include "version.h"

static const struct command commands[] = {
	{ "decide", "BUNDLE", "may this call be made?",
		"One call: --context and --tool, with --args as JSON text, @FILE, or - for standard input.\n"
		"Exit status: 0 allow, 1 deny, 4 the bundle was not accepted.\n\n"
		"Many calls: --batch reads JSON lines {\"id\",\"context\",\"tool\",\"args\"} from standard input\n"
		"and writes one JSON line for each, in the same order. Rate and concurrency limits are\n"
		"reported as obligations and not counted: who enforces the decisions counts them.",
		"aegisr decide policy.aegb --trust release.pub --context reviewer \\\n"
		"        --tool fs.read --args '{\"path\": \"/workspace/README.md\"}'\n"
		"aegisr decide policy.aegb --trust release.pub --batch <calls.jsonl",
		decide_options, 1, 1, decide_run },
	{ "argv", "BUNDLE TOOL -- ARG...",
		"may a command-line tool be started with these arguments?",
		"ARGs are what follows the program: the words of the subcommand, then its arguments. They are\n"
		"held against the tool's grammar and against what is refused of its program whatever the\n"
		"grammar says; nothing is started. Whether a context may call the tool is for `decide`.\n"
		"Exit status: 0 allow, 1 deny, 4 the bundle was not accepted.",
		"aegisr argv policy.aegb kubectl --trust release.pub -- get pods -n default",
		argv_options, 2, UINT32_MAX, argv_run },
	{ "within", "BUNDLE CHILD PARENT", "may an execution under PARENT start one under CHILD?",
		"Whether all that context CHILD allows, PARENT allows too, and limits no less. Where not,\n"
		"a call that shows it, and what both decide of it.\n"
		"Exit status: 0 within, 1 not (or nobody knows), 4 the bundle was not accepted.",
		"aegisr within policy.aegb --trust release.pub reviewer coder", within_options, 3,
		3, within_run },
	{ "sandbox", "BUNDLE AGENT", "may the container of AGENT connect, read, write?",
		"AGENT is a name, or NAME@VERSION where there are several. What is not said (the address that a\n"
		"name leads to, the port) may be any: the answer holds for all of them.\n"
		"Exit status: 0 allowed, 1 refused, 4 the bundle was not accepted.",
		"aegisr sandbox policy.aegb coder --trust release.pub --host api.github.com --port 443\n"
		"aegisr sandbox policy.aegb coder --trust release.pub --write /workspace/out.txt",
		sandbox_options, 2, 2, sandbox_run },
	{ "verify", "BUNDLE", "may this node load the bundle, and if not, why?",
		"Exit status: 0 accepted, 4 not accepted, 3 a file could not be read.",
		"aegisr verify policy.aegb --trust release.pub", verify_options, 1, 1, verify_run },
	{ "inspect", "BUNDLE", "what is in the bundle", NULL,
		"aegisr inspect policy.aegb --trust release.pub\n"
		"aegisr inspect policy.aegb --trust release.pub --format json | jq .serial",
		inspect_options, 1, 1, inspect_run },
	{ "select", "[FILE]", "what a JSONPath selects in a JSON document",
		"FILE is JSON, standard input without one. For each --path (RFC 9535) one line: a JSON\n"
		"array of what it selects, each value in the bytes in which it stands in FILE.\n"
		"Exit status: 0 selected, 1 FILE is not JSON or takes too many steps, 2 no such path.\n\n"
		"Many documents: --batch reads JSON lines {\"selector\",\"document\"} from standard input and\n"
		"writes {\"result\",\"result_paths\"}, or {\"error\"}, for each, in the same order.",
		"aegisr select --path '$.data[*].id' response.json\n"
		"aegisr select --path '$..[?@.price < 10]' --paths --stats response.json",
		select_options, 0, 1, select_run },
	{ "render", "-t TEXT -d JSON", "what a template makes of data",
		"TEXT is a Handlebars template. What it renders goes to standard output byte for byte (on a\n"
		"terminal a line end follows where there is none): all of it, or nothing.\n"
		"--mode says what that is, so that each value is escaped for where it stands: a template\n"
		"that could render anything but one JSON value, or a word too many for a shell, is refused.\n"
		"Exit status: 0 rendered (a condition: true or false), 1 the data is not JSON or does not\n"
		"do, 2 no such template.\n\n"
		"Many: --batch reads JSON lines {\"template\",\"data\"} from standard input, with \"mode\",\n"
		"\"partials\": {NAME: TEXT} and \"variables\": {NAME: VALUE} for @NAME where need be, and writes\n"
		"{\"output\"} or {\"error\"} for each, in the same order.",
		"aegisr render --template 'Hello {{name}}!' --data '{\"name\": \"Ada\"}'\n"
		"aegisr render --template-file body.hbs --mode json --data - <input.json\n"
		"aegisr render --template-file body.hbs --variables",
		render_options, 0, 0, render_run },
	{ "run", "BUNDLE TOOL", "runs a tool workflow over HTTP, or explores one operation",
		"The result goes to standard output as JSON. TLS is verified, redirects stay on one host, and\n"
		"addresses of private networks are refused unless the ApiSpec allows them.\n"
		"Exit status: 0 done, 1 failed (or the input does not fit), 4 the bundle was not accepted.\n\n"
		"explore:SPEC.OPERATION as TOOL makes one call with the members of the input as parameters;\n"
		"--fields says what to keep of the response.",
		"aegisr run policy.aegb billing.open_invoices --trust release.pub \\\n"
		"        --input '{\"email\": \"ada@example.com\"}' --header-env Authorization=BILLING_AUTH\n"
		"aegisr run policy.aegb explore:billing.listInvoices --trust release.pub \\\n"
		"        --input '{\"id\": \"c1\"}' --fields '$.data[*].id'",
		run_options, 2, 2, run_run },
	{ "simulate", "BUNDLE WORKFLOW", "steps a workflow of states without doing anything",
		"What its states ask for is printed, what comes of that is taken from --events or made up\n"
		"at random, and the transitions follow. Each line of an events file is the outcome of one\n"
		"effect: {\"output\":...}, {\"exit_code\":0}, {\"response\":\"yes\"}, {\"timeout\":true}; each\n"
		"file is one run.\n"
		"Exit status: 0 all runs were done (of random ones: none broke), 1 one failed or --coverage-min\n"
		"was missed, 4 the bundle was not accepted.",
		"aegisr simulate policy.aegb release --trust release.pub --events good.jsonl\n"
		"aegisr simulate policy.aegb release --trust release.pub --random 1 --runs 1000 --coverage",
		simulate_options, 2, 2, simulate_run },
	{ 0 },
};

static const struct command_set aegisr = {
	"aegisr",
	"decides tool calls by a signed policy bundle",
	"aegisr " AEGIS_VERSION_TEXT " (" AEGIS_COMMIT ")\n"
	"bundle format " AEGIS_FORMAT_TEXT ", decisions " AEGIS_SEMANTICS_TEXT "\n",
	commands,
};

static void out_of_memory(void *ctx)
{
	(void)ctx;
	fputs("aegisr: not enough memory\n", stderr);
	exit(COMMAND_IO);
}

int main(int argc, char **argv)
{
	struct arena a = { .limit = (size_t)2 << 30, .fail = out_of_memory };
	int status = command_main(&aegisr, &a, argc, argv);
	arena_free(&a);
	return status;
}
