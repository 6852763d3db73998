/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/convert/script_six.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "captures/convert/script_six_net.h"
#include "captures/replay/setup6.h"
#include "core/base/address.h"
#include "core/base/text.h"

/* Theory of operation
 *
 * The log of captures/replay/six_log.h is walked in the order of the capture. A message of the
 * machine is a stimulus, whole but for what is drawn at each boot (xid) or counted (option 8); one
 * that was sent again has no second line. Its answers, wherever they stand in the log, follow at
 * once, each server's first: in the fields by which a client goes.
 *
 * Relays are played, as over IPv4: what they passed on to the servers is a stimulus too, of which
 * they made the envelope and the rig has the rest, and so is what they passed back.
 */
enum {
	LINE_MAX_TEXT = 4096,
	FIELDS_MAX = 48,
	FIELD_SIZE = 16,
};

static const char *show(const uint8_t ip[16], char text[static BR_IP_TEXT_SIZE])
{
	struct br_writer w = br_writer_of(text, BR_IP_TEXT_SIZE);

	br_text_put_ipv6(&w, ip);
	return br_text_end(&w);
}

/* One line */

/* The number of a variable: addresses in the order in which they were given; 0: too many */
static size_t address_variable(struct br_script_run *run, const uint8_t ip[16])
{
	for (size_t i = 0; i < run->addresses; i++) {
		if (br_ip_equal(run->address[i], ip))
			return i + 1;
	}
	if (run->addresses == BR_SCRIPT_ADDRESSES_MAX)
		return 0;
	memcpy(run->address[run->addresses++], ip, 16);
	return run->addresses;
}

/* It is known beforehand: the only one that a server under test gives this machine, or one that a
 * peer gives by its lines.
 */
static bool is_fixed(const struct br_script_run *run, const struct br_dhcp6_message *m,
                     const uint8_t ip[16])
{
	struct br_octets duid = br_dhcp6_find(m->options, BR_DHCP6_OPTION_CLIENT_ID);
	bool pooled = false;

	for (size_t i = 0; i < run->setup->servers; i++) {
		const struct br_setup_server *s = &run->setup->server[i];

		if (br_setup6_is_reserved(&s->config, duid, ip))
			return true;
		pooled = pooled || (br_script_is_sut(&run->files, s->address) &&
		                    s->config.roles & BR_ROLE_DHCP6);
	}
	return !pooled;
}

/* " addr=..." and " xid=...", inside of relays too, as what stands for them */
static void put_varying(struct br_script_run *run, const char *text)
{
	const struct br_dhcp6_message *m = &run->decoded->dhcp6;
	struct br_dhcp6_ia ia = br_dhcp6_ia(br_dhcp6_find(m->options, BR_DHCP6_OPTION_IA_NA));
	bool free = ia.addresses > 0 && !is_fixed(run, m, ia.address);

	while (*text) {
		size_t n = 0, name = strncmp(text, " inner.", 7) != 0 ? 1 : 7;
		char letter = 0;

		if (*text == ' ' && !strncmp(text + name, "xid=0x", 6)) {
			letter = 'x';
			n = br_script_xid(run, m->xid);
		} else if (*text == ' ' && !strncmp(text + name, "addr=", 5) && free) {
			letter = 'a';
			n = address_variable(run, ia.address);
		}
		if (n == 0) {
			fputc(*text++, run->out);
			continue;
		}
		fprintf(run->out, "%.*s%s=$%c%zu", (int)name, text, letter == 'x' ? "xid" : "addr",
		        letter, n);
		text += 1 + strcspn(text + 1, " ");
	}
	fputc('\n', run->out);
}

static void put_fields(struct br_script_run *run, const char *time, const char *from,
                       const char *to, const char *const *names, size_t count, const char *more)
{
	struct br_arg arg[FIELDS_MAX];
	struct br_line line = {.protocol = run->decoded->protocol, .arg = arg, .args = count};
	char text[LINE_MAX_TEXT];
	struct br_writer w = br_writer_of(text, sizeof(text) - 1);

	for (size_t i = 0; i < count; i++)
		arg[i] = (struct br_arg){.op = BR_ARG_PRESENT, .name = names[i]};
	br_line_print_packet(run->decoded, &line, &w);
	br_text_put(&w, more);
	(void)br_text_end(&w);
	fprintf(run->out, "%-8s %s -> %s ", time, from, to);
	if (run->decoded->protocol == &br_protocol_dhcp6)
		put_varying(run, text);
	else
		fprintf(run->out, "%s\n", text);
}

