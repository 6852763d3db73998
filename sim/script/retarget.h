/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/retarget.h - the text of a script, so that it asks a server behind an interface
 *
 * Scripts name a server of their own, with an address and octets to serve. Against another server
 * the same lines hold with other names:
 *
 * - the node under test becomes one behind the interface, and has the address of the server. The
 *   network becomes that of the server.
 * - other hosts outside of .100 to .199, where servers have their pools, get addresses that no
 *   script before had: what a server still sends to those finds nobody.
 * - hardware addresses of all other nodes are the script's own, wherever they stand: no server
 *   takes one script's client for another's.
 * - files of a script that asks for no address lie below SIZE-SEED/, for several scripts have a
 *   boot.efi of their own.
 * - what is asked of the inside of the server (leases, notes, metrics) is left out.
 * - of a server that is configured anew for each script the settings are given back, a line each,
 *   "pool=10.77.0.100-10.77.0.100"; a net of small frames is no obstacle then. Another network
 *   that has the addresses of the server's becomes 10.80.0.0/24.
 *
 * Lines keep their numbers. What a server does not have is a reason not to play the script.
 */
#ifndef BR_SIM_SCRIPT_RETARGET_H
#define BR_SIM_SCRIPT_RETARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	BR_RETARGET_REASON_SIZE = 160,
	BR_RETARGET_BOOT_SIZE = 100000, /* of the boot.efi that servers hand out, */
	BR_RETARGET_BOOT_SEED = 1,      /* and what it is made from */
};

/**
 * struct br_retarget - The server
 * @device:	The interface it is behind
 * @address:	Its own; its network is the /24 it is in
 * @roles:	As of a node, "dhcp,tftp"
 * @hosts:	How many addresses of hosts were given out so far; changes
 * @setting, @settings: Settings of a node that it is configured for, "windowsize=on"
 * @configurable: It is configured for the settings of each script
 * @beside:	Another server, which is a script's peer of its roles; NULL: there is none
 */
struct br_retarget {
	const char *device;
	uint32_t address;
	const char *roles;
	unsigned *hosts;
	const char *const *setting;
	size_t settings;
	bool configurable;
	const struct br_retarget *beside;
};

/* What of a script is drawn from its name: a space of its own for addresses and numbers. */
uint32_t br_retarget_space(const char *name);

/**
 * br_retarget() - The text for that server
 * @name:	Of the script; what it draws from it is the same in each run
 * @ret_text, @ret_settings: Set on 0 only; to be freed. Settings are lines, none unless it is
 *		configurable
 * @reason:	Set else
 *
 * Return: 0, or -ENOTSUP
 */
int br_retarget(const struct br_retarget *target, const char *name, const char *text, size_t size,
                char **ret_text, char **ret_settings, char reason[static BR_RETARGET_REASON_SIZE]);

#endif /* BR_SIM_SCRIPT_RETARGET_H */
