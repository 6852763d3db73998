/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/node_keys.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/base/address.h"
#include "core/base/text.h"
#include "core/config.h"
#include "sim/models/model.h"
#include "sim/nearest.h"
#include "sim/script/lex.h"
#include "sim/script/node_cache.h"
#include "sim/tls/clients.h"
#include "sim/tls/settings.h"

enum {
	ALL = (1 << BR_NODE_KIND_COUNT) - 1,
	SERVERS = 1 << BR_NODE_SUT | 1 << BR_NODE_PEER,
	CLIENTS = 1 << BR_NODE_CLIENT | 1 << BR_NODE_FIRMWARE,
	RELAYS = 1 << BR_NODE_RELAY,
	ROUTERS = 1 << BR_NODE_RELAY | 1 << BR_NODE_ROUTER,
	VALUE_SIZE = 1024,
	VLAN_MAX = 4094,          /* IEEE 802.1Q */
	DATE_S_MAX = INT32_MAX,   /* 2038 */
	PREFIX_VALID_S = 2592000, /* RFC 4861 section 6.2.1 */
	PREFIX_PREFERRED_S = 604800,
};

void br_node_value(const struct br_arg *arg, struct br_writer *w)
{
	if (arg->value.kind == BR_VALUE_STRING && !strncmp(arg->name, "opt", 3))
		br_text_put_quoted(w, arg->value.text);
	else
		br_put_bytes(w, arg->value.text.data, arg->value.text.size);
}

static bool is_on_off(const char *value)
{
	return !strcmp(value, "on") || !strcmp(value, "off");
}

static bool set_mac(struct br_script_node *node, const char *value)
{
	node->has_mac = br_text_get_mac(br_text(value), node->mac);
	return node->has_mac;
}

/* One of each family may be given. */
static bool set_gateway(struct br_script_node *node, const char *value)
{
	uint8_t ip[BR_IP_SIZE];

	if (br_text_get_ipv4(br_text(value), &node->gateway))
		return true;
	if (!br_text_get_ipv6(br_text(value), ip))
		return false;
	memcpy(node->gateway6, ip, sizeof(node->gateway6));
	return true;
}

static bool set_model(struct br_script_node *node, const char *value)
{
	struct br_model model;

	node->model = value;
	return br_model_find(&model, value) == 0;
}

static bool set_profile(struct br_script_node *node, const char *value)
{
	node->profile = value;
	return value[0] != '\0';
}

static bool set_roles(struct br_script_node *node, const char *value)
{
	struct br_octets rest = br_text(value);

	node->roles = value;
	while (rest.data) {
		static const char *const roles[] = {"dhcp",  "proxydhcp",  "pxe", "tftp",
		                                    "dhcp6", "proxydhcp6", "http"};
		struct br_octets role = br_text_cut(&rest, ',');
		bool known = false;

		for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
			known = known || br_text_is(role, roles[i]);
		if (!known)
			return false;
	}
	return true;
}

static bool set_uuid(struct br_script_node *node, const char *value)
{
	uint8_t uuid[16];
	size_t size;

	(void)node;
	return br_text_get_hex(br_text(value), uuid, sizeof(uuid), &size) && size == sizeof(uuid);
}

static bool set_addresses(struct br_script_node *node, const char *value)
{
	struct br_octets rest = br_text(value);
	uint8_t ip[BR_IP_SIZE];

	(void)node;
	while (rest.data) {
		if (!br_text_get_ip(br_text_cut(&rest, ','), ip))
			return false;
	}
	return true;
}

static bool set_switch(struct br_script_node *node, const char *value)
{
	(void)node;
	return is_on_off(value);
}

static bool set_auto(struct br_script_node *node, const char *value)
{
	node->forwards = !strcmp(value, "on");
	return is_on_off(value);
}

static bool set_octet(struct br_script_node *node, const char *value)
{
	uint64_t number;

	(void)node;
	return br_number_read(br_text(value), 255, &number);
}

static bool set_vlan(struct br_script_node *node, const char *value)
{
	uint64_t number;

	if (!br_number_read(br_text(value), VLAN_MAX, &number) || number == 0)
		return false;
	node->vlan = (uint16_t)number;
	return true;
}

