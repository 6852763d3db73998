/* SPDX-License-Identifier: BSD-2-Clause */
/* Theory of operation
 *
 * A word is KEY=VALUE. The table below has a row for each key: what is expected, what it is
 * for, and who takes the value. Kinds of values are read in core/config_value.c; words that
 * have several parts, in core/config_dhcp.c, core/config_dhcp6.c, core/config_reserve.c and
 * core/config_boot.c. What only the words together can be wrong about is found by
 * br_server_check().
 */
#include "core/config.h"

#include <errno.h>
#include <string.h>

#include "core/base/text.h"
#include "core/config_boot.h"
#include "core/config_dhcp.h"
#include "core/config_dhcp6.h"
#include "core/config_reserve.h"
#include "core/config_value.h"

/* Takes @value into @config. Return: 0, -EINVAL, -ENOSPC or -EEXIST; then @config is as it was:
 * every setter works on something local and stores it as its last step.
 */
typedef int set_value(struct br_config *config, struct br_octets value);

void br_config_init(struct br_config *config)
{
	memset(config, 0, sizeof(*config));
	config->lease_s = 3600; /* outlives a boot: iPXE and GRUB never renew */
	config->offer_s = 60;   /* a client asks four times in 60 s, PXE 2.1 §2.2.2 */
	config->decline_s = 600;
	config->authoritative = true;
	config->leases_max = 1024;
	config->menu_timeout_s = 0;
	config->http_port = 80;
	config->windowsize_max = 16;
	config->blksize_max = 1468; /* fills an Ethernet frame, none is ever cut */
	config->transfers_max = 1024;
	config->retry_ms = 1000;
	config->retries_max = 5;
	config->tid_min = 49152;
	config->tid_max = 65535;
	config->streams_max = 512;
	config->request_size_max = 16384;
	config->idle_ms = 30000;
}

static int set_role(struct br_config *config, struct br_octets value)
{
	static const struct {
		const char *name;
		enum br_role role;
	} roles[] = {
		{"dhcp", BR_ROLE_DHCP},
		{"proxydhcp", BR_ROLE_PROXYDHCP},
		{"pxe", BR_ROLE_PXE},
		{"tftp", BR_ROLE_TFTP},
		{"http", BR_ROLE_HTTP},
		{"dhcp6", BR_ROLE_DHCP6},
		{"proxydhcp6", BR_ROLE_PROXYDHCP6},
	};
	unsigned set = 0;

	while (value.data) {
		struct br_octets name = br_text_cut(&value, ',');
		size_t i = 0;

		while (i < sizeof(roles) / sizeof(roles[0]) && !br_text_is(name, roles[i].name))
			i++;
		if (i == sizeof(roles) / sizeof(roles[0]))
			return -EINVAL;
		set |= roles[i].role;
	}
	config->roles = set;
	return 0;
}

static int set_proxy_offer(struct br_config *config, struct br_octets value)
{
	if (!br_text_is(value, "full") && !br_text_is(value, "bare"))
		return -EINVAL;
	config->proxy_offer_bare = br_text_is(value, "bare");
	return 0;
}

static int set_probe(struct br_config *config, struct br_octets value)
{
	if (!br_text_is(value, "off"))
		return br_config_read_u32(value, 1, 10000, &config->probe_ms);
	config->probe_ms = 0;
	return 0;
}

static int set_windowsize(struct br_config *config, struct br_octets value)
{
	uint64_t number = config->windowsize_max;
	bool on = !br_text_is(value, "off");

	if (on && !br_text_is(value, "on") &&
	    (!br_text_get_decimal(value, UINT16_MAX, &number) || number == 0))
		return -EINVAL;
	config->windowsize_on = on;
	config->windowsize_max = (uint16_t)number;
	return 0;
}

/* A setter that only hands the value on to core/config_value.h */
#define SETTER(name, call)                                                                         \
	static int name(struct br_config *config, struct br_octets value)                          \
	{                                                                                          \
		return call;                                                                       \
	}

