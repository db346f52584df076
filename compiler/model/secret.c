/* Secrets that stand in a manifest: tokens of known services, and text that looks random. */
#include "model/secret.h"

#include "model/shape.h"

static bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
static bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_alnum(char c) { return is_lower(c) || is_upper(c) || is_digit(c); }
static bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }
static bool is_upnum(char c) { return is_upper(c) || is_digit(c); }
static bool is_url64(char c) { return is_alnum(c) || c == '-' || c == '_'; }
static bool is_url64eq(char c) { return is_url64(c) || c == '='; }
static bool is_url64pct(char c) { return is_url64(c) || c == '%'; }
static bool is_dotted(char c) { return is_url64(c) || c == '.'; }

enum { LEAST = 20 }; /* no secret is shorter */

/* ---- Tokens -------------------------------------------------------------------------------- */

/* What stands in front of a token, how many bytes follow at least and at most, and of what. */
static const struct token {
	const char *prefix;
	uint32_t least, most;
	bool (*of)(char c);
	const char *what;
} tokens[] = {
	{ "AKIA", 16, 16, is_upnum, "an access key of AWS" },
	{ "ASIA", 16, 16, is_upnum, "an access key of AWS" },
	{ "ATATT3xFf", 40, 255, is_url64eq, "a token of Atlassian" },
	{ "AIza", 35, 35, is_url64, "a key of Google" },
	{ "AGE-SECRET-KEY-1", 50, 64, is_upnum, "a private key of age" },
	{ "GOCSPX-", 20, 64, is_url64, "a client secret of Google" },
	{ "NRAK-", 20, 64, is_upnum, "a key of New Relic" },
	{ "PMAK-", 40, 80, is_url64, "a key of Postman" },
	{ "SG.", 60, 80, is_dotted, "a key of SendGrid" },
	{ "dckr_pat_", 20, 64, is_url64, "a token of Docker Hub" },
	{ "dapi", 32, 32, is_hex, "a token of Databricks" },
	{ "doo_v1_", 64, 64, is_hex, "a token of DigitalOcean" },
	{ "dor_v1_", 64, 64, is_hex, "a token of DigitalOcean" },
	{ "dp.pt.", 40, 64, is_alnum, "a token of Doppler" },
	{ "dop_v1_", 64, 64, is_hex, "a token of DigitalOcean" },
	{ "eyJ", 30, UINT32_MAX, is_dotted, "a signed token (JWT)" },
	{ "figd_", 30, 64, is_url64, "a token of Figma" },
	{ "ghp_", 30, 255, is_alnum, "a token of GitHub" },
	{ "gho_", 30, 255, is_alnum, "a token of GitHub" },
	{ "ghu_", 30, 255, is_alnum, "a token of GitHub" },
	{ "ghs_", 30, 255, is_alnum, "a token of GitHub" },
	{ "ghr_", 30, 255, is_alnum, "a token of GitHub" },
	{ "github_pat_", 22, 255, is_url64, "a token of GitHub" },
	{ "glpat-", 20, 64, is_dotted, "a token of GitLab" },
	{ "glcbt-", 20, 64, is_dotted, "a token of GitLab" },
	{ "glptt-", 20, 64, is_dotted, "a token of GitLab" },
	{ "glagent-", 20, 64, is_dotted, "a token of GitLab" },
	{ "glsa_", 32, 64, is_url64, "a token of Grafana" },
	{ "gldt-", 20, 64, is_dotted, "a token of GitLab" },
	{ "glrt-", 20, 64, is_dotted, "a token of GitLab" },
	{ "gsk_", 40, 80, is_alnum, "a key of Groq" },
	{ "hf_", 30, 64, is_alnum, "a token of Hugging Face" },
	{ "hvs.", 24, 255, is_url64, "a token of Vault" },
	{ "hvb.", 24, 255, is_url64, "a token of Vault" },
	{ "lin_api_", 32, 64, is_alnum, "a key of Linear" },
	{ "nvapi-", 40, 80, is_url64, "a key of NVIDIA" },
	{ "ops_eyJ", 100, 2048, is_url64, "a token of 1Password" },
	{ "pplx-", 40, 64, is_alnum, "a key of Perplexity" },
	{ "pul-", 40, 40, is_hex, "a token of Pulumi" },
	{ "r8_", 37, 40, is_alnum, "a token of Replicate" },
	{ "rubygems_", 48, 48, is_hex, "a key of RubyGems" },
	{ "sntrys_", 40, 512, is_url64, "a token of Sentry" },
	{ "tskey-", 20, 80, is_url64, "a key of Tailscale" },
	{ "xai-", 60, 100, is_alnum, "a key of xAI" },
	{ "npm_", 36, 36, is_alnum, "a token of npm" },
	{ "pypi-AgE", 50, 512, is_url64, "a token of PyPI" },
	{ "rk_live_", 16, 255, is_alnum, "a key of Stripe" },
	{ "rk_test_", 16, 255, is_alnum, "a key of Stripe" },
	{ "shpat_", 32, 32, is_hex, "a token of Shopify" },
	{ "shpca_", 32, 32, is_hex, "a token of Shopify" },
	{ "shppa_", 32, 32, is_hex, "a token of Shopify" },
	{ "shpss_", 32, 32, is_hex, "a token of Shopify" },
	{ "sk-", 20, 255, is_url64, "a key of a language model's service" },
	{ "sk_live_", 16, 255, is_alnum, "a key of Stripe" },
	{ "sk_test_", 16, 255, is_alnum, "a key of Stripe" },
	{ "whsec_", 24, 255, is_alnum, "a webhook secret of Stripe" },
	{ "xapp-", 20, 255, is_url64, "a token of Slack" },
	{ "xoxa-", 20, 255, is_url64, "a token of Slack" },
	{ "xoxb-", 20, 255, is_url64, "a token of Slack" },
	{ "xoxc-", 20, 255, is_url64, "a token of Slack" },
	{ "xoxd-", 20, 512, is_url64pct, "a token of Slack" },
	{ "xoxe.xox", 20, 255, is_url64, "a token of Slack" },
	{ "xoxp-", 20, 255, is_url64, "a token of Slack" },
	{ "xoxr-", 20, 255, is_url64, "a token of Slack" },
	{ "xoxs-", 20, 255, is_url64, "a token of Slack" },
	{ "ya29.", 30, 512, is_url64, "a token of Google" },
};

