/* stdlib-contexts/ as sources: the build embeds the files, this names them. */
#include "model/stdlib.h"

#include "model/model.h"

void model_add_stdlib(struct sources *s)
{
	for (unsigned i = 0; i < stdlib_nfiles; i++) {
		struct slice text = { (const char *)stdlib_files[i].at, stdlib_files[i].len };
		uint32_t file = sources_add_text(s, stdlib_files[i].name, text);
		s->v[file].builtin = true;
	}
}
