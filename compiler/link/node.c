/* The registry of runtimes that a node names: whether it is among the files, and is one. */
#include "model/node.h"
#include "link/link.h"
#include "model/registry.h"

/* @name as seen from the folder of the file @path. */
static const char *beside(struct arena *a, const char *path, struct slice name)
{
	const char *slash = strrchr(path, '/');
	struct buf b = { .arena = a };
	while (slice_begins(name, SLICE("./")))
		name = (struct slice){ name.at + 2, name.len - 2 };
	if (slash != NULL)
		buf_add(&b, path, (size_t)(slash - path) + 1);
	buf_slice(&b, name);
	return buf_done(&b).at;
}

static void registry_of(struct diags *d, const struct model *m, const struct mnode *n)
{
	struct mtext name = n->registry_path;
	bool there = false, elsewhere = name.text.at[0] == '/' || name.text.at[0] == '~';
	uint32_t file = UINT32_MAX;
	if (!elsewhere)
		file = sources_find(d->sources,
			beside(d->arena, d->sources->v[n->file].path, name.text), &there);
	if (file == UINT32_MAX)
		diag_add(d,
			(struct diag){ AEG_registry_not_here, name.at,
				.label = elsewhere ? "a file of the node's own"
					 : there   ? "this file is not part of the run"
						   : "there is no such file beside this one",
				.help = "agents' languages are looked up in the registries of the run" });
	if (file == UINT32_MAX || m->incomplete)
		return;
	for (uint32_t i = 0; i < m->nregistries; i++)
		if (m->registries[i].file == file)
			return;
	diag_add(d, (struct diag){ AEG_no_registry_there, name.at,
			    .label = "no document of this file is a RuntimeRegistry" });
}

void link_registries(struct diags *d, const struct model *m)
{
	for (uint32_t i = 0; i < m->nnodeconfigs; i++) {
		struct slice path = m->nodes[i].registry_path.text;
		if (path.at != NULL && path.len != 0 && !slice_begins(path, SLICE("env:")))
			registry_of(d, m, &m->nodes[i]);
	}
}
