#define _POSIX_C_SOURCE 200809L
/* One bundle, several threads: each asks with arguments of its own and gets the same answers. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "call_test.h"

enum { THREADS = 4, ROUNDS = 2000 };

static const char *const calls[][3] = {
	{ "files", "fs.read", "{\"path\":\"/workspace/a\"}" },
	{ "files", "fs.read", "{\"path\":\"\\/workspace\\/..\\/b\"}" },
	{ "git", "cmd.run", "{\"command\":\"git\",\"args\":[\"status\"]}" },
	{ "git", "cmd.run", "{\"command\":\"'rm' -r\"}" },
	{ "web", "web.fetch", "{\"url\":\"https://api.github.com/\"}" },
	{ "deny", "fs.delete", "{}" },
};
enum { NCALLS = sizeof calls / sizeof *calls };

struct asker {
	const struct policy *p;
	enum aeg_reason want[NCALLS];
	uint32_t wrong;
	pthread_t thread;
};

static enum aeg_reason ask(const struct policy *p, size_t i)
{
	struct scanned s;
	struct aeg_verdict v;

	aeg_json_scan(&s.json, calls[i][2], strlen(calls[i][2]), s.tok, 600);
	struct aeg_call call = call_of(p, calls[i][0], calls[i][1], &s.json);
	return aeg_decide(&p->b, &call, &v) == AEG_OK ? v.reason : AEG_REASON_MAX;
}

static void *ask_all(void *arg)
{
	struct asker *a = arg;

	for (int r = 0; r < ROUNDS; r++)
		for (size_t i = 0; i < NCALLS; i++)
			a->wrong += ask(a->p, i) != a->want[i];
	return NULL;
}

static void the_same_answers(void **state)
{
	struct policy p = policy_make(contexts);
	struct asker asker[THREADS] = { 0 };

	(void)state;
	for (int t = 0; t < THREADS; t++) {
		asker[t].p = &p;
		for (size_t i = 0; i < NCALLS; i++)
			asker[t].want[i] = ask(&p, i);
	}
	for (int t = 0; t < THREADS; t++)
		assert_int_equal(pthread_create(&asker[t].thread, NULL, ask_all, &asker[t]), 0);
	for (int t = 0; t < THREADS; t++) {
		pthread_join(asker[t].thread, NULL);
		assert_int_equal(asker[t].wrong, 0);
	}
	assert_int_equal(asker[0].want[0], AEG_None);
	assert_int_equal(asker[0].want[1], AEG_PathTraversalBlocked);
	free(p.file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_answers),
	};
	return cmocka_run_group_tests_name("threads", tests, NULL, NULL);
}
