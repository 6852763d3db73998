/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/captures/planted.h"

#include <assert.h>
#include <string.h>

#include "core/formats/dhcp_message.h"
#include "sim/net/frame.h"
#include "sim/net/packet.h"

enum {
	FRAME_MAX = 1600,
	ETHERNET = 14,
};

#define CLIENT UINT32_C(0xc0a85017) /* 192.168.80.23 */
#define SERVER UINT32_C(0xc0a85001)

#define UUID "\x4c\x4c\x45\x44\x00\x51\x35\x10\x80\x58\xb4\xc0\x4f\x4a\x33\x32"
#define MAC  "\x3c\xec\xef\x12\x9a\x77"
#define IP6  "\x20\x01\x0d\xb8\x0c\x0f\xfe\x01\0\0\0\0\0\0\x4b\x1d"
#define EUI  "\xfe\x80\0\0\0\0\0\0\x3e\xec\xef\xff\xfe\x12\x9a\x77"

const uint8_t planted_mac[6] = MAC;
const uint32_t planted_server = SERVER;

#define OCTETS(text)                                                                               \
	{                                                                                          \
		text, sizeof(text) - 1, 0                                                          \
	}
#define TEXT(text)                                                                                 \
	{                                                                                          \
		text, sizeof(text) - 1, 1                                                          \
	}

/* Words of one company; each stands in a field of its own below. */
const struct planted_secret planted_secrets[] = {
	OCTETS(MAC),
	OCTETS("\xc0\xa8\x50\x17"),
	OCTETS("\xc0\xa8\x50\x01"),
	OCTETS("\xc0\xa8\x5a\x09"), /* boot server, 43.8 */
	OCTETS("\xc0\xa8\x63\x01"), /* router of 121 */
	OCTETS("\xc0\xa8\x5b\x07"), /* 16 */
	OCTETS("\xc0\xa8\x5c\x05"), /* 21 */
	OCTETS("\xc0\xa8\x5d\x03"), /* 120 */
	OCTETS(UUID),
	OCTETS(IP6),
	OCTETS("\xef\xff\xfe\x12\x9a\x77"),         /* of the EUI-64 */
	OCTETS("\x20\x01\x0d\xb8\x0c\x0f\xfe\x02"), /* prefix of the advertisement */
	OCTETS("\xef\x12\x9a\x77"),                 /* IAID, iPXE's xid, solicited node */
	OCTETS("\1\x12\x9a\x77\0\1"),               /* a SOLICIT and its xid, */
	OCTETS("\7\x12\x9a\x77\0\1"),               /* the REPLY */
	OCTETS("\x2a\x5d\x11\xc3"),                 /* time of the DUID-LLT */
	TEXT("node17"),
	TEXT("hpc.rhenania"),
	TEXT("Rescue of Building"),
	TEXT("Ask Jane for"),
	TEXT("rack7-port12"),
	TEXT("switch-b9"),
	TEXT("3c-ec-ef-12-9a-77"),
	TEXT("3c:ec:ef:12:9a:77"),
	TEXT("C0A85017"),
	TEXT("192.168.80.1"),
	TEXT("deploy"),
	TEXT("s3cretword"),
	TEXT("4c4c4544-0051-3510-8058-b4c04f4a3332"),
	TEXT("bootsrv.rhenania.corp"),
	TEXT("rhenania"),
	TEXT("exports/golden"),  /* 17 */
	TEXT("GoldenTeam"),      /* 77 */
	TEXT("sitewide-224"),    /* 224 */
	TEXT("asset-778812"),    /* 61 as a text */
	TEXT("vendorblob"),      /* unknown in 43 */
	TEXT("customdhcp"),      /* 125 */
	TEXT("Payroll"),         /* TFTP error */
	TEXT("finance/ledger"),  /* path */
	TEXT("fleetagent"),      /* User-Agent */
	TEXT("hunter2"),         /* Authorization */
	TEXT("tracking"),        /* a field of its own name */
	TEXT("topsecretscript"), /* contents */
	TEXT("kernelparam"),     /* HTTP body */
	TEXT("coreswitch"),      /* LLDP */
	TEXT("syslogline"),      /* other UDP */
	TEXT("imapsession"),     /* other TCP */
	TEXT("pingpayload"),     /* ICMP echo */
	TEXT("trailerbytes"),    /* padding */
	TEXT("engineering"),     /* DNSSL */
	TEXT("uplinkfrag"),      /* a fragment */
	TEXT("recordedby"),      /* comment of the pcapng */
	TEXT("bondhouse0"),      /* name of the interface */
	TEXT("2001:db8:c0f:fe01::4b1d"),
	TEXT("leftovername"), /* behind the NUL of sname */
};
const size_t planted_secrets_count = sizeof(planted_secrets) / sizeof(planted_secrets[0]);

