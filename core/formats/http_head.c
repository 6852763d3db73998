/* SPDX-License-Identifier: BSD-2-Clause */
/* Theory of operation
 *
 * A head comes in pieces. br_http_parse() is given all that came so far and looks for the empty
 * line behind it, on from where it stopped looking (@seen); while there is none, all it judges
 * is whether one can still come. Then the head is read in one go, line by line: the start line,
 * and fields as name and value. What fields mean - how the content is framed, whether the
 * connection stays, which range - is asked afterwards, by those who want to know.
 */
#include "core/formats/http_head.h"

#include <errno.h>
#include <string.h>

#include "core/base/text.h"
#include "core/defect.h"

enum { /* of a status line, RFC 9112 section 4: "HTTP/1.1 200 OK" */
	VERSION_SIZE = 8,
	STATUS_AT = 9,
	STATUS_SIZE = 3,
};

static bool is_token_octet(uint8_t octet)
{
	static const char marks[] = "!#$%&'*+-.^_`|~"; /* RFC 9110 section 5.6.2 */

	return (octet >= '0' && octet <= '9') || (octet >= 'A' && octet <= 'Z') ||
	       (octet >= 'a' && octet <= 'z') || memchr(marks, octet, sizeof(marks) - 1);
}

static bool is_token(struct br_octets text)
{
	for (size_t i = 0; i < text.size; i++) {
		if (!is_token_octet(text.data[i]))
			return false;
	}
	return text.size > 0;
}

/* RFC 9110 section 5.5: no control but the tab, which covers bare CR and NUL. */
static bool is_clean(struct br_octets text)
{
	for (size_t i = 0; i < text.size; i++) {
		if ((text.data[i] < ' ' && text.data[i] != '\t') || text.data[i] == 0x7f)
			return false;
	}
	return true;
}

static bool is_blank(uint8_t octet)
{
	return octet == ' ' || octet == '\t';
}

static struct br_octets trim(struct br_octets text)
{
	while (text.size > 0 && is_blank(text.data[text.size - 1]))
		text.size--;
	while (text.size > 0 && is_blank(text.data[0])) {
		text.data++;
		text.size--;
	}
	return text;
}

/* Octets of empty lines before the message, RFC 9112 section 2.2. */
static size_t empty_lines(struct br_octets octets)
{
	struct br_reader r = br_reader_of(octets.data, octets.size);
	size_t size = 0;

	while (br_left(&r) > 0) {
		uint8_t octet = br_get_u8(&r);

		if (octet == '\r')
			octet = br_get_u8(&r);
		if (r.bad || octet != '\n')
			break;
		size = octets.size - br_left(&r);
	}
	return size;
}

/* Octets up to and with the empty line; 0 if it has not come. A line is empty if LF
 * follows LF, or CR LF does.
 */
static size_t find_end(struct br_octets octets, size_t start, size_t *seen)
{
	size_t at = *seen > start ? *seen : start;

	while (at < octets.size) {
		const uint8_t *lf = memchr(octets.data + at, '\n', octets.size - at);

		if (!lf)
			break;
		at = (size_t)(lf - octets.data);
		if (at >= start + 1 && octets.data[at - 1] == '\n')
			return at + 1;
		if (at >= start + 2 && octets.data[at - 1] == '\r' && octets.data[at - 2] == '\n')
			return at + 1;
		at++;
	}
	*seen = octets.size;
	return 0;
}

/* The next line without its end; @bare is set if that was LF alone. */
static struct br_octets get_line(struct br_octets *rest, bool *bare)
{
	struct br_octets line = br_text_cut(rest, '\n');

	if (line.size > 0 && line.data[line.size - 1] == '\r')
		line.size--;
	else
		*bare = true;
	return line;
}

bool br_http_get_version(struct br_octets text, uint8_t *ret_major, uint8_t *ret_minor)
{
	if (text.size != VERSION_SIZE || !br_text_starts(text, "HTTP/") || text.data[6] != '.' ||
	    text.data[5] < '0' || text.data[5] > '9' || text.data[7] < '0' || text.data[7] > '9')
		return false;
	*ret_major = (uint8_t)(text.data[5] - '0');
	*ret_minor = (uint8_t)(text.data[7] - '0');
	return true;
}

