/* SPDX-License-Identifier: BSD-2-Clause */
/* Theory of operation
 *
 * The configuration is read for what a lab needs (config.h), the server started with it as it is
 * (room.h), and the clients boot side by side (boots.h); a network that has fewer addresses than
 * there are clients gets them in waves, each with a server of its own. What each saw comes out of
 * the capture of its wave (seen.c), and at the end it is judged (judge.h).
 */
#include "captures/lint/verb_lint.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "captures/lint/boots.h"
#include "captures/lint/room.h"
#include "captures/lint/tell.h"
#include "core/base/address.h"
#include "core/base/text.h"
#include "sim/command/words.h"
#include "sim/exit_code.h"
#include "sim/output.h"
#include "sim/stop.h"

enum {
	SECONDS = 75,
	WAVES_MAX = 16,
	POOL_SPARE = 2, /* a client may have two addresses, as firmware and as iPXE */
	MAC_LAST = 5,
};

struct lint {
	const char *root, *names, *address, *serves, *out;
	const char *json, *junit, *html;
	uint64_t seconds;
	struct br_output json_output, junit_output, html_output;
	const char *inputs[4];
	struct br_lint_config config;
	struct br_lint_report report;
	char root_path[BR_LINT_PATH_SIZE], state[BR_LINT_PATH_SIZE];
	char pcap[WAVES_MAX][BR_LINT_PATH_SIZE + 32];
	const char *pcap_of[BR_LINT_CLIENTS_MAX];
	size_t waves;
};

#define AT(member) offsetof(struct lint, member)

static const struct br_operand operands[] = {
	{"SERVER=FILE", "a configuration: dnsmasq=FILE, kea=FILE or dhcpd=FILE", BR_TAKES_FILE, 1,
         1},
	{NULL, NULL, BR_TAKES_NOTHING, 0, 0},
};

static const struct br_option options[] = {
	{.name = "--root",
         .argument = "DIR",
         .says = "the files: DIR stands for the folder of TFTP and HTTP, or for / if the "
                 "configuration's tftp-root is in it. Without it whoever asks for a file finds "
                 "none",
         .takes = BR_TAKES_FOLDER,
         .at = AT(root)},
	{.name = "--clients",
         .argument = "all|MODEL[=MAC][,...]",
         .says = "who boots: all models that can, and those of IPv6 if the configuration has it; "
                 "or these, and each of them has to boot",
         .standard = "all",
         .takes = BR_TAKES_TEXT,
         .at = AT(names)},
	{.name = "--address",
         .argument = "ADDRESS",
         .says = "of the server's machine, where what the configuration says is not it",
         .takes = BR_TAKES_TEXT,
         .at = AT(address)},
	{.name = "--serves",
         .argument = "ROLE[,ROLE]|nothing",
         .says = "what else that machine serves out of DIR: tftp, http. TFTP is tftpd-hpa or a "
                 "second dnsmasq, HTTP is nginx or busybox, whichever is there",
         .standard = "http, and tftp beside a server that has none",
         .takes = BR_TAKES_TEXT,
         .at = AT(serves)},
	{.name = "--seconds",
         .argument = "N",
         .says = "a wave of clients lasts no longer; it ends before when all of them stand still",
         .standard = "75",
         .takes = BR_TAKES_NUMBER,
         .at = AT(seconds),
         .least = 5,
         .most = 600},
	{.name = "--out",
         .argument = "DIR",
         .says = "captures and the server's log lie in DIR/lint-FILE",
         .standard = "out",
         .takes = BR_TAKES_FOLDER,
         .at = AT(out)},
	{.name = "--json",
         .argument = "FILE",
         .says = "clients and faults for machines",
         .takes = BR_TAKES_FILE,
         .at = AT(json)},
	{.name = "--junit",
         .argument = "FILE",
         .says = "clients as JUnit",
         .takes = BR_TAKES_FILE,
         .at = AT(junit)},
	{.name = "--html",
         .argument = "FILE",
         .says = "a page as well: clients, the line to change, and each one's frames as a ladder. "
                 "What is in FILE of other configurations stays",
         .takes = BR_TAKES_FILE,
         .at = AT(html)},
	{.name = NULL},
};

