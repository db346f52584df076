/* Reads the options that several commands share. */
#define _DEFAULT_SOURCE
#include "driver/options.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "aegis/aegis.h"
#include "base/file.h"
#include "base/nearest.h"
#include "source/utf8.h"

/* ---- Findings ------------------------------------------------------------------------------ */

static int read_codes(struct command_line *l, const char *option, bool errors_too,
	const uint16_t **ret, uint32_t *ret_n)
{
	const char **texts = command_values(l, option, ret_n);
	uint16_t *codes = arena_array(l->arena, uint16_t, *ret_n);
	for (uint32_t i = 0; i < *ret_n; i++) {
		const struct diag_info *info = diag_info(diag_code_parse(texts[i]));
		if (info == NULL)
			return command_usage(
				l, "`%s` is no code of a finding, as in AEG0001", texts[i]);
		if (!errors_too && !pipeline_may_allow(info))
			return command_usage(l,
				"AEG%04u is an error: nothing is built from sources that have it",
				(unsigned)info->code);
		codes[i] = (uint16_t)info->code;
	}
	*ret = codes;
	return COMMAND_OK;
}

/* The kinds that another file may refer to. */
static int check_external(struct command_line *l, const char *text)
{
	size_t n = strcspn(text, ":");
	for (size_t i = 0; i < REFERENCE_NKINDS; i++)
		if (strncmp(text, reference_words[i], n) == 0 && reference_words[i][n] == 0 &&
			text[n] == ':' && text[n + 1] != 0)
			return COMMAND_OK;
	return command_usage(
		l, "`--external` names a KIND:NAME, as in context:NAME, not `%s`", text);
}

int options_pipeline(struct command_line *l, struct pipeline *p, bool building)
{
	pipeline_init(p, l->arena);
	struct diags *d = &p->diags;
	int status = read_codes(l, "--allow", !building, &d->allow, &d->nallow);
	if (status == COMMAND_OK)
		status = read_codes(l, "--deny", true, &d->deny, &d->ndeny);
	d->strict = command_has(l, "--strict");
	p->link.building = building;
	p->link.external = command_values(l, "--external", &p->link.nexternal);
	for (uint32_t i = 0; i < p->link.nexternal && status == COMMAND_OK; i++)
		status = check_external(l, p->link.external[i]);
	if (status != COMMAND_OK)
		return status;
	for (uint32_t i = 0; i < l->noperands; i++)
		sources_add(&p->sources, l->operands[i]);
	return COMMAND_OK;
}

int options_report(struct command_line *l, struct pipeline *p, bool json)
{
	struct buf out = { .arena = l->arena };
	if (json)
		diag_render_json(&p->diags, &out);
	else
		diag_render_text(&p->diags, &out, command_colour(STDERR_FILENO));
	command_print(&out, json ? stdout : stderr);
	for (size_t i = 0; i < p->sources.nproblems; i++)
		if (!p->sources.problems[i].too_large)
			command_fail(l, COMMAND_IO, "%s: %s", p->sources.problems[i].path,
				p->sources.problems[i].why);
	if (pipeline_unread(p))
		return COMMAND_IO;
	return p->diags.errors > 0 ? COMMAND_NO : COMMAND_OK;
}

int options_compile(
	struct command_line *l, struct pipeline *p, const char *done, struct aeg_bundle *ret)
{
	struct slice bytes = pipeline_run(p, PIPELINE_BUNDLE);
	if (p->diags.errors > 0 || pipeline_unread(p))
		return options_report(l, p, false);
	if (p->disagreement != NULL)
		return command_fail(l, COMMAND_INTERNAL,
			"nothing was %s: the bundle decides otherwise than its sources. "
			"This is a mistake in aegisc.\n  %s",
			done, p->disagreement);
	enum aeg_status status = aeg_bundle_check(ret, bytes.at, bytes.len);
	assert(status == AEG_OK);
	return status == AEG_OK ? COMMAND_OK : COMMAND_INTERNAL;
}

/* ---- What goes into a bundle --------------------------------------------------------------- */

static bool read_number(const char *text, uint64_t *ret)
{
	char *end;
	errno = 0;
	unsigned long long n = strtoull(text, &end, 10);
	*ret = n;
	return errno == 0 && text[0] >= '0' && text[0] <= '9' && *end == 0;
}

/* YYYY-MM-DDTHH:MM:SSZ: as written again it must be the same, or it is no such day or hour. */
bool options_time(const char *text, uint64_t *ret)
{
	struct tm tm = { 0 };
	char again[32];
	if (sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2dZ", &tm.tm_year, &tm.tm_mon, &tm.tm_mday,
		    &tm.tm_hour, &tm.tm_min, &tm.tm_sec) != 6)
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	time_t t = timegm(&tm);
	*ret = (uint64_t)t;
	return t > 0 && gmtime_r(&t, &tm) != NULL &&
	       strftime(again, sizeof again, "%Y-%m-%dT%H:%M:%SZ", &tm) != 0 &&
	       strcmp(again, text) == 0;
}

static int read_provenance(struct command_line *l, const char *path, struct slice *ret)
{
	enum { MOST = 1 << 20 };
	const char *why;
	if (!file_read(l->arena, path, MOST, ret, &why))
		return command_fail(l, COMMAND_IO, "%s: %s", path, why);
	for (uint32_t i = 0, n; i < ret->len; i += n)
		if (utf8_decode(ret->at + i, ret->len - i, &n) == UINT32_MAX)
			return command_fail(
				l, COMMAND_NO, "%s: byte %u is not UTF-8 text", path, (unsigned)i);
	return COMMAND_OK;
}

int options_emit(struct command_line *l, struct emit_options *ret)
{
	const char *serial = command_value(l, "--serial"), *time = command_value(l, "--not-after"),
		   *provenance = command_value(l, "--provenance");
	if (serial != NULL && !read_number(serial, &ret->serial))
		return command_usage(l, "`--serial` is a whole number, not `%s`", serial);
	if (time != NULL && !options_time(time, &ret->not_after))
		return command_usage(
			l, "`--not-after` is a time like 2030-12-31T23:59:59Z, not `%s`", time);
	ret->strip = command_has(l, "--strip");
	return provenance == NULL ? COMMAND_OK : read_provenance(l, provenance, &ret->provenance);
}

/* ---- Dumps --------------------------------------------------------------------------------- */

static int unknown_stage(struct command_line *l, struct slice name)
{
	struct slice names[PIPELINE_NSTAGES];
	for (int i = 0; i < PIPELINE_NSTAGES; i++)
		names[i] = slice_of(pipeline_stage_names[i]);
	size_t near = nearest_name(name, names, PIPELINE_NSTAGES);
	if (near == SIZE_MAX)
		return command_usage(l,
			"there is no stage `%.*s`: they are syntax, model, ir and bundle",
			SLICE_ARG(name));
	return command_usage(
		l, "there is no stage `%.*s`; did you mean `%s`?", SLICE_ARG(name), names[near].at);
}

int options_dumps(struct command_line *l, const char *value, uint32_t *ret)
{
	for (*ret = 0;; value++) {
		struct slice name = { value, (uint32_t)strcspn(value, ",") };
		int stage = 0;
		while (stage < PIPELINE_NSTAGES && !slice_is(name, pipeline_stage_names[stage]))
			stage++;
		if (stage == PIPELINE_NSTAGES)
			return unknown_stage(l, name);
		*ret |= 1u << stage;
		value += name.len;
		if (*value == 0)
			return COMMAND_OK;
	}
}
