/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/net/recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* draft-ietf-opsawg-pcapng §4; numbers are little-endian, whatever wrote them */
enum {
	BLOCK_SECTION = 0x0a0d0d0a,
	BLOCK_INTERFACE = 1,
	BLOCK_PACKET = 6, /* "Enhanced Packet Block" */
	BLOCK_SECRETS = 10,
	SECRETS_TLS = 0x544c534b, /* "TLSK": lines of an NSS key log */
	BYTE_ORDER_MAGIC = 0x1a2b3c4d,
	LINKTYPE_ETHERNET = 1,
	OPTION_END = 0,
	OPTION_COMMENT = 1,
	OPTION_IF_NAME = 2,
	OPTION_IF_TSRESOL = 9,
	OPTION_SHB_USERAPPL = 4,
	PACKET_HEADER = 28, /* octets of a packet block in front of the frame */
};

enum {
	COMMENT_MAX = 4096,
	COMMENTS_MAX = 16384, /* octets of options for one frame */
	BUFFER_SIZE = 1 << 18,
	RANDOMS_MAX = 64, /* that are remembered */
};

#define NO_BLOCK SIZE_MAX

struct br_recorder {
	int fd;
	int error; /* the first */
	br_time epoch;
	uint64_t frames;
	uint32_t *interface_of; /* by segment; its number in the file + 1, 0: not there yet */
	size_t segments_room;
	uint32_t interfaces;
	size_t open_at; /* where in the buffer the last packet block begins, not closed yet */
	size_t used;
	uint8_t random[RANDOMS_MAX][BR_RECORDER_RANDOM_SIZE]; /* whose secrets were written */
	size_t randoms;
	size_t next_used;
	uint8_t next[COMMENTS_MAX]; /* options for the frame to come */
	uint8_t buffer[BUFFER_SIZE];
};

static void put_le16(uint8_t *at, uint16_t value)
{
	at[0] = (uint8_t)value;
	at[1] = (uint8_t)(value >> 8);
}

static void put_le32(uint8_t *at, uint32_t value)
{
	put_le16(at, (uint16_t)value);
	put_le16(at + 2, (uint16_t)(value >> 16));
}

