/* SPDX-License-Identifier: BSD-2-Clause */
/* Every option, tag, record and field by its number, known or not: what people wrote in it, and
 * the octets of an address, are gone afterwards, though the field be one for numbers. The lists
 * that are kept are named here, so a row that hides no more is seen.
 */
#include "captures/convert/anonymous_fields.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "captures/convert/anonymous_dhcp.h"
#include "captures/convert/anonymous_http.h"
#include "captures/convert/anonymous_talk.h"
#include "captures/convert/anonymous_tls.h"
#include "core/formats/dhcp6_message.h"
#include "core/formats/dhcp_message.h"
#include "helper.h"

enum {
	ROOM = 1024,
};

/* As a text, and as octets that are none: a private address is among them. */
static const char secrets[][24] = {
	"Zwiebelkuchen-4711",
	"\x0a\x4f\x33\x11\xc0\xa8\x37\x9b\x3c\xec\xef\x12\x9a\x77\x2a\x5d\x11\xc3",
};
enum {
	SECRETS = sizeof(secrets) / sizeof(secrets[0]),
	SECRET_SIZE = 18,
};

static int setup(void **state)
{
	struct br_anonymous *a = calloc(1, sizeof(*a));

	assert_non_null(a);
	a->disguise = br_disguise_new();
	assert_non_null(a->disguise);
	br_disguise_set_key(a->disguise, "key", 3);
	*state = a;
	return 0;
}

static int teardown(void **state)
{
	struct br_anonymous *a = *state;

	(void)br_disguise_free(a->disguise);
	free(a);
	return 0;
}

/* Whether four octets of it in a row are left: what is shorter may be chance */
static bool is_left(const uint8_t *octets, size_t size, const char *secret)
{
	for (size_t i = 0; i + 4 <= size; i++) {
		for (size_t k = 0; k + 4 <= SECRET_SIZE; k++) {
			if (!memcmp(octets + i, secret + k, 4))
				return true;
		}
	}
	return false;
}

/* What to put number @code and a secret into; returns its octets. False: it has no such number */
typedef size_t put_field(uint8_t octets[static ROOM], unsigned code, const char *secret);
typedef void hide_all(struct br_anonymous *a, uint8_t *octets, size_t size);

