#ifndef CLI_HTTP_H
#define CLI_HTTP_H
/* HTTP by libcurl, which is loaded when the first request is made and not before. */
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct http;

struct http_request {
	const char *method, *url;
	const char *const *headers; /* `Name: value`, up to NULL */
	struct slice body;          /* at NULL: none */
	uint32_t timeout_ms;
	size_t max_response; /* bytes of the body */
	bool allow_private;  /* addresses of private networks and of this machine */
	const char
		*authorities; /* a file of certificates to trust instead of the system's; or NULL */
};
struct http_response {
	uint32_t status;          /* 0: there was none, and */
	const char *why;          /* says why, in one clause */
	struct slice media, body; /* in the arena */
};

/* NULL, with why, if there is no libcurl here. */
struct http *http_open(struct arena *a, const char **ret_why);
void http_close(struct http *h);

/**
 * http_call - make one request
 *
 * TLS is verified. Redirects are followed for GET and HEAD alone, within one scheme, host and port.
 * No proxy, cookie or credential comes from anywhere but the request.
 */
void http_call(
	struct http *h, struct arena *a, const struct http_request *q, struct http_response *ret);
#endif
