/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/guest.h - a real machine in the place of a node
 *
 * QEMU with firmware in it, plugged into the wire of a run. It is started by the driver of real
 * machines (vms/plug.py), a child of ours: profiles, packages and consoles are
 * known there. The child has a pipe from us and one to us, both of lines:
 *
 *	to us	ready PATH	it is all there; the machine will come to that socket
 *		machine TEXT	which it is: PROFILE/PATH
 *		missing TEXT	it is not: what is lacking
 *		trouble TEXT	it cannot be started: why
 *		console TEXT	a line of the machine's console, without escape codes
 *		open TEXT	the line it has begun: a prompt has no end
 *		loaded TEXT	what it is to boot came whole, says a line of the console
 *		failure TEXT	a sentence of the profile on a line of the console
 *		crash TEXT	the same, where it says that the firmware crashed
 *		ended CODE	the machine has ended by itself
 *	from us	on		switch it on
 *
 * When our end closes the child ends the machine, removes its folder and ends, so that nothing
 * outlives us however we end.
 */
#ifndef BR_SIM_SCRIPT_GUEST_H
#define BR_SIM_SCRIPT_GUEST_H

#include "sim/net/port_qemu.h"

/* In the place of a profile: the driver takes the machine that the node's model is of. */
#define BR_GUEST_FIT "fit"

struct br_guest;

enum br_guest_state {
	BR_GUEST_OFF,
	BR_GUEST_RUNNING,
	BR_GUEST_LOADED,  /* it says so on the console: by HTTPS the wire does not show it */
	BR_GUEST_FAILED,  /* it says so on the console: br_guest_says() */
	BR_GUEST_CRASHED, /* the same, for an exception in the firmware */
	BR_GUEST_ENDED,   /* powered off, or QEMU has ended */
};

/**
 * struct br_guest_options - Which machine
 * @profile:	PROFILE or PROFILE/PATH, as `bootrig vm` takes them
 * @start:	"power-on" or "snapshot"; NULL: power-on
 * @out:	Folder for serial.log; NULL: none is kept
 * @mac, @uuid:	What it is to have
 * @http:	Of the profile's paths the one by HTTP, if @profile says none
 * @model, @https, @trust: Keys as=, https= and trust= of the node, which BR_GUEST_FIT goes by;
 *		or NULL
 * @tls:	Its servers speak TLS
 * @menu:	BR_GUEST_FIT: the path through its whole boot menu, if it has one
 * @clock:	Key clock=, the date that it begins with; or NULL
 */
struct br_guest_options {
	const char *profile, *start, *out;
	const char *model, *https, *trust, *clock;
	uint8_t mac[6], uuid[16];
	bool http, tls, menu;
};

/**
 * br_guest_new() - Make it ready, not switched on yet; may take as long as a download
 * @loop:	Becomes real; outlives the guest, as @segment and @name do
 * @error:	On failure: why
 *
 * Return: 0, -ENODEV if something it needs is not here, -EINTR after a signal to end, -EINVAL,
 *	   -ENOMEM
 */
int br_guest_new(struct br_guest **ret_guest, struct br_loop *loop, struct br_segment *segment,
                 const char *name, const struct br_guest_options *options, char *error,
                 size_t size);
struct br_guest *br_guest_free(struct br_guest *guest); /* waits for its end; NULL in, NULL out */

void br_guest_switch_on(struct br_guest *guest); /* once; later calls do nothing */
struct br_port *br_guest_port(struct br_guest *guest);
enum br_guest_state br_guest_state(const struct br_guest *guest);
const char *br_guest_says(const struct br_guest *guest); /* why it is in that state, or "" */
bool br_guest_spoke(const struct br_guest *guest);       /* a frame came from it */
/* Since when nothing came, neither a frame nor a line of the console; as exact as it is asked. */
br_time br_guest_silent_since(struct br_guest *guest);
const char *br_guest_machine(const struct br_guest *guest); /* "ovmf-x64/pxe4", "": not told yet */
/* Lines of the console so far, the begun one behind them; old ones are forgotten at a megabyte. */
const char *br_guest_console(const struct br_guest *guest);

#endif /* BR_SIM_SCRIPT_GUEST_H */
