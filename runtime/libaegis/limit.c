/*
 * Counts grants under rate and concurrency limits, in memory that the caller gave.
 *
 * A bucket belongs to one key, context and capability. It holds the key itself, so that two keys
 * are never taken for one, and the times of its grants that are still in the window. Both stand in
 * chunks from one pool, so that a large `calls` takes memory only where calls are really made. When
 * the pool runs out, what has left its window is given back; when that is not enough, the answer is
 * AEG_NOMEM, and the call is not granted.
 *
 * A clock that goes back is taken to stand still: time that was counted twice would grant twice.
 */
#include "limit.h"

#include "siphash.h"

#define CHUNK_GRANTS 10u
#define CHUNK_BYTES  120u
/* Of what one key may need, that much is set aside for each; the pool is shared. */
#define GRANTS_PER_KEY 1024u
#define SLOTS_PER_KEY  64u

struct chunk {
	uint32_t next;
	uint32_t unused;
	union {
		struct {
			uint64_t at[CHUNK_GRANTS];
			uint32_t times[CHUNK_GRANTS]; /* grants in the same millisecond */
		} grant;
		char key[CHUNK_BYTES];
	} is;
};
_Static_assert(sizeof(struct chunk) == 128, "a chunk is two cache lines");

struct bucket {
	uint64_t window_ms;
	uint32_t next; /* in its chain, or of the free ones */
	uint32_t hash;
	uint32_t context, capability;
	uint32_t key, key_len;   /* chunks */
	uint32_t oldest, newest; /* chunks; AEG_NONE: no grants */
	uint32_t lo, hi; /* grants: from [lo] of the oldest chunk to before [hi] of the newest */
	uint32_t count;  /* grants in the window */
	uint32_t held;   /* slots */
	uint32_t used;
	uint32_t unused;
};

struct slot {
	uint32_t bucket; /* or the next free slot */
	uint32_t turn;   /* so that a slot given back twice is not somebody else's */
	uint32_t taken;
};

struct pool { /* elements that were never used stand from `fresh` on */
	uint32_t free, fresh, count;
};

struct aeg_limits {
	uint64_t now;
	uint64_t full_until; /* before that, looking for something to give back is in vain */
	uint64_t seed;
	uint32_t mask; /* of the chains */
	struct pool buckets, chunks, slots;
	struct bucket *bucket;
	struct chunk *chunk;
	uint32_t *chain;
	struct slot *slot;
};

/* ---- Memory -------------------------------------------------------------------------------- */

struct sizes {
	uint64_t buckets, chains, chunks, slots, bytes;
};

static uint64_t smaller(uint64_t a, uint64_t b) { return a < b ? a : b; }

/* What the largest limit of the bundle may need for one key. */
static struct sizes sizes_of(const struct aeg_bundle *b, uint32_t nkeys)
{
	struct sizes s = { .buckets = nkeys, .chains = 1 };
	uint64_t grants = 0, slots = 0, limited = 0;

	for (uint32_t i = 0; i < aegi_count(b, AEGF_CAPS); i++) {
		const struct aegf_cap *cap = aegi_at(b, AEGF_CAPS, i, struct aegf_cap);
		uint64_t need = smaller(
			aeg_ld32(cap->rate_calls), (uint64_t)aeg_ld32(cap->rate_per_s) * 1000);

		limited |= (uint64_t)aegi_limited(cap);
		grants = need > grants ? need : grants;
		slots = aeg_ld32(cap->max_concurrent) > slots ? aeg_ld32(cap->max_concurrent)
							      : slots;
	}
	if (!limited)
		return s;
	grants = smaller(grants, GRANTS_PER_KEY);
	while (s.chains < nkeys)
		s.chains *= 2;
	s.slots = smaller(slots, SLOTS_PER_KEY) * nkeys;
	s.chunks = 1; /* for the key */
	if (grants != 0)
		s.chunks += (grants + CHUNK_GRANTS - 1) / CHUNK_GRANTS + 1;
	s.chunks *= nkeys;
	s.bytes = sizeof(struct aeg_limits) + s.buckets * sizeof(struct bucket) +
		  s.chunks * sizeof(struct chunk) + s.chains * sizeof(uint32_t) +
		  s.slots * sizeof(struct slot);
	if (s.chunks >= AEG_NONE || s.slots >= AEG_NONE || s.chains > AEG_NONE)
		s.bytes = UINT64_MAX;
	return s;
}

