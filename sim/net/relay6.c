/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/net/relay6.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "core/formats/dhcp6_message.h"

enum {
	MESSAGE_MAX = 4096,
};

static const uint8_t agents_and_servers[16] = {0xff, 0x02, [13] = 1, [15] = 2}; /* ff02::1:2 */
static const uint8_t all_servers[16] = {0xff, 0x05, [13] = 1, [15] = 3};        /* ff05::1:3 */

struct br_agent6 {
	struct br_host *host;
	struct br_relay6_options options;
	struct br_relay6_counters counters;
	uint8_t interface_id[BR_RELAY6_TEXT_MAX];
};

/* What clients say, RFC 8415 section 7.3; a relay is no judge of anything else */
static bool is_from_client(uint8_t type)
{
	return type != BR_DHCP6_TYPE_ADVERTISE && type != BR_DHCP6_TYPE_REPLY &&
	       type != BR_DHCP6_TYPE_RECONFIGURE && type != BR_DHCP6_TYPE_RELAY_REPLY &&
	       type != BR_DHCP6_TYPE_RELAY_FORWARD;
}

int br_relay6_forward(const struct br_relay6_options *options, const uint8_t address[16],
                      const uint8_t from[16], uint32_t link, struct br_octets message,
                      struct br_writer *w)
{
	struct br_dhcp6_relay relay = {.type = BR_DHCP6_TYPE_RELAY_FORWARD};
	uint8_t *start = w->pos;

	if (message.size < 4)
		return -EBADMSG;
	if (message.data[0] == BR_DHCP6_TYPE_RELAY_FORWARD) { /* section 19.1.2 */
		if (message.data[1] >= options->hops_max)
			return -ELOOP;
		relay.hops = (uint8_t)(message.data[1] + 1);
	} else if (!is_from_client(message.data[0])) {
		return -EBADMSG;
	}
	/* what another relay with a routable source sent is told by that source alone */
	if (!options->lightweight &&
	    (relay.hops == 0 || br_ip_is_link_local6(from) || br_ip_is_zero(from)))
		memcpy(relay.link, address, sizeof(relay.link));
	memcpy(relay.peer, from, sizeof(relay.peer));
	br_dhcp6_put_relay(w, &relay);
	if (options->interface_id.size > 0)
		br_dhcp6_put(w, BR_DHCP6_OPTION_INTERFACE_ID, options->interface_id.data,
		             options->interface_id.size);
	else if (options->lightweight || br_ip_is_zero(relay.link))
		br_dhcp6_put(w, BR_DHCP6_OPTION_INTERFACE_ID, &(uint8_t){(uint8_t)link}, 1);
	br_dhcp6_put(w, BR_DHCP6_OPTION_RELAYED, message.data, message.size);
	return w->bad || (size_t)(w->pos - start) > MESSAGE_MAX ? -EMSGSIZE : 0;
}

int br_relay6_back(struct br_octets reply, struct br_relay6_back *ret)
{
	struct br_dhcp6_message m;

	if (br_dhcp6_parse(reply, &m) < 0 || m.levels == 0 ||
	    m.level[0].type != BR_DHCP6_TYPE_RELAY_REPLY)
		return -EBADMSG;
	*ret = (struct br_relay6_back){
		.message = br_dhcp6_find(m.level[0].options, BR_DHCP6_OPTION_RELAYED),
		.interface_id = br_dhcp6_find(m.level[0].options, BR_DHCP6_OPTION_INTERFACE_ID),
		.to_relay = m.levels > 1,
	};
	memcpy(ret->link, m.level[0].link, sizeof(ret->link));
	memcpy(ret->peer, m.level[0].peer, sizeof(ret->peer));
	return 0;
}

static bool has_global(const struct br_host *host, uint32_t link, const uint8_t **ret)
{
	for (size_t i = 0; (*ret = br_host_address6(host, link, i)); i++) {
		if (!br_ip_is_link_local6(*ret))
			return true;
	}
	return false;
}

static void send_to(struct br_agent6 *relay, uint32_t link, const uint8_t ip[16],
                    struct br_octets message)
{
	struct br_datagram out = {.link = link,
	                          .local = {.port = BR_DHCP6_PORT_SERVER},
	                          .remote = {.port = BR_DHCP6_PORT_SERVER},
	                          .payload = message};

	memcpy(out.remote.ip, ip, sizeof(out.remote.ip));
	if (br_host_udp_send(relay->host, &out) == 0)
		relay->counters.forwarded++;
}

