/* SPDX-License-Identifier: BSD-2-Clause */
/* ICMPv6 as lines: routers, neighbours, listeners, errors. A stimulus is an ICMPv6 message without
 * its checksum, which whoever sends it fills in (sim/script/stimulus.c).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/base/address.h"
#include "core/base/text.h"
#include "core/formats/nd.h"
#include "sim/lines/line.h"

enum {
	HEADER = 8,
	MESSAGE_MAX = 2048,
};

static const char *const messages[] = {
	"rs",       "ra",     "ns",      "na",   "echo",  "echo-reply",    "unreachable",
	"too-big",  "report", "report2", "done", "query", "time-exceeded", "parameter-problem",
	"redirect", "bytes",  NULL};

static const struct br_field_row fields[] = {
	{"code", "of an error, and of all others 0"},
	{"target", "ns, na: the address that is asked for"},
	{"mac", "the hardware address in its option 1 or 2"},
	{"na-flags", "na: R, S and O, as in SO; none"},
	{"flags", "ra: M, O, MO or none"},
	{"lifetime", "ra: seconds as a default router"},
	{"hop-limit", "ra: for what hosts send"},
	{"prefix", "ra: the first prefix, without its length"},
	{"prefix-length", "ra: bits of that"},
	{"prefix-flags", "ra: L, A, LA or none"},
	{"valid", "ra: seconds, of that prefix"},
	{"preferred", "ra: seconds, of that prefix"},
	{"prefixes", "ra: how many there are"},
	{"mtu", "ra: of the link; too-big: of the next one"},
	{"dns", "ra: name servers, RFC 8106"},
	{"group", "report, done, query: the group"},
	{"src", "stimulus: source address, :: for none"},
	{"dst", "stimulus: destination, else as the end and the message say"},
	{"ttl", "stimulus: hop limit (255; 64 of echo and errors)"},
	{"octets", "all of the message, from its type on"},
	{"in", "about the field before it: an address of that network"},
	{NULL, NULL},
};

static const struct icmp6_field {
	const char *name;
	enum br_field_format format;
} formats[] = {
	{"code", BR_FIELD_U8},          {"target", BR_FIELD_IPV6},
	{"mac", BR_FIELD_MAC},          {"na-flags", BR_FIELD_TEXT},
	{"flags", BR_FIELD_TEXT},       {"lifetime", BR_FIELD_U16},
	{"hop-limit", BR_FIELD_U8},     {"prefix", BR_FIELD_IPV6},
	{"prefix-length", BR_FIELD_U8}, {"prefix-flags", BR_FIELD_TEXT},
	{"valid", BR_FIELD_U32},        {"preferred", BR_FIELD_U32},
	{"prefixes", BR_FIELD_U8},      {"mtu", BR_FIELD_U32},
	{"dns", BR_FIELD_IPV6},         {"group", BR_FIELD_IPV6},
	{"src", BR_FIELD_IPV6},         {"dst", BR_FIELD_IPV6},
	{"ttl", BR_FIELD_U8},           {"octets", BR_FIELD_HEX},
};

static bool has_message(const char *message)
{
	for (size_t i = 0; messages[i]; i++) {
		if (!strcmp(messages[i], message))
			return true;
	}
	return false;
}

static bool format(const char *message, const char *name, enum br_field_format *ret_format)
{
	(void)message;
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		*ret_format = formats[i].format;
		if (!strcmp(formats[i].name, name))
			return true;
	}
	return false;
}

static const char *positional(const char *message, size_t index)
{
	return message && !strcmp(message, "bytes") && index == 0 ? "octets" : NULL;
}

static bool decode(struct br_octets payload, struct br_decoded *ret_decoded)
{
	struct br_reader r = br_reader_of(payload.data, payload.size);

	ret_decoded->protocol = &br_protocol_icmp6;
	ret_decoded->payload = payload;
	if (payload.size < HEADER)
		return false;
	ret_decoded->message = br_icmp6_type_name(br_get_u8(&r));
	(void)br_get_u8(&r);
	(void)br_get_be16(&r);
	ret_decoded->icmp6 = br_get_be32(&r);
	return ret_decoded->message != NULL;
}

static struct br_octets body_of(const struct br_decoded *decoded)
{
	return (struct br_octets){decoded->payload.data + HEADER, decoded->payload.size - HEADER};
}

static void set_number(struct br_field *field, enum br_field_format number_format, uint64_t number,
                       size_t width)
{
	field->format = number_format;
	for (size_t i = 0; i < width; i++)
		field->room[i] = (uint8_t)(number >> 8 * (width - 1 - i));
	field->octets = (struct br_octets){field->room, width};
}

static bool set_octets(struct br_field *field, enum br_field_format octets_format,
                       const uint8_t *octets, size_t size)
{
	field->format = octets_format;
	memcpy(field->room, octets, size);
	field->octets = (struct br_octets){field->room, size};
	return true;
}

static bool set_letters(struct br_field *field, const char *letters, const bool *on)
{
	size_t size = 0;

	field->format = BR_FIELD_TEXT;
	for (size_t i = 0; letters[i]; i++) {
		if (on[i])
			field->room[size++] = (uint8_t)letters[i];
	}
	if (size == 0) {
		memcpy(field->room, "none", 4);
		size = 4;
	}
	field->octets = (struct br_octets){field->room, size};
	return true;
}

static bool is_named(const struct br_decoded *decoded, const char *message)
{
	return !strcmp(decoded->message, message);
}

static bool get_mac(const uint8_t mac[6], struct br_field *ret_field)
{
	static const uint8_t none[6];

	return set_octets(ret_field, BR_FIELD_MAC, mac, 6) && memcmp(mac, none, 6) != 0;
}

static bool get_prefix(const struct br_nd_prefix *p, const char *name, struct br_field *ret_field)
{
	if (!strcmp(name, "prefix"))
		return set_octets(ret_field, BR_FIELD_IPV6, p->prefix, sizeof(p->prefix));
	if (!strcmp(name, "prefix-flags"))
		return set_letters(ret_field, "LA", (bool[]){p->on_link, p->autonomous});
	if (!strcmp(name, "prefix-length"))
		set_number(ret_field, BR_FIELD_U8, p->length, 1);
	else if (!strcmp(name, "valid"))
		set_number(ret_field, BR_FIELD_U32, p->valid_s, 4);
	else if (!strcmp(name, "preferred"))
		set_number(ret_field, BR_FIELD_U32, p->preferred_s, 4);
	else
		return false;
	return true;
}

static bool get_router(const struct br_decoded *decoded, const char *name,
                       struct br_field *ret_field)
{
	struct br_nd_router router;

	if (br_nd_router_get(decoded->icmp6, body_of(decoded), &router) < 0)
		return false;
	if (!strcmp(name, "mac"))
		return get_mac(router.mac, ret_field);
	if (!strcmp(name, "flags"))
		return set_letters(ret_field, "MO", (bool[]){router.managed, router.other});
	if (!strcmp(name, "dns"))
		return router.rdnsses > 0 &&
		       set_octets(ret_field, BR_FIELD_IPV6, router.rdnss[0], BR_IP_SIZE);
	if (!strcmp(name, "lifetime"))
		set_number(ret_field, BR_FIELD_U16, router.lifetime_s, 2);
	else if (!strcmp(name, "hop-limit"))
		set_number(ret_field, BR_FIELD_U8, router.hop_limit, 1);
	else if (!strcmp(name, "prefixes"))
		set_number(ret_field, BR_FIELD_U8, router.prefixes, 1);
	else if (!strcmp(name, "mtu") && router.mtu > 0)
		set_number(ret_field, BR_FIELD_U32, router.mtu, 4);
	else
		return router.prefixes > 0 && get_prefix(&router.prefix[0], name, ret_field);
	return true;
}

static bool get_neighbour(const struct br_decoded *decoded, const char *name,
                          struct br_field *ret_field)
{
	struct br_nd_neighbour n;

	if (br_nd_neighbour_get(decoded->icmp6, body_of(decoded), &n) < 0)
		return false;
	if (!strcmp(name, "target"))
		return set_octets(ret_field, BR_FIELD_IPV6, n.target, sizeof(n.target));
	if (!strcmp(name, "mac"))
		return get_mac(n.mac, ret_field);
	if (!strcmp(name, "na-flags") && is_named(decoded, "na"))
		return set_letters(ret_field, "RSO",
		                   (bool[]){n.flags & BR_ND_ROUTER, n.flags & BR_ND_SOLICITED,
		                            n.flags & BR_ND_OVERRIDE});
	return false;
}

/* RFC 2710 section 3; of RFC 3810 section 5.2 the first record's */
static bool get_group(const struct br_decoded *decoded, struct br_field *ret_field)
{
	struct br_octets body = body_of(decoded);
	size_t at = is_named(decoded, "report2") ? 4 : 0;

	return body.size >= at + BR_IP_SIZE &&
	       set_octets(ret_field, BR_FIELD_IPV6, body.data + at, BR_IP_SIZE);
}

