/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/models/model_parse.c - the text of a model, key by key
 *
 * `key = value  # source`. The table below is the only list of keys; what a knob does
 * is said where it is read, in model.h and in the engines.
 */
#include "sim/models/model.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum kind {
	KIND_NUMBER, /* decimal or 0x */
	KIND_YES,    /* yes or no */
	KIND_WORD,   /* one of .words */
	KIND_TEXT,   /* "quoted", .size octets with its NUL */
	KIND_WAITS,  /* milliseconds, one a transmission */
	KIND_ORDER,  /* DHCP option codes */
	KIND_WORDS,  /* several of .words, .size at most, kept one up, 0 ends */
	KIND_FILES,
};

struct words {
	const char *word[14];
};

static const struct words engines = {{"edk2-pxe", "edk2-http", "ipxe", "pxe-rom", "uboot", "rpi",
                                      "libnet", "shim", "grub", "pxelinux", "syslinux-efi",
                                      "edk2-six", "windows"}};
static const struct words selects = {{"at-timeout", "first", "proxy-or-after"}};
static const struct words secs = {{"elapsed", "of-discover", "zero", "ipxe", "clock"}};
static const struct words xids = {{"random", "same", "mac-timer", "clock", "fixed", "mac"}};
static const struct words fragments = {{"never", "pxe", "always"}};
static const struct words wrong_blocks = {{"ack", "once", "own", "libnet", "wait"}};
static const struct words growths = {{"none", "double", "add"}};
static const struct words rrqs = {{"blksize", "tsize", "timeout", "windowsize", "msftwindow"}};
static const struct words ends = {{"reset", "close", "keep"}};
static const struct words headers = {{"Host", "Accept", "User-Agent", "Connection"}};
static const struct words networks = {{"either", "firmware", "own"}};
static const struct words duids6 = {{"link", "uuid"}};
static const struct words iaids6 = {{"random", "crc", "zero"}};
static const struct words xids6 = {{"random", "short", "clock"}};
static const struct words elapsed6 = {{"counted", "request", "repeated", "four"}};
static const struct words ias6 = {{"zeroed", "bare", "whole"}};
static const struct words messages = {{"discover", "request", "proxy", "boot-server"}};

struct knob {
	const char *key;
	enum kind kind;
	size_t offset;
	size_t size;
	const struct words *words;
};

#define AT(field) offsetof(struct br_model, field)
#define NUMBER(key, field)                                                                         \
	{                                                                                          \
		key, KIND_NUMBER, AT(field), 0, NULL                                               \
	}
#define YES(key, field)                                                                            \
	{                                                                                          \
		key, KIND_YES, AT(field), 0, NULL                                                  \
	}
#define TEXT(key, field)                                                                           \
	{                                                                                          \
		key, KIND_TEXT, AT(field), sizeof(((struct br_model *)0)->field), NULL             \
	}
#define WORD(key, field, list)                                                                     \
	{                                                                                          \
		key, KIND_WORD, AT(field), 0, &(list)                                              \
	}
#define WORDS(key, field, list)                                                                    \
	{                                                                                          \
		key, KIND_WORDS, AT(field), sizeof(((struct br_model *)0)->field), &(list)         \
	}

