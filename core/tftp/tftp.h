/* SPDX-License-Identifier: BSD-2-Clause */
/* core/tftp/tftp.h - the TFTP server: RFC 1350, 1123 section 4.2, 2347, 2348, 2349, 7440
 *
 * Read requests only. Same doors as the server, core/port.h; all memory is taken
 * by _new from br_config.transfers_max.
 */
#ifndef BR_CORE_TFTP_TFTP_H
#define BR_CORE_TFTP_TFTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/context.h"

struct br_tftp;

/* @context: shared, must outlive the service. Return: 0, -ENOMEM, or -EINVAL if the
 * limits make no sense (no transfers, or fewer ports than one)
 */
int br_tftp_new(struct br_tftp **ret_tftp, const struct br_context *context);
struct br_tftp *br_tftp_free(struct br_tftp *tftp); /* NULL in, NULL out */

/* A datagram to port 69 or to any port this service owns. Small answers and notes
 * go to the outbox; DATA and OACK are taken out of br_tftp_output().
 */
void br_tftp_input(struct br_tftp *tftp, const struct br_event *event, br_time now);

/* True if datagrams to this port are for br_tftp_input(): 69, and open transfer IDs. */
bool br_tftp_owns_port(const struct br_tftp *tftp, uint16_t port);

/* One packet at a time until false; @ret_action's octets live until the next call. */
bool br_tftp_output(struct br_tftp *tftp, struct br_action *ret_action);

void br_tftp_stop(struct br_tftp *tftp, br_time now); /* every transfer ends in an ERROR */
br_time br_tftp_deadline(const struct br_tftp *tftp);
void br_tftp_expire(struct br_tftp *tftp, br_time now); /* early calls do nothing */

/* Transfers not yet complete, given up or ended by an ERROR. */
size_t br_tftp_open_transfers(const struct br_tftp *tftp);

#endif /* BR_CORE_TFTP_TFTP_H */
