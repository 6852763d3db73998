/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/replay/player.h"

#include <stdio.h>
#include <string.h>

#include "core/base/address.h"
#include "core/base/text.h"
#include "core/formats/dhcp6_message.h"
#include "core/formats/dhcp_message.h"
#include "core/formats/tftp_packet.h"

/* Theory of operation
 *
 * The client is a host on the stage, and this its user. Asking sends the first packet and lets
 * virtual time pass; what comes back calls datagram(), stream() or unreachable(), which keep DHCP
 * in the inbox, or go on with the transfer under way and count what it is made of. Time passes
 * until that is over (.busy) or for as long as the patience is.
 *
 * A transfer is ended as the recorded client ended it: at the OACK, after so many blocks, or whole.
 */
#define TFTP_PATIENCE (60 * BR_S) /* for the whole of a transfer */
#define HTTP_PATIENCE (60 * BR_S)

static void send(struct br_player *p, const struct br_endpoint *from, const struct br_endpoint *to,
                 struct br_octets payload)
{
	struct br_datagram d = {.local = *from, .remote = *to, .payload = payload};

	(void)br_host_udp_send(p->stage.client, &d);
}

/* TFTP, as seen by the recorded client */

static void send_tftp(struct br_player *p, const void *octets, size_t size)
{
	send(p, &p->tftp.client, &p->tftp.server, (struct br_octets){octets, size});
}

static void send_ack(struct br_player *p)
{
	uint8_t buffer[4];
	struct br_writer w = br_writer_of(buffer, sizeof(buffer));

	br_tftp_put_ack(&w, (uint16_t)p->tftp.blocks);
	p->tftp.unacknowledged = 0;
	send_tftp(p, buffer, br_written(&w));
}

static void end_by_error(struct br_player *p, uint16_t code, const char *text)
{
	uint8_t buffer[64];
	struct br_writer w = br_writer_of(buffer, sizeof(buffer));

	br_tftp_put_error(&w, code, text);
	send_tftp(p, buffer, br_written(&w));
	p->tftp.busy = false;
}

static void take_oack(struct br_player *p, const struct br_tftp_packet *packet)
{
	struct br_player_tftp *t = &p->tftp;
	struct br_writer w = br_writer_of(t->granted, sizeof(t->granted) - 1);
	uint64_t value;

	if (t->blocks > 0 || t->oack)
		return;
	t->oack = true;
	for (size_t i = 0; i < packet->options; i++) {
		const struct br_tftp_option *o = &packet->option[i];

		if (i > 0)
			br_put_u8(&w, ' ');
		br_put_bytes(&w, o->name.data, o->name.size);
		br_put_u8(&w, '=');
		br_put_bytes(&w, o->value.data, o->value.size);
		if (br_text_is_nocase(o->name, "blksize") &&
		    br_tftp_option_number(o, 8, BR_TFTP_BLKSIZE_MAX, &value))
			t->block_size = (uint32_t)value;
		if (br_text_is_nocase(o->name, "windowsize") &&
		    br_tftp_option_number(o, 1, BR_TFTP_WINDOWSIZE_MAX, &value))
			t->window_size = (uint32_t)value;
	}
	(void)br_text_end(&w);
	if (t->probe)
		end_by_error(p, BR_TFTP_ERROR_OPTION, "User aborted the transfer");
	else
		send_ack(p);
}

static void take_data(struct br_player *p, const struct br_tftp_packet *packet)
{
	struct br_player_tftp *t = &p->tftp;

	if (packet->block != (uint16_t)(t->blocks + 1)) {
		send_ack(p); /* the last one in order, as EDK2 does */
		return;
	}
	if (t->file &&
	    br_files_compare(p->stage.setup.store, t->file, t->octets, packet->data) == 1)
		t->wrong++;
	t->blocks++;
	t->octets += packet->data.size;
	t->complete = packet->data.size < t->block_size;
	if (t->complete || ++t->unacknowledged >= t->window_size)
		send_ack(p);
	if (t->complete)
		t->busy = false;
	else if (t->blocks_max > 0 && t->blocks >= t->blocks_max)
		end_by_error(p, BR_TFTP_ERROR_UNDEFINED, "the recorded client stopped here");
}

