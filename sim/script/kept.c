/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/kept.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/command/share.h"
#include "sim/script/again.h"
#include "sim/script/effect.h"
#include "sim/script/report_page.h"
#include "sim/script/shrink.h"

enum {
	PATH_SIZE = 512,
};

extern char **environ;

static const char last_failed[] = "last-failed";

/* Paths */

static void add_input(struct br_kept *kept, const char *path)
{
	for (size_t i = 0; i < kept->inputs; i++) {
		if (!strcmp(kept->input[i], path))
			return;
	}
	kept->input = realloc(kept->input, (kept->inputs + 1) * sizeof(kept->input[0]));
	if (!kept->input)
		abort();
	kept->input[kept->inputs++] = strdup(path);
}

static void add_inputs(struct br_kept *kept, const struct br_scripts *scripts)
{
	for (size_t i = 0; i < scripts->bads; i++)
		add_input(kept, scripts->bad[i].path);
	for (size_t i = 0; i < scripts->count; i++) {
		const struct br_script *script = scripts->script[i];

		add_input(kept, script->path);
		for (size_t k = 0; k < script->items; k++) {
			if (script->item[k].used)
				add_input(kept, script->item[k].path);
		}
		for (size_t k = 0; k < script->files; k++) {
			if (script->file[k].from)
				add_input(kept, script->file[k].from);
		}
	}
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Results */

/* Whether two names that may not be there yet are one: the last part of both in one folder */
static bool is_same_place(const char *a, const char *b)
{
	const char *name[2] = {last_part(a), last_part(b)};
	const char *path[2] = {a, b};
	struct stat folder[2];

	for (int i = 0; i < 2; i++) {
		char text[PATH_SIZE];

		snprintf(text, sizeof(text), "%.*s", (int)(name[i] - path[i]), path[i]);
		if (stat(name[i] == path[i] ? "." : text, &folder[i]) < 0)
			return false;
	}
	return !strcmp(name[0], name[1]) && folder[0].st_dev == folder[1].st_dev &&
	       folder[0].st_ino == folder[1].st_ino;
}

static int open_one(struct br_kept *kept, struct br_output *output, const char *path)
{
	int result;

	if (!path)
		return 0;
	for (size_t i = 0; i < kept->inputs; i++) {
		if (is_same_place(path, kept->input[i])) {
			fprintf(stderr, "%s: expected another file than %s: one would be lost\n",
			        path, kept->input[i]);
			return -EINVAL;
		}
	}
	result = br_output_open(output, path, (const char *const *)kept->input, kept->inputs,
	                        stderr);
	if (result == 0)
		add_input(kept, path); /* nor may two outputs be one */
	return result;
}

static void forget(struct br_kept *kept)
{
	br_output_drop(&kept->junit);
	br_output_drop(&kept->json);
	br_output_drop(&kept->html);
	br_output_drop(&kept->pcap);
	for (size_t i = 0; i < kept->inputs; i++)
		free(kept->input[i]);
	free(kept->input);
	kept->input = NULL;
	kept->inputs = 0;
}

int br_kept_open(struct br_kept *ret_kept, const struct br_suite_options *options,
                 const struct br_scripts *scripts)
{
	struct br_kept kept = {.options = options};
	int result;

	add_inputs(&kept, scripts);
	result = open_one(&kept, &kept.junit, options->junit);
	if (result == 0)
		result = open_one(&kept, &kept.json, options->json);
	if (result == 0)
		result = open_one(&kept, &kept.html, options->html);
	if (result == 0)
		result = open_one(&kept, &kept.pcap, options->pcap);
	if (result < 0)
		forget(&kept);
	else
		*ret_kept = kept;
	return result;
}

const char *br_kept_pcap(const struct br_kept *kept)
{
	return kept->pcap.written;
}

/* Told once: a folder that cannot be made cannot be made for the next script either. */
static void lose(struct br_kept *kept, const char *path, int error)
{
	if (!kept->lost)
		fprintf(stderr, "%s: %s\n", path, strerror(-error));
	kept->lost = true;
}

static int commit(struct br_kept *kept, struct br_output *output)
{
	int result;

	output->count = 0; /* they were asked when it was opened, and have moved since */
	result = br_output_commit(output, stderr);
	kept->lost = kept->lost || result < 0;
	return result;
}

/* Failing runs */

static void keep_small(struct br_kept *kept, struct br_report *report, char *small)
{
	struct br_output output;

	if (br_output_is_input(small, (const char *const *)kept->input, kept->inputs))
		return; /* it is small already */
	if (br_output_open(&output, small, NULL, 0, stderr) < 0) {
		kept->lost = true;
	} else if (!br_shrink(report->script, report->result, kept->options->watch, output.file,
	                      &report->small_lines, &report->lines)) {
		br_output_drop(&output);
	} else if (commit(kept, &output) == 0) {
		report->small = small;
	}
}

/* Return: true if there is one for what is kept of @script; @ret_path has room for PATH_SIZE */
static bool folder_for(struct br_kept *kept, const struct br_script *script, char *ret_path)
{
	const struct br_suite_options *o = kept->options;
	int result;

	if (!o->out || o->pcap || script->real)
		return false;
	snprintf(ret_path, PATH_SIZE, "%.300s/%.180s", o->out, last_part(script->scenario));
	result = br_output_folder(ret_path);
	if (result < 0)
		lose(kept, ret_path, result);
	return result == 0;
}

/* The frames of the failing run; the report names them once they are there. */
static void run_again(struct br_kept *kept, struct br_report *report, struct br_run_result *result,
                      const char *pcap)
{
	struct br_run_options options = {.seed = result->seed,
	                                 .trace = true,
	                                 .watch = kept->options->watch,
	                                 .pcap = br_kept_pcap(kept)};
	struct br_output output = {.file = NULL};

	if (pcap && br_output_open(&output, pcap, (const char *const *)kept->input, kept->inputs,
	                           stderr) < 0)
		kept->lost = true;
	else if (pcap)
		options.pcap = output.written;
	br_run(report->script, &options, result);
	if (!output.file)
		return;
	if (result->pcap_error < 0) {
		lose(kept, pcap, result->pcap_error);
		br_output_drop(&output);
	} else if (commit(kept, &output) == 0) {
		report->pcap = pcap;
	}
}

char *br_kept_report(struct br_kept *kept, const struct br_script *script,
                     struct br_run_result *result)
{
	const struct br_suite_options *o = kept->options;
	char folder[PATH_SIZE], pcap[PATH_SIZE + 16], small[PATH_SIZE + 16], effect[300] = "";
	struct br_report report = {.script = script,
	                           .result = result,
	                           .sources = &o->sources,
	                           .effect = effect,
	                           .pcap = o->pcap,
	                           .command = o->command,
	                           .against = o->against,
	                           .look = o->look};
	bool server = result->result == BR_RESULT_FAIL, files = folder_for(kept, script, folder);
	char *text = NULL, *words;
	size_t size;
	FILE *to;

	if (files) {
		snprintf(pcap, sizeof(pcap), "%s/run.pcapng", folder);
		snprintf(small, sizeof(small), "%s/min.wire", folder);
		if (server)
			keep_small(kept, &report, small);
	}
	if (!script->real) { /* what is real is not the same a second time */
		run_again(kept, &report, result, files ? pcap : NULL);
		if (server)
			br_effect(script, result->seed, effect, sizeof(effect));
	}
	report.words = words = br_again_words(o);
	to = open_memstream(&text, &size);
	if (!to)
		abort();
	br_report_failure(&report, to);
	fclose(to);
	free(words);
	return text;
}

/* Runs with real machines */

void br_kept_guest_begin(struct br_kept *kept, const struct br_script *script,
                         struct br_kept_guest *ret_files, struct br_run_options *options)
{
	struct br_kept_guest *f = ret_files;
	int result;

	*f = (struct br_kept_guest){.folder = ""};
	if (!kept->options->out)
		return;
	(void)snprintf(f->folder, sizeof(f->folder), "%.300s/%.180s", kept->options->out,
	               script->scenario);
	result = br_output_folder(f->folder);
	if (result < 0) {
		lose(kept, f->folder, result);
		f->folder[0] = '\0';
		return;
	}
	(void)snprintf(f->pcap, sizeof(f->pcap), "%s/run.pcapng", f->folder);
	(void)snprintf(f->notes, sizeof(f->notes), "%s/notes.log", f->folder);
	(void)snprintf(f->explain, sizeof(f->explain), "%s/explain.txt", f->folder);
	options->guest_out = f->folder;
	options->notes = f->notes;
	if (!options->pcap)
		options->pcap = f->pcap;
}

/* Its own story, by the verb that tells those of any capture. */
static void explain(struct br_kept *kept, const struct br_kept_guest *files)
{
	char command[BR_SHARE_PATH_SIZE];
	posix_spawn_file_actions_t actions;
	char *words[] = {command, (char *)(uintptr_t) "explain",
	                 (char *)(uintptr_t)(kept->pcap.written ? kept->pcap.written : files->pcap),
	                 NULL};
	int result = br_share_command(command);
	pid_t child;

	if (result == 0)
		result = -posix_spawn_file_actions_init(&actions);
	if (result < 0) {
		lose(kept, files->explain, result);
		return;
	}
	result = -posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, files->explain,
	                                           O_WRONLY | O_CREAT | O_TRUNC, 0666);
	if (result == 0)
		result = -posix_spawn(&child, command, &actions, NULL, words, environ);
	if (result < 0)
		lose(kept, files->explain, result);
	else
		(void)waitpid(child, NULL, 0);
	(void)posix_spawn_file_actions_destroy(&actions);
}

