/* SPDX-License-Identifier: BSD-2-Clause */
/* Theory of operation
 *
 * What there is to say of a verb, a key, a field, a check, a metric, a note or a model stands in
 * the row of its table, beside what reads it; this file puts the tables into one order, with the
 * few sentences that belong to none of them. The whole script in front is run by a test.
 */
#include "sim/script/language.h"

#include <stdlib.h>
#include <string.h>

#include "core/config.h"
#include "core/metrics.h"
#include "core/notes.h"
#include "sim/models/model.h"
#include "sim/script/node_keys.h"
#include "sim/script/parser.h"

static const char whole_script[] =
	"    wire  1                 # the version of the language: first in every script\n"
	"    title \"A machine gets an address and its boot file\"\n"
	"\n"
	"    # A net, the server under test, a machine that the lines below play, and a\n"
	"    # file that the server has. as=: the machine's packets are those of a known\n"
	"    # firmware.\n"
	"    net   lan  10.77.0.0/24\n"
	"    node  boot sut    lan=10.77.0.1 role=dhcp,tftp boot=boot.efi\n"
	"    node  fw   client lan mac=52:54:00:12:34:56 as=edk2-x64-pxe4\n"
	"    file  boot.efi size=20000\n"
	"\n"
	"    # What fw sends is done; what boot sends is expected, within a second of the\n"
	"    # line before. $x and $ip get their values where they stand first, and are\n"
	"    # compared after.\n"
	"         fw:68   -> *:67    dhcp discover xid=$x\n"
	"    <=1s boot:67 -> *:68    dhcp offer xid=$x yiaddr=$ip in=10.77.0.0/24\n"
	"    never boot   -> *       dhcp nak          # from here to the end\n"
	"         fw:68   -> *:67    dhcp request xid=$x opt50=$ip opt54=10.77.0.1\n"
	"    <=1s boot:67 -> *:68    dhcp ack xid=$x yiaddr=$ip opt67=\"boot.efi\"\n"
	"\n"
	"    # Ten seconds later it reads the file. Both ends take a port of their own, so\n"
	"    # these are variables; transfer does the rest of the reading.\n"
	"    +10s fw:$p   -> boot:69 tftp rrq boot.efi octet blksize=1468\n"
	"    <=1s boot:$t -> fw:$p   tftp oack blksize=1468\n"
	"    transfer boot:$t -> fw:$p boot.efi\n"
	"    +1s  fw:$q   -> boot:69 tftp rrq none.efi octet\n"
	"    <=1s boot:$u -> fw:$q   tftp error 1\n"
	"\n"
	"    # What is left of it, and what the server says it did.\n"
	"    check fw.received boot.efi == file\n"
	"    check boot.leases == 1\n"
	"    check boot.transfers.open == 0\n"
	"    check boot.metric tftp_misses_total == 1\n"
	"    check boot.note tftp.not_found == 1\n";

static const char line_form[] = "[+DUR | <=DUR] END -> END PROTO MESSAGE {ARG} {@REQID}";

static const char line_says[] =
	"One packet. Who sends decides: what a node sends that acts by itself (sut, peer with "
	"role=, "
	"firmware, iface, relay with auto=on) is an expectation, anything else a stimulus that the "
	"rig sends. +DUR stands before a stimulus: this long after the line before. <=DUR stands "
	"before an expectation: not later than this after it, 1s without. Lines happen in their "
	"order, and a packet of the server that no line expects is a failure, up to quiet after "
	"the "
	"last.";

static const char end_says[] =
	"NODE or NODE:PORT; a port is a number or a $VARIABLE. '*' as target is broadcast or a "
	"group of IPv6, and "
	"nothing else: what goes to a machine alone goes to its NODE. Instead of NODE an address "
	"may stand, of IPv6 in brackets, [2001:db8::1]:69: one the header gives to a node, or a "
	"group. Between nodes that have both families IPv4 is taken, unless dhcp6, icmp6 or an "
	"address says otherwise. Without "
	"a "
	"port a stimulus comes from a new one (TFTP, HTTP), 68 of a client or 67, of dhcp6 546 or "
	"547, and goes to the "
	"usual one of its protocol; an expectation takes any.";

static const char arg_says[] =
	"A bare value in its place (file, block number, path), or FIELD=VALUE, FIELD!=VALUE, "
	"FIELD<=INT, FIELD>=INT, FIELD~[A,B] (the list has them; of a text: it is part of it), "
	"FIELD=absent, FIELD=present, or in=NETWORK about the field before it. A field may stand "
	"twice: yiaddr=$b yiaddr!=$a. Only named fields count. In a stimulus = sets, the others "
	"are checked on what is sent.";

