/* aegisc diff: what two policies, built or not, decide otherwise. */
#define _POSIX_C_SOURCE 200809L
#include "diff/diff.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/load.h"
#include "diff/decompile.h"
#include "driver/commands.h"
#include "driver/options.h"

const struct option diff_options[] = {
	{ "--format", 0, "text|json|markdown", false,
		"how to report, on standard output; markdown is for a pull request" },
	{ "--fail-on", 0, "widen|narrow|any", false,
		"exit 1 where more is allowed, less, or anything differs" },
	{ "--context", 0, "GLOB", false, "compare only contexts with a name like GLOB" },
	{ "--trust", 't', "FILE", false,
		"for bundles: a trust file or a public key; else $AEGIS_TRUST names it" },
	OPTIONS_FINDINGS,
	{ 0 },
};

enum format { TEXT, JSON, MARKDOWN, NFORMATS };
enum fail_on { WIDEN, NARROW, ANY, NFAILS, NOTHING };

static int read_options(struct command_line *l, int *format, int *fail_on)
{
	static const char *const formats[NFORMATS] = { "text", "json", "markdown" };
	static const char *const fails[NFAILS] = { "widen", "narrow", "any" };
	const char *trust = command_value(l, "--trust");
	int status =
		command_word(l, "--format", formats, NFORMATS, "text, json or markdown", format);
	if (status == COMMAND_OK)
		status = command_word(
			l, "--fail-on", fails, NFAILS, "widen, narrow or any", fail_on);
	if (status != COMMAND_OK)
		return status;
	if (!command_has(l, "--fail-on"))
		*fail_on = NOTHING;
	if (trust != NULL && strcmp(trust, "-") == 0)
		return command_usage(l, "the trust file is read for each bundle: name a file");
	if (strcmp(l->operands[0], "-") == 0 && strcmp(l->operands[1], "-") == 0)
		return command_usage(l, "only one of OLD and NEW can be standard input");
	return COMMAND_OK;
}

/* ---- The two policies ---------------------------------------------------------------------- */

struct operand {
	struct command_line l; /* with this operand alone */
	const char *path[1];
	bool is_bundle;
	struct aeg_bundle bundle; /* all zero: not open */
	struct pipeline p;
};

/* Whether @path is a file that begins as bundles do. What cannot be read is left to others. */
static bool begins_as_bundle(const char *path)
{
	enum { MAGIC = 8 };
	char head[MAGIC];
	struct aeg_bundle b;
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return false;
	bool whole = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && read(fd, head, MAGIC) == MAGIC;
	close(fd);
	return whole && aeg_bundle_check(&b, head, MAGIC) != AEG_MAGIC;
}

static int read_bundle(struct operand *o, struct policy *ret)
{
	int status = load_bundle(&o->l, &o->bundle);
	if (status != COMMAND_OK)
		return status;
	*ret = (struct policy){ .model = decompile(o->l.arena, &o->bundle), .bundle = &o->bundle };
	if (ret->model != NULL)
		return COMMAND_OK;
	return command_fail(&o->l, COMMAND_REFUSED,
		"%s: a rule in it is none that sources can have: aegisc did not build it",
		o->path[0]);
}

static int read_sources(struct operand *o, struct policy *ret)
{
	int status = options_pipeline(&o->l, &o->p, false);
	if (status != COMMAND_OK)
		return status;
	pipeline_run(&o->p, PIPELINE_MODEL);
	if (o->p.diags.errors > 0 || pipeline_unread(&o->p))
		return options_report(&o->l, &o->p, false);
	*ret = (struct policy){
		.model = o->p.stats.model, .names = o->p.stats.names, .sources = &o->p.sources
	};
	return COMMAND_OK;
}

static int read_operand(struct command_line *l, uint32_t i, struct operand *o, struct policy *ret)
{
	o->l = *l;
	o->path[0] = l->operands[i];
	o->l.operands = o->path;
	o->l.noperands = 1;
	o->is_bundle = begins_as_bundle(o->path[0]);
	return o->is_bundle ? read_bundle(o, ret) : read_sources(o, ret);
}

/* ---- The answer ---------------------------------------------------------------------------- */

static void print(struct command_line *l, const struct diff *d, enum format format)
{
	struct buf out = { .arena = l->arena };
	switch (format) {
	case TEXT: diff_text(&out, d, command_colour(STDOUT_FILENO)); break;
	case JSON: diff_json(&out, d); break;
	case MARKDOWN: diff_markdown(&out, d); break;
	case NFORMATS: break;
	}
	command_print(&out, stdout);
}

/* @status: of reading the two. */
static void print_stopped(struct command_line *l, int status)
{
	struct buf out = { .arena = l->arena };
	diff_json_stopped(&out, status == COMMAND_NO   ? "the sources have errors"
				: status == COMMAND_IO ? "a file cannot be read"
						       : "a bundle was refused");
	command_print(&out, stdout);
}

static int judge(const struct diff *d, enum fail_on on)
{
	bool fails = (on == WIDEN && d->wider) || (on == NARROW && d->narrower) ||
		     (on == ANY && d->ncontexts + d->nmembers + d->ntools != 0);
	return fails ? COMMAND_NO : COMMAND_OK;
}

/* Of two exit statuses the one to report: a file that could not be read goes before all else. */
static int worse(int a, int b)
{
	if (a == COMMAND_IO || b == COMMAND_IO)
		return COMMAND_IO;
	return a > b ? a : b;
}

static int compare(struct command_line *l, const struct policy side[2], int format, int fail_on)
{
	const char *glob = command_value(l, "--context");
	const struct diff *d = diff_policies(l->arena, side, glob);
	if (d->compared == 0 && glob != NULL)
		return command_usage(l, "neither policy has a context like `%s`", glob);
	print(l, d, (enum format)format);
	return judge(d, (enum fail_on)fail_on);
}

int diff_run(struct command_line *l)
{
	struct operand *o = arena_array(l->arena, struct operand, 2);
	struct policy side[2] = { 0 };
	int format, fail_on, status = read_options(l, &format, &fail_on);
	if (status != COMMAND_OK)
		return status;
	for (uint32_t i = 0; i < 2 && status != COMMAND_USAGE; i++)
		status = worse(status, read_operand(l, i, &o[i], &side[i]));
	if (status == COMMAND_OK)
		status = compare(l, side, format, fail_on);
	else if (status != COMMAND_USAGE && format == JSON)
		print_stopped(l, status);
	for (int i = 0; i < 2; i++)
		if (side[i].bundle != NULL)
			aeg_bundle_close(&o[i].bundle);
	return status;
}
