/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/tls/pem.h"

#include <bearssl.h>
#include <stdlib.h>
#include <string.h>

enum {
	DER_SEQUENCE = 0x30,
};

static void put(void *context, const void *octets, size_t size)
{
	struct br_writer *w = context;

	br_put_bytes(w, octets, size);
}

/* The objects of a file whose kind is wanted, one behind the other. Return: how many */
static size_t take_objects(struct br_octets file, bool (*wanted)(const char *kind),
                           struct br_writer *w, struct br_octets *ret, size_t count)
{
	static const uint8_t newline[] = "\n"; /* without one the decoder waits for more */
	br_pem_decoder_context decoder;
	const uint8_t *start = NULL;
	size_t found = 0;
	bool ended = false;

	if (file.size > 0 && file.data[0] == DER_SEQUENCE && count > 0) {
		ret[0] = (struct br_octets){w->pos, file.size};
		br_put_bytes(w, file.data, file.size);
		return w->bad ? 0 : 1;
	}
	br_pem_decoder_init(&decoder);
	while ((file.size > 0 || !ended) && found < count) {
		size_t taken;

		if (file.size == 0) {
			ended = true;
			file = (struct br_octets){newline, 1};
		}
		taken = br_pem_decoder_push(&decoder, file.data, file.size);
		file.data += taken;
		file.size -= taken;
		switch (br_pem_decoder_event(&decoder)) {
		case BR_PEM_BEGIN_OBJ:
			start = wanted(br_pem_decoder_name(&decoder)) ? w->pos : NULL;
			br_pem_decoder_setdest(&decoder, start ? put : NULL, w);
			break;
		case BR_PEM_END_OBJ:
			if (start)
				ret[found++] = (struct br_octets){start, (size_t)(w->pos - start)};
			start = NULL;
			break;
		case BR_PEM_ERROR:
			return found;
		default:
			break;
		}
	}
	return found;
}

static bool is_certificate(const char *kind)
{
	return strcmp(kind, "CERTIFICATE") == 0;
}

static bool is_private_key(const char *kind)
{
	return strcmp(kind, "PRIVATE KEY") == 0 || strcmp(kind, "RSA PRIVATE KEY") == 0 ||
	       strcmp(kind, "EC PRIVATE KEY") == 0;
}

size_t br_pem_certificates(struct br_octets file, struct br_writer *w, struct br_octets *ret,
                           size_t count)
{
	return take_objects(file, is_certificate, w, ret, count);
}

bool br_pem_private_key(struct br_octets file, struct br_writer *w, struct br_octets *ret)
{
	return take_objects(file, is_private_key, w, ret, 1) == 1 && !w->bad;
}

bool br_pem_print(FILE *out, struct br_octets der)
{
	size_t size = br_pem_encode(NULL, NULL, der.size, "CERTIFICATE", 0);
	char *text = malloc(size + 1);
	bool good;

	if (!text)
		return false;
	(void)br_pem_encode(text, der.data, der.size, "CERTIFICATE", 0);
	good = fwrite(text, 1, size, out) == size;
	free(text);
	return good;
}
