/* SPDX-License-Identifier: BSD-2-Clause */
/* Hosts on wires over IPv6: neighbours, addresses, routers, errors, pieces, paths and streams. */
#include "tests/helper.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/six_net.h"

static struct six_told {
	unsigned routers, ours, lost;
	struct br_nd_router router;
	uint8_t ip[16];
} told;

static void on_router(void *context, uint32_t link, const struct br_nd_router *router,
                      const uint8_t from[16], br_time now)
{
	(void)context;
	(void)link;
	(void)from;
	(void)now;
	told.routers++;
	told.router = *router;
}

static void on_address(void *context, uint32_t link, const uint8_t ip[16], bool ours, br_time now)
{
	(void)context;
	(void)link;
	(void)now;
	told.ours += ours;
	told.lost += !ours;
	memcpy(told.ip, ip, sizeof(told.ip));
}

static void a_neighbour_is_solicited_once_and_then_known(void **state)
{
	struct net *net = six_new();

	(void)state;
	(void)br_host_udp_open(net->host[1], 69);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(send_text(net, 0, end("2001:db8::2", 69), "hello"), 0);
		net_run(net, BR_TIME_NEVER);
	}
	assert_int_equal(net->inbox[1].datagrams, 3);
	assert_ip(net->inbox[1].last.remote.ip, "2001:db8::1");
	assert_ip(net->inbox[1].last.local.ip, "2001:db8::2");
	assert_memory_equal(net->inbox[1].octets, "hello", 5);
	assert_int_equal(icmp6_seen(net, BR_ICMP6_NEIGHBOUR_SOLICITATION), 1);
	assert_int_equal(icmp6_seen(net, BR_ICMP6_NEIGHBOUR_ADVERTISEMENT), 1);
	/* RFC 2464 section 7, RFC 4861 section 7.2.2 */
	assert_memory_equal(net->seen[0].packet.eth_dst, "\x33\x33\xff\x00\x00\x02", 6);
	assert_ip(net->seen[0].packet.dst.ip, "ff02::1:ff00:2");
	assert_int_equal(net->seen[0].packet.ipv6.hop_limit, 255);
	assert_memory_equal(br_host_neighbour(net->host[1], 0, end("2001:db8::1", 0).ip),
	                    br_host_mac(net->host[0], 0), 6);
	assert_nothing_wrong(net);
	net_free(net);
}

static void who_does_not_answer_three_solicitations_is_given_up(void **state)
{
	struct net *net = six_new();

	(void)state;
	assert_int_equal(send_text(net, 0, end("2001:db8::9", 69), "hello"), 0);
	net_run(net, BR_TIME_NEVER);
	assert_int_equal(net->seens, 3);
	assert_int_equal(net->seen[1].at - net->seen[0].at, BR_S);
	assert_int_equal(net->seen[2].at - net->seen[1].at, BR_S);
	assert_int_equal(net->inbox[0].unreachables, 1);
	assert_int_equal(net->inbox[0].icmp, BR_HOST_NO_ANSWER);
	net_free(net);
}

static void link_local_peers_use_link_local_addresses(void **state)
{
	static const char group[] = "ff02::1:2";
	struct net *net = six_new();
	struct br_endpoint to = end(group, 547);

	(void)state;
	(void)br_host_udp_open(net->host[1], 547);
	assert_int_equal(send_text(net, 0, to, "nobody"), 0);
	net_run(net, BR_TIME_NEVER);
	assert_int_equal(net->inbox[1].datagrams, 0); /* it has not joined */
	assert_int_equal(br_host_join_group6(net->host[1], 0, to.ip), 0);
	assert_int_equal(br_host_join_group6(net->host[1], 0, end("2001:db8::", 0).ip), -EINVAL);
	assert_int_equal(send_text(net, 0, to, "all"), 0);
	net_run(net, BR_TIME_NEVER);
	assert_int_equal(net->inbox[1].datagrams, 1);
	assert_ip(net->inbox[1].last.remote.ip, "fe80::ff:fe00:1");
	assert_ip(net->inbox[1].last.local.ip, group);
	(void)br_host_udp_open(net->host[0], 1000);
	assert_int_equal(send_text(net, 1, net->inbox[1].last.remote, "back"), 0);
	net_run(net, BR_TIME_NEVER);
	assert_int_equal(net->inbox[0].datagrams, 1);
	assert_ip(net->inbox[0].last.remote.ip, "fe80::ff:fe00:2");
	net_free(net);
}

