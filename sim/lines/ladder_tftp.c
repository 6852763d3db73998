/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/lines/ladder_tftp.h"

#include <string.h>

#include "core/formats/tftp_packet.h"

enum {
	SAY_EVERY_MS = 100,  /* of the frames' own time, while a transfer grows */
	BODY_SHOWN_MAX = 64, /* octets of a file name or a text */
};

static bool same_ip(const struct br_endpoint *a, const struct br_endpoint *b)
{
	return !memcmp(a->ip, b->ip, sizeof(a->ip));
}

/* The transfer a datagram belongs to, from either end. */
static struct br_ladder_tftp_flow *find(struct br_ladder_tftp *tftp, const struct br_packet *packet,
                                        bool *ret_from_client)
{
	for (size_t i = 0; i < BR_LADDER_TFTP_MAX; i++) {
		size_t place = (tftp->latest + BR_LADDER_TFTP_MAX - i) % BR_LADDER_TFTP_MAX;
		struct br_ladder_tftp_flow *flow = &tftp->flow[place];

		if (!flow->used)
			continue;
		if (br_endpoint_equal(&packet->src, &flow->client) &&
		    br_endpoint_equal(&packet->dst, &flow->server)) {
			*ret_from_client = true;
			return flow;
		}
		if (br_endpoint_equal(&packet->dst, &flow->client) &&
		    same_ip(&packet->src, &flow->server) &&
		    (!flow->server.port || flow->server.port == packet->src.port)) {
			flow->server.port = packet->src.port;
			*ret_from_client = false;
			return flow;
		}
	}
	return NULL;
}

static void say_data(struct br_ladder_tftp_flow *flow, struct br_pen *pen, br_time at, bool growing)
{
	const struct br_endpoint *from = flow->writes ? &flow->client : &flow->server;
	const struct br_endpoint *to = flow->writes ? &flow->server : &flow->client;

	flow->said_at = at;
	br_pen_begin(pen, flow->data_at, from, NULL, to);
	br_pen_put(pen, "tftp data %s %llu blocks of %u, %llu acks, ", flow->file,
	           (unsigned long long)flow->blocks, flow->blksize, (unsigned long long)flow->acks);
	br_pen_put_rate(pen, flow->octets, at > flow->data_at ? at - flow->data_at : 0);
	if (flow->again)
		br_pen_put(pen, ", %llu sent again", (unsigned long long)flow->again);
	if (!growing && !flow->last_block)
		br_pen_put(pen, ", not to the end");
	br_pen_say(pen, growing);
}

static void end(struct br_ladder_tftp_flow *flow, struct br_pen *pen, br_time at)
{
	if (flow->blocks)
		say_data(flow, pen, at, false);
	flow->used = false;
}

static void put_options(struct br_pen *pen, const struct br_tftp_packet *packet)
{
	for (size_t i = 0; i < packet->options; i++) {
		br_pen_put(pen, " ");
		br_pen_put_octets(pen, packet->option[i].name, BODY_SHOWN_MAX);
		br_pen_put(pen, "=");
		br_pen_put_octets(pen, packet->option[i].value, BODY_SHOWN_MAX);
	}
}

static void set_file(struct br_ladder_tftp_flow *flow, struct br_octets file)
{
	size_t size = file.size < sizeof(flow->file) ? file.size : sizeof(flow->file) - 1;

	for (size_t i = 0; i < size; i++)
		flow->file[i] =
			(char)(file.data[i] > 0x20 && file.data[i] < 0x7f ? file.data[i] : '.');
	flow->file[size] = '\0';
}

static struct br_ladder_tftp_flow *make_room(struct br_ladder_tftp *tftp, struct br_pen *pen,
                                             br_time at)
{
	size_t oldest = 0;

	for (size_t i = 0; i < BR_LADDER_TFTP_MAX; i++) {
		if (!tftp->flow[i].used) {
			oldest = i;
			break;
		}
		if (tftp->flow[i].used_at < tftp->flow[oldest].used_at)
			oldest = i;
	}
	if (tftp->flow[oldest].used)
		end(&tftp->flow[oldest], pen, at);
	tftp->latest = oldest;
	return &tftp->flow[oldest];
}

