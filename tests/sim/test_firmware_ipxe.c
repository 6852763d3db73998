/* SPDX-License-Identifier: BSD-2-Clause */
/* iPXE against the core and scripted servers: its timers, its race for the proxy, 4011 from
 * port 68, menus, URLs as file names, scripts. Captures seabios-virtio-*.
 */
#include <string.h>

#include "core/formats/dhcp_message.h"
#include "sim/net/web_cache.h"
#include "tests/sim/boot_rig.h"

#define DHCP   "role=dhcp pool=192.0.2.100-192.0.2.199"
#define CLIENT (BOOT_NET + 100)
#define PEER   (BOOT_NET + 3)
#define MASK   "0104ffffff00"
#define PXE    "3c09505845436c69656e74"

static const char script[] = "#!ipxe\n# comment\necho hello ${net0/mac}\n"
			     "kernel http://192.0.2.2/vmlinuz initrd=initrd.img\r\n"
			     "initrd --name x initrd.img\nboot\n";

static const struct boot_tftp five_octets[] = {{1, "0003000168656c6c6f"}};

static void check_done(const struct boot_rig *rig, const struct br_boot_result *result,
                       enum br_boot_step step, unsigned files)
{
	assert_string_equal(result->error, "");
	assert_int_equal(result->state, BR_BOOT_DONE);
	assert_int_equal(result->step, step);
	assert_int_equal(result->files, files);
	assert_int_equal(rig->wrong, 0);
}

static uint64_t boot_core(const char *model, const char *first, const char *second, uint32_t loss,
                          enum br_boot_step step, unsigned files)
{
	struct boot_rig *rig = boot_rig_new(model, first, second, loss, 3);
	struct br_boot_result result;
	uint64_t hash;

	assert_int_equal(br_file_store_generate(rig->files, "boot.efi", 300000, 7), 0);
	assert_int_equal(br_file_store_generate(rig->files, "vmlinuz", 400000, 8), 0);
	assert_int_equal(br_file_store_generate(rig->files, "initrd.img", 100000, 9), 0);
	boot_rig_text(rig, "boot.ipxe", script);
	result = boot_rig_run(rig, 3000);
	check_done(rig, &result, step, files);
	hash = br_trace_hash_value(&rig->hash);
	boot_rig_free(rig);
	return hash;
}

static void boots_from_the_core_by_every_path(void **state)
{
	static const struct {
		const char *model, *first, *second;
		enum br_boot_step step;
		unsigned files;
	} cases[] = {
		{"ipxe-bios", DHCP, "role=proxydhcp,tftp boot=boot.efi", BR_BOOT_STEP_PROGRAM, 1},
		{"ipxe-bios", "role=dhcp,pxe,tftp pool=192.0.2.100-192.0.2.199 boot=boot.efi", NULL,
	         BR_BOOT_STEP_PROGRAM, 1},
		{"ipxe-bios", "role=dhcp,tftp pool=192.0.2.100-192.0.2.199 boot=boot.efi", NULL,
	         BR_BOOT_STEP_PROGRAM, 1},
		{"ipxe-efi-x64", DHCP, "role=proxydhcp,tftp windowsize=on boot=boot.efi",
	         BR_BOOT_STEP_PROGRAM, 1},
		{"ipxe-bios", DHCP, "role=proxydhcp,http boot=http://192.0.2.2/boot.ipxe",
	         BR_BOOT_STEP_SYSTEM, 3},
		{"ipxe-efi-x64", DHCP, "role=proxydhcp,tftp,http boot=boot.ipxe",
	         BR_BOOT_STEP_SYSTEM, 3},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (uint32_t loss = 0; loss <= 50000; loss += 50000) {
			uint64_t once = boot_core(cases[i].model, cases[i].first, cases[i].second,
			                          loss, cases[i].step, cases[i].files);

			assert_int_equal(once,
			                 boot_core(cases[i].model, cases[i].first, cases[i].second,
			                           loss, cases[i].step, cases[i].files));
		}
	}
}

static uint16_t secs_of(const struct boot_sent *sent)
{
	return (uint16_t)(sent->octets[8] << 8 | sent->octets[9]);
}

