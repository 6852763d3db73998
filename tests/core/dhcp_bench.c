/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/core/dhcp_bench.h"

#include <stdio.h>
#include <string.h>

#include "core/base/text.h"
#include "tests/core/words.h"

static void init_config(struct br_config *config)
{
	br_config_init(config);
	config->links = 2;
	config->link[LINK_A] = (struct br_config_link){
		.address = IP(10, 77, 0, 1), .netmask = 0xffffff00, .mtu = 1500};
	config->link[LINK_B] = (struct br_config_link){
		.address = IP(10, 79, 0, 1), .netmask = 0xffffff00, .mtu = 1500};
}

void bench_open(struct bench *bench, const char *words)
{
	char error[200] = "";

	memset(bench, 0, sizeof(*bench));
	init_config(&bench->config);
	if (words_take(&bench->config, words, error, sizeof(error)) < 0)
		fail_msg("%s: %s", words, error);
	bench->now = 1000 * BR_S;
	bench_start(bench);
}

void bench_start(struct bench *bench)
{
	bench_close(bench);
	bench->context = (struct br_context){.config = &bench->config,
	                                     .outbox = &bench->outbox,
	                                     .metrics = &bench->metrics,
	                                     .seed = 1};
	if (bench->config.roles & BR_ROLE_DHCP)
		assert_int_equal(br_dhcp_new(&bench->dhcp, &bench->context), 0);
	if (bench->config.roles & (BR_ROLE_PROXYDHCP | BR_ROLE_PXE))
		assert_int_equal(br_pxe_new(&bench->pxe, &bench->context), 0);
}

void bench_close(struct bench *bench)
{
	bench->dhcp = br_dhcp_free(bench->dhcp);
	bench->pxe = br_pxe_free(bench->pxe);
}

void bench_expect_refused(const char *words)
{
	static struct bench bench;
	char error[200] = "";

	memset(&bench, 0, sizeof(bench));
	init_config(&bench.config);
	if (words_take(&bench.config, words, error, sizeof(error)) < 0) {
		assert_true(strlen(error) > 0);
		return;
	}
	bench.context = (struct br_context){
		.config = &bench.config, .outbox = &bench.outbox, .metrics = &bench.metrics};
	if (br_dhcp_new(&bench.dhcp, &bench.context) == 0) {
		br_dhcp_free(bench.dhcp);
		fail_msg("taken: %s", words);
	}
}

void ask_put(struct ask *ask, uint8_t code, const void *value, size_t size)
{
	assert_true(ask->options < sizeof(ask->option) / sizeof(ask->option[0]));
	assert_true(size <= sizeof(ask->option[0].value));
	ask->option[ask->options].code = code;
	ask->option[ask->options].size = size;
	if (size > 0)
		memcpy(ask->option[ask->options].value, value, size);
	ask->options++;
}

void ask_put_text(struct ask *ask, uint8_t code, const char *text)
{
	ask_put(ask, code, text, strlen(text));
}

static void be32(uint8_t octets[4], uint32_t value)
{
	for (int i = 0; i < 4; i++)
		octets[i] = (uint8_t)(value >> (24 - 8 * i));
}

void ask_put_be32(struct ask *ask, uint8_t code, uint32_t value)
{
	uint8_t octets[4];

	be32(octets, value);
	ask_put(ask, code, octets, 4);
}

void ask_remove(struct ask *ask, uint8_t code)
{
	size_t kept = 0;

	for (size_t i = 0; i < ask->options; i++) {
		if (ask->option[i].code != code)
			ask->option[kept++] = ask->option[i];
	}
	ask->options = kept;
}

void ask_set(struct ask *ask, uint8_t code, const void *value, size_t size)
{
	for (size_t i = 0; i < ask->options; i++) {
		if (ask->option[i].code != code)
			continue;
		ask->option[i].size = size;
		if (size > 0)
			memcpy(ask->option[i].value, value, size);
		return;
	}
	ask_put(ask, code, value, size);
}

