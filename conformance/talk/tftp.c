/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/talk/tftp.c - a TFTP transfer as one record, RFC 1350 and 2347 to 2349 */
#include "conformance/talk/tftp.h"

#include <string.h>

#include "conformance/talk/clients.h"
#include "conformance/talk/flows.h"
#include "conformance/talk/servers.h"
#include "conformance/talk/text.h"
#include "core/base/text.h"

enum {
	SEEN_BITS = 64, /* of br_talk_tftp.seen */
	PORT_EPHEMERAL = 1024,
};

/* "tsize=0 blksize=1468", as they stood in the packet */
static void options_text(char *target, size_t room, const struct br_tftp_packet *p)
{
	size_t at = 0;

	target[0] = '\0';
	for (size_t i = 0; i < p->options; i++) {
		char name[48], value[48];

		talk_word(name, sizeof(name), p->option[i].name);
		talk_word(value, sizeof(value), p->option[i].value);
		if (at + strlen(name) + strlen(value) + 3 > room)
			return;
		if (at > 0)
			target[at++] = ' ';
		memcpy(target + at, name, strlen(name));
		at += strlen(name);
		target[at++] = '=';
		memcpy(target + at, value, strlen(value) + 1);
		at += strlen(value);
	}
}

static uint32_t number_of(const struct br_tftp_packet *p, const char *name, uint32_t otherwise)
{
	const struct br_tftp_option *o = br_tftp_option_find(p, name);
	uint64_t value;

	return o && br_tftp_option_number(o, 0, UINT32_MAX, &value) ? (uint32_t)value : otherwise;
}

/* A request again from the same endpoint, for the same, and not answered to the end. */
static bool is_repeat(const struct br_talk_tftp *t, const struct br_packet *p, const char *file,
                      const char *asked)
{
	return t->end == BR_TALK_OPEN && t->blocks <= 1 && talk_same_address(&t->server, &p->dst) &&
	       !strcmp(t->file, file) && !strcmp(t->asked, asked);
}

static void request(struct br_talk *talk, const struct seen *seen, bool write)
{
	const struct br_packet *p = seen->packet;
	struct br_talk_exchange *e = talk_flow_find(talk, BR_TALK_TFTP, &p->src);
	struct br_talk_client *client = talk_sender(talk, seen, true);
	char file[BR_TALK_FILE_SIZE], asked[BR_TALK_OPTIONS_SIZE];

	talk_text(file, sizeof(file), talk->tftp.file);
	options_text(asked, sizeof(asked), &talk->tftp);
	if (e && is_repeat(&e->tftp, p, file, asked)) {
		talk_times_add(&e->tftp.request, seen);
		talk_layers(e, seen, true);
		talk_touch(client, e, seen);
		return;
	}
	if (e) {
		if (e->tftp.end == BR_TALK_OPEN)
			e->tftp.end = BR_TALK_REPLACED;
		talk_flow_drop(talk, e);
	}
	if (!client || !(e = talk_add_exchange(talk, client, BR_TALK_TFTP, seen)))
		return;
	struct br_talk_tftp *t = &e->tftp;

	t->client = p->src;
	t->server = p->dst;
	t->server.port = 0;
	t->write = write;
	t->cut = p->payload.size < p->payload_size;
	memcpy(t->file, file, sizeof(t->file));
	memcpy(t->asked, asked, sizeof(t->asked));
	talk_text(t->mode, sizeof(t->mode), talk->tftp.mode);
	t->block_size = BR_TFTP_BLKSIZE_DEFAULT;
	t->window_size = 1;
	t->size = UINT64_MAX;
	t->ttl = p->network == BR_NETWORK_IPV4 ? p->ipv4.ttl : p->ipv6.hop_limit;
	t->last_progress = seen->at;
	talk_times_add(&t->request, seen);
	talk_layers(e, seen, true);
	talk_flow_put(talk, e);
	talk_touch(client, e, seen);
	(void)talk_server(talk, &p->dst);
}

static void progress(struct br_talk_tftp *t, br_time at)
{
	if (at > t->last_progress && at - t->last_progress > t->stall_max)
		t->stall_max = at - t->last_progress;
	t->last_progress = at;
	t->insisted = t->acks_insisted = 0;
}

