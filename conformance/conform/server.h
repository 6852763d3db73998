/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/conform/server.h - a server as conformance/servers/NAME.toml describes it
 *
 *	name = "dnsmasq"
 *	address = "10.77.0.1"           # its own; its network is the /24 around it
 *	roles = ["dhcp", "tftp"]        # as of a node in a script
 *	settings = ["windowsize=on"]    # what else it is configured for, as of a node
 *	pace = 20                       # a script may take so many seconds
 *	packages = ["dnsmasq-base"]     # of Debian
 *	device = "eth1"                 # where it is, if somebody else starts it
 *	start = ["exec dnsmasq", ...]   # for sh, see lab.h; its parts are joined by blanks. Without
 *	                                # it somebody else starts it
 *	ready = "started"               # stands in its log when it is ready
 *	configured = true               # it is started for each script, with $SETTINGS
 *	beside = "NAME"                 # another server, on a cable of its own: it is what a
 *	                                # script's peer of its roles is
 *	[gaps]                          # requirements and scripts it does not meet, and why
 *	"D4C-HDR-06" = "it copies hops and secs"
 */
#ifndef BR_CONFORMANCE_CONFORM_SERVER_H
#define BR_CONFORMANCE_CONFORM_SERVER_H

#include <stdio.h>

#include "sim/script/retarget.h"
#include "sim/serve/toml.h"

/* The one that is bootrig's own: in its description stands what it does not do */
#define BR_SERVER_CORE "core"

enum {
	BR_SERVER_ROLES_SIZE = 128,
	BR_SERVER_PATH_SIZE = 512,
};

/* KEY = VALUE of a description: one text, or the members of an array */
struct br_server_value {
	char table[BR_TOML_NAME_MAX], key[BR_TOML_NAME_MAX];
	char **text;
	size_t count;
	size_t line;
};

/**
 * struct br_server_entry - One server
 * @name, @packages, @start, @ready: As above; all but @name may be NULL; @packages, with blanks
 *		between, and @start are to be freed
 * @target:	For scripts; .device is set by whoever knows it
 * @binds:	The roles in the words of requirements, "dhcpd,tftpd,host"
 * @pace_s:	See above; 30 unless it says else
 */
struct br_server_entry {
	struct br_server_value *value; /* @values of them; none: of a command line */
	size_t values;
	const char *name, *ready, *beside;
	char here[BR_SERVER_PATH_SIZE]; /* the folder it is described in */
	char *start, *packages;
	struct br_retarget target;
	unsigned hosts;
	char roles[BR_SERVER_ROLES_SIZE], binds[BR_SERVER_ROLES_SIZE];
	unsigned pace_s;
};

void br_server_entry_free(struct br_server_entry *entry);

/**
 * br_server_entry_choose() - What stands behind --server
 * @word:	"NAME" of conformance/servers, "FILE.toml", or "iface:DEVICE"
 * @address, @roles: Of a server behind "iface:DEVICE"; NULL: not said
 * @err:	Gets one line on failure
 *
 * Return: 0 or negative errno; what is named must outlive the entry
 */
int br_server_entry_choose(struct br_server_entry *ret_entry, const char *word, const char *address,
                           const char *roles, FILE *err);

/* Why it does not meet that requirement, or is not to play that script; NULL: no reason */
const char *br_server_entry_gap(const struct br_server_entry *entry, const char *name);

#endif /* BR_CONFORMANCE_CONFORM_SERVER_H */
