/* Dates in header fields, without the C library's locale. */
#include "http/date.h"

#include <stdio.h>
#include <time.h>

static int month_of(const char *name)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (int i = 0; i < 12; i++)
        if (strncasecmp(names + (ptrdiff_t)3 * i, name, 3) == 0)
            return i;
    return -1;
}

bool http_date_parse(struct slice text, int64_t *unix_seconds)
{
    char line[64], month[4] = "";
    struct tm tm = {0};
    text = slice_trim(text);
    if (text.len == 0 || text.len >= sizeof line || memchr(text.ptr, '\0', text.len))
        return false;
    memcpy(line, text.ptr, text.len);
    line[text.len] = '\0';
    bool is_read = sscanf(line, "%*3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d GMT", &tm.tm_mday, month, &tm.tm_year,
                          &tm.tm_hour, &tm.tm_min, &tm.tm_sec) == 6 ||
                   sscanf(line, "%*9[A-Za-z], %2d-%3[A-Za-z]-%4d %2d:%2d:%2d GMT", &tm.tm_mday, month, &tm.tm_year,
                          &tm.tm_hour, &tm.tm_min, &tm.tm_sec) == 6 ||
                   sscanf(line, "%*3[A-Za-z] %3[A-Za-z] %2d %2d:%2d:%2d %4d", month, &tm.tm_mday, &tm.tm_hour,
                          &tm.tm_min, &tm.tm_sec, &tm.tm_year) == 6;
    tm.tm_mon = month_of(month);
    bool is_sane = tm.tm_mday >= 1 && tm.tm_mday <= 31 && tm.tm_hour >= 0 && tm.tm_hour < 24 && tm.tm_min >= 0 &&
                   tm.tm_min < 60 && tm.tm_sec >= 0 && tm.tm_sec <= 60 && tm.tm_year >= 0;
    if (!is_read || tm.tm_mon < 0 || !is_sane)
        return false;
    if (tm.tm_year < 100) /* RFC 850: two digits */
        tm.tm_year += tm.tm_year < 70 ? 2000 : 1900;
    tm.tm_year -= 1900;
    *unix_seconds = (int64_t)timegm(&tm);
    return true;
}
