/* SPDX-License-Identifier: BSD-2-Clause */
/* What is booted, to report what the firmware handed over and to read through its own calls
 *
 * A UEFI program without libraries. It says on the console, a line each behind "REPORT ": its
 * device path, the cached DHCP packets octet by octet, the machine's address; then it reads
 * more.bin from where it came itself, by the TFTP of the PXE protocol and by the HTTP protocol,
 * compares its SHA-256 with what stands in more.sum, tries a file that is not there, and powers
 * the machine off.
 */
#include "vms/payload/report/efi.h"
#include "vms/payload/report/sum.h"

enum {
	LINE_SIZE = 96, /* of octets in hex, a line */
	FILE_MAX = 16 << 20,
	URL_SIZE = 128,
	HTTP_LIMIT = 60000, /* polls of a millisecond */
	HTTP_PIECE = 64 << 10,
	EFI_LOADER_DATA = 2,
	HTTP_VERSION_11 = 1,
};

static const struct efi_guid loaded_image_guid = {
	0x5b1b31a1, 0x9562, 0x11d2, {0x8e, 0x3f, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b}};
static const struct efi_guid device_path_guid = {
	0x09576e91, 0x6d3f, 0x11d2, {0x8e, 0x39, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b}};
static const struct efi_guid pxe_guid = {
	0x03c4e603, 0xac28, 0x11d3, {0x9a, 0x2d, 0x00, 0x90, 0x27, 0x3f, 0xc1, 0x4d}};
static const struct efi_guid http_binding_guid = {
	0xbdc8e6af, 0xd9bc, 0x4379, {0xa7, 0x2a, 0xe0, 0xc4, 0xe7, 0x5d, 0xae, 0x1c}};
static const struct efi_guid http_guid = {
	0x7a59b29b, 0x910b, 0x4171, {0x82, 0x42, 0xa8, 0x5a, 0x0d, 0xf2, 0x5b, 0x5b}};

static struct efi_system_table *efi;
static uint64_t ticks_per_ms;

/* The compiler calls these for what it would rather not write out. */
void *memset(void *target, int octet, size_t size);
void *memcpy(void *target, const void *from, size_t size);

void *memset(void *target, int octet, size_t size)
{
	volatile uint8_t *at = target;

	while (size-- > 0)
		*at++ = (uint8_t)octet;
	return target;
}

void *memcpy(void *target, const void *from, size_t size)
{
	volatile uint8_t *at = target;
	const uint8_t *octet = from;

	while (size-- > 0)
		*at++ = *octet++;
	return target;
}

/* The console */

static void put(const char *text)
{
	uint16_t wide[2] = {0, 0};

	for (; *text; text++) {
		wide[0] = (uint16_t)*text;
		(void)efi->out->output_string(efi->out, wide);
	}
}

static void put_hex(const uint8_t *octets, size_t size)
{
	static const char digits[] = "0123456789abcdef";
	char text[3] = "";

	for (size_t i = 0; i < size; i++) {
		text[0] = digits[octets[i] >> 4];
		text[1] = digits[octets[i] & 15];
		put(text);
	}
}

