#ifndef CLI_ADDRESS_H
#define CLI_ADDRESS_H
/* Which addresses no server on the Internet has. */
#include <stdbool.h>
#include <sys/socket.h>

/**
 * address_is_private - of this machine, a private network, link-local, multicast or reserved
 *
 * IPv4 within IPv6 (mapped, NAT64) is what it stands for; what is neither IPv4 nor IPv6 is private.
 * Source: IANA's registries of special-purpose addresses, RFC 6890.
 */
bool address_is_private(const struct sockaddr *address);
#endif
