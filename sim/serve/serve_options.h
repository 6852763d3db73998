/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/serve/serve_options.h - the words behind `bootrig serve`, read and checked
 *
 * KEY=VALUE are those of core/config.h; `bootrig serve --help` lists them. Without a
 * role the server is role=tftp,http. The address is one of its own: the kernel must
 * not have it. A file may have the same words (sim/serve/config_file.h); what stands on the
 * command line goes before it.
 */
#ifndef BR_SIM_SERVE_SERVE_OPTIONS_H
#define BR_SIM_SERVE_SERVE_OPTIONS_H

#include "core/config.h"
#include "core/port.h"
#include "sim/command/words.h"
#include "sim/net/iface.h"
#include "sim/serve/serve_six.h"

enum {
	BR_SERVE_WORDS_MAX = 1024,
	BR_SERVE_KEPT_SIZE = 8192, /* octets of what a file's options say */
};

struct br_serve_options {
	const char *interface;
	const char *root; /* this and the next seven: NULL: none */
	const char *pcap;
	const char *leases;
	const char *file; /* --config */
	const char *status;
	const char *user;
	const char *tls_certificate, *tls_key; /* both or none */
	uint64_t tls_port;                     /* 0: 443 */
	bool mac_set, seed_set, address_set, json;
	uint8_t mac[6];
	uint64_t seed;
	uint32_t address, netmask;
	uint32_t gateway; /* 0: none */
	struct br_serve_six six;
	struct br_config config;
	char *setting[BR_SERVE_WORDS_MAX]; /* KEY=VALUE of the command line, borrowed */
	size_t settings;
	size_t kept_size;
	char kept[BR_SERVE_KEPT_SIZE];
};

/* The tables of the verb. */
extern const struct br_operand br_serve_operands[];
extern const struct br_option br_serve_option_rows[];

/**
 * br_serve_options_parse() - Read the words behind the verb
 * @options:	Filled in; strings are borrowed from @argv
 * @words:	Of br_verb_serve
 * @argv:	@argv[0] is the verb
 *
 * Return: 0; -EINVAL: all is said, end with @words->code
 */
int br_serve_options_parse(struct br_serve_options *options, struct br_words *words, int argc,
                           char **argv);

/* The settings anew: those of the file as it is now, then those of the command line.
 * Return: 0 or -EINVAL after one line to @error
 */
int br_serve_options_load(const struct br_serve_options *options, struct br_config *ret_config,
                          char *error, size_t error_size);

/**
 * br_serve_options_check() - Hold them against the interface and the kernel's addresses
 * @options:	Its configuration gets its link, and the MAC address if none was given
 * @iface:	What br_iface_get() said of the interface
 * @error:	On failure: one line that says what is wrong and what was expected
 *
 * Return: 0 or -EINVAL
 */
int br_serve_options_check(struct br_serve_options *options, const struct br_iface *iface,
                           char *error, size_t error_size);

#endif /* BR_SIM_SERVE_SERVE_OPTIONS_H */
