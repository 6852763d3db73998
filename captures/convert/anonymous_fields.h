/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/convert/anonymous_fields.h - field by field: what is done to it, and why
 *
 * One row a field. What has no row is hidden whole, so a field nobody thought of tells nothing.
 * The same table makes the report of what was changed and what was kept.
 */
#ifndef BR_CAPTURES_CONVERT_ANONYMOUS_FIELDS_H
#define BR_CAPTURES_CONVERT_ANONYMOUS_FIELDS_H

#include <stdio.h>

#include "captures/convert/disguise.h"
#include "core/base/bytes.h"

enum br_layer { /* whose fields they are */
	BR_LAYER_FRAME,
	BR_LAYER_DHCP4,
	BR_LAYER_PXE,   /* sub-options of 43 */
	BR_LAYER_AGENT, /* of 82 */
	BR_LAYER_IPXE,  /* of 175 */
	BR_LAYER_DHCP6,
	BR_LAYER_ND,
	BR_LAYER_DNS, /* types of records */
	BR_LAYER_TFTP,
	BR_LAYER_HTTP,
	BR_LAYERS,
};

enum br_frame_field {
	BR_FRAME_MAC,
	BR_FRAME_IPV4,
	BR_FRAME_IPV6,
	BR_FRAME_XID,
	BR_FRAME_CONTENT,
	BR_FRAME_PADDING,
	BR_FRAME_OTHER,
	BR_FRAME_TLS_NAME,
	BR_FRAME_HEADERS,
};

enum br_tftp_field {
	BR_TFTP_FIELD_FILE,
	BR_TFTP_FIELD_MODE,
	BR_TFTP_FIELD_OPTION,
	BR_TFTP_FIELD_UNKNOWN,
	BR_TFTP_FIELD_ERROR,
};

enum br_http_field_code {
	BR_HTTP_FIELD_METHOD,
	BR_HTTP_FIELD_TARGET,
	BR_HTTP_FIELD_REASON,
};

/* Codes of what stands in front of the options */
enum {
	BR_DHCP4_SNAME = 256,
	BR_DHCP4_FILE,
	BR_DHCP4_CHADDR,
	BR_DHCP6_RELAY = 65536, /* addresses of a relay */
};

enum br_hide {
	BR_HIDE_KEEP,     /* short as it is; longer is not what it should be, and anything */
	BR_HIDE_KEEP_ALL, /* also a long one: a list */
	BR_HIDE_ANYTHING, /* a text without known words, else octets */
	BR_HIDE_CONTENT,  /* of files: filled */
	BR_HIDE_MAC,
	BR_HIDE_IPV4,       /* one or more */
	BR_HIDE_IPV4_PAIRS, /* each with a mask */
	BR_HIDE_ROUTES,     /* RFC 3442 */
	BR_HIDE_IPV6,
	BR_HIDE_XID,
	BR_HIDE_NAME,
	BR_HIDE_FQDN,   /* RFC 4702: three octets, then a name in one of two forms */
	BR_HIDE_LABELS, /* names as DNS has them, RFC 1035 section 3.1 */
	BR_HIDE_PATH,
	BR_HIDE_CLASS,
	BR_HIDE_PHRASE,
	BR_HIDE_MACHINE_ID, /* RFC 4578 section 2.3: a type, a UUID */
	BR_HIDE_CLIENT_ID,  /* RFC 2132 section 9.14, RFC 4361 */
	BR_HIDE_DUID,       /* RFC 8415 section 11 */
	BR_HIDE_LIST8,      /* classes with their lengths in an octet each, RFC 3004 */
	BR_HIDE_LIST16,     /* in two, RFC 8415 section 21.15 */
	BR_HIDE_LIST16_PATHS,
	BR_HIDE_ENTERPRISE,      /* 4 octets that name a vendor, then anything */
	BR_HIDE_ENTERPRISE_LIST, /* then classes as above, RFC 8415 section 21.16 */
	BR_HIDE_STATUS,          /* a number, then a phrase */
	BR_HIDE_SIP,             /* RFC 3361: 0 labels, 1 addresses */
	BR_HIDE_PARTS,           /* by the fields in it */
};

/**
 * struct br_hide_row - One row
 * @code:	Of the option, type or the like; -1: any other of this layer
 * @name:	For people; in TFTP and HTTP what it is called there, in small letters
 * @why:	It is kept, or what it would tell
 */
struct br_hide_row {
	enum br_layer layer;
	int32_t code;
	enum br_hide hide;
	const char *name;
	const char *why;
};

enum {
	BR_HIDE_ROWS_MAX = 400
};

/* How often each row was met: with something else in its place, or left as it was */
struct br_hide_tally {
	uint64_t changed[BR_HIDE_ROWS_MAX], kept[BR_HIDE_ROWS_MAX];
};

/* Never NULL */
const struct br_hide_row *br_hide_row_of(enum br_layer layer, unsigned code);
const struct br_hide_row *br_hide_row_named(enum br_layer layer, struct br_octets name);

void br_hide_count(struct br_hide_tally *tally, const struct br_hide_row *field, bool changed);
void br_hide_report(const struct br_hide_tally *tally, const struct br_disguise *disguise,
                    FILE *out);

#endif /* BR_CAPTURES_CONVERT_ANONYMOUS_FIELDS_H */
