/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/node_keys.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/base/text.h"
#include "core/config.h"
#include "sim/models/model.h"
#include "sim/nearest.h"
#include "sim/script/lex.h"
#include "sim/tls/clients.h"
#include "sim/tls/settings.h"

enum {
	ALL = (1 << BR_NODE_KIND_COUNT) - 1,
	SERVERS = 1 << BR_NODE_SUT | 1 << BR_NODE_PEER,
	CLIENTS = 1 << BR_NODE_CLIENT | 1 << BR_NODE_FIRMWARE,
	RELAYS = 1 << BR_NODE_RELAY,
	VALUE_SIZE = 1024,
	VLAN_MAX = 4094,        /* IEEE 802.1Q */
	DATE_S_MAX = INT32_MAX, /* 2038 */
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

static bool set_gateway(struct br_script_node *node, const char *value)
{
	return br_text_get_ipv4(br_text(value), &node->gateway);
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
		static const char *const roles[] = {"dhcp", "proxydhcp", "pxe", "tftp", "http"};
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
	uint32_t address;

	(void)node;
	while (rest.data) {
		if (!br_text_get_ipv4(br_text_cut(&rest, ','), &address))
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
	{"gw", ALL, "an address, as in 10.77.0.254",
         "default gateway; without it the first relay on one of its nets, and for a client what "
         "option 3 says",
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
	{"menu", 1 << BR_NODE_FIRMWARE, "a number from 0",
         "the line of a PXE boot menu to take, 0 is the first (0)", set_octet},
	{"trust", 1 << BR_NODE_FIRMWARE, "rig, other or none",
         "whose certificates a model takes by https: those of the rig's authority, of one that "
         "signs none here, or no authority is enrolled (rig)",
         set_trust},
	{"clock", 1 << BR_NODE_FIRMWARE, "a date, as in 2024-01-31",
         "what a model's clock says when the run begins, by which it judges certificates "
         "(2025-01-01)",
         set_clock},
	{"https", 1 << BR_NODE_FIRMWARE, "edk2-2022.11, edk2-head, edk2-2025, ipxe or uboot",
         "whose TLS a model speaks, instead of its own", set_tls_client},
	{"auto", RELAYS, "on or off",
         "forward by itself, then its lines are expectations; without it: if no line has it as "
         "source",
         set_auto},
	{"servers", RELAYS, "addresses with commas",
         "where requests go; without it: every dhcp, "
         "proxydhcp and pxe node off its client nets",
         set_addresses},
	{"hops", RELAYS, "a number up to 255",
         "requests with so many hops or more are dropped, RFC 1542 4.1.1 (16)", set_octet},
	{"option82", RELAYS, "off, add, replace or keep",
         "RFC 3046. off: pass on what came. add: its own, and a request that has one without "
         "giaddr "
         "is dropped. replace: its own instead. keep: its own unless one came. (add if circuit-id= "
         "or remote-id= is given, else off)",
         set_option82},
	{"circuit-id", RELAYS, "a text", "option 82.1, its octets", set_any},
	{"remote-id", RELAYS, "a text", "option 82.2, its octets", set_any},
	{"pxe", RELAYS, "on or off", "route port 4011, PXE (on)", set_switch},
	{"route", RELAYS, "on or off", "route everything else: renewals, TFTP, HTTP (on)",
         set_switch},
	{"dev", 1 << BR_NODE_IFACE, "the name of an interface", "what is real behind it", set_any},
};

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
