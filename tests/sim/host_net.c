/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/helper.h"

#include "tests/sim/host_net.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/hash.h"

static void see(void *context, const struct br_segment *segment, const struct br_port *from,
                struct br_frame *frame, br_time now)
{
	struct net *net = context;

	(void)from;
	net->frames++;
	net->hash = br_fnv64(net->hash, frame->data, frame->size) ^ now;
	if (net->seens == NET_SEEN_MAX)
		return;

	struct net_seen *seen = &net->seen[net->seens++];

	br_packet_parse_frame(&seen->packet, frame);
	seen->segment = br_segment_index(segment);
	seen->at = now;
	seen->packet.payload.data = NULL; /* the frame will be gone */
}

static void on_datagram(void *context, const struct br_datagram *datagram, br_time now)
{
	struct net_inbox *inbox = context;

	(void)now;
	inbox->datagrams++;
	inbox->last = *datagram;
	memcpy(inbox->octets, datagram->payload.data, datagram->payload.size);
}

static void on_unreachable(void *context, const struct br_endpoint *local,
                           const struct br_endpoint *remote, uint16_t icmp, br_time now)
{
	struct net_inbox *inbox = context;

	(void)local;
	(void)now;
	inbox->unreachables++;
	inbox->icmp = icmp;
	inbox->unreachable_remote = *remote;
}

static void on_remark(void *context, const char *text, br_time now)
{
	struct net_inbox *inbox = context;

	(void)now;
	inbox->remarks++;
	strncpy(inbox->remark, text, sizeof(inbox->remark) - 1);
}

static void fill(struct net_inbox *inbox)
{
	uint8_t octets[2048];

	while (inbox->sent < inbox->to_send) {
		uint64_t size = br_host_stream_credit(inbox->host, inbox->stream);

		size = size < sizeof(octets) ? size : sizeof(octets);
		if (size > inbox->to_send - inbox->sent)
			size = inbox->to_send - inbox->sent;
		if (size == 0)
			return;
		for (uint64_t i = 0; i < size; i++)
			octets[i] = (uint8_t)((inbox->sent + i) * 31 >> 3);
		assert_int_equal(br_host_stream_write(inbox->host, inbox->stream,
		                                      (struct br_octets){octets, size}),
		                 (int)size);
		inbox->sent += size;
	}
	if (inbox->to_send > 0)
		br_host_stream_close(inbox->host, inbox->stream);
}

static void on_stream(void *context, uint32_t stream, enum br_stream_event event, int error,
                      struct br_octets data, br_time now)
{
	struct net_inbox *inbox = context;

	(void)now;
	inbox->stream = stream;
	switch (event) {
	case BR_STREAM_OPENED:
		inbox->opened++;
		fill(inbox);
		break;
	case BR_STREAM_DATA:
		for (size_t i = 0; i < data.size; i++)
			assert_int_equal(data.data[i], (uint8_t)((inbox->received + i) * 31 >> 3));
		inbox->received += data.size;
		break;
	case BR_STREAM_END:
		inbox->ended++;
		if (inbox->close_when_ended)
			br_host_stream_close(inbox->host, stream);
		break;
	case BR_STREAM_CREDIT:
		fill(inbox);
		break;
	case BR_STREAM_GONE:
		inbox->gone++;
		inbox->error = error;
		break;
	}
}

void net_add_host(struct net *net, int index, const char *name)
{
	struct br_host_user user = {.context = &net->inbox[index],
	                            .datagram = on_datagram,
	                            .stream = on_stream,
	                            .unreachable = on_unreachable,
	                            .remark = on_remark};

	assert_int_equal(br_host_new(&net->host[index], net->wire, name, &br_host_limits_client,
	                             (uint64_t)index + 1),
	                 0);
	br_host_set_user(net->host[index], &user);
	net->inbox[index].host = net->host[index];
}

int net_add_link(struct net *net, int host, int segment, uint32_t address)
{
	uint8_t mac[6] = {2, 0, 0, 0, (uint8_t)segment, (uint8_t)(host + 1)};
	int link = br_host_add_link(net->host[host], net->segment[segment], mac);

	assert_true(link >= 0);
	br_host_set_address(net->host[host], (uint32_t)link, address, MASK);
	return link;
}

struct net *net_new(void)
{
	struct net *net = calloc(1, sizeof(*net));
	struct br_tap tap = {.see = see, .context = net};

	assert_non_null(net);
	assert_int_equal(br_clock_init(&net->clock, 64), 0);
	assert_int_equal(br_wire_new(&net->wire, &net->clock, NET_MTU + 18, 4096), 0);
	assert_int_equal(br_wire_add_tap(net->wire, &tap), 0);
	net->segment[0] = br_segment_new(net->wire, "lan", 100000, NET_MTU);
	net->segment[1] = br_segment_new(net->wire, "far", 100000, 600);
	assert_non_null(net->segment[0]);
	assert_non_null(net->segment[1]);
	net_add_host(net, 0, "a");
	net_add_host(net, 1, "b");
	net_add_link(net, 0, 0, NET | 1);
	net_add_link(net, 1, 0, NET | 2);
	return net;
}

void net_free(struct net *net)
{
	for (int i = 0; i < NET_HOSTS_MAX; i++)
		br_host_free(net->host[i]);
	br_wire_free(net->wire);
	br_clock_reset(&net->clock);
	free(net);
}

void net_run(struct net *net, br_time until)
{
	while (br_clock_step(&net->clock, until))
		;
	if (until != BR_TIME_NEVER && net->clock.now < until)
		br_clock_advance(&net->clock, until);
}

int net_send_text(struct net *net, int from, uint32_t to, uint16_t port, const char *text)
{
	struct br_datagram datagram = {
		.local = {.port = 1000},
		.remote = br_endpoint_ipv4(to, port),
		.payload = {(const uint8_t *)text, strlen(text)},
	};

	return br_host_udp_send(net->host[from], &datagram);
}
