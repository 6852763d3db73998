/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/guest.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/base/text.h"
#include "sim/command/share.h"
#include "sim/stop.h"

enum {
	CONSOLE_SIZE = 1 << 20,
	LINE_SIZE = 8192, /* the driver's lines are shorter */
	SAYS_SIZE = 200,
	MACHINE_SIZE = 64,
	WORDS_MAX = 32,
	END_S = 8, /* it stops QEMU, asking first: 3 s for each */
};

struct br_guest {
	struct br_loop *loop;
	struct br_port_qemu *port;
	pid_t child;
	int to, from; /* -1: closed */
	enum br_guest_state state;
	bool on;
	uint64_t frames; /* of it, when last looked at */
	br_time heard;
	char says[SAYS_SIZE], machine[MACHINE_SIZE];
	char line[LINE_SIZE]; /* of the pipe, as far as it came */
	size_t line_size;
	size_t console_size, open_size; /* of whole lines; of the begun one behind them */
	char console[CONSOLE_SIZE + LINE_SIZE + 2];
};

/* The words that start the driver; texts lie in @room. */
struct guest_words {
	char driver[BR_SHARE_PATH_SIZE], mac[18], uuid[33];
	const char *word[WORDS_MAX];
};

static void add_word(struct guest_words *w, size_t *n, const char *key, const char *value)
{
	if (!value)
		return;
	w->word[(*n)++] = key;
	w->word[(*n)++] = value;
}

static void make_words(struct guest_words *w, const struct br_guest_options *o)
{
	size_t n = 0;

	struct br_writer mac = br_writer_of(w->mac, sizeof(w->mac));
	struct br_writer uuid = br_writer_of(w->uuid, sizeof(w->uuid));

	br_share_path(w->driver, "vms/plug.py");
	br_text_put_mac(&mac, o->mac);
	(void)br_text_end(&mac);
	br_text_put_octets(&uuid, (struct br_octets){o->uuid, sizeof(o->uuid)});
	(void)br_text_end(&uuid);
	w->word[n++] = "python3";
	w->word[n++] = "-B"; /* what is installed is not written to */
	w->word[n++] = w->driver;
	w->word[n++] = o->profile;
	w->word[n++] = "--mac";
	w->word[n++] = w->mac;
	w->word[n++] = "--uuid";
	w->word[n++] = w->uuid;
	w->word[n++] = "--start";
	w->word[n++] = o->start ? o->start : "power-on";
	if (o->http)
		w->word[n++] = "--http";
	if (o->tls)
		w->word[n++] = "--tls";
	if (o->menu)
		w->word[n++] = "--menu";
	add_word(w, &n, "--model", o->model);
	add_word(w, &n, "--https", o->https);
	add_word(w, &n, "--trust", o->trust);
	add_word(w, &n, "--date", o->clock);
	add_word(w, &n, "--out", o->out);
	w->word[n] = NULL;
}

static _Noreturn void be_driver(const struct guest_words *w, int in, int out, pid_t parent)
{
	sigset_t none;

	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
	(void)setpgid(0, 0); /* a key that ends us is ours alone: we end it */
	if (getppid() != parent || dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0)
		_exit(1);
	execvp(w->word[0], (char **)(uintptr_t)w->word);
	(void)dprintf(STDOUT_FILENO, "trouble python3: %s\n", strerror(errno));
	_exit(1);
}

