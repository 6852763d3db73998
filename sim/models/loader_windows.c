/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/models/loader_windows.c - the boot manager of Windows (bootmgfw.efi)
 *
 * Some files that may be missing, then \Boot\BCD, which may not. Of the store, a registry hive,
 * only this is read: paths in UTF-16 that end in .sdi and .wim, the RAM disk that it boots. Names
 * are asked for with the backslashes they have there.
 */
#include <string.h>

#include "core/base/text.h"
#include "sim/models/firmware_inside.h"

enum windows_stage {
	STAGE_EXTRAS, /* resources and fonts */
	STAGE_STORE,  /* BCD */
	STAGE_ITEMS,  /* boot.sdi, boot.wim */
};

static void ask(struct br_firmware *fw, const char *name, br_time now)
{
	if (br_firmware_set_file(fw, br_text(name), fw->ack->siaddr, BR_TFTP_PORT) < 0) {
		br_firmware_fail(fw, now, "0xc0000017: out of memory");
		return;
	}
	br_tftp_client_start(fw, false, now);
}

static void ask_next(struct br_firmware *fw, br_time now)
{
	const struct br_model *model = fw->model;
	uint32_t asked = fw->loader->asked++;

	fw->stage = asked < model->files ? STAGE_EXTRAS : STAGE_STORE;
	fw->keep = fw->stage == STAGE_STORE;
	ask(fw, fw->stage == STAGE_STORE ? model->next : model->file[asked], now);
}

static void start(struct br_firmware *fw, br_time now)
{
	struct br_loader *loader = br_loader_get(fw);

	if (!loader || !fw->ack) {
		br_firmware_fail(fw, now, "0xc0000017: out of memory");
		return;
	}
	loader->asked = loader->module = 0;
	ask_next(fw, now);
}

static void ask_item(struct br_firmware *fw, br_time now)
{
	const struct br_boot_config *config = &fw->loader->config;

	fw->stage = STAGE_ITEMS;
	if (fw->loader->module == config->items) {
		br_firmware_step(fw, BR_BOOT_STEP_SYSTEM, now);
		br_firmware_done(fw, now);
		return;
	}
	ask(fw, config->item[fw->loader->module].path, now);
}

static void store_is_whole(struct br_firmware *fw, br_time now)
{
	struct br_boot_config *config = &fw->loader->config;

	br_boot_config_bcd(config, (struct br_octets){(const uint8_t *)fw->kept, fw->kept_size});
	br_firmware_step(fw, BR_BOOT_STEP_CONFIG, now);
	if (config->items == 0)
		br_firmware_fail(fw, now,
		                 "0xc0000225: The boot selection failed because a required "
		                 "device is inaccessible.");
	else
		ask_item(fw, now);
}

static void fetched(struct br_firmware *fw, enum br_fetch how, br_time now)
{
	bool whole = how == BR_FETCH_DONE;

	fw->keep = false;
	switch ((enum windows_stage)fw->stage) {
	case STAGE_EXTRAS: /* whatever came of it */
		ask_next(fw, now);
		break;
	case STAGE_STORE:
		if (whole)
			store_is_whole(fw, now);
		else
			br_firmware_fail(fw, now, "File: %s  Status: 0xc000000f", fw->file);
		break;
	case STAGE_ITEMS:
		if (!whole) {
			br_firmware_fail(fw, now, "File: %s  Status: 0xc000000f", fw->file);
			return;
		}
		br_firmware_step(
			fw, fw->loader->module++ == 0 ? BR_BOOT_STEP_KERNEL : BR_BOOT_STEP_INITRD,
			now);
		ask_item(fw, now);
		break;
	}
}

const struct br_engine br_engine_windows = {.start = start, .fetched = fetched};
