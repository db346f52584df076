#ifndef MODEL_SCALAR_NET_H
#define MODEL_SCALAR_NET_H
/* The parts of a reference to an image, for who has rules of his own about them. */
#include "model/scalar.h"

struct image_parts {
	struct slice registry, path, tag, digest; /* empty: not there. digest: `sha256:...` */
};
/* What is wrong with @t; NULL: nothing, and @ret is set. */
const char *scalar_image_parts(struct slice t, struct image_parts *ret);
#endif
