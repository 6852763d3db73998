/* SPDX-License-Identifier: BSD-2-Clause */
/* core/formats/dns.h - as much of DNS as a boot URL with a name in it needs: RFC 1035 §4.1
 *
 * Questions and answers of a message in their order, each read when it is asked for: what
 * stands before the edge of a message that was cut counts. What a compression pointer
 * (§4.1.4) points to is not looked at.
 */
#ifndef BR_CORE_FORMATS_DNS_H
#define BR_CORE_FORMATS_DNS_H

#include "core/base/bytes.h"

enum {
	BR_DNS_PORT = 53,
	BR_DNS_QUERY_SIZE_MAX = 12 + 256 + 4,
	BR_DNS_CLASS_IN = 1,
};

enum { /* of br_dns_message.flags, §4.1.1 */
	BR_DNS_FLAG_RESPONSE = 0x8000,
	BR_DNS_FLAG_TRUNCATED = 0x0200,
	BR_DNS_FLAG_RECURSION_DESIRED = 0x0100,
	BR_DNS_FLAG_RECURSION_AVAILABLE = 0x0080,
	BR_DNS_MASK_CODE = 0x000f, /* of a response; 0: no error */
};

enum br_dns_type {
	BR_DNS_TYPE_A = 1,
	BR_DNS_TYPE_AAAA = 28, /* RFC 3596 §2.1 */
};

/**
 * struct br_dns_message - A message being read; borrows its octets
 * @questions, @answers: As the header counts them, less those that were got
 * @authorities: Records behind the answers that name who knows, as the header counts them
 * @rest:	Behind what was got
 */
struct br_dns_message {
	uint16_t id, flags;
	uint16_t questions, answers, authorities;
	struct br_reader rest;
};

/* @name: as on the wire, for br_dns_label_get(); @value: .data NULL in a question, and @ttl_s 0 */
struct br_dns_record {
	struct br_octets name;
	uint16_t type, class;
	uint32_t ttl_s;
	struct br_octets value;
};

/* Return: 0, or -EBADMSG if shorter than the header, @ret_message then untouched */
int br_dns_parse(struct br_octets octets, struct br_dns_message *ret_message);

/* The next of the kind, questions that were not got skipped before the first answer.
 * Return: 1, 0 if the header counts no more, -EBADMSG if it is broken or cut, @ret_record
 *	   then untouched
 */
int br_dns_question_get(struct br_dns_message *message, struct br_dns_record *ret_record);
int br_dns_answer_get(struct br_dns_message *message, struct br_dns_record *ret_record);

/* The first label, and @name moves behind it; false at the name's end, or at a pointer. */
bool br_dns_label_get(struct br_octets *name, struct br_octets *ret_label);

/**
 * struct br_dns_head - What a message to be built says of itself
 * @id, @flags:	As in the header
 * @answers:	How many the header promises: who lies may
 */
struct br_dns_head {
	uint16_t id, flags, answers;
};

/* Header and one question; records follow. w->bad for names that are none. */
void br_dns_put_question(struct br_writer *w, const struct br_dns_head *head, const char *name,
                         uint16_t type);
/* An A record of the name in the question, by a pointer to it (§4.1.4) */
void br_dns_put_a(struct br_writer *w, uint32_t ttl_s, const uint8_t address[4]);

/* A query for the address of @name, recursion desired. w->bad for names that are none. */
void br_dns_put_query(struct br_writer *w, uint16_t id, const char *name);

/**
 * br_dns_get_address() - The first A record of an answer
 * @octets:	UDP payload
 * @id:		Of the query
 * @ret_ttl_s:	So long it may be kept; may be NULL
 *
 * Return: 0; -EBADMSG if it is no answer to that query or broken; -ENOENT if the
 *	   server says there is no such name or address
 */
int br_dns_get_address(struct br_octets octets, uint16_t id, uint32_t *ret_address,
                       uint32_t *ret_ttl_s);

#endif /* BR_CORE_FORMATS_DNS_H */