/* EDK2: Ip6If.c Ip6SetAddress, Ip6Nd.c Ip6InitDADProcess, Ip6Mld.c Ip6MldTimerTicking */
static void a_clock_ends_waits_at_its_ticks(void **state)
{
	static const struct br_host_six_habits habits = {.tick_ms = 100,
	                                                 .listener_reports = 1,
	                                                 .report_again_s = 10,
	                                                 .check_probes = 1,
	                                                 .check_wait_ms = 1000};
	unsigned joined = 0, checked = 0;

	(void)state;
	for (int i = 0; i < 40; i++) {
		struct net *net = net_new();
		unsigned ms[3];
		uint8_t ip[16];

		memcpy(ip, end("2001:db8::5", 0).ip, sizeof(ip));
		assert_int_equal(br_host_six_on(net->host[0], 0, &habits), 0);
		for (int k = 0; k < i; k++) { /* what is drawn is drawn anew */
			assert_int_equal(br_host_add_address6(net->host[0], 0, ip, 64, false), 0);
			br_host_remove_address6(net->host[0], 0, ip);
		}
		br_host_remove_address6(net->host[0], 0, br_host_address6(net->host[0], 0, 0));
		net_run(net, 50 * BR_MS);
		assert_int_equal(br_host_add_address6(net->host[0], 0, ip, 64, false), 0);
		net_run(net, BR_TIME_NEVER);
		assert_int_equal(net->seens, 3);
		for (size_t k = 0; k < 3; k++)
			ms[k] = (unsigned)((net->seen[k].at + BR_MS / 2) / BR_MS);
		assert_int_equal(net->seen[0].packet.icmp.type, BR_ICMP6_LISTENER_REPORT);
		assert_int_equal(net->seen[1].packet.icmp.type, BR_ICMP6_NEIGHBOUR_SOLICITATION);
		assert_int_equal(net->seen[2].packet.icmp.type, BR_ICMP6_LISTENER_REPORT);
		assert_true(ms[0] % 100 == 0 && ms[0] >= 100 && ms[0] <= 900);
		assert_true((ms[1] - ms[0]) % 200 == 100 && ms[1] - ms[0] <= 900);
		assert_int_equal(ms[2], 10000);
		joined |= 1U << ms[0] / 100;
		checked |= 1U << (ms[1] - ms[0]) / 100;
		net_free(net);
	}
	assert_int_equal(joined, 0x3fe);  /* each of 1 to 9, */
	assert_int_equal(checked, 0x2aa); /* and of 1, 3, 5, 7 and 9 */
}

/* SLOF: slof-vlan-v6auto frames 7 to 11 */
static void who_learns_by_asking_asks_before_it_answers(void **state)
{
	static const struct br_host_six_habits habits = {.learns_by_asking = true};
	struct net *net = six_new();
	uint8_t group[16], own[16];
	size_t before;

	(void)state;
	memcpy(own, br_host_address6(net->host[1], 0, 0), sizeof(own));
	assert_int_equal(br_host_six_on(net->host[1], 0, &habits), 0);
	br_ip_solicited_node(br_host_address6(net->host[0], 0, 0), group);
	before = net->seens;
	(void)br_host_udp_open(net->host[1], 1000);
	assert_int_equal(send_text(net, 0, end("fe80::ff:fe00:2", 1000), "hello"), 0);
	net_run(net, BR_TIME_NEVER);
	assert_int_equal(net->seens - before, 5);
	assert_int_equal(net->seen[before].packet.icmp.type, BR_ICMP6_NEIGHBOUR_SOLICITATION);
	assert_int_equal(net->seen[before + 1].packet.icmp.type, BR_ICMP6_NEIGHBOUR_SOLICITATION);
	assert_memory_equal(net->seen[before + 1].packet.dst.ip, group, sizeof(group));
	/* the text itself, since it has said its MAC, and what it asked for */
	assert_int_equal(net->seen[before + 4].packet.icmp.type, BR_ICMP6_NEIGHBOUR_ADVERTISEMENT);
	assert_memory_equal(net->seen[before + 4].packet.src.ip, own, sizeof(own));
	assert_int_equal(net->inbox[1].datagrams, 1);
	net_free(net);
}

