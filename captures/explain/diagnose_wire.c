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

static const struct {
	struct br_verdict verdict;
	check *check;
	enum br_reached most; /* the client that is stopped by it got no further */
	bool edk2_only;       /* others bear it */
} checks[] = {
	{{"dhcp.offer-without-server-id", BR_WEIGHT_FAILURE, "server", "D4S-DISC-02",
          "edk2-needs-opt54"},
         br_wire_offer_without_id,
         BR_REACHED_OFFERED,
         true},
	{{"dhcp.offer-malformed", BR_WEIGHT_FAILURE, "server", "D4C-OPT-02,D4C-OPT-03", ""},
         br_wire_offer_malformed,
         BR_REACHED_OFFERED,
         true},
	{{"dhcp.no-netmask", BR_WEIGHT_FAILURE, "server", "D4S-BF-04",
          "edk2-missing-netmask-decline"},
         br_wire_no_netmask,
         BR_REACHED_LEASED,
         true},
	{{"dhcp.ack-differs", BR_WEIGHT_FAILURE, "server", "D4S-REQ-01,D4S-REQ-05", ""},
         br_wire_ack_differs,
         BR_REACHED_LEASED,
         false},
	{{"dhcp.nak", BR_WEIGHT_FAILURE, "server", "D4S-REQ-01", ""}, br_wire_nak, NEVER, false},
	{{"relay.reply-port", BR_WEIGHT_FAILURE, "server", "D4S-DLV-01",
          "relay-reply-port-and-broadcast-flag"},
         br_wire_reply_to_68,
         BR_REACHED_OFFERED,
         false},
	{{"relay.option-82", BR_WEIGHT_FAILURE, "server", "RLS-01", "relay-option82-echo"},
         br_wire_option_82_dropped,
         BR_REACHED_OFFERED,
         false},
	{{"dhcp.wrong-xid", BR_WEIGHT_FAILURE, "server", "D4C-HDR-05", ""},
         br_wire_wrong_xid,
         BR_REACHED_OFFERED,
         false},
	{{"dhcp.http-class-missing", BR_WEIGHT_FAILURE, "configuration", "HBD-01",
          "httpboot-offer-needs-httpclient"},
         br_wire_http_without_class,
         BR_REACHED_OFFERED,
         false},
	{{"dhcp.http-url-missing", BR_WEIGHT_FAILURE, "configuration", "HBD-02",
          "httpboot-offer-needs-httpclient"},
         br_wire_http_without_url,
         BR_REACHED_OFFERED,
         false},
	{{"dhcp.http-dns-missing", BR_WEIGHT_FAILURE, "configuration", "HBD-06", ""},
         br_wire_http_without_dns,
         BR_REACHED_OFFERED,
         true},
	{{"dhcp.proxy-without-class", BR_WEIGHT_FAILURE, "server", "PXE-PRX-05", ""},
         br_wire_proxy_without_class,
         BR_REACHED_LEASED,
         false},
	{{"pxe.vendor-malformed", BR_WEIGHT_FAILURE, "server", "PXE-V43-01", ""},
         br_wire_vendor_malformed,
         BR_REACHED_BOOT_SERVER,
         false},
	{{"pxe.no-menu", BR_WEIGHT_FAILURE, "configuration", "PXE-V43-11,PXE-V43-12", ""},
         br_wire_no_way_to_boot,
         BR_REACHED_BOOT_SERVER,
         false},
	{{"pxe.wrong-xid", BR_WEIGHT_FAILURE, "server", "D4C-HDR-05,PXE-BS-02", ""},
         br_wire_wrong_xid_4011,
         BR_REACHED_LEASED,
         false},
	{{"pxe.class-without-43", BR_WEIGHT_FAILURE, "configuration", "PXE-V43-10",
          "edk2-binl-4011"},
         br_wire_class_without_43,
         NEVER,
         false},
	{{"dhcp.other-offer-taken", BR_WEIGHT_FAILURE, "configuration", "D4S-BF-01", ""},
         br_wire_other_offer_taken,
         BR_REACHED_LEASED,
         false},
	{{"boot.no-next-server", BR_WEIGHT_FAILURE, "configuration", "D4S-BF-01",
          "opt66-without-siaddr"},
         br_wire_no_next_server,
         BR_REACHED_BOOT_SERVER,
         false},
	{{"boot.no-file-name", BR_WEIGHT_FAILURE, "configuration", "D4S-BF-01", ""},
         br_wire_no_file_name,
         NEVER,
         false},
	{{"pxe.two-proxies", BR_WEIGHT_REMARK, "configuration", "", ""},
         br_wire_two_proxies,
         NEVER,
         false},
	{{"capture.offer-missing", BR_WEIGHT_REMARK, "capture", "", ""},
         br_wire_offer_unseen,
         NEVER,
         false},
	{{"capture.ack-missing", BR_WEIGHT_REMARK, "capture", "", ""},
         br_wire_ack_unseen,
         NEVER,
         false},
	{{"capture.4011-missing", BR_WEIGHT_REMARK, "capture", "", ""},
         br_wire_answer_4011_unseen,
         NEVER,
         false},
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
		    (checks[i].edk2_only && !v.edk2))
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

		if (is_said(d, f.id) || !checks[i].check(&v, &f))
			continue;
		verdict.weight = BR_WEIGHT_REMARK;
		struct br_finding *added = br_finding_add(d, &verdict);

		br_finding_say(added, "%s", f.text);
		br_finding_change(added, "%s", f.change);
	}
}
