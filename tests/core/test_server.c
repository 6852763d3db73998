/* SPDX-License-Identifier: BSD-2-Clause */
/* The whole server: which ports it opens for which roles, and who hears what on port 67. */
#include "core/server.h"

#include <errno.h>
#include <string.h>

#include "core/formats/dhcp_message.h"
#include "tests/helper.h"

static const struct br_files no_files;

static struct br_server *server_of(const char *const (*words)[2], size_t count)
{
	struct br_server *server = NULL;
	struct br_config config;
	char error[100];

	br_config_init(&config);
	config.links = 1;
	config.link[0] =
		(struct br_config_link){.address = 0x0a4d0001, .netmask = 0xffffff00, .mtu = 1500};
	for (size_t i = 0; i < count; i++)
		assert_int_equal(
			br_config_set(&config, words[i][0], words[i][1], error, sizeof(error)), 0);
	assert_int_equal(br_server_new(&server, &config, &no_files, 1), 0);
	return server;
}

static void roles_open_their_ports(void **state)
{
	static const struct {
		const char *role;
		uint16_t ports[4];
	} cases[] = {{"dhcp", {67}},
	             {"proxydhcp", {67, 4011}},
	             {"pxe", {4011}},
	             {"dhcp,pxe,tftp", {67, 4011, 69}}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *const words[][2] = {{"role", cases[i].role}};
		struct br_server *server = server_of(words, 1);
		struct br_action action;
		size_t opened = 0;

		while (br_server_output(server, &action)) {
			if (action.kind == BR_ACTION_PORT_OPEN)
				assert_int_equal(action.local.port, cases[i].ports[opened++]);
		}
		assert_true(opened == 4 || cases[i].ports[opened] == 0);
		br_server_free(server);
	}
}

/* A PXE client's message to 255.255.255.255:67. Returns octets of the only reply, 0: none. */
static size_t ask(struct br_server *server, uint8_t type, bool item,
                  struct br_dhcp_message *ret_reply)
{
	struct br_dhcp_header header = {.op = 1, .htype = 1, .hlen = 6, .xid = 7};
	static uint8_t octets[600];
	uint8_t question[600];
	struct br_dhcp_builder b;
	struct br_action action;
	size_t replies = 0;

	memcpy(header.chaddr, "\x52\x54\0\x12\x34\x56", 6);
	header.ciaddr = item ? 0x0a4d006f : 0;
	br_dhcp_begin(&b, &header, question, sizeof(question), 0);
	br_dhcp_put_u8(&b, 53, type);
	br_dhcp_put_text(&b, 60, "PXEClient:Arch:00007:UNDI:003000");
	if (item)
		br_dhcp_put(&b, 43, "\x47\4\x80\0\0\0\xff", 7);

	const struct br_event event = {
		.kind = BR_EVENT_DATAGRAM,
		.local = br_endpoint_ipv4(UINT32_MAX, 67),
		.remote = br_endpoint_ipv4(header.ciaddr, 68),
		.payload = {.data = question, .size = br_dhcp_finish(&b, 300)}};

	br_server_input(server, &event, 1);
	while (br_server_output(server, &action)) {
		if (action.kind != BR_ACTION_DATAGRAM)
			continue;
		memcpy(octets, action.payload.data, action.payload.size);
		assert_int_equal(
			br_dhcp_parse((struct br_octets){octets, action.payload.size}, ret_reply),
			0);
		replies++;
	}
	assert_true(replies <= 1);
	return replies > 0 ? ret_reply->size : 0;
}

static void leases_and_boot_items_share_port_67(void **state) /* PXE-BS-08, PXE-PRX-08 */
{
	static const char *const words[][2] = {{"role", "dhcp,pxe"},
	                                       {"pool", "10.77.0.111-10.77.0.119"},
	                                       {"boot", "bootx64.efi@arch:7"}};
	static struct br_dhcp_message reply;
	struct br_server *server = server_of(words, 3);

	(void)state;
	assert_true(ask(server, BR_DHCP_TYPE_DISCOVER, false, &reply) > 0);
	assert_int_equal(reply.header.yiaddr, 0x0a4d006f);
	assert_true(ask(server, BR_DHCP_TYPE_REQUEST, true, &reply) > 0);
	assert_int_equal(reply.type, BR_DHCP_TYPE_ACK);
	assert_int_equal(reply.header.yiaddr, 0); /* no lease: the boot service answered */
	assert_memory_equal(reply.header.file, "bootx64.efi", 12);
	br_server_free(server);
}

static void a_server_of_nothing_is_refused(void **state)
{
	struct br_server *server = NULL;
	struct br_config config;

	(void)state;
	br_config_init(&config);
	assert_int_equal(br_server_new(&server, &config, &no_files, 1), -EINVAL);
	config.links = 1;
	config.link[0].address = 0x0a4d0001;
	assert_int_equal(br_server_new(&server, &config, &no_files, 1), -EINVAL); /* no role */
	assert_null(server);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(roles_open_their_ports),
		cmocka_unit_test(leases_and_boot_items_share_port_67),
		cmocka_unit_test(a_server_of_nothing_is_refused),
	};

	return cmocka_run_group_tests_name("server", tests, NULL, NULL);
}
