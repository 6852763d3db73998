/* SPDX-License-Identifier: BSD-2-Clause */
/* core/formats/dhcp_message.h - a BOOTP or DHCPv4 message: parse, build, print
 *
 * Serves the server, the client models, the analysers and the scripts, so nothing is
 * thrown away: each instance of an option stands in the order and the field (options,
 * file, sname) it was found in, and beside it the joined value of RFC 3396. What a
 * strict reader would refuse (no END, a length over the edge) is told, not judged.
 */
#ifndef BR_CORE_FORMATS_DHCP_MESSAGE_H
#define BR_CORE_FORMATS_DHCP_MESSAGE_H

#include "core/formats/dhcp_option.h"

enum {
	BR_DHCP_PORT_SERVER = 67,
	BR_DHCP_PORT_CLIENT = 68,
	BR_DHCP_PORT_PXE = 4011, /* PXE 2.1 §2.2.1 */
};

/* Where a field of RFC 2131 figure 1 begins, for those who change octets where they stand. */
enum br_dhcp_at {
	BR_DHCP_AT_HOPS = 3,
	BR_DHCP_AT_XID = 4,
	BR_DHCP_AT_SECS = 8,
	BR_DHCP_AT_FLAGS = 10,
	BR_DHCP_AT_CIADDR = 12,
	BR_DHCP_AT_YIADDR = 16,
	BR_DHCP_AT_GIADDR = 24,
	BR_DHCP_AT_CHADDR = 28,
	BR_DHCP_AT_SNAME = 44,
	BR_DHCP_AT_FILE = 108,
	BR_DHCP_AT_COOKIE = 236,
	BR_DHCP_AT_OPTIONS = 240,
};

enum {
	BR_DHCP_HEADER_SIZE = BR_DHCP_AT_COOKIE,
	BR_DHCP_SIZE_MIN = 300,  /* RFC 1542 §2.1: shorter replies are dropped by some */
	BR_DHCP_SIZE_MAX = 4096, /* longest that is parsed; ours, RFC has none */
	BR_DHCP_INSTANCES_MAX = 512,
	BR_DHCP_UDP_SIZE_DEFAULT = 576 - 28, /* without option 57, RFC 2131 §2 */
	BR_DHCP_UDP_SIZE_EDK2 = 1472,        /* EDK2 PxeBcDhcp4.c declines what is longer */
};

#define BR_DHCP_COOKIE UINT32_C(0x63825363) /* 99.130.83.99, RFC 2131 §3 */

enum br_dhcp_op {
	BR_DHCP_OP_REQUEST = 1, /* BOOTREQUEST: from a client */
	BR_DHCP_OP_REPLY = 2,
};

enum {
	BR_DHCP_FLAG_BROADCAST = 0x8000
};

enum br_dhcp_type {            /* option 53 */
	BR_DHCP_TYPE_NONE = 0, /* no option 53, or not of one octet: BOOTP, RFC 1534 */
	BR_DHCP_TYPE_DISCOVER = 1,
	BR_DHCP_TYPE_OFFER,
	BR_DHCP_TYPE_REQUEST,
	BR_DHCP_TYPE_DECLINE,
	BR_DHCP_TYPE_ACK,
	BR_DHCP_TYPE_NAK,
	BR_DHCP_TYPE_RELEASE,
	BR_DHCP_TYPE_INFORM,
	BR_DHCP_TYPE_FORCERENEW, /* RFC 3203 */
	BR_DHCP_TYPE_LEASEQUERY, /* RFC 4388, as the next three */
	BR_DHCP_TYPE_LEASEUNASSIGNED,
	BR_DHCP_TYPE_LEASEUNKNOWN,
	BR_DHCP_TYPE_LEASEACTIVE,
};

/* RFC 2131 figure 1, in its order; numbers in host order, addresses too. A copy. */
struct br_dhcp_header {
	uint8_t op; /* as on the wire: may be neither of enum br_dhcp_op */
	uint8_t htype, hlen, hops;
	uint32_t xid;
	uint16_t secs, flags;
	uint32_t ciaddr, yiaddr, siaddr, giaddr;
	uint8_t chaddr[16];
	uint8_t sname[64]; /* all octets, also when overloaded */
	uint8_t file[128];
};
/* BR_DHCP_HEADER_SIZE octets, in network order; the cookie is not among them. */
void br_dhcp_put_header(struct br_writer *w, const struct br_dhcp_header *header);

