/* SPDX-License-Identifier: BSD-2-Clause */
/* Under other names a capture keeps its form and its faults: boots of the corpus in every form a
 * capture may have, cut, in pieces, and with checksums that are wrong or left to the network card.
 * Each is hidden; explain must say the same, each frame must be as good or as bad as it was, and
 * the name of the boot file and the MAC address must be nowhere.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "helper.h"
#include "sim/net/frame.h"
#include "tests/captures/hiding.h"
#include "tests/captures/recording.h"

enum {
	ROOM = 1 << 20,
	PIECE = 64, /* octets of a fragment's payload: a multiple of 8 */
};

static const char *const boots[] = {
	"ovmf-virtio-nofile.pcap",         "ovmf-virtio-http404.pcap",
	"aavmf64-virtio-pxe6missing.pcap", "seabios-virtio-closed4011.pcap",
	"slof-vlan-missing.pcap",          "uboot25-arm64-virtio-http6.pcap",
	"ovmf-http-nxdomain.pcap",
};
static const size_t boots_count = sizeof(boots) / sizeof(boots[0]);

static const struct recording_form forms[] = {
	{.ng = true, .frames_a_section = 7},
	{.big = true, .nano = true},
	{.link = RECORDING_VLAN},
	{.link = RECORDING_QINQ_OLD},
	{.link = RECORDING_SLL},
	{.link = RECORDING_SLL2},
	{.link = RECORDING_RAW},
	{.link = RECORDING_NULL},
	{.link = RECORDING_WIFI},
	{.link = RECORDING_RADIOTAP},
	{.ng = true, .link = RECORDING_MIXED},
	{.ng = true, .link = RECORDING_MIXED, .frames_a_section = 50},
	{.snap_size = 600},
	{.snap_size = 300},
	{.snap_size = 128},
	{.snap_size = 96},
	{.snap_size = 60},
	{.snap_size = 40},
	{.link = RECORDING_SLL2, .snap_size = 100},
};

static void spool_of(const struct recording *r, const struct recording_form *form,
                     struct br_spool *ret)
{
	assert_int_equal(br_spool_new(ret, "written", stderr), 0);
	(void)recording_write(r, form, ret->file);
	assert_int_equal(fflush(ret->file), 0);
}

static size_t read_all(const char *path, uint8_t *octets)
{
	FILE *file = fopen(path, "rb");

	assert_non_null(file);
	size_t size = fread(octets, 1, ROOM, file);

	(void)fclose(file);
	assert_true(size < ROOM);
	return size;
}

/* Hidden, alike, and explained alike; @secret is in it, and not in what comes of it */
static void assert_hidden(const struct recording *r, const struct recording_form *form,
                          const void *secret, size_t secret_size)
{
	static uint8_t octets[ROOM];
	struct br_spool written, from[2], to[2];

	spool_of(r, form, &written);
	const char *const was[] = {written.path};

	hiding_make(was, 1, from, to, NULL);
	const char *const is[] = {to[0].path};

	hiding_assert_alike(was[0], is[0]);
	hiding_assert_same_verdict(was, is, 1);
	if (secret) {
		assert_non_null(memmem(octets, read_all(was[0], octets), secret, secret_size));
		assert_null(memmem(octets, read_all(is[0], octets), secret, secret_size));
	}
	br_spool_close(&from[0]);
	br_spool_close(&to[0]);
	br_spool_close(&written);
}

static void every_form_stays_what_it_is(void **state)
{
	struct recording r;

	(void)state;
	for (size_t i = 0; i < boots_count; i++) {
		recording_load_named(&r, boots[i]);
		for (size_t k = 0; k < sizeof(forms) / sizeof(forms[0]); k++)
			assert_hidden(&r, &forms[k], NULL, 0);
		recording_reset(&r);
	}
}

