/* SPDX-License-Identifier: BSD-2-Clause */
/* Theory of operation
 *
 * br_client_of() says who asks, by the options of the message alone. br_policy_boot() looks for
 * the first rule that matches this client: those for iPXE if it is iPXE and there are any, else
 * the others. A rule that matches may yet not do - its URL is of no use to a PXE ROM, or the
 * URL made of its name is too long - and then the search goes on. What was odd becomes a remark,
 * whether or not a file was found.
 */
#include "core/dhcp/policy.h"

#include <string.h>

#include "core/base/address.h"
#include "core/base/arch.h"
#include "core/base/text.h"
#include "core/defect.h"
#include "core/formats/dhcp6_option.h"
#include "core/port.h"

bool br_user_class_has(struct br_octets user_class, const char *name)
{
	struct br_reader r = br_reader_of(user_class.data, user_class.size);
	struct br_octets text;

	if (user_class.size > 0 && br_text_is(user_class, name) && !BR_DEFECT(D4S_UC_02))
		return true;
	while (!BR_DEFECT(D4S_UC_01) && br_dhcp_user_class_get(&r, &text) == 1) {
		if (text.size > 0 && br_text_is(text, name))
			return true;
	}
	return false;
}

bool br_user_class6_has(struct br_octets user_class, const char *name)
{
	struct br_reader r = br_reader_of(user_class.data, user_class.size);
	struct br_octets text;

	while (br_dhcp6_class_get(&r, &text) == 1) {
		if (text.size > 0 && br_text_is(text, name))
			return true;
	}
	return false;
}

/* "PXEClient:Arch:00007:UNDI:003016" says what option 93 does, for those who send none. */
static void arch_of_class(struct br_client *client)
{
	struct br_octets rest = client->vendor_class;
	uint64_t arch;

	if (client->kind == BR_CLIENT_PLAIN)
		return;
	(void)br_text_cut(&rest, ':');
	if (!rest.data || !br_text_is(br_text_cut(&rest, ':'), "Arch") || !rest.data)
		return;
	if (br_text_get_decimal(br_text_cut(&rest, ':'), UINT16_MAX, &arch)) {
		client->arch[0] = (uint16_t)arch;
		client->arches = 1;
	}
}

/* RFC 4578 §2.1: two octets each, at least one; anything else picks no file. */
static void arches_of(struct br_octets option93, struct br_client *client)
{
	struct br_reader r = br_reader_of(option93.data, option93.size);

	if (option93.size % 2 != 0 && !BR_DEFECT(PXE_ARCH_04))
		return;
	while (br_left(&r) > 0 &&
	       client->arches < (BR_DEFECT(PXE_ARCH_03) ? 1 : BR_CLIENT_ARCHES_MAX))
		client->arch[client->arches++] = br_get_be16(&r);
}

void br_client_read_arches(struct br_client *client, struct br_octets arches)
{
	if (arches.data)
		arches_of(arches, client);
	else
		arch_of_class(client);
}

/* raspberrypi/documentation boot-net.adoc: by its maker's addresses, by option 97, which is 16
 * times 0x44 in a Pi 3 and starts "RPi" in later ones, or by what it asks for.
 */