static const char value_says[] =
	"A word, a \"string\" with \\\" \\\\ \\n \\r \\t \\0 \\xNN, a [list], hex:0102 for octets "
	"whatever the field, or $VARIABLE: the first use binds it, later ones compare, and a "
	"stimulus sends it. $VAR<=INT bounds it too.";

static const char units_says[] =
	"DUR is a number with ns, us, ms, s, min or h: 100us, 1.5s, 2h. SIZE is a number of "
	"octets, "
	"with k, M or G of 1024 each: 20000, 1.5k. PCT is a rate: 0.5%. INT is decimal or 0x and "
	"hex "
	"digits. CIDR is 10.77.0.0/24 or 2001:db8::/64. REQID is a requirement of "
	"conformance/requirements.tsv, "
	"which a failure then cites: "
	"@TFTP-ERR-01.";

static const char *const filled[][2] = {
	{"every node",
         "A mac of its own, ARP, IP with checksums and fragments, answers to ping, and "
         "its port 68 (client) or 67 open."},
	{"dhcp of a client",
         "op, htype, hlen, chaddr from mac=, option 53 from the message; a new xid in each "
         "discover "
         "and in a request to port 4011, the same in what follows; zeros to 300 octets. With as= "
         "also the flags and options of the model in discover and request (55, 57, 60, 93, 94, 97 "
         "...), but not 50 and 54: a request says which offer it takes. It has the address of an "
         "ack from then on, and the router of option 3, until its next discover."},
	{"dhcp of a peer",
         "The header of the last request heard (of that xid, if the line says one) "
         "as a reply, options 54 (itself), 51 (3600) and 1."},
	{"dhcp of a relay",
         "The packet heard last, as a relay passes it on: giaddr, hops and option 82 in a request; "
         "a reply without option 82 to the net of giaddr."},
	{"dhcp6 of a client",
         "A new xid; option 1, a DUID-LL of mac=, or a DUID-UUID with uuid=; option 3 with the "
         "IAID "
         "of the last four octets of mac=, or the IA of the last Advertise or Reply heard, with "
         "option 2 of that where RFC 8415 section 16 wants it; option 6 for 23, 59 and 60, option "
         "8 "
         "with 0. It has the address of a Reply from then on, until its next solicit. To '*' is "
         "ff02::1:2, to a NODE of the same net its link-local address."},
	{"dhcp6 of a peer",
         "The xid, option 1 and IA of the last message heard (of that xid, if the line says one), "
         "option 2 as a DUID-LL. relay-repl: a Reply in the envelopes that came, with option 18."},
	{"dhcp6 of a relay",
         "The message heard last, as RFC 8415 section 19 passes it on: relay-forw around it, or "
         "what was in a relay-repl, to its peer."},
	{"icmp6",
         "The link-local address as source, and mac= in option 1 or 2; hop limit 255; to '*' the "
         "group that the message goes to. ra: lifetime 1800, hop limit 64, and of prefix= 64 bits, "
         "LA, 1 day and 4 hours. na: SO. What a node says of IPv6 by itself, neighbours, routers, "
         "listeners, need not be expected; a line that names it waits for it."},
	{"IPv6 of a node",
         "A link-local address made of its mac and, with NET=ADDR, that; it answers for them, "
         "and says nothing else by itself. What a client learns from advertisements it keeps: "
         "prefixes, routers, no addresses."},
	{"tftp",
         "mode octet. Nothing else: options, block numbers and codes are what the line says."},
	{"http",
         "A connection if the port has none yet, GET /, HTTP/1.1, Host, and the header fields "
         "of the model. A response is expected by its head; the body that comes behind it is "
         "compared with the file of that name, so let time pass (+1s) before close or reset."},
	{"http of a peer",
         "A peer without role= whose lines speak HTTP takes connections. A line answers on the one "
         "that came from the port it names, with the head it says and nothing else; bytes, close "
         "and reset as for a client. What firmware and machines ask there is expected."},
	{"a server without boot=", "Boots everybody the first file of the script: by URL for HTTP "
                                   "Boot if a node has role=http, else by name from the node with "
                                   "role=tftp."},
	{"a server without pool= and subnet=",
         "Gives addresses .100 to .199 of its nets and of those behind relays, smaller nets their "
         "upper half, with the relay as router; with dhcp6, without pool6= and subnet6=, ::100 to "
         "::1ff likewise."},
};

