/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/anonymous_pcap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "captures/capture.h"
#include "captures/disguise.h"
#include "core/bytes.h"
#include "core/dhcp_message.h"
#include "sim/net/packet.h"
#include "sim/net/sha256.h"

enum {
	LINK_ETHERNET = 1,
	HEAD_SIZE = 14, /* of Ethernet */
	TAG_SIZE = 4,
	ARP_SIZE = 28,
	PORT_TFTP = 69,
	PORT_PXE = 4011,
	PORT_HTTP = 80,
	PORTS = 65536,
	DHCP_SNAME = 44, /* offsets in the header, RFC 2131 figure 1 */
	DHCP_CHADDR = 28,
	DHCP_XID = 4,
	PROTOCOL_ICMP = 1,
	PROTOCOL_TCP = 6,
	PROTOCOL_UDP = 17,
};

struct work {
	struct br_disguise *disguise;
	uint8_t tftp[PORTS / 8], http[PORTS / 8]; /* ports of clients that read; of servers */
	struct br_dhcp_message message;
	struct br_packet packet;
	struct br_anonymous_count count;
	int error;
};

static bool has(const uint8_t *ports, uint16_t port)
{
	return ports[port / 8] >> port % 8 & 1;
}

static void put(uint8_t *ports, uint16_t port)
{
	ports[port / 8] |= (uint8_t)(1 << port % 8);
}

static bool is_dhcp_port(uint16_t port)
{
	return port == BR_DHCP_PORT_SERVER || port == BR_DHCP_PORT_CLIENT || port == PORT_PXE;
}

static bool is_dhcp(const struct br_packet *p)
{
	return p->transport == BR_TRANSPORT_UDP && is_dhcp_port(p->dst.port) &&
	       is_dhcp_port(p->src.port) && p->payload.size > BR_DHCP_HEADER_SIZE;
}

/* What there is to hide */

static void note(struct work *w, int error)
{
	w->error = error < 0 ? error : w->error;
}

/* Options that are lists of addresses, RFC 2132 and RFC 5859 (150). */
static bool holds_addresses(uint8_t code)
{
	static const uint8_t codes[] = {3,  4,  5,  6,  7,  8,  9,  10, 11, 28,  32,
	                                33, 41, 42, 44, 45, 48, 49, 50, 54, 65,  68,
	                                69, 70, 71, 72, 73, 74, 75, 76, 85, 118, 150};

	return memchr(codes, code, sizeof(codes)) != NULL;
}

static bool holds_name(uint8_t code)
{
	static const uint8_t codes[] = {12, 14, 15, 40, 47, 64, 66, 81, 119};

	return memchr(codes, code, sizeof(codes)) != NULL;
}

static void learn_option(struct work *w, uint8_t code, struct br_octets value)
{
	struct br_reader r = br_reader_of(value.data, value.size);

	while (holds_addresses(code) && br_left(&r) >= 4)
		note(w, br_disguise_learn_address(w->disguise, br_get_be32(&r), code == 50));
	if (holds_name(code) && value.size > 0)
		note(w, br_disguise_learn_name(w->disguise, value.data + (code == 81 ? 3 : 0),
		                               value.size > 3 || code != 81
		                                       ? value.size - (code == 81 ? 3U : 0U)
		                                       : 0));
	if ((code == BR_DHCP_OPTION_MACHINE_ID || code == BR_DHCP_OPTION_CLIENT_ID) &&
	    value.size == 17)
		note(w, br_disguise_learn_uuid(w->disguise, value.data + 1));
	if (code == BR_DHCP_OPTION_CLIENT_ID && value.size == 7)
		note(w, br_disguise_learn_mac(w->disguise, value.data + 1));
}

static void learn_dhcp(struct work *w, struct br_octets payload)
{
	struct br_dhcp_message *m = &w->message;

	if (br_dhcp_parse(payload, m) < 0)
		return;
	note(w, br_disguise_learn_mac(w->disguise, m->header.chaddr));
	note(w, br_disguise_learn_address(w->disguise, m->header.yiaddr, true));
	note(w, br_disguise_learn_address(w->disguise, m->header.ciaddr, true));
	note(w, br_disguise_learn_address(w->disguise, m->header.siaddr, false));
	note(w, br_disguise_learn_address(w->disguise, m->header.giaddr, false));
	note(w, br_disguise_learn_name(
			w->disguise, m->header.sname,
			strnlen((const char *)m->header.sname, sizeof(m->header.sname))));
	for (size_t i = 0; i < m->instances; i++)
		learn_option(w, m->instance[i].code, br_dhcp_get(m, m->instance[i].code));
}

