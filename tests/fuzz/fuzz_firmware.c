/* SPDX-License-Identifier: BSD-2-Clause */
/* Any answers at all to a firmware: the first octet picks the model, then each record is a
 * kind, a size of two octets and so many octets. Kinds: a DHCP reply whose xid, chaddr and
 * cookie are made right, a datagram to the port asked from last, octets of a TCP stream,
 * time. Every loader may run. With bit 3 of the first octet it is one that speaks IPv6, what a
 * router says is in bits 4 and 5, and a DHCP reply is one of DHCPv6 whose transaction-id,
 * client identifier and IAID are made right.
 */
#include <stdlib.h>
#include <string.h>

#include "core/formats/dhcp6_message.h"
#include "core/formats/dhcp6_option.h"
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
	struct br_endpoint asker;
	bool six;
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
	bed->asker = packet.src;
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

/* A router that is the server, too: 2001:db8::1 */
static void turn_six_on(struct bed *bed, bool managed, bool other)
{
	static const uint8_t prefix[16] = {0x20, 1, 0x0d, 0xb8};
	static const uint8_t all_servers[16] = {0xff, 0x02, [13] = 1, [15] = 2};
	struct br_host_advertisement a = {.router = {.managed = managed,
	                                             .other = other,
	                                             .lifetime_s = 1800,
	                                             .prefixes = 1,
	                                             .prefix = {{.length = 64,
	                                                         .on_link = true,
	                                                         .autonomous = true,
	                                                         .valid_s = 3600,
	                                                         .preferred_s = 3600}}}};
	uint8_t ip[16];

	bed->six = true;
	memcpy(a.router.prefix[0].prefix, prefix, sizeof(prefix));
	memcpy(ip, prefix, sizeof(ip));
	ip[15] = 1;
	must(br_host_six_on(bed->server, 0, &br_host_six_quiet) == 0);
	must(br_host_add_address6(bed->server, 0, ip, 64, true) == 0);
	must(br_host_join_group6(bed->server, 0, all_servers) == 0);
	must(br_host_udp_open(bed->server, BR_DHCP6_PORT_SERVER) == 0);
	br_host_set_forwarding(bed->server, true);
	br_host_advertise6(bed->server, 0, &a);
	must(br_host_six_on(bed->host, 0, &br_host_six_quiet) == 0);
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

/* The type, then options; an IA of 12 octets or more is that which was asked for. */
static void reply6(struct bed *bed, struct br_octets record)
{
	struct br_datagram datagram = {.local = {.port = bed->destination}, .remote = bed->asker};
	struct br_octets asked = {bed->asked + 4, bed->asked_size > 4 ? bed->asked_size - 4 : 0};
	struct br_octets id = br_dhcp6_find(asked, BR_DHCP6_OPTION_CLIENT_ID);
	struct br_dhcp6_ia ia = br_dhcp6_ia(br_dhcp6_find(asked, BR_DHCP6_OPTION_IA_NA));
	uint8_t octets[1500];
	struct br_writer w = br_writer_of(octets, sizeof(octets));
	struct br_octets options;

	if (record.size == 0 || bed->asked_size < 4)
		return;
	br_dhcp6_put_head(&w, record.data[0],
	                  (uint32_t)bed->asked[1] << 16 | (uint32_t)bed->asked[2] << 8 |
	                          bed->asked[3]);
	br_dhcp6_put(&w, BR_DHCP6_OPTION_CLIENT_ID, id.data, id.size);
	options = (struct br_octets){octets + br_written(&w), record.size - 1};
	br_put_bytes(&w, record.data + 1, record.size - 1);
	if (w.bad)
		return;
	options = br_dhcp6_find(options, BR_DHCP6_OPTION_IA_NA);
	if (options.size >= 12) {
		uint8_t *iaid = octets + (options.data - octets);

		for (int i = 0; i < 4; i++)
			iaid[i] = (uint8_t)(ia.iaid >> (24 - 8 * i));
	}
	datagram.payload = (struct br_octets){octets, br_written(&w)};
	(void)br_host_udp_send(bed->server, &datagram);
}

static void answer(struct bed *bed, struct br_octets record)
{
	struct br_datagram datagram = {
		.local = {.port = bed->destination == 69 ? 30000 : bed->destination},
		.remote = bed->six ? bed->asker : br_endpoint_ipv4(CLIENT, bed->source),
		.payload = record};

	(void)br_host_udp_send(bed->server, &datagram);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {"edk2-x64-pxe4", "edk2-x64-http4", "ipxe-bios",
	                                    "uboot-arm64",   "rpi3-rom",       "rpi4-eeprom",
	                                    "pxe-rom-bios",  "ipxe-efi-x64"};
	static const char *const names6[] = {
		"edk2-x64-pxe6",       "edk2-x64-http6", "ipxe2-efi-x64", "ipxe-bios",
		"uboot25-arm64-dhcp6", "slof-ppc64",     "edk2-x64-pxe4", "edk2-x64-pxe6-unfixed"};
	struct br_reader r = br_reader_of(data, size);
	struct bed bed = {.asked_size = 0};
	struct br_model model;
	uint8_t first = br_get_u8(&r);

	must(br_model_find(&model, (first & 8 ? names6 : names)[first & 7]) == 0);
	make_bed(&bed, &model);
	if (first & 8)
		turn_six_on(&bed, first & 0x10, first & 0x20);
	br_firmware_set_options(bed.firmware, first & 8, true);
	br_firmware_start(bed.firmware, 0);
	run_for(&bed, BR_MS);
	while (br_left(&r) > 0) {
		uint8_t kind = br_get_u8(&r);
		struct br_reader record = br_get_sub(&r, br_get_be16(&r));
		struct br_octets octets = {record.pos, br_left(&record)};

		if ((kind & 3) == 0 && bed.destination == BR_DHCP6_PORT_SERVER)
			reply6(&bed, octets);
		else if ((kind & 3) == 0)
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
