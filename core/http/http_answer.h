/* SPDX-License-Identifier: BSD-2-Clause */
/* core/http/http_answer.h - the response to one request: its head, and which octets of
 * which file follow
 *
 * Always Content-Length, never chunked, never a redirect: shim, GRUB and EDK2 read
 * nothing else. Date is left out where the server has no clock, as RFC 9110
 * section 6.6.1 demands; Last-Modified was assigned by who made the file, so it stays.
 */
#ifndef BR_CORE_HTTP_HTTP_ANSWER_H
#define BR_CORE_HTTP_HTTP_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/path.h"
#include "core/formats/http_head.h"
#include "core/port.h"

enum {
	BR_HTTP_ANSWER_SIZE = 704, /* the longest head, and the text of an error */
	BR_HTTP_BODY_MAX = 65536,  /* of a request; nobody who wants a file sends more */
};

/**
 * struct br_http_answer - A response that is ready to be sent
 * @status:	As in the head
 * @close:	The head says Connection: close, and the connection ends behind it
 * @file:	Handle, or -1: nothing follows the head
 * @offset, @left: Octets of @file that follow
 * @body, @body_size: How the content of the request is framed; read it first
 * @note:	What was decided
 * @error:	What the file said, a negative errno; 0: nothing
 * @path:	What was asked for, cleaned; "" if that makes no sense
 * @size, @octets: The head, and the text of an error behind it
 */
struct br_http_answer {
	uint16_t status;
	bool close;
	int file;
	uint64_t offset, left;
	enum br_http_body body;
	uint64_t body_size;
	enum br_note note;
	int error;
	char path[BR_PATH_SIZE];
	size_t size;
	uint8_t octets[BR_HTTP_ANSWER_SIZE];
};

/**
 * br_http_answer() - Decide on a request; opens the file
 * @request:	A complete head
 * @date_s:	What time it is, seconds since 1970 UTC; 0: unknown
 * @ret_answer:	Set on 0; on -EAGAIN only .path, and .file is not touched
 *
 * Return: 0, or -EAGAIN (the file is not ready: ask again later)
 */
int br_http_answer(const struct br_files *files, const struct br_http_head *request,
                   uint64_t date_s, struct br_http_answer *ret_answer);

/* The answer to what could not be read, and the last one on its connection. */
void br_http_answer_error(uint16_t status, uint64_t date_s, struct br_http_answer *ret_answer);

#endif /* BR_CORE_HTTP_HTTP_ANSWER_H */
