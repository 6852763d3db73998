/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/sim/boot_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "core/formats/dhcp_message.h"
#include "sim/net/packet.h"
#include "tests/sim/served.h"

static void see_frame(void *context, const struct br_segment *segment, const struct br_port *from,
                      struct br_frame *frame, br_time now)
{
	struct boot_rig *rig = context;
	struct br_packet packet;
	struct boot_sent *sent;

	(void)segment;
	if (from != br_host_port(rig->host, 0) || rig->sents == BOOT_LOG_MAX)
		return;
	br_packet_parse_frame(&packet, frame);
	if (packet.transport != BR_TRANSPORT_UDP && packet.transport != BR_TRANSPORT_TCP)
		return;
	sent = &rig->sent[rig->sents++];
	*sent = (struct boot_sent){
		.at = now,
		.source = packet.src.port,
		.destination = packet.dst.port,
		.to = packet.ipv4.dst,
		.ttl = packet.ipv4.ttl,
		.dont_fragment = packet.ipv4.fragment & BR_IPV4_DONT_FRAGMENT,
		.tcp = packet.transport == BR_TRANSPORT_TCP,
		.tcp_flags = packet.transport == BR_TRANSPORT_TCP ? packet.tcp.flags : 0,
		.size = packet.payload.size,
	};
	if (sent->size > sizeof(sent->octets))
		sent->size = sizeof(sent->octets);
	if (sent->size > 0)
		memcpy(sent->octets, packet.payload.data, sent->size);
}

static void see_data(void *context, struct br_firmware *firmware, const char *file, uint64_t offset,
                     struct br_octets data, br_time now)
{
	struct boot_rig *rig = context;
	const char *path = strstr(file, "://");

	(void)firmware;
	(void)now;
	path = path ? strchr(path + 3, '/') : file;
	while (path && *path == '/')
		path++;
	rig->compared += data.size;
	if (!path || br_files_compare(rig->files, path, offset, data) != 0)
		rig->wrong += data.size;
}

static void see_event(void *context, struct br_firmware *firmware, enum br_firmware_event event,
                      const char *text, br_time now)
{
	struct boot_rig *rig = context;
	size_t used = strlen(rig->said);

	(void)firmware;
	(void)now;
	if (event == BR_FIRMWARE_ENDED)
		rig->ended++;
	if (event != BR_FIRMWARE_SAYS)
		return;
	if (used + strlen(text) + 2 > sizeof(rig->said))
		used = 0;
	snprintf(rig->said + used, sizeof(rig->said) - used, "%s\n", text);
}

static void add_server(struct boot_rig *rig, int index, const char *words, uint64_t seed)
{
	const struct served_site site = {.wire = rig->wire,
	                                 .clock = &rig->clock,
	                                 .segment = rig->segment,
	                                 .store = rig->files,
	                                 .name = index ? "boot" : "dhcp",
	                                 .mac = {2, 0, 0, 0, 0, (uint8_t)(1 + index)},
	                                 .address = BOOT_NET + 1 + (uint32_t)index,
	                                 .netmask = 0xffffff00,
	                                 .words = words,
	                                 .seed = seed,
	                                 .host_seed = seed};

	served_new(&site, &rig->server_host[index], &rig->server[index]);
}

