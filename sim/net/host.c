/* SPDX-License-Identifier: BSD-2-Clause */
/* Theory of operation
 *
 * A frame that concerns the host is taken apart once (packet.c) and goes up: arp.c, or
 * ip.c, reassembly.c if it is a piece, forward.c if it is for another, then icmp.c (and from
 * there nd.c), udp.c or host_tcp.c, and to the user. Both families go the same way: what
 * differs is the header, who is asked for a neighbour (ask.c) and where addresses come from
 * (six.c). What concerns others is told by its topic (topic.c) and leaves no trace, so that
 * the segment need not even bring it: it asks what host_ears.c has told it. What the user
 * sends goes down: a route, a frame written in one go with checksums left virtual
 * (ip_send.c), the neighbour's address out of neighbour.c or a wait for it, the segment
 * (host_base.c). One timer of the clock serves the whole host; it may wake it early,
 * never late.
 *
 * Each file calls only what is below it. Two things have to be told upwards, that
 * nobody answers ARP and that a segment of TCP's came back in an ICMP error: they are
 * callbacks in struct br_host, set here.
 *
 * Every table has a limit from br_host_limits; beyond it something is dropped and
 * counted. Nothing a peer sends can make a host take more memory than that.
 */
#include "sim/net/host.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/net/host_stack.h"

const struct br_host_limits br_host_limits_server = {
	.udp_ports_max = 16384,
	.streams_max = 1024,
	.stream_buffer_size = 131072, /* twice what a client without window scale takes */
	.reassemblies_max = 64,
	.arp_entries_max = 16384,
	.arp_pending_max = 1024,
};

const struct br_host_limits br_host_limits_client = {
	.udp_ports_max = 8,
	.streams_max = 4,
	.stream_buffer_size = 65535,
	.reassemblies_max = 2,
	.arp_entries_max = 8,
	.arp_pending_max = 8,
};

static const struct br_host_habits habits_default = {
	.echo = true,
	.unreachables = true,
	.udp_checksums = true,
};

static void fire(void *context, br_time now)
{
	struct br_host *host = context;

	br_neighbours_expire(host, now);
	br_six_expire(host, now);
	br_ip_expire(host, now);
	br_host_tcp_expire(host, now);
	br_host_schedule(host);
}

static bool limits_make_sense(const struct br_host_limits *limits)
{
	return limits->udp_ports_max <= 65535 && limits->streams_max > 0 &&
	       limits->streams_max <= 1 << 20 && limits->stream_buffer_size > 0 &&
	       limits->stream_buffer_size <= 1 << 28 && limits->arp_entries_max > 0 &&
	       limits->arp_entries_max <= 1 << 20 && limits->reassemblies_max <= 65536;
}

int br_host_new(struct br_host **ret_host, struct br_wire *wire, const char *name,
                const struct br_host_limits *limits, uint64_t seed)
{
	if (!limits_make_sense(limits))
		return -EINVAL;

	struct br_host *host = calloc(1, sizeof(*host));
	size_t name_size = strlen(name) + 1;

	if (!host)
		return -ENOMEM;
	host->wire = wire;
	host->clock = br_wire_clock(wire);
	host->frames = br_wire_frames(wire);
	host->limits = *limits;
	host->habits = habits_default;
	host->seed = seed;
	host->six_at = BR_TIME_NEVER;
	host->timer = (struct br_timer){.fire = fire, .context = host};
	host->unresolved = br_icmp_unresolved;
	host->tcp_unreachable = br_host_tcp_unreachable;
	br_host_set_tcp_options(host, &br_tcp_options_default);
	host->name = malloc(name_size);
	if (!host->name || br_neighbours_init(host) < 0 || br_udp_init(host) < 0) {
		br_host_free(host);
		return -ENOMEM;
	}
	memcpy(host->name, name, name_size);
	*ret_host = host;
	return 0;
}

struct br_host *br_host_free(struct br_host *host)
{
	if (!host)
		return NULL;
	br_clock_cancel(host->clock, &host->timer);
	br_neighbours_reset(host);
	br_reassembly_free(host->reassembly);
	for (uint32_t i = 0; i < host->links; i++) {
		br_host_ignore(host->link[i]);
		br_port_unplug(&host->link[i]->port);
		free(host->link[i]->six);
		free(host->link[i]);
	}
	br_tcp_free(host->tcp);
	free(host->path);
	free(host->port);
	free(host->name);
	free(host);
	return NULL;
}

