/* SPDX-License-Identifier: BSD-2-Clause */
/* One thing broken in a good capture must be named by explain.
 *
 * Each fault is planted twice. "Stops": the capture ends as the client would end it, its
 * last question repeated and then silence; the verdict must name the fault. "Goes on": the
 * one frame is edited or gone and all else stays, as people get it from a recorder that
 * lost frames or from a client that bears it; a finding must still name the fault. Before
 * that the capture must be free of that finding.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/formats/tftp_packet.h"
#include "helper.h"
#include "tests/captures/recording.h"

enum {
	TEXT_MAX = 1 << 20,
	SIADDR_AT = 20, /* in a DHCP message, RFC 2131 figure 1 */
	YIADDR_AT = 16,
	XID_AT = 4,
	CIADDR_AT = 12,
	FILE_AT = 108,
};

static const char one[] = "ovmf-virtio-combipxe.pcap";  /* one server, IPv4 PXE, boots a kernel */
static const char two[] = "ovmf-virtio-twosi-ref.pcap"; /* DHCP and proxyDHCP with port 4011 */
static const char menu[] = "ovmf-virtio-twoprompt.pcap";
static const char grub[] = "aavmf64-virtio-nouuid.pcap"; /* one server, then GRUB */
static const char rom[] = "seabios-virtio-two.pcap";     /* iPXE */
static const char http[] = "aavmf64-virtio-http4.pcap";
static const char relayed[] = "seabios-virtio-relaytwo-srvside.pcap";
static const char uboot[] = "uboot25-arm-virtio-auto.pcap";
static const char slof[] = "slof-e1000-combined.pcap";

/* Frames of this recording that the fault changed first; behind it the client is lost. */
typedef size_t plant(struct recording *r);

static const char *what = "";

static size_t must(size_t index)
{
	if (index == SIZE_MAX)
		print_error("the capture does not hold what the fault needs: %s\n", what);
	assert_true(index != SIZE_MAX);
	return index;
}

static size_t offer(const struct recording *r)
{
	return must(recording_find_dhcp(r, 0, BR_DHCP_TYPE_OFFER, false));
}

static size_t proxy_offer(const struct recording *r)
{
	return must(recording_find_dhcp(r, 0, BR_DHCP_TYPE_OFFER, true));
}

static size_t ack(const struct recording *r)
{
	return must(recording_find_dhcp(r, 0, BR_DHCP_TYPE_ACK, false));
}

static size_t answer_4011(const struct recording *r)
{
	return must(recording_find_dhcp(r, 0, BR_DHCP_TYPE_ACK, true));
}

/* Change octets of the payload of every frame that @find finds. */
static void poke(struct recording *r, size_t index, size_t at, const void *octets, size_t size)
{
	memcpy(r->frame[index].octets + recording_payload(r, index) + at, octets, size);
	recording_fix(r, index);
}

/* Do @edit to each reply of @type from @from on. */
static void each(struct recording *r, enum br_dhcp_type type, bool proxy,
                 void (*edit)(struct recording *, size_t))
{
	for (size_t i = recording_find_dhcp(r, 0, type, proxy); i != SIZE_MAX;
	     i = recording_find_dhcp(r, i + 1, type, proxy))
		edit(r, i);
}

/* The faults of DHCP */

static size_t ack_dropped(struct recording *r)
{
	size_t at = ack(r);

	for (size_t i = at; i != SIZE_MAX; i = recording_find_dhcp(r, i, BR_DHCP_TYPE_ACK, false))
		recording_drop(r, i);
	return at;
}

static size_t offer_dropped(struct recording *r)
{
	size_t at = offer(r);

	for (size_t i = at; i != SIZE_MAX; i = recording_find_dhcp(r, i, BR_DHCP_TYPE_OFFER, false))
		recording_drop(r, i);
	return at;
}

static void to_nak(struct recording *r, size_t i)
{
	static const uint8_t none[4];

	recording_set_option(r, i, 53, "\6", 1);
	poke(r, i, YIADDR_AT, none, 4);
}

static size_t ack_to_nak(struct recording *r)
{
	size_t at = ack(r);

	each(r, BR_DHCP_TYPE_ACK, false, to_nak);
	return at + 1;
}

