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

bool br_stop_await(int fd)
{
	sigset_t ours, before;
	fd_set readable;
	int result = 0;

	(void)sigemptyset(&ours);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		(void)sigaddset(&ours, signals[i]);
	(void)sigprocmask(SIG_BLOCK, &ours, &before);
	while (!came && result <= 0) {
		FD_ZERO(&readable);
		FD_SET(fd, &readable);
		result = pselect(fd + 1, &readable, NULL, NULL, NULL, &before);
	}
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	return !came;
}

void br_stop_conclude(void)
{
	if (came)
		die(came);
}
