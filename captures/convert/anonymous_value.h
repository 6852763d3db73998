/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/convert/anonymous_value.h - the value of one field, hidden as its row says */
#ifndef BR_CAPTURES_CONVERT_ANONYMOUS_VALUE_H
#define BR_CAPTURES_CONVERT_ANONYMOUS_VALUE_H

#include "captures/convert/anonymous_fields.h"

/* What a capture is hidden with */
struct br_anonymous {
	struct br_disguise *disguise;
	struct br_hide_tally tally;
};

/* In place, counted. BR_HIDE_PARTS is the caller's: here it counts as anything. */
void br_anonymous_hide(struct br_anonymous *a, const struct br_hide_row *field, uint8_t *octets,
                       size_t size);
/* br_hide_row_of(), and that */
void br_anonymous_field(struct br_anonymous *a, enum br_layer layer, unsigned code, uint8_t *octets,
                        size_t size);

/* Names as DNS has them, pointers and all; RFC 1035 sections 3.1 and 4.1.4. Return: octets of
 * the first one, also if it is broken
 */
size_t br_anonymous_labels(struct br_anonymous *a, uint8_t *octets, size_t size);

/* Learn MAC addresses and UUIDs out of identifiers: option 61, 97, DUIDs. */
void br_anonymous_learn_client_id(struct br_disguise *disguise, struct br_octets value);
void br_anonymous_learn_machine_id(struct br_disguise *disguise, struct br_octets value);
void br_anonymous_learn_duid(struct br_disguise *disguise, struct br_octets value);

/* Numbers in frames */
static inline uint16_t br_get16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static inline void br_put16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

#endif /* BR_CAPTURES_CONVERT_ANONYMOUS_VALUE_H */
