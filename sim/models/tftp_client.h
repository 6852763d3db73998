/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/models/tftp_client.h - reading a file by TFTP as a model does it
 *
 * RFC 1350, 2347, 2348, 2349, 7440 by the knobs of the model. The path of a DATA
 * packet is short: no parser, no allocation, no move in the timer queue.
 */
#ifndef BR_SIM_MODELS_TFTP_CLIENT_H
#define BR_SIM_MODELS_TFTP_CLIENT_H

#include "core/formats/tftp_packet.h"
#include "sim/models/model.h"
#include "sim/net/host.h"

struct br_firmware;

enum br_tftp_client_state {
	BR_TFTP_CLIENT_OFF,
	BR_TFTP_CLIENT_ASKED,  /* RRQ is out; the peer's port is not known yet */
	BR_TFTP_CLIENT_AGREED, /* OACK came, ACK 0 is out; another OACK is acknowledged again */
	BR_TFTP_CLIENT_READS,  /* DATA came */
};

/**
 * struct br_tftp_client - Part of a firmware
 * @probe:	Only the size is wanted
 * @local_port, @peer_port: Transfer IDs; @peer_port 0 until the first answer
 * @peer:	Address the answers come from; its port is not looked at
 * @block:	The block expected next, low 16 bits
 * @pending:	Blocks taken since the last ACK
 * @last_ack:	What a timeout repeats, unless the RRQ is still unanswered
 * @wait_ms:	The wait at hand
 * @seconds:	libnet: those without a packet, of the whole transfer
 * @complained:	A wrong block was answered since the last right one
 */
struct br_tftp_client {
	enum br_tftp_client_state state;
	bool probe;
	bool complained;
	uint16_t local_port, peer_port;
	struct br_endpoint peer;
	uint16_t block, last_ack;
	uint32_t blksize, windowsize, pending;
	uint32_t tries;
	uint32_t wait_ms;
	uint32_t seconds;
};

/* Ask for fw's file; the engine's fetched() follows. */
void br_tftp_client_start(struct br_firmware *fw, bool probe, br_time now);

#endif /* BR_SIM_MODELS_TFTP_CLIENT_H */