/* As ovmf-virtio-pxe6-ref.pcap, frames 3 to 5 and 15, 16: report, probe, solicitation */
static void a_new_machine_reports_probes_and_solicits(void **state)
{
	static const struct br_host_six_habits habits = {.listener_reports = 1,
	                                                 .check_probes = 1,
	                                                 .check_after_ms = 500,
	                                                 .check_wait_ms = 1000,
	                                                 .solicits = 3,
	                                                 .solicit_after_ms = 1000,
	                                                 .solicit_wait_ms = 4000,
	                                                 .accepts_advertisements = true};
	static const struct {
		uint8_t type;
		unsigned ms;
		const char *dst;
	} want[] = {
		{BR_ICMP6_LISTENER_REPORT, 0, "ff02::1:ff00:1"},
		{BR_ICMP6_NEIGHBOUR_SOLICITATION, 500, "ff02::1:ff00:1"},
		{BR_ICMP6_ROUTER_SOLICITATION, 1000, "ff02::2"},
		{BR_ICMP6_ROUTER_SOLICITATION, 5000, "ff02::2"},
		{BR_ICMP6_ROUTER_SOLICITATION, 9000, "ff02::2"},
	};
	struct net *net = net_new();
	struct br_host_user user = {.address = on_address};

	(void)state;
	told = (struct six_told){0};
	br_host_set_user(net->host[0], &user);
	assert_int_equal(br_host_six_on(net->host[0], 0, &habits), 0);
	assert_false(br_host_is_checked6(net->host[0], 0, br_host_address6(net->host[0], 0, 0)));
	net_run(net, BR_TIME_NEVER);
	assert_int_equal(net->seens, sizeof(want) / sizeof(want[0]));
	for (size_t i = 0; i < net->seens; i++) {
		const struct br_packet *p = &net->seen[i].packet;

		assert_int_equal(p->icmp.type, want[i].type);
		assert_ip(p->dst.ip, want[i].dst);
		assert_int_equal((net->seen[i].at + BR_MS / 2) / BR_MS, want[i].ms);
		assert_int_equal(p->wrong, 0);
		if (i < 3) /* not checked yet; and so it is with the capture's */
			assert_ip(p->src.ip, "::");
	}
	assert_int_equal(net->seen[0].packet.ipv6.hop_limit, 1);
	assert_int_equal(told.ours, 1);
	assert_ip(told.ip, "fe80::ff:fe00:1");
	net_free(net);
}

/* RFC 2710 section 4: a group is reported by who joins it, and left with its last address. */
static void two_addresses_of_a_group_are_reported_once(void **state)
{
	static const struct br_host_six_habits habits = {.listener_reports = 1};
	struct net *net = net_new();

	(void)state;
	assert_int_equal(br_host_six_on(net->host[0], 0, &habits), 0);
	net_run(net, 20 * BR_S);
	net->seens = 0;
	add(net, 0, 0, "2001:db8::ff:fe00:1", 64); /* ff02::1:ff00:1, as fe80::ff:fe00:1 */
	net_run(net, net->clock.now + 20 * BR_S);
	assert_int_equal(net->seens, 0);
	br_host_remove_address6(net->host[0], 0, end("fe80::ff:fe00:1", 0).ip);
	net_run(net, net->clock.now + BR_S);
	assert_int_equal(icmp6_seen(net, BR_ICMP6_LISTENER_DONE), 0);
	br_host_remove_address6(net->host[0], 0, end("2001:db8::ff:fe00:1", 0).ip);
	net_run(net, net->clock.now + BR_S);
	assert_int_equal(icmp6_seen(net, BR_ICMP6_LISTENER_DONE), 1);
	net_free(net);
}

static void an_address_that_somebody_has_is_not_taken(void **state)
{
	struct net *net = six_new();
	struct br_host_six_habits habits = br_host_six_usual;
	struct br_host_user user = {.address = on_address};

	(void)state;
	told = (struct six_told){0};
	habits.solicits = 0;
	br_host_set_user(net->host[0], &user);
	assert_int_equal(br_host_six_on(net->host[0], 0, &habits), 0);
	assert_int_equal(br_host_add_address6(net->host[0], 0, end("2001:db8::2", 0).ip, 64, false),
	                 0);
	net_run(net, BR_TIME_NEVER);
	assert_int_equal(told.lost, 1);
	assert_ip(told.ip, "fe80::ff:fe00:1"); /* that came later, and is good */
	assert_int_equal(told.ours, 1);
	assert_null(br_host_address6(net->host[0], 0, 1));
	assert_int_equal(br_host_counters(net->host[0])->conflicts, 1);
	net_free(net);
}

