/* SPDX-License-Identifier: BSD-2-Clause */
/* core/formats/dhcp_option.h - one DHCP option on the wire, and what its number is called
 *
 * RFC 2132 §2: a code, a length, a value; pad (0) and end (255) are a code alone.
 * Joining several instances of one code (RFC 3396) is core/formats/dhcp_message.h's work.
 */
#ifndef BR_CORE_FORMATS_DHCP_OPTION_H
#define BR_CORE_FORMATS_DHCP_OPTION_H

#include "core/base/bytes.h"

/* How a value reads, for printing and for scripts; any value may have another length. */
enum br_dhcp_format {
	BR_DHCP_FORMAT_HEX,
	BR_DHCP_FORMAT_TEXT,
	BR_DHCP_FORMAT_U8,   /* one or more octets, each a number */
	BR_DHCP_FORMAT_U16,  /* one or more */
	BR_DHCP_FORMAT_U32,  /* one or more */
	BR_DHCP_FORMAT_IPV4, /* one or more addresses */
	BR_DHCP_FORMAT_NONE, /* length 0 */
	BR_DHCP_FORMAT_SUB,  /* code, length, value again: 82; and 43 when it parses */
};

/* clang-format off */
/* X(code, CONSTANT, "name", format): RFC 2132, and what netboot needs beyond it.
 * 128..135 have no fixed contents (RFC 4578 §2.4); 175 is iPXE's (ipxe/dhcp.h).
 */
