/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/explain/reach.h"

#include <arpa/inet.h>
#include <string.h>

#include "core/base/text.h"
#include "core/formats/dhcp_message.h"

/* The longest of option 33, 121 or 249 that holds @address. Return: one does */
static bool by_route(const struct br_talk_reply *ack, uint32_t address, uint32_t *ret_via)
{
	int best = -1;

	for (uint8_t i = 0; i < ack->routes; i++) {
		const struct br_dhcp_route *r = &ack->route[i];

		if (((address ^ r->net) & br_text_netmask(r->prefix)) != 0 || r->prefix <= best)
			continue;
		best = r->prefix;
		*ret_via = r->via;
	}
	return best >= 0;
}

enum br_way br_reach(const struct br_talk_reply *ack, uint32_t address, uint32_t *ret_via)
{
	*ret_via = 0;
	if (!ack || ack->cut || !ack->netmask || !address)
		return BR_WAY_UNKNOWN;
	if (((address ^ ack->yiaddr) & ack->netmask) == 0)
		return BR_WAY_NEAR;
	if (by_route(ack, address, ret_via)) {
		if (*ret_via == 0)
			return BR_WAY_NEAR;
	} else if (ack->has_classless) {
		/* of more routes than are kept, one may lead there */
		return ack->routes == BR_TALK_ROUTES_MAX ? BR_WAY_UNKNOWN
		       : ack->router                     ? BR_WAY_HIDDEN
		                                         : BR_WAY_NONE;
	} else {
		*ret_via = ack->router;
	}
	if (*ret_via == 0)
		return BR_WAY_NONE;
	return ((*ret_via ^ ack->yiaddr) & ack->netmask) == 0 ? BR_WAY_ROUTER : BR_WAY_FAR;
}

/* The host of a URL as an IPv4 address; 0: it is none */
static uint32_t host_of(const char *url)
{
	const char *host = strstr(url, "://");
	uint32_t address;

	if (!host)
		return 0;
	host += 3;
	struct br_octets text = {(const uint8_t *)host, strcspn(host, ":/?")};

	return br_text_get_ipv4(text, &address) ? address : 0;
}

uint32_t br_reach_boot_server(const struct br_talk_reply *ack)
{
	return !ack ? 0 : strstr(ack->file, "://") ? host_of(ack->file) : ack->siaddr;
}

const char *br_reach_unusable(uint32_t address, uint32_t netmask)
{
	uint32_t hosts = ~netmask;

	if (address >> 24 == 127)
		return "an address of the own machine (127.0.0.0/8)";
	if (address == UINT32_MAX || address >> 28 == 14)
		return "a broadcast or multicast address";
	if (address >> 24 == 0)
		return "an address of no network (0.0.0.0/8)";
	if (netmask == 0 || hosts < 3) /* RFC 3021: /31 has no such ends */
		return NULL;
	if ((address & hosts) == 0)
		return "the address of the network itself (its host part is 0)";
	return (address & hosts) == hosts ? "the broadcast address of its network" : NULL;
}

size_t br_reach_host(const char *url, const char **ret_host)
{
	const char *host = strstr(url, "://");

	*ret_host = host ? host + 3 : url;
	if (!host || host[3] == '[' || host_of(url))
		return 0;
	return strcspn(host + 3, ":/?");
}

const struct br_talk_reply *br_reach_teller(const struct br_attempt *a)
{
	const struct br_talk_reply *teller = a->ack;

	if (a->pxe && a->pxe->pxe.replies > 0 && a->pxe->pxe.reply[0].file[0])
		return &a->pxe->pxe.reply[0];
	if (!a->ack || a->ack->file[0] || a->ack->cut)
		return a->ack;
	for (uint16_t i = 0; i < a->dhcp->dhcp.replies; i++) {
		const struct br_talk_reply *r = &a->dhcp->dhcp.reply[i];

		if (r->yiaddr == 0 && r->file[0] && r->type == BR_DHCP_TYPE_OFFER)
			teller = r;
	}
	return teller;
}

uint32_t br_reach_by_name(const struct br_story *s, const struct br_attempt *a)
{
	const char *host;
	const struct br_talk_reply *r = br_reach_teller(a);
	size_t size = r ? br_reach_host(r->file, &host) : 0;

	for (size_t i = a->first; size > 0 && i <= a->last; i++) {
		const struct br_talk_exchange *e = s->client->exchange[i];

		if (e->kind == BR_TALK_DNS && !strncmp(e->dns.name, host, size) &&
		    br_endpoint_to_ipv4(&e->dns.address))
			return br_endpoint_to_ipv4(&e->dns.address);
	}
	return 0;
}

static const char *told_by(const struct br_talk_reply *r, uint32_t address)
{
	uint32_t literal;

	if (r->siaddr == address)
		return "next server (siaddr)";
	if (host_of(r->file) == address)
		return "host in the boot file's URL";
	if (r->boot_server == address)
		return "boot server (option 43)";
	if (br_text_get_ipv4(br_text(r->server_name), &literal) && literal == address)
		return "server of option 66";
	if (r->router == address && !r->has_classless)
		return "router (option 3)";
	for (uint8_t i = 0; i < r->routes; i++) {
		if (r->route[i].via == address)
			return r->has_classless ? "router (option 121)" : "router (option 33)";
	}
	for (size_t i = 0; i < BR_TALK_RESOLVERS_MAX; i++) {
		if (r->resolver[i] == address)
			return "DNS server (option 6)";
	}
	if (r->server_id == address || br_endpoint_to_ipv4(&r->from) == address)
		return "DHCP server itself";
	return NULL;
}

bool br_reach_literal6(const char *url, uint8_t ret_ip[16])
{
	const char *host = strstr(url, "://[");
	char text[INET6_ADDRSTRLEN] = "";

	if (host && strcspn(host + 4, "]") < sizeof(text))
		memcpy(text, host + 4, strcspn(host + 4, "]"));
	return inet_pton(AF_INET6, text, ret_ip) == 1;
}

static const char *told_by_six(const struct br_talk_dhcp6 *six, const struct br_endpoint *address)
{
	uint8_t ip[16];

	if (br_reach_literal6(six->url, ip) && !memcmp(ip, address->ip, sizeof(ip)))
		return "host in the boot file's URL (option 59)";
	return !memcmp(six->server.ip, address->ip, sizeof(ip)) ? "DHCPv6 server" : NULL;
}

const char *br_reach_told(const struct br_attempt *a, const struct br_endpoint *address)
{
	uint32_t ip = br_endpoint_to_ipv4(address);
	const char *told = NULL;

	if (a->dhcp && a->dhcp->kind == BR_TALK_DHCP6)
		return told_by_six(&a->dhcp->dhcp6, address);
	if (ip == 0)
		return NULL;
	if (a->ack)
		told = told_by(a->ack, ip);
	for (uint16_t i = 0; a->dhcp && !told && i < a->dhcp->dhcp.replies; i++)
		told = told_by(&a->dhcp->dhcp.reply[i], ip);
	for (uint16_t i = 0; a->pxe && !told && i < a->pxe->pxe.replies; i++)
		told = told_by(&a->pxe->pxe.reply[i], ip);
	return told;
}
