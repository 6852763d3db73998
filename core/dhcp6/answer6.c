/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/dhcp6/answer6.h"

#include <string.h>

#include "core/base/text.h"
#include "core/defect.h"

enum {
	CLASS_SIZE = 32,
	PARAMETERS_SIZE = 1024,
};

static void put(struct br_dhcp6_exchange *x, uint16_t code, enum br_reply6_need need,
                const void *value, size_t size)
{
	br_reply6_put(&x->dhcp6->reply, code, need, value, size);
}

static void put_class(struct br_dhcp6_exchange *x, const char *class)
{
	uint8_t value[CLASS_SIZE];
	struct br_writer w = br_writer_of(value, sizeof(value));

	br_put_be32(&w, BR_DHCP6_ENTERPRISE_INTEL);
	br_put_be16(&w, (uint16_t)strlen(class));
	br_text_put(&w, class);
	put(x, BR_DHCP6_OPTION_VENDOR_CLASS, BR_REPLY6_MUST, value, br_written(&w));
	if (BR_DEFECT(D6_FMT_02))
		br_dhcp6_put(&x->dhcp6->reply.w, BR_DHCP6_OPTION_VENDOR_CLASS, value,
		             br_written(&w));
}

/* Is there something to boot for this one of the client's types? */
static bool boots(const struct br_dhcp6_exchange *x, uint16_t arch)
{
	struct br_client alone = x->client;
	struct br_boot boot;

	alone.arches = 1;
	alone.arch[0] = arch;
	br_policy_boot6(x->config, &alone, x->own, &boot);
	return boot.rule && boot.file[0];
}

/* RFC 5970 §3.3: of the types that the client sent, those that the file is for, it first. */
static void put_arches(struct br_dhcp6_exchange *x)
{
	struct br_octets sent = br_dhcp6_find(x->m->options, BR_DHCP6_OPTION_ARCH);
	const struct br_client *client = &x->client;
	uint8_t value[2 * BR_CLIENT_ARCHES_MAX];
	struct br_writer w = br_writer_of(value, sizeof(value));
	int32_t first = x->boot.file[0] ? x->boot.arch : -1;

	if (!sent.data || client->arches == 0)
		return;
	if (first >= 0)
		br_put_be16(&w, (uint16_t)first);
	for (size_t i = 0; i < client->arches; i++) {
		if (client->arch[i] != first && boots(x, client->arch[i]))
			br_put_be16(&w, client->arch[i]);
	}
	for (size_t i = 0; i < client->arches && !x->boot.file[0]; i++)
		br_put_be16(&w, client->arch[i]); /* nothing to boot: all, as they came */
	if (BR_DEFECT(D6_NB_05) && br_room(&w) >= 2)
		br_put_be16(&w, 9);
	put(x, BR_DHCP6_OPTION_ARCH, BR_REPLY6_ALWAYS, value, br_written(&w));
}

/* EDK2 takes the first parameter for the size of the file in blocks of 512 octets (PxeBcDhcp6.c
 * PxeBcExtractBootFileParam), and has no use for another.
 */
static bool is_for_edk2(const struct br_config *config)
{
	struct br_octets first = br_text(config->parameter[0]);
	uint64_t blocks;

	return first.size <= 5 && br_text_get_decimal(first, UINT16_MAX, &blocks);
}

static void put_parameters(struct br_dhcp6_exchange *x)
{
	const struct br_config *config = x->config;
	uint8_t value[PARAMETERS_SIZE];
	struct br_writer w = br_writer_of(value, sizeof(value));

	if (config->parameters == 0 ||
	    !br_reply6_asked(&x->dhcp6->reply, BR_DHCP6_OPTION_BOOT_PARAMETERS))
		return;
	if (x->client.kind == BR_CLIENT_PXE && !x->client.is_ipxe && !is_for_edk2(config) &&
	    !BR_DEFECT(D6_NB_10)) {
		br_dhcp6_note(x, BR_NOTE_DHCP6_PARAMETERS_WITHHELD, config->parameter[0]);
		return;
	}
	for (size_t i = 0; i < config->parameters; i++) {
		if (BR_DEFECT(D6_NB_03))
			br_put_u8(&w, (uint8_t)strlen(config->parameter[i]));
		else
			br_put_be16(&w, (uint16_t)strlen(config->parameter[i]));
		br_text_put(&w, config->parameter[i]);
	}
	if (w.bad) { /* too much for any reply */
		x->dhcp6->reply.left_out = BR_DHCP6_OPTION_BOOT_PARAMETERS;
		return;
	}
	put(x, BR_DHCP6_OPTION_BOOT_PARAMETERS, BR_REPLY6_ASKED, value, br_written(&w));
}

static void put_configured(struct br_dhcp6_exchange *x, uint16_t code, enum br_reply6_need need)
{
	for (size_t i = 0; i < x->config->options6; i++) {
		const struct br_config_option6 *option = &x->config->option6[i];

		if (option->code == code)
			put(x, code, need, option->value, option->size);
	}
}

static void put_boot(struct br_dhcp6_exchange *x, bool pxe_class)
{
	const struct br_boot *boot = &x->boot;

	if (!boot->file[0] || !br_reply6_asked(&x->dhcp6->reply, BR_DHCP6_OPTION_BOOT_URL) ||
	    (BR_DEFECT(D6_NB_08) && x->m->type == BR_DHCP6_TYPE_REQUEST))
		return;
	if (BR_DEFECT(HBD_13) && x->client.kind == BR_CLIENT_HTTP)
		put_class(x, "HTTPClient");
	put(x, BR_DHCP6_OPTION_BOOT_URL, BR_REPLY6_MUST, boot->file,
	    strlen(boot->file) + (BR_DEFECT(D6_NB_01) ? 1 : 0));
	/* EDK2 takes a URL without this class for that of no HTTP boot (HttpBootDhcp6.c) */
	if (x->client.kind == BR_CLIENT_HTTP &&
	    !(BR_DEFECT(HBD_12) && x->m->type == BR_DHCP6_TYPE_SOLICIT))
		put_class(x, "HTTPClient");
	/* and with this one it asks port 4011 for another (PxeBcDhcp6.c) */
	if (x->client.kind == BR_CLIENT_PXE && (pxe_class || BR_DEFECT(D6_NB_11)))
		put_class(x, "PXEClient");
	if (boot->has_name) /* of no use to firmware without a server of names */
		put_configured(x, BR_DHCP6_OPTION_DNS, BR_REPLY6_MUST);
	put_parameters(x);
}

void br_dhcp6_add_options(struct br_dhcp6_exchange *x, bool pxe_class)
{
	if (BR_DEFECT(D6_ADV_04) && x->m->type == BR_DHCP6_TYPE_SOLICIT)
		return;
	if (!BR_DEFECT(HBD_13))
		put_boot(x, pxe_class);
	put_arches(x);
	for (size_t i = 0; i < x->config->options6; i++) {
		const struct br_config_option6 *option = &x->config->option6[i];

		/* to an HTTP client 16 says one thing, and PXE's own lead elsewhere */
		if (option->code == BR_DHCP6_OPTION_VENDOR_CLASS &&
		    x->client.kind == BR_CLIENT_HTTP)
			continue;
		put(x, option->code, option->forced ? BR_REPLY6_ALWAYS : BR_REPLY6_ASKED,
		    option->value, option->size);
	}
	if (BR_DEFECT(HBD_13))
		put_boot(x, pxe_class);
}
