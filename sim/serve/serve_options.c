/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/serve/serve_options.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "sim/nearest.h"

enum {
	KEY_SIZE = 64,
	ADDRESS_TEXT = 16,
	ERROR_SIZE = 512,
};

struct complaint {
	char *error;
	size_t size;
};

__attribute__((format(printf, 2, 3))) static int complain(const struct complaint *to,
                                                          const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(to->error, to->size, format, arguments);
	va_end(arguments);
	return -EINVAL;
}

static const char *print_address(char target[static ADDRESS_TEXT], uint32_t address)
{
	struct br_writer w = br_writer_of(target, ADDRESS_TEXT);

	br_text_put_ipv4(&w, address);
	return br_text_end(&w);
}

/* "10.77.0.1/24": an address of a host, with the network it is in */
static bool get_cidr(const char *text, uint32_t *ret_address, uint32_t *ret_netmask)
{
	uint32_t address, netmask;

	if (!br_text_get_cidr(br_text(text), &address, &netmask) || netmask == 0 || ~netmask < 3)
		return false;
	/* The first and the last of a network are no host's: RFC 1122 §3.2.1.3. */
	if ((address & ~netmask) == 0 || (address & ~netmask) == ~netmask || address >> 24 == 0 ||
	    address >> 24 == 127 || address >> 28 >= 14)
		return false;
	*ret_address = address;
	*ret_netmask = netmask;
	return true;
}

static int take_key_value(struct br_serve_options *options, const char *word,
                          const struct complaint *to)
{
	const char *equals = strchr(word, '=');
	struct br_nearest nearest = br_nearest_to(word, (size_t)(equals - word));
	char key[KEY_SIZE], expected[256] = "", hint[BR_NEAREST_WORD_MAX + 32];

	for (size_t i = 0; br_config_key(i); i++)
		br_nearest_try(&nearest, br_config_key(i));
	if ((size_t)(equals - word) >= sizeof(key))
		return complain(to, "%s: there is no such setting", word);
	memcpy(key, word, (size_t)(equals - word));
	key[equals - word] = '\0';

	int result = br_config_set(&options->config, key, equals + 1, expected, sizeof(expected));

	if (result == -ENOENT)
		return complain(to, "%s: there is no setting '%s'%s", word, key,
		                br_nearest_hint(&nearest, hint, sizeof(hint)));
	if (result == -ENOSPC)
		return complain(to, "%s: no room for one more of these", word);
	if (result)
		return complain(to, "%s: %s", word, expected);
	return 0;
}

static int take_address(void *target, char **word, int count, char *error, size_t size)
{
	struct br_serve_options *options = target;

	(void)count;
	options->address_set = get_cidr(word[0], &options->address, &options->netmask);
	if (!options->address_set)
		(void)snprintf(error, size,
		               "expected a host's address and the bits of its network, "
		               "as in 10.77.0.1/24");
	return options->address_set;
}

static int take_mac(void *target, char **word, int count, char *error, size_t size)
{
	struct br_serve_options *options = target;

	(void)count;
	options->mac_set =
		br_text_get_mac(br_text(word[0]), options->mac) && !(options->mac[0] & 1);
	if (!options->mac_set)
		(void)snprintf(error, size,
		               "expected the address of one card, as in 02:00:00:00:00:01");
	return options->mac_set;
}

const struct br_operand br_serve_operands[] = {
	{"IFACE", "the network interface", BR_TAKES_TEXT, 1, 1},
	{"KEY=VALUE", "a setting of the server, see below", BR_TAKES_TEXT, 0, BR_OPERANDS_ANY},
	{NULL, NULL, BR_TAKES_NOTHING, 0, 0},
};

const struct br_option br_serve_option_rows[] = {
	{.name = "--address",
         .argument = "CIDR",
         .says = "the server's own address, with the bits of its network: 10.77.0.1/24; the kernel "
                 "must not have it. It has to be given",
         .takes = BR_TAKES_TEXT,
         .take = take_address},
	{.name = "--root",
         .argument = "DIR",
         .says = "where the files to serve are; role=tftp and role=http want it",
         .takes = BR_TAKES_FOLDER,
         .at = offsetof(struct br_serve_options, root)},
	{.name = "--gateway",
         .argument = "ADDR",
         .says = "the router to other networks",
         .standard = "none",
         .takes = BR_TAKES_IPV4,
         .at = offsetof(struct br_serve_options, gateway)},
	{.name = "--leases",
         .argument = "FILE",
         .says = "keep the leases of role=dhcp here: they outlive the server, whatever ends it",
         .standard = "they are lost",
         .takes = BR_TAKES_FILE,
         .at = offsetof(struct br_serve_options, leases)},
	{.name = "--mac",
         .argument = "MAC",
         .says = "the server's own hardware address; the kernel must not have it",
         .standard = "made of that of IFACE, the same each time",
         .takes = BR_TAKES_MAC,
         .take = take_mac},
	{.name = "--pcap",
         .argument = "FILE",
         .says = "record all frames (pcapng)",
         .takes = BR_TAKES_FILE,
         .at = offsetof(struct br_serve_options, pcap)},
	{.name = "--seed",
         .argument = "N",
         .says = "what draws are made with: transfer ports and the like",
         .standard = "another one each time",
         .takes = BR_TAKES_NUMBER,
         .at = offsetof(struct br_serve_options, seed),
         .given = offsetof(struct br_serve_options, seed_set)},
	{.name = NULL},
};

