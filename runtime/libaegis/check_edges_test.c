/* Edges, and what several sections must agree on: broken in ways that take more than one field. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "broken_test.h"

/* ---- Edges ----------------------------------------------------------------------------------- */

static struct aegf_edge *slot(const struct file *f, uint32_t i)
{
	return (void *)place(f, AEGF_EDGES, i);
}

static uint32_t slots(const struct file *f) { return f->b.section[AEGF_EDGES].count; }

/* The first slot from @i on that is taken (1) or free (0). */
static uint32_t next_slot(const struct file *f, uint32_t i, int taken)
{
	while ((aeg_ld32(slot(f, i)->node) != AEGF_NONE) != taken)
		i++;
	return i;
}

static const struct {
	const char *name;
	size_t off, width;
	uint64_t value;
	enum aeg_status want;
} edge_rows[] = {
#define EDGE(field, value, want) \
	{ \
#field " = " #value, offsetof(struct aegf_edge, field), \
			sizeof(((struct aegf_edge *)0)->field), value, want \
	}
	EDGE(node, 1000, AEG_BOUNDS),
	EDGE(node, AEGF_NONE, AEG_RESERVED), /* a free slot that is not empty */
	EDGE(child, 1000, AEG_BOUNDS),
	EDGE(child, AEGF_NONE, AEG_BOUNDS),
	EDGE(text, UINT32_MAX, AEG_BOUNDS),
	EDGE(text, 0, AEG_CONTENT),
	EDGE(len, UINT16_MAX, AEG_BOUNDS),
	EDGE(len, 0, AEG_CONTENT),
#undef EDGE
};

static void edge_fields(void **state)
{
	struct file f = sample();

	(void)state;
	for (uint32_t i = 0; i < slots(&f); i++) {
		struct aegf_edge saved = *slot(&f, i);

		if (aeg_ld32(saved.node) == AEGF_NONE)
			continue;
		for (size_t r = 0; r < sizeof edge_rows / sizeof *edge_rows; r++) {
			uint8_t *p = (uint8_t *)slot(&f, i) + edge_rows[r].off;

			put(p, (uint32_t)edge_rows[r].width, edge_rows[r].value);
			if (memcmp(slot(&f, i), &saved, sizeof saved) != 0 &&
				status_of(&f) != edge_rows[r].want)
				fail_msg("slot %u, %s: %s", i, edge_rows[r].name,
					aeg_status_text(status_of(&f)));
			*slot(&f, i) = saved;
		}
		slot(&f, i)->tag = aeg_st16((uint16_t)~aeg_ld16(saved.tag));
		assert_int_equal(status_of(&f), AEG_CONTENT);
		*slot(&f, i) = saved;
	}
	assert_int_equal(status_of(&f), AEG_OK);
	free(f.at);
}

static void edge_to_a_node_of_another_kind(void **state)
{
	struct file f = sample();

	(void)state;
	for (uint32_t i = next_slot(&f, 0, 1); i < slots(&f); i++) {
		uint32_t child = aeg_ld32(slot(&f, i)->child);
		const struct aegf_node *n = (const void *)place(&f, AEGF_NODES, 0);

		if (aeg_ld32(slot(&f, i)->node) == AEGF_NONE)
			continue;
		for (uint32_t to = 0; to < f.b.section[AEGF_NODES].count; to++) {
			if (aeg_ld32(n[to].kind) == aeg_ld32(n[child].kind))
				continue;
			slot(&f, i)->child = aeg_st32(to);
			assert_int_equal(status_of(&f), AEG_CONTENT);
		}
		slot(&f, i)->child = aeg_st32(child);
	}
	free(f.at);
}

static void edge_that_a_lookup_would_miss(void **state)
{
	struct file f = sample();
	const struct aegf_edge empty = { .node = aeg_st32(AEGF_NONE) };

	(void)state;
	for (uint32_t i = 0; i < slots(&f); i++) {
		struct aegf_edge e = *slot(&f, i);

		if (aeg_ld32(e.node) == AEGF_NONE)
			continue;
		*slot(&f, i) = empty;
		for (uint32_t j = 0; j < slots(&f); j++) {
			if (j == i || aeg_ld32(slot(&f, j)->node) != AEGF_NONE)
				continue;
			*slot(&f, j) = e;
			assert_int_equal(status_of(&f), AEG_CONTENT);
			*slot(&f, j) = empty;
		}
		*slot(&f, i) = e;
	}
	assert_int_equal(status_of(&f), AEG_OK);
	free(f.at);
}

/* Names such that both hash to slot @home of @n. */
static void collide(uint32_t node, uint32_t n, uint32_t home, char names[][8], uint32_t count)
{
	for (uint32_t i = 0, found = 0; found < count; i++) {
		snprintf(names[found], 8, "n%u", i);
		if ((aegf_hash(node, names[found], (uint32_t)strlen(names[found])) & (n - 1)) ==
			home)
			found++;
	}
}

