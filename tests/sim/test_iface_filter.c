/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernel lets by, asked of the kernel itself: the program stands before a socket of this
 * process, and frames are sent to it as datagrams. It knows no tags there: those are tried over
 * a veth (tests/sim/serve_in_a_lab.py).
 */
#include "tests/helper.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sim/net/iface_filter.h"

static const struct br_iface_filter filter = {
	.mac = {2, 0, 0, 0xa, 0xb, 0xc}, .port = {67, 4011}, .ports = 2};
static const struct br_iface_filter with_six = {.mac = {2, 0, 0, 0xa, 0xb, 0xc},
                                                .port = {67},
                                                .ports = 1,
                                                .port6 = {547, 4011},
                                                .ports6 = 2,
                                                .node = {0x0a0b0c, 0x000001},
                                                .nodes = 2};
static const struct br_iface_filter *asked = &filter;

static bool passes(const uint8_t *frame, size_t size)
{
	struct sock_filter program[BR_IFACE_FILTER_SIZE];
	struct sock_fprog whole = {.filter = program};
	uint8_t got[256];
	int pair[2];
	ssize_t came;

	whole.len = (unsigned short)br_iface_filter_make(asked, program);
	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 0);
	assert_int_equal(setsockopt(pair[0], SOL_SOCKET, SO_ATTACH_FILTER, &whole, sizeof(whole)),
	                 0);
	/* a datagram that the filter drops is EPERM to a sender of this family, or is lost */
	(void)send(pair[1], frame, size, 0);
	came = recv(pair[0], got, sizeof(got), MSG_DONTWAIT);
	close(pair[0]);
	close(pair[1]);
	assert_true(came < 0 || ((size_t)came == size && memcmp(got, frame, size) == 0));
	return came >= 0;
}

/* IPv4 over Ethernet, with @words of 32 bits as options behind the header of IP */
static bool ipv4_passes(const char *to, uint8_t protocol, uint16_t port, uint16_t fragment,
                        uint8_t words)
{
	uint8_t frame[128] = {0};
	size_t ip = 14, above = ip + 20 + 4 * (size_t)words;

	memcpy(frame, to, 6);
	frame[12] = 8;
	frame[ip] = (uint8_t)(0x45 + words);
	frame[ip + 6] = (uint8_t)(fragment >> 8);
	frame[ip + 7] = (uint8_t)fragment;
	frame[ip + 9] = protocol;
	frame[above + 2] = (uint8_t)(port >> 8);
	frame[above + 3] = (uint8_t)port;
	return passes(frame, above + 40);
}

#define OURS      "\x02\0\0\x0a\x0b\x0c"
#define EVERYBODY "\xff\xff\xff\xff\xff\xff"
#define GROUP     "\1\0\x5e\0\0\1"

static void all_that_is_sent_to_the_host_comes_by(void **state)
{
	uint8_t frame[60] = OURS;

	(void)state;
	assert_true(passes(frame, sizeof(frame)));
	assert_true(ipv4_passes(OURS, 6, 80, 0, 0));
	assert_true(ipv4_passes(OURS, 17, 9999, 0, 0));
	frame[5] ^= 1;
	assert_false(passes(frame, sizeof(frame)));
	frame[5] ^= 1;
	frame[1] ^= 1;
	assert_false(passes(frame, sizeof(frame)));
}

static void of_what_is_sent_to_all_only_what_it_listens_to(void **state)
{
	uint8_t frame[60] = EVERYBODY;

	(void)state;
	assert_true(ipv4_passes(EVERYBODY, 17, 67, 0, 0));
	assert_true(ipv4_passes(GROUP, 17, 4011, 0, 0));
	assert_true(ipv4_passes(EVERYBODY, 17, 67, 0, 3)); /* behind options of IP */
	assert_false(ipv4_passes(EVERYBODY, 17, 69, 0, 0));
	assert_false(ipv4_passes(EVERYBODY, 17, 5353, 0, 1));
	assert_false(ipv4_passes(EVERYBODY, 6, 67, 0, 0));
	assert_true(ipv4_passes(EVERYBODY, 17, 67, 0x2000, 0)); /* more fragments */
	assert_true(ipv4_passes(EVERYBODY, 17, 5353, 0x00b9, 0));
	frame[12] = 8;
	frame[13] = 6; /* ARP */
	assert_true(passes(frame, sizeof(frame)));
	frame[12] = 0x86;
	frame[13] = 0xdd;
	assert_false(passes(frame, sizeof(frame)));
	frame[12] = 0;
	frame[13] = 38; /* spanning tree */
	assert_false(passes(frame, sizeof(frame)));
	assert_false(passes(frame, 12));
}

