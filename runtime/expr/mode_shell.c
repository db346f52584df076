/* For now nothing but the empty text is accepted. */
#include "expr/mode_internal.h"

struct mode_error mode_shell_text(struct mode *m, const char *text, uint32_t len)
{
	(void)m;
	(void)text;
	(void)len;
	return mode_wrong(0, "this mode is not known yet");
}
struct mode_error mode_shell_hole(struct mode *m, enum aegf_escape *ret_escape)
{
	(void)m;
	(void)ret_escape;
	return mode_wrong(0, "this mode is not known yet");
}
struct mode_error mode_shell_end(struct mode *m)
{
	(void)m;
	return mode_ok();
}
struct mode_error mode_shell_join(struct mode *a, const struct mode *b)
{
	(void)a;
	(void)b;
	return mode_ok();
}
