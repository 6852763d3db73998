/* SPDX-License-Identifier: BSD-2-Clause */
/* Theory of operation
 *
 * A child, the keeper, leaves our network and our processes behind (unshare) and forks the first
 * process of its own, which only waits for the shell that runs the server. Keeper and first
 * process are killed with their parents (PR_SET_PDEATHSIG; a server that changes its user would
 * lose that), and with the first process of a namespace the kernel kills all others in it, so a
 * server that has forked away does not get away. The keeper waits at a pipe
 * until we have put the cable between, for only we can name both sides.
 */
#define _GNU_SOURCE /* unshare() */
#include "conformance/conform/lab.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "conformance/conform/lab_dev.h"
#include "core/base/text.h"

enum {
	PATH_SIZE = 512,
	LOG_SIZE = 1 << 16,
	LOOKS = 100, /* for it to be ready, */
	LOOK_MS = 100,
	CANNOT = 77, /* what a server ends with that cannot be configured so */
};

struct br_lab {
	char device[BR_LAB_DEVICE_SIZE];
	pid_t keeper;
	bool ended;
	int status;
	long log_begin; /* of what it says in its log, in octets */
};

static void pause_ms(long ms)
{
	struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

	(void)nanosleep(&pause, NULL);
}

__attribute__((format(printf, 3, 4))) static int fail(char *error, int result, const char *format,
                                                      ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(error, BR_LAB_ERROR_SIZE, format, arguments);
	va_end(arguments);
	return result;
}

/* Return: whether `ip` did it */
static bool ip(const char *const *words)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);

		(void)dup2(nowhere, STDERR_FILENO); /* who called it tells */
		execvp("ip", (char **)(uintptr_t)words);
		_exit(127);
	}
	return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

/* Its log, as standard output and error */
static void open_log(const struct br_lab_options *o)
{
	char log[PATH_SIZE];
	int to;

	(void)snprintf(log, sizeof(log), "%.480s/server.log", o->state);
	to = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | (o->heading ? 0 : O_TRUNC),
	          0666);
	if (to < 0 || dup2(to, STDOUT_FILENO) < 0 || dup2(to, STDERR_FILENO) < 0)
		_exit(126);
	if (o->heading)
		dprintf(to, "\n== %s\n%s", o->heading, o->settings);
}

static _Noreturn void be_server(const struct br_lab_options *o)
{
	static const char before[] =
		"ip link set lo up; ip link set eth0 up; ip addr add $ADDRESS/24 dev eth0\n"
		"PATH=$PATH:/usr/sbin:/sbin\n"
		"if [ -n \"$BOOTRIG_SERVERS\" ]; then\n"
		"PATH=$PATH:$BOOTRIG_SERVERS/usr/sbin\n"
		"for dir in \"$BOOTRIG_SERVERS\"/usr/lib/*-linux-gnu; do\n"
		"export LD_LIBRARY_PATH=\"$dir\"; done; fi\n";
	size_t size = sizeof(before) + strlen(o->start);
	char address[16], *command = malloc(size);
	struct br_writer w = br_writer_of(address, sizeof(address));

	if (!command)
		_exit(126);
	(void)snprintf(command, size, "%s%s", before, o->start);
	br_text_put_ipv4(&w, o->address);
	(void)setenv("ADDRESS", br_text_end(&w), 1);
	(void)setenv("STATE", o->state, 1);
	(void)setenv("FILES", o->files, 1);
	(void)setenv("HERE", o->here, 1);
	(void)setenv("SETTINGS", o->settings, 1);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

/* The first process: ends with the server, and all others with it. */
static _Noreturn void be_first(const struct br_lab_options *o)
{
	struct br_lab_dev dev;
	int status = 0;
	pid_t server, ended;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	open_log(o);
	dev = br_lab_dev_make(STDOUT_FILENO);
	server = fork();
	if (server == 0)
		be_server(o);
	do /* orphans come to it, too */
		ended = waitpid(-1, &status, 0);
	while (server > 0 && ended > 0 && ended != server);
	br_lab_dev_end(&dev);
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 124);
}

/* @go: closed by us once the cable is there; @here: closed once the namespaces are */
static _Noreturn void be_keeper(const struct br_lab_options *o, int go, int here, pid_t parent)
{
	pid_t first;
	char octet;
	int status = 0;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent || unshare(CLONE_NEWNET | CLONE_NEWPID) < 0)
		_exit(125);
	(void)write(here, "+", 1);
	(void)close(here);
	if (read(go, &octet, 1) != 1)
		_exit(125);
	first = fork();
	if (first == 0)
		be_first(o);
	(void)waitpid(first, &status, 0);
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 124);
}

