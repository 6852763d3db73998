/* SPDX-License-Identifier: BSD-2-Clause */
/* core/formats/tftp_packet.h - a TFTP packet as a struct, and back
 *
 * RFC 1350 section 5 (RRQ, WRQ, DATA, ACK, ERROR) and RFC 2347 (options, OACK).
 * For the server, for clients and for whoever reads a capture: the parser keeps
 * what stood in the packet, in order and in its spelling, and judges only what
 * no one could use. Nothing here knows of transfers.
 */
#ifndef BR_CORE_FORMATS_TFTP_PACKET_H
#define BR_CORE_FORMATS_TFTP_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"

enum {
	BR_TFTP_PORT = 69,
	BR_TFTP_HEAD_SIZE = 4,          /* DATA, ACK, ERROR: opcode and block or code */
	BR_TFTP_BLKSIZE_DEFAULT = 512,  /* RFC 1350 section 2 */
	BR_TFTP_BLKSIZE_MIN = 8,        /* RFC 2348 */
	BR_TFTP_BLKSIZE_MAX = 65464,    /* RFC 2348 */
	BR_TFTP_WINDOWSIZE_MAX = 65535, /* RFC 7440 section 3 */
	BR_TFTP_TIMEOUT_S_MAX = 255,    /* RFC 2349 */
	BR_TFTP_REQUEST_SIZE_MAX = 512, /* RFC 2347: of a request, from its opcode on */
	BR_TFTP_OPTIONS_MAX = 32,       /* of a packet this parser takes */
};

enum br_tftp_opcode {
	BR_TFTP_RRQ = 1,
	BR_TFTP_WRQ = 2,
	BR_TFTP_DATA = 3,
	BR_TFTP_ACK = 4,
	BR_TFTP_ERROR = 5,
	BR_TFTP_OACK = 6, /* RFC 2347 */
};

enum br_tftp_error {
	BR_TFTP_ERROR_UNDEFINED = 0, /* see the text */
	BR_TFTP_ERROR_NOT_FOUND = 1,
	BR_TFTP_ERROR_ACCESS = 2,
	BR_TFTP_ERROR_FULL = 3, /* disk full; EDK2 sends it when its buffer is too small */
	BR_TFTP_ERROR_ILLEGAL = 4,
	BR_TFTP_ERROR_UNKNOWN_TID = 5,
	BR_TFTP_ERROR_EXISTS = 6,
	BR_TFTP_ERROR_NO_USER = 7,
	BR_TFTP_ERROR_OPTION = 8, /* RFC 2347: terminates option negotiation */
};

/* Name and value without their zero octets, in the spelling of the packet. */
struct br_tftp_option {
	struct br_octets name, value;
};

/**
 * struct br_tftp_packet - Any TFTP packet; only the fields of its opcode are set
 * @opcode:	As it stood, an enum br_tftp_opcode
 * @file:	RRQ, WRQ: without its zero octet
 * @mode:	RRQ, WRQ: without its zero octet, in the spelling of the packet
 * @block:	DATA, ACK
 * @data:	DATA: all behind the block number
 * @code:	ERROR: mostly an enum br_tftp_error
 * @text:	ERROR: without its zero octet
 * @text_open:	ERROR: the zero octet was missing, and @text is all there was
 * @option:	RRQ, WRQ, OACK: in the order of the packet
 * @options:	How many of @option are set; 0 for every other opcode
 * @tail:	Octets behind the last thing that could be read: half an option, an
 *		option without a name, padding. Empty in a packet by the book, and
 *		always in DATA. Octets are borrowed from the parsed buffer.
 */
struct br_tftp_packet {
	uint16_t opcode;
	uint16_t block;
	uint16_t code;
	bool text_open;
	struct br_octets file, mode, data, text, tail;
	size_t options;
	struct br_tftp_option option[BR_TFTP_OPTIONS_MAX];
};

/**
 * br_tftp_parse() - Read one datagram
 * @octets:	Lends its octets to @ret_packet
 * @ret_packet:	Set on 0 only. Fields of other opcodes are empty, the places of
 *		@option past @options are not touched: no kilobyte is cleared for an ACK.
 *
 * Return: 0, -EBADMSG if the opcode, the block number, the error code, the file
 *	   name or the mode runs past the end, -ENOTSUP if there is no such opcode,
 *	   -E2BIG if there are more than BR_TFTP_OPTIONS_MAX options
 */
int br_tftp_parse(struct br_octets octets, struct br_tftp_packet *ret_packet);

/* The opcode alone, of what may be no packet: 0 if there is none. */
uint16_t br_tftp_opcode(struct br_octets octets);

/* Write @packet as it says, @tail too: build(parse(b)) is b. @w->bad if it does not fit. */
void br_tftp_build(const struct br_tftp_packet *packet, struct br_writer *w);

/* The small ones, without a struct; strings are NUL-terminated. */
void br_tftp_put_data_head(struct br_writer *w, uint16_t block);
void br_tftp_put_ack(struct br_writer *w, uint16_t block);
void br_tftp_put_error(struct br_writer *w, uint16_t code, const char *text);
void br_tftp_put_option(struct br_writer *w, const char *name, const char *value);
void br_tftp_put_option_number(struct br_writer *w, const char *name, uint64_t value);

/* One field a line: opcode rrq, file "boot.efi", option "blksize" "1468"; octets that
 * do not print stand as \xNN, DATA as its size.
 */
void br_tftp_print(const struct br_tftp_packet *packet, struct br_writer *w);

/* RFC 2347: names are case-insensitive. NULL if @packet has no such option; the
 * first one if it has several, which RFC 2347 forbids.
 */
const struct br_tftp_option *br_tftp_option_find(const struct br_tftp_packet *packet,
                                                 const char *name);

/* True if the value is decimal digits only, and in @min .. @max. */
bool br_tftp_option_number(const struct br_tftp_option *option, uint64_t min, uint64_t max,
                           uint64_t *ret_number);

const char *br_tftp_opcode_name(uint16_t opcode); /* "rrq"; NULL if there is none */
const char *br_tftp_error_says(uint16_t code);    /* "file not found"; "" for 0 and 9 on */

#endif /* BR_CORE_FORMATS_TFTP_PACKET_H */