/* The node of a server, "rt" the router's address or what stands in brackets */
static const char *node_of(const struct br_script_run *run, const struct br_endpoint *host,
                           char name[static 16])
{
	return br_script_node(run->setup, br_setup_address(run->setup, host), name);
}

/* DHCPv6 */

/* All fields but the time it has been asking, RFC 8415 section 21.9 */
static size_t all_fields(const struct br_script_run *run, char name[static FIELDS_MAX][FIELD_SIZE],
                         const char **names)
{
	size_t count = 0;

	for (size_t i = 0;
	     count < FIELDS_MAX && br_protocol_dhcp6.next(run->decoded, i, name[count], FIELD_SIZE);
	     i++) {
		if (strcmp(name[count], "opt8") != 0) {
			names[count] = name[count];
			count++;
		}
	}
	return count;
}

/* What the machine said, whole */
static void put_asked(struct br_script_run *run, const struct br_six_message *m)
{
	char name[FIELDS_MAX][FIELD_SIZE], from[32], to[32], server[16];
	const char *names[FIELDS_MAX];
	size_t count = all_fields(run, name, names);

	(void)snprintf(from, sizeof(from), "%s:%u", run->files.fw, m->src.port);
	(void)snprintf(to, sizeof(to), "%s:%u",
	               br_ip_is_multicast6(m->dst.ip) ? "*" : node_of(run, &m->dst, server),
	               m->dst.port);
	br_script_mark(&run->marks, run->out, m->at);
	put_fields(run, "", from, to, names, count, "");
}

static bool has(const struct br_script_run *run, const char *name)
{
	struct br_field field;

	return run->decoded->protocol->get(run->decoded, name, &field);
}

/* A URL that the core gives out as it stands */
static bool is_plain_url(const struct br_dhcp6_message *m)
{
	struct br_octets url = br_dhcp6_find(m->options, BR_DHCP6_OPTION_BOOT_URL);

	for (size_t i = 0; i < url.size; i++) {
		if (url.data[i] <= ' ' || url.data[i] > '~' || strchr("\"\\,@#", url.data[i]))
			return false;
	}
	return url.size < BR_CONFIG_TEXT_SIZE;
}

/* The class of a boot server: of Intel, and one of two names */
static bool is_boot_class(const struct br_dhcp6_message *m)
{
	struct br_octets value = br_dhcp6_find(m->options, BR_DHCP6_OPTION_VENDOR_CLASS), text;
	uint32_t enterprise;

	return value.data && br_dhcp6_vendor_class(value, &enterprise, &text) &&
	       enterprise == BR_DHCP6_ENTERPRISE_INTEL &&
	       (br_text_is(text, "PXEClient") || br_text_is(text, "HTTPClient"));
}

/* It asked for the URL (option 6) */
static bool wants_url(struct br_octets question)
{
	struct br_dhcp6_message m;
	struct br_octets list = {0};
	struct br_reader r;

	if (br_dhcp6_parse(question, &m) == 0)
		list = br_dhcp6_find(m.options, BR_DHCP6_OPTION_ORO);
	r = br_reader_of(list.data, list.size);
	while (br_left(&r) >= 2) {
		if (br_get_be16(&r) == BR_DHCP6_OPTION_BOOT_URL)
			return true;
	}
	return false;
}

/* What a client goes by, of an answer to @question, out of its relays; @more: what is not there */
static size_t fields_of(struct br_script_run *run, const struct br_six_message *question,
                        const char **names, const char **more)
{
	static const char *const said[][2] = {
		{"xid", "inner.xid"},       {"addr", "inner.addr"},
		{"valid", "inner.valid"},   {"ia-status", "inner.ia-status"},
		{"status", "inner.status"}, {"opt2", "inner.opt2"},
		{"opt7", "inner.opt7"},     {"opt14", "inner.opt14"},
		{"opt23", "inner.opt23"},   {"opt59", "inner.opt59"}};
	const struct br_dhcp6_message *message = &run->decoded->dhcp6;
	size_t count = 0, inside = message->levels > 0;

	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		bool plain = strcmp(said[i][0], "opt59") != 0 || is_plain_url(message);

		/* success need not be said, RFC 8415 section 21.13 */
		plain = plain && (strcmp(said[i][0], "status") != 0 ||
		                  br_dhcp6_status(message->options) != 0);
		if (plain && has(run, said[i][inside]))
			names[count++] = said[i][inside];
	}
	if (!br_dhcp6_find(message->options, BR_DHCP6_OPTION_BOOT_URL).data &&
	    wants_url(br_six_octets(question)))
		*more = inside ? " inner.opt59=absent" : " opt59=absent";
	if (is_boot_class(message))
		names[count++] = inside ? "inner.class" : "class";
	return count;
}

