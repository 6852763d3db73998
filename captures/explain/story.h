/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/story.h - a client's exchanges as boot attempts: what it tried, how far it got
 *
 * An attempt is one way to boot, tried once: PXE over IPv4, then HTTP over IPv6... What
 * a loaded program does on the wire (shim, GRUB, iPXE) belongs to the attempt that
 * loaded it. Each file asked for has an outcome; that a search finds nothing at most
 * places is no failure.
 */
#ifndef BR_CAPTURES_EXPLAIN_STORY_H
#define BR_CAPTURES_EXPLAIN_STORY_H

#include "captures/explain/errand.h"
#include "captures/explain/fingerprint.h"
#include "captures/read/feed.h"
#include "conformance/rules/rules.h"

enum br_path {
	BR_PATH_PXE4,
	BR_PATH_HTTP4,
	BR_PATH_PXE6,
	BR_PATH_HTTP6,
	BR_PATH_IPXE,
	BR_PATH_DHCP, /* another DHCP client: U-Boot, SLOF, a kernel */
	BR_PATH_NONE, /* files without a DHCP exchange before them */
};

enum br_reached { /* how far; each includes those before it */
	BR_REACHED_NONE,
	BR_REACHED_ASKED, /* DISCOVER or SOLICIT */
	BR_REACHED_OFFERED,
	BR_REACHED_LEASED,
	BR_REACHED_BOOT_SERVER,  /* 4011 answered, or none was needed and a server was asked */
	BR_REACHED_SIZED,        /* a size probe or HEAD was answered */
	BR_REACHED_LOADED,       /* the first program is whole */
	BR_REACHED_SECOND_STAGE, /* it asked for files itself, and got one */
	BR_REACHED_SYSTEM,       /* a kernel is whole */
};

enum br_outcome {
	BR_OUTCOME_COMPLETE,
	BR_OUTCOME_PROBE, /* only its size was wanted */
	BR_OUTCOME_MISS,  /* not there, and that is normal */
	BR_OUTCOME_NOT_FOUND,
	BR_OUTCOME_REFUSED_BY_SERVER, /* TFTP ERROR, HTTP 4xx or 5xx other than not found */
	BR_OUTCOME_REDIRECTED,
	BR_OUTCOME_CLOSED,        /* ICMP port unreachable, or RST to a SYN */
	BR_OUTCOME_FORBIDDEN,     /* ICMP: a firewall says no */
	BR_OUTCOME_UNREACHABLE,   /* ICMP: a router knows no way to the network or the host */
	BR_OUTCOME_SILENT,        /* asked, no answer at all */
	BR_OUTCOME_NO_OPTIONS,    /* answered as if no TFTP option had been sent */
	BR_OUTCOME_NO_SIZE,       /* the OACK lacks the tsize that was asked for */
	BR_OUTCOME_BAD_OACK,      /* the OACK grants what was not asked for */
	BR_OUTCOME_IMAGE_TYPE,    /* HTTP: neither media type nor name says it is a program */
	BR_OUTCOME_ABORTED,       /* ended by the client before the end */
	BR_OUTCOME_RESET,         /* ended by the server before the end */
	BR_OUTCOME_TID_CHANGED,   /* TFTP: the server went on from another port */
	BR_OUTCOME_OTHER_ADDRESS, /* TFTP: the answer came from another address */
	BR_OUTCOME_MIXED,         /* packets of an older transfer fell into it */
	BR_OUTCOME_STALLED,       /* stopped in the middle */
	BR_OUTCOME_GOING_ON,      /* when the capture ends */
	BR_OUTCOME_UNSEEN,        /* encrypted */
	BR_OUTCOME_TLS,           /* the handshake of TLS failed */
	BR_OUTCOME_LATE,          /* HTTP: answered when the client had gone */
	BR_OUTCOME_PROXY_REFUSED, /* HTTP: a proxy did not CONNECT */
	BR_OUTCOME_WANTS_TLS,     /* HTTP: asked in clear on a port of TLS */
	BR_OUTCOME_CUT,           /* snap length: what was said is not in the capture */
};

struct br_story_file {
	const struct br_talk_exchange *exchange; /* TFTP or TCP */
	size_t index;                            /* of the HTTP request */
	const char *name;
	const char *software; /* who asked; NULL: not known */
	enum br_outcome outcome;
	br_time at;
	struct br_endpoint server;
	uint64_t octets;
};

