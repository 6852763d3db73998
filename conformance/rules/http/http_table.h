/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/rules/http/http_table.h - connections, and what is known of servers and files */
#ifndef BR_CONFORMANCE_RULES_HTTP_HTTP_TABLE_H
#define BR_CONFORMANCE_RULES_HTTP_HTTP_TABLE_H

#include "conformance/rules/http/http_said.h"
#include "core/formats/http_body.h"

enum {
	BR_HTTP_CONNECTIONS_MAX = 32,
	BR_HTTP_PENDING_MAX = 4,
	BR_HTTP_KNOWN_MAX = 32,
	BR_HTTP_URIS_MAX = 16,
	BR_HTTP_CLOCKS_MAX = 16,
};

/**
 * struct br_http_stream - One direction of a connection
 * @started:	Its SYN was seen, so @next is known
 * @closed:	Its FIN was seen
 * @deaf:	Not read any more: a hole in a head, or where the next one begins is in doubt
 * @counting:	@deaf within a request that is too big: its octets are still counted
 * @next:	Sequence number of the octet that comes next
 * @octets, @size: Of a head that is not whole yet, or of chunks
 * @body:	Octets of content still to come; UINT64_MAX: to the end
 * @in_chunks:	The content is chunked: @chunks reads it
 */
struct br_http_stream {
	bool started, closed, deaf, counting;
	uint32_t next;
	uint8_t octets[BR_HTTP_HEAD_MAX];
	size_t size;
	uint64_t body;
	bool in_chunks;
	struct br_http_chunks chunks;
};

/**
 * struct br_http_connection - One TCP connection
 * @last:	When either side last sent anything
 * @up, @down:	Requests, responses
 * @said:	The requests not yet answered, each at its number modulo BR_HTTP_PENDING_MAX
 * @asked, @answered: Requests, final responses
 * @last_said:	BR_RULE_NONE: another response may come; otherwise none may, by that rule
 * @body:	The last request had content, and of which kind
 * @after_head:	The response is to HEAD: no content follows
 * @persists:	The last response let the connection live on
 * @expects:	A request waits with its content, since @expects_at
 * @acked:	Highest sequence number each side acknowledged; [0] by the server
 * @up_at, @down_at: When either side last sent octets
 */
struct br_http_connection {
	bool used;
	struct br_endpoint client, server;
	br_time last;
	struct br_http_stream up, down;
	struct br_http_said said[BR_HTTP_PENDING_MAX];
	size_t asked, answered;
	enum br_rule last_said;
	enum br_http_body body;
	bool after_head, persists, expects;
	br_time opened_at, up_at, down_at, expects_at;
	uint32_t acked[2];
};

/**
 * struct br_http_known - What came of a target
 * @target, @server: Hashes
 * @status, @at, @host: Of the last request for it without conditions or range; @host is a
 *		hash of its Host
 * @length, @has_tag, @state_hash: Of its last 200; the hash is of ETag and Last-Modified
 * @shape:	Of its last 200: the fields HEAD and GET have in common; @to_head: it was HEAD
 */
struct br_http_known {
	uint32_t target, server;
	uint16_t status;
	br_time at;
	uint32_t host;
	uint64_t length;
	bool has_length, has_tag, to_head;
	uint32_t state_hash, shape;
};

/**
 * struct br_http_watch - All that the rules of HTTP remember; of what is too much, the oldest goes
 * @connections: Places of @connection ever used
 * @known:	Targets; @knowns in all
 * @uri:	Hashes of the targets DHCP handed out; @uris in all
 * @clock:	Hashes of the servers that sent a Date; @clocks in all
 */
struct br_http_watch {
	struct br_http_connection connection[BR_HTTP_CONNECTIONS_MAX];
	size_t connections;
	struct br_http_known known[BR_HTTP_KNOWN_MAX];
	size_t knowns;
	uint32_t uri[BR_HTTP_URIS_MAX];
	size_t uris;
	uint32_t clock[BR_HTTP_CLOCKS_MAX];
	size_t clocks;
};

/* The connection of the packet at hand, or NULL; *@ret_up: it comes from the client. */
struct br_http_connection *br_http_find(struct br_rules *r, bool *ret_up);
/* A SYN: begin @c anew, or in the place of the one that is quiet longest if it is NULL. */
void br_http_open(struct br_rules *r, struct br_http_connection *c);

/* Did this server ever send a Date? @now: it does */
bool br_http_has_clock(struct br_rules *r, bool now);

/* Did DHCP hand out a URI with that path? */
bool br_http_was_handed_out(const struct br_rules *r, struct br_octets target);

/* What is known of @target at the server that sends the packet at hand, or NULL. */
const struct br_http_known *br_http_known_of(const struct br_rules *r, struct br_octets target);
/* The same for @server, a hash of its address; begun if there is nothing. */
struct br_http_known *br_http_known_for(struct br_rules *r, uint32_t server,
                                        struct br_octets target);

#endif /* BR_CONFORMANCE_RULES_HTTP_HTTP_TABLE_H */
