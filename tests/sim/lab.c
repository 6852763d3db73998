/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/sim/lab.h"

#include <stdlib.h>
#include <string.h>

#include "tests/sim/served.h"

enum {
	LAB_MTU = 1500,
	LAB_FRAMES_MAX = 4096,
	LAB_DELAY_US = 50,
};

void lab_open(struct lab *lab, uint64_t seed, bool hash)
{
	*lab = (struct lab){.seed = seed};
	served_must(br_clock_init(&lab->clock, 1024), "clock");
	served_must(br_wire_new(&lab->wire, &lab->clock, LAB_MTU + 18, LAB_FRAMES_MAX), "wire");
	lab->lan = br_segment_new(lab->wire, "lan", LAB_DELAY_US * BR_MS / 1000, LAB_MTU);
	if (!lab->lan)
		abort();
	served_must(br_fault_new(&lab->fault, seed), "fault");
	served_must(br_file_store_new(&lab->store, 256), "files");
	if (hash) {
		struct br_tap tap = br_trace_hash_tap(&lab->hash);

		br_trace_hash_init(&lab->hash);
		served_must(br_wire_add_tap(lab->wire, &tap), "tap");
	}
}

void lab_use_files(struct lab *lab, struct br_file_store *store)
{
	br_file_store_free(lab->store);
	lab->store = store;
	lab->store_lent = true;
}

void lab_close(struct lab *lab)
{
	for (size_t i = 0; i < lab->hosts; i++) {
		br_firmware_free(lab->firmware[i]);
		br_server_host_free(lab->server[i]);
		br_host_free(lab->host[i]);
	}
	br_wire_free(lab->wire);
	br_fault_free(lab->fault);
	if (!lab->store_lent)
		br_file_store_free(lab->store);
	br_clock_reset(&lab->clock);
}

static struct br_host *add_host(struct lab *lab, const char *name, const uint8_t mac[6])
{
	struct br_host *host;

	if (lab->hosts == LAB_HOSTS_MAX)
		abort();
	served_must(
		br_host_new(&host, lab->wire, name, &br_host_limits_client, lab->seed + lab->hosts),
		"host");
	served_must(br_host_add_link(host, lab->lan, mac), "link");
	lab->host[lab->hosts++] = host;
	return host;
}

static void count_note(void *context, const char *name, const struct br_action *note, br_time now)
{
	struct lab *lab = context;

	(void)name;
	(void)now;
	lab->note[note->note]++;
}

struct br_server *lab_server(struct lab *lab, const char *name, uint8_t last, const char *words)
{
	struct served_site site = {.wire = lab->wire,
	                           .clock = &lab->clock,
	                           .segment = lab->lan,
	                           .store = lab->store,
	                           .name = name,
	                           .mac = {2, 0, 0, 0, 0, last},
	                           .address = LAB_NET | last,
	                           .netmask = LAB_MASK,
	                           .words = words,
	                           .seed = lab->seed,
	                           .host_seed = lab->seed + lab->hosts};
	struct br_server_host **server = &lab->server[lab->hosts];

	if (lab->six)
		memcpy(site.address6,
		       (const uint8_t[16]){0x20, 1, 0x0d, 0xb8, 0, 0x77, [15] = last},
		       sizeof(site.address6));
	if (lab->hosts == LAB_HOSTS_MAX)
		abort();
	served_new(&site, &lab->host[lab->hosts++], server);
	br_server_host_on_note(*server, count_note, lab);
	return br_server_host_core(*server);
}

static void compare(void *context, struct br_firmware *firmware, const char *file, uint64_t offset,
                    struct br_octets data, br_time now)
{
	struct lab *lab = context;

	(void)firmware;
	(void)now;
	/* what is asked for as "/boot.efi" or "http://10.77.0.1/boot.efi" is boot.efi */
	if (strncmp(file, "http://", 7) == 0)
		file = strchr(file + 7, '/') ? strchr(file + 7, '/') : "";
	while (*file == '/')
		file++;
	if (br_files_compare(lab->store, file, offset, data) != 0)
		lab->wrong_octets = true;
}

struct br_firmware *lab_firmware(struct lab *lab, const char *model_name, uint8_t last)
{
	struct br_machine machine = {.mac = {0x52, 0x54, 0, 0x12, 0x34, last},
	                             .uuid = {1, 2, last}};
	struct br_host *host = add_host(lab, model_name, machine.mac);
	struct br_firmware **firmware = &lab->firmware[lab->hosts - 1];
	struct br_model *model = &lab->model[lab->hosts - 1];

	served_must(br_model_find(model, model_name), model_name);
	served_must(br_firmware_new(firmware, host, &lab->clock, model, &machine, lab->seed + last),
	            model_name);
	br_firmware_on_data(*firmware, compare, lab);
	br_firmware_start(*firmware, lab->clock.now);
	return *firmware;
}

static bool every_firmware_has_ended(const struct lab *lab)
{
	for (size_t i = 0; i < lab->hosts; i++) {
		if (lab->firmware[i] && br_firmware_state(lab->firmware[i]) == BR_BOOT_RUNNING)
			return false;
	}
	return true;
}

void lab_run(struct lab *lab, br_time until)
{
	while (!every_firmware_has_ended(lab) && br_clock_step(&lab->clock, until))
		;
	/* what is still on the wire arrives: the last ACK, a RST */
	while (br_clock_step(&lab->clock, lab->clock.now + 10 * BR_MS))
		;
}
