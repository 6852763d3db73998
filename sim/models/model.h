/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/models/model.h - what one firmware sends and how long it waits, as data
 *
 * A model is a text file sim/models/NAME.model: one `key = value` a line, the source
 * of each fact as a comment beside it. All of them are compiled in; br_model_find()
 * reads one into a struct. br_model_parse() reads such a text from anywhere else.
 *
 * Two users: the engines of sim/models/firmware.h, which boot by themselves, and the
 * script runner, where `client ... as=NAME` supplies what a line leaves out. Both
 * get their octets from the same functions at the end of this file.
 */
#ifndef BR_SIM_MODELS_MODEL_H
#define BR_SIM_MODELS_MODEL_H

#include "core/base/bytes.h"
#include "core/formats/dhcp_message.h"
#include "core/port.h"

enum {
	BR_MODEL_NAME_SIZE = 32,
	BR_MODEL_WAITS_MAX = 32,
	BR_MODEL_ORDER_MAX = 20,       /* DHCP options in one message */
	BR_MODEL_VALUES_MAX = 32,      /* DHCP options with a value of their own */
	BR_MODEL_NO_ARCH = UINT16_MAX, /* option 93 is not said */
	BR_MODEL_POOL_SIZE = 1024,     /* octets of all those values and texts */
	BR_MODEL_RRQ_MAX = 4,
	BR_MODEL_HEADERS_MAX = 6,
	BR_MODEL_FILES_MAX = 8,
};

enum br_model_engine { /* which state machine reads the knobs */
	BR_MODEL_ENGINE_EDK2_PXE,
	BR_MODEL_ENGINE_EDK2_HTTP,
	BR_MODEL_ENGINE_IPXE,
	BR_MODEL_ENGINE_PXE_ROM,
	BR_MODEL_ENGINE_UBOOT,
	BR_MODEL_ENGINE_RPI,
	BR_MODEL_ENGINE_LIBNET,
	BR_MODEL_ENGINE_SHIM,
	BR_MODEL_ENGINE_GRUB,
	BR_MODEL_ENGINE_PXELINUX,
	BR_MODEL_ENGINE_SYSLINUX_EFI,
	BR_MODEL_ENGINE_EDK2_SIX,
	BR_MODEL_ENGINE_WINDOWS,
};

enum br_model_duid6 { /* option 1 of DHCPv6, where a model speaks it by dhcp6_plain.h */
	BR_MODEL_DUID6_LINK,
	BR_MODEL_DUID6_UUID, /* in network order, RFC 6355 §4 */
};

enum br_model_iaid6 {
	BR_MODEL_IAID6_RANDOM,
	BR_MODEL_IAID6_CRC, /* of the MAC, iPXE */
	BR_MODEL_IAID6_ZERO,
};

enum br_model_xid6 { /* one for Solicit and Request */
	BR_MODEL_XID6_RANDOM,
	BR_MODEL_XID6_SHORT, /* 16 bits of it, U-Boot */
	BR_MODEL_XID6_CLOCK, /* seconds since 1970, the lowest octet first: GRUB */
};

enum br_model_elapsed6 {
	BR_MODEL_ELAPSED6_COUNTED,
	BR_MODEL_ELAPSED6_REQUEST,  /* but 0 in each Solicit, GRUB */
	BR_MODEL_ELAPSED6_REPEATED, /* but 0 in the first Request, U-Boot */
	BR_MODEL_ELAPSED6_FOUR,     /* always 4 s, SLOF */
};

enum br_model_ia6 {          /* what a Request says of the address */
	BR_MODEL_IA6_ZEROED, /* without any times, iPXE */
	BR_MODEL_IA6_BARE,   /* nothing, U-Boot */
	BR_MODEL_IA6_WHOLE,  /* as it was advertised, GRUB */
};

enum br_model_message { /* the DHCP messages a model knows how to say */
	BR_MODEL_DISCOVER,
	BR_MODEL_REQUEST,
	BR_MODEL_PROXY,       /* to port 4011, PXE 2.1 §2.2.3 */
	BR_MODEL_BOOT_SERVER, /* for a menu item, PXE 2.1 §2.2.4 */
	BR_MODEL_MESSAGES     /* how many; not a message */
};

