#ifndef DRIVER_FORETELL_H
#define DRIVER_FORETELL_H
/* What manifests come to, for people: limits and defaults in plain units, and when work is done. */
#include "driver/pipeline.h"

enum { FORETELL_RUNS = 5 };

/* Appends what the agents and workflows of @p come to; p->stats.names is there. @now: in seconds
 * since 1970, from which run times are told; in zones other than UTC as the files below @zones
 * ("/usr/share/zoneinfo") have them. */
void foretell(const struct pipeline *p, int64_t now, const char *zones, struct buf *out);
#endif
