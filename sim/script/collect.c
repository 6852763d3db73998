/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/collect.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "sim/command/share.h"

enum {
	PATH_SIZE = 1024,
	DEPTH_MAX = 16,
};

struct paths {
	char **path;
	size_t count, room;
};

static void add_path(struct paths *paths, const char *path)
{
	if (paths->count == paths->room) {
		paths->room = paths->room > 0 ? 2 * paths->room : 64;
		paths->path = realloc(paths->path, paths->room * sizeof(paths->path[0]));
		if (!paths->path)
			abort();
	}
	paths->path[paths->count++] = strdup(path);
}

static bool is_script(const char *name)
{
	size_t size = strlen(name);

	return size > 5 && !strcmp(name + size - 5, ".wire");
}

static bool is_folder(const char *path)
{
	struct stat info;

	return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static void walk(struct paths *paths, const char *folder, unsigned depth)
{
	struct dirent *entry;
	DIR *dir = depth < DEPTH_MAX ? opendir(folder) : NULL;

	while (dir && (entry = readdir(dir))) {
		char path[PATH_SIZE];

		if (entry->d_name[0] == '.')
			continue;
		if (snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name) >= PATH_SIZE)
			continue; /* cut off it would name something else */
		if (is_folder(path))
			walk(paths, path, depth + 1);
		else if (is_script(entry->d_name))
			add_path(paths, path);
	}
	if (dir)
		closedir(dir);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void forget(struct paths *paths)
{
	for (size_t i = 0; i < paths->count; i++)
		free(paths->path[i]);
	free(paths->path);
	*paths = (struct paths){0};
}

/* Takes @why. */
static void keep_bad(struct br_scripts *scripts, const char *path, char *why)
{
	for (size_t i = 0; i < scripts->bads; i++) {
		if (!strcmp(scripts->bad[i].path, path)) { /* named twice */
			free(why);
			return;
		}
	}
	scripts->bad = realloc(scripts->bad, (scripts->bads + 1) * sizeof(scripts->bad[0]));
	if (!scripts->bad)
		abort();
	scripts->bad[scripts->bads++] = (struct br_script_bad){.path = strdup(path), .why = why};
}

static void keep(struct br_scripts *scripts, struct br_script *script)
{
	for (size_t i = 0; i < scripts->count; i++) {
		if (!strcmp(scripts->script[i]->path, script->path)) { /* named twice */
			br_script_free(script);
			return;
		}
	}
	scripts->script =
		realloc(scripts->script, (scripts->count + 1) * sizeof(scripts->script[0]));
	if (!scripts->script)
		abort();
	scripts->script[scripts->count++] = script;
}

uint64_t br_cpu_ns(void)
{
	return (uint64_t)clock() * (BR_S / CLOCKS_PER_SEC);
}

bool br_script_shows(const struct br_script *script, const char *id)
{
	for (size_t i = 0; i < script->items; i++) {
		struct br_ids ids = br_item_ids(&script->item[i]);

		for (size_t k = 0; k < ids.count; k++) {
			if (!strcmp(ids.id[k], id))
				return true;
		}
	}
	return false;
}

/* "tftp/options" means what is below it, and itself. */
static bool is_named(const struct br_script *script, const char *name)
{
	size_t size = strlen(name);

	while (size > 1 && name[size - 1] == '/')
		size--;
	return (!strncmp(script->scenario, name, size) &&
	        (script->scenario[size] == '/' || script->scenario[size] == '\0')) ||
	       br_script_shows(script, name[0] == '@' ? name + 1 : name);
}

/* One that does not parse is kept with what was said of it. */
static void load(struct br_scripts *scripts, const char *path, const char *name,
                 const struct br_parse_options *options)
{
	struct br_parse_options told = *options;
	uint64_t start = br_cpu_ns();
	struct br_script *script;
	char *why = NULL;
	size_t size;
	int result;

	told.errors = open_memstream(&why, &size);
	if (!told.errors)
		abort();
	result = br_script_load(&script, path, &told);
	fclose(told.errors);
	if (options->errors)
		fputs(why, options->errors);
	if (result < 0) {
		keep_bad(scripts, path, why);
		return;
	}
	free(why);
	script->cpu_ns = br_cpu_ns() - start;
	if (!name || is_named(script, name))
		keep(scripts, script);
	else
		br_script_free(script);
}

static void load_all(struct br_scripts *scripts, struct paths *paths, const char *name,
                     const struct br_parse_options *options)
{
	if (paths->count > 0)
		qsort(paths->path, paths->count, sizeof(paths->path[0]), by_text);
	for (size_t i = 0; i < paths->count; i++)
		load(scripts, paths->path[i], name, options);
}

/* vms/faults, say, is there in whatever folder somebody stands. Return: @name, or it in @room */
static const char *what_is_shared(const char *name, char room[static BR_SHARE_PATH_SIZE])
{
	struct stat info;

	if (!strchr(name, '/') || name[0] == '/' || stat(name, &info) == 0)
		return name;
	br_share_path(room, name);
	return stat(room, &info) == 0 ? room : name;
}

static int collect_one(struct br_scripts *scripts, const char *name, const char *folder,
                       const struct br_parse_options *options)
{
	size_t before = scripts->count + scripts->bads;
	char shared[BR_SHARE_PATH_SIZE];
	struct paths paths = {0};
	struct stat info;
	bool folder_named, file;

	name = what_is_shared(name, shared);
	folder_named = is_folder(name);
	file = is_script(name) && !folder_named;
	if (folder_named)
		walk(&paths, name, 0);
	else if (file)
		add_path(&paths, name);
	else
		walk(&paths, folder, 0);
	load_all(scripts, &paths, folder_named || file ? NULL : name, options);
	forget(&paths);
	if (scripts->count + scripts->bads == before && !folder_named && !file) {
		if (options->errors && stat(name, &info) == 0)
			fprintf(options->errors,
			        "'%s' is no script: its name does not end in .wire\n", name);
		else if (options->errors)
			fprintf(options->errors,
			        "'%s' is no file or folder, and below %s no script has that name "
			        "or requirement\n",
			        name, folder);
		return -ENOENT;
	}
	return 0;
}

int br_scripts_collect(struct br_scripts *ret_scripts, const char *const *names, size_t count,
                       const char *folder, const struct br_parse_options *options)
{
	struct br_scripts scripts = {0};
	int result = 0;

	for (size_t i = 0; i < count; i++) {
		int one = collect_one(&scripts, names[i], folder, options);

		if (one < 0)
			result = one;
	}
	if (result < 0) {
		br_scripts_free(&scripts);
		return result;
	}
	*ret_scripts = scripts;
	return 0;
}

void br_scripts_free(struct br_scripts *scripts)
{
	for (size_t i = 0; i < scripts->count; i++)
		br_script_free(scripts->script[i]);
	for (size_t i = 0; i < scripts->bads; i++) {
		free(scripts->bad[i].path);
		free(scripts->bad[i].why);
	}
	free(scripts->script);
	free(scripts->bad);
	*scripts = (struct br_scripts){0};
}
