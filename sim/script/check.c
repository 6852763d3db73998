/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/check.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/address.h"
#include "core/base/text.h"
#include "core/server.h"

static bool compare(enum br_check_op op, uint64_t got, uint64_t want)
{
	switch (op) {
	case BR_CHECK_EQUAL:
		return got == want;
	case BR_CHECK_UNEQUAL:
		return got != want;
	case BR_CHECK_AT_MOST:
		return got <= want;
	case BR_CHECK_AT_LEAST:
		return got >= want;
	case BR_CHECK_CONTAINS:
	case BR_CHECK_LACKS:
	case BR_CHECK_OP_COUNT:
		break;
	}
	return false;
}

/* The octets a value stands for in a format; a variable's are converted. */
static struct br_octets value_of(const struct br_runner *r, const struct br_value *value,
                                 enum br_field_format format, uint8_t *room, size_t size)
{
	struct br_writer w = br_writer_of(room, size);
	const struct br_variable *variable;

	if (value->kind == BR_VALUE_VARIABLE) {
		variable = br_variable_find(&r->stage->variables, (const char *)value->text.data);
		if (variable)
			br_field_convert(variable, format, &w);
	} else {
		br_field_encode(format, value, &w);
	}
	return (struct br_octets){room, br_written(&w)};
}

static uint64_t number_of(const struct br_runner *r, const struct br_value *value)
{
	uint8_t room[8];
	uint64_t number = 0;

	br_field_number(BR_FIELD_U64, value_of(r, value, BR_FIELD_U64, room, sizeof(room)),
	                &number);
	return number;
}

static uint32_t address_of(const struct br_runner *r, const struct br_value *value)
{
	uint8_t room[BR_FIELD_SIZE_MAX];
	struct br_octets octets = value_of(r, value, BR_FIELD_IPV4, room, sizeof(room));
	struct br_reader reader = br_reader_of(octets.data, octets.size);

	return br_get_be32(&reader);
}

static bool holds_number(struct br_runner *r, const struct br_check *check, uint64_t got,
                         char *ret_want, char *ret_got, size_t size)
{
	uint64_t want = number_of(r, &check->value);

	snprintf(ret_want, size, "%s %" PRIu64, br_check_op_name(check->op), want);
	snprintf(ret_got, size, "%" PRIu64, got);
	return compare(check->op, got, want);
}

static bool holds_received(struct br_runner *r, const struct br_check *check, char *ret_want,
                           char *ret_got, size_t size)
{
	const char *file = (const char *)check->argument.text.data;
	const struct br_receipt *receipt = br_received_find(&r->stage->received, check->node, file);
	bool wants_file = br_text_is(check->value.text, "file");
	bool holds;

	snprintf(ret_want, size, "%s %s of %s", br_check_op_name(check->op),
	         wants_file ? "every octet" : "nothing", file);
	if (!receipt || (receipt->prefix == 0 && !receipt->whole))
		snprintf(ret_got, size, "nothing came");
	else if (receipt->wrong)
		snprintf(ret_got, size, "octets from offset %" PRIu64 " on differ from the file",
		         receipt->wrong_at);
	else
		snprintf(ret_got, size, "%" PRIu64 " of %" PRIu64 " octets", receipt->prefix,
		         receipt->size);
	if (wants_file)
		holds = receipt && receipt->whole && !receipt->wrong;
	else
		holds = !receipt || (receipt->prefix == 0 && !receipt->whole);
	return check->op == BR_CHECK_UNEQUAL ? !holds : holds;
}

/* key=optN.M: of what the client sent last; without key: the hardware address. */
static bool lease_field(const struct br_lease *lease, const char *key, struct br_octets *ret_octets,
                        enum br_field_format *ret_format)
{
	uint64_t sub;

	*ret_format = BR_FIELD_HEX;
	if (!strcmp(key, "chaddr")) {
		*ret_octets = (struct br_octets){lease->chaddr, lease->hlen};
		*ret_format = BR_FIELD_MAC;
	} else if (!strcmp(key, "opt61")) {
		*ret_octets =
			(struct br_octets){lease->key, lease->has_client_id ? lease->key_size : 0u};
	} else if (!strcmp(key, "opt82")) {
		*ret_octets = (struct br_octets){lease->agent, lease->agent_size};
	} else if (!strncmp(key, "opt82.", 6) && br_text_get_decimal(br_text(key + 6), 255, &sub)) {
		*ret_octets = br_dhcp_sub_option(
			(struct br_octets){lease->agent, lease->agent_size}, (uint8_t)sub, false);
	} else {
		return false;
	}
	return true;
}

