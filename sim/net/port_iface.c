/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/net/port_iface.h"

#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sim/net/frame_cut.h"

enum {
	SNAPLEN = 65536 + 64,
	/* In immediate mode libpcap has the kernel keep a place of SNAPLEN for each frame,
	 * however short: this is about a thousand of them.
	 */
	KERNEL_BUFFER_SIZE = 64 << 20,
	FRAMES_A_TURN = 256, /* then the timers have their turn */
	DOWN_ASK_MS = 50,    /* how often libpcap is asked about an interface that is down */
};

struct br_port_iface {
	struct br_port port;
	struct br_loop *loop;
	struct br_frame_pool *frames;
	pcap_t *pcap;
	int fd;
	struct br_timer again; /* while the interface is down: is it gone? */
	void (*gone)(void *context, const char *why, br_time now);
	void *context;
	struct br_port_iface_counts counts;
	uint8_t out[SNAPLEN];
};

/* What the kernel says */

static uint32_t ipv4_of(const struct sockaddr *address)
{
	struct sockaddr_in in;

	if (!address || address->sa_family != AF_INET)
		return 0;
	memcpy(&in, address, sizeof(in));
	return ntohl(in.sin_addr.s_addr);
}

static int query(int fd, const char *name, struct br_iface *iface)
{
	struct ifreq request = {0};

	memcpy(request.ifr_name, name, strlen(name) + 1);
	if (ioctl(fd, SIOCGIFFLAGS, &request) != 0)
		return errno == ENODEV ? -ENODEV : -EIO;
	iface->up = request.ifr_flags & IFF_UP;
	if (ioctl(fd, SIOCGIFHWADDR, &request) != 0)
		return -EIO;
	memcpy(iface->mac, request.ifr_hwaddr.sa_data, sizeof(iface->mac));
	if (ioctl(fd, SIOCGIFMTU, &request) != 0)
		return -EIO;
	iface->mtu = (uint32_t)request.ifr_mtu;
	return 0;
}

int br_iface_get(const char *name, struct br_iface *ret_iface)
{
	struct br_iface iface = {.mtu = 0};
	struct ifaddrs *all;

	if (strlen(name) >= IFNAMSIZ)
		return -ENODEV;

	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -EIO;

	int error = query(fd, name, &iface);

	close(fd);
	if (error)
		return error;
	if (getifaddrs(&all) != 0)
		return -EIO;
	for (const struct ifaddrs *one = all; one && iface.address == 0; one = one->ifa_next) {
		if (strcmp(one->ifa_name, name) == 0) {
			iface.address = ipv4_of(one->ifa_addr);
			iface.netmask = ipv4_of(one->ifa_netmask);
		}
	}
	freeifaddrs(all);
	*ret_iface = iface;
	return 0;
}

bool br_iface_holder(uint32_t address, char ret_name[static 16])
{
	struct ifaddrs *all;
	bool found = false;

	if (address == 0 || getifaddrs(&all) != 0)
		return false;
	for (const struct ifaddrs *one = all; one && !found; one = one->ifa_next) {
		if (ipv4_of(one->ifa_addr) == address) {
			snprintf(ret_name, IFNAMSIZ, "%s", one->ifa_name);
			found = true;
		}
	}
	freeifaddrs(all);
	return found;
}

/* Out: from the segment */

static void receive(void *context, struct br_frame *frame, br_time now)
{
	struct br_port_iface *port = context;
	const uint8_t *octets = frame->data;

	(void)now;
	if (!port->pcap || frame->size > sizeof(port->out)) {
		port->counts.dropped_out++;
		return;
	}
	if (frame->checksums_virtual) {
		memcpy(port->out, frame->data, frame->size);
		br_frame_fill(frame, port->out);
		octets = port->out;
	}
	if (pcap_inject(port->pcap, octets, frame->size) < 0)
		port->counts.dropped_out++;
	else
		port->counts.frames_out++;
}

/* In: onto the segment */

static void emit(void *context, struct br_frame *frame)
{
	struct br_port_iface *port = context;

	port->counts.frames_in++;
	br_port_send(&port->port, frame);
}

static void take(u_char *context, const struct pcap_pkthdr *header, const u_char *octets)
{
	struct br_port_iface *port = (struct br_port_iface *)(void *)context;
	struct br_octets whole = {octets, header->caplen};
	size_t mtu = br_segment_mtu(port->port.segment);

	if (header->caplen < header->len) {
		port->counts.dropped_in++;
		return;
	}
	if (header->caplen > mtu + br_frame_header_size(whole) &&
	    br_frame_cut(port->frames, whole, mtu, emit, port) > 0) {
		port->counts.cut++;
		return;
	}

	struct br_frame *frame =
		header->caplen <= port->frames->frame_size_max ? br_frame_new(port->frames) : NULL;

	if (!frame) {
		port->counts.dropped_in++;
		return;
	}
	memcpy(frame->data, octets, header->caplen);
	frame->size = header->caplen;
	br_frame_accept(frame);
	emit(port, frame);
}

static void close_interface(struct br_port_iface *port)
{
	if (!port->pcap)
		return;
	br_loop_remove(port->loop, port->fd);
	br_clock_cancel(br_loop_clock(port->loop), &port->again);
	pcap_close(port->pcap);
	port->pcap = NULL;
}

