/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/stop.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/select.h>
#include <unistd.h>

#include "sim/output.h"

static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
static volatile sig_atomic_t gently, came;

/* As if nobody had looked: whoever waits for us is told which signal it was. */
static void die(int number)
{
	struct sigaction plain = {.sa_handler = SIG_DFL};
	sigset_t one;

	br_output_abandon();
	(void)sigaction(number, &plain, NULL);
	(void)sigemptyset(&one);
	(void)sigaddset(&one, number);
	(void)raise(number);
	(void)sigprocmask(SIG_UNBLOCK, &one, NULL); /* inside a handler it is blocked */
}

static void take(int number)
{
	if (!gently || came)
		die(number);
	came = number;
}

void br_stop_guard(void)
{
	struct sigaction ours = {.sa_handler = take, .sa_flags = SA_RESTART}, before;

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) < 0)
			(void)open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
	}
	(void)signal(SIGXFSZ, SIG_IGN);
	(void)sigemptyset(&ours.sa_mask);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		if (sigaction(signals[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
			(void)sigaction(signals[i], &ours, NULL);
	}
}

void br_stop_gently(void)
{
	gently = true;
}

void br_stop_at_once(void)
{
	gently = false;
	if (came)
		die(came);
}

int br_stop_signal(void)
{
	return came;
}

static int first_set(const int *fd, size_t count, const fd_set *readable)
{
	for (size_t i = 0; i < count; i++) {
		if (fd[i] >= 0 && FD_ISSET(fd[i], readable))
			return (int)i;
	}
	return -1;
}

int br_stop_await_any(const int *fd, size_t count)
{
	sigset_t ours, before;
	fd_set readable;
	int found = -1, most = 0;

	(void)sigemptyset(&ours);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		(void)sigaddset(&ours, signals[i]);
	(void)sigprocmask(SIG_BLOCK, &ours, &before);
	while (!came && found < 0) {
		FD_ZERO(&readable);
		for (size_t i = 0; i < count; i++) {
			if (fd[i] < 0)
				continue;
			FD_SET(fd[i], &readable);
			most = fd[i] > most ? fd[i] : most;
		}
		if (pselect(most + 1, &readable, NULL, NULL, NULL, &before) > 0)
			found = first_set(fd, count, &readable);
	}
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	return came ? -1 : found;
}

bool br_stop_await(int fd)
{
	return br_stop_await_any(&fd, 1) == 0;
}

void br_stop_conclude(void)
{
	if (came)
		die(came);
}
