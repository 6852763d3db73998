/* SPDX-License-Identifier: BSD-2-Clause */
/* Goal: what is sent to all has the same effects whether the segment asks its index or
 * visits every port; only then may it leave ports out.
 * Method: the index against a list that is searched from end to end; random hosts of all
 * kinds that hear random broadcasts and change in between and in the middle of one, twice
 * with one seed; boots of all firmware over loss, a relay and a VLAN, twice as well.
 */
#include "tests/helper.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/prng.h"
#include "sim/net/host.h"
#include "sim/net/packet.h"
#include "sim/net/relay.h"
#include "tests/sim/host_net.h"
#include "tests/sim/lab.h"

enum {
	LIST_MAX = 300,
	CROWD = 20,
	PORTS = 2,
	SEEDS = 400,
	ROUNDS = 250,
	EVENTS_MAX = 60000,
};

/* The index alone */

struct listed {
	uint32_t slot, value, handle;
	enum br_ear ear;
};

/* RFC 826, RFC 2131 §4.1 in the words of interest.h */
static bool is_for(const struct br_topic *topic, const struct listed *l)
{
	switch (l->ear) {
	case BR_EAR_ALL:
		return true;
	case BR_EAR_ADDRESS:
		return topic->kind == BR_TOPIC_ARP &&
		       (l->value == topic->sender || l->value == topic->target);
	case BR_EAR_NEIGHBOUR:
		return topic->kind == BR_TOPIC_ARP && l->value == topic->sender;
	case BR_EAR_BELIEF:
		break;
	case BR_EAR_PORT:
		return topic->kind == BR_TOPIC_UDP && l->value == topic->port;
	case BR_EAR_XID:
		return topic->kind == BR_TOPIC_UDP && topic->has_xid && l->value == topic->xid;
	}
	return false;
}

static void look_up(const struct br_interest *interest, const struct listed *list, size_t count,
                    struct br_prng *prng, struct br_audience *audience)
{
	struct br_topic topic = {.kind = br_prng_below(prng, 2) ? BR_TOPIC_ARP : BR_TOPIC_UDP,
	                         .sender = (uint32_t)br_prng_below(prng, 8),
	                         .target = (uint32_t)br_prng_below(prng, 8),
	                         .port = (uint16_t)(67 + br_prng_below(prng, 2)),
	                         .xid = (uint32_t)br_prng_below(prng, 8)};
	uint32_t first = (uint32_t)br_prng_below(prng, 40), wanted = 0;
	bool wants[64] = {false};

	topic.has_xid = topic.port == 68;
	for (size_t i = 0; i < count; i++)
		wants[list[i].slot] |= list[i].slot >= first && is_for(&topic, &list[i]);
	assert_true(br_interest_find(interest, &topic, first, audience));
	for (uint32_t slot = 0; slot < 64; slot++) {
		if (!wants[slot])
			continue;
		assert_true(wanted < audience->count);
		assert_int_equal(audience->slot[wanted++], slot);
	}
	assert_int_equal(audience->count, wanted);
}

static void an_ear_is_found_by_its_topic_until_it_is_removed(void **state)
{
	static const enum br_ear ears[] = {BR_EAR_ALL, BR_EAR_ADDRESS, BR_EAR_NEIGHBOUR,
	                                   BR_EAR_PORT, BR_EAR_XID};
	struct br_prng prng = br_prng_of(8, 1);
	struct br_interest interest = {.entry = NULL};
	struct br_audience audience = {.slot = NULL};
	struct listed list[LIST_MAX];
	size_t count = 0;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		uint64_t dice = br_prng_below(&prng, 4);

		if (dice == 0 && count < LIST_MAX) {
			struct listed *l = &list[count++];

			l->slot = (uint32_t)br_prng_below(&prng, 64);
			l->ear = ears[br_prng_below(&prng, sizeof(ears) / sizeof(ears[0]))];
			l->value = (uint32_t)br_prng_below(&prng, 8);
			if (l->ear == BR_EAR_ALL)
				l->value = 0;
			if (l->ear == BR_EAR_PORT)
				l->value = 67 + l->value % 2;
			l->handle = br_interest_add(&interest, l->slot, l->ear, l->value);
			assert_true(l->handle > 0);
		} else if (dice == 1 && count > 0) {
			size_t i = (size_t)br_prng_below(&prng, count);

			br_interest_remove(&interest, list[i].handle);
			list[i] = list[--count];
		}
		look_up(&interest, list, count, &prng, &audience);
	}
	free(audience.slot);
	br_interest_reset(&interest);
}

