/* SPDX-License-Identifier: BSD-2-Clause */
/* core/formats/dhcp6_option.h - DHCPv6 options: RFC 8415 §21, RFC 5970 and RFC 8357
 *
 * A code and a length of two octets each, and a value; some values hold options again.
 * Numbers in host order; what is found is borrowed from what was read.
 */
#ifndef BR_CORE_FORMATS_DHCP6_OPTION_H
#define BR_CORE_FORMATS_DHCP6_OPTION_H

#include "core/base/bytes.h"

enum br_dhcp6_option_code {
	BR_DHCP6_OPTION_CLIENT_ID = 1,
	BR_DHCP6_OPTION_SERVER_ID = 2,
	BR_DHCP6_OPTION_IA_NA = 3,
	BR_DHCP6_OPTION_IA_TA = 4,
	BR_DHCP6_OPTION_ADDRESS = 5, /* inside an IA */
	BR_DHCP6_OPTION_ORO = 6,
	BR_DHCP6_OPTION_PREFERENCE = 7,
	BR_DHCP6_OPTION_ELAPSED = 8,
	BR_DHCP6_OPTION_RELAYED = 9, /* a message in its relay's */
	BR_DHCP6_OPTION_UNICAST = 12,
	BR_DHCP6_OPTION_STATUS = 13,
	BR_DHCP6_OPTION_RAPID_COMMIT = 14,
	BR_DHCP6_OPTION_USER_CLASS = 15,
	BR_DHCP6_OPTION_VENDOR_CLASS = 16,
	BR_DHCP6_OPTION_VENDOR = 17,
	BR_DHCP6_OPTION_INTERFACE_ID = 18,
	BR_DHCP6_OPTION_DNS = 23, /* RFC 3646 */
	BR_DHCP6_OPTION_IA_PD = 25,
	BR_DHCP6_OPTION_BOOT_URL = 59, /* RFC 5970, as the next three */
	BR_DHCP6_OPTION_BOOT_PARAMETERS = 60,
	BR_DHCP6_OPTION_ARCH = 61,
	BR_DHCP6_OPTION_NII = 62,
	BR_DHCP6_OPTION_CLIENT_LINK =
		79, /* the client's hardware address, by its relay: RFC 6939 */
	BR_DHCP6_OPTION_RELAY_PORT = 135, /* RFC 8357 */
};

enum br_dhcp6_status { /* of option 13, RFC 8415 §21.13 */
	BR_DHCP6_STATUS_SUCCESS = 0,
	BR_DHCP6_STATUS_NO_ADDRESS = 2,
	BR_DHCP6_STATUS_NO_BINDING = 3,
	BR_DHCP6_STATUS_NOT_ON_LINK = 4,
	BR_DHCP6_STATUS_USE_MULTICAST = 5,
	BR_DHCP6_STATUS_NO_PREFIX = 6,
};

enum {
	BR_DHCP6_ENTERPRISE_INTEL = 343, /* of the classes "PXEClient" and "HTTPClient" */
};

struct br_dhcp6_option {
	uint16_t code;
	struct br_octets value;
};

/**
 * br_dhcp6_option_get() - The next option; RFC 8415 §21.1
 * @r:		Moves behind the option
 * @ret_option:	Untouched unless 1 is returned
 *
 * Return: 1 on an option, 0 at the edge, -EBADMSG if one runs over the edge
 */
int br_dhcp6_option_get(struct br_reader *r, struct br_dhcp6_option *ret_option);

/* The first option @code; .data NULL if none stands before the edge, or before one over it. */
struct br_octets br_dhcp6_find(struct br_octets options, uint16_t code);
size_t br_dhcp6_count(struct br_octets options, uint16_t code);

/* The code of a status option in there; -1: none. */
int br_dhcp6_status(struct br_octets options);

/**
 * struct br_dhcp6_ia - An IA_NA, RFC 8415 §21.4
 * @addresses:	How many; @address and its lifetimes in seconds are of the first
 * @status:	As br_dhcp6_status()
 */
struct br_dhcp6_ia {
	bool there;
	uint32_t iaid, t1, t2, preferred, valid;
	size_t addresses;
	uint8_t address[16];
	int status;
};

/* The value of an IA_NA; .there false if it is too short for one. */
struct br_dhcp6_ia br_dhcp6_ia(struct br_octets value);

/* Do options fill their room exactly, and those inside an IA theirs? */
bool br_dhcp6_is_well_formed(struct br_octets options);

/* A vendor class (16, §21.16): its enterprise number, and what it says behind that and the
 * length of its first text; @ret_text .size 0 if nothing. False, and both untouched, if the
 * value is too short for the number.
 */
bool br_dhcp6_vendor_class(struct br_octets value, uint32_t *ret_enterprise,
                           struct br_octets *ret_text);

/* What a user class (15, §21.15) says behind the length of its first text; .size 0: nothing */
struct br_octets br_dhcp6_user_class(struct br_octets value);
/* The next of the classes in option 15, or of the texts behind the number in 16: a length of two
 * octets and so many more. Return: 1, 0 at the end, -EBADMSG if it runs over the edge
 */
int br_dhcp6_class_get(struct br_reader *r, struct br_octets *ret_text);

/* The next of the boot parameters (60), RFC 5970 §3.2.
 * Return: 1, 0 at the end, -EBADMSG if it runs over the edge; @ret_text untouched unless 1
 */
int br_dhcp6_boot_parameter_get(struct br_reader *r, struct br_octets *ret_text);

/* Writers; what does not fit makes @w bad. A value is of 65535 octets at most. */
void br_dhcp6_put(struct br_writer *w, uint16_t code, const void *value, size_t size);
/* An option whose value is written between the two; what begin returned goes to end. */
uint8_t *br_dhcp6_begin(struct br_writer *w, uint16_t code);
void br_dhcp6_end(struct br_writer *w, uint8_t *begun);
/* Option 13 with a text, which may be "" */
void br_dhcp6_put_status(struct br_writer *w, enum br_dhcp6_status status, const char *text);
/* Option 5 without options of its own; lifetimes in seconds */
void br_dhcp6_put_address(struct br_writer *w, const uint8_t address[static 16], uint32_t preferred,
                          uint32_t valid);
/* Option 16 of one text, RFC 8415 §21.16 */
void br_dhcp6_put_vendor_class(struct br_writer *w, uint32_t enterprise, const char *text);

#endif /* BR_CORE_FORMATS_DHCP6_OPTION_H */
