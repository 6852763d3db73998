/* SPDX-License-Identifier: BSD-2-Clause */
/* tests/sim/boot_rig.h - a segment with an address server, a boot server and a machine that
 * boots from them, in virtual time
 *
 * Both servers are the core. What the machine receives is compared with the files as it
 * comes; every frame goes through a tap into a hash, the machine's own through a log.
 */
#ifndef BR_TESTS_SIM_BOOT_RIG_H
#define BR_TESTS_SIM_BOOT_RIG_H

#include "core/config.h"
#include "sim/models/firmware.h"
#include "sim/net/fault.h"
#include "sim/net/files.h"
#include "sim/net/server_host.h"
#include "sim/net/trace_hash.h"
#include "tests/helper.h"

enum {
	BOOT_LOG_MAX = 4096,
	BOOT_SERVERS_MAX = 2,
};

#define BOOT_NET UINT32_C(0xc0000200) /* 192.0.2.0/24: .1 addresses, .2 boot files */

/* A UDP datagram or the head of a TCP segment the machine sent. */
struct boot_sent {
	br_time at;
	uint16_t source, destination;
	uint32_t to;
	uint8_t ttl;
	bool dont_fragment, tcp;
	uint8_t tcp_flags; /* BR_TCP_* */
	uint8_t octets[600];
	size_t size;
};

/**
 * struct boot_reply - What the scripted server says to a DHCP message
 * @port:	Asked on this port, 67 or 4011
 * @asked:	Type asked with, 1 DISCOVER, 3 REQUEST
 * @nth:	Only to the nth such message, from 1; 0: to each
 * @delay:	So much later
 * @type:	0: without option 53, BOOTP
 * @from:	Last octet of the address that answers: 3 or 4
 * @options:	Hex, behind 53 and 54: "3c09505845436c69656e74"
 */
struct boot_reply {
	uint16_t port;
	uint8_t asked;
	unsigned nth;
	br_time delay;
	uint8_t type;
	uint8_t from;
	uint32_t yiaddr, siaddr;
	const char *file;
	const char *options;
};

/* What the scripted server sends back to the nth TFTP packet it gets; hex, NULL: nothing.
 * The first goes out from a port of its own, 30000 + the number of RRQs before.
 */
struct boot_tftp {
	unsigned nth;
	const char *hex;
};

struct boot_rig;

struct boot_peer {
	struct boot_rig *rig;
	struct br_host *host;
	struct br_timer timer[8];
	struct br_datagram waiting[8];
	uint8_t octets[8][1472];
	const struct boot_reply *reply;
	size_t replies;
	unsigned counts[8]; /* messages that fitted a reply so far */
	const struct boot_tftp *tftp;
	size_t tftps;
	unsigned packets, requests;
};

struct boot_rig {
	struct br_clock clock;
	struct br_wire *wire;
	struct br_segment *segment;
	struct br_fault *fault;
	struct br_file_store *files;
	struct br_host *server_host[BOOT_SERVERS_MAX];
	struct br_server_host *server[BOOT_SERVERS_MAX];
	struct boot_peer peer[2]; /* scripted servers, 192.0.2.3 and .4 */
	struct br_host *host;
	struct br_model model;
	struct br_machine machine;
	struct br_firmware *firmware;
	struct br_trace_hash hash;
	struct boot_sent sent[BOOT_LOG_MAX];
	size_t sents;
	uint64_t compared, wrong; /* octets of files; those that were not as they should be */
	unsigned ended;
	char said[512]; /* the last lines of its screen */
};

/* @config: lines "KEY=VALUE" of each server, parted by blanks; NULL: there is no such
 * server. The first is 192.0.2.1, the second .2. @loss_ppm of all frames is lost.
 */
struct boot_rig *boot_rig_new(const char *model, const char *first, const char *second,
                              uint32_t loss_ppm, uint64_t seed);
void boot_rig_free(struct boot_rig *rig);
void boot_rig_text(struct boot_rig *rig, const char *name, const char *text);
/* Let 192.0.2.3 (and .4, if @from says so) answer by these tables, which outlive the rig. */
void boot_rig_peer(struct boot_rig *rig, const struct boot_reply *reply, size_t replies,
                   const struct boot_tftp *tftp, size_t tftps);
/* Switch on, and run until it ended or so many seconds are over. */
struct br_boot_result boot_rig_run(struct boot_rig *rig, unsigned seconds);

/* The next datagram from *@index on that went to that port, or NULL. */
const struct boot_sent *boot_rig_next(const struct boot_rig *rig, size_t *index, uint16_t port);

#endif /* BR_TESTS_SIM_BOOT_RIG_H */
