/* SPDX-License-Identifier: BSD-2-Clause */
/* core/notes.h - every decision the core explains, and the clause it rests on
 *
 * X(NAME, "service.short_name", "clause", "sentence"): the log, the tests and the
 * explanations all read this table. Keep each service's rows together and sorted.
 * A note is not an error: it says what was decided and why.
 */
#ifndef BR_CORE_NOTES_H
#define BR_CORE_NOTES_H

/* clang-format off */
#define BR_NOTES(X) \
	X(DHCP6_ADDRESS_DECLINED, "dhcp6.address_declined", "RFC 8415 18.3.8", "the client says somebody else uses the address; it rests") \
	X(DHCP6_ADVERTISED, "dhcp6.advertised", "RFC 8415 18.3.9", "the address is offered to the client") \
	X(DHCP6_BAD_DUID, "dhcp6.bad_duid", "RFC 8415 11.1", "a client identifier that is empty or of more than 130 octets: dropped") \
	X(DHCP6_BAD_MESSAGE, "dhcp6.bad_message", "RFC 8415 16", "not a message a client can send: dropped") \
	X(DHCP6_BAD_PEER, "dhcp6.bad_peer", "RFC 8415 13.1", "the sender has no address of a host: dropped, nothing is sent there") \
	X(DHCP6_CONFIRMED, "dhcp6.confirmed", "RFC 8415 18.3.3", "the client's addresses are of the network it is on") \
	X(DHCP6_INFORMED, "dhcp6.informed", "RFC 8415 18.3.6", "the client has an address of its own and is told the rest") \
	X(DHCP6_LEASED, "dhcp6.leased", "RFC 8415 18.3.2", "the address is the client's: Reply") \
	X(DHCP6_LEASE_EXPIRED, "dhcp6.lease_expired", "RFC 8415 12.1", "the client did not renew in time; the address is free") \
	X(DHCP6_NOT_FOR_US, "dhcp6.not_for_us", "RFC 8415 16.4", "the client means another server: silent, and what was offered is withdrawn") \
	X(DHCP6_NOT_ON_LINK, "dhcp6.not_on_link", "RFC 8415 18.3.2", "the client has an address of another network: told so") \
	X(DHCP6_NO_ADDRESS, "dhcp6.no_address", "RFC 8415 18.3.9", "nothing to give to this IA: status NoAddrsAvail, or NoPrefixAvail, in it") \
	X(DHCP6_NO_BINDING, "dhcp6.no_binding", "RFC 8415 18.3.4", "nothing is known of this client's IA") \
	X(DHCP6_NO_SUBNET, "dhcp6.no_subnet", "RFC 8415 13.1", "no network is configured for where the client is: no answer") \
	X(DHCP6_OFFER_TAKEN_BACK, "dhcp6.offer_taken_back", "RFC 8415 18.3.9", "no address is free: one advertised a while ago and not asked for goes to another client") \
	X(DHCP6_OPTION_LEFT_OUT, "dhcp6.option_left_out", "EDK2 Dhcp6Io.c", "an option did not fit into a datagram that no link cuts; sent without") \
	X(DHCP6_OTHER_IA, "dhcp6.other_ia", "RFC 8415 12", "the interface has this address by another IAID already, as firmware does that asks anew at each boot; it gets a second one") \
	X(DHCP6_PARAMETERS_WITHHELD, "dhcp6.parameters_withheld", "EDK2 PxeBcDhcp6.c", "the first boot parameter is no size in blocks, for which EDK2 would take it; option 60 left out") \
	X(DHCP6_RELEASED, "dhcp6.released", "RFC 8415 18.3.7", "the client gave its address back") \
	X(DHCP6_REPLY_TOO_LONG, "dhcp6.reply_too_long", "EDK2 Dhcp6Io.c", "what must be in the answer does not fit into a datagram that no link cuts: not sent") \
	X(DHCP6_RESERVED, "dhcp6.reserved", "RFC 8415 18.3.1", "the address is reserved for this client") \
	X(DHCP6_RESERVED_IN_USE, "dhcp6.reserved_in_use", "RFC 8415 18.3.1", "the address reserved for this client is held by another interface or IA, or rests") \
	X(DHCP6_TYPE_IGNORED, "dhcp6.type_ignored", "RFC 8415 16", "a message type this server does not answer: dropped") \
	X(DHCP6_UNICAST, "dhcp6.unicast", "RFC 8415 18.4", "sent to this server's address without having been told to: told UseMulticast, or dropped") \
	X(DHCP6_UNKNOWN_CLIENT, "dhcp6.unknown_client", "RFC 8415 18.3.1", "only clients with a reserved address are served: no answer") \
	X(DHCP_ADDRESS_DECLINED, "dhcp.address_declined", "RFC 2131 4.3.3", "the client says somebody else uses the address; it rests") \
	X(DHCP_ADDRESS_IN_USE, "dhcp.address_in_use", "RFC 2131 3.1", "somebody answers at the address that was to be offered; it rests") \
	X(DHCP_AGENT_LEFT_OUT, "dhcp.agent_left_out", "RFC 3046 2.2", "the relay's option 82 did not fit whole; sent without") \
	X(DHCP_BAD_COOKIE, "dhcp.bad_cookie", "RFC 2131 3", "no magic cookie: not DHCP, dropped") \
	X(DHCP_BAD_MESSAGE, "dhcp.bad_message", "RFC 2131 2", "not a request a client can send: dropped") \
	X(DHCP_BAD_PEER, "dhcp.bad_peer", "RFC 1542 4.1.1", "giaddr or ciaddr is no address of a host: dropped, nothing is sent there") \
	X(DHCP_BOOTP_IGNORED, "dhcp.bootp_ignored", "RFC 1534 2", "BOOTP client without a reserved address: dropped") \
	X(DHCP_BOOT_ITEM, "dhcp.boot_item", "PXE 2.1 2.2.1", "asks for a boot server, not for a lease: left to the boot service") \
	X(DHCP_CAME_LATE, "dhcp.came_late", "quirk stp-blocked-first-30s", "the first DISCOVER heard says it has waited for half a minute: the switch port was probably blocked (STP, LACP)") \
	X(DHCP_INFORMED, "dhcp.informed", "RFC 2131 4.3.5", "the client has an address of its own and is told the rest") \
	X(DHCP_LEASED, "dhcp.leased", "RFC 2131 4.3.2", "the address is the client's: ACK") \
	X(DHCP_LEASE_EXPIRED, "dhcp.lease_expired", "RFC 2131 4.4.5", "the client did not renew in time; the address is free") \
	X(DHCP_LEASE_NOT_KEPT, "dhcp.lease_not_kept", "RFC 2131 2.2", "the lease could not be saved: after a restart the address may be given to another") \
	X(DHCP_NAK, "dhcp.nak", "RFC 2131 4.3.2", "the address cannot be the client's here: NAK") \
	X(DHCP_NOT_SELECTED, "dhcp.not_selected", "RFC 2131 3.1", "the client chose another server; the offer is withdrawn") \
	X(DHCP_NO_ADDRESS, "dhcp.no_address", "RFC 2131 4.3.1", "no address is free: no answer") \
	X(DHCP_NO_RECORD, "dhcp.no_record", "RFC 2131 4.3.2", "nothing is known of this client's address: silent, another server may know") \
	X(DHCP_NO_SUBNET, "dhcp.no_subnet", "RFC 2131 4.3.1", "no subnet is configured for where the client is: no answer") \
	X(DHCP_OFFERED, "dhcp.offered", "RFC 2131 4.3.1", "the address is offered to the client") \
	X(DHCP_OFFER_NOT_TAKEN, "dhcp.offer_not_taken", "quirk dual-offer-not-merged", "the client has asked four times and taken no offer: it may want the boot options in the address server's own OFFER") \
	X(DHCP_OFFER_TAKEN_BACK, "dhcp.offer_taken_back", "RFC 2131 4.3.1", "no address is free: one offered a while ago and not asked for goes to another client") \
	X(DHCP_ON_4011, "dhcp.on_4011", "PXE 2.1 2.2.3", "offered option 60 without a boot file: the client will ask port 4011") \
	X(DHCP_RELEASED, "dhcp.released", "RFC 2131 4.3.4", "the client gave its address back") \
	X(DHCP_REPLY_TOO_LONG, "dhcp.reply_too_long", "RFC 2132 9.10", "what must be in the reply is more than the client takes: not sent") \
	X(DHCP_RESERVED, "dhcp.reserved", "RFC 2131 4.3.1", "the address is reserved for this client") \
	X(DHCP_RESERVED_IN_USE, "dhcp.reserved_in_use", "RFC 2131 4.3.1", "the address reserved for this client is held by another machine") \
	X(DHCP_TYPE_IGNORED, "dhcp.type_ignored", "RFC 2131 4.3", "a message type this server does not answer: dropped") \
	X(DHCP_UNKNOWN_CLIENT, "dhcp.unknown_client", "RFC 2131 4.2", "only clients with a reserved address are served: no answer") \
	X(HTTP_BAD_REQUEST, "http.bad_request", "RFC 9112 2.2", "a request off the grammar, or one that two servers could read in two ways") \
	X(HTTP_COMPLETED, "http.completed", "RFC 9112 6.3", "the last octet of the file is on its way") \
	X(HTTP_CUT, "http.cut", "RFC 9112 9.3", "the peer went away in the middle of a response") \
	X(HTTP_FILE_FAILED, "http.file_failed", "RFC 9110 15.6", "the file cannot be read") \
	X(HTTP_FILE_STALLED, "http.file_stalled", "limit", "the file is not ready; asked again later") \
	X(HTTP_FORBIDDEN, "http.forbidden", "RFC 9110 17.3", "a name outside the root, or a file without permission") \
	X(HTTP_GAVE_WAY, "http.gave_way", "RFC 9112 9.5", "others wait for a connection, and this one did nothing for the longest time: it is reset") \
	X(HTTP_IDLE, "http.idle", "RFC 9112 9.5", "no request within the time allowed, the connection is closed") \
	X(HTTP_METHOD, "http.method", "RFC 9110 9.1", "a method other than GET and HEAD") \
	X(HTTP_NOT_FOUND, "http.not_found", "RFC 9110 15.5.5", "no such file; loaders ask for many that need not exist") \
	X(HTTP_NO_STREAM, "http.no_stream", "limit", "a connection above the limit, reset") \
	X(HTTP_PIPELINE_CUT, "http.pipeline_cut", "RFC 9112 9.3.2", "more requests at once than are kept; what was kept is answered, then closed") \
	X(HTTP_PRECONDITION, "http.precondition", "RFC 9110 13.2", "a precondition decided: 304 or 412") \
	X(HTTP_RANGE, "http.range", "RFC 9110 15.3.7", "a part of the file was asked for and is sent") \
	X(HTTP_RANGE_IGNORED, "http.range_ignored", "RFC 9110 14.2", "Range was ignored: not one range of octets, or If-Range says the file is another") \
	X(HTTP_READER_STOPPED, "http.reader_stopped", "limit", "the peer took nothing for long, the connection is reset") \
	X(HTTP_SERVED, "http.served", "RFC 9110 15.3.1", "the file is sent") \
	X(HTTP_UNSATISFIABLE, "http.unsatisfiable", "RFC 9110 15.5.17", "a range behind the end of the file") \
	X(POLICY_LOOP_BROKEN, "policy.loop_broken", "ipxe dhcp.c", "iPXE would get the file that loaded it once more; left out, as no rule for iPXE fits") \
	X(POLICY_LOOP_LIKELY, "policy.loop_likely", "ipxe dhcp.c", "iPXE gets the same file as the firmware before it; a rule with user-class:iPXE would end the loop") \
	X(POLICY_NO_RULE, "policy.no_rule", "PXE 2.1 2.5", "no boot rule fits this client: no boot file") \
	X(POLICY_OTHER_FAMILY, "policy.other_family", "RFC 5970 3.1", "the rule names a server of the other family, IPv4 or IPv6: passed over") \
	X(POLICY_UNKNOWN_ARCH, "policy.unknown_arch", "RFC 4578 2.1", "an architecture outside the registry: no boot file") \
	X(POLICY_URL_TOO_LONG, "policy.url_too_long", "RFC 2132 9.5", "the URL would be longer than one option 67: not offered") \
	X(POLICY_URL_WITHHELD, "policy.url_withheld", "EDK2 PxeBcBoot.c", "the rule has a URL, this client would ask TFTP for a file of that name: rule passed over") \
	X(PXE6_ANSWERED, "pxe6.answered", "EDK2 PxeBcDhcp6.c", "answered on port 4011 over IPv6") \
	X(PXE6_LEASE_TRAFFIC, "pxe6.lease_traffic", "RFC 8415 18.3", "between a client and its address server: silent") \
	X(PXE6_NOTHING_TO_BOOT, "pxe6.nothing_to_boot", "RFC 5970 3.1", "no boot file for this client: no answer") \
	X(PXE6_NOT_A_CLIENT, "pxe6.not_a_client", "RFC 8415 21.16", "no vendor class PXEClient or HTTPClient: silent") \
	X(PXE6_OFFERED, "pxe6.offered", "EDK2 PxeBcDhcp6.c", "told what to boot, without an IA: EDK2 keeps it beside another server's address, by RFC 8415 18.2.9 a client passes it over") \
	X(PXE6_OFFERED_WITH_STATUS, "pxe6.offered_with_status", "RFC 8415 18.3.9", "told what to boot, with NoAddrsAvail in the IA as a server without addresses must: EDK2 throws it away, boot file and all") \
	X(PXE_ANSWERED, "pxe.answered", "PXE 2.1 2.2.1", "answered on port 4011") \
	X(PXE_BAD_SOURCE, "pxe.bad_source", "RFC 1122 3.2.1.3", "no address to answer to: dropped") \
	X(PXE_CREDENTIALS, "pxe.credentials", "PXE 2.1 2.5.3", "asks for credentials of a boot item; there are none: no answer") \
	X(PXE_LEASE_TRAFFIC, "pxe.lease_traffic", "PXE 2.1 2.5.1", "between a client and its address server: silent") \
	X(PXE_NOTHING_TO_BOOT, "pxe.nothing_to_boot", "PXE 2.1 2.5", "no boot file and no menu for this client: no answer") \
	X(PXE_NOT_A_CLIENT, "pxe.not_a_client", "PXE 2.1 2.5.1.1", "option 60 does not start PXEClient: silent") \
	X(PXE_NOT_OUR_ITEM, "pxe.not_our_item", "PXE 2.1 2.2.1", "a boot server type this server does not provide: silent") \
	X(PXE_OFFERED, "pxe.offered", "PXE 2.1 2.2.1", "told what to boot, beside another server's address") \
	X(SERVER_OUTBOX_FULL, "server.outbox_full", "limit", "more actions than the outbox holds; one was lost") \
	X(TFTP_ABANDONED, "tftp.abandoned", "RFC 1350 4", "a new request from the same port: the unfinished transfer is dropped") \
	X(TFTP_ACK_IGNORED, "tftp.ack_ignored", "RFC 1350 2", "an ACK of a block that is long acknowledged or was never sent") \
	X(TFTP_ACK_REPEATED, "tftp.ack_repeated", "RFC 1123 4.2.3.1", "a repeated ACK draws no DATA (Sorcerer's Apprentice)") \
	X(TFTP_BAD_MODE, "tftp.bad_mode", "RFC 1350 5", "a transfer mode other than octet and netascii was refused") \
	X(TFTP_BAD_PACKET, "tftp.bad_packet", "RFC 1350 5", "a packet that cannot be read") \
	X(TFTP_BAD_SOURCE, "tftp.bad_source", "RFC 1123 4.2.3.5", "it comes from an address or port nobody can answer, dropped") \
	X(TFTP_BLKSIZE_LOWERED, "tftp.blksize_lowered", "RFC 2348", "blksize was lowered to what the link or the configuration allows") \
	X(TFTP_BROADCAST, "tftp.broadcast", "RFC 1123 4.2.3.5", "a request to a broadcast address is not answered") \
	X(TFTP_CLIENT_ERROR, "tftp.client_error", "RFC 1350 7", "the client ended the transfer with an ERROR") \
	X(TFTP_COMPLETED, "tftp.completed", "RFC 1350 6", "the last block was acknowledged") \
	X(TFTP_EVICTED, "tftp.evicted", "limit", "the oldest transfer whose client never answered made room for another") \
	X(TFTP_FILE_FAILED, "tftp.file_failed", "RFC 1350 7", "the file cannot be read, the transfer ends in ERROR 0") \
	X(TFTP_FILE_STALLED, "tftp.file_stalled", "limit", "the file is not ready; asked again later") \
	X(TFTP_FORBIDDEN, "tftp.forbidden", "RFC 1123 4.2.3.4", "a name outside the root, a directory, or a file without permission") \
	X(TFTP_FOREIGN_TID, "tftp.foreign_tid", "RFC 1350 4", "a packet of another port to this transfer; the transfer goes on") \
	X(TFTP_GAVE_UP, "tftp.gave_up", "RFC 7440 6", "no answer to the last retransmission") \
	X(TFTP_NAME_JUNK, "tftp.name_junk", "opt67-no-nul-ff", "octets behind the name were left off: the client read option 67 past its end") \
	X(TFTP_NETASCII_TSIZE, "tftp.netascii_tsize", "RFC 2349", "tsize left out: the size after conversion is not known before the end") \
	X(TFTP_NOT_FOUND, "tftp.not_found", "RFC 1350 5", "no such file; loaders ask for many that need not exist") \
	X(TFTP_NOT_REQUEST, "tftp.not_request", "RFC 1350 4", "a packet to port 69 that is no request") \
	X(TFTP_NO_FINAL_ACK, "tftp.no_final_ack", "RFC 1350 6", "all was sent and only the last ACK is missing: some clients never send it") \
	X(TFTP_OPTIONS_REFUSED, "tftp.options_refused", "RFC 2347", "the client refused the OACK") \
	X(TFTP_OPTION_IGNORED, "tftp.option_ignored", "RFC 2347", "an option that is unknown, repeated or out of its range was left out") \
	X(TFTP_READ_ONLY, "tftp.read_only", "RFC 1350 5", "a write request was refused: this server only reads") \
	X(TFTP_RRQ_LATE, "tftp.rrq_late", "RFC 1350 4", "a copy of the request of a transfer that is under way, dropped") \
	X(TFTP_RRQ_REPEATED, "tftp.rrq_repeated", "RFC 1350 4", "the same request again before any ACK: answered again from the same port") \
	X(TFTP_SIZE_PROBE, "tftp.size_probe", "RFC 2347", "the client wanted to know the size and ended the transfer, as firmware does") \
	X(TFTP_STARTED, "tftp.started", "RFC 1350 4", "a transfer begins") \
	X(TFTP_TABLE_FULL, "tftp.table_full", "limit", "no place for another transfer; the client will ask again") \
	X(TFTP_UNHEARD, "tftp.unheard", "tftp-nat-container-tid", "the client repeats its request and never answers: it does not hear us (NAT, firewall, wrong address)") \
	X(TFTP_URL_NAME, "tftp.url_name", "url-as-bootfile-to-pxe", "a URL as file name: a PXE client was given what is meant for HTTP boot") \
	X(TFTP_WINDOWSIZE_OFF, "tftp.windowsize_off", "RFC 7440 3", "windowsize left out: off by configuration") \
	X(TFTP_WRAPS, "tftp.wraps", "rollover", "more than 65535 blocks: numbers run on to 0, and some clients stop there")
/* clang-format on */

enum br_note {
#define X(name, text, clause, sentence) BR_NOTE_##name,
	BR_NOTES(X)
#undef X
	BR_NOTE_COUNT /* how many there are; never emitted */
};

const char *br_note_name(enum br_note note);     /* "tftp.size_probe" */
const char *br_note_clause(enum br_note note);   /* "RFC 2347" */
const char *br_note_sentence(enum br_note note); /* what it means, for people */

#endif /* BR_CORE_NOTES_H */
