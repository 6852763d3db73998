/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/dhcp/dhcp_reply.h"

#include <assert.h>
#include <string.h>

#include "core/base/text.h"
#include "core/defect.h"

enum {
	UDP_IP_SIZE = 28,       /* option 57 counts the IP datagram, RFC 2132 §9.10 */
	DATAGRAM_SIZE_MIN = 576 /* values below are illegal, RFC 2132 §9.10 */
};

/* RFC 2131 §2: 576 unless option 57 says more, and nothing is to be cut on its way out
 * (RFC 951 §3). br_reply_send() has a limit besides.
 */
static size_t payload_size_max(const struct br_dhcp_message *request, uint32_t mtu)
{
	uint16_t datagram = DATAGRAM_SIZE_MIN;
	size_t size;

	(void)br_dhcp_get_be16(request, BR_DHCP_OPTION_MAX_SIZE, &datagram);
	if (BR_DEFECT(D4C_SIZ_01) && br_dhcp_count(request, BR_DHCP_OPTION_MAX_SIZE) > 0)
		datagram = 1500;
	if (BR_DEFECT(D4C_SIZ_02) && br_dhcp_count(request, BR_DHCP_OPTION_MAX_SIZE) == 0)
		datagram = 1500;
	if (datagram < DATAGRAM_SIZE_MIN && !BR_DEFECT(D4C_SIZ_03))
		datagram = DATAGRAM_SIZE_MIN;
	size = (size_t)datagram - UDP_IP_SIZE;
	if (mtu > DATAGRAM_SIZE_MIN && size > mtu - UDP_IP_SIZE && !BR_DEFECT(D4C_SIZ_04) &&
	    !BR_DEFECT(HBD_04))
		size = mtu - UDP_IP_SIZE;
	return size;
}

void br_reply_init(struct br_dhcp_reply *reply, const struct br_dhcp_message *request,
                   enum br_dhcp_type type, uint32_t server_id, uint32_t mtu)
{
	const struct br_dhcp_header *h = &request->header;
	struct br_octets client_id = br_dhcp_get(request, BR_DHCP_OPTION_CLIENT_ID);
	struct br_octets machine = br_dhcp_get(request, BR_DHCP_OPTION_MACHINE_ID);
	uint8_t octet = (uint8_t)type;

	memset(reply, 0, sizeof(*reply));
	reply->request = request;
	reply->size_max = payload_size_max(request, mtu);
	reply->size_min = BR_DHCP_SIZE_MIN;
	reply->header = (struct br_dhcp_header){.op = BR_DHCP_OP_REPLY,
	                                        .htype = h->htype,
	                                        .hlen = BR_DEFECT(D4C_HDR_05) ? 0 : h->hlen,
	                                        .xid = h->xid,
	                                        .flags = BR_DEFECT(D4C_HDR_08) ? 0 : h->flags,
	                                        .giaddr = h->giaddr};
	if (BR_DEFECT(D4C_HDR_06)) {
		reply->header.hops = h->hops;
		reply->header.secs = h->secs;
	}
	memcpy(reply->header.chaddr, h->chaddr, sizeof(h->chaddr));
	if (type != BR_DHCP_TYPE_NONE || BR_DEFECT(D4S_BTP_01))
		br_reply_add_copy(reply, BR_DHCP_OPTION_MESSAGE_TYPE, BR_REPLY_MUST, &octet, 1);
	if (type != BR_DHCP_TYPE_NONE && !(BR_DEFECT(D4S_DISC_02) && type == BR_DHCP_TYPE_OFFER))
		br_reply_add_be32(reply, BR_DHCP_OPTION_SERVER_ID, BR_REPLY_MUST, server_id);
	if (BR_DEFECT(D4S_ID_02) && client_id.size == 0)
		br_reply_add(reply, BR_DHCP_OPTION_CLIENT_ID, BR_REPLY_MUST, h->chaddr, 6);
	if (BR_DEFECT(D4S_DISC_04))
		br_reply_add_be32(reply, BR_DHCP_OPTION_REQUESTED_ADDRESS, BR_REPLY_ALWAYS,
		                  server_id);
	if (client_id.size >= 2 && !BR_DEFECT(D4S_ID_01)) /* RFC 6842 §3 */
		br_reply_add(reply, BR_DHCP_OPTION_CLIENT_ID, BR_REPLY_MUST, client_id.data,
		             client_id.size);
	if (machine.size > 0 && machine.size <= 255 && type != BR_DHCP_TYPE_NAK)
		br_reply_add(reply, BR_DHCP_OPTION_MACHINE_ID, BR_REPLY_ALWAYS, machine.data,
		             machine.size - (BR_DEFECT(PXE_PRX_06) ? 1 : 0)); /* RFC 4578 §2.3 */
}

