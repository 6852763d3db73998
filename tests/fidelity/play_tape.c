/* SPDX-License-Identifier: BSD-2-Clause */
/* play_tape TAPE MODEL OUT.pcapng [firmware | FILE=MODEL | "KEY = VALUE" ...] - boot a model
 * against recorded answers
 *
 * The machine of the tape boots by itself, in virtual time, on a wire where each packet that
 * it sends draws what the same packet drew when it was recorded, made to fit: xid, ports, what
 * ICMP quotes. All that it loads runs, files as the models named; or, with the word firmware,
 * nothing does. A line of a .model file changes the firmware's. All of it is recorded into
 * OUT. tests/fidelity/measure.py and frames.py compare.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/formats/tftp_packet.h"
#include "sim/models/firmware.h"
#include "sim/net/ethernet.h"
#include "sim/net/loop.h"
#include "sim/net/recorder.h"
#include "tests/fidelity/web.h"

enum {
	ASKED_MAX = 1 << 17,
	LIMIT_S = 400,
	ETHERNET = 14,
	IPV4 = 20,
	UDP = 8,
	BEHIND_UDP = ETHERNET + IPV4 + UDP, /* without IP options, which no client here has */
	IPV6 = 40,
	BEHIND_UDP6 = ETHERNET + IPV6 + UDP,
	ARP_DELAY = 50000, /* ns, as the next one */
	NO_FILE_DELAY = 300000,
	OVERTAKEN = 2000000,
};

static struct tape tape;
static struct tape_web web[TAPE_WEBS_MAX];
static struct br_clock the_clock;
static struct br_wire *wire;
static struct br_port port;
static int session_of[65536]; /* of a UDP port of the client, +1; 0: none */

/* How often a packet was asked for, by its key: a hash with open addresses. */
static struct {
	char *key;
	unsigned count;
} asked[ASKED_MAX];

static unsigned asked_again(const char *key)
{
	uint32_t at = 2166136261u;
	size_t size = strlen(key) + 1;

	for (const char *c = key; *c; c++)
		at = (at ^ (uint8_t)*c) * 16777619u;
	for (at %= ASKED_MAX; asked[at].key; at = (at + 1) % ASKED_MAX)
		if (strcmp(asked[at].key, key) == 0)
			return ++asked[at].count;
	asked[at].key = malloc(size);
	if (!asked[at].key)
		exit(2);
	memcpy(asked[at].key, key, size);
	return asked[at].count = 1;
}

/* A frame on its way. */
struct coming {
	struct br_timer timer;
	uint8_t octets[TAPE_FRAME_SIZE];
	size_t size;
};

/* What a web server sends beside TCP goes out by its host, for its port has that address. */
static void land(void *context, br_time now)
{
	struct coming *coming = context;
	struct br_frame *frame = br_frame_new(br_wire_frames(wire));
	size_t i = 0;

	(void)now;
	if (!frame)
		exit(2);
	memcpy(frame->data, coming->octets, coming->size);
	frame->size = (uint32_t)coming->size;
	/* over IPv6 none may be left out, and some were left to the card that recorded */
	frame->checksums_virtual =
		coming->octets[12] == 0x86 ? BR_CHECKSUM_BOTH : BR_CHECKSUM_HEADER;
	while (i < tape.webs && memcmp(tape.web[i].mac, coming->octets + 6, 6) != 0)
		i++;
	if (i < tape.webs) {
		br_frame_finish(frame);
		(void)br_host_send_raw(web[i].host, 0,
		                       (struct br_octets){frame->data, frame->size});
		br_frame_unref(frame);
	} else {
		br_port_send(&port, frame);
	}
	free(coming);
}

/* What follows closely on the wire does not overtake what was sent before. */
static br_time behind(br_time at)
{
	static br_time last;

	if (at < last && last - at < OVERTAKEN)
		at = last;
	return last = at;
}

static struct coming *coming_new(br_time at)
{
	struct coming *coming = calloc(1, sizeof(*coming));

	if (!coming)
		exit(2);
	coming->timer = (struct br_timer){.fire = land, .context = coming};
	br_clock_set(&the_clock, &coming->timer, behind(at));
	return coming;
}

static void put_checksum(uint8_t *octets, size_t size, uint8_t *field)
{
	uint16_t sum;

	field[0] = field[1] = 0;
	sum = br_checksum_fold(br_checksum_add(0, octets, size));
	field[0] = (uint8_t)(sum >> 8);
	field[1] = (uint8_t)sum;
}

