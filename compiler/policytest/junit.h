#ifndef POLICYTEST_JUNIT_H
#define POLICYTEST_JUNIT_H
/* JUnit XML, piece by piece. */
#include "base/buf.h"

/* Between two tags. What XML cannot hold becomes U+FFFD. */
void junit_text(struct buf *out, struct slice s);
/* ` name="value"`, inside a tag. */
void junit_attribute(struct buf *out, const char *name, struct slice value);
/* The line that a file begins with. */
void junit_head(struct buf *out);
/* A `testsuites` or `testsuite` with its counts; its tag is still open. */
void junit_begin(
	struct buf *out, const char *element, struct slice name, uint32_t n, uint32_t failed);
/* A whole file: @program could not run. */
void junit_stopped(struct buf *out, const char *program, const char *why);
#endif
