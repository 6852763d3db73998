/* SPDX-License-Identifier: BSD-2-Clause */
/* What a host listens for. is_concerned() of host.c is the truth; this tells the segment
 * enough that no host it is true for is left out. Neighbours are arp.c's.
 */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "core/formats/dhcp_message.h"
#include "sim/net/host_stack.h"

void br_host_ignore(struct br_host_link *link)
{
	while (link->ears > 0)
		br_port_ignore(&link->port, link->ear[--link->ears]);
}

static void listen_for(struct br_host_link *link, enum br_ear ear, uint32_t value)
{
	assert(link->ears < BR_HOST_EARS_MAX);
	link->ear[link->ears++] = br_port_listen(&link->port, ear, value);
}

void br_host_listen(struct br_host *host)
{
	for (uint32_t i = 0; i < host->links; i++) {
		struct br_host_link *link = host->link[i];

		br_host_ignore(link);
		if (host->habits.arp_learn_all) {
			listen_for(link, BR_EAR_ALL, 0);
			continue;
		}
		if (link->address != 0)
			listen_for(link, BR_EAR_ADDRESS, link->address);
		if (host->hears_67)
			listen_for(link, BR_EAR_PORT, BR_DHCP_PORT_SERVER);
		if (host->hears_68 && host->xids == 0)
			listen_for(link, BR_EAR_PORT, BR_DHCP_PORT_CLIENT);
		for (uint32_t x = 0; host->hears_68 && x < host->xids; x++)
			listen_for(link, BR_EAR_XID, host->xid[x]);
	}
}

void br_host_expect_xids(struct br_host *host, const uint32_t *xids, size_t count)
{
	host->xids = count <= BR_HOST_XIDS_MAX ? (uint32_t)count : 0;
	if (host->xids > 0)
		memcpy(host->xid, xids, host->xids * sizeof(host->xid[0]));
	if (host->hears_68)
		br_host_listen(host);
}

int br_host_block_port(struct br_host *host, uint16_t port)
{
	if (host->blocks == BR_HOST_BLOCKED_MAX)
		return -ENOSPC;
	host->blocked[host->blocks++] = port;
	return 0;
}

bool br_host_is_blocked(const struct br_host *host, uint16_t port)
{
	for (uint32_t i = 0; i < host->blocks; i++) {
		if (host->blocked[i] == port)
			return true;
	}
	return false;
}

void br_host_listen_port(struct br_host *host, uint16_t port, bool open)
{
	if (port == BR_DHCP_PORT_SERVER)
		host->hears_67 = open;
	else if (port == BR_DHCP_PORT_CLIENT)
		host->hears_68 = open;
	else
		return;
	br_host_listen(host);
}
