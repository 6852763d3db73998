/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/command/share.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char variable[] = "BOOTRIG_SHARE";

static bool is_folder(const char *path)
{
	struct stat info;

	return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

int br_share_command(char target[static BR_SHARE_PATH_SIZE])
{
	ssize_t size = readlink("/proc/self/exe", target, BR_SHARE_PATH_SIZE - 1);

	if (size < 0)
		return -errno;
	target[size] = '\0';
	return 0;
}

/* PREFIX/bin/bootrig -> PREFIX/share/bootrig, if that is there */
static bool find_beside(char target[static BR_SHARE_PATH_SIZE])
{
	static const char below[] = "/../share/bootrig";
	char *slash;

	if (br_share_command(target) < 0 || !(slash = strrchr(target, '/')))
		return false;
	if ((size_t)(slash - target) + sizeof(below) > BR_SHARE_PATH_SIZE)
		return false;
	memcpy(slash, below, sizeof(below));
	return is_folder(target);
}

void br_share_begin(const char *built_for)
{
	char path[BR_SHARE_PATH_SIZE], whole[PATH_MAX];
	const char *named = getenv(variable), *found = named;

	if (!named || !named[0])
		found = find_beside(path) ? path : built_for;
	/* it stays right wherever those who inherit it stand */
	if (setenv(variable, realpath(found, whole) ? whole : found, 1) < 0)
		abort();
}

void br_share_path(char target[static BR_SHARE_PATH_SIZE], const char *below)
{
	const char *share = getenv(variable);
	char here[PATH_MAX];

	if (!share || (getcwd(here, sizeof(here)) && !strcmp(here, share)))
		snprintf(target, BR_SHARE_PATH_SIZE, "%s", below);
	else
		snprintf(target, BR_SHARE_PATH_SIZE, "%s/%s", share, below);
}
