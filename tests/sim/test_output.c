/* SPDX-License-Identifier: BSD-2-Clause */
/* Outputs of commands: whatever goes wrong, what was there before is there, with nothing beside
 * it. Each test works in a folder of its own, which must be as it says at the end.
 */
#include "sim/output.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "helper.h"

struct folder {
	char path[32];
	int before; /* the folder the test came from */
	FILE *err;
	char said[512];
};

static int setup(void **state)
{
	struct folder *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	strcpy(f->path, "/tmp/br-output-XXXXXX");
	assert_non_null(mkdtemp(f->path));
	f->before = open(".", O_RDONLY | O_DIRECTORY);
	assert_true(f->before >= 0);
	assert_int_equal(chdir(f->path), 0);
	f->err = fmemopen(f->said, sizeof(f->said), "w");
	assert_non_null(f->err);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct folder *f = *state;

	(void)fclose(f->err);
	(void)unlink("a");
	(void)unlink("b");
	int moved = fchdir(f->before), removed = rmdir(f->path);

	(void)close(f->before);
	free(f);
	return moved | removed; /* it cannot be removed where anything was left beside */
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void assert_holds(const char *path, const char *want)
{
	char text[64] = "";
	FILE *file = fopen(path, "rb");

	assert_non_null(file);
	(void)fread(text, 1, sizeof(text) - 1, file);
	(void)fclose(file);
	assert_string_equal(text, want);
}

static void listen(struct folder *f)
{
	rewind(f->err);
	memset(f->said, 0, sizeof(f->said));
}

static void assert_said(struct folder *f, const char *part)
{
	(void)fflush(f->err);
	if (!strstr(f->said, part))
		print_error("said: %s", f->said);
	assert_non_null(strstr(f->said, part));
	assert_ptr_equal(strchr(f->said, '\n'), f->said + strlen(f->said) - 1); /* one line */
}

static void it_takes_its_place_when_all_is_written(void **state)
{
	struct folder *f = *state;
	struct br_output o;

	write_file("a", "old");
	assert_int_equal(chmod("a", 0640), 0);
	assert_int_equal(br_output_open(&o, "a", NULL, 0, f->err), 0);
	assert_true(fputs("new", o.file) >= 0);
	assert_int_equal(fflush(o.file), 0);
	assert_holds("a", "old");
	assert_int_equal(br_output_commit(&o, f->err), 0);
	assert_holds("a", "new");

	struct stat s;

	assert_int_equal(stat("a", &s), 0);
	assert_int_equal(s.st_mode & 0777, 0640);
	assert_int_equal(br_output_open(&o, "b", NULL, 0, f->err), 0);
	assert_int_equal(access("b", F_OK), -1);
	assert_int_equal(br_output_commit(&o, f->err), 0);
	assert_holds("b", "");
}

static void dropped_it_leaves_nothing(void **state)
{
	struct folder *f = *state;
	struct br_output o = {.file = NULL};

	br_output_drop(&o); /* none */
	write_file("a", "old");
	assert_int_equal(br_output_open(&o, "a", NULL, 0, f->err), 0);
	assert_true(fputs("new", o.file) >= 0);
	br_output_drop(&o);
	br_output_drop(&o);
	assert_holds("a", "old");
}

static void placed_early_it_is_read_while_it_grows(void **state)
{
	struct folder *f = *state;
	const char *inputs[] = {"b"};
	struct br_output o;

	write_file("a", "old");
	assert_int_equal(br_output_open(&o, "a", NULL, 0, f->err), 0);
	assert_int_equal(br_output_place(&o, f->err), 0);
	assert_holds("a", "");
	assert_true(fputs("new", o.file) >= 0 && fflush(o.file) == 0);
	assert_holds("a", "new");
	assert_int_equal(br_output_place(&o, f->err), 0); /* it has it already */
	assert_int_equal(br_output_commit(&o, f->err), 0);
	assert_holds("a", "new");
	/* not over what became an input since */
	assert_int_equal(br_output_open(&o, "b", inputs, 1, f->err), 0);
	write_file("b", "first");
	listen(f);
	assert_int_equal(br_output_place(&o, f->err), -EINVAL);
	assert_said(f, "the input b");
	br_output_drop(&o);
	assert_holds("b", "first");
}

static void abandoned_it_leaves_nothing_of_ours(void **state)
{
	struct folder *f = *state;
	struct br_output o, placed;

	assert_int_equal(br_output_open(&placed, "b", NULL, 0, f->err), 0);
	assert_int_equal(br_output_place(&placed, f->err), 0);
	write_file("a", "old");
	assert_int_equal(br_output_open(&o, "a", NULL, 0, f->err), 0);

	pid_t child = fork();

	if (child == 0) {
		br_output_abandon(); /* its parent still writes */
		_exit(0);
	}
	assert_true(child > 0 && waitpid(child, NULL, 0) == child);
	assert_int_equal(access(o.written, F_OK), 0);
	br_output_abandon();
	assert_int_equal(access(o.written, F_OK), -1);
	assert_holds("a", "old");
	assert_holds("b", "");
	br_output_drop(&o);
	br_output_drop(&placed);
}

static void an_input_is_never_replaced(void **state)
{
	static const char *const ways[] = {"a", "./a", "link", "hard", "link-of-folder/a"};
	struct folder *f = *state;
	const char *inputs[] = {NULL, "not-there", "a"};
	struct br_output o;

	write_file("a", "the only copy");
	assert_int_equal(symlink("a", "link"), 0);
	assert_int_equal(link("a", "hard"), 0);
	assert_int_equal(symlink(".", "link-of-folder"), 0);
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		listen(f);
		assert_int_equal(br_output_open(&o, ways[i], inputs, 3, f->err), -EINVAL);
		assert_said(f, "the input a");
		assert_holds("a", "the only copy");
	}
	/* nor what became one meanwhile: two outputs of one name */
	inputs[0] = "b";
	listen(f);
	assert_int_equal(br_output_open(&o, "b", inputs, 3, f->err), 0);
	write_file("b", "first");
	assert_int_equal(br_output_commit(&o, f->err), -EINVAL);
	assert_said(f, "the input b");
	assert_holds("b", "first");
	(void)unlink("link");
	(void)unlink("hard");
	(void)unlink("link-of-folder");
}