void ask_set_text(struct ask *ask, uint8_t code, const char *text)
{
	ask_set(ask, code, text, strlen(text));
}

void ask_set_be32(struct ask *ask, uint8_t code, uint32_t value)
{
	uint8_t octets[4];

	be32(octets, value);
	ask_set(ask, code, octets, 4);
}

void ask_set_arch(struct ask *ask, uint16_t arch)
{
	const uint8_t octets[2] = {(uint8_t)(arch >> 8), (uint8_t)arch};

	ask_set(ask, 93, octets, 2);
	for (size_t i = 0; i < ask->options; i++) {
		char digits[6];
		uint8_t *at;

		if (ask->option[i].code != 60)
			continue;
		(void)snprintf(digits, sizeof(digits), "%05u", arch);
		at = memchr(ask->option[i].value, ':', ask->option[i].size);
		if (at)
			memcpy(at + 6, digits, 5);
	}
}

/* What each model sends: spec/CLIENT_MODELS.md, checked against captures/. */
static const uint8_t edk2_wants[] = {1,  2,  3,  4,   5,   6,   12,  13,  15,  17,  18, 22,
                                     23, 28, 40, 41,  42,  43,  50,  51,  54,  58,  59, 60,
                                     66, 67, 97, 128, 129, 130, 131, 132, 133, 134, 135};
static const uint8_t http_wants[] = {1,  2,  3,  4,  5,  6,  12, 13, 15, 17, 18,  22, 23, 28,
                                     40, 41, 42, 43, 50, 51, 54, 58, 59, 60, 175, 67, 97};
static const uint8_t ipxe_wants[] = {1,   3,   6,   7,   12,  15,  17,  26,  43,  60,  66, 67,
                                     119, 128, 129, 130, 131, 132, 133, 134, 135, 175, 203};
static const uint8_t pi_wants[] = {43, 60, 67, 128, 129, 130, 131, 132, 133, 134, 135, 66};

static void put_uefi(struct ask *ask, const char *class, uint16_t arch, const uint8_t *wants,
                     size_t wants_size)
{
	static const uint8_t uuid[17] = {0,    0x44, 0x33, 0x22, 0x11, 0x66, 0x55, 0x88, 0x77,
	                                 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff, 0x00};

	ask_put(ask, 57, "\x05\xc0", 2);
	ask_put(ask, 55, wants, wants_size);
	ask_put(ask, 97, uuid, sizeof(uuid));
	ask_put(ask, 94, "\1\3\0", 3);
	ask_put(ask, 93, "\0\0", 2);
	ask_put_text(ask, 60, class);
	ask_set_arch(ask, arch);
}

static void put_ipxe(struct ask *ask)
{
	uint8_t id[7] = {1};

	put_uefi(ask, "PXEClient:Arch:00000:UNDI:002001", 7, ipxe_wants, sizeof(ipxe_wants));
	memcpy(id + 1, ask->header.chaddr, 6);
	ask_put_text(ask, 77, "iPXE"); /* raw, without a length octet */
	ask_put(ask, 175, "\xb1\5\1\x1a\xf4\x10\0", 7);
	ask_put(ask, 61, id, sizeof(id));
}

