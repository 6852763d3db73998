/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/captures/recording.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "captures/explain/explain.h"
#include "captures/read/capture.h"
#include "captures/read/link.h"
#include "core/formats/tftp_packet.h"

enum {
	FRAME_MAX = 1 << 16,
	IP_AT = 14,
	TYPE_AT = 12,
	SLL_SIZE = 16,
	SLL2_SIZE = 20,
	WIFI_SIZE = 24,
	RADIOTAP_SIZE = 8,
	BLOCK_SECTION = 0x0a0d0d0a,
	BLOCK_INTERFACE = 1,
	BLOCK_PACKET = 6,
	BLOCK_PACKET_OLD = 2,
	BLOCK_NAMES = 4,
	BLOCK_CUSTOM = 0xbad,
	INTERFACES_MIXED = 3,
};

static void die(const char *why, const char *what)
{
	fprintf(stderr, "%s%s\n", why, what);
	exit(EXIT_FAILURE);
}

/* Frames */

void recording_put(struct recording *r, br_time at, const void *octets, size_t size,
                   uint32_t original_size)
{
	if (r->frames == r->room) {
		r->room = r->room ? 2 * r->room : 256;
		r->frame = realloc(r->frame, r->room * sizeof(*r->frame));
	}
	uint8_t *copy = malloc(size > 0 ? size : 1);

	if (!r->frame || !copy)
		die("out of memory", "");
	memcpy(copy, octets, size);
	r->frame[r->frames++] = (struct recorded){at, original_size, size, copy};
}

void recording_load(struct recording *ret, const char *path)
{
	char remark[BR_CAPTURE_REMARK_SIZE];
	struct br_capture *capture;
	struct br_capture_frame frame;

	*ret = (struct recording){0};
	if (br_capture_open(&capture, path, remark) < 0)
		die(remark, "");
	while (br_capture_next(capture, &frame) == 1) {
		if (frame.link_type != BR_LINK_ETHERNET)
			die(path, ": not Ethernet");
		recording_put(ret, frame.at, frame.octets.data, frame.octets.size,
		              frame.original_size);
	}
	(void)br_capture_close(capture);
}

void recording_load_named(struct recording *ret, const char *capture)
{
	char path[512];

	(void)snprintf(path, sizeof(path), "%s/%s", getenv("BR_CAPTURES"), capture);
	recording_load(ret, path);
}

void recording_reset(struct recording *r)
{
	recording_cut(r, 0);
	free(r->frame);
	*r = (struct recording){0};
}

void recording_again(struct recording *r, size_t index, br_time at)
{
	struct recorded *f = &r->frame[index];

	recording_put(r, at, f->octets, f->size, f->original_size);
}

void recording_drop(struct recording *r, size_t index)
{
	free(r->frame[index].octets);
	r->frames--;
	memmove(&r->frame[index], &r->frame[index + 1], (r->frames - index) * sizeof(*r->frame));
}

void recording_cut(struct recording *r, size_t index)
{
	while (r->frames > index)
		free(r->frame[--r->frames].octets);
}

void recording_sort(struct recording *r)
{
	for (size_t i = 1; i < r->frames; i++) {
		struct recorded f = r->frame[i];
		size_t k = i;

		for (; k > 0 && r->frame[k - 1].at > f.at; k--)
			r->frame[k] = r->frame[k - 1];
		r->frame[k] = f;
	}
}

/* Packets */

struct br_packet recording_packet(const struct recording *r, size_t index)
{
	const struct recorded *f = &r->frame[index];
	struct br_packet p;

	br_packet_parse(&p, (struct br_octets){f->octets, f->size}, f->original_size, false);
	return p;
}

size_t recording_payload(const struct recording *r, size_t index)
{
	struct br_packet p = recording_packet(r, index);

	return (size_t)(p.payload.data - r->frame[index].octets);
}

void recording_put16(uint8_t *at, size_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static uint32_t add(uint32_t sum, const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < size; i++)
		sum += i % 2 ? data[i] : (uint32_t)data[i] << 8;
	return sum;
}

