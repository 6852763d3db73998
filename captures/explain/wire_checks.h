/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/wire_checks.h - faults of messages, one by one, for diagnose_wire.c
 *
 * Each is asked of one attempt and says nothing of what became of it. True: the fault is there, and
 * @f, which is empty, tells it.
 */
#ifndef BR_CAPTURES_EXPLAIN_WIRE_CHECKS_H
#define BR_CAPTURES_EXPLAIN_WIRE_CHECKS_H

#include "captures/explain/finding.h"

/**
 * struct br_wire_view - What the checks look at
 * @dhcp:	NULL: none over IPv4, or not whole; no check is asked then
 * @offer:	The first with an address; NULL
 * @proxy:	The first without; NULL
 * @ack, @nak:	Of the DHCP exchange; NULL
 * @edk2, @pxe, @http: The client's software, and what it asks for
 */
struct br_wire_view {
	const struct br_story *s;
	const struct br_attempt *a;
	const struct br_talk_dhcp *dhcp;
	const struct br_talk_reply *offer, *proxy, *ack, *nak;
	bool edk2, pxe, http;
};

/* wire_dhcp.c */
bool br_wire_offer_without_id(const struct br_wire_view *v, struct br_finding *f);
bool br_wire_offer_malformed(const struct br_wire_view *v, struct br_finding *f);
bool br_wire_no_netmask(const struct br_wire_view *v, struct br_finding *f);
bool br_wire_ack_differs(const struct br_wire_view *v, struct br_finding *f);
bool br_wire_two_answers(const struct br_wire_view *v, struct br_finding *f);
bool br_wire_nak(const struct br_wire_view *v, struct br_finding *f);
bool br_wire_wrong_xid(const struct br_wire_view *v, struct br_finding *f);
bool br_wire_reply_to_68(const struct br_wire_view *v, struct br_finding *f);
bool br_wire_option_82_dropped(const struct br_wire_view *v, struct br_finding *f);

/* wire_layers.c */
bool br_wire_wrong_sum(const struct br_wire_view *v, struct br_finding *f);
bool br_wire_unfilled_sum(const struct br_wire_view *v, struct br_finding *f);
bool br_wire_other_vlan(const struct br_wire_view *v, struct br_finding *f);
bool br_wire_other_port(const struct br_wire_view *v, struct br_finding *f);
bool br_wire_to_other_port(const struct br_wire_view *v, struct br_finding *f);
bool br_wire_4011_elsewhere(const struct br_wire_view *v, struct br_finding *f);
bool br_wire_relay_drops(const struct br_wire_view *v, struct br_finding *f);
bool br_wire_relay_keeps(const struct br_wire_view *v, struct br_finding *f);
bool br_wire_behind_82(const struct br_wire_view *v, struct br_finding *f);
bool br_wire_unusable_address(const struct br_wire_view *v, struct br_finding *f);
bool br_wire_unusable_server(const struct br_wire_view *v, struct br_finding *f);

/* wire_boot.c */
bool br_wire_proxy_without_class(const struct br_wire_view *v, struct br_finding *f);
bool br_wire_two_proxies(const struct br_wire_view *v, struct br_finding *f);
bool br_wire_http_without_class(const struct br_wire_view *v, struct br_finding *f);
bool br_wire_http_without_url(const struct br_wire_view *v, struct br_finding *f);
bool br_wire_http_without_dns(const struct br_wire_view *v, struct br_finding *f);
bool br_wire_vendor_malformed(const struct br_wire_view *v, struct br_finding *f);
bool br_wire_no_way_to_boot(const struct br_wire_view *v, struct br_finding *f);
bool br_wire_class_without_43(const struct br_wire_view *v, struct br_finding *f);
bool br_wire_wrong_xid_4011(const struct br_wire_view *v, struct br_finding *f);
bool br_wire_no_next_server(const struct br_wire_view *v, struct br_finding *f);
bool br_wire_no_file_name(const struct br_wire_view *v, struct br_finding *f);
bool br_wire_proxy_without_server(const struct br_wire_view *v, struct br_finding *f);
bool br_wire_proxy_too_late(const struct br_wire_view *v, struct br_finding *f);
bool br_wire_other_offer_taken(const struct br_wire_view *v, struct br_finding *f);

/* wire_unseen.c */
bool br_wire_offer_unseen(const struct br_wire_view *v, struct br_finding *f);
bool br_wire_ack_unseen(const struct br_wire_view *v, struct br_finding *f);
bool br_wire_answer_4011_unseen(const struct br_wire_view *v, struct br_finding *f);

#endif /* BR_CAPTURES_EXPLAIN_WIRE_CHECKS_H */