static void nobody_there_is_known_after_15_seconds(void **state)
{
	static const uint16_t at_s[] = {0, 1, 3, 7}; /* seabios-virtio-none f.3-11 */
	struct boot_rig *rig = boot_rig_new("ipxe-bios", NULL, NULL, 0, 1);
	struct br_boot_result result = boot_rig_run(rig, 200);

	(void)state;
	assert_memory_equal(result.error, "No configuration methods succeeded", 34);
	assert_int_equal(result.ended / BR_S, 15);
	assert_int_equal(rig->sents, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(rig->sent[i].at / BR_S, at_s[i]);
		assert_int_equal(secs_of(&rig->sent[i]), (i + 1) * 4); /* 4, 8, 12, 16 */
	}
	boot_rig_free(rig);
}

static void a_proxy_is_waited_for_two_seconds(void **state)
{
	/* seabios-virtio-combined: DISCOVER at 0 and 1 s, REQUEST at the next expiry, 3 s */
	struct boot_rig *rig = boot_rig_new(
		"ipxe-bios", "role=dhcp,tftp pool=192.0.2.100-192.0.2.199 boot=boot.efi", NULL, 0,
		1);

	(void)state;
	boot_rig_text(rig, "boot.efi", "hello");
	boot_rig_run(rig, 20);
	assert_int_equal(rig->sent[1].at / BR_S, 1);
	assert_int_equal(secs_of(&rig->sent[1]), 10); /* 2nd try, has an offer */
	assert_int_equal(rig->sent[2].at / BR_S, 3);
	assert_int_equal(secs_of(&rig->sent[2]), 18); /* seabios-virtio-two f.10 */
	assert_int_equal(rig->sent[2].size, 412);     /* it is the REQUEST */
	boot_rig_free(rig);
}

static void both_offers_are_requested_at_once(void **state)
{
	struct boot_rig *rig =
		boot_rig_new("ipxe-bios", DHCP, "role=proxydhcp,tftp boot=boot.efi", 0, 1);

	(void)state; /* seabios-virtio-no4011 f.2-5: 4 ms, secs 11 */
	boot_rig_text(rig, "boot.efi", "hello");
	boot_rig_run(rig, 20);
	assert_true(rig->sent[1].at < 5 * BR_MS);
	assert_int_equal(secs_of(&rig->sent[1]), 11);
	boot_rig_free(rig);
}

static void a_proxy_later_than_the_offer_after_2_s_is_lost(void **state)
{
	/* seabios-virtio-delay3: both come 3 s late, the DHCP offer first */
	static const struct boot_reply replies[] = {
		{67, 1, 1, 2500 * BR_MS, 2, 3, CLIENT, 0, NULL, MASK},
		{67, 1, 1, 2501 * BR_MS, 2, 4, 0, PEER, "boot.efi", PXE},
		{67, 3, 0, 10 * BR_MS, 5, 3, CLIENT, 0, NULL, MASK}};
	struct boot_rig *rig = boot_rig_new("ipxe-bios", NULL, NULL, 0, 1);
	struct br_boot_result result;

	(void)state;
	boot_rig_peer(rig, replies, 3, five_octets, 1);
	result = boot_rig_run(rig, 30);
	assert_memory_equal(result.error, "Nothing to boot", 15);
	boot_rig_free(rig);
}

static void silence_on_4011_is_no_failure_of_its_own(void **state)
{
	static const struct boot_reply replies[] = {
		{67, 1, 0, 0, 2, 3, CLIENT, PEER, "boot.efi", MASK},
		{67, 1, 0, 0, 2, 4, 0, 0, NULL, PXE},
		{67, 3, 0, 0, 5, 3, CLIENT, PEER, "boot.efi", MASK}};
	static const unsigned at_ms[] = {0, 250, 750, 1750}; /* no4011 f.11-16 */
	struct boot_rig *rig = boot_rig_new("ipxe-bios", NULL, NULL, 0, 1);
	struct br_boot_result result;
	size_t index = 0;
	br_time first = 0;

	(void)state;
	boot_rig_peer(rig, replies, 3, five_octets, 1);
	boot_rig_text(rig, "boot.efi", "hello");
	result = boot_rig_run(rig, 30);
	for (size_t i = 0; i < 4; i++) {
		const struct boot_sent *sent = boot_rig_next(rig, &index, 4011);

		if (i == 0)
			first = sent->at;
		assert_int_equal((sent->at - first + BR_MS) / BR_MS / 10, at_ms[i] / 10);
		assert_int_equal(sent->source, 68);
		assert_int_equal(secs_of(sent), 15 + 4 * i);
	}
	assert_null(boot_rig_next(rig, &index, 4011));
	check_done(rig, &result, BR_BOOT_STEP_PROGRAM, 1); /* by the DHCP server's own file */
	boot_rig_free(rig);
}