struct maker {
	struct br_writer out;
	size_t frames;
	uint16_t id;
};

static void put_le32(struct br_writer *w, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		br_put_u8(w, (uint8_t)(value >> 8 * i));
}

static void put_block(struct br_writer *w, uint32_t type, const void *body, size_t size)
{
	uint32_t filled = (uint32_t)(size + 3) & ~3U;

	put_le32(w, type);
	put_le32(w, 12 + filled);
	br_put_bytes(w, body, size);
	br_put_zeros(w, filled - size);
	put_le32(w, 12 + filled);
}

static void put_option(struct br_writer *w, uint16_t code, const char *text)
{
	uint32_t size = (uint32_t)strlen(text);

	put_le32(w, size << 16 | code);
	br_put_bytes(w, text, size);
	br_put_zeros(w, (4 - size % 4) % 4);
}

static void begin(struct br_writer *w)
{
	uint8_t body[128];
	struct br_writer b = br_writer_of(body, sizeof(body));

	put_le32(&b, 0x1a2b3c4d);
	put_le32(&b, 1);
	put_le32(&b, UINT32_MAX);
	put_le32(&b, UINT32_MAX);
	put_option(&b, 1, "recordedby Jane");
	put_le32(&b, 0);
	put_block(w, 0x0a0d0d0a, body, br_written(&b));
	b = br_writer_of(body, sizeof(body));
	put_le32(&b, 1);
	put_le32(&b, 65535);
	put_option(&b, 2, "bondhouse0");
	put_le32(&b, 0);
	put_block(w, 1, body, br_written(&b));
}

/* Frames a tenth of a second apart, checksums made good */
static void put_frame(struct maker *m, uint8_t *frame, size_t size)
{
	uint8_t body[FRAME_MAX + 64];
	struct br_writer b = br_writer_of(body, sizeof(body));
	struct br_checksum sums[BR_FRAME_CHECKSUMS_MAX];
	size_t count = br_frame_checksums((struct br_octets){frame, size}, sums);
	uint32_t us = (uint32_t)m->frames * 100000;

	for (size_t i = 0; i < count; i++) {
		frame[sums[i].at] = (uint8_t)(sums[i].value >> 8);
		frame[sums[i].at + 1] = (uint8_t)sums[i].value;
	}
	put_le32(&b, 0);
	put_le32(&b, 0x5a000);
	put_le32(&b, us);
	put_le32(&b, (uint32_t)size);
	put_le32(&b, (uint32_t)size);
	br_put_bytes(&b, frame, size);
	br_put_zeros(&b, (4 - size % 4) % 4);
	put_option(&b, 1, "recordedby Jane");
	put_le32(&b, 0);
	put_block(&m->out, 6, body, br_written(&b));
	m->frames++;
}

static struct br_writer ethernet(uint8_t frame[static FRAME_MAX], bool up, uint16_t type)
{
	struct br_writer w = br_writer_of(frame, FRAME_MAX);

	br_put_bytes(&w, up ? "\2\0\0\0\0\1" : MAC, 6);
	br_put_bytes(&w, up ? MAC : "\2\0\0\0\0\1", 6);
	br_put_be16(&w, type);
	return w;
}

