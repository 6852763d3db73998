/* SPDX-License-Identifier: BSD-2-Clause */
/* tests/sim/host_net.h - a few hosts on a wire in virtual time, for tests
 *
 * A tap keeps what was on the wire, so that what is claimed is what was sent. The
 * user of each host fills an inbox, and sends a stream of a pattern when told to.
 */
#ifndef BR_TESTS_SIM_HOST_NET_H
#define BR_TESTS_SIM_HOST_NET_H

#include "sim/net/host.h"
#include "sim/net/packet.h"

enum {
	NET_HOSTS_MAX = 4,
	NET_SEEN_MAX = 512,
	NET_MTU = 1500,
};

#define NET  UINT32_C(0xc0000200) /* 192.0.2.0/24 */
#define FAR  UINT32_C(0xc6336400) /* 198.51.100.0/24 */
#define MASK UINT32_C(0xffffff00)
#define ALL  UINT32_MAX

struct net_seen {
	struct br_packet packet;
	uint32_t segment;
	br_time at;
};

struct net_inbox {
	unsigned datagrams;
	struct br_datagram last;
	uint8_t octets[70000];
	unsigned unreachables;
	uint16_t icmp;
	struct br_endpoint unreachable_remote;
	unsigned remarks;
	char remark[128];
	/* streams */
	unsigned opened, ended, gone;
	int error;
	uint64_t received, hash;
	uint32_t stream;
	uint64_t to_send, sent;
	bool close_when_ended;
	struct br_host *host;
};

struct net {
	struct br_clock clock;
	struct br_wire *wire;
	struct br_segment *segment[2];
	struct br_host *host[NET_HOSTS_MAX];
	struct net_inbox inbox[NET_HOSTS_MAX];
	struct net_seen seen[NET_SEEN_MAX];
	size_t seens;
	uint64_t hash, frames;
};

/* Hosts 0 and 1 on segment 0 as 192.0.2.1 and .2; nothing on segment 1 yet, whose
 * MTU is 600.
 */
struct net *net_new(void);
void net_free(struct net *net);
void net_add_host(struct net *net, int index, const char *name);
int net_add_link(struct net *net, int host, int segment, uint32_t address);
void net_run(struct net *net, br_time until);
int net_send_text(struct net *net, int from, uint32_t to, uint16_t port, const char *text);

#endif /* BR_TESTS_SIM_HOST_NET_H */
