/* SPDX-License-Identifier: BSD-2-Clause */
/* A capture with something in every field that names somebody: under other names no octet of it
 * may be left, in no form, lengths stay, checksums are as good or as bad as they were, and what a
 * boot hangs on comes through. All of the corpus: explain says the same of it.
 */
#define _GNU_SOURCE
#include "captures/convert/anonymous_pcap.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "captures/convert/from_pcap.h"
#include "captures/convert/same_verdict.h"
#include "helper.h"
#include "sim/exit_code.h"
#include "tests/captures/hiding.h"
#include "tests/captures/planted.h"

enum {
	ROOM = 65536,
	FORMS = 6,
};

/* Forms */

static uint8_t form_octet(const struct planted_secret *s, size_t at, int form)
{
	const char *digits = form == 5 ? "0123456789ABCDEF" : "0123456789abcdef";
	uint8_t octet = ((const uint8_t *)s->octets)[form < 2 ? at : at / 2];

	switch (form) {
	case 0: /* as it is, in small and capital letters */
	case 1:
		return octet;
	case 2: /* UTF-16, either way */
		return at % 2 == 0 ? octet : 0;
	case 3:
		return at % 2 == 1 ? octet : 0;
	default: /* in hex */
		return (uint8_t)digits[at % 2 == 0 ? octet >> 4 : octet & 15];
	}
}

static bool holds(const uint8_t *octets, size_t size, const struct planted_secret *s, int form)
{
	size_t length = form < 2 ? s->size : 2 * s->size;

	for (size_t i = 0; i + length <= size; i++) {
		size_t k = 0;

		while (k < length) {
			uint8_t have = octets[i + k], want = form_octet(s, k, form);

			if (form == 1 ? tolower(have) != tolower(want) : have != want)
				break;
			k++;
		}
		if (k == length)
			return true;
	}
	return false;
}

static void assert_none_left(const uint8_t *was, size_t before, const uint8_t *is, size_t after)
{
	size_t left = 0;

	for (size_t i = 0; i < planted_secrets_count; i++) {
		const struct planted_secret *s = &planted_secrets[i];

		if (was && !holds(was, before, s, s->text)) {
			print_error("secret %zu (%s) is nowhere: it proves nothing\n", i,
			            s->text ? (const char *)s->octets : "octets");
			left++;
		}
		for (int form = 0; form < FORMS; form++) {
			if ((form == 1 || form == 2 || form == 3) && !s->text)
				continue;
			if (!holds(is, after, s, form))
				continue;
			print_error("secret %zu (%s) is left in form %d\n", i,
			            s->text ? (const char *)s->octets : "octets", form);
			left++;
		}
	}
	assert_int_equal(left, 0);
}

static size_t read_all(const char *path, uint8_t *octets, size_t room)
{
	FILE *file = fopen(path, "rb");

	assert_non_null(file);
	size_t size = fread(octets, 1, room, file);

	(void)fclose(file);
	return size;
}

static void write_planted(struct br_spool *spool, size_t *ret_frames)
{
	static uint8_t octets[ROOM];
	size_t size = planted_capture(octets, sizeof(octets), ret_frames);

	assert_int_equal(br_spool_new(spool, "planted", stderr), 0);
	assert_int_equal(fwrite(octets, 1, size, spool->file), size);
	assert_int_equal(fflush(spool->file), 0);
}

static void nothing_that_names_somebody_is_left(void **state)
{
	static uint8_t was[ROOM], is[ROOM], other[ROOM];
	struct br_spool planted, from[2], to[2];
	struct br_anonymous_who who = {.has_mac = true, .address = planted_server};
	size_t frames = 0;

	(void)state;
	write_planted(&planted, &frames);
	const char *const paths[] = {planted.path, planted.path};

	memcpy(who.mac, planted_mac, 6);
	hiding_make(paths, 2, from, to, &who);
	size_t before = read_all(planted.path, was, ROOM), after = read_all(to[0].path, is, ROOM);

	assert_true(before < ROOM && frames > 30);
	assert_none_left(was, before, is, after);
	hiding_assert_alike(planted.path, to[0].path);
	/* the same becomes the same in both files, and who was named is found again */
	assert_int_equal(read_all(to[1].path, other, ROOM), after);
	assert_memory_equal(is, other, after);
	assert_true(holds(is, after, &(struct planted_secret){who.mac, 6, 0}, 0));
	assert_memory_not_equal(who.mac, planted_mac, 6);
	/* what a boot hangs on stays */
	static const char *const stays[] = {"PXEClient:Arch:00007:UNDI:003016",
	                                    "shimx64.efi",
	                                    "/grub.cfg",
	                                    "#!ipxe",
	                                    ":8080/",
	                                    "not found",
	                                    "octet",
	                                    "tsize",
	                                    "pxelinux.cfg/01-",
	                                    "HTTP/1.1 302 ",
	                                    "boot.ipxe"};

	for (size_t i = 0; i < sizeof(stays) / sizeof(stays[0]); i++)
		assert_true(holds(is, after,
		                  &(struct planted_secret){stays[i], strlen(stays[i]), 1}, 0));
	for (size_t i = 0; i < 2; i++) {
		br_spool_close(&from[i]);
		br_spool_close(&to[i]);
	}
	br_spool_close(&planted);
}