static const char *const examples[] = {
	"bootrig lint dnsmasq=/etc/dnsmasq.conf --root /srv/tftp",
	"bootrig lint kea=kea-dhcp4.conf --clients edk2-x64-pxe4,edk2-aa64-http4 --root tftp",
	"bootrig lint dhcpd=dhcpd.conf --root tftp --html lint.html",
	NULL,
};

static bool add_client(struct lint *l, const char *name, bool named)
{
	struct br_lint_report *r = &l->report;
	struct br_lint_client *client = &r->client[r->clients];

	if (r->clients == BR_LINT_CLIENTS_MAX || !br_lint_client_init(client, name))
		return false;
	if (client->ipxe) /* it asks by both */
		client->six = !l->config.four;
	if (client->six ? !l->config.six : !l->config.four) {
		br_lint_client_reset(client);
		return false;
	}
	client->named = named;
	memcpy(client->mac, "\x52\x54\x00\xb0\x07\x00", 6);
	client->mac[MAC_LAST] = (uint8_t)(r->clients + 1);
	r->clients++;
	return true;
}

/* "edk2-x64-pxe4=52:54:00:12:34:56,grub" */
static int add_named(struct lint *l, struct br_words *line)
{
	struct br_octets rest = br_text(l->names);

	while (rest.data) {
		struct br_octets word = br_text_cut(&rest, ','), value = word;
		struct br_octets name = br_text_cut(&value, '=');
		char text[BR_MODEL_NAME_SIZE + 16];
		uint8_t mac[6];

		(void)snprintf(text, sizeof(text), "%.*s", (int)(name.size < 40 ? name.size : 40),
		               (const char *)name.data);
		if (value.data && !br_text_get_mac(value, mac))
			return br_words_wrong(line, "--clients: %s= wants a MAC address", text);
		if (!add_client(l, text, true)) {
			const char *near = br_model_nearest(text);

			return br_words_wrong(
				line, "--clients: '%s' is no model that boots by itself here%s%s",
				text, near ? "; there is " : "", near ? near : "");
		}
		if (value.data)
			memcpy(l->report.client[l->report.clients - 1].mac, mac, 6);
	}
	return 0;
}

static int choose_clients(struct lint *l, struct br_words *line)
{
	const char *name;

	if (strcmp(l->names, "all") != 0)
		return add_named(l, line);
	for (size_t i = 0; (name = br_model_name(i)); i++)
		(void)add_client(l, name, false);
	return 0;
}

static int choose_kind(struct br_words *line, enum br_lint_kind *ret_kind, const char **ret_path)
{
	char *word = line->operand[0];

	for (int kind = 0; kind < BR_LINT_KINDS; kind++) {
		const char *name = br_lint_kind_name((enum br_lint_kind)kind);
		size_t size = strlen(name);

		if (strncmp(word, name, size) == 0 && word[size] == '=' && word[size + 1]) {
			*ret_kind = (enum br_lint_kind)kind;
			*ret_path = word + size + 1;
			return 0;
		}
	}
	return br_words_wrong(line, "expected dnsmasq=FILE, kea=FILE or dhcpd=FILE, found '%s'",
	                      word);
}

static int open_outputs(struct lint *l)
{
	int result = 0;

	l->inputs[0] = l->config.path;
	l->inputs[1] = l->json ? l->json : "";
	l->inputs[2] = l->junit ? l->junit : "";
	if (l->json)
		result = br_output_open(&l->json_output, l->json, l->inputs, 1, stderr);
	if (result == 0 && l->junit)
		result = br_output_open(&l->junit_output, l->junit, l->inputs, 2, stderr);
	if (result == 0 && l->html)
		result = br_output_open(&l->html_output, l->html, l->inputs, 3, stderr);
	return result;
}

/* "at line 12 of", "line 12:", "lint.conf:12.5": where the server itself says it is */
static size_t line_in(const char *text)
{
	const char *at = strstr(text, "lint.conf:");

	if (at && isdigit((unsigned char)at[strlen("lint.conf:")]))
		return strtoul(at + strlen("lint.conf:"), NULL, 10);
	at = strstr(text, "line ");
	return at ? strtoul(at + strlen("line "), NULL, 10) : 0;
}

