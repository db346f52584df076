/*
 * Random grammars and vectors, decided by the tables and by a naive evaluator that was written from
 * docs/cli-tools.md and shares nothing with them: it spells a vector out as flags, values and
 * positionals first, and judges those.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
/* cmocka wants these first */
#include <cmocka.h>

#include "clitool/test.h"

enum { GRAMMARS = 500, VECTORS = 300, MOST_FLAGS = 4, MOST_POSITIONALS = 3, MOST_ARGS = 9 };

enum kind { NONE, TEXT, ENUM, INTEGER, PATTERN, PATH, HOST, NKINDS };
static const char *const kind_yaml[] = { "value: none", "value: text",
	"value: enum, words: [red, '-', '@x']", "value: integer, from: -3, to: 12",
	"value: pattern, pattern: 'a+b?'", "value: path, below: [/workspace/a, /d]",
	"value: host, hosts: [h.example]" };

struct value {
	enum kind kind;
	bool standard_input, file;
};
struct flag {
	const char *name[3]; /* without, where there are fewer */
	struct value value;
	bool required, repeatable, optional;
	int conflict; /* -1: none; of the same row */
};
struct positional {
	struct value value;
	uint32_t min, max;
};
struct row {
	const char *name;
	struct flag flags[2 * MOST_FLAGS];
	uint32_t nflags, ncommon;
	struct positional positionals[MOST_POSITIONALS];
	uint32_t npositionals;
	bool double_dash;
};
struct grammar {
	bool go, files, before;
	struct row rows[3];
};

static uint64_t seed = 20261121;
static uint32_t below(uint32_t n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % n;
}

/* ---- Grammars ------------------------------------------------------------------------------ */

static struct value random_value(bool flag)
{
	struct value v = { (enum kind)below(NKINDS), below(4) == 0, below(4) == 0 };
	if (v.kind == NONE && !flag)
		v.kind = TEXT;
	if (v.kind == NONE || v.kind == INTEGER)
		v.standard_input = v.file = false;
	return v;
}

static struct flag random_flag(const struct grammar *g, uint32_t i, uint32_t earlier)
{
	static const char *const gnu[][3] = { { "--all", "-a", NULL }, { "--b", NULL, NULL },
		{ "--allow", "-c", "--permit" }, { "-d", NULL, NULL }, { "--ext", "-e", NULL },
		{ "--file", NULL, NULL }, { "--goal", "-g", NULL }, { "-h", "--hold", NULL } };
	static const char *const go[][3] = { { "-all", NULL, NULL }, { "--b", NULL, NULL },
		{ "-allow", "-c", NULL }, { "-d", NULL, NULL }, { "-ext", "-e", NULL },
		{ "--file", NULL, NULL }, { "-goal", NULL, NULL }, { "-h", NULL, NULL } };
	struct flag f = { .value = random_value(true),
		.required = below(6) == 0,
		.repeatable = below(3) == 0,
		.conflict = -1 };
	memcpy(f.name, g->go ? go[i] : gnu[i], sizeof f.name);
	f.optional = f.value.kind != NONE && below(5) == 0;
	if (earlier > 0 && below(4) == 0)
		f.conflict = (int)below(earlier);
	return f;
}

static void random_row(const struct grammar *g, struct row *r, const struct row *common)
{
	r->double_dash = below(4) != 0;
	for (; r->nflags < r->ncommon; r->nflags++)
		r->flags[r->nflags] = common->flags[r->nflags];
	for (uint32_t n = below(MOST_FLAGS + 1); n > 0; n--, r->nflags++)
		r->flags[r->nflags] = random_flag(g, r->nflags, r->nflags);
	r->npositionals = below(MOST_POSITIONALS + 1);
	for (uint32_t i = 0; i < r->npositionals; i++) {
		uint32_t min = below(3);
		r->positionals[i] = (struct positional){ random_value(false), min, min + below(3) };
		if (r->positionals[i].max == 0)
			r->positionals[i].max = 1;
	}
}

