#ifndef EXPR_MODE_INTERNAL_H
#define EXPR_MODE_INTERNAL_H
/*
 * What each output language does at the places that mode.h names. Of a state that mode_never made
 * none of this is asked.
 */
#include "expr/mode.h"

struct mode_error mode_json_text(
	struct mode *m, const char *text, uint32_t len, const struct mode_out *out);
struct mode_error mode_json_hole(
	struct mode *m, const struct mode_out *out, enum aegf_escape *ret_escape);
struct mode_error mode_json_end(const struct mode *m);
void mode_json_border(struct mode *m);
void mode_json_call(struct mode *m, const struct mode_out *out);
struct mode_error mode_json_join(struct mode *a, const struct mode *b);

struct mode_error mode_url_text(
	struct mode *m, const char *text, uint32_t len, const struct mode_out *out);
struct mode_error mode_url_hole(
	struct mode *m, const struct mode_out *out, enum aegf_escape *ret_escape);
struct mode_error mode_url_end(struct mode *m, const struct mode_out *out);
void mode_url_enter(struct mode *m, const struct mode_out *out);
struct mode_error mode_url_join(struct mode *a, const struct mode *b);

struct mode_error mode_shell_text(struct mode *m, const char *text, uint32_t len);
struct mode_error mode_shell_hole(struct mode *m, enum aegf_escape *ret_escape);
struct mode_error mode_shell_end(struct mode *m);
struct mode_error mode_shell_join(struct mode *a, const struct mode *b);

static inline struct mode_error mode_ok(void) { return (struct mode_error){ 0, NULL }; }

static inline struct mode_error mode_wrong(uint32_t at, const char *what)
{
	return (struct mode_error){ at, what };
}
#endif