static uint16_t fold(uint32_t sum) /* RFC 1071 */
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* RFC 8200 §8.1; no extension headers */
static void fix_ipv6(struct recorded *f, const struct br_packet *p)
{
	uint8_t *ip = f->octets + IP_AT, *inner = ip + BR_IPV6_HEADER;
	size_t size = p->ipv6.size, at = p->protocol == 17 ? 6 : p->protocol == 58 ? 2 : 16;

	if (f->size < f->original_size || (p->protocol != 6 && at == 16))
		return;
	recording_put16(inner + at, 0);
	recording_put16(
		inner + at,
		fold(add(add((uint32_t)p->protocol + (uint32_t)size, ip + 8, 32), inner, size)));
}

void recording_fix(struct recording *r, size_t index)
{
	struct recorded *f = &r->frame[index];
	struct br_packet p = recording_packet(r, index);
	uint8_t *ip = f->octets + IP_AT;

	if (p.network == BR_NETWORK_IPV6)
		fix_ipv6(f, &p);
	if (p.network != BR_NETWORK_IPV4)
		return;
	recording_put16(ip + 10, 0);
	recording_put16(ip + 10, fold(add(0, ip, p.ipv4.header_size)));
	if (f->size < f->original_size || (p.protocol != 6 && p.protocol != 17))
		return;
	size_t size = p.ipv4.size - p.ipv4.header_size;
	uint8_t *inner = ip + p.ipv4.header_size, *at = inner + (p.protocol == 6 ? 16 : 6);

	recording_put16(at, 0);
	recording_put16(
		at, fold(add(add((uint32_t)p.protocol + (uint32_t)size, ip + 12, 8), inner, size)));
}

void recording_set_payload(struct recording *r, size_t index, const void *octets, size_t size)
{
	struct recorded *f = &r->frame[index];
	size_t at = recording_payload(r, index);
	uint8_t *whole = malloc(at + size);

	if (!whole)
		die("out of memory", "");
	memcpy(whole, f->octets, at);
	memcpy(whole + at, octets, size);
	free(f->octets);
	f->octets = whole;
	f->size = at + size;
	f->original_size = (uint32_t)f->size;
	if (whole[IP_AT] >> 4 == 6)
		recording_put16(whole + IP_AT + 4, (unsigned)(f->size - IP_AT - BR_IPV6_HEADER));
	else
		recording_put16(whole + IP_AT + 2, (unsigned)(f->size - IP_AT));
	recording_put16(whole + at - 4, (unsigned)size + 8);
	recording_fix(r, index);
}

size_t recording_find_dhcp(const struct recording *r, size_t from, enum br_dhcp_type type,
                           bool proxy)
{
	static struct br_dhcp_message m;

	for (size_t i = from; i < r->frames; i++) {
		struct br_packet p = recording_packet(r, i);

		if (p.transport != BR_TRANSPORT_UDP || p.network != BR_NETWORK_IPV4 ||
		    (p.dst.port != BR_DHCP_PORT_SERVER && p.src.port != BR_DHCP_PORT_SERVER &&
		     p.dst.port != BR_DHCP_PORT_PXE && p.src.port != BR_DHCP_PORT_PXE) ||
		    br_dhcp_parse(p.payload, &m) < 0 || (type && m.type != type))
			continue;
		bool aside = p.dst.port == BR_DHCP_PORT_PXE || p.src.port == BR_DHCP_PORT_PXE;

		if (m.type == BR_DHCP_TYPE_OFFER)
			aside = m.header.yiaddr == 0;

		if (aside == proxy)
			return i;
	}
	return SIZE_MAX;
}

void recording_set_option(struct recording *r, size_t index, uint8_t code, const void *value,
                          size_t size)
{
	static uint8_t made[BR_DHCP_SIZE_MAX];
	struct br_packet p = recording_packet(r, index);
	struct br_reader old = br_reader_of(p.payload.data, p.payload.size);
	struct br_writer w = br_writer_of(made, sizeof(made));
	struct br_dhcp_option option;

	memset(made, 0, sizeof(made));
	br_get_bytes(&old, made, BR_DHCP_AT_OPTIONS);
	w.pos += BR_DHCP_AT_OPTIONS;
	while (br_dhcp_option_get(&old, &option) == 1) {
		if (option.code != code)
			br_dhcp_option_put(&w, option.code, option.value.data, option.value.size);
	}
	if (value)
		br_dhcp_option_put(&w, code, value, size);
	br_put_u8(&w, BR_DHCP_OPTION_END);
	recording_set_payload(r, index, made,
	                      br_written(&w) < BR_DHCP_SIZE_MIN ? BR_DHCP_SIZE_MIN
	                                                        : br_written(&w));
}