static struct grammar random_grammar(void)
{
	static const char *const names[] = { "s", "s t", "u" };
	struct grammar g = { .go = below(2), .files = below(2), .before = below(2) };
	uint32_t common = below(MOST_FLAGS);
	for (uint32_t i = 0; i < common; i++)
		g.rows[0].flags[i] = random_flag(&g, i, i);
	for (uint32_t i = 0; i < 3; i++) {
		g.rows[i].name = names[i];
		g.rows[i].ncommon = common;
		random_row(&g, &g.rows[i], &g.rows[0]);
	}
	return g;
}

static void write_value(struct buf *b, struct value v)
{
	buf_text(b, kind_yaml[v.kind]);
	buf_text(b, v.standard_input ? ", stdin: true" : "");
	buf_text(b, v.file ? ", response_file: true" : "");
}

static void write_flags(struct buf *b, const struct row *r, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++) {
		const struct flag *f = &r->flags[i];
		buf_printf(b, "%s{ name: %s, ", i == from ? "" : ", ", f->name[0]);
		for (int k = 1; k < 3 && f->name[k] != NULL; k++)
			buf_printf(b, k == 1 ? "aliases: [%s" : ", %s", f->name[k]);
		buf_text(b, f->name[1] != NULL ? "], " : "");
		write_value(b, f->value);
		buf_printf(b, ", required: %s, repeatable: %s", f->required ? "true" : "false",
			f->repeatable ? "true" : "false");
		buf_text(b, f->optional ? ", optional_value: true" : "");
		if (f->conflict >= 0)
			buf_printf(b, ", conflicts: [%s]", r->flags[f->conflict].name[0]);
		buf_text(b, " }");
	}
}

static struct slice write_grammar(struct arena *a, const struct grammar *g)
{
	struct buf b = { .arena = a };
	buf_printf(&b,
		"apiVersion: seal.100monkeys.ai/v1\nkind: CliTool\nmetadata: { name: t }\nspec:\n"
		"  description: a test\n  docker_image: example.com/nothing-known:1\n"
		"  require_semantic_judge: false\n  default_timeout_seconds: 1\n"
		"  allowed_subcommands: [s, s t, u]\n  argv:\n    style: %s\n"
		"    response_files: %s\n    before: [%s]\n    flags: [",
		g->go ? "go" : "gnu", g->files ? "true" : "false",
		g->before ? "{ name: --first }" : "");
	write_flags(&b, &g->rows[0], 0, g->rows[0].ncommon);
	buf_text(&b, "]\n    subcommands:\n");
	for (uint32_t i = 0; i < 3; i++) {
		const struct row *r = &g->rows[i];
		buf_printf(&b, "      - name: %s\n        double_dash: %s\n        flags: [",
			r->name, r->double_dash ? "true" : "false");
		write_flags(&b, r, r->ncommon, r->nflags);
		buf_text(&b, "]\n        positionals: [");
		for (uint32_t k = 0; k < r->npositionals; k++) {
			const struct positional *p = &r->positionals[k];
			buf_printf(&b, "%s{ name: p%u, ", k == 0 ? "" : ", ", (unsigned)k);
			write_value(&b, p->value);
			buf_printf(&b, ", min: %u, max: %u }", (unsigned)p->min, (unsigned)p->max);
		}
		buf_text(&b, "]\n");
	}
	return buf_done(&b);
}

/* ---- The naive evaluator ------------------------------------------------------------------- */

struct spelt { /* a vector as flags with values, and the others */
	const struct flag *flag[64];
	const char *value[64]; /* NULL: none */
	uint32_t n;
	const char *others[MOST_ARGS + 1];
	uint32_t nothers;
};

static bool one_of(const char *s, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strcmp(s, *words) == 0)
			return true;
	return false;
}

static bool good_integer(const char *s)
{
	char back[32];
	long x;
	if (strlen(s) > 5)
		return false;
	x = strtol(s, NULL, 10);
	snprintf(back, sizeof back, "%ld", x);
	return strcmp(back, s) == 0 && x >= -3 && x <= 12;
}