static void no_id(struct recording *r, size_t i)
{
	recording_set_option(r, i, 54, NULL, 0);
}

static size_t id_removed(struct recording *r)
{
	each(r, BR_DHCP_TYPE_OFFER, false, no_id);
	return offer(r) + 1;
}

static void no_mask(struct recording *r, size_t i)
{
	recording_set_option(r, i, 1, NULL, 0);
}

static size_t netmask_removed(struct recording *r)
{
	each(r, BR_DHCP_TYPE_OFFER, false, no_mask);
	return ack(r) + 1;
}

static void no_class(struct recording *r, size_t i)
{
	recording_set_option(r, i, 60, NULL, 0);
}

static size_t proxy_class_removed(struct recording *r)
{
	each(r, BR_DHCP_TYPE_OFFER, true, no_class);
	return proxy_offer(r) + 2;
}

static size_t http_class_removed(struct recording *r)
{
	each(r, BR_DHCP_TYPE_OFFER, false, no_class);
	return offer(r) + 1;
}

static void pxe_class(struct recording *r, size_t i)
{
	recording_set_option(r, i, 60, "PXEClient", 9);
	recording_set_option(r, i, 43, NULL, 0);
}

/* Make the frame at @index one to @port of the server and from it. */
static void readdress(struct recording *r, size_t index, const uint8_t server[4], uint16_t port)
{
	uint8_t *ip = r->frame[index].octets + 14;

	memcpy(ip + 16, server, 4);
	ip[20 + 2] = (uint8_t)(port >> 8);
	ip[20 + 3] = (uint8_t)port;
	recording_fix(r, index);
}

static size_t class_without_43(struct recording *r)
{
	each(r, BR_DHCP_TYPE_OFFER, false, pxe_class);
	each(r, BR_DHCP_TYPE_ACK, false, pxe_class);
	return ack(r) + 1;
}

/* And the client asks port 4011, where nobody listens: 0, 1, 3, 6 s (edk2-binl-4011) */
static size_t class_without_43_asked(struct recording *r)
{
	static const unsigned at[] = {0, 1, 3, 6};
	static const uint8_t server[] = {192, 0, 2, 1};
	size_t acked, asked;

	(void)class_without_43(r);
	acked = ack(r);
	asked = must(recording_find_dhcp(r, 0, BR_DHCP_TYPE_REQUEST, false));
	recording_cut(r, acked + 1);
	for (size_t i = 0; i < 4; i++) {
		size_t last = r->frames;

		recording_again(r, asked, r->frame[acked].at + (1 + at[i]) * BR_S);
		recording_set_option(r, last, 54, NULL, 0);
		recording_set_option(r, last, 50, NULL, 0);
		poke(r, last, XID_AT, "\x11\x22\x33\x44", 4);
		poke(r, last, CIADDR_AT, "\xc0\x00\x02\x9e", 4);
		readdress(r, last, server, 4011);
	}
	return r->frames;
}

static void cut_43(struct recording *r, size_t i)
{
	static const uint8_t menu_overrun[] = {6, 1, 0, 9, 40, 0, 0, 1, 'a'};

	recording_set_option(r, i, 60, "PXEClient", 9);
	recording_set_option(r, i, 43, menu_overrun, sizeof(menu_overrun));
}

static size_t vendor_cut(struct recording *r)
{
	each(r, BR_DHCP_TYPE_OFFER, true, cut_43);
	return ack(r) + 1;
}

static size_t vendor_without_end(struct recording *r)
{
	recording_set_option(r, answer_4011(r), 43, "\6\1\10", 3);
	return answer_4011(r) + 1;
}

static void no_bit_3(struct recording *r, size_t i)
{
	recording_set_option(r, i, 60, "PXEClient", 9);
	recording_set_option(r, i, 43, "\6\1\7\xff", 4);
}

static size_t no_menu(struct recording *r)
{
	each(r, BR_DHCP_TYPE_OFFER, false, no_bit_3);
	return ack(r) + 1;
}

static void no_file(struct recording *r, size_t i)
{
	static const uint8_t none[128];

	recording_set_option(r, i, 67, NULL, 0);
	recording_set_option(r, i, 66, NULL, 0);
	poke(r, i, FILE_AT, none, sizeof(none));
}

