/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/convert/anonymous_tls.h"

#include "captures/convert/disguise_text.h"
#include "core/formats/tls.h"

enum {
	ALERT_SIZE = 2,
	RANDOM_SIZE = 32,
	EXTENSION_SNI = 0,
	SNI_HEAD = 5, /* length of the list, type, length of the name */
	DEPTH_MAX = 12,
	FEW = 4, /* octets of a number that says nothing: versions, exponents, bits of usage */
	DER_BOOLEAN = 0x01,
	DER_INTEGER = 0x02,
	DER_BITS = 0x03,
	DER_OCTETS = 0x04,
	DER_OBJECT = 0x06,
	DER_UTF8 = 0x0c,
	DER_PRINTABLE = 0x13,
	DER_T61 = 0x14,
	DER_IA5 = 0x16,
	DER_UTC_TIME = 0x17,
	DER_TIME = 0x18,
	DER_SEQUENCE = 0x30,
	DER_CONSTRUCTED = 0x20,
	DER_MAIL = 0x81,     /* [1] of a GeneralName */
	DER_DNS_NAME = 0x82, /* [2] */
	DER_URI = 0x86,      /* [6] */
	DER_ADDRESS = 0x87,  /* [7] */
	IPV4_SIZE = 4,
	IPV6_SIZE = 16,
};

static void hide_any(struct br_anonymous *a, uint8_t *octets, size_t size)
{
	br_anonymous_field(a, BR_LAYER_FRAME, BR_FRAME_OTHER, octets, size);
}

static void hide_name(struct br_anonymous *a, uint8_t *octets, size_t size)
{
	br_anonymous_field(a, BR_LAYER_FRAME, BR_FRAME_TLS_NAME, octets, size);
}

bool br_anonymous_is_record(struct br_octets octets)
{
	return octets.size >= 3 && octets.data[0] >= BR_TLS_CHANGE_CIPHER &&
	       octets.data[0] <= BR_TLS_DATA && octets.data[1] == 3 && octets.data[2] <= 4;
}

/* Certificates */

/* One element: where its value is. Return: octets of it with its head, 0: it is none */
static size_t element(const uint8_t *der, size_t size, size_t *ret_head, size_t *ret_size)
{
	size_t head = 2, length;

	if (size < head)
		return 0;
	length = der[1];
	if (length & 0x80) {
		size_t octets = length & 0x7f;

		if (octets == 0 || octets > 3 || size < head + octets)
			return 0;
		for (length = 0; octets > 0; octets--)
			length = length << 8 | der[head++];
	}
	if (length > size - head)
		return 0;
	*ret_head = head;
	*ret_size = length;
	return head + length;
}

static bool is_whole_sequence(const uint8_t *der, size_t size)
{
	size_t head, length;

	return size >= 2 && der[0] == DER_SEQUENCE && element(der, size, &head, &length) == size;
}

static void hide_der(struct br_anonymous *a, uint8_t *der, size_t size, unsigned depth);

/* The first octets stay: a sign, unused bits, the form of a point; so sizes are what they are */
static void hide_number(struct br_anonymous *a, uint8_t *octets, size_t size)
{
	if (size > FEW)
		hide_any(a, octets + 2, size - 2);
}

static void hide_value(struct br_anonymous *a, uint8_t tag, uint8_t *value, size_t size,
                       unsigned depth)
{
	switch (tag) {
	case DER_UTF8:
	case DER_PRINTABLE:
	case DER_T61:
	case DER_IA5:
	case DER_MAIL:
	case DER_DNS_NAME:
	case DER_URI:
		hide_name(a, value, size);
		break;
	case DER_ADDRESS:
		if (size == IPV4_SIZE)
			br_anonymous_field(a, BR_LAYER_FRAME, BR_FRAME_IPV4, value, size);
		else if (size == IPV6_SIZE)
			br_anonymous_field(a, BR_LAYER_FRAME, BR_FRAME_IPV6, value, size);
		else
			hide_any(a, value, size);
		break;
	case DER_INTEGER:
		hide_number(a, value, size);
		break;
	case DER_BITS: /* a key of RSA is a sequence in it */
		if (size > 1 && is_whole_sequence(value + 1, size - 1))
			hide_der(a, value + 1, size - 1, depth);
		else
			hide_number(a, value, size);
		break;
	case DER_OCTETS: /* an extension's value */
		if (is_whole_sequence(value, size))
			hide_der(a, value, size, depth);
		else
			hide_number(a, value, size);
		break;
	case DER_BOOLEAN:
	case DER_OBJECT:
	case DER_UTC_TIME:
	case DER_TIME:
		break;
	default: /* key identifiers, letters of other kinds */
		hide_any(a, value, size);
		break;
	}
}