static void fit_udp(uint8_t *udp, const uint8_t *asked_udp, int kind)
{
	udp[6] = udp[7] = 0;
	if (kind == TAPE_DHCP)
		memcpy(udp + UDP + 4, asked_udp + UDP + 4, 4); /* xid */
	else if (kind != TAPE_PLAIN)
		memcpy(udp + 2, asked_udp, 2);
	if (kind == TAPE_DNS)
		memcpy(udp + UDP, asked_udp + UDP, 2); /* id */
}

/* Where the value of a DHCPv6 option begins; 0: it is not there */
static size_t option6_of(const uint8_t *message, size_t size, unsigned code)
{
	for (size_t at = 4; at + 8 <= size;
	     at += 4u + (size_t)(message[at + 2] << 8 | message[at + 3]))
		if ((unsigned)(message[at] << 8 | message[at + 1]) == code)
			return at + 4;
	return 0;
}

/* The same option of both, as far as they are of one size, or @most octets of it */
static void fit_option6(uint8_t *to, size_t to_size, const uint8_t *from, size_t from_size,
                        unsigned code, size_t most)
{
	size_t at = option6_of(to, to_size, code), there = option6_of(from, from_size, code);
	size_t size;

	if (at == 0 || there == 0)
		return;
	size = (size_t)(to[at - 2] << 8 | to[at - 1]);
	if (size < most && memcmp(to + at - 2, from + there - 2, 2) != 0)
		return;
	if (size > most)
		size = most;
	if (at + size <= to_size && there + size <= from_size)
		memcpy(to + at, from + there, size);
}

/* Checksums are made when it lands. */
static void fit_six(uint8_t *octets, size_t size, const struct br_frame *question, int kind)
{
	uint8_t *udp = octets + ETHERNET + IPV6;
	const uint8_t *asked_udp = question->data + ETHERNET + IPV6;

	if (kind == TAPE_TFTP)
		memcpy(udp + 2, asked_udp, 2);
	if (kind != TAPE_DHCP6 || size < BEHIND_UDP6 + 4 || question->size < BEHIND_UDP6 + 4)
		return;
	memcpy(udp + UDP + 1, asked_udp + UDP + 1, 3);
	fit_option6(udp + UDP, size - BEHIND_UDP6, asked_udp + UDP, question->size - BEHIND_UDP6, 3,
	            4);
	fit_option6(udp + UDP, size - BEHIND_UDP6, asked_udp + UDP, question->size - BEHIND_UDP6, 1,
	            130);
}

static void answer(const struct tape_answer *a, const struct br_frame *question, br_time now)
{
	const uint8_t *asked_ip = question->data + ETHERNET;
	struct coming *coming;
	uint8_t *ip, *body;
	size_t header, room;

	if (a->size > TAPE_FRAME_SIZE || a->size < ETHERNET + IPV4 + 8)
		return; /* the mark that somebody answered */
	coming = coming_new(now + a->delay);
	memcpy(coming->octets, a->octets, a->recorded);
	coming->size = a->size;
	ip = coming->octets + ETHERNET;
	if (coming->octets[12] == 0x86 && coming->octets[13] == 0xdd)
		fit_six(coming->octets, coming->size, question, a->kind);
	if (coming->octets[12] != 8 || coming->octets[13] != 0)
		return;
	header = (size_t)(ip[0] & 15) * 4;
	body = ip + header;
	if (ip[9] == 17) {
		fit_udp(body, asked_ip + IPV4, a->kind);
	} else if (ip[9] == 1 && a->kind == TAPE_ICMP) {
		room = a->size - ETHERNET - header - 8;
		if (room > question->size - ETHERNET)
			room = question->size - ETHERNET;
		memcpy(body + 8, asked_ip, room);
		put_checksum(body, a->size - ETHERNET - header, body + 2);
	}
	put_checksum(ip, header, ip + 10);
}

static void play(const char *key, const struct br_frame *question, bool again, br_time now)
{
	unsigned nth = asked_again(key);
	struct tape_entry *entry = tape_find(&tape, key, nth);
	bool six = question->data[12] == 0x86;
	const uint8_t *udp = question->data + ETHERNET + (six ? IPV6 : IPV4);

	if (!entry && again)
		entry = tape_find_last(&tape, key, nth);
	if (!entry) {
		printf("unrecorded: %s, number %u\n", key, nth);
		return;
	}
	for (const struct tape_answer *a = entry->answers; a; a = a->next)
		answer(a, question, now);
	if (entry->session >= 0)
		session_of[udp[0] << 8 | udp[1]] = entry->session + 1;
}

