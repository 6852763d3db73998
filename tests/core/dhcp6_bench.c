/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/core/dhcp6_bench.h"

#include <string.h>

#include "core/base/text.h"
#include "tests/core/words.h"

static const struct br_files no_files;
static const uint8_t client_duid[] = {0, 3, 0, 1, 0x52, 0x54, 0, 0x12, 0x34, 0x56};

static void put_link(struct br_config *config, const char *address, uint8_t last)
{
	struct br_config_link *link = &config->link[config->links++];
	const uint8_t mac[6] = {0x52, 0x54, 0, 0, 0, last};

	*link = (struct br_config_link){.mtu = 1500, .prefix6 = 64};
	assert_true(br_text_get_ipv6(br_text(address), link->address6));
	memcpy(link->mac, mac, sizeof(mac));
}

static void init_config(struct br_config *config)
{
	br_config_init(config);
	put_link(config, "2001:db8::1", 1);
	put_link(config, "2001:db8:1::1", 2);
}

static void take_out(struct bench6 *bench)
{
	struct br_action action;

	while (br_server_output(bench->server, &action)) {
		size_t room = sizeof(bench->detail[0]) - 1;

		switch (action.kind) {
		case BR_ACTION_NOTE:
			bench->noted[action.note]++;
			if (action.payload.size < room)
				room = action.payload.size;
			if (room > 0)
				memcpy(bench->detail[action.note], action.payload.data, room);
			bench->detail[action.note][room] = 0;
			break;
		case BR_ACTION_GROUP_JOIN:
			memcpy(bench->group[bench->groups++], action.remote.ip, 16);
			break;
		case BR_ACTION_PORT_OPEN:
			bench->port[bench->ports++] = action.local.port;
			break;
		case BR_ACTION_DATAGRAM:
			assert_int_equal(bench->answer_size, 0);
			bench->action = action;
			bench->answer_size = action.payload.size;
			memcpy(bench->answer, action.payload.data, action.payload.size);
			break;
		case BR_ACTION_PORT_CLOSE:
		case BR_ACTION_STREAM_LISTEN:
		case BR_ACTION_STREAM_DATA:
		case BR_ACTION_STREAM_CLOSE:
		case BR_ACTION_STREAM_RESET:
		case BR_ACTION_PROBE:
			fail();
		}
	}
}

void bench6_open(struct bench6 *bench, const char *words)
{
	char error[200] = "";

	memset(bench, 0, sizeof(*bench));
	init_config(&bench->config);
	if (words_take(&bench->config, words, error, sizeof(error)) < 0)
		fail_msg("%s: %s", words, error);
	if (br_server_check(&bench->config, error, sizeof(error)) < 0)
		fail_msg("%s: %s", words, error);
	assert_int_equal(br_server_new(&bench->server, &bench->config, &no_files, 1), 0);
	bench->now = 1000 * BR_S;
	bench->from = "fe80::5054:ff:fe12:3456";
	bench->to = "ff02::1:2";
	bench->from_port = BR_DHCP6_PORT_CLIENT;
	bench->to_port = BR_DHCP6_PORT_SERVER;
	take_out(bench);
}

void bench6_close(struct bench6 *bench)
{
	bench->server = br_server_free(bench->server);
}

const char *bench6_refusal(const char *words)
{
	static char error[200];
	static struct br_config config;
	struct br_server *server = NULL;

	error[0] = 0;
	init_config(&config);
	if (words_take(&config, words, error, sizeof(error)) < 0)
		return error;
	if (br_server_check(&config, error, sizeof(error)) == 0)
		return "";
	assert_true(br_server_new(&server, &config, &no_files, 1) < 0);
	assert_true(error[0] != 0);
	return error;
}

void ask6_put(struct ask6 *ask, uint16_t code, const void *value, size_t size)
{
	struct br_writer w = br_writer_of(ask->octets + ask->size, sizeof(ask->octets) - ask->size);

	br_dhcp6_put(&w, code, value, size);
	assert_false(w.bad);
	ask->size += br_written(&w);
}

