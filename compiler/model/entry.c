/* Entries of allowlists: what cannot be meant is refused, what is plain is brought to its normal
 * form. */
#define _GNU_SOURCE /* memmem */
#include "aegis/aegis.h"
#include "model/shape.h"

enum { MAX_COMPONENT = 255 };

static bool refuse(
	struct shape *s, enum diag_code code, struct span at, const char *label, const char *help)
{
	shape_report(s, (struct diag){ code, at, .label = label, .help = help });
	return false;
}

static bool is_control(char c) { return (unsigned char)c < 0x20 || c == 0x7f; }

static uint32_t find(struct slice s, bool (*is)(char))
{
	uint32_t i = 0;
	while (i < s.len && !is(s.at[i]))
		i++;
	return i;
}

static void changed(struct shape *s, struct mtext *io, struct slice normal)
{
	if (!slice_eq(io->text, normal))
		shape_report(s, (struct diag){ AEG_normalised_entry, io->at,
					.label = diag_text(
						s->d, "taken as %s", diag_quote(s->d, normal)) });
	io->text = normal;
}

/* ---- Paths --------------------------------------------------------------------------------- */

/* What keeps one component out of an entry, or NULL. */
static const char *component_fault(struct slice c)
{
	if (slice_is(c, ".."))
		return "`..` leads out of the path before it";
	if (c.len > MAX_COMPONENT)
		return "no file name is longer than 255 bytes";
	if (c.len > 2 && memmem(c.at, c.len, "**", 2) != NULL)
		return "`**` stands alone between two `/`";
	return NULL;
}

static bool path_components(struct shape *s, struct value v, struct slice t, struct buf *normal)
{
	for (uint32_t lo = 0, hi; lo < t.len; lo = hi + 1) {
		const char *slash = memchr(t.at + lo, '/', t.len - lo);
		hi = slash == NULL ? t.len : (uint32_t)(slash - t.at);
		struct slice c = { t.at + lo, hi - lo };
		const char *fault = component_fault(c);
		if (fault != NULL)
			return refuse(s, AEG_bad_path_entry,
				syntax_place(s->d->sources, v.node, lo, c.len), fault,
				"write the absolute path itself; `*` stands for bytes of one component, "
				"`**` for whole components");
		if (c.len == 0 || slice_is(c, "."))
			continue;
		buf_text(normal, "/");
		buf_slice(normal, c);
	}
	if (normal->len == 0)
		buf_text(normal, "/");
	return true;
}

/* True when @t is in normal form already and has nothing that needs a closer look. */
static bool path_is_plain(struct slice t)
{
	uint32_t component = 0;
	for (uint32_t i = 0; i < t.len; i++) {
		unsigned char c = (unsigned char)t.at[i];
		if (c == '.' || c == '*' || c < 0x20 || c == 0x7f)
			return false;
		if (c == '/' && i > 0 && component == 0)
			return false;
		component = c == '/' ? 0 : component + 1;
		if (component > MAX_COMPONENT)
			return false;
	}
	return t.len > 1 && t.at[0] == '/' && component > 0;
}

/* The path that was most likely meant. */
static const char *absolute_help(struct shape *s, struct slice t)
{
	if (memmem(t.at, t.len, "..", 2) != NULL)
		return "write the path from the root, without `..`: `/workspace/src`";
	const char *root = slice_begins(t, SLICE("workspace")) ? "/" : "/workspace/";
	struct slice meant = slice_of(diag_text(s->d, "%s%.*s", root, SLICE_ARG(t)));
	return diag_text(s->d, "write the path from the root: %s", diag_quote(s->d, meant));
}

bool entry_path(struct shape *s, struct value v, struct mtext *io)
{
	struct slice t = io->text;
	if (path_is_plain(t))
		return true;
	if (t.len == 0)
		return refuse(s, AEG_bad_path_entry, v.at, "an empty path",
			"write an absolute path: `/workspace`");
	uint32_t control = find(t, is_control);
	if (control < t.len)
		return refuse(s, AEG_bad_path_entry,
			syntax_place(s->d->sources, v.node, control, 1), "a control byte", NULL);
	if (t.at[0] != '/')
		return refuse(s, AEG_bad_path_entry, v.at, "a relative path", absolute_help(s, t));
	struct buf normal = { .arena = s->d->arena };
	if (!path_components(s, v, t, &normal))
		return false;
	changed(s, io, buf_done(&normal));
	return true;
}

/* ---- Commands ------------------------------------------------------------------------------ */

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

static bool is_shell(char c)
{
	return is_control(c) || (c != 0 && strchr(";&|<>()$`\"'\\*?[]{}#~=!", c) != NULL);
}