void ask_init(struct ask *ask, enum model model, enum br_dhcp_type type, unsigned machine)
{
	const uint8_t mac[6] = {0x52, 0x54, 0, 0, (uint8_t)(machine >> 8), (uint8_t)machine};
	const uint8_t octet = (uint8_t)type;
	uint8_t pi_uuid[17] = {0};

	memset(ask, 0, sizeof(*ask));
	ask->header = (struct br_dhcp_header){
		.op = 1, .htype = 1, .hlen = 6, .xid = 0x51a348a4 + machine};
	memcpy(ask->header.chaddr, mac, 6);
	ask->source_port = 68;
	ask->target_port = 67;
	ask_put(ask, 53, &octet, 1);
	switch (model) {
	case PLAIN:
		ask_put(ask, 55, "\1\3\6\17\102\103\343", 7); /* ends 66, 67, 227 */
		break;
	case PXE_BIOS:
		ask->header.flags = 0x8000;
		put_uefi(ask, "PXEClient:Arch:00000:UNDI:002001", 0, edk2_wants,
		         sizeof(edk2_wants));
		break;
	case PXE_X64:
	case PXE_AA64:
		ask->header.flags = 0x8000;
		put_uefi(ask, "PXEClient:Arch:00000:UNDI:003000", model == PXE_X64 ? 7 : 11,
		         edk2_wants, sizeof(edk2_wants));
		break;
	case HTTP_X64:
		ask->header.flags = 0x8000;
		put_uefi(ask, "HTTPClient:Arch:00000:UNDI:003000", 16, http_wants,
		         sizeof(http_wants));
		break;
	case IPXE:
		put_ipxe(ask);
		break;
	case GRUB:
		break;
	case RPI3:
		put_uefi(ask, "PXEClient:Arch:00000:UNDI:002001", 0, pi_wants, sizeof(pi_wants));
		memset(pi_uuid + 1, 0x44, 16);
		ask_set(ask, 97, pi_uuid, sizeof(pi_uuid));
		break;
	case UBOOT:
		ask_put(ask, 57, "\2\100", 2); /* 576 */
		ask_put(ask, 93, "\0\26", 2);
		ask_put(ask, 94, "\1\0\0", 3);
		ask_put_text(ask, 60, "U-Boot.armv8");
		ask_put(ask, 55, "\1\3\6\14\21", 5);
		break;
	}
}

void ask_relayed(struct ask *ask, uint32_t giaddr)
{
	ask->header.giaddr = giaddr;
	ask->header.hops = 1;
	ask->source = giaddr;
	ask->source_port = 67;
	ask->target = ask->link == LINK_A ? IP(10, 77, 0, 1) : IP(10, 79, 0, 1);
}

void ask_to_4011(struct ask *ask, uint32_t server, uint32_t client)
{
	ask->header.flags = 0;
	ask->header.ciaddr = client;
	ask->header.xid ^= 0xffff; /* a new one, PxeBcDhcp4Discover */
	ask->source = client;
	ask->source_port = ask->target_port = 4011;
	ask->target = server;
	ask_set(ask, 53, "\3", 1);
}

size_t ask_write(const struct ask *ask, uint8_t *target, size_t size)
{
	struct br_dhcp_builder b;
	struct br_dhcp_header header = ask->header;

	memcpy(header.sname, ask->sname, sizeof(header.sname));
	memcpy(header.file, ask->file, sizeof(header.file));
	br_dhcp_begin(&b, &header, target, size, 0);
	for (size_t i = 0; i < ask->options; i++)
		br_dhcp_put(&b, ask->option[i].code, ask->option[i].value, ask->option[i].size);
	return br_dhcp_finish(&b, 300);
}

static void expect_echo(const struct bench *bench, const struct br_dhcp_message *question,
                        uint8_t code, bool must)
{
	struct br_octets want = br_dhcp_get(question, code), got = br_dhcp_get(&bench->reply, code);

	if (!got.data && !must)
		return;
	assert_true(br_text_equal(want, got));
	assert_int_equal(!want.data, !got.data);
}

