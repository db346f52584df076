#ifndef LIBAEGIS_ADDRESS_H
#define LIBAEGIS_ADDRESS_H
/* Addresses as text. */
#include "internal.h"

#define AEGI_IPV6_TEXT 44 /* eight groups of four, colons, brackets */

/* Four decimal numbers up to 255, without leading zeros. */
int aegi_ipv4_parse(const char *at, uint32_t len, uint8_t ret[4]);

/* What stands between brackets, as eight groups; 0 where it is no IPv6 address. */
int aegi_ipv6_parse(const char *at, uint32_t len, uint16_t ret[8]);

/* The same in normal form with brackets; its length, or 0. */
uint32_t aegi_ipv6_normal(const char *at, uint32_t len, char buf[AEGI_IPV6_TEXT]);
#endif
