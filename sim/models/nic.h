/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/models/nic.h - a network card that is deaf for a while when it is switched on
 *
 * QEMU's e1000 takes nothing in for a second when its receiver is enabled (hw/net/e1000.c
 * set_rx_control, flush_queue_timer); what came meanwhile is handed over then, in order.
 */
#ifndef BR_SIM_MODELS_NIC_H
#define BR_SIM_MODELS_NIC_H

#include "core/base/time.h"

struct br_firmware;
struct br_nic;

/* Its driver starts the card: nothing happens unless the model and the machine's card say so. */
void br_nic_start(struct br_firmware *fw, br_time now);
/* How long it takes until the card can send. */
br_time br_nic_delay(const struct br_firmware *fw);
void br_nic_free(struct br_firmware *fw);
/* What its driver makes of a shorter frame; 0: nothing */
uint16_t br_nic_frame_size(const struct br_firmware *fw);

#endif /* BR_SIM_MODELS_NIC_H */
