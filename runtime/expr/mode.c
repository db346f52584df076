/* The languages of output, each asked in its own file; text and HTML, where any byte may follow
 * any. */
#include "expr/mode.h"

#include <string.h>

#include "expr/mode_internal.h"

void mode_begin(struct mode *m, enum aeg_template_mode mode)
{
	memset(m, 0, sizeof *m);
	m->mode = (uint8_t)mode;
}

struct mode_error mode_text(
	struct mode *m, const char *text, uint32_t len, const struct mode_out *out)
{
	struct mode_error ret = mode_ok();

	if (len == 0)
		return ret;
	if (!m->never && m->mode == AEG_MODE_JSON)
		return mode_json_text(m, text, len, out);
	if (!m->never && m->mode == AEG_MODE_URL)
		return mode_url_text(m, text, len, out);
	if (!m->never && m->mode == AEG_MODE_SHELL)
		ret = mode_shell_text(m, text, len);
	if (ret.what == NULL)
		out->text(out->ctx, text, len);
	return ret;
}

struct mode_error mode_hole(
	struct mode *m, int raw, const struct mode_out *out, enum aegf_escape *ret_escape)
{
	*ret_escape = AEGF_ESCAPE_NONE;
	if (m->never)
		return mode_ok();
	switch ((enum aeg_template_mode)m->mode) {
	case AEG_MODE_JSON: return mode_json_hole(m, out, ret_escape);
	case AEG_MODE_URL: return mode_url_hole(m, out, ret_escape);
	case AEG_MODE_SHELL: return mode_shell_hole(m, ret_escape);
	case AEG_MODE_HTML: *ret_escape = raw ? AEGF_ESCAPE_NONE : AEGF_ESCAPE_HTML; break;
	case AEG_MODE_TEXT: break;
	}
	return mode_ok();
}

struct mode_error mode_end(struct mode *m, const struct mode_out *out)
{
	if (m->never)
		return mode_ok();
	switch ((enum aeg_template_mode)m->mode) {
	case AEG_MODE_JSON: return mode_json_end(m);
	case AEG_MODE_URL: return mode_url_end(m, out);
	case AEG_MODE_SHELL: return mode_shell_end(m);
	case AEG_MODE_HTML:
	case AEG_MODE_TEXT: break;
	}
	return mode_ok();
}

void mode_enter(struct mode *m, const struct mode_out *out)
{
	if (!m->never && m->mode == AEG_MODE_JSON) {
		mode_json_border(m);
		m->floor = m->depth;
	}
	if (!m->never && m->mode == AEG_MODE_URL)
		mode_url_enter(m, out);
}

void mode_leave(struct mode *m, const struct mode *outer)
{
	m->floor = outer->floor;
	if (!m->never && m->mode == AEG_MODE_JSON)
		mode_json_border(m);
}

int mode_equal(const struct mode *a, const struct mode *b) { return memcmp(a, b, sizeof *a) == 0; }

struct mode_error mode_join(struct mode *a, const struct mode *b)
{
	if (a->never)
		*a = *b;
	if (b->never)
		return mode_ok();
	switch ((enum aeg_template_mode)a->mode) {
	case AEG_MODE_JSON: return mode_json_join(a, b);
	case AEG_MODE_URL: return mode_url_join(a, b);
	case AEG_MODE_SHELL: return mode_shell_join(a, b);
	case AEG_MODE_HTML:
	case AEG_MODE_TEXT: break;
	}
	return mode_ok();
}

void mode_never(struct mode *m)
{
	uint8_t mode = m->mode;

	mode_begin(m, (enum aeg_template_mode)mode);
	m->never = 1;
}

/* Of the containers around it, JSON's functions know the innermost, so that one that runs itself
 * has the same state each time. */
struct mode mode_call(struct mode *outer, const struct mode_out *out)
{
	uint8_t floor = outer->floor;

	mode_enter(outer, out);
	outer->floor = floor;
	struct mode ret = *outer;
	if (outer->never || outer->mode != AEG_MODE_JSON || outer->depth == 0)
		return ret;
	mode_json_call(outer, out);
	ret = *outer;
	memset(ret.stack, 0, sizeof ret.stack);
	ret.stack[0] = outer->stack[outer->depth - 1];
	ret.depth = ret.floor = 1;
	return ret;
}

struct mode_error mode_return(struct mode *outer, const struct mode *inner)
{
	struct mode was = *outer;

	*outer = *inner;
	if (inner->never || inner->mode != AEG_MODE_JSON)
		return mode_ok();
	if (inner->depth != (was.depth > 0))
		return mode_wrong(0, "a partial ends within an array or object that it begins");
	mode_json_border(outer);
	if (was.depth == 0)
		return mode_ok();
	uint8_t last = outer->stack[0];
	memcpy(outer->stack, was.stack, sizeof was.stack);
	outer->stack[was.depth - 1] = last;
	outer->depth = was.depth;
	outer->floor = was.floor;
	return mode_ok();
}
