/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/convert/anonymous_pcap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "captures/convert/disguise.h"
#include "captures/read/link.h"
#include "core/base/text.h"
#include "core/formats/dhcp_message.h"
#include "core/formats/http_head.h"
#include "core/formats/tftp_packet.h"
#include "sim/net/packet.h"
#include "sim/net/sha256.h"

/* Theory of operation
 *
 * Each file is read three times. The first pass makes the key, of all octets of all files: the
 * same captures give the same names, and who has not got them cannot find the key. The second
 * learns what names somebody, from the fields that are known to hold such a thing (learn_*): a
 * secret may stand in a packet before the one that tells that it is one. The third writes: fields
 * are replaced where they stand, and what was learnt also wherever else it stands in payloads
 * (hide_*). Nothing moves, so lengths and offsets stay true. Checksums change by what changed
 * under them (RFC 1624), for of a cut frame they cannot be made anew.
 *
 * What is not understood is not written: is_kept().
 */
enum {
	PORTS = 65536,
	OPTION_ROUTES_MICROSOFT = 249, /* MS-DHCPE 2.2.8: as 121 */
	FQDN_HEAD = 3,                 /* octets before the name, RFC 4702 §2 */
	IPXE_USERNAME = 190,           /* ipxe/dhcp.h */
	IPXE_PASSWORD = 191,
	TEXT_TAG_MIN = 4, /* "PXE" and a second before it: a prompt that old ROMs want */
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
	return port == BR_DHCP_PORT_SERVER || port == BR_DHCP_PORT_CLIENT ||
	       port == BR_DHCP_PORT_PXE;
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

/* Options that are lists of addresses: RFC 2132, 2241 (85), 3011 (118), 5417 (138) and
 * 5859 (150). 21 and 33 are pairs; what is a mask there stays as it is.
 */
static bool holds_addresses(uint8_t code)
{
	static const uint8_t codes[] = {3,  4,  5,  6,  7,  8,  9,  10, 11, 16,  21,  28,
	                                32, 33, 41, 42, 44, 45, 48, 49, 50, 54,  65,  68,
	                                69, 70, 71, 72, 73, 74, 75, 76, 85, 118, 138, 150};

	return memchr(codes, code, sizeof(codes)) != NULL;
}

static bool holds_name(uint8_t code)
{
	static const uint8_t codes[] = {12, 14, 15, 40, 47, 64, 66, 81, 119};

	return memchr(codes, code, sizeof(codes)) != NULL;
}

static void learn_list(struct work *w, struct br_octets list)
{
	struct br_reader r = br_reader_of(list.data, list.size);

	while (br_left(&r) >= 4)
		note(w, br_disguise_learn_address(w->disguise, br_get_be32(&r), false));
}

/* Boot servers (PXE 2.1 table 2-1, tag 8) and what relays name (RFC 3527, RFC 5107) */
static void learn_sub_options(struct work *w, const struct br_dhcp_message *m)
{
	struct br_octets vendor = br_dhcp_get(m, BR_DHCP_OPTION_VENDOR);
	struct br_octets agent = br_dhcp_get(m, BR_DHCP_OPTION_RELAY_AGENT);
	struct br_octets servers = br_dhcp_sub_option(vendor, BR_PXE_TAG_BOOT_SERVERS, true);
	struct br_reader r = br_reader_of(servers.data, servers.size);
	struct br_pxe_item item;

	while (br_pxe_boot_servers_get(&r, &item) == 1)
		learn_list(w, item.value);
	learn_list(w, br_dhcp_sub_option(agent, BR_RELAY_AGENT_LINK_SELECTION, false));
	learn_list(w, br_dhcp_sub_option(agent, BR_RELAY_AGENT_SERVER_ID, false));
}

/* RFC 3442 §2: width, as many octets of the network as that takes, router; again. */
static void learn_routes(struct work *w, struct br_octets value)
{
	struct br_reader r = br_reader_of(value.data, value.size);

	while (br_left(&r) > 4) {
		size_t octets = (br_get_u8(&r) + 7U) / 8U;
		uint32_t network = 0;

		for (size_t i = 0; i < octets; i++)
			network = network << 8 | br_get_u8(&r);
		note(w, br_disguise_learn_address(w->disguise, br_get_be32(&r), false));
	}
}

static void learn_option(struct work *w, uint8_t code, struct br_octets value)
{
	struct br_reader r = br_reader_of(value.data, value.size);

	if (code == BR_DHCP_OPTION_CLASSLESS_ROUTES || code == OPTION_ROUTES_MICROSOFT)
		learn_routes(w, value);
	while (holds_addresses(code) && br_left(&r) >= 4)
		note(w, br_disguise_learn_address(w->disguise, br_get_be32(&r),
		                                  code == BR_DHCP_OPTION_REQUESTED_ADDRESS));
	size_t head = code == BR_DHCP_OPTION_FQDN ? FQDN_HEAD : 0;

	if (holds_name(code) && value.size > head)
		note(w, br_disguise_learn_name(w->disguise, value.data + head, value.size - head));
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
	learn_sub_options(w, m);
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
	if (p->transport == BR_TRANSPORT_UDP && p->dst.port == BR_TFTP_PORT)
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
		return p->protocol == BR_IP_PROTOCOL_UDP;
	if (p->transport == BR_TRANSPORT_TCP)
		return has(w->http, p->src.port) || has(w->http, p->dst.port) ||
		       p->src.port == BR_HTTP_PORT || p->dst.port == BR_HTTP_PORT;
	if (p->transport == BR_TRANSPORT_UDP)
		return is_dhcp(p) || p->dst.port == BR_TFTP_PORT || has(w->tftp, p->src.port) ||
		       has(w->tftp, p->dst.port);
	return p->protocol == BR_IP_PROTOCOL_ICMP;
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
	if (size < BR_IPV4_HEADER)
		return;
	hide_address(w, header + 12);
	hide_address(w, header + 16);
	if (size < header_size)
		return;
	put16(header + 10, 0);
	put16(header + 10, br_checksum_fold(br_checksum_add(0, header, header_size)));
}

/* Circuit, remote and subscriber id (RFC 3046, RFC 3993) */
static bool is_agents_name(uint8_t tag)
{
	return tag == 1 || tag == 2 || tag == 6;
}

/* A menu's texts; "Raspberry Pi Boot" is none, but what that ROM looks for. */
static void hide_menu(const struct work *w, uint8_t *items, size_t size)
{
	struct br_reader r = br_reader_of(items, size);
	struct br_pxe_item item;

	while (br_pxe_boot_menu_get(&r, &item) == 1) {
		if (!br_text_starts(item.value, "Raspberry"))
			br_disguise_words(w->disguise, items + (item.value.data - items),
			                  item.value.size);
	}
}

/* What people wrote: menus and prompts (43), ports and subscribers (82), iPXE's passwords */
static void hide_sub_options(const struct work *w, uint8_t code, uint8_t *value, size_t size)
{
	struct br_reader r = br_reader_of(value, size);
	bool has_end = br_dhcp_option_has_end(code);
	struct br_dhcp_option sub;

	while (br_dhcp_sub_option_get(&r, has_end, &sub) == 1) {
		uint8_t tag = sub.code, *text = value + (sub.value.data - value);

		if (code == BR_DHCP_OPTION_VENDOR && tag == BR_PXE_TAG_BOOT_MENU)
			hide_menu(w, text, sub.value.size);
		else if (code == BR_DHCP_OPTION_VENDOR && tag == BR_PXE_TAG_MENU_PROMPT &&
		         sub.value.size > TEXT_TAG_MIN)
			br_disguise_words(w->disguise, text + 1, sub.value.size - 1U);
		else if ((code == BR_DHCP_OPTION_RELAY_AGENT && is_agents_name(tag)) ||
		         (code == BR_DHCP_OPTION_IPXE &&
		          (tag == IPXE_USERNAME || tag == IPXE_PASSWORD)))
			br_disguise_words(w->disguise, text, sub.value.size);
	}
}

/* Each value by itself: a text ends where it ends, though the code behind it is a letter.
 * What is behind the end, or is no option, is hidden in one piece. Return: option 52, or 0
 */
static uint8_t hide_options(const struct work *w, uint8_t *options, size_t size)
{
	struct br_reader r = br_reader_of(options, size);
	struct br_dhcp_option option;
	uint8_t overload = 0;
	size_t at = 0;

	while (br_dhcp_option_get(&r, &option) == 1) {
		uint8_t *value = options + (option.value.data - options);

		br_disguise_options(w->disguise, value, option.value.size);
		if (br_dhcp_option_format(option.code) == BR_DHCP_FORMAT_SUB)
			hide_sub_options(w, option.code, value, option.value.size);
		if (option.code == BR_DHCP_OPTION_OVERLOAD && option.value.size == 1)
			overload = *value;
		at = size - br_left(&r);
	}
	br_disguise_options(w->disguise, options + at, size - at);
	return overload;
}

static void hide_dhcp(const struct work *w, uint8_t *payload, size_t size)
{
	static const size_t options = BR_DHCP_AT_OPTIONS;
	struct br_reader r = br_reader_of(payload + BR_DHCP_AT_XID, 4);
	struct br_writer out = br_writer_of(payload + BR_DHCP_AT_XID, 4);
	uint32_t xid = br_get_be32(&r);
	uint8_t overload = 0;

	br_put_be32(&out, br_disguise_xid(w->disguise, xid));
	if (size > options)
		overload = hide_options(w, payload + options, size - options);
	br_disguise_options(w->disguise, payload + BR_DHCP_AT_CIADDR,
	                    BR_DHCP_AT_SNAME - BR_DHCP_AT_CIADDR);
	if (overload & BR_DHCP_OVERLOAD_SNAME)
		(void)hide_options(w, payload + BR_DHCP_AT_SNAME,
		                   BR_DHCP_AT_FILE - BR_DHCP_AT_SNAME);
	else
		br_disguise_options(w->disguise, payload + BR_DHCP_AT_SNAME,
		                    BR_DHCP_AT_FILE - BR_DHCP_AT_SNAME);
	if (overload & BR_DHCP_OVERLOAD_FILE)
		(void)hide_options(w, payload + BR_DHCP_AT_FILE,
		                   BR_DHCP_HEADER_SIZE - BR_DHCP_AT_FILE);
	else
		br_disguise_options(w->disguise, payload + BR_DHCP_AT_FILE,
		                    BR_DHCP_HEADER_SIZE - BR_DHCP_AT_FILE);
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

	if (p->protocol == BR_IP_PROTOCOL_ICMP && !quoted &&
	    size > BR_ICMP_HEADER + BR_IPV4_HEADER &&
	    (l4[0] == BR_ICMP_UNREACHABLE || l4[0] == BR_ICMP_TIME_EXCEEDED))
		hide_quoted(w, l4 + BR_ICMP_HEADER, size - BR_ICMP_HEADER);
	else if (p->payload.size == 0 || head > size)
		return;
	else if (is_dhcp(p) && size - head > BR_DHCP_HEADER_SIZE)
		hide_dhcp(w, l4 + head, size - head);
	else
		br_disguise_text(w->disguise, l4 + head, size - head);
}

/* Over what is hidden in a datagram: its addresses, if they count, and what is behind them */
static uint32_t sum_of(const uint8_t *ip, bool pseudo, const uint8_t *l4, size_t size)
{
	return br_checksum_add(pseudo ? br_checksum_add(0, ip + 12, 8) : 0, l4, size);
}

/* RFC 1624: the old checksum and what changed tell the new one, also of a cut frame. */
static void hide_ip(const struct work *w, const struct br_packet *p, uint8_t *ip, size_t size,
                    bool quoted)
{
	size_t header = p->ipv4.header_size;
	uint8_t *l4 = ip + header;
	size_t l4_size = size > header ? size - header : 0;
	size_t at = p->protocol == BR_IP_PROTOCOL_UDP   ? 6
	            : p->protocol == BR_IP_PROTOCOL_TCP ? 16
	                                                : 2;
	bool first = (p->ipv4.fragment & BR_IPV4_OFFSET) == 0,
	     pseudo = p->protocol != BR_IP_PROTOCOL_ICMP;
	bool has_sum = first && l4_size >= at + 2;
	uint32_t was = 0, change = 0;

	if (l4_size > p->ip_payload.size)
		l4_size = p->ip_payload.size;
	if (has_sum) {
		was = get16(l4 + at);
		put16(l4 + at, 0);
		change = br_checksum_fold(sum_of(ip, pseudo, l4, l4_size)) + (~was & 0xffff);
	}
	hide_payload(w, p, l4, l4_size, quoted);
	hide_ipv4(w, ip, size, header);
	if (!has_sum || (p->protocol == BR_IP_PROTOCOL_UDP && (was == 0 || p->fragment)))
		return; /* none, RFC 768; the rest of a fragmented datagram may have changed too */
	uint16_t now = br_checksum_fold(change + sum_of(ip, pseudo, l4, l4_size));

	put16(l4 + at, now == 0 && p->protocol == BR_IP_PROTOCOL_UDP ? 0xffff : now);
}

static void hide_frame(const struct work *w, uint8_t *frame, size_t size)
{
	const struct br_packet *p = &w->packet;
	size_t head = BR_ETHERNET_HEADER + (size_t)p->vlan_tags * BR_ETHERNET_TAG;

	br_disguise_mac(w->disguise, frame);
	br_disguise_mac(w->disguise, frame + 6);
	if (p->network == BR_NETWORK_ARP && size >= head + BR_ARP_SIZE) {
		br_disguise_mac(w->disguise, frame + head + 8);
		hide_address(w, frame + head + 14);
		br_disguise_mac(w->disguise, frame + head + 18);
		hide_address(w, frame + head + 24);
		memset(frame + head + BR_ARP_SIZE, 0, size - head - BR_ARP_SIZE);
	} else if (p->network == BR_NETWORK_IPV4 && size >= head + BR_IPV4_HEADER) {
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
	put_le32(to, BR_LINK_ETHERNET);
}

static void put_frame(struct work *w, const struct br_capture_frame *f, FILE *to)
{
	uint8_t *octets;

	if (f->link_type != BR_LINK_ETHERNET || f->octets.size < BR_ETHERNET_HEADER ||
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
		else if (frame.link_type == BR_LINK_ETHERNET)
			learn(w, &w->packet);
	}
	if (result < 0 && to) { /* frames before the damage are good */
		fprintf(err, "%s\n", br_capture_remark(capture));
		w->count.damaged = true;
	}
	(void)br_capture_close(capture);
	return w->error;
}

/* Learn of all files, then write each. */
static int rewrite(struct work *w, const char *const *from, const char *const *to, size_t files,
                   FILE *err)
{
	int result = 0;

	for (size_t i = 0; i < files && result == 0; i++)
		result = pass(w, from[i], NULL, NULL, err);
	for (size_t i = 0; i < files && result == 0; i++) {
		FILE *out = fopen(to[i], "wb");

		if (!out) {
			fprintf(err, "%s: %s\n", to[i], strerror(errno));
			return -EIO;
		}
		put_file_header(out);
		result = pass(w, from[i], NULL, out, err);
		if ((ferror(out) | fclose(out)) != 0 && result == 0) {
			fprintf(err, "%s: it could not be written\n", to[i]);
			result = -EIO;
		}
	}
	return result;
}

int br_anonymous_pcap(const char *const *from, const char *const *to, size_t files,
                      struct br_anonymous_who *who, FILE *err, struct br_anonymous_count *ret_count)
{
	struct work *w = calloc(1, sizeof(*w));
	uint8_t key[BR_SHA256_SIZE];
	struct br_sha256 hash;
	int result = w ? 0 : -ENOMEM;

	br_sha256_init(&hash);
	for (size_t i = 0; i < files && result == 0; i++)
		result = pass(w, from[i], &hash, NULL, err); /* only who has them has the key */
	br_sha256_end(&hash, key);
	if (result == 0) {
		w->disguise = br_disguise_new(key, sizeof(key));
		result = w->disguise ? rewrite(w, from, to, files, err) : -ENOMEM;
	}
	if (result == 0 && who) {
		br_disguise_mac(w->disguise, who->mac);
		who->address = br_disguise_address(w->disguise, who->address);
	}
	if (w) {
		*ret_count = w->count;
		(void)br_disguise_free(w->disguise);
	}
	free(w);
	return result;
}