static bool get(const struct br_decoded *decoded, const char *name, struct br_field *ret_field)
{
	uint8_t mac[6];

	if (!strcmp(name, "octets")) {
		ret_field->format = BR_FIELD_HEX;
		ret_field->octets = decoded->payload;
		return true;
	}
	if (!strcmp(name, "code")) {
		set_number(ret_field, BR_FIELD_U8, decoded->payload.data[1], 1);
		return true;
	}
	if (is_named(decoded, "ra"))
		return get_router(decoded, name, ret_field);
	if (is_named(decoded, "ns") || is_named(decoded, "na"))
		return get_neighbour(decoded, name, ret_field);
	if (is_named(decoded, "rs"))
		return !strcmp(name, "mac") && br_nd_solicit_get(body_of(decoded), mac) &&
		       get_mac(mac, ret_field);
	if (is_named(decoded, "too-big") && !strcmp(name, "mtu")) {
		set_number(ret_field, BR_FIELD_U32, decoded->icmp6, 4);
		return true;
	}
	if (!strcmp(name, "group") && (is_named(decoded, "report") || is_named(decoded, "done") ||
	                               is_named(decoded, "query") || is_named(decoded, "report2")))
		return get_group(decoded, ret_field);
	return false;
}

static bool next(const struct br_decoded *decoded, size_t index, char *ret_name, size_t name_size)
{
	static const char *const names[] = {
		"code",     "target",    "mac",    "na-flags",      "flags",
		"lifetime", "hop-limit", "prefix", "prefix-length", "prefix-flags",
		"valid",    "preferred", "mtu",    "dns",           "group"};
	struct br_field field;
	size_t seen = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!get(decoded, names[i], &field) || (i == 0 && decoded->payload.data[1] == 0))
			continue;
		if (seen++ == index) {
			(void)snprintf(ret_name, name_size, "%s", names[i]);
			return true;
		}
	}
	return false;
}