/* An address in option 66 is that of siaddr, the file of option 67 that of the header. */
static void check_boot_fields(const struct bench *bench)
{
	struct br_octets file = br_dhcp_get_text(&bench->reply, 67), host;
	uint32_t address;

	if (file.data && file.size < 128)
		assert_true(br_text_equal(file, br_dhcp_file(&bench->reply))); /* D4S-BF-03 */
	host = br_dhcp_get_text(&bench->reply, 66);
	if (host.data) {
		assert_true(br_text_get_ipv4(host, &address));
		assert_int_equal(address, bench->reply.header.siaddr);
	}
	assert_true(bench->reply.overload & 2 || memchr(bench->reply.header.sname, 0, 64));
	assert_true(bench->reply.overload & 1 || memchr(bench->reply.header.file, 0, 128));
	static const uint8_t whole[] = {43, 54, 60, 66, 67};

	for (size_t i = 0; i < sizeof(whole); i++) /* D4C-OPT-11 */
		assert_true(br_dhcp_count(&bench->reply, whole[i]) <= 1);
}

/* What holds of every reply, whoever asked what. */
static void check_reply(const struct bench *bench, const struct br_dhcp_message *question)
{
	const struct br_dhcp_message *reply = &bench->reply;
	const struct br_dhcp_header *h = &reply->header, *q = &question->header;
	uint16_t datagram = 576;

	assert_int_equal(h->op, 2); /* D4C-HDR-05 */
	assert_int_equal(h->xid, q->xid);
	assert_int_equal(h->htype, q->htype);
	assert_int_equal(h->hlen, q->hlen);
	assert_memory_equal(h->chaddr, q->chaddr, 16);
	assert_int_equal(h->hops, 0); /* D4C-HDR-06 */
	assert_int_equal(h->secs, 0);
	assert_int_equal(h->giaddr, q->giaddr); /* D4C-HDR-08 */
	assert_int_equal(h->flags & 0x7fff, q->flags & 0x7fff);
	assert_true(reply->has_cookie);                                     /* D4C-HDR-10 */
	assert_int_equal(br_dhcp_count(reply, 53), question->type ? 1 : 0); /* D4C-HDR-11 */
	assert_true(br_dhcp_is_valid_edk2(reply));     /* D4C-OPT-01, -02, -03 */
	assert_int_equal(br_dhcp_count(reply, 50), 0); /* D4S-DISC-04 */
	assert_int_equal(br_dhcp_count(reply, 55), 0);
	assert_int_equal(br_dhcp_count(reply, 57), 0);
	assert_true(reply->size >= 300); /* D4C-SIZ-05 */
	(void)br_dhcp_get_be16(question, 57, &datagram);
	assert_true(reply->size <= (datagram < 576 ? 576u : datagram) - 28u); /* D4C-SIZ-01, -02 */
	assert_true(reply->size <= 1472);                                     /* D4C-SIZ-04 */
	if (br_dhcp_get(question, 61).size >= 2)
		expect_echo(bench, question, 61, true); /* D4S-ID-01 */
	else
		assert_int_equal(br_dhcp_count(reply, 61), 0); /* D4S-ID-02 */
	expect_echo(bench, question, 82, false); /* RLS-01, RLS-04: whole or not at all */
	if (br_dhcp_count(reply, 82) > 0) {      /* RLS-02, RLS-03 */
		const struct br_dhcp_instance *last = NULL;

		for (size_t i = 0; i < reply->instances; i++) {
			if (reply->instance[i].field == BR_DHCP_FIELD_OPTIONS)
				last = &reply->instance[i];
			else
				assert_int_not_equal(reply->instance[i].code, 82);
		}
		assert_int_equal(last->code, 82);
		assert_int_equal(last->value.data[last->value.size], 255);
	}
	check_boot_fields(bench);
}