/* Every place of a frame, for a short one too: nothing is read behind what there is. */
static void any_snap_length_does(void **state)
{
	struct recording r;

	(void)state;
	recording_load_named(&r, "aavmf64-virtio-pxe6missing.pcap");
	for (uint32_t size = 1; size < 420; size += 7) {
		struct recording_form form = {.snap_size = size};
		struct br_spool written, from[2], to[2];

		spool_of(&r, &form, &written);
		const char *const was[] = {written.path};

		if (size < 14) { /* no Ethernet header: nothing is read of it */
			br_spool_close(&written);
			continue;
		}
		hiding_make(was, 1, from, to, NULL);
		hiding_assert_alike(was[0], to[0].path);
		br_spool_close(&from[0]);
		br_spool_close(&to[0]);
		br_spool_close(&written);
	}
	recording_reset(&r);
}

/* Where the checksum of UDP, TCP or ICMP stands; SIZE_MAX: nowhere */
static size_t checksum_at(const struct recording *r, size_t index)
{
	struct br_packet p = recording_packet(r, index);
	size_t l4 = p.ip_payload.data ? (size_t)(p.ip_payload.data - r->frame[index].octets) : 0;

	switch (p.transport) {
	case BR_TRANSPORT_UDP:
		return l4 + 6;
	case BR_TRANSPORT_TCP:
		return l4 + 16;
	case BR_TRANSPORT_ICMP:
	case BR_TRANSPORT_ICMPV6:
		return l4 + 2;
	case BR_TRANSPORT_NONE:
	case BR_TRANSPORT_OTHER:
		break;
	}
	return SIZE_MAX;
}

/* hiding_assert_alike() compares what is wrong with each frame. */
static void wrong_checksums_stay_wrong(void **state)
{
	static const struct recording_form plain = {.nano = true};
	struct recording r;

	(void)state;
	for (size_t i = 0; i < boots_count; i++) {
		recording_load_named(&r, boots[i]);
		for (size_t k = 0; k < r.frames; k++) {
			size_t at = checksum_at(&r, k);

			if (at < r.frame[k].size && k % 2)
				r.frame[k].octets[at] ^= 0x41;
			if (k % 3 == 0 && recording_packet(&r, k).network == BR_NETWORK_IPV4)
				r.frame[k].octets[14 + 10] ^= 0x17; /* of the IP header */
		}
		assert_hidden(&r, &plain, NULL, 0);
		recording_reset(&r);
	}
}

/* What a network card was to complete is still to be completed: it is the sum of the pseudo
 * header, as br_frame_accept() finds it.
 */
static void partial_checksums_stay_partial(void **state)
{
	static const struct recording_form plain = {.nano = true};
	struct br_checksum sums[BR_FRAME_CHECKSUMS_MAX];
	struct br_spool written, from[2], to[2];
	struct recording r, hidden;
	size_t found = 0;

	(void)state;
	recording_load_named(&r, "ovmf-virtio-http404.pcap");
	for (size_t k = 0; k < r.frames; k++) {
		struct recorded *f = &r.frame[k];
		size_t count = br_frame_checksums((struct br_octets){f->octets, f->size}, sums);

		for (size_t i = 0; i < count; i++) {
			f->octets[sums[i].at] = (uint8_t)(sums[i].partial >> 8);
			f->octets[sums[i].at + 1] = (uint8_t)sums[i].partial;
		}
	}
	spool_of(&r, &plain, &written);
	const char *const was[] = {written.path};

	hiding_make(was, 1, from, to, NULL);
	recording_load(&hidden, to[0].path);
	assert_int_equal(hidden.frames, r.frames);
	for (size_t k = 0; k < hidden.frames; k++) {
		struct recorded *f = &hidden.frame[k];
		size_t count = br_frame_checksums((struct br_octets){f->octets, f->size}, sums);

		for (size_t i = 0; i < count; i++) {
			unsigned is =
				(unsigned)f->octets[sums[i].at] << 8 | f->octets[sums[i].at + 1];

			assert_int_equal(is, sums[i].partial);
			found += sums[i].partial != sums[i].value;
		}
	}
	assert_true(found > 10);
	recording_reset(&r);
	recording_reset(&hidden);
	br_spool_close(&from[0]);
	br_spool_close(&to[0]);
	br_spool_close(&written);
}

