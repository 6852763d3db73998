/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/net/files.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/hash.h"
#include "core/base/prng.h"
#include "sim/net/file_root.h"
#include "sim/net/sha256.h"

/* One that was added by name; lives as long as the store. */
struct entry {
	struct entry *next;
	struct br_file_info info;
	uint64_t seed;
	const uint8_t *octets; /* NULL: made from the seed when read */
	enum {
		OCTETS_OWN,      /* of malloc() */
		OCTETS_MAPPED,   /* of mmap() */
		OCTETS_BORROWED, /* of another store */
	} held;
	char name[];
};

struct fault {
	struct fault *next;
	enum br_file_fault kind;
	int error;
	uint64_t offset;
	char name[]; /* "": every file without a fault of its own */
};

struct handle {
	bool used;
	struct entry *entry; /* NULL: a file below the root */
	int fd;
	char name[BR_FILES_NAME_MAX]; /* for its faults */
};

struct br_file_store {
	struct entry *entries;
	struct fault *faults;
	struct br_file_root root;
	uint64_t stalls;
	size_t handles_open;
	size_t handles_max;
	struct handle handles[];
};

int br_file_store_new(struct br_file_store **ret_store, size_t handles_max)
{
	struct br_file_store *store =
		calloc(1, sizeof(*store) + handles_max * sizeof(store->handles[0]));

	if (!store)
		return -ENOMEM;
	store->root.fd = -1;
	store->handles_max = handles_max;
	*ret_store = store;
	return 0;
}

static void drop_octets(struct entry *entry)
{
	void *octets = (void *)(uintptr_t)entry->octets;

	if (entry->held == OCTETS_OWN)
		free(octets);
	else if (entry->held == OCTETS_MAPPED)
		munmap(octets, (size_t)entry->info.size);
}

struct br_file_store *br_file_store_free(struct br_file_store *store)
{
	if (!store)
		return NULL;
	for (size_t i = 0; i < store->handles_max; i++) {
		if (store->handles[i].used && !store->handles[i].entry)
			close(store->handles[i].fd);
	}
	while (store->entries) {
		struct entry *entry = store->entries;

		store->entries = entry->next;
		drop_octets(entry);
		free(entry);
	}
	while (store->faults) {
		struct fault *fault = store->faults;

		store->faults = fault->next;
		free(fault);
	}
	br_file_root_close(&store->root);
	free(store);
	return NULL;
}

/* The name without a leading '/', or NULL if it has a part that is empty, "." or ".." */
static const char *normal_name(const char *name)
{
	if (*name == '/')
		name++;
	if (strlen(name) >= BR_FILES_NAME_MAX)
		return NULL;
	for (const char *part = name;; part++) {
		size_t size = strcspn(part, "/");

		if (size == 0 || (size == 1 && part[0] == '.') ||
		    (size == 2 && part[0] == '.' && part[1] == '.'))
			return NULL;
		part += size;
		if (*part == '\0')
			return name;
	}
}

static struct entry *find_entry(const struct br_file_store *store, const char *name)
{
	struct entry *entry = store->entries;

	while (entry && strcmp(entry->name, name) != 0)
		entry = entry->next;
	return entry;
}

/* Faults */

static struct fault *find_fault(const struct br_file_store *store, const char *name)
{
	struct fault *fault = store->faults;

	while (fault && strcmp(fault->name, name) != 0)
		fault = fault->next;
	return fault;
}

int br_file_store_set_fault(struct br_file_store *store, const char *name, enum br_file_fault kind,
                            int error, uint64_t offset)
{
	const char *normal = name ? normal_name(name) : "";

	if (!normal)
		return -EINVAL;

	struct fault *fault = find_fault(store, normal);

	if (!fault) {
		size_t size = strlen(normal) + 1;

		fault = calloc(1, sizeof(*fault) + size);
		if (!fault)
			return -ENOMEM;
		memcpy(fault->name, normal, size);
		fault->next = store->faults;
		store->faults = fault;
	}
	fault->kind = kind;
	fault->error = error;
	fault->offset = offset;
	return 0;
}

static const struct fault *fault_of(const struct br_file_store *store, const char *name)
{
	static const struct fault sound = {.kind = BR_FILE_SOUND};
	const struct fault *fault = NULL;

	if (!store->faults)
		return &sound;
	fault = find_fault(store, name);
	if (!fault)
		fault = find_fault(store, "");
	return fault ? fault : &sound;
}

/* Contents */