size_t recording_find_dhcp6(const struct recording *r, size_t from, uint8_t type)
{
	for (size_t i = from; i < r->frames; i++) {
		struct br_packet p = recording_packet(r, i);

		if (p.transport == BR_TRANSPORT_UDP && p.network == BR_NETWORK_IPV6 &&
		    (p.dst.port == 546 || p.dst.port == 547) && p.payload.size > 4 &&
		    p.payload.data[0] == type)
			return i;
	}
	return SIZE_MAX;
}

void recording_set_option6(struct recording *r, size_t index, uint16_t code, const void *value,
                           size_t size)
{
	static uint8_t made[2048];
	struct br_packet p = recording_packet(r, index);
	const uint8_t *old = p.payload.data;
	size_t at = 4, to = 4;

	memcpy(made, old, at);
	while (at + 4 <= p.payload.size) {
		size_t step = 4u + (size_t)(old[at + 2] << 8 | old[at + 3]);

		if ((old[at] << 8 | old[at + 1]) != code) {
			memcpy(made + to, old + at, step);
			to += step;
		}
		at += step;
	}
	if (value) {
		recording_put16(made + to, code);
		recording_put16(made + to + 2, (unsigned)size);
		memcpy(made + to + 4, value, size);
		to += 4 + size;
	}
	recording_set_payload(r, index, made, to);
}

size_t recording_find_tftp(const struct recording *r, size_t from, uint16_t opcode)
{
	for (size_t i = from; i < r->frames; i++) {
		struct br_packet p = recording_packet(r, i);

		if (p.transport == BR_TRANSPORT_UDP && p.payload.size >= 4 &&
		    p.payload.data[0] == 0 && p.payload.data[1] == opcode &&
		    p.payload_size < 1500 && (p.dst.port == 69) == (opcode == BR_TFTP_RRQ) &&
		    p.src.port != BR_DHCP_PORT_CLIENT &&
		    (p.network == BR_NETWORK_IPV4 || (p.src.port != 546 && p.src.port != 547)))
			return i;
	}
	return SIZE_MAX;
}

size_t recording_find_text(const struct recording *r, size_t from, const char *text)
{
	size_t size = strlen(text);

	for (size_t i = from; i < r->frames; i++) {
		struct br_packet p = recording_packet(r, i);

		for (size_t k = 0; p.transport == BR_TRANSPORT_TCP && k + size <= p.payload.size;
		     k++) {
			if (!memcmp(p.payload.data + k, text, size))
				return i;
		}
	}
	return SIZE_MAX;
}

/* Files */

struct writer {
	FILE *file;
	bool big;
	size_t octets;
};

static void write_octets(struct writer *w, const void *octets, size_t size)
{
	if (size > 0 && fwrite(octets, 1, size, w->file) != size)
		die("cannot write", "");
	w->octets += size;
}

static void write_number(struct writer *w, uint32_t value, size_t size)
{
	uint8_t octets[4];

	for (size_t i = 0; i < size; i++)
		octets[w->big ? size - 1 - i : i] = (uint8_t)(value >> 8 * i);
	write_octets(w, octets, size);
}

static uint32_t link_type(enum recording_link link)
{
	switch (link) {
	case RECORDING_SLL:
		return BR_LINK_LINUX_SLL;
	case RECORDING_SLL2:
		return BR_LINK_LINUX_SLL2;
	case RECORDING_RAW:
		return BR_LINK_RAW;
	case RECORDING_NULL:
		return BR_LINK_NULL;
	case RECORDING_WIFI:
		return BR_LINK_80211;
	case RECORDING_RADIOTAP:
		return BR_LINK_80211_RADIOTAP;
	case RECORDING_ETHERNET:
	case RECORDING_VLAN:
	case RECORDING_PRIORITY:
	case RECORDING_QINQ:
	case RECORDING_QINQ_OLD:
	case RECORDING_MIXED:
		break;
	}
	return BR_LINK_ETHERNET;
}

/* Packet type of a cooked header: to us, broadcast, multicast. */
static uint8_t cast(const uint8_t *frame)
{
	return frame[0] == 0xff ? 1 : frame[0] & 1 ? 2 : 0;
}

