/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/formats/dns.h"

#include <errno.h>

#include "core/base/text.h"

enum {
	LABEL_POINTER = 0xc0, /* §4.1.4 */
	LABEL_SIZE_MAX = 63,
	QUESTION_AT = 12, /* behind the header */
};

static void put_name(struct br_writer *w, const char *name)
{
	struct br_octets rest = br_text(name);

	while (rest.data) {
		struct br_octets label = br_text_cut(&rest, '.');

		if (label.size > LABEL_SIZE_MAX || (label.size == 0 && rest.data)) {
			w->bad = true;
			return;
		}
		if (label.size == 0)
			break; /* a name that ends in its root's dot */
		br_put_u8(w, (uint8_t)label.size);
		br_put_bytes(w, label.data, label.size);
	}
	br_put_u8(w, 0);
}

void br_dns_put_question(struct br_writer *w, const struct br_dns_head *head, const char *name,
                         uint16_t type)
{
	br_put_be16(w, head->id);
	br_put_be16(w, head->flags);
	br_put_be16(w, 1); /* one question */
	br_put_be16(w, head->answers);
	br_put_zeros(w, 4);
	put_name(w, name);
	br_put_be16(w, type);
	br_put_be16(w, BR_DNS_CLASS_IN);
}

void br_dns_put_a(struct br_writer *w, uint32_t ttl_s, const uint8_t address[4])
{
	br_put_be16(w, LABEL_POINTER << 8 | QUESTION_AT);
	br_put_be16(w, BR_DNS_TYPE_A);
	br_put_be16(w, BR_DNS_CLASS_IN);
	br_put_be32(w, ttl_s);
	br_put_be16(w, 4);
	br_put_bytes(w, address, 4);
}

void br_dns_put_query(struct br_writer *w, uint16_t id, const char *name)
{
	struct br_dns_head head = {.id = id, .flags = BR_DNS_FLAG_RECURSION_DESIRED};

	br_dns_put_question(w, &head, name, BR_DNS_TYPE_A);
}

int br_dns_parse(struct br_octets octets, struct br_dns_message *ret_message)
{
	struct br_reader r = br_reader_of(octets.data, octets.size);
	struct br_dns_message m = {.id = br_get_be16(&r)};

	m.flags = br_get_be16(&r);
	m.questions = br_get_be16(&r);
	m.answers = br_get_be16(&r);
	m.authorities = br_get_be16(&r);
	(void)br_get_be16(&r); /* additional records */
	if (r.bad)
		return -EBADMSG;
	m.rest = r;
	*ret_message = m;
	return 0;
}

/* Labels up to an empty one or to a pointer; other octets begin no label, §4.1.4. */
static struct br_octets get_name(struct br_reader *r)
{
	const uint8_t *start = r->pos;
	uint8_t size;

	do {
		size = br_get_u8(r);
		if (size >= LABEL_POINTER)
			(void)br_get_u8(r);
		else
			(void)br_get_sub(r, size <= LABEL_SIZE_MAX ? size : SIZE_MAX);
	} while (!r->bad && size > 0 && size < LABEL_POINTER);
	return (struct br_octets){start, (size_t)(r->pos - start)};
}

static int get_record(struct br_dns_message *m, bool is_answer, struct br_dns_record *ret_record)
{
	struct br_reader *r = &m->rest;
	struct br_dns_record record = {.name = get_name(r)};

	record.type = br_get_be16(r);
	record.class = br_get_be16(r);
	if (is_answer) {
		record.ttl_s = br_get_be32(r);

		struct br_reader value = br_get_sub(r, br_get_be16(r));

		record.value = (struct br_octets){value.pos, br_left(&value)};
	}
	if (r->bad)
		return -EBADMSG;
	*ret_record = record;
	return 1;
}

int br_dns_question_get(struct br_dns_message *m, struct br_dns_record *ret_record)
{
	if (m->questions == 0)
		return 0;
	m->questions--;
	return get_record(m, false, ret_record);
}

int br_dns_answer_get(struct br_dns_message *m, struct br_dns_record *ret_record)
{
	struct br_dns_record question;
	int result;

	do
		result = br_dns_question_get(m, &question);
	while (result == 1);
	if (result < 0 || m->answers == 0)
		return result;
	m->answers--;
	return get_record(m, true, ret_record);
}

bool br_dns_label_get(struct br_octets *name, struct br_octets *ret_label)
{
	struct br_reader r = br_reader_of(name->data, name->size);
	uint8_t size = br_get_u8(&r);

	if (size == 0 || size > LABEL_SIZE_MAX)
		return false;

	struct br_reader label = br_get_sub(&r, size);

	if (r.bad)
		return false;
	*ret_label = (struct br_octets){label.pos, br_left(&label)};
	*name = (struct br_octets){r.pos, br_left(&r)};
	return true;
}

int br_dns_get_address(struct br_octets octets, uint16_t id, uint32_t *ret_address,
                       uint32_t *ret_ttl_s)
{
	struct br_dns_message m;
	struct br_dns_record record;
	int result;

	if (br_dns_parse(octets, &m) < 0 || m.id != id || !(m.flags & BR_DNS_FLAG_RESPONSE))
		return -EBADMSG;
	while ((result = br_dns_answer_get(&m, &record)) == 1) {
		struct br_reader value = br_reader_of(record.value.data, record.value.size);

		if (record.type == BR_DNS_TYPE_A && record.class == BR_DNS_CLASS_IN &&
		    record.value.size == 4) {
			*ret_address = br_get_be32(&value);
			if (ret_ttl_s)
				*ret_ttl_s = record.ttl_s;
			return 0;
		}
	}
	return result < 0 ? result : -ENOENT;
}
