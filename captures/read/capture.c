/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/read/capture.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Theory of operation
 *
 * One window of BUFFER_SIZE octets slides over the source. want(n) makes n octets
 * stand at the front of it, take(n) moves on. A record (pcap) or block (pcapng) is
 * parsed only when all of it is in the window, so a cut file ends in exactly one
 * place: a want() that comes back short. Frames point into the window.
 */
enum {
	BUFFER_SIZE = 1 << 20,
	PCAP_HEADER_SIZE = 24,
	PCAP_RECORD_SIZE = 16,
	PCAP_RECORD_SIZE_PATCHED = 24, /* Kuznetzov's: interface, protocol, packet type */
	BLOCK_SIZE_MIN = 12,
	BLOCK_SIZE_MAX = BR_CAPTURE_FRAME_SIZE_MAX + (1 << 17), /* a frame and its options */
	BLOCK_SECTION = 0x0a0d0d0a,
	BLOCK_INTERFACE = 1,
	BLOCK_PACKET_OLD = 2,
	BLOCK_PACKET_SIMPLE = 3,
	BLOCK_STATISTICS = 5,
	BLOCK_PACKET = 6,
	OPTION_END = 0,
	OPTION_IF_TSRESOL = 9,
	OPTION_IF_TSOFFSET = 14,
	OPTION_ISB_IFDROP = 5,
};

struct interface {
	bool described; /* its block was long enough to say the link type */
	uint32_t link_type;
	uint32_t snap_size; /* 0: no limit */
	uint8_t resolution; /* as if_tsresol: 10^-n, or 2^-n with bit 7 */
	int64_t offset_s;
	uint64_t dropped;
};

struct br_capture {
	struct br_capture_source source;
	char name[128];
	char remark[BR_CAPTURE_REMARK_SIZE];
	int state; /* 1: going on; else what br_capture_next() returns for ever */
	bool pcapng;
	bool swapped;       /* the file's numbers are big-endian */
	bool at_end;        /* the source has no more */
	bool rehearsal;     /* the window must not move: see br_capture_rehearse() */
	size_t record_size; /* pcap: of the header of a frame */
	size_t pos, end;    /* the window is buffer[pos .. end) */
	uint64_t offset;    /* of buffer[pos] in the file */
	uint64_t frames;
	uint64_t left_out;
	uint64_t dropped_before; /* in sections that have ended */
	br_time last;
	uint32_t interface_base; /* interfaces of sections that have ended */
	uint32_t interfaces;
	struct interface interface[BR_CAPTURE_INTERFACES_MAX];
	uint8_t buffer[BUFFER_SIZE];
};

static void __attribute__((format(printf, 2, 3)))
damage(struct br_capture *c, const char *format, ...)
{
	int size = snprintf(c->remark, sizeof(c->remark), "%s: at octet %" PRIu64 ": ", c->name,
	                    c->offset);
	va_list args;

	if (size < 0 || (size_t)size >= sizeof(c->remark))
		size = 0;
	va_start(args, format);
	(void)vsnprintf(c->remark + size, sizeof(c->remark) - (size_t)size, format, args);
	va_end(args);
	c->state = -EBADMSG;
}

/* Make @size octets stand at buffer[pos]. Return: how many do, at most @size */
static size_t want(struct br_capture *c, size_t size)
{
	assert(size <= BUFFER_SIZE);
	if (c->end - c->pos >= size)
		return size;
	if (c->rehearsal) {
		c->state = 0;
		return c->end - c->pos;
	}
	memmove(c->buffer, c->buffer + c->pos, c->end - c->pos);
	c->end -= c->pos;
	c->pos = 0;
	while (c->end < size && !c->at_end) {
		int64_t got =
			c->source.read(c->source.context, c->buffer + c->end, BUFFER_SIZE - c->end);

		if (got < 0) {
			(void)snprintf(c->remark, sizeof(c->remark), "%s: %s", c->name,
			               strerror((int)-got));
			c->state = -EIO;
		}
		if (got <= 0)
			c->at_end = true;
		else
			c->end += (size_t)got;
	}
	return c->end < size ? c->end : size;
}

