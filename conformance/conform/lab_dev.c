/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE /* unshare() */
#include "conformance/conform/lab_dev.h"

#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	LINE_SIZE = 4096,
	PATH_SIZE = 64,
};

/* A folder of the host that each has, to build the new /dev on before it takes the other's place */
#define BUILT_ON "/mnt"

static bool copy_device(const char *name)
{
	char from[PATH_SIZE], to[PATH_SIZE];
	int file;

	(void)snprintf(from, sizeof(from), "/dev/%s", name);
	(void)snprintf(to, sizeof(to), BUILT_ON "/%s", name);
	file = open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	if (file < 0)
		return false;
	(void)close(file);
	return mount(from, to, "", MS_BIND, NULL) == 0;
}

static bool mount_dev(void)
{
	static const char *const devices[] = {"null", "zero", "full", "random", "urandom"};

	if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", "", MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("tmpfs", BUILT_ON, "tmpfs", 0, "mode=755") < 0)
		return false;
	for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++) {
		if (!copy_device(devices[i]))
			return false;
	}
	(void)mkdir(BUILT_ON "/shm", 0777);
	(void)chmod(BUILT_ON "/shm", 01777); /* whatever the umask */
	return mount(BUILT_ON, "/dev", "", MS_MOVE, NULL) == 0;
}

/* "<30>Nov 29 15:00:00 in.tftpd[2]: text" without its priority */
static void write_line(int log, char *line, size_t size)
{
	char *text = line[0] == '<' ? memchr(line, '>', size) : NULL;
	size_t left = text ? size - (size_t)(text + 1 - line) : size;

	text = text ? text + 1 : line;
	while (left > 0 && (text[left - 1] == '\n' || text[left - 1] == '\0'))
		left--;
	text[left] = '\n'; /* there is room for one more */
	(void)!write(log, text, left + 1);
}

struct br_lab_dev br_lab_dev_make(int log)
{
	struct br_lab_dev dev = {.from = -1};
	struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "/dev/log"};
	char line[LINE_SIZE + 1];
	ssize_t size;
	int from;

	if (!mount_dev())
		return dev;
	from = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (from < 0 || bind(from, (struct sockaddr *)&address, sizeof(address)) < 0)
		return dev;
	(void)chmod(address.sun_path, 0666);
	dev = (struct br_lab_dev){from, fork()};
	if (dev.reader != 0)
		return dev;
	while ((size = recv(from, line, LINE_SIZE, 0)) > 0)
		write_line(log, line, (size_t)size);
	_exit(0);
}

void br_lab_dev_end(const struct br_lab_dev *dev)
{
	/* what is in the queue is still read, and then its end */
	if (dev->reader > 0 && shutdown(dev->from, SHUT_RD) == 0)
		(void)waitpid(dev->reader, NULL, 0);
}
