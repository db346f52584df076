/* Memory for the nodes of a template, and the first thing that went wrong. */
#include "template.h"

#include <string.h>

void *template_node(struct tcompile *t, size_t size)
{
	size_t unaligned = ((uintptr_t)t->mem + t->cap) % 8;

	if (t->status != AEG_OK)
		return NULL;
	if (size > SIZE_MAX - 8 || t->cap - t->at < unaligned + (size + 7) / 8 * 8) {
		template_fail(t, AEG_NOMEM, (struct text){ 0 },
			"the memory for a compiled template is too small");
		return NULL;
	}
	t->cap -= unaligned + (size + 7) / 8 * 8;
	return memset(t->mem + t->cap, 0, size);
}

void template_fail(struct tcompile *t, enum aeg_status status, struct text at, const char *what)
{
	if (t->status != AEG_OK)
		return;
	t->status = status;
	t->error = (struct aeg_template_error){ at.source, at.at, at.len, what, { 0 }, { 0 } };
}
