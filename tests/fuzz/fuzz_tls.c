/* SPDX-License-Identifier: BSD-2-Clause */
/* Any octets as the handshake of a TLS record, and as a certificate message: what is got lies
 * within them, in order, and comes to an end.
 */
#include <assert.h>
#include <stdlib.h>

#include "core/formats/tls.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void is_within(struct br_octets part, struct br_octets whole)
{
	if (part.size == 0)
		return;
	assert(part.data >= whole.data);
	assert(part.size <= whole.size);
	assert((size_t)(part.data - whole.data) <= whole.size - part.size);
}

static void is_read(struct br_octets body)
{
	struct br_tls_certificate c = {0};
	struct br_tls_hello hello;

	br_tls_read_hello(body, true, &hello);
	is_within(hello.name, body);
	br_tls_read_hello(body, false, &hello);
	assert(hello.suites <= 1);
	if (br_tls_read_certificate(body, &c) < 0)
		return;
	is_within(c.subject, body);
	is_within(c.host, body);
	is_within(c.until, body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct br_octets whole = {data, size}, body, before = {data, 0};
	struct br_reader record = br_reader_of(data, size);
	uint8_t type;

	is_read(whole);
	while (br_tls_message_get(&record, &type, &body) == 1) {
		is_within(body, whole);
		if (body.size > 0) {
			assert(body.data >= before.data + before.size);
			before = body;
		}
		is_read(body);
	}
	for (unsigned i = 0; i < 256; i++)
		assert(br_tls_alert_name((uint8_t)i));
	return 0;
}
