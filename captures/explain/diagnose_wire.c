/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/diagnose_wire.c - messages of servers that are not as they must be
 *
 * Each check (captures/explain/wire_checks.h) looks at one attempt for one fault. A fault that is
 * there and that could have stopped the client where it stopped is the cause; which that is stands
 * in the table, in the order in which causes are looked for. Else, when the client bore it or the
 * capture only misses a frame, it is a remark: the next client may not bear it.
 */
#include <string.h>

#include "captures/explain/diagnoses.h"
#include "captures/explain/wire_checks.h"
#include "core/formats/dhcp_message.h"

#define NEVER   BR_REACHED_NONE /* stops nobody: a remark at most */
#define SETTLED (5 * BR_S)      /* a capture that ends sooner may miss what came next */

/* True: the fault is there, and @f says so. */
typedef bool check(const struct br_wire_view *v, struct br_finding *f);

static const struct br_talk_reply *find(const struct br_talk_dhcp *dhcp, uint8_t type, bool proxy)
{
	for (uint16_t i = 0; i < dhcp->replies; i++) {
		const struct br_talk_reply *r = &dhcp->reply[i];

		if (r->type == type && (type != BR_DHCP_TYPE_OFFER || (r->yiaddr == 0) == proxy))
			return r;
	}
	return NULL;
}

static struct br_wire_view view_of(const struct br_story *s, const struct br_attempt *a)
{
	struct br_wire_view v = {.s = s, .a = a, .edk2 = br_fingerprint_is(&a->who, "edk2")};

	if (!a->dhcp || a->dhcp->kind != BR_TALK_DHCP)
		return v;
	v.dhcp = &a->dhcp->dhcp;
	for (uint16_t i = 0; i < v.dhcp->replies; i++) {
		if (v.dhcp->reply[i].cut) { /* what is absent may have been there */
			v.dhcp = NULL;
			return v;
		}
	}
	v.offer = find(v.dhcp, BR_DHCP_TYPE_OFFER, false);
	v.proxy = find(v.dhcp, BR_DHCP_TYPE_OFFER, true);
	v.ack = find(v.dhcp, BR_DHCP_TYPE_ACK, false);
	v.nak = find(v.dhcp, BR_DHCP_TYPE_NAK, false);
	v.pxe = !strncmp(v.dhcp->identity.vendor_class, "PXEClient", 9);
	v.http = !strncmp(v.dhcp->identity.vendor_class, "HTTPClient", 10);
	return v;
}

enum matters {
	ANYBODY,
	EDK2,    /* others bear it */
	STOPPED, /* what it says is not so when the client went on: no remark */
};

