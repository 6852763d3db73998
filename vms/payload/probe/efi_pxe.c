/* SPDX-License-Identifier: BSD-2-Clause */
/* What the firmware keeps of its PXE boot, and its own TFTP: UEFI 2.10 24.3 */
#include <string.h>

#include "efi_probe.h"
#include "report.h"

static const struct br_efi_guid pxe_guid = {
	0x03c4e603, 0xac28, 0x11d3, {0x9a, 0x2d, 0x00, 0x90, 0x27, 0x3f, 0xc1, 0x4d}};

enum {
	BOOTP_SIADDR = 20, /* RFC 2131 2 */
	PACKET_LEAST = 240,
	BLOCK_SIZE = 1468, /* what fits a frame: IP, UDP and TFTP have 32 octets of 1500 */
};

/* Without the zeros behind it: a packet does not say how long it is. */
static void report_packet(const char *name, bool valid, const struct br_efi_pxe_packet *packet)
{
	size_t size = sizeof(packet->octets);

	if (!valid)
		return;
	while (size > PACKET_LEAST && packet->octets[size - 1] == 0)
		size--;
	br_report_octets(name, packet->octets, size);
}

static void report_mode(const struct br_efi_pxe_mode *mode)
{
	br_report("mode started=%u ipv6=%u discover=%u ack=%u proxy=%u reply=%u",
	          (uint32_t)mode->started, (uint32_t)mode->using_ipv6,
	          (uint32_t)mode->discover_valid, (uint32_t)mode->ack_received,
	          (uint32_t)mode->proxy_received, (uint32_t)mode->reply_received);
	if (mode->using_ipv6)
		return;
	report_packet("discover", mode->discover_valid, &mode->discover);
	report_packet("ack", mode->ack_received, &mode->ack);
	report_packet("proxy", mode->proxy_received, &mode->proxy);
	report_packet("request", mode->pxe_discover_valid, &mode->pxe_discover);
	report_packet("reply", mode->reply_received, &mode->reply);
}

void br_pxe_find(struct br_efi_probe *probe)
{
	void *table = NULL;
	struct br_efi_pxe_mode *mode;
	size_t status = probe->boot->handle_protocol(probe->device, &pxe_guid, &table);

	if (status || !table) {
		br_report("none tftp no EFI_PXE_BASE_CODE_PROTOCOL on the device");
		return;
	}
	probe->pxe = table;
	mode = probe->pxe->mode;
	report_mode(mode);
	if (mode->started && !mode->using_ipv6) {
		memcpy(probe->station, mode->station.word, 4);
		memcpy(probe->netmask, mode->netmask.word, 4);
	}
}

/* For one that was not booted by PXE. Return: its status */
static size_t make_ready(struct br_efi_probe *probe)
{
	struct br_efi_ip station = {{0}}, netmask = {{0}};
	size_t status;

	if (probe->pxe->mode->started)
		return 0;
	status = probe->pxe->start(probe->pxe, false);
	if (status)
		return status;
	memcpy(station.word, probe->station, 4);
	memcpy(netmask.word, probe->netmask, 4);
	return probe->pxe->set_station(probe->pxe, &station, &netmask);
}

bool br_pxe_server(const struct br_efi_probe *probe, uint8_t ret_server[static 4])
{
	const struct br_efi_pxe_mode *mode = probe->pxe ? probe->pxe->mode : NULL;
	static const uint8_t none[4];

	if (!mode || mode->using_ipv6)
		return false;
	memset(ret_server, 0, 4);
	if (mode->reply_received)
		memcpy(ret_server, mode->reply.octets + BOOTP_SIADDR, 4);
	if (!memcmp(ret_server, none, 4) && mode->proxy_received)
		memcpy(ret_server, mode->proxy.octets + BOOTP_SIADDR, 4);
	if (!memcmp(ret_server, none, 4) && mode->ack_received)
		memcpy(ret_server, mode->ack.octets + BOOTP_SIADDR, 4);
	return memcmp(ret_server, none, 4) != 0;
}

struct br_probe_got br_pxe_read(struct br_efi_probe *probe, const uint8_t server[static 4],
                                const char *name)
{
	struct br_efi_ip address = {{0}};
	struct br_probe_got got = {.status = make_ready(probe)};
	uint64_t size = BR_PROBE_FILE_MAX, then;
	size_t block_size = BLOCK_SIZE;

	if (got.status)
		return got;
	memset(probe->octets, 0, BR_PROBE_FILE_MAX); /* nothing is left of a file read before */
	memcpy(address.word, server, 4);
	probe->pxe->mode->tftp_error = false;
	then = br_clock_now();
	got.status = probe->pxe->mtftp(probe->pxe, BR_EFI_TFTP_READ_FILE, probe->octets, false,
	                               &size, &block_size, &address, name, NULL, false);
	got.microseconds = br_clock_since(probe, then);
	got.size = got.status ? 0 : (uint32_t)size;
	got.no_size = !got.status && size == BR_PROBE_FILE_MAX;
	if (got.no_size && !probe->says_no_size) {
		br_report("none length READ_FILE leaves BufferSize as it was");
		probe->says_no_size = true;
	}
	if (probe->pxe->mode->tftp_error)
		got.code = probe->pxe->mode->tftp.code;
	return got;
}
