#define _POSIX_C_SOURCE 200809L
/* Counts allocations: after the open there are none, whatever is asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "call_test.h"

#if defined(__SANITIZE_ADDRESS__)
#define INSTRUMENTED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define INSTRUMENTED 1
#endif
#endif

/* This program's malloc, and libc's and libsodium's with it; a sanitizer brings its own. */
#ifndef INSTRUMENTED
extern void *__libc_malloc(size_t n);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *p, size_t n);

static unsigned allocations;

void *malloc(size_t n)
{
	allocations++;
	return __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
	allocations++;
	return __libc_calloc(n, size);
}

void *realloc(void *p, size_t n)
{
	allocations++;
	return __libc_realloc(p, n);
}
#endif

static void ignore_step(void *ctx, const struct aeg_step *step)
{
	(void)ctx;
	(void)step;
}

/* Scans, decides in every way, and reads what an enforcer reads. */
static void ask(const struct policy *p, const char *context, const char *tool, const char *args,
	struct aeg_limits *limits)
{
	struct aeg_obligations o = { .size_of = sizeof o };
	struct aeg_verdict v;
	struct scanned s;

	aeg_json_scan(&s.json, args, strlen(args), s.tok, 600);
	struct aeg_call call = call_of(p, context, tool, &s.json);
	call.limits = limits;
	call.limit_key = policy_str("execution-7");
	aeg_decide(&p->b, &call, &v);
	if (v.kind == AEG_ALLOW)
		aeg_obligations(&p->b, &call, &v, &o);
	if (limits != NULL)
		aeg_release(limits, v.slot);
	aeg_decide_explained(&p->b, &call, &v, ignore_step, NULL);
	if (limits != NULL)
		aeg_release(limits, v.slot);
	aeg_capability_pattern(&p->b, call.context, 0);
	aeg_argument_is_secret(&p->b, &call, 0);
}

static void nothing_is_allocated(void **state)
{
#ifdef INSTRUMENTED
	(void)state;
	(void)ask;
	skip();
#else
	static const char *const calls[][3] = {
		{ "files", "fs.read", "{\"path\":\"/workspace/a\"}" },
		{ "files", "fs.read", "{\"p\\u0061th\":\"\\/workspace\\/\\u00e9\\n\"}" },
		{ "files", "fs.read", "{\"path\":\"../x\"}" },
		{ "git", "cmd.run", "{\"command\":\"g'i't \\\"st\\\"atus\"}" },
		{ "git", "cmd.run", "{\"command\":\"git\",\"args\":[\"status\",\"-s\"]}" },
		{ "web", "web.fetch", "{\"url\":\"https:\\/\\/API.GitHub.com.:443/x\"}" },
		{ "web", "web.fetch", "{\"url\":\"https://[2001:db8::1]/\"}" },
		{ "deny", "fs.delete", "[1,2,3" },
		{ "no such context", "x", "{}" },
	};
	uint64_t memory[1 << 14];
	struct policy p = policy_make(contexts);
	size_t need = aeg_limits_size(&p.b, 4);

	(void)state;
	assert_in_range(need, 1, sizeof memory);
	allocations = 0;
	struct aeg_limits *limits = aeg_limits_init(&p.b, 4, memory, sizeof memory);
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
		ask(&p, calls[i][0], calls[i][1], calls[i][2], NULL);
		ask(&p, calls[i][0], calls[i][1], calls[i][2], limits);
	}
	for (int i = 0; i < 100; i++)
		ask(&p, "limited", "fs.read", "{\"path\":\"/workspace/a\"}", limits);
	assert_int_equal(allocations, 0);
	void *volatile seen = malloc(1); /* the count counts */
	free(seen);
	assert_int_equal(allocations, 1);
	free(p.file);
#endif
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_allocated),
	};
	return cmocka_run_group_tests_name("alloc", tests, NULL, NULL);
}
