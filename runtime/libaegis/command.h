#ifndef LIBAEGIS_COMMAND_H
#define LIBAEGIS_COMMAND_H
/* Command lines. Source: docs/semantics.md, section 4, Commands. */
#include "args.h"

struct aegi_words {
	uint32_t count;         /* 0, 1, or 2 for two and more */
	struct aeg_str word[2]; /* quotes and backslashes removed */
};

enum aegi_split {
	AEGI_SPLIT_WORDS,
	AEGI_SPLIT_OPERATOR, /* more than words: a shell would do something else than run one
				command */
	AEGI_SPLIT_NOMEM
};

/**
 * aegi_command_split - the first two words of @text, as a POSIX shell splits it
 * @room: taken from for words that are not written in one piece; @text's length is always enough
 * @ret:  set on AEGI_SPLIT_WORDS; borrows @text and @room
 */
enum aegi_split aegi_command_split(
	struct aeg_str text, struct aegi_room *room, struct aegi_words *ret);

/* Whether the COMMAND set @root has @command, and with it @subcommand (NULL: there is none). */
enum aeg_reason aegi_command_listed(const struct aegi_trie *t, uint32_t root,
	struct aeg_str command, const struct aeg_str *subcommand);
#endif