/* @size octets from @offset of what @seed makes; sim/net/files.h says how. */
static void generate(uint64_t seed, uint64_t offset, uint8_t *target, size_t size)
{
	while (size > 0) {
		struct br_prng prng = br_prng_of(seed, offset / 8);
		uint64_t word = br_prng_next(&prng) >> 8 * (offset % 8);
		size_t part = 8 - offset % 8;

		if (part > size)
			part = size;
		for (size_t i = 0; i < part; i++, word >>= 8)
			target[i] = (uint8_t)word;
		target += part;
		offset += part;
		size -= part;
	}
}

static uint64_t mixed(uint64_t a, uint64_t b)
{
	struct br_prng prng = br_prng_of(a, b);

	return br_prng_next(&prng);
}

/* A new entry without contents, in front of the list. */
static int add_entry(struct br_file_store *store, const char *name, struct entry **ret_entry)
{
	const char *normal = normal_name(name);

	if (!normal)
		return -EINVAL;
	if (find_entry(store, normal))
		return -EEXIST;

	size_t size = strlen(normal) + 1;
	struct entry *entry = calloc(1, sizeof(*entry) + size);

	if (!entry)
		return -ENOMEM;
	memcpy(entry->name, normal, size);
	entry->info.mtime_s = BR_FILES_MTIME_S;
	entry->next = store->entries;
	store->entries = entry;
	*ret_entry = entry;
	return 0;
}

static int drop_entry(struct br_file_store *store, int error)
{
	struct entry *entry = store->entries;

	store->entries = entry->next;
	free(entry);
	return error;
}

int br_file_store_add(struct br_file_store *store, const char *name, struct br_octets octets)
{
	struct entry *entry;
	int error = add_entry(store, name, &entry);

	if (error)
		return error;

	uint8_t *own = malloc(octets.size + 1); /* never nothing: NULL means generated */

	if (!own)
		return drop_entry(store, -ENOMEM);
	if (octets.size > 0)
		memcpy(own, octets.data, octets.size);
	entry->octets = own;
	entry->info.size = octets.size;
	entry->info.version = br_fnv64(BR_FNV64_SEED, octets.data, octets.size);
	return 0;
}

/* Return: 0 and what mmap(2) gave, or negative errno; nothing cannot be mapped */
static int map_whole(const char *path, struct br_octets *ret_octets)
{
	struct stat status;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY), error = 0;
	void *octets;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &status) != 0)
		error = -errno;
	else if (!S_ISREG(status.st_mode))
		error = S_ISDIR(status.st_mode) ? -EISDIR : -EINVAL;
	else if ((uintmax_t)status.st_size > SIZE_MAX)
		error = -EFBIG;
	if (!error && status.st_size == 0) {
		*ret_octets = (struct br_octets){NULL, 0};
	} else if (!error) {
		octets = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (octets == MAP_FAILED)
			error = -errno;
		else
			*ret_octets = (struct br_octets){octets, (size_t)status.st_size};
	}
	close(fd);
	return error;
}

int br_file_store_add_path(struct br_file_store *store, const char *name, const char *path)
{
	struct br_octets octets;
	struct entry *entry;
	int error = map_whole(path, &octets);

	if (error)
		return error;
	if (octets.size == 0)
		return br_file_store_add(store, name, octets);
	error = add_entry(store, name, &entry);
	if (error) {
		munmap((void *)(uintptr_t)octets.data, octets.size);
		return error;
	}
	entry->octets = octets.data;
	entry->held = OCTETS_MAPPED;
	entry->info.size = octets.size;
	entry->info.version = br_fnv64(BR_FNV64_SEED, octets.data, octets.size);
	return 0;
}

int br_file_store_generate(struct br_file_store *store, const char *name, uint64_t size,
                           uint64_t seed)
{
	struct entry *entry;
	int error = add_entry(store, name, &entry);

	if (error)
		return error;
	if (size <= BR_FILES_GENERATED_MAPPED_MAX) {
		uint8_t *own = malloc((size_t)size + 1);

		if (!own)
			return drop_entry(store, -ENOMEM);
		generate(seed, 0, own, (size_t)size);
		entry->octets = own;
	}
	entry->seed = seed;
	entry->info.size = size;
	entry->info.version = mixed(seed, size);
	return 0;
}

int br_file_store_share(struct br_file_store *store, const char *name,
                        const struct br_file_store *from, const char *from_name)
{
	const struct entry *source = find_entry(from, from_name);
	struct entry *entry;
	int error = source ? add_entry(store, name, &entry) : -ENOENT;

	if (error)
		return error;
	entry->info = source->info;
	entry->seed = source->seed;
	entry->octets = source->octets;
	entry->held = OCTETS_BORROWED;
	return 0;
}

