/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/models/tftp_client.h"

#include <string.h>

#include "core/base/address.h"
#include "core/base/text.h"
#include "sim/models/firmware_inside.h"

static void time_out(struct br_firmware *fw, br_time now);

static void send_to_peer(struct br_firmware *fw, struct br_octets payload)
{
	struct br_tftp_client *tftp = &fw->tftp;

	const struct br_model *model = fw->model;
	uint32_t ttl = br_ip_is_ipv4(tftp->peer.ip) ? model->tftp_ttl : model->hop_limit6;

	tftp->peer.port = tftp->peer_port ? tftp->peer_port : fw->server.port;
	br_firmware_send_to(fw, tftp->local_port, &tftp->peer, (uint8_t)ttl, payload);
}

static void send_ack(struct br_firmware *fw, uint16_t block)
{
	const uint8_t ack[] = {0, BR_TFTP_ACK, (uint8_t)(block >> 8), (uint8_t)block};

	fw->tftp.last_ack = block;
	send_to_peer(fw, (struct br_octets){ack, sizeof(ack)});
}

/* "8 User aborted the transfer" of the model's file; none if the text is empty */
static void send_error(struct br_firmware *fw, const char *error)
{
	uint8_t buffer[96];
	struct br_writer w = br_writer_of(buffer, sizeof(buffer));

	if (!error[0])
		return;
	br_tftp_put_error(&w, (uint16_t)(error[0] - '0'), error + 2);
	send_to_peer(fw, (struct br_octets){buffer, br_written(&w)});
}

static void send_request(struct br_firmware *fw)
{
	uint8_t buffer[BR_TFTP_REQUEST_SIZE_MAX];
	struct br_writer w = br_writer_of(buffer, sizeof(buffer));

	br_model_rrq_build(fw->model, fw->tftp.probe, fw->file, &w);
	fw->tftp.peer_port = 0; /* an answer to this request may come from another port */
	send_to_peer(fw, (struct br_octets){buffer, br_written(&w)});
}

static void wait(struct br_firmware *fw, br_time now)
{
	const br_time tick = fw->model->tftp_tick_ms * BR_MS;
	br_time at = now + br_firmware_ms(fw, fw->tftp.wait_ms);

	if (tick > 0) { /* the clock ran before: its phase is any */
		br_time phase = fw->machine.mac[5] * (tick / 256);

		at -= (at + phase) % tick;
	}
	br_firmware_wait(fw, at, time_out);
}

static uint32_t first_wait_ms(const struct br_model *model)
{
	return model->tftp_waits.count ? model->tftp_waits.ms[0] : model->tftp_wait_ms;
}

/* Something came that moves the transfer on: the next wait is a first one again. */
static void moved(struct br_firmware *fw, br_time now)
{
	fw->tftp.tries = 1;
	fw->tftp.wait_ms = first_wait_ms(fw->model);
	wait(fw, now);
}

void br_tftp_client_start(struct br_firmware *fw, bool probe, br_time now)
{
	struct br_tftp_client *tftp = &fw->tftp;
	const struct br_model *model = fw->model;

	*tftp = (struct br_tftp_client){
		.state = BR_TFTP_CLIENT_ASKED,
		.probe = probe,
		.peer = fw->server,
		.block = 1,
		.blksize = BR_TFTP_BLKSIZE_DEFAULT,
		.windowsize = 1,
		.tries = 1,
		.wait_ms = first_wait_ms(model),
		.local_port = br_firmware_port(fw, model->tftp_port_min, model->tftp_port_max,
	                                       model->tftp_port_fixed),
	};
	/* of what is opened beside it, by the firmware, whose TFTP shim uses too */
	if (fw->option->tftp_port_step > 1 && tftp->local_port >= fw->option->tftp_port_min &&
	    tftp->local_port <= fw->option->tftp_port_max)
		fw->port_next = (uint16_t)(fw->port_next + fw->option->tftp_port_step - 1);
	if (model->tftp_port_timer) /* U-Boot net/tftp.c tftp_start */
		tftp->local_port =
			(uint16_t)(model->tftp_port_min +
		                   now / BR_MS % (model->tftp_port_max - model->tftp_port_min + 1));
	(void)br_host_udp_open(fw->host, tftp->local_port);
	br_firmware_data_begins(fw);
	br_firmware_step(fw, BR_BOOT_STEP_FILE, now);
	send_request(fw);
	wait(fw, now);
}

