/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/convert/script_six_net.h"

#include <string.h>

#include "captures/explain/show.h"
#include "captures/replay/setup6.h"
#include "core/base/address.h"
#include "core/base/text.h"

enum {
	BITS = 64, /* of a network of which nobody says how many */
};

static const char *show(const uint8_t ip[16], char text[static BR_IP_TEXT_SIZE])
{
	struct br_writer w = br_writer_of(text, BR_IP_TEXT_SIZE);

	br_text_put_ipv6(&w, ip);
	return br_text_end(&w);
}

static bool is_mac(const uint8_t mac[6])
{
	static const uint8_t none[6];

	return memcmp(mac, none, sizeof(none)) != 0;
}

/* Nodes */

const char *br_script_relay6(const struct br_setup *setup, size_t level, char name[static 16])
{
	if (setup->six.relays.count == 1)
		(void)snprintf(name, 16, "relay");
	else
		(void)snprintf(name, 16, "relay%u", (unsigned)level % 10);
	return name;
}

static bool advertises(const struct br_setup_six *six)
{
	return six->routed && six->relays.count > 0 &&
	       !memcmp(six->router_mac, six->relays.relay[0].mac, sizeof(six->router_mac));
}

const char *br_script_router6(const struct br_setup *setup, char name[static 16])
{
	if (advertises(&setup->six))
		return br_script_relay6(setup, 1, name);
	(void)snprintf(name, 16, "rt");
	return name;
}

/* Nets */

/* The net on which a relay hears, by its number: 0 is the machine's, and the last the servers' */
static const char *net_name(const struct br_setup *setup, size_t number, char name[static 16])
{
	if (number == 0)
		(void)snprintf(name, 16, "lan");
	else if (number == setup->six.relays.count)
		(void)snprintf(name, 16, "up");
	else
		(void)snprintf(name, 16, "mid%u", (unsigned)number % 10);
	return name;
}

static bool is_far(const struct br_setup *setup, const uint8_t ip[16])
{
	return !br_ip_is_zero(ip) && !br_ip_is_link_local6(ip) &&
	       !br_ip_in_prefix(ip, setup->six.prefix, setup->six.bits);
}

/* The first server that no relay leads to, and that is not on the machine's net; NULL: none */
static const uint8_t *first_far(const struct br_setup *setup)
{
	for (size_t i = 0; i < setup->servers && setup->six.relays.count == 0; i++) {
		if (is_far(setup, setup->server[i].address6))
			return setup->server[i].address6;
	}
	return NULL;
}

bool br_script_six_is_routed(const struct br_setup *setup)
{
	return setup->six.relays.count > 0 || first_far(setup);
}

/* What relay @number, from 0 on, is on the side of the machine; zero: nobody knows */
static const uint8_t *down_of(const struct br_six_relays *relays, size_t number)
{
	const struct br_six_relay *relay = &relays->relay[number];

	return br_ip_is_zero(relay->link) ? relay->down : relay->link;
}

/* Some address on that net */
static const uint8_t *on_net(const struct br_setup *setup, size_t number)
{
	const struct br_six_relays *relays = &setup->six.relays;

	if (number > 0 && !br_ip_is_zero(relays->relay[number - 1].up))
		return relays->relay[number - 1].up;
	if (number > 0 && number < relays->count && !br_ip_is_zero(down_of(relays, number)))
		return down_of(relays, number);
	return number > 1 ? on_net(setup, number - 1) : setup->six.prefix;
}

static void prefix_of(const uint8_t ip[16], unsigned bits, uint8_t ret[16])
{
	for (unsigned i = 0; i < 16; i++)
		ret[i] = i * 8 + 8 <= bits ? ip[i]
		         : i * 8 >= bits   ? 0
		                           : (uint8_t)(ip[i] & 0xff << (8 - bits % 8));
}

static void put_net(FILE *out, const char *name, const uint8_t ip[16], unsigned bits)
{
	char text[BR_IP_TEXT_SIZE];
	uint8_t prefix[16];

	prefix_of(ip, bits, prefix);
	fprintf(out, "net %s %s/%u\n", name, show(prefix, text), bits);
}

/* An address on a network that is no server's: its last but one, and those before it */
static void router_address(const struct br_setup *setup, const uint8_t ip[16], unsigned bits,
                           uint8_t ret[16])
{
	prefix_of(ip, bits, ret);
	for (unsigned i = bits; i < 128; i++)
		ret[i / 8] |= (uint8_t)(0x80 >> i % 8);
	do
		ret[15]--;
	while (br_setup6_find(setup, ret) && ret[15] > 0);
}