void ask6_drop(struct ask6 *ask, uint16_t code)
{
	struct br_reader r = br_reader_of(ask->octets, ask->size);
	struct br_dhcp6_option option;
	const uint8_t *at = r.pos;

	while (br_dhcp6_option_get(&r, &option) == 1) {
		size_t behind = br_left(&r);

		if (option.code == code) {
			memmove(ask->octets + (at - ask->octets), r.pos, behind);
			ask->size -= (size_t)(r.pos - at);
			r = br_reader_of(at, behind);
		}
		at = r.pos;
	}
}

void ask6_oro(struct ask6 *ask, const uint16_t *codes, size_t count)
{
	uint8_t oro[64];
	struct br_writer w = br_writer_of(oro, sizeof(oro));

	for (size_t i = 0; i < count; i++)
		br_put_be16(&w, codes[i]);
	ask6_drop(ask, BR_DHCP6_OPTION_ORO);
	ask6_put(ask, BR_DHCP6_OPTION_ORO, oro, br_written(&w));
}

struct ask6 ask6_of(uint8_t type)
{
	static const uint16_t wanted[] = {59, 60, 23, 16};
	struct ask6 ask = {.type = type, .xid = 0xa1b2c3};

	ask6_put(&ask, BR_DHCP6_OPTION_CLIENT_ID, client_duid, sizeof(client_duid));
	ask6_put(&ask, BR_DHCP6_OPTION_ELAPSED, "\0\0", 2);
	ask6_oro(&ask, wanted, sizeof(wanted) / sizeof(wanted[0]));
	return ask;
}

static void put_firmware(struct ask6 *ask, uint16_t arch, const char *class)
{
	const uint8_t octets[2] = {(uint8_t)(arch >> 8), (uint8_t)arch};
	uint8_t value[64];
	struct br_writer w = br_writer_of(value, sizeof(value));

	br_put_be32(&w, BR_DHCP6_ENTERPRISE_INTEL);
	br_put_be16(&w, (uint16_t)(strlen(class) + 5 + strlen(":UNDI:003000")));
	br_text_put(&w, class);
	br_text_put_padded(&w, arch, 5);
	br_text_put(&w, ":UNDI:003000");
	ask6_put(ask, BR_DHCP6_OPTION_VENDOR_CLASS, value, br_written(&w));
	ask6_put(ask, BR_DHCP6_OPTION_ARCH, octets, 2);
	ask6_put(ask, BR_DHCP6_OPTION_NII, "\1\3\0", 3);
}

void ask6_pxe(struct ask6 *ask, uint16_t arch)
{
	put_firmware(ask, arch, "PXEClient:Arch:");
}

void ask6_http(struct ask6 *ask, uint16_t arch)
{
	put_firmware(ask, arch, "HTTPClient:Arch:");
}

void ask6_server(struct ask6 *ask)
{
	uint8_t duid[16];
	size_t size;

	assert_true(br_text_get_hex(br_text(SERVER6_DUID), duid, sizeof(duid), &size));
	ask6_put(ask, BR_DHCP6_OPTION_SERVER_ID, duid, size);
}

void ask6_ia(struct ask6 *ask, uint32_t iaid, const char *address)
{
	struct br_writer w = br_writer_of(ask->octets + ask->size, sizeof(ask->octets) - ask->size);
	uint8_t *ia = br_dhcp6_begin(&w, BR_DHCP6_OPTION_IA_NA), ip[16];

	br_put_be32(&w, iaid);
	br_put_be32(&w, 0);
	br_put_be32(&w, 0);
	if (address) {
		assert_true(br_text_get_ipv6(br_text(address), ip));
		br_dhcp6_put_address(&w, ip, 0, 0);
	}
	br_dhcp6_end(&w, ia);
	ask->size += br_written(&w);
}

