/*
 * Changes to a good section SANDBOXES, or any bytes as one: what is accepted is asked. The first
 * byte says how many changes follow, of three bytes each (offset, value), 255: the section itself
 * up to the first `#`; then an address of 16 bytes, and what is left is host and path.
 */
#include <stdlib.h>

#include "aegis/sandbox.h"
#include "emit/emit.h"
#include "format/aeg_sandbox.h"
#include "ir/hand_test.h"
#include "model/agent.h"

static struct aeg_bundle good;

static void add_agent(struct hand *h, struct magent *a, const char *name, const char *mode)
{
	const struct mamount one = { 1, SPAN_NONE };
	*a = (struct magent){ .name = hand_text(name),
		.version = hand_text("1.0.0"),
		.network_stated = true,
		.network_mode = hand_text(mode),
		.cpu = one,
		.memory = one,
		.disk = one,
		.timeout_ms = one,
		.iteration_ms = one,
		.llm_ms = one,
		.iterations = one };
	a->network_allow = a->network_deny = hand_list(h, "github.com", "*.example.com:443",
		"10.0.0.0/8", "192.0.2.1:22", "2001:db8::/32", "[::1]:80", NULL);
	a->reads = a->writes = hand_list(h, "/workspace", "/usr/**/doc", NULL);
	struct mvolume *v = arena_new(&h->arena, struct mvolume);
	*v = (struct mvolume){ .name = hand_text("v"),
		.mount = hand_text("/workspace/v"),
		.read_only = true,
		.size = one };
	a->more = arena_new(&h->arena, struct magent_more);
	a->more->volumes.n = 1;
	a->more->volumes.v = v;
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static uint32_t contexts[2];
	struct hand *h = hand_new();
	struct emit_options o = { .strip = true };
	(void)argc, (void)argv;
	hand_context(h, "c", 0, 0);
	h->model.agents = arena_array(&h->arena, struct magent, 2);
	h->model.nagents = 2;
	h->names.agent_context = contexts;
	add_agent(h, &h->model.agents[0], "a", "allow");
	add_agent(h, &h->model.agents[1], "b", "deny");
	struct program *p = ir_lower(&h->diags, &h->model, &h->names);
	o.sandboxes = emit_sandboxes(&h->diags, p);
	struct slice bytes = emit_bundle(&h->diags, p, &o);
	if (aeg_bundle_check(&good, bytes.at, bytes.len) != AEG_OK)
		abort();
	return 0;
}

static void ask(const struct aeg_sandboxes *s, const uint8_t *at, size_t size)
{
	struct aeg_str text = { (const char *)at + 16, (uint32_t)(size - 16) };
	for (uint32_t i = 0; i <= s->n; i++) {
		struct aeg_sandbox_info info = { .size_of = sizeof info };
		struct aeg_mount_info m = { .size_of = sizeof m };
		/* What holds for every port holds for this one. */
		if (aeg_network_allowed(s, i, text, NULL, 0) &&
			!aeg_network_allowed(s, i, text, NULL, 443))
			abort();
		(void)aeg_network_allowed(s, i, text, at, 443);
		(void)aeg_network_allowed(s, i, (struct aeg_str){ "", 0 }, at, 0);
		(void)aeg_fs_allowed(s, i, text, AEG_FS_READ);
		(void)aeg_fs_allowed(s, i, text, AEG_FS_WRITE);
		if (aeg_sandbox_info(s, i, &info) != AEG_OK)
			continue;
		for (uint32_t k = 0; k < info.nmounts && k < 8; k++)
			(void)aeg_sandbox_mount(s, i, k, &m);
		for (uint32_t k = 0; k < 8; k++)
			(void)aeg_sandbox_entry(s, i, AEG_SANDBOX_ALLOW, k);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum { RAW = 255 };
	struct aeg_bundle b = good;
	struct aeg_sandboxes s;
	if (size < 1)
		return 0;
	size_t changes = data[0] == RAW ? 0 : (size_t)data[0] * 3, rest = size - 1;
	const uint8_t *at = data + 1;
	if (changes > rest)
		return 0;
	const uint8_t *end = data[0] == RAW ? memchr(at, '#', rest) : NULL;
	size_t len = data[0] != RAW ? good.section[AEGF_SANDBOXES].count
		     : end == NULL  ? rest
				    : (size_t)(end - at);
	size_t taken = data[0] == RAW ? len : changes;
	uint8_t *copy = malloc(len + 1);
	memcpy(copy, data[0] == RAW ? at : (const uint8_t *)good.section[AEGF_SANDBOXES].at, len);
	for (size_t i = 0; i < changes; i += 3)
		copy[(at[i] | (size_t)at[i + 1] << 8) % len] ^= at[i + 2];
	b.section[AEGF_SANDBOXES].at = copy;
	b.section[AEGF_SANDBOXES].count = (uint32_t)len;
	at += taken;
	rest -= taken;
	if (rest >= 16 && aeg_sandboxes_open(&b, &s) == AEG_OK) {
		uint8_t *text = malloc(rest);
		memcpy(text, at, rest);
		ask(&s, text, rest);
		free(text);
	}
	free(copy);
	return 0;
}
