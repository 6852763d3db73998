/* SPDX-License-Identifier: BSD-2-Clause */
/* What a relay makes of requests and replies, and what becomes of them on a network of a
 * client, one or two relays and servers that only listen.
 */
#include "tests/helper.h"

#include <errno.h>
#include <string.h>

#include "core/formats/dhcp_message.h"
#include "sim/net/relay.h"

#define CLIENT_NET UINT32_C(0x0a010000) /* 10.1.0.0/24 */
#define SERVER_NET UINT32_C(0x0a020000) /* 10.2.0.0/24 */
#define MASK       UINT32_C(0xffffff00)

static const uint8_t client_mac[6] = {2, 0, 0, 0, 0, 9};

static struct br_octets text(const char *octets)
{
	return (struct br_octets){(const uint8_t *)octets, strlen(octets)};
}

/* A DISCOVER or OFFER with what the test asks for. */
static struct br_octets message(uint8_t op, uint8_t hops, uint32_t giaddr, const char *agent)
{
	static uint8_t octets[1024];
	struct br_dhcp_header header = {
		.op = op, .htype = 1, .hlen = 6, .hops = hops, .xid = 5, .giaddr = giaddr};
	struct br_dhcp_builder b;
	size_t size;

	memcpy(header.chaddr, client_mac, 6);
	header.yiaddr = op == BR_DHCP_OP_REPLY ? CLIENT_NET + 100 : 0;
	br_dhcp_begin(&b, &header, octets, sizeof(octets), 0);
	br_dhcp_put_u8(&b, BR_DHCP_OPTION_MESSAGE_TYPE, op);
	br_dhcp_put_text(&b, BR_DHCP_OPTION_VENDOR_CLASS, "PXEClient");
	if (agent)
		br_dhcp_put(&b, BR_DHCP_OPTION_RELAY_AGENT, agent, strlen(agent));
	size = br_dhcp_finish(&b, BR_DHCP_SIZE_MIN);
	assert_true(size > 0);
	return (struct br_octets){octets, size};
}

static struct br_dhcp_message parsed;
static uint8_t made[2048];

static int forward(const struct br_relay_options *o, struct br_octets request)
{
	struct br_writer w = br_writer_of(made, sizeof(made));
	int result = br_relay_forward(o, CLIENT_NET + 1, request, &w);

	if (result == 0)
		assert_int_equal(br_dhcp_parse((struct br_octets){made, br_written(&w)}, &parsed),
		                 0);
	return result;
}

static bool agent_is(const char *want)
{
	struct br_octets got = br_dhcp_get(&parsed, BR_DHCP_OPTION_RELAY_AGENT);

	if (!want)
		return got.data == NULL;
	return got.data && got.size == strlen(want) && !memcmp(got.data, want, got.size);
}

static void a_request_gets_giaddr_and_a_hop(void **state)
{
	struct br_relay_options o = {.hops_max = 16};

	(void)state;
	assert_int_equal(forward(&o, message(1, 0, 0, NULL)), 0);
	assert_int_equal(parsed.header.giaddr, CLIENT_NET + 1);
	assert_int_equal(parsed.header.hops, 1);
	assert_true(agent_is(NULL));
	assert_true(parsed.ended[BR_DHCP_FIELD_OPTIONS]);
	assert_int_equal(forward(&o, message(1, 15, 0, NULL)), 0);
	assert_int_equal(forward(&o, message(1, 16, 0, NULL)), -ELOOP); /* RFC 1542 §4.1.1 */
	assert_int_equal(forward(&o, message(2, 0, 0, NULL)), -EBADMSG);
	assert_int_equal(forward(&o, text("short")), -EBADMSG);
}