static void see_request(struct br_ladder_tftp *tftp, struct br_pen *pen,
                        const struct br_packet *packet, const struct br_tftp_packet *request,
                        br_time at)
{
	struct br_ladder_tftp_flow *flow = NULL;
	bool again = false;

	for (size_t i = 0; i < BR_LADDER_TFTP_MAX && !flow; i++) {
		struct br_ladder_tftp_flow *other = &tftp->flow[i];

		if (other->used && br_endpoint_equal(&other->client, &packet->src) &&
		    same_ip(&other->server, &packet->dst)) {
			again = !other->server.port; /* nobody has answered the first one */
			end(other, pen, at);
			flow = other;
		}
	}
	if (!flow)
		flow = make_room(tftp, pen, at);
	*flow = (struct br_ladder_tftp_flow){
		.used = true,
		.writes = request->opcode == BR_TFTP_WRQ,
		.client = packet->src,
		.server = packet->dst,
		.blksize = BR_TFTP_BLKSIZE_DEFAULT,
		.began_at = at,
		.used_at = at,
	};
	flow->server.port = 0;
	set_file(flow, request->file);
	br_pen_begin(pen, at, &packet->src, packet->eth_src, &packet->dst);
	br_pen_put(pen, "tftp %s %s", flow->writes ? "wrq" : "rrq", flow->file);
	put_options(pen, request);
	if (again)
		br_pen_put(pen, "  (again: no answer)");
	br_pen_say(pen, false);
}

static void see_data(struct br_ladder_tftp_flow *flow, struct br_pen *pen,
                     const struct br_packet *packet, uint16_t block, br_time at)
{
	uint16_t ahead = (uint16_t)(block - (uint16_t)flow->block);
	uint32_t size = packet->payload_size - BR_TFTP_HEAD_SIZE;

	if (!flow->blocks)
		flow->data_at = at;
	if (ahead == 0 || ahead >= 0x8000) {
		flow->again++;
		return;
	}
	flow->block += ahead;
	flow->blocks++;
	flow->octets += size;
	if (size < flow->blksize)
		flow->last_block = true;
	if (flow->blocks > 1 && at - flow->said_at >= SAY_EVERY_MS * BR_MS)
		say_data(flow, pen, at, true);
}

static void see_error(struct br_ladder_tftp_flow *flow, struct br_pen *pen,
                      const struct br_packet *packet, const struct br_tftp_packet *error,
                      br_time at)
{
	end(flow, pen, at);
	br_pen_begin(pen, at, &packet->src, packet->eth_src, &packet->dst);
	br_pen_put(pen, "tftp error %u %s", error->code, flow->file);
	if (error->text.size) {
		br_pen_put(pen, " \"");
		br_pen_put_octets(pen, error->text, BODY_SHOWN_MAX);
		br_pen_put(pen, "\"");
	}
	br_pen_say(pen, false);
}

static void see_oack(struct br_ladder_tftp_flow *flow, struct br_pen *pen,
                     const struct br_packet *packet, const struct br_tftp_packet *oack, br_time at)
{
	const struct br_tftp_option *option = br_tftp_option_find(oack, "blksize");
	uint64_t blksize;

	if (option &&
	    br_tftp_option_number(option, BR_TFTP_BLKSIZE_MIN, BR_TFTP_BLKSIZE_MAX, &blksize))
		flow->blksize = (uint32_t)blksize;
	br_pen_begin(pen, at, &packet->src, packet->eth_src, &packet->dst);
	br_pen_put(pen, "tftp oack");
	put_options(pen, oack);
	br_pen_say(pen, false);
}

bool br_ladder_tftp_see(struct br_ladder_tftp *tftp, struct br_pen *pen,
                        const struct br_packet *packet, br_time at)
{
	struct br_ladder_tftp_flow *flow;
	struct br_tftp_packet tftp_packet;
	bool from_client;

	if (br_tftp_parse(packet->payload, &tftp_packet) < 0)
		return false;
	if (packet->dst.port == BR_TFTP_PORT &&
	    (tftp_packet.opcode == BR_TFTP_RRQ || tftp_packet.opcode == BR_TFTP_WRQ)) {
		see_request(tftp, pen, packet, &tftp_packet, at);
		return true;
	}
	flow = find(tftp, packet, &from_client);
	if (!flow)
		return false;
	flow->used_at = at;
	if (tftp_packet.opcode == BR_TFTP_DATA) {
		see_data(flow, pen, packet, tftp_packet.block, at);
	} else if (tftp_packet.opcode == BR_TFTP_ACK) {
		flow->acks += tftp_packet.block != 0 || flow->blocks > 0;
		if (flow->last_block && tftp_packet.block == (uint16_t)flow->block)
			end(flow, pen, at);
	} else if (tftp_packet.opcode == BR_TFTP_OACK) {
		see_oack(flow, pen, packet, &tftp_packet, at);
	} else if (tftp_packet.opcode == BR_TFTP_ERROR) {
		see_error(flow, pen, packet, &tftp_packet, at);
	}
	return true;
}

void br_ladder_tftp_finish(struct br_ladder_tftp *tftp, struct br_pen *pen, br_time at)
{
	(void)at;
	for (size_t i = 0; i < BR_LADDER_TFTP_MAX; i++) {
		if (tftp->flow[i].used)
			end(&tftp->flow[i], pen, tftp->flow[i].used_at);
	}
}
