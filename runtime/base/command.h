#ifndef BASE_COMMAND_H
#define BASE_COMMAND_H
/*
 * Command lines: tables say what a program's commands take, one parser reads them and one printer
 * explains them. Prints nothing but what `--help` asks for.
 */
#include <stdio.h>

#include "base/buf.h"

enum command_exit { /* Source: docs/cli.md. */
	COMMAND_OK = 0,
	COMMAND_NO = 1, /* findings of severity error; deny */
	COMMAND_USAGE = 2,
	COMMAND_IO = 3,       /* a file could not be read, or written */
	COMMAND_REFUSED = 4,  /* a bundle was not accepted */
	COMMAND_INTERNAL = 5, /* our mistake */
};

struct option {
	const char *name;  /* "--output" */
	char letter;       /* 'o', or 0 */
	const char *value; /* "FILE": it takes one; NULL: it takes none */
	bool many;         /* may stand more than once */
	const char *help;
};

struct command_line;
struct command {
	const char *name, *operands,
		*summary;             /* "build", "PATH...", one line for the list of commands */
	const char *about;            /* what else to know; may be NULL */
	const char *example;          /* whole lines */
	const struct option *options; /* up to one without a name; or NULL */
	uint32_t min, max;            /* how many operands */
	int (*run)(struct command_line *l);
};

struct command_set {
	const char *name, *summary, *version; /* version: whole lines */
	const struct command *commands;       /* up to one without a name */
};

struct command_line {
	struct arena *arena;
	const struct command_set *program;
	const struct command *command;
	const char **operands;
	uint32_t noperands;
	struct command_given {
		const struct option *option;
		const char *value;
	} * given;
	uint32_t ngiven;
};

/* Reads @argv, runs the command it names, and returns the exit status: of the command, of `--help`
 * and
 * `--version`, or COMMAND_USAGE; COMMAND_IO where standard output could not be written. */
int command_main(const struct command_set *p, struct arena *a, int argc, char **argv);

/* Was option @name ("--strict") given? */
bool command_has(const struct command_line *l, const char *name);
/* Its value, or NULL; the last where it stands more than once. */
const char *command_value(const struct command_line *l, const char *name);
/* All its values in order. */
const char **command_values(const struct command_line *l, const char *name, uint32_t *ret_n);

/* Prints "program command: message" to standard error and returns COMMAND_USAGE. */
int command_usage(const struct command_line *l, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Prints "program: message" to standard error and returns @status. */
int command_fail(const struct command_line *l, enum command_exit status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* What was gathered, to standard output or standard error. */
void command_print(const struct buf *b, FILE *to);

/* Which of @words the value of option @name is, in @ret_word; the first where it is not given. Any
 * other is a mistake, and @all says what there is: "text, json or tap". */
int command_word(const struct command_line *l, const char *name, const char *const *words, int n,
	const char *all, int *ret_word);
/* The value of option @name, a number from 1 on, in @ret; unchanged where it is not given. */
int command_count(const struct command_line *l, const char *name, uint64_t *ret);
/* `--format`: true for json, false for text or none; anything else is COMMAND_USAGE in @ret_status.
 */
bool command_json(const struct command_line *l, int *ret_status);
/* Colour: @fd is a terminal and NO_COLOR is not set. */
bool command_colour(int fd);
#endif