static void hide_der(struct br_anonymous *a, uint8_t *der, size_t size, unsigned depth)
{
	while (size > 0) {
		size_t head, length, whole = element(der, size, &head, &length);

		if (whole == 0 || depth == DEPTH_MAX) {
			hide_any(a, der, size);
			return;
		}
		if (der[0] & DER_CONSTRUCTED)
			hide_der(a, der + head, length, depth + 1);
		else
			hide_value(a, der[0], der + head, length, depth + 1);
		der += whole;
		size -= whole;
	}
}

static void hide_chain(struct br_anonymous *a, uint8_t *body, size_t size)
{
	size_t at = 3; /* length of the list */

	while (at + 3 <= size) {
		size_t length = (size_t)body[at] << 16 | (size_t)body[at + 1] << 8 | body[at + 2];

		at += 3;
		if (length > size - at)
			length = size - at;
		hide_der(a, body + at, length, 0);
		at += length;
	}
	if (at < size)
		hide_any(a, body + at, size - at);
}

/* Hellos */

/* Extensions in which nobody is named: IANA "TLS ExtensionType Values" */
static bool names_nobody(uint16_t type)
{
	static const uint16_t types[] = {
		1,  5,  10,     11, /* fragment length, status request, groups, point formats */
		13, 16, 22,     23, /* signatures, ALPN, encrypt-then-mac, extended secret */
		43, 45, 0xff01,     /* versions, key exchange modes, renegotiation */
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (types[i] == type)
			return true;
	}
	return false;
}

static void hide_extensions(struct br_anonymous *a, uint8_t *octets, size_t size)
{
	size_t at = 0;

	while (at + 4 <= size) {
		uint16_t type = br_get16(octets + at);
		size_t length = br_get16(octets + at + 2);

		at += 4;
		if (length > size - at)
			length = size - at;
		if (type == EXTENSION_SNI && length > SNI_HEAD)
			hide_name(a, octets + at + SNI_HEAD, length - SNI_HEAD);
		else if (type != EXTENSION_SNI && !names_nobody(type))
			hide_any(a, octets + at, length);
		at += length;
	}
}

/* Version, random octets, session, what is offered or chosen, extensions */
static void hide_hello(struct br_anonymous *a, uint8_t *body, size_t size, bool client)
{
	size_t at = 2 + RANDOM_SIZE, session;

	if (size <= at) {
		hide_any(a, body, size);
		return;
	}
	hide_any(a, body + 2, RANDOM_SIZE);
	session = body[at++];
	session = session < size - at ? session : size - at;
	hide_any(a, body + at, session);
	at += session;
	if (!client) {
		at += 3; /* suite, compression */
	} else {
		if (at + 2 > size)
			return;
		at += 2 + (size_t)br_get16(body + at); /* suites */
		if (at >= size)
			return;
		at += 1 + (size_t)body[at]; /* compression */
	}
	if (at + 2 <= size)
		hide_extensions(a, body + at + 2, size - at - 2);
}

void br_anonymous_hide_messages(struct br_anonymous *a, uint8_t *octets, size_t size)
{
	size_t at = 0;

	while (at + BR_TLS_MESSAGE_HEAD <= size) {
		uint8_t type = octets[at];
		size_t length =
			(size_t)octets[at + 1] << 16 | (size_t)octets[at + 2] << 8 | octets[at + 3];

		at += BR_TLS_MESSAGE_HEAD;
		if (length > size - at)
			length = size - at;
		switch (type) {
		case BR_TLS_CLIENT_HELLO:
		case BR_TLS_SERVER_HELLO:
			hide_hello(a, octets + at, length, type == BR_TLS_CLIENT_HELLO);
			break;
		case BR_TLS_CERTIFICATE:
			hide_chain(a, octets + at, length);
			break;
		default:
			hide_any(a, octets + at, length);
			break;
		}
		at += length;
	}
	if (at < size)
		hide_any(a, octets + at, size - at);
}

void br_anonymous_hide_record(struct br_anonymous *a, uint8_t *record, size_t size, bool sealed)
{
	uint8_t *body = record + BR_TLS_HEAD;
	size_t length = size > BR_TLS_HEAD ? size - BR_TLS_HEAD : 0;

	if (length == 0 || record[0] == BR_TLS_CHANGE_CIPHER)
		return;
	if (record[0] == BR_TLS_ALERT && !sealed && length == ALERT_SIZE)
		return;
	hide_any(a, body, length);
}