bool br_reply_has(const struct br_dhcp_reply *reply, uint8_t code)
{
	for (size_t i = 0; i < reply->options; i++) {
		if (reply->option[i].code == code)
			return true;
	}
	return false;
}

void br_reply_add(struct br_dhcp_reply *reply, uint8_t code, enum br_reply_need need,
                  const void *value, size_t size)
{
	if (br_reply_has(reply, code))
		return;
	assert(reply->options < BR_REPLY_OPTIONS_MAX); /* the config holds half as many */
	reply->option[reply->options++] = (struct br_reply_option){
		.code = code, .need = need, .value = {.data = value, .size = size}};
}

void br_reply_add_copy(struct br_dhcp_reply *reply, uint8_t code, enum br_reply_need need,
                       const void *value, size_t size)
{
	uint8_t *copy = reply->arena + reply->used;

	assert(size <= sizeof(reply->arena) - reply->used);
	memcpy(copy, value, size);
	reply->used += size;
	br_reply_add(reply, code, need, copy, size);
}

void br_reply_add_be32(struct br_dhcp_reply *reply, uint8_t code, enum br_reply_need need,
                       uint32_t value)
{
	const uint8_t octets[4] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16),
	                           (uint8_t)(value >> 8), (uint8_t)value};

	br_reply_add_copy(
		reply, code, need, octets,
		BR_DEFECT(D4C_OPT_03) && code == BR_DHCP_OPTION_RENEWAL_TIME ? 2 : sizeof(octets));
}

void br_reply_add_text(struct br_dhcp_reply *reply, uint8_t code, enum br_reply_need need,
                       const char *text)
{
	br_reply_add(reply, code, need, text, strlen(text));
}

void br_reply_add_pxe(struct br_dhcp_reply *reply)
{
	struct br_octets arch = br_dhcp_get(reply->request, BR_DHCP_OPTION_ARCHITECTURE);
	struct br_octets undi = br_dhcp_get(reply->request, BR_DHCP_OPTION_NETWORK_INTERFACE);

	br_reply_add_text(reply, BR_DHCP_OPTION_VENDOR_CLASS, BR_REPLY_MUST, "PXEClient");
	if (BR_DEFECT(PXE_PRX_07))
		return;
	if (arch.size > 0 && arch.size % 2 == 0 && arch.size <= 32)
		br_reply_add(reply, BR_DHCP_OPTION_ARCHITECTURE, BR_REPLY_ALWAYS, arch.data,
		             arch.size);
	if (undi.size == 3)
		br_reply_add(reply, BR_DHCP_OPTION_NETWORK_INTERFACE, BR_REPLY_ALWAYS, undi.data,
		             undi.size);
}

