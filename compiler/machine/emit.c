/* Writes section MACHINES: workflows as tables, and what their states have to do as JSON with
 * templates in it. */
#include <stdlib.h>

#include "machine/machine.h"
#include "machine/section.h"

/* ---- Numbers ------------------------------------------------------------------------------- */

/* In billionths. What lies further out than any score is as far out as the next best number. */
static struct aeg_le32 score(double x)
{
	double most = 2, v = x > most ? most : x < -most ? -most : x;
	return aeg_st32((uint32_t)(int32_t)(v * AEGF_SCORE_ONE + (v < 0 ? -0.5 : 0.5)));
}

static struct aeg_le32 ms(uint64_t n)
{
	return aeg_st32(n > UINT32_MAX ? UINT32_MAX : (uint32_t)n);
}

/* Weights count among each other alone: by a power of ten the largest comes near to what there is
 * room for. */
static double weight_scale(double most)
{
	double scale = 1;
	if (most <= 0)
		return scale;
	while (most * scale > AEGF_MAX_WEIGHT)
		scale /= 10;
	while (most * scale * 10 <= AEGF_MAX_WEIGHT)
		scale *= 10;
	return scale;
}

/* ---- Tasks --------------------------------------------------------------------------------- */

static void task(
	struct section *s, struct slice name, double weight, uint64_t timeout, uint32_t first)
{
	struct aegf_list fragments = section_fragments(s, first);
	SECTION_ROW(s, TASKS, struct aegf_task,
		{ section_bytes(s, name), fragments, aeg_st32((uint32_t)(weight + 0.5)),
			ms(timeout) });
}

static void flag(struct section *s, const char *name, bool is)
{
	if (!is)
		return;
	section_name(s, name);
	section_json(s, "true");
}

static void number(struct section *s, const char *name, uint64_t n)
{
	if (n == 0)
		return;
	section_name(s, name);
	buf_printf(&s->json, "%llu", (unsigned long long)n);
}

/* A name that is known: one with holes is not. */
static struct slice known_name(struct slice t)
{
	for (uint32_t i = 0; i + 1 < t.len; i++)
		if (t.at[i] == '{' && t.at[i + 1] == '{')
			return SLICE("");
	return t;
}

static void agent_task(struct section *s, const struct mstate *x)
{
	uint32_t first = SECTION_COUNT(s, FRAGMENTS);
	section_json(s, "{");
	section_text(s, "agent", &x->agent, SECTION_TEXT);
	section_node(s, "input", x->input, SECTION_TEXT);
	section_node(s, "intent", x->intent, SECTION_TEXT);
	section_text(s, "isolation", &x->isolation, SECTION_TEXT);
	number(s, "max_iterations", x->max_iterations);
	section_node(s, "pre_execution_validator", x->validator, SECTION_TEXT);
	section_json(s, "}");
	task(s, known_name(x->agent.text), 1, 0, first);
}

static void branch_task(struct section *s, const struct mbranch *x, double scale)
{
	uint32_t first = SECTION_COUNT(s, FRAGMENTS);
	section_json(s, "{");
	section_text(s, "agent", &x->agent, SECTION_TEXT);
	section_node(s, "input", x->input, SECTION_TEXT);
	number(s, "poll_interval_ms", x->poll_ms);
	section_json(s, "}");
	task(s, known_name(x->agent.text), x->weight * scale, x->timeout_ms, first);
}

static void judge_task(struct section *s, const struct mstate_judge *x, double scale)
{
	uint32_t first = SECTION_COUNT(s, FRAGMENTS);
	section_json(s, "{");
	section_text(s, "agent", &x->agent, SECTION_TEXT);
	section_node(s, "input", x->input_template, SECTION_TEXT);
	if (x->input_template == NULL) { /* what the judged one gave */
		section_name(s, "input");
		section_put(s, SLICE("{{state_output.output}}"), x->at, SECTION_VALUE);
	}
	section_json(s, "}");
	task(s, x->agent.text, x->weight * scale, 0, first);
}