static bool is_pi(const struct br_dhcp_message *m, const struct br_client *client)
{
	static const uint8_t makers[][3] = {{0xb8, 0x27, 0xeb}, {0xdc, 0xa6, 0x32},
	                                    {0xe4, 0x5f, 0x01}, {0x28, 0xcd, 0xc1},
	                                    {0xd8, 0x3a, 0xdd}, {0x2c, 0xcf, 0x67}};
	static const uint8_t asks[] = {43, 60, 67, 128, 129, 130, 131, 132, 133, 134, 135, 66};
	static const uint8_t pi3[16] = {0x44, 0x44, 0x44, 0x44, 0x44, 0x44, 0x44, 0x44,
	                                0x44, 0x44, 0x44, 0x44, 0x44, 0x44, 0x44, 0x44};
	struct br_octets wants = br_dhcp_get(m, BR_DHCP_OPTION_PARAMETERS);

	if (BR_DEFECT(PXE_ARCH_06) || client->kind != BR_CLIENT_PXE || client->is_ipxe ||
	    client->arches != 1 || client->arch[0] != BR_ARCH_X86_BIOS)
		return false;
	for (size_t i = 0; i < sizeof(makers) / sizeof(makers[0]); i++) {
		if (client->has_mac && memcmp(client->mac, makers[i], 3) == 0)
			return true;
	}
	if (client->has_uuid &&
	    (memcmp(client->uuid, pi3, 16) == 0 || memcmp(client->uuid, "RPi", 3) == 0))
		return true;
	return wants.size == sizeof(asks) && memcmp(wants.data, asks, sizeof(asks)) == 0;
}

void br_client_of(const struct br_dhcp_message *m, struct br_client *client)
{
	struct br_octets uuid = br_dhcp_get(m, BR_DHCP_OPTION_MACHINE_ID);
	struct br_octets arches = br_dhcp_get(m, BR_DHCP_OPTION_ARCHITECTURE);

	*client = (struct br_client){
		.user_class = br_dhcp_get(m, BR_DHCP_OPTION_USER_CLASS),
		.vendor_class = br_dhcp_get_text(m, BR_DHCP_OPTION_VENDOR_CLASS),
	};
	if (BR_DEFECT(D4C_OPT_13) &&
	    br_dhcp_get(m, BR_DHCP_OPTION_VENDOR_CLASS).size > client->vendor_class.size)
		client->vendor_class.size = 0;
	if (br_text_starts(client->vendor_class, "PXEClient") ||
	    (BR_DEFECT(PXE_PRX_02) && br_text_starts_nocase(client->vendor_class, "PXEClient")))
		client->kind = BR_CLIENT_PXE;
	else if (br_text_starts(client->vendor_class, "HTTPClient"))
		client->kind = BR_CLIENT_HTTP;
	br_client_read_arches(client, arches);
	if (m->header.htype == 1 && m->header.hlen == 6) {
		client->has_mac = true;
		memcpy(client->mac, m->header.chaddr, sizeof(client->mac));
	}
	if (uuid.size == 1 + sizeof(client->uuid) && uuid.data[0] == 0) {
		client->has_uuid = true;
		memcpy(client->uuid, uuid.data + 1, sizeof(client->uuid));
	}
	client->is_ipxe = br_user_class_has(client->user_class, "iPXE") ||
	                  br_dhcp_count(m, BR_DHCP_OPTION_IPXE) > 0;
	client->is_pi = is_pi(m, client);
}

static bool class_matches(const char *pattern, struct br_octets vendor_class)
{
	struct br_octets wanted = br_text(pattern);

	if (wanted.size == 0)
		return true;
	if (wanted.data[wanted.size - 1] == '*') {
		wanted.size--;
		if (vendor_class.size > wanted.size)
			vendor_class.size = wanted.size;
	}
	if (BR_DEFECT(D4S_CLS_01) && vendor_class.size > wanted.size)
		vendor_class.size = wanted.size;
	return br_text_equal(vendor_class, wanted); /* RFC 2131 §4.3.1: exactly */
}

static bool some_rule_has_arch(const struct br_config *config, int arch)
{
	for (size_t i = 0; i < config->rules; i++) {
		if (config->rule[i].arch == arch)
			return true;
	}
	return false;
}

