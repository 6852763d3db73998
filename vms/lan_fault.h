/* SPDX-License-Identifier: BSD-2-Clause */
/* vms/lan_fault.h - faults that are aimed at the wire of `bootrig lan`, in the words of scripts
 *
 * They are read against a script of the nets, servers and machines that there are, so that a
 * mistake is told as one in a script; then they act as they do there, sim/script/aim.h.
 */
#ifndef BR_VMS_LAN_FAULT_H
#define BR_VMS_LAN_FAULT_H

#include <stdio.h>

#include "sim/net/fault.h"

enum {
	BR_LAN_FAULTS_MAX = 32,
};

struct br_lan_faults;

/**
 * struct br_lan_fault_net - A net
 * @network, @netmask: Of IPv4; netmask 0: it has none
 * @network6, @bits6: Of IPv6; NULL: it has none
 * @segment, @fault: Looked at by br_lan_faults_start() alone
 */
struct br_lan_fault_net {
	const char *name;
	uint32_t network, netmask;
	const uint8_t *network6;
	uint8_t bits6;
	struct br_segment *segment;
	struct br_fault *fault;
};

/**
 * struct br_lan_fault_plug - A hardware address in a net, and whose it is
 * @node:	Its name; one that has several has several plugs
 * @address, @address6: Of a server, 0 and NULL: none of that family; a machine, which is given one,
 *		has neither
 * @net:	Which net
 * @mac, @port: Looked at by br_lan_faults_start() alone
 */
struct br_lan_fault_plug {
	const char *node;
	uint32_t address;
	const uint8_t *address6;
	size_t net;
	uint8_t mac[6];
	struct br_port *port;
};

/**
 * br_lan_faults_new() - Read what stands behind --fault
 * @ret_faults:	Set on 0 only
 * @text, @count: Each as behind `fault` in a script
 * @err:	Mistakes are told here
 *
 * Return: 0, -EINVAL, -ENOMEM, or -ENOSPC: more plugs or faults than there is room for
 */
int br_lan_faults_new(struct br_lan_faults **ret_faults, const char *const *text, size_t count,
                      const struct br_lan_fault_net *nets, size_t nets_count,
                      const struct br_lan_fault_plug *plugs, size_t plugs_count, FILE *err);
struct br_lan_faults *br_lan_faults_free(struct br_lan_faults *faults); /* NULL in, NULL out */

/* From @now on; nets and plugs as before, now with all they have. Return: 0 or -ENOSPC */
int br_lan_faults_start(struct br_lan_faults *faults, const struct br_lan_fault_net *nets,
                        const struct br_lan_fault_plug *plugs, br_time now);

/* What never hit a frame, a line each. */
void br_lan_faults_tell_idle(const struct br_lan_faults *faults, FILE *to);

#endif /* BR_VMS_LAN_FAULT_H */
