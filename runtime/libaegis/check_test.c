/* From a good bundle, one field at a time is broken, and the status that refuses it is named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "broken_test.h"
#include "walk_test.h"

struct row {
	const char *name;
	uint32_t kind, i;
	size_t off, width;
	uint64_t value;
	enum aeg_status want;
};
#define ROW(kind, i, type, field, value, want) \
	{ \
#kind " " #i " " #field " = " #value, kind, i, offsetof(type, field), \
			sizeof(((type *)0)->field), value, AEG_##want \
	}
#define H(field, value, want) ROW(HEADER, 0, struct aegf_header, field, value, want)
#define S(kind, field, value, want) \
	ROW(TABLE + AEGF_##kind, 0, struct aegf_section, field, value, want)
#define T(field, value, want)        ROW(TRAILER, 0, struct aegf_trailer, field, value, want)
#define META(field, value, want)     ROW(AEGF_META, 0, struct aegf_meta, field, value, want)
#define CTX(i, field, value, want)   ROW(AEGF_CONTEXTS, i, struct aegf_context, field, value, want)
#define CAP(i, field, value, want)   ROW(AEGF_CAPS, i, struct aegf_cap, field, value, want)
#define CLASS(i, field, value, want) ROW(AEGF_CLASSES, i, struct aegf_class, field, value, want)
#define CEILING(i, field, value, want) \
	ROW(AEGF_CEILINGS, i, struct aegf_ceiling, field, value, want)
#define NODE(i, field, value, want) ROW(AEGF_NODES, i, struct aegf_node, field, value, want)

/* The nodes of the sample, in the order in which make_sample makes them. */
enum {
	N_CONTEXTS,
	N_CATALOGUE,
	N_CATALOGUE_FS,
	N_PATHS = 7,
	N_PATH_DATA = 10,
	N_COMMANDS,
	N_GIT,
	N_STATUS,
	N_LOG,
	N_MAKE,
	N_HOSTS,
	N_HOST_ORG,
	N_TOOLS = 21,
	N_TOOL_FS,
	N_ALPHA = 28,
	N_BETA,
	N_AGENTS,
};

