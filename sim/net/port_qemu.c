/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/net/port_qemu.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum {
	LENGTH_SIZE = 4,
	FRAME_LIMIT = 65536 + 64, /* what claims to be longer is no frame: the stream is lost */
	INPUT_SIZE = 2 * (FRAME_LIMIT + LENGTH_SIZE),
};

struct br_port_qemu {
	struct br_port port;
	struct br_loop *loop;
	struct br_frame_pool *frames;
	struct sockaddr_un address;
	int listen_fd;
	int fd; /* -1: no guest */
	bool wants_out;
	br_port_qemu_changed *changed;
	void *context;
	struct br_port_qemu_counts counts;
	size_t in_used;
	size_t out_start, out_used, out_size;
	uint8_t in[INPUT_SIZE];
	uint8_t out[];
};

static void hang_up(struct br_port_qemu *port, const char *why)
{
	br_loop_remove(port->loop, port->fd);
	close(port->fd);
	port->fd = -1;
	port->in_used = 0;
	port->out_start = 0;
	port->out_used = 0;
	port->wants_out = false;
	if (port->changed)
		port->changed(port->context, why, br_loop_clock(port->loop)->now);
}

/* Out: to the guest */

static void want_out(struct br_port_qemu *port, bool wanted)
{
	if (port->wants_out == wanted)
		return;
	port->wants_out = wanted;
	br_loop_change(port->loop, port->fd, wanted ? POLLIN | POLLOUT : POLLIN);
}

static void send_queue(struct br_port_qemu *port)
{
	while (port->out_used > 0) {
		ssize_t sent = send(port->fd, port->out + port->out_start, port->out_used,
		                    MSG_NOSIGNAL | MSG_DONTWAIT);

		if (sent < 0) {
			if (errno == EINTR)
				continue;
			if (errno == EAGAIN || errno == EWOULDBLOCK)
				break;
			hang_up(port, "the guest closed its end");
			return;
		}
		port->out_start += (size_t)sent;
		port->out_used -= (size_t)sent;
	}
	if (port->out_used == 0)
		port->out_start = 0;
	want_out(port, port->out_used > 0);
}

static void receive(void *context, struct br_frame *frame, br_time now)
{
	struct br_port_qemu *port = context;

	(void)now;
	if (port->fd < 0) {
		port->counts.dropped_nobody++;
		return;
	}
	if (port->out_used + LENGTH_SIZE + frame->size > port->out_size) {
		port->counts.dropped_full++;
		return;
	}
	if (port->out_start + port->out_used + LENGTH_SIZE + frame->size > port->out_size) {
		memmove(port->out, port->out + port->out_start, port->out_used);
		port->out_start = 0;
	}

	uint8_t *at = port->out + port->out_start + port->out_used;
	struct br_writer w = br_writer_of(at, LENGTH_SIZE + frame->size);

	br_put_be32(&w, frame->size);
	br_put_bytes(&w, frame->data, frame->size);
	br_frame_fill(frame, at + LENGTH_SIZE);
	port->out_used += LENGTH_SIZE + frame->size;
	port->counts.frames_out++;
	if (!port->wants_out)
		send_queue(port);
}

/* In: from the guest */

static void take_frame(struct br_port_qemu *port, const uint8_t *octets, size_t size)
{
	struct br_frame *frame =
		size <= port->frames->frame_size_max ? br_frame_new(port->frames) : NULL;

	if (!frame) {
		port->counts.dropped_in++;
		return;
	}
	memcpy(frame->data, octets, size);
	frame->size = (uint32_t)size;
	br_frame_accept(frame);
	port->counts.frames_in++;
	br_port_send(&port->port, frame);
}

/* False: the stream makes no sense any more. */
static bool take_frames(struct br_port_qemu *port)
{
	struct br_reader r = br_reader_of(port->in, port->in_used);

	while (br_left(&r) >= LENGTH_SIZE) {
		struct br_reader frame = r;
		uint32_t size = br_get_be32(&frame);

		if (size > FRAME_LIMIT)
			return false;
		if (br_left(&frame) < size)
			break;
		take_frame(port, frame.pos, size);
		r.pos = frame.pos + size;
	}
	port->in_used = br_left(&r);
	memmove(port->in, r.pos, port->in_used);
	return true;
}