static void take_tftp(struct br_player *p, const struct br_datagram *d)
{
	struct br_player_tftp *t = &p->tftp;
	struct br_tftp_packet packet;

	if (t->server.port == BR_TFTP_PORT && memcmp(d->remote.ip, t->server.ip, 16) == 0)
		t->server.port = d->remote.port;
	if (!br_endpoint_equal(&d->remote, &t->server) || br_tftp_parse(d->payload, &packet) < 0)
		return;
	t->answered = true;
	if (packet.opcode == BR_TFTP_OACK) {
		take_oack(p, &packet);
	} else if (packet.opcode == BR_TFTP_DATA) {
		take_data(p, &packet);
	} else if (packet.opcode == BR_TFTP_ERROR) {
		t->error = true;
		t->error_code = packet.code;
		t->busy = false;
	}
}

static void datagram(void *context, const struct br_datagram *d, br_time now)
{
	struct br_player *p = context;

	(void)now;
	if (p->tftp.busy && d->local.port == p->tftp.client.port) {
		take_tftp(p, d);
		return;
	}
	if (p->received == BR_PLAYER_INBOX || d->payload.size > BR_PLAYER_DATAGRAM)
		return;
	struct br_player_datagram *in = &p->inbox[p->received++];

	in->from = d->remote;
	in->to = d->local;
	in->taken = false;
	in->size = d->payload.size;
	memcpy(in->octets, d->payload.data, d->payload.size);
}

static void unreachable(void *context, const struct br_endpoint *local,
                        const struct br_endpoint *remote, uint16_t icmp, br_time now)
{
	struct br_player *p = context;

	(void)remote;
	(void)icmp;
	(void)now;
	if (p->tftp.busy && local->port == p->tftp.client.port) {
		p->tftp.unreachable = true;
		p->tftp.busy = false;
	}
}

/* HTTP */

static void take_head(struct br_player_http *h, const struct br_http_head *head)
{
	const struct br_http_field *type = br_http_field_find(head, "Content-Type");
	const struct br_http_field *length = br_http_field_find(head, "Content-Length");

	h->status = head->status;
	h->keeps_alive = br_http_keep_alive(head);
	h->has_length = length && br_text_get_decimal(length->value, UINT64_MAX, &h->length);
	if (type && type->value.size < sizeof(h->type)) {
		memcpy(h->type, type->value.data, type->value.size);
		h->type[type->value.size] = '\0';
	}
}

static void take_stream(struct br_player *p, struct br_octets data)
{
	struct br_player_http *h = &p->http;
	struct br_http_head head;
	uint16_t status;
	size_t before = h->head_size, step;

	if (h->status == 0) {
		step = sizeof(h->head) - before < data.size ? sizeof(h->head) - before : data.size;
		memcpy(h->head + before, data.data, step);
		h->head_size += step;
		if (br_http_parse(BR_HTTP_RESPONSE, (struct br_octets){h->head, h->head_size},
		                  sizeof(h->head), &h->looked, &head, &status) != 1)
			return;
		take_head(h, &head);
		data.data += head.size - before;
		data.size -= head.size - before;
	}
	if (h->file && h->status == 200 && data.size > 0 &&
	    br_files_compare(p->stage.setup.store, h->file, h->octets, data) == 1)
		h->wrong++;
	h->octets += data.size;
	h->complete = h->to_head || (h->has_length && h->octets >= h->length);
	if (h->complete)
		h->busy = false;
}

static void stream(void *context, uint32_t number, enum br_stream_event event, int error,
                   struct br_octets data, br_time now)
{
	struct br_player *p = context;
	struct br_player_http *h = &p->http;

