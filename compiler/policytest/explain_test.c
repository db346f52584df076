/*
 * Every suggestion, made, must turn the denial into an allowed call: random calls on random models;
 * changes of the call are decided by libaegis, changes of the policy by the naive evaluator
 * and, some of them, by a bundle made anew. Each change is made as it says to the policy as it is
 * spelled.
 */
#include "cli/explain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "emit/emit.h"
#include "prove/world_test.h"

enum { MODELS = 1000, CALLS = 500 };

static struct aeg_str str(struct slice s) { return (struct aeg_str){ s.at, s.len }; }

static struct aeg_bundle compile(struct world *w, const struct model *m)
{
	const struct emit_options options = { .serial = 1 };
	struct slice bundle = emit_bundle(&w->diags, ir_lower(&w->diags, m, &w->names), &options);
	struct aeg_bundle ret;

	assert_int_equal(w->diags.errors, 0);
	assert_int_equal(aeg_bundle_check(&ret, bundle.at, bundle.len), AEG_OK);
	return ret;
}

/* ---- Changing the call ---------------------------------------------------------------------- */

static uint32_t element_of(const struct aeg_json *j, uint32_t list, uint32_t index)
{
	uint32_t at = list + 1;

	assert_int_equal(args_kind(j, list), AEG_JSON_ARRAY);
	for (; index > 0; index--)
		at = j->tok[at].next;
	assert_true(at < j->tok[list].next);
	return at;
}

static const struct aeg_json *change_argument(
	struct world *w, const struct aeg_json *j, const struct change *c)
{
	if (j == NULL || args_kind(j, 0) == AEG_JSON_NULL)
		j = args_scan(&w->arena, SLICE("{}"));
	uint32_t token = aeg_json_member(j, 0, str(c->name));
	if (c->kind == CHANGE_LEAVE_OUT) {
		assert_int_not_equal(token, AEG_NONE);
		return args_remove(&w->arena, j, token);
	}
	if (c->index != AEG_NONE)
		token = element_of(j, token, c->index);
	if (token == AEG_NONE)
		return args_add(&w->arena, j, c->name, c->value);
	return args_replace(&w->arena, j, token, c->value);
}

static void change_call(struct world *w, struct aeg_call *call, const struct change *c)
{
	switch (c->kind) {
	case CHANGE_CONTEXT: call->context = aeg_context_find(&w->bundle, str(c->value)); break;
	case CHANGE_TOOL: call->tool = str(c->value); break;
	case CHANGE_ARGUMENTS: call->args = args_scan(&w->arena, c->value); break;
	case CHANGE_ARGUMENT:
	case CHANGE_LEAVE_OUT: call->args = change_argument(w, call->args, c); break;
	case CHANGE_WAIT:
	case CHANGE_RELEASE:
	case CHANGE_ADD_PATH:
	case CHANGE_ADD_COMMAND:
	case CHANGE_SET_COMMANDS:
	case CHANGE_ADD_DOMAIN:
	case CHANGE_ADD_CAPABILITY:
	case CHANGE_REMOVE_DENY:
	case CHANGE_RATE:
	case CHANGE_CONCURRENT: fail_msg("no change of a call: %d", (int)c->kind);
	}
}

/* ---- Changing the policy -------------------------------------------------------------------- */

static void append(struct world *w, struct mlist *list, struct slice entry)
{
	struct mtext *v = arena_array(&w->arena, struct mtext, list->n + 1);

	assert_true(list->stated);
	for (uint32_t i = 0; i < list->n; i++)
		v[i] = list->v[i];
	v[list->n++] = text(entry);
	list->v = v;
}

/* The row of @command in the map of @cap, which becomes its own; made where there is none: no list
 * yet, so that an entry can be added to it. */
static struct mcommand *row_of(struct world *w, struct mcap *cap, struct slice command)
{
	struct mcommand *v = arena_array(&w->arena, struct mcommand, cap->nsubcommand_map + 1);

	for (uint32_t i = 0; i < cap->nsubcommand_map; i++)
		v[i] = cap->subcommand_map[i];
	cap->subcommand_map = v;
	for (uint32_t i = 0; i < cap->nsubcommand_map; i++)
		if (slice_eq(v[i].command.text, command))
			return &v[i];
	v += cap->nsubcommand_map++;
	*v = (struct mcommand){ .command = text(command), .subcommands.stated = true };
	return v;
}