/* Return: size of the tagged Ethernet header of @frame */
static size_t tagged(uint8_t *made, const uint8_t *frame, enum recording_link link)
{
	static const uint8_t outer[] = {0x88, 0xa8, 0x00, 0x07}, old[] = {0x91, 0x00, 0x00, 0x07};
	uint8_t tag[] = {0x81, 0x00, 0x00, 0x2a};
	size_t at = TYPE_AT;

	memcpy(made, frame, TYPE_AT);
	if (link == RECORDING_QINQ || link == RECORDING_QINQ_OLD) {
		memcpy(made + at, link == RECORDING_QINQ ? outer : old, sizeof(outer));
		at += sizeof(outer);
	}
	if (link == RECORDING_PRIORITY) {
		tag[2] = 0xe0;
		tag[3] = 0;
	}
	memcpy(made + at, tag, sizeof(tag));
	at += sizeof(tag);
	memcpy(made + at, frame + TYPE_AT, 2);
	return at + 2;
}

/* Return: size of an 802.11 and SNAP header */
static size_t wifi(uint8_t *made, const uint8_t *frame)
{
	static const uint8_t from_ds[] = {0x08, 0x02}, snap[] = {0xaa, 0xaa, 3, 0, 0, 0};

	memset(made, 2, WIFI_SIZE);
	memcpy(made, from_ds, sizeof(from_ds));
	memcpy(made + 4, frame, 6);
	memcpy(made + 16, frame + 6, 6);
	memcpy(made + WIFI_SIZE, snap, sizeof(snap));
	memcpy(made + WIFI_SIZE + sizeof(snap), frame + TYPE_AT, 2);
	return WIFI_SIZE + sizeof(snap) + 2;
}

/* @frame as @link has it. Return: its size there; 0: it cannot have it */
static size_t dress(uint8_t made[FRAME_MAX], const struct recorded *f, enum recording_link link)
{
	const uint8_t *frame = f->octets;
	bool ip = (frame[TYPE_AT] == 0x08 && frame[TYPE_AT + 1] == 0) || frame[TYPE_AT] == 0x86;
	size_t at = 0;

	switch (link) {
	case RECORDING_MIXED: /* chosen by the caller */
	case RECORDING_ETHERNET:
		memcpy(made, frame, IP_AT);
		at = IP_AT;
		break;
	case RECORDING_SLL2:
		memset(made, 0, SLL2_SIZE);
		memcpy(made, frame + TYPE_AT, 2);
		made[7] = 2;
		made[9] = 1;
		made[10] = cast(frame);
		made[11] = 6;
		memcpy(made + 12, frame + 6, 6);
		at = SLL2_SIZE;
		break;
	case RECORDING_SLL:
		memset(made, 0, SLL_SIZE);
		made[1] = cast(frame);
		made[3] = 1;
		made[5] = 6;
		memcpy(made + 6, frame + 6, 6);
		memcpy(made + 14, frame + TYPE_AT, 2);
		at = SLL_SIZE;
		break;
	case RECORDING_NULL:
		memset(made, 0, 4);
		made[0] = frame[TYPE_AT] == 0x08 ? 2 : 10;
		at = 4;
		break;
	case RECORDING_RAW:
		break;
	case RECORDING_RADIOTAP:
		memset(made, 0, RADIOTAP_SIZE);
		made[2] = RADIOTAP_SIZE;
		at = RADIOTAP_SIZE + wifi(made + RADIOTAP_SIZE, frame);
		break;
	case RECORDING_WIFI:
		at = wifi(made, frame);
		break;
	case RECORDING_VLAN:
	case RECORDING_PRIORITY:
	case RECORDING_QINQ:
	case RECORDING_QINQ_OLD:
		at = tagged(made, frame, link);
		break;
	}
	if (!ip && (link == RECORDING_RAW || link == RECORDING_NULL))
		return 0;
	memcpy(made + at, frame + IP_AT, f->size - IP_AT);
	return at + f->size - IP_AT;
}

/* Of a kind no reader needs to know */
static void write_litter(struct writer *w, uint32_t type)
{
	write_number(w, type, 4);
	write_number(w, 20, 4);
	write_octets(w, "\x01\x02\x03\x04\0\0\0\0", 8);
	write_number(w, 20, 4);
}