void br_host_set_user(struct br_host *host, const struct br_host_user *user)
{
	host->user = *user;
}

void br_host_set_habits(struct br_host *host, const struct br_host_habits *habits)
{
	host->habits = *habits;
	host->identification = habits->identification;
	br_host_listen(host);
}

const struct br_host_habits *br_host_get_habits(const struct br_host *host)
{
	return &host->habits;
}

const char *br_host_name(const struct br_host *host)
{
	return host->name;
}

const struct br_host_counters *br_host_counters(const struct br_host *host)
{
	return &host->counters;
}

/* What a switch floods is not all for us. */
static bool is_for_port(const struct br_host_link *link, const struct br_packet *packet)
{
	return packet->eth_dst[0] & 1 ||
	       memcmp(packet->eth_dst, link->port.mac, sizeof(packet->eth_dst)) == 0;
}

static bool expects(const struct br_host *host, const struct br_topic *topic)
{
	if (!topic->has_xid || host->xids == 0)
		return true;
	for (uint32_t i = 0; i < host->xids; i++) {
		if (host->xid[i] == topic->xid)
			return true;
	}
	return false;
}

/* False: what @topic is of changes nothing here, and is not counted. */
static bool is_concerned(const struct br_host_link *link, const struct br_topic *topic)
{
	switch (topic->kind) {
	case BR_TOPIC_ARP:
		return br_arp_concerns(link, topic->sender, topic->target);
	case BR_TOPIC_UDP:
		return br_udp_is_open(link->host, topic->port) && expects(link->host, topic);
	case BR_TOPIC_OTHER:
		break;
	}
	return true;
}

/* Has the frame one tag that names the link's network? Where frames have none, VLAN 0 does: such a
 * tag says a priority alone, IEEE 802.1Q §9.6.
 */
static bool has_tag(const struct br_host_link *link, const struct br_frame *frame)
{
	struct br_ethernet ethernet;

	return br_ethernet_be16(frame->data + BR_ETHERNET_TAG_AT) == BR_ETHERNET_TYPE_VLAN &&
	       br_ethernet_read(frame->data, frame->size, &ethernet) && ethernet.tags == 1 &&
	       (ethernet.vlan & BR_ETHERNET_VLAN_MASK) == link->vlan;
}

/* A frame without its tag, to unref; NULL if it is none of the link's network. */
static struct br_frame *take_tag(const struct br_host_link *link, const struct br_frame *frame)
{
	const uint8_t *at = frame->data + BR_ETHERNET_TAG_AT;
	struct br_frame *copy;

	if (!has_tag(link, frame))
		return NULL;
	copy = br_host_new_frame(link->host);
	if (!copy)
		return NULL;
	memcpy(copy->data, frame->data, BR_ETHERNET_TAG_AT);
	memcpy(copy->data + BR_ETHERNET_TAG_AT, at + BR_ETHERNET_TAG,
	       frame->size - BR_ETHERNET_TAG_AT - BR_ETHERNET_TAG);
	copy->size = frame->size - BR_ETHERNET_TAG;
	copy->checksums_virtual = frame->checksums_virtual;
	return copy;
}

static void receive_plain(struct br_host_link *link, struct br_frame *frame, br_time now)
{
	struct br_packet packet;

	br_packet_parse_frame(&packet, frame);
	if (!is_for_port(link, &packet))
		return;
	link->host->counters.frames_in++;
	if (packet.vlan_tags > 0) /* of a network this port is not in */
		return;
	if (packet.network == BR_NETWORK_IPV6 && link->six && link->host->user.frame6)
		link->host->user.frame6(link->host->user.context,
		                        (struct br_octets){frame->data, frame->size}, now);
	if (packet.network == BR_NETWORK_IPV4 || (packet.network == BR_NETWORK_IPV6 && link->six))
		br_ip_input(link, &packet, frame, now);
	else if (packet.network == BR_NETWORK_ARP)
		br_arp_input(link, &packet, now);
	else if (packet.wrong)
		link->host->counters.bad++;
}