bool br_http_begins(enum br_http_kind kind, struct br_octets octets)
{
	if (kind == BR_HTTP_RESPONSE)
		return br_text_starts(octets, "HTTP/1.");
	return br_text_starts(octets, "GET ") || br_text_starts(octets, "HEAD ") ||
	       br_text_starts(octets, "POST ");
}

uint16_t br_http_status_ahead(struct br_octets octets)
{
	uint8_t major, minor;
	uint64_t status;

	if (octets.size < STATUS_AT + STATUS_SIZE || octets.data[VERSION_SIZE] != ' ' ||
	    !br_http_get_version((struct br_octets){octets.data, VERSION_SIZE}, &major, &minor) ||
	    !br_text_get_decimal((struct br_octets){octets.data + STATUS_AT, STATUS_SIZE}, 999,
	                         &status))
		return 0;
	return (uint16_t)status;
}

size_t br_http_close_cut(uint8_t *octets, size_t size, size_t size_max)
{
	static const uint8_t empty[] = {'\r', '\n'};

	while (size > 0 && octets[size - 1] != '\n')
		size--;
	if (size == 0 || size_max - size < sizeof(empty))
		return 0;
	memcpy(octets + size, empty, sizeof(empty));
	return size + sizeof(empty);
}

/* RFC 9112 section 3: three parts, single blanks. Return: 0 or a status */
static uint16_t get_request_line(struct br_octets line, struct br_http_head *head)
{
	struct br_octets rest = line;

	head->method = br_text_cut(&rest, ' ');
	head->target = br_text_cut(&rest, ' ');
	if (!rest.data || !is_token(head->method) || head->target.size == 0 || !is_clean(line) ||
	    memchr(head->target.data, '\t', head->target.size) ||
	    !br_http_get_version(rest, &head->major, &head->minor))
		return 400;
	return head->major == 1 ? 0 : 505;
}

/* RFC 9112 section 4; the blank before an empty reason is missing in real life. */
static uint16_t get_status_line(struct br_octets line, struct br_http_head *head)
{
	struct br_octets rest = line;
	struct br_octets version = br_text_cut(&rest, ' ');
	struct br_octets code = br_text_cut(&rest, ' ');
	uint64_t status = 0;

	if (!is_clean(line) || !br_http_get_version(version, &head->major, &head->minor) ||
	    code.size != 3 || !br_text_get_decimal(code, 999, &status) || status < 100)
		return 400;
	head->status = (uint16_t)status;
	head->reason = rest.data ? rest : (struct br_octets){0};
	return head->major == 1 ? 0 : 505;
}

/* RFC 9112 section 5: no white space before the colon, no folded line. */
static uint16_t get_field(struct br_octets line, struct br_http_head *head)
{
	struct br_octets rest = line;
	struct br_octets name = br_text_cut(&rest, ':');

	if ((BR_DEFECT(HTTP_SMG_05) && head->fields > 0) ||
	    (BR_DEFECT(HTTP_SMG_06) && head->fields == 0)) {
		while (name.size > 0 && is_blank(name.data[0]))
			name = (struct br_octets){name.data + 1, name.size - 1};
	}
	if (BR_DEFECT(HTTP_SMG_04) && name.size > 0 && is_blank(name.data[name.size - 1]))
		name.size--;
	if (!rest.data || !is_token(name) || (!is_clean(rest) && !BR_DEFECT(HTTP_SMG_07)))
		return 400;
	if (head->fields == BR_HTTP_FIELDS_MAX)
		return 431;
	head->field[head->fields++] = (struct br_http_field){.name = name, .value = trim(rest)};
	return 0;
}

static uint16_t get_head(enum br_http_kind kind, struct br_octets lines, struct br_http_head *head)
{
	struct br_octets rest = lines;
	struct br_octets line = get_line(&rest, &head->bare_lf);
	uint16_t status = kind == BR_HTTP_REQUEST ? get_request_line(line, head)
	                                          : get_status_line(line, head);

	while (status == 0) {
		line = get_line(&rest, &head->bare_lf);
		if (line.size == 0)
			break; /* lines ends with it */
		status = get_field(line, head);
	}
	return status;
}

