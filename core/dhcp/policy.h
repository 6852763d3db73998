/* SPDX-License-Identifier: BSD-2-Clause */
/* core/dhcp/policy.h - who a client is, and which boot file is for it
 *
 * One place for the address server, the proxy and port 4011, and for those of DHCPv6, so that
 * all say the same.
 * Rules of br_config are tried in order, the first that matches wins, with these exceptions:
 * - a URL is for HTTP clients and iPXE only: a PXE ROM would ask TFTP for a file "http://...";
 * - iPXE looks at the rules for iPXE first, and if there are such, gets nothing of the others:
 *   they hold the file that loaded it (a chainload loop);
 * - an architecture outside the registry gets nothing from a rule that names neither it nor
 *   the machine nor its class;
 * - a Raspberry Pi ROM calls itself a PC (option 93 = 0): only rules for type 41 or for this
 *   one machine are for it.
 * To DHCPv6 clients a file is always a URL (RFC 5970 §3.1), tftp: or http: as they boot by, and a
 * rule whose server, or URL's host, has no address of their family is passed over.
 */
#ifndef BR_CORE_DHCP_POLICY_H
#define BR_CORE_DHCP_POLICY_H

#include "core/config.h"
#include "core/formats/dhcp_message.h"
#include "core/notes.h"

enum br_client_kind { /* by the start of option 60, case-sensitive (PXE 2.1 table 2-1) */
	BR_CLIENT_PLAIN,
	BR_CLIENT_PXE,  /* "PXEClient" */
	BR_CLIENT_HTTP, /* "HTTPClient" */
};

enum {
	BR_CLIENT_ARCHES_MAX = 16
};

/**
 * struct br_client - What a message tells of its sender
 * @six:	It came by DHCPv6: core/dhcp6/client6.h fills it in
 * @arches, @arch: Option 93, all of it; or the digits of option 60 if 93 is absent
 * @mac:	chaddr, if it is an Ethernet one
 * @uuid:	Option 97 without its type octet; of a DUID, in the order of either
 * @is_ipxe:	User class "iPXE", raw or counted, or option 175 (core of ipxe/dhcp.h)
 * @is_pi:	A Raspberry Pi boot ROM, which needs its own option 43
 * @user_class, @vendor_class: Options 77 and 60, of DHCPv6 15 and the first text of 16, borrowed
 *		from the message
 */
struct br_client {
	enum br_client_kind kind;
	bool six;
	size_t arches;
	uint16_t arch[BR_CLIENT_ARCHES_MAX];
	bool has_mac, has_uuid;
	uint8_t mac[6];
	uint8_t uuid[16];
	bool is_ipxe, is_pi;
	struct br_octets user_class, vendor_class;
};

void br_client_of(const struct br_dhcp_message *message, struct br_client *ret_client);

/* .arch of option 93, or of 61 of DHCPv6; .data NULL: of the class, which .kind and .vendor_class
 * tell already
 */
void br_client_read_arches(struct br_client *client, struct br_octets arches);

/* It shows this UUID; over DHCPv6 in the order of RFC 6355 or of EDK2: core/formats/duid.h */
bool br_client_has_uuid(const struct br_client *client, const uint8_t wanted[static 16]);

/* Option 77 has the class @name: as one of its instances (RFC 3004 §4), or as the whole of it
 * without a length octet, which is how iPXE sends "iPXE".
 */
bool br_user_class_has(struct br_octets user_class, const char *name);
/* The same of option 15 of DHCPv6, whose lengths are of two octets: RFC 8415 §21.15 */
bool br_user_class6_has(struct br_octets user_class, const char *name);

/**
 * struct br_boot - What to boot
 * @rule:	The rule that said so; NULL: nothing
 * @arch:	The one of the client's that @rule was found by; -1: the rule names none
 * @is_url:	@file is an absolute URL
 * @has_name:	@file is a URL whose host is a name, not an address
 * @for_ipxe:	@rule is one for iPXE and the client is iPXE: no menu, no detour
 * @file:	The header field and option 67; empty boots nothing
 * @server:	siaddr and option 66: the rule's, the URL's if it is an address, or @own
 * @has_remark, @remark: Something worth a note, whether or not there is a file
 */
struct br_boot {
	const struct br_config_rule *rule;
	int32_t arch;
	bool is_url, has_name, for_ipxe;
	char file[BR_CONFIG_TEXT_SIZE];
	uint32_t server;
	bool has_remark;
	enum br_note remark;
};

/* @own: address of this server on the client's link, for rules that name no server. */
void br_policy_boot(const struct br_config *config, const struct br_client *client, uint32_t own,
                    struct br_boot *ret_boot);
/* The same for a client of DHCPv6; .server of @ret_boot stays 0. */
void br_policy_boot6(const struct br_config *config, const struct br_client *client,
                     const uint8_t own[static 16], struct br_boot *ret_boot);

#endif /* BR_CORE_DHCP_POLICY_H */
