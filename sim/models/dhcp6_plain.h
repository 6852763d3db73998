/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/models/dhcp6_plain.h - IPv6 as small stacks have it: iPXE, U-Boot, GRUB, SLOF
 *
 * One client, one exchange after the other, one transaction-id: a router is looked for, or not,
 * then DHCPv6 is asked for an address (Solicit, Request) or for options alone. What differs is
 * said by the knobs of the model. EDK2, which collects offers for two clients at once, is
 * dhcp6_client.h.
 */
#ifndef BR_SIM_MODELS_DHCP6_PLAIN_H
#define BR_SIM_MODELS_DHCP6_PLAIN_H

#include "core/formats/dhcp6_message.h"
#include "core/formats/dhcp6_option.h"
#include "core/formats/duid.h"
#include "core/port.h"
#include "sim/net/clock.h"

struct br_firmware;
struct br_nd_router;

enum {
	BR_PLAIN6_URL_SIZE = 512,
};

/* What the engine's .plain6 hears, once a run. */
enum br_plain6_end {
	BR_PLAIN6_BOUND,     /* an address of a Reply, checked by nobody */
	BR_PLAIN6_INFORMED,  /* options of a Reply */
	BR_PLAIN6_ROUTED,    /* a router that says neither M nor O */
	BR_PLAIN6_NO_ROUTER, /* and one was needed */
	BR_PLAIN6_FAILED,    /* nobody answered, or nothing of use */
};

enum br_plain6_phase {
	BR_PLAIN6_IDLE,
	BR_PLAIN6_LATER,   /* libnet: IPv4 has its turn */
	BR_PLAIN6_ROUTERS, /* solicited */
	BR_PLAIN6_SOLICITS,
	BR_PLAIN6_REQUESTS,
	BR_PLAIN6_INFORMS,
	BR_PLAIN6_OVER, /* GRUB: the address is there, its wait is not over */
};

/**
 * struct br_dhcp6_plain - Part of a firmware
 * @stateless:	Where no router says how, ask for options alone
 * @address, @url: Of the Reply; @url "" if it had no option 59, or one that is longer
 * @server_id:	Of the Advertise that was taken
 */
struct br_dhcp6_plain {
	struct br_firmware *fw;
	struct br_timer timer;
	enum br_plain6_phase phase;
	bool stateless, port;
	uint32_t xid, iaid, tries;
	br_time started;
	uint8_t server_id[BR_DUID_SIZE_MAX];
	size_t server_id_size;
	uint8_t preference;
	struct br_dhcp6_ia ia;
	uint8_t address[16];
	char url[BR_PLAIN6_URL_SIZE];
};

/* Solicit routers, as often as the model says; what they say decides how DHCPv6 is asked. */
int br_plain6_start(struct br_firmware *fw, bool stateless, br_time now); /* 0 or -ENOMEM */
void br_plain6_start_at(struct br_firmware *fw, br_time at); /* the same, stateless, later */
/* Ask DHCPv6 at once. */
int br_plain6_ask(struct br_firmware *fw, bool stateless, br_time now); /* 0 or -ENOMEM */
void br_plain6_router(struct br_firmware *fw, const struct br_nd_router *router, br_time now);
void br_plain6_stop(struct br_firmware *fw);
void br_plain6_free(struct br_firmware *fw);

#endif /* BR_SIM_MODELS_DHCP6_PLAIN_H */
