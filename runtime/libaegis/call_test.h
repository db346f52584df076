#ifndef LIBAEGIS_CALL_TEST_H
#define LIBAEGIS_CALL_TEST_H
/* For tests only: one call of one of the contexts; after cmocka.h. */
#include "contexts_test.h"

struct scanned {
	struct aeg_json json;
	struct aeg_json_tok tok[600];
};

static inline void scan(struct scanned *s, const char *text)
{
	assert_true(aeg_json_bound(strlen(text)) <= 600);
	aeg_json_scan(&s->json, text, strlen(text), s->tok, 600);
}

static inline struct aeg_call call_of(
	const struct policy *p, const char *context, const char *tool, const struct aeg_json *args)
{
	return (struct aeg_call){ .size_of = sizeof(struct aeg_call),
		.context = aeg_context_find(&p->b, policy_str(context)),
		.tool = policy_str(tool),
		.args = args };
}

static inline struct aeg_verdict decide(
	const struct policy *p, const char *context, const char *tool, const char *args)
{
	struct scanned s;
	struct aeg_call call;
	struct aeg_verdict v;

	if (args != NULL)
		scan(&s, args);
	call = call_of(p, context, tool, args != NULL ? &s.json : NULL);
	assert_int_equal(aeg_decide(&p->b, &call, &v), AEG_OK);
	assert_int_equal(v.kind == AEG_ALLOW, v.reason == AEG_None);
	return v;
}
#endif