#define BR_DHCP_OPTIONS(X) \
	X(0,   PAD,                  "pad", NONE) \
	X(1,   SUBNET_MASK,          "subnet-mask", IPV4) \
	X(2,   TIME_OFFSET,          "time-offset", U32) \
	X(3,   ROUTER,               "router", IPV4) \
	X(4,   TIME_SERVER,          "time-server", IPV4) \
	X(5,   NAME_SERVER,          "name-server", IPV4) \
	X(6,   DNS,                  "dns", IPV4) \
	X(7,   LOG_SERVER,           "log-server", IPV4) \
	X(8,   COOKIE_SERVER,        "cookie-server", IPV4) \
	X(9,   LPR_SERVER,           "lpr-server", IPV4) \
	X(10,  IMPRESS_SERVER,       "impress-server", IPV4) \
	X(11,  RESOURCE_LOCATION,    "resource-location-server", IPV4) \
	X(12,  HOST_NAME,            "host-name", TEXT) \
	X(13,  BOOT_FILE_SIZE,       "boot-file-size", U16) \
	X(14,  MERIT_DUMP,           "merit-dump-file", TEXT) \
	X(15,  DOMAIN_NAME,          "domain-name", TEXT) \
	X(16,  SWAP_SERVER,          "swap-server", IPV4) \
	X(17,  ROOT_PATH,            "root-path", TEXT) \
	X(18,  EXTENSIONS_PATH,      "extensions-path", TEXT) \
	X(19,  IP_FORWARDING,        "ip-forwarding", U8) \
	X(20,  SOURCE_ROUTING,       "source-routing", U8) \
	X(21,  POLICY_FILTER,        "policy-filter", IPV4) \
	X(22,  MAX_REASSEMBLY,       "max-reassembly", U16) \
	X(23,  DEFAULT_TTL,          "default-ttl", U8) \
	X(24,  PMTU_TIMEOUT,         "path-mtu-timeout", U32) \
	X(25,  PMTU_PLATEAUS,        "path-mtu-plateaus", U16) \
	X(26,  INTERFACE_MTU,        "interface-mtu", U16) \
	X(27,  ALL_SUBNETS_LOCAL,    "all-subnets-local", U8) \
	X(28,  BROADCAST,            "broadcast", IPV4) \
	X(29,  MASK_DISCOVERY,       "mask-discovery", U8) \
	X(30,  MASK_SUPPLIER,        "mask-supplier", U8) \
	X(31,  ROUTER_DISCOVERY,     "router-discovery", U8) \
	X(32,  ROUTER_SOLICITATION,  "router-solicitation", IPV4) \
	X(33,  STATIC_ROUTES,        "static-routes", IPV4) \
	X(34,  TRAILER_ENCAPSULATION, "trailer-encapsulation", U8) \
	X(35,  ARP_TIMEOUT,          "arp-timeout", U32) \
	X(36,  ETHERNET_ENCAPSULATION, "ethernet-encapsulation", U8) \
	X(37,  TCP_TTL,              "tcp-ttl", U8) \
	X(38,  TCP_KEEPALIVE,        "tcp-keepalive-interval", U32) \
	X(39,  TCP_KEEPALIVE_GARBAGE, "tcp-keepalive-garbage", U8) \
	X(40,  NIS_DOMAIN,           "nis-domain", TEXT) \
	X(41,  NIS_SERVER,           "nis-server", IPV4) \
	X(42,  NTP_SERVER,           "ntp-server", IPV4) \
	X(43,  VENDOR,               "vendor", SUB) \
	X(44,  NETBIOS_NAME_SERVER,  "netbios-name-server", IPV4) \
	X(45,  NETBIOS_DATAGRAM,     "netbios-datagram-server", IPV4) \
	X(46,  NETBIOS_NODE_TYPE,    "netbios-node-type", U8) \
	X(47,  NETBIOS_SCOPE,        "netbios-scope", TEXT) \
	X(48,  X_FONT_SERVER,        "x-font-server", IPV4) \
	X(49,  X_DISPLAY_MANAGER,    "x-display-manager", IPV4) \
	X(50,  REQUESTED_ADDRESS,    "requested-address", IPV4) \
	X(51,  LEASE_TIME,           "lease-time", U32) \
	X(52,  OVERLOAD,             "overload", U8) \
	X(53,  MESSAGE_TYPE,         "message-type", U8) \
	X(54,  SERVER_ID,            "server-id", IPV4) \
	X(55,  PARAMETERS,           "parameters", U8) \
	X(56,  MESSAGE,              "message", TEXT) \
	X(57,  MAX_SIZE,             "max-size", U16) \
	X(58,  RENEWAL_TIME,         "renewal-time", U32) \
	X(59,  REBINDING_TIME,       "rebinding-time", U32) \
	X(60,  VENDOR_CLASS,         "vendor-class", TEXT) \
	X(61,  CLIENT_ID,            "client-id", HEX) \
	X(62,  NETWARE_DOMAIN,       "netware-domain", TEXT) \
	X(63,  NETWARE_INFORMATION,  "netware-information", HEX) \
	X(64,  NISPLUS_DOMAIN,       "nisplus-domain", TEXT) \
	X(65,  NISPLUS_SERVER,       "nisplus-server", IPV4) \
	X(66,  TFTP_SERVER,          "tftp-server", TEXT) \
	X(67,  BOOT_FILE,            "boot-file", TEXT) \
	X(68,  MOBILE_IP_AGENT,      "mobile-ip-agent", IPV4) \
	X(69,  SMTP_SERVER,          "smtp-server", IPV4) \
	X(70,  POP3_SERVER,          "pop3-server", IPV4) \
	X(71,  NNTP_SERVER,          "nntp-server", IPV4) \
	X(72,  WWW_SERVER,           "www-server", IPV4) \
	X(73,  FINGER_SERVER,        "finger-server", IPV4) \
	X(74,  IRC_SERVER,           "irc-server", IPV4) \
	X(75,  STREETTALK_SERVER,    "streettalk-server", IPV4) \
	X(76,  STDA_SERVER,          "stda-server", IPV4) \
	X(77,  USER_CLASS,           "user-class", HEX) \
	X(80,  RAPID_COMMIT,         "rapid-commit", NONE) \
	X(81,  FQDN,                 "fqdn", HEX) \
	X(82,  RELAY_AGENT,          "relay-agent", SUB) \
	X(93,  ARCHITECTURE,         "architecture", U16) \
	X(94,  NETWORK_INTERFACE,    "network-interface", HEX) \
	X(97,  MACHINE_ID,           "machine-id", HEX) \
	X(114, CAPTIVE_PORTAL,       "captive-portal", TEXT) \
	X(116, AUTO_CONFIGURE,       "auto-configure", U8) \
	X(118, SUBNET_SELECTION,     "subnet-selection", IPV4) \
	X(119, DOMAIN_SEARCH,        "domain-search", HEX) \
	X(121, CLASSLESS_ROUTES,     "classless-routes", HEX) \
	X(124, VENDOR_CLASSES,       "vendor-identifying-class", HEX) \
	X(125, VENDOR_INFORMATION,   "vendor-identifying-information", HEX) \
	X(128, PXE_128,              "pxe-128", HEX) \
	X(129, PXE_129,              "pxe-129", HEX) \
	X(130, PXE_130,              "pxe-130", HEX) \
	X(131, PXE_131,              "pxe-131", HEX) \
	X(132, PXE_132,              "pxe-132", HEX) \
	X(133, PXE_133,              "pxe-133", HEX) \
	X(134, PXE_134,              "pxe-134", HEX) \
	X(135, PXE_135,              "pxe-135", HEX) \
	X(150, TFTP_ADDRESSES,       "tftp-server-address", IPV4) \
	X(175, IPXE,                 "ipxe", SUB) \
	X(203, ISCSI_INITIATOR,      "iscsi-initiator", TEXT) \
	X(208, PXELINUX_MAGIC,       "pxelinux-magic", HEX) \
	X(209, PXELINUX_CONFIG,      "pxelinux-config-file", TEXT) \
	X(210, PXELINUX_PREFIX,      "pxelinux-path-prefix", TEXT) \
	X(211, PXELINUX_REBOOT,      "pxelinux-reboot-time", U32) \
	X(255, END,                  "end", NONE)
