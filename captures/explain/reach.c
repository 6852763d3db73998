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

static const char *told_by_six(const struct br_talk_dhcp6 *six, const struct br_endpoint *address)
{
	const char *host = strstr(six->url, "://[");
	char text[INET6_ADDRSTRLEN] = "";
	uint8_t ip[16];

	if (host && strcspn(host + 4, "]") < sizeof(text))
		memcpy(text, host + 4, strcspn(host + 4, "]"));
	if (inet_pton(AF_INET6, text, ip) == 1 && !memcmp(ip, address->ip, sizeof(ip)))
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
