/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/talk/conversation.h - who talks with whom: packets in, stories of clients out
 *
 * One pass over the packets of a live run or a capture. Every machine that boots is a
 * client with a list of exchanges in order: a DHCP transaction, a question on port
 * 4011, a TFTP transfer, an HTTP connection... A bulk transfer is one record, however
 * long. Memory has a limit (br_talk_limits): when it is reached the client that was
 * quiet longest is told to whoever asked for it and forgotten, and a client with too
 * many exchanges loses those in the middle of its story, counted.
 *
 * A `talk` believes the packets: it says what was seen, never what should have been.
 * Addresses are IPv6, IPv4 ones as ::ffff:a.b.c.d; numbers are in host order; texts are
 * NUL-terminated, cut to their room, with octets that do not print as \xNN.
 */
#ifndef BR_CONFORMANCE_TALK_CONVERSATION_H
#define BR_CONFORMANCE_TALK_CONVERSATION_H

#include "conformance/talk/image.h"
#include "core/formats/dhcp_option.h"
#include "core/formats/nd.h"
#include "sim/net/packet.h"

enum {
	BR_TALK_TIMES_MAX = 8, /* of a repeated message the first so many times are kept */
	BR_TALK_ORDER_MAX = 64,
	BR_TALK_XIDS_MAX = 4,
	BR_TALK_REPLIES_MAX = 6,
	BR_TALK_ROUTES_MAX = 4,    /* of one reply */
	BR_TALK_RESOLVERS_MAX = 3, /* of option 6 */
	BR_TALK_PREFIXES_MAX = 3,  /* of a router advertisement */
	BR_TALK_ANSWERS6_MAX = 4,  /* of a DHCPv6 exchange */
	BR_TALK_REQUESTS_MAX = 12, /* HTTP requests on one connection */
	BR_TALK_ADDRESSES_MAX = 6,
	BR_TALK_SERVERS_MAX = 64,
	BR_TALK_HOLES_MAX = 4, /* gaps of a TCP direction that are followed */
	BR_TALK_FILE_SIZE = 144,
	BR_TALK_CLASS_SIZE = 64,
	BR_TALK_OPTIONS_SIZE = 112,
};

struct br_talk_limits {
	size_t memory_max;    /* octets for clients and their exchanges */
	size_t exchanges_max; /* of one client */
};

extern const struct br_talk_limits br_talk_limits_default; /* 64 MiB, 512 */

/* A message and its repetitions. */
struct br_talk_times {
	uint32_t count;
	br_time at[BR_TALK_TIMES_MAX];
	br_time last;
	uint64_t frame, last_frame; /* of the first and the last */
	size_t source;              /* file of the last: br_talk_of_file() */
};

/* What a client says of itself in a DHCPv4 request. */
struct br_talk_identity {
	int32_t arch;                          /* the first of option 93; -1: absent */
	char vendor_class[BR_TALK_CLASS_SIZE]; /* 60 */
	char user_class[32];                   /* 77; length octets of RFC 3004 as \xNN */
	char file[32];                         /* header file: some fill it in requests */
	uint8_t order[BR_TALK_ORDER_MAX];      /* option codes as they stood */
	uint8_t parameters[BR_TALK_ORDER_MAX]; /* 55 */
	uint8_t uuid[17];                      /* 97 */
	uint8_t interface[3];                  /* 94 */
	uint8_t order_size, parameters_size, uuid_size, interface_size;
	uint8_t client_id_size; /* 61 */
	char client_name[24];   /* 61 of type 0 (RFC 2132 9.14), as text */
	uint16_t max_size;      /* 57; 0: absent */
	uint16_t flags;
	uint16_t size; /* octets of UDP payload */
	uint8_t ttl;
	bool dont_fragment;
	bool no_checksum; /* UDP checksum 0 */
	bool has_ipxe;    /* 175 */
};

