/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/core/rig.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/prng.h"

uint8_t *f1m;

static int file_open(void *context, const char *path, struct br_file_info *ret_info)
{
	struct rig *rig = context;

	rig->opens++;
	assert_true(strlen(path) < sizeof(rig->asked));
	memcpy(rig->asked, path, strlen(path) + 1);
	assert_true(path[0] != '/' && path[0] != 0 && !strstr(path, "//") && !strstr(path, ".."));
	for (size_t i = 0; i < rig->file_count; i++) {
		struct rig_file *file = &rig->file[i];

		if (strcmp(file->path, path) != 0)
			continue;
		if (file->open_stalls > 0) {
			file->open_stalls--;
			return -EAGAIN;
		}
		if (file->open_result < 0)
			return file->open_result;
		*ret_info = file->info;
		rig->open_files++;
		return (int)i;
	}
	return -ENOENT;
}

static int file_read(void *context, int handle, uint64_t offset, uint8_t *target, size_t size)
{
	struct rig *rig = context;
	struct rig_file *file = &rig->file[handle];
	uint64_t end = file->cut > 0 ? file->cut : file->info.size;

	if (file->read_stalls > 0) {
		file->read_stalls--;
		return -EAGAIN;
	}
	if (file->read_result < 0)
		return file->read_result;
	if (offset >= end)
		return 0;
	/* never all at once: a caller that does not loop is found out */
	if (size > 700)
		size = 700;
	if (size > end - offset)
		size = (size_t)(end - offset);
	if (file->data)
		memcpy(target, file->data + offset, size);
	else
		memset(target, 0, size);
	return (int)size;
}

static const uint8_t *file_map(void *context, int handle, uint64_t offset, size_t size)
{
	struct rig *rig = context;
	struct rig_file *file = &rig->file[handle];

	if (!rig->mapping || !file->data || file->cut > 0 || file->read_stalls > 0 ||
	    file->read_result < 0)
		return NULL;
	assert_true(offset <= file->info.size && size <= file->info.size - offset);
	return file->data + offset;
}

static void file_close(void *context, int handle)
{
	struct rig *rig = context;

	assert_in_range(handle, 0, rig->file_count - 1);
	assert_true(rig->open_files > 0);
	rig->open_files--;
}

void rig_init(struct rig *rig)
{
	if (!f1m)
		f1m = rig_octets(MIB, 1);
	memset(&rig->config, 0, sizeof(rig->config));
	memset(&rig->metrics, 0, sizeof(rig->metrics));
	memset(rig->file, 0, sizeof(rig->file));
	rig->config.links = 1;
	rig->config.link[0] =
		(struct br_config_link){.address = 0xc0000201, .netmask = 0xffffff00, .mtu = 1500};
	rig->config.blksize_max = 65464;
	rig->config.windowsize_max = 64;
	rig->config.transfers_max = 256;
	rig->config.retry_ms = 1000;
	rig->config.retries_max = 6;
	rig->config.tid_min = 49152;
	rig->config.tid_max = 65535;
	rig->config.http_port = 80;
	rig->config.streams_max = 16;
	rig->config.request_size_max = 16384;
	rig->config.idle_ms = 30000;
	rig->files = (struct br_files){rig, file_open, file_read, file_map, file_close};
	rig->context = (struct br_context){
		.config = &rig->config,
		.files = &rig->files,
		.outbox = &rig->outbox,
		.metrics = &rig->metrics,
		.seed = 1,
	};
	rig->file_count = 0;
	rig->open_files = 0;
	rig->opens = 0;
	rig->mapping = true;
	rig->now = 5 * BR_S;
	br_outbox_reset(&rig->outbox);
	rig_forget(rig);
}

struct rig_file *rig_add(struct rig *rig, const char *path, const void *data, uint64_t size)
{
	struct rig_file *file = &rig->file[rig->file_count++];

	assert_true(rig->file_count <= RIG_FILES);
	*file = (struct rig_file){.path = path, .data = data, .info = {.size = size}};
	return file;
}

static struct br_octets copy(struct rig *rig, struct br_octets octets)
{
	struct br_octets kept = {.data = rig->octets + rig->used, .size = octets.size};

	assert_true(octets.size <= sizeof(rig->octets) - rig->used);
	if (octets.size > 0)
		memcpy(rig->octets + rig->used, octets.data, octets.size);
	rig->used += octets.size;
	return kept;
}

void rig_keep(struct rig *rig, const struct br_action *action)
{
	struct br_action *kept = &rig->action[rig->actions++];

	assert_true(rig->actions <= RIG_ACTIONS);
	*kept = *action;
	kept->payload = copy(rig, action->payload);
	kept->body = copy(rig, action->body);
}

void rig_keep_outbox(struct rig *rig)
{
	struct br_action action;

	while (br_outbox_take(&rig->outbox, &action))
		rig_keep(rig, &action);
	br_outbox_reset(&rig->outbox);
}

void rig_forget(struct rig *rig)
{
	rig->actions = rig->seen = rig->used = 0;
}

const struct br_action *rig_next(struct rig *rig)
{
	while (rig->seen < rig->actions) {
		const struct br_action *action = &rig->action[rig->seen++];

		if (action->kind != BR_ACTION_NOTE && action->kind != BR_ACTION_PORT_OPEN &&
		    action->kind != BR_ACTION_PORT_CLOSE)
			return action;
	}
	return NULL;
}

size_t rig_count(const struct rig *rig, enum br_action_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; i < rig->actions; i++)
		count += rig->action[i].kind == kind;
	return count;
}

size_t rig_noted(const struct rig *rig, enum br_note note)
{
	size_t count = 0;

	for (size_t i = 0; i < rig->actions; i++)
		count += rig->action[i].kind == BR_ACTION_NOTE &&
		         (note == BR_NOTE_COUNT || rig->action[i].note == note);
	return count;
}

const struct br_action *rig_note(const struct rig *rig, enum br_note note)
{
	size_t i = rig->actions;

	while (i > 0 &&
	       (rig->action[i - 1].kind != BR_ACTION_NOTE || rig->action[i - 1].note != note))
		i--;
	assert_true(i > 0);
	return &rig->action[i - 1];
}

uint8_t *rig_octets(size_t size, uint64_t seed)
{
	struct br_prng prng = br_prng_of(seed, 0);
	uint8_t *octets = malloc(size > 0 ? size : 1);

	assert_non_null(octets);
	for (size_t i = 0; i < size; i++)
		octets[i] = (uint8_t)br_prng_next(&prng);
	return octets;
}
