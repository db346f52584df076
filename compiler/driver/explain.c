/* aegisc explain: what a finding means, at length. */
#include <ctype.h>
#include <stdio.h>

#include "diag/diag.h"
#include "driver/commands.h"

const struct option explain_options[] = {
	{ "--all", 0, NULL, false, "explain every code, as one page of Markdown" },
	{ 0 },
};

static const char *severity_name(enum diag_severity s)
{
	switch (s) {
	case DIAG_NOTE: return "note";
	case DIAG_WARNING: return "warning";
	case DIAG_ERROR: break;
	}
	return "error";
}

/* Paragraphs at most 90 columns wide. */
static void add_wrapped(struct buf *b, const char *text)
{
	enum { WIDTH = 90 };
	size_t column = 0;
	while (*text != 0) {
		size_t word = strcspn(text, " \n");
		if (column != 0 && column + 1 + word > WIDTH) {
			buf_text(b, "\n");
			column = 0;
		}
		buf_text(b, column == 0 ? "" : " ");
		buf_add(b, text, word);
		column += word + (column != 0);
		text += word;
		if (*text == '\n') {
			buf_text(b, "\n");
			column = 0;
		}
		text += *text != 0;
	}
	buf_text(b, "\n");
}

static void add_indented(struct buf *b, const char *text, const char *indent)
{
	while (*text != 0) {
		size_t n = strcspn(text, "\n");
		buf_text(b, n == 0 ? "" : indent);
		buf_add(b, text, n);
		buf_text(b, "\n");
		text += n + (text[n] == '\n');
	}
}

static void explain(struct buf *b, const struct diag_info *i)
{
	buf_printf(b, "AEG%04u (%s, %s): %s\n\n", (unsigned)i->code, severity_name(i->severity),
		i->name, i->text);
	add_wrapped(b, i->why);
	buf_text(b, "\nwrong:\n\n");
	add_indented(b, i->wrong, "    ");
	buf_text(b, "\nright:\n\n");
	add_indented(b, i->right, "    ");
}

static void explain_all(struct buf *b)
{
	const struct diag_info *info;
	buf_text(b,
		"# Findings\n\n"
		"What `aegisc` can say about a source, by number. A number keeps its meaning for ever.\n"
		"This page is what `aegisc explain --all` prints.\n");
	for (size_t i = 0; (info = diag_info_at(i)) != NULL; i++) {
		buf_printf(b, "\n## AEG%04u `%s` (%s)\n\n%c", (unsigned)info->code, info->name,
			severity_name(info->severity), toupper((unsigned char)info->text[0]));
		buf_printf(b, "%s.\n\n", info->text + 1);
		add_wrapped(b, info->why);
		buf_text(b, "\nWrong:\n```\n");
		add_indented(b, info->wrong, "");
		buf_text(b, "```\nRight:\n```\n");
		add_indented(b, info->right, "");
		buf_text(b, "```\n");
	}
}

/* By short name ("unknown_context"), for who knows it from elsewhere. */
static uint32_t code_of_name(const char *name)
{
	const struct diag_info *info;
	for (size_t i = 0; (info = diag_info_at(i)) != NULL; i++)
		if (strcmp(info->name, name) == 0)
			return (uint32_t)info->code;
	return 0;
}

int explain_run(struct command_line *l)
{
	struct buf out = { .arena = l->arena };
	bool all = command_has(l, "--all");
	if (all == (l->noperands == 1))
		return command_usage(l, "explain which? One CODE, as in AEG0001, or `--all`");
	if (all) {
		explain_all(&out);
	} else {
		uint32_t code = diag_code_parse(l->operands[0]);
		const struct diag_info *info =
			diag_info(code != 0 ? code : code_of_name(l->operands[0]));
		if (info == NULL)
			return command_usage(
				l, "`%s` is no code of a finding, as in AEG0001", l->operands[0]);
		explain(&out, info);
	}
	command_print(&out, stdout);
	return COMMAND_OK;
}
