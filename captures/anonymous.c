/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/anonymous.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "captures/show.h"
#include "core/text.h"

enum {
	ADDRESSES_MAX = 64,
	XIDS_MAX = 64,
	HIDDEN_FIRST = 10, /* last octet of the first address given out */
};
#define HIDDEN_NET UINT32_C(0x0a4d0000) /* 10.77.0.0, as in the examples of the language */

struct mask {
	uint32_t address[ADDRESSES_MAX];
	uint32_t count;
	unsigned long xid[XIDS_MAX];
	unsigned xids;
	char mac[BR_SHOW_ADDRESS];
	const char *const *names;
	size_t names_count;
};

/* Same network, same host part where possible: pools and routers stay in their subnet. */
static uint32_t hidden(struct mask *m, uint32_t address)
{
	if (address == 0 || address >= UINT32_C(0xe0000000)) /* none, masks, groups, broadcast */
		return address;
	if ((address & 255) == 0) /* a network */
		return HIDDEN_NET;
	for (uint32_t i = 0; i < m->count; i++) {
		if (m->address[i] == address)
			return HIDDEN_NET | (HIDDEN_FIRST + i);
	}
	if (m->count < ADDRESSES_MAX)
		m->address[m->count++] = address;
	return HIDDEN_NET | (HIDDEN_FIRST + m->count - 1);
}

/* Length of the dotted quad at @text, or 0. */
static size_t address_at(const char *text, uint32_t *ret)
{
	size_t size = strspn(text, "0123456789.");

	while (size > 0 && text[size - 1] == '.')
		size--;
	return br_text_get_ipv4((struct br_octets){(const uint8_t *)text, size}, ret) ? size : 0;
}

static size_t name_at(const struct mask *m, const char *text, size_t *ret_index)
{
	size_t best = 0;

	for (size_t i = 0; i < m->names_count; i++) {
		const char *name = m->names[i] + strspn(m->names[i], "/");
		size_t size = strlen(name);

		if (size > best && !strncmp(text, name, size) &&
		    !isalnum((unsigned char)text[size])) {
			best = size;
			*ret_index = i;
		}
	}
	return best;
}

static void put_name(FILE *out, const struct mask *m, size_t index)
{
	const char *name = m->names[index];
	const char *dot = strrchr(name, '.'), *slash = strrchr(name, '/');
	size_t first = 0; /* the same name twice is one file */

	while (strcmp(m->names[first] + strspn(m->names[first], "/"), name + strspn(name, "/")) !=
	       0)
		first++;
	fprintf(out, "file%zu%s", first + 1,
	        dot && (!slash || dot > slash) && strlen(dot) <= 5 ? dot : "");
}

/* U-Boot and iPXE make their xid of the MAC address: numbers in order take its place. */
static size_t xid_at(FILE *out, struct mask *m, const char *text)
{
	static const char start[] = " xid=0x";
	char *end;
	unsigned i = 0;

	if (strncmp(text, start, sizeof(start) - 1) != 0)
		return 0;
	unsigned long xid = strtoul(text + sizeof(start) - 1, &end, 16);

	while (i < m->xids && m->xid[i] != xid)
		i++;
	if (i == m->xids && m->xids < XIDS_MAX)
		m->xid[m->xids++] = xid;
	fprintf(out, " xid=0x%08x", xid == 0 ? 0 : i + 1);
	return (size_t)(end - text);
}

/* Identifiers and texts of options. Return: octets of @text that were replaced or dropped */
static size_t option_at(FILE *out, const char *text)
{
	static const char *const dropped[] = {
		" opt12=", " opt15=", " opt17=", " opt61=", " opt81=", " opt119="};
	static const char uuid[] = " opt97=";

	for (size_t i = 0; i < sizeof(dropped) / sizeof(dropped[0]); i++) {
		if (strncmp(text, dropped[i], strlen(dropped[i])) != 0)
			continue;
		size_t size = strlen(dropped[i]);

		if (text[size] == '"')
			return size + 2 + strcspn(text + size + 1, "\"\n");
		return size + strcspn(text + size, " \n");
	}
	if (strncmp(text, uuid, sizeof(uuid) - 1) != 0)
		return 0;
	fprintf(out, " opt97=0000000000000000000000000000000001");
	return sizeof(uuid) - 1 + strcspn(text + sizeof(uuid) - 1, " \n");
}

static size_t replace_at(FILE *out, struct mask *m, const char *text, bool at_word)
{
	uint32_t address = 0;
	size_t index = 0, size = option_at(out, text);
	char hidden_text[BR_SHOW_ADDRESS];

	if (size == 0)
		size = xid_at(out, m, text);
	if (size > 0)
		return size;
	if (!strncmp(text, m->mac, strlen(m->mac))) {
		fprintf(out, "52:54:00:00:00:01");
		return strlen(m->mac);
	}
	if (!at_word)
		return 0;
	size = address_at(text, &address);
	if (size > 0) {
		fputs(br_show_ipv4(hidden_text, hidden(m, address)), out);
		return size;
	}
	size = name_at(m, text, &index);
	if (size > 0)
		put_name(out, m, index);
	return size;
}

int br_anonymous(FILE *out, const char *script, const uint8_t mac[6], const char *const *names,
                 size_t count)
{
	struct mask *m = calloc(1, sizeof(*m));
	char before = '\n';

	if (!m)
		return -ENOMEM;
	(void)br_show_mac(m->mac, mac);
	m->names = names;
	m->names_count = count;
	while (*script) {
		size_t size = strcspn(script, "\n");

		if (before == '\n' && !strncmp(script, "source ", 7)) { /* its name tells */
			script += size + (script[size] == '\n');
			continue;
		}
		if (before == '\n' && !strncmp(script, "scenario ", 9)) {
			fputs("scenario from-pcap/anonymous", out);
			script += size;
			before = ' ';
			continue;
		}
		size = replace_at(out, m, script, !isalnum((unsigned char)before) && before != '.');
		if (size > 0) {
			script += size;
			before = 'x';
			continue;
		}
		before = *script++;
		fputc(before, out);
	}
	free(m);
	return 0;
}
