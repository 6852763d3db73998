/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/models/dhcp6_client.h - DHCPv6 as EDK2 speaks it: several clients on one machine
 *
 * Dhcp6Dxe serves whoever asks it. Two do: PXE or HTTP boot (UefiPxeBcDxe, HttpBootDxe), and the
 * network itself once a router says M (Ip6Config), each with an IAID of its own, one DUID, and
 * transaction-ids out of one counter.
 */
#ifndef BR_SIM_MODELS_DHCP6_CLIENT_H
#define BR_SIM_MODELS_DHCP6_CLIENT_H

#include "core/formats/dhcp6_message.h"
#include "core/port.h"
#include "sim/net/clock.h"

struct br_firmware;

enum {
	BR_DHCP6_OFFERS_MAX = 16,   /* PxeBcImpl.h PXEBC_OFFER_MAX_NUM */
	BR_DHCP6_OFFER_SIZE = 1472, /* longer ones are not looked at */
};

/* An Advertise or Reply that was kept. */
struct br_dhcp6_offer {
	struct br_dhcp6_offer *next;
	uint32_t xid;
	uint8_t preference;
	bool has_address; /* an IA_NA of ours with one that is valid: Dhcp6UpdateIaInfo */
	struct br_dhcp6_ia ia;
	size_t size;
	uint8_t octets[]; /* its options */
};

enum br_dhcp6_phase {
	BR_DHCP6_IDLE,
	BR_DHCP6_SOLICITS,
	BR_DHCP6_REQUESTS,
	BR_DHCP6_BOUND,
	BR_DHCP6_INFORMS,  /* Information-request, where a router says O and not M */
	BR_DHCP6_RELEASES, /* waits for a Reply, which changes nothing */
};

/**
 * struct br_dhcp6_session - One client of DHCPv6
 * @boots:	It asks what to boot, else for a name server only
 * @late:	The first wait is over: the next Advertise is taken at once (Dhcp6Io.c)
 */
struct br_dhcp6_session {
	struct br_firmware *fw;
	struct br_timer timer;
	bool boots, late;
	enum br_dhcp6_phase phase;
	uint32_t iaid, xid;
	uint32_t tries;
	br_time started;
	uint32_t offers;
	struct br_dhcp6_offer *offer;  /* in order of arrival */
	struct br_dhcp6_offer *chosen; /* of those */
	struct br_dhcp6_offer *reply;
};

/* For the engine to see to */
struct br_dhcp6_events {
	/* which of the offers to request; NULL: none will do */
	struct br_dhcp6_offer *(*select)(struct br_firmware *fw);
	void (*bound)(struct br_firmware *fw, br_time now); /* boot: .reply is there */
	/* boot: nobody answered; @offered: somebody, with nothing of use */
	void (*failed)(struct br_firmware *fw, bool offered, br_time now);
	/* the network has an address */
	void (*given)(struct br_firmware *fw, const uint8_t address[16], br_time now);
	void (*released)(struct br_firmware *fw, br_time now); /* boot: that is over */
	/* by a boot server, on port 4011 */
	void (*answered)(struct br_firmware *fw, const struct br_dhcp6_offer *reply, br_time now);
};

/* @xid: counted up as three octets, the lowest first */
struct br_dhcp6_client {
	const struct br_dhcp6_events *events;
	bool hears;          /* port 4011 is open */
	bool managed, other; /* what a router said */
	/* the engine's: whose boot server is asked, where that or the file is, and since when it
	 * looks for a way there
	 */
	struct br_dhcp6_offer *asked;
	uint8_t server[16];
	br_time route_from;
	char ending[96]; /* the engine's: what the screen says once the lease is given back */
	struct br_dhcp6_session boot, network;
	uint32_t xid;
};

/* Make both. Return: 0 or -ENOMEM */
int br_dhcp6_client_new(struct br_firmware *fw, const struct br_dhcp6_events *events);
void br_dhcp6_client_free(struct br_firmware *fw);

/* Send the first message of each exchange: */
void br_dhcp6_client_solicit(struct br_dhcp6_session *session, br_time now);
void br_dhcp6_client_inform(struct br_dhcp6_session *session, br_time now);
/* If it has a lease, give it back. Return: false if it has none, and nothing follows */
bool br_dhcp6_client_release(struct br_dhcp6_session *session, br_time now);
/* The Request once more, without an IA, to @remote, with the xid of @offer and, if that has no
 * address, its server id: PxeBcDhcp6.c PxeBcRequestBootService. What comes back is heard between
 * calls of the two others.
 */
void br_dhcp6_client_ask_boot_server(struct br_firmware *fw, const struct br_dhcp6_offer *offer,
                                     const struct br_endpoint *remote, br_time now);
void br_dhcp6_client_hear_boot_server(struct br_firmware *fw);
void br_dhcp6_client_ask_no_more(struct br_firmware *fw);

/* An option of what was kept; .data NULL: none */
struct br_octets br_dhcp6_offer_get(const struct br_dhcp6_offer *offer, uint16_t code);
/* Its option 16 of Intel begins so; @any: of whatever enterprise */
bool br_dhcp6_offer_is(const struct br_dhcp6_offer *offer, const char *class, bool any);

#endif /* BR_SIM_MODELS_DHCP6_CLIENT_H */