static const struct row rows[] = {
	H(magic[0], 'a', MAGIC),
	H(magic[5], '\r', MAGIC),
	H(major, 0, VERSION),
	H(major, 2, VERSION),
	H(minor, 9, OK),
	H(flags, 1, RESERVED),
	H(flags, 0x80000000u, RESERVED),
	H(zero[0], 1, RESERVED),
	H(zero[7], 1, RESERVED),
	H(hash[0], 1, OK), /* not a matter of structure */
	H(size, 0, BOUNDS),
	H(size, 63, BOUNDS),
	H(size, 0x10000000u, SHORT),
	H(size, 0x10000001u, TOO_LARGE),
	H(size, UINT32_MAX, TOO_LARGE),
	H(nsections, UINT32_MAX, BOUNDS),
	H(nsections, 0, LAYOUT),
	H(nsections, 5, LAYOUT),
	S(STRINGS, kind, 0, LAYOUT),
	S(STRINGS, kind, 2, LAYOUT), /* META twice */
	S(STRINGS, kind, 3, LAYOUT), /* not ascending */
	S(STRINGS, off, 64, LAYOUT),
	S(STRINGS, off, UINT32_MAX, LAYOUT),
	S(STRINGS, count, 1, LAYOUT),
	S(META, kind, 1, LAYOUT),
	S(META, count, 0, LAYOUT),
	S(META, count, 2, LAYOUT),
	S(META, size, 47, LAYOUT),
	S(META, size, UINT32_MAX, BOUNDS),
	S(CAPS, count, 0x04000004u, LAYOUT), /* times 64 this is the size, modulo 2^32 */
	S(ORIGIN, kind, 77, LAYOUT),         /* not ascending */
	S(WITNESSES, kind, 77, LAYOUT),      /* not ascending */
	S(ORIGIN, size, 16, LAYOUT),
	S(PATHS, kind, 77, OK), /* an unknown kind is skipped */
	S(PATHS, count, 2, LAYOUT),
	T(magic[0], 'a', LAYOUT),
	T(zero[3], 1, RESERVED),
	T(count, 1, SHORT),
	T(count, 64, SHORT),
	T(count, 65, TOO_LARGE),
	T(count, UINT32_MAX, TOO_LARGE),
	META(semantics.off, 0, SEMANTICS),
	META(semantics.len, 13, SEMANTICS),
	META(semantics.off, UINT32_MAX, BOUNDS),
	META(semantics.len, UINT32_MAX, BOUNDS),
	META(provenance.len, 1u << 20, BOUNDS),
	META(contexts, N_CATALOGUE, CONTENT),
	META(contexts, AEGF_NONE, BOUNDS),
	META(contexts, N_AGENTS, CONTENT), /* the contexts' names are not there */
	META(contexts, N_ALPHA, CONTENT),
	META(agents, N_PATHS, CONTENT),
	META(agents, 1000, BOUNDS),
	META(agents, N_ALPHA, CONTENT),
	META(catalogue, N_TOOLS, CONTENT),
	META(catalogue, AEGF_NONE, BOUNDS),
	META(max_probe, 64, CONTENT),
	META(max_probe, UINT32_MAX, CONTENT),
	META(max_probe, 63, OK),
	META(serial, UINT64_MAX, OK),
	CTX(0, name.off, UINT32_MAX, BOUNDS),
	CTX(0, name.len, 3, CONTENT), /* sorted still, but the trie says "alpha" */
	CTX(1, name.len, 0, CONTENT), /* no longer sorted */
	CTX(0, description.len, 1u << 30, BOUNDS),
	CTX(0, flags, 4, RESERVED),
	CTX(1, flags, 3, OK),
	CTX(0, tools, AEGF_NONE, BOUNDS),
	CTX(0, tools, N_PATHS, CONTENT),
	CTX(0, caps.first, 5, BOUNDS),
	CTX(0, caps.first, 1, BOUNDS),
	CTX(1, caps.first, 1, OK),
	CTX(0, caps.count, 5, BOUNDS),
	CTX(0, caps.count, UINT32_MAX, BOUNDS),
	CTX(1, caps.count, 0, OK),
	CTX(0, deny.count, 2, BOUNDS),
	CTX(0, deny.first, UINT32_MAX, BOUNDS),
	CAP(0, paths, N_HOSTS, CONTENT),
	CAP(0, paths, 1000, BOUNDS),
	CAP(0, paths, AEGF_NONE, CONTENT), /* entries without a set */
	CAP(0, path_list.count, UINT32_MAX, BOUNDS),
	CAP(0, path_list.count, 0, OK),
	CAP(1, commands, N_GIT, CONTENT),
	CAP(1, commands, AEGF_NONE, CONTENT),
	CAP(1, command_list.count, 3, BOUNDS),
	CAP(2, hosts, N_PATHS, CONTENT),
	CAP(2, hosts, AEGF_NONE, CONTENT),
	CAP(2, host_list.first, UINT32_MAX, BOUNDS),
	CAP(3, path_list.count, 1, CONTENT),
	CAP(3, pattern.off, UINT32_MAX, BOUNDS),
	CAP(0, rate_calls, 0, CONTENT),
	CAP(0, rate_per_s, 0, CONTENT),
	CAP(3, rate_per_s, 1, CONTENT),
	CAP(3, max_concurrent, 9, OK),
	ROW(AEGF_DENY, 0, struct aegf_str, len, UINT32_MAX, BOUNDS),
	CLASS(0, deny, 1, BOUNDS),
	CLASS(0, caps.first, 7, BOUNDS),
	CLASS(0, caps.count, UINT32_MAX, BOUNDS),
	CLASS(1, caps.count, 3, CONTENT), /* 0 3 1 */
	CLASS(0, tool, 3, BOUNDS),
	CLASS(0, tool, AEGF_NONE, OK),
	CLASS(1, tool, AEGF_TOOL_BY_NAME, OK),
	CLASS(1, tool, AEGF_TOOL_BY_NAME - 1, BOUNDS),
	ROW(AEGF_CANDIDATES, 5, struct aeg_le32, b, 4, BOUNDS),
	ROW(AEGF_CANDIDATES, 5, struct aeg_le32, b, AEGF_NONE, BOUNDS),
	ROW(AEGF_CANDIDATES, 0, struct aeg_le32, b, 3, CONTENT), /* 3 3 */
	NODE(N_CONTEXTS, kind, 0, CONTENT),
	NODE(N_STATUS, kind, 9, CONTENT),
	NODE(N_STATUS, kind, UINT32_MAX, CONTENT),
	NODE(N_STATUS, kind, AEGF_NODE_HOST, CONTENT),
	NODE(N_HOST_ORG, kind, AEGF_NODE_COMMAND, CONTENT),
	NODE(N_ALPHA, a, AEGF_NONE, CONTENT),
	NODE(N_ALPHA, a, 1, CONTENT),
	NODE(N_ALPHA, a, 2, CONTENT), /* an agent's number */
	NODE(N_ALPHA, a, 3, BOUNDS),
	NODE(N_ALPHA, b, 1, RESERVED),
	NODE(N_BETA, c, 1, RESERVED),
	NODE(N_AGENTS + 1, a, 1, CONTENT), /* the second of two versions */
	NODE(N_AGENTS + 1, a, 2, CONTENT), /* another's name */
	NODE(N_CATALOGUE_FS, a, 3, BOUNDS),
	NODE(N_CATALOGUE_FS, b, 3, BOUNDS),
	NODE(N_CATALOGUE_FS, c, 1, RESERVED),
	NODE(N_TOOL_FS, a, 5, BOUNDS),
	NODE(N_TOOL_FS, b, UINT32_MAX - 1, BOUNDS),
	NODE(N_TOOL_FS, c, 1, RESERVED),
	NODE(N_PATHS, a, 2, RESERVED),
	NODE(N_PATHS, a, 1, OK),
	NODE(N_PATH_DATA, b, 2, BOUNDS),
	NODE(N_PATH_DATA, c, 2, BOUNDS),
	NODE(N_HOSTS, a, 4, RESERVED),
	NODE(N_HOSTS, b, 1, RESERVED),
	NODE(N_COMMANDS, a, 1, RESERVED),
	NODE(N_MAKE, a, 2, RESERVED),
	NODE(N_MAKE, a, 0, OK),
	NODE(N_LOG, a, 1, RESERVED),
	ROW(AEGF_GLOBS, 0, struct aegf_str, off, UINT32_MAX, BOUNDS),
	ROW(AEGF_TOOLS, 0, struct aegf_tool, name.len, UINT32_MAX, BOUNDS),
	ROW(AEGF_TOOLS, 0, struct aegf_tool, args.count, 7, BOUNDS),
	ROW(AEGF_ARGS, 0, struct aegf_arg, name.off, UINT32_MAX, BOUNDS),
	ROW(AEGF_ARGS, 0, struct aegf_arg, role, 0, CONTENT),
	ROW(AEGF_ARGS, 0, struct aegf_arg, role, 6, CONTENT),
	ROW(AEGF_ARGS, 0, struct aegf_arg, flags, 4, RESERVED),
	ROW(AEGF_ARGS, 2, struct aegf_arg, flags, AEGF_ARG_LIST, CONTENT),
	ROW(AEGF_LISTS, 0, struct aegf_str, len, UINT32_MAX, BOUNDS),
	ROW(AEGF_COMMANDS, 0, struct aegf_command, command.len, UINT32_MAX, BOUNDS),
	ROW(AEGF_COMMANDS, 0, struct aegf_command, subcommands.count, 100, BOUNDS),
	ROW(AEGF_COMMANDS, 0, struct aegf_command, any, 1, CONTENT),
	ROW(AEGF_COMMANDS, 1, struct aegf_command, any, 2, CONTENT),
	ROW(AEGF_AGENTS, 0, struct aegf_agent, context, 2, BOUNDS),
	ROW(AEGF_AGENTS, 0, struct aegf_agent, context, AEGF_NONE, BOUNDS),
	ROW(AEGF_AGENTS, 0, struct aegf_agent, tools.count, 100, BOUNDS),
	ROW(AEGF_AGENTS, 1, struct aegf_agent, version.len, 2, CONTENT), /* before "1.0" */
	ROW(AEGF_AGENTS, 0, struct aegf_agent, version.len, 2, OK),
	ROW(AEGF_AGENTS, 2, struct aegf_agent, name.len, 0, CONTENT),
	ROW(AEGF_TIERS, 0, struct aegf_tier, context, 2, BOUNDS),
	ROW(AEGF_TIERS, 0, struct aegf_tier, limits.count, 2, BOUNDS),
	ROW(AEGF_LIMITS, 0, struct aegf_limit, resource.len, UINT32_MAX, BOUNDS),
	ROW(AEGF_LIMITS, 0, struct aegf_limit, flags, 1, RESERVED),
	ROW(AEGF_OPROLES, 0, struct aegf_oprole, context, AEGF_NONE, BOUNDS),
	ROW(AEGF_OPROLES, 0, struct aegf_oprole, access, 0, CONTENT),
	ROW(AEGF_OPROLES, 0, struct aegf_oprole, access, 4, CONTENT),
	ROW(AEGF_ORIGIN, 0, struct aegf_origin, file.off, UINT32_MAX, BOUNDS),
	ROW(AEGF_ORIGIN, 0, struct aegf_origin, line, 0, CONTENT),
	ROW(AEGF_ORIGIN, 6, struct aegf_origin, column, 0, CONTENT),
	CEILING(0, same, 1, CONTENT), /* a later one */
	CEILING(0, same, 2, BOUNDS),
	CEILING(1, same, AEGF_NONE, BOUNDS),
	CEILING(1, same, 0, CONTENT), /* and lists of its own */
	CEILING(0, parents.first, 2, BOUNDS),
	CEILING(0, parents.count, 2, BOUNDS),
	CEILING(0, parents.count, 1, OK),
	CEILING(1, parents.count, UINT32_MAX, BOUNDS),
	CEILING(0, witnesses.first, UINT32_MAX, BOUNDS),
	CEILING(0, witnesses.count, 3, BOUNDS),
	CEILING(0, witnesses.count, 0, OK),
	ROW(AEGF_PARENTS, 0, struct aegf_parent, context, 2, BOUNDS),
	ROW(AEGF_PARENTS, 0, struct aegf_parent, context, 1, OK),
	ROW(AEGF_PARENTS, 0, struct aegf_parent, looser, 5, CONTENT),
	ROW(AEGF_PARENTS, 0, struct aegf_parent, looser, 0, OK),
	ROW(AEGF_PARENTS, 0, struct aegf_parent, witness, 2, BOUNDS),
	ROW(AEGF_PARENTS, 0, struct aegf_parent, witness, AEGF_NONE, OK),
	ROW(AEGF_WITNESSES, 0, struct aegf_witness, tool.len, UINT32_MAX, BOUNDS),
	ROW(AEGF_WITNESSES, 1, struct aegf_witness, args.off, UINT32_MAX, BOUNDS),
	ROW(AEGF_WITNESSES, 0, struct aegf_witness, args.len, 0, OK),
	ROW(AEGF_PATHS, 0, struct aegf_paths, program.first, 1, BOUNDS),
	ROW(AEGF_PATHS, 0, struct aegf_paths, program.count, 3, SHORT),
	ROW(AEGF_PATHS, 0, struct aegf_paths, program.count, 30, BOUNDS),
	ROW(AEGF_PATHS, 0, struct aegf_paths, texts.first, UINT32_MAX, BOUNDS),
	ROW(AEGF_PATHS, 0, struct aegf_paths, texts.count, 0, CONTENT),
	ROW(AEGF_PATHS, 0, struct aegf_paths, texts.count, 2, BOUNDS),
	ROW(AEGF_OPS, 0, struct aegf_program, npaths, 2, CONTENT),
	ROW(AEGF_OPS, 0, struct aegf_program, points, 0, CONTENT),
	ROW(AEGF_OPS, 0, struct aegf_program, len, 14, BOUNDS),
};

