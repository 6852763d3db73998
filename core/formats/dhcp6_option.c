/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/formats/dhcp6_option.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "core/base/text.h"

enum {
	IA_HEADER = 12,      /* IAID, T1, T2: RFC 8415 §21.4 */
	ADDRESS_HEADER = 24, /* address and two lifetimes, §21.6 */
	ENTERPRISE_SIZE = 4,
	TEXT_SIZE_SIZE = 2,
};

int br_dhcp6_option_get(struct br_reader *r, struct br_dhcp6_option *ret_option)
{
	if (br_left(r) == 0)
		return r->bad ? -EBADMSG : 0;

	uint16_t code = br_get_be16(r);
	struct br_reader value = br_get_sub(r, br_get_be16(r));

	if (r->bad)
		return -EBADMSG;
	*ret_option = (struct br_dhcp6_option){code, {value.pos, br_left(&value)}};
	return 1;
}

struct br_octets br_dhcp6_find(struct br_octets options, uint16_t code)
{
	struct br_reader r = br_reader_of(options.data, options.size);
	struct br_dhcp6_option option;

	while (br_dhcp6_option_get(&r, &option) == 1) {
		if (option.code == code)
			return option.value;
	}
	return (struct br_octets){0};
}

size_t br_dhcp6_count(struct br_octets options, uint16_t code)
{
	struct br_reader r = br_reader_of(options.data, options.size);
	struct br_dhcp6_option option;
	size_t count = 0;

	while (br_dhcp6_option_get(&r, &option) == 1)
		count += option.code == code;
	return count;
}

int br_dhcp6_status(struct br_octets options)
{
	struct br_octets status = br_dhcp6_find(options, BR_DHCP6_OPTION_STATUS);
	struct br_reader r = br_reader_of(status.data, status.size);
	uint16_t code = br_get_be16(&r);

	return r.bad ? -1 : code;
}

/* Behind the first @size octets; .data NULL if there are fewer. */
static struct br_octets behind(struct br_octets value, size_t size)
{
	if (value.size < size)
		return (struct br_octets){0};
	return (struct br_octets){value.data + size, value.size - size};
}

struct br_dhcp6_ia br_dhcp6_ia(struct br_octets value)
{
	struct br_reader r = br_reader_of(value.data, value.size);
	struct br_dhcp6_ia ia = {.status = -1};
	struct br_octets inside, address;

	if (value.size < IA_HEADER)
		return ia;
	ia.there = true;
	ia.iaid = br_get_be32(&r);
	ia.t1 = br_get_be32(&r);
	ia.t2 = br_get_be32(&r);
	inside = behind(value, IA_HEADER);
	ia.status = br_dhcp6_status(inside);
	address = br_dhcp6_find(inside, BR_DHCP6_OPTION_ADDRESS);
	if (address.size < ADDRESS_HEADER)
		return ia;
	ia.addresses = br_dhcp6_count(inside, BR_DHCP6_OPTION_ADDRESS);
	r = br_reader_of(address.data, address.size);
	br_get_bytes(&r, ia.address, sizeof(ia.address));
	ia.preferred = br_get_be32(&r);
	ia.valid = br_get_be32(&r);
	return ia;
}

static bool fills_ia(struct br_octets value)
{
	struct br_octets inside = behind(value, IA_HEADER);
	struct br_reader r = br_reader_of(inside.data, inside.size);
	struct br_dhcp6_option option;

	while (br_dhcp6_option_get(&r, &option) == 1) {
		if (option.code == BR_DHCP6_OPTION_ADDRESS && option.value.size < ADDRESS_HEADER)
			return false;
	}
	return inside.data && !r.bad;
}

bool br_dhcp6_is_well_formed(struct br_octets options)
{
	struct br_reader r = br_reader_of(options.data, options.size);
	struct br_dhcp6_option option;

	while (br_dhcp6_option_get(&r, &option) == 1) {
		bool is_ia = option.code == BR_DHCP6_OPTION_IA_NA ||
		             option.code == BR_DHCP6_OPTION_IA_PD;

		if (is_ia && !fills_ia(option.value))
			return false;
	}
	return !r.bad;
}

bool br_dhcp6_vendor_class(struct br_octets value, uint32_t *ret_enterprise,
                           struct br_octets *ret_text)
{
	struct br_reader r = br_reader_of(value.data, value.size);

	if (value.size < ENTERPRISE_SIZE)
		return false;
	*ret_enterprise = br_get_be32(&r);
	*ret_text = behind(value, ENTERPRISE_SIZE + TEXT_SIZE_SIZE);
	return true;
}

struct br_octets br_dhcp6_user_class(struct br_octets value)
{
	return behind(value, TEXT_SIZE_SIZE);
}

int br_dhcp6_class_get(struct br_reader *r, struct br_octets *ret_text)
{
	if (br_left(r) == 0 && !r->bad)
		return 0;

	struct br_reader text = br_get_sub(r, br_get_be16(r));

	if (r->bad)
		return -EBADMSG;
	*ret_text = (struct br_octets){text.pos, br_left(&text)};
	return 1;
}

int br_dhcp6_boot_parameter_get(struct br_reader *r, struct br_octets *ret_text)
{
	return br_dhcp6_class_get(r, ret_text); /* the same form */
}

/* Writers */

void br_dhcp6_put(struct br_writer *w, uint16_t code, const void *value, size_t size)
{
	assert(size <= UINT16_MAX);
	if (br_room(w) < 4 + size)
		w->bad = true;
	br_put_be16(w, code);
	br_put_be16(w, (uint16_t)size);
	br_put_bytes(w, value, size);
}

uint8_t *br_dhcp6_begin(struct br_writer *w, uint16_t code)
{
	br_put_be16(w, code);
	br_put_be16(w, 0);
	return w->pos;
}

void br_dhcp6_end(struct br_writer *w, uint8_t *begun)
{
	struct br_writer size;

	if (w->bad)
		return;
	assert(w->pos - begun <= UINT16_MAX);
	size = br_writer_of(begun - 2, 2);
	br_put_be16(&size, (uint16_t)(w->pos - begun));
}

void br_dhcp6_put_status(struct br_writer *w, enum br_dhcp6_status status, const char *text)
{
	uint8_t *begun = br_dhcp6_begin(w, BR_DHCP6_OPTION_STATUS);

	br_put_be16(w, (uint16_t)status);
	br_text_put(w, text);
	br_dhcp6_end(w, begun);
}

void br_dhcp6_put_address(struct br_writer *w, const uint8_t address[static 16], uint32_t preferred,
                          uint32_t valid)
{
	uint8_t *begun = br_dhcp6_begin(w, BR_DHCP6_OPTION_ADDRESS);

	br_put_bytes(w, address, 16);
	br_put_be32(w, preferred);
	br_put_be32(w, valid);
	br_dhcp6_end(w, begun);
}

void br_dhcp6_put_vendor_class(struct br_writer *w, uint32_t enterprise, const char *text)
{
	uint8_t *begun = br_dhcp6_begin(w, BR_DHCP6_OPTION_VENDOR_CLASS);

	br_put_be32(w, enterprise);
	br_put_be16(w, (uint16_t)strlen(text));
	br_text_put(w, text);
	br_dhcp6_end(w, begun);
}