struct making_icmp6 {
	struct br_nd_router router;
	struct br_nd_neighbour neighbour;
	uint8_t mac[6], group[16];
	uint8_t code;
	uint32_t mtu;
};

static unsigned letters(struct br_octets text, const char *of)
{
	unsigned bits = 0;

	for (size_t i = 0; i < text.size; i++) {
		const char *at = strchr(of, text.data[i]);

		if (at && text.data[i] != '\0')
			bits |= 1u << (strlen(of) - 1 - (size_t)(at - of));
	}
	return br_text_is(text, "none") ? 0 : bits;
}

static void apply_router(struct making_icmp6 *m, const char *name, struct br_octets octets)
{
	struct br_nd_router *router = &m->router;
	struct br_nd_prefix *p = &router->prefix[0];
	uint64_t number = 0;

	(void)br_field_number(BR_FIELD_HEX, octets, &number);
	if (!strcmp(name, "flags")) {
		router->managed = letters(octets, "MO") & 2;
		router->other = letters(octets, "MO") & 1;
	} else if (!strcmp(name, "lifetime")) {
		router->lifetime_s = (uint16_t)number;
	} else if (!strcmp(name, "hop-limit")) {
		router->hop_limit = (uint8_t)number;
	} else if (!strcmp(name, "prefix")) {
		router->prefixes = 1;
		memcpy(p->prefix, octets.data, octets.size < 16 ? octets.size : 16);
	} else if (!strcmp(name, "prefix-length")) {
		p->length = (uint8_t)number;
	} else if (!strcmp(name, "prefix-flags")) {
		p->on_link = letters(octets, "LA") & 2;
		p->autonomous = letters(octets, "LA") & 1;
	} else if (!strcmp(name, "valid")) {
		p->valid_s = (uint32_t)number;
	} else if (!strcmp(name, "preferred")) {
		p->preferred_s = (uint32_t)number;
	} else if (!strcmp(name, "dns")) {
		router->rdnsses =
			octets.size / 16 < BR_ND_RDNSS_MAX ? octets.size / 16 : BR_ND_RDNSS_MAX;
		memcpy(router->rdnss, octets.data, 16 * router->rdnsses);
	}
}

