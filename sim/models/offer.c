/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/models/offer.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"

enum {
	PXE_TAG_MTFTP_FIRST = 1, /* PXE 2.1 table 2-3: 1..5 */
	PXE_TAG_MTFTP_LAST = 5,
	IPXE_PRIORITY = 1, /* in option 175, ipxe/dhcp.h */
	IPXE_NO_PXEDHCP = 176,
};

/* The first instance; a model that does not read option 52 sees the options field only. */
static struct br_octets get(const struct br_model *model, const struct br_dhcp_message *message,
                            uint8_t code)
{
	for (size_t i = 0; i < message->instances; i++) {
		const struct br_dhcp_instance *instance = &message->instance[i];

		if (instance->code == code &&
		    (model->overload || instance->field == BR_DHCP_FIELD_OPTIONS))
			return instance->value;
	}
	return (struct br_octets){NULL, 0};
}

static uint32_t get_u32(const struct br_model *model, const struct br_dhcp_message *message,
                        uint8_t code)
{
	struct br_octets value = get(model, message, code);
	struct br_reader r = br_reader_of(value.data, value.size);

	return br_get_be32(&r); /* of several addresses the first; 0 if too short */
}

static struct br_octets without_nuls(struct br_octets text)
{
	return br_text_until_nul(text);
}

/* What several instances joined to more than one can hold is none. */
static struct br_octets short_text(struct br_octets text)
{
	text = without_nuls(text);
	return text.size <= UINT8_MAX ? text : (struct br_octets){NULL, 0};
}

static struct br_octets header_file(const struct br_model *model,
                                    const struct br_dhcp_message *message)
{
	struct br_octets whole = {message->header.file, sizeof(message->header.file)};

	return model->overload ? br_dhcp_file(message) : br_text_until_nul(whole);
}

static struct br_octets keep(uint8_t **place, struct br_octets octets)
{
	struct br_octets kept = {*place, octets.size};

	if (octets.size > 0)
		memcpy(*place, octets.data, octets.size);
	*place += octets.size;
	return kept;
}

/* EDK2 PxeBcParseVendorOptions looks into 43 only if option 60 says PXEClient. */
static enum br_offer_class classify(const struct br_offer *offer)
{
	bool mtftp = true;

	if (offer->type == BR_DHCP_TYPE_NONE)
		return BR_OFFER_BOOTP;
	if (offer->is_pxe) {
		for (uint8_t tag = BR_PXE_TAG_DISCOVERY_CONTROL; tag <= BR_PXE_TAG_MENU_PROMPT;
		     tag++) {
			if (br_offer_pxe_tag(offer, tag).data)
				return BR_OFFER_PXE10;
		}
		for (uint8_t tag = PXE_TAG_MTFTP_FIRST; tag <= PXE_TAG_MTFTP_LAST; tag++)
			mtftp = mtftp && br_offer_pxe_tag(offer, tag).data;
		return mtftp ? BR_OFFER_DROPPED : BR_OFFER_BINL;
	}
	return offer->yiaddr ? BR_OFFER_PLAIN : BR_OFFER_DROPPED;
}

/* RFC 3442: the longest of the routes there is to @address; 0: none. */
static uint32_t way_to(struct br_octets routes, uint32_t address)
{
	struct br_reader r = br_reader_of(routes.data, routes.size);
	struct br_dhcp_route route;
	uint32_t via = 0;
	int best = -1;

	while (br_dhcp_classless_route_get(&r, &route) == 1) {
		uint32_t mask = br_text_netmask(route.prefix);

		if ((address & mask) == route.net && route.prefix > best) {
			best = route.prefix;
			via = route.via;
		}
	}
	return via;
}

static void read_ipxe(struct br_offer *offer, struct br_octets encapsulated)
{
	struct br_octets value = br_dhcp_sub_option(encapsulated, IPXE_PRIORITY, true);

	if (value.size == 1)
		offer->priority = (int8_t)value.data[0];
	value = br_dhcp_sub_option(encapsulated, IPXE_NO_PXEDHCP, true);
	offer->pxe_no_wait = value.size > 0 && value.data[value.size - 1];
}