int br_http_parse(enum br_http_kind kind, struct br_octets octets, size_t size_max, size_t *seen,
                  struct br_http_head *ret_head, uint16_t *ret_status)
{
	size_t start = kind == BR_HTTP_REQUEST ? empty_lines(octets) : 0;
	size_t end = find_end(octets, start, seen);
	size_t size = end > 0 ? end : octets.size;
	struct br_http_head head;
	uint16_t status = 0;

	/* A TLS hello, say: it may never send what we wait for */
	if (size > start && octets.data[start] != '\r' && !is_token_octet(octets.data[start]))
		status = 400;
	else if (size > size_max || (end == 0 && size == size_max))
		status =
			size > start && memchr(octets.data + start, '\n', size - start) ? 431 : 414;
	else if (end == 0)
		return 0;
	if (status == 0) {
		head.bare_lf = false;
		head.fields = 0;
		head.method = head.target = head.reason = (struct br_octets){0};
		head.status = 0;
		head.major = head.minor = 0;
		head.size = end;
		status = get_head(
			kind, (struct br_octets){.data = octets.data + start, .size = end - start},
			&head);
	}
	if (status != 0) {
		*ret_status = status;
		return -EBADMSG;
	}
	*ret_head = head;
	return 1;
}

const struct br_http_field *br_http_field_next(const struct br_http_head *head, const char *name,
                                               size_t *index)
{
	while (*index < head->fields) {
		const struct br_http_field *field = &head->field[(*index)++];

		if (br_text_is_nocase(field->name, name))
			return field;
	}
	return NULL;
}

const struct br_http_field *br_http_field_find(const struct br_http_head *head, const char *name)
{
	size_t index = 0;

	return br_http_field_next(head, name, &index);
}

bool br_http_field_has(const struct br_http_head *head, const char *name, const char *token)
{
	const struct br_http_field *field;
	size_t index = 0;

	while ((field = br_http_field_next(head, name, &index))) {
		struct br_octets rest = field->value;

		while (rest.data) {
			if (br_text_is_nocase(trim(br_text_cut(&rest, ',')), token))
				return true;
		}
	}
	return false;
}

/* What the Transfer-Encoding fields say in all; RFC 9112 section 6.1. */
struct codings {
	bool present; /* there is such a field */
	bool other;   /* a coding besides chunked */
	bool last;    /* chunked is the last, and only there */
};

static struct codings get_codings(const struct br_http_head *head)
{
	const struct br_http_field *field;
	struct codings codings = {0};
	size_t index = 0, chunked = 0;

	while ((field = br_http_field_next(head, "Transfer-Encoding", &index))) {
		struct br_octets rest = field->value;

		codings.present = true;
		while (rest.data) {
			struct br_octets coding = trim(br_text_cut(&rest, ','));

			if (coding.size == 0)
				continue;
			codings.last = br_text_is_nocase(coding, "chunked");
			chunked += codings.last;
			codings.other = codings.other || !codings.last;
		}
	}
	codings.last = codings.last && chunked == 1;
	return codings;
}

int br_http_request_body(const struct br_http_head *head, enum br_http_body *ret_body,
                         uint64_t *ret_size, uint16_t *ret_status)
{
	struct codings codings = get_codings(head);
	size_t index = 0;
	const struct br_http_field *length = br_http_field_next(head, "Content-Length", &index);
	bool twice = br_http_field_next(head, "Content-Length", &index) != NULL;
	uint64_t size = 0;

	*ret_status = 400;
	if (codings.present &&
	    ((length && !BR_DEFECT(HTTP_SMG_02)) || (!codings.last && !BR_DEFECT(HTTP_SMG_03)) ||
	     (head->minor == 0 && !BR_DEFECT(HTTP_SMG_09))))
		return -EBADMSG;
	if (BR_DEFECT(HTTP_SMG_03))
		codings.other = false;
	if (length && (twice || !br_text_get_decimal(length->value, UINT64_MAX, &size)) &&
	    !BR_DEFECT(HTTP_SMG_01))
		return -EBADMSG;
	*ret_status = 501;
	if (codings.other)
		return -EBADMSG;
	*ret_body = codings.present ? BR_HTTP_BODY_CHUNKED
	            : length        ? BR_HTTP_BODY_LENGTH
	                            : BR_HTTP_BODY_NONE;
	*ret_size = size;
	return 0;
}

