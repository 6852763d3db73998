/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/models/model.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "core/base/text.h"
#include "core/formats/http_head.h"
#include "core/formats/tftp_packet.h"
#include "sim/models/model_texts.h"
#include "sim/nearest.h"

int br_model_find(struct br_model *ret_model, const char *name)
{
	char error[160];

	for (size_t i = 0; i < br_model_texts_count; i++) {
		if (strcmp(br_model_texts[i].name, name))
			continue;
		memset(ret_model, 0, sizeof(*ret_model));
		assert(strlen(name) < sizeof(ret_model->name));
		memcpy(ret_model->name, name, strlen(name));
		/* a text of ours that cannot be read is our bug; test_model reads them all */
		int status = br_model_parse(ret_model, br_model_texts[i].text, br_model_find, error,
		                            sizeof(error));
		assert(status == 0);
		return status;
	}
	return -ENOENT;
}

const char *br_model_name(size_t index)
{
	return index < br_model_texts_count ? br_model_texts[index].name : NULL;
}

const char *br_model_nearest(const char *name)
{
	struct br_nearest nearest = br_nearest_to(name, strlen(name));

	for (size_t i = 0; i < br_model_texts_count; i++)
		br_nearest_try(&nearest, br_model_texts[i].name);
	return nearest.best;
}

static struct br_octets keep(struct br_model_options *options, const void *octets, size_t size)
{
	uint8_t *place = options->scratch + options->scratch_used;

	assert(size <= sizeof(options->scratch) - options->scratch_used);
	memcpy(place, octets, size);
	options->scratch_used += size;
	return (struct br_octets){place, size};
}

/* "PXEClient:Arch:$arch:UNDI:003000", RFC 4578 §2.4: five digits, decimal */
static struct br_octets class_text(struct br_model_options *options, struct br_octets text,
                                   uint32_t arch)
{
	uint8_t buffer[128];
	struct br_writer w = br_writer_of(buffer, sizeof(buffer));

	for (size_t i = 0; i < text.size; i++) {
		struct br_octets rest = {text.data + i, text.size - i};

		if (br_text_starts(rest, "$hexarch")) { /* U-Boot since 2023.04, net/bootp.c */
			br_text_put_hex(&w, arch, 5);
			i += sizeof("$hexarch") - 2;
		} else if (br_text_starts(rest, "$arch")) {
			br_text_put_padded(&w, arch, 5);
			i += 4;
		} else {
			br_put_u8(&w, text.data[i]);
		}
	}
	assert(!w.bad);
	return keep(options, buffer, br_written(&w));
}

static const struct br_model_value *find_value(const struct br_model *model,
                                               enum br_model_message message, uint8_t code)
{
	for (size_t i = model->values; i-- > 0;) {
		const struct br_model_value *value = &model->value[i];

		if (value->code == code && value->messages & 1u << message)
			return value;
	}
	return NULL;
}

static struct br_octets keep_be(struct br_model_options *options, uint32_t value, size_t size)
{
	const uint8_t octets[] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16),
	                          (uint8_t)(value >> 8), (uint8_t)value};

	return keep(options, octets + 4 - size, size);
}

/* iPXE's option 175 tag 177: bus type, vendor and device (net/udp/dhcp.c dhcp_create_packet) */
static struct br_octets nic_named(const struct br_machine *machine, struct br_octets kept)
{
	static const uint8_t none[4];
	enum {
		BUS_SIZE = 3
	};

	if (memcmp(machine->nic, none, sizeof(none)) != 0 &&
	    kept.size >= BUS_SIZE + sizeof(none)) /* kept in the scratch, which is ours to write */
		memcpy((uint8_t *)(uintptr_t)kept.data + BUS_SIZE, machine->nic, sizeof(none));
	return kept;
}

static struct br_octets make_value(const struct br_model *model, const struct br_machine *machine,
                                   const struct br_model_ask *ask,
                                   const struct br_model_value *value,
                                   struct br_model_options *options)
{
	struct br_octets octets = {model->pool + value->at, value->size};
	uint32_t arch = ask->second ? model->second_arch : model->arch;
	uint8_t buffer[17] = {0};

