/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/dhcp/dhcp_answer.h"

#include "core/base/text.h"
#include "core/defect.h"
#include "core/dhcp/pxe_vendor.h"

enum {
	LEASE_TIMED_MIN = 8 /* below it T1 < T2 < lease leaves no whole seconds */
};

static void add_lease(struct br_dhcp_reply *reply, uint32_t lease_s)
{
	br_reply_add_be32(reply, BR_DHCP_OPTION_LEASE_TIME, BR_REPLY_MUST, lease_s);
	if (lease_s == UINT32_MAX || lease_s < LEASE_TIMED_MIN)
		return;
	/* RFC 2131 §4.4.5 */
	br_reply_add_be32(reply, BR_DHCP_OPTION_RENEWAL_TIME, BR_REPLY_ALWAYS, lease_s / 2);
	br_reply_add_be32(reply, BR_DHCP_OPTION_REBINDING_TIME, BR_REPLY_ALWAYS,
	                  BR_DEFECT(D4S_LSE_01) ? lease_s / 4 : lease_s - lease_s / 8);
}

static bool is_configured(const struct br_config *config, uint8_t code)
{
	for (size_t i = 0; i < config->options; i++) {
		if (config->option[i].code == code)
			return true;
	}
	return false;
}

/* What follows from the subnet, but what the administrator says himself goes before. */
static void add_subnet(struct br_dhcp_reply *reply, const struct br_dhcp_answer *a)
{
	uint32_t router = a->subnet->router != 0 ? a->subnet->router : a->config->router;

	/* EDK2 declines a lease whose OFFER had no mask (Dhcp4Io.c DhcpLeaseAcquired). */
	if (!BR_DEFECT(D4S_BF_04))
		br_reply_add_be32(reply, BR_DHCP_OPTION_SUBNET_MASK, BR_REPLY_MUST,
		                  a->subnet->netmask);
	if (router != 0 && !is_configured(a->config, BR_DHCP_OPTION_ROUTER))
		br_reply_add_be32(reply, BR_DHCP_OPTION_ROUTER, BR_REPLY_BASIC, router);
	if (!is_configured(a->config, BR_DHCP_OPTION_BROADCAST))
		br_reply_add_be32(reply, BR_DHCP_OPTION_BROADCAST, BR_REPLY_ASKED,
		                  a->subnet->network | ~a->subnet->netmask);
}

static void add_vendor(struct br_dhcp_reply *reply, const struct br_writer *vendor)
{
	br_reply_add_copy(reply, BR_DHCP_OPTION_VENDOR, BR_REPLY_MUST, vendor->start,
	                  br_written(vendor) - (BR_DEFECT(PXE_V43_01) ? 1 : 0));
}

static bool pi_can_boot(const struct br_config *config)
{
	return config->rules > 0 || config->next_server != 0 || (config->roles & BR_ROLE_TFTP);
}

/* For PXE clients. Return: true if port 4011 has the rest. */
static bool add_pxe_boot(struct br_dhcp_reply *reply, const struct br_dhcp_answer *a)
{
	bool with_4011 = a->config->roles & (BR_ROLE_PROXYDHCP | BR_ROLE_PXE);
	bool direct = br_pxe_is_direct(a->config) && a->boot->file[0];
	bool menu = a->config->menu_items > 0 && !br_pxe_is_direct(a->config);
	uint8_t octets[BR_PXE_VENDOR_MAX];
	struct br_writer vendor = br_writer_of(octets, sizeof(octets));

	if (a->client->is_pi && pi_can_boot(a->config)) {
		br_reply_add_pxe(reply);
		br_pxe_put_pi(&vendor);
		add_vendor(reply, &vendor);
		br_reply_add_boot(reply, a->config, a->client, a->boot);
		if (reply->header.siaddr == 0) /* all it needs to go on */
			reply->header.siaddr =
				a->config->next_server ? a->config->next_server : a->own;
		return false;
	}
	/* iPXE takes file and siaddr at once if 60 is there (ipxe/dhcp.c dhcp_has_pxeopts). */
	if (a->boot->for_ipxe || (a->client->is_ipxe && a->boot->file[0] && !menu)) {
		if (with_4011)
			br_reply_add_pxe(reply);
		br_reply_add_boot(reply, a->config, a->client, a->boot);
		return false;
	}
	if (with_4011 && (a->boot->file[0] || menu) && !BR_DEFECT(PXE_PRX_08)) {
		br_reply_add_pxe(reply);
		reply->header.siaddr = a->own; /* EDK2 asks there (PxeBcRetryBinlOffer) */
		return true;
	}
	if (direct || menu) {
		br_reply_add_pxe(reply);
		if (direct)
			br_pxe_put_direct(&vendor, a->config);
		else
			br_pxe_put_menu(&vendor, a->config, a->own);
		add_vendor(reply, &vendor);
	}
	if (BR_DEFECT(PXE_V43_10))
		br_reply_add_pxe(reply);
	/* shim takes the boot server's reply only if the ACK has no file (netboot.c) */
	if (!menu && !(BR_DEFECT(PXE_V43_11) && direct))
		br_reply_add_boot(reply, a->config, a->client, a->boot);
	return false;
}

