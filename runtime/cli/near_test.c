#define _POSIX_C_SOURCE 200809L
/* Values like those that entries keep out, and which entries are near. */
#include "cli/near.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "libaegis/policy_test.h"

static void no_memory(void *ctx)
{
	(void)ctx;
	abort();
}

static struct arena new_arena(void)
{
	return (struct arena){ .limit = 16 << 20, .fail = no_memory };
}

static void is(struct slice got, const char *want)
{
	if (!slice_is(got, want))
		fail_msg("%.*s, not %s", SLICE_ARG(got), want);
}

static void paths_like_others(void **state)
{
	static const struct {
		const char *entry, *path, *want;
	} table[] = {
		{ "/workspace", "/worksapce/src/a.c", "/workspace/src/a.c" },
		{ "/workspace", "/etc/passwd", "/workspace/passwd" },
		{ "/workspace", "/etc", "/workspace/etc" },
		{ "/workspace", "/", "/workspace" },
		{ "/workspace", "", "/workspace" },
		{ "/workspace/notes", "plan.md", "/workspace/notes/plan.md" },
		{ "/workspace/notes", "/workspace/note", "/workspace/notes" },
		{ "/a/*", "/a", "/a/x" },
		{ "/a/*", "/b/c/d", "/a/c/d" },
		{ "/a/*.c", "/a/b.c/d", "/a/b.c/d" },
		{ "/a/.*", "", "/a/.x" },
		{ "/a/*.", "", "/a/x." },
		{ "/a/**/b", "/a/q/c/b", "/a/b/c/b" },
		{ "/**", "/q", "/q" },
		{ "/", "/q/../r", "/r" },
	};
	struct arena a = new_arena();

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		is(near_path_value(&a, slice_of(table[i].entry), slice_of(table[i].path)),
			table[i].want);
	is(near_path_plain(&a, SLICE("a//./b/../c/")), "/workspace/a/c");
	is(near_path_plain(&a, SLICE("../../..")), "/");
	arena_free(&a);
}

static void hosts_like_others(void **state)
{
	struct arena a = new_arena();

	(void)state;
	is(near_host_value(&a, SLICE("a.org"), SLICE("b.com")), "a.org");
	is(near_host_value(&a, SLICE("*.a.org"), SLICE("api.b.com")), "api.a.org");
	is(near_host_value(&a, SLICE("*.a.org"), SLICE("a.org")), "www.a.org");
	is(near_host_value(&a, SLICE("*.a.org"), SLICE("[::1]")), "www.a.org");
	is(near_host_value(&a, SLICE("*.a.org"), SLICE("a b.c.d")), "www.a.org");
	is(near_host_value(&a, SLICE("*.a.org"), SLICE("..d")), "www.a.org");
	is(near_host_value(&a, SLICE("*.a.org"), SLICE("")), "www.a.org");
	arena_free(&a);
}

static const struct policy_cap caps[] = { { .pattern = "*",
						  .paths = LIST("/srv/a", "/srv/*/logs", "/data"),
						  .commands = LIST("git:status,log", "cat:", "ls"),
						  .domains =
							  LIST("github.com", "*.b.org", "b.com") },
	{ 0 } };
static const struct policy_context contexts[] = { { "c", caps, NULL }, { 0 } };

static void entries(void **state)
{
	struct policy p = policy_make(contexts);
	struct arena a = new_arena();
	struct allowlist paths = allowlist_of(&p.b, 0, 0, AEG_LIST_PATHS, 0);
	struct allowlist commands = allowlist_of(&p.b, 0, 0, AEG_LIST_COMMANDS, 0);
	struct allowlist subs = allowlist_of(&p.b, 0, 0, AEG_LIST_SUBCOMMANDS, 0);
	struct allowlist hosts = allowlist_of(&p.b, 0, 0, AEG_LIST_DOMAINS, 0);
	struct allowlist none = allowlist_of(&p.b, 0, 0, AEG_LIST_SUBCOMMANDS, 2);

	(void)state;
	assert_int_equal(paths.n, 3);
	assert_int_equal(near_path(&a, &paths, SLICE("/srv/q/log")), 1);
	assert_int_equal(near_path(&a, &paths, SLICE("/srv/b")), 1);
	assert_int_equal(near_path(&a, &paths, SLICE("/dat/x")), 2);
	assert_int_equal(near_path(&a, &paths, SLICE("")), 0);
	assert_int_equal(near_word(&commands, SLICE("gti")), 0);
	assert_int_equal(near_word(&commands, SLICE("cat")), 0); /* no call of `cat` is allowed */
	assert_int_equal(near_word(&commands, SLICE("")), 0);
	assert_int_equal(near_word(&subs, SLICE("logs")), 1);
	assert_int_equal(near_host(&hosts, SLICE("evilgithub.com")), 0);
	assert_int_equal(near_host(&hosts, SLICE("b.org")), 1);
	assert_int_equal(near_host(&hosts, SLICE("a.github.com")), 0);
	assert_int_equal(none.n, AEG_NONE);
	assert_int_equal(near_word(&none, SLICE("x")), AEG_NONE);
	arena_free(&a);
	free(p.file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_like_others),
		cmocka_unit_test(hosts_like_others),
		cmocka_unit_test(entries),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
