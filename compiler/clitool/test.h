#ifndef CLITOOL_TEST_H
#define CLITOOL_TEST_H
/* For tests and fuzzers: section CLI_TOOLS of YAML text, opened. */
#include <stdlib.h>
#include <string.h>

#include "aegis/cli.h"
#include "clitool/clitool.h"
#include "format/aeg_cli.h"
#include "source/source.h"

struct built {
	struct arena a;
	struct sources sources;
	struct diags d;
	struct slice section; /* len 0: refused, or no tools */
	struct aeg_cli_tools tools;
};

static inline void built_no_memory(void *ctx)
{
	(void)ctx;
	abort();
}

/* A bundle of nothing but that section. */
static inline enum aeg_status built_open(
	const void *section, uint32_t len, struct aeg_cli_tools *ret)
{
	struct aeg_bundle bundle = { 0 };
	bundle.section[AEGF_CLI_TOOLS].at = section;
	bundle.section[AEGF_CLI_TOOLS].count = len;
	return aeg_cli_tools_open(&bundle, ret);
}

/* @text: whole documents. */
static inline void built_make(struct built *b, struct slice text)
{
	struct documents docs = { 0 };
	*b = (struct built){ .a = { .limit = (size_t)1 << 28, .fail = built_no_memory } };
	b->sources = (struct sources){ .arena = &b->a, .closed = true };
	b->d = (struct diags){ .arena = &b->a, .sources = &b->sources };
	model_add_stdlib(&b->sources);
	sources_add_text(&b->sources, "in.yaml", buf_copy(&b->a, text));
	for (uint32_t i = 0; i < b->sources.n; i++)
		syntax_parse_yaml(&b->d, i, &docs);
	const struct clitools *t = clitool_read(&b->d, model_shape(&b->d, &docs));
	if (b->d.errors == 0)
		b->section = clitool_emit(&b->d, t);
	if (b->section.len != 0 && built_open(b->section.at, b->section.len, &b->tools) != AEG_OK)
		abort();
}

/* A vector as C strings, up to NULL; @ret: where to put the texts. */
static inline uint32_t built_vector(const char *const *args, struct aeg_str *ret, uint32_t cap)
{
	uint32_t n = 0;
	for (; args[n] != NULL && n < cap; n++)
		ret[n] = (struct aeg_str){ args[n], (uint32_t)strlen(args[n]) };
	return n;
}

static inline struct aeg_cli_verdict built_decide(
	const struct built *b, const char *tool, const struct aeg_str *argv, uint32_t n)
{
	struct aeg_cli_verdict v;
	uint32_t i = aeg_cli_find(&b->tools, (struct aeg_str){ tool, (uint32_t)strlen(tool) });
	if (aeg_cli_decide(&b->tools, i, argv, n, &v) != AEG_OK)
		abort();
	return v;
}
#endif
