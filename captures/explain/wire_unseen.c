/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/wire_unseen.c - frames the recorder missed: the client acts on what is not there
 */
#include "captures/explain/show.h"
#include "captures/explain/wire_checks.h"

bool br_wire_offer_unseen(const struct br_wire_view *v, struct br_finding *f)
{
	if (v->dhcp->discover.count == 0 || v->dhcp->request.count == 0 || !v->dhcp->selected ||
	    v->dhcp->offers > 0)
		return false;
	br_finding_say(f,
	               "It sent a REQUEST, so it had an OFFER, but none is in this capture: what "
	               "was offered cannot be judged.");
	br_finding_change(f,
	                  "Record at the client's port, with a larger buffer (tcpdump -B 4096).");
	return true;
}

bool br_wire_ack_unseen(const struct br_wire_view *v, struct br_finding *f)
{
	if (v->dhcp->request.count == 0 || v->a->ack || v->nak ||
	    (v->a->files == 0 && !v->a->pxe) || v->dhcp->strays > 0)
		return false;
	br_finding_say(f, "It went on as with an address, but the ACK is not in this capture.");
	br_finding_change(f,
	                  "Record at the client's port, with a larger buffer (tcpdump -B 4096).");
	return true;
}

bool br_wire_answer_4011_unseen(const struct br_wire_view *v, struct br_finding *f)
{
	const struct br_talk_pxe *x = v->a->pxe ? &v->a->pxe->pxe : NULL;
	char server[BR_SHOW_ADDRESS];

	if (!x || x->replies > 0 || x->strays > 0 || x->icmps > 0 || v->a->programs == 0 ||
	    (v->ack && v->ack->file[0]))
		return false;
	br_finding_say(
		f,
		"It asked %s for its boot file and went on with one, but no answer is in this "
		"capture.",
		br_show_address(server, &x->server, true));
	br_finding_change(f,
	                  "Record at the client's port, with a larger buffer (tcpdump -B 4096).");
	return true;
}
