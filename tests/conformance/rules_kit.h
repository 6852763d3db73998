/* SPDX-License-Identifier: BSD-2-Clause */
/* tests/conformance/rules_kit.h - small exchanges, good by the book, and edits that break one
 * rule each */
#ifndef BR_TESTS_CONFORMANCE_RULES_KIT_H
#define BR_TESTS_CONFORMANCE_RULES_KIT_H

#include "conformance/rules/rules.h"

enum {
	KIT_PACKETS_MAX = 80,
	KIT_SIZE_MAX = 2048,
	KIT_EDITS_MAX = 10,
};

/* One datagram, segment or frame of an exchange. */
struct kit_packet {
	uint8_t eth_src[6], eth_dst[6];
	uint32_t src, dst;
	uint16_t sport, dport;
	br_time gap; /* since the one before; 1 ms if 0 */
	uint32_t link;
	uint8_t protocol; /* 17, 6, 1; 0: ARP */
	bool six;         /* over IPv6: 2001:db8::10.0.0.1 for 10.0.0.1 */
	bool arp_reply;
	uint8_t hop_limit; /* not 0: IPv6 with these addresses, and no IPv4 */
	uint8_t src6[16], dst6[16];
	uint32_t icmp_rest; /* ICMPv6 with code @icmp_code */
	uint8_t icmp_code;
	bool vlan;         /* tagged, VLAN 0 */
	uint16_t fragment; /* as BR_IPV4_* */
	bool sum_zero, sum_bad, sum_first, removed;
	uint16_t id; /* of the IP header; 0: drawn by count */
	uint8_t icmp_type;
	uint8_t tcp_flags; /* sequence numbers follow from what was sent before */
	uint32_t arp_target;
	size_t size; /* of payload; DHCP: END stands at @end */
	size_t end;
	uint8_t payload[KIT_SIZE_MAX];
};

struct kit {
	bool complete;
	size_t snap; /* octets kept of each frame; 0: all */
	size_t count;
	struct kit_packet packet[KIT_PACKETS_MAX];
};

enum kit_op {
	KIT_END,   /* no more edits */
	KIT_SET,   /* DHCP option @arg becomes @bytes, in its place or before END */
	KIT_ADD,   /* one more instance of it, before END */
	KIT_FRONT, /* one more instance of it, as the first */
	KIT_DROP,  /* without option @arg */
	KIT_POKE,  /* payload octets from @arg on become @bytes */
	KIT_SIZE,  /* payload has @arg octets */
	KIT_RAW,   /* payload becomes @bytes */
	KIT_SPORT, /* to @arg */
	KIT_DPORT,
	KIT_SRC,
	KIT_DST,
	KIT_ETH_SRC, /* last octet becomes @arg */
	KIT_ETH_DST, /* the same; 255: broadcast */
	KIT_GAP,     /* ms */
	KIT_REMOVE,
	KIT_REPEAT,   /* a copy at the end of the exchange, @arg ms later */
	KIT_SUM,      /* 0: checksum 0; 1: wrong; 2: that of the first packet */
	KIT_CUT,      /* the exchange ends with @packet */
	KIT_NO_END,   /* without END */
	KIT_COMPLETE, /* every frame is known to be seen: 1, or not: 0 */
	KIT_LINK,
	KIT_VLAN,  /* a tag of priority alone */
	KIT_FLAGS, /* of TCP, to @arg */
	KIT_SIX,   /* every packet so far goes over IPv6 */
	/* DHCPv6: option KIT_IN(depth, code) in the message that many relays deep */
	KIT_SET6,
	KIT_ADD6,
	KIT_DROP6,
	KIT_SRC6, /* to @bytes, 16 octets */
	KIT_DST6,
	KIT_HOPS, /* hop limit */
	KIT_REST, /* second word of an ICMPv6 message */
};

/* @packet counts from 1, as frames do. */
struct kit_edit {
	enum kit_op op;
	unsigned packet;
	uint32_t arg;
	const char *bytes;
	size_t size;
};

/* @id alone must fire, on frame @frame; removed packets have no number. */
struct kit_row {
	const char *id;
	uint64_t frame;
	void (*scene)(struct kit *kit);
	struct kit_edit edit[KIT_EDITS_MAX];
	const char *also; /* a rule that cannot but be broken with it; or NULL */
};

#define KIT_IN(depth, code) ((uint32_t)(depth) << 16 | (code))
#define BYTES(text)         text, sizeof(text) - 1

/* The edits as the rows write them: @p the packet, @b a string literal */
/* clang-format off */
#define DO(op, p, arg)    {KIT_##op, p, arg, NULL, 0}
#define SET(p, code, b)   {KIT_SET, p, code, BYTES(b)}
#define ADD(p, code, b)   {KIT_ADD, p, code, BYTES(b)}
#define FRONT(p, code, b) {KIT_FRONT, p, code, BYTES(b)}
#define DROP(p, code)     DO(DROP, p, code)
#define POKE(p, at, b)    {KIT_POKE, p, at, BYTES(b)}
#define RAW(p, b)         {KIT_RAW, p, 0, BYTES(b)}
#define CUT(p)            DO(CUT, p, 0)
#define REMOVE(p)         DO(REMOVE, p, 0)
#define ALONE             REMOVE(3), REMOVE(4) /* of DORA, without REQUEST and ACK */
#define SET6(p, code, b)  {KIT_SET6, p, code, BYTES(b)}
#define ADD6(p, code, b)  {KIT_ADD6, p, code, BYTES(b)}
#define DROP6(p, code)    DO(DROP6, p, code)
#define DST6(p, b)        {KIT_DST6, p, 0, BYTES(b)}
/* clang-format on */

