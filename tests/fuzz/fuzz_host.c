/* SPDX-License-Identifier: BSD-2-Clause */
/* Any frames into a host that listens on UDP and TCP and routes. The input is a row
 * of frames: a size in two octets (little end first), whose upper bits say what else
 * to do, then the frame.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/net/host.h"
#include "sim/net/packet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	FINISH = 1 << 15, /* make the checksums right before it goes */
	WAIT = 1 << 14,   /* let time pass behind it */
	SIZE_MASK = 0x07ff,
	FRAME_MAX = 1518,
};

struct world {
	struct br_clock clock;
	struct br_wire *wire;
	struct br_segment *segment;
	struct br_host *host, *sender;
	unsigned sum;
};

static void on_datagram(void *context, const struct br_datagram *datagram, br_time now)
{
	struct world *world = context;
	struct br_datagram answer = *datagram;

	(void)now;
	for (size_t i = 0; i < datagram->payload.size; i++)
		world->sum += datagram->payload.data[i];
	answer.local.port = datagram->local.port;
	memset(answer.remote_mac, 0, sizeof(answer.remote_mac));
	(void)br_host_udp_send(world->host, &answer);
}

static void on_stream(void *context, uint32_t stream, enum br_stream_event event, int error,
                      struct br_octets data, br_time now)
{
	struct world *world = context;

	(void)error;
	(void)now;
	for (size_t i = 0; i < data.size; i++)
		world->sum += data.data[i];
	if (event == BR_STREAM_DATA)
		(void)br_host_stream_write(world->host, stream, data);
	else if (event == BR_STREAM_END)
		br_host_stream_close(world->host, stream);
}

/* @asks: as a machine that begins, else as a router */
static void set_up_six(struct br_host *host, bool asks)
{
	static const uint8_t ip[16] = {0x20, 0x01, 0x0d, 0xb8, [15] = 1};
	struct br_host_advertisement advertisement = {.router = {.lifetime_s = 1800},
	                                              .spaced = true};

	if (br_host_six_on(host, 0, asks ? &br_host_six_usual : &br_host_six_quiet) < 0 ||
	    br_host_add_address6(host, 0, ip, 64, true) < 0)
		abort();
	br_host_set_forwarding(host, !asks);
	if (!asks)
		br_host_advertise6(host, 0, &advertisement);
}

static void set_up(struct world *world, uint8_t data_first)
{
	static const uint8_t macs[2][6] = {{2, 0, 0, 0, 0, 1}, {2, 0, 0, 0, 0, 2}};
	struct br_host_user user = {.context = world, .datagram = on_datagram, .stream = on_stream};

	if (br_clock_init(&world->clock, 16) < 0 ||
	    br_wire_new(&world->wire, &world->clock, FRAME_MAX, 4096) < 0)
		abort();
	world->segment = br_segment_new(world->wire, "lan", 1000, 1500);
	if (!world->segment ||
	    br_host_new(&world->host, world->wire, "host", &br_host_limits_client, 1) < 0 ||
	    br_host_new(&world->sender, world->wire, "sender", &br_host_limits_client, 2) < 0 ||
	    br_host_add_link(world->host, world->segment, macs[0]) < 0 ||
	    br_host_add_link(world->sender, world->segment, macs[1]) < 0)
		abort();
	br_host_set_user(world->host, &user);
	br_host_set_address(world->host, 0, 0xc0000201, 0xffffff00);
	br_host_set_gateway(world->host, 0xc00002fe);
	br_host_set_forwarding(world->host, true);
	set_up_six(world->host, (data_first & 1) != 0);
	if (br_host_udp_open(world->host, 69) < 0 || br_host_tcp_listen(world->host, 80) < 0)
		abort();
}

static void run(struct world *world, br_time time)
{
	br_time until = world->clock.now + time;

	while (br_clock_step(&world->clock, until))
		;
	if (world->clock.now < until)
		br_clock_advance(&world->clock, until);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct world world = {.sum = 0};

	set_up(&world, size > 0 ? data[0] : 0);
	while (size > 2) {
		unsigned head = (unsigned)(data[0] | data[1] << 8);
		size_t wanted = head & SIZE_MASK;
		struct br_frame *frame = br_frame_new(br_wire_frames(world.wire));

		data += 2;
		size -= 2;
		if (wanted > size)
			wanted = size;
		if (frame && wanted <= FRAME_MAX) {
			memcpy(frame->data, data, wanted);
			frame->size = (uint32_t)wanted;
			frame->checksums_virtual = head & FINISH ? BR_CHECKSUM_BOTH : 0;
			br_port_send(br_host_port(world.sender, 0), frame);
		} else {
			br_frame_unref(frame);
		}
		data += wanted;
		size -= wanted;
		run(&world, head & WAIT ? 3 * BR_S : 10 * BR_MS);
	}
	run(&world, 300 * BR_S);
	br_host_free(world.host);
	br_host_free(world.sender);
	br_wire_free(world.wire);
	br_clock_reset(&world.clock);
	return 0;
}
