/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/models/firmware_uboot.c - U-Boot, as bootcmd_dhcp and `pxe get; pxe boot` do it
 *
 * DHCP as "U-Boot.armv8" and boot.scr.uimg by TFTP; without one a second DHCP as a PXE
 * client and the EFI program it names; without that pxelinux.cfg/ is searched.
 * Captures uboot-arm64-*, uboot-riscv64s-virtio-pxe.
 */
#include <stdio.h>
#include <string.h>

#include "core/base/address.h"
#include "core/base/text.h"
#include "sim/models/firmware_inside.h"
#include "sim/models/url.h"

enum uboot_stage {
	STAGE_SCRIPT,  /* first DHCP, boot.scr.uimg */
	STAGE_EFI,     /* second DHCP, what the ACK names */
	STAGE_DTB,     /* dtb/, before the EFI program runs */
	STAGE_SEARCH,  /* pxelinux.cfg/... */
	STAGE_ITEMS,   /* what the configuration names */
	STAGE_COMMAND, /* dhcp6, and the file it names */
};

enum {
	SCRIPT_HEAD = 72,        /* of a uImage and its table of scripts: include/image.h */
	SOL_MAX_DELAY_MS = 1000, /* net/dhcpv6.c */
	RESTARTS_MAX = 10,       /* of one file; U-Boot itself would go on for ever */
};

#define DHCP_LIMIT (28 * BR_S) /* net/bootp.c bootp_timeout_handler: TIMEOUT_MS, OFFER or none */

static void ask_for_address(struct br_firmware *fw, br_time now)
{
	br_firmware_says(fw, now, "BOOTP broadcast 1");
	br_nic_start(fw, now);
	br_dhcp_client_start(fw, now);
}

static void fetch(struct br_firmware *fw, br_time now)
{
	br_host_arp_flush(
		fw->host); /* net/net.c net_loop forgets the server: ping #15, #26, #885 */
	br_tftp_client_start(fw, false, now);
}

/* The command dhcp6, net/dhcpv6.c */

static void solicit(struct br_firmware *fw, br_time now)
{
	br_firmware_says(fw, now, "DHCP6 SOLICIT 0");
	if (br_plain6_ask(fw, false, now) < 0)
		br_firmware_fail(fw, now, "out of memory");
}

static void start_six(struct br_firmware *fw, br_time now)
{
	static const struct br_host_six_habits habits = {.check_probes = 0};

	fw->stage = STAGE_COMMAND;
	if (br_host_six_on(fw->host, 0, &habits) < 0) {
		br_firmware_fail(fw, now, "out of memory");
		return;
	}
	br_firmware_step(fw, BR_BOOT_STEP_DISCOVER, now);
	br_firmware_wait(fw, now + br_prng_below(&fw->prng, SOL_MAX_DELAY_MS) * BR_MS, solicit);
}

/* net_auto_load(), tftp_start(): the server is what stands in brackets, the name is behind */
static void plain6(struct br_firmware *fw, enum br_plain6_end how, br_time now)
{
	const char *url = fw->plain6->url, *open = strchr(url, '['), *shut = strchr(url, ']');
	struct br_endpoint server = {.port = BR_TFTP_PORT};

	br_plain6_stop(fw);
	if (how != BR_PLAIN6_BOUND) {
		br_firmware_fail(fw, now, "DHCP6 FAILED, TERMINATING");
		return;
	}
	br_firmware_says(fw, now, "DHCP6 client bound");
	if (!open || !shut || shut < open || !shut[1] ||
	    !br_text_get_ipv6(
		    (struct br_octets){(const uint8_t *)open + 1, (size_t)(shut - open - 1)},
		    server.ip)) {
		br_firmware_fail(fw, now, "*** ERROR: `serverip6' not set");
		return;
	}
	if (br_firmware_set_file_at(fw, br_text(shut + 2), &server) < 0) {
		br_firmware_fail(fw, now, "out of memory");
		return;
	}
	br_firmware_says(fw, now, "Filename '%s'.", fw->file);
	fetch(fw, now);
}

static void start(struct br_firmware *fw, br_time now)
{
	if (fw->model->dhcp6_command) {
		start_six(fw, now);
		return;
	}
	fw->stage = STAGE_SCRIPT;
	fw->dhcp.second = fw->dhcp.no_file = false;
	ask_for_address(fw, now);
}