/* Move on. What was taken stays readable: the window only moves in want(). */
static void take(struct br_capture *c, size_t size)
{
	assert(size <= c->end - c->pos);
	c->pos += size;
	c->offset += size;
}

static uint16_t get16(const struct br_capture *c, size_t at)
{
	const uint8_t *p = c->buffer + c->pos + at;

	return (uint16_t)(c->swapped ? p[0] << 8 | p[1] : p[1] << 8 | p[0]);
}

static uint32_t get32(const struct br_capture *c, size_t at)
{
	uint32_t low = get16(c, at), high = get16(c, at + 2);

	return c->swapped ? low << 16 | high : high << 16 | low;
}

static uint64_t get64(const struct br_capture *c, size_t at)
{
	uint64_t low = get32(c, at), high = get32(c, at + 4);

	return c->swapped ? low << 32 | high : high << 32 | low;
}

/* Times beyond what 64 bits of ns hold stop at the edge: they are damage, not trouble. */
static br_time scale(uint64_t value, uint64_t by)
{
	return value > (BR_TIME_NEVER - 1) / by ? BR_TIME_NEVER - 1 : value * by;
}

static br_time ticks_to_ns(uint64_t ticks, uint8_t resolution)
{
	unsigned power = resolution & 0x7fU;
	uint64_t factor = 1;

	if (resolution & 0x80U) {
		if (power > 63)
			return 0;
		uint64_t whole = ticks >> power;
		uint64_t part = power > 0 ? ticks & ((UINT64_C(1) << power) - 1) : 0;

		if (power > 32) { /* keep part * 10^9 inside 64 bits */
			part >>= power - 32;
			power = 32;
		}
		br_time at = scale(whole, BR_S);

		return at > BR_TIME_NEVER - 1 - BR_S ? at : at + ((part * BR_S) >> power);
	}
	for (unsigned i = 9; i < power && factor < UINT64_MAX / 10; i++)
		factor *= 10;
	if (power > 9)
		return ticks / factor;
	for (unsigned i = power; i < 9; i++)
		factor *= 10;
	return scale(ticks, factor);
}

static br_time shift_s(br_time at, int64_t seconds)
{
	uint64_t by = scale(seconds < 0 ? 0 - (uint64_t)seconds : (uint64_t)seconds, BR_S);

	if (seconds < 0)
		return at > by ? at - by : 0;
	return at < BR_TIME_NEVER - 1 - by ? at + by : BR_TIME_NEVER - 1;
}

static void give(struct br_capture *c, struct br_capture_frame *ret_frame, uint32_t interface,
                 const br_time *at, size_t where, size_t size, uint32_t original_size)
{
	if (at)
		c->last = *at;
	*ret_frame = (struct br_capture_frame){
		.number = c->frames,
		.timed = at,
		.at = c->last,
		.interface = c->interface_base + interface,
		.link_type = c->interface[interface].link_type,
		.original_size = original_size < size ? (uint32_t)size : original_size,
		.octets = {c->buffer + c->pos + where, size},
	};
}

/* pcap: 1, 0 or the error. The record stays in the window until the next call. */
static int next_pcap(struct br_capture *c, struct br_capture_frame *ret_frame)
{
	size_t got = want(c, c->record_size);

	if (c->state != 1)
		return c->state;
	if (got == 0)
		return c->state = 0;
	if (got < c->record_size) {
		damage(c,
		       "expected the %zu-octet header of frame %" PRIu64
		       ", found the end of the file after %zu",
		       c->record_size, c->frames + 1, got);
		return c->state;
	}
	uint32_t seconds = get32(c, 0), fraction = get32(c, 4);
	uint32_t size = get32(c, 8), original_size = get32(c, 12);

	if (size > BR_CAPTURE_FRAME_SIZE_MAX) {
		damage(c,
		       "expected a length of at most %d for frame %" PRIu64 ", found %" PRIu32
		       "; the rest of the file was left out",
		       BR_CAPTURE_FRAME_SIZE_MAX, c->frames + 1, size);
		return c->state;
	}
	got = want(c, c->record_size + size);
	if (c->state != 1)
		return c->state;
	if (got < c->record_size + size) {
		damage(c,
		       "expected %" PRIu32 " octets of frame %" PRIu64
		       ", found the end of the file after %zu",
		       size, c->frames + 1, got - c->record_size);
		return c->state;
	}
	br_time at = seconds * BR_S + ticks_to_ns(fraction, c->interface[0].resolution);

	c->frames++;
	give(c, ret_frame, 0, &at, c->record_size, size, original_size);
	take(c, c->record_size + size);
	return 1;
}

