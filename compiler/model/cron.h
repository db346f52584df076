#ifndef MODEL_CRON_H
#define MODEL_CRON_H
/* Times of repeated work: five fields, as crontab(5) has them. */
#include "model/zone.h"

struct cron {
	uint64_t minutes;          /* bit 0 to 59 */
	uint32_t hours;            /* 0 to 23 */
	uint32_t days;             /* of the month, 1 to 31 */
	uint32_t months;           /* 1 to 12 */
	uint32_t weekdays;         /* 0 to 6, Sunday first */
	bool any_day, any_weekday; /* begins with `*`: both must fit; else one is enough */
};
struct cron_fault {
	uint32_t at, len;  /* the part that is wrong */
	const char *what;  /* one clause */
	const char *write; /* what to write instead, or NULL */
};

/* Reads @t; false: @ret_fault says why. */
bool cron_parse(struct slice t, struct cron *ret, struct cron_fault *ret_fault);
/* Whether there is a day in some year on which it runs. */
bool cron_ever(const struct cron *c);
#endif