/* A server that answered ARP at all answers it soon; one of the web answers by itself. */
static void heard_arp(const struct br_frame *frame, br_time now)
{
	const uint8_t *arp = frame->data + ETHERNET;
	uint32_t target = (uint32_t)arp[24] << 24 | (uint32_t)arp[25] << 16 |
	                  (uint32_t)arp[26] << 8 | arp[27];
	struct tape_entry *entry;
	char key[TAPE_KEY_SIZE];
	struct coming *coming;
	unsigned nth;
	size_t i = 0;

	if (arp[7] != 1 || memcmp(arp + 14, arp + 24, 4) == 0)
		return;
	(void)snprintf(key, sizeof(key), "arp:%u.%u.%u.%u", arp[24], arp[25], arp[26], arp[27]);
	nth = asked_again(key);
	entry = tape_find_last(&tape, key, nth);
	if (entry && !entry->answers)
		return;
	for (size_t w = 0; w < tape.webs; w++)
		if (tape.web[w].address == target)
			return;
	while (i < tape.servers && tape.server[i].address != target)
		i++;
	if (i == tape.servers)
		return;
	coming = coming_new(now + ARP_DELAY);
	memcpy(coming->octets, frame->data + 6, 6);
	memcpy(coming->octets + 6, tape.server[i].mac, 6);
	memcpy(coming->octets + 12, frame->data + 12, 8);
	coming->octets[21] = 2;
	memcpy(coming->octets + 22, tape.server[i].mac, 6);
	memcpy(coming->octets + 28, arp + 24, 4);
	memcpy(coming->octets + 32, arp + 8, 10);
	coming->size = ETHERNET + 28;
}

/* A file that the real machine did not ask for is not there. */
static void send_no_file(const struct br_frame *frame, br_time now)
{
	static const char error[] = "\0\5\0\1File not found";
	const uint8_t *ip = frame->data + ETHERNET, *udp = ip + IPV4;
	struct coming *coming = coming_new(now + NO_FILE_DELAY);
	uint8_t *o = coming->octets;

	memcpy(o, frame->data + 6, 6);
	memcpy(o + 6, frame->data, 6);
	memcpy(o + 12, "\x08\x00\x45\x00\x00", 5);
	o[17] = IPV4 + UDP + sizeof(error);
	o[22] = 64;
	o[23] = 17;
	memcpy(o + 26, ip + 16, 4);
	memcpy(o + 30, ip + 12, 4);
	put_checksum(o + ETHERNET, IPV4, o + ETHERNET + 10);
	o[34] = 0xc0;
	o[35] = 1;
	memcpy(o + 36, udp, 2);
	o[39] = UDP + sizeof(error);
	memcpy(o + BEHIND_UDP, error, sizeof(error));
	coming->size = BEHIND_UDP + sizeof(error);
}

static unsigned dhcp_type(const uint8_t *message, size_t size)
{
	for (size_t i = 240; i + 2 < size && message[i] != 255;
	     i += message[i] ? 2u + message[i + 1] : 1u)
		if (message[i] == 53)
			return message[i + 2];
	return 0;
}

static void heard_request(const struct br_frame *frame, br_time now)
{
	const uint8_t *ip = frame->data + ETHERNET, *tftp = ip + IPV4 + UDP;
	char key[TAPE_KEY_SIZE];

	(void)snprintf(key, sizeof(key), "rrq:%u.%u.%u.%u:%.*s", ip[16], ip[17], ip[18], ip[19],
	               (int)(frame->size - BEHIND_UDP - 2), (const char *)tftp + 2);
	if (tape_find_last(&tape, key, UINT32_MAX)) {
		play(key, frame, true, now);
	} else {
		printf("unrecorded: %s\n", key);
		send_no_file(frame, now);
	}
}

static void put_hex(char *text, const uint8_t ip[16])
{
	for (size_t i = 0; i < 16; i++)
		(void)snprintf(text + 2 * i, 3, "%02x", ip[i]);
}

static bool is_web6(const uint8_t ip[16])
{
	for (size_t i = 0; i < tape.webs; i++)
		if (memcmp(tape.web[i].address6, ip, 16) == 0)
			return true;
	return false;
}

static void heard_icmp6(const struct br_frame *frame, br_time now)
{
	const uint8_t *icmp = frame->data + ETHERNET + IPV6;
	char key[TAPE_KEY_SIZE] = "ns:";

	if (icmp[0] == 133)
		play("rs", frame, true, now);
	if (icmp[0] != 135 || frame->size < ETHERNET + IPV6 + 24 || is_web6(icmp + 8))
		return;
	put_hex(key + 3, icmp + 8);
	play(key, frame, true, now);
}