static size_t file_emptied(struct recording *r)
{
	each(r, BR_DHCP_TYPE_OFFER, false, no_file);
	each(r, BR_DHCP_TYPE_ACK, false, no_file);
	return offer(r) + 1;
}

/* iPXE and U-Boot take any offer */
static size_t file_emptied_taken(struct recording *r)
{
	(void)file_emptied(r);
	return ack(r) + 1;
}

static void other_address(struct recording *r, size_t i)
{
	poke(r, i, YIADDR_AT, "\xc0\x00\x02\xfa", 4);
}

static size_t ack_of_other_address(struct recording *r)
{
	each(r, BR_DHCP_TYPE_ACK, false, other_address);
	return ack(r) + 1;
}

static void no_next(struct recording *r, size_t i)
{
	static const uint8_t none[4];

	poke(r, i, SIADDR_AT, none, 4);
}

static size_t next_server_zeroed(struct recording *r)
{
	each(r, BR_DHCP_TYPE_OFFER, false, no_next);
	each(r, BR_DHCP_TYPE_ACK, false, no_next);
	return ack(r) + 1;
}

static void stray(struct recording *r, size_t i)
{
	poke(r, i, XID_AT, "\xde\xad\xbe\xef", 4);
}

static size_t offer_xid(struct recording *r)
{
	each(r, BR_DHCP_TYPE_OFFER, false, stray);
	return offer(r) + 1;
}

/* Port 4011 */

static size_t answer_dropped(struct recording *r)
{
	size_t at = answer_4011(r);

	for (size_t i = at; i != SIZE_MAX; i = recording_find_dhcp(r, i, BR_DHCP_TYPE_ACK, true))
		recording_drop(r, i);
	return at;
}

static size_t answer_xid(struct recording *r)
{
	each(r, BR_DHCP_TYPE_ACK, true, stray);
	return answer_4011(r) + 1;
}

static size_t answer_without_file(struct recording *r)
{
	each(r, BR_DHCP_TYPE_ACK, true, no_file);
	return answer_4011(r) + 1;
}

/* TFTP */

static size_t tid_changes(struct recording *r)
{
	size_t first = must(recording_find_tftp(r, 0, BR_TFTP_DATA)), at = SIZE_MAX;
	struct br_packet p = recording_packet(r, first);
	uint16_t tid = p.src.port;

	for (size_t i = first, count = 0; i != SIZE_MAX;
	     i = recording_find_tftp(r, i + 1, BR_TFTP_DATA)) {
		p = recording_packet(r, i);
		if (p.src.port != tid || ++count < 12)
			continue;
		if (at == SIZE_MAX)
			at = i;
		r->frame[i].octets[14 + 20] ^= 0x15;
		recording_fix(r, i);
	}
	return must(at) + 1;
}

static void set_text(struct recording *r, size_t i, const char *text, size_t size)
{
	recording_set_payload(r, i, text, size);
}

static size_t tsize_removed(struct recording *r)
{
	static const char oack[] = "\0\6blksize\0001468";
	size_t at = must(recording_find_tftp(r, 0, BR_TFTP_OACK));

	set_text(r, at, oack, sizeof(oack));
	return at + 2; /* the client's ERROR 8 follows */
}

static size_t oack_unrequested(struct recording *r)
{
	static const char oack[] = "\0\6blksize\0001468\0timeout\0003";
	size_t at = must(recording_find_tftp(r, 0, BR_TFTP_OACK));

	at = must(recording_find_tftp(r, at + 1, BR_TFTP_OACK));
	set_text(r, at, oack, sizeof(oack));
	return at + 1;
}

/* EDK2 answers ERROR 4 */
static size_t oack_unrequested_refused(struct recording *r)
{
	static const char error[] = "\0\5\0\4Malformatted OACK packet";
	size_t at = oack_unrequested(r);

	set_text(r, must(recording_find_tftp(r, at, BR_TFTP_ACK)), error, sizeof(error));
	return at + 1;
}

