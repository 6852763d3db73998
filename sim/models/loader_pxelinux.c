/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/models/loader_pxelinux.c - PXELINUX: ldlinux.c32, the search for a configuration,
 * kernel and initrd
 */
#include <stdio.h>
#include <string.h>

#include "core/base/text.h"
#include "sim/models/firmware_inside.h"
#include "sim/models/loader.h"
#include "sim/models/url.h"

enum pxelinux_stage {
	STAGE_CORE,   /* ldlinux.c32 */
	STAGE_SEARCH, /* pxelinux.cfg/... */
	STAGE_ITEMS,
};

static void fetch_name(struct br_firmware *fw, const char *name, br_time now)
{
	char url[BR_LOADER_BASE_SIZE + BR_BOOT_ITEM_SIZE];

	if (br_url_resolve(url, sizeof(url), fw->loader->base, br_text(name)))
		br_firmware_fetch(fw, url, now);
	else
		br_firmware_fetched(fw, BR_FETCH_BAD, now);
}

static void start(struct br_firmware *fw, br_time now)
{
	struct br_loader *loader = br_loader_get(fw);

	if (!loader || !br_firmware_url(fw, loader->base, sizeof(loader->base))) {
		br_firmware_fail(fw, now, "Boot failed: out of memory");
		return;
	}
	fw->stage = STAGE_CORE;
	loader->asked = 0;
	if (fw->engine->select)
		br_dhcp_client_start(fw, now);
	else
		fetch_name(fw, fw->model->file[0], now);
}

/* SYSLINUX as an EFI program: the firmware gives its stack an address by DHCP of its own, and
 * nothing else comes of it.
 */
static struct br_offer *select_offer(struct br_firmware *fw, bool timeout, br_time now)
{
	(void)now;
	return timeout ? br_offer_with_address(fw->dhcp.offers) : NULL;
}

static void bound(struct br_firmware *fw, br_time now)
{
	br_boot_client_dhcp.stop(fw);
	fetch_name(fw, fw->model->file[0], now);
}

static void unbound(struct br_firmware *fw, br_time now)
{
	br_firmware_fail(fw, now, "Failed to load %s", fw->model->file[0]);
}

static void search(struct br_firmware *fw, br_time now)
{
	struct br_loader *loader = fw->loader;
	char name[64] = "pxelinux.cfg/";

	fw->stage = STAGE_SEARCH;
	fw->keep = true;
	if (br_loader_config_name(fw, loader->asked++, name + strlen(name),
	                          sizeof(name) - strlen(name)))
		fetch_name(fw, name, now);
	else
		br_firmware_fail(fw, now, "ERROR: No configuration file found");
}

static void ask_item(struct br_firmware *fw, br_time now)
{
	struct br_loader *loader = fw->loader;

	fw->stage = STAGE_ITEMS;
	if (loader->module == loader->config.items) {
		br_firmware_step(fw, BR_BOOT_STEP_SYSTEM, now);
		br_firmware_done(fw, now);
	} else {
		fetch_name(fw, loader->config.item[loader->module].path, now);
	}
}

static void read_config(struct br_firmware *fw, br_time now)
{
	struct br_loader *loader = fw->loader;
	char base[BR_LOADER_BASE_SIZE];

	memcpy(base, loader->base, sizeof(base)); /* names stay relative to pxelinux.0 */
	if (!br_loader_take_text(fw, loader)) {
		br_firmware_fail(fw, now, "ERROR: No configuration file found");
		return;
	}
	memcpy(loader->base, base, sizeof(base));
	br_boot_config_pxelinux(&loader->config, loader->text, false);
	loader->module = 0;
	br_firmware_step(fw, BR_BOOT_STEP_CONFIG, now);
	if (loader->config.items == 0)
		br_firmware_fail(fw, now, "No DEFAULT or UI configuration directive found!");
	else
		ask_item(fw, now);
}

static void fetched(struct br_firmware *fw, enum br_fetch how, br_time now)
{
	bool whole = how == BR_FETCH_DONE;

	fw->keep = false;
	switch ((enum pxelinux_stage)fw->stage) {
	case STAGE_CORE:
		if (!whole) {
			br_firmware_fail(fw, now, "Failed to load %s", fw->model->file[0]);
			return;
		}
		br_firmware_step(fw, BR_BOOT_STEP_LOADER, now);
		search(fw, now);
		break;
	case STAGE_SEARCH:
		if (whole)
			read_config(fw, now);
		else
			search(fw, now);
		break;
	case STAGE_ITEMS:
		if (!whole) {
			br_firmware_fail(fw, now, "Loading %s failed: No such file or directory",
			                 fw->file);
			return;
		}
		br_firmware_step(fw,
		                 fw->loader->config.item[fw->loader->module++].kind ==
		                                 BR_BOOT_KERNEL
		                         ? BR_BOOT_STEP_KERNEL
		                         : BR_BOOT_STEP_INITRD,
		                 now);
		ask_item(fw, now);
		break;
	}
}

const struct br_engine br_engine_pxelinux = {.start = start, .fetched = fetched};

const struct br_engine br_engine_syslinux_efi = {
	.start = start,
	.select = select_offer,
	.bound = bound,
	.unbound = unbound,
	.fetched = fetched,
};