static bool set_date(struct br_script_node *node, const char *value)
{
	return br_number_read(br_text(value), DATE_S_MAX, &node->date_s) && node->date_s > 0;
}

/* Ports that are cut off. */
static bool set_blocked(struct br_script_node *node, const char *value)
{
	struct br_octets rest = br_text(value);
	uint64_t port;

	node->blocks = 0;
	while (rest.data) {
		if (!br_number_read(br_text_cut(&rest, ','), UINT16_MAX, &port) || port == 0 ||
		    node->blocks == BR_SCRIPT_BLOCKED_MAX)
			return false;
		node->blocked[node->blocks++] = (uint16_t)port;
	}
	return true;
}

static bool set_addresses6(struct br_script_node *node, const char *value)
{
	struct br_octets rest = br_text(value);
	uint8_t ip[BR_IP_SIZE];

	(void)node;
	while (rest.data) {
		if (!br_text_get_ipv6(br_text_cut(&rest, ','), ip))
			return false;
	}
	return true;
}

static bool set_advertises(struct br_script_node *node, const char *value)
{
	node->quiet = !strcmp(value, "off");
	return is_on_off(value);
}

static bool set_flags(struct br_script_node *node, const char *value)
{
	(void)node;
	return !strcmp(value, "none") || !strcmp(value, "M") || !strcmp(value, "O") ||
	       !strcmp(value, "MO");
}

static bool set_prefix(struct br_script_node *node, const char *value)
{
	struct br_nd_prefix prefix;

	(void)node;
	return !strcmp(value, "none") || br_node_prefix_read(br_text(value), &prefix);
}

static bool set_lifetime(struct br_script_node *node, const char *value)
{
	br_time time;

	(void)node;
	return br_lex_duration(br_text(value), &time) && time <= UINT16_MAX * BR_S;
}

static bool set_duration(struct br_script_node *node, const char *value)
{
	br_time time;

	(void)node;
	return br_lex_duration(br_text(value), &time) && time <= UINT16_MAX * BR_S;
}

static bool set_answer(struct br_script_node *node, const char *value)
{
	return !strcmp(value, "off") || set_duration(node, value);
}

static bool set_number32(struct br_script_node *node, const char *value)
{
	uint64_t number;

	(void)node;
	return br_number_read(br_text(value), UINT32_MAX, &number);
}

static bool set_nic(struct br_script_node *node, const char *value)
{
	uint8_t octets[4];

	(void)node;
	return br_node_nic(value, octets);
}

static bool set_any(struct br_script_node *node, const char *value)
{
	(void)node;
	return value[0] != '\0';
}

static bool set_option82(struct br_script_node *node, const char *value)
{
	(void)node;
	return !strcmp(value, "off") || !strcmp(value, "add") || !strcmp(value, "replace") ||
	       !strcmp(value, "keep");
}

static bool set_trust(struct br_script_node *node, const char *value)
{
	(void)node;
	return !strcmp(value, "rig") || !strcmp(value, "other") || !strcmp(value, "none");
}

static bool set_cache(struct br_script_node *node, const char *value)
{
	struct br_endpoint origin;

	node->caches = true;
	return br_web_end_read(br_text(value), &origin);
}

/* What sim/script/node_cache.h takes, tried */
#define CACHE_KEY(name, key)                                                                       \
	static bool name(struct br_script_node *node, const char *value)                           \
	{                                                                                          \
		struct br_web_cache_options options;                                               \
                                                                                                   \
		(void)node;                                                                        \
		return br_node_cache_set(&options, key, value);                                    \
	}

CACHE_KEY(set_cache_port, "cache-port")
CACHE_KEY(set_cache_age, "cache-age")
CACHE_KEY(set_cache_size, "cache-size")
CACHE_KEY(set_cache_head, "cache-head")
CACHE_KEY(set_cache_range, "cache-range")
CACHE_KEY(set_cache_wait, "cache-wait")
CACHE_KEY(set_cache_stale, "cache-stale")
CACHE_KEY(set_cache_vary, "cache-vary")
CACHE_KEY(set_cache_connect, "cache-connect")

static bool set_proxy(struct br_script_node *node, const char *value)
{
	struct br_endpoint proxy;

	(void)node;
	return br_web_end_read(br_text(value), &proxy);
}

