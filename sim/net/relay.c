/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/net/relay.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/formats/dhcp_message.h"

enum {
	EXTRA_MAX = 128,
	UDP_SIZE_MAX = 1472, /* what fits one frame: RFC 3046 §2.1 leaves the limit to us */
};

struct br_relay {
	struct br_host *host;
	struct br_relay_options options;
	struct br_relay_counters counters;
	void (*heard6)(void *context, const struct br_datagram *datagram);
	void *context6;
	uint8_t circuit_id[BR_RELAY_TEXT_MAX], remote_id[BR_RELAY_TEXT_MAX], extra[EXTRA_MAX];
};

static uint32_t get_be32(const uint8_t *at)
{
	struct br_reader r = br_reader_of(at, 4);

	return br_get_be32(&r);
}

static void put_be32(uint8_t *at, uint32_t value)
{
	struct br_writer w = br_writer_of(at, 4);

	br_put_be32(&w, value);
}

static bool is_bootp(struct br_octets message, uint8_t op)
{
	return message.size >= BR_DHCP_HEADER_SIZE && message.data[0] == op;
}

static bool has_cookie(struct br_octets message)
{
	return message.size >= BR_DHCP_AT_OPTIONS &&
	       get_be32(message.data + BR_DHCP_AT_COOKIE) == BR_DHCP_COOKIE;
}

static void put_agent(const struct br_relay_options *o, struct br_writer *w)
{
	uint8_t value[255];
	struct br_writer v = br_writer_of(value, sizeof(value));

	if (o->circuit_id.size > 0)
		br_dhcp_option_put(&v, BR_RELAY_AGENT_CIRCUIT_ID, o->circuit_id.data,
		                   o->circuit_id.size);
	if (o->remote_id.size > 0)
		br_dhcp_option_put(&v, BR_RELAY_AGENT_REMOTE_ID, o->remote_id.data,
		                   o->remote_id.size);
	br_put_bytes(&v, o->extra.data, o->extra.size);
	if (!v.bad && br_written(&v) > 0)
		br_dhcp_option_put(w, BR_DHCP_OPTION_RELAY_AGENT, value, br_written(&v));
}

/* Copy the options without any 82; true if there was one. Octets behind END, and a
 * field that is cut short, are not looked at: a relay is no judge.
 */
static bool copy_options(struct br_octets message, struct br_writer *w, bool keep)
{
	struct br_reader r =
		br_reader_of(message.data + BR_DHCP_AT_OPTIONS, message.size - BR_DHCP_AT_OPTIONS);
	struct br_dhcp_option option;
	bool found = false;

	while (br_dhcp_option_get(&r, &option) > 0) {
		bool agent = option.code == BR_DHCP_OPTION_RELAY_AGENT;

		found = found || agent;
		if (!agent || keep)
			br_dhcp_option_put(w, option.code, option.value.data, option.value.size);
	}
	return found;
}

/* Header and options, with @ours behind them; padded to what it was, RFC 1542 §2.1. */
static int copy_message(struct br_octets message, bool keep, const struct br_relay_options *ours,
                        struct br_writer *w)
{
	uint8_t *start = w->pos;
	bool found;

	if (!has_cookie(message)) {
		br_put_bytes(w, message.data, message.size);
		return w->bad ? -EMSGSIZE : 0;
	}
	br_put_bytes(w, message.data, BR_DHCP_AT_OPTIONS);
	found = copy_options(message, w, keep);
	if (ours && !(keep && found))
		put_agent(ours, w);
	br_put_u8(w, BR_DHCP_OPTION_END);
	if ((size_t)(w->pos - start) < BR_DHCP_SIZE_MIN)
		br_put_zeros(w, BR_DHCP_SIZE_MIN - (size_t)(w->pos - start));
	return w->bad || (size_t)(w->pos - start) > UDP_SIZE_MAX ? -EMSGSIZE : 0;
}

static bool has_agent(struct br_octets message)
{
	uint8_t nowhere[BR_DHCP_SIZE_MAX];
	struct br_writer w = br_writer_of(nowhere, sizeof(nowhere));

	return has_cookie(message) && copy_options(message, &w, false);
}

int br_relay_forward(const struct br_relay_options *options, uint32_t address,
                     struct br_octets request, struct br_writer *w)
{
	uint8_t *start = w->pos;
	bool behind_another;
	int result;

	if (!is_bootp(request, BR_DHCP_OP_REQUEST))
		return -EBADMSG;
	if (request.data[BR_DHCP_AT_HOPS] >= options->hops_max)
		return -ELOOP; /* RFC 1542 §4.1.1 */
	behind_another = get_be32(request.data + BR_DHCP_AT_GIADDR) != 0;
	if (!behind_another && options->option82 == BR_RELAY_OPTION82_ADD && has_agent(request))
		return -EPERM; /* RFC 3046 §2.1.1: from an untrusted circuit */
	if (behind_another || options->option82 == BR_RELAY_OPTION82_OFF)
		result = copy_message(request, true, NULL, w);
	else
		result = copy_message(request, options->option82 == BR_RELAY_OPTION82_KEEP, options,
		                      w);
	if (result < 0)
		return result;
	start[BR_DHCP_AT_HOPS]++;
	if (!behind_another)
		put_be32(start + BR_DHCP_AT_GIADDR, address);
	return 0;
}

int br_relay_back(const struct br_relay_options *options, struct br_octets reply,
                  struct br_writer *w, uint32_t *ret_giaddr)
{
	bool ours = options->option82 != BR_RELAY_OPTION82_OFF;

