/* On random contexts: what is found to be of no use can be taken away, all of it at once, without a
 * change of any decision; and what is not found cannot. */
#include "check/findings_test.h"
#include "symbolic/symbolic.h"

/* ---- Random policies ------------------------------------------------------------------------ */

static uint32_t random_below(uint64_t *rng, uint32_t n)
{
	*rng ^= *rng << 13;
	*rng ^= *rng >> 7;
	*rng ^= *rng << 17;
	return (uint32_t)((*rng >> 32) % n);
}
#define PICK(rng, list) (list)[random_below((rng), sizeof(list) / sizeof *(list))]

static const char *const patterns[] = { "fs.read", "fs.read", "fs.*", "fs.*", "fs.write", "cmd.run",
	"cmd.run", "cmd.*", "web.fetch", "web.fetch", "web.*", "web.search", "x.a", "x.*", "x.a.*",
	"x.a.b", "'*'" };
static const char *const paths[] = { "/a", "/a/b", "/b", "'/a/*'", "'/*/b'", "/", "'/**/b'",
	"/a/b/c" };
static const char *const domains[] = { "a.org", "'*.a.org'", "b.a.org", "b.org", "1.2.3.4" };
static const char *const words[] = { "git", "go", "ls" };

/* @n of @from, or fewer; with repetitions. */
static void list(struct buf *b, uint64_t *rng, const char *const *from, uint32_t n)
{
	uint32_t k = random_below(rng, 4);
	buf_text(b, "[");
	for (uint32_t i = 0; i < k; i++)
		buf_printf(b, "%s%s", i == 0 ? "" : ", ", from[random_below(rng, n)]);
	buf_text(b, "]\n");
}
#define LIST(b, rng, from) list((b), (rng), (from), sizeof(from) / sizeof *(from))

static void commands(struct buf *b, uint64_t *rng)
{
	uint32_t form = random_below(rng, 3);
	if (form == 0) {
		buf_text(b, "      subcommand_allowlist: { git: ");
		LIST(b, rng, words);
		b->len--;
		buf_text(b, ", ls: [go] }\n");
		return;
	}
	buf_text(b, "      command_allowlist: ");
	LIST(b, rng, words);
	if (form == 1) {
		buf_text(b, "      subcommand_allowlist: ");
		LIST(b, rng, words);
	}
}

static void capability(struct buf *b, uint64_t *rng, bool limits)
{
	buf_printf(b, "    - tool_pattern: %s\n", PICK(rng, patterns));
	if (random_below(rng, 2) == 0) {
		buf_text(b, "      path_allowlist: ");
		LIST(b, rng, paths);
	}
	if (random_below(rng, 3) == 0) {
		buf_text(b, "      domain_allowlist: ");
		LIST(b, rng, domains);
	}
	if (random_below(rng, 3) == 0)
		commands(b, rng);
	if (limits && random_below(rng, 3) == 0)
		buf_text(b, "      rate_limit: { calls: 1, per_seconds: 1 }\n");
	if (limits && random_below(rng, 4) == 0)
		buf_text(b, "      max_response_size: 9\n");
}

static const char *policy(struct arena *a, uint64_t *rng, bool limits)
{
	struct buf b = { .arena = a };
	buf_text(&b, "apiVersion: seal.100monkeys.ai/v1\nkind: SecurityContext\n"
		     "metadata: { name: research }\nspec:\n  description: x\n  capabilities:\n");
	for (uint32_t n = 1 + random_below(rng, 5); n > 0; n--)
		capability(&b, rng, limits);
	if (random_below(rng, 2) == 0) {
		buf_text(&b, "  deny_list: [");
		for (uint32_t i = 0, n = random_below(rng, 4); i < n; i++)
			buf_printf(&b, "%s%s", i == 0 ? "" : ", ", PICK(rng, patterns));
		buf_text(&b, "]\n");
	}
	return buf_done(&b).at;
}

/* ---- What was found -------------------------------------------------------------------------- */

static bool found(const struct run *r, enum diag_code code, struct span at)
{
	for (size_t i = 0; i < r->diags.n; i++) {
		const struct diag *g = &r->diags.v[i];
		if (g->code == code && g->at.file == at.file && g->at.lo == at.lo)
			return true;
	}
	return false;
}

static bool found_any(const struct run *r, enum diag_code code)
{
	for (size_t i = 0; i < r->diags.n; i++)
		if (r->diags.v[i].code == code)
			return true;
	return false;
}

static bool is_useless(const struct run *r, const struct mcap *cap)
{
	struct span at = cap->pattern.written.at;
	return found(r, AEG_shadowed_capability, at) || found(r, AEG_capability_never_grants, at) ||
	       found(r, AEG_capability_denied, at) || found(r, AEG_capability_not_needed, at);
}

/* ---- What is true ---------------------------------------------------------------------------- */

struct without { /* which capabilities and deny entries are taken away: bits */
	uint32_t caps, deny;
};

