/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/models/firmware_libnet.c - SLOF and the network boot of s390, which share a stack
 *
 * DHCP in rounds (dhcp_client.c knows them), the file that the ACK names, else the search below
 * pxelinux.cfg/ (lib/libnet/netload.c, pxelinux.c of SLOF; pc-bios/s390-ccw/netmain.c of QEMU).
 * s390 searches also when the file is not there, takes lists of files (*.ins), and gives its
 * address back at the end; SLOF begins once more when its boot failed. Where there is IPv6 each
 * round goes on with a router, waited for four seconds, and DHCPv6 without state (dhcpv6.c).
 */
#include <string.h>

#include "core/base/text.h"
#include "sim/models/firmware_inside.h"
#include "sim/models/url.h"

enum libnet_stage {
	STAGE_DHCP,
	STAGE_FILE,   /* what the ACK names */
	STAGE_SEARCH, /* pxelinux.cfg/... */
	STAGE_ITEMS,  /* what a configuration or a list names */
};

static void begin_six(struct br_firmware *fw, br_time now)
{
	static const struct br_host_six_habits habits = {.accepts_advertisements = true,
	                                                 .makes_addresses = true,
	                                                 .bare_identifier = true,
	                                                 .takes_any_prefix = true,
	                                                 .learns_by_asking = true};

	br_plain6_stop(fw);
	if (br_host_has_six(fw->host, 0) && fw->model->inform6_order[0] &&
	    br_host_six_on(fw->host, 0, &habits) == 0)
		br_plain6_start_at(fw, now + fw->model->window_ms * BR_MS);
}

static void begin(struct br_firmware *fw, br_time now)
{
	begin_six(fw, now);
	fw->stage = STAGE_DHCP;
	br_host_arp_flush(fw->host);
	br_firmware_says(fw, now, "  Requesting information via DHCP: %03u",
	                 fw->model->waits[BR_MODEL_DISCOVER].count);
	br_nic_start(fw, now);
	br_dhcp_client_start(fw, now);
}

static void start(struct br_firmware *fw, br_time now)
{
	fw->restarts = 0;
	begin(fw, now);
}

/* dhcp.c handle_dhcp(): the first OFFER, whatever is in it */
static struct br_offer *select_offer(struct br_firmware *fw, bool timeout, br_time now)
{
	(void)timeout;
	(void)now;
	return br_offer_with_address(fw->dhcp.offers);
}

static void end(struct br_firmware *fw, const char *why, br_time now)
{
	if (fw->model->releases && fw->ack)
		br_dhcp_client_release(fw);
	if (!why) {
		br_firmware_step(fw, BR_BOOT_STEP_SYSTEM, now);
		br_firmware_done(fw, now);
	} else if (fw->restarts + 1 < fw->model->boot_tries) {
		fw->restarts++;
		br_firmware_says(fw, now, "%s", why);
		br_boot_client_dhcp.stop(fw);
		br_firmware_wait(fw, now + fw->model->boot_pause_ms * BR_MS, begin);
	} else {
		br_firmware_fail(fw, now, "%s", why);
	}
}

static void unbound(struct br_firmware *fw, br_time now)
{
	end(fw, "E3001: (net) Could not get IP address", now);
}

/* dhcp.c dhcpv4(): option 66 if it is an address, else `siaddr` */
static uint32_t server_of(const struct br_firmware *fw)
{
	uint32_t address;

	if (br_text_get_ipv4(br_offer_server_name(fw->ack), &address))
		return address;
	return fw->ack->siaddr;
}

static void ask(struct br_firmware *fw, const char *name, br_time now)
{
	uint32_t server = server_of(fw);

	if (server == 0) {
		end(fw, "E3008: (net) Can't obtain TFTP server IP address", now);
		return;
	}
	if (br_firmware_set_file(fw, br_text(name), server, BR_TFTP_PORT) < 0) {
		end(fw, "Not enough memory", now);
		return;
	}
	br_firmware_says(fw, now, "  Requesting file \"%s\" via TFTP", fw->file);
	br_tftp_client_start(fw, false, now);
}

/* netload.c dhcp(): IPv6 has an answer, and IPv4 is over; none, and the next round has its turn */
static void plain6(struct br_firmware *fw, enum br_plain6_end how, br_time now)
{
	struct br_endpoint server;
	const char *path;

	if (how != BR_PLAIN6_INFORMED) {
		br_plain6_start_at(fw,
		                   fw->dhcp.asked_at +
		                           (fw->model->round_ms + fw->model->window_ms) * BR_MS);
		return;
	}
	br_boot_client_dhcp.stop(fw);
	br_plain6_stop(fw);
	br_firmware_says(fw, now, "  Using IPv6 address");
	br_firmware_step(fw, BR_BOOT_STEP_ADDRESS, now);
	if (!br_text_starts(br_text(fw->plain6->url), "tftp://[") ||
	    !br_url_split_tftp(fw->plain6->url, &server, &path)) {
		end(fw, "E3008: (net) Can't obtain TFTP server IP address", now);
		return;
	}
	fw->stage = STAGE_FILE;
	if (br_firmware_set_file_at(fw, br_text(path), &server) < 0) {
		end(fw, "Not enough memory", now);
		return;
	}
	br_firmware_says(fw, now, "  Requesting file \"%s\" via TFTP", fw->file);
	br_tftp_client_start(fw, false, now);
}

