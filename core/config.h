/* SPDX-License-Identifier: BSD-2-Clause */
/* core/config.h - what a server is, whom it serves, and every limit it keeps
 *
 * The same KEY=VALUE words configure a server in a script (`node boot sut
 * role=proxydhcp,tftp windowsize=off`), on the command line of `bootrig serve`
 * and in a profile: br_config_set() is their only parser. IPv4 addresses are
 * numbers in host order, IPv6 ones 16 octets in network order.
 */
#ifndef BR_CORE_CONFIG_H
#define BR_CORE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum br_role {                      /* a set of these is a role */
	BR_ROLE_DHCP = 1 << 0,      /* address server on 67, RFC 2131 */
	BR_ROLE_PROXYDHCP = 1 << 1, /* 67 with yiaddr 0, and 4011; PXE 2.1 §2.2.3 */
	BR_ROLE_PXE = 1 << 2,       /* 4011 alone: the address server on this host announces it */
	BR_ROLE_TFTP = 1 << 3,
	BR_ROLE_HTTP = 1 << 4,
	BR_ROLE_DHCP6 = 1 << 5,      /* addresses and what to boot on 547, RFC 8415, RFC 5970 */
	BR_ROLE_PROXYDHCP6 = 1 << 6, /* what to boot alone, on 547 and 4011, as EDK2 takes it */
};

enum {
	BR_CONFIG_LINKS_MAX = 8,
	BR_CONFIG_SUBNETS_MAX = 16,
	BR_CONFIG_RULES_MAX = 64,
	BR_CONFIG_RESERVATIONS_MAX = 256,
	BR_CONFIG_MARK_SIZE = 64, /* by which a reservation knows its machine */
	BR_CONFIG_OPTIONS_MAX = 32,
	BR_CONFIG_OPTION_SIZE = 512, /* RFC 3396 splits what is longer than 255 */
	BR_CONFIG_TEXT_SIZE = 256,   /* a boot file or URL, with its NUL */
	BR_CONFIG_MENU_MAX = 16,
	BR_CONFIG_DUID_SIZE = 130, /* the type and at most 128 octets, RFC 8415 §11.1 */
	BR_CONFIG_PARAMETERS_MAX = 8,
};

/**
 * struct br_config_link - One interface of the server: a broadcast domain
 * @address, @netmask: 0: without IPv4
 * @mtu:	Octets of IP datagram; bounds blksize, RFC 2348
 * @address6, @prefix6: A global or unique local one and the bits of its network; all zero:
 *		without IPv6. A link-local address is the adapter's affair.
 * @mac:	For the server's DUID; all zero: not known
 */
struct br_config_link {
	uint32_t address;
	uint32_t netmask;
	uint32_t mtu;
	uint8_t address6[16];
	uint8_t prefix6;
	uint8_t mac[6];
};

/* Where addresses come from: chosen by the link, by giaddr, or by RFC 3527. */
struct br_config_subnet {
	uint32_t network, netmask;      /* both 0: those of the link @pool_first belongs to */
	uint32_t pool_first, pool_last; /* both 0: reservations only */
	uint32_t router;                /* option 3; 0: br_config.router */
};

/* The same of IPv6: chosen by the link, or by what a relay says. */
struct br_config_subnet6 {
	uint8_t prefix[16];
	uint8_t bits; /* 0: those of the link @pool_first belongs to */
	bool has_pool;
	uint8_t pool_first[16], pool_last[16];
};

/* By what a machine is known. */
enum br_config_mark {
	BR_CONFIG_MARK_MAC,        /* chaddr, an Ethernet one */
	BR_CONFIG_MARK_CLIENT_ID,  /* option 61, all its octets */
	BR_CONFIG_MARK_UUID,       /* option 97 of type 0, its 16 octets */
	BR_CONFIG_MARK_CIRCUIT_ID, /* option 82.1, RFC 3046 */
	BR_CONFIG_MARK_REMOTE_ID,  /* option 82.2 */
	BR_CONFIG_MARK_COUNT,
};

struct br_config_reservation {
	uint32_t address;
	enum br_config_mark mark;
	uint8_t size;
	uint8_t octets[BR_CONFIG_MARK_SIZE];
};