struct boot_rig *boot_rig_new(const char *model, const char *first, const char *second,
                              uint32_t loss_ppm, uint64_t seed)
{
	struct boot_rig *rig = calloc(1, sizeof(*rig));
	struct br_fault_rates rates = {.loss = loss_ppm};
	struct br_tap tap = {.see = see_frame, .context = rig}, hash;

	assert_non_null(rig);
	assert_int_equal(br_model_find(&rig->model, model), 0);
	assert_int_equal(br_clock_init(&rig->clock, 64), 0);
	assert_int_equal(br_wire_new(&rig->wire, &rig->clock, 1514, 4096), 0);
	rig->segment = br_segment_new(rig->wire, "lan", 100000, 1500);
	assert_non_null(rig->segment);
	br_trace_hash_init(&rig->hash);
	hash = br_trace_hash_tap(&rig->hash);
	assert_int_equal(br_wire_add_tap(rig->wire, &tap), 0);
	assert_int_equal(br_wire_add_tap(rig->wire, &hash), 0);
	if (loss_ppm) {
		assert_int_equal(br_fault_new(&rig->fault, seed), 0);
		br_fault_set_rates(rig->fault, &rates);
		br_segment_set_fault(rig->segment, rig->fault);
	}
	assert_int_equal(br_file_store_new(&rig->files, 64), 0);
	if (first)
		add_server(rig, 0, first, seed + 1);
	if (second)
		add_server(rig, 1, second, seed + 2);
	rig->machine =
		(struct br_machine){.mac = {0x52, 0x54, 0, 0x12, 0x34, 0x56},
	                            .uuid = {0x44, 0x33, 0x22, 0x11, 0x66, 0x55, 0x88, 0x77, 0x99,
	                                     0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff, 0x00}};
	assert_int_equal(br_host_new(&rig->host, rig->wire, "fw", &br_host_limits_client, seed), 0);
	assert_int_equal(br_host_add_link(rig->host, rig->segment, rig->machine.mac), 0);
	assert_int_equal(br_firmware_new(&rig->firmware, rig->host, &rig->clock, &rig->model,
	                                 &rig->machine, seed),
	                 0);
	br_firmware_on_data(rig->firmware, see_data, rig);
	br_firmware_on_event(rig->firmware, see_event, rig);
	return rig;
}

/* The scripted server */

static void peer_send(void *context, br_time now)
{
	struct boot_peer *peer = context;

	for (size_t i = 0; i < 8; i++) {
		if (peer->timer[i].fire && peer->timer[i].at == now && peer->waiting[i].ttl) {
			(void)br_host_udp_send(peer->host, &peer->waiting[i]);
			peer->waiting[i].ttl = 0; /* sent */
		}
	}
}

static void peer_later(struct boot_peer *peer, const struct br_datagram *datagram, br_time at)
{
	for (size_t i = 0; i < 8; i++) {
		struct br_datagram *slot = &peer->waiting[i];

		if (slot->ttl)
			continue;
		*slot = *datagram;
		slot->ttl = 64;
		memcpy(peer->octets[i], datagram->payload.data, datagram->payload.size);
		slot->payload.data = peer->octets[i];
		peer->timer[i] = (struct br_timer){.fire = peer_send, .context = peer};
		br_clock_set(&peer->rig->clock, &peer->timer[i], at);
		return;
	}
	fail_msg("more than 8 answers wait");
}

static void peer_reply(struct boot_peer *peer, const struct boot_reply *reply,
                       const struct br_dhcp_message *request, const struct br_datagram *from,
                       br_time now)
{
	struct br_dhcp_header header = request->header;
	struct br_datagram answer = {.local = {.port = reply->port},
	                             .remote = br_endpoint_ipv4(UINT32_MAX, 68)};
	struct br_dhcp_builder builder;
	uint8_t buffer[1472], options[512];
	size_t size;

	header.op = BR_DHCP_OP_REPLY;
	header.yiaddr = reply->yiaddr;
	header.siaddr = reply->siaddr;
	memset(header.file, 0, sizeof(header.file));
	if (reply->file)
		memcpy(header.file, reply->file, strlen(reply->file));
	br_dhcp_begin(&builder, &header, buffer, sizeof(buffer), 0);
	if (reply->type) {
		br_dhcp_put_u8(&builder, 53, reply->type);
		br_dhcp_put_be32(&builder, 54, BOOT_NET + reply->from);
	}
	if (reply->options && reply->options[0]) {
		struct br_reader r;
		struct br_dhcp_option option;

		assert_true(
			br_text_get_hex(br_text(reply->options), options, sizeof(options), &size));
		r = br_reader_of(options, size);
		while (br_dhcp_option_get(&r, &option) == 1)
			br_dhcp_put(&builder, option.code, option.value.data, option.value.size);
	}
	answer.payload = (struct br_octets){buffer, br_dhcp_finish(&builder, 300)};
	if (reply->port == BR_DHCP_PORT_PXE)
		answer.remote = from->remote;
	peer_later(peer, &answer, now + reply->delay);
}

