/* SPDX-License-Identifier: BSD-2-Clause */
/* Each client's handshake with each server: how it ends and why. Two ends in memory. */
#include "tests/helper.h"

#include <bearssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "core/formats/tls.h"
#include "tests/sim/tls_pair.h"

enum {
	LONG = 150000,
	ALERT_40 = 40,
	ALERT_70 = 70,
	ALERT_112 = 112,
	ECDH_ECDSA = 0xc02e, /* ..._WITH_AES_256_GCM_SHA384 */
};

#define TODAY "2025-01-01"

static const struct {
	const char *client, *settings, *trust, *date;
	enum br_tls_reason reason;
	uint8_t alert;
} ends[] = {
	{"edk2-2022.11", "", "root", TODAY, BR_TLS_WELL, 0},
	{"edk2-2022.11", "", "other", TODAY, BR_TLS_CUT_CHAIN, 0},
	{"edk2-2022.11", "tls-chain=root", "other", TODAY, BR_TLS_UNKNOWN, 0},
	{"edk2-2022.11", "", "", TODAY, BR_TLS_UNKNOWN, 0},
	{"edk2-2022.11", "tls-chain=self", "root", TODAY, BR_TLS_SELF_SIGNED, 0},
	{"edk2-2022.11", "tls-ca=other", "root", TODAY, BR_TLS_CUT_CHAIN, 0},
	{"edk2-2022.11", "tls-names=boot.example", "root", TODAY, BR_TLS_OTHER_NAME, 0},
	{"edk2-2022.11", "tls-names=10.0.0.3", "root", TODAY, BR_TLS_OTHER_NAME, 0},
	{"edk2-2022.11", "", "root", "2023-12-31", BR_TLS_WELL, 0},
	{"edk2-2022.11", "tls-until=2024-12-31", "root", TODAY, BR_TLS_WELL, 0},
	{"edk2-head", "tls-until=2024-12-31", "root", TODAY, BR_TLS_WELL, 0},
	{"edk2-2022.11", "tls-key=p256", "root", TODAY, BR_TLS_ALERTED, ALERT_40},
	{"edk2-2022.11", "tls-suites=0xcca8", "root", TODAY, BR_TLS_ALERTED, ALERT_40},
	{"edk2-2022.11", "tls-versions=1.3", "root", TODAY, BR_TLS_ALERTED, ALERT_70},
	{"edk2-2022.11", "tls-versions=1.0", "root", TODAY, BR_TLS_WELL, 0},
	{"edk2-2022.11", "tls-sni=must", "root", TODAY, BR_TLS_ALERTED, ALERT_112},
	{"edk2-2022.11", "tls-chain=cut", "root", TODAY, BR_TLS_CUT_CHAIN, 0},
	{"edk2-2022.11", "tls-chain=cut", "intermediate", TODAY, BR_TLS_WELL, 0},
	{"edk2-2022.11", "tls-chain=swapped", "root", TODAY, BR_TLS_WELL, 0},
	{"edk2-2022.11", "tls-chain=full", "root", TODAY, BR_TLS_WELL, 0},
	{"edk2-2022.11", "tls-chain=unfit", "root", TODAY, BR_TLS_NOT_A_SIGNER, 0},
	{"edk2-2022.11", "tls-chain=cut", "unfit", TODAY, BR_TLS_NOT_A_SIGNER, 0},
	{"ipxe", "tls-chain=unfit", "root", TODAY, BR_TLS_NOT_A_SIGNER, 0},
	{"uboot", "tls-chain=unfit", "root", TODAY, BR_TLS_NOT_A_SIGNER, 0},
	{"edk2-2022.11", "tls-chain=root", "root", TODAY, BR_TLS_WELL, 0},
	{"edk2-2022.11", "tls-key=rsa1024", "root", TODAY, BR_TLS_WELL, 0},
	{"edk2-2022.11", "tls-key=rsa4096", "root", TODAY, BR_TLS_WELL, 0},
	{"edk2-2022.11", "tls-records=8", "root", TODAY, BR_TLS_WELL, 0},
	{"edk2-2022.11", "tls-records=joined", "root", TODAY, BR_TLS_WELL, 0},
	{"edk2-head", "tls-key=p256", "root", TODAY, BR_TLS_WELL, 0},
	{"edk2-head", "tls-key=p384", "root", TODAY, BR_TLS_WELL, 0},
	{"edk2-head", "tls-key=rsa1024", "root", TODAY, BR_TLS_WEAK_KEY, 0},
	{"edk2-head", "tls-sni=must", "root", TODAY, BR_TLS_WELL, 0},
	{"edk2-2025", "tls-suites=0xc030", "root", TODAY, BR_TLS_WEAK_KEY, 0},
	{"edk2-2025", "tls-key=rsa3072", "root", TODAY, BR_TLS_WELL, 0},
	{"edk2-2025", "tls-key=rsa4096 tls-suites=0x009d", "root", TODAY, BR_TLS_ALERTED, ALERT_40},
	{"ipxe", "", "root", TODAY, BR_TLS_WELL, 0},
	{"ipxe", "tls-versions=1.0", "root", TODAY, BR_TLS_VERSION, 0},
	{"ipxe", "tls-versions=1.1", "root", TODAY, BR_TLS_WELL, 0},
	{"ipxe", "tls-fault=renegotiate", "root", TODAY, BR_TLS_AGAIN, 0},
	{"ipxe", "tls-chain=swapped", "root", TODAY, BR_TLS_BAD_ORDER, 0},
	{"ipxe", "", "root", "2023-12-31", BR_TLS_NOT_YET, 0},
	{"ipxe", "tls-until=2024-12-31", "root", TODAY, BR_TLS_EXPIRED, 0},
	/* its clock may be off by 12 hours and a half, either way: TIMESTAMP_ERROR_MARGIN */
	{"ipxe", "", "root", "2023-12-31+41399", BR_TLS_NOT_YET, 0},
	{"ipxe", "", "root", "2023-12-31+41400", BR_TLS_WELL, 0},
	{"ipxe", "tls-until=2024-12-31", "root", "2024-12-31+45000", BR_TLS_WELL, 0},
	{"ipxe", "tls-until=2024-12-31", "root", "2024-12-31+45001", BR_TLS_EXPIRED, 0},
	{"uboot", "", "root", TODAY, BR_TLS_WELL, 0},
	{"uboot", "tls-ca=other tls-names=other.example", "", TODAY, BR_TLS_WELL, 0},
	{"uboot", "tls-ca=other", "root", TODAY, BR_TLS_CUT_CHAIN, 0},
	{"edk2-2022.11", "tls-usage=client", "root", TODAY, BR_TLS_OTHER_USE, 0},
	{"edk2-2022.11", "tls-usage=crls", "root", TODAY, BR_TLS_OTHER_USE, 0},
	{"edk2-2022.11", "tls-usage=sign tls-suites=0x009d", "root", TODAY, BR_TLS_WELL, 0},
	{"edk2-head", "tls-usage=encipher", "root", TODAY, BR_TLS_WELL, 0},
	{"edk2-head", "tls-usage=encipher tls-key=p256", "root", TODAY, BR_TLS_OTHER_USE, 0},
	{"edk2-head", "tls-usage=sign tls-key=p256", "root", TODAY, BR_TLS_WELL, 0},
	{"ipxe", "tls-usage=client", "root", TODAY, BR_TLS_WELL, 0},
	{"ipxe", "tls-usage=crls", "root", TODAY, BR_TLS_WELL, 0},
	{"uboot", "tls-usage=client", "root", TODAY, BR_TLS_OTHER_USE, 0},
	{"uboot", "tls-usage=client", "", TODAY, BR_TLS_WELL, 0},
	{"uboot", "tls-usage=encipher tls-suites=0xc030", "root", TODAY, BR_TLS_OTHER_USE, 0},
	{"uboot", "tls-usage=sign tls-suites=0xc030", "root", TODAY, BR_TLS_WELL, 0},
	{"uboot", "tls-usage=sign tls-suites=0x009d", "root", TODAY, BR_TLS_OTHER_USE, 0},
	{"uboot", "tls-usage=encipher tls-suites=0x009d", "root", TODAY, BR_TLS_WELL, 0},
	{"uboot", "tls-versions=1.1", "root", TODAY, BR_TLS_ALERTED, ALERT_40},
	{"uboot", "tls-key=p256", "root", TODAY, BR_TLS_WELL, 0},
};

