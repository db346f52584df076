#ifndef MODEL_EXPECT_H
#define MODEL_EXPECT_H
/* What a test expects of a call, read. */
#include "model/cases.h"
#include "model/shape.h"

/* `allow`, `deny` or a map, into a struct mexpect. */
field_read expect_read;
/* A pattern's text, checked, into a struct mtext. */
field_read pattern_text;
#endif
