/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/sim/lab.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	LAB_MTU = 1500,
	LAB_FRAMES_MAX = 4096,
	LAB_DELAY_US = 50,
};

static void must(int error, const char *what)
{
	if (error < 0) {
		fprintf(stderr, "lab: %s: %s\n", what, strerror(-error));
		abort();
	}
}

void lab_open(struct lab *lab, uint64_t seed, bool hash)
{
	*lab = (struct lab){.seed = seed};
	must(br_clock_init(&lab->clock, 1024), "clock");
	must(br_wire_new(&lab->wire, &lab->clock, LAB_MTU + 18, LAB_FRAMES_MAX), "wire");
	lab->lan = br_segment_new(lab->wire, "lan", LAB_DELAY_US * BR_MS / 1000, LAB_MTU);
	if (!lab->lan)
		abort();
	must(br_fault_new(&lab->fault, seed), "fault");
	must(br_file_store_new(&lab->store, 256), "files");
	if (hash) {
		struct br_tap tap = br_trace_hash_tap(&lab->hash);

		br_trace_hash_init(&lab->hash);
		must(br_wire_add_tap(lab->wire, &tap), "tap");
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

static struct br_host *add_host(struct lab *lab, const char *name, const uint8_t mac[6],
                                const struct br_host_limits *limits)
{
	struct br_host *host;

	if (lab->hosts == LAB_HOSTS_MAX)
		abort();
	must(br_host_new(&host, lab->wire, name, limits, lab->seed + lab->hosts), "host");
	must(br_host_add_link(host, lab->lan, mac), "link");
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

static void set_words(struct br_config *config, const char *words)
{
	char copy[1024], error[200];

	must(strlen(words) < sizeof(copy) ? 0 : -1, words);
	strcpy(copy, words);
	for (char *rest = NULL, *word = strtok_r(copy, " ", &rest); word;
	     word = strtok_r(NULL, " ", &rest)) {
		char *value = strchr(word, '=');

		must(value ? 0 : -1, word);
		*value++ = '\0';
		must(br_config_set(config, word, value, error, sizeof(error)), word);
	}
}

struct br_server *lab_server(struct lab *lab, const char *name, uint8_t last, const char *words)
{
	const uint8_t mac[6] = {2, 0, 0, 0, 0, last};
	struct br_files files = br_file_store_files(lab->store);
	struct br_host *host = add_host(lab, name, mac, &br_host_limits_server);
	struct br_config *config = malloc(sizeof(*config));
	struct br_server_host **server = &lab->server[lab->hosts - 1];

	if (!config)
		abort();
	br_config_init(config);
	config->link[0] = (struct br_config_link){
		.address = LAB_NET | last, .netmask = LAB_MASK, .mtu = LAB_MTU};
	config->links = 1;
	set_words(config, words);
	br_host_set_address(host, 0, LAB_NET | last, LAB_MASK);
	must(br_server_host_new(server, host, &lab->clock, name, config, &files, lab->seed),
	     "server");
	free(config);
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
	struct br_host *host = add_host(lab, model_name, machine.mac, &br_host_limits_client);
	struct br_firmware **firmware = &lab->firmware[lab->hosts - 1];
	struct br_model *model = &lab->model[lab->hosts - 1];

	must(br_model_find(model, model_name), model_name);
	must(br_firmware_new(firmware, host, &lab->clock, model, &machine, lab->seed + last),
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
