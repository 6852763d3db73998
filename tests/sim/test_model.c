/* SPDX-License-Identifier: BSD-2-Clause */
/* Every model is read, and what it says is held against what the real firmware said:
 * octet by octet, over the packets in corpus/models/captured.txt. Only what cannot be
 * the same is taken from the capture: xid, secs, ciaddr, the file asked for.
 */
#include "tests/helper.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "sim/models/model.h"

enum {
	LINE_SIZE = 4096,
	PACKET_SIZE = 1500,
};

struct captured {
	char model[BR_MODEL_NAME_SIZE];
	char what[24];
	char source[80];
	unsigned port, ttl;
	uint8_t octets[PACKET_SIZE];
	size_t size;
};

static bool read_line(FILE *file, struct captured *ret)
{
	char line[LINE_SIZE], hex[LINE_SIZE];

	while (fgets(line, sizeof(line), file)) {
		if (line[0] == '#' || line[0] == '\n')
			continue;
		assert_int_equal(sscanf(line, "%31s %23s %79s %u %u %4095s", ret->model, ret->what,
		                        ret->source, &ret->port, &ret->ttl, hex),
		                 6);
		assert_true(br_text_get_hex(br_text(hex), ret->octets, sizeof(ret->octets),
		                            &ret->size));
		return true;
	}
	return false;
}

static void explain(const struct captured *packet, const uint8_t *got, size_t got_size)
{
	size_t i = 0;

	while (i < got_size && i < packet->size && got[i] == packet->octets[i])
		i++;
	print_error("%s %s (%s): %zu octets, captured %zu; differs at %zu\n", packet->model,
	            packet->what, packet->source, got_size, packet->size, i);
}

static void check_equal(const struct captured *packet, const uint8_t *got, size_t got_size)
{
	if (got_size != packet->size || memcmp(got, packet->octets, got_size))
		explain(packet, got, got_size);
	assert_int_equal(got_size, packet->size);
	assert_memory_equal(got, packet->octets, got_size);
}

static void check_dhcp(const struct br_model *model, const struct captured *packet,
                       enum br_model_message message)
{
	struct br_model_ask ask = {.message = message,
	                           .second = strstr(packet->what, "-second") != NULL};
	struct br_machine machine = {.mac = {0}};
	struct br_dhcp_message real;
	struct br_dhcp_header header;
	struct br_octets uuid, item;
	uint8_t buffer[PACKET_SIZE];
	struct br_reader r;

	assert_int_equal(br_dhcp_parse((struct br_octets){packet->octets, packet->size}, &real), 0);
	memcpy(machine.mac, real.header.chaddr, 6);
	uuid = br_dhcp_get(&real, BR_DHCP_OPTION_MACHINE_ID);
	if (uuid.size == 17)
		memcpy(machine.uuid, uuid.data + 1, 16);
	(void)br_dhcp_get_be32(&real, BR_DHCP_OPTION_REQUESTED_ADDRESS, &ask.address);
	(void)br_dhcp_get_be32(&real, BR_DHCP_OPTION_SERVER_ID, &ask.server);
	item = br_dhcp_sub_option(br_dhcp_get(&real, BR_DHCP_OPTION_VENDOR), BR_PXE_TAG_BOOT_ITEM,
	                          true);
	r = br_reader_of(item.data, item.size);
	ask.boot_item = br_get_be32(&r);
	header = br_model_dhcp_header(model, &machine, &ask);
	header.xid = real.header.xid;
	header.secs = real.header.secs;
	header.ciaddr = real.header.ciaddr;
	assert_int_equal(model->source_port[message], packet->port);
	assert_int_equal(model->ttl, packet->ttl);
	check_equal(packet, buffer,
	            br_model_dhcp_build(model, &machine, &ask, &header, buffer, sizeof(buffer)));
}

