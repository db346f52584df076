/* Writes JUnit XML. */
#include "policytest/junit.h"

#include "base/utf8.h"

/* Line ends in an attribute would become blanks. */
static void xml(struct buf *out, struct slice s, bool in_attribute)
{
	for (uint32_t i = 0, n; i < s.len; i += n) {
		uint32_t c = utf8_decode(s.at + i, s.len - i, &n);
		if (c == '<')
			buf_text(out, "&lt;");
		else if (c == '>')
			buf_text(out, "&gt;");
		else if (c == '&')
			buf_text(out, "&amp;");
		else if (c == '"')
			buf_text(out, "&quot;");
		else if (c == '\r' || (in_attribute && (c == '\n' || c == '\t')))
			buf_printf(out, "&#%u;", (unsigned)c);
		else if (c == UINT32_MAX || (c < 0x20 && c != '\n' && c != '\t') || c == 0xfffe ||
			 c == 0xffff)
			buf_text(out, "\xef\xbf\xbd");
		else
			buf_add(out, s.at + i, n);
	}
}

void junit_text(struct buf *out, struct slice s) { xml(out, s, false); }

void junit_attribute(struct buf *out, const char *name, struct slice value)
{
	buf_printf(out, " %s=\"", name);
	xml(out, value, true);
	buf_text(out, "\"");
}

void junit_head(struct buf *out) { buf_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"); }

void junit_begin(
	struct buf *out, const char *element, struct slice name, uint32_t n, uint32_t failed)
{
	buf_printf(out, "<%s", element);
	junit_attribute(out, "name", name);
	buf_printf(out, " tests=\"%u\" failures=\"%u\"", (unsigned)n, (unsigned)failed);
}

void junit_stopped(struct buf *out, const char *program, const char *why)
{
	junit_head(out);
	junit_begin(out, "testsuites", slice_of(program), 1, 0);
	buf_text(out, " errors=\"1\">\n  ");
	junit_begin(out, "testsuite", slice_of(program), 1, 0);
	buf_text(out, " errors=\"1\">\n    <testcase");
	junit_attribute(out, "classname", slice_of(program));
	buf_text(out, " name=\"sources\">\n      <error");
	junit_attribute(out, "message", slice_of(why));
	buf_text(out, "/>\n    </testcase>\n  </testsuite>\n</testsuites>\n");
}
