/* SPDX-License-Identifier: BSD-2-Clause */
/* An EFI program that the rig boots: it says what the firmware handed over, reads the files that
 * the manifest names through the firmware's own TFTP and HTTP, says what came of it, and powers
 * the machine off.
 */
#include <string.h>

#include "efi_probe.h"
#include "plan.h"
#include "report.h"

#if defined(__x86_64__)
#define MACHINE "x64-efi"
#elif defined(__i386__)
#define MACHINE "ia32-efi"
#elif defined(__aarch64__)
#define MACHINE "arm64-efi"
#else
#define MACHINE "arm-efi"
#endif

static const struct br_efi_guid image_guid = {
	0x5b1b31a1, 0x9562, 0x11d2, {0x8e, 0x3f, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b}};
static const struct br_efi_guid path_guid = {
	0x09576e91, 0x6d3f, 0x11d2, {0x8e, 0x39, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b}};

size_t efi_main(void *image, struct br_efi_system *system);

static struct br_efi_probe probe;
static struct br_plan plan;

enum {
	LOADER_DATA = 2, /* 7.2 EFI_MEMORY_TYPE */
	IPV4_LOCAL = 4,  /* 10.3.4.12, offsets into the node */
	IPV4_NETMASK = 23,
	NODE_HEAD = 4,
	PATH_MAX_SIZE = 1024,
};

void br_probe_put(const char *line)
{
	uint16_t wide[160];
	size_t used = 0;

	while (*line && used < 157)
		wide[used++] = (uint8_t)*line++;
	wide[used++] = '\r';
	wide[used++] = '\n';
	wide[used] = 0;
	(void)probe.system->out->output_string(probe.system->out, wide);
}

/* The folder that the URL names a file of */
static void take_base(const uint8_t *url, size_t size)
{
	size_t end = 0;

	if (size >= sizeof(probe.base))
		return;
	for (size_t i = 0; i < size; i++)
		if (url[i] == '/')
			end = i + 1;
	memcpy(probe.base, url, end);
	probe.base[end] = 0;
}

static size_t node_size(const uint8_t *node)
{
	return (size_t)node[2] | (size_t)node[3] << 8;
}

/* Return: how many octets the whole path has */
static size_t read_path(const uint8_t *path)
{
	size_t at = 0;

	while (at < PATH_MAX_SIZE && path[at] != BR_EFI_PATH_END &&
	       node_size(path + at) >= NODE_HEAD) {
		const uint8_t *node = path + at;
		size_t size = node_size(node);

		if (node[0] == BR_EFI_PATH_MESSAGING && node[1] == BR_EFI_PATH_IPV4 &&
		    size >= IPV4_NETMASK + 4) {
			memcpy(probe.station, node + IPV4_LOCAL + 0, 4);
			memcpy(probe.netmask, node + IPV4_NETMASK, 4);
		}
		if (node[0] == BR_EFI_PATH_MESSAGING && node[1] == BR_EFI_PATH_URI)
			take_base(node + NODE_HEAD, size - NODE_HEAD);
		at += size;
	}
	return at;
}

static void report_device(void *image)
{
	void *table = NULL, *path = NULL;
	struct br_efi_loaded_image *loaded;

	if (probe.boot->handle_protocol(image, &image_guid, &table)) {
		br_report("none device no EFI_LOADED_IMAGE_PROTOCOL");
		return;
	}
	loaded = table;
	probe.device = loaded->device;
	if (!loaded->device || probe.boot->handle_protocol(loaded->device, &path_guid, &path)) {
		br_report("none device no device path");
		return;
	}
	br_report_octets("device-path", path, read_path(path));
}

static void make_url(char ret_url[static BR_PROBE_URL_SIZE], const uint8_t server[static 4],
                     const char *name)
{
	static const char scheme[] = "http://";
	size_t used = strlen(scheme);

	memcpy(ret_url, scheme, used);
	for (size_t i = 0; i < 4; i++) {
		uint8_t rest = server[i];

		if (rest >= 100)
			ret_url[used++] = (char)('0' + rest / 100);
		if (rest >= 10)
			ret_url[used++] = (char)('0' + rest / 10 % 10);
		ret_url[used++] = (char)('0' + rest % 10);
		ret_url[used++] = i < 3 ? '.' : '/';
	}
	memcpy(ret_url + used, name, strlen(name) + 1);
}