size_t aeg_limits_size(const struct aeg_bundle *b, uint32_t nkeys)
{
	return (size_t)smaller(sizes_of(b, nkeys).bytes, SIZE_MAX);
}

struct aeg_limits *aeg_limits_init(
	const struct aeg_bundle *b, uint32_t nkeys, void *mem, size_t size)
{
	const struct sizes s = sizes_of(b, nkeys);
	struct aeg_limits *l = mem;

	if (s.bytes == 0 || s.bytes > size || mem == NULL || (uintptr_t)mem % 8 != 0)
		return NULL;
	*l = (struct aeg_limits){ .mask = (uint32_t)s.chains - 1 };
	l->seed = (uintptr_t)mem; /* so that nobody outside knows the chains */
	l->buckets = (struct pool){ AEG_NONE, 0, (uint32_t)s.buckets };
	l->chunks = (struct pool){ AEG_NONE, 0, (uint32_t)s.chunks };
	l->slots = (struct pool){ AEG_NONE, 0, (uint32_t)s.slots };
	l->bucket = (struct bucket *)(l + 1);
	l->chunk = (struct chunk *)(l->bucket + s.buckets);
	l->chain = (uint32_t *)(l->chunk + s.chunks);
	l->slot = (struct slot *)(l->chain + s.chains);
	memset(l->chain, 0xff, s.chains * sizeof *l->chain);
	return l;
}

/* A fresh element, or AEG_NONE; the free list is the caller's to look at first. */
static uint32_t fresh(struct pool *p) { return p->fresh < p->count ? p->fresh++ : AEG_NONE; }

static void free_chunk(struct aeg_limits *l, uint32_t i)
{
	l->chunk[i].next = l->chunks.free;
	l->chunks.free = i;
}

/* ---- A bucket's grants --------------------------------------------------------------------- */

static uint64_t oldest_at(const struct aeg_limits *l, const struct bucket *b)
{
	return l->chunk[b->oldest].is.grant.at[b->lo];
}

/* Forgets the grants that have left the window. */
static void expire(struct aeg_limits *l, struct bucket *b)
{
	while (b->oldest != AEG_NONE && l->now - oldest_at(l, b) >= b->window_ms) {
		uint32_t old = b->oldest;

		b->count -= l->chunk[old].is.grant.times[b->lo++];
		if (b->lo < (old == b->newest ? b->hi : CHUNK_GRANTS))
			continue;
		b->oldest = old == b->newest ? AEG_NONE : l->chunk[old].next;
		b->lo = 0;
		free_chunk(l, old);
	}
	if (b->oldest == AEG_NONE)
		b->newest = AEG_NONE;
}

static void drop(struct aeg_limits *l, uint32_t i)
{
	struct bucket *b = &l->bucket[i];
	uint32_t *link = &l->chain[b->hash & l->mask];

	while (*link != i)
		link = &l->bucket[*link].next;
	*link = b->next;
	while (b->key != AEG_NONE) {
		uint32_t chunk = b->key;
		b->key = l->chunk[chunk].next;
		free_chunk(l, chunk);
	}
	b->used = 0;
	b->next = l->buckets.free;
	l->buckets.free = i;
}

/* Gives back bucket @i, if it counts nothing any more. */
static void forget(struct aeg_limits *l, uint32_t i)
{
	expire(l, &l->bucket[i]);
	if (l->bucket[i].count == 0 && l->bucket[i].held == 0)
		drop(l, i);
}

