#ifndef CLI_ARGS_H
#define CLI_ARGS_H
/* Arguments with one thing changed: JSON text is made anew and scanned. */
#include "aegis/aegis.h"
#include "base/command.h"

/* JSON text as option @name has it: itself, @FILE, or - for standard input. COMMAND_OK, or the exit
 * status after saying why not. */
int args_given(struct command_line *l, const char *name, struct slice *ret);

struct aeg_json *args_scan(struct arena *a, struct slice text);
/* @token's value, of a string with its quotes. */
struct slice args_text(const struct aeg_json *j, uint32_t token);
enum aeg_json_kind args_kind(const struct aeg_json *j, uint32_t token);
/* As JSON: a string, and a list of that one string. */
struct slice args_string(struct arena *a, struct slice text);
struct slice args_list(struct arena *a, struct slice text);
/* @token's value becomes the JSON text @value. */
struct aeg_json *args_replace(
	struct arena *a, const struct aeg_json *j, uint32_t token, struct slice value);
/* The object @j gets a member @name, which it does not have. */
struct aeg_json *args_add(
	struct arena *a, const struct aeg_json *j, struct slice name, struct slice value);
/* The object @j loses the member whose value is @token. */
struct aeg_json *args_remove(struct arena *a, const struct aeg_json *j, uint32_t token);
#endif
