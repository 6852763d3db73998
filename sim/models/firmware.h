/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/models/firmware.h - a firmware that boots from the network by itself
 *
 * Lives on a simulated host (sim/net/host.h) that has one link and no address, and
 * behaves as its model says: what it sends, how long it waits, what it accepts, what
 * it shows on the screen when it gives up. When told to, it runs what it loaded: shim,
 * GRUB, PXELINUX and iPXE are models too, and load the next file.
 *
 * One firmware is a few kilobytes; ten thousand can boot on one segment at once.
 */
#ifndef BR_SIM_MODELS_FIRMWARE_H
#define BR_SIM_MODELS_FIRMWARE_H

#include "sim/models/model.h"
#include "sim/net/host.h"
#include "sim/tls/server.h"

struct br_firmware;

enum br_boot_state {
	BR_BOOT_OFF,     /* not started */
	BR_BOOT_RUNNING, /* timers run, packets are answered */
	BR_BOOT_DONE,    /* has all it asked for; listens no more */
	BR_BOOT_FAILED,  /* gave up; .error says what the screen shows */
};

enum br_boot_step { /* how far it came; each includes the ones before */
	BR_BOOT_STEP_NONE,
	BR_BOOT_STEP_DISCOVER, /* asked for an address */
	BR_BOOT_STEP_OFFER,    /* was offered one, and whatever else it waits for */
	BR_BOOT_STEP_ADDRESS,  /* has it */
	BR_BOOT_STEP_PROXY,    /* asked a boot server on 4011 */
	BR_BOOT_STEP_MENU,     /* chose an item and asked for it */
	BR_BOOT_STEP_FILE,     /* knows file and server, asked for it */
	BR_BOOT_STEP_SIZE,     /* knows how large it is */
	BR_BOOT_STEP_DATA,     /* first octets came */
	BR_BOOT_STEP_PROGRAM,  /* the boot program is whole */
	BR_BOOT_STEP_LOADER,   /* what that program loads next is whole, GRUB behind shim */
	BR_BOOT_STEP_CONFIG,   /* a configuration file or script */
	BR_BOOT_STEP_KERNEL,
	BR_BOOT_STEP_INITRD,
	BR_BOOT_STEP_SYSTEM, /* kernel and initrd are whole: an operating system starts */
};

enum {
	BR_BOOT_FILE_SIZE = 256, /* longest name or URL, with its NUL */
};

/**
 * struct br_boot_result - What there is to tell at any time
 * @state, @step:	Where it is and how far it came
 * @error:		What its user sees: "PXE-E16: No valid offer received.", or "" so far
 * @program:		Model at work: "edk2-x64-pxe4", then maybe "shim", "grub"
 * @file:		Last file asked for
 * @server:		Where
 * @address, @gateway:	Its own, 0 as long as it has none
 * @address6:		The same of IPv6, beside the link-local one
 * @octets:		Of all files, each octet once
 * @files:		Files that are whole
 * @size:		Octets of the last file that is whole
 * @sent, @repeated:	Datagrams it sent; those among them that were retransmissions
 * @started, @ended:	Times; @ended BR_TIME_NEVER while it runs
 */
struct br_boot_result {
	enum br_boot_state state;
	enum br_boot_step step;
	const char *error;
	const char *program;
	const char *file;
	struct br_endpoint server;
	uint32_t address, gateway;
	uint8_t address6[16];
	uint64_t octets;
	uint64_t size;
	uint32_t files;
	uint32_t sent, repeated;
	br_time started, ended;
};

/* Each octet of each file, in order; @offset in @file. A file that is begun again
 * (HTTP Range apart) starts again at 0.
 */
typedef void br_firmware_data(void *context, struct br_firmware *firmware, const char *file,
                              uint64_t offset, struct br_octets data, br_time now);

enum br_firmware_event {
	BR_FIRMWARE_SAYS,  /* a line on its screen, text for people */
	BR_FIRMWARE_STEP,  /* result.step rose */
	BR_FIRMWARE_FILE,  /* a file is whole; text is its name */
	BR_FIRMWARE_ENDED, /* result.state is DONE or FAILED; comes once, last */
};
typedef void br_firmware_event_see(void *context, struct br_firmware *firmware,
                                   enum br_firmware_event event, const char *text, br_time now);

/**
 * br_firmware_new() - A machine that is switched off
 * @ret_firmware:	Set on 0 only
 * @host:		With one link whose address is not set; the firmware becomes its user.
 *			Outlives the firmware
 * @clock:		That of the host's wire
 * @model:		Outlives the firmware; not of a loader (shim, GRUB, PXELINUX)
 * @machine:		Its MAC is that of the host's link
 * @seed:		Of xid, ports and jitter
 *
 * Return: 0, -EINVAL if the model is a loader's, or -ENOMEM
 */
int br_firmware_new(struct br_firmware **ret_firmware, struct br_host *host, struct br_clock *clock,
                    const struct br_model *model, const struct br_machine *machine, uint64_t seed);
struct br_firmware *br_firmware_free(struct br_firmware *firmware);

void br_firmware_on_data(struct br_firmware *firmware, br_firmware_data *see, void *context);
void br_firmware_on_event(struct br_firmware *firmware, br_firmware_event_see *see, void *context);

/* Run what was loaded, if it goes by the name of a loader; off at first. */
void br_firmware_set_chain(struct br_firmware *firmware, bool on);

/* A file of this name, without its directory, is run as this model; "": as no loader. Both
 * texts outlive the firmware; at most four.
 */
void br_firmware_set_loader(struct br_firmware *firmware, const char *file, const char *model);

/* When its boot fails, go on with the next boot option, which its model names; off at first.
 * @ipv6: between the two stands one that boots by IPv6, and takes its time to find no server.
 */
void br_firmware_set_options(struct br_firmware *firmware, bool on, bool ipv6);

/* Take this line of a boot menu, from 0; at first the firmware's own default is taken. */
void br_firmware_set_menu_choice(struct br_firmware *firmware, unsigned line);

enum br_firmware_trust {         /* whose certificates it takes by https */
	BR_FIRMWARE_TRUST_RIG,   /* those that the rig's root signed; so at first */
	BR_FIRMWARE_TRUST_OTHER, /* those of an authority that signs none here */
	BR_FIRMWARE_TRUST_NONE,  /* no authority is enrolled */
};
void br_firmware_set_trust(struct br_firmware *firmware, enum br_firmware_trust trust);
/* The proxy its boot option names, before the URL: for the models that know CONNECT */
void br_firmware_set_web_proxy(struct br_firmware *firmware, const struct br_endpoint *proxy);
/* Its clock at time 0, seconds since 1970-01-01 UTC; at first that of BR_RECORDER_EPOCH */
void br_firmware_set_clock(struct br_firmware *firmware, int64_t clock_s);
/* The secrets of its TLS connections, for who records them */
void br_firmware_on_secret(struct br_firmware *firmware, br_tls_secret *see, void *context);

/* An IPv6 router was heard on its link: iPXE waits for one before it asks for its file. */
void br_firmware_hears_router(struct br_firmware *firmware, br_time now);

/* Switch on: begins now, at the model's own pace. Once only. */
void br_firmware_start(struct br_firmware *firmware, br_time now);

enum br_boot_state br_firmware_state(const struct br_firmware *firmware); /* the same, quickly */
struct br_boot_result br_firmware_result(const struct br_firmware *firmware);
const char *br_boot_step_name(enum br_boot_step step); /* "offer" */

#endif /* BR_SIM_MODELS_FIRMWARE_H */