static struct br_probe_got read_from(const struct br_plan_server *server, const char *name)
{
	char url[BR_PROBE_URL_SIZE];

	if (!server->http)
		return br_pxe_read(&probe, server->address, name);
	make_url(url, server->address, name);
	return br_http_read(&probe, url);
}

static void try_file(const struct br_plan_server *server, uint32_t number,
                     const struct br_plan_file *file)
{
	struct br_probe_got got;

	br_report("%u read %s %a %u %s", number, server->http ? "http" : "tftp", server->address,
	          server->window, file->name);
	got = read_from(server, file->name);
	if (got.no_size) /* then only the octets can be compared, not how many there were */
		got.size = file->size;
	if (got.status)
		br_report("%u failed %x code %u us %u", number, (uint32_t)got.status, got.code,
		          got.microseconds);
	else
		br_plan_judge(file, number, probe.octets, got.size, got.microseconds);
}

static void try_missing(const struct br_plan_server *server, uint32_t number)
{
	struct br_probe_got got;

	br_report("%u miss %s %a %s", number, server->http ? "http" : "tftp", server->address,
	          plan.missing);
	got = read_from(server, plan.missing);
	if (got.status)
		br_report("%u refused %x code %u us %u", number, (uint32_t)got.status, got.code,
		          got.microseconds);
	else
		br_report("%u got %u us %u", number, got.size, got.microseconds);
}

static bool read_plan(void)
{
	struct br_probe_got got = {.status = BR_EFI_ERROR_BIT};
	char url[BR_PROBE_URL_SIZE];
	uint8_t server[4];

	if (probe.base[0] && probe.http &&
	    strlen(probe.base) + sizeof(BR_PLAN_NAME) < sizeof(url)) {
		memcpy(url, probe.base, strlen(probe.base));
		memcpy(url + strlen(probe.base), BR_PLAN_NAME, sizeof(BR_PLAN_NAME));
		got = br_http_read(&probe, url);
	} else if (br_pxe_server(&probe, server)) {
		got = br_pxe_read(&probe, server, BR_PLAN_NAME);
	}
	if (got.status)
		br_report("none manifest status %x code %u", (uint32_t)got.status, got.code);
	else if (!br_plan_read(&plan, (const char *)probe.octets, got.size))
		br_report("none manifest %u octets that are no manifest", got.size);
	else
		return true;
	return false;
}

static void carry_out(void)
{
	uint32_t number = 0;

	for (size_t i = 0; i < plan.servers; i++) {
		const struct br_plan_server *server = &plan.server[i];

		if (server->http ? !probe.http : !probe.pxe)
			continue;
		for (size_t j = 0; j < plan.files; j++)
			try_file(server, ++number, &plan.file[j]);
		if (plan.missing[0])
			try_missing(server, ++number);
	}
}

size_t efi_main(void *image, struct br_efi_system *system)
{
	void *octets = NULL;

	probe.system = system;
	probe.boot = system->boot;
	(void)probe.boot->set_watchdog(0, 0, 0, NULL);
	br_probe_put("");
	br_report_begin(MACHINE);
	br_clock_start(&probe);
	br_report("clock %u", probe.ticks_a_ms);
	report_device(image);
	if (probe.device)
		br_pxe_find(&probe);
	br_http_find(&probe);
	br_report("station %a %a", probe.station, probe.netmask);
	if (probe.boot->allocate_pool(LOADER_DATA, BR_PROBE_FILE_MAX, &octets)) {
		br_report("none memory for a file");
	} else {
		probe.octets = octets;
		if (read_plan())
			carry_out();
	}
	br_report_end();
	system->runtime->reset_system(BR_EFI_SHUTDOWN, 0, 0, NULL);
	return 0;
}