	(void)now;
	(void)error;
	if (!h->busy || number != h->stream)
		return;
	switch (event) {
	case BR_STREAM_OPENED:
		h->opened = true;
		(void)br_host_stream_write(p->stage.client, number,
		                           (struct br_octets){h->request, h->request_size});
		break;
	case BR_STREAM_DATA:
		take_stream(p, data);
		break;
	case BR_STREAM_END:
	case BR_STREAM_GONE:
		h->gone = true;
		h->busy = false;
		break;
	case BR_STREAM_CREDIT:
		break;
	}
}

/* The door */

static struct br_host_user user_of(struct br_player *player)
{
	return (struct br_host_user){.context = player,
	                             .datagram = datagram,
	                             .stream = stream,
	                             .unreachable = unreachable};
}

int br_player_init(struct br_player *player, const struct br_story *story,
                   const struct br_attempt *attempt, const struct br_tape *tape,
                   struct br_setup_words *words)
{
	const struct br_host_user user = user_of(player);
	int error;

	player->received = 0;
	player->tftp = (struct br_player_tftp){0};
	player->http = (struct br_player_http){0};
	error = br_replay_stage_init(&player->stage, story, attempt, tape, &user, words);
	if (error == 0)
		error = br_host_udp_open(player->stage.client, BR_DHCP_PORT_CLIENT);
	if (error == 0)
		error = br_host_udp_open(player->stage.client, BR_DHCP_PORT_PXE);
	if (error == 0)
		error = br_host_udp_open(player->stage.client, BR_DHCP6_PORT_CLIENT);
	return error;
}

void br_player_reset(struct br_player *player)
{
	br_replay_stage_reset(&player->stage);
}

void br_player_set_address(struct br_player *player, uint32_t address)
{
	br_host_set_address(player->stage.client, 0, address, 0);
}

void br_player_have_address6(struct br_player *player, const uint8_t ip[16])
{
	if (player->stage.setup.six.on && !br_ip_is_ipv4(ip) && !br_ip_is_zero(ip))
		(void)br_host_add_address6(player->stage.client, 0, ip,
		                           player->stage.setup.six.bits, true);
}

static void pass(struct br_player *p, const bool *busy, br_time patience)
{
	br_time until = p->stage.clock.now + patience;

	while ((!busy || *busy) && br_clock_step(&p->stage.clock, until))
		;
}

void br_player_ask(struct br_player *player, const struct br_endpoint *from,
                   const struct br_endpoint *to, struct br_octets message, br_time patience)
{
	player->received = 0;
	send(player, from, to, message);
	pass(player, NULL, patience);
}

void br_player_relay(struct br_player *player, uint32_t giaddr, const struct br_endpoint *to,
                     struct br_octets message, br_time patience)
{
	const struct br_host_user user = user_of(player);
	struct br_datagram d = {.local = br_endpoint_ipv4(giaddr, BR_DHCP_PORT_SERVER),
	                        .payload = message};

	player->received = 0;
	if (br_replay_stage_add_relay(&player->stage, giaddr, &user) < 0)
		return;
	for (size_t i = 0; i < (to ? 1 : player->stage.setup.servers); i++) {
		d.remote = to ? *to
		              : br_endpoint_ipv4(player->stage.setup.server[i].address,
		                                 BR_DHCP_PORT_SERVER);
		(void)br_host_udp_send(player->stage.relay, &d);
	}
	pass(player, NULL, patience);
}

void br_player_relay6(struct br_player *player, const uint8_t ip[16], const struct br_endpoint *to,
                      struct br_octets message, br_time patience)
{
	const struct br_host_user user = user_of(player);
	struct br_datagram d = {
		.local = {.port = BR_DHCP6_PORT_SERVER}, .remote = *to, .payload = message};