/* The Host of a request, if it is a name. */
static void learn_http(struct work *w, const struct br_packet *p)
{
	static const char *const methods[] = {"GET /", "HEAD /", "POST /", "PUT /"};
	static const char host[] = "\r\nHost: ";
	const char *text = (const char *)p->payload.data;
	size_t size = p->payload.size;
	bool request = false;

	for (size_t i = 0; size > 8 && i < sizeof(methods) / sizeof(methods[0]); i++)
		request = request || !memcmp(text, methods[i], strlen(methods[i]));
	if (!request)
		return;
	put(w->http, p->dst.port);
	for (size_t i = 0; i + sizeof(host) < size; i++) {
		size_t end = i + sizeof(host) - 1;

		if (memcmp(text + i, host, sizeof(host) - 1) != 0)
			continue;
		while (end < size && text[end] != '\r' && text[end] != ':')
			end++;
		i += sizeof(host) - 1;
		note(w, br_disguise_learn_name(w->disguise, text + i, end - i));
	}
}

static void learn(struct work *w, const struct br_packet *p)
{
	note(w, br_disguise_learn_mac(w->disguise, p->eth_src));
	note(w, br_disguise_learn_mac(w->disguise, p->eth_dst));
	if (p->network == BR_NETWORK_ARP) {
		note(w, br_disguise_learn_mac(w->disguise, p->arp.sender_mac));
		note(w, br_disguise_learn_mac(w->disguise, p->arp.target_mac));
	}
	if (p->network != BR_NETWORK_IPV4)
		return;
	note(w, br_disguise_learn_address(w->disguise, p->ipv4.src, false));
	note(w, br_disguise_learn_address(w->disguise, p->ipv4.dst, false));
	if (p->transport == BR_TRANSPORT_UDP && p->dst.port == PORT_TFTP)
		put(w->tftp, p->src.port);
	if (is_dhcp(p))
		learn_dhcp(w, p->payload);
	if (p->transport == BR_TRANSPORT_TCP)
		learn_http(w, p);
}

/* Frames */

static bool is_kept(const struct work *w, const struct br_packet *p)
{
	if (p->network == BR_NETWORK_ARP)
		return true;
	if (p->network != BR_NETWORK_IPV4)
		return false;
	if (p->fragment && p->transport == BR_TRANSPORT_NONE)
		return p->protocol == PROTOCOL_UDP;
	if (p->transport == BR_TRANSPORT_TCP)
		return has(w->http, p->src.port) || has(w->http, p->dst.port) ||
		       p->src.port == PORT_HTTP || p->dst.port == PORT_HTTP;
	if (p->transport == BR_TRANSPORT_UDP)
		return is_dhcp(p) || p->dst.port == PORT_TFTP || has(w->tftp, p->src.port) ||
		       has(w->tftp, p->dst.port);
	return p->protocol == PROTOCOL_ICMP;
}

static uint32_t sum(uint32_t start, const uint8_t *octets, size_t size)
{
	for (size_t i = 0; i < size; i++)
		start += i % 2 ? octets[i] : (uint32_t)octets[i] << 8;
	while (start >> 16)
		start = (start & 0xffff) + (start >> 16);
	return start;
}

static uint16_t get16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static void put16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void hide_address(const struct work *w, uint8_t *at)
{
	struct br_reader r = br_reader_of(at, 4);
	struct br_writer out = br_writer_of(at, 4);
	uint32_t address = br_get_be32(&r);

	br_put_be32(&out, br_disguise_address(w->disguise, address));
}

/* Source and destination, and the header's checksum; of cut ones as far as they go. */
static void hide_ipv4(const struct work *w, uint8_t *header, size_t size, size_t header_size)
{
	if (size < 20)
		return;
	hide_address(w, header + 12);
	hide_address(w, header + 16);
	if (size < header_size)
		return;
	put16(header + 10, 0);
	put16(header + 10, ~sum(0, header, header_size) & 0xffff);
}