static bool has(const struct mlist *list, struct slice entry)
{
	for (uint32_t i = 0; i < list->n; i++)
		if (slice_eq(list->v[i].text, entry))
			return true;
	return false;
}

/* As the change says, in the spelling that is there. */
static void add_command(struct world *w, struct mcap *cap, const struct change *c)
{
	if (cap->commands.stated && !has(&cap->commands, c->value))
		append(w, &cap->commands, c->value);
	if (cap->subcommand_form == SUBCOMMANDS_LIST && c->name.at != NULL &&
		!has(&cap->subcommand_list, c->name))
		append(w, &cap->subcommand_list, c->name);
	if (cap->subcommand_form != SUBCOMMANDS_MAP)
		return;
	struct mcommand *row = row_of(w, cap, c->value);
	if (c->name.at == NULL)
		row->subcommands.n = 0;
	else if (!has(&row->subcommands, c->name))
		append(w, &row->subcommands, c->name);
	row->any = row->subcommands.n == 0;
}

static struct mlist json_list(struct world *w, const struct aeg_json *j, uint32_t list)
{
	struct mlist ret = { .stated = true, .at = SPAN_NONE };

	assert_int_equal(args_kind(j, list), AEG_JSON_ARRAY);
	for (uint32_t i = list + 1; i < j->tok[list].next; i = j->tok[i].next) {
		uint32_t len = j->tok[i].len;
		char *v = arena_array(&w->arena, char, len + 1);
		append(w, &ret, (struct slice){ v, (uint32_t)aeg_json_unescape(j, i, v, len) });
	}
	return ret;
}

/* Whatever the spelling was, these are both lists. */
static void set_commands(struct world *w, struct mcap *cap, const struct change *c)
{
	const struct aeg_json *map = args_scan(&w->arena, c->value);

	cap->commands = json_list(w, args_scan(&w->arena, c->name), 0);
	cap->subcommand_form = SUBCOMMANDS_MAP;
	cap->subcommand_map = NULL;
	cap->nsubcommand_map = 0;
	for (uint32_t i = 0; i < cap->commands.n; i++) {
		struct mcommand *row = row_of(w, cap, cap->commands.v[i].text);
		assert_int_equal(cap->nsubcommand_map, i + 1); /* each is there once */
		uint32_t list = aeg_json_member(map, 0, str(row->command.text));
		assert_int_not_equal(list, AEG_NONE);
		row->subcommands = json_list(w, map, list);
		row->any = row->subcommands.n == 0;
	}
}

static void add_capability(struct world *w, struct mcontext *context, struct slice tool)
{
	struct mcap *v = arena_array(&w->arena, struct mcap, context->ncaps + 1);

	for (uint32_t i = 0; i < context->ncaps; i++)
		v[i] = context->caps[i];
	v[context->ncaps++] = (struct mcap){ .at = SPAN_NONE,
		.pattern = { .written = text(tool), .stem = tool, .form = PATTERN_EXACT } };
	context->caps = v;
}

/* Of deny entries only the mark that they are gone: later changes name the rest by their number. */
static void change_policy(
	struct world *w, struct mcontext *context, const struct change *c, bool *gone)
{
	struct mcap *cap = c->rule < context->ncaps ? &context->caps[c->rule] : NULL;

	switch (c->kind) {
	case CHANGE_ADD_PATH: append(w, &cap->paths, c->value); break;
	case CHANGE_ADD_DOMAIN: append(w, &cap->domains, c->value); break;
	case CHANGE_ADD_COMMAND: add_command(w, cap, c); break;
	case CHANGE_SET_COMMANDS: set_commands(w, cap, c); break;
	case CHANGE_ADD_CAPABILITY: add_capability(w, context, c->value); break;
	case CHANGE_REMOVE_DENY:
		assert_true(c->rule < context->ndeny);
		gone[c->rule] = true;
		break;
	case CHANGE_CONTEXT:
	case CHANGE_TOOL:
	case CHANGE_ARGUMENTS:
	case CHANGE_ARGUMENT:
	case CHANGE_LEAVE_OUT:
	case CHANGE_WAIT:
	case CHANGE_RELEASE:
	case CHANGE_RATE:
	case CHANGE_CONCURRENT: fail_msg("no change of this policy: %d", (int)c->kind);
	}
}