static void write_section(struct writer *w, const struct recording_form *form, uint32_t since_s)
{
	static const enum recording_link mixed[] = {RECORDING_ETHERNET, RECORDING_SLL,
	                                            RECORDING_SLL2};
	size_t count = form->link == RECORDING_MIXED ? INTERFACES_MIXED : 1;

	write_number(w, BLOCK_SECTION, 4);
	write_number(w, 28, 4);
	write_number(w, 0x1a2b3c4d, 4);
	write_number(w, 1, 2);
	write_number(w, 0, 2);
	write_number(w, UINT32_MAX, 4); /* length not said */
	write_number(w, UINT32_MAX, 4);
	write_number(w, 28, 4);
	for (size_t i = 0; i < count; i++) {
		uint32_t size = form->binary ? 40 : 32;

		write_number(w, BLOCK_INTERFACE, 4);
		write_number(w, size, 4);
		write_number(w, link_type(count > 1 ? mixed[i] : form->link), 2);
		write_number(w, 0, 2);
		write_number(w, form->snap_size, 4);
		write_number(w, 9, 2); /* if_tsresol */
		write_number(w, 1, 2);
		write_octets(w,
		             form->binary ? "\x9e\0\0"
		             : form->nano ? "\x09\0\0"
		                          : "\x06\0\0",
		             4);
		if (form->binary) {
			write_number(w, 14, 2); /* if_tsoffset, 64 bits */
			write_number(w, 8, 2);
			write_number(w, w->big ? 0 : since_s, 4);
			write_number(w, w->big ? since_s : 0, 4);
		} else {
			write_number(w, 0, 4);
		}
		write_number(w, size, 4);
	}
	for (uint32_t i = 0; form->littered && i < 3; i++)
		write_litter(w, i == 0 ? BLOCK_NAMES : i == 1 ? BLOCK_CUSTOM : 0x80000000 + i);
}

static void write_block(struct writer *w, const struct recording_form *form, size_t interface,
                        uint64_t ticks, const uint8_t *octets, size_t size, uint32_t original)
{
	uint32_t length = (uint32_t)(32 + (size + 3) / 4 * 4) + (form->littered ? 12 : 0);

	write_number(w, form->old ? BLOCK_PACKET_OLD : BLOCK_PACKET, 4);
	write_number(w, length, 4);
	write_number(w, (uint32_t)interface, form->old ? 2 : 4);
	if (form->old)
		write_number(w, 7, 2); /* drops */
	write_number(w, (uint32_t)(ticks >> 32), 4);
	write_number(w, (uint32_t)ticks, 4);
	write_number(w, (uint32_t)size, 4);
	write_number(w, original, 4);
	write_octets(w, octets, size);
	write_octets(w, "\0\0\0", (4 - size % 4) % 4);
	if (form->littered) { /* a comment */
		write_number(w, 1, 2);
		write_number(w, 3, 2);
		write_octets(w, "why\0\0\0\0\0", 8);
	}
	write_number(w, length, 4);
	if (form->littered)
		write_litter(w, BLOCK_CUSTOM);
}

static void write_frame(struct writer *w, const struct recording_form *form, size_t number,
                        const struct recorded *f, uint32_t since_s)
{
	static uint8_t made[FRAME_MAX];
	static const enum recording_link mixed[] = {RECORDING_ETHERNET, RECORDING_SLL,
	                                            RECORDING_SLL2};
	size_t interface = form->link == RECORDING_MIXED ? number % INTERFACES_MIXED : 0;
	size_t whole =
		dress(made, f, form->link == RECORDING_MIXED ? mixed[interface] : form->link);
	size_t size = form->snap_size && whole > form->snap_size ? form->snap_size : whole;
	uint32_t original = f->original_size + (uint32_t)(whole - f->size);
	uint64_t ticks = form->nano ? f->at : f->at / 1000;
	uint32_t a_second = form->nano ? 1000000000 : 1000000;

	if (whole == 0)
		return;
	if (form->ng) {
		br_time at = f->at - since_s * BR_S;

		if (form->binary) /* rounded up, so that it comes back as it was */
			ticks = (at / BR_S << 30) + ((at % BR_S << 30) + BR_S - 1) / BR_S;
		write_block(w, form, interface, ticks, made, size, original);
		return;
	}
	write_number(w, (uint32_t)(ticks / a_second), 4);
	write_number(w, (uint32_t)(ticks % a_second), 4);
	write_number(w, (uint32_t)size, 4);
	write_number(w, original, 4);
	if (form->patched)
		write_octets(w, "\1\0\0\0\x08\0\0\0", 8);
	write_octets(w, made, size);
}

