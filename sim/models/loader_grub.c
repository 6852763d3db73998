/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/models/loader_grub.c - GRUB: module lists, grub.cfg, then what it says
 *
 * Behind PXE the address and the server are those of the firmware's DHCP ACK, the
 * server its siaddr even if a proxy named the file (net/drivers/efi/efinet.c). Behind
 * HTTP Boot it has neither, and asks by itself (net/bootp.c).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "sim/models/firmware_inside.h"
#include "sim/models/loader.h"
#include "sim/models/url.h"

enum grub_stage {
	STAGE_DHCP,
	STAGE_LISTS,  /* command.lst and the like; may be missing */
	STAGE_CONFIG, /* grub.cfg */
	STAGE_ITEMS,  /* what it wants */
};

enum {
	ARCH_IA32 = 6, /* core/base/arch.h has them all; these have another directory */
	ARCH_ARM64_PXE = 11,
	ARCH_ARM64_HTTP = 19,
	ARCH_ARM64_UBOOT = 22,
	ARCH_ARM_PXE = 10,
	ARCH_ARM_HTTP = 18,
	ARCH_RISCV64 = 27,
};

static const char *platform(const struct br_firmware *fw)
{
	switch (fw->first->second_arch ? fw->first->second_arch : fw->first->arch) {
	case ARCH_IA32:
		return "i386-efi";
	case ARCH_ARM64_PXE:
	case ARCH_ARM64_HTTP:
	case ARCH_ARM64_UBOOT:
		return "arm64-efi";
	case ARCH_ARM_PXE:
	case ARCH_ARM_HTTP:
		return "arm-efi";
	case ARCH_RISCV64:
		return "riscv64-efi";
	case 0:
		return "i386-pc";
	default:
		return "x86_64-efi";
	}
}

/* "(http,192.0.2.2)/vmlinuz", "/vmlinuz" and "vmlinuz" to a URL */
static bool url_of(const struct br_loader *loader, const char *path, char *url, size_t size)
{
	const char *comma = strchr(path, ','), *close = strchr(path, ')');
	const char *device = loader->device;
	int written;

	if (path[0] == '(' && comma && close && comma < close)
		written = snprintf(url, size, "%.*s://%.*s/%s", (int)(comma - path - 1), path + 1,
		                   (int)(close - comma - 1), comma + 1, close + 1);
	else
		written = snprintf(url, size, "%s/%s%s", device, path[0] == '/' ? "" : "/", path);
	return written >= 0 && (size_t)written < size;
}

/* TFTP names keep their first '/': "/grub/grub.cfg"; in HTTP it is the path's own. */
static void fetch_path(struct br_firmware *fw, const char *path, br_time now)
{
	char url[BR_LOADER_BASE_SIZE + BR_BOOT_ITEM_SIZE];
	char *doubled;

	if (!url_of(fw->loader, path, url, sizeof(url))) {
		br_firmware_fetched(fw, BR_FETCH_BAD, now);
		return;
	}
	doubled = strstr(url + strlen("http://"), "//");
	if (doubled && br_text_starts(br_text(url), "http:"))
		memmove(doubled, doubled + 1, strlen(doubled));
	br_firmware_fetch(fw, url, now);
}

static void ask_list(struct br_firmware *fw, br_time now)
{
	struct br_loader *loader = fw->loader;
	char path[BR_LOADER_BASE_SIZE];

	if (loader->asked < fw->model->files) {
		fw->stage = STAGE_LISTS;
		snprintf(path, sizeof(path), "/grub/%s/%s", platform(fw),
		         fw->model->file[loader->asked++]);
	} else {
		fw->stage = STAGE_CONFIG;
		fw->keep = true;
		snprintf(path, sizeof(path), "/grub/grub.cfg");
	}
	fetch_path(fw, path, now);
}

static void set_device(struct br_loader *loader, const char *protocol, const char *host)
{
	snprintf(loader->device, sizeof(loader->device), "%s://%.100s", protocol, host);
}

static void start(struct br_firmware *fw, br_time now)
{
	struct br_loader *loader = br_loader_get(fw);

	if (!loader || !br_firmware_url(fw, loader->base, sizeof(loader->base))) {
		br_firmware_fail(fw, now, "error: out of memory.");
		return;
	}
	loader->asked = 0;
	if (br_text_starts(br_text(loader->base), "http:")) {
		const char *host = loader->base + strlen("http://");
		char copy[128];

		snprintf(copy, sizeof(copy), "%.*s", (int)strcspn(host, "/"), host);
		set_device(loader, "http", copy);
		fw->stage = STAGE_DHCP; /* ovmf-virtio-httpfull-ref f.1864 */
		br_dhcp_client_start(fw, now);
		return;
	}
	if (fw->ack->siaddr == 0) { /* twosi0: no server, no traffic */
		br_firmware_fail(fw, now, "grub>");
		return;
	}
	if (!br_url_tftp(loader->device, sizeof(loader->device), fw->ack->siaddr,
	                 (struct br_octets){NULL, 0}))
		return;
	loader->device[strlen(loader->device) - 1] = '\0'; /* its path: none */
	ask_list(fw, now);
}