static const struct knob knobs[] = {
	TEXT("title", title),
	WORD("engine", engine, engines),
	NUMBER("arch", arch),
	{"discover.options", KIND_ORDER, AT(order[BR_MODEL_DISCOVER]), 0, NULL},
	{"request.options", KIND_ORDER, AT(order[BR_MODEL_REQUEST]), 0, NULL},
	{"proxy.options", KIND_ORDER, AT(order[BR_MODEL_PROXY]), 0, NULL},
	{"boot-server.options", KIND_ORDER, AT(order[BR_MODEL_BOOT_SERVER]), 0, NULL},
	{"discover.waits-ms", KIND_WAITS, AT(waits[BR_MODEL_DISCOVER]), 0, NULL},
	{"request.waits-ms", KIND_WAITS, AT(waits[BR_MODEL_REQUEST]), 0, NULL},
	{"proxy.waits-ms", KIND_WAITS, AT(waits[BR_MODEL_PROXY]), 0, NULL},
	{"boot-server.waits-ms", KIND_WAITS, AT(waits[BR_MODEL_BOOT_SERVER]), 0, NULL},
	NUMBER("discover.flags", flags[BR_MODEL_DISCOVER]),
	NUMBER("request.flags", flags[BR_MODEL_REQUEST]),
	NUMBER("proxy.flags", flags[BR_MODEL_PROXY]),
	NUMBER("boot-server.flags", flags[BR_MODEL_BOOT_SERVER]),
	NUMBER("discover.port", source_port[BR_MODEL_DISCOVER]),
	NUMBER("request.port", source_port[BR_MODEL_REQUEST]),
	NUMBER("proxy.port", source_port[BR_MODEL_PROXY]),
	NUMBER("boot-server.port", source_port[BR_MODEL_BOOT_SERVER]),
	WORD("discover.select", select, selects),
	NUMBER("discover.after-ms", after_ms),
	NUMBER("discover.phase-ms", phase_ms),
	WORD("dhcp.secs", secs, secs),
	WORD("dhcp.xid", xid, xids),
	NUMBER("dhcp.xid-value", xid_value),
	NUMBER("dhcp.ttl", ttl),
	WORD("ip.dont-fragment", dont_fragment, fragments),
	NUMBER("ip.tos", tos),
	YES("udp.no-checksum", no_checksum),
	YES("tcp.no-mss", tcp_no_mss),
	NUMBER("tcp.mss", tcp_mss),
	NUMBER("tcp.window", tcp_window),
	YES("tcp.scaling", tcp_scaling),
	NUMBER("tcp.scale", tcp_scale),
	YES("tcp.timestamps", tcp_timestamps),
	NUMBER("tcp.ttl", tcp_ttl),
	NUMBER("tcp.hop-limit", tcp_hop_limit6),
	YES("tcp.may-fragment", tcp_may_fragment),
	YES("tcp.bare-reset", tcp_bare_reset),
	YES("tcp.fin-no-window", tcp_fin_no_window),
	YES("tcp.whole-window", tcp_whole_window),
	YES("http.first-twice", http_first_twice),
	NUMBER("http.refused-ms", http_refused_ms),
	NUMBER("http.tries", http_tries),
	NUMBER("dhcp.size-min", dhcp_size_min),
	YES("dhcp.no-request", no_request),
	YES("dhcp.ignores-nak", ignores_nak),
	YES("dhcp.overload", overload),
	YES("dhcp.routes", routes),
	YES("ipxe.autoexec", autoexec),
	YES("dhcp.announce", announce),
	YES("dhcp.renews", renews),
	YES("dhcp.declines", declines),
	TEXT("dhcp.file", bootp_file),
	NUMBER("ipv6.router-ms", router_ms),
	NUMBER("dhcp.round-ms", round_ms),
	NUMBER("dhcp.window-ms", window_ms),
	YES("dhcp.keeps-address", keeps_address),
	YES("dhcp.no-source", no_source),
	YES("dhcp.releases", releases),
	NUMBER("e1000.deaf-ms", e1000_deaf_ms),
	NUMBER("e1000.start-ms", e1000_start_ms),
	NUMBER("ne2000.size", ne2000_size),
	NUMBER("uboot.start-ms", start_ms),
	NUMBER("clock.percent", clock_percent),
	YES("uboot.autoload", autoload),
	YES("uboot.dhcp6", dhcp6_command),
	TEXT("boot.next", option),
	NUMBER("boot.next-ms", option_ms),
	NUMBER("boot.tries", boot_tries),
	NUMBER("boot.pause-ms", boot_pause_ms),
	{"dhcp6.solicit-waits-ms", KIND_WAITS, AT(solicit6_waits), 0, NULL},
	{"dhcp6.request-waits-ms", KIND_WAITS, AT(request6_waits), 0, NULL},
	{"dhcp6.asks", KIND_ORDER, AT(oro6), 0, NULL},
	TEXT("dhcp6.class", class6),
	NUMBER("dhcp6.route-ms", route6_ms),
	NUMBER("dhcp6.binl-ms", binl6_ms),
	NUMBER("dhcp6.binl-opens-ms", binl6_opens_ms),
	{"dhcp6.solicit", KIND_ORDER, AT(solicit6_order), 0, NULL},
	{"dhcp6.request", KIND_ORDER, AT(request6_order), 0, NULL},
	{"dhcp6.inform", KIND_ORDER, AT(inform6_order), 0, NULL},
	WORD("dhcp6.duid", duid6, duids6),
	WORD("dhcp6.iaid", iaid6, iaids6),
	WORD("dhcp6.xid", xid6, xids6),
	WORD("dhcp6.elapsed", elapsed6, elapsed6),
	WORD("dhcp6.request-ia", ia6, ias6),
	NUMBER("dhcp6.enterprise", enterprise6),
	TEXT("dhcp6.user-class", user_class6),
	YES("dhcp6.collects", collects6),
	YES("dhcp6.request-once", request6_once),
	YES("dhcp6.trusts", trusts6),
	YES("dhcp6.ia-misread", ia6_misread),
	{"six.router-waits-ms", KIND_WAITS, AT(router6_waits), 0, NULL},
	YES("six.needs-router", needs_router6),
	NUMBER("six.prefix", prefix6),
	NUMBER("six.hop-limit", hop_limit6),
	NUMBER("six.tick-ms", tick6_ms),
	NUMBER("six.report-again-s", report6_again_s),
	NUMBER("six.prove-ms", prove6_ms),
	NUMBER("six.before-ms", before6_ms),
	NUMBER("six.check-wait-ms", check6_wait_ms),
	NUMBER("six.solicit-ms", solicit6_ms),
	NUMBER("six.solicit-again-ms", solicit6_again_ms),
	NUMBER("six.link-wait-ms", link6_wait_ms),
	TEXT("boot.next-six", option6),
	YES("six.unfixed", unfixed6),
	YES("proxy.collects", proxy_collects),
	TEXT("second.class", second_class),
	NUMBER("second.arch", second_arch),
	{"arp.waits-ms", KIND_WAITS, AT(arp_waits), 0, NULL},
	{"arp.again-waits-ms", KIND_WAITS, AT(arp_again_waits), 0, NULL},
	YES("arp.asked-only", arp_asked_only),
	YES("arp.asks-all", arp_asks_all),
	NUMBER("arp.size", arp_size),
	NUMBER("arp.reply-size", arp_reply_size),
	NUMBER("arp.reply-size-padded", arp_reply_size_padded),
	YES("arp.silent", arp_silent),
	YES("arp.flush", arp_flush),
	YES("icmp.unreachable", icmp_unreachable),
	NUMBER("icmp.ttl", icmp_ttl),
	NUMBER("icmp.quote", icmp_quote),
	{"tftp.waits-ms", KIND_WAITS, AT(tftp_waits), 0, NULL},
	WORDS("tftp.probe", rrq_probe, rrqs),
	WORDS("tftp.read", rrq_read, rrqs),
	NUMBER("tftp.blksize", blksize),
	NUMBER("tftp.windowsize", windowsize),
	NUMBER("tftp.timeout-s", timeout_s),
	NUMBER("tftp.msftwindow", msftwindow),
	NUMBER("tftp.wait-ms", tftp_wait_ms),
	NUMBER("tftp.wait-max-ms", tftp_wait_max_ms),
	NUMBER("tftp.grow-ms", tftp_grow_ms),
	WORD("tftp.growth", tftp_growth, growths),
	NUMBER("tftp.tick-ms", tftp_tick_ms),
	NUMBER("tftp.tries", tftp_tries),
	NUMBER("tftp.port-min", tftp_port_min),
	NUMBER("tftp.port-max", tftp_port_max),
	NUMBER("tftp.port-step", tftp_port_step),
	YES("tftp.port-timer", tftp_port_timer),
	YES("tftp.port-fixed", tftp_port_fixed),
	NUMBER("tftp.ttl", tftp_ttl),
	YES("tftp.icmp-stops", tftp_icmp_stops),
	YES("tftp.needs-oack", tftp_needs_oack),
	YES("tftp.oack-asked", tftp_oack_asked),
	WORD("tftp.wrong-block", tftp_wrong_block, wrong_blocks),
	NUMBER("tftp.patience", tftp_patience),
	YES("tftp.any-port", tftp_any_port),
	YES("tftp.wait-from-send", tftp_wait_from_send),
	TEXT("tftp.oack-error", oack_error),
	TEXT("tftp.probe-end", probe_end),
	TEXT("tftp.no-oack-error", no_oack_error),
	YES("tftp.retries-error", tftp_retries_error),
	YES("tftp.pins-address", tftp_pins_address),
	YES("http.head-first", http_head_first),
	YES("http.bare-host", http_bare_host),
	WORDS("http.headers", http_header, headers),
	TEXT("http.user-agent", http_user_agent),
	WORD("http.end", http_end, ends),
	NUMBER("http.port-min", http_port_min),
	NUMBER("http.port-max", http_port_max),
	YES("http.port-fixed", http_port_fixed),
	NUMBER("http.wait-ms", http_wait_ms),
	NUMBER("http.resumes", http_resumes),
	YES("http.resumes-same", http_validates),
	YES("http.proxy", http_connects),
	YES("http.needs-type", http_needs_type),
	YES("http.needs-length", http_needs_length),
	YES("http.follows", http_follows),
	YES("dns.keeps", dns_keeps),
	TEXT("tls.client", tls_client),
	TEXT("loader.next", next),
	YES("loader.config-by-uuid", config_by_uuid),
	YES("loader.uuid-text", uuid_text),
	YES("loader.searches-always", searches_always),
	YES("loader.ins", takes_ins),
	YES("loader.stays", stays),
	WORD("loader.network", network, networks),
	TEXT("loader.directory", directory),
	TEXT("loader.built-in", built_in),
	YES("loader.modules-fail", modules_fail),
	{"loader.files", KIND_FILES, AT(file), 0, NULL},
};