static void system_task(struct section *s, const struct mstate *x)
{
	uint32_t first = SECTION_COUNT(s, FRAGMENTS);
	section_json(s, "{");
	section_node(s, "command", x->command, SECTION_SHELL);
	section_node(s, "env", x->env, SECTION_TEXT);
	section_node(s, "workdir", x->workdir, SECTION_TEXT);
	section_json(s, "}");
	task(s, SLICE(""), 1, 0, first);
}

static void human_task(struct section *s, const struct mstate *x)
{
	uint32_t first = SECTION_COUNT(s, FRAGMENTS);
	section_json(s, "{");
	section_node(s, "prompt", x->prompt, SECTION_TEXT);
	if (x->default_response.text.at != NULL) {
		section_name(s, "default_response");
		buf_json_string(&s->json, x->default_response.text);
	}
	section_json(s, "}");
	task(s, SLICE(""), 1, 0, first);
}

static void workflow_task(struct section *s, const struct mstate *x)
{
	uint32_t first = SECTION_COUNT(s, FRAGMENTS);
	section_json(s, "{");
	section_text(s, "workflow_id", &x->workflow, SECTION_TEXT);
	section_node(s, "input", x->input, SECTION_TEXT);
	section_json(s, "}");
	task(s, known_name(x->workflow.text), 1, 0, first);
}

/* ---- Containers ---------------------------------------------------------------------------- */

/* Words of a command; one that a shell reads is for it, and where it reads all of them they are one
 * line. */
static void words(struct section *s, const struct node *list, bool shell)
{
	uint32_t n = list->u.list.n, script = command_script(list);
	struct buf line = { .arena = s->d->arena };
	section_name(s, "command");
	section_json(s, "[");
	for (uint32_t i = 0; i < n; i++) {
		const struct node *word = list->u.list.v[i];
		buf_text(&line, i == 0 ? "" : " ");
		buf_slice(&line, word->u.text);
		if (shell && script == n)
			continue;
		section_json(s, i == 0 ? "" : ",");
		section_put(
			s, word->u.text, word->span, i == script ? SECTION_SHELL : SECTION_TEXT);
	}
	if (shell && script == n)
		section_put(s, buf_done(&line), list->span, SECTION_SHELL);
	section_json(s, "]");
	flag(s, "shell", shell && script == n);
}

static void mounts(struct section *s, const struct mcontainer *c)
{
	if (c->nmounts == 0)
		return;
	section_name(s, "volumes");
	section_json(s, "[");
	for (uint32_t i = 0; i < c->nmounts; i++) {
		section_json(s, i == 0 ? "{" : ",{");
		section_text(s, "name", &c->mounts[i].name, SECTION_TEXT);
		section_text(s, "mount_path", &c->mounts[i].path, SECTION_TEXT);
		flag(s, "read_only", c->mounts[i].read_only);
		section_json(s, "}");
	}
	section_json(s, "]");
}

static void container_task(struct section *s, const struct mcontainer *c)
{
	uint32_t first = SECTION_COUNT(s, FRAGMENTS);
	section_json(s, "{");
	section_text(s, "name", &c->name, SECTION_TEXT);
	section_node(s, "image", c->image, SECTION_TEXT);
	words(s, c->command, c->shell);
	section_node(s, "env", c->env, SECTION_TEXT);
	section_node(s, "workdir", c->workdir, SECTION_TEXT);
	section_text(s, "image_pull_policy", &c->pull_policy, SECTION_TEXT);
	mounts(s, c);
	number(s, "cpu_millicores", c->cpu);
	number(s, "memory_bytes", c->memory);
	section_text(s, "registry_credentials", &c->credentials, SECTION_TEXT);
	flag(s, "read_only_root_filesystem", c->read_only_root);
	section_text(s, "run_as_user", &c->user, SECTION_TEXT);
	section_text(s, "network_mode", &c->network, SECTION_TEXT);
	section_json(s, "}");
	task(s, c->name.text, 1, c->timeout_ms, first);
}

