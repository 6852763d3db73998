/* SPDX-License-Identifier: BSD-2-Clause */
/* Theory of operation
 *
 * No call blocks: a socket is asked not to by each send(2); a pipe or terminal is opened anew
 * through /proc, so that not blocking concerns nobody who shares standard output; where that
 * cannot be done, poll(2) says whether there is room for PIPE_BUF octets, and no more are
 * written at once. A regular file takes what it is given. An error other than "not now" (a
 * reader that has gone, a full disk) loses the line it hit, and the next one is tried again.
 */
#define _GNU_SOURCE /* MSG_DONTWAIT */
#include "sim/serve/log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	ROOM = 256 * 1024, /* a few thousand lines */
	AGAIN_MS = 50,     /* then what waits is tried again */
	LOST_ROOM = 512,   /* kept for the line about lost ones */
};

enum log_kind {
	KIND_FILE,   /* write(2) does not block for others */
	KIND_OWN,    /* our own descriptor, non-blocking */
	KIND_SOCKET, /* send(2) */
	KIND_ASKED,  /* shared: poll(2) first */
};

struct br_log {
	int fd;
	enum log_kind kind;
	struct br_clock *clock;
	struct br_timer again;
	void (*say_lost)(void *context, uint64_t lines, struct br_writer *line);
	void *context;
	uint64_t lost, lost_unsaid;
	size_t size; /* octets that wait */
	uint8_t octets[ROOM];
};

static void open_output(struct br_log *log, int fd)
{
	char path[32];
	struct stat status;

	log->fd = fd;
	log->kind = KIND_FILE;
	if (fstat(fd, &status) != 0 || S_ISREG(status.st_mode))
		return;
	if (S_ISSOCK(status.st_mode)) {
		log->kind = KIND_SOCKET;
		return;
	}
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);

	int own = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	log->kind = own >= 0 ? KIND_OWN : KIND_ASKED;
	log->fd = own >= 0 ? own : fd;
}

static ssize_t write_some(const struct br_log *log)
{
	size_t size = log->size;
	struct pollfd ask = {.fd = log->fd, .events = POLLOUT};

	switch (log->kind) {
	case KIND_SOCKET:
		return send(log->fd, log->octets, size, MSG_DONTWAIT | MSG_NOSIGNAL);
	case KIND_ASKED:
		if (poll(&ask, 1, 0) <= 0) {
			errno = EAGAIN;
			return -1;
		}
		size = size < PIPE_BUF ? size : PIPE_BUF;
		break;
	case KIND_FILE:
	case KIND_OWN:
		break;
	}
	return write(log->fd, log->octets, size);
}

static void drop(struct br_log *log, size_t size)
{
	log->size -= size;
	memmove(log->octets, log->octets + size, log->size);
}

static void append(struct br_log *log, const uint8_t *octets, size_t size)
{
	if (size > 0)
		memcpy(log->octets + log->size, octets, size);
	log->octets[log->size + size] = '\n';
	log->size += size + 1;
}

static void tell_lost(struct br_log *log)
{
	uint8_t text[LOST_ROOM - 1];
	struct br_writer w = br_writer_of(text, sizeof(text));
	uint64_t lines = log->lost_unsaid;

	if (lines == 0 || log->size > ROOM / 2)
		return;
	log->lost_unsaid = 0;
	log->say_lost(log->context, lines, &w);
	append(log, text, br_written(&w));
}

static void count_lines(struct br_log *log)
{
	for (size_t i = 0; i < log->size; i++)
		log->lost += log->octets[i] == '\n';
}

static void flush(struct br_log *log)
{
	while (log->size > 0) {
		ssize_t done = write_some(log);

		if (done > 0) {
			drop(log, (size_t)done);
			tell_lost(log);
		} else if (done < 0 && errno == EINTR) {
			continue;
		} else if (done < 0 && errno == EAGAIN) {
			br_clock_set(log->clock, &log->again, log->clock->now + AGAIN_MS * BR_MS);
			return;
		} else { /* nobody will ever read it */
			count_lines(log);
			log->size = 0;
		}
	}
}

static void try_again(void *context, br_time now)
{
	(void)now;
	flush(context);
}

int br_log_new(struct br_log **ret_log, int fd, struct br_clock *clock,
               void (*lost)(void *context, uint64_t lines, struct br_writer *line), void *context)
{
	struct br_log *log = calloc(1, sizeof(*log));

	if (!log)
		return -ENOMEM;
	log->clock = clock;
	log->again = (struct br_timer){.fire = try_again, .context = log};
	log->say_lost = lost;
	log->context = context;
	open_output(log, fd);
	*ret_log = log;
	return 0;
}

struct br_log *br_log_free(struct br_log *log)
{
	if (!log)
		return NULL;
	flush(log);
	br_clock_cancel(log->clock, &log->again);
	if (log->kind == KIND_OWN)
		close(log->fd);
	free(log);
	return NULL;
}

void br_log_put(struct br_log *log, struct br_octets line)
{
	size_t size = line.size < BR_LOG_LINE_MAX ? line.size : BR_LOG_LINE_MAX - 1;
	bool waits = log->size > 0;

	if (log->size + size + 1 + LOST_ROOM > sizeof(log->octets)) {
		log->lost++;
		log->lost_unsaid++;
		return;
	}
	append(log, line.data, size);
	if (!waits || log->size > ROOM / 4) /* else the timer is set */
		flush(log);
}

uint64_t br_log_lost(const struct br_log *log)
{
	return log->lost;
}