static bool good_pattern(const char *s)
{
	size_t n = strspn(s, "a");
	return n > 0 && (s[n] == 0 || strcmp(s + n, "b") == 0);
}

/* By tables: the paths that vectors are made of. */
static bool good_path(const char *s)
{
	static const char *const good[] = { "/d", "/d/x", "a", "a/b", "/workspace/a", "./a", NULL };
	return one_of(s, good);
}

static bool good_host(const char *s)
{
	static const char *const good[] = { "h.example", "x.h.example", "H.EXAMPLE", NULL };
	return one_of(s, good);
}

static bool good(const struct grammar *g, struct value v, const char *s)
{
	static const char *const words[] = { "red", "-", "@x", NULL };
	if (strcmp(s, "-") == 0)
		return v.standard_input;
	if (s[0] == '@' && g->files && !v.file)
		return false;
	switch (v.kind) {
	case TEXT: return true;
	case ENUM: return one_of(s, words);
	case INTEGER: return good_integer(s);
	case PATTERN: return good_pattern(s);
	case PATH: return good_path(s);
	case HOST: return good_host(s);
	case NONE:
	case NKINDS: break;
	}
	return false;
}

static const char *undashed(const char *s) { return s + strspn(s, "-"); }

static const struct flag *named(const struct grammar *g, const struct row *r, const char *name)
{
	for (uint32_t i = 0; i < r->nflags; i++)
		for (int k = 0; k < 3 && r->flags[i].name[k] != NULL; k++)
			if (g->go ? strcmp(undashed(r->flags[i].name[k]), undashed(name)) == 0
				  : strcmp(r->flags[i].name[k], name) == 0)
				return &r->flags[i];
	return NULL;
}

/* Spells out one argument that begins with a dash; how many arguments it was, 0: it is none. */
static uint32_t spell(const struct grammar *g, const struct row *r, const char *const *argv,
	uint32_t left, struct spelt *out)
{
	const char *s = argv[0], *equals = strchr(s, '=');
	char name[64];
	if (g->go || s[1] == '-') {
		size_t len = equals == NULL ? strlen(s) : (size_t)(equals - s);
		snprintf(name, sizeof name, "%.*s", (int)len, s);
		if (g->go && strspn(name, "-") > 2)
			return 0;
		out->flag[out->n] = named(g, r, name);
		out->value[out->n] = equals == NULL ? NULL : equals + 1;
	} else {
		for (size_t i = 1;; i++) {
			snprintf(name, sizeof name, "-%c", s[i]);
			out->flag[out->n] = named(g, r, name);
			out->value[out->n] = NULL;
			if (out->flag[out->n] == NULL)
				return 0;
			if (out->flag[out->n]->value.kind != NONE) {
				out->value[out->n] = s[i + 1] != 0 ? s + i + 1 : NULL;
				if (s[i + 1] == '=')
					return 0;
				break;
			}
			if (s[i + 1] == 0)
				break;
			out->n++;
		}
	}
	const struct flag *f = out->flag[out->n];
	if (f == NULL || (f->value.kind == NONE && out->value[out->n] != NULL))
		return 0;
	if (f->value.kind == NONE || out->value[out->n] != NULL || f->optional) {
		out->n++;
		return 1;
	}
	if (left == 1)
		return 0;
	const char *next = argv[1];
	bool number = f->value.kind == INTEGER && next[0] == '-' && strchr("0123456789", next[1]) &&
		      next[1] != 0;
	if (next[0] == '-' && next[1] != 0 && !number)
		return 0;
	out->value[out->n++] = next;
	return 2;
}

