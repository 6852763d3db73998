/* SPDX-License-Identifier: BSD-2-Clause */
/* Theory of operation
 *
 * The parser knows where each word stands, but not what it means to somebody else: an address is
 * in a field, in a URL, in quotes, in a CIDR. So this works on the text, by words that cannot be
 * anything else: dotted quads of the script's networks, hardware addresses with colons. What is
 * found so is exchanged wherever it stands, in all its spellings.
 */
#include "sim/script/retarget.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/hash.h"
#include "core/base/text.h"

enum {
	WORD_SIZE = 256,
	MACS_MAX = 32,
	FILES_MAX = 32,
	MAC_TEXT = 17,
	HOST_FIRST = 2,
	POOL_FIRST = 100,
	POOL_END = 200,
	HOST_LAST = 250,
};

#define NET_MASK_24 UINT32_C(0xffffff00)

struct file_name {
	char name[WORD_SIZE], below[48];
};

struct retargeting {
	const struct br_retarget *target;
	const char *name;
	char *reason;
	uint32_t space;
	char sut[WORD_SIZE];
	uint32_t sut_address, network; /* of the script's only server, and the net it is on */
	char mac[MACS_MAX][MAC_TEXT + 1];
	size_t macs;
	struct file_name file[FILES_MAX];
	size_t files;
	bool addresses; /* it is about who gets which address, or boots what */
	bool others;    /* another node answers DHCP */
	unsigned node;
	uint8_t host[256]; /* who has moved where; 0: not yet */
};

uint32_t br_retarget_space(const char *name)
{
	return br_fnv32(BR_FNV32_SEED, name, strlen(name)) & 0xffffff;
}

__attribute__((format(printf, 2, 3))) static int refuse(struct retargeting *w, const char *format,
                                                        ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(w->reason, BR_RETARGET_REASON_SIZE, format, arguments);
	va_end(arguments);
	return -ENOTSUP;
}

/* The next word of a line, without its blanks; false at the end, or at a comment */
static bool next_word(const char **line, char word[static WORD_SIZE])
{
	const char *at = *line + strspn(*line, " \t");
	size_t size = strcspn(at, " \t\n");

	if (size == 0 || *at == '#')
		return false;
	(void)snprintf(word, WORD_SIZE, "%.*s", (int)size, at);
	*line = at + size;
	return true;
}

static bool is_in_list(const char *list, const char *word)
{
	struct br_octets rest = br_text(list);

	while (rest.data) {
		if (br_text_is(br_text_cut(&rest, ','), word))
			return true;
	}
	return false;
}

static bool is_set(const struct br_retarget *target, const char *setting)
{
	for (size_t i = 0; i < target->settings; i++) {
		if (!strcmp(target->setting[i], setting))
			return true;
	}
	return false;
}

/* Looking through it */

static int look_at_needs(struct retargeting *w, const char *line)
{
	char word[WORD_SIZE];

	while (next_word(&line, word)) {
		const char *role = word + strlen("sut.");

		if (strncmp(word, "sut.", strlen("sut.")) != 0)
			continue;
		if (!is_in_list(w->target->roles, role))
			return refuse(w, "it needs the role %s, which the server has not", role);
		w->addresses = w->addresses || (strcmp(role, "tftp") && strcmp(role, "http"));
	}
	return 0;
}

/* Who gives addresses, who says what to boot: else two answer where one is expected, or none. */
static int compare_roles(struct retargeting *w, const char *roles)
{
	static const char *const discovery[] = {"dhcp", "proxydhcp", "pxe"};

	for (size_t i = 0; i < sizeof(discovery) / sizeof(discovery[0]); i++) {
		bool wanted = is_in_list(roles, discovery[i]);
		bool there = is_in_list(w->target->roles, discovery[i]);

		if (w->addresses && wanted != there)
			return refuse(w, "it needs a server that is %s %s", wanted ? "also" : "not",
			              discovery[i]);
	}
	return 0;
}

/* Who its router is, and what its clock says, is the business of a real server. */
static bool is_of_host(const char *word)
{
	return !strncmp(word, "gw=", strlen("gw=")) || !strncmp(word, "date=", strlen("date="));
}

