/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/serve/tell.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/address.h"
#include "core/base/text.h"
#include "core/formats/http_date.h"
#include "core/server.h"
#include "sim/escape.h"
#include "sim/json.h"

enum {
	DETAIL_MAX = 1024,
	PEER_SIZE = 64, /* brackets, an IPv6 address, a port */
};

/* Lines are written into memory, then put as a whole. */

static FILE *begin(char line[static BR_LOG_LINE_MAX])
{
	line[0] = '\0';
	return fmemopen(line, BR_LOG_LINE_MAX, "w");
}

static void end(const struct br_tell *tell, FILE *to, char line[static BR_LOG_LINE_MAX])
{
	(void)fclose(to);
	line[BR_LOG_LINE_MAX - 1] = '\0';
	br_log_put(tell->log, br_text(line));
}

static void put_time(const struct br_tell *tell, FILE *to)
{
	uint64_t now = br_loop_epoch(tell->loop) + br_loop_clock(tell->loop)->now;
	char date[BR_HTTP_DATE_SIZE];

	br_http_date_print_short(now / BR_S, date);
	fprintf(to, "%s.%06" PRIu64 "Z", date, now % BR_S / 1000);
}

static void begin_object(const struct br_tell *tell, FILE *to, const char *event)
{
	fprintf(to, "{\"time\":\"");
	put_time(tell, to);
	fprintf(to, "\",\"event\":\"%s\"", event);
}

/* Notes */

static const char *print_peer(const struct br_endpoint *peer, char text[static PEER_SIZE])
{
	struct br_writer w = br_writer_of(text, PEER_SIZE);
	bool six = !br_ip_is_ipv4(peer->ip) && !br_ip_is_zero(peer->ip);

	if (!six && !br_endpoint_to_ipv4(peer) && !peer->port)
		return NULL;
	if (six && peer->port)
		br_text_put_url_host(&w, peer->ip);
	else if (six)
		br_text_put_ipv6(&w, peer->ip);
	else
		br_text_put_ipv4(&w, br_endpoint_to_ipv4(peer));
	if (peer->port) {
		br_text_put(&w, ":");
		br_text_put_decimal(&w, peer->port);
	}
	return br_text_end(&w);
}

/* Of the note itself, of the neighbour, or of who was given the address; NULL: nobody knows */
static const uint8_t *find_mac(const struct br_tell *tell, const struct br_action *note)
{
	static const uint8_t none[6];
	uint32_t address = br_endpoint_to_ipv4(&note->remote);
	const uint8_t *mac = NULL;
	const struct br_dhcp *dhcp;
	const struct br_lease *lease;

	if (memcmp(note->facts.mac, none, sizeof(none)) != 0)
		return note->facts.mac;
	if (tell->host && address != 0)
		mac = br_host_arp_get(tell->host, note->link, address);
	else if (tell->host && !br_ip_is_zero(note->remote.ip) && !br_ip_is_ipv4(note->remote.ip))
		mac = br_host_neighbour(tell->host, note->link, note->remote.ip);
	dhcp = tell->server && !mac ? br_server_dhcp(tell->server) : NULL;
	lease = dhcp && address != 0 ? br_dhcp_lease_find(dhcp, address) : NULL;
	if (lease && lease->state == BR_LEASE_BOUND && lease->hlen == sizeof(none))
		mac = lease->chaddr;
	return mac;
}

static const char *print_mac(const uint8_t *mac, char text[static PEER_SIZE])
{
	struct br_writer w = br_writer_of(text, PEER_SIZE);

	if (!mac)
		return NULL;
	br_text_put_mac(&w, mac);
	return br_text_end(&w);
}

/* What a peer wrote may stand in it. */
static void put_printable(FILE *to, struct br_octets detail)
{
	detail.size = detail.size < DETAIL_MAX ? detail.size : DETAIL_MAX;
	br_escape_terminal(detail, to);
}

static void put_progress(FILE *to, const struct br_note_facts *facts, const char *separator)
{
	double seconds = (double)facts->took / (double)BR_S;

	fprintf(to, "%s%" PRIu64 " octets", separator, facts->octets);
	if (facts->took > 0)
		fprintf(to, " in %.3f s, %.2f MB/s", seconds,
		        (double)facts->octets / seconds / 1e6);
}

