/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/explain.h - `bootrig explain`: what happened to each client, and why
 *
 * One pass over one capture, or over several of one event. For each client: who it is
 * and how one knows, a ladder of each attempt, how far it got, what stopped it, which
 * requirement and known quirk that is, and what to change.
 */
#ifndef BR_CAPTURES_EXPLAIN_EXPLAIN_H
#define BR_CAPTURES_EXPLAIN_EXPLAIN_H

#include <stdio.h>

#include "conformance/talk/conversation.h"
#include "sim/command/verb.h"

/**
 * struct br_explain - What to explain, and how
 * @paths, @count:	Captures; "-" is standard input
 * @has_client, @client: Only this machine, by its MAC address
 * @fail_on:	"MUST", "SHOULD": a requirement of that strength that somebody broke makes it fail
 *		(conformance/requirements.h); NULL: none does
 * @server, @judged: Its rules alone are told and count, and no boot does; as said and as an
 *		address. NULL: everybody's
 * @json:		For machines
 * @junit:	Where JUnit goes as well; NULL: it is not wanted
 * @html:	Where a page goes as well; NULL: none is wanted
 * @limits:		Of memory
 * @out, @err:		Where it goes; errors and progress to @err
 */
struct br_explain {
	const char *const *paths;
	size_t count;
	bool has_client, json;
	const char *fail_on, *html, *junit, *server;
	uint8_t client[6], judged[16];
	struct br_talk_limits limits;
	FILE *out, *err;
};

/* Return: the exit code. With @server 0 it broke nothing that @fail_on says (MUST if nothing does),
 * 1 it did, 3 nothing of it was judged. Else 0 every boot went well; 1 something stopped one, or
 * broke what @fail_on says; 2 a file is damaged or no capture (what was readable is explained); 3
 * nobody boots in it; 77 none failed, and of one it is not known
 */
int br_explain(const struct br_explain *explain);

/* explain PCAP... [--client MAC] [--server ADDR] [--json] [--memory MIB] */
extern const struct br_command_verb br_verb_explain;

#endif /* BR_CAPTURES_EXPLAIN_EXPLAIN_H */