static uint32_t get_le32(const uint8_t *at)
{
	return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static size_t padded(size_t size)
{
	return (size + 3) & ~(size_t)3;
}

static void write_out(struct br_recorder *recorder, const uint8_t *octets, size_t size)
{
	while (size > 0 && recorder->error == 0) {
		ssize_t wrote = write(recorder->fd, octets, size);

		if (wrote >= 0) {
			octets += wrote;
			size -= (size_t)wrote;
		} else if (errno != EINTR) {
			recorder->error = -errno;
		}
	}
}

/* The last block stays open in the buffer, so that comments can still be added. */
static void close_block(struct br_recorder *recorder)
{
	if (recorder->open_at == NO_BLOCK)
		return;

	uint8_t *block = recorder->buffer + recorder->open_at;
	bool options = recorder->used - recorder->open_at >
	               PACKET_HEADER + padded((size_t)block[20] | (size_t)block[21] << 8 |
	                                      (size_t)block[22] << 16 | (size_t)block[23] << 24);

	if (options) {
		put_le32(recorder->buffer + recorder->used, OPTION_END);
		recorder->used += 4;
	}

	uint32_t size = (uint32_t)(recorder->used - recorder->open_at + 4);

	put_le32(block + 4, size);
	put_le32(recorder->buffer + recorder->used, size);
	recorder->used += 4;
	recorder->open_at = NO_BLOCK;
}

/* Room for @size octets behind what is there and the end of the open block. */
static void make_room(struct br_recorder *recorder, size_t size)
{
	if (BUFFER_SIZE - recorder->used >= size + 8)
		return;

	size_t end = recorder->open_at == NO_BLOCK ? recorder->used : recorder->open_at, out = 0;

	/* half of it stays, for comments on what has just been */
	while (out < end &&
	       (out < BUFFER_SIZE / 2 || BUFFER_SIZE - recorder->used + out < size + 8))
		out += get_le32(recorder->buffer + out + 4);
	write_out(recorder, recorder->buffer, out);
	memmove(recorder->buffer, recorder->buffer + out, recorder->used - out);
	recorder->used -= out;
	if (recorder->open_at != NO_BLOCK)
		recorder->open_at = 0;
}

/* @octets at @target as an option: code, length, value, padding. Return: its size */
static size_t put_option(uint8_t *target, uint16_t code, const void *octets, size_t size)
{
	memset(target, 0, 4 + padded(size));
	put_le16(target, code);
	put_le16(target + 2, (uint16_t)size);
	memcpy(target + 4, octets, size);
	return 4 + padded(size);
}

static void put_section(struct br_recorder *recorder)
{
	static const char application[] = "bootrig";
	uint8_t *block = recorder->buffer;
	size_t at = 24;

	memset(block, 0, at);
	put_le32(block, BLOCK_SECTION);
	put_le32(block + 8, BYTE_ORDER_MAGIC);
	put_le16(block + 12, 1);
	memset(block + 16, 0xff, 8); /* section length: not said */
	at += put_option(block + at, OPTION_SHB_USERAPPL, application, strlen(application));
	put_le32(block + at, OPTION_END);
	at += 8;
	put_le32(block + at - 4, (uint32_t)at);
	put_le32(block + 4, (uint32_t)at);
	recorder->used = at;
}

static void put_interface(struct br_recorder *recorder, const char *name)
{
	static const uint8_t nanoseconds = 9;
	size_t name_size = strlen(name) < 255 ? strlen(name) : 255;

	make_room(recorder, 64 + padded(name_size));

	uint8_t *block = recorder->buffer + recorder->used;
	size_t at = 16;

	memset(block, 0, at);
	put_le32(block, BLOCK_INTERFACE);
	put_le16(block + 8, LINKTYPE_ETHERNET); /* snaplen 0: no limit */
	at += put_option(block + at, OPTION_IF_NAME, name, name_size);
	at += put_option(block + at, OPTION_IF_TSRESOL, &nanoseconds, 1);
	put_le32(block + at, OPTION_END);
	at += 8;
	put_le32(block + at - 4, (uint32_t)at);
	put_le32(block + 4, (uint32_t)at);
	recorder->used += at;
}

/* The segment's interface in the file, described when it is first seen. False: no memory */
static bool interface_of(struct br_recorder *recorder, const struct br_segment *segment,
                         uint32_t *ret_interface)
{
	uint32_t index = br_segment_index(segment);

	if (index >= recorder->segments_room) {
		size_t room = (size_t)index * 2 + 8;
		uint32_t *bigger = realloc(recorder->interface_of, room * sizeof(*bigger));

		if (!bigger)
			return false;
		memset(bigger + recorder->segments_room, 0,
		       (room - recorder->segments_room) * sizeof(*bigger));
		recorder->interface_of = bigger;
		recorder->segments_room = room;
	}
	if (recorder->interface_of[index] == 0) {
		put_interface(recorder, br_segment_name(segment));
		recorder->interface_of[index] = ++recorder->interfaces;
	}
	*ret_interface = recorder->interface_of[index] - 1;
	return true;
}

static void see(void *context, const struct br_segment *segment, const struct br_port *from,
                struct br_frame *frame, br_time now)
{
	struct br_recorder *recorder = context;
	br_time at = recorder->epoch + now;
	uint32_t interface;

	(void)from;
	close_block(recorder);
	if (!interface_of(recorder, segment, &interface)) {
		if (recorder->error == 0)
			recorder->error = -ENOMEM;
		return;
	}
	make_room(recorder, PACKET_HEADER + padded(frame->size) + COMMENTS_MAX);
	if (PACKET_HEADER + padded(frame->size) + COMMENTS_MAX + 8 > BUFFER_SIZE) {
		recorder->error = recorder->error ? recorder->error : -EMSGSIZE;
		return;
	}

	uint8_t *block = recorder->buffer + recorder->used;
	uint8_t *octets = block + PACKET_HEADER;

	put_le32(block, BLOCK_PACKET);
	put_le32(block + 8, interface);
	put_le32(block + 12, (uint32_t)(at >> 32));
	put_le32(block + 16, (uint32_t)at);
	put_le32(block + 20, frame->size);
	put_le32(block + 24, frame->size);
	memcpy(octets, frame->data, frame->size);
	memset(octets + frame->size, 0, padded(frame->size) - frame->size);
	br_frame_fill(frame, octets);
	recorder->open_at = recorder->used;
	recorder->used += PACKET_HEADER + padded(frame->size);
	memcpy(recorder->buffer + recorder->used, recorder->next, recorder->next_used);
	recorder->used += recorder->next_used;
	recorder->next_used = 0;
	recorder->frames++;
}

void br_recorder_comment_next(struct br_recorder *recorder, const char *text)
{
	size_t size = strlen(text) < COMMENT_MAX ? strlen(text) : COMMENT_MAX;

	if (recorder->next_used + 4 + padded(size) > COMMENTS_MAX)
		return;
	recorder->next_used +=
		put_option(recorder->next + recorder->next_used, OPTION_COMMENT, text, size);
}

void br_recorder_comment(struct br_recorder *recorder, const char *text)
{
	size_t size = strlen(text) < COMMENT_MAX ? strlen(text) : COMMENT_MAX;

	if (recorder->open_at == NO_BLOCK) {
		br_recorder_comment_next(recorder, text);
		return;
	}
	make_room(recorder, 4 + padded(size));
	if (BUFFER_SIZE - recorder->used < 4 + padded(size) + 8)
		return;
	recorder->used += put_option(recorder->buffer + recorder->used, OPTION_COMMENT, text, size);
}

/* The closed block of @frame in the buffer, or NULL if it has left. */
static uint8_t *find_block(struct br_recorder *recorder, uint64_t frame)
{
	size_t end = recorder->open_at == NO_BLOCK ? recorder->used : recorder->open_at;
	uint64_t behind = recorder->frames - (recorder->open_at == NO_BLOCK ? 0 : 1),
		 first = behind;

	for (size_t at = 0; at < end; at += get_le32(recorder->buffer + at + 4))
		first -= get_le32(recorder->buffer + at) == BLOCK_PACKET;
	for (size_t at = 0; at < end; at += get_le32(recorder->buffer + at + 4)) {
		if (get_le32(recorder->buffer + at) == BLOCK_PACKET && ++first == frame)
			return recorder->buffer + at;
	}
	return NULL;
}

/* Behind the options of @block, or as its first; what follows it moves up. */
static void insert_comment(struct br_recorder *recorder, uint8_t *block, const char *text,
                           size_t size)
{
	uint32_t block_size = get_le32(block + 4);
	bool has_options = block_size > PACKET_HEADER + padded(get_le32(block + 20)) + 4;
	uint8_t *at = block + block_size - 4 - (has_options ? 4 : 0);
	size_t more = 4 + padded(size) + (has_options ? 0 : 4);

	memmove(at + more, at, (size_t)(recorder->buffer + recorder->used - at));
	put_option(at, OPTION_COMMENT, text, size);
	if (!has_options)
		put_le32(at + more - 4, OPTION_END);
	block_size += (uint32_t)more;
	put_le32(block + 4, block_size);
	put_le32(block + block_size - 4, block_size);
	recorder->used += more;
	if (recorder->open_at != NO_BLOCK)
		recorder->open_at += more;
}

void br_recorder_comment_at(struct br_recorder *recorder, uint64_t frame, const char *text)
{
	size_t size = strlen(text) < COMMENT_MAX ? strlen(text) : COMMENT_MAX;
	char elsewhere[COMMENT_MAX + 1];
	uint8_t *block;

	if (frame > recorder->frames) { /* on its way here: another tap saw it first */
		br_recorder_comment_next(recorder, text);
		return;
	}
	if (frame == recorder->frames && recorder->open_at != NO_BLOCK) {
		br_recorder_comment(recorder, text);
		return;
	}
	make_room(recorder, 8 + padded(size));
	block = find_block(recorder, frame);
	if (block && BUFFER_SIZE - recorder->used >= 8 + padded(size) + 8) {
		insert_comment(recorder, block, text, size);
		return;
	}
	snprintf(elsewhere, sizeof(elsewhere), "of frame %" PRIu64 ": %s", frame, text);
	br_recorder_comment(recorder, elsewhere);
}

static bool is_known(struct br_recorder *recorder, const uint8_t *random)
{
	size_t count = recorder->randoms < RANDOMS_MAX ? recorder->randoms : RANDOMS_MAX;

	for (size_t i = 0; i < count; i++) {
		if (!memcmp(recorder->random[i], random, BR_RECORDER_RANDOM_SIZE))
			return true;
	}
	memcpy(recorder->random[recorder->randoms++ % RANDOMS_MAX], random,
	       BR_RECORDER_RANDOM_SIZE);
	return false;
}

static char *put_hex(char *target, const uint8_t *octets, size_t size)
{
	for (size_t i = 0; i < size; i++)
		target += sprintf(target, "%02x", octets[i]);
	return target;
}

/* @octets into the buffer before all but the section's head; what is there moves up. */
static void insert_block(struct br_recorder *recorder, const uint8_t *octets, size_t size)
{
	bool whole_file = get_le32(recorder->buffer) == BLOCK_SECTION && recorder->used > 0;
	size_t at = whole_file ? get_le32(recorder->buffer + 4) : 0;

	make_room(recorder, size);
	if (BUFFER_SIZE - recorder->used < size + 8)
		return;
	if (whole_file && get_le32(recorder->buffer) != BLOCK_SECTION)
		at = 0; /* it has left */
	memmove(recorder->buffer + at + size, recorder->buffer + at, recorder->used - at);
	memcpy(recorder->buffer + at, octets, size);
	recorder->used += size;
	if (recorder->open_at != NO_BLOCK)
		recorder->open_at += size;
}

void br_recorder_secret(void *context, const uint8_t random[static BR_RECORDER_RANDOM_SIZE],
                        const uint8_t master[static BR_RECORDER_MASTER_SIZE])
{
	static const char word[] = "CLIENT_RANDOM ";
	uint8_t block[256] = {0};
	char line[sizeof(block) - 24], *end = line;
	struct br_recorder *recorder = context;
	size_t size, whole;

	if (!recorder || is_known(recorder, random))
		return;
	memcpy(end, word, strlen(word));
	end = put_hex(end + strlen(word), random, BR_RECORDER_RANDOM_SIZE);
	*end++ = ' ';
	end = put_hex(end, master, BR_RECORDER_MASTER_SIZE);
	*end++ = '\n';
	size = (size_t)(end - line);
	whole = 20 + padded(size);
	put_le32(block, BLOCK_SECRETS);
	put_le32(block + 4, (uint32_t)whole);
	put_le32(block + 8, SECRETS_TLS);
	put_le32(block + 12, (uint32_t)size);
	memcpy(block + 16, line, size);
	put_le32(block + whole - 4, (uint32_t)whole);
	insert_block(recorder, block, whole);
}

int br_recorder_new(struct br_recorder **ret_recorder, const char *path, br_time epoch)
{
	struct br_recorder *recorder = calloc(1, sizeof(*recorder));

	if (!recorder)
		return -ENOMEM;
	recorder->fd = strcmp(path, "-") != 0
	                       ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)
	                       : fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
	if (recorder->fd < 0) {
		int error = -errno;

		free(recorder);
		return error;
	}
	recorder->epoch = epoch;
	recorder->open_at = NO_BLOCK;
	put_section(recorder);
	*ret_recorder = recorder;
	return 0;
}

int br_recorder_flush(struct br_recorder *recorder)
{
	close_block(recorder);
	write_out(recorder, recorder->buffer, recorder->used);
	recorder->used = 0;
	return recorder->error;
}

struct br_recorder *br_recorder_free(struct br_recorder *recorder, int *ret_error)
{
	if (!recorder)
		return NULL;

	int error = br_recorder_flush(recorder);

	if (close(recorder->fd) != 0 && error == 0)
		error = -errno;
	if (ret_error)
		*ret_error = error;
	free(recorder->interface_of);
	free(recorder);
	return NULL;
}

struct br_tap br_recorder_tap(struct br_recorder *recorder)
{
	return (struct br_tap){.see = see, .context = recorder};
}

uint64_t br_recorder_frames(const struct br_recorder *recorder)
{
	return recorder->frames;
}