static bool set_clock(struct br_script_node *node, const char *value)
{
	int64_t time_s;

	(void)node;
	return br_tls_date_read(value, &time_s);
}

static bool set_tls_client(struct br_script_node *node, const char *value)
{
	(void)node;
	return br_tls_client_find(value) != NULL;
}

static bool read_seconds(struct br_octets text, uint32_t *ret)
{
	br_time time;

	if (br_text_is(text, "forever")) {
		*ret = BR_ND_FOR_EVER;
		return true;
	}
	if (!br_lex_duration(text, &time) || time / BR_S >= BR_ND_FOR_EVER)
		return false;
	*ret = (uint32_t)(time / BR_S);
	return true;
}

bool br_node_prefix_read(struct br_octets text, struct br_nd_prefix *ret_prefix)
{
	struct br_octets rest = text, part = br_text_cut(&rest, ',');
	struct br_nd_prefix p = {.on_link = true,
	                         .autonomous = true,
	                         .valid_s = PREFIX_VALID_S,
	                         .preferred_s = PREFIX_PREFERRED_S};

	if (!br_text_get_cidr6(part, p.prefix, &p.length))
		return false;
	while (rest.data) {
		part = br_text_cut(&rest, ',');
		if (br_text_is(part, "LA") || br_text_is(part, "L") || br_text_is(part, "A") ||
		    br_text_is(part, "none")) {
			p.on_link = part.data[0] == 'L';
			p.autonomous = part.data[0] == 'A' || part.size == 2;
		} else if (br_text_starts(part, "valid:")) {
			if (!read_seconds((struct br_octets){part.data + 6, part.size - 6},
			                  &p.valid_s))
				return false;
		} else if (br_text_starts(part, "preferred:")) {
			if (!read_seconds((struct br_octets){part.data + 10, part.size - 10},
			                  &p.preferred_s))
				return false;
		} else {
			return false;
		}
	}
	*ret_prefix = p;
	return true;
}