static size_t data_lost(struct recording *r)
{
	size_t at = must(recording_find_tftp(r, 0, BR_TFTP_DATA));

	for (size_t count = 0; count < 20; count++)
		at = must(recording_find_tftp(r, at + 1, BR_TFTP_DATA));
	recording_drop(r, at);
	return at;
}

static size_t error_for_oack(struct recording *r)
{
	static const char error[] = "\0\5\0\1File not found";
	size_t at = must(recording_find_tftp(r, 0, BR_TFTP_OACK));

	set_text(r, at, error, sizeof(error));
	return at + 1;
}

static size_t answered_from_elsewhere(struct recording *r)
{
	size_t first = must(recording_find_tftp(r, 0, BR_TFTP_OACK));

	for (size_t i = first; i < r->frames; i++) {
		struct br_packet p = recording_packet(r, i);

		if (p.transport == BR_TRANSPORT_UDP && p.network == BR_NETWORK_IPV4 &&
		    p.src.port > 1024 && p.src.ip[15] == 2) {
			r->frame[i].octets[14 + 15] = 77;
			recording_fix(r, i);
		}
	}
	return first + 1;
}

/* HTTP */

static void replace(struct recording *r, size_t i, const char *old, const char *new)
{
	uint8_t *at = r->frame[i].octets + recording_payload(r, i);
	size_t size = r->frame[i].size - recording_payload(r, i), old_size = strlen(old);

	assert_int_equal(old_size, strlen(new)); /* sequence numbers stay right */
	for (size_t k = 0; k + old_size <= size; k++) {
		if (memcmp(at + k, old, old_size) != 0)
			continue;
		memcpy(at + k, new, old_size);
		recording_fix(r, i);
		return;
	}
	fail();
}

static size_t redirected(struct recording *r)
{
	size_t at = must(recording_find_text(r, 0, "HTTP/1.1 200 OK"));

	replace(r, at, "200 OK", "302 OK");
	return at + 1;
}

static void other_url(struct recording *r, size_t i)
{
	recording_set_option(r, i, 67, "http://192.0.2.2/grubaa64.bin", 29);
}

static size_t not_an_image(struct recording *r)
{
	size_t at = SIZE_MAX, next = 0;

	each(r, BR_DHCP_TYPE_OFFER, false, other_url);
	each(r, BR_DHCP_TYPE_ACK, false, other_url);
	while ((next = recording_find_text(r, next, "/grubaa64.efi")) != SIZE_MAX)
		replace(r, next, "/grubaa64.efi", "/grubaa64.bin");
	for (next = 0; (next = recording_find_text(r, next, "application/efi")) != SIZE_MAX;
	     next++) {
		replace(r, next, "application/efi", "text/html; a=bc");
		at = next;
	}
	return must(at) + 1;
}

/* EDK2 resets the connection behind the head of the answer: edited-http-image-type */
static size_t not_an_image_reset(struct recording *r)
{
	size_t at = not_an_image(r);

	while (recording_packet(r, at).eth_src[0] != 0x52)
		recording_drop(r, at);
	r->frame[at].octets[14 + 20 + 13] = BR_TCP_RST;
	recording_fix(r, at);
	return at + 1;
}

static void bare_path(struct recording *r, size_t i)
{
	recording_set_option(r, i, 67, "grubaa64.efi", 12);
}

static size_t url_to_path(struct recording *r)
{
	each(r, BR_DHCP_TYPE_OFFER, false, bare_path);
	return offer(r) + 1;
}

/* Relays: the capture has no option 82, so all get one first. */

static void add_82(struct recording *r, size_t i)
{
	recording_set_option(r, i, 82, "\1\4port", 6);
}

static size_t with_82(struct recording *r)
{
	for (uint8_t type = BR_DHCP_TYPE_DISCOVER; type <= BR_DHCP_TYPE_ACK; type++) {
		each(r, (enum br_dhcp_type)type, false, add_82);
		if (type == BR_DHCP_TYPE_OFFER)
			each(r, BR_DHCP_TYPE_OFFER, true, add_82);
	}
	return r->frames;
}

static void drop_82(struct recording *r, size_t i)
{
	recording_set_option(r, i, 82, NULL, 0);
}