static bool flags_fit(const struct grammar *g, const struct row *r, const struct spelt *x)
{
	uint32_t times[2 * MOST_FLAGS] = { 0 };
	for (uint32_t i = 0; i < x->n; i++) {
		times[x->flag[i] - r->flags]++;
		if (x->value[i] != NULL && !good(g, x->flag[i]->value, x->value[i]))
			return false;
	}
	for (uint32_t i = 0; i < r->nflags; i++) {
		const struct flag *f = &r->flags[i];
		if ((times[i] > 1 && !f->repeatable) || (times[i] == 0 && f->required))
			return false;
		if (f->conflict >= 0 && times[i] > 0 && times[f->conflict] > 0)
			return false;
	}
	return true;
}

static bool others_fit(const struct grammar *g, const struct row *r, const struct spelt *x)
{
	uint32_t count[MOST_POSITIONALS] = { 0 }, total = 0, at = 0;
	for (uint32_t i = 0; i < r->npositionals; i++)
		total += count[i] = r->positionals[i].min;
	for (uint32_t i = 0; i < r->npositionals; i++)
		while (total < x->nothers && count[i] < r->positionals[i].max) {
			count[i]++;
			total++;
		}
	if (total != x->nothers)
		return false;
	for (uint32_t i = 0; i < r->npositionals; i++)
		for (uint32_t k = 0; k < count[i]; k++)
			if (!good(g, r->positionals[i].value, x->others[at++]))
				return false;
	return true;
}

static bool naive(const struct grammar *g, const char *const *argv, uint32_t n)
{
	struct spelt x = { .n = 0 };
	const struct row *r = NULL;
	uint32_t i = 0, step;
	if (g->before && n > 0 &&
		(strcmp(argv[0], "--first") == 0 || (g->go && strcmp(argv[0], "-first") == 0)))
		i = 1;
	if (i < n && strcmp(argv[i], "s") == 0)
		r = &g->rows[i + 1 < n && strcmp(argv[i + 1], "t") == 0];
	else if (i < n && strcmp(argv[i], "u") == 0)
		r = &g->rows[2];
	if (r == NULL)
		return false;
	for (i += r == &g->rows[1] ? 2 : 1; i < n; i += step) {
		step = 1;
		if (strcmp(argv[i], "--") == 0) {
			if (!r->double_dash)
				return false;
			for (i++; i < n; i++)
				x.others[x.nothers++] = argv[i];
			break;
		}
		if (argv[i][0] != '-' || argv[i][1] == 0)
			x.others[x.nothers++] = argv[i];
		else if ((step = spell(g, r, argv + i, n - i, &x)) == 0)
			return false;
	}
	return flags_fit(g, r, &x) && others_fit(g, r, &x);
}

/* ---- Vectors ------------------------------------------------------------------------------- */

static const char *const pieces[] = { "red", "green", "0", "12", "13", "-3", "-4", "007", "a",
	"aab", "ab", "b", "/d", "/d/x", "/d/../e", "a/b", "../a", "/workspace/a", "./a", "~a",
	"x:/d", "", "-", "--", "@x", "@y", "t", "s", "h.example", "x.h.example", "H.EXAMPLE",
	"xh.example", "--first", "-first" };
enum { NPIECES = sizeof pieces / sizeof *pieces };

static const char *piece(void) { return pieces[below(NPIECES)]; }

/* A value that fits, as a rule. */
static const char *value_for(struct value v)
{
	static const char *const fit[NKINDS][3] = { { "red", "a", "" }, { "red", "a", "@x" },
		{ "red", "red", "@x" }, { "0", "12", "-3" }, { "a", "aab", "ab" },
		{ "/d", "a/b", "./a" }, { "h.example", "x.h.example", "H.EXAMPLE" } };
	return below(8) == 0 ? piece() : fit[v.kind][below(3)];
}