/* What a value of a format looks like. */
static const char *shape_of(enum br_field_format format)
{
	switch (format) {
	case BR_FIELD_HEX:
		return "hex digits or \"text\"";
	case BR_FIELD_TEXT:
		return "text";
	case BR_FIELD_U8:
		return "0..255";
	case BR_FIELD_U16:
		return "0..65535";
	case BR_FIELD_U32:
		return "0..4294967295";
	case BR_FIELD_U64:
	case BR_FIELD_DECIMAL:
		return "number";
	case BR_FIELD_XID:
		return "0x51a348a4";
	case BR_FIELD_FLAGS:
		return "broadcast, 0, 0x8001";
	case BR_FIELD_IPV4:
		return "address";
	case BR_FIELD_IPV6:
		return "address of IPv6";
	case BR_FIELD_MAC:
		return "52:54:00:12:34:56";
	case BR_FIELD_NONE:
		break;
	}
	return "present or absent";
}

static void put_verbs(struct br_page *page, const struct br_verb *verbs)
{
	for (; verbs->name; verbs++) {
		char text[2048];

		snprintf(text, sizeof(text), "%s%s%s", verbs->says, verbs->example ? "\n\n  " : "",
		         verbs->example ? verbs->example : "");
		br_page_item(page, verbs->form, NULL, text);
	}
}

static void put_steps(struct br_page *page)
{
	br_page_section(page, "Steps");
	br_page_item(page, line_form, NULL, line_says);
	br_page_item(page, "END", NULL, end_says);
	br_page_item(page, "ARG", NULL, arg_says);
	br_page_item(page, "VALUE", NULL, value_says);
	put_verbs(page, br_verbs_step);
}

static void put_checks(struct br_page *page)
{
	br_page_section(page, "What can be checked");
	br_page_item(page, "OP", NULL, "==, !=, <= or >=");
	for (unsigned what = 0; what < BR_CHECK_WHAT_COUNT; what++)
		br_page_item(page, br_check_what_form((enum br_check_what)what), NULL,
		             br_check_what_says((enum br_check_what)what));
}

static void put_fills(struct br_page *page)
{
	br_page_section(page, "What the rig fills in");
	for (size_t i = 0; i < sizeof(filled) / sizeof(filled[0]); i++)
		br_page_item(page, filled[i][0], NULL, filled[i][1]);
}

static void put_protocol(struct br_page *page, const struct br_protocol *protocol)
{
	char text[1024] = "Messages:";
	enum br_field_format format;
	size_t used = strlen(text);

	for (size_t i = 0; protocol->messages[i]; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, " %s",
		                         protocol->messages[i]);
	snprintf(text + used, sizeof(text) - used, "%s",
	         protocol == &br_protocol_http
	                 ? ", a method of your own, or the status of a response, as in 206"
	                 : "");
	br_page_text(page, text);
	for (const struct br_field_row *row = protocol->fields; row->name; row++) {
		const char *shape =
			protocol->format(NULL, row->name, &format) ? shape_of(format) : "NETWORK";

		br_page_item(page, row->name, shape, row->says);
	}
}

static void put_protocols(struct br_page *page)
{
	br_page_section(page, "Protocol dhcp");
	put_protocol(page, &br_protocol_dhcp);
	br_page_item(
		page, "optN", NULL,
		"An option by its number in RFC 2132, in the form it has there: opt54=10.77.0.1, "
		"opt51=3600, opt67=\"boot.efi\", opt93=7, opt55~[66,67], opt82=0104706f7274. A "
		"stimulus puts it in, =absent takes it out.");
	br_page_item(page, "optN.M", NULL,
	             "A sub-option of 43, 82 or 175: opt82.1=\"port\", opt43.6=8.");
	br_page_item(page, "optN.count", "number", "how many instances the option has");
	br_page_section(page, "Protocol dhcp6");
	put_protocol(page, &br_protocol_dhcp6);
	br_page_item(page, "optN", NULL,
	             "An option by its number in RFC 8415, 3646 or 5970: opt59=\"tftp://...\", "
	             "opt61=7, opt6=[23,59], opt23=2001:db8::53; of others the octets: "
	             "opt1=00030001525400123456. A stimulus puts it in, =absent takes it out.");
	br_page_item(page, "optN.count", "number", "how many instances the option has");
	br_page_item(page, "inner.FIELD", NULL,
	             "In relay-forw and relay-repl: a field of the message inside all of them.");
	br_page_section(page, "Protocol icmp6");
	put_protocol(page, &br_protocol_icmp6);
	br_page_section(page, "Protocol tftp");
	put_protocol(page, &br_protocol_tftp);
	br_page_item(page, "opt.NAME", "text",
	             "an option of any other name; an odd one in quotes: opt.\"a b\"=1");
	br_page_section(page, "Protocol dns");
	put_protocol(page, &br_protocol_dns);
	br_page_text(page,
	             "What comes from or to port 53, RFC 1035. A peer without role= answers by "
	             "its lines: ns:53 -> fw:$p dns answer boot.example 10.77.0.2 id=$i.");
	br_page_section(page, "Protocols udp, ip and eth");
	br_page_text(page,
	             "A stimulus alone, of one message: bytes and octets, as in udp bytes "
	             "hex:0102. udp sends them as a datagram; ip sends them "
	             "behind an Ethernet header, as an IPv4 packet with its own header; eth "
	             "behind the two hardware addresses, type first. Checksums are the line's.");
	br_page_section(page, "Protocol http");
	put_protocol(page, &br_protocol_http);
	br_page_text(page, "Any other header field by its name, which begins with a capital. bytes "
	                   "sends octets as they are. close and reset end the connection of that "
	                   "port; from a server they are expectations. open is the SYN of who asks "
	                   "for a connection, for a never alone: never fw -> boot http open.");
}

