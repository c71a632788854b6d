/* Is it JSON (RFC 8259), and nothing behind it? For tests: it says no more than that. */
#ifndef PEEL_TESTS_JSON_CHECK_H
#define PEEL_TESTS_JSON_CHECK_H

#include "base/escape.h"

static inline bool json_check_string(struct slice *rest)
{
    if (rest->len == 0 || rest->ptr[0] != '"')
        return false;
    *rest = slice_from(*rest, 1);
    while (rest->len > 0 && rest->ptr[0] != '"') {
        size_t len = escape_utf8_length(*rest);
        if (len == 0 || (unsigned char)rest->ptr[0] < 0x20)
            return false;
        if (rest->ptr[0] == '\\') {
            len = rest->len > 1 && rest->ptr[1] == 'u' ? 6 : 2;
            if (rest->len < len || !memchr("\"\\/bfnrtu", rest->ptr[1], 9))
                return false;
            for (size_t i = 2; i < len; i++)
                if (!memchr("0123456789abcdefABCDEF", rest->ptr[i], 22))
                    return false;
        }
        *rest = slice_from(*rest, len);
    }
    if (rest->len == 0)
        return false;
    *rest = slice_from(*rest, 1);
    return true;
}

static inline bool json_check_value(struct slice *rest, unsigned depth);

/* Members up to the closing bracket. */
static inline bool json_check_members(struct slice *rest, char close, unsigned depth)
{
    *rest = slice_from(*rest, 1);
    if (rest->len > 0 && rest->ptr[0] == close) {
        *rest = slice_from(*rest, 1);
        return true;
    }
    for (;;) {
        if (close == '}') {
            if (!json_check_string(rest) || rest->len == 0 || rest->ptr[0] != ':')
                return false;
            *rest = slice_from(*rest, 1);
        }
        if (!json_check_value(rest, depth) || rest->len == 0)
            return false;
        char sign = rest->ptr[0];
        *rest = slice_from(*rest, 1);
        if (sign == close)
            return true;
        if (sign != ',')
            return false;
    }
}

/* Without blanks, as ours is written. */
static inline bool json_check_value(struct slice *rest, unsigned depth)
{
    static const struct slice words[] = {SLICE_INIT("true"), SLICE_INIT("false"), SLICE_INIT("null")};
    if (depth == 0 || rest->len == 0)
        return false;
    if (rest->ptr[0] == '{' || rest->ptr[0] == '[')
        return json_check_members(rest, rest->ptr[0] == '{' ? '}' : ']', depth - 1);
    if (rest->ptr[0] == '"')
        return json_check_string(rest);
    for (size_t i = 0; i < 3; i++) {
        if (slice_starts_with(*rest, words[i])) {
            *rest = slice_from(*rest, words[i].len);
            return true;
        }
    }
    size_t len = rest->ptr[0] == '-';
    while (len < rest->len && memchr("0123456789.", rest->ptr[len], 11))
        len++;
    *rest = slice_from(*rest, len);
    return len > 0;
}

static inline bool json_check(struct slice text)
{
    return json_check_value(&text, 20) && text.len == 0;
}

#endif
