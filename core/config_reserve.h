/* SPDX-License-Identifier: BSD-2-Clause */
/* core/config_reserve.h - which machine has which address: the word reserve= */
#ifndef BR_CORE_CONFIG_RESERVE_H
#define BR_CORE_CONFIG_RESERVE_H

#include "core/base/bytes.h"
#include "core/config.h"

/* As all setters of core/config.c, also -EEXIST: an earlier word has the address or the machine,
 * and the other says which.
 */
int br_config_set_reserve(struct br_config *config, struct br_octets value);
void br_config_say_reserved(const struct br_config *config, struct br_octets value,
                            struct br_writer *why);

/* "mac", "client-id", ...: the word before the colon */
const char *br_config_mark_name(enum br_config_mark mark);
/* As the value of reserve= has it: 52:54:00:12:34:56, circuit-id:port-7, client-id:hex:0001ff */
void br_config_put_mark(struct br_writer *w, const struct br_config_reservation *reservation);
/* As br_config_read_uuid() takes it */
void br_config_put_uuid(struct br_writer *w, const uint8_t uuid[static 16]);

#endif /* BR_CORE_CONFIG_RESERVE_H */
