/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/tls/clients.h"

#include <string.h>

#include "core/base/text.h"
#include "core/formats/tls.h"

enum {
	EXTENSION_SNI = 0,
	HOST_NAME = 0,
	SUITES_MAX = 64,
	EXTENSION_SIZE_MAX = 128,
};

/* OpenSSL's list where RSA and DHE are all there is, and where there is ECDHE too */
#define SUITES_RSA "009f 009e 006b 0067 0039 0033 009d 009c 003d 003c 0035 002f"
#define SUITES_ECDHE                                                                               \
	"c02c c030 009f c02b c02f 009e c024 c028 006b c023 c027 0067 c00a c014 0039 "              \
	"c009 c013 0033"

static const struct br_tls_habits clients[] = {
	{
		.name = "edk2-2022.11",
		.title = "EDK2 2022.11 (OVMF and AAVMF of Debian 12)",
		.record_version = 0x0301,
		.version = 0x0303,
		.version_min = 0x0301, /* TlsDxe/TlsDriver.c */
		.suites = SUITES_RSA " 00ff",
		/* session_ticket, encrypt_then_mac, extended_master_secret, signature_algorithms */
		.extensions =
			"00230000 00160000 00170000 "
			"000d0018 0016 0809 080a 080b 0804 0805 0806 0401 0501 0601 0301 0201",
		.checks_name = true,
		.rsa_bits_min = 1024, /* OpenSSL 1.1.1, security level 1: 80 bits */
		.dh_bits_min = 1024,
		.any_order = true,
		.partial = true, /* CryptoPkg TlsInit.c X509_V_FLAG_PARTIAL_CHAIN */
		/* there too X509_V_FLAG_NO_CHECK_TIME; OVMF loaded the whole file in 2026 with a
		 * certificate until 2024, and with a clock of 2000
		 */
		.any_time = true,
		.needs_authority = true, /* recorded: not one packet */
		/* ssl/ssl_cert.c asks for the purpose sslserver, crypto/x509/v3_purp.c knows it */
		.usage = BR_TLS_USAGE_PURPOSE,
		.hangup = BR_TLS_HANGUP_RESET,
		.again = BR_TLS_AGAIN_IGNORED,
		.source = "recorded: JA3 e5f69b60e74cead840822557d96c2967",
	},
	{
		.name = "edk2-head",
		.title = "EDK2 of August 2026 (OpenSSL 3.5, level 2, flash of 4 MiB)",
		.record_version = 0x0301,
		.version = 0x0303,
		.version_min = 0x0301,
		.suites = SUITES_ECDHE " 009d 009c 003d 003c 0035 002f 00ff",
		.extensions = "sni 000b0004 03000102 000a000c 000a 001d 0017 001e 0018 0019 "
			      "00230000 00160000 00170000 "
			      "000d0022 0020 0403 0503 0603 0807 0808 0809 080a 080b 0804 0805 "
			      "0806 0401 0501 0601 0303 0301",
		.sni_address = true, /* CryptoPkg TlsConfig.c TlsSetVerifyHost */
		.checks_name = true,
		.rsa_bits_min = 2048,
		.dh_bits_min = 2048,
		.any_order = true,
		.partial = true,
		.any_time = true,
		.needs_authority = true,
		.usage = BR_TLS_USAGE_PURPOSE,
		.hangup = BR_TLS_HANGUP_RESET,
		.again = BR_TLS_AGAIN_IGNORED,
		.source = "read: edk2@c5aa7e7d CryptoPkg/Library/OpensslLib/configure.py",
	},
	{
		.name = "edk2-2025",
		.title = "EDK2 of 2025 to June 2026 (security level 3)",
		.record_version = 0x0301,
		.version = 0x0303,
		.version_min = 0x0301,
		.suites = SUITES_ECDHE " 00ff", /* no forward secrecy, no suite */
		.extensions = "sni 000b0004 03000102 000a000c 000a 001d 0017 001e 0018 0019 "
			      "00160000 00170000 "
			      "000d001e 001c 0403 0503 0603 0807 0808 0809 080a 080b 0804 0805 "
			      "0806 0401 0501 0601",
		.sni_address = true,
		.checks_name = true,
		.rsa_bits_min = 3072,
		.dh_bits_min = 3072,
		.any_order = true,
		.partial = true,
		.any_time = true,
		.needs_authority = true,
		.usage = BR_TLS_USAGE_PURPOSE,
		.hangup = BR_TLS_HANGUP_RESET,
		.again = BR_TLS_AGAIN_IGNORED,
		.source = "read: tianocore/edk2#12651, #12681",
	},
	{
		.name = "ipxe",
		.title = "iPXE of August 2026",
		.record_version = 0x0303,
		.version = 0x0303,
		.version_min = 0x0302, /* src/config/crypto.h TLS_VERSION_MIN */
		/* by rank; which of two of one rank is first is the linker's word */
		.suites = "c02b c02f c02c c030 c023 c027 c024 c028 c009 c013 c00a c014 "
			  "009e 009f 0067 006b 0033 0039 009c 009d 003c 003d 002f 0035",
		/* src/net/tls.c tls_client_hello(); one built of it sent the same octets */
		.extensions = "sni 00010001 04 "
			      "000d0020 001e 0303 0403 0503 0603 0201 0301 0809 0804 0401 080a "
			      "0805 0501 080b 0806 0601 "
			      "ff010001 00 00230000 00170000 "
			      "000a000e 000c 001d 0017 0018 0100 0101 0102",
		.session_is_random = true,
		.sni_address = true,
		.checks_name = true,
		.clock_slack_s = (12 * 60 + 30) * 60, /* config/crypto.h TIMESTAMP_ERROR_MARGIN */
		.usage = BR_TLS_USAGE_SIGNER,         /* crypto/x509.c x509_check_issuer() */
		.hangup = BR_TLS_HANGUP_BYE,          /* tls_close_alert(), whatever is wrong */
		.again = BR_TLS_AGAIN_FAILS, /* unless the server has extended_master_secret */
		/* TRUST= of its build has fingerprints alone: an authority that the server does not
		 * send has to be in CERT= too
		 */
		.source = "read: ipxe@0ab2277c src/net/tls.c; OCSP and cross-signed "
			  "certificates are not asked for",
	},
	{
		.name = "uboot",
		.title = "U-Boot of July 2026 (lwIP and mbedTLS)",
		.record_version = 0x0303,
		.version = 0x0303,
		.version_min = 0x0303,
		.suites = "c02c c030 c02b c02f 009d c02e c032 009c c02d c031 00ff",
		.extensions = "sni 000a0010 000e 0017 0018 0019 001a 001b 001c 0016 "
			      "000d000e 000c 0603 0601 0503 0501 0403 0401 000b0002 0100",
		.sni_address = true,
		.checks_name = true,
		.rsa_bits_min = 2048, /* mbedtls_x509_crt_profile_default */
		.dh_bits_min = 2048,
		.any_order = true,
		.partial = true,
		.unknown_is_fine = true, /* doc/usage/cmd/wget.rst: cacert none is the default */
		.usage = BR_TLS_USAGE_SUITE, /* ssl_tls.c mbedtls_ssl_check_cert_usage() */
		.hangup = BR_TLS_HANGUP_ALERT,
		.again = BR_TLS_AGAIN_NO, /* ssl_msg.c, without MBEDTLS_SSL_RENEGOTIATION */
		.source = "read: u-boot@6073c36b lib/mbedtls/mbedtls_def_config.h",
	},
};

