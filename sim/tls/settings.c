/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/tls/settings.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/base/text.h"

enum {
	RECORD_SIZE_MIN = 8,
	RECORD_SIZE_MAX = 16384,
	DELAY_MS_MAX = 600000,
	TLS_1_0 = 0x0301,
	TLS_1_2 = 0x0303,
	TLS_1_3 = 0x0304,
	SUITE_TEXT = 6, /* "0x009d" */
};

static bool find_word(const char *const *words, const char *value, uint32_t *ret)
{
	for (uint32_t i = 0; words[i]; i++) {
		if (!strcmp(words[i], value)) {
			*ret = i;
			return true;
		}
	}
	return false;
}

static bool set_on(struct br_tls_settings *s, const char *value)
{
	s->on = !strcmp(value, "on");
	return s->on || !strcmp(value, "off");
}

static bool set_port(struct br_tls_settings *s, const char *value)
{
	uint64_t port;

	if (!br_text_get_decimal(br_text(value), UINT16_MAX, &port) || port == 0)
		return false;
	s->port = (uint16_t)port;
	return true;
}

static bool set_key(struct br_tls_settings *s, const char *value)
{
	const struct br_tls_key *key = br_tls_key_find(value);

	if (!key || !strcmp(value, "root") || !strcmp(value, "intermediate") ||
	    !strcmp(value, "other"))
		return false;
	s->key = key;
	return true;
}

static bool set_names(struct br_tls_settings *s, const char *value)
{
	struct br_octets rest = br_text(value);

	while (rest.data) {
		if (br_text_cut(&rest, ',').size == 0)
			return false;
	}
	if (strlen(value) >= sizeof(s->names))
		return false;
	memcpy(s->names, value, strlen(value) + 1);
	return true;
}

static bool set_from(struct br_tls_settings *s, const char *value)
{
	return br_tls_date_read(value, &s->from_s);
}

static bool set_until(struct br_tls_settings *s, const char *value)
{
	return br_tls_date_read(value, &s->until_s);
}

static bool set_chain(struct br_tls_settings *s, const char *value)
{
	static const char *const words[] = {"full",    "root", "leaf",  "cut",
	                                    "swapped", "self", "unfit", NULL};
	uint32_t word;

	if (!find_word(words, value, &word))
		return false;
	s->chain = (enum br_tls_chain)word;
	return true;
}

static bool set_usage(struct br_tls_settings *s, const char *value)
{
	static const char *const words[] = {"server", "sign", "encipher", "crls", "client", NULL};
	uint32_t word;

	if (!find_word(words, value, &word))
		return false;
	s->usage = (enum br_tls_certified)word;
	return true;
}

static bool set_ca(struct br_tls_settings *s, const char *value)
{
	s->other_root = !strcmp(value, "other");
	return s->other_root || !strcmp(value, "rig");
}

static bool set_suites(struct br_tls_settings *s, const char *value)
{
	struct br_octets rest = br_text(value);
	uint8_t octets[2];
	size_t size;

	s->suites = 0;
	if (!strcmp(value, "all"))
		return true;
	while (rest.data) {
		struct br_octets suite = br_text_cut(&rest, ',');

		if (suite.size != SUITE_TEXT || !br_text_starts_nocase(suite, "0x") ||
		    !br_text_get_hex((struct br_octets){suite.data + 2, 4}, octets, 2, &size) ||
		    s->suites == BR_TLS_SUITES_MAX)
			return false;
		s->suite[s->suites++] = (uint16_t)(octets[0] << 8 | octets[1]);
	}
	return true;
}

static bool read_version(struct br_octets text, uint16_t *ret)
{
	static const char *const names[] = {"1.0", "1.1", "1.2", "1.3"};

	for (uint16_t i = 0; i < 4; i++) {
		if (br_text_is(text, names[i])) {
			*ret = (uint16_t)(TLS_1_0 + i);
			return true;
		}
	}
	return false;
}

static bool set_versions(struct br_tls_settings *s, const char *value)
{
	struct br_octets rest = br_text(value), first = br_text_cut(&rest, '-');

	return read_version(first, &s->version_min) &&
	       read_version(rest.data ? rest : first, &s->version_max) &&
	       s->version_min <= s->version_max;
}

static bool set_sni(struct br_tls_settings *s, const char *value)
{
	static const char *const words[] = {"any", "known", "must", NULL};
	uint32_t word;

	if (!find_word(words, value, &word))
		return false;
	s->sni = (enum br_tls_sni)word;
	return true;
}

static bool set_records(struct br_tls_settings *s, const char *value)
{
	static const char *const words[] = {"messages", "joined", NULL};
	uint64_t size;
	uint32_t word;

	if (find_word(words, value, &word)) {
		s->records = (enum br_tls_records)word;
		return true;
	}
	if (!br_text_get_decimal(br_text(value), RECORD_SIZE_MAX, &size) || size < RECORD_SIZE_MIN)
		return false;
	s->records = BR_TLS_RECORDS_SPLIT;
	s->record_size = (uint32_t)size;
	return true;
}

