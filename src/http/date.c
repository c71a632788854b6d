/* Dates: RFC 6265 section 5.1.1, with curl's extensions. */
#include "http/date.h"

#include <time.h>

struct date {
    int day, month, year; /* month 1 to 12; -1: not found yet */
    int hour, minute, second;
    int zone_s; /* to be subtracted */
    bool has_time, has_zone;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_of_token(char c)
{
    return is_digit(c) || is_letter(c) || c == ':';
}

/* At most max digits at the start of *s, taken away from it; *n says how many. */
static int take_digits(struct slice *s, size_t max, size_t *n)
{
    int number = 0;
    for (*n = 0; *n < max && *n < s->len && is_digit(s->ptr[*n]); ++*n)
        number = number * 10 + (s->ptr[*n] - '0');
    *s = slice_from(*s, *n);
    return number;
}

static bool take_colon(struct slice *s)
{
    if (s->len == 0 || s->ptr[0] != ':')
        return false;
    *s = slice_from(*s, 1);
    return true;
}

/* hh:mm:ss or hh:mm; what follows the seconds does not matter, unless it is a digit. */
static bool read_time(struct date *d, struct slice token)
{
    size_t n = 0;
    int hour = take_digits(&token, 2, &n);
    if (n == 0 || !take_colon(&token))
        return false;
    int minute = take_digits(&token, 2, &n), second = 0;
    if (n == 0)
        return false;
    if (take_colon(&token)) {
        second = take_digits(&token, 2, &n);
        if (n == 0)
            return false;
    }
    if (token.len > 0 && (is_digit(token.ptr[0]) || token.ptr[0] == ':'))
        return false;
    d->hour = hour;
    d->minute = minute;
    d->second = second;
    d->has_time = true;
    return true;
}

static bool read_month(struct date *d, struct slice token)
{
    static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    for (int i = 0; token.len >= 3 && i < 12; i++)
        if (slice_equal_nocase(slice_first(token, 3), slice_make(names + 3 * i, 3))) {
            d->month = i + 1;
            return true;
        }
    return false;
}

static void read_zone_name(struct date *d, struct slice token)
{
    static const struct {
        struct slice name;
        int hours;
    } zones[] = {
        {SLICE_INIT("GMT"), 0},  {SLICE_INIT("UTC"), 0},  {SLICE_INIT("UT"), 0},   {SLICE_INIT("Z"), 0},
        {SLICE_INIT("EST"), -5}, {SLICE_INIT("EDT"), -4}, {SLICE_INIT("CST"), -6}, {SLICE_INIT("CDT"), -5},
        {SLICE_INIT("MST"), -7}, {SLICE_INIT("MDT"), -6}, {SLICE_INIT("PST"), -8}, {SLICE_INIT("PDT"), -7},
        {SLICE_INIT("BST"), 1},  {SLICE_INIT("CET"), 1},  {SLICE_INIT("MET"), 1},  {SLICE_INIT("CEST"), 2},
        {SLICE_INIT("EET"), 2},  {SLICE_INIT("EEST"), 3},
    };
    for (size_t i = 0; !d->has_zone && i < sizeof zones / sizeof *zones; i++)
        if (slice_equal_nocase(token, zones[i].name)) {
            d->zone_s = zones[i].hours * 3600;
            d->has_zone = true;
        }
}

/* A sign and four digits that are no year. */
static bool read_zone_number(struct date *d, size_t n_digits, int number, char before)
{
    if (d->has_zone || n_digits != 4 || number > 1400 || (before != '+' && before != '-'))
        return false;
    d->zone_s = (number / 100 * 60 + number % 100) * (before == '-' ? -60 : 60);
    d->has_zone = true;
    return true;
}

/* A year of two digits, as RFC 6265 has it. */
static int whole_year(int number, size_t n_digits)
{
    if (n_digits > 2 || number > 99)
        return number;
    return number + (number >= 70 ? 1900 : 2000);
}

static void read_number(struct date *d, struct slice token, char before)
{
    size_t n = 0;
    int number = take_digits(&token, 9, &n);
    bool is_more = token.len > 0 && is_digit(token.ptr[0]);
    if (is_more || read_zone_number(d, n, number, before))
        return;
    if (n == 8 && d->year < 0 && d->month < 0 && d->day < 0) {
        d->year = number / 10000;
        d->month = number / 100 % 100;
        d->day = number % 100;
    } else if (d->day < 0 && n <= 2) {
        d->day = number;
    } else if (d->year < 0 && n >= 2 && n <= 4) {
        d->year = whole_year(number, n);
    }
}

static void read_token(struct date *d, struct slice token, char before)
{
    if (is_digit(token.ptr[0])) {
        if (d->has_time || slice_find(token, ':') == token.len || !read_time(d, token))
            read_number(d, token, before);
        return;
    }
    if (d->month < 0 && read_month(d, token))
        return;
    read_zone_name(d, token);
}

static bool is_on_calendar(const struct date *d)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (d->year < 1601 || d->year > 9999 || d->month < 1 || d->month > 12 || d->day < 1)
        return false;
    bool is_leap = (d->year % 4 == 0 && d->year % 100 != 0) || d->year % 400 == 0;
    int last = days[d->month - 1] + (is_leap && d->month == 2);
    return d->day <= last && d->hour <= 23 && d->minute <= 59 && d->second <= 60;
}

/* Days since 1970-01-01 in the Gregorian calendar; years begin in March, so that the leap day is their last. */
static int64_t days_since_epoch(const struct date *d)
{
    int64_t year = d->month > 2 ? d->year : d->year - 1;
    int64_t month = (d->month + 9) % 12;
    return year * 365 + year / 4 - year / 100 + year / 400 + (month * 306 + 5) / 10 + (d->day - 1) - 719468;
}

bool http_date_parse(struct slice text, int64_t *unix_seconds)
{
    struct date d = {.day = -1, .month = -1, .year = -1};
    char before = ' ';
    while (text.len > 0) {
        size_t n = 0;
        while (n < text.len && is_of_token(text.ptr[n]))
            n++;
        if (n > 0)
            read_token(&d, slice_first(text, n), before);
        before = n < text.len ? text.ptr[n] : ' ';
        text = slice_from(text, n < text.len ? n + 1 : n);
    }
    if (!is_on_calendar(&d))
        return false;
    *unix_seconds = days_since_epoch(&d) * 86400 + d.hour * 3600 + d.minute * 60 + d.second - d.zone_s;
    return true;
}

void http_date_print(struct buf *out, int64_t unix_seconds)
{
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t when = (time_t)unix_seconds;
    struct tm tm;
    if (gmtime_r(&when, &tm))
        buf_printf(out, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[tm.tm_wday], tm.tm_mday, months[tm.tm_mon],
                   tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}
