#ifndef MODEL_REGISTRY_H
#define MODEL_REGISTRY_H
/* RuntimeRegistry documents as read: from language and version to an image. */
#include "model/model.h"

struct mruntime {
	struct mtext version, image;
	bool deprecated;
};
struct mlanguage {
	struct mtext name;
	bool broken; /* versions of it may be missing: reported */
	struct mruntime *versions;
	uint32_t nversions;
};
struct mregistry {
	struct mtext name, url;
	struct mlanguage *languages;
	uint32_t nlanguages;
	struct span at;
	uint32_t file;
	bool broken; /* languages of it may be missing: reported */
};

const struct mlanguage *mregistry_language(const struct mregistry *r, struct slice name);
const struct mruntime *mlanguage_version(const struct mlanguage *l, struct slice version);
#endif