/* Walk the options of a block from @at to @edge. Return: length of @code's first
 * instance with its place in @ret_at, or -ENODATA
 */
static int find_option(const struct br_capture *c, size_t at, size_t edge, uint16_t code,
                       size_t *ret_at)
{
	while (at + 4 <= edge) {
		uint16_t found = get16(c, at), size = get16(c, at + 2);

		if (found == OPTION_END || at + 4 + size > edge)
			break;
		if (found == code) {
			*ret_at = at + 4;
			return size;
		}
		at += 4 + ((size_t)size + 3) / 4 * 4;
	}
	return -ENODATA;
}

static void start_section(struct br_capture *c)
{
	c->interface_base += c->interfaces;
	for (uint32_t i = 0; i < c->interfaces; i++)
		c->dropped_before += c->interface[i].dropped;
	c->interfaces = 0;
}

/* A block that is too short is an interface all the same, else those behind it had other numbers
 * than their frames say.
 */
static void add_interface(struct br_capture *c, size_t size)
{
	size_t at;

	if (c->interfaces == BR_CAPTURE_INTERFACES_MAX)
		return;
	struct interface *i = &c->interface[c->interfaces++];

	*i = (struct interface){.described = size >= 16, .resolution = 6};
	if (size >= 16)
		i->link_type = get16(c, 8);
	if (size < 20)
		return;
	i->snap_size = get32(c, 12);
	if (find_option(c, 16, size - 4, OPTION_IF_TSRESOL, &at) >= 1)
		i->resolution = c->buffer[c->pos + at];
	if (find_option(c, 16, size - 4, OPTION_IF_TSOFFSET, &at) >= 8)
		i->offset_s = (int64_t)get64(c, at);
}

static void add_statistics(struct br_capture *c, size_t size)
{
	size_t at;

	if (size >= 24 && get32(c, 8) < c->interfaces &&
	    find_option(c, 20, size - 4, OPTION_ISB_IFDROP, &at) >= 8)
		c->interface[get32(c, 8)].dropped = get64(c, at);
}

static bool is_packet(uint32_t type)
{
	return type == BLOCK_PACKET || type == BLOCK_PACKET_OLD || type == BLOCK_PACKET_SIMPLE;
}

/* One packet block that is whole in the window. Return: 1 a frame, 0 none, -EBADMSG */
static int packet_block(struct br_capture *c, uint32_t type, size_t size,
                        struct br_capture_frame *ret_frame)
{
	size_t fixed = type == BLOCK_PACKET_SIMPLE ? 12 : 28;

	if (size < fixed + 4) {
		damage(c, "expected a packet block of at least %zu octets, found %zu", fixed + 4,
		       size);
		return c->state;
	}
	uint32_t interface = type == BLOCK_PACKET       ? get32(c, 8)
	                     : type == BLOCK_PACKET_OLD ? get16(c, 8)
	                                                : 0;
	uint32_t kept = type == BLOCK_PACKET_SIMPLE ? get32(c, 8) : get32(c, 20);
	uint32_t original_size = type == BLOCK_PACKET_SIMPLE ? kept : get32(c, 24);

	c->frames++;
	if (interface >= c->interfaces && c->interfaces == BR_CAPTURE_INTERFACES_MAX) {
		c->left_out++;
		return 0;
	}
	if (interface >= c->interfaces) {
		damage(c,
		       "expected frame %" PRIu64 " on one of %" PRIu32
		       " described interfaces, found interface %" PRIu32,
		       c->frames, c->interfaces, interface);
		return c->state;
	}
	const struct interface *i = &c->interface[interface];

