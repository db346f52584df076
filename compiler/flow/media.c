/* Of the media types of a body the one that is JSON, and the one that is sent. */
#include <string.h>

#include "flow/flow.h"

/* `application/vnd.api+json; version=1` */
static bool is_json_suffix(struct slice type)
{
	static const struct slice suffix = { "+json", 5 };
	uint32_t end = 0;
	for (uint32_t i = 0; i < type.len; i++)
		if (type.at[i] < ' ' || type.at[i] > '~')
			return false; /* no header could say it */
	while (end < type.len && type.at[end] != ';' && type.at[end] != ' ')
		end++;
	return end > suffix.len &&
	       slice_eq((struct slice){ type.at + end - suffix.len, suffix.len }, suffix);
}

/* A range as `*` is taken where nothing else is JSON. */
const struct openapi_media *flow_json_media(const struct openapi_media *v, uint32_t n)
{
	const struct openapi_media *m = openapi_media(v, n, SLICE("application/json"));
	bool exact = m != NULL && memchr(m->type.at, '*', m->type.len) == NULL;
	for (uint32_t i = 0; !exact && i < n; i++)
		if (is_json_suffix(v[i].type))
			return &v[i];
	return m;
}

const struct openapi_media *flow_request_media(const struct openapi_body *body)
{
	const struct openapi_media *m = flow_json_media(body->media, body->nmedia);
	return m != NULL ? m
			 : openapi_media(body->media, body->nmedia,
				   SLICE("application/x-www-form-urlencoded"));
}

struct slice flow_media_type(const struct openapi_media *m)
{
	static const char form[] = "application/x-www-form-urlencoded";
	if (m == NULL)
		return SLICE("");
	if (is_json_suffix(m->type))
		return m->type;
	/* It may be written as a range, or with parameters. */
	bool json = openapi_media(m, 1, SLICE("application/json")) != NULL;
	return json ? SLICE("application/json") : slice_of(form);
}