static void each_client_ends_as_it_should(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		struct tls_pair pair = {.lent = NULL};
		struct br_tls_seen seen;

		tls_pair_new(&pair, ends[i].client, ends[i].settings, ends[i].trust, ends[i].date,
		             1);
		tls_pair_run(&pair);
		br_tls_client_seen(pair.client, &seen);
		if (br_tls_client_reason(pair.client) != ends[i].reason ||
		    seen.alert != ends[i].alert)
			fail_msg("%s, %s, %s: %s, alert %u", ends[i].client, ends[i].settings,
			         ends[i].trust,
			         br_tls_reason_text(br_tls_client_reason(pair.client)), seen.alert);
		if (ends[i].reason == BR_TLS_WELL) {
			assert_int_equal(pair.said_size, pair.answer.size);
			assert_memory_equal(pair.said, pair.answer.data, pair.said_size);
			assert_int_equal(br_tls_client_phase(pair.client), BR_TLS_SHUT);
			assert_memory_equal(pair.client_master, pair.server_master,
			                    BR_TLS_MASTER_SIZE);
		}
		tls_pair_free(&pair);
	}
}

/* As OVMF 2022.11 did: it waits for the answer to its request */
static void edk2_hears_no_request_for_another_handshake(void **state)
{
	struct tls_pair pair = {.lent = NULL};

	(void)state;
	tls_pair_new(&pair, "edk2-2022.11", "tls-fault=renegotiate", "root", TODAY, 1);
	tls_pair_run(&pair);
	assert_int_equal(br_tls_client_phase(pair.client), BR_TLS_OPEN);
	assert_int_equal(br_tls_client_reason(pair.client), BR_TLS_WELL);
	assert_int_equal(pair.said_size, 0);
	tls_pair_free(&pair);
}

