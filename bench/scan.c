#define _GNU_SOURCE
/* The yardstick for decisions: a careful but plain scan over all capabilities, no tables. */
#include "bench.h"

static bool matches(const struct mpattern *p, struct slice tool)
{
	switch (p->form) {
	case PATTERN_ANY: return true;
	case PATTERN_EXACT: return slice_eq(p->stem, tool);
	case PATTERN_PREFIX:
		return tool.len > p->stem.len + 1 && slice_begins(tool, p->stem) &&
		       tool.at[p->stem.len] == '.';
	}
	return false;
}

static struct slice text_of(const struct aeg_json *j, uint32_t token)
{
	if (token == AEG_NONE || (j->tok[token].info & AEG_JSON_KIND_MASK) != AEG_JSON_STRING)
		return (struct slice){ 0 };
	return (struct slice){ j->text + j->tok[token].at, j->tok[token].len };
}

static struct slice argument(const struct aeg_json *j, const char *name)
{
	return text_of(j, aeg_json_member(j, 0, (struct aeg_str){ name, (uint32_t)strlen(name) }));
}

/* Only plain paths: the benchmark's calls hold nothing to normalise. */
static bool path_holds(const struct mlist *list, struct slice path)
{
	if (path.at == NULL || path.len == 0 || memmem(path.at, path.len, "/../", 4) != NULL)
		return false;
	for (uint32_t i = 0; i < list->n; i++) {
		struct slice e = list->v[i].text;
		if (slice_begins(path, e) && (path.len == e.len || path.at[e.len] == '/'))
			return true;
	}
	return false;
}

static bool host_holds(const struct mlist *list, struct slice url)
{
	const char *host = url.at == NULL ? NULL : memmem(url.at, url.len, "://", 3);
	if (host == NULL)
		return false;
	host += 3;
	struct slice rest = { host, (uint32_t)(url.at + url.len - host) };
	uint32_t n = 0;
	while (n < rest.len && strchr("/?#:", rest.at[n]) == NULL)
		n++;
	for (uint32_t i = 0; i < list->n; i++) {
		struct slice e = list->v[i].text;
		if (n >= e.len && memcmp(host + n - e.len, e.at, e.len) == 0 &&
			(n == e.len || host[n - e.len - 1] == '.'))
			return true;
	}
	return false;
}

static bool listed(const struct mlist *list, struct slice word)
{
	for (uint32_t i = 0; i < list->n; i++)
		if (slice_eq(list->v[i].text, word))
			return true;
	return false;
}

static bool command_holds(const struct mcap *c, const struct aeg_json *j)
{
	struct slice command = argument(j, "command");
	if (command.at == NULL || !listed(&c->commands, command))
		return false;
	if (c->subcommand_form != SUBCOMMANDS_LIST)
		return true;
	uint32_t args = aeg_json_member(j, 0, (struct aeg_str){ "args", 4 });
	return args != AEG_NONE && listed(&c->subcommand_list, text_of(j, args + 1));
}

bool scan_decide(const struct mcontext *c, struct slice tool, const struct aeg_json *args)
{
	for (uint32_t i = 0; i < c->ndeny; i++)
		if (matches(&c->deny[i], tool))
			return false;
	for (uint32_t i = 0; i < c->ncaps; i++) {
		const struct mcap *cap = &c->caps[i];
		if (!matches(&cap->pattern, tool))
			continue;
		if (cap->paths.stated && !path_holds(&cap->paths, argument(args, "path")))
			continue;
		if (cap->commands.stated && !command_holds(cap, args))
			continue;
		if (cap->domains.stated && !host_holds(&cap->domains, argument(args, "url")))
			continue;
		return true;
	}
	return false;
}
