/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/conform/lab_dev.h - a /dev of its own for a server, in which somebody reads /dev/log
 *
 * Some servers write to syslog and to nothing else (tftpd-hpa). The host has no part in it: the
 * mounts are of our namespace alone, and go with its processes.
 */
#ifndef BR_CONFORMANCE_CONFORM_LAB_DEV_H
#define BR_CONFORMANCE_CONFORM_LAB_DEV_H

/* Who reads there; @reader: its process, 0: there is none */
struct br_lab_dev {
	int from;
	int reader;
};

/* In the first process of a namespace of processes: what is written to /dev/log from now on goes to
 * @log, a line each. Needs root; without the right to mount nothing changes.
 */
struct br_lab_dev br_lab_dev_make(int log);
/* Who wrote there has ended: all that it said is in @log. */
void br_lab_dev_end(const struct br_lab_dev *dev);

#endif /* BR_CONFORMANCE_CONFORM_LAB_DEV_H */