static void ready(void *context, short events, br_time now)
{
	struct br_port_qemu *port = context;

	(void)now;
	if (events & POLLOUT)
		send_queue(port);
	if (port->fd < 0 || !(events & (POLLIN | POLLHUP | POLLERR)))
		return;

	/* The buffer holds more than a whole frame, so there is always room. One call a
	 * turn: the loop comes back if there is more.
	 */
	ssize_t got = recv(port->fd, port->in + port->in_used, sizeof(port->in) - port->in_used,
	                   MSG_DONTWAIT);

	if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
		return;
	if (got <= 0) {
		hang_up(port, got == 0 ? "the guest closed its end" : "the guest's end was reset");
		return;
	}
	port->in_used += (size_t)got;
	if (!take_frames(port))
		hang_up(port, "the guest's end sent what is no frame");
}

static void ready_to_accept(void *context, short events, br_time now)
{
	struct br_port_qemu *port = context;
	int fd = accept(port->listen_fd, NULL, NULL);

	(void)events;
	if (fd < 0)
		return;
	if (port->fd >= 0 || br_loop_add(port->loop, fd, POLLIN, ready, port) != 0) {
		port->counts.refused++;
		close(fd);
		return;
	}
	port->fd = fd;
	port->counts.connected++;
	if (port->changed)
		port->changed(port->context, NULL, now);
}

/* Is there a socket that nobody listens on? Then 0: it may be replaced. */
static int check_stale(const struct sockaddr_un *address)
{
	struct stat status;

	if (lstat(address->sun_path, &status) != 0)
		return -errno;
	if (!S_ISSOCK(status.st_mode))
		return -EEXIST;

	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -errno;

	int result = connect(fd, (const struct sockaddr *)address, sizeof(*address));
	int error = errno;

	close(fd);
	return result != 0 && error == ECONNREFUSED ? 0 : -EADDRINUSE;
}

/* Return: the listening descriptor, or a negative errno */
static int listen_on(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int error = 0;

	if (fd < 0)
		return -errno;
	/* Before bind(2), so that there is no moment in which others may connect. */
	if (fchmod(fd, S_IRUSR | S_IWUSR) != 0)
		error = -errno;
	if (!error && bind(fd, (const struct sockaddr *)address, sizeof(*address)) != 0) {
		error = -errno;
		if (error == -EADDRINUSE) {
			error = check_stale(address);
			if (!error &&
			    (unlink(address->sun_path) != 0 ||
			     bind(fd, (const struct sockaddr *)address, sizeof(*address)) != 0))
				error = -errno;
		}
	}
	if (!error && (chmod(address->sun_path, S_IRUSR | S_IWUSR) != 0 || listen(fd, 4) != 0)) {
		error = -errno;
		unlink(address->sun_path);
	}
	if (error) {
		close(fd);
		return error;
	}
	return fd;
}

int br_port_qemu_new(struct br_port_qemu **ret_port, struct br_loop *loop,
                     struct br_segment *segment, const char *name, const char *path,
                     size_t queue_size)
{
	struct br_port_qemu *port = calloc(1, sizeof(*port) + queue_size);
	int error;

	if (!port)
		return -ENOMEM;
	port->loop = loop;
	port->fd = -1;
	port->out_size = queue_size;
	port->frames = br_wire_frames(br_segment_wire(segment));
	port->address.sun_family = AF_UNIX;
	if (strlen(path) >= sizeof(port->address.sun_path)) {
		free(port);
		return -ENAMETOOLONG;
	}
	memcpy(port->address.sun_path, path, strlen(path) + 1);
	port->listen_fd = listen_on(&port->address);
	if (port->listen_fd < 0) {
		error = port->listen_fd;
		free(port);
		return error;
	}
	port->port = (struct br_port){.name = name, .receive = receive, .context = port};
	error = br_port_plug(&port->port, segment);
	if (!error)
		error = br_loop_add(loop, port->listen_fd, POLLIN, ready_to_accept, port);
	if (error) {
		br_port_qemu_free(port);
		return error;
	}
	*ret_port = port;
	return 0;
}

struct br_port_qemu *br_port_qemu_free(struct br_port_qemu *port)
{
	if (!port)
		return NULL;
	br_port_unplug(&port->port);
	if (port->fd >= 0) {
		br_loop_remove(port->loop, port->fd);
		close(port->fd);
	}
	br_loop_remove(port->loop, port->listen_fd);
	close(port->listen_fd);
	unlink(port->address.sun_path);
	free(port);
	return NULL;
}

void br_port_qemu_on_change(struct br_port_qemu *port, br_port_qemu_changed *changed, void *context)
{
	port->changed = changed;
	port->context = context;
}

bool br_port_qemu_is_connected(const struct br_port_qemu *port)
{
	return port->fd >= 0;
}

const struct br_port_qemu_counts *br_port_qemu_counts(const struct br_port_qemu *port)
{
	return &port->counts;
}

struct br_port *br_port_qemu_port(struct br_port_qemu *port)
{
	return &port->port;
}