static const struct node_key {
	const char *name;
	unsigned kinds; /* bits of 1 << enum br_node_kind */
	const char *wants;
	const char *says;
	bool (*set)(struct br_script_node *node, const char *value);
} keys[] = {
	{"mac", ALL, "a hardware address, as in 52:54:00:12:34:56",
         "of its first link, one higher on each further one; without it 02:00:00:00:N:L, N its "
         "place "
         "among the nodes, L that of the link",
         set_mac},
	{"gw", ALL, "an address, as in 10.77.0.254 or 2001:db8::fe",
         "default gateway, one for each family; without it the first relay or router on one of its "
         "nets, and for a client what option 3 or a router advertisement says",
         set_gateway},
	{"vlan", ALL & ~(1 << BR_NODE_IFACE), "a number from 1 to 4094",
         "what it sends carries this 802.1Q tag, other frames are not for it", set_vlan},
	{"date", SERVERS, "a number from 1 to 2147483647",
         "what its clock says when the script begins, seconds since 1970 UTC; without it HTTP "
         "has no "
         "clock and sends no Date",
         set_date},
	{"blocked", SERVERS, "at most 8 ports with commas",
         "what comes to these UDP and TCP ports is dropped without a word, as by a packet filter "
         "in front of it: the server is there and does not hear",
         set_blocked},
	{"as", CLIENTS, "the name of a model",
         "supplies what the lines of a client leave out; boots by itself if it is a firmware or "
         "behind the verb boot. See MODELS",
         set_model},
	{"profile", 1 << BR_NODE_FIRMWARE, "the name of a profile, or its file",
         "a real machine in QEMU with real firmware, as bootrig vm boots one: PROFILE or "
         "PROFILE/PATH. Time is real then, as with an iface",
         set_profile},
	{"uuid", CLIENTS, "16 octets in hex",
         "of the machine, as option 97 carries it; without it ten zeros and the mac", set_uuid},
	{"role", SERVERS,
         "dhcp, proxydhcp, pxe, tftp, http, dhcp6, proxydhcp6, or several with commas",
         "what it is; a peer without role= is played by the lines of the script", set_roles},
	{"chain", 1 << BR_NODE_FIRMWARE, "on or off",
         "run what was loaded, as iPXE or GRUB do (on)", set_switch},
	{"nic", CLIENTS, "PCI vendor and device, as in 8086:100e",
         "its network card: iPXE names it in option 175, and QEMU's e1000 takes nothing in for a "
         "second when U-Boot or SLOF switch it on (1af4:1000)",
         set_nic},
	{"options", 1 << BR_NODE_FIRMWARE, "on or off",
         "when a boot fails go on with the next boot option, as EDK2 does: HTTP Boot behind PXE "
         "(off)",
         set_switch},
	{"menu", 1 << BR_NODE_FIRMWARE, "a number from 0",
         "the line of a PXE boot menu to take, 0 is the first (0)", set_octet},
	{"trust", 1 << BR_NODE_FIRMWARE, "rig, other or none",
         "whose certificates a model takes by https: those of the rig's authority, of one that "
         "signs none here, or no authority is enrolled (rig)",
         set_trust},
	{"clock", 1 << BR_NODE_FIRMWARE, "a date, as in 2024-01-31",
         "what a model's clock says when the run begins, by which it judges certificates "
         "(2025-01-01); a machine's, with it, begins on that date",
         set_clock},
	{"cache", 1 << BR_NODE_PEER,
         "an address and a port, as in 10.77.0.2:80 or [2001:db8:1::2]:80",
         "it is a caching HTTP proxy by itself, and that is its origin: what was fetched is kept, "
         "who asks for what is under way follows it, and CONNECT to any address makes a tunnel",
         set_cache},
	{"cache-port", 1 << BR_NODE_PEER, "a port", "where the cache listens (80)", set_cache_port},
	{"cache-age", 1 << BR_NODE_PEER, "seconds",
         "so long what it has is fresh; older, it asks the origin with a condition (3600)",
         set_cache_age},
	{"cache-size", 1 << BR_NODE_PEER, "a size, as in 64M",
         "octets of content it has at most; for more those make room that nobody is just given, "
         "the "
         "oldest first. An answer that has no room then is 502, or breaks off (128M)",
         set_cache_size},
	{"cache-head", 1 << BR_NODE_PEER, "fills, passed or refused",
         "a HEAD for what it has not. fills: it is a GET at the origin, and the file kept. passed: "
         "a HEAD there, and nothing kept. refused: 405 (fills)",
         set_cache_head},
	{"cache-range", 1 << BR_NODE_PEER, "cut, passed or ignored",
         "a Range. cut: out of the file, fetched whole. passed: of what it has not it asks the "
         "origin for the part, and does not keep it. ignored: all of it, with 200 (cut)",
         set_cache_range},
	{"cache-wait", 1 << BR_NODE_PEER, "milliseconds",
         "an origin that has not begun to answer by then counts as gone; 0: TCP gives up (0)",
         set_cache_wait},
	{"cache-stale", 1 << BR_NODE_PEER, "on or off",
         "what is old is given when the origin cannot be reached (off)", set_cache_stale},
	{"cache-vary", 1 << BR_NODE_PEER, "on or off",
         "Vary is looked at; off: everybody gets what the first was given (on)", set_cache_vary},
	{"cache-connect", 1 << BR_NODE_PEER, "on or off", "CONNECT makes a tunnel (on)",
         set_cache_connect},
	{"proxy", 1 << BR_NODE_FIRMWARE,
         "an address and a port, as in 10.77.0.3:3128 or [2001:db8:1::3]:3128",
         "the HTTP proxy that a boot option names before the URL: EDK2 of 2023 and later ask it to "
         "CONNECT, other models do not know it",
         set_proxy},
	{"https", 1 << BR_NODE_FIRMWARE, "edk2-2022.11, edk2-head, edk2-2025, ipxe or uboot",
         "whose TLS a model speaks, instead of its own", set_tls_client},
	{"auto", RELAYS, "on or off",
         "forward by itself, then its lines are expectations; without it: if no line has it as "
         "source",
         set_auto},
	{"servers", RELAYS, "addresses with commas",
         "where requests go, of both families; without it: every dhcp, proxydhcp and pxe node off "
         "its client nets, and of IPv6 every dhcp6 and proxydhcp6 node",
         set_addresses},
	{"hops", RELAYS, "a number up to 255",
         "requests with so many hops or more are dropped, RFC 1542 4.1.1 (16; of DHCPv6 8, RFC "
         "8415 "
         "section 7.6)",
         set_octet},
	{"option82", RELAYS, "off, add, replace or keep",
         "RFC 3046. off: pass on what came. add: its own, and a request that has one without "
         "giaddr "
         "is dropped. replace: its own instead. keep: its own unless one came. (add if circuit-id= "
         "or remote-id= is given, else off)",
         set_option82},
	{"circuit-id", RELAYS, "a text", "option 82.1, its octets", set_any},
	{"interface-id", RELAYS, "a text", "option 18 of DHCPv6, its octets; without it none",
         set_any},
	{"ldra", RELAYS, "on or off",
         "a lightweight DHCPv6 relay, RFC 6221: it names no link but its interface-id=, and what "
         "clients say goes on to ff02::1:2 on its other nets (off)",
         set_switch},
	{"remote-id", RELAYS, "a text", "option 82.2, its octets", set_any},
	{"pxe", ROUTERS, "on or off", "route port 4011, PXE (on)", set_switch},
	{"route", ROUTERS, "on or off", "route everything else: renewals, TFTP, HTTP (on)",
         set_switch},
	{"ra", ROUTERS, "on or off",
         "advertise on its nets of IPv6, RFC 4861 section 6.2 (on; a relay: off, unless another "
         "key of advertisements is given). With off the lines of a router are played",
         set_advertises},
	{"ra-flags", ROUTERS, "M, O, MO or none",
         "what is to be had by DHCPv6: addresses, other things (none)", set_flags},
	{"ra-prefix", ROUTERS, "none, or a prefix and L, A, LA or none, valid:DUR, preferred:DUR",
         "a prefix, as in 2001:db8::/64,L,valid:1h,preferred:30min; may come again. forever is a "
         "DUR here. Without it those of its nets, with LA, 30 and 7 days",
         set_prefix},
	{"ra-lifetime", ROUTERS, "a duration up to 65535s",
         "as a default router; 0s: it is none (1800s)", set_lifetime},
	{"ra-mtu", ROUTERS, "a number", "of the link; without it it says none", set_number32},
	{"ra-hop-limit", ROUTERS, "a number up to 255", "for what hosts send (64)", set_octet},
	{"ra-dns", ROUTERS, "addresses of IPv6 with commas, at most 4",
         "name servers, RFC 8106, for as long as ra-lifetime", set_addresses6},
	{"ra-answer", ROUTERS, "off, or a duration",
         "how long after a solicitation the advertisement comes; off: never (0s)", set_answer},
	{"ra-first", ROUTERS, "a duration", "when the first comes that nobody asked for",
         set_duration},
	{"ra-every", ROUTERS, "a duration",
         "how long after it each further one; without both none comes unasked", set_duration},
	{"dev", 1 << BR_NODE_IFACE, "the name of an interface", "what is real behind it", set_any},
};