/* @fragment: as in the header. Pads to 60 octets with what was in memory. */
static void put_ipv4(struct maker *m, bool up, uint8_t protocol, uint16_t fragment, const void *l4,
                     size_t size)
{
	static const char memory[] = "trailerbytes trailerbytes trailerbytes";
	uint8_t frame[FRAME_MAX];
	struct br_writer w = ethernet(frame, up, BR_ETHERNET_TYPE_IPV4);

	br_put_be16(&w, 0x4500);
	br_put_be16(&w, (uint16_t)(20 + size));
	br_put_be16(&w, fragment ? 4711 : ++m->id);
	br_put_be16(&w, fragment);
	br_put_u8(&w, 64);
	br_put_u8(&w, protocol);
	br_put_be16(&w, 0);
	br_put_be32(&w, up ? CLIENT : SERVER);
	br_put_be32(&w, up ? SERVER : CLIENT);
	br_put_bytes(&w, l4, size);
	if (br_written(&w) < 60)
		br_put_bytes(&w, memory, 60 - br_written(&w));
	put_frame(m, frame, br_written(&w));
}

static void put_udp(struct maker *m, bool up, uint16_t from, uint16_t to, const void *payload,
                    size_t size)
{
	uint8_t l4[FRAME_MAX];
	struct br_writer w = br_writer_of(l4, sizeof(l4));

	br_put_be16(&w, from);
	br_put_be16(&w, to);
	br_put_be16(&w, (uint16_t)(8 + size));
	br_put_be16(&w, 0);
	br_put_bytes(&w, payload, size);
	put_ipv4(m, up, BR_IP_PROTOCOL_UDP, 0, l4, br_written(&w));
}

static void put_ipv6(struct maker *m, bool up, uint8_t protocol, const void *l4, size_t size)
{
	uint8_t frame[FRAME_MAX];
	struct br_writer w = ethernet(frame, up, BR_ETHERNET_TYPE_IPV6);

	br_put_be32(&w, UINT32_C(0x60000000));
	br_put_be16(&w, (uint16_t)size);
	br_put_u8(&w, protocol);
	br_put_u8(&w, 255);
	br_put_bytes(&w, up ? EUI : IP6, 16);
	br_put_bytes(&w, up ? IP6 : EUI, 16);
	br_put_bytes(&w, l4, size);
	put_frame(m, frame, br_written(&w));
}

static void put_udp6(struct maker *m, bool up, uint16_t from, uint16_t to, const void *payload,
                     size_t size)
{
	uint8_t l4[FRAME_MAX];
	struct br_writer w = br_writer_of(l4, sizeof(l4));

	br_put_be16(&w, from);
	br_put_be16(&w, to);
	br_put_be16(&w, (uint16_t)(8 + size));
	br_put_be16(&w, 0);
	br_put_bytes(&w, payload, size);
	put_ipv6(m, up, BR_IP_PROTOCOL_UDP, l4, br_written(&w));
}

static void put_tcp(struct maker *m, bool up, uint16_t from, uint16_t to, uint32_t sequence,
                    uint8_t flags, const char *text)
{
	uint8_t l4[FRAME_MAX];
	struct br_writer w = br_writer_of(l4, sizeof(l4));

	br_put_be16(&w, from);
	br_put_be16(&w, to);
	br_put_be32(&w, sequence);
	br_put_be32(&w, 1);
	br_put_u8(&w, 5 << 4);
	br_put_u8(&w, flags);
	br_put_be16(&w, 8192);
	br_put_be32(&w, 0);
	br_put_bytes(&w, text, strlen(text));
	put_ipv4(m, up, BR_IP_PROTOCOL_TCP, 0, l4, br_written(&w));
}

#define PUT(b, code, value) br_dhcp_put(b, code, value, sizeof(value) - 1)

