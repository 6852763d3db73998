/* SPDX-License-Identifier: BSD-2-Clause */
/* Who is who in a world: nodes by their addresses and ports, and these of a node. */
#include <string.h>

#include "core/base/address.h"
#include "sim/script/world.h"

/* Who is outside has no host of ours: what is known of it lies in the node. */
static uint32_t address_of(const struct br_world *world, size_t node, size_t link)
{
	const struct br_world_node *lives = &world->node[node];

	return br_node_is_outside(&world->script->node[node])
	               ? lives->real_address
	               : br_host_address(lives->host, (uint32_t)link);
}

int br_world_node_by_ipv4(const struct br_world *world, uint32_t address)
{
	for (size_t i = 0; address != 0 && i < world->nodes; i++) {
		for (size_t link = 0; link < world->script->node[i].links; link++) {
			if (address_of(world, i, link) == address)
				return (int)i;
		}
	}
	return BR_SCRIPT_NODE_NONE;
}

/* Any address of IPv6 that a link has by now. */
static bool link_has6(const struct br_world *world, size_t node, size_t link, const uint8_t ip[16])
{
	const struct br_world_node *lives = &world->node[node];
	const uint8_t *has;

	if (br_node_is_outside(&world->script->node[node])) {
		uint8_t local[BR_IP_SIZE];

		br_ip_link_local(lives->real_mac, local);
		return br_ip_equal(lives->real_address6, ip) || br_ip_equal(local, ip);
	}
	for (size_t i = 0; (has = br_host_address6(lives->host, (uint32_t)link, i)); i++) {
		if (br_ip_equal(has, ip))
			return true;
	}
	return false;
}

int br_world_node_by_ip(const struct br_world *world, const struct br_endpoint *end)
{
	if (br_ip_is_ipv4(end->ip))
		return br_world_node_by_ipv4(world, br_endpoint_to_ipv4(end));
	for (size_t i = 0; !br_ip_is_zero(end->ip) && i < world->nodes; i++) {
		for (size_t link = 0; link < world->script->node[i].links; link++) {
			if (link_has6(world, i, link, end->ip))
				return (int)i;
		}
	}
	return BR_SCRIPT_NODE_NONE;
}

const uint8_t *br_world_mac(const struct br_world *world, size_t node, size_t link)
{
	const struct br_world_node *lives = &world->node[node];

	if (br_node_is_outside(&world->script->node[node]))
		return lives->real_mac;
	return br_host_mac(lives->host, (uint32_t)link);
}

int br_world_node_by_mac(const struct br_world *world, const uint8_t mac[6])
{
	for (size_t i = 0; i < world->nodes; i++) {
		for (size_t link = 0; link < world->script->node[i].links; link++) {
			if (!memcmp(br_world_mac(world, i, link), mac, 6))
				return (int)i;
		}
	}
	return BR_SCRIPT_NODE_NONE;
}

struct br_port *br_world_port(const struct br_world *world, size_t node, size_t link)
{
	const struct br_world_node *lives = &world->node[node];

	if (!br_node_is_outside(&world->script->node[node]))
		return br_host_port(lives->host, (uint32_t)link);
	if (lives->guest)
		return br_guest_port(lives->guest);
	return lives->iface ? br_port_iface_port(lives->iface) : NULL;
}

int br_world_node_by_port(const struct br_world *world, const struct br_port *port,
                          size_t *ret_link)
{
	for (size_t i = 0; port && i < world->nodes; i++) {
		for (size_t link = 0; link < world->script->node[i].links; link++) {
			if (br_world_port(world, i, link) == port) {
				*ret_link = link;
				return (int)i;
			}
		}
	}
	return BR_SCRIPT_NODE_NONE;
}

uint32_t br_world_address(const struct br_world *world, size_t node, size_t from)
{
	const struct br_script_node *to = &world->script->node[node],
				    *sender = &world->script->node[from];

	for (size_t i = 0; i < to->links; i++) {
		for (size_t k = 0; k < sender->links; k++) {
			if (to->link[i].net == sender->link[k].net)
				return address_of(world, node, i);
		}
	}
	return address_of(world, node, 0);
}

/* The last address of a link that is not its link-local one; what was given last counts. */
static bool global6(const struct br_world *world, size_t node, size_t link, uint8_t ret_ip[16])
{
	const struct br_world_node *lives = &world->node[node];
	const uint8_t *has;
	bool found = false;

	if (br_node_is_outside(&world->script->node[node])) {
		memcpy(ret_ip, lives->real_address6, BR_IP_SIZE);
		return !br_ip_is_zero(ret_ip);
	}
	for (size_t i = 0; (has = br_host_address6(lives->host, (uint32_t)link, i)); i++) {
		if (br_ip_is_link_local6(has))
			continue;
		memcpy(ret_ip, has, BR_IP_SIZE);
		found = true;
	}
	return found;
}

bool br_world_address6(const struct br_world *world, size_t node, size_t from, uint8_t ret_ip[16])
{
	const struct br_script_node *to = &world->script->node[node],
				    *sender = &world->script->node[from];

	for (size_t i = 0; i < to->links; i++) {
		for (size_t k = 0; k < sender->links; k++) {
			if (to->link[i].net == sender->link[k].net &&
			    global6(world, node, i, ret_ip))
				return true;
		}
	}
	for (size_t i = 0; i < to->links; i++) {
		if (global6(world, node, i, ret_ip))
			return true;
	}
	return false;
}

bool br_world_link_local(const struct br_world *world, size_t node, size_t from, uint8_t ret_ip[16],
                         size_t *ret_link)
{
	const struct br_script_node *to = &world->script->node[node],
				    *sender = &world->script->node[from];

	for (size_t i = 0; i < to->links; i++) {
		for (*ret_link = 0; *ret_link < sender->links; ++*ret_link) {
			if (to->link[i].net != sender->link[*ret_link].net ||
			    !world->script->net[to->link[i].net].six)
				continue;
			br_ip_link_local(br_world_mac(world, node, i), ret_ip);
			return true;
		}
	}
	return false;
}
