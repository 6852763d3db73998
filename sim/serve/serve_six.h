/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/serve/serve_six.h - IPv6 of `bootrig serve`: its address, its router, what it advertises
 */
#ifndef BR_SIM_SERVE_SERVE_SIX_H
#define BR_SIM_SERVE_SERVE_SIX_H

#include "core/config.h"
#include "sim/net/host.h"
#include "sim/net/iface.h"
#include "sim/net/iface_filter.h"

/**
 * struct br_serve_six - IPv6 of the server
 * @on:		It has an @address in a network of so many @bits
 * @gateway:	::, none
 * @advertises:	As a router that is none: its lifetime is 0, RFC 4861 section 6.2.3
 */
struct br_serve_six {
	bool on, advertises, managed, other;
	uint8_t address[BR_IP_SIZE], bits;
	uint8_t gateway[BR_IP_SIZE];
};

/* What stands behind --address6, --gateway6, --ra. Return: whether it makes sense; else @error */
bool br_serve_six_take_address(struct br_serve_six *six, const char *word, char *error,
                               size_t size);
bool br_serve_six_take_gateway(struct br_serve_six *six, const char *word, char *error,
                               size_t size);
bool br_serve_six_take_ra(struct br_serve_six *six, const char *word, char *error, size_t size);

/* With all other words, and what the kernel has. Return: 0, or -EINVAL after one line to @error */
int br_serve_six_check(const struct br_serve_six *six, unsigned roles, const char *interface,
                       const struct br_iface *iface, char *error, size_t size);
void br_serve_six_link(const struct br_serve_six *six, struct br_config_link *link);
/* The groups that stand for its addresses */
void br_serve_six_listen(const struct br_serve_six *six, const uint8_t mac[6],
                         struct br_iface_filter *filter);
int br_serve_six_begin(const struct br_serve_six *six, struct br_host *host); /* 0, -ENOMEM */

#endif /* BR_SIM_SERVE_SERVE_SIX_H */
