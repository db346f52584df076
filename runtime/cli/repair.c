/* Changes a call, or notes what the policy lacks, until one capability grants it. */
#include "cli/repair.h"

#include "base/nearest.h"
#include "cli/answer.h"
#include "cli/repair_internal.h"

enum {
	TRIES_MOST = 64,
	VALUES_MOST = 8,      /* after so many changes a list is replaced as a whole */
	ARGS_MOST = 64 << 10, /* bytes; longer arguments are made anew */
	COST_BYTES = 64
};

bool change_is_of_call(enum change_kind k) { return k < CHANGE_ADD_PATH; }

void changes_add(struct arena *a, struct changes *to, struct change c)
{
	for (size_t i = 0; i < to->n; i++) {
		const struct change *o = &to->v[i];
		if (o->kind == c.kind && o->rule == c.rule && o->index == c.index &&
			slice_eq(o->name, c.name) && slice_eq(o->value, c.value))
			return;
	}
	arena_push(a, to->v, to->n, &to->cap);
	to->v[to->n++] = c;
}

/* ---- Arguments ----------------------------------------------------------------------------- */

static bool acceptable(const struct aeg_json *j)
{
	return j == NULL ||
	       (j->status == AEG_OK && j->duplicate == AEG_NONE && j->surrogate == AEG_NONE &&
		       (args_kind(j, 0) == AEG_JSON_OBJECT || args_kind(j, 0) == AEG_JSON_NULL));
}

bool repair_argument(const struct repair *r, uint32_t i, struct argument *ret)
{
	ret->info.size_of = sizeof ret->info;
	if (aeg_argument_info(r->bundle, r->tool, i, &ret->info) != AEG_OK)
		return false;
	ret->value = r->json == NULL ? AEG_NONE : aeg_json_member(r->json, 0, ret->info.name);
	return true;
}

bool repair_argument_of(const struct repair *r, uint32_t token, struct argument *ret)
{
	for (uint32_t i = 0; repair_argument(r, i, ret); i++)
		if (ret->value != AEG_NONE && token >= ret->value &&
			token < r->json->tok[ret->value].next)
			return true;
	return false;
}

struct slice repair_argument_name(const struct repair *r, uint32_t token)
{
	struct argument arg;
	return token != AEG_NONE && repair_argument_of(r, token, &arg) ? slice_str(arg.info.name)
								       : (struct slice){ NULL, 0 };
}

/* The arguments that a decision looks at, without the rest. */
static struct aeg_json *look_at(const struct repair *r, const struct aeg_call *call)
{
	struct buf out = { .arena = r->arena };
	struct argument arg;
	buf_text(&out, "{");
	for (uint32_t i = 0; repair_argument(r, i, &arg) && acceptable(call->args); i++) {
		uint32_t token = call->args == NULL ? AEG_NONE
						    : aeg_json_member(call->args, 0, arg.info.name);
		if (token == AEG_NONE || aeg_argument_is_secret(r->bundle, call, token))
			continue;
		buf_text(&out, out.len > 1 ? "," : "");
		buf_json_string(&out, slice_str(arg.info.name));
		buf_text(&out, ":");
		buf_slice(&out, args_text(call->args, token));
	}
	if (out.len > ARGS_MOST)
		out.len = 1;
	buf_text(&out, "}");
	return args_scan(r->arena, buf_done(&out));
}

void repair_init(struct repair *r, struct arena *a, const struct aeg_bundle *b,
	const struct aeg_call *call, uint32_t capability, bool policy)
{
	*r = (struct repair){ .arena = a,
		.bundle = b,
		.call = *call,
		.from = call->args,
		.tool = aeg_tool_find(b, call->tool),
		.capability = capability,
		.policy = policy,
		.list.n = AEG_NONE,
		.nearest = AEG_NONE };
	r->call.limits = NULL;
	r->json = look_at(r, call);
	r->call.args = r->json;
}

struct slice repair_text(const struct repair *r, uint32_t token)
{
	struct slice none = { NULL, 0 };
	uint32_t len = r->json->tok[token].len;
	if (args_kind(r->json, token) != AEG_JSON_STRING || len > 6 * REPAIR_QUOTE_MOST)
		return none;
	char *text = arena_array(r->arena, char, len + 1);
	size_t n = aeg_json_unescape(r->json, token, text, len);
	return n > REPAIR_QUOTE_MOST ? none : (struct slice){ text, (uint32_t)n };
}

static void take(struct repair *r, struct aeg_json *j)
{
	r->json = j;
	r->call.args = j;
}

bool repair_set_json(struct repair *r, uint32_t token, struct slice json)
{
	struct slice old = args_text(r->json, token);
	if (slice_eq(old, json))
		return false;
	old.len = old.len < COST_BYTES ? old.len : COST_BYTES;
	r->cost += 1 + nearest_distance(old, json, COST_BYTES);
	take(r, args_replace(r->arena, r->json, token, json));
	return true;
}

