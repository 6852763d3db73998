/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/models/pxe_client.h - asking a boot server: proxyDHCP on 4011, and menu items
 *
 * PXE 2.1 §2.2.3 and §2.2.4. A request goes to one target after the other; each gets
 * all the model's tries. Engines say whom to ask and what counts as an answer.
 */
#ifndef BR_SIM_MODELS_PXE_CLIENT_H
#define BR_SIM_MODELS_PXE_CLIENT_H

#include "sim/models/offer.h"

struct br_firmware;

enum {
	BR_PXE_TARGETS_MAX = 16,
};

/* @address 0: broadcast; @port: 4011, or 67 for a broadcast (PxeBcDhcp4.c) */
struct br_pxe_target {
	uint32_t address;
	uint32_t server_id; /* option 54 of the request, 0: none */
	uint16_t port;
};

/**
 * struct br_pxe_client - Part of a firmware
 * @message:	PROXY or BOOT_SERVER
 * @item:	BOOT_SERVER: type << 16 | layer
 * @target:	Whom to ask, in this order
 * @accept:	Does the reply count? NULL: any does
 * @found:	First reply that counts, until the try is over (proxy.collects)
 */
struct br_pxe_client {
	bool asking;
	bool port_open;
	enum br_model_message message;
	uint32_t item;
	struct br_pxe_target target[BR_PXE_TARGETS_MAX];
	uint32_t targets, current;
	uint32_t try_count;
	uint32_t xid;
	bool (*accept)(struct br_firmware *fw, const struct br_offer *reply);
	struct br_offer *found;
};

/* Ask; message, item, target, targets and accept are set. The engine's replied() follows
 * with fw->reply, or NULL there.
 */
void br_pxe_client_ask(struct br_firmware *fw, br_time now);

#endif /* BR_SIM_MODELS_PXE_CLIENT_H */
