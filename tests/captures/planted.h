/* SPDX-License-Identifier: BSD-2-Clause */
/* tests/captures/planted.h - a capture with a secret in every field that can hold one */
#ifndef BR_TESTS_CAPTURES_PLANTED_H
#define BR_TESTS_CAPTURES_PLANTED_H

#include <stddef.h>
#include <stdint.h>

/* Octets that must not come through, in any form; @text: also as UTF-16, in capitals and so on */
struct planted_secret {
	const void *octets;
	size_t size;
	int text;
};

extern const struct planted_secret planted_secrets[];
extern const size_t planted_secrets_count;

extern const uint8_t planted_mac[6];
extern const uint32_t planted_server;

/* As pcapng, with comments and names. Return: octets; *ret_frames: how many frames */
size_t planted_capture(uint8_t *target, size_t room, size_t *ret_frames);

#endif /* BR_TESTS_CAPTURES_PLANTED_H */