/* A DHCPv4 reply of a kind, and how often it came. */
struct br_talk_reply {
	uint8_t type; /* enum br_dhcp_type; 0: BOOTP */
	uint16_t count;
	uint64_t frame, last_frame; /* of the first and the last */
	size_t source;              /* file of the last: br_talk_of_file() */
	br_time at, last;
	struct br_endpoint from, to;
	uint32_t server_id, yiaddr, siaddr, giaddr, netmask, router, dns;
	uint32_t resolver[BR_TALK_RESOLVERS_MAX]; /* 6; .dns is the first */
	uint32_t lease_s;
	int32_t vlan;                       /* -1: no tag, or one that names none */
	uint16_t wrong_sums, unfilled_sums; /* how many of @count, enum br_sum */
	bool has_classless;                 /* 121 or 249 */
	uint8_t routes;                     /* of 33, 121 or 249 */
	struct br_dhcp_route route[BR_TALK_ROUTES_MAX];
	uint32_t boot_server; /* first address of 43.8 */
	uint16_t size;
	int16_t discovery;  /* 43.6; -1: absent */
	bool has_vendor;    /* 43 present */
	bool has_menu;      /* 43.9 */
	bool cut;           /* the capture holds a part only: what is absent may be there */
	bool vendor_broken; /* 43 of PXE: a length runs over, or no 255 at its end */
	bool valid_edk2;    /* br_dhcp_is_valid_edk2() */
	bool overload;
	bool has_relay_option; /* 82 */
	bool file_behind_82;   /* what a relay that cuts there takes away */
	bool passed_on;        /* a relay's copy of one that stands before it */
	bool probed;           /* the address was tried by ARP or ping before: that takes time */
	char vendor_class[32]; /* 60 */
	char file[BR_TALK_FILE_SIZE]; /* 67, else header */
	char server_name[48];         /* 66 */
};

/* One DHCPv4 transaction: a client's xid, or several when it draws a new one each time. */
struct br_talk_dhcp {
	uint32_t xid[BR_TALK_XIDS_MAX]; /* the last so many, in a ring */
	uint32_t xids;                  /* all */
	struct br_talk_identity identity;
	struct br_talk_times discover, request, decline, release, inform;
	uint16_t discover_secs[BR_TALK_TIMES_MAX];
	uint16_t request_secs;
	uint16_t request_max_size;
	uint8_t request_order[BR_TALK_ORDER_MAX];
	uint8_t request_order_size;
	int32_t request_arch; /* -1: absent */
	bool renewing;        /* the request has ciaddr and no option 54 */
	uint32_t selected;    /* option 54 of the request */
	uint32_t requested;   /* option 50, else ciaddr */
	uint32_t giaddr;      /* of the relay, if there is one */
	uint8_t hops;
	bool relay_option;        /* a relay's copy had 82 */
	int32_t vlan;             /* of the client's own packets; as of a reply */
	uint16_t right_sums;      /* of these: the recorder kept the checksums as they were sent */
	uint16_t strays;          /* replies whose xid is not one of these */
	uint32_t stray_xid;       /* of the last such */
	bool direct;              /* the client's own packets were seen, not only a relay's */
	bool last_relayed;        /* the last one counted was a relay's copy */
	bool other_xid;           /* the REQUEST has another than the OFFER it takes up */
	struct br_endpoint sent;  /* where the last request went: relays copy to each server */
	uint16_t replies, offers; /* how many of reply[]; how many offers of any kind came */
	struct br_talk_reply reply[BR_TALK_REPLIES_MAX];
};

/* Requests for a PXE boot server: port 4011, or a boot item (43.71) anywhere. */
struct br_talk_pxe {
	uint32_t xid;
	struct br_endpoint client, server;
	struct br_talk_identity identity;
	struct br_talk_times request;
	uint16_t secs[BR_TALK_TIMES_MAX];
	int32_t item; /* 43.71 type; -1: absent */
	uint32_t ciaddr;
	uint16_t replies;
	struct br_talk_reply reply[2];
	uint16_t strays; /* replies from that port with another xid */
	uint32_t stray_xid;
	uint16_t icmp; /* type << 8 | code of an ICMP error about it */
	uint32_t icmps;
};

enum br_talk_end {
	BR_TALK_OPEN,         /* nothing ended it before the capture did */
	BR_TALK_COMPLETE,     /* TFTP: the last block came; HTTP: closed in order */
	BR_TALK_ERROR_CLIENT, /* TFTP ERROR, or RST, by the client */
	BR_TALK_ERROR_SERVER,
	BR_TALK_REPLACED, /* the client began anew from the same port */
};