static int look_at_sut(struct retargeting *w, const char *name, const char *line)
{
	char word[WORD_SIZE];
	uint32_t address;

	if (w->sut[0])
		return refuse(w, "it needs two servers under test");
	(void)snprintf(w->sut, sizeof(w->sut), "%s", name);
	while (next_word(&line, word)) {
		const char *value = strchr(word, '=');
		int result = 0;

		if (!value)
			return refuse(w, "its server has no address of its own");
		value++;
		if (!strncmp(word, "role=", strlen("role=")))
			result = compare_roles(w, value);
		else if (br_text_get_ipv4(br_text(value), &address) &&
		         strncmp(word, "gw=", strlen("gw=")) != 0) {
			if (w->sut_address != 0)
				return refuse(w, "it needs a server on two nets");
			w->sut_address = address;
		} else if (!is_of_host(word) && !is_set(w->target, word)) {
			result = refuse(w, "it needs a server with %.100s", word);
		}
		if (result < 0)
			return result;
	}
	w->network = w->sut_address & NET_MASK_24;
	return 0;
}

static int look_at_node(struct retargeting *w, const char *line)
{
	char name[WORD_SIZE], kind[WORD_SIZE], word[WORD_SIZE];

	if (!next_word(&line, name) || !next_word(&line, kind))
		return 0;
	if (!strcmp(kind, "sut"))
		return look_at_sut(w, name, line);
	if (!strcmp(kind, "relay"))
		return refuse(w, "it needs a server behind a relay");
	if (!strcmp(kind, "iface") || !strcmp(kind, "firmware"))
		return kind[0] == 'i' ? refuse(w, "it has a real node already") : 0;
	while (next_word(&line, word))
		w->others = w->others ||
		            (!strncmp(word, "role=", strlen("role=")) && strstr(word, "dhcp"));
	w->others = w->others || !strcmp(kind, "peer");
	return 0;
}

static int look_at_file(struct retargeting *w, const char *line)
{
	struct file_name *file = &w->file[w->files];
	char word[WORD_SIZE], size[24] = "", seed[24] = "1";

	if (w->files == FILES_MAX || !next_word(&line, file->name))
		return 0;
	if (file->name[0] == '"')
		return refuse(w, "it has a file with a name in quotes");
	while (next_word(&line, word)) {
		if (!strncmp(word, "size=", 5))
			(void)snprintf(size, sizeof(size), "%.20s", word + 5);
		else if (!strncmp(word, "seed=", 5))
			(void)snprintf(seed, sizeof(seed), "%.20s", word + 5);
	}
	(void)snprintf(file->below, sizeof(file->below), "%s-%s", size, seed);
	w->files++;
	return 0;
}

static int look_at_net(struct retargeting *w, const char *line)
{
	char word[WORD_SIZE];

	while (next_word(&line, word)) {
		if (!strncmp(word, "mtu=", strlen("mtu=")))
			return refuse(w, "it needs a net with %.20s", word);
	}
	return 0;
}

static bool is_mac(const char *at)
{
	for (int i = 0; i < MAC_TEXT; i++) {
		bool colon = i % 3 == 2;

		if (colon ? at[i] != ':' : !isxdigit((unsigned char)at[i]))
			return false;
	}
	return !isxdigit((unsigned char)at[MAC_TEXT]) && at[MAC_TEXT] != ':';
}

static void look_for_macs(struct retargeting *w, const char *text)
{
	for (const char *at = text; *at; at++) {
		bool known = false;

		if ((at > text && (isxdigit((unsigned char)at[-1]) || at[-1] == ':')) ||
		    !is_mac(at) || !strncmp(at, "ff:ff", 5))
			continue;
		for (size_t i = 0; i < w->macs; i++)
			known = known || !strncasecmp(w->mac[i], at, MAC_TEXT);
		if (!known && w->macs < MACS_MAX)
			(void)snprintf(w->mac[w->macs++], MAC_TEXT + 1, "%s", at);
	}
}

/* Several scripts have a boot.efi; the one that a server names in its answers is this one. */
static int look_at_names(struct retargeting *w, const char *text)
{
	char boot[48];
	bool reads = strstr(text, "transfer ") || strstr(text, ".received") ||
	             strstr(text, "tsize=") || strstr(text, "\nboot ");

	(void)snprintf(boot, sizeof(boot), "%d-%d", BR_RETARGET_BOOT_SIZE, BR_RETARGET_BOOT_SEED);
	for (size_t i = 0; i < w->files; i++) {
		if (w->addresses && reads && !strcmp(w->file[i].name, "boot.efi") &&
		    strcmp(w->file[i].below, boot) != 0)
			return refuse(w, "its boot.efi is another than that of 100000 octets");
	}
	return 0;
}

static bool is_nested(const struct retargeting *w)
{
	for (size_t i = 0; i < w->files; i++) {
		if (strchr(w->file[i].name, '/'))
			return true;
	}
	return false;
}

