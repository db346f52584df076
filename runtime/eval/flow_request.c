/* Builds the request of a step: parameters into target and headers, templates into the body. */
#include "flow_run.h"

/* A parameter's value: @doc NULL: it is left out. */
struct argument {
	const struct aeg_json *doc;
	uint32_t token;
};

struct request {
	struct aeg_flow *f;
	const struct aegf_operation *op;
	const struct aegf_parameter *params;
	struct argument *args; /* as many as the operation has parameters */
	struct aeg_flow_header *headers;
	uint32_t nheaders;
};

static struct parameter parameter_of(const struct request *q, uint32_t i)
{
	const struct aegf_parameter *p = &q->params[i];

	return (struct parameter){ flow_text(q->f->flows, p->name), p->in, p->style, p->flags };
}

static uint32_t count_of(const struct request *q) { return aeg_ld32(q->op->parameters.count); }

static void put_parameter(const struct request *q, struct written *w, uint32_t i)
{
	struct parameter p = parameter_of(q, i);

	aegi_parameter_write(w, &p, q->args[i].doc, q->args[i].token);
}

/* All that stand @in, @before the first and @between them. */
static void put_joined(const struct request *q, struct written *w, enum aegf_in in,
	const char *before, const char *between)
{
	const char *joint = before;

	for (uint32_t i = 0; i < count_of(q); i++) {
		size_t begin = w->len, after;
		if (q->params[i].in != in || q->args[i].doc == NULL)
			continue;
		put(w, joint);
		after = w->len;
		put_parameter(q, w, i);
		if (w->len == after) /* an empty list, exploded, is not there */
			w->len = begin;
		else
			joint = between;
	}
}

/* ---- Target -------------------------------------------------------------------------------- */

/* Is it nothing, `.` or `..`, however written? */
static int is_dots(const char *at, size_t len)
{
	unsigned dots = 0;

	while (len > 0) {
		size_t n = *at == '.' ? 1 : 3;
		if (n == 3 && (len < 3 || at[0] != '%' || at[1] != '2' || (at[2] | 0x20) != 'e'))
			return 0;
		at += n;
		len -= n;
		dots++;
	}
	return dots <= 2;
}

/* The segment that began at @begin is over. One that a parameter has a part in must not come out
 * as another path. Source: RFC 3986, 5.2.4. */
static void end_segment(struct written *w, size_t begin, int filled)
{
	if (filled && w->failed == NULL && is_dots(w->at + begin, w->len - begin))
		w->failed = "a segment of the path would be empty, `.` or `..`";
}

static void put_path(const struct request *q, struct written *w)
{
	const struct aegf_piece *p =
		flow_row(q->f->flows, PIECES, aeg_ld32(q->op->path.first), struct aegf_piece);
	size_t begin = 0;
	int filled = 0;

	for (uint32_t n = aeg_ld32(q->op->path.count); n > 0; n--, p++) {
		struct aeg_str text = flow_text(q->f->flows, p->text);
		uint32_t which = aeg_ld32(p->parameter);
		for (uint32_t i = 0; i < text.len; i++) {
			if (text.at[i] == '/') {
				end_segment(w, begin, filled);
				begin = w->len + 1;
				filled = 0;
			}
			aegi_write(w, text.at + i, 1);
		}
		if (which == AEGF_NONE)
			continue;
		filled = 1;
		if (q->args[which].doc != NULL)
			put_parameter(q, w, which);
	}
	end_segment(w, begin, filled);
}

/* ---- Headers ------------------------------------------------------------------------------- */

static void add_header(struct request *q, const char *name, struct aeg_str value)
{
	q->headers[q->nheaders++] =
		(struct aeg_flow_header){ { name, (uint32_t)strlen(name) }, value };
}

/* What says where a message ends, or whom it is for, is no parameter. Source: RFC 9110, RFC 9112.
 */
static int is_framing(struct aeg_str name)
{
	static const char *const names[] = { "host", "connection", "content-length",
		"transfer-encoding", "te", "trailer", "upgrade", "expect", "keep-alive",
		"proxy-connection" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		uint32_t n = 0;
		while (n < name.len && names[i][n] != 0 && (name.at[n] | 0x20) == names[i][n])
			n++;
		if (n == name.len && names[i][n] == 0)
			return 1;
	}
	return 0;
}