/* Both ends are ours alone: other children do not get them. Return: 0 or negative errno */
static int make_pipe(int ends[2])
{
	if (pipe(ends) < 0)
		return -errno;
	(void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	(void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	return 0;
}

static int start_driver(struct br_guest *guest, const struct guest_words *w)
{
	int there[2], back[2];
	pid_t self = getpid();

	if (make_pipe(there) < 0)
		return -ENOMEM;
	if (make_pipe(back) < 0) {
		(void)close(there[0]);
		(void)close(there[1]);
		return -ENOMEM;
	}
	(void)fflush(NULL);
	guest->child = fork();
	if (guest->child == 0)
		be_driver(w, there[0], back[1], self);
	(void)close(there[0]);
	(void)close(back[1]);
	guest->to = there[1];
	guest->from = back[0];
	return guest->child < 0 ? -ENOMEM : 0;
}

/* What it says */

/* Room for a line more: the older half goes, to the end of a line. */
static void make_room(struct br_guest *guest)
{
	char *half = memchr(guest->console + CONSOLE_SIZE / 2, '\n', CONSOLE_SIZE / 2);
	size_t gone = half ? (size_t)(half + 1 - guest->console) : guest->console_size;

	if (guest->console_size + LINE_SIZE < CONSOLE_SIZE)
		return;
	guest->console_size -= gone;
	memmove(guest->console, guest->console + gone, guest->console_size);
}

static void take_console(struct br_guest *guest, const char *text, bool whole)
{
	size_t size = strlen(text);

	make_room(guest);
	memcpy(guest->console + guest->console_size, text, size);
	guest->console[guest->console_size + size] = whole ? '\n' : '\0';
	guest->console[guest->console_size + size + 1] = '\0';
	if (whole)
		guest->console_size += size + 1;
}

/* The first reason stands: what comes behind it follows from it. */
static void become(struct br_guest *guest, enum br_guest_state state, const char *says)
{
	if (guest->state == BR_GUEST_FAILED || guest->state == BR_GUEST_CRASHED ||
	    guest->state == BR_GUEST_LOADED)
		return;
	guest->state = state;
	(void)snprintf(guest->says, sizeof(guest->says), "%s", says);
}

static bool begins(const char *line, const char *word, const char **ret_rest)
{
	size_t size = strlen(word);

	if (strncmp(line, word, size) != 0 || line[size] != ' ')
		return false;
	*ret_rest = line + size + 1;
	return true;
}

static void take_line(struct br_guest *guest, const char *line, br_time now)
{
	const char *rest;

	guest->heard = now;
	if (begins(line, "machine", &rest))
		(void)snprintf(guest->machine, sizeof(guest->machine), "%s", rest);
	else if (begins(line, "console", &rest))
		take_console(guest, rest, true);
	else if (begins(line, "open", &rest))
		take_console(guest, rest, false);
	else if (begins(line, "loaded", &rest))
		become(guest, BR_GUEST_LOADED, rest);
	else if (begins(line, "failure", &rest))
		become(guest, BR_GUEST_FAILED, rest);
	else if (begins(line, "crash", &rest))
		become(guest, BR_GUEST_CRASHED, rest);
	else if (begins(line, "ended", &rest))
		become(guest, BR_GUEST_ENDED, rest);
	else if (begins(line, "trouble", &rest))
		become(guest, BR_GUEST_ENDED, rest);
}

/* Return: false at the end of the pipe */
static bool read_more(struct br_guest *guest)
{
	ssize_t got = read(guest->from, guest->line + guest->line_size,
	                   sizeof(guest->line) - 1 - guest->line_size);

	if (got < 0 && (errno == EINTR || errno == EAGAIN))
		return true;
	if (got <= 0)
		return false;
	guest->line_size += (size_t)got;
	guest->line[guest->line_size] = '\0';
	return true;
}

/* Return: the next whole line, cut off the rest, which drop_line() moves to the front; or NULL */
static char *next_line(struct br_guest *guest, size_t *ret_size)
{
	char *end = memchr(guest->line, '\n', guest->line_size);

	if (!end && guest->line_size + 1 < sizeof(guest->line))
		return NULL;
	if (!end) /* longer than any of the driver's: taken as it is */
		end = guest->line + guest->line_size;
	*end = '\0';
	*ret_size = (size_t)(end - guest->line) + 1;
	return guest->line;
}

static void drop_line(struct br_guest *guest, size_t size)
{
	if (size > guest->line_size)
		size = guest->line_size;
	guest->line_size -= size;
	memmove(guest->line, guest->line + size, guest->line_size);
	guest->line[guest->line_size] = '\0';
}

static void ready(void *context, short events, br_time now)
{
	struct br_guest *guest = context;
	bool more = read_more(guest);
	size_t size;
	char *line;

	(void)events;
	while ((line = next_line(guest, &size))) {
		take_line(guest, line, now);
		drop_line(guest, size);
	}
	if (more)
		return;
	br_loop_remove(guest->loop, guest->from);
	(void)close(guest->from);
	guest->from = -1;
	if (guest->state != BR_GUEST_ENDED)
		become(guest, BR_GUEST_ENDED, "its driver has ended");
}

/* The driver's first line. Return: 0 with the path of the socket; as br_guest_new() */
static int await_ready(struct br_guest *guest, char *path, size_t path_size, char *error,
                       size_t size)
{
	const char *rest = "its driver ended without a word";
	size_t line_size;
	char *line;
	int result = -EINVAL;

	while (!(line = next_line(guest, &line_size))) {
		if (!br_stop_await(guest->from))
			return -EINTR;
		if (!read_more(guest))
			break;
	}
	if (line && begins(line, "ready", &rest)) {
		(void)snprintf(path, path_size, "%s", rest);
		drop_line(guest, line_size);
		return 0;
	}
	if (line && begins(line, "missing", &rest))
		result = -ENODEV;
	else if (line)
		(void)begins(line, "trouble", &rest);
	(void)snprintf(error, size, "%s", rest);
	return result;
}

int br_guest_new(struct br_guest **ret_guest, struct br_loop *loop, struct br_segment *segment,
                 const char *name, const struct br_guest_options *options, char *error, size_t size)
{
	struct br_guest *guest = calloc(1, sizeof(*guest));
	struct guest_words *words = calloc(1, sizeof(*words));
	char path[128];
	int result = guest && words ? 0 : -ENOMEM;

	if (guest)
		guest->to = guest->from = -1;
	if (result == 0) {
		guest->loop = loop;
		make_words(words, options);
		result = start_driver(guest, words);
	}
	free(words);
	if (result == 0)
		result = await_ready(guest, path, sizeof(path), error, size);
	if (result == 0)
		result = br_port_qemu_new(&guest->port, loop, segment, name, path,
		                          BR_PORT_QEMU_QUEUE_SIZE);
	if (result == 0)
		result = br_loop_add(loop, guest->from, POLLIN, ready, guest);
	if (result < 0) {
		br_guest_free(guest);
		return result;
	}
	*ret_guest = guest;
	return 0;
}

/* It ends by itself once our end of its pipe is closed; who does not is made to. */
static void await_end(pid_t child)
{
	struct timespec pause = {.tv_nsec = 20 * 1000 * 1000};

	for (int left = END_S * 50; left > 0; left--) {
		if (waitpid(child, NULL, WNOHANG) != 0)
			return;
		(void)nanosleep(&pause, NULL);
	}
	(void)kill(child, SIGKILL);
	(void)waitpid(child, NULL, 0);
}

struct br_guest *br_guest_free(struct br_guest *guest)
{
	if (!guest)
		return NULL;
	if (guest->to >= 0)
		(void)close(guest->to);
	br_port_qemu_free(guest->port);
	if (guest->from >= 0) {
		if (guest->port)
			br_loop_remove(guest->loop, guest->from);
		(void)close(guest->from);
	}
	if (guest->child > 0)
		await_end(guest->child);
	free(guest);
	return NULL;
}

void br_guest_switch_on(struct br_guest *guest)
{
	static const char on[] = "on\n";

	if (guest->on)
		return;
	guest->on = true;
	guest->heard = br_loop_clock(guest->loop)->now;
	if (guest->state == BR_GUEST_OFF)
		guest->state = BR_GUEST_RUNNING;
	if (write(guest->to, on, sizeof(on) - 1) < 0) /* it has ended: its pipe says so too */
		become(guest, BR_GUEST_ENDED, "its driver has ended");
}

struct br_port *br_guest_port(struct br_guest *guest)
{
	return br_port_qemu_port(guest->port);
}

enum br_guest_state br_guest_state(const struct br_guest *guest)
{
	return guest->state;
}

const char *br_guest_says(const struct br_guest *guest)
{
	return guest->says;
}

const char *br_guest_machine(const struct br_guest *guest)
{
	return guest->machine;
}

bool br_guest_spoke(const struct br_guest *guest)
{
	return br_port_qemu_counts(guest->port)->frames_in > 0;
}

br_time br_guest_silent_since(struct br_guest *guest)
{
	uint64_t frames = br_port_qemu_counts(guest->port)->frames_in;

	if (frames != guest->frames)
		guest->heard = br_loop_clock(guest->loop)->now;
	guest->frames = frames;
	return guest->heard;
}

const char *br_guest_console(const struct br_guest *guest)
{
	return guest->console;
}
