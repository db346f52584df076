/* The report for a comment on a change: Markdown, whatever names the policies have. */
#include "cli/tell.h"
#include "diff/internal.h"

/* Comments are refused where they are longer than 65,536 characters. */
enum { PAGE_MOST = 60000, ROWS_MOST = 200 };

/* A name as HTML: what Markdown or HTML could take for their own is written as a number. */
static void add_name(struct buf *out, struct slice name)
{
	struct buf text = { .arena = out->arena };

	tell_text(&text, name);
	struct slice s = buf_done(&text);
	buf_text(out, "<code>");
	for (uint32_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.at[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		if (letter || (c >= '0' && c <= '9') || c == '-' || c == ' ' || c >= 0x80)
			buf_add(out, &c, 1);
		else
			buf_printf(out, "&#%u;", (unsigned)c);
	}
	buf_text(out, "</code>");
}

/* A block of code whose fence is longer than any in it. */
static void add_code(struct buf *out, struct slice text)
{
	uint32_t run = 0, longest = 2;

	for (uint32_t i = 0; i < text.len; i++) {
		run = text.at[i] == '`' ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	for (int end = 0; end < 2; end++) {
		for (uint32_t i = 0; i <= longest; i++)
			buf_text(out, "`");
		buf_text(out, end == 0 ? "diff\n" : "\n");
		if (end == 0)
			buf_slice(out, text);
	}
}

struct page {
	struct buf *out;
	const struct diff *d;
	uint32_t left_out;
};

/* @title is Markdown; @text plain, whole lines. */
static void add_details(struct page *p, struct slice title, struct slice text)
{
	struct buf all = { .arena = p->out->arena };

	buf_text(&all, "\n<details><summary>");
	buf_slice(&all, title);
	buf_text(&all, "</summary>\n\n");
	add_code(&all, text);
	buf_text(&all, "\n</details>\n");
	if (p->out->len + all.len > PAGE_MOST)
		p->left_out++;
	else
		buf_slice(p->out, buf_done(&all));
}

/* ---- The table ----------------------------------------------------------------------------- */

static void add_row(struct buf *out, const struct diff_context *c)
{
	uint32_t allowed = 0, looser = 0, tighter = 0;

	for (size_t i = 0; i < c->nregions; i++)
		allowed += c->regions[i].allowed;
	for (size_t i = 0; i < c->nlimits; i++) {
		looser += c->limits[i].looser;
		tighter += c->limits[i].tighter;
	}
	buf_text(out, "| ");
	add_name(out, c->name);
	buf_printf(out, " | %s | %u | %u | %u | %u |\n", diff_what(c), allowed,
		(unsigned)c->nregions - allowed, looser, tighter);
}

static void add_table(struct page *p)
{
	const struct diff *d = p->d;

	if (d->ncontexts == 0)
		return;
	buf_text(p->out, "\n| context | is | newly allowed | newly denied | looser | tighter |\n"
			 "|---|---|--:|--:|--:|--:|\n");
	for (size_t i = 0; i < d->ncontexts && i < ROWS_MOST; i++)
		add_row(p->out, &d->contexts[i]);
	if (d->ncontexts > ROWS_MOST)
		buf_printf(p->out, "| and %zu more | | | | | |\n", d->ncontexts - ROWS_MOST);
}

/* ---- The whole ----------------------------------------------------------------------------- */

static void add_contexts(struct page *p)
{
	for (size_t i = 0; i < p->d->ncontexts; i++) {
		const struct diff_context *c = &p->d->contexts[i];
		struct buf title = { .arena = p->out->arena }, text = title;
		add_name(&title, c->name);
		buf_printf(&title, ": %s", diff_what(c));
		diff_text_changes(&text, p->d, c, false);
		if (text.len != 0)
			add_details(p, buf_done(&title), buf_done(&text));
	}
}

static void add_members(struct page *p)
{
	struct buf text = { .arena = p->out->arena };

	for (size_t i = 0; i < p->d->nmembers; i++) {
		const struct diff_member *m = &p->d->members[i];
		diff_text_member(&text, m);
		buf_text(&text, "\n");
		if (m->change != NULL)
			diff_text_changes(&text, p->d, m->change, false);
	}
	if (text.len != 0)
		add_details(p, SLICE("agents, tiers and operators"), buf_done(&text));
}

static void add_tools(struct page *p)
{
	struct buf text = { .arena = p->out->arena };

	diff_text_tools(&text, p->d);
	if (text.len != 0)
		add_details(p, SLICE("the tool catalogue"), buf_done(&text));
}

void diff_markdown(struct buf *out, const struct diff *d)
{
	struct page p = { out, d, 0 };
	const char *is = d->wider && d->narrower ? "wider and narrower"
			 : d->wider              ? "wider"
			 : d->narrower           ? "narrower"
						 : "as wide as before";

	buf_printf(out, "### The policy is %s\n\n", is);
	diff_text_total(out, d);
	buf_text(out, "\n");
	add_table(&p);
	add_contexts(&p);
	add_members(&p);
	add_tools(&p);
	if (p.left_out != 0)
		buf_printf(out, "\n%u part%s left out here: `--format text` shows all.\n",
			p.left_out, p.left_out == 1 ? " is" : "s are");
}
