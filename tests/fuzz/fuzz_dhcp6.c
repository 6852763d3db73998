/* SPDX-License-Identifier: BSD-2-Clause */
/* Any octets as a question to a DHCPv6 server, to one for booting alone and to port 4011, from a
 * client and, wrapped once more, from a relay: at most one answer each, of at most 1452 octets,
 * well formed, with this server's name in it (ROB-D6-04).
 */
#include <assert.h>
#include <string.h>

#include "core/base/address.h"
#include "core/base/text.h"
#include "core/dhcp6/dhcp6.h"
#include "core/formats/dhcp6_message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	WRAPPED_SIZE = 65536,
};

static const char *const words[][2] = {
	{"pool6", "2001:db8::100-2001:db8::103"},
	{"subnet6", "2001:db8:7::/64,pool=2001:db8:7::10-2001:db8:7::13"},
	{"reserve6", "52:54:00:12:34:56,2001:db8::5"},
	{"dns6", "2001:db8::53"},
	{"opt6-31", "2001:db8::7b"},
	{"opt6-17!", "hex:0000015700010002"},
	{"boot", "bootx64.efi@arch:7"},
	{"boot", "http.efi@arch:16"},
	{"boot", "http://[2001:db8::1]/x.ipxe@user-class:iPXE"},
	{"boot-param", "1024"},
	{"preference", "9"},
	{"rapid-commit", "on"},
	{"leases", "6"},
	{"duid", "0002000001"},
};

static void look(struct br_outbox *outbox, const struct br_event *event)
{
	static struct br_dhcp6_message reply;
	struct br_action action;
	unsigned replies = 0;

	while (br_outbox_take(outbox, &action)) {
		struct br_octets server_id;

		if (action.kind != BR_ACTION_DATAGRAM)
			continue;
		replies++;
		assert(action.payload.size <= 1452);
		assert(memcmp(action.remote.ip, event->remote.ip, 16) == 0);
		assert(br_dhcp6_parse(action.payload, &reply) == 0);
		assert(!reply.malformed);
		assert(reply.type == BR_DHCP6_TYPE_ADVERTISE || reply.type == BR_DHCP6_TYPE_REPLY);
		for (size_t i = 0; i < reply.levels; i++)
			assert(reply.level[i].type == BR_DHCP6_TYPE_RELAY_REPLY);
		server_id = br_dhcp6_find(reply.options, BR_DHCP6_OPTION_SERVER_ID);
		assert(server_id.size == 5 && memcmp(server_id.data, "\0\2\0\0\1", 5) == 0);
	}
	assert(replies <= 1);
}

static void ask(const char *role, const char *to, uint16_t port, struct br_octets payload)
{
	static struct br_config config;
	static struct br_outbox outbox;
	struct br_metrics metrics = {0};
	struct br_context context = {.config = &config, .outbox = &outbox, .metrics = &metrics};
	struct br_event event = {.kind = BR_EVENT_DATAGRAM,
	                         .local = {.port = port},
	                         .remote = {.port = BR_DHCP6_PORT_CLIENT},
	                         .payload = payload};
	struct br_dhcp6 *dhcp6 = NULL;
	char error[100];

	br_config_init(&config);
	config.links = 1;
	config.link[0] = (struct br_config_link){.mtu = 1500, .prefix6 = 64};
	assert(br_text_get_ipv6(br_text("2001:db8::1"), config.link[0].address6));
	assert(br_text_get_ipv6(br_text("fe80::1"), event.remote.ip));
	assert(br_text_get_ipv6(br_text(to), event.local.ip));
	assert(br_config_set(&config, "role", role, error, sizeof(error)) == 0);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		assert(br_config_set(&config, words[i][0], words[i][1], error, sizeof(error)) == 0);
	assert(br_dhcp6_new(&dhcp6, &context) == 0);
	for (br_time now = 0; now < 3 * BR_S; now += BR_S) { /* again: as a known client */
		br_outbox_reset(&outbox);
		br_dhcp6_input(dhcp6, &event, now);
		look(&outbox, &event);
	}
	br_dhcp6_expire(dhcp6, 1000000 * BR_S);
	br_dhcp6_free(dhcp6);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t wrapped[WRAPPED_SIZE];
	struct br_dhcp6_relay relay = {.type = BR_DHCP6_TYPE_RELAY_FORWARD};
	struct br_writer w = br_writer_of(wrapped, sizeof(wrapped));
	struct br_octets plain = {data, size};

	ask("dhcp6", "ff02::1:2", BR_DHCP6_PORT_SERVER, plain);
	ask("dhcp6", "2001:db8::1", BR_DHCP6_PORT_SERVER, plain);
	ask("proxydhcp6", "ff02::1:2", BR_DHCP6_PORT_SERVER, plain);
	ask("proxydhcp6", "2001:db8::1", BR_DHCP6_PORT_PXE, plain);
	if (size > WRAPPED_SIZE - 100)
		return 0;
	assert(br_text_get_ipv6(br_text("2001:db8:7::1"), relay.link));
	assert(br_text_get_ipv6(br_text("fe80::2"), relay.peer));
	br_dhcp6_put_relay(&w, &relay);
	br_dhcp6_put(&w, BR_DHCP6_OPTION_INTERFACE_ID, "port", 4);
	br_dhcp6_put(&w, BR_DHCP6_OPTION_RELAYED, data, size);
	ask("dhcp6", "ff05::1:3", BR_DHCP6_PORT_SERVER,
	    (struct br_octets){wrapped, br_written(&w)});
	return 0;
}
