/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/explain/diagnose.h"

#include <inttypes.h>
#include <string.h>

#include "captures/explain/diagnoses.h"
#include "captures/explain/show.h"

#define WENT_ON (5 * BR_S)

enum {
	NO_PROGRAM = 512, /* octets: with the head of its answer a program is longer */
	LATE_ENOUGH = 4,  /* packets that are no chance */
};

static const struct br_story_file *last_whole(const struct br_attempt *a)
{
	const struct br_story_file *last = NULL;

	for (size_t i = 0; i < a->files; i++) {
		if (a->file[i].outcome == BR_OUTCOME_COMPLETE)
			last = &a->file[i];
	}
	return last;
}

/* Nothing stopped it: say how far it went. */
static void went_well(const struct br_attempt *a, struct br_diagnosis *d)
{
	static const struct br_verdict system = {"ok.system", BR_WEIGHT_OK, "", "", ""};
	static const struct br_verdict second = {"ok.second-stage", BR_WEIGHT_OK, "", "", ""};
	static const struct br_verdict loaded = {"ok.loaded", BR_WEIGHT_OK, "", "", ""};
	const struct br_story_file *last = last_whole(a);
	size_t misses = 0;

	for (size_t i = 0; i < a->files; i++)
		misses += a->file[i].outcome == BR_OUTCOME_MISS;
	struct br_finding *f = br_finding_add(d, a->reached >= BR_REACHED_SYSTEM         ? &system
	                                         : a->reached >= BR_REACHED_SECOND_STAGE ? &second
	                                                                                 : &loaded);

	br_finding_say(f, "Nothing is wrong on the wire: all that was asked for was delivered, ");
	if (a->reached >= BR_REACHED_SYSTEM)
		br_finding_say(f, "up to the kernel (last file %s).", last ? last->name : "");
	else
		br_finding_say(f, "%zu file%s, the last %s.", a->programs,
		               a->programs == 1 ? "" : "s", last ? last->name : "");
	if (misses > 0)
		br_finding_say(f,
		               " %zu name%s looked for and not there; that is how these "
		               "programs search, and does no harm.",
		               misses, misses == 1 ? " was" : "s were");
	if (a->reached < BR_REACHED_SYSTEM)
		br_finding_say(f, " What the program did then needed no network, or the capture "
		                  "does not show it.");
}

/* It stopped, and no rule knows why. @next: what it tried then; NULL: nothing */
static void not_known(const struct br_story *s, const struct br_attempt *a,
                      const struct br_attempt *next, struct br_diagnosis *d)
{
	static const struct br_verdict unknown = {"unknown", BR_WEIGHT_UNKNOWN, "", "", ""};
	static const struct br_verdict ends = {"capture.ends", BR_WEIGHT_OPEN, "capture", "", ""};
	static const struct br_verdict cut = {"capture.cut", BR_WEIGHT_UNKNOWN, "capture", "", ""};

	for (size_t i = 0; i < a->files; i++) {
		if (a->file[i].outcome != BR_OUTCOME_CUT)
			continue;
		struct br_finding *f = br_finding_add(d, &cut);

		br_finding_say(f,
		               "As far as the capture shows, %s; what it asked for then, or what "
		               "it was answered, stood behind the cut (snap length) or is missing.",
		               br_reached_says(a->reached));
		br_finding_change(f, "Record whole frames (tcpdump -s 0).");
		return;
	}
	if (br_diagnose_no_tls(s, a, d) || br_diagnose_no_http(s, a, d))
		return;
	if (br_story_ends_within(s, a->ended, 5 * BR_S)) {
		struct br_finding *f = br_finding_add(d, &ends);

		br_finding_say(f,
		               "The capture ends %.1f s after the last packet of this attempt: so "
		               "far %s, and nothing is wrong yet.",
		               br_show_seconds(br_talk_last(s->talk) - a->ended),
		               br_reached_says(a->reached));
		br_finding_change(f, "Let the capture run longer.");
		return;
	}
	if (br_diagnose_rules(s, a, d))
		return;
	if (a->reached >= BR_REACHED_LEASED && br_diagnose_filter(s, a, NULL, d))
		return;
	struct br_finding *f = br_finding_add(d, &unknown);

	if (next && next->began < a->ended + WENT_ON) {
		br_finding_say(
			f,
			"It did not get further here: %s, and %.1f s later it went on to its "
			"next way to boot (%s). The capture does not tell why.",
			br_reached_says(a->reached),
			br_show_seconds(next->began > a->ended ? next->began - a->ended : 0),
			br_path_name(next->path));
		br_finding_change(f, "Look at the machine's screen or its serial console.");
		return;
	}
	br_finding_say(f,
	               "The client stopped: %s, then it was silent for %.0f s. The capture does "
	               "not tell why.",
	               br_reached_says(a->reached),
	               br_show_seconds(br_talk_last(s->talk) - a->ended));
	br_finding_change(f, "Look at the machine's screen or its serial console.");
}

