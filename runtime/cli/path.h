#ifndef CLI_PATH_H
#define CLI_PATH_H
/* Paths, compiled and run, in memory that is kept for the next ones. Nothing is printed. */
#include "aegis/expr.h"
#include "base/buf.h"
#include "cli/lines.h"

struct path_run {
	/* Set by the caller. */
	uint64_t steps; /* budget of each selection; 0: by the document's size */
	/* From here on zero, and path.c's own. */
	void *code, *memory;
	size_t code_size, memory_size;
	struct aeg_program program;
	struct aeg_found *found;
	uint32_t nfound, found_size;
	struct aeg_json_place *places;
	size_t places_size;
	struct aeg_path_error error;
	uint64_t spent; /* steps of the last selection */
};

/* Compiles; AEG_CONTENT: r->error says what is wrong. AEG_NOMEM: there is none to be had. */
enum aeg_status path_compile(struct path_run *r, const struct aeg_str *paths, uint32_t n,
	const struct aeg_path_options *options);
/* Selects: r->found, of all paths. */
enum aeg_status path_select(struct path_run *r, const struct aeg_json *j);
/* What path @path selected, as a JSON array: of values, or of normalized paths (false:
 * no memory). */
void path_values(
	const struct path_run *r, const struct aeg_json *j, uint32_t path, struct buf *out);
bool path_places(struct path_run *r, const struct aeg_json *j, uint32_t path, struct buf *out);
void path_free(struct path_run *r);
#endif
