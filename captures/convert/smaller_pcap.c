/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/convert/smaller_pcap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "captures/convert/capture_writer.h"
#include "captures/convert/same_verdict.h"
#include "captures/read/spool.h"
#include "sim/exit_code.h"

enum {
	WORK_MAX = 1 << 28, /* octets looked at, in all tries together */
	TRY_COSTS = 4096,   /* as many octets as a try costs at least */
	RECORD = 16,
};

struct frames {
	const struct br_verdicts_wish *wish;
	struct br_capture_frame *frame;
	bool *gone;
	size_t count, room;
	struct br_capture_shape shape;
	struct br_spool trial;
	struct br_verdicts verdicts; /* of all of it */
	uint64_t work;
	bool failed;
};

static void add(struct frames *f, const struct br_capture_frame *frame)
{
	uint8_t *octets = malloc(frame->octets.size + 1);

	if (f->count == f->room) {
		f->room = f->room ? 2 * f->room : 256;
		f->frame = realloc(f->frame, f->room * sizeof(f->frame[0]));
		f->gone = realloc(f->gone, f->room * sizeof(f->gone[0]));
	}
	if (!octets || !f->frame || !f->gone)
		abort();
	if (frame->octets.size > 0)
		memcpy(octets, frame->octets.data, frame->octets.size);
	f->gone[f->count] = !br_capture_shape_add(&f->shape, frame);
	f->frame[f->count] = *frame;
	f->frame[f->count++].octets = (struct br_octets){octets, frame->octets.size};
}

/* Return: 0, or -EBADMSG after a line */
static int read_all(struct frames *f, const char *path, const char *name, FILE *err)
{
	char remark[BR_CAPTURE_REMARK_SIZE] = "";
	struct br_capture_frame frame;
	struct br_capture *capture;
	int result = br_capture_open(&capture, path, remark);

	if (result < 0) {
		fprintf(err, "%s\n", remark[0] ? remark : strerror(-result));
		return -EBADMSG;
	}
	while ((result = br_capture_next(capture, &frame)) == 1)
		add(f, &frame);
	if (result < 0)
		fprintf(err, "%s: it is damaged, so nothing is left out of it: %s\n", name,
		        br_capture_remark(capture));
	(void)br_capture_close(capture);
	return result < 0 ? -EBADMSG : 0;
}

static uint64_t write_kept(const struct frames *f, FILE *to)
{
	uint64_t octets = 0;

	br_capture_write_head(to, &f->shape);
	for (size_t i = 0; i < f->count; i++) {
		if (f->gone[i])
			continue;
		br_capture_write(to, &f->shape, &f->frame[i]);
		octets += f->frame[i].octets.size + RECORD;
	}
	return octets;
}

/* Whether explain says the same of what is not gone. */
static bool is_same(struct frames *f, FILE *err)
{
	const char *const path = f->trial.path;
	struct br_verdicts now;
	bool same;

	rewind(f->trial.file);
	if (ftruncate(fileno(f->trial.file), 0) < 0)
		f->failed = true;
	f->work += write_kept(f, f->trial.file) + TRY_COSTS;
	if (fflush(f->trial.file) != 0)
		f->failed = true;
	if (f->failed || br_verdicts_read(&now, &path, 1, f->wish, err) < 0) {
		f->failed = true;
		return false;
	}
	same = br_verdicts_equal(&f->verdicts, &now, NULL);
	br_verdicts_reset(&now);
	return same;
}

/* Take those of @count kept frames from @first on away, unless something else is said then.
 * Return: behind the last of them
 */
static size_t try_run(struct frames *f, size_t first, size_t count, FILE *err)
{
	size_t *taken = malloc(count * sizeof(*taken)), n = 0, at = first;

	if (!taken)
		abort();
	for (; at < f->count && n < count; at++) {
		if (f->gone[at])
			continue;
		taken[n++] = at;
		f->gone[at] = true;
	}
	if (n > 0 && !is_same(f, err)) {
		for (size_t i = 0; i < n; i++)
			f->gone[taken[i]] = false;
	}
	free(taken);
	return at;
}

static size_t left(const struct frames *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->count; i++)
		n += !f->gone[i];
	return n;
}

/* What one loss made possible may lie before it, and be a longer run: until nothing helps. */
static void shrink(struct frames *f, FILE *err)
{
	size_t before = f->count + 1;

	while (left(f) < before && f->work < WORK_MAX && !f->failed) {
		before = left(f);
		for (size_t size = before / 2; size > 0; size /= 2) {
			for (size_t at = 0; at < f->count && f->work < WORK_MAX && !f->failed;)
				at = try_run(f, at, size, err);
		}
	}
}

static int smaller(struct frames *f, const char *name, FILE *to, FILE *err)
{
	const char *const path = f->trial.path;

	(void)write_kept(f, f->trial.file);
	if (fflush(f->trial.file) != 0) {
		fprintf(err, "no room for a temporary file: %s\n", strerror(errno));
		return BR_EXIT_BAD_USAGE;
	}
	if (br_verdicts_read(&f->verdicts, &path, 1, f->wish, err) < 0)
		return BR_EXIT_BAD_USAGE;
	if (!br_verdicts_any(&f->verdicts)) {
		fprintf(err, "%s: %s\n", name,
		        f->wish->mac ? "this client is not in it"
		                     : "no client asks for anything in it");
		return BR_EXIT_NOTHING_RAN;
	}
	shrink(f, err);
	if (f->failed)
		return BR_EXIT_BAD_USAGE;
	(void)write_kept(f, to);
	return BR_EXIT_PASSED;
}

int br_smaller_pcap(const char *path, const char *name, const uint8_t *mac, FILE *to, FILE *err,
                    struct br_smaller_pcap *ret_counts)
{
	const struct br_verdicts_wish wish = {.rules = true, .mac = mac};
	struct frames *f = calloc(1, sizeof(*f));
	int code = BR_EXIT_BAD_USAGE;

	if (!f)
		abort();
	f->wish = &wish;
	if (read_all(f, path, name, err) == 0 && br_spool_new(&f->trial, name, err) == 0) {
		ret_counts->before = left(f);
		code = smaller(f, name, to, err);
		ret_counts->after = left(f);
	}
	br_verdicts_reset(&f->verdicts);
	br_spool_close(&f->trial);
	for (size_t i = 0; i < f->count; i++)
		free((uint8_t *)(uintptr_t)f->frame[i].octets.data);
	free(f->frame);
	free(f->gone);
	free(f);
	return code;
}