/* Gives back all that has left its window, but not bucket @keep, which is in use. */
static void reclaim(struct aeg_limits *l, uint32_t keep)
{
	uint64_t until = UINT64_MAX;

	if (l->now < l->full_until)
		return;
	for (uint32_t i = 0; i < l->buckets.fresh; i++) {
		struct bucket *b = &l->bucket[i];

		if (!b->used)
			continue;
		if (i != keep)
			forget(l, i);
		else
			expire(l, b);
		if (b->count != 0 && b->window_ms < UINT64_MAX - oldest_at(l, b))
			until = smaller(until, oldest_at(l, b) + b->window_ms);
	}
	l->full_until = until;
}

static uint32_t take_chunk(struct aeg_limits *l, uint32_t keep)
{
	uint32_t i = l->chunks.free;

	if (i == AEG_NONE && l->chunks.fresh == l->chunks.count) {
		reclaim(l, keep);
		i = l->chunks.free;
	}
	if (i == AEG_NONE)
		i = fresh(&l->chunks);
	else
		l->chunks.free = l->chunk[i].next;
	if (i != AEG_NONE)
		l->chunk[i].next = AEG_NONE;
	return i;
}

/* Counts a grant now. 0: no memory. */
static int append(struct aeg_limits *l, uint32_t i)
{
	struct bucket *b = &l->bucket[i];
	struct chunk *c;

	if (b->newest != AEG_NONE && l->chunk[b->newest].is.grant.at[b->hi - 1] == l->now) {
		l->chunk[b->newest].is.grant.times[b->hi - 1]++;
		b->count++;
		return 1;
	}
	if (b->newest == AEG_NONE || b->hi == CHUNK_GRANTS) {
		uint32_t at = take_chunk(l, i);
		if (at == AEG_NONE)
			return 0;
		if (b->newest == AEG_NONE) {
			b->oldest = at;
			b->lo = 0;
		} else {
			l->chunk[b->newest].next = at;
		}
		b->newest = at;
		b->hi = 0;
	}
	if (b->window_ms < UINT64_MAX - l->now)
		l->full_until = smaller(l->full_until, l->now + b->window_ms);
	c = &l->chunk[b->newest];
	c->is.grant.at[b->hi] = l->now;
	c->is.grant.times[b->hi++] = 1;
	b->count++;
	return 1;
}

/* ---- Buckets by their key ------------------------------------------------------------------ */

static int same_key(const struct aeg_limits *l, const struct bucket *b, struct aeg_str key)
{
	uint32_t chunk = b->key;

	if (b->key_len != key.len)
		return 0;
	for (uint32_t at = 0; at < key.len; at += CHUNK_BYTES, chunk = l->chunk[chunk].next)
		if (memcmp(l->chunk[chunk].is.key, key.at + at,
			    smaller(key.len - at, CHUNK_BYTES)) != 0)
			return 0;
	return 1;
}

static uint32_t take_bucket(struct aeg_limits *l)
{
	uint32_t i = l->buckets.free;

	if (i == AEG_NONE && l->buckets.fresh == l->buckets.count) {
		reclaim(l, AEG_NONE);
		i = l->buckets.free;
	}
	if (i == AEG_NONE)
		return fresh(&l->buckets);
	l->buckets.free = l->bucket[i].next;
	return i;
}

static int store_key(struct aeg_limits *l, uint32_t i, struct aeg_str key)
{
	uint32_t *link = &l->bucket[i].key;

	for (uint32_t at = 0; at < key.len; at += CHUNK_BYTES) {
		uint32_t chunk = take_chunk(l, i);
		if (chunk == AEG_NONE)
			return 0;
		*link = chunk;
		link = &l->chunk[chunk].next;
		memcpy(l->chunk[chunk].is.key, key.at + at, smaller(key.len - at, CHUNK_BYTES));
	}
	return 1;
}