static void receive(void *context, struct br_frame *frame, br_time now)
{
	struct br_host_link *link = context;
	struct br_topic topic = br_topic_of(frame);
	struct br_frame *plain;

	if (!is_concerned(link, &topic) && !br_wire_visits_all(link->host->wire))
		return;
	plain = link->vlan != 0 || has_tag(link, frame) ? take_tag(link, frame) : frame;
	if (!plain)
		return;
	receive_plain(link, plain, now);
	if (plain != frame)
		br_frame_unref(plain);
}

int br_host_add_link(struct br_host *host, struct br_segment *segment, const uint8_t mac[6])
{
	if (host->links == BR_HOST_LINKS_MAX)
		return -ENOSPC;

	struct br_host_link *link = calloc(1, sizeof(*link));

	if (!link)
		return -ENOMEM;
	link->host = host;
	link->index = host->links;
	link->mtu = br_segment_mtu(segment);
	link->port.name = host->name;
	link->port.receive = receive;
	link->port.context = link;
	link->port.selective = true;
	memcpy(link->port.mac, mac, sizeof(link->port.mac));
	if (br_port_plug(&link->port, segment) < 0) {
		free(link);
		return -ENOMEM;
	}
	host->link[host->links] = link;
	host->links++;
	br_host_listen(host);
	return (int)link->index;
}

void br_host_set_address(struct br_host *host, uint32_t index, uint32_t address, uint32_t netmask)
{
	assert(index < host->links);

	struct br_host_link *link = host->link[index];

	if (link->address == address && link->netmask == netmask)
		return;
	br_neighbours_forget_link(host, index);
	link->address = address;
	link->netmask = netmask;
	br_host_listen(host);
	if (address != 0 && host->habits.announce)
		br_ask_announce(link);
}

void br_host_set_vlan(struct br_host *host, uint32_t index, uint16_t vlan)
{
	assert(index < host->links);
	if (host->link[index]->vlan == vlan)
		return;
	br_neighbours_change_vlan(host, index);
	host->link[index]->vlan = vlan;
}

void br_host_set_gateway(struct br_host *host, uint32_t gateway)
{
	host->gateway = gateway;
}

void br_host_set_forwarding(struct br_host *host, bool on)
{
	host->forwarding = on;
}

uint32_t br_host_address(const struct br_host *host, uint32_t link)
{
	return link < host->links ? host->link[link]->address : 0;
}

const uint8_t *br_host_mac(const struct br_host *host, uint32_t link)
{
	assert(link < host->links);
	return host->link[link]->port.mac;
}

struct br_port *br_host_port(struct br_host *host, uint32_t link)
{
	assert(link < host->links);
	return &host->link[link]->port;
}

int br_host_join_group(struct br_host *host, uint32_t index, uint32_t group)
{
	if (index >= host->links || !br_ipv4_is_multicast(group))
		return -EINVAL;

	struct br_host_link *link = host->link[index];

	for (size_t i = 0; i < link->groups; i++) {
		if (link->group[i] == group)
			return 0;
	}
	if (link->groups == BR_HOST_GROUPS_MAX)
		return -ENOSPC;
	link->group[link->groups++] = group;
	return 0;
}

void br_host_leave_group(struct br_host *host, uint32_t index, uint32_t group)
{
	if (index >= host->links)
		return;

	struct br_host_link *link = host->link[index];

	for (size_t i = 0; i < link->groups; i++) {
		if (link->group[i] == group) {
			link->group[i] = link->group[--link->groups];
			return;
		}
	}
}

int br_host_send_raw(struct br_host *host, uint32_t link, struct br_octets octets)
{
	if (link >= host->links || octets.size < BR_ETHERNET_HEADER ||
	    octets.size > host->frames->frame_size_max)
		return -EINVAL;

	struct br_frame *frame = br_host_new_frame(host);

	if (!frame)
		return -ENOBUFS;
	memcpy(frame->data, octets.data, octets.size);
	frame->size = (uint32_t)octets.size;
	br_host_send_frame(host->link[link], frame);
	return 0;
}
