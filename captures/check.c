/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/check.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "captures/read/feed.h"
#include "captures/read/only_client.h"
#include "conformance/requirements.h"
#include "core/base/text.h"
#include "core/formats/dhcp6_message.h"
#include "sim/command/words.h"
#include "sim/script/suite.h"

enum {
	ASKING_MAX = 64, /* machines that are told apart */
	MAC_TEXT_SIZE = 18,
};

/* A client of the script, and its packets */
struct watched {
	size_t node;
	struct br_only_client only;
};

/**
 * struct sight - Whose packets are looked at
 * @machine:	Those of each; none: all packets
 * @asking:	Machines that ask for an address in the captures
 */
struct sight {
	size_t machines;
	struct watched *machine;
	size_t asking;
	uint8_t mac[ASKING_MAX][6];
};

static bool is_client(const struct br_script_node *node)
{
	return node->kind == BR_NODE_CLIENT || node->kind == BR_NODE_FIRMWARE;
}

/* The clients of the script; without a MAC address of each they cannot be told apart. */
static void take_clients(struct sight *sight, const struct br_script *script)
{
	for (size_t i = 0; i < script->nodes; i++) {
		const struct br_script_node *node = &script->node[i];

		if (!is_client(node))
			continue;
		if (!node->has_mac) {
			sight->machines = 0;
			return;
		}
		sight->machine[sight->machines].node = i;
		memcpy(sight->machine[sight->machines++].only.mac, node->mac, sizeof(node->mac));
	}
}

/* The hardware address of who asks for an address, of either family; NULL: it does not. What a
 * relay passes on has the relay's, and is not looked at.
 */
static const uint8_t *asker_of(struct br_only_client *any, const struct br_packet *packet)
{
	if (packet->transport != BR_TRANSPORT_UDP)
		return NULL;
	if (packet->network == BR_NETWORK_IPV6)
		return packet->src.port == BR_DHCP6_PORT_CLIENT &&
		                       packet->dst.port == BR_DHCP6_PORT_SERVER
		               ? packet->eth_src
		               : NULL;
	if (packet->network != BR_NETWORK_IPV4 || packet->dst.port != BR_DHCP_PORT_SERVER ||
	    br_dhcp_parse(packet->payload, &any->message) < 0 ||
	    any->message.header.op != BR_DHCP_OP_REQUEST)
		return NULL;
	return any->message.header.chaddr;
}

static void note_asking(struct sight *sight, struct br_only_client *any,
                        const struct br_packet *packet)
{
	const uint8_t *mac = asker_of(any, packet);

	if (!mac)
		return;
	for (size_t i = 0; i < sight->asking; i++) {
		if (!memcmp(sight->mac[i], mac, sizeof(sight->mac[i])))
			return;
	}
	if (sight->asking < ASKING_MAX)
		memcpy(sight->mac[sight->asking++], mac, sizeof(sight->mac[0]));
}

/* Which machines are there. Return: whether the captures could be looked at before they are read */
static bool look_ahead(struct sight *sight, const struct br_look *look)
{
	struct br_only_client *any = calloc(1, sizeof(*any));
	char remark[BR_CAPTURE_REMARK_SIZE];
	struct br_feed_packet packet;
	struct br_feed *feed = NULL;
	bool good = any != NULL;

	for (size_t i = 0; i < look->count && good; i++)
		good = br_capture_is_file(look->paths[i]); /* it cannot be read twice */
	good = good && br_feed_open(&feed, look->paths, look->count, remark) >= 0;
	while (good && br_feed_next(feed, &packet) > 0) {
		note_asking(sight, any, &packet.packet);
		for (size_t i = 0; i < sight->machines; i++)
			(void)br_only_client_takes(&sight->machine[i].only, &packet.packet);
	}
	if (good)
		br_feed_close(feed);
	for (size_t i = 0; i < sight->machines; i++)
		sight->machine[i].only.addresses = sight->machine[i].only.addresses6 = 0;
	free(any);
	return good;
}

