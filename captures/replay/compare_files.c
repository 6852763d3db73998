/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/replay/compare.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* TFTP options */

/* The value of @name in "tsize=0 blksize=1468", or NULL; @ret_size of the value */
static const char *find_option(const char *text, const char *name, size_t name_size,
                               size_t *ret_size)
{
	while (*text) {
		size_t word = strcspn(text, " "), equal = strcspn(text, "=");

		if (equal == name_size && !strncmp(text, name, name_size)) {
			*ret_size = word - equal - 1;
			return text + equal + 1;
		}
		text += word;
		text += *text == ' ';
	}
	return NULL;
}

static bool is_name(const char *word, size_t size, const char *name)
{
	return size == strlen(name) && !strncmp(word, name, size);
}

/* One that the core grants and the recorded server did not. A server may leave any option
 * out, so the rule is what boots hang on; @oack: it granted others.
 */
static void granted(struct br_comparison *c, const char *name, size_t size, const char *value,
                    size_t value_size, bool oack)
{
	const char *rule = NULL;

	if (!oack)
		rule = "TFTP-OPT-08";
	else if (is_name(name, size, "tsize"))
		rule = "TFTP-TSZ-01";
	else if (is_name(name, size, "blksize"))
		rule = "TFTP-BLK-05";
	if (is_name(name, size, "windowsize")) { /* the set-up has it off then */
		br_compare_note(c, BR_JUDGED_WORSE, NULL, "windowsize granted: %.*s",
		                (int)value_size, value);
		return;
	}
	if (is_name(name, size, "timeout")) /* may be left out: TFTP-TMO-04 */
		rule = NULL;
	br_compare_note(c, rule ? BR_JUDGED_BETTER : BR_JUDGED_EQUAL, rule, "%.*s granted: %.*s",
	                (int)size, name, (int)value_size, value);
}

/* The core was set up to grant as much, so anything else is wrong; this says why. */
static const char *rule_of(const char *name, size_t size, bool above)
{
	if (is_name(name, size, "tsize"))
		return "TFTP-TSZ-01";
	if (is_name(name, size, "timeout"))
		return "TFTP-TMO-01";
	if (is_name(name, size, "blksize"))
		return above ? "TFTP-BLK-01" : "TFTP-BLK-05";
	if (is_name(name, size, "windowsize"))
		return above ? "TFTP-WIN-01" : "TFTP-WIN-13";
	return NULL;
}

void br_compare_options(struct br_comparison *c, const char *asked, const char *recorded,
                        const char *ours)
{
	for (const char *at = asked; *at; at += strcspn(at, " "), at += *at == ' ') {
		size_t name = strcspn(at, "="), a = 0, b = 0;
		const char *was = find_option(recorded, at, name, &a);
		const char *is = find_option(ours, at, name, &b);

		if (!was && is)
			granted(c, at, name, is, b, *recorded != '\0');
		else if (was && !is)
			br_compare_note(c, BR_JUDGED_WORSE, rule_of(at, name, false),
			                "%.*s not granted, was %.*s", (int)name, at, (int)a, was);
		else if (was && (a != b || strncmp(was, is, a) != 0))
			br_compare_note(
				c, BR_JUDGED_WORSE,
				rule_of(at, name,
			                strtoull(is, NULL, 10) > strtoull(at + name + 1, NULL, 10)),
				"%.*s is %.*s, was %.*s", (int)name, at, (int)b, is, (int)a, was);
	}
	for (const char *at = ours; *at; at += strcspn(at, " "), at += *at == ' ') {
		size_t name = strcspn(at, "="), size;

		if (!find_option(asked, at, name, &size))
			br_compare_note(c, BR_JUDGED_WORSE, "TFTP-OACK-01", "%.*s in the OACK",
			                (int)name, at);
	}
}

/* TFTP */

static void compare_error(struct br_comparison *c, const struct br_talk_tftp *r,
                          const struct br_player_tftp *t)
{
	enum {
		NOT_FOUND = 1
	};

	if (!t->error)
		br_compare_note(c, BR_JUDGED_DIVERGED, NULL,
		                "served, was ERROR %u; the client would go on from here",
		                r->error_code);
	else if (t->error_code != r->error_code && t->error_code == NOT_FOUND)
		br_compare_note(c, BR_JUDGED_BETTER, "TFTP-ERR-01", "ERROR 1, was %u",
		                r->error_code);
	else if (t->error_code != r->error_code)
		br_compare_note(c, BR_JUDGED_WORSE, "TFTP-ERR-01", "ERROR %u, was %u",
		                t->error_code, r->error_code);
}

/* It was asked in vain, and the core would have served it. */
static void was_unanswered(struct br_comparison *c, bool answered)
{
	if (answered)
		br_compare_note(c, BR_JUDGED_DIVERGED, NULL,
		                "answered, nobody did; the client would go on from here");
}

