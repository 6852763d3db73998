/* SPDX-License-Identifier: BSD-2-Clause */
#include "conformance/conform/team.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/page/html.h"
#include "sim/stop.h"

/* Theory of operation
 *
 * What is not to be played, and how long the rest takes, is known before there is a process. All
 * of them take numbers from one counter in shared memory, into a list that begins with the longest
 * script: the last to end has little left then. Each sends what it found as soon as it has it, and
 * it is kept here until its turn comes. A process that ends in the middle of a script has found
 * nothing about the server: its script is told as broken.
 */
struct found {
	struct br_evidence evidence;
	char *story, *said;
	bool there;
};

struct team_member {
	pid_t pid;
	FILE *from;     /* NULL: it has ended */
	size_t at_hand; /* the script it is at, as it said; SIZE_MAX: none */
};

struct shared {
	atomic_size_t next; /* of the order */
};

struct team {
	const struct br_team_options *options;
	const struct br_scripts *scripts;
	struct br_conform *verdicts;
	struct br_file_store *made;
	struct br_run_result *result;
	struct shared *shared;
	br_time *takes;
	size_t *order, ordered;
	struct found *found;
	size_t told; /* scripts whose evidence was weighed */
	struct team_member member[BR_TEAM_MAX];
	size_t members;
	struct br_team_result *ret;
};

enum word {
	WORD_BEGINS, /* with a script */
	WORD_FOUND,  /* something */
	WORD_ENDS,
};

/* What goes through the pipe before evidence, story and log */
struct head {
	enum word word;
	size_t script, story, said;
	bool well;
};

/* How long a script takes a server of its own, without the quiet behind it */
static br_time rehearse(const struct team *t, const char *path)
{
	const struct br_scripts *scripts = t->options->rehearsed;

	for (size_t i = 0; i < scripts->count; i++) {
		const struct br_script *s = scripts->script[i];
		struct br_run_options options = {.seed = s->seed, .made = t->made};

		if (strcmp(s->path, path) != 0)
			continue;
		br_run(s, &options, t->result);
		return t->result->simulated > s->quiet ? t->result->simulated - s->quiet : 0;
	}
	return 0;
}

static void leave_out(struct team *t, size_t i, const char *reason)
{
	br_evidence_skipped(&t->found[i].evidence, t->scripts->script[i], reason);
	t->found[i].there = true;
}

/* Whether it is left out, with the reason for it */
static bool is_left_out(struct team *t, size_t i)
{
	const struct br_team_options *o = t->options;
	const struct br_script *s = t->scripts->script[i];
	const char *reason = o->skip ? o->skip(o->play.context, s) : NULL;
	char text[80];

	if (reason) {
		leave_out(t, i, reason);
		return true;
	}
	if (!o->rehearsed || s->lacks)
		return false;
	t->takes[i] = rehearse(t, s->path);
	if (t->takes[i] <= o->pace_s * BR_S)
		return false;
	(void)snprintf(text, sizeof(text), "it takes more than %u s, which is the server's pace",
	               o->pace_s);
	leave_out(t, i, text);
	return true;
}

static void show_progress(const struct team *t, const char *name)
{
	if (!t->options->progress || !isatty(STDERR_FILENO))
		return;
	fprintf(stderr, "\r%zu of %zu: %s\033[K", t->told + 1, t->scripts->count, name);
	fflush(stderr);
}

static void hide_progress(const struct team *t)
{
	if (t->options->progress && isatty(STDERR_FILENO))
		fprintf(stderr, "\r\033[K");
}

/* Weigh what is there, up to the first script that is still at hand. */
static void tell(struct team *t)
{
	const struct br_play_options *play = &t->options->play;

	for (; t->told < t->scripts->count && t->found[t->told].there; t->told++) {
		struct found *found = &t->found[t->told];
		const struct br_script *script = t->scripts->script[t->told];

		br_evidence_weigh(&found->evidence, t->verdicts);
		if (play->html && found->story) {
			br_html_file(play->html, script->path, script->path);
			br_html_story_take(play->html, found->story);
		}
		if (found->said)
			t->options->keep(play->context, script, found->said);
		free(found->story);
		free(found->said);
		found->story = found->said = NULL;
	}
}

static void play_here(struct team *t)
{
	for (size_t i = 0; i < t->scripts->count && br_stop_signal() == 0; i++) {
		show_progress(t, t->scripts->script[i]->scenario);
		if (!is_left_out(t, i))
			br_play(&t->found[i].evidence, t->scripts->script[i], &t->options->play,
			        t->made, t->result);
		t->found[i].there = true;
		tell(t);
	}
	hide_progress(t);
}

