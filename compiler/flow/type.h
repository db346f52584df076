#ifndef FLOW_TYPE_H
#define FLOW_TYPE_H
/*
 * What values fit a JSON Schema, as far as that can be said of kinds, members and elements. A type
 * is a few alternatives, each a few schemas that all hold; what is not understood is taken for
 * anything.
 */
#include "openapi/openapi.h"

enum type_kind {
	TYPE_NULL = 1u << 0,
	TYPE_BOOL = 1u << 1,
	TYPE_INTEGER = 1u << 2,
	TYPE_FRACTION = 1u << 3, /* a number that is none */
	TYPE_STRING = 1u << 4,
	TYPE_LIST = 1u << 5,
	TYPE_OBJECT = 1u << 6,
	TYPE_NUMBER = TYPE_INTEGER | TYPE_FRACTION,
	TYPE_ANY = (1u << 7) - 1
};

#define TYPE_MOST 8u /* alternatives, and schemas in each */
struct type_all {
	const struct node *v[TYPE_MOST];
	uint32_t n;
};
struct type {
	struct openapi_api *api; /* whose references these are; NULL: a schema of its own */
	const struct node *root; /* of the schema's document, where there is no api */
	bool anything;           /* nothing is known */
	uint32_t plain;          /* not 0: of these kinds, and that is all that is known */
	bool list_of;            /* a list whose elements are of the type that the rest says */
	uint32_t n;
	struct type_all v[TYPE_MOST];
};

extern const struct type type_anything;
/* Of values that fit @schema, NULL: anything, as where it contradicts itself. */
struct type type_of(struct openapi_api *api, const struct node *root, const struct node *schema);
/* Of values that fit the one or the other, both of one interface. */
struct type type_either(const struct type *a, const struct type *b);
/* Bits of enum type_kind; never none. */
uint32_t type_kinds(const struct type *t);
/* "a string or null" */
const char *type_words(struct diags *d, uint32_t kinds);

enum type_member {
	TYPE_NEVER,    /* no value has it */
	TYPE_UNLISTED, /* nothing says that one has it, though others are listed */
	TYPE_MAYBE,
	TYPE_ALWAYS /* every object has it */
};
/* The values of member @name. */
enum type_member type_member(const struct type *t, struct slice name, struct type *ret);
/* The elements of a list. */
struct type type_element(const struct type *t);
/* A list of what @t is. */
struct type type_list(struct type t);
/* The names that are listed, for a suggestion: @v has room for @most; how many. */
size_t type_names(const struct type *t, struct slice *v, size_t most);
/* False where `enum` and `const` list values and the scalar @n is none; @as_text: written out. */
bool type_allows(const struct type *t, const struct node *n, bool as_text);
/* The first name that objects which are sent must have and @map lacks; at NULL: none. */
struct slice type_lacks(const struct type *t, const struct node *map);
#endif