SETTER(set_always_broadcast, br_config_read_switch(value, &config->always_broadcast))
SETTER(set_authoritative, br_config_read_switch(value, &config->authoritative))
SETTER(set_blksize, br_config_read_u16(value, 8, 65464, &config->blksize_max))
SETTER(set_decline_rest, br_config_read_u32(value, 1, UINT32_MAX - 1, &config->decline_s))
SETTER(set_http_port, br_config_read_u16(value, 1, UINT16_MAX, &config->http_port))
SETTER(set_idle, br_config_read_u32(value, 1, 3600000, &config->idle_ms))
SETTER(set_known_only, br_config_read_switch(value, &config->known_only))
SETTER(set_lease, br_config_read_u32(value, 1, UINT32_MAX, &config->lease_s))
SETTER(set_leases, br_config_read_u32(value, 1, 65535, &config->leases_max))
SETTER(set_next_server, br_config_read_address(value, &config->next_server))
SETTER(set_offer_hold, br_config_read_u32(value, 1, 86400, &config->offer_s))
SETTER(set_proxy6_ia, br_config_read_switch(value, &config->proxy6_with_ia))
SETTER(set_pxe_class6, br_config_read_switch(value, &config->pxe_class6))
SETTER(set_rapid_commit, br_config_read_switch(value, &config->rapid_commit))
SETTER(set_request_size, br_config_read_u32(value, 64, 1 << 20, &config->request_size_max))
SETTER(set_retries, br_config_read_u32(value, 0, 100, &config->retries_max))
SETTER(set_retry, br_config_read_u32(value, 1, 255000, &config->retry_ms))
SETTER(set_router, br_config_read_address(value, &config->router))
SETTER(set_single_port, br_config_read_switch(value, &config->single_port))
SETTER(set_streams, br_config_read_u32(value, 1, 4096, &config->streams_max))
SETTER(set_text_nul, br_config_read_switch(value, &config->text_nul))
SETTER(set_tid, br_config_read_ports(value, &config->tid_min, &config->tid_max))
SETTER(set_transfers, br_config_read_u32(value, 1, 65535, &config->transfers_max))

