/* SPDX-License-Identifier: BSD-2-Clause */
/* Theory of operation
 *
 * A request is judged in this order, and the first that decides makes the answer: its framing
 * and Host (400, 413, 501: and the connection ends, as nobody knows where the next request
 * starts), its method (405, 501), its target (400), the file (403, 404, 500, 503), preconditions
 * (304, 412), the range (206, 416); what is left is 200. struct manner has what the head of any
 * answer depends on.
 */
#include "core/http/http_answer.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "core/base/text.h"
#include "core/defect.h"
#include "core/formats/http_date.h"
#include "core/http/http_condition.h"
#include "core/http/http_target.h"

#define ALLOWED "GET, HEAD, OPTIONS"

/* What the request says of the connection and of how much is sent back. */
struct manner {
	bool close;      /* the connection ends behind the response */
	bool say_keep;   /* HTTP/1.0 wants to hear that it goes on */
	bool no_content; /* HEAD */
	uint64_t date_s; /* 0: unknown */
};

static void put_connection(struct br_writer *w, const struct manner *manner)
{
	if (manner->close)
		br_http_put_field(w, "Connection", "close");
	else if (manner->say_keep)
		br_http_put_field(w, "Connection", "keep-alive");
}

/* RFC 9110 section 6.6.1 */
static void put_status(struct br_writer *w, const struct manner *manner, uint16_t status)
{
	char date[BR_HTTP_DATE_SIZE];

	br_http_put_status_line(w, status);
	if (manner->date_s == 0 || manner->date_s > BR_HTTP_DATE_S_MAX ||
	    (BR_DEFECT(HTTP_DAT_01) && status >= 400))
		return;
	br_http_date_print(manner->date_s, date);
	br_http_put_field(w, "Date", date);
}

static void start_answer(struct br_http_answer *answer, const struct manner *manner,
                         uint16_t status, enum br_note note)
{
	answer->status = status;
	answer->close = manner->close;
	answer->note = note;
	answer->error = 0;
	answer->file = -1;
	answer->offset = answer->left = 0;
}

/* A response without a file: the reason as text, so that people see it in a browser. */
static void answer_status(struct br_http_answer *answer, const struct manner *manner,
                          uint16_t status, enum br_note note)
{
	struct br_writer w = br_writer_of(answer->octets, sizeof(answer->octets));
	size_t size = status == 200 ? 0 : strlen(br_http_reason(status)) + 1;

	start_answer(answer, manner, status, note);
	put_status(&w, manner, status);
	if ((status == 405 && !BR_DEFECT(HTTP_MTH_06)) || status == 200)
		br_http_put_field(&w, "Allow", ALLOWED);
	if (size > 0)
		br_http_put_field(&w, "Content-Type", "text/plain");
	br_http_put_field_number(&w, "Content-Length", size);
	put_connection(&w, manner);
	br_http_put_end(&w);
	if (size > 0 && !manner->no_content) {
		br_text_put(&w, br_http_reason(status));
		br_put_u8(&w, '\n');
	}
	assert(!w.bad);
	answer->size = br_written(&w);
}

void br_http_answer_error(uint16_t status, uint64_t date_s, struct br_http_answer *ret_answer)
{
	const struct manner last = {.close = true, .date_s = date_s};

	ret_answer->path[0] = 0;
	ret_answer->body = BR_HTTP_BODY_NONE;
	ret_answer->body_size = 0;
	answer_status(ret_answer, &last, status, BR_NOTE_HTTP_BAD_REQUEST);
}

