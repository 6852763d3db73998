/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/read/copies.h - one packet that was recorded several times
 *
 * By two recorders, on both sides of a bridge ("any", dumpcap -i A -i B), with and without
 * its VLAN tag, or by a mirror port that shows what goes into a switch and what comes out.
 * A packet that was sent again is not such a copy: it passes the same place twice.
 */
#ifndef BR_CAPTURES_READ_COPIES_H
#define BR_CAPTURES_READ_COPIES_H

#include "sim/net/packet.h"

/**
 * struct br_copy_place - Where a packet was recorded
 * @file, @interface, @place: File, its interface, br_link_frame.place. Addresses and tag of
 *		the frame are part of the place as well
 * @frame:	Its number there
 * @mirrored:	The file has every frame twice: a second one at the same place is a copy too
 */
struct br_copy_place {
	size_t file;
	uint32_t interface, place;
	uint64_t frame;
	bool mirrored;
};

/* What a packet and its copies share: addresses, numbers, ports, the start of the payload, and
 * all of it where that is short or DHCP. 0: nothing that is followed (no ARP and no IP).
 */
uint64_t br_copies_identity(const struct br_packet *packet);

struct br_copies;

int br_copies_new(struct br_copies **ret_copies); /* 0 or -ENOMEM */
struct br_copies *br_copies_free(struct br_copies *copies);

/* Remember @packet. True: it was seen before, at another place */
bool br_copies_seen(struct br_copies *copies, const struct br_packet *packet,
                    const struct br_copy_place *place, br_time at);
/* Where that was which the last copy found is one of: file, and frame there */
void br_copies_first(const struct br_copies *copies, size_t *ret_file, uint64_t *ret_frame);
uint64_t br_copies_found(const struct br_copies *copies);

/* Whether a file has every frame twice, told from its first frames. All zero at first. */
enum {
	BR_MIRROR_TEST_FRAMES = 400,
	BR_MIRROR_TEST_BACK = 128, /* frames between a frame and its copy, at most */
};
struct br_mirror_test {
	uint32_t frames, pairs;
	struct {
		uint64_t hash;
		br_time at;
	} recent[BR_MIRROR_TEST_BACK];
};

void br_mirror_test_add(struct br_mirror_test *test, const struct br_packet *packet, uint32_t place,
                        br_time at);
bool br_mirror_test_done(const struct br_mirror_test *test); /* it has seen enough */
bool br_mirror_test_says(const struct br_mirror_test *test);

#endif /* BR_CAPTURES_READ_COPIES_H */
