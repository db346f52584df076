/* ToolWorkflow: several HTTP calls as one tool; their rows, both spellings of each. */
#include "model/flow.h"
#include "model/shape.h"

enum {
	DEFAULT_TOTAL_MS = 60000,
	DEFAULT_STEP_MS = 15000,
	DEFAULT_BACKOFF_MS = 500,
	MOST_STEPS = 256,
	MOST_ROUNDS = 10000,
	MOST_RETRIES = 255,
	MOST_MS = 3600000,
};

static bool refuse(
	struct shape *s, enum diag_code code, struct value v, const char *label, const char *help)
{
	shape_report(s, (struct diag){ code, v.at, .label = label, .help = help });
	return false;
}

/* ---- Words --------------------------------------------------------------------------------- */

/* What templates write as one part of a path, and JSON as a name without escapes. */
static bool is_word(struct slice t)
{
	bool good = t.len > 0 && t.len <= 63 && (t.at[0] < '0' || t.at[0] > '9') && t.at[0] != '-';
	for (uint32_t i = 0; i < t.len; i++) {
		char c = t.at[i];
		good &= (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9') || c == '_' || c == '-';
	}
	return good;
}

static bool word(struct shape *s, struct value v, struct mtext *io)
{
	return is_word(io->text) ||
	       refuse(s, AEG_bad_step_name, v, "not the form of a name",
		       "1 to 63 letters, digits, `_` and `-`, the first a letter or `_`");
}

/* What templates see beside the elements of a loop keeps its name. */
static bool item_name(struct shape *s, struct value v, struct mtext *io)
{
	bool taken = slice_is(io->text, "input") || slice_is(io->text, "steps") ||
		     slice_is(io->text, "state");
	return taken ? refuse(s, AEG_bad_step_name, v, "this is the name of something else",
			       "`input`, `steps` and `state` keep their names")
		     : word(s, v, io);
}

static void read_ms(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mtext t;
	uint64_t ms;
	if (!shape_text(s, v, &t))
		return;
	if (quantity_ms(t.text, &ms) && ms > 0 && ms <= MOST_MS)
		*(uint64_t *)out = ms;
	else
		shape_report(s,
			(struct diag){ AEG_bad_time, v.at,
				.label = diag_text(s->d, "%s is no time above 0, at most an hour",
					diag_quote(s->d, t.text)),
				.help = diag_text(s->d,
					"`%s` is a whole number and `ms`, `s`, `m` or `h`: `15s`",
					f->name) });
}

static void keep_node(struct shape *s, const struct field *f, struct value v, void *out)
{
	(void)s;
	(void)f;
	*(const struct node **)out = v.node;
}

/* ---- Errors and retries -------------------------------------------------------------------- */

static bool retries(struct shape *s, struct value v, struct slice digits, struct mflow_step *out)
{
	uint64_t n = 0;
	for (uint32_t i = 0; i < digits.len && n <= MOST_RETRIES; i++)
		n = digits.at[i] < '0' || digits.at[i] > '9'
			    ? MOST_RETRIES + 1
			    : n * 10 + (uint64_t)(digits.at[i] - '0');
	if (digits.len == 0 || n > MOST_RETRIES)
		return refuse(s, AEG_bad_on_error, v, "a step is retried 0 to 255 times", NULL);
	out->retries = (uint32_t)n;
	out->retries_at = v.at;
	return true;
}

/* `fail`, `continue`, and what the gateway's interface calls these: AbortWorkflow, RetryN(3). */
static bool error_word(struct shape *s, struct value v, struct slice t, struct mflow_step *out)
{
	static const char retry[] = "RetryN(";
	bool fails = slice_is(t, "fail") || slice_is(t, "AbortWorkflow");
	if (fails || slice_is(t, "continue") || slice_is(t, "Continue")) {
		out->on_error = fails ? FLOW_FAIL : FLOW_CONTINUE;
		return true;
	}
	if (slice_begins(t, slice_of(retry)) && t.at[t.len - 1] == ')')
		return retries(s, v,
			(struct slice){ t.at + sizeof retry - 1, t.len - (uint32_t)sizeof retry },
			out);
	return refuse(s, AEG_bad_on_error, v, "nothing that can be done about an error",
		"`fail`, `continue`, or `{ RetryN: 3 }`");
}

static void read_on_error(struct shape *s, const struct field *f, struct value v, void *out)
{
	const struct member *m =
		v.node->kind == NODE_MAP && v.node->u.map.n == 1 ? &v.node->u.map.v[0] : NULL;
	struct mtext t;
	(void)f;
	if (m != NULL && slice_is(m->key, "RetryN")) {
		if (m->value->kind == NODE_INT)
			retries(s, shape_member(m), m->value->u.text, out);
		else
			shape_wrong_type(s, shape_member(m), "a whole number", "`{ RetryN: 3 }`");
	} else if (m != NULL) {
		refuse(s, AEG_bad_on_error, v, "nothing that can be done about an error",
			"`fail`, `continue`, or `{ RetryN: 3 }`");
	} else if (shape_text(s, v, &t)) {
		error_word(s, v, t.text, out);
	}
}

static const struct field retry_fields[] = {
	{ "limit", .type = FIELD_UINT, .flags = FIELD_REQUIRED, .max = MOST_RETRIES,
		INTO(struct mflow_step, retries), .doc = "how many more times, at most" },
	{ "backoff", .type = FIELD_TEXT, .read = read_ms, INTO(struct mflow_step, backoff_ms),
		.missing_is = "`500ms`", .doc = "the wait before the first; it doubles each time" },
	{ "max_backoff", .type = FIELD_TEXT, .read = read_ms,
		INTO(struct mflow_step, backoff_most_ms), .missing_is = "no bound",
		.doc = "the longest wait" },
};
static const struct schema retry_schema = { "a retry", "how often a failed call is made again",
	FIELDS(retry_fields) };

/* ---- Statuses ------------------------------------------------------------------------------ */

/* `404`, `4xx`, `"500-599"`. */
static bool status(struct slice t, struct mflow_status *ret)
{
	uint32_t n[2] = { 0, 0 }, k = 0;
	if (t.len == 3 && t.at[0] >= '1' && t.at[0] <= '5' &&
		(slice_is((struct slice){ t.at + 1, 2 }, "xx") ||
			slice_is((struct slice){ t.at + 1, 2 }, "XX"))) {
		ret->from = (uint16_t)((t.at[0] - '0') * 100);
		ret->to = (uint16_t)(ret->from + 99);
		return true;
	}
	for (uint32_t i = 0; i < t.len; i++) {
		if (t.at[i] == '-' && k == 0 && i > 0)
			k = 1;
		else if (t.at[i] < '0' || t.at[i] > '9' || n[k] > 599)
			return false;
		else
			n[k] = n[k] * 10 + (uint32_t)(t.at[i] - '0');
	}
	ret->from = (uint16_t)n[0];
	ret->to = (uint16_t)n[k];
	return n[0] >= 100 && n[0] <= n[k] && n[k] <= 599;
}

static void read_statuses(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mflow_step *step = out;
	uint32_t n = shape_items(v.node);
	(void)f;
	step->accepted = arena_array(s->d->arena, struct mflow_status, n);
	for (uint32_t i = 0; i < n; i++) {
		struct value item = shape_item(v.node, i);
		struct mtext t;
		if (!shape_text(s, item, &t))
			continue;
		if (status(t.text, &step->accepted[step->naccepted]))
			step->naccepted++;
		else
			refuse(s, AEG_bad_status, item, "no status of a response",
				"a number from 100 to 599, `4xx`, or `500-503`");
	}
}

/* ---- Parameters, extracts, loops ----------------------------------------------------------- */

static void read_arguments(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mflow_step *step = out;
	uint32_t n = v.node->kind == NODE_MAP ? v.node->u.map.n : 0;
	(void)f;
	step->arguments = arena_array(s->d->arena, struct mflow_argument, n);
	for (uint32_t i = 0; i < n; i++) {
		const struct member *m = &v.node->u.map.v[i];
		if (m->value->kind == NODE_POISON) {
			s->reported++;
			continue;
		}
		step->arguments[step->narguments++] =
			(struct mflow_argument){ { m->key, m->key_span }, m->value, m->value_span };
	}
}

static const struct field extract_fields[] = {
	{ "path", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, INTO(struct mflow_extract, path),
		.doc = "a JSONPath (RFC 9535) of the response" },
	{ "all", .type = FIELD_BOOL, INTO(struct mflow_extract, all), .missing_is = "`false`",
		.doc = "a list of all that it selects, not the first alone" },
	{ "limit", .type = FIELD_UINT, .min = 1, .max = MOST_ROUNDS,
		INTO(struct mflow_extract, most), .missing_is = "`1000`",
		.doc = "of `all`: elements at most; more fail the step" },
};
static const struct schema extract_schema = { "an extractor", "what is kept of a response",
	FIELDS(extract_fields) };

static void read_extracts(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mflow_step *step = out;
	uint32_t n = v.node->kind == NODE_MAP ? v.node->u.map.n : 0;
	(void)f;
	step->extracts = arena_array(s->d->arena, struct mflow_extract, n);
	for (uint32_t i = 0; i < n; i++) {
		const struct member *m = &v.node->u.map.v[i];
		struct mflow_extract *x = &step->extracts[step->nextracts];
		uint32_t before = s->reported;
		*x = (struct mflow_extract){ .name = { m->key, m->key_span }, .most = 1000 };
		if (m->value->kind == NODE_MAP)
			shape_struct(s, &extract_schema, shape_member(m), x);
		else if (!shape_text(s, shape_member(m), &x->path))
			continue;
		if (!word(s, (struct value){ m->value, m->key_span }, &x->name))
			continue;
		step->nextracts += s->reported == before;
	}
}

static const struct field each_fields[] = {
	{ "in", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .read = keep_node,
		INTO(struct mflow_step, each),
		.doc = "the list, as an expression: `{{steps.find.ids}}`" },
	{ "as", .type = FIELD_TEXT, .entry = item_name, INTO(struct mflow_step, item),
		.missing_is = "`item`", .doc = "what templates call its element" },
	{ "limit", .type = FIELD_UINT, .flags = FIELD_REQUIRED, .min = 1, .max = MOST_ROUNDS,
		INTO(struct mflow_step, most),
		.doc = "elements at most; a longer list fails the step" },
};
static const struct schema each_schema = { "a loop",
	"a step that is run for each element of a list", FIELDS(each_fields) };

/* ---- Steps --------------------------------------------------------------------------------- */

static const struct field step_fields[] = {
	{ "name", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .entry = word,
		INTO(struct mflow_step, name), .doc = "what templates call it: `steps.NAME`" },
	{ "operation_id", .type = FIELD_TEXT, INTO(struct mflow_step, operation),
		.doc = "the operation that is called: its `operationId`" },
	{ "method", .type = FIELD_TEXT, INTO(struct mflow_step, method),
		.doc = "with `path`, instead of `operation_id`" },
	{ "path", .type = FIELD_TEXT, INTO(struct mflow_step, path),
		.doc = "with `method`: the path as the description has it" },
	{ "api_spec", .type = FIELD_TEXT, INTO(struct mflow_step, spec),
		.missing_is = "the workflow's", .doc = "the ApiSpec that the operation is of" },
	{ "parameters", .type = FIELD_MAP, .item = FIELD_ANY, .read = read_arguments,
		.doc = "values for the operation's parameters, with templates" },
	{ "body_template", .type = FIELD_TEXT, .read = keep_node,
		INTO(struct mflow_step, body_template), .doc = "the body: JSON with holes" },
	{ "body", .type = FIELD_ANY, .read = keep_node, INTO(struct mflow_step, body),
		.doc = "the body: a value whose texts are templates" },
	{ "extractors", .type = FIELD_MAP, .item = FIELD_ANY, .read = read_extracts,
		.doc = "what is kept of the response: name and JSONPath" },
	{ "accept_status", .type = FIELD_LIST, .item = FIELD_TEXT, .read = read_statuses,
		.missing_is = "none from 400 on",
		.doc = "statuses that are no error: `404`, `4xx`" },
	{ "on_error", .type = FIELD_ANY, .read = read_on_error, .missing_is = "`fail`",
		.doc = "`fail`, `continue`, or `{ RetryN: 3 }`" },
	{ "retry", .type = FIELD_STRUCT, .sub = &retry_schema, .offset = 0,
		.size = sizeof(struct mflow_step), .doc = "how often a failed call is made again" },
	{ "timeout", .type = FIELD_TEXT, .read = read_ms, INTO(struct mflow_step, timeout_ms),
		.missing_is = "`15s`", .doc = "the longest that one call may take" },
	{ "when", .type = FIELD_TEXT, .read = keep_node, INTO(struct mflow_step, when),
		.missing_is = "always",
		.doc = "a condition: where it is false the step is skipped" },
	{ "for_each", .type = FIELD_STRUCT, .flags = FIELD_NOT_NULL, .sub = &each_schema,
		.offset = 0, .size = sizeof(struct mflow_step),
		.doc = "the step is run for each element of a list" },
};

static void one_of(struct shape *s, struct span at, struct span other, const char *label)
{
	shape_report(
		s, (struct diag){ AEG_step_overlap, at, .label = label, .other = other,
			   .other_label = "this says it already", .help = "keep one of them" });
}

static void step_finish(struct shape *s, struct value v, void *out)
{
	struct mflow_step *step = out;
	bool method = step->method.text.at != NULL, path = step->path.text.at != NULL;
	if (shape_unread(s, "operation_id") || shape_unread(s, "method") || shape_unread(s, "path"))
		return;
	if (step->operation.text.at != NULL && (method || path))
		one_of(s, method ? step->method.at : step->path.at, step->operation.at,
			"an operation is named by its id, or by method and path");
	else if (method != path)
		refuse(s, AEG_missing_field,
			(struct value){ v.node, method ? step->method.at : step->path.at },
			method ? "`path` is missing beside it" : "`method` is missing beside it",
			NULL);
	else if (!method && step->operation.text.at == NULL)
		refuse(s, AEG_missing_field, v, "`operation_id` is missing here",
			"`operation_id: getCustomer`, or `method: GET` and `path: /customers/{id}`");
	const struct member *retry = syntax_member(v.node, "retry");
	if (!span_is_none(step->retries_at) && retry != NULL)
		one_of(s, retry->key_span, step->retries_at, "how often a call is made again");
	if (step->body != NULL && step->body_template != NULL)
		one_of(s, step->body_template->span, step->body->span, "a step has one body");
}

static const struct schema step_schema = { "a step", "one call of an operation",
	FIELDS(step_fields), step_finish };

static void unique_name(struct shape *s, struct map *names, const struct mflow *f, uint32_t i)
{
	const struct mtext *name = &f->steps[i].name;
	uint32_t first = name->text.at == NULL ? MAP_NONE : map_put(names, name->text, i);
	if (first != MAP_NONE)
		shape_report(
			s, (struct diag){ AEG_duplicate_step, name->at,
				   .label = "a second step of this name",
				   .other = f->steps[first].name.at, .other_label = "the first" });
}

static void read_steps(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mflow *flow = out;
	struct map names = { .arena = s->d->arena };
	uint32_t n = shape_items(v.node);
	(void)f;
	if (n == 0 || n > MOST_STEPS) {
		refuse(s, AEG_out_of_range, v, "a workflow has 1 to 256 steps", NULL);
		return;
	}
	flow->steps = arena_array(s->d->arena, struct mflow_step, n);
	for (uint32_t i = 0; i < n; i++) {
		struct value item = shape_item(v.node, i);
		flow->steps[i] = (struct mflow_step){ .at = item.at,
			.retries_at = SPAN_NONE,
			.backoff_ms = DEFAULT_BACKOFF_MS,
			.timeout_ms = DEFAULT_STEP_MS,
			.item = { SLICE("item"), item.at } };
		shape_struct(s, &step_schema, item, &flow->steps[i]);
		flow->nsteps++;
		unique_name(s, &names, flow, i);
	}
}

/* ---- The document -------------------------------------------------------------------------- */

static void read_input_schema(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mflow *flow = out;
	const struct member *type;
	(void)f;
	flow->input_schema = v.node;
	flow->input_schema_at = v.at;
	type = v.node->kind == NODE_MAP ? syntax_member(v.node, "type") : NULL;
	if (type == NULL || type->value->kind != NODE_STRING ||
		!slice_is(type->value->u.text, "object"))
		refuse(s, AEG_bad_input_schema, type == NULL ? v : shape_member(type),
			"a tool's arguments are an object", "write `type: object`");
}

static const struct field spec_fields[] = {
	{ "description", .type = FIELD_TEXT, .flags = FIELD_REQUIRED,
		INTO(struct mflow, description),
		.doc = "what the tool does, for who chooses among tools" },
	{ "api_spec", .older = "api_spec_id", .type = FIELD_TEXT, .flags = FIELD_REQUIRED,
		INTO(struct mflow, spec), .doc = "the ApiSpec whose operations are called" },
	{ "input_schema", .type = FIELD_ANY, .flags = FIELD_REQUIRED, .read = read_input_schema,
		.doc = "a JSON Schema of the tool's arguments, of type object" },
	{ "steps", .type = FIELD_LIST, .item = FIELD_STRUCT, .sub = &step_schema,
		.flags = FIELD_REQUIRED, .read = read_steps, .doc = "calls, one after the other" },
	{ "timeout", .type = FIELD_TEXT, .read = read_ms, INTO(struct mflow, total_ms),
		.missing_is = "`1m`", .doc = "the longest that all of it may take" },
	{ "result", .type = FIELD_ANY, .read = keep_node, INTO(struct mflow, result),
		.missing_is = "the last response",
		.doc = "what the tool answers: a value whose texts are templates" },
	{ "name", .type = FIELD_GONE, .doc = "the tool's name is `metadata.name`" },
};
static const struct schema spec_schema = { "the spec of a ToolWorkflow", "the calls themselves",
	FIELDS(spec_fields) };

bool tool_workflow_name(struct shape *s, struct value v, struct mtext *io)
{
	struct mpattern p = { 0 };
	pattern_read(s, v, &p);
	if (p.poison)
		return false;
	(void)io;
	return p.form == PATTERN_EXACT || refuse(s, AEG_bad_step_name, v, "a pattern is no tool",
						  "write the whole name: `crm.invoices`");
}

static const struct field metadata_fields[] = {
	{ "name", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .entry = tool_workflow_name,
		INTO(struct mflow, name), .doc = "the name of the tool" },
	VERSION_FIELD,
	LABEL_FIELDS,
};
static const struct schema metadata_schema = { "the metadata of a ToolWorkflow", "its name",
	FIELDS(metadata_fields) };

static const struct field document_fields[] = {
	ENVELOPE_FIELDS,
	{ "metadata", .type = FIELD_STRUCT, .flags = FIELD_REQUIRED, .sub = &metadata_schema,
		.doc = "its name" },
	{ "spec", .type = FIELD_STRUCT, .flags = FIELD_REQUIRED, .sub = &spec_schema,
		.doc = "the calls themselves" },
};
const struct schema tool_workflow_schema = { "a ToolWorkflow document",
	"several HTTP calls as one tool", FIELDS(document_fields) };

void tool_workflow_read(struct shape *s, struct value root)
{
	struct mflow f = { .at = root.at, .total_ms = DEFAULT_TOTAL_MS, .file = root.at.file };
	uint32_t before = shape_lost(s);
	shape_struct(s, &tool_workflow_schema, root, &f);
	f.broken = shape_lost(s) != before;
	arena_push(s->d->arena, s->m->flows, s->m->nflows, &s->flows_cap);
	s->m->flows[s->m->nflows++] = f;
}
