#ifndef MODEL_KNOWN_H
#define MODEL_KNOWN_H
/* What is known of the values that templates read: their names, and of what types they may be. */
#include "model/model.h"

/* One value. Zeroed: nothing is known of it. */
struct known {
	struct slice name;
	uint32_t types;              /* bits of enum aeg_type; 0: any */
	const struct known *members; /* of an object; none: it may have any */
	uint32_t nmembers;
	const struct map *index; /* of members, or of `value` or what `schema` lists, by name; NULL:
				    they are few */
	bool open;               /* it may have others too */
	const struct known *each;  /* what every element, or member not listed, is; or NULL */
	const struct node *value;  /* that is it: a constant */
	const struct node *schema; /* a JSON Schema that it fits */
};

enum known_member {
	KNOWN_NEVER, /* nothing gives it */
	KNOWN_MAYBE,
	KNOWN_ALWAYS
};
/* Member @name, or any element where its text.at is NULL. */
enum known_member known_member(const struct known *k, struct slice name, struct known *ret);
/* Bits of enum aeg_type. */
uint32_t known_types(const struct known *k);
/* The names of its members that are listed, each once; how many. */
size_t known_names(const struct known *k, struct slice *v, size_t most);
#endif
