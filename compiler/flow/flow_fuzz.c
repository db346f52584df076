/*
 * Any answers to a good workflow: it ends, within its memory and its steps, and its result is JSON.
 * The first byte says how much memory there is, then lines: a byte for the status, and the body.
 */
#include "flow/built_test.h"

#define MUST(cond) ((cond) ? (void)0 : abort())
enum { STEPS = 100000 };

static struct built good;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	built_make(&good, built_all);
	MUST(good.section.len > 0);
	return 0;
}

/* The next line, in memory of its own. */
static void answer(struct aeg_flow *f, const uint8_t **at, const uint8_t *end)
{
	static const uint32_t statuses[] = { 200, 201, 204, 302, 400, 404, 429, 500, 0, 999 };
	const uint8_t *eol = *at == end ? NULL : memchr(*at, '\n', (size_t)(end - *at));
	if (eol == NULL || eol == *at) {
		*at = eol == NULL ? end : eol + 1;
		aeg_flow_failure(f, "there is no answer");
		return;
	}
	uint32_t len = (uint32_t)(eol - *at) - 1;
	char *body = malloc(len + 1);
	memcpy(body, *at + 1, len);
	body[len] = 0;
	aeg_flow_response(
		f, statuses[**at % 10], (struct aeg_str){ "", 0 }, (struct aeg_str){ body, len });
	free(body);
	*at = eol + 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct caller c;
	static struct aeg_json_tok tok[1 << 16];
	struct aeg_flow_request q;
	struct aeg_flows flows;
	struct aeg_json j;
	enum aeg_flow_want want;
	uint32_t ms, requests = 0;
	if (size == 0)
		return 0;
	size_t mem_size = (size_t)data[0] << 10;
	const uint8_t *at = data + 1, *end = data + size;
	void *mem = malloc(mem_size + 1);
	c = (struct caller){ .f = { .mem = mem, .mem_size = mem_size, .steps = STEPS } };
	MUST(built_open(good.section.at, good.section.len, &flows) == AEG_OK);
	caller_begin(&c, &flows, 0, 0, "{\"id\":\"a\"}");
	while ((want = aeg_flow_next(&c.f, c.now_ms, &q, &ms)) == AEG_FLOW_REQUEST ||
		want == AEG_FLOW_WAIT) {
		c.now_ms += want == AEG_FLOW_WAIT ? ms : 1;
		if (want == AEG_FLOW_WAIT)
			continue;
		MUST(q.target.len > 0 && q.target.at[0] == '/' && q.timeout_ms > 0);
		for (uint32_t i = 0; i < q.target.len; i++)
			MUST(q.target.at[i] > ' ' && q.target.at[i] <= '~');
		for (uint32_t i = 0; i < q.nheaders; i++)
			for (uint32_t k = 0; k < q.headers[i].value.len; k++)
				MUST((uint8_t)q.headers[i].value.at[k] >= ' ' ||
					q.headers[i].value.at[k] == '\t');
		answer(&c.f, &at, end);
		MUST(++requests <= 3 + 5 + 1); /* three tries, five rounds, one report */
	}
	MUST(c.f.steps <= STEPS);
	if (want == AEG_FLOW_DONE) {
		struct aeg_str r = aeg_flow_result(&c.f);
		enum aeg_status s = aeg_json_scan(&j, r.at, r.len, tok, sizeof tok / sizeof *tok);
		MUST(s == AEG_OK || s == AEG_NOMEM);
	} else {
		MUST(c.f.what != NULL && aeg_flow_result(&c.f).len == 0);
	}
	free(mem);
	return 0;
}