static struct mcontext copy_context(struct world *w, const struct mcontext *context)
{
	struct mcontext copy = *context;

	copy.caps = arena_array(&w->arena, struct mcap, copy.ncaps);
	for (uint32_t i = 0; i < copy.ncaps; i++)
		copy.caps[i] = context->caps[i];
	return copy;
}

static void without(struct world *w, struct mcontext *context, const bool *gone)
{
	struct mpattern *v = arena_array(&w->arena, struct mpattern, context->ndeny);
	uint32_t n = 0;

	for (uint32_t i = 0; i < context->ndeny; i++)
		if (!gone[i])
			v[n++] = context->deny[i];
	context->deny = v;
	context->ndeny = n;
}

/* ---- Making suggestions ---------------------------------------------------------------------- */

struct tally {
	uint64_t denied[AEG_REASON_MAX], call, policy, both;
	uint64_t set, in_list, several; /* of commands: both lists, the one list, two or more */
};

static void explain_failed(struct world *w, const struct aeg_call *was, const struct aeg_call *call,
	const struct suggestion *s, const char *why)
{
	struct buf out = new_text(w);

	if (was->args != NULL)
		buf_add(&out, was->args->text, was->args->len);
	buf_text(&out, "\n ");
	explain_suggestion_text(&out, &w->bundle, s);
	buf_text(&out, "\n gives ");
	buf_add(&out, call->tool.at, call->tool.len);
	buf_text(&out, " ");
	if (call->args != NULL)
		buf_add(&out, call->args->text, call->args->len);
	fail_msg("%s in %.*s: tool %.*s args %s", why, SLICE_ARG(w->near->name.text),
		(int)was->tool.len, was->tool.at, buf_done(&out).at);
}

static const struct mcontext *context_of(struct world *w, uint32_t context)
{
	struct aeg_context_info info = { .size_of = sizeof info };

	aeg_context_info(&w->bundle, context, &info);
	for (uint32_t i = 0; i < w->model.ncontexts; i++)
		if (slice_eq(w->model.contexts[i].name.text,
			    (struct slice){ info.name.at, info.name.len }))
			return &w->model.contexts[i];
	return NULL;
}

/* What a bundle says that is made of the model with @context in the place of that of its name. */
static struct aeg_verdict decide_compiled(
	struct world *w, const struct mcontext *context, struct aeg_call call)
{
	struct model m = w->model;
	struct aeg_verdict v;

	m.contexts = arena_array(&w->arena, struct mcontext, m.ncontexts);
	for (uint32_t i = 0; i < m.ncontexts; i++)
		m.contexts[i] = slice_eq(w->model.contexts[i].name.text, context->name.text)
					? *context
					: w->model.contexts[i];
	struct aeg_bundle b = compile(w, &m);
	call.context = aeg_context_find(&b, str(context->name.text));
	assert_int_equal(aeg_decide(&b, &call, &v), AEG_OK);
	return v;
}

static void count_commands(
	const struct mcontext *context, const struct suggestion *s, struct tally *tally)
{
	uint32_t n = 0;

	for (size_t i = 0; i < s->changes.n; i++) {
		const struct change *c = &s->changes.v[i];
		tally->set += c->kind == CHANGE_SET_COMMANDS;
		if (c->kind != CHANGE_ADD_COMMAND)
			continue;
		tally->in_list += context->caps[c->rule].subcommand_form == SUBCOMMANDS_LIST;
		tally->several += ++n == 2;
	}
}

static void make(struct world *w, const struct aeg_call *was, const struct suggestion *s,
	struct tally *tally)
{
	struct aeg_call call = *was;
	struct aeg_verdict v;
	bool gone[8] = { false };