static const char *put_headers(struct request *q, struct scratch *s)
{
	for (uint32_t i = 0; i < count_of(q); i++) {
		struct aeg_flow_header *h = &q->headers[q->nheaders];
		struct written w = text_begin(s);
		const char *error;
		h->name = parameter_of(q, i).name;
		if (q->params[i].in != AEGF_IN_HEADER || q->args[i].doc == NULL ||
			is_framing(h->name))
			continue;
		put_parameter(q, &w, i);
		if ((error = text_end(q->f, s, &w, &h->value)) != NULL)
			return error;
		q->nheaders++;
	}
	return NULL;
}

static const char *put_cookies(struct request *q, struct scratch *s)
{
	struct written w = text_begin(s);
	struct aeg_str value;
	const char *error;

	put_joined(q, &w, AEGF_IN_COOKIE, "", "; ");
	if ((error = text_end(q->f, s, &w, &value)) == NULL && value.len != 0)
		add_header(q, "Cookie", value);
	return error;
}

/* ---- Body ---------------------------------------------------------------------------------- */

static int is_form(struct aeg_str media)
{
	static const char form[] = "application/x-www-form-urlencoded";

	return media.len == sizeof form - 1 && memcmp(media.at, form, media.len) == 0;
}

static enum aeg_json_kind kind_of(const struct aeg_json *j, uint32_t token)
{
	return (enum aeg_json_kind)(j->tok[token].info & AEG_JSON_KIND_MASK);
}

/* An object's members as a form has them: of lists each element, of null none. */
static const char *put_form(
	struct aeg_flow *f, struct scratch *s, const struct aeg_json *j, struct aeg_str *ret)
{
	struct written w = text_begin(s);

	if (kind_of(j, 0) != AEG_JSON_OBJECT)
		return flow_failed(f, AEG_CONTENT, "the body of a form must be an object");
	for (uint32_t key = 1; key < j->tok->next; key = j->tok[key].next) {
		struct parameter p = { .in = AEGF_IN_QUERY,
			.style = AEGF_STYLE_FORM,
			.flags = AEGF_PARAMETER_EXPLODE };
		size_t before = w.len, after;
		if (kind_of(j, key + 1) == AEG_JSON_NULL)
			continue;
		if (j->tok[key].info & AEG_JSON_ESCAPED)
			return flow_failed(f, AEG_CONTENT, "a form's names cannot hold escapes");
		p.name = (struct aeg_str){ j->text + j->tok[key].at, j->tok[key].len };
		if (kind_of(j, key + 1) == AEG_JSON_OBJECT)
			p.style = AEGF_STYLE_DEEP_OBJECT;
		put(&w, w.len == 0 ? "" : "&");
		after = w.len;
		aegi_parameter_write(&w, &p, j, key + 1);
		if (w.len == after)
			w.len = before;
	}
	return text_end(f, s, &w, ret);
}

/* @text: what the template made, or the input has. */
static const char *put_body(
	struct request *q, struct scratch *s, struct aeg_str text, struct aeg_flow_request *ret)
{
	struct aeg_str media = flow_text(q->f->flows, q->op->media);
	struct aeg_json j;
	const char *error = flow_scan(q->f, s, text, "the body is not JSON", &j);

	if (error == NULL && aeg_ld32(q->op->body) != AEGF_NONE)
		error = flow_fits(q->f, s, &j, aeg_ld32(q->op->body),
			"the body does not fit the schema of the request");
	if (error != NULL)
		return error;
	ret->body = text;
	add_header(q, "Content-Type", media);
	return is_form(media) ? put_form(q->f, s, &j, &ret->body) : NULL;
}

/* ---- Arguments ----------------------------------------------------------------------------- */

static const char *argument(struct request *q, struct scratch *s, const struct flow_data *d,
	const struct aegf_argument *a)
{
	struct aeg_json *j = scratch_take(s, sizeof *j);
	const char *error;

	if (j == NULL)
		return flow_failed(q->f, AEG_NOMEM, NULL);
	if ((error = flow_render_json(q->f, s, d, aeg_ld32(a->value), j)) != NULL)
		return error;
	if (kind_of(j, 0) != AEG_JSON_NULL)
		q->args[aeg_ld32(a->parameter)] = (struct argument){ j, 0 };
	return NULL;
}

/* Of an exploration: the input's members of that name. */
static void take_input(struct request *q)
{
	const struct aeg_json *j = q->f->input;

	for (uint32_t i = 0; i < count_of(q); i++) {
		uint32_t token = aeg_json_member(j, 0, flow_text(q->f->flows, q->params[i].name));
		if (token != AEG_NONE && kind_of(j, token) != AEG_JSON_NULL)
			q->args[i] = (struct argument){ j, token };
	}
}

