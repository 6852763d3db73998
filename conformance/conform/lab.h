/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/conform/lab.h - a server in a network of its own, at the other end of a cable
 *
 * A network namespace that belongs to a process, with a veth into it; the other end is ours, and
 * has no address, so that the kernel stays out of it. Nothing of it has a name that could be left
 * behind: when we end, however that is, the kernel kills the processes and takes the namespace and
 * both ends of the cable away with them. Needs root.
 */
#ifndef BR_CONFORMANCE_CONFORM_LAB_H
#define BR_CONFORMANCE_CONFORM_LAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	BR_LAB_DEVICE_SIZE = 16,
	BR_LAB_ERROR_SIZE = 300,
};

struct br_lab;

/**
 * struct br_lab_options - What is at the other end
 * @start:	A command for sh that runs in the foreground, with $ADDRESS, $FILES, $STATE, $HERE
 *		and $SETTINGS set. The interface there is eth0. What it writes, to syslog too, is
 *		its log. It ends with 77 if it cannot do what $SETTINGS wants. Servers that were
 *		unpacked and not installed are looked for below $BOOTRIG_SERVERS, too
 * @ready:	It is ready once that stands in its log; NULL: after a second
 * @ready_s:	It may take so long; 0: 10 s
 * @address:	Its own, in a /24
 * @state:	A folder for whatever it keeps; server.log there is what it says
 * @files:	A folder with what it is to serve
 * @here:	The folder of its description
 * @settings:	A line for each, as of a node in a script; "" is none
 * @heading:	Stands in the log before what it says; NULL: the log is begun anew
 * @device:	Of br_lab_device_name()
 */
struct br_lab_options {
	const char *start, *ready;
	unsigned ready_s;
	uint32_t address;
	const char *state, *files, *here, *settings, *heading, *device;
};

/* What our end of a cable is called, as long as we live; each @number has its own. */
void br_lab_device_name(char ret_name[static BR_LAB_DEVICE_SIZE], unsigned number);

/* Return: 0, -EPERM without root, -ENOTSUP if it cannot do what the settings want, or another
 * negative errno; then @error says what went wrong
 */
int br_lab_new(struct br_lab **ret_lab, const struct br_lab_options *options,
               char error[static BR_LAB_ERROR_SIZE]);
struct br_lab *br_lab_free(struct br_lab *lab); /* NULL in, NULL out */

bool br_lab_has_ended(struct br_lab *lab); /* the server has, by itself */

#endif /* BR_CONFORMANCE_CONFORM_LAB_H */
