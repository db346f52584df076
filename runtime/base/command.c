/* Reads command lines by table, and explains them. */
#define _POSIX_C_SOURCE 200809L
#include "base/command.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/nearest.h"

static const struct option help_option = { "--help", 'h', NULL, false, "explain this command" };

/* ---- Help ---------------------------------------------------------------------------------- */

static void print_option(const struct option *o)
{
	char left[64];
	snprintf(left, sizeof left, "%c%c%s%s%s%s", o->letter != 0 ? '-' : ' ',
		o->letter != 0 ? o->letter : ' ', o->letter != 0 ? ", " : "  ", o->name,
		o->value != NULL ? " " : "", o->value != NULL ? o->value : "");
	printf("  %-28s %s%s\n", left, o->help, o->many ? " (repeatable)" : "");
}

static void print_lines(const char *text)
{
	while (*text != 0) {
		int n = (int)strcspn(text, "\n");
		printf("  %.*s\n", n, text);
		text += text[n] == '\n' ? n + 1 : n;
	}
}

static void print_command_help(const struct command_set *p, const struct command *c)
{
	printf("%s %s - %s\n\nusage: %s %s%s %s\n", p->name, c->name, c->summary, p->name, c->name,
		c->options != NULL ? " [options]" : "", c->operands);
	if (c->about != NULL)
		printf("\n%s\n", c->about);
	printf("\noptions:\n");
	for (const struct option *o = c->options; o != NULL && o->name != NULL; o++)
		print_option(o);
	print_option(&help_option);
	printf("\nexample:\n");
	print_lines(c->example);
}

static void print_program_help(const struct command_set *p, FILE *to)
{
	fprintf(to, "%s - %s\n\nusage: %s COMMAND ...\n\ncommands:\n", p->name, p->summary,
		p->name);
	for (const struct command *c = p->commands; c->name != NULL; c++)
		fprintf(to, "  %-10s %s\n", c->name, c->summary);
	fprintf(to,
		"\n`%s COMMAND --help` explains a command, `%s --version` says which this is.\n",
		p->name, p->name);
}

/* ---- Messages ------------------------------------------------------------------------------ */

int command_usage(const struct command_line *l, const char *format, ...)
{
	va_list args;
	fprintf(stderr, "%s %s: ", l->program->name, l->command->name);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, "\n  `%s %s --help` says more\n", l->program->name, l->command->name);
	return COMMAND_USAGE;
}

int command_fail(const struct command_line *l, enum command_exit status, const char *format, ...)
{
	va_list args;
	fprintf(stderr, "%s: ", l->program->name);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return (int)status;
}

/* ---- Parsing ------------------------------------------------------------------------------- */

static const struct option *find_long(const struct command *c, struct slice name)
{
	for (const struct option *o = c->options; o != NULL && o->name != NULL; o++)
		if (slice_is(name, o->name))
			return o;
	return slice_is(name, help_option.name) ? &help_option : NULL;
}

static const struct option *find_letter(const struct command *c, char letter)
{
	for (const struct option *o = c->options; o != NULL && o->name != NULL; o++)
		if (o->letter == letter)
			return o;
	return letter == help_option.letter ? &help_option : NULL;
}

static int unknown_option(struct command_line *l, struct slice name)
{
	uint32_t n = 0;
	for (const struct option *o = l->command->options; o != NULL && o->name != NULL; o++)
		n++;
	struct slice *names = arena_array(l->arena, struct slice, n + 1);
	for (uint32_t i = 0; i < n; i++)
		names[i] = slice_of(l->command->options[i].name);
	names[n] = slice_of(help_option.name);
	size_t near = nearest_name(name, names, n + 1);
	if (near == SIZE_MAX)
		return command_usage(l, "there is no option `%.*s`", SLICE_ARG(name));
	return command_usage(l, "there is no option `%.*s`; did you mean `%s`?", SLICE_ARG(name),
		names[near].at);
}

/* The option at argv[*i], with its value, which may be the next argument. */
static int take_option(struct command_line *l, int argc, char **argv, int *i)
{
	const char *text = argv[*i], *value = NULL;
	bool is_long = text[1] == '-';
	struct slice name = { text, is_long ? (uint32_t)strcspn(text, "=") : 2 };
	const struct option *o =
		is_long ? find_long(l->command, name) : find_letter(l->command, text[1]);
	if (o == NULL)
		return unknown_option(l, name);
	if (text[name.len] != 0)
		value = text + name.len + is_long;
	if (o->value == NULL && value != NULL)
		return command_usage(l, "`%s` takes no value", o->name);
	if (o->value != NULL && value == NULL) {
		if (*i + 1 == argc)
			return command_usage(l, "`%s` needs a value: %s", o->name, o->value);
		value = argv[++*i];
	}
	if (!o->many && command_has(l, o->name))
		return command_usage(l, "`%s` stands twice", o->name);
	l->given[l->ngiven++] = (struct command_given){ o, value };
	return COMMAND_OK;
}