/* The program that came last went on by itself, and no further: the same causes as for firmware,
 * said of the program.
 */
static void of_program(const struct br_attempt *a, const struct br_attempt *own, bool asked,
                       struct br_finding *f)
{
	br_finding_say_before(f, "%zu file%s came whole, the last %s, and %s went on by itself. ",
	                      a->programs, a->programs == 1 ? "" : "s", last_whole(a)->name,
	                      asked && own->who.name ? own->who.name : "the program");
}

static bool stage(const struct br_story *s, const struct br_attempt *a, struct br_diagnosis *d)
{
	struct br_attempt own;
	bool asked;

	if (a->programs == 0 || !br_story_stage(s, a, &own, &asked) ||
	    (!asked && a->reached >= BR_REACHED_SYSTEM))
		return false;
	if (!(asked && (br_diagnose_wire(s, &own, d) || br_diagnose_dhcp(s, &own, d) ||
	                br_diagnose_dhcp6(s, &own, d) || br_diagnose_pxe(s, &own, d))) &&
	    !br_diagnose_name(s, &own, d) && !br_diagnose_server(s, &own, d))
		return false;
	of_program(a, &own, asked, &d->finding[0]);
	return true;
}

/* iPXE asks for itself to load something: that it got an address and no more is no good end. */
static bool stage_stopped(const struct br_story *s, const struct br_attempt *a,
                          const struct br_attempt *next, struct br_diagnosis *d)
{
	struct br_attempt own;
	bool asked;

	if (!br_story_stage(s, a, &own, &asked) || !asked || a->reached >= BR_REACHED_SYSTEM ||
	    !br_fingerprint_is(&own.who, "ipxe"))
		return false;
	not_known(s, &own, next, d);
	of_program(a, &own, asked, &d->finding[0]);
	return true;
}

/* What an ordinary host does is no boot, and no fault of it stopped one. */
static void no_boot(enum br_errand errand, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"host.no-boot", BR_WEIGHT_REMARK, "", "", ""};

	br_finding_say(br_finding_add(d, &verdict), "This is no boot: 1 %s.",
	               br_errand_says(errand, true));
}

/* What came cannot be read, and that much came that it was more than a refusal. */
static bool sealed(const struct br_attempt *a, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"ok.encrypted", BR_WEIGHT_OK, "", "", ""};
	static const struct br_verdict little = {"tls.little-came", BR_WEIGHT_FAILURE, "server", "",
	                                         ""};
	uint64_t octets = 0;
	size_t connections = 0;

	for (size_t i = 0; i < a->files; i++) {
		const struct br_talk_exchange *e = a->file[i].exchange;

		if (e->kind != BR_TALK_TCP || a->file[i].outcome != BR_OUTCOME_UNSEEN)
			continue;
		octets += e->tcp.hello.sealed_down;
		connections++;
	}
	if (octets == 0)
		return false;
	if (octets < NO_PROGRAM && br_fingerprint_is(&a->who, "edk2")) {
		struct br_finding *f = br_finding_add(d, &little);

		br_finding_say(f,
		               "TLS was agreed on, and no more than %" PRIu64
		               " octets came encrypted: an answer's head and a few words. No "
		               "program is so short, and the firmware asked for nothing more: the "
		               "server refused (no such file, a redirect, access), or it named no "
		               "length or a media type that is none of a program.",
		               octets);
		br_finding_change(f, "See the server's access log for the status of that request.");
		return true;
	}
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say(f,
	               "Nothing is wrong as far as can be seen: TLS was agreed on, and %" PRIu64
	               " octets came encrypted in %zu connection%s. What they are, and whether the "
	               "server refused something in them, cannot be seen.",
	               octets, connections, connections == 1 ? "" : "s");
	return true;
}