static void peer_tftp(struct boot_peer *peer, const struct br_datagram *datagram)
{
	struct br_datagram answer = {.remote = datagram->remote};
	uint8_t octets[1472];
	size_t size;

	peer->packets++;
	if (datagram->local.port == 69)
		(void)br_host_udp_open(peer->host, (uint16_t)(30000 + peer->requests++));
	answer.local.port = (uint16_t)(30000 + peer->requests - 1);
	for (size_t i = 0; i < peer->tftps; i++) {
		if (peer->tftp[i].nth != peer->packets)
			continue;
		assert_true(
			br_text_get_hex(br_text(peer->tftp[i].hex), octets, sizeof(octets), &size));
		answer.payload = (struct br_octets){octets, size};
		(void)br_host_udp_send(peer->host, &answer);
	}
}

static void peer_hears(void *context, const struct br_datagram *datagram, br_time now)
{
	struct boot_peer *peer = context;
	struct br_dhcp_message message;

	if (datagram->local.port != 67 && datagram->local.port != BR_DHCP_PORT_PXE) {
		peer_tftp(peer, datagram);
		return;
	}
	assert_int_equal(br_dhcp_parse(datagram->payload, &message), 0);
	for (size_t i = 0; i < peer->replies; i++) {
		const struct boot_reply *reply = &peer->reply[i];

		if (&peer->rig->peer[reply->from == 4] != peer ||
		    reply->port != datagram->local.port || reply->asked != message.type)
			continue;
		peer->counts[i]++;
		if (reply->nth == 0 || reply->nth == peer->counts[i])
			peer_reply(peer, reply, &message, datagram, now);
	}
}

void boot_rig_peer(struct boot_rig *rig, const struct boot_reply *reply, size_t replies,
                   const struct boot_tftp *tftp, size_t tftps)
{
	static const uint16_t ports[] = {67, 69, BR_DHCP_PORT_PXE};

	for (int i = 0; i < 2; i++) {
		struct boot_peer *peer = &rig->peer[i];
		const uint8_t mac[6] = {2, 0, 0, 0, 0, (uint8_t)(3 + i)};

		*peer = (struct boot_peer){.rig = rig,
		                           .reply = reply,
		                           .replies = replies,
		                           .tftp = tftp,
		                           .tftps = tftps};
		assert_int_equal(br_host_new(&peer->host, rig->wire, i ? "peer4" : "peer3",
		                             &br_host_limits_server, 9),
		                 0);
		assert_int_equal(br_host_add_link(peer->host, rig->segment, mac), 0);
		br_host_set_address(peer->host, 0, BOOT_NET + 3 + (uint32_t)i, 0xffffff00);
		for (size_t p = 0; p < 3; p++)
			assert_int_equal(br_host_udp_open(peer->host, ports[p]), 0);
		br_host_set_user(peer->host,
		                 &(struct br_host_user){.context = peer, .datagram = peer_hears});
	}
}

void boot_rig_free(struct boot_rig *rig)
{
	br_firmware_free(rig->firmware);
	br_host_free(rig->host);
	for (int i = 0; i < 2; i++) {
		for (int timer = 0; timer < 8; timer++)
			br_clock_set(&rig->clock, &rig->peer[i].timer[timer], BR_TIME_NEVER);
		br_host_free(rig->peer[i].host);
	}
	for (int i = 0; i < BOOT_SERVERS_MAX; i++) {
		br_server_host_free(rig->server[i]);
		br_host_free(rig->server_host[i]);
	}
	br_file_store_free(rig->files);
	br_wire_free(rig->wire);
	br_fault_free(rig->fault);
	br_clock_reset(&rig->clock);
	free(rig);
}

void boot_rig_text(struct boot_rig *rig, const char *name, const char *text)
{
	struct br_octets octets = {(const uint8_t *)text, strlen(text)};

	assert_int_equal(br_file_store_add(rig->files, name, octets), 0);
}

struct br_boot_result boot_rig_run(struct boot_rig *rig, unsigned seconds)
{
	br_time until = rig->clock.now + seconds * BR_S;

	br_firmware_start(rig->firmware, rig->clock.now);
	while (!rig->ended && br_clock_step(&rig->clock, until))
		;
	until = rig->clock.now + 10 * BR_MS; /* what it sent last is still on the wire */
	while (br_clock_step(&rig->clock, until))
		;
	return br_firmware_result(rig->firmware);
}

const struct boot_sent *boot_rig_next(const struct boot_rig *rig, size_t *index, uint16_t port)
{
	while (*index < rig->sents) {
		const struct boot_sent *sent = &rig->sent[(*index)++];

		if (sent->destination == port)
			return sent;
	}
	return NULL;
}