/* 7 and 9 stand for each other (RFC 4578 §2.1 has them swapped), unless rules tell them apart. */
static bool arch_matches(const struct br_config *config, int wanted, const struct br_client *client,
                         int32_t *ret_arch)
{
	for (size_t i = 0; i < client->arches; i++) {
		int have = client->arch[i];

		*ret_arch = have;

		if (BR_DEFECT(HBD_08) && br_arch_is_http((uint16_t)have) && have != 16)
			return false;
		if (have == wanted || BR_DEFECT(PXE_ARCH_01) ||
		    (BR_DEFECT(D6_NB_07) && client->six))
			return true;
		if (((have == BR_ARCH_X64_UEFI && wanted == BR_ARCH_EBC) ||
		     (have == BR_ARCH_EBC && wanted == BR_ARCH_X64_UEFI)) &&
		    !some_rule_has_arch(config, have) && !BR_DEFECT(PXE_ARCH_02))
			return true;
	}
	return false;
}

/* Whether a rule for any architecture may be for this client. */
static bool any_arch_matches(const struct br_config_rule *rule, const struct br_client *client)
{
	bool named = rule->has_mac || rule->has_uuid;

	if (client->is_pi)
		return named;
	if (named || rule->user_class[0] || rule->vendor_class[0] || client->arches == 0)
		return true;
	for (size_t i = 0; i < client->arches; i++) {
		if (br_arch_name(client->arch[i]))
			return true;
	}
	return false;
}

static bool is_ipxe_rule(const struct br_config_rule *rule)
{
	return br_text_is(br_text(rule->user_class), "iPXE");
}

