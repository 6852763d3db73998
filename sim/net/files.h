/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/net/files.h - boot files: in memory, made from a seed, or below a directory
 *
 * The simulator's struct br_files (core/port.h). Names are compared as they stand
 * after a leading '/' is taken off; files added by name come before those of the
 * directory. Reading can be made to fail or stall on command, file by file.
 *
 * Generated files: the 8 octets of block i are the first number of
 * br_prng_of(seed, i), little-endian, so any offset is made without what is before
 * it and 5 GiB cost no memory.
 */
#ifndef BR_SIM_NET_FILES_H
#define BR_SIM_NET_FILES_H

#include "core/port.h"

struct br_file_store;

enum {
	BR_FILES_NAME_MAX = 512,
	BR_FILES_GENERATED_MAPPED_MAX = 16 << 20, /* smaller ones lie in memory, so map works */
};

/* What br_file_info.mtime_s says of files that are not on disk: 2025-01-01 UTC. */
#define BR_FILES_MTIME_S UINT64_C(1735689600)

/* @handles_max: open at once, then -EMFILE. Return: 0 or -ENOMEM */
int br_file_store_new(struct br_file_store **ret_store, size_t handles_max);
struct br_file_store *br_file_store_free(struct br_file_store *store); /* NULL in, NULL out */

/* Return: 0, -EINVAL for a name that cannot be asked for ("..", empty parts),
 * -EEXIST, -ENOMEM
 */
int br_file_store_add(struct br_file_store *store, const char *name, struct br_octets octets);
/* The octets of the file @path, which are mapped, not copied: any size that the machine
 * can map will do. The file must stay as it is while the store lives. Return: as above,
 * -EISDIR, -EINVAL for what is no regular file, or what open(2) or mmap(2) says
 */
int br_file_store_add_path(struct br_file_store *store, const char *name, const char *path);
int br_file_store_generate(struct br_file_store *store, const char *name, uint64_t size,
                           uint64_t seed);

/* The file @from_name of another store, which must outlive this one, under a name of its
 * own: nothing is copied or made again. Return: 0, -ENOENT, else as br_file_store_add()
 */
int br_file_store_share(struct br_file_store *store, const char *name,
                        const struct br_file_store *from, const char *from_name);

/* Serve what lies below @path (sim/net/file_root.h). No name leaves it: a symbolic
 * link that points out of it is -EACCES. Return: 0 or what open(2) says
 */
int br_file_store_set_root(struct br_file_store *store, const char *path);

/* The door to hand to br_server_new(); the store outlives it. */
struct br_files br_file_store_files(struct br_file_store *store);

/* Faults on command */
enum br_file_fault {
	BR_FILE_SOUND,
	BR_FILE_OPEN_FAILS,  /* with .error */
	BR_FILE_OPEN_STALLS, /* -EAGAIN until the fault is taken away */
	BR_FILE_READ_FAILS,  /* with .error, from octet .offset on */
	BR_FILE_READ_STALLS, /* -EAGAIN, from octet .offset on */
	BR_FILE_READ_SHORT,  /* the file ends at .offset although open() said otherwise */
};

/* @name: NULL for every file without a fault of its own. Files that are open feel
 * it too. @error: negative errno. Return: 0, -EINVAL, -ENOMEM
 */
int br_file_store_set_fault(struct br_file_store *store, const char *name, enum br_file_fault fault,
                            int error, uint64_t offset);
uint64_t br_file_store_stalls(const struct br_file_store *store); /* -EAGAIN given out */
size_t br_file_store_open_handles(const struct br_file_store *store);

/* For who receives a file and wants to know whether it is the right one. */
int br_file_store_info(struct br_file_store *store, const char *name,
                       struct br_file_info *ret_info);

/* Faults do not apply. Return: 0 equal, 1 different or past the end, negative errno */
int br_files_compare(struct br_file_store *store, const char *name, uint64_t offset,
                     struct br_octets octets);
int br_file_store_sha256(struct br_file_store *store, const char *name,
                         uint8_t ret_digest[static 32]);

#endif /* BR_SIM_NET_FILES_H */