static struct mcontext reduced(struct arena *a, const struct mcontext *c, struct without w)
{
	struct mcontext r = *c;
	r.caps = arena_array(a, struct mcap, c->ncaps);
	r.deny = arena_array(a, struct mpattern, c->ndeny);
	r.ncaps = r.ndeny = 0;
	for (uint32_t i = 0; i < c->ncaps; i++)
		if (!(w.caps >> i & 1))
			r.caps[r.ncaps++] = c->caps[i];
	for (uint32_t i = 0; i < c->ndeny; i++)
		if (!(w.deny >> i & 1))
			r.deny[r.ndeny++] = c->deny[i];
	return r;
}

struct truth {
	bool same;  /* all calls are decided alike */
	bool still; /* a call that capability @cap of the whole grants is still granted */
	bool alike; /* all of them are, with the same obligations and without a limit */
	bool none;  /* the whole grants nothing */
};

static struct truth compare(struct run *r, const struct mcontext *c, struct without w, uint32_t cap)
{
	struct mcontext less = reduced(&r->arena, c, w);
	const struct side sides[] = { { r->model, c }, { r->model, &less } };
	const struct cells *cells = symbolic_cells(&r->arena, sides, 2, NULL);
	struct truth t = { .same = true, .none = true, .alike = true };
	assert_false(cells->over);
	for (uint32_t i = 0; i < cells->n; i++) {
		const struct cell_side *s = cells->v[i].side;
		t.same &= (s[0].granted == AEG_NONE) == (s[1].granted == AEG_NONE);
		t.still |= s[0].granted == cap && s[1].granted != AEG_NONE;
		t.none &= s[0].granted == AEG_NONE;
		if (s[0].granted == cap && s[1].granted != AEG_NONE) {
			const struct mcap *by = &less.caps[s[1].granted];
			t.alike &= by->rate_calls == 0 &&
				   by->max_response_size == c->caps[cap].max_response_size;
		}
	}
	return t;
}

#define MUST(x, text) \
	do { \
		if (!(x)) \
			fail_msg("%s\n%s\nfound:\n%s", #x, (text), found_text); \
	} while (0)

static void one_policy(uint64_t *rng, bool limits)
{
	struct run r;
	run_begin(&r);
	r.advice = true;
	const char *text = policy(&r.arena, rng, limits);
	run_add(&r, "in.yaml", text);
	const char *found_text = run_findings(&r, false);
	const struct mcontext *c = r.model->contexts;
	while (c->builtin)
		c++;
	if (r.diags.errors != 0) {
		run_end(&r);
		return;
	}
	struct without all = { 0 };
	bool denied_all = found_any(&r, AEG_everything_denied);
	for (uint32_t i = 0; i < c->ncaps; i++) {
		bool useless = is_useless(&r, &c->caps[i]), limited = c->caps[i].rate_calls != 0;
		struct truth t = compare(&r, c, (struct without){ .caps = UINT32_C(1) << i }, i);
		MUST(!useless || t.same, text);
		MUST(!found(&r, AEG_capability_not_needed, c->caps[i].pattern.written.at) ||
				t.alike,
			text);
		if (limited)
			MUST(found(&r, AEG_limit_before_grant, c->caps[i].rate_at) == t.still,
				text);
		all.caps |= (uint32_t)useless << i;
	}
	MUST(compare(&r, c, all, 0).same, text);
	/* Other hosts as an obligation are no other decision. */
	for (uint32_t i = 0; i < c->ncaps && !limits && !denied_all; i++) {
		struct without more = { .caps = all.caps | UINT32_C(1) << i };
		MUST(more.caps == all.caps || !compare(&r, c, more, 0).same ||
				found_any(&r, AEG_results_filtered),
			text);
	}
	if (denied_all)
		MUST(compare(&r, c, all, 0).none, text);

	for (uint32_t i = 0; i < c->ndeny; i++) {
		struct span at = c->deny[i].written.at;
		bool again =
			found(&r, AEG_duplicate_entry, at) || found(&r, AEG_covered_deny_entry, at);
		struct truth t = compare(&r, c, (struct without){ .deny = UINT32_C(1) << i }, 0);
		MUST(!again || t.same, text);
		/* All that deny nothing are one finding, at the first of them; of those that the
		 * catalogue does not know another finding speaks. */
		bool idle = t.same && !again && !found(&r, AEG_deny_matches_nothing, at);
		MUST(!idle || found_any(&r, AEG_deny_without_grant) ||
				found_any(&r, AEG_duplicate_entry) ||
				found_any(&r, AEG_covered_deny_entry),
			text);
		MUST(!found(&r, AEG_deny_without_grant, at) || t.same, text);
		all.deny |= (uint32_t)again << i;
	}
	MUST(compare(&r, c, all, 0).same, text);
	run_end(&r);
}

static void test_plain(void **state)
{
	uint64_t rng = 1;
	(void)state;
	for (int i = 0; i < 600; i++)
		one_policy(&rng, false);
}

static void test_limits(void **state)
{
	uint64_t rng = 2;
	(void)state;
	for (int i = 0; i < 600; i++)
		one_policy(&rng, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_plain),
		cmocka_unit_test(test_limits) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
