/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/models/loader.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "sim/models/firmware_inside.h"
#include "sim/models/url.h"

struct br_loader *br_loader_get(struct br_firmware *fw)
{
	if (!fw->loader)
		fw->loader = calloc(1, sizeof(*fw->loader));
	return fw->loader;
}

void br_loader_free(struct br_firmware *fw)
{
	if (fw->loader) {
		free(fw->loader->text);
		br_grub_script_free(fw->loader->script);
	}
	free(fw->loader);
	fw->loader = NULL;
}

bool br_loader_take_text(struct br_firmware *fw, struct br_loader *loader)
{
	if (!br_firmware_url(fw, loader->base, sizeof(loader->base)))
		return false;
	free(loader->text);
	loader->text = fw->kept;
	loader->place = 0;
	fw->kept = NULL;
	fw->kept_size = 0;
	return loader->text != NULL;
}

/* PXELINUX writes the UUID as it came, octet by octet: seabios-virtio captures */
static void put_uuid(struct br_writer *w, const uint8_t uuid[16], bool text)
{
	/* whose first three fields are little-endian on the wire: RFC 4578 says nothing of it */
	static const uint8_t written[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};

	for (size_t i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			br_put_u8(w, '-');
		br_text_put_hex(w, uuid[text ? written[i] : i], 2);
	}
}

static void put_upper_hex(struct br_writer *w, uint32_t value, unsigned digits)
{
	for (unsigned i = 0; i < digits; i++)
		br_put_u8(w, (uint8_t) "0123456789ABCDEF"[value >> (28 - 4 * i) & 15]);
}

bool br_loader_config_name(const struct br_firmware *fw, uint32_t index, char *target, size_t size)
{
	static const uint8_t zero[16];
	struct br_writer w = br_writer_of(target, size);

	if (memcmp(fw->machine.uuid, zero, sizeof(zero)) == 0 || !fw->model->config_by_uuid)
		index++;
	if (index == 0) {
		put_uuid(&w, fw->machine.uuid, fw->model->uuid_text);
	} else if (index == 1) {
		br_text_put(&w, "01");
		for (size_t i = 0; i < 6; i++) {
			br_put_u8(&w, '-');
			br_text_put_hex(&w, fw->machine.mac[i], 2);
		}
	} else if (index < 10) {
		put_upper_hex(&w, fw->result.address, 10 - index);
	} else {
		uint32_t fallback = index - 10 + 1; /* file 0 is the program's core */

		if (fallback >= fw->model->files)
			return false;
		br_text_put(&w, fw->model->file[fallback]);
	}
	(void)br_text_end(&w);
	return true;
}

const char *br_loader_by_name(const char *file)
{
	static const struct {
		const char *begins, *model;
	} names[] = {
		{"shim", "shim"},
		{"grub", "grub"},
		{"pxelinux", "pxelinux"},
		{"lpxelinux", "lpxelinux"},
		{"syslinux.efi", "syslinux-efi-x64"},
		{"undionly", "ipxe-bios"},
		{"ipxe.efi", "ipxe-efi-x64"},
		{"snp", "ipxe-efi-x64"},
		{"bootmgfw", "bootmgfw"},
		{"ipxe", "ipxe-bios"},
		{"boot.ipxe", "ipxe-bios"},
	};
	const char *slash = strrchr(file, '/');
	const char *name = slash ? slash + 1 : file;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!strncmp(name, names[i].begins, strlen(names[i].begins)))
			return names[i].model;
	}
	return NULL;
}

bool br_firmware_url(const struct br_firmware *fw, char *target, size_t size)
{
	struct br_octets file = br_text(fw->file ? fw->file : "");

	if (br_url_is_absolute(file))
		return br_url_resolve(target, size, "", file);
	return br_url_tftp_at(target, size, &fw->server, file);
}

void br_firmware_fetch(struct br_firmware *fw, const char *url, br_time now)
{
	struct br_endpoint server;
	const char *path;

	if (br_url_split_tftp(url, &server, &path)) {
		if (br_firmware_set_file_at(fw, br_text(path), &server) < 0)
			br_firmware_fetched(fw, BR_FETCH_BAD, now);
		else
			br_tftp_client_start(fw, false, now);
		return;
	}
	if (br_text_starts_nocase(br_text(url), "tftp:")) {
		br_firmware_fetched(fw, BR_FETCH_NAME, now); /* names for HTTP only, so far */
		return;
	}
	server = fw->server;
	if (br_firmware_set_file_at(fw, br_text(url), &server) < 0)
		br_firmware_fetched(fw, BR_FETCH_BAD, now);
	else
		br_http_client_start(fw, now);
}
