/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/lines/dhcp_line.h - DHCP messages as lines of the script language
 *
 * Messages: discover offer request decline ack nak release inform, bootp for one
 * without option 53, bytes for octets as they stand.
 *
 * Fields of RFC 2131 figure 1 by their names there. optN is option N with all its
 * instances joined (RFC 3396), optN.M the sub-option M of one that is code, length,
 * value again. Beside them: size (octets of the datagram), cookie, optN.count (how many
 * instances), codes (the option codes in their order), last (the last of them).
 *
 * In a stimulus the first setting of optN replaces the template's, each further one adds
 * another instance; cut=N keeps the first N octets of the datagram, tail=HEX adds some,
 * size=N pads with zeros.
 */
#ifndef BR_SIM_LINES_DHCP_LINE_H
#define BR_SIM_LINES_DHCP_LINE_H

#include "sim/lines/line.h"

/* The format of option @code, or of sub-option @sub of it when that is not negative. */
enum br_field_format br_dhcp_line_format(uint8_t code, int sub);

#endif /* BR_SIM_LINES_DHCP_LINE_H */