struct br_talk_tftp {
	struct br_endpoint client, server; /* .server.port: its TID; 0: it never answered */
	bool write;                        /* WRQ */
	bool cut;                          /* the capture has a part of the request only */
	char file[BR_TALK_FILE_SIZE];
	char mode[12];
	char asked[BR_TALK_OPTIONS_SIZE];   /* "tsize=0 blksize=1468" as they stood */
	char granted[BR_TALK_OPTIONS_SIZE]; /* the OACK's; "" with @oacks 0: none came */
	struct br_talk_times request;
	uint32_t oacks;
	bool oack_bad; /* not a subset of what was asked, or does not end in 0 */
	uint32_t block_size, window_size;
	uint64_t size;              /* tsize of the OACK; UINT64_MAX: not said */
	struct br_image_kind image; /* of block 1 */
	uint64_t octets;
	uint64_t blocks; /* highest in order or not, counted on past 65535 */
	uint64_t acked;
	uint64_t seen;     /* bit n: block @blocks - n was seen */
	uint64_t missing;  /* never seen, though later ones were */
	uint64_t repeated; /* DATA seen before */
	uint64_t acks, repeated_acks;
	/* since something new came: DATA or OACK sent again, and ACKs */
	uint32_t insisted, acks_insisted;
	uint64_t foreign;      /* packets of another server port or address */
	uint64_t foreign_next; /* of these, DATA that would have been the next block */
	struct br_endpoint foreign_from;
	bool data_unseen; /* acknowledged to the end, though DATA is missing in the capture */
	br_time answered, first_data, last_data, last_progress;
	br_time stall_max; /* longest time without progress */
	bool last_block;   /* the short one was seen */
	uint8_t ttl;
	enum br_talk_end end;
	uint16_t error_code;
	char error_text[80];
	uint16_t icmp; /* type << 8 | code of an ICMP error about the request */
	uint32_t icmps;
};

struct br_talk_http {
	char method[12];
	char target[BR_TALK_FILE_SIZE];
	char host[64];
	char agent[64];
	char fields[BR_TALK_OPTIONS_SIZE]; /* names of the request's fields in order */
	char range[48];
	uint8_t minor; /* HTTP/1.x */
	uint64_t frame;
	br_time at, answered, last;
	uint16_t status; /* 0: no answer */
	uint8_t answer_minor;
	bool has_length, chunked, closes;
	bool open_chunk;            /* chunked, and its last octets seen are no last chunk */
	char encoding[16];          /* Content-Encoding */
	uint64_t length;            /* Content-Length */
	uint64_t octets;            /* of content that passed by */
	struct br_image_kind image; /* of its first segment */
	char type[48];
	char server[48];
	char location[BR_TALK_FILE_SIZE];
	bool complete;
	bool cut; /* the capture has a part of its heads only: what is not here is not known */
};

/* One direction of a TCP connection, as far as heads and lengths need it. */
struct br_talk_flow {
	uint32_t next;    /* sequence number wanted */
	uint32_t highest; /* one past the highest seen */
	bool started;
	uint64_t octets, repeated, lost; /* lost: acknowledged but not in the capture */
	uint8_t hole_count;
	uint32_t hole[BR_TALK_HOLES_MAX][2]; /* pieces beyond @next, in order of arrival */
	uint16_t head_size;
	uint8_t head[2048];
	uint16_t kept; /* TLS: of .head, before the record at hand: a message that goes on in it */
	uint32_t skip; /* TLS: octets to come of a message that is longer than .head */
	uint64_t body_left; /* of the message at hand; UINT64_MAX: to the end */
	bool in_body;
	bool deaf; /* could not follow: not HTTP, or a head was cut */
};

