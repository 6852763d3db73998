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
	NETS_MAX = 8,
	MAC_TEXT = 17,
	HOST_FIRST = 2,
	POOL_FIRST = 100,
	POOL_END = 200,
	HOST_LAST = 250,
};

#define NET_MASK_24 UINT32_C(0xffffff00)
#define OTHER_NET   UINT32_C(0x0a500000)

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
	char peer[WORD_SIZE];          /* whose place the server beside takes */
	uint32_t peer_address;
	char mac[MACS_MAX][MAC_TEXT + 1];
	size_t macs;
	struct file_name file[FILES_MAX];
	size_t files;
	char first_file[WORD_SIZE];
	FILE *settings; /* of a server that is configurable; else NULL */
	char *setting_text;
	size_t setting_size;
	bool has_boot, has_http;
	bool addresses;            /* it is about who gets which address, or boots what */
	bool others;               /* another node answers DHCP */
	uint32_t router[NETS_MAX]; /* addresses of relays on other nets, one on each */
	size_t routers;
	bool has_dhcp, has_proxy, has_pool;
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

/* A tag and a packet filter are of the host, and no business of a server's configuration. */
static bool can_be_set(const struct retargeting *w, const char *word)
{
	return w->target->configurable && strncmp(word, "vlan=", strlen("vlan=")) != 0 &&
	       strncmp(word, "blocked=", strlen("blocked=")) != 0;
}

static void note_key(struct retargeting *w, const char *word, const char *value)
{
	w->has_boot = w->has_boot || !strncmp(word, "boot=", strlen("boot="));
	w->has_pool = w->has_pool || !strncmp(word, "pool=", strlen("pool=")) ||
	              !strncmp(word, "subnet=", strlen("subnet="));
	if (!strncmp(word, "role=", strlen("role="))) {
		w->has_http = is_in_list(value, "http");
		w->has_dhcp = is_in_list(value, "dhcp");
		w->has_proxy = is_in_list(value, "proxydhcp");
	}
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
		note_key(w, word, value);
		if (!strncmp(word, "role=", strlen("role=")))
			result = compare_roles(w, value);
		else if (br_text_get_ipv4(br_text(value), &address) &&
		         strncmp(word, "gw=", strlen("gw=")) != 0) {
			if (w->sut_address != 0)
				return refuse(w, "it needs a server on two nets");
			w->sut_address = address;
		} else if (!is_of_host(word) && !is_set(w->target, word) && !can_be_set(w, word)) {
			result = refuse(w, "it needs a server with %.100s", word);
		}
		if (result < 0)
			return result;
	}
	w->network = w->sut_address & NET_MASK_24;
	return w->sut_address != 0 ? 0 : refuse(w, "its server has no IPv4 address of its own");
}

/* Is it a plain server of the roles of the one beside ours? */
static bool is_beside(struct retargeting *w, const char *name, const char *line)
{
	const struct br_retarget *beside = w->target->beside;
	char word[WORD_SIZE];
	uint32_t address, own = 0;
	bool same = false;

	while (beside && next_word(&line, word)) {
		const char *value = strchr(word, '=');

		if (value && !strncmp(word, "role=", strlen("role=")))
			same = !strcmp(value + 1, beside->roles);
		else if (value && own == 0 && br_text_get_ipv4(br_text(value + 1), &address))
			own = address;
		else
			return false; /* it is told something else, or on two nets */
	}
	if (!beside || !same || w->peer[0])
		return false;
	(void)snprintf(w->peer, sizeof(w->peer), "%s", name);
	w->peer_address = own;
	return true;
}

/* The nets behind it are the server's, too. */
static void look_at_relay(struct retargeting *w, const char *line)
{
	char word[WORD_SIZE];
	uint32_t address;

	while (next_word(&line, word)) {
		const char *value = strchr(word, '=');
		bool known = false;

		if (!value || !strncmp(word, "servers=", strlen("servers=")) ||
		    !br_text_get_ipv4(br_text(value + 1), &address))
			continue;
		for (size_t i = 0; i < w->routers; i++)
			known = known || ((w->router[i] ^ address) & NET_MASK_24) == 0;
		if (!known && w->routers < NETS_MAX)
			w->router[w->routers++] = address;
	}
}

