/* Section SETTINGS: what was written is read back, and no byte that changes does harm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
/* cmocka wants these first */
#include <cmocka.h>

#include "emit/emit.h"
#include "format/aeg_settings.h"
#include "model/gateway.h"

static struct arena arena;
static struct mgateway written;
static struct slice section;

static void no_memory(void *ctx)
{
	(void)ctx;
	abort();
}

static int make(void **state)
{
	struct model m = { .gateway = &written };
	struct diags d = { .arena = &arena };
	(void)state;
	arena = (struct arena){ .limit = 1u << 24, .fail = no_memory };
	written = (struct mgateway){ .name.text = SLICE("main"),
		.jwks_cache_ttl_s = UINT64_MAX,
		.nfs_port = 1,
		.nfs_mount_port = 65535,
		.ui_enabled = true };
	for (unsigned i = 0; i < AEG_NSETTINGS; i += 2)
		written.text[i].text = slice_of(aeg_setting_name((enum aeg_setting)i));
	written.text[AEG_SETTING_SEAL_JWT_ISSUER].text = SLICE("env:ISSUER_1");
	written.text[AEG_SETTING_OPENBAO_TOKEN].text = SLICE("env:T");
	section = emit_settings(&d, &m);
	return 0;
}

static int unmake(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static enum aeg_status open_bytes(const void *at, uint32_t len, struct aeg_settings *ret)
{
	struct aeg_bundle b = { 0 };
	b.section[AEGF_SETTINGS].at = at;
	b.section[AEGF_SETTINGS].count = len;
	return aeg_settings_open(&b, ret);
}

static void assert_setting(const struct aeg_settings *s, enum aeg_setting which,
	enum aeg_setting_kind kind, const char *want)
{
	struct aeg_str t;
	assert_int_equal(aeg_setting(s, which, &t), kind);
	assert_true(slice_is((struct slice){ t.at, t.len }, want));
}

static void test_read_back(void **state)
{
	struct aeg_settings s;
	struct aeg_settings_info info = { .size_of = sizeof info };
	(void)state;
	assert_int_equal(open_bytes(section.at, section.len, &s), AEG_OK);
	assert_int_equal(aeg_settings_info(&s, &info), AEG_OK);
	assert_true(slice_is((struct slice){ info.name.at, info.name.len }, "main"));
	assert_true(info.auth_enabled && info.ui_enabled);
	assert_int_equal(info.nfs_port, 1);
	assert_int_equal(info.nfs_mount_port, 65535);
	assert_true(info.jwks_cache_ttl_seconds == UINT64_MAX);
	assert_setting(&s, AEG_SETTING_BIND_ADDR, AEG_SETTING_TEXT, "network.bind_addr");
	assert_setting(&s, AEG_SETTING_GRPC_BIND_ADDR, AEG_SETTING_ABSENT, "");
	assert_setting(&s, AEG_SETTING_SEAL_JWT_ISSUER, AEG_SETTING_ENV, "ISSUER_1");
	assert_setting(&s, AEG_SETTING_OPENBAO_TOKEN, AEG_SETTING_ENV, "T");
	assert_setting(&s, AEG_NSETTINGS, AEG_SETTING_ABSENT, "");
	assert_null(aeg_setting_name(AEG_NSETTINGS));
	info.size_of--;
	assert_int_equal(aeg_settings_info(&s, &info), AEG_USAGE);
}

static void test_no_section(void **state)
{
	struct aeg_settings s;
	struct aeg_settings_info info = { .size_of = sizeof info };
	struct diags d = { .arena = &arena };
	struct model none = { 0 };
	(void)state;
	assert_int_equal(emit_settings(&d, &none).len, 0);
	assert_int_equal(open_bytes("", 0, &s), AEG_OK);
	assert_int_equal(aeg_settings_info(&s, &info), AEG_USAGE);
	assert_setting(&s, AEG_SETTING_BIND_ADDR, AEG_SETTING_ABSENT, "");
}

#define TEXT(which, member) \
	(uint32_t)(offsetof(struct aegf_settings, text) + \
		   AEG_SETTING_##which * sizeof(struct aegf_setting) + \
		   offsetof(struct aegf_setting, member))

static void test_broken(void **state)
{
	static const struct {
		uint32_t at, value; /* a word of the head */
		enum aeg_status want;
	} rows[] = {
		{ offsetof(struct aegf_settings, flags), 4, AEG_RESERVED },
		{ offsetof(struct aegf_settings, nfs_port), 1u << 16, AEG_CONTENT },
		{ offsetof(struct aegf_settings, nfs_port), 1, AEG_CONTENT },
		{ offsetof(struct aegf_settings, name.kind), AEG_SETTING_ENV, AEG_CONTENT },
		{ offsetof(struct aegf_settings, name.len), 3, AEG_BOUNDS },
		{ TEXT(BIND_ADDR, kind), 3, AEG_CONTENT },
		{ TEXT(BIND_ADDR, kind), AEG_SETTING_ABSENT, AEG_CONTENT },
		{ TEXT(BIND_ADDR, kind), AEG_SETTING_ENV, AEG_CONTENT }, /* has a dot */
		{ TEXT(BIND_ADDR, off), 0, AEG_BOUNDS },
		{ TEXT(BIND_ADDR, len), UINT32_MAX, AEG_BOUNDS },
		{ TEXT(GRPC_BIND_ADDR, kind), AEG_SETTING_TEXT, AEG_CONTENT },
		{ TEXT(OPENBAO_TOKEN, kind), AEG_SETTING_TEXT, AEG_CONTENT },
	};
	struct aeg_settings s;
	char *copy = malloc(section.len + 4);
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct aeg_le32 value = aeg_st32(rows[i].value);
		memcpy(copy, section.at, section.len);
		memcpy(copy + rows[i].at, &value, sizeof value);
		enum aeg_status got = open_bytes(copy, section.len, &s);
		if (got != rows[i].want)
			fail_msg("row %zu: %s", i, aeg_status_text(got));
	}
	memcpy(copy, section.at, section.len);
	assert_int_equal(open_bytes(copy, section.len + 1, &s), AEG_BOUNDS);
	for (uint32_t n = 1; n < section.len; n++)
		assert_int_not_equal(open_bytes(copy, n, &s), AEG_OK);
	free(copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read_back),
		cmocka_unit_test(test_no_section),
		cmocka_unit_test(test_broken),
	};
	return cmocka_run_group_tests(tests, make, unmake);
}