static void what_no_ear_is_for_everybody_hears(void **state)
{
	const struct br_topic topics[] = {
		{.kind = BR_TOPIC_OTHER},
		{.kind = BR_TOPIC_UDP, .port = 69},
		{.kind = BR_TOPIC_UDP, .port = 68}, /* too short for a transaction */
	};
	struct br_interest interest = {.entry = NULL};
	struct br_audience audience = {.slot = NULL};

	(void)state;
	for (size_t i = 0; i < sizeof(topics) / sizeof(topics[0]); i++)
		assert_false(br_interest_find(&interest, &topics[i], 0, &audience));
	free(audience.slot);
}

/* A crowd */

struct crowd;

struct member {
	struct crowd *crowd;
	struct br_host *host;
	uint32_t index;
	uint32_t xid[BR_HOST_XIDS_MAX + 1];
	size_t xids; /* 0: any */
};

struct crowd {
	struct br_prng prng;
	struct br_clock clock;
	struct br_wire *wire;
	struct br_segment *segment[2];
	struct br_fault *fault[2];
	struct member member[CROWD];
	struct br_port port[PORTS]; /* plain ones, one promiscuous */
	struct br_trace_hash hash;
	uint64_t event[EVENTS_MAX]; /* the hash after each */
	size_t events, datagrams;
	uint64_t received;
	uint32_t macs;
};

static uint64_t below(struct crowd *crowd, uint64_t bound)
{
	return br_prng_below(&crowd->prng, bound);
}

static void event(struct crowd *crowd, uint64_t what, const void *octets, size_t size)
{
	br_trace_hash_add_u64(&crowd->hash, what << 32 | size);
	br_trace_hash_add_u64(&crowd->hash, crowd->clock.now);
	if (size > 0)
		br_trace_hash_add(&crowd->hash, octets, size);
	assert_true(crowd->events < EVENTS_MAX);
	crowd->event[crowd->events++] = br_trace_hash_value(&crowd->hash);
}

static void see_frame(void *context, const struct br_segment *segment, const struct br_port *from,
                      struct br_frame *frame, br_time now)
{
	(void)from;
	(void)now;
	event(context, 100 + br_segment_index(segment), frame->data, frame->size);
}

static void port_heard(void *context, struct br_frame *frame, br_time now)
{
	(void)now;
	event(context, 200, frame->data, frame->size);
}

static uint32_t some_address(struct crowd *crowd)
{
	uint64_t last = below(crowd, 16);

	return last == 0 ? 0 : UINT32_C(0x0a000000) | (uint32_t)last;
}

static uint32_t some_xid(struct crowd *crowd)
{
	return UINT32_C(0x5eed0000) + (uint32_t)below(crowd, 6);
}

static uint16_t some_port(struct crowd *crowd)
{
	static const uint16_t ports[] = {67, 68, 68, 68, 69, 1000};

	return ports[below(crowd, sizeof(ports) / sizeof(ports[0]))];
}

static void meddle(struct crowd *crowd, uint32_t without);

/* As a DHCP client does it: what it expects it looks for in whatever it hears. */
static bool is_expected(const struct member *member, const struct br_datagram *datagram)
{
	struct br_reader r = br_reader_of(datagram->payload.data, datagram->payload.size);
	uint32_t xid;

	if (datagram->local.port != 68 || member->xids == 0 || member->xids > BR_HOST_XIDS_MAX)
		return true;
	(void)br_get_be32(&r);
	xid = br_get_be32(&r);
	for (size_t i = 0; i < member->xids && !r.bad; i++) {
		if (member->xid[i] == xid)
			return true;
	}
	return false;
}