/* RFC 9110 section 8.8.2.1: a file from the future was changed now, as far as this clock goes. */
static void put_validators(struct br_writer *w, const struct br_file_info *info, const char *etag,
                           uint64_t date_s)
{
	uint64_t changed_s = info->mtime_s;
	char date[BR_HTTP_DATE_SIZE];

	if (date_s != 0 && changed_s > date_s && date_s <= BR_HTTP_DATE_S_MAX &&
	    !BR_DEFECT(HTTP_DAT_03))
		changed_s = date_s;

	br_http_put_field(w, "ETag", etag);
	if (changed_s == 0 || changed_s > BR_HTTP_DATE_S_MAX)
		return;
	br_http_date_print(changed_s, date);
	br_http_put_field(w, "Last-Modified", date);
}

static void put_content_range(struct br_writer *w, const struct br_http_answer *answer,
                              uint64_t size)
{
	br_text_put(w, "Content-Range: bytes ");
	if (answer->status == 416) {
		br_put_u8(w, '*');
	} else {
		br_text_put_decimal(w, answer->offset);
		br_put_u8(w, '-');
		br_text_put_decimal(w, answer->offset + answer->left -
		                               (BR_DEFECT(HTTP_RNG_02) ? 0 : 1));
	}
	br_put_u8(w, '/');
	br_text_put_decimal(w, size);
	br_put_bytes(w, "\r\n", 2);
}

/* 200, 206, 304, 412 and 416: the file is there. RFC 9110 section 15.4.5: a 304 has
 * the validators of the 200 and no content.
 */
static void put_file_head(struct br_http_answer *answer, const struct manner *manner,
                          const struct br_file_info *info, const char *etag)
{
	struct br_writer w = br_writer_of(answer->octets, sizeof(answer->octets));
	bool content = answer->status == 200 || answer->status == 206;

	put_status(&w, manner, answer->status);
	if (content)
		br_http_put_field(&w, "Content-Type",
		                  BR_DEFECT(HTTP_RNG_06) && answer->status == 206
		                          ? "multipart/byteranges; boundary=x"
		                          : br_http_media_type(answer->path));
	if (answer->status != 304 && !BR_DEFECT(HTTP_LEN_04))
		br_http_put_field_number(
			&w, BR_DEFECT(HTTP_LEN_05) ? "content-length" : "Content-Length",
			content && !(BR_DEFECT(HTTP_MTH_04) && manner->no_content) ? answer->left
										   : 0);
	if ((BR_DEFECT(HTTP_LEN_02) && !manner->say_keep) ||
	    (BR_DEFECT(HTTP_LEN_03) && manner->say_keep))
		br_http_put_field(&w, "Transfer-Encoding", "identity");
	br_http_put_field(&w, "Accept-Ranges", "bytes");
	if (BR_DEFECT(HTTP_TYP_02))
		br_http_put_field(&w, "Content-Encoding", "identity");
	if (answer->status == 206 || answer->status == 416)
		put_content_range(&w, answer, info->size);
	if (answer->status != 304 || !BR_DEFECT(HTTP_CND_07))
		put_validators(&w, info, etag, manner->date_s);
	put_connection(&w, manner);
	br_http_put_end(&w);
	assert(!w.bad);
	answer->size = br_written(&w);
}

/* RFC 9110 section 13.2.2: preconditions first, then If-Range and Range, for GET only. */
static void choose(const struct br_http_head *request, const struct br_file_info *info,
                   const char *etag, bool get, struct br_http_answer *answer)
{
	const struct br_http_field *range = br_http_field_find(request, "Range");
	uint16_t condition = br_http_condition(request, info, etag);
	enum br_http_range verdict = BR_HTTP_RANGE_IGNORED;
	uint64_t first = 0, last = 0;

	answer->status = 200;
	answer->note = BR_NOTE_HTTP_SERVED;
	answer->left = info->size;
	if (condition != 0) {
		answer->status = condition;
		answer->note = BR_NOTE_HTTP_PRECONDITION;
		return;
	}
	if (!range || !get)
		return;
	if (BR_DEFECT(HTTP_RNG_09) && br_http_field_find(request, "If-Match"))
		return;
	if (br_http_if_range(request, info, etag))
		verdict = br_http_range(range->value, info->size, &first, &last);
	switch (verdict) {
	case BR_HTTP_RANGE_IGNORED:
		answer->note = BR_NOTE_HTTP_RANGE_IGNORED;
		break;
	case BR_HTTP_RANGE_ONE:
		answer->status = 206;
		answer->note = BR_NOTE_HTTP_RANGE;
		answer->offset = first;
		answer->left = last - first + 1;
		break;
	case BR_HTTP_RANGE_UNSATISFIABLE:
		answer->status = 416;
		answer->note = BR_NOTE_HTTP_UNSATISFIABLE;
		break;
	}
}

