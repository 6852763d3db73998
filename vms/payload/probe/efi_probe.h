/* SPDX-License-Identifier: BSD-2-Clause */
/* efi_probe.h - the parts of the EFI probe, and what they share */
#ifndef BR_PROBE_EFI_PROBE_H
#define BR_PROBE_EFI_PROBE_H

#include "efi.h"

enum {
	BR_PROBE_FILE_MAX = 8 << 20, /* octets of one file */
	BR_PROBE_URL_SIZE = 256,
};

struct br_efi_probe {
	struct br_efi_system *system;
	struct br_efi_boot *boot;
	void *device;                   /* that we were loaded from */
	struct br_efi_pxe *pxe;         /* NULL: the firmware has none there */
	struct br_efi_http *http;       /* NULL: none */
	uint8_t station[4], netmask[4]; /* all zero: not known */
	char base[BR_PROBE_URL_SIZE];   /* URL of the folder we came from, "" if not by HTTP */
	uint8_t *octets;                /* the last file, BR_PROBE_FILE_MAX */
	uint32_t ticks_a_ms;
	bool says_no_size; /* of its TFTP: READ_FILE does not */
};

/* What came of a read */
struct br_probe_got {
	size_t status;         /* of the firmware's call */
	uint32_t size;         /* octets in br_efi_probe.octets */
	bool no_size;          /* the firmware did not say: all there may be */
	uint32_t microseconds; /* from the call until all was there */
	uint32_t code;         /* TFTP's error or HTTP's status, 0 if there was none */
};

/* efi_clock.c: the processor's own counter, for firmware has no fine clock on all of them */
uint64_t br_clock_now(void);
uint64_t br_divide(uint64_t number, uint32_t by);
void br_clock_start(struct br_efi_probe *probe);
uint32_t br_clock_since(const struct br_efi_probe *probe, uint64_t then); /* microseconds */

/* efi_pxe.c */
void br_pxe_find(struct br_efi_probe *probe);
/* The server that booted us. Return: false if no packet says so */
bool br_pxe_server(const struct br_efi_probe *probe, uint8_t ret_server[static 4]);
struct br_probe_got br_pxe_read(struct br_efi_probe *probe, const uint8_t server[static 4],
                                const char *name);

/* efi_http.c */
void br_http_find(struct br_efi_probe *probe);
struct br_probe_got br_http_read(struct br_efi_probe *probe, const char *url);

#endif /* BR_PROBE_EFI_PROBE_H */
