/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/models/dhcp_client.h - DISCOVER, offers, REQUEST, ACK: as a model does it
 *
 * RFC 2131 §4.4.1 by the knobs of the model: what is in the messages, how long the
 * waits are, when offers are looked at. Which offer is taken is the engine's choice.
 */
#ifndef BR_SIM_MODELS_DHCP_CLIENT_H
#define BR_SIM_MODELS_DHCP_CLIENT_H

#include "sim/models/offer.h"

struct br_firmware;

enum {
	BR_DHCP_OFFERS_MAX = 16, /* PxeBcImpl.h PXEBC_OFFER_MAX_NUM */
	BR_DHCP_XIDS_MAX = 4,    /* U-Boot net/bootp.c CONFIG_BOOTP_ID_CACHE_SIZE */
};

enum br_dhcp_state {
	BR_DHCP_OFF,
	BR_DHCP_SELECTING,  /* DISCOVER is out; OFFERs are collected */
	BR_DHCP_REQUESTING, /* REQUEST is out; ACK or NAK of that server is awaited */
	BR_DHCP_BOUND,      /* the address is ours */
};

enum br_dhcp_failure {
	BR_DHCP_NO_OFFER,  /* nothing came in all the waits */
	BR_DHCP_NO_CHOICE, /* offers came, none of use */
	BR_DHCP_NO_ACK,    /* the REQUEST was not answered */
	BR_DHCP_NAK,       /* RFC 2131 §4.3.2 */
	BR_DHCP_DECLINED,  /* an ACK EDK2 does not take, Dhcp4Io.c DhcpHandleRequest */
};

/**
 * struct br_dhcp_client - Part of a firmware
 * @xid:	Of the session; @xids: the last ones, newest first, where each try has its own
 * @started:	First DISCOVER
 * @try_count:	Transmissions of the message at hand
 * @packets:	Of DHCP in all, for iPXE's secs
 * @offers:	In order of arrival
 * @chosen:	One of them, while REQUESTING
 * @deaf:	libnet: nothing is taken until the next round; @rounds: begun so far
 * @early:	So much before its time the first wait ends: it ends at a tick of EDK2's
 * @asked_at:	DISCOVER went out
 * @second:	U-Boot's second DHCP of a boot; @no_file: without a name in `file`
 */
struct br_dhcp_client {
	enum br_dhcp_state state;
	enum br_dhcp_failure failure;
	uint32_t xid;
	uint32_t xids[BR_DHCP_XIDS_MAX];
	br_time started;
	uint32_t try_count;
	uint32_t packets;
	uint32_t offer_count;
	struct br_offer *offers;
	struct br_offer *chosen;
	bool second, no_file;
	bool deaf;
	uint32_t rounds;
	br_time asked_at;
	br_time early;
	uint16_t secs_last;
};

/* Forget all offers and begin; the engine hears of the end by bound or unbound. */
void br_dhcp_client_start(struct br_firmware *fw, br_time now);
/* The same once more, with the tries and the time that went by. */
void br_dhcp_client_again(struct br_firmware *fw, br_time now);
/* Take this offer now, without waiting for the end of the wait. */
void br_dhcp_client_choose(struct br_firmware *fw, struct br_offer *offer, br_time now);
/* DHCPRELEASE of the address it has, and no more: 53 and 54, as SLOF's dhcp.c has it */
void br_dhcp_client_release(struct br_firmware *fw);

#endif /* BR_SIM_MODELS_DHCP_CLIENT_H */
