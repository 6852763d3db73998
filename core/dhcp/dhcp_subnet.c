/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/dhcp/dhcp_subnet.h"

#include <errno.h>
#include <string.h>

#include "core/base/text.h"
#include "core/defect.h"

bool br_is_host_address(uint32_t address)
{
	uint32_t first = address >> 24;

	return first != 0 && first != 127 && first < 224;
}

bool br_dhcp_subnet_has(const struct br_config_subnet *subnet, uint32_t address)
{
	return (address & subnet->netmask) == subnet->network;
}

/* A pool that came without its subnet is of the link whose network holds it. */
static int give_network(const struct br_config *config, struct br_config_subnet *subnet)
{
	for (size_t i = 0; i < config->links; i++) {
		const struct br_config_link *link = &config->link[i];

		subnet->netmask = link->netmask;
		subnet->network = link->address & link->netmask;
		if (link->netmask != 0 && br_dhcp_subnet_has(subnet, subnet->pool_first) &&
		    br_dhcp_subnet_has(subnet, subnet->pool_last))
			return 0;
	}
	return -EINVAL;
}

static void put_pool(struct br_writer *w, const struct br_config_subnet *subnet)
{
	br_text_put_ipv4(w, subnet->pool_first);
	br_text_put(w, "-");
	br_text_put_ipv4(w, subnet->pool_last);
}

static void say_no_network(struct br_writer *why, const struct br_config *config,
                           const struct br_config_subnet *subnet)
{
	br_text_put(why, "pool ");
	put_pool(why, subnet);
	br_text_put(why, " lies in none of the server's nets ");
	for (size_t i = 0; i < config->links; i++) {
		const struct br_config_link *link = &config->link[i];

		br_text_put(why, i > 0 ? ", " : "");
		br_text_put_cidr(why, link->address & link->netmask, link->netmask);
	}
	br_text_put(why, ", nor in a subnet= before it");
}

static void say_two_pools(struct br_writer *why, const struct br_config_subnet *have,
                          const struct br_config_subnet *more)
{
	br_text_put(why, "two pools of net ");
	br_text_put_cidr(why, have->network, have->netmask);
	br_text_put(why, ": ");
	put_pool(why, have);
	br_text_put(why, " and ");
	put_pool(why, more);
}

/* A subnet and its pool may be told apart, in either order; two pools of one subnet may not. */
static int merge(struct br_config_subnet *into, const struct br_config_subnet *from,
                 struct br_writer *why)
{
	if (from->pool_first != 0) {
		if (into->pool_first != 0) {
			say_two_pools(why, into, from);
			return -EINVAL;
		}
		into->pool_first = from->pool_first;
		into->pool_last = from->pool_last;
	}
	if (into->router == 0)
		into->router = from->router;
	return 0;
}

static int add(struct br_dhcp_subnets *subnets, const struct br_config_subnet *subnet,
               struct br_writer *why)
{
	for (size_t i = 0; i < subnets->count; i++) {
		struct br_config_subnet *have = &subnets->subnet[i];

		if (have->network == subnet->network && have->netmask == subnet->netmask)
			return merge(have, subnet, why);
	}
	subnets->subnet[subnets->count++] = *subnet;
	return 0;
}

int br_dhcp_subnets_init(struct br_dhcp_subnets *subnets, const struct br_config *config,
                         struct br_writer *why)
{
	*subnets = (struct br_dhcp_subnets){.config = config};
	for (size_t i = 0; i < config->subnets; i++) {
		struct br_config_subnet subnet = config->subnet[i];

		if (subnet.netmask == 0 && give_network(config, &subnet) < 0) {
			say_no_network(why, config, &subnet);
			return -EINVAL;
		}
		if (add(subnets, &subnet, why) < 0)
			return -EINVAL;
	}
	for (size_t i = 0; i < config->links; i++) {
		const struct br_config_link *link = &config->link[i];
		const struct br_config_subnet subnet = {.network = link->address & link->netmask,
		                                        .netmask = link->netmask};

		if (link->netmask != 0)
			(void)add(subnets, &subnet, why); /* without a pool: always goes well */
	}
	return 0;
}

