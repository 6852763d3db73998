/* SPDX-License-Identifier: BSD-2-Clause */
/* core/http/http_target.h - from a request target to a path, and from a path to a media type */
#ifndef BR_CORE_HTTP_HTTP_TARGET_H
#define BR_CORE_HTTP_HTTP_TARGET_H

#include "core/base/bytes.h"
#include "core/base/path.h"

/**
 * br_http_target_path() - What file a target names, RFC 9112 section 3.2
 * @target:	Origin form or absolute form; the query is not looked at
 * @ret_path:	Set on success: percent escapes decoded, then br_path_clean()
 *
 * Return: length of the path, 0 for the root; -EINVAL if it is no such target, an
 *	   escape is broken or stands for NUL; -EACCES if a part is "..", encoded or
 *	   not; -ENAMETOOLONG
 */
int br_http_target_path(struct br_octets target, char ret_path[static BR_PATH_SIZE]);

/* Never NULL. EDK2 takes the three EFI types only (HttpBootSupport.c,
 * HttpBootCheckImageType), without parameters.
 */
const char *br_http_media_type(const char *path);

#endif /* BR_CORE_HTTP_HTTP_TARGET_H */
