/* May this file be read? embed BUNDLE PUBLIC-KEY PATH */
#include <aegis/aegis.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

int main(int argc, char **argv)
{
	char key[512], args[4096];
	FILE *f = argc == 4 ? fopen(argv[2], "r") : NULL;
	size_t n = f == NULL ? 0 : fread(key, 1, sizeof key, f);
	int len = snprintf(args, sizeof args, "{\"path\": \"%s\"}", argc == 4 ? argv[3] : "");

	struct aeg_trust trust = { 0 };
	struct aeg_bundle bundle;
	struct aeg_json json;
	struct aeg_json_tok tokens[256];
	struct aeg_verdict verdict;

	enum aeg_status status = aeg_trust_parse(&trust, key, n);
	trust.now = (uint64_t)time(NULL);
	if (status == AEG_OK)
		status = aeg_bundle_open(&bundle, open(argv[1], O_RDONLY), &trust, AEG_OPEN_COPY);
	if (status != AEG_OK)
		return fprintf(stderr, "embed: %s\n", aeg_status_text(status)), 4;

	aeg_json_scan(&json, args, (size_t)len, tokens, 256); /* a failed scan is denied below */
	struct aeg_call call = {
		.size_of = sizeof call,
		.context = aeg_context_find(&bundle, (struct aeg_str){ "research-safe", 13 }),
		.tool = { "fs.read", 7 },
		.args = &json,
	};
	status = aeg_decide(&bundle, &call, &verdict);
	puts(status == AEG_OK && verdict.kind == AEG_ALLOW ? "allow"
							   : aeg_reason_name(verdict.reason));
	aeg_bundle_close(&bundle);
	return verdict.kind != AEG_ALLOW;
}