const struct br_config_subnet *br_dhcp_subnet_of(const struct br_dhcp_subnets *subnets,
                                                 uint32_t address)
{
	const struct br_config_subnet *best = NULL;

	for (size_t i = 0; i < subnets->count; i++) {
		const struct br_config_subnet *subnet = &subnets->subnet[i];

		if (br_dhcp_subnet_has(subnet, address) &&
		    (!best || subnet->netmask > best->netmask))
			best = subnet;
	}
	return best;
}

bool br_dhcp_is_own(const struct br_config *config, uint32_t address)
{
	for (size_t i = 0; i < config->links; i++) {
		if (config->link[i].address == address)
			return true;
	}
	return false;
}

const struct br_config_subnet *br_dhcp_subnet_choose(const struct br_dhcp_subnets *subnets,
                                                     const struct br_dhcp_message *message,
                                                     const struct br_event *event)
{
	const struct br_dhcp_header *h = &message->header;
	struct br_octets agent = br_dhcp_get(message, BR_DHCP_OPTION_RELAY_AGENT);
	struct br_octets link = br_dhcp_sub_option(agent, BR_RELAY_AGENT_LINK_SELECTION, false);
	struct br_reader r = br_reader_of(link.data, link.size);
	uint32_t address;

	if (BR_DEFECT(RLS_08) &&
	    br_dhcp_get_be32(message, BR_DHCP_OPTION_SUBNET_SELECTION, &address))
		return br_dhcp_subnet_of(subnets, address);
	if (link.size == 4 && !BR_DEFECT(RLS_06)) /* RFC 3527 §3, and before option 118 */
		return br_dhcp_subnet_of(subnets, br_get_be32(&r));
	if (br_dhcp_get_be32(message, BR_DHCP_OPTION_SUBNET_SELECTION, &address))
		return br_dhcp_subnet_of(subnets, address); /* RFC 3011 */
	if (h->giaddr != 0 && !BR_DEFECT(RLS_05))
		return br_dhcp_subnet_of(subnets, h->giaddr);
	/* A renewal through a router comes unicast, from where the client is. */
	if (message->type != BR_DHCP_TYPE_DISCOVER && h->ciaddr != 0 &&
	    br_dhcp_is_own(subnets->config, br_endpoint_to_ipv4(&event->local)))
		return br_dhcp_subnet_of(subnets, h->ciaddr);
	return br_dhcp_subnet_of(subnets, subnets->config->link[event->link].address);
}

const struct br_config_reservation *
br_dhcp_reserved(const struct br_config *config, const struct br_config_subnet *subnet,
                 const struct br_octets marks[static BR_CONFIG_MARK_COUNT])
{
	for (size_t i = 0; i < config->reservations; i++) {
		const struct br_config_reservation *reservation = &config->reservation[i];
		struct br_octets shown = marks[reservation->mark];

		if (shown.data && shown.size == reservation->size &&
		    memcmp(reservation->octets, shown.data, shown.size) == 0 &&
		    br_dhcp_subnet_has(subnet, reservation->address))
			return reservation;
	}
	return NULL;
}

bool br_dhcp_in_pool(const struct br_config *config, const struct br_config_subnet *subnet,
                     uint32_t address)
{
	uint32_t host = address & ~subnet->netmask;

	if (subnet->pool_first == 0 || address < subnet->pool_first || address > subnet->pool_last)
		return false;
	if (~subnet->netmask > 1 && (host == 0 || host == ~subnet->netmask))
		return false; /* network and broadcast; a /31 has none, RFC 3021 */
	if (address == subnet->router || address == config->router ||
	    br_dhcp_is_own(config, address))
		return false;
	for (size_t i = 0; i < config->reservations; i++) {
		if (config->reservation[i].address == address)
			return false;
	}
	return true;
}
