/* Names of time zones: which there are, and which were meant. */
#include "model/zone.h"

#include "model/shape.h"

const struct zone_name *zone_find(struct slice name)
{
	size_t lo = 0, hi = zone_nnames;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = slice_cmp(name, slice_of(zone_names[mid].name));
		if (c == 0)
			return &zone_names[mid];
		if (c < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return NULL;
}

/* The name nearest to @t, or NULL: also one that ends with it, as `Berlin` does. */
static const char *meant(struct shape *s, struct slice t)
{
	struct slice *known = arena_array(s->d->arena, struct slice, zone_nnames);
	for (unsigned i = 0; i < zone_nnames; i++) {
		const char *slash = strrchr(zone_names[i].name, '/');
		if (slash != NULL && slice_is(t, slash + 1))
			return zone_names[i].name;
		known[i] = slice_of(zone_names[i].name);
	}
	size_t near = diag_nearest(t, known, zone_nnames);
	return near == SIZE_MAX ? NULL : zone_names[near].name;
}

bool scalar_zone(struct shape *s, struct value v, struct mtext *io)
{
	const struct zone_name *z = zone_find(io->text);
	if (z == NULL) {
		const char *near = meant(s, io->text);
		shape_report(s,
			(struct diag){ AEG_bad_zone, v.at,
				.label = near == NULL ? "no time zone has this name"
						      : diag_text(s->d, "did you mean `%s`?", near),
				.help = "a name of the IANA database: `Europe/Berlin`, `UTC`" });
		return false;
	}
	if (z->now != NULL)
		shape_report(s, (struct diag){ AEG_older_zone, v.at,
					.label = diag_text(s->d, "now `%s`", z->now) });
	return true;
}
