/* SPDX-License-Identifier: BSD-2-Clause */
/* mutate_six [COUNT] [SEED] - mutated frames of IPv6 to a server, a router and machines that boot
 *
 * Starts from every IPv6 frame of recorded boots (discovery, MLD, DHCPv6, TFTP, TCP), flips,
 * cuts, doubles and joins them, most with checksums made right again, and puts them on a wire
 * where a server of every role of IPv6, a router that advertises and EDK2 by PXE and by HTTP
 * are. Under ASan and UBSan nothing may be found, and at the end of each round a good Solicit
 * must be answered. The suite runs some thousands; a million by hand, in a build with
 * -Db_sanitize=address,undefined.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "captures/read/feed.h"
#include "core/base/address.h"
#include "core/base/prng.h"
#include "core/base/text.h"
#include "core/formats/dhcp6_message.h"
#include "sim/models/firmware.h"
#include "sim/net/files.h"
#include "sim/net/server_host.h"
#include "tests/mutation.h"

enum {
	FRAME_MAX = 1514,
	SEEDS_MAX = 4096,
	ROUND = 5000, /* frames to one network */
	FRAMES = 8192,
	TIMERS = 256,
	MTU = 1500,
	HEADERS = 14 + 40 + 8, /* Ethernet, IPv6, UDP */
	MACHINES = 2,
};

static const char *const captures[] = {
	"aavmf64-virtio-pxe6.pcap", "aavmf64n-virtio-http6.pcap", "ovmf-virtio-pxe6-ref.pcap",
	"ovmf-virtio-http6full-icount6.pcap", "slof-vlan-v6auto.pcap"};
static const char *const models[MACHINES] = {"edk2-aa64-pxe6", "edk2-x64-http6"};
static const uint8_t server_mac[6] = {2, 0, 0, 0, 2, 1}, router_mac[6] = {2, 0, 0, 0, 2, 9};
static const uint8_t machine_mac[MACHINES][6] = {{0x52, 0x54, 0, 0xaa, 0, 1},
                                                 {0x52, 0x54, 0, 0x12, 0x34, 0x56}};

static struct seed {
	size_t size;
	uint8_t octets[FRAME_MAX];
} seeds[SEEDS_MAX];
static size_t seeds_count, solicit;

/* A frame anew: the headers of what was joined from fragments would not be those of the wire. */
static void add_seed(const struct br_packet *p)
{
	struct seed *s = &seeds[seeds_count];
	struct br_writer w = br_writer_of(s->octets, sizeof(s->octets));
	bool udp = p->transport == BR_TRANSPORT_UDP;

	if (p->network != BR_NETWORK_IPV6 || p->fragment || seeds_count == SEEDS_MAX ||
	    p->ip_payload.size != p->ip_payload_size)
		return;
	br_put_bytes(&w, p->eth_dst, 6);
	br_put_bytes(&w, p->eth_src, 6);
	br_put_be16(&w, 0x86dd);
	br_put_be32(&w, UINT32_C(6) << 28);
	br_put_be16(&w, (uint16_t)p->ip_payload.size);
	br_put_u8(&w, p->protocol);
	br_put_u8(&w, p->ipv6.hop_limit);
	br_put_bytes(&w, p->src.ip, 16);
	br_put_bytes(&w, p->dst.ip, 16);
	br_put_bytes(&w, p->ip_payload.data, p->ip_payload.size);
	if (w.bad)
		return;
	s->size = br_written(&w);
	if (udp && p->dst.port == BR_DHCP6_PORT_SERVER && p->payload.data[0] == 1)
		solicit = seeds_count;
	seeds_count++;
}

static void read_seeds(const char *folder)
{
	for (size_t i = 0; i < sizeof(captures) / sizeof(captures[0]); i++) {
		char path[512], remark[BR_CAPTURE_REMARK_SIZE];
		const char *paths[] = {path};
		struct br_feed_packet packet;
		struct br_feed *feed;
		size_t before = seeds_count;

		(void)snprintf(path, sizeof(path), "%s/%s", folder, captures[i]);
		if (br_feed_open(&feed, paths, 1, remark) < 0) {
			fprintf(stderr, "%s\n", remark);
			exit(2);
		}
		/* of a transfer's hundreds of blocks some are enough */
		while (br_feed_next(feed, &packet) == 1 && seeds_count < before + 400)
			add_seed(&packet.packet);
		(void)br_feed_close(feed);
	}
}

