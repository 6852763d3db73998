/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/lint/boots.h - client models that boot side by side, on a cable to a real server
 *
 * Each is a machine with a MAC address of its own on one segment, and the cable is its only other
 * port; time is real. What passes goes into a capture.
 */
#ifndef BR_CAPTURES_LINT_BOOTS_H
#define BR_CAPTURES_LINT_BOOTS_H

#include "captures/lint/config.h"
#include "sim/models/firmware.h"

enum {
	BR_LINT_CLIENTS_MAX = 64,
	BR_LINT_SAYS_SIZE = 160,
};

/**
 * struct br_lint_client - A machine
 * @name:	Of its model
 * @named:	It was asked for by name: it has to boot
 * @six:	It boots by IPv6
 * @http, @ipxe, @rpi: What it is; @board: U-Boot and others that know files of their own
 * @cut:	It was still at it when the time was over
 * @step:	How far it came; @says: what its screen shows of a failure
 * @file:	The last file it asked for
 */
struct br_lint_client {
	char name[BR_MODEL_NAME_SIZE];
	struct br_model *model;
	uint8_t mac[6];
	bool named, six, http, ipxe, rpi, board;
	enum br_boot_step step;
	bool cut;
	char says[BR_LINT_SAYS_SIZE], file[BR_BOOT_FILE_SIZE];
};

/**
 * struct br_lint_boots - A wave of machines
 * @device:	Our end of the cable
 * @seconds:	It does not last longer
 * @pcap:	Where frames go
 */
struct br_lint_boots {
	const struct br_lint_config *config;
	struct br_lint_client *client;
	size_t clients;
	const char *device, *pcap;
	uint64_t seconds;
};

/* @error: on failure. Return: 0, -EINTR after a signal, or negative errno */
int br_lint_boots_run(const struct br_lint_boots *boots, char error[static 200]);

/* Of all models that can boot by themselves: this one's facts. False for a loader's. */
bool br_lint_client_init(struct br_lint_client *client, const char *name);
void br_lint_client_reset(struct br_lint_client *client);

#endif /* BR_CAPTURES_LINT_BOOTS_H */
