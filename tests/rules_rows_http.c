/* SPDX-License-Identifier: BSD-2-Clause */
/* Broken in HTTP heads */
#include "rules_kit.h"

/* clang-format off */
#define SET(p, code, b)   {KIT_SET, p, code, BYTES(b)}
#define ADD(p, code, b)   {KIT_ADD, p, code, BYTES(b)}
#define FRONT(p, code, b) {KIT_FRONT, p, code, BYTES(b)}
#define POKE(p, at, b)    {KIT_POKE, p, at, BYTES(b)}
#define RAW(p, b)         {KIT_RAW, p, 0, BYTES(b)}
#define DO(op, p, arg)    {KIT_##op, p, arg, NULL, 0}
#define DROP(p, code)     DO(DROP, p, code)
#define CUT(p)            DO(CUT, p, 0)
#define GET(fields) "GET /boot.efi HTTP/1.1\r\nHost: a\r\n" fields "\r\n"
#define HEAD(fields) "HEAD /boot.efi HTTP/1.1\r\nHost: a\r\n" fields "\r\n"
#define DATE "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
#define OLD "Last-Modified: Sat, 05 Nov 1994 08:49:37 GMT\r\n"
#define FOUR "Content-Length: 4\r\n"
#define TAG "ETag: \"a\"\r\n"
#define OK(fields) "HTTP/1.1 200 OK\r\n" fields "\r\n"
#define PART(fields) "HTTP/1.1 206 Partial Content\r\n" DATE OLD fields "\r\nabcd"
#define CHUNKED "Transfer-Encoding: chunked\r\n"

