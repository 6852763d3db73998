/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/net/iface_filter.h"

#include <assert.h>

#include "sim/net/ethernet.h"
#include "sim/net/packet.h"

enum {
	AT_MAC_END = 4,
	AT_TYPE = 12,
	AT_IP = BR_ETHERNET_HEADER,
	AT_FRAGMENT = AT_IP + 6,
	AT_PROTOCOL = AT_IP + 9,
	AT_UDP_PORT = 2,
};

/* Where a jump may lead besides the next instruction. */
enum target {
	NEXT,
	PASS,
	DROP,
	GROUP,
	IPV4,
	TARGETS
};

/* Jumps are relative and only lead on, so they are filled in when all places are known. */
struct program {
	struct sock_filter *code;
	size_t size;
	size_t place[TARGETS];
	enum target yes[BR_IFACE_FILTER_SIZE], no[BR_IFACE_FILTER_SIZE];
};

static void put(struct program *program, uint16_t code, uint32_t k, enum target yes, enum target no)
{
	assert(program->size < BR_IFACE_FILTER_SIZE);
	program->code[program->size] = (struct sock_filter){.code = code, .k = k};
	program->yes[program->size] = yes;
	program->no[program->size] = no;
	program->size++;
}

static void load(struct program *program, uint16_t size, uint32_t at)
{
	put(program, BPF_LD | size | BPF_ABS, at, NEXT, NEXT);
}

static void when(struct program *program, uint32_t equals, enum target yes, enum target no)
{
	put(program, BPF_JMP | BPF_JEQ | BPF_K, equals, yes, no);
}

static void here(struct program *program, enum target target)
{
	program->place[target] = program->size;
}

static uint8_t way(const struct program *program, size_t from, enum target target)
{
	return target == NEXT ? 0 : (uint8_t)(program->place[target] - from - 1);
}

/* The kernel takes the outer tag out of the frame and keeps it beside. */
static void of_this_network(struct program *program)
{
	load(program, BPF_W, (uint32_t)(SKF_AD_OFF + SKF_AD_VLAN_TAG));
	put(program, BPF_ALU | BPF_AND | BPF_K, BR_ETHERNET_VLAN_MASK, NEXT, NEXT);
	when(program, 0, NEXT, DROP);
}

size_t br_iface_filter_make(const struct br_iface_filter *filter,
                            struct sock_filter ret_program[static BR_IFACE_FILTER_SIZE])
{
	struct program program = {.code = ret_program};
	const uint8_t *mac = filter->mac;

	assert(filter->ports <= BR_IFACE_FILTER_PORTS_MAX);
	of_this_network(&program);
	load(&program, BPF_B, 0);
	put(&program, BPF_JMP | BPF_JSET | BPF_K, 1, GROUP, NEXT);
	load(&program, BPF_W, 0);
	when(&program,
	     (uint32_t)mac[0] << 24 | (uint32_t)mac[1] << 16 | (uint32_t)mac[2] << 8 | mac[3], NEXT,
	     DROP);
	load(&program, BPF_H, AT_MAC_END);
	when(&program, (uint32_t)mac[4] << 8 | mac[5], PASS, DROP);

	here(&program, GROUP);
	load(&program, BPF_H, AT_TYPE);
	when(&program, BR_ETHERNET_TYPE_ARP, PASS, NEXT);
	when(&program, BR_ETHERNET_TYPE_IPV4, IPV4, DROP);

	here(&program, IPV4);
	load(&program, BPF_B, AT_PROTOCOL);
	when(&program, BR_IP_PROTOCOL_UDP, NEXT, DROP);
	load(&program, BPF_H, AT_FRAGMENT);
	put(&program, BPF_JMP | BPF_JSET | BPF_K, BR_IPV4_OFFSET, PASS, NEXT);
	put(&program, BPF_LDX | BPF_B | BPF_MSH, AT_IP, NEXT, NEXT); /* octets of the IPv4 header */
	put(&program, BPF_LD | BPF_H | BPF_IND, AT_IP + AT_UDP_PORT, NEXT, NEXT);
	for (size_t i = 0; i < filter->ports; i++)
		when(&program, filter->port[i], PASS, NEXT);

	here(&program, DROP);
	put(&program, BPF_RET | BPF_K, 0, NEXT, NEXT);
	here(&program, PASS);
	put(&program, BPF_RET | BPF_K, UINT32_MAX, NEXT, NEXT);

	for (size_t i = 0; i < program.size; i++) {
		ret_program[i].jt = way(&program, i, program.yes[i]);
		ret_program[i].jf = way(&program, i, program.no[i]);
	}
	return program.size;
}