/* What several files put into packets */
#define A8         "aaaaaaaa"
#define A64        A8 A8 A8 A8 A8 A8 A8 A8
#define A192       A64 A64 A64
#define IP20       "\x0a\0\0\x20"
#define UUID       "\0abcdefghijklmnop"      /* as option 97: type 0 */
#define DUID(last) "\0\3\0\1\2\0\0\0\0" last /* link-layer address 02:00:00:00:00:last */
#define LIFE       "\0\0\x0e\x10"            /* 3600 s */

struct kit_packet *kit_add(struct kit *kit); /* at the end, of zeros */
void kit_mac(uint8_t mac[6], uint32_t last); /* 02:00:00:00:00:last; 255: broadcast */
void kit_option(struct kit_packet *packet, uint8_t code, const void *value, size_t size);
void kit_option6(struct kit_packet *packet, uint16_t code, const void *value, size_t size);
void kit_edit(struct kit *kit, const struct kit_edit *edit);
void kit_edit6(struct kit_packet *packet, const struct kit_edit *edit); /* for kit_edit() */
void kit_play(const struct kit *kit, struct br_rules *rules);
/* The frames alone, for whoever looks at a wire. */
void kit_show(const struct kit *kit, br_time first,
              void (*see)(void *context, const struct br_frame *frame, uint64_t number,
                          uint32_t link, br_time now),
              void *context);

extern const struct kit_row rules_rows_dhcp[], rules_rows_pxe[], rules_rows_relay[],
	rules_rows_tftp[], rules_rows_http[], rules_rows_net[];
extern const struct kit_row rules_rows_dhcp6[], rules_quiet_dhcp6[];
/* Edits that break nothing; the id is what they show. */
extern const struct kit_row rules_rows_fair[], rules_quiet_http[], rules_quiet_net[],
	rules_quiet_tftp[];
/* Every scene, for the test that nothing fires on it; NULL at the end. */
extern void (*const rules_scenes[])(struct kit *kit);
extern void (*const rules_scenes_files[])(struct kit *kit),
	(*const rules_scenes_six[])(struct kit *kit);
void (*kit_scene(size_t index))(struct kit *kit); /* of all, NULL behind the last */

void scene_archs(struct kit *kit), scene_boot(struct kit *kit), scene_secs(struct kit *kit),
	scene_boot_closed(struct kit *kit);
void scene_return(struct kit *kit), scene_two_clients(struct kit *kit), scene_ping(struct kit *kit),
	scene_no_id(struct kit *kit), scene_reboot(struct kit *kit), scene_rebind(struct kit *kit);
void scene_override(struct kit *kit), scene_override_refused(struct kit *kit);
void scene_dora(struct kit *kit), scene_proxy(struct kit *kit), scene_http_dora(struct kit *kit),
	scene_relay(struct kit *kit), scene_inform(struct kit *kit), scene_nak(struct kit *kit),
	scene_renew(struct kit *kit), scene_bootp(struct kit *kit), scene_plain(struct kit *kit),
	scene_relay_nak(struct kit *kit), scene_tftp(struct kit *kit),
	scene_tftp_plain(struct kit *kit), scene_tftp_window(struct kit *kit),
	scene_tftp_whole(struct kit *kit), scene_http(struct kit *kit), scene_arp(struct kit *kit),
	scene_icmp(struct kit *kit), scene_ipxe(struct kit *kit), scene_release(struct kit *kit),
	scene_decline(struct kit *kit), scene_twice(struct kit *kit), scene_closed(struct kit *kit),
	scene_two_relays(struct kit *kit), scene_tftp_512(struct kit *kit),
	scene_tftp_closed(struct kit *kit), scene_tftp_foreign(struct kit *kit),
	scene_tftp_two(struct kit *kit), scene_http_boot(struct kit *kit),
	scene_arp_own(struct kit *kit), scene_arp_probe(struct kit *kit),
	scene_tftp_six(struct kit *kit), scene_tftp_window_six(struct kit *kit),
	scene_http_six(struct kit *kit), scene_http_two(struct kit *kit),
	scene_http_long(struct kit *kit), scene_tftp_gone(struct kit *kit),
	scene_tftp_odd(struct kit *kit);
void scene6_pxe(struct kit *kit), scene6_http(struct kit *kit), scene6_two(struct kit *kit),
	scene6_rapid(struct kit *kit), scene6_inform(struct kit *kit), scene6_none(struct kit *kit),
	scene6_ipxe(struct kit *kit), scene6_relay(struct kit *kit), scene6_relays(struct kit *kit),
	scene6_binl(struct kit *kit), scene6_given(struct kit *kit),
	scene6_neighbor(struct kit *kit);
void scene_tftp_group(struct kit *kit), scene_tftp_fragments(struct kit *kit);

#endif /* BR_TESTS_CONFORMANCE_RULES_KIT_H */