/* The server did not start: what it says itself is the fault. */
static int refused(struct lint *l)
{
	static const char *const words[BR_LINT_KINDS][4] = {
		[BR_LINT_DNSMASQ] = {"at line ", "dnsmasq: ", "not found", "dnsmasq"},
		[BR_LINT_KEA] = {"CONFIG_LOAD_FAIL", "ERROR", "FATAL", "not found"},
		[BR_LINT_DHCPD] = {"lint.conf line ", "not found", "dhcpd"},
	};
	const char *const *word = words[l->config.kind];
	struct br_lint_fault *f = &l->report.fault[0];
	char said[BR_LINT_LINE_SIZE] = "";

	for (size_t i = 0; i < 4 && word[i] && !said[0]; i++)
		(void)br_lint_room_said(l->state, word[i], said);
	if (strstr(said, "not found") && strstr(said, "sh:")) {
		fprintf(stderr, "%s is not here: %s\n", br_lint_kind_name(l->config.kind), said);
		return BR_EXIT_NOTHING_RAN;
	}
	*f = (struct br_lint_fault){.line = line_in(said)};
	if (f->line == 0 && l->config.root[0] && strstr(said, l->config.root))
		f->line = l->config.root_line;
	(void)snprintf(f->id, sizeof(f->id), "server.refuses");
	(void)snprintf(f->what, sizeof(f->what), "%s does not start with it: %s",
	               br_lint_kind_name(l->config.kind), said);
	(void)snprintf(f->why, sizeof(f->why),
	               "The server says so itself; the rest is in %.400s/server.log.", l->state);
	(void)snprintf(f->write, sizeof(f->write), "what the server takes");
	l->report.faults = 1;
	for (size_t i = 0; i < l->report.clients; i++)
		br_lint_client_reset(&l->report.client[i]);
	l->report.clients = 0;
	return 0;
}

static const char *default_serves(const struct lint *l)
{
	return l->config.kind == BR_LINT_DNSMASQ ? "http" : "tftp,http";
}

/* Return: 0; 1: the server refused; or an exit code, negative */
static int wave(struct lint *l, size_t first, size_t count)
{
	char device[BR_LAB_DEVICE_SIZE], error[BR_LAB_ERROR_SIZE], log[BR_LINT_PATH_SIZE + 16];
	const struct br_lint_room room = {.config = &l->config,
	                                  .files = l->root ? l->root_path : NULL,
	                                  .serves = l->serves ? l->serves : default_serves(l),
	                                  .state = l->state,
	                                  .device = device};
	struct br_lint_boots boots = {.config = &l->config,
	                              .client = &l->report.client[first],
	                              .clients = count,
	                              .device = device,
	                              .pcap = l->pcap[l->waves],
	                              .seconds = l->seconds};
	struct br_lab *lab = NULL;
	int result;

	error[0] = '\0';
	br_lab_device_name(device, (unsigned)l->waves);
	(void)snprintf(l->pcap[l->waves], sizeof(l->pcap[0]), "%s/boots%zu.pcapng", l->state,
	               l->waves + 1);
	(void)snprintf(log, sizeof(log), "%s/server.log", l->state);
	(void)unlink(log);
	result = br_lint_room_open(&lab, &room, error);
	if (result == -ECHILD)
		return 1;
	if (result == 0)
		result = br_lint_boots_run(&boots, error);
	lab = br_lab_free(lab);
	if (result == 0)
		result = br_lint_see(&l->report, l->pcap[l->waves], first, count);
	if (result < 0) {
		fprintf(stderr, "%s: %s\n", l->config.path,
		        result == -EINTR ? "stopped: nothing is judged"
		        : result == -ENOTSUP
		                ? "no folder can be mounted here, as in some containers"
		        : error[0] ? error
		                   : strerror(-result));
		return result == -EPERM || result == -ENOTSUP ? -BR_EXIT_SKIPPED
		                                              : -BR_EXIT_NOTHING_RAN;
	}
	for (size_t i = first; i < first + count; i++)
		l->pcap_of[i] = l->pcap[l->waves];
	l->waves++;
	return 0;
}