static const char *lease_state(const struct br_lease *lease, br_time now)
{
	static const char *const names[] = {"free", "offered", "bound", "declined"};

	if (!lease)
		return "none";
	return lease->until <= now ? "free" : names[lease->state];
}

/* The wanted one in its family; a variable may be of either. */
static void wanted_ip(struct br_runner *r, const struct br_value *value, uint8_t ret_ip[BR_IP_SIZE])
{
	const struct br_variable *variable;

	memcpy(ret_ip, br_endpoint_ipv4(0, 0).ip, BR_IP_SIZE);
	if (value->kind != BR_VALUE_VARIABLE) {
		(void)br_text_get_ip(value->text, ret_ip);
		return;
	}
	variable = br_variable_find(&r->stage->variables, (const char *)value->text.data);
	if (variable && variable->octets.size == BR_IP_SIZE)
		memcpy(ret_ip, variable->octets.data, BR_IP_SIZE);
	else
		memcpy(ret_ip, br_endpoint_ipv4(address_of(r, value), 0).ip, BR_IP_SIZE);
}

/* Of an address of IPv6: its state, or with key=duid or iaid whose it is. */
static bool holds_lease6(struct br_runner *r, const struct br_check *check,
                         const uint8_t ip[BR_IP_SIZE], char *ret_want, char *ret_got, size_t size)
{
	const struct br_dhcp6 *dhcp6 =
		br_server_dhcp6(br_server_host_core(r->stage->world->node[check->node].server));
	br_time now = r->stage->world->clock.now;
	bool duid = check->key && !strcmp(check->key, "duid");
	enum br_field_format format = duid ? BR_FIELD_HEX : BR_FIELD_TEXT;
	struct br_dhcp6_binding b = {.until = 0};
	struct br_writer want = br_writer_of(ret_want, size - 1),
			 got = br_writer_of(ret_got, size - 1);
	uint8_t room[BR_FIELD_SIZE_MAX];
	struct br_octets is = br_text("none"), wanted;
	bool found = false;

	for (size_t i = 0; dhcp6 && !found && br_dhcp6_binding_at(dhcp6, i, &b); i++)
		found = br_ip_equal(b.address, ip);
	if (found)
		is = br_text(b.until <= now ? "free"
		             : b.bound      ? "bound"
		             : b.offered    ? "offered"
		             : b.declined   ? "declined"
		                            : "free");
	if (duid)
		is = found ? b.duid : (struct br_octets){0};
	wanted = value_of(r, &check->value, format, room, sizeof(room));
	br_text_put(&want, br_check_op_name(check->op));
	br_text_put(&want, " ");
	br_field_print(format, wanted, &want);
	br_text_end(&want);
	br_field_print(format, is, &got);
	br_text_end(&got);
	return br_field_equal(format, is, wanted) == (check->op == BR_CHECK_EQUAL);
}

static bool holds_lease(struct br_runner *r, const struct br_check *check, char *ret_want,
                        char *ret_got, size_t size)
{
	const struct br_server *core =
		br_server_host_core(r->stage->world->node[check->node].server);
	const struct br_dhcp *dhcp = br_server_dhcp(core);
	const struct br_lease *lease =
		dhcp ? br_dhcp_lease_find(dhcp, address_of(r, &check->argument)) : NULL;
	uint8_t ip[BR_IP_SIZE];
	struct br_writer want = br_writer_of(ret_want, size - 1),
			 got = br_writer_of(ret_got, size - 1);
	uint8_t room[BR_FIELD_SIZE_MAX];
	enum br_field_format format = BR_FIELD_TEXT;
	struct br_octets is = {0}, wanted;

	wanted_ip(r, &check->argument, ip);
	if (!br_ip_is_ipv4(ip))
		return holds_lease6(r, check, ip, ret_want, ret_got, size);
	if (check->key) {
		if (lease && !lease_field(lease, check->key, &is, &format)) {
			snprintf(ret_want, size, "key= chaddr, opt61, opt82 or opt82.N");
			snprintf(ret_got, size, "%.60s", check->key);
			return false;
		}
	} else {
		is = br_text(lease_state(lease, r->stage->world->clock.now));
	}
	wanted = value_of(r, &check->value, format, room, sizeof(room));
	br_text_put(&want, br_check_op_name(check->op));
	br_text_put(&want, " ");
	br_field_print(format, wanted, &want);
	br_text_end(&want);
	if (check->key && !lease)
		br_text_put(&got, "no lease of that address");
	else
		br_field_print(format, is, &got);
	br_text_end(&got);
	if (check->key && !lease)
		return false;
	return br_field_equal(format, is, wanted) == (check->op == BR_CHECK_EQUAL);
}

