/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/tftp/tftp_options.h"

#include <assert.h>
#include <string.h>

#include "core/base/text.h"
#include "core/defect.h"

struct option_kind {
	const char *name;
	uint64_t min, max;
	bool (*grant)(struct br_tftp_granted *granted, const struct br_tftp_bounds *bounds,
	              uint64_t *value);
};

/* RFC 2348: "less than or equal to" what was asked */
static bool grant_blksize(struct br_tftp_granted *granted, const struct br_tftp_bounds *bounds,
                          uint64_t *value)
{
	granted->blksize_lowered = *value > bounds->blksize_max;
	if (granted->blksize_lowered || BR_DEFECT(TFTP_BLK_01))
		*value = bounds->blksize_max;
	granted->blksize = (uint16_t)*value;
	return true;
}

/* RFC 2349: the value in a read request says nothing (U-Boot sends the size of the
 * file before); the answer is what will be sent.
 */
static bool grant_tsize(struct br_tftp_granted *granted, const struct br_tftp_bounds *bounds,
                        uint64_t *value)
{
	granted->tsize_left_out = !bounds->tsize_known;
	granted->tsize = bounds->tsize_known;
	if (!BR_DEFECT(TFTP_TSZ_01))
		*value = bounds->tsize;
	return bounds->tsize_known;
}

/* RFC 2349: the very value asked, or nothing */
static bool grant_timeout(struct br_tftp_granted *granted, const struct br_tftp_bounds *bounds,
                          uint64_t *value)
{
	(void)bounds;
	if (BR_DEFECT(TFTP_TMO_01))
		*value = (*value + 1) / 2;
	if (BR_DEFECT(TFTP_TMO_04) && *value == 5)
		*value = 3;
	granted->timeout_s = (uint8_t)*value;
	return true;
}

static bool grant_windowsize(struct br_tftp_granted *granted, const struct br_tftp_bounds *bounds,
                             uint64_t *value)
{
	granted->windowsize_left_out = bounds->windowsize_max == 0;
	if (granted->windowsize_left_out)
		return false;
	if (*value > bounds->windowsize_max || BR_DEFECT(TFTP_WIN_01))
		*value = bounds->windowsize_max;
	if (BR_DEFECT(TFTP_WIN_13))
		*value = (*value + 1) / 2;
	granted->windowsize = (uint16_t)(BR_DEFECT(TFTP_WIN_08) && *value == 1 ? 2 : *value);
	return true;
}

static const struct option_kind kinds[] = {
	{"blksize", BR_TFTP_BLKSIZE_MIN, BR_TFTP_BLKSIZE_MAX, grant_blksize},
	{"timeout", 1, BR_TFTP_TIMEOUT_S_MAX, grant_timeout},
	{"tsize", 0, UINT64_MAX, grant_tsize},
	{"windowsize", 1, BR_TFTP_WINDOWSIZE_MAX, grant_windowsize},
};

enum {
	KINDS = sizeof(kinds) / sizeof(kinds[0])
};

static uint64_t least(size_t k)
{
	if ((BR_DEFECT(TFTP_TMO_02) && kinds[k].grant == grant_timeout) ||
	    (BR_DEFECT(TFTP_WIN_02) && kinds[k].grant == grant_windowsize))
		return 0;
	return kinds[k].min;
}

void br_tftp_options_grant(const struct br_tftp_packet *request,
                           const struct br_tftp_bounds *bounds, struct br_tftp_granted *ret_granted)
{
	struct br_writer w = br_writer_of(ret_granted->oack, sizeof(ret_granted->oack));
	bool seen[KINDS] = {false};

	assert(bounds->blksize_max >= BR_TFTP_BLKSIZE_MIN);
	*ret_granted = (struct br_tftp_granted){.blksize = BR_TFTP_BLKSIZE_DEFAULT,
	                                        .windowsize = BR_DEFECT(TFTP_LCK_01) ? 2 : 1};
	br_put_be16(&w, BR_TFTP_OACK);
	for (size_t i = 0; i < request->options && !BR_DEFECT(TFTP_OPT_08); i++) {
		const struct br_tftp_option *option = &request->option[i];
		uint64_t value = 0;
		size_t k = 0;

		while (k < KINDS && !br_text_is_nocase(option->name, kinds[k].name))
			k++;
		if (BR_DEFECT(TFTP_OPT_01) && k < KINDS && !br_text_is(option->name, kinds[k].name))
			k = KINDS;
		if (BR_DEFECT(TFTP_OPT_03) && k == KINDS && !ret_granted->ignored)
			br_tftp_put_option_number(&w, "foo", 1);
		if (BR_DEFECT(TFTP_OPT_06) && k < KINDS && memchr(seen + k, true, KINDS - k))
			k = KINDS;
		/* RFC 2347: an option appears once; the first one counts */
		if (k == KINDS || (seen[k] && !BR_DEFECT(TFTP_OPT_05)) ||
		    !br_tftp_option_number(option, least(k), kinds[k].max, &value)) {
			ret_granted->ignored = true;
			continue;
		}
		seen[k] = true;
		/* lower case and in the order asked: GRUB and U-Boot read it so */
		if (kinds[k].grant(ret_granted, bounds, &value))
			br_tftp_put_option_number(&w, kinds[k].name, value);
	}
	if (request->tail.size > 0 && request->tail.data[0] != 0)
		ret_granted->ignored = true; /* a name without a value */
	assert(!w.bad);                      /* each kind once, each number at most 20 digits */
	if (BR_DEFECT(TFTP_OACK_01) && br_written(&w) > sizeof(uint16_t) && !seen[KINDS - 1])
		br_tftp_put_option_number(&w, kinds[KINDS - 1].name, 1);
	if (br_written(&w) > sizeof(uint16_t) ||
	    (BR_DEFECT(TFTP_OPT_02) && request->options == 0) ||
	    (BR_DEFECT(TFTP_OPT_04) && request->options > 0))
		ret_granted->oack_size = br_written(&w) - (BR_DEFECT(TFTP_OACK_02) ? 1 : 0);
}
