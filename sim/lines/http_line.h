/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/lines/http_line.h - heads of HTTP messages as lines of the script language
 *
 *	http GET /boot.efi Host="10.77.0.2"      method, path, header fields
 *	http 200 Content-Length=1048504          a response with this status
 *	http status!=301                         any response, judged by its fields
 *	http bytes "GET / HTTP/1.1\r\n\r\n"      octets as they stand
 *	http close, http reset                   the end of a connection: FIN, RST
 *
 * Any name that begins with a capital letter is a header field; beside them: status,
 * reason, version (1.1), size (octets of the head). A request says Host unless it says
 * Host=absent; the first setting of a field replaces the template's, each further one
 * adds another field of that name.
 */
#ifndef BR_SIM_LINES_HTTP_LINE_H
#define BR_SIM_LINES_HTTP_LINE_H

#include "sim/lines/line.h"

#endif /* BR_SIM_LINES_HTTP_LINE_H */
