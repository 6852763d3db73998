/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/conform/lab_dev.h - a /dev of its own for a server, in which somebody reads /dev/log
 *
 * Some servers write to syslog and to nothing else (tftpd-hpa). The host has no part in it: the
 * mounts are of our namespace alone, and go with its processes.
 */
#ifndef BR_CONFORMANCE_CONFORM_LAB_DEV_H
#define BR_CONFORMANCE_CONFORM_LAB_DEV_H

/* In the first process of a namespace of processes: what is written to /dev/log from now on goes to
 * @log, a line each. Needs root; without the right to mount nothing changes.
 */
void br_lab_dev_make(int log);

#endif /* BR_CONFORMANCE_CONFORM_LAB_DEV_H */
