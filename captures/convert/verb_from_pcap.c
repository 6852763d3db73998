/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "captures/convert/from_pcap.h"
#include "core/base/address.h"
#include "core/base/text.h"
#include "sim/command/words.h"

static int take_to(void *target, char **word, int count, char *error, size_t size)
{
	struct br_from_pcap *from = target;

	(void)count;
	if (from->to[1]) {
		(void)snprintf(error, size, "one for each PCAP, and there are two at most");
		return 0;
	}
	from->to[from->to[0] ? 1 : 0] = word[0];
	return 1;
}

static int take_sut(void *target, char **word, int count, char *error, size_t size)
{
	struct br_from_pcap *from = target;
	struct br_octets text = br_text(word[0]);

	(void)count;
	if (br_text_get_ipv4(text, &from->sut) || br_text_get_ipv6(text, from->sut6))
		return 1;
	(void)snprintf(error, size, "expected an address, of IPv4 or IPv6");
	return 0;
}

static const struct br_operand operands[] = {
	{"PCAP",
         "a capture, - for standard input; of each machine the boot that got furthest becomes a "
         "script; a second one is the other side of a relay",
         BR_TAKES_FILE, 1, 2},
	{NULL, NULL, BR_TAKES_NOTHING, 0, 0},
};

static const struct br_option options[] = {
	{.name = "--client",
         .argument = "MAC",
         .says = "the boot of that machine alone",
         .standard = "of all that boot, each a node",
         .takes = BR_TAKES_MAC,
         .at = offsetof(struct br_from_pcap, client),
         .given = offsetof(struct br_from_pcap, has_client)},
	{.name = "--sut",
         .argument = "ADDR",
         .says = "that server alone is under test, the others say what they said",
         .standard = "all are under test",
         .takes = BR_TAKES_TEXT,
         .take = take_sut},
	{.name = "--expect-fixed",
         .says = "end the script where the boot failed, with what a good server would have done: "
                 "it fails until the server is mended",
         .standard = "what the capture shows",
         .at = offsetof(struct br_from_pcap, fixed)},
	{.name = "--anonymous",
         .says = "under other addresses, identifiers and file names",
         .at = offsetof(struct br_from_pcap, anonymous)},
	{.name = "--anonymous-pcap",
         .argument = "OUT",
         .says = "write the capture under other addresses, identifiers and names, one OUT for each "
                 "PCAP, and tell what was changed and what was kept; the script is then that of "
                 "OUT, to be sent with it (with --anonymous its file names are not those of OUT; "
                 "none if OUT is -, standard output). OUT must not be PCAP. If explain would say "
                 "something else of it than of PCAP, that is told, it is OUT.rejected, and the "
                 "exit code 1",
         .takes = BR_TAKES_FILE,
         .take = take_to},
	{.name = NULL},
};

static int from_pcap_main(int argc, char **argv)
{
	struct br_words words = br_words_of(&br_verb_from_pcap);
	struct br_from_pcap from = {.out = stdout, .err = stderr};

	if (!br_words_read(&words, argc, argv, &from))
		return words.code;
	from.path = words.operand[0];
	from.other = words.count > 1 ? words.operand[1] : NULL;
	if (from.to[0] && !from.other != !from.to[1])
		return br_words_wrong(&words, "--anonymous-pcap: one for each PCAP is needed");
	return br_from_pcap(&from);
}

static const char *const examples[] = {
	"bootrig from-pcap boot.pcap >boot.wire",
	"bootrig from-pcap --client 52:54:00:12:34:56 rack.pcap >one.wire",
	"bootrig from-pcap --expect-fixed boot.pcap >mended.wire",
	"bootrig from-pcap --anonymous-pcap hidden.pcap boot.pcap",
	NULL,
};

const struct br_command_verb br_verb_from_pcap = {
	.name = "from-pcap",
	.says = "a script from a capture",
	.about = "Writes a boot that was recorded as a script: what the client sent is sent again, "
		 "what the server under test answered is expected, in the fields that decide "
		 "something. Several machines are several nodes, whose lines stand in the order of "
		 "the capture; one that the others leave no room for is left out, and told. The "
		 "script is a start to be edited, and it runs as it is.",
	.operand = operands,
	.option = options,
	.exits =
		"0 the script is written; 1 the capture under other names does not say the same; 2 "
		"the capture cannot be read, or is damaged (the script is of what stands before "
		"that); 3 no client boots in it, no server answers, no script of it that check and "
		"run would pass, or with --expect-fixed nothing that a server alone could mend.",
	.examples = examples,
	.run = from_pcap_main,
};