	assert_true(s->changes.n > 0);
	for (size_t i = 0; i < s->changes.n; i++)
		if (change_is_of_call(s->changes.v[i].kind))
			change_call(w, &call, &s->changes.v[i]);
	assert_int_not_equal(call.context, AEG_NONE);
	assert_int_equal(call.context, s->context);
	if (!s->policy) {
		tally->call++;
		assert_int_equal(aeg_decide(&w->bundle, &call, &v), AEG_OK);
		if (v.kind != AEG_ALLOW)
			explain_failed(w, was, &call, s, aeg_reason_name(v.reason));
		return;
	}
	struct mcontext context = copy_context(w, context_of(w, call.context));
	for (size_t i = 0; i < s->changes.n; i++)
		if (!change_is_of_call(s->changes.v[i].kind))
			change_policy(w, &context, &s->changes.v[i], gone);
	without(w, &context, gone);
	count_commands(context_of(w, call.context), s, tally);
	*(s->call ? &tally->both : &tally->policy) += 1;
	struct naive_verdict n = naive_decide(&w->model, &context,
		(struct slice){ call.tool.at, call.tool.len }, call.args, &w->arena);
	if (!n.allow)
		explain_failed(w, was, &call, s, n.violation);
	if (one_in(w, 16))
		assert_int_equal(decide_compiled(w, &context, call).kind, AEG_ALLOW);
}

static struct slice as_json(struct world *w, const struct explanation *e)
{
	struct buf out = new_text(w);

	buf_text(&out, "{\"steps\":[0");
	for (size_t i = 0; i < e->nsteps; i++) {
		buf_text(&out, ",{\"n\":0");
		explain_step_json(&out, &e->steps[i]);
		buf_text(&out, "}");
	}
	buf_text(&out, "],");
	explain_suggestions_json(&out, &w->bundle, e);
	buf_text(&out, "}");
	return buf_done(&out);
}

static void random_call(struct world *w, struct tally *tally)
{
	struct arena mark = w->arena;
	const struct mcontext *c = &w->model.contexts[pick(w, w->model.ncontexts)];
	struct slice tool = random_tool(w, c), context = c->name.text;
	struct buf args = new_text(w);
	struct aeg_json json;
	struct aeg_verdict v;
	struct aeg_call call = { .size_of = sizeof call, .tool = str(tool) };

	w->near = c;
	call.context = aeg_context_find(&w->bundle, str(context));
	add_arguments(w, &args, near_tool(w, tool));
	if (args.len <= MAX_ARGS && !one_in(w, 50)) {
		aeg_json_scan(
			&json, buf_done(&args).at, args.len, w->tok, aeg_json_bound(args.len));
		call.args = &json;
	}
	if (one_in(w, 100)) {
		call.context = AEG_NONE;
		context = SLICE("zaru-7");
	}
	assert_int_equal(aeg_decide(&w->bundle, &call, &v), AEG_OK);
	const struct explanation *e = explain_call(&w->arena, &w->bundle, context, &call, &v);
	if ((v.kind == AEG_ALLOW) != (e->nsuggestions == 0))
		fail_msg("%s in %.*s: tool %.*s args %s: %d suggestions", aeg_reason_name(v.reason),
			SLICE_ARG(context), SLICE_ARG(tool), buf_done(&args).at,
			(int)e->nsuggestions);
	if (v.kind == AEG_DENY)
		tally->denied[v.reason]++;
	for (uint32_t i = 0; i < e->nsuggestions; i++)
		make(w, &call, &e->suggestion[i], tally);
	assert_int_equal(args_scan(&w->arena, as_json(w, e))->status, AEG_OK);
	arena_rewind(&w->arena, &mark);
}

/* Where no list is appended to a command a tool may have several. */
static void give_more_commands(struct world *w)
{
	for (uint32_t i = 0; i < w->model.ntools; i++) {
		struct mtool *t = &w->model.tools[i];
		bool tail = one_in(w, 2);
		for (uint32_t k = 0; k < t->nargs; k++)
			tail = tail || t->args[k].role == ROLE_ARGS;
		for (uint32_t k = 0; k < t->nargs && !tail; k++)
			if (t->args[k].role == ROLE_PATH && !t->args[k].list)
				t->args[k].role = ROLE_COMMAND;
	}
}