static void put_ack(struct maker *m)
{
	struct br_dhcp_header h = {.op = 2,
	                           .htype = 1,
	                           .hlen = 6,
	                           .xid = 0xef129a77, /* as iPXE: of the MAC */
	                           .yiaddr = CLIENT,
	                           .siaddr = SERVER,
	                           .chaddr = MAC,
	                           .sname = "node17\0leftovername",
	                           .file = "pxelinux.cfg/01-3c-ec-ef-12-9a-77"};
	uint8_t payload[FRAME_MAX];
	struct br_dhcp_builder b;

	br_dhcp_begin(&b, &h, payload, sizeof(payload), 0);
	br_dhcp_put_u8(&b, 53, 5);
	br_dhcp_put_be32(&b, 54, SERVER);
	br_dhcp_put_be32(&b, 3, SERVER);
	PUT(&b, 16, "\xc0\xa8\x5b\x07");
	PUT(&b, 21, "\xc0\xa8\x5c\x05\xff\xff\xff\xff");
	PUT(&b, 12, "node17");
	PUT(&b, 15, "hpc.rhenania.corp");
	PUT(&b, 17, "nfs:192.168.80.1:/exports/golden");
	PUT(&b, 56, "Payroll asked for it");
	PUT(&b, 66, "192.168.80.1");
	PUT(&b, 67, "http://bootsrv.rhenania.corp:8080/finance/ledger/shimx64.efi");
	PUT(&b, 60, "PXEClient");
	PUT(&b, 77, "\x0aGoldenTeam");
	PUT(&b, 81, "\4\0\0\6node17\x08rhenania\4corp\0");
	PUT(&b, 119,
	    "\x0b"
	    "engineering\x08rhenania\4corp\0");
	PUT(&b, 120, "\1\xc0\xa8\x5d\x03");
	PUT(&b, 43,
	    "\6\1\3\x08\7\x80\1\1\xc0\xa8\x5a\x09\0\x09\x17\x80\1\x14Rescue of Building 9"
	    "\x0a\x10\5Ask Jane for F8\xc8\x0avendorblob\xff");
	PUT(&b, 121, "\x18\x0a\x01\x02\xc0\xa8\x63\x01");
	PUT(&b, 125,
	    "\0\0\x0d\xe9\x0c\1\x0a"
	    "customdhcp");
	PUT(&b, 175, "\xbe\6deploy\xbf\x0as3cretword");
	PUT(&b, 224, "sitewide-224");
	PUT(&b, 82, "\1\x0crack7-port12\2\x09switch-b9");
	put_udp(m, false, 67, 68, payload, br_dhcp_finish(&b, 300));
}

static void put_discover(struct maker *m, const char *client_id, size_t client_id_size)
{
	struct br_dhcp_header h = {
		.op = 1, .htype = 1, .hlen = 6, .xid = 0xef129a77, .chaddr = MAC};
	uint8_t payload[FRAME_MAX];
	struct br_dhcp_builder b;

	br_dhcp_begin(&b, &h, payload, sizeof(payload), 0);
	br_dhcp_put_u8(&b, 53, 1);
	PUT(&b, 60, "PXEClient:Arch:00007:UNDI:003016");
	br_dhcp_put(&b, 61, client_id, client_id_size);
	PUT(&b, 97, "\0" UUID);
	PUT(&b, 93, "\0\7");
	put_udp(m, true, 68, 67, payload, br_dhcp_finish(&b, 300));
}

#define DISCOVER(m, id) put_discover(m, id, sizeof(id) - 1)

static void put_dhcp4(struct maker *m)
{
	DISCOVER(m, "\1" MAC);
	DISCOVER(m, "\0" UUID);
	DISCOVER(m, "\0asset-778812");
	DISCOVER(m, "\xff\xef\x12\x9a\x77\0\1\0\1\x2a\x5d\x11\xc3" MAC);
	DISCOVER(m, "\0\0\0\0\0\0\0\0\0\0\0" MAC); /* a UUID of zeros and the MAC */
	put_ack(m);
}