bool br_client_has_uuid(const struct br_client *client, const uint8_t wanted[static 16])
{
	static const uint8_t order[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
	bool same = client->has_uuid, swapped = client->has_uuid && client->six;

	for (size_t i = 0; i < sizeof(order); i++) {
		same = same && wanted[i] == client->uuid[i];
		swapped = swapped && wanted[i] == client->uuid[order[i]];
	}
	return same || swapped;
}

static bool user_class_has(const struct br_client *client, const char *name)
{
	return client->six ? br_user_class6_has(client->user_class, name)
	                   : br_user_class_has(client->user_class, name);
}

static bool rule_matches(const struct br_config *config, const struct br_config_rule *rule,
                         const struct br_client *client, int32_t *ret_arch)
{
	struct br_client pi = *client;

	*ret_arch = -1;

	if (client->is_pi)
		pi.arch[0] = BR_ARCH_RPIBOOT; /* what it is, not what it says */
	if (rule->arch == BR_ARCH_ANY ? !any_arch_matches(rule, client)
	                              : !arch_matches(config, rule->arch, &pi, ret_arch))
		return false;
	if (rule->has_mac &&
	    (!client->has_mac || memcmp(rule->mac, client->mac, sizeof(rule->mac)) != 0))
		return false;
	if (rule->has_uuid && !br_client_has_uuid(client, rule->uuid))
		return false;
	if (!class_matches(rule->vendor_class, client->vendor_class))
		return false;
	return rule->user_class[0] == 0 || (is_ipxe_rule(rule) && client->is_ipxe) ||
	       user_class_has(client, rule->user_class);
}

static bool is_http_url(const char *file)
{
	if (BR_DEFECT(HBD_09) && br_text_starts_nocase(br_text(file), "https://"))
		return false;
	return br_text_starts_nocase(br_text(file), "http://") ||
	       br_text_starts_nocase(br_text(file), "https://");
}

static bool takes_http(const struct br_client *client)
{
	for (size_t i = 0; i < client->arches; i++) {
		if (br_arch_is_http(client->arch[i]))
			return client->kind != BR_CLIENT_PXE;
	}
	return client->kind == BR_CLIENT_HTTP;
}

/* A name below the root becomes part of a URL: RFC 3986 §2.3 and '/' stand for themselves. */
static void put_url_name(struct br_writer *w, const char *name)
{
	while (*name == '/')
		name++;
	for (; *name; name++) {
		uint8_t c = (uint8_t)*name;
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		             (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
		             c == '~' || c == '/';

		if (plain) {
			br_put_u8(w, c);
		} else {
			static const char digits[] = "0123456789ABCDEF";

			br_put_u8(w, '%');
			br_put_u8(w, (uint8_t)digits[c >> 4]);
			br_put_u8(w, (uint8_t)digits[c & 15]);
		}
	}
}

/* @server as 16 octets, of either family */
static bool make_url(const struct br_config *config, const uint8_t server[static 16], bool http,
                     const char *name, struct br_boot *boot)
{
	struct br_writer w = br_writer_of(boot->file, sizeof(boot->file) - 1);

	memset(boot->file, 0, sizeof(boot->file));
	br_text_put(&w, http ? "http://" : BR_DEFECT(D6_NB_09) ? "TFTP://" : "tftp://");
	if (BR_DEFECT(D6_NB_12))
		br_text_put(&w, "boot.example");
	else if (BR_DEFECT(D6_NB_02))
		br_text_put_ip(&w, server);
	else
		br_text_put_url_host(&w, server);
	if (http && config->http_port != 80) {
		br_put_u8(&w, ':');
		br_text_put_decimal(&w, config->http_port);
	}
	br_put_u8(&w, '/');
	put_url_name(&w, name);
	boot->is_url = true;
	return !w.bad || BR_DEFECT(HBD_05);
}

/* The host of a URL if it is an address: siaddr and 66 then name the same one. */
static bool url_server(const char *url, uint8_t ret[static 16])
{
	struct br_octets rest = br_text(url);

	(void)br_text_cut(&rest, ':');
	rest.data += 2; /* "//" */
	rest.size -= 2;

	struct br_octets authority = br_text_cut(&rest, '/');

	if (authority.size > 0 && authority.data[0] == '[') {
		authority.data++;
		authority.size--;
		return br_text_get_ipv6(br_text_cut(&authority, ']'), ret);
	}
	return br_text_get_ip(br_text_cut(&authority, ':'), ret);
}

static void remark(struct br_boot *boot, enum br_note note)
{
	boot->has_remark = true;
	boot->remark = note;
}

/* A URL as it stands is for HTTP clients and iPXE; of DHCPv6 clients the others take tftp: */
static bool takes_url(const struct br_client *client, const char *url)
{
	if (client->is_ipxe || BR_DEFECT(PXE_ARCH_05))
		return true;
	if (takes_http(client))
		return is_http_url(url);
	return client->six && br_text_starts_nocase(br_text(url), "tftp://");
}

/* The address that a rule is served from, for this family. False: it has another one only. */
static bool server_of(const struct br_config_rule *rule, bool six, const uint8_t own[static 16],
                      uint8_t ret[static 16])
{
	bool has6 = !br_ip_is_zero(rule->server6);
	struct br_endpoint four = br_endpoint_ipv4(rule->server, 0);

	memcpy(ret, own, 16);
	if (six && has6)
		memcpy(ret, rule->server6, 16);
	if (!six && rule->server != 0)
		memcpy(ret, four.ip, 16);
	return six ? has6 || rule->server == 0 : rule->server != 0 || !has6;
}

/* A rule with a URL: as it is, if its host is a name or an address the client can go to. */
static bool apply_url(const struct br_config_rule *rule, const struct br_client *client,
                      uint8_t server[static 16], struct br_boot *boot)
{
	uint8_t host[16];

	if (!takes_url(client, rule->file)) {
		remark(boot, BR_NOTE_POLICY_URL_WITHHELD);
		return false;
	}
	boot->has_name = !url_server(rule->file, host);
	if (!boot->has_name && br_ip_is_ipv4(host) == client->six) {
		remark(boot, BR_NOTE_POLICY_OTHER_FAMILY);
		return false;
	}
	memcpy(boot->file, rule->file, sizeof(boot->file));
	boot->is_url = true;
	if (BR_DEFECT(HBD_10) && client->is_ipxe)
		memmove(boot->file, boot->file + 5, sizeof(boot->file) - 5);
	if (rule->server == 0 && !boot->has_name)
		memcpy(server, host, sizeof(host));
	return true;
}

/* Try one rule. False: it is not for this client after all, go on with the next. */
static bool apply(const struct br_config *config, const struct br_config_rule *rule,
                  const struct br_client *client, const uint8_t own[static 16],
                  struct br_boot *boot)
{
	struct br_endpoint server = {0};
	bool http = takes_http(client);

	if (!server_of(rule, client->six, own, server.ip)) {
		remark(boot, BR_NOTE_POLICY_OTHER_FAMILY);
		return false;
	}
	if (br_text_is_url(br_text(rule->file))) {
		if (!apply_url(rule, client, server.ip, boot))
			return false;
	} else if ((http || client->six) && rule->file[0] && !BR_DEFECT(HBD_02)) {
		if (!make_url(config, server.ip, http, rule->file, boot)) {
			memset(boot->file, 0, sizeof(boot->file));
			boot->is_url = false;
			remark(boot, BR_NOTE_POLICY_URL_TOO_LONG);
			return false;
		}
	} else {
		memcpy(boot->file, rule->file, sizeof(boot->file));
	}
	boot->rule = rule;
	boot->server = br_endpoint_to_ipv4(&server);
	return true;
}

static bool has_ipxe_rules(const struct br_config *config)
{
	for (size_t i = 0; i < config->rules; i++) {
		if (is_ipxe_rule(&config->rule[i]))
			return true;
	}
	return false;
}

static bool is_unknown_arch(const struct br_client *client)
{
	for (size_t i = 0; i < client->arches; i++) {
		if (br_arch_name(client->arch[i]))
			return false;
	}
	return client->arches > 0;
}

/* The first rule that matches, of those for iPXE or of the others. */
static bool try_rules(const struct br_config *config, const struct br_client *client,
                      const uint8_t own[static 16], bool for_ipxe, struct br_boot *boot)
{
	for (size_t i = 0; i < config->rules; i++) {
		const struct br_config_rule *rule = &config->rule[i];

		if (is_ipxe_rule(rule) == for_ipxe &&
		    rule_matches(config, rule, client, &boot->arch) &&
		    apply(config, rule, client, own, boot))
			return true;
	}
	boot->arch = -1;
	return false;
}

static void find_boot(const struct br_config *config, const struct br_client *client,
                      const uint8_t own[static 16], struct br_boot *boot)
{
	*boot = (struct br_boot){.arch = -1};
	if (!client->is_ipxe || !has_ipxe_rules(config)) {
		bool found = try_rules(config, client, own, false, boot);

		/* It may have come from ROM; if that very file loaded it, it goes round. */
		if (found && client->is_ipxe && boot->file[0] &&
		    !(client->six ? br_text_is_url(br_text(boot->rule->file)) : boot->is_url))
			remark(boot, BR_NOTE_POLICY_LOOP_LIKELY);
		else if (!found && !boot->has_remark && is_unknown_arch(client))
			remark(boot, BR_NOTE_POLICY_UNKNOWN_ARCH);
		else if (!found && !boot->has_remark && client->kind != BR_CLIENT_PLAIN)
			remark(boot, BR_NOTE_POLICY_NO_RULE);
		else if (found && boot->has_remark)
			boot->has_remark = false; /* a URL before it was for others */
		return;
	}
	boot->for_ipxe = try_rules(config, client, own, true, boot);
	if (!boot->for_ipxe) {
		struct br_boot first_stage = {0};

		if (try_rules(config, client, own, false, &first_stage))
			remark(boot, BR_NOTE_POLICY_LOOP_BROKEN);
		else
			remark(boot, BR_NOTE_POLICY_NO_RULE);
	}
}

void br_policy_boot(const struct br_config *config, const struct br_client *client, uint32_t own,
                    struct br_boot *boot)
{
	const struct br_endpoint self = br_endpoint_ipv4(own, 0);

	find_boot(config, client, self.ip, boot);
}

void br_policy_boot6(const struct br_config *config, const struct br_client *client,
                     const uint8_t own[static 16], struct br_boot *boot)
{
	find_boot(config, client, own, boot);
}
