/* SPDX-License-Identifier: BSD-2-Clause */
/* Files in memory, generated and on disk, through the four calls the server has. */
#include "tests/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/prng.h"
#include "sim/net/files.h"
#include "sim/net/sha256.h"

#define GIB (UINT64_C(1) << 30)

static struct br_file_store *store;
static struct br_files files;
static char root[] = "/tmp/bootrig-test-XXXXXX";

static int set_up(void **state)
{
	(void)state;
	assert_int_equal(br_file_store_new(&store, 4), 0);
	files = br_file_store_files(store);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	store = br_file_store_free(store);
	return 0;
}

static struct br_octets text(const char *octets)
{
	return (struct br_octets){(const uint8_t *)octets, strlen(octets)};
}

static void a_file_in_memory_is_read_and_mapped(void **state)
{
	struct br_file_info info;
	uint8_t got[16];

	(void)state;
	assert_int_equal(br_file_store_add(store, "/boot/grub.cfg", text("set timeout=5\n")), 0);
	assert_int_equal(br_file_store_add(store, "empty", text("")), 0);

	int file = files.open(files.context, "boot/grub.cfg", &info);

	assert_true(file >= 0);
	assert_int_equal(info.size, 14);
	assert_int_equal(info.mtime_s, BR_FILES_MTIME_S);
	assert_int_equal(files.read(files.context, file, 4, got, 16), 10);
	assert_memory_equal(got, "timeout=5\n", 10);
	assert_int_equal(files.read(files.context, file, 14, got, 16), 0);
	assert_int_equal(files.read(files.context, file, UINT64_MAX, got, 16), 0);
	assert_memory_equal(files.map(files.context, file, 0, 14), "set timeout=5\n", 14);
	assert_null(files.map(files.context, file, 1, 14));
	assert_null(files.map(files.context, file, UINT64_MAX, 2));
	assert_int_equal(br_file_store_open_handles(store), 1);
	files.close(files.context, file);
	assert_int_equal(br_file_store_open_handles(store), 0);
	assert_int_equal(files.open(files.context, "boot/other.cfg", &info), -ENOENT);
	file = files.open(files.context, "empty", &info);
	assert_int_equal(info.size, 0);
	assert_int_equal(files.read(files.context, file, 0, got, 16), 0);
	files.close(files.context, file);
}