static int look_through(struct retargeting *w, const char *text)
{
	char word[WORD_SIZE];
	int result = 0;

	for (int pass = 0; pass < 2 && result == 0; pass++) {
		for (const char *line = text; *line && result == 0;) {
			const char *rest = line;

			if (!next_word(&rest, word))
				word[0] = '\0';
			if (pass == 0 && !strcmp(word, "needs"))
				result = look_at_needs(w, rest);
			else if (pass == 1 && !strcmp(word, "node"))
				result = look_at_node(w, rest);
			else if (pass == 1 && !strcmp(word, "file"))
				result = look_at_file(w, rest);
			else if (pass == 1 && !strcmp(word, "net"))
				result = look_at_net(w, rest);
			else if (pass == 1 && !strcmp(word, "use"))
				result = refuse(w, "it uses another file");
			line += strcspn(line, "\n");
			line += *line == '\n';
		}
	}
	if (result == 0 && !w->sut[0])
		result = refuse(w, "it has no server under test");
	if (result == 0 && w->others && !w->addresses && strstr(w->target->roles, "dhcp"))
		result = refuse(w, "another of its nodes answers DHCP");
	if (result == 0)
		result = look_at_names(w, text);
	if (w->addresses || is_nested(w))
		w->files = 0; /* names as they stand */
	look_for_macs(w, text);
	return result;
}

/* Writing it anew */

static void put_ipv4(uint32_t address, FILE *to)
{
	fprintf(to, "%u.%u.%u.%u", address >> 24, address >> 16 & 255, address >> 8 & 255,
	        address & 255);
}

/* A dotted quad at the beginning of @at. Return: how long it is, or 0 */
static size_t quad_at(const char *at, uint32_t *ret_address)
{
	size_t size = strspn(at, "0123456789.");

	while (size > 0 && at[size - 1] == '.')
		size--;
	return br_text_get_ipv4((struct br_octets){(const uint8_t *)at, size}, ret_address) ? size
	                                                                                    : 0;
}

/* An address for a host that had another, outside of any pool; one after the other. */
static uint32_t new_host(struct retargeting *w, uint32_t host)
{
	uint32_t own = w->target->address & ~NET_MASK_24;

	if (host < HOST_FIRST || host >= HOST_LAST || (host >= POOL_FIRST && host < POOL_END))
		return host;
	while (w->host[host] == 0 || w->host[host] == own) {
		unsigned next = HOST_FIRST + (*w->target->hosts)++ % (HOST_LAST - HOST_FIRST);

		if (next < POOL_FIRST || next >= POOL_END)
			w->host[host] = (uint8_t)next;
	}
	return w->host[host];
}

static uint32_t moved(struct retargeting *w, uint32_t address)
{
	uint32_t there = w->target->address & NET_MASK_24;
	uint32_t host = address & ~NET_MASK_24;

	if ((address & NET_MASK_24) != w->network)
		return address;
	if (address == w->sut_address)
		return w->target->address;
	return there | new_host(w, host);
}

/* The last three octets are drawn anew; two stay two. */
static void put_mac(const struct retargeting *w, const char *mac, const char *between, FILE *to)
{
	for (int i = 0; i < 6; i++) {
		unsigned octet =
			(unsigned)strtoul((char[]){mac[3 * i], mac[3 * i + 1], '\0'}, NULL, 16);

		if (i >= 3)
			octet ^= w->space >> (8 * (5 - i)) & 255;
		fprintf(to, "%s%02x", i > 0 ? between : "", octet);
	}
}

/* A hardware address in one of its three spellings. Return: how long it is, or 0 */
static size_t mac_at(const struct retargeting *w, const char *at, FILE *to)
{
	static const char *const betweens[] = {":", "-", ""};

	for (size_t i = 0; i < w->macs; i++) {
		for (int k = 0; k < 3; k++) {
			char spelt[MAC_TEXT + 1];
			size_t size = 0;

			for (int o = 0; o < 6; o++)
				size += (size_t)snprintf(spelt + size, sizeof(spelt) - size,
				                         "%s%.2s", o > 0 ? betweens[k] : "",
				                         w->mac[i] + 3 * o);
			if (strncasecmp(at, spelt, size) != 0)
				continue;
			put_mac(w, w->mac[i], betweens[k], to);
			return size;
		}
	}
	return 0;
}

