/* `aegisr run explore:SPEC.OPERATION`: what is kept of the response. */
#include <string.h>

#include "aegis/expr.h"
#include "cli/answer.h"
#include "cli/args.h"
#include "cli/run.h"

struct run_fields {
	struct aeg_str *paths;
	struct aeg_program *programs;
	uint32_t n;
};

/* As asked for, else as the operation's explorer set has them. */
static void list(struct running *r, struct run_fields *f)
{
	const char **asked = command_values(r->l, "--fields", &f->n);
	struct aeg_operation_info op = { .size_of = sizeof op };
	bool own = f->n == 0 && aeg_operation_info(r->flow->flows, r->flow->explore, &op) == AEG_OK;
	if (own)
		f->n = op.nfields;
	f->paths = arena_array(r->l->arena, struct aeg_str, f->n);
	for (uint32_t i = 0; i < f->n; i++)
		f->paths[i] = own ? aeg_operation_field(r->flow->flows, r->flow->explore, i)
				  : str_slice(slice_of(asked[i]));
}

struct run_fields *run_fields_read(struct running *r, int *ret_status)
{
	struct arena *a = r->l->arena;
	struct run_fields *f = arena_new(a, struct run_fields);
	*ret_status = COMMAND_OK;
	if (r->flow->flow != AEG_NONE)
		return NULL;
	list(r, f);
	f->programs = arena_array(a, struct aeg_program, f->n);
	for (uint32_t i = 0; i < f->n; i++) {
		size_t cap = 256 + 64 * (size_t)f->paths[i].len, len;
		void *mem = arena_alloc(a, cap, 1, 8);
		struct aeg_path_error error = { .what = "too large" };
		if (aeg_paths_compile(&f->paths[i], 1, NULL, mem, cap, &len, &error) == AEG_OK &&
			aeg_program_check(&f->programs[i], mem, len) == AEG_OK)
			continue;
		*ret_status = command_usage(r->l, "--fields: byte %u of `%.*s`: %s", error.at + 1,
			(int)f->paths[i].len, f->paths[i].at, error.what);
		return NULL;
	}
	return f->n == 0 ? NULL : f;
}

static int put_field(
	struct running *r, struct buf *out, const struct aeg_json *j, const struct aeg_program *p)
{
	struct aeg_select s = { .size_of = sizeof s,
		.program = p,
		.doc = j,
		.steps = 100000000,
		.mem_size = aeg_select_size(p) };
	struct aeg_found found;
	enum aeg_status status;
	bool first = true;
	s.mem = arena_alloc(r->l->arena, s.mem_size, 1, 8);
	buf_text(out, "[");
	for (aeg_select_begin(&s);
		(status = aeg_select_next(&s, &found)) == AEG_OK && found.token != AEG_NONE;
		first = false) {
		buf_text(out, first ? "" : ",");
		buf_slice(out, args_text(j, found.token));
	}
	buf_text(out, "]");
	return status == AEG_OK
		       ? COMMAND_OK
		       : command_fail(r->l, COMMAND_NO, "the fields: %s", aeg_status_text(status));
}

/* As the gateway's explorer answers them. */
int run_fields_print(struct running *r, const struct run_fields *f, struct aeg_str result)
{
	struct buf out = { .arena = r->l->arena };
	const struct aeg_json *j = args_scan(r->l->arena, slice_str(result));
	int status = COMMAND_OK;
	buf_text(&out, "{\"sliced_data\":{");
	for (uint32_t i = 0; i < f->n && status == COMMAND_OK; i++) {
		buf_text(&out, i == 0 ? "" : ",");
		buf_json_string(&out, slice_str(f->paths[i]));
		buf_text(&out, ":");
		status = put_field(r, &out, j, &f->programs[i]);
	}
	if (status != COMMAND_OK)
		return status;
	buf_printf(&out, "},\"hints\":null,\"operation_metadata\":{\"status\":%u}}\n", r->status);
	command_print(&out, stdout);
	fprintf(stderr, "aegisr: %zu bytes of response, %zu of fields\n", r->before, out.len);
	return COMMAND_OK;
}