static void names_that_cannot_be_asked_for_are_refused(void **state)
{
	static const char *const names[] = {"",    "/",   "..",   "a/../b", "a//b",
	                                    "./a", "a/.", "a/..", "//a",    "a/"};
	struct br_file_info info;
	char long_name[BR_FILES_NAME_MAX + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_int_equal(br_file_store_add(store, names[i], text("x")), -EINVAL);
		assert_int_equal(files.open(files.context, names[i], &info), -ENOENT);
	}
	memset(long_name, 'a', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	assert_int_equal(br_file_store_add(store, long_name, text("x")), -EINVAL);
	assert_int_equal(br_file_store_add(store, long_name + 1, text("x")), 0);
	assert_int_equal(br_file_store_add(store, long_name + 1, text("x")), -EEXIST);
	assert_int_equal(br_file_store_add(store, "...", text("x")), 0);
}

static void generated_files_are_the_same_from_any_offset(void **state)
{
	struct br_prng prng = br_prng_of(1, 1);
	struct br_file_info small, large;
	uint8_t *whole = malloc(65536), part[300];

	(void)state;
	assert_non_null(whole);
	assert_int_equal(br_file_store_generate(store, "small", 65536, 42), 0);
	assert_int_equal(br_file_store_generate(store, "large", 5 * GIB + 3, 42), 0);

	int a = files.open(files.context, "small", &small);
	int b = files.open(files.context, "large", &large);

	assert_int_equal(small.size, 65536);
	assert_true(large.size == 5 * GIB + 3);
	assert_true(small.version != large.version);
	assert_int_equal(files.read(files.context, a, 0, whole, 65536), 65536);
	assert_memory_equal(files.map(files.context, a, 100, 1000), whole + 100, 1000);
	assert_null(files.map(files.context, b, 100, 1000));
	for (int i = 0; i < 1000; i++) {
		size_t size = 1 + br_prng_below(&prng, sizeof(part));
		uint64_t offset = br_prng_below(&prng, 65536 - size);

		assert_int_equal(files.read(files.context, b, offset, part, size), size);
		assert_memory_equal(part, whole + offset, size);
	}
	/* block i: the first number of its own generator, least octet first */
	prng = br_prng_of(42, 5 * GIB / 8);
	uint64_t word = br_prng_next(&prng);

	assert_int_equal(files.read(files.context, b, 5 * GIB, part, sizeof(part)), 3);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(part[i], (uint8_t)(word >> 8 * i));
	files.close(files.context, a);
	files.close(files.context, b);
	free(whole);
}

static void a_shared_file_is_the_same_file(void **state)
{
	struct br_file_store *other;
	struct br_file_info mine, theirs;

	(void)state;
	assert_int_equal(br_file_store_new(&other, 1), 0);
	assert_int_equal(br_file_store_generate(other, "made", 1000, 7), 0);
	assert_int_equal(br_file_store_share(store, "boot.efi", other, "made"), 0);
	assert_int_equal(br_file_store_share(store, "boot.efi", other, "made"), -EEXIST);
	assert_int_equal(br_file_store_share(store, "x", other, "none"), -ENOENT);
	assert_int_equal(br_file_store_info(store, "boot.efi", &mine), 0);
	assert_int_equal(br_file_store_info(other, "made", &theirs), 0);
	assert_true(mine.size == 1000 && mine.version == theirs.version);
	assert_int_equal(files.open(files.context, "boot.efi", &mine), 0);
	assert_non_null(files.map(files.context, 0, 0, 1000));
	assert_int_equal(
		br_files_compare(other, "made", 0,
	                         (struct br_octets){files.map(files.context, 0, 0, 1000), 1000}),
		0);
	files.close(files.context, 0);
	store = br_file_store_free(store); /* gives nothing back that is not its own */
	assert_int_equal(br_file_store_info(other, "made", &theirs), 0);
	br_file_store_free(other);
}

static void handles_run_out(void **state)
{
	struct br_file_info info;

	(void)state;
	assert_int_equal(br_file_store_add(store, "a", text("x")), 0);
	for (int i = 0; i < 4; i++)
		assert_int_equal(files.open(files.context, "a", &info), i);
	assert_int_equal(files.open(files.context, "a", &info), -EMFILE);
	files.close(files.context, 2);
	assert_int_equal(files.open(files.context, "a", &info), 2);
}

static void faults_come_on_command_and_go(void **state)
{
	struct br_file_info info;
	uint8_t got[8];

	(void)state;
	assert_int_equal(br_file_store_add(store, "a", text("01234567")), 0);
	assert_int_equal(br_file_store_add(store, "b", text("01234567")), 0);
	assert_int_equal(br_file_store_set_fault(store, "/a", BR_FILE_OPEN_FAILS, -EACCES, 0), 0);
	assert_int_equal(files.open(files.context, "a", &info), -EACCES);
	assert_int_equal(br_file_store_set_fault(store, "a", BR_FILE_OPEN_STALLS, 0, 0), 0);
	assert_int_equal(files.open(files.context, "a", &info), -EAGAIN);
	assert_int_equal(br_file_store_stalls(store), 1);
	assert_int_equal(br_file_store_set_fault(store, "a", BR_FILE_SOUND, 0, 0), 0);

	int file = files.open(files.context, "a", &info);

	assert_true(file >= 0);
	assert_non_null(files.map(files.context, file, 0, 8));
	assert_int_equal(br_file_store_set_fault(store, "a", BR_FILE_READ_FAILS, -EIO, 5), 0);
	assert_null(files.map(files.context, file, 0, 8));
	assert_int_equal(files.read(files.context, file, 0, got, 8), 5);
	assert_int_equal(files.read(files.context, file, 5, got, 8), -EIO);
	assert_int_equal(br_file_store_set_fault(store, "a", BR_FILE_READ_STALLS, 0, 5), 0);
	assert_int_equal(files.read(files.context, file, 5, got, 8), -EAGAIN);
	assert_int_equal(br_file_store_set_fault(store, "a", BR_FILE_READ_SHORT, 0, 3), 0);
	assert_int_equal(files.read(files.context, file, 0, got, 8), 3);
	assert_int_equal(files.read(files.context, file, 3, got, 8), 0);
	assert_int_equal(br_file_store_set_fault(store, "a", BR_FILE_SOUND, 0, 0), 0);
	assert_int_equal(files.read(files.context, file, 0, got, 8), 8);
	files.close(files.context, file);
	/* every file without a fault of its own */
	assert_int_equal(br_file_store_set_fault(store, NULL, BR_FILE_OPEN_FAILS, -EIO, 0), 0);
	assert_int_equal(files.open(files.context, "b", &info), -EIO);
	assert_int_equal(files.open(files.context, "never-there", &info), -EIO);
	assert_true(files.open(files.context, "a", &info) >= 0);
	assert_int_equal(br_file_store_set_fault(store, "..", BR_FILE_SOUND, 0, 0), -EINVAL);
}

static void receivers_can_compare(void **state)
{
	char printed[BR_SHA256_TEXT_SIZE];
	uint8_t *octets = malloc(100000), digest[BR_SHA256_SIZE];

	(void)state;
	assert_int_equal(br_file_store_add(store, "abc", text("abc")), 0);
	assert_int_equal(br_file_store_generate(store, "big", 64 << 20, 7), 0);
	assert_int_equal(br_file_store_sha256(store, "abc", digest), 0);
	br_sha256_print(digest, printed);
	assert_string_equal(printed,
	                    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_int_equal(br_file_store_sha256(store, "none", digest), -ENOENT);

	struct br_file_info info;
	int file = files.open(files.context, "big", &info);

	assert_int_equal(files.read(files.context, file, 12345, octets, 100000), 100000);
	files.close(files.context, file);
	/* faults are for the server, not for the judge */
	assert_int_equal(br_file_store_set_fault(store, NULL, BR_FILE_OPEN_FAILS, -EIO, 0), 0);
	assert_int_equal(br_files_compare(store, "big", 12345, (struct br_octets){octets, 100000}),
	                 0);
	octets[99999] ^= 1;
	assert_int_equal(br_files_compare(store, "big", 12345, (struct br_octets){octets, 100000}),
	                 1);
	assert_int_equal(br_files_compare(store, "abc", 0, text("abcd")), 1);
	assert_int_equal(br_files_compare(store, "abc", 1, text("bc")), 0);
	assert_int_equal(br_files_compare(store, "abd", 1, text("bc")), -ENOENT);
	assert_int_equal(br_file_store_info(store, "big", &info), 0);
	assert_int_equal(info.size, 64 << 20);
	free(octets);
}

/* A directory beside the root holds what must never be served. */
static void make_tree(char *path, size_t path_size)
{
	static const char *const setup =
		"cd %s && mkdir root outside root/sub root/closed && printf inside > root/sub/a && "
		"printf secret > outside/secret && ln -s sub/a root/link && ln -s ../outside "
		"root/out && ln -s ../outside/secret root/secret && ln -s /etc/passwd root/passwd "
		"&& mkfifo root/fifo && printf top > root/top && ln -s loop root/loop";
	char command[1024];

	strcpy(root, "/tmp/bootrig-test-XXXXXX");
	assert_non_null(mkdtemp(root));
	snprintf(command, sizeof(command), setup, root);
	assert_int_equal(system(command), 0);
	snprintf(path, path_size, "%s/root", root);
}

static void nothing_outside_the_root_is_served(void **state)
{
	static const struct {
		const char *name;
		int error;
	} table[] = {
		{"sub", -EISDIR},
		{"sub/none", -ENOENT},
		{"sub/a/b", -ENOENT},
		{"out/secret", -EACCES},
		{"secret", -EACCES},
		{"passwd", -EACCES},
		{"loop", -EACCES},
		{"fifo", -EACCES},
		{"../outside/secret", -ENOENT},
		{"sub/../../outside/secret", -ENOENT},
	};
	struct br_file_info info;
	char path[128], command[128];
	uint8_t got[16];

	(void)state;
	make_tree(path, sizeof(path));
	assert_int_equal(br_file_store_set_root(store, "/nonexistent"), -ENOENT);
	assert_int_equal(br_file_store_set_root(store, path), 0);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		assert_int_equal(files.open(files.context, table[i].name, &info), table[i].error);

	int file = files.open(files.context, "sub/a", &info);

	assert_true(file >= 0);
	assert_int_equal(info.size, 6);
	assert_true(info.mtime_s > 1600000000);
	assert_int_equal(files.read(files.context, file, 2, got, 16), 4);
	assert_memory_equal(got, "side", 4);
	assert_int_equal(files.read(files.context, file, UINT64_MAX - 3, got, 16), 0);
	assert_null(files.map(files.context, file, 0, 6));
	files.close(files.context, file);
	/* A link that stays inside is followed, but for kernels before 5.6. */
	file = files.open(files.context, "link", &info);
	assert_true(file >= 0 || file == -EACCES);
	/* what was added by name comes first */
	assert_int_equal(br_file_store_add(store, "top", text("of the pops")), 0);
	assert_int_equal(br_file_store_info(store, "top", &info), 0);
	assert_int_equal(info.size, 11);
	snprintf(command, sizeof(command), "rm -rf %s", root);
	assert_int_equal(system(command), 0);
}

static void links_from_the_top_are_followed_inside_the_root_only(void **state)
{
	static const char setup[] =
		"cd %s/root && ln -s %s/root/sub deep && ln -s %s/root/deep/a chain && "
		"ln -s %s/root/../outside/secret climbs && ln -s %s/outside/secret beside && "
		"ln -s %s/rootless prefix && ln -s %s/root whole && ln -s %s/root/sub/../top up && "
		"ln -s %s/root/turns turns";
	static const struct {
		const char *name;
		int result; /* octets, or the error */
	} table[] = {
		{"deep/a", 6},       {"chain", 6},        {"whole/whole/chain", 6},
		{"up", 3},           {"deep/b", -ENOENT}, {"deep", -EISDIR},
		{"whole", -EISDIR},  {"climbs", -EACCES}, {"beside", -EACCES},
		{"prefix", -EACCES}, {"turns", -EACCES},  {"chain/x", -ENOENT},
	};
	char path[128], command[1024];
	struct br_file_info info;

	(void)state;
	make_tree(path, sizeof(path));
	snprintf(command, sizeof(command), setup, root, root, root, root, root, root, root, root,
	         root);
	assert_int_equal(system(command), 0);
	assert_int_equal(br_file_store_set_root(store, path), 0);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		int result = br_file_store_info(store, table[i].name, &info);

		assert_int_equal(result < 0 ? result : (int)info.size, table[i].result);
	}
	snprintf(command, sizeof(command), "rm -rf %s", root);
	assert_int_equal(system(command), 0);
}

static void a_root_that_was_replaced_is_opened_again(void **state)
{
	char path[128], command[512];
	struct br_file_info info;
	int file;

	(void)state;
	make_tree(path, sizeof(path));
	assert_int_equal(br_file_store_set_root(store, path), 0);
	file = files.open(files.context, "top", &info);
	assert_true(file >= 0);
	/* while there is none, the old one */
	snprintf(command, sizeof(command), "cd %s && mv root old", root);
	assert_int_equal(system(command), 0);
	assert_int_equal(br_file_store_info(store, "top", &info), 0);
	snprintf(command, sizeof(command), "cd %s && mkdir root && printf bottom > root/top", root);
	assert_int_equal(system(command), 0);
	assert_int_equal(br_file_store_info(store, "top", &info), 0);
	assert_int_equal(info.size, 6);
	assert_int_equal(br_file_store_info(store, "sub/a", &info), -ENOENT);
	/* what is being read goes on */
	uint8_t got[8];

	assert_int_equal(files.read(files.context, file, 0, got, sizeof(got)), 3);
	files.close(files.context, file);
	snprintf(command, sizeof(command), "rm -rf %s", root);
	assert_int_equal(system(command), 0);
}

static void a_file_of_the_disk_is_served_whole(void **state)
{
	static const size_t sizes[] = {0, 1, 20 << 20};
	char path[] = "/tmp/bootrig-test-XXXXXX", name[8];
	struct br_file_info info;
	uint8_t got[16];
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		size_t size = sizes[i];

		assert_int_equal(ftruncate(fd, (off_t)size), 0);
		if (size > 0)
			assert_int_equal(pwrite(fd, "E", 1, (off_t)size - 1), 1);
		snprintf(name, sizeof(name), "f%zu", i);
		assert_int_equal(br_file_store_add_path(store, name, path), 0);
		assert_int_equal(br_file_store_add_path(store, name, path), -EEXIST);

		int file = files.open(files.context, name, &info);

		assert_int_equal(info.size, size);
		assert_int_equal(info.mtime_s, BR_FILES_MTIME_S);
		assert_int_equal(files.read(files.context, file, size - (size > 0), got, 16),
		                 size > 0);
		assert_true(size == 0 || got[0] == 'E');
		files.close(files.context, file);
	}
	close(fd);
	unlink(path);
	assert_int_equal(br_file_store_add_path(store, "none", path), -ENOENT);
	assert_int_equal(br_file_store_add_path(store, "folder", "/tmp"), -EISDIR);
	assert_int_equal(br_file_store_add_path(store, "device", "/dev/zero"), -EINVAL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_file_in_memory_is_read_and_mapped),
		TEST(names_that_cannot_be_asked_for_are_refused),
		TEST(generated_files_are_the_same_from_any_offset),
		TEST(a_shared_file_is_the_same_file),
		TEST(handles_run_out),
		TEST(faults_come_on_command_and_go),
		TEST(receivers_can_compare),
		TEST(nothing_outside_the_root_is_served),
		TEST(links_from_the_top_are_followed_inside_the_root_only),
		TEST(a_root_that_was_replaced_is_opened_again),
		TEST(a_file_of_the_disk_is_served_whole),
	};

	return cmocka_run_group_tests_name("files", tests, NULL, NULL);
}
