/* SPDX-License-Identifier: BSD-2-Clause */
/* tests/captures/plant_tools.h - what faults are planted with: frames found, changed, said again */
#ifndef BR_TESTS_CAPTURES_PLANT_TOOLS_H
#define BR_TESTS_CAPTURES_PLANT_TOOLS_H

#include "tests/captures/recording.h"

enum { /* in a DHCP message, RFC 2131 figure 1 */
	XID_AT = 4,
	YIADDR_AT = 16,
	SIADDR_AT = 20,
	FILE_AT = 108,
};

void plant_seed(uint64_t seed);
uint32_t plant_draw(uint32_t below); /* 0 to @below - 1 */
/* A VLAN tag into a frame that has none */
void plant_tag(struct recording *r, size_t index, uint16_t vlan);

size_t plant_must(size_t index);
uint8_t *plant_payload(struct recording *r, size_t index);
void plant_poke(struct recording *r, size_t index, size_t at, const void *octets, size_t size);
void plant_poke_ip(struct recording *r, size_t index, size_t at, uint32_t address);
uint32_t plant_peek_ip(struct recording *r, size_t index, size_t at);
void plant_option_ip(struct recording *r, size_t index, uint8_t code, uint32_t address);
/* The recorder runs on for a while: somebody else's ARP */
void plant_run_on(struct recording *r);
size_t plant_discover(const struct recording *r);
size_t plant_offer(const struct recording *r);
size_t plant_request(const struct recording *r);
size_t plant_ack(const struct recording *r);
size_t plant_rrq(const struct recording *r);
/* The question again, as EDK2 and others do, and its answer each time; @answer SIZE_MAX: none */
void plant_ask_again(struct recording *r, size_t question, size_t answer);
void plant_ignored(struct recording *r, size_t question, size_t answer);
void plant_set_port(struct recording *r, size_t index, size_t at, uint16_t port);
void plant_set_address(struct recording *r, size_t index, bool to, uint32_t address);
void plant_wrong_sum(struct recording *r, size_t index);
uint32_t plant_own_address(struct recording *r);
uint32_t plant_far_away(void);
void plant_settle(struct recording *r, uint32_t next, uint32_t router);
/* The client looks for @target and nobody is there. */
void plant_look_for(struct recording *r, uint32_t target);
size_t plant_put_question(uint8_t *m, uint16_t type, uint16_t flags, uint16_t answers,
                          uint16_t authorities);
/* A datagram between the client and its DNS server, made of the DISCOVER's frame */
void plant_say_dns(struct recording *r, br_time at, bool up, const uint8_t *m, size_t size);
void plant_give_url(struct recording *r);
/* The client's RRQ again, and silence */
void plant_rrq_again(struct recording *r, size_t index, unsigned times);
/* What came: block 1 of the first file that is not a size probe gets other octets. */
void plant_content(struct recording *r, const void *octets, size_t size);

#endif /* BR_TESTS_CAPTURES_PLANT_TOOLS_H */