	player->received = 0;
	if (br_replay_stage_add_relay6(&player->stage, ip, &user) < 0)
		return;
	memcpy(d.local.ip, ip, sizeof(d.local.ip));
	(void)br_host_udp_send(player->stage.relay, &d);
	pass(player, NULL, patience);
}

/* As the store has it. */
static const char *stored(const char *name)
{
	return name + strspn(name, "/");
}

void br_player_tftp(struct br_player *player, const struct br_story_file *file)
{
	const struct br_talk_tftp *r = &file->exchange->tftp;
	struct br_player_tftp *t = &player->tftp;
	uint8_t buffer[600];
	struct br_writer w = br_writer_of(buffer, sizeof(buffer));
	const char *asked = r->asked;

	*t = (struct br_player_tftp){.client = r->client,
	                             .server = r->server,
	                             .busy = true,
	                             .block_size = BR_TFTP_BLKSIZE_DEFAULT,
	                             .window_size = 1};
	t->server.port = BR_TFTP_PORT;
	t->file = br_text_is_nocase(br_text(r->mode), "octet") ? stored(r->file) : NULL;
	t->probe = file->outcome == BR_OUTCOME_PROBE || file->outcome == BR_OUTCOME_NO_SIZE ||
	           file->outcome == BR_OUTCOME_NO_OPTIONS;
	if (file->outcome != BR_OUTCOME_COMPLETE && r->blocks > 0)
		t->blocks_max = r->blocks;
	br_put_be16(&w, r->write ? BR_TFTP_WRQ : BR_TFTP_RRQ);
	br_text_put(&w, r->file);
	br_put_u8(&w, 0);
	br_text_put(&w, r->mode);
	br_put_u8(&w, 0);
	for (; *asked && !w.bad; asked++) /* "a=1 b=2" becomes a 0 1 0 b 0 2 0 */
		br_put_u8(&w, *asked == '=' || *asked == ' ' ? 0 : (uint8_t)*asked);
	if (r->asked[0])
		br_put_u8(&w, 0);
	br_player_have_address6(player, t->client.ip);
	(void)br_host_udp_open(player->stage.client, t->client.port);
	send_tftp(player, buffer, br_written(&w));
	pass(player, &t->busy, TFTP_PATIENCE);
	t->busy = false;
	pass(player, NULL, BR_S / 2); /* what is still on the wire */
	if (t->client.port != BR_DHCP_PORT_PXE && t->client.port != BR_DHCP_PORT_CLIENT)
		br_host_udp_close(player->stage.client, t->client.port);
	player->received = 0;
}

void br_player_http(struct br_player *player, const struct br_story_file *file)
{
	const struct br_talk_tcp *c = &file->exchange->tcp;
	const struct br_talk_http *r = &c->request[file->index];
	struct br_player_http *h = &player->http;
	struct br_endpoint local = {.port = 0};
	int size, number;

	*h = (struct br_player_http){
		.busy = true, .to_head = !strcmp(r->method, "HEAD"), .file = stored(r->target)};
	size = snprintf((char *)h->request, sizeof(h->request),
	                "%s %s HTTP/1.%u\r\n%s%s%s%s%s%s\r\n", r->method, r->target, r->minor,
	                r->host[0] ? "Host: " : "", r->host, r->host[0] ? "\r\n" : "",
	                r->range[0] ? "Range: " : "", r->range, r->range[0] ? "\r\n" : "");
	br_player_have_address6(player, c->client.ip);
	number = size < 0 || (size_t)size >= sizeof(h->request)
	                 ? -1
	                 : br_host_tcp_connect(player->stage.client, &local, &c->server);
	if (number < 0) {
		h->busy = false;
		return;
	}
	h->request_size = (size_t)size;
	h->stream = (uint32_t)number;
	pass(player, &h->busy, HTTP_PATIENCE);
	h->busy = false;
	br_host_stream_reset(player->stage.client, h->stream);
	pass(player, NULL, BR_S / 10);
}
