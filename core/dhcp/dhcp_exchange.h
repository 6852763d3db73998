/* SPDX-License-Identifier: BSD-2-Clause */
/* core/dhcp/dhcp_exchange.h - the address server, and the one message it is at */
#ifndef BR_CORE_DHCP_DHCP_EXCHANGE_H
#define BR_CORE_DHCP_DHCP_EXCHANGE_H

#include "core/dhcp/dhcp.h"
#include "core/dhcp/dhcp_reply.h"
#include "core/dhcp/dhcp_subnet.h"
#include "core/dhcp/discover_watch.h"
#include "core/dhcp/lease.h"
#include "core/dhcp/probe.h"

struct br_dhcp {
	struct br_context context;
	struct br_dhcp_subnets subnets;
	struct br_leases leases;
	struct br_discover_watch watch;
	struct br_lease_store store; /* .save NULL: none */
	br_time next;                /* no lease runs out before; may be too early */
	struct br_probes probes;
	struct br_dhcp_question again; /* of a probe that is over: too large for a stack */
	uint32_t silent;               /* nobody answered at this address, for the one question */
	struct br_dhcp_reply reply;
};

/* All there is to know of the message being handled. */
struct br_dhcp_exchange {
	struct br_dhcp *dhcp;
	const struct br_config *config;
	const struct br_dhcp_message *m;
	const struct br_event *event;
	const struct br_client *client;
	br_time now;
	const struct br_config_subnet *subnet; /* NULL: not configured */
	uint32_t own;                          /* this server's address on the link */
	uint32_t ciaddr;                       /* where the client can be reached; 0: nowhere yet */
	uint32_t server_id;                    /* option 54 of the answer */
	bool has_server_id;                    /* option 54 of the message... */
	bool is_for_us;                        /* ...names this server, or is not there */
	bool has_client_id;
	uint8_t made_key[1 + 16];
	struct br_octets key;
	struct br_octets agent;
	const struct br_config_reservation *reserved; /* on @subnet; NULL: none */
	struct br_boot boot;                          /* of the answer */
};

#endif /* BR_CORE_DHCP_DHCP_EXCHANGE_H */
