#ifndef LIBAEGIS_PATH_H
#define LIBAEGIS_PATH_H
/* Paths: lexical, on bytes; no file system is asked. Source: docs/semantics.md, section 4, Paths.
 */
#include "trie.h"

/* What holds for every path, allowlist or not: AEG_InvalidArgument for a control byte, else
 * AEG_PathTraversalBlocked for a component `..`, else AEG_None. */
enum aeg_reason aegi_path_safe(struct aeg_str path);

/* Whether @path equals an entry of the PATH set @root or lies below one. AEG_None: it does. */
enum aeg_reason aegi_path_listed(const struct aegi_trie *t, uint32_t root, struct aeg_str path);
#endif
