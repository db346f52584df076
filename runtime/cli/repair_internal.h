#ifndef CLI_REPAIR_INTERNAL_H
#define CLI_REPAIR_INTERNAL_H
/* What the files of repair share. */
#include "cli/repair.h"

struct argument {
	struct aeg_argument_info info;
	uint32_t value; /* its token, or AEG_NONE */
};
/* The @i-th of the tool's arguments with a role; false: it has fewer. */
bool repair_argument(const struct repair *r, uint32_t i, struct argument *ret);
bool repair_argument_of(const struct repair *r, uint32_t token, struct argument *ret);
bool argument_is_list(const struct argument *arg);
bool argument_is_required(const struct argument *arg);

/* A string's value; at NULL: it is none, or may not be shown. */
struct slice repair_text(const struct repair *r, uint32_t token);
/* All of these: true, where something has changed. */
bool repair_set(struct repair *r, uint32_t token, struct slice text);
bool repair_set_json(struct repair *r, uint32_t token, struct slice json);
bool repair_give(struct repair *r, const struct argument *arg, struct slice json);
bool repair_leave_out(struct repair *r, const struct argument *arg);

/* repair_value.c */
/* Another value where the argument is not what the catalogue says. */
bool repair_mend_kind(struct repair *r, uint32_t token, const struct argument *arg);
/* A list has too many bad values: one good one in its place. */
bool repair_refill(struct repair *r, const struct aeg_step *s);
/* No entry lets anything through: a value of which an entry can be made. */
bool repair_replace(struct repair *r, const struct aeg_step *s);
/* Notes the entry that lets the value through. @loose: one that lets through more than the call,
 * where no other can be written. */
bool repair_add_entry(struct repair *r, const struct aeg_step *s, bool loose);
/* The host of a URL; len 0: no decision accepts it. */
struct slice repair_host(struct repair *r, struct slice url);

/* repair_command.c */
struct slice repair_new_command(struct repair *r);
bool repair_command(struct repair *r, const struct aeg_step *s, const struct argument *arg);
bool repair_add_command(struct repair *r, const struct aeg_step *s, bool loose);

/* repair_whole.c */
/* The commands with what may follow them are few enough to be written out. */
bool repair_can_set_commands(const struct repair *r);
/* Until here CHANGE_SET_COMMANDS is one command, as CHANGE_ADD_COMMAND is: makes one change of all
 * that are noted, where there is any of that kind. */
void repair_settle_commands(struct repair *r);
#endif