static void every_suite_carries_long_answers_in_pieces_of_every_kind(void **state)
{
	static const char *const suites[] = {"0x002f", "0x0035", "0x003c", "0x003d", "0x009c",
	                                     "0x009d", "0xc009", "0xc00a", "0xc013", "0xc014",
	                                     "0xc023", "0xc024", "0xc027", "0xc028", "0xc02b",
	                                     "0xc02c", "0xc02f", "0xc030"};
	uint8_t *octets = malloc(LONG);

	(void)state;
	assert_non_null(octets);
	for (size_t i = 0; i < LONG; i++)
		octets[i] = (uint8_t)(i * 7 + i / 256);
	for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]); i++) {
		bool ec = !strncmp(suites[i], "0xc00", 5) || !strncmp(suites[i], "0xc02", 5);
		struct br_tls_seen seen;
		struct tls_pair pair = {.lent = NULL};
		char settings[96];

		ec = ec && strcmp(suites[i], "0xc027") != 0 && strcmp(suites[i], "0xc028") != 0 &&
		     strcmp(suites[i], "0xc02f") != 0;
		snprintf(settings, sizeof(settings), "tls-suites=%s tls-key=%s", suites[i],
		         ec ? "p256" : "rsa2048");
		tls_pair_new(&pair, "edk2-head", settings, "root", TODAY, i);
		pair.answer = (struct br_octets){octets, LONG};
		pair.piece = 1 + i * 331;
		tls_pair_run(&pair);
		br_tls_client_seen(pair.client, &seen);
		assert_int_equal(br_tls_client_reason(pair.client), BR_TLS_WELL);
		assert_int_equal(seen.suite, strtoul(suites[i], NULL, 16));
		assert_int_equal(pair.said_size, LONG);
		assert_memory_equal(pair.said, octets, LONG);
		tls_pair_free(&pair);
	}
	free(octets);
}