	if (!i->described) {
		c->left_out++;
		return 0;
	}
	if (type == BLOCK_PACKET_SIMPLE) { /* kept up to the snap length and the block's end */
		if (i->snap_size > 0 && kept > i->snap_size)
			kept = i->snap_size;
		if (kept > size - fixed - 4)
			kept = (uint32_t)(size - fixed - 4);
	}
	if (kept > size - fixed - 4 || kept > BR_CAPTURE_FRAME_SIZE_MAX) {
		damage(c,
		       "expected at most %zu octets of frame %" PRIu64 " in its block, found a "
		       "length of %" PRIu32,
		       size - fixed - 4, c->frames, kept);
		return c->state;
	}
	br_time at =
		shift_s(ticks_to_ns((uint64_t)get32(c, 12) << 32 | get32(c, 16), i->resolution),
	                i->offset_s);

	give(c, ret_frame, interface, type == BLOCK_PACKET_SIMPLE ? NULL : &at, fixed, kept,
	     original_size);
	return 1;
}

/* A section header tells the byte order of all that follows, its own length included. False:
 * damage
 */
static bool section_order(struct br_capture *c)
{
	static const uint8_t big[] = {0x1a, 0x2b, 0x3c, 0x4d}, little[] = {0x4d, 0x3c, 0x2b, 0x1a};
	const uint8_t *magic = c->buffer + c->pos + 8;

	if (memcmp(magic, big, 4) && memcmp(magic, little, 4)) {
		damage(c,
		       "expected the byte-order magic 1a2b3c4d of a pcapng section, found "
		       "%02x%02x%02x%02x",
		       magic[0], magic[1], magic[2], magic[3]);
		return false;
	}
	c->swapped = !memcmp(magic, big, 4);
	return true;
}

/* Length of the block at the window, checked at both of its ends when it is small
 * enough to be held; 0: the end of the file or damage
 */
static size_t block_size(struct br_capture *c)
{
	size_t got = want(c, BLOCK_SIZE_MIN);

	if (c->state != 1)
		return 0;
	if (got == 0) {
		c->state = 0;
		return 0;
	}
	if (got < BLOCK_SIZE_MIN) {
		damage(c,
		       "expected a pcapng block, found the end of the file after %zu octets of "
		       "it",
		       got);
		return 0;
	}
	if (get32(c, 0) == BLOCK_SECTION && !section_order(c))
		return 0;
	size_t size = get32(c, 4);

	if (size < BLOCK_SIZE_MIN || size % 4 != 0) {
		damage(c,
		       "expected a block length that is a multiple of 4 and at least 12, found "
		       "%zu; the rest of the file was left out",
		       size);
		return 0;
	}
	return size;
}

/* Blocks too large to hold are walked over; only unknown ones may be so large. */
static void skip_large(struct br_capture *c, size_t size)
{
	for (size_t left = size; left > 0;) {
		size_t step = left < BUFFER_SIZE ? left : BUFFER_SIZE;
		size_t got = want(c, step);

		take(c, got);
		left -= got;
		if (got < step) {
			if (c->state == 1)
				damage(c,
				       "expected %zu more octets of a block, found the end of "
				       "the file",
				       left);
			return;
		}
	}
}

/* One block, whole and with agreeing lengths. Return: as packet_block() */
static int whole_block(struct br_capture *c, uint32_t type, size_t size,
                       struct br_capture_frame *ret_frame)
{
	uint32_t closing = get32(c, size - 4);
	int result = 0;

	if (closing != size) {
		damage(c, "expected the block to end with its length %zu, found %" PRIu32, size,
		       closing);
		return c->state;
	}
	if (type == BLOCK_SECTION)
		start_section(c);
	else if (type == BLOCK_INTERFACE)
		add_interface(c, size);
	else if (type == BLOCK_STATISTICS)
		add_statistics(c, size);
	else if (is_packet(type))
		result = packet_block(c, type, size, ret_frame);
	if (result >= 0)
		take(c, size);
	return result;
}