/* ---- Handlers ------------------------------------------------------------------------------ */

/* As it is written, with its templates; what is missing where the output goes is the output. */
static void handler_task(struct section *s, const struct mhandler *h)
{
	uint32_t first = SECTION_COUNT(s, FRAGMENTS);
	const struct node *map = h->node;
	const struct member *headers = syntax_member(map, "headers");
	bool json = handler_sends_json(headers == NULL ? NULL : headers->value);
	section_json(s, "{");
	for (uint32_t i = 0; i < map->u.map.n; i++) {
		const struct member *m = &map->u.map.v[i];
		bool command = slice_is(m->key, "command") && m->value->kind == NODE_LIST;
		if (slice_is(m->key, "required") || slice_is(m->key, "timeout_seconds"))
			continue;
		if (command)
			words(s, m->value, false);
		else
			section_node(s, buf_copy(s->d->arena, m->key).at, m->value,
				slice_is(m->key, "url")                     ? SECTION_URL
				: slice_is(m->key, "arguments")             ? SECTION_VALUE
				: slice_is(m->key, "body_template") && json ? SECTION_JSON
									    : SECTION_TEXT);
	}
	if ((h->kind == HANDLER_AGENT && syntax_member(map, "input_template") == NULL) ||
		(h->kind == HANDLER_WEBHOOK && syntax_member(map, "body_template") == NULL)) {
		section_name(s, h->kind == HANDLER_AGENT ? "input_template" : "body_template");
		section_put(s, SLICE("{{output}}"), h->at, SECTION_TEXT);
	}
	section_json(s, "}");
	task(s, SLICE(""), 1,
		h->timeout_ms != 0           ? h->timeout_ms
		: h->kind == HANDLER_WEBHOOK ? 30000
					     : 300000,
		first);
}

/* ---- States -------------------------------------------------------------------------------- */

static void own_tasks(struct section *s, const struct mstate *x)
{
	double most = 0;
	switch (x->kind) {
	case AEG_STATE_AGENT: agent_task(s, x); return;
	case AEG_STATE_SYSTEM: system_task(s, x); return;
	case AEG_STATE_HUMAN: human_task(s, x); return;
	case AEG_STATE_SUBWORKFLOW: workflow_task(s, x); return;
	case AEG_STATE_CONTAINER:
	case AEG_STATE_PARALLEL_CONTAINERS:
		for (uint32_t i = 0; i < x->ncontainers; i++)
			container_task(s, &x->containers[i]);
		return;
	case AEG_STATE_PARALLEL_AGENTS:
		for (uint32_t i = 0; i < x->nbranches; i++)
			most = x->branches[i].weight > most ? x->branches[i].weight : most;
		for (uint32_t i = 0; i < x->nbranches; i++)
			branch_task(s, &x->branches[i], weight_scale(most));
		return;
	case AEG_NSTATE_KINDS: return;
	}
}

static struct aegf_list tasks(struct section *s, const struct mstate *x)
{
	uint32_t first = SECTION_COUNT(s, TASKS);
	double most = 0;
	own_tasks(s, x);
	for (uint32_t i = 0; i < x->njudges; i++)
		most = x->judges[i].weight > most ? x->judges[i].weight : most;
	for (uint32_t i = 0; i < x->njudges; i++)
		judge_task(s, &x->judges[i], weight_scale(most));
	if (x->handler.kind != HANDLER_NONE)
		handler_task(s, &x->handler);
	return section_list(first, SECTION_COUNT(s, TASKS));
}