static void put_number(uint32_t number)
{
	char text[12];
	size_t at = sizeof(text) - 1;

	text[at] = '\0';
	do {
		text[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	put(text + at);
}

static void put_status(size_t status)
{
	if (EFI_IS_ERROR(status))
		put("error ");
	put_number((uint32_t)(status & ~EFI_ERROR_BIT));
}

static void say(const char *name)
{
	put("\r\nREPORT ");
	put(name);
	put(" ");
}

/* Many octets: lines with the offset of their first. */
static void say_octets(const char *name, const uint8_t *octets, size_t size)
{
	for (size_t at = 0; at < size; at += LINE_SIZE / 2) {
		say(name);
		put_number((uint32_t)at);
		put(" ");
		put_hex(octets + at, size - at < LINE_SIZE / 2 ? size - at : LINE_SIZE / 2);
	}
}

static void say_address(const char *name, const uint8_t *octet)
{
	say(name);
	for (unsigned i = 0; i < 4; i++) {
		put(i > 0 ? "." : "");
		put_number(octet[i]);
	}
}

/* Time: a counter of the processor, measured against the firmware's own wait */

static uint64_t ticks(void)
{
#if defined(__x86_64__) || defined(__i386__)
	uint32_t low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return (uint64_t)high << 32 | low;
#elif defined(__aarch64__)
	uint64_t count;

	__asm__ volatile("isb; mrs %0, cntvct_el0" : "=r"(count));
	return count;
#else
	uint32_t low, high;

	__asm__ volatile("isb; mrrc p15, 1, %0, %1, c14" : "=r"(low), "=r"(high));
	return (uint64_t)high << 32 | low;
#endif
}

static void calibrate(void)
{
	uint64_t start = ticks();

	(void)efi->boot->stall(128 * 1000);
	ticks_per_ms = (ticks() - start) >> 7;
	if (ticks_per_ms == 0)
		ticks_per_ms = 1;
}

/* Long division: 32-bit machines have no other without a library. */
static uint32_t divide(uint64_t number, uint64_t by)
{
	uint64_t rest = 0;
	uint32_t quotient = 0;

	for (int bit = 63; bit >= 0; bit--) {
		rest = rest << 1 | (number >> bit & 1);
		quotient <<= 1;
		if (rest >= by) {
			rest -= by;
			quotient |= 1;
		}
	}
	return quotient;
}

static void say_rate(const char *name, size_t size, uint64_t start)
{
	uint32_t ms = divide(ticks() - start, ticks_per_ms);

	say(name);
	put_number((uint32_t)size);
	put(" octets in ");
	put_number(ms);
	put(" ms, ");
	put_number(divide((uint64_t)size * 1000, (uint64_t)(ms > 0 ? ms : 1) << 10));
	put(" KiB/s");
}

/* Whether these are the octets that more.sum speaks of, in hex. */
static void say_sum(const char *name, const uint8_t *octets, size_t size, const char *want)
{
	char got[2 * BR_SUM_SIZE + 1];
	bool same = true;

	br_sum_hex(octets, size, got);
	for (size_t i = 0; i < 2 * BR_SUM_SIZE; i++)
		same = same && want[i] == got[i];
	say(name);
	put("sha256 ");
	put(same ? "good " : "WRONG ");
	put(got);
}

static uint8_t *room_for(size_t size)
{
	void *buffer = NULL;

	return EFI_IS_ERROR(efi->boot->allocate_pool(EFI_LOADER_DATA, size, &buffer)) ? NULL
	                                                                              : buffer;
}

/* TFTP, by the firmware's PXE protocol */

static void say_packets(const struct efi_pxe_mode *mode)
{
	if (mode->dhcp_discover_valid)
		say_octets("dhcp-discover", mode->dhcp_discover, EFI_PXE_PACKET_SIZE);
	if (mode->dhcp_ack_received)
		say_octets("dhcp-ack", mode->dhcp_ack, EFI_PXE_PACKET_SIZE);
	if (mode->proxy_offer_received)
		say_octets("proxy-offer", mode->proxy_offer, EFI_PXE_PACKET_SIZE);
	if (mode->pxe_reply_received)
		say_octets("pxe-reply", mode->pxe_reply, EFI_PXE_PACKET_SIZE);
}

/* Who has the boot file: siaddr of the answer that named it, the last one first. */
static void find_server(const struct efi_pxe_mode *mode, struct efi_ip *ret_server)
{
	const uint8_t *packet = mode->pxe_reply_received     ? mode->pxe_reply
	                        : mode->proxy_offer_received ? mode->proxy_offer
	                                                     : mode->dhcp_ack;

	for (unsigned i = 0; i < 4; i++)
		ret_server->octet[i] = packet[20 + i];
}

static size_t read_tftp(struct efi_pxe *pxe, struct efi_ip *server, const char *name,
                        uint8_t *buffer, uint64_t *size)
{
	return pxe->mtftp(pxe, EFI_PXE_READ, buffer, false, size, NULL, server, name, NULL, false);
}

static void try_tftp(struct efi_pxe *pxe, struct efi_ip *server, uint8_t *buffer, const char *want)
{
	uint64_t size = 0, start;
	size_t status = pxe->mtftp(pxe, EFI_PXE_GET_SIZE, NULL, false, &size, NULL, server,
	                           "more.bin", NULL, false);

	say("tftp-size");
	put_status(status);
	put(" ");
	put_number((uint32_t)size);
	size = FILE_MAX;
	start = ticks();
	status = read_tftp(pxe, server, "more.bin", buffer, &size);
	say("tftp-read");
	put_status(status);
	if (!EFI_IS_ERROR(status)) {
		say_rate("tftp-rate", (size_t)size, start);
		say_sum("tftp-sum", buffer, (size_t)size, want);
	}
	size = FILE_MAX;
	status = read_tftp(pxe, server, "missing.bin", buffer, &size);
	say("tftp-missing");
	put_status(status);
}

/* HTTP, by the firmware's HTTP protocol */

/* Who talks, and whom to. */
struct ends {
	struct efi_ip server;
	uint8_t station[4], netmask[4];
};

static void make_url(uint16_t *target, const uint8_t *server, const char *name)
{
	static const char scheme[] = "http://";
	size_t at = 0;

	for (const char *c = scheme; *c; c++)
		target[at++] = (uint16_t)*c;
	for (unsigned i = 0; i < 4; i++) {
		uint8_t octet = server[i];

		if (i > 0)
			target[at++] = '.';
		if (octet >= 100)
			target[at++] = (uint16_t)('0' + octet / 100);
		if (octet >= 10)
			target[at++] = (uint16_t)('0' + octet / 10 % 10);
		target[at++] = (uint16_t)('0' + octet % 10);
	}
	target[at++] = '/';
	while (*name)
		target[at++] = (uint16_t)*name++;
	target[at] = 0;
}

static size_t await_token(struct efi_http *http, volatile struct efi_http_token *token)
{
	for (unsigned i = 0; i < HTTP_LIMIT && token->status == SIZE_MAX; i++) {
		(void)http->poll(http);
		if (token->status == SIZE_MAX)
			(void)efi->boot->stall(100);
	}
	return token->status;
}

static void nothing(void *event, void *context)
{
	(void)event;
	(void)context;
}

static size_t new_event(void **ret_event)
{
	return efi->boot->create_event(0x200, 8, (void *)(uintptr_t)nothing, NULL, ret_event);
}

static size_t ask(struct efi_http *http, uint16_t *url, char *host, void *event)
{
	static char name[] = "Host", agent[] = "User-Agent", us[] = "bootrig-report";
	struct efi_http_header headers[2] = {{name, host}, {agent, us}};
	struct efi_http_request request = {.method = 0, .url = url};
	struct efi_http_message message = {.data = &request, .header_count = 2, .headers = headers};
	struct efi_http_token token = {.event = event, .status = SIZE_MAX, .message = &message};
	size_t status = http->request(http, &token);

	return EFI_IS_ERROR(status) ? status : await_token(http, &token);
}

/* The answer into @buffer, until no more comes that belongs to it. */
static size_t answer(struct efi_http *http, void *event, uint8_t *buffer, size_t *ret_size,
                     uint32_t *ret_code)
{
	struct efi_http_response response = {0};
	struct efi_http_message message = {.data = &response};
	size_t size = 0, status, want = SIZE_MAX;

	do {
		struct efi_http_token token = {
			.event = event, .status = SIZE_MAX, .message = &message};

		message.body = buffer + size;
		message.body_size = HTTP_PIECE;
		status = http->response(http, &token);
		status = EFI_IS_ERROR(status) ? status : await_token(http, &token);
		if (message.data)
			*ret_code = response.status;
		if (EFI_IS_ERROR(status)) /* a status of 400 or more is one too */
			break;
		if (message.data) {
			want = br_sum_length(message.headers, message.header_count);
		}
		size += message.body_size;
		message.data = NULL; /* what follows is body alone */
		message.headers = NULL;
		message.header_count = 0;
	} while (size < want && size + HTTP_PIECE <= FILE_MAX);
	*ret_size = size;
	return status;
}

static size_t get(struct efi_http *http, const uint8_t *server, const char *name, uint8_t *buffer,
                  size_t *ret_size, uint32_t *ret_code)
{
	uint16_t url[URL_SIZE];
	char host[20];
	void *event = NULL;
	size_t status = new_event(&event), at = 0;

	make_url(url, server, name);
	for (; url[7 + at] != '/'; at++)
		host[at] = (char)url[7 + at];
	host[at] = '\0';
	if (!EFI_IS_ERROR(status))
		status = ask(http, url, host, event);
	if (!EFI_IS_ERROR(status))
		status = answer(http, event, buffer, ret_size, ret_code);
	if (event)
		(void)efi->boot->close_event(event);
	return status;
}

/* The device that was booted from is a child of the card's, which has HTTP. */
static struct efi_http *open_http(uint8_t *path, const struct ends *ends, size_t *ret_status)
{
	struct efi_service_binding *binding = NULL;
	struct efi_http_ipv4 ipv4 = {.use_default = false}; /* what booted keeps its own */
	struct efi_http_config config = {.version = HTTP_VERSION_11, .ipv4 = &ipv4};
	struct efi_http *http = NULL;
	void *device = NULL, *child = NULL;
	size_t status = efi->boot->locate_device_path(&http_binding_guid, &path, &device);

	memcpy(ipv4.address, ends->station, 4);
	memcpy(ipv4.netmask, ends->netmask, 4);
	if (!EFI_IS_ERROR(status))
		status = efi->boot->handle_protocol(device, &http_binding_guid, (void **)&binding);
	if (!EFI_IS_ERROR(status))
		status = binding->create_child(binding, &child);
	if (!EFI_IS_ERROR(status))
		status = efi->boot->handle_protocol(child, &http_guid, (void **)&http);
	if (!EFI_IS_ERROR(status))
		status = http->configure(http, &config);
	*ret_status = status;
	return EFI_IS_ERROR(status) ? NULL : http;
}

static void try_http(uint8_t *path, const struct ends *ends, uint8_t *buffer)
{
	char want[2 * BR_SUM_SIZE] = "";
	uint32_t code = 0;
	size_t status, size = 0;
	struct efi_http *http = open_http(path, ends, &status);
	uint64_t start;

	say("http-open");
	put_status(status);
	if (!http)
		return;
	status = get(http, ends->server.octet, "more.sum", buffer, &size, &code);
	if (!EFI_IS_ERROR(status))
		memcpy(want, buffer, sizeof(want));
	start = ticks();
	status = get(http, ends->server.octet, "more.bin", buffer, &size, &code);
	say("http-read");
	put_status(status);
	if (!EFI_IS_ERROR(status)) {
		say_rate("http-rate", size, start);
		say_sum("http-sum", buffer, size, want);
	}
	code = 0;
	status = get(http, ends->server.octet, "missing.bin", buffer, &size, &code);
	say("http-missing");
	put_status(status);
	put(" code ");
	put_number(code);
}

static const uint8_t *find_node(const uint8_t *node, unsigned type, unsigned subtype,
                                size_t *ret_size)
{
	while (node[0] != 0x7f) {
		*ret_size = (size_t)node[2] | (size_t)node[3] << 8;
		if (node[0] == type && node[1] == subtype)
			return node;
		node += *ret_size;
	}
	return NULL;
}

/* HTTP Boot leaves both in the device path: the machine's address, and the URL. 10.3.4 */
static bool find_ends(const uint8_t *path, struct ends *ret_ends)
{
	size_t size, ipv4_size, at = 4 + 7; /* behind "http://" */
	const uint8_t *uri = find_node(path, 3, 24, &size);
	const uint8_t *ipv4 = find_node(path, 3, 12, &ipv4_size);

	if (!uri || !ipv4 || ipv4_size < 27)
		return false;
	for (unsigned i = 0; i < 4; i++) {
		unsigned octet = 0;

		for (; at < size && uri[at] >= '0' && uri[at] <= '9'; at++)
			octet = octet * 10 + uri[at] - '0';
		ret_ends->server.octet[i] = (uint8_t)octet;
		ret_ends->station[i] = ipv4[4 + i];
		ret_ends->netmask[i] = ipv4[23 + i];
		at++;
	}
	return true;
}

static void say_device_path(const uint8_t *path)
{
	size_t size = 0;

	while (path[size] != 0x7f)
		size += (size_t)path[size + 2] | (size_t)path[size + 3] << 8;
	say_octets("device-path", path, size + 4);
}

static void report(void *device, uint8_t *path)
{
	struct efi_pxe *pxe = NULL;
	struct ends ends = {.station = {0}};
	uint8_t *buffer = room_for(FILE_MAX + HTTP_PIECE);
	char want[2 * BR_SUM_SIZE] = "";
	uint64_t size = FILE_MAX;
	bool by_http = find_ends(path, &ends);

	(void)efi->boot->handle_protocol(device, &pxe_guid, (void **)&pxe);
	if (!buffer)
		return;
	if (!by_http && pxe && pxe->mode && pxe->mode->started) {
		say_packets(pxe->mode);
		find_server(pxe->mode, &ends.server);
		memcpy(ends.station, pxe->mode->station.octet, 4);
		memcpy(ends.netmask, pxe->mode->netmask.octet, 4);
		if (!EFI_IS_ERROR(read_tftp(pxe, &ends.server, "more.sum", buffer, &size)))
			memcpy(want, buffer, sizeof(want));
		try_tftp(pxe, &ends.server, buffer, want);
	}
	say_address("station", ends.station);
	say_address("netmask", ends.netmask);
	say_address("server", ends.server.octet);
	if (ends.server.octet[0] != 0)
		try_http(path, &ends, buffer);
}

size_t efi_main(void *image, struct efi_system_table *system);

size_t efi_main(void *image, struct efi_system_table *system)
{
	struct efi_loaded_image *loaded = NULL;
	uint8_t *path = NULL;

	efi = system;
	put("\r\nREPORT-BEGIN");
	(void)efi->boot->set_watchdog(0, 0, 0, NULL);
	calibrate();
	(void)efi->boot->handle_protocol(image, &loaded_image_guid, (void **)&loaded);
	if (loaded && loaded->device)
		(void)efi->boot->handle_protocol(loaded->device, &device_path_guid, (void **)&path);
	if (path)
		say_device_path(path);
	if (path)
		report(loaded->device, path);
	put("\r\nREPORT-END\r\n");
	efi->runtime->reset_system(EFI_RESET_SHUTDOWN, 0, 0, NULL);
	return 0;
}
