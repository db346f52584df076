/* URIs relative to one another: RFC 3986. */
#include "schema/internal.h"

#include "base/buf.h"

struct parts {
	struct slice scheme, authority, path, query; /* with `:`, `//` and `?` */
};

static struct slice sub(struct slice s, uint32_t lo, uint32_t hi)
{
	return (struct slice){ s.at + lo, hi - lo };
}

static uint32_t find(struct slice s, uint32_t from, const char *set)
{
	while (from < s.len && memchr(set, s.at[from], strlen(set)) == NULL)
		from++;
	return from;
}

/* @s has no fragment. */
static struct parts split(struct slice s)
{
	uint32_t colon = find(s, 0, ":/?"), at = 0, end;
	struct parts p = { .path = s };

	if (colon < s.len && s.at[colon] == ':' && colon > 0)
		at = colon + 1;
	p.scheme = sub(s, 0, at);
	end = at;
	if (s.len - at >= 2 && s.at[at] == '/' && s.at[at + 1] == '/')
		end = find(s, at + 2, "/?");
	p.authority = sub(s, at, end);
	at = find(s, end, "?");
	p.path = sub(s, end, at);
	p.query = sub(s, at, s.len);
	return p;
}

/* A path under way. One that does not begin with a slash may go above where it began. */
struct path {
	struct buf *out;
	size_t begin;
	bool relative;
};

static void add_segment(struct path *p, struct slice name)
{
	if (p->out->len > p->begin || !p->relative)
		buf_text(p->out, "/");
	buf_slice(p->out, name);
}

static void drop_segment(struct path *p)
{
	size_t at = p->out->len;

	while (at > p->begin && p->out->at[at - 1] != '/')
		at--;
	if (p->relative &&
		(p->out->len == p->begin ||
			(p->out->len - at == 2 && memcmp(p->out->at + at, "..", 2) == 0)))
		add_segment(p, SLICE(".."));
	else
		p->out->len = at > p->begin ? at - 1 : at;
}

/* Section 5.2.4. */
static void add_path(struct buf *out, struct slice path)
{
	struct path p = { out, out->len, path.len == 0 || path.at[0] != '/' };
	uint32_t at = !p.relative, end;

	for (; path.len > 0 && at <= path.len; at = end + 1) {
		end = find(path, at, "/");
		struct slice name = sub(path, at, end);
		bool dots = slice_is(name, ".") || slice_is(name, "..");
		if (slice_is(name, ".."))
			drop_segment(&p);
		if (!dots || end == path.len)
			add_segment(&p, dots ? SLICE("") : name);
	}
}

struct slice uri_fragment(struct slice *uri)
{
	uint32_t at = find(*uri, 0, "#");
	struct slice fragment = sub(*uri, at < uri->len ? at + 1 : at, uri->len);

	uri->len = at;
	return fragment;
}

struct slice uri_resolve(struct arena *a, struct slice base, struct slice ref)
{
	struct buf out = { .arena = a };
	struct slice whole = ref, fragment = uri_fragment(&ref);
	struct parts b, r = split(ref);

	uri_fragment(&base);
	b = split(base);
	if (ref.len == 0) {
		buf_slice(&out, base);
	} else if (r.scheme.len > 0 || r.authority.len > 0) {
		buf_slice(&out, r.scheme.len > 0 ? r.scheme : b.scheme);
		buf_slice(&out, r.authority);
		add_path(&out, r.path);
		buf_slice(&out, r.query);
	} else {
		buf_slice(&out, b.scheme);
		buf_slice(&out, b.authority);
		if (r.path.len == 0) {
			buf_slice(&out, b.path);
		} else if (r.path.at[0] == '/') {
			add_path(&out, r.path);
		} else {
			struct buf path = { .arena = a };
			uint32_t keep = b.path.len;
			while (keep > 0 && b.path.at[keep - 1] != '/')
				keep--;
			buf_slice(&path, sub(b.path, 0, keep));
			if (keep == 0 && b.authority.len > 0)
				buf_text(&path, "/");
			buf_slice(&path, r.path);
			add_path(&out, buf_done(&path));
		}
		buf_slice(&out, r.query.len > 0 || r.path.len > 0 ? r.query : b.query);
	}
	if (ref.len < whole.len) {
		buf_text(&out, "#");
		buf_slice(&out, fragment);
	}
	return buf_done(&out);
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

struct slice uri_decode(struct arena *a, struct slice text)
{
	struct buf out = { .arena = a };

	for (uint32_t i = 0; i < text.len; i++) {
		char c = text.at[i];
		if (c == '%' && text.len - i > 2 && hex(text.at[i + 1]) >= 0 &&
			hex(text.at[i + 2]) >= 0) {
			c = (char)(hex(text.at[i + 1]) << 4 | hex(text.at[i + 2]));
			i += 2;
		}
		buf_add(&out, &c, 1);
	}
	return buf_done(&out);
}