/* Two probe for one address at once: RFC 4862 section 5.4.3, neither has it. */
static void two_that_check_one_address_both_give_it_up(void **state)
{
	struct net *net = six_new();
	struct br_host_six_habits habits = br_host_six_usual;

	(void)state;
	habits.solicits = 0;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(br_host_six_on(net->host[i], 0, &habits), 0);
		assert_int_equal(
			br_host_add_address6(net->host[i], 0, end("2001:db8::7", 0).ip, 64, false),
			0);
	}
	net_run(net, BR_TIME_NEVER);
	for (int i = 0; i < 2; i++)
		assert_null(br_host_address6(net->host[i], 0, 1));
	net_free(net);
}

static struct br_host_advertisement advertisement_of(const char *prefix, uint8_t bits)
{
	struct br_host_advertisement a = {.router = {.hop_limit = 61, .lifetime_s = 1800}};

	a.router.prefixes = 1;
	a.router.prefix[0] = (struct br_nd_prefix){.length = bits,
	                                           .on_link = true,
	                                           .autonomous = true,
	                                           .valid_s = 86400,
	                                           .preferred_s = 14400};
	memcpy(a.router.prefix[0].prefix, end(prefix, 0).ip, 16);
	return a;
}

static void an_advertisement_gives_address_prefix_router_and_hop_limit(void **state)
{
	struct net *net = routed_new();
	struct br_host_advertisement a = advertisement_of("2001:db8:5::", 64);
	struct br_host_user user = {.router = on_router};

	(void)state;
	told = (struct six_told){0};
	a.router.managed = true;
	a.router.mtu = 1400;
	a.router.rdnsses = 1;
	memcpy(a.router.rdnss[0], end("2001:db8::53", 0).ip, 16);
	br_host_advertise6(net->host[2], 0, &a);
	br_host_set_user(net->host[1], &user);
	assert_int_equal(br_host_six_on(net->host[1], 0, &br_host_six_usual), 0);
	(void)br_host_udp_open(net->host[3], 69);
	net_run(net, 60 * BR_S);
	assert_int_equal(told.routers, 1);
	assert_true(told.router.managed && !told.router.other);
	assert_int_equal(told.router.mtu, 1400);
	assert_ip(told.router.rdnss[0], "2001:db8::53");
	assert_int_equal(told.router.prefix[0].preferred_s, 14400);
	assert_int_equal(icmp6_seen(net, BR_ICMP6_ROUTER_SOLICITATION), 1); /* one was enough */
	assert_ip(br_host_address6(net->host[1], 0, 1), "2001:db8:5::ff:fe00:2");
	assert_true(br_host_has_router6(net->host[1], 0));
	assert_int_equal(send_text(net, 1, end("2001:db8:f::1", 69), "hello"), 0);
	net_run(net, net->clock.now + 10 * BR_S);
	assert_int_equal(net->inbox[3].datagrams, 1);
	assert_int_equal(net->inbox[3].last.ttl, 60); /* one hop older */
	net_run(net, net->clock.now + 1800 * BR_S);
	assert_false(br_host_has_router6(net->host[1], 0));
	assert_int_equal(send_text(net, 1, end("2001:db8:f::1", 69), "hello"), -ENETUNREACH);
	net_free(net);
}

/* Of a router that says so once, ten seconds after the host began */
static struct net *aged_new(uint32_t valid_s, uint32_t preferred_s)
{
	struct net *net = routed_new();
	struct br_host_advertisement a = advertisement_of("2001:db8:5::", 64);

