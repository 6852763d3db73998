/* SPDX-License-Identifier: BSD-2-Clause */
/* Theory of operation
 *
 * Two sockets of packet(7). One is read, many frames a call, and is poll()ed; what it cannot
 * give at once waits in its queue. There is no ring in shared memory: its places would have to
 * be as long as the longest super-frame, so that little memory has few. The other one
 * hears nothing and is written to, with a header that says what the kernel has to do yet:
 * a super-frame is cut there, or by the card.
 *
 * The kernel strips the outer VLAN tag and tells it beside the frame; it is put back.
 */
#define _GNU_SOURCE /* recvmmsg() */
#include "sim/net/port_iface.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "sim/net/ethernet.h"
#include "sim/net/frame_cut.h"

enum {
	SNAPLEN = 65536 + 64,
	FRAMES_A_CALL = 32,
	FRAMES_A_TURN = 256,      /* then the timers have their turn */
	QUEUE_IN_SIZE = 16 << 20, /* octets, with what the kernel adds to each frame */
	QUEUE_OUT_SIZE = 4 << 20,
	OUT_WAITS_MS = 100, /* for room in the kernel's queue; then the frame is lost */
	DOWN_ASK_MS = 50,   /* how often the kernel is asked about an interface that is down */
};

/* Room for one that comes, and for its tag in front of it */
struct arrival {
	struct sockaddr_ll from;
	struct iovec octets;
	_Alignas(struct cmsghdr) uint8_t beside[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	uint8_t room[BR_ETHERNET_TAG + SNAPLEN];
};

struct br_port_iface {
	struct br_port port;
	struct br_loop *loop;
	struct br_frame_pool *frames;
	int in, out;           /* -1: closed */
	struct br_timer again; /* while the interface is down: is it gone? */
	void (*gone)(void *context, const char *why, br_time now);
	void *context;
	struct br_port_iface_counts counts;
	struct mmsghdr message[FRAMES_A_CALL];
	struct arrival *arrival; /* FRAMES_A_CALL */
};

/* Out: from the segment */

static void receive(void *context, struct br_frame *frame, br_time now)
{
	struct br_port_iface *port = context;
	struct virtio_net_hdr work = {.gso_type = VIRTIO_NET_HDR_GSO_NONE};
	uint8_t head[BR_FRAME_HEADERS_MAX];
	size_t size = frame->size < sizeof(head) ? frame->size : sizeof(head);
	struct iovec part[] = {
		{.iov_base = &work, .iov_len = sizeof(work)},
		{.iov_base = head, .iov_len = size},
		{.iov_base = frame->data + size, .iov_len = frame->size - size},
	};
	const struct msghdr message = {.msg_iov = part, .msg_iovlen = 3};
	struct br_frame_cutting cutting;

	(void)now;
	memcpy(head, frame->data, size);
	if (frame->cut > 0 && br_frame_fill_for_cutting(frame, head, &cutting)) {
		work = (struct virtio_net_hdr){
			.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
			.gso_type =
				cutting.v6 ? VIRTIO_NET_HDR_GSO_TCPV6 : VIRTIO_NET_HDR_GSO_TCPV4,
			.hdr_len = cutting.data,
			.gso_size = frame->cut,
			.csum_start = cutting.tcp,
			.csum_offset = cutting.checksum,
		};
	} else {
		br_frame_fill(frame, head);
	}
	if (port->out < 0 || sendmsg(port->out, &message, 0) < 0)
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

static void take(struct br_port_iface *port, struct br_octets whole)
{
	size_t mtu = br_segment_mtu(port->port.segment);

	if (whole.size > mtu + br_frame_header_size(whole) &&
	    br_frame_cut(port->frames, whole, mtu, emit, port) > 0) {
		port->counts.cut++;
		return;
	}

	struct br_frame *frame =
		whole.size <= port->frames->frame_size_max ? br_frame_new(port->frames) : NULL;

	if (!frame) {
		port->counts.dropped_in++;
		return;
	}
	memcpy(frame->data, whole.data, whole.size);
	frame->size = (uint32_t)whole.size;
	br_frame_accept(frame);
	emit(port, frame);
}

/* The frame as it was on the wire, with the tag that the kernel has taken out. */
static struct br_octets whole_of(struct arrival *arrival, const struct msghdr *message, size_t size)
{
	const struct cmsghdr *beside = CMSG_FIRSTHDR(message);
	uint8_t *octets = arrival->room + BR_ETHERNET_TAG;
	struct tpacket_auxdata said;

	if (!beside || beside->cmsg_level != SOL_PACKET || beside->cmsg_type != PACKET_AUXDATA ||
	    size < BR_ETHERNET_HEADER)
		return (struct br_octets){octets, size};
	memcpy(&said, CMSG_DATA(beside), sizeof(said));
	if (!(said.tp_status & TP_STATUS_VLAN_VALID))
		return (struct br_octets){octets, size};

	uint16_t type = said.tp_status & TP_STATUS_VLAN_TPID_VALID ? said.tp_vlan_tpid
	                                                           : BR_ETHERNET_TYPE_VLAN;
	uint8_t *tag = arrival->room + BR_ETHERNET_TAG_AT;

	memmove(arrival->room, octets, BR_ETHERNET_TAG_AT);
	tag[0] = (uint8_t)(type >> 8);
	tag[1] = (uint8_t)type;
	tag[2] = (uint8_t)(said.tp_vlan_tci >> 8);
	tag[3] = (uint8_t)said.tp_vlan_tci;
	return (struct br_octets){arrival->room, size + BR_ETHERNET_TAG};
}

/* Return: how many the kernel had, or negative errno */
static int take_some(struct br_port_iface *port)
{
	for (size_t i = 0; i < FRAMES_A_CALL; i++) {
		struct arrival *arrival = &port->arrival[i];

		arrival->octets = (struct iovec){.iov_base = arrival->room + BR_ETHERNET_TAG,
		                                 .iov_len = SNAPLEN};
		port->message[i].msg_hdr =
			(struct msghdr){.msg_name = &arrival->from,
		                        .msg_namelen = sizeof(arrival->from),
		                        .msg_iov = &arrival->octets,
		                        .msg_iovlen = 1,
		                        .msg_control = arrival->beside,
		                        .msg_controllen = sizeof(arrival->beside)};
	}

	int count = recvmmsg(port->in, port->message, FRAMES_A_CALL, MSG_DONTWAIT, NULL);

	for (int i = 0; i < count; i++) {
		const struct msghdr *message = &port->message[i].msg_hdr;
		struct arrival *arrival = &port->arrival[i];

		if (arrival->from.sll_pkttype == PACKET_OUTGOING)
			continue; /* by a kernel that does not know how to leave them out */
		if (message->msg_flags & MSG_TRUNC)
			port->counts.dropped_in++;
		else
			take(port, whole_of(arrival, message, port->message[i].msg_len));
	}
	return count < 0 ? -errno : count;
}

static void close_interface(struct br_port_iface *port)
{
	if (port->in < 0)
		return;
	br_loop_remove(port->loop, port->in);
	br_clock_cancel(br_loop_clock(port->loop), &port->again);
	close(port->in);
	close(port->out);
	port->in = port->out = -1;
}

/* The kernel tells that it went down, but not that it then went for good. */
static void look(struct br_port_iface *port, br_time now)
{
	struct sockaddr_ll bound = {.sll_ifindex = -1};
	socklen_t size = sizeof(bound);

	if (getsockname(port->in, (struct sockaddr *)&bound, &size) == 0 && bound.sll_ifindex > 0) {
		br_clock_set(br_loop_clock(port->loop), &port->again, now + DOWN_ASK_MS * BR_MS);
		return;
	}
	close_interface(port);
	if (port->gone)
		port->gone(port->context, "the interface disappeared", now);
}

static void read_frames(struct br_port_iface *port, br_time now)
{
	int count = FRAMES_A_CALL;

	for (int taken = 0; count == FRAMES_A_CALL && taken < FRAMES_A_TURN; taken += count)
		count = take_some(port);
	if (count >= 0)
		br_clock_cancel(br_loop_clock(port->loop), &port->again);
	else if (count != -EAGAIN && count != -EINTR)
		look(port, now);
}

static void ready(void *context, short events, br_time now)
{
	(void)events;
	read_frames(context, now);
}

static void ask_again(void *context, br_time now)
{
	look(context, now);
}

/* Opening */

static int explain(const char *interface, int error, char *text, size_t size)
{
	switch (error) {
	case EPERM:
	case EACCES:
		(void)snprintf(
			text, size,
			"%s: no permission to open it: this needs CAP_NET_RAW, as root has it",
			interface);
		return -EPERM;
	case ENODEV:
	case ENXIO:
		(void)snprintf(text, size, "%s: there is no such interface", interface);
		return -ENODEV;
	case ENETDOWN:
		(void)snprintf(text, size, "%s: the interface is down", interface);
		return -ENETDOWN;
	case EINVAL:
		(void)snprintf(text, size, "%s: not an Ethernet interface", interface);
		return -EINVAL;
	default:
		(void)snprintf(text, size, "%s: %s", interface, strerror(error));
		return -EIO;
	}
}

/* Return: 0 and its number, or an errno; EINVAL: it is none of Ethernet */
static int find_interface(int fd, const char *interface, int *ret_index)
{
	struct ifreq request = {0};

	if (strlen(interface) >= sizeof(request.ifr_name))
		return ENODEV;
	memcpy(request.ifr_name, interface, strlen(interface) + 1);
	if (ioctl(fd, SIOCGIFHWADDR, &request) != 0)
		return errno;
	if (request.ifr_hwaddr.sa_family != ARPHRD_ETHER)
		return EINVAL;
	if (ioctl(fd, SIOCGIFFLAGS, &request) != 0)
		return errno;
	if (!(request.ifr_flags & IFF_UP))
		return ENETDOWN;
	if (ioctl(fd, SIOCGIFINDEX, &request) != 0)
		return errno;
	*ret_index = request.ifr_ifindex;
	return 0;
}

static bool say(int fd, int level, int option, const void *value, socklen_t size)
{
	return setsockopt(fd, level, option, value, size) == 0;
}

/* A queue of this size; without CAP_NET_ADMIN one as large as anybody may have. */
static void make_queue(int fd, int forced, int asked, int size)
{
	if (!say(fd, SOL_SOCKET, forced, &size, sizeof(size)))
		(void)say(fd, SOL_SOCKET, asked, &size, sizeof(size));
}

static bool set_filter(int fd, const struct br_iface_filter *filter)
{
	struct sock_filter program[BR_IFACE_FILTER_SIZE];
	struct sock_fprog whole = {.filter = program};

	if (!filter)
		return true;
	whole.len = (unsigned short)br_iface_filter_make(filter, program);
	return say(fd, SOL_SOCKET, SO_ATTACH_FILTER, &whole, sizeof(whole));
}

static bool join_all(int fd, int index)
{
	const struct packet_mreq all = {.mr_ifindex = index, .mr_type = PACKET_MR_PROMISC};

	return say(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all, sizeof(all));
}

/* Nothing comes in before it is bound: the filter is there first. Return: 0 or an errno */
static int open_sockets(struct br_port_iface *port, const char *interface, bool promiscuous,
                        const struct br_iface_filter *filter)
{
	struct sockaddr_ll where = {.sll_family = AF_PACKET};
	struct timeval patience = {.tv_usec = OUT_WAITS_MS * 1000};
	const int on = 1;
	int index = 0, error;

	port->in = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	port->out = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (port->in < 0 || port->out < 0)
		return errno;
	error = find_interface(port->in, interface, &index);
	if (error)
		return error;
	make_queue(port->in, SO_RCVBUFFORCE, SO_RCVBUF, QUEUE_IN_SIZE);
	make_queue(port->out, SO_SNDBUFFORCE, SO_SNDBUF, QUEUE_OUT_SIZE);
	(void)say(port->in, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on));
	if (!say(port->in, SOL_PACKET, PACKET_AUXDATA, &on, sizeof(on)) ||
	    !say(port->out, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof(on)) ||
	    !say(port->out, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)) ||
	    !set_filter(port->in, filter) || (promiscuous && !join_all(port->in, index)))
		return errno;
	where.sll_ifindex = index;
	if (bind(port->out, (struct sockaddr *)&where, sizeof(where)) != 0)
		return errno;
	where.sll_protocol = htons(ETH_P_ALL);
	return bind(port->in, (struct sockaddr *)&where, sizeof(where)) == 0 ? 0 : errno;
}