/* By what a machine is known to DHCPv6. */
enum br_config_mark6 {
	BR_CONFIG_MARK6_DUID, /* all its octets */
	BR_CONFIG_MARK6_MAC,  /* of its DUID, of its link-local address, or said by a relay */
	BR_CONFIG_MARK6_UUID, /* of its DUID, in either order of octets */
	BR_CONFIG_MARK6_COUNT,
};

struct br_config_reservation6 { /* without a hole: two are compared octet by octet */
	uint8_t address[16];
	uint8_t mark; /* of enum br_config_mark6 */
	uint8_t size;
	uint8_t octets[BR_CONFIG_DUID_SIZE];
};

/* An option of DHCPv6, as br_config_option */
struct br_config_option6 {
	uint16_t code;
	bool forced;
	uint16_t size;
	uint8_t value[BR_CONFIG_OPTION_SIZE];
};

/* An option sent when asked for, RFC 2131 §4.3.1; `forced` sends it always. */
struct br_config_option {
	uint8_t code;
	bool forced;
	uint16_t size;
	uint8_t value[BR_CONFIG_OPTION_SIZE];
};

enum {
	BR_ARCH_ANY = -1
};

/**
 * struct br_config_rule - Which boot file for whom; the first rule that matches wins
 * @arch:	Processor architecture type, core/base/arch.h, or BR_ARCH_ANY
 * @has_mac, @mac, @has_uuid, @uuid: One machine; @uuid as option 97 carries it
 * @user_class:	"" for any; an instance of option 77 (RFC 3004), or the whole of it
 *		as iPXE sends "iPXE"
 * @vendor_class: "" for any; option 60 starts with it if it ends in '*', else equals it
 * @file:	Name below the boot server's root, or a URL; "" boots nothing
 * @server:	siaddr and 66; 0: this server, or, with @server6, none for IPv4
 * @server6:	The host in the URL of a DHCPv6 client; zero: this server, or, with @server, none
 *		for IPv6
 */
struct br_config_rule {
	int arch;
	bool has_mac, has_uuid;
	uint8_t mac[6];
	uint8_t uuid[16];
	char user_class[32];
	char vendor_class[64];
	char file[BR_CONFIG_TEXT_SIZE];
	uint32_t server;
	uint8_t server6[16];
};

/* A line of the PXE boot menu, option 43 tags 8 and 9. */
struct br_config_menu_item {
	uint16_t type;   /* boot server type; 0: local boot */
	uint32_t server; /* 0: this server */
	char text[64];
	char file[BR_CONFIG_TEXT_SIZE]; /* "": as the rules say */
};

enum {
	BR_CONFIG_MENU_OCTETS_MAX = 255, /* all PXE tags in one option 43, EDK2 reads no more */
	BR_CONFIG_FILE_MAX = 127,        /* a boot file's name that fits the header field */
	BR_CONFIG_MENU_TIMEOUT_NONE = 255,
};

struct br_config {
	unsigned roles; /* of enum br_role */
	struct br_config_link link[BR_CONFIG_LINKS_MAX];
	size_t links;

	/* dhcp */
	struct br_config_subnet subnet[BR_CONFIG_SUBNETS_MAX];
	size_t subnets;
	struct br_config_reservation reservation[BR_CONFIG_RESERVATIONS_MAX];
	size_t reservations;
	struct br_config_option option[BR_CONFIG_OPTIONS_MAX];
	size_t options;
	uint32_t router;       /* option 3 where the subnet has none of its own; 0: none */
	uint32_t next_server;  /* siaddr when no rule names a boot file; 0: none */
	bool known_only;       /* serve who has a reservation alone, RFC 2131 §4.2 */
	bool always_broadcast; /* to who has no address yet, asked for or not: RFC 2131 §4.1 */
	bool text_nul;         /* close options 66 and 67 with a NUL, for old ROMs */
	uint32_t lease_s;      /* option 51 */
	uint32_t offer_s;      /* an OFFER holds its address this long */
	uint32_t decline_s;    /* a declined address rests this long */
	uint32_t probe_ms;     /* wait so long for who has an address already; 0: do not ask */
	bool authoritative;    /* NAK what is wrong on this network, RFC 2131 §4.3.2 */
	uint32_t leases_max;   /* bindings held at once */