static void put_note_text(const struct br_tell *tell, FILE *to, const struct br_action *note)
{
	char peer[PEER_SIZE], mac[PEER_SIZE];
	const char *from = print_peer(&note->remote, peer);
	const char *card = print_mac(find_mac(tell, note), mac);
	const char *separator = ": ";

	put_time(tell, to);
	fprintf(to, " %-22s %-21s %-17s %s", br_note_name(note->note), from ? from : "-",
	        card ? card : "-", br_note_sentence(note->note));
	if (note->payload.size > 0) {
		fputs(separator, to);
		put_printable(to, note->payload);
		separator = ", ";
	}
	if (note->facts.counted) {
		put_progress(to, &note->facts, separator);
		separator = ", ";
	}
	if (note->facts.error < 0)
		fprintf(to, "%s%s", separator, strerror(-note->facts.error));
}

static void put_note_json(const struct br_tell *tell, FILE *to, const struct br_action *note)
{
	const struct br_note_facts *facts = &note->facts;
	char text[PEER_SIZE], detail[DETAIL_MAX + 1];
	struct br_writer w = br_writer_of(text, sizeof(text));
	size_t size = note->payload.size < DETAIL_MAX ? note->payload.size : DETAIL_MAX;
	const char *value;

	begin_object(tell, to, "note");
	br_json_member(to, "note", br_note_name(note->note));
	br_json_member(to, "clause", br_note_clause(note->note));
	br_json_member(to, "says", br_note_sentence(note->note));
	if ((value = print_peer(&note->remote, text)))
		br_json_member(to, "peer", value);
	if ((value = print_mac(find_mac(tell, note), text)))
		br_json_member(to, "mac", value);
	if (facts->address != 0) {
		br_text_put_ipv4(&w, facts->address);
		br_json_member(to, "address", br_text_end(&w));
	}
	if (size > 0)
		memcpy(detail, note->payload.data, size);
	detail[size] = '\0';
	if (size > 0)
		br_json_member(to, "detail", detail);
	if (facts->counted)
		fprintf(to, ",\"octets\":%" PRIu64, facts->octets);
	if (facts->counted && facts->took > 0)
		fprintf(to, ",\"seconds\":%.6f", (double)facts->took / (double)BR_S);
	if (facts->error < 0)
		br_json_member(to, "error", strerror(-facts->error));
	fputc('}', to);
}

void br_tell_note(const struct br_tell *tell, const struct br_action *note, br_time now)
{
	char line[BR_LOG_LINE_MAX];
	FILE *to = begin(line);

	(void)now; /* the wall clock's, with what it was set by since */
	if (!to)
		return;
	if (tell->json)
		put_note_json(tell, to, note);
	else
		put_note_text(tell, to, note);
	end(tell, to, line);
}

/* Events */

void br_tell_event(const struct br_tell *tell, const char *event, const char *says)
{
	char line[BR_LOG_LINE_MAX];
	FILE *to = begin(line);

	if (!to)
		return;
	if (tell->json) {
		begin_object(tell, to, event);
		if (says)
			br_json_member(to, "says", says);
		fputc('}', to);
	} else {
		put_time(tell, to);
		fprintf(to, " %s%s%s", event, says ? ": " : "", says ? says : "");
	}
	end(tell, to, line);
}

void br_tell_status(const struct br_tell *tell, FILE *to, const char *event,
                    const struct br_tell_counter *counter, size_t count)
{
	const char *separator = "";

	begin_object(tell, to, event);
	fprintf(to, ",\"counters\":{");
	for (size_t i = 0; i < count; i++) {
		fprintf(to, "%s\"%s\":%" PRIu64, separator, counter[i].name, counter[i].value);
		separator = ",";
	}
	fprintf(to, "}}");
}

void br_tell_counters(const struct br_tell *tell, const char *event,
                      const struct br_tell_counter *counter, size_t count)
{
	char line[BR_LOG_LINE_MAX];

	if (tell->json) {
		FILE *to = begin(line);

		if (!to)
			return;
		br_tell_status(tell, to, event, counter, count);
		end(tell, to, line);
		return;
	}
	br_tell_event(tell, event, NULL);
	for (size_t i = 0; i < count; i++) {
		if (counter[i].value == 0)
			continue;
		snprintf(line, sizeof(line), "%-28s %" PRIu64, counter[i].name, counter[i].value);
		br_log_put(tell->log, br_text(line));
	}
}

void br_tell_lost(void *context, uint64_t lines, struct br_writer *line)
{
	const struct br_tell *tell = context;
	char text[256] = "";
	FILE *to = fmemopen(text, sizeof(text), "w");

	if (!to)
		return;
	if (tell->json) {
		begin_object(tell, to, "lost");
		fprintf(to, ",\"lines\":%" PRIu64 "}", lines);
	} else {
		put_time(tell, to);
		fprintf(to, " lost: %" PRIu64 " lines that nobody read", lines);
	}
	(void)fclose(to);
	br_text_put(line, text);
}
