/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/serve/lease_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/address.h"
#include "core/base/text.h"
#include "core/config.h"
#include "core/dhcp/lease_record.h"
#include "core/server.h"
#include "sim/output.h"

enum {
	LINE_SIZE = 1024, /* the longest has two hexadecimal fields of 255 octets at most */
	LINES_SPARE = 4096,
};

static const char first_line[] = "bootrig leases 1";

struct br_lease_file {
	const char *path;
	struct br_server *server;
	struct br_output output;
	size_t lines;
	size_t left_out;
};

/* Writing */

static void put_octets(struct br_writer *w, const uint8_t *octets, size_t size)
{
	if (size > 0)
		br_text_put_octets(w, (struct br_octets){octets, size});
	else
		br_put_u8(w, '-');
}

/* Return: 0 or a negative errno; part of a line that was written is dropped by the reader */
static int put_record(FILE *to, const struct br_lease_record *record)
{
	char line[LINE_SIZE];
	struct br_writer w = br_writer_of(line, sizeof(line));

	if (record->six)
		br_text_put_ipv6(&w, record->address6);
	else
		br_text_put_ipv4(&w, record->address);
	br_text_put(&w, record->until_s == 0 ? " over "
	                : record->declined   ? " declined "
	                                     : " bound ");
	if (record->until_s == BR_LEASE_FOR_EVER)
		br_text_put(&w, "forever");
	else
		br_text_put_decimal(&w, record->until_s);
	br_put_u8(&w, ' ');
	br_text_put_decimal(&w, record->granted_s);
	br_put_u8(&w, ' ');
	br_text_put_decimal(&w, record->htype);
	br_put_u8(&w, ' ');
	put_octets(&w, record->chaddr,
	           record->hlen < sizeof(record->chaddr) ? record->hlen : sizeof(record->chaddr));
	br_text_put(&w, record->six ? " ia " : record->has_client_id ? " id " : " hw ");
	put_octets(&w, record->key.data, record->key.size);
	return fprintf(to, "%s\n", br_text_end(&w)) < 0 ? -errno : 0;
}

/* Of both families, IPv4 first; @ret_first6, 0 before the first call: where IPv6 begins.
 * False past the last; the key is borrowed.
 */
static bool record_at(const struct br_lease_file *file, size_t index, size_t *ret_first6,
                      struct br_lease_record *ret_record)
{
	const struct br_dhcp *dhcp = br_server_dhcp(file->server);
	const struct br_dhcp6 *dhcp6 = br_server_dhcp6(file->server);
	const struct br_lease *lease = dhcp ? br_dhcp_lease_at(dhcp, index) : NULL;

	if (lease) {
		*ret_first6 = index + 1;
		br_lease_record_of(lease, br_server_config(file->server)->epoch_ns, ret_record);
		return true;
	}
	return dhcp6 && br_dhcp6_record_at(dhcp6, index - *ret_first6, ret_record);
}

/* All leases into a new file, which takes the place of the old one. */
static int write_anew(struct br_lease_file *file)
{
	struct br_output output;
	struct br_lease_record record;
	size_t first6 = 0;
	int error = br_output_open(&output, file->path, NULL, 0, NULL);

	if (error)
		return error;
	file->lines = 0;
	if (fprintf(output.file, "%s\n", first_line) < 0)
		error = -errno;
	while (!error && record_at(file, file->lines, &first6, &record)) {
		error = put_record(output.file, &record);
		file->lines++;
	}
	if (!error && fflush(output.file) != 0)
		error = -errno;
	if (!error)
		error = br_output_place(&output, NULL);
	if (error) {
		br_output_drop(&output);
		return error;
	}
	br_output_drop(&file->output);
	file->output = output;
	return 0;
}

static size_t count_of(const struct br_lease_file *file)
{
	return br_server_config(file->server)->leases_max;
}

static int save(void *context, const struct br_lease_record *record)
{
	struct br_lease_file *file = context;
	int error;

	/* the table has the new lease already; if it cannot be done, the long file serves */
	if (file->lines > 2 * count_of(file) + LINES_SPARE && write_anew(file) == 0)
		return 0;
	error = put_record(file->output.file, record);
	if (fflush(file->output.file) != 0)
		error = -errno;
	clearerr(file->output.file);
	file->lines++;
	return error;
}

/* Reading */

static bool get_octets(struct br_octets word, uint8_t *target, size_t size_max, size_t *ret_size)
{
	*ret_size = 0;
	return br_text_is(word, "-") || br_text_get_hex(word, target, size_max, ret_size);
}

static const char *const fields[] = {
	"an address",
	"bound, declined or over",
	"seconds since 1970, or forever",
	"the seconds granted",
	"a type of hardware",
	"a hardware address of at most 16 octets, or -",
	"id or hw, or ia of an IPv6 address",
	"the client's key of at most 255 octets, or -",
};

enum {
	FIELDS = sizeof(fields) / sizeof(fields[0]),
};