/* @cut: the capture has a part of it only */
static void oack(struct br_talk_tftp *t, const struct br_tftp_packet *p, bool cut, br_time at)
{
	char granted[BR_TALK_OPTIONS_SIZE];
	uint64_t size;
	const struct br_tftp_option *o = br_tftp_option_find(p, "tsize");

	options_text(granted, sizeof(granted), p);
	if (t->oacks++ == 0) {
		memcpy(t->granted, granted, sizeof(granted));
		t->block_size = number_of(p, "blksize", BR_TFTP_BLKSIZE_DEFAULT);
		t->window_size = number_of(p, "windowsize", 1);
		progress(t, at);
	} else {
		t->insisted++;
	}
	if (o && br_tftp_option_number(o, 0, UINT64_MAX - 1, &size))
		t->size = size;
	if (cut || t->cut)
		return;
	if (p->tail.size > 0)
		t->oack_bad = true;
	for (size_t i = 0; i < p->options; i++) { /* RFC 2347: requested options only */
		char name[24], *found;

		talk_text(name, sizeof(name) - 1, p->option[i].name);
		strcat(name, "=");
		found = strstr(t->asked, name);
		if (!found || (found != t->asked && found[-1] != ' '))
			t->oack_bad = true;
	}
}

/* Block numbers wrap at 65536: the one nearest to what was expected is meant. */
static uint64_t unwrap(uint64_t near, uint16_t block)
{
	int16_t step = (int16_t)(uint16_t)(block - (uint16_t)near);

	return step < 0 && (uint64_t)-step > near ? block : near + (uint64_t)(int64_t)step;
}

static void data(struct br_talk_tftp *t, const struct br_tftp_packet *p, uint64_t size, br_time at)
{
	uint64_t block = unwrap(t->blocks, p->block);

	if (t->blocks == 0 && t->first_data == 0)
		t->first_data = at;
	t->last_data = at;
	if (size > t->block_size) /* the OACK is not in the capture */
		t->block_size = (uint32_t)size;
	if (block == 1)
		t->image = br_image_of(p->data);
	if (block > t->blocks) {
		uint64_t step = block - t->blocks;

		t->missing += step - 1;
		t->seen = step < SEEN_BITS ? t->seen << step | 1 : 1;
		t->blocks = block;
	} else {
		uint64_t back = t->blocks - block;

		if (back >= SEEN_BITS || t->seen >> back & 1 || t->missing == 0) {
			t->repeated++;
			t->insisted++;
			return;
		}
		t->seen |= UINT64_C(1) << back;
		t->missing--;
	}
	t->octets += size;
	progress(t, at);
	if (size < t->block_size)
		t->last_block = true;
}

static void ack(struct br_talk_tftp *t, uint16_t block16, br_time at)
{
	uint64_t block = unwrap(t->acked, block16);

	t->acks++;
	if (block > t->acked && block <= t->blocks) {
		t->acked = block;
		progress(t, at);
	} else if (t->acks > 1) {
		t->repeated_acks++;
		t->acks_insisted++;
	}
	/* a client that acknowledges the last block one by one has those before it: what is
	 * missing was lost by the recorder
	 */
	if (t->last_block && t->acked == t->blocks && t->end == BR_TALK_OPEN &&
	    (t->missing == 0 || t->window_size == 1)) {
		t->data_unseen = t->missing > 0;
		t->end = BR_TALK_COMPLETE;
	}
}

static void error(struct br_talk_tftp *t, const struct br_tftp_packet *p, bool client)
{
	/* an ERROR behind the last ACK is a way to close (GRUB) and changes nothing */
	if (t->end != BR_TALK_OPEN)
		return;
	if (t->last_block && client && (t->missing == 0 || t->acked == t->blocks)) {
		t->end = BR_TALK_COMPLETE;
		return;
	}
	t->end = client ? BR_TALK_ERROR_CLIENT : BR_TALK_ERROR_SERVER;
	t->error_code = p->code;
	talk_text(t->error_text, sizeof(t->error_text), p->text);
}

