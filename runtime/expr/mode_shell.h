#ifndef EXPR_MODE_SHELL_H
#define EXPR_MODE_SHELL_H
/* What a POSIX shell makes of commands: the words, and where in a command each stands. */
#include <string.h>

#include "expr/mode_internal.h"

/* mode.state: within what is not a word's plain text. */
enum shell_state {
	SHELL_TEXT,
	SHELL_ESCAPE, /* after \ */
	SHELL_SINGLE, /* in '...' */
	SHELL_COMMENT,
	SHELL_DOLLAR, /* after $ */
	SHELL_NAME,   /* in $name */
	SHELL_OPENED, /* after ( */
	SHELL_ENDED   /* after the line that ends a here-document */
};

/* What is open, of each two bytes on the stack: this and, of $( ), where the word around it stands.
 */
enum shell_level {
	SHELL_BASE,
	SHELL_SUBSHELL, /* ( */
	SHELL_CASE,     /* case ... in */
	SHELL_DOUBLE,   /* "..." */
	SHELL_COMMANDS, /* $( */
	SHELL_BRACES,   /* ${ */
	SHELL_SUM,      /* $(( */
	SHELL_PAREN,    /* ( in there */
	SHELL_BACK      /* `...` */
};
#define SHELL_DEPTH 32u /* the stack's other half keeps the word that ends a here-document */

/* mode.flags: what the word is that is being read or comes next. */
enum shell_place {
	SHELL_COMMAND,  /* a command's name, an assignment or a reserved word */
	SHELL_SIMPLE,   /* no reserved word any more: after an assignment or redirection */
	SHELL_UNSURE,   /* a command's name or an argument */
	SHELL_ARGUMENT, /* or a word of `for` */
	SHELL_TARGET,   /* of a redirection; more[SHELL_SAVED] comes after */
	SHELL_NUMBER,   /* of >& or <& */
	SHELL_SUBJECT,  /* of `case` */
	SHELL_IN,       /* `in` of `case` */
	SHELL_PATTERN,  /* the first of a list, or esac */
	SHELL_PATTERNS, /* more of them */
	SHELL_VARIABLE, /* of `for` */
	SHELL_FOR       /* `in`, or `do` */
};

/* mode.more[SHELL_WORD]: what there is of the word. */
enum shell_word {
	SHELL_NONE,
	SHELL_OTHER,
	SHELL_MAYBE, /* one may have begun */
	/* Of a command's first words alone: */
	SHELL_LETTERS, /* it is a name so far */
	SHELL_DIGITS,
	SHELL_VALUE,  /* of an assignment */
	SHELL_VANISH, /* nothing but expansions, which may come to nothing */
	SHELL_EITHER  /* the command's name or an argument; place is ARGUMENT */
};
enum { SHELL_WORD, SHELL_SAVED, SHELL_HERE };
#define SHELL_HERE_PENDING 1u
#define SHELL_HERE_QUOTED  2u
#define SHELL_HERE_TABS    4u

/* mode.word: the length of the word and its letters, of those that may be reserved. */
#define SHELL_MAX_RESERVED 8u
#define SHELL_LONG         9u

/* A text on its way through. */
struct shell {
	struct mode *m;
	const char *text;
	uint32_t len, at;
};

static inline int shell_is_first(const struct mode *m) { return m->flags <= SHELL_UNSURE; }

/* Whether the word is looked at when it ends. */
static inline int shell_is_kept(const struct mode *m)
{
	return shell_is_first(m) || m->flags == SHELL_IN || m->flags == SHELL_PATTERN ||
	       m->flags == SHELL_VARIABLE || m->flags == SHELL_FOR;
}

static inline enum shell_level shell_level(const struct mode *m)
{
	return m->depth == 0 ? SHELL_BASE : (enum shell_level)(m->stack[2 * m->depth - 2] & 15);
}

const char *shell_push(struct mode *m, enum shell_level level);
void shell_pop(struct mode *m);

/* ---- mode_shell_word.c --------------------------------------------------------------------- */

/* The word goes on, or begins: by @c as it stands, or quoted, or by an expansion. */
enum shell_part { SHELL_PLAIN, SHELL_QUOTED, SHELL_EXPANSION };
const char *shell_word(struct mode *m, enum shell_part part, char c);
/* It ends, if there is one. */
const char *shell_word_end(struct mode *m);
/* At an operator; behind it in the end. Not ( $ and quotes. */
const char *shell_operator(struct shell *s);

/* ---- mode_shell_here.c --------------------------------------------------------------------- */

/* At << : what ends the here-document, and which it is. */
const char *shell_here(struct shell *s);
/* Behind the line with <<: to the end of the here-document. */
const char *shell_here_body(struct shell *s);
#endif