int br_http_response_body(const struct br_http_head *head, bool to_head,
                          enum br_http_body *ret_body, uint64_t *ret_size)
{
	struct codings codings = get_codings(head);
	const struct br_http_field *field;
	size_t index = 0, lengths = 0;
	uint64_t size = 0;

	while ((field = br_http_field_next(head, "Content-Length", &index))) {
		uint64_t one = 0;

		if (!br_text_get_decimal(field->value, UINT64_MAX, &one))
			return -EBADMSG;
		if (lengths++ > 0 && one != size)
			return -EBADMSG;
		size = one;
	}
	*ret_size = 0;
	if (to_head || head->status < 200 || head->status == 204 || head->status == 304) {
		*ret_body = BR_HTTP_BODY_NONE;
	} else if (codings.present) {
		*ret_body = codings.last ? BR_HTTP_BODY_CHUNKED : BR_HTTP_BODY_UNTIL_CLOSE;
	} else if (lengths > 0) {
		*ret_body = BR_HTTP_BODY_LENGTH;
		*ret_size = size;
	} else {
		*ret_body = BR_HTTP_BODY_UNTIL_CLOSE;
	}
	return 0;
}

bool br_http_keep_alive(const struct br_http_head *head)
{
	if (br_http_field_has(head, "Connection", "close"))
		return false;
	return head->minor > 0 || br_http_field_has(head, "Connection", "keep-alive");
}

/* Digits only; what is above 64 bit is the largest number there is. */
static bool get_saturated(struct br_octets text, uint64_t *ret)
{
	uint64_t value = 0;

	for (size_t i = 0; i < text.size; i++) {
		uint8_t digit = (uint8_t)(text.data[i] - '0');

		if (digit > 9)
			return false;
		if (value > (UINT64_MAX - digit) / 10 && !BR_DEFECT(HTTP_RNG_07))
			value = UINT64_MAX;
		else
			value = value * 10 + digit;
	}
	if (text.size == 0)
		return false;
	*ret = value;
	return true;
}

/* "-500": the last 500 octets, or all there are */
static enum br_http_range last_octets(uint64_t count, uint64_t size, uint64_t *ret_first,
                                      uint64_t *ret_last)
{
	if (count == 0)
		return BR_HTTP_RANGE_UNSATISFIABLE;
	if (size == 0)
		return BR_HTTP_RANGE_IGNORED; /* satisfiable, but a 206 cannot say so */
	*ret_first = count < size ? size - count : 0;
	*ret_last = size - 1;
	return BR_HTTP_RANGE_ONE;
}

enum br_http_range br_http_range(struct br_octets value, uint64_t size, uint64_t *ret_first,
                                 uint64_t *ret_last)
{
	struct br_octets rest = value;
	struct br_octets unit = br_text_cut(&rest, '=');
	struct br_octets from, to = rest;
	uint64_t first = 0, last = UINT64_MAX;

	if (!rest.data || !br_text_is_nocase(unit, "bytes"))
		return BR_HTTP_RANGE_IGNORED;
	to = trim(rest);
	from = br_text_cut(&to, '-');
	if (!to.data)
		return BR_HTTP_RANGE_IGNORED;
	if (from.size == 0)
		return get_saturated(to, &last) ? last_octets(last, size, ret_first, ret_last)
		                                : BR_HTTP_RANGE_IGNORED;
	if (!get_saturated(from, &first) || (to.size > 0 && !get_saturated(to, &last)) ||
	    first > last)
		return BR_HTTP_RANGE_IGNORED;
	if (first >= size)
		return BR_HTTP_RANGE_UNSATISFIABLE;
	*ret_first = first;
	*ret_last = last < size ? last : size - 1;
	return BR_HTTP_RANGE_ONE;
}