static struct br_port_iface *drop_port(struct br_port_iface *port)
{
	if (port->in >= 0)
		close(port->in);
	if (port->out >= 0)
		close(port->out);
	free(port->arrival);
	free(port);
	return NULL;
}

int br_port_iface_new(struct br_port_iface **ret_port, struct br_loop *loop,
                      struct br_segment *segment, const char *interface, bool promiscuous,
                      const struct br_iface_filter *filter, char *error, size_t error_size)
{
	struct br_port_iface *port = calloc(1, sizeof(*port));

	if (port) {
		port->in = port->out = -1;
		port->arrival = calloc(FRAMES_A_CALL, sizeof(port->arrival[0]));
	}
	if (!port || !port->arrival) {
		free(port);
		(void)snprintf(error, error_size, "out of memory");
		return -ENOMEM;
	}
	port->loop = loop;
	port->frames = br_wire_frames(br_segment_wire(segment));
	port->again = (struct br_timer){.fire = ask_again, .context = port};
	port->port = (struct br_port){.name = interface, .receive = receive, .context = port};

	int result = open_sockets(port, interface, promiscuous, filter);

	if (result) {
		result = explain(interface, result, error, error_size);
		drop_port(port);
		return result;
	}
	result = br_port_plug(&port->port, segment);
	if (!result)
		result = br_loop_add(loop, port->in, POLLIN, ready, port);
	if (result) {
		(void)snprintf(error, error_size, "%s: %s", interface, strerror(-result));
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
	return drop_port(port);
}

void br_port_iface_on_gone(struct br_port_iface *port,
                           void (*gone)(void *context, const char *why, br_time now), void *context)
{
	port->gone = gone;
	port->context = context;
}

const struct br_port_iface_counts *br_port_iface_counts(struct br_port_iface *port)
{
	struct tpacket_stats since = {0}; /* the last time it was asked */
	socklen_t size = sizeof(since);

	if (port->in >= 0 &&
	    getsockopt(port->in, SOL_PACKET, PACKET_STATISTICS, &since, &size) == 0)
		port->counts.missed += since.tp_drops;
	return &port->counts;
}

struct br_port *br_port_iface_port(struct br_port_iface *port)
{
	return &port->port;
}
