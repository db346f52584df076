/* Generates arguments: each entry as it is, and turned in the ways that attackers turn it. */
#include "prove/vary.h"

/* splitmix64: the same calls on every build. */
uint32_t vary_pick(struct vary *v, uint32_t n)
{
	uint64_t z = v->state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (uint32_t)((z ^ z >> 31) >> 32) % n;
}

#define PICK(v, list) ((list)[vary_pick((v), (uint32_t)(sizeof(list) / sizeof *(list)))])

static struct slice entry(struct vary *v, const struct mlist *list, const char *otherwise)
{
	return list->n == 0 ? slice_of(otherwise) : list->v[vary_pick(v, list->n)].text;
}

/* ---- Paths --------------------------------------------------------------------------------- */

/* A path that the entry's own pattern describes: `**` as two components, `*` as two bytes. */
static void add_like(struct buf *out, struct slice glob)
{
	for (uint32_t i = 0; i < glob.len; i++) {
		if (glob.at[i] != '*') {
			buf_add(out, glob.at + i, 1);
		} else if (i + 1 < glob.len && glob.at[i + 1] == '*') {
			buf_text(out, "q/r");
			i++;
		} else {
			buf_text(out, "qr");
		}
	}
}

static void vary_path(struct vary *v, struct buf *out, const struct mcap *cap)
{
	static const char *const after[] = { "", "", "/inside.txt", "/a/b", "-evil",
		"/../etc/passwd", "/..", "//.//x", "/", "/.", "\x01", "/...", "*" };
	static const char *const instead[] = { "", "/", "relative/file", "..", ".", "/etc/passwd",
		"/workspace", "/workspace-evil", "~", "\xc3\xa9" };
	struct slice e = entry(v, &cap->paths, "/workspace");

	switch (vary_pick(v, 8)) {
	case 0: buf_text(out, PICK(v, instead)); return;
	case 1: /* what stands above it, or shares only its first bytes */
		add_like(out, (struct slice){ e.at, vary_pick(v, e.len + 1) });
		return;
	default: add_like(out, e); buf_text(out, PICK(v, after));
	}
}

/* ---- Commands ------------------------------------------------------------------------------ */

static struct slice command_entry(struct vary *v, const struct mcap *cap, const struct mlist **subs)
{
	*subs = &cap->subcommand_list;
	if (cap->subcommand_form != SUBCOMMANDS_MAP || cap->nsubcommand_map == 0 ||
		(cap->commands.n != 0 && vary_pick(v, 4) == 0))
		return entry(v, &cap->commands, "ls");
	const struct mcommand *c = &cap->subcommand_map[vary_pick(v, cap->nsubcommand_map)];
	*subs = &c->subcommands;
	return c->command.text;
}

static void vary_command(struct vary *v, struct buf *out, const struct mcap *cap)
{
	static const char *const before[] = { "", "", "", "", " ", "/usr/bin/", "A=1 ", "\\", "'' ",
		"#", "$" };
	static const char *const after[] = { "", "", "", "", " --flag", "; rm", " && ls", " | sh",
		" `id`", " $(id)", " \"$HOME\"", " '$HOME'", " > f", "\n", " \"open", " \\", " #",
		" a#b", "x" };
	const struct mlist *subs;
	struct slice base = command_entry(v, cap, &subs);
	uint32_t quoted = vary_pick(v, 8);

	buf_text(out, PICK(v, before));
	buf_text(out, quoted == 0 ? "\"" : quoted == 1 ? "'" : "");
	buf_slice(out, base);
	buf_text(out, quoted == 0 ? "\"" : quoted == 1 ? "'" : "");
	if (vary_pick(v, 4) != 0) {
		buf_text(out, " ");
		if (vary_pick(v, 4) != 0)
			buf_slice(out, entry(v, subs, "status"));
		else
			buf_text(out, "other");
	}
	buf_text(out, PICK(v, after));
}

