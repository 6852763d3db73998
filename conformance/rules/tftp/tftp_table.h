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
#define BR_TFTP_HASTE    (200 * BR_MS) /* sooner than any timer of a server */
#define BR_TFTP_GRACE    BR_S          /* for what was under way */
#define BR_TFTP_GIVEN_UP (120 * BR_S)

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
struct br_tftp_order_seen {
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
 * struct br_tftp_carried - How a request came, for when it draws no answer (tftp_odd.c)
 * @size:	Of its UDP payload, in octets
 * @tagged:	It has a VLAN tag of priority alone
 * @sum_zero:	Its UDP checksum is 0
 * @in_fragments: It came in IP fragments of @fragments_id, @whole: all of them
 * @fragments_have: Octets so far
 * @unheard:	That it drew no answer was said
 */
struct br_tftp_carried {
	unsigned size;
	bool tagged, sum_zero;
	bool in_fragments, whole;
	uint32_t fragments_id, fragments_have;
	bool unheard;
};

/**
 * struct br_tftp_asked_name - What a request asks for (tftp_odd.c)
 * @hash, @raw_hash: Of the name, without and with needless slashes
 * @odd:	It does not print
 * @climbs:	It leaves the root
 * @capital_mode: The mode has letters in capitals
 */
struct br_tftp_asked_name {
	uint32_t hash, raw_hash;
	bool odd, climbs, capital_mode;
};

/**
 * struct br_tftp_negotiation - Options, and the OACK (tftp_options.c)
 * @wish:	Of each kind that is known
 * @count:	How many were asked for, @unknown: of other kinds
 * @all_valid:	Those of known kinds have values that are
 * @multicast:	It asks for RFC 2090
 * @capitals:	Bits of enum br_tftp_option_kind: the name is not in lower case
 * @set_hash, @order_hash: Of all it asks for, whatever and with the order
 * @oacks:	How many came, and repetitions
 * @oack_tid:	The port that sent it, @oack_hash: its octets
 * @oack_odd:	It grants what was not asked for
 */
struct br_tftp_negotiation {
	struct br_tftp_wish wish[BR_TFTP_KNOWN];
	size_t count, unknown;
	bool all_valid, multicast;
	unsigned capitals;
	uint32_t set_hash, order_hash;
	unsigned oacks;
	uint16_t oack_tid;
	uint32_t oack_hash;
	bool oack_odd;
};

/**
 * struct br_tftp_data_seen - The DATA that came (tftp_data.c); blocks counted on beyond 65535
 * @any:	Some did
 * @highest:	The highest block, @highest_at: when it last came
 * @before:	The block of the last DATA, @at: when that came
 * @id:		Its IP identification
 * @early:	Evidence of blocks sent before their ACK
 */
struct br_tftp_data_seen {
	bool any;
	uint64_t highest;
	br_time highest_at;
	uint64_t before;
	br_time at;
	uint32_t id;
	unsigned early;
};

/**
 * struct br_tftp_copies - DATA that comes again with nothing from the client between (tftp_data.c)
 * @block:	Which one
 * @count:	How often it came
 * @first, @before, @last: When: the first, the one before the last, the last
 * @flat:	How often in a row the gap did not grow
 */
struct br_tftp_copies {
	uint64_t block;
	unsigned count;
	br_time first, before, last;
	unsigned flat;
};

/**
 * struct br_tftp_end - The short block (tftp_data.c)
 * @seen:	It came; it was @block, and all made @total octets
 * @acked_at:	When its ACK came; 0: it did not
 * @more:	How often DATA came behind that
 */
struct br_tftp_end {
	bool seen;
	uint64_t block, total;
	br_time acked_at;
	unsigned more;
};

/**
 * struct br_tftp_content - What blocks held (tftp_window.c)
 * @block:	Each at its number modulo BR_TFTP_BLOCKS_KEPT
 * @text_block:	netascii: the last octet of this block is @text_last
 */
struct br_tftp_content {
	struct br_tftp_block block[BR_TFTP_BLOCKS_KEPT];
	uint64_t text_block;
	uint8_t text_last;
};

/**
 * struct br_tftp_acks - The ACKs that came (tftp_ack.c); blocks counted on beyond 65535
 * @newest:	The highest; -1: none
 * @times:	How often that came
 * @again, @again_at: It is what came last, and came again; @again_at 0: it did not
 * @old, @old_at: The last for an older block; @old_at 0: none came
 * @tid:	The port they go to; 0: none came
 * @bursts:	Windows the server began behind a repetition of @newest
 */
struct br_tftp_acks {
	int64_t newest;
	unsigned times;
	int64_t again;
	br_time again_at;
	int64_t old;
	br_time old_at;
	uint16_t tid;
	unsigned bursts;
};

/**
 * struct br_tftp_window - RFC 7440 (tftp_window.c)
 * @in_order:	The highest block with none missing before it
 * @inner, @inner_at, @inner_end: The last ACK inside a window, when (0: none, or its due was
 *		judged), and where that window ended
 * @inner_acks:	Evidence of ACKs inside a window
 * @slid:	Evidence of no new window behind such an ACK
 * @misplaced:	Evidence of windows that begin elsewhere than behind the last ACK
 */
struct br_tftp_window {
	uint64_t in_order;
	int64_t inner;
	br_time inner_at;
	uint64_t inner_end;
	unsigned inner_acks, slid, misplaced;
};

/**
 * struct br_tftp_client_seen - The client (tftp.c, tftp_data.c)
 * @silent:	It sent nothing since the last thing the server sent
 * @packets:	How many came since the request
 * @unasked:	Blocks the server sent before any of them
 * @stale:	The first of them came when the server should have forgotten the transfer
 * @error:	It sent an ERROR, at @error_at; @error_8: with that code
 */
struct br_tftp_client_seen {
	bool silent;
	unsigned packets, unasked;
	bool stale;
	bool error, error_8;
	br_time error_at;
};

/**
 * struct br_tftp_closed - ICMP says that the client's port is closed (tftp.c, tftp_data.c)
 * @count:	How often, since the client last sent something; @at: the first
 * @since:	DATA that came all the same
 */
struct br_tftp_closed {
	unsigned count;
	br_time at;
	unsigned since;
};

/**
 * struct br_transfer_seen - One request and what came of it
 * @client_ip, @client_port: Who asked
 * @server_ip, @server_mac: Whom, as it stood in the request; @to_broadcast: everybody
 * @tid:	The server's port; 0: it has not answered
 * @old_tid:	Of the transfer before, of the same client's port; 0: none, or it is over
 * @link:	As handed to br_rules_packet()
 * @frame:	Of the request
 * @asked_at, @answered_at: When the request came, and the first answer; 0: none did
 * @last:	When anything of it came
 * @request_hash: Of its octets, @requests: how often it came
 * @unsure:	The request was cut: nothing about options is judged
 * @write:	It is a WRQ
 * @mode:	Of the request
 * @block_size:	Agreed; 0: on a value that is none
 * @window_size: Agreed, in blocks
 * @errors:	ERRORs of the server, with nothing from the client between
 * @foreign_port: Another port of the client's host that sent to @tid; 0: none did
 */
struct br_transfer_seen {
	uint8_t client_ip[16], server_ip[16]; /* as in struct br_endpoint */
	uint16_t client_port;
	uint8_t server_mac[6];
	bool to_broadcast;
	uint16_t tid, old_tid;
	uint32_t link;
	uint64_t frame;
	br_time asked_at, answered_at, last;
	uint32_t request_hash;
	unsigned requests;
	bool unsure, write;
	enum br_tftp_mode mode;
	uint64_t block_size, window_size;
	unsigned errors;
	uint16_t foreign_port;
	struct br_tftp_carried carried;
	struct br_tftp_asked_name name;
	struct br_tftp_negotiation options;
	struct br_tftp_data_seen data;
	struct br_tftp_copies copies;
	struct br_tftp_end end;
	struct br_tftp_content content;
	struct br_tftp_acks acks;
	struct br_tftp_window window;
	struct br_tftp_client_seen client;
	struct br_tftp_closed closed;
};

struct br_tftp_watch {
	uint32_t negotiates[16]; /* servers that sent an OACK, br_rules_host_hash() */
	size_t negotiators;
	unsigned kinds[16]; /* what each ever granted: bits of enum br_tftp_option_kind */
	struct br_tftp_odd odd[BR_TFTP_ODDS_MAX];
	size_t odds;
	struct br_tftp_name name[BR_TFTP_NAMES_MAX];
	size_t names;
	struct br_tftp_order_seen order[BR_TFTP_ORDERS_MAX];
	size_t orders;
	struct br_tftp_group group[BR_TFTP_GROUPS_MAX];
	size_t groups;
	struct br_transfer_seen transfer[BR_TRANSFERS_MAX];
	size_t transfers; /* places ever used */
};

/* The transfer of @client, or NULL. */
struct br_transfer_seen *br_tftp_find(const struct br_rules *r, const struct br_endpoint *client);
/* A place for a new one: free, or that of the one which is quiet longest. */
struct br_transfer_seen *br_tftp_place(struct br_rules *r);

/* The number of a block, counted on: the one nearest to @near. */
uint64_t br_tftp_whole_number(uint16_t block, uint64_t near);

#endif /* BR_CONFORMANCE_RULES_TFTP_TFTP_TABLE_H */