/* A process of the team */

static bool send_word(enum word word, size_t script, bool well, FILE *to)
{
	const struct head head = {.word = word, .script = script, .well = well};

	return fwrite(&head, sizeof(head), 1, to) == 1 && fflush(to) == 0;
}

static bool send_found(struct team *t, size_t script, struct br_evidence *evidence, FILE *to)
{
	const struct br_team_options *o = t->options;
	char *story = o->play.html && evidence->played ? br_html_story_give(o->play.html) : NULL;
	char *said = o->said ? o->said(o->play.context) : NULL;
	const struct head head = {.word = WORD_FOUND,
	                          .script = script,
	                          .story = story ? strlen(story) : 0,
	                          .said = said ? strlen(said) : 0};
	bool good = fwrite(&head, sizeof(head), 1, to) == 1 && br_evidence_send(evidence, to) &&
	            fwrite(story ? story : "", 1, head.story, to) == head.story &&
	            fwrite(said ? said : "", 1, head.said, to) == head.said && fflush(to) == 0;

	free(story);
	free(said);
	return good;
}

static _Noreturn void be_member(struct team *t, size_t number, int fd, pid_t parent)
{
	const struct br_team_options *o = t->options;
	char why[BR_TEAM_ERROR_SIZE] = "";
	FILE *to = fdopen(fd, "w");
	int error;
	bool good;
	size_t at;

	br_stop_at_once();
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (!to || getppid() != parent)
		_exit(1);
	error = o->begin(o->play.context, number, why);
	good = fwrite(&error, sizeof(error), 1, to) == 1 && fwrite(why, sizeof(why), 1, to) == 1 &&
	       fflush(to) == 0 && error == 0;
	while (good && (at = atomic_fetch_add(&t->shared->next, 1)) < t->ordered) {
		size_t script = t->order[at];
		struct br_evidence evidence = {.count = 0};

		good = send_word(WORD_BEGINS, script, true, to);
		if (good)
			br_play(&evidence, t->scripts->script[script], &o->play, t->made,
			        t->result);
		good = good && send_found(t, script, &evidence, to);
	}
	error = o->end(o->play.context) ? 0 : 1;
	(void)send_word(WORD_ENDS, SIZE_MAX, error == 0, to);
	_exit(0); /* nothing that was open before is written twice */
}

/* This process */

static char *get_text(size_t size, FILE *from)
{
	char *text = size > 0 ? calloc(1, size + 1) : NULL;

	if (size > 0 && !text)
		abort();
	if (size > 0 && fread(text, 1, size, from) != size)
		text[0] = '\0';
	return text;
}

/* Its process ended before its verdict. */
static void is_broken(struct team *t, size_t script)
{
	struct br_against at = {.script = t->scripts->script[script]};

	(void)snprintf(at.why, sizeof(at.why), "its process ended before its verdict");
	br_evidence_broken_off(&t->found[script].evidence, &at, true);
	t->found[script].evidence.played = true;
	t->found[script].there = true;
	tell(t);
}

static void end_member(struct team *t, struct team_member *m)
{
	fclose(m->from);
	m->from = NULL;
	(void)waitpid(m->pid, NULL, 0);
	if (m->at_hand != SIZE_MAX)
		is_broken(t, m->at_hand);
	m->at_hand = SIZE_MAX;
}

static void hear(struct team *t, struct team_member *m)
{
	struct found *found;
	struct head head;

	if (fread(&head, sizeof(head), 1, m->from) != 1) {
		end_member(t, m);
		return;
	}
	switch (head.word) {
	case WORD_BEGINS:
		m->at_hand = head.script;
		show_progress(t, t->scripts->script[head.script]->scenario);
		break;
	case WORD_FOUND:
		found = &t->found[head.script];
		if (!br_evidence_receive(&found->evidence, m->from))
			break; /* the end comes next */
		found->story = get_text(head.story, m->from);
		found->said = get_text(head.said, m->from);
		found->there = true;
		m->at_hand = SIZE_MAX;
		tell(t);
		break;
	case WORD_ENDS:
		t->ret->unwell = t->ret->unwell || !head.well;
		break;
	}
}

/* Return: false if there cannot be one more */
static bool add_member(struct team *t)
{
	struct team_member *m = &t->member[t->members];
	pid_t parent = getpid();
	int ends[2];

	if (pipe(ends) < 0)
		return false;
	(void)fflush(NULL);
	m->pid = fork();
	if (m->pid == 0) {
		(void)close(ends[0]);
		be_member(t, t->members + 1, ends[1], parent);
	}
	(void)close(ends[1]);
	m->at_hand = SIZE_MAX;
	m->from = m->pid > 0 ? fdopen(ends[0], "r") : NULL;
	if (!m->from)
		(void)close(ends[0]);
	else
		(void)setvbuf(m->from, NULL, _IONBF, 0); /* select() has to know what is left */
	t->members += m->from != NULL;
	return m->from != NULL;
}