static size_t option_82_dropped(struct recording *r)
{
	(void)with_82(r);
	each(r, BR_DHCP_TYPE_OFFER, false, drop_82);
	return offer(r) + 1;
}

static void to_68(struct recording *r, size_t i)
{
	r->frame[i].octets[14 + 20 + 3] = 68;
	recording_fix(r, i);
}

static size_t relay_reply_to_68(struct recording *r)
{
	each(r, BR_DHCP_TYPE_OFFER, false, to_68);
	return offer(r) + 1;
}

struct planted {
	const char *what, *capture;
	plant *stops;        /* NULL: this client bears it, only @goes_on is told */
	const char *verdict; /* of @stops */
	plant *goes_on;      /* NULL: nothing could go on */
	const char *finding;
	plant *before; /* done before the check that nothing is found; or NULL */
};

static const struct planted faults[] = {
	{"ACK dropped", one, ack_dropped, "dhcp.no-ack", ack_dropped, "capture.ack-missing", NULL},
	{"ACK dropped, iPXE", rom, ack_dropped, "dhcp.no-ack", ack_dropped, "capture.ack-missing",
         NULL},
	{"ACK dropped, U-Boot", uboot, ack_dropped, "dhcp.no-ack", NULL, NULL, NULL},
	{"OFFER dropped", one, offer_dropped, "dhcp.no-offer", offer_dropped,
         "capture.offer-missing", NULL},
	{"OFFER dropped, SLOF", slof, offer_dropped, "dhcp.no-offer", offer_dropped,
         "capture.offer-missing", NULL},
	{"NAK instead of ACK", one, ack_to_nak, "dhcp.nak", ack_to_nak, "dhcp.nak", NULL},
	{"NAK instead of ACK, SLOF", slof, ack_to_nak, "dhcp.nak", ack_to_nak, "dhcp.nak", NULL},
	{"OFFER without option 54", one, id_removed, "dhcp.offer-without-server-id", id_removed,
         "dhcp.offer-without-server-id", NULL},
	{"OFFER without option 1", one, netmask_removed, "dhcp.no-netmask", netmask_removed,
         "dhcp.no-netmask", NULL},
	{"proxy OFFER without option 60", two, proxy_class_removed, "dhcp.proxy-without-class",
         proxy_class_removed, "dhcp.proxy-without-class", NULL},
	{"proxy OFFER without option 60, iPXE", rom, proxy_class_removed,
         "dhcp.proxy-without-class", proxy_class_removed, "dhcp.proxy-without-class", NULL},
	{"option 60 without 43", one, class_without_43_asked, "pxe.silent", class_without_43,
         "pxe.class-without-43", NULL},
	{"option 43 of the proxy OFFER cut", two, vendor_cut, "pxe.vendor-malformed", vendor_cut,
         "pxe.vendor-malformed", NULL},
	{"option 43 on port 4011 without 255", menu, vendor_without_end, "pxe.vendor-malformed",
         vendor_without_end, "pxe.vendor-malformed", NULL},
	{"no bit 3 and no menu", one, no_menu, "pxe.no-menu", no_menu, "pxe.no-menu", NULL},
	{"boot file emptied", one, file_emptied, "dhcp.no-boot-data", file_emptied,
         "boot.no-file-name", NULL},
	{"boot file emptied, iPXE", "seabios-virtio-combsys.pcap", file_emptied_taken,
         "boot.no-file", file_emptied_taken, "boot.no-file-name", NULL},
	{"ACK gives another address", one, ack_of_other_address, "dhcp.ack-differs",
         ack_of_other_address, "dhcp.ack-differs", NULL},
	{"next server zeroed", one, next_server_zeroed, "boot.no-next-server", next_server_zeroed,
         "boot.no-next-server", NULL},
	{"OFFER with another xid", one, offer_xid, "dhcp.wrong-xid", offer_xid, "dhcp.wrong-xid",
         NULL},
	{"4011 answer dropped", two, answer_dropped, "pxe.silent", answer_dropped,
         "capture.4011-missing", NULL},
	{"4011 answer dropped, iPXE", rom, answer_dropped, "pxe.silent", answer_dropped,
         "capture.4011-missing", NULL},
	{"4011 answer with another xid", two, answer_xid, "pxe.wrong-xid", answer_xid,
         "pxe.wrong-xid", NULL},
	{"4011 answer without file", two, answer_without_file, "pxe.no-file", NULL, NULL, NULL},
	{"TFTP port changes", grub, tid_changes, "tftp.tid-changed", tid_changes,
         "tftp.tid-changed", NULL},
	{"TFTP port changes, SLOF", slof, tid_changes, "tftp.tid-changed", tid_changes,
         "tftp.tid-changed", NULL},
	{"TFTP answer from elsewhere", grub, answered_from_elsewhere, "tftp.other-address",
         answered_from_elsewhere, "tftp.other-address", NULL},
	{"OACK without tsize", one, tsize_removed, "tftp.no-size", tsize_removed, "tftp.no-size",
         NULL},
	{"OACK with an unrequested option", one, oack_unrequested_refused, "tftp.bad-oack",
         oack_unrequested, "tftp.bad-oack", NULL},
	{"DATA lost", one, data_lost, "tftp.stalled", data_lost, "capture.data-missing", NULL},
	{"DATA lost, U-Boot", uboot, data_lost, "tftp.stalled", data_lost, "capture.data-missing",
         NULL},
	{"ERROR 1 for OACK", one, error_for_oack, "tftp.not-found", NULL, NULL, NULL},
	{"ERROR 1 for OACK, SLOF", slof, error_for_oack, "tftp.not-found", NULL, NULL, NULL},
	{"HTTP 302", http, redirected, "http.redirect", redirected, "http.redirect", NULL},
	{"HTTP type and name of no program", http, not_an_image_reset, "http.image-type",
         not_an_image, "http.image-type", NULL},
	{"bare path for HTTP", http, url_to_path, "dhcp.http-url-missing", url_to_path,
         "dhcp.http-url-missing", NULL},
	{"HTTPClient dropped", http, http_class_removed, "dhcp.http-class-missing",
         http_class_removed, "dhcp.http-class-missing", NULL},
	{"option 82 dropped", relayed, option_82_dropped, "relay.option-82", option_82_dropped,
         "relay.option-82", with_82},
	{"relay's reply to port 68", relayed, relay_reply_to_68, "relay.reply-port",
         relay_reply_to_68, "relay.reply-port", NULL},
};

