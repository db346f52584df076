/* Builds the request of a step: parameters into target and headers, templates into the body. */
#include <string.h>

#include "flow_run.h"

static const char no_memory[] = "there is not memory enough";

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

static void put(struct written *w, const char *text) { aegi_write(w, text, strlen(text)); }

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

/* ---- Target -------------------------------------------------------------------------------- */

/* Segments that a parameter has a part in must not come out as another path: see RFC 3986, 5.2.4.
 */
static void check_segment(struct written *w, size_t begin, int filled)
{
	size_t len = w->len - begin;

	if (filled && w->failed == NULL &&
		(len == 0 || (len <= 2 && memcmp(w->at + begin, "..", len) == 0)))
		w->failed = "a segment of the path would be empty, `.` or `..`";
}

static void put_piece(
	const struct request *q, struct written *w, struct aeg_str text, size_t *begin, int *filled)
{
	for (uint32_t i = 0; i < text.len; i++) {
		if (text.at[i] == '/') {
			check_segment(w, *begin, *filled);
			*begin = w->len + 1;
			*filled = 0;
		}
		aegi_write(w, text.at + i, 1);
	}
	(void)q;
}

static void put_path(const struct request *q, struct written *w)
{
	const struct aegf_piece *p =
		flow_row(q->f->flows, PIECES, aeg_ld32(q->op->path.first), struct aegf_piece);
	size_t begin = 0;
	int filled = 0;

	for (uint32_t n = aeg_ld32(q->op->path.count); n > 0; n--, p++) {
		uint32_t which = aeg_ld32(p->parameter);
		put_piece(q, w, flow_text(q->f->flows, p->text), &begin, &filled);
		if (which == AEGF_NONE)
			continue;
		filled = 1;
		if (q->args[which].doc != NULL)
			put_parameter(q, w, which);
	}
	check_segment(w, begin, filled);
}

static void put_query(const struct request *q, struct written *w)
{
	const char *joint = "?";

	for (uint32_t i = 0; i < count_of(q); i++) {
		size_t before = w->len, after;
		if (q->params[i].in != AEGF_IN_QUERY || q->args[i].doc == NULL)
			continue;
		put(w, joint);
		after = w->len;
		put_parameter(q, w, i);
		if (w->len == after) /* an empty list, exploded, is not there */
			w->len = before;
		else
			joint = "&";
	}
}

/* ---- Headers ------------------------------------------------------------------------------- */

static void add_header(struct request *q, const char *name, struct aeg_str value)
{
	q->headers[q->nheaders++] =
		(struct aeg_flow_header){ { name, (uint32_t)strlen(name) }, value };
}

static struct written text_begin(struct scratch *s)
{
	return (struct written){ (char *)s->at, 0, (size_t)(s->end - s->at), NULL };
}

static const char *text_end(struct scratch *s, const struct written *w, struct aeg_str *ret)
{
	if (w->failed != NULL)
		return w->failed;
	scratch_take(s, w->len);
	*ret = (struct aeg_str){ w->at, (uint32_t)w->len };
	return NULL;
}

static const char *put_headers(struct request *q, struct scratch *s)
{
	for (uint32_t i = 0; i < count_of(q); i++) {
		struct aeg_flow_header *h = &q->headers[q->nheaders];
		struct written w = text_begin(s);
		const char *error;
		if (q->params[i].in != AEGF_IN_HEADER || q->args[i].doc == NULL)
			continue;
		put_parameter(q, &w, i);
		if ((error = text_end(s, &w, &h->value)) != NULL)
			return error;
		h->name = flow_text(q->f->flows, q->params[i].name);
		q->nheaders++;
	}
	return NULL;
}

static const char *put_cookies(struct request *q, struct scratch *s)
{
	struct written w = text_begin(s);
	struct aeg_str value;
	const char *error;

	for (uint32_t i = 0; i < count_of(q); i++) {
		if (q->params[i].in != AEGF_IN_COOKIE || q->args[i].doc == NULL)
			continue;
		put(&w, w.len == 0 ? "" : "; ");
		put_parameter(q, &w, i);
	}
	if ((error = text_end(s, &w, &value)) != NULL || value.len == 0)
		return error;
	add_header(q, "Cookie", value);
	return NULL;
}

/* ---- Body ---------------------------------------------------------------------------------- */