int br_serve_options_parse(struct br_serve_options *options, struct br_words *words, int argc,
                           char **argv)
{
	char error[ERROR_SIZE];
	const struct complaint to = {error, sizeof(error)};

	memset(options, 0, sizeof(*options));
	br_config_init(&options->config);
	if (!br_words_read(words, argc, argv, options))
		return -EINVAL;
	for (size_t i = 0; i < words->count; i++) {
		char *word = words->operand[i];
		int result = 0;

		if (strchr(word, '='))
			result = take_key_value(options, word, &to);
		else if (!options->interface)
			options->interface = word;
		else
			result = complain(&to,
			                  "%s: expected KEY=VALUE; the interface is '%s' already",
			                  word, options->interface);
		if (result) {
			br_words_wrong(words, "%s", error);
			return result;
		}
	}
	if (options->config.roles == 0)
		options->config.roles = BR_ROLE_TFTP | BR_ROLE_HTTP;
	if (!options->interface)
		br_words_wrong(words, "IFACE is missing: the network interface");
	else if (!options->root && options->config.roles & (BR_ROLE_TFTP | BR_ROLE_HTTP))
		br_words_wrong(words, "--root is missing: where are the files to serve?");
	else if (options->leases && !(options->config.roles & BR_ROLE_DHCP))
		br_words_wrong(words, "--leases %s: only role=dhcp has leases", options->leases);
	else
		return 0;
	return -EINVAL;
}

static int check_address(const struct br_serve_options *options, const struct br_iface *iface,
                         const struct complaint *to)
{
	char address[ADDRESS_TEXT], holder[16];

	if (!options->address_set && iface->address)
		return complain(to,
		                "--address is missing: the server needs an address of its own in "
		                "the network of %s, which has %s",
		                options->interface, print_address(address, iface->address));
	if (!options->address_set)
		return complain(to, "--address is missing: the server needs one, as in "
		                    "--address 10.77.0.1/24");
	/* Both would answer: ours with data, the kernel with RST and port unreachable. */
	if (br_iface_holder(options->address, holder))
		return complain(to,
		                "--address %s: the kernel has this address, on %s, and would "
		                "answer too; give another, or take it off %s",
		                print_address(address, options->address), holder, holder);
	if (options->gateway &&
	    (options->gateway & options->netmask) != (options->address & options->netmask))
		return complain(to, "--gateway %s: not in the network of --address",
		                print_address(address, options->gateway));
	return 0;
}

int br_serve_options_check(struct br_serve_options *options, const struct br_iface *iface,
                           char *error, size_t error_size)
{
	const struct complaint to = {error, error_size};
	int result = check_address(options, iface, &to);

	if (result)
		return result;
	if (!iface->up)
		return complain(&to, "%s: the interface is down; ip link set %s up",
		                options->interface, options->interface);
	if (iface->mtu < 576 || iface->mtu > 65535)
		return complain(&to,
		                "%s: an MTU of %u is none to boot over (RFC 791: 576 at least)",
		                options->interface, (unsigned)iface->mtu);
	if (!options->mac_set) {
		/* Administered locally, and the same each time on the same card. */
		memcpy(options->mac, iface->mac, sizeof(options->mac));
		options->mac[0] = (uint8_t)((options->mac[0] & 0xfc) ^ 0x12);
		options->mac[1] ^= 0xb7;
	} else if (memcmp(options->mac, iface->mac, sizeof(iface->mac)) == 0) {
		return complain(&to, "--mac: %s has this address itself; the server needs its own",
		                options->interface);
	}
	options->config.link[0] = (struct br_config_link){
		.address = options->address, .netmask = options->netmask, .mtu = iface->mtu};
	options->config.links = 1;
	return br_server_check(&options->config, error, error_size);
}