/* Whether it could begin; why not is kept, of the first */
static bool hear_first(struct team *t, struct team_member *m)
{
	char why[BR_TEAM_ERROR_SIZE];
	int error;
	bool heard = br_stop_await(fileno(m->from)) &&
	             fread(&error, sizeof(error), 1, m->from) == 1 &&
	             fread(why, sizeof(why), 1, m->from) == 1;

	if (heard && error == 0)
		return true;
	if (t->members == 1) {
		t->ret->error = heard ? error : -1;
		(void)snprintf(t->ret->why, sizeof(t->ret->why), "%s",
		               heard ? why : "its process ended");
	}
	end_member(t, m);
	return false;
}

static bool hear_any(struct team *t)
{
	int fd[BR_TEAM_MAX], which;
	size_t left = 0;

	for (size_t i = 0; i < t->members; i++) {
		fd[i] = t->member[i].from ? fileno(t->member[i].from) : -1;
		left += fd[i] >= 0;
	}
	which = left > 0 ? br_stop_await_any(fd, t->members) : -1;
	if (which >= 0)
		hear(t, &t->member[which]);
	return which >= 0;
}

static void play_side_by_side(struct team *t)
{
	size_t wanted = t->options->at_once < BR_TEAM_MAX ? t->options->at_once : BR_TEAM_MAX;
	size_t begun = 1;

	wanted = wanted < t->ordered ? wanted : t->ordered;
	if (!add_member(t) || !hear_first(t, &t->member[0])) {
		t->ret->error = t->ret->error ? t->ret->error : -1;
		return;
	}
	while (t->members < wanted && add_member(t))
		;
	for (; begun < t->members; begun++)
		(void)hear_first(t, &t->member[begun]);
	while (hear_any(t))
		;
	for (size_t i = 0; i < t->members; i++) {
		if (!t->member[i].from)
			continue;
		(void)kill(t->member[i].pid, SIGTERM); /* we are to stop */
		t->member[i].at_hand = SIZE_MAX;
		end_member(t, &t->member[i]);
	}
	hide_progress(t);
}

/* The longest first; of equals the first. */
static void put_in_order(struct team *t, size_t script)
{
	size_t at = t->ordered++;

	for (; at > 0 && t->takes[t->order[at - 1]] < t->takes[script]; at--)
		t->order[at] = t->order[at - 1];
	t->order[at] = script;
}

static void choose(struct team *t)
{
	for (size_t i = 0; i < t->scripts->count; i++) {
		if (!is_left_out(t, i))
			put_in_order(t, i);
	}
}

static void begin(struct team *t)
{
	size_t count = t->scripts->count + 1;

	t->result = calloc(1, sizeof(*t->result));
	t->found = calloc(count, sizeof(t->found[0]));
	t->takes = calloc(count, sizeof(t->takes[0]));
	t->order = calloc(count, sizeof(t->order[0]));
	t->shared = mmap(NULL, sizeof(*t->shared), PROT_READ | PROT_WRITE,
	                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (!t->result || !t->found || !t->takes || !t->order || t->shared == MAP_FAILED ||
	    br_file_store_new(&t->made, 1) < 0)
		abort();
}

void br_team_play(struct br_conform *verdicts, const struct br_scripts *scripts,
                  const struct br_team_options *options, struct br_team_result *ret_result)
{
	struct team *t = calloc(1, sizeof(*t));

	if (!t)
		abort();
	*t = (struct team){
		.options = options, .scripts = scripts, .verdicts = verdicts, .ret = ret_result};
	*ret_result = (struct br_team_result){.whole = false};
	begin(t);
	if (options->at_once == 0) {
		play_here(t);
	} else {
		choose(t);
		if (t->ordered > 0)
			play_side_by_side(t);
		tell(t);
	}
	ret_result->whole = t->told == scripts->count;
	for (size_t i = t->told; i < scripts->count; i++) {
		br_evidence_forget(&t->found[i].evidence);
		free(t->found[i].story);
		free(t->found[i].said);
	}
	br_file_store_free(t->made);
	munmap(t->shared, sizeof(*t->shared));
	free(t->result);
	free(t->found);
	free(t->takes);
	free(t->order);
	free(t);
}