/* One exchange. @ret_heard: an answer is in it; @ret_knows: the client went on as if one were. */
static void look(const struct br_talk_exchange *e, bool *ret_heard, bool *ret_knows)
{
	bool heard = false, knows = false;

	switch (e->kind) {
	case BR_TALK_DHCP:
		heard = e->dhcp.replies > 0 || e->dhcp.strays > 0;
		knows = e->dhcp.request.count > 0 && e->dhcp.selected != 0;
		break;
	case BR_TALK_DHCP6:
		heard = e->dhcp6.answers > 0 || e->dhcp6.strays > 0 || e->dhcp6.cut > 0;
		knows = e->dhcp6.request.count > 0 && e->dhcp6.chosen_size > 0;
		break;
	case BR_TALK_TFTP:
		heard = e->tftp.answered > 0 || e->tftp.icmps > 0;
		knows = e->tftp.foreign > 0; /* it sent to a port that nothing came from */
		break;
	case BR_TALK_TCP:
		heard = e->tcp.syn_acks > 0 || e->tcp.octets_down > 0 || e->tcp.refusals > 0;
		knows = e->tcp.syn.count > 0 && (e->tcp.requests > 0 || e->tcp.tls);
		break;
	case BR_TALK_PXE:
		heard = e->pxe.replies > 0;
		break;
	case BR_TALK_DNS:
		heard = e->dns.answers > 0;
		break;
	case BR_TALK_ARP:
		heard = e->arp.answers > 0;
		break;
	case BR_TALK_ND:
		heard = e->nd.answers > 0;
		break;
	}
	*ret_heard = *ret_heard || heard;
	*ret_knows = *ret_knows || knows;
}

/* The recorder saw the client's packets and not those to it. */
static bool one_way(const struct br_story *s, const struct br_attempt *a, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"capture.one-way", BR_WEIGHT_UNKNOWN, "capture",
	                                          "", ""};
	bool heard = false, knows = false;

	for (size_t i = a->first; i <= a->last; i++)
		look(s->client->exchange[i], &heard, &knows);
	if (heard || !knows)
		return false;
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say(f, "The capture has what the client sent and none of the answers: it took "
	                  "up what it was offered, or acknowledged what came, and nothing of "
	                  "that is here. Whether the boot went well cannot be seen.");
	br_finding_change(f, "Record both directions: at a mirror port of the switch both of them "
	                     "(rx and tx), with tcpdump without a filter on the sender.");
	return true;
}

static void attempt(const struct br_story *s, const struct br_attempt *a, struct br_diagnosis *d)
{
	if (!br_errand_is_boot(a->errand)) {
		no_boot(a->errand, d);
		return;
	}
	if (one_way(s, a, d))
		return;
	if (br_diagnose_wire(s, a, d) || br_diagnose_dhcp(s, a, d) || br_diagnose_dhcp6(s, a, d) ||
	    br_diagnose_pxe(s, a, d) || br_diagnose_server_name(s, a, d) ||
	    br_diagnose_six_name(s, a, d) || stage(s, a, d) || br_diagnose_files(s, a, d) ||
	    br_diagnose_content(s, a, d) || br_diagnose_program(s, a, d) ||
	    br_diagnose_name(s, a, d) || br_diagnose_server(s, a, d))
		return;
	const struct br_attempt *next = a + 1 < s->attempt + s->attempts ? a + 1 : NULL;

	if (a->programs == 0 && sealed(a, d))
		return;
	if (a->programs == 0)
		not_known(s, a, next, d);
	else if (!stage_stopped(s, a, next, d))
		went_well(a, d);
}

static bool failed(enum br_outcome outcome)
{
	return outcome != BR_OUTCOME_COMPLETE && outcome != BR_OUTCOME_PROBE &&
	       outcome != BR_OUTCOME_MISS;
}

static const struct br_talk_exchange *last_of(const struct br_story *s, const struct br_attempt *a,
                                              enum br_talk_kind kind)
{
	const struct br_talk_exchange *found = NULL;