size_t ask6_octets(const struct ask6 *ask, uint8_t ret[BENCH6_SIZE])
{
	struct br_writer w = br_writer_of(ret, BENCH6_SIZE);

	br_dhcp6_put_head(&w, ask->type, ask->xid);
	br_put_bytes(&w, ask->octets, ask->size);
	assert_false(w.bad);
	return br_written(&w);
}

size_t wrap6(uint8_t ret[BENCH6_SIZE], const char *link, const char *peer, uint8_t hops,
             const char *interface_id, const void *inside, size_t size)
{
	struct br_dhcp6_relay relay = {.type = BR_DHCP6_TYPE_RELAY_FORWARD, .hops = hops};
	uint8_t octets[BENCH6_SIZE];
	struct br_writer w = br_writer_of(octets, sizeof(octets));

	assert_true(br_text_get_ipv6(br_text(link), relay.link));
	assert_true(br_text_get_ipv6(br_text(peer), relay.peer));
	br_dhcp6_put_relay(&w, &relay);
	if (interface_id)
		br_dhcp6_put(&w, BR_DHCP6_OPTION_INTERFACE_ID, interface_id, strlen(interface_id));
	br_dhcp6_put(&w, BR_DHCP6_OPTION_RELAYED, inside, size);
	assert_false(w.bad);
	memcpy(ret, octets, br_written(&w));
	return br_written(&w);
}

unsigned bench6_octets(struct bench6 *bench, const void *octets, size_t size)
{
	struct br_event event = {.kind = BR_EVENT_DATAGRAM,
	                         .link = bench->link,
	                         .local = {.port = bench->to_port},
	                         .remote = {.port = bench->from_port},
	                         .payload = {octets, size}};

	assert_true(br_text_get_ipv6(br_text(bench->from), event.remote.ip));
	assert_true(br_text_get_ipv6(br_text(bench->to), event.local.ip));
	memset(bench->noted, 0, sizeof(bench->noted));
	bench->answer_size = 0;
	br_server_input(bench->server, &event, bench->now);
	take_out(bench);
	if (bench->answer_size == 0)
		return ANSWER_NONE;
	assert_int_equal(bench->action.link, bench->link);
	assert_int_equal(
		br_dhcp6_parse((struct br_octets){bench->answer, bench->answer_size}, &bench->m),
		0);
	assert_false(bench->m.malformed);
	return bench->m.type;
}

unsigned bench6_ask(struct bench6 *bench, const struct ask6 *ask)
{
	uint8_t octets[BENCH6_SIZE];
	unsigned type = bench6_octets(bench, octets, ask6_octets(ask, octets));

	if (type != ANSWER_NONE)
		assert_int_equal(bench->m.xid, ask->xid);
	return type;
}

void bench6_expire(struct bench6 *bench)
{
	memset(bench->noted, 0, sizeof(bench->noted));
	br_server_expire(bench->server, bench->now);
	take_out(bench);
}

unsigned bench6_noted(const struct bench6 *bench, enum br_note note)
{
	return bench->noted[note];
}

struct br_octets answer6(const struct bench6 *bench, uint16_t code)
{
	return br_dhcp6_find(bench->m.options, code);
}

struct br_dhcp6_ia answer6_ia(const struct bench6 *bench)
{
	return br_dhcp6_ia(answer6(bench, BR_DHCP6_OPTION_IA_NA));
}

const char *answer6_address(const struct bench6 *bench)
{
	static char text[BR_IP_TEXT_SIZE];
	struct br_writer w = br_writer_of(text, sizeof(text));
	struct br_dhcp6_ia ia = answer6_ia(bench);

	if (ia.addresses > 0)
		br_text_put_ipv6(&w, ia.address);
	return br_text_end(&w);
}

void answer6_is_text(const struct bench6 *bench, uint16_t code, const char *text)
{
	struct br_octets value = answer6(bench, code);

	assert_non_null(value.data);
	assert_int_equal(value.size, strlen(text));
	assert_memory_equal(value.data, text, value.size);
}