/* The host of the URL, of the Host field and of the question to the DNS are one name, and the
 * machine is one machine in each of its identifiers.
 */
static void what_was_one_is_one(void **state)
{
	static uint8_t is[ROOM];
	struct br_spool planted, from[2], to[2];
	uint8_t mac[6], *url, *host;
	size_t frames = 0, after;

	(void)state;
	write_planted(&planted, &frames);
	const char *const paths[] = {planted.path};
	struct br_anonymous_who who = {.has_mac = true};

	memcpy(who.mac, planted_mac, 6);
	hiding_make(paths, 1, from, to, &who);
	after = read_all(to[0].path, is, ROOM - 1);
	url = memmem(is, after, "http://", 7);
	host = memmem(is, after, "Host: ", 6);
	assert_true(url && host);
	assert_memory_equal(url + 7, host + 6, strlen("bootsrv.rhenania.corp"));
	uint8_t question[32] = "\7";

	memcpy(question + 1, host + 6, 7);
	question[8] = 8;
	memcpy(question + 9, host + 6 + 8, 8);
	assert_non_null(memmem(is, after, question, 17));
	uint8_t zeros[17] = {0};

	memcpy(mac, who.mac, 6);
	memcpy(zeros + 11, mac, 6);
	assert_non_null(memmem(is, after, zeros, 17)); /* UUID of zeros and the MAC */
	uint8_t duid[14] = {0, 1, 0, 1};

	memcpy(zeros, "\0\3\0\x0c", 4);
	memcpy(zeros + 4, mac + 2, 4);
	assert_non_null(memmem(is, after, zeros, 8)); /* IAID */
	memcpy(duid + 8, mac, 6);
	assert_non_null(memmem(is, after, duid + 8, 6));
	uint8_t eui[8] = {mac[0] ^ 2, mac[1], mac[2], 0xff, 0xfe, mac[3], mac[4], mac[5]};

	assert_non_null(memmem(is, after, eui, 8));
	br_spool_close(&from[0]);
	br_spool_close(&to[0]);
	br_spool_close(&planted);
}

/* Nothing of what was planted can be judged: the refusal shows a line, by its new names. */
static void a_refused_script_tells_no_more(void **state)
{
	char *text = NULL, why[1000];
	size_t size = 0, frames = 0, said;
	struct br_spool planted;
	FILE *script = open_memstream(&text, &size), *err = tmpfile();

	(void)state;
	assert_true(script && err);
	write_planted(&planted, &frames);
	struct br_from_pcap from = {
		.path = planted.path, .anonymous = true, .out = script, .err = err};

	assert_int_equal(br_from_pcap(&from), BR_EXIT_NOTHING_RAN);
	(void)fclose(script);
	rewind(err);
	said = fread(why, 1, sizeof(why) - 1, err);
	why[said] = '\0';
	(void)fclose(err);
	assert_non_null(strstr(why, "no node is judged"));
	assert_none_left(NULL, 0, (const uint8_t *)why, said);
	assert_none_left(NULL, 0, (const uint8_t *)text, size);
	free(text);
	br_spool_close(&planted);
}

static void client_and_server_are_named_by_their_old_names(void **state)
{
	char out[] = "/tmp/br-anonymous-XXXXXX", capture[512], *text = NULL;
	size_t size = 0;
	FILE *script = open_memstream(&text, &size), *err = tmpfile();
	struct br_from_pcap from = {.path = capture,
	                            .has_client = true,
	                            .client = {0x52, 0x54, 0, 0x12, 0x34, 0x56},
	                            .sut = 0xc0000202,
	                            .to = {out, NULL},
	                            .out = script,
	                            .err = err};
	int descriptor = mkstemp(out);

	(void)state;
	assert_true(descriptor >= 0 && script && err && getenv("BR_CAPTURES"));
	(void)close(descriptor);
	(void)snprintf(capture, sizeof(capture), "%s/ovmf-virtio-two.pcap", getenv("BR_CAPTURES"));
	assert_int_equal(br_from_pcap(&from), 0);
	(void)fclose(script);
	(void)fclose(err);
	assert_non_null(strstr(text, "node boot1 sut lan="));
	assert_non_null(strstr(text, "node boot2 peer lan="));
	assert_null(strstr(text, "192.0.2."));
	assert_null(strstr(text, "52:54:00:12:34:56"));
	free(text);
	(void)unlink(out);
}