static void a_url_from_a_proxy_without_siaddr_is_ignored(void **state)
{
	static const struct boot_reply replies[] = {
		{67, 1, 0, 0, 2, 3, CLIENT, 0, NULL, MASK},
		{67, 1, 0, 0, 2, 4, 0, 0, "http://192.0.2.3/x", PXE},
		{67, 3, 0, 0, 5, 3, CLIENT, 0, NULL, MASK},
		{4011, 3, 0, 0, 5, 4, 0, 0, "http://192.0.2.3/x", PXE}};
	struct boot_rig *rig = boot_rig_new("ipxe-bios", NULL, NULL, 0, 1);
	struct br_boot_result result;

	(void)state; /* seabios-virtio-ipxetwo */
	boot_rig_peer(rig, replies, 4, NULL, 0);
	result = boot_rig_run(rig, 30);
	assert_memory_equal(result.error, "Nothing to boot", 15);
	boot_rig_free(rig);
}

static void a_menu_is_asked_for_with_xid_zero(void **state)
{
	/* seabios-virtio-dual f.4, f.18 */
	static const struct boot_reply replies[] = {
		{67, 1, 0, 0, 2, 3, CLIENT, 0, NULL, MASK},
		{67, 1, 0, 0, 2, 4, 0, 0, NULL,
	         PXE "2b200601030a04005058450807800301c0000204090b8003086c61622062696f73ff"},
		{67, 3, 0, 0, 5, 3, CLIENT, 0, NULL, MASK},
		{4011, 3, 0, 0, 5, 4, CLIENT, PEER, "boot.efi", PXE "2b07470480030000ff"}};
	struct boot_rig *rig = boot_rig_new("ipxe-bios", NULL, NULL, 0, 1);
	struct br_boot_result result;
	const struct boot_sent *sent;
	size_t index = 0;

	(void)state;
	boot_rig_peer(rig, replies, 4, five_octets, 1);
	boot_rig_text(rig, "boot.efi", "hello");
	result = boot_rig_run(rig, 30);
	check_done(rig, &result, BR_BOOT_STEP_PROGRAM, 1);
	sent = boot_rig_next(rig, &index, 4011);
	assert_int_equal(sent->size, 386);
	assert_memory_equal(sent->octets + 4, "\0\0\0\0\0\4\x80\0", 8); /* xid, secs, flags */
	boot_rig_free(rig);
}

static void no_pxedhcp_waits_for_no_proxy(void **state)
{
	static const struct boot_reply replies[] = {
		{67, 1, 0, 0, 2, 3, CLIENT, PEER, "boot.efi", MASK "af03b00101"},
		{67, 3, 0, 0, 5, 3, CLIENT, PEER, "boot.efi", MASK}};
	struct boot_rig *rig = boot_rig_new("ipxe-bios", NULL, NULL, 0, 1);
	struct br_boot_result result;

	(void)state;
	boot_rig_peer(rig, replies, 2, five_octets, 1);
	boot_rig_text(rig, "boot.efi", "hello");
	br_firmware_hears_router(rig->firmware, 0);
	result = boot_rig_run(rig, 30);
	check_done(rig, &result, BR_BOOT_STEP_PROGRAM, 1);
	assert_true(result.ended < 100 * BR_MS);
	boot_rig_free(rig);
}

