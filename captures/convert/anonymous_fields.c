/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/convert/anonymous_fields.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "core/base/text.h"

/* Why a field is kept */
#define STEERS  "how the boot goes: the same on every machine"
#define NUMBERS "numbers that name nobody"
#define KIND    "what kind of machine or program it is"
#define DATES   "dates of files"
/* What it would tell */
#define WHO            "names a machine, its owner or its domain"
#define NETWORK        "names a network"
#define TEXT_OF_PEOPLE "people or vendors may have written anything"
#define PLACES         "names a place: a path, a rack, a port"
#define MADE_OF_MAC    "some are made of the MAC address"
#define CONTENT        "what is in files"
#define LEFTOVER       "holds what was in memory"
#define UNKNOWN        "nobody here knows what it says"
#define SECRETS        "a secret"

enum {
	HTTP_FIELD = BR_HTTP_FIELD_REASON + 1
};

#define X(layer, code, hide, name, why)                                                            \
	{                                                                                          \
		BR_LAYER_##layer, (int32_t)(code), BR_HIDE_##hide, name, why                       \
	}

/* clang-format off */
static const struct br_hide_row fields[] = {
	X(FRAME, BR_FRAME_MAC, MAC, "MAC addresses", WHO),
	X(FRAME, BR_FRAME_IPV4, IPV4, "IPv4 addresses", NETWORK),
	X(FRAME, BR_FRAME_IPV6, IPV6, "IPv6 addresses", NETWORK),
	X(FRAME, BR_FRAME_XID, XID, "DHCP transaction numbers", MADE_OF_MAC),
	X(FRAME, BR_FRAME_CONTENT, CONTENT, "contents of files (what begins a program stays)", CONTENT),
	X(FRAME, BR_FRAME_PADDING, CONTENT, "padding of frames", LEFTOVER),
	X(FRAME, BR_FRAME_OTHER, ANYTHING, "payloads of other protocols", UNKNOWN),
	X(FRAME, BR_FRAME_TLS_NAME, NAME, "names in TLS: of hosts, authorities, mail", WHO),
	X(FRAME, BR_FRAME_HEADERS, KEEP, "times, sizes and order of frames; ports, numbers and flags of IP, UDP, TCP, ICMP", NUMBERS),

	X(DHCP4, 1, KEEP, "subnet-mask", NUMBERS),
	X(DHCP4, 2, KEEP, "time-offset", NUMBERS),
	X(DHCP4, 3, IPV4, "router", NETWORK),
	X(DHCP4, 4, IPV4, "time-server", NETWORK),
	X(DHCP4, 5, IPV4, "name-server", NETWORK),
	X(DHCP4, 6, IPV4, "dns", NETWORK),
	X(DHCP4, 7, IPV4, "log-server", NETWORK),
	X(DHCP4, 8, IPV4, "cookie-server", NETWORK),
	X(DHCP4, 9, IPV4, "lpr-server", NETWORK),
	X(DHCP4, 10, IPV4, "impress-server", NETWORK),
	X(DHCP4, 11, IPV4, "resource-location-server", NETWORK),
	X(DHCP4, 12, NAME, "host-name", WHO),
	X(DHCP4, 13, KEEP, "boot-file-size", NUMBERS),
	X(DHCP4, 14, PATH, "merit-dump-file", PLACES),
	X(DHCP4, 15, NAME, "domain-name", WHO),
	X(DHCP4, 16, IPV4, "swap-server", NETWORK),
	X(DHCP4, 17, PATH, "root-path", PLACES),
	X(DHCP4, 18, PATH, "extensions-path", PLACES),
	X(DHCP4, 19, KEEP, "ip-forwarding", NUMBERS),
	X(DHCP4, 20, KEEP, "source-routing", NUMBERS),
	X(DHCP4, 21, IPV4_PAIRS, "policy-filter", NETWORK),
	X(DHCP4, 22, KEEP, "max-reassembly", NUMBERS),
	X(DHCP4, 23, KEEP, "default-ttl", NUMBERS),
	X(DHCP4, 24, KEEP, "path-mtu-timeout", NUMBERS),
	X(DHCP4, 25, KEEP_ALL, "path-mtu-plateaus", NUMBERS),
	X(DHCP4, 26, KEEP, "interface-mtu", NUMBERS),
	X(DHCP4, 27, KEEP, "all-subnets-local", NUMBERS),
	X(DHCP4, 28, IPV4, "broadcast", NETWORK),
	X(DHCP4, 29, KEEP, "mask-discovery", NUMBERS),
	X(DHCP4, 30, KEEP, "mask-supplier", NUMBERS),
	X(DHCP4, 31, KEEP, "router-discovery", NUMBERS),
	X(DHCP4, 32, IPV4, "router-solicitation", NETWORK),
	X(DHCP4, 33, IPV4, "static-routes", NETWORK),
	X(DHCP4, 34, KEEP, "trailer-encapsulation", NUMBERS),
	X(DHCP4, 35, KEEP, "arp-timeout", NUMBERS),
	X(DHCP4, 36, KEEP, "ethernet-encapsulation", NUMBERS),
	X(DHCP4, 37, KEEP, "tcp-ttl", NUMBERS),
	X(DHCP4, 38, KEEP, "tcp-keepalive-interval", NUMBERS),
	X(DHCP4, 39, KEEP, "tcp-keepalive-garbage", NUMBERS),
	X(DHCP4, 40, NAME, "nis-domain", WHO),
	X(DHCP4, 41, IPV4, "nis-server", NETWORK),
	X(DHCP4, 42, IPV4, "ntp-server", NETWORK),
	X(DHCP4, 43, PARTS, "vendor", TEXT_OF_PEOPLE),
	X(DHCP4, 44, IPV4, "netbios-name-server", NETWORK),
	X(DHCP4, 45, IPV4, "netbios-datagram-server", NETWORK),
	X(DHCP4, 46, KEEP, "netbios-node-type", NUMBERS),
	X(DHCP4, 47, NAME, "netbios-scope", WHO),
	X(DHCP4, 48, IPV4, "x-font-server", NETWORK),
	X(DHCP4, 49, IPV4, "x-display-manager", NETWORK),
	X(DHCP4, 50, IPV4, "requested-address", NETWORK),
	X(DHCP4, 51, KEEP, "lease-time", NUMBERS),
	X(DHCP4, 52, KEEP, "overload", STEERS),
	X(DHCP4, 53, KEEP, "message-type", STEERS),
	X(DHCP4, 54, IPV4, "server-id", NETWORK),
	X(DHCP4, 55, KEEP_ALL, "parameters", STEERS),
	X(DHCP4, 56, PHRASE, "message", TEXT_OF_PEOPLE),
	X(DHCP4, 57, KEEP, "max-size", NUMBERS),
	X(DHCP4, 58, KEEP, "renewal-time", NUMBERS),
	X(DHCP4, 59, KEEP, "rebinding-time", NUMBERS),
	X(DHCP4, 60, CLASS, "vendor-class", KIND),
	X(DHCP4, 61, CLIENT_ID, "client-id", WHO),
	X(DHCP4, 62, NAME, "netware-domain", WHO),
	X(DHCP4, 64, NAME, "nisplus-domain", WHO),
	X(DHCP4, 65, IPV4, "nisplus-server", NETWORK),
	X(DHCP4, 66, NAME, "tftp-server", WHO),
	X(DHCP4, 67, PATH, "boot-file", PLACES),
	X(DHCP4, 68, IPV4, "mobile-ip-agent", NETWORK),
	X(DHCP4, 69, IPV4, "smtp-server", NETWORK),
	X(DHCP4, 70, IPV4, "pop3-server", NETWORK),
	X(DHCP4, 71, IPV4, "nntp-server", NETWORK),
	X(DHCP4, 72, IPV4, "www-server", NETWORK),
	X(DHCP4, 73, IPV4, "finger-server", NETWORK),
	X(DHCP4, 74, IPV4, "irc-server", NETWORK),
	X(DHCP4, 75, IPV4, "streettalk-server", NETWORK),
	X(DHCP4, 76, IPV4, "stda-server", NETWORK),
	X(DHCP4, 77, LIST8, "user-class", KIND),
	X(DHCP4, 80, KEEP, "rapid-commit", STEERS),
	X(DHCP4, 81, FQDN, "fqdn", WHO),
	X(DHCP4, 82, PARTS, "relay-agent", TEXT_OF_PEOPLE),
	X(DHCP4, 85, IPV4, "nds-servers", NETWORK),
	X(DHCP4, 93, KEEP, "architecture", KIND),
	X(DHCP4, 94, KEEP, "network-interface", KIND),
	X(DHCP4, 97, MACHINE_ID, "machine-id", WHO),
	X(DHCP4, 108, KEEP, "ipv6-only", NUMBERS),
	X(DHCP4, 114, PATH, "captive-portal", PLACES),
	X(DHCP4, 116, KEEP, "auto-configure", NUMBERS),
	X(DHCP4, 118, IPV4, "subnet-selection", NETWORK),
	X(DHCP4, 119, LABELS, "domain-search", WHO),
	X(DHCP4, 120, SIP, "sip-servers", NETWORK),
	X(DHCP4, 121, ROUTES, "classless-routes", NETWORK),
	X(DHCP4, 124, ENTERPRISE, "vendor-identifying-class", TEXT_OF_PEOPLE),
	X(DHCP4, 125, ENTERPRISE, "vendor-identifying-information", TEXT_OF_PEOPLE),
	X(DHCP4, 138, IPV4, "capwap-controllers", NETWORK),
	X(DHCP4, 150, IPV4, "tftp-server-address", NETWORK),
	X(DHCP4, 175, PARTS, "ipxe", TEXT_OF_PEOPLE),
	X(DHCP4, 203, PATH, "iscsi-initiator", PLACES),
	X(DHCP4, 208, KEEP, "pxelinux-magic", STEERS),
	X(DHCP4, 209, PATH, "pxelinux-config-file", PLACES),
	X(DHCP4, 210, PATH, "pxelinux-path-prefix", PLACES),
	X(DHCP4, 211, KEEP, "pxelinux-reboot-time", NUMBERS),
	X(DHCP4, 249, ROUTES, "classless-routes (Microsoft)", NETWORK),
	X(DHCP4, 252, PATH, "proxy-autodiscovery", PLACES),
	X(DHCP4, BR_DHCP4_SNAME, NAME, "sname", WHO),
	X(DHCP4, BR_DHCP4_FILE, PATH, "file", PLACES),
	X(DHCP4, BR_DHCP4_CHADDR, MAC, "chaddr", WHO),
	X(DHCP4, -1, ANYTHING, "other options", UNKNOWN),

	X(PXE, 6, KEEP, "discovery control", STEERS),
	X(PXE, 71, KEEP, "boot item", STEERS),
	X(PXE, 2, KEEP, "MTFTP client port", NUMBERS),
	X(PXE, 3, KEEP, "MTFTP server port", NUMBERS),
	X(PXE, 4, KEEP, "MTFTP timeout", NUMBERS),
	X(PXE, 5, KEEP, "MTFTP delay", NUMBERS),
	X(PXE, 1, IPV4, "MTFTP address", NETWORK),
	X(PXE, 7, IPV4, "discovery group", NETWORK),
	X(PXE, 8, PARTS, "boot servers", NETWORK),
	X(PXE, 9, PARTS, "boot menu", TEXT_OF_PEOPLE),
	X(PXE, 10, PARTS, "menu prompt", TEXT_OF_PEOPLE),
	X(PXE, -1, ANYTHING, "other tags", UNKNOWN),

	X(AGENT, 5, IPV4, "link selection", NETWORK),
	X(AGENT, 11, IPV4, "server id override", NETWORK),
	X(AGENT, 10, KEEP, "flags", STEERS),
	X(AGENT, 19, KEEP, "relay source port", NUMBERS),
	X(AGENT, 1, ANYTHING, "circuit id", PLACES),
	X(AGENT, 2, ANYTHING, "remote id", PLACES),
	X(AGENT, 6, ANYTHING, "subscriber id", PLACES),
	X(AGENT, -1, ANYTHING, "other sub-options", UNKNOWN),

	X(IPXE, 1, KEEP, "priority", STEERS),
	X(IPXE, 8, KEEP, "keep-san", STEERS),
	X(IPXE, 9, KEEP, "skip-san-boot", STEERS),
	X(IPXE, 16, KEEP, "PXE extensions", KIND),
	X(IPXE, 17, KEEP, "iSCSI", KIND),
	X(IPXE, 18, KEEP, "AoE", KIND),
	X(IPXE, 19, KEEP, "HTTP", KIND),
	X(IPXE, 20, KEEP, "HTTPS", KIND),
	X(IPXE, 21, KEEP, "TFTP", KIND),
	X(IPXE, 22, KEEP, "FTP", KIND),
	X(IPXE, 23, KEEP, "DNS", KIND),
	X(IPXE, 24, KEEP, "bzImage", KIND),
	X(IPXE, 25, KEEP, "multiboot", KIND),
	X(IPXE, 26, KEEP, "SLAM", KIND),
	X(IPXE, 27, KEEP, "SRP", KIND),
	X(IPXE, 32, KEEP, "NBI", KIND),
	X(IPXE, 33, KEEP, "PXE", KIND),
	X(IPXE, 34, KEEP, "ELF", KIND),
	X(IPXE, 35, KEEP, "COMBOOT", KIND),
	X(IPXE, 36, KEEP, "EFI", KIND),
	X(IPXE, 37, KEEP, "FCoE", KIND),
	X(IPXE, 38, KEEP, "VLAN", KIND),
	X(IPXE, 39, KEEP, "menu", KIND),
	X(IPXE, 40, KEEP, "SDI", KIND),
	X(IPXE, 41, KEEP, "NFS", KIND),
	X(IPXE, 235, KEEP, "version", KIND),
	X(IPXE, 176, KEEP, "no PXE DHCP", KIND),
	X(IPXE, 177, KEEP, "bus id", KIND),
	X(IPXE, 189, KEEP, "BIOS drive", KIND),
	X(IPXE, 190, ANYTHING, "username", SECRETS),
	X(IPXE, 191, ANYTHING, "password", SECRETS),
	X(IPXE, -1, ANYTHING, "other sub-options", UNKNOWN),

	X(DHCP6, 1, DUID, "client-id", WHO),
	X(DHCP6, 2, DUID, "server-id", WHO),
	X(DHCP6, 3, PARTS, "IA_NA", NETWORK),
	X(DHCP6, 4, PARTS, "IA_TA", NETWORK),
	X(DHCP6, 5, PARTS, "IA address", NETWORK),
	X(DHCP6, 6, KEEP_ALL, "requested options", STEERS),
	X(DHCP6, 7, KEEP, "preference", STEERS),
	X(DHCP6, 8, KEEP, "elapsed time", NUMBERS),
	X(DHCP6, 9, PARTS, "relayed message", NETWORK),
	X(DHCP6, 12, IPV6, "server unicast", NETWORK),
	X(DHCP6, 13, STATUS, "status", STEERS),
	X(DHCP6, 14, KEEP, "rapid commit", STEERS),
	X(DHCP6, 15, LIST16, "user class", KIND),
	X(DHCP6, 16, ENTERPRISE_LIST, "vendor class", KIND),
	X(DHCP6, 17, ENTERPRISE, "vendor options", TEXT_OF_PEOPLE),
	X(DHCP6, 18, ANYTHING, "interface id", PLACES),
	X(DHCP6, 19, KEEP, "reconfigure", STEERS),
	X(DHCP6, 20, KEEP, "reconfigure accept", STEERS),
	X(DHCP6, 21, LABELS, "SIP names", NETWORK),
	X(DHCP6, 22, IPV6, "SIP addresses", NETWORK),
	X(DHCP6, 23, IPV6, "DNS servers", NETWORK),
	X(DHCP6, 24, LABELS, "domain search", WHO),
	X(DHCP6, 25, PARTS, "IA_PD", NETWORK),
	X(DHCP6, 26, PARTS, "IA prefix", NETWORK),
	X(DHCP6, 27, IPV6, "NIS servers", NETWORK),
	X(DHCP6, 29, LABELS, "NIS domain", WHO),
	X(DHCP6, 31, IPV6, "SNTP servers", NETWORK),
	X(DHCP6, 32, KEEP, "refresh time", NUMBERS),
	X(DHCP6, 37, ENTERPRISE, "remote id", PLACES),
	X(DHCP6, 38, ANYTHING, "subscriber id", PLACES),
	X(DHCP6, 39, PARTS, "client FQDN", WHO),
	X(DHCP6, 56, PARTS, "NTP servers", NETWORK),
	X(DHCP6, 59, PATH, "boot file URL", PLACES),
	X(DHCP6, 60, LIST16_PATHS, "boot file parameters", PLACES),
	X(DHCP6, 61, KEEP, "architecture", KIND),
	X(DHCP6, 62, KEEP, "network interface", KIND),
	X(DHCP6, 79, PARTS, "link-layer address", WHO),
	X(DHCP6, 82, KEEP, "SOL_MAX_RT", NUMBERS),
	X(DHCP6, 83, KEEP, "INF_MAX_RT", NUMBERS),
	X(DHCP6, BR_DHCP6_RELAY, IPV6, "addresses of relays", NETWORK),
	X(DHCP6, -1, ANYTHING, "other options", UNKNOWN),

	X(ND, 1, MAC, "source link-layer address", WHO),
	X(ND, 2, MAC, "target link-layer address", WHO),
	X(ND, 3, PARTS, "prefix", NETWORK),
	X(ND, 4, PARTS, "redirected packet", NETWORK),
	X(ND, 5, KEEP, "MTU", NUMBERS),
	X(ND, 24, PARTS, "route", NETWORK),
	X(ND, 25, PARTS, "DNS servers", NETWORK),
	X(ND, 31, PARTS, "domain search", WHO),
	X(ND, -1, ANYTHING, "other options", UNKNOWN),

	X(DNS, 1, IPV4, "A", NETWORK),
	X(DNS, 28, IPV6, "AAAA", NETWORK),
	X(DNS, 2, PARTS, "NS", WHO),
	X(DNS, 5, PARTS, "CNAME", WHO),
	X(DNS, 6, PARTS, "SOA", WHO),
	X(DNS, 12, PARTS, "PTR", WHO),
	X(DNS, 15, PARTS, "MX", WHO),
	X(DNS, 33, PARTS, "SRV", WHO),
	X(DNS, 0, LABELS, "names asked for and answered", WHO),
	X(DNS, 41, PARTS, "OPT", UNKNOWN),
	X(DNS, -1, ANYTHING, "other records", UNKNOWN),

	X(TFTP, BR_TFTP_FIELD_FILE, PATH, "file names", PLACES),
	X(TFTP, BR_TFTP_FIELD_MODE, KEEP_ALL, "mode", STEERS),
	X(TFTP, BR_TFTP_FIELD_OPTION, KEEP_ALL, "blksize", NUMBERS),
	X(TFTP, BR_TFTP_FIELD_OPTION, KEEP_ALL, "tsize", NUMBERS),
	X(TFTP, BR_TFTP_FIELD_OPTION, KEEP_ALL, "timeout", NUMBERS),
	X(TFTP, BR_TFTP_FIELD_OPTION, KEEP_ALL, "windowsize", NUMBERS),
	X(TFTP, BR_TFTP_FIELD_OPTION, KEEP_ALL, "rollover", NUMBERS),
	X(TFTP, BR_TFTP_FIELD_OPTION, KEEP_ALL, "utimeout", NUMBERS),
	X(TFTP, BR_TFTP_FIELD_OPTION, KEEP_ALL, "blksize2", NUMBERS),
	X(TFTP, BR_TFTP_FIELD_OPTION, NAME, "multicast", NETWORK),
	X(TFTP, BR_TFTP_FIELD_ERROR, PHRASE, "texts of errors", TEXT_OF_PEOPLE),
	X(TFTP, -1, ANYTHING, "other options", UNKNOWN),

	X(HTTP, BR_HTTP_FIELD_METHOD, KEEP_ALL, "method", STEERS),
	X(HTTP, BR_HTTP_FIELD_TARGET, PATH, "target", PLACES),
	X(HTTP, BR_HTTP_FIELD_REASON, PHRASE, "reason", TEXT_OF_PEOPLE),
	X(HTTP, HTTP_FIELD, NAME, "host", WHO),
	X(HTTP, HTTP_FIELD, NAME, "x-forwarded-host", WHO),
	X(HTTP, HTTP_FIELD, PATH, "location", PLACES),
	X(HTTP, HTTP_FIELD, PATH, "content-location", PLACES),
	X(HTTP, HTTP_FIELD, PATH, "referer", PLACES),
	X(HTTP, HTTP_FIELD, CLASS, "user-agent", KIND),
	X(HTTP, HTTP_FIELD, CLASS, "server", KIND),
	X(HTTP, HTTP_FIELD, CLASS, "via", KIND),
	X(HTTP, HTTP_FIELD, CLASS, "x-powered-by", KIND),
	X(HTTP, HTTP_FIELD, CLASS, "content-type", KIND),
	X(HTTP, HTTP_FIELD, CLASS, "accept", KIND),
	X(HTTP, HTTP_FIELD, CLASS, "accept-language", KIND),
	X(HTTP, HTTP_FIELD, KEEP_ALL, "content-length", NUMBERS),
	X(HTTP, HTTP_FIELD, KEEP_ALL, "content-range", NUMBERS),
	X(HTTP, HTTP_FIELD, KEEP_ALL, "range", NUMBERS),
	X(HTTP, HTTP_FIELD, KEEP_ALL, "accept-ranges", NUMBERS),
	X(HTTP, HTTP_FIELD, KEEP_ALL, "age", NUMBERS),
	X(HTTP, HTTP_FIELD, KEEP_ALL, "keep-alive", NUMBERS),
	X(HTTP, HTTP_FIELD, KEEP_ALL, "max-forwards", NUMBERS),
	X(HTTP, HTTP_FIELD, KEEP_ALL, "retry-after", NUMBERS),
	X(HTTP, HTTP_FIELD, KEEP_ALL, "connection", STEERS),
	X(HTTP, HTTP_FIELD, KEEP_ALL, "transfer-encoding", STEERS),
	X(HTTP, HTTP_FIELD, KEEP_ALL, "content-encoding", STEERS),
	X(HTTP, HTTP_FIELD, KEEP_ALL, "accept-encoding", STEERS),
	X(HTTP, HTTP_FIELD, KEEP_ALL, "cache-control", STEERS),
	X(HTTP, HTTP_FIELD, KEEP_ALL, "expect", STEERS),
	X(HTTP, HTTP_FIELD, KEEP_ALL, "pragma", STEERS),
	X(HTTP, HTTP_FIELD, KEEP_ALL, "te", STEERS),
	X(HTTP, HTTP_FIELD, KEEP_ALL, "trailer", STEERS),
	X(HTTP, HTTP_FIELD, KEEP_ALL, "upgrade", STEERS),
	X(HTTP, HTTP_FIELD, KEEP_ALL, "vary", STEERS),
	X(HTTP, HTTP_FIELD, KEEP_ALL, "allow", STEERS),
	X(HTTP, HTTP_FIELD, KEEP_ALL, "proxy-connection", STEERS),
	X(HTTP, HTTP_FIELD, KEEP_ALL, "date", DATES),
	X(HTTP, HTTP_FIELD, KEEP_ALL, "last-modified", DATES),
	X(HTTP, HTTP_FIELD, KEEP_ALL, "expires", DATES),
	X(HTTP, HTTP_FIELD, KEEP_ALL, "if-modified-since", DATES),
	X(HTTP, HTTP_FIELD, KEEP_ALL, "if-unmodified-since", DATES),
	X(HTTP, HTTP_FIELD, ANYTHING, "etag", CONTENT),
	X(HTTP, HTTP_FIELD, ANYTHING, "if-none-match", CONTENT),
	X(HTTP, HTTP_FIELD, ANYTHING, "if-match", CONTENT),
	X(HTTP, HTTP_FIELD, ANYTHING, "if-range", CONTENT),
	X(HTTP, HTTP_FIELD, ANYTHING, "authorization", SECRETS),
	X(HTTP, HTTP_FIELD, ANYTHING, "proxy-authorization", SECRETS),
	X(HTTP, HTTP_FIELD, ANYTHING, "www-authenticate", SECRETS),
	X(HTTP, HTTP_FIELD, ANYTHING, "cookie", SECRETS),
	X(HTTP, HTTP_FIELD, ANYTHING, "set-cookie", SECRETS),
	X(HTTP, -1, ANYTHING, "other fields", UNKNOWN),
};
/* clang-format on */
#undef X