static void stop(struct br_firmware *fw)
{
	if (fw->tftp.state == BR_TFTP_CLIENT_OFF)
		return;
	fw->tftp.state = BR_TFTP_CLIENT_OFF;
	br_host_udp_close(fw->host, fw->tftp.local_port);
}

static void end(struct br_firmware *fw, enum br_fetch how, br_time now)
{
	stop(fw);
	br_firmware_wait_no_more(fw);
	br_firmware_fetched(fw, how, now);
}

static void grow(struct br_firmware *fw)
{
	struct br_tftp_client *tftp = &fw->tftp;
	const struct br_model *model = fw->model;

	if (model->tftp_waits.count > tftp->tries) {
		tftp->wait_ms = model->tftp_waits.ms[tftp->tries];
		return;
	}
	switch ((enum br_model_growth)model->tftp_growth) {
	case BR_MODEL_GROWTH_NONE:
		break;
	case BR_MODEL_GROWTH_DOUBLE:
		tftp->wait_ms *= 2;
		break;
	case BR_MODEL_GROWTH_ADD:
		tftp->wait_ms += model->tftp_grow_ms;
		break;
	}
}

/* libnet, tftp.c tftp(): a second without a packet counts, and the count is never taken back.
 * Each fourth asks for the file again until something came; behind the fifth each repeats the
 * last ACK.
 */
static void second_over(struct br_firmware *fw, br_time now)
{
	struct br_tftp_client *tftp = &fw->tftp;
	uint16_t last = (uint16_t)(tftp->block - 1);

	if (tftp->seconds > 4 && tftp->peer_port && last > 1) {
		fw->result.repeated++;
		send_ack(fw, last);
	} else if (!tftp->peer_port && tftp->seconds % 4 == 3) {
		fw->result.repeated++;
		send_request(fw);
	}
	if (++tftp->seconds > fw->model->tftp_patience)
		end(fw, BR_FETCH_TIMEOUT, now);
	else
		wait(fw, now);
}

static void time_out(struct br_firmware *fw, br_time now)
{
	struct br_tftp_client *tftp = &fw->tftp;
	const struct br_model *model = fw->model;

	if (model->tftp_patience > 0) {
		second_over(fw, now);
		return;
	}
	grow(fw);
	if (tftp->tries >= model->tftp_tries ||
	    (model->tftp_wait_max_ms && tftp->wait_ms > model->tftp_wait_max_ms)) {
		end(fw, BR_FETCH_TIMEOUT, now);
		return;
	}
	tftp->tries++;
	fw->result.repeated++;
	if (tftp->state == BR_TFTP_CLIENT_ASKED) {
		send_request(fw);
	} else if (model->tftp_wrong_block == BR_MODEL_WRONG_BLOCK_WAIT) {
		tftp->pending = 0;
		send_ack(fw, (uint16_t)(tftp->block - 1));
	} else {
		send_ack(fw, tftp->last_ack);
	}
	wait(fw, now);
}

static void error_came(struct br_firmware *fw, const struct br_datagram *datagram, br_time now)
{
	struct br_tftp_packet packet;

	if (br_tftp_parse(datagram->payload, &packet) < 0)
		return;
	fw->fetch_code = packet.code;
	end(fw, BR_FETCH_ERROR, now);
}

/* Mtftp4Rrq.c Mtftp4RrqOackValid: an option that was not asked for, but for timeout, of which
 * Mtftp4ParseOption keeps no trace; ovmf-virtio-oackunasked
 */
static bool is_unasked(const struct br_model *model, struct br_octets name)
{
	static const char *const judged[] = {
		[BR_MODEL_RRQ_BLKSIZE] = "blksize",
		[BR_MODEL_RRQ_TSIZE] = "tsize",
		[BR_MODEL_RRQ_WINDOWSIZE] = "windowsize",
	};

	for (size_t i = 0; i < sizeof(judged) / sizeof(judged[0]); i++) {
		if (judged[i] && br_text_is_nocase(name, judged[i]))
			return !memchr(model->rrq_read, (int)i + 1, sizeof(model->rrq_read));
	}
	return false;
}

