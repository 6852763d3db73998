/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/effect.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sim/script/report.h"
#include "sim/script/world.h"

enum {
	PATIENCE_S = 600,
};

static int client_of(const struct br_script *script)
{
	int client = BR_SCRIPT_NODE_NONE;
	bool addresses = false; /* without an address server no firmware gets far */

	for (size_t i = 0; i < script->nodes; i++) {
		const struct br_script_node *node = &script->node[i];

		if (node->kind == BR_NODE_PEER && !node->roles && !node->caches)
			return BR_SCRIPT_NODE_NONE;
		addresses = addresses || (node->roles && strstr(node->roles, "dhcp"));
		if (node->kind == BR_NODE_CLIENT && node->model && client < 0)
			client = (int)i;
	}
	return addresses ? client : BR_SCRIPT_NODE_NONE;
}

static void tell(const struct br_boot_result *result, const char *model, br_time now, char *text,
                 size_t size)
{
	br_time end = result->ended == BR_TIME_NEVER ? now : result->ended;
	char after[32];

	br_report_time(end - result->started, after, sizeof(after));
	if (result->state == BR_BOOT_DONE)
		snprintf(text, size, "%s boots all the same: %.80s after %s", model, result->file,
		         after);
	else if (result->state == BR_BOOT_FAILED)
		snprintf(text, size, "%s gives up after %s at step %s and shows \"%.120s\"", model,
		         after, br_boot_step_name(result->step), result->error);
	else
		snprintf(text, size, "%s still waits after %s at step %s", model, after,
		         br_boot_step_name(result->step));
}

bool br_effect(const struct br_script *script, uint64_t seed, char *text, size_t size)
{
	int client = client_of(script);
	char error[BR_WORLD_ERROR_SIZE];
	struct br_world_options options = {.seed = seed, .relays_act = true};
	struct br_boot_result result;
	struct br_world *world;

	if (client < 0)
		return false;
	options.client_as_firmware = &script->node[client].name;
	options.clients_as_firmware = 1;
	if (br_world_new(&world, script, &options, error) < 0)
		return false;
	br_firmware_start(world->node[client].firmware, world->clock.now);
	do
		result = br_firmware_result(world->node[client].firmware);
	while (result.state == BR_BOOT_RUNNING && br_clock_step(&world->clock, PATIENCE_S * BR_S));
	tell(&result, script->node[client].model, world->clock.now, text, size);
	br_world_free(world);
	return true;
}