static void test_suggestions_flip_the_verdict(void **state)
{
	struct world *w = new_world(0xa4093822299f31d0u);
	struct tally tally = { 0 };

	(void)state;
	for (int i = 0; i < MODELS; i++) {
		make_world(w);
		give_more_commands(w);
		w->bundle = compile(w, &w->model);
		for (int k = 0; k < CALLS; k++)
			random_call(w, &tally);
		arena_free(&w->arena);
	}
	free(w);
	for (int r = AEG_UnknownContext; r <= AEG_DomainNotAllowed; r++)
		if (tally.denied[r] < MODELS / 4)
			fail_msg("%s met only %d times", aeg_reason_name((enum aeg_reason)r),
				(int)tally.denied[r]);
	assert_true(tally.call > MODELS * CALLS / 4);
	assert_true(tally.policy > MODELS * CALLS / 4);
	assert_true(tally.both > 0);
	assert_true(tally.set > MODELS);
	assert_true(tally.in_list > MODELS / 4);
	assert_true(tally.several > MODELS / 10);
}

/* ---- What is not shown ------------------------------------------------------------------------
 */

static struct marg small_args[] = {
	{ .name = { .text = { "path", 4 } }, .role = ROLE_PATH, .required = true },
	{ .name = { .text = { "command", 7 } }, .role = ROLE_COMMAND, .required = true },
	{ .name = { .text = { "args", 4 } }, .role = ROLE_ARGS },
	{ .name = { .text = { "url", 3 } }, .role = ROLE_URL, .required = true },
	{ .name = { .text = { "paths", 5 } }, .role = ROLE_PATH, .list = true },
	{ .name = { .text = { "key", 3 } }, .role = ROLE_SECRET },
};

/* One tool with arguments of every role, under one capability that states everything. */
static struct hand *small_model(struct aeg_bundle *ret)
{
	const struct emit_options o = { .serial = 1 };
	struct hand *h = hand_new();
	struct mcontext *c = hand_context(h, "c", 1, 0);
	struct mcap *cap = hand_cap(c, "t");

	h->model.tools = arena_new(&h->arena, struct mtool);
	h->model.tools[h->model.ntools++] =
		(struct mtool){ .name = hand_pattern("t"), .args = small_args, .nargs = 6 };
	cap->paths = hand_list(h, "/workspace", NULL);
	cap->commands = hand_list(h, "git", NULL);
	cap->subcommand_form = SUBCOMMANDS_LIST;
	cap->subcommand_list = hand_list(h, "log", NULL);
	cap->domains = hand_list(h, "a.org", NULL);
	cap->rate_calls = 2;
	cap->rate_per_s = 10;
	cap->max_concurrent = 1;
	struct slice bundle = emit_bundle(&h->diags, ir_lower(&h->diags, &h->model, &h->names), &o);
	assert_int_equal(aeg_bundle_check(ret, bundle.at, bundle.len), AEG_OK);
	return h;
}

/* The explanation of a call of it, in words and as JSON. */
static struct slice explained(struct hand *h, const struct aeg_bundle *b, struct slice args)
{
	struct aeg_call call = { .size_of = sizeof call, .tool = { "t", 1 } };
	struct buf out = { .arena = &h->arena };
	struct aeg_verdict v;

	call.args = args_scan(&h->arena, args);
	assert_int_equal(aeg_decide(b, &call, &v), AEG_OK);
	const struct explanation *e = explain_call(&h->arena, b, SLICE("c"), &call, &v);
	assert_true(e->nsuggestions > 0);
	for (size_t i = 0; i < e->nsteps; i++) {
		explain_step_text(&out, &e->steps[i], "");
		explain_step_json(&out, &e->steps[i]);
	}
	for (uint32_t i = 0; i < e->nsuggestions; i++)
		explain_suggestion_text(&out, b, &e->suggestion[i]);
	explain_suggestions_json(&out, b, e);
	return buf_done(&out);
}

/* @format with 300 times `q` in the place of `%`. */
static struct slice with_long_value(struct hand *h, const char *format)
{
	struct buf out = { .arena = &h->arena };

	for (const char *c = format; *c != 0; c++)
		for (int n = *c == '%' ? 300 : 1; n > 0; n--)
			buf_text(&out, *c == '%' ? "q" : (const char[]){ *c, 0 });
	return buf_done(&out);
}

