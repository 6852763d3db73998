/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/formats/dhcp_option.h"

#include <assert.h>
#include <errno.h>

static const struct {
	const char *name;
	enum br_dhcp_format format;
} options[256] = {
#define X(code, constant, text, form) [code] = {text, BR_DHCP_FORMAT_##form},
	BR_DHCP_OPTIONS(X)
#undef X
};

int br_dhcp_option_get(struct br_reader *r, struct br_dhcp_option *ret_option)
{
	while (br_left(r) > 0) {
		uint8_t code = br_get_u8(r);

		if (code == BR_DHCP_OPTION_PAD)
			continue;
		if (code == BR_DHCP_OPTION_END)
			return 0;

		struct br_reader value = br_get_sub(r, br_get_u8(r));

		if (r->bad)
			return -EBADMSG;
		*ret_option = (struct br_dhcp_option){
			.code = code,
			.value = {.data = value.pos, .size = br_left(&value)},
		};
		return 1;
	}
	return r->bad ? -EBADMSG : -ENODATA;
}

void br_dhcp_option_put(struct br_writer *w, uint8_t code, const void *value, size_t size)
{
	assert(size <= 255);
	if (br_room(w) < 2 + size) {
		w->bad = true; /* all of it or nothing */
		return;
	}
	br_put_u8(w, code);
	br_put_u8(w, (uint8_t)size);
	br_put_bytes(w, value, size);
}

struct br_octets br_dhcp_sub_option(struct br_octets value, uint8_t code, bool has_end)
{
	struct br_reader r = br_reader_of(value.data, value.size);

	while (br_left(&r) > 0) {
		uint8_t have = br_get_u8(&r);

		if (has_end && have == BR_DHCP_OPTION_PAD)
			continue;
		if (has_end && have == BR_DHCP_OPTION_END)
			break;

		struct br_reader sub = br_get_sub(&r, br_get_u8(&r));

		if (r.bad)
			break;
		if (have == code)
			return (struct br_octets){.data = sub.pos, .size = br_left(&sub)};
	}
	return (struct br_octets){0};
}

const char *br_dhcp_option_name(uint8_t code)
{
	return options[code].name;
}

enum br_dhcp_format br_dhcp_option_format(uint8_t code)
{
	return options[code].format;
}
