/* Our key files and signatures against the stock minisign, both ways. */
#define _GNU_SOURCE
#include "emit/emit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>

#include "aegis/aegis.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

struct bench {
	struct arena arena;
	char dir[64];
	bool minisign; /* installed */
};

static void out_of_memory(void *ctx)
{
	(void)ctx;
	abort();
}

/* Exit status of a shell command that runs in the bench's folder. */
static int run(struct bench *b, const char *command)
{
	char line[512];

	snprintf(line, sizeof line, "cd '%s' && { %s; } >out 2>&1 </dev/null", b->dir, command);
	int status = system(line);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void save(struct bench *b, const char *name, struct slice bytes)
{
	char path[128];

	snprintf(path, sizeof path, "%s/%s", b->dir, name);
	FILE *f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes.at, 1, bytes.len, f), bytes.len);
	assert_int_equal(fclose(f), 0);
}

static struct slice load(struct bench *b, const char *name)
{
	char path[128], *bytes = arena_array(&b->arena, char, 65536);

	snprintf(path, sizeof path, "%s/%s", b->dir, name);
	FILE *f = fopen(path, "rb");
	assert_non_null(f);
	size_t n = fread(bytes, 1, 65536, f);
	fclose(f);
	return (struct slice){ bytes, (uint32_t)n };
}

static int set_up(void **state)
{
	struct bench *b = calloc(1, sizeof *b);

	if (b == NULL)
		return -1;
	b->arena = (struct arena){ .limit = (size_t)64 << 20, .fail = out_of_memory };
	strcpy(b->dir, "/tmp/aegis-key-test-XXXXXX");
	*state = b;
	if (sodium_init() < 0 || mkdtemp(b->dir) == NULL)
		return -1;
	b->minisign = run(b, "command -v minisign") == 0;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *b = *state;
	char line[128];

	snprintf(line, sizeof line, "rm -rf '%s'", b->dir);
	int status = system(line);
	arena_free(&b->arena);
	free(b);
	return status;
}

static void need_minisign(const struct bench *b)
{
	if (!b->minisign)
		skip();
}

/* ---- Key files ------------------------------------------------------------------------------ */

static void test_plain_key_comes_back(void **state)
{
	struct bench *b = *state;
	struct emit_key key, again;

	emit_key_make(&key);
	struct slice file = emit_key_secret_file(&b->arena, &key, NULL);
	assert_true(file.len > 0 && file.len <= EMIT_KEY_TEXT);
	assert_true(emit_key_public_file(&b->arena, &key).len <= EMIT_KEY_TEXT);
	assert_int_equal(emit_key_parse(file, NULL, &again), EMIT_KEY_OK);
	assert_memory_equal(&key, &again, sizeof key);
	/* A password for a key that needs none does no harm. */
	assert_int_equal(emit_key_parse(file, "secret", &again), EMIT_KEY_OK);
	emit_key_wipe(&key);
	assert_true(sodium_is_zero((const unsigned char *)&key, sizeof key));
}

/* A limit on memory makes the derivation fall back to a cheaper one, as minisign's does. */
static struct slice encrypted_file(
	struct bench *b, const struct emit_key *key, const char *password)
{
	struct rlimit before, less;

	getrlimit(RLIMIT_AS, &before);
	less = before;
	less.rlim_cur = (rlim_t)160 << 20;
	setrlimit(RLIMIT_AS, &less);
	struct slice file = emit_key_secret_file(&b->arena, key, password);
	setrlimit(RLIMIT_AS, &before);
	return file;
}

static void test_encrypted_key_needs_its_password(void **state)
{
	struct bench *b = *state;
	struct emit_key key, again;

	if (SANITIZED) /* a sanitizer needs more address space than the limit leaves */
		skip();
	emit_key_make(&key);
	struct slice file = encrypted_file(b, &key, "secret");
	assert_true(file.len > 0 && file.len <= EMIT_KEY_TEXT);
	assert_int_equal(emit_key_parse(file, NULL, &again), EMIT_KEY_PASSWORD);
	assert_int_equal(emit_key_parse(file, "Secret", &again), EMIT_KEY_CHECKSUM);
	assert_int_equal(emit_key_parse(file, "secret", &again), EMIT_KEY_OK);
	assert_memory_equal(&key, &again, sizeof key);
}

/* The file with byte @at of what its base64 says changed. */
static struct slice with_byte(struct bench *b, struct slice file, size_t at, uint8_t flip)
{
	unsigned char bytes[200];
	char *line = memchr(file.at, '\n', file.len), text[400];
	size_t n;
	struct buf out = { .arena = &b->arena };

