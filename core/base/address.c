/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/base/address.h"

#include "core/base/text.h"

enum {
	GROUPS = 8,       /* of 16 bits */
	DIGITS_MAX = 4,   /* of a group */
	EUI_AT = 8,       /* octets of the prefix before it */
	UNIVERSAL = 0x02, /* the bit of a hardware address that is inverted */
};

bool br_ip_in_prefix(const uint8_t ip[BR_IP_SIZE], const uint8_t prefix[BR_IP_SIZE], unsigned bits)
{
	unsigned whole = bits / 8, rest = bits % 8;

	if (memcmp(ip, prefix, whole) != 0)
		return false;
	return rest == 0 || ((ip[whole] ^ prefix[whole]) >> (8 - rest)) == 0;
}

void br_ip_of_prefix(const uint8_t prefix[BR_IP_SIZE], const uint8_t mac[6],
                     uint8_t ret_ip[BR_IP_SIZE])
{
	const uint8_t eui[] = {
		(uint8_t)(mac[0] ^ UNIVERSAL), mac[1], mac[2], 0xff, 0xfe, mac[3], mac[4], mac[5]};

	if (ret_ip != prefix)
		memcpy(ret_ip, prefix, EUI_AT);
	memcpy(ret_ip + EUI_AT, eui, sizeof(eui));
}

void br_ip_link_local(const uint8_t mac[6], uint8_t ret_ip[BR_IP_SIZE])
{
	static const uint8_t prefix[BR_IP_SIZE] = {0xfe, 0x80};

	br_ip_of_prefix(prefix, mac, ret_ip);
}

void br_ip_solicited_node(const uint8_t ip[BR_IP_SIZE], uint8_t ret_group[BR_IP_SIZE])
{
	static const uint8_t group[BR_IP_SIZE] = {0xff, 0x02, [11] = 1, [12] = 0xff};
	const uint8_t last[3] = {ip[13], ip[14], ip[15]};

	memcpy(ret_group, group, sizeof(group));
	memcpy(ret_group + 13, last, sizeof(last));
}