enum br_model_select {                  /* when DISCOVER ends */
	BR_MODEL_SELECT_AT_TIMEOUT,     /* offers are collected until the current wait is over */
	BR_MODEL_SELECT_FIRST,          /* the first one will do */
	BR_MODEL_SELECT_PROXY_OR_AFTER, /* as soon as a proxy offered too, else after_ms */
};

enum br_model_secs { /* what the field `secs` counts */
	BR_MODEL_SECS_ELAPSED,
	BR_MODEL_SECS_OF_DISCOVER, /* REQUEST says what the last DISCOVER said, RFC 2131 §4.4.1 */
	BR_MODEL_SECS_ZERO,
	BR_MODEL_SECS_IPXE,  /* count << 2 | has offer << 1 | has proxy offer */
	BR_MODEL_SECS_CLOCK, /* low 16 bits of the xid, GRUB net_bootp */
};

enum br_model_xid {
	BR_MODEL_XID_RANDOM,    /* one for the session, another for each later request */
	BR_MODEL_XID_SAME,      /* one for everything */
	BR_MODEL_XID_MAC_TIMER, /* last four octets of the MAC + milliseconds, each time anew */
	BR_MODEL_XID_CLOCK,     /* seconds since 1970 */
	BR_MODEL_XID_FIXED,     /* xid_value, the same in every machine */
	BR_MODEL_XID_MAC,       /* last four octets of the MAC, and xid_value on top */
};

enum br_model_growth { /* of a TFTP wait from try to try */
	BR_MODEL_GROWTH_NONE,
	BR_MODEL_GROWTH_DOUBLE,
	BR_MODEL_GROWTH_ADD, /* grow_ms more each time */
};

enum br_model_fragment {           /* which datagrams have the DF bit */
	BR_MODEL_FRAGMENT_ALL,     /* none has it */
	BR_MODEL_FRAGMENT_NOT_PXE, /* those to 4011 have it */
	BR_MODEL_FRAGMENT_NONE,    /* every one has it */
};

enum br_model_wrong_block {          /* what a block draws that is not the one expected */
	BR_MODEL_WRONG_BLOCK_ACK,    /* the last one in order is acknowledged again, each time */
	BR_MODEL_WRONG_BLOCK_ONCE,   /* ... once until the transfer moves on */
	BR_MODEL_WRONG_BLOCK_OWN,    /* an old one is acknowledged by its own number */
	BR_MODEL_WRONG_BLOCK_LIBNET, /* the last one is acknowledged again, an older one is not,
	                              * one behind a gap ends the transfer */
	BR_MODEL_WRONG_BLOCK_WAIT,   /* nothing; the timeout acknowledges the last one in order */
};

enum br_model_rrq { /* a TFTP option a model may ask for */
	BR_MODEL_RRQ_BLKSIZE,
	BR_MODEL_RRQ_TSIZE,
	BR_MODEL_RRQ_TIMEOUT,
	BR_MODEL_RRQ_WINDOWSIZE,
	BR_MODEL_RRQ_MSFTWINDOW, /* Microsoft's: a server that knows it answers 27182 */
};

enum br_model_http_end { /* what becomes of the connection when the file is there */
	BR_MODEL_HTTP_END_RESET,
	BR_MODEL_HTTP_END_CLOSE,
	BR_MODEL_HTTP_END_KEEP, /* for the next file from the same server */
};

enum br_model_network {            /* whose address GRUB uses */
	BR_MODEL_NETWORK_EITHER,   /* the firmware's behind PXE, its own DHCP behind HTTP Boot */
	BR_MODEL_NETWORK_FIRMWARE, /* the firmware's behind PXE, none behind HTTP Boot */
	BR_MODEL_NETWORK_OWN,      /* it asks by itself, and reads all by HTTP */
};

enum br_model_header {
	BR_MODEL_HEADER_HOST,
	BR_MODEL_HEADER_ACCEPT,
	BR_MODEL_HEADER_USER_AGENT,
	BR_MODEL_HEADER_CONNECTION, /* keep-alive */
};