static void edges_around_the_end(void **state)
{
	struct make m = { 0 };
	char names[3][8];
	struct file f;
	uint32_t root;

	(void)state;
	make_tiny(&m);
	root = make_node(&m, AEGF_NODE_HOST, 0, 0, 0);
	collide(root, 8, 7, names, 3);
	for (uint32_t i = 0; i < 3; i++)
		make_edge(&m, root, names[i], make_node(&m, AEGF_NODE_HOST, 1, 0, 0));
	f.at = make_bundle(&m, &f.len);
	assert_int_equal(aeg_bundle_check(&f.b, f.at, f.len), AEG_OK);
	assert_int_equal(slots(&f), 8);
	assert_int_equal(aeg_ld32(aegi_meta(&f.b)->max_probe), 2);

	put(place(&f, AEGF_META, 0) + offsetof(struct aegf_meta, max_probe), 4, 1);
	assert_int_equal(status_of(&f), AEG_CONTENT);
	put(place(&f, AEGF_META, 0) + offsetof(struct aegf_meta, max_probe), 4, 2);

	*slot(&f, 1) = *slot(&f, 7); /* the same node and text twice */
	assert_int_equal(status_of(&f), AEG_CONTENT);
	slot(&f, 7)->text = aeg_st32(UINT32_MAX); /* reached from slot 0, before its own turn */
	assert_int_equal(status_of(&f), AEG_BOUNDS);
	free(f.at);
}

static void edges_without_a_free_slot(void **state)
{
	struct make m = { 0 };
	struct file f;
	char name[2][8];
	uint32_t root, hash[2];

	(void)state;
	make_tiny(&m);
	root = make_node(&m, AEGF_NODE_HOST, 0, 0, 0);
	collide(root, 2, 0, &name[0], 1);
	collide(root, 2, 1, &name[1], 1);
	make_edge(&m, root, name[0], root);
	f.at = make_bundle(&m, &f.len);
	assert_int_equal(aeg_bundle_check(&f.b, f.at, f.len), AEG_OK);
	free(f.at);

	m = (struct make){ 0 };
	make_tiny(&m);
	make_node(&m, AEGF_NODE_HOST, 0, 0, 0);
	for (uint32_t i = 0; i < 2; i++) {
		struct aegf_str s = make_str(&m, name[i]);

		hash[i] = aegf_hash(root, name[i], aeg_ld32(s.len));
		make_add(&m, AEGF_EDGES,
			&(struct aegf_edge){ aeg_st32(root), aeg_st32(root), s.off,
				aeg_st16((uint16_t)aeg_ld32(s.len)),
				aeg_st16((uint16_t)(hash[i] >> 16)) },
			1);
	}
	f.at = make_bundle_with_edges(&m, &f.len);
	assert_int_equal(status_of(&f), AEG_CONTENT);
	free(f.at);
}

static void slots_not_a_power_of_two(void **state)
{
	struct make m = { 0 };
	struct file f;

	(void)state;
	make_tiny(&m);
	for (int i = 0; i < 3; i++)
		make_add(&m, AEGF_EDGES, &(struct aegf_edge){ .node = aeg_st32(AEGF_NONE) }, 1);
	f.at = make_bundle_with_edges(&m, &f.len);
	assert_int_equal(status_of(&f), AEG_CONTENT);
	free(f.at);
}

/* ---- Things that several sections must agree on ---------------------------------------------- */

static void context_that_no_name_finds(void **state)
{
	struct make m = { 0 };
	struct file f;
	struct aegf_context c;

	(void)state;
	make_tiny(&m);
	c = (struct aegf_context){ .name = make_str(&m, "lost"),
		.tools = aeg_st32(make_node(&m, AEGF_NODE_TOOL, AEGF_NONE, AEGF_NONE, 0)) };
	make_add(&m, AEGF_CONTEXTS, &c, 1);
	f.at = make_bundle(&m, &f.len);
	assert_int_equal(status_of(&f), AEG_CONTENT);
	free(f.at);
}

static void origins_are_all_or_none(void **state)
{
	struct make m = { 0 };
	struct aegf_origin o = { make_str(&m, "x.yaml"), aeg_st32(1), aeg_st32(1) };
	struct file f;

	(void)state;
	make_tiny(&m);
	make_add(&m, AEGF_ORIGIN, &o, 1);
	f.at = make_bundle(&m, &f.len);
	assert_int_equal(status_of(&f), AEG_CONTENT);
	free(f.at);
}