	if (!is_bootp(reply, BR_DHCP_OP_REPLY))
		return -EBADMSG;
	*ret_giaddr = get_be32(reply.data + BR_DHCP_AT_GIADDR);
	/* RFC 3046 §2.1: who added the option takes it out again */
	return copy_message(reply, !ours, NULL, w);
}

static void request_heard(struct br_relay *relay, const struct br_datagram *datagram)
{
	uint8_t message[BR_DHCP_SIZE_MAX];
	struct br_writer w = br_writer_of(message, sizeof(message));
	uint32_t address = br_host_address(relay->host, datagram->link);
	int result = br_relay_forward(&relay->options, address, datagram->payload, &w);

	relay->counters.bad += result == -EBADMSG;
	relay->counters.too_many_hops += result == -ELOOP;
	relay->counters.untrusted += result == -EPERM;
	relay->counters.too_large += result == -EMSGSIZE;
	if (result < 0)
		return;
	for (size_t i = 0; i < relay->options.servers; i++) {
		struct br_datagram out = {
			.link = datagram->link,
			.local = br_endpoint_ipv4(address, BR_DHCP_PORT_SERVER),
			.remote = br_endpoint_ipv4(relay->options.server[i], BR_DHCP_PORT_SERVER),
			.payload = {message, br_written(&w)},
		};

		if (br_host_udp_send(relay->host, &out) == 0)
			relay->counters.requests++;
	}
}

/* RFC 2131 §4.1, RFC 1542 §4.1.2: to whom a reply goes on the client's link. */
static void address_reply(struct br_datagram *out, const uint8_t *message)
{
	uint32_t yiaddr = get_be32(message + BR_DHCP_AT_YIADDR);
	bool broadcast = (message[BR_DHCP_AT_FLAGS] & 0x80) != 0 || yiaddr == 0;

	out->remote = br_endpoint_ipv4(broadcast ? UINT32_MAX : yiaddr, BR_DHCP_PORT_CLIENT);
	if (!broadcast)
		memcpy(out->remote_mac, message + BR_DHCP_AT_CHADDR, sizeof(out->remote_mac));
}

static void reply_heard(struct br_relay *relay, const struct br_datagram *datagram)
{
	uint8_t message[BR_DHCP_SIZE_MAX];
	struct br_writer w = br_writer_of(message, sizeof(message));
	uint32_t giaddr = 0;
	int result = br_relay_back(&relay->options, datagram->payload, &w, &giaddr);

	relay->counters.bad += result == -EBADMSG;
	relay->counters.too_large += result == -EMSGSIZE;
	if (result < 0)
		return;
	for (uint32_t link = 0; link < BR_HOST_LINKS_MAX && giaddr != 0; link++) {
		struct br_datagram out = {.link = link,
		                          .local = br_endpoint_ipv4(giaddr, BR_DHCP_PORT_SERVER),
		                          .payload = {message, br_written(&w)}};

		if (br_host_address(relay->host, link) != giaddr)
			continue;
		address_reply(&out, message);
		if (br_host_udp_send(relay->host, &out) == 0)
			relay->counters.replies++;
		return;
	}
	relay->counters.not_ours++;
}

static void datagram_heard(void *context, const struct br_datagram *datagram, br_time now)
{
	struct br_relay *relay = context;
	struct br_octets message = datagram->payload;

	(void)now;
	if (!br_ip_is_ipv4(datagram->local.ip)) {
		if (relay->heard6)
			relay->heard6(relay->context6, datagram);
		return;
	}
	if (datagram->local.port != BR_DHCP_PORT_SERVER)
		return;
	if (is_bootp(message, BR_DHCP_OP_REQUEST))
		request_heard(relay, datagram);
	else if (is_bootp(message, BR_DHCP_OP_REPLY))
		reply_heard(relay, datagram);
	else
		relay->counters.bad++;
}

/* @text moves from the caller's octets to ours. */
static bool own(struct br_octets *text, uint8_t *room, size_t size)
{
	if (text->size > size)
		return false;
	if (text->size > 0)
		memcpy(room, text->data, text->size);
	text->data = room;
	return true;
}

int br_relay_new(struct br_relay **ret_relay, struct br_host *host,
                 const struct br_relay_options *options)
{
	struct br_relay *relay = calloc(1, sizeof(*relay));
	struct br_host_user user = {.context = relay, .datagram = datagram_heard};
	int result;

	if (!relay)
		return -ENOMEM;
	relay->host = host;
	relay->options = *options;
	if (!own(&relay->options.circuit_id, relay->circuit_id, sizeof(relay->circuit_id)) ||
	    !own(&relay->options.remote_id, relay->remote_id, sizeof(relay->remote_id)) ||
	    !own(&relay->options.extra, relay->extra, sizeof(relay->extra))) {
		free(relay);
		return -E2BIG;
	}
	result = br_host_udp_open(host, BR_DHCP_PORT_SERVER);
	if (result < 0) {
		free(relay);
		return result;
	}
	br_host_set_user(host, &user);
	*ret_relay = relay;
	return 0;
}

struct br_relay *br_relay_free(struct br_relay *relay)
{
	free(relay);
	return NULL;
}

void br_relay_hand_on(struct br_relay *relay, void *context,
                      void (*heard)(void *context, const struct br_datagram *datagram))
{
	relay->heard6 = heard;
	relay->context6 = context;
}

const struct br_relay_counters *br_relay_counters(const struct br_relay *relay)
{
	return &relay->counters;
}