static const struct {
	struct br_verdict verdict;
	check *check;
	enum br_reached most; /* the client that is stopped by it got no further */
	enum matters matters;
} checks[] = {
	{{"net.wrong-checksum", BR_WEIGHT_FAILURE, "network", "NET-UDP-02", ""},
         br_wire_wrong_sum,
         BR_REACHED_LEASED,
         STOPPED},
	{{"net.other-vlan", BR_WEIGHT_FAILURE, "network", "", ""},
         br_wire_other_vlan,
         BR_REACHED_LEASED,
         STOPPED},
	{{"dhcp.other-port", BR_WEIGHT_FAILURE, "server", "D4S-DLV-05", ""},
         br_wire_other_port,
         BR_REACHED_LEASED,
         STOPPED},
	{{"dhcp.to-other-port", BR_WEIGHT_FAILURE, "server", "D4S-DLV-02", ""},
         br_wire_to_other_port,
         BR_REACHED_LEASED,
         STOPPED},
	{{"relay.drops-boot-data", BR_WEIGHT_FAILURE, "network", "RLY-82-05", ""},
         br_wire_relay_drops,
         BR_REACHED_OFFERED,
         STOPPED},
	{{"relay.drops-replies", BR_WEIGHT_FAILURE, "network", "RLY-82-05", ""},
         br_wire_relay_keeps,
         BR_REACHED_OFFERED,
         STOPPED},
	{{"dhcp.unusable-address", BR_WEIGHT_FAILURE, "configuration", "", ""},
         br_wire_unusable_address,
         BR_REACHED_LEASED,
         STOPPED},
	{{"dhcp.offer-without-server-id", BR_WEIGHT_FAILURE, "server", "D4S-DISC-02",
          "edk2-needs-opt54"},
         br_wire_offer_without_id,
         BR_REACHED_OFFERED,
         EDK2},
	{{"dhcp.offer-malformed", BR_WEIGHT_FAILURE, "server", "D4C-OPT-02,D4C-OPT-03", ""},
         br_wire_offer_malformed,
         BR_REACHED_OFFERED,
         EDK2},
	{{"dhcp.no-netmask", BR_WEIGHT_FAILURE, "server", "D4S-BF-04",
          "edk2-missing-netmask-decline"},
         br_wire_no_netmask,
         BR_REACHED_LEASED,
         EDK2},
	{{"dhcp.ack-differs", BR_WEIGHT_FAILURE, "server", "D4S-REQ-01,D4S-REQ-05", ""},
         br_wire_ack_differs,
         BR_REACHED_LEASED,
         ANYBODY},
	{{"dhcp.nak", BR_WEIGHT_FAILURE, "server", "D4S-REQ-01", ""}, br_wire_nak, NEVER, ANYBODY},
	{{"relay.reply-port", BR_WEIGHT_FAILURE, "server", "D4S-DLV-01",
          "relay-reply-port-and-broadcast-flag"},
         br_wire_reply_to_68,
         BR_REACHED_OFFERED,
         ANYBODY},
	{{"relay.option-82", BR_WEIGHT_FAILURE, "server", "RLS-01", "relay-option82-echo"},
         br_wire_option_82_dropped,
         BR_REACHED_OFFERED,
         ANYBODY},
	{{"dhcp.wrong-xid", BR_WEIGHT_FAILURE, "server", "D4C-HDR-05", ""},
         br_wire_wrong_xid,
         BR_REACHED_OFFERED,
         ANYBODY},
	{{"dhcp.http-class-missing", BR_WEIGHT_FAILURE, "configuration", "HBD-01",
          "httpboot-offer-needs-httpclient"},
         br_wire_http_without_class,
         BR_REACHED_OFFERED,
         ANYBODY},
	{{"dhcp.http-url-missing", BR_WEIGHT_FAILURE, "configuration", "HBD-02",
          "httpboot-offer-needs-httpclient"},
         br_wire_http_without_url,
         BR_REACHED_OFFERED,
         ANYBODY},
	{{"dhcp.http-dns-missing", BR_WEIGHT_FAILURE, "configuration", "HBD-06", ""},
         br_wire_http_without_dns,
         BR_REACHED_OFFERED,
         EDK2},
	{{"dhcp.proxy-without-class", BR_WEIGHT_FAILURE, "server", "PXE-PRX-05", ""},
         br_wire_proxy_without_class,
         BR_REACHED_LEASED,
         ANYBODY},
	{{"pxe.vendor-malformed", BR_WEIGHT_FAILURE, "server", "PXE-V43-01", ""},
         br_wire_vendor_malformed,
         BR_REACHED_BOOT_SERVER,
         ANYBODY},
	{{"pxe.no-menu", BR_WEIGHT_FAILURE, "configuration", "PXE-V43-11,PXE-V43-12", ""},
         br_wire_no_way_to_boot,
         BR_REACHED_BOOT_SERVER,
         ANYBODY},
	{{"pxe.wrong-xid", BR_WEIGHT_FAILURE, "server", "D4C-HDR-05,PXE-BS-02", ""},
         br_wire_wrong_xid_4011,
         BR_REACHED_LEASED,
         ANYBODY},
	{{"pxe.class-without-43", BR_WEIGHT_FAILURE, "configuration", "PXE-V43-10",
          "edk2-binl-4011"},
         br_wire_class_without_43,
         NEVER,
         ANYBODY},
	{{"pxe.no-next-server", BR_WEIGHT_FAILURE, "configuration", "D4S-BF-01", ""},
         br_wire_proxy_without_server,
         BR_REACHED_BOOT_SERVER,
         STOPPED},
	{{"pxe.late-proxy", BR_WEIGHT_FAILURE, "server", "PXE-PRX-13", ""},
         br_wire_proxy_too_late,
         BR_REACHED_LEASED,
         STOPPED},
	{{"dhcp.other-offer-taken", BR_WEIGHT_FAILURE, "configuration", "D4S-BF-01", ""},
         br_wire_other_offer_taken,
         BR_REACHED_LEASED,
         ANYBODY},
	{{"pxe.other-destination", BR_WEIGHT_FAILURE, "server", "PXE-BS-02", ""},
         br_wire_4011_elsewhere,
         BR_REACHED_BOOT_SERVER,
         STOPPED},
	{{"boot.unusable-server", BR_WEIGHT_FAILURE, "configuration", "D4S-BF-01", ""},
         br_wire_unusable_server,
         BR_REACHED_BOOT_SERVER,
         ANYBODY},
	{{"relay.behind-82", BR_WEIGHT_FAILURE, "network", "RLS-02", ""},
         br_wire_behind_82,
         BR_REACHED_OFFERED,
         STOPPED},
	{{"net.unfilled-checksum", BR_WEIGHT_UNKNOWN, "network", "NET-UDP-02", ""},
         br_wire_unfilled_sum,
         BR_REACHED_OFFERED,
         STOPPED},
	{{"boot.no-next-server", BR_WEIGHT_FAILURE, "configuration", "D4S-BF-01",
          "opt66-without-siaddr"},
         br_wire_no_next_server,
         BR_REACHED_BOOT_SERVER,
         ANYBODY},
	{{"boot.no-file-name", BR_WEIGHT_FAILURE, "configuration", "D4S-BF-01", ""},
         br_wire_no_file_name,
         NEVER,
         ANYBODY},
	{{"pxe.two-proxies", BR_WEIGHT_REMARK, "configuration", "", ""},
         br_wire_two_proxies,
         NEVER,
         ANYBODY},
	{{"dhcp.two-answers", BR_WEIGHT_REMARK, "configuration", "", ""},
         br_wire_two_answers,
         NEVER,
         ANYBODY},
	{{"capture.offer-missing", BR_WEIGHT_REMARK, "capture", "", ""},
         br_wire_offer_unseen,
         NEVER,
         ANYBODY},
	{{"capture.ack-missing", BR_WEIGHT_REMARK, "capture", "", ""},
         br_wire_ack_unseen,
         NEVER,
         ANYBODY},
	{{"capture.4011-missing", BR_WEIGHT_REMARK, "capture", "", ""},
         br_wire_answer_4011_unseen,
         NEVER,
         ANYBODY},
};

