/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/net/file_root.h - a folder whose files are served, and nothing outside of it
 *
 * The folder is held open, so a name that leads out of it cannot: the kernel refuses each way
 * that does (openat2(2), RESOLVE_BENEATH). Two things of a real server room are seen to: the
 * path may lead to another folder later (a new tree is put in the place of the old one by
 * rename), and a link may name its target from / on, though that lies in the folder.
 */
#ifndef BR_SIM_NET_FILE_ROOT_H
#define BR_SIM_NET_FILE_ROOT_H

#include <stdint.h>

struct br_file_root {
	int fd; /* -1: none */
	char *path;
	char *real; /* without links; NULL where that cannot be told */
	uint64_t device, inode;
};

/* Return: 0 or what open(2) says; then *@root is as it was */
int br_file_root_open(struct br_file_root *root, const char *path);
void br_file_root_close(struct br_file_root *root);

/**
 * br_file_root_open_file() - Open a file for reading
 * @name:	Relative, '/'-separated, without empty parts, "." and ".."
 *
 * If another folder is at the path now, that one is served from now on; if there is none, or it
 * cannot be opened, the old one goes on.
 *
 * Return: a descriptor, or negative errno: -EXDEV for a link that leads out of the folder
 */
int br_file_root_open_file(struct br_file_root *root, const char *name);

#endif /* BR_SIM_NET_FILE_ROOT_H */
