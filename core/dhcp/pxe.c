/* SPDX-License-Identifier: BSD-2-Clause */
/* Theory of operation
 *
 * Three doors, PXE 2.1 §2.2:
 * - DISCOVER on port 67 (proxyDHCP, beside somebody else's address server): an OFFER without
 *   an address. With option 43 (menu, or control bit 3 and a file) the client goes on by
 *   itself; without it UEFI asks port 4011 whatever else the OFFER says, and iPXE takes file
 *   and siaddr as they are. A bare one (proxy-offer=bare) sends all of them to port 4011.
 * - REQUEST or INFORM on port 4011: an ACK with what the OFFER said, or with the boot item
 *   asked for in tag 71.
 * - The same with a tag 71 on port 67 or sent to the discovery group: boot server discovery.
 *
 * Answers go to where the question came from, so routed clients need no relay. No answer
 * depends on messages before: equal questions draw equal answers. (Who asked how often is
 * kept for notes, core/dhcp/discover_watch.h.) Not done: MTFTP, credentials.
 */
#include "core/dhcp/pxe.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/defect.h"
#include "core/dhcp/dhcp_reply.h"
#include "core/dhcp/dhcp_subnet.h"
#include "core/dhcp/discover_watch.h"
#include "core/dhcp/pxe_vendor.h"

struct br_pxe {
	struct br_context context;
	struct br_discover_watch watch; /* beside an address server on another host */
	struct br_dhcp_reply reply;
};

struct pxe_exchange {
	struct br_pxe *pxe;
	const struct br_config *config;
	const struct br_dhcp_question *question;
	const struct br_dhcp_message *m;
	const struct br_event *event;
	const struct br_client *client;
	uint32_t own; /* this server's address towards the client */
	struct br_boot boot;
};

int br_pxe_new(struct br_pxe **ret_pxe, const struct br_context *context)
{
	struct br_pxe *pxe = calloc(1, sizeof(*pxe));

	if (!pxe)
		return -ENOMEM;
	pxe->context = *context;
	*ret_pxe = pxe;
	return 0;
}

struct br_pxe *br_pxe_free(struct br_pxe *pxe)
{
	free(pxe);
	return NULL;
}

static void note(const struct pxe_exchange *x, enum br_note which, const char *detail)
{
	struct br_note_facts facts = {0};

	if (x->client->has_mac)
		memcpy(facts.mac, x->client->mac, sizeof(facts.mac));
	br_outbox_note_facts(x->pxe->context.outbox, which, x->event->link, &x->event->remote,
	                     detail, &facts);
}

static void drop(const struct pxe_exchange *x, enum br_note why, const char *detail)
{
	x->pxe->context.metrics->pxe_dropped_total++;
	note(x, why, detail);
}

static void add_vendor(struct br_dhcp_reply *reply, const struct br_writer *vendor)
{
	br_reply_add_copy(reply, BR_DHCP_OPTION_VENDOR, BR_REPLY_MUST, vendor->start,
	                  br_written(vendor) - (BR_DEFECT(PXE_V43_01) ? 1 : 0));
}

/* proxy-offer=bare: all that EDK2 and iPXE need to ask on port 4011 (PXE 2.1 §2.2.3). */
static void leave_to_4011(struct pxe_exchange *x)
{
	br_reply_add_pxe(&x->pxe->reply);
	x->pxe->reply.header.siaddr = x->own; /* EDK2 asks there (PxeBcRetryBinlOffer) */
	x->boot.has_remark = false;
}

/* What a PXE client learns of OFFER and ACK alike. Return: false if there is nothing. */
static bool add_boot(struct pxe_exchange *x, bool bare)
{
	struct br_dhcp_reply *reply = &x->pxe->reply;
	bool menu = x->config->menu_items > 0 && !br_pxe_is_direct(x->config) && !x->boot.for_ipxe;
	uint8_t octets[BR_PXE_VENDOR_MAX];
	struct br_writer vendor = br_writer_of(octets, sizeof(octets));

	if (!x->client->is_pi && !menu && !x->boot.file[0])
		return false;
	if (bare && !x->client->is_pi) { /* a Pi's ROM knows no port 4011 */
		leave_to_4011(x);
		return true;
	}
	if (x->client->is_pi)
		br_pxe_put_pi(&vendor);
	else if (menu)
		br_pxe_put_menu(&vendor, x->config, x->own);
	else if (br_pxe_is_direct(x->config))
		br_pxe_put_direct(&vendor, x->config);
	if (!BR_DEFECT(PXE_PRX_12))
		br_reply_add_pxe(reply);
	if (br_written(&vendor) > 0)
		add_vendor(reply, &vendor);
	/* A menu leads to a boot server, whose reply names the file; shim would prefer this one. */
	if (!menu)
		br_reply_add_boot(reply, x->config, x->client, &x->boot);
	if (reply->header.siaddr == 0)
		reply->header.siaddr = x->own; /* iPXE ignores a proxy without (dhcp_has_pxeopts) */
	return true;
}

