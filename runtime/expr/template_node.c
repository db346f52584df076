/* Memory for the nodes of a template, and the first thing that went wrong. */
#include "template.h"

#include <string.h>

void *template_node(struct tcompile *t, size_t size)
{
	if (t->status != AEG_OK)
		return NULL;
	size_t end = t->cap & ~(size_t)7;
	if (size > end || ((end - size) & ~(size_t)7) < t->at) {
		template_fail(t, AEG_NOMEM, (struct text){ 0 },
			"the memory for a compiled template is too small");
		return NULL;
	}
	t->cap = (end - size) & ~(size_t)7;
	return memset(t->mem + t->cap, 0, size);
}

void template_fail(struct tcompile *t, enum aeg_status status, struct text at, const char *what)
{
	if (t->status != AEG_OK)
		return;
	t->status = status;
	t->error = (struct aeg_template_error){ at.source, at.at, at.len, what, { 0 }, { 0 } };
}