static int look_at_node(struct retargeting *w, const char *line)
{
	char name[WORD_SIZE], kind[WORD_SIZE], word[WORD_SIZE];

	if (!next_word(&line, name) || !next_word(&line, kind))
		return 0;
	if (!strcmp(kind, "sut"))
		return look_at_sut(w, name, line);
	if (!strcmp(kind, "iface") || !strcmp(kind, "firmware"))
		return kind[0] == 'i' ? refuse(w, "it has a real node already") : 0;
	if (!strcmp(kind, "peer") && is_beside(w, name, line))
		return 0;
	if (!strcmp(kind, "relay") && !w->settings)
		return refuse(w, "it needs a server that knows the nets behind a relay");
	if (!strcmp(kind, "relay"))
		look_at_relay(w, line);
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
	size_t folder = strrchr(w->name, '/') ? (size_t)(strrchr(w->name, '/') - w->name) : 0;

	if (w->files == FILES_MAX || !next_word(&line, file->name))
		return 0;
	if (file->name[0] == '"')
		return refuse(w, "it has a file with a name in quotes");
	while (next_word(&line, word)) {
		if (!strncmp(word, "size=", 5))
			(void)snprintf(size, sizeof(size), "%.20s", word + 5);
		else if (!strncmp(word, "from=", 5)) /* what lies beside scripts of that folder */
			(void)snprintf(size, sizeof(size), "from-%08x",
			               (unsigned)br_fnv32(br_fnv32(BR_FNV32_SEED, w->name, folder),
			                                  word, strlen(word)));
		else if (!strncmp(word, "seed=", 5))
			(void)snprintf(seed, sizeof(seed), "%.20s", word + 5);
	}
	(void)snprintf(file->below, sizeof(file->below), "%s-%s", size, seed);
	if (w->files++ == 0)
		(void)snprintf(w->first_file, sizeof(w->first_file), "%s", file->name);
	return 0;
}

static int look_at_net(struct retargeting *w, const char *line)
{
	char word[WORD_SIZE];

	while (next_word(&line, word)) {
		if (!strncmp(word, "mtu=", strlen("mtu=")) && !w->settings)
			return refuse(w, "it needs a net with %.20s", word);
		if (!strncmp(word, "mtu=", strlen("mtu=")))
			fprintf(w->settings, "%s\n", word);
	}
	return 0;
}

