#ifndef MODEL_SCALAR_H
#define MODEL_SCALAR_H
/*
 * Texts with a form of their own, as entries for the rows of schema tables: each reports what is
 * not of its form. The readers of the forms stand beside them, for who wants the value.
 */
#include "model/schema.h"

/* ---- Sizes and durations: scalar.c --------------------------------------------------------- */

enum scalar_sizes {
	SIZES_BINARY,   /* `512Mi`: bytes, or `Ki Mi Gi Ti` */
	SIZES_ANY,      /* these in any case, and `k m g t` for powers of 1000 */
	SIZES_CONTAINER /* `k kb ki`, `m mb mi`, `g gb gi` in any case: all powers of 1024 */
};
/* Bytes, above 0; false: not of this form, zero, or beyond 64 bits. */
bool scalar_size(struct slice t, enum scalar_sizes form, uint64_t *ret_bytes);
field_entry scalar_size_binary, scalar_size_any, scalar_size_container;

enum scalar_durations {
	DURATIONS_SECONDS, /* `300`, `300s`, `5m`, `1h` */
	DURATIONS_HUMAN    /* `1h 30m`, `90s`, `2 days`: each number with its unit */
};
/* Milliseconds, above 0, what is less than one rounded up; false: not of this form, or too long. */
bool scalar_ms(struct slice t, enum scalar_durations form, uint64_t *ret_ms);
field_entry scalar_seconds, scalar_human;

/* ---- Names, references, identifiers: scalar_text.c ------------------------------------------ */

field_entry scalar_filled;                /* not blank */
field_entry scalar_name;                  /* 1 to 63 of [a-z0-9-], no hyphen at either end */
field_entry scalar_env_name;              /* `PATH`: a name of the environment */
field_entry scalar_env_ref;               /* `env:NAME` */
field_entry scalar_secret_ref;            /* `env:NAME`, or `secret:ENGINE/PATH#FIELD` */
field_entry scalar_uuid;                  /* RFC 9562 */
field_entry scalar_abs_path;              /* from the root, without `..` */
field_entry scalar_regex;                 /* a regular expression that is decided in bounded time */
field_entry scalar_not_secret;            /* anything but what looks like a secret: secret.h */
bool scalar_is_env(const struct node *n); /* a string that begins with `env:` */
bool scalar_blank(struct slice t);

/* ---- Places on the network, images: scalar_net.c -------------------------------------------- */

field_entry scalar_url;       /* absolute, `http` or `https`, without credentials */
field_entry scalar_https_url; /* `https`, or `http` to this machine */
field_entry scalar_host;      /* a host's name or an address, without port */
field_entry scalar_address;   /* `127.0.0.1:9092`, `[::1]:9092` */
field_entry scalar_cidr;      /* `10.0.0.0/8` */
field_entry scalar_image;     /* an image reference; advises a digest, warns of `latest` */
/* An IPv4 or IPv6 address in network order; its bytes (4 or 16), 0 where it is none. */
uint32_t scalar_ip(struct slice t, uint8_t ret[16]);
/* `localhost`, 127.0.0.0/8, `::1`, with or without brackets. */
bool scalar_is_loopback(struct slice host);

/* ---- Times: cron.h, zone.h ------------------------------------------------------------------ */

field_entry scalar_cron; /* five fields */
field_entry scalar_zone; /* a name of the IANA time zone database */
#endif