static void nodes_are_where_the_rows_say(void **state)
{
	static const uint8_t want[][2] = {
		{ N_CONTEXTS, AEGF_NODE_NAME },
		{ N_CATALOGUE, AEGF_NODE_CATALOGUE },
		{ N_CATALOGUE_FS, AEGF_NODE_CATALOGUE },
		{ N_PATHS, AEGF_NODE_PATH },
		{ N_PATH_DATA, AEGF_NODE_PATH },
		{ N_COMMANDS, AEGF_NODE_COMMAND },
		{ N_GIT, AEGF_NODE_SUBCOMMAND },
		{ N_STATUS, AEGF_NODE_WORD },
		{ N_LOG, AEGF_NODE_WORD },
		{ N_MAKE, AEGF_NODE_SUBCOMMAND },
		{ N_HOSTS, AEGF_NODE_HOST },
		{ N_HOST_ORG, AEGF_NODE_HOST },
		{ N_TOOLS, AEGF_NODE_TOOL },
		{ N_TOOL_FS, AEGF_NODE_TOOL },
		{ N_ALPHA, AEGF_NODE_NAME },
		{ N_BETA, AEGF_NODE_NAME },
		{ N_AGENTS, AEGF_NODE_NAME },
	};
	struct file f = sample();
	const struct aegf_node *n = aegi_at(&f.b, AEGF_NODES, 0, struct aegf_node);

	(void)state;
	for (size_t i = 0; i < sizeof want / sizeof *want; i++)
		assert_int_equal(aeg_ld32(n[want[i][0]].kind), want[i][1]);
	assert_int_equal(aeg_ld32(n[N_PATH_DATA].c), 1);
	assert_int_equal(aeg_ld32(aegi_meta(&f.b)->agents), N_AGENTS);
	free(f.at);
}