/* What a client says once it was answered: ACK and ERROR */
static void heard_transfer(const struct br_frame *frame, const uint8_t *payload, int session,
                           br_time now)
{
	char key[TAPE_KEY_SIZE];

	if (payload[1] == 4)
		(void)snprintf(key, sizeof(key), "t%d:a%d", session, payload[2] << 8 | payload[3]);
	else if (payload[1] == 5)
		(void)snprintf(key, sizeof(key), "t%d:e", session);
	else
		return;
	play(key, frame, false, now);
}

static void heard_tftp6(const struct br_frame *frame, int session, br_time now)
{
	const uint8_t *ip = frame->data + ETHERNET, *payload = ip + IPV6 + UDP;
	char key[TAPE_KEY_SIZE], host[33];

	put_hex(host, ip + 24);
	if (payload[1] == BR_TFTP_RRQ) {
		(void)snprintf(key, sizeof(key), "rrq:%s:%.*s", host,
		               (int)(frame->size - BEHIND_UDP6 - 2), (const char *)payload + 2);
		play(key, frame, true, now);
	} else if (session >= 0) {
		heard_transfer(frame, payload, session, now);
	}
}

/* EDK2 asks as two clients: the firmware says what it is (option 61), the network does not. */
static bool is_of_firmware(const uint8_t *message, size_t size)
{
	static uint8_t iaid[4];
	static bool known;
	size_t ia = option6_of(message, size, 3);

	if (option6_of(message, size, 61) == 0)
		return known && ia > 0 && ia + 4 <= size && memcmp(message + ia, iaid, 4) == 0;
	known = ia > 0 && ia + 4 <= size;
	if (known)
		memcpy(iaid, message + ia, 4);
	return true;
}

static void heard_six(const struct br_frame *frame, br_time now)
{
	const uint8_t *ip = frame->data + ETHERNET, *udp = ip + IPV6;
	int remote = udp[2] << 8 | udp[3];
	char key[TAPE_KEY_SIZE];

	if (frame->size < ETHERNET + IPV6 + 8)
		return;
	if (ip[6] == 58)
		heard_icmp6(frame, now);
	if (ip[6] != 17 || frame->size < BEHIND_UDP6 + 4)
		return;
	if (remote == 547 || remote == 4011) {
		(void)snprintf(key, sizeof(key), "dhcp6:%d:%u:%s", remote, udp[UDP],
		               is_of_firmware(udp + UDP, frame->size - BEHIND_UDP6) ? "firmware"
		                                                                    : "network");
		play(key, frame, true, now);
	} else {
		heard_tftp6(frame, session_of[udp[0] << 8 | udp[1]] - 1, now);
	}
}

static void heard(void *context, struct br_frame *frame, br_time now)
{
	const uint8_t *ip = frame->data + ETHERNET, *udp = ip + IPV4, *payload = udp + UDP;
	int local, remote, session;
	char key[TAPE_KEY_SIZE];

	(void)context;
	if (frame->size < ETHERNET + 28 || memcmp(frame->data + 6, tape.machine.mac, 6) != 0)
		return;
	if (frame->data[12] == 0x86 && frame->data[13] == 0xdd)
		heard_six(frame, now);
	if (frame->data[12] != 8)
		return;
	if (frame->data[13] == 6)
		heard_arp(frame, now);
	if (frame->data[13] != 0 || ip[9] != 17 || frame->size < BEHIND_UDP + 4)
		return;
	local = udp[0] << 8 | udp[1];
	remote = udp[2] << 8 | udp[3];
	session = session_of[local] - 1;
	if (remote == 67 || remote == 4011) {
		(void)snprintf(key, sizeof(key), "dhcp:%d:%u", remote,
		               dhcp_type(payload, frame->size - BEHIND_UDP));
		play(key, frame, true, now);
	} else if (remote == BR_TFTP_PORT && payload[1] == BR_TFTP_RRQ) {
		heard_request(frame, now);
	} else if (remote == 53) {
		play("dns", frame, true, now);
	} else if (session >= 0) {
		heard_transfer(frame, payload, session, now);
	}
}

static bool is_over(void *context)
{
	return br_firmware_state(context) > BR_BOOT_RUNNING;
}

static void hear_router(void *context, br_time now)
{
	br_firmware_hears_router(context, now);
}

