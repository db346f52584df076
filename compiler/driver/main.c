/* aegisc: the table of commands. */
#define _POSIX_C_SOURCE 200809L
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "driver/commands.h"
#include "driver/options.h"
#include "version.h"

static const struct command commands[] = {
	{ "check", "PATH...", "report every problem of every file",
		"PATH is a file, a folder (all *.yaml, *.yml and *.json in it), or - for standard input.\n"
		"Exit status: 0 no errors, 1 errors, 3 something could not be read.",
		"aegisc check policies/ agents/coder.yaml\n"
		"aegisc check --format json policies/ | jq '.findings[].code'",
		check_options, 1, UINT32_MAX, check_run },
	{ "build", "PATH... -o FILE.aegb", "compile sources into one signed bundle",
		"The same sources, options and keys give the same bytes. Beside FILE.aegb stands\n"
		"FILE.aegb.minisig, by the first key, for the stock `minisign -V`. Without --key the bundle\n"
		"is unsigned, and no runtime loads it until `aegisc sign` has signed it.",
		"aegisc build policies/ -o policy.aegb --key release.key --serial 7 --not-after 2030-12-31T23:59:59Z",
		build_options, 1, UINT32_MAX, build_run },
	{ "test", "PATH...", "run the tests among the sources against what they compile to",
		"Tests are documents of kind PolicyTest: calls, and what must be decided of them. They\n"
		"are asked of the compiled policy itself, which is not written anywhere.\n"
		"Exit status: 0 all passed, 1 failed tests, surviving mutants or errors in the sources,\n"
		"3 something could not be read, 4 the bundle was not accepted.",
		"aegisc test policies/\n"
		"aegisc test policies/ --run '*traversal*'\n"
		"aegisc test policies/ --coverage-min 90 --format junit >report.xml\n"
		"aegisc test policies/ --generate -o policies/boundaries_test.yaml\n"
		"aegisc test policies/ --mutate\n"
		"aegisc test policies/ --bundle policy.aegb --trust release.pub",
		test_options, 1, UINT32_MAX, test_run },
	{ "prove", "PATH...", "prove what the sources assert of all calls, or refute it",
		"Assertions stand in documents of kind PolicyProof: never, always, within, equal, only. Each\n"
		"is decided exactly, over all tools and arguments; a smallest call that refutes one has been\n"
		"decided by the compiled policy itself, and the line shown asks `aegisr decide` the same.\n"
		"Exit status: 0 all proved, 1 some refuted or undecided or errors in the sources, 3 something\n"
		"could not be read.",
		"aegisc prove policies/\n"
		"aegisc prove policies/ --run 'ceilings/*'\n"
		"aegisc prove policies/ --format junit >report.xml",
		prove_options, 1, UINT32_MAX, prove_run },
	{ "diff", "OLD NEW", "show which calls two policies decide otherwise, and why",
		"OLD and NEW are bundles, or files and folders of sources, also one of each. Each\n"
		"difference is shown by a smallest call, with the rules that decide it on both sides.\n"
		"Exit status: 0, unless `--fail-on` says otherwise; 1 also where sources have errors, 3\n"
		"something could not be read, 4 a bundle was not accepted.",
		"aegisc diff deployed.aegb policies/ --trust release.pub\n"
		"aegisc diff main/policies policies --fail-on widen --format markdown >comment.md",
		diff_options, 2, 2, diff_run },
	{ "keygen", "-o NAME", "make a key pair: NAME.key and NAME.pub",
		"Both are in minisign's formats. Existing files are never overwritten.",
		"aegisc keygen -o release --password", keygen_options, 0, 0, keygen_run },
	{ "sign", "BUNDLE --key FILE", "add a signature to a bundle",
		"The bundle is checked first, and BUNDLE.minisig is written anew with the same key.",
		"aegisc sign policy.aegb --key second-signer.key", sign_options, 1, 1, sign_run },
	{ "explain", "CODE", "explain a finding, with a wrong and a right example", NULL,
		"aegisc explain AEG0021\naegisc explain --all >diagnostics.md", explain_options, 0,
		1, explain_run },
	{ "dump", "--stage STAGE PATH...", "print what a stage makes of the sources, as JSON",
		"STAGE is syntax (each document's value on a line of its own, of whatever kind), model\n"
		"(typed, entries in their normal form), ir (tables and tries) or bundle.",
		"aegisc dump --stage syntax values.yaml", dump_options, 1, UINT32_MAX, dump_run },
	{ 0 },
};

static const struct command_set aegisc = {
	"aegisc",
	"compiles security contexts and agents into signed policy bundles",
	"aegisc " AEGIS_VERSION_TEXT " (" AEGIS_COMMIT ")\n"
	"bundle format " AEGIS_FORMAT_TEXT ", decisions " AEGIS_SEMANTICS_TEXT "\n",
	commands,
};

static void out_of_memory(void *ctx)
{
	(void)ctx;
	const struct diag_info *info = diag_info(AEG_out_of_memory);
	fprintf(stderr, "aegisc: AEG%04u: %s\n", (unsigned)info->code, info->text);
	exit(COMMAND_IO);
}

int main(int argc, char **argv)
{
	struct arena a = { .limit = (size_t)2 << 30, .fail = out_of_memory };
	signal(SIGXFSZ, SIG_IGN); /* a file over its limit is a failed write, not a death */
	int status = command_main(&aegisc, &a, argc, argv);
	arena_free(&a);
	return status;
}