static void sweep(struct br_anonymous *a, const char *what, put_field *put, hide_all *hide,
                  unsigned last, const unsigned *kept, size_t kept_count)
{
	size_t wrong = 0;

	for (unsigned code = 1; code <= last; code++) {
		bool keep = false;

		for (size_t i = 0; i < kept_count; i++)
			keep = keep || kept[i] == code;
		for (size_t s = 0; s < SECRETS; s++) {
			uint8_t octets[ROOM];
			size_t size = put(octets, code, secrets[s]);

			if (size == 0)
				continue;
			assert_true(is_left(octets, size, secrets[s]));
			hide(a, octets, size);
			if (is_left(octets, size, secrets[s]) == keep)
				continue;
			print_error("%s %u: secret %zu is %s\n", what, code, s,
			            keep ? "gone" : "left");
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

#define KEPT(...)                                                                                  \
	(const unsigned[]){__VA_ARGS__}, sizeof((const unsigned[]){__VA_ARGS__}) / sizeof(unsigned)

/* DHCPv4 */

static size_t put_message4(uint8_t *octets, uint8_t code, const void *value, size_t size)
{
	struct br_dhcp_header h = {.op = 2, .htype = 1, .hlen = 6};
	struct br_dhcp_builder b;

	br_dhcp_begin(&b, &h, octets, ROOM, 0);
	br_dhcp_put_u8(&b, BR_DHCP_OPTION_MESSAGE_TYPE, BR_DHCP_TYPE_ACK);
	br_dhcp_put(&b, code, value, size);
	return br_dhcp_finish(&b, 300);
}

static size_t put_option4(uint8_t octets[static ROOM], unsigned code, const char *secret)
{
	if (code == BR_DHCP_OPTION_END || code == BR_DHCP_OPTION_OVERLOAD ||
	    code == BR_DHCP_OPTION_MESSAGE_TYPE) /* say how to read the rest */
		return 0;
	return put_message4(octets, (uint8_t)code, secret, SECRET_SIZE);
}

static size_t put_tag(uint8_t *octets, uint8_t option, unsigned code, const char *secret)
{
	uint8_t value[2 + SECRET_SIZE] = {(uint8_t)code, SECRET_SIZE};

	if (code == BR_DHCP_OPTION_END && option != BR_DHCP_OPTION_RELAY_AGENT)
		return 0;
	memcpy(value + 2, secret, SECRET_SIZE);
	return put_message4(octets, option, value, sizeof(value));
}

static size_t put_pxe(uint8_t octets[static ROOM], unsigned code, const char *secret)
{
	return put_tag(octets, BR_DHCP_OPTION_VENDOR, code, secret);
}

static size_t put_agent(uint8_t octets[static ROOM], unsigned code, const char *secret)
{
	return put_tag(octets, BR_DHCP_OPTION_RELAY_AGENT, code, secret);
}

static size_t put_ipxe(uint8_t octets[static ROOM], unsigned code, const char *secret)
{
	return put_tag(octets, BR_DHCP_OPTION_IPXE, code, secret);
}

static void options_of_dhcp4(void **state)
{
	sweep(*state, "option", put_option4, br_anonymous_hide_dhcp4, 255, KEPT(25, 55));
}

static void tags_of_pxe(void **state)
{
	sweep(*state, "tag", put_pxe, br_anonymous_hide_dhcp4, 255, NULL, 0);
}

static void sub_options_of_relays(void **state)
{
	sweep(*state, "sub-option", put_agent, br_anonymous_hide_dhcp4, 255, NULL, 0);
}

static void sub_options_of_ipxe(void **state)
{
	sweep(*state, "iPXE's", put_ipxe, br_anonymous_hide_dhcp4, 255, NULL, 0);
}

/* An option of which a length runs over the edge, in each of the three fields */
static void what_is_broken_or_behind_the_end(void **state)
{
	static const size_t ends[] = {BR_DHCP_AT_FILE, BR_DHCP_AT_COOKIE, ROOM};

	for (size_t field = 0; field < 3; field++) {
		for (size_t s = 0; s < SECRETS; s++) {
			for (uint8_t code = 1; code < 255; code += 11) {
				uint8_t octets[ROOM] = {2, 1, 6};
				struct br_writer w = br_writer_of(octets + BR_DHCP_AT_COOKIE, 8);
				size_t at = ends[field] - 20;

				br_put_be32(&w, BR_DHCP_COOKIE);
				br_put_bytes(&w, "\x34\1\3\xff", 4);
				octets[at] = code;
				octets[at + 1] = 200;
				memcpy(octets + at + 2, secrets[s], SECRET_SIZE);
				if (field == 2) /* no END before it */
					octets[BR_DHCP_AT_OPTIONS + 3] = 0;
				br_anonymous_hide_dhcp4(*state, octets, sizeof(octets));
				if (br_hide_row_of(BR_LAYER_DHCP4, code)->hide != BR_HIDE_KEEP_ALL)
					assert_false(is_left(octets, ROOM, secrets[s]));
				octets[BR_DHCP_AT_OPTIONS + 3] = 255;
				memcpy(octets + at + 2, secrets[s], SECRET_SIZE);
				br_anonymous_hide_dhcp4(*state, octets, sizeof(octets));
				if (field == 2)
					assert_false(is_left(octets, ROOM, secrets[s]));
			}
		}
	}
}

/* A value in two instances is one value: a name is the same as in one. RFC 3396 */
static void a_value_in_two_instances_is_one(void **state)
{
	static const char name[] = "/Zwiebelkuchen/grubx64.efi";
	uint8_t one[ROOM], two[ROOM];
	struct br_dhcp_header h = {.op = 2, .htype = 1, .hlen = 6};
	struct br_dhcp_message m;
	struct br_dhcp_builder b;
	size_t size = put_message4(one, BR_DHCP_OPTION_BOOT_FILE, name, strlen(name));

	br_anonymous_hide_dhcp4(*state, one, size);
	br_dhcp_begin(&b, &h, two, ROOM, 0);
	br_dhcp_put(&b, BR_DHCP_OPTION_BOOT_FILE, name, 8);
	br_dhcp_put(&b, BR_DHCP_OPTION_BOOT_FILE, name + 8, strlen(name) - 8);
	size = br_dhcp_finish(&b, 300);
	br_anonymous_hide_dhcp4(*state, two, size);
	assert_int_equal(br_dhcp_parse((struct br_octets){one, 300}, &m), 0);
	struct br_octets value = br_dhcp_get(&m, BR_DHCP_OPTION_BOOT_FILE);
	uint8_t kept[64];

	assert_int_equal(value.size, strlen(name));
	memcpy(kept, value.data, value.size);
	assert_int_equal(br_dhcp_parse((struct br_octets){two, size}, &m), 0);
	value = br_dhcp_get(&m, BR_DHCP_OPTION_BOOT_FILE);
	assert_int_equal(value.size, strlen(name));
	assert_memory_equal(value.data, kept, value.size);
	assert_memory_equal(kept + 14, "/grubx64.efi", 12);
}

/* DHCPv6 */

static size_t put_option6(uint8_t octets[static ROOM], unsigned code, const char *secret)
{
	struct br_writer w = br_writer_of(octets, ROOM);

	br_put_be32(&w, UINT32_C(0x07123456));
	br_put_be16(&w, (uint16_t)code);
	br_put_be16(&w, SECRET_SIZE);
	br_put_bytes(&w, secret, SECRET_SIZE);
	return br_written(&w);
}

static size_t put_option6_relayed(uint8_t octets[static ROOM], unsigned code, const char *secret)
{
	uint8_t inner[ROOM];
	size_t size = put_option6(inner, code, secret);
	struct br_writer w = br_writer_of(octets, ROOM);

	br_put_be16(&w, BR_DHCP6_TYPE_RELAY_FORWARD << 8);
	br_put_zeros(&w, 32);
	br_put_be16(&w, BR_DHCP6_OPTION_RELAYED);
	br_put_be16(&w, (uint16_t)size);
	br_put_bytes(&w, inner, size);
	return br_written(&w);
}

/* The enterprise number of 16, 17 and 37 stays, the number of a status, and what stands in front
 * of options in options
 */
static size_t put_behind_numbers(uint8_t octets[static ROOM], unsigned code, const char *secret)
{
	struct br_writer w = br_writer_of(octets, ROOM);
	size_t zeros = code == BR_DHCP6_OPTION_IA_NA || code == BR_DHCP6_OPTION_IA_PD ? 12
	               : code == BR_DHCP6_OPTION_ADDRESS                              ? 24
	               : code == 26                                                   ? 25
	                                                                              : 4;

	br_put_be32(&w, UINT32_C(0x07123456));
	br_put_be16(&w, (uint16_t)code);
	br_put_be16(&w, (uint16_t)(zeros + SECRET_SIZE));
	br_put_zeros(&w, zeros);
	br_put_bytes(&w, secret, SECRET_SIZE);
	return br_written(&w);
}

static void options_of_dhcp6(void **state)
{
	sweep(*state, "DHCPv6", put_behind_numbers, br_anonymous_hide_dhcp6, 300, KEPT(6));
	/* its times are in the place of lifetimes of IAs, which stay */
	sweep(*state, "DHCPv6", put_option6, br_anonymous_hide_dhcp6, 300, KEPT(3, 6, 25));
	sweep(*state, "relayed DHCPv6", put_option6_relayed, br_anonymous_hide_dhcp6, 300,
	      KEPT(3, 6, 25));
}

/* Neighbour discovery */

static size_t put_nd(uint8_t octets[static ROOM], unsigned code, const char *secret)
{
	struct br_writer w = br_writer_of(octets, ROOM);

	br_put_be32(&w, UINT32_C(0x86000000));
	br_put_zeros(&w, 12);
	br_put_be16(&w, (uint16_t)(code << 8 | 5));
	br_put_zeros(&w, 14);
	br_put_bytes(&w, secret, SECRET_SIZE);
	br_put_zeros(&w, 40 - 16 - SECRET_SIZE);
	return br_written(&w);
}

static void hide_nd(struct br_anonymous *a, uint8_t *octets, size_t size)
{
	assert_true(br_anonymous_hide_nd(a, octets, size));
}

static void options_of_neighbour_discovery(void **state)
{
	sweep(*state, "neighbour discovery", put_nd, hide_nd, 255, NULL, 0);
}

/* Wherever it stands behind the head, but for the times of a router and the delay of a query */
static void other_messages_of_icmp6(void **state)
{
	for (unsigned type = 130; type <= 143; type++) {
		size_t first = type == 134 ? 16 : type == 143 ? 12 : 8;

		for (size_t s = 0; s < SECRETS; s++) {
			for (size_t at = first; at + SECRET_SIZE <= 64; at += 2) {
				uint8_t octets[64] = {(uint8_t)type, [6] = 1};

				if (type == 143)
					octets[11] = 2; /* sources of the one record */
				memcpy(octets + at, secrets[s], SECRET_SIZE);
				if (type <= 132 && at < 28)
					continue;
				if (!br_anonymous_hide_nd(*state, octets, sizeof(octets)))
					continue;
				if (is_left(octets, sizeof(octets), secrets[s]))
					print_error("type %u at %zu\n", type, at);
				assert_false(is_left(octets, sizeof(octets), secrets[s]));
			}
		}
	}
}

/* DNS */

static size_t put_record(uint8_t octets[static ROOM], unsigned type, const char *secret)
{
	struct br_writer w = br_writer_of(octets, ROOM);
	size_t numbers = type == 15 ? 2 : type == 33 ? 6 : 0;
	bool name = type == 2 || type == 5 || type == 6 || type == 12 || numbers > 0;

	if (name && secret != secrets[0])
		return 0; /* they are no label */
	br_put_be32(&w, UINT32_C(0x00078180));
	br_put_be32(&w, 1);
	br_put_be32(&w, 0);
	br_put_u8(&w, SECRET_SIZE); /* whose it is */
	br_put_bytes(&w, secrets[0], SECRET_SIZE);
	br_put_u8(&w, 0);
	br_put_be16(&w, (uint16_t)type);
	br_put_be16(&w, 1);
	br_put_be32(&w, 60);
	br_put_be16(&w, (uint16_t)(numbers + SECRET_SIZE + (name ? 2 : 0)));
	br_put_zeros(&w, numbers);
	if (name)
		br_put_u8(&w, SECRET_SIZE);
	br_put_bytes(&w, secret, SECRET_SIZE);
	if (name)
		br_put_u8(&w, 0);
	return br_written(&w);
}

static void records_of_dns(void **state)
{
	sweep(*state, "record", put_record, br_anonymous_hide_dns, 300, NULL, 0);
}

/* A question of @text as labels. Return: its octets, in DNS's order */
static size_t put_question(uint8_t octets[static ROOM], const char *text)
{
	struct br_writer w = br_writer_of(octets, ROOM);

	br_put_be32(&w, UINT32_C(0x00070100));
	br_put_be32(&w, UINT32_C(0x00010000));
	br_put_be32(&w, 0);
	while (*text) {
		size_t size = strcspn(text, ".");

		br_put_u8(&w, (uint8_t)size);
		br_put_bytes(&w, text, size);
		text += size + (text[size] == '.');
	}
	br_put_u8(&w, 0);
	br_put_be32(&w, 12 << 16 | 1);
	return br_written(&w);
}

/* 9.80.168.192.in-addr.arpa asks for the pseudonym of 192.168.80.9. */
static void reverse_names_are_addresses(void **state)
{
	struct br_anonymous *a = *state;
	uint8_t is[ROOM], want[ROOM];
	uint32_t ip = br_disguise_ipv4(a->disguise, UINT32_C(0xc0a85009));
	char text[64];
	size_t size = put_question(is, "9.80.168.192.in-addr.arpa");

	br_anonymous_hide_dns(a, is, size);
	(void)snprintf(text, sizeof(text), "%u.%u.%u.%u.in-addr.arpa", (unsigned)(ip & 255),
	               (unsigned)(ip >> 8 & 255), (unsigned)(ip >> 16 & 255), (unsigned)(ip >> 24));
	assert_int_equal(put_question(want, text), size);
	assert_memory_equal(is, want, size);
}

/* TFTP and HTTP */

static void every_text_of_tftp(void **state)
{
	static const char *const names[] = {"blksize",   "tsize",    "timeout",       "windowsize",
	                                    "multicast", "rollover", "Zwiebelkuchen", "utimeout"};

	for (uint8_t opcode = 1; opcode <= 7; opcode++) {
		for (size_t n = 0; n < sizeof(names) / sizeof(names[0]); n++) {
			uint8_t octets[ROOM];
			struct br_writer w = br_writer_of(octets, ROOM);

			if (opcode == 4 || opcode == 3 || opcode == 5)
				br_put_be32(&w, (uint32_t)opcode << 16 | 1);
			else
				br_put_be16(&w, opcode);
			for (int i = 0; i < 4; i++) {
				br_put_bytes(&w, secrets[0], SECRET_SIZE + 1);
				br_put_bytes(&w, names[n], strlen(names[n]) + 1);
			}
			br_put_bytes(&w, names[n], strlen(names[n]) + 1);
			br_put_bytes(&w, secrets[0], SECRET_SIZE);
			br_anonymous_hide_tftp(*state, octets, br_written(&w));
			assert_false(is_left(octets, br_written(&w), secrets[0]));
		}
	}
}

static void fields_of_http(void **state)
{
	static const char *const hidden[] = {"Host",
	                                     "Location",
	                                     "Content-Location",
	                                     "Referer",
	                                     "User-Agent",
	                                     "Server",
	                                     "Via",
	                                     "X-Powered-By",
	                                     "Content-Type",
	                                     "ETag",
	                                     "If-None-Match",
	                                     "If-Match",
	                                     "If-Range",
	                                     "Authorization",
	                                     "Proxy-Authorization",
	                                     "WWW-Authenticate",
	                                     "Cookie",
	                                     "Set-Cookie",
	                                     "X-Zwiebelkuchen",
	                                     "From",
	                                     "Link",
	                                     "Content-Disposition",
	                                     "Forwarded",
	                                     "Accept",
	                                     "Accept-Language",
	                                     "X-Forwarded-Host",
	                                     "Zwiebelkuchen"};
	static const char *const ends[] = {"\r\n\r\n", "\n\n", "\r\n", ""};

	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++) {
		for (size_t e = 0; e < sizeof(ends) / sizeof(ends[0]); e++) {
			char head[256];

			(void)snprintf(head, sizeof(head), "GET /%s?%s HTTP/1.1%s%s: %s%s",
			               secrets[0], secrets[0], e == 1 ? "\n" : "\r\n", hidden[i],
			               secrets[0], ends[e]);
			size_t size = strlen(head);

			br_anonymous_hide_head(*state, (uint8_t *)head, size);
			if (is_left((uint8_t *)head, size, secrets[0]))
				print_error("%s\n", head);
			assert_false(is_left((uint8_t *)head, size, secrets[0]));
			assert_int_equal(strlen(head), size);
			assert_memory_equal(head, "GET /", 5);
			(void)snprintf(head, sizeof(head), "HTTP/1.1 404 %s", secrets[0]);
			br_anonymous_hide_head(*state, (uint8_t *)head, strlen(head));
			assert_false(is_left((uint8_t *)head, strlen(head), secrets[0]));
			assert_memory_equal(head, "HTTP/1.1 404 ", 13);
		}
	}
	char kept[] = "HEAD /boot.efi HTTP/1.1\r\nContent-Length: 42\r\nRange: bytes=1-\r\n"
		      "Connection: close\r\nContent-Type: application/efi\r\n"
		      "User-Agent: UefiHttpBoot/1.0\r\n\r\n",
	     was[sizeof(kept)];

	memcpy(was, kept, sizeof(kept));
	br_anonymous_hide_head(*state, (uint8_t *)kept, strlen(kept));
	assert_string_equal(kept, was);
}

/* Every row says why, and the report names each that was met, once. */
/* A certificate with one element of that tag, as a record of TLS. Return: its octets */
static size_t put_certificate(uint8_t octets[ROOM], uint8_t tag, const char *secret)
{
	const uint8_t head[] = {0x16,
	                        3,
	                        3,
	                        0,
	                        12 + SECRET_SIZE, /* a record of the handshake */
	                        11,
	                        0,
	                        0,
	                        8 + SECRET_SIZE, /* Certificate */
	                        0,
	                        0,
	                        5 + SECRET_SIZE, /* the list */
	                        0,
	                        0,
	                        2 + SECRET_SIZE, /* its first */
	                        tag,
	                        SECRET_SIZE};

	memcpy(octets, head, sizeof(head));
	memcpy(octets + sizeof(head), secret, SECRET_SIZE);
	return sizeof(head) + SECRET_SIZE;
}

/* A ClientHello with one extension */
static size_t put_hello(uint8_t octets[ROOM], uint16_t type, const char *secret)
{
	size_t at = 9;

	memset(octets, 0, ROOM);
	memcpy(octets, "\x16\x03\x01", 3);
	octets[5] = 1;
	octets[at] = octets[at + 1] = 3;
	at += 2 + 32 + 1; /* random octets, no session */
	memcpy(octets + at, "\x00\x02\xc0\x2f\x01\x00", 6);
	at += 6;
	octets[at + 1] = 4 + SECRET_SIZE + 5;
	octets[at + 2] = (uint8_t)(type >> 8);
	octets[at + 3] = (uint8_t)type;
	octets[at + 5] = SECRET_SIZE + 5;
	at += 6 + 5; /* of SNI these say how long it is */
	memcpy(octets + at, secret, SECRET_SIZE);
	at += SECRET_SIZE;
	octets[4] = (uint8_t)(at - 5);
	octets[8] = (uint8_t)(at - 9);
	return at;
}

static void elements_and_extensions_of_tls(void **state)
{
	static const uint8_t tags[] = {0x01, 0x06, 0x17, 0x18}; /* that stay */
	static const uint16_t types[] = {1, 5, 10, 11, 13, 16, 22, 23, 43, 45, 0xff01};
	static const uint16_t ends[] = {0xfe0d, 0xff01};
	uint8_t octets[ROOM];

	for (size_t s = 0; s < SECRETS; s++) {
		for (unsigned tag = 0; tag < 256; tag++) {
			size_t size = put_certificate(octets, (uint8_t)tag, secrets[s]);
			bool stays = memchr(tags, (int)tag, sizeof(tags)) != NULL;

			br_anonymous_hide_messages(*state, octets + 5, size - 5);
			if (is_left(octets, size, secrets[s]) != stays)
				fail_msg("tag 0x%02x", tag);
		}
		for (unsigned i = 0; i < 72; i++) {
			uint16_t type = (uint16_t)(i < 70 ? i : ends[i - 70]);
			size_t size = put_hello(octets, type, secrets[s]);
			bool stays = false;

			for (size_t k = 0; k < sizeof(types) / sizeof(types[0]); k++)
				stays = stays || types[k] == type;
			br_anonymous_hide_messages(*state, octets + 5, size - 5);
			if (is_left(octets, size, secrets[s]) != stays)
				fail_msg("extension %u", type);
		}
	}
}

static void the_report_names_what_was_met(void **state)
{
	struct br_anonymous *a = *state;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	br_hide_count(&a->tally, br_hide_row_of(BR_LAYER_DHCP4, 12), true);
	br_hide_count(&a->tally, br_hide_row_of(BR_LAYER_DHCP4, 12), true);
	br_hide_count(&a->tally, br_hide_row_of(BR_LAYER_DHCP4, 53), false);
	br_hide_count(&a->tally, br_hide_row_of(BR_LAYER_DHCP4, 60), false);
	br_hide_count(&a->tally, br_hide_row_of(BR_LAYER_DHCP4, 231), true);
	br_hide_report(&a->tally, a->disguise, out);
	(void)fclose(out);
	assert_non_null(strstr(text, "  DHCPv4: host-name 2, other options 1\n"));
	assert_non_null(strstr(text, "the same on every machine\n      DHCPv4 message-type 1\n"));
	assert_non_null(strstr(text, "DHCPv4 vendor-class 1\n"));
	assert_null(strstr(text, "TFTP"));
	free(text);
	for (unsigned code = 0; code < 300; code++) {
		for (int layer = BR_LAYER_DHCP4; layer < BR_LAYERS; layer++) {
			const struct br_hide_row *row = br_hide_row_of((enum br_layer)layer, code);

			assert_int_equal(row->layer, layer);
			assert_true(row->name[0] && row->why[0]);
		}
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(options_of_dhcp4),
		TEST(tags_of_pxe),
		TEST(sub_options_of_relays),
		TEST(sub_options_of_ipxe),
		TEST(what_is_broken_or_behind_the_end),
		TEST(a_value_in_two_instances_is_one),
		TEST(options_of_dhcp6),
		TEST(options_of_neighbour_discovery),
		TEST(other_messages_of_icmp6),
		TEST(records_of_dns),
		TEST(reverse_names_are_addresses),
		TEST(every_text_of_tftp),
		TEST(fields_of_http),
		TEST(elements_and_extensions_of_tls),
		TEST(the_report_names_what_was_met),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