static const char *missing(struct request *q, uint32_t i)
{
	flow_tell(q->f, (struct aeg_flow_event){ .kind = AEG_FLOW_INVALID,
				.name = parameter_of(q, i).name,
				.value = { "has no value, and is required", 29 } });
	return flow_failed(q->f, AEG_CONTENT, "a parameter that is required has no value");
}

static const char *arguments(struct request *q, struct scratch *s, const struct flow_data *d,
	const struct aegf_step *step)
{
	const char *error = NULL;

	if (step == NULL) {
		take_input(q);
	} else {
		const struct aegf_argument *a = flow_row(q->f->flows, ARGUMENTS,
			aeg_ld32(step->arguments.first), struct aegf_argument);
		for (uint32_t n = aeg_ld32(step->arguments.count); n > 0 && error == NULL; n--)
			error = argument(q, s, d, a++);
	}
	for (uint32_t i = 0; i < count_of(q) && error == NULL; i++)
		if ((q->params[i].flags & AEGF_PARAMETER_REQUIRED) && q->args[i].doc == NULL)
			error = missing(q, i);
	return error;
}

static const char *body(struct request *q, struct scratch *s, const struct flow_data *d,
	const struct aegf_step *step, struct aeg_flow_request *ret)
{
	struct aeg_str text;
	const char *error;
	uint32_t token;

	if (step != NULL) {
		if (aeg_ld32(step->body) == AEGF_NONE)
			return NULL;
		error = flow_render(q->f, s, d, aeg_ld32(step->body), &text);
		return error != NULL ? error : put_body(q, s, text, ret);
	}
	token = aeg_json_member(q->f->input, 0, (struct aeg_str){ "body", 4 });
	if (aeg_ld32(q->op->media.len) == 0 || token == AEG_NONE)
		return NULL;
	return put_body(q, s, token_text(q->f->input, token), ret);
}

/* ---- All of it ----------------------------------------------------------------------------- */

static const char *headers(struct request *q, struct scratch *s)
{
	const char *error = put_headers(q, s);

	if (error == NULL)
		error = put_cookies(q, s);
	if (error == NULL)
		add_header(q, "Accept", (struct aeg_str){ "application/json", 16 });
	return error;
}

const char *flow_build(struct aeg_flow *f, struct scratch *s, const struct flow_data *d,
	struct aeg_flow_request *ret)
{
	const struct aegf_step *step = flow_step(f);
	uint32_t which = step == NULL ? f->explore : aeg_ld32(step->operation);
	struct request q = { .f = f,
		.op = flow_row(f->flows, OPERATIONS, which, struct aegf_operation) };
	const struct aegf_spec *spec =
		flow_row(f->flows, SPECS, aeg_ld32(q.op->spec), struct aegf_spec);
	struct written w;
	const char *error;

	q.params = flow_row(
		f->flows, PARAMETERS, aeg_ld32(q.op->parameters.first), struct aegf_parameter);
	q.args = scratch_take(s, count_of(&q) * sizeof *q.args);
	q.headers = scratch_take(s, (count_of(&q) + 3) * sizeof *q.headers);
	if (q.args == NULL || q.headers == NULL)
		return flow_failed(f, AEG_NOMEM, NULL);
	memset(q.args, 0, count_of(&q) * sizeof *q.args);
	*ret = (struct aeg_flow_request){ .spec = flow_text(f->flows, spec->name),
		.server = flow_text(
			f->flows, aeg_ld32(q.op->server.len) != 0 ? q.op->server : spec->server),
		.allow_private = aeg_ld32(spec->flags) & AEGF_SPEC_PRIVATE,
		.operation = flow_text(f->flows, q.op->name),
		.method = flow_text(f->flows, q.op->method),
		.headers = q.headers };
	if ((error = arguments(&q, s, d, step)) != NULL)
		return error;
	w = text_begin(s);
	put_path(&q, &w);
	put_joined(&q, &w, AEGF_IN_QUERY, "?", "&");
	if ((error = text_end(f, s, &w, &ret->target)) != NULL ||
		(error = headers(&q, s)) != NULL || (error = body(&q, s, d, step, ret)) != NULL)
		return error;
	ret->nheaders = q.nheaders;
	return NULL;
}