struct parser {
	struct br_model *model;
	int (*find)(struct br_model *ret_model, const char *name);
	unsigned line;
	char *error;
	size_t error_size;
	int status;
};

__attribute__((format(printf, 2, 3))) static int fail(struct parser *p, const char *format, ...)
{
	va_list arguments;
	int used = snprintf(p->error, p->error_size, "line %u: ", p->line);

	if (used > 0 && (size_t)used < p->error_size) {
		va_start(arguments, format);
		vsnprintf(p->error + used, p->error_size - (size_t)used, format, arguments);
		va_end(arguments);
	}
	if (p->status == 0)
		p->status = -EINVAL;
	return p->status;
}

static int find_word(const struct words *words, const char *word)
{
	for (int i = 0; words->word[i]; i++) {
		if (!strcmp(words->word[i], word))
			return i;
	}
	return -1;
}

static bool number(const char *text, uint32_t max, uint32_t *ret)
{
	char *end;
	unsigned long value = strtoul(text, &end, 0);

	if (*text < '0' || *text > '9' || *end || value > max)
		return false;
	*ret = (uint32_t)value;
	return true;
}

static int quoted(struct parser *p, const char *value, char *target, size_t size)
{
	size_t length = strlen(value);

	if (length < 2 || value[0] != '"' || value[length - 1] != '"')
		return fail(p, "expected \"text\" in quotes, found %s", value);
	if (length - 2 >= size)
		return fail(p, "text longer than %zu octets", size - 1);
	memset(target, 0, size);
	memcpy(target, value + 1, length - 2);
	return 0;
}