size_t recording_write(const struct recording *r, const struct recording_form *form, FILE *file)
{
	struct writer w = {file, form->big, 0};
	uint32_t since_s =
		form->binary && r->frames > 0 ? (uint32_t)(r->frame[0].at / BR_S) - 24 * 3600 : 0;

	if (!form->ng) {
		write_number(&w,
		             form->patched ? 0xa1b2cd34
		             : form->nano  ? 0xa1b23c4d
		                           : 0xa1b2c3d4,
		             4);
		write_number(&w, 2, 2);
		write_number(&w, 4, 2);
		write_number(&w, 0, 4);
		write_number(&w, 0, 4);
		write_number(&w, form->snap_size ? form->snap_size : 262144, 4);
		write_number(&w, link_type(form->link), 4);
	}
	for (size_t i = 0; i < r->frames; i++) {
		if (form->ng &&
		    (i == 0 || (form->frames_a_section > 0 && i % form->frames_a_section == 0))) {
			w.big = i == 0 ? form->big : !w.big;
			write_section(&w, form, since_s);
		}
		write_frame(&w, form, i, &r->frame[i], since_s);
	}
	return w.octets;
}

/* Explanations */

static void read_back(FILE *file, char *text, size_t size)
{
	rewind(file);
	text[fread(text, 1, size - 1, file)] = '\0';
	(void)fclose(file);
}

static void put_file(const struct recording *r, const struct recording_form *form, char *path)
{
	int fd = mkstemp(path);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "wb");

	if (!file)
		die("no temporary file in ", "/tmp");
	(void)recording_write(r, form, file);
	(void)fclose(file);
}

/* With BR_RECORDINGS=FOLDER the first that shows a verdict stays there, as VERDICT.pcap, for
 * tests of other verbs.
 */
static void keep_shown(const struct recording *r, const struct recording_form *form,
                       const char *json)
{
	const char *folder = getenv("BR_RECORDINGS");
	char verdict[64], path[512];

	recording_verdict(json, verdict, sizeof(verdict));
	if (!folder || !verdict[0])
		return;
	(void)snprintf(path, sizeof(path), "%s/%s.pcap", folder, verdict);
	FILE *file = fopen(path, "wx");

	if (!file)
		return;
	(void)recording_write(r, form, file);
	(void)fclose(file);
}

int recording_explain_both(const struct recording *r, const struct recording *other,
                           const struct recording_form *form, char *text, size_t text_size,
                           char *errors, size_t errors_size)
{
	char path[2][40] = {"/tmp/bootrig-recording-XXXXXX", "/tmp/bootrig-recording-XXXXXX"};
	const char *list[] = {path[0], path[1]};
	FILE *out = tmpfile(), *err = tmpfile();

	if (!out || !err)
		die("no temporary file in ", "/tmp");
	put_file(r, form, path[0]);
	if (other)
		put_file(other, form, path[1]);
	struct br_explain explain = {.paths = list,
	                             .count = other ? 2 : 1,
	                             .json = true,
	                             .limits = br_talk_limits_default,
	                             .out = out,
	                             .err = err};
	int code = br_explain(&explain);

	(void)unlink(path[0]);
	if (other)
		(void)unlink(path[1]);
	read_back(out, text, text_size);
	read_back(err, errors, errors_size);
	if (!other && !form->ng)
		keep_shown(r, form, text);
	return code;
}

int recording_explain(const struct recording *r, const struct recording_form *form, char *text,
                      size_t text_size, char *errors, size_t errors_size)
{
	return recording_explain_both(r, NULL, form, text, text_size, errors, errors_size);
}

int recording_explain_clean(const struct recording *recording, char *text, size_t text_size)
{
	static const struct recording_form form = {.nano = true};
	char errors[1024];
	int code = recording_explain(recording, &form, text, text_size, errors, sizeof(errors));

	if (errors[0])
		die("explain tells of damage: ", errors);
	return code;
}

void recording_verdict(const char *json, char *ret, size_t size)
{
	const char *at = strstr(json, "\"verdict\":\"");

	ret[0] = '\0';
	if (!at)
		return;
	at += strlen("\"verdict\":\"");
	(void)snprintf(ret, size, "%.*s", (int)strcspn(at, "\""), at);
}

bool recording_has_finding(const char *json, const char *id)
{
	char want[96];

	(void)snprintf(want, sizeof(want), "{\"id\":\"%s\"", id);
	return strstr(json, want) != NULL;
}