/* What TLS showed of itself before it sealed. */
struct br_talk_tls {
	uint16_t offered, chosen;      /* versions, 0x0303 is TLS 1.2; 0: not seen */
	uint16_t suites, suite;        /* how many were offered; the one chosen */
	bool alerted, alert_by_client; /* one in clear, and not close_notify */
	bool bye_by_client;            /* close_notify in clear: it leaves, whatever for */
	uint8_t alert;
	bool rsa;
	uint16_t key_bits;               /* of the certificate; 0: not seen */
	char name[64];                   /* SNI */
	char subject[64];                /* of the certificate: common name, */
	char host[64];                   /* first DNS name, */
	char until[20];                  /* and when it ends, YYMMDDHHMMSSZ */
	char from[20];                   /* and begins */
	char issuer[64];                 /* common name of who signed it */
	char names[4][64];               /* of its subjectAltName, names and addresses */
	bool more_names;                 /* there are others, or one of these is cut */
	uint16_t certificates;           /* that were sent */
	bool self_signed;                /* the first of them, by its names */
	bool signed_by_none;             /* one of a chain signed and says it is no authority */
	bool out_of_order;               /* another than the issuer of one follows it */
	bool needs_secrecy;              /* no suite with the RSA key exchange was offered */
	bool changed_up, changed_down;   /* ChangeCipherSpec: from there on all is sealed */
	bool again;                      /* a handshake's record of the server behind that */
	bool wants_certificate;          /* the server asked for one of the client */
	bool done;                       /* its ServerHelloDone came */
	char foreign[24];                /* how it began to answer, where that was no TLS */
	uint64_t sealed_up, sealed_down; /* octets of application data */
};

struct br_talk_tcp {
	struct br_endpoint client, server;
	struct br_talk_times syn;
	br_time opened, last, stall_max, last_progress;
	uint32_t isn; /* of the client */
	bool has_isn;
	uint16_t syn_window, syn_mss;
	int8_t syn_scale;
	uint8_t syn_options_size;
	uint8_t ttl;
	uint32_t syn_acks;
	uint32_t refusals; /* RST to a SYN */
	enum br_talk_end end;
	bool fin_client, fin_server;
	bool server_first; /* the server ended it: the client's FIN or RST came behind its own */
	uint32_t acked;    /* of the client's last ACK */
	br_time left;      /* when the client ended it, by FIN or RST; 0: it did not */
	br_time late;      /* the server's first content behind the client's RST; 0: none */
	uint16_t icmp;
	uint32_t icmps;
	bool tls;       /* what is said cannot be seen but for @hello */
	bool wants_tls; /* a request in clear was answered by an alert, or by 400 that says so */
	struct br_talk_tls hello;
	bool cut;                   /* the capture has no more than a part of a head */
	uint16_t requests, answers; /* all; request[] holds the first BR_TALK_REQUESTS_MAX */
	struct br_talk_http *request;
	uint32_t zero_windows; /* segments of the client with window 0, one after the other */
	uint64_t octets_down, repeated_down; /* from the server; sent again */
	struct br_talk_flow *up, *down;      /* while it is open */
};

struct br_talk_dns {
	struct br_endpoint server;
	char name[96];
	uint16_t type;
	struct br_talk_times query;
	uint32_t answers;
	uint8_t code;               /* RCODE */
	bool truncated;             /* of the last answer, and it has no address */
	bool referral;              /* it names other servers, and nothing else */
	struct br_endpoint address; /* first A or AAAA answer */
	uint32_t icmps;
};

struct br_talk_arp { /* the client looks for @target and has no answer yet */
	struct br_endpoint target;
	struct br_talk_times request;
	uint32_t answers;
};

/* A DHCPv6 answer of a kind by one server, and how often it came. */
struct br_talk_answer6 {
	uint8_t type; /* BR_DHCP6_TYPE_ADVERTISE or _REPLY */
	uint16_t count;
	uint64_t frame;
	br_time at, last;
	struct br_endpoint from, to;
	uint8_t server[20], server_size;             /* option 2, its first octets */
	int16_t preference;                          /* 7; -1: absent */
	int32_t vlan;                                /* as of br_talk_reply */
	uint16_t wrong_sums, unfilled_sums, no_sums; /* how many of @count */
	bool relayed;                                /* for a relay, in a Relay-reply */
	bool passed_on;      /* a relay's copy of that came to the client too */
	bool interface_lost; /* without the option 18 that the relay had sent */
	bool has_address, has_url;
	bool dead_address; /* valid for 0 s, or preferred for longer than that */
	bool other_iaid;   /* its IA_NA has another IAID than the client's */
	uint32_t preferred, valid;
	uint16_t status; /* the worst */
	char url[BR_TALK_FILE_SIZE];
};

