/* Any bytes as a public key in PEM, and as what stands between its lines. */
#include <stdio.h>
#include <stdlib.h>

#include "base/slice.h"
#include "model/pem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char hex[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t cap = size * 2 + 128, n = 0;
	char *text = malloc(cap), *copy = malloc(size + 1);
	if (size > 8192)
		size = 8192;
	memcpy(copy, data, size);
	(void)pem_public_key_fault((struct slice){ copy, (uint32_t)size });
	n += (size_t)snprintf(text, cap, "-----BEGIN PUBLIC KEY-----\n");
	for (size_t i = 0; i + 3 <= size; i += 3) {
		uint32_t x = (uint32_t)data[i] << 16 | (uint32_t)data[i + 1] << 8 | data[i + 2];
		for (int k = 18; k >= 0; k -= 6)
			text[n++] = hex[x >> k & 63];
	}
	n += (size_t)snprintf(text + n, cap - n, "\n-----END PUBLIC KEY-----\n");
	(void)pem_public_key_fault((struct slice){ text, (uint32_t)n });
	free(copy);
	free(text);
	return 0;
}