static void apply(struct making_icmp6 *m, const char *name, struct br_octets octets)
{
	uint64_t number = 0;

	(void)br_field_number(BR_FIELD_HEX, octets, &number);
	if (!strcmp(name, "code"))
		m->code = (uint8_t)number;
	else if (!strcmp(name, "mtu"))
		m->mtu = (uint32_t)number;
	else if (!strcmp(name, "mac") && octets.size == 6)
		memcpy(m->mac, octets.data, 6);
	else if (!strcmp(name, "target") && octets.size >= 16)
		memcpy(m->neighbour.target, octets.data, 16);
	else if (!strcmp(name, "group") && octets.size >= 16)
		memcpy(m->group, octets.data, 16);
	else if (!strcmp(name, "na-flags"))
		m->neighbour.flags = letters(octets, "RSO");
	else
		apply_router(m, name, octets);
}

/* @template: 6 octets, the hardware address of who sends */
static void begin(struct making_icmp6 *m, const struct br_build *b)
{
	*m = (struct making_icmp6){
		.router = {.lifetime_s = 1800, .hop_limit = 64},
		.neighbour = {.flags = BR_ND_SOLICITED | BR_ND_OVERRIDE},
	};
	m->router.prefix[0] = (struct br_nd_prefix){.length = 64,
	                                            .on_link = true,
	                                            .autonomous = true,
	                                            .valid_s = 86400,
	                                            .preferred_s = 14400};
	if (b->template.size == sizeof(m->mac))
		memcpy(m->mac, b->template.data, sizeof(m->mac));
}

static uint32_t put_body(const struct making_icmp6 *made, uint8_t type, struct br_writer *w)
{
	struct making_icmp6 m = *made;

	memcpy(m.router.mac, m.mac, sizeof(m.mac));
	memcpy(m.neighbour.mac, m.mac, sizeof(m.mac));
	switch (type) {
	case BR_ICMP6_ROUTER_SOLICITATION:
		br_nd_solicit_put(w, m.mac);
		return 0;
	case BR_ICMP6_ROUTER_ADVERTISEMENT:
		m.router.mtu = m.mtu;
		m.router.rdnss_s = m.router.lifetime_s;
		return br_nd_router_put(w, &m.router);
	case BR_ICMP6_NEIGHBOUR_SOLICITATION:
		return br_nd_neighbour_put(w, &m.neighbour, true);
	case BR_ICMP6_NEIGHBOUR_ADVERTISEMENT:
		return br_nd_neighbour_put(w, &m.neighbour, false);
	case BR_ICMP6_LISTENER_QUERY:
	case BR_ICMP6_LISTENER_REPORT:
	case BR_ICMP6_LISTENER_DONE:
		br_put_bytes(w, m.group, sizeof(m.group));
		return 0;
	default:
		return m.mtu;
	}
}

static int build(const struct br_build *b, struct br_writer *w,
                 char error[static BR_LINE_ERROR_SIZE])
{
	uint8_t body[MESSAGE_MAX], type = 0;
	struct br_writer inside = br_writer_of(body, sizeof(body));
	struct making_icmp6 m;
	uint32_t word;

	if (!strcmp(b->message, "bytes")) {
		for (size_t i = 0; i < b->settings; i++) {
			if (!strcmp(b->setting[i].name, "octets"))
				br_put_bytes(w, b->setting[i].octets.data,
				             b->setting[i].octets.size);
		}
		return w->bad ? -EINVAL : 0;
	}
	begin(&m, b);
	for (size_t i = 0; i < b->settings; i++) {
		if (b->setting[i].absent && !strcmp(b->setting[i].name, "mac"))
			memset(m.mac, 0, sizeof(m.mac));
		else if (!b->setting[i].absent)
			apply(&m, b->setting[i].name, b->setting[i].octets);
	}
	for (unsigned i = 0; i <= UINT8_MAX; i++) {
		const char *name = br_icmp6_type_name((uint8_t)i);

		if (name && !strcmp(name, b->message))
			type = (uint8_t)i;
	}
	word = put_body(&m, type, &inside);
	br_put_u8(w, type);
	br_put_u8(w, m.code);
	br_put_be16(w, 0);
	br_put_be32(w, word);
	br_put_bytes(w, body, br_written(&inside));
	if (!w->bad && !inside.bad)
		return 0;
	(void)snprintf(error, BR_LINE_ERROR_SIZE, "the message is longer than %d octets",
	               MESSAGE_MAX);
	return -EINVAL;
}

const struct br_protocol br_protocol_icmp6 = {
	.name = "icmp6",
	.messages = messages,
	.fields = fields,
	.has_message = has_message,
	.format = format,
	.positional = positional,
	.decode = decode,
	.get = get,
	.next = next,
	.build = build,
};