static void one_seed_gives_the_same_octets_and_another_does_not(void **state)
{
	uint64_t wire[3];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct tls_pair pair = {.lent = NULL};

		tls_pair_new(&pair, "edk2-head", "", "root", TODAY, i / 2);
		tls_pair_run(&pair);
		wire[i] = pair.wire;
		tls_pair_free(&pair);
	}
	assert_true(wire[0] == wire[1]);
	assert_true(wire[0] != wire[2]);
}

/* https://github.com/salesforce/ja3: the fingerprint of a hello, for the client of a capture */
static void put_numbers(char *target, size_t size, struct br_reader r)
{
	while (br_left(&r) >= 2) {
		size_t used = strlen(target);

		snprintf(target + used, size - used, "%s%u",
		         used > 0 && target[used - 1] != ',' ? "-" : "", br_get_be16(&r));
	}
}

static void the_hello_of_ovmf_is_the_one_that_was_recorded(void **state)
{
	static const uint8_t random[32];
	static const char want[] = "e5f69b60e74cead840822557d96c2967";
	uint8_t message[512], digest[br_md5_SIZE];
	struct br_writer w = br_writer_of(message, sizeof(message));
	struct br_tls_hello hello;
	struct br_octets value;
	struct br_reader r;
	char text[400] = "771,", hex[2 * br_md5_SIZE + 1];
	br_md5_context hash;
	uint16_t type;

	(void)state;
	br_tls_hello_build(br_tls_client_find("edk2-2022.11"), random, "10.0.0.2", &w);
	assert_false(w.bad);
	br_tls_read_hello((struct br_octets){message + 4, br_written(&w) - 4}, true, &hello);
	assert_int_equal(hello.suites, 13);
	assert_int_equal(hello.name.size, 0);
	put_numbers(text, sizeof(text), br_reader_of(hello.offer.data, hello.offer.size));
	strcat(text, ",");
	r = br_reader_of(hello.extensions.data, hello.extensions.size);
	while (br_tls_extension_get(&r, &type, &value) == 1) {
		const uint8_t number[] = {(uint8_t)(type >> 8), (uint8_t)type};

		put_numbers(text, sizeof(text), br_reader_of(number, sizeof(number)));
	}
	strcat(text, ",,");
	br_md5_init(&hash);
	br_md5_update(&hash, text, strlen(text));
	br_md5_out(&hash, digest);
	for (size_t i = 0; i < sizeof(digest); i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	assert_string_equal(hex, want);
}

/* Of iPXE 0ab2277c, which asked nginx at 10.77.0.3: tests/rig/hello_beside_machine.py */
static void the_hello_of_ipxe_is_the_one_that_was_recorded(void **state)
{
	static const char recorded[] =
		"010000d30303"
		"c8ae619489471939e5f6b0601b7836e39b3e9c935b7d4ce1b7562c021aae1241"
		"20"
		"c8ae619489471939e5f6b0601b7836e39b3e9c935b7d4ce1b7562c021aae1241"
		"0030c02bc02fc02cc030c023c027c024c028c009c013c00ac014009e009f0067006b003300390"
		"09c009d003c003d002f0035"
		"0100005a0000000e000c00000931302e37372e302e330001000104000d0020001e03030403050"
		"3060302010301080908040401080a08050501080b08060601ff01000100002300000017000000"
		"0a000e000c001d00170018010001010102";
	uint8_t want[512], message[512];
	struct br_writer w = br_writer_of(message, sizeof(message));
	size_t size;

	(void)state;
	assert_true(br_text_get_hex(br_text(recorded), want, sizeof(want), &size));
	br_tls_hello_build(br_tls_client_find("ipxe"), want + 6, "10.77.0.3", &w);
	assert_false(w.bad);
	assert_int_equal(br_written(&w), size);
	assert_memory_equal(message, want, size);
}

static void every_hello_is_as_long_as_it_says(void **state)
{
	static const uint8_t random[32];

	(void)state;
	for (size_t i = 0; br_tls_client_at(i); i++) {
		uint8_t message[512];
		struct br_writer w = br_writer_of(message, sizeof(message));
		struct br_tls_hello hello;
		struct br_octets value;
		struct br_reader r;
		uint16_t type;
		size_t size;

		br_tls_hello_build(br_tls_client_at(i), random, "boot.example", &w);
		assert_false(w.bad);
		r = br_reader_of(message, br_written(&w));
		assert_int_equal(br_tls_message_size(&r, &size), 1);
		assert_int_equal(size, br_written(&w));
		br_tls_read_hello((struct br_octets){message + 4, size - 4}, true, &hello);
		r = br_reader_of(hello.extensions.data, hello.extensions.size);
		while (br_tls_extension_get(&r, &type, &value) == 1)
			;
		assert_int_equal(br_left(&r), 0);
		assert_false(r.bad);
	}
}

struct flip {
	size_t at, seen; /* octets of the server */
};

static void flip_one(void *context, bool to_client, uint8_t *octets, size_t size)
{
	struct flip *flip = context;

	if (to_client && flip->at >= flip->seen && flip->at - flip->seen < size)
		octets[flip->at - flip->seen] ^= 0x55;
	flip->seen += to_client ? size : 0;
}

/* The version in a record's head is not looked at by many a client; all else must be noticed. */
static void no_changed_octet_of_the_server_goes_unnoticed(void **state)
{
	size_t all = 1, noticed = 0, tried = 0;

	(void)state;
	for (size_t at = 0; at < all; at += at < 120 ? 1 : 13) {
		struct flip flip = {.at = at};
		struct tls_pair pair = {.lent = NULL};

		tls_pair_new(&pair, "edk2-head", "", "root", TODAY, 3);
		pair.spoil = flip_one;
		pair.context = &flip;
		tls_pair_run(&pair);
		if (at == 0)
			all = 1400; /* hello, certificate, key exchange, Finished, answer */
		if (pair.said_size > 0)
			assert_memory_equal(pair.said, pair.answer.data, pair.said_size);
		noticed += br_tls_client_phase(pair.client) != BR_TLS_SHUT;
		tried++;
		tls_pair_free(&pair);
	}
	assert_true(tried - noticed < tried / 20);
}

/* What the intermediate signed is looked at, though the root signed the intermediate alone. */
static void a_changed_octet_of_the_leaf_spoils_its_signature(void **state)
{
	size_t bad = 0, tried = 0;

	(void)state;
	for (size_t at = 200; at < 700; at += 41) {
		struct flip flip = {.at = at};
		struct tls_pair pair = {.lent = NULL};

		tls_pair_new(&pair, "edk2-2022.11", "tls-chain=full", "root", TODAY, 3);
		pair.spoil = flip_one;
		pair.context = &flip;
		tls_pair_run(&pair);
		bad += br_tls_client_reason(pair.client) == BR_TLS_BAD_SIGNATURE;
		tried++;
		tls_pair_free(&pair);
	}
	assert_true(bad > tried / 2);
}

/* One of a file, with an elliptic key that @issuer signed, and one suite: static ECDH_ECDSA */
static struct br_tls_identity *signed_by(const char *issuer)
{
	const struct br_tls_key *key = br_tls_key_find("p256");
	struct br_tls_ask ask = {.subject = "boot",
	                         .issuer = "somebody",
	                         .key = key,
	                         .issuer_key = br_tls_key_find(issuer),
	                         .names = "10.0.0.2"};
	uint8_t der[BR_TLS_CERTIFICATE_SIZE_MAX], secret[256], x[32], point[65];
	struct br_writer w = br_writer_of(der, sizeof(der));
	br_ec_private_key ec = {.curve = BR_EC_secp256r1, .x = x, .xlen = key->x.size};
	br_ec_public_key half = {.curve = BR_EC_secp256r1, .q = point, .qlen = key->point.size};
	struct br_tls_identity *identity = NULL;
	struct br_tls_settings settings;
	char error[200] = "";
	size_t size;

	memcpy(x, key->x.data, key->x.size);
	memcpy(point, key->point.data, key->point.size);
	size = br_encode_ec_raw_der(secret, &ec, &half);
	br_tls_settings_init(&settings);
	settings.suite[0] = ECDH_ECDSA;
	settings.suites = 1;
	br_tls_certificate_build(&ask, &w);
	if (br_tls_identity_load(&identity, &settings, (struct br_octets){der, br_written(&w)},
	                         (struct br_octets){secret, size}, error, sizeof(error)) < 0)
		fail_msg("%s: %s", issuer, error);
	return identity;
}

/* RFC 4492 section 2.1: ECDH_ECDSA is for a certificate that was signed with ECDSA */
static void a_server_knows_by_whose_kind_of_key_it_was_signed(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct tls_pair pair = {.lent = signed_by(i == 0 ? "p384" : "root")};
		struct br_tls_seen seen;

		tls_pair_new(&pair, "uboot", "", "", TODAY, 1);
		tls_pair_run(&pair);
		br_tls_client_seen(pair.client, &seen);
		assert_int_equal(seen.suite, i == 0 ? ECDH_ECDSA : 0);
		assert_int_equal(seen.alert, i == 0 ? 0 : ALERT_40);
		tls_pair_free(&pair);
		br_tls_identity_free(pair.lent);
	}
}