void br_kept_guest_end(struct br_kept *kept, const struct br_kept_guest *files,
                       const struct br_suite_row *row)
{
	struct br_output output;
	char path[640];

	if (files->folder[0] == '\0' || row->runs == 0 ||
	    row->result->result == BR_RESULT_UNSUPPORTED)
		return;
	if (row->result->pcap_error < 0 && !kept->pcap.file)
		lose(kept, files->pcap, row->result->pcap_error);
	else
		explain(kept, files);
	(void)snprintf(path, sizeof(path), "%s/results.json", files->folder);
	if (br_output_open(&output, path, NULL, 0, stderr) < 0) {
		kept->lost = true;
		return;
	}
	br_report_json(row, 1, output.file);
	(void)commit(kept, &output);
}

/* What failed, for --lf: a path a line */

static bool is_failed(const struct br_suite_row *row)
{
	switch (row->result->result) {
	case BR_RESULT_FAIL:
	case BR_RESULT_STALE:
	case BR_RESULT_BROKEN:
		return true;
	case BR_RESULT_PASS:
	case BR_RESULT_UNSUPPORTED:
		break;
	}
	return false;
}

/* The same for a file by whatever way it was named. */
static const char *real_path(const char *path, char whole[PATH_MAX])
{
	return realpath(path, whole) ? whole : path;
}

