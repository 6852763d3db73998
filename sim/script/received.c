/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/received.h"

#include <stdio.h>
#include <string.h>

#include "core/base/path.h"
#include "core/base/text.h"

void br_received_init(struct br_received *received, struct br_world *world)
{
	received->world = world;
	received->flows = 0;
	received->receipts = 0;
}

static const char *file_at(const struct br_received *received, const char *request, size_t size)
{
	const struct br_script *s = received->world->script;
	char path[BR_PATH_SIZE];

	if (br_path_clean((struct br_octets){(const uint8_t *)request, size}, path) < 0)
		return NULL;
	for (size_t i = 0; i < s->files; i++) {
		if (!strcmp(s->file[i].path, path))
			return s->file[i].path;
	}
	return NULL;
}

/* The script's file that a request means: "//boot.efi?x" */
static const char *file_of(const struct br_received *received, const char *request)
{
	const char *file = file_at(received, request, strlen(request));

	return file ? file : file_at(received, request, strcspn(request, "?#"));
}

static struct br_receipt *receipt_of(struct br_received *received, size_t node, const char *path)
{
	const char *file = file_of(received, path);
	struct br_file_info info;
	struct br_receipt *r;

	for (size_t i = 0; file && i < received->receipts; i++) {
		r = &received->receipt[i];
		if (r->node == node && r->file == file)
			return r;
	}
	if (!file || received->receipts == BR_RECEIPTS_MAX ||
	    br_file_store_info(received->world->files, file, &info) < 0)
		return NULL;
	r = &received->receipt[received->receipts++];
	*r = (struct br_receipt){.node = node, .file = file, .size = info.size};
	return r;
}

void br_received_octets(struct br_received *received, size_t node, const char *path,
                        uint64_t offset, struct br_octets octets, bool end)
{
	struct br_receipt *r = receipt_of(received, node, path);

	if (!r)
		return;
	if (octets.size > 0 && !r->wrong &&
	    br_files_compare(received->world->files, r->file, offset, octets) != 0) {
		r->wrong = true;
		r->wrong_at = offset;
	}
	if (offset <= r->prefix && offset + octets.size > r->prefix)
		r->prefix = offset + octets.size;
	if (end && r->prefix == r->size)
		r->whole = true;
}

const struct br_receipt *br_received_find(const struct br_received *received, size_t node,
                                          const char *name)
{
	const char *file = file_of(received, name);

	for (size_t i = 0; i < received->receipts; i++) {
		if (received->receipt[i].node == node && received->receipt[i].file == file)
			return &received->receipt[i];
	}
	return NULL;
}

static void begin_flow(struct br_received *received, const struct br_seen *seen,
                       const struct br_tftp_packet *packet)
{
	struct br_flow *flow = &received->flow[received->flows++ % BR_FLOWS_MAX];

	*flow = (struct br_flow){
		.client = seen->from,
		.server = seen->to,
		.client_port = seen->source.port,
		.octet_mode = br_text_is_nocase(packet->mode, "octet"),
		.blksize = BR_TFTP_BLKSIZE_DEFAULT,
		.windowsize = 1,
	};
	snprintf(flow->file, sizeof(flow->file), "%.*s", (int)packet->file.size,
	         (const char *)packet->file.data);
}

struct br_flow *br_received_flow(struct br_received *received, int client, uint16_t client_port,
                                 uint16_t server_port)
{
	size_t kept = received->flows < BR_FLOWS_MAX ? received->flows : BR_FLOWS_MAX;

	for (size_t i = 1; i <= kept; i++) { /* the newest first */
		struct br_flow *flow = &received->flow[(received->flows - i) % BR_FLOWS_MAX];

		if (flow->client == client && flow->client_port == client_port &&
		    (flow->server_port == 0 || flow->server_port == server_port))
			return flow;
	}
	return NULL;
}

static void take_oack(struct br_flow *flow, const struct br_tftp_packet *packet)
{
	const struct br_tftp_option *blksize = br_tftp_option_find(packet, "blksize"),
				    *windowsize = br_tftp_option_find(packet, "windowsize");
	uint64_t number;

	if (blksize && br_tftp_option_number(blksize, 1, UINT16_MAX, &number))
		flow->blksize = (uint32_t)number;
	if (windowsize && br_tftp_option_number(windowsize, 1, UINT16_MAX, &number))
		flow->windowsize = (uint32_t)number;
	flow->last = BR_FLOW_OACK;
}

static enum br_flow_event take_data(struct br_received *received, struct br_flow *flow,
                                    const struct br_tftp_packet *packet)
{
	uint16_t ahead = (uint16_t)(packet->block - flow->block);

	flow->last = BR_FLOW_DATA;
	if (packet->data.size > flow->blksize)
		return BR_FLOW_OVERSIZED;
	if (ahead == 0 || ahead > UINT16_MAX / 2)
		return BR_FLOW_REPEATED;
	if (ahead > 1)
		return BR_FLOW_AHEAD;
	if (flow->done)
		return BR_FLOW_AHEAD; /* behind the last */
	flow->block = packet->block;
	flow->blocks++;
	flow->done = packet->data.size < flow->blksize;
	if (flow->octet_mode)
		br_received_octets(received, (size_t)flow->client, flow->file, flow->offset,
		                   packet->data, flow->done);
	flow->offset += packet->data.size;
	return BR_FLOW_NEXT;
}

enum br_flow_event br_received_tftp(struct br_received *received, const struct br_seen *seen,
                                    const struct br_tftp_packet *packet, struct br_flow **ret_flow)
{
	struct br_flow *flow;

	if (packet->opcode == BR_TFTP_RRQ && seen->from >= 0 && seen->target.port == BR_TFTP_PORT) {
		begin_flow(received, seen, packet);
		return BR_FLOW_OTHER;
	}
	if (packet->opcode != BR_TFTP_OACK && packet->opcode != BR_TFTP_DATA &&
	    packet->opcode != BR_TFTP_ERROR)
		return BR_FLOW_OTHER;
	flow = br_received_flow(received, seen->to, seen->target.port, seen->source.port);
	if (!flow)
		return BR_FLOW_OTHER;
	if (ret_flow)
		*ret_flow = flow;
	flow->server_port = seen->source.port;
	flow->answered_from = seen->source;
	if (packet->opcode == BR_TFTP_DATA)
		return take_data(received, flow, packet);
	if (packet->opcode == BR_TFTP_OACK)
		take_oack(flow, packet);
	else
		flow->last = BR_FLOW_ERROR;
	return BR_FLOW_OTHER;
}