static bool ipv6_passes(const char *to, uint8_t next, uint16_t port)
{
	uint8_t frame[120] = {0};

	memcpy(frame, to, 6);
	frame[12] = 0x86;
	frame[13] = 0xdd;
	frame[14] = 0x60;
	frame[14 + 6] = next;
	frame[14 + 40 + 2] = (uint8_t)(port >> 8);
	frame[14 + 40 + 3] = (uint8_t)port;
	return passes(frame, sizeof(frame));
}

#define ALL_SERVERS "\x33\x33\0\1\0\2" /* ff02::1:2 */
#define ALL_ROUTERS "\x33\x33\0\0\0\2"
#define ITS_NODE    "\x33\x33\xff\x0a\x0b\x0c" /* of the link-local address */
#define ITS_OTHER   "\x33\x33\xff\0\0\1"
#define SOMEBODYS   "\x33\x33\xff\x0a\x0b\x0d"

static void groups_of_ipv6_come_by_for_its_ports_and_addresses(void **state)
{
	(void)state;
	asked = &with_six;
	assert_true(ipv6_passes(ALL_SERVERS, 17, 547));
	assert_true(ipv6_passes(ALL_SERVERS, 17, 4011));
	assert_false(ipv6_passes(ALL_SERVERS, 17, 5353));
	assert_false(ipv6_passes(ALL_SERVERS, 17, 67)); /* that one is of IPv4 */
	assert_false(ipv6_passes(ALL_SERVERS, 6, 547));
	assert_true(ipv6_passes(ALL_SERVERS, 44, 0)); /* a piece names no port */
	assert_true(ipv6_passes(ALL_ROUTERS, 58, 0));
	assert_true(ipv6_passes(ALL_ROUTERS, 0, 0)); /* MLD, behind a hop-by-hop header */
	assert_true(ipv6_passes(ITS_NODE, 58, 0));
	assert_true(ipv6_passes(ITS_OTHER, 58, 0));
	assert_false(ipv6_passes(SOMEBODYS, 58, 0));
	assert_true(ipv6_passes(OURS, 6, 80));
	assert_true(ipv4_passes(EVERYBODY, 17, 67, 0, 0)); /* and IPv4 is as it was */
	assert_false(ipv4_passes(EVERYBODY, 17, 547, 0, 0));
	asked = &filter;
	assert_false(ipv6_passes(ALL_SERVERS, 17, 547));
	assert_false(ipv6_passes(ITS_NODE, 58, 0));
}

static void as_many_ports_as_there_is_room_for(void **state)
{
	struct sock_filter program[BR_IFACE_FILTER_SIZE];
	struct br_iface_filter most = {.ports = BR_IFACE_FILTER_PORTS_MAX,
	                               .ports6 = BR_IFACE_FILTER_PORTS_MAX,
	                               .nodes = BR_IFACE_FILTER_NODES_MAX};

	(void)state;
	assert_true(br_iface_filter_make(&most, program) <= BR_IFACE_FILTER_SIZE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_that_is_sent_to_the_host_comes_by),
		cmocka_unit_test(of_what_is_sent_to_all_only_what_it_listens_to),
		cmocka_unit_test(groups_of_ipv6_come_by_for_its_ports_and_addresses),
		cmocka_unit_test(as_many_ports_as_there_is_room_for),
	};

	return cmocka_run_group_tests_name("iface_filter", tests, NULL, NULL);
}
