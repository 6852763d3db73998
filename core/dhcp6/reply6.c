/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/dhcp6/reply6.h"

#include "core/base/text.h"
#include "core/defect.h"

enum {
	UDP_IP_SIZE = 48,
	MTU_MIN = 1280, /* of any link, RFC 8200 §5 */
};

static size_t size_max(uint32_t mtu)
{
	size_t size = (mtu < MTU_MIN ? MTU_MIN : mtu) - UDP_IP_SIZE;

	if (BR_DEFECT(D6_NB_14))
		return 2000;
	if (mtu == 0 || size > BR_REPLY6_SIZE_MAX)
		size = BR_REPLY6_SIZE_MAX;
	return size;
}

/* RFC 8415 §19.3; what else a relay said is for the server's eyes. */
static void begin_relay(struct br_dhcp6_reply *reply, size_t level)
{
	struct br_dhcp6_relay relay = reply->request->level[level];
	static const uint16_t back[] = {BR_DHCP6_OPTION_INTERFACE_ID, BR_DHCP6_OPTION_RELAY_PORT};

	relay.type = BR_DHCP6_TYPE_RELAY_REPLY;
	if (BR_DEFECT(R6_SRV_01))
		relay.hops = 0;
	br_dhcp6_put_relay(&reply->w, &relay);
	for (size_t i = 0; i < sizeof(back) / sizeof(back[0]); i++) {
		struct br_octets value = br_dhcp6_find(relay.options, back[i]);

		if (value.data && !(BR_DEFECT(R6_SRV_02) && i == 0))
			br_dhcp6_put(&reply->w, back[i], value.data, value.size);
	}
	reply->relayed[level] = br_dhcp6_begin(&reply->w, BR_DHCP6_OPTION_RELAYED);
}

bool br_reply6_begin(struct br_dhcp6_reply *reply, const struct br_context *context,
                     const struct br_dhcp6_message *request, enum br_dhcp6_type type,
                     struct br_octets server_id, uint32_t mtu)
{
	struct br_octets client_id = br_dhcp6_find(request->options, BR_DHCP6_OPTION_CLIENT_ID);
	size_t size = size_max(mtu);
	uint8_t *target = br_outbox_lend(context->outbox, size);

	if (!target)
		return false;
	*reply = (struct br_dhcp6_reply){
		.request = request,
		.wanted = br_dhcp6_find(request->options, BR_DHCP6_OPTION_ORO),
		.w = br_writer_of(target, size),
	};
	for (size_t i = 0; i < request->levels; i++)
		begin_relay(reply, i);
	br_dhcp6_put_head(&reply->w, (uint8_t)type, request->xid + (BR_DEFECT(D6_ADV_02) ? 1 : 0));
	if (client_id.data)
		br_reply6_put(reply, BR_DHCP6_OPTION_CLIENT_ID, BR_REPLY6_MUST, client_id.data,
		              client_id.size - (BR_DEFECT(D6_ADV_01) ? 1 : 0));
	br_reply6_put(reply, BR_DHCP6_OPTION_SERVER_ID, BR_REPLY6_MUST, server_id.data,
	              server_id.size);
	return true;
}

bool br_reply6_asked(const struct br_dhcp6_reply *reply, uint16_t code)
{
	struct br_reader r = br_reader_of(reply->wanted.data, reply->wanted.size);

	while (br_left(&r) >= 2) {
		if (br_get_be16(&r) == code)
			return true;
	}
	return false;
}

static bool is_there(const struct br_dhcp6_reply *reply, uint16_t code)
{
	for (size_t i = 0; i < reply->codes; i++) {
		if (reply->code[i] == code)
			return true;
	}
	return false;
}

void br_reply6_put(struct br_dhcp6_reply *reply, uint16_t code, enum br_reply6_need need,
                   const void *value, size_t size)
{
	if (BR_DEFECT(D6_FMT_01) && need == BR_REPLY6_ASKED && br_reply6_asked(reply, code))
		br_dhcp6_put(&reply->w, code, value, size);
	if (is_there(reply, code) || reply->codes == BR_REPLY6_CODES_MAX ||
	    (need == BR_REPLY6_ASKED && !br_reply6_asked(reply, code)))
		return;
	if (need != BR_REPLY6_MUST && br_room(&reply->w) < 4 + size) {
		reply->left_out = code;
		return;
	}
	reply->code[reply->codes++] = code;
	br_dhcp6_put(&reply->w, code, value, size);
}

bool br_reply6_send(struct br_dhcp6_reply *reply, const struct br_context *context,
                    const struct br_action *datagram)
{
	struct br_action action = *datagram;
	char text[8];
	struct br_writer code = br_writer_of(text, sizeof(text));

	for (size_t i = reply->request->levels; i > 0; i--)
		br_dhcp6_end(&reply->w, reply->relayed[i - 1]);
	if (reply->w.bad) {
		br_outbox_note(context->outbox, BR_NOTE_DHCP6_REPLY_TOO_LONG, action.link,
		               &action.remote, NULL);
		return false;
	}
	if (reply->left_out != 0) {
		br_text_put_decimal(&code, reply->left_out);
		br_outbox_note(context->outbox, BR_NOTE_DHCP6_OPTION_LEFT_OUT, action.link,
		               &action.remote, br_text_end(&code));
	}
	action.kind = BR_ACTION_DATAGRAM;
	action.payload = (struct br_octets){reply->w.start, br_written(&reply->w)};
	br_outbox_put(context->outbox, &action);
	return true;
}
