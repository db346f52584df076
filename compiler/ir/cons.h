#ifndef IR_CONS_H
#define IR_CONS_H
/* Hash-consing: equal contents get one number. A key is spelled out between begin and end. */
#include "base/buf.h"
#include "base/map.h"

struct cons {
	struct map map;
	struct buf key;
};

void cons_init(struct cons *c, struct arena *a);
void cons_begin(struct cons *c);
void cons_number(struct cons *c, uint32_t n);
void cons_text(struct cons *c, struct slice s);
/* The number of what was spelled out: @fresh, when it is new. */
uint32_t cons_end(struct cons *c, uint32_t fresh);
#endif
