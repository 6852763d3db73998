/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	NAMES_MAX = 1000, /* left behind by killed runs with our process number */
	FOLDER_SIZE = 512,
	PENDING_MAX = 32, /* outputs at a time; of more a signal leaves the files */
};

/* Files that have not got their place, for br_output_abandon(); a child has those of its parent,
 * which are none of its business.
 */
static struct {
	pid_t process;
	char *volatile file;
} pending[PENDING_MAX];

static void add_pending(char *file)
{
	for (size_t i = 0; i < PENDING_MAX; i++) {
		if (pending[i].file)
			continue;
		pending[i].process = getpid();
		pending[i].file = file;
		return;
	}
}

static void remove_pending(const char *file)
{
	for (size_t i = 0; i < PENDING_MAX; i++) {
		if (pending[i].file == file)
			pending[i].file = NULL;
	}
}

void br_output_abandon(void)
{
	for (size_t i = 0; i < PENDING_MAX; i++) {
		if (pending[i].file && pending[i].process == getpid())
			(void)unlink(pending[i].file);
	}
}

static int say(FILE *err, const char *path, int error)
{
	if (err)
		fprintf(err, "%s: %s\n", strcmp(path, "-") != 0 ? path : "standard output",
		        strerror(-error));
	return error;
}

static bool is_input(const char *input, const struct stat *target)
{
	struct stat s;
	int result = strcmp(input, "-") != 0 ? stat(input, &s) : fstat(STDIN_FILENO, &s);

	return result == 0 && s.st_dev == target->st_dev && s.st_ino == target->st_ino;
}

bool br_output_is_input(const char *path, const char *const *inputs, size_t count)
{
	struct stat s;

	if (stat(path, &s) < 0)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (inputs[i] && is_input(inputs[i], &s))
			return true;
	}
	return false;
}

/* Whether what stands at @path now may go. */
static int may_replace(const char *path, const char *const *inputs, size_t count, FILE *err)
{
	struct stat s;

	if ((strcmp(path, "-") != 0 ? stat(path, &s) : fstat(STDOUT_FILENO, &s)) < 0 ||
	    !S_ISREG(s.st_mode))
		return 0;
	for (size_t i = 0; i < count; i++) {
		if (!inputs[i] || !is_input(inputs[i], &s))
			continue;
		if (err)
			fprintf(err,
			        "%s: expected another file than the input %s: it would be lost\n",
			        path, inputs[i]);
		return -EINVAL;
	}
	return 0;
}

/* What a name leads to: a link stays one, and the file it names is replaced. NULL: errno says */
static char *follow(const char *path)
{
	struct stat s;

	return lstat(path, &s) == 0 && S_ISLNK(s.st_mode) ? realpath(path, NULL) : strdup(path);
}

/* A new file in the folder of @target, for one can be renamed only within a file system */
static int open_beside(struct br_output *o, const char *target, mode_t mode)
{
	const char *slash = strrchr(target, '/');
	size_t folder = slash ? (size_t)(slash - target) + 1 : 0, size = folder + 48;
	int fd = -1;

	o->written = malloc(size);
	if (!o->written)
		return -ENOMEM;
	for (unsigned i = 0; fd < 0 && i < NAMES_MAX; i++) {
		(void)snprintf(o->written, size, "%.*s.bootrig-%ld-%u", (int)folder, target,
		               (long)getpid(), i);
		fd = open(o->written, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (fd < 0 && errno != EEXIST)
			break;
	}
	if (fd < 0)
		return -errno;
	add_pending(o->written);
	if (mode != 0)
		(void)fchmod(fd, mode & 0777); /* as what it replaces; not ours to insist on */
	o->file = fdopen(fd, "wb");
	if (!o->file) {
		(void)close(fd);
		(void)unlink(o->written);
		remove_pending(o->written);
		return -ENOMEM;
	}
	return 0;
}

static int open_as_it_is(struct br_output *o, const char *path)
{
	o->written = strdup(path);
	if (!o->written)
		return -ENOMEM;
	o->file = strcmp(path, "-") != 0 ? fopen(path, "wb") : stdout;
	return o->file ? 0 : -errno;
}

int br_output_open(struct br_output *ret_output, const char *path, const char *const *inputs,
                   size_t count, FILE *err)
{
	struct br_output o = {.inputs = inputs, .count = count};
	struct stat s = {.st_mode = 0};
	int result = may_replace(path, inputs, count, err);

	if (result < 0)
		return result;
	if (!strcmp(path, "-") ||
	    (stat(path, &s) == 0 && !S_ISREG(s.st_mode) && !S_ISDIR(s.st_mode))) {
		result = open_as_it_is(&o, path);
	} else if (path[0] == '\0') {
		result = -ENOENT;
	} else if (S_ISDIR(s.st_mode)) {
		result = -EISDIR;
	} else if (S_ISREG(s.st_mode) && access(path, W_OK) < 0) {
		result = -errno; /* rename() would not ask */
	} else {
		o.path = follow(path);
		result = o.path ? open_beside(&o, o.path, s.st_mode) : -errno;
	}
	if (result < 0) {
		free(o.path);
		free(o.written);
		return say(err, path, result);
	}
	*ret_output = o;
	return 0;
}

static void forget(struct br_output *output)
{
	if (output->written)
		remove_pending(output->written);
	free(output->path);
	free(output->written);
	*output = (struct br_output){.file = NULL};
}

/* Return: 0 or why a write failed */
static int finish(struct br_output *o)
{
	FILE *file = o->file;
	bool bad = ferror(file) != 0;
	int result = 0;

	if (bad && fputc('\n', file) < 0) /* what failed once fails again, and says why */
		result = -errno;
	if (fflush(file) != 0 && result == 0)
		result = -errno;
	if (file == stdout)
		clearerr(stdout); /* it is told here, once */
	else if (fclose(file) != 0 && result == 0)
		result = -errno;
	return bad && result == 0 ? -EIO : result;
}

int br_output_place(struct br_output *output, FILE *err)
{
	int result;

	if (!output->path)
		return 0;
	result = may_replace(output->path, output->inputs, output->count, err);
	if (result == 0 && rename(output->written, output->path) < 0)
		result = say(err, output->path, -errno);
	if (result < 0)
		return result;
	remove_pending(output->written);
	free(output->written);
	output->written = output->path;
	output->path = NULL;
	return 0;
}

int br_output_commit(struct br_output *output, FILE *err)
{
	const char *name = output->path ? output->path : output->written;
	int result = finish(output);

	if (result < 0 && result != -EPIPE) /* who read it knows that he went away */
		(void)say(err, name, result);
	if (result == 0)
		result = br_output_place(output, err);
	if (result < 0 && output->path)
		(void)unlink(output->written);
	forget(output);
	return result;
}

void br_output_drop(struct br_output *output)
{
	if (output->file && output->file != stdout)
		(void)fclose(output->file);
	if (output->path)
		(void)unlink(output->written);
	forget(output);
}

int br_output_standard(FILE *err)
{
	struct br_output o = {.file = stdout};
	int result = finish(&o);

	return result < 0 && result != -EPIPE ? say(err, "-", result) : result;
}

int br_output_folder(const char *path)
{
	char part[FOLDER_SIZE];
	struct stat s;

	(void)snprintf(part, sizeof(part), "%s", path);
	for (char *slash = strchr(part + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		(void)mkdir(part, 0777);
		*slash = '/';
	}
	if (mkdir(part, 0777) == 0)
		return 0;
	if (errno == EEXIST)
		return stat(part, &s) == 0 && S_ISDIR(s.st_mode) ? 0 : -ENOTDIR;
	return -errno;
}