struct br_offer *br_offer_new(const struct br_model *model, const struct br_datagram *datagram,
                              const struct br_dhcp_message *message)
{
	struct br_octets file67 = without_nuls(get(model, message, BR_DHCP_OPTION_BOOT_FILE));
	struct br_octets file = header_file(model, message);
	struct br_octets vendor = get(model, message, BR_DHCP_OPTION_VENDOR);
	struct br_octets class = get(model, message, BR_DHCP_OPTION_VENDOR_CLASS);
	struct br_octets blocks = get(model, message, BR_DHCP_OPTION_BOOT_FILE_SIZE);
	struct br_octets name = {NULL, 0}, config = {NULL, 0}, prefix = {NULL, 0};
	struct br_offer *offer;
	uint8_t *place;

	if (model->engine == BR_MODEL_ENGINE_LIBNET) {
		name = short_text(get(model, message, BR_DHCP_OPTION_TFTP_SERVER));
		config = short_text(get(model, message, BR_DHCP_OPTION_PXELINUX_CONFIG));
		prefix = short_text(get(model, message, BR_DHCP_OPTION_PXELINUX_PREFIX));
	}
	offer = calloc(1, sizeof(*offer) + file67.size + file.size + vendor.size + name.size +
	                          config.size + prefix.size);

	if (!offer)
		return NULL;
	place = offer->octets;
	offer->from = br_endpoint_to_ipv4(&datagram->remote);
	offer->from_port = datagram->remote.port;
	offer->yiaddr = message->header.yiaddr;
	offer->siaddr = message->header.siaddr;
	offer->server = get_u32(model, message, BR_DHCP_OPTION_SERVER_ID);
	offer->netmask = get_u32(model, message, BR_DHCP_OPTION_SUBNET_MASK);
	offer->router = get_u32(model, message, BR_DHCP_OPTION_ROUTER);
	if (model->routes && get(model, message, BR_DHCP_OPTION_CLASSLESS_ROUTES).data)
		offer->router =
			way_to(get(model, message, BR_DHCP_OPTION_CLASSLESS_ROUTES), offer->siaddr);
	offer->dns = get_u32(model, message, BR_DHCP_OPTION_DNS);
	offer->lease_s = get_u32(model, message, BR_DHCP_OPTION_LEASE_TIME);
	offer->t1_s = get_u32(model, message, BR_DHCP_OPTION_RENEWAL_TIME);
	offer->t2_s = get_u32(model, message, BR_DHCP_OPTION_REBINDING_TIME);
	offer->type = message->type;
	offer->is_pxe = br_text_starts(class, "PXEClient");
	offer->is_http = br_text_starts(class, "HTTPClient");
	offer->has_file_blocks = blocks.size == 2;
	if (offer->has_file_blocks)
		offer->file_blocks = (uint16_t)(blocks.data[0] << 8 | blocks.data[1]);
	offer->file67 = keep(&place, file67);
	offer->file_header = keep(&place, file);
	offer->vendor = keep(&place, vendor);
	offer->name_size = (uint8_t)keep(&place, name).size;
	offer->config_size = (uint8_t)keep(&place, config).size;
	offer->prefix_size = (uint8_t)keep(&place, prefix).size;
	offer->class = classify(offer);
	read_ipxe(offer, get(model, message, BR_DHCP_OPTION_IPXE));
	return offer;
}

struct br_offer *br_offer_free(struct br_offer *offer)
{
	free(offer);
	return NULL;
}

struct br_offer *br_offer_free_list(struct br_offer *offers)
{
	while (offers) {
		struct br_offer *next = offers->next;

		br_offer_free(offers);
		offers = next;
	}
	return NULL;
}

struct br_offer *br_offer_with_address(struct br_offer *offers)
{
	while (offers && !offers->yiaddr)
		offers = offers->next;
	return offers;
}

struct br_octets br_offer_file(const struct br_model *model, const struct br_offer *offer)
{
	bool header_first =
		model->engine == BR_MODEL_ENGINE_IPXE || model->engine == BR_MODEL_ENGINE_UBOOT;

	if (header_first)
		return offer->file_header.size > 0 ? offer->file_header : offer->file67;
	return offer->file67.size > 0 ? offer->file67 : offer->file_header;
}

struct br_octets br_offer_server_name(const struct br_offer *offer)
{
	return (struct br_octets){offer->vendor.data + offer->vendor.size, offer->name_size};
}

struct br_octets br_offer_config_file(const struct br_offer *offer)
{
	struct br_octets name = br_offer_server_name(offer);

	return (struct br_octets){name.data + name.size, offer->config_size};
}

struct br_octets br_offer_path_prefix(const struct br_offer *offer)
{
	struct br_octets config = br_offer_config_file(offer);

	return (struct br_octets){config.data + config.size, offer->prefix_size};
}

struct br_octets br_offer_pxe_tag(const struct br_offer *offer, uint8_t tag)
{
	return br_dhcp_sub_option(offer->vendor, tag, true);
}

uint8_t br_offer_control(const struct br_offer *offer)
{
	struct br_octets control = br_offer_pxe_tag(offer, BR_PXE_TAG_DISCOVERY_CONTROL);

	return control.size > 0 ? control.data[0] : 0;
}

uint32_t br_offer_boot_server(const struct br_offer *offer)
{
	return br_pxe_boot_server_first(br_offer_pxe_tag(offer, BR_PXE_TAG_BOOT_SERVERS));
}