static void init_reply(struct pxe_exchange *x, enum br_dhcp_type type)
{
	br_policy_boot(x->config, x->client, x->own, &x->boot);
	br_reply_init(
		&x->pxe->reply, x->m, type,
		x->own ^ (BR_DEFECT(PXE_BS_18) && x->event->local.port == BR_DHCP_PORT_PXE ? 1 : 0),
		x->config->link[x->event->link].mtu);
	x->pxe->reply.overload_allowed = !x->client->is_ipxe;
}

static bool send_reply(struct pxe_exchange *x, const struct br_action *datagram)
{
	if (!br_reply_send(&x->pxe->reply, &x->pxe->context, datagram)) {
		x->pxe->context.metrics->pxe_dropped_total++;
		return false;
	}
	if (x->boot.has_remark)
		note(x, x->boot.remark, NULL);
	return true;
}

/* PXE 2.1 §2.2.1 step 2: an OFFER that grants nothing. yiaddr 0 cannot be sent to, so the B
 * flag asks for a broadcast (RFC 1542 §4.1.2).
 */
static void offer(struct pxe_exchange *x)
{
	struct br_dhcp_reply *reply = &x->pxe->reply;
	uint32_t giaddr = x->m->header.giaddr;
	struct br_action datagram = {.link = x->event->link,
	                             .local = br_endpoint_ipv4(x->own, BR_DHCP_PORT_SERVER)};
	struct br_octets source_port =
		br_dhcp_sub_option(br_dhcp_get(x->m, BR_DHCP_OPTION_RELAY_AGENT),
	                           BR_RELAY_AGENT_RELAY_SOURCE_PORT, false);

	init_reply(x, BR_DEFECT(PXE_PRX_05) ? BR_DHCP_TYPE_ACK : BR_DHCP_TYPE_OFFER);
	if (BR_DEFECT(PXE_PRX_03))
		reply->header.yiaddr = x->own + 1;
	if (BR_DEFECT(PXE_PRX_04))
		reply->header.ciaddr = x->own + 1;
	if (BR_DEFECT(PXE_PRX_11))
		br_reply_add_be32(reply, BR_DHCP_OPTION_LEASE_TIME, BR_REPLY_MUST, 60);
	if (x->client->kind == BR_CLIENT_HTTP) {
		if (!x->boot.file[0]) {
			drop(x, x->boot.has_remark ? x->boot.remark : BR_NOTE_PXE_NOTHING_TO_BOOT,
			     NULL);
			return;
		}
		br_reply_add_text(reply, BR_DHCP_OPTION_VENDOR_CLASS, BR_REPLY_MUST, "HTTPClient");
		br_reply_add_boot(reply, x->config, x->client, &x->boot);
	} else if (!add_boot(x, x->config->proxy_offer_bare)) {
		drop(x, x->boot.has_remark ? x->boot.remark : BR_NOTE_PXE_NOTHING_TO_BOOT, NULL);
		return;
	}
	if (!BR_DEFECT(RLS_14))
		reply->header.flags |= BR_DHCP_FLAG_BROADCAST;
	if (giaddr == 0)
		datagram.remote = br_endpoint_ipv4(UINT32_MAX, BR_DHCP_PORT_CLIENT);
	else
		datagram.remote = br_endpoint_ipv4(giaddr, source_port.data ? x->event->remote.port
		                                                            : BR_DHCP_PORT_SERVER);
	if (!send_reply(x, &datagram))
		return;
	x->pxe->context.metrics->pxe_offers_total++;
	note(x, BR_NOTE_PXE_OFFERED, x->boot.file);
}

/* The item of the menu that this server serves itself. */
static const struct br_config_menu_item *own_item(const struct pxe_exchange *x, uint16_t type)
{
	for (size_t i = 0; i < x->config->menu_items; i++) {
		const struct br_config_menu_item *item = &x->config->menu[i];

		if (item->type == type && type != 0 &&
		    (item->server == 0 || br_dhcp_is_own(x->config, item->server)))
			return item;
	}
	return NULL;
}