static int is_form(struct aeg_str media)
{
	static const char form[] = "application/x-www-form-urlencoded";

	return media.len == sizeof form - 1 && memcmp(media.at, form, media.len) == 0;
}

/* An object's members as a form has them; of lists each element. */
static const char *put_form(struct scratch *s, const struct aeg_json *j, struct aeg_str *ret)
{
	struct written w = text_begin(s);

	if ((j->tok->info & AEG_JSON_KIND_MASK) != AEG_JSON_OBJECT)
		return "the body of a form must be an object";
	for (uint32_t key = 1; key < j->tok->next; key = j->tok[key].next) {
		struct parameter p = { .in = AEGF_IN_QUERY,
			.style = AEGF_STYLE_FORM,
			.flags = AEGF_PARAMETER_EXPLODE };
		if (j->tok[key].info & AEG_JSON_ESCAPED)
			return "a form's names cannot hold escapes";
		p.name = (struct aeg_str){ j->text + j->tok[key].at, j->tok[key].len };
		if ((j->tok[key + 1].info & AEG_JSON_KIND_MASK) == AEG_JSON_OBJECT)
			p.style = AEGF_STYLE_DEEP_OBJECT;
		put(&w, w.len == 0 ? "" : "&");
		aegi_parameter_write(&w, &p, j, key + 1);
	}
	return text_end(s, &w, ret);
}

/* @text: what the template made, or the input has. */
static const char *put_body(
	struct request *q, struct scratch *s, struct aeg_str text, struct aeg_flow_request *ret)
{
	struct aeg_str media = flow_text(q->f->flows, q->op->media);
	struct aeg_json j;
	const char *error = flow_scan(s, text, &j);

	if (error == NULL && aeg_ld32(q->op->body) != AEGF_NONE)
		error = flow_fits(q->f, s, &j, aeg_ld32(q->op->body),
			"the body does not fit the schema of the request");
	if (error != NULL)
		return error;
	ret->body = text;
	add_header(q, "Content-Type", media);
	return is_form(media) ? put_form(s, &j, &ret->body) : NULL;
}

/* ---- Arguments ----------------------------------------------------------------------------- */

static const char *argument(struct request *q, struct scratch *s, const struct flow_data *d,
	const struct aegf_argument *a)
{
	struct aeg_json *j = scratch_take(s, sizeof *j);
	struct aeg_str text;
	const char *error;

	if (j == NULL)
		return no_memory;
	if ((error = flow_render(q->f, s, d, aeg_ld32(a->value), &text)) != NULL ||
		(error = flow_scan(s, text, j)) != NULL)
		return error;
	if ((j->tok->info & AEG_JSON_KIND_MASK) != AEG_JSON_NULL)
		q->args[aeg_ld32(a->parameter)] = (struct argument){ j, 0 };
	return NULL;
}

/* Of an exploration: the input's members of that name. */
static void take_input(struct request *q)
{
	const struct aeg_json *j = q->f->input;

	for (uint32_t i = 0; i < count_of(q); i++) {
		uint32_t token = aeg_json_member(j, 0, flow_text(q->f->flows, q->params[i].name));
		if (token != AEG_NONE && (j->tok[token].info & AEG_JSON_KIND_MASK) != AEG_JSON_NULL)
			q->args[i] = (struct argument){ j, token };
	}
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
			error = "a parameter that is required has no value";
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
	text = (struct aeg_str){ q->f->input->text + q->f->input->tok[token].at,
		q->f->input->tok[token].len };
	return put_body(q, s, text, ret);
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
		return no_memory;
	memset(q.args, 0, count_of(&q) * sizeof *q.args);
	*ret = (struct aeg_flow_request){ .spec = flow_text(f->flows, spec->name),
		.server = flow_text(f->flows, spec->server),
		.allow_private = aeg_ld32(spec->flags) & AEGF_SPEC_PRIVATE,
		.operation = flow_text(f->flows, q.op->name),
		.method = flow_text(f->flows, q.op->method),
		.headers = q.headers };
	if ((error = arguments(&q, s, d, step)) != NULL)
		return error;
	w = text_begin(s);
	put_path(&q, &w);
	put_query(&q, &w);
	if ((error = text_end(s, &w, &ret->target)) != NULL || (error = headers(&q, s)) != NULL ||
		(error = body(&q, s, d, step, ret)) != NULL)
		return error;
	ret->nheaders = q.nheaders;
	return NULL;
}