static void test_never_shows_long_or_secret_values(void **state)
{
	static const char *const calls[] = {
		"{'path':'/%','command':'git log','url':'https://a.org/','key':'hush'}",
		"{'path':'/%/../x','command':'git log','url':'https://a.org/','key':'hush'}",
		"{'path':'\\u0001%','command':'git log','url':'https://a.org/','key':'hush'}",
		"{'path':'/q','command':'% log','url':'https://a.org/','key':['hush']}",
		"{'path':'/q','command':'git %','url':'https://a.org/','key':{'a':'hush'}}",
		"{'path':'/q','command':'git log;%','url':'https://a.org/','key':'hush'}",
		"{'path':'/q','command':'git','args':['%'],'url':'https://a.org/','key':'hush'}",
		"{'path':'/q','command':'git','args':['x','\\u0000%'],'url':'https://a.org/'}",
		"{'path':'/q','command':'git','args':'%','url':'https://a.org/','key':'hush'}",
		"{'path':'/q','command':'git log','url':'https://%/','key':'hush'}",
		"{'path':'/q','command':'git log','url':'%','key':'hush'}",
		"{'path':'/q','command':'git log','url':'https://a.org/','paths':['/%','/%',5]}",
		"{'path':'/q','command':'git','args':['log',{'a':[1]},'%'],'url':'https://a.org/'}",
		"{'path':'/q','command':'git','args':[[],'%','log'],'url':'https://a.org/'}",
		"{'path':'/q','command':'git log','args':['%'],'url':'https://a.org/'}",
		"{'path':['%'],'command':'git log','url':'https://a.org/','key':'hush'}",
		"{'path':{'x':'%'},'command':{'%':'%'},'url':true,'key':'hush'}",
		"{'path':'/','command':'git log','url':'https://a.org/','key':'hush','key':'%'}",
		"{'path':'/','command':'git log','url':'https://a.org/','key':'hush%",
	};
	struct aeg_bundle b;
	struct hand *h = small_model(&b);

	(void)state;
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
		struct slice args = with_long_value(h, calls[i]);
		for (uint32_t k = 0; k < args.len; k++)
			if (args.at[k] == '\'')
				((char *)(uintptr_t)args.at)[k] = '"';
		struct slice told = explained(h, &b, args);
		if (strstr(told.at, "hush") != NULL || strstr(told.at, "qqq") != NULL)
			fail_msg("%s: %s", calls[i], told.at);
	}
	hand_free(h);
}

/* ---- Limits ---------------------------------------------------------------------------------- */

static const char granted_args[] =
	"{\"path\":\"/workspace\",\"command\":\"git log\",\"url\":\"https://a.org\"}";

static struct aeg_verdict count(const struct aeg_bundle *b, struct aeg_call *call, uint64_t at)
{
	struct aeg_verdict v;

	call->now_ms = at;
	assert_int_equal(aeg_decide(b, call, &v), AEG_OK);
	return v;
}

static void test_limits(void **state)
{
	struct aeg_bundle b;
	struct hand *h = small_model(&b);
	struct aeg_call call = { .size_of = sizeof call, .tool = { "t", 1 } };

	(void)state;
	size_t size = aeg_limits_size(&b, 1);
	call.args = args_scan(&h->arena, slice_of(granted_args));
	call.limits = aeg_limits_init(&b, 1, arena_alloc(&h->arena, 1, size, 8), size);
	struct aeg_verdict first = count(&b, &call, 0), v = count(&b, &call, 1);
	assert_int_equal(first.kind, AEG_ALLOW);
	assert_int_equal(v.reason, AEG_ConcurrencyLimitExceeded);
	const struct explanation *e = explain_call(&h->arena, &b, SLICE("c"), &call, &v);
	assert_int_equal(e->nsuggestions, 2);
	assert_int_equal(e->steps[0].step.reason, AEG_ConcurrencyLimitExceeded);
	assert_int_equal(e->suggestion[0].changes.v[0].kind, CHANGE_RELEASE);
	assert_int_equal(e->suggestion[1].changes.v[0].kind, CHANGE_CONCURRENT);
	assert_int_equal(e->suggestion[1].changes.v[0].number, 2);

	aeg_release(call.limits, first.slot);
	first = count(&b, &call, 2);
	v = count(&b, &call, 3);
	assert_int_equal(v.reason, AEG_RateLimitExceeded);
	e = explain_call(&h->arena, &b, SLICE("c"), &call, &v);
	assert_int_equal(e->suggestion[0].changes.n, 2);
	assert_int_equal(e->suggestion[0].changes.v[0].kind, CHANGE_WAIT);
	assert_int_equal(e->suggestion[0].changes.v[1].kind, CHANGE_RELEASE);
	assert_int_equal(e->suggestion[1].changes.v[0].kind, CHANGE_RATE);
	assert_int_equal(e->suggestion[1].changes.v[0].number, 3);
	uint64_t wait = e->suggestion[0].changes.v[0].number;
	assert_int_equal(count(&b, &call, 3 + wait).reason, AEG_ConcurrencyLimitExceeded);
	aeg_release(call.limits, first.slot);
	assert_int_equal(count(&b, &call, 3 + wait).kind, AEG_ALLOW);
	hand_free(h);
}

