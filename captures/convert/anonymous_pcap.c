/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/convert/anonymous_pcap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "captures/convert/anonymous_queue.h"
#include "captures/convert/capture_writer.h"
#include "captures/read/link.h"
#include "core/base/address.h"
#include "sim/net/reassembly.h"
#include "sim/net/sha256.h"

/* Theory of operation
 *
 * Each file is read twice. The first pass makes the key, of all octets of all files: the same
 * captures give the same names, and who has not got them cannot find the key. It also learns what
 * one packet tells of another (anonymous_frame.c): the MAC address in a UUID, the width of a
 * network, the ports of TFTP, and the heads of HTTP that stand in several segments.
 *
 * The second pass hides record by record, each field where it stands and as its row says
 * (anonymous_fields.c, anonymous_value.c), under names that follow from the key alone
 * (disguise.c, disguise_text.c). Nothing moves, so lengths and offsets stay true. A fragment waits
 * for the others (anonymous_queue.c), for only a whole datagram says what is in it. Checksums
 * change by what changed under them.
 */

enum {
	FILES_MAX = 8,
	DATAGRAMS_MAX = 64,
	PIECES_MAX = 128,     /* of each */
	HEADS_MAX = 64 << 20, /* octets of HTTP heads */
};

struct work {
	struct br_anonymous_frames frames;
	struct br_sha256 hash;
	struct br_capture_shape shape[FILES_MAX];
	struct br_anonymous_report *report;
	struct br_link_frame link;
	FILE *to;
	size_t file; /* which of them is at hand */
};

/* @context: datagrams that are being put together */
static int learn(struct work *w, void *context, const struct br_capture_frame *record)
{
	struct br_reassembly *pieces = context;
	struct br_packet packet, whole;

	br_sha256_add(&w->hash, record->octets.data, record->octets.size);
	if (!br_link_to_ethernet(&w->link, record))
		return 0;
	(void)br_capture_shape_add(&w->shape[w->file], record);
	br_packet_parse(&packet, w->link.octets, w->link.size, false);
	if (!packet.fragment || !packet.ip_payload.data)
		br_anonymous_frame_learn(&w->frames, &packet);
	else if (br_reassembly_add(pieces, &packet, 0, record->at, &whole))
		br_anonymous_frame_learn(&w->frames, &whole);
	return 0;
}

static int64_t read_spool(void *context, void *target, size_t size)
{
	size_t count = fread(target, 1, size, context);

	return count == 0 && ferror((FILE *)context) ? -EIO : (int64_t)count;
}

/* A copy goes by the name of what it is a copy of. */
static int open_capture(struct br_capture **ret_capture, const struct br_spool *from,
                        char remark[static BR_CAPTURE_REMARK_SIZE])
{
	struct br_capture_source source = {.read = read_spool, .context = from->file};

	if (!from->file)
		return br_capture_open(ret_capture, from->path, remark);
	(void)fseek(from->file, 0, SEEK_SET);
	return br_capture_open_source(ret_capture,
	                              strcmp(from->name, "-") != 0 ? from->name : "standard input",
	                              &source, remark);
}

/* Every record of a file. Return: 0; or what @each or opening it said */
static int each_record(struct work *w, const struct br_spool *from, FILE *err,
                       int (*each)(struct work *w, void *context,
                                   const struct br_capture_frame *record),
                       void *context)
{
	char remark[BR_CAPTURE_REMARK_SIZE] = "";
	struct br_capture_frame record;
	struct br_capture *capture;
	int result = open_capture(&capture, from, remark), status = 0;

	if (result < 0) {
		fprintf(err, "%s\n", remark);
		return result;
	}
	while (status == 0 && (result = br_capture_next(capture, &record)) == 1)
		status = each(w, context, &record);
	if (status == 0 && result < 0 && each == learn) { /* records before the damage are good */
		fprintf(err, "%s\n", br_capture_remark(capture));
		w->report->damaged = true;
	}
	(void)br_capture_close(capture);
	return status;
}

