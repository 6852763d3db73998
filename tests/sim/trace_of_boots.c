/* SPDX-License-Identifier: BSD-2-Clause */
/* trace_of_boots [FOLDER] - prints the trace hash of some boots, one line each, and
 * records each into FOLDER/NAME.pcapng if told to
 *
 * tests/sim/one_trace.py builds this with several compilers and compares the lines, and
 * runs it under valgrind: a hash over an octet nobody wrote would be found there.
 * tests/sim/tshark_opinion.py lets tshark read what it recorded.
 */
#include <stdio.h>

#include "sim/net/recorder.h"
#include "tests/sim/lab.h"

struct boot_scene {
	const char *name, *model, *dhcp, *boot;
	uint32_t loss, duplicate, reorder;
};

static const struct boot_scene scenes[] = {
	{"pxe4-two-servers", "edk2-x64-pxe4", "role=dhcp pool=10.77.0.100-10.77.0.199",
         "role=proxydhcp,tftp boot=boot.efi", 0, 0, 0},
	{"pxe4-window-loss", "edk2-x64-pxe4", "role=dhcp pool=10.77.0.100-10.77.0.199",
         "role=proxydhcp,tftp boot=boot.efi windowsize=on", 20000, 20000, 20000},
	{"pxe4-one-server", "edk2-x64-pxe4", NULL,
         "role=dhcp,pxe,tftp pool=10.77.0.100-10.77.0.199 boot=boot.efi", 0, 0, 0},
	{"http4-loss", "edk2-x64-http4", NULL,
         "role=dhcp,http pool=10.77.0.100-10.77.0.199 boot=boot.efi", 10000, 0, 10000},
};

static struct br_recorder *record(struct lab *lab, const char *folder, const char *name)
{
	struct br_recorder *recorder = NULL;
	struct br_tap tap;
	char path[512];

	if (!folder)
		return NULL;
	(void)snprintf(path, sizeof(path), "%s/%s.pcapng", folder, name);
	if (br_recorder_new(&recorder, path, BR_RECORDER_EPOCH) < 0)
		return NULL;
	tap = br_recorder_tap(recorder);
	(void)br_wire_add_tap(lab->wire, &tap);
	return recorder;
}

int main(int argc, char **argv)
{
	static struct lab lab;
	int failed = 0;

	for (size_t i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++) {
		const struct boot_scene *scene = &scenes[i];
		struct br_boot_result result;
		struct br_firmware *firmware;
		struct br_recorder *recorder;
		int error = 0;

		lab_open(&lab, i, true);
		recorder = record(&lab, argc > 1 ? argv[1] : NULL, scene->name);
		(void)br_file_store_generate(lab.store, "boot.efi", 200000, 1);
		if (scene->dhcp)
			lab_server(&lab, "dhcp", 1, scene->dhcp);
		lab_server(&lab, "boot", 2, scene->boot);
		firmware = lab_firmware(&lab, scene->model, 0x56);
		br_fault_set_rates(lab.fault,
		                   &(struct br_fault_rates){.loss = scene->loss,
		                                            .duplicate = scene->duplicate,
		                                            .reorder = scene->reorder,
		                                            .reorder_by = 2 * BR_MS});
		br_segment_set_fault(lab.lan, lab.fault);
		lab_run(&lab, 1000 * BR_S);
		result = br_firmware_result(firmware);
		printf("%s %016llx %llu frames, %s\n", scene->name,
		       (unsigned long long)br_trace_hash_value(&lab.hash),
		       (unsigned long long)lab.hash.frames,
		       result.state == BR_BOOT_DONE ? "booted" : "failed");
		if (result.state != BR_BOOT_DONE || lab.wrong_octets)
			failed = 1;
		lab_close(&lab);
		br_recorder_free(recorder, &error);
		if (error)
			failed = 1;
	}
	return failed;
}
