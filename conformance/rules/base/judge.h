/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/rules/base/judge.h - what every judge needs: the packet at hand, the verdict, and
 * addresses to compare and to print; for the files below conformance/rules alone
 */
#ifndef BR_CONFORMANCE_RULES_BASE_JUDGE_H
#define BR_CONFORMANCE_RULES_BASE_JUDGE_H

#include "conformance/rule_ids.h" /* enum br_rule, by conformance/embed.py */
#include "conformance/rules/base/breach.h"
#include "core/base/hash.h"
#include "sim/net/packet.h"

struct br_http_watch;
struct br_tftp_watch;
struct br_dhcp_watch;
struct br_net_watch;
struct br_dhcp6_watch;
struct br_nd_watch;

/**
 * struct br_rules - The engine: the packet at hand, the verdicts, and what each family remembers
 * @complete:	As in the options
 * @counts, @context: As in the options
 * @sums_virtual: Checksums of @packet are still to be computed by a NIC: they are believed
 * @untimed:	This frame has no time of its own, or one before it had none: what is judged by
 *		times is not judged
 * @not_edk2:	The reply at hand answers a client that is known and is not EDK2: what only EDK2's
 *		source asks of it is not judged
 * @packet, @frame, @link, @at: The packet at hand, and what br_rules_packet() was told of it
 * @judged:	How often each rule was judged, of those who count
 * @broken:	How often it did not hold
 * @breach:	The first @breaches of them are used; one for each party and rule
 * @left_out:	Breaches beyond BR_BREACHES_MAX of those that count
 * @dhcp ... @nd: Each belongs to the room of its name, and nobody else looks inside
 */
struct br_rules {
	bool complete;
	bool (*counts)(void *context, const struct br_endpoint *party);
	void *context;
	bool sums_virtual;
	bool untimed, not_edk2;
	const struct br_packet *packet;
	uint64_t frame;
	uint32_t link;
	br_time at;
	uint32_t judged[BR_RULE_COUNT], broken[BR_RULE_COUNT];
	struct br_breach breach[BR_BREACHES_MAX];
	size_t breaches;
	uint64_t left_out;
	struct br_dhcp_watch *dhcp;
	struct br_tftp_watch *tftp;
	struct br_http_watch *http;
	struct br_net_watch *net;
	struct br_dhcp6_watch *dhcp6;
	struct br_nd_watch *nd;
};

/* The party at hand, the sender of the packet, kept @rule, or did not: the text says what
 * was seen. Return: @holds
 */
bool br_judge(struct br_rules *r, enum br_rule rule, bool holds, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* An IPv4 address as text. */
const char *br_rules_ip(char text[static 16], uint32_t address);
#define BR_IP(address) br_rules_ip((char[16]){0}, address)

static inline uint32_t br_rules_be32(const uint8_t octets[static 4])
{
	return (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 | (uint32_t)octets[2] << 8 |
	       octets[3];
}

/* EDK2 says of itself "PXEClient:Arch:00007:UNDI:003000", or HTTPClient, and no more. @arch: option
 * 93, or 61 of DHCPv6; a BIOS is a ROM of another maker.
 */
bool br_rules_is_edk2(struct br_octets vendor_class, int32_t arch);

/* The octets of a number that tell values apart. */
uint32_t br_rules_hash(uint32_t seed, const void *data, size_t size);
#define BR_RULES_HASH_SEED BR_FNV32_SEED

/* An address of either kind, as in struct br_endpoint. */
const char *br_rules_host(char text[static 40], const uint8_t ip[static 16]);
#define BR_HOST(ip) br_rules_host((char[40]){0}, ip)
uint32_t br_rules_host_hash(const uint8_t ip[static 16]);
bool br_rules_same_host(const uint8_t a[static 16], const uint8_t b[static 16]);
static inline bool br_rules_is_group(uint32_t address)
{
	return address == UINT32_MAX || address >> 28 == 14;
}
static inline bool br_rules_mac_known(const uint8_t mac[6])
{
	return (mac[0] | mac[1] | mac[2] | mac[3] | mac[4] | mac[5]) != 0;
} /* Does @path leave the root it is below? Both slashes part it. */
bool br_rules_climbs(struct br_octets path);

/* Of the packet at hand, which is UDP; what was left to a NIC is right. */
enum br_sum br_rules_udp_sum(const struct br_rules *r);

#endif /* BR_CONFORMANCE_RULES_BASE_JUDGE_H */