struct br_talk_dhcp6 {
	uint32_t xid[BR_TALK_XIDS_MAX]; /* as of DHCPv4 */
	uint32_t xids;
	int32_t arch;                                 /* 61; -1: absent */
	char vendor_class[BR_TALK_CLASS_SIZE];        /* 16, text of the first */
	char user_class[32];                          /* 15 */
	uint8_t order[BR_TALK_ORDER_MAX], order_size; /* option codes, those above 255 as 255 */
	uint8_t wanted[24], wanted_size;              /* 6 */
	uint8_t duid[20], duid_size;
	struct br_talk_times solicit, request, inform, release, decline;
	uint32_t iaid; /* of its IA_NA */
	bool has_iaid;
	uint8_t relays; /* the fewest it was seen to come through; copies with more do not count */
	bool relayed;
	bool confirmed; /* a Reply came */
	uint32_t advertises, replies;
	uint16_t strays; /* answers whose transaction-id is not one of these */
	uint32_t stray_xid;
	bool no_server_id, other_client_id; /* an answer without option 2; option 1 not as sent */
	bool offered, leased;               /* an address in an Advertise, in a Reply */
	bool url_offered, url_leased;       /* 59 in an Advertise, in a Reply */
	bool has_dns;                       /* 23 in an answer */
	struct br_endpoint dns;             /* the first of it */
	br_time advertised, replied;
	struct br_endpoint server, address; /* IA address given */
	char url[BR_TALK_FILE_SIZE];        /* 59 */
	char reply_class[48];               /* 16 of the answer, text */
	bool reply_has_class;               /* 16 */
	uint16_t status;                    /* 13, the worst seen */
	int32_t vlan;                       /* of the client's own packets; as of br_talk_reply */
	uint16_t cut;                       /* answers of which the capture has a part only */
	bool direct;                        /* the client's own packets were seen */
	uint16_t right_sums;                /* of these: as of br_talk_dhcp */
	uint8_t chosen[20], chosen_size;    /* 2 of its REQUEST */
	bool interface;                     /* a relay's copy had option 18 */
	struct br_endpoint link, relay;     /* link-address of the nearest relay; who sent it on */
	uint16_t answers;                   /* how many of answer[] */
	struct br_talk_answer6 answer[BR_TALK_ANSWERS6_MAX];
};

struct br_talk_nd { /* router solicitation */
	struct br_talk_times solicit;
	uint32_t answers;
	bool managed, other; /* of the advertisement */
};

enum br_talk_kind {
	BR_TALK_DHCP,
	BR_TALK_PXE,
	BR_TALK_TFTP,
	BR_TALK_TCP,
	BR_TALK_DNS,
	BR_TALK_ARP,
	BR_TALK_DHCP6,
	BR_TALK_ND,
};

/* How the packets of an exchange came, below what they say. */
struct br_talk_layers {
	int32_t vlan_up, vlan_down; /* of the last either way; -1: no tag, or none went by */
	bool down;                  /* one went by to the client */
	/* packets to the client that it took no notice of so far, and those of them that have a
	 * wrong checksum */
	uint32_t deaf, wrong;
	size_t deaf_file; /* of the last of them */
	uint64_t deaf_frame;
};

struct br_talk_place { /* a frame, of several files */
	size_t file;
	uint64_t frame;
};

struct br_talk_exchange {
	enum br_talk_kind kind;
	uint64_t first_frame, last_frame;
	br_time first, last;
	struct br_talk_layers layers;
	size_t memory;                      /* octets it takes */
	struct br_talk_exchange *next_flow; /* in the table of open flows */
	union {
		struct br_talk_dhcp dhcp;
		struct br_talk_pxe pxe;
		struct br_talk_tftp tftp;
		struct br_talk_tcp tcp;
		struct br_talk_dns dns;
		struct br_talk_arp arp;
		struct br_talk_dhcp6 dhcp6;
		struct br_talk_nd nd;
	};
};

struct br_talk_client {
	uint64_t number; /* in order of appearance, from 1 */
	uint8_t mac[6]; /* of zeros: its DHCP names none (RFC 4390), and option 61 tells it apart */
	bool has_mac;
	uint8_t client_id[32], client_id_size; /* 61, where the MAC address is of zeros */
	struct br_endpoint address[BR_TALK_ADDRESSES_MAX]; /* .port 0; the latest last */
	size_t addresses;
	uint64_t frames, octets;
	br_time first, last;
	uint64_t first_frame, last_frame;
	struct br_talk_exchange **exchange; /* in order of their first packet */
	size_t exchanges, room;
	struct br_talk_client *next; /* in the table of MAC addresses */
	uint64_t left_out;           /* exchanges forgotten from the middle */
	uint8_t rival[6]; /* MAC address of another machine that says it has this one's address */
	bool has_rival;
	struct br_endpoint rival_address;
	br_time arp_unanswered_since; /* others ask for its address; BR_TIME_NEVER: none waits */
	size_t memory;
};