const struct br_tls_habits *br_tls_client_at(size_t index)
{
	return index < sizeof(clients) / sizeof(clients[0]) ? &clients[index] : NULL;
}

const struct br_tls_habits *br_tls_client_find(const char *name)
{
	for (size_t i = 0; i < sizeof(clients) / sizeof(clients[0]); i++) {
		if (!strcmp(clients[i].name, name))
			return &clients[i];
	}
	return NULL;
}

/* Hexadecimal with blanks, as the rows above have it */
static void put_hex(struct br_writer *w, const char *text)
{
	struct br_octets rest = br_text(text);

	while (rest.data) {
		struct br_octets word = br_text_cut(&rest, ' ');
		uint8_t octets[EXTENSION_SIZE_MAX];
		size_t size = 0;

		if (word.size > 0 && !br_text_get_hex(word, octets, sizeof(octets), &size))
			w->bad = true;
		br_put_bytes(w, octets, size);
	}
}

bool br_tls_habits_offer(const struct br_tls_habits *habits, uint16_t suite)
{
	uint8_t octets[SUITES_MAX * 2];
	struct br_writer w = br_writer_of(octets, sizeof(octets));
	struct br_reader r;

	put_hex(&w, habits->suites);
	r = br_reader_of(octets, br_written(&w));
	while (br_left(&r) >= 2) {
		if (br_get_be16(&r) == suite)
			return true;
	}
	return false;
}

static void put_name(struct br_writer *w, const char *host)
{
	size_t size = strlen(host);

	br_put_be16(w, EXTENSION_SNI);
	br_put_be16(w, (uint16_t)(size + 5));
	br_put_be16(w, (uint16_t)(size + 3));
	br_put_u8(w, HOST_NAME);
	br_put_be16(w, (uint16_t)size);
	br_put_bytes(w, host, size);
}

static void put_extensions(struct br_writer *w, const struct br_tls_habits *habits,
                           const char *host)
{
	const char *rest = habits->extensions;
	uint32_t address;
	bool named = habits->sni_address || !br_text_get_ipv4(br_text(host), &address);

	if (!strncmp(rest, "sni ", 4)) {
		if (named)
			put_name(w, host);
		rest += 4;
	}
	put_hex(w, rest);
}

void br_tls_hello_build(const struct br_tls_habits *habits, const uint8_t random[static 32],
                        const char *host, struct br_writer *w)
{
	uint8_t suites[SUITES_MAX * 2], extensions[512];
	struct br_writer s = br_writer_of(suites, sizeof(suites));
	struct br_writer e = br_writer_of(extensions, sizeof(extensions));
	size_t size, session = habits->session_is_random ? 32 : 0;

	put_hex(&s, habits->suites);
	put_extensions(&e, habits, host);
	w->bad = w->bad || s.bad || e.bad;
	size = 2 + 32 + 1 + session + 2 + br_written(&s) + 2 + 2 + br_written(&e);
	br_put_u8(w, BR_TLS_CLIENT_HELLO);
	br_put_u8(w, 0);
	br_put_be16(w, (uint16_t)size);
	br_put_be16(w, habits->version);
	br_put_bytes(w, random, 32);
	br_put_u8(w, (uint8_t)session);
	br_put_bytes(w, random, session);
	br_put_be16(w, (uint16_t)br_written(&s));
	br_put_bytes(w, suites, br_written(&s));
	br_put_u8(w, 1);
	br_put_u8(w, 0); /* compression: none */
	br_put_be16(w, (uint16_t)br_written(&e));
	br_put_bytes(w, extensions, br_written(&e));
}
