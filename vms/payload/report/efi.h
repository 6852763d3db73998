/* SPDX-License-Identifier: BSD-2-Clause */
/* vms/payload/report/efi.h - as much of UEFI 2.10 as the report uses
 *
 * Members that are not used stand as void * of the same size, so that offsets are those of the
 * specification; the section is named at each table. Integers are little-endian, as the machine's.
 */
#ifndef BR_VMS_PAYLOAD_REPORT_EFI_H
#define BR_VMS_PAYLOAD_REPORT_EFI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EFI_ERROR_BIT        (~(SIZE_MAX >> 1))
#define EFI_IS_ERROR(status) (((status)&EFI_ERROR_BIT) != 0)

enum {
	EFI_RESET_SHUTDOWN = 2,
};

struct efi_guid {
	uint32_t a;
	uint16_t b, c;
	uint8_t d[8];
};

struct efi_table_header { /* 4.2 */
	uint64_t signature;
	uint32_t revision, size, crc32, reserved;
};

struct efi_text_output { /* 12.4 */
	void *reset;
	size_t (*output_string)(struct efi_text_output *self, const uint16_t *text);
};

struct efi_runtime_services { /* 4.5 */
	struct efi_table_header header;
	void *time[4], *memory[2], *variable[3], *count;
	void (*reset_system)(uint32_t type, size_t status, size_t size, void *data);
};

struct efi_boot_services { /* 4.4 */
	struct efi_table_header header;
	void *priority[2], *pages[2], *get_memory_map;
	size_t (*allocate_pool)(uint32_t type, size_t size, void **ret_buffer);
	size_t (*free_pool)(void *buffer);
	size_t (*create_event)(uint32_t type, size_t level, void *notify, void *context,
	                       void **ret_event);
	void *set_timer, *wait_for_event, *signal_event;
	size_t (*close_event)(void *event);
	void *check_event;
	void *install, *reinstall, *uninstall;
	size_t (*handle_protocol)(void *handle, const struct efi_guid *guid, void **ret_interface);
	void *reserved, *register_notify, *locate_handle;
	/* @path: moved behind the part that the device has */
	size_t (*locate_device_path)(const struct efi_guid *guid, uint8_t **path,
	                             void **ret_device);
	void *install_table;
	void *load_image, *start_image, *exit, *unload_image, *exit_boot_services;
	void *count;
	size_t (*stall)(size_t us);
	size_t (*set_watchdog)(size_t s, uint64_t code, size_t size, void *data);
};

struct efi_system_table { /* 4.3 */
	struct efi_table_header header;
	uint16_t *vendor;
	uint32_t revision;
	void *in_handle, *in, *out_handle;
	struct efi_text_output *out;
	void *error_handle, *error;
	struct efi_runtime_services *runtime;
	struct efi_boot_services *boot;
};

struct efi_loaded_image { /* 9.1 */
	uint32_t revision;
	void *parent;
	struct efi_system_table *system;
	void *device;
	uint8_t *file_path;
};

/* 24.3: a packet as EFI_PXE_BASE_CODE_PACKET, an address as EFI_IP_ADDRESS */
struct efi_ip {
	_Alignas(4) uint8_t octet[16];
};

enum {
	EFI_PXE_PACKET_SIZE = 1472,
	EFI_PXE_FILTERS_MAX = 8,
	EFI_PXE_ENTRIES_MAX = 8,
	EFI_PXE_GET_SIZE = 1,
	EFI_PXE_READ = 2,
};

struct efi_pxe_mode {
	uint8_t started, ipv6_available, ipv6_supported, using_ipv6, bis_supported, bis_detected;
	uint8_t auto_arp, send_guid, dhcp_discover_valid, dhcp_ack_received;
	uint8_t proxy_offer_received, pxe_discover_valid, pxe_reply_received;
	uint8_t pxe_bis_reply_received, icmp_error_received, tftp_error_received;
	uint8_t make_callbacks, ttl, tos;
	struct efi_ip station, netmask;
	uint8_t dhcp_discover[EFI_PXE_PACKET_SIZE], dhcp_ack[EFI_PXE_PACKET_SIZE];
	uint8_t proxy_offer[EFI_PXE_PACKET_SIZE], pxe_discover[EFI_PXE_PACKET_SIZE];
	uint8_t pxe_reply[EFI_PXE_PACKET_SIZE];
};

struct efi_pxe {
	uint64_t revision;
	void *start, *stop, *dhcp, *discover;
	size_t (*mtftp)(struct efi_pxe *self, uint32_t operation, void *buffer, bool overwrite,
	                uint64_t *size, size_t *block_size, struct efi_ip *server, const char *name,
	                void *info, bool no_buffer);
	void *udp_write, *udp_read, *set_ip_filter, *arp, *set_parameters, *set_station_ip;
	void *set_packets;
	struct efi_pxe_mode *mode;
};

struct efi_service_binding { /* 11.6 */
	size_t (*create_child)(struct efi_service_binding *self, void **child);
	size_t (*destroy_child)(struct efi_service_binding *self, void *child);
};

struct efi_http_ipv4 { /* 29.6 */
	bool use_default;
	uint8_t address[4], netmask[4];
	uint16_t port;
};

struct efi_http_config {
	uint32_t version, timeout_ms;
	bool is_ipv6;
	struct efi_http_ipv4 *ipv4;
};

struct efi_http_request {
	uint32_t method; /* 0: GET */
	const uint16_t *url;
};

struct efi_http_response {
	uint32_t status; /* EFI_HTTP_STATUS_CODE, which counts the codes: 3 is 200 */
};

struct efi_http_header {
	char *name, *value;
};

struct efi_http_message {
	void *data; /* a request or a response */
	size_t header_count;
	struct efi_http_header *headers;
	size_t body_size;
	void *body;
};

struct efi_http_token {
	void *event;
	size_t status;
	struct efi_http_message *message;
};

struct efi_http {
	void *get_mode;
	size_t (*configure)(struct efi_http *self, struct efi_http_config *config);
	size_t (*request)(struct efi_http *self, struct efi_http_token *token);
	void *cancel;
	size_t (*response)(struct efi_http *self, struct efi_http_token *token);
	size_t (*poll)(struct efi_http *self);
};

#endif /* BR_VMS_PAYLOAD_REPORT_EFI_H */