/* A packet of the transfer; @client: from it. The server's first port is its TID. */
static void packet(struct br_talk *talk, struct br_talk_exchange *e, const struct seen *seen,
                   bool client)
{
	struct br_talk_tftp *t = &e->tftp;
	const struct br_packet *p = seen->packet;
	const struct br_endpoint *server = client ? &p->dst : &p->src;
	const struct br_tftp_packet *tftp = &talk->tftp;

	if (!client && (t->server.port == 0 || t->answered == 0)) {
		struct br_talk_server *s = talk_server_speaks(talk, seen);

		if (s)
			s->tftp++;
		if (talk_same_address(&t->server, server))
			t->server.port = server->port;
		t->answered = seen->at;
	}
	if (!client)
		talk_layers(e, seen, false);
	if (!br_endpoint_equal(&t->server, server)) {
		t->foreign++;
		if (!client && tftp->opcode == BR_TFTP_DATA && !t->write &&
		    tftp->block == (uint16_t)(t->blocks + t->foreign_next + 1))
			t->foreign_next++;
		t->foreign_from = *server;
		return;
	}
	uint64_t acked = t->acked, acks = t->acks, repeated = t->repeated, oacks = t->oacks;

	/* lengths come from the headers: the capture may have cut the payload */
	if (tftp->opcode == BR_TFTP_DATA && client == t->write)
		data(t, tftp, p->payload_size - BR_TFTP_HEAD_SIZE, seen->at);
	else if (tftp->opcode == BR_TFTP_ACK && client != t->write)
		ack(t, tftp->block, seen->at);
	else if (tftp->opcode == BR_TFTP_OACK && !client)
		oack(t, tftp, p->payload.size < p->payload_size, seen->at);
	else if (tftp->opcode == BR_TFTP_ERROR)
		error(t, tftp, client);
	if (client && (t->acked > acked || (t->acks == 1 && acks == 0)))
		talk_heard(e);
	else if (!client &&
	         (t->acks == 0 || t->repeated > repeated || (oacks > 0 && t->oacks > oacks)))
		talk_unheard(e, seen);
}

/* It looks like part of a transfer whose request was not recorded. */
static void late(struct br_talk *talk, const struct br_packet *p)
{
	uint16_t opcode = br_tftp_opcode(p->payload);

	if (p->src.port < PORT_EPHEMERAL || p->dst.port < PORT_EPHEMERAL ||
	    p->dst.port == BR_DHCP_PORT_PXE || p->payload.size < BR_TFTP_HEAD_SIZE)
		return;
	if (opcode == BR_TFTP_DATA && p->payload_size > BR_TFTP_HEAD_SIZE) {
		talk->late.data++;
		talk->late.from = p->src;
		talk->late.to = p->dst;
	} else if (opcode == BR_TFTP_ACK && p->payload_size == BR_TFTP_HEAD_SIZE) {
		talk->late.acks++;
	}
}

bool talk_tftp(struct br_talk *talk, const struct seen *seen)
{
	const struct br_packet *p = seen->packet;
	struct br_talk_exchange *from = NULL, *to = NULL;

	if (p->dst.port != BR_TFTP_PORT) {
		from = talk_flow_find(talk, BR_TALK_TFTP, &p->src);
		to = from ? NULL : talk_flow_find(talk, BR_TALK_TFTP, &p->dst);
		if (!from && !to) {
			late(talk, p);
			return false;
		}
	}
	if (br_tftp_parse(p->payload, &talk->tftp) < 0)
		return from || to;
	if (p->dst.port == BR_TFTP_PORT && !from &&
	    (talk->tftp.opcode == BR_TFTP_RRQ || talk->tftp.opcode == BR_TFTP_WRQ)) {
		request(talk, seen, talk->tftp.opcode == BR_TFTP_WRQ);
		return true;
	}
	if (!from && !to) /* a server that answers from port 69 itself */
		from = talk_flow_find(talk, BR_TALK_TFTP, &p->src);
	if (!from && !to)
		return false;
	packet(talk, from ? from : to, seen, from != NULL);
	talk_touch(from ? talk_find_address(talk, &p->src) : talk_find_address(talk, &p->dst),
	           from ? from : to, seen);
	return true;
}
