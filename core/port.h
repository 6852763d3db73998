/* SPDX-License-Identifier: BSD-2-Clause */
/* core/port.h - the only door between the boot server and the world
 *
 * The core makes no system call: it reads no clock, opens no socket, draws no
 * entropy. An adapter (sim/net/server_host.c) hands events in, then takes
 * actions out until there are none, then sleeps until br_server_deadline().
 * The same (config, seed, events, times) give the same actions, octet for octet.
 *
 * Octets in an event are borrowed for that call. Octets in an action stay valid
 * until the next call that takes a non-const server.
 *
 * Input from a peer never fails: a message is answered, or dropped with a note.
 */
#ifndef BR_CORE_PORT_H
#define BR_CORE_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/time.h"
#include "core/notes.h"

/**
 * struct br_endpoint - One end of a datagram or stream
 * @ip:		IPv6 address in network order, an IPv4 one as ::ffff:a.b.c.d
 * @port:	UDP or TCP port, host order
 */
struct br_endpoint {
	uint8_t ip[16];
	uint16_t port;
};

/* @address in host order, as all IPv4 addresses in this project that are numbers */
static inline struct br_endpoint br_endpoint_ipv4(uint32_t address, uint16_t port)
{
	return (struct br_endpoint){
		.ip = {[10] = 0xff,
	               [11] = 0xff,
	               [12] = (uint8_t)(address >> 24),
	               [13] = (uint8_t)(address >> 16),
	               [14] = (uint8_t)(address >> 8),
	               [15] = (uint8_t)address},
		.port = port,
	};
}

/* 0.0.0.0 if it is not an IPv4 address */
uint32_t br_endpoint_to_ipv4(const struct br_endpoint *endpoint);
bool br_endpoint_equal(const struct br_endpoint *a, const struct br_endpoint *b);

enum br_event_kind {
	BR_EVENT_DATAGRAM,      /* UDP payload, already out of its IP headers */
	BR_EVENT_STREAM_OPEN,   /* a TCP peer connected; .stream names it from now on */
	BR_EVENT_STREAM_DATA,   /* size 0: the peer will send no more */
	BR_EVENT_STREAM_CREDIT, /* the stream can take .credit octets now, in all */
	BR_EVENT_STREAM_GONE,   /* reset or closed; .stream is free for reuse */
	BR_EVENT_STREAM_WAITS,  /* one more peer has connected, and no number is free for it */
	BR_EVENT_ADDRESS_USED,  /* somebody answers at .remote, perhaps because of a PROBE */
};

/**
 * struct br_event - Something that happened to the server
 * @kind:	Which
 * @stream:	STREAM_*: the adapter's number for it, below br_config.streams_max
 * @link:	Which broadcast domain it came from, an index into br_config.link
 * @credit:	STREAM_OPEN, STREAM_CREDIT: octets the stream can take now; the core
 *		never emits more
 * @local:	Where it was sent to: a broadcast or multicast address as it stood
 *		in the packet
 * @remote:	Who sent it
 * @payload:	DATAGRAM, STREAM_DATA: the octets, borrowed for the call; ADDRESS_USED: the
 *		hardware address of who answers, empty if it is not known
 */
struct br_event {
	enum br_event_kind kind;
	uint32_t stream;
	uint32_t link;
	uint32_t credit;
	struct br_endpoint local, remote;
	struct br_octets payload;
};

enum br_action_kind {
	BR_ACTION_DATAGRAM,      /* send .payload followed by .body from .local to .remote */
	BR_ACTION_PORT_OPEN,     /* listen on UDP port .local.port: 67, 69, 4011, or a TID */
	BR_ACTION_PORT_CLOSE,    /* stop listening on it */
	BR_ACTION_GROUP_JOIN,    /* receive what is sent to the multicast group .remote on .link */
	BR_ACTION_STREAM_LISTEN, /* accept TCP connections to port .local.port */
	BR_ACTION_STREAM_DATA,   /* append .payload followed by .body to the stream */
	BR_ACTION_STREAM_CLOSE,  /* send FIN behind what was appended */
	BR_ACTION_STREAM_RESET,  /* send RST, forget the stream; no STREAM_GONE follows */
	BR_ACTION_PROBE,         /* ask on .link whether anybody has the address .remote */
	BR_ACTION_NOTE,          /* nothing to do: .note says what was decided, a drop say */
};

/**
 * struct br_note_facts - What a note is about, for who keeps a log; what is not known is zero
 * @mac:	The client's hardware address
 * @address, @address6: That the client was given, offered or refused
 * @counted:	@octets and @took mean something
 * @octets:	Of the file: that went out, or, where it begins, that will
 * @took:	ns since it began
 * @error:	Negative errno that a file was answered with
 */
struct br_note_facts {
	uint8_t mac[6];
	uint32_t address;
	uint8_t address6[16];
	bool counted;
	uint64_t octets;
	br_time took;
	int error;
};

/**
 * struct br_action - Something the server wants done
 * @kind:	Which
 * @note:	NOTE: one name for each reason, with the clause it rests on
 * @stream:	STREAM_*: as in the event
 * @link:	The broadcast domain it goes out to
 * @local:	DATAGRAM: source address and port; an all-zero address lets the
 *		adapter take the one of the link
 * @remote:	DATAGRAM: destination; NOTE: the peer it is about
 * @remote_mac:	DATAGRAM: link-layer destination when the peer cannot answer ARP yet
 *		(RFC 2131 §4.1); all zero: the adapter resolves it (ARP, ND)
 * @payload:	The octets; NOTE: detail as text without NUL, may be empty
 * @body:	More octets behind @payload, often straight out of a file
 * @facts:	NOTE: the same as numbers
 */
