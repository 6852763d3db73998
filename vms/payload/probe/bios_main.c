/* SPDX-License-Identifier: BSD-2-Clause */
/* A network boot program for BIOS machines: what it is handed over by PXE's ROM, and files through
 * the ROM's own TFTP (PXE 2.1 3.3 and 3.4). 16-bit code in segment 0: see bios_start.S.
 */
#include <string.h>

#include "plan.h"
#include "report.h"
#include "sim/net/sha256.h"

enum {
	GET_CACHED_INFO = 0x71, /* opcodes of PXE 2.1 3.3 and 3.4 */
	TFTP_OPEN = 0x20,
	TFTP_CLOSE = 0x21,
	TFTP_READ = 0x22,
	BLOCK_SIZE = 1468, /* what fits a frame: IP, UDP and TFTP have 32 octets of 1500 */
	PORT = 69,
	SERIAL = 0x3f8,
	SERIAL_STATUS = SERIAL + 5,
	SERIAL_READY = 0x20,
	BOOTP_YIADDR = 16, /* RFC 2131 2 */
	BOOTP_SIADDR = 20,
	PACKET_LEAST = 240,
	ENTRY_POINT = 16, /* of !PXE, 3.1 */
	NO_SUCH = 0xffff,
};

struct cached_info {
	uint16_t status, type, size, offset, segment, limit;
};

struct tftp_open {
	uint16_t status;
	uint8_t server[4], gateway[4];
	char name[128];
	uint16_t port, packet_size;
} __attribute__((packed));

struct tftp_read {
	uint16_t status, number, size, offset, segment;
};

uint32_t br_pxe_structure, br_pxe_entry;

static struct br_plan plan;
static uint8_t block[1600], packet[1472];
static char manifest[BR_PLAN_SIZE_MAX];
static uint32_t ticks_a_ms;

extern uint32_t br_pxe_call(uint32_t opcode, void *parameters);
extern uint8_t br_bios_peek(uint32_t segment, uint32_t offset);
extern void br_bios_power_off(void);
void br_bios_main(void);

static uint8_t in(uint16_t port)
{
	uint8_t octet;

	__asm__ volatile("inb %1, %0" : "=a"(octet) : "Nd"(port));
	return octet;
}

static void out(uint16_t port, uint8_t octet)
{
	__asm__ volatile("outb %0, %1" : : "a"(octet), "Nd"(port));
}

static void put_octet(char octet)
{
	while (!(in(SERIAL_STATUS)&SERIAL_READY))
		;
	out(SERIAL, (uint8_t)octet);
}

void br_probe_put(const char *line)
{
	while (*line)
		put_octet(*line++);
	put_octet('\r');
	put_octet('\n');
}

static uint32_t peek_word(uint32_t segment, uint32_t offset)
{
	uint32_t word = 0;

	for (uint32_t i = 4; i-- > 0;)
		word = word << 8 | br_bios_peek(segment, offset + i);
	return word;
}

static uint64_t now(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return (uint64_t)high << 32 | low;
}

/* Without the library that clang would call */
static uint32_t divide(uint64_t number, uint32_t by)
{
	uint64_t rest = 0;
	uint32_t result = 0;

	for (unsigned bit = 64; bit-- > 0;) {
		rest = rest << 1 | (number >> bit & 1);
		result <<= 1;
		if (rest >= by) {
			rest -= by;
			result |= 1;
		}
	}
	return result;
}

/* The BIOS's own clock, 18.2 ticks a second, at 40:6C */
static uint32_t bios_ticks(void)
{
	return peek_word(0x40, 0x6c);
}

static void start_clock(void)
{
	uint32_t tick = bios_ticks();
	uint64_t then;

	while (bios_ticks() == tick)
		;
	then = now();
	tick = bios_ticks();
	while (bios_ticks() < tick + 2)
		;
	ticks_a_ms = divide((now() - then) << 3, 879); /* two ticks are 109.85 ms, 878.8 eighths */
	if (ticks_a_ms == 0)
		ticks_a_ms = 1;
}

static uint32_t since(uint64_t then)
{
	uint64_t ticks = now() - then;

	return divide((ticks << 10) - (ticks << 4) - (ticks << 3), ticks_a_ms);
}

/* Return: how many octets of it stand in packet[] */
static size_t get_cached(uint16_t type)
{
	struct cached_info info = {.type = type};
	size_t size;

	if (br_pxe_call(GET_CACHED_INFO, &info) || info.status)
		return 0;
	size = info.size < sizeof(packet) ? info.size : sizeof(packet);
	for (size_t i = 0; i < size; i++)
		packet[i] = br_bios_peek(info.segment, info.offset + (uint32_t)i);
	while (size > PACKET_LEAST && packet[size - 1] == 0)
		size--;
	return size;
}