/* Octets that were counted for one address cannot be moved to another. */
static int look_at_frame(struct retargeting *w, const char *line)
{
	char word[WORD_SIZE], network[8];
	const char *octets = strstr(line, "hex:");
	size_t size = strcspn(line, "\n");

	for (int i = 0; i < 3; i++) {
		if (!next_word(&line, word)) /* FROM was read, -> TO PROTO */
			return 0;
	}
	if ((strcmp(word, "ip") != 0 && strcmp(word, "eth") != 0) || !octets)
		return 0;
	(void)snprintf(network, sizeof(network), "%06x", (unsigned)(w->network >> 8));
	for (const char *at = octets + 4; at + 6 <= line + size; at += 2) {
		if (!strncasecmp(at, network, 6))
			return refuse(w, "it sends frames that were made for other addresses");
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
	if (w->addresses && !w->settings && w->first_file[0] &&
	    strcmp(w->first_file, "boot.efi") != 0)
		return refuse(w, "its boot file is %.60s, not boot.efi", w->first_file);
	for (size_t i = 0; i < w->files; i++) {
		if (w->addresses && !w->settings && reads && !strcmp(w->file[i].name, "boot.efi") &&
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
			else if (pass == 1)
				result = look_at_frame(w, rest);
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
	if ((w->addresses && !w->settings) || is_nested(w))
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
	uint32_t beside = w->target->beside ? w->target->beside->address & ~NET_MASK_24 : own;

	if (host != own && host != beside &&
	    (host < HOST_FIRST || host >= HOST_LAST || (host >= POOL_FIRST && host < POOL_END)))
		return host;
	while (w->host[host] == 0 || w->host[host] == own || w->host[host] == beside) {
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
		return (address & NET_MASK_24) == there ? OTHER_NET | host : address;
	if (address == w->sut_address)
		return w->target->address;
	if (w->peer[0] && address == w->peer_address)
		return w->target->beside->address;
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
	/* in octets of one's own: "\0\x01boot.efi\0" */
	if (!strchr(" \t\"/=", before) && (before != '1' || strncmp(at - 4, "\\x01", 4) != 0))
		return 0;
	for (size_t i = 0; i < w->files; i++) {
		size_t size = strlen(w->file[i].name);

		if (strncmp(at, w->file[i].name, size) != 0 || !strchr(" \t\"\n@,?\\", at[size]))
			continue;
		fprintf(to, "%s/%s", w->file[i].below, w->file[i].name);
		return size;
	}
	return 0;
}

/* Octets in hex: addresses among them change, too. Return: how long they are, or 0 */
static size_t octets_at(struct retargeting *w, const char *at, FILE *to)
{
	size_t size = 4, end, found;

	if (strncmp(at, "hex:", 4) != 0)
		return 0;
	fputs("hex:", to);
	end = 4 + strspn(at + 4, "0123456789abcdefABCDEF");
	while (size + 2 <= end) {
		char word[9] = "";
		uint32_t address, there;

		memcpy(word, at + size, end - size < 8 ? end - size : 8);
		address = (uint32_t)strtoul(word, NULL, 16);
		there = word[7] ? moved(w, address) : address;
		found = mac_at(w, at + size, to);
		if (found == 0 && there != address) {
			fprintf(to, "%08x", (unsigned)there);
			found = 8;
		}
		if (found == 0) {
			fprintf(to, "%.2s", word);
			found = 2;
		}
		size += found;
	}
	return size;
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
			found = octets_at(w, line + i, to);
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

/* What it is configured for, in the words of a node; addresses are those that it meets. */
static void put_setting(struct retargeting *w, const char *word)
{
	if (!w->settings || !strncmp(word, "role=", 5) || !strncmp(word, "date=", 5) ||
	    !strncmp(word, "mac=", 4))
		return;
	put_words(w, word, strlen(word), w->settings);
	fputc('\n', w->settings);
}

/* A subnet for each net that a relay reaches, and its own: as sim/script/world_config.c. A proxy is
 * told of them without a pool.
 */
static void put_subnets(struct retargeting *w)
{
	if (w->has_pool || !(w->has_dhcp || w->has_proxy))
		return;
	for (size_t i = 0; i < w->routers; i++) {
		uint32_t router = moved(w, w->router[i]);
		char net[16];

		(void)snprintf(net, sizeof(net), "%u.%u.%u", router >> 24, router >> 16 & 255,
		               router >> 8 & 255);
		fprintf(w->settings, "subnet=%s.0/24,", net);
		if (w->has_dhcp)
			fprintf(w->settings, "pool=%s.100-%s.199,", net, net);
		fprintf(w->settings, "router=%s.%u\n", net, router & 255);
	}
}

/* What bootrig's own server does without being told */
static void put_defaults(struct retargeting *w)
{
	char word[2 * WORD_SIZE];

	if (w->settings)
		put_subnets(w);

	if (!w->settings || !w->first_file[0])
		return;
	if (!w->has_boot) {
		(void)snprintf(word, sizeof(word), "boot=%s", w->first_file);
		put_setting(w, word);
	}
	if (!w->has_boot && w->has_http) {
		fputs("url=http://", w->settings);
		put_ipv4(w->target->address, w->settings);
		fputs(":80/", w->settings);
		put_words(w, word + strlen("boot="), strlen(word) - strlen("boot="), w->settings);
		fputc('\n', w->settings);
	}
}

static void put_sut(struct retargeting *w, const char *line, FILE *to)
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
		} else {
			put_setting(w, word);
		}
	}
	put_defaults(w);
	fprintf(to, " dev=%s", w->target->device);
}

static void put_peer(const struct retargeting *w, const char *line, FILE *to)
{
	char word[WORD_SIZE];

	fprintf(to, "node %s iface", w->peer);
	while (next_word(&line, word)) {
		uint32_t address;
		const char *value = strchr(word, '=');

		if (!value || !br_text_get_ipv4(br_text(value + 1), &address))
			continue;
		fprintf(to, " %.*s=", (int)(value - word), word);
		put_ipv4(w->target->beside->address, to);
	}
	fprintf(to, " dev=%s", w->target->beside->device);
}

/* check NODE.leases and the like look inside the server. */
static bool looks_inside(const char *node, const char *rest)
{
	static const char *const inside[] = {".transfers.open", ".streams.open", ".leases",
	                                     ".lease",          ".metric",       ".note"};
	char word[WORD_SIZE];
	size_t size = strlen(node);

	while (size > 0 && next_word(&rest, word)) {
		if (strncmp(word, node, size) != 0)
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
	if (!strcmp(word, "needs") ||
	    (!strcmp(word, "check") && (looks_inside(w->sut, rest) || looks_inside(w->peer, rest))))
		return;
	node = !strcmp(word, "node") && next_word(&rest, name) && next_word(&rest, kind);
	if (node && !strcmp(kind, "sut")) {
		put_sut(w, line, to);
		return;
	}
	if (node && w->peer[0] && !strcmp(name, w->peer)) {
		put_peer(w, rest, to);
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
                char **ret_text, char **ret_settings, char reason[static BR_RETARGET_REASON_SIZE])
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
	if (target->configurable) {
		w->settings = open_memstream(&w->setting_text, &w->setting_size);
		if (!w->settings)
			abort();
	}
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
	if (w->settings)
		fclose(w->settings);
	if (result == 0)
		*ret_settings = w->setting_text ? w->setting_text : calloc(1, 1);
	else
		free(w->setting_text);
	free(source);
	free(w);
	return result;
}