enum br_dhcp_field { /* where an instance stood; also the order of RFC 2131 §4.1 */
	BR_DHCP_FIELD_OPTIONS,
	BR_DHCP_FIELD_FILE,
	BR_DHCP_FIELD_SNAME,
	BR_DHCP_FIELD_COUNT,
};

struct br_dhcp_instance {
	uint8_t code;
	uint8_t field;          /* enum br_dhcp_field */
	uint16_t offset;        /* of the code octet, from the start of the datagram */
	struct br_octets value; /* borrowed from the datagram */
};

/**
 * struct br_dhcp_message - A parsed message
 * @header:	The fixed fields
 * @size:	Octets of the datagram it came in
 * @has_cookie:	The options field starts with the cookie; else nothing of it was read
 * @type:	Of option 53, joined; NONE for BOOTP
 * @overload:	Of option 52 in the options field, 0..3; values beyond are ignored
 * @instance, @instances: Every option met, pads and END left out
 * @ended:	That field had its END; true for fields that are not in use
 * @broken:	In that field a length ran over the edge; what came before it counts
 * @joined_*:	br_dhcp_get() reads these
 *
 * May be copied; borrows the datagram either way.
 */
struct br_dhcp_message {
	struct br_dhcp_header header;
	size_t size;
	bool has_cookie;
	enum br_dhcp_type type;
	uint8_t overload;
	size_t instances;
	struct br_dhcp_instance instance[BR_DHCP_INSTANCES_MAX];
	bool ended[BR_DHCP_FIELD_COUNT];
	bool broken[BR_DHCP_FIELD_COUNT];

	uint16_t joined_count[256];  /* instances of the code */
	uint16_t joined_first[256];  /* index of the first of them */
	uint16_t joined_offset[256]; /* in joined[], when there are several */
	uint16_t joined_size[256];
	uint8_t joined[BR_DHCP_SIZE_MAX];
};

/**
 * br_dhcp_parse() - Take a datagram apart; RFC 2131 §2, §4.1
 * @datagram:	UDP payload; lives as long as the message is read
 * @ret_message: On failure unspecified
 *
 * Order is that of RFC 2131 §4.1: options, then file, then sname when option 52 in the
 * options field says so; 52 inside file or sname does nothing.
 *
 * Return: 0, -EBADMSG if shorter than the fixed header, -EMSGSIZE if longer than
 *	   BR_DHCP_SIZE_MAX or with more than BR_DHCP_INSTANCES_MAX options
 */
int br_dhcp_parse(struct br_octets datagram, struct br_dhcp_message *ret_message);

/* The value of option @code, all instances joined (RFC 3396 §7); .data NULL if absent:
 * an option of length 0 has .data set and .size 0.
 */
struct br_octets br_dhcp_get(const struct br_dhcp_message *message, uint8_t code);
/* The first instance alone: how EDK2's boot drivers read (PxeBcDhcp4.c). */
struct br_octets br_dhcp_get_first(const struct br_dhcp_message *message, uint8_t code);
size_t br_dhcp_count(const struct br_dhcp_message *message, uint8_t code);

/* False, @ret untouched, if absent or of another length. */
bool br_dhcp_get_u8(const struct br_dhcp_message *message, uint8_t code, uint8_t *ret);
bool br_dhcp_get_be16(const struct br_dhcp_message *message, uint8_t code, uint16_t *ret);
bool br_dhcp_get_be32(const struct br_dhcp_message *message, uint8_t code, uint32_t *ret);

/* Text of an option without closing NULs (RFC 2132 §2); .data NULL if absent. */
struct br_octets br_dhcp_get_text(const struct br_dhcp_message *message, uint8_t code);

/* sname and file up to their NUL; empty if overloaded with options. */
struct br_octets br_dhcp_sname(const struct br_dhcp_message *message);
struct br_octets br_dhcp_file(const struct br_dhcp_message *message);

/* What EDK2's Dhcp4Dxe would make of it (Dhcp4Option.c DhcpValidateOptions): every field in
 * use has its END, and lengths of the options in its table fit. Messages without cookie pass.
 */
bool br_dhcp_is_valid_edk2(const struct br_dhcp_message *message);