/* The next blank-separated word, or NULL; writes NULs into the text. */
static char *next_word(char **rest)
{
	char *word = *rest + strspn(*rest, " \t");
	size_t size = strcspn(word, " \t");

	if (size == 0)
		return NULL;
	*rest = word + size;
	if (**rest)
		*(*rest)++ = '\0';
	return word;
}

static int set_waits(struct parser *p, struct br_model_waits *waits, char *value)
{
	memset(waits, 0, sizeof(*waits));
	for (char *word; (word = next_word(&value));) {
		if (waits->count == BR_MODEL_WAITS_MAX)
			return fail(p, "more than %d waits", BR_MODEL_WAITS_MAX);
		if (!number(word, 3600000, &waits->ms[waits->count]))
			return fail(p, "expected milliseconds, found '%s'", word);
		waits->count++;
	}
	return 0;
}

static int set_order(struct parser *p, uint8_t order[BR_MODEL_ORDER_MAX], char *value)
{
	size_t count = 0;

	memset(order, 0, BR_MODEL_ORDER_MAX);
	for (char *word; (word = next_word(&value));) {
		uint32_t code;

		if (count == BR_MODEL_ORDER_MAX - 1)
			return fail(p, "more than %d options", BR_MODEL_ORDER_MAX - 1);
		if (!number(word, 254, &code) || code == 0)
			return fail(p, "expected an option code 1..254, found '%s'", word);
		order[count++] = (uint8_t)code;
	}
	return 0;
}