static void datagram_came(void *context, const struct br_datagram *datagram, br_time now)
{
	struct member *member = context;
	struct crowd *crowd = member->crowd;

	(void)now;
	if (!is_expected(member, datagram))
		return;
	crowd->datagrams++;
	event(crowd, 300 + member->index, &datagram->local.port, sizeof(datagram->local.port));
	event(crowd, 301, datagram->payload.data, datagram->payload.size);
	/* who hears it changes the world of those that are to hear it next */
	if (below(crowd, 2) == 0)
		meddle(crowd, member->index);
}

static void unreachable_came(void *context, const struct br_endpoint *local,
                             const struct br_endpoint *remote, uint16_t icmp, br_time now)
{
	struct member *member = context;

	(void)local;
	(void)remote;
	(void)now;
	event(member->crowd, 400 + member->index, &icmp, sizeof(icmp));
}

static void remark_came(void *context, const char *text, br_time now)
{
	struct member *member = context;

	(void)now;
	event(member->crowd, 500 + member->index, text, strlen(text));
	if (below(member->crowd, 2) == 0)
		meddle(member->crowd, member->index);
}

static void some_mac(struct crowd *crowd, uint8_t mac[6])
{
	const uint8_t made[6] = {2, 0, 0, 0, 0, (uint8_t)below(crowd, crowd->macs + 2)};

	memcpy(mac, made, sizeof(made));
}

/* Mostly everybody says the same of an address; else what no stack says, or that it is a
 * member's.
 */
static void mac_of(struct crowd *crowd, uint32_t address, uint8_t mac[6])
{
	const uint8_t usual[6] = {2, 0, 0, 0, 1, (uint8_t)address};
	const uint8_t group[6] = {3, 0, 0, 0, 1, (uint8_t)address};
	const uint8_t members[6] = {2, 0, 0, 0, 0, (uint8_t)address};

	switch (below(crowd, 8)) {
	case 0:
		some_mac(crowd, mac);
		break;
	case 1:
		memcpy(mac, group, sizeof(group));
		break;
	case 2:
		memcpy(mac, members, sizeof(members));
		break;
	default:
		memcpy(mac, usual, sizeof(usual));
		break;
	}
}

static void add_link(struct crowd *crowd, struct member *member)
{
	const uint8_t mac[6] = {2, 0, 0, 0, 0, (uint8_t)(1 + crowd->macs % 100)};

	if (br_host_add_link(member->host, crowd->segment[below(crowd, 4) == 0], mac) >= 0)
		crowd->macs++;
}

static void add_member(struct crowd *crowd, uint32_t index)
{
	struct member *member = &crowd->member[index];
	struct br_host_user user = {.context = member,
	                            .datagram = datagram_came,
	                            .unreachable = unreachable_came,
	                            .remark = remark_came};

	*member = (struct member){.crowd = crowd, .index = index};
	assert_int_equal(
		br_host_new(&member->host, crowd->wire, "member", &br_host_limits_client, index),
		0);
	br_host_set_user(member->host, &user);
	add_link(crowd, member);
	br_host_set_address(member->host, 0, some_address(crowd), UINT32_C(0xffffff00));
	(void)br_host_udp_open(member->host, some_port(crowd));
}

static void event_of_counters(struct crowd *crowd, const struct member *member)
{
	struct br_host_counters counters = *br_host_counters(member->host);

	/* these count what was looked at, and others what came of it */
	counters.frames_in = counters.bad = counters.not_for_us = counters.no_port = 0;
	event(crowd, 600 + member->index, &counters, sizeof(counters));
}

static void change_habits(struct crowd *crowd, struct br_host *host)
{
	struct br_host_habits habits = *br_host_get_habits(host);

	habits.arp_learn_all = below(crowd, 4) == 0;
	habits.announce = below(crowd, 2) == 0;
	br_host_set_habits(host, &habits);
}

static void expect_xids(struct crowd *crowd, struct member *member)
{
	member->xids = (size_t)below(crowd, BR_HOST_XIDS_MAX + 2);
	for (size_t i = 0; i < member->xids; i++)
		member->xid[i] = some_xid(crowd);
	br_host_expect_xids(member->host, member->xid, member->xids);
}

