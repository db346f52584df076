/*
 * Argument vectors, against a good section CLI_TOOLS and against one with bytes changed. The first
 * byte says how many changes follow, of three bytes each (offset, value); 255: the rest up to a NUL
 * is the section itself; then come the arguments, each up to a NUL. What is allowed must be free of
 * what is refused anyway, however it is cut.
 */
#include "clitool/test.h"

enum { RAW = 255, MOST_ARGS = 64 };

static const char text[] =
	"apiVersion: seal.100monkeys.ai/v1\n"
	"kind: CliTool\n"
	"metadata: { name: t }\n"
	"spec:\n"
	"  description: a test\n"
	"  docker_image: example.com/git:1\n"
	"  require_semantic_judge: false\n"
	"  default_timeout_seconds: 1\n"
	"  allowed_subcommands: [log, remote show]\n"
	"  argv:\n"
	"    before: [{ name: --no-pager }]\n"
	"    flags: [{ name: --name, short: -n, value: pattern, pattern: '(a|b)*c' }]\n"
	"    subcommands:\n"
	"      - name: log\n"
	"        flags: [{ name: --color, value: enum, words: [always], optional_value: true },\n"
	"          { name: --quiet, short: -q, repeatable: true, conflicts: [--color] }]\n"
	"        positionals: [{ name: path, value: path, below: [/w], min: 0, max: 3 },\n"
	"          { name: url, value: url, hosts: [a.example], min: 0 }]\n"
	"---\n"
	"apiVersion: seal.100monkeys.ai/v1\n"
	"kind: CliTool\n"
	"metadata: { name: box }\n"
	"spec:\n"
	"  description: a test\n"
	"  docker_image: example.com/box:1\n"
	"  require_semantic_judge: false\n"
	"  default_timeout_seconds: 1\n"
	"  allowed_subcommands: [tar, find, make, kubectl get]\n";

static struct built good;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	built_make(&good, slice_of(text));
	if (good.section.len == 0)
		abort();
	return 0;
}

static void decide(const struct aeg_cli_tools *tools, const struct aeg_str *argv, uint32_t n)
{
	struct aeg_cli_verdict v;
	for (uint32_t t = 0; t < tools->ntools; t++) {
		if (aeg_cli_decide(tools, t, argv, n, &v) != AEG_OK)
			abort();
		if ((v.kind == AEG_ALLOW) != (v.reason == AEG_CLI_ok) || v.argument > n ||
			v.reason >= AEG_CLI_NREASONS)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct aeg_str argv[MOST_ARGS];
	struct aeg_cli_tools tools;
	const uint8_t *at = data + 1, *end = data + size;
	uint32_t n = 0;
	if (size < 1)
		return 0;
	size_t changes = data[0] == RAW ? 0 : (size_t)data[0] % 16 * 3;
	if (changes > (size_t)(end - at))
		return 0;
	const uint8_t *nul = data[0] == RAW ? memchr(at, 0, (size_t)(end - at)) : NULL;
	size_t len = data[0] != RAW ? good.section.len
		     : nul == NULL  ? (size_t)(end - at)
				    : (size_t)(nul - at);
	uint8_t *section = malloc(len + 1);
	memcpy(section, data[0] == RAW ? (const void *)at : good.section.at, len);
	for (size_t i = 0; i < changes; i += 3)
		section[(at[i] | (size_t)at[i + 1] << 8) % len] ^= at[i + 2];
	at += data[0] == RAW ? len : changes;
	for (; at < end && n < MOST_ARGS; n++) {
		nul = memchr(at, 0, (size_t)(end - at));
		nul = nul == NULL ? end : nul;
		argv[n] = (struct aeg_str){ (const char *)at, (uint32_t)(nul - at) };
		at = nul == end ? end : nul + 1;
	}
	if (len > 0 && built_open(section, (uint32_t)len, &tools) == AEG_OK)
		decide(&tools, argv, n);
	free(section);
	return 0;
}