static void forward_heard(struct br_agent6 *relay, const struct br_datagram *datagram)
{
	static const uint8_t none[16];
	uint8_t octets[MESSAGE_MAX];
	struct br_writer w = br_writer_of(octets, sizeof(octets));
	const uint8_t *address = none;
	int result;

	if (!has_global(relay->host, datagram->link, &address))
		address = none;
	result = br_relay6_forward(&relay->options, address, datagram->remote.ip, datagram->link,
	                           datagram->payload, &w);
	relay->counters.bad += result == -EBADMSG;
	relay->counters.too_many_hops += result == -ELOOP;
	relay->counters.too_large += result == -EMSGSIZE;
	if (result < 0)
		return;
	struct br_octets message = {octets, br_written(&w)};

	for (size_t i = 0; i < relay->options.servers; i++)
		send_to(relay, datagram->link, relay->options.server[i], message);
	for (uint32_t link = 0; relay->options.servers == 0 && link < BR_HOST_LINKS_MAX; link++) {
		if (link != datagram->link && br_host_has_six(relay->host, link))
			send_to(relay, link,
			        relay->options.lightweight ? agents_and_servers : all_servers,
			        message);
	}
}

static bool has_address(const struct br_host *host, uint32_t link, const uint8_t ip[16])
{
	const uint8_t *has;

	for (size_t i = 0; (has = br_host_address6(host, link, i)); i++) {
		if (br_ip_equal(has, ip))
			return true;
	}
	return false;
}

/* RFC 6221 section 6.2: it is ours by the text of its interface, and goes out of the other side. */
static bool find_side(const struct br_agent6 *relay, const struct br_relay6_back *back,
                      uint32_t from, uint32_t *ret_link)
{
	const struct br_octets *id = &relay->options.interface_id;

	if (!br_ip_is_zero(back->link) || id->size == 0 || !br_text_equal(back->interface_id, *id))
		return false;
	for (uint32_t link = 0; link < BR_HOST_LINKS_MAX; link++) {
		*ret_link = link;
		if (link != from && br_host_has_six(relay->host, link))
			return true;
	}
	return false;
}

/* RFC 8415 section 19.2: by its link-address, or by the interface id that we gave */
static bool find_link(const struct br_agent6 *relay, const struct br_relay6_back *back,
                      uint32_t *ret_link)
{
	for (uint32_t link = 0; link < BR_HOST_LINKS_MAX; link++) {
		*ret_link = link;
		if (!br_ip_is_zero(back->link) && has_address(relay->host, link, back->link))
			return true;
	}
	if (!br_ip_is_zero(back->link) || back->interface_id.size != 1 ||
	    relay->options.interface_id.size > 0)
		return !br_ip_is_link_local6(back->peer) && br_ip_is_zero(back->link);
	*ret_link = back->interface_id.data[0];
	return br_host_has_six(relay->host, *ret_link);
}

static void reply_heard(struct br_agent6 *relay, const struct br_datagram *datagram)
{
	struct br_datagram out = {.local = {.port = BR_DHCP6_PORT_SERVER}};
	struct br_relay6_back back;

	if (br_relay6_back(datagram->payload, &back) < 0) {
		relay->counters.bad++;
		return;
	}
	if (relay->options.lightweight && relay->options.interface_id.size > 0
	            ? !find_side(relay, &back, datagram->link, &out.link)
	            : !find_link(relay, &back, &out.link)) {
		relay->counters.not_ours++;
		return;
	}
	memcpy(out.remote.ip, back.peer, sizeof(out.remote.ip));
	out.remote.port = back.to_relay ? BR_DHCP6_PORT_SERVER : BR_DHCP6_PORT_CLIENT;
	out.payload = back.message;
	if (br_host_udp_send(relay->host, &out) == 0)
		relay->counters.returned++;
}

void br_relay6_heard(struct br_agent6 *relay, const struct br_datagram *datagram)
{
	if (datagram->local.port != BR_DHCP6_PORT_SERVER || br_ip_is_ipv4(datagram->local.ip))
		return;
	if (datagram->payload.size > 0 && datagram->payload.data[0] == BR_DHCP6_TYPE_RELAY_REPLY)
		reply_heard(relay, datagram);
	else
		forward_heard(relay, datagram);
}

int br_relay6_new(struct br_agent6 **ret_relay, struct br_host *host,
                  const struct br_relay6_options *options)
{
	struct br_agent6 *relay;
	int result;

	if (options->interface_id.size > BR_RELAY6_TEXT_MAX)
		return -E2BIG;
	relay = calloc(1, sizeof(*relay));
	if (!relay)
		return -ENOMEM;
	relay->host = host;
	relay->options = *options;
	if (options->interface_id.size > 0)
		memcpy(relay->interface_id, options->interface_id.data, options->interface_id.size);
	relay->options.interface_id.data = relay->interface_id;
	result = br_host_udp_open(host, BR_DHCP6_PORT_SERVER);
	if (result < 0) {
		free(relay);
		return result;
	}
	for (uint32_t link = 0; link < BR_HOST_LINKS_MAX; link++) {
		if (br_host_has_six(host, link))
			(void)br_host_join_group6(host, link, agents_and_servers);
	}
	*ret_relay = relay;
	return 0;
}

struct br_agent6 *br_relay6_free(struct br_agent6 *relay)
{
	free(relay);
	return NULL;
}

const struct br_relay6_counters *br_relay6_counters(const struct br_agent6 *relay)
{
	return &relay->counters;
}