bool br_node_nic(const char *value, uint8_t ret_nic[4])
{
	struct br_octets vendor = {(const uint8_t *)value, 4}, device;
	size_t size = 0;

	if (strlen(value) != 9 || value[4] != ':')
		return false;
	device = br_text(value + 5);
	return br_text_get_hex(vendor, ret_nic, 2, &size) && size == 2 &&
	       br_text_get_hex(device, ret_nic + 2, 2, &size) && size == 2;
}

bool br_node_key_is_reserved(const char *name)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (!strcmp(keys[i].name, name))
			return true;
	}
	for (size_t i = 0; br_config_key(i); i++) {
		if (!strcmp(br_config_key(i), name))
			return true;
	}
	return br_tls_settings_is_key(name);
}

static const struct node_key *find_key(enum br_node_kind kind, const char *name)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if ((keys[i].kinds & 1u << kind) != 0 && !strcmp(keys[i].name, name))
			return &keys[i];
	}
	return NULL;
}

static bool unknown(enum br_node_kind kind, const struct br_arg *arg, char *error)
{
	struct br_nearest nearest = br_nearest_to(arg->name, strlen(arg->name));
	struct br_tls_settings_row row;
	char hint[96];

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if ((keys[i].kinds & 1u << kind) != 0)
			br_nearest_try(&nearest, keys[i].name);
	}
	for (size_t i = 0; (SERVERS & 1 << kind) != 0 && br_config_key(i); i++)
		br_nearest_try(&nearest, br_config_key(i));
	for (size_t i = 0; (SERVERS & 1 << kind) != 0 && br_tls_settings_at(i, &row); i++)
		br_nearest_try(&nearest, row.name);
	snprintf(error, BR_LINE_ERROR_SIZE, "a %s has no key or net '%s'%s",
	         br_node_kind_name(kind), arg->name, br_nearest_hint(&nearest, hint, sizeof(hint)));
	return false;
}