static void option_82_is_added_replaced_kept_or_refused(void **state)
{
	struct br_relay_options o = {.hops_max = 16,
	                             .option82 = BR_RELAY_OPTION82_ADD,
	                             .circuit_id = text("cl"),
	                             .remote_id = text("r")};

	(void)state;
	assert_int_equal(forward(&o, message(1, 0, 0, NULL)), 0);
	assert_true(agent_is("\1\2cl\2\1r"));
	/* RFC 3046 §2.1.1: a client that claims to be a relay */
	assert_int_equal(forward(&o, message(1, 0, 0, "\1\1x")), -EPERM);
	/* behind another relay nothing is touched but hops */
	assert_int_equal(forward(&o, message(1, 1, CLIENT_NET + 7, "\1\1x")), 0);
	assert_true(agent_is("\1\1x"));
	assert_int_equal(parsed.header.giaddr, CLIENT_NET + 7);
	assert_int_equal(parsed.header.hops, 2);
	o.option82 = BR_RELAY_OPTION82_REPLACE;
	assert_int_equal(forward(&o, message(1, 0, 0, "\1\1x")), 0);
	assert_true(agent_is("\1\2cl\2\1r"));
	o.option82 = BR_RELAY_OPTION82_KEEP;
	assert_int_equal(forward(&o, message(1, 0, 0, "\1\1x")), 0);
	assert_true(agent_is("\1\1x"));
	o.option82 = BR_RELAY_OPTION82_OFF;
	assert_int_equal(forward(&o, message(1, 0, 0, NULL)), 0);
	assert_true(agent_is(NULL));
}

static void a_reply_loses_option_82_where_it_was_added(void **state)
{
	struct br_relay_options o = {.option82 = BR_RELAY_OPTION82_ADD};
	struct br_writer w = br_writer_of(made, sizeof(made));
	uint32_t giaddr = 0;

	(void)state;
	assert_int_equal(br_relay_back(&o, message(2, 0, CLIENT_NET + 1, "\1\2cl"), &w, &giaddr),
	                 0);
	assert_int_equal(giaddr, CLIENT_NET + 1);
	assert_int_equal(br_dhcp_parse((struct br_octets){made, br_written(&w)}, &parsed), 0);
	assert_true(agent_is(NULL));
	o.option82 = BR_RELAY_OPTION82_OFF;
	w = br_writer_of(made, sizeof(made));
	assert_int_equal(br_relay_back(&o, message(2, 0, CLIENT_NET + 1, "\1\2cl"), &w, &giaddr),
	                 0);
	assert_int_equal(br_dhcp_parse((struct br_octets){made, br_written(&w)}, &parsed), 0);
	assert_true(agent_is("\1\2cl"));
}

/* The network: client - relay - two servers that note what they hear. */

struct listener {
	struct br_host *host;
	unsigned heard;
	struct br_endpoint from, to;
	uint8_t octets[1500];
	size_t size;
};

static struct br_clock clock_;
static struct br_wire *wire;
static struct br_host *relay_host;
static struct br_relay *relay;
static struct listener client, server[2];

static void listen(void *context, const struct br_datagram *datagram, br_time now)
{
	struct listener *l = context;

	(void)now;
	l->heard++;
	l->from = datagram->remote;
	l->to = datagram->local;
	l->size = datagram->payload.size;
	memcpy(l->octets, datagram->payload.data, l->size);
}

static void plug(struct listener *l, struct br_segment *segment, const uint8_t mac[6],
                 uint32_t address, uint16_t port)
{
	struct br_host_user user = {.context = l, .datagram = listen};

	*l = (struct listener){0};
	assert_int_equal(br_host_new(&l->host, wire, "l", &br_host_limits_client, 1), 0);
	assert_int_equal(br_host_add_link(l->host, segment, mac), 0);
	br_host_set_address(l->host, 0, address, MASK);
	br_host_set_user(l->host, &user);
	assert_int_equal(br_host_udp_open(l->host, port), 0);
}

