/* Writes decisions as JSON. */
#include "cli/answer.h"

void answer_string(struct buf *out, struct aeg_str s) { buf_json_string(out, slice_str(s)); }

void answer_number(struct buf *out, uint64_t n)
{
	char text[20], *at = text + sizeof text;
	do
		*--at = (char)('0' + n % 10);
	while ((n /= 10) != 0);
	buf_add(out, at, (size_t)(text + sizeof text - at));
}

bool answer_place(struct buf *out, const char *before, struct aeg_origin o)
{
	if (o.file.len == 0)
		return false;
	buf_text(out, before);
	answer_string(out, o.file);
	out->len--; /* the place goes on inside the string */
	buf_text(out, ":");
	answer_number(out, o.line);
	buf_text(out, ":");
	answer_number(out, o.column);
	buf_text(out, "\"");
	return true;
}

/* Puts "name":value after a comma where one is needed. */
static void add_member(struct buf *out, bool *first, const char *name)
{
	buf_text(out, *first ? "\"" : ",\"");
	buf_text(out, name);
	buf_text(out, "\":");
	*first = false;
}

static void add_domains(
	struct buf *out, const struct aeg_bundle *b, uint32_t context, uint32_t cap, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		buf_text(out, i == 0 ? "[" : ",");
		answer_string(out, aeg_restrict_domain(b, context, cap, i));
	}
	buf_text(out, "]");
}

static void add_obligations(struct buf *out, const struct aeg_bundle *b,
	const struct aeg_call *call, const struct aeg_verdict *v)
{
	struct aeg_obligations o = { .size_of = sizeof o };
	bool first = true;
	size_t start = out->len;
	if (aeg_obligations(b, call, v, &o) != AEG_OK)
		return;
	buf_text(out, ",\"obligations\":{");
	size_t empty = out->len;
	if (o.max_response_size != 0) {
		add_member(out, &first, "max_response_size");
		answer_number(out, o.max_response_size);
	}
	if (o.restrict_domains != 0) {
		add_member(out, &first, "restrict_domains");
		add_domains(out, b, call->context, v->capability, o.restrict_domains);
	}
	if (o.strip_params != 0) {
		add_member(out, &first, "strip_params");
		buf_text(out, "[\"force\",\"version\"]");
	}
	if (o.rate_calls != 0) {
		add_member(out, &first, "rate_limit");
		buf_text(out, "{\"calls\":");
		answer_number(out, o.rate_calls);
		buf_text(out, ",\"per_seconds\":");
		answer_number(out, o.rate_per_s);
		buf_text(out, "}");
	}
	if (o.max_concurrent != 0) {
		add_member(out, &first, "max_concurrent");
		answer_number(out, o.max_concurrent);
	}
	if (out->len == empty)
		out->len = start;
	else
		buf_text(out, "}");
}

void answer_capability(struct buf *out, const struct aeg_bundle *b, uint32_t context, uint32_t cap)
{
	buf_text(out, "\"capability\":{\"index\":");
	answer_number(out, cap);
	buf_text(out, ",\"tool_pattern\":");
	answer_string(out, aeg_capability_pattern(b, context, cap));
	answer_place(out, ",\"at\":", aeg_capability_origin(b, context, cap));
	buf_text(out, "}");
}

void answer_deny_entry(
	struct buf *out, const struct aeg_bundle *b, uint32_t context, uint32_t entry)
{
	buf_text(out, "\"deny_entry\":{\"index\":");
	answer_number(out, entry);
	buf_text(out, ",\"pattern\":");
	answer_string(out, aeg_deny_pattern(b, context, entry));
	answer_place(out, ",\"at\":", aeg_deny_origin(b, context, entry));
	buf_text(out, "}");
}

void answer_decision(struct buf *out, const struct aeg_bundle *b, const struct aeg_call *call,
	const struct aeg_verdict *v)
{
	buf_text(out, v->kind == AEG_ALLOW ? "\"decision\":\"allow\"" : "\"decision\":\"deny\"");
	if (v->kind == AEG_DENY) {
		buf_text(out, ",\"violation\":\"");
		buf_text(out, aeg_reason_name(v->reason));
		buf_text(out, "\"");
	}
	if (v->capability != AEG_NONE) {
		buf_text(out, ",");
		answer_capability(out, b, call->context, v->capability);
	}
	if (v->deny_entry != AEG_NONE) {
		buf_text(out, ",");
		answer_deny_entry(out, b, call->context, v->deny_entry);
	}
	if (v->kind == AEG_ALLOW)
		add_obligations(out, b, call, v);
}

void answer_bundle(struct buf *out, const struct aeg_bundle *b)
{
	struct aeg_bundle_info info = { .size_of = sizeof info };
	aeg_bundle_info(b, &info);
	buf_text(out, "\"digest\":\"");
	for (int i = 0; i < AEG_DIGEST_SIZE; i++)
		buf_printf(out, "%02x", info.digest[i]);
	buf_text(out, "\",\"serial\":");
	answer_number(out, info.serial);
}
