/* SPDX-License-Identifier: BSD-2-Clause */
/* Which subnet an address is of, and which addresses of a pool are fit to be given. */
#include "core/dhcp/dhcp_subnet.h"

#include <errno.h>

#include "core/base/text.h"
#include "tests/core/dhcp_bench.h"

static uint8_t said[200];
static struct br_writer why;

static struct br_config config_of_two_links(void)
{
	struct br_config config;

	why = br_writer_of(said, sizeof(said));
	br_config_init(&config);
	config.links = 2;
	config.link[0].address = IP(10, 77, 0, 1);
	config.link[1].address = IP(10, 79, 0, 1);
	config.link[0].netmask = config.link[1].netmask = 0xffffff00;
	return config;
}

static void pools_find_the_network_of_a_link(void **state)
{
	struct br_config config = config_of_two_links();
	struct br_dhcp_subnets subnets;

	(void)state;
	config.subnets = 1;
	config.subnet[0].pool_first = IP(10, 79, 0, 10);
	config.subnet[0].pool_last = IP(10, 79, 0, 20);
	assert_int_equal(br_dhcp_subnets_init(&subnets, &config, &why), 0);
	assert_int_equal(subnets.count, 2); /* and the other link, without a pool */
	assert_int_equal(subnets.subnet[0].network, IP(10, 79, 0, 0));
	assert_int_equal(subnets.subnet[1].network, IP(10, 77, 0, 0));
	config.subnet[0].pool_last = IP(10, 80, 0, 20);
	assert_int_equal(br_dhcp_subnets_init(&subnets, &config, &why), -EINVAL);
	assert_string_equal(br_text_end(&why),
	                    "pool 10.79.0.10-10.80.0.20 lies in none of the server's nets "
	                    "10.77.0.0/24, 10.79.0.0/24, nor in a subnet= before it");
}

static void a_pool_and_its_subnet_may_come_apart(void **state)
{
	const struct br_config_subnet pool = {.pool_first = IP(10, 77, 0, 10),
	                                      .pool_last = IP(10, 77, 0, 20)};
	const struct br_config_subnet subnet = {
		.network = IP(10, 77, 0, 0), .netmask = 0xffffff00, .router = IP(10, 77, 0, 9)};
	struct br_config config = config_of_two_links();
	struct br_dhcp_subnets subnets;

	(void)state;
	config.subnets = 2;
	for (int first = 0; first < 2; first++) {
		config.subnet[first] = pool;
		config.subnet[1 - first] = subnet;
		assert_int_equal(br_dhcp_subnets_init(&subnets, &config, &why), 0);
		assert_int_equal(subnets.count, 2); /* with the other link's */
		assert_int_equal(subnets.subnet[0].pool_last, IP(10, 77, 0, 20));
		assert_int_equal(subnets.subnet[0].router, IP(10, 77, 0, 9));
	}
	config.subnet[0] = config.subnet[1] = pool;
	assert_int_equal(br_dhcp_subnets_init(&subnets, &config, &why), -EINVAL);
	assert_string_equal(br_text_end(&why), "two pools of net 10.77.0.0/24: "
	                                       "10.77.0.10-10.77.0.20 and 10.77.0.10-10.77.0.20");
}

static void the_longest_mask_wins(void **state)
{
	struct br_config config = config_of_two_links();
	struct br_dhcp_subnets subnets;

	(void)state;
	config.subnets = 2;
	config.subnet[0] =
		(struct br_config_subnet){.network = IP(10, 0, 0, 0), .netmask = 0xff000000};
	config.subnet[1] =
		(struct br_config_subnet){.network = IP(10, 77, 0, 128), .netmask = 0xffffff80};
	assert_int_equal(br_dhcp_subnets_init(&subnets, &config, &why), 0);
	assert_int_equal(br_dhcp_subnet_of(&subnets, IP(10, 77, 0, 200))->netmask, 0xffffff80);
	assert_int_equal(br_dhcp_subnet_of(&subnets, IP(10, 77, 0, 5))->netmask, 0xffffff00);
	assert_int_equal(br_dhcp_subnet_of(&subnets, IP(10, 1, 2, 3))->netmask, 0xff000000);
	assert_null(br_dhcp_subnet_of(&subnets, IP(11, 0, 0, 1)));
}

static void a_pool_gives_only_what_a_host_can_have(void **state)
{
	struct br_config config = config_of_two_links();
	struct br_config_subnet subnet = {.network = IP(10, 77, 0, 0),
	                                  .netmask = 0xffffff00,
	                                  .pool_first = IP(10, 77, 0, 0),
	                                  .pool_last = IP(10, 77, 0, 255),
	                                  .router = IP(10, 77, 0, 254)};
	static const uint8_t unfit[] = {0, 1, 9, 253, 254, 255};

	(void)state;
	config.router = IP(10, 77, 0, 253);
	config.reservations = 1;
	config.reservation[0].address = IP(10, 77, 0, 9);
	for (unsigned host = 0; host < 256; host++) {
		bool fit = true;

		for (size_t i = 0; i < sizeof(unfit); i++)
			fit = fit && host != unfit[i];
		assert_int_equal(br_dhcp_in_pool(&config, &subnet, IP(10, 77, 0, host)), fit);
	}
	assert_false(br_dhcp_in_pool(&config, &subnet, IP(10, 78, 0, 7)));
	subnet = (struct br_config_subnet){.network = IP(10, 78, 0, 0),
	                                   .netmask = 0xfffffffe, /* RFC 3021 */
	                                   .pool_first = IP(10, 78, 0, 0),
	                                   .pool_last = IP(10, 78, 0, 1)};
	assert_true(br_dhcp_in_pool(&config, &subnet, IP(10, 78, 0, 0)));
	assert_true(br_dhcp_in_pool(&config, &subnet, IP(10, 78, 0, 1)));
}

static void hosts_have_host_addresses(void **state)
{
	(void)state;
	assert_true(br_is_host_address(IP(10, 0, 0, 1)));
	assert_true(br_is_host_address(IP(223, 255, 255, 255)));
	assert_false(br_is_host_address(0));
	assert_false(br_is_host_address(IP(0, 1, 2, 3)));
	assert_false(br_is_host_address(IP(127, 0, 0, 1)));
	assert_false(br_is_host_address(IP(224, 0, 0, 1)));
	assert_false(br_is_host_address(UINT32_MAX));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pools_find_the_network_of_a_link),
		cmocka_unit_test(a_pool_and_its_subnet_may_come_apart),
		cmocka_unit_test(the_longest_mask_wins),
		cmocka_unit_test(a_pool_gives_only_what_a_host_can_have),
		cmocka_unit_test(hosts_have_host_addresses),
	};

	return cmocka_run_group_tests_name("dhcp_subnet", tests, NULL, NULL);
}
