/* What is the command that TEMPLATE and DATA, which is JSON, make? render TEMPLATE DATA */
#include <aegis/eval.h>
#include <aegis/expr.h>
#include <stdio.h>
#include <string.h>

static enum aeg_status compile(const char *text, void *mem, size_t size, struct aeg_template *ret)
{
	struct aeg_template_options options = { .size_of = sizeof options, .mode = AEG_MODE_SHELL };
	struct aeg_template_error error;
	size_t len;
	enum aeg_status status =
		aeg_template_compile((struct aeg_str){ text, (uint32_t)strlen(text) }, &options,
			mem, size, &len, &error);

	if (status != AEG_OK)
		return fprintf(stderr, "render: byte %u: %s\n", error.at, error.what), status;
	return aeg_template_check(ret, mem, len);
}

int main(int argc, char **argv)
{
	static uint64_t code[1 << 14], memory[1 << 14];
	static struct aeg_json_tok tokens[1 << 12];
	static char out[1 << 16];
	struct aeg_template template;
	struct aeg_json data;

	if (argc != 3 || compile(argv[1], code, sizeof code, &template) != AEG_OK)
		return 2;
	/* From here on as often as you like, from as many threads, each with memory of its own. */
	if (aeg_json_scan(&data, argv[2], strlen(argv[2]), tokens, 1 << 12) != AEG_OK)
		return fputs("render: the data is not JSON\n", stderr), 1;
	struct aeg_render r = {
		.size_of = sizeof r,
		.program = &template,
		.data = &data,
		.mem = memory,
		.mem_size = sizeof memory,
		.out = out,
		.cap = sizeof out,
		.steps = 100000,
	};
	enum aeg_status status = aeg_render(&r);
	if (status != AEG_OK)
		return fprintf(stderr, "render: %s\n", r.what ? r.what : aeg_status_text(status)),
		       1;
	fwrite(out, 1, (size_t)r.len, stdout);
	return 0;
}