bool br_http_content_range(struct br_octets value, uint64_t *ret_first, uint64_t *ret_last,
                           uint64_t *ret_total)
{
	struct br_octets rest = value;
	struct br_octets unit = br_text_cut(&rest, ' ');
	struct br_octets total = rest;
	struct br_octets range = br_text_cut(&total, '/');
	struct br_octets to = range;
	struct br_octets from = br_text_cut(&to, '-');
	uint64_t first = 0, last = 0, all = 0;

	if (!br_text_is_nocase(unit, "bytes") || !to.data ||
	    !br_text_get_decimal(from, UINT64_MAX, &first) ||
	    !br_text_get_decimal(to, UINT64_MAX, &last) ||
	    !br_text_get_decimal(total, UINT64_MAX, &all) || first > last || last >= all)
		return false;
	*ret_first = first;
	*ret_last = last;
	*ret_total = all;
	return true;
}

void br_http_put_request_line(struct br_writer *w, const char *method, const char *target)
{
	br_text_put(w, method);
	br_put_u8(w, ' ');
	br_text_put(w, target);
	br_text_put(w, " HTTP/1.1\r\n");
}

/* iPXE wants the blank behind the code even before an empty reason (httpcore.c). */
void br_http_put_status_line(struct br_writer *w, uint16_t status)
{
	br_text_put(w, "HTTP/1.1 ");
	br_text_put_padded(w, status, 3);
	if (!BR_DEFECT(HTTP_LEN_06)) {
		br_put_u8(w, ' ');
		br_text_put(w, br_http_reason(status));
	}
	br_put_bytes(w, "\r\n", 2);
}

void br_http_put_field(struct br_writer *w, const char *name, const char *value)
{
	br_text_put(w, name);
	br_put_bytes(w, ": ", 2);
	br_text_put(w, value);
	br_put_bytes(w, "\r\n", 2);
}

void br_http_put_field_number(struct br_writer *w, const char *name, uint64_t value)
{
	br_text_put(w, name);
	br_put_bytes(w, ": ", 2);
	br_text_put_decimal(w, value);
	br_put_bytes(w, "\r\n", 2);
}

void br_http_put_end(struct br_writer *w)
{
	br_put_bytes(w, "\r\n", 2);
}

static void print_text(struct br_writer *w, const char *key, struct br_octets value)
{
	br_text_put(w, key);
	br_put_u8(w, ' ');
	br_text_put_quoted(w, value);
	br_put_u8(w, '\n');
}

void br_http_print(enum br_http_kind kind, const struct br_http_head *head, struct br_writer *w)
{
	if (kind == BR_HTTP_REQUEST) {
		print_text(w, "method", head->method);
		print_text(w, "target", head->target);
	}
	br_text_put(w, "version ");
	br_text_put_decimal(w, head->major);
	br_put_u8(w, '.');
	br_text_put_decimal(w, head->minor);
	br_put_u8(w, '\n');
	if (kind == BR_HTTP_RESPONSE) {
		br_text_put(w, "status ");
		br_text_put_decimal(w, head->status);
		br_put_u8(w, '\n');
		print_text(w, "reason", head->reason);
	}
	for (size_t i = 0; i < head->fields; i++) {
		br_text_put(w, "field ");
		br_text_put_quoted(w, head->field[i].name);
		br_put_u8(w, ' ');
		br_text_put_quoted(w, head->field[i].value);
		br_put_u8(w, '\n');
	}
}

const char *br_http_reason(uint16_t status)
{
	static const struct {
		uint16_t status;
		const char *reason;
	} reasons[] = {
		{100, "Continue"},
		{200, "OK"},
		{206, "Partial Content"},
		{301, "Moved Permanently"},
		{302, "Found"},
		{304, "Not Modified"},
		{400, "Bad Request"},
		{403, "Forbidden"},
		{404, "Not Found"},
		{405, "Method Not Allowed"},
		{408, "Request Timeout"},
		{412, "Precondition Failed"},
		{413, "Content Too Large"},
		{414, "URI Too Long"},
		{416, "Range Not Satisfiable"},
		{431, "Request Header Fields Too Large"},
		{500, "Internal Server Error"},
		{501, "Not Implemented"},
		{503, "Service Unavailable"},
		{505, "HTTP Version Not Supported"},
	};

	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		if (reasons[i].status == status)
			return reasons[i].reason;
	}
	return "";
}