static void hide_dhcp(const struct work *w, uint8_t *payload, size_t size)
{
	struct br_reader r = br_reader_of(payload + DHCP_XID, 4);
	struct br_writer out = br_writer_of(payload + DHCP_XID, 4);
	uint32_t xid = br_get_be32(&r);

	br_put_be32(&out, br_disguise_xid(w->disguise, xid));
	br_disguise_options(w->disguise, payload + 12, size - 12);
}

static void hide_ip(const struct work *w, const struct br_packet *p, uint8_t *ip, size_t size,
                    bool quoted);

/* What an ICMP error quotes has checksums too. */
static void hide_quoted(const struct work *w, uint8_t *ip, size_t size)
{
	struct br_packet packet;

	br_packet_parse_ip(&packet, (struct br_octets){ip, size}, size, false);
	if (packet.network == BR_NETWORK_IPV4 && size >= packet.ipv4.header_size)
		hide_ip(w, &packet, ip, size, true);
	else
		br_disguise_options(w->disguise, ip, size);
}

static void hide_payload(const struct work *w, const struct br_packet *p, uint8_t *l4, size_t size,
                         bool quoted)
{
	size_t head = (size_t)(p->payload.data - p->ip_payload.data);

	if (p->protocol == PROTOCOL_ICMP && !quoted && size > 8 + 20 && (l4[0] == 3 || l4[0] == 11))
		hide_quoted(w, l4 + 8, size - 8);
	else if (p->payload.size == 0 || head > size)
		return;
	else if (is_dhcp(p))
		hide_dhcp(w, l4 + head, size - head);
	else
		br_disguise_text(w->disguise, l4 + head, size - head);
}

/* RFC 1624: the old checksum and what changed tell the new one, also of a cut frame. */
static void hide_ip(const struct work *w, const struct br_packet *p, uint8_t *ip, size_t size,
                    bool quoted)
{
	size_t header = p->ipv4.header_size;
	uint8_t *l4 = ip + header;
	size_t l4_size = size > header ? size - header : 0;
	size_t at = p->protocol == PROTOCOL_UDP ? 6 : p->protocol == PROTOCOL_TCP ? 16 : 2;
	bool first = (p->ipv4.fragment & 0x1fff) == 0, pseudo = p->protocol != PROTOCOL_ICMP;
	bool has_sum = first && l4_size >= at + 2;
	uint32_t was = 0, before = 0;

	if (l4_size > p->ip_payload.size)
		l4_size = p->ip_payload.size;
	if (has_sum) {
		was = get16(l4 + at);
		put16(l4 + at, 0);
		before = sum(pseudo ? sum(0, ip + 12, 8) : 0, l4, l4_size);
	}
	hide_payload(w, p, l4, l4_size, quoted);
	hide_ipv4(w, ip, size, header);
	if (!has_sum || (p->protocol == PROTOCOL_UDP && (was == 0 || p->fragment)))
		return; /* none, RFC 768; the rest of a fragmented datagram may have changed too */
	uint32_t after = sum(pseudo ? sum(0, ip + 12, 8) : 0, l4, l4_size);
	uint32_t now = (~was & 0xffff) + (~before & 0xffff) + after;

	now = (now & 0xffff) + (now >> 16);
	now = ~((now & 0xffff) + (now >> 16)) & 0xffff;
	put16(l4 + at, now == 0 && p->protocol == PROTOCOL_UDP ? 0xffff : now);
}

static void hide_frame(const struct work *w, uint8_t *frame, size_t size)
{
	const struct br_packet *p = &w->packet;
	size_t head = HEAD_SIZE + (size_t)p->vlan_tags * TAG_SIZE;

	br_disguise_mac(w->disguise, frame);
	br_disguise_mac(w->disguise, frame + 6);
	if (p->network == BR_NETWORK_ARP && size >= head + ARP_SIZE) {
		br_disguise_mac(w->disguise, frame + head + 8);
		hide_address(w, frame + head + 14);
		br_disguise_mac(w->disguise, frame + head + 18);
		hide_address(w, frame + head + 24);
		memset(frame + head + ARP_SIZE, 0, size - head - ARP_SIZE);
	} else if (p->network == BR_NETWORK_IPV4 && size >= head + 20) {
		size_t end = head + p->ipv4.size;

		if (end < size) /* what pads a short frame is anybody's */
			memset(frame + end, 0, size - end);
		hide_ip(w, p, frame + head, (end < size ? end : size) - head, false);
	}
}

