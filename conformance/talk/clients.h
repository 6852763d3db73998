/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/talk/clients.h - whose packet it is: by MAC address, by the addresses it was given */
#ifndef BR_CONFORMANCE_TALK_CLIENTS_H
#define BR_CONFORMANCE_TALK_CLIENTS_H

#include "conformance/talk/store.h"

/* New ones are made when memory allows, else NULL. */
struct br_talk_client *talk_find_mac(const struct br_talk *talk, const uint8_t mac[6]);
/* One more without hardware address; @client_id tells it from others (RFC 4390 section 2.1). */
struct br_talk_client *talk_new_without_mac(struct br_talk *talk, struct br_octets client_id,
                                            const struct seen *seen);
struct br_talk_client *talk_client_of_mac(struct br_talk *talk, const uint8_t mac[6],
                                          const struct seen *seen);
struct br_talk_client *talk_find_address(const struct br_talk *talk,
                                         const struct br_endpoint *address);
/* Who sent the packet: by its address, then by its MAC; @make a new client if needed. */
struct br_talk_client *talk_sender(struct br_talk *talk, const struct seen *seen, bool make);
struct br_talk_client *talk_receiver(struct br_talk *talk, const struct seen *seen);
void talk_add_address(struct br_talk *talk, struct br_talk_client *client,
                      const struct br_endpoint *address);

/* RFC 4291 appendix A: the MAC inside a link-local address made from it. False: it is none */
bool talk_mac_of_address(const uint8_t ip[16], uint8_t ret_mac[6]);

/* No machine's own: a group, or none */
bool talk_is_group(const uint8_t mac[6]);

#endif /* BR_CONFORMANCE_TALK_CLIENTS_H */
