/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/models/loader.h - what runs behind the firmware: shim, GRUB, PXELINUX, scripts
 *
 * A loader is an engine of its own (firmware_inside.h) with a model of its own. It
 * lives on the same machine, with the address and the packets the firmware left.
 */
#ifndef BR_SIM_MODELS_LOADER_H
#define BR_SIM_MODELS_LOADER_H

#include "sim/models/boot_config.h"
#include "sim/models/firmware.h"
#include "sim/models/grub_script.h"

enum {
	BR_LOADER_BASE_SIZE = BR_BOOT_FILE_SIZE + 64, /* "tftp://[" and a long address before it */
};

/**
 * struct br_loader - State of the program at work
 * @base:	URL of the file it came from; references are relative to it
 * @device:	GRUB: URL of the root device, "tftp://192.0.2.2"
 * @text:	A script or configuration being read; @place: where
 * @asked:	Which of a list of names was asked for last
 * @config:	PXELINUX, U-Boot: what a configuration file says
 * @script:	GRUB: what runs; @wants: what it waits for
 * @http_there:	GRUB: its module was fetched
 * @asked_ms:	GRUB: how long its last solicitation for a router is waited for
 * @error:	GRUB: the last one on the screen
 */
struct br_loader {
	char base[BR_LOADER_BASE_SIZE];
	char device[BR_LOADER_BASE_SIZE];
	char *text;
	size_t place;
	uint32_t asked;
	uint32_t module;
	struct br_boot_config config;
	struct br_grub_script *script;
	struct br_grub_step wants;
	bool http_there;
	uint32_t asked_ms;
	char error[160];
};

/* The one of this firmware, made if there is none; NULL without memory. */
struct br_loader *br_loader_get(struct br_firmware *fw);
/* What was kept of the last file becomes @loader->text, its URL @loader->base. */
bool br_loader_take_text(struct br_firmware *fw, struct br_loader *loader);
void br_loader_free(struct br_firmware *fw);

/* The names below pxelinux.cfg/ that are tried, in this order: UUID unless it is zero, MAC,
 * address in hex cut digit by digit, then `default` or what the model's loader.files say.
 * False past the end.
 */
bool br_loader_config_name(const struct br_firmware *fw, uint32_t index, char *target, size_t size);

/* Model of the loader a file name stands for, or NULL: "shimx64.efi" is "shim". */
const char *br_loader_by_name(const char *file);

/* Fetch a tftp or http URL with the model at work; the engine's fetched() follows. */
void br_firmware_fetch(struct br_firmware *fw, const char *url, br_time now);
/* The URL of the file asked for last. */
bool br_firmware_url(const struct br_firmware *fw, char *target, size_t size);

#endif /* BR_SIM_MODELS_LOADER_H */