/* Sorted by name. @wants completes "expected ...". */
static const struct key {
	const char *name, *wants, *says;
	set_value *set;
	const char *more;
} keys[] = {
	{"always-broadcast", "on or off",
         "OFFER and ACK are broadcast to clients that could take unicast too, RFC 2131 4.1 (off)",
         set_always_broadcast, NULL},
	{"authoritative", "on or off", "NAK addresses that are wrong on this network (on)",
         set_authoritative, NULL},
	{"blksize", "a number from 8 to 65464", "largest TFTP block granted, RFC 2348 (1468)",
         set_blksize, NULL},
	{"boot",
         "FILE[@COND,...]: a name of at most 127 octets or a URL of at most 255; conditions "
         "arch:N, mac:, uuid:, user-class:, vendor-class:, server:IP",
         "boot file for whom; the first that matches wins", br_config_set_boot,
         "FILE is a path below the root of the boot server, or a URL. Behind '@' stand conditions "
         "that "
         "all must hold: arch: with a number of option 93 or its name (7 or x64-uefi), mac:, uuid: "
         "as the machine shows it, user-class: one class of option 77 (iPXE), vendor-class: option "
         "60, its start if it ends in '*'. server: is no condition but the address of the boot "
         "server, of siaddr and option 66; an IPv6 one is the host in the URL of a DHCPv6 client. "
         "DHCPv6 clients get a name as a URL of this server, tftp: or http: as they boot by. "
         "boot=grub.efi@arch:7,server:10.77.0.3"},
	{"boot-param", "a text of 1 to 255 octets, at most 8 of them",
         "option 60 of DHCPv6, one parameter after the other; RFC 5970 3.2",
         br_config_set_boot_parameter,
         "EDK2 takes the first for the size of the file in blocks of 512 octets: if it is no such "
         "number a PXE client of EDK2 gets none."},
	{"decline-rest", "seconds, at least 1", "a declined address rests this long (600)",
         set_decline_rest, NULL},
	{"discovery-control", "a number from 0 to 15",
         "PXE tag 6: 1 no broadcast, 2 no multicast, 4 listed servers only, 8 boot at once",
         br_config_set_discovery_control, NULL},
	{"discovery-group", "an address from 224.0.0.0 to 239.255.255.255",
         "PXE tag 7: where boot servers are asked for", br_config_set_discovery_group, NULL},
	{"dns", "addresses with commas", "option 6", br_config_set_dns, NULL},
	{"dns6", "IPv6 addresses with commas", "option 23 of DHCPv6, RFC 3646", br_config_set_dns6,
         NULL},
	{"domain", "a name of at most 255 octets", "option 15", br_config_set_domain, NULL},
	{"duid", "3 to 130 octets in hex",
         "the DHCPv6 server's own name, option 2 (DUID-LL of its first link)", br_config_set_duid,
         NULL},
	{"http-port", "a port from 1 to 65535", "of the HTTP server and in its URLs (80)",
         set_http_port, NULL},
	{"idle", "milliseconds from 1 to 3600000",
         "an HTTP connection without a request is closed (30000)", set_idle, NULL},
	{"known-only", "on or off", "serve clients with a reserve= alone (off)", set_known_only,
         NULL},
	{"lease", "seconds, at least 1", "option 51; 4294967295 is for ever (3600)", set_lease,
         NULL},
	{"leases", "a number from 1 to 65535", "bindings held at once (1024)", set_leases, NULL},
	{"menu", "TYPE,TEXT[,FILE][,SERVER], and all items within 255 octets of option 43",
         "a line of the PXE boot menu; type 0 is local boot", br_config_set_menu,
         "TYPE is the boot server type of PXE, 0 to 65535; TEXT what the line says, without "
         "commas. "
         "FILE is what that line boots, without it what boot= says; SERVER who has it, this server "
         "without it. menu=7,Install,install.efi"},
	{"menu-prompt", "SECONDS,TEXT with 0 to 255 seconds",
         "PXE tag 10: 0 takes the first item, 255 waits for ever", br_config_set_menu_prompt, NULL},
	{"next-server", "an address", "siaddr when no boot rule matches", set_next_server, NULL},
	{"nul-terminate", "on or off", "close options 66 and 67 with a NUL for old ROMs (off)",
         set_text_nul, NULL},
	{"offer-hold", "seconds from 1 to 86400", "an offered address is kept this long (60)",
         set_offer_hold, NULL},
	{"opt6-N", "a \"text\", IPv6 addresses with commas, hex:..., u8:..., u16:... or u32:...",
         "option N of DHCPv6 for clients that ask for it", NULL,
         "What the server fills by itself is refused: boot= says 59, boot-param= 60, preference= "
         "7, "
         "duid= 2."},
	{"opt6-N!", "a value as of opt6-N", "option N of DHCPv6 for all clients", NULL, NULL},
	{"optN", "a \"text\", addresses with commas, hex:..., u8:..., u16:... or u32:...",
         "option N for clients that ask for it", NULL,
         "The value has the form of the option: an address list for 6, numbers for 26, a text for "
         "12. "
         "u8:, u16: and u32: stand before numbers with commas. What the server fills by itself, 51 "
         "and 54 say, is refused."},
	{"optN!", "a value as of optN", "option N for all clients", NULL, NULL},
	{"pool", "A-B, two addresses of one subnet in order",
         "addresses for clients, of the first link unless a subnet has them", br_config_set_pool,
         NULL},
	{"pool6", "A-B, two IPv6 addresses of one network in order",
         "addresses for DHCPv6 clients, of the link they lie in unless a subnet6 has them",
         br_config_set_pool6, "Of a larger pool the first 33554432 are given out."},
	{"preference", "a number from 0 to 255",
         "option 7 of an Advertise: 255 ends a client's wait for others, RFC 8415 21.8 (not sent)",
         br_config_set_preference, NULL},
	{"probe", "off, or milliseconds from 1 to 10000",
         "before an address is offered, wait so long for who has it already, RFC 2131 3.1 (off)",
         set_probe, NULL},
	{"proxy-offer", "full or bare",
         "bare: a proxy's OFFER leaves file and menu to port 4011 (full)", set_proxy_offer, NULL},
	{"proxy6-ia", "on or off",
         "proxydhcp6 sends the IA back with NoAddrsAvail, RFC 8415 18.3.9 (off)", set_proxy6_ia,
         "By the book a server without addresses says so in each IA. EDK2 throws such an Advertise "
         "away whole; one without an IA it keeps as the offer of a proxy."},
	{"pxe-class6", "on or off",
         "PXE clients of DHCPv6 get option 16 back and ask port 4011 for the file (off)",
         set_pxe_class6,
         "EDK2 takes an Advertise with the class PXEClient for the offer of a boot server, and "
         "asks "
         "the host in option 59 on UDP port 4011 once more, for 3 s and once."},
	{"rapid-commit", "on or off",
         "a Solicit with option 14 is answered by a Reply at once, RFC 8415 18.3.1 (off)",
         set_rapid_commit, NULL},
	{"request-size", "octets from 64 to 1048576", "longest head of an HTTP request (16384)",
         set_request_size, NULL},
	{"reserve",
         "WHO,IP as in 52:54:00:12:34:56,10.77.0.5 or circuit-id:p7,10.77.0.5; also client-id:, "
         "uuid:, remote-id:",
         "an address for one client; a second one for another subnet=, which stands before it",
         br_config_set_reserve,
         "client-id: has the octets of option 61, uuid: the UUID of option 97, circuit-id: and "
         "remote-id: what a relay says in option 82.1 and 82.2: a text, or hex: with pairs of "
         "digits; 64 octets at most. The first that fits a client on its subnet counts. Between "
         "two "
         "machines the address stays with the one that holds it."},
	{"reserve6",
         "WHO,IPV6 as in 52:54:00:12:34:56,2001:db8::5 or duid:00030001525400123456,2001:db8::5; "
         "also uuid:",
         "an address for one DHCPv6 client", br_config_set_reserve6,
         "duid: has all octets of the client's DUID; a MAC is looked for in the DUID, in the "
         "link-local address and in what a relay says (RFC 6939); uuid: fits a DUID-UUID with the "
         "octets in the order of RFC 6355 or in that of EDK2."},
	{"retries", "a number up to 100", "TFTP retransmissions before giving up (5)", set_retries,
         NULL},
	{"retry", "milliseconds from 1 to 255000",
         "first TFTP retransmission after so long; doubles each time (1000)", set_retry, NULL},
	{"role", "dhcp, proxydhcp, pxe, tftp, http, dhcp6, proxydhcp6, or several with commas",
         "what the server does", set_role,
         "dhcp: gives addresses, on port 67. proxydhcp: says what to boot beside another address "
         "server, on 67 and 4011. pxe: 4011 alone, where the address server on this host announces "
         "it. tftp: files on port 69. http: files on http-port=. dhcp6: gives IPv6 addresses and "
         "says what to boot, on port 547. proxydhcp6: says what to boot beside another DHCPv6 "
         "server, on 547 and 4011, as EDK2 takes it."},
	{"router", "an address", "option 3 where a subnet has none of its own", set_router, NULL},
	{"single-port", "on or off", "TFTP answers from port 69, for clients behind NAT (off)",
         set_single_port, NULL},
	{"streams", "a number from 1 to 4096", "HTTP connections at once (512)", set_streams, NULL},
	{"subnet",
         "CIDR[,pool=A-B][,router=IP], the pool within it, as in "
         "10.77.0.0/24,pool=10.77.0.100-10.77.0.199",
         "where clients are, chosen by link, giaddr or option 82", br_config_set_subnet,
         "pool= is the range given out, without it reservations alone; router= is option 3. "
         "Written "
         "with commas and without blanks. For clients behind a relay the subnet of giaddr, or of "
         "option 82.5 or 118, is the one."},
	{"subnet6",
         "PREFIX/LEN[,pool=A-B], the pool within it, as in "
         "2001:db8:1::/64,pool=2001:db8:1::100-2001:db8:1::1ff",
         "where DHCPv6 clients are, chosen by link or by a relay's link-address",
         br_config_set_subnet6, NULL},
	{"tid", "A-B, ports from 1 to 65535",
         "ports that TFTP answers from, RFC 1350 4 (49152-65535)", set_tid, NULL},
	{"transfers", "a number from 1 to 65535", "TFTP transfers at once (1024)", set_transfers,
         NULL},
	{"windowsize", "off, on or a number from 1 to 65535",
         "grant TFTP windows, RFC 7440 (off; on is 16)", set_windowsize, NULL},
};