/* Return: the server that booted us, out of the last packet */
static void report_cached(uint8_t ret_server[static 4])
{
	static const char *const name[] = {"discover", "ack", "reply"};
	uint8_t station[4] = {0};
	static const uint8_t unknown[4];

	for (uint16_t type = 1; type <= 3; type++) {
		size_t size = get_cached(type);

		if (size == 0) {
			br_report("none %s the ROM has it not", name[type - 1]);
			continue;
		}
		br_report_octets(name[type - 1], packet, size);
		if (type == 2)
			memcpy(station, packet + BOOTP_YIADDR, 4);
		if (type >= 2 && memcmp(packet + BOOTP_SIADDR, unknown, 4) != 0)
			memcpy(ret_server, packet + BOOTP_SIADDR, 4);
	}
	br_report("station %a %a", station, unknown);
}

/* One block into block[]. Return: its size; NO_SUCH and the ROM's status if it has none */
static uint32_t read_block(uint16_t *ret_status)
{
	struct tftp_read read = {.offset = (uint16_t)(uintptr_t)block};

	if (br_pxe_call(TFTP_READ, &read) || read.status) {
		*ret_status = read.status;
		return NO_SUCH;
	}
	return read.size;
}

/* Return: the ROM's status; *ret_block is what it reads in one */
static uint16_t open_file(const uint8_t server[static 4], const char *name, uint16_t *ret_block)
{
	struct tftp_open open = {.port = PORT << 8, .packet_size = BLOCK_SIZE};

	memcpy(open.server, server, 4);
	memcpy(open.name, name, strlen(name) + 1);
	if (br_pxe_call(TFTP_OPEN, &open) && open.status == 0)
		open.status = NO_SUCH;
	*ret_block = open.packet_size;
	return open.status;
}

static void close_file(void)
{
	uint16_t status = 0;

	(void)br_pxe_call(TFTP_CLOSE, &status);
}

static bool read_plan(const uint8_t server[static 4])
{
	uint16_t block_size, status = open_file(server, BR_PLAN_NAME, &block_size);
	uint32_t size = 0, part;

	if (status) {
		br_report("none manifest status %x code 0", (uint32_t)status);
		return false;
	}
	do {
		part = read_block(&status);
		if (part == NO_SUCH || size + part > sizeof(manifest)) {
			br_report("none manifest status %x after %u octets", (uint32_t)status,
			          size);
			close_file();
			return false;
		}
		memcpy(manifest + size, block, part);
		size += part;
	} while (part == block_size);
	close_file();
	if (br_plan_read(&plan, manifest, size))
		return true;
	br_report("none manifest %u octets that are no manifest", size);
	return false;
}

static void try_file(const struct br_plan_server *server, uint32_t number,
                     const struct br_plan_file *file)
{
	uint16_t status, block_size;
	uint8_t digest[BR_SHA256_SIZE];
	struct br_sha256 hash;
	uint32_t size = 0, part;
	uint64_t then;

	br_report("%u read tftp %a 1 %s", number, server->address, file->name);
	br_sha256_begin(&hash);
	then = now();
	status = open_file(server->address, file->name, &block_size);
	if (status) {
		br_report("%u failed %x code 0 us %u", number, (uint32_t)status, since(then));
		return;
	}
	do {
		part = read_block(&status);
		if (part == NO_SUCH) {
			br_report("%u failed %x code 0 us %u", number, (uint32_t)status,
			          since(then));
			close_file();
			return;
		}
		br_sha256_add(&hash, block, part);
		size += part;
	} while (part == block_size);
	part = since(then);
	close_file();
	br_sha256_end(&hash, digest);
	br_plan_judge_digest(file, number, digest, size, part);
}

static void try_missing(const struct br_plan_server *server, uint32_t number)
{
	uint16_t block_size, status;
	uint64_t then = now();

	br_report("%u miss tftp %a %s", number, server->address, plan.missing);
	status = open_file(server->address, plan.missing, &block_size);
	if (status) {
		br_report("%u refused %x code 0 us %u", number, (uint32_t)status, since(then));
		return;
	}
	close_file();
	br_report("%u got 0 us %u", number, since(then));
}

void br_bios_main(void)
{
	uint8_t server[4] = {0};
	uint32_t number = 0;

	br_report_begin("bios");
	br_pxe_entry = peek_word(br_pxe_structure >> 16, (br_pxe_structure & 0xffff) + ENTRY_POINT);
	start_clock();
	br_report("clock %u", ticks_a_ms);
	report_cached(server);
	br_report("none http no function of PXE 2.1");
	if (read_plan(server))
		for (size_t i = 0; i < plan.servers; i++) {
			if (plan.server[i].http)
				continue;
			for (size_t j = 0; j < plan.files; j++)
				try_file(&plan.server[i], ++number, &plan.file[j]);
			if (plan.missing[0])
				try_missing(&plan.server[i], ++number);
		}
	br_report_end();
	br_bios_power_off();
}