	a.router.prefix[0].valid_s = valid_s;
	a.router.prefix[0].preferred_s = preferred_s;
	a.router.prefix[1] = a.router.prefix[0];
	a.router.prefix[1].valid_s = a.router.prefix[1].preferred_s = 100000;
	memcpy(a.router.prefix[1].prefix, end("2001:db8:6::", 0).ip, 16);
	a.router.prefixes = 2;
	a.first_ms = 10000;
	br_host_advertise6(net->host[2], 0, &a);
	assert_int_equal(br_host_six_on(net->host[1], 0, &br_host_six_usual), 0);
	net_run(net, 20 * BR_S);
	assert_ip(br_host_address6(net->host[1], 0, 1), "2001:db8:5::ff:fe00:2");
	assert_ip(br_host_address6(net->host[1], 0, 2), "2001:db8:6::ff:fe00:2");
	return net;
}

static void assert_speaks_from(struct net *net, const char *own)
{
	(void)br_host_udp_open(net->host[3], 69);
	assert_int_equal(send_text(net, 1, end("2001:db8:f::1", 69), "hello"), 0);
	net_run(net, net->clock.now + 5 * BR_S);
	assert_ip(net->inbox[3].last.remote.ip, own);
}

/* RFC 4862 section 5.5.4, RFC 6724 section 5 rule 3 */
static void a_made_address_is_not_preferred_for_ever_and_then_goes(void **state)
{
	struct net *net = aged_new(100, 50);

	(void)state;
	assert_speaks_from(net, "2001:db8:5::ff:fe00:2");
	net_run(net, 61 * BR_S);
	assert_speaks_from(net, "2001:db8:6::ff:fe00:2");
	assert_true(br_host_is_checked6(net->host[1], 0, end("2001:db8:5::ff:fe00:2", 0).ip));
	net_run(net, 111 * BR_S);
	assert_ip(br_host_address6(net->host[1], 0, 1), "2001:db8:6::ff:fe00:2");
	assert_null(br_host_address6(net->host[1], 0, 2));
	net_free(net);
}

/* Section 5.5.3 e: two hours are left, whatever somebody forges; more is had at once. */
static void a_lifetime_is_not_made_short_by_one_advertisement(void **state)
{
	struct net *net = aged_new(90000, 50000);
	struct br_host_advertisement a = advertisement_of("2001:db8:5::", 64);

	(void)state;
	a.router.prefix[0].valid_s = a.router.prefix[0].preferred_s = 0;
	br_host_advertise6(net->host[2], 0, &a);
	br_host_solicit6(net->host[1], 0);
	net_run(net, 7200 * BR_S);
	assert_ip(br_host_address6(net->host[1], 0, 1), "2001:db8:5::ff:fe00:2");
	br_host_solicit6(net->host[1], 0); /* of the little that is left nothing is taken */
	net_run(net, 7221 * BR_S);
	assert_ip(br_host_address6(net->host[1], 0, 1), "2001:db8:6::ff:fe00:2");
	a.router.prefix[0].valid_s = a.router.prefix[0].preferred_s = 10;
	br_host_advertise6(net->host[2], 0, &a);
	br_host_solicit6(net->host[1], 0);
	net_run(net, net->clock.now + 5 * BR_S);
	assert_ip(br_host_address6(net->host[1], 0, 2), "2001:db8:5::ff:fe00:2");
	a.router.prefix[0].valid_s = 1000;
	br_host_advertise6(net->host[2], 0, &a);
	br_host_solicit6(net->host[1], 0);
	net_run(net, net->clock.now + 900 * BR_S);
	assert_ip(br_host_address6(net->host[1], 0, 2), "2001:db8:5::ff:fe00:2");
	/* and what somebody else gave, too, stays */
	add(net, 1, 0, "2001:db8:5::ff:fe00:2", 64);
	net_run(net, net->clock.now + 5000 * BR_S);
	assert_ip(br_host_address6(net->host[1], 0, 2), "2001:db8:5::ff:fe00:2");
	net_free(net);
}

/* RFC 4861 section 6.2.2: who advertises hears ff02::2, whether it forwards or not. */
static void who_advertises_is_heard_by_those_who_solicit(void **state)
{
	struct net *net = six_new();
	struct br_host_advertisement a = advertisement_of("2001:db8:5::", 64);

	(void)state;
	br_host_advertise6(net->host[0], 0, &a); /* by itself it says nothing */
	assert_int_equal(br_host_six_on(net->host[1], 0, &br_host_six_usual), 0);
	net_run(net, 5 * BR_S);
	assert_ip(br_host_address6(net->host[1], 0, 1), "2001:db8:5::ff:fe00:2");
	net_free(net);
}