static void read_frames(struct br_port_iface *port, br_time now)
{
	if (pcap_dispatch(port->pcap, FRAMES_A_TURN, take, (u_char *)(void *)port) >= 0) {
		/* The kernel tells that it went down, but not that it then went for good. */
		if (pcap_get_required_select_timeout(port->pcap))
			br_clock_set(br_loop_clock(port->loop), &port->again,
			             now + DOWN_ASK_MS * BR_MS);
		return;
	}

	char why[PCAP_ERRBUF_SIZE];

	snprintf(why, sizeof(why), "%s", pcap_geterr(port->pcap));
	close_interface(port);
	if (port->gone)
		port->gone(port->context, why, now);
}

static void ready(void *context, short events, br_time now)
{
	(void)events;
	read_frames(context, now);
}

static void ask_again(void *context, br_time now)
{
	read_frames(context, now);
}

/* Opening */

/* pcap_activate()'s words in ours. */
static int explain(const char *interface, int status, pcap_t *pcap, char *error, size_t error_size)
{
	switch (status) {
	case PCAP_ERROR_PERM_DENIED:
	case PCAP_ERROR_PROMISC_PERM_DENIED:
		snprintf(error, error_size,
		         "%s: no permission to open it: this needs CAP_NET_RAW, as root has it",
		         interface);
		return -EPERM;
	case PCAP_ERROR_NO_SUCH_DEVICE:
		snprintf(error, error_size, "%s: there is no such interface", interface);
		return -ENODEV;
	case PCAP_ERROR_IFACE_NOT_UP:
		snprintf(error, error_size, "%s: the interface is down", interface);
		return -ENETDOWN;
	default:
		snprintf(error, error_size, "%s: %s", interface, pcap_geterr(pcap));
		return -EIO;
	}
}

static int open_interface(const char *interface, bool promiscuous, pcap_t **ret_pcap, char *error,
                          size_t error_size)
{
	char why[PCAP_ERRBUF_SIZE] = "";
	pcap_t *pcap = pcap_create(interface, why);

	if (!pcap) {
		snprintf(error, error_size, "%s: %s", interface, why);
		return -EIO;
	}
	(void)pcap_set_snaplen(pcap, SNAPLEN);
	(void)pcap_set_promisc(pcap, promiscuous);
	(void)pcap_set_immediate_mode(pcap, 1);
	(void)pcap_set_buffer_size(pcap, KERNEL_BUFFER_SIZE);

	int status = pcap_activate(pcap);
	int result = status < 0 ? explain(interface, status, pcap, error, error_size) : 0;

	if (!result && pcap_datalink(pcap) != DLT_EN10MB) {
		snprintf(error, error_size, "%s: not an Ethernet interface", interface);
		result = -EINVAL;
	}
	/* Without it what we send comes back as if someone else had. */
	if (!result &&
	    (pcap_setdirection(pcap, PCAP_D_IN) != 0 || pcap_setnonblock(pcap, 1, why) != 0)) {
		snprintf(error, error_size, "%s: %s", interface, why[0] ? why : pcap_geterr(pcap));
		result = -EIO;
	}
	if (result) {
		pcap_close(pcap);
		return result;
	}
	*ret_pcap = pcap;
	return 0;
}

int br_port_iface_new(struct br_port_iface **ret_port, struct br_loop *loop,
                      struct br_segment *segment, const char *interface, bool promiscuous,
                      char *error, size_t error_size)
{
	struct br_port_iface *port = calloc(1, sizeof(*port));

	if (!port) {
		snprintf(error, error_size, "out of memory");
		return -ENOMEM;
	}
	port->loop = loop;
	port->frames = br_wire_frames(br_segment_wire(segment));
	port->again = (struct br_timer){.fire = ask_again, .context = port};
	port->port = (struct br_port){.name = interface, .receive = receive, .context = port};

	int result = open_interface(interface, promiscuous, &port->pcap, error, error_size);

	if (result) {
		free(port);
		return result;
	}
	port->fd = pcap_get_selectable_fd(port->pcap);
	result = port->fd >= 0 ? br_port_plug(&port->port, segment) : -EIO;
	if (!result)
		result = br_loop_add(loop, port->fd, POLLIN, ready, port);
	if (result) {
		snprintf(error, error_size, "%s: %s", interface, strerror(-result));
		br_port_iface_free(port);
		return result;
	}
	*ret_port = port;
	return 0;
}

struct br_port_iface *br_port_iface_free(struct br_port_iface *port)
{
	if (!port)
		return NULL;
	br_port_unplug(&port->port);
	close_interface(port);
	free(port);
	return NULL;
}

void br_port_iface_on_gone(struct br_port_iface *port,
                           void (*gone)(void *context, const char *why, br_time now), void *context)
{
	port->gone = gone;
	port->context = context;
}

const struct br_port_iface_counts *br_port_iface_counts(struct br_port_iface *port)
{
	struct pcap_stat status;

	if (port->pcap && pcap_stats(port->pcap, &status) == 0)
		port->counts.missed = status.ps_drop;
	return &port->counts;
}

struct br_port *br_port_iface_port(struct br_port_iface *port)
{
	return &port->port;
}
