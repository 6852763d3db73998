/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/formats/http_date.h"

#include <assert.h>

#include "core/base/text.h"

static const char *const days[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
static const char *const long_days[] = {"Thursday", "Friday",  "Saturday", "Sunday",
                                        "Monday",   "Tuesday", "Wednesday"};
static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

enum {
	DAY_S = 24 * 60 * 60,
	DAYS_OF_400_YEARS = 146097,
};

/* A date in the calendar; @month 0 .. 11, @day 1 .. 31. */
struct date {
	uint64_t year;
	uint64_t month, day;
	uint64_t hour, minute, second;
};

static bool is_leap(uint64_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static uint64_t days_of_month(uint64_t year, uint64_t month)
{
	static const uint8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return lengths[month] + (month == 1 && is_leap(year) ? 1u : 0u);
}

/* Days from 1970-01-01 to the first of January of @year. */
static uint64_t days_before(uint64_t year)
{
	uint64_t past = year - 1;
	uint64_t days_since_1 = past * 365 + past / 4 - past / 100 + past / 400;

	return days_since_1 - 719162; /* the same for 1970 */
}

/* @ret_weekday: 0 is a Thursday */
static struct date date_of(uint64_t time_s, uint64_t *ret_weekday)
{
	uint64_t day = time_s / DAY_S, second = time_s % DAY_S;
	struct date date = {.year = 1970 + day * 400 / DAYS_OF_400_YEARS,
	                    .hour = second / 3600,
	                    .minute = second / 60 % 60,
	                    .second = second % 60};
	uint64_t left;

	assert(time_s <= BR_HTTP_DATE_S_MAX);
	/* The mean year is right but near its ends. */
	while (days_before(date.year) > day)
		date.year--;
	while (days_before(date.year + 1) <= day)
		date.year++;
	left = day - days_before(date.year);
	while (left >= days_of_month(date.year, date.month))
		left -= days_of_month(date.year, date.month++);
	date.day = left + 1;
	*ret_weekday = day % 7;
	return date;
}

static void put_clock(struct br_writer *w, const struct date *date)
{
	br_text_put_padded(w, date->hour, 2);
	br_put_u8(w, ':');
	br_text_put_padded(w, date->minute, 2);
	br_put_u8(w, ':');
	br_text_put_padded(w, date->second, 2);
}

void br_http_date_print(uint64_t time_s, char target[static BR_HTTP_DATE_SIZE])
{
	struct br_writer w = br_writer_of(target, BR_HTTP_DATE_SIZE);
	uint64_t weekday;
	struct date date = date_of(time_s, &weekday);

	br_text_put(&w, days[weekday]);
	br_text_put(&w, ", ");
	br_text_put_padded(&w, date.day, 2);
	br_put_u8(&w, ' ');
	br_text_put(&w, months[date.month]);
	br_put_u8(&w, ' ');
	br_text_put_padded(&w, date.year, 4);
	br_put_u8(&w, ' ');
	put_clock(&w, &date);
	br_text_put(&w, " GMT");
	(void)br_text_end(&w);
	assert(!w.bad);
}

void br_http_date_print_short(uint64_t time_s, char target[static BR_HTTP_DATE_SIZE])
{
	struct br_writer w = br_writer_of(target, BR_HTTP_DATE_SIZE);
	uint64_t weekday;
	struct date date = date_of(time_s, &weekday);

	br_text_put_padded(&w, date.year, 4);
	br_put_u8(&w, '-');
	br_text_put_padded(&w, date.month + 1, 2);
	br_put_u8(&w, '-');
	br_text_put_padded(&w, date.day, 2);
	br_put_u8(&w, 'T');
	put_clock(&w, &date);
	(void)br_text_end(&w);
	assert(!w.bad);
}

static bool get_name(struct br_octets text, const char *const *names, size_t count,
                     uint64_t *ret_index)
{
	for (size_t i = 0; i < count; i++) {
		if (br_text_is(text, names[i])) {
			*ret_index = i;
			return true;
		}
	}
	return false;
}

static bool get_number(struct br_octets text, size_t digits, uint64_t *ret)
{
	return text.size == digits && br_text_get_decimal(text, UINT32_MAX, ret);
}

static bool get_clock(struct br_octets text, struct date *date)
{
	struct br_octets rest = text;

	return get_number(br_text_cut(&rest, ':'), 2, &date->hour) &&
	       get_number(br_text_cut(&rest, ':'), 2, &date->minute) &&
	       get_number(rest, 2, &date->second);
}

/* Sun, 06 Nov 1994 08:49:37 GMT: what stands behind the comma */
static bool get_fixdate(struct br_octets rest, struct date *date)
{
	return br_text_cut(&rest, ' ').size == 0 &&
	       get_number(br_text_cut(&rest, ' '), 2, &date->day) &&
	       get_name(br_text_cut(&rest, ' '), months, 12, &date->month) &&
	       get_number(br_text_cut(&rest, ' '), 4, &date->year) &&
	       get_clock(br_text_cut(&rest, ' '), date) && br_text_is(rest, "GMT");
}

/* Sunday, 06-Nov-94 08:49:37 GMT */
static bool get_rfc850(struct br_octets rest, struct date *date)
{
	struct br_octets year;

	if (br_text_cut(&rest, ' ').size != 0 ||
	    !get_number(br_text_cut(&rest, '-'), 2, &date->day) ||
	    !get_name(br_text_cut(&rest, '-'), months, 12, &date->month))
		return false;
	year = br_text_cut(&rest, ' ');
	if (!get_number(year, 2, &date->year))
		return false;
	date->year += date->year < 70 ? 2000 : 1900;
	return get_clock(br_text_cut(&rest, ' '), date) && br_text_is(rest, "GMT");
}

/* Sun Nov  6 08:49:37 1994: what stands behind the day */
static bool get_asctime(struct br_octets rest, struct date *date)
{
	struct br_octets day;

	if (!get_name(br_text_cut(&rest, ' '), months, 12, &date->month))
		return false;
	day = br_text_cut(&rest, ' ');
	if (day.size == 0) /* one digit stands behind two blanks */
		day = br_text_cut(&rest, ' ');
	return (get_number(day, 1, &date->day) || get_number(day, 2, &date->day)) &&
	       get_clock(br_text_cut(&rest, ' '), date) && get_number(rest, 4, &date->year);
}

static bool get_date(struct br_octets text, struct date *date)
{
	struct br_octets after_comma = text, after_blank = text;
	struct br_octets day = br_text_cut(&after_comma, ',');
	uint64_t ignored;

	if (after_comma.data)
		return get_name(day, days, 7, &ignored) ? get_fixdate(after_comma, date)
		                                        : get_name(day, long_days, 7, &ignored) &&
		                                                  get_rfc850(after_comma, date);
	return get_name(br_text_cut(&after_blank, ' '), days, 7, &ignored) &&
	       get_asctime(after_blank, date);
}

bool br_http_date_parse(struct br_octets text, uint64_t *ret_time_s)
{
	struct date date = {0};
	uint64_t day;

	if (!get_date(text, &date) || date.year < 1970 || date.day < 1 ||
	    date.day > days_of_month(date.year, date.month) || date.hour > 23 || date.minute > 59 ||
	    date.second > 60) /* a leap second is a second of the next minute */
		return false;
	day = days_before(date.year) + date.day - 1;
	for (uint64_t month = 0; month < date.month; month++)
		day += days_of_month(date.year, month);
	*ret_time_s = day * DAY_S + date.hour * 3600 + date.minute * 60 + date.second;
	return true;
}