/* Meant for one, whether there is an option of that number or not. */
static bool is_option(const char *key)
{
	return !strncmp(key, "opt", 3) && key[3] >= '0' && key[3] <= '9';
}

/* Return: 0, -ENOENT: no key of TLS, -EINVAL with @error */
static int tls_key(const struct br_arg *arg, char *error)
{
	struct br_tls_settings settings;
	char said[BR_LINE_ERROR_SIZE];
	int result;

	br_tls_settings_init(&settings);
	result = br_tls_settings_set(&settings, arg->name, (const char *)arg->value.text.data, said,
	                             sizeof(said));
	if (result == -EINVAL)
		snprintf(error, BR_LINE_ERROR_SIZE, "%.30s=: %.120s", arg->name, said);
	return result;
}

static bool server_key(enum br_node_kind kind, const struct br_arg *arg, char *error)
{
	static const size_t prefix_room = 40;
	char said[BR_LINE_ERROR_SIZE];
	uint8_t value[VALUE_SIZE];
	struct br_writer w = br_writer_of(value, sizeof(value));
	struct br_config config;
	int result = tls_key(arg, error);

	if (result != -ENOENT)
		return result == 0;
	br_config_init(&config);
	br_node_value(arg, &w);
	result = br_config_set(&config, arg->name, br_text_end(&w), said,
	                       sizeof(said) - prefix_room);
	if (result == 0)
		return true;
	if (result == -ENOENT && !is_option(arg->name))
		return unknown(kind, arg, error);
	snprintf(error, BR_LINE_ERROR_SIZE, "%.30s=: %.120s", arg->name, said);
	return false;
}

bool br_node_key_set(struct br_script_node *node, const struct br_arg *arg,
                     char error[static BR_LINE_ERROR_SIZE])
{
	const struct node_key *key = find_key(node->kind, arg->name);
	const char *value = (const char *)arg->value.text.data, *near = NULL;

	if (arg->value.kind == BR_VALUE_VARIABLE || strlen(value) != arg->value.text.size) {
		snprintf(error, BR_LINE_ERROR_SIZE, "expected a plain value behind %s=", arg->name);
		return false;
	}
	if (!key && (SERVERS & 1 << node->kind) != 0)
		return server_key(node->kind, arg, error);
	if (!key)
		return unknown(node->kind, arg, error);
	if (key->set(node, value))
		return true;
	if (!strcmp(key->name, "as"))
		near = br_model_nearest(value);
	snprintf(error, BR_LINE_ERROR_SIZE, "expected %s behind %s=%s%s%s", key->wants, key->name,
	         near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
	return false;
}

const char *br_node_key(const struct br_script_node *node, const char *key)
{
	for (size_t i = 0; i < node->settings; i++) {
		if (!strcmp(node->setting[i].name, key))
			return (const char *)node->setting[i].value.text.data;
	}
	return NULL;
}

bool br_node_says(const struct br_script_node *node, const char *key, const char *value)
{
	const char *said = br_node_key(node, key);

	return said && !strcmp(said, value);
}

bool br_node_key_at(size_t index, struct br_node_key_row *ret_row)
{
	static const size_t count = sizeof(keys) / sizeof(keys[0]);
	struct br_tls_settings_row row;

	if (index >= count) {
		if (!br_tls_settings_at(index - count, &row))
			return false;
		*ret_row = (struct br_node_key_row){row.name, row.wants, row.says, SERVERS};
		return true;
	}
	*ret_row = (struct br_node_key_row){keys[index].name, keys[index].wants, keys[index].says,
	                                    keys[index].kinds};
	return true;
}