/* A suite that nothing failed in makes no file for saying so, unless an older one says else. */
static void remember(struct br_kept *kept, const struct br_suite_row *rows, size_t rows_count)
{
	struct br_output output;
	char path[PATH_SIZE], whole[PATH_MAX];
	struct stat s;
	bool any = false, tried = false;
	int result;

	for (size_t i = 0; i < rows_count; i++) {
		any = any || is_failed(&rows[i]);
		tried = tried || rows[i].result->result != BR_RESULT_UNSUPPORTED;
	}
	if (!kept->options->out || !tried)
		return; /* what was skipped says nothing */
	snprintf(path, sizeof(path), "%.480s/%s", kept->options->out, last_failed);
	if (!any && stat(path, &s) < 0)
		return;
	result = br_output_folder(kept->options->out);
	if (result < 0) {
		lose(kept, kept->options->out, result);
		return;
	}
	if (br_output_open(&output, path, NULL, 0, stderr) < 0) {
		kept->lost = true;
		return;
	}
	for (size_t i = 0; i < rows_count; i++) {
		if (is_failed(&rows[i]))
			fprintf(output.file, "%s\n", real_path(rows[i].path, whole));
	}
	(void)commit(kept, &output);
}

static bool failed_last(const struct br_last_failed *last, const char *path)
{
	char whole[PATH_MAX];

	path = real_path(path, whole);
	for (size_t i = 0; i < last->count; i++) {
		if (!strcmp(last->path[i], path))
			return true;
	}
	return false;
}

void br_last_failed_keep(const struct br_last_failed *last, struct br_scripts *scripts)
{
	size_t kept = 0, bads = 0;

	for (size_t i = 0; i < scripts->count; i++) {
		if (failed_last(last, scripts->script[i]->path))
			scripts->script[kept++] = scripts->script[i];
		else
			br_script_free(scripts->script[i]);
	}
	scripts->count = kept;
	for (size_t i = 0; i < scripts->bads; i++) {
		if (failed_last(last, scripts->bad[i].path)) {
			scripts->bad[bads++] = scripts->bad[i];
			continue;
		}
		free(scripts->bad[i].path);
		free(scripts->bad[i].why);
	}
	scripts->bads = bads;
}

void br_last_failed_read(struct br_last_failed *ret_last, const struct br_suite_options *options)
{
	char name[PATH_SIZE], line[PATH_MAX + 1];
	FILE *from;

	*ret_last = (struct br_last_failed){.count = 0};
	snprintf(name, sizeof(name), "%.480s/%s", options->out ? options->out : ".", last_failed);
	from = fopen(name, "r");
	while (from && fgets(line, sizeof(line), from)) {
		line[strcspn(line, "\n")] = '\0';
		if (access(line, F_OK) < 0)
			continue; /* since then it is gone */
		ret_last->path =
			realloc(ret_last->path, (ret_last->count + 1) * sizeof(ret_last->path[0]));
		if (!ret_last->path || !(ret_last->path[ret_last->count] = strdup(line)))
			abort();
		ret_last->count++;
	}
	if (from)
		fclose(from);
}

void br_last_failed_free(struct br_last_failed *last)
{
	for (size_t i = 0; i < last->count; i++)
		free(last->path[i]);
	free(last->path);
}

int br_kept_commit(struct br_kept *kept, const struct br_suite_row *rows, size_t rows_count)
{
	bool lost;

	for (size_t i = 0; i < rows_count; i++) {
		if (kept->pcap.file && rows[i].result->pcap_error < 0)
			lose(kept, kept->options->pcap, rows[i].result->pcap_error);
	}
	if (kept->junit.file)
		br_report_junit(rows, rows_count, kept->junit.file);
	if (kept->json.file)
		br_report_json(rows, rows_count, kept->json.file);
	if (kept->html.file)
		br_report_page(rows, rows_count, kept->options, kept->options->html,
		               kept->html.file);
	remember(kept, rows, rows_count);
	if (kept->pcap.file && !kept->lost)
		(void)commit(kept, &kept->pcap);
	if (kept->junit.file)
		(void)commit(kept, &kept->junit);
	if (kept->json.file)
		(void)commit(kept, &kept->json);
	if (kept->html.file)
		(void)commit(kept, &kept->html);
	lost = kept->lost;
	forget(kept);
	return lost ? -EIO : 0;
}