static void contexts_out_of_order(void **state)
{
	struct make m = { 0 };
	struct file f;
	uint32_t root, tools;

	(void)state;
	make_tiny(&m);
	root = aeg_ld32(m.meta.contexts);
	m.meta.agents = aeg_st32(make_node(&m, AEGF_NODE_NAME, AEGF_NONE, 0, 0));
	tools = make_node(&m, AEGF_NODE_TOOL, AEGF_NONE, AEGF_NONE, 0);
	for (uint32_t i = 0; i < 2; i++) {
		const char *name = i == 0 ? "b" : "a";
		struct aegf_context c = { .name = make_str(&m, name), .tools = aeg_st32(tools) };

		make_add(&m, AEGF_CONTEXTS, &c, 1);
		make_edge(&m, root, name, make_node(&m, AEGF_NODE_NAME, i, 0, 0));
	}
	f.at = make_bundle(&m, &f.len);
	assert_int_equal(status_of(&f), AEG_CONTENT);
	free(f.at);
}

static void no_sections(void **state)
{
	struct aegf_header h = {
		.magic = AEGF_MAGIC, .major = aeg_st16(AEGF_MAJOR), .size = aeg_st32(sizeof h)
	};
	struct aegf_trailer t = { .magic = AEGF_TRAILER_MAGIC };
	uint8_t bytes[sizeof h + sizeof t];
	struct aeg_bundle b;

	(void)state;
	memcpy(bytes, &h, sizeof h);
	memcpy(bytes + sizeof h, &t, sizeof t);
	assert_int_equal(aeg_bundle_check(&b, bytes, sizeof bytes), AEG_LAYOUT);
}

/* ---- A small file must not ask for much work: long texts and lists are there once, used often -
 */

enum { LONG = 60000, OFTEN = 2000 };

static struct aegf_str long_text(struct make *m)
{
	char *text = malloc(LONG + 1);
	struct aegf_str s;

	assert_non_null(text);
	memset(text, 'a', LONG);
	text[LONG] = '\0';
	s = make_str(m, text);
	free(text);
	return s;
}

static void refused_as_too_large(struct make *m)
{
	struct file f;

	f.at = make_bundle(m, &f.len);
	assert_int_equal(status_of(&f), AEG_TOO_LARGE);
	free(f.at);
}

static void work_for_edges(void **state)
{
	struct make m = { 0 };

	(void)state;
	make_tiny(&m);
	make_edge(&m, 0, "", 0); /* the first makes room for more */
	m.nedges = 0;
	for (struct aegf_str text = long_text(&m); m.nedges < OFTEN; m.nedges++) {
		uint32_t node = make_node(&m, AEGF_NODE_HOST, 0, 0, 0);

		m.edge[m.nedges] = (struct make_edge){ node, node, text };
	}
	refused_as_too_large(&m);
}

static void work_for_contexts(void **state)
{
	struct make m = { 0 };
	struct aegf_context c = { 0 };

	(void)state;
	make_tiny(&m);
	c.name = long_text(&m);
	c.tools = aeg_st32(make_node(&m, AEGF_NODE_TOOL, AEGF_NONE, AEGF_NONE, 0));
	for (uint32_t i = 0; i < OFTEN; i++) {
		c.name.len = aeg_st32(LONG - OFTEN + i);
		make_add(&m, AEGF_CONTEXTS, &c, 1);
	}
	refused_as_too_large(&m);
}

static void work_for_agents(void **state)
{
	struct make m = { 0 };
	struct aegf_context c = { 0 };
	struct aegf_agent a = { 0 };

	(void)state;
	make_tiny(&m);
	c.tools = aeg_st32(make_node(&m, AEGF_NODE_TOOL, AEGF_NONE, AEGF_NONE, 0));
	make_add(&m, AEGF_CONTEXTS, &c, 1);
	a.version = long_text(&m);
	for (uint32_t i = 0; i < OFTEN; i++) {
		a.version.len = aeg_st32(LONG - OFTEN + i);
		make_add(&m, AEGF_AGENTS, &a, 1);
	}
	refused_as_too_large(&m);
}

static void work_for_classes(void **state)
{
	struct make m = { 0 };

	(void)state;
	make_tiny(&m);
	for (uint32_t i = 0; i < LONG / 4; i++)
		make_candidates(&m, &i, 1);
	for (uint32_t i = 0; i < OFTEN; i++)
		make_class(&m, AEGF_NONE, make_list(0, LONG / 4), AEGF_NONE);
	refused_as_too_large(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(edge_fields),
		cmocka_unit_test(edge_to_a_node_of_another_kind),
		cmocka_unit_test(edge_that_a_lookup_would_miss),
		cmocka_unit_test(edges_around_the_end),
		cmocka_unit_test(edges_without_a_free_slot),
		cmocka_unit_test(slots_not_a_power_of_two),
		cmocka_unit_test(context_that_no_name_finds),
		cmocka_unit_test(origins_are_all_or_none),
		cmocka_unit_test(contexts_out_of_order),
		cmocka_unit_test(no_sections),
		cmocka_unit_test(work_for_edges),
		cmocka_unit_test(work_for_contexts),
		cmocka_unit_test(work_for_agents),
		cmocka_unit_test(work_for_classes),
	};
	return cmocka_run_group_tests_name("check_edges", tests, NULL, NULL);
}