static uint64_t count_leases(const struct br_server *core, br_time now)
{
	const struct br_dhcp *dhcp = br_server_dhcp(core);
	const struct br_lease *lease;
	const struct br_dhcp6 *dhcp6 = br_server_dhcp6(core);
	struct br_dhcp6_binding binding;
	uint64_t count = 0;

	for (size_t i = 0; dhcp6 && br_dhcp6_binding_at(dhcp6, i, &binding); i++)
		count += binding.bound && binding.until > now;
	for (size_t i = 0; dhcp && (lease = br_dhcp_lease_at(dhcp, i)); i++)
		count +=
			lease->address != 0 && lease->state == BR_LEASE_BOUND && lease->until > now;
	return count;
}

static uint64_t note_count(const struct br_runner *r, const struct br_check *check)
{
	for (unsigned i = 0; i < BR_NOTE_COUNT; i++) {
		if (br_text_is(check->argument.text, br_note_name((enum br_note)i)))
			return r->stage->world->node[check->node].note[i];
	}
	return 0;
}

/* Of IPv6 there may be several: the wanted one if it is among them, else the newest. */
static void ip_of(struct br_runner *r, size_t node, const uint8_t want[BR_IP_SIZE],
                  uint8_t ret_ip[BR_IP_SIZE])
{
	const struct br_world *world = r->stage->world;
	struct br_endpoint end = {{0}, 0};

	if (br_ip_is_ipv4(want)) {
		end = br_endpoint_ipv4(br_world_address(world, node, node), 0);
		memcpy(ret_ip, end.ip, BR_IP_SIZE);
		return;
	}
	memcpy(end.ip, want, BR_IP_SIZE);
	if (br_world_node_by_ip(world, &end) == (int)node)
		memcpy(ret_ip, want, BR_IP_SIZE);
	else if (!br_world_address6(world, node, node, ret_ip))
		memset(ret_ip, 0, BR_IP_SIZE);
}

static bool holds_address(struct br_runner *r, const struct br_check *check, char *ret_want,
                          char *ret_got, size_t size)
{
	struct br_writer w = br_writer_of(ret_want, size - 1), g = br_writer_of(ret_got, size - 1);
	uint8_t want[BR_IP_SIZE], got[BR_IP_SIZE];

	wanted_ip(r, &check->value, want);
	ip_of(r, check->node, want, got);
	br_text_put(&w, br_check_op_name(check->op));
	br_text_put(&w, " ");
	br_text_put_ip(&w, want);
	br_text_put_ip(&g, got);
	br_text_end(&w);
	br_text_end(&g);
	return br_ip_equal(got, want) == (check->op == BR_CHECK_EQUAL);
}

static bool holds_guest_outcome(struct br_runner *r, const struct br_check *check, char *ret_want,
                                char *ret_got, size_t size)
{
	const char *got = br_runner_guest_outcome(r, check->node);
	const char *says = br_guest_says(br_runner_guest(r, (int)check->node));

	(void)snprintf(ret_want, size, "%s %.*s", br_check_op_name(check->op),
	               (int)check->value.text.size, (const char *)check->value.text.data);
	(void)snprintf(ret_got, size, "%s%s%s", got, says[0] ? ": " : "", says);
	return br_text_is(check->value.text, got) == (check->op == BR_CHECK_EQUAL);
}

