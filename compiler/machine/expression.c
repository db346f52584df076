/* Expressions of `custom` that need no data: whether they hold. */
#include "aegis/eval.h"
#include "aegis/expr.h"
#include "machine/cover.h"

static void note_reading(void *ctx, const struct aeg_variable *v)
{
	(void)v;
	*(bool *)ctx = true;
}

enum certain machine_certain(struct arena *a, const struct node *expression)
{
	bool reads = false;
	struct aeg_template_options options = {
		.size_of = sizeof options, .variable = note_reading, .ctx = &reads
	};
	struct aeg_str text = { expression->u.text.at, expression->u.text.len };
	struct aeg_template_error error;
	struct aeg_template program;
	uint64_t mem[512];
	struct aeg_render r = { .size_of = sizeof r,
		.program = &program,
		.mem = mem,
		.mem_size = sizeof mem,
		.steps = 10000 };
	size_t cap = 4096 + (size_t)text.len * 32, len;
	int holds;

	if (text.len > 1024) /* nobody writes out so much of what is certain */
		return CERTAIN_NOT;
	void *code = arena_alloc(a, cap, 1, 8);
	if (aeg_condition_compile(text, &options, code, cap, &len, &error) != AEG_OK || reads ||
		aeg_template_check(&program, code, len) != AEG_OK ||
		aeg_condition(&r, &holds) != AEG_OK)
		return CERTAIN_NOT;
	return holds ? CERTAIN_TRUE : CERTAIN_FALSE;
}
