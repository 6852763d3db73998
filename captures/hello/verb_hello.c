/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/hello/verb_hello.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "captures/hello/greet.h"
#include "core/base/text.h"
#include "core/formats/http_date.h"
#include "core/formats/tls.h"
#include "sim/command/words.h"
#include "sim/escape.h"
#include "sim/exit_code.h"
#include "sim/json.h"
#include "sim/output.h"
#include "sim/tls/cipher.h"
#include "sim/tls/pem.h"

enum {
	HOST_SIZE = 256,
	PORT_SIZE = 8,
	AUTHORITY_FILE_MAX = 65536,
	NAME_WIDTH = 13,
};

struct hello {
	const char *ca, *name, *client, *authority, *date;
	bool json;
	char host[HOST_SIZE], port[PORT_SIZE];
	uint8_t anchors[AUTHORITY_FILE_MAX];
	struct br_tls_trust trust;
	struct br_greeting greeting; /* of the last client */
	struct br_greeting shown;    /* the first with certificates */
	uint64_t yes, no;
};

static const struct br_option options[] = {
	{.name = "--ca",
         .argument = "FILE",
         .says = "the authorities that are enrolled in the firmware, PEM or DER",
         .standard = "whoever signed, as if it were enrolled",
         .takes = BR_TAKES_FILE,
         .at = offsetof(struct hello, ca)},
	{.name = "--name",
         .argument = "HOST",
         .says = "the host in the URL that the firmware is given",
         .standard = "HOST; of a capture: whom the client asked for, or the server's address",
         .takes = BR_TAKES_TEXT,
         .at = offsetof(struct hello, name)},
	{.name = "--date",
         .argument = "YYYY-MM-DD",
         .says = "what the firmware's clock says",
         .standard = "today",
         .takes = BR_TAKES_TEXT,
         .at = offsetof(struct hello, date)},
	{.name = "--client",
         .argument = "NAME",
         .says = "this one alone",
         .takes = BR_TAKES_TEXT,
         .at = offsetof(struct hello, client)},
	{.name = "--json",
         .says = "one object on a line for each client, for programs",
         .takes = BR_TAKES_NOTHING,
         .at = offsetof(struct hello, json)},
	{.name = "--authority",
         .argument = "FILE",
         .says = "write the certificate of the rig's own authority, and no more: PEM if FILE ends "
                 "in .pem, DER in .der, else the list that OVMF takes by QEMU's "
                 "-fw_cfg name=etc/edk2/https/cacerts,file=FILE",
         .takes = BR_TAKES_FILE,
         .at = offsetof(struct hello, authority)},
	{.name = NULL},
};

static const struct br_operand operands[] = {
	{"HOST[:PORT]|URL|PCAP",
         "the server, 443 without PORT; or a capture of somebody who asked it", BR_TAKES_FILE, 0,
         1},
	{NULL, NULL, BR_TAKES_NOTHING, 0, 0},
};

/* What is asked */

/* "https://host:port/path", "host:port" or "host"; an IPv6 address in brackets */
static bool take_server(struct hello *h, const char *text)
{
	struct br_octets url = br_text(text), authority, host;
	const char *port = "443";
	size_t size;

	if (br_text_starts_nocase(url, "https://"))
		text += strlen("https://");
	authority = (struct br_octets){(const uint8_t *)text, strcspn(text, "/")};
	host = authority;
	if (text[0] == '[') {
		size = strcspn(text, "]");
		if (text[size] != ']')
			return false;
		host = (struct br_octets){(const uint8_t *)text + 1, size - 1};
		text += size + 1;
	} else {
		struct br_octets rest = authority;

		host = br_text_cut(&rest, ':');
		text += host.size;
	}
	if (*text == ':') {
		port = text + 1;
		size = strcspn(port, "/");
		if (size == 0 || size >= sizeof(h->port))
			return false;
		memcpy(h->port, port, size);
	} else {
		memcpy(h->port, port, strlen(port));
	}
	if (host.size == 0 || host.size >= sizeof(h->host))
		return false;
	memcpy(h->host, host.data, host.size);
	return true;
}

static int read_authorities(struct br_words *line, struct hello *h)
{
	static uint8_t octets[AUTHORITY_FILE_MAX];
	struct br_octets found[BR_TLS_ANCHORS_MAX + 1]; /* with one too many */
	struct br_writer w = br_writer_of(h->anchors, sizeof(h->anchors));
	FILE *file = fopen(h->ca, "rb");
	size_t size, count;

	if (!file)
		return br_words_wrong(line, "--ca %s: %s", h->ca, strerror(errno));
	size = fread(octets, 1, sizeof(octets), file);
	(void)fclose(file);
	count = br_pem_certificates((struct br_octets){octets, size}, &w, found,
	                            BR_TLS_ANCHORS_MAX + 1);
	for (size_t i = 0; i < count && count <= BR_TLS_ANCHORS_MAX; i++) {
		struct br_certificate c;

		h->trust.anchor[i] = found[i];
		if (br_certificate_read(found[i], &c) < 0)
			count = 0;
	}
	h->trust.anchors = count;
	if (count == 0 || count > BR_TLS_ANCHORS_MAX || size == sizeof(octets) || w.bad)
		return br_words_wrong(line,
		                      "--ca %s: expected certificates, PEM or DER, %d at most",
		                      h->ca, BR_TLS_ANCHORS_MAX);
	return 0;
}