/* A file's name, whole. Return: how long it is, or 0 */
static size_t file_at(const struct retargeting *w, const char *at, char before, FILE *to)
{
	if (!strchr(" \t\"/=", before))
		return 0;
	for (size_t i = 0; i < w->files; i++) {
		size_t size = strlen(w->file[i].name);

		if (strncmp(at, w->file[i].name, size) != 0 || !strchr(" \t\"\n", at[size]))
			continue;
		fprintf(to, "%s/%s", w->file[i].below, w->file[i].name);
		return size;
	}
	return 0;
}

static void put_words(struct retargeting *w, const char *line, size_t size, FILE *to)
{
	for (size_t i = 0; i < size;) {
		char before = i > 0 ? line[i - 1] : ' ';
		bool begins = !isdigit((unsigned char)before) && before != '.';
		uint32_t address;
		size_t found = begins ? quad_at(line + i, &address) : 0;

		if (found > 0)
			put_ipv4(moved(w, address), to);
		if (found == 0)
			found = mac_at(w, line + i, to);
		if (found == 0)
			found = file_at(w, line + i, before, to);
		if (found == 0) {
			fputc(line[i], to);
			found = 1;
		}
		i += found;
	}
}

static void put_sut(const struct retargeting *w, const char *line, FILE *to)
{
	char word[WORD_SIZE];

	fprintf(to, "node %s iface", w->sut);
	(void)next_word(&line, word);
	(void)next_word(&line, word);
	(void)next_word(&line, word);
	while (next_word(&line, word)) {
		const char *value = strchr(word, '=');
		uint32_t address;

		if (value && br_text_get_ipv4(br_text(value + 1), &address) &&
		    address == w->sut_address) {
			fprintf(to, " %.*s=", (int)(value - word), word);
			put_ipv4(w->target->address, to);
		}
	}
	fprintf(to, " dev=%s", w->target->device);
}

/* check NODE.leases and the like look inside the server. */
static bool looks_inside(const struct retargeting *w, const char *rest)
{
	static const char *const inside[] = {".transfers.open", ".streams.open", ".leases",
	                                     ".lease",          ".metric",       ".note"};
	char word[WORD_SIZE];
	size_t size = strlen(w->sut);

	while (next_word(&rest, word)) {
		if (strncmp(word, w->sut, size) != 0)
			continue;
		for (size_t i = 0; i < sizeof(inside) / sizeof(inside[0]); i++) {
			if (!strcmp(word + size, inside[i]))
				return true;
		}
	}
	return false;
}

static bool has_word(const char *line, const char *begin)
{
	char word[WORD_SIZE];

	while (next_word(&line, word)) {
		if (!strncmp(word, begin, strlen(begin)))
			return true;
	}
	return false;
}

static void put_line(struct retargeting *w, const char *line, size_t size, FILE *to)
{
	char word[WORD_SIZE], name[WORD_SIZE], kind[WORD_SIZE];
	const char *rest = line;
	bool node;

	if (!next_word(&rest, word))
		word[0] = '\0';
	if (!strcmp(word, "needs") || (!strcmp(word, "check") && looks_inside(w, rest)))
		return;
	node = !strcmp(word, "node") && next_word(&rest, name) && next_word(&rest, kind);
	if (node && !strcmp(kind, "sut")) {
		put_sut(w, line, to);
		return;
	}
	if (node && !has_word(rest, "mac=")) {
		put_words(w, line, (size_t)(rest - line), to);
		fprintf(to, " mac=02:%02x:%02x:%02x:%02x:01", w->space >> 16 & 255,
		        w->space >> 8 & 255, w->space & 255, ++w->node);
		size -= (size_t)(rest - line);
		line = rest;
	}
	put_words(w, line, size, to);
}

int br_retarget(const struct br_retarget *target, const char *name, const char *text, size_t size,
                char **ret_text, char reason[static BR_RETARGET_REASON_SIZE])
{
	struct retargeting *w = calloc(1, sizeof(*w));
	char *source = calloc(1, size + MAC_TEXT + 2), *made = NULL;
	size_t made_size;
	FILE *to;
	int result;

	if (!w || !source)
		abort();
	memcpy(source, text, size);
	*w = (struct retargeting){.target = target, .name = name, .reason = reason};
	w->space = br_retarget_space(name);
	result = look_through(w, source);
	if (result == 0) {
		to = open_memstream(&made, &made_size);
		if (!to)
			abort();
		for (const char *line = source; *line;) {
			size_t length = strcspn(line, "\n");

			put_line(w, line, length, to);
			fputc('\n', to);
			line += length + (line[length] == '\n');
		}
		fclose(to);
		*ret_text = made;
	}
	free(source);
	free(w);
	return result;
}