/* The client's datagram before @index that asked for what did not come; SIZE_MAX: TCP asked */
static size_t question(const struct recording *r, size_t index)
{
	while (index-- > 0) {
		struct br_packet p = recording_packet(r, index);

		if (p.transport == BR_TRANSPORT_TCP)
			return SIZE_MAX;
		if (p.network == BR_NETWORK_IPV4 && p.transport == BR_TRANSPORT_UDP &&
		    (p.eth_src[0] == 0x52 || p.dst.port == BR_DHCP_PORT_SERVER) &&
		    r->frame[index].octets[recording_payload(r, index)] != BR_DHCP_OP_REPLY)
			return index;
	}
	return SIZE_MAX;
}

/* The client asks twice more, then a minute of silence in which the recorder still runs. */
static void silence(struct recording *r, size_t index, bool again)
{
	size_t asked = question(r, index);
	br_time at;

	recording_cut(r, index);
	at = r->frame[r->frames - 1].at;
	for (size_t i = 1; again && asked != SIZE_MAX && i <= 2; i++)
		recording_again(r, asked, at + (i == 1 ? 4 : 12) * BR_S);
	static const uint8_t arp[42] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2,   0, 0, 0, 0,
	                                9,    8,    6,    0,    1,    8,    0,   6, 4, 0, 1,
	                                2,    0,    0,    0,    0,    9,    192, 0, 2, 9, 0,
	                                0,    0,    0,    0,    0,    192,  0,   2, 10};

	recording_put(r, at + 70 * BR_S, arp, sizeof(arp), sizeof(arp));
}

/* A finding must say more than its name: which rule, and what to change. */
static bool is_complete(const char *json, const char *id)
{
	char want[96];

	(void)snprintf(want, sizeof(want), "{\"id\":\"%s\"", id);
	const char *at = strstr(json, want);

	return at && !strstr(at, "\"text\":\"\",\"change\"") && strstr(at, "\"change\":\"") &&
	       strncmp(strstr(at, "\"change\":\"") + 10, "\"", 1) != 0;
}

