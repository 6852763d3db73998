/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/lint/room.h - a server with its configuration as it stands, in a lab (conform/lab.h)
 *
 * conformance/lint/room.sh builds a room for it inside the lab: the host's programs, read-only, and
 * folders of its own where it writes, so that nothing of the configuration has to be changed for
 * it to run. Beside a server of addresses alone it starts one for the files.
 */
#ifndef BR_CAPTURES_LINT_ROOM_H
#define BR_CAPTURES_LINT_ROOM_H

#include "captures/lint/config.h"
#include "conformance/conform/lab.h"

enum {
	BR_LINT_PATH_SIZE = 512,
};

/**
 * struct br_lint_room - What is started
 * @files:	Folder with the files, or NULL: there are none
 * @serves:	Further roles of the machine: tftp, http, with commas
 * @state:	A folder for what the server keeps; server.log in it is what it says
 * @device:	Of br_lab_device_name()
 */
struct br_lint_room {
	const struct br_lint_config *config;
	const char *files, *serves, *state, *device;
};

/* Return: 0; -EPERM without root; -ECHILD: the server did not start, and its log says why; or
 * another negative errno: then @error says what went wrong
 */
int br_lint_room_open(struct br_lab **ret_lab, const struct br_lint_room *room,
                      char error[static BR_LAB_ERROR_SIZE]);

/* A line of the server's log with @text in it, the last one; "" if there is none */
const char *br_lint_room_said(const char *state, const char *text,
                              char target[static BR_LINT_LINE_SIZE]);

#endif /* BR_CAPTURES_LINT_ROOM_H */