enum {
	ROWS = sizeof(fields) / sizeof(fields[0])
};

static_assert((int)ROWS <= (int)BR_HIDE_ROWS_MAX, "the tally has a place for each row");

static const char *const layer_names[BR_LAYERS] = {
	[BR_LAYER_FRAME] = "frames",
	[BR_LAYER_DHCP4] = "DHCPv4",
	[BR_LAYER_PXE] = "PXE option 43",
	[BR_LAYER_AGENT] = "relay option 82",
	[BR_LAYER_IPXE] = "iPXE option 175",
	[BR_LAYER_DHCP6] = "DHCPv6",
	[BR_LAYER_ND] = "neighbour discovery",
	[BR_LAYER_DNS] = "DNS",
	[BR_LAYER_TFTP] = "TFTP",
	[BR_LAYER_HTTP] = "HTTP",
};

static const struct br_hide_row *other_of(enum br_layer layer)
{
	size_t i = 0;

	while (i + 1 < ROWS && (fields[i].layer != layer || fields[i].code != -1))
		i++;
	return &fields[i];
}

const struct br_hide_row *br_hide_row_of(enum br_layer layer, unsigned code)
{
	for (size_t i = 0; i < ROWS; i++) {
		if (fields[i].layer == layer && fields[i].code == (int32_t)code)
			return &fields[i];
	}
	return other_of(layer);
}

