/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/models/nic.h"

#include <stdlib.h>
#include <string.h>

#include "sim/models/firmware_inside.h"
#include "sim/net/frame.h"
#include "sim/net/wire.h"

enum {
	HELD_MAX = 256, /* frames; QEMU queues as many for a card and drops the rest */
};

/* Between the wire and the host. */
struct br_nic {
	struct br_port *port;
	void (*receive)(void *context, struct br_frame *frame, br_time now); /* the host's */
	void *context;
	struct br_timer timer;
	br_time until;
	struct br_frame *held[HELD_MAX];
	size_t count;
};

static void receive(void *context, struct br_frame *frame, br_time now)
{
	struct br_nic *nic = context;

	if (now >= nic->until)
		nic->receive(nic->context, frame, now);
	else if (nic->count < HELD_MAX)
		nic->held[nic->count++] = br_frame_ref(frame);
}

static void hand_over(void *context, br_time now)
{
	struct br_nic *nic = context;

	for (size_t i = 0; i < nic->count; i++) {
		nic->receive(nic->context, nic->held[i], now);
		br_frame_unref(nic->held[i]);
	}
	nic->count = 0;
}

static bool is_e1000(const struct br_firmware *fw)
{
	static const uint8_t e1000[4] = {0x80, 0x86, 0x10, 0x0e};

	return memcmp(fw->machine.nic, e1000, sizeof(e1000)) == 0;
}

uint16_t br_nic_frame_size(const struct br_firmware *fw)
{
	static const uint8_t ne2000[4] = {0x10, 0xec, 0x80, 0x29};
	bool pads = memcmp(fw->machine.nic, ne2000, sizeof(ne2000)) == 0;

	return pads ? (uint16_t)fw->first->ne2000_size : 0;
}

br_time br_nic_delay(const struct br_firmware *fw)
{
	return (is_e1000(fw) ? fw->model->e1000_start_ms : fw->model->start_ms) * BR_MS;
}

void br_nic_start(struct br_firmware *fw, br_time now)
{
	struct br_nic *nic = fw->nic;

	if (fw->model->e1000_deaf_ms == 0 || !is_e1000(fw))
		return;
	if (!nic) {
		nic = calloc(1, sizeof(*nic));
		if (!nic)
			return;
		fw->nic = nic;
		nic->port = br_host_port(fw->host, 0);
		nic->receive = nic->port->receive;
		nic->context = nic->port->context;
		nic->timer = (struct br_timer){.fire = hand_over, .context = nic};
		nic->port->receive = receive;
		nic->port->context = nic;
	}
	nic->until = now + fw->model->e1000_deaf_ms * BR_MS;
	br_clock_set(fw->clock, &nic->timer, nic->until);
}

void br_nic_free(struct br_firmware *fw)
{
	struct br_nic *nic = fw->nic;

	if (!nic)
		return;
	br_clock_set(fw->clock, &nic->timer, BR_TIME_NEVER);
	nic->port->receive = nic->receive;
	nic->port->context = nic->context;
	for (size_t i = 0; i < nic->count; i++)
		br_frame_unref(nic->held[i]);
	free(nic);
	fw->nic = NULL;
}
