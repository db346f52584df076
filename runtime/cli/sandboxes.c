/* What the containers of agents may reach and use, told to people and to programs. */
#include "cli/sandboxes.h"

#include "cli/answer.h"
#include "cli/tell.h"

static const char *const modes[] = { "none", "allow", "deny" };

static struct aeg_sandbox_info info_of(const struct aeg_sandboxes *s, uint32_t agent)
{
	struct aeg_sandbox_info info = { .size_of = sizeof info };

	(void)aeg_sandbox_info(s, agent, &info); /* below the count */
	return info;
}

static struct aeg_agent_info agent_of(const struct aeg_sandboxes *s, uint32_t agent)
{
	struct aeg_agent_info a = { .size_of = sizeof a };

	(void)aeg_agent_info(s->bundle, agent, &a);
	return a;
}

static struct aeg_mount_info mount_of(const struct aeg_sandboxes *s, uint32_t agent, uint32_t i)
{
	struct aeg_mount_info m = { .size_of = sizeof m };

	(void)aeg_sandbox_mount(s, agent, i, &m);
	return m;
}

/* ---- For people ---------------------------------------------------------------------------- */

static void tell_entries(struct buf *out, const struct aeg_sandboxes *s, uint32_t agent,
	enum aeg_sandbox_list list, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		buf_text(out, i == 0 ? " " : ", ");
		tell_text(out, slice_str(aeg_sandbox_entry(s, agent, list, i)));
	}
	buf_text(out, n == 0 ? " nothing\n" : "\n");
}

static void tell_network(struct buf *out, const struct aeg_sandboxes *s, uint32_t agent,
	const struct aeg_sandbox_info *info)
{
	bool deny = info->network == AEG_NETWORK_DENY;

	if (info->network == AEG_NETWORK_NONE) {
		buf_text(out, "  network   none\n");
		return;
	}
	buf_text(out, deny ? "  network   all but" : "  network  ");
	tell_entries(out, s, agent, deny ? AEG_SANDBOX_DENY : AEG_SANDBOX_ALLOW,
		deny ? info->ndeny : info->nallow);
}

static void tell_mount(struct buf *out, const struct aeg_mount_info *m)
{
	buf_text(out, "  volume    ");
	tell_text(out, slice_str(m->path));
	buf_text(out, ": ");
	tell_text(out, slice_str(m->name));
	buf_printf(out, ", %llu bytes, ", (unsigned long long)m->size);
	if (m->persistent && m->ttl_hours == 0)
		buf_text(out, "kept");
	else
		buf_printf(out, "deleted after %u hours", (unsigned)m->ttl_hours);
	buf_text(out, m->read_only ? ", read-only\n" : "\n");
}

void sandbox_tell(struct buf *out, const struct aeg_sandboxes *s, uint32_t agent)
{
	struct aeg_sandbox_info info = info_of(s, agent);

	tell_network(out, s, agent, &info);
	buf_text(out, "  read     ");
	tell_entries(out, s, agent, AEG_SANDBOX_READ, info.nread);
	buf_text(out, "  write    ");
	tell_entries(out, s, agent, AEG_SANDBOX_WRITE, info.read_only ? 0 : info.nwrite);
	for (uint32_t i = 0; i < info.nmounts; i++) {
		struct aeg_mount_info m = mount_of(s, agent, i);
		tell_mount(out, &m);
	}
	buf_printf(out,
		"  use       %u thousandths of a processor, %llu bytes of memory, %llu of disk\n",
		(unsigned)info.cpu_millis, (unsigned long long)info.memory,
		(unsigned long long)info.disk);
	buf_printf(out, "  at most   %llu ms; %u tries of %llu ms, %llu ms for an answer\n",
		(unsigned long long)info.timeout_ms, (unsigned)info.iterations,
		(unsigned long long)info.iteration_ms, (unsigned long long)info.llm_ms);
}