static void answer_file(const struct br_files *files, const struct br_http_head *request,
                        const struct manner *manner, int file, const struct br_file_info *info,
                        struct br_http_answer *answer)
{
	char etag[BR_HTTP_ETAG_SIZE];
	bool content;

	br_http_etag(info, etag);
	start_answer(answer, manner, 200, BR_NOTE_HTTP_SERVED);
	choose(request, info, etag, !manner->no_content || BR_DEFECT(HTTP_RNG_04), answer);
	if (BR_DEFECT(HTTP_RDR_01))
		answer->status = 302;
	put_file_head(answer, manner, info, etag);
	content = (!manner->no_content || BR_DEFECT(HTTP_MTH_02)) &&
	          (answer->status == 200 || answer->status == 206) && answer->left > 0;
	if (content) {
		answer->file = file;
	} else {
		answer->left = 0;
		files->close(files->context, file);
	}
}

static void answer_no_file(struct br_http_answer *answer, const struct manner *manner, int result)
{
	switch (result) {
	case -EINVAL:
		answer_status(answer, manner, 400, BR_NOTE_HTTP_BAD_REQUEST);
		break;
	case -EACCES:
		answer_status(answer, manner, 403, BR_NOTE_HTTP_FORBIDDEN);
		break;
	case -ENOENT:
	case -EISDIR:
	case -ENAMETOOLONG:
		answer_status(answer, manner, 404, BR_NOTE_HTTP_NOT_FOUND);
		break;
	case -EMFILE:
		answer_status(answer, manner, 503, BR_NOTE_HTTP_FILE_FAILED);
		break;
	default:
		answer_status(answer, manner, 500, BR_NOTE_HTTP_FILE_FAILED);
		break;
	}
	if (answer->note == BR_NOTE_HTTP_FILE_FAILED)
		answer->error = result;
}

/* RFC 9112 section 3.2: reg-name, IPv4address or IP-literal, and perhaps a port. */
static bool is_host(struct br_octets value)
{
	static const char marks[] = "-._~%!$&'()*+,;="; /* RFC 3986 section 3.2.2 */
	struct br_octets rest = value, host;
	bool literal = value.size > 0 && value.data[0] == '[';
	uint64_t port;

	if (BR_DEFECT(HTTP_HST_03) && literal)
		return false;
	host = br_text_cut(&rest, literal ? ']' : ':');
	if (literal) {
		if (!rest.data || (rest.size > 0 && rest.data[0] != ':'))
			return false;
		if (rest.size > 0)
			(void)br_text_cut(&rest, ':');
	}
	for (size_t i = literal ? 1 : 0; i < host.size; i++) {
		uint8_t octet = host.data[i];

		if (!((octet >= '0' && octet <= '9') || (octet >= 'A' && octet <= 'Z') ||
		      (octet >= 'a' && octet <= 'z') || (literal && octet == ':') ||
		      memchr(marks, octet, sizeof(marks) - 1)))
			return false;
	}
	return rest.size == 0 || br_text_get_decimal(rest, UINT16_MAX, &port);
}

static bool host_is_good(const struct br_http_head *request)
{
	size_t index = 0;
	const struct br_http_field *host = br_http_field_next(request, "Host", &index);

	if (!host)
		return request->minor == 0 || BR_DEFECT(HTTP_HST_01);
	return !br_http_field_next(request, "Host", &index) && is_host(host->value);
}

