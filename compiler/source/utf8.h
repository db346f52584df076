#ifndef SOURCE_UTF8_H
#define SOURCE_UTF8_H
/* What sources are made of. */
#include "base/utf8.h"
#endif