#define UDP(m, up, from, to, text)  put_udp(m, up, from, to, text, sizeof(text) - 1)
#define UDP6(m, up, from, to, text) put_udp6(m, up, from, to, text, sizeof(text) - 1)
#define ICMP6(m, up, text)          put_ipv6(m, up, BR_IP_PROTOCOL_ICMPV6, text, sizeof(text) - 1)

static void put_files(struct maker *m)
{
	static const char rrq[] =
		"\0\1finance/ledger/grub.cfg\0octet\0tsize\0000\0deploy\0s3cretword";
	static const char http[] =
		"GET /finance/ledger/boot.ipxe?mac=3c:ec:ef:12:9a:77&uuid="
		"4c4c4544-0051-3510-8058-b4c04f4a3332 HTTP/1.1\r\nHost: bootsrv.rhenania.corp\r\n"
		"User-Agent: fleetagent/2.0\r\nX-Tracking: node17\r\n"
		"Authorization: Basic hunter2\r\n\r\n";

	put_udp(m, true, 2070, 69, rrq, sizeof(rrq));
	UDP(m, false, 3000, 2070, "\0\3\0\1#!ipxe\ntopsecretscript\n");
	UDP(m, true, 2070, 3000, "\0\4\0\1");
	put_udp(m, true, 2071, 69, rrq, sizeof(rrq));
	UDP(m, false, 3001, 2071, "\0\5\0\1File /finance/ledger/grub.cfg not found, ask Payroll\0");
	put_tcp(m, true, 40000, 80, 99, BR_TCP_SYN, "");
	put_tcp(m, false, 80, 40000, 0, BR_TCP_SYN | BR_TCP_ACK, "");
	/* the second half first, then the whole again */
	put_tcp(m, true, 40000, 80, 100 + 90, BR_TCP_ACK, http + 90);
	put_tcp(m, true, 40000, 80, 100, BR_TCP_ACK, http);
	put_tcp(m, false, 80, 40000, 1, BR_TCP_ACK,
	        "HTTP/1.1 302 Payroll\r\nServer: rhenania/7\r\nContent-Length: 22\r\nLocation: "
	        "http://bootsrv.rhenania.corp/C0A85017.img\r\n\r\nkernelparam=hunter2xyz");
	put_tcp(m, true, 40001, 993, 5, BR_TCP_ACK, "imapsession deploy");
	UDP(m, true, 5140, 514, "<13>syslogline of node17");
	UDP(m, true, 53535, 53, "\0\7\1\0\0\1\0\0\0\0\0\0\7bootsrv\x08rhenania\4corp\0\0\1\0\1");
	UDP(m, false, 53, 53535,
	    "\0\7\x81\x80\0\1\0\3\0\0\0\0\7bootsrv\x08rhenania\4corp\0\0\1\0\1"
	    "\xc0\x0c\0\5\0\1\0\0\0\x3c\0\x09\6node17\xc0\x14"
	    "\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\xc0\xa8\x50\x01"
	    "\xc0\x0c\0\x10\0\1\0\0\0\x3c\0\x0b\x0asitewide-2");
}