static int next_pcapng(struct br_capture *c, struct br_capture_frame *ret_frame)
{
	for (;;) {
		size_t size = block_size(c);

		if (c->state != 1)
			return c->state;
		uint32_t type = get32(c, 0);

		if (size > BLOCK_SIZE_MAX && (is_packet(type) || type == BLOCK_SECTION)) {
			damage(c,
			       "expected a block of at most %d octets, found a length of %zu; "
			       "the rest of the file was left out",
			       BLOCK_SIZE_MAX, size);
			return c->state;
		}
		if (size > BLOCK_SIZE_MAX) {
			skip_large(c, size);
			continue;
		}
		size_t got = want(c, size);

		if (c->state != 1)
			return c->state;
		if (got < size) {
			damage(c,
			       "expected a block of %zu octets, found the end of the file after "
			       "%zu",
			       size, got);
			return c->state;
		}
		int result = whole_block(c, type, size, ret_frame);

		if (result != 0)
			return result;
	}
}

int br_capture_next(struct br_capture *capture, struct br_capture_frame *ret_frame)
{
	if (capture->state != 1)
		return capture->state;
	return capture->pcapng ? next_pcapng(capture, ret_frame) : next_pcap(capture, ret_frame);
}

struct br_capture *br_capture_rehearse(struct br_capture *capture)
{
	struct br_capture *saved = malloc(offsetof(struct br_capture, buffer));

	if (!saved)
		return NULL;
	(void)want(capture, BUFFER_SIZE); /* now and not later: the window will not move */
	memcpy(saved, capture, offsetof(struct br_capture, buffer));
	capture->rehearsal = true;
	return saved;
}

void br_capture_rewind(struct br_capture *capture, struct br_capture *rehearsed)
{
	memcpy(capture, rehearsed, offsetof(struct br_capture, buffer));
	free(rehearsed);
}

/* What people feed us instead of a capture, by the first octets. */
static const char *other_format(const uint8_t *magic)
{
	static const struct {
		uint8_t octets[4];
		size_t size;
		const char *says;
	} known[] = {
		{{0x1f, 0x8b}, 2, " (gzip: unpack it first)"},
		{{0xfd, 0x37, 0x7a, 0x58}, 4, " (xz: unpack it first)"},
		{{0x28, 0xb5, 0x2f, 0xfd}, 4, " (zstd: unpack it first)"},
		{{'P', 'K', 3, 4}, 4, " (zip: unpack it first)"},
		{{'s', 'n', 'o', 'o'}, 4, " (snoop: convert it with editcap -F pcap)"},
		{{0x47, 0x4d, 0x42, 0x55},
	         4,
	         " (Network Monitor: convert it with editcap -F pcap)"},
		{{0x01, 0x10, 0x4c, 0x00}, 4, " (LANalyzer: convert it with editcap -F pcap)"},
		{{'B', 'Z', 'h'}, 3, " (bzip2: unpack it first)"},
		{{0x04, 0x22, 0x4d, 0x18}, 4, " (lz4: unpack it first)"},
		{{0xaa, 0xaa, 0xaa, 0xaa}, 4, " (5View: convert it with editcap -F pcap)"},
		{{0x05, 'V', 'N', 'F'}, 4, " (Visual Networks: convert it with editcap -F pcap)"},
		{{'R', 'T', 'S', 'S'}, 4, " (Network Monitor: convert it with editcap -F pcap)"},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (!memcmp(magic, known[i].octets, known[i].size))
			return known[i].says;
	}
	return "";
}