static bool set_delay(struct br_tls_settings *s, const char *value)
{
	uint64_t delay;

	if (!br_text_get_decimal(br_text(value), DELAY_MS_MAX, &delay))
		return false;
	s->delay_ms = (uint32_t)delay;
	return true;
}

static bool set_fault(struct br_tls_settings *s, const char *value)
{
	static const char *const words[] = {"none",   "reset",       "reset-late", "close",
	                                    "silent", "renegotiate", NULL};
	uint32_t word;

	if (!find_word(words, value, &word))
		return false;
	s->fault = (enum br_tls_fault)word;
	return true;
}

static const struct tls_setting {
	const char *name, *wants, *says;
	bool (*set)(struct br_tls_settings *settings, const char *value);
} table[] = {
	{"tls", "on or off",
         "the server's files are had by https too, with a certificate that the rig's own "
         "authority signed; without boot= the URL it hands out is an https one (off)",
         set_on},
	{"tls-port", "a port", "where (443)", set_port},
	{"tls-key", "rsa1024, rsa2048, rsa3072, rsa4096, p256 or p384",
         "the key of the certificate (rsa2048)", set_key},
	{"tls-names", "names and addresses with commas",
         "what the certificate is for, its subjectAltName; without it the server's addresses",
         set_names},
	{"tls-from", "a date, as in 2024-01-31", "valid from then (2024-01-01)", set_from},
	{"tls-until", "a date, as in 2024-01-31", "valid until then (2049-01-01)", set_until},
	{"tls-chain", "full, root, leaf, cut, swapped, self or unfit",
         "what is sent. full: the leaf and the intermediate that signed it. root: and the root. "
         "leaf: a leaf that the root signed. cut: the intermediate is missing. swapped: leaf, "
         "root, intermediate. self: signed by itself. unfit: as full, and the intermediate says "
         "that "
         "it is no authority. (leaf)",
         set_chain},
	{"tls-usage", "server, sign, encipher, crls or client",
         "what the certificate says its key is for. server: keyUsage digitalSignature and "
         "keyEncipherment. sign, encipher: one of them. crls: cRLSign alone, which is nothing that "
         "a server does. client: as server, and extKeyUsage clientAuth alone. (server)",
         set_usage},
	{"tls-ca", "rig or other",
         "who signed: the rig's authority, or one that nobody knows (rig)", set_ca},
	{"tls-suites", "all, or numbers with commas, as in 0x009d,0xc030",
         "cipher suites; of all those there is none with DHE (all)", set_suites},
	{"tls-versions", "1.0, 1.1, 1.2 or 1.3, or two with '-'",
         "1.3 alone: who does not offer it is refused with protocol_version (1.0-1.2)",
         set_versions},
	{"tls-sni", "any, known or must",
         "known: a name that is not in the certificate is refused with unrecognized_name. must: "
         "so is a client that names none. (any)",
         set_sni},
	{"tls-records", "messages, joined, or octets from 8 to 16384",
         "what a record of the handshake holds: a message, as many as fit, or so many octets "
         "(messages)",
         set_records},
	{"tls-delay-ms", "milliseconds up to 600000", "before a ClientHello is answered (0)",
         set_delay},
	{"tls-fault", "none, reset, reset-late, close, silent or renegotiate",
         "what it does to a ClientHello instead of answering; reset-late: to the client's "
         "Finished; renegotiate: it asks for another handshake when the first request came "
         "(none)",
         set_fault},
};

void br_tls_settings_init(struct br_tls_settings *settings)
{
	*settings = (struct br_tls_settings){
		.port = BR_TLS_PORT,
		.version_min = TLS_1_0,
		.version_max = TLS_1_2,
		.key = br_tls_key_find("rsa2048"),
		.chain = BR_TLS_CHAIN_LEAF,
	};
	(void)br_tls_date_read("2024-01-01", &settings->from_s);
	(void)br_tls_date_read("2049-01-01", &settings->until_s);
}

static const struct tls_setting *find(const char *key)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (!strcmp(table[i].name, key))
			return &table[i];
	}
	return NULL;
}

int br_tls_settings_set(struct br_tls_settings *settings, const char *key, const char *value,
                        char *error, size_t error_size)
{
	const struct tls_setting *setting = find(key);

	if (!setting)
		return -ENOENT;
	if (setting->set(settings, value))
		return 0;
	(void)snprintf(error, error_size, "expected %s", setting->wants);
	return -EINVAL;
}

bool br_tls_settings_is_key(const char *key)
{
	return find(key) != NULL;
}

bool br_tls_settings_at(size_t index, struct br_tls_settings_row *ret_row)
{
	if (index >= sizeof(table) / sizeof(table[0]))
		return false;
	*ret_row = (struct br_tls_settings_row){table[index].name, table[index].wants,
	                                        table[index].says};
	return true;
}