static void change_port(struct crowd *crowd)
{
	struct br_port *port = &crowd->port[below(crowd, PORTS)];

	if (port->segment)
		br_port_unplug(port);
	else
		assert_int_equal(br_port_plug(port, crowd->segment[below(crowd, 2)]), 0);
}

/* Change anything about anybody, but take nobody away who is called right now. */
static void meddle(struct crowd *crowd, uint32_t without)
{
	uint32_t index = (uint32_t)below(crowd, CROWD);
	struct member *member = &crowd->member[index];
	struct br_host *host = member->host;
	uint32_t link = (uint32_t)below(crowd, 2), address = some_address(crowd);
	uint16_t vlan;
	uint8_t mac[6];

	if (br_host_address(host, 1) == 0) /* it may have one link only */
		link = 0;
	switch (below(crowd, 16)) {
	case 0:
	case 1:
		br_host_set_address(host, link, address, UINT32_C(0xffffff00));
		break;
	case 2:
	case 3:
	case 4:
		(void)br_host_udp_open(host, some_port(crowd));
		break;
	case 5:
		br_host_udp_close(host, some_port(crowd));
		break;
	case 6:
	case 7:
		expect_xids(crowd, member);
		break;
	case 8:
		br_host_arp_flush(host);
		break;
	case 9:
	case 10:
		mac_of(crowd, address, mac);
		br_host_arp_set(host, link, address, mac);
		break;
	case 11:
		change_habits(crowd, host);
		break;
	case 12:
		vlan = below(crowd, 2) ? 0 : (uint16_t)(1 + below(crowd, 2));
		/* whether it heard what is being given at this moment depends on whose turn was */
		if (without == CROWD)
			br_host_set_vlan(host, link, vlan);
		break;
	case 13:
		if (below(crowd, 4) == 0)
			br_port_block(br_host_port(host, link),
			              crowd->clock.now + below(crowd, 300000));
		break;
	case 14:
		if (index == without) {
			add_link(crowd, member);
			break;
		}
		event_of_counters(crowd, member);
		br_host_free(host);
		add_member(crowd, index);
		break;
	case 15:
		change_port(crowd);
		break;
	}
}

/* Nothing that br_packet_build_udp() makes: each has its own way through a host. */
static void make_odd(struct crowd *crowd, struct br_frame *frame)
{
	uint8_t *ip = frame->data + BR_ETHERNET_HEADER;

	switch (below(crowd, 6)) {
	case 0: /* options */
		ip[0] = 0x46;
		break;
	case 1: /* a first piece */
		ip[6] |= 0x20;
		break;
	case 2: /* another type */
		frame->data[12] = 0x88;
		break;
	case 3: /* cut */
		frame->size = BR_ETHERNET_HEADER +
		              (uint32_t)below(crowd, frame->size - BR_ETHERNET_HEADER);
		break;
	case 4: /* to a group, or to nobody that is known */
		frame->data[0] = below(crowd, 2) ? 0x01 : 0x02;
		break;
	case 5: /* a wrong octet in the header */
		ip[8] ^= 0x10;
		break;
	}
}

static void put_tag(struct crowd *crowd, struct br_frame *frame)
{
	uint8_t *at = frame->data + 12;

	memmove(at + 4, at, frame->size - 12);
	at[0] = 0x81;
	at[1] = 0;
	at[2] = 0;
	at[3] = (uint8_t)below(crowd, 3);
	frame->size += 4;
}

static void build_udp(struct crowd *crowd, struct br_frame *frame)
{
	struct br_packet_route route = {.dst = UINT32_MAX, .src = some_address(crowd), .ttl = 64};
	uint8_t payload[16] = {2, 1, 6, 0};
	uint32_t xid = some_xid(crowd);
	size_t size = (size_t)(below(crowd, 4) ? sizeof(payload) : below(crowd, sizeof(payload)));

	if (below(crowd, 4) == 0)
		route.dst = UINT32_C(0x0a0000ff) - (uint32_t)below(crowd, 2);
	if (below(crowd, 8) == 0)
		route.src = UINT32_C(0x0a0000ff); /* no source may be */
	memset(route.eth_dst, 0xff, sizeof(route.eth_dst));
	some_mac(crowd, route.eth_src);
	for (int i = 0; i < 4; i++)
		payload[4 + i] = (uint8_t)(xid >> (24 - 8 * i));
	assert_int_equal(br_packet_build_udp(frame, &route, some_port(crowd), some_port(crowd),
	                                     (struct br_octets){payload, size},
	                                     (struct br_octets){NULL, 0}),
	                 0);
}

