/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/models/loader_shim.c - shim: some files that may be missing, then the loader
 *
 * It reads the firmware's copies of the DHCP packets (netboot.c parseDhcp4): header
 * `file` and `siaddr` only, options 66, 67 and 54 never. Over IPv6 it is option 59 of the
 * Reply alone, with an address in brackets. Behind HTTP Boot it takes the URL of the device
 * path (httpboot.c). The firmware's TFTP and HTTP do the work.
 */
#include <stdio.h>
#include <string.h>

#include "core/base/address.h"
#include "core/base/text.h"
#include "sim/models/firmware_inside.h"
#include "sim/models/loader.h"
#include "sim/models/url.h"

enum {
	BUFFER_SIZE = 4 << 20, /* netboot.c FetchNetbootimage */
};

#define RETRY_WAIT (2 * BR_S) /* two-server capture, frames 1467 and 1470 */

/* The packet that names the directory: the ACK, unless its header is empty. */
static const struct br_offer *packet_of(const struct br_firmware *fw)
{
	const struct br_offer *packet = fw->ack;

	if (packet->file_header.size == 0 && fw->proxy)
		packet = fw->proxy;
	if (packet->file_header.size == 0 && fw->reply)
		packet = fw->reply;
	return packet;
}

static bool from_http(const struct br_loader *loader)
{
	return br_text_starts_nocase(br_text(loader->base), "http:");
}

/* netboot.c parseDhcp6 */
static bool by_tftp6(const struct br_firmware *fw)
{
	return !from_http(fw->loader) && !br_ip_is_ipv4(fw->server.ip);
}

static void ask_next(struct br_firmware *fw, br_time now)
{
	struct br_loader *loader = fw->loader;
	const struct br_model *model = fw->model;
	bool last = loader->asked >= model->files, six = by_tftp6(fw);
	const char *name = last ? model->next : model->file[loader->asked];
	const char *slash = strrchr(loader->base, '/');
	char url[BR_LOADER_BASE_SIZE + 48];

	/* "//grubx64.efi" by HTTP, "grubx64.efi" by TFTP: ovmf-virtio-http f.1194. Over IPv6 the
	 * name takes the place of the last '/' as well (extract_tftp_info), and only the loader's
	 * begins with one: ovmf-virtio-pxe6-ref f.1744, f.1750
	 */
	snprintf(url, sizeof(url), "%.*s%s%s", (int)(slash + !six - loader->base), loader->base,
	         last && (six || from_http(loader)) ? "/" : "", name);
	br_firmware_fetch(fw, url, now);
}

/* "tftp://[2001:db8::2]/dir/shimx64.efi": the path keeps its first '/' */
static bool take_url6(struct br_firmware *fw, br_time now)
{
	const char *url = fw->boot_url6 ? fw->boot_url6 : "";
	struct br_endpoint server;
	const char *path;
	bool fits;

	if (fw->boot_url6 && !br_text_starts(br_text(url), "tftp://"))
		br_firmware_says(fw, now, "URLS MUST START WITH tftp://");
	else if (fw->boot_url6 && !br_text_starts(br_text(url), "tftp://["))
		br_firmware_says(fw, now, "TFTP SERVER MUST BE ENCLOSED IN [..]");
	fits = br_text_starts(br_text(url), "tftp://[") && br_url_split_tftp(url, &server, &path) &&
	       br_url_tftp_at(fw->loader->base, sizeof(fw->loader->base), &server,
	                      br_text(path - 1));
	return fits;
}

static void start(struct br_firmware *fw, br_time now)
{
	struct br_loader *loader = br_loader_get(fw);
	bool fits = loader && br_firmware_url(fw, loader->base, sizeof(loader->base));

	if (fits && by_tftp6(fw)) {
		fits = take_url6(fw, now);
	} else if (fits && !from_http(loader)) {
		const struct br_offer *packet = packet_of(fw);

		fits = br_url_tftp(loader->base, sizeof(loader->base), packet->siaddr,
		                   packet->file_header);
	}
	if (!fits) {
		br_firmware_fail(fw, now, "Could not get netboot information: Invalid Parameter");
		return;
	}
	loader->asked = loader->module = 0;
	fw->buffer_size = BUFFER_SIZE;
	ask_next(fw, now);
}

static void fetched(struct br_firmware *fw, enum br_fetch how, br_time now)
{
	struct br_loader *loader = fw->loader;
	bool last = loader->asked >= fw->model->files;

	if (how == BR_FETCH_TOO_LARGE) { /* twice the buffer, and the same file again */
		fw->buffer_size *= 2;
		ask_next(fw, now);
	} else if (!last) { /* whatever came of it, 404 and ERROR 1 are normal */
		loader->asked++;
		ask_next(fw, now);
	} else if (how == BR_FETCH_DONE) {
		fw->buffer_size = 0;
		br_firmware_step(fw, BR_BOOT_STEP_LOADER, now);
		br_firmware_run(fw, now);
	} else if (loader->module++ == 0) {
		br_firmware_wait(fw, now + RETRY_WAIT, ask_next);
	} else {
		br_firmware_fail(fw, now, "Failed to load image %s: %s", fw->model->next,
		                 how == BR_FETCH_TIMEOUT ? "Time out" : "Not Found");
	}
}

const struct br_engine br_engine_shim = {.start = start, .fetched = fetched};