/* "seed=7": of what is drawn */
static uint64_t seed_of(int count, char **words)
{
	for (int i = 0; i < count; i++) {
		if (strncmp(words[i], "seed=", 5) == 0)
			return strtoull(words[i] + 5, NULL, 10);
	}
	return 1;
}

/* "tcp.ttl = 64" */
static void change_model(struct br_model *model, int count, char **words)
{
	char error[120];

	for (int i = 0; i < count; i++) {
		if (strstr(words[i], " = ") &&
		    br_model_parse(model, words[i], br_model_find, error, sizeof(error)) < 0) {
			fprintf(stderr, "%s: %s\n", words[i], error);
			exit(2);
		}
	}
}

/* "boot.efi=shim" */
static void set_loader(struct br_firmware *firmware, char *word)
{
	char *equals = strchr(word, '=');

	if (!equals || strstr(word, " = ") || strncmp(word, "seed=", 5) == 0)
		return;
	*equals = '\0';
	br_firmware_set_loader(firmware, word, equals + 1);
}

static void boot(struct br_model *model, struct br_segment *segment, char **loaders, int count)
{
	struct br_host_limits limits = br_host_limits_client;
	struct br_boot_result result;
	struct br_firmware *firmware;
	uint64_t seed = seed_of(count, loaders);
	struct br_timer router;
	struct br_host *host;
	struct br_loop *loop;

	limits.udp_ports_max = 256;
	limits.streams_max = 64;
	if (br_host_new(&host, wire, "firmware", &limits, seed) < 0 ||
	    br_host_add_link(host, segment, tape.machine.mac) < 0 ||
	    br_firmware_new(&firmware, host, &the_clock, model, &tape.machine, seed) < 0 ||
	    br_loop_new(&loop, &the_clock) < 0)
		exit(2);
	br_firmware_set_options(firmware, true, tape.ipv6);
	if (tape.six && br_host_six_on(host, 0, &br_host_six_quiet) < 0)
		exit(2);
	br_firmware_set_chain(firmware, count == 0 || strcmp(loaders[0], "firmware") != 0);
	for (int i = 0; i < count; i++)
		set_loader(firmware, loaders[i]);
	router = (struct br_timer){.fire = hear_router, .context = firmware};
	if (tape.router != BR_TIME_NEVER)
		br_clock_set(&the_clock, &router, tape.router);
	br_firmware_start(firmware, 0);
	(void)br_loop_run(loop, LIMIT_S * BR_S, is_over, firmware);
	(void)br_loop_run(loop, the_clock.now + 8 * BR_S, NULL, NULL);
	br_clock_set(&the_clock, &router, BR_TIME_NEVER);
	result = br_firmware_result(firmware);
	printf("result: %s, %s of %s, \"%s\"\n", br_boot_step_name(result.step), result.file,
	       result.program, result.error);
	br_loop_free(loop);
	br_firmware_free(firmware);
	br_host_free(host);
}

int main(int argc, char **argv)
{
	struct br_recorder *recorder;
	struct br_segment *segment;
	struct br_model model;
	struct br_tap tap;
	int error = 0;

	if (argc < 4 || br_model_find(&model, argv[2]) < 0) {
		fprintf(stderr, "usage: play_tape TAPE MODEL OUT.pcapng [firmware | FILE=MODEL "
		                "...] [seed=N]\n");
		return 2;
	}
	change_model(&model, argc - 4, argv + 4);
	tape_read(&tape, argv[1]);
	if (!tape.ipv6)
		model.option6[0] = '\0';
	if (br_clock_init(&the_clock, 256) < 0 ||
	    br_wire_new(&wire, &the_clock, TAPE_FRAME_SIZE, 65536) < 0)
		return 2;
	segment = br_segment_new(wire, "lan", 20000, 1500);
	if (!segment || br_recorder_new(&recorder, argv[3], BR_RECORDER_EPOCH) < 0)
		return 2;
	tap = br_recorder_tap(recorder);
	(void)br_wire_add_tap(wire, &tap);
	for (size_t i = 0; i < tape.webs; i++)
		web_open(&web[i], &tape, &tape.web[i], wire, segment, i + 11);
	port = (struct br_port){.name = "tape",
	                        .receive = heard,
	                        .promiscuous = true,
	                        .mac = {2, 0xff, 0, 0, 0, 1}};
	br_port_plug(&port, segment);
	boot(&model, segment, argv + 4, argc - 4);
	br_recorder_free(recorder, &error);
	return error ? 2 : 0;
}