static void tell_head(const struct lint *l)
{
	char said[BR_LINT_LINE_SIZE], address[64];
	struct br_writer w = br_writer_of(address, sizeof(address));
	const struct br_lint_config *c = &l->config;

	br_text_put_ipv4(&w, c->address);
	printf("%s with %s", br_lint_kind_name(c->kind), c->path);
	if (c->four)
		printf(", as %s (%s)", br_text_end(&w), c->address_why);
	printf("\n");
	if (c->tftp)
		printf("TFTP by dnsmasq itself\n");
	if (br_lint_room_said(l->state, "lint: TFTP", said)[0])
		printf("%s\n", said + strlen("lint: "));
	if (br_lint_room_said(l->state, "lint: HTTP", said)[0])
		printf("%s\n", said + strlen("lint: "));
	if (!l->root)
		printf("no --root: there are no files\n");
	printf("\n");
}

static int commit(struct lint *l, struct br_html *html)
{
	int code = 0;

	if (l->json_output.file) {
		br_lint_tell_json(&l->report, l->json_output.file);
		code |= br_output_commit(&l->json_output, stderr);
	}
	if (l->junit_output.file) {
		br_lint_tell_junit(&l->report, l->junit_output.file);
		code |= br_output_commit(&l->junit_output, stderr);
	}
	if (l->html_output.file) {
		br_lint_tell_page(&l->report, html, l->pcap_of, l->html_output.file);
		code |= br_output_commit(&l->html_output, stderr);
	}
	return code;
}

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static int report(struct lint *l)
{
	struct br_style look = br_style_of(stdout, "");
	struct br_html *html = NULL;
	bool any = false, all = true;

	if (l->html) {
		html = br_html_new("bootrig lint", "ways to boot");
		br_html_since(html, l->html, base_of(l->config.path));
	}
	tell_head(l);
	br_lint_tell_text(&l->report, &look, stdout);
	if (commit(l, html) < 0) {
		br_html_free(html);
		return BR_EXIT_BAD_USAGE;
	}
	br_html_free(html);
	for (size_t i = 0; i < l->report.clients; i++)
		any = any || l->report.seen[i].result == BR_LINT_BOOTS;
	for (size_t i = 0; i < l->report.clients; i++)
		all = all && l->report.seen[i].result != BR_LINT_UNFINISHED;
	return l->report.faults > 0 ? BR_EXIT_FAILED
	       : any && all         ? BR_EXIT_PASSED
	                            : BR_EXIT_NOTHING_RAN;
}

/* Return: 0 or an exit code */
static int prepare(struct lint *l)
{
	char folder[BR_LINT_PATH_SIZE], *whole;

	if (l->root) {
		struct stat info;

		whole = realpath(l->root, NULL);
		if (!whole || stat(whole, &info) < 0 || !S_ISDIR(info.st_mode)) {
			fprintf(stderr, "--root %s: no folder\n", l->root);
			free(whole);
			return BR_EXIT_BAD_USAGE;
		}
		(void)snprintf(l->root_path, sizeof(l->root_path), "%.500s", whole);
		free(whole);
		l->report.files = l->root_path;
	}
	(void)snprintf(folder, sizeof(folder), "%.250s/lint-%.200s", l->out,
	               base_of(l->config.path));
	if (br_output_folder(folder) < 0 || !(whole = realpath(folder, NULL))) {
		fprintf(stderr, "%s: %s\n", folder, strerror(errno));
		return BR_EXIT_BAD_USAGE;
	}
	(void)snprintf(l->state, sizeof(l->state), "%.500s", whole);
	free(whole);
	return 0;
}