static void put_other(struct maker *m)
{
	uint8_t frame[FRAME_MAX], quoted[64] = "\3\3";
	struct br_writer w = ethernet(frame, true, 0x88cc);
	struct br_writer q = br_writer_of(quoted + 8, sizeof(quoted) - 8);

	br_put_bytes(&w,
	             "\2\7\4" MAC "\x0a\x0a"
	             "coreswitch\0\0",
	             23);
	put_frame(m, frame, br_written(&w));
	w = ethernet(frame, true, BR_ETHERNET_TYPE_ARP);
	br_put_bytes(&w, "\0\1\x08\0\6\4\0\1" MAC "\xc0\xa8\x50\x17\0\0\0\0\0\0\xc0\xa8\x50\x01",
	             28);
	br_put_bytes(&w, "trailerbytes", 12);
	put_frame(m, frame, br_written(&w));
	put_ipv4(m, true, BR_IP_PROTOCOL_ICMP, 0, "\x08\0\0\0\0\1\0\1pingpayload", 19);
	br_put_bytes(&q, "\x45\0\0\x2c\0\1\0\0\x40\x11\0\0\xc0\xa8\x50\x17\xc0\xa8\x50\x01", 20);
	br_put_bytes(&q, "\x08\x16\0\x45\0\x18\0\0\0\1Payroll\0octet", 23);
	put_ipv4(m, false, BR_IP_PROTOCOL_ICMP, 0, quoted, 8 + br_written(&q));
	/* a datagram in two pieces */
	put_ipv4(m, true, BR_IP_PROTOCOL_UDP, BR_IPV4_MORE_FRAGMENTS,
	         "\x08\x16\0\x45\0\x2a\0\0\0\1finance/ledger", 24);
	put_ipv4(m, true, BR_IP_PROTOCOL_UDP, 3, "/uplinkfrag\0octet\0", 18);
}

static void put_six(struct maker *m)
{
	ICMP6(m, true, "\x85\0\0\0\0\0\0\0\1\1" MAC);
	ICMP6(m, false,
	      "\x86\0\0\0\x40\xc0\7\x08\0\0\0\0\0\0\0\0\1\1" MAC
	      "\3\4\x40\xc0\0\0\x10\0\0\0\x10\0\0\0\0\0\x20\x01\x0d\xb8\x0c\x0f\xfe\2\0\0\0\0\0\0\0"
	      "\0"
	      "\x1f\4\0\0\0\0\x10\0\x0b"
	      "engineering\x08rhenania\0\0\0");
	ICMP6(m, true, "\x87\0\0\0\0\0\0\0" IP6 "\1\1" MAC);
	ICMP6(m, true, "\x83\0\0\0\0\0\0\0\xff\2\0\0\0\0\0\0\0\0\0\1\xff\x12\x9a\x77");
	UDP6(m, true, 546, 547,
	     "\1\x12\x9a\x77\0\1\0\x0e\0\1\0\1\x2a\x5d\x11\xc3" MAC
	     "\0\3\0\x0c\xef\x12\x9a\x77\0\0\0\0\0\0\0\0"
	     "\0\x0f\0\x0c\0\x0aGoldenTeam"
	     "\0\x10\0\x0e\0\0\1\x57\0\x08rhenania"
	     "\0\x27\0\x11\0\6node17\x08rhenania\0");
	UDP6(m, false, 547, 546,
	     "\7\x12\x9a\x77\0\1\0\x0e\0\1\0\1\x2a\x5d\x11\xc3" MAC "\0\2\0\x12\0\4" UUID
	     "\0\3\0\x28\xef\x12\x9a\x77\0\0\0\0\0\0\0\0\0\5\0\x18" IP6 "\0\0\0\1\0\0\0\1"
	     "\0\x11\0\x0e\0\0\1\x57vendorblob"
	     "\0\x12\0\x0crack7-port12"
	     "\0\x0d\0\x09\0\0Payroll"
	     "\0\x17\0\x10" IP6 "\0\x18\0\x15\x0b"
	     "engineering\x08rhenania"
	     "\0\x3b\0\x2ftftp://[2001:db8:c0f:fe01::4b1d]/finance/ledger"
	     "\0\x3c\0\x09\0\7hunter2"
	     "\0\x26\0\x0bsubscriber!"
	     "\1\x23\0\x0csitewide-224");
}

size_t planted_capture(uint8_t *target, size_t room, size_t *ret_frames)
{
	struct maker m = {.out = br_writer_of(target, room)};

	begin(&m.out);
	put_dhcp4(&m);
	put_files(&m);
	put_other(&m);
	put_six(&m);
	assert(!m.out.bad);
	*ret_frames = m.frames;
	return br_written(&m.out);
}