static struct br_offer *select_offer(struct br_firmware *fw, bool timeout, br_time now)
{
	(void)timeout;
	(void)now;
	return br_offer_with_address(fw->dhcp.offers);
}

static void bound(struct br_firmware *fw, br_time now)
{
	ask_list(fw, now);
}

static void unbound(struct br_firmware *fw, br_time now)
{
	br_firmware_fail(fw, now, "error: couldn't autoconfigure efinet0.");
}

static void ask_item(struct br_firmware *fw, br_time now)
{
	struct br_loader *loader = fw->loader;
	const struct br_boot_item *item = &loader->config.item[loader->module];
	char path[BR_BOOT_ITEM_SIZE + 64];

	fw->stage = STAGE_ITEMS;
	if (loader->module == loader->config.items) {
		br_firmware_step(fw, BR_BOOT_STEP_SYSTEM, now);
		br_firmware_done(fw, now);
		return;
	}
	if (item->kind == BR_BOOT_MODULE)
		snprintf(path, sizeof(path), "/grub/%s/%s.mod", platform(fw), item->path);
	else
		snprintf(path, sizeof(path), "%s", item->path);
	fw->keep = item->kind == BR_BOOT_CONFIG;
	fetch_path(fw, path, now);
}

static void read_config(struct br_firmware *fw, br_time now)
{
	struct br_loader *loader = fw->loader;
	const char *device = loader->device;
	const char *host = strstr(device, "://") + 3;
	char root[BR_LOADER_BASE_SIZE], prefix[BR_LOADER_BASE_SIZE + 8];

	if (!br_loader_take_text(fw, loader)) {
		br_firmware_fail(fw, now, "grub>");
		return;
	}
	snprintf(root, sizeof(root), "%.4s,%s", device, host);
	snprintf(prefix, sizeof(prefix), "(%s)/grub", root);
	br_boot_config_grub(&loader->config, loader->text, device[0] == 't' ? host : "", root,
	                    prefix);
	loader->module = 0;
	br_firmware_step(fw, BR_BOOT_STEP_CONFIG, now);
	if (loader->config.items == 0)
		br_firmware_fail(fw, now, "grub>");
	else
		ask_item(fw, now);
}

static void item_is_whole(struct br_firmware *fw, br_time now)
{
	struct br_loader *loader = fw->loader;

	switch (loader->config.item[loader->module++].kind) {
	case BR_BOOT_MODULE:
		break;
	case BR_BOOT_KERNEL:
		br_firmware_step(fw, BR_BOOT_STEP_KERNEL, now);
		break;
	case BR_BOOT_INITRD:
		br_firmware_step(fw, BR_BOOT_STEP_INITRD, now);
		break;
	case BR_BOOT_CHAIN:
		br_firmware_run(fw, now);
		return;
	case BR_BOOT_CONFIG:
		read_config(fw, now);
		return;
	}
	ask_item(fw, now);
}

static void fetched(struct br_firmware *fw, enum br_fetch how, br_time now)
{
	struct br_loader *loader = fw->loader;
	bool whole = how == BR_FETCH_DONE;

	fw->keep = false;
	switch ((enum grub_stage)fw->stage) {
	case STAGE_DHCP:
		break;
	case STAGE_LISTS:
		ask_list(fw, now);
		break;
	case STAGE_CONFIG:
		if (whole)
			read_config(fw, now);
		else
			br_firmware_fail(fw, now, "grub>"); /* no grub.cfg: its prompt */
		break;
	case STAGE_ITEMS:
		if (whole) {
			item_is_whole(fw, now);
		} else if (loader->config.item[loader->module].kind == BR_BOOT_MODULE) {
			loader->module++; /* error: file not found, and the next command */
			ask_item(fw, now);
		} else {
			br_firmware_fail(fw, now, "error: %s `%s'.",
			                 how == BR_FETCH_TIMEOUT ? "timeout reading"
			                                         : "file not found:",
			                 fw->file);
		}
		break;
	}
}

const struct br_engine br_engine_grub = {
	.start = start,
	.select = select_offer,
	.bound = bound,
	.unbound = unbound,
	.fetched = fetched,
};