	assert_int_equal(sodium_base642bin(bytes, sizeof bytes, line + 1,
				 file.len - 2 - (size_t)(line - file.at), NULL, &n, NULL,
				 sodium_base64_VARIANT_ORIGINAL),
		0);
	bytes[at] ^= flip;
	sodium_bin2base64(text, sizeof text, bytes, n, sodium_base64_VARIANT_ORIGINAL);
	buf_printf(&out, "untrusted comment: x\n%s\n", text);
	return buf_done(&out);
}

static void test_damaged_keys_are_refused(void **state)
{
	enum {
		ALGORITHM = 0,
		KDF = 2,
		SUM = 4,
		OPS = 38,
		MEM = 46,
		ID = 54,
		SEED = 62,
		PUBLIC = 94,
		CHECKSUM = 126
	};
	struct bench *b = *state;
	struct emit_key key, again;

	emit_key_make(&key);
	struct slice file = emit_key_secret_file(&b->arena, &key, NULL);
	struct slice sealed = with_byte(b, with_byte(b, file, KDF, 'S'), KDF + 1, 'c');
	assert_int_equal(emit_key_parse(with_byte(b, file, ID, 1), NULL, &again), EMIT_KEY_OK);
	assert_int_equal(
		emit_key_parse(with_byte(b, file, ALGORITHM, 1), NULL, &again), EMIT_KEY_SYNTAX);
	assert_int_equal(emit_key_parse(with_byte(b, file, KDF, 1), NULL, &again), EMIT_KEY_SYNTAX);
	assert_int_equal(emit_key_parse(with_byte(b, file, SUM, 1), NULL, &again), EMIT_KEY_SYNTAX);
	assert_int_equal(
		emit_key_parse(with_byte(b, file, SEED, 1), NULL, &again), EMIT_KEY_CHECKSUM);
	assert_int_equal(
		emit_key_parse(with_byte(b, file, PUBLIC, 1), NULL, &again), EMIT_KEY_CHECKSUM);
	assert_int_equal(
		emit_key_parse(with_byte(b, file, CHECKSUM, 1), NULL, &again), EMIT_KEY_CHECKSUM);
	/* Work and memory that no key file of minisign's asks for are not tried. */
	assert_int_equal(
		emit_key_parse(with_byte(b, sealed, OPS + 7, 1), "x", &again), EMIT_KEY_MEMORY);
	assert_int_equal(
		emit_key_parse(with_byte(b, sealed, MEM + 7, 1), "x", &again), EMIT_KEY_MEMORY);
}

static void test_other_files_are_no_keys(void **state)
{
	static const char *const files[] = { "", "\n",
		"untrusted comment: ", "untrusted comment: x\n", "untrusted comment: x\nRWQ=\n",
		"untrusted comment: x\n!!!\n", "RWQAAEIy\n" };
	struct bench *b = *state;
	struct emit_key key;

	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		assert_int_equal(emit_key_parse(slice_of(files[i]), NULL, &key), EMIT_KEY_SYNTAX);
	emit_key_make(&key);
	assert_int_equal(
		emit_key_parse(emit_key_public_file(&b->arena, &key), NULL, &key), EMIT_KEY_SYNTAX);
	struct slice file = emit_key_secret_file(&b->arena, &key, NULL);
	for (uint32_t n = 0; n + 1 < file.len; n++)
		assert_int_equal(
			emit_key_parse((struct slice){ file.at, n }, NULL, &key), EMIT_KEY_SYNTAX);
}

/* ---- With minisign -------------------------------------------------------------------------- */

static void test_minisign_verifies_ours(void **state)
{
	struct bench *b = *state;
	struct emit_key key;

	need_minisign(b);
	emit_key_make(&key);
	struct slice file = SLICE("what is signed\n");
	save(b, "our.pub", emit_key_public_file(&b->arena, &key));
	save(b, "file", file);
	save(b, "file.minisig", emit_minisig(&b->arena, file, &key, "file:file\tserial:7"));
	assert_int_equal(run(b, "minisign -V -H -p our.pub -m file && grep -q serial:7 out"), 0);
	save(b, "file", SLICE("What is signed\n"));
	assert_int_not_equal(run(b, "minisign -V -p our.pub -m file"), 0);
	save(b, "file", file);
	assert_int_not_equal(
		run(b, "sed -i s/serial:7/serial:8/ file.minisig && minisign -V -p our.pub -m file"),
		0);
}