static bool word(
	struct shape *s, struct value v, struct slice t, const char *empty, const char *blank_help)
{
	if (t.len == 0)
		return refuse(s, AEG_bad_command_entry, v.at, empty, NULL);
	uint32_t blank = find(t, is_blank);
	if (blank < t.len)
		return refuse(s, AEG_bad_command_entry,
			syntax_place(s->d->sources, v.node, blank, 1),
			"a blank: an entry is one word", blank_help);
	return true;
}

bool entry_command(struct shape *s, struct value v, struct mtext *io)
{
	struct slice t = io->text;
	if (!word(s, v, t, "an empty command",
		    "write the command alone; what may follow it stands in `subcommand_allowlist`"))
		return false;
	uint32_t shell = find(t, is_shell);
	if (shell < t.len)
		return refuse(s, AEG_bad_command_entry,
			syntax_place(s->d->sources, v.node, shell, 1),
			"a byte that means something to a shell",
			"a command is compared byte for byte; there are no patterns here");
	if (memchr(t.at, '/', t.len) != NULL && t.at[0] != '/')
		return refuse(s, AEG_bad_command_entry, v.at, "a relative path to a command",
			"write the command's name or its absolute path: they are two different entries");
	return true;
}

bool entry_subcommand(struct shape *s, struct value v, struct mtext *io)
{
	struct slice t = io->text;
	if (!word(s, v, t, "an empty subcommand",
		    "one subcommand an entry: only the word after the command is compared"))
		return false;
	uint32_t control = find(t, is_control);
	if (control < t.len || slice_is(t, "*"))
		return refuse(s, AEG_bad_command_entry,
			syntax_place(s->d->sources, v.node, control % t.len, 1),
			control < t.len ? "a control byte" : "`*` is no pattern here",
			"in the map form an empty list means any subcommand or none");
	return true;
}

/* ---- Domains ------------------------------------------------------------------------------- */

/* Why @host cannot be one, in words, and what to write; label NULL: no particular reason. */
struct fault {
	const char *label, *help;
};

static struct fault host_fault(struct slice host)
{
	if (host.len == 0)
		return (struct fault){ "an empty name", "write a host name: `example.com`" };
	if (memmem(host.at, host.len, "://", 3) != NULL)
		return (struct fault){ "a URL", "write its host alone: `example.com`" };
	if (host.at[0] == '.')
		return (struct fault){
			"a dot in front",
			"`example.com` covers its subdomains too; `*.example.com` covers them alone"
		};
	for (uint32_t i = 0; i < host.len; i++) {
		char c = host.at[i];
		if (is_blank(c))
			return (struct fault){ "a blank", "write one host name an entry" };
		if (c == '/')
			return (struct fault){ "a path",
				"hosts alone are compared; leave the path out" };
		if (c == '@')
			return (struct fault){ "a user name", "write the host alone" };
		if (c == '*' && host.len == 1)
			return (struct fault){ "`*` is no host",
				"leave `domain_allowlist` out to allow any host" };
		if (c == '*')
			return (struct fault){
				"`*` elsewhere than in front of the first dot",
				"`example.com` covers its subdomains too; `*.example.com` covers them alone"
			};
		if (c == ':' && host.at[0] != '[' &&
			memchr(host.at + i + 1, ':', host.len - i - 1) == NULL)
			return (struct fault){ "a port", "ports are not compared; leave it out" };
		if (c == ':' && host.at[0] != '[')
			return (struct fault){ "an IPv6 address without brackets",
				"write it as in a URL: `[2001:db8::1]`" };
		if ((unsigned char)c >= 0x80)
			return (struct fault){ "not ASCII",
				"write the name as it stands in DNS: `xn--...`" };
	}
	return (struct fault){
		"neither a host name nor an address",
		"letters, digits, hyphens and dots; or four numbers; or an IPv6 address in brackets"
	};
}

bool entry_domain(struct shape *s, struct value v, struct mtext *io)
{
	char normal[256 + 2] = "*.";
	struct slice host = io->text;
	bool below = slice_begins(host, SLICE("*."));
	uint32_t len;
	if (below)
		host = (struct slice){ host.at + 2, host.len - 2 };
	enum aeg_host_kind kind =
		aeg_host_normal((struct aeg_str){ host.at, host.len }, normal + 2, &len);
	if (kind == AEG_HOST_BAD) {
		struct fault f = host_fault(host);
		return refuse(s, AEG_bad_domain_entry, v.at, f.label, f.help);
	}
	if (below && kind != AEG_HOST_NAME)
		return refuse(s, AEG_bad_domain_entry, v.at, "an address has no subdomains",
			"write it without `*.`");
	struct slice t =
		below ? (struct slice){ normal, len + 2 } : (struct slice){ normal + 2, len };
	if (slice_eq(t, io->text))
		return true;
	struct buf kept = { .arena = s->d->arena };
	buf_slice(&kept, t);
	changed(s, io, buf_done(&kept));
	return true;
}