/* RFC 3442: who obeys option 121 has no way by option 3 beside it (ipxe#1556). */
static void routes_of_option_121_hide_the_router(void **state)
{
	static const struct boot_reply replies[] = {{67, 1, 0, 0, 2, 3, CLIENT, PEER, "boot.efi",
	                                             MASK "0304c00002fe790818c63364c00002fd"},
	                                            {67, 3, 0, 0, 5, 3, CLIENT, PEER, "boot.efi",
	                                             MASK "0304c00002fe790818c63364c00002fd"}};
	struct boot_rig *rig;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		rig = boot_rig_new(i ? "ipxe2-bios" : "ipxe-bios", NULL, NULL, 0, 1);
		boot_rig_peer(rig, replies, 2, NULL, 0);
		assert_int_equal(boot_rig_run(rig, 10).gateway, i ? 0 : BOOT_NET + 254);
		boot_rig_free(rig);
	}
}

static void it_waits_for_a_router_before_it_asks_for_its_file(void **state)
{
	static const struct boot_reply replies[] = {
		{67, 1, 0, 0, 2, 3, CLIENT, PEER, "boot.efi", MASK "af03b00101"},
		{67, 3, 0, 0, 5, 3, CLIENT, PEER, "boot.efi", MASK}};
	struct boot_rig *rig = boot_rig_new("ipxe-bios", NULL, NULL, 0, 1);
	struct br_boot_result result;

	(void)state; /* seabios-virtio-two f.14 */
	boot_rig_peer(rig, replies, 2, five_octets, 1);
	boot_rig_text(rig, "boot.efi", "hello");
	result = boot_rig_run(rig, 30);
	check_done(rig, &result, BR_BOOT_STEP_PROGRAM, 1);
	assert_int_equal(result.ended / BR_S, 16);
	boot_rig_free(rig);
}

static void a_nak_begins_again_after_a_second(void **state)
{
	static const struct boot_reply replies[] = {
		{67, 1, 0, 0, 2, 3, CLIENT, PEER, "boot.efi", MASK PXE},
		{67, 3, 1, 0, 6, 3, 0, 0, NULL, ""},
		{67, 3, 2, 0, 5, 3, CLIENT, PEER, "boot.efi", MASK PXE}};
	struct boot_rig *rig = boot_rig_new("ipxe-bios", NULL, NULL, 0, 1);
	struct br_boot_result result;

	(void)state;
	boot_rig_peer(rig, replies, 3, five_octets, 1);
	boot_rig_text(rig, "boot.efi", "hello");
	result = boot_rig_run(rig, 30);
	check_done(rig, &result, BR_BOOT_STEP_PROGRAM, 1);
	assert_int_equal(rig->sent[2].at / BR_S, 1);
	boot_rig_free(rig);
}

static void a_silent_tftp_server_is_asked_for_15_seconds(void **state)
{
	static const struct boot_reply replies[] = {
		{67, 1, 0, 0, 2, 3, CLIENT, PEER, "boot.efi", MASK PXE},
		{67, 3, 0, 0, 5, 3, CLIENT, PEER, "boot.efi", MASK PXE}};
	static const unsigned at_ms[] = {0, 250, 750, 1750, 3750, 7750}; /* notftp f.19-32 */
	struct boot_rig *rig = boot_rig_new("ipxe-bios", NULL, NULL, 0, 1);
	struct br_boot_result result;
	size_t index = 0, count = 0;
	br_time first = 0;

	(void)state;
	boot_rig_peer(rig, replies, 2, NULL, 0);
	result = boot_rig_run(rig, 60);
	for (const struct boot_sent *sent; (sent = boot_rig_next(rig, &index, 69)); count++) {
		if (count == 0)
			first = sent->at;
		assert_true(count < 6);
		assert_int_equal((sent->at - first + BR_MS) / BR_MS / 10, at_ms[count] / 10);
	}
	assert_int_equal(count, 6);
	assert_int_equal((result.ended - first + BR_MS) / BR_MS / 10, 1575);
	assert_non_null(strstr(result.error, "Connection timed out"));
	boot_rig_free(rig);
}

static void scripts_fail_where_they_are_wrong(void **state)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{"#!ipxe\nfrobnicate x\n", "frobnicate: command not found"},
		{"#!ipxe\nkernel nothing\n", "nothing... No such file or directory"},
		{"#!ipxe\nkernel ftp://192.0.2.2/x\nboot\n",
	         "ftp://192.0.2.2/x... Input/output error"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct boot_rig *rig =
			boot_rig_new("ipxe-bios", DHCP, "role=proxydhcp,tftp boot=x.ipxe", 0, 1);
		struct br_boot_result result;

		boot_rig_text(rig, "x.ipxe", cases[i].text);
		result = boot_rig_run(rig, 30);
		assert_string_equal(result.error, cases[i].error);
		boot_rig_free(rig);
	}
}