static int digit_of(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A group at @at, at most four digits. Return: octets it takes, 0 if there is none */
static size_t read_group(struct br_octets text, size_t at, uint8_t ret[2])
{
	unsigned value = 0;
	size_t size = 0;

	while (at + size < text.size && size <= DIGITS_MAX && digit_of(text.data[at + size]) >= 0)
		value = value << 4 | (unsigned)digit_of(text.data[at + size++]);
	if (size == 0 || size > DIGITS_MAX)
		return 0;
	ret[0] = (uint8_t)(value >> 8);
	ret[1] = (uint8_t)value;
	return size;
}

/* The rest as a.b.c.d, for the last two groups */
static bool read_quad(struct br_octets text, size_t at, uint8_t *ret)
{
	uint32_t address;

	if (!br_text_get_ipv4((struct br_octets){text.data + at, text.size - at}, &address))
		return false;
	for (int i = 0; i < 4; i++)
		ret[i] = (uint8_t)(address >> (24 - 8 * i));
	return true;
}

/* Groups with single colons between them from @*at on, until the text ends or "::" comes.
 * Return: octets that were filled, -1 if something else stands there
 */
static int read_groups(struct br_octets text, size_t *at, uint8_t *ret, size_t room)
{
	size_t filled = 0;

	for (;;) {
		size_t size;

		if (filled + 4 <= room && read_quad(text, *at, ret + filled)) {
			*at = text.size;
			return (int)filled + 4;
		}
		size = filled + 2 <= room ? read_group(text, *at, ret + filled) : 0;
		if (size == 0)
			return -1;
		filled += 2;
		*at += size;
		if (*at == text.size)
			return (int)filled;
		if (text.data[*at] != ':' || *at + 1 == text.size)
			return -1;
		if (text.data[*at + 1] == ':')
			return (int)filled;
		++*at;
	}
}

bool br_text_get_ipv6(struct br_octets text, uint8_t ret[BR_IP_SIZE])
{
	uint8_t ip[BR_IP_SIZE] = {0}, tail[BR_IP_SIZE];
	size_t at = 0;
	int head = 0, behind = 0;

	if (text.size < 2)
		return false;
	if (text.data[0] != ':' || text.data[1] != ':') {
		head = read_groups(text, &at, ip, BR_IP_SIZE);
		if (head < 0 || (at == text.size && head != BR_IP_SIZE))
			return false;
	}
	if (at < text.size) { /* at "::", which stands for one group or more */
		at += 2;
		if (at < text.size)
			behind = read_groups(text, &at, tail, BR_IP_SIZE);
		if (behind < 0 || at != text.size || head + behind > BR_IP_SIZE - 2)
			return false;
		memcpy(ip + BR_IP_SIZE - behind, tail, (size_t)behind);
	}
	memcpy(ret, ip, BR_IP_SIZE);
	return true;
}

bool br_text_get_ip(struct br_octets text, uint8_t ret[BR_IP_SIZE])
{
	uint8_t ip[BR_IP_SIZE] = {[10] = 0xff, [11] = 0xff};

	if (br_text_get_ipv6(text, ret))
		return true;
	if (text.size == 0 || !read_quad(text, 0, ip + 12))
		return false;
	memcpy(ret, ip, BR_IP_SIZE);
	return true;
}

bool br_text_get_cidr6(struct br_octets text, uint8_t ret_ip[BR_IP_SIZE], uint8_t *ret_bits)
{
	struct br_octets rest = text, address = br_text_cut(&rest, '/');
	uint64_t bits;

	if (!rest.data || !br_text_get_decimal(rest, 128, &bits) ||
	    !br_text_get_ipv6(address, ret_ip))
		return false;
	*ret_bits = (uint8_t)bits;
	return true;
}

static unsigned group_at(const uint8_t *ip, size_t index)
{
	return (unsigned)ip[2 * index] << 8 | ip[2 * index + 1];
}

/* The longest run of two zero groups or more, the first of such: RFC 5952 section 4.2 */
static size_t longest_run(const uint8_t *ip, size_t *ret_size)
{
	size_t best = GROUPS, best_size = 1;

	for (size_t i = 0; i < GROUPS; i++) {
		size_t size = 0;

		while (i + size < GROUPS && group_at(ip, i + size) == 0)
			size++;
		if (size > best_size) {
			best = i;
			best_size = size;
		}
	}
	*ret_size = best_size;
	return best;
}

static unsigned digits_of(unsigned value)
{
	unsigned digits = 1;

	while (value >> 4 * digits != 0)
		digits++;
	return digits;
}

void br_text_put_ipv6(struct br_writer *w, const uint8_t ip[BR_IP_SIZE])
{
	size_t run_size, run = longest_run(ip, &run_size);

	for (size_t i = 0; i < GROUPS; i++) {
		if (i == run) {
			br_text_put(w, "::");
			i += run_size - 1;
			continue;
		}
		if (i > 0 && i != run + run_size)
			br_text_put(w, ":");
		br_text_put_hex(w, group_at(ip, i), digits_of(group_at(ip, i)));
	}
}

void br_text_put_ip(struct br_writer *w, const uint8_t ip[BR_IP_SIZE])
{
	if (br_ip_is_ipv4(ip))
		br_text_put_ipv4(w, (uint32_t)ip[12] << 24 | (uint32_t)ip[13] << 16 |
		                            (uint32_t)ip[14] << 8 | ip[15]);
	else
		br_text_put_ipv6(w, ip);
}

void br_text_put_url_host(struct br_writer *w, const uint8_t ip[BR_IP_SIZE])
{
	bool four = br_ip_is_ipv4(ip);

	br_text_put(w, four ? "" : "[");
	br_text_put_ip(w, ip);
	br_text_put(w, four ? "" : "]");
}