/* What is told */

static const char *version_text(uint16_t version)
{
	static const char *const names[] = {"SSL 3.0", "TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3"};

	return version >= 0x0300 && version <= 0x0304 ? names[version - 0x0300] : "";
}

static void say_certificate(FILE *out, const struct br_greeting *g)
{
	char from[BR_HTTP_DATE_SIZE] = "?", until[BR_HTTP_DATE_SIZE] = "?";
	struct br_certificate c;
	int64_t s;

	if (g->count == 0 || br_certificate_read(g->sent[0], &c) < 0)
		return;
	if (br_certificate_time(c.from, &s) && s >= 0)
		br_http_date_print_short((uint64_t)s, from);
	if (br_certificate_time(c.until, &s) && s >= 0)
		br_http_date_print_short((uint64_t)s, until);
	fputs("certificate of ", out);
	br_escape_terminal(c.subject_cn, out);
	fputs(", signed by ", out);
	br_escape_terminal(c.issuer_cn, out);
	fprintf(out, ", %s key of %u bits, from %.10s to %.10s\n", c.rsa ? "RSA" : "EC", c.key_bits,
	        from, until);
	for (size_t i = 0; i < c.names; i++) {
		struct br_octets name = c.name[i].value;

		fprintf(out, "%s ", i == 0 ? "  for" : ",");
		if (!c.name[i].address)
			br_escape_terminal(name, out);
		else if (name.size == 4)
			fprintf(out, "%u.%u.%u.%u", name.data[0], name.data[1], name.data[2],
			        name.data[3]);
		else
			fprintf(out, "an IPv6 address");
	}
	fprintf(out, "%s%zu certificate%s sent\n", c.names > 0 ? "; " : "  ", g->count,
	        g->count == 1 ? "" : "s");
}

static void say_row(FILE *out, const struct hello *h, const struct br_tls_habits *habits,
                    enum br_tls_reason reason)
{
	const struct br_greeting *g = &h->greeting;
	const struct br_cipher_suite *suite = br_cipher_find(g->suite);
	bool yes = reason == BR_TLS_WELL;
	char why[160];

	(void)snprintf(why, sizeof(why), "%s%s%s", br_tls_reason_text(reason),
	               reason == BR_TLS_ALERTED ? ": " : "",
	               reason == BR_TLS_ALERTED ? br_tls_alert_name(g->alert) : "");
	if (h->json) {
		fprintf(out, "{\"client\": \"%s\", \"can\": %s, \"why\": ", habits->name,
		        yes ? "true" : "false");
		br_json_text(out, yes ? "" : why);
		fprintf(out, ", \"version\": \"%s\", \"suite\": \"%s\"}\n",
		        version_text(g->version), suite ? suite->name : "");
		return;
	}
	fprintf(out, "%-4s %-*s ", yes ? "yes" : "no", NAME_WIDTH, habits->name);
	if (!yes)
		fprintf(out, "%s", why);
	if (g->version)
		fprintf(out, "%s%s %s", yes ? "" : " (", version_text(g->version),
		        suite ? suite->name : "");
	fprintf(out, "%s\n", g->version && !yes ? ")" : "");
}

/* The work */

/* Return: an exit code that is not 0 when the server cannot be reached */
static int ask_one(struct br_words *line, struct hello *h, const struct br_tls_habits *habits,
                   bool heard)
{
	char error[BR_GREET_ERROR_SIZE] = "";
	enum br_tls_reason reason;

	if (heard) {
		reason = br_greeting_judge(&h->greeting, habits, &h->trust, h->name);
	} else if (br_greet(habits, &h->trust, h->host, h->port, h->name, &reason, &h->greeting,
	                    error) < 0) {
		fprintf(line->err, "bootrig hello: %s\n", error);
		return BR_EXIT_BAD_USAGE;
	}
	if (h->shown.count == 0 && h->greeting.count > 0 && !h->json) {
		h->shown.count = h->greeting.count;
		say_certificate(line->out, &h->greeting);
	}
	say_row(line->out, h, habits, reason);
	h->yes += reason == BR_TLS_WELL;
	h->no += reason != BR_TLS_WELL;
	return 0;
}

static int ask_all(struct br_words *line, struct hello *h, bool heard)
{
	for (size_t i = 0; br_tls_client_at(i); i++) {
		const struct br_tls_habits *habits = br_tls_client_at(i);
		int code;

		if (h->client && strcmp(h->client, habits->name) != 0)
			continue;
		code = ask_one(line, h, habits, heard);
		if (code)
			return code;
	}
	if (!h->json)
		fprintf(line->out, "%" PRIu64 " passed, %" PRIu64 " failed, 0 skipped\n", h->yes,
		        h->no);
	return h->no > 0 ? BR_EXIT_FAILED : 0;
}