/* What it is about, in a word or a few. */
static struct slice subject(struct section *s, const struct mstate *x)
{
	struct buf b = { .arena = s->d->arena };
	const struct node *n = x->kind == AEG_STATE_SYSTEM  ? x->command
			       : x->kind == AEG_STATE_HUMAN ? x->prompt
							    : NULL;
	struct slice t = n != NULL                          ? n->u.text
			 : x->kind == AEG_STATE_SUBWORKFLOW ? x->workflow.text
							    : x->agent.text;
	if (t.at != NULL)
		buf_slice(&b, t);
	for (uint32_t i = 0; i < x->nbranches; i++) {
		buf_text(&b, i == 0 ? "" : ", ");
		buf_slice(&b, x->branches[i].agent.text);
	}
	for (uint32_t i = 0; i < x->ncontainers; i++) {
		buf_text(&b, i == 0 ? "" : ", ");
		buf_slice(&b, x->kind == AEG_STATE_CONTAINER ? x->containers[i].image->u.text
							     : x->containers[i].name.text);
	}
	return buf_done(&b);
}

static uint32_t state_named(const struct mmachine *m, struct slice name)
{
	uint32_t i = 0;
	while (i < m->nstates && !slice_eq(m->states[i].name.text, name))
		i++;
	return i;
}

static bool is_between(const struct mtransition *t) { return t->when == AEG_WHEN_SCORE_BETWEEN; }

static void transition(struct section *s, const struct mmachine *m, const struct mtransition *t)
{
	struct aeg_le32 none = aeg_st32(AEGF_NONE);
	const struct node *f = t->feedback, *x = t->expression;
	bool custom = t->when == AEG_WHEN_CUSTOM;
	struct slice value = custom ? x->u.text : t->value.text;
	SECTION_ROW(s, TRANSITIONS, struct aegf_transition,
		{ aeg_st32(t->when), aeg_st32(state_named(m, t->target.text)),
			f == NULL ? none : section_template(s, f->u.text, f->span, SECTION_TEXT),
			score(is_between(t) ? t->min : t->threshold),
			score(is_between(t) ? t->max : t->agreement), aeg_st32((uint32_t)t->code),
			section_bytes(s, value.at == NULL ? SLICE("") : value),
			custom ? section_template(s, x->u.text, x->span, SECTION_CONDITION)
			       : none });
}

static void state(struct section *s, const struct mmachine *m, const struct mstate *x)
{
	const struct mconsensus *c = &x->consensus;
	const struct mcontainer *run = x->kind == AEG_STATE_CONTAINER ? x->containers : NULL;
	uint32_t first = SECTION_COUNT(s, TRANSITIONS);
	struct slice text =
		x->kind == AEG_STATE_HUMAN ? x->default_response.text : x->result_key.text;
	for (uint32_t i = 0; i < x->ntransitions; i++)
		transition(s, m, &x->transitions[i]);
	struct aegf_state row = { .name = section_bytes(s, x->name.text),
		.kind = (uint8_t)x->kind,
		.strategy = (uint8_t)c->strategy,
		.completion = (uint8_t)x->completion,
		.flags = (uint8_t)((x->kind == AEG_STATE_SUBWORKFLOW && !x->blocking
						   ? AEGF_STATE_DETACHED
						   : 0) |
				   (x->handler.kind != HANDLER_NONE && x->handler.required
						   ? AEGF_STATE_REQUIRED
						   : 0) |
				   (x->default_response.text.at != NULL ? AEGF_STATE_DEFAULT : 0)),
		.subject = section_bytes(s, subject(s, x)),
		.transitions = section_list(first, SECTION_COUNT(s, TRANSITIONS)),
		.tasks = tasks(s, x),
		.njudges = aeg_st32(x->njudges),
		.nhandlers = aeg_st32(x->handler.kind != HANDLER_NONE),
		.max_visits = aeg_st32(x->max_visits),
		.timeout_ms = ms(x->timeout_ms),
		.retries = aeg_st32(run == NULL ? 0 : run->retries),
		.backoff_ms = ms(run == NULL ? 0 : run->backoff_ms),
		.threshold = score(c->has_threshold ? c->threshold : 0.7),
		.best = aeg_st32(c->n),
		.least = aeg_st32(c->stated ? c->min_judges : 0),
		.agreement_factor = score(c->stated ? c->agreement_factor : 0.7),
		.self_factor = score(c->stated ? c->self_factor : 0.3),
		.text = section_bytes(s, text.at == NULL ? SLICE("") : text) };
	buf_add(&s->table[AEGF_M_STATES].b, &row, sizeof row);
	s->table[AEGF_M_STATES].n++;
}