static void one_field(void **state)
{
	struct file f = sample();
	uint32_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		uint8_t saved[8], *p = place(&f, rows[i].kind, rows[i].i) + rows[i].off;
		struct aeg_bundle b;
		enum aeg_status got;

		memcpy(saved, p, rows[i].width);
		put(p, (uint32_t)rows[i].width, rows[i].value);
		got = aeg_bundle_check(&b, f.at, f.len);
		if (got != rows[i].want) {
			print_error("%s: %s\n", rows[i].name, aeg_status_text(got));
			wrong++;
		}
		memcpy(p, saved, rows[i].width);
	}
	assert_int_equal(wrong, 0);
	free(f.at);
}

static void lengths(void **state)
{
	struct file f = sample();
	struct aeg_bundle b;
	uint8_t *longer = malloc(f.len + 1);

	(void)state;
	assert_int_equal(aeg_bundle_check(&b, NULL, 0), AEG_SHORT);
	for (size_t n = 0; n < f.len; n++) {
		uint8_t *cut = malloc(n + 1);

		assert_non_null(cut);
		memcpy(cut + 1, f.at, n); /* the end is the end of the memory, and odd alignment */
		assert_int_equal(aeg_bundle_check(&b, cut + 1, n), AEG_SHORT);
		free(cut);
	}
	assert_non_null(longer);
	memcpy(longer, f.at, f.len);
	longer[f.len] = 0;
	assert_int_equal(aeg_bundle_check(&b, longer, f.len + 1), AEG_BOUNDS);
	free(longer);
	free(f.at);
}