/* " lan=2001:db8::fe", or " lan" */
static void put_plug(FILE *out, const char *net, const uint8_t ip[16])
{
	char text[BR_IP_TEXT_SIZE];

	if (br_ip_is_zero(ip))
		fprintf(out, " %s", net);
	else
		fprintf(out, " %s=%s", net, show(ip, text));
}

static void put_relay(FILE *out, const struct br_setup *setup, size_t number)
{
	const struct br_six_relay *relay = &setup->six.relays.relay[number];
	char name[16], mac[BR_SHOW_ADDRESS];

	fprintf(out, "node %s relay", br_script_relay6(setup, number + 1, name));
	put_plug(out, net_name(setup, number, name), down_of(&setup->six.relays, number));
	put_plug(out, net_name(setup, number + 1, name), relay->up);
	if (is_mac(relay->mac))
		fprintf(out, " mac=%s", br_show_mac(mac, relay->mac));
	if (number == 0 && br_ip_is_zero(relay->link)) /* RFC 6221 */
		fprintf(out, " ldra=on");
	if (number == 0 && advertises(&setup->six))
		br_setup6_print_router(out, &setup->six);
	fputc('\n', out);
}

static void put_router(FILE *out, const struct br_setup *setup)
{
	const uint8_t *far = first_far(setup);
	bool up = setup->six.relays.count > 0;
	uint8_t ip[16];

	router_address(setup, setup->six.prefix, setup->six.bits, ip);
	fprintf(out, "node rt router");
	put_plug(out, "lan", ip);
	if (far || up) {
		router_address(setup, far ? far : on_net(setup, setup->six.relays.count), BITS, ip);
		put_plug(out, far ? "far" : "up", ip);
	}
	br_setup6_print_router(out, &setup->six);
	fputc('\n', out);
}

/* Of the nets between relays a lightweight one's two sides are the same. */
static unsigned bits_of(const struct br_setup *setup, const uint8_t ip[16])
{
	return br_ip_in_prefix(ip, setup->six.prefix, setup->six.bits) ? setup->six.bits : BITS;
}

void br_script_six_nets(FILE *out, const struct br_setup *setup, bool four)
{
	char text[BR_IP_TEXT_SIZE], name[16];

	fprintf(out, "net lan%s %s/%u\n", four ? " 192.0.2.0/24" : "",
	        show(setup->six.prefix, text), setup->six.bits);
	for (size_t i = 1; i <= setup->six.relays.count; i++)
		put_net(out, net_name(setup, i, name), on_net(setup, i),
		        bits_of(setup, on_net(setup, i)));
	if (first_far(setup))
		put_net(out, "far", first_far(setup), BITS);
	for (size_t i = 0; i < setup->six.relays.count; i++)
		put_relay(out, setup, i);
	if (setup->six.routed && !advertises(&setup->six))
		put_router(out, setup);
}

/* The way out of the servers' net: the last relay, or of one without an address there nobody */
static const uint8_t *way_back(const struct br_setup *setup, uint8_t room[16])
{
	const struct br_six_relays *relays = &setup->six.relays;

	if (relays->count > 0)
		return relays->relay[relays->count - 1].up;
	router_address(setup, first_far(setup), BITS, room);
	return room;
}

void br_script_six_plug(FILE *out, const struct br_setup *setup,
                        const struct br_setup_server *server)
{
	size_t relays = setup->six.relays.count;
	bool far = server->relayed || is_far(setup, server->address6);
	char text[BR_IP_TEXT_SIZE], name[16], mac[BR_SHOW_ADDRESS];
	uint8_t room[16];

	net_name(setup, far ? relays : 0, name);
	if (far && relays == 0)
		(void)snprintf(name, sizeof(name), "far");
	if (br_ip_is_zero(server->address6))
		fprintf(out, "%s", name);
	else
		fprintf(out, "%s=%s", name, show(server->address6, text));
	if (is_mac(server->mac))
		fprintf(out, " mac=%s", br_show_mac(mac, server->mac));
	if (far && !br_ip_is_zero(way_back(setup, room)))
		fprintf(out, " gw=%s", show(way_back(setup, room), text));
}