/* ---- Workflows ----------------------------------------------------------------------------- */

static struct slice constants(struct section *s, const struct node *context)
{
	struct buf b = { .arena = s->d->arena };
	if (context != NULL)
		syntax_dump(&b, context);
	return buf_done(&b);
}

static void machine(struct section *s, const struct mmachine *m)
{
	uint32_t first = SECTION_COUNT(s, STATES), result = SECTION_COUNT(s, FRAGMENTS);
	struct aegf_machine row = { .name = section_bytes(s, m->name.text),
		.version = section_bytes(
			s, m->version.text.at == NULL ? SLICE("1.0.0") : m->version.text),
		.description = section_bytes(
			s, m->description.text.at == NULL ? SLICE("") : m->description.text),
		.initial = aeg_st32(state_named(m, m->initial.text)),
		.max_transitions = aeg_st32(m->max_transitions),
		.context = section_bytes(s, constants(s, m->context)),
		.workspace = section_bytes(s, m->workspace_key.text),
		.input = section_schema(s, m->input_schema),
		.output = section_schema(s, m->output_schema) };
	if (m->output_template != NULL)
		section_value(s, m->output_template, SECTION_VALUE);
	row.result = section_fragments(s, result);
	for (uint32_t i = 0; i < m->nstates; i++)
		state(s, m, &m->states[i]);
	row.states = section_list(first, SECTION_COUNT(s, STATES));
	buf_add(&s->table[AEGF_M_MACHINES].b, &row, sizeof row);
	s->table[AEGF_M_MACHINES].n++;
}

static uint32_t digits(struct slice t, uint32_t from)
{
	uint32_t i = from;
	while (i < t.len && t.at[i] >= '0' && t.at[i] <= '9')
		i++;
	return i;
}

/* Numbers in them count as numbers; what `-` adds is before what it is added to: 1.2.0-rc.1 before
 * 1.2.0 before 1.10.0. What is left equal differs in zeros alone and is ordered as text. */
static int version_cmp(struct slice a, struct slice b)
{
	uint32_t i = 0, k = 0;
	while (i < a.len && k < b.len) {
		uint32_t x = digits(a, i), y = digits(b, k);
		while (x > i + 1 && a.at[i] == '0')
			i++;
		while (y > k + 1 && b.at[k] == '0')
			k++;
		if (x != i && y != k && x - i != y - k)
			return x - i < y - k ? -1 : 1;
		if (a.at[i] != b.at[k])
			return (unsigned char)a.at[i] < (unsigned char)b.at[k] ? -1 : 1;
		i++, k++;
	}
	if (i < a.len)
		return a.at[i] == '-' ? -1 : 1;
	if (k < b.len)
		return b.at[k] == '-' ? 1 : -1;
	return slice_cmp(a, b);
}

static int by_name(const void *a, const void *b)
{
	const struct mmachine *const *x = a, *const *y = b;
	int d = slice_cmp((*x)->name.text, (*y)->name.text);
	return d != 0 ? d : version_cmp((*x)->version.text, (*y)->version.text);
}

struct slice machine_emit(struct diags *d, const struct mmachine *v, uint32_t n)
{
	const struct mmachine **order = arena_array(d->arena, const struct mmachine *, n + 1);
	struct section s;
	uint32_t errors = d->errors;
	if (n == 0)
		return (struct slice){ 0 };
	for (uint32_t i = 0; i < n; i++)
		order[i] = &v[i];
	qsort(order, n, sizeof *order, by_name);
	section_init(&s, d);
	for (uint32_t i = 0; i < n; i++)
		machine(&s, order[i]);
	return d->errors == errors ? section_done(&s) : (struct slice){ 0 };
}