static uint32_t random_flag_text(
	const struct grammar *g, const struct row *r, char *mem, const char **out)
{
	const struct flag *f = &r->flags[below(r->nflags)];
	const char *name = f->name[below(2)];
	name = name == NULL ? f->name[0] : name;
	const char *value = value_for(f->value);
	bool letter = name[1] != '-' && !g->go;
	out[0] = mem;
	switch (below(f->value.kind == NONE ? 8 : 14)) {
	case 0: snprintf(mem, 64, "%s=%s", name, value); return 1;
	case 1: snprintf(mem, 64, "%.*s", (int)strlen(name) - 1, name); return 1;
	case 2: snprintf(mem, 64, "%s%s", name, letter ? "a" : "x"); return 1;
	case 3: snprintf(mem, 64, "-%s", name); return 1;
	case 8:
	case 9: snprintf(mem, 64, letter ? "%s%s" : "%s=%s", name, value); return 1;
	case 10:
	case 11:
	case 12:
		snprintf(mem, 64, "%s", name);
		out[1] = value;
		return 2;
	default: snprintf(mem, 64, "%s", name); return 1;
	}
}

static uint32_t random_vector(
	const struct grammar *g, char mem[][64], const char *argv[MOST_ARGS + 2])
{
	uint32_t n = 0, which = below(3), want = below(MOST_ARGS - 1);
	const struct row *r = &g->rows[which];
	if (below(6) == 0)
		argv[n++] = "--first";
	if (below(30) != 0)
		argv[n++] = which == 2 ? "u" : "s";
	if (which == 1)
		argv[n++] = "t";
	for (uint32_t i = 0; i < r->nflags && n < MOST_ARGS - 1; i++) /* what is required, often */
		if (r->flags[i].required && below(8) != 0) {
			argv[n++] = r->flags[i].name[0];
			if (r->flags[i].value.kind != NONE && !r->flags[i].optional)
				argv[n++] = value_for(r->flags[i].value);
		}
	for (uint32_t i = 0; i < r->npositionals; i++)
		for (uint32_t k = 0; k < r->positionals[i].min && n < MOST_ARGS - 1; k++)
			argv[n++] = value_for(r->positionals[i].value);
	while (n < want)
		if (r->nflags > 0 && below(3) != 0) {
			n += random_flag_text(g, r, mem[n], argv + n);
		} else
			argv[n++] =
				below(2) && r->npositionals > 0
					? value_for(r->positionals[below(r->npositionals)].value)
					: piece();
	return n;
}

/* ---- Both ---------------------------------------------------------------------------------- */

static void disagree(const struct built *b, const char *const *argv, uint32_t n, bool want,
	const struct aeg_cli_verdict *have)
{
	print_error("%.*s\n", (int)b->sources.v[b->sources.n - 1].text.len,
		b->sources.v[b->sources.n - 1].text.at);
	for (uint32_t i = 0; i < n; i++)
		print_error("[%s] ", argv[i]);
	print_error("\nnaive: %s; tables: %s\n", want ? "allow" : "deny",
		aeg_cli_reason_name(have->reason));
	fail();
}

static void test_random(void **state)
{
	uint32_t allowed = 0;

	(void)state;
	for (uint32_t i = 0; i < GRAMMARS; i++) {
		struct grammar g = random_grammar();
		struct arena a = { .limit = 1 << 20, .fail = built_no_memory };
		struct built b;
		built_make(&b, write_grammar(&a, &g));
		if (b.section.len == 0)
			print_error("%s\n", write_grammar(&a, &g).at);
		assert_int_not_equal(b.section.len, 0);
		for (uint32_t k = 0; k < VECTORS; k++) {
			char mem[MOST_ARGS + 2][64];
			const char *argv[MOST_ARGS + 3];
			struct aeg_str texts[MOST_ARGS + 3];
			uint32_t n = random_vector(&g, mem, argv);
			argv[n] = NULL;
			built_vector(argv, texts, MOST_ARGS + 3);
			struct aeg_cli_verdict v = built_decide(&b, "t", texts, n);
			bool want = naive(&g, argv, n);
			allowed += want;
			if (want != (v.kind == AEG_ALLOW))
				disagree(&b, argv, n, want, &v);
		}
		arena_free(&a);
		arena_free(&b.a);
	}
	assert_in_range(allowed, GRAMMARS * VECTORS / 20, GRAMMARS * VECTORS / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
	};
	return cmocka_run_group_tests_name("random", tests, NULL, NULL);
}
