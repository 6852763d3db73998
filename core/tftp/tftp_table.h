/* SPDX-License-Identifier: BSD-2-Clause */
/* core/tftp/tftp_table.h - the transfers of a TFTP server, and every way to find one
 *
 * By client endpoint (a hash), by transfer ID (an array over the configured ports),
 * and in three orders. All constant time, all memory taken at the start.
 */
#ifndef BR_CORE_TFTP_TFTP_TABLE_H
#define BR_CORE_TFTP_TFTP_TABLE_H

#include "core/base/prng.h"
#include "core/base/timers.h"
#include "core/port.h"
#include "core/tftp/tftp_options.h"

#define BR_TFTP_NONE UINT32_MAX /* the number of no transfer */

enum br_tftp_state {
	BR_TFTP_FREE,        /* no remote, no port, no file: may be taken */
	BR_TFTP_OPENING,     /* the file said "not yet"; nothing was sent. Timer: ask again */
	BR_TFTP_NEGOTIATING, /* the OACK is out; only ACK 0 or ERROR help. Timer: OACK again */
	BR_TFTP_SENDING,     /* blocks behind .acked are out or due. Timer: send them again */
	BR_TFTP_LINGERING,   /* over; the file is closed, late packets are swallowed so that
	                      * the host does not answer them with ICMP. Timer: close the port */
};

/* A position in a file read as netascii: an octet may be half sent, CR of CR LF. */
struct br_tftp_text_pos {
	uint64_t offset;
	uint8_t owed; /* goes out first */
	bool owes;
};

/* First come, first out; a transfer may be in each of them, once. */
enum br_tftp_order {
	BR_TFTP_READY,   /* has something to send */
	BR_TFTP_UNHEARD, /* the client has not sent anything since its request */
	BR_TFTP_OVER,    /* lingers */
	BR_TFTP_ORDERS,
};

/* A place in an order: the numbers of the neighbours, or BR_TFTP_NONE. */
struct br_tftp_place {
	uint32_t previous, next;
	bool taken;
};

/**
 * struct br_tftp_transfer - One client reading one file
 * @state:	Begins in core/tftp/tftp_request.c, goes on in tftp.c, ends in
 *		tftp_transfer.c
 * @remote:	The client's transfer ID
 * @local:	Ours: the address the request was sent to; port 69 in single-port mode
 * @link:	The broadcast domain
 * @request, @request_size: The RRQ: to know it again, to open later, for notes
 * @file:	Handle, or -1
 * @size:	Octets of the file
 * @granted:	What was negotiated
 * @netascii:	RFC 1350 section 5; such a transfer has windowsize 1
 * @acked:	Blocks acknowledged; counted on past 65535
 * @next:	Block that goes out next
 * @sent:	Highest block that ever went out
 * @last:	The last block; UINT64_MAX until known (netascii)
 * @echo_end:	Blocks below this one went out twice, so their ACKs may come twice:
 *		a repeated ACK below it asks for nothing (0 stands for the OACK)
 * @text, @text_end: NETASCII: where the block after @acked starts and ends
 * @burst:	Blocks that go out in a row; 0: the whole window
 * @run:	... and how many have
 * @pausing:	The burst is out, the rest of the window comes behind it. Timer: goes on
 * @losses:	How often blocks were lost, up to a few
 * @clean:	Windows without a loss since then
 * @recover:	Losses of blocks up to this one are counted already
 * @unanswered:	Octets of DATA that went out before the client said anything
 * @retries:	Of the packet or window that is out
 * @repeats:	How often the request was sent again before any ACK
 * @stalls:	How often in a row the file said "not yet"
 * @began_at:	When the file was opened; BR_TIME_NEVER: it is not yet
 * @heard_at:	When the request, or the last ACK that moved us, came
 * @sent_at:	When @sent last grew
 * @rtt, @rtt_var: Smoothed round trip, ns; @rtt 0: not measured
 * @oack_out:	The OACK went out at least once
 * @stalled:	The file said "not yet": nothing goes out before the timer
 * @due_oack, @due_error, @due_note: What br_tftp_output() owes before any DATA
 * @error, @error_text: With @due_error
 * @note, @note_error: With @due_note; the latter what the file said, a negative errno or 0
 */