static void put_answer(struct br_script_run *run, const struct br_six_message *m,
                       const struct br_six_message *question)
{
	char name[FIELDS_MAX][FIELD_SIZE], from[32], to[32], server[16];
	const char *names[FIELDS_MAX], *more = "";
	uint32_t number = br_setup_address(run->setup, &m->src);
	bool sut = br_script_is_sut(&run->files, number);
	size_t count = sut ? fields_of(run, question, names, &more) : all_fields(run, name, names);

	if (sut && br_dhcp6_find(run->decoded->dhcp6.options, BR_DHCP6_OPTION_VENDOR_CLASS).data &&
	    !is_boot_class(&run->decoded->dhcp6))
		fprintf(run->out,
		        "# frame %" PRIu64 ": the core has another option 16 than stands there\n",
		        m->frame);
	run->six_last = m->frame > run->six_last ? m->frame : run->six_last;
	(void)snprintf(from, sizeof(from), "%s:%u", br_script_node(run->setup, number, server),
	               m->src.port);
	(void)snprintf(to, sizeof(to), "%s:%u", run->files.fw, m->dst.port);
	put_fields(run, sut ? "<=1s" : "", from, to, names, count, more);
}

/* Its envelope as the relay made it, but for the message itself */
static size_t envelope(const struct br_script_run *run, char name[static FIELDS_MAX][FIELD_SIZE],
                       const char **names)
{
	size_t all = all_fields(run, name, names), count = 0;

	for (size_t i = 0; i < all; i++) {
		if (strncmp(names[i], "inner", 5) != 0 && strcmp(names[i], "opt9") != 0)
			names[count++] = names[i];
	}
	return count;
}

/* A relay passes a question on, to the next one or to a server. */
static void put_forward(struct br_script_run *run, const struct br_six_message *leg)
{
	char name[FIELDS_MAX][FIELD_SIZE], from[32], to[32], node[16];
	const char *names[FIELDS_MAX];
	size_t count = envelope(run, name, names);

	(void)snprintf(from, sizeof(from), "%s:%u", br_script_relay6(run->setup, leg->levels, node),
	               leg->src.port);
	(void)snprintf(to, sizeof(to), "%s:%u",
	               br_ip_is_multicast6(leg->dst.ip) ? "*"
	               : leg->levels < run->setup->six.relays.count
	                       ? br_script_relay6(run->setup, leg->levels + 1U, node)
	                       : node_of(run, &leg->dst, node),
	               leg->dst.port);
	put_fields(run, "", from, to, names, count, "");
}

/* What a server answers through relays is expected of it. */
static void put_relayed(struct br_script_run *run, const struct br_six_message *leg,
                        const struct br_six_message *question)
{
	static const char *const around[] = {"hops", "link", "peer", "opt18", "inner"};
	const char *names[FIELDS_MAX], *more = "";
	char from[32], to[32], server[16], relay[16];
	size_t count = 0;

	for (size_t i = 0; i < sizeof(around) / sizeof(around[0]); i++) {
		if (has(run, around[i]))
			names[count++] = around[i];
	}
	count += fields_of(run, question, names + count, &more);
	(void)snprintf(from, sizeof(from), "%s:%u", node_of(run, &leg->src, server), leg->src.port);
	(void)snprintf(to, sizeof(to), "%s:%u", br_script_relay6(run->setup, leg->levels, relay),
	               leg->dst.port);
	put_fields(run, "<=1s", from, to, names, count, more);
}

/* A relay passes an answer back, to the one before it or to the machine. */
static void put_back(struct br_script_run *run, const struct br_six_message *leg)
{
	static const char *const told[] = {"hops", "link", "peer", "xid", "addr", "opt2"};
	const char *names[FIELDS_MAX];
	char from[32], to[32], node[16];
	size_t count = 0;

	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		if (has(run, told[i]))
			names[count++] = told[i];
	}
	(void)snprintf(from, sizeof(from), "%s:%u",
	               br_script_relay6(run->setup, leg->levels + 1U, node), leg->src.port);
	(void)snprintf(to, sizeof(to), "%s:%u",
	               leg->levels > 0 ? br_script_relay6(run->setup, leg->levels, node)
	                               : run->files.fw,
	               leg->dst.port);
	run->six_last = leg->frame > run->six_last ? leg->frame : run->six_last;
	put_fields(run, "", from, to, names, count, "");
}

