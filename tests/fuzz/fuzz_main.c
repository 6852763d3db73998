/* SPDX-License-Identifier: BSD-2-Clause */
/* Replays the files of a corpus folder through a fuzz target, so that every past
 * find is a plain test. Fails when the folder holds none: then nothing was tested.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(const char *path)
{
	static uint8_t data[1 << 16];
	FILE *file = fopen(path, "rb");

	if (!file) {
		perror(path);
		return -1;
	}
	/* An exact copy on the heap: the sanitizer sees one octet too far. */
	size_t size = fread(data, 1, sizeof(data), file);
	uint8_t *copy = malloc(size > 0 ? size : 1);

	(void)fclose(file);
	if (!copy)
		return -1;
	for (size_t i = 0; i < size; i++)
		copy[i] = data[i];
	(void)LLVMFuzzerTestOneInput(copy, size);
	free(copy);
	return 0;
}

int main(int argc, char **argv)
{
	int replayed = 0;

	for (int i = 1; i < argc; i++) {
		DIR *dir = opendir(argv[i]);

		if (!dir) {
			perror(argv[i]);
			return EXIT_FAILURE;
		}
		for (struct dirent *entry; (entry = readdir(dir));) {
			char path[4096];

			if (entry->d_name[0] == '.')
				continue;
			(void)snprintf(path, sizeof(path), "%s/%s", argv[i], entry->d_name);
			if (replay(path) < 0)
				return EXIT_FAILURE;
			replayed++;
		}
		(void)closedir(dir);
	}
	(void)printf("%d inputs replayed\n", replayed);
	return replayed > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