/* The IPv4 datagram of frame @index in pieces, the last first, each twice if @mirrored */
static void put_in_pieces(struct recording *to, const struct recording *from, size_t index,
                          bool mirrored)
{
	enum {
		HEAD = 14 + 20
	};
	const struct recorded *f = &from->frame[index];
	size_t size = f->size - HEAD, pieces = (size + PIECE - 1) / PIECE;
	uint8_t octets[2048];

	for (size_t i = pieces; i-- > 0;) {
		size_t at = i * PIECE, length = size - at < PIECE ? size - at : PIECE;

		memcpy(octets, f->octets, HEAD);
		memcpy(octets + HEAD, f->octets + HEAD + at, length);
		octets[16] = (uint8_t)((20 + length) >> 8);
		octets[17] = (uint8_t)(20 + length);
		octets[20] = (uint8_t)((at / 8) >> 8 | (i + 1 < pieces ? 0x20 : 0));
		octets[21] = (uint8_t)(at / 8);
		for (int copy = 0; copy < 1 + mirrored; copy++) {
			recording_put(to, f->at, octets, HEAD + length, (uint32_t)(HEAD + length));
			size_t last = to->frames - 1;
			uint8_t *ip = to->frame[last].octets + 14;

			ip[10] = ip[11] = 0;
			uint16_t sum = br_checksum_fold(br_checksum_add(0, ip, 20));

			ip[10] = (uint8_t)(sum >> 8);
			ip[11] = (uint8_t)sum;
		}
	}
}

static bool goes_in_pieces(const struct recording *r, size_t index)
{
	struct br_packet p = recording_packet(r, index);

	return p.network == BR_NETWORK_IPV4 && p.transport == BR_TRANSPORT_UDP &&
	       p.vlan_tags == 0 && p.ipv4.header_size == 20 && p.payload_size > PIECE &&
	       p.ip_payload_size == r->frame[index].size - 34;
}

/* Every datagram of a boot in pieces: hidden whole, with the checksum of the whole. @lost: the
 * last piece of each is not there
 */
static void boots_in_pieces(bool mirrored, bool lost)
{
	static const struct recording_form plain = {.nano = true};
	struct recording r, cut = {.frames = 0};
	size_t before = 0, put = 0;

	recording_load_named(&r, "ovmf-virtio-nofile.pcap");
	for (size_t i = 0; i < r.frames; i++) {
		before = cut.frames;
		if (goes_in_pieces(&r, i)) {
			put_in_pieces(&cut, &r, i, mirrored);
			put++;
			if (lost)
				recording_drop(&cut, before);
		} else {
			recording_put(&cut, r.frame[i].at, r.frame[i].octets, r.frame[i].size,
			              r.frame[i].original_size);
		}
	}
	assert_true(put > 3);
	assert_hidden(&cut, &plain, "missing.efi", 11);
	assert_hidden(&cut, &plain, "\x52\x54\x00\x12\x34\x56", 6);
	recording_reset(&r);
	recording_reset(&cut);
}

static void pieces_are_hidden_as_a_whole(void **state)
{
	(void)state;
	boots_in_pieces(false, false);
}

static void so_are_pieces_that_came_twice(void **state)
{
	(void)state;
	boots_in_pieces(true, false);
}

static void so_are_pieces_whose_others_are_lost(void **state)
{
	(void)state;
	boots_in_pieces(false, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_stays_what_it_is),
		cmocka_unit_test(any_snap_length_does),
		cmocka_unit_test(wrong_checksums_stay_wrong),
		cmocka_unit_test(partial_checksums_stay_partial),
		cmocka_unit_test(pieces_are_hidden_as_a_whole),
		cmocka_unit_test(so_are_pieces_that_came_twice),
		cmocka_unit_test(so_are_pieces_whose_others_are_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