static int set_up(void **state)
{
	static const uint8_t mac[4][6] = {
		{2, 0, 0, 0, 1, 1}, {2, 0, 0, 0, 1, 2}, {2, 0, 0, 0, 2, 1}, {2, 0, 0, 0, 2, 2}};
	struct br_relay_options o = {.server = {SERVER_NET + 1, SERVER_NET + 2},
	                             .servers = 2,
	                             .hops_max = 16,
	                             .option82 = BR_RELAY_OPTION82_ADD,
	                             .circuit_id = text("cl")};
	struct br_segment *near, *far;

	(void)state;
	assert_int_equal(br_clock_init(&clock_, 64), 0);
	assert_int_equal(br_wire_new(&wire, &clock_, 1518, 64), 0);
	near = br_segment_new(wire, "near", 1000, 1500);
	far = br_segment_new(wire, "far", 1000, 1500);
	plug(&client, near, client_mac, 0, 68);
	plug(&server[0], far, mac[2], SERVER_NET + 1, 67);
	plug(&server[1], far, mac[3], SERVER_NET + 2, 67);
	assert_int_equal(br_host_new(&relay_host, wire, "r", &br_host_limits_server, 2), 0);
	assert_int_equal(br_host_add_link(relay_host, near, mac[0]), 0);
	assert_int_equal(br_host_add_link(relay_host, far, mac[1]), 1);
	br_host_set_address(relay_host, 0, CLIENT_NET + 1, MASK);
	br_host_set_address(relay_host, 1, SERVER_NET + 254, MASK);
	br_host_set_gateway(server[0].host, SERVER_NET + 254);
	assert_int_equal(br_relay_new(&relay, relay_host, &o), 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	relay = br_relay_free(relay);
	br_host_free(relay_host);
	br_host_free(client.host);
	br_host_free(server[0].host);
	br_host_free(server[1].host);
	br_wire_free(wire);
	br_clock_reset(&clock_);
	return 0;
}

static void send_from(struct br_host *host, uint16_t port, uint32_t to, uint16_t to_port,
                      struct br_octets payload)
{
	struct br_datagram out = {.local = br_endpoint_ipv4(0, port),
	                          .remote = br_endpoint_ipv4(to, to_port),
	                          .payload = payload};

	assert_int_equal(br_host_udp_send(host, &out), 0);
	while (br_clock_step(&clock_, clock_.now + 100 * BR_MS))
		;
}

static void every_server_hears_a_broadcast_request(void **state)
{
	(void)state;
	send_from(client.host, 68, UINT32_MAX, 67, message(1, 0, 0, NULL));
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(server[i].heard, 1);
		assert_int_equal(server[i].to.port, 67);
		assert_int_equal(br_endpoint_to_ipv4(&server[i].to), SERVER_NET + 1 + i);
		assert_int_equal(br_dhcp_parse((struct br_octets){server[i].octets, server[i].size},
		                               &parsed),
		                 0);
		assert_int_equal(parsed.header.giaddr, CLIENT_NET + 1);
		assert_true(agent_is("\1\2cl"));
	}
	assert_int_equal(br_relay_counters(relay)->requests, 2);
}

static void a_reply_goes_by_unicast_or_broadcast_as_the_client_asked(void **state)
{
	uint8_t octets[400];
	struct br_octets reply = message(2, 0, CLIENT_NET + 1, "\1\2cl");

	(void)state;
	memcpy(octets, reply.data, reply.size);
	reply.data = octets;
	send_from(server[0].host, 67, CLIENT_NET + 1, 67, reply);
	assert_int_equal(client.heard, 1);
	assert_int_equal(br_endpoint_to_ipv4(&client.to), CLIENT_NET + 100);
	assert_int_equal(client.to.port, 68);
	octets[10] = 0x80; /* the B flag, RFC 2131 figure 2 */
	send_from(server[0].host, 67, CLIENT_NET + 1, 67, reply);
	assert_int_equal(client.heard, 2);
	assert_true(br_endpoint_to_ipv4(&client.to) == UINT32_MAX);
	assert_int_equal(br_dhcp_parse((struct br_octets){client.octets, client.size}, &parsed), 0);
	assert_true(agent_is(NULL));
	assert_int_equal(br_relay_counters(relay)->replies, 2);
}

static void replies_for_others_and_nonsense_are_dropped(void **state)
{
	(void)state;
	send_from(server[0].host, 67, CLIENT_NET + 1, 67, message(2, 0, CLIENT_NET + 9, NULL));
	send_from(server[0].host, 67, CLIENT_NET + 1, 67, message(7, 0, 0, NULL));
	send_from(client.host, 68, UINT32_MAX, 67, message(1, 16, 0, NULL));
	send_from(client.host, 68, UINT32_MAX, 67, message(1, 0, 0, "\1\1x"));
	assert_int_equal(client.heard + server[0].heard, 0);
	assert_int_equal(br_relay_counters(relay)->not_ours, 1);
	assert_int_equal(br_relay_counters(relay)->bad, 1);
	assert_int_equal(br_relay_counters(relay)->too_many_hops, 1);
	assert_int_equal(br_relay_counters(relay)->untrusted, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_gets_giaddr_and_a_hop),
		cmocka_unit_test(option_82_is_added_replaced_kept_or_refused),
		cmocka_unit_test(a_reply_loses_option_82_where_it_was_added),
		TEST(every_server_hears_a_broadcast_request),
		TEST(a_reply_goes_by_unicast_or_broadcast_as_the_client_asked),
		TEST(replies_for_others_and_nonsense_are_dropped),
	};

	return cmocka_run_group_tests_name("relay", tests, NULL, NULL);
}