const struct br_hide_row *br_hide_row_named(enum br_layer layer, struct br_octets name)
{
	int32_t code = layer == BR_LAYER_TFTP ? (int32_t)BR_TFTP_FIELD_OPTION : (int32_t)HTTP_FIELD;

	for (size_t i = 0; i < ROWS; i++) {
		if (fields[i].layer == layer && fields[i].code == code &&
		    br_text_is_nocase(name, fields[i].name))
			return &fields[i];
	}
	return other_of(layer);
}

void br_hide_count(struct br_hide_tally *tally, const struct br_hide_row *field, bool changed)
{
	(changed ? tally->changed : tally->kept)[field - fields]++;
}

/* One line a layer: "DHCPv4: host-name 4, client-id 2" */
static void put_changed(const struct br_hide_tally *tally, enum br_layer layer, FILE *out)
{
	bool any = false;

	for (size_t i = 0; i < ROWS; i++) {
		if (fields[i].layer != layer || tally->changed[i] == 0)
			continue;
		fprintf(out, "%s%s %" PRIu64, any ? ", " : "", fields[i].name, tally->changed[i]);
		any = true;
	}
}

static bool was_changed(const struct br_hide_tally *tally, enum br_layer layer)
{
	for (size_t i = 0; i < ROWS; i++) {
		if (fields[i].layer == layer && tally->changed[i] > 0)
			return true;
	}
	return false;
}

