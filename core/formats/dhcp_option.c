/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/formats/dhcp_option.h"

#include <assert.h>
#include <errno.h>

#include "core/defect.h"

static const struct {
	const char *name;
	enum br_dhcp_format format;
} options[256] = {
#define X(code, constant, text, form) [code] = {text, BR_DHCP_FORMAT_##form},
	BR_DHCP_OPTIONS(X)
#undef X
};

/* A code that a length follows. Return: 1, 0 at END, -ENODATA at the edge, -EBADMSG behind it */
static int get_code(struct br_reader *r, bool has_end, uint8_t *ret_code)
{
	while (br_left(r) > 0) {
		*ret_code = br_get_u8(r);
		if (!has_end || *ret_code != BR_DHCP_OPTION_PAD || BR_DEFECT(D4C_OPT_04))
			return !has_end || *ret_code != BR_DHCP_OPTION_END;
	}
	return r->bad ? -EBADMSG : -ENODATA;
}

static int get(struct br_reader *r, bool has_end, struct br_dhcp_option *ret_option)
{
	uint8_t code;
	int result = get_code(r, has_end, &code);

	if (result != 1)
		return result;

	struct br_reader value = br_get_sub(r, br_get_u8(r));

	if (r->bad)
		return -EBADMSG;
	*ret_option = (struct br_dhcp_option){
		.code = code,
		.value = {.data = value.pos, .size = br_left(&value)},
	};
	return 1;
}

int br_dhcp_option_get(struct br_reader *r, struct br_dhcp_option *ret_option)
{
	return get(r, true, ret_option);
}

bool br_dhcp_option_overruns(struct br_octets field, struct br_dhcp_option *ret_option)
{
	struct br_reader r = br_reader_of(field.data, field.size), last;
	struct br_dhcp_option option;
	uint8_t code;
	int result;

	do {
		last = r;
		result = get(&r, true, &option);
	} while (result == 1);
	if (result != -EBADMSG || get_code(&last, true, &code) != 1 || br_left(&last) == 0)
		return false;
	(void)br_get_u8(&last); /* the length that lies */
	*ret_option = (struct br_dhcp_option){code, {last.pos, br_left(&last)}};
	return true;
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

bool br_dhcp_option_has_end(uint8_t code)
{
	return code != BR_DHCP_OPTION_RELAY_AGENT;
}

int br_dhcp_sub_option_get(struct br_reader *r, bool has_end, struct br_dhcp_option *ret_option)
{
	int result = get(r, has_end, ret_option);

	return result == -ENODATA ? 0 : result;
}

struct br_octets br_dhcp_sub_option(struct br_octets value, uint8_t code, bool has_end)
{
	struct br_reader r = br_reader_of(value.data, value.size);
	struct br_dhcp_option option;

	while (br_dhcp_sub_option_get(&r, has_end, &option) == 1) {
		if (option.code == code)
			return option.value;
	}
	return (struct br_octets){0};
}

int br_dhcp_user_class_get(struct br_reader *r, struct br_octets *ret_text)
{
	if (br_left(r) == 0 && !r->bad)
		return 0;

	struct br_reader text = br_get_sub(r, br_get_u8(r));

	if (r->bad)
		return -EBADMSG;
	*ret_text = (struct br_octets){text.pos, br_left(&text)};
	return 1;
}

int br_dhcp_classless_route_get(struct br_reader *r, struct br_dhcp_route *ret_route)
{
	struct br_dhcp_route route = {0};

	if (br_left(r) == 0 && !r->bad)
		return 0;
	route.prefix = br_get_u8(r);
	if (route.prefix > 32)
		return -EBADMSG;
	/* as many octets of the net as the prefix reaches into */
	for (unsigned i = 0; i < (route.prefix + 7u) / 8; i++)
		route.net |= (uint32_t)br_get_u8(r) << (24 - 8 * i);
	route.via = br_get_be32(r);
	if (r->bad)
		return -EBADMSG;
	*ret_route = route;
	return 1;
}

int br_dhcp_static_route_get(struct br_reader *r, struct br_dhcp_route *ret_route)
{
	struct br_dhcp_route route = {.prefix = 32};

	if (br_left(r) == 0 && !r->bad)
		return 0;
	route.net = br_get_be32(r);
	route.via = br_get_be32(r);
	if (r->bad)
		return -EBADMSG;
	if ((route.net & 0xff) == 0) /* a net, and no mask is told: RFC 791 §2.3 */
		route.prefix = route.net >> 31 == 0 ? 8 : route.net >> 30 == 2 ? 16 : 24;
	*ret_route = route;
	return 1;
}

/* type(2) count(1), and @unit octets for each of the count */
static int pxe_item_get(struct br_reader *r, size_t unit, struct br_pxe_item *ret_item)
{
	if (br_left(r) == 0 && !r->bad)
		return 0;

	uint16_t type = br_get_be16(r);
	struct br_reader value = br_get_sub(r, br_get_u8(r) * unit);

	if (r->bad)
		return -EBADMSG;
	*ret_item = (struct br_pxe_item){type, {value.pos, br_left(&value)}};
	return 1;
}

int br_pxe_boot_servers_get(struct br_reader *r, struct br_pxe_item *ret_item)
{
	return pxe_item_get(r, 4, ret_item);
}

int br_pxe_boot_menu_get(struct br_reader *r, struct br_pxe_item *ret_item)
{
	return pxe_item_get(r, 1, ret_item);
}

uint32_t br_pxe_boot_server_first(struct br_octets servers)
{
	struct br_reader r = br_reader_of(servers.data, servers.size);

	(void)br_get_be16(&r); /* type */
	return br_get_u8(&r) > 0 ? br_get_be32(&r) : 0;
}

const char *br_dhcp_option_name(uint8_t code)
{
	return options[code].name;
}

enum br_dhcp_format br_dhcp_option_format(uint8_t code)
{
	return options[code].format;
}