/* Answers with so many relays around them; of servers in any order */
static size_t put_answers(struct br_script_run *run, const struct br_six_log *log, size_t first,
                          size_t levels)
{
	const struct br_six_message *question = &log->message[first];
	bool servers = levels == run->setup->six.relays.count;
	size_t count = 0;

	for (size_t i = question->answer; i != SIZE_MAX; i = log->message[i].next)
		count += log->message[i].levels == levels;
	if (servers && count > 1)
		fprintf(run->out, "any {\n");
	for (size_t i = question->answer; i != SIZE_MAX; i = log->message[i].next) {
		const struct br_six_message *m = &log->message[i];

		if (m->levels != levels ||
		    !br_protocol_dhcp6.decode(br_six_octets(m), run->decoded))
			continue;
		if (!servers)
			put_back(run, m);
		else if (levels > 0)
			put_relayed(run, m, question);
		else
			put_answer(run, m, question);
	}
	if (servers && count > 1)
		fprintf(run->out, "}\n");
	return count;
}

/* What a good server does */

/* It is the question that the cure is about, by its kind and its IA. */
static bool is_cured_here(const struct br_script_run *run, const struct br_six_message *m)
{
	const struct br_script_cure *cure = &run->files.cure;
	const struct br_dhcp6_message *asked = &run->decoded->dhcp6;
	struct br_dhcp6_ia ia = br_dhcp6_ia(br_dhcp6_find(asked->options, BR_DHCP6_OPTION_IA_NA));

	if (!br_script_cure_is_six(cure) || m->frame < cure->exchange->first_frame ||
	    m->frame > cure->exchange->last_frame ||
	    (ia.there && cure->exchange->dhcp6.has_iaid && ia.iaid != cure->exchange->dhcp6.iaid))
		return false;
	if (cure->kind == BR_CURE_ADVERTISE)
		return m->said == BR_DHCP6_TYPE_SOLICIT;
	return m->said == BR_DHCP6_TYPE_REQUEST || m->said == BR_DHCP6_TYPE_RENEW ||
	       m->said == BR_DHCP6_TYPE_REBIND || m->said == BR_DHCP6_TYPE_INFORMATION;
}

/* The fields of the cure, each of the message inside of relays if there are some */
static void put_cure_fields(struct br_script_run *run, const char *inside)
{
	for (const char *at = run->files.cure.fields; *at; at += strspn(at, " ")) {
		size_t size = strcspn(at, " ");

		fprintf(run->out, " %s%.*s", inside, (int)size, at);
		at += size;
	}
	fputc('\n', run->out);
}

static void put_good(struct br_script_run *run, const struct br_six_message *m)
{
	const struct br_script_cure *cure = &run->files.cure;
	const char *says = cure->kind == BR_CURE_ADVERTISE ? "advertise" : "reply";
	size_t relays = run->setup->six.relays.count, n = br_script_xid(run, m->xid);
	const char *server;
	char name[16], relay[16];

	run->files.cure_at = ftell(run->out);
	run->files.cured = true;
	server = br_script_node(run->setup, cure->server, name);
	if (relays > 0)
		fprintf(run->out,
		        "<=1s     %s:%u -> %s:%u dhcp6 relay-repl inner=%s inner.xid=$x%zu", server,
		        BR_DHCP6_PORT_SERVER, br_script_relay6(run->setup, relays, relay),
		        BR_DHCP6_PORT_SERVER, says, n);
	else
		fprintf(run->out, "<=1s     %s:%u -> %s:%u dhcp6 %s xid=$x%zu", server,
		        BR_DHCP6_PORT_SERVER, run->files.fw, m->src.port, says, n);
	put_cure_fields(run, relays > 0 ? "inner." : "");
}

