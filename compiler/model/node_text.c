/* What the settings of a node may say, whatever `env:NAME` may stand for instead. */
#include "model/node_rows.h"

static bool refuse(struct shape *s, struct value v, const char *label, const char *help)
{
	shape_report(s, (struct diag){ AEG_bad_setting, v.at, .label = label, .help = help });
	return false;
}

bool node_text(struct shape *s, struct value v, struct mtext *io)
{
	if (!scalar_filled(s, v, io))
		return false;
	if (slice_begins(io->text, SLICE("literal:")))
		return refuse(
			s, v, "`literal:` would be part of the value", "write the value itself");
	if (slice_begins(io->text, SLICE("secret:")))
		return refuse(s, v, "this is not looked up in the secret store",
			"write `env:NAME`: credentials of MCP servers and of registries alone are looked up");
	for (uint32_t i = 0; i + 1 < io->text.len; i++)
		if (io->text.at[i] == '{' && io->text.at[i + 1] == '{') {
			shape_report(s, (struct diag){ AEG_placeholder, v.at,
						.label = "nothing is filled in here" });
			break;
		}
	return true;
}

bool node_path(struct shape *s, struct value v, struct mtext *io)
{
	if (slice_begins(io->text, SLICE("-----BEGIN")))
		return refuse(
			s, v, "this is what the file has in it", "write the path of the file");
	for (uint32_t i = 0; i < io->text.len; i++)
		if ((unsigned char)io->text.at[i] < ' ' || io->text.at[i] == 0x7f)
			return refuse(s, v, "no path: a control character", NULL);
	return node_text(s, v, io);
}

bool node_http(struct shape *s, struct value v, struct mtext *io)
{
	return node_text(s, v, io) && scalar_url(s, v, io);
}

bool node_https(struct shape *s, struct value v, struct mtext *io)
{
	return node_text(s, v, io) && scalar_https_url(s, v, io);
}

bool node_plain(struct shape *s, struct value v, struct mtext *io)
{
	return node_text(s, v, io) && scalar_not_secret(s, v, io);
}

bool node_handed(struct shape *s, struct value v, struct mtext *io)
{
	return io->text.len == 0 || node_plain(s, v, io);
}

/* What stands before `://`, and whether a node speaks it. */
static bool speaks(struct slice t, uint32_t *ret_host)
{
	static const char *const schemes[] = { "http://", "https://", "grpc://", "grpcs://",
		"ws://", "wss://", "tcp://", "unix://" };
	for (unsigned i = 0; i < sizeof schemes / sizeof *schemes; i++)
		if (slice_begins(t, slice_of(schemes[i]))) {
			*ret_host = (uint32_t)strlen(schemes[i]);
			return true;
		}
	return false;
}

/* `HOST:PORT`: both there, the port a number of at most five digits. */
static bool has_port(struct slice t)
{
	uint32_t i = t.len;
	while (i > 0 && t.at[i - 1] >= '0' && t.at[i - 1] <= '9')
		i--;
	return i > 1 && t.at[i - 1] == ':' && i < t.len && t.len - i <= 5 && t.at[i] != '0';
}

bool node_endpoint(struct shape *s, struct value v, struct mtext *io)
{
	struct slice t = io->text;
	uint32_t host = 0;
	bool url = speaks(t, &host);
	if (!node_text(s, v, io))
		return false;
	for (uint32_t i = 0; i < t.len; i++)
		if ((unsigned char)t.at[i] <= ' ' || strchr("\"<>\\^`|@\x7f", t.at[i]) != NULL)
			return refuse(s, v,
				t.at[i] == '@' ? "credentials do not stand in an address"
					       : "this cannot stand in an address",
				NULL);
	if (url ? host < t.len : has_port(t) && memchr(t.at, '/', t.len) == NULL)
		return true;
	return refuse(s, v, "neither a URL nor a host with a port",
		"as in `controller.example.com:50056` or `https://controller.example.com`");
}