enum br_model_form { /* how the value of an option comes about */
	BR_MODEL_FORM_OCTETS,
	BR_MODEL_FORM_MAC,   /* hardware type 1 and the MAC */
	BR_MODEL_FORM_NIC,   /* octets of which the 4th to the 7th name the network card */
	BR_MODEL_FORM_UUID,  /* type 0 and the UUID, RFC 4578 §2.3 */
	BR_MODEL_FORM_ARCH,  /* the architecture, two octets, RFC 4578 §2.1 */
	BR_MODEL_FORM_CLASS, /* text in which $arch is the architecture, five digits */
};

struct br_model_value {
	uint8_t code;
	uint8_t messages; /* bit 1 << enum br_model_message */
	enum br_model_form form;
	uint16_t at, size; /* in the pool */
};

struct br_model_waits {
	uint32_t ms[BR_MODEL_WAITS_MAX]; /* after each transmission */
	uint32_t count;                  /* transmissions in all */
};

/**
 * struct br_model - One firmware, every knob of it
 * @name, @title:	"edk2-x64-pxe4"; what people call it
 * @arch:		Processor architecture type, RFC 4578 §2.1
 *
 * The rest is said key by key in the .model files and in model_parse.c's table.
 */
struct br_model {
	char name[BR_MODEL_NAME_SIZE];
	char title[80];
	uint32_t engine; /* enum br_model_engine; all enums are kept as uint32_t */
	uint32_t arch;

	/* DHCP */
	uint8_t order[BR_MODEL_MESSAGES][BR_MODEL_ORDER_MAX]; /* option codes as sent, 0 ends */
	struct br_model_waits waits[BR_MODEL_MESSAGES];
	uint32_t flags[BR_MODEL_MESSAGES];       /* BOOTP flags */
	uint32_t source_port[BR_MODEL_MESSAGES]; /* UDP */
	struct br_model_value value[BR_MODEL_VALUES_MAX];
	uint32_t values;
	uint32_t select, after_ms;
	uint32_t phase_ms; /* the first wait ends up to so much early: it ends at a tick, EDK2 */
	uint32_t secs, xid, xid_value;
	uint32_t ttl;            /* of every datagram but those of a loader */
	uint32_t dont_fragment;  /* enum br_model_fragment: IPv4 DF */
	uint32_t tos;            /* of every datagram */
	uint32_t no_checksum;    /* UDP checksum 0, RFC 768 */
	uint32_t dhcp_size_min;  /* octets a message is padded to */
	uint32_t no_request;     /* the OFFER is enough, Raspberry Pi ROM */
	uint32_t routes;         /* option 121 is obeyed, and 3 is not beside it: RFC 3442 */
	uint32_t autoexec;       /* iPXE: a script of that name beside the program is run */
	uint32_t ignores_nak;    /* and asks no ACK which server it is from, U-Boot */
	uint32_t overload;       /* option 52 is read */
	uint32_t announce;       /* gratuitous ARP for the new address */
	uint32_t renews;         /* the lease, while files come */
	uint32_t declines;       /* an ACK it does not take, with DHCPDECLINE */
	uint32_t proxy_collects; /* answers on 4011 are read when the try is over */
	uint32_t router_ms;      /* iPXE waits so long for an IPv6 router before its file */
	uint32_t round_ms;  /* libnet: DISCOVER to DISCOVER, whatever comes between; 0: no rounds */
	uint32_t window_ms; /* libnet: an ACK behind it gives an address, but no boot */
	uint32_t keeps_address;            /* the one it had, while it asks for the next */
	uint32_t no_source;                /* and asks from 0.0.0.0 nevertheless */
	uint32_t releases;                 /* the address, when it has its files or gives up */
	uint32_t e1000_deaf_ms;            /* see nic.h */
	uint32_t ne2000_size;              /* the same */
	uint32_t e1000_start_ms, start_ms; /* U-Boot: until its network is up, each time anew */
	uint32_t clock_percent; /* of the speed of time: what it takes for a second; 0: 100 */
	uint32_t dhcp6_command; /* U-Boot: dhcp6 and what it names, and nothing over IPv4 */
	uint32_t autoload;      /* U-Boot: the first DHCP's file is read, and that is all */
	char option[BR_MODEL_NAME_SIZE]; /* the boot option behind it; "": none by IPv4 */
	uint32_t option_ms;              /* what one by IPv6 between them takes without a server */
	uint32_t boot_tries, boot_pause_ms; /* of the whole boot */
	char bootp_file[32];                /* field `file` of what it sends */
	char second_class[40]; /* U-Boot: option 60 of the DHCP before an EFI program */
	uint32_t second_arch;  /* and its option 93 */