static void test_minisign_signs_with_ours(void **state)
{
	struct bench *b = *state;
	struct emit_key key;

	need_minisign(b);
	emit_key_make(&key);
	save(b, "our.key", emit_key_secret_file(&b->arena, &key, NULL));
	save(b, "our.pub", emit_key_public_file(&b->arena, &key));
	save(b, "file", SLICE("what is signed\n"));
	assert_int_equal(
		run(b, "minisign -S -s our.key -m file && minisign -V -p our.pub -m file"), 0);
	if (SANITIZED)
		return;
	save(b, "our.key", encrypted_file(b, &key, "secret"));
	assert_int_equal(
		run(b, "echo secret | minisign -S -s our.key -m file && minisign -V -p our.pub -m file"),
		0);
	assert_int_not_equal(run(b, "echo Secret | minisign -S -s our.key -m file"), 0);
}

static void test_we_sign_with_minisigns(void **state)
{
	struct bench *b = *state;
	struct emit_key key;

	need_minisign(b);
	assert_int_equal(run(b, "minisign -G -W -f -p their.pub -s their.key"), 0);
	assert_int_equal(emit_key_parse(load(b, "their.key"), NULL, &key), EMIT_KEY_OK);
	struct slice file = SLICE("");
	save(b, "file", file);
	save(b, "file.minisig", emit_minisig(&b->arena, file, &key, "empty"));
	assert_int_equal(run(b, "minisign -V -p their.pub -m file"), 0);
	/* The public file of their secret key is theirs, but for the comment. */
	struct slice theirs = load(b, "their.pub"), ours = emit_key_public_file(&b->arena, &key);
	assert_string_equal(strchr(theirs.at, '\n'), strchr(ours.at, '\n'));
}

/* ---- Bundles -------------------------------------------------------------------------------- */

static struct slice empty_bundle(struct bench *b)
{
	struct diags d = { .arena = &b->arena };
	struct model m = { 0 };
	struct names names = { 0 };
	struct emit_options o = { .serial = 1 };

	return emit_bundle(&d, ir_lower(&d, &m, &names), &o);
}

static void trust(struct aeg_trust *t, struct bench *b, const struct emit_key *key)
{
	struct slice file = emit_key_public_file(&b->arena, key);

	memset(t, 0, sizeof *t);
	assert_int_equal(aeg_trust_parse(t, file.at, file.len), AEG_OK);
	t->now = 1;
}

static void test_signed_bundle_is_trusted(void **state)
{
	struct bench *b = *state;
	struct emit_key one, two;
	struct aeg_trust first, second;
	struct slice bundle = empty_bundle(b), once, twice;

	emit_key_make(&one);
	emit_key_make(&two);
	trust(&first, b, &one);
	trust(&second, b, &two);
	assert_int_equal(aeg_bundle_verify(bundle.at, bundle.len, &first), AEG_UNSIGNED);
	assert_int_equal(emit_sign(&b->arena, bundle, &one, &once), EMIT_SIGNED);
	assert_int_equal(aeg_bundle_verify(once.at, once.len, &first), AEG_OK);
	assert_int_equal(aeg_bundle_verify(once.at, once.len, &second), AEG_UNTRUSTED);
	assert_int_equal(emit_sign(&b->arena, once, &one, &twice), EMIT_SIGNED_ALREADY);
	assert_int_equal(emit_sign(&b->arena, once, &two, &twice), EMIT_SIGNED);
	assert_int_equal(aeg_bundle_verify(twice.at, twice.len, &first), AEG_OK);
	assert_int_equal(aeg_bundle_verify(twice.at, twice.len, &second), AEG_OK);
	/* Who signed does not change what is decided from. */
	assert_int_equal(bundle.len + 2 * 80, twice.len);
}

static void test_no_more_signatures_than_fit(void **state)
{
	struct bench *b = *state;
	struct emit_key key;
	struct slice bundle = empty_bundle(b);
	struct aeg_bundle checked;

	for (int i = 0; i < 64; i++) {
		emit_key_make(&key);
		assert_int_equal(emit_sign(&b->arena, bundle, &key, &bundle), EMIT_SIGNED);
	}
	assert_int_equal(aeg_bundle_check(&checked, bundle.at, bundle.len), AEG_OK);
	emit_key_make(&key);
	assert_int_equal(emit_sign(&b->arena, bundle, &key, &bundle), EMIT_SIGN_FULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_plain_key_comes_back, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_encrypted_key_needs_its_password, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_damaged_keys_are_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_other_files_are_no_keys, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_minisign_verifies_ours, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_minisign_signs_with_ours, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_we_sign_with_minisigns, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_signed_bundle_is_trusted, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_no_more_signatures_than_fit, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