/* It had an OFFER for as long as it waits, and asked again. */
static bool asked_again(const struct br_wire_view *v)
{
	return v->a->reached == BR_REACHED_OFFERED && v->dhcp->discover.count > 1 && v->edk2 &&
	       v->dhcp->offers > 0 && v->dhcp->reply[0].at < v->dhcp->discover.last;
}

bool br_diagnose_wire(const struct br_story *s, const struct br_attempt *a, struct br_diagnosis *d)
{
	struct br_wire_view v = view_of(s, a);

	if (!v.dhcp || a->programs > 0 ||
	    (br_story_ends_within(s, a->ended, SETTLED) && !asked_again(&v)))
		return false;
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		if (checks[i].most == NEVER || a->reached > checks[i].most ||
		    (checks[i].matters == EDK2 && !v.edk2))
			continue;
		struct br_finding f = {.id = checks[i].verdict.id};

		if (!checks[i].check(&v, &f))
			continue;
		struct br_finding *added = br_finding_add(d, &checks[i].verdict);

		br_finding_say(added, "%s", f.text);
		br_finding_change(added, "%s", f.change);
		return true;
	}
	return false;
}

static bool is_said(const struct br_diagnosis *d, const char *id)
{
	for (size_t i = 0; i < d->findings; i++) {
		if (!strcmp(d->finding[i].id, id))
			return true;
	}
	return false;
}

void br_remark_wire(const struct br_story *s, const struct br_attempt *a, struct br_diagnosis *d)
{
	struct br_wire_view v = view_of(s, a);

	for (size_t i = 0; v.dhcp && i < sizeof(checks) / sizeof(checks[0]); i++) {
		struct br_finding f = {.id = checks[i].verdict.id};
		struct br_verdict verdict = checks[i].verdict;

		if (checks[i].matters == STOPPED || is_said(d, f.id) || !checks[i].check(&v, &f))
			continue;
		verdict.weight = BR_WEIGHT_REMARK;
		struct br_finding *added = br_finding_add(d, &verdict);

		br_finding_say(added, "%s", f.text);
		br_finding_change(added, "%s", f.change);
	}
}