/* Whether @t is made up: few different characters, or it says so. */
static bool is_placeholder(struct slice t)
{
	uint64_t seen[4] = { 0 };
	uint32_t different = 0;
	for (uint32_t i = 0; i < t.len; i++) {
		unsigned char c = (unsigned char)t.at[i];
		different += !(seen[c >> 6] >> (c & 63) & 1);
		seen[c >> 6] |= UINT64_C(1) << (c & 63);
		if (t.len - i >= 7 && (memcmp(t.at + i, "EXAMPLE", 7) == 0 ||
					      memcmp(t.at + i, "example", 7) == 0))
			return true;
	}
	return different < 8;
}

static bool has(struct slice t, bool (*is)(char))
{
	for (uint32_t i = 0; i < t.len; i++)
		if (is(t.at[i]))
			return true;
	return false;
}

/* Three parts of base64url with dots between: what a JWT has. */
static bool is_jwt(struct slice t)
{
	uint32_t dots = 0, last = 0;
	for (uint32_t i = 0; i < t.len; i++)
		if (t.at[i] == '.') {
			if (i - last < 8)
				return false;
			dots++;
			last = i + 1;
		}
	return dots == 2;
}

static bool token_fits(const struct token *k, struct slice rest, uint32_t *ret_len)
{
	uint32_t n = 0;
	while (n < rest.len && k->of(rest.at[n]))
		n++;
	struct slice tail = { rest.at, n };
	*ret_len = n;
	if (n < k->least || n > k->most || is_placeholder(tail))
		return false;
	if (strcmp(k->prefix, "sk-") == 0)
		return has(tail, is_digit) && has(tail, is_upper) && has(tail, is_lower);
	return strcmp(k->prefix, "eyJ") != 0 || is_jwt(tail);
}

static const char *private_key(struct slice t, uint32_t *ret_len)
{
	static const struct slice begin = { "-----BEGIN ", 11 }, key = { "PRIVATE KEY", 11 };
	if (!slice_begins(t, begin))
		return NULL;
	for (uint32_t i = begin.len; i + key.len <= t.len && i < 48 && t.at[i] != '\n'; i++)
		if (memcmp(t.at + i, key.at, key.len) == 0) {
			*ret_len = i + key.len;
			return "a private key";
		}
	return NULL;
}

/* Whether some token begins so: all texts of all manifests come here. */
static bool begins_token(char c)
{
	switch (c) {
	case '-':
	case 'A':
	case 'G':
	case 'N':
	case 'P':
	case 'S':
	case 'd':
	case 'e':
	case 'f':
	case 'g':
	case 'h':
	case 'l':
	case 'n':
	case 'o':
	case 'p':
	case 'r':
	case 's':
	case 't':
	case 'w':
	case 'x':
	case 'y': return true;
	default: return false;
	}
}