	/* IPv6 and DHCPv6 */
	struct br_model_waits solicit6_waits, request6_waits;
	uint8_t oro6[BR_MODEL_ORDER_MAX]; /* option 6 of who asks what to boot, 0 ends */
	char class6[16];                  /* of option 16: PXEClient or HTTPClient */
	uint32_t hop_limit6;              /* of its datagrams */
	uint32_t route6_ms;               /* after the Reply, so long for a router */
	uint32_t binl6_opens_ms;          /* behind the question, until port 4011 is heard */
	uint32_t binl6_ms;                /* for an answer there */
	/* ... of dhcp6_plain.h alone: */
	uint8_t solicit6_order[BR_MODEL_ORDER_MAX], request6_order[BR_MODEL_ORDER_MAX];
	uint8_t inform6_order[BR_MODEL_ORDER_MAX];
	uint32_t duid6, iaid6, xid6, elapsed6, ia6; /* enum br_model_duid6, ... */
	uint32_t enterprise6;                       /* of option 16 */
	char user_class6[16];                       /* option 15 */
	uint32_t collects6;     /* the first wait is for more Advertises, unless one has 255 */
	uint32_t request6_once; /* what is repeated is the Solicit, GRUB */
	uint32_t trusts6;       /* any Reply with its xid, SLOF */
	uint32_t ia6_misread;   /* U-Boot net/dhcpv6.c dhcp6_parse_ia_options */
	struct br_model_waits router6_waits; /* after each solicitation for a router */
	uint32_t needs_router6;              /* without one no DHCPv6 */
	uint32_t prefix6;                    /* bits of the link that go with its address */
	uint32_t tick6_ms, report6_again_s;  /* EDK2: br_host_six_habits */
	uint32_t prove6_ms;                  /* until who asked for it is asked back */
	uint32_t check6_wait_ms;             /* after an address's check */
	uint32_t before6_ms;                 /* EDK2: its card has IPv6 so long when it boots */
	uint32_t link6_wait_ms;              /* PXE: for the link's address, if it is not there */
	uint32_t solicit6_ms, solicit6_again_ms; /* routers: until asked first, between */
	char option6[BR_MODEL_NAME_SIZE];        /* boot option behind it where there is IPv6 */
	uint32_t unfixed6;                       /* falls to what flaws6.h knows */
	/* ARP and ICMP */
	struct br_model_waits arp_waits;       /* none: as the host has it */
	struct br_model_waits arp_again_waits; /* for a neighbour that was given up last */
	uint32_t arp_asked_only;               /* who asks for us is not learned */
	uint32_t arp_asks_all;                 /* br_host_habits */
	uint32_t arp_reply_size;               /* octets of an answer; 0: 42 */
	uint32_t arp_size;              /* octets of each ARP frame of the board's own card */
	uint32_t arp_reply_size_padded; /* from a card that pads what comes in */
	uint32_t arp_silent;            /* a transfer does not hear that nobody answers */
	uint32_t arp_flush;             /* a loader begins with an empty cache */
	uint32_t icmp_unreachable;      /* a closed port answers */
	uint32_t icmp_ttl, icmp_quote;  /* of that: br_host_habits */

