#ifndef MACHINE_SECTION_H
#define MACHINE_SECTION_H
/* Section MACHINES while it is being written: tables, texts, programs, and JSON with templates in
 * it. */
#include "base/map.h"
#include "diag/diag.h"
#include "format/aeg_machine.h"
#include "model/model.h"

struct section {
	struct diags *d;
	struct section_table {
		struct buf b;
		uint32_t n;
	} table[AEGF_M_NTABLES];
	struct buf bytes;
	struct buf json;     /* of the fragment under way */
	struct map texts;    /* what is in bytes > offset */
	struct map programs; /* table and program > its row */
};

#define SECTION_ROW(s, TABLE, type, ...) \
	(buf_add(&(s)->table[AEGF_M_##TABLE].b, &(type)__VA_ARGS__, sizeof(type)), \
		(s)->table[AEGF_M_##TABLE].n++)
#define SECTION_COUNT(s, TABLE) ((s)->table[AEGF_M_##TABLE].n)

void section_init(struct section *s, struct diags *d);
struct aegf_bytes section_bytes(struct section *s, struct slice text);
static inline struct aegf_list section_list(uint32_t first, uint32_t end)
{
	return (struct aegf_list){ aeg_st32(first), aeg_st32(end - first) };
}
struct slice section_done(struct section *s);

/* ---- Programs: rows of TEMPLATES and SCHEMAS; NONE where there is none ----------------------- */

/* How a text is read. */
enum section_text {
	SECTION_TEXT,
	SECTION_SHELL,
	SECTION_URL,
	SECTION_JSON,  /* a JSON document, as text */
	SECTION_VALUE, /* one tag: the value that it stands for */
	SECTION_CONDITION
};
struct aeg_le32 section_template(
	struct section *s, struct slice text, struct span at, enum section_text how);
struct aeg_le32 section_schema(struct section *s, const struct node *schema);

/* ---- JSON with templates in it, as FRAGMENTS ------------------------------------------------- */

/* JSON text as it is; a name and its colon. */
void section_json(struct section *s, const char *json);
void section_name(struct section *s, const char *name);
/* A string, or, of SECTION_VALUE, what a tag stands for. */
void section_put(struct section *s, struct slice text, struct span at, enum section_text how);
/* The member @name, where there is something to be put: behind a comma. */
void section_text(
	struct section *s, const char *name, const struct mtext *t, enum section_text how);
void section_node(struct section *s, const char *name, const struct node *n, enum section_text how);
/* Any value. Of SECTION_VALUE, texts that are one tag are the values that they stand for. */
void section_value(struct section *s, const struct node *n, enum section_text how);
/* The fragments since @first. */
struct aegf_list section_fragments(struct section *s, uint32_t first);
#endif
