/* SPDX-License-Identifier: BSD-2-Clause */
/* Any answers at all to a firmware: the first octet picks the model, then each record is a
 * kind, a size of two octets and so many octets. Kinds: a DHCP reply whose xid, chaddr and
 * cookie are made right, a datagram to the port asked from last, octets of a TCP stream,
 * time. Every loader may run.
 */
#include <stdlib.h>
#include <string.h>

#include "core/formats/dhcp_message.h"
#include "sim/models/firmware.h"
#include "sim/net/packet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	SERVER = 0x0a000001,
	CLIENT = 0x0a000064,
};

struct bed {
	struct br_clock clock;
	struct br_wire *wire;
	struct br_host *server, *host;
	struct br_firmware *firmware;
	uint8_t asked[1500]; /* the last datagram it sent */
	size_t asked_size;
	uint16_t source, destination;
	uint32_t stream;
	bool streaming;
};

static void see_frame(void *context, const struct br_segment *segment, const struct br_port *from,
                      struct br_frame *frame, br_time now)
{
	struct bed *bed = context;
	struct br_packet packet;

	(void)segment;
	(void)now;
	br_packet_parse_frame(&packet, frame);
	if (from != br_host_port(bed->host, 0) || packet.transport != BR_TRANSPORT_UDP ||
	    packet.payload.size > sizeof(bed->asked))
		return;
	bed->asked_size = packet.payload.size;
	if (bed->asked_size > 0)
		memcpy(bed->asked, packet.payload.data, bed->asked_size);
	bed->source = packet.src.port;
	bed->destination = packet.dst.port;
}

static void server_stream(void *context, uint32_t stream, enum br_stream_event event, int error,
                          struct br_octets octets, br_time now)
{
	struct bed *bed = context;

	(void)error;
	(void)octets;
	(void)now;
	bed->stream = stream;
	bed->streaming = event != BR_STREAM_GONE;
}

static void says(void *context, struct br_firmware *firmware, enum br_firmware_event event,
                 const char *text, br_time now)
{
	(void)context;
	(void)firmware;
	(void)now;
	for (; event == BR_FIRMWARE_SAYS && *text; text++) {
		if ((uint8_t)*text < 0x20 || *text == 0x7f)
			abort(); /* a peer must not write to anyone's terminal */
	}
}

static void must(bool fine)
{
	if (!fine)
		abort();
}

static void make_bed(struct bed *bed, const struct br_model *model)
{
	static const uint16_t ports[] = {53, 67, 69, 4011, 30000};
	const uint8_t mac[6] = {2, 0, 0, 0, 0, 1};
	struct br_machine machine = {.mac = {2, 0, 0, 0, 0, 2}, .uuid = {1}};
	struct br_tap tap = {.see = see_frame, .context = bed};
	struct br_segment *segment;

	must(br_clock_init(&bed->clock, 64) == 0);
	must(br_wire_new(&bed->wire, &bed->clock, 1514, 256) == 0);
	segment = br_segment_new(bed->wire, "lan", 1000, 1500);
	must(segment && br_wire_add_tap(bed->wire, &tap) == 0);
	must(br_host_new(&bed->server, bed->wire, "server", &br_host_limits_server, 1) == 0);
	must(br_host_add_link(bed->server, segment, mac) == 0);
	br_host_set_address(bed->server, 0, SERVER, 0xffffff00);
	for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++)
		must(br_host_udp_open(bed->server, ports[i]) == 0);
	must(br_host_tcp_listen(bed->server, 80) == 0);
	br_host_set_user(bed->server,
	                 &(struct br_host_user){.context = bed, .stream = server_stream});
	must(br_host_new(&bed->host, bed->wire, "fw", &br_host_limits_client, 1) == 0);
	must(br_host_add_link(bed->host, segment, machine.mac) == 0);
	must(br_firmware_new(&bed->firmware, bed->host, &bed->clock, model, &machine, 1) == 0);
	br_firmware_on_event(bed->firmware, says, NULL);
	br_firmware_set_chain(bed->firmware, true);
}

static void run_for(struct bed *bed, br_time time)
{
	br_time until = bed->clock.now + time;

	for (int steps = 0; steps < 2000 && br_clock_step(&bed->clock, until); steps++)
		;
}

/* @record with xid and chaddr of what was asked, so that it is looked at */
static void reply(struct bed *bed, struct br_octets record)
{
	struct br_datagram datagram = {.local = {.port = bed->destination},
	                               .remote = br_endpoint_ipv4(UINT32_MAX, bed->source)};
	uint8_t octets[1500] = {BR_DHCP_OP_REPLY, 1, 6};
	size_t size = record.size < sizeof(octets) - 3 ? record.size : sizeof(octets) - 3;

	if (size > 0)
		memcpy(octets + 3, record.data, size);
	if (bed->asked_size >= BR_DHCP_AT_OPTIONS) {
		memcpy(octets + 4, bed->asked + 4, 4);
		memcpy(octets + 28, bed->asked + 28, 16);
		memcpy(octets + 236, bed->asked + 236, 4);
		if (octets[16] & 1) { /* an address it can have */
			const uint8_t yiaddr[] = {10, 0, 0, CLIENT & 255};

			memcpy(octets + 16, yiaddr, 4);
		}
		if (octets[20] & 1) {
			const uint8_t siaddr[] = {10, 0, 0, 1};

			memcpy(octets + 20, siaddr, 4);
		}
	}
	datagram.payload = (struct br_octets){octets, size + 3};
	(void)br_host_udp_send(bed->server, &datagram);
}

static void answer(struct bed *bed, struct br_octets record)
{
	struct br_datagram datagram = {
		.local = {.port = bed->destination == 69 ? 30000 : bed->destination},
		.remote = br_endpoint_ipv4(CLIENT, bed->source),
		.payload = record};

	(void)br_host_udp_send(bed->server, &datagram);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {"edk2-x64-pxe4", "edk2-x64-http4", "ipxe-bios",
	                                    "uboot-arm64",   "rpi3-rom",       "rpi4-eeprom",
	                                    "pxe-rom-bios",  "ipxe-efi-x64"};
	struct br_reader r = br_reader_of(data, size);
	struct bed bed = {.asked_size = 0};
	struct br_model model;

	must(br_model_find(&model, names[br_get_u8(&r) & 7]) == 0);
	make_bed(&bed, &model);
	br_firmware_start(bed.firmware, 0);
	run_for(&bed, BR_MS);
	while (br_left(&r) > 0) {
		uint8_t kind = br_get_u8(&r);
		struct br_reader record = br_get_sub(&r, br_get_be16(&r));
		struct br_octets octets = {record.pos, br_left(&record)};

		if ((kind & 3) == 0)
			reply(&bed, octets);
		else if ((kind & 3) == 1)
			answer(&bed, octets);
		else if ((kind & 3) == 2 && bed.streaming)
			(void)br_host_stream_write(bed.server, bed.stream, octets);
		if (kind & 4 && bed.streaming)
			br_host_stream_close(bed.server, bed.stream);
		run_for(&bed, kind & 8 ? 5 * BR_S : BR_MS);
	}
	run_for(&bed, 200 * BR_S);
	br_firmware_free(bed.firmware);
	br_host_free(bed.host);
	br_host_free(bed.server);
	br_wire_free(bed.wire);
	br_clock_reset(&bed.clock);
	return 0;
}