static void standard_input_is_an_input(void **state)
{
	struct folder *f = *state;
	const char *inputs[] = {"-"};
	struct br_output o;
	int before = dup(STDIN_FILENO), fd;

	write_file("a", "the only copy");
	fd = open("a", O_RDONLY);
	assert_true(fd >= 0 && dup2(fd, STDIN_FILENO) >= 0);
	assert_int_equal(br_output_open(&o, "a", inputs, 1, f->err), -EINVAL);
	assert_true(dup2(before, STDIN_FILENO) >= 0);
	(void)close(fd);
	(void)close(before);
	assert_holds("a", "the only copy");
}

static void a_link_stays_a_link(void **state)
{
	struct folder *f = *state;
	struct br_output o;
	struct stat s;

	write_file("a", "old");
	assert_int_equal(symlink("a", "b"), 0);
	assert_int_equal(br_output_open(&o, "b", NULL, 0, f->err), 0);
	assert_true(fputs("new", o.file) >= 0);
	assert_int_equal(br_output_commit(&o, f->err), 0);
	assert_holds("a", "new");
	assert_int_equal(lstat("b", &s), 0);
	assert_true(S_ISLNK(s.st_mode));
}

static void a_full_disk_is_told_in_one_line(void **state)
{
	struct folder *f = *state;
	struct br_output o;

	if (access("/dev/full", W_OK) < 0)
		skip();
	/* a device is written to as it is; the error comes with the last octets, or long before */
	for (size_t size = 10; size < 100000; size *= 1000) {
		listen(f);
		assert_int_equal(br_output_open(&o, "/dev/full", NULL, 0, f->err), 0);
		for (size_t i = 0; i < size; i++)
			(void)fputc('x', o.file);
		assert_true(br_output_commit(&o, f->err) < 0);
		assert_said(f, "/dev/full: ");
	}
	assert_int_equal(access("/dev/full", F_OK), 0);
	/* a file keeps what it was: a descriptor that cannot be written stands for a full disk */
	for (size_t size = 10; size < 100000; size *= 1000) {
		int full = open("/dev/full", O_WRONLY);

		write_file("a", "old");
		listen(f);
		assert_int_equal(br_output_open(&o, "a", NULL, 0, f->err), 0);
		assert_true(dup2(full, fileno(o.file)) >= 0);
		for (size_t i = 0; i < size; i++)
			(void)fputc('x', o.file);
		assert_int_equal(br_output_commit(&o, f->err), -ENOSPC);
		assert_said(f, strerror(ENOSPC));
		assert_holds("a", "old");
		(void)close(full);
	}
}

static void what_cannot_be_written_is_told_at_the_start(void **state)
{
	static const char *const paths[] = {"folder", "not-there/a", "a/b", ""};
	struct folder *f = *state;
	struct br_output o;

	write_file("a", "old");
	assert_int_equal(mkdir("folder", 0755), 0);
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		listen(f);
		assert_true(br_output_open(&o, paths[i], NULL, 0, f->err) < 0);
		assert_said(f, paths[i]);
	}
	assert_int_equal(chmod("a", 0444), 0);
	if (access("a", W_OK) < 0) { /* root may */
		assert_int_equal(br_output_open(&o, "a", NULL, 0, f->err), -EACCES);
		assert_holds("a", "old");
	}
	assert_int_equal(rmdir("folder"), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_takes_its_place_when_all_is_written),
		TEST(dropped_it_leaves_nothing),
		TEST(placed_early_it_is_read_while_it_grows),
		TEST(abandoned_it_leaves_nothing_of_ours),
		TEST(an_input_is_never_replaced),
		TEST(standard_input_is_an_input),
		TEST(a_link_stays_a_link),
		TEST(a_full_disk_is_told_in_one_line),
		TEST(what_cannot_be_written_is_told_at_the_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