/* Files */

static void put_le32(FILE *to, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		(void)fputc((int)(value >> 8 * i & 255), to);
}

/* draft-ietf-opsawg-pcap: little endian, nanoseconds */
static void put_file_header(FILE *to)
{
	put_le32(to, 0xa1b23c4d);
	put_le32(to, 4 << 16 | 2);
	put_le32(to, 0);
	put_le32(to, 0);
	put_le32(to, BR_CAPTURE_FRAME_SIZE_MAX);
	put_le32(to, LINK_ETHERNET);
}

static void put_frame(struct work *w, const struct br_capture_frame *f, FILE *to)
{
	uint8_t *octets;

	if (f->link_type != LINK_ETHERNET || f->octets.size < HEAD_SIZE ||
	    !is_kept(w, &w->packet)) {
		w->count.left_out++;
		return;
	}
	octets = malloc(f->octets.size);
	if (!octets) {
		w->error = -ENOMEM;
		return;
	}
	memcpy(octets, f->octets.data, f->octets.size);
	hide_frame(w, octets, f->octets.size);
	put_le32(to, (uint32_t)(f->at / BR_S));
	put_le32(to, (uint32_t)(f->at % BR_S));
	put_le32(to, (uint32_t)f->octets.size);
	put_le32(to, f->original_size);
	(void)fwrite(octets, 1, f->octets.size, to);
	free(octets);
	w->count.kept++;
}

/* One pass over the file: to learn without @to, else to write. */
static int pass(struct work *w, const char *from, struct br_sha256 *hash, FILE *to, FILE *err)
{
	char remark[BR_CAPTURE_REMARK_SIZE] = "";
	struct br_capture_frame frame;
	struct br_capture *capture;
	int result = br_capture_open(&capture, from, remark);

	if (result < 0) {
		fprintf(err, "%s\n", remark);
		return result;
	}
	while ((result = br_capture_next(capture, &frame)) == 1 && w->error == 0) {
		br_packet_parse(&w->packet, frame.octets, frame.original_size, false);
		if (hash)
			br_sha256_add(hash, frame.octets.data, frame.octets.size);
		else if (to)
			put_frame(w, &frame, to);
		else if (frame.link_type == LINK_ETHERNET)
			learn(w, &w->packet);
	}
	if (result < 0 && to) { /* frames before the damage are good */
		fprintf(err, "%s\n", br_capture_remark(capture));
		w->count.damaged = true;
	}
	(void)br_capture_close(capture);
	return w->error;
}

int br_anonymous_pcap(const char *from, const char *to, FILE *err,
                      struct br_anonymous_count *ret_count)
{
	struct work *w = calloc(1, sizeof(*w));
	uint8_t key[BR_SHA256_SIZE];
	struct br_sha256 hash;
	FILE *out = NULL;
	int result = -ENOMEM;

	if (!w)
		return result;
	br_sha256_init(&hash);
	result = pass(w, from, &hash, NULL, err); /* only who has the capture has the key */
	br_sha256_end(&hash, key);
	w->disguise = br_disguise_new(key, sizeof(key));
	if (result == 0)
		result = w->disguise ? pass(w, from, NULL, NULL, err) : -ENOMEM;
	if (result == 0 && !(out = fopen(to, "wb"))) {
		fprintf(err, "%s: %s\n", to, strerror(errno));
		result = -EIO;
	}
	if (result == 0) {
		put_file_header(out);
		result = pass(w, from, NULL, out, err);
	}
	if (out && (ferror(out) | fclose(out)) != 0 && result == 0) {
		fprintf(err, "%s: it could not be written\n", to);
		result = -EIO;
	}
	*ret_count = w->count;
	(void)br_disguise_free(w->disguise);
	free(w);
	return result;
}
