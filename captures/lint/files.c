/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE /* nftw() */
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "captures/lint/judge.h"

enum {
	OPEN_MAX_AT_ONCE = 16,
	FOUND_MAX = 20000,
};

/* nftw(3) hands nothing to its callback. */
static struct {
	const char *root, *wanted;
	size_t looked, points;
	char found[BR_LINT_FILE_SIZE];
} walk;

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/'), *back = strrchr(path, '\\');

	slash = back > slash ? back : slash;
	return slash ? slash + 1 : path;
}

static int look(const char *path, const struct stat *info, int kind, struct FTW *at)
{
	const char *below;
	size_t points;

	(void)info;
	(void)at;
	if (++walk.looked > FOUND_MAX)
		return 1;
	if (kind != FTW_F || strcasecmp(base_of(path), base_of(walk.wanted)) != 0)
		return 0;
	points = 1 + (strcmp(base_of(path), base_of(walk.wanted)) == 0);
	below = path + strlen(walk.root);
	below += below[0] == '/';
	/* of two alike the first by name, whatever the order of the folder */
	if (points > walk.points || (points == walk.points && strcmp(below, walk.found) < 0)) {
		walk.points = points;
		(void)snprintf(walk.found, sizeof(walk.found), "%.255s", below);
	}
	return 0;
}

const char *br_lint_near_file(const char *root, const char *name,
                              char target[static BR_LINT_FILE_SIZE])
{
	walk.root = root;
	walk.wanted = name;
	walk.looked = walk.points = 0;
	walk.found[0] = '\0';
	if (root && name[0])
		(void)nftw(root, look, OPEN_MAX_AT_ONCE, FTW_PHYS);
	(void)snprintf(target, BR_LINT_FILE_SIZE, "%s", walk.found);
	return target;
}

bool br_lint_file_path(const struct br_lint_report *report, const char *name, char *target,
                       size_t size)
{
	const char *places[] = {"", report->config->root, "/srv/tftp", "/var/www/html"};
	const char *path = strstr(name, "://");
	struct stat info;

	if (!report->files)
		return false;
	if (path)
		name = strchr(path + 3, '/') ? strchr(path + 3, '/') : "";
	if (report->config->root[0] &&
	    strncmp(name, report->config->root, strlen(report->config->root)) == 0)
		name += strlen(report->config->root);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		(void)snprintf(target, size, "%.400s%.200s/%.200s", report->files, places[i],
		               name + strspn(name, "/"));
		if (stat(target, &info) == 0 && S_ISREG(info.st_mode))
			return true;
	}
	return false;
}