static void steps_dhcp(struct br_script_run *run, const struct br_six_log *log, size_t index)
{
	const struct br_six_message *m = &log->message[index];
	size_t relays = run->setup->six.relays.count;
	bool cured;

	if (m->repeat || !br_protocol_dhcp6.decode(br_six_octets(m), run->decoded))
		return;
	cured = is_cured_here(run, m);
	put_asked(run, m);
	for (size_t levels = 1; levels <= relays; levels++) {
		for (size_t i = m->question; i != SIZE_MAX; i = log->message[i].next) {
			if (log->message[i].levels == levels &&
			    br_protocol_dhcp6.decode(br_six_octets(&log->message[i]), run->decoded))
				put_forward(run, &log->message[i]);
		}
	}
	if (cured) {
		put_good(run, m);
		return;
	}
	for (size_t levels = relays + 1; levels-- > 0;) {
		if (put_answers(run, log, m->question, levels) == 0) /* the core may have some */
			run->files.loose = true;
	}
}

/* Neighbours and routers */

static void steps_router(struct br_script_run *run, const struct br_six_log *log, size_t index)
{
	static const char *const said[] = {"flags",         "lifetime",     "hop-limit", "prefix",
	                                   "prefix-length", "prefix-flags", "mtu"};
	const char *names[FIELDS_MAX] = {NULL};
	size_t count = 0, answer;
	char node[16];

	if (run->solicited ||
	    !br_protocol_icmp6.decode(br_six_octets(&log->message[index]), run->decoded))
		return;
	run->solicited = true;
	answer = br_six_log_advertisement(log, index);
	br_script_mark(&run->marks, run->out, log->message[index].at);
	put_fields(run, "", run->files.fw, "*", names, 0, "");
	if (answer == SIZE_MAX || !run->setup->six.routed) {
		fprintf(run->out, "# no router answers\n");
		return;
	}
	if (!br_protocol_icmp6.decode(br_six_octets(&log->message[answer]), run->decoded))
		return;
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		if (has(run, said[i]))
			names[count++] = said[i];
	}
	/* a relay is played, and what it advertises by itself too */
	put_fields(run, strcmp(br_script_router6(run->setup, node), "rt") == 0 ? "<=1s" : "", node,
	           "*", names, count, "");
}

/* Who has a server's address: it does, and says so. */
static void steps_neighbour(struct br_script_run *run, const struct br_six_log *log, size_t index)
{
	static const char *const target[] = {"target"};
	const struct br_six_message *m = &log->message[index];
	struct br_endpoint asked = {.port = 0};
	char name[16];
	uint32_t number;

	if (m->size < 24 || !br_ip_is_multicast6(m->dst.ip) || br_ip_is_zero(m->src.ip))
		return;
	memcpy(asked.ip, m->octets + 8, 16);
	number = br_setup_address(run->setup, &asked);
	if (m->repeat || number == 0 || m->frame < run->six_last ||
	    br_ip_is_link_local6(asked.ip) || !br_script_is_sut(&run->files, number) ||
	    !br_six_log_mac(log, asked.ip) ||
	    !br_protocol_icmp6.decode(br_six_octets(m), run->decoded))
		return;
	br_script_mark(&run->marks, run->out, m->at);
	put_fields(run, "", run->files.fw, "*", target, 1, "");
	fprintf(run->out, "%-8s %s -> %s icmp6 na", "<=1s",
	        br_script_node(run->setup, number, name), run->files.fw);
	{
		char text[BR_IP_TEXT_SIZE];

		fprintf(run->out, " target=%s\n", show(asked.ip, text));
	}
}

/* The door */

void br_script_six_steps(struct br_script_run *run, uint64_t before)
{
	const struct br_six_log *log = br_tape_six(run->tape);
	struct br_talk_exchange *const *e = run->story->client->exchange;
	uint64_t first = e[run->first]->first_frame, last = e[run->attempt->last]->last_frame;

	if (!run->setup->six.on)
		return;
	for (; run->six_next < log->count && log->message[run->six_next].frame < before &&
	       !run->files.cured;
	     run->six_next++) {
		const struct br_six_message *m = &log->message[run->six_next];
		/* it may have looked for a router long before */
		bool early = m->icmp && m->type == BR_ICMP6_ROUTER_SOLICITATION &&
		             br_script_six_is_routed(run->setup);

		if ((m->frame < first && !early) || m->frame > last ||
		    memcmp(m->eth_src, run->story->client->mac, 6) != 0)
			continue;
		if (!m->icmp)
			steps_dhcp(run, log, run->six_next);
		else if (m->type == BR_ICMP6_ROUTER_SOLICITATION)
			steps_router(run, log, run->six_next);
		else if (m->type == BR_ICMP6_NEIGHBOUR_SOLICITATION)
			steps_neighbour(run, log, run->six_next);
	}
}
