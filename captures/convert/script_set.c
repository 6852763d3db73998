/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/convert/script_set.h"

#include <stdlib.h>
#include <string.h>

#include "captures/convert/script_six.h"

/* Steps of one machine */

static void put_checks(struct br_script_run *run)
{
	struct br_script_files *files = &run->files;
	struct br_file_info info;

	br_script_mark(&run->marks, run->out, BR_TIME_NEVER);
	for (size_t i = 0; i < files->names && !files->cured; i++) {
		const char *quote = br_script_is_word(files->name[i]) ? "" : "\"";

		if (files->check[i] && !strchr(files->name[i], '"') &&
		    br_file_store_info(run->setup->store, files->name[i], &info) >= 0)
			fprintf(run->out, "check    %s.received %s%s%s == file\n", files->fw, quote,
			        files->name[i], quote);
	}
}

static void put_steps(struct br_script_machine *m)
{
	struct br_script_run *run = &m->run;
	const struct br_attempt *a = run->attempt;
	size_t file = 0;

	run->out = open_memstream(&m->steps, &m->size);
	if (!run->out)
		abort();
	run->files.out = run->out;
	for (size_t i = run->first; i <= a->last && !run->files.cured; i++) {
		const struct br_talk_exchange *e = m->story->client->exchange[i];

		br_script_six_steps(run, e->first_frame);
		if (run->files.cured)
			break;
		br_script_dhcp_steps(run, e);
		while (file < a->files && a->file[file].exchange == e && !run->files.cured)
			file = br_script_file_steps(&run->files, file);
	}
	if (!run->files.cured)
		br_script_six_steps(run, UINT64_MAX);
	put_checks(run);
	(void)fclose(run->out);
}

/* Numbers of variables and names of files go on where the machine before ended. */
static void carry(const struct br_script_run *before, struct br_script_run *run)
{
	const struct br_script_files *old = &before->files;
	struct br_script_files *new = &run->files;

	new->transfers = old->transfers;
	new->connections = old->connections;
	memcpy(new->connection, old->connection, sizeof(new->connection));
	new->names = old->names;
	memcpy(new->name, old->name, sizeof(new->name));
	run->xids = run->own_xids = before->xids;
	memcpy(run->xid, before->xid, sizeof(run->xid));
}

/* The steps of all, by the time of the capture */

struct place {
	size_t next;   /* mark */
	size_t begins; /* in the whole: the chunk with the cure */
	size_t cure, ends;
	br_time at; /* never before what stands before it */
};

/* Where the step at that mark ends, in the text of its machine */
static size_t end_of(const struct br_script_machine *m, size_t mark)
{
	return mark + 1 < m->run.marks.count ? (size_t)m->run.marks.mark[mark + 1].begins : m->size;
}

static size_t begin_of(const struct br_script_machine *m, size_t mark)
{
	return mark > 0 ? (size_t)m->run.marks.mark[mark].begins
	                : 0; /* remarks come before the first */
}

/* Whose step is next; @set->count: nobody's */
static size_t earliest(const struct br_script_set *set, struct place *place)
{
	size_t best = set->count;

	for (size_t i = 0; i < set->count; i++) {
		const struct br_script_run *run = &set->machine[i]->run;

		if (place[i].next == run->marks.count)
			continue;
		if (run->marks.mark[place[i].next].at > place[i].at)
			place[i].at = run->marks.mark[place[i].next].at;
		if (best == set->count || place[i].at < place[best].at)
			best = i;
	}
	return best;
}

static char *woven(const struct br_script_set *set, struct place *place)
{
	char *text = NULL;
	size_t size = 0, i;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		abort();
	while ((i = earliest(set, place)) < set->count) {
		const struct br_script_machine *m = set->machine[i];
		size_t mark = place[i].next++;
		size_t begin = begin_of(m, mark), end = end_of(m, mark);
		size_t at = (size_t)ftell(out), cure = (size_t)m->run.files.cure_at;

		(void)fwrite(m->steps + begin, 1, end - begin, out);
		if (!m->run.files.cured || cure < begin || cure >= end)
			continue;
		place[i].cure = at + cure - begin;
		place[i].ends = at + end - begin;
	}
	if (fclose(out) != 0)
		abort();
	return text;
}

/* All of it */

static bool has_line(const char *text, const char *line, size_t size)
{
	while (text && strncmp(text, line, size) != 0) {
		text = strchr(text, '\n');
		text = text ? text + 1 : NULL;
	}
	return text != NULL;
}

/* What makes the servers right, line by line. */
static char *remarks_of(const char *header, const char *mended)
{
	char *text = NULL;
	size_t written = 0;
	FILE *out = open_memstream(&text, &written);

	if (!out)
		abort();
	for (const char *line = mended; *line; line += strcspn(line, "\n") + 1) {
		size_t size = strcspn(line, "\n") + 1;

		if (!has_line(header, line, size))
			fprintf(out, "# mended: %.*s", (int)size, line);
	}
	(void)fclose(out);
	return text;
}

static uint32_t lines_of(const char *text, size_t size)
{
	uint32_t lines = 0;

	for (size_t i = 0; i < size; i++)
		lines += text[i] == '\n';
	return lines;
}

static char *joined(const char *header, const char *remarks, const char *steps)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out || fprintf(out, "%s%s\n%s", header, remarks, steps) < 0 || fclose(out) != 0)
		abort();
	return text;
}

/* @before: lines in front of the steps */
static void put_cures(const struct br_script_set *set, const struct place *place, const char *steps,
                      uint32_t before, struct br_proof *proof)
{
	for (size_t i = 0; i < set->count; i++) {
		struct br_proof_machine *m = &proof->machine[i];

		memcpy(m->mac, set->machine[i]->story->client->mac, sizeof(m->mac));
		if (!set->machine[i]->run.files.cured)
			continue;
		m->first = before + 1 + lines_of(steps, place[i].cure);
		m->last = before + lines_of(steps, place[i].ends);
		if (set->count == 1)
			m->last = UINT32_MAX;
	}
	proof->machines = set->count;
}

void br_script_write(struct br_script_set *set, struct br_proof *proof)
{
	struct place place[BR_SCRIPT_MACHINES_MAX] = {0};
	char *steps, *header, *mended, *remarks;

	for (size_t i = 0; i < set->count; i++) {
		if (i > 0)
			carry(&set->machine[i - 1]->run, &set->machine[i]->run);
		put_steps(set->machine[i]);
	}
	steps = woven(set, place);
	header = br_script_header(set, false);
	mended = br_script_is_cured(set) ? br_script_header(set, true) : NULL;
	remarks = remarks_of(header, mended ? mended : "");
	proof->text = joined(header, remarks, steps);
	proof->mended = mended ? joined(mended, "", steps) : NULL;
	put_cures(set, place, steps,
	          1 + lines_of(header, strlen(header)) + lines_of(remarks, strlen(remarks)), proof);
	free(mended);
	free(remarks);
	free(header);
	free(steps);
}

void br_script_unwrite(struct br_script_set *set)
{
	for (size_t i = 0; i < set->count; i++) {
		struct br_script_machine *m = set->machine[i];

		free(m->steps);
		free(m->run.marks.mark);
		m->steps = NULL;
		m->run.marks = (struct br_script_marks){0};
	}
}
