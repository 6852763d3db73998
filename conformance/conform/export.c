/* SPDX-License-Identifier: BSD-2-Clause */
#include "conformance/conform/export.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "sim/net/files.h"
#include "sim/output.h"
#include "sim/script/retarget.h"

enum {
	PATH_SIZE = 1024,
	PIECE_SIZE = 1 << 16,
	HOLE_SIZE = 1 << 30,
};

static int write_all(const struct br_files *files, const char *name, FILE *to)
{
	struct br_file_info info;
	uint8_t piece[PIECE_SIZE];
	uint64_t at = 0;
	int file = files->open(files->context, name, &info), got = file < 0 ? file : 1;

	while (file >= 0 && got > 0) {
		got = files->read(files->context, file, at, piece, sizeof(piece));
		if (got > 0) {
			(void)fwrite(piece, 1, (size_t)got,
			             to); /* lost octets are told at the end */
			at += (uint64_t)got;
		}
	}
	if (file >= 0)
		files->close(files->context, file);
	return got;
}

static int write_copy(const char *from, FILE *to)
{
	char piece[PIECE_SIZE];
	FILE *file = fopen(from, "r");
	size_t got;

	if (!file)
		return -errno;
	while ((got = fread(piece, 1, sizeof(piece), file)) > 0)
		(void)fwrite(piece, 1, got, to);
	fclose(file);
	return 0;
}

/* Nobody reads the whole of a file that large: its size is what is asked for. */
static int write_hole(uint64_t size, FILE *to)
{
	return ftruncate(fileno(to), (off_t)size) < 0 ? -errno : 0;
}

static int export_file(const struct br_script_file *file, const char *folder, FILE *err)
{
	struct br_file_store *store;
	struct br_files files;
	struct br_output output;
	char path[PATH_SIZE], above[PATH_SIZE];
	int result = br_file_store_new(&store, 1);

	if (result < 0)
		return result;
	(void)snprintf(path, sizeof(path), "%.500s/%.500s", folder, file->path);
	files = br_file_store_files(store);
	if (!file->from)
		result = br_file_store_generate(store, file->path, file->size, file->seed);
	(void)snprintf(above, sizeof(above), "%.*s", (int)(strrchr(path, '/') - path), path);
	if (result == 0)
		result = br_output_folder(above);
	if (result < 0) {
		fprintf(err, "%s: %s\n", path, strerror(-result));
	} else {
		int written = 0;

		result = br_output_open(&output, path, NULL, 0, err);
		if (result == 0)
			written = file->from ? write_copy(file->from, output.file)
			          : file->size > HOLE_SIZE
			                  ? write_hole(file->size, output.file)
			                  : write_all(&files, file->path, output.file);
		if (result == 0 && written < 0) {
			fprintf(err, "%s: %s\n", path, strerror(-written));
			br_output_drop(&output);
			result = -EIO;
		} else if (result == 0) {
			result = br_output_commit(&output, err);
		}
	}
	br_file_store_free(store);
	return result;
}

/* Several scripts have a boot.efi that none of them reads; what is read is this one. */
static bool is_stand_in(const struct br_script_file *file)
{
	return !strcmp(file->name, "boot.efi") &&
	       (file->size != BR_RETARGET_BOOT_SIZE || file->seed != BR_RETARGET_BOOT_SEED);
}

/* Was it written for a script before this one? */
static bool is_there(const struct br_scripts *scripts, size_t before, const char *name)
{
	for (size_t i = 0; i < before; i++) {
		for (size_t k = 0; k < scripts->script[i]->files; k++) {
			const struct br_script_file *file = &scripts->script[i]->file[k];

			if (!scripts->script[i]->lacks && !is_stand_in(file) &&
			    !strcmp(file->name, name))
				return true;
		}
	}
	return false;
}

int br_export_files(const struct br_scripts *scripts, const char *folder, FILE *err)
{
	int count = 0, made = br_output_folder(folder);

	if (made < 0) {
		fprintf(err, "%s: %s\n", folder, strerror(-made));
		return made;
	}

	for (size_t i = 0; i < scripts->count; i++) {
		const struct br_script *s = scripts->script[i];

		for (size_t k = 0; k < s->files && !s->lacks; k++) {
			int result;

			if (is_stand_in(&s->file[k]) || is_there(scripts, i, s->file[k].name))
				continue;
			result = export_file(&s->file[k], folder, err);
			if (result < 0)
				return result;
			count++;
		}
	}
	return count;
}