static void build_arp(struct crowd *crowd, struct br_frame *frame)
{
	static const uint8_t all[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	struct br_packet_arp arp = {.operation = (uint16_t)(1 + below(crowd, 2)),
	                            .sender_ip = some_address(crowd),
	                            .target_ip = some_address(crowd)};

	mac_of(crowd, arp.sender_ip, arp.sender_mac);
	assert_int_equal(br_packet_build_arp(frame, all, arp.sender_mac, &arp), 0);
}

static void send_to_all(struct crowd *crowd)
{
	struct br_frame *frame = br_frame_new(br_wire_frames(crowd->wire));
	struct member *member = &crowd->member[below(crowd, CROWD)];

	assert_non_null(frame);
	if (below(crowd, 2))
		build_arp(crowd, frame);
	else
		build_udp(crowd, frame);
	if (below(crowd, 2))
		br_frame_finish(frame);
	if (below(crowd, 6) == 0)
		make_odd(crowd, frame);
	for (uint64_t tags = below(crowd, 4); tags > 1; tags--)
		put_tag(crowd, frame);
	br_port_send(br_host_port(member->host, 0), frame);
}

static void send_to_one(struct crowd *crowd, struct member *member, uint32_t address)
{
	struct br_datagram datagram = {.local = {.port = 1000},
	                               .remote = br_endpoint_ipv4(address, some_port(crowd)),
	                               .payload = {(const uint8_t *)"boot", 4}};
	int result = br_host_udp_send(member->host, &datagram);

	event(crowd, 700 + member->index, &result, sizeof(result));
}

static void run_for(struct crowd *crowd, br_time time)
{
	br_time until = crowd->clock.now + time;

	while (br_clock_step(&crowd->clock, until))
		;
	br_clock_advance(&crowd->clock, until);
}

static void open_crowd(struct crowd *crowd, uint64_t seed, bool visit_all)
{
	struct br_tap tap = {.see = see_frame, .context = crowd};
	struct br_fault_rates rates = {
		.loss = 50000, .duplicate = 50000, .reorder = 50000, .reorder_by = BR_MS};

	*crowd = (struct crowd){.prng = br_prng_of(seed, 2)};
	br_trace_hash_init(&crowd->hash);
	assert_int_equal(br_clock_init(&crowd->clock, 64), 0);
	assert_int_equal(br_wire_new(&crowd->wire, &crowd->clock, 1518, 4096), 0);
	br_wire_visit_all(crowd->wire, visit_all);
	assert_int_equal(br_wire_add_tap(crowd->wire, &tap), 0);
	for (int i = 0; i < 2; i++) {
		crowd->segment[i] = br_segment_new(crowd->wire, "lan", 50000, 1500);
		assert_non_null(crowd->segment[i]);
		assert_int_equal(br_fault_new(&crowd->fault[i], seed), 0);
		br_fault_set_rates(crowd->fault[i], &rates);
		br_segment_set_fault(crowd->segment[i], crowd->fault[i]);
	}
	for (int i = 0; i < PORTS; i++)
		crowd->port[i] = (struct br_port){.name = "plain",
		                                  .receive = port_heard,
		                                  .context = crowd,
		                                  .promiscuous = i == 0};
	for (uint32_t i = 0; i < CROWD; i++)
		add_member(crowd, i);
}

/* What each of them knows by now shows in what it can send without a question. */
static void close_crowd(struct crowd *crowd)
{
	for (uint32_t i = 0; i < CROWD; i++) {
		for (uint32_t last = 1; last < 16; last++)
			send_to_one(crowd, &crowd->member[i], UINT32_C(0x0a000000) | last);
	}
	run_for(crowd, 5 * BR_S);
	for (uint32_t i = 0; i < CROWD; i++)
		event_of_counters(crowd, &crowd->member[i]);
	for (int i = 0; i < 2; i++) {
		struct br_segment_counts counts = *br_segment_counts(crowd->segment[i]);

		crowd->received += counts.received;
		counts.received = 0; /* the one that may differ */
		event(crowd, 800, &counts, sizeof(counts));
	}
	for (uint32_t i = 0; i < CROWD; i++)
		br_host_free(crowd->member[i].host);
	for (int i = 0; i < PORTS; i++)
		br_port_unplug(&crowd->port[i]);
	br_wire_free(crowd->wire);
	br_fault_free(crowd->fault[0]);
	br_fault_free(crowd->fault[1]);
	br_clock_reset(&crowd->clock);
}

static void live(struct crowd *crowd, uint64_t seed, bool visit_all)
{
	open_crowd(crowd, seed, visit_all);
	for (int round = 0; round < ROUNDS; round++) {
		uint64_t dice = below(crowd, 10);

		if (dice < 5)
			send_to_all(crowd);
		else if (dice < 7)
			meddle(crowd, CROWD);
		else
			send_to_one(crowd, &crowd->member[below(crowd, CROWD)],
			            some_address(crowd));
		/* now and then most of the ten minutes that a neighbour is believed */
		run_for(crowd,
		        below(crowd, 12) == 0 ? below(crowd, 500) * BR_S : below(crowd, 100000));
	}
	close_crowd(crowd);
}

static void random_hosts_hear_the_same_as_if_each_were_visited(void **state)
{
	static struct crowd visited, found;
	uint64_t datagrams = 0, all = 0, some = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		live(&visited, seed, true);
		live(&found, seed, false);
		for (size_t i = 0; i < visited.events; i++) {
			if (i < found.events && found.event[i] == visited.event[i])
				continue;
			fail_msg("seed %d: event %d of %d differs", (int)seed, (int)i,
			         (int)visited.events);
		}
		assert_int_equal(found.events, visited.events);
		datagrams += visited.datagrams;
		all += visited.received;
		some += found.received;
	}
	/* that it was worth the while */
	assert_true(datagrams > 20 * SEEDS);
	assert_true(some < all * 2 / 3);
}