void br_reply_add_boot(struct br_dhcp_reply *reply, const struct br_config *config,
                       const struct br_client *client, const struct br_boot *boot)
{
	size_t size = strlen(boot->file);
	size_t nul = config->text_nul && !boot->is_url && !BR_DEFECT(D4C_OPT_15) ? 1 : 0;
	uint8_t text[24];
	struct br_writer w = br_writer_of(text, sizeof(text));
	/* EDK2 asks for 67 but HTTP clients boot by nothing else, and shim reads the header */
	enum br_reply_need need = client->kind == BR_CLIENT_PLAIN ? BR_REPLY_BASIC : BR_REPLY_MUST;

	reply->header.siaddr = BR_DEFECT(D4S_BF_01) ? 0 : boot->server;
	if (size == 0)
		return;
	if (size < sizeof(reply->header.file) && !BR_DEFECT(D4S_BF_02))
		memcpy(reply->header.file, boot->file, size);
	else
		need = BR_REPLY_MUST;
	if (BR_DEFECT(D4C_HDR_09) && size == sizeof(reply->header.file) - 1)
		reply->header.file[size] = 'x';
	if (BR_DEFECT(D4S_BF_03) && size > 1)
		br_reply_add(reply, BR_DHCP_OPTION_BOOT_FILE, need, boot->file + 1, size + nul - 1);
	br_reply_add(reply, BR_DHCP_OPTION_BOOT_FILE, need, boot->file, size + nul);
	if (boot->server == 0)
		return;
	br_text_put_ipv4(&w, boot->server);
	if (nul)
		br_put_u8(&w, 0);
	br_reply_add_copy(reply, BR_DHCP_OPTION_TFTP_SERVER, BR_REPLY_ASKED, text, br_written(&w));
}

static bool is_asked(struct br_octets wanted, uint8_t code)
{
	return wanted.size > 0 && memchr(wanted.data, code, wanted.size) != NULL;
}

static bool is_due(const struct br_reply_option *option, struct br_octets wanted)
{
	switch (option->need) {
	case BR_REPLY_MUST:
	case BR_REPLY_ALWAYS:
		return true;
	case BR_REPLY_BASIC:
		return wanted.size == 0 || is_asked(wanted, option->code);
	case BR_REPLY_ASKED:
		break;
	}
	return is_asked(wanted, option->code);
}

static void put_option(struct br_dhcp_builder *b, const struct br_reply_option *option)
{
	const struct br_octets *value = &option->value;

	if (BR_DEFECT(D4C_HDR_11) && option->code == BR_DHCP_OPTION_MESSAGE_TYPE)
		br_dhcp_put(b, option->code, value->data, value->size);
	if (BR_DEFECT(D4C_OPT_11) && option->code == BR_DHCP_OPTION_BOOT_FILE && value->size > 1) {
		br_dhcp_put(b, option->code, value->data, 1);
		br_dhcp_put(b, option->code, value->data + 1, value->size - 1);
		return;
	}
	if (option->need == BR_REPLY_MUST)
		br_dhcp_put(b, option->code, value->data, value->size);
	else
		(void)br_dhcp_put_if_fits(b, option->code, value->data, value->size);
	/* EDK2 writes a NUL over the octet behind an option 67 that has none of its own
	 * (PxeBcDhcp4.c PxeBcParseDhcp4Packet): let that be a pad.
	 */
	if (option->code == BR_DHCP_OPTION_BOOT_FILE && value->size > 0)
		br_dhcp_put_pad(b);
}

static const struct br_reply_option *find(const struct br_dhcp_reply *reply, uint8_t code)
{
	for (size_t i = 0; i < reply->options; i++) {
		if (reply->option[i].code == code)
			return &reply->option[i];
	}
	return NULL;
}

/* RFC 2132 §9.8: what was asked for, in the order it was asked for; 53, 54 and 51 go first. */
static void put_in_asked_order(struct br_dhcp_builder *b, const struct br_dhcp_reply *reply,
                               struct br_octets wanted)
{
	static const uint8_t first[] = {BR_DHCP_OPTION_MESSAGE_TYPE, BR_DHCP_OPTION_SERVER_ID,
	                                BR_DHCP_OPTION_LEASE_TIME};
	bool done[256] = {false};

	for (size_t i = 0; i < sizeof(first) + (BR_DEFECT(D4S_DISC_11) ? 0 : wanted.size); i++) {
		uint8_t code = i < sizeof(first) ? first[i] : wanted.data[i - sizeof(first)];
		const struct br_reply_option *option = find(reply, code);

		if (!option || (done[code] && !BR_DEFECT(D4C_OPT_17)))
			continue;
		put_option(b, option);
		done[code] = true;
	}
	for (size_t i = 0; i < reply->options; i++) {
		if (!done[reply->option[i].code] && is_due(&reply->option[i], wanted))
			put_option(b, &reply->option[i]);
	}
}