/* Option 210, or the folder of the boot file and pxelinux.cfg/ in it */
static bool put_folder(const struct br_firmware *fw, struct br_writer *w)
{
	struct br_octets file = br_offer_file(fw->model, fw->ack);
	struct br_octets prefix = br_offer_path_prefix(fw->ack);

	if (prefix.size > 0) {
		br_put_bytes(w, prefix.data, prefix.size);
	} else {
		while (file.size > 0 && file.data[file.size - 1] != '/')
			file.size--;
		br_put_bytes(w, file.data, file.size);
		br_text_put(w, "pxelinux.cfg/");
	}
	return !w->bad;
}

static void search(struct br_firmware *fw, br_time now)
{
	struct br_loader *loader = br_loader_get(fw);
	char name[BR_BOOT_FILE_SIZE];
	struct br_writer w = br_writer_of(name, sizeof(name));
	struct br_octets file;
	size_t used;

	if (!loader || !put_folder(fw, &w)) {
		end(fw, "Error: pxelinux prefix is too long!", now);
		return;
	}
	file = br_offer_config_file(fw->ack);
	if (fw->stage != STAGE_SEARCH) {
		loader->asked = loader->module = 0;
		fw->stage = STAGE_SEARCH;
		if (file.size > 0) { /* option 209 is tried before all */
			fw->keep = true;
			br_put_bytes(&w, file.data, file.size);
			(void)br_text_end(&w);
			ask(fw, name, now);
			return;
		}
	}
	used = br_written(&w);
	fw->keep = true;
	if (br_loader_config_name(fw, loader->asked++, name + used, sizeof(name) - used))
		ask(fw, name, now);
	else
		end(fw, "TFTP error: file not found", now);
}

static void bound(struct br_firmware *fw, br_time now)
{
	struct br_octets file = br_offer_file(fw->model, fw->ack);
	char name[BR_BOOT_FILE_SIZE];

	br_plain6_stop(fw);
	br_firmware_says(fw, now, "  Using IPv4 address");
	br_boot_client_dhcp.stop(fw);
	if (file.size == 0 || file.size >= sizeof(name) || file.data[file.size - 1] == '/') {
		search(fw, now);
		return;
	}
	memcpy(name, file.data, file.size);
	name[file.size] = '\0';
	fw->stage = STAGE_FILE;
	fw->keep = fw->model->takes_ins && file.size > 4 && !strcmp(name + file.size - 4, ".ins");
	ask(fw, name, now);
}

static void ask_item(struct br_firmware *fw, br_time now)
{
	const struct br_boot_config *config = &fw->loader->config;

	fw->stage = STAGE_ITEMS;
	if (fw->loader->module == config->items)
		end(fw, NULL, now);
	else
		ask(fw, config->item[fw->loader->module].path, now);
}

static void read_config(struct br_firmware *fw, bool list, br_time now)
{
	struct br_loader *loader = br_loader_get(fw);

	if (!loader || !br_loader_take_text(fw, loader)) {
		end(fw, "Not enough memory", now);
		return;
	}
	if (list)
		br_boot_config_ins(&loader->config, loader->text);
	else
		br_boot_config_pxelinux(&loader->config, loader->text, false);
	loader->module = 0;
	br_firmware_step(fw, BR_BOOT_STEP_CONFIG, now);
	if (loader->config.items == 0)
		end(fw, "No valid entries in pxelinux config file.", now);
	else
		ask_item(fw, now);
}

static void file_is_whole(struct br_firmware *fw, br_time now)
{
	bool list = fw->keep;

	fw->keep = false;
	switch ((enum libnet_stage)fw->stage) {
	case STAGE_FILE:
		if (list) {
			read_config(fw, true, now);
			return;
		}
		if (fw->model->releases)
			br_dhcp_client_release(fw);
		br_firmware_run(fw, now);
		break;
	case STAGE_SEARCH:
		read_config(fw, false, now);
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
	case STAGE_DHCP:
		break;
	}
}

static void fetched(struct br_firmware *fw, enum br_fetch how, br_time now)
{
	const char *why = how == BR_FETCH_ERROR     ? "TFTP error: file not found"
	                  : how == BR_FETCH_TIMEOUT ? "TFTP error: no response"
	                  : how == BR_FETCH_UNREACHABLE
	                          ? "TFTP error: ICMP error \"port unreachable\""
	                          : "TFTP error: missing block";

	if (how == BR_FETCH_DONE) {
		file_is_whole(fw, now);
		return;
	}
	fw->keep = false;
	br_firmware_says(fw, now, "%s", why);
	if (fw->stage == STAGE_SEARCH ||
	    (fw->stage == STAGE_FILE && fw->model->searches_always && fw->ack))
		search(fw, now);
	else
		end(fw, why, now);
}

const struct br_engine br_engine_libnet = {
	.start = start,
	.select = select_offer,
	.bound = bound,
	.unbound = unbound,
	.fetched = fetched,
	.router = br_plain6_router,
	.plain6 = plain6,
};
