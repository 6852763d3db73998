/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE /* accept4() */
#include "sim/serve/status.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum {
	WAITING_MAX = 16,
	TEXT_SIZE = 16384, /* less than a socket takes at once */
};

struct br_status {
	int fd;
	struct br_loop *loop;
	void (*print)(void *context, FILE *to);
	void *context;
	struct sockaddr_un address;
};

static void answer(const struct br_status *status, int fd)
{
	char text[TEXT_SIZE] = "";
	FILE *to = fmemopen(text, sizeof(text), "w");

	if (!to)
		return;
	status->print(status->context, to);
	fputc('\n', to);
	(void)fclose(to);
	(void)send(fd, text, strnlen(text, sizeof(text)), MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void ready(void *context, short events, br_time now)
{
	struct br_status *status = context;
	int fd = accept4(status->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	(void)events, (void)now;
	if (fd < 0)
		return;
	answer(status, fd);
	close(fd);
}

static int listen_at(int fd, const struct sockaddr_un *address)
{
	const struct sockaddr *at = (const struct sockaddr *)(const void *)address;
	mode_t mask = umask(0177);
	int error = bind(fd, at, sizeof(*address)) != 0 ? -errno : 0;

	if (error == -EADDRINUSE) {
		/* of a server that is no more, if nobody listens: never what is no socket */
		int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		bool dead = probe >= 0 && connect(probe, at, sizeof(*address)) != 0 &&
		            errno == ECONNREFUSED;
		struct stat status;

		if (probe >= 0)
			close(probe);
		if (!dead || lstat(address->sun_path, &status) != 0 || !S_ISSOCK(status.st_mode))
			; /* it stays */
		else if (unlink(address->sun_path) != 0 || bind(fd, at, sizeof(*address)) != 0)
			error = -errno;
		else
			error = 0;
	}
	(void)umask(mask);
	if (!error && listen(fd, WAITING_MAX) != 0)
		error = -errno;
	return error;
}

int br_status_open(struct br_status **ret_status, const char *path, struct br_loop *loop,
                   void (*print)(void *context, FILE *to), void *context)
{
	struct br_status *status = calloc(1, sizeof(*status));
	int error = 0;

	if (!status)
		return -ENOMEM;
	*status = (struct br_status){.loop = loop, .print = print, .context = context};
	status->address.sun_family = AF_UNIX;
	if (strlen(path) >= sizeof(status->address.sun_path)) {
		free(status);
		return -ENAMETOOLONG;
	}
	memcpy(status->address.sun_path, path, strlen(path) + 1);
	status->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (status->fd < 0)
		error = -errno;
	if (!error)
		error = listen_at(status->fd, &status->address);
	if (!error)
		error = br_loop_add(loop, status->fd, POLLIN, ready, status);
	if (error) {
		if (status->fd >= 0)
			close(status->fd);
		free(status);
		return error;
	}
	*ret_status = status;
	return 0;
}

struct br_status *br_status_free(struct br_status *status)
{
	if (!status)
		return NULL;
	br_loop_remove(status->loop, status->fd);
	close(status->fd);
	(void)unlink(status->address.sun_path); /* if we still may */
	free(status);
	return NULL;
}
