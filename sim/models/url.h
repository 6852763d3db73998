/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/models/url.h - where boot programs find the next file: tftp and http URLs
 *
 * "tftp://192.0.2.2/dir/name": the path goes into the RRQ without its first '/', so
 * that "tftp://192.0.2.2//name" asks for "/name".
 */
#ifndef BR_SIM_MODELS_URL_H
#define BR_SIM_MODELS_URL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/port.h"

/* Does it begin with a scheme, "http:" or "tftp:" or any other? */
bool br_url_is_absolute(struct br_octets text);

/* tftp://address/path; false if it does not fit. */
bool br_url_tftp(char *target, size_t size, uint32_t server, struct br_octets path);
/* The same of either family, tftp://[2001:db8::2]/path; no port is looked at */
bool br_url_tftp_at(char *target, size_t size, const struct br_endpoint *server,
                    struct br_octets path);

/**
 * br_url_resolve() - What a reference means in a file that came from @base
 * @target:	NUL-terminated on success, may be @base's own buffer
 * @reference:	Absolute, "/path" on the same server, or relative to @base's directory
 *
 * Return: false if it does not fit
 */
bool br_url_resolve(char *target, size_t size, const char *base, struct br_octets reference);

/* Server and RRQ name of a tftp URL with an address, an IPv6 one in brackets; false for anything
 * else.
 */
bool br_url_split_tftp(const char *url, struct br_endpoint *ret_server, const char **ret_path);

#endif /* BR_SIM_MODELS_URL_H */