/* clang-format on */

enum br_dhcp_option_code {
#define X(code, constant, name, format) BR_DHCP_OPTION_##constant = (code),
	BR_DHCP_OPTIONS(X)
#undef X
};

/* Tags inside option 43 of a PXE client or server, PXE 2.1 table 2-1 */
enum br_pxe_tag {
	BR_PXE_TAG_MTFTP_IP = 1,
	BR_PXE_TAG_DISCOVERY_CONTROL = 6, /* bits: enum br_pxe_control */
	BR_PXE_TAG_DISCOVERY_GROUP = 7,
	BR_PXE_TAG_BOOT_SERVERS = 8, /* type(2) count(1) addresses(4 each), repeated */
	BR_PXE_TAG_BOOT_MENU = 9,    /* type(2) length(1) text, repeated */
	BR_PXE_TAG_MENU_PROMPT = 10, /* seconds(1) text */
	BR_PXE_TAG_BOOT_ITEM = 71,   /* type(2) layer(2) */
};

enum br_pxe_control {
	BR_PXE_CONTROL_NO_BROADCAST = 1 << 0,
	BR_PXE_CONTROL_NO_MULTICAST = 1 << 1,
	BR_PXE_CONTROL_LISTED_ONLY = 1 << 2,
	BR_PXE_CONTROL_DIRECT = 1 << 3, /* boot the file of this packet, no prompt */
};

/* Sub-options of option 82 */
enum br_relay_agent_code {
	BR_RELAY_AGENT_CIRCUIT_ID = 1,         /* RFC 3046 */
	BR_RELAY_AGENT_REMOTE_ID = 2,          /* RFC 3046 */
	BR_RELAY_AGENT_LINK_SELECTION = 5,     /* RFC 3527 */
	BR_RELAY_AGENT_FLAGS = 10,             /* RFC 5010 */
	BR_RELAY_AGENT_SERVER_ID = 11,         /* RFC 5107 */
	BR_RELAY_AGENT_RELAY_SOURCE_PORT = 19, /* RFC 8357, length 0 */
};

/* One instance; @value is borrowed from what was read */
struct br_dhcp_option {
	uint8_t code;
	struct br_octets value;
};

