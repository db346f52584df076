/*
 * Compiles paths and brings them together: what several have in common at their beginnings is
 * walked once.
 *
 * Each path is written behind the ones before it, with its segments marked; then all of that moves
 * to the end of the memory, and the program grows from the front.
 */
#include <string.h>

#include "code.h"

/* A path's segments that are still to be brought in. */
struct rest {
	uint32_t path;
	const uint8_t *at, *end;
};

static uint32_t segment_size(const struct rest *r) { return CODE_JUMP_SIZE + code_ld32(r->at + 1); }

static int same_segment(const struct rest *a, const struct rest *b)
{
	return a->at != a->end && b->at != b->end && segment_size(a) == segment_size(b) &&
	       memcmp(a->at, b->at, segment_size(a)) == 0;
}

/* Brings those that go on as the first one does to the front; how many they are. An ended path is
 * like no other. */
static uint32_t gather(struct rest *r, uint32_t n)
{
	uint32_t same = 1;

	for (uint32_t i = 1; i < n; i++) {
		if (!same_segment(&r[0], &r[i]))
			continue;
		struct rest other = r[i];
		memmove(&r[same + 1], &r[same], (i - same) * sizeof *r);
		r[same++] = other;
	}
	return same;
}

/* Ops for paths that have walked the same way so far. Recurses once for each place at which paths
 * part, so at most as often as there are paths. */
static void bring(struct jsonpath *p, struct rest *r, uint32_t n)
{
	uint32_t same, fork;

	while (p->status == AEG_OK) {
		same = gather(r, n);
		fork = (uint32_t)p->at;
		if (same < n) {
			code_op(p, AEGF_OP_FORK);
			code_le32(p, 0);
		}
		if (r->at == r->end) {
			code_op(p, AEGF_OP_RESULT);
			code_le32(p, r->path);
		} else {
			uint32_t size = segment_size(r);
			uint8_t *to = code_take(p, size - CODE_JUMP_SIZE);
			if (to != NULL)
				memcpy(to, r->at + CODE_JUMP_SIZE, size - CODE_JUMP_SIZE);
			for (uint32_t i = 0; i < same; i++)
				r[i].at += size;
			if (same == n)
				continue;
			bring(p, r, same);
		}
		if (same == n)
			return;
		code_land(p, fork, fork + 1);
		r += same;
		n -= same;
	}
}

static void compile_one(struct jsonpath *p, struct aeg_str path)
{
	enum { LONGEST = 1 << 20 };

	p->text = path.at;
	p->len = path.len;
	p->depth = 0;
	p->place = p->options == NULL ? AEG_PLACE_ANY : p->options->place;
	if (path.len > LONGEST)
		code_fail(p, AEG_TOO_LARGE, "the path is longer than 1 MiB");
	else
		jsonpath_parse(p, path.at, path.len);
}

/* The head, with what the check finds that the ops need. */
static enum aeg_status finish(struct jsonpath *p, void *mem, uint32_t n)
{
	struct aegf_program *head = mem;
	struct aeg_program program;

	*head = (struct aegf_program){ aeg_st32((uint32_t)p->at), aeg_st16(AEGF_MAX_POINTS),
		aeg_st16(AEGF_MAX_VALUES), aeg_st32(AEGF_MAX_STATES), aeg_st16((uint16_t)n),
		aeg_st16(0) };
	enum aeg_status s = aeg_program_check(&program, mem, sizeof *head + p->at);
	if (s != AEG_OK) {
		p->path = 0;
		code_fail(p, s, "the paths are too large to be compiled together");
		return s;
	}
	head->points = aeg_st16((uint16_t)program.points);
	head->values = aeg_st16((uint16_t)program.values);
	head->states = aeg_st32(program.states);
	return AEG_OK;
}

/* All paths one behind the other; then at the end of the memory, leaving @p what is before. */
static void compile_all(struct jsonpath *p, const struct aeg_str *paths, uint32_t n, struct rest *r)
{
	uint32_t size[AEG_MAX_PATHS];
	const uint8_t *at;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t before = (uint32_t)p->at;
		p->path = i;
		compile_one(p, paths[i]);
		if (p->status != AEG_OK)
			return;
		size[i] = (uint32_t)p->at - before;
	}
	p->cap -= p->at;
	at = memmove(p->code + p->cap, p->code, p->at);
	p->at = 0;
	for (uint32_t i = 0; i < n; at += size[i++])
		r[i] = (struct rest){ i, at, at + size[i] };
}

enum aeg_status aeg_paths_compile(const struct aeg_str *paths, uint32_t n,
	const struct aeg_path_options *options, void *mem, size_t cap, size_t *ret_len,
	struct aeg_path_error *ret_error)
{
	struct aegf_program *head = mem;
	struct rest rest[AEG_MAX_PATHS];
	struct jsonpath p = { .code = (uint8_t *)(head + 1), .options = options };

	if (n == 0 || n > AEG_MAX_PATHS || (options != NULL && options->size_of != sizeof *options))
		return AEG_USAGE;
	if (cap < sizeof *head)
		code_fail(&p, AEG_NOMEM, "the memory for compiled paths is too small");
	else
		p.cap = cap - sizeof *head;
	compile_all(&p, paths, n, rest);
	bring(&p, rest, n);
	if (p.status == AEG_OK)
		finish(&p, mem, n);
	if (p.status != AEG_OK) {
		*ret_error = p.error;
		return p.status;
	}
	*ret_len = sizeof *head + p.at;
	return AEG_OK;
}