static int set_words(struct parser *p, const struct knob *knob, uint8_t *target, char *value)
{
	size_t count = 0;

	memset(target, 0, knob->size);
	for (char *word; (word = next_word(&value));) {
		int index = find_word(knob->words, word);

		if (index < 0)
			return fail(p, "'%s' does not know '%s'", knob->key, word);
		if (count == knob->size)
			return fail(p, "more than %zu words", knob->size);
		target[count++] = (uint8_t)(index + 1);
	}
	return 0;
}

static int set_files(struct parser *p, char *value)
{
	struct br_model *model = p->model;

	model->files = 0;
	for (char *word; (word = next_word(&value));) {
		if (model->files == BR_MODEL_FILES_MAX || strlen(word) >= sizeof(model->file[0]))
			return fail(p, "too many files, or too long: '%s'", word);
		memset(model->file[model->files], 0, sizeof(model->file[0]));
		memcpy(model->file[model->files++], word, strlen(word));
	}
	return 0;
}

static int set_knob(struct parser *p, const struct knob *knob, char *value)
{
	uint8_t *target = (uint8_t *)p->model + knob->offset;
	uint32_t result = 0;
	int index;

	switch (knob->kind) {
	case KIND_NUMBER:
		if (!number(value, UINT32_MAX, &result))
			return fail(p, "expected a number, found '%s'", value);
		break;
	case KIND_YES:
		if (strcmp(value, "yes") && strcmp(value, "no"))
			return fail(p, "expected yes or no, found '%s'", value);
		result = value[0] == 'y';
		break;
	case KIND_WORD:
		index = find_word(knob->words, value);
		if (index < 0)
			return fail(p, "'%s' does not know '%s'", knob->key, value);
		result = (uint32_t)index;
		break;
	case KIND_TEXT:
		return quoted(p, value, (char *)target, knob->size);
	case KIND_WAITS:
		return set_waits(p, (struct br_model_waits *)(void *)target, value);
	case KIND_ORDER:
		return set_order(p, target, value);
	case KIND_WORDS:
		return set_words(p, knob, target, value);
	case KIND_FILES:
		return set_files(p, value);
	}
	memcpy(target, &result, sizeof(result));
	return 0;
}

static int pool_put(struct parser *p, uint8_t octet)
{
	if (p->model->pool_used == BR_MODEL_POOL_SIZE) {
		p->status = -ENOSPC;
		return fail(p, "more than %d octets of values", BR_MODEL_POOL_SIZE);
	}
	p->model->pool[p->model->pool_used++] = octet;
	return 0;
}

/* "text", u8 N..., u16 N..., hex 010300, nic 010203..., class "..." */
static int option_octets(struct parser *p, char *value)
{
	char text[BR_MODEL_POOL_SIZE];
	char *form = value[0] == '"' ? NULL : next_word(&value);
	uint32_t octet;

	if (!form || !strcmp(form, "class")) {
		if (quoted(p, value, text, sizeof(text)) < 0)
			return p->status;
		for (const char *c = text; *c && p->status == 0; c++)
			pool_put(p, (uint8_t)*c);
		return p->status;
	}
	if (strcmp(form, "u8") && strcmp(form, "u16") && strcmp(form, "hex") && strcmp(form, "nic"))
		return fail(p, "expected u8, u16, hex, nic, class, mac, uuid, arch or \"text\"");
	for (char *word; p->status == 0 && (word = next_word(&value));) {
		if (form[0] == 'h' || form[0] == 'n') {
			for (; word[0] && word[1] && p->status == 0; word += 2) {
				char pair[] = {'0', 'x', word[0], word[1], '\0'};

				if (!number(pair, 255, &octet))
					return fail(p, "expected hex digits, found '%s'", word);
				pool_put(p, (uint8_t)octet);
			}
			if (word[0] && p->status == 0)
				return fail(p, "half an octet: '%s'", word);
		} else if (!number(word, form[1] == '8' ? 255 : 65535, &octet)) {
			return fail(p, "expected numbers, found '%s'", word);
		} else {
			if (form[1] == '1')
				pool_put(p, (uint8_t)(octet >> 8));
			pool_put(p, (uint8_t)octet);
		}
	}
	return p->status;
}