/* Calls that need more changes than are tried one by one. */
static void test_very_many_changes(void **state)
{
	struct aeg_bundle b;
	struct hand *h = small_model(&b);
	struct buf args = { .arena = &h->arena };
	struct aeg_call call = { .size_of = sizeof call, .tool = { "t", 1 } };
	struct aeg_verdict v;

	(void)state;
	buf_text(&args, "{\"path\":\"/\",\"command\":\"x;\",\"url\":\"\",\"paths\":[");
	for (int i = 0; i < 1000; i++)
		buf_printf(&args, "\"/q%d\",", i);
	buf_text(&args, "\"/\"]}");
	call.args = args_scan(&h->arena, buf_done(&args));
	assert_int_equal(aeg_decide(&b, &call, &v), AEG_OK);
	const struct explanation *e = explain_call(&h->arena, &b, SLICE("c"), &call, &v);
	assert_int_equal(e->nsuggestions, 1);
	assert_true(e->suggestion[0].call && !e->suggestion[0].policy);
	struct world w = { .arena = h->arena, .bundle = b };
	for (size_t i = 0; i < e->suggestion[0].changes.n; i++)
		change_call(&w, &call, &e->suggestion[0].changes.v[i]);
	assert_int_equal(aeg_decide(&b, &call, &v), AEG_OK);
	assert_int_equal(v.kind, AEG_ALLOW);
	h->arena = w.arena;
	hand_free(h);
}

/* Too many commands to write out: the call is changed instead. */
static void test_very_many_commands(void **state)
{
	struct aeg_bundle b;
	struct hand *h = small_model(&b);
	const struct emit_options o = { .serial = 1 };
	struct mlist *commands = &h->model.contexts[0].caps[0].commands;
	struct aeg_call call = { .size_of = sizeof call, .tool = { "t", 1 } };
	struct aeg_verdict v;

	(void)state;
	for (uint32_t n = 128; n <= 129; n++) { /* each may be followed by one word */
		struct mtext *many = arena_array(&h->arena, struct mtext, n);
		for (uint32_t i = 0; i < n; i++) {
			struct buf name = { .arena = &h->arena };
			buf_printf(&name, "q%u", (unsigned)i);
			many[i].text = buf_done(&name);
		}
		commands->v = many;
		commands->n = n;
		struct slice bundle =
			emit_bundle(&h->diags, ir_lower(&h->diags, &h->model, &h->names), &o);
		assert_int_equal(aeg_bundle_check(&b, bundle.at, bundle.len), AEG_OK);
		call.args = args_scan(&h->arena,
			SLICE("{\"path\":\"/workspace\",\"command\":\"q\",\"url\":\"https://a.org\"}"));
		assert_int_equal(aeg_decide(&b, &call, &v), AEG_OK);
		const struct explanation *e = explain_call(&h->arena, &b, SLICE("c"), &call, &v);
		assert_int_equal(e->nsuggestions, n == 128 ? 2 : 1);
		assert_true(e->suggestion[0].call && !e->suggestion[0].policy);
		if (n == 128)
			assert_int_equal(e->suggestion[1].changes.v[0].kind, CHANGE_SET_COMMANDS);
	}
	hand_free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_suggestions_flip_the_verdict),
		cmocka_unit_test(test_never_shows_long_or_secret_values),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_very_many_changes),
		cmocka_unit_test(test_very_many_commands),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