static bool is_known_method(struct br_octets method)
{
	static const char *const known[] = {"POST", "PUT", "DELETE", "CONNECT", "TRACE", "PATCH"};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (br_text_is(method, known[i]))
			return true;
	}
	return false;
}

/* Methods are case-sensitive, RFC 9112 section 3.1. Return: 0 for GET and HEAD */
static uint16_t judge_method(const struct br_http_head *request)
{
	if (br_text_is(request->method, "GET") ||
	    (br_text_is(request->method, "HEAD") && !BR_DEFECT(HTTP_MTH_01)))
		return 0;
	if (BR_DEFECT(HTTP_MTH_07) && br_text_is_nocase(request->method, "GET"))
		return 0;
	if (br_text_is(request->method, "OPTIONS"))
		return 200;
	return is_known_method(request->method) ? 405 : 501;
}

/* What does not fit here is answered at once, and then the connection is closed, so
 * that nothing of the content can be taken for a request (RFC 9112 section 9.3).
 */
static uint16_t judge_framing(const struct br_http_head *request, struct br_http_answer *answer)
{
	uint16_t status = 400;

	answer->body = BR_HTTP_BODY_NONE;
	answer->body_size = 0;
	if (request->bare_lf || !host_is_good(request))
		return 400;
	if (br_http_request_body(request, &answer->body, &answer->body_size, &status) < 0)
		return status;
	return answer->body_size > BR_HTTP_BODY_MAX ? 413 : 0;
}

int br_http_answer(const struct br_files *files, const struct br_http_head *request,
                   uint64_t date_s, struct br_http_answer *ret_answer)
{
	struct manner manner = {
		.date_s = date_s,
		.close = !br_http_keep_alive(request) &&
	                 !(BR_DEFECT(HTTP_CON_02) && request->minor > 0) &&
	                 !(BR_DEFECT(HTTP_CON_03) && request->minor == 0),
		.say_keep = request->minor == 0,
		.no_content = br_text_is(request->method, "HEAD"),
	};
	struct br_file_info info = {0};
	uint16_t status;
	int result;

	status = judge_framing(request, ret_answer);
	ret_answer->path[0] = 0;
	if (status != 0) {
		manner.close = true;
		ret_answer->body = BR_HTTP_BODY_NONE;
		answer_status(ret_answer, &manner, status, BR_NOTE_HTTP_BAD_REQUEST);
		return 0;
	}
	/* RFC 9110 section 10.1.1: the client waits for our word, so it is the last */
	if (ret_answer->body != BR_HTTP_BODY_NONE && !BR_DEFECT(HTTP_LIM_07) &&
	    br_http_field_has(request, "Expect", "100-continue")) {
		manner.close = true;
		ret_answer->body = BR_HTTP_BODY_NONE;
	}
	status = judge_method(request);
	if (status != 0) {
		answer_status(ret_answer, &manner, status, BR_NOTE_HTTP_METHOD);
		return 0;
	}
	result = br_http_target_path(request->target, ret_answer->path);
	if (result == -EACCES) {
		answer_status(ret_answer, &manner, 400, BR_NOTE_HTTP_FORBIDDEN);
		return 0;
	}
	if (result == 0)
		result = -EISDIR;
	if (result > 0)
		result = files->open(files->context, ret_answer->path, &info);
	if (result == -EAGAIN)
		return -EAGAIN;
	if (result < 0 && BR_DEFECT(HTTP_CND_06) && br_http_field_find(request, "If-None-Match"))
		answer_status(ret_answer, &manner, 304, BR_NOTE_HTTP_NOT_FOUND);
	else if (result < 0)
		answer_no_file(ret_answer, &manner, result);
	else
		answer_file(files, request, &manner, result, &info, ret_answer);
	return 0;
}
