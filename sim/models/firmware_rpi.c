/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/models/firmware_rpi.c - Raspberry Pi boot ROM and EEPROM
 *
 * It wants an address and, from the same server or a proxy, option 43 with the text
 * "Raspberry Pi Boot" in it; the file name of DHCP is not looked at. Then a fixed list
 * of files, most of which may be missing; those behind the first are looked for below
 * the serial number first. Vendor documentation boot-net.adoc, and the packets in
 * github.com/raspberrypi firmware issues 859, 871, 1041 and rpi-eeprom issue 74.
 */
#include <stdio.h>
#include <string.h>

#include "core/base/text.h"
#include "sim/models/firmware_inside.h"

enum rpi_stage {
	STAGE_DHCP,
	STAGE_FILES,
};

static void start(struct br_firmware *fw, br_time now)
{
	fw->stage = STAGE_DHCP;
	br_dhcp_client_start(fw, now);
}

static bool says_raspberry(const struct br_offer *offer)
{
	static const char text[] = "Raspberry Pi Boot";
	struct br_octets rest = offer->vendor;

	for (; rest.size >= sizeof(text) - 1; rest.data++, rest.size--) {
		if (br_text_starts(rest, text))
			return true;
	}
	return false;
}

static struct br_offer *find(const struct br_firmware *fw, bool address)
{
	for (struct br_offer *o = fw->dhcp.offers; o; o = o->next) {
		if (address ? o->yiaddr != 0 : says_raspberry(o))
			return o;
	}
	return NULL;
}

static struct br_offer *select_offer(struct br_firmware *fw, bool timeout, br_time now)
{
	struct br_offer *raspberry = find(fw, false);
	struct br_offer *address = find(fw, true);

	(void)timeout;
	(void)now;
	if (!raspberry || !address)
		return NULL;
	fw->boot_server = raspberry->siaddr ? raspberry->siaddr : raspberry->server;
	return raspberry->yiaddr ? raspberry : address;
}

static void unbound(struct br_firmware *fw, br_time now)
{
	br_firmware_fail(fw, now, "%s",
	                 fw->dhcp.failure == BR_DHCP_NO_CHOICE
	                         ? "No DHCP offer with \"Raspberry Pi Boot\" in option 43"
	                         : "DHCP timeout");
}

/* "bootcode.bin" as it stands; "$serial/start.elf" below the machine's own folder. */
static void ask(struct br_firmware *fw, br_time now)
{
	const char *name = fw->model->file[fw->restarts];
	char path[64];

	if (br_text_starts(br_text(name), "$serial/"))
		snprintf(path, sizeof(path), "%02x%02x%02x%02x/%s", fw->machine.mac[2],
		         fw->machine.mac[3], fw->machine.mac[4], fw->machine.mac[5],
		         strchr(name, '/') + 1);
	else
		snprintf(path, sizeof(path), "%s", name);
	fw->stage = STAGE_FILES;
	if (br_firmware_set_file(fw, br_text(path), fw->boot_server, BR_TFTP_PORT) < 0) {
		br_firmware_fail(fw, now, "out of memory");
		return;
	}
	br_firmware_says(fw, now, "TFTP %s", path);
	br_tftp_client_start(fw, false, now);
}

static void bound(struct br_firmware *fw, br_time now)
{
	fw->restarts = 0;
	ask(fw, now);
}

/* A file of the model's list is needed unless the next one is the same elsewhere. */
static bool has_another_place(const struct br_model *model, uint32_t index)
{
	const char *slash = strrchr(model->file[index], '/');
	const char *name = slash ? slash + 1 : model->file[index];

	return index + 1 < model->files && slash && !strcmp(model->file[index + 1], name);
}

static void next_file(struct br_firmware *fw, bool whole, br_time now)
{
	const struct br_model *model = fw->model;

	if (whole && has_another_place(model, fw->restarts))
		fw->restarts++;
	fw->restarts++;
	if (fw->restarts < model->files) {
		ask(fw, now);
		return;
	}
	br_firmware_step(fw, BR_BOOT_STEP_SYSTEM, now);
	br_firmware_done(fw, now);
}

static void fetched(struct br_firmware *fw, enum br_fetch how, br_time now)
{
	bool whole = how == BR_FETCH_DONE;
	const char *name = fw->model->file[fw->restarts];
	bool is_firmware =
		br_text_starts(br_text(name), "start") || br_text_starts(br_text(name), "bootcode");
	bool is_kernel = br_text_starts(br_text(name), "kernel");

	if (!whole && (is_firmware || is_kernel)) {
		br_firmware_fail(fw, now, "%s: %s",
		                 is_kernel ? "Kernel not found" : "Firmware not found", fw->file);
		return;
	}
	if (whole)
		br_firmware_step(fw, is_kernel ? BR_BOOT_STEP_KERNEL : BR_BOOT_STEP_PROGRAM, now);
	next_file(fw, whole, now);
}

const struct br_engine br_engine_rpi = {
	.start = start,
	.select = select_offer,
	.bound = bound,
	.unbound = unbound,
	.fetched = fetched,
};