/* What is said of an entry: at most @size octets, 0 at or past its end. */
static size_t read_entry(const struct entry *entry, uint64_t offset, uint8_t *target, size_t size)
{
	if (offset >= entry->info.size)
		return 0;
	if (size > entry->info.size - offset)
		size = (size_t)(entry->info.size - offset);
	if (entry->octets)
		memcpy(target, entry->octets + offset, size);
	else
		generate(entry->seed, offset, target, size);
	return size;
}

/* Below the root */

int br_file_store_set_root(struct br_file_store *store, const char *path)
{
	return br_file_root_open(&store->root, path);
}

/* The words that core/port.h has for what open(2) can say. */
static int as_port_says(int error)
{
	switch (error) {
	case ENOENT:
	case ENOTDIR:
	case ENAMETOOLONG:
		return -ENOENT;
	case EACCES:
	case EPERM:
	case ELOOP:
	case EXDEV: /* openat2(2): the way leads out of the root */
		return -EACCES;
	case EMFILE:
	case ENFILE:
		return -EMFILE;
	case EINVAL: /* these two have a meaning of their own there */
	case EAGAIN:
		return -EIO;
	default:
		return -error;
	}
}

/* Return: a descriptor of a regular file, or as core/port.h says */
static int open_file(struct br_file_store *store, const char *name, struct br_file_info *ret_info)
{
	struct stat status;

	if (store->root.fd < 0)
		return -ENOENT;

	int fd = br_file_root_open_file(&store->root, name);

	if (fd < 0)
		return as_port_says(-fd);
	if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
		int error = S_ISDIR(status.st_mode) ? -EISDIR : -EACCES;

		close(fd);
		return error;
	}

	uint64_t mtime_ns =
		(uint64_t)status.st_mtim.tv_sec * BR_S + (uint64_t)status.st_mtim.tv_nsec;

	*ret_info = (struct br_file_info){
		.size = (uint64_t)status.st_size,
		.mtime_s = status.st_mtim.tv_sec > 0 ? (uint64_t)status.st_mtim.tv_sec : 0,
		.version = mixed(mtime_ns, mixed((uint64_t)status.st_size, status.st_ino)),
	};
	return fd;
}

static int read_fd(int fd, uint64_t offset, uint8_t *target, size_t size)
{
	size_t done = 0;

	if (offset > (uint64_t)INT64_MAX - size)
		return 0;
	while (done < size) {
		ssize_t got = pread(fd, target + done, size - done, (off_t)(offset + done));

		if (got == 0)
			break;
		if (got > 0)
			done += (size_t)got;
		else if (errno != EINTR)
			return -EIO;
	}
	return (int)done;
}

/* The four calls of struct br_files */

static int files_open(void *context, const char *path, struct br_file_info *ret_info)
{
	struct br_file_store *store = context;
	const char *name = normal_name(path);
	struct br_file_info info;
	size_t file = 0;
	int fd = -1;

	if (!name)
		return -ENOENT;

	const struct fault *fault = fault_of(store, name);

	if (fault->kind == BR_FILE_OPEN_FAILS)
		return fault->error;
	if (fault->kind == BR_FILE_OPEN_STALLS) {
		store->stalls++;
		return -EAGAIN;
	}
	while (file < store->handles_max && store->handles[file].used)
		file++;
	if (file == store->handles_max)
		return -EMFILE;

	struct entry *entry = find_entry(store, name);

	if (entry) {
		info = entry->info;
	} else {
		fd = open_file(store, name, &info);
		if (fd < 0)
			return fd;
	}
	store->handles[file] = (struct handle){.used = true, .entry = entry, .fd = fd};
	memcpy(store->handles[file].name, name, strlen(name) + 1);
	store->handles_open++;
	*ret_info = info;
	return (int)file;
}

static struct handle *handle_of(struct br_file_store *store, int file)
{
	assert(file >= 0);
	assert((size_t)file < store->handles_max);
	assert(store->handles[file].used);
	return &store->handles[file];
}

