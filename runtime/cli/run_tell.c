/* What `aegisr run` tells while it runs: a line for each event, or one that changes, on a terminal.
 */
#define _GNU_SOURCE
#include <string.h>

#include "cli/answer.h"
#include "cli/paint.h"
#include "cli/run.h"
#include "cli/tell.h"

static const char clear_line[] = "\r\x1b[K";

/* ---- Secrets ------------------------------------------------------------------------------- */

enum { LEAST_SECRET = 4 }; /* bytes: what is shorter stands everywhere */

/* The character that JSON's escape at @at stands for, or -1; @ret_len: how long it is. */
static int escaped(const char *at, size_t len, size_t *ret_len)
{
	int c = 0;
	if (len < 2 || *at != '\\')
		return -1;
	*ret_len = 2;
	if (at[1] != 'u')
		return at[1];
	*ret_len = 6;
	for (int i = 2; i < 6; i++) {
		const char *hex = "0123456789abcdef";
		const char *digit = len < 6 ? NULL : memchr(hex, at[i] | 0x20, 16);
		if (digit == NULL)
			return -1;
		c = c * 16 + (int)(digit - hex);
	}
	return c;
}

/* Bytes at @at that say @secret, as it is or in escapes; 0: something else. */
static size_t said(const char *at, size_t len, struct slice secret)
{
	size_t n = 0, one = 1;
	for (uint32_t i = 0; i < secret.len; i++, n += one) {
		if (n >= len)
			return 0;
		if (escaped(at + n, len - n, &one) == secret.at[i])
			continue;
		one = 1;
		if (at[n] != secret.at[i])
			return 0;
	}
	return n;
}

static void hide(struct buf *b, struct slice secret)
{
	size_t from = 0, to = 0, n;
	if (secret.len < LEAST_SECRET)
		return;
	while (from < b->len) {
		n = said(b->at + from, b->len - from, secret);
		for (uint32_t i = 0; n != 0 && i < 3; i++) /* it was longer */
			b->at[to++] = '*';
		if (n == 0)
			b->at[to++] = b->at[from];
		from += n == 0 ? 1 : n;
	}
	b->len = to;
}

/* Servers send back what they are sent: the values of headers, and what stands behind `Bearer `. */
static void hide_secrets(const struct running *r, struct buf *b)
{
	for (uint32_t i = 0; i < r->nheaders; i++) {
		struct slice value = r->headers[i].value;
		const char *space = value.len == 0 ? NULL : memchr(value.at, ' ', value.len);
		hide(b, value);
		if (space != NULL)
			hide(b, (struct slice){
					space + 1, (uint32_t)(value.at + value.len - space - 1) });
	}
}

/* ---- Events -------------------------------------------------------------------------------- */

static void put_step(struct buf *b, const struct aeg_flow_event *e)
{
	tell_text(b, slice_str(e->step));
	if (e->round != 0)
		buf_printf(b, "[%u]", e->round);
	buf_text(b, e->step.len == 0 ? "" : "  ");
}

static void tell_line(struct running *r, const struct aeg_flow_event *e)
{
	static const char *const words[] = { "skipped", "sent", "answered", "failed", "retries",
		"goes on", "extracted", "does not fit" };
	struct buf b = { .arena = r->l->arena };
	bool wrong = e->kind == AEG_FLOW_ERROR || e->kind == AEG_FLOW_INVALID;
	uint64_t ms = r->began_ms == 0 ? 0 : run_now_ms() - r->began_ms;
	buf_printf(&b, "%s%6llu ms  ", r->progress ? clear_line : "", (unsigned long long)ms);
	put_step(&b, e);
	paint(&b, r->colour, wrong ? PAINT_RED : PAINT_GREEN, words[e->kind]);
	if (e->name.len != 0) {
		buf_text(&b, " ");
		tell_text(&b, slice_str(e->name));
	}
	if (e->value.len != 0) {
		buf_text(&b, e->kind == AEG_FLOW_EXTRACTED ? " = " : " ");
		tell_text(&b, slice_str(e->value));
	}
	if (e->kind == AEG_FLOW_ANSWERED)
		buf_printf(&b, " %u", e->status);
	if (e->what != NULL)
		buf_printf(&b, ": %s", e->what);
	hide_secrets(r, &b);
	buf_text(&b, "\n");
	command_print(&b, stderr);
}

/* What is waited for, in place of what was before. */
static void tell_progress(struct running *r, const struct aeg_flow_event *e)
{
	struct buf b = { .arena = r->l->arena };
	buf_text(&b, clear_line);
	put_step(&b, e);
	buf_text(&b, e->kind == AEG_FLOW_RETRIES ? "waits, and tries again" : "");
	if (e->kind == AEG_FLOW_SENT) {
		tell_text(&b, slice_str(e->name));
		if (e->attempt > 1)
			buf_printf(&b, ", attempt %u", e->attempt);
	}
	command_print(&b, stderr);
	fflush(stderr);
}

void run_tell_event(void *ctx, const struct aeg_flow_event *e)
{
	struct running *r = ctx;
	if (r->trace || e->kind == AEG_FLOW_INVALID)
		tell_line(r, e);
	else if (r->progress && (e->kind == AEG_FLOW_SENT || e->kind == AEG_FLOW_RETRIES))
		tell_progress(r, e);
}

void run_tell_end(struct running *r)
{
	if (r->progress)
		fputs(clear_line, stderr);
}
