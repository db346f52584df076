/* Any bytes as YAML and as JSON: the reader ends, every span lies in the file, and what is accepted
 * dumps as JSON. */
#include "syntax/syntax.h"

#include "aegis/aegis.h"

#include <stdlib.h>

static void no_memory(void *ctx)
{
	(void)ctx;
	abort(); /* nothing of this size may need so much */
}

#define HOLDS(x) ((x) ? (void)0 : abort())

static void check_span(struct span s, uint32_t size) { HOLDS(s.lo <= s.hi && s.hi <= size); }

/* Each byte of a value that is not white space stands where it is said to, but for escapes. */
static void check_places(const struct sources *s, const struct node *n, struct slice text)
{
	enum { MOST = 64 };
	struct slice value = n->u.text;

	for (uint32_t i = 0; i < value.len && i < MOST; i++) {
		struct span at = syntax_place(s, n, i, 1);
		check_span(at, text.len);
		HOLDS(at.lo >= n->span.lo);
		bool white = strchr(" \t\r\n", value.at[i]) != NULL;
		if (n->style == NODE_LITERAL ? value.at[i] != '\n' : !white)
			HOLDS(text.at[at.lo] == value.at[i] || text.at[at.lo] == '\\');
	}
	check_span(syntax_place(s, n, 0, value.len), text.len);
}

/* Returns how many nodes are below @n, up to @most. */
static uint32_t check_node(const struct sources *s, const struct node *n, struct slice text,
	unsigned depth, uint32_t most)
{
	uint32_t seen = 1;
	HOLDS(depth <= SYNTAX_MAX_DEPTH);
	check_span(n->span, text.len);
	if (n->plain_text) {
		struct span all = syntax_place(s, n, 0, n->u.text.len);
		HOLDS(all.hi - all.lo == n->u.text.len);
		HOLDS(memcmp(text.at + all.lo, n->u.text.at, n->u.text.len) == 0);
	}
	if (n->kind == NODE_STRING)
		check_places(s, n, text);
	if (n->kind == NODE_LIST)
		for (uint32_t i = 0; i < n->u.list.n && seen < most; i++)
			seen += check_node(s, n->u.list.v[i], text, depth + 1, most - seen);
	if (n->kind == NODE_MAP)
		for (uint32_t i = 0; i < n->u.map.n && seen < most; i++) {
			const struct member *m = &n->u.map.v[i];
			check_span(m->key_span, text.len);
			check_span(m->value_span, text.len);
			seen += check_node(s, m->value, text, depth + 1, most - seen);
		}
	return seen;
}

/* What is dumped must be JSON for the strict scanner. */
static void check_dump(struct arena *a, const struct node *n)
{
	struct buf b = { .arena = a };
	syntax_dump(&b, n);
	struct slice out = buf_done(&b);
	size_t cap = aeg_json_bound(out.len);
	struct aeg_json j;
	HOLDS(aeg_json_scan(&j, out.at, out.len, arena_array(a, struct aeg_json_tok, cap), cap) ==
		AEG_OK);
}

static void check_as(const char *path, struct slice in)
{
	enum { MOST = 2000 }; /* nodes: aliases make more of them than anybody wants to walk */
	struct arena a = { .limit = (size_t)1 << 30, .fail = no_memory };
	struct sources s = { .arena = &a };
	struct diags d = { .arena = &a, .sources = &s };
	struct documents docs = { 0 };
	sources_add_text(&s, path, in);
	syntax_parse(&d, &docs);
	syntax_require_documents(&d, &docs);
	HOLDS(d.n != 0 || docs.n != 0);
	for (size_t i = 0; i < d.n; i++) {
		check_span(d.v[i].at, in.len);
		if (d.v[i].other_label != NULL)
			check_span(d.v[i].other, in.len);
	}
	for (size_t i = 0; i < docs.n; i++)
		if (check_node(&s, docs.v[i].root, in, 0, MOST) < MOST)
			check_dump(&a, docs.v[i].root);
	struct buf b = { .arena = &a };
	diag_sort(&d);
	diag_render_text(&d, &b, in.len % 2 == 0);
	diag_render_json(&d, &b);
	arena_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 1 << 16)
		return 0;
	/* Memory of the exact size shows any step past its end. */
	char *text = malloc(size + (size == 0));
	HOLDS(text != NULL);
	if (size != 0)
		memcpy(text, data, size);
	check_as("a.yaml", (struct slice){ text, (uint32_t)size });
	check_as("a.json", (struct slice){ text, (uint32_t)size });
	free(text);
	return 0;
}