/**
 * br_dhcp_build() - A parsed message as it was: the twin of br_dhcp_parse()
 * @w:	Header, cookie, each instance in its field, END where there was one, zeros up to
 *	@message->size. Pads between options are not remembered
 *
 * w->bad if it does not fit, or an instance of another field than options overflows it.
 */
void br_dhcp_build(struct br_writer *w, const struct br_dhcp_message *message);

/**
 * struct br_dhcp_builder - A message under construction, options in the order they are put
 *
 * begin, then put..., then finish. An option that does not fit the options field goes to
 * file, then sname, if @overload_allowed lets it (and then option 52 is added); else the
 * builder fails, except for br_dhcp_put_if_fits(). Nothing outside this file touches it.
 */
struct br_dhcp_builder {
	struct br_writer w;                          /* the whole message */
	struct br_writer field[BR_DHCP_FIELD_COUNT]; /* where options go */
	uint8_t overload;                            /* bits in use, as option 52 */
	bool overload_allowed[BR_DHCP_FIELD_COUNT];
	struct br_octets last; /* option 82, kept for the end */
	uint8_t last_code;
	bool bad;
};

enum br_dhcp_overload { /* bits of option 52, RFC 2132 §9.3 */
	BR_DHCP_OVERLOAD_FILE = 1,
	BR_DHCP_OVERLOAD_SNAME = 2,
};

/**
 * br_dhcp_begin() - Header and cookie
 * @b:		Any contents before
 * @header:	Written as it stands
 * @buffer, @size: Where, and the most octets the message may take (the UDP payload)
 * @overload_allowed: BR_DHCP_OVERLOAD_*: fields that may carry options; what @header has
 *		in them is lost if they do, so allow empty ones only
 */
void br_dhcp_begin(struct br_dhcp_builder *b, const struct br_dhcp_header *header, void *buffer,
                   size_t size, unsigned overload_allowed);

/* Longer than 255 is split into consecutive instances (RFC 3396 §6). */
void br_dhcp_put(struct br_dhcp_builder *b, uint8_t code, const void *value, size_t size);
void br_dhcp_put_u8(struct br_dhcp_builder *b, uint8_t code, uint8_t value);
void br_dhcp_put_be16(struct br_dhcp_builder *b, uint8_t code, uint16_t value);
void br_dhcp_put_be32(struct br_dhcp_builder *b, uint8_t code, uint32_t value);
void br_dhcp_put_text(struct br_dhcp_builder *b, uint8_t code, const char *text); /* no NUL */

/* A pad (0) behind the last option of the options field, if there is room. */
void br_dhcp_put_pad(struct br_dhcp_builder *b);

/* False, and nothing is written, when there is no room: for what may be left out. */
bool br_dhcp_put_if_fits(struct br_dhcp_builder *b, uint8_t code, const void *value, size_t size);

/* Option 82 goes last, whole, in the options field, or not at all (RFC 3046 §2.2): its room
 * is set aside now; false if there is none. @value is borrowed until finish.
 */
bool br_dhcp_put_last(struct br_dhcp_builder *b, uint8_t code, const void *value, size_t size);

/* 52 if overloaded, option 82, END, zeros up to @size_min octets or the end of the buffer.
 * Return: octets of the message, 0 if something did not fit
 */
size_t br_dhcp_finish(struct br_dhcp_builder *b, size_t size_min);

/* "discover", "offer", ... as in scripts; NULL for others. */
const char *br_dhcp_type_name(enum br_dhcp_type type);
bool br_dhcp_type_by_name(struct br_octets name, enum br_dhcp_type *ret_type);

/* A value as text, by the option's format: "192.0.2.1,192.0.2.2", "\"boot.efi\"", "0102" */
void br_dhcp_print_value(struct br_writer *w, uint8_t code, struct br_octets value);

/**
 * br_dhcp_print() - One field a line: "xid 0x51a348a4", "option.54 192.0.2.1"
 * @w:	Text without NUL. Options joined, in the order of their first instance;
 *	"option.82.1 \"eth0\"" for sub-options when the value parses as such
 */
void br_dhcp_print(struct br_writer *w, const struct br_dhcp_message *message);

#endif /* BR_CORE_FORMATS_DHCP_MESSAGE_H */