static int parse(struct command_line *l, int argc, char **argv)
{
	bool options_end = false;
	l->given = arena_array(l->arena, struct command_given, (size_t)argc);
	l->operands = arena_array(l->arena, const char *, (size_t)argc);
	for (int i = 0; i < argc; i++) {
		int status = COMMAND_OK;
		if (options_end || argv[i][0] != '-' || argv[i][1] == 0)
			l->operands[l->noperands++] = argv[i];
		else if (strcmp(argv[i], "--") == 0)
			options_end = true;
		else
			status = take_option(l, argc, argv, &i);
		if (status != COMMAND_OK)
			return status;
	}
	return COMMAND_OK;
}

static int check_operands(struct command_line *l)
{
	if (l->noperands < l->command->min)
		return command_usage(l, "something is missing: %s", l->command->operands);
	if (l->noperands > l->command->max)
		return command_usage(
			l, "`%s` is one argument too many", l->operands[l->command->max]);
	return COMMAND_OK;
}

/* ---- Running ------------------------------------------------------------------------------- */

static int unknown_command(const struct command_set *p, struct arena *a, const char *name)
{
	uint32_t n = 0;
	while (p->commands[n].name != NULL)
		n++;
	struct slice *names = arena_array(a, struct slice, n);
	for (uint32_t i = 0; i < n; i++)
		names[i] = slice_of(p->commands[i].name);
	size_t near = nearest_name(slice_of(name), names, n);
	const char *what = name[0] == '-' ? "option" : "command";
	fprintf(stderr, "%s: there is no %s `%s`", p->name, what, name);
	if (near != SIZE_MAX)
		fprintf(stderr, "; did you mean `%s`?", p->commands[near].name);
	fprintf(stderr, "\n  `%s --help` lists the commands\n", p->name);
	return COMMAND_USAGE;
}

static int run(const struct command_set *p, struct arena *a, int argc, char **argv)
{
	if (argc < 2) {
		print_program_help(p, stderr);
		return COMMAND_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		print_program_help(p, stdout);
		return COMMAND_OK;
	}
	if (strcmp(argv[1], "--version") == 0) {
		fputs(p->version, stdout);
		return COMMAND_OK;
	}
	struct command_line l = { .arena = a, .program = p, .command = p->commands };
	while (l.command->name != NULL && strcmp(l.command->name, argv[1]) != 0)
		l.command++;
	if (l.command->name == NULL)
		return unknown_command(p, a, argv[1]);
	int status = parse(&l, argc - 2, argv + 2);
	if (status == COMMAND_OK && command_has(&l, help_option.name)) {
		print_command_help(p, l.command);
		return COMMAND_OK;
	}
	if (status == COMMAND_OK)
		status = check_operands(&l);
	return status == COMMAND_OK ? l.command->run(&l) : status;
}

int command_main(const struct command_set *p, struct arena *a, int argc, char **argv)
{
	int status = run(p, a, argc, argv);
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	if (errno != EPIPE) /* whoever read us has had enough, and knows */
		fprintf(stderr, "%s: standard output could not be written\n", p->name);
	return COMMAND_IO;
}

/* ---- What was given ------------------------------------------------------------------------ */

bool command_has(const struct command_line *l, const char *name)
{
	for (uint32_t i = 0; i < l->ngiven; i++)
		if (strcmp(l->given[i].option->name, name) == 0)
			return true;
	return false;
}

const char *command_value(const struct command_line *l, const char *name)
{
	for (uint32_t i = l->ngiven; i-- > 0;)
		if (strcmp(l->given[i].option->name, name) == 0)
			return l->given[i].value;
	return NULL;
}

const char **command_values(const struct command_line *l, const char *name, uint32_t *ret_n)
{
	const char **v = arena_array(l->arena, const char *, l->ngiven);
	uint32_t n = 0;
	for (uint32_t i = 0; i < l->ngiven; i++)
		if (strcmp(l->given[i].option->name, name) == 0)
			v[n++] = l->given[i].value;
	*ret_n = n;
	return v;
}

void command_print(const struct buf *b, FILE *to)
{
	if (b->len > 0) /* else b->at may be NULL */
		fwrite(b->at, 1, b->len, to);
}

int command_word(const struct command_line *l, const char *name, const char *const *words, int n,
	const char *all, int *ret_word)
{
	const char *text = command_value(l, name);
	for (int i = 0; i < n; i++)
		if (text == NULL || strcmp(text, words[i]) == 0) {
			*ret_word = i;
			return COMMAND_OK;
		}
	return command_usage(l, "`%s` is %s, not `%s`", name, all, text);
}

int command_count(const struct command_line *l, const char *name, uint64_t *ret)
{
	const char *given = command_value(l, name);
	char *end;

	if (given == NULL)
		return COMMAND_OK;
	unsigned long long n = strtoull(given, &end, 10);
	if (*given < '0' || *given > '9' || *end != 0 || n == 0)
		return command_usage(l, "%s takes a number from 1 on, not `%s`", name, given);
	*ret = n;
	return COMMAND_OK;
}

bool command_json(const struct command_line *l, int *ret_status)
{
	const char *format = command_value(l, "--format");
	*ret_status = COMMAND_OK;
	if (format == NULL || strcmp(format, "text") == 0)
		return false;
	if (strcmp(format, "json") == 0)
		return true;
	*ret_status = command_usage(l, "`--format` is `text` or `json`, not `%s`", format);
	return false;
}

bool command_colour(int fd)
{
	const char *no = getenv("NO_COLOR");
	return isatty(fd) != 0 && (no == NULL || *no == 0);
}