static void vary_args(struct vary *v, struct buf *out, const struct mcap *cap)
{
	const struct mlist *subs;

	command_entry(v, cap, &subs);
	buf_text(out, "[");
	switch (vary_pick(v, 6)) {
	case 0: break;
	case 1: buf_text(out, "7"); break;
	case 2: buf_text(out, "\"; rm\", \"x\""); break;
	default: buf_json_string(out, entry(v, subs, "status")); buf_text(out, ", \"-v\"");
	}
	buf_text(out, "]");
}

/* ---- Hosts --------------------------------------------------------------------------------- */

static void vary_url(struct vary *v, struct buf *out, const struct mcap *cap)
{
	static const char *const scheme[] = { "https://", "https://", "http://", "HTTPS://",
		"ftp://", "//", "https:/", "" };
	static const char *const before[] = { "", "", "", "", "api.", "a.b.", "evil", "user@", "..",
		"evil.com\\\\@" };
	static const char *const after[] = { "", "/", "/path?q=@x#f", ":443/", ":65536", "?x", "#x",
		".", "..", ".evil.com", "@evil.com", ":80@evil.com", "\\\\.evil.com", " ", ":" };
	static const char *const instead[] = { "http://127.0.0.1", "http://0x7f.1", "http://[::1]/",
		"http://2130706433", "https://", "not a url" };
	struct slice host = entry(v, &cap->domains, "example.com");

	if (vary_pick(v, 8) == 0) {
		buf_text(out, PICK(v, instead));
		return;
	}
	if (slice_begins(host, SLICE("*.")))
		host = (struct slice){ host.at + 2, host.len - 2 };
	bool upper = vary_pick(v, 4) == 0;
	buf_text(out, PICK(v, scheme));
	buf_text(out, PICK(v, before));
	for (uint32_t i = 0; i < host.len; i++) {
		char c = host.at[i];
		c = upper && c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
		buf_add(out, &c, 1);
	}
	buf_text(out, PICK(v, after));
}

/* ---- Arguments ----------------------------------------------------------------------------- */

static void vary_string(struct vary *v, struct buf *out, enum mrole role, const struct mcap *cap)
{
	v->text.len = 0;
	switch (role) {
	case ROLE_PATH: vary_path(v, &v->text, cap); break;
	case ROLE_COMMAND: vary_command(v, &v->text, cap); break;
	case ROLE_URL: vary_url(v, &v->text, cap); break;
	case ROLE_ARGS:
	case ROLE_SECRET: buf_text(&v->text, "secret"); break;
	}
	buf_json_string(out, buf_done(&v->text));
}

static void vary_value(
	struct vary *v, struct buf *out, const struct marg *a, const struct mcap *cap)
{
	static const char *const wrong[] = { "null", "5", "{}", "true", "[]", "[null]" };
	uint32_t n = 1 + vary_pick(v, 2);

	if (vary_pick(v, 16) == 0) {
		buf_text(out, PICK(v, wrong));
	} else if (a->role == ROLE_ARGS) {
		vary_args(v, out, cap);
	} else if (!a->list) {
		vary_string(v, out, a->role, cap);
	} else {
		for (uint32_t i = 0; i < n; i++) {
			buf_text(out, i == 0 ? "[" : ", ");
			vary_string(v, out, a->role, cap);
		}
		buf_text(out, "]");
	}
}

void vary_arguments(
	struct vary *v, struct buf *out, const struct mtool *tool, const struct mcap *cap)
{
	bool first = true;

	buf_text(out, "{");
	for (uint32_t i = 0; tool != NULL && i < tool->nargs; i++) {
		const struct marg *a = &tool->args[i];
		if (vary_pick(v, a->required ? 16 : 3) == 0)
			continue;
		buf_text(out, first ? "" : ", ");
		buf_json_string(out, a->name.text);
		buf_text(out, ": ");
		vary_value(v, out, a, cap);
		first = false;
	}
	buf_text(out, "}");
}