/* The last line of the console stands for all of it in a report. */
static bool holds_console(struct br_runner *r, const struct br_check *check, char *ret_want,
                          char *ret_got, size_t size)
{
	struct br_guest *guest = br_runner_guest(r, (int)check->node);
	const struct br_firmware *firmware = r->stage->world->node[check->node].firmware;
	struct br_boot_result result = {.error = ""};
	const char *text, *last;
	bool has;

	if (firmware && !guest)
		result = br_firmware_result(firmware);
	text = guest ? br_guest_console(guest) : result.error;
	last = text + strlen(text);
	has = strstr(text, (const char *)check->value.text.data) != NULL;
	while (last > text && (last[0] == '\0' || last[0] == '\n'))
		last--;
	while (last > text && last[-1] != '\n')
		last--;
	(void)snprintf(ret_want, size, "%s \"%s\"", br_check_op_name(check->op),
	               (const char *)check->value.text.data);
	(void)snprintf(ret_got, size, "%s%.*s",
	               guest || firmware ? "its last line is: " : "no console: it is no machine",
	               (int)strcspn(last, "\n"), last);
	return (guest || firmware) && has == (check->op == BR_CHECK_CONTAINS);
}

static bool holds_outcome(struct br_runner *r, const struct br_check *check, char *ret_want,
                          char *ret_got, size_t size)
{
	const struct br_firmware *firmware = r->stage->world->node[check->node].firmware;
	struct br_boot_result result;
	const char *got;

	if (br_runner_guest(r, (int)check->node))
		return holds_guest_outcome(r, check, ret_want, ret_got, size);
	if (!firmware) {
		snprintf(ret_want, size, "a node that boots");
		snprintf(ret_got, size, "one that is played by the script");
		return false;
	}
	result = br_firmware_result(firmware);
	got = result.state == BR_BOOT_DONE     ? "booted"
	      : result.state == BR_BOOT_FAILED ? "failed"
	                                       : "running";
	snprintf(ret_want, size, "%s %s", br_check_op_name(check->op),
	         (const char *)check->value.text.data);
	snprintf(ret_got, size, "%s at step %s%s%s", got, br_boot_step_name(result.step),
	         result.error[0] ? ": " : "", result.error);
	if (br_text_is(check->value.text, got) ||
	    br_text_is(check->value.text, br_boot_step_name(result.step)))
		return check->op == BR_CHECK_EQUAL;
	return check->op == BR_CHECK_UNEQUAL;
}

bool br_check_holds(struct br_runner *r, const struct br_check *check, char *ret_want,
                    char *ret_got, size_t size)
{
	struct br_world_node *node = &r->stage->world->node[check->node];
	struct br_server *core = node->server ? br_server_host_core(node->server) : NULL;
	br_time now = r->stage->world->clock.now;
	uint64_t number = 0;

	switch (check->what) {
	case BR_CHECK_RECEIVED:
		return holds_received(r, check, ret_want, ret_got, size);
	case BR_CHECK_TRANSFERS_OPEN:
		number = br_server_open_transfers(core);
		break;
	case BR_CHECK_STREAMS_OPEN:
		number = br_server_open_streams(core);
		break;
	case BR_CHECK_LEASES:
		number = count_leases(core, now);
		break;
	case BR_CHECK_LEASE:
		return holds_lease(r, check, ret_want, ret_got, size);
	case BR_CHECK_METRIC:
		br_metrics_get(br_server_metrics(core), (const char *)check->argument.text.data,
		               &number);
		break;
	case BR_CHECK_NOTE:
		number = note_count(r, check);
		break;
	case BR_CHECK_ADDRESS:
		return holds_address(r, check, ret_want, ret_got, size);
	case BR_CHECK_UNREACHABLE:
		number = node->host ? br_host_counters(node->host)->unreachable : 0;
		break;
	case BR_CHECK_OUTCOME:
		return holds_outcome(r, check, ret_want, ret_got, size);
	case BR_CHECK_CONSOLE:
		return holds_console(r, check, ret_want, ret_got, size);
	case BR_CHECK_WHAT_COUNT:
		break;
	}
	return holds_number(r, check, number, ret_want, ret_got, size);
}