/* PXE 2.1 table 2-5: one boot item. Return: false if it is not served here. */
static bool add_item(struct pxe_exchange *x, uint16_t type, uint16_t layer)
{
	struct br_dhcp_reply *reply = &x->pxe->reply;
	const struct br_config_menu_item *item = own_item(x, type);
	uint8_t octets[16];
	struct br_writer vendor = br_writer_of(octets, sizeof(octets));

	/* Without a menu there is one item: the bootstrap, which ROMs call 0 or 0x8000. */
	bool bootstrap = x->config->menu_items == 0 &&
	                 (type == BR_PXE_TYPE_BOOTSTRAP || type == BR_PXE_TYPE_FIRST);

	if (!item && !bootstrap && !BR_DEFECT(PXE_BS_07)) {
		drop(x, BR_NOTE_PXE_NOT_OUR_ITEM, NULL);
		return false;
	}
	if ((layer & BR_PXE_LAYER_CREDENTIALS) && !BR_DEFECT(PXE_BS_10)) {
		drop(x, BR_NOTE_PXE_CREDENTIALS, NULL);
		return false;
	}
	if (item && item->file[0]) {
		memcpy(x->boot.file, item->file, sizeof(x->boot.file));
		x->boot.is_url = false;
		x->boot.server = x->own;
		x->boot.has_remark = false;
	}
	if (!x->boot.file[0]) {
		drop(x, BR_NOTE_PXE_NOTHING_TO_BOOT, NULL);
		return false;
	}
	if (!BR_DEFECT(PXE_BS_03))
		br_reply_add_pxe(reply);
	br_pxe_put_boot_item(&vendor, type, layer);
	if (!BR_DEFECT(PXE_BS_04))
		add_vendor(reply, &vendor);
	br_reply_add_boot(reply, x->config, x->client, &x->boot);
	if (BR_DEFECT(PXE_BS_22))
		reply->header.siaddr = 0;
	return true;
}

/* PXE 2.1 §2.2.1 step 6: to the address and port the question came from. */
static bool find_source(const struct pxe_exchange *x, struct br_action *datagram)
{
	uint32_t source = br_endpoint_to_ipv4(&x->event->remote), ciaddr = x->m->header.ciaddr;

	if (ciaddr != 0 && !br_is_host_address(ciaddr))
		return false;
	if (BR_DEFECT(RLS_15) && ((source ^ x->own) & x->config->link[x->event->link].netmask) != 0)
		return false;
	if (source == 0)
		source = ciaddr;
	if (!br_is_host_address(source) || br_dhcp_is_own(x->config, source) ||
	    x->event->remote.port == 0)
		return false;
	*datagram = (struct br_action){.link = x->event->link,
	                               .local = br_endpoint_ipv4(x->own, x->event->local.port),
	                               .remote = br_endpoint_ipv4(source, x->event->remote.port)};
	if (BR_DEFECT(PXE_BS_02))
		datagram->remote.port = BR_DHCP_PORT_CLIENT;
	if (BR_DEFECT(PXE_BS_16))
		datagram->local.port = BR_DHCP_PORT_SERVER;
	return true;
}

static void serve(struct pxe_exchange *x)
{
	struct br_action datagram;

	x->pxe->context.metrics->pxe_requests_total++;
	if (!find_source(x, &datagram) || (BR_DEFECT(PXE_BS_13) && x->m->header.secs == 0)) {
		drop(x, BR_NOTE_PXE_BAD_SOURCE, NULL);
		return;
	}
	init_reply(x, BR_DEFECT(PXE_BS_17) ? BR_DHCP_TYPE_OFFER : BR_DHCP_TYPE_ACK);
	if (BR_DEFECT(PXE_BS_05))
		x->pxe->reply.header.ciaddr = x->m->header.ciaddr;
	if (BR_DEFECT(PXE_BS_14))
		x->pxe->reply.header.xid = 0;
	if (x->question->wants_item) {
		if (!add_item(x, x->question->item_type, x->question->item_layer))
			return;
	} else if (!add_boot(x, BR_DEFECT(PXE_BS_15))) {
		drop(x, x->boot.has_remark ? x->boot.remark : BR_NOTE_PXE_NOTHING_TO_BOOT, NULL);
		return;
	}
	if (BR_DEFECT(PXE_BS_23) && !x->question->wants_item)
		x->pxe->reply.header.siaddr = 0;
	if (!send_reply(x, &datagram))
		return;
	x->pxe->context.metrics->pxe_acks_total++;
	if (x->event->local.port == BR_DHCP_PORT_PXE)
		note(x, BR_NOTE_PXE_ANSWERED, x->boot.file);
}

