/* aegisr sandbox: may the container of an agent connect, read, write? */
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <stdio.h>

#include "base/nearest.h"
#include "cli/answer.h"
#include "cli/commands.h"
#include "cli/load.h"
#include "cli/sandboxes.h"
#include "cli/tell.h"

const struct option sandbox_options[] = {
	LOAD_TRUST,
	{ "--host", 0, "HOST", false, "connect to this name or address" },
	{ "--address", 0, "ADDRESS", false, "which the connection would go to; else any" },
	{ "--port", 0, "PORT", false, "on this port; else any" },
	{ "--read", 0, "PATH", false, "open this file for reading" },
	{ "--write", 0, "PATH", false, "open this file for writing" },
	{ "--format", 0, "text|json", false,
		"json: one value on standard output (aegis.sandbox/1)" },
	{ 0 },
};

struct question {
	const char *host, *read, *write;
	uint8_t address[16];
	bool has_address;
	uint64_t port;
};

static struct aeg_str str(const char *text)
{
	return (struct aeg_str){ text, text == NULL ? 0 : (uint32_t)strlen(text) };
}

/* ---- Agents -------------------------------------------------------------------------------- */

static int unknown_agent(const struct command_line *l, const struct aeg_sandboxes *s)
{
	struct slice *names = arena_array(l->arena, struct slice, s->n);
	for (uint32_t i = 0; i < s->n; i++) {
		struct aeg_agent_info a = { .size_of = sizeof a };
		aeg_agent_info(s->bundle, i, &a);
		names[i] = slice_str(a.name);
	}
	size_t near = nearest_name(slice_of(l->operands[1]), names, s->n);
	if (near == SIZE_MAX)
		return command_usage(l, "the bundle has no agent `%s`", l->operands[1]);
	return command_usage(l, "the bundle has no agent `%s`; did you mean `%.*s`?",
		l->operands[1], SLICE_ARG(names[near]));
}

/* NAME, or NAME@VERSION where there are several: how many it may be, the last of them in @ret. */
static uint32_t find_agent(const struct aeg_sandboxes *s, struct slice text, uint32_t *ret)
{
	struct aeg_agent_info a = { .size_of = sizeof a };
	const char *at = text.len == 0 ? NULL : memchr(text.at, '@', text.len);
	uint32_t n = at == NULL ? text.len : (uint32_t)(at - text.at);
	struct slice name = { text.at, n };
	uint32_t found = 0;
	for (uint32_t i = 0; i < s->n && aeg_agent_info(s->bundle, i, &a) == AEG_OK; i++)
		if (slice_eq(slice_str(a.name), name) &&
			(at == NULL || slice_eq(slice_str(a.version),
					       (struct slice){ at + 1, text.len - n - 1 }))) {
			*ret = i;
			found++;
		}
	return found;
}

/* ---- Questions ----------------------------------------------------------------------------- */

static bool read_address(const char *text, uint8_t ret[16])
{
	memset(ret, 0, 10);
	memset(ret + 10, 0xff, 2);
	return inet_pton(AF_INET, text, ret + 12) == 1 || inet_pton(AF_INET6, text, ret) == 1;
}

static int read_question(struct command_line *l, struct question *q)
{
	const char *address = command_value(l, "--address");
	*q = (struct question){ .host = command_value(l, "--host"),
		.read = command_value(l, "--read"),
		.write = command_value(l, "--write"),
		.has_address = address != NULL };
	int status = command_count(l, "--port", &q->port);
	if (status != COMMAND_OK)
		return status;
	if (q->port > 65535)
		return command_usage(l, "--port is 1 to 65535");
	if (address != NULL && !read_address(address, q->address))
		return command_usage(l, "`%s` is no IP address", address);
	const char *colon = q->host == NULL ? NULL : strchr(q->host, ':');
	if (colon != NULL && strchr(colon + 1, ':') == NULL)
		return command_usage(l,
			"--host is a name or an address alone: no URL, and its port goes with --port");
	bool network = q->host != NULL || address != NULL;
	if (q->port != 0 && !network)
		return command_usage(l, "--port goes with --host or --address");
	if (network + (q->read != NULL) + (q->write != NULL) != 1)
		return command_usage(l, "one question at a time: --host, --read or --write");
	return COMMAND_OK;
}

static bool ask(const struct aeg_sandboxes *s, uint32_t agent, const struct question *q)
{
	if (q->read != NULL || q->write != NULL)
		return aeg_fs_allowed(s, agent, str(q->read != NULL ? q->read : q->write),
			       q->read != NULL ? AEG_FS_READ : AEG_FS_WRITE) != 0;
	return aeg_network_allowed(s, agent, str(q->host), q->has_address ? q->address : NULL,
		       (uint16_t)q->port) != 0;
}

int sandbox_run(struct command_line *l)
{
	struct aeg_bundle b;
	struct aeg_sandboxes s;
	struct question q;
	int status;
	bool json = command_json(l, &status);
	if (status != COMMAND_OK || (status = read_question(l, &q)) != COMMAND_OK ||
		(status = load_bundle(l, &b)) != COMMAND_OK)
		return status;
	enum aeg_status opened = aeg_sandboxes_open(&b, &s);
	uint32_t agent = 0,
		 found = opened == AEG_OK ? find_agent(&s, slice_of(l->operands[1]), &agent) : 0;
	if (opened != AEG_OK)
		status = command_fail(l, COMMAND_REFUSED, "the sandboxes of the bundle: %s",
			aeg_status_text(opened));
	else if (found == 0)
		status = unknown_agent(l, &s);
	else if (found > 1)
		status = command_usage(l,
			"the bundle has %u versions of `%s`: say which, as `%s@VERSION`", found,
			l->operands[1], l->operands[1]);
	if (status == COMMAND_OK) {
		struct buf out = { .arena = l->arena };
		bool allowed = ask(&s, agent, &q);
		if (json) {
			buf_text(&out, "{\"schema\":\"aegis.sandbox/1\",");
			answer_bundle(&out, &b);
			buf_printf(&out, ",\"allowed\":%s", allowed ? "true" : "false");
			sandbox_answer(&out, &s, agent);
			buf_text(&out, "}\n");
		} else {
			buf_text(&out, allowed ? "allowed\n" : "refused\n");
			sandbox_tell(&out, &s, agent);
		}
		command_print(&out, stdout);
		status = allowed ? COMMAND_OK : COMMAND_NO;
	}
	aeg_bundle_close(&b);
	return status;
}