/* The bucket of the call under @capability, made where there is none; AEG_NONE: no memory. */
static uint32_t find(struct aeg_limits *l, const struct aeg_call *call, uint32_t capability)
{
	const struct aeg_str key = call->limit_key;
	uint64_t where = (uint64_t)call->context << 32 | capability;
	uint32_t hash = (uint32_t)aegi_siphash(l->seed, where, key.at, key.len), i;

	for (i = l->chain[hash & l->mask]; i != AEG_NONE; i = l->bucket[i].next) {
		const struct bucket *b = &l->bucket[i];
		if (b->hash == hash && b->context == call->context && b->capability == capability &&
			same_key(l, b, key))
			return i;
	}
	i = take_bucket(l);
	if (i == AEG_NONE)
		return i;
	l->bucket[i] = (struct bucket){ .next = l->chain[hash & l->mask],
		.hash = hash,
		.context = call->context,
		.capability = capability,
		.key = AEG_NONE,
		.key_len = key.len,
		.oldest = AEG_NONE,
		.newest = AEG_NONE,
		.used = 1 };
	l->chain[hash & l->mask] = i;
	if (store_key(l, i, key))
		return i;
	drop(l, i);
	return AEG_NONE;
}

/* ---- Slots --------------------------------------------------------------------------------- */

static uint32_t take_slot(struct aeg_limits *l, uint32_t bucket)
{
	uint32_t i = l->slots.free;

	if (i != AEG_NONE) {
		l->slots.free = l->slot[i].bucket;
	} else if ((i = fresh(&l->slots)) != AEG_NONE) {
		l->slot[i].turn = 0;
	} else {
		return AEG_NONE;
	}
	l->slot[i].bucket = bucket;
	l->slot[i].taken = 1;
	l->bucket[bucket].held++;
	return l->slot[i].turn * l->slots.count + i;
}

void aeg_release(struct aeg_limits *l, uint32_t slot)
{
	struct slot *s;

	if (l == NULL || slot == AEG_NONE || l->slots.count == 0 ||
		slot % l->slots.count >= l->slots.fresh)
		return;
	s = &l->slot[slot % l->slots.count];
	if (!s->taken || s->turn != slot / l->slots.count)
		return;
	l->bucket[s->bucket].held--;
	forget(l, s->bucket);
	s->taken = 0;
	s->turn = (s->turn + 1) % (AEG_NONE / l->slots.count); /* no slot is AEG_NONE */
	s->bucket = l->slots.free;
	l->slots.free = slot % l->slots.count;
}

/* ---- Grants -------------------------------------------------------------------------------- */

static enum aeg_reason over_limit(const struct aeg_limits *l, const struct bucket *b,
	const struct aegf_cap *cap, uint64_t *ret_retry_ms)
{
	uint32_t calls = aeg_ld32(cap->rate_calls), slots = aeg_ld32(cap->max_concurrent);

	if (calls != 0 && b->count >= calls) {
		*ret_retry_ms = b->window_ms - (l->now - oldest_at(l, b));
		return AEG_RateLimitExceeded;
	}
	return slots != 0 && b->held >= slots ? AEG_ConcurrencyLimitExceeded : AEG_None;
}

enum aeg_status aegi_limits_take(const struct aegf_cap *cap, const struct aeg_call *call,
	uint32_t capability, struct aeg_verdict *ret)
{
	struct aeg_limits *l = call->limits;
	uint32_t i, slot = AEG_NONE;
	struct bucket *b;

	l->now = call->now_ms > l->now ? call->now_ms : l->now;
	i = find(l, call, capability);
	if (i == AEG_NONE)
		return AEG_NOMEM;
	b = &l->bucket[i];
	b->window_ms = (uint64_t)aeg_ld32(cap->rate_per_s) * 1000;
	expire(l, b);
	ret->reason = over_limit(l, b, cap, &ret->retry_after_ms);
	if (ret->reason != AEG_None)
		return AEG_OK;
	if ((aeg_ld32(cap->max_concurrent) == 0 || (slot = take_slot(l, i)) != AEG_NONE) &&
		(aeg_ld32(cap->rate_calls) == 0 || append(l, i))) {
		ret->slot = slot;
		return AEG_OK;
	}
	if (slot != AEG_NONE)
		aeg_release(l, slot);
	else
		forget(l, i);
	return AEG_NOMEM;
}
