/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/tls/settings.h - how a server speaks TLS: its certificate, and what it does to a client
 *
 * The keys tls... of a server node and of `bootrig lan --server`; the table in settings.c says
 * what each means. A handshake goes wrong here on purpose or not at all.
 */
#ifndef BR_SIM_TLS_SETTINGS_H
#define BR_SIM_TLS_SETTINGS_H

#include "sim/tls/certificate.h"

enum {
	BR_TLS_SUITES_MAX = 48,
	BR_TLS_PORT = 443,
};

enum br_tls_chain {           /* what the server sends, leaf first */
	BR_TLS_CHAIN_FULL,    /* leaf, and the intermediate that signed it */
	BR_TLS_CHAIN_ROOT,    /* ... and the root */
	BR_TLS_CHAIN_LEAF,    /* leaf alone, signed by the root */
	BR_TLS_CHAIN_CUT,     /* leaf alone, signed by the intermediate, which is missing */
	BR_TLS_CHAIN_SWAPPED, /* leaf, root, intermediate: the order of RFC 5246 7.4.2 is broken */
	BR_TLS_CHAIN_SELF,    /* leaf alone, signed by itself */
	BR_TLS_CHAIN_UNFIT,   /* leaf, and who signed it, which may not: it is no authority */
};

enum br_tls_sni {
	BR_TLS_SNI_ANY,   /* one certificate for everybody, asked for by name or not */
	BR_TLS_SNI_KNOWN, /* a name that is not in the certificate draws unrecognized_name */
	BR_TLS_SNI_MUST,  /* ... and so does a hello without a name */
};

enum br_tls_fault {
	BR_TLS_FAULT_NONE,
	BR_TLS_FAULT_RESET,       /* RST behind the ClientHello */
	BR_TLS_FAULT_RESET_LATE,  /* RST behind the client's Finished */
	BR_TLS_FAULT_CLOSE,       /* FIN behind the ClientHello */
	BR_TLS_FAULT_SILENT,      /* the ClientHello is not answered */
	BR_TLS_FAULT_RENEGOTIATE, /* HelloRequest behind the first octets from the client */
};

enum br_tls_records {            /* how the handshake's messages lie in records */
	BR_TLS_RECORDS_MESSAGES, /* one in each, as OpenSSL writes them */
	BR_TLS_RECORDS_JOINED,   /* as many as fit */
	BR_TLS_RECORDS_SPLIT,    /* .record_size octets in each */
};

/**
 * struct br_tls_settings - See the table in settings.c
 * @version_min, @version_max:	0x0301 is TLS 1.0; 0x0304, TLS 1.3, only refuses who cannot
 * @suite, @suites:		None: all that the library knows
 * @names:			For subjectAltName; "": whoever sets up the server puts its
 *				addresses there
 */
struct br_tls_settings {
	bool on;
	uint16_t port;
	uint16_t version_min, version_max;
	uint16_t suite[BR_TLS_SUITES_MAX];
	uint32_t suites;
	const struct br_tls_key *key;
	char names[BR_TLS_NAMES_SIZE];
	int64_t from_s, until_s;
	enum br_tls_chain chain;
	enum br_tls_certified usage; /* of the server's own certificate */
	bool other_root;             /* signed by an authority that nobody trusts */
	enum br_tls_sni sni;
	enum br_tls_records records;
	uint32_t record_size;
	uint32_t delay_ms; /* before the answer to a ClientHello */
	enum br_tls_fault fault;
};

struct br_tls_settings_row {
	const char *name, *wants, *says;
};

void br_tls_settings_init(struct br_tls_settings *settings);

/* Return: 0; -ENOENT: no such key; -EINVAL with @error: "expected rsa1024, rsa2048, ..." */
int br_tls_settings_set(struct br_tls_settings *settings, const char *key, const char *value,
                        char *error, size_t error_size);

bool br_tls_settings_is_key(const char *key); /* begins with "tls" and is one */
bool br_tls_settings_at(size_t index, struct br_tls_settings_row *ret_row); /* for the manual */

#endif /* BR_SIM_TLS_SETTINGS_H */