static size_t mutate(struct br_prng *prng, const struct seed *seed, uint8_t *target)
{
	size_t size = seed->size;

	memcpy(target, seed->octets, size);
	for (uint64_t n = br_prng_below(prng, 6); n > 0 && size > 15; n--) {
		const struct seed *other = &seeds[br_prng_below(prng, seeds_count)];
		size_t at = 14 + (size_t)br_prng_below(prng, size - 14);
		unsigned kind = (unsigned)br_prng_below(prng, MUTATIONS + 2);

		switch (kind) {
		default:
			size = mutation_at((enum mutation_kind)kind, prng, target, size, FRAME_MAX,
			                   at);
			break;
		case MUTATIONS: /* the end of another */
			if (at >= other->size)
				break;
			memcpy(target + at, other->octets + at, other->size - at);
			size = other->size;
			break;
		case MUTATIONS + 1: /* behind its headers */
			if (size > HEADERS)
				target[HEADERS + br_prng_below(prng, size - HEADERS)] =
					(uint8_t)br_prng_next(prng);
			break;
		}
	}
	if (br_prng_below(prng, 4) > 0 && size > 20) { /* IPv6's own length right again */
		target[18] = (uint8_t)((size - 54) >> 8);
		target[19] = (uint8_t)(size - 54);
	}
	return size > 14 ? size : 15;
}

struct mutated_net {
	struct br_clock clock;
	struct br_wire *wire;
	struct br_segment *lan;
	struct br_file_store *store;
	struct br_host *server, *router, *host[MACHINES];
	struct br_server_host *core;
	struct br_model model[MACHINES];
	struct br_machine machine[MACHINES];
	struct br_firmware *firmware[MACHINES];
	struct br_port port;
	uint64_t advertises;
};

static void must(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "%s\n", what);
	abort();
}

static void see(void *context, const struct br_segment *segment, const struct br_port *from,
                struct br_frame *frame, br_time now)
{
	struct mutated_net *net = context;
	struct br_packet p;

	(void)segment;
	(void)now;
	if (from != br_host_port(net->server, 0))
		return;
	br_packet_parse_frame(&p, frame);
	net->advertises += p.transport == BR_TRANSPORT_UDP && p.src.port == BR_DHCP6_PORT_SERVER &&
	                   p.payload.size > 0 && p.payload.data[0] == BR_DHCP6_TYPE_ADVERTISE;
}

static void deaf(void *context, struct br_frame *frame, br_time now)
{
	(void)context;
	(void)frame;
	(void)now;
}

static void open_server(struct mutated_net *net, const uint8_t ip[16], uint64_t seed)
{
	static const char *const words[][2] = {
		{"role", "dhcp6,tftp,http"},
		{"boot", "http://[2001:db8:2::2]/grubaa64.efi@arch:16"},
		{"boot", "tftp://[2001:db8:2::2]/grubaa64.efi"},
		{"pool6", "2001:db8:2::100-2001:db8:2::13f"},
		{"leases", "64"},
		{"preference", "255"}};
	static struct br_config config;
	struct br_files files = br_file_store_files(net->store);
	char error[200];

	br_config_init(&config);
	config.links = 1;
	config.link[0] = (struct br_config_link){.mtu = MTU, .prefix6 = 64};
	memcpy(config.link[0].address6, ip, 16);
	memcpy(config.link[0].mac, server_mac, 6);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		must(br_config_set(&config, words[i][0], words[i][1], error, sizeof(error)) == 0,
		     error);
	must(br_host_new(&net->server, net->wire, "server", &br_host_limits_server, seed) == 0 &&
	             br_host_add_link(net->server, net->lan, server_mac) >= 0 &&
	             br_host_six_on(net->server, 0, &br_host_six_quiet) == 0 &&
	             br_host_add_address6(net->server, 0, ip, 64, true) == 0 &&
	             br_server_host_new(&net->core, net->server, &net->clock, "server", &config,
	                                &files, seed) == 0,
	     "no server");
}

static void open_router(struct mutated_net *net, const uint8_t prefix[16], uint64_t seed)
{
	struct br_host_advertisement a = {.first_ms = 100,
	                                  .interval_ms = 10000,
	                                  .spaced = true,
	                                  .router = {.managed = true,
	                                             .lifetime_s = 1800,
	                                             .prefixes = 1,
	                                             .prefix[0] = {.length = 64,
	                                                           .on_link = true,
	                                                           .autonomous = true,
	                                                           .valid_s = 600,
	                                                           .preferred_s = 600}}};

	memcpy(a.router.prefix[0].prefix, prefix, 16);
	must(br_host_new(&net->router, net->wire, "router", &br_host_limits_client, seed) == 0 &&
	             br_host_add_link(net->router, net->lan, router_mac) >= 0 &&
	             br_host_six_on(net->router, 0, &br_host_six_quiet) == 0,
	     "no router");
	br_host_set_forwarding(net->router, true);
	br_host_advertise6(net->router, 0, &a);
}

static void open_machine(struct mutated_net *net, size_t index, uint64_t seed)
{
	memcpy(net->machine[index].mac, machine_mac[index], 6);
	memcpy(net->machine[index].uuid, "\x11\x22\x33\x44\x55\x66\x77\x88", 8);
	must(br_model_find(&net->model[index], models[index]) == 0, models[index]);
	must(br_host_new(&net->host[index], net->wire, "machine", &br_host_limits_client, seed) ==
	                     0 &&
	             br_host_add_link(net->host[index], net->lan, machine_mac[index]) >= 0 &&
	             br_firmware_new(&net->firmware[index], net->host[index], &net->clock,
	                             &net->model[index], &net->machine[index], seed) == 0,
	     "no machine");
	br_firmware_start(net->firmware[index], net->clock.now);
}