const struct kit_row rules_rows_http[] = {
	{"HTTP-CND-01", 4, scene_http,
	 {RAW(3, GET("If-None-Match: \"b\", \"a\"\r\n")),
	  RAW(4, OK(DATE OLD FOUR TAG) "abcd")}, NULL},
	{"HTTP-CND-02", 4, scene_http,
	 {RAW(3, GET("If-None-Match: \"b\"\r\n")),
	  RAW(4, "HTTP/1.1 304 x\r\n" DATE TAG "\r\n")}, NULL},
	{"HTTP-CND-03", 4, scene_http,
	 {RAW(3, GET("If-Modified-Since: Sat, 05 Nov 1994 08:49:37 GMT\r\n")),
	  RAW(4, OK(DATE OLD FOUR) "abcd")}, NULL},
	{"HTTP-CND-04", 4, scene_http,
	 {RAW(3, GET("If-Match: \"b\"\r\n")), RAW(4, OK(DATE OLD FOUR TAG) "abcd")}, NULL},
	{"HTTP-CND-05", 4, scene_http,
	 {RAW(3, GET("If-Unmodified-Since: Fri, 04 Nov 1994 08:49:37 GMT\r\n")),
	  RAW(4, OK(DATE OLD FOUR) "abcd")}, NULL},
	{"HTTP-CND-07", 4, scene_http,
	 {RAW(3, GET("") GET("")),
	  RAW(4, OK(DATE OLD FOUR TAG) "abcd" "HTTP/1.1 304 x\r\n" DATE "\r\n")}, NULL},
	{"HTTP-CON-02", 4, scene_http,
	 {RAW(3, GET("Connection: close\r\n") GET("")),
	  RAW(4, OK(DATE OLD FOUR) "abcd" OK(DATE OLD FOUR) "abcd")}, NULL},
	{"HTTP-DAT-01", 4, scene_http,
	 {RAW(3, GET("") GET("")), RAW(4, OK(DATE OLD FOUR) "abcd" OK(OLD FOUR) "abcd")}, NULL},
	{"HTTP-DAT-02", 4, scene_http, {RAW(4, OK(DATE FOUR) "abcd")}, NULL},
	{"HTTP-DAT-03", 4, scene_http,
	 {RAW(4, OK(DATE FOUR "Last-Modified: Mon, 07 Nov 1994 08:49:37 GMT\r\n") "abcd")}, NULL},
	{"HTTP-HST-01", 4, scene_http, {RAW(3, "GET /boot.efi HTTP/1.1\r\n\r\n")}, NULL},
	{"HTTP-LEN-01", 4, scene_http, {RAW(4, OK(DATE OLD) "abcd")}, NULL},
	{"HTTP-LEN-02", 4, scene_http, {RAW(4, OK(DATE OLD FOUR CHUNKED) "abcd")}, NULL},
	{"HTTP-LEN-03", 4, scene_http,
	 {RAW(3, "GET /boot.efi HTTP/1.0\r\n\r\n"), RAW(4, OK(DATE OLD CHUNKED) "abcd")}, NULL},
	{"HTTP-LEN-04", 4, scene_http, {RAW(4, OK(DATE OLD CHUNKED) "abcd")}, NULL},
	{"HTTP-LEN-05", 4, scene_http,
	 {RAW(4, OK(DATE OLD "content-length: 4\r\n") "abcd")}, NULL},
	{"HTTP-LEN-06", 4, scene_http,
	 {RAW(4, "HTTP/1.1 200\r\n" DATE OLD FOUR "\r\nabcd")}, NULL},
	{"HTTP-MTH-02", 4, scene_http,
	 {RAW(3, HEAD("") GET("")), RAW(4, OK(DATE OLD FOUR) "abcdefgh")}, NULL},
	{"HTTP-MTH-04", 4, scene_http,
	 {RAW(3, GET("") HEAD("")),
	  RAW(4, OK(DATE OLD FOUR TAG) "abcd" OK(DATE OLD TAG "Content-Length: 5\r\n"))}, NULL},
	{"HTTP-MTH-05", 4, scene_http,
	 {RAW(3, "BREW /f HTTP/1.1\r\nHost: a\r\n\r\n"), RAW(4, OK(DATE OLD FOUR) "abcd")}, NULL},
	{"HTTP-MTH-06", 4, scene_http,
	 {RAW(3, "PUT /f HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"),
	  RAW(4, "HTTP/1.1 405 x\r\n" DATE FOUR "\r\nabcd")}, NULL},
	{"HTTP-MTH-07", 4, scene_http,
	 {RAW(3, "get /f HTTP/1.1\r\nHost: a\r\n\r\n"), RAW(4, OK(DATE OLD FOUR) "abcd")}, NULL},
	{"HTTP-RDR-01", 8, scene_http_boot,
	 {RAW(8, "HTTP/1.1 302 Found\r\n" DATE "Content-Length: 0\r\n\r\n")}, NULL},
	{"HTTP-RNG-01", 4, scene_http, {RAW(3, GET("Range: bytes=0-1\r\n"))}, NULL},
	{"HTTP-RNG-02", 4, scene_http,
	 {RAW(3, GET("Range: bytes=0-3\r\n")),
	  RAW(4, PART(FOUR "Content-Range: bytes 0-2/9\r\n"))}, NULL},
	{"HTTP-RNG-03", 4, scene_http,
	 {RAW(3, GET("Range: bytes=9-\r\n")),
	  RAW(4, "HTTP/1.1 416 x\r\n" DATE FOUR "\r\nabcd")}, NULL},
	{"HTTP-RNG-04", 4, scene_http,
	 {RAW(3, HEAD("Range: bytes=0-3\r\n")),
	  RAW(4, PART(FOUR "Content-Range: bytes 0-3/9\r\n"))}, NULL},
	{"HTTP-RNG-05", 4, scene_http,
	 {RAW(3, GET("Range: bytes=0-3\r\nIf-Range: \"b\"\r\n")),
	  RAW(4, PART(FOUR TAG "Content-Range: bytes 0-3/9\r\n"))}, NULL},
	{"HTTP-RNG-06", 4, scene_http,
	 {RAW(3, GET("Range: bytes=0-3\r\n")),
	  RAW(4, PART(FOUR "Content-Type: multipart/byteranges; boundary=x\r\n"))}, NULL},
	{"HTTP-RNG-09", 4, scene_http,
	 {RAW(4, OK(DATE OLD FOUR "ETag: W/\"a\"\r\n") "abcd")}, NULL},
	{"HTTP-SMG-01", 4, scene_http,
	 {RAW(3, GET("Content-Length: 5\r\nContent-Length: 6\r\n"))}, NULL},
	{"HTTP-TYP-01", 4, scene_http,
	 {RAW(4, OK(DATE OLD FOUR "Content-Type: application/vnd.efi-iso\r\n") "abcd")}, NULL},
	{"HTTP-TYP-02", 4, scene_http,
	 {RAW(4, OK(DATE OLD FOUR "Content-Encoding: gzip\r\n") "abcd")}, NULL},
	{NULL, 0, NULL, {{KIT_END, 0, 0, NULL, 0}}, NULL},
};
/* clang-format on */