/* What stands there for @why, by layers */
static bool put_kept(const struct br_hide_tally *tally, const char *why, FILE *out)
{
	const struct br_hide_row *last = NULL;

	for (size_t i = 0; i < ROWS; i++) {
		if (tally->kept[i] == 0 || strcmp(fields[i].why, why) != 0)
			continue;
		if (!last)
			fprintf(out, "  %s\n      ", why);
		if (!last || last->layer != fields[i].layer)
			fprintf(out, "%s%s ", last ? "; " : "", layer_names[fields[i].layer]);
		else
			fputs(", ", out);
		fprintf(out, "%s %" PRIu64, fields[i].name, tally->kept[i]);
		last = &fields[i];
	}
	if (last)
		fputc('\n', out);
	return last != NULL;
}

void br_hide_report(const struct br_hide_tally *tally, const struct br_disguise *disguise,
                    FILE *out)
{
	static const char *const whys[] = {KIND, STEERS, NUMBERS, DATES};

	fprintf(out,
	        "changed (%zu MAC, %zu IPv4, %zu IPv6 addresses and %zu UUIDs, each to one other; "
	        "how often)\n",
	        br_disguise_learnt(disguise, BR_DISGUISE_MACS),
	        br_disguise_learnt(disguise, BR_DISGUISE_IPV4),
	        br_disguise_learnt(disguise, BR_DISGUISE_IPV6),
	        br_disguise_learnt(disguise, BR_DISGUISE_UUIDS));
	for (int layer = 0; layer < BR_LAYERS; layer++) {
		if (!was_changed(tally, (enum br_layer)layer))
			continue;
		fprintf(out, "  %s: ", layer_names[layer]);
		put_changed(tally, (enum br_layer)layer, out);
		fputc('\n', out);
	}
	fputs("kept, for it tells\n", out);
	for (size_t i = 0; i < sizeof(whys) / sizeof(whys[0]); i++)
		(void)put_kept(tally, whys[i], out);
}
