#ifndef MODEL_STDLIB_H
#define MODEL_STDLIB_H
/* The files of stdlib-contexts/, compiled in, in the order of their names. */

struct stdlib_file {
	const char *name; /* "stdlib-contexts/NAME.yaml" */
	const unsigned char *at;
	unsigned len; /* a NUL follows, not counted */
};
extern const struct stdlib_file stdlib_files[];
extern const unsigned stdlib_nfiles;
#endif
