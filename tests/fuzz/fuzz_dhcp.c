/* SPDX-License-Identifier: BSD-2-Clause */
/* Any octets as a question to the address server, to a proxy and to port 4011: at most one
 * reply each, of 300 to 1472 octets, that the strictest firmware parses (ROB-D4-13).
 */
#include <assert.h>
#include <string.h>

#include "core/dhcp/dhcp.h"
#include "core/dhcp/pxe.h"
#include "core/formats/dhcp_message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const words[][2] = {
	{"pool", "10.77.0.100-10.77.0.109"},
	{"subnet", "10.78.0.0/24,pool=10.78.0.10-10.78.0.19,router=10.78.0.1"},
	{"reserve", "52:54:00:12:34:56,10.77.0.5"},
	{"dns", "10.77.0.53"},
	{"opt12", "a-host-name-of-some-length-that-is-sent-when-it-is-asked-for"},
	{"opt119", "hex:0102030405060708090a0b0c0d0e0f10"},
	{"boot", "bootx64.efi@arch:7"},
	{"boot", "undionly.kpxe@arch:0"},
	{"boot", "http.efi@arch:16"},
	{"boot", "http://10.77.0.1/x.ipxe@user-class:iPXE"},
	{"menu", "0x8000,first,first.efi"},
	{"leases", "16"},
};

static void look(struct br_outbox *outbox)
{
	static struct br_dhcp_message reply;
	struct br_action action;
	unsigned replies = 0;

	while (br_outbox_take(outbox, &action)) {
		if (action.kind != BR_ACTION_DATAGRAM)
			continue;
		replies++;
		assert(action.payload.size >= 300 && action.payload.size <= 1472);
		assert(br_dhcp_parse(action.payload, &reply) == 0);
		assert(reply.header.op == BR_DHCP_OP_REPLY);
		assert(br_dhcp_is_valid_edk2(&reply));
	}
	assert(replies <= 1);
}

static void ask(unsigned roles, uint16_t port, const uint8_t *data, size_t size)
{
	static struct br_config config;
	static struct br_outbox outbox;
	static struct br_dhcp_question question;
	struct br_metrics metrics = {0};
	struct br_context context = {.config = &config, .outbox = &outbox, .metrics = &metrics};
	const struct br_event event = {.kind = BR_EVENT_DATAGRAM,
	                               .local = br_endpoint_ipv4(UINT32_MAX, port),
	                               .remote = br_endpoint_ipv4(0x0a4d006f, 68),
	                               .payload = {.data = data, .size = size}};
	struct br_dhcp *dhcp = NULL;
	struct br_pxe *pxe = NULL;
	char error[100];

	br_config_init(&config);
	config.roles = roles;
	config.links = 1;
	config.link[0] =
		(struct br_config_link){.address = 0x0a4d0001, .netmask = 0xffffff00, .mtu = 1500};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		assert(br_config_set(&config, words[i][0], words[i][1], error, sizeof(error)) == 0);
	assert(br_dhcp_new(&dhcp, &context) == 0);
	assert(br_pxe_new(&pxe, &context) == 0);
	for (br_time now = 0; now < 3 * BR_S; now += BR_S) { /* again: as a known client */
		br_outbox_reset(&outbox);
		br_dhcp_question_read(&question, &event);
		if ((roles & BR_ROLE_DHCP) && port == 67)
			br_dhcp_input(dhcp, &question, now);
		else
			br_pxe_input(pxe, &question, now);
		look(&outbox);
	}
	br_dhcp_expire(dhcp, 1000000 * BR_S);
	br_dhcp_free(dhcp);
	br_pxe_free(pxe);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ask(BR_ROLE_DHCP, 67, data, size);
	ask(BR_ROLE_DHCP | BR_ROLE_PXE, 67, data, size);
	ask(BR_ROLE_PROXYDHCP, 67, data, size);
	ask(BR_ROLE_PROXYDHCP, 4011, data, size);
	return 0;
}