	if (ask->second && value->code == BR_DHCP_OPTION_VENDOR_CLASS)
		return class_text(options, br_text(model->second_class), arch);
	switch (value->form) {
	case BR_MODEL_FORM_OCTETS:
		break;
	case BR_MODEL_FORM_NIC:
		return nic_named(machine, keep(options, octets.data, octets.size));
	case BR_MODEL_FORM_MAC:
		buffer[0] = 1; /* Ethernet */
		memcpy(buffer + 1, machine->mac, 6);
		return keep(options, buffer, 7);
	case BR_MODEL_FORM_UUID:
		memcpy(buffer + 1, machine->uuid, 16);
		return keep(options, buffer, 17);
	case BR_MODEL_FORM_ARCH:
		return keep_be(options, arch, 2);
	case BR_MODEL_FORM_CLASS:
		return class_text(options, octets, arch);
	}
	return octets;
}

/* PXE 2.1 table 2-4: tag 71, its type and layer, and the END EDK2 and iPXE put behind */
static struct br_octets boot_item(struct br_model_options *options, uint32_t item)
{
	const uint8_t octets[] = {BR_PXE_TAG_BOOT_ITEM,  4,
	                          (uint8_t)(item >> 24), (uint8_t)(item >> 16),
	                          (uint8_t)(item >> 8),  (uint8_t)item,
	                          BR_DHCP_OPTION_END};

	return keep(options, octets, sizeof(octets));
}

bool br_model_dhcp_option(const struct br_model *model, const struct br_machine *machine,
                          const struct br_model_ask *ask, uint8_t code,
                          struct br_model_options *options)
{
	const struct br_model_value *value = find_value(model, ask->message, code);
	struct br_octets octets = {NULL, 0};

	if (options->count == BR_MODEL_ORDER_MAX)
		return false;
	if (code == BR_DHCP_OPTION_MESSAGE_TYPE)
		octets = keep_be(options,
		                 ask->message == BR_MODEL_DISCOVER ? BR_DHCP_TYPE_DISCOVER
		                                                   : BR_DHCP_TYPE_REQUEST,
		                 1);
	else if (code == BR_DHCP_OPTION_REQUESTED_ADDRESS && ask->address)
		octets = keep_be(options, ask->address, 4);
	else if (code == BR_DHCP_OPTION_SERVER_ID && ask->server)
		octets = keep_be(options, ask->server, 4);
	else if (code == BR_DHCP_OPTION_VENDOR && ask->message == BR_MODEL_BOOT_SERVER)
		octets = boot_item(options, ask->boot_item);
	else if (value && value->form == BR_MODEL_FORM_ARCH && !ask->second &&
	         model->arch == BR_MODEL_NO_ARCH)
		return false;
	else if (value)
		octets = make_value(model, machine, ask, value, options);
	else
		return false;
	options->option[options->count++] = (struct br_model_option){code, octets};
	return true;
}

void br_model_dhcp_options(const struct br_model *model, const struct br_machine *machine,
                           const struct br_model_ask *ask, struct br_model_options *ret_options)
{
	const uint8_t *order = model->order[ask->message];

	ret_options->count = 0;
	ret_options->scratch_used = 0;
	for (size_t i = 0; order[i]; i++)
		(void)br_model_dhcp_option(model, machine, ask, order[i], ret_options);
}

struct br_dhcp_header br_model_dhcp_header(const struct br_model *model,
                                           const struct br_machine *machine,
                                           const struct br_model_ask *ask)
{
	struct br_dhcp_header header = {
		.op = BR_DHCP_OP_REQUEST,
		.htype = 1, /* Ethernet */
		.hlen = 6,
		.flags = (uint16_t)model->flags[ask->message],
	};

	memcpy(header.chaddr, machine->mac, 6);
	if (ask->file.size > 0 && ask->file.size < sizeof(header.file))
		memcpy(header.file, ask->file.data, ask->file.size);
	else if (!ask->no_file)
		memcpy(header.file, model->bootp_file, sizeof(model->bootp_file));
	return header;
}

