/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/serve/serve_options.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "sim/nearest.h"
#include "sim/serve/config_file.h"
#include "sim/tls/settings.h"

enum {
	KEY_SIZE = 64,
	ADDRESS_TEXT = 16,
	ERROR_SIZE = 512,
	PROBE_MS = 300, /* ARP is answered in one; a client asks again after four seconds at most */
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

static int take_key_value(struct br_config *config, const char *word, const struct complaint *to)
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

	int result = br_config_set(config, key, equals + 1, expected, sizeof(expected));

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

static int take_address6(void *target, char **word, int count, char *error, size_t size)
{
	struct br_serve_options *options = target;

	(void)count;
	return br_serve_six_take_address(&options->six, word[0], error, size);
}

static int take_gateway6(void *target, char **word, int count, char *error, size_t size)
{
	struct br_serve_options *options = target;

	(void)count;
	return br_serve_six_take_gateway(&options->six, word[0], error, size);
}

static int take_ra(void *target, char **word, int count, char *error, size_t size)
{
	struct br_serve_options *options = target;

	(void)count;
	return br_serve_six_take_ra(&options->six, word[0], error, size);
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
                 "must not have it. It has to be given, or --address6",
         .takes = BR_TAKES_TEXT,
         .take = take_address},
	{.name = "--address6",
         .argument = "CIDR",
         .says = "the same of IPv6: 2001:db8:1::1/64. Beside it the server has the link-local "
                 "address of its MAC",
         .standard = "no IPv6",
         .takes = BR_TAKES_TEXT,
         .take = take_address6},
	{.name = "--root",
         .argument = "DIR",
         .says = "where the files to serve are; role=tftp and role=http want it",
         .takes = BR_TAKES_FOLDER,
         .at = offsetof(struct br_serve_options, root)},
	{.name = "--config",
         .argument = "FILE",
         .says = "settings and options in TOML, see below; SIGHUP reads the settings again",
         .takes = BR_TAKES_FILE,
         .at = offsetof(struct br_serve_options, file)},
	{.name = "--gateway",
         .argument = "ADDR",
         .says = "the router to other networks",
         .standard = "none",
         .takes = BR_TAKES_IPV4,
         .at = offsetof(struct br_serve_options, gateway)},
	{.name = "--gateway6",
         .argument = "ADDR",
         .says = "the same of IPv6; routers that advertise themselves are not heard",
         .standard = "none",
         .takes = BR_TAKES_TEXT,
         .take = take_gateway6},
	{.name = "--json",
         .says = "say everything as JSON, an object a line",
         .takes = BR_TAKES_NOTHING,
         .at = offsetof(struct br_serve_options, json)},
	{.name = "--leases",
         .argument = "FILE",
         .says = "keep the leases of role=dhcp and role=dhcp6 here: they outlive the server, "
                 "whatever "
                 "ends it",
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
	{.name = "--ra",
         .argument = "WHAT",
         .says = "advertise the network of --address6 as a router does, whose way leads nowhere "
                 "else: on; M, O or MO with these flags, M sends clients to DHCPv6; off where a "
                 "router does. Some firmware asks for no address before it has heard one",
         .standard = "off",
         .takes = BR_TAKES_TEXT,
         .take = take_ra},
	{.name = "--seed",
         .argument = "N",
         .says = "what draws are made with: transfer ports and the like",
         .standard = "another one each time",
         .takes = BR_TAKES_NUMBER,
         .at = offsetof(struct br_serve_options, seed),
         .given = offsetof(struct br_serve_options, seed_set)},
	{.name = "--status",
         .argument = "SOCKET",
         .says = "make a socket here; who connects (nc -U) is told all counters as JSON",
         .takes = BR_TAKES_FILE,
         .at = offsetof(struct br_serve_options, status)},
	{.name = "--tls-certificate",
         .argument = "FILE",
         .says = "serve the files by https too, with this certificate: PEM, the server's own "
                 "first, then those that signed it, without the root. It must be for the host "
                 "of the URL, as DNS: or IP: in its subjectAltName. TLS 1.2, which is what "
                 "boot firmware speaks; 'bootrig hello' asks for each. To machines that boot by "
                 "HTTP the URL is told by a rule: boot=https://10.77.0.1/grubx64.efi",
         .takes = BR_TAKES_FILE,
         .at = offsetof(struct br_serve_options, tls_certificate)},
	{.name = "--tls-key",
         .argument = "FILE",
         .says = "its private key: PEM, without a password. Both files are read before the rights "
                 "go, and again on SIGHUP: then --user has to be able to, else all stays as it "
                 "was, "
                 "which is told. Connections that stand go on",
         .takes = BR_TAKES_FILE,
         .at = offsetof(struct br_serve_options, tls_key)},
	{.name = "--tls-port",
         .argument = "N",
         .says = "where https is served",
         .standard = "443",
         .takes = BR_TAKES_NUMBER,
         .least = 1,
         .most = UINT16_MAX,
         .at = offsetof(struct br_serve_options, tls_port)},
	{.name = "--user",
         .argument = "NAME",
         .says = "who to be once all is open, if started as root; what this user cannot read is "
                 "not served. root stays root, but without a capability",
         .standard = "nobody",
         .takes = BR_TAKES_TEXT,
         .at = offsetof(struct br_serve_options, user)},
	{.name = NULL},
};

/* Words for a role that the server has not would do nothing. */
static int words_have_a_role(const struct br_config *config, const struct complaint *to)
{
	unsigned boot =
		BR_ROLE_DHCP | BR_ROLE_PROXYDHCP | BR_ROLE_PXE | BR_ROLE_DHCP6 | BR_ROLE_PROXYDHCP6;

	if (!(config->roles & BR_ROLE_DHCP) && config->subnets > 0)
		return complain(to, "%s does nothing without role=dhcp",
		                config->subnet[0].netmask == 0 ? "pool=" : "subnet=");
	if (!(config->roles & BR_ROLE_DHCP) && config->reservations > 0)
		return complain(to, "reserve= does nothing without role=dhcp");
	if (!(config->roles & BR_ROLE_DHCP6) && config->subnets6 > 0)
		return complain(to, "%s does nothing without role=dhcp6",
		                config->subnet6[0].bits == 0 ? "pool6=" : "subnet6=");
	if (!(config->roles & BR_ROLE_DHCP6) && config->reservations6 > 0)
		return complain(to, "reserve6= does nothing without role=dhcp6");
	if (!(config->roles & boot) && (config->rules > 0 || config->menu_items > 0))
		return complain(to,
		                "%s does nothing without role=dhcp, proxydhcp, pxe, dhcp6 or "
		                "proxydhcp6",
		                config->rules > 0 ? "boot=" : "menu=");
	return 0;
}

int br_serve_options_load(const struct br_serve_options *options, struct br_config *ret_config,
                          char *error, size_t error_size)
{
	static struct br_serve_options
		scratch; /* large; the options of the file count at the start */
	const struct complaint to = {error, error_size};

	memset(&scratch, 0, sizeof(scratch));
	br_config_init(&scratch.config);
	scratch.config.probe_ms = PROBE_MS;
	if (options->file && br_config_file_read(options->file, br_serve_option_rows, &scratch,
	                                         error, error_size) < 0)
		return -EINVAL;
	for (size_t i = 0; i < options->settings; i++) {
		if (take_key_value(&scratch.config, options->setting[i], &to) < 0)
			return -EINVAL;
	}
	if (scratch.config.roles == 0)
		scratch.config.roles = BR_ROLE_TFTP | BR_ROLE_HTTP;
	if (words_have_a_role(&scratch.config, &to) < 0)
		return -EINVAL;
	*ret_config = scratch.config;
	return 0;
}

/* The command line, over what is there. Return: 0, or -EINVAL: said */
static int take_words(struct br_serve_options *options, struct br_words *words, int argc,
                      char **argv)
{
	char *copy[BR_SERVE_WORDS_MAX];

	if (argc > BR_SERVE_WORDS_MAX) {
		br_words_wrong(words, "too many words");
		return -EINVAL;
	}
	for (int i = 0; i < argc; i++)
		copy[i] = argv[i];
	if (!br_words_read(words, argc, copy, options))
		return -EINVAL;
	options->settings = 0;
	for (size_t i = 0; i < words->count; i++) {
		char *word = words->operand[i];

		if (strchr(word, '=')) {
			options->setting[options->settings++] = word;
		} else if (!options->interface) {
			options->interface = word;
		} else {
			br_words_wrong(words,
			               "%s: expected KEY=VALUE; the interface is '%s' already",
			               word, options->interface);
			return -EINVAL;
		}
	}
	return 0;
}

/* Two times: the file's options are known when the command line says which file. */
static int take_all(struct br_serve_options *options, struct br_words *words, int argc, char **argv)
{
	char error[ERROR_SIZE];
	const char *file;
	int result;

	memset(options, 0, sizeof(*options));
	if (take_words(options, words, argc, argv) < 0)
		return -EINVAL;
	file = options->file;
	if (file) {
		memset(options, 0, sizeof(*options));
		br_config_init(&options->config);
		if (br_config_file_read(file, br_serve_option_rows, options, error, sizeof(error)) <
		    0) {
			br_words_wrong(words, "%s", error);
			return -EINVAL;
		}
		*words = (struct br_words){
			.verb = words->verb, .out = words->out, .err = words->err};
		if (take_words(options, words, argc, argv) < 0)
			return -EINVAL;
	}
	result = br_serve_options_load(options, &options->config, error, sizeof(error));
	if (result)
		br_words_wrong(words, "%s", error);
	return result;
}

static unsigned tls_port_of(const struct br_serve_options *options)
{
	return options->tls_port ? (unsigned)options->tls_port : BR_TLS_PORT;
}

int br_serve_options_parse(struct br_serve_options *options, struct br_words *words, int argc,
                           char **argv)
{
	if (take_all(options, words, argc, argv) < 0)
		return -EINVAL;
	if (!options->interface)
		br_words_wrong(words, "IFACE is missing: the network interface");
	else if (!options->root && options->config.roles & (BR_ROLE_TFTP | BR_ROLE_HTTP))
		br_words_wrong(words, "--root is missing: where are the files to serve?");
	else if (options->leases && !(options->config.roles & (BR_ROLE_DHCP | BR_ROLE_DHCP6)))
		br_words_wrong(words, "--leases %s: only role=dhcp and role=dhcp6 have leases",
		               options->leases);
	else if (!options->tls_certificate != !options->tls_key)
		br_words_wrong(words,
		               "--tls-%s is missing: a certificate and its private key go "
		               "together",
		               options->tls_key ? "certificate" : "key");
	else if (options->tls_port && !options->tls_key)
		br_words_wrong(words, "--tls-port does nothing without --tls-certificate");
	else if (options->tls_key && !(options->config.roles & BR_ROLE_HTTP))
		br_words_wrong(words, "--tls-certificate does nothing without role=http");
	else if (options->tls_key && tls_port_of(options) == options->config.http_port)
		br_words_wrong(words, "--tls-port %u is that of http", tls_port_of(options));
	else
		return 0;
	return -EINVAL;
}

static int check_address(const struct br_serve_options *options, const struct br_iface *iface,
                         const struct complaint *to)
{
	char address[ADDRESS_TEXT], holder[16];

	unsigned four = BR_ROLE_DHCP | BR_ROLE_PROXYDHCP | BR_ROLE_PXE;

	if (!options->address_set && options->six.on && options->config.roles & four)
		return complain(to, "--address is missing: role=dhcp, proxydhcp and pxe are of "
		                    "IPv4; those of IPv6 are dhcp6 and proxydhcp6");
	if (!options->address_set && options->gateway)
		return complain(to, "--gateway does nothing without --address");
	if (!options->address_set && options->six.on)
		return 0;
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

/* Answers to a relay go to its address, which is in another network: by way of a router. */
static int check_subnets(const struct br_serve_options *options, const struct complaint *to)
{
	for (size_t i = 0; i < options->config.subnets && options->gateway == 0; i++) {
		const struct br_config_subnet *subnet = &options->config.subnet[i];
		char address[ADDRESS_TEXT];

		if (subnet->netmask != 0 &&
		    (options->address & subnet->netmask) != subnet->network &&
		    (subnet->network & options->netmask) != (options->address & options->netmask))
			return complain(to,
			                "subnet=%s/%d: lies elsewhere, and without --gateway no "
			                "answer gets there",
			                print_address(address, subnet->network),
			                __builtin_popcount(subnet->netmask));
	}
	return 0;
}

int br_serve_options_check(struct br_serve_options *options, const struct br_iface *iface,
                           char *error, size_t error_size)
{
	const struct complaint to = {error, error_size};
	int result = br_serve_six_check(&options->six, options->config.roles, options->interface,
	                                iface, error, error_size);

	if (!result)
		result = check_address(options, iface, &to);
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
	memcpy(options->config.link[0].mac, options->mac, sizeof(options->mac));
	br_serve_six_link(&options->six, &options->config.link[0]);
	options->config.links = 1;
	result = check_subnets(options, &to);
	if (result)
		return result;
	return br_server_check(&options->config, error, error_size);
}