struct br_tftp_transfer {
	enum br_tftp_state state;
	bool netascii, oack_out, stalled, pausing;
	bool due_oack, due_error, due_note;
	uint8_t retries, repeats, stalls, losses;
	uint16_t burst, run;
	uint32_t clean, unanswered;
	struct br_endpoint remote, local;
	uint32_t link;
	int file;
	uint64_t size;
	uint64_t acked, next, sent, last, echo_end, recover;
	struct br_tftp_text_pos text, text_end;
	br_time began_at, heard_at, sent_at;
	br_time rtt, rtt_var;
	uint16_t error;
	const char *error_text;
	enum br_note note;
	int note_error;
	struct br_tftp_place place[BR_TFTP_ORDERS]; /* this and the next two: the table's */
	uint32_t hash_next;
	uint32_t pool_place;
	size_t request_size;
	struct br_tftp_granted granted;
	uint8_t request[BR_TFTP_REQUEST_SIZE_MAX];
};

/**
 * struct br_tftp_table - All transfers
 * @transfer, @max: Places
 * @free:	Those in state FREE, chained by .hash_next
 * @first, @last: Of each order
 * @bucket:	Heads of the chains by client, @bucket_mask + 1 of them
 * @pool:	Transfer IDs; the first @pool_used are taken
 * @by_port:	Transfer of the port @port_min + index
 * @timers:	One for each place
 */
struct br_tftp_table {
	struct br_tftp_transfer *transfer;
	uint32_t max, free;
	uint32_t first[BR_TFTP_ORDERS], last[BR_TFTP_ORDERS];
	uint32_t *bucket;
	uint32_t bucket_mask;
	uint64_t hash_key;
	uint16_t *pool;
	uint32_t pool_size, pool_used;
	uint32_t *by_port;
	uint16_t port_min;
	struct br_prng prng;
	struct br_timers timers;
};

/* @port_min > @port_max: no pool, everything runs over one port. Return: 0 or -ENOMEM */
int br_tftp_table_init(struct br_tftp_table *table, uint32_t max, uint16_t port_min,
                       uint16_t port_max, uint64_t seed);
void br_tftp_table_fini(struct br_tftp_table *table); /* all zero is fine too */

/* NULL if every place, or every port of the pool, is taken. The transfer is cleared,
 * has @local.port drawn from the pool if there is one, and can be found.
 */
struct br_tftp_transfer *br_tftp_table_add(struct br_tftp_table *table, uint32_t link,
                                           const struct br_endpoint *remote,
                                           const struct br_endpoint *local);
void br_tftp_table_remove(struct br_tftp_table *table, struct br_tftp_transfer *transfer);

/* The transfer of a client that is not LINGERING, or else one that is, or NULL. */
struct br_tftp_transfer *br_tftp_table_of_client(const struct br_tftp_table *table, uint32_t link,
                                                 const struct br_endpoint *remote);
struct br_tftp_transfer *br_tftp_table_of_port(const struct br_tftp_table *table, uint16_t port);

/* A port of the pool nobody uses, for one ERROR; 0 if there is none. */
uint16_t br_tftp_table_spare_port(struct br_tftp_table *table);

uint32_t br_tftp_table_number(const struct br_tftp_table *table,
                              const struct br_tftp_transfer *transfer);

/* Into an order, at its end, and out of it; twice is once. */
void br_tftp_table_put(struct br_tftp_table *table, struct br_tftp_transfer *transfer,
                       enum br_tftp_order order);
void br_tftp_table_drop(struct br_tftp_table *table, struct br_tftp_transfer *transfer,
                        enum br_tftp_order order);
/* NULL if nobody is in it */
struct br_tftp_transfer *br_tftp_table_first(const struct br_tftp_table *table,
                                             enum br_tftp_order order);

#endif /* BR_CORE_TFTP_TFTP_TABLE_H */