static void check_rrq(const struct br_model *model, const struct captured *packet, bool probe)
{
	uint8_t buffer[PACKET_SIZE];
	struct br_writer w = br_writer_of(buffer, sizeof(buffer));

	br_model_rrq_build(model, probe, (const char *)packet->octets + 2, &w);
	assert_false(w.bad);
	assert_int_equal(model->tftp_ttl, packet->ttl);
	assert_in_range(packet->port, model->tftp_port_min, model->tftp_port_max);
	check_equal(packet, buffer, br_written(&w));
}

static void check_http(const struct br_model *model, const struct captured *packet,
                       const char *method)
{
	uint8_t buffer[PACKET_SIZE];
	struct br_writer w = br_writer_of(buffer, sizeof(buffer));
	char path[256];

	assert_int_equal(sscanf((const char *)packet->octets, "%*s %255s", path), 1);
	br_model_http_request(model, &w, method, path, "192.0.2.2", 0, 0, "");
	assert_false(w.bad);
	assert_in_range(packet->port, model->http_port_min, model->http_port_max);
	check_equal(packet, buffer, br_written(&w));
}

static void check_error(const struct br_model *model, const struct captured *packet)
{
	assert_int_equal(packet->octets[3], model->probe_end[0] - '0');
	assert_string_equal((const char *)packet->octets + 4, model->probe_end + 2);
}

static void check_packet(const struct captured *packet)
{
	static const char *const messages[] = {"discover", "request", "proxy", "boot-server"};
	struct br_model model;

	assert_int_equal(br_model_find(&model, packet->model), 0);
	for (int i = 0; i < BR_MODEL_MESSAGES; i++) {
		if (!strncmp(packet->what, messages[i], strlen(messages[i]))) {
			check_dhcp(&model, packet, (enum br_model_message)i);
			return;
		}
	}
	if (!strncmp(packet->what, "rrq", 3))
		check_rrq(&model, packet, packet->what[3] == '-');
	else if (!strcmp(packet->what, "head"))
		check_http(&model, packet, "HEAD");
	else if (!strcmp(packet->what, "get"))
		check_http(&model, packet, "GET");
	else if (!strcmp(packet->what, "error"))
		check_error(&model, packet);
	else
		fail_msg("a line about '%s'", packet->what);
}

static void says_what_the_firmware_said(void **state)
{
	const char *corpus = getenv("BR_CORPUS"); /* meson says where */
	char path[512];
	FILE *file;
	struct captured packet;
	size_t count = 0;

	(void)state;
	assert_non_null(corpus);
	snprintf(path, sizeof(path), "%s/models/captured.txt", corpus);
	file = fopen(path, "r");
	assert_non_null(file);
	for (; read_line(file, &packet); count++)
		check_packet(&packet);
	fclose(file);
	assert_in_range(count, 40, 1000); /* an empty corpus would prove nothing */
}

static void every_model_is_read(void **state)
{
	struct br_model model;
	size_t count = 0;

	(void)state;
	for (const char *name; (name = br_model_name(count)); count++) {
		assert_int_equal(br_model_find(&model, name), 0); /* asserts on a bad text */
		assert_string_equal(model.name, name);
		assert_true(model.title[0]);
		assert_true(model.tftp_tries > 0);
	}
	assert_int_equal(count, 44);
}

static void names_are_sorted_and_unique(void **state)
{
	(void)state;
	for (size_t i = 1; br_model_name(i); i++)
		assert_true(strcmp(br_model_name(i - 1), br_model_name(i)) < 0);
}

static void a_near_name_is_suggested(void **state)
{
	struct br_model model;

	(void)state;
	assert_int_equal(br_model_find(&model, "edk2-x64-pxe"), -ENOENT);
	assert_string_equal(br_model_nearest("edk2-x64-pxe"), "edk2-x64-pxe4");
	assert_string_equal(br_model_nearest("ipxe_bios"), "ipxe-bios");
	assert_string_equal(br_model_nearest("u-boot-arm"), "uboot-arm");
	assert_null(br_model_nearest("coffee-machine"));
	assert_null(br_model_nearest("a name so long that no model could ever be called by it"));
}