static const char *mac_text(char text[static MAC_TEXT_SIZE], const uint8_t mac[6])
{
	struct br_writer w = br_writer_of(text, MAC_TEXT_SIZE);

	br_text_put_mac(&w, mac);
	return br_text_end(&w);
}

/* The script's only client is not there: another stands for it, if there is no doubt which. */
static int stand_in(struct sight *sight, const struct br_look *look, FILE *err)
{
	struct br_only_client *only = &sight->machine[0].only;
	char mac[MAC_TEXT_SIZE];

	if (sight->asking == 1)
		memcpy(only->mac, sight->mac[0], sizeof(only->mac));
	if (sight->asking == 0)
		sight->machines = 0;
	if (sight->asking < 2)
		return 0;
	if (err)
		fprintf(err,
		        "%s: the machine of the script, %s, is not in it, but %zu others are: "
		        "--client "
		        "MAC says which to look at\n",
		        look->paths[0], mac_text(mac, only->mac), sight->asking);
	return -ESRCH;
}

/* --client: one of the script's machines, or in the place of its only one */
static int choose(struct sight *sight, const struct br_look *look, struct br_follow *follow,
                  FILE *err)
{
	char mac[MAC_TEXT_SIZE];

	for (size_t i = 0; i < sight->machines; i++) {
		if (memcmp(sight->machine[i].only.mac, look->mac, sizeof(look->mac)) != 0)
			continue;
		br_follow_only(follow, sight->machine[i].node);
		return 0;
	}
	if (sight->machines > 1) {
		if (err)
			fprintf(err, "--client: no machine of the script has %s\n",
			        mac_text(mac, look->mac));
		return -ESRCH;
	}
	sight->machines = 1;
	memcpy(sight->machine[0].only.mac, look->mac, sizeof(look->mac));
	return 0;
}

/* Return: 0 or -ESRCH */
static int begin(struct sight *sight, const struct br_look *look, const struct br_script *script,
                 struct br_follow *follow, FILE *err)
{
	bool ahead;

	take_clients(sight, script);
	if (look->chosen)
		return choose(sight, look, follow, err);
	ahead = look_ahead(sight, look);
	if (sight->machines != 1 || (ahead && sight->machine[0].only.seen))
		return 0;
	if (ahead)
		return stand_in(sight, look, err);
	sight->machines = 0;
	return 0;
}

static bool takes(struct sight *sight, const struct br_packet *packet)
{
	bool taken = sight->machines == 0;

	for (size_t i = 0; i < sight->machines; i++) /* each learns from what is another's */
		taken = br_only_client_takes(&sight->machine[i].only, packet) || taken;
	return taken;
}

/* Return: 0; 1: what stands in front of damage; else an error of br_feed_open(). */
static int read_packets(struct br_follow *follow, struct sight *sight, const struct br_look *look,
                        FILE *err)
{
	char remark[BR_CAPTURE_REMARK_SIZE] = "";
	struct br_feed_packet packet;
	struct br_feed *feed;
	int result = br_feed_open(&feed, look->paths, look->count, remark);

	if (result < 0) {
		if (err)
			fprintf(err, "%s\n", remark[0] ? remark : strerror(-result));
		return result;
	}
	while ((result = br_feed_next(feed, &packet)) > 0) {
		if (takes(sight, &packet.packet))
			br_follow_packet(follow, &packet.packet, packet.at, packet.frame);
	}
	for (size_t i = 0; i < br_feed_files(feed); i++) {
		if (!br_feed_file(feed, i)->damage[0])
			continue;
		if (err)
			fprintf(err, "%s\n", br_feed_file(feed, i)->damage);
		result = 1;
	}
	br_feed_close(feed);
	return result;
}

static void tell_rules(const struct br_item *item)
{
	struct br_ids ids = br_item_ids(item);

	for (size_t i = 0; i < ids.count; i++) {
		const char *id = ids.id[i];

		printf("    rule   %s (%s): %s\n", id, br_requirement_clause(NULL, id),
		       br_requirement_sentence(NULL, id));
	}
}