/* A machine that answers, or is asked for. */
struct br_talk_server {
	struct br_endpoint address; /* .port 0 */
	uint8_t mac[6];
	bool alive;                                 /* it sent something */
	uint64_t dhcp, pxe, tftp, http, dns, dhcp6; /* answers */
	uint64_t closed;                            /* ICMP port unreachable or RST from it */
	br_time first, last;
};

struct br_talk;
/* A client that is about to be forgotten to keep within memory_max. */
typedef void br_talk_see(void *context, const struct br_talk_client *client);

/* Return: 0 or -ENOMEM */
int br_talk_new(struct br_talk **ret_talk, const struct br_talk_limits *limits);
struct br_talk *br_talk_free(struct br_talk *talk); /* NULL in, NULL out */
void br_talk_on_evict(struct br_talk *talk, br_talk_see *see, void *context);

/* Whole datagrams only: fragments are put together before. @frame: number for people. */
void br_talk_packet(struct br_talk *talk, const struct br_packet *packet, uint64_t frame,
                    br_time at);

/* The packets that come now are of this file, by number; 0 until said. */
void br_talk_of_file(struct br_talk *talk, size_t file);

size_t br_talk_clients(const struct br_talk *talk);
const struct br_talk_client *br_talk_client(const struct br_talk *talk, size_t index);
size_t br_talk_servers(const struct br_talk *talk);
const struct br_talk_server *br_talk_server(const struct br_talk *talk, size_t index);
/* NULL if it never appeared. */
const struct br_talk_server *br_talk_find_server(const struct br_talk *talk,
                                                 const struct br_endpoint *address);

/* Of router advertisements: the last router with a lifetime, and what hosts drop */
struct br_talk_router6 {
	struct br_endpoint address; /* :: until there is one */
	uint64_t invalid;           /* that RFC 4861 section 6.1.2 drops; they count nowhere else */
	struct br_endpoint from;    /* of the last of these, */
	uint8_t hop_limit;          /* and its hop limit, of which 255 is due */
};
const struct br_talk_router6 *br_talk_router6(const struct br_talk *talk);
/* Router advertisements seen, whoever asked, and the prefixes of the last. NULL: no more */
uint64_t br_talk_router_advertisements(const struct br_talk *talk);
/* The last advertisement says that its router leads elsewhere (RFC 4861 section 4.2, lifetime). */
bool br_talk_has_router6(const struct br_talk *talk);
const struct br_nd_prefix *br_talk_prefix(const struct br_talk *talk, size_t index);
/* UDP and TCP packets seen, whoever spoke: a network where others speak is there. */
uint64_t br_talk_spoken(const struct br_talk *talk);
/* Parts of transfers whose beginning is not in the capture */
struct br_talk_late {
	uint64_t data, acks;         /* of TFTP */
	uint64_t segments;           /* of TCP with content, from port 80 */
	struct br_endpoint from, to; /* of the last */
};
const struct br_talk_late *br_talk_late(const struct br_talk *talk);
/* Nothing but UDP of ports 67 to 69 and 4011 went by, from machines with MAC addresses, who must
 * have asked for each other by ARP: the recorder was told to leave the rest out.
 */
bool br_talk_is_filtered(const struct br_talk *talk);
/* Datagrams that came in fragments and never whole: told by whoever puts them together. */
void br_talk_set_fragments_lost(struct br_talk *talk, uint64_t datagrams);
uint64_t br_talk_fragments_lost(const struct br_talk *talk);
/* DHCP messages the capture holds a part of only (snap length) */
uint64_t br_talk_cut(const struct br_talk *talk);
uint64_t br_talk_evicted(const struct br_talk *talk);
size_t br_talk_memory(const struct br_talk *talk); /* octets in use now */
br_time br_talk_first(const struct br_talk *talk); /* of all packets */
br_time br_talk_last(const struct br_talk *talk);

#endif /* BR_CONFORMANCE_TALK_CONVERSATION_H */