static bool ends_in(const char *text, const char *end)
{
	size_t size = strlen(text), tail = strlen(end);

	return size >= tail && strcmp(text + size - tail, end) == 0;
}

static int write_authority(struct br_words *line, const char *path)
{
	uint8_t octets[BR_TLS_CERTIFICATE_SIZE_MAX];
	struct br_writer w = br_writer_of(octets, sizeof(octets));
	struct br_output output = {.file = NULL};
	bool good;

	if (ends_in(path, ".pem") || ends_in(path, ".der"))
		br_tls_authority_build("root", &w);
	else
		br_tls_authority_list("root", &w);
	if (br_output_open(&output, path, NULL, 0, line->err) < 0)
		return BR_EXIT_BAD_USAGE;
	good = ends_in(path, ".pem")
	               ? br_pem_print(output.file, (struct br_octets){octets, br_written(&w)})
	               : fwrite(octets, 1, br_written(&w), output.file) == br_written(&w);
	if (!good) {
		br_output_drop(&output);
		return BR_EXIT_BAD_USAGE;
	}
	return br_output_commit(&output, line->err) < 0 ? BR_EXIT_BAD_USAGE : 0;
}

/* A file is a capture; what else has that name would be found by no resolver. */
static bool is_file(const char *text)
{
	struct stat status;

	return stat(text, &status) == 0 && S_ISREG(status.st_mode);
}

static int ask(struct br_words *line, struct hello *h, const char *whom)
{
	char error[BR_GREET_ERROR_SIZE] = "";
	bool heard = is_file(whom);
	int result;

	if (!heard && !take_server(h, whom))
		return br_words_wrong(line, "'%s' is no HOST, HOST:PORT or https URL, and no file",
		                      whom);
	if (heard) {
		result = br_overhear_greeting(whom, &h->greeting, error);
		if (result == -ENOENT && !error[0]) {
			fprintf(line->err, "bootrig hello: %s: no server says hello by TLS in it\n",
			        whom);
			return BR_EXIT_NOTHING_RAN;
		}
		if (result < 0) {
			fprintf(line->err, "bootrig hello: %s\n", error);
			return BR_EXIT_BAD_USAGE;
		}
	}
	if (!h->name)
		h->name = heard ? h->greeting.asked_name : h->host;
	return ask_all(line, h, heard);
}

static int hello_main(int argc, char **argv)
{
	struct br_words line = br_words_of(&br_verb_hello);
	static struct hello h;
	int code;

	if (!br_words_read(&line, argc, argv, &h))
		return line.code;
	if (h.authority)
		return write_authority(&line, h.authority);
	if (line.count == 0)
		return br_words_wrong(&line, "expected a server or a capture");
	if (h.client && !br_tls_client_find(h.client)) {
		fprintf(line.err, "bootrig hello: --client %s: there is", h.client);
		for (size_t i = 0; br_tls_client_at(i); i++)
			fprintf(line.err, " %s", br_tls_client_at(i)->name);
		fprintf(line.err, "\n");
		return BR_EXIT_BAD_USAGE;
	}
	h.trust.now_s = (int64_t)time(NULL);
	if (h.date && !br_tls_date_read(h.date, &h.trust.now_s))
		return br_words_wrong(&line, "--date %s: expected a date, as in 2024-01-31",
		                      h.date);
	h.trust.any = !h.ca;
	code = h.ca ? read_authorities(&line, &h) : 0;
	return code ? code : ask(&line, &h, line.operand[0]);
}

static const char *const examples[] = {
	"bootrig hello boot.example.org",
	"bootrig hello --ca ca.pem https://192.0.2.2:8443/boot.efi",
	"bootrig hello boot.pcap",
	"bootrig hello --authority cacerts",
	NULL,
};

const struct br_command_verb br_verb_hello = {
	.name = "hello",
	.says = "which boot firmware can shake hands with an HTTPS server",
	.about = "Says hello to a server as each boot firmware does that is known here: its "
		 "versions, "
		 "cipher suites and extensions, in its order. One row a client: yes, and what was "
		 "agreed on; or no, and the reason, which is the server's alert or what the "
		 "firmware "
		 "does not take of the server's certificates. Of a capture the server's own hello "
		 "and certificates are judged, as far as they stand in clear (TLS 1.2 and before): "
		 "to another client's hello it might have said another suite. "
		 "iPXE wants the authority in TRUST= of its build, and in CERT= "
		 "if the server does not send it. "
		 "Where it comes from what each client does says sim/tls/clients.c.",
	.operand = operands,
	.option = options,
	.exits =
		"0 every client can; 1 one cannot; 2 the server cannot be reached, or the file not "
		"read; 3 nobody says hello in the capture.",
	.examples = examples,
	.run = hello_main,
};
