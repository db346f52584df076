/* HTTP by libcurl, loaded at run time: what aegisr needs of it, and what it must not do. */
#define _POSIX_C_SOURCE 200809L
#include "cli/http.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "cli/address.h"

/* The functions that are called, by their names. */
#define FUNCTIONS(X) \
	X(CURLcode, global_init, (long)) \
	X(void, global_cleanup, (void)) \
	X(CURL *, easy_init, (void)) \
	X(void, easy_reset, (CURL *)) \
	X(void, easy_cleanup, (CURL *)) \
	X(CURLcode, easy_setopt, (CURL *, CURLoption, ...)) \
	X(CURLcode, easy_perform, (CURL *)) \
	X(CURLcode, easy_getinfo, (CURL *, CURLINFO, ...)) \
	X(const char *, easy_strerror, (CURLcode)) \
	X(struct curl_slist *, slist_append, (struct curl_slist *, const char *)) \
	X(void, slist_free_all, (struct curl_slist *))

struct http {
	void *library;
	CURL *easy[2]; /* the second may call private addresses: connections are kept apart */
#define X(type, name, args) type(*name) args;
	FUNCTIONS(X)
#undef X
};

static const char unfit[] = "this libcurl lacks what is needed: 7.85 or later";

struct http *http_open(struct arena *a, const char **ret_why)
{
	struct http *h = arena_new(a, struct http);
	bool all = true;
	h->library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
	*ret_why = "libcurl is not installed: Debian's package is libcurl4";
	if (h->library == NULL)
		return NULL;
#define X(type, name, args) \
	{ \
		void *at = dlsym(h->library, "curl_" #name); \
		all &= at != NULL; \
		memcpy(&h->name, &at, sizeof at); \
	}
	FUNCTIONS(X)
#undef X
	*ret_why = unfit;
	if (!all || h->global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return NULL;
	for (int i = 0; i < 2; i++)
		if ((h->easy[i] = h->easy_init()) == NULL)
			return NULL;
	return h;
}

void http_close(struct http *h)
{
	for (int i = 0; i < 2; i++)
		h->easy_cleanup(h->easy[i]);
	h->global_cleanup();
}

/* ---- One request --------------------------------------------------------------------------- */

struct call {
	struct http *h;
	CURL *easy;
	const struct http_request *q;
	struct curl_slist *headers;
	uint64_t end_ms;
	struct buf body;
	bool refused_address, too_large;
};

static uint64_t now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* After the name was looked up: what is looked at is what is connected to. */
static curl_socket_t open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct call *c = ctx;
	if (purpose != CURLSOCKTYPE_IPCXN ||
		(!c->q->allow_private && address_is_private(&a->addr))) {
		c->refused_address = true;
		return CURL_SOCKET_BAD;
	}
	return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

static size_t take(char *at, size_t size, size_t n, void *ctx)
{
	struct call *c = ctx;
	size_t len = size * n;
	if (len > c->q->max_response - c->body.len) {
		c->too_large = true;
		return 0;
	}
	buf_add(&c->body, at, len);
	return len;
}

/* A body of no bytes is sent where methods have one: without it there would be no length. */
static bool has_body(const struct http_request *q)
{
	return q->body.at != NULL || strcmp(q->method, "POST") == 0 ||
	       strcmp(q->method, "PUT") == 0 || strcmp(q->method, "PATCH") == 0;
}

/* False where this libcurl does not know an option: nothing is called without it. */
#define SET(option, value) good &= c->h->easy_setopt(c->easy, CURLOPT_##option, value) == CURLE_OK
static bool prepare(struct call *c, const char *url, uint64_t left_ms)
{
	const struct http_request *q = c->q;
	bool good = true;
	c->h->easy_reset(c->easy);
	SET(URL, url);
	SET(HTTPHEADER, c->headers);
	SET(PROTOCOLS_STR, "http,https");
	SET(DISALLOW_USERNAME_IN_URL, 1L);
	SET(SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(PROXY, "");
	SET(NOSIGNAL, 1L);
	SET(TIMEOUT_MS, (long)left_ms);
	SET(MAXFILESIZE_LARGE, (curl_off_t)q->max_response);
	SET(OPENSOCKETFUNCTION, open_socket);
	SET(OPENSOCKETDATA, c);
	SET(WRITEFUNCTION, take);
	SET(WRITEDATA, c);
	SET(USERAGENT, "aegisr");
	if (q->authorities != NULL) {
		SET(CAINFO, q->authorities);
		SET(CAPATH, NULL);
	}
	if (has_body(q)) {
		SET(POSTFIELDSIZE_LARGE, (curl_off_t)q->body.len);
		SET(POSTFIELDS, q->body.at == NULL ? "" : q->body.at);
	} else if (strcmp(q->method, "HEAD") == 0) {
		SET(NOBODY, 1L);
	}
	SET(CUSTOMREQUEST, q->method);
	return good;
}

static const char *failure(const struct call *c, CURLcode code)
{
	if (c->refused_address)
		return "the address is of a private network, which the ApiSpec does not allow";
	if (c->too_large || code == CURLE_FILESIZE_EXCEEDED)
		return "the response is larger than it may be";
	switch ((int)code) {
	case CURLE_OPERATION_TIMEDOUT: return "it took too long";
	case CURLE_COULDNT_RESOLVE_HOST: return "the host has no address";
	case CURLE_COULDNT_CONNECT: return "the connection was refused";
	case CURLE_SSL_CACERT_BADFILE:
		return "there are no certificates to verify the server by: Debian's package is ca-certificates; or give --ca";
	case CURLE_PEER_FAILED_VERIFICATION: return "the server's certificate is not to be trusted";
	default: return c->h->easy_strerror(code);
	}
}

/* Bytes of @url up to its path: scheme, host and port. */
static size_t origin(const char *url)
{
	const char *at = strstr(url, "://");
	return at == NULL ? 0 : 3 + (size_t)(at - url) + strcspn(at + 3, "/?#");
}

static bool same_origin(const char *a, const char *b)
{
	size_t n = origin(a);
	return n != 0 && n == origin(b) && strncasecmp(a, b, n) == 0;
}

static bool is_safe(const char *method)
{
	return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
}

/* Where a response sends the same request, or NULL with why not, or NULL. */
static const char *next_url(struct call *c, const char *url, long status, const char **ret_why)
{
	char *to = NULL;
	if (status < 300 || status > 399 || status == 304)
		return NULL;
	c->h->easy_getinfo(c->easy, CURLINFO_REDIRECT_URL, &to);
	if (to == NULL)
		return NULL;
	if (!is_safe(c->q->method))
		*ret_why = "a redirect of a request that may change something is not followed";
	else if (!same_origin(url, to))
		*ret_why = "a redirect to another host is not followed";
	return *ret_why == NULL ? to : NULL;
}

/* One transfer; the URL to go on with, or NULL. */
static const char *perform(struct call *c, const char *url, struct http_response *ret)
{
	uint64_t now = now_ms();
	long status = 0;
	char *media = NULL;
	CURLcode code;
	c->body.len = 0;
	c->refused_address = c->too_large = false;
	if (now >= c->end_ms) {
		ret->why = "it took too long";
		return NULL;
	}
	if (!prepare(c, url, c->end_ms - now)) {
		ret->why = unfit;
		return NULL;
	}
	code = c->h->easy_perform(c->easy);
	if (code != CURLE_OK) {
		ret->why = failure(c, code);
		return NULL;
	}
	c->h->easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &status);
	c->h->easy_getinfo(c->easy, CURLINFO_CONTENT_TYPE, &media);
	const char *to = next_url(c, url, status, &ret->why);
	if (to != NULL || ret->why != NULL)
		return to;
	ret->status = (uint32_t)status;
	ret->media = media == NULL ? SLICE("") : buf_copy(c->body.arena, slice_of(media));
	ret->body = buf_done(&c->body);
	return NULL;
}

/* False: out of memory, and a header might be missing. */
static bool add_header(struct call *c, const char *line)
{
	struct curl_slist *more = c->h->slist_append(c->headers, line);
	if (more != NULL)
		c->headers = more;
	return more != NULL;
}

static bool add_headers(struct call *c)
{
	bool good = add_header(c, "Expect:");
	/* libcurl would call an empty body a form. */
	if (c->q->body.at == NULL)
		good = good && add_header(c, "Content-Type:");
	for (size_t i = 0; good && c->q->headers[i] != NULL; i++)
		good = add_header(c, c->q->headers[i]);
	return good;
}

void http_call(
	struct http *h, struct arena *a, const struct http_request *q, struct http_response *ret)
{
	enum { MOST_REDIRECTS = 5 };
	struct call c = { .h = h,
		.easy = h->easy[q->allow_private],
		.q = q,
		.end_ms = now_ms() + q->timeout_ms,
		.body.arena = a };
	const char *url = q->url;
	*ret = (struct http_response){ 0 };
	if (!add_headers(&c))
		ret->why = "there is not memory enough";
	for (int i = 0; i <= MOST_REDIRECTS && ret->why == NULL; i++) {
		const char *to = perform(&c, url, ret);
		if (to == NULL)
			break;
		url = buf_copy(a, slice_of(to)).at;
		if (i == MOST_REDIRECTS)
			ret->why = "it is redirected round and round";
	}
	h->slist_free_all(c.headers);
}