static void not_touched_when_refused(void **state)
{
	struct file f = sample();
	struct aeg_bundle b = { .size = 12345 };

	(void)state;
	put(place(&f, AEGF_ORIGIN, 6), 4, UINT32_MAX);
	assert_int_equal(aeg_bundle_check(&b, f.at, f.len), AEG_BOUNDS);
	assert_int_equal(b.size, 12345);
	free(f.at);
}

static void signature_entries(void **state)
{
	struct file f = sample();
	size_t len = f.len + sizeof(struct aegf_signature);
	uint8_t *p = calloc(1, len);
	struct aegf_signature *sig = (void *)(p + f.len);
	struct aeg_bundle b;

	(void)state;
	assert_non_null(p);
	memcpy(p, f.at, f.len);
	put(p + f.b.size + offsetof(struct aegf_trailer, count), 4, 1);
	assert_int_equal(aeg_bundle_check(&b, p, len), AEG_RESERVED);
	memcpy(sig->alg, "Ed", 2);
	assert_int_equal(aeg_bundle_check(&b, p, len), AEG_OK);
	sig->zero[5] = 1;
	assert_int_equal(aeg_bundle_check(&b, p, len), AEG_RESERVED);
	free(p);
	free(f.at);
}

static struct file tiny(void)
{
	struct make m = { 0 };
	struct file f;

