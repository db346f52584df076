#define _POSIX_C_SOURCE 200809L
/* What a verdict points at, what explains it, and what happens to calls that are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "call_test.h"

/* ---- What a verdict points at --------------------------------------------------------------- */

static void tokens(void **state)
{
	static const struct {
		const char *context, *tool, *args,
			*at; /* at: how the value begins; NULL: nowhere */
	} rows[] = {
		{ "files", "fs.read", "{\"n\":1,\"path\":\"/etc\"}", "/etc" },
		{ "files", "fs.read", "{\"path\":7}", "7}" },
		{ "files", "fs.read", "{}", NULL },
		{ "files", "fs.many", "{\"paths\":[\"a\",\"/b\"]}", "/b" },
		{ "files", "fs.many", "{\"paths\":[\"a\",null]}", "null]" },
		{ "files", "fs.many", "{\"paths\":[]}", "[]" },
		{ "git-status", "cmd.run", "{\"command\":\"rm\",\"args\":[\"x\"]}", "rm" },
		{ "git-status", "cmd.run", "{\"command\":\"git\",\"args\":[\"push\"]}", "push" },
		{ "git-status", "cmd.run", "{\"command\":\"git push\"}", "git push" },
		{ "git-status", "cmd.run", "{\"command\":\"git\",\"args\":[\"status\",5]}", "5]" },
		{ "git-status", "cmd.run", "{\"command\":\"git x\",\"args\":[]}", "[]" },
		{ "git-status", "cmd.run", "{\"command\":\"git\",\"args\":[\"a\",\"\\u0000\"]}",
			"\\u0000" },
		{ "git-status", "cmd.run", "{\"command\":\"a|b\"}", "a|b" },
		{ "web", "web.fetch", "{\"url\":\"http://x.org\"}", "http://x" },
		{ "any", "x", "{\"a\":1,\"a\":2}", NULL },
		{ "none", "x", "{\"a\":1}", NULL },
	};
	struct policy p = policy_make(contexts);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct aeg_verdict v = decide(&p, rows[i].context, rows[i].tool, rows[i].args);
		struct scanned s;

		scan(&s, rows[i].args);
		if (rows[i].at == NULL) {
			assert_int_equal(v.token, AEG_NONE);
			continue;
		}
		assert_true(v.token < s.json.ntok);
		if (strncmp(rows[i].args + s.tok[v.token].at, rows[i].at, strlen(rows[i].at)) != 0)
			fail_msg(
				"%s: points at %s", rows[i].args, rows[i].args + s.tok[v.token].at);
	}
	free(p.file);
}

struct steps {
	struct aeg_step step[8];
	uint32_t n;
};

static void on_step(void *ctx, const struct aeg_step *step)
{
	struct steps *s = ctx;

	assert_true(s->n < 8);
	s->step[s->n++] = *step;
}

static void explained(void **state)
{
	struct policy p = policy_make(contexts);
	struct steps got = { .n = 0 };
	struct aeg_verdict v, w;
	struct aeg_call call;
	struct scanned s;

	(void)state;
	scan(&s, "{\"path\":\"/c\"}");
	call = call_of(&p, "mixed", "fs.read", &s.json);
	assert_int_equal(aeg_decide_explained(&p.b, &call, &v, on_step, &got), AEG_OK);
	assert_int_equal(aeg_decide(&p.b, &call, &w), AEG_OK);
	assert_memory_equal(&v, &w, sizeof v);
	assert_int_equal(got.n, 2);
	assert_int_equal(got.step[0].capability, 0);
	assert_int_equal(got.step[0].reason, AEG_PathOutsideBoundary);
	assert_int_equal(got.step[0].token, 2);
	assert_int_equal(got.step[1].capability, 4);
	assert_int_equal(got.step[1].reason, AEG_None);
	assert_int_equal(got.step[1].token, AEG_NONE);

	got.n = 0;
	call = call_of(&p, "deny", "fs.delete", &s.json);
	assert_int_equal(aeg_decide_explained(&p.b, &call, &v, on_step, &got), AEG_OK);
	assert_int_equal(got.n, 1);
	assert_int_equal(got.step[0].deny_entry, 0);
	assert_int_equal(got.step[0].capability, AEG_NONE);
	assert_int_equal(got.step[0].reason, AEG_ToolDenied);
	free(p.file);
}

/* ---- Misuse, and too little memory ---------------------------------------------------------- */

static void misuse(void **state)
{
	struct policy p = policy_make(contexts);
	struct aeg_call call = call_of(&p, "any", "x", NULL);
	struct aeg_verdict v;

	(void)state;
	call.size_of--;
	memset(&v, 0xff, sizeof v);
	assert_int_equal(aeg_decide(&p.b, &call, &v), AEG_USAGE);
	assert_int_equal(v.kind, AEG_DENY);
	call.size_of += 2;
	assert_int_equal(aeg_decide(&p.b, &call, &v), AEG_USAGE);
	call.size_of--;
	call.context = 13;
	memset(&v, 0xff, sizeof v);
	assert_int_equal(aeg_decide(&p.b, &call, &v), AEG_USAGE);
	assert_int_equal(v.kind, AEG_DENY);
	call.context = AEG_NONE - 1;
	assert_int_equal(aeg_decide(&p.b, &call, &v), AEG_USAGE);
	call.context = 12;
	assert_int_equal(aeg_decide(&p.b, &call, &v), AEG_OK);
	free(p.file);
}

