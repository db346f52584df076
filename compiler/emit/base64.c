/* A line of base64. */
#include "emit/base64.h"

#include <sodium.h>

void emit_base64_line(struct buf *out, const void *bytes, size_t n)
{
	size_t len = sodium_base64_encoded_len(n, sodium_base64_VARIANT_ORIGINAL);

	sodium_bin2base64(buf_take(out, len), len, bytes, n, sodium_base64_VARIANT_ORIGINAL);
	out->at[out->len - 1] = '\n'; /* in place of the NUL */
}
