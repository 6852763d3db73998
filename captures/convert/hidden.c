/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/convert/hidden.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "captures/convert/same_verdict.h"
#include "sim/exit_code.h"
#include "sim/output.h"

#define REJECTED ".rejected"

/* What is being written: an output must be none of the inputs, nor another output. */
struct outputs {
	struct br_output output[BR_HIDDEN_MAX];
	const char *others[BR_HIDDEN_MAX][2 * BR_HIDDEN_MAX];
	char *rejected[BR_HIDDEN_MAX];
	size_t count;
};

static const char *name_of(const char *path)
{
	return strcmp(path, "-") != 0 ? path : "standard output";
}

static int open_outputs(struct outputs *o, const char *const *from, const char *const *out,
                        size_t count, FILE *err)
{
	int result = 0;

	for (o->count = 0; o->count < count && result == 0; o->count++) {
		const char **others = o->others[o->count];

		for (size_t i = 0; i < count; i++) {
			others[i] = from[i];
			others[BR_HIDDEN_MAX + i] = i == o->count ? NULL : out[i];
		}
		if (out[o->count])
			result = br_output_open(&o->output[o->count], out[o->count], others,
			                        2 * BR_HIDDEN_MAX, err);
	}
	return result;
}

static void drop_outputs(struct outputs *o)
{
	for (size_t i = 0; i < o->count; i++) {
		br_output_drop(&o->output[i]);
		free(o->rejected[i]);
	}
}

/* The same outputs under another name */
static int reject_outputs(struct outputs *o, const char *const *out, FILE *err)
{
	int result = 0;

	for (size_t i = 0; i < o->count && result == 0; i++) {
		size_t size = out[i] ? strlen(out[i]) + sizeof(REJECTED) : 0;

		br_output_drop(&o->output[i]);
		if (!out[i] || !strcmp(out[i], "-"))
			continue;
		o->rejected[i] = malloc(size);
		if (!o->rejected[i])
			return -ENOMEM;
		(void)snprintf(o->rejected[i], size, "%s" REJECTED, out[i]);
		result = br_output_open(&o->output[i], o->rejected[i], o->others[i],
		                        2 * BR_HIDDEN_MAX, err);
	}
	return result;
}

static int commit_outputs(const struct br_hidden *hidden, struct outputs *o, FILE *err)
{
	int result = 0;

	for (size_t i = 0; i < o->count && result == 0; i++) {
		if (!o->output[i].file)
			continue;
		if (!br_spool_copy(&hidden->to[i], o->output[i].file)) {
			fprintf(err, "the hidden capture cannot be read again: %s\n",
			        strerror(errno));
			return -EIO;
		}
		result = br_output_commit(&o->output[i], err);
	}
	return result;
}

/* 1: the same; 0: something else; negative errno */
static int is_same(const struct br_hidden *hidden, size_t count, FILE *err)
{
	const char *from[BR_HIDDEN_MAX], *to[BR_HIDDEN_MAX];
	struct br_verdicts before, after = {.client = NULL};
	int result;

	for (size_t i = 0; i < count; i++) {
		from[i] = hidden->from[i].path;
		to[i] = hidden->to[i].path;
	}
	result = br_verdicts_read(&before, from, count, NULL, err);
	if (result == 0)
		result = br_verdicts_read(&after, to, count, NULL, err);
	if (result == 0)
		result = br_verdicts_equal(&before, &after, err);
	br_verdicts_reset(&before);
	br_verdicts_reset(&after);
	return result;
}

static void report(const struct br_anonymous_report *r, const char *const *from,
                   const char *const *out, size_t count, FILE *err)
{
	for (size_t i = 0; i < count; i++)
		fprintf(err, "%s%s under other names", i > 0 ? ", " : "",
		        strcmp(from[i], "-") != 0 ? from[i] : "standard input");
	for (size_t i = 0; i < count; i++) {
		if (out[i])
			fprintf(err, "%s%s", i > 0 ? ", " : " is ", name_of(out[i]));
	}
	fprintf(err, ": %" PRIu64 " frames", r->kept);
	if (r->left_out > 0)
		fprintf(err, ", %" PRIu64 " left out that nobody here can read", r->left_out);
	fprintf(err, "; explain says the same of it as before\n");
	br_hide_report(&r->tally, r->disguise, err);
}

static int check_and_write(struct br_hidden *hidden, struct outputs *o,
                           const struct br_anonymous_report *r, const char *const *from,
                           const char *const *out, size_t count, FILE *err)
{
	int same = is_same(hidden, count, err);

	if (same < 0)
		return BR_EXIT_BAD_USAGE;
	if (same == 0 && reject_outputs(o, out, err) < 0)
		return BR_EXIT_BAD_USAGE;
	if (commit_outputs(hidden, o, err) < 0)
		return BR_EXIT_BAD_USAGE;
	if (same == 1) {
		if (out[0]) /* else it is on its way into something else */
			report(r, from, out, count, err);
		return BR_EXIT_PASSED;
	}
	for (size_t i = 0; i < count; i++) {
		if (o->rejected[i])
			fprintf(err, "so it is %s, and not %s\n", o->rejected[i], out[i]);
	}
	return BR_EXIT_FAILED;
}

int br_hidden_make(struct br_hidden *hidden, const char *const *from, const char *const *out,
                   size_t count, struct br_anonymous_who *who, FILE *err)
{
	struct br_anonymous_report r = {.disguise = NULL};
	struct outputs o = {.count = 0};
	int code = BR_EXIT_BAD_USAGE, result = open_outputs(&o, from, out, count, err);

	for (size_t i = 0; i < count && result == 0; i++) {
		result = br_spool_open(&hidden->from[i], from[i], err);
		if (result == 0)
			result = br_spool_new(&hidden->to[i], from[i], err);
	}
	if (result == 0)
		result = br_anonymous_pcap(hidden->from, hidden->to, count, who, err, &r);
	if (result == 0) {
		hidden->damaged = r.damaged;
		code = check_and_write(hidden, &o, &r, from, out, count, err);
	}
	drop_outputs(&o);
	br_anonymous_report_reset(&r);
	return code;
}

void br_hidden_reset(struct br_hidden *hidden)
{
	for (size_t i = 0; i < BR_HIDDEN_MAX; i++) {
		br_spool_close(&hidden->from[i]);
		br_spool_close(&hidden->to[i]);
	}
}