/**
 * br_dhcp_option_get() - The next option, pads skipped; RFC 2132 §2
 * @r:		Moves behind the option, or behind END
 * @ret_option:	Untouched unless 1 is returned
 *
 * Return: 1 on an option, 0 at END, -ENODATA at the edge without END (the caller
 *	   judges that), -EBADMSG if a length runs over the edge
 */
int br_dhcp_option_get(struct br_reader *r, struct br_dhcp_option *ret_option);

/* The option whose length runs over the edge of @field: what is left of it in .value. False
 * if there is none, or not even a length.
 */
bool br_dhcp_option_overruns(struct br_octets field, struct br_dhcp_option *ret_option);

/* One instance, @size at most 255: an assertion. */
void br_dhcp_option_put(struct br_writer *w, uint8_t code, const void *value, size_t size);

/* Inside option @code 255 ends the run and 0 is a pad, as in 43 (RFC 2132 §8.4) and 175
 * (ipxe core/dhcpopts.c); in 82 they are plain codes (RFC 3046 §2.0).
 */
bool br_dhcp_option_has_end(uint8_t code);

/**
 * br_dhcp_sub_option_get() - The next of a value that is code, length, value again: 43, 82, 175
 * @r:		Moves behind the sub-option, or behind END
 * @has_end:	br_dhcp_option_has_end() of the option it is in
 * @ret_option:	Untouched unless 1 is returned
 *
 * Return: 1 on a sub-option, 0 at END or the edge, -EBADMSG if a length runs over the edge
 */
int br_dhcp_sub_option_get(struct br_reader *r, bool has_end, struct br_dhcp_option *ret_option);

/* The octets of the first sub-option @code; .data NULL if none stands before the end, or
 * before a length that runs over the edge.
 */
struct br_octets br_dhcp_sub_option(struct br_octets value, uint8_t code, bool has_end);

enum {
	BR_DHCP_OPTION_CLASSLESS_ROUTES_MS =
		249, /* 121 before it had that number: MS-DHCPE 2.2.8 */
};

/* What a route of option 33, 121 or 249 says; addresses in host order */
struct br_dhcp_route {
	uint32_t net, via; /* @via 0: the net is on the link (RFC 3442) */
	uint8_t prefix;    /* bits of @net, 0 to 32 */
};

/* The next of option 121 (RFC 3442), or of Microsoft's 249, which has the same form.
 * Return: 1, 0 at the end, -EBADMSG if it is no route; @ret_route untouched unless 1
 */
int br_dhcp_classless_route_get(struct br_reader *r, struct br_dhcp_route *ret_route);
/* ...of option 33: to a host, or by its class to a net (RFC 2132 §5.8) */
int br_dhcp_static_route_get(struct br_reader *r, struct br_dhcp_route *ret_route);

/* The next text of a user class (77), RFC 3004 §4.
 * Return: 1, 0 at the end, -EBADMSG if it runs over the edge; @ret_text untouched unless 1
 */
int br_dhcp_user_class_get(struct br_reader *r, struct br_octets *ret_text);

/* Of tag 8 or 9 of a PXE server's option 43; @value is borrowed */
struct br_pxe_item {
	uint16_t type;
	struct br_octets value; /* tag 8: addresses, 4 octets each; tag 9: the line's text */
};

/* The next of BR_PXE_TAG_BOOT_SERVERS or _BOOT_MENU, PXE 2.1 table 2-1.
 * Return: 1, 0 at the end, -EBADMSG if it runs over the edge; @ret_item untouched unless 1
 */
int br_pxe_boot_servers_get(struct br_reader *r, struct br_pxe_item *ret_item);
int br_pxe_boot_menu_get(struct br_reader *r, struct br_pxe_item *ret_item);

/* The first address of tag 8, though its count may lie; 0: there is none. */
uint32_t br_pxe_boot_server_first(struct br_octets servers);

const char *br_dhcp_option_name(uint8_t code); /* "server-id"; "option-N" has no name: NULL */
enum br_dhcp_format br_dhcp_option_format(uint8_t code);

#endif /* BR_CORE_FORMATS_DHCP_OPTION_H */