static const char *token_at(struct slice t, uint32_t *ret_len)
{
	const char *what = private_key(t, ret_len);
	for (size_t k = 0; what == NULL && k < sizeof tokens / sizeof *tokens; k++) {
		if (tokens[k].prefix[0] != t.at[0])
			continue;
		struct slice prefix = slice_of(tokens[k].prefix);
		struct slice rest = { t.at + prefix.len, t.len - prefix.len };
		if (!slice_begins(t, prefix) || !token_fits(&tokens[k], rest, ret_len))
			continue;
		*ret_len += prefix.len;
		what = tokens[k].what;
	}
	return what;
}

/* How long the part of a URL's user is that begins at @from; what is filled in later is none. */
static uint32_t user_part(struct slice t, uint32_t from)
{
	uint32_t i = from;
	while (i < t.len && (unsigned char)t.at[i] > ' ' &&
		strchr("/@:?#{}$<>*\"'`", t.at[i]) == NULL)
		i++;
	return i - from;
}

/* The password in `://user:password@`, which is where @t begins. */
static const char *url_password(struct slice t, uint32_t *ret_at, uint32_t *ret_len)
{
	enum { LEAST_PASSWORD = 8 };
	if (!slice_begins(t, SLICE("://")))
		return NULL;
	uint32_t colon = 3 + user_part(t, 3), n = 0;
	if (colon == t.len || t.at[colon] != ':')
		return NULL;
	n = user_part(t, colon + 1);
	struct slice password = { t.at + colon + 1, n };
	if (colon + 1 + n == t.len || t.at[colon + 1 + n] != '@' || n < LEAST_PASSWORD ||
		!has(password, is_digit) || is_placeholder(password))
		return NULL;
	*ret_at = colon + 1;
	*ret_len = n;
	return "a password in a URL";
}

const char *secret_token(struct slice t, uint32_t *ret_at, uint32_t *ret_len)
{
	bool within = false; /* a word: tokens are words */
	for (uint32_t i = 0; t.len - i >= LEAST && i < t.len; within = is_url64(t.at[i++])) {
		struct slice rest = { t.at + i, t.len - i };
		const char *what = NULL;
		*ret_at = 0;
		if (t.at[i] == ':')
			what = url_password(rest, ret_at, ret_len);
		else if (!within && begins_token(t.at[i]))
			what = token_at(rest, ret_len);
		if (what == NULL)
			continue;
		*ret_at += i;
		return what;
	}
	return NULL;
}

/* ---- Randomness ---------------------------------------------------------------------------- */

bool secret_is_uuid(struct slice t)
{
	for (uint32_t i = 0; i < t.len && t.len == 36; i++) {
		bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
		char c = is_upper(t.at[i]) ? (char)(t.at[i] | 0x20) : t.at[i];
		if (hyphen ? c != '-' : !is_hex(c))
			return false;
	}
	return t.len == 36;
}

static int class_of(char c) { return is_digit(c) ? 1 : is_lower(c) ? 2 : is_upper(c) ? 3 : 0; }

bool secret_random(struct slice t)
{
	/* Of random base64 every second neighbour is of another class, of names with numbers in
	 * them hardly one in five. A capital in front of a word is not counted. */
	enum { MOST = 512 };
	uint32_t alnum = 0, changes = 0;
	int last = 0;
	if (t.len < LEAST || t.len > MOST || secret_is_uuid(t) || is_placeholder(t))
		return false;
	for (uint32_t i = 0; i < t.len; i++) {
		int c = class_of(t.at[i]);
		if (c == 0 && strchr("+/=_-.", t.at[i]) == NULL)
			return false;
		alnum += c != 0;
		changes += c != 0 && last != 0 && c != last && !(last == 3 && c == 2);
		last = c;
	}
	return has(t, is_digit) && alnum >= LEAST && changes * 4 > alnum;
}

enum { NAME_BYTES = 64 };

/* @name as words are looked for in it: lower case, with `_` between. */
static void plain_name(struct slice name, char low[NAME_BYTES])
{
	uint32_t n = name.len < NAME_BYTES - 1 ? name.len : NAME_BYTES - 1;
	for (uint32_t i = 0; i < n; i++)
		low[i] = is_upper(name.at[i]) ? (char)(name.at[i] | 0x20)
			 : name.at[i] == '-'  ? '_'
					      : name.at[i];
	low[n] = '\0';
}