/* What must be there, then option 82, then the rest as long as it fits. */
static bool put_by_need(struct br_dhcp_builder *b, const struct br_dhcp_reply *reply,
                        struct br_octets wanted, struct br_octets agent)
{
	bool with_agent;

	for (size_t i = 0; i < reply->options; i++) {
		if (reply->option[i].need == BR_REPLY_MUST)
			put_option(b, &reply->option[i]);
	}
	with_agent = !agent.data ||
	             br_dhcp_put_last(b, BR_DHCP_OPTION_RELAY_AGENT, agent.data, agent.size) ||
	             (BR_DEFECT(RLS_04) &&
	              br_dhcp_put_last(b, BR_DHCP_OPTION_RELAY_AGENT, agent.data, agent.size / 2));
	for (size_t i = 0; i < reply->options; i++) {
		if (reply->option[i].need != BR_REPLY_MUST && is_due(&reply->option[i], wanted))
			put_option(b, &reply->option[i]);
	}
	return with_agent;
}

static unsigned overload_of(const struct br_dhcp_reply *reply)
{
	unsigned overload = 0;

	if (!reply->overload_allowed)
		return 0;
	if (reply->header.file[0] == 0)
		overload |= BR_DHCP_OVERLOAD_FILE;
	if (reply->header.sname[0] == 0)
		overload |= BR_DHCP_OVERLOAD_SNAME;
	return overload;
}

size_t br_reply_build(struct br_dhcp_reply *reply, uint8_t *target, size_t size,
                      bool *ret_agent_left_out)
{
	struct br_octets wanted = br_dhcp_get(reply->request, BR_DHCP_OPTION_PARAMETERS);
	struct br_octets agent = br_dhcp_get(reply->request, BR_DHCP_OPTION_RELAY_AGENT);
	struct br_dhcp_builder b;
	size_t built;

	if (BR_DEFECT(RLS_03) && agent.size > 0)
		br_reply_add(reply, BR_DHCP_OPTION_RELAY_AGENT, BR_REPLY_ALWAYS, agent.data,
		             agent.size);
	if (BR_DEFECT(RLS_01) || BR_DEFECT(RLS_03))
		agent = (struct br_octets){0};

	if (size > reply->size_max)
		size = reply->size_max;
	br_dhcp_begin(&b, &reply->header, target, size, overload_of(reply));
	if (!agent.data ||
	    br_dhcp_put_last(&b, BR_DHCP_OPTION_RELAY_AGENT, agent.data, agent.size)) {
		put_in_asked_order(&b, reply, wanted);
		built = br_dhcp_finish(&b, reply->size_min);
		if (built > 0) {
			*ret_agent_left_out = false;
			return built;
		}
	}
	br_dhcp_begin(&b, &reply->header, target, size, overload_of(reply));
	*ret_agent_left_out = !put_by_need(&b, reply, wanted, agent);
	return br_dhcp_finish(&b, reply->size_min);
}

bool br_reply_send(struct br_dhcp_reply *reply, const struct br_context *context,
                   const struct br_action *datagram)
{
	struct br_action action = *datagram;
	/* EDK2's REQUEST says 0xff00 in option 57 and yet declines what is longer than this
	 * (PxeBcDhcp4.c PxeBcDhcp4CallBack).
	 */
	size_t size_max = BR_DEFECT(D4C_SIZ_04) || BR_DEFECT(HBD_04) ? 2048 : BR_DHCP_UDP_SIZE_EDK2;
	uint8_t *target = br_outbox_lend(context->outbox, size_max);
	bool agent_left_out;
	size_t size;

	if (!target)
		return false;
	size = br_reply_build(reply, target, size_max, &agent_left_out);
	if (size == 0) {
		br_outbox_note(context->outbox, BR_NOTE_DHCP_REPLY_TOO_LONG, action.link,
		               &action.remote, NULL);
		return false;
	}
	if (agent_left_out)
		br_outbox_note(context->outbox, BR_NOTE_DHCP_AGENT_LEFT_OUT, action.link,
		               &action.remote, NULL);
	action.kind = BR_ACTION_DATAGRAM;
	action.payload = (struct br_octets){.data = target, .size = size};
	br_outbox_put(context->outbox, &action);
	return true;
}
