/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/rules_tftp.h - TFTP transfers as rules remember them; for rules_tftp*.c alone */
#ifndef BR_RULES_TFTP_H
#define BR_RULES_TFTP_H

#include "conformance/rules_private.h"

enum {
	BR_TRANSFERS_MAX = 128,
};

enum br_tftp_option_kind {
	BR_TFTP_BLKSIZE,
	BR_TFTP_TSIZE,
	BR_TFTP_TIMEOUT,
	BR_TFTP_WINDOWSIZE,
	BR_TFTP_KNOWN,
};

/* An option of RFC 2348, 2349 or 7440 in a request. */
struct br_tftp_wish {
	bool asked, valid, granted;
	uint64_t value, given;
};

enum br_tftp_mode {
	BR_MODE_OCTET,
	BR_MODE_NETASCII,
	BR_MODE_MAIL,
	BR_MODE_OTHER,
};

/**
 * struct br_transfer - One request and what came of it
 * @tid:	The server's port; 0: it has not answered
 * @unsure:	The request was cut: nothing about options is judged
 * @highest, @acked: Blocks, counted on beyond 65535; @acked -1: none
 * @copies:	DATA @copied came so often, with nothing from the client in between;
 *		@copy_at[] are the first, the one before the last, and the last
 */
struct br_transfer {
	bool used, write, unsure, to_broadcast;
	uint8_t client_ip[16], server_ip[16]; /* as in struct br_endpoint */
	uint32_t link;
	uint16_t client_port, tid, oack_tid, old_tid;
	uint8_t server_mac[6];
	uint64_t frame;
	br_time last;
	uint32_t file_hash;
	unsigned requests;
	enum br_tftp_mode mode;
	struct br_tftp_wish wish[BR_TFTP_KNOWN];
	size_t asked, unknown;
	bool all_valid, multicast;
	unsigned oacks;
	bool oack_odd; /* it grants what was not asked for */
	uint64_t block_size, window;
	uint64_t highest;
	int64_t acked;
	bool data, acked_zero_late;
	uint64_t final_block;
	bool finished;
	uint64_t total;
	uint32_t last_id;
	uint64_t copied;
	unsigned copies, flat, bursts;
	br_time copy_first, copy_before, copy_last;
	br_time ack_again_at; /* the last ACK was a repetition */
	int64_t ack_again;
	br_time old_ack_at; /* one for an older block */
	int64_t old_ack;
	br_time data_at;   /* of @highest */
	br_time data_last; /* of any DATA */
	unsigned early;    /* evidence of blocks sent before their ACK */
	unsigned final_acks;
	br_time client_error_at;
	bool client_error, client_error_8;
	bool client_silent; /* since the last thing the server sent */
	unsigned errors;
	uint16_t foreign_port;
};

struct br_tftp_watch {
	uint32_t negotiates[16]; /* servers that sent an OACK, br_rules_host_hash() */
	size_t negotiators;
	struct br_transfer transfer[BR_TRANSFERS_MAX];
	size_t transfers; /* places ever used */
};

/* rules_tftp_options.c: the request, the OACK, the first answer */
void br_tftp_note_request(struct br_rules *r, struct br_transfer *t,
                          const struct br_tftp_packet *packet);
void br_tftp_judge_oack(struct br_rules *r, struct br_transfer *t,
                        const struct br_tftp_packet *packet);
void br_tftp_judge_first(struct br_rules *r, struct br_transfer *t,
                         const struct br_tftp_packet *packet, uint64_t size);

#endif /* BR_RULES_TFTP_H */
