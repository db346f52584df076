/* For now nothing but the empty text is accepted. */
#include "expr/mode_internal.h"

struct mode_error mode_json_text(
	struct mode *m, const char *text, uint32_t len, const struct mode_out *out)
{
	(void)m;
	(void)out;
	(void)text;
	(void)len;
	return mode_wrong(0, "this mode is not known yet");
}
struct mode_error mode_json_hole(
	struct mode *m, const struct mode_out *out, enum aegf_escape *ret_escape)
{
	(void)m;
	(void)out;
	(void)ret_escape;
	return mode_wrong(0, "this mode is not known yet");
}
struct mode_error mode_json_end(struct mode *m, const struct mode_out *out)
{
	(void)m;
	(void)out;
	return mode_ok();
}
struct mode_error mode_json_join(struct mode *a, const struct mode *b)
{
	(void)a;
	(void)b;
	return mode_ok();
}
void mode_json_enter(struct mode *m) { (void)m; }