	/* dhcp6, proxydhcp6 */
	struct br_config_subnet6 subnet6[BR_CONFIG_SUBNETS_MAX];
	size_t subnets6;
	struct br_config_reservation6 reservation6[BR_CONFIG_RESERVATIONS_MAX];
	size_t reservations6;
	struct br_config_option6 option6[BR_CONFIG_OPTIONS_MAX];
	size_t options6;
	char parameter[BR_CONFIG_PARAMETERS_MAX]
		      [BR_CONFIG_TEXT_SIZE]; /* option 60, RFC 5970 §3.2 */
	size_t parameters;
	uint8_t duid[BR_CONFIG_DUID_SIZE]; /* the server's own */
	uint8_t duid_size;                 /* 0: made of the MAC of the first link */
	bool preference_set;
	uint8_t preference;  /* option 7 */
	bool rapid_commit;   /* RFC 8415 §18.3.1 */
	bool pxe_class6;     /* PXE clients get option 16 back and ask 4011 for the file */
	bool proxy6_with_ia; /* a proxy's Advertise has the IA with NoAddrsAvail, §18.3.9 */

	/* boot policy, of both families */
	struct br_config_rule rule[BR_CONFIG_RULES_MAX];
	size_t rules;

	/* proxydhcp, pxe */
	bool proxy_offer_bare; /* the OFFER says no more than that 4011 knows (dnsmasq to UEFI) */
	struct br_config_menu_item menu[BR_CONFIG_MENU_MAX];
	size_t menu_items;
	char menu_prompt[64];
	uint8_t menu_timeout_s;    /* 255: waits for ever, 0: first item; PXE 2.1 tag 10 */
	uint8_t discovery_control; /* tag 6 */
	bool discovery_control_set;
	uint32_t discovery_group; /* tag 7; 0: none */
	uint16_t http_port;       /* in the URLs this server makes, and where it listens */

	/* tftp */
	bool windowsize_on; /* RFC 7440; off by default, then left out of the OACK */
	uint16_t windowsize_max;
	uint16_t blksize_max; /* also bounded by the link's MTU; RFC 2348 */
	bool single_port;     /* answer from port 69 itself, for clients behind NAT */
	uint32_t transfers_max;
	uint32_t retry_ms;    /* the first retransmission; doubles each time */
	uint32_t retries_max; /* then the transfer is given up */
	uint16_t tid_min, tid_max;

	/* http */
	uint32_t streams_max;
	uint32_t request_size_max; /* octets of request line and header fields */
	uint32_t idle_ms;          /* a connection without a request is closed */
	uint64_t epoch_ns;         /* wall clock at br_time 0, ns since 1970 UTC; 0: no clock */
};

/* Fill in every default; no address, no role, no rule. */
void br_config_init(struct br_config *config);

/**
 * br_config_set() - Take one KEY=VALUE
 * @config:	Changed on 0 only
 * @key:	NUL-terminated
 * @value:	NUL-terminated
 * @error:	On failure: what was expected, one line, without a full stop
 * @error_size:	Octets of room in @error, at least 1
 *
 * Return: 0, -ENOENT if there is no such key, -EINVAL if the value does not fit
 *	   it, -ENOSPC if there is no room for one more
 */
int br_config_set(struct br_config *config, const char *key, const char *value, char *error,
                  size_t error_size);

/* The names br_config_set() knows, sorted, for messages and manuals; NULL past the end.
 * "optN" stands for opt1 .. opt254, "optN!" for one that is sent without being asked for;
 * "opt6-N" for those of DHCPv6.
 */
const char *br_config_key(size_t index);
const char *br_config_key_says(size_t index);  /* "grant TFTP windows, RFC 7440 (off; on is 16)" */
const char *br_config_key_wants(size_t index); /* "off, on or a number from 1 to 65535" */
const char *br_config_key_more(size_t index);  /* what a manual has room for; NULL: nothing */

#endif /* BR_CORE_CONFIG_H */
