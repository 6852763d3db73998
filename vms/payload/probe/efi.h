/* SPDX-License-Identifier: BSD-2-Clause */
/* efi.h - as much of the UEFI Specification 2.10 as the probe calls
 *
 * Tables of functions in the order of the specification; what is never called is a void pointer.
 * Integers of the processor's size (UINTN) are size_t. The calling convention is that of the
 * compiler's target, *-windows.
 */
#ifndef BR_PROBE_EFI_H
#define BR_PROBE_EFI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	BR_EFI_SHUTDOWN = 2,       /* 8.5.1 EFI_RESET_TYPE */
	BR_EFI_BY_PROTOCOL = 2,    /* 7.3.6 EFI_LOCATE_SEARCH_TYPE */
	BR_EFI_PATH_MESSAGING = 3, /* 10.3.4 device path nodes */
	BR_EFI_PATH_IPV4 = 12,
	BR_EFI_PATH_URI = 24,
	BR_EFI_PATH_END = 0x7f,
};

/* Appendix D: the high bit says that it is an error */
#define BR_EFI_ERROR_BIT  ((size_t)1 << (sizeof(size_t) * 8 - 1))
#define BR_EFI_HTTP_ERROR (BR_EFI_ERROR_BIT | 35)

struct br_efi_guid {
	uint32_t a;
	uint16_t b, c;
	uint8_t d[8];
};

struct br_efi_header {
	uint64_t signature;
	uint32_t revision, size, crc, reserved;
};

struct br_efi_text_output { /* 12.4 */
	void *reset;
	size_t (*output_string)(struct br_efi_text_output *self, const uint16_t *text);
};

struct br_efi_runtime { /* 8 */
	struct br_efi_header header;
	void *get_time[10]; /* up to GetNextHighMonotonicCount */
	void (*reset_system)(int type, size_t status, size_t size, void *data);
};

struct br_efi_boot { /* 7 */
	struct br_efi_header header;
	void *raise_tpl[5]; /* up to GetMemoryMap */
	size_t (*allocate_pool)(int type, size_t size, void **ret_octets);
	size_t (*free_pool)(void *octets);
	size_t (*create_event)(uint32_t type, size_t tpl, void *notify, void *context,
	                       void **ret_event);
	void *set_timer[3]; /* up to SignalEvent */
	size_t (*close_event)(void *event);
	size_t (*check_event)(void *event);
	void *install_protocol[3]; /* up to UninstallProtocolInterface */
	size_t (*handle_protocol)(void *handle, const struct br_efi_guid *guid, void **ret_table);
	void *reserved[4];      /* up to LocateDevicePath */
	void *install_table[7]; /* up to GetNextMonotonicCount */
	size_t (*stall)(size_t microseconds);
	size_t (*set_watchdog)(size_t seconds, uint64_t code, size_t size, void *data);
	void *connect[6]; /* up to ProtocolsPerHandle */
	size_t (*locate_handle_buffer)(int type, const struct br_efi_guid *guid, void *key,
	                               size_t *ret_count, void ***ret_handles);
};

struct br_efi_system { /* 4.3 */
	struct br_efi_header header;
	uint16_t *vendor;
	uint32_t revision;
	void *in_handle, *in, *out_handle;
	struct br_efi_text_output *out;
	void *err_handle, *err;
	struct br_efi_runtime *runtime;
	struct br_efi_boot *boot;
};

struct br_efi_loaded_image { /* 9.1 */
	uint32_t revision;
	void *parent;
	struct br_efi_system *system;
	void *device;
	uint8_t *file_path;
};

struct br_efi_service_binding { /* 11.6 */
	size_t (*create_child)(struct br_efi_service_binding *self, void **handle);
	size_t (*destroy_child)(struct br_efi_service_binding *self, void *handle);
};

enum br_efi_tftp { /* 24.3.6 EFI_PXE_BASE_CODE_TFTP_OPCODE */
	BR_EFI_TFTP_READ_FILE = 2,
};

struct br_efi_ip {
	uint32_t word[4]; /* an IPv4 address is the first, its octets in the order of the wire */
};

struct br_efi_pxe_packet {
	uint8_t octets[1472];
};

struct br_efi_pxe_mode { /* 24.3.1 */
	bool started, ipv6_available, ipv6_supported, using_ipv6, bis_supported, bis_detected;
	bool auto_arp, send_guid, discover_valid, ack_received, proxy_received, pxe_discover_valid;
	bool reply_received, bis_reply_received, icmp_error, tftp_error, make_callbacks;
	uint8_t ttl, tos;
	struct br_efi_ip station, netmask;
	struct br_efi_pxe_packet discover, ack, proxy, pxe_discover, reply, bis_reply;
	struct {
		uint8_t filters, count;
		uint16_t reserved;
		struct br_efi_ip list[8];
	} filter;
	uint32_t arp_count;
	struct {
		struct br_efi_ip ip;
		uint8_t mac[32];
	} arp[8];
	uint32_t route_count;
	struct br_efi_ip route[8][3];
	struct {
		uint8_t type, code;
		uint16_t checksum;
		uint32_t rest;
		uint8_t data[494];
	} icmp;
	struct {
		uint8_t code;
		char text[127];
	} tftp;
};

struct br_efi_pxe { /* 24.3 */
	uint64_t revision;
	size_t (*start)(struct br_efi_pxe *self, bool use_ipv6);
	void *stop[3]; /* up to Discover */
	size_t (*mtftp)(struct br_efi_pxe *self, enum br_efi_tftp operation, void *octets,
	                bool overwrite, uint64_t *size, size_t *block_size,
	                const struct br_efi_ip *server, const char *name, void *info,
	                bool no_buffer);
	void *udp_write[5]; /* up to SetParameters */
	size_t (*set_station)(struct br_efi_pxe *self, const struct br_efi_ip *station,
	                      const struct br_efi_ip *netmask);
	void *set_packets;
	struct br_efi_pxe_mode *mode;
};

enum br_efi_http_status { /* 29.6.4, in the order of the specification */
	BR_EFI_HTTP_200 = 3,
	BR_EFI_HTTP_404 = 21,
};

struct br_efi_http_point { /* 29.6.3 EFI_HTTPv4_ACCESS_POINT */
	bool use_default;
	uint8_t address[4], netmask[4];
	uint16_t port;
};

struct br_efi_http_config {
	uint32_t version; /* 1: HTTP/1.1 */
	uint32_t timeout_ms;
	bool is_ipv6;
	struct br_efi_http_point *point;
};

struct br_efi_http_header {
	char *name, *value;
};

struct br_efi_http_request {
	uint32_t method; /* 0: GET */
	uint16_t *url;
};

struct br_efi_http_response {
	uint32_t status;
};

struct br_efi_http_message {
	union {
		struct br_efi_http_request *request;
		struct br_efi_http_response *response;
	};
	size_t header_count;
	struct br_efi_http_header *header;
	size_t body_size;
	void *body;
};

struct br_efi_http_token {
	void *event;
	size_t status;
	struct br_efi_http_message *message;
};

struct br_efi_http { /* 29.6.2 */
	void *get_mode;
	size_t (*configure)(struct br_efi_http *self, struct br_efi_http_config *config);
	size_t (*request)(struct br_efi_http *self, struct br_efi_http_token *token);
	size_t (*cancel)(struct br_efi_http *self, struct br_efi_http_token *token);
	size_t (*response)(struct br_efi_http *self, struct br_efi_http_token *token);
	size_t (*poll)(struct br_efi_http *self);
};

#endif /* BR_PROBE_EFI_H */