static void a_script_that_chains_itself_is_cut(void **state)
{
	struct boot_rig *rig =
		boot_rig_new("ipxe-bios", DHCP, "role=proxydhcp,tftp boot=x.ipxe", 0, 1);
	struct br_boot_result result;

	(void)state;
	boot_rig_text(rig, "x.ipxe", "#!ipxe\nchain x.ipxe\n");
	result = boot_rig_run(rig, 300);
	assert_non_null(strstr(result.error, "loads itself again and again"));
	boot_rig_free(rig);
}

/* By a model that asks a proxy and keeps its connections, which no firmware does: the script and
 * the kernel go through one tunnel, what another server has through another.
 */
static void a_tunnel_leads_to_one_server_only(void **state)
{
	static const char far[] = "#!ipxe\nkernel http://192.0.2.2/vmlinuz\n"
				  "initrd http://192.0.2.1/initrd.img\nboot\n";
	static const uint8_t mac[6] = {2, 0, 0, 0, 0, 5};
	const struct br_web_cache_options options = {.port = 3128};
	const struct br_endpoint proxy = br_endpoint_ipv4(BOOT_NET + 5, 3128);
	struct boot_rig *rig =
		boot_rig_new("ipxe-bios", "role=dhcp,http pool=192.0.2.100-192.0.2.199",
	                     "role=proxydhcp,http boot=http://192.0.2.2/boot.ipxe", 0, 1);
	struct br_boot_result result;
	struct br_web_cache *cache;
	struct br_host *host;

	(void)state;
	assert_int_equal(br_host_new(&host, rig->wire, "proxy", &br_host_limits_server, 5), 0);
	assert_int_equal(br_host_add_link(host, rig->segment, mac), 0);
	br_host_set_address(host, 0, BOOT_NET + 5, UINT32_C(0xffffff00));
	assert_int_equal(br_web_cache_new(&cache, host, &rig->clock, &options), 0);
	assert_int_equal(br_file_store_generate(rig->files, "vmlinuz", 4000, 8), 0);
	assert_int_equal(br_file_store_generate(rig->files, "initrd.img", 1000, 9), 0);
	boot_rig_text(rig, "boot.ipxe", far);
	rig->model.http_connects = true;
	br_firmware_set_web_proxy(rig->firmware, &proxy);
	result = boot_rig_run(rig, 300);
	check_done(rig, &result, BR_BOOT_STEP_SYSTEM, 3);
	assert_int_equal(br_web_cache_counts(cache)->tunnels, 2);
	br_web_cache_free(cache);
	br_host_free(host);
	boot_rig_free(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(boots_from_the_core_by_every_path),
		cmocka_unit_test(nobody_there_is_known_after_15_seconds),
		cmocka_unit_test(a_proxy_is_waited_for_two_seconds),
		cmocka_unit_test(both_offers_are_requested_at_once),
		cmocka_unit_test(a_proxy_later_than_the_offer_after_2_s_is_lost),
		cmocka_unit_test(silence_on_4011_is_no_failure_of_its_own),
		cmocka_unit_test(a_url_from_a_proxy_without_siaddr_is_ignored),
		cmocka_unit_test(a_menu_is_asked_for_with_xid_zero),
		cmocka_unit_test(no_pxedhcp_waits_for_no_proxy),
		cmocka_unit_test(routes_of_option_121_hide_the_router),
		cmocka_unit_test(it_waits_for_a_router_before_it_asks_for_its_file),
		cmocka_unit_test(a_nak_begins_again_after_a_second),
		cmocka_unit_test(a_silent_tftp_server_is_asked_for_15_seconds),
		cmocka_unit_test(scripts_fail_where_they_are_wrong),
		cmocka_unit_test(a_script_that_chains_itself_is_cut),
		cmocka_unit_test(a_tunnel_leads_to_one_server_only),
	};

	return cmocka_run_group_tests_name("firmware_ipxe", tests, NULL, NULL);
}