struct br_attempt {
	enum br_path path;
	enum br_errand errand; /* what for: the story of an ordinary host has attempts as well */
	enum br_reached reached;
	size_t first, last; /* exchanges of the client, inclusive */
	br_time began, ended;
	const struct br_talk_exchange *dhcp; /* DHCP or DHCP6: the one it started with */
	const struct br_talk_exchange *pxe;  /* the last on port 4011 */
	const struct br_talk_reply *ack;     /* of .dhcp */
	struct br_fingerprint who;
	size_t files;
	struct br_story_file *file;
	size_t programs; /* files that came whole */
	bool stage;      /* of a loaded program: br_story_stage() */
};

struct br_story {
	const struct br_talk *talk;
	const struct br_talk_client *client;
	const struct br_fingerprints *prints;
	struct br_feed *feed;         /* where the packets came from; NULL: one recorder */
	const struct br_rules *rules; /* what was judged of the same packets; NULL: nothing */
	size_t attempts;
	struct br_attempt *attempt;
	struct br_story_file *files; /* of all attempts, in order */
	const char **software;       /* of each exchange, NULL: not known */
	enum br_errand errand;       /* of all attempts, the one that stands over the others */
	int32_t arch;                /* the first said; -1: never */
	struct br_fingerprint who;   /* the machine's firmware */
	bool relay_only;             /* only a relay's copies of its requests were seen */
	br_time quiet;               /* from its last packet to the end of the capture */
};

/* @story borrows all three. Return: 0 or -ENOMEM */
int br_story_init(struct br_story *story, const struct br_talk *talk,
                  const struct br_talk_client *client, const struct br_fingerprints *prints);
void br_story_reset(struct br_story *story);

const char *br_path_name(enum br_path path);          /* "PXE over IPv4" */
const char *br_reached_name(enum br_reached reached); /* "lease" */
const char *br_reached_says(enum br_reached reached); /* "it got an address" */
const char *br_outcome_says(enum br_outcome outcome); /* "not found" */
/* Nothing came back from the server, or an ICMP error did. */
bool br_story_is_unanswered(enum br_outcome outcome);
/* EDK2 takes it for a program, by its media type or its name */
bool br_story_is_image(const struct br_talk_http *http);
/* The client of that address, or the first that has one when @mac is NULL; NULL: there is none */
const struct br_talk_client *br_story_pick(const struct br_talk *talk, const uint8_t *mac);
/* Of the DHCP messages that began it the capture has less than all (snap length). */
bool br_story_is_cut(const struct br_story *story, const struct br_attempt *attempt);
/* The attempt to boot that got furthest, the first of equals; if none of them is a boot, of all;
 * NULL if there is none.
 */
const struct br_attempt *br_story_furthest(const struct br_story *story);
/* An OFFER of another address than the one its server stands by: a server may offer several, one
 * to each DISCOVER, and what counts is the one it acknowledged, else the first.
 */
bool br_story_offered_else(const struct br_talk_reply *reply, uint16_t count, uint16_t index);
/* What its first octets say; NULL: there are none */
const struct br_image_kind *br_story_image(const struct br_story_file *file);
/* By the name that DHCP told, of whichever answer */
bool br_story_is_told(const struct br_attempt *attempt, const struct br_story_file *file);
bool br_story_is_kernel(const struct br_story_file *file); /* or its first file system, by name */
/* The first file that came whole; NULL: none did */
const struct br_story_file *br_story_first_whole(const struct br_attempt *attempt);
/**
 * br_story_stage() - What a loaded program did after the last file it got, as an attempt of its own
 * @ret: Without files. .dhcp is its own question; where it asked none (@ret_asked false), that of
 *	whoever loaded it
 *
 * Return: it did something, and asked for no file
 */
bool br_story_stage(const struct br_story *story, const struct br_attempt *attempt,
                    struct br_attempt *ret, bool *ret_asked);
/* The capture ends less than @time after @at. */
bool br_story_ends_within(const struct br_story *story, br_time at, br_time time);
/* The last address that was looked for in this attempt and never found; NULL: none was. */
const struct br_talk_arp *br_story_unanswered_arp(const struct br_story *story,
                                                  const struct br_attempt *attempt);

#endif /* BR_CAPTURES_EXPLAIN_STORY_H */
