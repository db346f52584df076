/* Which addresses no server on the Internet has. */
#include "cli/address.h"

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

struct range {
	uint8_t bytes[16];
	uint8_t bits;
};

static bool within(const uint8_t *address, const struct range *r)
{
	for (unsigned i = 0; i < r->bits; i++)
		if (((address[i / 8] ^ r->bytes[i / 8]) >> (7 - i % 8)) & 1)
			return false;
	return true;
}

/* IANA's special-purpose registries: what no public server has. IPv4 as its mapped form. */
static bool is_private_v4(const uint8_t *a)
{
	static const struct range ranges[] = { { { 0 }, 8 }, { { 10 }, 8 }, { { 100, 64 }, 10 },
		{ { 127 }, 8 }, { { 169, 254 }, 16 }, { { 172, 16 }, 12 }, { { 192, 0, 0 }, 24 },
		{ { 192, 0, 2 }, 24 }, { { 192, 88, 99 }, 24 }, { { 192, 168 }, 16 },
		{ { 198, 18 }, 15 }, { { 198, 51, 100 }, 24 }, { { 203, 0, 113 }, 24 },
		{ { 224 }, 3 } };
	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
		if (within(a, &ranges[i]))
			return true;
	return false;
}

static bool is_private_v6(const uint8_t *a)
{
	static const struct range mapped = { { [10] = 0xff, [11] = 0xff }, 96 },
				  translated = { { 0, 0x64, 0xff, 0x9b }, 96 },
				  global = { { 0x20 }, 3 };
	static const struct range ranges[] = { { { 0x20, 0x01, 0x00 }, 23 },
		{ { 0x20, 0x01, 0x0d, 0xb8 }, 32 }, { { 0x20, 0x02 }, 16 },
		{ { 0x3f, 0xff, 0x00 }, 20 } };
	if (within(a, &mapped) || within(a, &translated))
		return is_private_v4(a + 12);
	if (!within(a, &global))
		return true;
	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
		if (within(a, &ranges[i]))
			return true;
	return false;
}

bool address_is_private(const struct sockaddr *address)
{
	const struct sockaddr_in *v4 = (const void *)address;
	const struct sockaddr_in6 *v6 = (const void *)address;
	switch (address->sa_family) {
	case AF_INET: return is_private_v4((const uint8_t *)&v4->sin_addr);
	case AF_INET6: return is_private_v6((const uint8_t *)&v6->sin6_addr);
	default: return true;
	}
}