bool bench_ask_octets(struct bench *bench, const struct ask *ask, const uint8_t *octets,
                      size_t size)
{
	struct br_reader flush = guarded(octets, size);
	const struct br_event event = {
		.kind = BR_EVENT_DATAGRAM,
		.link = ask->link,
		.local = br_endpoint_ipv4(ask->target ? ask->target : UINT32_MAX, ask->target_port),
		.remote = br_endpoint_ipv4(ask->source, ask->source_port),
		.payload = {.data = flush.pos, .size = size}};
	static struct br_dhcp_message question;
	static struct br_dhcp_question heard;
	struct br_action action;

	br_outbox_reset(&bench->outbox);
	br_dhcp_question_read(&heard, &event);
	bench->replies = 0;
	bench->notes = 0;
	if (bench->dhcp && ask->target_port == 67)
		br_dhcp_input(bench->dhcp, &heard, bench->now);
	if (bench->pxe && (ask->target_port == 4011 ||
	                   (bench->config.roles & (BR_ROLE_PROXYDHCP | BR_ROLE_DHCP))))
		br_pxe_input(bench->pxe, &heard, bench->now);
	while (br_outbox_take(&bench->outbox, &action)) {
		if (action.kind == BR_ACTION_NOTE) {
			assert_true(bench->notes < 16);
			bench->note[bench->notes++] = action.note;
			bench->facts = action.facts;
			continue;
		}
		if (action.kind == BR_ACTION_PROBE) {
			bench->probed = br_endpoint_to_ipv4(&action.remote);
			continue;
		}
		assert_int_equal(action.kind, BR_ACTION_DATAGRAM);
		assert_int_equal(action.link, ask->link);
		bench->replies++;
		bench->sent = action;
		memcpy(bench->octets, action.payload.data, action.payload.size);
		assert_int_equal(
			br_dhcp_parse((struct br_octets){bench->octets, action.payload.size},
		                      &bench->reply),
			0);
	}
	assert_true(bench->replies <= 1); /* ROB-D4-10 */
	if (bench->replies == 0)
		return false;
	assert_int_equal(br_dhcp_parse((struct br_octets){octets, size}, &question), 0);
	check_reply(bench, &question);
	return true;
}

bool bench_ask(struct bench *bench, const struct ask *ask)
{
	uint8_t octets[4096];
	size_t size = ask_write(ask, octets, sizeof(octets));

	assert_true(size > 0);
	return bench_ask_octets(bench, ask, octets, size);
}

void ask_select(struct ask *ask, const struct bench *bench)
{
	ask_set(ask, 53, "\3", 1);
	ask_set_be32(ask, 50, bench->reply.header.yiaddr);
	ask_set_be32(ask, 54, reply_be32(bench, 54));
}

uint32_t bench_dora(struct bench *bench, enum model model, unsigned machine)
{
	struct ask ask;
	uint32_t offered;

	ask_init(&ask, model, BR_DHCP_TYPE_DISCOVER, machine);
	assert_true(bench_ask(bench, &ask));
	assert_int_equal(bench->reply.type, BR_DHCP_TYPE_OFFER);
	offered = bench->reply.header.yiaddr;
	ask_select(&ask, bench);
	assert_true(bench_ask(bench, &ask));
	assert_int_equal(bench->reply.type, BR_DHCP_TYPE_ACK);
	assert_int_equal(bench->reply.header.yiaddr, offered);
	return offered;
}

bool bench_noted(const struct bench *bench, enum br_note note)
{
	for (size_t i = 0; i < bench->notes; i++) {
		if (bench->note[i] == note)
			return true;
	}
	return false;
}

uint32_t bench_destination(const struct bench *bench)
{
	return br_endpoint_to_ipv4(&bench->sent.remote);
}

uint32_t reply_be32(const struct bench *bench, uint8_t code)
{
	uint32_t value = 0;

	if (!br_dhcp_get_be32(&bench->reply, code, &value))
		fail_msg("no option %u of four octets", code);
	return value;
}

bool reply_is(const struct bench *bench, uint8_t code, const char *text)
{
	struct br_octets value = br_dhcp_get(&bench->reply, code);

	return value.data && br_text_is(value, text);
}

bool reply_has(const struct bench *bench, uint8_t code)
{
	return br_dhcp_count(&bench->reply, code) > 0;
}

bool reply_file_is(const struct bench *bench, const char *text)
{
	return br_text_is(br_dhcp_file(&bench->reply), text);
}