size_t br_model_dhcp_build(const struct br_model *model, const struct br_machine *machine,
                           const struct br_model_ask *ask, const struct br_dhcp_header *header,
                           uint8_t *buffer, size_t size)
{
	struct br_model_options options;
	struct br_dhcp_builder builder;

	br_model_dhcp_options(model, machine, ask, &options);
	br_dhcp_begin(&builder, header, buffer, size, 0);
	for (size_t i = 0; i < options.count; i++)
		br_dhcp_put(&builder, options.option[i].code, options.option[i].value.data,
		            options.option[i].value.size);
	return br_dhcp_finish(&builder, model->dhcp_size_min);
}

size_t br_model_rrq_options(const struct br_model *model, bool probe,
                            struct br_model_rrq_option ret_option[BR_MODEL_RRQ_MAX])
{
	const uint8_t *order = probe ? model->rrq_probe : model->rrq_read;
	size_t count = 0;

	for (size_t i = 0; i < BR_MODEL_RRQ_MAX && order[i]; i++) {
		struct br_model_rrq_option *option = &ret_option[count++];

		switch ((enum br_model_rrq)(order[i] - 1)) {
		case BR_MODEL_RRQ_BLKSIZE:
			*option = (struct br_model_rrq_option){"blksize", model->blksize};
			break;
		case BR_MODEL_RRQ_TSIZE: /* RFC 2349: 0 asks for it */
			*option = (struct br_model_rrq_option){"tsize", 0};
			break;
		case BR_MODEL_RRQ_TIMEOUT:
			*option = (struct br_model_rrq_option){"timeout", model->timeout_s};
			break;
		case BR_MODEL_RRQ_WINDOWSIZE:
			*option = (struct br_model_rrq_option){"windowsize", model->windowsize};
			break;
		case BR_MODEL_RRQ_MSFTWINDOW:
			*option = (struct br_model_rrq_option){"msftwindow", model->msftwindow};
			break;
		}
	}
	return count;
}

void br_model_rrq_build(const struct br_model *model, bool probe, const char *file,
                        struct br_writer *w)
{
	struct br_model_rrq_option option[BR_MODEL_RRQ_MAX];
	size_t count = br_model_rrq_options(model, probe, option);

	br_put_be16(w, BR_TFTP_RRQ);
	br_put_bytes(w, file, strlen(file) + 1);
	br_put_bytes(w, "octet", sizeof("octet"));
	for (size_t i = 0; i < count; i++)
		br_tftp_put_option_number(w, option[i].name, option[i].value);
}

static void put_range(struct br_writer *w, uint64_t from, uint64_t last)
{
	br_text_put(w, "Range: bytes=");
	br_text_put_decimal(w, from);
	br_text_put(w, "-");
	br_text_put_decimal(w, last);
	br_text_put(w, "\r\n");
}

void br_model_http_request(const struct br_model *model, struct br_writer *w, const char *method,
                           const char *path, const char *host, uint64_t range_from,
                           uint64_t range_last, const char *validator)
{
	br_http_put_request_line(w, method, path);
	for (size_t i = 0; i < BR_MODEL_HEADERS_MAX && model->http_header[i]; i++) {
		switch ((enum br_model_header)(model->http_header[i] - 1)) {
		case BR_MODEL_HEADER_HOST:
			br_http_put_field(w, "Host", host);
			break;
		case BR_MODEL_HEADER_ACCEPT:
			br_http_put_field(w, "Accept", "*/*");
			break;
		case BR_MODEL_HEADER_USER_AGENT:
			br_http_put_field(w, "User-Agent", model->http_user_agent);
			break;
		case BR_MODEL_HEADER_CONNECTION:
			br_http_put_field(w, "Connection", "keep-alive");
			break;
		}
	}
	if (range_from > 0)
		put_range(w, range_from, range_last);
	if (range_from > 0 && validator[0]) /* HttpBootClient.c: a quote begins an ETag */
		br_http_put_field(w, validator[0] == '"' ? "If-Match" : "If-Unmodified-Since",
		                  validator);
	br_http_put_end(w);
}

/* HttpBootClient.c HttpBootConnectProxy: two headers */
void br_model_http_connect(const struct br_model *model, struct br_writer *w, const char *end,
                           const char *host)
{
	br_http_put_request_line(w, "CONNECT", end);
	br_http_put_field(w, "Host", host);
	br_http_put_field(w, "User-Agent", model->http_user_agent);
	br_http_put_end(w);
}