static void tell(const struct br_script *script, const struct br_follow_result *r,
                 const char *capture)
{
	printf("1..1\n%s 1 - %s follows %s   # %zu lines matched, %zu not judged\n",
	       r->follows ? "ok" : "not ok", capture, script->scenario, r->matched, r->not_judged);
	if (!r->follows) {
		printf("  %s", r->item ? r->item->path : script->path);
		if (r->item)
			printf(":%" PRIu32, r->item->line);
		printf("\n    why    %s\n", r->why);
		if (r->want[0])
			printf("    want   %s\n", r->want);
		if (r->got[0])
			printf("    got    %s\n", r->got);
		if (r->marks[0])
			printf("           %s\n", r->marks);
		if (r->frame > 0)
			printf("    wire   %s frame %" PRIu64 "\n", capture, r->frame);
		if (r->item)
			tell_rules(r->item);
	}
	printf("%d passed, %d failed, 0 skipped\n", r->follows, !r->follows);
}

static const struct br_operand operands[] = {
	{"FILE", "a script", BR_TAKES_FILE, 1, 1},
	{"PCAP", "a capture, - for standard input; several are sides of one event, as of a relay",
         BR_TAKES_FILE, 1, BR_FEED_FILES_MAX},
	{NULL, NULL, BR_TAKES_NOTHING, 0, 0},
};

static const struct br_option options[] = {
	{.name = "--client",
         .argument = "MAC",
         .says = "of several machines in the captures the one to look at: it stands for the "
                 "script's client, or is that of its clients whose lines are judged",
         .standard = "those that the script's clients are by mac=, or the only one there",
         .takes = BR_TAKES_MAC,
         .at = offsetof(struct br_look, mac),
         .given = offsetof(struct br_look, chosen)},
	{.name = NULL},
};

int br_check_follow(const struct br_look *look, const struct br_script *script, FILE *err,
                    struct br_follow_result *ret_result)
{
	struct sight sight = {.machine = calloc(BR_SCRIPT_NODES_MAX, sizeof(*sight.machine))};
	struct br_follow *follow = br_follow_new(script);
	int read;

	if (!follow || !sight.machine)
		abort();
	read = begin(&sight, look, script, follow, err);
	if (read == 0)
		read = read_packets(follow, &sight, look, err);
	if (read >= 0)
		br_follow_judge(follow, ret_result);
	(void)br_follow_free(follow);
	free(sight.machine);
	return read;
}

static int check(const struct br_look *look, const struct br_script *script)
{
	struct br_follow_result *result = calloc(1, sizeof(*result));
	int code = BR_EXIT_BAD_USAGE, read;

	if (!result)
		abort();
	read = br_check_follow(look, script, stderr, result);
	if (read >= 0)
		tell(script, result, look->paths[0]);
	if (read == 0)
		code = result->follows ? BR_EXIT_PASSED : BR_EXIT_FAILED;
	free(result);
	return code;
}

static int check_main(int argc, char **argv)
{
	struct br_parse_options parse = {.errors = stderr,
	                                 .requirement = br_requirement_sentence,
	                                 .near = br_requirement_near_id};
	struct br_words words = br_words_of(&br_verb_check);
	struct br_look *look = calloc(1, sizeof(*look));
	struct br_script *script;
	int code = BR_EXIT_BAD_USAGE;

	if (!look)
		abort();
	if (!br_words_read(&words, argc, argv, look)) {
		code = words.code;
	} else if (br_script_load(&script, words.operand[0], &parse) >= 0) {
		look->paths = (const char *const *)words.operand + 1;
		look->count = words.count - 1;
		code = check(look, script);
		br_script_free(script);
	}
	free(look);
	return code;
}

const struct br_command_verb br_verb_check = {
	.name = "check",
	.says = "does this capture follow this script?",
	.about = "Reads the captures as the run of a script: its clients' lines are looked for, "
		 "what "
		 "the server under test said is held against the lines that expect it. Of several "
		 "clients each is the machine with its MAC address, with an order of its own: how "
		 "their boots overlapped does not matter.",
	.operand = operands,
	.option = options,
	.run = check_main,
};