static int plug_in(const struct br_lab *lab, char *error)
{
	char pid[16];
	const char *const add[] = {"ip",   "link", "add",  lab->device, "type", "veth",
	                           "peer", "name", "eth0", "netns",     pid,    NULL};
	const char *const up[] = {"ip", "link", "set", lab->device, "up", NULL};

	(void)snprintf(pid, sizeof(pid), "%d", (int)lab->keeper);
	if (!ip(add) || !ip(up))
		return fail(error, -ENODEV, "no veth can be made by ip(8)");
	return 0;
}

static bool is_in_log(const struct br_lab *lab, const struct br_lab_options *o)
{
	char path[PATH_SIZE], *text = calloc(1, LOG_SIZE);
	bool found = false;
	FILE *from;

	(void)snprintf(path, sizeof(path), "%.480s/server.log", o->state);
	from = fopen(path, "r");
	if (from && text && fseek(from, lab->log_begin, SEEK_SET) == 0) {
		(void)!fread(text, 1, LOG_SIZE - 1, from);
		found = strstr(text, o->ready) != NULL;
	}
	if (from)
		fclose(from);
	free(text);
	return found;
}

static int await_ready(struct br_lab *lab, const struct br_lab_options *o, char *error)
{
	unsigned looks = o->ready_s ? o->ready_s * 1000 / LOOK_MS : LOOKS;

	if (!o->ready)
		pause_ms(1000);
	for (unsigned i = 0; i < looks; i++) {
		if (br_lab_has_ended(lab) && WIFEXITED(lab->status) &&
		    WEXITSTATUS(lab->status) == CANNOT)
			return fail(error, -ENOTSUP, "it cannot be configured so");
		if (br_lab_has_ended(lab))
			return fail(error, -ECHILD, "the server ended: see %.200s/server.log",
			            o->state);
		if (!o->ready || is_in_log(lab, o))
			return 0;
		pause_ms(LOOK_MS);
	}
	return fail(error, -ETIMEDOUT, "the server did not say '%.100s' in %u s", o->ready,
	            looks * LOOK_MS / 1000);
}

/* Return: 0, or negative errno: then nothing was started */
static int start(struct br_lab *lab, const struct br_lab_options *o, int *ret_go, char *error)
{
	int go[2], here[2];
	pid_t self = getpid();
	char octet;
	bool made;

	if (pipe2(go, O_CLOEXEC) < 0 || pipe2(here, O_CLOEXEC) < 0)
		return fail(error, -errno, "%s", strerror(errno));
	(void)fflush(NULL);
	lab->keeper = fork();
	if (lab->keeper == 0) {
		(void)close(go[1]);
		be_keeper(o, go[0], here[1], self);
	}
	(void)close(go[0]);
	(void)close(here[1]);
	made = lab->keeper > 0 && read(here[0], &octet, 1) == 1;
	(void)close(here[0]);
	*ret_go = go[1];
	if (made)
		return 0;
	(void)close(go[1]);
	return fail(error, -EPERM, "no network namespace can be made here");
}

void br_lab_device_name(char ret_name[static BR_LAB_DEVICE_SIZE], unsigned number)
{
	(void)snprintf(ret_name, BR_LAB_DEVICE_SIZE, "brlab%d%c", (int)getpid(),
	               (char)('a' + number));
}

/* How long the log is before it says anything */
static long log_size(const struct br_lab_options *o)
{
	char path[PATH_SIZE];
	struct stat info;

	(void)snprintf(path, sizeof(path), "%.480s/server.log", o->state);
	return o->heading && stat(path, &info) == 0 ? (long)info.st_size : 0;
}

int br_lab_new(struct br_lab **ret_lab, const struct br_lab_options *options,
               char error[static BR_LAB_ERROR_SIZE])
{
	struct br_lab *lab;
	int go = -1, result;

	if (geteuid() != 0)
		return fail(error, -EPERM, "a server in a network of its own needs root");
	lab = calloc(1, sizeof(*lab));
	if (!lab)
		abort();
	(void)snprintf(lab->device, sizeof(lab->device), "%s", options->device);
	lab->log_begin = log_size(options);
	result = start(lab, options, &go, error);
	if (result == 0) {
		result = plug_in(lab, error);
		(void)!write(go, "+", result == 0);
		(void)close(go);
	}
	if (result == 0)
		result = await_ready(lab, options, error);
	if (result < 0)
		br_lab_free(lab);
	else
		*ret_lab = lab;
	return result;
}

struct br_lab *br_lab_free(struct br_lab *lab)
{
	if (!lab)
		return NULL;
	if (lab->device[0]) { /* at once: the kernel takes its time */
		const char *const del[] = {"ip", "link", "del", lab->device, NULL};

		(void)ip(del);
	}
	if (lab->keeper > 0 && !lab->ended) {
		(void)kill(lab->keeper, SIGKILL);
		(void)waitpid(lab->keeper, NULL, 0);
	}
	free(lab);
	return NULL;
}

bool br_lab_has_ended(struct br_lab *lab)
{
	if (!lab->ended && waitpid(lab->keeper, &lab->status, WNOHANG) == lab->keeper)
		lab->ended = true;
	return lab->ended;
}