	/* TFTP */
	struct br_model_waits tftp_waits; /* instead of the next line */
	uint8_t rrq_probe[BR_MODEL_RRQ_MAX], rrq_read[BR_MODEL_RRQ_MAX]; /* enum + 1, 0 ends */
	uint32_t blksize, windowsize, timeout_s, msftwindow;
	uint32_t tftp_wait_ms, tftp_wait_max_ms, tftp_grow_ms, tftp_growth;
	uint32_t tftp_tick_ms; /* waits end at a tick of that clock, not later than said; 0: none */
	uint32_t tftp_tries;   /* transmissions of one packet in all */
	uint32_t tftp_port_min, tftp_port_max, tftp_port_step;
	uint32_t tftp_port_timer; /* min + milliseconds, U-Boot */
	uint32_t tftp_port_fixed; /* starts at port_min, else anywhere; then one up a file */
	uint32_t tftp_ttl;
	uint32_t tftp_icmp_stops; /* port unreachable ends the transfer */
	uint32_t tftp_needs_oack;
	uint32_t tftp_oack_asked;  /* an OACK with an option that was not asked for is refused */
	uint32_t tftp_wrong_block; /* enum br_model_wrong_block */
	uint32_t tftp_patience; /* libnet: seconds without a packet, of a transfer; 0: no count */
	uint32_t tftp_any_port; /* libnet: whoever answers is answered, and any packet counts */
	uint32_t tftp_wait_from_send; /* a wait begins when something was sent, not heard */
	char oack_error[48];    /* sent for an OACK it does not take: "4 Malformatted ..."; "" */
	char probe_end[48];     /* ERROR that ends the probe; "": none */
	char no_oack_error[48]; /* sent for DATA where an OACK was needed */
	uint32_t tftp_retries_error; /* an ERROR other than 1 and 2 starts again, U-Boot */
	uint32_t tftp_pins_address;  /* packets from elsewhere than the server are not seen */

	/* HTTP */
	uint32_t tcp_no_mss;  /* SYN without any option */
	uint32_t tcp_mss;     /* 0: what the link carries */
	uint32_t tcp_window;  /* octets, 0: as the host has it */
	uint32_t tcp_scaling; /* RFC 7323 window scale */
	uint32_t tcp_scale;   /* its shift at least */
	uint32_t tcp_timestamps;
	uint32_t tcp_ttl;          /* 0: 64 */
	uint32_t tcp_hop_limit6;   /* 0: the same */
	uint32_t tcp_may_fragment; /* no DF bit */
	uint32_t tcp_bare_reset;   /* RST without ACK, with the full window */
	uint32_t tcp_fin_no_window, tcp_whole_window;
	uint32_t http_first_twice; /* the first request of all goes out a second time */
	uint32_t http_refused_ms;  /* a refused SYN is sent again after so long, GRUB */
	uint32_t http_tries;       /* so many times in all */
	uint32_t http_head_first;
	uint32_t http_bare_host;                   /* without the port */
	uint8_t http_header[BR_MODEL_HEADERS_MAX]; /* enum + 1, 0 ends */
	char http_user_agent[48];
	uint32_t http_end;
	uint32_t http_port_min, http_port_max, http_port_fixed;
	uint32_t http_wait_ms;      /* without an octet; then anew with Range; 0: for ever */
	uint32_t http_resumes;      /* with Range */
	uint32_t http_validates;    /* EDK2: and If-Match or If-Unmodified-Since */
	uint32_t http_connects;     /* EDK2: by way of a proxy its boot option names */
	uint32_t http_needs_type;   /* EDK2: media type or extension of a boot image */
	uint32_t http_needs_length; /* chunked content fails */
	uint32_t http_follows;      /* redirects, at most this chain: 5 */
	uint32_t dns_keeps;         /* what a name server said, for as long as that holds */
	char tls_client[24];        /* its row in sim/tls/clients.c; "": no https */

	/* loaders */
	char next[40]; /* shim: what it loads; U-Boot: asked for before the EFI program runs */
	char file[BR_MODEL_FILES_MAX][40]; /* what is asked for before */
	uint32_t files;
	uint32_t config_by_uuid;  /* pxelinux.cfg/UUID is tried first */
	uint32_t uuid_text;       /* ... as the machine's owner writes it */
	uint32_t searches_always; /* pxelinux.cfg/, also when the boot file is not there */
	uint32_t stays;           /* it shows what failed, and never goes back to the firmware */
	uint32_t takes_ins;       /* a boot file *.ins is a list of files */
	uint32_t network;         /* enum br_model_network */
	char directory[40];       /* GRUB: where its files are, "/grub" */
	char built_in[480];       /* modules that insmod need not fetch */
	uint32_t modules_fail;    /* those it fetches are refused: Secure Boot */

	uint8_t pool[BR_MODEL_POOL_SIZE];
	uint32_t pool_used;
};

/**
 * br_model_find() - Read one of the models compiled in
 * @name:	NUL-terminated
 *
 * Return: 0, -ENOENT if there is none of that name (br_model_nearest() may know better)
 */