static void open_net(struct mutated_net *net, uint64_t seed)
{
	struct br_tap tap = {.see = see, .context = net};
	uint8_t ip[16], prefix[16];

	memset(net, 0, sizeof(*net));
	must(br_text_get_ipv6(br_text("2001:db8:2::2"), ip) &&
	             br_text_get_ipv6(br_text("2001:db8:2::"), prefix),
	     "no address");
	must(br_clock_init(&net->clock, TIMERS) == 0 &&
	             br_wire_new(&net->wire, &net->clock, MTU + 18, FRAMES) == 0 &&
	             br_file_store_new(&net->store, 16) == 0 &&
	             br_file_store_generate(net->store, "grubaa64.efi", 60000, 1) == 0,
	     "no wire");
	net->lan = br_segment_new(net->wire, "lan", BR_MS / 20, MTU);
	must(net->lan && br_wire_add_tap(net->wire, &tap) == 0, "no segment");
	open_server(net, ip, seed);
	open_router(net, prefix, seed + 1);
	for (size_t i = 0; i < MACHINES; i++)
		open_machine(net, i, seed + 2 + i);
	net->port = (struct br_port){
		.name = "mutant", .receive = deaf, .promiscuous = true, .mac = {2, 0xff, [5] = 1}};
	br_port_plug(&net->port, net->lan);
}

static void close_net(struct mutated_net *net)
{
	for (size_t i = 0; i < MACHINES; i++) {
		(void)br_firmware_free(net->firmware[i]);
		(void)br_host_free(net->host[i]);
	}
	(void)br_host_free(net->router);
	(void)br_server_host_free(net->core);
	(void)br_host_free(net->server);
	(void)br_wire_free(net->wire);
	(void)br_file_store_free(net->store);
	br_clock_reset(&net->clock);
}

static void pass(struct mutated_net *net, br_time time)
{
	br_time until = net->clock.now + time;

	while (br_clock_step(&net->clock, until))
		;
	if (net->clock.now < until)
		br_clock_advance(&net->clock, until);
}

static void send(struct mutated_net *net, const uint8_t *octets, size_t size, bool summed)
{
	struct br_frame *frame = br_frame_new(br_wire_frames(net->wire));

	if (!frame)
		return; /* the wire is full: what is on it goes first */
	memcpy(frame->data, octets, size);
	frame->size = (uint32_t)size;
	frame->checksums_virtual = summed ? BR_CHECKSUM_BOTH : 0;
	br_port_send(&net->port, frame);
}

static uint64_t play_round(struct br_prng *prng, uint64_t frames)
{
	static struct mutated_net net;
	static uint8_t octets[2 * FRAME_MAX];
	uint64_t before, booted = 0;

	open_net(&net, br_prng_next(prng));
	for (uint64_t i = 0; i < frames; i++) {
		size_t size = mutate(prng, &seeds[br_prng_below(prng, seeds_count)], octets);

		send(&net, octets, size > FRAME_MAX ? FRAME_MAX : size, br_prng_below(prng, 8) > 0);
		pass(&net, br_prng_below(prng, 64) == 0 ? 300 * BR_MS : BR_MS);
	}
	pass(&net, 120 * BR_S);
	before = net.advertises;
	send(&net, seeds[solicit].octets, seeds[solicit].size, true);
	pass(&net, 5 * BR_S);
	must(net.advertises > before, "a good Solicit has no answer");
	for (size_t i = 0; i < MACHINES; i++)
		booted += br_firmware_state(net.firmware[i]) == BR_BOOT_DONE;
	close_net(&net);
	return booted;
}

int main(int argc, char **argv)
{
	uint64_t count = argc > 1 ? strtoull(argv[1], NULL, 10) : 20000;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1, booted = 0, rounds = 0;
	const char *folder = getenv("BR_CAPTURES");
	struct br_prng prng;

	must(folder != NULL, "BR_CAPTURES: where the captures are");
	read_seeds(folder);
	must(seeds_count > 100 && solicit > 0, "too few frames to begin with");
	prng = br_prng_of(seed, 0x736978);
	for (uint64_t done = 0; done < count; done += ROUND, rounds++)
		booted += play_round(&prng, count - done < ROUND ? count - done : ROUND);
	printf("%llu mutants of %zu frames in %llu rounds; a good Solicit was answered in each, "
	       "and "
	       "%llu of %llu machines booted\n",
	       (unsigned long long)count, seeds_count, (unsigned long long)rounds,
	       (unsigned long long)booted, (unsigned long long)(rounds * MACHINES));
	return 0;
}
