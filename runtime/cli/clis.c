/* What the bundle has of command-line tools, told to people and to programs. */
#include "cli/clis.h"

#include "cli/answer.h"
#include "cli/tell.h"

static struct aeg_cli_info info_of(const struct aeg_cli_tools *t, uint32_t i)
{
	struct aeg_cli_info info = { .size_of = sizeof info };
	(void)aeg_cli_info(t, i, &info); /* below the count */
	return info;
}

static void tell(struct buf *out, const char *before, struct aeg_str s)
{
	buf_text(out, before);
	tell_text(out, slice_str(s));
}

void clis_tell(struct buf *out, const struct aeg_cli_tools *t)
{
	for (uint32_t i = 0; i < t->ntools; i++) {
		struct aeg_cli_info c = info_of(t, i);
		tell(out, "\ncommand-line tool ", c.name);
		tell(out, "\n  ", c.description);
		tell(out, "\n  image     ", c.image);
		if (c.program.len != 0)
			tell(out, "\n  program   ", c.program);
		for (uint32_t k = 0; k < c.nsubcommands; k++)
			tell(out, k == 0 ? "\n  may       " : ", ", aeg_cli_subcommand(t, i, k));
		buf_text(out, "\n  network   ");
		buf_text(out, !c.network ? "none" : c.nhosts == 0 ? "any host" : "");
		for (uint32_t k = 0; k < c.nhosts; k++)
			tell(out, k == 0 ? "" : ", ", aeg_cli_host(t, i, k));
		buf_printf(out, "\n  at most   %u s", (unsigned)c.timeout_s);
		buf_printf(out, "\n  arguments %s; %u built-in refusals",
			c.constrained ? "as its grammar says" : "are not constrained",
			(unsigned)c.nrefusals);
		buf_text(out, c.judge ? "\n  judge     is asked before each call\n" : "\n");
	}
}

static void answer(struct buf *out, const char *before, struct aeg_str s)
{
	buf_text(out, before);
	answer_string(out, s);
}

void clis_answer(struct buf *out, const struct aeg_cli_tools *t)
{
	for (uint32_t i = 0; i < t->ntools; i++) {
		struct aeg_cli_info c = info_of(t, i);
		answer(out, i == 0 ? ",\"cli_tools\":[{\"name\":" : ",{\"name\":", c.name);
		answer(out, ",\"description\":", c.description);
		answer(out, ",\"docker_image\":", c.image);
		if (c.program.len != 0)
			answer(out, ",\"program\":", c.program);
		for (uint32_t k = 0; k < c.nsubcommands; k++)
			answer(out, k == 0 ? ",\"allowed_subcommands\":[" : ",",
				aeg_cli_subcommand(t, i, k));
		buf_printf(out, "],\"network\":%s", c.network ? "true" : "false");
		for (uint32_t k = 0; k < c.nhosts; k++)
			answer(out, k == 0 ? ",\"hosts\":[" : ",", aeg_cli_host(t, i, k));
		buf_printf(out,
			"%s,\"timeout_seconds\":%u,\"require_semantic_judge\":%s,"
			"\"constrained\":%s,\"refusals\":%u}",
			c.nhosts > 0 ? "]" : "", (unsigned)c.timeout_s, c.judge ? "true" : "false",
			c.constrained ? "true" : "false", (unsigned)c.nrefusals);
	}
	buf_text(out, t->ntools > 0 ? "]" : "");
}