/* RFC 4862 section 5.5.3 d: an identifier has 64 bits, so a prefix of 112 makes no address. */
static void a_prefix_of_another_length_makes_no_address(void **state)
{
	static const uint8_t lengths[] = {48, 63, 65, 112, 128};

	(void)state;
	for (size_t i = 0; i < sizeof(lengths); i++) {
		struct net *net = routed_new();
		struct br_host_advertisement a = advertisement_of("2001:db8:5::", lengths[i]);

		a.first_ms = 10;
		br_host_advertise6(net->host[2], 0, &a);
		assert_int_equal(br_host_six_on(net->host[1], 0, &br_host_six_usual), 0);
		net_run(net, 5 * BR_S);
		assert_null(br_host_address6(net->host[1], 0, 1));
		assert_true(br_host_has_router6(net->host[1], 0));
		net_free(net);
	}
}

/* RFC 4861 section 6.1.2 */
static void an_advertisement_from_afar_is_not_believed(void **state)
{
	struct net *net = six_new();
	struct br_frame *frame = br_frame_new(br_wire_frames(net->wire));
	struct br_packet_route route = {.eth_dst = {0x33, 0x33, 0, 0, 0, 1},
	                                .eth_src = {2, 0, 0, 0, 0, 1},
	                                .six = true,
	                                .ttl = 254};
	struct br_nd_router router = {.lifetime_s = 1800};
	uint8_t octets[64];
	struct br_writer w = br_writer_of(octets, sizeof(octets));
	uint32_t word = br_nd_router_put(&w, &router);

	(void)state;
	memcpy(route.src6, end("fe80::ff:fe00:1", 0).ip, 16);
	memcpy(route.dst6, end("ff02::1", 0).ip, 16);
	for (int i = 0; i < 2; i++) {
		frame = i ? br_frame_new(br_wire_frames(net->wire)) : frame;
		assert_int_equal(br_packet_build_icmp(frame, &route, BR_ICMP6_ROUTER_ADVERTISEMENT,
		                                      0, word,
		                                      (struct br_octets){octets, br_written(&w)}),
		                 0);
		br_port_send(br_host_port(net->host[0], 0), frame);
		net_run(net, BR_TIME_NEVER);
		assert_int_equal(br_host_has_router6(net->host[1], 0), i);
		assert_int_equal(br_host_counters(net->host[1])->bad, 1);
		route.ttl = 255;
	}
	net_free(net);
}

static void a_closed_port_and_a_missing_route_are_told(void **state)
{
	struct net *net = routed_new();

	(void)state;
	assert_int_equal(send_text(net, 0, end("2001:db8::2", 70), "hello"), 0);
	net_run(net, BR_TIME_NEVER);
	assert_int_equal(net->inbox[0].unreachables, 1);
	assert_int_equal(net->inbox[0].icmp, BR_ICMP_UNREACHABLE << 8 | 3);
	assert_int_equal(net->inbox[0].unreachable_remote.port, 70);
	assert_int_equal(icmp6_seen(net, BR_ICMP6_UNREACHABLE), 1);
	assert_int_equal(send_text(net, 0, end("2001:db8:77::1", 70), "hello"), 0);
	net_run(net, BR_TIME_NEVER);
	assert_int_equal(net->inbox[0].unreachables, 2);
	assert_int_equal(net->inbox[0].icmp, BR_ICMP_UNREACHABLE << 8 | 0);
	/* a router that finds no neighbour says so too */
	assert_int_equal(send_text(net, 0, end("2001:db8:f::9", 70), "hello"), 0);
	net_run(net, BR_TIME_NEVER);
	assert_int_equal(net->inbox[0].icmp, BR_ICMP_UNREACHABLE << 8 | 1);
	assert_int_equal(send_text(net, 1, end("2001:db8:f::1", 70), "hello"), -ENETUNREACH);
	assert_nothing_wrong(net);
	net_free(net);
}

