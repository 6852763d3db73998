/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/rules/tftp/tftp_table.h - TFTP transfers as rules remember them; for tftp*.c alone */
#ifndef BR_CONFORMANCE_RULES_TFTP_TFTP_TABLE_H
#define BR_CONFORMANCE_RULES_TFTP_TFTP_TABLE_H

#include "conformance/rules/base/judge.h"
#include "core/base/text.h"
#include "core/formats/tftp_packet.h"

enum {
	BR_TRANSFERS_MAX = 128,
	BR_TFTP_BLOCKS_KEPT = 64, /* of which the octets are compared when they come again */
	BR_TFTP_ODDS_MAX = 16,
	BR_TFTP_NAMES_MAX = 64,
	BR_TFTP_ORDERS_MAX = 32,
	BR_TFTP_GROUPS_MAX = 8,
};
#define BR_TFTP_HASTE (200 * BR_MS) /* sooner than any timer of a server */

enum br_tftp_option_kind {
	BR_TFTP_BLKSIZE,
	BR_TFTP_TSIZE,
	BR_TFTP_TIMEOUT,
	BR_TFTP_WINDOWSIZE,
	BR_TFTP_KNOWN,
};

/* An option of RFC 2348, 2349 or 7440 in a request. */
struct br_tftp_wish {
	bool asked, twice, valid, granted;
	uint64_t value, given;
};

enum br_tftp_mode {
	BR_MODE_OCTET,
	BR_MODE_NETASCII,
	BR_MODE_MAIL,
	BR_MODE_OTHER,
};

struct br_tftp_block {
	uint64_t number; /* 0: none */
	uint32_t hash;
};

/* To port 69, and no request that is to be served: by @rule it draws no more than ERROR. */
struct br_tftp_odd {
	bool used;
	enum br_rule rule;
	uint8_t client[16], server[16];
	uint16_t port;
	br_time at; /* 0: whether the server lives was judged */
};

/* What became of a name; @probed_at: ERROR 8 ended an OACK for it. */
struct br_tftp_name {
	uint32_t name_hash, raw_hash;
	uint8_t client[16], server[16];
	bool served;
	br_time at, probed_at;
};

/* Options asked for, in which order, and what was granted; all hashes. */
struct br_tftp_order {
	uint32_t who, set, order, given;
};

/**
 * struct br_tftp_group - RFC 2090: one file for many
 * @ip, @port:	Where its DATA goes, from port @tid of @server
 * @master, @master_port: Who acknowledges, since @master_at at least
 * @acked, @ack: The master's last ACK, no DATA came since
 * @over:	It acknowledged the last block
 */
struct br_tftp_group {
	uint8_t server[16], master[16];
	uint32_t ip;
	uint16_t port, tid, master_port, ack, final_block;
	bool acked, final, over;
	br_time at, master_at;
};

/**
 * struct br_transfer - One request and what came of it
 * @tid:	The server's port; 0: it has not answered
 * @name_hash, @raw_hash: Of the name, without and with needless slashes
 * @inner, @inner_at, @inner_end: The last ACK inside a window, when, and where that ended
 * @in_order:	The highest block with none missing before it
 * @block_size:	Agreed; 0: on a value that is none
 * @unsure:	The request was cut: nothing about options is judged
 * @highest, @acked: Blocks, counted on beyond 65535; @acked -1: none
 * @copies:	DATA @copied came so often, with nothing from the client in between;
 *		@copy_at[] are the first, the one before the last, and the last
 */
struct br_transfer {
	bool write, unsure, to_broadcast;
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
	bool data;
	uint64_t data_before; /* the block of the last DATA */
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
	uint32_t name_hash, raw_hash;
	bool odd_name, climbs, capital_mode, sum_zero, unheard, stale;
	unsigned capitals; /* bits of enum br_tftp_option_kind: the name is not in lower case */
	unsigned request_size;
	br_time asked_at, answered_at;
	struct br_tftp_block block[BR_TFTP_BLOCKS_KEPT];
	uint64_t in_order;
	int64_t inner;
	br_time inner_at;
	uint64_t inner_end;
	unsigned inner_acks, slid, misplaced; /* evidence, as @early */
	br_time final_at;                     /* of the ACK of the last block */
	unsigned after_final;
	uint64_t text_block; /* netascii: the last octet of this block is @text_last */
	uint8_t text_last;
	uint32_t oack_hash;
	uint32_t asked_set, asked_order;
	uint16_t acked_tid;
	unsigned client_packets, unasked; /* since the request; blocks before any of them */
	bool tagged;                      /* its request has a VLAN tag of priority alone */
	bool in_fragments; /* its request came in fragments, @fragments_whole: in all */
	bool fragments_whole;
	uint32_t fragments_id, fragments_have;
	br_time closed_at;
	unsigned closed, unstopped; /* ICMP says its port is closed; DATA since */
};

struct br_tftp_watch {
	uint32_t negotiates[16]; /* servers that sent an OACK, br_rules_host_hash() */
	size_t negotiators;
	unsigned kinds[16]; /* what each ever granted: bits of enum br_tftp_option_kind */
	struct br_tftp_odd odd[BR_TFTP_ODDS_MAX];
	size_t odds;
	struct br_tftp_name name[BR_TFTP_NAMES_MAX];
	size_t names;
	struct br_tftp_order order[BR_TFTP_ORDERS_MAX];
	size_t orders;
	struct br_tftp_group group[BR_TFTP_GROUPS_MAX];
	size_t groups;
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

/* rules_tftp_window.c: each before the transfer's own fields know of the packet */
void br_tftp_judge_window_data(struct br_rules *r, struct br_transfer *t, uint64_t block);
void br_tftp_judge_window_ack(struct br_rules *r, struct br_transfer *t, int64_t block);
void br_tftp_judge_content(struct br_rules *r, struct br_transfer *t, uint64_t block,
                           struct br_octets data);

/* rules_tftp_odd.c: names, and requests that are none */
void br_tftp_note_name(struct br_transfer *t, const struct br_tftp_packet *packet);
void br_tftp_judge_name(struct br_rules *r, const struct br_transfer *t,
                        const struct br_tftp_packet *packet);
void br_tftp_note_probed(struct br_rules *r, const struct br_transfer *t);
void br_tftp_judge_silence(struct br_rules *r, const struct br_transfer *t);
/* To port 69, whole; @parsed: what br_tftp_parse() said. True: it is to be forgotten. */
bool br_tftp_is_odd(struct br_rules *r, const struct br_tftp_packet *packet, int parsed);
bool br_tftp_answers_odd(struct br_rules *r, const struct br_tftp_packet *packet);
void br_tftp_forget_odd(struct br_rules *r); /* its port sends a good request now */
void br_tftp_judge_alive(struct br_rules *r, const uint8_t server[static 16], bool alive);

/* rules_tftp_multicast.c */
void br_tftp_judge_group_oack(struct br_rules *r, const struct br_transfer *t,
                              struct br_octets value);
void br_tftp_group_ack(struct br_rules *r, const struct br_transfer *t, uint16_t block);
bool br_tftp_judge_group_data(struct br_rules *r, const struct br_tftp_packet *packet);

#endif /* BR_CONFORMANCE_RULES_TFTP_TFTP_TABLE_H */