enum {
	KEYS = sizeof(keys) / sizeof(keys[0]),
	SAID_SIZE = 160,
};

/* As much of @text as there is room for. */
static void put_cut(struct br_writer *w, const char *text)
{
	size_t size = strlen(text);

	br_put_bytes(w, text, size < br_room(w) ? size : br_room(w));
}

static int complain(char *error, size_t error_size, int result, const char *wants)
{
	struct br_writer w = br_writer_of(error, error_size);

	if (result == -ENOSPC)
		put_cut(&w, "no room for one more: ");
	put_cut(&w, "expected ");
	put_cut(&w, wants);
	(void)br_text_end(&w);
	return result;
}

/* What core/config_dhcp.c has to say about a value, as much of it as there is room for. */
static void put_said(const struct br_writer *said, char *error, size_t error_size)
{
	struct br_writer w = br_writer_of(error, error_size);

	br_put_bytes(&w, said->start,
	             br_written(said) < error_size ? br_written(said) : error_size);
	(void)br_text_end(&w);
}

/* Which word before this one has what it wants. */
static int complain_of_reservation(const struct br_config *config, const char *key,
                                   struct br_octets value, char *error, size_t error_size)
{
	uint8_t text[SAID_SIZE];
	struct br_writer why = br_writer_of(text, sizeof(text));