/* RFC 1122 §2.3.2.1 */
static void a_neighbour_that_is_heard_of_is_believed_without_a_visit(void **state)
{
	struct net *net = net_new();
	struct br_segment *segment = net->segment[0];
	uint64_t received;

	(void)state;
	assert_int_equal(br_host_udp_open(net->host[1], 1000), 0);
	net_send_text(net, 0, NET | 2, 1000, "who are you");
	net_run(net, BR_S);
	received = br_segment_counts(segment)->received;
	for (uint32_t i = 0; i < 4; i++) { /* b asks for others that do not answer */
		net_run(net, net->clock.now + 400 * BR_S);
		net_send_text(net, 1, NET | (100 + i), 1000, "anybody");
		net_run(net, net->clock.now + 10 * BR_S);
	}
	assert_int_equal(br_segment_counts(segment)->received, received);
	received = net->frames;
	net_send_text(net, 0, NET | 2, 1000, "you again");
	net_run(net, net->clock.now + BR_MS);
	assert_int_equal(net->frames, received + 1); /* no question */
	net_run(net, net->clock.now + 601 * BR_S);
	received = net->frames;
	net_send_text(net, 0, NET | 2, 1000, "and now");
	net_run(net, net->clock.now + BR_MS);
	assert_int_equal(net->frames, received + 3); /* question, answer, text */
	net_free(net);
}