static int learn_file(struct work *w, const struct br_spool *from, FILE *err)
{
	static const struct br_reassembly_rules rules = {.datagrams_max = DATAGRAMS_MAX,
	                                                 .pieces_max = PIECES_MAX};
	struct br_reassembly *pieces;
	int result = br_reassembly_new(&pieces, &rules);

	if (result < 0)
		return result;
	result = each_record(w, from, err, learn, pieces);
	(void)br_reassembly_free(pieces);
	return result;
}

static void put(void *context, const struct br_capture_frame *record)
{
	struct work *w = context;

	br_capture_write(w->to, &w->shape[w->file], record);
}

/* @context: the queue */
static int hide(struct work *w, void *context, const struct br_capture_frame *record)
{
	int result = record->interface < w->shape[w->file].interfaces
	                     ? br_anonymous_queue_add(context, record)
	                     : 0;

	if (result > 0)
		w->report->kept++;
	else if (result == 0)
		w->report->left_out++;
	return result < 0 ? result : 0;
}

static int hide_file(struct work *w, const struct br_spool *from, const struct br_spool *to,
                     FILE *err)
{
	struct br_anonymous_queue *queue;
	int result = br_anonymous_queue_new(&queue, &w->frames, put, w);

	if (result < 0)
		return result;
	w->to = to->file;
	br_capture_write_head(w->to, &w->shape[w->file]);
	result = each_record(w, from, err, hide, queue);
	br_anonymous_queue_flush(queue);
	(void)br_anonymous_queue_free(queue);
	if (result == 0 && (fflush(w->to) != 0 || ferror(w->to))) {
		fprintf(err, "no room for a temporary file: %s\n", strerror(errno));
		return -EIO;
	}
	return result;
}

static int rewrite(struct work *w, const struct br_spool *from, const struct br_spool *to,
                   size_t files, FILE *err)
{
	uint8_t key[BR_SHA256_SIZE];
	int result = 0;

	br_sha256_begin(&w->hash);
	for (w->file = 0; w->file < files && result == 0; w->file++)
		result = learn_file(w, &from[w->file], err);
	if (result < 0)
		return result;
	br_anonymous_http_learnt(w->frames.http);
	br_sha256_end(&w->hash, key); /* only who has them has the key */
	br_disguise_set_key(w->frames.a.disguise, key, sizeof(key));
	for (w->file = 0; w->file < files && result == 0; w->file++)
		result = hide_file(w, &from[w->file], &to[w->file], err);
	return result;
}

int br_anonymous_pcap(const struct br_spool *from, const struct br_spool *to, size_t files,
                      struct br_anonymous_who *who, FILE *err,
                      struct br_anonymous_report *ret_report)
{
	struct work *w = files <= FILES_MAX ? calloc(1, sizeof(*w)) : NULL;
	struct br_disguise *disguise = br_disguise_new();
	int result = -ENOMEM;

	*ret_report = (struct br_anonymous_report){.disguise = disguise};
	if (w && disguise && br_anonymous_http_new(&w->frames.http, HEADS_MAX) == 0) {
		w->report = ret_report;
		w->frames.a.disguise = disguise;
		result = rewrite(w, from, to, files, err);
		ret_report->tally = w->frames.a.tally;
	}
	if (result == 0 && who) {
		br_disguise_mac(disguise, who->mac);
		who->address = br_disguise_ipv4(disguise, who->address);
		if (!br_ip_is_zero(who->address6))
			br_disguise_ipv6(disguise, who->address6);
	}
	if (result == -ENOMEM)
		fprintf(err, "out of memory\n");
	if (w)
		(void)br_anonymous_http_free(w->frames.http);
	free(w);
	return result;
}

void br_anonymous_report_reset(struct br_anonymous_report *report)
{
	report->disguise = br_disguise_free(report->disguise);
}
