/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/net/iface_filter.h"

#include <assert.h>

#include "sim/net/ethernet.h"
#include "sim/net/packet.h"

enum {
	AT_MAC_NODE = 2,
	AT_MAC_END = 4,
	AT_TYPE = 12,
	AT_IP = BR_ETHERNET_HEADER,
	AT_FRAGMENT = AT_IP + 6,
	AT_PROTOCOL = AT_IP + 9,
	AT_UDP_PORT = 2,
	AT_NEXT6 = AT_IP + 6,
	AT_UDP6 = AT_IP + 40,
	NEXT_HOP_BY_HOP = 0, /* RFC 8200 section 4: MLD has it; no port is behind a fixed head */
	NEXT_FRAGMENT = 44,
};

/* Where a jump may lead besides the next instruction. */
enum target {
	NEXT,
	PASS,
	DROP,
	GROUP,
	IPV4,
	IPV6,
	PROTOCOL6,
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

/* RFC 2464 section 7: of ff02::1:ffXX:XXXX a card hears 33:33:ff:XX:XX:XX. */
static void of_ipv6_groups(struct program *program, const struct br_iface_filter *filter)
{
	here(program, IPV6);
	if (filter->nodes == 0)
		when(program, BR_ETHERNET_TYPE_IPV6, DROP, DROP);
	load(program, BPF_B, AT_MAC_NODE);
	when(program, 0xff, NEXT, PROTOCOL6);
	load(program, BPF_W, AT_MAC_NODE);
	for (size_t i = 0; i < filter->nodes; i++)
		when(program, 0xff000000 | filter->node[i], PROTOCOL6,
		     i + 1 < filter->nodes ? NEXT : DROP);

	here(program, PROTOCOL6);
	load(program, BPF_B, AT_NEXT6);
	when(program, BR_IP_PROTOCOL_ICMPV6, PASS, NEXT);
	when(program, NEXT_HOP_BY_HOP, PASS, NEXT);
	when(program, NEXT_FRAGMENT, PASS, NEXT);
	when(program, BR_IP_PROTOCOL_UDP, NEXT, DROP);
	load(program, BPF_H, AT_UDP6 + AT_UDP_PORT);
	for (size_t i = 0; i < filter->ports6; i++)
		when(program, filter->port6[i], PASS, i + 1 < filter->ports6 ? NEXT : DROP);
	if (filter->ports6 == 0)
		when(program, 0, DROP, DROP);
}

size_t br_iface_filter_make(const struct br_iface_filter *filter,
                            struct sock_filter ret_program[static BR_IFACE_FILTER_SIZE])
{
	struct program program = {.code = ret_program};
	const uint8_t *mac = filter->mac;

	assert(filter->ports <= BR_IFACE_FILTER_PORTS_MAX);
	assert(filter->ports6 <= BR_IFACE_FILTER_PORTS_MAX);
	assert(filter->nodes <= BR_IFACE_FILTER_NODES_MAX);
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
	when(&program, BR_ETHERNET_TYPE_IPV4, IPV4, NEXT);
	when(&program, BR_ETHERNET_TYPE_IPV6, IPV6, DROP);

	here(&program, IPV4);
	load(&program, BPF_B, AT_PROTOCOL);
	when(&program, BR_IP_PROTOCOL_UDP, NEXT, DROP);
	load(&program, BPF_H, AT_FRAGMENT);
	put(&program, BPF_JMP | BPF_JSET | BPF_K, BR_IPV4_OFFSET, PASS, NEXT);
	put(&program, BPF_LDX | BPF_B | BPF_MSH, AT_IP, NEXT, NEXT); /* octets of the IPv4 header */
	put(&program, BPF_LD | BPF_H | BPF_IND, AT_IP + AT_UDP_PORT, NEXT, NEXT);
	for (size_t i = 0; i < filter->ports; i++)
		when(&program, filter->port[i], PASS, i + 1 < filter->ports ? NEXT : DROP);
	if (filter->ports == 0)
		when(&program, 0, DROP, DROP);
	of_ipv6_groups(&program, filter);

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