static void send_echo(struct net *net, size_t size)
{
	struct br_frame *frame = br_frame_new(br_wire_frames(net->wire));
	struct br_packet_route route = {.eth_dst = {2, 0, 0, 0, 0, 2},
	                                .eth_src = {2, 0, 0, 0, 0, 1},
	                                .six = true,
	                                .ttl = 64};
	static uint8_t octets[1400];

	memcpy(route.src6, end("2001:db8::1", 0).ip, 16);
	memcpy(route.dst6, end("2001:db8::2", 0).ip, 16);
	assert_int_equal(br_packet_build_icmp(frame, &route, BR_ICMP6_ECHO, 0, 0x00070001,
	                                      (struct br_octets){octets, size}),
	                 0);
	br_port_send(br_host_port(net->host[0], 0), frame);
}

static void an_echo_comes_back(void **state)
{
	struct net *net = six_new();
	const struct br_packet *last;

	(void)state;
	send_echo(net, 1400);
	net_run(net, BR_TIME_NEVER);
	last = &net->seen[net->seens - 1].packet;
	assert_int_equal(last->icmp.type, BR_ICMP6_ECHO_REPLY);
	assert_int_equal(last->icmp.rest, 0x00070001);
	assert_int_equal(last->payload_size, 1400);
	assert_ip(last->src.ip, "2001:db8::2");
	net_free(net);
}

static void a_large_datagram_goes_in_pieces_and_comes_whole(void **state)
{
	static const size_t sizes[] = {1452, 1453, 2896, 9000, 65507};
	struct net *net = six_new();
	uint8_t *octets = malloc(65508);
	struct br_datagram datagram = {.remote = end("2001:db8::2", 69)};
	unsigned in_pieces = 0;

	(void)state;
	assert_non_null(octets);
	for (size_t i = 0; i < 65508; i++)
		octets[i] = (uint8_t)(i * 7 >> 2);
	(void)br_host_udp_open(net->host[1], 69);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		datagram.payload = (struct br_octets){octets, sizes[i]};
		net->seens = 0;
		assert_int_equal(br_host_udp_send(net->host[0], &datagram), 0);
		net_run(net, BR_TIME_NEVER);
		assert_int_equal(net->inbox[1].datagrams, i + 1);
		assert_int_equal(net->inbox[1].last.payload.size, sizes[i]);
		assert_memory_equal(net->inbox[1].octets, octets, sizes[i]);
		assert_nothing_wrong(net);
		for (size_t n = 0; n < net->seens; n++)
			in_pieces += net->seen[n].packet.fragment;
	}
	assert_int_equal(br_host_counters(net->host[1])->reassembled, 4);
	assert_int_equal(br_host_counters(net->host[1])->fragments_in, in_pieces);
	free(octets);
	net_free(net);
}

/* RFC 8200 section 5, RFC 8201: no router cuts, it says what fits, and the sender cuts. */
static void a_router_says_what_fits_and_the_sender_cuts(void **state)
{
	struct net *net = routed_new();
	struct br_segment *narrow = br_segment_new(net->wire, "narrow", 100000, 1280);
	static uint8_t octets[1400];
	struct br_datagram datagram = {.local = {.port = 1000},
	                               .remote = end("2001:db8:a::1", 69),
	                               .payload = {octets, sizeof(octets)}};
	uint8_t mac[6] = {2, 0, 0, 0, 9, 3};

	(void)state;
	assert_int_equal(br_host_add_link(net->host[2], narrow, mac), 2);
	assert_int_equal(br_host_six_on(net->host[2], 2, &br_host_six_quiet), 0);
	add(net, 2, 2, "2001:db8:a::fe", 64);
	mac[5] = 4;
	assert_int_equal(br_host_add_link(net->host[3], narrow, mac), 1);
	assert_int_equal(br_host_six_on(net->host[3], 1, &br_host_six_quiet), 0);
	add(net, 3, 1, "2001:db8:a::1", 64);
	(void)br_host_udp_open(net->host[3], 69);
	assert_int_equal(br_host_udp_send(net->host[0], &datagram), 0);
	net_run(net, net->clock.now + 5 * BR_S);
	assert_int_equal(net->inbox[3].datagrams, 0);
	assert_int_equal(icmp6_seen(net, BR_ICMP6_TOO_BIG), 1);
	assert_int_equal(net->inbox[0].unreachables, 0);
	assert_int_equal(br_host_udp_send(net->host[0], &datagram), 0);
	net_run(net, net->clock.now + 5 * BR_S);
	assert_int_equal(net->inbox[3].datagrams, 1);
	assert_int_equal(net->inbox[3].last.payload.size, sizeof(octets));
	assert_int_equal(br_host_counters(net->host[0])->fragments_out, 2);
	net_free(net);
}

