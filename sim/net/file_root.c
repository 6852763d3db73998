/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE /* O_PATH, syscall() */
#include "sim/net/file_root.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	LINKS_MAX = 40, /* as the kernel, path_resolution(7) */
};

/* Not to hang on a FIFO, nor to be given a terminal by a device. */
static const int file_flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

static int open_root(struct br_file_root *root, const char *path)
{
	int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stat status;

	if (fd < 0 || fstat(fd, &status) != 0) {
		int error = -errno;

		if (fd >= 0)
			close(fd);
		return error;
	}
	if (root->fd >= 0)
		close(root->fd);
	free(root->real);
	root->fd = fd;
	root->real = realpath(path, NULL);
	root->device = status.st_dev;
	root->inode = status.st_ino;
	return 0;
}

int br_file_root_open(struct br_file_root *root, const char *path)
{
	char *copy = strdup(path);
	int error = copy ? open_root(root, path) : -ENOMEM;

	if (error) {
		free(copy);
		return error;
	}
	free(root->path);
	root->path = copy;
	return 0;
}

void br_file_root_close(struct br_file_root *root)
{
	if (root->fd >= 0)
		close(root->fd);
	free(root->path);
	free(root->real);
	*root = (struct br_file_root){.fd = -1};
}

static void look_for_another(struct br_file_root *root)
{
	struct stat status;

	if (stat(root->path, &status) == 0 &&
	    (status.st_dev != root->device || status.st_ino != root->inode))
		(void)open_root(root, root->path); /* else the old one goes on */
}

/* For kernels before 5.6: part by part, following no link at all. */
static int open_part_by_part(int root, const char *name)
{
	char part[NAME_MAX + 1];
	int at = root;

	for (;;) {
		size_t size = strcspn(name, "/");
		bool last = name[size] == '\0';
		int fd = -1, error = ENAMETOOLONG;

		if (size < sizeof(part)) {
			memcpy(part, name, size);
			part[size] = '\0';
			fd = openat(at, part,
			            O_NOFOLLOW |
			                    (last ? file_flags : O_PATH | O_DIRECTORY | O_CLOEXEC));
			error = errno;
		}
		if (at != root)
			close(at);
		if (fd < 0)
			return -error;
		if (last)
			return fd;
		at = fd;
		name += size + 1;
	}
}

static int open_beneath(int root, const char *name)
{
	struct open_how how = {.flags = (unsigned int)file_flags,
	                       .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
	long fd = syscall(SYS_openat2, root, name, &how, sizeof(how));

	if (fd >= 0)
		return (int)fd;
	if (errno == ENOSYS || errno == EPERM) /* old, or a sandbox's filter */
		return open_part_by_part(root, name);
	return -errno;
}

/* What of @target is below @folder; NULL: it lies elsewhere */
static const char *below(const char *target, const char *folder)
{
	size_t size = folder ? strlen(folder) : 0;

	while (size > 0 && folder[size - 1] == '/')
		size--;
	if (!folder || folder[0] != '/' || strncmp(target, folder, size) != 0 ||
	    (target[size] != '/' && target[size] != '\0'))
		return NULL;
	return target + size;
}

/* A way through links: @done has none in it, @rest is to be gone yet. */
struct way {
	char done[PATH_MAX], rest[PATH_MAX];
};

static bool put_before_rest(struct way *way, const char *first)
{
	char rest[PATH_MAX];
	size_t size = strlen(first), more = strlen(way->rest);

	if (size + 1 + more >= sizeof(rest))
		return false;
	memcpy(rest, first, size);
	rest[size] = '/';
	memcpy(rest + size + 1, way->rest, more + 1);
	memcpy(way->rest, rest, size + 1 + more + 1);
	return true;
}

/* Takes the next part off; false where there is none. */
static bool take_part(struct way *way, char part[static PATH_MAX])
{
	size_t skipped = strspn(way->rest, "/");
	size_t size = strcspn(way->rest + skipped, "/");

	if (size == 0)
		return false;
	memcpy(part, way->rest + skipped, size);
	part[size] = '\0';
	memmove(way->rest, way->rest + skipped + size, strlen(way->rest + skipped + size) + 1);
	return true;
}

static bool leave_folder(struct way *way)
{
	char *slash = strrchr(way->done, '/');

	if (way->done[0] == '\0')
		return false; /* out of the root */
	*(slash ? slash : way->done) = '\0';
	return true;
}

static bool enter(struct way *way, const char *part)
{
	size_t size = strlen(way->done), more = strlen(part);

	if (size + 1 + more >= sizeof(way->done))
		return false;
	if (size > 0)
		way->done[size++] = '/';
	memcpy(way->done + size, part, more + 1);
	return true;
}

/* The way on from a link, whose name is the last part of what is done. */
static int follow(const struct br_file_root *root, struct way *way, const char *target)
{
	const char *inside = target;

	(void)leave_folder(way);
	if (target[0] == '/') {
		inside = below(target, root->real);
		if (!inside)
			inside = below(target, root->path);
		if (!inside)
			return -EXDEV;
		way->done[0] = '\0';
	}
	return put_before_rest(way, inside) ? 0 : -ENAMETOOLONG;
}

/* RESOLVE_BENEATH knows no link from / on that stays inside: the links are followed here, and
 * the kernel still refuses what was changed meanwhile so that it leads out.
 */
static int open_through_links(const struct br_file_root *root, const char *name)
{
	char part[PATH_MAX], target[PATH_MAX];
	struct way way = {.done = ""};
	int links = 0, error = 0;

	if (!put_before_rest(&way, name))
		return -ENAMETOOLONG;
	while (!error && take_part(&way, part)) {
		if (strcmp(part, ".") == 0)
			continue;
		if (strcmp(part, "..") == 0) {
			error = leave_folder(&way) ? 0 : -EXDEV;
			continue;
		}
		if (!enter(&way, part))
			return -ENAMETOOLONG;

		ssize_t size = readlinkat(root->fd, way.done, target, sizeof(target) - 1);

		if (size < 0 && errno == EINVAL)
			continue; /* no link */
		if (size < 0)
			return -errno;
		if (++links > LINKS_MAX)
			return -ELOOP;
		target[size] = '\0';
		error = follow(root, &way, target);
	}
	return error ? error : open_beneath(root->fd, way.done[0] ? way.done : ".");
}

int br_file_root_open_file(struct br_file_root *root, const char *name)
{
	int fd;

	look_for_another(root);
	fd = open_beneath(root->fd, name);
	return fd == -EXDEV ? open_through_links(root, name) : fd;
}