/* ARP that a host passes over: with its own MAC, a group's, and not for IPv4. */
static void what_no_host_takes_in_confirms_nothing(void **state)
{
	static const struct {
		uint8_t mac[6];
		uint8_t protocol;
		bool confirms;
	} rows[] = {
		{{2, 0, 0, 0, 9, 9}, 0x08, true},
		{{2, 0, 0, 0, 0, 1}, 0x08, false}, /* its own: net_add_link() */
		{{3, 0, 0, 0, 9, 9}, 0x08, false},
		{{2, 0, 0, 0, 9, 9}, 0x09, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct net *net = net_new();
		uint8_t arp[42] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
		const uint8_t head[] = {0x08, 0x06, 0, 1, rows[i].protocol, 0, 6, 4, 0, 1};
		const uint8_t sender[] = {192, 0, 2, 9};
		uint64_t frames;

		memcpy(arp + 6, rows[i].mac, 6);
		memcpy(arp + 12, head, sizeof(head));
		memcpy(arp + 22, rows[i].mac, 6);
		memcpy(arp + 28, sender, sizeof(sender));
		br_host_arp_set(net->host[0], 0, NET | 9, rows[i].mac);
		net_run(net, 400 * BR_S);
		assert_int_equal(
			br_host_send_raw(net->host[1], 0, (struct br_octets){arp, sizeof(arp)}), 0);
		net_run(net, 700 * BR_S);
		frames = net->frames;
		net_send_text(net, 0, NET | 9, 1000, "still there");
		net_run(net, 700 * BR_S + BR_MS);
		assert_int_equal(net->seen[frames].packet.network == BR_NETWORK_IPV4,
		                 rows[i].confirms);
		net_free(net);
	}
}

/* Boots */

static struct br_host *add_lab_host(struct lab *lab, struct br_segment *segment, uint8_t last,
                                    uint16_t vlan)
{
	const uint8_t mac[6] = {0x52, 0x54, 0, 0x12, 0x34, last};
	struct br_host **host = &lab->host[lab->hosts++];

	assert_int_equal(br_host_new(host, lab->wire, "host", &br_host_limits_client, last), 0);
	assert_int_equal(br_host_add_link(*host, segment, mac), 0);
	br_host_set_vlan(*host, 0, vlan);
	return *host;
}

static void add_lab_firmware(struct lab *lab, struct br_segment *segment, const char *name,
                             uint8_t last, uint16_t vlan)
{
	struct br_machine machine = {.mac = {0x52, 0x54, 0, 0x12, 0x34, last}, .uuid = {last}};
	struct br_host *host = add_lab_host(lab, segment, last, vlan);
	struct br_firmware **firmware = &lab->firmware[lab->hosts - 1];
	struct br_model *model = &lab->model[lab->hosts - 1];

	assert_int_equal(br_model_find(model, name), 0);
	assert_int_equal(br_firmware_new(firmware, host, &lab->clock, model, &machine, last), 0);
	br_firmware_start(*firmware, lab->clock.now);
}

/* A relay between the servers' segment and @far, where it is in VLAN 7. */
static struct br_relay *add_lab_relay(struct lab *lab, struct br_segment *far)
{
	const uint8_t mac[6] = {2, 0, 0, 0, 7, 7};
	struct br_relay_options options = {
		.server = {LAB_NET | 1, LAB_NET | 2}, .servers = 2, .hops_max = 16};
	struct br_host *host = add_lab_host(lab, lab->lan, 7, 0);
	struct br_relay *relay;

	assert_int_equal(br_host_add_link(host, far, mac), 1);
	br_host_set_vlan(host, 1, 7);
	br_host_set_address(host, 0, LAB_NET | 254, LAB_MASK);
	br_host_set_address(host, 1, UINT32_C(0x0a4e00fe), LAB_MASK);
	br_host_set_forwarding(host, true);
	assert_int_equal(br_relay_new(&relay, host, &options), 0);
	return relay;
}

static bool is_to_port_68(void *context, const struct br_port *from, const struct br_frame *frame,
                          br_time now)
{
	struct br_packet packet;

	(void)context;
	(void)from;
	(void)now;
	br_packet_parse_frame(&packet, frame);
	return packet.transport == BR_TRANSPORT_UDP && packet.dst.port == 68;
}

/* A switch that floods: replies to one machine's port 68 reach all Ethernet addresses. */
static void send_replies_to_all(struct lab *lab, uint8_t last)
{
	struct br_fault_rule rule = {.match = is_to_port_68,
	                             .to_set = true,
	                             .to = {0x52, 0x54, 0, 0x12, 0x34, last},
	                             .action = BR_FAULT_FLIP,
	                             .mask_size = 6};

	for (int i = 0; i < 6; i++)
		rule.mask[i] = rule.to[i] ^ 0xff;
	assert_true(br_fault_add(lab->fault, &rule) >= 0);
}

struct boots {
	uint64_t hash, frames, received;
	int booted;
};

static struct boots boot_all(uint64_t seed, bool visit_all)
{
	static const char *const near[] = {"edk2-x64-pxe4", "edk2-aa64-http4", "ipxe-bios",
	                                   "pxe-rom-bios",  "rpi3-rom",        "rpi4-eeprom",
	                                   "uboot-arm64",   "uboot-arm"};
	static struct lab lab;
	struct boots boots = {.booted = 0};
	struct br_segment *far;
	struct br_relay *relay;

	lab_open(&lab, seed, true);
	br_wire_visit_all(lab.wire, visit_all);
	(void)br_file_store_generate(lab.store, "boot.efi", 20000, 1);
	far = br_segment_new(lab.wire, "far", BR_MS / 10, 1500);
	assert_non_null(far);
	lab_server(&lab, "dhcp", 1,
	           "role=dhcp pool=10.77.0.100-10.77.0.199 "
	           "subnet=10.78.0.0/24,pool=10.78.0.10-10.78.0.99,router=10.78.0.254");
	lab_server(&lab, "boot", 2,
	           seed % 2 ? "role=proxydhcp,tftp,http boot=boot.efi"
	                    : "role=proxydhcp,tftp boot=boot.efi menu=1,Install,boot.efi "
	                      "menu-prompt=0,Boot");
	br_host_set_gateway(lab.host[0], LAB_NET | 254);
	br_host_set_gateway(lab.host[1], LAB_NET | 254);
	relay = add_lab_relay(&lab, far);
	for (uint8_t i = 0; i < sizeof(near) / sizeof(near[0]); i++) {
		add_lab_firmware(&lab, lab.lan, near[i], (uint8_t)(10 + i), 0);
		send_replies_to_all(&lab, (uint8_t)(10 + i));
	}
	for (uint8_t i = 0; i < 4; i++)
		add_lab_firmware(&lab, far, near[i], (uint8_t)(30 + i), i == 3 ? 8 : 7);
	br_fault_set_rates(lab.fault, &(struct br_fault_rates){.loss = 20000, .duplicate = 10000});
	br_segment_set_fault(lab.lan, lab.fault);
	br_segment_set_fault(far, lab.fault);
	lab_run(&lab, 1000 * BR_S);
	for (size_t i = 0; i < lab.hosts; i++) {
		struct br_boot_result result = {.state = BR_BOOT_OFF};

		if (lab.firmware[i])
			result = br_firmware_result(lab.firmware[i]);
		boots.booted += result.state == BR_BOOT_DONE;
		br_trace_hash_add_u64(&lab.hash, result.octets);
		br_trace_hash_add_u64(&lab.hash, br_host_counters(lab.host[i])->frames_out);
	}
	boots.hash = br_trace_hash_value(&lab.hash);
	boots.frames = lab.hash.frames;
	boots.received = br_segment_counts(lab.lan)->received + br_segment_counts(far)->received;
	br_relay_free(relay);
	lab_close(&lab);
	return boots;
}

static void boots_have_the_trace_they_have_when_each_port_is_visited(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 10; seed++) {
		struct boots visited = boot_all(seed, true), found = boot_all(seed, false);

		assert_int_equal(found.frames, visited.frames);
		assert_true(found.hash == visited.hash);
		assert_int_equal(found.booted, visited.booted);
		assert_true(found.booted >= 4);
		assert_true(found.received < visited.received);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_ear_is_found_by_its_topic_until_it_is_removed),
		cmocka_unit_test(what_no_ear_is_for_everybody_hears),
		cmocka_unit_test(random_hosts_hear_the_same_as_if_each_were_visited),
		cmocka_unit_test(a_neighbour_that_is_heard_of_is_believed_without_a_visit),
		cmocka_unit_test(what_no_host_takes_in_confirms_nothing),
		cmocka_unit_test(boots_have_the_trace_they_have_when_each_port_is_visited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
