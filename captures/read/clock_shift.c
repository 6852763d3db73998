/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/read/clock_shift.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "captures/read/copies.h"
#include "captures/read/link.h"
#include "core/formats/dhcp_message.h"
#include "core/formats/tftp_packet.h"

enum {
	MARKS_MAX = 512,     /* packets of a file that may tell a clock shift */
	FRAMES_MAX = 200000, /* of a file, that are searched for them */
};

/* A packet that tells the clocks of two files apart: by whose clock when. A DHCP message, or what
 * opens a transfer.
 */
struct mark {
	bool dhcp;
	bool used; /* has its pair */
	uint8_t op, type, hops;
	bool to_client; /* a reply on its last hop */
	uint16_t secs;
	uint32_t xid, server_id;
	uint8_t chaddr[6];
	uint64_t identity; /* not of DHCP: a relay changes it */
	br_time at;
};

struct marks {
	bool dhcp; /* there are such */
	size_t count;
	struct mark mark[MARKS_MAX];
};

struct clock_shift_work {
	struct marks first, other;
	struct br_link_frame link;
	struct br_dhcp_message message;
};

static bool read_mark(struct mark *ret, const struct br_packet *p, br_time at,
                      struct br_dhcp_message *m)
{
	*ret = (struct mark){.at = at};
	if (p->transport == BR_TRANSPORT_TCP)
		ret->identity = p->tcp.flags & BR_TCP_SYN ? br_copies_identity(p) : 0;
	if (p->transport == BR_TRANSPORT_UDP && p->dst.port == BR_TFTP_PORT)
		ret->identity = br_copies_identity(p);
	if (ret->identity != 0 || p->transport != BR_TRANSPORT_UDP)
		return ret->identity != 0;
	if ((p->dst.port != BR_DHCP_PORT_SERVER && p->dst.port != BR_DHCP_PORT_CLIENT) ||
	    br_dhcp_parse(p->payload, m) < 0 || !m->has_cookie)
		return false;
	ret->dhcp = true;
	ret->op = m->header.op;
	ret->type = (uint8_t)m->type;
	ret->hops = m->header.hops;
	ret->to_client = p->dst.port == BR_DHCP_PORT_CLIENT;
	ret->secs = m->header.secs;
	ret->xid = m->header.xid;
	memcpy(ret->chaddr, m->header.chaddr, sizeof(ret->chaddr));
	(void)br_dhcp_get_be32(m, BR_DHCP_OPTION_SERVER_ID, &ret->server_id);
	return true;
}

static void find_marks(struct clock_shift_work *w, const char *path, struct marks *ret)
{
	char remark[BR_CAPTURE_REMARK_SIZE];
	struct br_capture *capture;
	struct br_capture_frame frame;

	ret->dhcp = false;
	ret->count = 0;
	if (!br_capture_is_file(path) || br_capture_open(&capture, path, remark) < 0)
		return;
	while (ret->count < MARKS_MAX && br_capture_next(capture, &frame) == 1 &&
	       frame.number < FRAMES_MAX) {
		struct br_packet packet;

		if (!br_link_to_ethernet(&w->link, &frame))
			continue;
		br_packet_parse(&packet, w->link.octets, w->link.size, false);
		if (!read_mark(&ret->mark[ret->count], &packet, frame.at, &w->message))
			continue;
		ret->dhcp = ret->dhcp || ret->mark[ret->count].dhcp;
		ret->count++;
	}
	(void)br_capture_close(capture);
}

static bool same_message(const struct mark *a, const struct mark *b)
{
	return a->dhcp && b->dhcp && a->op == b->op && a->type == b->type && a->xid == b->xid &&
	       a->secs == b->secs && a->server_id == b->server_id &&
	       !memcmp(a->chaddr, b->chaddr, sizeof(a->chaddr));
}

/* Which of a pair is the later copy, so what their times say of the shift from @b's clock to
 * @a's. 1: @a is later, the shift is at most @a->at - @b->at; -1: @b is, at least; 0: about
 */
static int direction(const struct mark *a, const struct mark *b)
{
	if (!a->dhcp)
		return 0;
	if (a->op == BR_DHCP_OP_REQUEST) /* the later copy has more hops */
		return a->hops == b->hops ? 0 : a->hops < b->hops ? -1 : 1;
	return a->to_client == b->to_client ? 0 : a->to_client ? 1 : -1;
}

/* What is to be added to @other to make it @one. False: it is no number of 64 bits with a sign, and
 * so one of the clocks no clock.
 */
static bool difference(br_time one, br_time other, int64_t *ret)
{
	uint64_t apart = one > other ? one - other : other - one;

	if (apart >= INT64_MAX) /* which are also the bounds of who knows none */
		return false;
	*ret = one > other ? (int64_t)apart : -(int64_t)apart;
	return true;
}

/* Bounds from all pairs; the middle of what they leave. A message that was sent three times
 * makes three pairs. Firmware begins its transfers alike each time: they count only where
 * one file has no DHCP that could speak against it.
 */
static void find_shift(const struct marks *a, struct marks *b, struct br_clock_shift *ret)
{
	int64_t least = INT64_MIN, most = INT64_MAX;
	bool dhcp = a->dhcp && b->dhcp;

	*ret = (struct br_clock_shift){.by_dhcp = dhcp};
	for (size_t i = 0; i < a->count; i++) {
		for (size_t k = 0; k < b->count; k++) {
			const struct mark *one = &a->mark[i], *other = &b->mark[k];
			int64_t shift;

			if (other->used ||
			    (dhcp ? !same_message(one, other)
			          : one->identity == 0 || one->identity != other->identity) ||
			    !difference(one->at, other->at, &shift))
				continue;
			int which = direction(one, other);

			b->mark[k].used = true;
			ret->pairs++;
			if (which >= 0 && shift < most)
				most = shift;
			if (which <= 0 && shift > least)
				least = shift;
			break;
		}
	}
	if (least != INT64_MIN && most != INT64_MAX)
		ret->shift = least / 2 + most / 2;
	else if (least != INT64_MIN)
		ret->shift = least;
	else if (most != INT64_MAX)
		ret->shift = most;
}

int br_clock_shift_find(const char *const *paths, size_t count, struct br_clock_shift *ret_shifts)
{
	struct clock_shift_work *w = malloc(sizeof(*w));

	if (!w)
		return -ENOMEM;
	find_marks(w, paths[0], &w->first);
	ret_shifts[0] = (struct br_clock_shift){0};
	for (size_t i = 1; i < count; i++) {
		find_marks(w, paths[i], &w->other);
		find_shift(&w->first, &w->other, &ret_shifts[i]);
	}
	free(w);
	return 0;
}

br_time br_clock_shift_add(br_time at, int64_t shift)
{
	uint64_t by = shift < 0 ? 0 - (uint64_t)shift : (uint64_t)shift;

	if (shift < 0)
		return at > by ? at - by : 0;
	return at < BR_TIME_NEVER - 1 - by ? at + by : BR_TIME_NEVER - 1;
}
