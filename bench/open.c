/* Opening a bundle: against one Ed25519 verification and one BLAKE2b pass over it. */
#define _GNU_SOURCE
#include "bench.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "emit/emit.h"

enum { TIMES = 200 };

/* A signed bundle of about a megabyte. */
static struct slice signed_bundle(struct arena *a, struct emit_key *key)
{
	struct slice bundle, out;
	uint32_t n = 64;
	do {
		bench_model(a, bench_policy(a, n, 10), &bundle);
		n += n / 4;
	} while (bundle.len < 1000 * 1000);
	emit_key_make(key);
	if (emit_sign(a, bundle, key, &out) != EMIT_SIGNED)
		exit(1);
	return out;
}

static int in_memory_file(struct slice bytes)
{
	int fd = memfd_create("bench", MFD_CLOEXEC);
	if (fd < 0 || write(fd, bytes.at, bytes.len) != (ssize_t)bytes.len)
		exit(1);
	return fd;
}

void bench_open(void)
{
	struct arena a = { .limit = (size_t)4 << 30, .fail = bench_fail_arena };
	struct emit_key key;
	struct aeg_trust trust;
	struct aeg_bundle b;
	unsigned char hash[32], sig[64];
	double open = 1e18, yard = 1e18;

	struct slice bundle = signed_bundle(&a, &key);
	struct slice pub = emit_key_public_file(&a, &key);
	int fd = in_memory_file(bundle);
	if (aeg_trust_parse(&trust, pub.at, pub.len) != AEG_OK)
		exit(1);
	trust.now = 1;
	crypto_sign_detached(sig, NULL, (const unsigned char *)bundle.at, 89, key.secret);
	for (int i = 0; i < TIMES; i++) {
		double t = bench_now();
		lseek(fd, 0, SEEK_SET);
		if (aeg_bundle_open(&b, fd, &trust, AEG_OPEN_COPY) != AEG_OK)
			exit(1);
		double end = bench_now() - t;
		aeg_bundle_close(&b);
		open = end < open ? end : open;

		t = bench_now();
		crypto_generichash(
			hash, sizeof hash, (const unsigned char *)bundle.at, bundle.len, NULL, 0);
		if (crypto_sign_verify_detached(
			    sig, (const unsigned char *)bundle.at, 89, key.secret + 32) != 0)
			exit(1);
		end = bench_now() - t;
		yard = end < yard ? end : yard;
	}
	printf("open a bundle of %u bytes\n", bundle.len);
	printf("  verify, check and map %.0f us, Ed25519 and BLAKE2b alone %.0f us\n", open / 1e3,
		yard / 1e3);
	bench_report("open / (one Ed25519 verification + one BLAKE2b pass)", open / yard, 1.5, "x",
		false);
	close(fd);
	arena_free(&a);
}