/* Return: the first field that is none, or FIELDS */
static size_t get_record(const struct br_octets word[static FIELDS], struct br_lease_record *record,
                         uint8_t key[static BR_LEASE_KEY_MAX])
{
	uint64_t number = 0;
	size_t size;

	*record = (struct br_lease_record){
		.declined = br_text_is(word[1], "declined"),
		.has_client_id = br_text_is(word[6], "id"),
	};
	record->six = br_text_get_ipv6(word[0], record->address6);
	if (!record->six && !br_text_get_ipv4(word[0], &record->address))
		return 0;
	if (!record->declined && !br_text_is(word[1], "bound") && !br_text_is(word[1], "over"))
		return 1;
	record->until_s = BR_LEASE_FOR_EVER;
	if (!br_text_is(word[2], "forever") &&
	    !br_text_get_decimal(word[2], UINT64_MAX, &record->until_s))
		return 2;
	if (!br_text_get_decimal(word[3], UINT32_MAX, &number))
		return 3;
	record->granted_s = (uint32_t)number;
	if (!br_text_get_decimal(word[4], UINT8_MAX, &number))
		return 4;
	record->htype = (uint8_t)number;
	if (!get_octets(word[5], record->chaddr, sizeof(record->chaddr), &size))
		return 5;
	record->hlen = (uint8_t)size;
	if (record->six ? !br_text_is(word[6], "ia")
	                : !record->has_client_id && !br_text_is(word[6], "hw"))
		return 6;
	if (!get_octets(word[7], key, BR_LEASE_KEY_MAX, &size))
		return 7;
	record->key = (struct br_octets){key, size};
	return FIELDS;
}

/* Return: NULL, or what was expected at *@ret_column */
static const char *take_record(struct br_lease_file *file, struct br_octets line, br_time now,
                               size_t *ret_column)
{
	struct br_octets word[FIELDS], rest = line;
	uint8_t key[BR_LEASE_KEY_MAX];
	struct br_lease_record record;
	size_t wrong;

	for (size_t i = 0; i < FIELDS; i++)
		word[i] = br_text_cut(&rest, ' ');
	wrong = get_record(word, &record, key);
	*ret_column = line.size + 1;
	if (wrong < FIELDS && word[wrong].data)
		*ret_column = (size_t)(word[wrong].data - line.data) + 1;
	if (wrong < FIELDS)
		return fields[wrong];
	if (rest.data)
		return "nothing behind the key";
	*ret_column = 1;
	switch (br_server_restore_lease(file->server, &record, now)) {
	case 0:
		return NULL;
	case -EADDRNOTAVAIL:
	case -ENOTSUP: /* settings are others than they were: serve says so */
		file->left_out++;
		return NULL;
	case -ENOSPC: /* leases are not given up silently */
		return "no more leases than leases= has room for";
	default:
		return "an address that a host can have";
	}
}

static int take_line(struct br_lease_file *file, struct br_octets line, size_t number, br_time now,
                     char *error, size_t error_size)
{
	const char *expected = first_line;
	size_t column = 1;

	if (number > 1)
		expected = take_record(file, line, now, &column);
	else if (br_text_is(line, first_line))
		expected = NULL;
	if (!expected)
		return 0;
	snprintf(error, error_size, "%s:%zu:%zu: expected %s", file->path, number, column,
	         expected);
	return -EINVAL;
}

static int read_all(struct br_lease_file *file, br_time now, char *error, size_t error_size)
{
	FILE *from = fopen(file->path, "r");
	char *text = NULL;
	size_t room = 0, number = 0;
	ssize_t size;
	int result = 0;

	if (!from && errno == ENOENT)
		return 0;
	if (!from) {
		result = -errno;
		snprintf(error, error_size, "%s: %s", file->path, strerror(errno));
		return result;
	}
	/* without its end a line was never finished: the ACK was not sent either */
	while (!result && (size = getline(&text, &room, from)) > 0 && text[size - 1] == '\n')
		result =
			take_line(file, (struct br_octets){(const uint8_t *)text, (size_t)size - 1},
		                  ++number, now, error, error_size);
	if (!result && ferror(from)) {
		result = -EIO;
		snprintf(error, error_size, "%s: %s", file->path, strerror(EIO));
	}
	free(text);
	(void)fclose(from);
	return result;
}

int br_lease_file_open(struct br_lease_file **ret_file, const char *path, struct br_server *server,
                       br_time now, char *error, size_t error_size)
{
	struct br_lease_file *file = calloc(1, sizeof(*file));
	int result;

	if (!file) {
		snprintf(error, error_size, "%s: %s", path, strerror(ENOMEM));
		return -ENOMEM;
	}
	file->path = path;
	file->server = server;
	result = read_all(file, now, error, error_size);
	if (result) {
		free(file);
		return result;
	}
	br_server_keep_leases(server, &(struct br_lease_store){.context = file, .save = save});
	*ret_file = file;
	return 0;
}

int br_lease_file_begin(struct br_lease_file *file, char *error, size_t error_size)
{
	int result = write_anew(file);

	if (result)
		snprintf(error, error_size,
		         "--leases %s: the user that serves (--user) cannot write it anew, which "
		         "needs "
		         "its folder: %s",
		         file->path, strerror(-result));
	return result;
}

size_t br_lease_file_left_out(const struct br_lease_file *file)
{
	return file->left_out;
}

struct br_lease_file *br_lease_file_free(struct br_lease_file *file)
{
	if (!file)
		return NULL;
	br_output_drop(&file->output); /* it has its place */
	free(file);
	return NULL;
}