void br_compare_tftp(struct br_comparison *c, const struct br_story_file *f,
                     const struct br_player_tftp *t)
{
	const struct br_talk_tftp *r = &f->exchange->tftp;

	if (br_story_is_unanswered(f->outcome) || f->outcome == BR_OUTCOME_OTHER_ADDRESS) {
		was_unanswered(c, t->answered);
		return;
	}
	if (!t->answered) {
		br_compare_note(c, BR_JUDGED_WORSE, NULL, "no answer");
		return;
	}
	if (r->end == BR_TALK_ERROR_SERVER) {
		compare_error(c, r, t);
		return;
	}
	if (t->error) {
		br_compare_note(c, BR_JUDGED_WORSE, NULL, "ERROR %u", t->error_code);
		return;
	}
	br_compare_options(c, r->asked, r->granted, t->granted);
	if (t->oack && r->asked[0] == '\0')
		br_compare_note(c, BR_JUDGED_WORSE, "TFTP-OPT-02", "OACK to no options");
	if (t->wrong > 0)
		br_compare_note(c, BR_JUDGED_WORSE, "TFTP-RRQ-07",
		                "%" PRIu64 " blocks are not what the file has", t->wrong);
	if (f->outcome == BR_OUTCOME_COMPLETE && (!t->complete || t->octets != r->octets))
		br_compare_note(c, BR_JUDGED_WORSE, "TFTP-RRQ-07",
		                "%" PRIu64 " octets, were %" PRIu64, t->octets, r->octets);
	else if (t->blocks < t->blocks_max && !t->complete && !t->probe)
		br_compare_note(c, BR_JUDGED_WORSE, NULL, "stopped at block %" PRIu64, t->blocks);
}

/* HTTP */

/* Requirement HTTP-TYP-01: EDK2 alone looks at it, and only for what it is to boot. */
static void compare_type(struct br_comparison *c, const struct br_talk_http *r,
                         const struct br_player_http *h)
{
	struct br_talk_http ours = *r;
	bool boots = strstr(r->agent, "UefiHttpBoot") != NULL;

	if (!strcmp(h->type, r->type))
		return;
	memcpy(ours.type, h->type, sizeof(ours.type));
	if (boots && br_story_is_image(&ours) != br_story_is_image(r))
		br_compare_note(c, br_story_is_image(r) ? BR_JUDGED_WORSE : BR_JUDGED_BETTER,
		                "HTTP-TYP-01", "Content-Type %s, was %s", h->type, r->type);
	else
		br_compare_note(c, BR_JUDGED_EQUAL, NULL, "Content-Type %s, was %s", h->type,
		                r->type);
}

static void compare_body(struct br_comparison *c, const struct br_talk_http *r,
                         const struct br_player_http *h)
{
	if (r->has_length && (!h->has_length || h->length != r->length))
		br_compare_note(c, BR_JUDGED_WORSE, "HTTP-LEN-04",
		                "Content-Length %" PRIu64 ", was %" PRIu64, h->length, r->length);
	if (!r->has_length && h->has_length)
		br_compare_note(c, BR_JUDGED_BETTER, "HTTP-LEN-04", "Content-Length given");
	compare_type(c, r, h);
	if (!h->complete)
		br_compare_note(c, BR_JUDGED_WORSE, NULL, "only %" PRIu64 " octets came",
		                h->octets);
	if (h->wrong > 0)
		br_compare_note(c, BR_JUDGED_WORSE, NULL, "octets are not what the file has");
}

void br_compare_http(struct br_comparison *c, const struct br_story_file *f,
                     const struct br_player_http *h)
{
	const struct br_talk_http *r = &f->exchange->tcp.request[f->index];

	if (r->status == 0) {
		was_unanswered(c, h->status != 0);
		return;
	}
	if (h->status == 0) {
		br_compare_note(c, BR_JUDGED_WORSE, NULL, "no answer, was %u", r->status);
		return;
	}
	if (h->status != r->status)
		br_compare_note(c, r->status < 300 ? BR_JUDGED_WORSE : BR_JUDGED_DIVERGED, NULL,
		                "status %u, was %u", h->status, r->status);
	else if (r->status < 300)
		compare_body(c, r, h);
	if (r->closes && h->keeps_alive && r->minor > 0)
		br_compare_note(c, r->answer_minor > 0 ? BR_JUDGED_BETTER : BR_JUDGED_EQUAL,
		                r->answer_minor > 0 ? "HTTP-CON-01" : NULL, "connection kept");
	if (!r->closes && !h->keeps_alive && r->minor > 0)
		br_compare_note(c, BR_JUDGED_WORSE, "HTTP-CON-01", "connection not kept");
}