static bool clean(const struct planted *p, char *text)
{
	struct recording r;

	recording_load_named(&r, p->capture);
	if (p->before)
		(void)p->before(&r);
	(void)recording_explain_clean(&r, text, TEXT_MAX);
	recording_reset(&r);
	return !(p->finding && recording_has_finding(text, p->finding)) &&
	       !(p->stops && recording_has_finding(text, p->verdict));
}

static bool stops(const struct planted *p, char *text)
{
	struct recording r;
	char verdict[64];
	int code;

	recording_load_named(&r, p->capture);
	size_t at = p->stops(&r);

	silence(&r, at, at < r.frames || p->stops == answer_dropped);
	code = recording_explain_clean(&r, text, TEXT_MAX);
	recording_reset(&r);
	recording_verdict(text, verdict, sizeof(verdict));
	if (!strcmp(verdict, p->verdict) && code == 1 && is_complete(text, verdict))
		return true;
	print_error("%s: stopped: want %s, got %s (exit %d)\n", p->what, p->verdict, verdict, code);
	if (getenv("BR_SHOW"))
		print_error("%s\n", text);
	return false;
}

static bool goes_on(const struct planted *p, char *text)
{
	struct recording r;
	char verdict[64];

	recording_load_named(&r, p->capture);
	(void)p->goes_on(&r);
	(void)recording_explain_clean(&r, text, TEXT_MAX);
	recording_reset(&r);
	if (recording_has_finding(text, p->finding) && is_complete(text, p->finding))
		return true;
	recording_verdict(text, verdict, sizeof(verdict));
	print_error("%s: went on: want %s, got %s\n", p->what, p->finding, verdict);
	if (getenv("BR_SHOW"))
		print_error("%s\n", text);
	return false;
}

static void every_planted_fault_is_named(void **state)
{
	static char text[TEXT_MAX];
	size_t named = 0, planted = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		const struct planted *p = &faults[i];
		what = p->what;
		bool was_clean = clean(p, text);

		if (!was_clean)
			print_error("%s: found before it was planted\n", p->what);
		planted += (p->stops ? 1U : 0U) + (p->goes_on ? 1U : 0U);
		named += p->stops && stops(p, text) && was_clean ? 1U : 0U;
		named += p->goes_on && goes_on(p, text) && was_clean ? 1U : 0U;
	}
	print_message("# %zu of %zu planted faults named\n", named, planted);
	assert_int_equal(named, planted);
}

/* In the middle of a body the client acknowledges so often with window 0, then nothing comes. */
static bool is_closed_window(unsigned times, char *text)
{
	struct recording r;
	size_t ack;

	recording_load_named(&r, http);
	ack = recording_find_text(&r, recording_find_text(&r, 0, "GET "), "HTTP/1.1 200");
	do {
		ack++;
		assert_in_range(ack, 0, r.frames - 1);
	} while (recording_packet(&r, ack).transport != BR_TRANSPORT_TCP ||
	         recording_packet(&r, ack).dst.port != 80);
	recording_cut(&r, ack + 1);
	for (unsigned i = 1; i <= times; i++) {
		recording_again(&r, ack, r.frame[ack].at + i * BR_S);
		memset(r.frame[r.frames - 1].octets + 14 + 20 + 14, 0, 2);
		recording_fix(&r, r.frames - 1);
	}
	silence(&r, r.frames, false);
	assert_int_equal(recording_explain_clean(&r, text, TEXT_MAX), 1);
	recording_reset(&r);
	assert_true(recording_has_finding(text, "http.stalled"));
	return strstr(text, "TCP window is 0 and stays so") != NULL;
}

static void a_window_that_stays_closed_is_told_from_the_third_time_on(void **state)
{
	static char text[TEXT_MAX];

	(void)state;
	assert_false(is_closed_window(0, text));
	assert_false(is_closed_window(2, text));
	assert_true(is_closed_window(3, text));
	assert_non_null(strstr(text, "(3 times)"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_planted_fault_is_named),
		cmocka_unit_test(a_window_that_stays_closed_is_told_from_the_third_time_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
