/* SPDX-License-Identifier: BSD-2-Clause */
/* Any octets as a DNS message: what is got lies within them, in order, and comes to an end. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/formats/dns.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Behind @at, which moves behind it */
static void is_next(const uint8_t **at, const uint8_t *end, const struct br_dns_record *record)
{
	struct br_octets name = record->name, label;
	size_t labels = 0;

	assert(name.data == *at && name.size > 0);
	while (br_dns_label_get(&name, &label)) {
		assert(label.size > 0 && label.size < 64);
		labels += 1 + label.size;
	}
	assert(labels < record->name.size);
	*at = record->name.data + record->name.size + 4;
	if (record->value.data) {
		assert(record->value.data == *at + 6);
		*at = record->value.data + record->value.size;
	}
	assert(*at <= end);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct br_octets octets = {data, size};
	struct br_dns_message m, again;
	struct br_dns_record record;
	uint32_t address;
	size_t got = 0;

	if (br_dns_parse(octets, &m) < 0) {
		assert(size < 12);
		return 0;
	}
	const uint8_t *at = data + 12, *end = data + size;
	const size_t counted = (size_t)m.questions + m.answers;

	again = m;
	for (; br_dns_question_get(&m, &record) == 1; got++) {
		assert(!record.value.data);
		is_next(&at, end, &record);
	}
	for (; br_dns_answer_get(&m, &record) == 1; got++)
		is_next(&at, end, &record);
	assert(got <= counted);
	/* without the questions the answers are the same */
	while (br_dns_answer_get(&again, &record) == 1)
		;
	assert(again.rest.pos == m.rest.pos && again.rest.bad == m.rest.bad);
	if (br_dns_get_address(octets, again.id, &address, NULL) == 0)
		assert(again.flags & BR_DNS_FLAG_RESPONSE);
	return 0;
}