/* With as many tokens as aeg_json_bound says there is room for every escape; with only as many as
 * the text has there is none, and nothing is granted. */
static void room_for_escapes(void **state)
{
	static const char *const args[] = {
		"{\"path\":\"\\u002fworkspace\",\"command\":\"g\\u0069t\",\"x\":[0,0,0,0]}",
		"{\"command\":\"'g'\\\"i\\\"t s't'\\u0061\\\"tus\\\"\",\"cwd\":\"\\u0061\"}",
		"{\"command\":\"\\u0067it\",\"args\":[\"st\\u0061tus\"],\"cwd\":\"\\u0061\"}",
	};
	const struct policy_cap caps[] = {
		{ .pattern = "cmd.*", .paths = LIST("/workspace"), .commands = LIST("git:status") },
		{ .pattern = "fs.*", .paths = LIST("/workspace") }, { 0 }
	};
	const struct policy_context c[] = { { "c", caps, NULL }, { 0 } };
	struct policy p = policy_make(c);

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		size_t len = strlen(args[i]), bound = aeg_json_bound(len);
		struct aeg_json_tok *tok = calloc(bound, sizeof *tok);
		struct aeg_call call;
		struct aeg_verdict v;
		struct aeg_json j;

		assert_int_equal(aeg_json_scan(&j, args[i], len, tok, bound), AEG_OK);
		call = call_of(&p, "c", i == 0 ? "fs.read" : "cmd.run", &j);
		assert_int_equal(aeg_decide(&p.b, &call, &v), AEG_OK);
		assert_int_equal(v.reason, AEG_None);
		assert_int_equal(aeg_json_scan(&j, args[i], len, tok, j.ntok), AEG_OK);
		memset(&v, 0xff, sizeof v);
		assert_int_equal(aeg_decide(&p.b, &call, &v), AEG_NOMEM);
		assert_int_equal(v.kind, AEG_DENY);
		free(tok);
	}
	free(p.file);
}

/* ---- Limits -------------------------------------------------------------------------------- */

static void limits(void **state)
{
	struct policy p = policy_make(contexts);
	size_t size = aeg_limits_size(&p.b, 4);
	void *mem = malloc(size);
	struct aeg_call call;
	struct aeg_verdict v;
	struct steps got = { .n = 0 };
	struct scanned s;

	(void)state;
	scan(&s, "{\"path\":\"/a/x\"}");
	call = call_of(&p, "limited", "fs.read", &s.json);
	call.limit_key = policy_str("k");
	for (int i = 0; i < 5; i++) { /* not counted */
		assert_int_equal(aeg_decide(&p.b, &call, &v), AEG_OK);
		assert_int_equal(v.kind, AEG_ALLOW);
	}
	call.limits = aeg_limits_init(&p.b, 4, mem, size);
	assert_non_null(call.limits);
	assert_int_equal(aeg_decide(&p.b, &call, &v), AEG_OK);
	assert_int_equal(aeg_decide(&p.b, &call, &v), AEG_OK);
	assert_int_equal(v.kind, AEG_ALLOW);
	/* the second capability would grant, but a limit does not fall through */
	call.now_ms = 400;
	assert_int_equal(aeg_decide_explained(&p.b, &call, &v, on_step, &got), AEG_OK);
	assert_int_equal(v.kind, AEG_DENY);
	assert_int_equal(v.reason, AEG_RateLimitExceeded);
	assert_int_equal(v.capability, 0);
	assert_int_equal(v.retry_after_ms, 600);
	assert_int_equal(v.slot, AEG_NONE);
	assert_int_equal(got.n, 1);
	assert_int_equal(got.step[0].reason, AEG_RateLimitExceeded);
	/* another path is the second capability's, which has one slot */
	scan(&s, "{\"path\":\"/b\"}");
	assert_int_equal(aeg_decide(&p.b, &call, &v), AEG_OK);
	assert_int_equal(v.kind, AEG_ALLOW);
	assert_true(v.slot != AEG_NONE);
	uint32_t slot = v.slot;
	assert_int_equal(aeg_decide(&p.b, &call, &v), AEG_OK);
	assert_int_equal(v.reason, AEG_ConcurrencyLimitExceeded);
	assert_int_equal(v.capability, 1);
	aeg_release(call.limits, slot);
	assert_int_equal(aeg_decide(&p.b, &call, &v), AEG_OK);
	assert_int_equal(v.kind, AEG_ALLOW);
	/* full */
	call.limit_key = policy_str("l");
	assert_int_equal(aeg_decide(&p.b, &call, &v), AEG_OK);
	call.limit_key = policy_str("m");
	assert_int_equal(aeg_decide(&p.b, &call, &v), AEG_OK);
	call.limit_key = policy_str("n");
	assert_int_equal(aeg_decide(&p.b, &call, &v), AEG_NOMEM);
	assert_int_equal(v.kind, AEG_DENY);
	/* no limit, no counter */
	call.tool = policy_str("other");
	assert_int_equal(aeg_decide(&p.b, &call, &v), AEG_OK);
	assert_int_equal(v.kind, AEG_ALLOW);
	free(mem);
	free(p.file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tokens),
		cmocka_unit_test(explained),
		cmocka_unit_test(misuse),
		cmocka_unit_test(room_for_escapes),
		cmocka_unit_test(limits),
	};
	return cmocka_run_group_tests_name("verdict", tests, NULL, NULL);
}