static void add_http_boot(struct br_dhcp_reply *reply, const struct br_dhcp_answer *a)
{
	/* EDK2 drops an OFFER with this class and no URL (HttpBootParseDhcp4Packet). */
	if (!a->boot->file[0])
		return;
	if (!BR_DEFECT(HBD_01))
		br_reply_add_text(reply, BR_DHCP_OPTION_VENDOR_CLASS, BR_REPLY_MUST, "HTTPClient");
	if (BR_DEFECT(HBD_04))
		reply->size_min = reply->size_max = 1500;
	br_reply_add_boot(reply, a->config, a->client, a->boot);
	if (!a->boot->has_name || BR_DEFECT(HBD_06))
		return;
	/* Without DNS in the same packet EDK2 takes no URL with a name in it. */
	for (size_t i = 0; i < a->config->options; i++) {
		const struct br_config_option *option = &a->config->option[i];

		if (option->code == BR_DHCP_OPTION_DNS && option->size > 0)
			br_reply_add(reply, option->code, BR_REPLY_MUST, option->value,
			             option->size);
	}
}

static void add_option(struct br_dhcp_reply *reply, const struct br_config_option *option)
{
	enum br_reply_need need = BR_REPLY_ASKED;

	if (option->size == 0 && !BR_DEFECT(D4S_BF_05) &&
	    br_dhcp_option_format(option->code) != BR_DHCP_FORMAT_NONE)
		return; /* RFC 5071 §4: never of length 0 */
	if (option->code == BR_DHCP_OPTION_DNS || option->code == BR_DHCP_OPTION_DOMAIN_NAME)
		need = BR_REPLY_BASIC;
	if (option->forced)
		need = BR_REPLY_ALWAYS;
	if (BR_DEFECT(D4S_DISC_10) && need == BR_REPLY_ASKED)
		return;
	br_reply_add(reply, option->code, need, option->value, option->size);
}

/* What the administrator says of 43 and 60 goes before what the rules would say, but HTTP
 * clients must see no trace of PXE.
 */
static void add_options(struct br_dhcp_reply *reply, const struct br_dhcp_answer *a, bool vendor)
{
	for (size_t i = 0; i < a->config->options; i++) {
		const struct br_config_option *option = &a->config->option[i];
		bool is_vendor = option->code == BR_DHCP_OPTION_VENDOR ||
		                 option->code == BR_DHCP_OPTION_VENDOR_CLASS;

		if (is_vendor == vendor && !(is_vendor && a->client->kind == BR_CLIENT_HTTP))
			add_option(reply, option);
	}
}

bool br_dhcp_answer(struct br_dhcp_reply *reply, const struct br_dhcp_answer *a)
{
	bool on_4011 = false;

	reply->overload_allowed = !a->client->is_ipxe || BR_DEFECT(D4C_OPT_12);
	if (BR_DEFECT(D4S_BF_06))
		br_reply_add_copy(reply, 13, BR_REPLY_ALWAYS, "\0\1", 2);
	if (a->lease_s != 0 && !BR_DEFECT(D4S_DISC_03))
		add_lease(reply, a->lease_s);
	if (a->subnet)
		add_subnet(reply, a);
	add_options(reply, a, true);
	switch (a->client->kind) {
	case BR_CLIENT_PXE:
		on_4011 = add_pxe_boot(reply, a);
		break;
	case BR_CLIENT_HTTP:
		add_http_boot(reply, a);
		break;
	case BR_CLIENT_PLAIN:
		if (BR_DEFECT(HBD_11))
			br_reply_add_text(reply, BR_DHCP_OPTION_VENDOR_CLASS, BR_REPLY_ALWAYS,
			                  "HTTPClient");
		br_reply_add_boot(reply, a->config, a->client, a->boot);
		break;
	}
	add_options(reply, a, false);
	if (reply->header.siaddr == 0)
		reply->header.siaddr = a->config->next_server;
	return on_4011;
}