static int lint(struct lint *l)
{
	size_t most = l->config.pool > 0 && !l->config.proxy ? (size_t)l->config.pool / POOL_SPARE
	                                                     : BR_LINT_CLIENTS_MAX;
	int result = 0;

	for (size_t i = 0; i < l->report.clients; i++) /* until its wave has run */
		l->report.seen[i] = (struct br_lint_seen){
			.result = BR_LINT_OPEN,
			.verdict = "lint.too-few-addresses",
			.text = "Not tried: the range gives too few addresses at a time.",
			.arch = -1,
			.fault = -1};
	most = most > 0 ? most : 1;
	for (size_t i = 0; result == 0 && i < l->report.clients; i += most) {
		size_t left = l->report.clients - i;

		if (l->waves == WAVES_MAX)
			break;
		result = wave(l, i, left < most ? left : most);
	}
	if (result < 0)
		return -result;
	if (result == 1)
		result = refused(l);
	else
		br_lint_judge(&l->report);
	return result != 0 ? result : report(l);
}

static bool are_roles(const char *serves)
{
	struct br_octets rest = br_text(serves);

	if (strcmp(serves, "nothing") == 0)
		return true;
	while (rest.data) {
		struct br_octets role = br_text_cut(&rest, ',');

		if (!br_text_is(role, "tftp") && !br_text_is(role, "http"))
			return false;
	}
	return true;
}

static int read_line(struct lint *l, struct br_words *line)
{
	enum br_lint_kind kind = BR_LINT_DNSMASQ;
	const char *path = NULL;
	int code = choose_kind(line, &kind, &path);

	if (code == 0 && l->serves && !are_roles(l->serves))
		return br_words_wrong(line, "--serves %s: expected tftp, http, both or nothing",
		                      l->serves);
	if (code == 0 && br_lint_config_read(&l->config, kind, path, stderr) < 0)
		return BR_EXIT_BAD_USAGE;
	if (code == 0 && l->address && !br_text_get_ipv4(br_text(l->address), &l->config.address))
		return br_words_wrong(line, "--address %s: expected a.b.c.d", l->address);
	if (code == 0 && l->address)
		l->config.address_why = "as told";
	l->report.config = &l->config;
	return code == 0 ? choose_clients(l, line) : code;
}

static int run(int argc, char **argv)
{
	struct br_words line = br_words_of(&br_verb_lint);
	struct lint *l = calloc(1, sizeof(*l));
	int code;

	if (!l)
		abort();
	l->out = "out";
	l->names = "all";
	l->seconds = SECONDS;
	if (!br_words_read(&line, argc, argv, l))
		code = line.code;
	else if ((code = read_line(l, &line)) == 0 && geteuid() != 0) {
		fprintf(stderr, "lint starts a server in a network of its own, which needs root\n");
		code = BR_EXIT_SKIPPED;
	} else if (code == 0 && l->report.clients == 0) {
		fprintf(stderr, "no client boots in such a network\n");
		code = BR_EXIT_NOTHING_RAN;
	} else if (code == 0 && (code = prepare(l)) == 0) {
		br_stop_gently();
		code = open_outputs(l) < 0 ? BR_EXIT_BAD_USAGE : lint(l);
	}
	br_output_drop(&l->json_output);
	br_output_drop(&l->junit_output);
	br_output_drop(&l->html_output);
	for (size_t i = 0; i < l->report.clients; i++)
		br_lint_client_reset(&l->report.client[i]);
	br_lint_config_free(&l->config);
	free(l);
	return code;
}

const struct br_command_verb br_verb_lint = {
	.name = "lint",
	.says = "what clients make of a server's configuration",
	.about = "Starts dnsmasq, Kea or ISC dhcpd with the configuration as it stands, in a "
		 "network of "
		 "its own, and lets client models boot from it side by side. Says of each what it "
		 "was given and whether it boots; of those that do not why, and where that can be "
		 "told the line of the configuration to change, and what to write.\n\n"
		 "A client that is told no file is a fault if it was named, or if others of its "
		 "kind "
		 "and of its way to boot are told one; else it is not served. All that the lab had "
		 "is gone when it ends, however that is.",
	.operand = operands,
	.option = options,
	.exits = "0 no fault, 1 faults, 2 called wrongly or a file that cannot be used, 3 nothing "
		 "was "
		 "checked, 77 it needs root.",
	.examples = examples,
	.run = run,
};