bool repair_set(struct repair *r, uint32_t token, struct slice text)
{
	return repair_set_json(r, token, args_string(r->arena, text));
}

bool repair_give(struct repair *r, const struct argument *arg, struct slice json)
{
	if (arg->value != AEG_NONE)
		return repair_set_json(r, arg->value, json);
	r->cost += COST_BYTES;
	take(r, args_add(r->arena, r->json, slice_str(arg->info.name), json));
	return true;
}

bool repair_leave_out(struct repair *r, const struct argument *arg)
{
	r->cost += COST_BYTES;
	take(r, args_remove(r->arena, r->json, arg->value));
	return true;
}

bool argument_is_list(const struct argument *arg)
{
	return arg->info.role == AEG_ROLE_ARGS || (arg->info.flags & AEG_ARGUMENT_LIST) != 0;
}

bool argument_is_required(const struct argument *arg)
{
	return (arg->info.flags & AEG_ARGUMENT_REQUIRED) != 0;
}

/* ---- All of it ------------------------------------------------------------------------------ */

struct aeg_step repair_failure(struct repair *r)
{
	struct aeg_step s;
	if (aeg_capability_failure(r->bundle, &r->call, r->capability, r->skip, &s) != AEG_OK)
		s.reason = AEG_UnknownContext; /* nothing helps */
	return s;
}

bool repair_run(struct repair *r)
{
	for (uint32_t tries = 0; tries < TRIES_MOST; tries++) {
		struct aeg_step s = repair_failure(r);
		bool entry = repair_is_about_entry(s.reason);
		if (s.reason == AEG_None) {
			repair_settle_commands(r);
			return true;
		}
		if (tries == VALUES_MOST)
			r->policy = false;
		if (tries >= VALUES_MOST && repair_refill(r, &s)) {
			r->changes.n = r->skip = 0; /* some of them were for what is gone */
			continue;
		}
		if (entry && r->policy && repair_add_entry(r, &s, false))
			r->skip++;
		else if (repair_call(r, &s))
			continue;
		else if (entry && repair_add_entry(r, &s, true))
			r->skip++;
		else if (!entry || !repair_replace(r, &s))
			return false;
	}
	return false;
}

/* ---- What has changed ----------------------------------------------------------------------- */

static void add_value(struct repair *r, struct changes *to, const struct argument *arg,
	uint32_t index, struct slice value)
{
	changes_add(r->arena, to,
		(struct change){ .kind = CHANGE_ARGUMENT,
			.rule = AEG_NONE,
			.index = index,
			.name = slice_str(arg->info.name),
			.value = value });
}

static uint32_t count_elements(const struct aeg_json *j, uint32_t list)
{
	uint32_t n = 0;
	for (uint32_t i = list + 1; i < j->tok[list].next; i = j->tok[i].next)
		n++;
	return n;
}

/* Element by element where as many are left, so that nothing is shown but what is new. */
static bool add_elements(
	struct repair *r, struct changes *to, const struct argument *arg, uint32_t was)
{
	const struct aeg_json *old = r->from, *new = r->json;
	uint32_t i = was + 1, k = arg->value + 1;
	if (args_kind(old, was) != AEG_JSON_ARRAY || args_kind(new, arg->value) != AEG_JSON_ARRAY ||
		count_elements(old, was) != count_elements(new, arg->value))
		return false;
	for (uint32_t n = 0; i < old->tok[was].next; n++) {
		if (!slice_eq(args_text(old, i), args_text(new, k)))
			add_value(r, to, arg, n, args_text(new, k));
		i = old->tok[i].next;
		k = new->tok[k].next;
	}
	return true;
}

void repair_differences(struct repair *r, struct changes *to)
{
	struct argument arg;
	if (!acceptable(r->from)) {
		changes_add(r->arena, to,
			(struct change){ .kind = CHANGE_ARGUMENTS,
				.rule = AEG_NONE,
				.index = AEG_NONE,
				.value = args_text(r->json, 0) });
		return;
	}
	for (uint32_t i = 0; repair_argument(r, i, &arg); i++) {
		uint32_t was =
			r->from == NULL ? AEG_NONE : aeg_json_member(r->from, 0, arg.info.name);
		if (was == AEG_NONE && arg.value == AEG_NONE)
			continue;
		if (arg.value == AEG_NONE && arg.info.role != AEG_ROLE_SECRET)
			changes_add(r->arena, to,
				(struct change){ .kind = CHANGE_LEAVE_OUT,
					.rule = AEG_NONE,
					.index = AEG_NONE,
					.name = slice_str(arg.info.name) });
		else if (was == AEG_NONE)
			add_value(r, to, &arg, AEG_NONE, args_text(r->json, arg.value));
		else if (arg.value != AEG_NONE &&
			 !slice_eq(args_text(r->from, was), args_text(r->json, arg.value)) &&
			 !add_elements(r, to, &arg, was))
			add_value(r, to, &arg, AEG_NONE, args_text(r->json, arg.value));
	}
}