/* What a sound proxy answers: the defects alone leave it out. */
static bool is_left_out(const struct pxe_exchange *x)
{
	uint16_t secs = x->m->header.secs;

	return (BR_DEFECT(HBD_07) && x->client->kind == BR_CLIENT_HTTP) ||
	       (BR_DEFECT(PXE_PRX_13) && secs < 4) || (BR_DEFECT(PXE_PRX_14) && secs > 0) ||
	       (BR_DEFECT(PXE_PRX_15) && secs == 0);
}

static void on_port_67(struct pxe_exchange *x)
{
	uint32_t giaddr = x->m->header.giaddr;

	if (x->question->wants_item && !BR_DEFECT(PXE_BS_08)) {
		serve(x);
		return;
	}
	if (x->config->roles & BR_ROLE_DHCP)
		return; /* the address server has seen it, and has answered or noted it */
	if (is_left_out(x))
		return;
	if ((x->m->type != BR_DHCP_TYPE_DISCOVER && !BR_DEFECT(PXE_PRX_10)) ||
	    !(x->config->roles & BR_ROLE_PROXYDHCP))
		drop(x, BR_NOTE_PXE_LEASE_TRAFFIC, br_dhcp_type_name(x->m->type));
	else if (x->client->kind == BR_CLIENT_PLAIN && !BR_DEFECT(PXE_PRX_01))
		drop(x, BR_NOTE_PXE_NOT_A_CLIENT, NULL);
	else if (giaddr != 0 && (!br_is_host_address(giaddr) || br_dhcp_is_own(x->config, giaddr)))
		drop(x, BR_NOTE_PXE_BAD_SOURCE, NULL);
	else
		offer(x);
	if (x->m->type == BR_DHCP_TYPE_REQUEST)
		br_discover_watch_moved_on(&x->pxe->watch, x->m);
	else if (x->m->type == BR_DHCP_TYPE_DISCOVER && x->client->kind != BR_CLIENT_PLAIN)
		br_discover_watch_asked(&x->pxe->watch, x->m, x->event, x->pxe->context.outbox);
}

static void on_port_4011(struct pxe_exchange *x)
{
	if (x->client->kind != BR_CLIENT_PXE && !BR_DEFECT(PXE_BS_20))
		drop(x, BR_NOTE_PXE_NOT_A_CLIENT, NULL);
	else if ((x->m->type != BR_DHCP_TYPE_REQUEST &&
	          (x->m->type != BR_DHCP_TYPE_INFORM || BR_DEFECT(PXE_BS_06))) ||
	         (BR_DEFECT(PXE_BS_19) && br_dhcp_count(x->m, BR_DHCP_OPTION_SERVER_ID) == 0))
		drop(x, BR_NOTE_PXE_LEASE_TRAFFIC, br_dhcp_type_name(x->m->type));
	else
		serve(x);
}

void br_pxe_input(struct br_pxe *pxe, const struct br_dhcp_question *question, br_time now)
{
	const struct br_dhcp_message *m = &question->message;
	const struct br_event *event = question->event;
	struct pxe_exchange x = {.pxe = pxe,
	                         .config = pxe->context.config,
	                         .question = question,
	                         .m = m,
	                         .event = event,
	                         .client = &question->client};
	uint32_t arrived = br_endpoint_to_ipv4(&event->local);
	bool heard = event->local.port != BR_DHCP_PORT_PXE && (x.config->roles & BR_ROLE_DHCP);

	(void)now;
	if (!question->readable || m->header.hlen > sizeof(m->header.chaddr)) {
		if (!heard) /* the address server has noted it */
			drop(&x, BR_NOTE_DHCP_BAD_MESSAGE, NULL);
		return;
	}
	if (!m->has_cookie) {
		if (!heard)
			drop(&x, BR_NOTE_DHCP_BAD_COOKIE, NULL);
		return;
	}
	x.own = br_dhcp_is_own(x.config, arrived) ? arrived : x.config->link[event->link].address;
	if (event->local.port == BR_DHCP_PORT_PXE)
		on_port_4011(&x);
	else
		on_port_67(&x);
}

br_time br_pxe_deadline(const struct br_pxe *pxe)
{
	(void)pxe;
	return BR_TIME_NEVER;
}

void br_pxe_expire(struct br_pxe *pxe, br_time now)
{
	(void)pxe;
	(void)now;
}
