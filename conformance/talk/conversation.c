/* SPDX-License-Identifier: BSD-2-Clause */
/* The door of conformance/talk: which file a packet is for.
 *
 * Theory of operation
 *
 * Each packet is given to the file of its protocol (dhcp.c, dhcp6.c, tftp.c, tcp.c with http.c,
 * other.c), which finds the client it belongs to (clients.c) and the exchange at hand, or starts
 * one (store.c). Nothing is kept of a packet but what the exchange's record says of it, so a
 * transfer of any length costs the same. Flows (TFTP and TCP) are found by the client's endpoint
 * alone (flows.c): a new use of an endpoint ends the old flow, as it does on a real machine.
 *
 * What it leaves out: data inside bulk transfers, protocols that boot nobody.
 */
#include "conformance/talk/conversation.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "conformance/talk/clients.h"
#include "conformance/talk/dhcp.h"
#include "conformance/talk/dhcp6.h"
#include "conformance/talk/other.h"
#include "conformance/talk/servers.h"
#include "conformance/talk/store.h"
#include "conformance/talk/tcp.h"
#include "conformance/talk/tftp.h"

const struct br_talk_limits br_talk_limits_default = {
	.memory_max = (size_t)64 << 20,
	.exchanges_max = 512,
};

int br_talk_new(struct br_talk **ret_talk, const struct br_talk_limits *limits)
{
	struct br_talk *talk = calloc(1, sizeof(*talk));

	if (!talk)
		return -ENOMEM;
	talk->limits = *limits;
	*ret_talk = talk;
	return 0;
}

struct br_talk *br_talk_free(struct br_talk *talk)
{
	if (!talk)
		return NULL;
	for (size_t i = 0; i < talk->clients; i++)
		talk_free_client(talk, talk->client[i]);
	free(talk->client);
	free(talk->quiet);
	free(talk);
	return NULL;
}

void br_talk_on_evict(struct br_talk *talk, br_talk_see *see, void *context)
{
	talk->see = see;
	talk->see_context = context;
}

/* What a capture of "port 67 or port 68 or port 69" holds */
static bool is_of_boot_port(const struct br_packet *p)
{
	const uint16_t ports[] = {p->src.port, p->dst.port};

	for (size_t i = 0; p->transport == BR_TRANSPORT_UDP && i < 2; i++) {
		if ((ports[i] >= BR_DHCP_PORT_SERVER && ports[i] <= BR_TFTP_PORT) ||
		    ports[i] == BR_DHCP_PORT_PXE)
			return true;
	}
	return false;
}

bool br_talk_is_filtered(const struct br_talk *talk)
{
	return talk->any && talk->beyond == 0 && talk->framed > 0;
}

void br_talk_of_file(struct br_talk *talk, size_t file)
{
	talk->file = file;
}

void br_talk_packet(struct br_talk *talk, const struct br_packet *packet, uint64_t frame,
                    br_time at)
{
	const struct seen seen = {packet, frame, at, talk->file};

	if (!talk->any || at < talk->first)
		talk->first = at;
	if (!talk->any || at > talk->last)
		talk->last = at;
	talk->any = true;
	talk->beyond += !is_of_boot_port(packet);
	talk->framed += !talk_is_group(packet->eth_src);
	if (packet->network == BR_NETWORK_ARP) {
		talk_arp(talk, &seen);
		return;
	}
	talk->spoken +=
		packet->transport == BR_TRANSPORT_UDP || packet->transport == BR_TRANSPORT_TCP;
	switch (packet->transport) {
	case BR_TRANSPORT_UDP:
		if (!talk_dhcp(talk, &seen) && !talk_dhcp6(talk, &seen) && !talk_tftp(talk, &seen))
			(void)talk_dns(talk, &seen);
		break;
	case BR_TRANSPORT_TCP:
		(void)talk_tcp(talk, &seen);
		break;
	case BR_TRANSPORT_ICMP:
		talk_icmp(talk, &seen);
		break;
	case BR_TRANSPORT_ICMPV6:
		talk_icmpv6(talk, &seen);
		break;
	case BR_TRANSPORT_NONE:
	case BR_TRANSPORT_OTHER:
		break;
	}
}

size_t br_talk_clients(const struct br_talk *talk)
{
	return talk->clients;
}

const struct br_talk_client *br_talk_client(const struct br_talk *talk, size_t index)
{
	assert(index < talk->clients);
	return talk->client[index];
}

size_t br_talk_servers(const struct br_talk *talk)
{
	return talk->servers;
}

const struct br_talk_server *br_talk_server(const struct br_talk *talk, size_t index)
{
	assert(index < talk->servers);
	return &talk->server[index];
}

const struct br_talk_server *br_talk_find_server(const struct br_talk *talk,
                                                 const struct br_endpoint *address)
{
	size_t index = talk_server_index(talk, address);

	return index < talk->servers ? &talk->server[index] : NULL;
}

const struct br_talk_late *br_talk_late(const struct br_talk *talk)
{
	return &talk->late;
}

void br_talk_set_fragments_lost(struct br_talk *talk, uint64_t datagrams)
{
	talk->fragments_lost = datagrams;
}

uint64_t br_talk_fragments_lost(const struct br_talk *talk)
{
	return talk->fragments_lost;
}

uint64_t br_talk_router_advertisements(const struct br_talk *talk)
{
	return talk->advertisements;
}

const struct br_nd_prefix *br_talk_prefix(const struct br_talk *talk, size_t index)
{
	return index < talk->prefixes ? &talk->prefix[index] : NULL;
}

const struct br_talk_router6 *br_talk_router6(const struct br_talk *talk)
{
	return &talk->router6;
}

bool br_talk_has_router6(const struct br_talk *talk)
{
	return talk->has_router6;
}

uint64_t br_talk_spoken(const struct br_talk *talk)
{
	return talk->spoken;
}

uint64_t br_talk_cut(const struct br_talk *talk)
{
	return talk->cut;
}

uint64_t br_talk_evicted(const struct br_talk *talk)
{
	return talk->evicted;
}

size_t br_talk_memory(const struct br_talk *talk)
{
	return talk->memory;
}

br_time br_talk_first(const struct br_talk *talk)
{
	return talk->first;
}

br_time br_talk_last(const struct br_talk *talk)
{
	return talk->last;
}