static int set_option(struct parser *p, uint8_t who, const char *code_text, char *value)
{
	struct br_model *model = p->model;
	struct br_model_value new = {.messages = who};
	uint32_t code;

	if (!number(code_text, 254, &code) || code == 0)
		return fail(p, "expected an option code 1..254, found '%s'", code_text);
	if (model->values == BR_MODEL_VALUES_MAX) {
		p->status = -ENOSPC;
		return fail(p, "more than %d option values", BR_MODEL_VALUES_MAX);
	}
	new.code = (uint8_t)code;
	new.at = (uint16_t)model->pool_used;
	if (!strcmp(value, "mac"))
		new.form = BR_MODEL_FORM_MAC;
	else if (!strcmp(value, "uuid"))
		new.form = BR_MODEL_FORM_UUID;
	else if (!strcmp(value, "arch"))
		new.form = BR_MODEL_FORM_ARCH;
	else {
		if (!strncmp(value, "class ", 6))
			new.form = BR_MODEL_FORM_CLASS;
		else if (!strncmp(value, "nic ", 4))
			new.form = BR_MODEL_FORM_NIC;
		if (option_octets(p, value) < 0)
			return p->status;
	}
	new.size = (uint16_t)(model->pool_used - new.at);
	model->value[model->values++] = new; /* the last one said counts */
	return 0;
}

static int set_key(struct parser *p, const char *key, char *value)
{
	const char *dot = strchr(key, '.');
	char first[16];

	if (!strcmp(key, "base")) {
		char name[BR_MODEL_NAME_SIZE];

		memcpy(name, p->model->name, sizeof(name));
		if (p->find(p->model, value) < 0)
			return fail(p, "no model '%s'", value);
		memcpy(p->model->name, name, sizeof(name));
		return 0;
	}
	if (!strncmp(key, "option.", 7))
		return set_option(p, (1 << BR_MODEL_MESSAGES) - 1, key + 7, value);
	if (dot && (size_t)(dot - key) < sizeof(first) && !strncmp(dot, ".option.", 8)) {
		memcpy(first, key, (size_t)(dot - key));
		first[dot - key] = '\0';
		if (find_word(&messages, first) >= 0)
			return set_option(p, (uint8_t)(1 << find_word(&messages, first)), dot + 8,
			                  value);
	}
	for (size_t i = 0; i < sizeof(knobs) / sizeof(knobs[0]); i++) {
		if (!strcmp(knobs[i].key, key))
			return set_knob(p, &knobs[i], value);
	}
	return fail(p, "no key '%s'", key);
}

/* Cut a comment off: '#' outside quotes. */
static void cut_comment(char *line)
{
	bool inside = false;

	for (; *line; line++) {
		inside ^= *line == '"';
		if (*line == '#' && !inside) {
			*line = '\0';
			return;
		}
	}
}

static void trim_end(char *text)
{
	size_t size = strlen(text);

	while (size > 0 && strchr(" \t\r", text[size - 1]))
		text[--size] = '\0';
}

static int parse_line(struct parser *p, char *line)
{
	char *key, *equals;

	cut_comment(line);
	key = line + strspn(line, " \t");
	if (!*key || *key == '\r')
		return 0;
	equals = strchr(key, '=');
	if (!equals)
		return fail(p, "expected key = value");
	*equals++ = '\0';
	trim_end(key);
	equals += strspn(equals, " \t");
	trim_end(equals);
	return set_key(p, key, equals);
}

int br_model_parse(struct br_model *model, const char *text,
                   int (*find)(struct br_model *ret_model, const char *name), char *error,
                   size_t error_size)
{
	struct parser p = {.model = model, .find = find, .error = error, .error_size = error_size};
	char line[640];

	assert(error_size > 0);
	error[0] = '\0';
	while (*text && p.status == 0) {
		size_t size = strcspn(text, "\n");

		p.line++;
		if (size >= sizeof(line))
			return fail(&p, "longer than %zu octets", sizeof(line) - 1);
		memcpy(line, text, size);
		line[size] = '\0';
		text += size + (text[size] == '\n');
		parse_line(&p, line);
	}
	return p.status;
}