static void names_are_compared_as_the_rfc_says(void **state)
{
	static const struct {
		const char *pattern, *host;
		bool is;
	} names[] = {
		{"boot.example", "boot.example", true},   {"BOOT.example", "boot.EXAMPLE", true},
		{"*.example", "boot.example", true},      {"*.example", "a.boot.example", false},
		{"*.example", "example", false},          {"*.example", ".example", false},
		{"boot.example", "oot.example", false},   {"10.0.0.2", "10.0.0.2", false},
		{"boot.example", "boot.example.", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct br_certificate c = {.names = 1};

		c.name[0].value = (struct br_octets){(const uint8_t *)names[i].pattern,
		                                     strlen(names[i].pattern)};
		assert_int_equal(br_certificate_is_for(&c, names[i].host, true), names[i].is);
		c = (struct br_certificate){.subject_cn = c.name[0].value};
		assert_int_equal(br_certificate_is_for(&c, names[i].host, true), names[i].is);
		assert_false(br_certificate_is_for(&c, names[i].host, false));
	}
}

/* Four octets for IPv4, sixteen for IPv6 (RFC 5280 section 4.2.1.6); ::ffff:10.0.0.2 is neither */
static void addresses_of_both_families_are_names(void **state)
{
	static const uint8_t mapped[16] = {[10] = 0xff, 0xff, 10, 0, 0, 2};
	static const struct {
		const char *host;
		bool is;
	} hosts[] = {
		{"10.0.0.2", true},      {"10.0.0.3", false},    {"2001:db8::2", true},
		{"2001:DB8:0::2", true}, {"2001:db8::3", false}, {"boot.example", true},
	};
	const struct br_tls_key *key = br_tls_key_find("p256");
	struct br_tls_ask ask = {.subject = "boot",
	                         .issuer = "boot",
	                         .key = key,
	                         .issuer_key = key,
	                         .names = "boot.example,10.0.0.2,2001:db8::2"};
	uint8_t der[BR_TLS_CERTIFICATE_SIZE_MAX];
	struct br_writer w = br_writer_of(der, sizeof(der));
	struct br_certificate c;

	(void)state;
	br_tls_certificate_build(&ask, &w);
	assert_false(w.bad);
	assert_int_equal(br_certificate_read((struct br_octets){der, br_written(&w)}, &c), 0);
	assert_int_equal(c.names, 3);
	assert_int_equal(c.name[1].value.size, 4);
	assert_int_equal(c.name[2].value.size, 16);
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
		assert_int_equal(br_certificate_is_for(&c, hosts[i].host, true), hosts[i].is);
	c.name[1].value = (struct br_octets){mapped, sizeof(mapped)};
	assert_false(br_certificate_is_for(&c, "10.0.0.2", true));
}

/* RFC 5280 section 4.2.1.9; a root without constraints is one of old, and what it signed stands */
static void who_may_sign_says_so(void **state)
{
	struct br_certificate c = {.issuer = br_text("a"), .subject = br_text("a")};

	(void)state;
	assert_true(br_certificate_may_sign(&c));
	c.constrained = true;
	assert_false(br_certificate_may_sign(&c));
	c.authority = true;
	assert_true(br_certificate_may_sign(&c));
	c.used = true; /* keyUsage, without keyCertSign and with it */
	assert_false(br_certificate_may_sign(&c));
	c.usage = BR_USAGE_KEY_CERT_SIGN;
	assert_true(br_certificate_may_sign(&c));
	c = (struct br_certificate){.issuer = br_text("a"), .subject = br_text("b")};
	assert_false(br_certificate_may_sign(&c));
}

static void dates_are_those_of_the_calendar(void **state)
{
	static const struct {
		const char *text;
		bool is;
		int64_t s;
	} times[] = {
		{"700101000000Z", true, 0},
		{"500101000000Z", true, -631152000},
		{"491231235959Z", true, 2524607999},
		{"20500101000000Z", true, 2524608000},
		{"20000229120000Z", true, 951825600},
		{"2000022912000Z", false, 0},
		{"0000", false, 0},
		{"20001329120000Z", false, 0},
		{"2000022912000xZ", false, 0},
	};
	int64_t s;

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		struct br_octets text = {(const uint8_t *)times[i].text, strlen(times[i].text)};

		assert_int_equal(br_certificate_time(text, &s), times[i].is);
		if (times[i].is)
			assert_true(s == times[i].s);
	}
	assert_true(br_tls_date_read("1970-01-02", &s) && s == 86400);
	assert_true(br_tls_date_read("2024-02-29", &s));
	assert_false(br_tls_date_read("2024-04-31", &s));
	assert_false(br_tls_date_read("2024-4-3", &s));
	assert_false(br_tls_date_read("2200-01-01", &s));
}