struct br_action {
	enum br_action_kind kind;
	enum br_note note;
	uint32_t stream;
	uint32_t link;
	struct br_endpoint local, remote;
	uint8_t remote_mac[6];
	struct br_octets payload;
	struct br_octets body;
	struct br_note_facts facts;
};

/**
 * struct br_file_info - What the server needs to know of an opened file
 * @size:	Octets
 * @mtime_s:	Seconds since 1970-01-01 UTC of the last change; 0: not known
 * @version:	Changes whenever the contents do; goes into the HTTP entity tag
 */
struct br_file_info {
	uint64_t size;
	uint64_t mtime_s;
	uint64_t version;
};

/**
 * struct br_files - The one call out: read-only, and the simulator makes it fail on demand
 * @context:	Handed to each call
 * @open:	@path is relative, '/'-separated, without "." or ".." and without
 *		empty parts. Return a handle of 0 or more, -ENOENT, -EACCES,
 *		-EISDIR, -EMFILE, -EAGAIN (not yet: ask again later), or another negative
 *		errno but -EINVAL: it cannot be read
 * @read:	Octets read, at most @size, 0 only at or past the end; -EIO, or
 *		-EAGAIN (not yet: ask again later)
 * @map:	A pointer to @size octets at @offset that lives until @close, or NULL
 *		if the file does not lie in memory; may itself be NULL
 * @close:	Gives the handle back
 */
struct br_files {
	void *context;
	int (*open)(void *context, const char *path, struct br_file_info *ret_info);
	int (*read)(void *context, int file, uint64_t offset, uint8_t *target, size_t size);
	const uint8_t *(*map)(void *context, int file, uint64_t offset, size_t size);
	void (*close)(void *context, int file);
};

#define BR_LEASE_FOR_EVER UINT64_MAX /* seconds */

/**
 * struct br_lease_record - Which client has an address, as it outlives the server
 * @six:	It is @address6; else @address
 * @declined:	Somebody else uses the address: it rests
 * @until_s:	End, seconds since 1970-01-01 UTC; 0: it is over, the client is remembered
 * @granted_s:	What option 51 said; of IPv6 the lifetimes
 * @has_client_id: @key is an option 61
 * @htype, @hlen, @chaddr: The hardware, as in the header of RFC 2131; of IPv6 0, 16 and the
 *		address that the client asked from
 * @key:	Who it is; borrowed, at most 255 octets. Of IPv6 the IAID and the DUID
 */
struct br_lease_record {
	bool six;
	uint8_t address6[16];
	uint32_t address;
	bool declined;
	uint64_t until_s;
	uint32_t granted_s;
	bool has_client_id;
	uint8_t htype, hlen;
	uint8_t chaddr[16];
	struct br_octets key;
};

/**
 * struct br_lease_store - Where leases are kept, RFC 2131 §2.2
 * @save:	Called before the answer is given out. Return: 0 or a negative errno, which
 *		is noted; the lease holds all the same
 */
struct br_lease_store {
	void *context;
	int (*save)(void *context, const struct br_lease_record *record);
};

struct br_config; /* core/config.h: addresses, lease pool, boot rules, limits */
struct br_server;

/* What would be wrong with a server of @config: its roles, links and pools, each word of which
 * may be fine by itself. @error: one line, without a full stop, cut to its room of at least 1.
 * Return: 0 or -EINVAL
 */
int br_server_check(const struct br_config *config, char *error, size_t error_size);

/**
 * br_server_new() - Take all memory a server will ever use
 * @ret_server:	Set on 0 only
 * @config:	Copied
 * @files:	Copied; its context must outlive the server
 * @seed:	Of everything the server draws: TIDs, nothing else that a peer sees
 *
 * Return: 0, -ENOMEM, or -EINVAL if br_server_check() finds fault or limits make no sense
 */
int br_server_new(struct br_server **ret_server, const struct br_config *config,
                  const struct br_files *files, uint64_t seed);
struct br_server *br_server_free(struct br_server *server); /* NULL in, NULL out */

/* Keep leases in @store (copied) from now on. br_config.epoch_ns must be set. */
void br_server_keep_leases(struct br_server *server, const struct br_lease_store *store);
/* What was saved, in the order it was, before the first event.
 * Return: 0; -EINVAL if it makes no sense; -ENOSPC; -ENOTSUP without the role that gives such
 *	   addresses; -EADDRNOTAVAIL if an IPv6 one is of no pool and not reserved
 */
int br_server_restore_lease(struct br_server *server, const struct br_lease_record *record,
                            br_time now);

/* Hand one event in; take the actions out before the next one, or they are lost.
 * A new server has actions waiting: the ports it listens on.
 */
void br_server_input(struct br_server *server, const struct br_event *event, br_time now);
bool br_server_output(struct br_server *server, struct br_action *ret_action);

/* Take other settings at once; leases, transfers and streams stay. What memory and ports were
 * taken for must be as it was. @error: as of br_server_check(). Return: 0 or -EINVAL
 */
int br_server_reconfigure(struct br_server *server, const struct br_config *config, char *error,
                          size_t error_size);

/* The end, in order: transfers are ended by an ERROR, streams by RST. Take the actions out. */
void br_server_stop(struct br_server *server, br_time now);

br_time br_server_deadline(const struct br_server *server);   /* may change after any call above */
void br_server_expire(struct br_server *server, br_time now); /* early calls do nothing */

#endif /* BR_CORE_PORT_H */