static void a_base_gives_everything_but_the_name(void **state)
{
	struct br_model x64, ia32;

	(void)state;
	assert_int_equal(br_model_find(&x64, "edk2-x64-pxe4"), 0);
	assert_int_equal(br_model_find(&ia32, "edk2-ia32-pxe4"), 0);
	assert_int_equal(ia32.arch, 6);
	assert_int_equal(ia32.blksize, 1468);
	assert_memory_equal(ia32.order, x64.order, sizeof(x64.order));
	assert_string_equal(ia32.name, "edk2-ia32-pxe4");
}

static void errors_name_the_line(void **state)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{"title = \"x\"\nblksize = 3\n", "line 2: no key 'blksize'"},
		{"\n\narch\n", "line 3: expected key = value"},
		{"arch = x86\n", "line 1: expected a number, found 'x86'"},
		{"title = x\n", "line 1: expected \"text\" in quotes, found x"},
		{"dhcp.overload = maybe\n", "line 1: expected yes or no, found 'maybe'"},
		{"engine = bios\n", "line 1: 'engine' does not know 'bios'"},
		{"option.0 = u8 1\n", "line 1: expected an option code 1..254, found '0'"},
		{"option.94 = hex 01030\n", "line 1: half an octet: '0'"},
		{"option.57 = u16 70000\n", "line 1: expected numbers, found '70000'"},
		{"discover.options = 53 256\n",
	         "line 1: expected an option code 1..254, found '256'"},
		{"base = nobody\n", "line 1: no model 'nobody'"},
	};
	char error[120];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct br_model model = {.name = "mine"};

		assert_int_equal(
			br_model_parse(&model, cases[i].text, br_model_find, error, sizeof(error)),
			-EINVAL);
		assert_string_equal(error, cases[i].error);
	}
}

static void too_many_values_are_refused(void **state)
{
	struct br_model model = {.name = "mine"};
	char text[2048] = "", error[120];

	(void)state;
	for (int i = 0; i <= BR_MODEL_VALUES_MAX; i++)
		strcat(text, "option.12 = \"x\"\n");
	assert_int_equal(br_model_parse(&model, text, br_model_find, error, sizeof(error)),
	                 -ENOSPC);
}

static void a_text_of_ones_own_changes_a_model(void **state)
{
	static const char text[] = "base = edk2-x64-pxe4 # all of it\n"
				   "option.60 = class \"PXEClient:Arch:$arch:UNDI:003016\"\n"
				   "request.option.57 = u16 1500\r\n"
				   "discover.waits-ms = 10 20\n";
	struct br_model model = {.name = "mine"};
	struct br_machine machine = {.mac = {1, 2, 3, 4, 5, 6}};
	struct br_model_ask ask = {.message = BR_MODEL_REQUEST};
	struct br_model_options options = {.count = 0};
	char error[120];

	(void)state;
	assert_int_equal(br_model_parse(&model, text, br_model_find, error, sizeof(error)), 0);
	assert_string_equal(model.name, "mine");
	assert_int_equal(model.waits[BR_MODEL_DISCOVER].count, 2);
	assert_true(br_model_dhcp_option(&model, &machine, &ask, 60, &options));
	assert_true(br_text_is(options.option[0].value, "PXEClient:Arch:00007:UNDI:003016"));
	assert_true(br_model_dhcp_option(&model, &machine, &ask, 57, &options));
	assert_memory_equal(options.option[1].value.data, "\x05\xdc", 2);
	assert_false(br_model_dhcp_option(&model, &machine, &ask, 12, &options));
	assert_false(br_model_dhcp_option(&model, &machine, &ask, 54, &options)); /* not known */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_the_firmware_said),
		cmocka_unit_test(every_model_is_read),
		cmocka_unit_test(names_are_sorted_and_unique),
		cmocka_unit_test(a_near_name_is_suggested),
		cmocka_unit_test(a_base_gives_everything_but_the_name),
		cmocka_unit_test(errors_name_the_line),
		cmocka_unit_test(too_many_values_are_refused),
		cmocka_unit_test(a_text_of_ones_own_changes_a_model),
	};

	return cmocka_run_group_tests_name("model", tests, NULL, NULL);
}