	make_tiny(&m);
	f.at = make_bundle(&m, &f.len);
	assert_int_equal(aeg_bundle_check(&f.b, f.at, f.len), AEG_OK);
	return f;
}

static void nothing_at_all(void **state)
{
	struct file f = tiny();

	(void)state;
	assert_int_equal(aegi_count(&f.b, AEGF_CONTEXTS), 0);
	assert_int_equal(aeg_context_find(&f.b, (struct aeg_str){ "x", 1 }), AEG_NONE);
	walk(&f.b);
	free(f.at);
}

/* Any one byte changed: refused, or safe to read from end to end. */
static void every_byte(void **state)
{
	static const uint8_t flips[] = { 0x01, 0x02, 0x10, 0x80, 0xff };
	struct file f = sample();
	uint32_t accepted = 0;

	(void)state;
	walk(&f.b);
	for (size_t i = 0; i < f.len; i++) {
		for (size_t k = 0; k < sizeof flips; k++) {
			struct aeg_bundle b;

			f.at[i] ^= flips[k];
			if (aeg_bundle_check(&b, f.at, f.len) == AEG_OK) {
				walk(&b);
				accepted++;
			}
			f.at[i] ^= flips[k];
		}
	}
	assert_true(accepted > 0); /* the hash and texts, at least, are no matter of structure */
	free(f.at);
}

static void info(void **state)
{
	struct file f = sample();
	struct aeg_bundle_info i = { .size_of = sizeof i };
	struct aeg_bundle_info old = { .size_of = 8, .serial = 99 };

	(void)state;
	aeg_bundle_info(&f.b, &i);
	assert_int_equal(i.size_of, sizeof i);
	assert_int_equal(i.ncontexts, 2);
	assert_int_equal(i.serial, 7);
	assert_int_equal(i.not_after, 0);
	assert_int_equal(i.semantics.len, strlen(AEGF_SEMANTICS));
	assert_memory_equal(i.provenance.at, "by hand", 7);
	assert_memory_equal(i.digest, ((struct aegf_header *)(void *)f.at)->hash, sizeof i.digest);
	aeg_bundle_info(&f.b, &old); /* a caller that knows two members only */
	assert_int_equal(old.ncontexts, 2);
	assert_int_equal(old.serial, 99);
	free(f.at);
}

static void texts(void **state)
{
	(void)state;
	assert_string_equal(aeg_version(), AEG_VERSION_TEXT);
	assert_string_equal(aeg_status_text(AEG_OK), "ok");
	assert_string_equal(aeg_status_text(AEG_MAGIC), "not an aegis bundle");
	assert_non_null(aeg_status_text(AEG_STATUS_MAX));
	assert_string_equal(aeg_reason_name(AEG_None), "None");
	assert_string_equal(
		aeg_reason_name(AEG_OutputSizeLimitExceeded), "OutputSizeLimitExceeded");
	assert_string_equal(aeg_reason_name(AEG_REASON_MAX), "Unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nodes_are_where_the_rows_say),
		cmocka_unit_test(one_field),
		cmocka_unit_test(lengths),
		cmocka_unit_test(not_touched_when_refused),
		cmocka_unit_test(signature_entries),
		cmocka_unit_test(nothing_at_all),
		cmocka_unit_test(every_byte),
		cmocka_unit_test(info),
		cmocka_unit_test(texts),
	};
	return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}
