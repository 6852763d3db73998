/* SPDX-License-Identifier: BSD-2-Clause */
/* What IPv6 hosts make of what is over, not for them or not to be believed */
#include "tests/helper.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/six_net.h"

/* RFC 4861 sections 6.3.4 and 6.3.5: many that are no routers, and many prefixes that are over */
static void what_is_over_leaves_its_place(void **state)
{
	struct net *net = six_new();
	char router[] = "fe80::a0", prefix[] = "2001:db8:a0::";

	(void)state;
	for (int i = 0; i < 9; i++) {
		router[7] = prefix[10] = (char)('0' + i);
		forge_router(net, router, 0, prefix, 0);
	}
	assert_false(br_host_has_router6(net->host[1], 0));
	for (int i = 0; i < 9; i++) {
		router[6] = prefix[9] = 'b';
		router[7] = prefix[10] = (char)('0' + i);
		forge_router(net, router, 1, prefix, 1);
	}
	net_run(net, net->clock.now + 2 * BR_S);
	assert_false(br_host_has_router6(net->host[1], 0));
	assert_int_equal(send_text(net, 1, end("2001:db8:b1::1", 69), "hello"), -ENETUNREACH);
	forge_router(net, "fe80::c", 1800, "2001:db8:c::", 1800);
	assert_true(br_host_has_router6(net->host[1], 0));
	net->seens = 0;
	assert_int_equal(send_text(net, 1, end("2001:db8:c::9", 69), "hello"), 0);
	net_run(net, net->clock.now + BR_S / 2);
	assert_int_equal(net->seens, 1);
	assert_ip(net->seen[0].packet.dst.ip, "ff02::1:ff00:9"); /* it is on the link */
	net_free(net);
}

/* RFC 8201 section 4 */
static void a_path_that_is_too_narrow_for_ipv6_is_not_believed(void **state)
{
	static const uint32_t mtus[] = {0, 68, 1279, 1280};
	static uint8_t octets[1400];

	(void)state;
	for (size_t i = 0; i < sizeof(mtus) / sizeof(mtus[0]); i++) {
		struct net *net = six_new();
		struct br_datagram datagram = {.local = {.port = 1000},
		                               .remote = end("2001:db8::1", 69),
		                               .payload = {octets, sizeof(octets)}};
		/* the headers of such a datagram, IPv6 and UDP */
		uint8_t quoted[200] = {0x60, [4] = 1408 >> 8, 1408 & 0xff, 17, 64, [43] = 69};

		memcpy(quoted + 8, end("2001:db8::2", 0).ip, 16);
		memcpy(quoted + 24, end("2001:db8::1", 0).ip, 16);
		forge(net, "2001:db8::1", "2001:db8::2", to_second, BR_ICMP6_TOO_BIG, mtus[i],
		      (struct br_octets){quoted, sizeof(quoted)});
		assert_int_equal(br_host_udp_send(net->host[1], &datagram), 0);
		assert_int_equal(br_host_counters(net->host[1])->fragments_out,
		                 mtus[i] == 1280 ? 2 : 0);
		net_free(net);
	}
}

/* RFC 4291 section 2.5.3 */
static void the_loopback_address_is_nobody_on_a_wire(void **state)
{
	struct net *net = routed_new();
	uint64_t bad = br_host_counters(net->host[1])->bad;

	(void)state;
	forge(net, "::1", "2001:db8::2", to_second, BR_ICMP6_ECHO, 0, (struct br_octets){0});
	assert_int_equal(br_host_counters(net->host[1])->bad, bad + 1);
	forge(net, "2001:db8::1", "::1", br_host_mac(net->host[2], 0), BR_ICMP6_ECHO, 0,
	      (struct br_octets){0});
	assert_int_equal(br_host_counters(net->host[2])->bad, 1);
	assert_int_equal(icmp6_seen(net, BR_ICMP6_ECHO_REPLY), 0);
	net_free(net);
}

/* RFC 4861 section 7.1.1 */
static void a_probe_that_is_sent_to_all_is_not_answered(void **state)
{
	static const struct {
		const char *dst;
		uint8_t to[6];
		unsigned answers;
	} probes[] = {
		{"ff02::1", {0x33, 0x33, 0, 0, 0, 1}, 0},
		{"2001:db8::2", {2, 0, 0, 0, 0, 2}, 0},
		{"ff02::1:ff00:2", {0x33, 0x33, 0xff, 0, 0, 2}, 1},
	};
	struct br_endpoint target = end("2001:db8::2", 0);

	(void)state;
	for (size_t i = 0; i < sizeof(probes) / sizeof(probes[0]); i++) {
		struct net *net = six_new();

		forge(net, "::", probes[i].dst, probes[i].to, BR_ICMP6_NEIGHBOUR_SOLICITATION, 0,
		      (struct br_octets){target.ip, 16});
		assert_int_equal(icmp6_seen(net, BR_ICMP6_NEIGHBOUR_ADVERTISEMENT),
		                 probes[i].answers);
		assert_int_equal(br_host_counters(net->host[1])->bad, !probes[i].answers);
		net_free(net);
	}
}

static void on_frame6(void *context, struct br_octets frame, br_time now)
{
	(void)frame;
	(void)now;
	++*(unsigned *)context;
}

/* A switch floods what is for a MAC that it does not know. */
static void frames_for_another_card_are_not_shown(void **state)
{
	static const uint8_t unknown[6] = {2, 0, 0, 0, 7, 7};
	struct net *net = six_new();
	unsigned shown = 0;

	(void)state;
	br_host_set_user(net->host[1],
	                 &(struct br_host_user){.context = &shown, .frame6 = on_frame6});
	forge(net, "2001:db8::1", "2001:db8::7", unknown, BR_ICMP6_ECHO, 0, (struct br_octets){0});
	assert_int_equal(send_text(net, 0, br_endpoint_ipv4(UINT32_MAX, 69), "hello"), 0);
	net_run(net, net->clock.now + BR_S);
	assert_int_equal(shown, 0);
	forge(net, "2001:db8::1", "2001:db8::7", to_second, BR_ICMP6_ECHO, 0,
	      (struct br_octets){0});
	assert_int_equal(shown, 1);
	net_free(net);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_over_leaves_its_place),
		cmocka_unit_test(a_path_that_is_too_narrow_for_ipv6_is_not_believed),
		cmocka_unit_test(the_loopback_address_is_nobody_on_a_wire),
		cmocka_unit_test(a_probe_that_is_sent_to_all_is_not_answered),
		cmocka_unit_test(frames_for_another_card_are_not_shown),
	};

	return cmocka_run_group_tests_name("six_refused", tests, NULL, NULL);
}
