/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/serve_options.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"

enum {
	KEY_SIZE = 64,
	ADDRESS_TEXT = 16,
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
	char key[KEY_SIZE], expected[256] = "";

	if ((size_t)(equals - word) >= sizeof(key))
		return complain(to, "%s: there is no such option", word);
	memcpy(key, word, (size_t)(equals - word));
	key[equals - word] = '\0';

	int result = br_config_set(&options->config, key, equals + 1, expected, sizeof(expected));

	if (result == -ENOENT)
		return complain(to, "%s: there is no option '%s'; --help lists them", word, key);
	if (result == -ENOSPC)
		return complain(to, "%s: no room for one more of these", word);
	if (result)
		return complain(to, "%s: %s", word, expected);
	return 0;
}

static int take_option(struct br_serve_options *options, const char *name, const char *value,
                       const struct complaint *to)
{
	if (!strcmp(name, "--address")) {
		options->address_set = true;
		if (!get_cidr(value, &options->address, &options->netmask))
			return complain(to,
			                "--address %s: expected a host's address and the bits of "
			                "its network, as in 10.77.0.1/24",
			                value);
	} else if (!strcmp(name, "--gateway")) {
		if (!br_text_get_ipv4(br_text(value), &options->gateway))
			return complain(to, "--gateway %s: expected an address", value);
	} else if (!strcmp(name, "--mac")) {
		options->mac_set = true;
		if (!br_text_get_mac(br_text(value), options->mac) || options->mac[0] & 1)
			return complain(to,
			                "--mac %s: expected the address of one card, as in "
			                "02:00:00:00:00:01",
			                value);
	} else if (!strcmp(name, "--seed")) {
		options->seed_set = true;
		if (!br_text_get_decimal(br_text(value), UINT64_MAX, &options->seed))
			return complain(to, "--seed %s: expected a number", value);
	} else if (!strcmp(name, "--root")) {
		options->root = value;
	} else if (!strcmp(name, "--pcap")) {
		options->pcap = value;
	} else {
		return complain(to, "%s: there is no such option; --help lists them", name);
	}
	return 0;
}

int br_serve_options_parse(struct br_serve_options *options, int argc, char **argv, char *error,
                           size_t error_size)
{
	const struct complaint to = {error, error_size};

	memset(options, 0, sizeof(*options));
	br_config_init(&options->config);
	for (int i = 1; i < argc; i++) {
		int result = 0;

		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h")) {
			options->help = true;
			return 0;
		}
		if (!strncmp(argv[i], "--", 2)) {
			if (i + 1 == argc)
				return complain(&to, "%s: a value is missing behind it", argv[i]);
			result = take_option(options, argv[i], argv[i + 1], &to);
			i++;
		} else if (strchr(argv[i], '=')) {
			result = take_key_value(options, argv[i], &to);
		} else if (!options->interface) {
			options->interface = argv[i];
		} else {
			result = complain(&to,
			                  "%s: expected KEY=VALUE; the interface is '%s' already",
			                  argv[i], options->interface);
		}
		if (result)
			return result;
	}
	if (!options->interface)
		return complain(&to, "the interface is missing: bootrig serve IFACE ...");
	if (options->config.roles == 0)
		options->config.roles = BR_ROLE_TFTP | BR_ROLE_HTTP;
	if (!options->root && options->config.roles & (BR_ROLE_TFTP | BR_ROLE_HTTP))
		return complain(&to, "--root is missing: where are the files to serve?");
	return 0;
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
