/*
 * Changes to a good section MACHINES, or any bytes as one: what is accepted is run, with any
 * outcomes. The first byte says how many changes follow, of three bytes each (offset, value), 255:
 * the rest up to a NUL is the section itself; the second how much memory there is; lines are
 * outcomes.
 */
#include "machine/stepped_test.h"

enum { RAW = 255, MOST_OUTCOMES = 24 };

static struct stepped good;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	stepped_make(&good, stepped_all);
	if (good.section.len == 0)
		abort();
	return 0;
}

static void outcomes_of(char *text, const char **ret)
{
	uint32_t n = 0;
	for (char *end; n < MOST_OUTCOMES && (end = strchr(text, '\n')) != NULL; text = end + 1) {
		*end = 0;
		ret[n++] = text;
	}
	ret[n] = NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct stepper c;
	const char *outcomes[MOST_OUTCOMES + 1];
	struct aeg_machines ms;
	size_t n, len;
	if (size < 2)
		return 0;
	size_t mem_size = (size_t)data[1] << 8;
	const uint8_t *at = data + 2, *end = data + size;
	n = data[0] == RAW ? 0 : (size_t)data[0] * 3;
	if (n > (size_t)(end - at))
		return 0;
	const uint8_t *nul = data[0] == RAW ? memchr(at, 0, (size_t)(end - at)) : NULL;
	len = data[0] != RAW ? good.section.len
	      : nul == NULL  ? (size_t)(end - at)
			     : (size_t)(nul - at);
	uint8_t *section = malloc(len + 1);
	memcpy(section, data[0] == RAW ? (const void *)at : good.section.at, len);
	for (size_t i = 0; i < n; i += 3)
		section[(at[i] | (size_t)at[i + 1] << 8) % len] ^= at[i + 2];
	at += data[0] == RAW ? len : n;
	char *text = malloc((size_t)(end - at) + 1);
	memcpy(text, at, (size_t)(end - at));
	text[end - at] = 0;
	outcomes_of(text, outcomes);
	if (len > 0 && stepped_open(section, (uint32_t)len, &ms) == AEG_OK)
		stepper_run_all(&c, &ms, outcomes, mem_size);
	free(text);
	free(section);
	return 0;
}
