/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/crew.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/stop.h"

enum {
	WORKERS_MAX = 64,
};

struct worker {
	pid_t pid;
	int rows;
};

struct br_crew {
	struct br_kept *kept;
	br_crew_work *work;
	const struct br_scripts *scripts;
	struct br_file_store *made;
	struct worker worker[WORKERS_MAX];
	size_t workers; /* 0: all is done here */
	size_t next;
};

/* What goes through the pipe before the text of the report; ends of pointers are the same there */
struct sent {
	struct br_run_result result;
	uint64_t runs, cpu_ns;
	size_t report_size;
	bool lost;
};

static bool put_all(int fd, const void *octets, size_t size)
{
	for (const char *at = octets; size > 0;) {
		ssize_t put = write(fd, at, size);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		at += put;
		size -= (size_t)put;
	}
	return true;
}

static bool get_all(int fd, void *octets, size_t size)
{
	for (char *at = octets; size > 0;) {
		ssize_t got = read(fd, at, size);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		at += got;
		size -= (size_t)got;
	}
	return true;
}

static _Noreturn void be_worker(struct br_crew *crew, size_t index, int to)
{
	struct sent *sent = calloc(1, sizeof(*sent));
	bool good = sent != NULL;

	for (size_t i = index; good && i < crew->scripts->count; i += crew->workers) {
		struct br_suite_row row = {.result = &sent->result};

		memset(sent, 0, sizeof(*sent));
		crew->work(crew->kept, crew->scripts->script[i], crew->made, &row);
		sent->runs = row.runs;
		sent->cpu_ns = row.cpu_ns;
		sent->report_size = row.report ? strlen(row.report) + 1 : 0;
		sent->lost = crew->kept->lost;
		good = put_all(to, sent, sizeof(*sent)) &&
		       put_all(to, row.report, sent->report_size);
		free(row.report);
	}
	_exit(good ? 0 : 1); /* nothing that was open before is written twice */
}

/* Return: false if there cannot be one more */
static bool add_worker(struct br_crew *crew, size_t index)
{
	struct worker *w = &crew->worker[index];
	int ends[2];

	if (pipe(ends) < 0)
		return false;
	w->pid = fork();
	if (w->pid == 0) {
		(void)close(ends[0]);
		br_stop_at_once();
		be_worker(crew, index, ends[1]);
	}
	(void)close(ends[1]);
	w->rows = ends[0];
	return w->pid > 0;
}

static size_t wanted(const struct br_kept *kept, const struct br_scripts *scripts)
{
	uint64_t jobs = kept->options->jobs;

	for (size_t i = 0; i < scripts->count; i++) {
		if (scripts->script[i]->real)
			return 0;
	}
	jobs = jobs < scripts->count ? jobs : scripts->count;
	jobs = jobs < WORKERS_MAX ? jobs : WORKERS_MAX;
	return jobs > 1 ? (size_t)jobs : 0;
}

struct br_crew *br_crew_new(struct br_kept *kept, br_crew_work *work,
                            const struct br_scripts *scripts)
{
	struct br_crew *crew = calloc(1, sizeof(*crew));

	if (!crew || br_file_store_new(&crew->made, 1) < 0)
		abort();
	crew->kept = kept;
	crew->work = work;
	crew->scripts = scripts;
	crew->workers = wanted(kept, scripts);
	(void)fflush(NULL);
	for (size_t i = 0; i < crew->workers; i++) {
		if (!add_worker(crew, i))
			abort(); /* as for memory */
	}
	return crew;
}

/* A process that ended in the middle says nothing about the server. */
static void is_broken(struct br_suite_row *row)
{
	static const char why[] = "its process ended before its verdict";

	row->result->result = BR_RESULT_BROKEN;
	row->result->failure.kind = BR_FAILURE_BROKEN;
	snprintf(row->result->failure.why, sizeof(row->result->failure.why), "%s", why);
	row->report = strdup("#   its process ended before its verdict: run it alone\n");
}

/* Return: false if nothing comes any more, for we are to stop: then no process goes on either */
static bool await(const struct br_crew *crew, int from)
{
	if (br_stop_await(from))
		return true;
	for (size_t i = 0; i < crew->workers; i++)
		(void)kill(crew->worker[i].pid, SIGTERM);
	return false;
}

static bool receive(const struct br_crew *crew, int from, struct br_suite_row *row)
{
	struct sent *sent;

	if (!await(crew, from))
		return false;
	sent = calloc(1, sizeof(*sent));
	if (!sent)
		abort();
	if (!get_all(from, sent, sizeof(*sent))) {
		free(sent);
		is_broken(row);
		return br_stop_signal() == 0; /* the same key may have ended both of us */
	}
	*row->result = sent->result;
	row->runs = sent->runs;
	row->cpu_ns = sent->cpu_ns;
	crew->kept->lost = crew->kept->lost || sent->lost;
	if (sent->report_size > 0) {
		row->report = calloc(1, sent->report_size);
		if (!row->report)
			abort();
		(void)get_all(from, row->report, sent->report_size);
	}
	free(sent);
	return true;
}

bool br_crew_next(struct br_crew *crew, struct br_suite_row *row)
{
	size_t index = crew->next++;

	if (crew->workers > 0)
		return receive(crew, crew->worker[index % crew->workers].rows, row);
	if (br_stop_signal() != 0)
		return false;
	crew->work(crew->kept, crew->scripts->script[index], crew->made, row);
	return row->runs > 0;
}

void br_crew_free(struct br_crew *crew)
{
	for (size_t i = 0; i < crew->workers; i++) {
		(void)close(crew->worker[i].rows); /* one that still writes ends by that */
		(void)waitpid(crew->worker[i].pid, NULL, 0);
	}
	br_file_store_free(crew->made);
	free(crew);
}