	for (size_t i = a->first; i <= a->last; i++) {
		if (s->client->exchange[i]->kind == kind)
			found = s->client->exchange[i];
	}
	return found;
}

static const struct br_talk_exchange *file_of(const struct br_attempt *a, bool whole)
{
	const struct br_talk_exchange *found = NULL;

	for (size_t i = 0; i < a->files; i++) {
		if (whole ? a->file[i].outcome == BR_OUTCOME_COMPLETE : failed(a->file[i].outcome))
			found = a->file[i].exchange;
	}
	return found;
}

/* What was said by whom when it stopped: the exchange that the verdict, by its name, is about. */
static const struct br_talk_exchange *evidence(const struct br_story *s, const struct br_attempt *a,
                                               const char *id)
{
	const struct br_talk_exchange *e = NULL;

	if (!strncmp(id, "dhcp", 4) || !strncmp(id, "relay.", 6) || !strncmp(id, "net.", 4))
		return a->dhcp;
	if (!strncmp(id, "pxe.", 4))
		return a->pxe ? a->pxe : a->dhcp;
	if (!strncmp(id, "dns.", 4))
		e = last_of(s, a, BR_TALK_DNS);
	else if (!strcmp(id, "boot.server-dead") || !strcmp(id, "boot.router-dead"))
		e = last_of(s, a, BR_TALK_ARP);
	else if (!strncmp(id, "ok.", 3) || !strncmp(id, "loader.", 7))
		e = file_of(a, true);
	if (!e)
		e = file_of(a, false);
	if (!e)
		e = file_of(a, true);
	return e ? e : a->pxe ? a->pxe : a->dhcp ? a->dhcp : s->client->exchange[a->last];
}

/* The frames that @d rests on. */
static void name_frames(const struct br_story *s, const struct br_attempt *a,
                        struct br_diagnosis *d)
{
	const struct br_talk_exchange *e = evidence(s, a, d->finding[0].id);

	if (!e || d->finding[0].first_frame != 0)
		return;
	d->finding[0].first_frame = e->first_frame;
	d->finding[0].last_frame = e->last_frame;
}

void br_diagnose_attempt(const struct br_story *story, const struct br_attempt *one,
                         struct br_diagnosis *ret)
{
	*ret = (struct br_diagnosis){0};
	attempt(story, one, ret);
	name_frames(story, one, ret);
	ret->reached = one->reached;
	ret->attempt = (size_t)(one - story->attempt);
}

/* The same way to boot tried again later, and not as far: a machine that booted once may fail
 * now, and now is what people ask about. NULL if @best is the last.
 */
static const struct br_attempt *later(const struct br_story *s, const struct br_attempt *best)
{
	const struct br_attempt *last = NULL;

	for (size_t i = 0; i < s->attempts; i++) {
		const struct br_attempt *a = &s->attempt[i];

		if (a > best && a->path == best->path && br_errand_is_boot(a->errand))
			last = a;
	}
	return last && last->reached < best->reached ? last : NULL;
}

static void earlier_got_further(const struct br_story *s, const struct br_attempt *best,
                                struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"earlier.further", BR_WEIGHT_REMARK, "", "", ""};
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say(f, "An earlier attempt (%zu) got further: %s.",
	               (size_t)(best - s->attempt) + 1, br_reached_says(best->reached));
}

void br_diagnose(const struct br_story *story, struct br_diagnosis *ret)
{
	const struct br_attempt *a = br_story_furthest(story), *now = a ? later(story, a) : NULL;

	*ret = (struct br_diagnosis){0};
	if (!a) {
		no_boot(BR_ERRAND_NONE, ret);
		return;
	}
	if (now) {
		attempt(story, now, ret);
		if (ret->finding[0].weight != BR_WEIGHT_FAILURE) {
			*ret = (struct br_diagnosis){0};
			now = NULL;
		}
	}
	if (!now)
		attempt(story, a, ret);
	else
		earlier_got_further(story, a, ret);
	a = now ? now : a;
	name_frames(story, a, ret);
	ret->reached = a->reached;
	ret->attempt = (size_t)(a - story->attempt);
	br_diagnose_remarks(story, a, ret);
}

/* It is the capture that does not tell, and no machine's doing. */
static void about_capture(struct br_finding *f, const char *id, enum br_weight weight)
{
	f->id = id;
	f->weight = weight;
	f->side = "capture";
	f->quirk = "";
}