/* What says nothing may be said without end: a warning, and a request for what is under way. */
static void a_handshake_that_goes_on_for_ever_ends(void **state)
{
	static const uint8_t warning[] = {BR_TLS_ALERT, 3, 3, 0, 2, 1, 100},
			     request[] = {BR_TLS_HANDSHAKE, 3, 3, 0, 4, 0, 0, 0, 0},
			     nothing[] = {BR_TLS_HANDSHAKE, 3, 3, 0, 0};
	const struct br_octets records[] = {
		{warning, sizeof(warning)}, {request, sizeof(request)}, {nothing, sizeof(nothing)}};

	(void)state;
	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
		struct tls_pair pair = {.lent = NULL};
		size_t heard = 0;

		tls_pair_new(&pair, "edk2-head", "", "root", TODAY, 1);
		while (br_tls_client_phase(pair.client) == BR_TLS_SHAKING) {
			struct br_octets stream = records[i], plain;

			heard += stream.size;
			br_tls_client_input(pair.client, &stream, &plain);
			assert_true(heard < LONG);
		}
		assert_true(heard > LONG / 2);
		assert_int_equal(br_tls_client_reason(pair.client), BR_TLS_NOT_READ);
		tls_pair_free(&pair);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_client_ends_as_it_should),
		cmocka_unit_test(edk2_hears_no_request_for_another_handshake),
		cmocka_unit_test(every_suite_carries_long_answers_in_pieces_of_every_kind),
		cmocka_unit_test(one_seed_gives_the_same_octets_and_another_does_not),
		cmocka_unit_test(the_hello_of_ovmf_is_the_one_that_was_recorded),
		cmocka_unit_test(the_hello_of_ipxe_is_the_one_that_was_recorded),
		cmocka_unit_test(every_hello_is_as_long_as_it_says),
		cmocka_unit_test(no_changed_octet_of_the_server_goes_unnoticed),
		cmocka_unit_test(a_changed_octet_of_the_leaf_spoils_its_signature),
		cmocka_unit_test(a_server_knows_by_whose_kind_of_key_it_was_signed),
		cmocka_unit_test(names_are_compared_as_the_rfc_says),
		cmocka_unit_test(addresses_of_both_families_are_names),
		cmocka_unit_test(who_may_sign_says_so),
		cmocka_unit_test(dates_are_those_of_the_calendar),
		cmocka_unit_test(a_handshake_that_goes_on_for_ever_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
