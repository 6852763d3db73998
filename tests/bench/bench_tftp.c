/* SPDX-License-Identifier: BSD-2-Clause */
/* How many pairs of ACK and DATA the core takes and makes a second: one client in lock
 * step, then a thousand in turn, then windows of 16. Prints, judges nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/formats/tftp_packet.h"
#include "core/tftp/tftp.h"

enum {
	BLKSIZE = 1468,
	FILE_SIZE = 64 << 20,
	CLIENTS = 1000,
};

static const char request[] = "\0\1f\0octet\0blksize\0001468\0windowsize\00016";
static const char lock_step[] = "\0\1f\0octet\0blksize\0001468";
static uint8_t *content;

static int file_open(void *context, const char *path, struct br_file_info *ret_info)
{
	(void)context;
	(void)path;
	*ret_info = (struct br_file_info){.size = FILE_SIZE};
	return 0;
}

static int file_read(void *context, int file, uint64_t offset, uint8_t *target, size_t size)
{
	(void)context;
	(void)file;
	memcpy(target, content + offset, size);
	return (int)size;
}

static const uint8_t *file_map(void *context, int file, uint64_t offset, size_t size)
{
	(void)context;
	(void)file;
	(void)size;
	return content + offset;
}

static void file_close(void *context, int file)
{
	(void)context;
	(void)file;
}

static struct br_outbox outbox;

/* Hand one datagram in, take all out. Return: datagrams that came of it */
static uint64_t turn(struct br_tftp *tftp, struct br_event *event, const void *data, size_t size,
                     br_time now, uint16_t *ret_port)
{
	struct br_action action;
	uint64_t count = 0;

	event->payload = (struct br_octets){.data = data, .size = size};
	br_outbox_reset(&outbox);
	br_tftp_input(tftp, event, now);
	while (br_tftp_output(tftp, &action)) {
		count++;
		*ret_port = action.local.port;
	}
	return count;
}

static void run(struct br_tftp *tftp, const char *name, const char *ask, size_t ask_size,
                unsigned clients, unsigned window)
{
	static struct br_event event[CLIENTS];
	static uint16_t port[CLIENTS];
	const unsigned windows = FILE_SIZE / BLKSIZE / window;
	uint64_t count = 0;
	br_time now = 0;
	clock_t start;
	double seconds;

	for (unsigned i = 0; i < clients; i++) {
		event[i] = (struct br_event){
			.local = br_endpoint_ipv4(0xc0000201, BR_TFTP_PORT),
			.remote = br_endpoint_ipv4(0xc0000301 + i, (uint16_t)(2000 + window)),
		};
		(void)turn(tftp, &event[i], ask, ask_size, now, &port[i]);
		event[i].local.port = port[i];
	}
	start = clock();
	for (unsigned w = 0; w < (clients > 1 ? 1000 : windows); w++) {
		uint16_t block = (uint16_t)(w * window);
		const uint8_t ack[] = {0, BR_TFTP_ACK, (uint8_t)(block >> 8), (uint8_t)block};

		for (unsigned i = 0; i < clients; i++) {
			now += 1000;
			count += turn(tftp, &event[i], ack, sizeof(ack), now, &port[i]);
		}
	}
	seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
	(void)printf("%-32s %10llu DATA  %6.1f ns each  %8.2f million a second\n", name,
	             (unsigned long long)count, seconds * 1e9 / (double)count,
	             (double)count / seconds / 1e6);
}

int main(void)
{
	static struct br_metrics metrics;
	struct br_config config = {
		.links = 1,
		.link = {{.address = 0xc0000201, .netmask = 0xffff0000, .mtu = 1500}},
		.windowsize_on = true,
		.windowsize_max = 64,
		.blksize_max = BLKSIZE,
		.transfers_max = 4096,
		.retry_ms = 1000,
		.retries_max = 5,
		.tid_min = 49152,
		.tid_max = 65535,
	};
	const struct br_files files = {NULL, file_open, file_read, file_map, file_close};
	const struct br_context context = {&config, &files, &outbox, &metrics, 1};
	struct br_tftp *tftp = NULL;

	content = calloc(1, FILE_SIZE);
	if (!content || br_tftp_new(&tftp, &context) < 0)
		return EXIT_FAILURE;
	run(tftp, "one client, lock step", lock_step, sizeof(lock_step), 1, 1);
	run(tftp, "a thousand clients, lock step", lock_step, sizeof(lock_step), CLIENTS, 1);
	run(tftp, "one client, windows of 16", request, sizeof(request), 1, 16);
	br_tftp_free(tftp);
	free(content);
	return EXIT_SUCCESS;
}