static void start_second(struct br_firmware *fw, br_time now)
{
	/* the name stays when there was an ACK: uboot-arm64-virtio-missing #12, noserver #18 */
	fw->dhcp.no_file = !fw->ack;
	fw->stage = STAGE_EFI;
	fw->dhcp.second = true;
	br_firmware_wait(fw, now + br_nic_delay(fw), ask_for_address);
}

/* net/bootp.c: the first one with an address, whatever its type */
static struct br_offer *select_offer(struct br_firmware *fw, bool timeout, br_time now)
{
	(void)timeout;
	(void)now;
	return br_offer_with_address(fw->dhcp.offers);
}

static void unbound(struct br_firmware *fw, br_time now)
{
	if (fw->dhcp.failure == BR_DHCP_NO_ACK && now - fw->dhcp.started < DHCP_LIMIT) {
		br_dhcp_client_again(fw, now);
		return;
	}
	br_firmware_says(fw, now, "Retry time exceeded; starting again");
	if (fw->stage == STAGE_SCRIPT)
		start_second(fw, now);
	else
		br_firmware_fail(fw, now, "Retry time exceeded");
}

static void fetch_anew(struct br_firmware *fw, br_time now)
{
	br_nic_start(fw, now);
	fetch(fw, now);
}

static void ask(struct br_firmware *fw, const char *name, size_t size, br_time now)
{
	if (fw->ack->siaddr == 0) {
		br_firmware_fail(fw, now, "*** ERROR: `serverip' not set");
		return;
	}
	if (br_firmware_set_file(fw, (struct br_octets){(const uint8_t *)name, size},
	                         fw->ack->siaddr, BR_TFTP_PORT) < 0) {
		br_firmware_fail(fw, now, "out of memory");
		return;
	}
	br_firmware_says(fw, now, "Filename '%s'.", fw->file);
	/* DHCP and what it names share one net_loop(); each file behind them has its own */
	if (fw->stage >= STAGE_DTB)
		br_firmware_wait(fw, now + br_nic_delay(fw), fetch_anew);
	else
		fetch(fw, now);
}

static void search(struct br_firmware *fw, br_time now)
{
	struct br_loader *loader = br_loader_get(fw);
	char name[64] = "pxelinux.cfg/";

	if (loader && fw->stage != STAGE_SEARCH)
		loader->asked = 0;
	fw->stage = STAGE_SEARCH;
	fw->keep = true;
	if (loader && br_loader_config_name(fw, loader->asked++, name + strlen(name),
	                                    sizeof(name) - strlen(name)))
		ask(fw, name, strlen(name), now);
	else
		br_firmware_fail(fw, now, "Config file not found");
}

static void bound(struct br_firmware *fw, br_time now)
{
	struct br_octets file = br_offer_file(fw->model, fw->ack);

	br_firmware_says(fw, now, "DHCP client bound to address");
	fw->keep = fw->stage == STAGE_SCRIPT && !fw->model->autoload;
	if (fw->stage == STAGE_SCRIPT && fw->model->autoload && file.size > 0)
		ask(fw, (const char *)file.data, file.size, now);
	else if (fw->stage == STAGE_SCRIPT && fw->model->bootp_file[0])
		ask(fw, fw->model->bootp_file, strlen(fw->model->bootp_file), now);
	else if (fw->stage == STAGE_SCRIPT && fw->model->second_class[0])
		start_second(fw, now);
	else if (fw->stage != STAGE_SCRIPT && file.size > 0)
		ask(fw, (const char *)file.data, file.size, now);
	else
		search(fw, now);
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
	ask(fw, config->item[fw->loader->module].path,
	    strlen(config->item[fw->loader->module].path), now);
}

static void read_config(struct br_firmware *fw, br_time now)
{
	if (!br_loader_take_text(fw, fw->loader)) {
		br_firmware_fail(fw, now, "Config file not found");
		return;
	}
	br_boot_config_pxelinux(&fw->loader->config, fw->loader->text, true);
	fw->loader->module = 0;
	br_firmware_step(fw, BR_BOOT_STEP_CONFIG, now);
	if (fw->loader->config.items == 0)
		br_firmware_fail(fw, now, "No label to boot in the config file");
	else
		ask_item(fw, now);
}