static void a_stream_brings_all_of_it(void **state)
{
	struct net *net = six_new();
	struct br_endpoint from = {.port = 0}, to = end("2001:db8::2", 80);

	(void)state;
	assert_int_equal(br_host_tcp_listen(net->host[1], 80), 0);
	net->inbox[1].to_send = 1000000;
	net->inbox[0].close_when_ended = true;
	assert_true(br_host_tcp_connect(net->host[0], &from, &to) >= 0);
	net_run(net, 60 * BR_S);
	assert_int_equal(net->inbox[0].received, 1000000);
	assert_int_equal(net->inbox[0].gone, 1);
	assert_int_equal(net->inbox[0].error, 0);
	assert_nothing_wrong(net);
	for (size_t i = 0; i < net->seens; i++) {
		const struct br_packet *p = &net->seen[i].packet;

		if (p->transport == BR_TRANSPORT_TCP && p->tcp.flags & BR_TCP_SYN)
			assert_int_equal(p->tcp.mss, NET_MTU - 60);
	}
	net_free(net);
}

static void a_refused_stream_ends(void **state)
{
	struct net *net = six_new();
	struct br_endpoint from = {.port = 0}, to = end("2001:db8::2", 81);

	(void)state;
	assert_true(br_host_tcp_connect(net->host[0], &from, &to) >= 0);
	net_run(net, 60 * BR_S);
	assert_int_equal(net->inbox[0].gone, 1);
	assert_int_equal(net->inbox[0].error, ECONNREFUSED);
	to = end("2001:db8:77::1", 80);
	assert_int_equal(br_host_tcp_connect(net->host[0], &from, &to), -ENETUNREACH);
	net_free(net);
}

/* A link without IPv6 neither says nor hears anything of it. */
static void a_host_without_it_is_deaf_to_it(void **state)
{
	struct net *net = six_new();

	(void)state;
	br_host_six_off(net->host[1], 0);
	(void)br_host_udp_open(net->host[1], 69);
	assert_int_equal(send_text(net, 0, end("2001:db8::2", 69), "hello"), 0);
	assert_int_equal(send_text(net, 1, end("2001:db8::1", 69), "hello"), -ENETUNREACH);
	net_run(net, BR_TIME_NEVER);
	assert_int_equal(net->inbox[1].datagrams, 0);
	assert_int_equal(net->seens, 3);
	net_free(net);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_neighbour_is_solicited_once_and_then_known),
		cmocka_unit_test(who_does_not_answer_three_solicitations_is_given_up),
		cmocka_unit_test(link_local_peers_use_link_local_addresses),
		cmocka_unit_test(a_clock_ends_waits_at_its_ticks),
		cmocka_unit_test(who_learns_by_asking_asks_before_it_answers),
		cmocka_unit_test(a_new_machine_reports_probes_and_solicits),
		cmocka_unit_test(two_addresses_of_a_group_are_reported_once),
		cmocka_unit_test(an_address_that_somebody_has_is_not_taken),
		cmocka_unit_test(two_that_check_one_address_both_give_it_up),
		cmocka_unit_test(an_advertisement_gives_address_prefix_router_and_hop_limit),
		cmocka_unit_test(who_advertises_is_heard_by_those_who_solicit),
		cmocka_unit_test(a_prefix_of_another_length_makes_no_address),
		cmocka_unit_test(a_made_address_is_not_preferred_for_ever_and_then_goes),
		cmocka_unit_test(a_lifetime_is_not_made_short_by_one_advertisement),
		cmocka_unit_test(an_advertisement_from_afar_is_not_believed),
		cmocka_unit_test(a_closed_port_and_a_missing_route_are_told),
		cmocka_unit_test(an_echo_comes_back),
		cmocka_unit_test(a_large_datagram_goes_in_pieces_and_comes_whole),
		cmocka_unit_test(a_router_says_what_fits_and_the_sender_cuts),
		cmocka_unit_test(a_stream_brings_all_of_it),
		cmocka_unit_test(a_refused_stream_ends),
		cmocka_unit_test(a_host_without_it_is_deaf_to_it),
	};

	return cmocka_run_group_tests_name("six", tests, NULL, NULL);
}
