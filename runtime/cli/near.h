#ifndef CLI_NEAR_H
#define CLI_NEAR_H
/*
 * Of an allowlist the entry nearest to a value that it keeps out, and a value like that one which
 * the entry lets in. Source: docs/cli.md, "Explanations".
 */
#include "aegis/aegis.h"
#include "base/buf.h"

#define NEAR_MOST 1024u /* entries of one list that are looked at */

struct allowlist {
	const struct aeg_bundle *bundle;
	uint32_t context, capability;
	enum aeg_list list;
	uint32_t command; /* of AEG_LIST_SUBCOMMANDS */
	uint32_t n;       /* AEG_NONE: it is not stated */
};
struct allowlist allowlist_of(const struct aeg_bundle *b, uint32_t context, uint32_t capability,
	enum aeg_list list, uint32_t command);
struct slice allowlist_entry(const struct allowlist *l, uint32_t i);

/* All of these: the entry's index, or AEG_NONE where there is none. Of equally near ones the first,
 * and to an empty value all are equally near. */
/* Most leading components in common, then the least edit distance. */
uint32_t near_path(struct arena *a, const struct allowlist *l, struct slice path);
/* Most labels in common from the right, then the least edit distance. */
uint32_t near_host(const struct allowlist *l, struct slice host);
/* The least edit distance. Of commands only those that may be followed by anything at all. */
uint32_t near_word(const struct allowlist *l, struct slice word);

/* A path that @entry covers: @path with its leading components as the entry wants them. */
struct slice near_path_value(struct arena *a, struct slice entry, struct slice path);
struct slice near_host_value(struct arena *a, struct slice entry, struct slice host);

/* The absolute path that @path is: `.`, `..` and repeated slashes worked off. */
struct slice near_path_plain(struct arena *a, struct slice path);
#endif