/* One option of an OACK against what was asked for. False: the model does not take it. */
static bool take_option(struct br_firmware *fw, const struct br_tftp_option *option)
{
	struct br_tftp_client *tftp = &fw->tftp;
	const struct br_model *model = fw->model;
	uint64_t number;
	bool strict = model->oack_error[0];

	if (model->tftp_oack_asked && !tftp->probe && is_unasked(model, option->name))
		return false;
	if (br_text_is_nocase(option->name, "tsize")) {
		if (!br_tftp_option_number(option, 0, UINT64_MAX, &number))
			return !strict;
		fw->file_size = number;
		fw->file_size_known = true;
	} else if (br_text_is_nocase(option->name, "blksize")) {
		uint64_t most = strict ? model->blksize : BR_TFTP_BLKSIZE_MAX;

		if (!br_tftp_option_number(option, BR_TFTP_BLKSIZE_MIN, most, &number))
			return !strict;
		tftp->blksize = (uint32_t)number;
	} else if (br_text_is_nocase(option->name, "windowsize")) {
		if (!br_tftp_option_number(option, 1, model->windowsize, &number))
			return !strict;
		tftp->windowsize = (uint32_t)number;
	} else if (br_text_is_nocase(option->name, "timeout") && model->timeout_s) {
		if (!br_tftp_option_number(option, model->timeout_s, model->timeout_s, &number))
			return !strict;
	}
	return true; /* unknown ones are ignored; tftpextra: timeout=3, not asked for, too */
}

/* A probe wants the size and ends whatever else the OACK says; one that cannot be read has been
 * answered all the same. Mtftp4Impl.c Mtftp4GetInfoCheckPacket, PxeBcMtftp.c
 * PxeBcMtftp4GetFileSize; vms/hostile/oack-probe-refused
 */
static void probe_answered(struct br_firmware *fw, const struct br_tftp_packet *packet, bool fine,
                           br_time now)
{
	for (size_t i = 0; fine && i < packet->options; i++) {
		if (br_text_is(packet->option[i].name, "tsize"))
			(void)take_option(fw, &packet->option[i]);
	}
	send_error(fw, fw->model->probe_end);
	end(fw, fine ? BR_FETCH_SIZE : BR_FETCH_BAD, now);
}

static void oack_came(struct br_firmware *fw, const struct br_datagram *datagram, br_time now)
{
	struct br_tftp_client *tftp = &fw->tftp;
	struct br_tftp_packet packet;
	bool fine = br_tftp_parse(datagram->payload, &packet) == 0;

	if (tftp->state == BR_TFTP_CLIENT_READS)
		return;                 /* Mtftp4RrqHandleOack: late ones do nothing */
	if (fw->model->tftp_oack_asked) /* Mtftp4Option.c Mtftp4ExtractOptions: a NUL at its end */
		fine = fine && datagram->payload.data[datagram->payload.size - 1] == 0;
	if (tftp->probe) {
		probe_answered(fw, &packet, fine, now);
		return;
	}
	for (size_t i = 0; fine && i < packet.options; i++)
		fine = take_option(fw, &packet.option[i]);
	if (!fine) {
		send_error(fw, fw->model->oack_error);
		end(fw, BR_FETCH_BAD, now);
		return;
	}
	if (tftp->state == BR_TFTP_CLIENT_AGREED)
		fw->result.repeated++;
	tftp->state = BR_TFTP_CLIENT_AGREED;
	send_ack(fw, 0);
	moved(fw, now);
}

/* Not the block expected: an old one, or one behind a gap. */
static void wrong_block(struct br_firmware *fw, uint16_t block, br_time now)
{
	struct br_tftp_client *tftp = &fw->tftp;
	bool old = (uint16_t)(tftp->block - block) < 0x8000;
	uint16_t ack = (uint16_t)(tftp->block - 1);

	switch ((enum br_model_wrong_block)fw->model->tftp_wrong_block) {
	case BR_MODEL_WRONG_BLOCK_ACK:
		break;
	case BR_MODEL_WRONG_BLOCK_ONCE:
		if (tftp->complained)
			return;
		tftp->complained = true;
		break;
	case BR_MODEL_WRONG_BLOCK_OWN:
		if (!old)
			return;
		ack = block;
		break;
	case BR_MODEL_WRONG_BLOCK_LIBNET:
		if (!old) {
			end(fw, BR_FETCH_BAD, now);
			return;
		}
		if (block == ack) {
			fw->result.repeated++;
			send_ack(fw, ack);
		}
		wait(fw, now);
		return;
	case BR_MODEL_WRONG_BLOCK_WAIT:
		return;
	}
	tftp->pending = 0;
	fw->result.repeated++;
	send_ack(fw, ack);
	if (fw->model->tftp_wait_from_send)
		moved(fw, now); /* Mtftp4Support.c Mtftp4SendPacket: tries begin anew */
}