static void read_magic(struct br_capture *c)
{
	static const struct {
		uint8_t octets[4];
		bool pcapng, swapped;
		uint8_t resolution;
		uint8_t record_size;
	} magics[] = {
		{{0xa1, 0xb2, 0xc3, 0xd4}, false, true, 6, PCAP_RECORD_SIZE},
		{{0xd4, 0xc3, 0xb2, 0xa1}, false, false, 6, PCAP_RECORD_SIZE},
		{{0xa1, 0xb2, 0x3c, 0x4d}, false, true, 9, PCAP_RECORD_SIZE},
		{{0x4d, 0x3c, 0xb2, 0xa1}, false, false, 9, PCAP_RECORD_SIZE},
		{{0xa1, 0xb2, 0xcd, 0x34}, false, true, 6, PCAP_RECORD_SIZE_PATCHED},
		{{0x34, 0xcd, 0xb2, 0xa1}, false, false, 6, PCAP_RECORD_SIZE_PATCHED},
		{{0x0a, 0x0d, 0x0d, 0x0a}, true, false, 6, 0},
	};
	size_t got = want(c, PCAP_HEADER_SIZE);
	const uint8_t *magic = c->buffer + c->pos;

	if (c->state != 1)
		return;
	if (got < 4) {
		damage(c, "expected a capture (pcap or pcapng), found %zu octets", got);
		return;
	}
	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++) {
		if (memcmp(magic, magics[i].octets, 4))
			continue;
		c->pcapng = magics[i].pcapng;
		c->swapped = magics[i].swapped;
		c->record_size = magics[i].record_size;
		if (c->pcapng)
			return;
		if (got < PCAP_HEADER_SIZE) {
			damage(c, "expected the 24-octet header of a pcap file, found %zu octets",
			       got);
			return;
		}
		/* the upper bits of the link type say how long an FCS is; IP lengths cover that */
		c->interface[0] = (struct interface){.described = true,
		                                     .link_type = get32(c, 20) & 0xffffU,
		                                     .snap_size = get32(c, 16),
		                                     .resolution = magics[i].resolution};
		c->interfaces = 1;
		take(c, PCAP_HEADER_SIZE);
		return;
	}
	damage(c, "expected the magic number of pcap or pcapng, found %02x%02x%02x%02x%s", magic[0],
	       magic[1], magic[2], magic[3], other_format(magic));
}

int br_capture_open_source(struct br_capture **ret_capture, const char *name,
                           const struct br_capture_source *source,
                           char remark[static BR_CAPTURE_REMARK_SIZE])
{
	struct br_capture *c = malloc(sizeof(*c));

	if (!c) {
		(void)snprintf(remark, BR_CAPTURE_REMARK_SIZE, "%s: out of memory", name);
		if (source->close)
			source->close(source->context);
		return -ENOMEM;
	}
	memset(c, 0, offsetof(struct br_capture, buffer));
	c->source = *source;
	c->state = 1;
	(void)snprintf(c->name, sizeof(c->name), "%s", name);
	read_magic(c);
	if (c->state != 1) {
		int error = c->state;

		memcpy(remark, c->remark, BR_CAPTURE_REMARK_SIZE);
		(void)br_capture_close(c);
		return error;
	}
	*ret_capture = c;
	return 0;
}

bool br_capture_is_file(const char *path)
{
	struct stat info;

	return strcmp(path, "-") != 0 && stat(path, &info) == 0 && S_ISREG(info.st_mode);
}

static int64_t read_descriptor(void *context, void *target, size_t size)
{
	ssize_t got;

	do {
		got = read((int)(intptr_t)context, target, size);
	} while (got < 0 && errno == EINTR);
	return got < 0 ? -errno : got;
}

static void close_descriptor(void *context)
{
	if ((int)(intptr_t)context != STDIN_FILENO)
		(void)close((int)(intptr_t)context);
}

int br_capture_open(struct br_capture **ret_capture, const char *path,
                    char remark[static BR_CAPTURE_REMARK_SIZE])
{
	int descriptor = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;

	if (descriptor < 0) {
		int error = errno;

		(void)snprintf(remark, BR_CAPTURE_REMARK_SIZE, "%s: %s", path, strerror(error));
		return -error;
	}
	struct br_capture_source source = {read_descriptor, close_descriptor,
	                                   (void *)(intptr_t)descriptor};

	return br_capture_open_source(ret_capture, strcmp(path, "-") ? path : "standard input",
	                              &source, remark);
}

struct br_capture *br_capture_close(struct br_capture *capture)
{
	if (capture && capture->source.close)
		capture->source.close(capture->source.context);
	free(capture);
	return NULL;
}

const char *br_capture_remark(const struct br_capture *capture)
{
	return capture->remark;
}

uint64_t br_capture_octets(const struct br_capture *capture)
{
	return capture->offset;
}

uint64_t br_capture_dropped(const struct br_capture *capture)
{
	uint64_t dropped = capture->dropped_before;

	for (uint32_t i = 0; i < capture->interfaces; i++)
		dropped += capture->interface[i].dropped;
	return dropped;
}

uint64_t br_capture_left_out(const struct br_capture *capture)
{
	return capture->left_out;
}