int br_model_find(struct br_model *ret_model, const char *name);
const char *br_model_name(size_t index);        /* sorted; NULL past the end */
const char *br_model_nearest(const char *name); /* a name close to it, or NULL */

/**
 * br_model_parse() - Read a text of `key = value` lines
 * @model:	Zeroed, or read before: what the text says replaces what was there
 * @error:	On failure: "line 12: no key 'tftp.blocksize'"
 *
 * `base = NAME` as the first key takes everything from another model, which @find knows:
 * br_model_find(), say.
 *
 * Return: 0, -EINVAL with @error, or -ENOSPC if the text says more than a model holds
 */
int br_model_parse(struct br_model *model, const char *text,
                   int (*find)(struct br_model *ret_model, const char *name), char *error,
                   size_t error_size);

/* The machine a model runs on. */
struct br_machine {
	uint8_t mac[6];
	uint8_t uuid[16]; /* as option 97 carries it, mixed-endian on PCs */
	uint8_t nic[4];   /* PCI vendor and device of its network card; 0: virtio-net, 1af4:1000 */
};

/**
 * struct br_model_ask - What a DHCP message is to say beyond the model's own values
 * @message:	Which
 * @address:	Option 50; 0: left out
 * @server:	Option 54; 0: left out
 * @boot_item:	BOOT_SERVER: two octets type, two octets layer, for option 43 tag 71
 * @second:	U-Boot's second DHCP of a boot, as a PXE client
 * @no_file:	The field `file` is left empty
 * @file:	What it holds instead of the model's, if there is any
 */
struct br_model_ask {
	enum br_model_message message;
	uint32_t address, server;
	uint32_t boot_item;
	bool second;
	bool no_file;
	struct br_octets file;
};

struct br_model_option {
	uint8_t code;
	struct br_octets value;
};

/**
 * struct br_model_options - The options of one message, in the order of the wire
 * @option, @count:	Values lie in the model or in @scratch: not to be copied
 */
struct br_model_options {
	struct br_model_option option[BR_MODEL_ORDER_MAX];
	size_t count;
	uint8_t scratch[160];
	size_t scratch_used;
};

void br_model_dhcp_options(const struct br_model *model, const struct br_machine *machine,
                           const struct br_model_ask *ask, struct br_model_options *ret_options);

/* One option with the value the model would give it; false if it has none. */
bool br_model_dhcp_option(const struct br_model *model, const struct br_machine *machine,
                          const struct br_model_ask *ask, uint8_t code,
                          struct br_model_options *options);

/* Everything of the fixed fields but xid, secs and addresses. */
struct br_dhcp_header br_model_dhcp_header(const struct br_model *model,
                                           const struct br_machine *machine,
                                           const struct br_model_ask *ask);

/* The whole message, padded as the model pads. Return: octets, 0 if they do not fit */
size_t br_model_dhcp_build(const struct br_model *model, const struct br_machine *machine,
                           const struct br_model_ask *ask, const struct br_dhcp_header *header,
                           uint8_t *buffer, size_t size);

/* A TFTP option of a read request, in the order of the wire. */
struct br_model_rrq_option {
	const char *name;
	uint32_t value;
};

/* @probe: the request that only wants to know the size. Return: how many, at most RRQ_MAX */
size_t br_model_rrq_options(const struct br_model *model, bool probe,
                            struct br_model_rrq_option ret_option[BR_MODEL_RRQ_MAX]);

/* A whole RRQ. w->bad if it does not fit. */
void br_model_rrq_build(const struct br_model *model, bool probe, const char *file,
                        struct br_writer *w);

/**
 * br_model_http_request() - A whole request head
 * @host:	As the header `Host` shall have it
 * @range_from:	0: no Range; else "bytes=FROM-LAST"
 * @validator:	With a range: the entity tag or the date it is to be of; "": it is not said
 */
void br_model_http_request(const struct br_model *model, struct br_writer *w, const char *method,
                           const char *path, const char *host, uint64_t range_from,
                           uint64_t range_last, const char *validator);

/* CONNECT, RFC 9110 section 9.3.6. @end: host and port; @host: without */
void br_model_http_connect(const struct br_model *model, struct br_writer *w, const char *end,
                           const char *host);

#endif /* BR_SIM_MODELS_MODEL_H */
