/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/lines/ladder_pen.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
	END_SIZE = 64,   /* an address, brackets, a port, a NUL */
	ENDS_WIDTH = 34, /* columns for "who:port -> whom:port" */
};

bool br_pen_name(struct br_pen_name *table, size_t *count, const uint8_t *key, size_t key_size,
                 const char *text)
{
	struct br_pen_name row = {{0}, ""};
	size_t place = 0;

	memcpy(row.key, key, key_size);
	snprintf(row.text, sizeof(row.text), "%s", text);
	while (place < *count && memcmp(table[place].key, row.key, sizeof(row.key)) != 0)
		place++;
	if (place == BR_PEN_NAMES_MAX)
		return false;
	table[place] = row;
	if (place == *count)
		(*count)++;
	return true;
}

static const char *look_up(const struct br_pen_name *table, size_t count, const uint8_t *key,
                           size_t key_size)
{
	for (size_t i = 0; i < count; i++) {
		if (!memcmp(table[i].key, key, key_size))
			return table[i].text;
	}
	return NULL;
}

const char *br_pen_name_of_mac(const struct br_pen *pen, const uint8_t mac[6])
{
	return look_up(pen->mac, pen->macs, mac, 6);
}

static bool is_for_many(const uint8_t ip[16])
{
	static const uint8_t ipv4[12] = {[10] = 0xff, [11] = 0xff};

	if (!memcmp(ip, ipv4, sizeof(ipv4))) /* RFC 1112 §4 groups; 255.255.255.255 */
		return ip[12] >= 224;
	return ip[0] == 0xff; /* RFC 4291 §2.7 */
}

/* :: and 0.0.0.0: a machine that has no address yet */
static bool is_unspecified(const uint8_t ip[16])
{
	static const uint8_t zeros[10];

	return !memcmp(ip, zeros, 10) && ip[10] == ip[11] && !memcmp(ip + 12, zeros, 4);
}

const char *br_pen_address(const struct br_pen *pen, const uint8_t ip[16], const uint8_t *mac,
                           char *target, size_t size)
{
	const char *name = look_up(pen->ip, pen->ips, ip, 16);
	bool unspecified = is_unspecified(ip);
	bool on_link =
		unspecified || (ip[0] == 0xfe && (ip[1] & 0xc0) == 0x80); /* RFC 4291 §2.5.6 */

	if (is_for_many(ip))
		name = "*";
	if (!name && mac && on_link) /* any other may have come through a router */
		name = look_up(pen->mac, pen->macs, mac, 6);
	if (name)
		snprintf(target, size, "%s", name);
	else if (unspecified && mac)
		snprintf(target, size, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2],
		         mac[3], mac[4], mac[5]);
	else if (!memcmp(ip, (uint8_t[12]){[10] = 0xff, [11] = 0xff}, 12))
		inet_ntop(AF_INET, ip + 12, target, (socklen_t)size);
	else
		inet_ntop(AF_INET6, ip, target, (socklen_t)size);
	return target;
}

void br_pen_begin_named(struct br_pen *pen, br_time at, const char *src, const char *dst)
{
	char ends[2 * END_SIZE];
	br_time since;

	if (pen->start == BR_TIME_NEVER)
		pen->start = at;
	since = at > pen->start ? at - pen->start : 0;
	pen->at = at;
	pen->size = 0;
	snprintf(ends, sizeof(ends), "%s -> %s", src, dst);
	br_pen_put(pen, "%5llu.%03llu  %-*s ", (unsigned long long)(since / BR_S),
	           (unsigned long long)(since % BR_S / BR_MS), ENDS_WIDTH, ends);
}

void br_pen_begin_remark(struct br_pen *pen, br_time at)
{
	pen->at = at;
	pen->size = 0;
	br_pen_put(pen, "%11s", "");
}

/* "boot:69", "[2001:db8::2]:69" */
static void put_end(const struct br_pen *pen, const struct br_endpoint *end, const uint8_t *mac,
                    char target[static END_SIZE])
{
	char host[END_SIZE - 16];
	const char *colon = strchr(br_pen_address(pen, end->ip, mac, host, sizeof(host)), ':');

	snprintf(target, END_SIZE, colon ? "[%s]:%u" : "%s:%u", host, end->port);
}

void br_pen_begin(struct br_pen *pen, br_time at, const struct br_endpoint *src,
                  const uint8_t *src_mac, const struct br_endpoint *dst)
{
	char from[END_SIZE], to[END_SIZE];

	put_end(pen, src, src_mac, from);
	put_end(pen, dst, NULL, to);
	br_pen_begin_named(pen, at, from, to);
}

void br_pen_put(struct br_pen *pen, const char *format, ...)
{
	size_t room = sizeof(pen->text) - pen->size;
	va_list values;
	int size;

	va_start(values, format);
	size = vsnprintf(pen->text + pen->size, room, format, values);
	va_end(values);
	if (size > 0)
		pen->size += (size_t)size < room ? (size_t)size : room - 1;
}

void br_pen_put_octets(struct br_pen *pen, struct br_octets octets, size_t size_max)
{
	for (size_t i = 0; i < octets.size && i < size_max; i++) {
		uint8_t octet = octets.data[i];

		br_pen_put(pen, "%c", octet >= 0x20 && octet < 0x7f ? octet : '.');
	}
	if (octets.size > size_max)
		br_pen_put(pen, "...");
}

void br_pen_put_text(struct br_pen *pen, const char *field, struct br_octets text, size_t size_max)
{
	if (!text.size)
		return;
	br_pen_put(pen, " %s=\"", field);
	br_pen_put_octets(pen, text, size_max);
	br_pen_put(pen, "\"");
}

void br_pen_put_rate(struct br_pen *pen, uint64_t octets, br_time took)
{
	br_pen_put(pen, "%llu octets %llu.%02llu s", (unsigned long long)octets,
	           (unsigned long long)(took / BR_S),
	           (unsigned long long)(took % BR_S / (10 * BR_MS)));
	if (took >= BR_MS && octets > UINT64_C(100000)) {
		uint64_t tenths = octets / (took / BR_MS) / 100; /* of a million octets a second */

		br_pen_put(pen, " %llu.%llu MB/s", (unsigned long long)(tenths / 10),
		           (unsigned long long)(tenths % 10));
	}
}

void br_pen_say(struct br_pen *pen, bool growing)
{
	while (pen->size > 0 && pen->text[pen->size - 1] == ' ')
		pen->text[--pen->size] = '\0';
	pen->say(pen->context, &(struct br_ladder_line){
				       .at = pen->at,
				       .text = pen->text,
				       .growing = growing,
			       });
}
