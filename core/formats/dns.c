/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/formats/dns.h"

#include <errno.h>

#include "core/base/text.h"

enum {
	HEADER_SIZE = 12, /* RFC 1035 §4.1.1 */
	FLAG_RESPONSE = 0x8000,
	FLAG_RECURSION_DESIRED = 0x0100,
	MASK_RCODE = 0x000f,
	TYPE_A = 1,
	CLASS_IN = 1,
	LABEL_POINTER = 0xc0, /* §4.1.4 */
	LABEL_SIZE_MAX = 63,
};

void br_dns_put_query(struct br_writer *w, uint16_t id, const char *name)
{
	struct br_octets rest = br_text(name);

	br_put_be16(w, id);
	br_put_be16(w, FLAG_RECURSION_DESIRED);
	br_put_be16(w, 1); /* one question */
	br_put_zeros(w, 6);
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
	br_put_be16(w, TYPE_A);
	br_put_be16(w, CLASS_IN);
}

/* Step over a name; what a pointer points to is not looked at. */
static void skip_name(struct br_reader *r)
{
	for (;;) {
		uint8_t size = br_get_u8(r);

		if (r->bad || size == 0)
			return;
		if (size >= LABEL_POINTER) {
			(void)br_get_u8(r);
			return;
		}
		(void)br_get_sub(r, size);
	}
}

int br_dns_get_address(struct br_octets octets, uint16_t id, uint32_t *ret_address)
{
	struct br_reader r = br_reader_of(octets.data, octets.size);
	bool ours = br_get_be16(&r) == id;
	uint16_t flags = br_get_be16(&r);
	uint16_t questions = br_get_be16(&r);
	uint16_t answers = br_get_be16(&r);

	(void)br_get_be32(&r);
	if (r.bad || !ours || !(flags & FLAG_RESPONSE))
		return -EBADMSG;
	for (; questions > 0 && !r.bad; questions--) {
		skip_name(&r);
		(void)br_get_be32(&r);
	}
	for (; answers > 0 && !r.bad; answers--) {
		uint16_t type, class;
		struct br_reader value;

		skip_name(&r);
		type = br_get_be16(&r);
		class = br_get_be16(&r);
		(void)br_get_be32(&r); /* time to live */
		value = br_get_sub(&r, br_get_be16(&r));
		if (!r.bad && type == TYPE_A && class == CLASS_IN && br_left(&value) == 4) {
			*ret_address = br_get_be32(&value);
			return 0;
		}
	}
	return r.bad ? -EBADMSG : -ENOENT;
}