static void put_node_keys(struct br_page *page)
{
	struct br_node_key_row row;

	br_page_section(page, "Keys of nodes");
	for (size_t i = 0; br_node_key_at(i, &row); i++) {
		char text[1024], kinds[96] = "";
		bool all = true;

		for (unsigned kind = 0; kind < BR_NODE_KIND_COUNT; kind++)
			all = all && (row.kinds & 1u << kind) != 0;
		for (unsigned kind = 0; !all && kind < BR_NODE_KIND_COUNT; kind++) {
			size_t used = strlen(kinds);

			if ((row.kinds & 1u << kind) != 0)
				snprintf(kinds + used, sizeof(kinds) - used, "%s%s",
				         used > 0 ? ", " : "",
				         br_node_kind_name((enum br_node_kind)kind));
		}
		snprintf(text, sizeof(text), "%s: %s. Expects %s.", all ? "every kind" : kinds,
		         row.says, row.wants);
		br_page_item(page, row.name, NULL, text);
	}
}

static void put_server_keys(struct br_page *page)
{
	br_page_section(page, "Keys of a server");
	br_page_text(page,
	             "Of a sut, or a peer with role=; bootrig serve takes the same words. What "
	             "holds without the key stands in parentheses. A key may come again where "
	             "there can be several: boot, menu, reserve, subnet, pool, optN.");
	for (size_t i = 0; br_config_key(i); i++) {
		const char *more = br_config_key_more(i);
		char text[2048];

		snprintf(text, sizeof(text), "%s. Expects %s.%s%s", br_config_key_says(i),
		         br_config_key_wants(i), more ? " " : "", more ? more : "");
		br_page_item(page, br_config_key(i), NULL, text);
	}
}

static void put_models(struct br_page *page)
{
	struct br_model *model = calloc(1, sizeof(*model));

	br_page_section(page, "Models");
	for (size_t i = 0; model && br_model_name(i); i++) {
		if (br_model_find(model, br_model_name(i)) == 0)
			br_page_item(page, br_model_name(i), NULL, model->title);
	}
	free(model);
}

static void put_counters(struct br_page *page)
{
	br_page_section(page, "Metrics");
	for (size_t i = 0; br_metrics_name(i); i++)
		br_page_item(page, br_metrics_name(i), NULL, br_metrics_says(i));
	br_page_section(page, "Notes");
	for (unsigned i = 0; i < BR_NOTE_COUNT; i++) {
		enum br_note note = (enum br_note)i;
		char text[512];

		snprintf(text, sizeof(text), "%s (%s)", br_note_sentence(note),
		         br_note_clause(note));
		br_page_item(page, br_note_name(note), NULL, text);
	}
}

void br_language_print(FILE *to, enum br_page_form form)
{
	struct br_page page = {.to = to, .form = form};

	br_page_title(&page, "bootrig-language", "5", "scripts of what happens on a wire");
	br_page_section(&page, "Description");
	br_page_text(
		&page,
		"A .wire file says what machines send and what the server under test must answer. "
		"bootrig run FILE plays it in virtual time and says where the first difference "
		"is. One statement a line; # begins a comment. The header says what there is, the "
		"steps below it what happens. A whole script:");
	br_page_text(&page, whole_script);
	br_page_section(&page, "Values");
	br_page_text(&page, units_says);
	br_page_section(&page, "The header");
	put_verbs(&page, br_verbs_header);
	put_steps(&page);
	put_checks(&page);
	put_fills(&page);
	put_protocols(&page);
	put_node_keys(&page);
	put_server_keys(&page);
	put_models(&page);
	put_counters(&page);
}