/* Does boot.scr boot something? Else what comes next in `boot_targets` is tried. */
static bool script_boots(const struct br_firmware *fw)
{
	return !fw->kept || fw->kept_size <= SCRIPT_HEAD || strstr(fw->kept + SCRIPT_HEAD, "boot");
}

/* The program is there, its device tree is looked for */
static void ask_dtb(struct br_firmware *fw, br_time now)
{
	struct br_loader *loader = br_loader_get(fw);

	if (!loader || !br_firmware_url(fw, loader->base, sizeof(loader->base))) {
		br_firmware_fail(fw, now, "out of memory");
		return;
	}
	fw->stage = STAGE_DTB;
	if (fw->model->next[0])
		ask(fw, fw->model->next, strlen(fw->model->next), now);
	else
		br_firmware_run(fw, now);
}

/* Whatever came of that, the program runs: it is the file again. */
static void run_program(struct br_firmware *fw, br_time now)
{
	struct br_endpoint server;
	const char *path;

	if (!br_url_split_tftp(fw->loader->base, &server, &path) ||
	    br_firmware_set_file_at(fw, br_text(path), &server) < 0)
		br_firmware_fail(fw, now, "out of memory");
	else
		br_firmware_run(fw, now);
}

static void file_is_whole(struct br_firmware *fw, br_time now)
{
	switch ((enum uboot_stage)fw->stage) {
	case STAGE_COMMAND:
		br_firmware_run(fw, now);
		break;
	case STAGE_SCRIPT:
		if (fw->model->autoload || script_boots(fw))
			br_firmware_run(fw, now);
		else
			start_second(fw, now);
		break;
	case STAGE_EFI:
		ask_dtb(fw, now);
		break;
	case STAGE_DTB:
		run_program(fw, now);
		break;
	case STAGE_SEARCH:
		read_config(fw, now);
		break;
	case STAGE_ITEMS:
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

static void no_file(struct br_firmware *fw, const char *why, br_time now)
{
	br_firmware_says(fw, now, "%s", why);
	switch ((enum uboot_stage)fw->stage) {
	case STAGE_SCRIPT:
		start_second(fw, now);
		break;
	case STAGE_DTB:
		run_program(fw, now);
		break;
	case STAGE_EFI:
	case STAGE_SEARCH:
		search(fw, now);
		break;
	case STAGE_COMMAND:
	case STAGE_ITEMS:
		br_firmware_fail(fw, now, "%s: %s", fw->file, why);
		break;
	}
}

static void fetched(struct br_firmware *fw, enum br_fetch how, br_time now)
{
	fw->keep = false;
	switch (how) {
	case BR_FETCH_DONE:
		fw->restarts = 0;
		file_is_whole(fw, now);
		break;
	case BR_FETCH_ERROR: /* net/tftp.c: 1 and 2 are not retried */
		if (fw->model->tftp_retries_error && fw->fetch_code != BR_TFTP_ERROR_NOT_FOUND &&
		    fw->fetch_code != BR_TFTP_ERROR_ACCESS && fw->restarts++ < RESTARTS_MAX) {
			br_tftp_client_start(fw, false, now);
			return;
		}
		fw->restarts = 0;
		no_file(fw, "TFTP error: Not retrying...", now);
		break;
	case BR_FETCH_SIZE:
	case BR_FETCH_TIMEOUT:
	case BR_FETCH_UNREACHABLE:
	case BR_FETCH_NO_OACK:
	case BR_FETCH_TOO_LARGE:
	case BR_FETCH_BAD:
	case BR_FETCH_TYPE:
	case BR_FETCH_NAME:
	case BR_FETCH_TLS:
	case BR_FETCH_TLS_REFUSED:
	case BR_FETCH_NO_TLS:
		no_file(fw, "Retry count exceeded; starting again", now);
		break;
	}
}

const struct br_engine br_engine_uboot = {
	.start = start,
	.select = select_offer,
	.bound = bound,
	.unbound = unbound,
	.fetched = fetched,
	.plain6 = plain6,
};