static int files_read(void *context, int file, uint64_t offset, uint8_t *target, size_t size)
{
	struct br_file_store *store = context;
	const struct handle *handle = handle_of(store, file);
	const struct fault *fault = fault_of(store, handle->name);

	if (fault->kind >= BR_FILE_READ_FAILS) {
		/* Up to the fault all is well. */
		if (offset < fault->offset) {
			if (size > fault->offset - offset)
				size = (size_t)(fault->offset - offset);
		} else if (fault->kind == BR_FILE_READ_FAILS) {
			return fault->error;
		} else if (fault->kind == BR_FILE_READ_STALLS) {
			store->stalls++;
			return -EAGAIN;
		} else {
			return 0;
		}
	}
	if (size > INT32_MAX)
		size = INT32_MAX;
	if (handle->entry)
		return (int)read_entry(handle->entry, offset, target, size);
	return read_fd(handle->fd, offset, target, size);
}

static const uint8_t *files_map(void *context, int file, uint64_t offset, size_t size)
{
	struct br_file_store *store = context;
	const struct handle *handle = handle_of(store, file);
	const struct entry *entry = handle->entry;

	/* Not of a file on disk: if it shrinks, who reads the map dies of SIGBUS. */
	if (!entry || !entry->octets)
		return NULL;
	if (offset > entry->info.size || size > entry->info.size - offset)
		return NULL;
	if (fault_of(store, handle->name)->kind >= BR_FILE_READ_FAILS)
		return NULL;
	return entry->octets + offset;
}

static void files_close(void *context, int file)
{
	struct br_file_store *store = context;
	struct handle *handle = handle_of(store, file);

	if (!handle->entry)
		close(handle->fd);
	handle->used = false;
	store->handles_open--;
}

struct br_files br_file_store_files(struct br_file_store *store)
{
	return (struct br_files){.context = store,
	                         .open = files_open,
	                         .read = files_read,
	                         .map = files_map,
	                         .close = files_close};
}

uint64_t br_file_store_stalls(const struct br_file_store *store)
{
	return store->stalls;
}

size_t br_file_store_open_handles(const struct br_file_store *store)
{
	return store->handles_open;
}

/* For who receives a file */

/* A handle that is not in the table: no fault, no limit. */
static int open_directly(struct br_file_store *store, const char *name, struct handle *ret_handle,
                         struct br_file_info *ret_info)
{
	const char *normal = normal_name(name);

	if (!normal)
		return -ENOENT;

	struct entry *entry = find_entry(store, normal);
	int fd = -1;

	if (entry) {
		*ret_info = entry->info;
	} else {
		fd = open_file(store, normal, ret_info);
		if (fd < 0)
			return fd;
	}
	*ret_handle = (struct handle){.entry = entry, .fd = fd};
	return 0;
}

static int read_directly(const struct handle *handle, uint64_t offset, uint8_t *target, size_t size)
{
	return handle->entry ? (int)read_entry(handle->entry, offset, target, size)
	                     : read_fd(handle->fd, offset, target, size);
}

static void close_directly(const struct handle *handle)
{
	if (!handle->entry)
		close(handle->fd);
}

int br_file_store_info(struct br_file_store *store, const char *name, struct br_file_info *ret_info)
{
	struct br_file_info info;
	struct handle handle;
	int error = open_directly(store, name, &handle, &info);

	if (error)
		return error;
	close_directly(&handle);
	*ret_info = info;
	return 0;
}

int br_files_compare(struct br_file_store *store, const char *name, uint64_t offset,
                     struct br_octets octets)
{
	struct br_file_info info;
	struct handle handle;
	int result = open_directly(store, name, &handle, &info);

	if (result)
		return result;
	for (size_t done = 0; done < octets.size && result == 0;) {
		uint8_t part[4096];
		size_t size = octets.size - done < sizeof(part) ? octets.size - done : sizeof(part);
		int got = read_directly(&handle, offset + done, part, size);

		if (got < 0)
			result = got;
		else if ((size_t)got != size || memcmp(part, octets.data + done, size) != 0)
			result = 1;
		done += size;
	}
	close_directly(&handle);
	return result;
}

int br_file_store_sha256(struct br_file_store *store, const char *name,
                         uint8_t ret_digest[static 32])
{
	struct br_file_info info;
	struct br_sha256 hash;
	struct handle handle;
	uint64_t offset = 0;
	int got = open_directly(store, name, &handle, &info);

	if (got)
		return got;
	br_sha256_begin(&hash);
	do {
		uint8_t part[16384];

		got = read_directly(&handle, offset, part, sizeof(part));
		if (got > 0) {
			br_sha256_add(&hash, part, (size_t)got);
			offset += (uint64_t)got;
		}
	} while (got > 0);
	close_directly(&handle);
	if (got == 0)
		br_sha256_end(&hash, ret_digest);
	return got;
}