/* One row of captures/corpus/index.tsv: one capture, or two sides as "a+b" */
static void row_says_the_same(const char *folder, char *names)
{
	struct br_spool from[2] = {{0}}, to[2] = {{0}};
	char path[2][512];
	const char *paths[2], *was[2], *is[2];
	size_t count = 0;

	for (char *name = strtok(names, "+"); name && count < 2; name = strtok(NULL, "+")) {
		(void)snprintf(path[count], sizeof(path[count]), "%s/%s", folder, name);
		paths[count] = path[count];
		count++;
	}
	hiding_make(paths, count, from, to, NULL);
	for (size_t i = 0; i < count; i++) {
		was[i] = from[i].path;
		is[i] = to[i].path;
		hiding_assert_alike(was[i], is[i]);
	}
	hiding_assert_same_verdict(was, is, count);
	for (size_t i = 0; i < count; i++) {
		br_spool_close(&from[i]);
		br_spool_close(&to[i]);
	}
}

static void explain_says_the_same_of_all_the_corpus(void **state)
{
	const char *folder = getenv("BR_CAPTURES");
	char path[512], line[4096];
	size_t rows = 0;

	(void)state;
	assert_non_null(folder);
	(void)snprintf(path, sizeof(path), "%s/index.tsv", folder);
	FILE *index = fopen(path, "r");

	assert_non_null(index);
	while (fgets(line, sizeof(line), index)) {
		line[strcspn(line, "\t\n")] = '\0';
		if (line[0] == '#' || !strstr(line, ".pcap"))
			continue;
		row_says_the_same(folder, line);
		rows++;
	}
	(void)fclose(index);
	assert_true(rows > 100);
}

/* The host of a certificate, and who signed it, whole and in parts: a record may end within */
static void no_part_of_a_certificates_names_is_left(const char *capture)
{
	static const char *const names[] = {"boot.example", "bootrig root"};
	static uint8_t was[ROOM], is[ROOM];
	struct br_spool from[2] = {{0}}, to[2] = {{0}};
	size_t before, after, parts = 0;

	hiding_make(&capture, 1, from, to, NULL);
	before = read_all(capture, was, ROOM);
	after = read_all(to[0].path, is, ROOM);
	for (size_t i = 0; i < 2 * 6; i++) { /* of 7 octets: "boot.e" is of boot.efi, too */
		const char *part = names[i / 6] + i % 6;
		struct planted_secret secret = {(const uint8_t *)part, 7, 0};

		parts += holds(was, before, &secret, 0);
		assert_false(holds(is, after, &secret, 0));
	}
	assert_true(parts > 6);
	br_spool_close(&from[0]);
	br_spool_close(&to[0]);
}

static void names_of_certificates_are_hidden_however_they_lie_in_records(void **state)
{
	static const char *const captures[] = {"wrong-name", "records-split"};
	char path[500];

	(void)state;
	assert_non_null(getenv("BR_CAPTURES"));
	for (size_t i = 0; i < 2; i++) {
		(void)snprintf(path, sizeof(path), "%s/tls/%s.pcap", getenv("BR_CAPTURES"),
		               captures[i]);
		no_part_of_a_certificates_names_is_left(path);
	}
}

static void other_verdicts_are_told(void **state)
{
	const char *folder = getenv("BR_CAPTURES");
	char path[2][512], *said = NULL;
	const char *a[] = {path[0]}, *b[] = {path[1]};
	struct br_verdicts before, after;
	size_t size = 0;
	FILE *err = open_memstream(&said, &size);

	(void)state;
	assert_true(err && folder);
	(void)snprintf(path[0], sizeof(path[0]), "%s/ovmf-virtio-nofile.pcap", folder);
	(void)snprintf(path[1], sizeof(path[1]), "%s/three-at-once.pcap", folder);
	assert_int_equal(br_verdicts_read(&before, a, 1, NULL, stderr), 0);
	assert_int_equal(br_verdicts_read(&after, b, 1, NULL, stderr), 0);
	assert_true(br_verdicts_equal(&before, &before, err));
	(void)fflush(err);
	assert_int_equal(size, 0);
	assert_false(br_verdicts_equal(&before, &after, err));
	(void)fclose(err);
	assert_non_null(strstr(said, "tftp.not-found"));
	assert_non_null(strstr(said, "client 3: explain says \"not there\" before"));
	free(said);
	br_verdicts_reset(&before);
	br_verdicts_reset(&after);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_that_names_somebody_is_left),
		cmocka_unit_test(what_was_one_is_one),
		cmocka_unit_test(a_refused_script_tells_no_more),
		cmocka_unit_test(client_and_server_are_named_by_their_old_names),
		cmocka_unit_test(explain_says_the_same_of_all_the_corpus),
		cmocka_unit_test(names_of_certificates_are_hidden_however_they_lie_in_records),
		cmocka_unit_test(other_verdicts_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