/* Nobody asks in it, but files go by. */
static bool began_late(const struct br_talk *talk, struct br_finding *f)
{
	const struct br_talk_late *late = br_talk_late(talk);
	char from[BR_SHOW_ADDRESS], to[BR_SHOW_ADDRESS];

	if (!f || ((late->data < LATE_ENOUGH || late->acks < LATE_ENOUGH) &&
	           late->segments < LATE_ENOUGH))
		return false;
	about_capture(f, "capture.begins-late", BR_WEIGHT_UNKNOWN);
	br_finding_say(
		f,
		"No machine asks for an address or a file in this capture, but %s goes by, from "
		"%s to %s (%" PRIu64 " packets): the boot began before the capture did.",
		late->segments > late->data ? "content of HTTP" : "a TFTP transfer",
		br_show_address(from, &late->from, true), br_show_address(to, &late->to, true),
		late->segments > late->data ? late->segments : late->data);
	br_finding_change(f, "Start the recorder first, then the machine.");
	return true;
}

/* Servers answer in it, and nobody asks. */
static bool only_answers(const struct br_talk *talk, struct br_finding *f)
{
	const struct br_talk_server *found = NULL;
	char server[BR_SHOW_ADDRESS];

	for (size_t i = 0; i < br_talk_servers(talk); i++) {
		if (br_talk_server(talk, i)->dhcp6 > 0)
			found = br_talk_server(talk, i);
	}
	if (!f || !found)
		return false;
	about_capture(f, "capture.one-way", BR_WEIGHT_UNKNOWN);
	br_finding_say(f,
	               "A DHCPv6 server (%s) answers in this capture, and nobody asks: it has what "
	               "went to a client and nothing that the client sent, or begins too late.",
	               br_show_address(server, &found->address, false));
	br_finding_change(f, "Record both directions (at a mirror port of the switch rx and tx), "
	                     "from before the machine is switched on.");
	return true;
}

/* Others speak in it, so the network is there; whether anybody should have booted is not said. */
static bool others_speak(const struct br_talk *talk, struct br_finding *f)
{
	if (!f || br_talk_spoken(talk) == 0)
		return false;
	about_capture(f, "capture.no-boot", BR_WEIGHT_OPEN);
	br_finding_say(f,
	               "Nobody asks for a boot in this capture: %" PRIu64
	               " packets of UDP and TCP, and not one DISCOVER, SOLICIT or RRQ of a "
	               "machine that boots.",
	               br_talk_spoken(talk));
	br_finding_change(f, "If one should have booted, record at its own port of the switch, "
	                     "from before it is switched on.");
	return true;
}

void br_diagnose_nobody(const struct br_talk *talk, struct br_diagnosis *ret)
{
	static const struct br_verdict nobody = {"capture.no-client", BR_WEIGHT_FAILURE, "client",
	                                         "", "ovmf-no-rng-no-netboot"};

	*ret = (struct br_diagnosis){0};
	struct br_finding *f = br_finding_add(ret, &nobody);

	if (br_talk_cut(talk) > 0) {
		about_capture(f, "capture.cut", BR_WEIGHT_UNKNOWN);
		br_finding_say(f,
		               "All %" PRIu64
		               " DHCP messages in this capture are cut (snap length) "
		               "before their options: who asked for what cannot be seen.",
		               br_talk_cut(talk));
		br_finding_change(f, "Record whole frames (tcpdump -s 0).");
		return;
	}
	if (only_answers(talk, f) || began_late(talk, f) || others_speak(talk, f))
		return;
	br_finding_say(f,
	               "No machine asked for an address or a file: not one DISCOVER, SOLICIT or "
	               "RRQ in this capture. The server cannot be the reason. The machine did not "
	               "start its network: no driver for this NIC, no random number generator "
	               "(UEFI firmware since 2024 then offers no network boot), network boot "
	               "switched off, no link, or a switch port that blocks (or this capture was "
	               "taken elsewhere).");
	br_finding_change(
		f, "In QEMU add -device virtio-rng-pci and use a NIC the firmware has a driver "
		   "for (virtio-net-pci; others need an option ROM). On a real machine look "
		   "at the boot order, the link and the port.");
}