	if (br_text_is(br_text(key), "reserve6"))
		br_config_say_reserved6(config, value, &why);
	else
		br_config_say_reserved(config, value, &why);
	put_said(&why, error, error_size);
	return -EINVAL;
}

static int set_option(struct br_config *config, const char *key, struct br_octets value,
                      char *error, size_t error_size)
{
	int result = br_config_set_option(config, br_text(key), value);
	uint8_t text[SAID_SIZE];
	struct br_writer why = br_writer_of(text, sizeof(text));

	if (result == 0)
		return 0;
	br_config_say_option(br_text(key), result, &why);
	put_said(&why, error, error_size);
	return result == -ENOENT || result == -ENOSPC ? result : -EINVAL;
}

static int set_option6(struct br_config *config, const char *key, struct br_octets value,
                       char *error, size_t error_size)
{
	int result = br_config_set_option6(config, br_text(key), value);
	uint8_t text[SAID_SIZE];
	struct br_writer why = br_writer_of(text, sizeof(text));

	if (result == 0)
		return 0;
	br_config_say_option6(br_text(key), result, &why);
	put_said(&why, error, error_size);
	return result == -ENOENT || result == -ENOSPC ? result : -EINVAL;
}

int br_config_set(struct br_config *config, const char *key, const char *value, char *error,
                  size_t error_size)
{
	struct br_octets octets = br_text(value);
	struct br_writer w = br_writer_of(error, error_size);
	int result;

	for (size_t i = 0; i < KEYS; i++) {
		if (!keys[i].set || !br_text_is(br_text(key), keys[i].name))
			continue;
		result = keys[i].set(config, octets);
		if (result == -EEXIST)
			return complain_of_reservation(config, key, octets, error, error_size);
		return result == 0 ? 0 : complain(error, error_size, result, keys[i].wants);
	}
	if (br_text_starts(br_text(key), "opt6-"))
		return set_option6(config, key, octets, error, error_size);
	if (br_text_starts(br_text(key), "opt"))
		return set_option(config, key, octets, error, error_size);
	put_cut(&w, "no such key");
	(void)br_text_end(&w);
	return -ENOENT;
}

const char *br_config_key(size_t index)
{
	return index < KEYS ? keys[index].name : NULL;
}

const char *br_config_key_says(size_t index)
{
	return index < KEYS ? keys[index].says : NULL;
}

const char *br_config_key_wants(size_t index)
{
	return index < KEYS ? keys[index].wants : NULL;
}

const char *br_config_key_more(size_t index)
{
	return index < KEYS ? keys[index].more : NULL;
}