void sandboxes_tell(struct buf *out, const struct aeg_sandboxes *s)
{
	for (uint32_t i = 0; i < s->n; i++) {
		struct aeg_agent_info a = agent_of(s, i);
		buf_text(out, "\nsandbox ");
		tell_text(out, slice_str(a.name));
		buf_text(out, " ");
		tell_text(out, slice_str(a.version));
		buf_text(out, "\n");
		sandbox_tell(out, s, i);
	}
}

/* ---- For programs -------------------------------------------------------------------------- */

static void answer_entries(struct buf *out, const struct aeg_sandboxes *s, uint32_t agent,
	enum aeg_sandbox_list list, uint32_t n)
{
	static const char *const names[] = { "allowlist", "denylist", "read", "write" };

	buf_printf(out, ",\"%s\":[", names[list]);
	for (uint32_t i = 0; i < n; i++) {
		buf_text(out, i == 0 ? "" : ",");
		answer_string(out, aeg_sandbox_entry(s, agent, list, i));
	}
	buf_text(out, "]");
}

static void answer_count(struct buf *out, const char *name, uint64_t n)
{
	buf_printf(out, ",\"%s\":", name);
	answer_number(out, n);
}

static void answer_mounts(
	struct buf *out, const struct aeg_sandboxes *s, uint32_t agent, uint32_t n)
{
	buf_text(out, ",\"volumes\":[");
	for (uint32_t i = 0; i < n; i++) {
		struct aeg_mount_info m = mount_of(s, agent, i);
		buf_text(out, i == 0 ? "{\"name\":" : ",{\"name\":");
		answer_string(out, m.name);
		buf_text(out, ",\"mount_path\":");
		answer_string(out, m.path);
		answer_count(out, "size", m.size);
		buf_printf(out, ",\"read_only\":%s,\"persistent\":%s",
			m.read_only ? "true" : "false", m.persistent ? "true" : "false");
		if (m.ttl_hours != 0)
			answer_count(out, "ttl_hours", m.ttl_hours);
		buf_text(out, "}");
	}
	buf_text(out, "]");
}

void sandbox_answer(struct buf *out, const struct aeg_sandboxes *s, uint32_t agent)
{
	struct aeg_sandbox_info info = info_of(s, agent);

	buf_printf(out, ",\"network\":\"%s\"", modes[info.network]);
	answer_entries(out, s, agent, AEG_SANDBOX_ALLOW, info.nallow);
	answer_entries(out, s, agent, AEG_SANDBOX_DENY, info.ndeny);
	answer_entries(out, s, agent, AEG_SANDBOX_READ, info.nread);
	answer_entries(out, s, agent, AEG_SANDBOX_WRITE, info.nwrite);
	buf_printf(out, ",\"read_only\":%s", info.read_only ? "true" : "false");
	answer_mounts(out, s, agent, info.nmounts);
	answer_count(out, "cpu_millis", info.cpu_millis);
	answer_count(out, "memory", info.memory);
	answer_count(out, "disk", info.disk);
	answer_count(out, "timeout_ms", info.timeout_ms);
	answer_count(out, "iterations", info.iterations);
	answer_count(out, "iteration_ms", info.iteration_ms);
	answer_count(out, "llm_ms", info.llm_ms);
}

void sandboxes_answer(struct buf *out, const struct aeg_sandboxes *s)
{
	if (s->n == 0)
		return;
	buf_text(out, ",\"sandboxes\":[");
	for (uint32_t i = 0; i < s->n; i++) {
		struct aeg_agent_info a = agent_of(s, i);
		buf_text(out, i == 0 ? "{\"agent\":" : ",{\"agent\":");
		answer_string(out, a.name);
		buf_text(out, ",\"version\":");
		answer_string(out, a.version);
		sandbox_answer(out, s, i);
		buf_text(out, "}");
	}
	buf_text(out, "]");
}