static void data_came(struct br_firmware *fw, const struct br_datagram *datagram, br_time now)
{
	struct br_tftp_client *tftp = &fw->tftp;
	struct br_tftp_packet packet;
	struct br_octets data;
	uint16_t block;

	if (br_tftp_parse(datagram->payload, &packet) < 0)
		return;
	block = packet.block;
	data = packet.data;
	if (tftp->state == BR_TFTP_CLIENT_ASKED && (tftp->probe || fw->model->tftp_needs_oack)) {
		send_error(fw, fw->model->no_oack_error);
		end(fw, BR_FETCH_NO_OACK, now);
		return;
	}
	if (data.size > tftp->blksize)
		return;
	if (block != tftp->block) {
		wrong_block(fw, block, now);
		return;
	}
	tftp->state = BR_TFTP_CLIENT_READS;
	tftp->block++;
	tftp->complained = false;
	br_firmware_data_came(fw, data, now);
	if (data.size < tftp->blksize) {
		if (fw->buffer_size && fw->file_octets > fw->buffer_size) {
			/* Mtftp4Rrq.c Mtftp4RrqSaveBlock: known at the last block only */
			send_error(fw, "3 User provided memory block is too small");
			end(fw, BR_FETCH_TOO_LARGE, now);
			return;
		}
		send_ack(fw, block);
		fw->file_size = fw->file_octets;
		end(fw, BR_FETCH_DONE, now);
	} else if (++tftp->pending >= tftp->windowsize) {
		tftp->pending = 0;
		send_ack(fw, block);
		moved(fw, now);
	} else if (!fw->model->tftp_wait_from_send) {
		moved(fw, now);
	}
}

static void packet_came(struct br_firmware *fw, const struct br_datagram *datagram, br_time now)
{
	struct br_tftp_client *tftp = &fw->tftp;
	uint16_t opcode = br_tftp_opcode(datagram->payload);

	if (datagram->payload.size < BR_TFTP_HEAD_SIZE || opcode > UINT8_MAX)
		return;
	if (fw->model->tftp_any_port) {
		tftp->peer_port = datagram->remote.port;
	} else if (!br_ip_equal(datagram->remote.ip, tftp->peer.ip)) {
		if (fw->model->tftp_pins_address || tftp->peer_port)
			return;
		tftp->peer = datagram->remote; /* iPXE, U-Boot */
	}
	if (tftp->peer_port == 0)
		tftp->peer_port = datagram->remote.port;
	else if (tftp->peer_port != datagram->remote.port)
		return; /* RFC 1350 §4 wants ERROR 5 here; none of these clients sends it */
	switch (opcode) {
	case BR_TFTP_DATA:
		data_came(fw, datagram, now);
		break;
	case BR_TFTP_OACK:
		oack_came(fw, datagram, now);
		break;
	case BR_TFTP_ERROR:
		error_came(fw, datagram, now);
		break;
	default:
		break;
	}
}

static bool input(struct br_firmware *fw, const struct br_datagram *datagram, br_time now)
{
	if (fw->tftp.state == BR_TFTP_CLIENT_OFF || datagram->local.port != fw->tftp.local_port)
		return false;
	packet_came(fw, datagram, now);
	return true;
}

static void unreachable(struct br_firmware *fw, uint16_t port, br_time now)
{
	if (fw->tftp.state != BR_TFTP_CLIENT_OFF && port == fw->tftp.local_port &&
	    fw->model->tftp_icmp_stops)
		end(fw, BR_FETCH_UNREACHABLE, now);
}

const struct br_boot_client br_boot_client_tftp = {
	.input = input, .stop = stop, .unreachable = unreachable};