bool secret_name(struct slice name)
{
	static const char *const words[] = { "password", "passwd", "secret", "token", "api_key",
		"apikey", "private_key", "access_key", "credential", "secret_key", "signing_key",
		"encryption_key", "auth_key", "passphrase", "_pass", "_pwd" };
	char low[NAME_BYTES];
	plain_name(name, low);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		const char *at = strstr(low, words[i]);
		if (at != NULL && at[strlen(words[i])] == '\0') /* `TOKEN_URL` is none */
			return true;
	}
	return false;
}

/* Commits and checksums look random, and are none. */
static bool is_digest(struct slice name, struct slice value)
{
	static const char *const words[] = { "commit", "sha", "rev", "digest", "hash", "checksum",
		"md5", "ref" };
	char low[NAME_BYTES];
	plain_name(name, low);
	for (uint32_t i = 0; i < value.len; i++)
		if (!is_hex(value.at[i]))
			return false;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strstr(low, words[i]) != NULL)
			return !secret_name(name);
	return false;
}

/* ---- Findings ------------------------------------------------------------------------------ */

static const char elsewhere[] =
	"write `env:NAME` or `secret:ENGINE/PATH#FIELD`: who can read a manifest can use what stands in it";

static bool report_tokens(struct shape *s, const struct node *n, struct slice t)
{
	uint32_t from = 0, at, len;
	const char *what;
	while ((what = secret_token((struct slice){ t.at + from, t.len - from }, &at, &len)) !=
		NULL) {
		shape_report(s, (struct diag){ AEG_literal_secret,
					syntax_place(s->d->sources, n, from + at, len),
					.label = what, .help = elsewhere });
		from += at + len;
	}
	return from != 0;
}

bool scalar_not_secret(struct shape *s, struct value v, struct mtext *io)
{
	if (report_tokens(s, v.node, io->text))
		return false;
	if (!secret_random(io->text))
		return true;
	shape_report(s, (struct diag){ AEG_likely_secret, v.at, .label = "it looks random",
				.help = elsewhere });
	return false;
}

void secret_scan(struct shape *s, const struct node *n)
{
	if (n->kind == NODE_STRING && n->u.text.len >= LEAST)
		report_tokens(s, n, n->u.text);
	for (uint32_t i = 0; n->kind == NODE_LIST && i < n->u.list.n; i++)
		secret_scan(s, n->u.list.v[i]);
	for (uint32_t i = 0; n->kind == NODE_MAP && i < n->u.map.n; i++) {
		const struct member *m = &n->u.map.v[i];
		uint32_t at, len;
		const char *what = secret_token(m->key, &at, &len);
		if (what != NULL)
			shape_report(s, (struct diag){ AEG_literal_secret, m->key_span,
						.label = what, .help = elsewhere });
		secret_scan(s, m->value);
	}
}

/* A literal under a name that secrets have: short ones, switches and references are none. */
static bool is_literal_secret(struct slice name, struct slice value)
{
	enum { LEAST_NAMED = 8 };
	if (!secret_name(name) || value.len < LEAST_NAMED || slice_begins(value, SLICE("env:")) ||
		slice_begins(value, SLICE("secret:")) || memchr(value.at, '{', value.len) != NULL)
		return false;
	for (uint32_t i = 0; i < value.len; i++)
		if (value.at[i] == ' ' || value.at[i] == '/' || value.at[i] == '<' ||
			(value.at[i] == '$' && i == 0))
			return false;
	return !is_placeholder(value) && has(value, is_digit);
}

void secret_environment(struct shape *s, const struct field *f, struct value v, void *out)
{
	(void)f;
	(void)out;
	for (uint32_t i = 0; v.node->kind == NODE_MAP && i < v.node->u.map.n; i++) {
		const struct member *m = &v.node->u.map.v[i];
		struct value value = shape_member(m), name = { v.node, m->key_span };
		struct mtext t = { m->key, m->key_span };
		if (!scalar_env_name(s, name, &t) || value.node->kind == NODE_NULL ||
			!shape_text(s, value, &t) || is_digest(m->key, t.text) ||
			!scalar_not_secret(s, value, &t))
			continue;
		if (is_literal_secret(m->key, t.text))
			shape_report(
				s, (struct diag){ AEG_likely_secret, value.at,
					   .label = diag_text(s->d, "by its name %s is a secret",
						   diag_quote(s->d, m->key)),
					   .help = elsewhere });
	}
}
